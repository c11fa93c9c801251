"""Work that writes is kept from a standby: it begins once the database takes recordings, and ends where it no longer does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from adapters.postgres.database import DatabaseUnavailable
from adapters.register.register import Register

LOOK = 5.0
"""Seconds between looks whether a standby was promoted."""


async def while_it_records(register: Register, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Until cancelled, as the work itself. While the database is away nothing changes. Raises what the work raises."""
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
                await asyncio.sleep(LOOK)
            elif (await asyncio.wait([under_way], timeout=LOOK))[0]:
                return under_way.result()
    finally:
        if under_way is not None:
            await _end(under_way)


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
