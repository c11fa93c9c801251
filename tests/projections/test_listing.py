"""The conditions of the list of requests.

Days are counted as in `tests/domain/request/test_deadline.py`: from Monday 2020-03-02 the 20th working day is 03-30, the
40th 04-27.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any, get_args

import msgspec
import pytest

from domain.entry import Event
from domain.law import outcomes
from domain.request.answer import Timeliness
from domain.request.appeal_events import Reopened
from domain.request.events import APPLICANT_KINDS
from domain.request.judging import replay
from domain.request.stages import STAGES
from projections.listing import HEADINGS, Filter, cells, matches
from projections.register import RequestRow, request_row
from tests import random_histories
from tests.builders import (
    LAW,
    amended,
    answered,
    archived,
    assigned,
    day,
    extended,
    fee_charged,
    given,
    lapsed,
    received,
    reopened,
    served,
    supplement_required,
    supplemented,
    withdrawn,
)
from tests.random_histories import FIRST_RECEIPT, LAST_RECEIPT

R = received("2020-03-02")
WAITING = (R, supplement_required("2020-03-04", "2020-03-20"))
OWING = (R, fee_charged("2020-03-04", "2020-04-01"))
CLOSED = (R, answered("2020-03-20"))


def row(*history: Event, reference: str = "2020-0017") -> RequestRow:
    found = request_row(given(*history, reference=reference).request, position=1, law_digest="")
    assert found is not None
    return found


COVERED = LAW.calendar.covered


def test_a_due_date_waits_for_the_notice_of_each_year_that_its_term_touches() -> None:
    """No notice of 2027 is out: a term from December 2026 into January rests on both years, one that is closed on none."""
    waiting = row(received("2026-12-21"))
    assert waiting.due_on is not None
    assert (waiting.started_on.year, waiting.due_on.year) == (2026, 2027)
    assert [waiting.awaits_notice(years) for years in ({2026}, {2027}, {2026, 2027})] == [True, True, False]
    assert not row(R).awaits_notice(set())


def shown(*history: Event, **conditions: Any) -> bool:
    """Whether the request is in the list; conditions that name a day may be given as text."""
    days = ("due_before", "overdue_on", "received_from", "received_to", "closed_from", "closed_to")
    wanted = {name: day(value) if name in days else value for name, value in conditions.items()}
    return matches(row(*history), Filter(**wanted), COVERED)


def shown_on(*history: Event, condition: str, days: str) -> str:
    """For each of these days of 2020, as MM-DD, whether the condition of that day shows it: + or -."""
    return " ".join("+" if shown(*history, **{condition: f"2020-{each}"}) else "-" for each in days.split())


# --- each condition ---


def test_no_condition_shows_all() -> None:
    """Whatever the stage, closed or open, with unit or without."""
    for history in (
        (R,),
        WAITING,
        OWING,
        CLOSED,
        (*CLOSED, archived("2020-04-01")),
        (R, assigned("2020-03-03")),
    ):
        assert shown(*history)


def test_a_stage_shows_only_its_requests() -> None:
    """Each stage but "none", which no row has, has one of the five; a reopened request is in hand again."""
    histories: dict[str, tuple[Event, ...]] = {
        "in_hand": (R,),
        "awaiting_supplement": WAITING,
        "awaiting_payment": OWING,
        "closed": CLOSED,
        "archived": (*CLOSED, archived("2020-04-01")),
    }

    for stage, history in histories.items():
        assert [each for each in STAGES if shown(*history, stage=each)] == [stage]
    assert shown(*CLOSED, reopened("2020-04-01", "2020-04-30"), stage="in_hand")


def test_due_before_excludes_the_day_itself() -> None:
    """Due 03-30: before 03-31, not before 03-30; extended on 03-26 by 20 it is due 04-27."""
    assert shown_on(R, condition="due_before", days="03-29 03-30 03-31") == "- - +"
    history = (R, extended("2020-03-26"))
    assert shown_on(*history, condition="due_before", days="03-31 04-27 04-28") == "- - +"


def test_due_before_applies_to_closed_requests_and_not_without_a_term() -> None:
    """Closed on 03-20 it was due 03-30; while a supplement or a payment is awaited no term runs."""
    assert shown_on(*CLOSED, condition="due_before", days="03-30 03-31") == "- +"
    for history in (WAITING, OWING):
        assert not shown(*history, due_before="2099-12-31")


def test_overdue_from_the_day_after_the_last_day() -> None:
    """Due 03-30 and open: on that day it can still be answered; overdue from 03-31 on."""
    assert shown_on(R, condition="overdue_on", days="03-01 03-02 03-30 03-31 12-31") == "- - - + +"


def test_overdue_until_the_day_before_it_is_closed() -> None:
    """Answered on 04-02, two days late: overdue at the end of 03-31 and 04-01, at the end of 04-02 closed."""
    history = (R, answered("2020-04-02"))
    assert shown_on(*history, condition="overdue_on", days="03-30 03-31 04-01 04-02 04-03") == "- + + - -"


def test_answered_in_time_it_is_never_overdue() -> None:
    """On no day of the year, not even once reopened: a redo has a separate term."""
    first = date(2020, 1, 1)
    again = (*CLOSED, reopened("2020-04-01", "2020-04-10"))
    for on in (first + timedelta(nth) for nth in range(366)):
        assert not shown(*CLOSED, overdue_on=on)
        assert not shown(*again, overdue_on=on)


def test_overdue_considers_events_that_moved_the_term_in_time() -> None:
    """Extended on 03-26 it is due 04-27, on 03-31 too late for that; supplemented on 03-06 due 04-03."""
    in_time, too_late = (R, extended("2020-03-26")), (R, extended("2020-03-31"))
    assert shown_on(*in_time, condition="overdue_on", days="03-31 04-27 04-28") == "- - +"
    assert shown_on(*too_late, condition="overdue_on", days="03-30 03-31 04-27") == "- + +"
    history = (*WAITING, supplemented("2020-03-06"))
    assert shown_on(*history, condition="overdue_on", days="03-31 04-03 04-07") == "- - +"


def test_a_request_that_waits_for_its_applicant_is_not_overdue() -> None:
    """No term runs, however long the wait, and none ran out once the wait has lapsed."""
    for history in (WAITING, OWING, (*WAITING, lapsed("2020-03-23"))):
        assert shown_on(*history, condition="overdue_on", days="03-31 04-30 12-31") == "- - -"


@pytest.mark.parametrize("seed", range(40))
def test_overdue_on_a_day_follows_from_the_history_up_to_it(seed: int) -> None:
    """The present row gives for any earlier day the same as the request's row of that day."""
    choose = random.Random(seed)
    for nth in range(10):
        log = random_histories.log(random_histories.BySeed(seed * 100 + nth), amendments=False)
        # A decision may order an open request to be answered and give it a new last day even after the first.
        lines = random_histories.repaired(
            [line for line in log if line.event and type(line.event) is not Reopened]
        )
        history = random_histories.recorded(lines)
        now = request_row(replay(history, LAW), position=1, law_digest="")
        assert now is not None
        for _ in range(10):
            on = now.received_on + timedelta(choose.randrange(150))
            then = replay(history, LAW, until=on)
            due_on = then.deadline and then.deadline.due_on
            overdue = then.closing is None and due_on is not None and due_on < on
            assert matches(now, Filter(overdue_on=on), COVERED) == overdue, (
                f"{on}\n{random_histories.described(history)}"
            )


