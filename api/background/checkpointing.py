"""Sealing in the background: what was recorded is under a signed checkpoint a second later.

Every process seals what it recorded itself, and now and then looks at all: of several the row that `Proofs.seal` locks
lets one at a time, and who comes second finds nothing left. A process that dies is thus replaced by any other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

import structlog

from adapters.postgres.database import DatabaseUnavailable, OutOfSight
from adapters.proof.checkpointing import SealFault, SealLag
from adapters.proof.provable import EVENT_LOG, LOGS, ProvableLog
from adapters.proof.signing_program import SealKeyFault
from adapters.register.register import Register

log = structlog.get_logger("taizhang.sealing")

TICK, SWEEP, MINUTE = 1.0, 20.0, 60.0
"""Seconds between seals of what grew here, between looks at every authority, and between seals of access logs: a checkpoint
for each reading would be more than the reading itself."""
PAUSE = 9
"""Times as long as a seal took nothing is sealed: recording has nine tenths of the process, however many offices."""


class Checkpointer:
    """grown: tell it whose log has just grown."""

    def __init__(self, tell: Callable[[str], object] = lambda _: None) -> None:
        """tell: is called too, at once."""
        self._tell = tell
        self._grown: set[str] = set()
        self._something = asyncio.Event()

    def grown(self, code: str) -> None:
        self._grown.add(code)
        self._tell(code)
        self._something.set()

    async def run(self, register: Register) -> None:
        """Until cancelled. A failure is logged and tried again; recording never waits for it."""
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
                await self._seal(register, code, *LOGS if accesses else (EVENT_LOG,), watch=sweeps)
                await asyncio.sleep(PAUSE * (monotonic() - start))
            await asyncio.sleep(TICK)
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP):
                    await self._something.wait()

    async def finish(self, register: Register) -> None:
        """At a stop: what grew and is not sealed yet."""
        for code in sorted(self._taken()):
            if not await self._seal(register, code, EVENT_LOG, watch=False):
                break

    def _taken(self) -> set[str]:
        codes, self._grown = self._grown, set()
        self._something.clear()
        return codes

    async def _seal(self, register: Register, code: str, *logs: ProvableLog, watch: bool) -> bool:
        """In transactions of its own, so that whatever is wrong with one authority, the next one is sealed.

        watch: say so if entries lie unsealed for too long, whoever should have sealed them. False if the database
        gave no answer; then it is tried again soon.
        """
        for of in logs:
            try:
                await register.proofs.seal(code, of)
                lag = await register.proofs.checkpoint_lag(code, of) if watch else SealLag(0, 0)
                if lag.seconds > of.alarm_seconds:
                    log.error(
                        "sealing.behind",
                        authority=code,
                        log=of.key,
                        entries=lag.entries,
                        seconds=round(lag.seconds),
                    )
            except SealFault as wrong:
                log.error("sealing.fault", authority=code, log=of.key, reason=str(wrong))
            except (SealKeyFault, OutOfSight) as wrong:  # of one log as of the other
                log.error("sealing.fault", authority=code, log=of.key, reason=str(wrong))
                break
            except DatabaseUnavailable as wrong:
                log.warning("sealing.unavailable", authority=code, reason=type(wrong.__cause__).__name__)
                self.grown(code)
                return False
        return True
