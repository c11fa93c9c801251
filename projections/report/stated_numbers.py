"""Checks numbers stated in a report's text against its tables, and the text's similarity to last year's.

Wording varies between authorities (受理 may mean only new requests, or also those carried in). So a number is reported
only if it agrees with none of the cells that its words can mean.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from decimal import Decimal
from operator import itemgetter
from typing import NamedTuple

from domain.report import numerals
from projections.report import stated_changes
from projections.report.citations import is_share


class _Word(NamedTuple):
    """Words before a number, and the figures that they can mean; names joined by + are summed.

    rank: if two words precede a number, the one with the higher rank says what is counted: 予以公开答复966件 counts the
    granted, not all answered. A word without figures means that something else is counted.
    """

    name: str
    pattern: str
    figures: tuple[str, ...]
    rank: int = 2


# Longer words first: 部分予以公开 is not 予以公开, 未经复议直接起诉 is not a reconsideration.
_WORDS = (
    _Word("未经复议直接起诉", r"(?:未经|未)复议(?:程序)?(?:而|就)?直接(?:提起)?(?:行政)?(?:起诉|诉讼)|直接(?:提起)?(?:行政)?(?:起诉|诉讼)", ("appeals.litigation_direct.total",)),
    _Word("复议后起诉", r"经?(?:行政)?复议后?(?:又|再)?(?:提起)?(?:行政)?(?:起诉|(?<=提起)诉讼|(?<=后)诉讼)", ("appeals.litigation_after_reconsideration.total",)),
    _Word("", r"(?:行政)?复议(?:机关|机构|决定|期间|前置)|维持|纠正|纠错|撤销|驳回|撤诉|撤回|终止|未审结|未结案?|审结|审理|胜诉|败诉|应诉", (), 3),
    _Word("", r"网上|网络|线上|在线|平台|系统|信函|邮寄|信件|书面|当面|现场|窗口|传真|邮件|电子|电话|法人|企业|单位|机构|律师|街道|乡镇|各镇", (), 3),
    _Word("", r"增加|增长|减少|下降|上升|多|同比|环比|平均|人均|不满|投诉|举报", (), 3),
    _Word("", r"延期|逾期|超期|提前|工作日|日内|天内|[月日季]均|季度|[上下]半年|[0-9]{1,2}月份?(?![0-9])|联合|共同|代拟|起草|协助|转办|移交", (), 3),
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
    _Word("新收申请", r"(?:新收|收到|受理|收办|接收)(?:(?:(?!复议|诉讼)[^0-9，。；、,;]){0,14}申请)?", ("requests.new.total", "requests.new.total+requests.carried_in.total"), 0),
    _Word("总计", r"(?:办结|答复)(?:申请)?", ("requests.total.total",), 0),
)  # fmt: skip
_VERBS = {word.name for word in _WORDS if word.rank == 0}
_ANY = re.compile("|".join(f"(?P<w{nth}>{word.pattern})" for nth, word in enumerate(_WORDS)))
_NUMBER = re.compile(
    r"(?<![0-9.])(?<![0-9][ 　])(?P<number>[0-9]{1,9})(?P<unit>\s*[件宗起份条])?(?![0-9.%％年月日个人次元余多]|[ 　][0-9])"
)
_PART = re.compile(r"[^，。；：,;:\n]+[，。；：,;:\n]?")
_REMARK = re.compile(r"[（(][^（()）0-9]{0,20}[）)]")
_OF_REQUESTS = re.compile(r"信息公开|公开申请|依申请|申请公开")
_ABOUT = re.compile(
    r"(?:政府|信息|公开|依|申请|公民|群众|公众|社会|市民|各类|各种|有关|相关|符合|条件|规定|提出|提交|的|了|共|总|合计|计|数量|数|量|件|"
    r"为|达到|达|有|新|全部|均|都|已|按时|按期|及时|依法|在|期限|期|内|法定|公函|事项|是|本机关|本年度?|全年|当年|今年|年|人|向|情况|[：:\s“”\"「」])*"
)
"""Words allowed between 收到 and its number; with any other word something else is counted: 收到建议5条."""
_OTHERS = re.compile(
    r"各级|各部门|各单位|系统内|[所下直]属|热线|信箱|留言板"
    rf"|(?P<unit>[\u4e00-\u9fff]*?(?:{stated_changes.OFFICES}))(?:机关)?(?:本级)?(?:共|总共|全年|累计|新)*(?=收到|受理|收办|接收|新收|办结|答复|办理)"
)
"""Others whose requests are counted. unit: a unit by name, which may be the report's own."""
_OWN = re.compile(rf"(?:^|.*[我本全])(?:{stated_changes.OFFICES})")
_SINCE = re.compile(r"截[至止][^。]*?累计")
_FROM = re.compile(r"(?:[由从自约近逾]|超过?|不[足到])$")
"""Words before a number that is a starting value or approximate."""
_CHANNEL = re.compile(
    r"网上|网络|线上|在线|平台|系统|信函|邮寄|信件|书面|当面|现场|窗口|传真|邮件|电子|电话|法人|企业|律师"
)
"""Words between 收到 and 申请 that restrict the count to a part."""
_JOINT = re.compile(r"(?:及|和|与|或|、|以及|或者)?")
_JOINED = re.compile(r"及|和|与|、|加上?|以及")
_MOST_BETWEEN = 12
"""Maximum characters between words and their number, without remarks in brackets."""

