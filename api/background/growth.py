"""Callers that wait for a log to grow: many of them, one look at the database for all.

A process knows at once what it recorded itself. What another recorded it finds by looking, once a second and only while
somebody waits: NOTIFY would make every commit of the database take one lock.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import structlog

from adapters.postgres.database import DatabaseUnavailable
from adapters.register.register import Register

log = structlog.get_logger("taizhang.web")

LOOK, SOONEST = 1.0, 0.05
"""Seconds between looks for what other processes recorded, and at least between any two."""
MOST = 500
"""Callers that may wait in a process."""


class TooManyWait(Exception):
    """As many wait as may."""


class Growth:
    """Of the logs of a process. A caller that waits holds nothing but its own connection."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Future[None], tuple[str, int]] = {}
        self._somebody = asyncio.Event()
        self._sooner = asyncio.Event()

    def grown(self, _code: str) -> None:
        """Something was recorded here."""
        self._sooner.set()

    async def beyond(
        self, code: str, position: int, seconds: float, hurry: Callable[[Callable[[], object]], object]
    ) -> None:
        """Returns once the log reaches further than the position, or after so many seconds. Raises TooManyWait.

        hurry: is given what makes it return at once, for a server that stops and a caller that leaves.
        """
        if len(self._waiting) >= MOST:
            raise TooManyWait
        here: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        hurry(lambda: _end(here))
        self._waiting[here] = code, position
        self._somebody.set()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await here
        finally:
            del self._waiting[here]

    async def run(self, register: Register) -> None:
        """Until cancelled."""
        while True:
            await self._somebody.wait()
            self._sooner.clear()
            await self._look(register)
            if not self._waiting:
                self._somebody.clear()
                continue
            await asyncio.sleep(SOONEST)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK - SOONEST):
                    await self._sooner.wait()

    async def _look(self, register: Register) -> None:
        positions: dict[str, int] = {}
        for code in {code for code, _ in self._waiting.values()}:
            try:
                positions[code] = await register.position(code)
            except DatabaseUnavailable as wrong:  # who waits for it is answered in the end
                log.warning("growth.unavailable", authority=code, reason=type(wrong).__name__)
        for here, (code, position) in self._waiting.items():  # others may have come meanwhile
            if positions.get(code, 0) > position:
                _end(here)


def _end(here: asyncio.Future[None]) -> None:
    if not here.done():
        here.set_result(None)
