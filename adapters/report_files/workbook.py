"""Reads XLSX: every visible sheet, in order. Of a formula the stored value is read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from xml.etree.ElementTree import Element

from adapters.office_archives import SHEET
from adapters.report_files.number_formats import S, Style, is_faint, is_struck, nth, shown, styles
from adapters.report_files.office_zip import Parts, ReportFileFault
from adapters.report_files.sheet_pictures import Covers, covers, is_hidden
from adapters.report_files.tables import MOST_PLACES, MOST_SPAN, Item, Sheet, faint, raised
from projections.report.recognition.laid import Laid, Table

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MOST_COLUMNS = 16_384
_NEARBY = 2
"""Rows above and below a row that also determine how wide its table is."""
_FEWEST = 4
"""Minimum cells with text in a row of a table."""


def lay_xlsx(data: bytes) -> Laid:
    """A table per sheet. Hidden sheets, rows and columns are left out. Raises ReportFileFault."""
    parts = Parts(data, SHEET)
    values = _Values(_shared_strings(parts), styles(parts.related("styles")))
    targets = parts.targets()
    budget = [MOST_PLACES]
    items: list[Item] = []
    remarks: list[str] = []
    for sheet in parts.xml(parts.main).iter(f"{S}sheet"):
        name = targets.get(sheet.get(f"{_R}id", ""), "")
        if sheet.get("state", "visible") != "visible":
            remarks.append(f"隐藏的工作表“{sheet.get('name', '')[:31]}”没有读")
        elif name in parts:
            try:
                own = parts.xml(name)
                rows, is_hidden = _rows(own, values, budget, covers(parts, name, own))
            except ReportFileFault as fault:
                if fault.code != "too_large":
                    raise
                text = f"工作表“{sheet.get('name', '')[:31]}”过大，请删去与年度报告无关的工作表再报"
                raise ReportFileFault("too_large", text) from None
            items.append(rows)
            if is_hidden:
                remarks.append(f"工作表“{sheet.get('name', '')[:31]}”隐藏的行、列或数字没有读")
    return Laid(tuple(items), remarks=tuple(remarks), has_pictures=parts.has_pictures)


def _shared_strings(parts: Parts) -> list[str]:
    found = parts.related("sharedStrings")
    return [] if found is None else [_text(entry) for entry in found.iter(f"{S}si")]


def _text(entry: Element) -> str:
    """A text of one or more runs, without phonetic guides and struck-through runs."""
    found = []
    for part in entry:
        if part.tag == f"{S}t":
            found.append(part.text or "")
        elif part.tag == f"{S}r":
            text = "".join(each.text or "" for each in part.iter(f"{S}t"))
            own = part.find(f"{S}rPr")
            if is_struck(own):
                continue
            text = faint(text) if is_faint(own) else text
            align = part.find(f"{S}rPr/{S}vertAlign")
            found.append(text if align is None or align.get("val") == "baseline" else raised(text))
    return "".join(found)


def _rows(sheet: Element, values: _Values, budget: list[int], covers: Covers) -> tuple[Table, bool]:
    """The visible rows, and whether anything was left out as hidden. budget: places that may still be laid out."""
    laid = Sheet(budget)
    merged = dict(_merges(sheet))
    covered = _covered(merged)
    unseen: set[int] = set()
    columns = {
        column
        for each in sheet.iter(f"{S}col")
        if is_hidden(each, "width")
        for column in range(_number(each, "min") - 1, min(_number(each, "max"), _MOST_COLUMNS))
    }
    lost = False
    filled: dict[int, list[int]] = {}
    at = -1
    for row in sheet.iter(f"{S}row"):
        at = _number(row, "r") - 1 if row.get("r") else at + 1
        if is_hidden(row, "ht"):
            unseen.add(at)
        column = -1
        for cell in row.iter(f"{S}c"):
            place = _place(cell.get("r", "")) or (at, column + 1)
            column = place[1]
            text, is_seen = values.of(cell)
            if place in covered:
                text, is_seen = "", not text
            lost = lost or not is_seen
            if text:
                filled.setdefault(place[0], []).append(column + merged.get(place, (1, 1))[1])
            cover = covers.get(place)
            if text and cover is not None and cover.is_solid and re.search(r"\d", text):
                text = f"{cover.what}遮住的{text}"
            if text or (place in merged and cover is None):
                laid.row(place[0])
                laid.put(text, *merged.get(place, (1, 1)), column=column)
    for place in _in_tables(covers, filled):
        laid.row(place[0])
        laid.put(covers[place].what, *merged.get(place, (1, 1)), column=place[1])
    rows = laid.laid(even=True)  # a file leaves out blank cells at the end of a row
    if not unseen and not columns:
        return rows, lost
    seen = tuple(
        tuple(place for at, place in enumerate(row) if at not in columns)
        for index, row in enumerate(rows)
        if index not in unseen
    )
    lost = lost or any(
        place.text and (index in unseen or at in columns)
        for index, row in enumerate(rows)
        for at, place in enumerate(row)
    )
    return seen, lost


def _in_tables(covers: Covers, filled: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, int]]:
    """Covered places inside a table: a logo next to a title covers no figure, nor does a seal right of the table.

    filled: for each row, the columns where its cells with text end, exclusive.
    """
    tables = [row for row, ends in filled.items() if len(ends) >= _FEWEST]
    if not tables:
        return
    first, last = min(tables), max(tables) + 1
    for row, places in groupby(sorted(covers), key=itemgetter(0)):
        if first <= row <= last:
            near = range(row - _NEARBY, row + _NEARBY + 1)
            width = max((end for each in near for end in filled.get(each, ())), default=0)
            yield from (place for place in places if place[1] < width)


def _number(element: Element, name: str) -> int:
    text = element.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,7}", text) else 0


def _merges(sheet: Element) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """For each merged cell: its first (row, column), and its (rowspan, colspan)."""
    for merge in sheet.iter(f"{S}mergeCell"):
        first, _, last = merge.get("ref", "").partition(":")
        start, end = _place(first), _place(last or first)
        if start and end and end >= start and end[1] >= start[1]:
            yield start, (end[0] - start[0] + 1, end[1] - start[1] + 1)


def _covered(merged: Mapping[tuple[int, int], tuple[int, int]]) -> set[tuple[int, int]]:
    """Cells hidden by a merged cell; those of a merge too large for a table are left out."""
    return {
        (row + down, column + across)
        for (row, column), (height, width) in merged.items()
        if height * width <= MOST_SPAN
        for down in range(height)
        for across in range(width)
        if down or across
    }


def _place(name: str) -> tuple[int, int] | None:
    """Row and column from 0: B3 is (2, 1). None if ill-formed or left out: then the cell follows the previous one."""
    match = re.fullmatch(r"([A-Z]{1,3})([1-9][0-9]{0,6})", name.replace("$", "").upper())
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


class _Values:
    """What the cells of a workbook show."""

    def __init__(self, shared: list[str], styles: list[Style]) -> None:
        self._shared, self._styles = shared, styles

    def of(self, cell: Element) -> tuple[str, bool]:
        """The text that a cell shows, and whether it shows anything of its value. No text that is struck through, or is
        not a count, reads as a number.
        """
        style = nth(self._styles, cell.get("s", "")) or Style()
        kind, value = cell.get("t", "n"), cell.findtext(f"{S}v") or ""
        text = self._text(cell, kind, value)
        if kind == "n" and value:
            number = _float(value)
            text = shown(number, f"{number:.15g}", style.code) if number is not None else value
        if style.is_struck and text:
            return f"划去的{text}", True
        text = faint(text) if style.is_faint else text
        return text, bool(text) or not value

    def _text(self, cell: Element, kind: str, value: str) -> str:
        if kind == "s":
            text = nth(self._shared, value)
            return "?" if text is None else text
        if kind == "inlineStr":
            inline = cell.find(f"{S}is")
            return _text(inline) if inline is not None else ""
        if kind == "b":
            return "TRUE" if value == "1" else "FALSE"
        if kind == "d":
            return f"日期{value}"
        if value.startswith("=DISPIMG("):  # how WPS stores a picture in a cell
            return "图片"
        return value or ("公式没有算出的值" if cell.find(f"{S}f") is not None else "")


def _float(value: str) -> float | None:
    """The number; None if it is none. Print it with 15 digits, as spreadsheets do: 7730.2799999999997 is 7730.28."""
    try:
        return float(value)
    except ValueError:
        return None
