"""Composition root: opens the register that the settings name."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

from adapters import logs
from adapters.postgres import embedded, migrate
from adapters.postgres.database import DatabaseUnavailable
from adapters.postgres.watch import keep_running
from adapters.register.operations import copying, database_diagnosis, diagnosis
from adapters.register.operations.copying import Copied
from adapters.register.operations.diagnosis import Finding
from adapters.register.register import Register
from api.settings import Settings


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    size: int = 4,
    timeout: float = 10,
    create: bool = True,
    restarted: Callable[[bool], object] | None = None,
) -> AsyncIterator[Register]:
    """The register. The embedded PostgreSQL is started and migrated first; a configured one must be ready.

    size: database connections. timeout: seconds to wait for a free connection, and again for another recording of the
    same authority. create: False: the embedded PostgreSQL must have its data already. restarted: given, the embedded
    PostgreSQL is watched and started again when it is lost; called after each attempt with whether it worked.

    Raises DatabaseUnavailable (SchemaFault among it) or VaultKeyFault.
    """
    logs.configure(settings.log)
    if settings.database_url:
        register = await _open(settings.database_url, settings, size, timeout)
    else:
        register = await _open_embedded(settings, size, timeout, create=create)
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


async def migrated(
    settings: Settings, on_progress: Callable[[str], object] = lambda _: None
) -> tuple[list[str], str]:
    """Migrate the schema and grant the runtime role its rights, as the database owner. Returns the names of the
    migrations applied, and the role. on_progress: see `migrate.migrate`.
    """
    owner = await owner_dsn(settings)
    role = await migrate.role_of(settings.database_url) if settings.database_url else embedded.RUNTIME
    return await migrate.migrate(owner, role, on_progress=on_progress), role


async def owner_dsn(settings: Settings) -> str:
    """The connection string of the database owner, for what the runtime role may not do. Raises DatabaseUnavailable."""
    if not settings.database_url:
        return (await embedded.start(settings.postgresql)).dsn(embedded.OWNER)
    if not settings.database_owner_url:
        raise DatabaseUnavailable("请以DATABASE_OWNER_URL给出数据库属主的连接")
    return settings.database_owner_url


async def copied(
    settings: Settings,
    target: str,
    role: str,
    *,
    close_source: bool = True,
    on_progress: Callable[[str], object] = lambda _: None,
) -> Copied:
    """Copy the register to another database server. target: connection string of the owner there; role: the runtime
    role there. close_source, on_progress: see `copying.copy`.

    Raises what `opened` does, and CopyFault.
    """
    async with opened(settings):  # checks the keys and the version of the schema
        pass
    if not settings.database_url:
        owner, source_role = (await embedded.start(settings.postgresql)).dsn(embedded.OWNER), embedded.RUNTIME
    elif settings.database_owner_url:
        owner, source_role = settings.database_owner_url, await migrate.role_of(settings.database_url)
    else:
        raise DatabaseUnavailable("请以DATABASE_OWNER_URL给出来源数据库属主的连接")
    return await copying.copy(
        owner, target, role, source_role=source_role, close_source=close_source, on_progress=on_progress
    )


async def diagnosed(settings: Settings) -> list[Finding]:
    """Check this installation. Changes nothing and starts no database."""
    found = list(diagnosis.of_machine(settings.data, settings.keys, settings.backup))
    found += [each async for each in diagnosis.of_mail(settings.mail)]
    if settings.provider is not None:
        found.append(await diagnosis.of_provider(settings.provider))
    dsn = settings.database_url
    if not dsn:
        server = embedded.running(settings.postgresql)
        if isinstance(server, str):
            return [*found, Finding("unchecked", "内置数据库", server, "使用任一命令即启动，其后再检查")]
        dsn = server.dsn(embedded.RUNTIME)
    return [*found, *[each async for each in database_diagnosis.of_database(dsn, settings.keys)]]


async def _open_embedded(settings: Settings, size: int, timeout: float, *, create: bool) -> Register:
    server = await embedded.start(settings.postgresql, create=create)
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
