"""The term: when the answer is due, and whether it was on time.

Dates are counted by hand on a printed calendar. From Monday 2020-03-02 (R below) the n-th working days are:
4 03-06, 5 03-09, 6 03-10, 7 03-11, 9 03-13, 10 03-16, 12 03-18, 13 03-19, 14 03-20, 18 03-26, 19 03-27,
20 03-30, 22 04-01, 24 04-03, 25 04-07, 26 04-08, 27 04-09, 28 04-10, 29 04-13, 30 04-14, 33 04-17, 34 04-20,
35 04-21, 40 04-27, 42 04-29, 54 05-19; `test_the_hand_count` walks them once more over the notices.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.entry import Event
from domain.law.calendar import Calendar, DayOff, Notice, national_calendar, national_notices
from domain.law.terms import Law, Policy
from domain.request.answer import Closing
from domain.request.deadline import Deadline
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
    fee_paid,
    given,
    lapsed,
    received,
    reopened,
    served,
    supplement_required,
    supplemented,
    withdrawn,
)
from tests.domain.law.test_calendar import nth_after

History = tuple[Event, ...]

CASES: dict[str, dict[str, Any]] = {
    case["id"]: case
    for case in json.loads(Path(__file__).with_name("deadline_cases.json").read_text("utf-8"))["cases"]
}
R = received("2020-03-02")


def deadline_of(*history: Event, law: Law = LAW) -> Deadline:
    deadline = given(*history, law=law).request.deadline
    assert deadline is not None
    return deadline


def due(*history: Event, law: Law = LAW) -> str:
    return str(deadline_of(*history, law=law).due_on)


def closing_of(*history: Event) -> Closing:
    closing = given(*history).request.closing
    assert closing is not None
    return closing


def test_the_hand_count() -> None:
    """The working days after 2020-03-02 in the docstring above, walked day by day over the notices."""
    pairs = str(__doc__).split("are:")[1].split(";")[0].split(",")
    assert len(pairs) == 26
    for ordinal, last in (pair.split() for pair in pairs):
        assert str(nth_after("2020-03-02", int(ordinal))) == f"2020-{last}"


# --- worked cases ---


def receipt(case: dict[str, Any]) -> Event:
    fields = {name: case[name] for name in ("receipt_basis", "submitted_on") if name in case}
    return received(case["received_on"], channel="online", **fields)


@pytest.mark.parametrize("name", CASES)
def test_a_worked_case(name: str) -> None:
    """Art. 31, 33: 20 working days, the day of receipt is day zero. Origins: deadline_cases.json."""
    case = CASES[name]
    deadline = deadline_of(receipt(case))
    assert deadline.provisional == case.get("provisional", False)
    if "due_on" in case:
        assert str(deadline.due_on) == str(deadline.original_due_on) == case["due_on"]
        assert str(nth_after(case["received_on"], case["workdays"])) == case["due_on"]
    if "extended_due_on" in case:
        last_day = extended(case["due_on"], case["extended_workdays"])
        assert due(receipt(case), last_day) == case["extended_due_on"]
    if "timeliness" in case:
        answer, service = answered(case["answered_on"]), served(case["answered_on"], "electronic")
        assert closing_of(receipt(case), answer, service).timeliness == case["timeliness"]


def test_the_spring_festival_of_2020_before_and_after_the_second_notice() -> None:
    """The notice of 2020-01-27 moved the due date from 02-21 to 02-25; the notice to supplement was due by 02-06."""
    case = CASES["spring_festival_extended_2020"]
    as_known = Law(Calendar([n for n in national_notices() if n.published_on < date(2020, 1, 27)]))
    assert due(receipt(case), law=as_known) == "2020-02-21"
    given(receipt(case)).when(supplement_required(case["supplement_notice_by"], "2020-02-28")).then()
    late = supplement_required("2020-02-07", "2020-02-28")
    given(receipt(case)).when(late).then("late_supplement_notice")


@pytest.mark.parametrize(
    ("received_on", "due_on", "provisional"),
    [
        ("2008-04-30", "2008-05-22", False),  # the day before the first Regulations; Sunday 05-04 made up
        ("2017-09-12", "2017-10-09", False),  # 14 weekdays, Saturday 09-30 made up, National Day to 10-08
        ("2017-12-31", "2018-01-22", False),  # 01-01 is off
        ("2007-12-03", "2007-12-24", True),  # no notices: 15 weekdays
        ("2018-01-02", "2018-01-23", False),
        ("2026-12-03", "2026-12-31", False),
        ("2026-12-04", "2027-01-04", True),  # of 2027 only weekends and statutory days are known
    ],
)
def test_a_year_without_notice_gives_a_provisional_date(
    received_on: str, due_on: str, provisional: bool
) -> None:
    """Contract: weekends and statutory days, provisional; never a silent guess."""
    deadline = deadline_of(received(received_on))
    assert (str(deadline.due_on), deadline.provisional) == (due_on, provisional)


def test_an_extension_into_a_year_without_notice_skips_new_year() -> None:
    """20 working days from 2026-11-20 end on 12-18, twenty more on 2027-01-18: 1 January is off."""
    history = (received("2026-11-20"), extended("2026-11-27"))
    assert due(*history) == "2027-01-18"
    assert due(received("2026-11-20")) == "2026-12-18"


def test_nothing_is_late_by_a_provisional_date() -> None:
    """Received 2026-12-04: an answer after the provisional 2027-01-04 is 暂定; once the notice is known it is late."""
    answer = (received("2026-12-04"), answered("2027-01-11"), served("2027-01-11"))
    assert closing_of(*answer).timeliness == "provisional"
    given(*answer[:1]).when(answer[1]).then()
    given(*answer[:1]).when(extended("2027-01-05")).then()  # not too late for certain
    given(*answer[:2], law=KNOWING_2027).when(answer[2]).then()
    given(*answer[:1], law=KNOWING_2027).when(answer[1]).then("late_answer")
    assert given(*answer, law=KNOWING_2027).request.closing.timeliness == "late"  # type: ignore[union-attr]
    history = (received("2026-12-28"), supplement_required("2026-12-30", "2027-01-02"))
    given(*history).when(supplemented("2027-01-06")).then()
    given(*history, law=KNOWING_2027).when(supplemented("2027-01-06")).then("supplement_after_term")


KNOWING_2027 = Law(
    Calendar(
        [*national_notices(), Notice("2027", 2027, date(2026, 11, 1), "-", "-", {"元旦": [date(2027, 1, 1)]})]
    )
)


def test_a_consultation_until_a_day_off_counts_to_the_next_working_day() -> None:
    """民法典 Art. 203: stated to Saturday 03-21, it is open up to Monday, which does not count either."""
    open_ = consultation_opened("2020-03-05", "2020-03-21")
    assert due(R, open_) == "2020-04-16"  # 12 working days from 03-06 to 03-23 besides
    assert due(R, open_, consultation_closed("2020-03-20")) == "2020-04-15"


@pytest.mark.parametrize(
    ("received_on", "first", "extended_by_10", "extended_by_20"),
    [
        ("2019-05-14", "2019-06-04", "2019-06-19", "2019-06-26"),  # 15th, 25th, 30th
        ("2019-05-15", "2019-06-13", "2019-06-27", "2019-07-11"),  # 20th, 30th, 40th
    ],
)
def test_old_requests_keep_the_terms_of_their_day(
    received_on: str, first: str, extended_by_10: str, extended_by_20: str
) -> None:
    """Before 2019-05-15: 15 working days, at most 15 more (2008 Regulations, Art. 24)."""
    old = received(received_on)
    assert due(old) == first
    assert due(old, extended("2019-05-20", 10)) == extended_by_10
    assert due(old, extended("2019-05-20", 20)) == extended_by_20


def rolling_from(day: date) -> Law:
    return Law(national_calendar(), (Policy("roll_receipt", "on", day),))


@pytest.mark.parametrize(
    ("channel", "basis", "law", "moved"),
    [
        ("email", "confirmed_by_both", ROLLING, True),
        ("online", "system_confirmed", ROLLING, True),
        ("post", "signed_for", ROLLING, False),
        ("online", "confirmed_by_both", ROLLING, False),
        ("email", "system_confirmed", LAW, False),
        ("email", "system_confirmed", rolling_from(date(2022, 12, 31)), True),
        ("email", "system_confirmed", rolling_from(date(2023, 1, 1)), False),
    ],
)
def test_roll_receipt_moves_only_the_term(channel: str, basis: str, law: Law, moved: bool) -> None:
    """For e-mail and system_confirmed only, from the policy's day on; the day of receipt never moves."""
    case = CASES["year_end_saturday_2022"]
    request = given(received(case["received_on"], channel=channel, receipt_basis=basis), law=law).request
    assert str(request.deadline.due_on) == case["due_on_if_rolled" if moved else "due_on"]  # type: ignore[union-attr]
    assert str(request.received.on) == case["received_on"]  # type: ignore[union-attr]
    assert (
        due(received("2020-03-02", channel=channel, receipt_basis=basis), law=law) == "2020-03-30"
    )  # a Monday


