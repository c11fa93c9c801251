"""What the authority's own events add up to, one after another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar, cast

from msgspec.structs import replace

from domain.authority import assessment, recovery, succession, supervision
from domain.authority.access_events import AccessesHandedOver
from domain.authority.amendment import amended
from domain.authority.assessment_events import (
    AssessmentAnnounced,
    AssessmentConcluded,
    ContestDecided,
    ScoreContested,
    ScoreEntered,
)
from domain.authority.authority import Authority, Officer, Superior
from domain.authority.events import (
    DayOffSet,
    GrantConfirmed,
    HolidayNoticeRecorded,
    LetterDetailsSet,
    LetterWordingSet,
    OfficerAppointed,
    OfficerDismissed,
    OwnEntryAmended,
    PolicySet,
    PowerGranted,
    PowerWithdrawn,
    Registered,
    Renamed,
    Reorganised,
    SecondFactorReset,
    SecondFactorResetRequested,
    SeparationWaived,
    ServiceEnded,
    ServiceGranted,
    SubjectBound,
    SubjectUnbound,
    SuperiorSet,
)
from domain.authority.grants import Binding, FactorReset, Grant, PowerGrant, ServiceAccount, ServiceGrant
from domain.authority.import_events import ImportAnnulled, Imported
from domain.authority.imports import imported
from domain.authority.number_events import NumberGapExplained, NumberSeriesSet
from domain.authority.powers import ROLES
from domain.authority.refusals import (
    AuthorityExists,
    GrantUnknown,
    OfficerExists,
    OfficerUnknown,
    PowerNotHeld,
    ResetUnknown,
    ServiceUnknown,
    SubjectExists,
    SubjectMissing,
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

Holder = TypeVar("Holder", Officer, ServiceAccount)


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
    if isinstance(event, OwnEntryAmended):
        return replace(_again(entries, entry), version=version, entries=entries)
    return replace(_after(authority, entry), entries=entries)


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
    """Folded again from what is in force after the amendment. A refusal of another entry says that this one leads to it."""
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
    version = entry.originator_version
    match event := entry.event:
        case Renamed():
            names = (*authority.names, (event.in_force_from, event.name))
            return replace(authority, version=version, names=names)
        case Reorganised():
            taken = succession.of(version, event, authority.code)
            return replace(authority, version=version, successions=(*authority.successions, taken))
        case DayOffSet():
            days_off = (*authority.days_off, DayOff(event.day, event.working, event.document_no))
            return replace(authority, version=version, days_off=days_off)
        case HolidayNoticeRecorded():
            return replace(authority, version=version, notices=(*authority.notices, _notice(version, event)))
        case PolicySet():
            if event.value not in terms.POLICIES[event.policy]:
                values = terms.POLICIES[event.policy]
                allowed = "、".join(f"{terms.POLICY_VALUES[code]}（{code}）" for code in values)
                raise UnknownCode(version, field="value", allowed=allowed)
            policy = terms.Policy(event.policy, event.value, event.in_force_from)
            return replace(authority, version=version, policies=(*authority.policies, policy))
        case LetterDetailsSet():
            return replace(authority, version=version, letter_details=(*authority.letter_details, event))
        case LetterWordingSet():
            return replace(authority, version=version, letter_wordings=(*authority.letter_wordings, event))
        case NumberSeriesSet():
            return replace(authority, version=version, number_series=(*authority.number_series, event))
        case NumberGapExplained():
            return replace(authority, version=version, number_gaps=(*authority.number_gaps, event))
        case OfficerAppointed():
            if authority.officer(event.officer) is not None or authority.service(event.officer) is not None:
                raise OfficerExists(version, field="officer", code=event.officer)
            officer = Officer(event.officer, event.person or event.officer, event.unit, event.on)
            return replace(
                authority,
                version=version,
                officers=(*authority.officers, officer),
                first_appointed=authority.first_appointed or (event.on, entry.position),
            )
        case OfficerDismissed():
            officer = _in_office(authority, version, event.officer, event.on)
            return _with(authority, version, replace(officer, dismissed_on=event.on))
        case PowerGranted():
            officer = _in_office(authority, version, event.officer, event.on)
            _check_until(version, event.on, event.until)
            grant = PowerGrant(version, event.on, entry.recorded_by, event.until, role=event.role)
            return _with(authority, version, replace(officer, grants=(*officer.grants, grant)))
        case GrantConfirmed():
            return _confirmed(authority, version, event)
        case PowerWithdrawn():
            return _withdrawn(authority, version, event)
        case ServiceGranted():
            return _service_granted(authority, entry, event)
        case ServiceEnded():
            service = authority.service(event.service)
            if service is None or service.has_ended(event.on):
                raise ServiceUnknown(version, service=event.service, on=event.on)
            return _with_service(authority, version, replace(service, ended_on=event.on))
        case SecondFactorResetRequested():
            _in_office(authority, version, event.officer, event.on)
            asked = FactorReset(version, event.officer, event.on, entry.recorded_by)
            return replace(authority, version=version, factor_resets=(*authority.factor_resets, asked))
        case SecondFactorReset():
            return _reset(authority, version, event)
        case SubjectBound():
            _in_office(authority, version, event.officer, event.on)
            if authority.binding(event.officer, event.issuer) is not None:
                raise SubjectExists(version, officer=event.officer)
            bound = Binding(version, event.officer, event.issuer, event.sub)
            return replace(authority, version=version, bindings=(*authority.bindings, bound))
        case SubjectUnbound():
            found = authority.binding(event.officer, event.issuer)
            if found is None:
                raise SubjectMissing(version, officer=event.officer)
            left = tuple(each for each in authority.bindings if each is not found)
            return replace(authority, version=version, bindings=left)
        case SuperiorSet():
            if event.superior == authority.code:
                raise SuperiorOfItself(version, code=authority.code)
            superior = Superior(event.superior, event.relation, event.in_force_from)
            return replace(authority, version=version, superiors=(*authority.superiors, superior))
        case Imported() | ImportAnnulled():
            return replace(authority, version=version, imports=imported(authority.imports, entry, event))
        case AccessesHandedOver():
            return replace(authority, version=version, handed_over=(*authority.handed_over, event))
        case SeparationWaived():
            _check_until(version, event.on, event.until)
            waiver = terms.Waiver(event.scope, event.on, event.until, event.document_no)
            return replace(authority, version=version, waivers=(*authority.waivers, waiver))
        case _ if isinstance(event, recovery.RECOVERY_EVENTS):
            return recovery.follow(authority, entry)
        case _ if isinstance(event, SUPERVISION_EVENTS):
            followed = supervision.follow(authority.supervision, entry, authority.complete_since)
            return replace(authority, version=version, supervision=followed)
        case ScoreContested():
            above = authority.superior_on(event.on)
            contests = assessment.contested(authority.contests, entry, event, above)
            return replace(authority, version=version, contests=contests)
        case AssessmentAnnounced() | ScoreEntered() | ContestDecided() | AssessmentConcluded():
            announced = assessment.follow(authority.assessments, entry, event)
            return replace(authority, version=version, assessments=announced)
        case _:
            raise WrongStream(version, type=event.title)


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


def _in_office(authority: Authority, version: int, officer: str, on: date) -> Officer:
    found = authority.officer(officer)
    if found is None or not found.in_office(on):
        raise OfficerUnknown(version, officer=officer, on=on)
    return found


def _check_until(version: int, on: date, until: date | None) -> None:
    if until is not None and until < on:
        raise DatesReversed(version, field="until", day=until, than="该事项之日", limit=on)


def _service_granted(authority: Authority, entry: Recorded, event: ServiceGranted) -> Authority:
    """A new service account, or what one there is may do from its confirmation on."""
    version = entry.originator_version
    if authority.officer(event.service) is not None:
        raise OfficerExists(version, field="service", code=event.service)
    service = authority.service(event.service) or ServiceAccount(event.service, entry.position)
    if service.has_ended(event.on):
        raise ServiceUnknown(version, service=event.service, on=event.on)
    _check_until(version, event.on, event.until)
    grant = ServiceGrant(
        version, event.on, entry.recorded_by, event.until, name=event.name, acts=frozenset(event.acts)
    )
    return _with_service(authority, version, replace(service, grants=(*service.grants, grant)))


def _confirmed(authority: Authority, version: int, event: GrantConfirmed) -> Authority:
    found = authority.grant(event.version)
    if found is None:
        raise GrantUnknown(version, grant=event.version)
    holder, grant = found
    there = holder.in_office(event.on) if isinstance(holder, Officer) else not holder.has_ended(event.on)
    if not there or not grant.is_pending(event.on):
        raise GrantUnknown(version, grant=event.version)
    if event.on < grant.on:
        raise DatesReversed(version, field="on", day=event.on, than="授予之日", limit=grant.on)
    confirmed = {grant.version: replace(grant, confirmed_on=event.on)}
    if isinstance(holder, ServiceAccount):
        return _with_service(authority, version, _granted(holder, confirmed))
    return _with(authority, version, _granted(holder, confirmed))


def _withdrawn(authority: Authority, version: int, event: PowerWithdrawn) -> Authority:
    """Every grant of the role that the officer still has."""
    officer = _in_office(authority, version, event.officer, event.on)
    withdrawn = {
        grant.version: replace(grant, withdrawn_on=event.on)
        for grant in officer.grants
        if grant.role == event.role and (grant.in_force(event.on) or grant.is_pending(event.on))
    }
    if not withdrawn:
        raise PowerNotHeld(version, officer=event.officer, role=ROLES[event.role])
    return _with(authority, version, _granted(officer, withdrawn))


def _granted(holder: Holder, changed: Mapping[int, Grant]) -> Holder:
    return replace(holder, grants=tuple(changed.get(grant.version, grant) for grant in holder.grants))


def _reset(authority: Authority, version: int, event: SecondFactorReset) -> Authority:
    found = authority.factor_reset(event.version)
    if found is None or found.confirmed_on is not None:
        raise ResetUnknown(version, request=event.version)
    _in_office(authority, version, found.officer, event.on)
    if event.on < found.on:
        raise DatesReversed(version, field="on", day=event.on, than="提出之日", limit=found.on)
    resets = tuple(
        replace(each, confirmed_on=event.on) if each.version == found.version else each
        for each in authority.factor_resets
    )
    return replace(authority, version=version, factor_resets=resets)


def _with(authority: Authority, version: int, officer: Officer) -> Authority:
    officers = tuple(officer if each.id == officer.id else each for each in authority.officers)
    return replace(authority, version=version, officers=officers)


def _with_service(authority: Authority, version: int, service: ServiceAccount) -> Authority:
    others = {each.id: each for each in authority.services}
    return replace(authority, version=version, services=tuple({**others, service.id: service}.values()))
