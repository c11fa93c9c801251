"""DOCX, XLSX and HTML laid out as texts and tables in order, merged cells repeated in every place they cover."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html.parser import HTMLParser
from itertools import count
from posixpath import join, normpath
from xml.etree.ElementTree import Element

from adapters.report_parts import Parts, ReportFileFault
from projections.report_layout import Laid, Place

Laying = Callable[[bytes], Laid]

MOST_PLACES = 20_000
"""In all tables of a file; an annual report has about 600."""
MOST_SPAN = 1_000

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_P = "{http://schemas.openxmlformats.org/package/2006/relationships}"


class _Sheet:
    """A table being laid: cells are put row by row and pushed right by those that reach down from above."""

    def __init__(self, left: list[int]) -> None:
        """left: how many places the file may still cover, shared by its tables."""
        self._places: list[dict[int, Place]] = []
        self._row = self._last = -1
        self._free = 0
        self._left = left
        self._numbers = count()

    def row(self, index: int | None = None) -> None:
        """Goes to the next row, or to the one named."""
        self._row = self._row + 1 if index is None else index
        self._last = max(self._last, self._row)
        self._free = 0
        self._grow(self._row)

    def put(self, text: str, rowspan: int = 1, colspan: int = 1, column: int | None = None) -> None:
        """Into the next free column, or the one named."""
        if self._row < 0:
            self.row()
        if column is None:
            while self._free in self._places[self._row]:
                self._free += 1
            column = self._free
        self._spend(rowspan * colspan)
        place = Place(text, next(self._numbers))
        for row in range(self._row, self._row + rowspan):
            self._grow(row)
            for each in range(column, column + colspan):
                self._places[row].setdefault(each, place)

    def reaches_down(self, column: int) -> bool:
        """Whether a cell of the row above stands over the column."""
        return self._row > 0 and column in self._places[self._row - 1]

    def repeat(self, column: int, colspan: int) -> None:
        """The cell of the row above covers these columns of this row as well."""
        self._spend(colspan)
        above = self._places[self._row - 1][column]
        for each in range(column, column + colspan):
            self._places[self._row].setdefault(each, above)

    def laid(self) -> tuple[tuple[Place, ...], ...]:
        """Every row; places that nothing covers are blank cells of their own."""
        rows = self._places[: self._last + 1]
        widths = [max(row, default=-1) + 1 for row in rows]
        self._spend(sum(widths) - sum(map(len, rows)))
        return tuple(
            tuple(row.get(column) or Place("", next(self._numbers)) for column in range(width))
            for row, width in zip(rows, widths, strict=True)
        )

    def _grow(self, row: int) -> None:
        if row >= MOST_PLACES:
            raise ReportFileFault("too_large", "文件中的表格过长")
        while len(self._places) <= row:
            self._places.append({})

    def _spend(self, places: int) -> None:
        self._left[0] -= places
        if self._left[0] < 0:
            raise ReportFileFault("too_large", "文件中的表格过大")


def lay_docx(data: bytes) -> Laid:
    """Paragraphs and tables of the main text. Deleted text is not there; a table around tables is only a frame."""
    body = Parts(data, "word/document.xml").xml("word/document.xml").find(f"{_W}body")
    if body is None:
        raise ReportFileFault("damaged", "文件没有正文")
    return Laid(tuple(_docx_items(body, [MOST_PLACES])))


def _docx_items(parent: Element, left: list[int]) -> Iterator[str | tuple[tuple[Place, ...], ...]]:
    for child in parent:
        if child.tag == f"{_W}p":
            yield _docx_text(child)
        elif child.tag == f"{_W}tbl":
            if child.find(f".//{_W}tc//{_W}tbl") is not None:
                for cell in child.iter(f"{_W}tc"):
                    yield from _docx_items(cell, left)
            else:
                yield _docx_table(child, left)
        elif child.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins", f"{_W}smartTag", f"{_W}customXml"):
            yield from _docx_items(child, left)


def _docx_table(table: Element, left: list[int]) -> tuple[tuple[Place, ...], ...]:
    sheet = _Sheet(left)
    for row in table.iter(f"{_W}tr"):
        sheet.row()
        column = _word_number(row, f"{_W}trPr/{_W}gridBefore", 0)
        for cell in row.iter(f"{_W}tc"):
            span = max(1, min(_word_number(cell, f"{_W}tcPr/{_W}gridSpan", 1), MOST_SPAN))
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            if (
                merge is not None
                and merge.get(f"{_W}val", "continue") == "continue"
                and sheet.reaches_down(column)
            ):
                sheet.repeat(column, span)
            else:
                text = "\n".join(_docx_text(paragraph) for paragraph in cell.iter(f"{_W}p"))
                sheet.put(text, 1, span, column)
            column += span
    return sheet.laid()


def _docx_text(paragraph: Element) -> str:
    parts = []
    for run in paragraph.iter():
        if run.tag == f"{_W}t":
            parts.append(run.text or "")
        elif run.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
            parts.append(" ")
    return "".join(parts)


def _word_number(element: Element, path: str, default: int) -> int:
    found = element.find(path)
    text = found.get(f"{_W}val", "") if found is not None else ""
    return min(int(text), MOST_SPAN) if re.fullmatch(r"[0-9]{1,6}", text) else default


def lay_xlsx(data: bytes) -> Laid:
    """Every sheet in order; a row with one text only is a text as well as a row. Formulas count by their value."""
    parts = Parts(data, "xl/workbook.xml")
    shared = _shared_strings(parts)
    targets = {
        relation.get("Id", ""): normpath(join("xl", relation.get("Target", ""))).removeprefix("/")
        if not relation.get("Target", "").startswith("/")
        else relation.get("Target", "")[1:]
        for relation in parts.xml("xl/_rels/workbook.xml.rels").iter(f"{_P}Relationship")
    }
    left = [MOST_PLACES]
    items: list[str | tuple[tuple[Place, ...], ...]] = []
    for sheet in parts.xml("xl/workbook.xml").iter(f"{_S}sheet"):
        name = targets.get(sheet.get(f"{_R}id", ""), "")
        if name in parts:
            rows = _xlsx_rows(parts.xml(name), shared, left)
            items += [texts.pop() for texts in map(_told, rows) if len(texts) == 1]
            items.append(rows)
    return Laid(tuple(items))


def _told(row: Iterable[Place]) -> set[str]:
    return {place.text for place in row if place.text}


def _shared_strings(parts: Parts) -> list[str]:
    if "xl/sharedStrings.xml" not in parts:
        return []
    return [_xlsx_text(entry) for entry in parts.xml("xl/sharedStrings.xml").iter(f"{_S}si")]


def _xlsx_text(entry: Element) -> str:
    """A text with its runs, without readings."""
    return "".join(
        text.text or ""
        for part in entry
        if part.tag in (f"{_S}t", f"{_S}r")
        for text in ([part] if part.tag == f"{_S}t" else part.iter(f"{_S}t"))
    )


def _xlsx_rows(sheet: Element, shared: list[str], left: list[int]) -> tuple[tuple[Place, ...], ...]:
    laid = _Sheet(left)
    merged = dict(_merges(sheet))
    for row in sheet.iter(f"{_S}row"):
        for cell in row.iter(f"{_S}c"):
            place = _place(cell.get("r", ""))
            if place is None:
                raise ReportFileFault("damaged", "表格中有没有位置的单元格")
            text = _xlsx_value(cell, shared)
            if text or place in merged:
                laid.row(place[0])
                laid.put(text, *merged.get(place, (1, 1)), column=place[1])
    return laid.laid()


def _merges(sheet: Element) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Of each merged cell its first place, and the rows and columns it spans."""
    for merge in sheet.iter(f"{_S}mergeCell"):
        first, _, last = merge.get("ref", "").partition(":")
        start, end = _place(first), _place(last or first)
        if start and end and end >= start and end[1] >= start[1]:
            yield start, (end[0] - start[0] + 1, end[1] - start[1] + 1)


