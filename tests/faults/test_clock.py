"""R07: the application's clock jumps; the register uses the database's clock."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import asyncpg
import pytest

from tests.faults import checker
from tests.faults.extent import Outcome, chance, report, times
from tests.faults.office import Office
from tests.faults.requests import random_request

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
JUMPS = ("+1h", "-1d", "+1y", "-5", "@2026-12-31 23:59:59", "@2031-01-01 00:00:00", "@1999-12-31 23:59:59")
CLOCK = "import datetime; print(datetime.datetime.now(datetime.timezone.utc).isoformat())"
RECORD = "import pickle, sys; from tests.faults import worker; worker.record(*pickle.load(sys.stdin.buffer))"
ROOT = Path(__file__).parents[2]


async def under(clock: str, program: str, words: bytes = b"") -> bytes:
    """Output of a Python program whose wall clock is shifted; its monotonic clock is not."""
    assert LIBRARY is not None
    fake = {"LD_PRELOAD": str(LIBRARY), "FAKETIME": clock, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, cwd=ROOT, env=os.environ | fake | {"TZ": "UTC"},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate(words)
    assert process.returncode == 0, clock
    return out


async def test_the_clock_of_the_application_jumps(
    office: Office, record_property: Callable[..., None]
) -> None:
    """No time, day or due date comes from it: all depend on the database's clock and the dates of the events."""
    if LIBRARY is None:
        pytest.skip("needs libfaketime: apt install libfaketime")
    choose, jumps = chance("clock"), JUMPS[: times(1, len(JUMPS))]
    now = datetime.now(UTC)
    for nth, clock in enumerate(jumps):
        shown = datetime.fromisoformat((await under(clock, CLOCK)).decode().strip())
        assert abs(shown - datetime.now(UTC)) > timedelta(seconds=3), "the clock did not jump"
        requests = [random_request(choose.randrange(10**6), f"{nth}-{each}") for each in range(times(3, 20))]
        await under(clock, RECORD, pickle.dumps((office, requests)))

    held = await checker.read(office.dsn, office.code)
    connection = await asyncpg.connect(office.dsn)
    end = await connection.fetchval("SELECT clock_timestamp()")
    await connection.close()
    account, found = office.account, await office.findings()

    moments = [row["recorded_at"] for row in held.log]
    assert all(before <= after for before, after in pairwise(moments))
    assert now - timedelta(seconds=10) < moments[0] < moments[-1] < end
    assert len(account.sent) == len(held.log)
    done = f"the application's clock set {', '.join(jumps)}"
    report(record_property, Outcome("R07", done, len(jumps), account.acknowledged, len(found)), found)
