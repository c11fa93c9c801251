"""The statutory tables by example: what each cell counts, consistency, and the discrepancies found.

Figures are counted by hand from the requests beside them, unless a source is named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest
from msgspec import structs

from domain.entry import Event
from domain.report import official_form
from domain.report.official_form import CARRIED_IN, CARRIED_OUT, NEW, TOTAL
from domain.request.events import APPLICANT_KINDS
from domain.values import Period
from projections import annual_tables, tally
from projections.annual_tables import AnnualTables, Discrepancy, Tables, TablesFault
from projections.register import appeal_spells, request_row
from tests.builders import (
    answered,
    appeal_decided,
    appealed,
    archived,
    fee_charged,
    given,
    lapsed,
    received,
    reopened,
    supplement_required,
    withdrawn,
)

COLUMNS = [*APPLICANT_KINDS, TOTAL]
Y2020, Y2021, Y2022 = (Period.year(year) for year in (2020, 2021, 2022))


class Counts:
    """Some requests; they are numbered in the order of the histories."""

    def __init__(self, *histories: Sequence[Event]) -> None:
        requests = [given(*each, reference=f"2020-{n:04d}").request for n, each in enumerate(histories, 1)]
        rows = [request_row(each, position=1, law_digest="") for each in requests]
        self.rows = [row for row in rows if row is not None]
        self.spells = [spell for each in requests for spell in appeal_spells(each)]

    def tables(self, period: Period, form: str | None = None) -> AnnualTables:
        counted = tally.tally(tally.groups(self.rows, period), tally.routes(self.spells, period))
        form_ = annual_tables.form_of(period, form)
        return annual_tables.make(counted, period, form_, authority="某局", code="mouju", position=9)

    def row(self, code: str, period: Period, form: str | None = None) -> list[int | None]:
        return self.tables(period, form).requests_table[code]

    def listed(self, row: str, column: str, period: Period) -> list[str]:
        form = annual_tables.form_of(period)
        found = annual_tables.requests_in_cell(self.rows, row, column, period, form)
        return [each.reference for each in found]

    def appeals(self, period: Period, route: str = "reconsideration") -> dict[str, int | None]:
        """The cells of the route that are not zero."""
        return {code: count for code, count in self.tables(period).appeals_table[route].items() if count}


# --- the requests table ---

FOUR = Counts(
    [received("2020-12-31")],  # 1: received on the last day, never answered
    [received("2019-12-20"), answered("2020-01-10", "granted.already_public")],  # 2: carried into 2020
    [
        received("2020-03-02", applicant_kind="commercial_enterprise"),
        answered("2020-03-20", "refused.deliberative"),
    ],
    [received("2020-05-06"), withdrawn("2020-05-07")],
)


def test_a_request_counts_once_as_incoming_and_once_as_outgoing():
    """2020: three new and one carried in; three closed and one carried out."""
    table = FOUR.tables(Y2020).requests_table
    assert table[NEW] == [2, 1, 0, 0, 0, 0, 3]
    assert table[CARRIED_IN] == [1, 0, 0, 0, 0, 0, 1]
    assert table["granted"] == [1, 0, 0, 0, 0, 0, 1]
    assert table["refused.deliberative"] == [0, 1, 0, 0, 0, 0, 1]
    assert table["other"] == [1, 0, 0, 0, 0, 0, 1]
    assert table[TOTAL] == [2, 1, 0, 0, 0, 0, 3]
    assert table[CARRIED_OUT] == [1, 0, 0, 0, 0, 0, 1]


def test_received_on_the_last_day_is_new_this_year_and_carried_into_the_next():
    """As in the seed report: received on 31 December 2020, answered in 2021."""
    assert FOUR.listed(NEW, TOTAL, Y2020) == ["2020-0001", "2020-0003", "2020-0004"]
    assert FOUR.listed(CARRIED_OUT, TOTAL, Y2020) == ["2020-0001"]
    assert FOUR.listed(CARRIED_IN, "natural_person", Y2021) == ["2020-0001"]
    assert FOUR.listed(NEW, TOTAL, Y2021) == []


def test_a_cell_lists_its_requests_by_row_and_column():
    assert FOUR.listed("refused.deliberative", "commercial_enterprise", Y2020) == ["2020-0003"]
    assert FOUR.listed("refused.deliberative", "natural_person", Y2020) == []
    assert FOUR.listed(TOTAL, "natural_person", Y2020) == ["2020-0002", "2020-0004"]
    assert FOUR.listed("other", TOTAL, Y2020) == ["2020-0004"]


@pytest.mark.parametrize("form", official_form.NAMES)
@pytest.mark.parametrize("period", [Y2020, Y2021, Period(date(2020, 5, 7), date(2020, 5, 7))])
def test_the_requests_behind_the_cells_add_up_to_the_table(period: Period, form: str):
    lines, tables = official_form.load(form), FOUR.tables(period, form)
    for row, cells in tables.requests_table.items():
        listed = [annual_tables.requests_in_cell(FOUR.rows, row, column, period, lines) for column in COLUMNS]
        assert [len(each) for each in listed] == cells


@pytest.mark.parametrize(("row", "column"), [("no_such_row", TOTAL), (NEW, "no_such_column")])
def test_a_cell_missing_in_the_form_is_a_key_error(row: str, column: str):
    with pytest.raises(KeyError):
        annual_tables.requests_in_cell(FOUR.rows, row, column, Y2020, official_form.load("2021"))


def test_a_row_of_one_form_is_not_in_the_other():
    """其他处理 is one row in 2019 and three since 2021."""
    annual_tables.requests_in_cell(FOUR.rows, "other", TOTAL, Y2020, official_form.load("2019"))
    with pytest.raises(KeyError):
        annual_tables.requests_in_cell(FOUR.rows, "other", TOTAL, Y2020, official_form.load("2021"))


def test_the_first_closing_counts_and_a_re_answer_is_not_counted_again():
    """Answered in 2020, reopened and answered differently in 2021: 2021 shows nothing."""
    redone = Counts(
        [
            received("2020-03-02"),
            answered("2020-03-20", "refused.state_secret"),
            reopened("2021-02-01", "2021-03-01"),
            answered("2021-02-20", "granted.provided"),
        ]
    )
    assert redone.listed("refused.state_secret", TOTAL, Y2020) == ["2020-0001"]
    assert [sum(cells) for cells in redone.tables(Y2021).requests_table.values()] == [0] * 25


def test_a_reopened_request_is_not_carried_out_again():
    """Closed in 2020 and in hand again at the end of 2021: the closing of 2020 still counts."""
    redone = Counts([received("2020-03-02"), answered("2020-03-20"), reopened("2021-02-01", "2021-03-01")])
    assert redone.row(CARRIED_OUT, Y2020)[-1] == redone.row(CARRIED_OUT, Y2021)[-1] == 0


def test_archiving_does_not_move_a_closing():
    filed = Counts([received("2020-12-01"), answered("2020-12-20"), archived("2021-03-01")])
    assert filed.listed(TOTAL, TOTAL, Y2020) == ["2020-0001"]
    assert filed.listed(TOTAL, TOTAL, Y2021) == []


def test_lapses_and_withdrawals_are_three_rows_of_2021_and_one_of_2019():
    three = Counts(
        [
            received("2021-03-01"),
            supplement_required("2021-03-03", "2021-03-20"),
            lapsed("2021-03-21", "supplement"),
        ],
        [received("2021-03-01"), fee_charged("2021-03-03", "2021-04-02"), lapsed("2021-04-03", "fee")],
        [received("2021-03-01"), withdrawn("2021-03-02")],
        [received("2021-03-01"), answered("2021-03-02", "other.unspecified")],
    )
    assert three.row("other.supplement_lapsed", Y2021)[-1] == 1
    assert three.row("other.fee_unpaid", Y2021)[-1] == 1
    assert three.row("other.unspecified", Y2021)[-1] == 2
    assert three.row("other", Y2021, "2019")[-1] == 4


def test_finer_codes_fall_in_the_row_they_begin_with():
    """Non-existent and another authority's are both in the row 本机关不掌握; granted_in_part is not in the row granted."""
    counts = Counts(
        [received("2020-03-02"), answered("2020-03-03", "unable.not_held.nonexistent")],
        [received("2020-03-02"), answered("2020-03-03", "unable.not_held.not_ours")],
        [received("2020-03-02"), answered("2020-03-03", "unable.not_held")],
        [received("2020-03-02"), answered("2020-03-03", "granted_in_part")],
    )
    assert counts.row("unable.not_held", Y2020)[-1] == 3
    assert counts.row("granted_in_part", Y2020)[-1] == 1
    assert counts.row("granted", Y2020)[-1] == 0


