"""What a workbook shows of a number: a day, a share or a number of thousands is no number of things."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple
from xml.etree.ElementTree import Element

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

_DAYS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_SHARES = {9, 10}
_SECTION = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_COLOUR = re.compile(r"\[(?:[A-Za-z]+[0-9]*|\$[^\]]*|[<>=]+-?[0-9.]+)\]")
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9]+(?:\.[0-9]+)?)\]")
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
    "<>": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
}
_WORDS = re.compile(r'"([^"]*)"|\\(.)|[_*].')
_ELAPSED = re.compile(r"\[[hms]+\]", re.I)


class Style(NamedTuple):
    """How a cell shows its value. code: of its number format. is_struck: what it holds is crossed out."""

    code: str = ""
    is_struck: bool = False


def styles(sheet: Element | None) -> list[Style]:
    """By the number that cells name them by."""
    if sheet is None:
        return []
    codes = {each.get("numFmtId", ""): each.get("formatCode", "") for each in sheet.iter(f"{S}numFmt")}
    fonts = [is_struck(font) for font in sheet.findall(f"{S}fonts/{S}font")]
    found = []
    for each in sheet.findall(f"{S}cellXfs/{S}xf"):
        number, font = each.get("numFmtId", "0"), each.get("fontId", "0")
        code = codes.get(number) or _usual(number)
        found.append(
            Style(code, font.isascii() and font.isdigit() and fonts[int(font) : int(font) + 1] == [True])
        )
    return found


def is_struck(font: Element | None) -> bool:
    """Whether a font crosses out what is written in it."""
    struck = font.find(f"{S}strike") if font is not None else None
    return struck is not None and struck.get("val", "1") not in ("0", "false")


def _usual(number: str) -> str:
    """The code of a format that every workbook has, as far as it tells a figure from what is none."""
    if not re.fullmatch(r"[0-9]{1,3}", number):
        return ""
    return "yyyy" if int(number) in _DAYS else "0%" if int(number) in _SHARES else ""


def shown(value: float, text: str, code: str) -> str:
    """text, or what its reader sees instead of a figure; empty where the format shows nothing.

    A zero stays one: many formats print a stroke for it.
    """
    if value == 0:
        return text
    sections = _SECTION.split(code)
    section = _section(value, sections)
    if _ELAPSED.search(section):
        return f"时间{text}"
    bare = _COLOUR.sub("", section)
    rest = _WORDS.sub("", bare)
    words = "".join(match[1] or match[2] or "" for match in _WORDS.finditer(bare))
    if (
        re.search("general", rest, re.I)
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
    return f"{text}{words}" if re.search(r"\d", words) else text


def _section(value: float, sections: Sequence[str]) -> str:
    """The part of a format that a number is shown by: the first whose condition holds, else by its sign."""
    conditions = [_CONDITION.search(each) for each in sections]
    if not any(conditions):
        return sections[1] if value < 0 and len(sections) > 1 else sections[0]
    for section, condition in zip(sections, conditions, strict=True):
        if condition is None or _HOLDS[condition[1]](value, float(condition[2])):
            return section
    return sections[-1]