def test_the_days_of_receipt_are_inclusive() -> None:
    """Received on 03-02: from 03-02 and to 03-02, the day alone too."""
    assert shown_on(R, condition="received_from", days="03-01 03-02 03-03") == "+ + -"
    assert shown_on(R, condition="received_to", days="03-01 03-02 03-03") == "- + +"
    assert shown(R, received_from="2020-03-02", received_to="2020-03-02")
    assert not shown(R, received_from="2020-03-03", received_to="2020-03-01")


def test_the_days_of_closing_are_inclusive() -> None:
    """Closed on 03-20: from 03-20 and to 03-20; by withdrawal as by answer."""
    for history in (CLOSED, (R, withdrawn("2020-03-20"))):
        assert shown_on(*history, condition="closed_from", days="03-19 03-20 03-21") == "+ + -"
        assert shown_on(*history, condition="closed_to", days="03-19 03-20 03-21") == "- + +"
        assert shown(*history, closed_from="2020-03-20", closed_to="2020-03-20")


def test_an_open_request_has_no_day_of_closing() -> None:
    """No range of days shows it; a reopened request keeps the day of its first closing."""
    for history in ((R,), WAITING, OWING):
        assert not shown(*history, closed_from="2000-01-01")
        assert not shown(*history, closed_to="2099-12-31")
    again = (*CLOSED, reopened("2020-04-01", "2020-04-30"), answered("2020-04-20"))
    assert shown_on(*again, condition="closed_from", days="03-20 03-21 04-20") == "+ - -"