def test_the_form_of_a_period_is_by_default_that_of_its_last_year():
    over_new_year = Period(date(2020, 12, 1), date(2021, 1, 31))
    assert FOUR.tables(Y2020).format == "2019"
    assert FOUR.tables(over_new_year).format == "2021"
    assert FOUR.tables(over_new_year, "2019").format == "2019"
    assert annual_tables.form_of(Period.year(2018)).name == "2019"


def test_a_whole_year_is_named_by_its_year_and_another_period_by_its_ends():
    whole, part = FOUR.tables(Y2020), FOUR.tables(Period(date(2020, 1, 1), date(2020, 6, 30)))
    assert (whole.year, whole.from_, whole.to) == (2020, None, None)
    assert (part.year, part.from_, part.to) == (None, date(2020, 1, 1), date(2020, 6, 30))


def test_the_tables_without_requests_are_zeros():
    nothing = Counts().tables(Y2020)
    assert set(map(tuple, nothing.requests_table.values())) == {(0,) * 7}
    assert nothing.discrepancies == []


# --- the appeals table ---


def disputed(*after: Event, answered_on: str = "2020-03-20") -> Counts:
    return Counts([received("2020-03-02"), answered(answered_on), *after])


def test_a_pending_appeal_counts_again_with_its_result_in_the_next_year():
    """As Shanghai's report for 2025 notes: 行政复议、行政诉讼数量含上年度结转数量."""
    counts = disputed(appealed("2020-11-01"), appeal_decided("2021-02-01", "revoked"))
    assert counts.appeals(Y2020) == {"pending": 1, TOTAL: 1}
    assert counts.appeals(Y2021) == {"corrected": 1, TOTAL: 1}
    assert counts.appeals(Y2022) == {}


