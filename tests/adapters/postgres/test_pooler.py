"""PgBouncer before the database: in session mode all works as it is, in transaction mode the program names the setting."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest

from adapters.postgres import embedded
from adapters.postgres.database import DatabaseUnavailable
from adapters.register.register import Register
from tests import builders
from tests.adapters.recordings import CODE, line, opened, record
from tests.conftest import port_kept

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

PROGRAM = shutil.which("pgbouncer")
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="needs pgbouncer")


@asynccontextmanager
async def bouncer(server: DatabaseServer, scratch: Path, database: str, *settings: str) -> AsyncIterator[str]:
    """The address of the running program's role through PgBouncer."""
    if not isinstance(server.server, embedded.Server):
        pytest.skip("a pooler of ours stands before a server of ours alone")
    with port_kept() as port:
        async with _bouncer(server.server, scratch, database, port, *settings) as dsn:
            yield dsn


@asynccontextmanager
async def _bouncer(
    server: embedded.Server, scratch: Path, database: str, port: int, *settings: str
) -> AsyncIterator[str]:
    folder = scratch / f"bouncer-{port}"
    folder.mkdir()
    folder.chmod(0o755)
    (folder / "users").write_text('"taizhang" ""\n')
    lines = (
        "[databases]", f"* = host={server.socket} port=5432", "[pgbouncer]", "listen_addr = 127.0.0.1",
        f"listen_port = {port}", "unix_socket_dir =", "auth_type = trust", f"auth_file = {folder}/users", *settings,
    )  # fmt: skip
    (folder / "ini").write_text("\n".join(lines) + "\n")
    account = pwd.getpwuid((server.directory / "data").stat().st_uid)
    other = account.pw_uid if os.geteuid() == 0 else None
    assert PROGRAM
    process = subprocess.Popen([PROGRAM, folder / "ini"], user=other, stderr=subprocess.DEVNULL)
    try:
        dsn = f"postgresql://taizhang@127.0.0.1:{port}/{database}?sslmode=disable"
        while True:
            try:
                await (await asyncpg.connect(dsn, statement_cache_size=0)).close()
                break
            except OSError:
                assert process.poll() is None
                await asyncio.sleep(0.05)
        yield dsn
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
async def behind(
    server: DatabaseServer, scratch: Path, database: str
) -> AsyncIterator[Callable[..., object]]:
    async with AsyncExitStack() as stack:
        yield lambda *settings: stack.enter_async_context(bouncer(server, scratch, database, *settings))


async def test_in_session_mode_all_works(behind: Callable[..., object], tmp_path: Path) -> None:
    """Without any setting of its own: recordings at once, a lock that is not waited for without end, several processes."""
    dsn = await behind("pool_mode = session")  # type: ignore[misc]
    one = await opened(await Register.open(dsn, tmp_path / "keys", size=3, timeout=5))
    two = await Register.open(dsn, tmp_path / "keys", size=3, timeout=5)
    recordings = [line(f"r{nth}", builders.received("2020-03-02")) for nth in range(20)]
    await asyncio.gather(*(record(each, recordings[nth]) for nth in range(20) for each in (one, two)))
    assert (await one.standing(CODE)).position == 21
    for register in (one, two):
        async with register._database.session() as connection:
            found = await connection.fetchrow(
                "SELECT current_setting('lock_timeout'), current_setting('plan_cache_mode'), current_setting('TimeZone')"
            )
            assert tuple(found) == ("5s", "force_generic_plan", "UTC")
        await register.close()


@pytest.mark.parametrize("mode", ["transaction", "statement"])
@pytest.mark.parametrize(
    "more", [(), ("ignore_startup_parameters = extra_float_digits", "default_pool_size = 1")]
)
async def test_in_transaction_mode_it_says_what_to_set(
    behind: Callable[..., object], register: Register, mode: str, more: tuple[str, ...], tmp_path: Path
) -> None:
    """At start, with a register and its schema there, however many server processes the pooler has."""
    dsn = await behind(f"pool_mode = {mode}", *more)  # type: ignore[misc]
    for _ in range(3):
        with pytest.raises(DatabaseUnavailable, match="pool_mode = session"):
            await Register.open(dsn, tmp_path / "keys")
