"""Verification of the access log in the database: like the log of events, but parts handed over to the archive may be
missing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL
from adapters.proof import checkpointing, trust
from adapters.proof.checkpointing import CheckpointLag
from adapters.proof.checkpoints import Verifier
from adapters.proof.findings import Findings, LogFinding
from adapters.proof.log_check import Examination, Pin, Published
from adapters.proof.provable import ACCESS_LOG, BEFORE_ALL, ProvableLog
from domain.authority.access_events import AccessesHandedOver


class AccessesExamined(msgspec.Struct, frozen=True):
    """The result of verifying the access log; its findings are among those of the Verification.

    entries: lines read; waiting: lines that no checkpoint covers yet. The rest as in Verification.
    """

    origin: str
    entries: int
    waiting: int
    sealed: int
    checkpoints: int
    keys: tuple[str, ...]
    checkpoint: str | None


async def published_of(
    connection: Connection, authority_id: int, log: ProvableLog, size: int | None = None
) -> list[Published]:
    """The log's checkpoints, up to the one of this size."""
    rows = await connection.fetch(SQL["checkpoints"], authority_id, log.key, size)
    return [Published(*row[:3]) for row in rows]


async def examine(
    connection: Connection,
    authority_id: int,
    code: str,
    findings: Findings,
    trusted: Sequence[Verifier],
    pin: Callable[[str], Pin | None],
    handed_over: Sequence[AccessesHandedOver],
    alarm_seconds: float | None,
) -> AccessesExamined:
    """trusted: keys of the log of events, which sign this one too. handed_over: parts that are in the archive."""
    published = await published_of(connection, authority_id, ACCESS_LOG)
    origin = trust.origin_of(published, code, ACCESS_LOG)
    kept = trust.pin_of(pin, origin)
    keys = trust.trusted_keys(kept, trust.named(trusted, origin), ())
    examination = Examination(code, findings, log=ACCESS_LOG)
    await asyncio.to_thread(examination.checkpoints, published, origin, keys, trust.pinned(kept, keys))
    examination.handed_over(handed_over)
    entries = 0
    async for row in ACCESS_LOG.between(connection, authority_id, BEFORE_ALL):
        examination.entry(row)
        entries += 1
    examination.end()
    lag = await checkpointing.lag(connection, authority_id, ACCESS_LOG)
    check_lag(lag, alarm_seconds, findings, ACCESS_LOG)
    return AccessesExamined(
        origin=origin,
        entries=entries,
        waiting=lag.entries,
        sealed=examination.sealed,
        checkpoints=len(published),
        keys=tuple(each.vkey for each in keys),
        checkpoint=examination.newest.note if examination.newest else None,
    )


def check_lag(lag: CheckpointLag, alarm_seconds: float | None, findings: Findings, log: ProvableLog) -> None:
    alarm = log.alarm_seconds if alarm_seconds is None else alarm_seconds
    if lag.entries and lag.seconds >= alarm:
        what = f"{lag.entries}条登记尚未存证，最早的已等待{lag.seconds:.0f}秒"
        findings.add(LogFinding("seal_overdue", f"{log.words}末端", what, log=log.key))
