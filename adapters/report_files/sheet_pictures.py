"""Finds cells covered by a picture or text box, so that a reader does not see their value."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, product
from typing import NamedTuple
from xml.etree.ElementTree import Element

from adapters.report_files.number_formats import S
from adapters.report_files.office_zip import Parts, ReportFileFault

_EMU_OF_POINT, _EMU_OF_PIXEL = 12_700, 9_525
_DEFAULT_WIDTH, _DEFAULT_HEIGHT = 8.43, 15.0
"""Default width of a column in characters, and height of a row in points."""
_CHARACTER, _MARGIN = 7, 5
"""Pixels: width of a character, and margin of a column."""
_MOST_ROWS, _MOST_COLUMNS = 20_000, 40
_MOST_ANCHORS, _MOST_COVERED = 200, 200_000
_HEAD = 65_536
"""Bytes read of a picture; its header says whether it has transparency."""

Covers = Mapping[tuple[int, int], "Cover"]


class Cover(NamedTuple):
    """What covers a cell. what: its description in Chinese. is_solid: it has no transparent parts."""

    what: str
    is_solid: bool


class _Box(NamedTuple):
    """In EMU (1/914400 inch) from the upper left corner of the sheet."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def sides(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """(top, bottom), (left, right)."""
        return (self.top, self.bottom), (self.left, self.right)


def covers(parts: Parts, name: str, sheet: Element) -> Covers:
    """The cells covered by a picture, or by a text box with a figure, by (row, column) from 0.

    A cell counts if its centre is covered, or if the centre of the picture is in it. Raises ReportFileFault.
    """
    drawings = [target for kind, target in parts.targets_of(name).values() if kind.endswith("/drawing")]
    found: dict[tuple[int, int], Cover] = {}
    edges: tuple[list[float], list[float]] | None = None
    budget = _MOST_COVERED
    for drawing in drawings:
        if drawing not in parts:
            continue
        pictures = {each: target for each, (_, target) in parts.targets_of(drawing).items()}
        for anchor in list(parts.xml(drawing))[:_MOST_ANCHORS]:
            cover = _cover(anchor, parts, pictures)
            if cover is None:
                continue
            edges = edges or (_rows(sheet), _columns(sheet))
            box = _box(anchor, *edges)
            if box is None:
                continue
            rows, columns = (list(_within(each, *ends)) for each, ends in zip(edges, box.sides, strict=True))
            budget -= len(rows) * len(columns)
            if budget < 0:
                raise ReportFileFault("too_large", "工作表中的图片过多")
            for place in product(rows, columns):
                found.setdefault(place, cover)
    return found


def _cover(anchor: Element, parts: Parts, pictures: Mapping[str, str]) -> Cover | None:
    blip = next((each for each in anchor.iter() if each.tag.endswith("}blip")), None)
    if blip is not None:
        target = next((pictures[value] for name, value in blip.attrib.items() if name.endswith("}embed") and value in pictures), "")  # fmt: skip
        return Cover("图片", is_solid(parts, target))
    if any(each.tag.endswith("}sp") for each in anchor):
        text = "".join(each.text or "" for each in anchor.iter() if each.tag.endswith("}t"))
        return Cover(f"文本框中的{text.strip()[:20]}", is_solid=True) if re.search(r"\d", text) else None
    return None


def is_solid(parts: Parts, name: str) -> bool:
    """Whether a part of the file is a picture that nothing is seen through. The picture of a seal is transparent in places.

    False for formats other than PNG, JPEG and BMP, which may be transparent.
    """
    if name not in parts:
        return False
    data = parts.head(name, _HEAD)
    if data.startswith(b"\x89PNG"):
        return data[25:26] in (b"\x00", b"\x02", b"\x03") and b"tRNS" not in data
    return data.startswith((b"\xff\xd8", b"BM"))


def _box(anchor: Element, rows: Sequence[float], columns: Sequence[float]) -> _Box | None:
    """The box of an anchor; None if it is incomplete. rows, columns: edges of the sheet's rows and columns in EMU."""
    parts = {each.tag.rpartition("}")[2]: each for each in anchor}
    start, end, size = parts.get("from", parts.get("pos")), parts.get("to"), parts.get("ext")
    if start is None or (end is None and size is None):
        return None
    left, top = _point(start, columns, rows)
    if end is not None:
        return _Box(left, top, *_point(end, columns, rows))
    if size is None:
        return None
    return _Box(left, top, left + _number(size.get("cx")), top + _number(size.get("cy")))


def _point(corner: Element, columns: Sequence[float], rows: Sequence[float]) -> tuple[float, float]:
    typed = {each.tag.rpartition("}")[2]: _number(each.text) for each in corner}
    if "col" not in typed:
        return _number(corner.get("x")), _number(corner.get("y"))
    return (
        columns[min(int(typed["col"]), len(columns) - 1)] + typed.get("colOff", 0),
        rows[min(int(typed.get("row", 0)), len(rows) - 1)] + typed.get("rowOff", 0),
    )


def _within(edges: Sequence[float], first: float, last: float) -> Iterator[int]:
    """Rows or columns whose middle is between first and last, and the one that contains the middle of these two."""
    middle = (first + last) / 2
    for nth in range(max(bisect_right(edges, first) - 1, 0), min(bisect_right(edges, last), len(edges) - 1)):
        if first <= (edges[nth] + edges[nth + 1]) / 2 <= last or edges[nth] <= middle < edges[nth + 1]:
            yield nth


def _columns(sheet: Element) -> list[float]:
    default = next((_number(each.get("defaultColWidth")) for each in sheet.iter(f"{S}sheetFormatPr")), 0)
    widths = [_width_of(default or _DEFAULT_WIDTH)] * _MOST_COLUMNS
    for each in sheet.iter(f"{S}col"):
        for nth in range(
            int(_number(each.get("min"))) - 1, min(int(_number(each.get("max"))), _MOST_COLUMNS)
        ):
            widths[max(nth, 0)] = 0 if is_hidden(each, "width") else _width_of(_number(each.get("width")) or _DEFAULT_WIDTH)  # fmt: skip
    return [0, *accumulate(widths)]


def _width_of(letters: float) -> float:
    return (letters * _CHARACTER + _MARGIN) * _EMU_OF_PIXEL


def _rows(sheet: Element) -> list[float]:
    default = next((_number(each.get("defaultRowHeight")) for each in sheet.iter(f"{S}sheetFormatPr")), 0)
    heights = [(default or _DEFAULT_HEIGHT) * _EMU_OF_POINT] * _MOST_ROWS
    at = -1
    for each in sheet.iter(f"{S}row"):
        at = int(_number(each.get("r"))) - 1 if each.get("r") else at + 1
        if 0 <= at < _MOST_ROWS and (is_hidden(each, "ht") or each.get("ht")):
            heights[at] = 0 if is_hidden(each, "ht") else _number(each.get("ht")) * _EMU_OF_POINT
    return [0, *accumulate(heights)]


def is_hidden(element: Element, size: str) -> bool:
    """Whether a row or column is not displayed. size: name of its height or width attribute."""
    return element.get("hidden") in ("1", "true") or element.get(size) in ("0", "0.0")


def _number(text: str | None) -> float:
    return float(text) if text and re.fullmatch(r"-?[0-9]{1,12}(?:\.[0-9]{1,20})?", text.strip()) else 0.0
