"""Deletes expired sessions in the background. An expired session is refused whether deleted or not."""

from __future__ import annotations

import asyncio

import structlog

from adapters.postgres.database import DatabaseUnavailable
from adapters.register.register import Register

log = structlog.get_logger("taizhang.web")

EVERY = 300.0
"""Seconds between deletions."""


async def sweep(register: Register, every: float = EVERY) -> None:
    """Run until cancelled. If the database is unavailable, try again the next time."""
    while True:
        try:
            for code in await register.authorities():
                if removed := await register.logins.sweep(code):
                    log.info("sessions.removed", authority=code, sessions=removed)
        except DatabaseUnavailable as wrong:
            log.warning("sweeping.unavailable", reason=type(wrong.__cause__).__name__)
        await asyncio.sleep(every)
