"""Parses days as people type them. An ambiguous text is not a day."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import NamedTuple
from unicodedata import normalize

from domain.report import numerals
from domain.values import FIRST_YEAR, LAST_YEAR

SINCE_1900 = date(1899, 12, 30)
"""Day 0 of a spreadsheet's serial numbers, as they have counted since 1 March 1900."""
SINCE_1904 = date(1904, 1, 1)
"""The same in a workbook that counts from 1904."""

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]")
_TIME = re.compile(
    r"(?: ?(?:星期|周)[一二三四五六日天]|[上下]午"
    r"|(?:[T ]|(?<=[日号午]))\d{1,2}[:时点]\d{0,2}(?:[:分]\d{0,2}(?:\.\d+)?秒?)?)+Z?$"
)
_SPACED = re.compile(r"(\d{4}) (\d{1,2}) (\d{1,2})")
_REMARK = re.compile(r"[(（\[【].*$")
_WHOLE = re.compile(r"(\d{4})(?:年|[-./、,])(\d{1,2})(?:月|[-./、,])(\d{1,2})[日号]?")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_SHORT_YEAR = re.compile(r"(\d{2})年(\d{1,2})月(\d{1,2})[日号]?")
_OTHER_ERA = re.compile(r"(?:民国)?1\d{2}年\d{1,2}月\d{1,2}[日号]?|民国.*")
_WITHOUT_YEAR = re.compile(r"(\d{1,2})月(\d{1,2})[日号]?")
_TWO_NUMBERS = re.compile(r"\d{1,2}[-./]\d{1,2}(?:[-./]\d{1,4})?")
_HANZI = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})[日号]"
)
_DIGITS = {each: str(number) for number, each in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}


class ReadDay(NamedTuple):
    """A day, or why the text is none; assumed: what was taken for granted, in words."""

    day: date | None
    problem: str | None = None
    assumed: str | None = None


def read_day(
    text: str, year: int | None = None, *, not_before: date | None = None, day_zero: date = SINCE_1900
) -> ReadDay:
    """year: of a day that names none, else that is not read. not_before: such a day lies in the next year otherwise.

    day_zero: of serial numbers.
    """
    typed = " ".join(normalize("NFKC", _INVISIBLE.sub("", text)).split()).strip("' ")
    bare = _REMARK.sub("", typed).strip()
    assumed = f"“{_shown(text)}”只取日期" if bare != typed else None
    bare = _SPACED.sub(r"\1-\2-\3", _TIME.sub("", bare)).replace(" ", "").rstrip("。.;；")
    if match := _HANZI.fullmatch(bare):
        year_no = "".join(_DIGITS[each] for each in match[1])
        try:
            bare = f"{year_no}-{numerals.in_words(match[2])}-{numerals.in_words(match[3])}"
        except ValueError:
            return _none(text, "不是日期")
    if match := _WHOLE.fullmatch(bare):
        return _day(int(match[1]), int(match[2]), int(match[3]), text, assumed)
    if re.fullmatch(r"20\d{6}(\.0)?", bare):
        return _day(int(bare[:4]), int(bare[4:6]), int(bare[6:8]), text, assumed)
    if _SERIAL.fullmatch(bare):
        day = day_zero + timedelta(days=int(float(bare)))
        return ReadDay(day) if FIRST_YEAR <= day.year <= LAST_YEAR else _none(text, "不是日期")
    if match := _SHORT_YEAR.fullmatch(bare):
        whole = 2000 + int(match[1])
        return _day(whole, int(match[2]), int(match[3]), text, f"“{_shown(text)}”的年份视为{whole}年")
    if _OTHER_ERA.fullmatch(bare):
        return _none(text, "的年份不是公历年")
    if match := _WITHOUT_YEAR.fullmatch(bare):
        return _without_year(int(match[1]), int(match[2]), text, year, not_before)
    if _TWO_NUMBERS.fullmatch(bare):
        return _none(text, "有两种读法（月与日、年与月不能区分），请写明年月日")
    if len(re.findall(r"\d{4}[年./-]\d{1,2}[月./-]\d{1,2}", bare)) > 1:
        return _none(text, "含有不止一个日期")
    return _none(text, "不是日期")


def iso_day(text: str) -> str:
    """A day that is alone in its field, in ISO; anything else as it is, for the decoder to refuse.

    No remark or time is cut off here, and five digits are a slip rather than a spreadsheet's serial number.
    """
    found, bare = read_day(text), text.strip()
    alone = found.assumed is None and not _SERIAL.fullmatch(bare) and not _TIME.search(bare)
    return str(found.day) if found.day is not None and alone else text


def _without_year(month: int, day: int, text: str, year: int | None, not_before: date | None) -> ReadDay:
    if year is None:
        return _none(text, "没有年份，工作表、编号中也没有")
    found = _day(year, month, day, text, f"没有写年份，按{year}年计")
    if found.day is not None and not_before is not None and found.day < not_before:
        return _day(year + 1, month, day, text, f"没有写年份，按次年{year + 1}年计")
    return found


def _day(year: int, month: int, day: int, text: str, assumed: str | None) -> ReadDay:
    try:
        found = date(year, month, day)
    except ValueError:
        return _none(text, "没有这一天")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return _none(text, f"不在{FIRST_YEAR}年至{LAST_YEAR}年之间")
    return ReadDay(found, None, assumed)


def _none(text: str, why: str) -> ReadDay:
    return ReadDay(None, f"日期“{_shown(text)}”{why}")


def _shown(text: str) -> str:
    return " ".join(text.split())[:30]
