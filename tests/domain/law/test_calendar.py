"""Working days compared with the State Council's notices, two other calendars, and a counter that shares no code.

`holidays.json` is a copy of the notices as collected with their sources. `counts` and `nth_after` walk it day by day; the
tests of deadlines use them as the count by hand.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import chinese_calendar
import holidays
import pytest

from domain.law.calendar import Calendar, DayOff, Notice, national_calendar, national_notices
from domain.law.statutory_days import statutory_days

NOTICES = json.loads(Path(__file__).with_name("holidays.json").read_text("utf-8"))["notices"]
CALENDAR = national_calendar()
COVERED = [date(2008, 1, 1) + timedelta(ahead) for ahead in range(6940)]
"""From 2008-01-01 to 2026-12-31: the years of the Regulations, five of them leap years."""


@cache
def named(known_before: str) -> dict[str, bool]:
    """The days named in the notices published before a day: True for a make-up day."""
    days: dict[str, bool] = {}
    for notice in sorted(NOTICES, key=lambda notice: (notice["published_on"], notice["id"])):
        if notice["published_on"] < known_before:
            for day in notice["withdrawn"]:
                del days[day]
            days.update(dict.fromkeys(notice["off"], False))
            days.update(dict.fromkeys(notice["on"], True))
    return days


def counts(day: date, known_before: str = "9999") -> bool:
    """Whether the day is a working day: named on, or a weekday not named off."""
    return named(known_before).get(day.isoformat(), day.weekday() < 5)


def nth_after(start: str, workdays: int) -> date:
    """The day this many working days after the start, walked day by day."""
    day = date.fromisoformat(start)
    while workdays:
        day += timedelta(1)
        workdays -= counts(day)
    return day


def test_the_notices_are_the_collected_ones() -> None:
    """For each notice: address, day of publication, days off and on with their holiday, revoked days."""

    def by_day(named_days: dict[str, list[date]]) -> dict[str, str]:
        return {day.isoformat(): name for name, days in named_days.items() for day in days}

    held = [
        [
            n.id,
            n.year,
            n.published_on.isoformat(),
            n.url,
            by_day(n.off),
            by_day(n.on),
            list(map(str, n.withdrawn)),
        ]
        for n in national_notices()
    ]
    keys = ("id", "year", "published_on", "url", "off", "on", "withdrawn")
    assert held == [[notice[key] for key in keys] for notice in NOTICES]


def test_every_day_agrees_with_the_notices_and_two_other_calendars() -> None:
    """Day by day, 2008 to 2026: a walk over the notices, and the packages chinese_calendar and holidays."""
    china = holidays.country_holidays("CN", years=range(2007, 2028))
    assert COVERED[-1] == date(2026, 12, 31)
    assert [day for day in COVERED if CALENDAR.is_working(day) != counts(day)] == []
    assert [day for day in COVERED if CALENDAR.is_working(day) != chinese_calendar.is_workday(day)] == []
    assert [day for day in COVERED if CALENDAR.is_working(day) != china.is_working_day(day)] == []


def test_a_year_has_its_working_days() -> None:
    """The yearly sums of notes/law.md section 6."""
    sums = {2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}
    for year, workdays in sums.items():
        assert CALENDAR.between(date(year - 1, 12, 31), date(year, 12, 31)) == workdays


@pytest.mark.parametrize("workdays", [1, 7, 15, 20, 40])
def test_every_term_of_the_law_ends_as_counted_by_walking(workdays: int) -> None:
    """From each day of 2008 to October 2026: that day is day zero (民诉法 Art. 85), the n-th after it is the last."""
    working = [day for day in COVERED if counts(day)]
    ahead = 0
    for day in COVERED[:-70]:
        while working[ahead] <= day:
            ahead += 1
        last = working[ahead + workdays - 1]
        assert (CALENDAR.after(day, workdays), CALENDAR.between(day, last)) == (last, workdays)


@pytest.mark.parametrize(
    ("after", "until", "workdays"),
    [
        ("2020-03-02", "2020-03-02", 0),  # the day itself is day zero
        ("2020-03-02", "2020-03-01", 0),  # nothing is before
        ("2020-03-02", "2020-03-03", 1),
        ("2020-03-06", "2020-03-08", 0),  # a weekend
        ("2019-12-31", "2020-01-02", 1),  # New Year's Day is off
        ("2018-12-28", "2019-01-02", 2),  # Saturday 12-29 made up for Monday 12-31
        ("2022-12-30", "2023-01-03", 1),  # Saturday 12-31 to Monday 01-02 off by the notice of 2023
        ("2020-02-28", "2020-03-01", 0),  # 29 February 2020 is a Saturday
        ("2024-02-28", "2024-02-29", 1),  # 29 February 2024 a Thursday
        ("2020-01-31", "2020-02-03", 1),  # 1 February revoked on 2020-01-27
        ("2020-01-20", "2020-02-06", 7),  # notes/law.md section 6
        ("2022-09-30", "2022-10-10", 3),  # make-up days 10-08 and 10-09 count
        ("2017-09-29", "2017-10-09", 2),  # Saturday 09-30 made up for National Day 2017
        (
            "2015-09-02",
            "2015-09-06",
            1,
        ),  # 3 and 4 September 2015 off by a separate notice, Sunday made up
        ("2026-12-31", "2027-01-04", 1),  # New Year's Day 2027, a year without a notice
        ("2000-01-01", "2000-01-03", 1),  # the first days: a Saturday, then only weekends
        ("2100-12-30", "2100-12-31", 1),  # the last day, a Friday
    ],
)
def test_working_days_between_two_days(after: str, until: str, workdays: int) -> None:
    """After the first, up to and including the second, counted on a printed calendar; `after` is its inverse."""
    first, last = date.fromisoformat(after), date.fromisoformat(until)
    assert CALENDAR.between(first, last) == workdays
    if workdays:
        assert CALENDAR.after(first, workdays) == last


def test_the_reason_why_a_day_counts() -> None:
    """The holiday, make-up day, weekday or weekend, with its notice."""
    new_year, made_up, monday, saturday = (
        CALENDAR.kind(date(2020, month, day)) for month, day in ((1, 1), (9, 27), (3, 2), (3, 7))
    )
    assert (new_year.working, new_year.reason, new_year.notice) == (False, "元旦", "2020a")
    assert (made_up.working, made_up.notice) == (True, "2020a")
    assert "国庆节" in made_up.reason
    assert (monday.working, monday.reason, monday.notice) == (True, "工作日", None)
    assert (saturday.working, saturday.reason, saturday.notice) == (False, "周末", None)
    own = [
        DayOff(date(2020, 3, 2), working=False, document_no="1号"),
        DayOff(date(2020, 3, 7), working=True, document_no="2号"),
    ]
    of_office = Calendar(national_notices(), own)
    assert [of_office.kind(each.day).reason for each in own] == ["本机关停止办公（1号）", "本机关上班（2号）"]
    assert CALENDAR.next_working(date(2022, 12, 31)) == date(2023, 1, 3)
    assert CALENDAR.next_working(date(2022, 12, 30)) == date(2022, 12, 30)


def test_a_year_without_notice_is_provisional() -> None:
    """There are notices for 2008 to 2026: other years have only weekends and statutory days."""
    assert not CALENDAR.provisional(date(2008, 1, 1), date(2026, 12, 31))
    assert CALENDAR.provisional(date(2026, 12, 31), date(2027, 1, 1))
    assert CALENDAR.provisional(date(2007, 12, 31), date(2008, 1, 1))


def test_a_year_without_notice_has_its_statutory_days_off() -> None:
    """国令795号 Art. 2: New Year, four days at Spring, 清明, 1 and 2 May, 端午, 中秋, 1 to 3 October; no make-up day."""
    by_the_wall_calendar = [
        "2027-01-01", "2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08", "2027-04-05", "2027-05-01",
        "2027-05-02", "2027-06-09", "2027-09-15", "2027-10-01", "2027-10-02", "2027-10-03",
    ]  # fmt: skip
    assert sorted(str(each.day) for each in statutory_days(2027)) == by_the_wall_calendar
    year = [date(2027, 1, 1) + timedelta(ahead) for ahead in range(365)]
    off = [str(day) for day in year if not CALENDAR.is_working(day) and day.weekday() < 5]
    assert off == [day for day in by_the_wall_calendar if date.fromisoformat(day).weekday() < 5]
    assert not any(CALENDAR.is_working(day) for day in year if day.weekday() >= 5)
    kind = CALENDAR.kind(date(2027, 1, 1))
    assert (kind.working, kind.reason, kind.notice) == (False, "元旦", "国令795号")
    assert CALENDAR.is_working(date(2027, 1, 4))


def test_statutory_days_are_those_of_another_calendar() -> None:
    """To 2099, by the package holidays, which computes the lunar calendar itself."""
    for year in range(2027, 2100):
        china = holidays.country_holidays("CN", years=year)
        theirs = {
            day
            for day in china
            if day.year == year and "休息" not in china[day] and "observed" not in china[day]
        }
        assert {each.day for each in statutory_days(year)} == theirs, year


def test_each_year_has_the_days_off_of_its_own_law() -> None:
    """As known before its notice, 2019 has 除夕 as a working day (国令644号), 2013 the third day (国令513号)."""
    sources = {year: {each.source for each in statutory_days(year)} for year in (2007, 2008, 2014, 2025)}
    assert sources == {2007: set(), 2008: {"国令513号"}, 2014: {"国令644号"}, 2025: {"国令795号"}}
    spring = {
        year: sorted(str(each.day)[5:] for each in statutory_days(year) if each.holiday == "春节")
        for year in (2013, 2019, 2026)
    }
    assert spring == {
        2013: ["02-09", "02-10", "02-11"],
        2019: ["02-05", "02-06", "02-07"],
        2026: ["02-16", "02-17", "02-18", "02-19"],
    }
    assert len(statutory_days(2026)) == 13
    assert len(statutory_days(2100)) == 6  # the lunar calendar is known to 2099


def test_notices_apply_in_order_of_publication() -> None:
    """Before the notice of 2020-01-27, 1 February 2020 was a make-up day; the order of the arguments does not matter."""
    as_known = Calendar([n for n in national_notices() if n.published_on < date(2020, 1, 27)])
    turned = Calendar(tuple(reversed(national_notices())))
    assert as_known.covered == set(range(2008, 2021))
    withdrawn = Notice("x", 2020, date(2020, 9, 1), "-", "-", off={}, withdrawn=[date(2020, 9, 27)])
    assert not Calendar([withdrawn, *national_notices()]).is_working(date(2020, 9, 27))  # a Sunday again
    for day in COVERED:
        if day.year in as_known.covered:
            assert as_known.is_working(day) == counts(day, known_before="2020-01-27")
        assert turned.is_working(day) == CALENDAR.is_working(day)
