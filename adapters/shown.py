"""Records which log positions a reply was made from: noted where a log is read, and sent in a header by the web server.

A context variable, since otherwise every method that reads would need another argument.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_positions: ContextVar[dict[str, int] | None] = ContextVar("positions", default=None)


@contextmanager
def noting() -> Iterator[dict[str, int]]:
    """Collects the positions read within the context, by authority's code; of several reads the earliest."""
    positions: dict[str, int] = {}
    token = _positions.set(positions)
    try:
        yield positions
    finally:
        _positions.reset(token)


def note(code: str, position: int) -> None:
    """Note that the authority's log was read up to this position."""
    if (positions := _positions.get()) is not None:
        positions[code] = min(position, positions.get(code, position))


def noted(code: str) -> int | None:
    """The position noted for the authority so far."""
    positions = _positions.get()
    return None if positions is None else positions.get(code)
