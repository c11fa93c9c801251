"""XLSX: every sheet that is seen, in order. Formulas count by their value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from posixpath import join, normpath
from xml.etree.ElementTree import Element

from adapters.report_files.office_zip import Parts, ReportFileFault
from adapters.report_files.tables import MOST_PLACES, Item, Sheet, raised
from projections.report.laid import Laid, Place, Table

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_P = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_MOST_COLUMNS = 16_384


def lay_xlsx(data: bytes) -> Laid:
    """A row with one text only is a text as well as a row. Hidden sheets, rows and columns are left out."""
    parts = Parts(data, "xl/workbook.xml")
    shared = _shared_strings(parts)
    targets = {
        relation.get("Id", ""): normpath(join("xl", relation.get("Target", ""))).removeprefix("/")
        if not relation.get("Target", "").startswith("/")
        else relation.get("Target", "")[1:]
        for relation in parts.xml("xl/_rels/workbook.xml.rels").iter(f"{_P}Relationship")
    }
    left = [MOST_PLACES]
    items: list[Item] = []
    remarks: list[str] = []
    for sheet in parts.xml("xl/workbook.xml").iter(f"{_S}sheet"):
        name = targets.get(sheet.get(f"{_R}id", ""), "")
        if sheet.get("state", "visible") != "visible":
            remarks.append(f"隐藏的工作表“{sheet.get('name', '')[:31]}”没有读")
        elif name in parts:
            rows, is_hidden = _rows(parts.xml(name), shared, left)
            items += [texts.pop() for texts in map(_told, rows) if len(texts) == 1]
            items.append(rows)
            if is_hidden:
                remarks.append(f"工作表“{sheet.get('name', '')[:31]}”隐藏的行或列没有读")
    return Laid(tuple(items), remarks=tuple(remarks))


def _told(row: Iterable[Place]) -> set[str]:
    return {place.text for place in row if place.text}


def _shared_strings(parts: Parts) -> list[str]:
    if "xl/sharedStrings.xml" not in parts:
        return []
    return [_text(entry) for entry in parts.xml("xl/sharedStrings.xml").iter(f"{_S}si")]


def _text(entry: Element) -> str:
    """A text with its runs, without readings; raised runs as raised letters."""
    found = []
    for part in entry:
        if part.tag == f"{_S}t":
            found.append(part.text or "")
        elif part.tag == f"{_S}r":
            text = "".join(each.text or "" for each in part.iter(f"{_S}t"))
            align = part.find(f"{_S}rPr/{_S}vertAlign")
            found.append(text if align is None or align.get("val") == "baseline" else raised(text))
    return "".join(found)


def _rows(sheet: Element, shared: list[str], left: list[int]) -> tuple[Table, bool]:
    """The rows that are seen, and whether others are not."""
    laid = Sheet(left)
    merged = dict(_merges(sheet))
    unseen = {_number(row, "r") - 1 for row in sheet.iter(f"{_S}row") if _is_hidden(row, "ht")}
    columns = {
        column
        for each in sheet.iter(f"{_S}col")
        if _is_hidden(each, "width")
        for column in range(_number(each, "min") - 1, min(_number(each, "max"), _MOST_COLUMNS))
    }
    for row in sheet.iter(f"{_S}row"):
        for cell in row.iter(f"{_S}c"):
            place = _place(cell.get("r", ""))
            if place is None:
                raise ReportFileFault("damaged", "表格中有没有位置的单元格")
            text = _value(cell, shared)
            if text or place in merged:
                laid.row(place[0])
                laid.put(text, *merged.get(place, (1, 1)), column=place[1])
    rows = laid.laid()
    if not unseen and not columns:
        return rows, False
    seen = tuple(
        tuple(place for at, place in enumerate(row) if at not in columns)
        for index, row in enumerate(rows)
        if index not in unseen
    )
    lost = any(
        place.text and (index in unseen or at in columns)
        for index, row in enumerate(rows)
        for at, place in enumerate(row)
    )
    return seen, lost


def _is_hidden(element: Element, size: str) -> bool:
    return element.get("hidden") in ("1", "true") or element.get(size) in ("0", "0.0")


def _number(element: Element, name: str) -> int:
    text = element.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,7}", text) else 0


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


def _value(cell: Element, shared: list[str]) -> str:
    kind, value = cell.get("t", "n"), cell.findtext(f"{_S}v") or ""
    if kind == "s":
        return shared[int(value)] if re.fullmatch(r"[0-9]{1,9}", value) and int(value) < len(shared) else "?"
    if kind == "inlineStr":
        inline = cell.find(f"{_S}is")
        return _text(inline) if inline is not None else ""
    if kind == "n" and value:
        try:
            # 15 figures, as a spreadsheet shows it: 7730.2799999999997 is 7730.28.
            return f"{float(value):.15g}"
        except ValueError:
            return value
    if not value and cell.find(f"{_S}f") is not None:
        return "公式没有算出的值"
    return value