def test_an_appeal_begun_and_decided_within_a_year_counts_only_in_it():
    counts = disputed(appealed("2020-05-01"), appeal_decided("2020-06-01", "upheld"))
    assert counts.appeals(Y2020) == {"upheld": 1, TOTAL: 1}
    assert counts.appeals(Y2021) == {}


def test_an_appeal_pending_for_years_counts_in_each_of_them():
    counts = disputed(appealed("2020-05-01"), appeal_decided("2022-06-01", "dismissed"))
    assert [counts.appeals(year) for year in (Y2020, Y2021, Y2022)] == [
        {"pending": 1, TOTAL: 1},
        {"pending": 1, TOTAL: 1},
        {"other": 1, TOTAL: 1},
    ]


@pytest.mark.parametrize("effective_on", [None, "2021-01-04"])
def test_a_decision_not_yet_in_effect_leaves_the_appeal_pending(effective_on: str | None):
    """Decided in 2020; it takes effect in 2021, or no day of effect is given."""
    counts = disputed(
        appealed("2020-05-01"), appeal_decided("2020-12-20", "revoked", effective_on=effective_on)
    )
    assert counts.appeals(Y2020) == {"pending": 1, TOTAL: 1}
    assert counts.appeals(Y2021) == {"corrected" if effective_on else "pending": 1, TOTAL: 1}


