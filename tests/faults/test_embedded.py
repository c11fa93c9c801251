"""The embedded server: killed while starting, started by many at once, started on another major version's data."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from adapters.postgres import embedded
from adapters.postgres.database import DatabaseUnavailable
from tests.faults import worker
from tests.faults.extent import Outcome, chance, in_full, report, times
from tests.faults.office import Site, founded

OLDER = next((path for path in sorted(Path("/usr/lib/postgresql").glob("1[5-7]/bin"))), None)


def start(directory: Path) -> None:
    asyncio.run(embedded.start(directory))


async def test_an_initdb_that_outlives_its_start_is_waited_for(place: Path) -> None:
    """If only the program that started initdb is killed, the next start waits instead of writing into the same files."""
    process = worker.start(start, place / "register")
    while not list(place.glob("register/data.new-*/PG_VERSION")):
        assert process.is_alive(), "ended before it could be killed"
    process.kill()
    assert await worker.end(process) == -signal.SIGKILL

    await embedded.start(place / "register")

    assert not list(place.glob("register/data.new-*"))
    await embedded.stop(place / "register")


@in_full
async def test_killed_at_random_while_it_makes_its_first_cluster(
    place: Path, record_property: Callable[..., None]
) -> None:
    """A first start killed at any time: the next start makes a complete server of what is left."""
    choose, loop = chance("first starts"), asyncio.get_running_loop()
    killed, many = 0, 25
    for nth in range(many):
        directory = place / f"register-{nth}"
        process = worker.start(start, directory)
        loop.call_later(choose.uniform(0, 1.5), process.kill)
        killed += await worker.end(process) == -signal.SIGKILL
        server = await embedded.start(directory)
        assert server.directory == directory
        assert not list(directory.glob("data.new-*"))
        await embedded.stop(directory)
        shutil.rmtree(directory)

    done = "the first start of the embedded server killed at random, and started again"
    report(record_property, Outcome("R02", done, killed, 0, 0), [])


async def test_many_start_it_at_once_after_a_kill(site: Site, record_property: Callable[..., None]) -> None:
    """Of six starting programs three are killed: the others share one server, and nothing acknowledged is lost."""
    choose, loop, many = chance("starts"), asyncio.get_running_loop(), times(2, 20)
    for _ in range(many):
        site.kill()
        starting = [worker.start(start, site.directory) for _ in range(6)]
        for process in starting[:3]:
            loop.call_later(choose.uniform(0, 0.6), process.kill)
        ended = [await worker.end(process) for process in starting]
        assert ended[3:] == [0, 0, 0]
        assert {*ended[:3]} <= {0, -signal.SIGKILL}
        log = (site.directory / "data/server.log").read_text()
        assert "ready to accept connections" in log

    found = await site.office.findings()
    done = "6 processes start the embedded server at once after kill -9, 3 of them killed"
    report(record_property, Outcome("R02", done, many, site.office.account.acknowledged, len(found)), found)


async def test_a_server_that_still_recovers_is_waited_for_and_then_named(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long recovery is no failed start: the server is not reported as broken, and no second one is started."""
    await embedded.stop(site.directory)
    signal_file = site.directory / "data/standby.signal"  # it recovers without end and accepts no connections
    with (site.directory / "data/postgresql.auto.conf").open("a") as configuration:
        configuration.write("hot_standby = off\n")
    signal_file.touch()
    with monkeypatch.context() as hasty:
        for seconds in (3.0, 0.5):  # the first one starts the server, which is slow on a busy machine
            hasty.setattr(embedded, "_TIMEOUT", seconds)
            with pytest.raises(DatabaseUnavailable, match="正在恢复或关闭"):
                await embedded.start(site.directory)
    log = (site.directory / "data/server.log").read_text()
    signal_file.unlink()
    site.kill()
    await embedded.start(site.directory)

    assert "already exists" not in log
    assert await site.office.findings() == []


@in_full
async def test_data_of_an_older_major_version(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Data of Debian's older PostgreSQL: the bundled programs refuse it, name its version and leave it unchanged."""
    if OLDER is None:
        pytest.skip("needs another major version: apt install postgresql")
    monkeypatch.setenv("TAIZHANG_POSTGRES_BIN", str(OLDER))
    async with founded(place / "site", tmp_path) as site:
        assert await site.office.findings() == []
    before = digest(site.directory / "data")

    monkeypatch.delenv("TAIZHANG_POSTGRES_BIN")
    with pytest.raises(
        DatabaseUnavailable, match=f"属于 PostgreSQL {OLDER.parent.name}.*TAIZHANG_POSTGRES_BIN"
    ):
        await embedded.start(site.directory)

    assert digest(site.directory / "data") == before
    monkeypatch.setenv("TAIZHANG_POSTGRES_BIN", str(OLDER))
    await embedded.start(site.directory)
    assert await site.office.findings() == []
    await embedded.stop(site.directory)


def digest(data: Path) -> str:
    """Digest of every file's name, mode and contents."""
    command = "cd \"$0\" && find . -type f -printf '%p %m ' -exec sha256sum {} + | sort | sha256sum"
    return subprocess.run(["sh", "-c", command, data], check=True, capture_output=True, text=True).stdout


async def test_a_session_left_by_a_killed_start(place: Path) -> None:
    """It may create the database just after the next start found none: that is no failure."""
    server = await embedded.start(place / "register")
    sessions = [await asyncpg.connect(server.dsn(embedded.SUPERUSER, "postgres")) for _ in range(2)]
    await sessions[0].execute("DROP DATABASE taizhang")

    await asyncio.gather(*map(embedded._provision, sessions))

    assert await sessions[0].fetchval("SELECT count(*) FROM pg_database WHERE datname = 'taizhang'") == 1
    for session in sessions:
        await session.close()
    await embedded.stop(place / "register")
