"""Pauses before something that ended is started again."""

from __future__ import annotations

from time import monotonic

SHORTEST, LONGEST = 1.0, 60.0
"""Seconds of the shortest pause after none, and of the longest."""


class Backoff:
    """Of one thing, running when this is made: no pause at its first end, then pauses that double.

    A run that was longer than the longest pause makes the next end the first again.
    """

    def __init__(self) -> None:
        self._pause, self._started = 0.0, monotonic()

    def ended(self) -> float:
        """Seconds to wait before it is started again."""
        if monotonic() - self._started > LONGEST:
            self._pause = 0.0
        return self._pause

    def restarted(self) -> None:
        """Call when it is started again, whether that works or not."""
        self._pause, self._started = min(LONGEST, max(SHORTEST, 2 * self._pause)), monotonic()
