"""The addresses from which officers have logged in, for a notice of a login from a new one."""

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
    """New addresses of which the officer saw no notice before this session, which has another address.

    Marks them as shown, unless this session's own address is new too: the session may be somebody else's.
    """
    await connection.execute(SQL["announce_places"], authority_id, officer, source, session)
    rows = await connection.fetch(SQL["new_places"], authority_id, officer, source, session)
    return [Place(**row) for row in rows]


async def forget(connection: Connection, authority_id: int) -> None:
    """Delete addresses not used for over a year."""
    await connection.execute(SQL["forget_places"], authority_id)
