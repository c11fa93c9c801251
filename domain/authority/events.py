"""What an authority records of itself: names, superior, policies, days off, officers and their powers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Generic, Literal, TypeVar, Union, get_args

from msgspec import Meta

from domain.authority.access_events import OF_ACCESSES, AccessesHandedOver
from domain.authority.assessment_events import (
    OF_ASSESSMENT,
    AssessmentAnnounced,
    AssessmentConcluded,
    ContestDecided,
    Results,
    ScoreContested,
    ScoreEntered,
)
from domain.authority.import_events import OF_IMPORTS, ImportAnnulled, Imported
from domain.authority.number_events import NumberGapExplained, NumberSeriesSet
from domain.authority.powers import Role, ServiceAct
from domain.authority.recovery_events import BY_CODE, BY_SUPERIOR, ByCode, BySuperior
from domain.authority.supervision_events import (
    ReturnAccepted,
    ReturnHandedIn,
    ReturnPrepared,
    ReturnRequested,
    ReturnSentBack,
    SupervisionAnswered,
    SupervisionOrdered,
)
from domain.entry import Event
from domain.law import terms
from domain.values import (
    FIRST_YEAR,
    LAST_YEAR,
    AuthorityCode,
    Code,
    EntryVersion,
    Label,
    OfficerId,
    Sealed,
    Text,
)

T = TypeVar("T")
P = TypeVar("P")

AUTHORITY_STREAM = "authority"

NoticeDays = Annotated[tuple[date, ...], Meta(max_length=100)]


class Registered(Event, frozen=True, tag="registered"):
    """The authority opens its register. complete_since: first day from which every request is in it.

    Older requests may be entered for carry-over and appeals; a period before that day is refused.
    """

    title = "设立台账"
    code: AuthorityCode
    name: Label
    kind: Literal["government", "department", "subdistrict", "other"]
    complete_since: date


class Renamed(Event, frozen=True, tag="renamed"):
    """更名 (institutional reform). The name in force at the end of a period is printed on its tables."""

    title = "机关更名"
    name: Label
    in_force_from: date


class Reorganised(Event, frozen=True, tag="reorganised"):
    """机构改革: from in_force_from another authority takes over, of a function alone or of all there is.

    What was received before that day stays in this register, with its numbers and proofs, even where another authority
    handles it then; after a merger, a split or a dissolution nothing more is received here. A mere change of name is
    `renamed`. report_by: who reports on the year of the reform and those before that are not reported yet: the authority
    itself (own), or its successor with its own.
    """

    title = "机构改革"
    reform: Literal["merged", "split", "dissolved", "function_moved"]
    successor: AuthorityCode
    in_force_from: date
    document_no: Label
    report_by: Literal["own", "successor"] | None = None


class DayOffSet(Event, frozen=True, tag="day_off_set"):
    """A day on which this authority alone is closed (or open), with the document that says so."""

    title = "设定本机关停止办公日"
    article = "第三十三条"
    day: date
    working: bool
    document_no: Label


class HolidayNoticeRecorded(Event, frozen=True, tag="holiday_notice_recorded"):
    """国务院办公厅节假日安排, entered before a release of this program has it. off, working: the days it names.

    The notice of one day of publication is one notice: entered again it replaces the former, and one that the
    program holds counts instead of it.
    """

    title = "登记国务院节假日安排"
    article = "第三十三条"
    document_no: Label
    published_on: date
    off: Annotated[NoticeDays, Meta(min_length=1)]
    working: NoticeDays = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("off", "working"):
            if not all(FIRST_YEAR <= day.year <= LAST_YEAR for day in getattr(self, name)):
                raise ValueError(f"{name}：日期须在{FIRST_YEAR}年至{LAST_YEAR}年之间")
        if both := set(self.off) & set(self.working):
            raise ValueError(f"working：{min(both)}不能既放假又上班")


class PolicySet(Event, frozen=True, tag="policy_set"):
    """A policy of `law.POLICIES`, for requests received from in_force_from on, which may lie in the past."""

    title = "设定办理规则"
    policy: terms.PolicyName
    value: Label
    in_force_from: date


class LetterDetailsSet(Event, frozen=True, tag="letter_details_set"):
    """What the authority's letters say of itself, for letters of in_force_from and later. Given whole each time; once it is
    set, an answer is approved only if its letter is complete.

    review_authority: to whom an applicant turns for reconsideration, as printed; court: of the first instance. red_head:
    printed in red above; absent: no head. answers_for: the government for which the authority answers. payment: how a
    processing fee is paid.
    """

    title = "设定文书事项"
    in_force_from: date
    review_authority: Label
    court: Label
    address: Label
    phone: Label
    postcode: Label
    red_head: Label | None = None
    answers_for: Label | None = None
    payment: Label | None = None


class LetterWordingSet(Event, frozen=True, tag="letter_wording_set"):
    """The authority's own text of a paragraph of its letters, from in_force_from on until the program's wording has a
    newer version. wording: absent, the program's text holds again. Text with placeholders, never markup.
    """

    title = "设定文书文字"
    letter: Code
    paragraph: Code
    in_force_from: date
    wording: Annotated[str, Meta(min_length=1, max_length=1000)] | None = None


class OfficerAppointed(Event, frozen=True, tag="officer_appointed"):
    """任用. officer: an id that nobody else ever has. person: opaque code (工号) of the natural person; two
    officers of one person are one when duties are kept apart. Absent: the officer's own id.

    From the first one on, every recording is judged by its actor's powers.
    """

    title = "任用人员"
    officer: OfficerId
    person: Label | None = None
    unit: Label | None = None


class OfficerDismissed(Event, frozen=True, tag="officer_dismissed"):
    """离任: from this day the officer has no power. The id is not given to another."""

    title = "人员离任"
    officer: OfficerId


class PowerGranted(Event, frozen=True, tag="power_granted"):
    """授予职权, pending until another person confirms it. until: last day, inclusive."""

    title = "授予职权"
    officer: OfficerId
    role: Role
    until: date | None = None


class GrantConfirmed(Event, frozen=True, tag="grant_confirmed"):
    """确认授权. version: that of the grant in the authority's own log; in force from this entry on."""

    title = "确认授权"
    version: EntryVersion


