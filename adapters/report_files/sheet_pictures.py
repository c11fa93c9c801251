"""Finds cells covered by a picture or text box, whose printed content is not their value."""

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
_USUAL_WIDTH, _USUAL_HEIGHT = 8.43, 15.0
"""Letters of a column, points of a row."""
_LETTER, _MARGIN = 7, 5
"""Pixels of a letter, and of what a column is wider than its letters."""
_MOST_ROWS, _MOST_COLUMNS = 20_000, 40
_MOST_ANCHORS, _MOST_COVERED = 200, 200_000
_HEAD = 65_536
"""Bytes of a picture, in which it says whether it can be seen through."""

Covers = Mapping[tuple[int, int], "Cover"]


class Cover(NamedTuple):
    """What lies on a cell. is_solid: nothing is seen through it."""

    what: str
    is_solid: bool


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    @property
    def sides(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """From above to below, and from left to right."""
        return (self.top, self.bottom), (self.left, self.right)


def covers(parts: Parts, name: str, sheet: Element) -> Covers:
    """By its place each cell that a picture or a box with a figure lies on, or stands in."""
    drawings = [target for kind, target in parts.targets_of(name).values() if kind.endswith("/drawing")]
    found: dict[tuple[int, int], Cover] = {}
    edges: tuple[list[float], list[float]] | None = None
    left = _MOST_COVERED
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
            left -= len(rows) * len(columns)
            if left < 0:
                raise ReportFileFault("too_large", "工作表中的图片过多")
            for place in product(rows, columns):
                found.setdefault(place, cover)
    return found


def _cover(anchor: Element, parts: Parts, pictures: Mapping[str, str]) -> Cover | None:
    blip = next((each for each in anchor.iter() if each.tag.endswith("}blip")), None)
    if blip is not None:
        target = next((pictures[value] for name, value in blip.attrib.items() if name.endswith("}embed") and value in pictures), "")  # fmt: skip
        return Cover("图片", target in parts and _is_solid(parts.head(target, _HEAD)))
    if any(each.tag.endswith("}sp") for each in anchor):
        text = "".join(each.text or "" for each in anchor.iter() if each.tag.endswith("}t"))
        return Cover(f"文本框中的{text.strip()[:20]}", is_solid=True) if re.search(r"\d", text) else None
    return None


def _is_solid(data: bytes) -> bool:
    """Whether a picture has no clear parts, as a seal has; drawings and those of another kind may have."""
    if data.startswith(b"\x89PNG"):
        return data[25:26] in (b"\x00", b"\x02", b"\x03") and b"tRNS" not in data
    return data.startswith((b"\xff\xd8", b"BM"))


def _box(anchor: Element, rows: Sequence[float], columns: Sequence[float]) -> _Box | None:
    """From the upper left corner of the sheet; None of an anchor that is torn."""
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
    """Of rows or columns those whose middle is covered, and the one in which the middle of what covers is."""
    middle = (first + last) / 2
    for nth in range(max(bisect_right(edges, first) - 1, 0), min(bisect_right(edges, last), len(edges) - 1)):
        if first <= (edges[nth] + edges[nth + 1]) / 2 <= last or edges[nth] <= middle < edges[nth + 1]:
            yield nth


def _columns(sheet: Element) -> list[float]:
    usual = next((_number(each.get("defaultColWidth")) for each in sheet.iter(f"{S}sheetFormatPr")), 0)
    widths = [_wide(usual or _USUAL_WIDTH)] * _MOST_COLUMNS
    for each in sheet.iter(f"{S}col"):
        for nth in range(
            int(_number(each.get("min"))) - 1, min(int(_number(each.get("max"))), _MOST_COLUMNS)
        ):
            widths[max(nth, 0)] = 0 if is_hidden(each, "width") else _wide(_number(each.get("width")) or _USUAL_WIDTH)  # fmt: skip
    return [0, *accumulate(widths)]


def _wide(letters: float) -> float:
    return (letters * _LETTER + _MARGIN) * _EMU_OF_PIXEL


def _rows(sheet: Element) -> list[float]:
    usual = next((_number(each.get("defaultRowHeight")) for each in sheet.iter(f"{S}sheetFormatPr")), 0)
    heights = [(usual or _USUAL_HEIGHT) * _EMU_OF_POINT] * _MOST_ROWS
    at = -1
    for each in sheet.iter(f"{S}row"):
        at = int(_number(each.get("r"))) - 1 if each.get("r") else at + 1
        if 0 <= at < _MOST_ROWS and (is_hidden(each, "ht") or each.get("ht")):
            heights[at] = 0 if is_hidden(each, "ht") else _number(each.get("ht")) * _EMU_OF_POINT
    return [0, *accumulate(heights)]


def is_hidden(element: Element, size: str) -> bool:
    """Whether a row or column takes no place. size: the attribute that says how high or wide it is."""
    return element.get("hidden") in ("1", "true") or element.get(size) in ("0", "0.0")


def _number(text: str | None) -> float:
    return float(text) if text and re.fullmatch(r"-?[0-9]{1,12}(?:\.[0-9]{1,20})?", text.strip()) else 0.0
