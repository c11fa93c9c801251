"""Cases to be transferred or erased in a year: computed by hand from the day of archiving and the retention period."""

from __future__ import annotations

from datetime import date

import pytest

from domain.entry import Event
from domain.request import events
from domain.request.file_events import PersonalDataRestricted
from domain.request.judging import replay
from projections.retention import Expired, Level, expired
from tests.builders import (
    LAW,
    answered,
    appealed,
    day,
    erasure_requested,
    handed_over,
    personal_data_erased,
    received,
    recorded,
    reopened,
    served,
)

CLOSED = (received("2009-12-01"), answered("2009-12-20"), served("2009-12-20"))


def found(*happened: Event, year: int, level: Level = "county") -> Expired | None:
    history = recorded(*happened, reference="2009-0001")
    return expired(replay(history, LAW), history, year, level, date(2026, 1, 10))


def filed(on: str, retention: str) -> events.Archived:
    return events.Archived(day(on), archive_no="2010-1", retention=retention)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("on", "retention", "year", "level", "expected"),
    [
        ("2010-02-01", "10y", 2020, "county", None),  # kept to the end of 2020
        ("2010-02-01", "10y", 2021, "county", ("erase", "2021-01-01")),
        ("2010-02-01", "10y", 2026, "city", ("erase", "2021-01-01")),
        ("2010-02-01", "30y", 2019, "county", None),
        ("2010-02-01", "30y", 2020, "county", ("hand_over", "2020-02-01")),
        ("2010-02-01", "30y", 2029, "city", None),
        ("2010-02-01", "30y", 2030, "city", ("hand_over", "2030-02-01")),
        ("2010-02-01", "30y", 2040, "city", ("hand_over", "2030-02-01")),
        ("2010-02-01", "30y", 2041, "city", ("erase", "2041-01-01")),
        ("2010-02-01", "permanent", 2099, "county", ("hand_over", "2020-02-01")),
        ("2012-02-29", "permanent", 2022, "county", ("hand_over", "2022-03-01")),
    ],
)
def test_possible_steps_and_their_first_day(
    on: str, retention: str, year: int, level: Level, expected: tuple[str, str] | None
) -> None:
    due = found(*CLOSED, filed(on, retention), year=year, level=level)
    assert (due and (due.due, str(due.since))) == expected


def test_the_reasons_against_an_erasure_are_named() -> None:
    restricted = PersonalDataRestricted(day("2010-03-01"), basis="申诉")
    due = found(*CLOSED, filed("2010-02-01", "10y"), appealed("2010-02-10"), restricted, year=2026)
    assert due is not None
    assert due.hindrances == ("复议或诉讼尚未审结", "个人信息限制处理")
    assert found(*CLOSED, year=2026) is None


@pytest.mark.parametrize(
    ("year", "due", "since"),
    [
        (2019, "handed_over", "2019-05-20"),  # before its ten years, as agreed with the archives
        (2020, None, None),
        (2040, None, None),
        (2041, "erase", "2041-01-01"),
    ],
)
def test_a_case_is_listed_in_the_year_of_transfer_and_of_erasure(
    year: int, due: str | None, since: str | None
) -> None:
    duty = found(*CLOSED, filed("2010-02-01", "30y"), handed_over("2019-05-20"), year=year)
    assert (duty and (duty.due, str(duty.since), duty.archives)) == (due and (due, since, "某区档案馆"))


def test_a_case_reopened_after_the_transfer_is_transferred_again() -> None:
    again = (reopened("2020-06-01", "2020-07-01"), answered("2020-06-10"), served("2020-06-10"))
    before = (
        *CLOSED,
        filed("2010-02-01", "30y"),
        handed_over("2020-05-20"),
        *again,
        filed("2020-06-11", "30y"),
    )
    waiting = found(*before, year=2030)
    assert waiting is not None
    assert (waiting.due, waiting.since, waiting.handed_over_on) == ("hand_over", date(2030, 6, 11), None)


def test_an_erased_request_is_not_listed() -> None:
    """Once all data are erased; it is listed while only the applicant is, or while the erasure is not carried out."""
    history = (*CLOSED, filed("2010-02-01", "10y"), erasure_requested("2021-03-01", scope="all"))
    waiting = found(*history, year=2026)
    assert waiting is not None
    assert waiting.hindrances == ("已提请销毁，待另一人销毁",)
    assert found(*history, personal_data_erased("2021-03-02", 5), year=2026) is None