class PowerWithdrawn(Event, frozen=True, tag="power_withdrawn"):
    """收回职权 from this day, whether confirmed or pending."""

    title = "收回职权"
    officer: OfficerId
    role: Role


class ServiceGranted(Event, frozen=True, tag="service_granted"):
    """授予服务账号: a program of the authority's own, pending until another person confirms it. service: an id that no
    officer has or had. acts: all that it may do from then on, instead of what it might before. until: last day, inclusive.
    """

    title = "授予服务账号"
    service: OfficerId
    name: Label
    acts: Annotated[tuple[ServiceAct, ...], Meta(min_length=1, max_length=20)]
    until: date | None = None


class ServiceEnded(Event, frozen=True, tag="service_ended"):
    """终止服务账号: from this day it may do nothing, and none of its keys opens anything. The id is not given again."""

    title = "终止服务账号"
    service: OfficerId


class SecondFactorResetRequested(Event, frozen=True, tag="second_factor_reset_requested"):
    """提出重置动态口令和通行密钥 of an officer who has lost the devices and the recovery codes, pending until confirmed."""

    title = "提出重置动态口令和通行密钥"
    officer: OfficerId
    reason: Label


class SecondFactorReset(Event, frozen=True, tag="second_factor_reset"):
    """确认重置动态口令和通行密钥, by another administrator. version: that of the request in the authority's own log.

    The officer's sessions end, and the next login enrols again where the policy asks for it.
    """

    title = "确认重置动态口令和通行密钥"
    version: EntryVersion


class SubjectBound(Event, Generic[T], frozen=True, tag="subject_bound"):
    """绑定统一身份认证: whom the provider of this issuer calls by this sub is the officer, from now on. It may be a number
    of the person's, and is sealed.
    """

    title = "绑定统一身份认证"
    sealed = ("sub",)
    officer: OfficerId
    issuer: Label
    sub: T


class SubjectUnbound(Event, frozen=True, tag="subject_unbound"):
    """解除绑定统一身份认证: the officer logs in by no subject of this issuer any more, and their sessions end."""

    title = "解除绑定统一身份认证"
    officer: OfficerId
    issuer: Label


