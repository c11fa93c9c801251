"""Whether the actor may record: by the powers of the day of recording, from the authority's own history.

Before the authority has officers, everybody may record. `check` comes before an event is judged, `check_found` after,
when it is known what the event would add. The authority is always as it was before the entry, so a past entry can
be judged by the powers of its day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from domain.authority import powers, recovery, second_person
from domain.authority.authority import Authority
from domain.authority.events import (
    GrantConfirmed,
    OfficerAppointed,
    OfficerDismissed,
    PowerGranted,
    PowerWithdrawn,
    SecondFactorReset,
    SecondFactorResetRequested,
    ServiceEnded,
    ServiceGranted,
    SubjectBound,
    SubjectUnbound,
)
from domain.authority.grants import PowerGrant, ServiceAccount
from domain.authority.powers import WHOLE, Act, Permissions, Role, ServiceAct
from domain.authority.refusals import (
    ApprovalMissing,
    FirstOfficersExist,
    FirstOfficersMissing,
    HandedInOnly,
    LastAdministrator,
    NoPower,
    NotAnOfficer,
    NotTheSuperior,
    OfficerExists,
    PersonDecides,
    ProofStale,
    SamePerson,
    SeparationOfAdministrators,
)
from domain.entry import Event, Recorded, type_of
from domain.law.irregularities import Irregularity
from domain.law.refusals import TokenClosed
from domain.request import events
from domain.values import AUTHORITY_CODE_PATTERN

PROGRAM = "taizhang"
"""The actor of the program's own work: background work, and the setting up of the first officers."""

_OF_OFFICERS = (
    OfficerAppointed,
    OfficerDismissed,
    PowerGranted,
    GrantConfirmed,
    PowerWithdrawn,
    ServiceGranted,
    ServiceEnded,
    SecondFactorResetRequested,
    SecondFactorReset,
    SubjectBound,
    SubjectUnbound,
)
_INDISPENSABLE: tuple[Role, ...] = ("system_administrator", "security_administrator")

_OF_APPROVERS = frozenset({"answered", "extended"})
"""Types that the head may record too, where the approval is missing."""
_UNAPPROVED = frozenset({"unreviewed_answer", "unapproved_answer", "unapproved_extension"})


def check(
    authority: Authority | None,
    entry: Recorded,
    *,
    permissions: Permissions = WHOLE,
    amended: Event | None = None,
    superior: Authority | None = None,
    brought: bool = False,
) -> None:
    """Raises the Refusal by which the actor may not record the entry.

    authority: None before it is registered. permissions: those that the caller's session or key leaves of the actor's
    powers; a log does not keep that, so an audit judges by the roles alone. amended: what an amendment amends.
    superior: the authority named in the actor of what the superior records, `county/wang`; without it (an audit that
    has this log alone) the power of that officer is taken on trust. brought: whether a receipt brings its reference
    along, which a log does not keep either.
    """
    event = entry.event
    check_open(authority, permissions)
    if type_of(event) in powers.FROM_OUTSIDE:
        if authority is not None:
            _check_superior(authority, entry, permissions, superior)
    elif is_from_outside(entry):
        raise _not_an_officer(
            entry, hint="其他机关的人员，除由上级机关准许从简审批、督办、要求报送外，不能在本机关登记。"
        )
    elif authority is None or not authority.has_officers:
        if isinstance(event, _OF_OFFICERS) and not (
            entry.actor == PROGRAM and isinstance(event, OfficerAppointed)
        ):
            raise FirstOfficersMissing(entry.originator_version, event=event.title)
    elif entry.actor == PROGRAM:
        _check_program(authority, entry)
    else:
        _check_acts(authority, entry, permissions, amended, brought)
        second_person.check(authority, entry)
        _check_last(authority, entry)
    if authority is None:
        return
    named = {getattr(event, field, None) for field in ("officer", "service", "system", "security")}
    if PROGRAM in named and isinstance(event, (OfficerAppointed, ServiceGranted, *recovery.RECOVERY_EVENTS)):
        raise OfficerExists(entry.originator_version, field="officer", code=PROGRAM)
    if isinstance(event, PowerGranted | GrantConfirmed):
        _check_administrators(authority, entry)


def check_open(authority: Authority | None, permissions: Permissions) -> None:
    """Raises TokenClosed where the machine's token opens nothing any more: before anything of the log is disclosed."""
    if permissions.until_officers and authority is not None and authority.has_officers:
        raise TokenClosed


def check_act(
    authority: Authority | None, entry: Recorded, permissions: Permissions, *, brought: bool = False
) -> None:
    """The first part of `check`, for which nothing of the history is needed: before any of it is disclosed."""
    check_open(authority, permissions)
    if authority is None or not authority.has_officers or is_from_outside(entry) or entry.actor == PROGRAM:
        return
    if type_of(entry.event) not in powers.FROM_OUTSIDE:
        _check_acts(authority, entry, permissions, None, brought)


