"""送达 (service) of letters other than the answer: it does not serve the answer."""

from __future__ import annotations

from domain.request.refusals import NothingToServe
from tests.builders import (
    answered,
    consultation_closed,
    consultation_opened,
    extended,
    given,
    received,
    reopened,
    served,
    supplement_required,
)

R = received("2020-03-02")


def test_a_notice_is_served_before_there_is_an_answer() -> None:
    notice, posted = supplement_required("2020-03-03", "2020-03-20"), served("2020-03-04", paper=2)
    request = given(R, served("2020-03-02", paper=1), notice).when(served("2020-03-04", paper=3)).then()
    assert [(each.version, each.type) for each in request.papers] == [
        (1, "received"),
        (3, "supplement_required"),
    ]
    given(R, notice).when(served("2020-03-04", paper=3)).then_refused(NothingToServe)
    assert given(R, notice).request.deadline == given(R, notice, posted).request.deadline


def test_the_service_of_another_letter_does_not_serve_the_answer() -> None:
    """The answer is still unserved; naming the answer is the same as naming no letter."""
    other = given(R, extended("2020-03-20"), answered("2020-04-01"), served("2020-04-02", paper=2)).request
    assert other.closing is not None
    assert (other.answers[0].servings, other.closing.timeliness) == ((), "service_unproven")
    named, unnamed = (
        given(R, answered("2020-03-11"), served("2020-03-12", paper=paper)).request for paper in (2, None)
    )
    assert named.closing == unnamed.closing
    assert named.papers == unnamed.papers


def test_an_earlier_answer_is_served_by_its_version() -> None:
    again = (
        reopened("2020-03-16", "2020-04-20"),
        answered("2020-03-18", document_no="公开〔2020〕2号"),
    )
    request = given(R, answered("2020-03-11"), *again, served("2020-03-19", paper=2)).request
    assert [bool(each.servings) for each in request.answers] == [True, False]


def test_a_consultation_closed_over_an_objection_has_a_letter() -> None:
    opened = consultation_opened("2020-03-03", "2020-03-24")
    for reply, types in (
        ("objected", ["received", "consultation_opened", "consultation_closed"]),
        ("silent", ["received", "consultation_opened"]),
    ):
        request = given(R, opened, consultation_closed("2020-03-16", reply=reply)).request
        assert [each.type for each in request.papers] == types
