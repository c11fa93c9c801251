"""待办: the duties of a day, and the day on which each begins.

From Monday 2020-03-02 the 20th working day is 03-30. The last day of a term is not over, the next day is.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest
from msgspec.structs import replace

from domain.authority.assessment import Assessment, Contest
from domain.authority.supervision import Order, Return, Supervision
from domain.entry import Event
from domain.law.terms import Law, Policy
from domain.request.judging import replay
from domain.request.parties import UNSTATED, Provenance
from domain.request.refusals import TermNotOver
from domain.values import Period
from projections.register import request_row
from projections.work_list import DUTIES, Duty, asked_by_superior, assessments_to_check, work_list
from tests.builders import (
    LAW,
    amended,
    answer_drafted,
    answered,
    appeal_decided,
    appealed,
    archived,
    assigned,
    consultation_closed,
    consultation_opened,
    correction_analysed,
    deferred,
    draft_approved,
    draft_reviewed,
    erasure_requested,
    explained,
    explanation_required,
    extended,
    extension_drafted,
    fee_charged,
    fee_paid,
    given,
    lapsed,
    personal_data_erased,
    received,
    recorded,
    reopened,
    served,
    supplement_required,
    supplemented,
    withdrawn,
)

R = received("2020-03-02")
SERVED = (answered("2020-03-10"), served("2020-03-10"))
REDO = (R, *SERVED, reopened("2020-03-12", "2020-03-30"))
CONSULTING = (R, consultation_opened("2020-03-04", "2020-03-20"))


def todo(on: str, *histories: Sequence[Event], within: int = 5) -> list[Duty]:
    """The work list of a day. Requests are numbered in the given order; those received later are left out."""
    at = date.fromisoformat(on)
    stored = [recorded(*each, reference=f"2020-{number:04d}") for number, each in enumerate(histories, 1)]
    known = [history for history in stored if history[0].event.on <= at]
    requests = [replay(history, LAW, until=at) for history in known]
    return work_list(reversed(requests), at, LAW.calendar, within)


def duties(on: str, *history: Event, within: int = 5) -> list[str]:
    return [each.duty for each in todo(on, history, within=within)]


# --- each duty at its boundary ---

BACK = supplement_required("2020-03-04", "2020-03-20")
FEE = fee_charged("2020-03-04", "2020-04-01")
HALVES = (fee_paid("2020-03-06", "40"), fee_paid("2020-03-09", "60"))
DECIDED = appeal_decided("2020-05-11", effective_on="2020-05-18")
BOUNDARIES: list[tuple[str, Sequence[Event], str]] = [
    # The duty, a history, and the duties of each day.
    ("overdue", (R,), "03-30 due_soon, 03-31 overdue, 12-31 overdue"),
    # Five working days before 03-30 is 03-23; on the Friday, and the weekend after it, there are still six.
    ("due_soon", (R,), "03-20, 03-22, 03-23 due_soon"),
    ("redo_overdue", REDO, "03-30 redo, 03-31 redo_overdue"),
    ("redo", REDO, "03-11, 03-12 redo"),
    # 民事诉讼法 Art. 85: a decision's last day on Saturday 03-28 is over after Monday.
    ("redo", (R, *SERVED, reopened("2020-03-12", "2020-03-28")), "03-30 redo, 03-31 redo_overdue"),
    ("supplement_over", (R, BACK), "03-20 awaiting_supplement, 03-21 supplement_over"),
    ("fee_over", (R, FEE), "04-01 awaiting_payment, 04-02 fee_over"),
    # 民法典 Art. 203: respond_by Saturday 03-21, or until 清明 (04-04 to 04-06), it ends on the next working day.
    (
        "supplement_over",
        (R, supplement_required("2020-03-04", "2020-03-21")),
        "03-23 awaiting_supplement, 03-24 supplement_over",
    ),
    ("fee_over", (R, fee_charged("2020-03-04", "2020-04-04")), "04-07 awaiting_payment, 04-08 fee_over"),
    (
        "consultation_over",
        (R, consultation_opened("2020-03-04", "2020-03-21")),
        "03-23 provisional, 03-24 consultation_over provisional",
    ),
    ("awaiting_supplement", (R, BACK, supplemented("2020-03-06")), "03-03, 03-04 awaiting_supplement, 03-06"),
    ("awaiting_payment", (R, FEE, *HALVES), "03-04 awaiting_payment, 03-06 awaiting_payment, 03-09"),
    (
        "consultation_over",
        (*CONSULTING, consultation_closed("2020-03-24")),
        "03-20 provisional, 03-21 consultation_over provisional, 03-24",
    ),
    (
        "unserved",
        (R, answered("2020-03-10"), served("2020-03-13")),
        "03-09, 03-10 unserved, 03-12 unserved, 03-13",
    ),
    (
        "appeal_pending",
        (R, *SERVED, appealed("2020-03-16"), DECIDED),
        "03-15, 03-16 appeal_pending, 05-17 appeal_pending, 05-18",
    ),
    (
        "unanalysed",
        (
            R,
            *SERVED,
            appealed("2020-03-16"),
            appeal_decided("2020-05-18", "unlawful"),
            correction_analysed("2020-06-01"),
        ),
        "05-17 appeal_pending, 05-18 unanalysed, 06-01",
    ),
    (
        "to_approve",
        (R, answer_drafted("2020-03-09"), draft_approved("2020-03-11")),
        "03-06, 03-09 to_approve, 03-10 to_approve, 03-11 answer_to_send",
    ),
    (
        "answer_to_send",
        (
            R,
            answer_drafted("2020-03-09"),
            draft_approved("2020-03-11"),
            answered("2020-03-12", draft="稿一"),
            served("2020-03-12"),
        ),
        "03-10 to_approve, 03-11 answer_to_send, 03-12",
    ),
    (
        "extension_to_send",
        (
            R,
            extension_drafted("2020-03-09", "延期"),
            draft_approved("2020-03-11", "延期"),
            extended("2020-03-12", draft="延期"),
        ),
        "03-10 to_approve, 03-11 extension_to_send, 03-12",
    ),
    (
        "returned",
        (
            R,
            answer_drafted("2020-03-09"),
            draft_reviewed("2020-03-10", passed=False),
            withdrawn("2020-03-12"),
        ),
        "03-09 to_approve, 03-10 returned, 03-11 returned, 03-12",
    ),
    # Requested, and open until another person carries it out, whatever else is done (个人信息保护法 47): it has no term.
    (
        "erasure_requested",
        (R, *SERVED, erasure_requested("2020-12-01"), personal_data_erased("2020-12-10", 4)),
        "11-30, 12-01 erasure_requested, 12-09 erasure_requested, 12-10",
    ),
    # 20 working days from 2026-12-10 end in 2027, for which there is no notice yet.
    ("provisional", (received("2026-12-10"),), "12-09, 12-10 provisional"),
    # Its provisional last day is 2027-02-04; past it nothing is late while there is no notice.
    ("provisional", (received("2027-01-07"),), "02-05 provisional, 12-31 provisional"),
]


@pytest.mark.parametrize(("duty", "history", "by_day"), BOUNDARIES)
def test_a_duty_begins_and_ends_on_its_day(duty: str, history: Sequence[Event], by_day: str) -> None:
    """The last day of a term is inclusive; on the day after it the term is over."""
    for day in by_day.split(", "):
        on, *expected = day.split()
        assert duties(f"{history[0].on.year}-{on}", *history) == expected, (duty, day)


def test_a_draft_waits_for_its_review_if_the_policy_requires_one() -> None:
    """待审核, then 待批准, each with the draft's name and the term of the request; an extension is not reviewed."""
    drafted = (R, answer_drafted("2020-03-09"), extension_drafted("2020-03-09", "延期"))
    reviewed = (*drafted, draft_reviewed("2020-03-10"))
    law = Law(LAW.calendar, (Policy("approval_steps", "review_and_approval", date(2020, 1, 1)),))
    found = [
        [
            (each.duty, each.note, each.due_on)
            for each in work_list([replay(recorded(*history), law)], date(2020, 3, 10), LAW.calendar, 5)
        ]
        for history in (drafted, reviewed)
    ]
    due = date(2020, 3, 30)
    assert found == [
        [("to_review", "稿一", due), ("to_approve", "延期", due)],
        [("to_approve", "延期", due), ("to_approve", "稿一", due)],
    ]


