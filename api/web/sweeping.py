"""Sessions past their terms are removed in the background; none of them opens anything meanwhile."""

from __future__ import annotations

import asyncio

import structlog

from adapters.database import DatabaseUnavailable
from adapters.store import Store

log = structlog.get_logger("taizhang.web")

EVERY = 300.0
"""Seconds between looks at every authority."""


async def sweep(store: Store, every: float = EVERY) -> None:
    """Until cancelled. A database that is away is asked again the next time."""
    while True:
        try:
            for code in await store.authorities():
                if removed := await store.entrance.sweep(code):
                    log.info("sessions.removed", authority=code, sessions=removed)
        except DatabaseUnavailable as wrong:
            log.warning("sweeping.unavailable", reason=type(wrong.__cause__).__name__)
        await asyncio.sleep(every)