def test_a_decision_in_effect_on_the_last_day_counts_and_on_the_first_day_is_carried_in():
    on_the_last = disputed(appealed("2020-05-01"), appeal_decided("2020-12-31", "upheld"))
    on_the_first = disputed(appealed("2020-05-01"), appeal_decided("2021-01-01", "upheld"))
    assert (on_the_last.appeals(Y2020), on_the_last.appeals(Y2021)) == ({"upheld": 1, TOTAL: 1}, {})
    assert on_the_first.appeals(Y2020) == {"pending": 1, TOTAL: 1}
    assert on_the_first.appeals(Y2021) == {"upheld": 1, TOTAL: 1}


def test_a_second_instance_overrides_the_first_once_it_is_in_effect():
    """The first judgment is under appeal and has no day of effect; the second decides both."""
    counts = disputed(
        appealed("2020-05-01", route="litigation_direct"),
        appeal_decided("2020-09-01", "revoked", effective_on=None),
        appeal_decided("2020-12-01", "claim_dismissed", instance="second"),
    )
    assert counts.appeals(Y2020, "litigation_direct") == {"upheld": 1, TOTAL: 1}
    until_november = Period(date(2020, 1, 1), date(2020, 11, 30))
    assert counts.appeals(until_november, "litigation_direct") == {"pending": 1, TOTAL: 1}


def test_of_two_decisions_in_effect_within_a_year_the_last_counts():
    counts = disputed(
        appealed("2020-05-01"),
        appeal_decided("2020-06-01", "upheld"),
        appeal_decided("2020-08-01", "unlawful", instance="retrial"),
    )
    assert counts.appeals(Y2020) == {"corrected": 1, TOTAL: 1}
    assert counts.appeals(Period(date(2020, 1, 1), date(2020, 7, 31))) == {"upheld": 1, TOTAL: 1}


def test_a_retrial_after_the_counted_year_does_not_count_the_appeal_again():
    """It was neither pending on the day before 2021 nor begun in it; 2020 does not change."""
    counts = disputed(
        appealed("2020-05-01"),
        appeal_decided("2020-06-01", "upheld"),
        appeal_decided("2021-03-01", "revoked", instance="retrial"),
    )
    assert counts.appeals(Y2020) == {"upheld": 1, TOTAL: 1}
    assert counts.appeals(Y2021) == {}
    both = Period(date(2020, 1, 1), date(2021, 12, 31))
    assert counts.appeals(both) == {"corrected": 1, TOTAL: 1}


def test_two_decisions_that_take_effect_on_one_day_count_by_the_later_one():
    counts = disputed(
        appealed("2020-05-01"),
        appeal_decided("2020-06-01", "upheld", effective_on="2020-07-01"),
        appeal_decided("2020-06-20", "revoked", effective_on="2020-07-01", instance="second"),
    )
    assert counts.appeals(Y2020) == {"corrected": 1, TOTAL: 1}


def test_each_appeal_counts_by_its_own_route_though_one_follows_another():
    """One dispute can be counted under 行政复议 and again under 复议后起诉."""
    counts = disputed(
        appealed("2020-05-01"),
        appeal_decided("2020-06-01", "upheld"),
        appealed("2020-06-10", "诉讼一", route="litigation_after_reconsideration", follows="复议一"),
        appeal_decided("2020-10-01", "unlawful", appeal="诉讼一"),
        appealed("2020-06-11", "复议二"),
    )
    assert counts.appeals(Y2020) == {"upheld": 1, "pending": 1, TOTAL: 2}
    assert counts.appeals(Y2020, "litigation_after_reconsideration") == {"corrected": 1, TOTAL: 1}
    assert counts.appeals(Y2020, "litigation_direct") == {}


def test_an_appeal_counts_in_its_own_year_whatever_year_the_request_is_of():
    counts = disputed(appealed("2022-01-05"))
    assert counts.appeals(Y2020) == counts.appeals(Y2021) == {}
    assert counts.appeals(Y2022) == {"pending": 1, TOTAL: 1}


def test_an_appeal_against_silence_counts_though_nothing_was_answered():
    counts = Counts([received("2020-03-02"), appealed("2020-05-01", ground="no_answer")])
    assert counts.appeals(Y2020) == {"pending": 1, TOTAL: 1}


