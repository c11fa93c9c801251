"""Daily digests sent in the background, by whichever process holds a mail's lease.

What is due is asked of the database, so no timer can be lost: a process that dies is replaced by any other, which sends
the same mail under the same Message-ID once the lease is over. A server that hangs holds up no more than its own mails.
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
from adapters.register.digest_mails import LEASE, ClaimedMail
from adapters.register.register import Register
from adapters.vault.keyring import VaultKeyFault
from domain.law.refusals import Refusal

log = structlog.get_logger("taizhang.digests")

LOOK = 5.0
"""Seconds between looks."""
AUTHORITIES = 50
"""Looked at each time, one after another in their order."""
_AGAIN, _TRIES = 1.0, 60
"""Seconds between tries to note that a mail was sent, while the database is away, and how many."""


class DigestSender:
    """In the background of `serve` and `worker`."""

    def __init__(
        self,
        relay: Relay,
        *,
        look: float = LOOK,
        longest: float = sending.LONGEST,
        lease: timedelta = LEASE,
    ) -> None:
        self._relay = relay
        self._look_every, self._longest, self._lease = look, longest, lease
        self._left: list[str] = []

    async def run(self, register: Register) -> None:
        """Until cancelled; what is then on its way is given up, and sent by the process that comes next."""
        while True:
            try:
                await self.look(register)
            except DatabaseUnavailable as wrong:
                log.warning("digests.unavailable", reason=type(wrong.__cause__).__name__)
            await asyncio.sleep(self._look_every)

    async def look(self, register: Register) -> None:
        """One look at the next authorities, and all that is due there."""
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
        except Exception as wrong:  # a defect of ours, which must not end the others'
            log.error("digest.fault", authority=code, exc_info=wrong)
            problem = Problem("fault")
        if problem is None:
            return
        try:
            await register.digest_mails.failed(claimed, problem)
        except DatabaseUnavailable as wrong:  # the lease ends by itself, and it is sent again
            log.warning("digests.unavailable", reason=type(wrong.__cause__).__name__)
            return
        log.warning("digest.failed", authority=code, reason=problem.word, for_good=problem.for_good)

    async def _delivered(self, register: Register, claimed: ClaimedMail) -> Problem | None:
        try:
            to = self._relay.check(claimed.to)
        except MailFault:  # of a domain that was allowed when the address was set
            return Problem("domain", for_good=True)
        mail = message(
            id_=f"digest.{claimed.id}",
            made_at=claimed.made_at,
            sender=self._relay.sender,
            to=to,
            subject=claimed.subject,
            text=claimed.text,
        )
        return await sending.deliver(
            self._relay, to, mail, lambda: _note(register, claimed), longest=self._longest
        )


async def _note(register: Register, claimed: ClaimedMail) -> None:
    """That it was sent, however long the database is away: forgotten, it would be sent twice."""
    for _ in range(_TRIES):
        try:
            await register.digest_mails.sent(claimed)
        except DatabaseUnavailable:
            await asyncio.sleep(_AGAIN)
        else:
            return
    log.error("digest.sent_unnoted", day=str(claimed.day))
