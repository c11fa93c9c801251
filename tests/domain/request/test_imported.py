"""Imported events of an earlier register: they count like others, and prove no more than they state."""

from __future__ import annotations

from datetime import date

import pytest

from domain.entry import Event
from domain.law.terms import Duties, Law, Policy
from domain.request import events
from domain.request.parties import Provenance
from domain.request.refusals import ReceiptNotImported
from tests.builders import LAW, answered, extended, given, received, served, withdrawn
from tests.builders import event as made

SOURCE = Provenance("ab" * 32, 1, 17, "依〔2020〕17号")
ON_TIME = Provenance("ab" * 32, 1, 17, stated_timeliness="on_time")
LATE = Provenance("ab" * 32, 1, 17, stated_timeliness="late")
RECEIVED = received("2020-03-02", receipt_basis="imported", provenance=SOURCE)
BY_POST = made(events.Served, "2020-03-20", method="china_post", provenance=SOURCE)
BY_POST_LATE = made(events.Served, "2020-04-20", method="china_post", provenance=SOURCE)


@pytest.mark.parametrize(
    ("after", "timeliness"),
    [
        ((answered("2020-03-20", provenance=SOURCE),), "service_unproven"),
        ((answered("2020-03-20", provenance=SOURCE), BY_POST), "on_time"),
        ((answered("2020-03-20", provenance=SOURCE), BY_POST_LATE), "service_unproven"),
        ((answered("2020-03-20", provenance=ON_TIME),), "on_time"),
        ((answered("2020-04-20", provenance=ON_TIME),), "on_time"),
        ((answered("2020-04-20", provenance=SOURCE),), "service_unproven"),
        ((answered("2020-03-20", provenance=LATE), BY_POST), "late"),
        (
            (made(events.Withdrawn, "2020-03-20", reason="by_applicant", provenance=SOURCE),),
            "service_unproven",
        ),
        ((made(events.Withdrawn, "2020-03-20", reason="by_applicant", provenance=ON_TIME),), "on_time"),
    ],
)
def test_an_imported_closing_is_on_time_only_if_stated_or_proven(
    after: tuple[Event, ...], timeliness: str
) -> None:
    """The term ended on 30 March 2020: without a statement it is unproven, neither on time nor late by default."""
    closing = given(RECEIVED, *after).request.closing
    assert closing is not None
    assert closing.timeliness == timeliness


def test_an_own_answer_to_an_imported_receipt_is_judged_as_usual() -> None:
    """An answer without provenance is this office's own: late by its day."""
    closing = given(RECEIVED, answered("2020-04-20")).request.closing
    assert closing is not None
    assert closing.timeliness == "late"


def test_an_imported_answer_needs_no_steps_nor_approval() -> None:
    """An earlier register need not contain them; the same answer without provenance needs each."""
    rule = Policy("approval_steps", "review_and_approval", date(2019, 1, 1))
    law = Law(LAW.calendar, (rule,))
    unclear = {"outcome": "unable.still_unclear", "legal_basis": "第三十条"}
    imported = given(RECEIVED, law=law).when(answered("2020-03-20", provenance=SOURCE, **unclear)).admission()
    own = given(RECEIVED, law=law).when(answered("2020-03-20", **unclear)).admission()

    assert imported.irregularities == ()
    assert {each.code for each in own.irregularities} == {
        "unreviewed_answer", "unapproved_answer", "unclear_without_notice",
    }  # fmt: skip


def test_stated_late_is_an_irregularity_and_unstated_a_hint() -> None:
    late = given(RECEIVED).when(answered("2020-04-20", provenance=LATE)).admission()
    unstated = given(RECEIVED).when(answered("2020-04-20", provenance=SOURCE)).admission()

    assert [each.code for each in late.irregularities] == ["late_answer"]
    assert unstated.irregularities == ()
    assert [each.code for each in unstated.questions] == ["imported_past_term"]


@pytest.mark.parametrize(
    "event", [answered("2020-03-20", provenance=SOURCE), extended("2020-03-20", 5, provenance=SOURCE)]
)
def test_nothing_is_imported_into_a_request_handled_here(event: Event) -> None:
    """Otherwise an import could close a case without review and approval."""
    given(received("2020-03-02")).when(event).then_refused(ReceiptNotImported)


def test_officers_continue_an_imported_request() -> None:
    request = given(RECEIVED, answered("2020-03-20", provenance=SOURCE), served("2020-03-21")).request
    assert (request.stage, request.closing and request.closing.timeliness) == ("closed", "on_time")
    assert given(RECEIVED, withdrawn("2020-03-03")).request.stage == "closed"


def test_an_imported_answer_after_the_first_officer_needs_approval() -> None:
    """Otherwise a handler could import an answer without review. Answers before the first officer have no approval here."""
    refused = {"legal_basis": "第十五条", "provenance": SOURCE}
    for since, codes in ((date(2020, 3, 21), []), (date(2020, 3, 20), ["unapproved_answer"])):
        law = Law(LAW.calendar, (), Duties(since, 0, {"甲": "甲"}, ()))
        when = given(RECEIVED, law=law).when(answered("2020-03-20", "refused.third_party_rights", **refused))
        assert [each.code for each in when.admission().irregularities] == codes
