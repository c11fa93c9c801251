"""A register brought to another server: whole or not at all, the same to the byte, and recorded in one place only.

The source is the register that release 1.0 left: it has every kind of row.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg
import pytest

from adapters.postgres import embedded, migrate
from adapters.postgres.database import DatabaseUnavailable
from adapters.register.operations import copying
from adapters.register.operations.copying import Copied, CopyFault
from adapters.register.register import Register
from tests import builders
from tests.adapters.recordings import CODE, another_database, connected, contents, fetch, line, opened, record
from tests.releases.reading import OFFICES, READINGS
from tests.releases.test_releases import FOLDER, keys_of

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

RELEASE = "1.0"
DEBIAN = Path("/usr/lib/postgresql/15/bin")


class Ends:
    """Owner's addresses of both, and the keys that open either."""

    def __init__(self, server: DatabaseServer, source: str, target: str, keys: Path) -> None:
        self.server, self.names, self.keys = server, (source, target), keys
        self.source, self.target = server.owner(source), server.owner(target)

    async def copy(self, **how: Any) -> Copied:
        return await copying.copy(
            self.source, self.target, embedded.RUNTIME, source_role=embedded.RUNTIME, **how
        )

    async def rows(self, end: int) -> dict[str, Any]:
        """Every row of every table, read behind the program; when it was migrated and who runs it is each end's own."""
        found = await contents(self.server.behind(self.names[end]))
        return {
            name: sorted(text for _, _, text in rows)
            for name, rows in found.items()
            if name not in ("migrations", "machines")
        }

    async def register(self, end: int) -> Register:
        return await Register.open(self.server.runtime(self.names[end]), self.keys, timeout=2)


@pytest.fixture
async def ends(server: DatabaseServer, tmp_path: Path) -> AsyncIterator[Ends]:
    async with another_database(server) as source, another_database(server) as target:
        async with connected(server.owner(source)) as connection:
            await connection.execute((FOLDER / RELEASE / "register.sql").read_text("utf-8"))
        await migrate.migrate(server.owner(source), embedded.RUNTIME)
        yield Ends(server, source, target, keys_of(RELEASE, tmp_path / "keys"))


async def test_a_copy_is_the_register_to_the_byte(ends: Ends) -> None:
    """Every row of every table, and what is read from it; it verifies, and continues the same numbering."""
    before = await ends.rows(0)
    found = await ends.copy()

    assert await ends.rows(0) == before == await ends.rows(1)
    assert {each.name: each.rows for each in found.tables} == {
        name: len(rows) for name, rows in before.items()
    }
    assert [each.authority for each in found.logs] == list(OFFICES)
    assert found.filled
    register = await ends.register(1)
    for name, read in READINGS.items():
        stored = msgspec.json.decode((FOLDER / RELEASE / f"{name}.json").read_bytes())
        assert msgspec.json.decode(msgspec.json.encode(await read(register))) == stored, name
    for code in OFFICES:
        assert (await register.proofs.verify(code)).passed
        assert await register.rebuild(code) == []
    await record(register, line("after", builders.received("2022-04-06")))
    await opened(register, "another")
    assert await register.authorities() == sorted([*OFFICES, "another"])
    await register.close()


async def test_the_source_can_only_be_read_afterwards(ends: Ends) -> None:
    """The copied source can be read and accepts no recording; migrating it opens it again."""
    register = await ends.register(0)
    await ends.copy()

    with pytest.raises(DatabaseUnavailable, match="迁出"):
        await record(register, line("late", builders.received("2022-04-06")))
    async with register.view(CODE) as view:
        assert await view.entries(0, 10)
    await migrate.migrate(ends.source, embedded.RUNTIME)
    await record(register, line("late", builders.received("2022-04-06")))
    await register.close()


async def test_a_second_run_finds_it_the_same(ends: Ends) -> None:
    """A second run after an unseen end duplicates nothing; a trial leaves the source open."""
    first = await ends.copy(close_source=False)
    before = await ends.rows(1)
    second = await ends.copy(close_source=False)

    assert (first.filled, second.filled, second.closed) == (True, False, False)
    assert (second.tables, second.logs) == (first.tables, first.logs)
    assert await ends.rows(1) == before
    register = await ends.register(0)
    await record(register, line("goes-on", builders.received("2022-04-06")))
    await register.close()
    with pytest.raises(CopyFault, match="不是空的"):
        await ends.copy()
    assert await ends.rows(1) == before


async def test_a_target_that_is_not_empty_is_refused(ends: Ends, tmp_path: Path) -> None:
    """Another register, an empty one with an account in it, the source itself: neither end is changed."""
    with pytest.raises(CopyFault, match="目标就是来源"):
        await copying.copy(ends.source, ends.source, embedded.RUNTIME, source_role=embedded.RUNTIME)
    await migrate.migrate(ends.target, embedded.RUNTIME)
    register = await Register.open(ends.server.runtime(ends.names[1]), tmp_path / "others")
    await opened(register, "other")
    await register.close()
    before, there = await ends.rows(0), await ends.rows(1)

    with pytest.raises(CopyFault, match="不是空的"):
        await ends.copy()

    assert (await ends.rows(0), await ends.rows(1)) == (before, there)
    register = await ends.register(0)
    await record(register, line("goes-on", builders.received("2022-04-06")))
    await register.close()


