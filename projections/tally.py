"""Counts of a period: the only input of the annual tables.

A request is received once and closed at most once, not before. So what is new or carried in and what is
closed or carried out are the same set, split twice: the sums tie for every column and every period, and the
closing of one period is the opening of the next. No counter, no today, no current status.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from domain.law.outcomes import RESULTS
from domain.request.appeal_events import ROUTES
from domain.request.events import APPLICANT_KINDS
from domain.values import Period
from projections.register import AppealSpell, RequestRow

Place = Literal["new", "carried_in", "closed", "carried_out"]


class Group(msgspec.Struct, frozen=True, array_like=True):
    """Requests of one applicant kind and outcome, counted by their places in the period."""

    applicant_kind: str
    outcome: str | None
    new: int
    carried_in: int
    closed: int
    carried_out: int


class Tally(msgspec.Struct, frozen=True):
    """closed: by outcome code, then applicant kind; appeals: by route, then result. Absent counts are 0."""

    new: dict[str, int]
    carried_in: dict[str, int]
    closed: dict[str, dict[str, int]]
    carried_out: dict[str, int]
    appeals: dict[str, dict[str, int]]


def places(received_on: date, closed_on: date | None, period: Period) -> tuple[Place, Place] | None:
    """Of a request in the period: how it came in and how it left; None if it is not in it."""
    if received_on > period.last or (closed_on is not None and closed_on < period.first):
        return None
    came: Place = "new" if received_on >= period.first else "carried_in"
    left: Place = "closed" if closed_on is not None and closed_on <= period.last else "carried_out"
    return came, left


def in_period(spell: AppealSpell, period: Period) -> bool:
    """Whether this spell is the appeal's result in the period.

    Appeals pending the day before it and those begun in it, with the last decision in effect by its end.
    """
    counts = spell.begun_on <= period.last and (spell.decided_on is None or spell.decided_on >= period.first)
    return counts and spell.from_on <= period.last and (spell.to_on is None or spell.to_on > period.last)


def groups(rows: Iterable[RequestRow], period: Period) -> list[Group]:
    """Group folded rows as the register's query does."""
    counts: Counter[tuple[str, str | None, Place]] = Counter()
    keys: dict[tuple[str, str | None], None] = {}
    for row in rows:
        if found := places(row.received_on, row.closed_on, period):
            keys[row.applicant_kind, row.outcome] = None
            counts.update((row.applicant_kind, row.outcome, place) for place in found)
    return [
        Group(
            kind,
            outcome,
            new=counts[kind, outcome, "new"],
            carried_in=counts[kind, outcome, "carried_in"],
            closed=counts[kind, outcome, "closed"],
            carried_out=counts[kind, outcome, "carried_out"],
        )
        for kind, outcome in keys
    ]


def routes(spells: Iterable[AppealSpell], period: Period) -> list[tuple[str, str, int]]:
    """Count folded spells as the register's query does."""
    counts = Counter((spell.route, spell.result) for spell in spells if in_period(spell, period))
    return [(route, result, count) for (route, result), count in counts.items()]


def tally(grouped: Iterable[Group], appeals: Iterable[tuple[str, str, int]]) -> Tally:
    """Add up groups, from the register's query or from folded rows; the result does not depend on order."""
    nothing: dict[str, int] = dict.fromkeys(APPLICANT_KINDS, 0)
    new, carried_in, carried_out = dict(nothing), dict(nothing), dict(nothing)
    closed: dict[str, dict[str, int]] = {}
    for group in grouped:
        new[group.applicant_kind] += group.new
        carried_in[group.applicant_kind] += group.carried_in
        carried_out[group.applicant_kind] += group.carried_out
        if group.closed:
            by_kind = closed.setdefault(str(group.outcome), dict(nothing))
            by_kind[group.applicant_kind] += group.closed
    results: dict[str, dict[str, int]] = {route: dict.fromkeys(RESULTS, 0) for route in ROUTES}
    for route, result, count in appeals:
        results[route][result] += count
    return Tally(new, carried_in, dict(sorted(closed.items())), carried_out, results)
