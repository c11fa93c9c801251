"""The days of a term one by one, compared with a calendar walked by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from domain.entry import Event
from domain.law.calendar import Calendar, DayOff, national_calendar, national_notices
from domain.law.terms import Law
from projections.deadline_days import Day, trace
from tests.builders import (
    LAW,
    ROLLING,
    amended,
    answered,
    consultation_closed,
    consultation_opened,
    deferred,
    explained,
    explanation_required,
    extended,
    fee_charged,
    given,
    received,
    reopened,
    supplement_required,
    supplemented,
)

R = received("2020-03-02")


def walked(*history: Event, law: Law = LAW) -> list[Day]:
    return list(trace(given(*history, law=law).request, law.calendar))


def days(text: str) -> list[date]:
    """`02-03 02-05..02-07`: days of 2020, ranges with both ends."""
    found: list[date] = []
    for part in text.split():
        first, _, last = part.partition("..")
        day, end = (date.fromisoformat(f"2020-{each}") for each in (first, last or first))
        found += [day + timedelta(n) for n in range((end - day).days + 1)]
    return found


def counted(trace: Sequence[Day]) -> list[tuple[date, int]]:
    return [(each.day, each.counted) for each in trace if each.counted is not None]


def numbered(text: str) -> list[tuple[date, int]]:
    return [(day, number) for number, day in enumerate(days(text), 1)]


def because(trace: Sequence[Day], reason: str) -> list[date]:
    return [each.day for each in trace if each.reason == reason]


# --- the Spring Festival of 2020: received 01-20, due 02-25, before the notice of 01-27 it was 02-21 ---

FESTIVAL = received("2020-01-20")


def test_the_spring_festival_of_2020_day_by_day() -> None:
    """Walked by hand over both notices (deadline_cases.json, spring_festival_extended_2020): 20 days to 02-25."""
    found = walked(FESTIVAL)

    assert [each.day for each in found] == days("01-20..02-25")
    assert found[0] == Day(date(2020, 1, 20), None, "起算之日，不计入", None)
    assert counted(found) == numbered("01-21..01-23 02-03..02-07 02-10..02-14 02-17..02-21 02-24 02-25")
    assert because(found, "春节") == days("01-24..02-02")
    assert because(found, "周末") == days("02-08 02-09 02-15 02-16 02-22 02-23")
    assert {each.day: each.notice for each in found if each.notice} == {
        **dict.fromkeys(days("01-24..01-30"), "2020a"),
        **dict.fromkeys(days("01-31..02-02"), "2020b"),
    }


def test_the_spring_festival_as_it_was_known_before_the_second_notice() -> None:
    """By the notices before 01-27 Friday 01-31 and the make-up Saturday 02-01 counted: 20 days to 02-21."""
    law = Law(Calendar([notice for notice in national_notices() if notice.id != "2020b"]))
    found = walked(FESTIVAL, law=law)

    assert [each.day for each in found] == days("01-20..02-21")
    assert counted(found) == numbered(
        "01-21..01-23 01-31 02-01 02-03..02-07 02-10..02-14 02-17..02-21",
    )
    assert because(found, "春节调休上班") == days("02-01")
    assert next(each.notice for each in found if each.day == date(2020, 2, 1)) == "2020a"


# --- consultations ---


def test_a_consultation_day_by_day() -> None:
    """Opened 03-04 and closed 03-13: the seven working days 03-05 to 03-13 do not count, so 20 days end on 04-09."""
    found = walked(R, consultation_opened("2020-03-04", "2020-03-20"), consultation_closed("2020-03-13"))

    assert counted(found) == numbered("03-03 03-04 03-16..03-20 03-23..03-27 03-30..04-03 04-07..04-09")
    assert because(found, "征求意见“甲”，不计期限") == days("03-05 03-06 03-09..03-13")
    assert because(found, "周末") == days("03-07 03-08 03-14 03-15 03-21 03-22 03-28 03-29")
    assert because(found, "清明节") == days("04-04..04-06")


def test_overlapping_consultations_count_once() -> None:
    """甲 03-04 to 03-10, 乙 03-06 to 03-13: the same seven days, each named once, and the same last day 04-09."""
    found = walked(
        R,
        consultation_opened("2020-03-04", "2020-03-20"),
        consultation_opened("2020-03-06", "2020-03-20", "乙"),
        consultation_closed("2020-03-10"),
        consultation_closed("2020-03-13", "乙"),
    )

    assert because(found, "征求意见“甲”，不计期限") == days("03-05 03-06 03-09 03-10")
    assert because(found, "征求意见“乙”，不计期限") == days("03-11..03-13")
    assert found[-1] == Day(date(2020, 4, 9), 20, "工作日", None)


def test_an_open_consultation_counts_to_its_last_day() -> None:
    """Open, to be answered by 03-06: 03-05 and 03-06 do not count, the 20 days end on 04-01."""
    found = walked(R, consultation_opened("2020-03-04", "2020-03-06"))

    assert because(found, "征求意见“甲”，不计期限") == days("03-05 03-06")
    assert found[-1] == Day(date(2020, 4, 1), 20, "工作日", None)


# --- what else moves the term ---

CONSULTED = (consultation_opened("2020-03-10", "2020-03-16"), consultation_closed("2020-03-12"))
BACK = (supplement_required("2020-03-05", "2020-03-20"), supplemented("2020-03-09"))


@pytest.mark.parametrize(
    ("history", "term"),
    [
        ((R,), 20),
        ((R, answered("2020-03-11")), 20),
        ((R, answered("2020-04-20")), 20),
        ((R, extended("2020-03-26", 5)), 25),
        ((R, extended("2020-03-26", 30)), 40),
        ((R, *CONSULTED, extended("2020-03-26")), 40),
        ((R, *BACK), 20),
        ((R, *BACK, *CONSULTED), 20),
        ((R, extended("2020-03-03"), *BACK), 20),
        ((received("2018-03-01"),), 15),
        ((received("2020-12-31"),), 20),
        ((FESTIVAL, consultation_opened("2020-01-22", "2020-02-06"), consultation_closed("2020-02-05")), 20),
    ],
)
def test_the_counted_days_end_at_the_term_on_the_due_date(history: tuple[Event, ...], term: int) -> None:
    """Numbered from 1 without a gap to 20, or to the length given by an extension or the law of 2008, on the due date."""
    found = walked(*history)
    request = given(*history).request

    assert [number for _, number in counted(found)] == list(range(1, term + 1))
    assert request.deadline is not None
    assert found[0].day == request.deadline.started_on
    assert found[-1].day == request.deadline.due_on
    assert found[-1].counted == term
    assert [each.day for each in found] == [found[0].day + timedelta(n) for n in range(len(found))]


def test_a_restart_begins_with_the_day_of_the_supplement() -> None:
    """Supplemented on Monday 03-09, which is day zero: the 20 days from 03-10 end on 04-07, after 清明节."""
    found = walked(R, *BACK)

    assert found[0] == Day(date(2020, 3, 9), None, "起算之日，不计入", None)
    assert counted(found) == numbered("03-10..03-13 03-16..03-20 03-23..03-27 03-30..04-03 04-07")


def test_a_rolled_receipt_begins_on_the_next_working_day() -> None:
    """Received by e-mail on Saturday 03-07 under roll_receipt: day zero is Monday 03-09."""
    found = walked(received("2020-03-07", channel="email"), law=ROLLING)

    assert (found[0].day, found[1]) == (date(2020, 3, 9), Day(date(2020, 3, 10), 1, "工作日", None))


@pytest.mark.parametrize(
    ("wait", "reason"),
    [
        (supplement_required("2020-03-05", "2020-03-20"), "等待补正，不计期限"),
        (fee_charged("2020-03-05", "2020-04-03"), "等待缴费，不计期限"),
    ],
)
def test_the_count_stops_while_the_applicant_s_reply_is_awaited(wait: Event, reason: str) -> None:
    """Three days to 03-05, then none: answered while waiting, it took three working days, not nine."""
    assert counted(walked(R, wait)) == numbered("03-03..03-05")

    found = walked(R, wait, answered("2020-03-13"))

    assert counted(found) == numbered("03-03..03-05")
    assert because(found, reason) == days("03-06 03-09..03-13")
    closing = given(R, wait, answered("2020-03-13")).request.closing
    assert closing is not None
    assert closing.taken == 3


def test_a_date_set_by_deferral_is_not_counted() -> None:
    """Art. 35: deferred on 03-06 to 04-30; four days count until then, the rest are not days of any term."""
    steps = (explanation_required("2020-03-04", "2020-03-20"), explained("2020-03-05"))
    found = walked(R, *steps, deferred("2020-03-06", "2020-04-30"))

    assert counted(found) == numbered("03-03..03-06")
    assert because(found, "延迟至2020-04-30答复，不按工作日计算")[0] == date(2020, 3, 9)
    assert found[-1].day == date(2020, 4, 30)


def test_a_reopening_has_the_date_of_the_decision() -> None:
    """Answered 03-05, reopened 03-17 to 04-10: days 1 to 3 count, then it was closed, then there is a date and no term."""
    found = walked(R, answered("2020-03-05"), reopened("2020-03-17", "2020-04-10"))

    assert counted(found) == numbered("03-03..03-05")
    assert because(found, "已办结") == days("03-06 03-09..03-13 03-16 03-17")
    assert because(found, "重新处理，最迟于2020-04-10答复，不按工作日计算") == days(
        "03-18..03-20 03-23..03-27 03-30..04-03 04-07..04-10",
    )
    assert found[-1].day == date(2020, 4, 10)


def test_a_day_off_of_the_authority_itself_names_its_document() -> None:
    """Closed on 03-04 by its own document: the 20 days end a day later, on 03-31."""
    own = DayOff(date(2020, 3, 4), working=False, document_no="〔2020〕1号")
    found = walked(R, law=Law(Calendar(national_calendar().notices, [own])))

    assert because(found, "本机关停止办公（〔2020〕1号）") == days("03-04")
    assert found[-1].day == date(2020, 3, 31)


def test_an_annulled_request_has_no_days() -> None:
    """No receipt, no term."""
    assert walked(R, amended("2020-03-03", 1)) == []