def test_a_list_has_the_last_day_of_the_work_list_and_the_case_its_reason() -> None:
    """For a decision that requires a new answer by Saturday 03-28."""
    request = given(R, *SERVED, reopened("2020-03-12", "2020-03-28")).request
    row = request_row(request, position=1, law_digest="")
    assert row is not None
    assert row.answer_by == date(2020, 3, 30)
    assert request.deadline is not None
    sentence = (
        "2020-03-12重新处理，最迟于2020-03-28答复；该日非工作日，顺延至2020-03-30（民事诉讼法第八十五条）"
    )
    assert request.deadline.steps[-1].text == sentence


def test_every_duty_is_tested_at_its_boundary() -> None:
    """And has a label and an article."""
    tested = {"order_waiting", "return_to_prepare", "return_to_approve", "assessment_to_check"}
    assert {duty for duty, _, _ in BOUNDARIES} | {"to_review"} | tested == set(DUTIES)
    assert all(words and article for words, article in DUTIES.values())


# --- days left ---


@pytest.mark.parametrize(
    ("on", "left"),
    # 03-21 is a Saturday, the six from Monday to Monday are after it; 清明节 from 04-04 to 04-06 adds none.
    [
        ("03-02", 20),
        ("03-20", 6),
        ("03-21", 6),
        ("03-29", 1),
        ("03-30", 0),
        ("03-31", -1),
        ("04-06", -4),
        ("04-07", -5),
    ],
)
def test_working_days_left_are_counted_after_today_and_negative_past_the_due_date(on: str, left: int) -> None:
    """Due 03-30, which is 0; days after it are counted in working days too."""
    (found,) = todo(f"2020-{on}", (R,), within=250)

    assert (found.due_on, found.workdays_left) == (date(2020, 3, 30), left)


