"""Everything that can happen to a disclosure request, in the order of its life.

The event an officer tells is the event that is stored: one vocabulary for every door. The tag is the
topic in the store and `type` on the wire; it is one word of law and never changes. `on` is the day the
event happened in law. Dates of facts end in `_on`, last days of a term in `_by`.

A and T stand for the applicant and for free text: told in clear (`Applicant`, `Text`), stored `Sealed`.
Articles are those of the Regulations on Open Government Information (国令711号) unless said otherwise.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Generic, Literal, TypeVar, Union

from msgspec import Meta

from domain.entry import Event
from domain.values import Code, Count, Label, Money, Sealed, Text, Value

A = TypeVar("A")
T = TypeVar("T")
R = TypeVar("R")
D = TypeVar("D")

ApplicantKind = Literal[
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_interest_organisation",
    "legal_service_institution",
    "other_organisation",
]
APPLICANT_KINDS: tuple[ApplicantKind, ...] = ApplicantKind.__args__  # type: ignore[attr-defined]

Route = Literal["reconsideration", "litigation_direct", "litigation_after_reconsideration"]
ROUTES: tuple[Route, ...] = Route.__args__  # type: ignore[attr-defined]

Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""Hex SHA-256 of a file."""

LARGEST_DOCUMENT = 20 * 1_048_576
"""Bytes of one document."""


MOST_JOINT = 100
MOST_AGENTS = 2


class Person(Value, frozen=True):
    """Somebody as the request names them. Art. 29 asks for name, proof of identity and contact."""

    name: Label
    id_kind: Literal["resident_id", "passport", "credit_code", "other"] | None = None
    id_number: Label | None = None
    contacts: Label | None = None
    address: Label | None = None


class Agent(Person, frozen=True, kw_only=True):
    """代理人. authorization: by what they are authorised, as a power of attorney and its day."""

    authorization: Label


class Applicant(Person, frozen=True):
    """申请人: whose kind decides the column of the tables. joint: who applies with them. agents: who acts for them all.

    One value to seal, so that none of them is read, restricted, found or erased without the others.
    """

    joint: Annotated[tuple[Person, ...], Meta(max_length=MOST_JOINT)] = ()
    agents: Annotated[tuple[Agent, ...], Meta(max_length=MOST_AGENTS)] = ()

    @property
    def people(self) -> tuple[Person, ...]:
        """The applicant, those who apply with them, the agents."""
        return (self, *self.joint, *self.agents)


class Provenance(Value, frozen=True):
    """Where an imported entry was read: in a register of before, kept elsewhere. Who imported it stands in the envelope.

    file_digest: SHA-256 in hex. sheet_no, row_no: from 1, as a spreadsheet counts them. original_no: of the request in
    that register. stated_timeliness: of a closing, as stated there; the program does not know better.
    """

    file_digest: Digest
    sheet_no: Annotated[int, Meta(ge=1, le=1_000)]
    row_no: Annotated[int, Meta(ge=1, le=2_000_000)]
    original_no: Label | None = None
    stated_timeliness: Literal["on_time", "late"] | None = None


UNSTATED = "原台账未载"
"""Stands where an event asks for words that a register of before does not have."""


class Received(Event, Generic[A, T], frozen=True, tag="received"):
    """收到申请 (Art. 29, 31). `on` is the day of receipt of Art. 31 for the channel; it is never moved.

    submitted_on: the day the applicant sent it, if another. split_from: the reference of which this is
    a part (一事一申请); the parent stays as the first part and has the same day of receipt. subject: what it is
    about, in a few words that lists can show; names nobody. receipt_basis
    imported: the day is that of a register of before, which does not say by what act of Art. 31.
    """

    title = "收到申请"
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


class Assigned(Event, frozen=True, tag="assigned"):
    """交办 to a unit, and an officer of it if known (Art. 45)."""

    title = "交办"
    unit: Label
    officer: Label | None = None
    provenance: Provenance | None = None


class SupplementRequired(Event, Generic[T], frozen=True, tag="supplement_required"):
    """补正告知 (Art. 30): once, within 7 working days of receipt. respond_by: last day, inclusive."""

    title = "补正告知"
    sealed = ("matters",)
    respond_by: date
    matters: T