_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})年")
_LAST_YEAR = re.compile(r"(?:上年度?|上一年度?|去年|往年|前年|同期)(?!结转)")
_THIS_YEAR = re.compile(r"本年|今年|本年度")
_LONG_SINCE = re.compile(r"(?<![今本]年)(?<![0-9]年)以来|历年")
_NEARBY = 8
"""Characters around a year in which words show how it is meant."""
_COMPARED = re.compile(r"(?:比|较|与|同|相比|对比)[^，。；,;]{0,6}$")

_SHARE = re.compile(
    r"(?P<part>[0-9]{1,9})\s*[件宗起][，,、（(]?\s*(?:占比?|比例)[^0-9，。；、]{0,8}"
    r"(?P<share>[0-9]{1,3}(?:\.[0-9]{1,4})?)\s*[%％]"
)
_PHRASE = 6
_SHORTEST = 30


class Typed(NamedTuple):
    """A number in a text that agrees with no cell its words can mean.

    words: what is counted. names, expected: figure and value of each meaning.
    """

    quoted: str
    words: str
    typed: int
    expected: tuple[int, ...]
    names: tuple[str, ...]


class Changed(NamedTuple):
    """A stated change that the figures contradict. now, then: this and last year's count. name: of the figure."""

    quoted: str
    change: str
    now: int
    then: int
    name: str


class Share(NamedTuple):
    """A count with a stated percentage. printed: the percentage without its sign."""

    quoted: str
    part: int
    printed: str

    def of(self, whole: int) -> bool:
        """Whether the count is this percentage of the whole."""
        return is_share(self.printed, self.part, whole)


def figures_in(text: str, figures: Mapping[str, str], authority: str | None = None) -> Iterator[Typed]:
    """Numbers in the text that the tables contradict. figures: by name, see `citations.figures`.

    authority: whose report it is. Counts of other units are ignored, since its tables do not have them.
    """
    year = figures.get("year")
    digits = numerals.in_digits(text)
    for sentence in re.split(r"[。！？\n]", digits):
        of_other_year = of_others = False
        since = _SINCE.search(sentence)
        for part in _PART.finditer(sentence[: since.start()] if since else sentence):
            of_other_year, from_ = _year_of(part[0], year, of_other_year)
            of_others = _is_of_others(part[0], authority, of_others)
            found = list(_in_part(part[0], from_, figures, of_others=of_others))
            yield from found
            if not found and not of_others and not from_[-1][1]:
                yield from _in_words(part[0], figures, authority)


def _is_of_others(part: str, authority: str | None, of_others: bool) -> bool:
    """Whether a part of a sentence counts what others received, or something else than requests.

    of_others: whether the part before did; this continues until a part mentions requests for information.
    """
    for match in _OTHERS.finditer(part):
        if match["unit"] is None or (authority is not None and not _is_own(match["unit"], authority)):
            return True
    if _OF_REQUESTS.search(part):
        return False
    return of_others or any(
        word.rank == 0 and not _is_about_requests(match, part)
        for match in _ANY.finditer(part)
        if (word := _WORDS[int(str(match.lastgroup)[1:])])
    )


def _is_about_requests(match: re.Match[str], part: str) -> bool:
    """Whether the words between 收到 and its number allow requests to be meant."""
    behind = re.match(r"[^0-9，。；：、（(,;]*", part[match.end() :])
    between = match[0][2:] + (behind[0] if behind else "")
    return bool(_OF_REQUESTS.search(between) or _ABOUT.fullmatch(between) or not re.search("[0-9]", part))


def _is_own(unit: str, authority: str) -> bool:
    """Whether a unit's name may be the authority's, in full or abbreviated: 住建局 for 住房和城乡建设局."""
    if _OWN.fullmatch(unit):
        return True
    letters = iter(authority)
    named = re.split("[年度中]", unit)[-1]
    is_office = named.endswith(("办公室", "办")) and not authority.endswith(("办公室", "办"))
    return not is_office and all(letter in letters for letter in named)


