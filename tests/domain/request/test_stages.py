"""Possible events by stage: every cell of the contract's table.

The table is copied by hand from contract.md, "Stages and events", not from `domain.request.stages`; the rows of erasing
and restricting are not in the contract.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from domain.entry import Event, type_of
from domain.law.refusals import Refusal
from domain.request import events, refusals
from domain.request.appeal_refusals import NotOrderedToPerform
from domain.request.judging import possible_next
from domain.request.state import DisclosureRequest
from tests.builders import (
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
    document_filed,
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
    handed_over,
    lapsed,
    personal_data_erased,
    personal_data_restricted,
    received,
    reopened,
    restriction_lifted,
    served,
    supplement_required,
    supplemented,
    withdrawn,
)

TABLE = """
received              I × × × × ×
assigned              × = = = = ×
supplement_required   × S = × × ×
supplemented          × × I × × ×
extended              × = = = × ×
consultation_opened   × = = = × ×
consultation_closed   × = = = = =
explanation_required  × = = × × ×
explained             × = = × × ×
deferred              × = × × × ×
fee_charged           × P × × × ×
fee_paid              × × × I × ×
answered              × C C C × ×
withdrawn             × C C C × ×
lapsed                × × C C × ×
served                × = = = = =
extension_drafted     × = = = × ×
answer_drafted        × = = = × ×
draft_reviewed        × = = = × ×
draft_approved        × = = = × ×
archived              × × × × A ×
handed_over           × × × × × =
appealed              × = = = = =
appeal_decided        × = = = = =
correction_analysed   × = = = = =
reopened              × = = = I I
document_filed        × = = = = =
erasure_requested     × × × × = =
personal_data_erased  × × × × = =
personal_data_restricted × = = = = =
restriction_lifted    × = = = = =
entry_amended         × = = = = =
"""
NAMES = ("none", "in_hand", "awaiting_supplement", "awaiting_payment", "closed", "archived")
STAGE = dict(zip("NISPCA", NAMES, strict=True))
ROWS = {row.split()[0]: dict(zip(STAGE, row.split()[1:], strict=True)) for row in TABLE.strip().splitlines()}
CELLS = [(name, stage) for name in ROWS for stage in STAGE]

# Every mark is set, so that only the stage decides: an answer to serve, an appeal decided with an order to
# perform, an open consultation, an explanation requested, a restriction, an erasure requested.
_IN_HAND = (
    received("2020-03-02"),
    answered("2020-03-03"),
    appealed("2020-03-04"),
    appeal_decided("2020-03-05", "ordered_to_perform"),
    reopened("2020-03-06", "2020-06-30", appeal="复议一"),
    consultation_opened("2020-03-06", "2020-03-20"),
    explanation_required("2020-03-06", "2020-03-20"),
    personal_data_restricted("2020-03-06"),
    answer_drafted("2020-03-06", "稿一"),
    answer_drafted("2020-03-06", "稿二"),
)
HISTORIES: dict[str, tuple[Event, ...]] = {
    "N": (),
    "I": _IN_HAND,
    "S": (*_IN_HAND, supplement_required("2020-03-09", "2020-03-20")),
    "P": (*_IN_HAND, fee_charged("2020-03-09", "2020-04-07")),
    "C": (*_IN_HAND, answered("2020-03-09"), erasure_requested("2020-03-09", basis="ordered")),
    "A": (
        *_IN_HAND,
        answered("2020-03-09"),
        erasure_requested("2020-03-09", basis="ordered"),
        archived("2020-03-10"),
    ),
}
EARLIER, AFTER = "2020-04-13", "2020-05-18"
"""The day of the judged event, after every stated term, and the day of one more event after it."""

TELL: dict[str, Callable[[str], Event]] = {
    "received": received,
    "assigned": assigned,
    "supplement_required": lambda on: supplement_required(on, on),
    "supplemented": supplemented,
    "extended": extended,
    "consultation_opened": lambda on: consultation_opened(on, on, name="乙"),
    "consultation_closed": consultation_closed,
    "explanation_required": lambda on: explanation_required(on, on),
    "explained": explained,
    "deferred": lambda on: deferred(on, on),
    "fee_charged": lambda on: fee_charged(on, on),
    "fee_paid": fee_paid,
    "extension_drafted": lambda on: extension_drafted(on, "稿三"),
    "answer_drafted": lambda on: answer_drafted(on, "稿四"),
    "draft_reviewed": lambda on: draft_reviewed(on, "稿一"),
    "draft_approved": lambda on: draft_approved(on, "稿二"),
    "answered": answered,
    "withdrawn": withdrawn,
    "served": served,
    "archived": archived,
    "handed_over": handed_over,
    "appealed": lambda on: appealed(on, "诉讼二", ground="no_answer"),
    "appeal_decided": lambda on: appeal_decided(on, "ordered_to_perform", instance="second"),
    "correction_analysed": correction_analysed,
    "reopened": lambda on: reopened(on, "2020-06-30", appeal="复议一"),
    "document_filed": document_filed,
    "erasure_requested": lambda on: erasure_requested(on, basis="ordered"),
    "personal_data_erased": lambda on: personal_data_erased(on, len(_IN_HAND) + 2),
    "personal_data_restricted": personal_data_restricted,
    "restriction_lifted": restriction_lifted,
    "entry_amended": lambda on: amended(on, 1, received("2020-03-02", delivery="electronic")),
}


def example(name: str, stage: str, on: str) -> Event:
    """An event of the type that only the stage can refuse; the cause of a lapse is the awaited step."""
    return lapsed(on, "fee" if stage == "P" else "supplement") if name == "lapsed" else TELL[name](on)


def leads_to(name: str, stage: str) -> str | None:
    """The stage after the event; None if the table has × there."""
    cell = ROWS[name][stage]
    return None if cell == "×" else stage if cell == "=" else cell


POSSIBLE = [(name, stage) for name, stage in CELLS if leads_to(name, stage) and stage != "N"]
IMPOSSIBLE = [(name, stage) for name, stage in CELLS if not leads_to(name, stage)]


def test_every_event_has_a_row() -> None:
    """The table is complete: 32 events, six stages."""
    assert {type_of(kind) for kind in events.EVENTS} == set(ROWS)
    assert len(CELLS) == 32 * 6


def test_a_request_begins_with_its_receipt() -> None:
    """Art. 29: without a request only the receipt is possible; each example history is in its stage."""
    assert given().when(received("2020-03-02")).then().stage == "in_hand"
    for stage in "ISPCA":
        assert given(*HISTORIES[stage]).request.stage == STAGE[stage]


@pytest.mark.parametrize(("name", "stage"), POSSIBLE)
def test_a_possible_event_leads_to_the_stage_of_the_table(name: str, stage: str) -> None:
    """Every cell that is not ×: the event is admitted and the stage is the cell's."""
    after = given(*HISTORIES[stage]).when(example(name, stage, EARLIER)).admission().request
    assert after.stage == STAGE[str(leads_to(name, stage))]


