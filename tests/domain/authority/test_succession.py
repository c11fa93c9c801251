"""An authority that is taken over, whole or in a function."""

from __future__ import annotations

from datetime import date

from domain.authority.events import Reorganised
from domain.authority.refusals import SuccessorOfItself
from tests.domain.authority.test_powers import DAY, Office


def test_an_authority_is_taken_over_whole_or_in_a_function() -> None:
    """From the day the reform is in force, over New Year too; a function that moves ends nothing; nobody succeeds itself."""
    office = Office()
    office.tell(Reorganised(DAY, "function_moved", "other", DAY, "1号"), "cli")
    assert office.now.succeeded_on(date(2030, 1, 1)) is None
    office.tell(Reorganised(DAY, "merged", "new", date(2027, 1, 1), "2号"), "cli")
    assert office.now.succeeded_on(date(2026, 12, 31)) is None
    taken = office.now.succeeded_on(date(2027, 1, 1))
    assert taken is not None
    assert (taken.reform, taken.successor) == ("merged", "new")
    office.refused(SuccessorOfItself, Reorganised(DAY, "split", "town", DAY, "3号"), "cli")
