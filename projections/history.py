"""One Chinese sentence for each event, for auditors.

Sentences are built from codes, dates and labels alone; sealed values appear as what they are about, never as
what they say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from domain.authority.assessment_events import (
    OF_ASSESSMENT,
    ContestDecided,
    Indicator,
    ScoreContested,
    ScoreEntered,
)
from domain.authority.events import OwnEntryAmended, Reorganised, SuperiorSet
from domain.entry import Event, Recorded, type_of
from domain.law import outcomes
from domain.request import events
from domain.request.amendment import latest_content
from domain.request.appeal_events import AppealDecided, Appealed, CorrectionAnalysed, Reopened
from domain.request.file_events import (
    DocumentFiled,
    ErasureRequested,
    HandedOver,
    PersonalDataErased,
    PersonalDataRestricted,
    RestrictionLifted,
)
from domain.values import Sealed
from projections.choice_labels import CHOICES, choices
from projections.history_of_authority import said_of_authority

APPLICANT_WORDS = CHOICES["applicant_kind"]
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

_UNSAID = {
    "applicant": "申请人信息",
    "description": "内容",
    "matters": "补正事项",
    "consultation_opened.matters": "所涉信息和理由",
    "explanation_required.matters": "数量、频次",
    "reason": "理由",
    "text": "答复正文",
    "measures": "整改措施",
    "content": "材料内容",
    "opinion": "意见",
    "delivery": "提供方式",
    "addressee": "收件人",
    "draft": "文稿",
    "registered.kind": "机关类别",
    "address": "地址",
    "phone": "电话",
    "postcode": "邮政编码",
    "red_head": "发文机关标志",
    "answers_for": "代哪一政府答复",
    "payment": "缴费方式",
    "wording": "文字",
}
"""Fields that no sentence mentions, mostly sealed ones; an amendment that changes them names them."""

_UNQUOTED = frozenset({"wording"})
"""A field that is too long for a sentence."""


AMENDMENTS = (events.EntryAmended, OwnEntryAmended)
"""Events of amendment, of a request and of the authority itself."""


class HistoryLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One entry of a history. recorded_on differs from on: it was entered late. amends: the entry it changes.

    annulled: the last of the entries that amended it took it back.
    """

    version: int
    position: int
    on: str
    recorded_on: str
    actor: str
    sentence: str
    acknowledged: tuple[str, ...] = ()
    on_behalf_of: str | None = None
    amends: int | None = None
    amended_by: tuple[int, ...] = ()
    annulled: bool = False


class Names(NamedTuple):
    """What codes are called on an office's pages. officer: of its own. authorities: units and superiors. indicators: of
    the assessments that it announced; contested: of its superiors'; both by the assessment's name.
    """

    officer: Callable[[str], str]
    authorities: Mapping[str, str] = {}
    indicators: Mapping[str, Mapping[str, Indicator]] = {}
    contested: Mapping[str, Mapping[str, Indicator]] = {}


OF_OTHERS: tuple[type[Event], ...] = (*OF_ASSESSMENT, SuperiorSet, Reorganised)
"""Events that refer to other authorities, or to their assessments, by codes."""


def by_name(event: Any, names: Names) -> Any:
    """The event for its sentence: what it tells of by name instead of by code."""
    if isinstance(event, AMENDMENTS):
        now = event.replacement
        return event if now is None else replace(event, replacement=by_name(now, names))
    codes = {field: getattr(event, field, None) for field in _OFFICERS}
    said = {field: names.officer(code) for field, code in codes.items() if code}
    match event:
        case SuperiorSet(superior=code):
            said["superior"] = names.authorities.get(code, code)
        case Reorganised(successor=code):
            said["successor"] = names.authorities.get(code, code)
        case ScoreContested():
            said |= _of_indicator(event, names.contested)
        case ScoreEntered(unit=code) | ContestDecided(unit=code):
            said |= {"unit": names.authorities.get(code, code), **_of_indicator(event, names.indicators)}
        case _:
            pass
    return replace(event, **said)


_OFFICERS = ("officer", "approved_by", "system", "security")


def _of_indicator(event: Any, known: Mapping[str, Mapping[str, Indicator]]) -> dict[str, str]:
    """Its name, and the reason by the words of its rule."""
    indicator = known.get(event.assessment, {}).get(event.indicator)
    if indicator is None:
        return {}
    reasons = {str(rule.measure): rule.called for rule in indicator.rules}
    said = {"indicator": indicator.name}
    if (measure := getattr(event, "measure", None)) in reasons:
        said["measure"] = reasons[measure]
    return said


def lines(history: Sequence[Recorded]) -> list[HistoryLine]:
    """A stream's entries in the order recorded, each with its sentence and what amended it later."""
    amendments: dict[int, list[tuple[int, bool]]] = {}
    for entry in history:
        if isinstance(entry.event, AMENDMENTS):
            annuls = entry.event.replacement is None
            amendments.setdefault(entry.event.version, []).append((entry.originator_version, annuls))
    found = []
    for index, entry in enumerate(history):
        amendment = entry.event if isinstance(entry.event, AMENDMENTS) else None
        later = amendments.get(entry.originator_version, [])
        found.append(
            HistoryLine(
                version=entry.originator_version,
                position=entry.position,
                on=str(entry.event.on),
                recorded_on=str(entry.recorded_on),
                actor=entry.actor,
                sentence=_amendment(amendment, history[:index]) if amendment else sentence(entry.event),
                acknowledged=entry.acknowledged,
                on_behalf_of=entry.on_behalf_of,
                amends=amendment.version if amendment else None,
                amended_by=tuple(version for version, _ in later),
                annulled=bool(later) and later[-1][1],
            )
        )
    return found


