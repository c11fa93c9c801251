"""How often each fault is injected, by which seed, and how it is reported."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

if TYPE_CHECKING:
    from tests.faults.checker import Finding

FULL = os.environ.get("TAIZHANG_FAULTS") == "full"
SEED = int(os.environ.get("TAIZHANG_SEED", "0"))


in_full = pytest.mark.skipif(not FULL, reason="in `make faults`")
"""Takes too long for `make test`."""


def times(quick: int, full: int) -> int:
    """How often: quick in `make test`, full in `make faults`."""
    return full if FULL else quick


def chance(name: str) -> random.Random:
    """The choices of one test, the same for the same seed."""
    return random.Random(f"{SEED} {name}")


class Outcome(msgspec.Struct, frozen=True):
    """One line of the report. acknowledged: recordings that had been answered; lost: findings of the checker."""

    fault: str
    done: str
    times: int
    acknowledged: int
    lost: int
    seconds: float | None = None


def report(record_property: Callable[[str, Any], None], outcome: Outcome, findings: list[Finding]) -> None:
    """Add the outcome to the report; then fail if the checker found anything."""
    record_property("fault", msgspec.to_builtins(outcome))
    print(
        f"{outcome.fault} {outcome.done}: {outcome.times} times, {outcome.acknowledged} acknowledged, {outcome.lost} lost"
    )
    assert findings == []
