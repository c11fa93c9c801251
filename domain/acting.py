"""Whether whoever records may: by the powers of the day of recording, from the authority's own history.

Nothing is asked before the authority has officers. `check` comes before an event is judged, `check_found` after,
when it is known what the event would add. The office is always the one before the entry, so a past entry can
be judged by the powers of its day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from domain import authority, errors, events, powers
from domain.authority import Authority
from domain.events import Event, Recorded, type_of
from domain.irregularities import Irregularity
from domain.powers import WHOLE, Act, Permissions, Role

PROGRAM = "taizhang"
"""The actor of the program's own work: background work, and the setting up of the first officers."""

_OF_OFFICERS = (
    authority.OfficerAppointed,
    authority.OfficerDismissed,
    authority.PowerGranted,
    authority.GrantConfirmed,
    authority.PowerWithdrawn,
)
_FOUNDING = (authority.OfficerAppointed, authority.PowerGranted, authority.GrantConfirmed)
_INDISPENSABLE: tuple[Role, ...] = ("system_administrator", "security_administrator")

_UNAPPROVED = frozenset({"unreviewed_answer", "unapproved_answer", "unapproved_extension"})


def check(
    office: Authority | None,
    entry: Recorded,
    *,
    permissions: Permissions = WHOLE,
    amended: Event | None = None,
    superior: Authority | None = None,
) -> None:
    """Raises the Refusal by which the actor may not record the entry.

    office: None before it is registered. permissions: what the door left of the actor's powers; a log does not keep
    that, so an audit judges by the roles alone. amended: what an amendment amends. superior: the authority named in the
    actor of a waiver, `county/wang`; without it (an audit that has this log alone) the power of that officer is taken
    on trust.
    """
    event = entry.event
    check_open(office, permissions)
    if isinstance(event, authority.SeparationWaived):
        if office is not None:
            _check_superior(office, entry, permissions, superior)
    elif is_from_outside(entry):
        raise _not_an_officer(entry, hint="其他机关的人员，除由上级机关准许从简审批外，不能在本机关登记。")
    elif office is None or not office.has_officers:
        if isinstance(event, _OF_OFFICERS) and not (
            entry.actor == PROGRAM and isinstance(event, authority.OfficerAppointed)
        ):
            raise errors.FirstOfficersMissing(entry.originator_version, event=event.title)
    elif entry.actor == PROGRAM:
        _check_program(office, entry)
    else:
        _check_acts(office, entry, permissions, amended)
        _check_second_person(office, entry)
        _check_last(office, entry)
    if office is None:
        return
    if isinstance(event, authority.OfficerAppointed) and event.officer == PROGRAM:
        raise errors.OfficerExists(entry.originator_version, officer=event.officer)
    if isinstance(event, authority.PowerGranted | authority.GrantConfirmed):
        _check_administrators(office, entry)


def check_open(office: Authority | None, permissions: Permissions) -> None:
    """Raises TokenClosed where the machine's token opens nothing any more: before anything of the log is said."""
    if permissions.until_officers and office is not None and office.has_officers:
        raise errors.TokenClosed


def check_act(office: Authority | None, entry: Recorded, permissions: Permissions) -> None:
    """The first part of `check`, for which nothing of the history is needed: before any of it is said."""
    check_open(office, permissions)
    if office is None or not office.has_officers or is_from_outside(entry) or entry.actor == PROGRAM:
        return
    if not isinstance(entry.event, authority.SeparationWaived):
        _check_acts(office, entry, permissions, None)


def is_from_outside(entry: Recorded) -> bool:
    """Whether an officer of another authority had a hand in it, `county/wang`."""
    named = (each.partition("/") for each in (entry.actor, entry.on_behalf_of) if each)
    return any(slash and re.match(authority.CODE_PATTERN, code) for code, slash, _ in named)


def check_found(
    office: Authority, entry: Recorded, found: Iterable[Irregularity], permissions: Permissions = WHOLE
) -> None:
    """Raises SamePerson, or ApprovalMissing, or NoPower where only a missing approval would have let the approver in.

    found: irregularities that the entry adds, and of an amendment also those of the entry amended.
    """
    if not office.has_officers:
        return
    found = tuple(found)
    for each in found:
        if each.code == "same_person":
            raise errors.SamePerson(
                entry.originator_version, officer=entry.actor, event=entry.event.title, found=each.text
            )
    unapproved = [each for each in found if each.code in _UNAPPROVED]
    acts = _acts(office, entry, permissions)
    if unapproved and "approve" not in acts:
        raise errors.ApprovalMissing(
            entry.originator_version,
            officer=entry.actor,
            event=entry.event.title,
            found="；".join(each.text for each in unapproved),
        )
    if not unapproved and isinstance(entry.event, events.Answered | events.Extended):
        _require(acts, "handle", entry)


def first_officers(
    system: str, security: str, on: date, *, after: int, persons: tuple[str | None, str | None] = (None, None)
) -> list[Event]:
    """The events that set up the two administrators, to be recorded together by PROGRAM.

    after: the authority's own entries before them. persons: opaque codes of the two, as when appointing.
    """
    return [
        authority.OfficerAppointed(on, system, persons[0]),
        authority.OfficerAppointed(on, security, persons[1]),
        authority.PowerGranted(on, system, "system_administrator"),
        authority.PowerGranted(on, security, "security_administrator"),
        authority.GrantConfirmed(on, after + 3),
        authority.GrantConfirmed(on, after + 4),
    ]


