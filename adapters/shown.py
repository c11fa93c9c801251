"""How far the logs reached that an answer was made from: noted where a log is read, said at the door.

Passed by hand it would be an argument of every reading, of which most are made for other readings.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_positions: ContextVar[dict[str, int] | None] = ContextVar("positions", default=None)


@contextmanager
def noting() -> Iterator[dict[str, int]]:
    """What is read here meanwhile: by authority's code the position of its log; of several readings the earliest."""
    positions: dict[str, int] = {}
    token = _positions.set(positions)
    try:
        yield positions
    finally:
        _positions.reset(token)


def note(code: str, position: int) -> None:
    """An answer rests on the authority's log up to this position."""
    if (positions := _positions.get()) is not None:
        positions[code] = min(position, positions.get(code, position))


def noted(code: str) -> int | None:
    """What was noted of the authority so far."""
    positions = _positions.get()
    return None if positions is None else positions.get(code)
