"""Recognises a report's title and its six sections among the texts of a file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from domain.report import numerals, official_form
from domain.report.numerals import plain
from projections.report.imported import TypedSection
from projections.report.recognition import labels
from projections.report.recognition.laid import Laid

_NUMERALS = "一二三四五六"
_HEADINGS = {
    labels.bare(heading): nth
    for name in official_form.NAMES
    for nth, heading in enumerate(official_form.load(name).headings)
}
_HEADING = re.compile(r"^(?P<hanzi>[一二三四五六])[、.．,，:：]\s*(?P<label>.{2,40})$")
_LOOSE = re.compile(
    r"^(?:第?(?P<hanzi>[一二三四五六])(?:部分)?|(?P<digit>[1-6])[、.．,，]?)\s*[、.．,，:：]?\s*(?P<label>.{2,40})$"
)
_RUN_ON = re.compile(r"^(?P<heading>(?P<hanzi>[一二三四五六])[、.．]\s*(?P<label>[^。：:；，]{2,30}情况|其他需要报告的事项))[。：:]\s*(?P<rest>.{6,})$", re.S)  # fmt: skip
_SIGNS = re.compile(r"^[^\w（(]+")
"""Bullets of a list before its text."""
_SPREAD = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
"""Spaces between characters that are spread over a line: 一、总 体 情 况."""
_LONGEST_HEADING = 50
_TOPICS = ("总体", "公开", "申请", "复议", "问题", "其他")
_STRICT = tuple(map(re.compile, (
    r"总体情况|概述|工作总体", r"主动公开(政府)?信息", r"(收到|受理|办理|处理|依申请公开).*(申请|情况)",
    r".*(复议|诉讼).*情况", r"(政府信息公开工作)?(存在|主要).*问题", r"其[他它]需要",
)))  # fmt: skip
_ANNEX = re.compile(r"附件?[:：]")
_DAY = re.compile(r"20[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日")

_YEAR = r"(?P<year>20[0-9]{2})"
_REPORT = r"(?:政府)?信息公开(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:年度)?(?:报告|年报)"
_UNIT = r"(?P<authority>[^,。;:!?、《》]{0,40}?)"
_TAIL = r"(?:的(?:公示|公告|通告|通知|函))?(?:\(.{1,14}\))?(?:[-_|].{0,40})?"
_TITLES = tuple(
    re.compile(rf"(?:关于)?{pattern}{_TAIL}")
    for pattern in (
        rf"{_UNIT}(?:关于)?{_YEAR}年?度?{_REPORT}",
        rf"{_UNIT}(?:(?<!人民)政府)?信息公开(?:工作)?{_YEAR}年度?(?:工作)?(?:年度)?报告",
        rf"{_UNIT}(?:关于)?{_YEAR}年(?:度|度工作|工作)?报告",
        rf"{_YEAR}年?度?{_UNIT}(?:关于)?{_REPORT}",
        rf"{_UNIT}{_REPORT}\({_YEAR}年?度?\)",
    )
)
_LABEL_BEFORE = re.compile(r"^[【\[][^】\]]{1,10}[】\]]")
"""What a website puts before a title: 【年报】."""
_IS_UNIT = re.compile(
    r"[\u4e00-\u9fff()]{1,36}(?:政府|局|委|委员会|办公室|办|厅|院|处|所|站|中心|街道|镇|乡|公司|集团|大学|学院|学校|医院|总队|支队|大队|分局|管委会|管理区|开发区|部|社|会)"
)
_YEAR_IN_WORDS = re.compile(r"二[〇○零0oO][〇○零0oO一二三四五六七八九]{2}(?=年)")
_PARTS = re.compile(r"[，。；：、,;:！？!?\n]")
_LONGEST_PART, _MOST_LETTERS = 1_000, 300_000
"""Maximum characters between two punctuation marks, and of all texts of a report."""
_LINES = 4
"""Maximum lines of a title."""


def title(laid: Laid, name: str = "") -> tuple[int | None, str | None]:
    """Year and authority of the report, from the nearest title above the first section or table; None if not known.

    Titles elsewhere may belong to menus or other years. name: of the file, used last.
    """
    texts = laid.texts
    before = _article(laid)
    found = [
        (index, end, read) for index in range(len(texts)) for end in range(index + 1, index + 1 + _LINES)
        if (read := _read(texts[index:end])) is not None
    ]  # fmt: skip
    above = [each for each in found if each[1] <= before]
    year: int | None = None
    authority: str | None = None
    if above or found:
        # The nearest title; of those that end at the same line, the shortest that names a unit.
        nearest = max(
            above or found[:1],
            key=lambda each: (each[1], _is_unit(each[2][1] or ""), bool(each[2][1]), each[0]),
        )
        year, authority = nearest[2]
        if authority is None and nearest[0] and _is_unit(texts[nearest[0] - 1]):
            authority = plain(texts[nearest[0] - 1])
        if authority is None and nearest[1] < min(before, len(texts)) and _is_unit(texts[nearest[1]]):
            authority = plain(texts[nearest[1]])
    others = [each[2] for each in found] + [
        read for read in [_read([re.sub(r"\.\w{2,6}$", "", name)])] if read
    ]
    year = year or next((each for each, _ in others), None)
    if authority is None:
        authority = next((unit for each, unit in others if unit and each == year), None) or _signed(texts)
    return year, authority


def _article(laid: Laid) -> int:
    """Number of texts before the first section, else before the first large table."""
    texts = 0
    table: int | None = None
    for item in laid.items:
        if not isinstance(item, str):
            if table is None and sum(labels.bare(place.text) != "" for row in item for place in row) > 20:
                table = texts
            continue
        heading = _heading(item.strip())
        if heading is not None and heading[0] == 0:
            return texts
        texts += 1
    return texts if table is None else table


def _read(lines: Sequence[str]) -> tuple[int, str | None] | None:
    """Year and authority if the lines together are a title; else None."""
    parts = [_LABEL_BEFORE.sub("", plain(line)) for line in lines]
    whole = _YEAR_IN_WORDS.sub(
        lambda match: str(numerals.in_words(re.sub("[○0oO]", "〇", match[0]))), "".join(parts)
    )
    if not 8 <= len(whole) <= 90 or not all(parts) or not re.search("报告|年报", whole):
        return None
    for pattern in _TITLES:
        match = pattern.fullmatch(whole)
        if match:
            unit = match["authority"].removesuffix("关于").removesuffix("的").strip("《》")
            return int(match["year"]), unit or None
    return None


def _is_unit(text: str) -> bool:
    return _IS_UNIT.fullmatch(plain(text)) is not None


def _signed(texts: Sequence[str]) -> str | None:
    """The unit above the last date."""
    for index in range(len(texts) - 1, 0, -1):
        if _DAY.fullmatch(plain(texts[index])) and _is_unit(texts[index - 1]):
            return plain(texts[index - 1])
    return None


def sections(laid: Laid) -> tuple[TypedSection, ...]:
    """The sections, each from its heading to the next. Text before the first heading, signature and annexes are left out.

    A table of contents is not a section. A heading without its number gets it.
    """
    found: list[tuple[int, str, list[str]]] = []
    annexed: list[str] = []
    under = annexed
    for text in laid.texts:
        line = text.strip()
        heading = _heading(line)
        if heading is not None and heading[0] == 0 and found and not any(each[2] for each in found):
            found.clear()
        if heading is not None and (not found or heading[0] > found[-1][0]):
            under = [heading[2]] if heading[2] else []
            found.append((heading[0], heading[1], under))
        elif _ANNEX.match(line):
            under = annexed
        elif line and (heading is None or not found or heading[0] != found[-1][0]):
            under.append(line)
    if found and len(found[-1][2]) > 1 and _DAY.fullmatch(plain(found[-1][2][-1])):
        del found[-1][2][-2:]
    return tuple(TypedSection(heading, tuple(paragraphs)) for _, heading, paragraphs in found)


def in_bounds(sections: Sequence[TypedSection]) -> tuple[tuple[TypedSection, ...], tuple[str, ...]]:
    """The sections without paragraphs that are too long to check, and Chinese sentences on those left out."""
    left = _MOST_LETTERS
    kept, lost = [], []
    for section in sections:
        paragraphs = []
        for text in section.paragraphs:
            left -= len(text)
            if left >= 0 and all(len(part) <= _LONGEST_PART for part in _PARTS.split(text)):
                paragraphs.append(text)
            else:
                lost.append(f"“{section.heading[:40]}”有一段文字过长，没有核对")
        kept.append(TypedSection(section.heading, tuple(paragraphs)))
    return tuple(kept), tuple(dict.fromkeys(lost))


def _heading(line: str) -> tuple[int, str, str] | None:
    """Section from 0, heading with its number, and the text after it on the same line; None if the line is no heading."""
    line = _SIGNS.sub("", line)
    if len(line) <= _LONGEST_HEADING:
        line = _SPREAD.sub("", line)
    if len(line) < 3 or (len(line) > 60 and line[1] not in "、.．"):
        return None
    if match := _RUN_ON.match(line):
        nth = _NUMERALS.index(match["hanzi"])
        return (nth, match["heading"], match["rest"]) if _TOPICS[nth] in match["label"] else None
    if match := _HEADING.match(line):
        nth = _NUMERALS.index(match["hanzi"])
        return (nth, line, "") if _TOPICS[nth] in match["label"] else None
    if (
        (nth := _HEADINGS.get(labels.bare(line), -1)) >= 0
        and len(line) < 40
        and (not line.startswith(("（", "(")) or line[1] == _NUMERALS[nth])
    ):
        return nth, line if line[0] == _NUMERALS[nth] else f"{_NUMERALS[nth]}、{_label(line)}", ""
    if match := _LOOSE.match(line):
        nth = _NUMERALS.index(match["hanzi"]) if match["hanzi"] else int(match["digit"]) - 1
        if _STRICT[nth].match(match["label"]) and not re.search("[。；]", match["label"]):
            return nth, f"{_NUMERALS[nth]}、{match['label'].strip()}", ""
    return None


def _label(line: str) -> str:
    return re.sub(
        r"^(?:[（(][一二三四五六][)）]|第?[一二三四五六1-6](?:部分)?\s*[、.．,，:：]?)\s*", "", line
    ).strip()
