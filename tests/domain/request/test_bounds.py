"""Everything that a client can make grow in one request is bounded, so that judging all of it takes little time."""

from __future__ import annotations

import sys
from datetime import date
from types import FrameType
from typing import Any

import pytest

from domain.entry import Event
from domain.request.bounds import RequestFull
from domain.request.judging import admit, replay
from tests.builders import (
    LAW,
    answered,
    appealed,
    assigned,
    consultation_opened,
    received,
    recorded,
    reopened,
)

TODAY = date(2026, 11, 28)
R = received("2020-03-02")


def consultations(count: int) -> list[Event]:
    return [consultation_opened("2020-03-03", "2020-03-20", f"第{nth}方") for nth in range(count)]


def appeals(count: int) -> list[Event]:
    return [appealed("2020-04-01", f"第{nth}案", case_no=f"{nth}号") for nth in range(count)]


FULL = {
    "登记": ([R, *[assigned("2020-03-03", "信息科")] * 299], assigned("2020-03-04", "信息科")),
    "征求意见": ([R, *consultations(30)], consultation_opened("2020-03-04", "2020-03-20", "又一方")),
    "复议诉讼": (
        [R, answered("2020-03-20"), *appeals(30)],
        appealed("2020-04-02", "又一案", case_no="又一号"),
    ),
}


@pytest.mark.parametrize("what", FULL)
def test_one_more_is_refused_but_an_old_log_is_read(what: str) -> None:
    before, one_more = FULL[what]
    admit(recorded(*before[:-1]), before[-1], LAW, TODAY)
    with pytest.raises(RequestFull) as refused:
        admit(recorded(*before), one_more, LAW, TODAY)
    assert what in str(refused.value)
    assert refused.value.version == len(before) + 1
    replay(recorded(*before, one_more), LAW)
    admit(recorded(*before), one_more, LAW, TODAY, again=True)


@pytest.mark.parametrize("what", ["征求意见", "复议诉讼"])
def test_other_steps_are_possible_when_one_kind_is_full(what: str) -> None:
    admit(recorded(*FULL[what][0]), assigned("2020-04-02", "信息科"), LAW, TODAY)


def calls_of_a_replay(rounds: int) -> int:
    """Number of function calls to judge a history with this many reopenings, each answered."""
    history = recorded(
        R,
        *consultations(30),
        answered("2020-03-20"),
        *(
            each
            for _ in range(rounds)
            for each in (reopened("2020-04-01", "2020-05-01"), answered("2020-04-01"))
        ),
    )
    calls = 0

    def count(_: FrameType, event: str, __: Any) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        replay(history, LAW)
    finally:
        sys.setprofile(None)
    return calls


def test_the_longest_history_costs_no_more_than_its_length() -> None:
    """Each answer is compared with every open consultation: the worst case found."""
    half, whole = calls_of_a_replay(66), calls_of_a_replay(133)
    assert whole < 2.2 * half
    assert whole < 100_000
