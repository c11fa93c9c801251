"""Chinese labels of the codes of each field, for forms, sentences, lists and the command line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import get_args

from domain.authority.assessment_events import MEASURES
from domain.authority.number_events import NumberedLetter
from domain.authority.powers import ROLES, SERVICE_ACTS
from domain.field_labels import CHANNELS
from domain.law import outcomes, terms
from domain.letters import wording
from domain.report import official_form
from domain.report.events import SECTIONS, WORK

CHOICES: dict[str, Mapping[str, str]] = {
    "channel": CHANNELS,
    "receipt_basis": {
        "handed_in": "当面提交之日",
        "signed_for": "签收之日",
        "confirmed_by_both": "双方确认之日",
        "system_confirmed": "系统确认之日",
        "taken_down": "口头申请记录之日",
        "same_day_confirmed": "当日确认之日",
        "imported": "原台账所载之日（依据未载）",
    },
    "applicant_kind": {
        "natural_person": "自然人",
        "commercial_enterprise": "商业企业",
        "research_institution": "科研机构",
        "public_interest_organisation": "社会公益组织",
        "legal_service_institution": "法律服务机构",
        "other_organisation": "其他组织",
    },
    "id_kind": {
        "resident_id": "居民身份证",
        "passport": "护照",
        "credit_code": "统一社会信用代码",
        "other": "其他证件",
    },
    "delivery": {"paper": "纸质", "electronic": "电子", "in_person": "当面", "other": "其他"},
    "consultee": {"third_party": "第三方", "other_authority": "其他机关", "co_maker": "共同制作机关"},
    "reply": {"agreed": "同意公开", "objected": "不同意公开", "partly": "部分同意", "silent": "逾期未答复"},
    "method": {
        "china_post": "邮政企业寄送",
        "courier": "其他快递寄送",
        "in_person": "当面送交",
        "electronic": "电子方式",
        "public_notice": "公告",
        "other": "其他方式",
    },
    "withdrawn.reason": {"by_applicant": "申请人撤回", "settled": "协商后撤回", "other": "其他原因"},
    "lapsed.cause": {"supplement": "逾期不补正", "fee": "逾期不缴费"},
    "reopened.cause": {"appeal": "因复议或诉讼", "own_correction": "自行纠正"},
    "route": {
        "reconsideration": "行政复议",
        "litigation_direct": "行政诉讼（未经复议）",
        "litigation_after_reconsideration": "行政诉讼（复议后）",
    },
    "ground": {"answer": "不服答复", "no_answer": "未答复", "other": "其他理由"},
    "instance": {"first": "复议或一审", "second": "二审", "retrial": "再审"},
    "causes": {
        "receipt": "受理判断",
        "facts": "事实认定",
        "law": "法律适用",
        "reasoning": "说理",
        "procedure": "程序",
        "new_evidence": "新证据",
        "other": "其他",
    },
    "retention": {"permanent": "永久", "30y": "30年", "10y": "10年"},
    "fee_charged.basis": {"items": "按件", "pages": "按量"},
    "document_filed.kind": {
        "application": "申请材料",
        "identity": "身份证明",
        "consultation": "征求意见材料",
        "answer": "答复书",
        "service": "送达凭证",
        "appeal": "复议诉讼材料",
        "other": "其他材料",
    },
    "erasure_requested.scope": {"applicant": "申请人信息和写明申请人的材料", "all": "全部封存内容和材料"},
    "passed": {"true": "通过", "false": "退回"},
    "accepted": {"true": "认可", "false": "不予认可"},
    "day_off_set.working": {"true": "照常办公", "false": "停止办公"},
    "outcome": {code: each.label for code, each in outcomes.OUTCOMES.items()},
    "disposition": {code: each.label for code, each in outcomes.DISPOSITIONS.items()},
    # of the authority's own events
    "registered.kind": {
        "government": "政府",
        "department": "部门",
        "subdistrict": "街道办事处或乡镇",
        "other": "其他",
    },
    "reform": {
        "merged": "并入另一机关",
        "split": "分设",
        "dissolved": "撤销",
        "function_moved": "划转部分职能",
    },
    "report_by": {"own": "由本机关自行报告", "successor": "由承接机关一并报告"},
    "relation": {
        "department": "所属部门",
        "lower_government": "下级政府",
        "disclosure_supervisor": "由其主管政府信息公开工作",
    },
    "separation_waived.scope": {
        "review": "可不经审核",
        "approval": "可不经批准",
        "same_person": "可由同一人起草、审核、批准",
    },
    "supervision_ordered.matter": {
        "overdue": "逾期未答复",
        "due_soon": "期限将至",
        "correction": "纠错案件",
        "registration": "登记、归档",
        "report": "年度报告",
        "other": "其他",
    },
    "supervision_answered.result": {
        "done": "已办结",
        "under_way": "正在办理",
        "unfounded": "情况不属实",
    },
    "classes": {"government": "政府", "department": "部门", "subdistrict": "街道、乡镇", "other": "其他"},
    "contest_decided.result": {"upheld": "成立", "overruled": "不成立"},
    "measure": {str(measure): words for measure, words in MEASURES.items()},
    "assessment_announced.kind": {"deduct": "按次扣分", "yes_no": "是否", "graded": "分等次"},
    "assessor": {"automatic": "台账自动计", "self": "单位自评", "office": "上级机关评定"},
    "policy": {
        "roll_receipt": "收到之日起算顺延",
        "approval_steps": "答复的审批环节",
        "second_factor": "登录的动态口令或通行密钥",
        "passkey_verification": "通行密钥以指纹等核验本人",
        "access_log_kept": "访问日志在本机保存的期限",
        "escalation": "到期提醒逐级上报",
        "provider_second_factor": "统一身份认证所作的双因素验证",
        "local_login": "本机账号和口令",
    },
    "policy_set.value": terms.POLICY_VALUES,
    "letter": {kind: wording.load(kind).name for kind in wording.KINDS},
    "letter_wording_set.paragraph": wording.PARAGRAPHS,
    "letters": {kind: wording.load(kind).name for kind in get_args(NumberedLetter)},
    "number_series_set.outcomes": {code: outcomes.label(code) for code in outcomes.OUTCOMES},
    "brackets": {"tortoise_shell": "〔〕", "round": "（）", "square": "[]"},
    "year_of": {"decision": "作出之日", "receipt": "收到申请之日"},
    "number_state": {"given": "已编", "drafted": "文稿所用", "withdrawn": "已更正或撤销"},
    "service_granted.acts": {str(act): words for act, words in SERVICE_ACTS.items()},
    "role": {str(role): title for role, title in ROLES.items()},
    # of the annual report
    "figure_entered.row": {
        row.code: row.label.rpartition("/")[2]
        for name in official_form.NAMES
        for block in official_form.load(name).proactive
        for row in block.rows
    },
    "document_made.kind": {"regulation": "规章", "normative": "行政规范性文件", "other": "其他文件"},
    "disclosure": {"proactive": "主动公开", "on_request": "依申请公开", "withheld": "不予公开"},
    "document_ended.cause": {
        "abolished": "废止",
        "replaced": "由新文件替代，废止",
        "declared_expired": "宣布失效",
    },
    "work_recorded.kind": {kind: words for kind, (words, _) in WORK.items()},
    "section": SECTIONS,
    "format": {name: f"{name}年格式" for name in official_form.NAMES},
}
"""Labels by field, or by event and field if they differ between events."""


def choices(event: str, field: str) -> Mapping[str, str]:
    """The words of each choice of an event's field; empty where none are known."""
    return CHOICES.get(f"{event}.{field}") or CHOICES.get(field, {})


