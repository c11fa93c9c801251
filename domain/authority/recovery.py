"""Recovery: two administrators take the place of those of whom none can log in any more."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from domain.authority import powers
from domain.authority.grants import PowerGrant
from domain.authority.powers import Role
from domain.authority.recovery_events import (
    AdministratorsRestored,
    RecoveryCodeSealed,
    RestorationConfirmed,
    RestorationRequested,
)
from domain.authority.refusals import (
    OfficerUnknown,
    RecoveryCodeExists,
    RecoveryCodeWrong,
    RestorationNeedsSecondPerson,
    RestorationUnknown,
    SeparationOfAdministrators,
)
from domain.entry import Recorded
from domain.law.refusals import DatesReversed

if TYPE_CHECKING:
    from domain.authority.authority import Authority

RECOVERY_EVENTS = (RecoveryCodeSealed, AdministratorsRestored, RestorationRequested, RestorationConfirmed)
_ROLES: tuple[Role, Role] = ("system_administrator", "security_administrator")


class Restoration(NamedTuple):
    """Requested by the superior, or carried out. version: of the entry that requested it, or that carried it out by code.

    requested_by: as granted_by. done_at: of the entry by which the two took over; None while it is pending.
    """

    version: int
    officers: tuple[str, str]
    persons: tuple[str | None, str | None]
    on: date
    requested_by: tuple[str, ...]
    done_at: Recorded | None = None


def digest_of(code: str) -> str:
    """Of a recovery code however it was typed: signs between its letters, their case and width do not count."""
    typed = unicodedata.normalize("NFKC", code).upper()
    plain = "".join(each for each in typed if each.isascii() and each.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()


def follow(authority: Authority, entry: Recorded) -> Authority:
    """The authority after one of RECOVERY_EVENTS. Raises the Refusal by which it cannot be."""
    version = entry.originator_version
    match entry.event:
        case RecoveryCodeSealed(digest=digest):
            if authority.recovery_digest is not None:
                raise RecoveryCodeExists(version)
            return replace(authority, recovery_digest=digest)
        case AdministratorsRestored() as event:
            if authority.recovery_digest is None or digest_of(event.code) != authority.recovery_digest:
                raise RecoveryCodeWrong(version)
            done = _requested(entry, event)._replace(done_at=entry)
            restored = _restored(replace(authority, recovery_digest=None), done, event.on, version)
            return replace(restored, restorations=(*authority.restorations, done))
        case RestorationRequested() as event:
            requested = _requested(entry, event)
            # A request that could never be confirmed is refused.
            _restored(authority, requested, event.on, version)
            return replace(authority, restorations=(*authority.restorations, requested))
        case RestorationConfirmed() as event:
            found = authority.restoration(event.version)
            if found is None or found.done_at is not None:
                raise RestorationUnknown(version, request=event.version)
            if event.on < found.on:
                raise DatesReversed(version, field="on", day=event.on, than="提出之日", limit=found.on)
            done = found._replace(done_at=entry)
            restorations = tuple(done if each is found else each for each in authority.restorations)
            restored = _restored(authority, done, event.on, version)
            return replace(restored, restorations=restorations)
    raise AssertionError(entry.event)


def check_second_person(authority: Authority, entry: Recorded, superior: Authority | None) -> None:
    """Raises RestorationNeedsSecondPerson of a confirmation by the natural person who requested it.

    superior: None if it is not known here.
    """
    event = entry.event
    if not isinstance(event, RestorationConfirmed) or (found := authority.restoration(event.version)) is None:
        return

    def persons(hands: tuple[str, ...]) -> set[str]:
        ids = [each.rpartition("/")[2] for each in hands]
        return {superior.person_of(each) if superior is not None else each for each in ids}

    if persons(entry.recorded_by) & persons(found.requested_by):
        raise RestorationNeedsSecondPerson(
            entry.originator_version, officer=entry.actor, request=event.version
        )


def _requested(entry: Recorded, event: AdministratorsRestored | RestorationRequested) -> Restoration:
    officers, persons = (event.system, event.security), (event.system_person, event.security_person)
    return Restoration(entry.originator_version, officers, persons, event.on, entry.recorded_by)


def _restored(authority: Authority, wanted: Restoration, on: date, version: int) -> Authority:
    """Both are in office with their power, and nobody else has it. Raises OfficerUnknown, SeparationOfAdministrators."""
    from domain.authority.authority import Officer  # noqa: PLC0415 - which knows of restorations

    officers = {
        each.id: replace(
            each,
            grants=tuple(
                replace(grant, withdrawn_on=on)
                if grant.role in _ROLES and grant.withdrawn_on is None
                else grant
                for grant in each.grants
            ),
        )
        for each in authority.officers
    }
    for role, id_, person in zip(_ROLES, wanted.officers, wanted.persons, strict=True):
        officer = officers.get(id_) or Officer(id_, person or id_, None, on)
        if not officer.in_office(on) or authority.service(id_) is not None:
            raise OfficerUnknown(version, officer=id_, on=on)
        held = {
            grant.role
            for each in (*officers.values(), officer)
            if each.person == officer.person
            for grant in each.grants
            if grant.in_force(on)
        }
        if pair := powers.conflict(held | {role}):
            raise SeparationOfAdministrators(
                version,
                officer=id_,
                administrator=powers.ROLES[pair.administrator],
                other=powers.ROLES[pair.other],
            )
        grant = PowerGrant(version, on, wanted.requested_by, confirmed_on=on, role=role)
        officers[id_] = replace(officer, grants=(*officer.grants, grant))
    return replace(authority, officers=tuple(officers.values()))
