"""Long polling: callers wait until a log grows, and one query of the database serves all that wait.

What this process records wakes them at once. What other processes record is found by polling once a second, only while
somebody waits: PostgreSQL's NOTIFY would make every commit of the database take one lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from adapters.postgres.database import DatabaseUnavailable
from adapters.register.register import Register

log = structlog.get_logger("taizhang.web")

POLL_INTERVAL, MIN_POLL_INTERVAL = 1.0, 0.05
"""Seconds between polls for what other processes recorded, and the shortest time between any two polls."""
MAX_WAITING = 500
"""Callers that may wait in one process."""


class TooManyWait(Exception):
    """MAX_WAITING callers wait already."""


class Growth:
    """The callers of one process that wait. Each holds its own HTTP connection, and none to the database."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[None], tuple[str, int]] = {}
        self._has_waiters = asyncio.Event()
        self._recorded_here = asyncio.Event()

    def grown(self, _code: str) -> None:
        """This process has recorded something: poll at once."""
        self._recorded_here.set()

    async def wait_beyond(
        self,
        code: str,
        position: int,
        seconds: float,
        on_wait_cancelled: Callable[[Callable[[], object]], object],
    ) -> None:
        """Return once the log has an entry after the position, or after so many seconds. Raises TooManyWait.

        on_wait_cancelled: called with a function that ends the wait at once, for a server that shuts down and a caller
        that disconnects.
        """
        if len(self._waiting) >= MAX_WAITING:
            raise TooManyWait
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        on_wait_cancelled(lambda: _wake(waiter))
        self._waiting[waiter] = code, position
        self._has_waiters.set()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await waiter
        finally:
            del self._waiting[waiter]

    async def run(self, register: Register) -> None:
        """Poll until cancelled."""
        while True:
            await self._has_waiters.wait()
            self._recorded_here.clear()
            await self._poll(register)
            if not self._waiting:
                self._has_waiters.clear()
                continue
            await asyncio.sleep(MIN_POLL_INTERVAL)
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_INTERVAL - MIN_POLL_INTERVAL):
                    await self._recorded_here.wait()

    async def _poll(self, register: Register) -> None:
        positions: dict[str, int] = {}
        for code in {code for code, _ in self._waiting.values()}:
            try:
                positions[code] = await register.position(code)
            except DatabaseUnavailable as wrong:  # those callers return at their own timeout
                log.warning("growth.unavailable", authority=code, reason=type(wrong).__name__)
        for waiter, (
            code,
            position,
        ) in self._waiting.items():  # callers may have been added during the queries
            if positions.get(code, 0) > position:
                _wake(waiter)


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