# --- what moves the clock, and what does not ---

SUPPLEMENTED = (supplement_required("2020-03-09", "2020-03-20"), supplemented("2020-03-16"))
SECOND_NOTICE = (
    supplement_required("2020-03-06", "2020-03-13"),
    supplemented("2020-03-10"),
    supplement_required("2020-03-11", "2020-03-20"),
)
ACCEPTED = (explanation_required("2020-03-04", "2020-03-13"), explained("2020-03-10"))
DEFERRED = (*ACCEPTED, deferred("2020-03-11", "2020-05-29"))
REOPENED = (answered("2020-03-20"), reopened("2020-04-10", "2020-05-08"))

# fmt: off
MOVES: dict[str, tuple[str, History]] = {
    "nothing_yet": ("2020-03-30", ()),
    # Art. 30, 109号: the term starts again with the supplement or the whole payment: 10th and 20 is the 30th
    "supplemented": ("2020-04-14", SUPPLEMENTED),
    "supplemented_late": ("2020-04-14", (supplement_required("2020-03-09", "2020-03-13"), supplemented("2020-03-16"))),
    "late_notice_within_the_term": ("2020-04-17", (supplement_required("2020-03-12", "2020-03-31"), supplemented("2020-03-19"))),
    "notice_on_the_last_day": ("2020-04-29", (supplement_required("2020-03-30", "2020-04-10"), supplemented("2020-04-01"))),
    "paid": ("2020-04-14", (fee_charged("2020-03-09", "2020-04-07"), fee_paid("2020-03-16"))),
    "paid_in_parts": ("2020-04-14", (fee_charged("2020-03-09", "2020-04-07"), fee_paid("2020-03-11", "99.99"), fee_paid("2020-03-16", "0.01"))),
    # Art. 33: at most 20 days, by the day the applicant was notified
    "extended_by_10": ("2020-04-14", (extended("2020-03-16", 10),)),
    "extended_by_20": ("2020-04-27", (extended("2020-03-16"),)),
    "of_30_days_20_count": ("2020-04-27", (extended("2020-03-16", 30),)),
    "extended_on_the_last_day": ("2020-04-27", (extended("2020-03-30"),)),
    "told_on_the_last_day": ("2020-04-27", (extended("2020-03-27", 20, "2020-03-30"),)),
    "told_a_day_late": ("2020-03-30", (extended("2020-03-27", 20, "2020-03-31"),)),
    "not_told_by_its_own_day": ("2020-04-27", (extended("2020-03-30", 20, None),)),
    # a second one moves nothing: 20 and 5 is the 25th
    "second_extension": ("2020-04-07", (extended("2020-03-06", 5), extended("2020-03-09", 5))),
    "second_notice": ("2020-04-08", SECOND_NOTICE),  # 6th and 20 is the 26th
    "supplemented_to_a_second_notice": ("2020-04-08", (*SECOND_NOTICE, supplemented("2020-03-16"))),
    "second_notice_while_waiting": ("2020-04-14", (supplement_required("2020-03-06", "2020-03-13"), *SUPPLEMENTED)),
    # extension days fall away with a restart, and there is no further one
    "extended_then_supplemented": ("2020-04-14", (extended("2020-03-06"), *SUPPLEMENTED)),
    "extended_anew": ("2020-04-14", (extended("2020-03-06"), *SUPPLEMENTED, extended("2020-03-17"))),
    "supplemented_then_extended": ("2020-04-27", (*SUPPLEMENTED, extended("2020-03-17", 10))),
    # a step dated after the due date moves nothing
    "extended_too_late": ("2020-03-30", (extended("2020-03-31"),)),
    "extended_twice_too_late": ("2020-03-30", (extended("2020-03-31"), extended("2020-04-01"))),
    "notice_too_late": ("2020-03-30", (supplement_required("2020-03-31", "2020-04-10"),)),
    "supplemented_to_it": ("2020-03-30", (supplement_required("2020-03-31", "2020-04-10"), supplemented("2020-04-01"))),
    "charged_too_late": ("2020-03-30", (fee_charged("2020-03-31", "2020-04-30"),)),
    "paid_upon_it": ("2020-03-30", (fee_charged("2020-03-31", "2020-04-30"), fee_paid("2020-04-01"))),
    "consulted_too_late": ("2020-03-30", (consultation_opened("2020-03-31", "2020-04-10"),)),
    "deferred_too_late": ("2020-03-30", (*ACCEPTED, deferred("2020-03-31", "2020-05-29"))),
    # Art. 35 and a reopening set a date; only a restart replaces it: 14th and 20 is the 34th, 34th and 20 the 54th
    "deferred": ("2020-05-29", DEFERRED),
    # 民法典 Art. 203, 民事诉讼法 Art. 85: Saturday 05-30 and the holiday of 05-01 to 05-05 end on the next working day.
    "deferred_to_a_day_off": ("2020-06-01", (*ACCEPTED, deferred("2020-03-11", "2020-05-30"))),
    "reopened_to_a_day_off": ("2020-05-06", (answered("2020-03-20"), reopened("2020-04-10", "2020-05-01"))),
    "deferred_then_extended": ("2020-05-29", (*DEFERRED, extended("2020-03-16"))),
    "deferred_then_consulted": ("2020-05-29", (*DEFERRED, consultation_opened("2020-03-16", "2020-03-20"), consultation_closed("2020-03-20"))),
    "deferred_then_supplemented": ("2020-04-20", (*DEFERRED, supplement_required("2020-03-11", "2020-03-27"), supplemented("2020-03-20"))),
    "reopened": ("2020-05-08", REOPENED),
    "deferred_then_reopened": ("2020-05-08", (*DEFERRED, *REOPENED)),
    "reopened_then_extended": ("2020-05-08", (*REOPENED, extended("2020-04-13"))),
    "reopened_then_supplemented": ("2020-05-19", (*REOPENED, supplement_required("2020-04-13", "2020-04-24"), supplemented("2020-04-20"))),
}
# fmt: on


