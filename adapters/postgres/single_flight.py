"""Shares one query among callers that wait for the same result."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from adapters.postgres.database import TOO_LONG, DatabaseUnavailable

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Runs one query for all callers that wait; no caller gets a result that is older than its own call.

    A caller that comes while the query runs waits for the next run, together with all others until then. timeout:
    seconds for a run, so that a session which stopped answering does not block later callers.
    """

    def __init__(self, ask: Callable[[], Awaitable[T]], timeout: float) -> None:
        self._ask = ask
        self._timeout = timeout
        self._now: asyncio.Task[T] | None = None
        self._next: asyncio.Task[T] | None = None

    async def get(self) -> T:
        """The result. Raises what the query raised, or DatabaseUnavailable. Cancelling one caller does not affect the
        others."""
        if self._next is None or self._next.done():
            self._next = asyncio.create_task(self._after(self._now))
            self._next.add_done_callback(_heard)
        return await asyncio.shield(self._next)

    async def _after(self, before: asyncio.Task[T] | None) -> T:
        if before is not None and not before.done():
            await asyncio.wait([before])
        self._now, self._next = self._next, None
        try:
            async with asyncio.timeout(self._timeout):
                return await self._ask()
        except TimeoutError:
            raise DatabaseUnavailable(TOO_LONG) from None


def _heard(task: asyncio.Task[Any]) -> None:
    """Mark the exception as retrieved: every caller that still waited has got it."""
    if not task.cancelled():
        task.exception()
