"""Differences between two moments: the cells, and the requests that left and entered them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from domain.entry import Event
from domain.values import Period
from projections import annual_tables
from projections.diff import DiffMoment, Moved, moved
from projections.register import appeal_spells, request_row
from projections.tally import groups, routes, tally
from tests.builders import amended, answered, appeal_decided, appealed, given, received, withdrawn

Y2020 = Period.year(2020)
FORM = annual_tables.form_of(Y2020)
COMPANY = {"applicant_kind": "commercial_enterprise"}
R = received("2020-03-02")


def moment(period: Period = Y2020, **histories: Sequence[Event]) -> DiffMoment:
    """Of the requests `_1`, `_2` … as references 2020-0001, 2020-0002 …"""
    requests = [
        given(*each, reference=f"2020-{int(name[1:]):04d}").request for name, each in histories.items()
    ]
    rows = [row for each in requests if (row := request_row(each, position=1, law_digest=""))]
    spells = [spell for each in requests for spell in appeal_spells(each)]
    counted = tally(groups(rows, period), routes(spells, period))
    tables = annual_tables.make(counted, period, FORM, authority="某局", code="mouju", position=1)
    return DiffMoment(tables, rows, spells)


def differ(before: DiffMoment, after: DiffMoment, period: Period = Y2020) -> list[Moved]:
    return moved(before, after, period, FORM)


def cells(found: Sequence[Moved]) -> dict[str, tuple[int, int, str, str]]:
    """`row:column` or `route:result`: was, now, numbers that left, numbers that entered."""
    return {
        f"{each.row}:{each.column}": (
            each.was,
            each.now,
            " ".join(str(int(reference[5:])) for reference in each.left),
            " ".join(str(int(reference[5:])) for reference in each.entered),
        )
        for each in found
    }


def test_nothing_differs_from_itself() -> None:
    """The same requests give no difference."""
    histories = {"_1": [R, answered("2020-03-20"), appealed("2020-04-01")], "_2": [R]}

    assert differ(moment(**histories), moment(**histories)) == []
    assert differ(moment(), moment()) == []


def test_an_answer_moves_its_request_from_open_to_its_row_and_the_total() -> None:
    """Request 2 leaves what is carried out and enters a row of 三 and its total; request 1 stays."""
    before = moment(_1=[R, answered("2020-03-20")], _2=[R])
    after = moment(_1=[R, answered("2020-03-20")], _2=[R, answered("2020-03-27")])

    assert cells(differ(before, after)) == {
        "granted:natural_person": (1, 2, "", "2"),
        "total:natural_person": (1, 2, "", "2"),
        "carried_out:natural_person": (1, 0, "2", ""),
    }


def test_a_new_request_enters_and_an_annulled_one_leaves() -> None:
    """Request 2 is recorded later, request 1 is annulled in between."""
    before = moment(_1=[R, withdrawn("2020-03-04")])
    after = moment(
        _1=[R, withdrawn("2020-03-04"), amended("2020-03-05", 1)], _2=[received("2020-03-06", **COMPANY)]
    )

    assert cells(differ(before, after)) == {
        "new:natural_person": (1, 0, "1", ""),
        "other:natural_person": (1, 0, "1", ""),
        "total:natural_person": (1, 0, "1", ""),
        "new:commercial_enterprise": (0, 1, "", "2"),
        "carried_out:commercial_enterprise": (0, 1, "", "2"),
    }


def test_opposite_moves_under_an_unchanged_number_are_found() -> None:
    """Two outcomes are exchanged: every number of the table stays, and four moves are named."""
    before = moment(_1=[R, answered("2020-03-20")], _2=[R, answered("2020-03-20", "refused.state_secret")])
    after = moment(_1=[R, answered("2020-03-20", "refused.state_secret")], _2=[R, answered("2020-03-20")])

    assert before.tables == after.tables
    assert cells(differ(before, after)) == {
        "granted:natural_person": (1, 1, "1", "2"),
        "refused.state_secret:natural_person": (1, 1, "2", "1"),
    }


def test_opposite_moves_of_the_applicant_kind_are_found() -> None:
    """One request is corrected to a company's, another to a natural person's: sums and columns are as before."""
    before = moment(_1=[received("2020-03-02", **COMPANY)], _2=[R])
    after = moment(_1=[R], _2=[received("2020-03-02", **COMPANY)])

    assert cells(differ(before, after)) == {
        f"{row}:{column}": (1, 1, left, entered)
        for row in ("new", "carried_out")
        for column, left, entered in (("natural_person", "2", "1"), ("commercial_enterprise", "1", "2"))
    }


def test_a_receipt_amended_into_the_year_before_is_carried_in() -> None:
    """It leaves the new ones of 2020 and enters those carried in; the rest does not change."""
    history = [R, answered("2020-03-20")]
    before, after = (
        moment(_1=history),
        moment(_1=[*history, amended("2020-03-21", 1, received("2019-12-31"))]),
    )

    assert cells(differ(before, after)) == {
        "new:natural_person": (1, 0, "1", ""),
        "carried_in:natural_person": (0, 1, "", "1"),
    }


def test_cells_of_appeals_name_the_requests() -> None:
    """A decision in effect moves the appeal from pending to its result."""
    history = [R, answered("2020-03-20"), appealed("2020-04-01")]
    before, after = moment(_1=history), moment(_1=[*history, appeal_decided("2020-06-01", "revoked")])

    assert cells(differ(before, after)) == {
        "reconsideration:corrected": (0, 1, "", "1"),
        "reconsideration:pending": (1, 0, "1", ""),
    }


def test_one_of_two_appeals_of_a_request_is_found() -> None:
    """Both were pending, one is upheld: the cell still names the request, and counts one less."""
    history = [R, answered("2020-03-20"), appealed("2020-04-01"), appealed("2020-04-02", "复议二")]
    before, after = moment(_1=history), moment(_1=[*history, appeal_decided("2020-06-01")])

    assert cells(differ(before, after)) == {
        "reconsideration:upheld": (0, 1, "", "1"),
        "reconsideration:pending": (2, 1, "1", ""),
    }


def test_opposite_moves_of_two_appeals_of_a_request_are_found() -> None:
    """One pending appeal is decided while another begins: one is pending before and after, but not the same one."""
    history = [R, answered("2020-03-20"), appealed("2020-04-01")]
    later = [appeal_decided("2020-06-01"), appealed("2020-06-02", "复议二")]

    found = cells(differ(moment(_1=history), moment(_1=[*history, *later])))

    assert found["reconsideration:pending"] == (1, 1, "1", "1")
    assert found["reconsideration:upheld"] == (0, 1, "", "1")


def test_events_outside_the_period_change_nothing_in_it() -> None:
    """An answer of 2021 does not change 2020; a period of one day has that day's changes."""
    open_, closed = moment(_1=[R]), moment(_1=[R, answered("2021-03-20")])
    assert differ(open_, closed) == []

    one = Period(date(2020, 3, 20), date(2020, 3, 20))
    history = [R, answered("2020-03-20")]
    found = differ(moment(one, _1=[R]), moment(one, _1=history), one)
    assert list(cells(found)) == [
        "granted:natural_person",
        "total:natural_person",
        "carried_out:natural_person",
    ]


def test_the_column_of_sums_is_left_out_and_the_order_is_that_of_the_tables() -> None:
    """Every cell named is of one applicant kind or one result; requests come first, by row and column."""
    before = moment()
    after = moment(
        _1=[received("2020-03-02", **COMPANY), answered("2020-03-20")],
        _2=[R, answered("2020-03-20"), appealed("2020-04-01")],
    )

    found = differ(before, after)

    assert [(each.table, each.row, each.column) for each in found] == [
        ("requests", row, column)
        for row in ("new", "granted", "total")
        for column in ("natural_person", "commercial_enterprise")
    ] + [("appeals", "reconsideration", "pending")]


def test_references_are_listed_as_numbers() -> None:
    """2020-10000 follows 2020-9999."""
    (new, _) = differ(moment(), moment(_10000=[R], _9999=[R]))

    assert new.entered == ("2020-9999", "2020-10000")
