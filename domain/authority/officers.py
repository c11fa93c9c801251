"""What the events of officers and service accounts add up to: their appointments, powers and ways to log in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TypeVar

from msgspec.structs import replace

from domain.authority.authority import Authority, Officer
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
from domain.authority.grants import (
    Binding,
    FactorReset,
    Grant,
    PowerGrant,
    ServiceAccount,
    ServiceGrant,
    check_until,
)
from domain.authority.powers import ROLES
from domain.authority.refusals import (
    GrantUnknown,
    OfficerExists,
    OfficerUnknown,
    PowerNotHeld,
    ResetUnknown,
    ServiceUnknown,
    SubjectExists,
    SubjectMissing,
)
from domain.entry import Recorded
from domain.law.refusals import DatesReversed

Holder = TypeVar("Holder", Officer, ServiceAccount)

OFFICER_EVENTS = (
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


def follow(authority: Authority, entry: Recorded) -> Authority:
    """The authority after one of OFFICER_EVENTS. Raises the Refusal by which it cannot be."""
    version = entry.originator_version
    match event := entry.event:
        case OfficerAppointed():
            if authority.officer(event.officer) is not None or authority.service(event.officer) is not None:
                raise OfficerExists(version, field="officer", code=event.officer)
            officer = Officer(event.officer, event.person or event.officer, event.unit, event.on)
            return replace(
                authority,
                officers=(*authority.officers, officer),
                first_appointed=authority.first_appointed or (event.on, entry.position),
            )
        case OfficerDismissed():
            officer = _in_office(authority, version, event.officer, event.on)
            return _with(authority, replace(officer, dismissed_on=event.on))
        case PowerGranted():
            officer = _in_office(authority, version, event.officer, event.on)
            check_until(version, event.on, event.until)
            grant = PowerGrant(version, event.on, entry.recorded_by, event.until, role=event.role)
            return _with(authority, replace(officer, grants=(*officer.grants, grant)))
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
            return _with_service(authority, replace(service, ended_on=event.on))
        case SecondFactorResetRequested():
            _in_office(authority, version, event.officer, event.on)
            requested = FactorReset(version, event.officer, event.on, entry.recorded_by)
            return replace(authority, factor_resets=(*authority.factor_resets, requested))
        case SecondFactorReset():
            return _reset(authority, version, event)
        case SubjectBound():
            _in_office(authority, version, event.officer, event.on)
            if authority.binding(event.officer, event.issuer) is not None:
                raise SubjectExists(version, officer=event.officer)
            bound = Binding(version, event.officer, event.issuer, event.sub)
            return replace(authority, bindings=(*authority.bindings, bound))
        case SubjectUnbound():
            found = authority.binding(event.officer, event.issuer)
            if found is None:
                raise SubjectMissing(version, officer=event.officer)
            left = tuple(each for each in authority.bindings if each is not found)
            return replace(authority, bindings=left)
    raise AssertionError(event)


def _in_office(authority: Authority, version: int, officer: str, on: date) -> Officer:
    found = authority.officer(officer)
    if found is None or not found.in_office(on):
        raise OfficerUnknown(version, officer=officer, on=on)
    return found


def _service_granted(authority: Authority, entry: Recorded, event: ServiceGranted) -> Authority:
    """A new service account, or what one there is may do from its confirmation on."""
    version = entry.originator_version
    if authority.officer(event.service) is not None:
        raise OfficerExists(version, field="service", code=event.service)
    service = authority.service(event.service) or ServiceAccount(event.service, entry.position)
    if service.has_ended(event.on):
        raise ServiceUnknown(version, service=event.service, on=event.on)
    check_until(version, event.on, event.until)
    grant = ServiceGrant(
        version, event.on, entry.recorded_by, event.until, name=event.name, acts=frozenset(event.acts)
    )
    return _with_service(authority, replace(service, grants=(*service.grants, grant)))


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
        return _with_service(authority, _granted(holder, confirmed))
    return _with(authority, _granted(holder, confirmed))


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
    return _with(authority, _granted(officer, withdrawn))


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
    return replace(authority, factor_resets=resets)


def _with(authority: Authority, officer: Officer) -> Authority:
    officers = tuple(officer if each.id == officer.id else each for each in authority.officers)
    return replace(authority, officers=officers)


def _with_service(authority: Authority, service: ServiceAccount) -> Authority:
    others = {each.id: each for each in authority.services}
    return replace(authority, services=tuple({**others, service.id: service}.values()))
