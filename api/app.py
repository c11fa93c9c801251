"""Composition root: which database, which keys, which log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from adapters import logs
from adapters.postgres import embedded, migrate
from adapters.postgres.database import DatabaseUnavailable
from adapters.postgres.watch import keep_running
from adapters.register.register import Register
from api.settings import Settings


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    size: int = 4,
    timeout: float = 10,
    restarted: Callable[[bool], object] | None = None,
) -> AsyncIterator[Register]:
    """The register, ready: the embedded PostgreSQL is started and migrated on the way, a given one is not.

    timeout: seconds to wait for a free connection, and then again for whoever records first. restarted: keep the
    embedded PostgreSQL running meanwhile, and tell of each attempt to start it again whether it worked.

    Raises DatabaseUnavailable (SchemaFault among it) or VaultKeyFault.
    """
    logs.configure(settings.log)
    if settings.database_url:
        register = await _open(settings.database_url, settings, size, timeout)
    else:
        register = await _open_embedded(settings, size, timeout)
    watch = None
    if restarted is not None and not settings.database_url:
        watch = asyncio.create_task(keep_running(settings.postgresql, restarted))
    try:
        yield register
    finally:
        if watch is not None:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch
        await register.close()


async def migrated(settings: Settings) -> tuple[list[str], str]:
    """Bring the schema and the running role's rights up to date as the owner. Returns the names of the migrations
    applied, and the role.
    """
    if settings.database_url:
        if not settings.database_owner_url:
            raise DatabaseUnavailable("请以DATABASE_OWNER_URL给出数据库属主的连接")
        role = await migrate.role_of(settings.database_url)
        return await migrate.migrate(settings.database_owner_url, role), role
    server = await embedded.start(settings.postgresql)
    return await migrate.migrate(server.dsn(embedded.OWNER), embedded.RUNTIME), embedded.RUNTIME


async def _open_embedded(settings: Settings, size: int, timeout: float) -> Register:
    server = await embedded.start(settings.postgresql)
    runtime = server.dsn(embedded.RUNTIME)
    try:
        return await _open(runtime, settings, size, timeout)
    except migrate.SchemaMissing:
        await migrate.migrate(server.dsn(embedded.OWNER), embedded.RUNTIME)
        return await _open(runtime, settings, size, timeout)


async def _open(dsn: str, settings: Settings, size: int, timeout: float) -> Register:
    return await Register.open(
        dsn, settings.keys, size=size, timeout=timeout, refuse_uncheckpointed=settings.refuse_uncheckpointed
    )
