"""办理情况 of a period, by example.

Days are counted on a printed calendar of 2020. From Monday 2020-03-02 the n-th working days are: 3 03-05, 6 03-10,
14 03-20, 18 03-26, 20 03-30, 21 03-31; extended by 20 the term ends on 04-27 (counted in
`tests/domain/request/test_deadline.py`). From Monday 02-10 the 20th is 03-09.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from domain.entry import Event
from domain.request.judging import replay
from domain.values import Period
from projections.compliance import Compliance, Unit, at_end, compliance, handled
from projections.register import request_row
from projections.tally import places
from tests import builders
from tests.builders import (
    LAW,
    answered,
    appeal_decided,
    appealed,
    assigned,
    consultation_closed,
    consultation_opened,
    extended,
    lapsed,
    received,
    recorded,
    reopened,
    served,
    supplement_required,
    supplemented,
    withdrawn,
)

Q1 = Period(date(2020, 1, 1), date(2020, 3, 31))
Q2 = Period(date(2020, 4, 1), date(2020, 6, 30))
R = received("2020-03-02")
HAND = ("in_person",)


def compliance_of(period: Period, *histories: Sequence[Event]) -> Compliance:
    """Computed for requests that are numbered in order, as a view of the register computes it."""
    rows, ended = [], []
    for number, events in enumerate(histories, 1):
        history = recorded(*events, reference=f"2020-{number:04d}")
        row = request_row(replay(history, LAW), position=1, law_digest="")
        if row is not None and places(row.received_on, row.closed_on, period):
            rows.append(row)
        if row is not None and row.received_on <= period.last:
            ended.append(at_end(replay(history, LAW, until=period.last), period.last))
    return compliance(period, handled(reversed(rows), period), [each for each in ended if each is not None])


def numbers(references: Sequence[str]) -> list[int]:
    return [int(reference.removeprefix("2020-")) for reference in references]


REDONE = (
    received("2020-03-02"),
    answered("2020-03-05"),
    served("2020-03-05"),
    appealed("2020-03-10"),
    appeal_decided("2020-03-16", "revoked"),
    reopened("2020-03-17", "2020-03-30", "复议一"),
    answered("2020-04-07", "granted_in_part"),
    served("2020-04-07"),
)
QUARTER = (
    (R, answered("2020-03-20"), served("2020-03-20")),  # 1: on time, 14 days
    (R, extended("2020-03-26"), answered("2020-03-31"), served("2020-03-31")),  # 2: 21 days, due 04-27
    (R, answered("2020-03-31"), served("2020-03-31")),  # 3: 21 days, a day late
    (R, answered("2020-03-30")),  # 4: 20 days, never served
    (R, withdrawn("2020-03-10")),  # 5
    (received("2020-02-10"), supplement_required("2020-02-12", "2020-02-26"), lapsed("2020-02-27")),  # 6
    (R, answered("2020-04-10")),  # 7: due 03-30, open and overdue at the quarter's end
    (received("2020-03-16"),),  # 8: open, not yet due
    REDONE,  # 9: first closing on time after 3 days; the redo was due 03-30 and came on 04-07
)


def test_requests_closed_in_the_quarter_and_their_timeliness() -> None:
    """Seven closed: 1, 2, 5, 6, 9 on time, 3 late, 4 without proof of service; 5 of 7, every count lists its requests."""
    found = compliance_of(Q1, *QUARTER)

    assert (found.first, found.last) == ("2020-01-01", "2020-03-31")
    assert numbers(found.closed) == [1, 2, 3, 4, 5, 6, 9]
    assert numbers(found.on_time) == [1, 2, 5, 6, 9]
    assert numbers(found.late) == [3]
    assert numbers(found.service_unproven) == [4]
    assert found.rate == pytest.approx(5 / 7)


def test_against_the_original_due_date() -> None:
    """The extended request 2 came a day after the first term: late by it; 4 is unproven by either, so 4 of 7."""
    found = compliance_of(Q1, *QUARTER)

    assert numbers(found.original_on_time) == [1, 5, 6, 9]
    assert numbers(found.original_late) == [2, 3]
    assert found.original_rate == pytest.approx(4 / 7)


def test_withdrawn_and_lapsed_do_not_count_for_the_days_taken() -> None:
    """Answered took 3, 14, 20, 21, 21 working days: the median is the 3rd, the 90th percentile the 5th of them."""
    found = compliance_of(Q1, *QUARTER)

    assert numbers(found.answered) == [1, 2, 3, 4, 9]
    assert numbers(found.withdrawn) == [5]
    assert numbers(found.lapsed) == [6]
    assert found.taken == (20, 21)


DAYS = ("03", "04", "05", "06", "09", "10", "11", "12", "13", "16", "17")
"""Working days 1 to 11 after Monday 2020-03-02."""


@pytest.mark.parametrize(
    ("taken", "median", "ninetieth"),
    [
        ([7], 7, 7),
        ([9, 1], 1, 9),  # ranks 1 and 2 of two
        ([4, 2, 8], 4, 8),  # ranks 2 and 3 of three
        ([3, 1, 4, 2], 2, 4),  # ranks 2 and 4 of four
        ([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 5, 9),  # ranks 5 and 9 of ten
        ([11, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 6, 10),  # ranks 6 and 10 of eleven
        ([1, 1, 1, 1, 1, 1, 1, 1, 1, 11], 1, 1),  # one of ten is above the 90th percentile
    ],
)
def test_percentiles_are_of_the_nearest_rank(taken: list[int], median: int, ninetieth: int) -> None:
    """Rank n·p rounded up, never interpolated: the duration of an actual request."""
    histories = [(R, answered(f"2020-03-{DAYS[days - 1]}")) for days in taken]

    assert compliance_of(Q1, *histories).taken == (median, ninetieth)


def test_an_answer_on_the_day_of_receipt_or_a_weekend_takes_no_extra_day() -> None:
    """An answer the same day takes 0; on Saturday 03-07 it takes the four of that week."""
    histories = [(R, answered("2020-03-02")), (R, answered("2020-03-07"))]

    assert compliance_of(Q1, *histories).taken == (0, 4)


def test_an_empty_period_has_no_rates() -> None:
    """Nothing closed: no rate and no percentile instead of 0 or 100 %, although a request is open."""
    found = compliance_of(Q1, (received("2020-03-16"),))

    assert (found.rate, found.original_rate, found.taken) == (None, None, None)
    assert numbers(found.open) == [1]
    assert compliance_of(Q1).closed == ()
    assert compliance_of(Q1, (R, withdrawn("2020-03-10"))).rate == 1.0
    assert compliance_of(Q1, (R, withdrawn("2020-03-10"))).taken is None


def test_a_second_answer_is_not_in_the_rates() -> None:
    """Request 9 was closed in March and answered again, late, in April: April's quarter does not count it."""
    found = compliance_of(Q2, *QUARTER)

    assert numbers(found.closed) == [7]
    assert numbers(found.late) == [7]
    assert numbers(found.answered) == [7]
    assert found.rate == 0.0


