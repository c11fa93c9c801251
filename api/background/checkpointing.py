"""Signs checkpoints in the background, about a second after something was recorded.

Every process signs for what it recorded itself, and every SWEEP seconds for all authorities, so that a process that dies
is replaced by any other. The row that `Proofs.checkpoint` locks admits one at a time; the next one finds nothing to do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

import structlog

from adapters.postgres.database import DatabaseUnavailable, OutOfSight
from adapters.proof.checkpointing import CheckpointFault, CheckpointLag
from adapters.proof.provable import EVENT_LOG, LOGS, ProvableLog
from adapters.proof.signing_program import SigningKeyFault
from adapters.register.register import Register

log = structlog.get_logger("taizhang.sealing")

TICK, SWEEP, MINUTE = 1.0, 20.0, 60.0
"""Seconds between checkpoints of what was recorded here, between sweeps of all authorities, and between checkpoints of the
access logs, where one for each access would cost more than the access."""
PAUSE = 9
"""After a checkpoint, wait so many times as long as it took: nine tenths of the process are left for recording."""


class Checkpointer:
    """Call `grown` with an authority whose log has just grown."""

    def __init__(self, notify: Callable[[str], object] = lambda _: None) -> None:
        """notify: called by `grown` with the same authority."""
        self._notify = notify
        self._grown: set[str] = set()
        self._something = asyncio.Event()

    def grown(self, code: str) -> None:
        self._grown.add(code)
        self._notify(code)
        self._something.set()

    async def run(self, register: Register) -> None:
        """Run until cancelled. A failure is logged and tried again; recording never waits for it."""
        swept = minute = -MINUTE
        while True:
            sweeps = monotonic() - swept >= SWEEP
            swept = monotonic() if sweeps else swept
            accesses = sweeps and monotonic() - minute >= MINUTE
            minute = monotonic() if accesses else minute
            everyone: list[str] = []
            try:
                if sweeps:
                    await register.announce()
                    everyone = await register.authorities()
            except DatabaseUnavailable as wrong:
                log.warning("sealing.unavailable", reason=str(wrong))
            for code in sorted({*everyone, *self._taken()}):
                start = monotonic()
                await self._sign(register, code, *LOGS if accesses else (EVENT_LOG,), watch=sweeps)
                await asyncio.sleep(PAUSE * (monotonic() - start))
            await asyncio.sleep(TICK)
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP):
                    await self._something.wait()

    async def finish(self, register: Register) -> None:
        """At shutdown: sign checkpoints of what has none yet."""
        for code in sorted(self._taken()):
            if not await self._sign(register, code, EVENT_LOG, watch=False):
                break

    def _taken(self) -> set[str]:
        codes, self._grown = self._grown, set()
        self._something.clear()
        return codes

    async def _sign(self, register: Register, code: str, *logs: ProvableLog, watch: bool) -> bool:
        """Sign a checkpoint of one authority's logs; a fault is logged and does not concern the other authorities.

        watch: log a warning if entries have had no checkpoint for too long, whichever process should have signed it. Returns
        False if the database was unavailable; then it is tried again soon.
        """
        for of in logs:
            try:
                await register.proofs.sign_checkpoint(code, of)
                lag = await register.proofs.checkpoint_lag(code, of) if watch else CheckpointLag(0, 0)
                if lag.seconds > of.alarm_seconds:
                    log.error(
                        "sealing.behind",
                        authority=code,
                        log=of.key,
                        entries=lag.entries,
                        seconds=round(lag.seconds),
                    )
            except CheckpointFault as wrong:
                log.error("sealing.fault", authority=code, log=of.key, reason=str(wrong))
            except (SigningKeyFault, OutOfSight) as wrong:  # would be the same for the other log
                log.error("sealing.fault", authority=code, log=of.key, reason=str(wrong))
                break
            except DatabaseUnavailable as wrong:
                log.warning("sealing.unavailable", authority=code, reason=type(wrong.__cause__).__name__)
                self.grown(code)
                return False
        return True
