"""The daily digests on their way by mail: one an officer and working day, never a second, and none forgotten.

What a digest says is kept before it is sent, in a row of the officer and the day, so that of several processes one makes
it and one sends it under a lease; the process that takes over after a kill sends the same mail under the same Message-ID.
The day is that of the database's clock in Shanghai; what was not sent that day lapses, since the next digest says it all.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from adapters.log.recorder import Head
from adapters.mail.relay import Problem, Relay
from adapters.postgres.database import Connection, Database
from adapters.postgres.queries import SQL
from adapters.register import mail_addresses
from adapters.register.authorities import Authorities, day_in_shanghai
from adapters.register.digests import Digests
from adapters.render import digest as words
from adapters.vault.key_store import VaultKeys, texts_of
from domain.authority.authority import Authority

LEASE = timedelta(seconds=90)
"""How long nobody else sends: longer than a mail may take."""
AT_A_TIME = 4
"""Mails that one process claims, to send them side by side: they wait for each other no longer than the lease."""
_FIRST_WAIT, _LONGEST_WAIT = 60, 3600
"""Seconds until a mail is tried again, doubled each time: a server that greylists wants some minutes."""
_KEPT = timedelta(days=90)
"""How long it is known what became of a digest."""


class ClaimedMail(NamedTuple):
    """A digest that is this process's to send until its lease is over. id: the same however often it is sent."""

    authority_id: int
    officer: str
    day: date
    holder: str
    failures: int
    id: str
    made_at: datetime
    to: str
    subject: str
    text: str


class DigestMails:
    """Digests of all authorities, from what they say to what became of them."""

    def __init__(
        self, database: Database, vault: VaultKeys, authorities: Authorities, digests: Digests
    ) -> None:
        self._database = database
        self._vault = vault
        self._authorities = authorities
        self._digests = digests

    async def claim(self, code: str, relay: Relay, lease: timedelta = LEASE) -> list[ClaimedMail]:
        """Mails that are due and nobody sends, which are the caller's now: none at a quiet hour or on a day off."""
        await self._vault.take_new()
        authority_id, missing = await self._authorities.id_of(code), list[str]()
        async with self._database.transaction(authority_id) as connection:
            if not await connection.fetchval(SQL["has_mail_addresses"], authority_id):
                return []
            row = await connection.fetchrow(SQL["head_now"], authority_id)
            authority, law = await self._authorities.law(connection, authority_id, Head(*row[:4]))
            day = day_in_shanghai(row["now"])
            await connection.execute(SQL["lapse_digests"], authority_id, day)
            if not (law.calendar.is_working(day) and relay.is_open(row["now"])):
                return []
            for row in await connection.fetch(SQL["addressees"], authority_id, day):
                officer = authority.officer(row["officer"])
                if officer is None or not officer.in_office(day):
                    await mail_addresses.forget(connection, authority_id, row["officer"])
                elif not row["made"]:
                    missing.append(officer.id)
        if missing:
            await self._make(code, authority_id, authority, day, missing)
        async with self._database.transaction(authority_id) as connection:
            return await self._claimed(connection, authority_id, day, lease)

    async def _make(
        self, code: str, authority_id: int, authority: Authority, day: date, officers: list[str]
    ) -> None:
        found, office = await self._digests.on(code, day), authority.name_on(day)
        async with self._database.transaction(authority_id) as connection:
            await connection.execute(SQL["forget_digests"], authority_id, day - _KEPT)
            for officer in officers:
                digest = found.get(officer)
                said = (words.subject(digest), words.text(digest, office)) if digest else ("", "")
                state = "waiting" if digest else "empty"
                await connection.execute(
                    SQL["add_digest"], authority_id, officer, day, uuid4().hex, state, *said
                )

    async def _claimed(
        self, connection: Connection, authority_id: int, day: date, lease: timedelta
    ) -> list[ClaimedMail]:
        holder = uuid4().hex
        rows = await connection.fetch(SQL["claim_digests"], authority_id, day, holder, lease, AT_A_TIME)
        ids = [row["sealed_id"] for row in rows]
        addresses = await texts_of(connection, self._vault.ring, authority_id, ids)
        return [
            ClaimedMail(
                authority_id, row["officer"], day, holder, row["failures"], row["id"], row["made_at"],
                addresses[row["sealed_id"]], row["subject"], row["text"],
            )
            for row in rows
        ]  # fmt: skip

    async def sent(self, claimed: ClaimedMail) -> None:
        """The server has it."""
        async with self._database.transaction(claimed.authority_id) as connection:
            await connection.execute(SQL["digest_sent"], claimed.authority_id, claimed.officer, claimed.day)

    async def failed(self, claimed: ClaimedMail, problem: Problem) -> None:
        """It is tried again, each time after twice as long; not where that would change nothing."""
        wait = timedelta(seconds=min(_FIRST_WAIT * 2.0 ** min(claimed.failures, 12), _LONGEST_WAIT))
        async with self._database.transaction(claimed.authority_id) as connection:
            await connection.execute(
                SQL["digest_failed"], claimed.authority_id, claimed.officer, claimed.day, claimed.holder,
                problem.word, None if problem.for_good else wait,
            )  # fmt: skip