def test_an_outcome_is_named_up_to_a_dot() -> None:
    """A row's code includes its finer codes; part of a word matches nothing, a finer code not the coarser one."""
    history = (R, answered("2020-03-20", "unable.not_held.nonexistent"))
    named = (
        *("unable", "unable.not_held", "unable.not_held.nonexistent"),
        *(
            "unabl",
            "unable.",
            "unable.not",
            "unable.not_held.",
            "unable.not_held.none",
            "not_held",
            "nonexistent",
        ),
        *(".", "%", "unable%", "granted", "unable.not_held.nonexistent.more"),
    )

    assert [each for each in named if shown(*history, outcome=each)] == list(named[:3])
    bare = (R, answered("2020-03-20", "granted"))
    assert shown(*bare, outcome="granted")
    assert not shown(*bare, outcome="granted.provided")


def test_granted_in_part_is_not_granted() -> None:
    """granted_in_part begins with the letters of granted and is another row of the table."""
    history = (R, answered("2020-03-20", "granted_in_part"))
    assert not shown(*history, outcome="granted")
    assert shown(*history, outcome="granted_in_part")


def test_an_open_request_has_no_outcome() -> None:
    """No code shows it."""
    for code in (*outcomes.OUTCOMES, "granted", "refused", "unable", "not_processed", "other", "."):
        assert not shown(R, outcome=code)


def test_a_withdrawn_or_lapsed_request_has_an_outcome() -> None:
    """Both are other; withdrawn is counted under other.unspecified, a lapsed supplement in a separate row."""
    gone, over = (R, withdrawn("2020-03-20")), (*WAITING, lapsed("2020-03-23"))
    assert [shown(*history, outcome="other") for history in (gone, over)] == [True, True]
    assert [shown(*history, outcome="other.unspecified") for history in (gone, over)] == [True, False]
    assert [shown(*history, outcome="other.supplement_lapsed") for history in (gone, over)] == [False, True]


def test_only_closed_requests_have_a_timeliness() -> None:
    """Due 03-30. Open it has none; answered and handed over on 03-31 it is late; before proof of service it has neither."""
    histories: dict[str, tuple[Event, ...]] = {
        "-": (R,),
        "on_time": (*CLOSED, served("2020-03-20")),
        "late": (R, answered("2020-03-31"), served("2020-03-31")),
        "service_unproven": CLOSED,
    }
    for timeliness, history in histories.items():
        found = [each for each in get_args(Timeliness) if shown(*history, timeliness=each)]
        assert found == [timeliness] * (timeliness != "-")


def test_an_applicant_kind_shows_only_its_requests() -> None:
    """Each of the six."""
    for kind in APPLICANT_KINDS:
        receipt = received("2020-03-02", applicant_kind=kind)
        assert [each for each in APPLICANT_KINDS if shown(receipt, applicant_kind=each)] == [kind]


def test_a_unit_matches_the_whole_name_of_the_last_assignment() -> None:
    """Assigned to 信息科, then to 法制科: the latter matches; no part of the name does."""
    history = (R, assigned("2020-03-03", "信息科"), assigned("2020-03-04", "法制科"))
    assert [each for each in ("信息科", "法制科", "法制", "科") if shown(*history, unit=each)] == ["法制科"]
    assert not shown(R, unit="法制科")


