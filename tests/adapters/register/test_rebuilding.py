"""The register comes out of the log alone: in another process, zone, locale and order, to the byte."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters.register.recording import rebuild
from adapters.register.register import Register
from tests import builders
from tests.adapters.recordings import connected, day_off_set, fetch, line, opened, record
from tests.adapters.register.test_register import possible, shuffled

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

ROOT = Path(__file__).parents[3]
CODES = ("huadu", "hongze", "jiangbei", "suqian")
DERIVED = ("requests", "appeal_spells", "heads")
ELSEWHERE = {
    "TZ": "America/New_York", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0",
    "PYTHONHASHSEED": "random",
}  # fmt: skip


def taizhang(server: DatabaseServer, database: str, data: Path, *arguments: str) -> tuple[int, str, str]:
    """One command in a process of its own, far from here."""
    places = {"DATABASE_URL": server.runtime(database), "TAIZHANG_DATA": str(data)}
    ran = subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", *arguments],
        cwd=ROOT, env=os.environ | ELSEWHERE | places, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return ran.returncode, ran.stdout.decode(), ran.stderr.decode()


async def bytes_of(dsn: str) -> dict[str, bytes]:
    """Each derived table as the server sends it, in the order of its text."""
    found = {}
    async with connected(dsn) as connection:
        for table in DERIVED:
            copy = io.BytesIO()
            query = f"SELECT * FROM {table} AS whole ORDER BY whole::text"
            await connection.copy_from_query(query, output=copy, format="binary")
            found[table] = copy.getvalue()
    return found


async def test_a_rebuild_elsewhere_is_the_live_register_to_the_byte(
    register: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """Four authorities of random requests, wiped and rebuilt one by one in shuffled order, each by its own process."""
    for nth, code in enumerate(CODES):
        await opened(register, code)
        seeds = range(500 + 10 * nth, 510 + 10 * nth)
        recordings = shuffled([possible(seed) for seed in seeds], nth)
        await register.record_all(code, recordings, actor="tests", acknowledge_all=True)
    live = await bytes_of(server.behind(database))
    assert min(map(len, live.values())) > 200
    for table in DERIVED[:2]:
        await fetch(server.behind(database), f"DELETE FROM {table}")

    for code in random.sample(CODES, len(CODES)):
        output = taizhang(server, database, tmp_path, "rebuild", "--authority", code)
        assert output == (0, "台账已重新推算，期限没有变动。\n", "")

    assert await bytes_of(server.behind(database)) == live


async def test_a_long_log_is_rebuilt_by_several_processes_to_the_same_bytes(
    register: Register, server: DatabaseServer, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short one cut into runs of about 40 entries; another authority beside it stays as it is."""
    for nth, code in enumerate(CODES[:2]):
        await opened(register, code)
        recordings = shuffled([possible(seed) for seed in range(600 + 40 * nth, 640 + 40 * nth)], nth)
        await register.record_all(code, recordings, actor="tests", acknowledge_all=True)
    live = await bytes_of(server.behind(database))
    (entries,) = await fetch(
        server.behind(database), "SELECT position FROM heads ORDER BY authority_id LIMIT 1"
    )
    assert entries["position"] > 160
    monkeypatch.setattr(rebuild, "LONG", 0)
    monkeypatch.setattr(rebuild, "_RUN", 40)

    assert await register.rebuild(CODES[0]) == []

    assert await bytes_of(server.behind(database)) == live


async def test_a_changed_calendar_prints_the_due_dates_that_moved(
    register: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """Closed by its own document on 2020-03-04 the office has a day more from 03-02 on: 03-31 in place of 03-30.

    Rows made under the old calendar are put back, as a program with new notices finds them. Answered requests
    move too; what was received on 03-05 and what waits for its applicant do not.
    """
    await opened(register)
    await record(
        register,
        line("a", builders.received("2020-03-02")),
        line("b", builders.received("2020-03-02")),
        line("answer", builders.answered("2020-03-20"), "#b"),
        line("c", builders.received("2020-03-05")),
        line("d", builders.received("2020-03-02")),
        line("wait", builders.supplement_required("2020-03-03", "2020-03-31"), "#d"),
    )
    behind = server.behind(database)
    for table in ("requests", "heads"):
        await fetch(behind, f"CREATE TABLE old_{table} AS SELECT * FROM {table}")
    await record(register, line("off", day_off_set("2020-03-04", "2020-03-04")))
    live = await bytes_of(behind)
    await fetch(behind, "DELETE FROM requests")
    await fetch(behind, "INSERT INTO requests SELECT * FROM old_requests")
    await fetch(behind, "UPDATE heads SET law_digest = old.law_digest FROM old_heads AS old")

    code, _, hint = taizhang(server, database, tmp_path, "work-list", "--on", "2020-03-30")
    assert (code, "taizhang rebuild" in hint) == (0, True)
    code, out, _ = taizhang(server, database, tmp_path, "rebuild")

    assert code == 0
    assert [row.strip("│").split("│") for row in out.splitlines() if row.startswith("│2")] == [
        ["2020-0001", "2020-03-30", "2020-03-31"],
        ["2020-0002", "2020-03-30", "2020-03-31"],
    ]
    assert "2件申请的期限有变" in out.replace(" ", "").replace("\n", "")
    assert await bytes_of(behind) == live
    assert taizhang(server, database, tmp_path, "rebuild", "--json") == (0, "[]\n", "")
