"""Whether the database can be read and written."""

from __future__ import annotations

from typing import NamedTuple

from adapters.postgres import migrate
from adapters.postgres.database import Connection, ReadOnly
from adapters.postgres.queries import SQL


class Health(NamedTuple):
    """A usable database. replica: it is a standby, which can only be read until it is promoted."""

    schema: migrate.Schema
    replica: bool


async def health(connection: Connection) -> Health:
    """Raises ReadOnly for a read-only database that is no standby: it would show outdated data. Raises SchemaFault if
    this program is too old.
    """
    read_only = await connection.fetchval(SQL["is_read_only"])
    replica = read_only and await connection.fetchval(SQL["is_replica"])
    if read_only and not replica:
        raise ReadOnly
    return Health(await migrate.schema(connection), replica)
