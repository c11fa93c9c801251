"""Reads HTML, also in files named like office formats: the texts and tables that a reader would see."""

from __future__ import annotations

import email
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import NamedTuple

from adapters.report_files import encodings, stylesheet
from adapters.report_files.office_zip import ReportFileFault
from adapters.report_files.stylesheet import Element, Look, StyleSheet
from adapters.report_files.tables import (
    MOST_DEPTH,
    MOST_PLACES,
    MOST_SPAN,
    Cell,
    Grid,
    Link,
    Unread,
    faint,
    lay_content,
    raised,
)
from projections.report.recognition.laid import Laid

_UNSEEN = {"script", "style", "template", "noscript", "noframes", "noembed", "svg", "nav", "aside", "button", "iframe", "object", "rt", "rp", "datalist", "audio", "video", "canvas", "progress", "meter"}  # fmt: skip
_STRUCK = {"s", "strike", "del"}
_DRAWN = {"img", "canvas", "svg", "object", "embed", "iframe"}
"""Elements that may show a figure without text."""
_FIELDS = {"", "text", "number", "tel", "search"}
"""Types of input whose value is displayed."""
_FRAMES = {"iframe", "frame", "embed", "object"}
_ATTACHED = re.compile(r"[^?#]*\.(?:docx?|xlsx?|pdf|wps|et|ofd|rtf|zip|rar)(?:[?#].*)?", re.I | re.S)
"""The address of a file that a page links to."""
_SCRIPTS = "网页的内容可能由程序显示，请在浏览器中打开后另存为完整网页"
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_BREAKS = {"p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6", "li", "section", "article", "header", "main", "footer", "ul", "ol", "body", "title", "hr", "dd", "dt", "center", "form", "caption", "pre", "blockquote", "figcaption", "address", "dl", "fieldset", "legend", "details", "summary"}  # fmt: skip
_SCRIPTED = {"div", "section", "article", "main", "ul", "body"}
"""Elements that a script may show although a style sheet hides them."""
_INLINE = {
    "sup",
    "sub",
    "span",
    "font",
    "b",
    "i",
    "u",
    "em",
    "strong",
    "a",
    "small",
    "big",
    "label",
    "bdo",
    "ins",
}
_SIBLINGS = {
    "td": {"td", "th", "tr"},
    "th": {"td", "th", "tr"},
    "tr": {"tr"},
    "p": {"p", "div", "table"},
    "li": {"li"},
}
_OWNERS = {"td": {"tr", "table"}, "th": {"tr", "table"}, "tr": {"table", "tbody"}, "p": {"td", "div", "body"}, "li": {"ul", "ol"}}  # fmt: skip
_ENDED = {"td": {"tr", "table"}, "th": {"tr", "table"}, "tr": {"tbody", "thead", "tfoot", "table"}, "tbody": {"table"}, "thead": {"table"}, "tfoot": {"table"}}  # fmt: skip
"""The containers of a tag. Where it starts, elements still open within its container are closed."""
_PARTS = {"table", "tr", "td", "th"}
_ROW_GROUPS = {"thead", "tbody", "tfoot"}
_OUTER = {"tr": {"table"}, "td": {"table", "tr"}}
"""For each part of a table by style sheet: what it must be inside of to count."""
_MOST_OPEN = 400
"""Maximum depth of elements whose styles are computed."""
_SHOWN_LATER = "js_content"
"""Id of the article in a WeChat page, which is hidden until a script has run."""


def lay_html(data: bytes, declared: str | None = None) -> Laid:
    """The texts and tables of a page, without hidden content and menus. The title is a text. Raises ReportFileFault.

    declared: the encoding named by the container of the page.
    """
    text, lost = encodings.decode(data, declared)
    page = _Page()
    page.feed(text)
    page.close()
    items = tuple(lay_content(page.finished(), [MOST_PLACES]))
    return Laid(
        items,
        remarks=("网页中隐藏的内容没有读",) if page.has_hidden else (),
        lost=(f"网页有{lost}个字的编码损坏",) if lost else (),
        has_pictures=page.has_pictures,
        elsewhere=tuple(sorted(page.elsewhere)) or ((_SCRIPTS,) if page.has_scripts else ()),
    )