@pytest.mark.parametrize("end", [0, 1], ids=["source", "target"])
@pytest.mark.parametrize("at", ["access_log", "events", "vault_keys", "huadu"])
async def test_a_break_leaves_the_target_empty(ends: Ends, at: str, end: int) -> None:
    """Either session dies at a table or at the proof; the next run does it whole."""
    killed = False

    def kill(file: str) -> None:
        """Before the copy goes on: else its last step might be over first."""
        nonlocal killed
        if file.startswith(f"{at}：") and not killed:
            killed = True
            end_sessions(ends, end)

    with pytest.raises(CopyFault, match=r"中断|报错") as wrong:
        await ends.copy(on_progress=kill)
    assert "postgresql://" not in str(wrong.value)
    assert killed
    assert [name for name, rows in (await ends.rows(1)).items() if rows] == []

    assert (await ends.copy()).filled
    assert await ends.rows(0) == await ends.rows(1)


def end_sessions(ends: Ends, end: int) -> None:
    with psycopg.connect(ends.server.behind("postgres")) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE application_name = 'taizhang copy' AND datname = %s",
            [ends.names[end]],
        )


async def test_nothing_is_recorded_while_it_lasts(ends: Ends) -> None:
    """A recording is refused and can be sent again; reads continue. Earlier recordings are at the target."""
    await migrate.migrate(ends.target, embedded.RUNTIME)
    register = await ends.register(0)
    await record(register, line("before", builders.received("2022-04-06")))
    async with connected(ends.target) as holder:
        await holder.execute("BEGIN; LOCK TABLE vault IN SHARE MODE")
        copy = asyncio.create_task(ends.copy(close_source=False))
        waits = "SELECT true FROM pg_locks WHERE NOT granted AND relation = 'vault'::regclass"
        while not await fetch(ends.server.behind(ends.names[1]), waits):
            await asyncio.sleep(0.01)
        with pytest.raises(DatabaseUnavailable, match="稍后再试"):
            await record(register, line("meanwhile", builders.received("2022-04-06")))
        async with register.view(CODE) as view:
            position = view.position
        await holder.execute("COMMIT")

    assert (await copy).logs[0].entries == position
    assert await ends.rows(0) == await ends.rows(1)
    await record(register, line("meanwhile", builders.received("2022-04-06")))
    await register.close()


async def test_a_role_without_the_right_gets_a_message(ends: Ends) -> None:
    """The running program's role copies nothing; a role that the target lacks is named."""
    with pytest.raises(CopyFault, match="属主"):
        await copying.copy(
            ends.server.runtime(ends.names[0]), ends.target, embedded.RUNTIME, source_role=embedded.RUNTIME
        )
    with pytest.raises(CopyFault, match="没有运行角色nobody"):
        await copying.copy(ends.source, ends.target, "nobody", source_role=embedded.RUNTIME)


@pytest.mark.skipif(not DEBIAN.exists(), reason="needs the programs of another major version: postgresql-15")
async def test_an_embedded_server_of_an_older_major_version_is_left_by_a_copy(
    scratch: Path, tmp_path: Path
) -> None:
    """Its data are recognised with advice; the advised command copies register and keys."""
    old, new = scratch / "old-major", scratch / "new-major"

    def taizhang(data: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {k: v for k, v in os.environ.items() if not k.startswith(("TAIZHANG_", "DATABASE_"))}
        return subprocess.run(
            [Path(sys.executable).with_name("taizhang"), *arguments],
            env=env | {"TAIZHANG_DATA": str(data)} | environment,
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip

    older = {"TAIZHANG_POSTGRES_BIN": str(DEBIAN)}
    try:
        opens = (
            "authority", "registered", "--on", "2020-01-01", "--code", "huadu", "--name", "某办公室",
            "--kind", "department", "--complete-since", "2020-01-01",
        )  # fmt: skip
        assert (done := taizhang(old, *opens, **older)).returncode == 0, done.stderr
        assert taizhang(old, "stop", **older).returncode == 0
        refused = taizhang(old, "history", "authority")
        assert refused.returncode == 3
        assert "taizhang copy --to" in refused.stderr

        copied = taizhang(old, "copy", "--to", str(new), **older)
        assert copied.returncode == 0, copied.stderr
        assert "已复制，两边相同。" in copied.stdout
        assert "某办公室" in taizhang(new, "history", "authority").stdout
        assert taizhang(new, "verify").returncode in (0, 4)
        assert (new / "postgresql/data/PG_VERSION").read_text().strip() == "18"
    finally:
        taizhang(old, "stop", **older)
        taizhang(new, "stop")