class SuperiorSet(Event, frozen=True, tag="superior_set"):
    """上级机关, from in_force_from on. It sees how the authority's requests are handled and may waive the separation of duties."""

    title = "设定上级机关"
    article = "第四条"
    superior: AuthorityCode
    relation: Literal["department", "lower_government", "disclosure_supervisor"]
    in_force_from: date


class SeparationWaived(Event, frozen=True, tag="separation_waived"):
    """从简审批, granted by the superior to an office with too few people. until: last day, inclusive.

    scope: no review is needed, no approval is needed, or the same person may do both.
    """

    title = "准许从简审批"
    article = "第四十五条"
    scope: terms.WaiverScope
    until: date
    document_no: Label


Amendable = (
    Registered
    | Renamed
    | Reorganised
    | DayOffSet
    | HolidayNoticeRecorded
    | PolicySet
    | LetterDetailsSet
    | LetterWordingSet
    | NumberSeriesSet
    | NumberGapExplained
    | SuperiorSet
    | AssessmentAnnounced
    | ScoreContested
)
"""What can be corrected: facts. Officers, powers and waivers act from their day on, and end by events of their own."""

AMENDABLE: tuple[type[Event], ...] = get_args(Amendable)


class OwnEntryAmended(Event, Generic[T], frozen=True, tag="own_entry_amended"):
    """更正本机关的登记: replaces an earlier entry of the authority's own, or annuls it where replacement is absent.

    version: the entry meant; the last amendment of an entry wins. All that follows from it is judged again.
    """

    title = "更正本机关的登记"
    sealed = ("reason",)
    version: EntryVersion
    reason: T
    replacement: Amendable | None = None


# Union[] because this alias is generic.
_AuthorityEvent = Union[
    Registered,
    Renamed,
    Reorganised,
    DayOffSet,
    HolidayNoticeRecorded,
    PolicySet,
    LetterDetailsSet,
    LetterWordingSet,
    NumberSeriesSet,
    NumberGapExplained,
    OfficerAppointed,
    OfficerDismissed,
    PowerGranted,
    GrantConfirmed,
    PowerWithdrawn,
    SecondFactorResetRequested,
    SecondFactorReset,
    SubjectBound[T],
    SubjectUnbound,
    ServiceGranted,
    ServiceEnded,
    SuperiorSet,
    SeparationWaived,
    BySuperior,
    SupervisionOrdered,
    SupervisionAnswered,
    ReturnRequested,
    ReturnPrepared,
    ReturnHandedIn,
    ReturnSentBack,
    ReturnAccepted,
    AssessmentAnnounced,
    ScoreEntered,
    ScoreContested,
    ContestDecided,
    AssessmentConcluded[P],
    OwnEntryAmended[T],
]

AuthorityEventBody = _AuthorityEvent[Text, None]
"""As an officer sends it: without what is pinned, which the program fills in."""

AuthorityEvent = _AuthorityEvent[Sealed, Results] | Imported | ImportAnnulled | AccessesHandedOver | ByCode
"""As it is stored: an import is sent as its file, and what is handed over is counted by the program."""


AUTHORITY_EVENTS: tuple[type[Event], ...] = (
    Registered, Renamed, Reorganised, DayOffSet, HolidayNoticeRecorded, PolicySet, LetterDetailsSet, LetterWordingSet,
    NumberSeriesSet, NumberGapExplained, OfficerAppointed, OfficerDismissed, PowerGranted, GrantConfirmed, PowerWithdrawn, ServiceGranted, ServiceEnded,
    SecondFactorResetRequested, SecondFactorReset, SubjectBound, SubjectUnbound,
    SuperiorSet, SeparationWaived, *BY_SUPERIOR,
    SupervisionOrdered, SupervisionAnswered, ReturnRequested, ReturnPrepared,
    ReturnHandedIn, ReturnSentBack, ReturnAccepted, *OF_ASSESSMENT,
    OwnEntryAmended,
)  # fmt: skip

OF_AUTHORITY: tuple[type[Event], ...] = (*AUTHORITY_EVENTS, *OF_IMPORTS, *OF_ACCESSES, *BY_CODE)
"""All that the authority's stream holds; nobody enters those of an import, of the access log or of a code singly."""
