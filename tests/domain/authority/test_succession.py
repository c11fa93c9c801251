"""An authority that is merged into another, as a whole or by a function."""

from __future__ import annotations

from datetime import date

from domain.authority.events import Reorganised
from domain.authority.refusals import SuccessorOfItself
from tests.domain.authority.test_powers import DAY, Office


def test_an_authority_is_merged_as_a_whole_or_by_a_function() -> None:
    """From the day in force, across New Year too; a transferred function ends nothing; no authority succeeds itself."""
    office = Office()
    office.record(Reorganised(DAY, "function_moved", "other", DAY, "1号"), "cli")
    assert office.now.succeeded_on(date(2030, 1, 1)) is None
    office.record(Reorganised(DAY, "merged", "new", date(2027, 1, 1), "2号"), "cli")
    assert office.now.succeeded_on(date(2026, 12, 31)) is None
    taken = office.now.succeeded_on(date(2027, 1, 1))
    assert taken is not None
    assert (taken.reform, taken.successor) == ("merged", "new")
    office.refused(SuccessorOfItself, Reorganised(DAY, "split", "town", DAY, "3号"), "cli")


def test_the_report_on_the_year_of_a_merger_follows_the_chosen_rule() -> None:
    """Merged in June 2026: under the rule `own` it owes 2026 and no later year; under `successor`, or without a rule, none.
    It never owes 2025, the year before its register began.
    """
    june, later = date(2026, 6, 1), date(2027, 3, 1)
    owed = {}
    for rule in ("own", "successor", None):
        office = Office()
        office.record(Reorganised(DAY, "merged", "new", june, "1号", rule), "cli")  # type: ignore[arg-type]
        owed[rule] = [office.now.owes_report(year, later) for year in (2025, 2026, 2027)]
        assert office.now.owes_report(2026, date(2026, 5, 31))
    assert owed == {"own": [False, True, False], "successor": [False] * 3, None: [False] * 3}
    new_year = Office()
    new_year.record(Reorganised(DAY, "merged", "new", date(2027, 1, 1), "1号", "own"), "cli")
    assert [new_year.now.owes_report(year, later) for year in (2026, 2027)] == [True, False]


def test_a_split_authority_has_several_successors() -> None:
    """Both are named from their day on; it receives nothing more from the day of the first."""
    office = Office()
    for code, since in (("one", date(2026, 7, 1)), ("two", date(2026, 7, 1)), ("three", date(2026, 9, 1))):
        office.record(Reorganised(DAY, "split", code, since, "1号"), "cli")
    assert office.now.successors_on(date(2026, 6, 30)) == ()
    assert office.now.successors_on(date(2026, 7, 1)) == ("one", "two")
    taken = office.now.succeeded_on(date(2026, 9, 1))
    assert taken is not None
    assert taken.in_force_from == date(2026, 7, 1)
