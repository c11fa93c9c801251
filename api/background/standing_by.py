"""Background work that writes runs only while the database is a primary, not on a standby."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from adapters.postgres.database import DatabaseUnavailable
from adapters.register.register import Register

POLL_INTERVAL = 5.0
"""Seconds between checks whether a standby was promoted."""


async def while_it_records(register: Register, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run the work until cancelled, stopping it on a standby. While the database is unavailable nothing changes. Raises what
    the work raises."""
    under_way: asyncio.Task[None] | None = None
    try:
        while True:
            with suppress(DatabaseUnavailable):
                replica = await register.is_replica()
                if replica and under_way is not None:
                    await _end(under_way)
                    under_way = None
                elif not replica and under_way is None:
                    under_way = asyncio.create_task(work())
            if under_way is None:
                await asyncio.sleep(POLL_INTERVAL)
            elif (await asyncio.wait([under_way], timeout=POLL_INTERVAL))[0]:
                return under_way.result()
    finally:
        if under_way is not None:
            await _end(under_way)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