def lay_mhtml(data: bytes) -> Laid:
    """The pages of a saved web archive; of a workbook saved so, one per sheet. Its pictures and style sheets are not opened.

    Raises ReportFileFault.
    """
    pages: list[Laid] = []
    try:
        for part in email.message_from_bytes(data).walk():
            if part.get_content_type() in ("text/html", "application/xhtml+xml"):
                payload = part.get_payload(decode=True)
                if isinstance(payload, bytes) and payload.strip():
                    pages.append(lay_html(payload, part.get_content_charset()))
    except (ValueError, LookupError, TypeError, RecursionError) as fault:
        raise (
            fault if isinstance(fault, ReportFileFault) else ReportFileFault("damaged", "网页存档已损坏")
        ) from None
    if not pages:
        raise ReportFileFault("damaged", "网页存档或邮件中没有网页，附件请另存后再报")
    if sum(map(len, (place for page in pages for table in page.tables for place in table))) > MOST_PLACES:
        raise ReportFileFault("too_large", "文件中的表格过大")
    return Laid(
        tuple(item for page in pages for item in page.items),
        remarks=tuple(dict.fromkeys(remark for page in pages for remark in page.remarks)),
        lost=tuple(each for page in pages for each in page.lost),
        has_pictures=any(page.has_pictures for page in pages),
        elsewhere=tuple(dict.fromkeys(each for page in pages for each in page.elsewhere)),
    )


class _Open(NamedTuple):
    """An open table, and the content that it belongs to. is_styled: it consists of elements laid out so by a style sheet."""

    grid: Grid
    around: list[str | Grid]
    is_styled: bool