def _place(name: str) -> tuple[int, int] | None:
    """B3 → row 2, column 1."""
    match = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", name.replace("$", ""))
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


def _xlsx_value(cell: Element, shared: list[str]) -> str:
    kind, value = cell.get("t", "n"), cell.findtext(f"{_S}v") or ""
    if kind == "s":
        return shared[int(value)] if re.fullmatch(r"[0-9]{1,9}", value) and int(value) < len(shared) else ""
    if kind == "inlineStr":
        inline = cell.find(f"{_S}is")
        return _xlsx_text(inline) if inline is not None else ""
    if kind == "n" and value:
        try:
            # 15 figures, as a spreadsheet shows it: 7730.2799999999997 is 7730.28.
            return f"{float(value):.15g}"
        except ValueError:
            return value
    return value


_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?([A-Za-z0-9_-]{1,20})""", re.I)
_HIDDEN = {"script", "style", "template", "noscript", "svg"}
_BREAKS = {"p", "div", "br", "h1", "h2", "h3", "h4", "h5", "h6", "li", "section", "article", "header", "main", "footer", "ul", "ol", "body"}  # fmt: skip


def lay_html(data: bytes) -> Laid:
    """The page's texts and its innermost tables; its title counts as a text. Scripts, styles and drawings are left out."""
    pages = _Page()
    pages.feed(_decoded(data))
    pages.close()
    return Laid(tuple(pages.finished()))


