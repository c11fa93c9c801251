"""每日待办: which officer has a duty, to whom it is escalated, and that none is left out.

From Monday 2026-03-02 the 20th working day is 03-30 (Monday); 03-23 is 5, 03-27 is 1 working day before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from adapters.render import digest as words
from domain.authority.events import OfficerAppointed, OfficerDismissed, PolicySet
from domain.entry import Event
from domain.law.calendar import national_notices
from domain.law.refusals import UnknownCode
from domain.request import events
from domain.request.judging import replay
from projections.agenda import agenda
from projections.digest import Digest, digests, of_officer, owed, within
from projections.district.work_list import UnitWarning
from projections.report.summary import ReportDue
from projections.work_list import asked_by_superior, work_list
from tests.builders import (
    answer_drafted,
    answered,
    draft_reviewed,
    erasure_requested,
    event,
    received,
    recorded,
    served,
    supplement_required,
)
from tests.domain.authority.test_powers import DAY, Office, county, founded, staffed
from tests.domain.authority.test_supervision import END, ORDER, QUARTER, below

R = received("2026-03-02")


def assigned(officer: str | None, unit: str = "办公室") -> Event:
    return event(events.Assigned, "2026-03-02", unit=unit, officer=officer)


def mails(
    office: Office, on: str, *histories: tuple[Event, ...], reports: Sequence[ReportDue] = ()
) -> dict[str, Digest]:
    """Requests, numbered in order."""
    authority, at = office.now, date.fromisoformat(on)
    law = authority.law(national_notices())
    requests = [
        replay(recorded(*each, reference=f"2026-{number:04d}"), law, until=at)
        for number, each in enumerate(histories, 1)
    ]
    duties = [
        *asked_by_superior(authority.supervision, at, law.calendar),
        *work_list(requests, at, law.calendar, within(authority, at)),
    ]
    to_publish = [owed(each, at, law.calendar) for each in reports]
    found = digests(authority, duties, to_publish, at)
    for officer, one in found.items():  # the query of the page of duties for one officer
        mine = [
            shown
            for each in duties
            for shown in (*one.duties, *one.escalated)
            if (shown.reference, shown.duty, shown.note) == (each.reference, each.duty, each.note)
        ]
        assert (mine, list(one.reports)) == of_officer(authority, officer, duties, to_publish, at)
    listed = {(each.reference, each.duty) for each in duties}
    assert {(each.reference, each.duty) for one in found.values() for each in one.duties} == listed
    return found


def due(year: int, stage: str, *, corrects: bool = False) -> ReportDue:
    last = None if corrects else date(year + 1, 1, 31)
    return ReportDue("xian", "某县", year, last, None, stage, "", None, corrects=corrects)


def who(found: dict[str, Digest]) -> str:
    """Officers with entries in their digest, with a + if escalated to them."""
    own = [name for name, each in found.items() if each.duties or each.reports]
    return " ".join([*own, *(f"+{name}" for name, each in found.items() if each.escalated)])


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-03-20", ""), ("2026-03-23", "li"), ("2026-03-26", "li"), ("2026-03-27", "li +wang"),
        ("2026-03-30", "li +wang +zhao"), ("2026-03-31", "li +wang +zhao"),
    ],
)  # fmt: skip
def test_a_term_is_escalated_at_five_one_and_no_days(on: str, expected: str) -> None:
    """To the officer, then the reviewer too, then the head too; each with the number of days left."""
    found = mails(staffed(), on, (R, assigned("li")))
    assert who(found) == expected
    if expected.endswith("zhao"):
        assert found["zhao"].escalated == found["li"].duties
        assert found["zhao"].duties == ()


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-03-13", ""), ("2026-03-16", "li"), ("2026-03-20", "li"), ("2026-03-23", "li +wang"),
        ("2026-03-26", "li +wang"), ("2026-03-27", "li +wang +zhao"),
    ],
)  # fmt: skip
def test_another_policy_escalates_it_at_ten_five_and_one(on: str, expected: str) -> None:
    office = staffed().record(PolicySet(DAY, "escalation", "10_5_1", DAY), "sys")
    assert who(mails(office, on, (R, assigned("li")))) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [("10_5_1", "li +wang"), ("5_1_0", "li"), ("handler_only", "li")],
)
def test_the_figures_are_a_dated_policy(value: str, expected: str) -> None:
    """In force from 23 March, so the Friday before is unchanged."""
    office = staffed().record(PolicySet(DAY, "escalation", value, date(2026, 3, 23)), "sys")
    assert who(mails(office, "2026-03-20", (R, assigned("li")))) == ""
    assert who(mails(office, "2026-03-23", (R, assigned("li")))) == expected
    late = "li" if value == "handler_only" else "li +wang +zhao"
    assert who(mails(office, "2026-03-30", (R, assigned("li")))) == late
    staffed().refused(UnknownCode, PolicySet(DAY, "escalation", "4_3_2", DAY), "sys")


def test_the_officers_responsible_for_a_duty() -> None:
    """The assigned officer, else the unit's handlers, else all handlers; drafts: the reviewer, then the head."""
    office = staffed().record(OfficerAppointed(DAY, "sun", None, "信访科"), "sys").empower("sun", "handler")
    on = "2026-03-23"
    assert who(mails(office, on, (R, assigned("sun")))) == "sun"
    assert who(mails(office, on, (R, assigned(None, "信访科")))) == "sun"
    assert who(mails(office, on, (R, assigned(None, "撤销的科")))) == "li sun"
    assert who(mails(office, on, (R,))) == "li sun"
    assert who(mails(office, on, (R, assigned("wang")))) == "li sun"  # an officer who may not handle requests
    office.record(PolicySet(DAY, "approval_steps", "review_and_approval", DAY), "sys")
    drafted = (R, assigned("sun"), answer_drafted("2026-03-09"))
    assert who(mails(office, "2026-03-10", drafted)) == "wang"
    assert who(mails(office, "2026-03-11", (*drafted, draft_reviewed("2026-03-11")))) == "zhao"
    office.record(OfficerDismissed(date(2026, 3, 20), "sun"), "sys")
    gone = mails(office, on, (R, assigned("sun")))
    assert who(gone) == "li"
    assert "sun" not in gone


