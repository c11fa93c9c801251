"""An authority that is taken over, whole or in a function."""

from __future__ import annotations

from datetime import date

from domain.authority.events import Reorganised
from domain.authority.refusals import SuccessorOfItself
from tests.domain.authority.test_powers import DAY, Office


def test_an_authority_is_taken_over_whole_or_in_a_function() -> None:
    """From the day the reform is in force, over New Year too; a function that moves ends nothing; nobody succeeds itself."""
    office = Office()
    office.record(Reorganised(DAY, "function_moved", "other", DAY, "1号"), "cli")
    assert office.now.succeeded_on(date(2030, 1, 1)) is None
    office.record(Reorganised(DAY, "merged", "new", date(2027, 1, 1), "2号"), "cli")
    assert office.now.succeeded_on(date(2026, 12, 31)) is None
    taken = office.now.succeeded_on(date(2027, 1, 1))
    assert taken is not None
    assert (taken.reform, taken.successor) == ("merged", "new")
    office.refused(SuccessorOfItself, Reorganised(DAY, "split", "town", DAY, "3号"), "cli")


def test_who_reports_on_the_year_of_a_reform_follows_the_rule_that_was_chosen() -> None:
    """Merged in June 2026: by itself it owes 2026 and no later year; with its successor, or where nothing was chosen, none. Of the
    year before its register began, 2025, it owes none in any case.
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


def test_one_that_is_split_has_several_successors() -> None:
    """Both are named from their day on; the day of the first is that from which nothing more is received."""
    office = Office()
    for code, since in (("one", date(2026, 7, 1)), ("two", date(2026, 7, 1)), ("three", date(2026, 9, 1))):
        office.record(Reorganised(DAY, "split", code, since, "1号"), "cli")
    assert office.now.successors_on(date(2026, 6, 30)) == ()
    assert office.now.successors_on(date(2026, 7, 1)) == ("one", "two")
    taken = office.now.succeeded_on(date(2026, 9, 1))
    assert taken is not None
    assert taken.in_force_from == date(2026, 7, 1)
