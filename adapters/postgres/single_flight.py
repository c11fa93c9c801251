"""Waiting within one process without a connection: for an answer that others wait for too."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Generic, TypeVar

from adapters.postgres.database import TOO_LONG, DatabaseUnavailable

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """What everybody asks is asked once for all who wait, and nobody gets an answer older than their question.

    One who comes while it is being asked waits for the next time, with all who come until then. timeout: seconds
    that asking may take, so that one session which went silent does not hold up all who ask after it.
    """

    def __init__(self, ask: Callable[[], Awaitable[T]], timeout: float) -> None:
        self._ask = ask
        self._timeout = timeout
        self._now: asyncio.Task[T] | None = None
        self._next: asyncio.Task[T] | None = None

    async def get(self) -> T:
        """Raises what asking raised, for all who waited, or DatabaseUnavailable. A caller that leaves does not take it from the others."""
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
    """Its failure was told to all who were still there, if anybody was."""
    if not task.cancelled():
        task.exception()
