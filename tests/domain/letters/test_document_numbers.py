"""文号 (document numbers): written by a series, read again, and used in the history of a case."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from msgspec import structs

from domain.authority.number_events import NumberGapExplained, NumberSeriesSet
from domain.law.refusals import Malformed, UnknownCode
from domain.letters.document_numbers import (
    NUMBERED,
    Gap,
    check_gap,
    check_series,
    explained,
    form,
    forms,
    place,
    rule_of,
    shared,
    uses,
    written,
)
from domain.request import events
from domain.request.paper import LEADING
from tests import builders
from tests.builders import recorded

DAY = date(2026, 1, 5)


def series(**fields: Any) -> NumberSeriesSet:
    return NumberSeriesSet(
        **{"on": DAY, "series": "答复", "letters": ("answer",), "in_force_from": DAY, "prefix": "花府公开"}
        | fields
    )


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({}, "花府公开〔2026〕38号"),
        ({"type_word": "答"}, "花府公开答〔2026〕38号"),
        (
            {"prefix": "沪浦信息公开", "brackets": "round", "ordinal": True, "suffix": "-非信告"},
            "沪浦信息公开（2026）第38号-非信告",
        ),
        ({"prefix": "沪水务", "type_word": "权告", "brackets": "square"}, "沪水务权告[2026]38号"),
        ({"prefix": "某局(2020)1号函"}, "某局(2020)1号函〔2026〕38号"),
    ],
)
def test_a_written_number_is_read_again(fields: dict[str, Any], number: str) -> None:
    """Forms of law.md II.6 [V], and today's 〔〕; full-width digits are equivalent."""
    rule = series(**fields)
    assert written(rule, 2026, 38) == number
    assert place(number) == (form(rule), 2026, 38)
    assert place(number.replace("2026", "２０２６").replace("38", "３８")) == place(number)


@pytest.mark.parametrize(
    "number", ["1号", "花府公开〔26〕38号", "花府公开〔2026〕0号", "花府公开〔2026〕1234567号", "公开2026-38"]
)
def test_other_forms_belong_to_no_series(number: str) -> None:
    assert place(number) is None


def test_series_that_differ_in_brackets_share_their_numbers() -> None:
    """A quoted number does not show such a difference."""
    assert form(series()) == form(series(brackets="round", ordinal=True))


def test_an_ambiguous_series_is_refused() -> None:
    with pytest.raises(Malformed):
        check_series(series(suffix="（附〔2020〕2号）"))
    with pytest.raises(UnknownCode):
        check_series(series(outcomes=("granted.unheard_of",)))
    check_series(series(outcomes=("granted.provided",)))


def test_the_rule_depends_on_day_letter_and_outcome() -> None:
    old = series(prefix="旧", in_force_from=date(2020, 1, 1))
    later, own = series(prefix="新"), series(prefix="非答", outcomes=("unable.not_held.not_ours",))
    rules = (old, own, later)
    assert rule_of(rules, builders.answered("2026-01-04")) is old
    assert rule_of(rules, builders.answered("2026-01-05")) is later
    assert rule_of(rules, builders.answered("2026-01-05", "unable.not_held.not_ours")) is own
    assert rule_of(rules, builders.withdrawn("2026-01-05")) is None
    corrected = builders.answered("2026-01-05", "other.unspecified", legal_basis="第四十一条")
    assert rule_of(rules, corrected) is None
    assert rule_of((series(letters=("correction",)),), corrected) is not None
    both = builders.answered("2026-01-05", "other.unspecified", legal_basis="第三十六条、第四十一条")
    assert rule_of((series(letters=("correction",)),), both) is not None


def test_the_numbers_in_use_by_a_history() -> None:
    """A draft's number is reserved until the answer has it; a number corrected away is kept separately."""
    drafted = builders.answer_drafted("2020-03-09", document_no="公开〔2020〕7号")
    answered = builders.answered("2020-03-20", document_no="公开〔2020〕7号")
    history = recorded(builders.received("2020-03-02"), drafted, answered)
    assert [(each.document_no, each.version, each.state) for each in uses(history[:2])] == [
        ("公开〔2020〕7号", 2, "drafted")
    ]
    assert [(each.document_no, each.version, each.state) for each in uses(history)] == [
        ("公开〔2020〕7号", 3, "given")
    ]

    other = builders.answered("2020-03-20", document_no="公开〔2020〕8号")
    history = recorded(builders.received("2020-03-02"), answered, builders.amended("2020-03-23", 2, other))
    assert {(each.serial, each.version, each.state) for each in uses(history)} == {
        (7, 2, "withdrawn"),
        (8, 2, "given"),
    }

    annulled = builders.amended("2020-03-24", 1)
    history = recorded(builders.received("2020-03-02"), answered, annulled)
    assert [(each.serial, each.state) for each in uses(history)] == [(7, "withdrawn")]
    assert (
        uses(
            recorded(
                builders.received("2020-03-02"), builders.answered("2020-03-20", document_no="原台账未载")
            )
        )
        == []
    )


def test_letters_of_a_case_share_its_number() -> None:
    """With another suffix, within the same series and year, and never a withdrawn number; otherwise, or if the series does not
    share numbers, a letter gets its own.
    """
    answers = series(prefix="公开", in_force_from=date(2020, 1, 1))
    notices = structs.replace(answers, letters=("supplement_notice",), suffix="-补正", by_case=True)
    of_series = forms([answers, notices], "答复")
    answered = builders.answered("2020-03-20", document_no="公开〔2020〕7号")
    history = recorded(builders.received("2020-03-02"), answered)

    assert shared(notices, of_series, 2020, history) == "公开〔2020〕7号-补正"
    assert shared(notices, of_series, 2021, history) is None
    assert shared(notices, forms([series(prefix="另发")], "答复"), 2020, history) is None
    assert shared(notices, of_series, 2020, history[:1]) is None
    assert (
        shared(
            notices,
            of_series,
            2020,
            recorded(*(each.event for each in history), builders.amended("2020-03-24", 2)),
        )
        is None
    )
    assert shared(structs.replace(answers, suffix="-补正"), of_series, 2020, history) is None
    own = structs.replace(answers, by_case=True)
    assert shared(own, of_series, 2020, history) is None  # the case has that number already


def test_gaps_are_split_at_the_limits_of_an_explanation() -> None:
    explanations = [
        NumberGapExplained(DAY, "答复", 2026, 1, 9, "设定前所用"),
        NumberGapExplained(DAY, "答复", 2026, 12, 12, "作废"),
        NumberGapExplained(DAY, "另一", 2026, 1, 99, "他"),
    ]
    assert list(explained([(1, 10), (12, 13)], explanations, "答复", 2026)) == [
        Gap(1, 9, ("设定前所用",)), Gap(10, 10), Gap(12, 12, ("作废",)), Gap(13, 13),
    ]  # fmt: skip
    check_gap(explanations[0], [series()])
    with pytest.raises(UnknownCode):
        check_gap(explanations[2], [series()])
    with pytest.raises(Malformed):
        check_gap(NumberGapExplained(DAY, "答复", 2026, 3, 2, "错"), [series()])


def test_every_letter_can_have_a_number_and_be_served() -> None:
    """The same events lead to both; answers are served by their own event."""
    assert set(NUMBERED) == LEADING | {events.Answered}
