"""One sentence for each event of a request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.entry import Event
from domain.law import outcomes
from domain.request import events
from domain.request.appeal_events import AppealDecided, Appealed, CorrectionAnalysed, Reopened
from domain.request.file_events import (
    DocumentFiled,
    ErasureRequested,
    HandedOver,
    PersonalDataErased,
    PersonalDataRestricted,
    RestrictionLifted,
)
from projections.choice_labels import CHOICES

DOCUMENTS = CHOICES["document_filed.kind"]

MEDIA_TYPES: Mapping[str, str] = {
    "application/pdf": "PDF",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/tiff": "TIFF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/ofd": "OFD",
    "text/plain": "纯文本",
}
"""Chinese names of the accepted media types."""


def phrase(event: Event) -> str | None:
    """What happened, without the day; None for an event of another stream."""
    return _of_course(event) or _of_term(event) or _of_draft(event) or _of_appeal(event) or _of_file(event)


def _of_course(event: Event) -> str | None:
    """What becomes of the request itself."""
    match event:
        case events.Received():
            sent = f"（{event.submitted_on}提交）" if event.submitted_on else ""
            split = f"，由{event.split_from}拆分" if event.split_from else ""
            about = f"，事项：{event.subject}" if event.subject else ""
            basis, channel, kind = (
                CHOICES["receipt_basis"][event.receipt_basis],
                CHOICES["channel"][event.channel],
                CHOICES["applicant_kind"][event.applicant_kind],
            )
            return f"收到{kind}{channel}提出的申请{sent}，以{basis}为收到日期{split}{about}{_number(event.document_no)}"
        case events.Assigned():
            return f"交{event.unit}办理" + (f"，经办人{event.officer}" if event.officer else "")
        case events.Answered():
            parts = _in_parts(event.parts)
            earlier = f"，此前已答复{event.earlier_reference}" if event.earlier_reference else ""
            words = outcomes.label(event.outcome)
            return f"答复：{words}（{event.legal_basis}）{_number(event.document_no)}{parts}{earlier}"
        case events.Served():
            signed = f"，{event.signed_for_on}签收" if event.signed_for_on else ""
            number = f"，单号{event.tracking_no}" if event.tracking_no else ""
            paper = f"第{event.paper}条的文书" if event.paper else ""
            return f"以{CHOICES['method'][event.method]}送达{paper}{signed}{number}"
        case events.Withdrawn():
            return f"申请撤回：{CHOICES['withdrawn.reason'][event.reason]}{_number(event.document_no)}"
        case events.Lapsed():
            return f"{CHOICES['lapsed.cause'][event.cause]}，不再处理{_number(event.document_no)}"
        case _:
            return None


def _of_term(event: Event) -> str | None:
    """What moves the term to answer."""
    match event:
        case events.SupplementRequired():
            return f"告知申请人补正，期限至{event.respond_by}{_number(event.document_no)}"
        case events.Supplemented():
            return "收到申请人的补正"
        case events.Extended():
            notified = f"，{event.notified_on}告知申请人" if event.notified_on else "，未登记告知申请人的日期"
            draft = f"（文稿{event.draft}）" if event.draft else ""
            return f"延长答复期限{event.workdays}个工作日{draft}，{event.approved_by}同意{notified}{_number(event.document_no)}"
        case events.ConsultationOpened():
            sent = f"，{event.delivered_on}送达" if event.delivered_on else ""
            who = CHOICES["consultee"][event.consultee]
            return f"征求{who}意见（{event.consultation}），期限至{event.respond_by}{sent}{_number(event.document_no)}"
        case events.ConsultationClosed():
            return f"征求意见（{event.consultation}）结束：{CHOICES['reply'][event.reply]}{_number(event.document_no)}"
        case events.ExplanationRequired():
            return f"要求申请人说明理由，期限至{event.respond_by}{_number(event.document_no)}"
        case events.Explained():
            return f"申请人说明理由，{'予以认可' if event.accepted else '未予认可'}"
        case events.Deferred():
            return f"确定延迟答复，至{event.until}{_number(event.document_no)}"
        case events.FeeCharged():
            how = f"{CHOICES['fee_charged.basis'][event.basis]}{event.quantity}"
            return f"通知缴纳信息处理费{event.amount_yuan}元（{how}），期限至{event.pay_by}{_number(event.document_no)}"
        case events.FeePaid():
            return f"申请人缴费{event.amount_yuan}元"
        case _:
            return None


def _of_draft(event: Event) -> str | None:
    match event:
        case events.ExtensionDrafted():
            return f"提出延长答复期限{event.workdays}个工作日（文稿{event.draft}）"
        case events.AnswerDrafted():
            words = f"{outcomes.label(event.outcome)}（{event.legal_basis}）{_number(event.document_no)}{_in_parts(event.parts)}"
            return f"起草答复（文稿{event.draft}）：{words}"
        case events.DraftReviewed():
            return f"审核文稿{event.draft}，{'通过' if event.passed else '退回'}"
        case events.DraftApproved():
            return f"{'批准' if event.passed else '退回'}文稿{event.draft}"
        case _:
            return None


def _of_appeal(event: Event) -> str | None:
    match event:
        case Appealed():
            after = f"，接{event.follows}" if event.follows else ""
            where, why = f"{event.tribunal}，{event.case_no}", CHOICES["ground"][event.ground]
            return f"申请人提起{CHOICES['route'][event.route]}（{event.appeal}）：{why}；{where}{after}"
        case AppealDecided():
            effect = f"，{event.effective_on}生效" if event.effective_on else "，尚未生效"
            known = outcomes.DISPOSITIONS.get(event.disposition)
            result = known.label if known else event.disposition
            return f"{event.appeal}{_instance(event.instance)}结果：{result}{effect}"
        case CorrectionAnalysed():
            return f"分析{event.appeal}被纠正的原因：{'、'.join(CHOICES['causes'][cause] for cause in event.causes)}"
        case Reopened():
            which = f"（{event.appeal}）" if event.appeal else ""
            return f"{CHOICES['reopened.cause'][event.cause]}重新处理{which}，最迟于{event.redo_by}答复"
        case _:
            return None


def _of_file(event: Event) -> str | None:
    """What becomes of its papers and personal data."""
    match event:
        case DocumentFiled():
            what = f"{DOCUMENTS[event.kind]}，{MEDIA_TYPES.get(event.media_type, event.media_type)}，{event.size_bytes}字节"
            return f"材料入卷：{event.document}（{what}）"
        case events.Archived():
            return f"归档，档号{event.archive_no}，保管期限{CHOICES['retention'][event.retention]}"
        case HandedOver():
            number = f"，交接文据{event.transfer_no}" if event.transfer_no else ""
            return f"移交{event.archives}{number}"
        case ErasureRequested():
            return f"提请销毁{CHOICES['erasure_requested.scope'][event.scope]}：{event.basis}，鉴定文号{event.appraisal_no}"
        case PersonalDataErased():
            return f"按第{event.requested}条登记的提请销毁个人信息，内容不能恢复"
        case PersonalDataRestricted():
            return f"限制处理个人信息：{event.basis}"
        case RestrictionLifted():
            return f"解除对个人信息处理的限制：{event.basis}"
        case _:
            return None


def _number(document_no: str | None) -> str:
    return f"，{document_no}" if document_no else ""


def _instance(instance: str) -> str:
    """Which instance, where it is not the first."""
    return "" if instance == "first" else CHOICES["instance"][instance]


def _in_parts(parts: Sequence[events.Part] | None) -> str:
    if not parts:
        return ""
    words = "；".join(f"{outcomes.label(part.outcome)}（{part.legal_basis}）" for part in parts)
    return f"，分{len(parts)}部分：{words}"