# The refusing rule: of the event in any stage, of the event while the request is open, else of the stage.
# fmt: off
ANYWHERE = {"received": refusals.AlreadyReceived, "entry_amended": refusals.AmendmentUnknown}
WHILE_OPEN = {"supplemented": refusals.NoSupplementRequired, "lapsed": refusals.NoSupplementRequired, "fee_paid": refusals.NoFeeCharged, "archived": refusals.NotClosed, "handed_over": refusals.NotClosed,
              "erasure_requested": refusals.StillOpen, "personal_data_erased": refusals.ErasureNotRequested}
OF_THE_STAGE = {"N": refusals.NotReceived, "S": refusals.AwaitingSupplement, "P": refusals.AwaitingPayment, "C": refusals.AlreadyAnswered, "A": refusals.AlreadyArchived}
# fmt: on


def rule_of(name: str, stage: str) -> type[Refusal]:
    if (name, stage) == ("handed_over", "C"):
        return refusals.NotArchived
    of_the_event = ANYWHERE.get(name) or (WHILE_OPEN.get(name) if stage in "ISP" else None)
    return of_the_event or OF_THE_STAGE[stage]


@pytest.mark.parametrize(("name", "stage"), IMPOSSIBLE)
def test_an_impossible_event_is_refused_by_its_rule(name: str, stage: str) -> None:
    """Every × is a refusal of that entry, also if an entry of a later day was recorded before."""
    history, refused = HISTORIES[stage], example(name, stage, EARLIER)
    refusal = given(*history).when(refused).then_refused(rule_of(name, stage))
    assert refusal.version == len(history) + 1
    if stage != "N":
        given(*history, TELL["appealed"](AFTER)).when(refused).then_refused(rule_of(name, stage))