def test_a_cell_of_the_appeals_table_lists_its_appeals():
    counts = disputed(
        appealed("2020-05-01"),
        appeal_decided("2020-06-01", "upheld"),
        appealed("2020-07-01", "复议二"),
        appeal_decided("2021-06-01", "mediated", appeal="复议二"),
    )
    form = official_form.load("2019")

    def listed(result: str, period: Period) -> list[str]:
        found = annual_tables.appeals_in_cell(counts.spells, "reconsideration", result, period, form)
        return [spell.appeal for spell in found]

    assert (listed("upheld", Y2020), listed("pending", Y2020)) == (["复议一"], ["复议二"])
    assert (listed(TOTAL, Y2020), listed(TOTAL, Y2021)) == (["复议一", "复议二"], ["复议二"])
    assert (listed("other", Y2021), listed("corrected", Y2021)) == (["复议二"], [])


@pytest.mark.parametrize(("route", "result"), [("no_such_route", TOTAL), ("reconsideration", "no_such")])
def test_an_appeals_cell_missing_in_the_form_is_a_key_error(route: str, result: str):
    with pytest.raises(KeyError):
        annual_tables.appeals_in_cell([], route, result, Y2020, official_form.load("2021"))


# --- reconciliation ---


def typed(**changes: list[int | None]) -> Tables:
    """A consistent table with two columns and two outcome rows, with the given rows replaced."""
    rows: dict[str, list[int | None]] = {
        NEW: [6, 3, 9],
        CARRIED_IN: [1, 0, 1],
        "granted": [4, 1, 5],
        "other": [1, 1, 2],
        TOTAL: [5, 2, 7],
        CARRIED_OUT: [2, 1, 3],
    }
    appeals = {"reconsideration": {"upheld": 2, "corrected": 1, "other": 0, "pending": 1, TOTAL: 4}}
    return Tables(["natural_person", "commercial_enterprise", TOTAL], rows | changes, appeals)


def with_appeals(**cells: int | None) -> Tables:
    tables = typed()
    return structs.replace(
        tables, appeals_table={"reconsideration": tables.appeals_table["reconsideration"] | cells}
    )


def test_consistent_tables_have_no_discrepancy():
    assert annual_tables.reconcile(typed()) == []
    assert annual_tables.blanks(typed()) == []


def test_balance_is_named_with_its_column_and_both_sides():
    """一 + 二 = 7 and 三（七）+ 四 = 8 in the first column; the row itself adds up."""
    assert annual_tables.reconcile(typed(**{CARRIED_OUT: [3, 0, 3]})) == [
        Discrepancy("balance", "requests", left=7, right=8, difference=-1, column="natural_person"),
        Discrepancy("balance", "requests", left=3, right=2, difference=1, column="commercial_enterprise"),
    ]


def test_outcomes_that_do_not_add_up_are_named_with_their_column():
    assert annual_tables.reconcile(typed(granted=[5, 0, 5])) == [
        Discrepancy("outcomes_sum", "requests", left=6, right=5, difference=1, column="natural_person"),
        Discrepancy(
            "outcomes_sum", "requests", left=1, right=2, difference=-1, column="commercial_enterprise"
        ),
    ]


def test_columns_that_do_not_add_up_are_named_with_their_row():
    """The total of the outcome row is off by one, so that neither the row nor the total column adds up."""
    assert annual_tables.reconcile(typed(granted=[4, 1, 6])) == [
        Discrepancy("outcomes_sum", "requests", left=8, right=7, difference=1, column=TOTAL),
        Discrepancy("columns_sum", "requests", left=5, right=6, difference=-1, row="granted"),
    ]


def test_results_of_appeals_that_do_not_add_up_are_named_with_their_route():
    assert annual_tables.reconcile(with_appeals(**{TOTAL: 0})) == [
        Discrepancy("appeals_sum", "appeals", left=4, right=0, difference=4, route="reconsideration"),
    ]


