"""What was granted, to officers and to service accounts: by one administrator, in force once another confirmed it."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.authority.powers import Act, Role, ServiceAct
from domain.law.refusals import DatesReversed
from domain.values import Sealed


class Grant(msgspec.Struct, frozen=True):
    """version: of the grant's entry; granted_by: its actor, and on whose behalf.

    Dates: None if it did not happen.
    """

    version: int
    on: date
    granted_by: tuple[str, ...]
    until: date | None = None
    confirmed_on: date | None = None
    withdrawn_on: date | None = None

    def in_force(self, day: date) -> bool:
        return (
            self.confirmed_on is not None
            and self.confirmed_on <= day
            and (self.until is None or day <= self.until)
            and (self.withdrawn_on is None or day < self.withdrawn_on)
        )

    def is_pending(self, day: date) -> bool:
        """It still waits for the second person."""
        return (
            self.confirmed_on is None
            and self.withdrawn_on is None
            and (self.until is None or day <= self.until)
        )


class PowerGrant(Grant, frozen=True, kw_only=True):
    """A role granted to an officer."""

    role: Role


class ServiceGrant(Grant, frozen=True, kw_only=True):
    """What a service account is called and all that it may do, instead of what was confirmed before."""

    name: str
    acts: frozenset[ServiceAct]


class ServiceAccount(msgspec.Struct, frozen=True):
    """服务账号: a program that belongs to the authority and to no officer. ended_on: the first day it may do nothing.

    since: log position of its first grant; what an actor of the same name recorded before is not its own.
    """

    id: str
    since: int = 0
    grants: tuple[ServiceGrant, ...] = ()
    ended_on: date | None = None

    @property
    def person(self) -> str:
        """It is no natural person, and so no other one's."""
        return self.id

    @property
    def name(self) -> str:
        """As last granted."""
        return self.grants[-1].name

    def has_ended(self, day: date) -> bool:
        return self.ended_on is not None and self.ended_on <= day

    def in_force(self, day: date) -> ServiceGrant | None:
        """The grant confirmed last: an earlier one does not come back when it is over."""
        confirmed = [
            each for each in self.grants if each.confirmed_on is not None and each.confirmed_on <= day
        ]
        last = max(confirmed, key=lambda each: (each.confirmed_on, each.version), default=None)
        return last if last is not None and last.in_force(day) and not self.has_ended(day) else None

    def pending(self, day: date) -> tuple[ServiceGrant, ...]:
        """Grants that wait for the second person."""
        return () if self.has_ended(day) else tuple(each for each in self.grants if each.is_pending(day))

    def acts_on(self, day: date) -> frozenset[Act | ServiceAct]:
        grant = self.in_force(day)
        return frozenset(grant.acts) if grant else frozenset()


class FactorReset(msgspec.Struct, frozen=True):
    """A second factor whose reset was requested. version: of the request's entry; requested_by: as granted_by."""

    version: int
    officer: str
    on: date
    requested_by: tuple[str, ...]
    confirmed_on: date | None = None


class Binding(msgspec.Struct, frozen=True):
    """By which subject of an issuer an officer comes in. version: of the entry that bound it."""

    version: int
    officer: str
    issuer: str
    sub: Sealed


def check_until(version: int, on: date, until: date | None) -> None:
    """Raises DatesReversed if until, the last day, is before on."""
    if until is not None and until < on:
        raise DatesReversed(version, field="until", day=until, than="该事项之日", limit=on)
