"""What a wording may name: placeholders, for which events they have a value, and conditions on a paragraph."""

from __future__ import annotations

from typing import NamedTuple


class Placeholder(NamedTuple):
    """words: what it stands for. events: types that give it a value, None for all. when: the condition without which
    it may have none. to: the only one it may be disclosed to, since it is of that person; None for anybody.
    """

    words: str
    events: frozenset[str] | None = None
    when: str | None = None
    to: str | None = None


def _of(*events: str) -> frozenset[str]:
    return frozenset(events)


_ANSWER = _of("answered", "answer_drafted")
_EXTENSION = _of("extended", "extension_drafted")

CONDITIONS: dict[str, str] = {
    "natural_person": "申请人是自然人",
    "for_government": "本机关代政府答复",
    "supplemented": "申请经过补正",
    "noticed": "告知过补正",
    "notice_served": "登记了告知补正、通知缴费的文书的送达",
    "explanation_asked": "要求过说明理由",
    "consulted": "征求过第三方意见",
    "text": "有正文",
    "parts": "分部分答复",
    "part_text": "正文写了这一部分",
    "earlier": "写明此前的答复",
    "correction": "依据第四十一条",
    "third_party": "征求第三方意见",
    "other_authority": "征求其他机关意见",
    "co_maker": "征求共同制作机关意见",
    "objected": "第三方不同意",
    "told": "有文书送交",
    "matters": "写明了所涉事项",
    "decision": "写明了决定公开的内容和理由",
    "addressee": "写明了收件人",
    "payment": "设定了缴费方式",
    "by_items": "按件计收",
    "of_supplement": "因逾期不补正",
    "of_fee": "因逾期不缴费",
    "fee_charged": "通知过缴费",
    "served": "登记了送达",
    "signed": "登记了签收日期",
    "tracked": "登记了邮件单号",
    "address": "登记了收件人地址",
    "due": "答复期限在计算",
    "of_2008": "依2008年条例收到的申请",
}
"""Conditions in words; a paragraph names those that must hold, with ! those that must not."""

PLACEHOLDERS: dict[str, Placeholder] = {
    "reference": Placeholder("登记号"),
    "authority": Placeholder("本机关名称"),
    "government": Placeholder("所代表的政府", when="for_government"),
    "office_address": Placeholder("本机关地址"),
    "office_phone": Placeholder("本机关电话"),
    "office_postcode": Placeholder("本机关邮政编码"),
    "you": Placeholder("你或你单位"),
    "applicant": Placeholder("申请人姓名或名称", to="applicant"),
    "recipient": Placeholder("收件人姓名或名称", to="nobody"),
    "recipient_address": Placeholder("收件人地址", when="address", to="nobody"),
    "received_on": Placeholder("收到申请之日"),
    "channel": Placeholder("提出申请的方式"),
    "delivery": Placeholder("申请人要求的提供方式"),
    "description": Placeholder("申请公开的内容，经补正的为补正后的"),
    "on": Placeholder("文书日期"),
    "due_on": Placeholder("答复期限", when="due"),
    "answer_workdays": Placeholder("答复期限的工作日数"),
    "supplemented_on": Placeholder("收到补正之日", when="supplemented"),
    "noticed_on": Placeholder("告知补正之日", when="noticed"),
    "asked_on": Placeholder("要求说明理由之日", when="explanation_asked"),
    "matters": Placeholder("需补正的事项", _of("supplement_required")),
    "respond_by": Placeholder(
        "期限至", _of("supplement_required", "explanation_required", "consultation_opened")
    ),
    "excess": Placeholder("数量、频次超过合理范围的情形", _of("explanation_required"), "matters"),
    "workdays": Placeholder("延长的工作日数", _EXTENSION),
    "reason": Placeholder("理由", _of("extended", "extension_drafted", "deferred")),
    "until": Placeholder("延迟答复至", _of("deferred")),
    "consultee": Placeholder(
        "收件人名称", _of("consultation_opened", "consultation_closed"), "addressee", "consultee"
    ),
    "concerned": Placeholder("所涉信息及征求意见的理由", _of("consultation_opened"), "matters", "consultee"),
    "decision": Placeholder("决定公开的内容和理由", _of("consultation_closed"), "decision", "consultee"),
    "fee_basis": Placeholder("计收方式和数量", _of("fee_charged")),
    "amount": Placeholder("金额（元）", _of("fee_charged")),
    "pay_by": Placeholder("缴费期限", _of("fee_charged")),
    "payment": Placeholder("缴费方式", when="payment"),
    "outcome": Placeholder("办理结果", _ANSWER),
    "basis": Placeholder("所依据的条款", _ANSWER),
    "text": Placeholder("正文", _ANSWER, "text"),
    "earlier": Placeholder("此前答复的日期和文号", _ANSWER, "earlier"),
    "unsupplemented_by": Placeholder("补正期限", _of("lapsed"), "of_supplement"),
    "notice_served_on": Placeholder("告知补正、通知缴费的文书送达之日", _of("lapsed"), "notice_served"),
    "charged_on": Placeholder("通知缴费之日", _of("lapsed"), "of_fee"),
    "unpaid_by": Placeholder("缴费期限", _of("lapsed"), "of_fee"),
    "withdrawn_how": Placeholder("撤回的情形", _of("withdrawn")),
    "paper": Placeholder("所送文书的名称"),
    "paper_number": Placeholder("所送文书的文号"),
    "served_how": Placeholder("送达方式", when="served"),
    "served_on": Placeholder("送达日期", when="served"),
    "signed_on": Placeholder("签收日期", when="signed"),
    "tracking_no": Placeholder("邮件单号", when="tracked"),
}

PART: dict[str, Placeholder] = {
    "part_no": Placeholder("这一部分的序号"),
    "part_outcome": Placeholder("这一部分的结果"),
    "part_ground": Placeholder("这一部分结果的情形"),
    "part_basis": Placeholder("这一部分所依据的条款"),
    "part_text": Placeholder("正文中这一部分的一段", when="part_text"),
}
"""Of a paragraph that is printed once for each part of an answer."""
