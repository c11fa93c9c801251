"""Numbers that a report's text states in words of its own, and how like last year's it reads.

Wording varies between authorities (受理 may mean new requests alone, or those carried in too), so a number is
questioned only if it agrees with none of the cells that its words can mean.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from domain.report import numerals


class _Word(NamedTuple):
    """Words before a number, and the figures that they can mean; those joined by + summed.

    rank: of two words before one number the higher says what is counted: 予以公开答复966件 are not all that was
    answered. A word of no figure says that something else is counted.
    """

    name: str
    pattern: str
    figures: tuple[str, ...]
    rank: int = 2


# Longer words first: 部分予以公开 is not 予以公开, 未经复议直接起诉 is no reconsideration.
_WORDS = (
    _Word("未经复议直接起诉", r"(?:未经|未)复议(?:程序)?(?:而|就)?直接(?:提起)?(?:行政)?(?:起诉|诉讼)|直接(?:提起)?(?:行政)?(?:起诉|诉讼)", ("appeals.litigation_direct.total",)),
    _Word("复议后起诉", r"经?(?:行政)?复议后?(?:又|再)?(?:提起)?(?:行政)?(?:起诉|(?<=提起)诉讼|(?<=后)诉讼)", ("appeals.litigation_after_reconsideration.total",)),
    _Word("", r"(?:行政)?复议(?:机关|机构|决定|期间|前置)|维持|纠正|纠错|撤销|驳回|撤诉|撤回|终止|未审结|未结案?|审结|审理|胜诉|败诉|应诉", (), 3),
    _Word("", r"网上|网络|线上|在线|平台|系统|信函|邮寄|信件|书面|当面|现场|窗口|传真|邮件|电子|电话|法人|企业|单位|机构|律师|街道|乡镇|各镇", (), 3),
    _Word("", r"增加|增长|减少|下降|上升|多|同比|环比|平均|人均|不满|投诉|举报", (), 3),
    _Word("部分公开", r"部分(?:予以)?公开", ("requests.granted_in_part.total",)),
    _Word("不予公开", r"不予公开", ("requests.refused.total",)),
    _Word("予以公开", r"(?<!不)予以公开", ("requests.granted.total",)),
    _Word("无法提供", r"无法提供", ("requests.unable.total",)),
    _Word("不予处理", r"不予处理", ("requests.not_processed.total",)),
    _Word("其他处理", r"其他处理", ("requests.other.total",)),
    _Word("上年结转", r"(?<!下)(?:上年度?|上一年度?|去年)结转", ("requests.carried_in.total",)),
    _Word("结转下年度", r"(?:结?转|顺延)(?:至|到)?(?:下一?年度?|明年|次年|20[0-9]{2}年度?)(?:继续)?(?:办理)?", ("requests.carried_out.total",)),
    _Word("自然人", r"自然人(?:提出)?(?:的)?(?:申请)?", ("requests.new.natural_person", "requests.new.natural_person+requests.carried_in.natural_person"), 1),
    _Word("行政复议总计", r"(?:行政)?复议(?:案件|申请)?", ("appeals.reconsideration.total",)),
    _Word("行政诉讼总计", r"(?:行政)?诉讼(?:案件)?", ("appeals.litigation.total",)),
    _Word("新收申请", r"(?:新收|收到|受理|收办|接收)(?:[^0-9，。；、,;]{0,14}申请)?", ("requests.new.total", "requests.new.total+requests.carried_in.total"), 0),
    _Word("总计", r"(?:办结|答复)(?:申请)?", ("requests.total.total",), 0),
)  # fmt: skip
_ANY = re.compile("|".join(f"(?P<w{nth}>{word.pattern})" for nth, word in enumerate(_WORDS)))
_NUMBER = re.compile(
    r"(?<![0-9.])(?P<number>[0-9]{1,9})(?P<unit>\s*[件宗起份条])?(?![0-9.%％年月日个人次元余多])"
)
_PART = re.compile(r"[^，。；：,;:\n]+[，。；：,;:\n]?")
_REMARK = re.compile(r"[（(][^（()）0-9]{0,20}[）)]")
_CHANNEL = re.compile(
    r"网上|网络|线上|在线|平台|系统|信函|邮寄|信件|书面|当面|现场|窗口|传真|邮件|电子|电话|法人|企业|律师"
)
"""Between 收到 and 申请: a part of what was received."""
_JOINT = re.compile(r"(?:及|和|与|或|、|以及|或者)?")
_MOST_BETWEEN = 12
"""Letters between words and their number, remarks in brackets aside."""

_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})年")
_LAST_YEAR = re.compile(r"(?:上年度?|上一年度?|去年|往年|前年|同期)(?!结转)")
_THIS_YEAR = re.compile(r"本年|今年|本年度")
_NEARBY = 8
"""Letters beside a year within which the words stand that say how it is meant."""
_COMPARED = re.compile(r"(?:比|较|与|同|相比|对比)[^，。；,;]{0,6}$")

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
    year = figures.get("year")
    told = numerals.in_digits(text)
    for sentence in re.split(r"[。！？\n]", told):
        of_other_year = False
        for part in _PART.finditer(sentence):
            of_other_year, from_ = _year_of(part[0], year, of_other_year)
            yield from _in_part(part[0], from_, figures)


def _year_of(part: str, year: str | None, is_other: bool) -> tuple[bool, list[tuple[int, bool]]]:
    """Whether what follows is of another year, and from which letter of the part on what is.

    比上年的900件 says so of its own part only, 2021年收到900件 of all that follows in the sentence.
    """
    marks: list[tuple[int, bool]] = [(0, is_other)]
    after = is_other
    found = [
        *((match, year is not None and match[1] != year) for match in _YEAR.finditer(part)),
        *((match, True) for match in _LAST_YEAR.finditer(part)),
        *((match, False) for match in _THIS_YEAR.finditer(part)),
    ]
    for match, other in sorted(found, key=lambda each: each[0].start()):
        start = match.start()
        before = part[max(0, start - _NEARBY) : start]
        if re.match(r"[^，。；]{0,6}结转", part[start : start + _NEARBY]) or re.search(
            r"(?:结?转|顺延)[至到入]?$", before
        ):
            continue
        marks.append((start, other))
        if not other or not _COMPARED.search(before):
            after = other
    return after, marks


def _in_part(part: str, years: list[tuple[int, bool]], figures: Mapping[str, str]) -> Iterator[Typed]:
    start = 0
    for match in _NUMBER.finditer(part):
        before, start = part[start : match.start()], match.end()
        if years[bisect_right(years, match.start(), key=itemgetter(0)) - 1][1]:
            continue
        counted = _counted(before)
        if counted is None:
            continue
        words, meanings = counted
        typed = int(match["number"])
        expected = tuple(
            sum(int(figures.get(name, "0")) for name in meaning.split("+")) for meaning in meanings
        )
        known = all(name in figures for meaning in meanings for name in meaning.split("+"))
        if known and typed not in expected:
            quoted = before[before.rfind(words[0]) :] if words[0] in before else before
            yield Typed(f"{quoted}{match[0]}".strip(), words[1], typed, expected, meanings)


def _counted(before: str) -> tuple[tuple[str, str], tuple[str, ...]] | None:
    """What the words before a number count: as they stand there and by their name, and the figures meant."""
    remarks = _REMARK.findall(before)
    if any(_ANY.search(remark) for remark in remarks):
        return None
    before = _REMARK.sub("", before)
    found = [(match, _WORDS[int(str(match.lastgroup)[1:])]) for match in _ANY.finditer(before)]
    if not found or "分别" in before or len(before) - found[-1][0].end() > _MOST_BETWEEN:
        return None
    if re.search(r"[、（(]", before[found[-1][0].end() :]):
        return None
    joined = [found[-1]]
    while len(found) > len(joined):
        match, word = found[-len(joined) - 1]
        between = before[match.end() : joined[0][0].start()]
        if not between or not _JOINT.fullmatch(between) or word.rank != 2 or joined[0][1].rank != 2:
            break
        joined.insert(0, (match, word))
    if len(joined) > 1:
        names = [word.figures[0] for _, word in joined]
        if any(word.rank == 3 for _, word in found):
            return None
        return (joined[0][0][0], "及".join(word.name for _, word in joined)), ("+".join(names),)
    match, word = max(found, key=lambda each: (each[1].rank, each[0].start()))
    if word.rank == 0 and _CHANNEL.search(match[0]):
        return None
    return ((match[0], word.name), word.figures) if word.figures else None


def shares_in(text: str) -> Iterator[Share]:
    """Counts followed by the share they are said to be: 予以公开20件，占21.3%."""
    for match in _SHARE.finditer(numerals.in_digits(text)):
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