class Supplemented(Event, Generic[T], frozen=True, tag="supplemented"):
    """补正 received (Art. 30): the term to answer runs anew from this day."""

    title = "收到补正"
    sealed = ("description",)
    description: T


class Extended(Event, Generic[T], frozen=True, tag="extended"):
    """延长答复期限 (Art. 33): approved by the disclosure office's head and notified to the applicant.

    workdays: working days added. notified_on: day the applicant was told; it decides whether the
    extension came in time. draft: the approved draft it carries out.
    """

    title = "延长答复期限"
    sealed = ("reason",)
    workdays: Annotated[int, Meta(ge=1, le=1000)]
    approved_by: Label
    reason: T
    notified_on: date | None = None
    draft: Label | None = None
    provenance: Provenance | None = None


class ExtensionDrafted(Event, Generic[T], frozen=True, tag="extension_drafted"):
    """提出延期 (Art. 33), for the head to approve. draft: its name in the request. workdays: to be added."""

    title = "提出延期"
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
    sealed = ("addressee", "matters")
    consultation: Label
    consultee: Literal["third_party", "other_authority", "co_maker"]
    respond_by: date
    delivered_on: date | None = None
    addressee: T | None = None
    matters: T | None = None


class ConsultationClosed(Event, Generic[T], frozen=True, tag="consultation_closed"):
    """征求意见结束 (Art. 32–34). Silence of a third party is no consent, that of a co-maker is.

    reason: what is disclosed against an objection and why, as the third party is told (Art. 32).
    """

    title = "征求意见结束"
    sealed = ("reason",)
    consultation: Label
    reply: Literal["agreed", "objected", "partly", "silent"]
    reason: T | None = None


class ExplanationRequired(Event, Generic[T], frozen=True, tag="explanation_required"):
    """要求说明理由 for clearly excessive number or frequency (Art. 35). matters: the number and frequency found."""

    title = "要求说明理由"
    sealed = ("matters",)
    respond_by: date
    matters: T | None = None


class Explained(Event, frozen=True, tag="explained"):
    """说明理由 by the applicant (Art. 35). accepted: the reasons are found reasonable."""

    title = "说明理由"
    accepted: bool


class Deferred(Event, Generic[T], frozen=True, tag="deferred"):
    """延迟答复 (Art. 35): reasons accepted, a later day is set and told. until: last day, inclusive."""

    title = "延迟答复"
    sealed = ("reason",)
    until: date
    reason: T


class FeeCharged(Event, frozen=True, tag="fee_charged"):
    """收费通知 (Art. 42; 国办函〔2020〕109号). pay_by: last day, inclusive.

    quantity: pages, or which of the applicant's requests of the calendar month it is.
    """

    title = "收费通知"
    basis: Literal["items", "pages"]
    quantity: Count
    amount_yuan: Money
    pay_by: date


class FeePaid(Event, frozen=True, tag="fee_paid"):
    """缴费 (国办函〔2020〕109号): once the sum is reached the term to answer runs anew."""

    title = "缴费"
    amount_yuan: Money


MOST_PARTS = 100


class Part(Value, frozen=True):
    """One part of an answer that treats parts of the request differently."""

    outcome: Code
    legal_basis: Label


class AnswerDrafted(Event, Generic[T], frozen=True, tag="answer_drafted"):
    """起草答复 (Art. 45), for review and approval. draft: its name in the request; one that was returned may be
    drafted anew under the same name. document_no: absent while not given out.
    """

    title = "起草答复"
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
    sealed = ("opinion",)
    draft: Label
    passed: bool
    opinion: T | None = None


class DraftApproved(Event, Generic[T], frozen=True, tag="draft_approved"):
    """批准文稿 (Art. 33, 45) by another than drafter and reviewer. passed: false returns it."""

    title = "批准文稿"
    sealed = ("opinion",)
    draft: Label
    passed: bool
    opinion: T | None = None