def test_an_erasure_is_for_another_person_to_carry_out() -> None:
    """The head, not the officer who requested it; without a head, the security administrator."""
    requested = (
        R,
        assigned("li"),
        answered("2026-03-09"),
        served("2026-03-09"),
        erasure_requested("2026-03-10"),
    )
    assert who(mails(staffed(), "2026-03-11", requested)) == "zhao"
    headless = staffed().record(OfficerDismissed(date(2026, 3, 10), "zhao"), "sys")
    found = mails(headless, "2026-03-11", requested)
    assert who(found) == "sec"
    (duty,) = found["sec"].duties  # only the number, since she may not see the case
    assert (duty.reference, duty.note, duty.unit, duty.officer) == (
        "2026-0001",
        "鉴定〔2031〕1号",
        None,
        None,
    )


def test_without_a_handler_the_next_level_is_reminded() -> None:
    """Every duty has an officer as long as one could act."""
    office = founded().appoint("zhao").empower("zhao", "approver")
    assert who(mails(office, "2026-03-23", (R,))) == "zhao"
    assert mails(office, "2026-03-30", (R,))["zhao"].escalated == ()  # it is already their own duty


def test_a_wait_for_the_applicant_is_not_escalated() -> None:
    waiting = (R, assigned("li"), supplement_required("2026-03-04", "2026-03-20"))
    found = mails(staffed(), "2026-04-30", waiting)
    assert who(found) == "li"
    assert [each.duty for each in found["li"].duties] == ["supplement_over"]


