"""The directory of authorities, and each authority's law at a position of its log."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import partial
from math import inf
from time import monotonic
from typing import NamedTuple

from adapters.log import mapper
from adapters.log.recorder import Head
from adapters.postgres.database import Connection, Database, DatabaseUnavailable, OutOfSight
from adapters.postgres.queries import SQL
from adapters.postgres.single_flight import SingleFlight
from adapters.refusals import AuthorityUnknown
from domain.authority.authority import Authority, Officer
from domain.authority.events import AUTHORITY_STREAM
from domain.authority.refusals import OfficerUnknown, ServiceUnknown
from domain.authority.replay import replay_authority
from domain.law.calendar import national_notices
from domain.law.terms import Law
from domain.values import AUTHORITY_CODE_PATTERN, SHANGHAI

_STALE = 5.0
"""Seconds for which successors recorded by other processes may be missing."""


class Standing(NamedTuple):
    """State of an authority's log. replica: read from a standby."""

    position: int
    has_officers: bool
    replica: bool


class _Stands(NamedTuple):
    """The part of a head row that is readable without setting the authority."""

    position: int
    authority_version: int
    replica: bool


class Authorities:
    """Caches the authorities' keys, and their law by version; neither ever changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ids: dict[str, int] = {}
        self._law: dict[int, tuple[int, Authority, Law]] = {}
        self._polls: dict[int, SingleFlight[_Stands]] = {}
        self._reading = asyncio.Lock()
        self._all_read = False
        self._read_at = -inf
        self._superiors: tuple[date, frozenset[str]] | None = None

    async def codes(self) -> list[str]:
        """The codes of all authorities, in order. Raises DatabaseUnavailable if a known one is missing, since none is
        ever removed."""
        async with self._database.session() as connection:
            return list(await self._directory(connection))

    async def _directory(self, connection: Connection) -> dict[str, int]:
        found = {row["code"]: row["authority_id"] for row in await connection.fetch(SQL["authorities"])}
        if unseen := sorted(self._ids.keys() - found):
            raise DatabaseUnavailable(f"机关名录不全，缺{'、'.join(unseen)}；请检查数据库的行级安全策略")
        self._ids |= found
        return found

    def is_known(self, code: str) -> bool:
        """Whether the code is cached."""
        return code in self._ids

    async def id_of(self, code: str) -> int:
        """Raises AuthorityUnknown."""
        if code not in self._ids:
            if not re.fullmatch(AUTHORITY_CODE_PATTERN, code):
                raise AuthorityUnknown(code="")
            async with self._database.session() as connection:
                found = await connection.fetchval(SQL["authority_id"], code)
            if found is None:
                raise AuthorityUnknown(code=code)
            self._ids[code] = found
        return self._ids[code]

    async def standing(self, code: str) -> Standing:
        """The log's position and whether there are officers; concurrent calls share one query.

        Raises AuthorityUnknown.
        """
        authority_id = await self.id_of(code)
        stands = await self._stands(authority_id)
        known = self._law.get(authority_id)
        authority = known[1] if known and known[0] == stands.authority_version else await self.authority(code)
        return Standing(stands.position, authority.has_officers, stands.replica)

    async def position(self, code: str) -> int:
        """The log's position. Raises AuthorityUnknown."""
        return (await self._stands(await self.id_of(code))).position

    async def _stands(self, authority_id: int) -> _Stands:
        if (answer := self._polls.get(authority_id)) is None:
            poll = partial(self._poll, authority_id)
            answer = self._polls[authority_id] = SingleFlight(poll, self._database.timeout)
        return await answer.get()

    async def _poll(self, authority_id: int) -> _Stands:
        async with self._database.session() as connection:
            row = await connection.fetchrow(SQL["poll"], authority_id)
        if row is None:
            raise OutOfSight(authority_id)
        return _Stands(*row)

    # -- law --

    async def units_of(self, superior: str, on: date) -> list[str]:
        """Codes of the authorities that this one supervises on the day, in order; cached, and only changed ones are
        read again.

        Raises as `codes`.
        """
        async with self._database.session() as connection:
            directory = await self._directory(connection)
            polled = await connection.fetchmany(SQL["poll"], [(each,) for each in directory.values()])
        if len(polled) != len(directory):
            raise OutOfSight(0)
        # A code may be reserved without being registered.
        versions = {
            code: (authority_id, version)
            for (code, authority_id), (_, version, _) in zip(directory.items(), polled, strict=True)
            if version
        }
        async with self._reading:  # concurrent calls wait, and then find them in the cache
            await self._read_laws(
                authority_id
                for authority_id, version in versions.values()
                if (known := self._law.get(authority_id)) is None or known[0] != version
            )
        self._all_read, self._read_at = True, monotonic()
        return [
            code
            for code, (authority_id, _) in versions.items()
            if self._law[authority_id][1].superior_on(on) == superior
        ]

    async def _read_laws(self, authorities: Iterable[int]) -> None:
        """Read them in one transaction: opening one for each would take longer than reading."""
        if wanted := list(authorities):
            async with self._database.transaction(0, reading=True) as connection:
                for authority_id in wanted:
                    await self._database.turn_to(connection, authority_id)
                    await self.as_it_stands(connection, authority_id)

    def have_moved(self) -> None:
        """Call when an authority has recorded something of itself: invalidates what was read of all authorities."""
        self._read_at = -inf

    async def supervises(self, code: str, on: date, *, again: bool = False) -> bool:
        """Whether the authority has units on the day, by the cached authorities, which are read only the first time.

        again: read them again if they are older than _STALE seconds.
        """
        if not self._all_read or (again and monotonic() - self._read_at > _STALE):
            await self.units_of(code, on)
        if self._superiors is None or self._superiors[0] != on:
            above = (authority.superior_on(on) for _, authority, _ in self._law.values())
            self._superiors = on, frozenset(each for each in above if each is not None)
        return code in self._superiors[1]

    async def taken_over_by(self, code: str) -> list[str]:
        """Codes of the authorities whose successor this is, by data at most _STALE seconds old."""
        if monotonic() - self._read_at > _STALE:
            await self.units_of(code, date.max)
        return [
            authority.code
            for _, authority, _ in self._law.values()
            if any(each.is_whole and each.successor == code for each in authority.successions)
        ]

    async def authority(self, code: str) -> Authority:
        """The authority now. Raises AuthorityUnknown, AuthorityNotRegistered."""
        authority_id = await self.id_of(code)
        async with self._database.transaction(authority_id) as connection:
            return (await self.as_it_stands(connection, authority_id))[1]

    async def as_it_stands(self, connection: Connection, authority_id: int) -> tuple[Head, Authority, Law]:
        """The head without locking it, and the authority and its law at this head."""
        head = await head_of(connection, authority_id)
        return (head, *await self.law(connection, authority_id, head))

    async def today(self, connection: Connection, authority_id: int) -> tuple[Authority, date]:
        """The authority now, and today in Shanghai by the database's clock."""
        row = await connection.fetchrow(SQL["head_now"], authority_id)
        authority, _ = await self.law(connection, authority_id, Head(*row[:4]))
        return authority, day_in_shanghai(row["now"])

    async def officer_today(
        self, connection: Connection, authority_id: int, officer: str
    ) -> tuple[Officer, date]:
        """An officer in office today, and the day. Raises OfficerUnknown."""
        authority, day = await self.today(connection, authority_id)
        found = authority.officer(officer)
        if found is None or not found.in_office(day):
            raise OfficerUnknown(on=day, officer=officer)
        return found, day

    async def check_service(self, connection: Connection, authority_id: int, service: str) -> None:
        """Raises ServiceUnknown unless it is a service account in force today."""
        authority, day = await self.today(connection, authority_id)
        found = authority.service(service)
        if found is None or found.in_force(day) is None:
            raise ServiceUnknown(service=service, on=day)

    async def law(self, connection: Connection, authority_id: int, head: Head) -> tuple[Authority, Law]:
        """The authority and its law at this head, from the cache if its own stream has not grown."""
        version, authority, law = self._law.get(authority_id) or (0, None, None)
        if authority is None or law is None or version != head.authority_version:
            rows = await connection.fetch(
                SQL["select_stream"], authority_id, AUTHORITY_STREAM, None, None, None
            )
            authority = replay_authority(mapper.recorded(row) for row in rows)
            law = authority.law(national_notices())
            self._law[authority_id] = (authority.version, authority, law)
            self._superiors = None
        return authority, law.publishing(head.published_reports)


async def head_of(connection: Connection, authority_id: int) -> Head:
    """The head, without locking it."""
    return Head(*await connection.fetchrow(SQL["head"], authority_id))


def day_in_shanghai(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()