def test_a_term_that_ended_on_friday_is_over_on_saturday() -> None:
    """A term that ended on Friday is over on Saturday, although no working day has passed since."""
    (found,) = todo("2020-03-21", (R, supplement_required("2020-03-04", "2020-03-20")))

    assert (found.duty, found.workdays_left) == ("supplement_over", 0)


@pytest.mark.parametrize(("within", "listed"), [(0, []), (5, []), (6, ["due_soon"]), (250, ["due_soon"])])
def test_the_number_of_days_that_count_as_soon_is_a_parameter(within: int, listed: list[str]) -> None:
    """On 03-20 six working days are left."""
    assert duties("2020-03-20", R, within=within) == listed
    assert duties("2020-03-30", R, within=0) == ["due_soon"]


def test_a_lapse_is_possible_from_the_day_in_the_list() -> None:
    """respond_by is Sunday 2020-03-15: on Monday the list still waits and the register refuses the lapse, on Tuesday neither."""
    history = (R, supplement_required("2020-03-04", "2020-03-15"))
    for on, listed in (("2020-03-16", "awaiting_supplement"), ("2020-03-17", "supplement_over")):
        (found,) = todo(on, history)
        assert (found.duty, found.due_on) == (listed, date(2020, 3, 16))
    given(*history).when(lapsed("2020-03-16")).then_refused(TermNotOver)
    given(*history).when(lapsed("2020-03-17")).then()


# --- order ---


def test_the_most_urgent_comes_first() -> None:
    """In the order of DUTIES, then by day, then by reference; each with unit, article and label."""
    asked_back = supplement_required("2020-03-04", "2020-03-20")
    histories = [
        (received("2020-03-16"), answered("2020-03-17")),  # 1 unserved, due 04-14
        (received("2020-03-25"), appealed("2020-03-30", ground="no_answer")),  # 2
        (R, assigned("2020-03-03", "法制科")),  # 3 overdue since 03-30
        (R, asked_back),  # 4 over since 03-20
        REDO,  # 5 redo overdue since 03-30
        (received("2020-02-27"),),  # 6 overdue since 03-26
        (R,),  # 7 as 3
        (received("2020-03-06"),),  # 8 due 04-03
        (*REDO[:3], reopened("2020-03-12", "2020-04-10")),  # 9 redo
        (R, fee_charged("2020-03-04", "2020-04-01")),  # 10 awaiting payment to 04-01
        (received("2020-03-19"), consultation_opened("2020-03-20", "2020-03-30")),  # 11
    ]

    found = todo("2020-03-31", *histories)

    assert [(each.duty, int(each.reference[5:])) for each in found] == [
        ("overdue", 6), ("overdue", 3), ("overdue", 7), ("redo_overdue", 5), ("redo", 9), ("due_soon", 8),
        ("supplement_over", 4), ("awaiting_payment", 10), ("consultation_over", 11), ("unserved", 1),
        ("appeal_pending", 2), ("provisional", 11),
    ]  # fmt: skip
    assert found[1] == Duty("2020-0003", "overdue", date(2020, 3, 30), -1, "法制科")
    assert (found[1].text, found[1].article) == ("已逾期，应立即答复", "第三十三条")
    assert (found[8].note, found[10].note) == ("甲", "复议一")


