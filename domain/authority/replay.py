"""What the authority's own events add up to, one after another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import cast

from msgspec.structs import replace

from domain.authority import assessment, officers, recovery, succession, supervision
from domain.authority.access_events import AccessesHandedOver
from domain.authority.amendment import amended
from domain.authority.assessment_events import (
    AssessmentAnnounced,
    AssessmentConcluded,
    ContestDecided,
    ScoreContested,
    ScoreEntered,
)
from domain.authority.authority import Authority, Superior
from domain.authority.events import (
    DayOffSet,
    HolidayNoticeRecorded,
    LetterDetailsSet,
    LetterWordingSet,
    OwnEntryAmended,
    PolicySet,
    Registered,
    Renamed,
    Reorganised,
    SeparationWaived,
    SuperiorSet,
)
from domain.authority.grants import check_until
from domain.authority.import_events import ImportAnnulled, Imported
from domain.authority.imports import imported
from domain.authority.number_events import NumberGapExplained, NumberSeriesSet
from domain.authority.refusals import (
    AuthorityExists,
    SuperiorOfItself,
)
from domain.authority.supervision import SUPERVISION_EVENTS
from domain.entry import Recorded
from domain.law import terms
from domain.law.calendar import DayOff, Notice
from domain.law.refusals import (
    AuthorityNotRegistered,
    DatesReversed,
    InTheFuture,
    Refusal,
    UnknownCode,
    WrongStream,
)


def replay_authority(history: Iterable[Recorded]) -> Authority:
    """Fold the authority's stream in the order recorded.

    Raises a Refusal naming the entry that cannot be: anything before `registered`, a second one, a day
    after that of recording, an unknown policy value, an officer or a grant that is not there. Powers are not
    judged: see `authorization`.
    """
    authority: Authority | None = None
    for entry in history:
        authority = follow(authority, entry)
    if authority is None:
        raise AuthorityNotRegistered(None)
    return authority


def follow(authority: Authority | None, entry: Recorded) -> Authority:
    """The authority after one more entry of its stream; None: it has none yet. Raises as `replay_authority` does."""
    event, version = entry.event, entry.originator_version
    if event.on > entry.recorded_on:
        raise InTheFuture(version, field="on", day=event.on, today=entry.recorded_on)
    if isinstance(event, Registered):
        if authority is not None:
            raise AuthorityExists(version, code=authority.code)
        return replace(_opened(version, event, entry.recorded_on), entries=(entry,))
    if authority is None:
        raise AuthorityNotRegistered(version)
    entries = (*authority.entries, entry)
    followed = _again(entries, entry) if isinstance(event, OwnEntryAmended) else _after(authority, entry)
    return replace(followed, version=version, entries=entries)


def _opened(version: int, event: Registered, opened_on: date) -> Authority:
    return Authority(
        code=event.code,
        kind=event.kind,
        complete_since=event.complete_since,
        names=((date.min, event.name),),
        opened_on=opened_on,
        version=version,
    )


def _again(entries: Sequence[Recorded], latest: Recorded) -> Authority:
    """Folded again from what is in force after the amendment, without its version and entries.

    A refusal of another entry says that this one leads to it.
    """
    first, *later = amended(entries)
    authority = _opened(1, cast("Registered", first.event), entries[0].recorded_on)
    try:
        for entry in later:
            authority = _after(authority, entry)
    except Refusal as refusal:
        if refusal.version != latest.originator_version:
            refusal.because = f"因此项登记，第{refusal.version}条登记将不能成立："
        raise
    return authority


def _after(authority: Authority, entry: Recorded) -> Authority:
    """What one entry changes of the authority, without its version and entries."""
    version = entry.originator_version
    match event := entry.event:
        case Renamed():
            return replace(authority, names=(*authority.names, (event.in_force_from, event.name)))
        case Reorganised():
            taken = succession.of(version, event, authority.code)
            return replace(authority, successions=(*authority.successions, taken))
        case DayOffSet():
            days_off = (*authority.days_off, DayOff(event.day, event.working, event.document_no))
            return replace(authority, days_off=days_off)
        case HolidayNoticeRecorded():
            return replace(authority, notices=(*authority.notices, _notice(version, event)))
        case PolicySet():
            return replace(authority, policies=(*authority.policies, _policy(version, event)))
        case LetterDetailsSet():
            return replace(authority, letter_details=(*authority.letter_details, event))
        case LetterWordingSet():
            return replace(authority, letter_wordings=(*authority.letter_wordings, event))
        case NumberSeriesSet():
            return replace(authority, number_series=(*authority.number_series, event))
        case NumberGapExplained():
            return replace(authority, number_gaps=(*authority.number_gaps, event))
        case SuperiorSet():
            if event.superior == authority.code:
                raise SuperiorOfItself(version, code=authority.code)
            superior = Superior(event.superior, event.relation, event.in_force_from)
            return replace(authority, superiors=(*authority.superiors, superior))
        case Imported() | ImportAnnulled():
            return replace(authority, imports=imported(authority.imports, entry, event))
        case AccessesHandedOver():
            return replace(authority, handed_over=(*authority.handed_over, event))
        case SeparationWaived():
            check_until(version, event.on, event.until)
            waiver = terms.Waiver(event.scope, event.on, event.until, event.document_no)
            return replace(authority, waivers=(*authority.waivers, waiver))
        case _ if isinstance(event, officers.OFFICER_EVENTS):
            return officers.follow(authority, entry)
        case _ if isinstance(event, recovery.RECOVERY_EVENTS):
            return recovery.follow(authority, entry)
        case _ if isinstance(event, SUPERVISION_EVENTS):
            supervised = supervision.follow(authority.supervision, entry, authority.complete_since)
            return replace(authority, supervision=supervised)
        case ScoreContested():
            above = authority.superior_on(event.on)
            contests = assessment.contested(authority.contests, entry, event, above)
            return replace(authority, contests=contests)
        case AssessmentAnnounced() | ScoreEntered() | ContestDecided() | AssessmentConcluded():
            assessments = assessment.follow(authority.assessments, entry, event)
            return replace(authority, assessments=assessments)
        case _:
            raise WrongStream(version, type=event.title)


def _policy(version: int, event: PolicySet) -> terms.Policy:
    values = terms.POLICIES[event.policy]
    if event.value not in values:
        allowed = "、".join(f"{terms.POLICY_VALUES[code]}（{code}）" for code in values)
        raise UnknownCode(version, field="value", allowed=allowed)
    return terms.Policy(event.policy, event.value, event.in_force_from)


def _notice(version: int, event: HolidayNoticeRecorded) -> Notice:
    """Of the year in which most of its days off lie."""
    if event.published_on > event.on:
        raise DatesReversed(version, field="on", day=event.on, than="公布之日", limit=event.published_on)
    years = [day.year for day in event.off]
    return Notice(
        id=event.document_no,
        year=max(sorted(set(years)), key=years.count),
        published_on=event.published_on,
        published_on_from="",
        url="",
        off={"节假日": list(event.off)},
        on={"节假日": list(event.working)},
    )
