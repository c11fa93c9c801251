"""Writes the sample of a release: `python -m tests.releases 1.1` makes the folder tests/releases/1.1.

Run once per release, at the release. The folder has: a small register as a dump, with its keys (made for the test; they
open nothing else), an audit bundle, tables, proofs and receipts as this program gave them, and the checksums of its
migrations. `test_releases` compares every later program with them.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from adapters.postgres import embedded, migrate, programs
from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from api.demo import people, report
from domain.authority import authorization
from tests import builders
from tests.adapters.recordings import CODE, file, line, opened, record
from tests.adapters.register.test_erasure import erase
from tests.adapters.register.test_register import fill
from tests.releases.entrance import come_in
from tests.releases.reading import DOCUMENT, OFFICES, READINGS, RECEIPTS, as_json

FOLDER = Path(__file__).parent
REQUESTS = range(20)


async def make(release: str) -> None:
    """Raises FileExistsError: the sample of a release is never overwritten."""
    target = FOLDER / release
    if target.exists():
        raise FileExistsError(target)
    with tempfile.TemporaryDirectory(prefix="taizhang-release-") as scratch:
        Path(scratch).chmod(0o711)
        folder = Path(scratch) / release
        folder.mkdir()
        server = await embedded.start(Path(scratch) / "postgresql")
        try:
            await migrate.migrate(server.dsn(embedded.OWNER), embedded.RUNTIME)
            register = await Register.open(server.dsn(embedded.RUNTIME), folder / "keys")
            try:
                await populate(register)
                await _keep(register, folder)
            finally:
                await register.close()
            (folder / "register.sql").write_text(_dump(server), "utf-8")
        finally:
            await embedded.stop(Path(scratch) / "postgresql")
        (folder / "migrations.txt").write_text(
            "".join(f"{each.checksum.hex()}  {each.name}\n" for each in migrate.migrations())
        )
        shutil.copytree(folder, target)


async def populate(register: Register) -> None:
    """Fill every table: two offices, requests with all kinds of steps, officers, a document, a report, an erasure, logins.

    A test checks that no table is empty. Release 1.0 had only the tables of its own migration, see `OF_1_0`.
    """
    await opened(register)
    await fill(register, REQUESTS)
    replies = await record(
        register,
        line("filed", builders.received("2020-03-02")),
        line("gone", builders.received("2020-03-02")),
        line("gone-closed", builders.withdrawn("2020-03-03"), "#gone"),
        line("gone-kept", builders.archived("2020-03-20"), "#gone"),
        acknowledge_all=True,
    )
    await file(register, reference=replies[0].reference or "", id_=DOCUMENT)
    await erase(register, 4, reference=replies[1].reference or "")
    await register.proofs.sign_checkpoint(CODE)
    for actor, body in report.lines():
        await register.record_all(CODE, [convert(_plain(body))], actor=actor, acknowledge_all=True)
    await register.record(people.AUTHORITY, convert(_plain(people.registered())), actor=people.HANDLER)
    first = [convert(_plain(each)) for each in people.first_officers(after=1)]
    await register.record_all(people.AUTHORITY, first, actor=authorization.PROGRAM)
    for actor, body in (*people.officers(after=1 + len(first)), *people.steps()):
        await register.record(people.AUTHORITY, convert(_plain(body)), actor=actor)
    await come_in(register)
    for code in OFFICES:
        await register.proofs.sign_checkpoint(code)


async def _keep(register: Register, folder: Path) -> None:
    for code in OFFICES:
        await register.proofs.export(code, folder / f"{code}.zip")
        (folder / f"{code}.checkpoint").write_text(await register.proofs.checkpoint(code) or "", "utf-8")
    await register.proofs.export(CODE, folder / f"{CODE}-sealed.zip", with_sealed=True)
    for code, reference, version in RECEIPTS:
        text = (await register.proofs.receipt(code, reference, version)).text
        (folder / f"{code}-{reference}-{version}.tlog-proof").write_text(text, "utf-8")
    for name, read in READINGS.items():
        (folder / f"{name}.json").write_bytes(as_json(await read(register)))


def _dump(server: embedded.Server) -> str:
    """Plain statements that any PostgreSQL from 15 on accepts, without psql commands and newer settings."""
    done = subprocess.run(
        [programs.binaries() / "pg_dump", "--inserts", "--dbname", server.dsn(embedded.SUPERUSER)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return re.sub(r"(?m)^(\\(un)?restrict .*|SET transaction_timeout = 0;)\n", "", done.stdout)


def _plain(body: dict[str, object]) -> Any:
    return msgspec.to_builtins(body)


if __name__ == "__main__":
    if len(sys.argv) != 2 or not re.fullmatch(r"\d+\.\d+", sys.argv[1]):
        sys.exit("python -m tests.releases MAJOR.MINOR")
    try:
        asyncio.run(make(sys.argv[1]))
    except FileExistsError as there:
        sys.exit(f"{there}: what a release left is never written again")