def test_opposite_errors_are_found_under_a_balanced_total():
    """As in 洋河新区 2025: 自然人 60≠61 and 其他 1≠0 while the totals are 62=62."""
    moved = Tables(
        ["natural_person", "other_organisation", TOTAL],
        {
            NEW: [60, 2, 62],
            CARRIED_IN: [0, 0, 0],
            "granted": [61, 1, 62],
            TOTAL: [61, 1, 62],
            CARRIED_OUT: [0, 0, 0],
        },
        {},
    )
    assert annual_tables.reconcile(moved) == [
        Discrepancy("balance", "requests", left=60, right=61, difference=-1, column="natural_person"),
        Discrepancy("balance", "requests", left=2, right=1, difference=1, column="other_organisation"),
    ]


def test_a_blank_counts_as_zero_and_is_listed_apart():
    """As in 上海 2019, whose 总计 of the outcome rows is published blank."""
    blank = typed(granted=[4, 1, None], **{CARRIED_IN: [1, None, 1]})
    assert annual_tables.blanks(blank) == ["carried_in.commercial_enterprise", "granted.total"]
    assert annual_tables.reconcile(blank) == [
        Discrepancy("outcomes_sum", "requests", left=2, right=7, difference=-5, column=TOTAL),
        Discrepancy("columns_sum", "requests", left=5, right=0, difference=5, row="granted"),
    ]


def test_blank_cells_are_listed_in_the_order_of_their_names():
    assert annual_tables.blanks(typed(**{NEW: [6, None, 9], "granted": [None, 1, None]})) == [
        "granted.natural_person",
        "granted.total",
        "new.commercial_enterprise",
    ]


def test_a_blank_result_of_an_appeal_is_listed_and_counts_as_zero():
    assert annual_tables.blanks(with_appeals(other=None)) == ["reconsideration.other"]
    assert annual_tables.reconcile(with_appeals(other=None)) == []
    assert annual_tables.reconcile(with_appeals(**{TOTAL: None}))[0].right == 0


def test_all_discrepancies_are_found():
    broken = structs.replace(
        typed(granted=[5, 1, 5], **{CARRIED_OUT: [2, 2, 3]}),
        appeals_table={"reconsideration": {"upheld": 1, TOTAL: 2}},
    )
    found = [
        (each.identity, each.column or each.row or each.route) for each in annual_tables.reconcile(broken)
    ]
    assert found == [
        ("outcomes_sum", "natural_person"),
        ("balance", "commercial_enterprise"),
        ("columns_sum", "granted"),
        ("columns_sum", CARRIED_OUT),
        ("appeals_sum", "reconsideration"),
    ]


def test_rows_are_taken_from_the_tables_and_not_from_a_form():
    """洪泽 2023 prints the single row 其他处理 of 2019 in a year of the form of 2021."""
    old, new = typed(), typed()
    del new.requests_table["other"]
    new.requests_table["other.unspecified"] = [1, 1, 2]
    assert annual_tables.reconcile(old) == annual_tables.reconcile(new) == []


# --- year with year, parent with children ---


def test_carried_in_equals_carried_out_of_the_year_before():
    before = typed()
    after = typed(**{CARRIED_IN: [2, 1, 3]})
    assert annual_tables.reconcile_years(before, after) == []


def test_a_carry_moved_between_columns_is_found_under_an_equal_total():
    before = typed()
    after = typed(**{CARRIED_IN: [3, 0, 3]})
    assert annual_tables.reconcile_years(before, after) == [
        Discrepancy(
            "carry", "requests", left=3, right=2, difference=1, row=CARRIED_IN, column="natural_person"
        ),
        Discrepancy(
            "carry",
            "requests",
            left=0,
            right=1,
            difference=-1,
            row=CARRIED_IN,
            column="commercial_enterprise",
        ),
    ]


def test_a_blank_is_carried_over_as_zero():
    before, after = typed(**{CARRIED_OUT: [2, None, 2]}), typed(**{CARRIED_IN: [2, 0, None]})
    assert [
        (each.column, each.left, each.right) for each in annual_tables.reconcile_years(before, after)
    ] == [(TOTAL, 0, 2)]


