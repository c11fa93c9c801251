"""服务账号: the service accounts of an authority as they are on a day, and what waits for confirmation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import msgspec

from domain.authority.authority import Authority
from domain.authority.powers import SERVICE_ACTS, ServiceAct


class PendingService(msgspec.Struct, frozen=True):
    """A grant that waits for its second person. version: by which it is confirmed."""

    version: int
    name: str
    acts: tuple[ServiceAct, ...]
    until: date | None


class Service(msgspec.Struct, frozen=True):
    """A service account on a day. acts: that it may do. ended_on: the first day it may do nothing."""

    service: str
    name: str
    acts: tuple[ServiceAct, ...]
    until: date | None
    ended_on: date | None
    pending: tuple[PendingService, ...]


HEADINGS = ("代号", "用在何处", "可办的事项", "有效至", "终止", "待确认")


def services(authority: Authority, on: date) -> list[Service]:
    """All that were ever granted, in that order."""
    found = []
    for each in authority.services:
        grant = each.in_force(on)
        found.append(
            Service(
                service=each.id,
                name=grant.name if grant else each.name,
                acts=_ordered(grant.acts) if grant else (),
                until=grant.until if grant else None,
                ended_on=each.ended_on,
                pending=tuple(
                    PendingService(waits.version, waits.name, _ordered(waits.acts), waits.until)
                    for waits in each.pending(on)
                ),
            )
        )
    return found


def _ordered(acts: Iterable[ServiceAct]) -> tuple[ServiceAct, ...]:
    held = frozenset(acts)
    return tuple(act for act in SERVICE_ACTS if act in held)


def words(acts: Iterable[ServiceAct]) -> str:
    return "；".join(SERVICE_ACTS[act] for act in _ordered(acts))


def cells(service: Service) -> tuple[object, ...]:
    """One line of a list of service accounts, under HEADINGS."""
    pending = "、".join(f"{words(each.acts)}（第{each.version}条）" for each in service.pending)
    return service.service, service.name, words(service.acts), service.until, service.ended_on, pending
