"""Working days of the State Council's notices, as a value that can be rebuilt as it was known on a day.

A day is a working day if it is a weekday not named off, or a weekend day named on; a later notice
overrides an earlier one, and the authority's own days off (a typhoon, a move) override both. A year without a notice
has its statutory days off.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib.resources import files

import msgspec

from domain.law.statutory_days import statutory_days
from domain.values import FIRST_YEAR, LAST_YEAR

_BASE = date(FIRST_YEAR, 1, 1).toordinal()
_END = date(LAST_YEAR + 1, 12, 31).toordinal()


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One notice of the State Council: days off and make-up days on, by holiday."""

    id: str
    year: int
    published_on: date
    published_on_from: str
    url: str
    off: dict[str, list[date]]
    on: dict[str, list[date]] = {}
    withdrawn: list[date] = []


class DayOff(msgspec.Struct, frozen=True):
    """A day that the authority itself sets off (or on), with the document that says so."""

    day: date
    working: bool
    document_no: str


class DayKind(msgspec.Struct, frozen=True):
    """Whether a day counts, and why: 工作日, 周末, a holiday's name, 调休上班 or a document; with its notice."""

    working: bool
    reason: str
    notice: str | None = None


class Calendar:
    """Working days from 2000 to 2100. Immutable; equal inputs give the same counts.

    notices: in any order, applied by day of publication. days_off: the authority's own, in the order
    recorded; the last word on a day counts.
    """

    def __init__(self, notices: Sequence[Notice], days_off: Iterable[DayOff] = ()) -> None:
        self.notices = tuple(sorted(notices, key=lambda notice: (notice.published_on, notice.id)))
        self.days_off = tuple(days_off)
        self.covered = frozenset(notice.year for notice in self.notices)
        self._named: dict[date, DayKind] = {
            each.day: DayKind(False, each.holiday, each.source)
            for year in range(FIRST_YEAR, LAST_YEAR + 1)
            if year not in self.covered
            for each in statutory_days(year)
        }
        for notice in self.notices:
            for day in notice.withdrawn:
                self._named.pop(day, None)
            for name, days in notice.off.items():
                self._named.update((day, DayKind(False, name, notice.id)) for day in days)
            for name, days in notice.on.items():
                self._named.update((day, DayKind(True, f"{name}调休上班", notice.id)) for day in days)
        for own in self.days_off:
            reason = f"本机关{'上班' if own.working else '停止办公'}（{own.document_no}）"
            self._named[own.day] = DayKind(own.working, reason)
        # ordinals: every working day in order; upto[i]: how many lie on or before day i of the span.
        named = {day.toordinal(): kind.working for day, kind in self._named.items()}
        self._ordinals: list[int] = []
        self._upto: list[int] = []
        for ordinal in range(_BASE, _END + 1):
            if named.get(ordinal, (ordinal + 6) % 7 < 5):  # date.weekday() of an ordinal
                self._ordinals.append(ordinal)
            self._upto.append(len(self._ordinals))

    def is_working(self, day: date) -> bool:
        return self.between(date.fromordinal(day.toordinal() - 1), day) == 1

    def kind(self, day: date) -> DayKind:
        """Why the day counts or does not."""
        working = self.is_working(day)
        return self._named.get(day) or DayKind(working, "工作日" if working else "周末")

    def between(self, after: date, until: date) -> int:
        """Working days after the first day, up to and including the second; 0 if that is not later."""
        if until <= after:
            return 0
        first = after.toordinal() - _BASE
        return self._upto[until.toordinal() - _BASE] - (self._upto[first] if first >= 0 else 0)

    def left(self, on: date, last: date) -> int:
        """Working days from the day until the last one; negative once that has passed."""
        return self.between(on, last) - self.between(last, on)

    def after(self, day: date, workdays: int) -> date:
        """The workdays-th working day after the day, which itself is day zero (民诉法 Art. 85). workdays ≥ 1."""
        first = day.toordinal() - _BASE
        counted = self._upto[first] if first >= 0 else 0
        return date.fromordinal(self._ordinals[counted + workdays - 1])

    def next_working(self, day: date) -> date:
        """The day itself if it is a working day, else the first one after it."""
        return date.fromordinal(self._ordinals[bisect_left(self._ordinals, day.toordinal())])

    def provisional(self, first: date, last: date) -> bool:
        """True if a year touched by the days has no notice yet: only weekends and statutory days are known there."""
        year = first.year
        if year == last.year:
            return year not in self.covered
        return any(year not in self.covered for year in range(year, last.year + 1))

    def differs_from(self, other: Calendar) -> date | None:
        """The first day that counts in one of them alone, or whose year only one has a notice of."""
        days = [date(year, 1, 1) for year in self.covered ^ other.covered]
        both = zip(self._upto, other._upto, strict=True)
        first = next((nth for nth, (mine, others) in enumerate(both) if mine != others), None)
        if first is not None:
            days.append(date.fromordinal(_BASE + first))
        return min(days, default=None)

    def has_passed(self, last: date, on: date, since: date) -> bool:
        """Whether a term of working days from `since` to the last day is over on a day, as far as notices are held."""
        return on > last and not self.provisional(since, last)


@cache
def national_notices() -> tuple[Notice, ...]:
    """The notices held, in order of publication."""
    data = tomllib.loads(files("domain.law").joinpath("holidays.toml").read_text("utf-8"))
    return tuple(msgspec.convert(data["notice"], list[Notice]))


def notices_known(on: date) -> tuple[Notice, ...]:
    """Those of them that were published by a day."""
    return _first(sum(each.published_on <= on for each in national_notices()))


@cache
def _first(count: int) -> tuple[Notice, ...]:
    notices = national_notices()
    return notices if count == len(notices) else notices[:count]


def national_calendar() -> Calendar:
    return _calendar_of(len(national_notices()))


def shared_calendar(notices: Sequence[Notice]) -> Calendar | None:
    """Of `national_notices` or `notices_known` one calendar for all offices, since it is large; None of other notices."""
    known = len(notices) <= len(national_notices()) and notices is _first(len(notices))
    return _calendar_of(len(notices)) if known else None


@cache
def _calendar_of(count: int) -> Calendar:
    return Calendar(_first(count))
