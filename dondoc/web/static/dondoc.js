// What htmx leaves to us: how far an upload has come, and a word before typed answers are left unsaved.
"use strict";
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = document.getElementById("upload");
  if (bar && event.detail.lengthComputable) {
    bar.hidden = false;
    bar.max = event.detail.total;
    bar.value = event.detail.loaded;
  }
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422 || event.detail.xhr.status === 413) {
    event.detail.shouldSwap = true; // a page that says what is wrong
    event.detail.isError = false;
  }
});