class Answered(Event, Generic[T], frozen=True, tag="answered"):
    """答复 (Art. 36–39): once. outcome: the finest code of `outcomes` that is known.

    parts: outcome and article of each part, where they differ. draft: the approved draft that went out, which
    says the same; before the authority had officers a free label. earlier_reference: the request already
    answered, for a repeated one (Art. 36(6)).
    """

    title = "答复"
    sealed = ("text",)
    outcome: Code
    legal_basis: Label
    document_no: Label
    parts: Annotated[tuple[Part, ...], Meta(max_length=MOST_PARTS)] | None = None
    draft: Label | None = None
    earlier_reference: Label | None = None
    text: T | None = None
    provenance: Provenance | None = None


class Served(Event, frozen=True, tag="served"):
    """送达 (国办公开办函〔2016〕235号). By China Post the day of posting counts, by hand that of signature."""

    title = "送达"
    method: Literal["china_post", "courier", "in_person", "electronic", "public_notice", "other"]
    signed_for_on: date | None = None
    tracking_no: Label | None = None
    provenance: Provenance | None = None


class Withdrawn(Event, frozen=True, tag="withdrawn"):
    """撤回申请: counted as received and closed under 其他处理."""

    title = "撤回申请"
    reason: Literal["by_applicant", "settled", "other"]
    provenance: Provenance | None = None


class Lapsed(Event, frozen=True, tag="lapsed"):
    """不再处理: no supplement (Art. 30) or no payment (Art. 42) within the told term."""

    title = "不再处理"
    cause: Literal["supplement", "fee"]


class Appealed(Event, frozen=True, tag="appealed"):
    """行政复议 or 行政诉讼 (Art. 51). appeal: a name unique in the request; follows: an earlier one."""

    title = "行政救济"
    appeal: Label
    route: Route
    ground: Literal["answer", "no_answer", "other"]
    tribunal: Label
    case_no: Label
    follows: Label | None = None
    provenance: Provenance | None = None


class AppealDecided(Event, frozen=True, tag="appeal_decided"):
    """复议决定 or 裁判. effective_on: day it took effect; without it the appeal is still pending."""

    title = "救济结果"
    appeal: Label
    instance: Literal["first", "second", "retrial"]
    disposition: Code
    effective_on: date | None = None
    provenance: Provenance | None = None


class CorrectionAnalysed(Event, Generic[T], frozen=True, tag="correction_analysed"):
    """纠错分析: why a decision corrected the authority, and what is done about it."""

    title = "纠错分析"
    sealed = ("measures",)
    appeal: Label
    causes: Annotated[
        tuple[Literal["receipt", "facts", "law", "reasoning", "procedure", "new_evidence", "other"], ...],
        Meta(min_length=1, max_length=7),
    ]
    measures: T


class Reopened(Event, frozen=True, tag="reopened"):
    """重新处理, by order or of one's own accord. redo_by: last day to answer anew, set by the decision."""

    title = "重新处理"
    cause: Literal["appeal", "own_correction"]
    redo_by: date
    appeal: Label | None = None


class Archived(Event, frozen=True, tag="archived"):
    """归档 (Art. 45)."""

    title = "归档"
    archive_no: Label
    retention: Literal["permanent", "30y", "10y"]


class DocumentFiled(Event, Generic[D], frozen=True, tag="document_filed"):
    """材料入卷 (Art. 45): a scan, a letter or evidence. document: a name unique in the request.

    content: the digest of what was sent while it is told, `Sealed` as it is stored. media_type: found in the
    content itself. A replacement changes the name, the kind or the day; what was filed stays what it is.
    """

    title = "材料入卷"
    sealed = ("content",)
    document: Label
    kind: Literal["application", "identity", "consultation", "answer", "service", "appeal", "other"]
    media_type: Code
    size_bytes: Annotated[int, Meta(ge=1, le=LARGEST_DOCUMENT)]
    content: D


ORDERED = ("ordered", "依法责令提前销毁")
"""Basis of an erasure that does not wait for the end of the archive's retention."""


class ErasureRequested(Event, frozen=True, tag="erasure_requested"):
    """提请销毁个人信息 after appraisal (个人信息保护法 47, 档案法实施条例). scope: of the request's sealed values.

    basis: why, as a label; one of ORDERED where it is ordered before the archive's retention is over. appraisal_no: document number of the appraisal.
    """

    title = "提请销毁个人信息"
    scope: Literal["applicant", "all"]
    basis: Label
    appraisal_no: Label


