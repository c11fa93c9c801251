"""The changes that one event would make, before it is recorded."""

from __future__ import annotations

from datetime import date

from domain.entry import Event
from projections.preview import Change, Stood, change
from projections.register import appeal_spells, request_row
from tests.builders import (
    amended,
    answered,
    appeal_decided,
    appealed,
    assigned,
    extended,
    given,
    received,
    reopened,
    served,
    supplement_required,
    supplemented,
)

R = received("2020-03-02")
DUE = date(2020, 3, 30)
"""The 20th working day after Monday 2020-03-02 (`tests/domain/request/test_deadline.py`)."""


def stood(*history: Event) -> Stood:
    if not history:
        return None, ()
    request = given(*history).request
    return request_row(request, position=1, law_digest=""), appeal_spells(request)


def changed(*history: Event, by: Event, today: str = "2020-12-31") -> Change:
    return change(stood(*history), stood(*history, by), date.fromisoformat(today))


def cells(*codes: str) -> tuple[str, ...]:
    return tuple(f"{code}:natural_person" for code in codes)


def test_a_receipt_puts_the_request_into_the_register() -> None:
    """From nothing to in hand, due on 03-30, new in 2020 and carried out of it."""
    found = changed(by=R)

    assert found == Change(
        stage=("none", "in_hand"),
        due_on=(None, DUE),
        closed_on=(None, None),
        outcome=(None, None),
        timeliness=(None, None),
        cells={2020: ((), cells("new", "carried_out"))},
    )


def test_a_reopening_sets_the_day_that_counts_until_it_is_answered() -> None:
    """The decision's, 2020-06-19; once answered the request is judged by its first due date again, 2020-03-30."""
    decided = (
        R,
        answered("2020-03-20"),
        served("2020-03-20"),
        appealed("2020-04-01"),
        appeal_decided("2020-05-20"),
    )
    again = reopened("2020-05-25", "2020-06-19", appeal="复议一")

    assert changed(*decided, by=again).due_on == (DUE, date(2020, 6, 19))
    assert changed(*decided, again, by=assigned("2020-05-26")).due_on == (
        date(2020, 6, 19),
        date(2020, 6, 19),
    )
    assert changed(*decided, again, by=answered("2020-06-10")).due_on == (DUE, DUE)


def test_an_answer_closes_it() -> None:
    """It leaves what is carried out and enters its row and the total; service is not proven yet."""
    found = changed(R, by=answered("2020-03-20"))

    assert found.stage == ("in_hand", "closed")
    assert found.due_on == (DUE, DUE)
    assert found.closed_on == (None, date(2020, 3, 20))
    assert found.outcome == (None, "granted.provided")
    assert found.timeliness == (None, "service_unproven")
    assert found.cells == {2020: (cells("carried_out"), cells("granted", "total"))}


def test_an_appeal_and_its_result_move_the_appeals_cells() -> None:
    """Begun it is pending; decided and in effect in the same year it is upheld and no longer pending."""
    history = (R, answered("2020-03-20"), appealed("2020-04-01"))
    begun = changed(*history[:2], by=history[2])
    decided = changed(*history, by=appeal_decided("2020-05-06"))

    assert begun.cells == {2020: ((), ("reconsideration:pending",))}
    assert decided.cells == {2020: (("reconsideration:pending",), ("reconsideration:upheld",))}


def test_service_changes_only_the_timeliness() -> None:
    """No cell counts service."""
    found = changed(R, answered("2020-03-20"), by=served("2020-03-20"))

    assert found.timeliness == ("service_unproven", "on_time")
    assert found.cells == {}


def test_an_event_that_moves_the_due_date_shows_both_dates() -> None:
    """An extension by 20 to 04-27, a supplement notice to no date, the supplement of 03-06 to 04-03; no cell moves."""
    notice = supplement_required("2020-03-04", "2020-03-20")
    for history, by, due in (
        ((R,), extended("2020-03-26"), (DUE, date(2020, 4, 27))),
        ((R,), notice, (DUE, None)),
        ((R, notice), supplemented("2020-03-06"), (None, date(2020, 4, 3))),
    ):
        found = changed(*history, by=by)
        assert (found.due_on, found.cells) == (due, {})


