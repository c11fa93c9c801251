"""Properties of the tables of any register and any period.

Registers are generated from plain random seeds, printed so that a failure can be repeated; periods by hypothesis. The
tables are compared with the reference model, which checks every request for every cell.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.entry import Recorded
from domain.report import official_form
from domain.report.official_form import CARRIED_IN, CARRIED_OUT, NEW, TOTAL
from domain.request.events import APPLICANT_KINDS
from domain.request.judging import replay
from domain.values import Period
from projections import annual_tables, tally
from projections.annual_tables import AnnualTables
from projections.register import AppealSpell, RequestRow, appeal_spells, request_row
from tests import random_histories
from tests.random_histories import months, periods, streams
from tests.reference_model import Opinion, appeals_counts, requests_counts, second_opinion

SEED = int(os.environ.get("TAIZHANG_SEED", "0"))
REGISTERS = range(SEED, SEED + 8)
OLD, NEW_FORM = official_form.NAMES
COLUMNS = (*APPLICANT_KINDS, TOTAL)
LAST_DAY = date(2099, 12, 31)

thorough = settings(
    deadline=None,
    derandomize=True,
    max_examples=200,
    suppress_health_check=[HealthCheck.too_slow],
)
registers = st.sampled_from(REGISTERS)


@dataclass(frozen=True)
class Folded:
    """A register folded to the state that its tables are computed from."""

    rows: tuple[RequestRow, ...]
    spells: tuple[AppealSpell, ...]

    def tables(self, period: Period, form: str | None = None) -> AnnualTables:
        counted = tally.tally(tally.groups(self.rows, period), tally.routes(self.spells, period))
        return annual_tables.make(
            counted, period, annual_tables.form_of(period, form), authority="某局", code="mouju", position=1
        )


def folded(entries: Sequence[Recorded]) -> Folded:
    requests = [replay(history, random_histories.law(0)) for history in streams(entries).values()]
    rows = [request_row(each, position=1, law_digest="") for each in requests]
    return Folded(
        tuple(row for row in rows if row is not None),
        tuple(spell for each in requests for spell in appeal_spells(each)),
    )


@cache
def folded_register(seed: int) -> Folded:
    print(f"TAIZHANG_SEED={seed}")
    return folded(random_histories.register(seed))


@cache
def opinions(seed: int) -> tuple[Opinion, ...]:
    is_working = random_histories.working_days(0)
    found = [
        second_opinion(random_histories.entries(history), is_working)
        for history in streams(random_histories.register(seed)).values()
    ]
    return tuple(each for each in found if not each.annulled)


def test_the_registers_are_not_empty():
    """Otherwise the properties below would hold trivially."""
    for seed in REGISTERS:
        whole = folded_register(seed).tables(Period(date(2000, 1, 1), LAST_DAY), NEW_FORM)
        assert whole.requests_table[TOTAL][-1] >= 10
        assert whole.requests_table[CARRIED_OUT][-1] >= 5
        assert sum(results[TOTAL] for results in whole.appeals_table.values()) >= 10


@thorough
@given(registers, periods(), st.integers(0, 800))
def test_the_closing_of_a_period_is_the_opening_of_the_next_in_every_column(
    seed: int, period: Period, days: int
):
    first = period.last + timedelta(1)
    after = Period(first, first + timedelta(days))
    closing, opening = (folded_register(seed).tables(each) for each in (period, after))
    assert closing.requests_table[CARRIED_OUT] == opening.requests_table[CARRIED_IN]
    assert annual_tables.reconcile_years(closing, opening) == []


@pytest.mark.parametrize("form", official_form.NAMES)
@pytest.mark.parametrize("seed", REGISTERS)
def test_twelve_months_add_up_to_the_year_for_new_and_closed_rows(seed: int, form: str):
    for year in range(2018, 2028):
        whole = folded_register(seed).tables(Period.year(year), form).requests_table
        parts = [folded_register(seed).tables(month, form).requests_table for month in months(year)]
        for row in (NEW, *official_form.load(form).outcome_rows, TOTAL):
            assert whole[row] == [sum(cells) for cells in zip(*(part[row] for part in parts), strict=True)]
        assert whole[CARRIED_IN] == parts[0][CARRIED_IN]
        assert whole[CARRIED_OUT] == parts[-1][CARRIED_OUT]


@thorough
@given(registers, periods(), st.sampled_from(official_form.NAMES))
def test_no_period_has_a_discrepancy(seed: int, period: Period, form: str):
    """Balance, outcomes, columns and appeals: a day, a leap day, over New Year, any."""
    tables = folded_register(seed).tables(period, form)
    assert annual_tables.reconcile(tables) == tables.discrepancies == []
    assert annual_tables.blanks(tables) == []
    annual_tables.check_shape(tables)


@thorough
@given(registers, periods(), st.sampled_from(official_form.NAMES))
def test_tables_agree_with_the_reference_model(seed: int, period: Period, form: str):
    """The rule is evaluated for every request and every cell, in both forms, and for every appeal."""
    tables = folded_register(seed).tables(period, form)
    rows = [row.code for row in official_form.load(form).requests.rows]
    assert tables.requests_table == requests_counts(opinions(seed), rows, COLUMNS, *period)
    assert tables.appeals_table == appeals_counts(opinions(seed), *period)


@thorough
@given(registers, periods(), st.sampled_from(official_form.NAMES))
def test_every_cell_lists_what_it_counts(seed: int, period: Period, form: str):
    whole, lines = folded_register(seed), official_form.load(form)
    tables = whole.tables(period, form)
    for row, cells in tables.requests_table.items():
        for column, count in zip(COLUMNS, cells, strict=True):
            listed = annual_tables.requests_in_cell(whole.rows, row, column, period, lines)
            assert len({each.reference for each in listed}) == len(listed) == count
    for route, results in tables.appeals_table.items():
        for result, count in results.items():
            appeals = annual_tables.appeals_in_cell(whole.spells, route, result, period, lines)
            assert len({(each.reference, each.appeal) for each in appeals}) == len(appeals) == count


@thorough
@given(registers, periods())
def test_one_register_is_printed_in_both_forms(seed: int, period: Period):
    """The three rows of 其他处理 of 2021 add up to the one of 2019; every other row is the same."""
    old, new = (folded_register(seed).tables(period, form).requests_table for form in (OLD, NEW_FORM))
    three = [new[row] for row in ("other.supplement_lapsed", "other.fee_unpaid", "other.unspecified")]
    assert old.pop("other") == [sum(cells) for cells in zip(*three, strict=True)]
    assert old == {row: cells for row, cells in new.items() if not row.startswith("other.")}


@pytest.mark.parametrize("seed", REGISTERS)
def test_later_recordings_do_not_change_an_earlier_table(seed: int):
    """A table as of a position equals the one computed then, whatever was recorded later."""
    print(f"TAIZHANG_SEED={seed}")
    choose = random.Random(seed)  # the periods and moments of this seed
    entries = random_histories.register(seed)
    moments = sorted(choose.sample(range(1, len(entries) + 1), 12))
    drawn: dict[int, list[tuple[Period, AnnualTables]]] = {}
    rows: dict[str, RequestRow | None] = {}
    spells: dict[str, tuple[AppealSpell, ...]] = {}
    known: dict[str, list[Recorded]] = {}
    for entry in entries:  # as in a register: only the changed request is folded again
        reference = entry.originator_id.removeprefix("request/")
        known.setdefault(reference, []).append(entry)
        request = replay(known[reference], random_histories.law(0))
        rows[reference] = request_row(request, position=1, law_digest="")
        spells[reference] = appeal_spells(request)
        if entry.position in moments:
            as_it_was = Folded(
                tuple(row for row in rows.values() if row), tuple(s for each in spells.values() for s in each)
            )
            recorded_on = entry.recorded_on
            periods = [Period.year(recorded_on.year), Period(recorded_on - timedelta(40), recorded_on)]
            drawn[entry.position] = [(period, as_it_was.tables(period)) for period in periods]
    for moment, tables in drawn.items():
        again = folded([entry for entry in entries if entry.position <= moment])
        for period, table in tables:
            assert again.tables(period) == table


@pytest.mark.parametrize("seed", REGISTERS)
def test_facts_after_a_period_do_not_move_its_table(seed: int):
    """Entries about facts after a period do not change its tables: they depend on no current day or state.

    Amendments are left out, since they restate an earlier fact.
    """
    entries = [entry for entry in random_histories.register(seed) if not hasattr(entry.event, "replacement")]
    possible = [
        entry
        for history in streams(entries).values()
        if random_histories.refused_at(history) is None
        for entry in history
    ]
    for period in (Period.year(2020), Period.year(2023), Period(date(2021, 11, 20), date(2022, 2, 28))):
        until = [entry for entry in possible if entry.event.on <= period.last]
        assert folded(until).tables(period) == folded(possible).tables(period)