def test_open_overdue_and_redo_due_are_those_of_the_last_day() -> None:
    """At 03-31: 7 and 8 open, 7 overdue since 03-30; 9 is closed, and its redo was due 03-30."""
    found = compliance_of(Q1, *QUARTER)

    assert numbers(found.open) == [7, 8]
    assert numbers(found.overdue) == [7]
    assert numbers(found.redo_due) == [9]


@pytest.mark.parametrize(("last", "overdue"), [("2020-03-29", []), ("2020-03-30", []), ("2020-03-31", [1])])
def test_the_last_day_to_answer_is_not_overdue(last: str, overdue: list[int]) -> None:
    """Due 03-30: overdue from 03-31 on; the same for a redo due that day."""
    period = Period(date(2020, 1, 1), date.fromisoformat(last))

    assert numbers(compliance_of(period, (R,)).overdue) == overdue
    assert numbers(compliance_of(period, REDONE).redo_due) == overdue


@pytest.mark.parametrize(
    "later",
    [
        [answered("2020-04-01"), served("2020-04-01")],
        [withdrawn("2020-04-01")],
        [extended("2020-04-01")],
        [assigned("2020-04-02", "法制科")],
        [supplement_required("2020-04-01", "2020-04-20"), supplemented("2020-04-10")],
    ],
)
def test_later_events_do_not_change_what_was_open_at_an_earlier_end(later: list[Event]) -> None:
    """Open, overdue and their units at 03-31 are read as of that day: no step of April moves them."""
    history = (R, assigned("2020-03-03", "信息科"))
    then = compliance_of(Q1, history)
    assert (numbers(then.open), numbers(then.overdue)) == ([1], [1])

    now = compliance_of(Q1, (*history, *later))

    assert (now.open, now.overdue, now.redo_due, now.units) == (
        then.open, then.overdue, then.redo_due, then.units,
    )  # fmt: skip


