"""Keeps the embedded PostgreSQL running: one that was killed is started again, with growing pauses between attempts.

Its log is kept from growing without end meanwhile.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import structlog

from adapters.postgres import embedded
from adapters.postgres.database import DatabaseUnavailable

log = structlog.get_logger("taizhang.database")

LOOKS_EVERY = 1.0
"""Seconds between two looks at the server's process."""
SHORTEST, LONGEST = 1.0, 60.0
"""Seconds before the second attempt, and between attempts that keep failing. A server that lasts as long as the
longest pause is well again."""


async def keep_running(directory: Path, attempted: Callable[[bool], object]) -> None:
    """Until cancelled. directory: as given to `embedded.start`. attempted: is told of each start, and whether it worked.

    A server that was told to stop stays so until somebody uses it.
    """
    directory = directory.resolve()
    pause, last = 0.0, monotonic()
    while True:
        await asyncio.sleep(LOOKS_EVERY)
        if _is_running(directory):
            await _limit_log(directory)
            continue
        if (directory / embedded.STOPPED).exists():
            continue
        if monotonic() - last > LONGEST:
            pause = 0.0
        log.warning("database.lost", pause_seconds=pause)
        await asyncio.sleep(pause)
        pause, last = min(LONGEST, max(SHORTEST, 2 * pause)), monotonic()
        try:
            await embedded.start(directory)
        except DatabaseUnavailable as wrong:
            log.error("database.not_started", reason=str(wrong))
            attempted(False)
        else:
            log.warning("database.started")
            attempted(True)


async def _limit_log(directory: Path) -> None:
    try:
        await embedded.limit_log(directory)
    except (DatabaseUnavailable, OSError) as wrong:
        log.warning("database.log_not_limited", reason=str(wrong))


def _is_running(directory: Path) -> bool:
    """By its process alone: to ask it would be a session a second."""
    return embedded.serves(directory / "data" / "postmaster.pid", directory / "data") is True