class _Page(HTMLParser):
    """Builds the content of a page. `_content`: what the innermost open table cell, else the page, holds so far."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.has_hidden = self.has_pictures = self.has_scripts = False
        self.elsewhere: set[str] = set()
        """Where the report may be if it is not on the page, in Chinese."""
        self._content: list[str | Grid] = []
        self._text: list[str] = []
        self._is_link: list[bool] = []
        self._open: list[_Open] = []
        self._hiding: tuple[str, int] | None = None
        """The open hidden element: its tag, and how many elements of this tag are open from it on."""
        self._in_link = False
        self._sheet = StyleSheet()
        self._elements: list[Element] = []
        """Open elements, each with the style of its content."""
        self._options: list[tuple[bool, list[str]]] | None = None
        """Options of an open select: whether each is selected, and its text."""
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if self._hiding is not None and tag in _SIBLINGS.get(self._hiding[0], ()):
            self._hiding = None
        if self._hiding is not None:
            self._hiding = (self._hiding[0], self._hiding[1] + (tag == self._hiding[0]))
            return
        if tag in _DRAWN and not _is_spacer(attributes):
            self._draw()
        self._look_elsewhere(tag, attributes)
        element = self._element(tag, attributes)
        if tag not in _VOID and (tag in _UNSEEN or self._is_hidden(tag, attributes, element.look)):
            self.has_hidden = self.has_hidden or tag not in _UNSEEN
            self._hiding = (tag, 1)
            return
        part = element.look.part or tag
        if part == "table":
            self._open_table(is_styled=tag != "table")
        elif part == "tr" and self._open:
            self._end_text()
            self._open[-1].grid.rows.append([])
        elif part in ("td", "th") and self._open:
            self._open_cell(attributes if tag in _PARTS else {})
        elif tag in _ROW_GROUPS and self._open:
            self._open[-1].grid.end_rows()
        elif tag in _BREAKS:
            self._end_text()
        elif tag == "input" and (attributes.get("type") or "").lower() in _FIELDS and attributes.get("value"):
            self.handle_data(attributes["value"] or "")
        elif tag == "select":
            self._options = []
        elif tag == "option" and self._options is not None:
            self._options.append(("selected" in attributes, []))
        elif tag == "a":
            self._in_link = bool(attributes.get("href"))
        if tag not in _VOID and len(self._elements) < _MOST_OPEN:
            self._elements.append(element)

    def _element(self, tag: str, attributes: Mapping[str, str | None]) -> Element:
        """The element with its computed look: from its attributes, else the style sheet, else its parent."""
        if tag in _ENDED:
            last = next((at for at in range(len(self._elements), 0, -1) if self._elements[at - 1].tag in _ENDED[tag]), 0)  # fmt: skip
            self._end_elements(last)
        elif tag in _BREAKS:
            self._end_inline()
        names = frozenset(f".{each}" for each in (attributes.get("class") or "").split())
        element = Element(tag, names | {f"#{attributes.get('id') or ''}"}, Look())
        own = stylesheet.look(attributes.get("style") or "").over(_attributed(tag, attributes))
        ruled = self._sheet.of(element, self._elements)
        if tag in _SCRIPTED or own.is_hidden is not None:
            ruled = ruled._replace(is_hidden=None)
        own = own.over(ruled)
        around = self._elements[-1].look if self._elements else Look()
        is_raised = (own.is_raised or around.is_raised) if tag in _INLINE else None
        whole = own.over(around._replace(is_hidden=None, is_away=around.is_away and tag != "table"))
        return element._replace(look=whole._replace(is_raised=is_raised, part=self._part(tag, own.part)))

    def _part(self, tag: str, styled: str | None) -> str | None:
        """The table tag that a style sheet lays an element out as; None for other elements. Rows and cells need such a parent."""
        if styled is None or tag in _PARTS or tag in _VOID:
            return None
        around = next(
            (each for each in reversed(self._elements) if each.look.part or each.tag in _PARTS), None
        )
        outer = around.look.part if around is not None else None
        return styled if styled == "table" or outer in _OUTER[styled] else None

    def _end_inline(self) -> None:
        """Close inline elements at the end of their block; malformed pages leave them open."""
        while self._elements and self._elements[-1].tag in _INLINE and not self._elements[-1].look.part:
            self._elements.pop()

    def _end_elements(self, first: int) -> None:
        """Close the open elements from this one on, and the tables that they form."""
        styled = sum(each.look.part == "table" for each in self._elements[first:])
        while styled and self._open:
            styled -= self._open[-1].is_styled
            self._close_table()
        del self._elements[first:]

    def _look_elsewhere(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        """Note where the report may be if it is not on the page itself."""
        address = attributes.get("href" if tag == "a" else "data" if tag == "object" else "src") or ""
        if tag in _FRAMES and address:
            self.elsewhere.add("网页中嵌有另一文件或网页，没有打开，请核对该文件")
        elif tag == "a" and _ATTACHED.fullmatch(address):
            self.elsewhere.add("网页附有文件，没有打开，请下载后核对该文件")
        self.has_scripts = self.has_scripts or tag == "script"

    def _draw(self) -> None:
        self.has_pictures = True
        if self._open and self._content is not self._open[-1].around:
            self._content.append(Unread("图片"))

    def _is_hidden(self, tag: str, attributes: Mapping[str, str | None], look: Look) -> bool:
        return attributes.get("id") != _SHOWN_LATER and (
            "hidden" in attributes
            or tag in _STRUCK
            or (tag == "dialog" and "open" not in attributes)
            or bool(look.is_hidden)
        )

    def handle_endtag(self, tag: str) -> None:
        if self._hiding is not None:
            hiding, depth = self._hiding
            if tag == hiding and depth > 1:
                self._hiding = (hiding, depth - 1)
            elif tag == hiding or tag in _OWNERS.get(hiding, ()):
                self._hiding = None
            if tag == hiding or self._hiding is not None:
                return
        last = next((at for at in range(len(self._elements) - 1, -1, -1) if self._elements[at].tag == tag), None)  # fmt: skip
        if last is not None:
            self._end_elements(last)
        if tag == "table" and self._open:
            self._close_table()
        elif tag in _ROW_GROUPS and self._open:
            self._open[-1].grid.end_rows()
        elif tag in _BREAKS or tag in ("td", "th"):
            self._end_text()
            self._in_link = False
        elif tag == "select":
            self._choose()
        elif tag == "a":
            self._in_link = False

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002 - HTMLParser passes it
        """Skip conditional comments of word processors, as browsers do."""
        end = self.rawdata.find(">", i)
        return end + 1 if end >= 0 else -1

    def handle_data(self, data: str) -> None:
        if self._hiding == ("style", 1):
            self._sheet.add(data)
        if self._hiding is not None or not data:
            return
        if self._options is not None:
            if self._options:
                self._options[-1][1].append(data)
            return
        look = self._elements[-1].look if self._elements else Look()
        if look.size == 0:
            self.has_hidden = self.has_hidden or bool(data.strip())
            return
        # Outside of tables pale text may be on a dark picture.
        self._text.append(raised(data) if look.is_raised else faint(data) if look.is_faint and self._open else data)  # fmt: skip
        if data.strip():
            self._is_link.append(self._in_link)

    def _choose(self) -> None:
        """The displayed option of a select: the selected one, else the first."""
        options, self._options = self._options or [], None
        shown = next((text for is_chosen, text in options if is_chosen), options[0][1] if options else [])
        self.handle_data("".join(shown))

    def finished(self) -> list[str | Grid]:
        while self._open:
            self._close_table()
        self._end_text()
        return self._content

    def _open_table(self, *, is_styled: bool) -> None:
        self._end_text()
        if len(self._open) >= MOST_DEPTH:
            raise ReportFileFault("damaged", "网页的表格层次过深")
        grid = Grid()
        self._content.append(grid)
        self._open.append(_Open(grid, self._content, is_styled))

    def _open_cell(self, attributes: dict[str, str | None]) -> None:
        self._end_text()
        self._cells += 1
        if self._cells > MOST_PLACES:
            raise ReportFileFault("too_large", "文件中的表格过大")
        rows = self._open[-1].grid.rows
        if not rows:
            rows.append([])
        rows_ = attributes.get("rowspan")
        cell = Cell(rowspan=_span(rows_, to_the_end=MOST_SPAN), colspan=_span(attributes.get("colspan")))
        rows[-1].append(cell)
        self._content = cell.content

    def _close_table(self) -> None:
        self._end_text()
        grid, self._content, is_styled = self._open.pop()
        grid.end_rows()
        if is_styled and not grid.is_table:  # it only serves the layout of the page
            at = next(at for at in range(len(self._content) - 1, -1, -1) if self._content[at] is grid)
            self._content[at : at + 1] = [each for row in grid.rows for cell in row for each in cell.content]

    def _end_text(self) -> None:
        """End a block of text. Outside of tables a block with only links is a menu."""
        if self._options is not None:
            self._choose()
        text = " ".join("".join(self._text).split())
        if text:
            self._content.append(Link(text) if all(self._is_link) else text)
        self._text, self._is_link = [], []


def _is_spacer(attributes: Mapping[str, str | None]) -> bool:
    """Whether a picture is too small to show anything."""
    return any(
        re.fullmatch(r"[0-3](?:px)?", (attributes.get(name) or "").strip()) for name in ("width", "height")
    )


def _attributed(tag: str, attributes: Mapping[str, str | None]) -> Look:
    """The look given by obsolete attributes."""
    ink = attributes.get("color") if tag == "font" else None
    ground = attributes.get("bgcolor")
    return Look(
        is_raised=True if tag in ("sup", "sub") else None,
        is_away=True if tag == "bdo" and (attributes.get("dir") or "").lower() == "rtl" else None,
        is_white=stylesheet.is_white(ink) if ink else None,
        is_dark=stylesheet.is_dark(ground) if ground else None,
    )


def _span(value: str | None, to_the_end: int = 1) -> int:
    """The span of a cell. to_the_end: of 0, which as a rowspan means all following rows."""
    match = re.match(r"\s*([0-9]{1,6})", value or "")
    return (min(int(match[1]), MOST_SPAN) or to_the_end) if match else 1