def test_a_receipt_amended_into_the_year_before_moves_cells_of_both_years() -> None:
    """2019 gets a new one that it carries out; 2020 has it as carried in instead of new."""
    found = changed(R, by=amended("2020-03-05", 1, received("2019-12-30")))

    assert found.stage == ("in_hand", "in_hand")
    # 20 working days from Monday 2019-12-30: 12-31, 01-02, 01-03, 01-06..10, 01-13..17, 01-19 (a make-up
    # Sunday), 01-20..23, then after the festival 02-03 and 02-04.
    assert found.due_on == (DUE, date(2020, 2, 4))
    assert found.cells == {
        2019: ((), cells("new", "carried_out")),
        2020: (cells("new"), cells("carried_in")),
    }


def test_a_receipt_amended_into_the_year_after_moves_cells_of_both_years() -> None:
    """The reverse: 2019 loses it, for 2020 it is new."""
    receipt = received("2019-12-30")

    found = changed(receipt, by=amended("2020-03-05", 1, received("2020-01-02")))

    assert found.cells == {
        2019: (cells("new", "carried_out"), ()),
        2020: (cells("carried_in"), cells("new")),
    }


def test_an_annulment_removes_the_request_from_every_year() -> None:
    """Received in 2019 and answered in 2020: it leaves both years and the register."""
    history = (received("2019-12-30"), answered("2020-01-10"))

    found = changed(*history, by=amended("2020-03-05", 1))

    assert found == Change(
        stage=("closed", "none"),
        due_on=(date(2020, 2, 4), None),
        closed_on=(date(2020, 1, 10), None),
        outcome=("granted.provided", None),
        timeliness=("service_unproven", None),
        cells={
            2019: (cells("new", "carried_out"), ()),
            2020: (cells("carried_in", "granted", "total"), ()),
        },
    )


def test_every_year_up_to_today_is_compared() -> None:
    """An answer entered in 2022 for a request of 2019: it was carried from year to year, and now only into 2020."""
    found = changed(received("2019-12-30"), by=answered("2020-01-10"), today="2022-05-05")

    assert found.cells == {
        2020: (cells("carried_out"), cells("granted", "total")),
        2021: (cells("carried_in", "carried_out"), ()),
        2022: (cells("carried_in", "carried_out"), ()),
    }


def test_another_applicant_kind_leaves_one_column_for_another() -> None:
    """The request leaves each cell of one column and enters it in the other."""
    company = received("2020-03-02", applicant_kind="commercial_enterprise")

    found = changed(R, by=amended("2020-03-05", 1, company))

    assert found.cells == {
        2020: (
            cells("new", "carried_out"),
            ("new:commercial_enterprise", "carried_out:commercial_enterprise"),
        )
    }


def test_an_answer_amended_to_another_outcome_moves_its_row() -> None:
    """Within the year only the row of the outcome changes."""
    refused = answered("2020-03-20", "refused.state_secret")

    found = changed(R, answered("2020-03-20"), by=amended("2020-03-21", 2, refused))

    assert found.outcome == ("granted.provided", "refused.state_secret")
    assert found.cells == {2020: (cells("granted"), cells("refused.state_secret"))}


def test_an_annulled_answer_opens_the_request_again() -> None:
    """Back to in hand, and carried out again."""
    found = changed(R, answered("2020-03-20"), by=amended("2020-03-21", 2))

    assert found.stage == ("closed", "in_hand")
    assert found.closed_on == (date(2020, 3, 20), None)
    assert found.cells == {2020: (cells("granted", "total"), cells("carried_out"))}


def test_a_re_answer_moves_no_cell() -> None:
    """The first closing counts; answering again changes the stage, not the year's table."""
    history = (R, answered("2020-03-20"), reopened("2020-04-01", "2020-04-30"))

    found = changed(*history, by=answered("2020-04-20", "granted_in_part"))

    assert found.stage == ("in_hand", "closed")
    assert found.outcome == ("granted.provided", "granted.provided")
    assert found.cells == {}


def test_an_annulled_request_stays_without_a_row() -> None:
    """An event of an annulled request: no row before, none after."""
    assert change((None, ()), (None, ()), date(2020, 3, 2)).cells == {}
