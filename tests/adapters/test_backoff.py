"""Pauses before something is started again."""

from __future__ import annotations

from adapters.backoff import Backoff


def test_pauses_double_up_to_a_minute() -> None:
    backoff, pauses = Backoff(), []
    for _ in range(9):
        pauses.append(backoff.ended())
        backoff.restarted()
    assert pauses == [0, 1, 2, 4, 8, 16, 32, 60, 60]