def recordable(
    authority: Authority, entry: Recorded, permissions: Permissions, types: Iterable[str]
) -> tuple[str, ...]:
    """Of these types of a request's events those that the actor may record too, on condition or without."""
    if not authority.has_officers:
        return tuple(types)
    acts = _acts(authority, entry, permissions)
    return tuple(
        each for each in types if powers.ACT_OF[each] in acts or (each in _OF_APPROVERS and "approve" in acts)
    )


def is_from_outside(entry: Recorded) -> bool:
    """Whether an officer of another authority had a hand in it, `county/wang`."""
    named = (each.partition("/") for each in entry.recorded_by)
    return any(slash and re.match(AUTHORITY_CODE_PATTERN, code) for code, slash, _ in named)


def check_found(
    authority: Authority, entry: Recorded, found: Iterable[Irregularity], permissions: Permissions = WHOLE
) -> None:
    """Raises SamePerson, or ApprovalMissing, or NoPower where only a missing approval would have let the approver in;
    PersonDecides or HandedInOnly where a service account would acknowledge something by itself.

    found: irregularities that the entry adds, and of an amendment also those of the entry amended.
    """
    if not authority.has_officers:
        return
    found = tuple(found)
    for each in found:
        if each.code == "same_person":
            raise SamePerson(
                entry.originator_version, officer=entry.actor, event=entry.event.title, found=each.text
            )
    unapproved = [each for each in found if each.code in _UNAPPROVED]
    acts = _acts(authority, entry, permissions)
    if found and authority.service(entry.actor) is not None and entry.on_behalf_of is None:
        if "handle" not in acts:
            raise HandedInOnly(entry.originator_version, service=entry.actor)
        raise _person_decides(entry, "，确认：" + "；".join(each.text for each in found))
    if unapproved and "approve" not in acts:
        raise ApprovalMissing(
            entry.originator_version,
            officer=entry.actor,
            event=entry.event.title,
            found="；".join(each.text for each in unapproved),
        )
    if not unapproved and isinstance(entry.event, events.Answered | events.Extended):
        _require(acts, "handle", entry)


def no_power(officer: str, acts: Sequence[Act | ServiceAct], version: int | None = None) -> NoPower:
    """One of the acts was needed: says which officers have them."""
    needed: list[Act] = [act for act in acts if act != "hand_in"]
    titles = {role: powers.ROLES[role] for act in needed for role in powers.roles_with(act)}
    words = "、".join(powers.ACTS[act] for act in needed) or "由程序登记的事项"
    return NoPower(version, officer=officer, act=words, roles="、".join(titles.values()) or "无人")


def _acts(authority: Authority, entry: Recorded, permissions: Permissions) -> frozenset[Act | ServiceAct]:
    """What the actor may do: by the powers of the day of recording, as far as the caller's session or key leaves them.

    A service account that records on behalf of an officer may what both may.
    """
    acts = permissions.acts & authority.acts_of(entry.actor, entry.recorded_on)
    if authority.service(entry.actor) is not None and entry.on_behalf_of is not None:
        acts &= authority.acts_of(entry.on_behalf_of, entry.recorded_on)
    return acts


def _require(acts: frozenset[Act | ServiceAct], act: Act, entry: Recorded) -> None:
    if act not in acts:
        raise no_power(entry.actor, (act,), entry.originator_version)


def _not_an_officer(entry: Recorded, *, field: str = "", hint: str = "") -> NotAnOfficer:
    refusal = NotAnOfficer(
        entry.originator_version,
        field=field,
        officer=entry.on_behalf_of if field else entry.actor,
        on=entry.recorded_on,
    )
    refusal.hint = hint
    return refusal


def _check_acts(
    authority: Authority, entry: Recorded, permissions: Permissions, amended: Event | None, brought: bool
) -> None:
    event, on = entry.event, entry.recorded_on
    if (service := authority.service(entry.actor)) is not None:
        _check_service(authority, service, entry, permissions, brought)
        return
    found = authority.officer(entry.actor)
    if found is None or not found.in_office(on):
        raise _not_an_officer(entry)
    if entry.on_behalf_of is not None and authority.officer(entry.on_behalf_of) is None:
        raise _not_an_officer(entry, field="on_behalf_of：")
    acts = _acts(authority, entry, permissions)
    if type_of(event) in powers.OF_THE_PROGRAM:
        raise no_power(entry.actor, (), entry.originator_version)
    _check_proof(permissions, powers.ACT_OF[type_of(event)], entry)
    if type_of(event) in _OF_APPROVERS and "approve" in acts:
        return  # whether the approver may record this one is known only after judging: see check_found
    _require(acts, powers.ACT_OF[type_of(event)], entry)
    if isinstance(event, events.EntryAmended) and amended is not None:
        # To amend an entry one needs the power to record it: else an approval could be put in by amending a refusal.
        for each in (amended, event.replacement or amended):
            _check_proof(permissions, powers.ACT_OF[type_of(each)], entry)
            _require(acts, powers.ACT_OF[type_of(each)], entry)


