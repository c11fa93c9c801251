"""Everything that can happen to a disclosure request, in the order of its life.

The event that an officer sends is the event that is stored: one vocabulary for HTTP, command line and console. The tag is the
topic in the store and `type` on the wire; it is one word of law and never changes. `on` is the day the
event happened in law. Dates of facts end in `_on`, last days of a term in `_by`.

A and T stand for the applicant and for free text: sent in clear (`Applicant`, `Text`), stored `Sealed`.
Articles are those of the Regulations on Open Government Information (国令711号) unless another act is named.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Generic, Literal, TypeVar, Union, get_args, get_origin

from msgspec import Meta

from domain.entry import Event
from domain.request.appeal_events import AppealDecided, Appealed, CorrectionAnalysed, Reopened
from domain.request.file_events import (
    D,
    DocumentFiled,
    ErasureRequested,
    HandedOver,
    PersonalDataErased,
    PersonalDataRestricted,
    RestrictionLifted,
)
from domain.request.parties import Applicant, ApplicantKind, Provenance
from domain.values import Code, Count, Digest, EntryVersion, Label, Money, Sealed, Text, Value

A = TypeVar("A")
T = TypeVar("T")
R = TypeVar("R")

APPLICANT_KINDS: tuple[ApplicantKind, ...] = ApplicantKind.__args__  # type: ignore[attr-defined]


class Received(Event, Generic[A, T], frozen=True, tag="received"):
    """收到申请 (Art. 29, 31). `on` is the day of receipt of Art. 31 for the channel; it is never moved.

    submitted_on: the day the applicant sent it, if another. split_from: the reference of which this is
    a part (一事一申请); the parent stays as the first part and has the same day of receipt. subject: what it is
    about, in a few words that lists can show; names nobody. receipt_basis
    imported: the day is that of an earlier register, which does not say by what act of Art. 31. document_no: of the
    registration receipt, where the authority numbers those.
    """

    title = "收到申请"
    article = "第二十九条、第三十一条"
    sealed = ("applicant", "description")
    channel: Literal["in_person", "post", "online", "fax", "email"]
    receipt_basis: Literal[
        "handed_in",
        "signed_for",
        "confirmed_by_both",
        "system_confirmed",
        "taken_down",
        "same_day_confirmed",
        "imported",
    ]
    applicant_kind: ApplicantKind
    applicant: A
    description: T
    delivery: Literal["paper", "electronic", "in_person", "other"]
    submitted_on: date | None = None
    split_from: Label | None = None
    subject: Label | None = None
    provenance: Provenance | None = None
    document_no: Label | None = None


class Assigned(Event, frozen=True, tag="assigned"):
    """交办 to a unit, and an officer of it if known (Art. 45)."""

    title = "交办"
    article = "第四十五条"
    unit: Label
    officer: Label | None = None
    provenance: Provenance | None = None


class SupplementRequired(Event, Generic[T], frozen=True, tag="supplement_required"):
    """补正告知 (Art. 30): once, within 7 working days of receipt. respond_by: last day, inclusive."""

    title = "补正告知"
    article = "第三十条"
    sealed = ("matters",)
    respond_by: date
    matters: T
    document_no: Label | None = None
    provenance: Provenance | None = None


class Supplemented(Event, Generic[T], frozen=True, tag="supplemented"):
    """补正 received (Art. 30): the term to answer starts again on this day."""

    title = "收到补正"
    article = "第三十条"
    sealed = ("description",)
    description: T
    provenance: Provenance | None = None


class Extended(Event, Generic[T], frozen=True, tag="extended"):
    """延长答复期限 (Art. 33): approved by the disclosure office's head and notified to the applicant.

    workdays: working days added. notified_on: day the applicant was notified; it decides whether the
    extension came in time. draft: the approved draft it carries out.
    """

    title = "延长答复期限"
    article = "第三十三条"
    sealed = ("reason",)
    workdays: Annotated[int, Meta(ge=1, le=1000)]
    approved_by: Label
    reason: T
    notified_on: date | None = None
    draft: Label | None = None
    provenance: Provenance | None = None
    document_no: Label | None = None


class ExtensionDrafted(Event, Generic[T], frozen=True, tag="extension_drafted"):
    """提出延期 (Art. 33), for the head to approve. draft: its name in the request. workdays: to be added."""

    title = "提出延期"
    article = "第三十三条"
    sealed = ("reason",)
    draft: Label
    workdays: Annotated[int, Meta(ge=1, le=1000)]
    reason: T


class ConsultationOpened(Event, Generic[T], frozen=True, tag="consultation_opened"):
    """征求意见 (Art. 32–34): suspends the clock from the next working day until its close.

    consultation: a name unique in the request. respond_by: last day of the consultee, inclusive. addressee: name of the
    consultee, its address on further lines; matters: the information concerned and why it may harm. Both for the letter.
    """

    title = "征求意见"
    article = "第三十二条至第三十四条"
    sealed = ("addressee", "matters")
    consultation: Label
    consultee: Literal["third_party", "other_authority", "co_maker"]
    respond_by: date
    delivered_on: date | None = None
    addressee: T | None = None
    matters: T | None = None
    document_no: Label | None = None
    provenance: Provenance | None = None


class ConsultationClosed(Event, Generic[T], frozen=True, tag="consultation_closed"):
    """征求意见结束 (Art. 32–34). Silence of a third party is no consent, that of a co-maker is.

    reason: what is disclosed against an objection and why, as the third party is notified (Art. 32), by a paper with
    document_no.
    """

    title = "征求意见结束"
    article = "第三十二条至第三十四条"
    sealed = ("reason",)
    consultation: Label
    reply: Literal["agreed", "objected", "partly", "silent"]
    reason: T | None = None
    document_no: Label | None = None
    provenance: Provenance | None = None


class ExplanationRequired(Event, Generic[T], frozen=True, tag="explanation_required"):
    """要求说明理由 for clearly excessive number or frequency (Art. 35). matters: the number and frequency found."""

    title = "要求说明理由"
    article = "第三十五条"
    sealed = ("matters",)
    respond_by: date
    matters: T | None = None
    document_no: Label | None = None


class Explained(Event, frozen=True, tag="explained"):
    """说明理由 by the applicant (Art. 35). accepted: the reasons are found reasonable."""

    title = "说明理由"
    article = "第三十五条"
    accepted: bool


class Deferred(Event, Generic[T], frozen=True, tag="deferred"):
    """延迟答复 (Art. 35): reasons accepted, a later day is set and notified. until: last day, inclusive."""

    title = "延迟答复"
    article = "第三十五条"
    sealed = ("reason",)
    until: date
    reason: T
    document_no: Label | None = None


class FeeCharged(Event, frozen=True, tag="fee_charged"):
    """收费通知 (Art. 42; 国办函〔2020〕109号). pay_by: last day, inclusive.

    quantity: pages, or which of the applicant's requests of the calendar month it is.
    """

    title = "收费通知"
    article = "第四十二条"
    basis: Literal["items", "pages"]
    quantity: Count
    amount_yuan: Money
    pay_by: date
    document_no: Label | None = None
    provenance: Provenance | None = None


class FeePaid(Event, frozen=True, tag="fee_paid"):
    """缴费 (国办函〔2020〕109号): once the whole fee is paid the term to answer starts again."""

    title = "缴费"
    article = "第四十二条"
    amount_yuan: Money
    provenance: Provenance | None = None


MOST_PARTS = 100


class Part(Value, frozen=True):
    """One part of an answer that treats parts of the request differently."""

    outcome: Code
    legal_basis: Label


class AnswerDrafted(Event, Generic[T], frozen=True, tag="answer_drafted"):
    """起草答复 (Art. 45), for review and approval. draft: its name in the request; one that was returned may be
    drafted again under the same name. document_no: absent while not given out.
    """

    title = "起草答复"
    article = "第四十五条"
    sealed = ("text",)
    draft: Label
    outcome: Code
    legal_basis: Label
    document_no: Label | None = None
    parts: Annotated[tuple[Part, ...], Meta(max_length=MOST_PARTS)] | None = None
    text: T | None = None


class DraftReviewed(Event, Generic[T], frozen=True, tag="draft_reviewed"):
    """审核文稿 (Art. 45) by another than the drafter. passed: false returns it."""

    title = "审核文稿"
    article = "第四十五条"
    sealed = ("opinion",)
    draft: Label
    passed: bool
    opinion: T | None = None


class DraftApproved(Event, Generic[T], frozen=True, tag="draft_approved"):
    """批准文稿 (Art. 33, 45) by another than drafter and reviewer. passed: false returns it."""

    title = "批准文稿"
    article = "第四十五条"
    sealed = ("opinion",)
    draft: Label
    passed: bool
    opinion: T | None = None


class Answered(Event, Generic[T], frozen=True, tag="answered"):
    """答复 (Art. 36–39): once. outcome: the finest code of `outcomes` that is known. document_no: absent where the next of
    the authority's series is to be given out, as in every event that leads to a paper; what is stored has it.

    parts: outcome and article of each part, where they differ. draft: the approved draft that went out, which
    says the same; before the authority had officers a free label. earlier_reference: the request already
    answered, for a repeated one (Art. 36(6)).
    """

    title = "答复"
    article = "第三十六条"
    sealed = ("text",)
    outcome: Code
    legal_basis: Label
    document_no: Label | None = None
    parts: Annotated[tuple[Part, ...], Meta(max_length=MOST_PARTS)] | None = None
    draft: Label | None = None
    earlier_reference: Label | None = None
    text: T | None = None
    provenance: Provenance | None = None


class Served(Event, frozen=True, tag="served"):
    """送达 (国办公开办函〔2016〕235号). By China Post the day of posting counts, by hand that of signature.

    paper: version of the entry whose paper it is; absent: the last answer.
    """

    title = "送达"
    article = "国办公开办函〔2016〕235号"
    method: Literal["china_post", "courier", "in_person", "electronic", "public_notice", "other"]
    signed_for_on: date | None = None
    tracking_no: Label | None = None
    provenance: Provenance | None = None
    paper: EntryVersion | None = None


class Withdrawn(Event, frozen=True, tag="withdrawn"):
    """撤回申请: counted as received and closed under 其他处理."""

    title = "撤回申请"
    reason: Literal["by_applicant", "settled", "other"]
    provenance: Provenance | None = None
    document_no: Label | None = None


class Lapsed(Event, frozen=True, tag="lapsed"):
    """不再处理: no supplement (Art. 30) or no payment (Art. 42) within the term set."""

    title = "不再处理"
    article = "第三十条、第四十二条"
    cause: Literal["supplement", "fee"]
    document_no: Label | None = None


class Archived(Event, frozen=True, tag="archived"):
    """归档 (Art. 45)."""

    title = "归档"
    article = "第四十五条"
    archive_no: Label
    retention: Literal["permanent", "30y", "10y"]


class EntryAmended(Event, Generic[R, T], frozen=True, tag="entry_amended"):
    """更正登记: replaces an earlier entry of the request, or annuls it where replacement is absent.

    version: the entry meant; it may not itself be an amendment. The last amendment of an entry wins.
    """

    title = "更正登记"
    sealed = ("reason",)
    version: EntryVersion
    reason: T
    replacement: R | None = None


# In the order of a request's life. Union[] because this alias is generic.
_AfterReceipt = Union[
    Assigned, SupplementRequired[T], Supplemented[T], ExtensionDrafted[T], Extended[T], ConsultationOpened[T],
    ConsultationClosed[T], ExplanationRequired[T], Explained, Deferred[T], FeeCharged, FeePaid, AnswerDrafted[T],
    DraftReviewed[T], DraftApproved[T], Answered[T], Served, Withdrawn, Lapsed, Appealed, AppealDecided,
    CorrectionAnalysed[T], Reopened, Archived, HandedOver, ErasureRequested, PersonalDataErased,
    PersonalDataRestricted, RestrictionLifted,
]  # fmt: skip
Happening = Union[Received[A, T], _AfterReceipt[T], DocumentFiled[D]]

ReceiptBody = Received[Applicant, Text]
LaterBody = _AfterReceipt[Text] | EntryAmended[Happening[Applicant | None, Text | None, None], Text]
EventBody = ReceiptBody | LaterBody
"""As an officer sends it. In a replacement a sealed value sent as null keeps the earlier one.

A document is sent as its bytes, never as an event.
"""

SentDocument = DocumentFiled[Digest]
"""As a client interface passes it on: with the digest in place of the content that was sent."""

Fact = Happening[Sealed, Sealed, Sealed]
"""As it is stored and judged: personal data and free text are sealed."""

Amendment = EntryAmended[Fact, Sealed]
Stored = Fact | Amendment

EVENTS: tuple[type[Event], ...] = (*(get_origin(each) or each for each in get_args(Fact)), EntryAmended)
"""All that can happen to a request: each type, without what it is generic in."""

IMPORTED = (
    Received, Assigned, SupplementRequired, Supplemented, ConsultationOpened, ConsultationClosed, Extended, FeeCharged,
    FeePaid, Answered, Served, Withdrawn, Appealed, AppealDecided,
)  # fmt: skip
"""What an earlier register can say, and so may have a provenance."""


def resulting(event: Event) -> Event | None:
    """What the event records: of an amendment what takes the place of the entry, None where that is annulled."""
    return event.replacement if isinstance(event, EntryAmended) else event


def is_imported(event: Event) -> bool:
    """Whether the entry was read from an earlier register; of an amendment whether what replaces it was."""
    return getattr(resulting(event), "provenance", None) is not None
