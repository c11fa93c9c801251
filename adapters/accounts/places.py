"""The addresses from which officers have logged in, so that they are told of a login from a new one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL


class Place(msgspec.Struct, frozen=True):
    """An address from which the officer logged in for the first time."""

    source: str
    first_at: datetime


async def arrived(connection: Connection, authority_id: int, officer: str, source: str) -> None:
    """Store that the officer has logged in from this address."""
    await connection.execute(SQL["arrived_from"], authority_id, officer, source)


async def news(
    connection: Connection, authority_id: int, officer: str, source: str, session: str
) -> Sequence[Place]:
    """New addresses that the officer has not been told of before this session, which has another address.

    From now on told, but where this session's own place is a new one too: it may be somebody else's.
    """
    await connection.execute(SQL["tell_places"], authority_id, officer, source, session)
    rows = await connection.fetch(SQL["places_to_tell"], authority_id, officer, source, session)
    return [Place(**row) for row in rows]


async def forget(connection: Connection, authority_id: int) -> None:
    """Delete addresses not used for over a year."""
    await connection.execute(SQL["forget_places"], authority_id)