def test_the_register_carries_over_from_year_to_year_and_from_form_to_form():
    """2020 prints in the form of 2019, 2021 in its own."""
    assert annual_tables.reconcile_years(FOUR.tables(Y2020), FOUR.tables(Y2021)) == []


def doubled(tables: Tables) -> Tables:
    return structs.replace(
        tables,
        requests_table={
            row: [2 * (cell or 0) for cell in cells] for row, cells in tables.requests_table.items()
        },
        appeals_table={
            route: {result: 2 * (count or 0) for result, count in results.items()}
            for route, results in tables.appeals_table.items()
        },
    )


def test_a_parent_is_the_sum_of_its_children_in_every_cell():
    assert annual_tables.reconcile_parent(doubled(typed()), [typed(), typed()]) == []
    assert annual_tables.reconcile_parent(typed(), [typed()]) == []


def test_a_parent_that_is_not_the_sum_of_its_children_is_named_cell_by_cell():
    """One child reports a request more, another an appeal less."""
    children = [typed(granted=[5, 1, 6]), with_appeals(pending=0)]
    assert annual_tables.reconcile_parent(doubled(typed()), children) == [
        Discrepancy(
            "parent", "requests", left=8, right=9, difference=-1, row="granted", column="natural_person"
        ),
        Discrepancy("parent", "requests", left=10, right=11, difference=-1, row="granted", column=TOTAL),
        Discrepancy(
            "parent", "appeals", left=2, right=1, difference=1, route="reconsideration", column="pending"
        ),
    ]


def test_children_list_their_columns_in_any_order_and_may_leave_cells_blank():
    """Cells are matched by name."""
    child = typed(granted=[4, 1, 5], **{CARRIED_IN: [1, None, 1]})
    turned = Tables(
        [TOTAL, "commercial_enterprise", "natural_person"],
        {row: cells[::-1] for row, cells in child.requests_table.items()},
        child.appeals_table,
    )
    assert annual_tables.reconcile_parent(typed(), [turned]) == []


def test_differing_cells_are_ordered_by_row():
    """In the order of the parent's rows and columns, then of the children's."""
    child = Tables(["new_kind", TOTAL], {"new_row": [1, 1], "granted": [1, 0]}, {"new_route": {TOTAL: 1}})
    parent = Tables(["a", TOTAL], {"granted": [1, 0]}, {})
    found = annual_tables.reconcile_parent(parent, [child])
    assert [(each.row or each.route, each.column, each.left, each.right) for each in found] == [
        ("granted", "a", 1, 0),
        ("granted", "new_kind", 0, 1),
        ("new_row", TOTAL, 0, 1),
        ("new_row", "new_kind", 0, 1),
        ("new_route", TOTAL, 0, 1),
    ]


def test_a_parent_without_its_children_is_all_differences():
    found = annual_tables.reconcile_parent(typed(), [])
    cells = [cell for cells in typed().requests_table.values() for cell in cells if cell]
    assert sum(each.table == "requests" for each in found) == len(cells)


# --- tables typed elsewhere ---


def no_total_column(tables: Tables) -> Tables:
    return structs.replace(tables, columns=["natural_person", "commercial_enterprise", "other_organisation"])


def a_column_twice(tables: Tables) -> Tables:
    return structs.replace(tables, columns=["natural_person", "natural_person", TOTAL])


def total_alone(tables: Tables) -> Tables:
    return structs.replace(tables, columns=[TOTAL])


def a_cell_too_few(tables: Tables) -> Tables:
    return structs.replace(tables, requests_table=tables.requests_table | {"granted": [4, 5]})


def a_route_without_total(tables: Tables) -> Tables:
    return structs.replace(tables, appeals_table={"reconsideration": {"upheld": 2}})


def without_row(row: str) -> Callable[[Tables], Tables]:
    def without(tables: Tables) -> Tables:
        rows = {code: cells for code, cells in tables.requests_table.items() if code != row}
        return structs.replace(tables, requests_table=rows)

    return without