def _amendment(event: events.Amendment | OwnEntryAmended[Sealed], before: Sequence[Recorded]) -> str:
    """What an amendment changed, old beside new."""
    was, now = latest_content(before, event.version), event.replacement
    which = f"第{event.version}条登记"
    old = f"“{sentence(was)}”" if was else ""
    if now is None:
        return f"{event.on}撤销{which}{old}"
    unsaid = "、".join(_unsaid(was, now)) if was else ""
    new = f"“{sentence(now)}”"
    if _is_annulled(before, event.version):
        return f"{event.on}恢复{which}{new}" + (f"，并更正{unsaid}" if unsaid else "")
    if old == new:
        return f"{event.on}更正{which}{old}" + (f"的{unsaid}" if unsaid else "，内容没有变动")
    return f"{event.on}更正{which}：原为{old}，现为{new}" + (f"，并更正{unsaid}" if unsaid else "")


def _is_annulled(history: Sequence[Recorded], version: int) -> bool:
    amendments = [e.event for e in history if isinstance(e.event, AMENDMENTS)]
    found = [amendment.replacement for amendment in amendments if amendment.version == version]
    return bool(found) and found[-1] is None


def _unsaid(was: Event, now: Event) -> list[str]:
    """What differs without being in the sentence; of a sealed value only that it does."""
    found, type_ = [], type_of(now)
    for key, name in _UNSAID.items():
        of, _, field = key.rpartition(".")
        if of != type_ and (of or f"{type_}.{field}" in _UNSAID):
            continue
        old, new = getattr(was, field, None), getattr(now, field, None)
        if old != new:
            in_clear = field not in now.sealed and field not in _UNQUOTED
            names = choices(type_, field)
            words = (names.get(str(each), str(each or "无")) for each in (old, new))
            found.append(f"{name}（由{'改为'.join(words)}）" if in_clear else name)
    return found


def sentence(event: Event) -> str:
    """What happened, in one sentence without a full stop."""
    return f"{event.on}{_said(event)}{_read_in(event)}"


def _read_in(event: Event) -> str:
    """Where an imported entry was read."""
    source = event.provenance if isinstance(event, events.IMPORTED) else None
    if source is None:
        return ""
    number = f"，原编号{source.original_no}" if source.original_no else ""
    stated = {None: "", "on_time": "，载明按期", "late": "，载明逾期"}[source.stated_timeliness]
    place = f"第{source.sheet_no}个工作表第{source.row_no}行"
    return f"（导入自原台账{place}{number}{stated}，文件{source.file_digest[:12]}）"


def _said(event: Event) -> str:
    match event:
        case events.Received():
            sent = f"（{event.submitted_on}提交）" if event.submitted_on else ""
            split = f"，由{event.split_from}拆分" if event.split_from else ""
            about = f"，事项：{event.subject}" if event.subject else ""
            basis, channel, kind = (
                CHOICES["receipt_basis"][event.receipt_basis],
                CHOICES["channel"][event.channel],
                APPLICANT_WORDS[event.applicant_kind],
            )
            return f"收到{kind}{channel}提出的申请{sent}，以{basis}为收到日期{split}{about}{_number(event.document_no)}"
        case events.Assigned():
            return f"交{event.unit}办理" + (f"，经办人{event.officer}" if event.officer else "")
        case events.SupplementRequired():
            return f"告知申请人补正，期限至{event.respond_by}{_number(event.document_no)}"
        case events.Supplemented():
            return "收到申请人的补正"
        case events.Extended():
            notified = f"，{event.notified_on}告知申请人" if event.notified_on else "，未登记告知申请人的日期"
            draft = f"（文稿{event.draft}）" if event.draft else ""
            return f"延长答复期限{event.workdays}个工作日{draft}，{event.approved_by}同意{notified}{_number(event.document_no)}"
        case events.ExtensionDrafted():
            return f"提出延长答复期限{event.workdays}个工作日（文稿{event.draft}）"
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
        case events.AnswerDrafted():
            words = f"{outcomes.label(event.outcome)}（{event.legal_basis}）{_number(event.document_no)}{_in_parts(event.parts)}"
            return f"起草答复（文稿{event.draft}）：{words}"
        case events.DraftReviewed():
            return f"审核文稿{event.draft}，{'通过' if event.passed else '退回'}"
        case events.DraftApproved():
            return f"{'批准' if event.passed else '退回'}文稿{event.draft}"
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
        case events.Archived():
            return f"归档，档号{event.archive_no}，保管期限{CHOICES['retention'][event.retention]}"
        case HandedOver():
            number = f"，交接文据{event.transfer_no}" if event.transfer_no else ""
            return f"移交{event.archives}{number}"
        case DocumentFiled():
            what = f"{DOCUMENTS[event.kind]}，{MEDIA_TYPES.get(event.media_type, event.media_type)}，{event.size_bytes}字节"
            return f"材料入卷：{event.document}（{what}）"
        case ErasureRequested():
            return f"提请销毁{CHOICES['erasure_requested.scope'][event.scope]}：{event.basis}，鉴定文号{event.appraisal_no}"
        case PersonalDataErased():
            return f"按第{event.requested}条登记的提请销毁个人信息，内容不能恢复"
        case PersonalDataRestricted():
            return f"限制处理个人信息：{event.basis}"
        case RestrictionLifted():
            return f"解除对个人信息处理的限制：{event.basis}"
        case _:
            return said_of_authority(event)


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