class PersonalDataErased(Event, frozen=True, tag="personal_data_erased"):
    """销毁个人信息: what the request of version `requested` asks for is gone with this entry. Another person's act."""

    title = "销毁个人信息"
    requested: Annotated[int, Meta(ge=1, le=1_000_000)]


class PersonalDataRestricted(Event, frozen=True, tag="personal_data_restricted"):
    """限制处理个人信息 (个人信息保护法 47): kept and protected, no longer shown. Told again for a further ground."""

    title = "限制处理个人信息"
    basis: Label


class RestrictionLifted(Event, frozen=True, tag="restriction_lifted"):
    """解除限制: of all grounds told so far."""

    title = "解除限制处理"
    basis: Label


class EntryAmended(Event, Generic[R, T], frozen=True, tag="entry_amended"):
    """更正登记: replaces an earlier entry of the request, or annuls it where replacement is absent.

    version: the entry meant; it may not itself be an amendment. The last amendment of an entry wins.
    """

    title = "更正登记"
    sealed = ("reason",)
    version: Annotated[int, Meta(ge=1, le=1_000_000)]
    reason: T
    replacement: R | None = None


# In the order of a request's life. Union[] because this alias is generic.
_AfterReceipt = Union[
    Assigned,
    SupplementRequired[T],
    Supplemented[T],
    ExtensionDrafted[T],
    Extended[T],
    ConsultationOpened[T],
    ConsultationClosed[T],
    ExplanationRequired[T],
    Explained,
    Deferred[T],
    FeeCharged,
    FeePaid,
    AnswerDrafted[T],
    DraftReviewed[T],
    DraftApproved[T],
    Answered[T],
    Served,
    Withdrawn,
    Lapsed,
    Appealed,
    AppealDecided,
    CorrectionAnalysed[T],
    Reopened,
    Archived,
    ErasureRequested,
    PersonalDataErased,
    PersonalDataRestricted,
    RestrictionLifted,
]
Happening = Union[Received[A, T], _AfterReceipt[T], DocumentFiled[D]]

ToldReceipt = Received[Applicant, Text]
ToldLater = _AfterReceipt[Text] | EntryAmended[Happening[Applicant | None, Text | None, None], Text]
Told = ToldReceipt | ToldLater
"""As an officer tells it. In a replacement a sealed value told as null keeps the earlier one.

A document is told as its bytes, never as an event.
"""

ToldDocument = DocumentFiled[Digest]
"""What a door tells of a document that was sent to it."""

Fact = Happening[Sealed, Sealed, Sealed]
"""As it is stored and judged: personal data and free text are sealed."""

Amendment = EntryAmended[Fact, Sealed]
Stored = Fact | Amendment

EVENTS: tuple[type[Event], ...] = (
    Received, Assigned, SupplementRequired, Supplemented, ExtensionDrafted, Extended, ConsultationOpened,
    ConsultationClosed, ExplanationRequired, Explained, Deferred, FeeCharged, FeePaid, AnswerDrafted,
    DraftReviewed, DraftApproved, Answered, Served, Withdrawn, Lapsed,
    Appealed, AppealDecided, CorrectionAnalysed, Reopened, Archived, DocumentFiled, ErasureRequested,
    PersonalDataErased, PersonalDataRestricted, RestrictionLifted, EntryAmended,
)  # fmt: skip

OF_PERSONAL_DATA = (ErasureRequested, PersonalDataErased, PersonalDataRestricted, RestrictionLifted)
"""What concerns the data kept of a request rather than its course: possible of an annulled one too."""

IMPORTED = (Received, Assigned, Extended, Answered, Served, Withdrawn, Appealed, AppealDecided)
"""What a register of before can tell, and so may have a provenance."""


def is_imported(event: Event) -> bool:
    """Whether the entry was read from a register of before; of an amendment whether what replaces it was."""
    told = event.replacement if isinstance(event, EntryAmended) else event
    return isinstance(told, IMPORTED) and told.provenance is not None
