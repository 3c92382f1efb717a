"""The text of an HTML body as its reader sees it, with what the mail program quoted set apart by `> `.

Table cells are separated by tabs, so that a table pasted from a spreadsheet stays a table.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

ORIGINAL = "-----Original Message-----"
"""The line that stands where everything below is the letter that was answered."""

_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "object", "select"})
_EMPTY = frozenset({"br", "hr", "img", "input", "meta", "link", "col", "area", "base", "embed", "source", "wbr"})
_LINES = frozenset(
    {
        "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer",
        "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "li", "main", "ol", "p", "pre", "section", "table",
        "tbody", "tfoot", "thead", "tr", "ul",
    }
)  # fmt: skip
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "table", "ul", "ol"})
_QUOTED = frozenset({"gmail_attr", "moz-cite-prefix", "yahoo_quoted", "zmail_extra", "protonmail_quote"})
_SIGNED = frozenset({"gmail_signature", "moz-signature", "protonmail_signature_block"})
_CUT_IDS = frozenset({"divrplyfwdmsg", "zwchr", "outlookmessageheader"})
_SIGNED_IDS = frozenset({"signature", "ms-outlook-mobile-signature", "_rc_sig"})
_QUOTED_IDS = frozenset({"reply-intro", "reply-quote"})
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_DEEPEST = 300


def html_text(html: str) -> str:
    r"""The text of an HTML body; nothing that comes is so broken that it has none.

    >>> html_text("<p>I12: <b>4</b></p><blockquote>Kính gửi:</blockquote>")
    'I12: 4\n\n> Kính gửi:'
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._open: list[tuple[str, str]] = []
        self._blank = True

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").lower() for name, value in attrs}
        if given.get("id") in _CUT_IDS or given.get("data-marker") in ("__divider__", "__headers__"):
            self._end_line()
            self._lines.append(ORIGINAL)
        if tag == "br":
            self._end_line(kept=True)
        elif tag == "hr":
            self._end_line()
        elif tag in ("td", "th"):
            if "".join(self._line).strip():
                self._line.append("\t")
        elif tag in _LINES:
            self._end_line(paragraph=tag in _PARAGRAPHS)
        if tag not in _EMPTY and len(self._open) < _DEEPEST:
            self._open.append((tag, _role(tag, given)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _EMPTY:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _LINES:
            self._end_line(paragraph=tag in _PARAGRAPHS)
        for at in range(len(self._open) - 1, -1, -1):
            if self._open[at][0] == tag:
                del self._open[at:]
                return

    def handle_data(self, data: str) -> None:
        roles = {role for _, role in self._open}
        if "unseen" in roles:
            return
        if any(tag == "pre" for tag, _ in self._open):
            first, *others = data.split("\n")
            self._line.append(first)
            for line in others:
                self._end_line(kept=True)
                self._line.append(line)
            return
        self._line.append(_BLANKS.sub(" ", data))

    def _end_line(self, *, kept: bool = False, paragraph: bool = False) -> None:
        """End the line; an empty one is `kept` only where it was asked for, one before a `paragraph`."""
        written = "".join(self._line)
        line = "\t".join(cell.strip(" ") for cell in written.split("\t")).strip()
        self._line = []
        mark = "> " if any(role == "quoted" for _, role in self._open) else ""
        if line or kept:
            self._lines.append(f"{mark}{line}".rstrip() if line or mark else "")
            self._blank = not line
        if paragraph and not self._blank:
            self._lines.append("")
            self._blank = True


def _role(tag: str, given: dict[str, str]) -> str:
    classes = set(given.get("class", "").split())
    name = given.get("id", "")
    if tag in _UNSEEN or classes & _SIGNED or name in _SIGNED_IDS or given.get("data-smartmail") == "gmail_signature":
        return "unseen"
    if tag == "blockquote" or classes & _QUOTED or name in _QUOTED_IDS:
        return "quoted"
    return ""
