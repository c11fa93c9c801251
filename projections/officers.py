"""人员: the officers of an authority on a day, with their powers and pending confirmations."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.authority.authority import Authority
from domain.authority.powers import ROLES, Role


class Pending(msgspec.Struct, frozen=True):
    """A grant that waits for its second person. version: by which it is confirmed."""

    version: int
    role: Role
    until: date | None


class Member(msgspec.Struct, frozen=True):
    """An officer on a day: powers in force, and pending grants. dismissed_on: the first day out of the office."""

    officer: str
    person: str
    unit: str | None
    appointed_on: date
    dismissed_on: date | None
    roles: tuple[Role, ...]
    pending: tuple[Pending, ...]


HEADINGS = ("代号", "工号", "单位", "任用", "离任", "职权", "待确认")


def members(authority: Authority, on: date) -> list[Member]:
    """All that were ever appointed, in that order."""
    return [
        Member(
            officer=each.id,
            person=each.person,
            unit=each.unit,
            appointed_on=each.appointed_on,
            dismissed_on=each.dismissed_on,
            roles=tuple(role for role in ROLES if role in each.roles_on(on)),
            pending=tuple(
                Pending(grant.version, grant.role, grant.until)
                for grant in each.grants
                if each.in_office(on) and grant.is_pending(on)
            ),
        )
        for each in authority.officers
    ]


def cells(member: Member) -> tuple[object, ...]:
    """One line of a list of officers, under HEADINGS."""
    roles = "、".join(ROLES[role] for role in member.roles)
    pending = "、".join(f"{ROLES[each.role]}（第{each.version}条）" for each in member.pending)
    return (
        member.officer,
        member.person,
        member.unit,
        member.appointed_on,
        member.dismissed_on,
        roles,
        pending,
    )