@pytest.mark.parametrize(("due_on", "history"), MOVES.values(), ids=MOVES.keys())
def test_the_due_date_after_the_steps(due_on: str, history: History) -> None:
    """Contract, "The clock, exactly"; the original due date stays 2020-03-30 whatever follows."""
    deadline = deadline_of(R, *history)
    assert (str(deadline.due_on), str(deadline.original_due_on)) == (due_on, "2020-03-30")
    assert not deadline.provisional


@pytest.mark.parametrize(
    "waiting",
    [
        (supplement_required("2020-03-09", "2020-03-20"),),
        (fee_charged("2020-03-09", "2020-04-07"),),
        (fee_charged("2020-03-09", "2020-04-07"), fee_paid("2020-03-16", "99.99")),
    ],
)
def test_no_term_runs_while_the_applicant_s_reply_is_awaited(waiting: History) -> None:
    """due_on is null, nothing is overdue, an answer then is on time (Art. 30, 109号)."""
    assert deadline_of(R, *waiting).due_on is None
    closing = closing_of(R, *waiting, answered("2020-12-31"), served("2020-12-31"))
    assert (closing.due_on, closing.timeliness) == (None, "on_time")


def test_the_amended_calendar_and_receipt_decide() -> None:
    """A typhoon on 03-10 makes the 20th day 03-31; corrected to receipt on 03-03 it is 03-31 too."""
    law = Law(Calendar(national_notices(), [DayOff(date(2020, 3, 10), False, "停工通知")]))
    assert due(R, law=law) == "2020-03-31"
    assert due(R, amended("2020-03-10", 1, received("2020-03-03"))) == "2020-03-31"


