"""The request numbers of an earlier register."""

from __future__ import annotations

import hashlib
import re
from datetime import date

from domain.values import plain

_SEPARATORS = re.compile(r"[、,，;；\n]+|\s+和\s*|及")
ROUNDED = re.compile(r"\d(?:\.\d+)?e\+?\d+", re.I)
"""A long number that a spreadsheet has made approximate."""
_MOST_PER_CELL = 50
_NUMBERED = re.compile(r"(?:^|[\s;；。])(?:[(（]?[1-9一二三四五六七八九][)）]|[1-9][.．、](?!\d))")
_ITEM = re.compile(f"{_NUMBERED.pattern}|[(（][1-9一二三四五六七八九][)）]")
"""The same where a text is known to have several."""
_YEAR_BEFORE = re.compile(r"[\[(（〔]?20\d{2}[\])）〕年]?\s*[—–]+\s*\d{1,4}号?$")


def numbers_in(text: str) -> tuple[list[str], str | None]:
    """Each number of a cell: 17、18, 2020-0017至2020-0019."""
    if not text:
        return [], None
    text = re.sub(r"\.0$", "", text)
    if ROUNDED.fullmatch(text):
        return [text], f"编号“{text}”已被表格改成近似的数，失去末几位"
    if match := re.fullmatch(r"(.*?)(\d{1,6})号?\s*(?:至|~|～|—+)\s*(.*?)(\d{1,6})(号?)", text.strip()):
        before, first, _, last, after = match.groups()
        if _YEAR_BEFORE.match(text):
            return [text], None  # 2021—0003 is one number
        many = int(last) - int(first) + 1
        if not 0 < many <= _MOST_PER_CELL:
            return [text], f"编号“{text[:60]}”的起止不能读"
        return [
            f"{before}{number:0{len(first)}d}{after}" for number in range(int(first), int(last) + 1)
        ], None
    parts = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    if len(parts) > _MOST_PER_CELL:
        return [text], f"编号一格中多于{_MOST_PER_CELL}个"
    if len(parts) > 1 and not all(re.search(r"\d", part) for part in parts):
        return [" ".join(text.split())], None
    if len(parts) > 1 and (head := re.match(r"(.*\D)\d+号?$", parts[0])):
        parts = [parts[0], *(f"{head[1]}{part}" if part.isdigit() else part for part in parts[1:])]
    return parts, None


def year_and_sequence(number: str) -> tuple[int | None, int] | None:
    """2020-0017, 依申请〔2020〕17号, 20200017, 17; None for what ends in no number."""
    text = plain(number)
    if match := re.search(r"(20\d{2})(?:年|\)|-|—|–|/|\.|_|第|号)+(\d{1,9})号?$", text):
        return int(match[1]), int(match[2])
    if match := re.fullmatch(r"\D*(20\d{2})(\d{3,5})号?", text):
        return int(match[1]), int(match[2])
    if match := re.fullmatch(r"\D*(\d{1,9})号?", text):
        return None, int(match[1])
    return None


def key_of(number: str, received_on: date) -> str:
    return hashlib.sha256(f"{received_on.year}:{plain(number)}".encode()).hexdigest()[:32]


def has_items(text: str) -> bool:
    """Whether it counts several: 1.…；2.…"""
    return len(_NUMBERED.findall(text)) > 1


def items_in(text: str) -> list[str]:
    """What it counts."""
    parts = (part.strip(" ;；。\n") for part in _ITEM.split(text))
    return [part for part in parts if part]
