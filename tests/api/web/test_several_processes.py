"""`taizhang serve --processes 2` while its processes, its supervisor, its database or its data are lost."""

from __future__ import annotations

import asyncio
import os
import signal
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import httpx
import pytest

from adapters.postgres import embedded
from adapters.postgres.database import DatabaseUnavailable
from tests.api.conftest import REGISTERED, Served, own_database, serving

LONGEST = 90.0
"""Seconds that a test waits for what happens within a few, on a busy machine."""


@pytest.fixture
async def own(scratch: Path) -> AsyncIterator[embedded.Server]:
    """A PostgreSQL that a test may stop, with a register."""
    async with own_database(scratch / f"lost-{uuid.uuid4().hex[:6]}") as server:
        yield server


@asynccontextmanager
async def two(data: Path, own: embedded.Server | None = None) -> AsyncIterator[Served]:
    """Both processes have opened the register: the first start of one may create the data."""
    runtime, behind = (own.dsn(embedded.RUNTIME), own.dsn(embedded.SUPERUSER)) if own else ("", "")
    async with serving(runtime, behind, data, "--processes", "2") as served:
        await served.record("events", REGISTERED)
        await until(lambda: len(served.logged("process.register_opened")) == 2, served)
        yield served


async def until(met: Callable[[], bool], served: Served) -> None:
    end = monotonic() + LONGEST
    while not met():
        assert monotonic() < end, served.errors
        await asyncio.sleep(0.05)


async def answers(served: Served, address: str) -> int:
    """The status of a call on a separate connection."""
    async with served.on_a_new_connection() as door:
        return (await door.client.get(address, timeout=LONGEST)).status_code


async def test_a_process_that_cannot_start_is_tried_again_while_another_serves(
    own: embedded.Server, tmp_path: Path
) -> None:
    """Its database is away: the other answers 503, and both serve once it is back. A line a try says why, without a
    traceback."""
    async with two(tmp_path / "data", own) as served:
        await embedded.stop(own.directory)
        first, second = served.workers()
        os.kill(first, signal.SIGKILL)
        await until(lambda: len(served.logged("process.ended")) >= 3, served)
        assert await answers(served, "/health/live") == 200
        assert await answers(served, "/health/ready") == 503
        await embedded.start(own.directory)
        await until(lambda: len(served.logged("process.register_opened")) == 3, served)
        ended = served.logged("process.ended")
        assert second in served.workers()
        assert await answers(served, "/health/ready") == 200
        assert [each["pause_seconds"] for each in ended] == [0, 1, 2, 4, 8, 16][: len(ended)]
        assert len(served.logged("process.register_not_opened")) == len(ended) - 1
        assert "Traceback" not in served.errors
        assert await served.stopped() == 0


async def test_when_none_can_start_it_ends_as_a_failure(own: embedded.Server, tmp_path: Path) -> None:
    """For systemd to start it again: exit code 3, as of a command without a database."""
    async with two(tmp_path / "data", own) as served:
        await embedded.stop(own.directory)
        for pid in served.workers():
            os.kill(pid, signal.SIGKILL)
        assert await asyncio.to_thread(served.process.wait, LONGEST) == 3
        last = (served.data / "stderr").read_text("utf-8").splitlines()[-1]
        assert last == "没有一个服务进程能打开台账（原因见上面的日志），已停止服务。"


async def test_processes_end_with_their_supervisor(own: embedded.Server, tmp_path: Path) -> None:
    """After kill -9 they get no signal; they kept the port and were not replaced."""
    async with two(tmp_path / "data", own) as served:
        left = served.workers()
        served.process.kill()
        await until(lambda: not any(Path(f"/proc/{pid}/cwd").exists() for pid in left), served)
        with pytest.raises(httpx.ConnectError):
            await answers(served, "/health/live")


async def test_data_that_are_gone_are_not_replaced_by_an_empty_register(
    scratch: Path, tmp_path: Path
) -> None:
    """As if a disk is no longer mounted: 503, and the register works again once they are back."""
    data = scratch / f"gone-{uuid.uuid4().hex[:6]}"
    async with two(data) as served:
        await embedded.stop(data / "postgresql")
        away = data / "away"
        (data / "postgresql").rename(away)
        await until(lambda: len(served.logged("database.not_started")) >= 2, served)
        assert await answers(served, "/health/ready") == 503
        assert not (data / "postgresql").exists()
        away.rename(data / "postgresql")
        await embedded.start(data / "postgresql")
        assert await answers(served, "/health/ready") == 200
        assert (await served.json(""))["code"] == "huadu"
    await embedded.stop(data / "postgresql")


async def test_a_directory_without_data_is_left_as_it_is(scratch: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="没有数据"):
        await embedded.start(scratch / "nothing", create=False)
    assert not (scratch / "nothing").exists()