def test_the_service_of_an_imported_answer_is_no_duty() -> None:
    """Imported answers without service would fill every list forever; an answer recorded here is listed."""
    source = Provenance("ab" * 32, 1, 17)
    old = (received("2020-03-02", receipt_basis="imported", provenance=source),
           replace(answered("2020-03-10", legal_basis=UNSTATED, document_no=UNSTATED), provenance=source))  # fmt: skip
    assert todo("2020-03-20", old) == []
    again = (*old, reopened("2020-03-16", "2020-04-10"), answered("2020-03-18"))
    assert [each.duty for each in todo("2020-03-20", again)] == ["unserved"]


# --- status and timeliness apart ---


def test_while_the_applicant_s_reply_is_awaited_no_answer_is_due() -> None:
    """Long past the first term the only day shown is the applicant's; the note states that no term runs."""
    for wait, duty in ((supplement_required, "awaiting_supplement"), (fee_charged, "awaiting_payment")):
        (found,) = todo("2020-05-11", (R, wait("2020-03-10", "2020-06-30")))
        assert (found.duty, found.due_on, found.note) == (duty, date(2020, 6, 30), "不计期限")


def test_a_notice_that_stops_no_term_leaves_the_answer_due() -> None:
    """A supplement required a day after the term, or a second time: the wait is listed, and so is the answer."""
    late = (R, supplement_required("2020-03-31", "2020-04-30"))
    second = (
        R, supplement_required("2020-03-04", "2020-03-20"), supplemented("2020-03-06"),
        supplement_required("2020-03-10", "2020-04-30"),
    )  # fmt: skip

    assert duties("2020-04-10", *late) == ["overdue", "awaiting_supplement"]
    assert duties("2020-04-10", *second) == ["overdue", "awaiting_supplement"]  # 20 from 03-06: 04-03
    assert todo("2020-04-10", late)[1].note == "告知未停止期限，仍应按期答复"


def test_the_due_date_is_that_of_the_given_day() -> None:
    """Extended on 03-26: on 03-25 five days are nearly over, on 03-27 it is due 04-27."""
    history = (R, extended("2020-03-26"))

    assert duties("2020-03-25", *history) == ["due_soon"]
    assert duties("2020-03-27", *history) == []
    assert duties("2020-04-27", *history) == ["due_soon"]
    assert duties("2020-04-28", *history) == ["overdue"]


def test_a_deferral_sets_the_day() -> None:
    """Art. 35: deferred to 04-30 it is not overdue on that day, but on the next."""
    steps = (explanation_required("2020-03-04", "2020-03-20"), explained("2020-03-05"))
    history = (R, *steps, deferred("2020-03-06", "2020-04-30"))

    assert duties("2020-03-31", *history) == []
    assert duties("2020-04-30", *history) == ["due_soon"]
    assert duties("2020-05-01", *history) == ["overdue"]


def test_a_restarted_redo_is_due_by_the_new_term() -> None:
    """Supplemented on 03-16 after the reopening: 20 working days, to 04-14, in place of the decision's 03-30."""
    history = (*REDO, supplement_required("2020-03-13", "2020-03-31"), supplemented("2020-03-16"))

    assert duties("2020-04-14", *history) == ["redo"]
    assert duties("2020-04-15", *history) == ["redo_overdue"]


# --- closed, archived, annulled ---


@pytest.mark.parametrize(
    "history",
    [
        (R, *SERVED),
        (R, withdrawn("2020-03-10")),
        (R, supplement_required("2020-03-04", "2020-03-20"), lapsed("2020-03-23")),
        (*CONSULTING, *SERVED),
        (R, answered("2020-03-10"), archived("2020-03-11")),
        (R, answered("2020-03-10"), amended("2020-03-11", 1)),
        (R, appealed("2020-03-05", ground="no_answer"), amended("2020-03-11", 1)),
    ],
)
def test_requests_closed_and_served_archived_or_annulled_are_not_listed(
    history: tuple[Event, ...],
) -> None:
    """Long after every term nothing is listed: not an open consultation, not an archived answer without service."""
    assert duties("2020-12-31", *history) == []


