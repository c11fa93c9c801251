"""R25: deploy/backup.sh and restore.sh, end to end: backup, destroy, restore to the end and to a point in time, check."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import asyncpg
import pytest

from adapters.postgres import embedded
from adapters.register.register import Register
from adapters.vault.keyring import VaultKeyFault
from tests.faults.checker import check
from tests.faults.extent import FULL, Outcome, chance, report, times
from tests.faults.office import Office, Site, founded
from tests.faults.requests import random_request

DEPLOY = Path(__file__).parents[2] / "deploy"


class Scripts:
    """The scripts with the environment that an operator gives them."""

    def __init__(self, site: Site, backup: Path, keys: Path) -> None:
        programs = Path(os.readlink(f"/proc/{site.postmaster}/exe")).parent
        self.environment = os.environ | {
            "PG_BIN": str(programs),
            "PGHOST": str(site.directory / "socket"),
            "PGPORT": "5432",
            "PGUSER": "postgres",
            "TAIZHANG_BACKUP": str(backup),
            "TAIZHANG_KEYS": str(site.office.keys),
            "TAIZHANG_KEYS_BACKUP": str(keys),
            "TAIZHANG_ACCOUNT": (site.directory / "data").owner(),
        }

    def start(self, script: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([DEPLOY / script, *arguments], env=self.environment)

    async def run(self, script: str, *arguments: str) -> tuple[int, str]:
        """Exit code and all its output."""
        process = await asyncio.create_subprocess_exec(
            DEPLOY / script, *arguments, env=self.environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await process.communicate()
        assert process.returncode is not None
        return process.returncode, output.decode()


async def streamed(site: Site) -> None:
    """Returns once the stream has on its disk what the server has on its own."""
    connection = await asyncpg.connect(site.office.superuser)
    query = "SELECT flush_lsn >= pg_current_wal_lsn() FROM pg_stat_replication WHERE application_name = 'pg_receivewal'"
    try:
        async with asyncio.timeout(30):
            while not await connection.fetchval(query):
                pass
    finally:
        await connection.close()


async def moment(site: Site) -> str:
    connection = await asyncpg.connect(site.office.superuser)
    try:
        return str(await connection.fetchval("SELECT clock_timestamp()"))
    finally:
        await connection.close()


@asynccontextmanager
async def restored(office: Office, directory: Path) -> AsyncIterator[Office]:
    """The register of a restored data directory, on the embedded server."""
    server = await embedded.start(directory)
    try:
        runtime, superuser = map(server.dsn, (embedded.RUNTIME, embedded.SUPERUSER))
        yield replace(office, dsn=runtime, superuser=superuser)
    finally:
        await embedded.stop(directory)


async def test_backup_destruction_and_restore(
    place: Path, tmp_path: Path, record_property: Callable[..., None]
) -> None:
    """Restored to the end of the stream nothing acknowledged is lost; to a point in time, later entries are missing."""
    choose = chance("backup")
    backup, kept_keys = tmp_path / "backup", tmp_path / "other-place"

    async with founded(place / "site", tmp_path) as site:
        office = site.office
        scripts = Scripts(site, backup, kept_keys)
        register = await office.register()
        stream = scripts.start("backup.sh", "stream")
        try:
            with office.client(register) as client:

                async def record(name: str) -> None:
                    for nth in range(times(5, 100)):
                        for recording in random_request(choose.randrange(10**6), f"{name}{nth}"):
                            assert await client.record(recording)

                await record("before-the-base-")
                code, output = await scripts.run("backup.sh", "base")
                assert code == 0, output
                assert (await scripts.run("backup.sh", "keys"))[0] == 0
                await record("after-the-base-")
                # A base backup can be restored to times from the second after its end.
                await asyncio.to_thread(until_named, Path(output.strip()))
                await record("later-")
                then, known_then = await moment(site), office.account
                await record("last-")
            await streamed(site)
            site.kill()
        finally:
            stream.terminate()
            stream.wait()
            await register.close()
        shutil.rmtree(site.directory)
        shutil.rmtree(office.keys)

    began = perf_counter()
    end = place / "end/data"
    code, output = await scripts.run("restore.sh", str(end))
    took = perf_counter() - began
    assert code == 0, output

    async with restored(office, end.parent) as again:
        with pytest.raises(VaultKeyFault, match="缺少保险库密钥0001"):
            await Register.open(again.dsn, again.keys)
        shutil.copytree(kept_keys, again.keys)
        found = await again.findings()
        register = await again.register(size=1)
        assert await register.rebuild(again.code) == []
        await register.close()

    if FULL:  # a time after the end of the log
        code, output = await scripts.run("restore.sh", str(place / "never"), "2099-01-01 00:00:00+08")
        assert (code, "未能恢复到 2098-12-31 16:00" in output) == (1, True), output
        assert not list(place.glob("never*"))

    earlier = place / "then/data"
    code, output = await scripts.run("restore.sh", str(earlier), then)
    assert code == 0, output
    async with restored(office, earlier.parent) as again:
        found += await check(again.dsn, again.code, known_then, again.keys)

    account = office.account
    assert len(known_then.answers) < account.acknowledged
    done = "backup, server and keys destroyed, restored to the end of the log and to a moment"
    report(record_property, Outcome("R25", done, 2, account.acknowledged, len(found), took), found)


def until_named(base: Path) -> None:
    """Returns in the second after the one that names the base backup."""
    command = 'while [ "$(date -u +%Y%m%dT%H%M%SZ)" \\< "$0" ]; do sleep 0.1; done'
    subprocess.run(["sh", "-c", command, base.name], check=True)


async def test_an_impossible_restore_reports_why(place: Path, tmp_path: Path) -> None:
    """Existing directory, time before the first base, keys beside the backup: each is refused and changes nothing."""
    (tmp_path / "backup/base").mkdir(parents=True)
    environment = os.environ | {
        "PG_BIN": "/nowhere", "TAIZHANG_BACKUP": str(tmp_path / "backup"), "TAIZHANG_KEYS": str(tmp_path),
        "TAIZHANG_KEYS_BACKUP": str(tmp_path / "backup/keys"),
    }  # fmt: skip

    def run(script: str, *arguments: str) -> tuple[int, str]:
        ran = subprocess.run(
            [DEPLOY / script, *arguments], env=environment, capture_output=True, text=True, check=False
        )
        return ran.returncode, ran.stderr

    for words, why in (
        (("restore.sh", str(place)), "已经存在"),
        (("restore.sh", str(place / "new")), "没有早于该时刻的基础备份"),
        (("restore.sh", str(place / "new"), "yesteryear"), "看不懂时刻"),
        (("backup.sh", "keys"), "不得与数据库备份放在一处"),
        (("backup.sh",), "用法"),
    ):
        code, output = run(*words)
        assert code != 0
        assert why in output
    assert not (place / "new").exists()
