"""Sends daily digests in the background; a lease in the database lets one process send each mail.

What is due is read from the database, not kept in timers. If a process dies, another sends the mail with the same
Message-ID once the lease is over. A mail server that hangs delays its own mails only.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from adapters.log.mapper import EntryUnreadable
from adapters.mail import sending
from adapters.mail.message import message
from adapters.mail.relay import MailFault, Problem, Relay
from adapters.postgres.database import DatabaseUnavailable
from adapters.register.notices.digest_mails import LEASE, ClaimedMail
from adapters.register.register import Register
from adapters.vault.keyring import VaultKeyFault
from domain.law.refusals import Refusal

log = structlog.get_logger("taizhang.digests")

POLL_INTERVAL = 5.0
"""Seconds between queries of what is due."""
AUTHORITIES = 50
"""Authorities queried each time, in rotation."""
_AGAIN, _TRIES = 1.0, 60
"""Seconds between attempts to store that a mail was sent while the database is unavailable, and how many."""


class DigestSender:
    """Runs in `serve` and `worker`."""

    def __init__(
        self,
        relay: Relay,
        *,
        look: float = POLL_INTERVAL,
        timeout: float = sending.TIMEOUT,
        lease: timedelta = LEASE,
    ) -> None:
        self._relay = relay
        self._look_every, self._timeout, self._lease = look, timeout, lease
        self._left: list[str] = []

    async def run(self, register: Register) -> None:
        """Run until cancelled. A mail not yet sent then is sent by the next process."""
        while True:
            try:
                await self.look(register)
            except DatabaseUnavailable as wrong:
                log.warning("digests.unavailable", reason=type(wrong.__cause__).__name__)
            await asyncio.sleep(self._look_every)

    async def look(self, register: Register) -> None:
        """Send all that is due at the next AUTHORITIES authorities."""
        self._left = self._left or await register.authorities()
        here, self._left = self._left[:AUTHORITIES], self._left[AUTHORITIES:]
        for code in here:
            try:
                while claimed := await register.digest_mails.claim(code, self._relay, self._lease):
                    await asyncio.gather(*(self._send(register, code, each) for each in claimed))
            except (VaultKeyFault, EntryUnreadable, Refusal) as wrong:
                log.error("digests.fault", authority=code, reason=str(wrong))

    async def _send(self, register: Register, code: str, claimed: ClaimedMail) -> None:
        try:
            problem = await self._delivered(register, claimed)
        except Exception as wrong:  # must not stop the mails of others
            log.error("digest.fault", authority=code, exc_info=wrong)
            problem = Problem("fault")
        if problem is None:
            return
        try:
            await register.digest_mails.failed(claimed, problem)
        except DatabaseUnavailable as wrong:  # sent again when the lease is over
            log.warning("digests.unavailable", reason=type(wrong.__cause__).__name__)
            return
        log.warning("digest.failed", authority=code, reason=problem.code, for_good=problem.permanent)

    async def _delivered(self, register: Register, claimed: ClaimedMail) -> Problem | None:
        try:
            to = self._relay.check(claimed.to)
        except MailFault:  # its domain was allowed when the address was set
            return Problem("domain", permanent=True)
        mail = message(
            id_=f"digest.{claimed.id}",
            made_at=claimed.made_at,
            sender=self._relay.sender,
            to=to,
            subject=claimed.subject,
            text=claimed.text,
        )
        return await sending.deliver(
            self._relay, to, mail, lambda: _note(register, claimed), timeout=self._timeout
        )


async def _note(register: Register, claimed: ClaimedMail) -> None:
    """Store that the mail was sent, trying again while the database is unavailable: otherwise it would be sent twice."""
    for _ in range(_TRIES):
        try:
            await register.digest_mails.sent(claimed)
        except DatabaseUnavailable:
            await asyncio.sleep(_AGAIN)
        else:
            return
    log.error("digest.sent_unnoted", day=str(claimed.day))
