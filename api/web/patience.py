"""How long a call may keep who asked waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from math import inf


class Patience:
    """Calls `lost` once what was given has run out. To give again takes the place of what was left."""

    def __init__(self, loop: asyncio.AbstractEventLoop, lost: Callable[[], object]) -> None:
        self._loop = loop
        self._lost = lost
        self._until = inf
        self._kept = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def give(self, seconds: float) -> None:
        """From now on; without end if infinite."""
        self._until = self._loop.time() + seconds
        # One that rings too early is set anew then: to move it each time costs more than to let it ring in vain.
        if self._until < inf and (self._timer is None or self._timer.when() > self._until):
            self._set()

    def lend(self, seconds: float) -> None:
        """From now on somebody else is waited for, for so long; what was left is kept."""
        self._kept = self._until - self._loop.time()
        self.give(seconds)

    def resume(self) -> None:
        """With what was kept."""
        self.give(max(self._kept, 0.0))

    def end(self) -> None:
        """It cannot run out any more, unless some is given again."""
        self._until = inf
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._until, self._ring)

    def _ring(self) -> None:
        self._timer = None
        if self._until <= self._loop.time():
            self._until = inf
            self._lost()
        elif self._until < inf:
            self._set()