def _year_of(part: str, year: str | None, is_other: bool) -> tuple[bool, list[tuple[int, bool]]]:
    """Whether the next part is about another year; and for this part, from which position on its text is.

    比上年的900件 applies to its own part only, 2021年收到900件 to the rest of the sentence. is_other: from the part before.
    """
    marks: list[tuple[int, bool]] = [(0, is_other)]
    after = is_other
    found = [
        *((match, year is not None and match[1] != year) for match in _YEAR.finditer(part)),
        *((match, True) for match in _LAST_YEAR.finditer(part)),
        *((match, True) for match in _LONG_SINCE.finditer(part)),
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


def _in_part(
    part: str, years: list[tuple[int, bool]], figures: Mapping[str, str], *, of_others: bool
) -> Iterator[Typed]:
    start = 0
    for match in _NUMBER.finditer(part):
        before, start = part[start : match.start()], match.end()
        if years[bisect_right(years, match.start(), key=itemgetter(0)) - 1][1]:
            continue
        counted = _counted(before, figures.get("year"))
        if counted is None or _FROM.search(before):
            continue
        words, meanings = counted
        if of_others and words[1] in _VERBS:
            continue
        typed = int(match["number"])
        expected = tuple(_sum(meaning, figures) for meaning in meanings)
        known = all(name in figures for meaning in meanings for name in meaning.split("+"))
        if known and typed not in expected:
            quoted = before[before.rfind(words[0]) :] if words[0] in before else before
            yield Typed(f"{quoted}{match[0]}".strip(), words[1], typed, expected, meanings)


def _in_words(part: str, figures: Mapping[str, str], authority: str | None) -> Iterator[Typed]:
    """Check a clause that states that nothing was received, or only the number of requests."""
    clause = part.strip().rstrip("，。；：,;:").strip()
    own = clause.replace(authority, "本单位") if authority else clause
    new, both, closed = "requests.new.total", "requests.new.total+requests.carried_in.total", "requests.total.total"  # fmt: skip
    for name in stated_changes.denied_in(own):
        if figures.get(name, "0") != "0":
            yield Typed(clause, _name_of(name), 0, (int(figures[name]),), (name,))
    number = stated_changes.total_in(own)
    if number is not None and all(name in figures for name in (*both.split("+"), closed)):
        meanings = (new, both, closed)
        expected = tuple(_sum(meaning, figures) for meaning in meanings)
        if number not in expected:
            yield Typed(clause, "新收申请", number, expected, meanings)


def _name_of(figure: str) -> str:
    return next(word.name for word in _WORDS if word.figures[:1] == (figure,))


def _sum(meaning: str, figures: Mapping[str, str]) -> int:
    return sum(int(figures.get(name, "0")) for name in meaning.split("+"))


def changes_in(text: str, figures: Mapping[str, str], last: Mapping[str, str]) -> Iterator[Changed]:
    """Stated changes since last year that the figures contradict. last: last year's figures by the same names.

    Only if the count is this year's figure, since otherwise it is not known what is counted.
    """
    year = figures.get("year")
    for change in stated_changes.changes_in(text):
        counted = _counted(change.before, year)
        if counted is None or (change.year is not None and str(change.year + 1) != year):
            continue
        meanings = [
            meaning
            for meaning in counted[1]
            if all(name in figures and name in last for name in meaning.split("+"))
            and _sum(meaning, figures) == change.number
        ]
        before = [_sum(meaning, last) for meaning in meanings]
        if before and all(before) and not any(map(change.follows, before)):
            quoted = change.before[change.before.rfind(counted[0][0]) :] + change.quoted
            yield Changed(quoted.strip(), change.change, change.number, before[0], meanings[0])


def _counted(before: str, year: str | None) -> tuple[tuple[str, str], tuple[str, ...]] | None:
    """What a number counts: (the words before it, their name), and the figures they can mean; None if not known."""
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
    if len(found) > 1 and found[-2][1].rank == 0 and found[-1][1].rank == 2:
        (match, word), (last, other) = found[-2:]
        if _JOINED.fullmatch(before[match.end() : last.start()]):  # 新收和上年结转
            sums = tuple(
                f"{each}+{other.figures[0]}" for each in word.figures if other.figures[0] not in each
            )
            return (match[0], f"{word.name}及{other.name}"), sums
    match, word = max(found, key=lambda each: (each[1].rank, each[0].start()))
    if word.rank == 0 and _CHANNEL.search(match[0]):
        return None
    if word.name == "结转下年度" and year is not None and f"{year}年" in match[0]:
        word = next(each for each in _WORDS if each.name == "上年结转")
    return ((match[0], word.name), word.figures) if word.figures else None


def shares_in(text: str) -> Iterator[Share]:
    """Counts followed by a stated percentage: 予以公开20件，占21.3%."""
    for match in _SHARE.finditer(numerals.in_digits(text)):
        yield Share(match[0], int(match["part"]), match["share"])


def likeness(text: str, other: str) -> Decimal:
    """The share of the text's phrases that the other text has too, from 0 to 1, ignoring numbers; 0 for a short text."""
    phrases = _phrases(text)
    if len(phrases) < _SHORTEST:
        return Decimal(0)
    return Decimal(len(phrases & _phrases(other))) / len(phrases)


def _phrases(text: str) -> set[str]:
    plain = re.sub(r"[\s0-9０-９，。；、：（）()%％.,]", "", text)
    return {plain[start : start + _PHRASE] for start in range(len(plain) - _PHRASE + 1)}