def test_an_officer_matches_the_last_assignment() -> None:
    """By the day of the assignment, not the order of recording; none after an assignment to a unit only."""
    history = (R, assigned("2020-03-05", officer="li.m"), assigned("2020-03-04", officer="zhang"))
    assert [each for each in ("li.m", "zhang", "li", "李明") if shown(*history, officer=each)] == ["li.m"]
    assert not shown(*history, assigned("2020-03-06", "法制科"), officer="li.m")
    assert not shown(R, officer="li.m")


def test_parts_match_the_reference_of_their_parent() -> None:
    """By the complete reference; no longer once it was corrected away."""
    part = received("2020-03-02", split_from="2020-0016")
    assert [each for each in ("2020-0016", "2020-00160", "2020-0017") if shown(part, split_from=each)] == [
        "2020-0016"
    ]
    assert not shown(part, amended("2020-03-10", 1, R), split_from="2020-0016")


def test_an_irregularity_matches_requests_that_have_it() -> None:
    """Answered on 03-31 and extended twice: both codes show it, no other and no part of one."""
    history = (R, extended("2020-03-26"), extended("2020-03-27"), answered("2020-04-28"))
    named = ("late_answer", "second_extension", "late", "late_answer,second_extension", "late_extension")
    assert [each for each in named if shown(*history, irregularity=each)] == [
        "late_answer",
        "second_extension",
    ]
    assert not shown(*CLOSED, irregularity="late_answer")


def test_a_reference_matches_by_any_part_of_it() -> None:
    """The number, the year, across the hyphen, or the whole."""
    references = ("2020-0095", "2020-10095", "2019-0095", "2020-0950")
    rows = [row(R, reference=reference) for reference in references]

    def found(part: str) -> list[int]:
        return [nth for nth, each in enumerate(rows) if matches(each, Filter(reference=part), COVERED)]

    assert found("0095") == [0, 1, 2]
    assert found("2020-0095") == [0]
    assert found("-0095") == [0, 2]
    assert found("20-00") == [0]
    assert found("2020") == [0, 1, 3]
    assert found("-") == [0, 1, 2, 3]
    assert found("0096") == []


def test_two_conditions_must_both_hold() -> None:
    """Of four requests three fail one condition or both, and one is shown."""
    unit = assigned("2020-03-03", "信息科")
    rows = [row(R), row(R, unit), row(*CLOSED), row(R, unit, answered("2020-03-20"))]

    wanted = Filter(stage="closed", unit="信息科")

    assert [matches(each, wanted, COVERED) for each in rows] == [False, False, False, True]
    assert not shown(*CLOSED, closed_from="2020-03-20", closed_to="2020-03-19")
    late = (R, answered("2020-04-02"))
    assert shown(*late, overdue_on="2020-04-01", irregularity="late_answer", reference="0017")
    assert not shown(*late, overdue_on="2020-04-01", stage="in_hand")


def test_each_condition_alone_can_exclude_a_request() -> None:
    """All conditions hold; with any one of them changed the request is not shown."""
    part = received("2020-03-02", split_from="2020-0016")
    history = (
        *(part, assigned("2020-03-03", "信息科", "li.m"), answered("2020-04-02", "unable.not_held")),
        served("2020-04-02"),
    )
    holding: dict[str, tuple[Any, Any]] = {
        "stage": ("closed", "archived"),
        "due_before": ("2020-03-31", "2020-03-30"),
        "overdue_on": ("2020-04-01", "2020-04-02"),
        "received_from": ("2020-03-02", "2020-03-03"),
        "received_to": ("2020-03-02", "2020-03-01"),
        "closed_from": ("2020-04-02", "2020-04-03"),
        "closed_to": ("2020-04-02", "2020-04-01"),
        "outcome": ("unable", "refused"),
        "timeliness": ("late", "on_time"),
        "applicant_kind": ("natural_person", "other_organisation"),
        "unit": ("信息科", "法制科"),
        "officer": ("li.m", "zhang"),
        "irregularity": ("late_answer", "second_extension"),
        "reference": ("0017", "0018"),
        "split_from": ("2020-0016", "2020-0017"),
        "changed_since": (0, 1),
    }
    assert tuple(holding) == Filter.__struct_fields__
    all_hold = {name: value for name, (value, _) in holding.items()}

    assert shown(*history, **all_hold)
    for name, (_, other) in holding.items():
        assert not shown(*history, **all_hold | {name: other}), name


