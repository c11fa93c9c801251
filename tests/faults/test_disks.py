"""R04, R05: the disk under the data or the write-ahead log is full, also at the first start; a page is damaged."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

import asyncpg
import pytest

from adapters.postgres import embedded
from adapters.postgres.database import DatabaseUnavailable
from adapters.register.recording.decoding import convert
from domain.values import Period
from tests.faults.extent import Outcome, in_full, report, times
from tests.faults.journal import Client
from tests.faults.office import Site, founded
from tests.faults.requests import receipt


@contextmanager
def disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A small separate disk, mounted on the folder; skips if mounting is not permitted."""
    folder.mkdir(exist_ok=True)
    before = folder.stat()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs a small disk to fill: run as root where tmpfs may be mounted")
    os.chown(folder, before.st_uid, before.st_gid)
    folder.chmod(before.st_mode & 0o777)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def resize(folder: Path, megabytes: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={megabytes}m", folder], check=True)


def fill(folder: Path, *, but: int) -> Path:
    """A file that takes all space except the given number of bytes."""
    ballast = folder / "ballast"
    free = shutil.disk_usage(folder).free - but
    with ballast.open("wb") as file:
        if free > 0:
            os.posix_fallocate(file.fileno(), 0, free)
    return ballast


async def move_log(site: Site, folder: Path) -> None:
    """Move the write-ahead log to a folder elsewhere, as operators do."""
    await embedded.stop(site.directory)
    log = site.directory / "data/pg_wal"
    shutil.copytree(log, folder, dirs_exist_ok=True)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, log.stat().st_uid, log.stat().st_gid)
    folder.chmod(0o700)
    shutil.rmtree(log)
    log.symlink_to(folder)
    await embedded.start(site.directory)


async def record_until_refused(client: Client, name: str) -> int:
    """Number of recordings answered until one was not."""
    for nth in count():
        if await client.record(receipt(f"{name}-{nth}")) is None:
            return nth
    raise AssertionError


async def test_the_disk_under_the_data_is_full(
    place: Path, tmp_path: Path, record_property: Callable[..., None]
) -> None:
    """Recording reports it and reading works; once there is space, recording works again without a restart."""
    many, answered = times(1, 10), 0
    with disk(place / "disk", 96) as small:
        async with founded(small / "site", tmp_path) as site:
            await move_log(site, place / "wal")
            postmaster = site.postmaster
            register = await site.office.register()
            with site.office.client(register) as client:
                for round_ in range(many):
                    ballast = fill(small, but=200_000)
                    answered += await record_until_refused(client, f"r{round_}")
                    assert "磁盘已满" in str(client.refusal)
                    async with register.view(site.office.code) as view:
                        assert len(await view.rows(Period.year(2020))) == answered
                    ballast.unlink()
                    await client.repeat(site.office.account)
                    answered += 1  # the refused one
            assert site.postmaster == postmaster
            await register.close()

            fill(small, but=0)
            site.kill()
            with suppress(DatabaseUnavailable):  # whether it can start without space is PostgreSQL's affair
                await embedded.start(site.directory)
            small.joinpath("ballast").unlink()
            await embedded.start(site.directory)

            account, found = site.office.account, await site.office.findings()

    done = "the disk under the data full, then space again"
    report(record_property, Outcome("R04", done, many, account.acknowledged, len(found)), found)
    assert answered > 10


@in_full
async def test_the_disk_under_the_write_ahead_log_is_full(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record_property: Callable[..., None]
) -> None:
    """PostgreSQL stops and stays down, and a start reports why; once there is space, it recovers."""
    many = 5
    (place / "wal").mkdir(mode=0o711)
    with disk(place / "wal", 48) as small:
        async with founded(place / "site", tmp_path) as site:
            await move_log(site, small / "log")
            for round_ in range(many):
                register = await site.office.register()
                ballast = fill(small, but=0)
                with site.office.client(register) as client:
                    # Each switch uses up one of the segments created in advance.
                    for nth in count():
                        if await client.record(receipt(f"r{round_}-{nth}")) is None:
                            break
                        await switch_log(site)
                await register.close()
                with monkeypatch.context() as hasty:
                    hasty.setattr(embedded, "_TIMEOUT", 5.0)
                    with pytest.raises(DatabaseUnavailable, match="No space left on device"):
                        await embedded.start(site.directory)
                ballast.unlink()
                resize(small, 48 * (round_ + 2))  # existing segments are kept for reuse
                await embedded.start(site.directory)

            account, found = site.office.account, await site.office.findings()

    done = "the disk under the write-ahead log full: PostgreSQL stops, then space again"
    report(record_property, Outcome("R05", done, many, account.acknowledged, len(found)), found)
    assert account.acknowledged > many


async def switch_log(site: Site) -> None:
    try:
        connection = await asyncpg.connect(site.office.superuser)
    except (OSError, asyncpg.PostgresError):
        return  # it has stopped already
    try:
        await connection.execute("SELECT pg_switch_wal()")
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        pass
    finally:
        connection.terminate()


async def test_a_first_start_on_a_full_disk(place: Path) -> None:
    """It reports what is wrong; once there is space it starts, and nothing of the first attempt is left."""
    with disk(place / "disk", 8) as small:
        with pytest.raises(DatabaseUnavailable, match="No space left on device"):
            await embedded.start(small / "register")
        resize(small, 96)
        server = await embedded.start(small / "register")
        assert not list(small.glob("register/data.new-*"))
        connection = await asyncpg.connect(server.dsn(embedded.RUNTIME))
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()
        await embedded.stop(small / "register")


async def test_a_damaged_page_is_named_and_nothing_is_recorded_over_it(place: Path, tmp_path: Path) -> None:
    """A disk that returns other bytes than it was given: checksums detect it, and the operator is advised to restore."""
    async with founded(place / "site", tmp_path) as site:
        connection = await asyncpg.connect(site.office.superuser)
        await connection.execute("CHECKPOINT")
        file = site.directory / "data" / await connection.fetchval("SELECT pg_relation_filepath('events')")
        await connection.close()
        await embedded.stop(site.directory)
        with file.open("r+b") as page:
            page.seek(4000)
            page.write(b"\xff" * 200)
        await embedded.start(site.directory)
        register = await site.office.register()
        with pytest.raises(DatabaseUnavailable, match="损坏"):
            await register.record(site.office.code, convert(receipt("r")), actor="client")
        await register.close()
