"""Hints (提示): unusual but possibly right entries; they need no acknowledgement and block nothing."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from domain.entry import Event
from domain.law.legal_basis import Article, articles_in, is_of_other_outcome, offered
from domain.law.outcomes import OUTCOMES
from domain.law.questions import QUESTIONS
from domain.request.events import Part
from domain.request.parties import Provenance
from projections.questions import questions
from tests.builders import (
    LAW,
    amended,
    answer_drafted,
    answered,
    appeal_decided,
    appealed,
    given,
    received,
    recorded,
)

R = received("2024-03-01")
REFUSED = answered("2024-03-20", "refused.third_party_rights", legal_basis="第十五条")
GRANTED = answered("2024-03-20", "granted.provided", legal_basis="第三十六条第二项")
SUIT = appealed("2024-04-10", "诉1", route="litigation_direct")
AFTER = appealed("2024-10-10", "诉2", route="litigation_after_reconsideration")
SOURCE = Provenance("ab" * 32, 1, 17)
IMPORTED = received("2024-03-01", receipt_basis="imported", provenance=SOURCE)
FIRST = appealed("2024-04-01", "复议一")

# For each: the hint, a history without it, one with it; the last event is judged.
# fmt: off
CASES: list[tuple[str, tuple[Event, ...], tuple[Event, ...]]] = [
    # Art. 31: the basis of each channel's day of receipt
    ("receipt_basis_of_other_channel", (received("2022-05-10"),), (received("2022-05-10", receipt_basis="system_confirmed"),)),
    ("receipt_basis_of_other_channel", (received("2022-05-10", channel="online", receipt_basis="system_confirmed"),), (received("2022-05-10", channel="online"),)),
    ("receipt_basis_of_other_channel", (received("2022-05-10", channel="in_person", receipt_basis="taken_down"),), (received("2022-05-10", channel="in_person", receipt_basis="confirmed_by_both"),)),
    ("receipt_basis_of_other_channel", (received("2022-05-10", channel="fax", receipt_basis="confirmed_by_both"),), (received("2022-05-10", channel="fax", receipt_basis="handed_in"),)),
    ("confirmed_late", (received("2022-05-10", channel="online", receipt_basis="confirmed_by_both", submitted_on=date(2022, 4, 10)),), (received("2022-05-10", channel="online", receipt_basis="confirmed_by_both", submitted_on=date(2022, 4, 9)),)),
    # the article of the outcome
    ("basis_of_other_outcome", (R, answered("2024-03-20", "refused.state_secret", legal_basis="第十四条")), (R, answered("2024-03-20", "refused.state_secret", legal_basis="第三十六条第一项"))),
    ("basis_of_other_outcome", (R, answered("2024-03-20", "unable.not_held", legal_basis="政府信息公开条例第三十六条第五项")), (R, answered("2024-03-20", "unable.not_held", legal_basis="第三十八条"))),
    ("basis_of_other_outcome", (R, answered("2024-03-20", "refused.prohibited_by_law", legal_basis="《档案法》第二十八条")), (R, answered("2024-03-20", "refused.prohibited_by_law", legal_basis="第十六条"))),
    ("basis_of_other_outcome", (R, answered("2024-03-20", "granted_in_part", legal_basis="第三十七条")), (R, answered("2024-03-20", "granted_in_part", legal_basis="第三十七条", parts=(Part("granted", "第三十六条"), Part("refused.deliberative", "第十五条"))))),
    ("basis_of_other_outcome", (R, answer_drafted("2024-03-20", outcome="refused.state_secret", legal_basis="第十四条")), (R, answer_drafted("2024-03-20", outcome="refused.state_secret", legal_basis="第十六条"))),
    # 复议法 23: a refusal under Art. 14 to 16 goes to reconsideration first, from 2024
    ("direct_suit", (R, GRANTED, SUIT), (R, REFUSED, SUIT)),
    ("direct_suit", (received("2023-11-01"), answered("2023-11-20", "refused.third_party_rights", legal_basis="第十五条"), appealed("2023-12-31", "诉1", route="litigation_direct")), (received("2023-11-01"), answered("2023-11-20", "refused.third_party_rights", legal_basis="第十五条"), appealed("2024-01-01", "诉1", route="litigation_direct"))),
    ("direct_suit", (R, appealed("2024-04-10", "诉1", route="litigation_direct", ground="no_answer")), (R, answered("2024-03-20", "granted_in_part", legal_basis="第三十七条"), SUIT)),
    ("suit_without_reconsideration", (R, REFUSED, FIRST, AFTER), (R, REFUSED, AFTER)),
    ("suit_without_reconsideration", (R, REFUSED, FIRST, AFTER), (R, REFUSED, appealed("2024-10-11", "复议一"), AFTER)),
    ("imported_past_term", (IMPORTED, replace(GRANTED, on=date(2024, 3, 29), provenance=SOURCE)), (IMPORTED, replace(GRANTED, on=date(2024, 4, 1), provenance=SOURCE))),
    ("instance_of_other_route", (R, REFUSED, FIRST, appeal_decided("2024-05-20")), (R, REFUSED, FIRST, appeal_decided("2024-05-20", instance="second"))),
]
# fmt: on


@pytest.mark.parametrize(("code", "usual", "odd"), CASES)
def test_an_unusual_entry_gives_a_hint_and_is_recorded(
    code: str, usual: tuple[Event, ...], odd: tuple[Event, ...]
) -> None:
    """At the judged entry, in a sentence with its article; without acknowledgement."""
    assert given(*usual[:-1]).when(usual[-1]).admission().questions == ()
    admission = given(*odd[:-1]).when(odd[-1]).admission()
    assert {each.key for each in admission.questions} == {(code, len(odd))}
    assert admission.irregularities == ()
    assert all(each.article in each.text and "{" not in each.text for each in admission.questions)


def test_every_hint_has_a_case() -> None:
    assert {code for code, *_ in CASES} | {
        "document_no_twice",
        "possible_duplicate",
        "earlier_not_answered",
    } == set(QUESTIONS)


def test_a_hint_disappears_with_its_cause() -> None:
    """Derived from the history as amended: a correction can remove a hint or add one."""
    wrong = answered("2024-03-20", "refused.state_secret", legal_basis="第三十六条第一项")
    right = answered("2024-03-20", "refused.state_secret", legal_basis="第十四条")
    assert [each.code for each in given(R, wrong).request.questions] == ["basis_of_other_outcome"]
    assert given(R, wrong).when(amended("2024-04-01", 2, right)).then().questions == ()
    admission = given(R, right).when(amended("2024-04-01", 2, wrong)).admission()
    assert [each.key for each in admission.questions] == [("basis_of_other_outcome", 2)]


def test_a_document_number_used_twice_in_a_year_gives_a_hint_at_both_requests() -> None:
    """Compared without width, blanks and the form of brackets; not with other years."""

    def request_of(reference: str, on: str, document_no: str) -> list[object]:
        day = date.fromisoformat(on)
        return recorded(  # type: ignore[return-value]
            received(day), answered(day, "granted.provided", document_no=document_no), reference=reference
        )

    found = questions(
        [
            request_of("2024-0001", "2024-03-01", "公开〔2024〕1号"),
            request_of("2024-0002", "2024-03-04", "公开［2024］ 1号"),
            request_of("2024-0003", "2024-03-05", "公开〔2024〕2号"),
            request_of("2025-0001", "2025-03-05", "公开〔2024〕1号"),
        ],  # type: ignore[list-item]
        LAW,
    )
    assert [(each.reference, each.version, each.code) for each in found] == [
        ("2024-0001", 2, "document_no_twice"),
        ("2024-0002", 2, "document_no_twice"),
    ]
    assert "2024-0002" in found[0].text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("第三十六条第四项、第五项", [(36, None, 4), (36, None, 5)]),
        ("《中华人民共和国政府信息公开条例》第十六条第二款", [(16, 2, None)]),
        ("《档案法》第十九条、《政府信息公开条例》第14条", [(14, None, None)]),
        ("政府信息公开条例第三十六条第（二）项", [(36, None, 2)]),
        ("保守国家秘密法第九条", []),
        ("信访工作条例第二十条", []),
        ("依法", []),
    ],
)
def test_the_articles_named_in_a_basis(text: str, named: list[tuple[int, int | None, int | None]]) -> None:
    """Only articles of the Regulations, not of other laws."""
    assert list(articles_in(text)) == [Article(*each) for each in named]


def test_the_suggested_basis_depends_on_outcome_and_day() -> None:
    """From the vocabulary of outcomes, and it gives no hint; an old case has the article of 国令492号."""
    today = date(2026, 11, 28)
    for outcome in OUTCOMES.values():
        basis = offered(outcome.code, today)
        assert basis is None or basis in outcome.article
        assert not is_of_other_outcome(outcome.article, outcome.code, today)
    assert offered("granted.provided", today) == "第三十六条第二项"
    assert offered("granted.provided", date(2019, 5, 14)) == "第二十一条第一项"
    assert offered("other.unspecified", today) is None