def state(request: DisclosureRequest) -> dict[str, object]:
    """The state of the request, without the versions of the entries."""
    held = {name: getattr(request, name) for name in request.__struct_fields__}
    held["answers"] = [
        (a.on, a.outcome, a.due_on, a.appeal, [event for _, event in a.servings]) for a in request.answers
    ]
    held["erasures"] = sorted((each.scope, each.asked_on, str(each.erased_on)) for each in request.erasures)
    held["drafts"] = sorted(
        (each.draft, each.stage, [(step.step, step.on, step.passed) for step in each.steps])
        for each in request.drafts
    )
    held["papers"] = [(each.type, each.on) for each in request.papers]
    held["questions"] = sorted((each.code, sorted(each.figures.items())) for each in request.questions)
    held["irregularities"] = sorted((i.code, sorted(i.figures.items())) for i in request.irregularities)
    return held


@pytest.mark.parametrize(("name", "stage"), POSSIBLE)
def test_the_order_of_entry_does_not_matter(name: str, stage: str) -> None:
    """A step recorded late takes its place in the order of law: with every event that may follow, both orders agree."""
    after = str(leads_to(name, stage))
    followers = [
        other for other in ROWS if leads_to(other, after) and leads_to(other, stage) and other != name
    ]
    if name == "explanation_required":
        followers.remove("explained")  # it answers the later question
    if name == "personal_data_erased":
        followers.remove("reopened")  # nothing is erased of a reopened request
    if name in ("erasure_requested", "personal_data_erased"):
        followers.remove("appealed")  # nor of one under appeal
    if name == "appealed":
        followers = [each for each in followers if each not in ("erasure_requested", "personal_data_erased")]
    assert followers
    for other in followers:
        step, follower = example(name, stage, EARLIER), example(other, after, AFTER)
        as_it_happened = given(*HISTORIES[stage], step).when(follower).admission().request
        entered_late = given(*HISTORIES[stage], follower).when(step).admission().request
        assert as_it_happened.stage == STAGE[str(leads_to(other, after))], other
        assert state(entered_late) == state(as_it_happened), other


# --- what a cell says beside the stage ---

IN_HAND = (received("2020-03-02"),)
EXPLANATION_REQUIRED = (*IN_HAND, explanation_required("2020-03-04", "2020-03-20"))
CONSULTED = (*IN_HAND, consultation_opened("2020-03-04", "2020-03-20"))
DRAFTED = (*IN_HAND, answer_drafted("2020-03-04"))
APPEALED = (*IN_HAND, appealed("2020-03-31", ground="no_answer"))
ORDERED = (*APPEALED, appeal_decided("2020-04-01", "ordered_to_perform"))
ARCHIVED = (*IN_HAND, answered("2020-03-20"), served("2020-03-20"), archived("2020-03-23"))


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("consultation_closed", IN_HAND, CONSULTED),
        ("consultation_closed", (*CONSULTED, consultation_closed("2020-03-10")), CONSULTED),
        ("explained", IN_HAND, EXPLANATION_REQUIRED),
        ("draft_reviewed", IN_HAND, DRAFTED),
        ("draft_reviewed", (*DRAFTED, draft_reviewed("2020-03-05")), DRAFTED),
        ("draft_approved", IN_HAND, (*DRAFTED, draft_reviewed("2020-03-05"))),
        ("draft_approved", (*DRAFTED, draft_reviewed("2020-03-05", passed=False)), DRAFTED),
        ("appeal_decided", IN_HAND, APPEALED),
        ("correction_analysed", APPEALED, ORDERED),
        ("reopened", APPEALED, ORDERED),
        ("handed_over", (*ARCHIVED, handed_over("2020-04-01")), ARCHIVED),
    ],
)
def test_possible_events_depend_on_the_marks_too(
    name: str, before: tuple[Event, ...], after: tuple[Event, ...]
) -> None:
    """Offered only if there is something to close, explain, review, approve, decide, analyse or transfer."""
    offered = [name in possible_next(given(*history).request) for history in (before, after)]
    assert offered == [False, True]