# --- consultations ---


def consulted(name: str, opened: str, closed: str) -> History:
    end = consultation_closed(f"2020-{closed}", name)
    return consultation_opened(f"2020-{opened}", "2020-04-30", name), end


# fmt: off
CONSULTED: dict[str, tuple[int, str, History]] = {
    "6th_to_10th": (5, "2020-04-07", consulted("甲", "03-09", "03-16")),
    "closed_on_a_sunday": (4, "2020-04-03", consulted("甲", "03-09", "03-15")),
    "opened_on_a_sunday": (6, "2020-04-08", consulted("甲", "03-08", "03-16")),
    "closed_the_same_day": (0, "2020-03-30", consulted("甲", "03-09", "03-09")),
    # their union, not their sum: 6th to 10th and 8th to 12th are seven days
    "overlapping": (7, "2020-04-09", (*consulted("甲", "03-09", "03-16"), *consulted("乙", "03-11", "03-18"))),
    "one_within_another": (5, "2020-04-07", (*consulted("甲", "03-09", "03-16"), *consulted("乙", "03-11", "03-13"))),
    "one_after_another": (4, "2020-04-03", (*consulted("甲", "03-04", "03-06"), *consulted("乙", "03-11", "03-13"))),
    "touching": (5, "2020-04-07", (*consulted("甲", "03-04", "03-09"), *consulted("乙", "03-09", "03-11"))),
    # from the 20th to the 28th
    "over_the_old_due_date": (9, "2020-04-13", consulted("甲", "03-27", "04-10")),
    # a suspension before a restart is dropped; an extension is added: 20 and 10 and 5 is the 35th
    "before_a_restart": (0, "2020-04-14", (*consulted("甲", "03-04", "03-06"), *SUPPLEMENTED)),
    "and_extended": (5, "2020-04-21", (*consulted("甲", "03-09", "03-16"), extended("2020-03-20", 10))),
    # on time only because the term had moved to the 24th: extended to the 34th
    "extended_within_the_longer_term": (4, "2020-04-20", (*consulted("甲", "03-09", "03-13"), extended("2020-04-01", 10))),
}
# fmt: on