def _check_service(
    authority: Authority, service: ServiceAccount, entry: Recorded, permissions: Permissions, brought: bool
) -> None:
    """What a machine can know it records by itself; what a person decides, on behalf of an officer who has the act."""
    event, on = entry.event, entry.recorded_on
    if service.in_force(on) is None:
        raise _not_an_officer(entry)
    behalf = entry.on_behalf_of
    person = authority.officer(behalf) if behalf is not None else None
    if behalf is not None and (person is None or not person.in_office(on)):
        raise _not_an_officer(entry, field="on_behalf_of：")
    acts = _acts(authority, entry, permissions)
    granted = permissions.acts & service.acts_on(on)
    if isinstance(event, events.Received) and "hand_in" in granted and "handle" not in granted:
        if event.channel != "online" or event.split_from is not None or brought or behalf is not None:
            raise HandedInOnly(entry.originator_version, service=service.id)
        return
    _require(acts, powers.ACT_OF[type_of(event)], entry)
    if behalf is None and type_of(event) not in powers.BY_MACHINE:
        raise _person_decides(entry)


def _person_decides(entry: Recorded, found: str = "") -> PersonDecides:
    act = powers.ACTS[powers.ACT_OF[type_of(entry.event)]]
    return PersonDecides(
        entry.originator_version, service=entry.actor, event=entry.event.title, act=act, found=found
    )


def _check_proof(permissions: Permissions, act: Act, entry: Recorded) -> None:
    if act in permissions.unproven:
        raise ProofStale(entry.originator_version, act=powers.ACTS[act])


def _check_program(authority: Authority, entry: Recorded) -> None:
    """Background work apart, it appoints and confirms until both administrators are there, and then never again."""
    if type_of(entry.event) in powers.BY_PROGRAM:
        return
    if not isinstance(entry.event, _OF_OFFICERS):
        raise _not_an_officer(entry)
    confirmed = {
        grant.role for each in authority.officers for grant in each.grants if grant.confirmed_on is not None
    }
    if confirmed.issuperset(_INDISPENSABLE) or not isinstance(
        entry.event, OfficerAppointed | PowerGranted | GrantConfirmed
    ):
        raise FirstOfficersExist(entry.originator_version)


def _check_administrators(authority: Authority, entry: Recorded) -> None:
    """三员分立: at the grant with what is pending, at its confirmation with what is in force."""
    event, on = entry.event, entry.recorded_on
    if isinstance(event, PowerGranted):
        officer, role = authority.officer(event.officer), event.role
        pending: set[Role] = {
            grant.role
            for each in authority.officers
            if officer is not None and each.person == officer.person
            for grant in each.grants
            if grant.is_pending(on)
        }
    elif isinstance(event, GrantConfirmed) and (found := authority.grant(event.version)):
        holder, grant = found
        if isinstance(holder, ServiceAccount) or not isinstance(grant, PowerGrant):
            return
        officer, role, pending = holder, grant.role, set()
    else:
        return
    if officer is None:
        return  # the authority's history says so
    held = authority.roles_of_person(officer.person, on) | pending | {role}
    if pair := powers.conflict(held):
        raise SeparationOfAdministrators(
            entry.originator_version,
            officer=officer.id,
            administrator=powers.ROLES[pair.administrator],
            other=powers.ROLES[pair.other],
        )


def _check_last(authority: Authority, entry: Recorded) -> None:
    """Nobody leaves an office, or a power, that nobody else then has."""
    event, on = entry.event, entry.recorded_on
    if not isinstance(event, OfficerDismissed | PowerWithdrawn):
        return
    for role in (event.role,) if isinstance(event, PowerWithdrawn) else _INDISPENSABLE:
        if role not in _INDISPENSABLE:
            continue
        holders = {each.id for each in authority.officers if role in each.roles_on(on)}
        if holders == {event.officer}:
            raise LastAdministrator(entry.originator_version, officer=event.officer, role=powers.ROLES[role])


def _check_superior(
    authority: Authority, entry: Recorded, permissions: Permissions, superior: Authority | None
) -> None:
    code, slash, officer = entry.actor.partition("/")
    on, act = entry.recorded_on, powers.ACT_OF[type_of(entry.event)]
    known = bool(slash) and authority.superior_on(on) == code and act in permissions.acts
    if entry.on_behalf_of is not None:
        known = known and entry.on_behalf_of.startswith(f"{code}/")
    if known and superior is not None:
        known = superior.code == code and powers.may(superior.roles_of(officer, on), act)
    if not known:
        raise not_the_superior(entry)
    _check_proof(permissions, act, entry)
    recovery.check_second_person(authority, entry, superior)


def not_the_superior(entry: Recorded) -> NotTheSuperior:
    """Who may record it instead."""
    return NotTheSuperior(
        entry.originator_version,
        officer=entry.actor,
        on=entry.recorded_on,
        event=entry.event.title,
        roles="、".join(
            powers.ROLES[role] for role in powers.roles_with(powers.ACT_OF[type_of(entry.event)])
        ),
    )
