"""Keeps the embedded PostgreSQL running: starts it again after a crash, with exponential backoff.

Also rotates its log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog

from adapters.backoff import Backoff
from adapters.postgres import embedded
from adapters.postgres.database import DatabaseUnavailable

log = structlog.get_logger("taizhang.database")

CHECK_INTERVAL = 1.0
"""Seconds between checks of the server's process."""


async def keep_running(directory: Path, attempted: Callable[[bool], object]) -> None:
    """Run until cancelled. directory: as for `embedded.start`. attempted: called after each start with whether it
    worked.

    A server that was stopped on purpose stays stopped until a command uses it. Data that are gone, such as those of a
    disk that is no longer mounted, are not replaced by an empty database.
    """
    directory = directory.resolve()
    backoff = Backoff()
    while True:
        await asyncio.sleep(CHECK_INTERVAL)
        if _is_running(directory):
            await _limit_log(directory)
            continue
        if (directory / embedded.STOPPED).exists():
            continue
        pause = backoff.ended()
        log.warning("database.lost", pause_seconds=pause)
        await asyncio.sleep(pause)
        backoff.restarted()
        try:
            await embedded.start(directory, create=False)
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
    """Whether the server's process runs; connecting instead would be a session a second."""
    return embedded.serves(directory / "data" / "postmaster.pid", directory / "data") is True