@pytest.mark.parametrize(("suspended", "due_on", "history"), CONSULTED.values(), ids=CONSULTED.keys())
def test_a_consultation_suspends_the_days_after_its_opening_up_to_its_close(
    suspended: int, due_on: str, history: History
) -> None:
    """Art. 33: the time of the consultation is not counted."""
    deadline = deadline_of(R, *history)
    assert (deadline.suspended, str(deadline.due_on), deadline.provisional) == (suspended, due_on, False)


@pytest.mark.parametrize(
    ("closed", "suspended", "due_on", "provisional"),
    [
        ((), 9, "2020-04-13", True),  # the 6th to the 14th, its respond_by
        ((consultation_closed("2020-03-16"),), 5, "2020-04-07", False),
        ((consultation_closed("2020-03-26"),), 13, "2020-04-17", False),
        ((answered("2020-03-16"),), 5, "2020-04-07", False),  # an answer ends it
        ((answered("2020-03-16"), consultation_closed("2020-03-18")), 5, "2020-04-07", False),
    ],
)
def test_an_open_consultation_is_assumed_to_close_on_its_last_day(
    closed: History, suspended: int, due_on: str, provisional: bool
) -> None:
    """Provisional until it is closed; an answer ends it for the term, and a later close changes nothing."""
    deadline = deadline_of(R, consultation_opened("2020-03-09", "2020-03-20"), *closed)
    assert (deadline.suspended, str(deadline.due_on)) == (suspended, due_on)
    assert deadline.provisional is provisional


def test_a_close_after_the_due_date_moves_nothing() -> None:
    """Contract: a step dated after the due date then in force. From the 18th to the 20th: the 22nd, 04-01."""
    opened = consultation_opened("2020-03-26", "2020-03-30")
    assert due(R, opened) == "2020-04-01"
    assert due(R, opened, consultation_closed("2020-04-01")) == "2020-04-03"  # four days: the 24th
    assert due(R, opened, consultation_closed("2020-04-10")) == "2020-04-01"


# --- whether it came in time ---

ANSWERED = (R, answered("2020-03-30"))
BY_SIGNATURE = ("courier", "public_notice", "other")


