"""Numbers that a report's text states in words of its own, and how like last year's it reads.

Wording varies between authorities (受理 may mean new requests alone, or those carried in too), so a number is
questioned only if it agrees with none of the cells that its words can mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

_COUNT = r"(?P<number>[0-9]{1,9})(?:\s*[件宗起份条])?"
_GAP = r"[^0-9，。；、：,;.（(]{0,8}?(?:[（(][^）)0-9]{0,20}[）)])?[^0-9，。；、：,;.（(]{0,4}?"

# Words before a number, and what they can mean: names of figures, those joined by + summed.
_MEANINGS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    (
        "新收申请",
        r"(?:新收|收到|受理|收办|接收)(?:[^0-9，。；、]{0,14}申请)?",
        ("requests.new.total", "requests.new.total+requests.carried_in.total"),
    ),
    ("上年结转", r"(?<!下)(?:上年度?|上一年度)结转", ("requests.carried_in.total",)),
    ("结转下年度", r"(?:结?转|顺延到?)下一?年度?", ("requests.carried_out.total",)),
    (
        "予以公开及部分公开",
        r"予以公开[及和]部分公开",
        ("requests.granted.total+requests.granted_in_part.total",),
    ),
    ("予以公开", r"(?<!不)予以公开(?![及和])", ("requests.granted.total",)),
    ("部分公开", r"(?<![及和])部分公开", ("requests.granted_in_part.total",)),
    ("不予公开", r"不予公开", ("requests.refused.total",)),
    ("无法提供", r"无法提供", ("requests.unable.total",)),
    ("不予处理", r"不予处理", ("requests.not_processed.total",)),
    ("其他处理", r"其他处理", ("requests.other.total",)),
    (
        "自然人",
        r"自然人(?:提出)?(?:的)?申请",
        (
            "requests.new.natural_person",
            "requests.new.natural_person+requests.carried_in.natural_person",
        ),
    ),
    ("总计", r"(?:办结|答复)(?:申请)?", ("requests.total.total",)),
    ("行政复议总计", r"复议(?:案件)?", ("appeals.reconsideration.total",)),
    ("行政诉讼总计", r"诉讼(?:案件)?", ("appeals.litigation.total",)),
)
_PATTERNS = tuple(
    (words, re.compile(f"{before}{_GAP}{_COUNT}(?![0-9.%％年月日])"), meanings)
    for words, before, meanings in _MEANINGS
)
_SHARE = re.compile(
    r"(?P<part>[0-9]{1,9})\s*[件宗起][，,、（(]?\s*(?:占比?|比例)[^0-9，。；、]{0,8}"
    r"(?P<share>[0-9]{1,3}(?:\.[0-9]{1,4})?)\s*[%％]"
)
_PHRASE = 6
_SHORTEST = 30


class Typed(NamedTuple):
    """A number in a text that agrees with no cell its words can mean. expected: of each meaning."""

    quoted: str
    words: str
    typed: int
    expected: tuple[int, ...]
    names: tuple[str, ...]


class Share(NamedTuple):
    """A count and the percentage it is said to be."""

    quoted: str
    part: int
    printed: str

    def of(self, whole: int) -> bool:
        """Whether it is that share of the whole, rounded or cut to the digits printed."""
        if not whole:
            return False
        digits = len(self.printed.partition(".")[2])
        return abs(Decimal(100 * self.part) / whole - Decimal(self.printed)) < Decimal(1).scaleb(-digits)


def figures_in(text: str, figures: Mapping[str, str]) -> Iterator[Typed]:
    """Numbers in the text that the tables contradict. figures: by name, see `report_text.figures`."""
    for words, pattern, meanings in _PATTERNS:
        for match in pattern.finditer(text):
            typed = int(match["number"])
            expected = tuple(
                sum(int(figures.get(name, "0")) for name in meaning.split("+")) for meaning in meanings
            )
            if typed not in expected:
                yield Typed(match[0], words, typed, expected, meanings)


def shares_in(text: str) -> Iterator[Share]:
    """Counts followed by the share they are said to be: 予以公开20件，占21.3%."""
    for match in _SHARE.finditer(text):
        yield Share(match[0], int(match["part"]), match["share"])


def likeness(text: str, other: str) -> Decimal:
    """The share of the text's phrases that the other has too, numbers aside; 0 of a text too short to tell."""
    phrases = _phrases(text)
    if len(phrases) < _SHORTEST:
        return Decimal(0)
    return Decimal(len(phrases & _phrases(other))) / len(phrases)


def _phrases(text: str) -> set[str]:
    plain = re.sub(r"[\s0-9０-９，。；、：（）()%％.,]", "", text)
    return {plain[start : start + _PHRASE] for start in range(len(plain) - _PHRASE + 1)}