def _acts(office: Authority, entry: Recorded, permissions: Permissions) -> frozenset[Act]:
    """What the actor may do: by the powers of the day of recording, as far as the door left them."""
    return permissions.acts & powers.acts_of(office.roles_of(entry.actor, entry.recorded_on))


def _require(acts: frozenset[Act], act: Act, entry: Recorded) -> None:
    if act not in acts:
        raise errors.NoPower(
            entry.originator_version,
            officer=entry.actor,
            act=powers.ACTS[act],
            roles="、".join(powers.ROLES[role] for role in powers.roles_with(act)) or "无人",
        )


def _not_an_officer(entry: Recorded, *, field: str = "", hint: str = "") -> errors.NotAnOfficer:
    refusal = errors.NotAnOfficer(
        entry.originator_version,
        field=field,
        officer=entry.on_behalf_of if field else entry.actor,
        on=entry.recorded_on,
    )
    refusal.hint = hint
    return refusal


def _check_acts(office: Authority, entry: Recorded, permissions: Permissions, amended: Event | None) -> None:
    event, on = entry.event, entry.recorded_on
    found = office.officer(entry.actor)
    if found is None or not found.in_office(on):
        raise _not_an_officer(entry)
    if entry.on_behalf_of is not None and office.officer(entry.on_behalf_of) is None:
        raise _not_an_officer(entry, field="on_behalf_of：")
    acts = _acts(office, entry, permissions)
    if isinstance(event, events.Answered | events.Extended) and "approve" in acts:
        return  # whether this one is the approver's to record, only judging tells
    _require(acts, powers.ACT_OF[type_of(event)], entry)
    if isinstance(event, events.EntryAmended) and amended is not None:
        # Whoever amends an entry may record one: else an approval could be put in by amending a refusal.
        for each in (amended, event.replacement or amended):
            _require(acts, powers.ACT_OF[type_of(each)], entry)


def _check_program(office: Authority, entry: Recorded) -> None:
    """Background work apart, it appoints and confirms until both administrators are there, and then never again."""
    if type_of(entry.event) in powers.BY_PROGRAM:
        return
    if not isinstance(entry.event, _OF_OFFICERS):
        raise _not_an_officer(entry)
    confirmed = {
        grant.role for each in office.officers for grant in each.grants if grant.confirmed_on is not None
    }
    if confirmed.issuperset(_INDISPENSABLE) or not isinstance(entry.event, _FOUNDING):
        raise errors.FirstOfficersExist(entry.originator_version)


def _check_second_person(office: Authority, entry: Recorded) -> None:
    event = entry.event
    found = office.grant(event.version) if isinstance(event, authority.GrantConfirmed) else None
    if found is None:
        return  # no confirmation, or of nothing: the authority's history says so
    officer, grant = found
    mine = {office.person_of(each) for each in (entry.actor, entry.on_behalf_of) if each}
    theirs = {officer.person, *(office.person_of(each) for each in grant.granted_by)}
    if mine & theirs:
        raise errors.GrantNeedsSecondPerson(
            entry.originator_version, officer=entry.actor, grant=grant.version
        )


def _check_administrators(office: Authority, entry: Recorded) -> None:
    """三员分立: at the grant with what is pending, at its confirmation with what is in force."""
    event, on = entry.event, entry.recorded_on
    if isinstance(event, authority.PowerGranted):
        officer, role = office.officer(event.officer), event.role
        pending = {
            grant.role
            for each in office.officers
            if officer is not None and each.person == officer.person
            for grant in each.grants
            if grant.is_pending(on)
        }
    elif isinstance(event, authority.GrantConfirmed) and (found := office.grant(event.version)):
        (officer, grant), pending = found, set()
        role = grant.role
    else:
        return
    if officer is None:
        return  # the authority's history says so
    held = office.roles_of_person(officer.person, on) | pending | {role}
    if pair := powers.conflict(held):
        raise errors.SeparationOfAdministrators(
            entry.originator_version,
            officer=officer.id,
            administrator=powers.ROLES[pair.administrator],
            other=powers.ROLES[pair.other],
        )


def _check_last(office: Authority, entry: Recorded) -> None:
    """Nobody leaves an office, or a power, that nobody else then has."""
    event, on = entry.event, entry.recorded_on
    if not isinstance(event, authority.OfficerDismissed | authority.PowerWithdrawn):
        return
    for role in _INDISPENSABLE:
        if isinstance(event, authority.PowerWithdrawn) and event.role != role:
            continue
        holders = {each.id for each in office.officers if role in each.roles_on(on)}
        if holders == {event.officer}:
            raise errors.LastAdministrator(
                entry.originator_version, officer=event.officer, role=powers.ROLES[role]
            )


def _check_superior(
    office: Authority, entry: Recorded, permissions: Permissions, superior: Authority | None
) -> None:
    code, slash, officer = entry.actor.partition("/")
    on = entry.recorded_on
    known = bool(slash) and office.superior_on(on) == code and "waive" in permissions.acts
    if entry.on_behalf_of is not None:
        known = known and entry.on_behalf_of.startswith(f"{code}/")
    if known and superior is not None:
        known = superior.code == code and powers.may(superior.roles_of(officer, on), "waive")
    if not known:
        raise errors.NotTheSuperior(entry.originator_version, officer=entry.actor, on=on)