def test_the_marks_beside_the_stage() -> None:
    """The last assigned unit; stated terms while awaited; extended, supplemented, consulted once they were."""
    plain = given(received("2020-03-02")).request
    assert (plain.unit, plain.respond_by, plain.pay_by, plain.redo_by) == (None, None, None, None)
    assert (plain.extended, plain.supplemented, plain.consulted) == (False, False, False)
    history = HISTORIES["S"]
    assert given(*history).request.respond_by == date(2020, 3, 20)
    history = (*history, supplemented("2020-03-11"), extended("2020-03-12"), assigned("2020-03-13", "法制科"))
    open_again = given(*history, assigned("2020-03-12")).request  # entered late, of an earlier day
    assert (open_again.unit, open_again.respond_by, open_again.redo_by) == ("法制科", None, date(2020, 6, 30))
    assert (open_again.extended, open_again.supplemented, open_again.consulted) == (True, True, True)
    charged = (*history, fee_charged("2020-03-16", "2020-04-13"))
    assert given(*charged).request.pay_by == date(2020, 4, 13)
    closed = given(*charged, answered("2020-03-17")).request
    assert (closed.pay_by, closed.redo_by) == (None, None)


def test_a_part_payment_is_not_enough() -> None:
    """109号: in hand again once the sum is reached, in whatever order the payments are recorded."""
    charged = (received("2021-03-01"), fee_charged("2021-03-02", "2021-03-30"))
    first, second = fee_paid("2021-03-03", "40"), fee_paid("2021-03-08", "60.00")
    assert given(*charged).when(first).then().stage == "awaiting_payment"
    for parts in ((first, second), (second, first)):
        request = given(*charged, *parts).request
        assert (request.stage, request.deadline.started_on) == ("in_hand", date(2021, 3, 8))  # type: ignore[union-attr]


def test_a_second_notice_sets_a_new_term_to_supplement() -> None:
    """S × supplement_required: the stage stays, with the new respond_by."""
    waiting = given(received("2020-03-02"), supplement_required("2020-03-03", "2020-03-13"))
    second = waiting.when(supplement_required("2020-03-05", "2020-03-20")).then("second_supplement_notice")
    assert (second.stage, second.respond_by) == ("awaiting_supplement", date(2020, 3, 20))


@pytest.mark.parametrize("stage", list("ISP"))
def test_an_open_request_is_reopened_only_by_an_order_to_perform(stage: str) -> None:
    """I, S, P × reopened: the stage stays, due_on is redo_by; without an order it is refused."""
    given(*HISTORIES[stage]).when(reopened(EARLIER, "2020-07-31")).then_refused(NotOrderedToPerform)
    by_order = given(*HISTORIES[stage]).when(reopened(EARLIER, "2020-07-31", appeal="复议一")).then()
    assert (by_order.stage, by_order.deadline.due_on) == (STAGE[stage], date(2020, 7, 31))  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("first", "second", "second_effective", "possible"),
    [
        ("ordered_to_perform", "claim_dismissed", "2020-04-20", False),
        ("claim_dismissed", "ordered_to_perform", "2020-04-20", True),
        ("ordered_to_perform", "claim_dismissed", None, True),
    ],
)
def test_the_last_decision_in_effect_counts(
    first: str, second: str, second_effective: str | None, possible: bool
) -> None:
    """Contract: appeal_decided may repeat (instances); the last one in effect counts; without a day it is pending."""
    reopening = given(
        received("2020-03-02"),
        appealed("2020-03-31", ground="no_answer"),
        appeal_decided("2020-04-01", first),
        appeal_decided("2020-04-20", second, effective_on=second_effective, instance="second"),
    ).when(reopened("2020-04-21", "2020-05-20", appeal="复议一"))
    if possible:
        assert reopening.then().stage == "in_hand"
    else:
        reopening.then_refused(NotOrderedToPerform)


def test_a_closed_or_archived_request_is_reopened_without_an_appeal() -> None:
    """自行纠正: it is in hand again and no longer archived."""
    closed = (received("2020-03-02"), answered("2020-03-20"), served("2020-03-20"))
    for history in (closed, (*closed, archived("2020-03-23"))):
        request = given(*history).when(reopened("2020-04-10", "2020-05-08")).then()
        assert request.stage == "in_hand"


def test_after_a_withdrawal_or_lapse_a_new_request_is_needed() -> None:
    """C × supplemented: the refusal advises recording a new request."""
    notice = supplement_required("2020-03-03", "2020-03-09")
    for closing in ((withdrawn("2020-03-10"),), (notice, lapsed("2020-03-10"))):
        late = given(received("2020-03-02"), *closing).when(supplemented("2020-03-16"))
        assert "新的申请" in str(late.then_refused(refusals.AlreadyClosed))
