"""What is odd and perhaps right: shown when it is recorded and wherever the request is shown, never in the way.

A question is found and worded as an irregularity is. It is never acknowledged nor stored.
"""

from __future__ import annotations

from datetime import date

from domain.law.irregularities import Finding, Rule

QUESTIONS: dict[str, Rule] = {
    "receipt_basis_of_other_channel": Rule(
        "收到的依据与提出的方式不合", "第三十一条", "以{channel}提出，收到日期却以{basis}为依据"
    ),
    "confirmed_late": Rule(
        "提交后很久才确认收到", "第三十一条", "{submitted_on}提交，{on}才确认收到，相隔{days}日"
    ),
    "basis_of_other_outcome": Rule(
        "依据与办理结果不合", "第三十六条", "“{outcome}”的依据写作“{legal_basis}”，通常为{expected}"
    ),
    "direct_suit": Rule(
        "未经复议直接起诉",
        "行政复议法第二十三条",
        "{on}对不予公开（{legal_basis}）直接起诉，{since}起应当先申请行政复议",
    ),
    "suit_without_reconsideration": Rule(
        "复议后起诉而没有复议的登记", "行政复议法第三十四条", "{on}登记为复议后起诉，此前没有行政复议的登记"
    ),
    "document_no_twice": Rule("文号重复", "第四十五条", "文号{document_no}在当年也用于{others}"),
    "imported_past_term": Rule(
        "原台账所载答复晚于期限",
        "第三十三条",
        "原台账载明{on}答复，按收到日期计算的期限为{limit}；其间的延期、补正、征求意见原台账未载，是否逾期不作认定",
    ),
    "earlier_not_answered": Rule(
        "所重复的申请尚未答复", "第三十六条", "所引此前已答复的申请{earlier}，至{on}尚无答复的登记"
    ),
    "possible_duplicate": Rule(
        "可能重复登记", "第三十六条", "与{others}的申请人相同，{alike}，请核对是否同一件申请"
    ),
    "instance_of_other_route": Rule(
        "行政复议没有二审、再审", "行政复议法第十条", "“{appeal}”为行政复议，其结果却登记为{instance}"
    ),
}

RECONSIDERATION_FIRST = date(2024, 1, 1)
"""From this day a refusal under Art. 14 to 16 goes to reconsideration before a suit (行政复议法 Art. 23; 法释〔2025〕8号)."""

CONFIRMED_WITHIN = 30
"""Days after which the confirmation of what was submitted online, by fax or mail is asked about."""


class Question(Finding, frozen=True):
    """One thing to look at again."""

    rules = QUESTIONS