@pytest.mark.parametrize(
    ("broken", "names"),
    [
        (no_total_column, "columns"),
        (a_column_twice, "columns"),
        (total_alone, "columns"),
        (a_cell_too_few, "requests_table.granted"),
        (a_route_without_total, "appeals_table.reconsideration"),
        *((without_row(row), row) for row in (NEW, CARRIED_IN, TOTAL, CARRIED_OUT)),
    ],
)
def test_an_incomplete_table_is_refused_in_chinese(broken: Callable[[Tables], Tables], names: str):
    """The message names what is missing."""
    with pytest.raises(TablesFault) as fault:
        annual_tables.check_shape(broken(typed()))
    assert names in str(fault.value)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in str(fault.value))


def test_tables_of_any_rows_and_routes_can_be_checked():
    annual_tables.check_shape(typed())
    annual_tables.check_shape(structs.replace(typed(), appeals_table={}))
    annual_tables.check_shape(FOUR.tables(Y2020))
    without_outcomes = {row: typed().requests_table[row] for row in (NEW, CARRIED_IN, TOTAL, CARRIED_OUT)}
    annual_tables.check_shape(structs.replace(typed(), requests_table=without_outcomes))


# --- tables of which a part could not be read ---


def torn(**rows: list[int | None]) -> Tables:
    """Two kinds of applicants and three outcomes; of it nothing ties where a row is given."""
    table: dict[str, list[int | None]] = {
        "new": [3, 1, 4], "carried_in": [0, 0, 0], "granted": [2, 1, 3], "unable.not_held": [1, 0, 1],
        "total": [3, 1, 4], "carried_out": [0, 0, 0],
    }  # fmt: skip
    appeals: dict[str, int | None] = {"upheld": 1, "corrected": 0, "other": 0, "pending": 1, "total": 3}
    return Tables(
        ["natural_person", "commercial_enterprise", "total"], table | rows, {"reconsideration": appeals}
    )


@pytest.mark.parametrize("column", ["natural_person", "commercial_enterprise", "total"])
@pytest.mark.parametrize(
    ("identity", "row"),
    [("balance", "new"), ("balance", "carried_out"), ("outcomes_sum", "granted"), ("outcomes_sum", "total"), ("columns_sum", "granted")],
)  # fmt: skip
def test_an_identity_that_needs_an_unread_cell_is_not_judged(identity: str, row: str, column: str) -> None:
    """One of its cells is enough; that of another column or row changes nothing."""
    wrong = torn(**{row: [7, 8, 9]})
    here = (row, None) if identity == "columns_sum" else (None, column)

    def is_found(*unread: tuple[str, str, str]) -> bool:
        found = annual_tables.reconcile(wrong, unread)
        return any((each.identity, each.row, each.column) == (identity, *here) for each in found)

    assert is_found()
    assert not is_found(("requests", row, column))
    assert is_found(("requests", "unable.must_be_created", "nobody"), ("appeals", row, column))


def test_appeals_with_an_unread_result_are_not_added_up() -> None:
    assert [each.identity for each in annual_tables.reconcile(torn())] == ["appeals_sum"]
    for result in ("pending", "total"):
        assert annual_tables.reconcile(torn(), [("appeals", "reconsideration", result)]) == []


def test_both_tables_are_one_list_each_under_its_headings() -> None:
    tables = Counts([received("2020-03-02"), answered("2020-03-20")]).tables(Y2020)
    form = annual_tables.form_of(Y2020)
    listed = list(annual_tables.lines(tables, form))
    assert annual_tables.headings(form)[:3] == ["表", "行", "自然人"]
    assert [line[0] for line in listed] == ["申请"] * len(form.requests.rows) + ["表"] + ["复议诉讼"] * 3
    assert listed[len(form.requests.rows)] == [
        "表",
        "类别",
        "结果维持",
        "结果纠正",
        "其他结果",
        "尚未审结",
        "总计",
    ]
