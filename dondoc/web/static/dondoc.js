// What htmx leaves to us: how far an upload has come, and pages that say what is wrong.
"use strict";
document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = document.getElementById("upload");
  const { lengthComputable, loaded, total } = event.detail;
  if (!bar || !lengthComputable || total < bar.max) return; // the answer's own way back is told here too
  bar.hidden = false;
  bar.max = total;
  bar.value = loaded;
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422 || event.detail.xhr.status === 413) {
    event.detail.shouldSwap = true; // a page that says what is wrong
    event.detail.isError = false;
  }
});