def test_later_events_do_not_change_which_redo_was_due() -> None:
    """Read at 03-31 the redo of 9 was due, answered in April or not."""
    assert (
        numbers(compliance_of(Q1, REDONE[:6]).redo_due) == numbers(compliance_of(Q1, REDONE).redo_due) == [1]
    )
    assert numbers(compliance_of(Q2, REDONE).redo_due) == []


def test_nothing_is_overdue_while_the_applicant_s_reply_is_awaited() -> None:
    """A supplement required on 03-10 stops the term of a request and of a redo: open at the end, not overdue."""
    asked_back = supplement_required("2020-03-10", "2020-04-20")
    redone = (*REDONE[:6], supplement_required("2020-03-18", "2020-04-20"))

    found = compliance_of(Q1, (R, asked_back), redone)

    assert numbers(found.open) == [1]
    assert found.overdue == found.redo_due == ()
    # Restarted on 03-23 the redo has 20 working days, until 04-21, in place of the decision's 03-30.
    assert compliance_of(Q1, (*redone, supplemented("2020-03-23"))).redo_due == ()


def test_extended_suspended_and_supplemented_are_of_requests_closed_in_the_period() -> None:
    """Each measure lists the closed requests with such a step; the open ones 4 to 6 count when they are closed."""
    consulted = (consultation_opened("2020-03-04", "2020-03-13"), consultation_closed("2020-03-06"))
    back = (supplement_required("2020-03-04", "2020-03-20"), supplemented("2020-03-06"))
    longer = (extended("2020-03-20"),)
    end = (answered("2020-03-27"), served("2020-03-27"))
    histories = [(R, *steps, *end) for steps in (longer, consulted, back)]
    histories += [(R, *steps) for steps in (longer, consulted, back)]

    found = compliance_of(Q1, *histories)

    assert numbers(found.closed) == [1, 2, 3]
    assert numbers(found.extended) == [1]
    assert numbers(found.suspended) == [2]
    assert numbers(found.supplemented) == [3]
    assert numbers(found.open) == [4, 5, 6]


def test_irregularities_by_code_list_their_requests() -> None:
    """Late were the answers of 3 and 11 and the redo of 9; sent by courier were 10 and twice 11: each once under a code."""
    courier = served("2020-03-20", "courier", "2020-03-23")
    late = (
        R,
        answered("2020-03-31"),
        served("2020-03-31", "courier", "2020-04-01"),
        served("2020-04-02", "courier"),
    )

    found = compliance_of(Q1, *QUARTER, (R, answered("2020-03-20"), courier), late)

    assert {code: numbers(references) for code, references in found.irregularities.items()} == {
        "late_answer": [3, 9, 11],
        "posted_otherwise": [10, 11],
    }
    assert list(found.irregularities) == sorted(found.irregularities)


def test_each_unit_has_its_share_by_the_last_assignment() -> None:
    """Request 1 went from 信息科 to 法制科 and counts there; one never assigned is listed without a name."""
    on_time = (answered("2020-03-20"), served("2020-03-20", *HAND))
    found = compliance_of(
        Q1,
        (R, assigned("2020-03-03", "信息科"), assigned("2020-03-04", "法制科"), *on_time),
        (R, assigned("2020-03-03", "信息科"), answered("2020-03-31"), served("2020-03-31")),
        (R, assigned("2020-03-03", "信息科"), answered("2020-03-27")),
        (R, assigned("2020-03-03", "信息科")),
        (R,),
    )

    one, two, three, four, five = (f"2020-{number:04d}" for number in range(1, 6))
    assert found.units == (
        Unit("", closed=(), on_time=(), late=(), service_unproven=(), open=(five,)),
        Unit("信息科", closed=(two, three), on_time=(), late=(two,), service_unproven=(three,), open=(four,)),
        Unit("法制科", closed=(one,), on_time=(one,), late=(), service_unproven=(), open=()),
    )


def test_both_ends_of_the_period_are_inclusive() -> None:
    """Closed on 03-10 it is in the period of that day, in periods that begin or end with it, and in no adjacent one."""
    history = (R, withdrawn("2020-03-10"))

    for first, last, closed in ((10, 10, [1]), (10, 31, [1]), (2, 10, [1]), (2, 9, []), (11, 31, [])):
        found = compliance_of(Period(date(2020, 3, first), date(2020, 3, last)), history)
        assert numbers(found.closed) == closed, (first, last)


def test_an_annulled_request_is_not_counted() -> None:
    """Neither closed nor open: the receipt did not happen."""
    found = compliance_of(
        Q1, (R, assigned("2020-03-03"), answered("2020-03-20"), builders.amended("2020-03-21", 1))
    )

    assert found.closed == found.open == found.units == ()
