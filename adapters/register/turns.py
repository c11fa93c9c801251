"""Much to do at a stretch, in a process whose other callers wait meanwhile."""

from __future__ import annotations

import asyncio
from time import perf_counter

SLICE = 0.01
"""Seconds of work after which others come first."""


class Turns:
    """One's own turns at the loop."""

    def __init__(self) -> None:
        self._since = perf_counter()

    async def pause(self) -> None:
        """Let others have theirs, if this one has lasted long enough."""
        if perf_counter() - self._since > SLICE:
            await asyncio.sleep(0)
            self._since = perf_counter()
