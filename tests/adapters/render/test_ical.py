"""Calendars read by an independent reader (icalendar): folded lines, stable ids, whole days, reproducible bytes."""

from __future__ import annotations

from datetime import UTC, date, datetime

from icalendar import Calendar

from adapters.render.ical import render
from projections.agenda import Day

AT = datetime(2020, 3, 2, 1, 30, tzinfo=UTC)


def test_a_calendar_is_read_back_unchanged() -> None:
    days = [
        Day("2020-0001.answer", date(2020, 3, 30), "2020-0001 答复期限", "2020-0001"),
        Day(
            "2020-0002.consultation.甲;乙,丙\\丁" + "长" * 60,
            date(2020, 12, 31),
            "一行，很长；" * 20 + "a,b;c\\n\nd",
            "2020-0002",
        ),
    ]
    data = render([(day, AT) for day in days], "huadu")
    found = Calendar.from_ical(data)
    events = found.walk("VEVENT")
    assert [(str(each["UID"]), each["DTSTART"].dt, str(each["SUMMARY"])) for each in events] == [
        (f"{day.id}@huadu.taizhang", day.on, day.words) for day in days
    ]
    assert [each["DTSTAMP"].dt for each in events] == [AT, AT]
    assert all(not isinstance(each["DTSTART"].dt, datetime) for each in events)
    assert found.errors == []
    lines = data.split(b"\r\n")
    assert lines[-1] == b""
    assert all(len(line) <= 75 and b"\n" not in line for line in lines)
    for line in lines:
        line.decode()  # no character is cut in two
    assert render([(day, AT) for day in days], "huadu") == data


def test_a_calendar_without_days_still_has_a_component() -> None:
    found = Calendar.from_ical(render([], "huadu"))
    assert [each.name for each in found.subcomponents] == ["VTIMEZONE"]
    assert (found["VERSION"], found["CALSCALE"]) == ("2.0", "GREGORIAN")
