"""The wording of each kind of letter, as dated data: one TOML file a kind, read once and checked when it is read.

A version holds from its day until that of the next one; a letter follows the version of its own date. Paragraphs
whose names have the same word before the dot are alternatives: the first that fits is printed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

import msgspec

from domain.law import outcomes
from domain.letters.placeholders import CONDITIONS, PART, PLACEHOLDERS

KINDS = (
    "receipt", "supplement_notice", "explanation_request", "extension_notice", "deferral_notice", "consultation",
    "consultation_notice", "disclosure_notice", "fee_notice", "answer", "correction", "lapse_notice",
    "withdrawal_confirmation", "proof_of_service", "envelope",
)  # fmt: skip
"""In the order of a request's life; each is the name of a file."""

PARAGRAPHS: dict[str, str] = {
    "received": "收到申请",
    "received.government": "收到向政府提出的申请",
    "supplemented": "收到补正",
    "request": "申请内容",
    "term": "期限",
    "term.third_party": "第三方的期限",
    "term.co_maker": "共同制作机关的期限",
    "contact": "联系方式",
    "matters": "告知补正",
    "list": "需补正的事项",
    "consequence": "逾期的后果",
    "asked": "事由",
    "asked.third_party": "事由：征求第三方意见",
    "article": "征求意见的依据",
    "article.third_party": "征求第三方意见的依据",
    "article.co_maker": "征求共同制作机关意见的依据",
    "concerned": "所涉信息",
    "decided": "决定公开",
    "decision": "公开的内容和理由",
    "excess.said": "超过合理范围的情形",
    "deferred": "延迟答复",
    "extended": "延长期限",
    "extended.of_2008": "按2008年条例延长期限",
    "due": "延长后的期限",
    "amount": "应缴金额",
    "basis": "依据",
    "standard": "按量的收费标准",
    "standard.by_items": "按件的收费标准",
    "way": "缴纳方式",
    "served": "告知的送达",
    "lapsed": "逾期不补正",
    "lapsed.of_fee": "逾期不缴费",
    "withdrawn": "撤回申请",
    "ended": "终止办理",
    "text": "正文",
    "finding.granted": "结论：予以公开",
    "finding.already_public": "结论：已主动公开",
    "finding.in_part": "结论：部分公开",
    "finding.refused": "结论：不予公开",
    "finding.state_secret": "结论：国家秘密",
    "finding.prohibited": "结论：法律行政法规禁止公开",
    "finding.security": "结论：三安全一稳定",
    "finding.third_party": "结论：第三方合法权益",
    "finding.third_party_asked": "结论：第三方合法权益，已征求意见",
    "finding.internal": "结论：内部事务信息",
    "finding.deliberative": "结论：过程性信息",
    "finding.enforcement": "结论：行政执法案卷",
    "finding.query": "结论：行政查询事项",
    "finding.not_held": "结论：不掌握",
    "finding.nonexistent": "结论：不存在",
    "finding.not_ours": "结论：不属于本机关负责公开",
    "finding.created": "结论：需要另行制作",
    "finding.unclear": "结论：补正后仍不明确",
    "finding.unclear_unnoticed": "结论：不明确，未告知补正",
    "finding.petition": "结论：信访举报投诉",
    "finding.repeated": "结论：重复申请",
    "finding.repeated_known": "结论：重复申请，载明此前的登记号",
    "finding.publication": "结论：公开出版物",
    "finding.excessive": "结论：大量反复申请",
    "finding.excessive_asked": "结论：大量反复申请，已要求说明理由",
    "finding.reconfirmed": "结论：确认或重新出具",
    "finding.other": "结论：其他",
    "part.granted": "予以公开的部分",
    "part.granted_bare": "予以公开的部分，没有正文",
    "part.refused": "不予公开的部分",
    "part.other": "其他部分",
    "part.other_bare": "其他部分，没有正文",
}
"""What each paragraph is called, by its name in the files: of all letters, so that one name means one thing."""

Element = Literal["reason", "article", "remedy", "term", "consequence", "way", "matters"]
"""What the law asks a letter to say."""

_NAME = re.compile(r"\{(\w*)\}")
_NOT_DENIED = "".join(
    f"(?<!{each})" for each in ("不", "未", "非", "无", "不会", "不得", "不必", "不是", "并非", "不予")
)
"""What may not come before words that the law asks for."""


class WordingFault(ValueError):
    """A wording that names what there is not, or what an event that can reach it has no value for."""


class Fitting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """when: conditions that all hold, with ! those that do not. outcomes: rows or codes one of which it is for."""

    when: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()

    def fits(self, held: Collection[str], outcome: str | None) -> bool:
        if self.outcomes and not outcomes.is_among(outcome or "", self.outcomes):
            return False
        return all((each.removeprefix("!") in held) != each.startswith("!") for each in self.when)


