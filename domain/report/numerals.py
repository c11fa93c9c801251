"""Numbers as people type them: 1，095, １０９５, 1 095, 6份, 705.00, 93①, 零, 九百九十九.

A mark of a footnote is no digit. What might be two numbers, or part of one, is no number at all.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from unicodedata import category, normalize

MOST = 10**12
"""Larger ones are no figure of a report."""

_MARKS = "".join(
    letter
    for letter in map(chr, (*range(0xA0, 0x3400), *range(0x1F000, 0x1FC00)))
    if category(letter) == "No" and re.fullmatch(r"[^/\u2044]*[0-9][^/\u2044]*", normalize("NFKC", letter))
)
"""Digits above the line, in a circle, in brackets: ² ① ⑴ ㉑ are marks of notes, ½ is none."""
_NOTES = re.compile(rf"[{_MARKS}\u207a-\u207f\u208a-\u209c\u24f5-\u24ff\u2776-\u2793\u2020\u2021*＊※#＃]")
_NOTE_ALONE = re.compile(rf"\s*[{_MARKS}\u24f5-\u24ff\u2776-\u2793][\s{_MARKS}]*")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202d\u2060-\u2064\ufeff]")
"""Without the mark U+202E, behind which digits are shown in reverse."""
_MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "‒": "-"})
_BLANK = re.compile(r"[/∕\\_.\-―─━…·]*")
_NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,5})(?P<part>\.[0-9]{1,6})?"
    r"(?:万?元|[件份宗起条个项人次部])?(?:\[[0-9]{1,2}\]|注[0-9]{0,2}|[((].*|其中.*)?[。;,]?",
    re.S,
)
_MONEY = re.compile(r"[-+0-9,.]+万?元")
_NONE = re.compile(r"[零〇](?:[件份宗起条个项人次部])?")
_PARTED = re.compile(r"[0-9]\s+[0-9]")
_SPACED_OUT = re.compile(r"[+-]?(?:[0-9]{1,3}(?:[ \t][0-9]{3})+|[0-9](?: [0-9]){2,})(?![0-9\s]*\s[0-9])")
"""1 095 and 7 0 5 are one number; 5 6 may be two."""

_DIGITS = {"零": 0, "〇": 0, "○": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}  # fmt: skip
_TENS = {"十": 10, "百": 100, "千": 1000}
_HANZI = "零〇○一二两三四五六七八九十百千万亿"
_IN_WORDS = re.compile(f"(?<![第每{_HANZI}])([{_HANZI}]{{1,15}})(?=\\s*[件宗起份](?![件宗起份]))")
_GROUPS = re.compile(r"(?<![0-9,，.])[0-9]{1,3}(?:[,，][0-9]{3}){1,4}(?![0-9,，.]*[0-9])")
_SPACED = re.compile(r"(?<![0-9,，.年])[0-9]{1,3}(?:[ \u00a0\u2009][0-9]{3}){1,4}(?=\s*[件宗起份条个项])")


@lru_cache(maxsize=4_096)
def plain(text: str) -> str:
    """Full width made half, without spaces, invisible characters and footnote marks."""
    seen = _NOTES.sub("", _INVISIBLE.sub("", text))
    return re.sub(r"\s", "", normalize("NFKC", seen).translate(_MINUS))


def is_blank(text: str) -> bool:
    """Whether a cell says nothing: empty, or a stroke for nothing, with a footnote mark or without.

    #### is a number that is wider than its column; a raised or circled digit alone may be its figure.
    """
    return (
        "##" not in text
        and _BLANK.fullmatch(plain(text)) is not None
        and not _NOTE_ALONE.fullmatch(_INVISIBLE.sub("", text))
    )


def number(text: str) -> Decimal | None:
    """The number in a cell, its unit and the remark behind it left aside; None in a blank one.

    Raises ValueError for a cell that says anything else.
    """
    if is_blank(text):
        return None
    if _PARTED.search(half := normalize("NFKC", _NOTES.sub("", text)).strip()) and not _SPACED_OUT.match(
        half
    ):
        raise ValueError(text)
    if _NONE.fullmatch(plain(text)):
        return Decimal(0)
    match = _NUMBER.fullmatch(plain(text))
    if match is None:
        raise ValueError(text)
    value = Decimal(match["whole"].replace(",", "") + (match["part"] or ""))
    if value > MOST:
        raise ValueError(text)
    return -value if match["sign"] == "-" else value


def count(text: str) -> int | None:
    """A number of things: whole, if need be with zeros behind its point. Raises ValueError for another, and for money."""
    value = number(text)
    if value is None:
        return None
    if value != value.to_integral_value() or _MONEY.match(plain(text)):
        raise ValueError(text)
    return int(value)


def in_words(text: str) -> int:
    """九百九十九 → 999, 二〇二二 → 2022. Raises ValueError for what is no number in words."""
    if not text or set(text) - set(_HANZI):
        raise ValueError(text)
    if len(text) > 1 and all(letter in _DIGITS for letter in text):
        return int("".join(str(_DIGITS[letter]) for letter in text))
    total = section = digit = 0
    scale = 10
    for letter in text:
        if letter in _DIGITS:
            if digit:
                raise ValueError(text)
            digit = _DIGITS[letter]
        elif letter in _TENS:
            section += (digit or 1) * _TENS[letter]
            digit, scale = 0, _TENS[letter]
        elif letter == "万":
            total += (section + digit) * 10_000
            section, digit, scale = 0, 0, 10_000
        else:
            total = (total + section + digit) * 100_000_000
            section, digit, scale = 0, 0, 100_000_000
    # 一百二 is 一百二十; 一百零二 is not.
    last = digit * (scale // 10) if scale > 10 and not re.search("[零〇○].$", text) else digit
    return total + section + last


def in_digits(text: str) -> str:
    """A text whose numbers are all in plain digits, so that they can be looked for: 1,095件, １０９５件, 九百九十九件."""
    digits = _NOTES.sub("", text)
    digits = re.sub(r"[０-９％．]", lambda match: normalize("NFKC", match[0]), digits)
    digits = _SPACED.sub(_joined, _GROUPS.sub(_joined, digits))
    return _IN_WORDS.sub(_figure, digits)


def _joined(match: re.Match[str]) -> str:
    return re.sub(r"[^0-9]", "", match[0])


def _figure(match: re.Match[str]) -> str:
    try:
        return str(in_words(match[1]))
    except ValueError:
        return match[0]
