"""Recording into a year whose annual report is published (design 6): irregular if and only if a figure of the year changes."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from domain.entry import Event, Recorded
from domain.law.irregularities import Irregularity
from domain.law.terms import Law
from domain.request.judging import admit, replay
from tests.builders import (
    LAW,
    amended,
    answered,
    appeal_decided,
    appealed,
    archived,
    assigned,
    received,
    recorded,
    served,
)

PUBLISHED = LAW.publishing({2020: 100})
"""The report of 2020 is at position 100."""

R = received("2020-12-01")
ANSWERED = (R, answered("2020-12-10"))
APPEALED = (*ANSWERED, served("2020-12-10"), appealed("2020-12-20"))
FIRST_DAY = (received("2019-12-02"), answered("2020-01-01"))
APPEALED_IN_2019 = (
    received("2019-11-01"),
    answered("2019-11-11"),
    served("2019-11-11"),
    appealed("2019-12-02"),
)
DECIDED = (*APPEALED_IN_2019, appeal_decided("2020-01-01"))
DECIDED_BEFORE = (*APPEALED_IN_2019, appeal_decided("2019-12-31"))


def at(position: int, *happened: Event) -> list[Recorded]:
    """Consecutive entries from the position on, recorded late enough for every fact."""
    return [
        msgspec.structs.replace(entry, position=position + nth)
        for nth, entry in enumerate(recorded(*happened))
    ]


def after(*before: Event, then: Event, law: Law = PUBLISHED) -> tuple[Irregularity, ...]:
    """Irregularities of published years if `before` was recorded before the publication and `then` after it."""
    found = admit(at(1, *before), then, law, date(2022, 1, 4), stream="request/2020-0017").irregularities
    return tuple(each for each in found if each.code == "published_period")


@pytest.mark.parametrize(
    ("before", "then"),
    [
        ((), R),
        ((R,), answered("2020-12-31")),
        (ANSWERED, amended("2021-03-01", 1)),
        (ANSWERED, amended("2021-03-01", 2)),
        (ANSWERED, amended("2021-03-01", 2, answered("2021-01-04"))),
        (ANSWERED, amended("2021-03-01", 2, answered("2020-12-10", "refused.deliberative"))),
        (ANSWERED, amended("2021-03-01", 1, received("2020-12-01", applicant_kind="research_institution"))),
        ((received("2019-12-02"),), answered("2020-01-02")),
        (APPEALED[:-1], APPEALED[-1]),
        (APPEALED, appeal_decided("2020-12-31", "revoked", effective_on="2020-12-31")),
        ((*ANSWERED, amended("2021-01-04", 1)), amended("2021-03-01", 1, R)),
        # an amendment before the publication counts, and is reverted after it
        (
            (R, answered("2021-01-04"), amended("2021-01-05", 2, ANSWERED[1])),
            amended("2021-03-01", 2, answered("2021-01-04")),
        ),
        # the first and last day of the year belong to it
        ((), received("2020-12-31")),
        ((received("2020-01-01"),), amended("2021-03-01", 1, received("2019-12-31"))),
        (FIRST_DAY, amended("2021-03-01", 2, answered("2020-01-01", "refused.deliberative"))),
        (APPEALED[:-1], appealed("2020-12-31")),
        (DECIDED, amended("2021-03-01", 5, appeal_decided("2020-01-01", "revoked"))),
    ],
)
def test_an_entry_that_changes_a_published_year_is_irregular(before: tuple[Event, ...], then: Event) -> None:
    """New, closed, outcome, kind of applicant, appealed, decided: each changes a cell of the published tables."""
    found = after(*before, then=then)
    assert [(each.version, each.figures["year"]) for each in found] == [(len(before) + 1, "2020")]
    assert "日志位置100" in found[0].text
    assert after(*before, then=then, law=LAW) == ()


@pytest.mark.parametrize(
    ("before", "then"),
    [
        ((R,), answered("2021-01-04")),  # carried out before and after
        ((R,), assigned("2020-12-02")),  # entered late, counted nowhere
        (ANSWERED, served("2020-12-10")),
        (ANSWERED, archived("2020-12-31")),
        (ANSWERED, amended("2021-03-01", 2, answered("2020-12-11"))),  # another day of the same year
        (ANSWERED, amended("2021-03-01", 1, received("2020-12-02"))),
        ((received("2021-01-04"),), amended("2021-03-01", 1, received("2021-01-05"))),
        (APPEALED, appeal_decided("2021-01-04", "revoked", effective_on="2021-01-04")),  # pending then
        (APPEALED, appeal_decided("2020-12-31", "revoked", effective_on=None)),  # in effect at no time
        ((received("2019-12-02"), answered("2019-12-10")), amended("2021-03-01", 2, answered("2019-12-11"))),
        ((), received("2021-01-04")),
        (DECIDED_BEFORE, amended("2021-03-01", 5, appeal_decided("2019-12-31", "revoked"))),
    ],
)
def test_an_entry_that_changes_no_figure_is_not_irregular(before: tuple[Event, ...], then: Event) -> None:
    """A step entered late without effect on the report, or a fact after its year."""
    assert after(*before, then=then) == ()


def test_entries_before_the_publication_are_never_irregular() -> None:
    """Positions decide: the same history before, across and after the publication."""
    history = (R, answered("2020-12-10"))
    cells = {99: [], 100: [("published_period", 2)], 101: [("published_period", 1), ("published_period", 2)]}
    for first, expected in cells.items():
        found = replay(at(first - (first == 99), *history), PUBLISHED).irregularities
        assert [each.key for each in found] == expected


def test_each_changed_published_year_is_named() -> None:
    """A request of December 2020 recorded in 2022: new and carried out in 2020, carried in in 2021."""
    both = LAW.publishing({2020: 100, 2021: 200})
    assert [each.figures["year"] for each in after(then=R, law=both)] == ["2020、2021"]
    assert [each.figures["year"] for each in after(R, then=answered("2021-02-01"), law=both)] == ["2021"]


def test_a_publication_does_not_change_the_law() -> None:
    """It moves no date: rows need not be folded again."""
    assert PUBLISHED.digest == LAW.digest


def test_of_two_late_entries_each_is_judged_by_itself() -> None:
    """The assignment moves no number, the answer after it does."""
    entries = recorded(R, assigned("2020-12-02"), answered("2020-12-10"))
    late = [
        msgspec.structs.replace(entry, position=position)
        for entry, position in zip(entries, (1, 101, 102), strict=True)
    ]
    found = replay(late, PUBLISHED).irregularities
    assert [each.version for each in found if each.code == "published_period"] == [3]


def test_an_entry_between_two_publications_is_late_for_the_first() -> None:
    both = LAW.publishing({2020: 100, 2021: 200})
    found = replay(at(150, R), both).irregularities
    assert [(each.code, each.figures["year"]) for each in found] == [("published_period", "2020")]
