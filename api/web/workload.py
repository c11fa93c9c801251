"""A limit on work that needs much memory: a few tasks at once, a few waiting, the rest refused."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.web.call_refusals import Unavailable


class Workload:
    """at_once: how many may run; waiting: how many more may wait."""

    def __init__(self, at_once: int, waiting: int = 0) -> None:
        self._most = at_once + waiting
        self._held = 0
        self._at_work = asyncio.Semaphore(at_once)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Wait for a place, and hold it. Raises Unavailable if too many wait already."""
        if self._held >= self._most:
            raise Unavailable
        self._held += 1
        try:
            async with self._at_work:
                yield
        finally:
            self._held -= 1
