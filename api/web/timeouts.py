"""The time that a call may take."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import inf


class Timeout:
    """Calls `expired` once, when its time is over.

    One timer of the loop, which is set again when it fires too early: to move the end later costs nothing.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, expired: Callable[[], object]) -> None:
        self._loop = loop
        self._expired = expired
        self._ends = inf
        self._left = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self, seconds: float) -> None:
        """From now on, in place of what was left; without end if infinite."""
        self._ends = self._loop.time() + seconds
        self._set()

    def suspend(self, seconds: float) -> None:
        """Something else is waited for, at most for so long; what was left is kept for `resume`."""
        self._left = self._ends - self._loop.time()
        self.start(seconds)

    def resume(self) -> float:
        """Go on with what was left. Returns how many seconds were left of what it was suspended for."""
        unused = self._ends - self._loop.time()
        self.start(max(self._left, 0.0))
        return unused

    def cancel(self) -> None:
        """It does not expire, unless it is started again."""
        self._ends = inf
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set(self) -> None:
        if self._timer is not None and self._timer.when() <= self._ends:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._ends, self._fire) if self._ends < inf else None

    def _fire(self) -> None:
        self._timer = None
        if self._ends <= self._loop.time():
            self.cancel()
            self._expired()
        else:
            self._set()