@pytest.mark.parametrize(
    ("servings", "timeliness", "served_on"),
    [
        ((), "service_unproven", None),
        ((served("2020-03-30"),), "on_time", "2020-03-30"),
        ((served("2020-03-31"),), "late", "2020-03-31"),
        ((served("2020-03-30", "china_post", "2020-04-02"),), "on_time", "2020-03-30"),
        ((served("2020-03-30", "electronic"),), "on_time", "2020-03-30"),
        ((served("2020-03-31", "electronic"),), "late", "2020-03-31"),
        ((served("2020-03-30", "in_person"),), "on_time", "2020-03-30"),
        ((served("2020-03-31", "in_person"),), "late", "2020-03-31"),
        ((served("2020-03-30", "in_person", "2020-03-31"),), "late", "2020-03-31"),
        *(((served("2020-03-30", method),), "service_unproven", None) for method in BY_SIGNATURE),
        *(
            ((served("2020-03-30", method, "2020-03-30"),), "on_time", "2020-03-30")
            for method in BY_SIGNATURE
        ),
        *(((served("2020-03-30", method, "2020-03-31"),), "late", "2020-03-31") for method in BY_SIGNATURE),
        ((served("2020-03-30", "courier"), served("2020-03-31")), "late", "2020-03-31"),
        ((served("2020-03-30", "courier", "2020-04-01"), served("2020-03-30")), "on_time", "2020-03-30"),
        ((served("2020-04-02"), served("2020-03-30")), "on_time", "2020-03-30"),
    ],
)
def test_the_earliest_proven_day_of_service_counts(
    servings: History, timeliness: str, served_on: str | None
) -> None:
    """235号: China Post and electronic by the day of sending, in person by signature, others by signature alone."""
    closing = closing_of(*ANSWERED, *servings)
    assert closing.timeliness == timeliness
    assert str(closing.served_on) == str(served_on)


@pytest.mark.parametrize(
    ("history", "timeliness", "against_the_first_term"),
    [
        ((answered("2020-03-31"),), "late", "late"),  # late whether served or not
        ((answered("2020-03-31"), served("2020-03-31")), "late", "late"),
        ((extended("2020-03-16"), answered("2020-04-20"), served("2020-04-20")), "on_time", "late"),
        ((withdrawn("2020-03-30"),), "on_time", "on_time"),
        ((withdrawn("2020-03-31"),), "late", "late"),
        ((supplement_required("2020-03-09", "2020-04-20"), lapsed("2020-04-21")), "on_time", "late"),
        ((fee_charged("2020-03-09", "2020-04-20"), lapsed("2020-04-21", "fee")), "on_time", "late"),
        ((fee_charged("2020-03-31", "2020-04-30"), lapsed("2020-05-06", "fee")), "late", "late"),
    ],
)
def test_a_closing_is_compared_with_its_due_date_and_the_first(
    history: History, timeliness: str, against_the_first_term: str
) -> None:
    """Contract: withdrawn and lapsed compare `on`; shown against the original date too."""
    closing = closing_of(R, *history)
    assert (closing.timeliness, closing.original_timeliness) == (timeliness, against_the_first_term)


@pytest.mark.parametrize(
    ("history", "taken"),
    [
        ((answered("2020-03-02"),), 0),
        ((answered("2020-03-16"),), 10),
        ((*consulted("甲", "03-09", "03-16"), answered("2020-03-20")), 9),  # 14 less 5
        ((*SUPPLEMENTED, answered("2020-03-20")), 4),  # from the 10th to the 14th
        (
            (supplement_required("2020-03-09", "2020-03-20"), answered("2020-04-20")),
            5,
        ),  # the time of waiting is not counted
        ((withdrawn("2020-03-30"),), 20),
    ],
)
def test_the_working_days_taken(history: History, taken: int) -> None:
    """From the start of the running term to the close, without days suspended or waiting; none while open."""
    assert closing_of(R, *history).taken == taken
    assert deadline_of(R).taken is None


def test_a_second_answer_leaves_the_first_closing_as_it_was() -> None:
    """The rates count the first closing; the answer after a reopening is linked to it."""
    first = (R, answered("2020-03-20"), served("2020-03-20"))
    again = given(*first, REOPENED[1], answered("2020-05-11", "granted_in_part"))
    assert again.request.closing == closing_of(*first)
    assert (len(again.request.answers), again.irregularities) == (2, ["late_answer"])


