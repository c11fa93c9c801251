"""Whether the database can be used, and what for."""

from __future__ import annotations

from typing import NamedTuple

from adapters.postgres import migrate
from adapters.postgres.database import Connection, ReadOnly
from adapters.postgres.queries import SQL


class Health(NamedTuple):
    """Of a database that can be used. replica: it is a standby, to be read alone until it is promoted."""

    schema: migrate.Schema
    replica: bool


async def health(connection: Connection) -> Health:
    """Raises ReadOnly where nothing can be recorded and it is no standby: it follows nothing, so it would show what is
    long past. Raises SchemaFault if this program is too old.
    """
    read_only = await connection.fetchval(SQL["is_read_only"])
    replica = read_only and await connection.fetchval(SQL["is_replica"])
    if read_only and not replica:
        raise ReadOnly
    return Health(await migrate.schema(connection), replica)