def test_an_answer_without_service_is_escalated_too() -> None:
    found = mails(staffed(), "2026-03-30", (R, assigned("li"), answered("2026-03-20")))
    assert who(found) == "li +wang +zhao"


def test_returns_and_orders_of_the_superior_are_in_it() -> None:
    """In the digest of the officer with the next step, and of the head on the last day; a return is no duty of a reviewer."""
    office = below()
    for each in (ORDER, QUARTER):
        office.record(each, "county/wang", superior=county("statistician"))
    found = mails(office, "2026-03-03")
    assert {name: [duty.duty for duty in each.duties] for name, each in found.items() if each.duties} == {
        "li": ["order_waiting"], "tong": ["return_to_prepare"],
    }  # fmt: skip
    (returned,) = found["tong"].duties
    assert (returned.due_on, returned.workdays_left) == (END, 41)
    last = mails(office, "2026-04-30")
    reported = {name: [duty.duty for duty in each.escalated] for name, each in last.items() if each.escalated}
    assert reported == {"wang": ["order_waiting"], "zhao": ["order_waiting", "return_to_prepare"]}


def test_duties_about_units_are_in_the_supervisors_mail() -> None:
    late = UnitWarning(
        code="town",
        unit="某镇",
        warning="overdue",
        reference="2026-0001",
        due_on=date(2026, 3, 30),
        workdays_left=-1,
    )
    found = digests(staffed().now, (), (), date(2026, 3, 31), (late,))
    assert {name: each.units for name, each in found.items() if each} == dict.fromkeys(
        ("li", "zhao", "tong"), (late,)
    )
    text = words.text(found["li"], "某县")
    assert "对下级单位（1项）\n某镇　2026-0001　申请已逾期，应督办　期限2026-03-30，已过1个工作日\n" in text
    assert words.subject(found["li"]) == "台账待办1项，其中1项期限已过，2026-03-31"


@pytest.mark.parametrize(
    ("on", "stage", "expected"),
    [
        ("2027-01-05", "open", "tong"), ("2027-01-28", "compiled", "tong"), ("2027-01-28", "submitted", "zhao"),
        ("2027-01-29", "compiled", "zhao tong"), ("2027-02-01", "approved", "zhao tong"),
    ],
)  # fmt: skip
def test_the_annual_report_is_in_it_until_it_is_published(on: str, stage: str, expected: str) -> None:
    """A department's, by 31 January, here a Sunday: the Friday before is its last working day."""
    office = staffed()
    found = mails(office, on, reports=[due(2026, stage)])
    assert who(found) == expected
    assert {each.due_on for one in found.values() for each in one.reports} == {date(2027, 1, 31)}
    assert who(mails(office, on)) == ""


def test_a_published_report_to_be_corrected_is_in_it() -> None:
    """Of the officers who may begin the corrected edition; no law sets a day for it."""
    found = mails(staffed(), "2026-06-01", reports=[due(2023, "published", corrects=True)])
    assert who(found) == "tong"
    mail = words.text(found["tong"], "某县")
    assert "年度报告（1项）\n2023年度报告　已公布的数据有变，需更正\n" in mail


@pytest.mark.parametrize(
    ("stage", "expected"), [("compiled", "tong"), ("submitted", "zhao"), ("approved", "tong")]
)
def test_a_corrected_report_of_an_earlier_year_is_in_it(stage: str, expected: str) -> None:
    """For the officer with the next step; no law sets a day for it, so it is never late nor in a calendar."""
    found = mails(staffed(), "2026-06-01", reports=[due(2023, stage, corrects=True)])
    assert who(found) == expected
    mail = words.text(found[expected], "某县")
    assert "年度报告（1项）\n2023年度报告　重新编报，" in mail
    assert "期限" not in mail
    assert words.subject(found[expected]) == "台账待办1项，2026-06-01"
    assert agenda(found[expected]) == []
