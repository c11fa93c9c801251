"""The data of the wording: checked when read, dated, and complete for every event that leads to it."""

from __future__ import annotations

from datetime import date

import pytest

from domain.law import outcomes
from domain.letters import wording
from domain.letters.wording import KINDS, WordingFault
from projections.event_forms import EVENT_TYPES

GOOD = """
name = "某书"
article = "第三十三条"
events = ["extended"]
[[versions]]
in_force_from = 2019-05-15
source = "某条"
title = "某书"
[[versions.paragraphs]]
name = "one"
text = "{you}，{reason}，{workdays}"
"""


@pytest.mark.parametrize("kind", KINDS)
def test_every_wording_is_read_and_names_existing_events(kind: str) -> None:
    found = wording.load(kind)
    assert found.name
    assert set(found.events) <= set(EVENT_TYPES)
    assert all(each.source for each in found.versions)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("{nothing}", "没有{nothing}"),
        ("{matters}", "不能用于"),  # only in a supplement notice
        ("{due_on}", "不一定有内容"),  # while no term runs
        ("{part_text}", "没有{part_text}"),
        ("{you", "花括号"),
        ("{you}}", "花括号"),
        ("{}", "没有{}"),
        ("{you!r}", "花括号"),
        ("{you.__class__}", "花括号"),
    ],
)
def test_a_text_that_cannot_be_filled_is_refused_when_read(wrong: str, message: str) -> None:
    wording.parse(GOOD)
    with pytest.raises(WordingFault, match=message.replace("{", r"\{")):
        wording.parse(GOOD.replace("{you}，", f"{wrong}，"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "one"', 'name = "one"\nwhen = ["rainy"]'),
        ('name = "one"', 'name = "one"\noutcomes = ["maybe"]'),
        ("[[versions]]", "[[versions]]\nin_force_from = 2019-05-15\nsource = ''\ntitle = ''\n[[versions]]"),
        (
            "[[versions.paragraphs]]",
            '[[versions.paragraphs]]\nname = "one"\ntext = ""\n[[versions.paragraphs]]',
        ),
    ],
)
def test_conditions_outcomes_dates_and_names_are_checked(old: str, new: str) -> None:
    with pytest.raises(WordingFault):
        wording.parse(GOOD.replace(old, new, 1))


def test_the_version_is_that_of_the_letter_s_own_day() -> None:
    found = wording.load("answer")
    assert found.on(date(2019, 5, 14)).in_force_from == date(2000, 1, 1)
    assert found.on(date(2019, 5, 15)).in_force_from == date(2019, 5, 15)


@pytest.mark.parametrize("on", [date(2018, 3, 1), date(2020, 3, 1), date(2025, 3, 3)])
def test_every_outcome_has_a_finding(on: date) -> None:
    """The answers of every row of the table."""
    among = [each for each in wording.load("answer").on(on).paragraphs if each.group == "finding"]
    for code in outcomes.OUTCOMES:
        assert any(each.fits((), code) for each in among), code


def test_inserted_values_are_not_searched_for_placeholders() -> None:
    assert (
        wording.filled("{you}{applicant}", {"you": "{applicant}", "applicant": "{you}"}) == "{applicant}{you}"
    )
