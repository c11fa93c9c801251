"""Web pages, and what systems export under the names of office files: texts and tables that a reader would see."""

from __future__ import annotations

import email
import re
from email.message import Message
from html.parser import HTMLParser

from adapters.report_files import encodings
from adapters.report_files.office_zip import ReportFileFault
from adapters.report_files.tables import (
    MOST_DEPTH,
    MOST_PLACES,
    MOST_SPAN,
    Cell,
    Grid,
    Link,
    lay_content,
    raised,
)
from projections.report.laid import Laid

_UNSEEN = {"script", "style", "template", "noscript", "svg", "nav", "aside", "select", "button", "textarea", "iframe", "object"}  # fmt: skip
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_BREAKS = {"p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6", "li", "section", "article", "header", "main", "footer", "ul", "ol", "body", "title", "hr", "dd", "dt", "center", "form", "caption"}  # fmt: skip
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all", re.I)
_SIBLINGS = {
    "td": {"td", "th", "tr"},
    "th": {"td", "th", "tr"},
    "tr": {"tr"},
    "p": {"p", "div", "table"},
    "li": {"li"},
}
_OWNERS = {"td": {"tr", "table"}, "th": {"tr", "table"}, "tr": {"table", "tbody"}, "p": {"td", "div", "body"}, "li": {"ul", "ol"}}  # fmt: skip


def lay_html(data: bytes, declared: str | None = None) -> Laid:
    """The page's texts and its tables; its title counts as a text. What is hidden and menus of links are left out."""
    text, lost = encodings.decode(data, declared)
    page = _Page()
    page.feed(text)
    page.close()
    items = tuple(lay_content(page.finished(), [MOST_PLACES]))
    return Laid(
        items,
        remarks=("网页中隐藏的内容没有读",) if page.has_hidden else (),
        lost=(f"网页有{lost}个字的编码损坏",) if lost else (),
    )


def lay_mhtml(data: bytes) -> Laid:
    """The page of a saved web archive; pictures and styles beside it are not opened."""
    try:
        for part in email.message_from_bytes(data).walk():
            if isinstance(part, Message) and part.get_content_type() in (
                "text/html",
                "application/xhtml+xml",
            ):
                payload = part.get_payload(decode=True)
                if isinstance(payload, bytes) and payload.strip():
                    return lay_html(payload, part.get_content_charset())
    except (ValueError, LookupError, TypeError, RecursionError):
        raise ReportFileFault("damaged", "网页存档已损坏") from None
    raise ReportFileFault("damaged", "网页存档中没有网页")


class _Page(HTMLParser):
    """content: what the table cell, or the page, holds so far."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.has_hidden = False
        self._content: list[str | Grid] = []
        self._text: list[str] = []
        self._is_link: list[bool] = []
        self._open: list[tuple[Grid, list[str | Grid]]] = []
        """Tables that are open, each with what stands around it."""
        self._hiding: tuple[str, int] | None = None
        self._in_link = False
        self._raised = 0
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if self._hiding is not None and tag in _SIBLINGS.get(self._hiding[0], ()):
            self._hiding = None
        if self._hiding is not None:
            self._hiding = (self._hiding[0], self._hiding[1] + (tag == self._hiding[0]))
            return
        is_hidden = "hidden" in told or _HIDING.search(told.get("style") or "") is not None
        if tag not in _VOID and (tag in _UNSEEN or is_hidden):
            self.has_hidden = self.has_hidden or tag not in _UNSEEN
            self._hiding = (tag, 1)
        elif tag == "table":
            self._open_table()
        elif tag == "tr" and self._open:
            self._end_text()
            self._open[-1][0].rows.append([])
        elif tag in ("td", "th") and self._open:
            self._open_cell(told)
        elif tag in _BREAKS:
            self._end_text()
        elif tag in ("sup", "sub"):
            self._raised += 1
        elif tag == "a":
            self._in_link = bool(told.get("href"))

    def handle_endtag(self, tag: str) -> None:
        if self._hiding is not None:
            hiding, depth = self._hiding
            if tag == hiding and depth > 1:
                self._hiding = (hiding, depth - 1)
            elif tag == hiding or tag in _OWNERS.get(hiding, ()):
                self._hiding = None
            if tag == hiding or self._hiding is not None:
                return
        if tag == "table" and self._open:
            self._close_table()
        elif tag in _BREAKS or tag in ("td", "th"):
            self._end_text()
            self._in_link = False
        elif tag in ("sup", "sub"):
            self._raised = max(0, self._raised - 1)
        elif tag == "a":
            self._in_link = False

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002 - the parser gives it
        """What word processors write as conditions, whole or torn: skipped, as browsers do."""
        end = self.rawdata.find(">", i)
        return end + 1 if end >= 0 else -1

    def handle_data(self, data: str) -> None:
        if self._hiding is None and data:
            self._text.append(raised(data) if self._raised else data)
            if data.strip():
                self._is_link.append(self._in_link)

    def finished(self) -> list[str | Grid]:
        while self._open:
            self._close_table()
        self._end_text()
        return self._content

    def _open_table(self) -> None:
        self._end_text()
        if len(self._open) >= MOST_DEPTH:
            raise ReportFileFault("damaged", "网页的表格层次过深")
        grid = Grid()
        self._content.append(grid)
        self._open.append((grid, self._content))

    def _open_cell(self, told: dict[str, str | None]) -> None:
        self._end_text()
        self._cells += 1
        if self._cells > MOST_PLACES:
            raise ReportFileFault("too_large", "文件中的表格过大")
        rows = self._open[-1][0].rows
        if not rows:
            rows.append([])
        cell = Cell(rowspan=_span(told.get("rowspan")), colspan=_span(told.get("colspan")))
        rows[-1].append(cell)
        self._content = cell.content

    def _close_table(self) -> None:
        self._end_text()
        _, self._content = self._open.pop()

    def _end_text(self) -> None:
        """A block of links alone is a menu, but in a table a figure."""
        text = " ".join("".join(self._text).split())
        if text:
            self._content.append(Link(text) if all(self._is_link) else text)
        self._text, self._is_link = [], []


def _span(told: str | None) -> int:
    return max(1, min(int(told), MOST_SPAN)) if told and re.fullmatch(r"\s*[0-9]{1,6}\s*", told) else 1
