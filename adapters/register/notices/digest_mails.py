"""The queue of daily digest mails: exactly one for each officer and working day.

A digest is stored before it is sent, in a row of the officer and the day, so that one of several processes creates it
and one sends it under a lease. A process that takes over after a crash sends the same mail with the same Message-ID.
The day is that of the database's clock in Shanghai; a digest not sent on its day is dropped, since the next one
replaces it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

from adapters.log.recorder import Head
from adapters.mail.relay import Problem, Relay
from adapters.postgres.database import Connection, Database
from adapters.postgres.queries import SQL
from adapters.register.authorities import Authorities, day_in_shanghai
from adapters.register.notices import mail_addresses
from adapters.register.notices.digests import Digests
from adapters.render import digest as words
from adapters.vault.key_store import VaultKeys, texts_of
from domain.authority.authority import Authority

LEASE = timedelta(seconds=90)
"""Duration of a lease: longer than sending a mail may take."""
AT_A_TIME = 4
"""Mails that one process claims and sends concurrently."""
_FIRST_WAIT, _LONGEST_WAIT = 60, 3600
"""Backoff in seconds, doubled each time: a server that uses greylisting needs some minutes."""
_KEPT = timedelta(days=90)
"""How long the result of a digest is kept."""


class ClaimedMail(NamedTuple):
    """A digest that this process may send until its lease is over. id: the same for every attempt."""

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
    """The digest mails of all authorities."""

    def __init__(
        self, database: Database, vault: VaultKeys, authorities: Authorities, digests: Digests
    ) -> None:
        self._database = database
        self._vault = vault
        self._authorities = authorities
        self._digests = digests

    async def claim(self, code: str, relay: Relay, lease: timedelta = LEASE) -> list[ClaimedMail]:
        """Claim mails that are due and not leased; none outside the hours of sending or on a day off."""
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
                texts = (words.subject(digest), words.text(digest, office)) if digest else ("", "")
                state = "waiting" if digest else "empty"
                await connection.execute(
                    SQL["add_digest"], authority_id, officer, day, uuid4().hex, state, *texts
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
        """Store that the mail server has accepted the mail."""
        async with self._database.transaction(claimed.authority_id) as connection:
            await connection.execute(SQL["digest_sent"], claimed.authority_id, claimed.officer, claimed.day)

    async def failed(self, claimed: ClaimedMail, problem: Problem) -> None:
        """Store that sending failed: it is tried again with exponential backoff, unless the failure is permanent."""
        wait = timedelta(seconds=min(_FIRST_WAIT * 2.0 ** min(claimed.failures, 12), _LONGEST_WAIT))
        async with self._database.transaction(claimed.authority_id) as connection:
            await connection.execute(
                SQL["digest_failed"], claimed.authority_id, claimed.officer, claimed.day, claimed.holder,
                problem.code, None if problem.permanent else wait,
            )  # fmt: skip
