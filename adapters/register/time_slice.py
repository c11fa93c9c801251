"""Cooperative multitasking for long computations in the event loop."""

from __future__ import annotations

import asyncio
from time import perf_counter

SLICE = 0.01
"""Seconds of work after which other tasks may run."""


class TimeSlice:
    """Call `pause` at intervals during a long computation."""

    def __init__(self) -> None:
        self._since = perf_counter()

    async def pause(self) -> None:
        """Let other tasks run, if SLICE seconds have passed."""
        if perf_counter() - self._since > SLICE:
            await asyncio.sleep(0)
            self._since = perf_counter()
