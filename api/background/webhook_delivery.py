"""Delivers webhooks in the background, each in order; a lease in the database lets one process deliver each.

What is due is read from the database, not kept in timers. If a process dies, another takes over once the lease is over. A
receiver that hangs does not delay the deliveries to others.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from adapters.log.mapper import EntryUnreadable
from adapters.postgres.database import DatabaseUnavailable
from adapters.register.notices.webhooks import LEASE, PAUSED_AFTER, Claimed
from adapters.register.register import Register
from adapters.vault.keyring import VaultKeyFault
from adapters.webhooks.addresses import AllowedAddresses
from adapters.webhooks.sending import TIMEOUT, Courier
from domain.law.refusals import Refusal

log = structlog.get_logger("taizhang.webhooks")

POLL_INTERVAL = 1.0
"""Seconds between queries of the authorities that have webhooks."""
OTHER_AUTHORITIES = 20
"""Other authorities queried each time, in rotation, since one may have got its first webhook."""
AT_ONCE = 16
"""Concurrent deliveries of one process."""


class WebhookSender:
    """Runs in `serve` and `worker`. allowed: addresses that may be delivered to."""

    def __init__(
        self,
        allowed: AllowedAddresses,
        *,
        timeout: float = TIMEOUT,
        lease: timedelta = LEASE,
        paused_after: timedelta = PAUSED_AFTER,
    ) -> None:
        self.allowed = allowed
        self._timeout, self._lease, self._paused_after = timeout, lease, paused_after
        self._codes: set[str] = set()
        self._others: list[str] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._more = asyncio.Event()

    async def run(self, register: Register) -> None:
        """Run until cancelled. A delivery that is interrupted is repeated by the next process."""
        async with Courier(self.allowed, self._timeout) as courier:
            try:
                while True:
                    self._more.clear()
                    try:
                        await self._look(register, courier)
                    except DatabaseUnavailable as wrong:
                        log.warning("webhooks.unavailable", reason=type(wrong.__cause__).__name__)
                    await self._wait()
            finally:
                for task in self._under_way:
                    task.cancel()
                await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _wait(self) -> None:
        """Wait until a delivery ends, since more may be due at that webhook, or for POLL_INTERVAL."""
        try:
            async with asyncio.timeout(POLL_INTERVAL):
                await self._more.wait()
        except TimeoutError:
            pass

    async def _look(self, register: Register, courier: Courier) -> None:
        self._others = self._others or await register.authorities()
        others, self._others = self._others[:OTHER_AUTHORITIES], self._others[OTHER_AUTHORITIES:]
        for code in sorted({*self._codes, *others}):
            if len(self._under_way) >= AT_ONCE:
                return
            try:
                claimed, there_are = await register.webhooks.claim(code, self._lease)
            except (VaultKeyFault, EntryUnreadable, Refusal) as wrong:
                log.error("webhooks.fault", authority=code, reason=str(wrong))
                continue
            (self._codes.add if there_are else self._codes.discard)(code)
            for each in claimed:
                task = asyncio.create_task(self._deliver(register, courier, code, each))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    async def _deliver(self, register: Register, courier: Courier, code: str, claimed: Claimed) -> None:
        problem = "account_closed" if claimed.body is None else ""
        try:
            if claimed.body:
                problem = await courier.deliver(claimed.url, claimed.secret, claimed.id, claimed.body)
        except Exception as wrong:  # must not repeat the same delivery for ever
            log.error("webhook.fault", authority=code, webhook=claimed.webhook, exc_info=wrong)
            problem = "fault"
        try:
            if not problem:
                await register.webhooks.delivered(claimed)
                self._more.set()
                return
            paused = await register.webhooks.failed(claimed, problem, self._paused_after)
        except DatabaseUnavailable as wrong:  # delivered again when the lease is over
            log.warning("webhooks.unavailable", reason=type(wrong.__cause__).__name__)
            return
        say = log.error if paused else log.warning
        say(
            "webhook.paused" if paused else "webhook.failed",
            authority=code,
            webhook=claimed.webhook,
            reason=problem,
        )
