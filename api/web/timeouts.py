"""The deadline of a call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import inf

TICK = 0.05
"""Seconds by which a deadline may end late."""


class Clock:
    """One timer for the deadlines of all calls of a process: one for each would cost more than most answers do."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.now = loop.time
        self._loop = loop
        self._running: set[Patience] = set()
        self._ticks = False

    def start(self, patience: Patience) -> None:
        self._running.add(patience)
        if not self._ticks:
            self._ticks = True
            self._loop.call_later(TICK, self._tick)

    def stop(self, patience: Patience) -> None:
        self._running.discard(patience)

    def _tick(self) -> None:
        now = self.now()
        for each in self._running:
            if each.until <= now:
                self._loop.call_soon(each.lose)  # by itself: what goes wrong in one is not the others'
        self._ticks = bool(self._running)
        if self._ticks:
            self._loop.call_later(TICK, self._tick)


class Patience:
    """Calls `lost` once what was given has run out. To give again takes the place of what was left.

    until: when it runs out, by the clock.
    """

    def __init__(self, clock: Clock, lost: Callable[[], object]) -> None:
        self.until = inf
        self._lost = lost
        self._clock = clock
        self._kept = 0.0

    def give(self, seconds: float) -> None:
        """From now on; without end if infinite."""
        self.until = self._clock.now() + seconds
        self._clock.start(self)

    def lend(self, seconds: float) -> None:
        """From now on somebody else is waited for, for so long; what was left is kept."""
        now = self._clock.now()
        self._kept = self.until - now
        self.until = now + seconds

    def resume(self) -> float:
        """With what was kept. Returns for how long, in seconds, somebody else could have been waited for yet."""
        now = self._clock.now()
        left = self.until - now
        self.until = now + max(self._kept, 0.0)
        return left

    def end(self) -> None:
        """It cannot run out any more, unless some is given again."""
        self.until = inf
        self._clock.stop(self)

    def lose(self) -> None:
        """Unless more was given meanwhile."""
        if self.until <= self._clock.now():
            self.end()
            self._lost()
