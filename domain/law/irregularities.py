"""What was unlawful but real: recorded, named with its article, never refused.

Irregularities are always derived from the history as amended; what an officer acknowledged when recording
is kept in the envelope only to show that they knew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import ClassVar, NamedTuple, Self, TypeVar

import msgspec

from domain.law.refusals import AcknowledgedWithoutCause, Refusal


class Rule(NamedTuple):
    """A short name, the article that was not kept, and a sentence with the figures in braces.

    since: the first day on which the program asked for it. What was recorded before is not held to it in an audit.
    """

    title: str
    article: str
    text: str
    since: date = date.min


_SECOND = date(2026, 11, 28)


RULES: dict[str, Rule] = {
    "late_supplement_notice": Rule(
        "补正告知超期", "第三十条", "补正告知于{on}作出，超过收到申请之日起{workdays}个工作日（{limit}）"
    ),
    "second_supplement_notice": Rule("再次告知补正", "第三十条", "补正应当一次性告知，{on}为再次告知"),
    "supplement_after_term": Rule("逾期补正", "第三十条", "{on}收到补正，已过告知的期限{limit}"),
    "second_extension": Rule("再次延期", "第三十三条", "答复期限只能延长一次，{on}为再次延长，不改变期限"),
    "extension_too_long": Rule(
        "延期过长", "第三十三条", "延长{workdays}个工作日，超过最长{limit}个工作日，只按{limit}个工作日计算"
    ),
    "extension_after_due": Rule(
        "期限届满后延期", "第三十三条", "延期于{on}告知，期限已于{limit}届满，不改变期限"
    ),
    "extension_without_notice": Rule("延期未告知", "第三十三条", "{on}延长答复期限，未登记告知申请人的日期"),
    "extension_while_waiting": Rule(
        "等待期间延期", "第三十三条", "{on}延期时正等待申请人，答复期限不在计算之中"
    ),
    "consultation_overlong": Rule(
        "征求意见超期",
        "第三十二条、第三十四条",
        "征求意见“{consultation}”于{on}结束，超过{workdays}个工作日（{limit}）",
    ),
    "deferred_without_explanation": Rule(
        "未说明理由而延迟", "第三十五条", "{on}确定延迟答复，此前没有认可的说明理由"
    ),
    "fee_notice_late": Rule(
        "收费通知超期",
        "第四十二条、国办函〔2020〕109号",
        "收费通知于{on}作出，答复期限已于{limit}届满，不改变期限",
    ),
    "fee_term_short": Rule(
        "缴费期限过短", "国办函〔2020〕109号", "缴费期限至{pay_by}，不足{workdays}个工作日（应至{limit}）"
    ),
    "late_answer": Rule("逾期答复", "第三十三条", "答复于{on}作出，期限为{limit}"),
    "same_answer_after_revocation": Rule(
        "撤销后作相同答复",
        "行政复议法第六十四条",
        "{on}的答复与被撤销的答复结果和依据相同（{outcome}，{legal_basis}）",
    ),
    "posted_otherwise": Rule("未经邮政企业寄送", "国办公开办函〔2016〕235号", "{on}的送达未通过邮政企业寄送"),
    "late_service": Rule(
        "逾期送达", "第三十三条、国办公开办函〔2016〕235号", "答复于{on}送达，期限为{limit}"
    ),
    "unreviewed_answer": Rule("答复未经审核", "第四十五条", "{on}的答复所据的文稿未经审核"),
    "unapproved_answer": Rule("答复未经批准", "第四十五条", "{on}的答复未经负责人批准"),
    "unapproved_extension": Rule("延期未经批准", "第三十三条", "{on}的延期未经负责人批准"),
    "separation_waived": Rule("从简审批", "第四十五条", "{on}{what}，由上级机关准许从简（{document_no}）"),
    "same_person": Rule("未由他人审批", "第四十五条", "{on}文稿“{draft}”由起草或审核它的同一人{step}"),
    "archived_unserved": Rule("未送达即归档", "第四十五条", "{on}归档时没有送达的登记"),
    "reference_jump": Rule(
        "登记号相隔过远", "第四十五条", "{on}收到的申请自带登记号，与本年已用的最后一号相隔{limit}号以上"
    ),
    "late_publication": Rule("逾期公布年度报告", "第四十九条", "年度报告于{on}公布，期限为{limit}"),
    "unclear_without_notice": Rule(
        "未告知补正即答复不明确", "第三十条", "{on}答复申请内容仍不明确，此前没有告知补正", _SECOND
    ),
    "excessive_without_explanation": Rule(
        "未要求说明理由即不予处理",
        "第三十五条",
        "{on}以大量反复申请为由不予处理，此前没有要求说明理由",
        _SECOND,
    ),
    "payment_after_term": Rule(
        "逾期缴费",
        "第四十二条、国办函〔2020〕109号",
        "{on}缴费，已过告知的期限{limit}，逾期未缴的视为放弃申请",
        _SECOND,
    ),
    "fee_outside_tariff": Rule(
        "收费不合标准",
        "第四十二条、国办函〔2020〕109号",
        "收费{amount_yuan}元，按标准（{basis}）{tariff}",
        _SECOND,
    ),
    "fee_before_tariff": Rule(
        "收费标准施行前收费",
        "第四十二条、国办函〔2020〕109号",
        "收费通知于{on}作出，收费标准自{limit}起施行",
        _SECOND,
    ),
    "consultation_term_long": Rule(
        "征求意见期限过长",
        "第三十二条、第三十四条",
        "征求意见“{consultation}”的期限至{respond_by}，超过{workdays}个工作日（{limit}）",
        _SECOND,
    ),
    "reopened_before_decision": Rule(
        "尚无决定即重新处理",
        "行政复议法第六十四条、行政诉讼法第七十条",
        "{on}因“{appeal}”重新处理，其时尚无决定或裁判",
        _SECOND,
    ),
    "erased_before_retention": Rule(
        "保管期限未满即销毁",
        "第四十五条、个人信息保护法第四十七条",
        "{on}{event}，档案的保管期限{until}",
        _SECOND,
    ),
    "published_period": Rule(
        "登记到已公布的年度",
        "第四十九条",
        "{on}的事项改变已公布的{year}年度报告的数据（公布于日志位置{position}）",
    ),
}


def titles(codes: Iterable[str]) -> str:
    """The codes by their titles, as an officer reads them; one that this program does not know stays a code."""
    return "、".join(RULES[code].title if code in RULES else code for code in codes)


class Finding(msgspec.Struct, frozen=True):
    """What one of its rules finds in a history. version: the entry by which; figures: dates, numbers and words of the
    sentence.

    article: of the law under which the request was received.
    """

    rules: ClassVar[Mapping[str, Rule]]

    code: str
    version: int
    figures: dict[str, str]
    article: str

    @classmethod
    def of(cls, code: str, version: int, *, article: str | None = None, **figures: object) -> Self:
        texts = {name: str(value) for name, value in figures.items()}
        return cls(code, version, texts, article or cls.rules[code].article)

    @property
    def text(self) -> str:
        """One Chinese sentence with the article."""
        return f"{self.rules[self.code].text.format(**self.figures)}（{self.article}）"

    @property
    def key(self) -> tuple[str, int]:
        return self.code, self.version


class Irregularity(Finding, frozen=True):
    """One rule that was not kept."""

    rules = RULES


found = Irregularity.of


def asked_on(codes: Iterable[str], day: date) -> tuple[str, ...]:
    """Those of the codes that the program asked for on the day."""
    return tuple(code for code in codes if RULES[code].since <= day)


F = TypeVar("F", bound=Finding)


def added(before: Iterable[F], after: Iterable[F]) -> tuple[F, ...]:
    """Those of `after` whose (code, version) is not among `before`."""
    known = {each.key for each in before}
    return tuple(each for each in after if each.key not in known)


def check_acknowledged(irregularities: Collection[Irregularity], acknowledged: Collection[str]) -> None:
    """Raises NotAcknowledged or AcknowledgedWithoutCause unless exactly the codes added are acknowledged."""
    codes = {irregularity.code for irregularity in irregularities}
    if codes - set(acknowledged):
        raise NotAcknowledged(tuple(irregularities))
    if set(acknowledged) - codes:
        listed = f"应确认的是：{'、'.join(sorted(codes))}" if codes else "此项登记无须确认。"
        raise AcknowledgedWithoutCause(codes=listed)


class NotAcknowledged(Refusal):
    """An event that adds irregularities is stored only if exactly their codes are acknowledged."""

    rule = "与规定不符的，确认后登记"
    text = "此项登记与规定不符，未予登记：{irregularities}。确属事实的，请确认（acknowledged）{codes}后登记。"

    def __init__(self, irregularities: tuple[Irregularity, ...]) -> None:
        self.irregularities = irregularities
        super().__init__(
            None,
            irregularities="；".join(irregularity.text for irregularity in irregularities),
            codes="、".join(
                f"{RULES[code].title}（{code}）" for code in sorted({each.code for each in irregularities})
            ),
        )