class Paragraph(Fitting, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """text: with placeholders. elements: what of the law it says. says: words that an office's own text keeps.

    each: once for each part of an answer, `outcomes` then being those of the part.
    """

    name: str
    text: str
    elements: tuple[Element, ...] = ()
    says: tuple[str, ...] = ()
    each: Literal["part"] | None = None

    @property
    def group(self) -> str:
        return self.name.partition(".")[0]


class Row(Fitting, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A line of a form: what is printed, and beside it what is filled in. lines: of space for a pen."""

    label: str
    text: str = ""
    lines: int = 1


class Required(Fitting, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What such a letter must say. words: what it is called where it is missing; article: that asks for it."""

    element: Element
    words: str
    article: str
    each: Literal["part"] | None = None


class Slip(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A form on a page of its own, to be sent back."""

    title: str
    rows: tuple[Row, ...]


class Version(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The wording from a day on. source: where it comes from. remedies: whether it ends with them, as `答复` or `告知`."""

    in_force_from: date
    source: str
    title: str
    to: Literal["applicant", "consultee", "nobody"] = "applicant"
    paragraphs: tuple[Paragraph, ...] = ()
    required: tuple[Required, ...] = ()
    rows: tuple[Row, ...] = ()
    slip: Slip | None = None
    remedies: str | None = None

    def paragraph(self, name: str) -> Paragraph | None:
        return next((each for each in self.paragraphs if each.name == name), None)


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """name: of the kind in Chinese. events: types that lead to it. when: conditions without which they do not."""

    name: str
    article: str
    events: tuple[str, ...]
    versions: tuple[Version, ...]
    when: tuple[str, ...] = ()

    def on(self, day: date) -> Version:
        """The version in force that day; before the first one, the first."""
        return next((each for each in reversed(self.versions) if each.in_force_from <= day), self.versions[0])


@cache
def load(kind: str) -> Wording:
    """The wording of a kind. Raises KeyError for another."""
    if kind not in KINDS:
        raise KeyError(kind)
    return parse(files("domain.letters").joinpath(f"{kind}.toml").read_text("utf-8"))


def parse(text: str) -> Wording:
    """Read a wording from TOML. Raises WordingFault, or msgspec.ValidationError for another shape."""
    wording = msgspec.convert(tomllib.loads(text), Wording)
    days = [each.in_force_from for each in wording.versions]
    if not days or days != sorted(set(days)):
        raise WordingFault(f"{wording.name}：各版应按日期先后，互不相同")
    for version in wording.versions:
        names = [each.name for each in version.paragraphs]
        if len(names) != len(set(names)):
            raise WordingFault(f"{wording.name}：段落重名")
        for each in _fittings(version):
            _check_conditions(wording, each)
        for paragraph in version.paragraphs:
            check_text(wording, version, paragraph, paragraph.text)
        for row in (*version.rows, *(version.slip.rows if version.slip else ())):
            _check_placeholders(wording, version, row, row.text, of_part=False)
    return wording


def _fittings(version: Version) -> Iterator[Fitting]:
    yield from version.paragraphs
    yield from version.required
    yield from version.rows
    if version.slip:
        yield from version.slip.rows


def _check_conditions(wording: Wording, fitting: Fitting) -> None:
    for each in fitting.when:
        if each.removeprefix("!") not in CONDITIONS:
            raise WordingFault(f"{wording.name}：没有“{each}”这一条件")
    for code in fitting.outcomes:
        if not any(outcomes.is_among(known, (code,)) for known in outcomes.OUTCOMES):
            raise WordingFault(f"{wording.name}：没有“{code}”这一办理结果")


def check_text(wording: Wording, version: Version, paragraph: Paragraph, text: str) -> None:
    """Whether a text, the program's or an office's own, can take the paragraph's place. Raises WordingFault.

    It keeps every placeholder of the paragraph and the words that the law asks for, not denied, and
    discloses to nobody what is another person's.
    """
    _check_placeholders(wording, version, paragraph, text, of_part=paragraph.each == "part")
    lost = set(names_in(paragraph.text)) - set(names_in(text))
    if lost:
        words = PLACEHOLDERS | PART
        raise WordingFault(f"缺少{'、'.join(f'{{{each}}}（{words[each].words}）' for each in sorted(lost))}")
    unsaid = [each for each in paragraph.says if not re.search(rf"{_NOT_DENIED}{re.escape(each)}", text)]
    if unsaid:
        raise WordingFault(f"应写明{'、'.join(f'“{each}”' for each in unsaid)}")


def _check_placeholders(
    wording: Wording, version: Version, fitting: Fitting, text: str, *, of_part: bool
) -> None:
    given = {*wording.when, *fitting.when}
    for name in names_in(text):
        found = PLACEHOLDERS.get(name) or (PART.get(name) if of_part else None)
        if found is None:
            raise WordingFault(f"没有{{{name}}}这一项可填")
        if found.when is not None and found.when not in given:
            raise WordingFault(f"{{{name}}}不一定有内容，只能用于“{CONDITIONS[found.when]}”的段落")
        if found.to is not None and found.to != version.to:
            raise WordingFault(f"{{{name}}}不能写给收件人以外的人")
        if found.events is not None and not found.events.issuperset(wording.events):
            raise WordingFault(f"{{{name}}}不能用于{wording.name}")


def names_in(text: str) -> list[str]:
    """The placeholders of a text, in order. Raises WordingFault for a brace that belongs to none."""
    if "{" in (rest := _NAME.sub("", text)) or "}" in rest:
        raise WordingFault("花括号应成对，其中为所填之项的名称")
    return _NAME.findall(text)


def filled(text: str, values: dict[str, str]) -> str:
    """The text with its placeholders filled once: what is filled in is never read for placeholders itself."""
    return _NAME.sub(lambda found: values[found[1]], text)
