"""The authority that keeps the register: its own events, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from domain import errors, law, workdays
from domain.events import Event, Recorded
from domain.values import Label

STREAM = "authority"

CODE_PATTERN = r"^[a-z0-9-]{2,40}\Z"
AuthorityCode = Annotated[str, Meta(pattern=CODE_PATTERN)]


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
    """更名 (institutional reform). The name in force at the end of a period stands on its tables."""

    title = "机关更名"
    name: Label
    in_force_from: date


class DayOffSet(Event, frozen=True, tag="day_off_set"):
    """A day on which this authority alone is closed (or open), with the document that says so."""

    title = "设定本机关停止办公日"
    day: date
    working: bool
    document_no: Label


class PolicySet(Event, frozen=True, tag="policy_set"):
    """A policy of `law.POLICIES`, for requests received from in_force_from on, which may lie in the past."""

    title = "设定办理规则"
    policy: law.PolicyName
    value: Label
    in_force_from: date


AuthorityEvent = Registered | Renamed | DayOffSet | PolicySet
AUTHORITY_EVENTS: tuple[type[Event], ...] = (Registered, Renamed, DayOffSet, PolicySet)


class Authority(msgspec.Struct, frozen=True):
    """names: (in force from, name), the first from the beginning. version: events folded."""

    code: str
    kind: str
    complete_since: date
    names: tuple[tuple[date, str], ...]
    days_off: tuple[workdays.DayOff, ...] = ()
    policies: tuple[law.Policy, ...] = ()
    version: int = 0

    def name_on(self, day: date) -> str:
        """The name in force that day; of two from the same day the last told."""
        in_force = [name for since, name in sorted(self.names, key=lambda n: n[0]) if since <= day]
        return in_force[-1] if in_force else self.names[0][1]

    def law(self, notices: Sequence[workdays.Notice]) -> law.Law:
        """The law for this authority under these notices."""
        if notices is workdays.national_notices() and not self.days_off:
            return law.Law(workdays.national_calendar(), self.policies)  # one for all offices: it is large
        return law.Law(workdays.Calendar(notices, self.days_off), self.policies)


def replay(history: Iterable[Recorded]) -> Authority:
    """Fold the authority's stream in the order recorded.

    Raises a Refusal naming the entry that cannot be: anything before `registered`, a second one, a day
    after that of recording, an unknown policy value.
    """
    authority: Authority | None = None
    for entry in history:
        event, version = entry.event, entry.originator_version
        if event.on > entry.recorded_on:
            raise errors.InTheFuture(version, field="on", day=event.on, today=entry.recorded_on)
        if isinstance(event, Registered):
            if authority is not None:
                raise errors.AuthorityExists(version, code=authority.code)
            authority = Authority(
                code=event.code,
                kind=event.kind,
                complete_since=event.complete_since,
                names=((date.min, event.name),),
                version=version,
            )
            continue
        if authority is None:
            raise errors.AuthorityNotRegistered(version)
        authority = _after(authority, version, event)
    if authority is None:
        raise errors.AuthorityNotRegistered(None)
    return authority


def _after(authority: Authority, version: int, event: Event) -> Authority:
    match event:
        case Renamed():
            names = (*authority.names, (event.in_force_from, event.name))
            return replace(authority, version=version, names=names)
        case DayOffSet():
            days_off = (*authority.days_off, workdays.DayOff(event.day, event.working, event.document_no))
            return replace(authority, version=version, days_off=days_off)
        case PolicySet():
            if event.value not in law.POLICIES[event.policy]:
                allowed = "、".join(law.POLICIES[event.policy])
                raise errors.UnknownCode(version, field="value", allowed=allowed)
            policy = law.Policy(event.policy, event.value, event.in_force_from)
            return replace(authority, version=version, policies=(*authority.policies, policy))
        case _:
            raise errors.WrongStream(version, type=event.title)
