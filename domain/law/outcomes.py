"""Outcome codes and appeal dispositions: the finest distinction the law makes, coarsened only by a form.

A code is dotted, the row of the statutory table first; a form's row takes every code that begins with its
own. A bare row code is allowed, for records that know no more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal, NamedTuple


class Outcome(NamedTuple):
    """code, its words in the Regulations, and the article it rests on."""

    code: str
    label: str
    article: str


OUTCOMES: dict[str, Outcome] = {
    outcome.code: outcome
    for outcome in (
        Outcome("granted", "予以公开", "第三十六条第一项、第二项"),
        Outcome("granted.already_public", "已主动公开，告知获取方式", "第三十六条第一项"),
        Outcome("granted.provided", "予以公开", "第三十六条第二项"),
        Outcome("granted_in_part", "部分公开", "第三十七条"),
        Outcome("refused.state_secret", "不予公开：属于国家秘密", "第十四条"),
        Outcome("refused.prohibited_by_law", "不予公开：其他法律行政法规禁止公开", "第十四条"),
        Outcome("refused.security_and_stability", "不予公开：危及“三安全一稳定”", "第十四条"),
        Outcome("refused.third_party_rights", "不予公开：保护第三方合法权益", "第十五条"),
        Outcome("refused.internal_affairs", "不予公开：属于三类内部事务信息", "第十六条第一款"),
        Outcome("refused.deliberative", "不予公开：属于四类过程性信息", "第十六条第二款"),
        Outcome("refused.enforcement_file", "不予公开：属于行政执法案卷", "第十六条第二款"),
        Outcome("refused.administrative_query", "不予公开：属于行政查询事项", "第三十六条第七项"),
        Outcome("unable.not_held", "无法提供：本机关不掌握相关政府信息", "第三十六条第四项、第五项"),
        Outcome("unable.not_held.nonexistent", "无法提供：经检索没有所申请公开信息", "第三十六条第四项"),
        Outcome("unable.not_held.not_ours", "无法提供：不属于本机关负责公开", "第三十六条第五项"),
        Outcome("unable.must_be_created", "无法提供：没有现成信息需要另行制作", "第三十八条"),
        Outcome("unable.still_unclear", "无法提供：补正后申请内容仍不明确", "第三十条"),
        Outcome("not_processed.petition", "不予处理：信访举报投诉类申请", "第三十九条第一款"),
        Outcome("not_processed.repeated", "不予处理：重复申请", "第三十六条第六项"),
        Outcome("not_processed.publication", "不予处理：要求提供公开出版物", "第三十九条第二款"),
        Outcome("not_processed.excessive", "不予处理：无正当理由大量反复申请", "第三十五条"),
        Outcome("not_processed.reconfirmation", "不予处理：要求确认或重新出具已获取信息", "条例无专条"),
        Outcome("other.supplement_lapsed", "其他处理：逾期不补正，不再处理", "第三十条"),
        Outcome("other.fee_unpaid", "其他处理：逾期不缴费，不再处理", "第四十二条"),
        Outcome("other.unspecified", "其他处理：其他", "条例无专条"),
        Outcome("other.unspecified.withdrawn", "其他处理：申请人撤回申请", "条例无专条"),
    )
}

IN_PART = "granted_in_part"


def _is_given(code: str) -> bool:
    return code.partition(".")[0] == "granted"


def of_parts(parts: Collection[str]) -> tuple[str, ...]:
    """The codes one of which, or a finer or coarser one, is the outcome of an answer with these parts (Art. 37).

    Some given out and some not: in part. All given out: granted. None given out: that of any part, for the
    officer chooses the main one.
    """
    given = [_is_given(code) for code in parts]
    if IN_PART in parts or (any(given) and not all(given)):
        return (IN_PART,)
    return ("granted",) if all(given) else tuple(dict.fromkeys(parts))


def is_among(outcome: str, codes: Iterable[str]) -> bool:
    """Whether the outcome is one of these codes, or a finer one."""
    return any(f"{outcome}.".startswith(f"{code}.") for code in codes)


def agrees(outcome: str, expected: Collection[str]) -> bool:
    """Whether the outcome is one of these codes, or a finer or a coarser one."""
    return is_among(outcome, expected) or any(is_among(each, (outcome,)) for each in expected)


WITHDRAWN = "other.unspecified.withdrawn"
LAPSED = {"supplement": "other.supplement_lapsed", "fee": "other.fee_unpaid"}

Result = Literal["upheld", "corrected", "other", "pending"]
RESULTS: tuple[Result, ...] = Result.__args__  # type: ignore[attr-defined]


class Disposition(NamedTuple):
    """code, its words in the decision, and the column of the appeals table it counts in.

    A column's own name is for records that know no more.

    No text defines the columns. Anchors: 行诉解释 Art. 133 (upheld covers the dismissal of a claim), the
    Ministry of Justice's count of 纠错决定 (revoked, varied, found unlawful, ordered to perform).
    """

    code: str
    label: str
    result: Result


DISPOSITIONS: dict[str, Disposition] = {
    disposition.code: disposition
    for disposition in (
        Disposition("upheld", "维持", "upheld"),
        Disposition("claim_dismissed", "驳回请求", "upheld"),
        Disposition("revoked", "撤销", "corrected"),
        Disposition("revoked_in_part", "部分撤销", "corrected"),
        Disposition("varied", "变更", "corrected"),
        Disposition("unlawful", "确认违法", "corrected"),
        Disposition("invalid", "确认无效", "corrected"),
        Disposition("ordered_to_perform", "责令履行", "corrected"),
        Disposition("disclosure_prohibited", "禁止公开", "corrected"),
        Disposition("corrected", "结果纠正（方式未载）", "corrected"),
        Disposition("inadmissible", "不予受理", "other"),
        Disposition("dismissed", "驳回申请（起诉）", "other"),
        Disposition("withdrawn", "撤回", "other"),
        Disposition("terminated", "终止", "other"),
        Disposition("mediated", "调解", "other"),
        Disposition("transferred", "移送", "other"),
        Disposition("other", "其他结果（未载）", "other"),
    )
}

STILL_UNCLEAR = "unable.still_unclear"
EXCESSIVE = "not_processed.excessive"

REVOKED = frozenset({"revoked", "revoked_in_part"})
"""After these the same answer on the same ground may not be given again (行政复议法 Art. 64)."""


def label(code: str) -> str:
    """The outcome's words; the code itself if it is in no vocabulary (an old log always reads)."""
    return OUTCOMES[code].label if code in OUTCOMES else code