_FEWEST_LETTERS, _PART = 2, 3
"""Minimum length of an abbreviation: two characters, and a third of the whole word."""
_CONTRARY = re.compile("[不未非无没否停免禁]")
"""Characters of negation: 要求审批 is not an abbreviation of 不要求审批."""


def code_named(words: Mapping[str, str], typed: str) -> str | None:
    """The code that was typed, or the one whose word was; of codes with one word the finest. None if there is none.

    A word may be typed without what is before its colon, and without 属于: 国家秘密 for 不予公开：属于国家秘密. So may
    its beginning or its end, if no other word begins or ends so: 签收 for 签收之日, 身份证 for 居民身份证.
    """
    if typed in words:
        return typed
    meant = _plain(typed)
    found = [code for code, word in words.items() if _plain(word) == meant]
    found = found or [code for code, word in words.items() if _short(word) in (meant, _short(typed))]
    found = found or _cut_off(words, meant)
    found = [code for code in found if not any(other.startswith(f"{code}.") for other in found)]
    return found[0] if len(found) == 1 else None


def _cut_off(words: Mapping[str, str], meant: str) -> list[str]:
    """Codes whose word begins with what was typed; of none, those whose word ends with it."""
    if len(meant) < _FEWEST_LETTERS or meant.isascii():
        return []
    begin = [code for code, word in words.items() if _plain(word).startswith(meant)]
    begin = begin or [code for code, word in words.items() if _short(word).startswith(meant)]
    found = begin or [code for code, word in words.items() if _short(word).endswith(meant)]
    shorts = [_short(words[code]) for code in found]
    left_out = "" if begin else "".join(short.removesuffix(meant) for short in shorts)
    whole = all(len(short) <= _PART * len(meant) for short in shorts)
    return found if whole and not _CONTRARY.search(left_out) else []


def _short(word: str) -> str:
    """Without its group, and without the verb that some of a group have."""
    return _plain(word.rpartition("：")[2]).removeprefix("属于")


def _plain(text: str) -> str:
    """Without regard to the width of its letters, to blanks or quotes."""
    return "".join(
        each for each in unicodedata.normalize("NFKC", text) if not each.isspace() and each not in '“”"'
    )