def test_an_appeal_is_pending_whatever_the_stage() -> None:
    """In hand, closed, archived; each by its name, until the last of them has a decision in effect."""
    first = appealed("2020-03-16")
    second = appealed("2020-03-18", "诉讼一", route="litigation_direct")
    history = (R, *SERVED, first, second, archived("2020-03-20"), appeal_decided("2020-04-01"))

    assert [each.note for each in todo("2020-03-31", history)] == ["复议一", "诉讼一"]
    assert [each.note for each in todo("2020-04-01", history)] == ["诉讼一"]
    assert duties("2020-03-16", R, appealed("2020-03-16", ground="no_answer")) == ["appeal_pending"]


@pytest.mark.parametrize(
    ("service", "left"),
    [
        ((), ["unserved"]),
        ((served("2020-03-11", "courier"),), ["unserved"]),
        ((served("2020-03-11", "courier", "2020-03-12"),), []),
        ((served("2020-03-11", "electronic"),), []),
        ((served("2020-03-11", "in_person"),), []),
        ((served("2020-03-11", "public_notice"),), ["unserved"]),
    ],
)
def test_an_answer_stays_to_be_served_until_service_is_proven(
    service: tuple[Event, ...], left: list[str]
) -> None:
    """235号: a courier proves service only by a signature; the last day to answer is shown beside it."""
    found = todo("2020-03-16", (R, answered("2020-03-10"), *service))

    assert [each.duty for each in found] == left
    assert all((each.due_on, each.note) == (date(2020, 3, 30), "公开〔2020〕1号") for each in found)


def test_of_several_answers_only_the_last_is_to_be_served() -> None:
    """The first answer was served, the second not."""
    history = (*REDO, answered("2020-03-27"))

    assert duties("2020-03-26", *history) == ["redo"]
    assert duties("2020-03-27", *history) == ["unserved"]
    assert duties("2020-03-30", *history, served("2020-03-30")) == []


def test_an_order_or_return_of_the_superior_is_a_duty_until_done() -> None:
    """An order until its reply; a return to be prepared, then approved, then no duty here; if sent back, to be prepared again."""
    monday = date(2020, 3, 2)
    order = Order(5, "county", monday, "overdue", date(2020, 3, 6), "县督〔2020〕1号", "2020-0001")
    quarter = Return(6, "county", monday, "一季度", Period(monday, date(2020, 3, 31)), date(2020, 3, 9))

    def duties(on: date, *matters: Order | Return) -> list[tuple[str, str, int | None]]:
        known = Supervision(
            tuple(each for each in matters if isinstance(each, Order)),
            tuple(each for each in matters if isinstance(each, Return)),
        )
        found = asked_by_superior(known, on, LAW.calendar)
        return [(each.duty, each.reference, each.workdays_left) for each in found]

    assert duties(monday, order, quarter) == [
        ("order_waiting", "2020-0001", 4),
        ("return_to_prepare", "authority", 5),
    ]
    assert duties(date(2020, 3, 10), quarter) == [("return_to_prepare", "authority", -1)]
    assert duties(date(2020, 2, 28), order, quarter) == []
    answered_ = replace(order, answered_on=date(2020, 3, 5), result="done")
    assert duties(date(2020, 3, 4), answered_) == [("order_waiting", "2020-0001", 2)]
    assert duties(date(2020, 3, 5), answered_) == []
    for stage, duty in (("in_work", "return_to_approve"), ("sent_back", "return_to_prepare")):
        assert [each for each, _, _ in duties(monday, replace(quarter, stage=stage))] == [duty]
    for stage in ("handed_in", "accepted"):
        assert duties(monday, replace(quarter, stage=stage)) == []


def test_an_assessment_is_a_duty_from_its_announcement_to_the_last_day_to_contest_it() -> None:
    """Announced on Monday, until Friday: both days included; its note says that it was contested."""
    monday, friday = date(2020, 3, 2), date(2020, 3, 6)
    assessment = Assessment(5, monday, "考核", 2019, "评分标准", ("other",), (), friday)
    contest = Contest(9, monday, "county", "考核", "answers", "不服")

    def duties(on: date, *contests: Contest) -> list[tuple[str, int | None, str]]:
        found = assessments_to_check([assessment], contests, on, LAW.calendar)
        return [(each.duty, each.workdays_left, each.note) for each in found]

    assert duties(date(2020, 3, 1)) == duties(date(2020, 3, 7)) == []
    assert duties(monday) == [("assessment_to_check", 4, "考核")]
    assert duties(friday, contest) == [("assessment_to_check", 0, "考核，已提出申辩")]