# --- conditions from outside ---


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("stage", ("in_hand", "archived"), ("nonsense", "", "在办", "IN_HAND")),
        ("due_before", ("2020-02-29",), ("2020-13-01", "2021-02-29", "yesterday", "")),
        ("timeliness", ("on_time", "late", "service_unproven", "provisional"), ("overdue", "", "逾期")),
        ("applicant_kind", ("natural_person",), ("nobody", "自然人")),
        ("unit", ("科", "科" * 200), ("", "科" * 201)),
        ("outcome", ("unable", "a" * 100), ("", "a" * 101)),
        ("irregularity", ("late_answer",), ("", "a" * 101)),
        ("changed_since", (0, 2**53), (-1, 2**53 + 1, 1.5, "x")),
        (
            "reference",
            ("0095", "2020-999999999", "-"),
            ("x", "", "2020-0001\n", "２０２０", "2020-9999999990", "0 1"),
        ),
    ],
)
def test_a_filter_takes_valid_values_and_refuses_others(
    name: str, good: tuple[str, ...], bad: tuple[str, ...]
) -> None:
    """Words of the vocabulary, dates of the calendar, labels of 200 characters, digits of a reference."""
    for value in good:
        assert msgspec.convert({name: value}, Filter) != Filter()
    for value in bad:
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({name: value}, Filter)


# --- what is shown of each ---


def test_a_line_of_the_list_is_in_chinese() -> None:
    """Under its headings, irregularities by their titles; days stay days."""
    company = received("2020-03-02", applicant_kind="commercial_enterprise", subject="道路改造项目批复")
    history = (company, assigned("2020-03-03", "信息科"), extended("2020-03-26"), extended("2020-03-27"))

    found = cells(row(*history, answered("2020-04-28", "unable.not_held"), served("2020-04-28")))

    assert dict(zip(HEADINGS, found, strict=True)) == {
        "登记号": "2020-0017",
        "申请事项": "道路改造项目批复",
        "阶段": "已办结",
        "收到日期": date(2020, 3, 2),
        "答复期限": date(2020, 4, 27),
        "办结日期": date(2020, 4, 28),
        "办理结果": "无法提供：本机关不掌握相关政府信息",
        "时限": "逾期",
        "申请人类别": "商业企业",
        "承办单位": "信息科",
        "与规定不符": "逾期答复、再次延期",
    }


def test_unknown_values_are_left_empty() -> None:
    """An open request has no outcome, no day of closing and no timeliness."""
    assert cells(row(R)) == (
        *("2020-0017", None, "在办", date(2020, 3, 2), date(2020, 3, 30), None, None, "", "自然人", None, ""),
    )
    assert cells(row(*WAITING))[4] is None


def test_every_stage_and_timeliness_has_a_label() -> None:
    """Closed on time it is 期限内 once served; before that service is not proven."""
    assert [cells(row(*history))[2] for history in (WAITING, OWING, (*CLOSED, archived("2020-04-01")))] == [
        "等待补正", "等待缴费", "已归档",
    ]  # fmt: skip
    in_time = (*CLOSED, served("2020-03-20"))
    assert [cells(row(*history))[7] for history in (CLOSED, in_time)] == ["尚未登记送达", "期限内"]


def test_any_row_can_be_shown() -> None:
    """For random histories: each cell has a heading, a day of receipt, and no English."""
    found = set()
    for seed in range(300):
        lines = random_histories.repaired(random_histories.log(random_histories.BySeed(seed)))
        one = request_row(replay(random_histories.recorded(lines), LAW), position=1, law_digest="")
        if one is None:
            continue
        line = cells(one)
        assert len(line) == len(HEADINGS)
        assert isinstance(line[3], date)
        assert FIRST_RECEIPT - timedelta(12) <= line[3] <= LAST_RECEIPT + timedelta(12)
        words = [str(cell) for cell in line[1:] if isinstance(cell, str) and cell]
        assert not any(letter.isascii() and letter.isalpha() for word in words for letter in word), words
        found.add(line[2])
    assert found == {"在办", "等待补正", "等待缴费", "已办结", "已归档"}