RECEIPT = "2020-03-02收到申请，次日起算20个工作日（第三十三条）→2020-03-30"
SENTENCES: dict[str, tuple[History, tuple[str, ...]]] = {
    "a wait and its end": (
        (supplement_required("2020-03-09", "2020-03-20"), supplemented("2020-03-16")),
        (
            "2020-03-09告知补正，等待期间不计期限（第三十条）→None",
            "2020-03-16收到补正，重新起算20个工作日（第三十条）→2020-04-14",
        ),
    ),
    "a fee, and paid when all of it is": (
        (fee_charged("2020-03-09", "2020-04-07"), fee_paid("2020-03-16")),
        (
            "2020-03-09通知缴费，等待期间不计期限（国办函〔2020〕109号）→None",
            "2020-03-16缴清费用，重新起算20个工作日（国办函〔2020〕109号）→2020-04-14",
        ),
    ),
    "a second notice, and a supplement when the term is over": (
        (supplement_required("2020-04-01", "2020-04-20"), supplemented("2020-04-15")),
        ("2020-04-01告知不改变期限→2020-03-30", "2020-04-15的补正或缴费不改变期限→2020-03-30"),
    ),
    "the first extension alone": (
        (extended("2020-03-10", 5), extended("2020-03-11", 5)),
        (
            "2020-03-10告知延期5个工作日（第三十三条）→2020-04-07",
            "2020-03-11的延期不改变期限→2020-04-07",
        ),
    ),
    "an extension while the applicant is awaited": (
        (supplement_required("2020-03-09", "2020-03-20"), extended("2020-03-10", 5)),
        ("2020-03-09告知补正，等待期间不计期限（第三十条）→None", "2020-03-10的延期不改变期限→None"),
    ),
    "a consultation": (
        (consultation_opened("2020-03-09", "2020-03-20"), consultation_closed("2020-03-13")),
        (
            "2020-03-09征求意见“甲”，自次一工作日起不计期限（第三十三条）→2020-04-13",
            "2020-03-13征求意见“甲”结束，其后恢复计算→2020-04-03",
        ),
    ),
    "a consultation when the term is over": (
        (consultation_opened("2020-04-01", "2020-04-20"), consultation_closed("2020-04-03")),
        ("2020-04-01的征求意见不改变期限→2020-03-30", "2020-04-03征求意见结束不改变期限→2020-03-30"),
    ),
    "an end of a consultation when the term is over": (
        (consultation_opened("2020-03-27", "2020-03-31"), consultation_closed("2020-04-08")),
        (
            "2020-03-27征求意见“甲”，自次一工作日起不计期限（第三十三条）→2020-04-01",
            "2020-04-08征求意见结束不改变期限→2020-04-01",
        ),
    ),
    "a deferral": (
        (explanation_required("2020-03-09", "2020-03-20"), explained("2020-03-16"), deferred("2020-03-17", "2020-06-30")),
        ("2020-03-17确定延迟至2020-06-30答复（第三十五条）→2020-06-30",),
    ),
    "a deferral when the term is over, and no extension of a day that was set": (
        (
            explanation_required("2020-03-09", "2020-03-20"), explained("2020-03-16"),
            deferred("2020-03-17", "2020-04-01"), extended("2020-03-18", 5), deferred("2020-04-02", "2020-06-30"),
        ),
        (
            "2020-03-17确定延迟至2020-04-01答复（第三十五条）→2020-04-01",
            "2020-03-18的延期不改变期限→2020-04-01",
            "2020-04-02的延迟答复不改变期限→2020-04-01",
        ),
    ),
    "an answer, and another": (
        (answered("2020-03-13"), reopened("2020-04-01", "2020-04-20")),
        ("2020-03-13办结→2020-03-30", "2020-04-01重新处理，最迟于2020-04-20答复→2020-04-20"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("history", "sentences"), SENTENCES.values(), ids=SENTENCES.keys())
def test_the_steps_in_sentences(history: History, sentences: tuple[str, ...]) -> None:
    """Each step is a sentence with the last day after it; one without effect is marked as such."""
    steps = deadline_of(R, *history).steps
    assert tuple(f"{step.text}→{step.due_on}" for step in steps) == (RECEIPT, *sentences)


def test_a_consultation_that_ended_after_the_term() -> None:
    """Its working days count up to the requested day of reply, and the due date is not provisional."""
    history = (consultation_opened("2020-03-27", "2020-03-31"), consultation_closed("2020-04-08"))
    deadline = deadline_of(R, *history)
    assert (str(deadline.due_on), deadline.provisional) == ("2020-04-01", False)
    assert [str(each.until) for each in deadline.pauses] == ["2020-03-31"]