def _decoded(data: bytes) -> str:
    """By its mark, what it declares, else UTF-8; Chinese pages often say gb2312 and mean GB18030."""
    named = _CHARSET.search(data[:4096])
    declared = named[1].decode().lower() if named else ""
    if data.startswith(b"\xef\xbb\xbf"):
        charsets = ["utf-8-sig"]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        charsets = ["utf-16"]
    else:
        charsets = ["gb18030"] if declared.startswith("gb") else ["utf-8", "gb18030"]
    for charset in charsets:
        try:
            return data.decode(charset)
        except UnicodeDecodeError:
            continue
    raise ReportFileFault("damaged", "网页的文字编码不能识别")


class _Frame:
    """A table that is open: a frame around others is no table itself."""

    def __init__(self, left: list[int]) -> None:
        self.sheet = _Sheet(left)
        self.cell: list[str] | None = None
        self.spans = (1, 1)
        self.is_outer = False


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._items: list[str | tuple[tuple[Place, ...], ...]] = []
        self._text: list[str] = []
        self._frames: list[_Frame] = []
        self._hidden = 0
        self._left = [MOST_PLACES]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _HIDDEN:
            self._hidden += 1
        elif tag == "title":
            self._end_text()
        elif tag == "table":
            self._open_table()
        elif self._frames and tag == "tr":
            self._end_cell()
            self._frames[-1].sheet.row()
        elif self._frames and tag in ("td", "th"):
            self._end_cell()
            told = dict(attrs)
            self._frames[-1].cell = []
            self._frames[-1].spans = (_span(told.get("rowspan")), _span(told.get("colspan")))
        elif tag in _BREAKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag == "table" and self._frames:
            self._close_table()
        elif tag in ("td", "th") and self._frames:
            self._end_cell()
        elif tag == "title" or tag in _BREAKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if self._hidden:
            return
        if not self._frames or self._frames[-1].is_outer:
            self._text.append(data)
        elif self._frames[-1].cell is not None:
            self._frames[-1].cell.append(data)

    def finished(self) -> list[str | tuple[tuple[Place, ...], ...]]:
        while self._frames:
            self._close_table()
        self._end_text()
        return self._items

    def _open_table(self) -> None:
        if len(self._frames) > 50:
            raise ReportFileFault("damaged", "网页的表格层次过深")
        if self._frames:
            outer = self._frames[-1]
            outer.is_outer = True
            self._end_text()
            self._items += [text for text in map(str.strip, "".join(outer.cell or []).split("\n")) if text]
            outer.cell = []
        self._end_text()
        self._frames.append(_Frame(self._left))

    def _close_table(self) -> None:
        self._end_cell()
        frame = self._frames.pop()
        if frame.is_outer:
            self._end_text()
        else:
            self._items.append(frame.sheet.laid())

    def _end_cell(self) -> None:
        frame = self._frames[-1]
        if frame.is_outer:
            self._end_text()
        elif frame.cell is not None:
            frame.sheet.put(" ".join("".join(frame.cell).split()), *frame.spans)
        frame.cell = None

    def _break(self) -> None:
        if self._frames and self._frames[-1].cell is not None and not self._frames[-1].is_outer:
            self._frames[-1].cell.append("\n")
        else:
            self._end_text()

    def _end_text(self) -> None:
        text = "".join(self._text).strip()
        if text:
            self._items.append(text)
        self._text = []


def _span(told: str | None) -> int:
    return max(1, min(int(told), MOST_SPAN)) if told and re.fullmatch(r"\s*[0-9]{1,6}\s*", told) else 1
