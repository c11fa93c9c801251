"""How a workbook displays a number: shown as a date, a percentage or in thousands, it is not a count."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar
from xml.etree.ElementTree import Element

from adapters.report_files import stylesheet
from adapters.report_files.tables import SMALLEST

T = TypeVar("T")

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENTAGES = {9, 10}
_SECTION = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_COLOUR = re.compile(r"\[(?:[A-Za-z]+[0-9]*|\$[^\]]*|[<>=]+-?[0-9.]+)\]")
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)\]")
_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "<>": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
}
_GENERAL = re.compile(r"general|G/通用格式", re.I)
_LITERALS = re.compile(r'"([^"]*)"|\\(.)|[_*].')
_ELAPSED = re.compile(r"\[[hms]+\]", re.I)


class Style(NamedTuple):
    """How a cell shows its value. code: number format, such as 0.00%. is_struck: struck through. is_faint: white on
    white, or too small to be seen.
    """

    code: str = ""
    is_struck: bool = False
    is_faint: bool = False


def styles(sheet: Element | None) -> list[Style]:
    """The cell styles, in the order of the index that cells refer to; sheet: the workbook's styles part."""
    if sheet is None:
        return []
    codes = {each.get("numFmtId", ""): each.get("formatCode", "") for each in sheet.iter(f"{S}numFmt")}
    fonts = [(is_struck(font), is_faint(font)) for font in sheet.findall(f"{S}fonts/{S}font")]
    grounds = [_is_ground(fill) for fill in sheet.findall(f"{S}fills/{S}fill")]
    found = []
    for each in sheet.findall(f"{S}cellXfs/{S}xf"):
        number = each.get("numFmtId", "0")
        struck, faint = nth(fonts, each.get("fontId", "0")) or (False, False)
        ground = nth(grounds, each.get("fillId", "0"))
        found.append(Style(codes.get(number) or _builtin_code(number), struck, faint and not ground))
    return found


def nth(all_: Sequence[T], number: str) -> T | None:
    """The item with an index taken from the file; None if the index is ill-formed or out of range."""
    return all_[int(number)] if re.fullmatch(r"[0-9]{1,9}", number) and int(number) < len(all_) else None


def _is_ground(fill: Element) -> bool:
    """Whether a cell has a fill other than white."""
    pattern = fill.find(f"{S}patternFill")
    if pattern is None or pattern.get("patternType", "none") == "none":
        return pattern is None
    colour = pattern.find(f"{S}fgColor")
    return colour is None or not _is_white(colour)


def _is_white(colour: Element) -> bool:
    """White as RGB, as the window background of the theme, or in the built-in palette."""
    return (
        stylesheet.is_white(colour.get("rgb", "")[-6:])
        or (colour.get("theme") == "0" and colour.get("tint", "0") in ("0", "0.0"))
        or colour.get("indexed") in ("1", "9")
    )


def is_faint(font: Element | None) -> bool:
    """Whether a font is white, or too small to be seen."""
    if font is None:
        return False
    colour, size = font.find(f"{S}color"), font.find(f"{S}sz")
    points = size.get("val", "") if size is not None else ""
    is_tiny = re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]+)?", points) is not None and float(points) < SMALLEST
    return is_tiny or (colour is not None and _is_white(colour))


def is_struck(font: Element | None) -> bool:
    """Whether a font is struck through."""
    struck = font.find(f"{S}strike") if font is not None else None
    return struck is not None and struck.get("val", "1") not in ("0", "false")


def _builtin_code(number: str) -> str:
    """The code of a built-in number format, as far as it shows dates or percentages; else empty."""
    if not re.fullmatch(r"[0-9]{1,3}", number):
        return ""
    return "yyyy" if int(number) in _DATES else "0%" if int(number) in _PERCENTAGES else ""


def shown(value: float, text: str, code: str) -> str:
    """The text a reader sees for a number; empty if the format shows nothing.

    text: the plain number; returned if the format shows a count. code: the number format. Zero is returned as it is,
    since many formats print a dash for it.
    """
    if value == 0:
        return text
    sections = _SECTION.split(code)
    section = _section(value, sections)
    if _ELAPSED.search(section):
        return f"时间{text}"
    bare = _COLOUR.sub("", section)
    rest = _LITERALS.sub("", bare)
    words = "".join(match[1] or match[2] or "" for match in _LITERALS.finditer(bare))
    if (
        _GENERAL.search(rest)
        or (not rest.strip() and not words and len(sections) == 1)
        or rest.strip() == "@"
    ):
        return text
    if re.search(r"[ymdhs年月日]", rest, re.I):
        return f"日期{text}"
    if not re.search(r"[0#?]", rest):
        return (words + rest).strip()
    if "%" in rest:
        return f"{value * 100:.15g}%"
    if re.search(r"[0#?],+(?![0#?,])", rest):
        return f"以千计的{text}"
    beside = words + re.sub(r"[0#?,. ]", "", rest)
    if re.search(r"\d", beside):
        return f"“{beside}”{text}"
    return f"{text}{beside}" if re.search(r"[百千万亿‰]", beside) else text


def _section(value: float, sections: Sequence[str]) -> str:
    """The section of a format that applies to a number: the first whose condition holds, else by the number's sign."""
    conditions = [_CONDITION.search(each) for each in sections]
    if not any(conditions):
        return sections[1] if value < 0 and len(sections) > 1 else sections[0]
    for section, condition in zip(sections, conditions, strict=True):
        if condition is None or _COMPARISONS[condition[1]](value, float(condition[2])):
            return section
    return sections[-1]
