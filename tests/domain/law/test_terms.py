"""The law as a value: when two of them judge alike, and the first day on which they differ."""

from __future__ import annotations

from datetime import date

import pytest

from domain.law.calendar import Calendar, DayOff, national_calendar, national_notices
from domain.law.terms import POLICIES, Duties, Law, Policy, PolicyName, Waiver

DAY = date(2026, 3, 2)
CALENDAR = national_calendar()


def setting(policy: PolicyName, day: date = DAY) -> Law:
    return Law(CALENDAR, (Policy(policy, POLICIES[policy][1], day),))


@pytest.mark.parametrize("policy", ["roll_receipt", "approval_steps"])
def test_a_policy_for_requests_changes_the_law(policy: PolicyName) -> None:
    assert setting(policy).digest != Law(CALENDAR).digest
    assert setting(policy).differs_from(Law(CALENDAR)) == DAY


@pytest.mark.parametrize("policy", sorted({*POLICIES} - {"roll_receipt", "approval_steps"}))
def test_other_policies_do_not_change_the_law(policy: PolicyName) -> None:
    assert setting(policy).digest == Law(CALENDAR).digest
    assert setting(policy).differs_from(Law(CALENDAR)) is None


def test_a_waiver_changes_the_law_from_its_day_on_and_officers_do_not() -> None:
    """A waiver may be recorded late, so its rows are folded again. A row keeps sixteen hex digits of its law."""
    officers = Law(CALENDAR, duties=Duties(DAY, 1, {"li": "1007"}))
    waived = Law(
        CALENDAR,
        duties=Duties(DAY, 1, {"li": "1007"}, (Waiver("review", DAY, date(2026, 12, 31), "1号"),)),
    )
    assert officers.digest == Law(CALENDAR).digest != waived.digest
    assert (waived.differs_from(officers), officers.differs_from(Law(CALENDAR))) == (DAY, None)
    assert len(waived.digest) == 16


def test_the_first_day_on_which_two_laws_differ() -> None:
    """A day off, a year's notice, a policy recorded again after others: the earliest of them."""
    off = Law(Calendar(national_notices(), [DayOff(DAY, working=False, document_no="1号")]))
    assert off.differs_from(Law(CALENDAR)) == DAY
    last = max(CALENDAR.covered)
    before = Law(Calendar([each for each in national_notices() if each.year != last]))
    assert before.differs_from(Law(CALENDAR)) == date(last, 1, 1)
    one, two = (Policy("roll_receipt", value, day) for value, day in (("on", date(2027, 1, 1)), ("off", DAY)))
    assert Law(CALENDAR, (one, two)).differs_from(Law(CALENDAR, (one,))) == DAY
    assert Law(CALENDAR, (one,)).differs_from(Law(CALENDAR, (two,))) == DAY
    assert Law(CALENDAR, (one, two, one)).differs_from(Law(CALENDAR, (one, two))) == date(2027, 1, 1)
