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
from typing import Any

import httpx
import pytest

from adapters.postgres import embedded, migrate
from adapters.postgres.database import DatabaseUnavailable
from tests.api.conftest import REGISTERED, Served, serving
from tests.faults.office import children

LONGEST = 90.0
"""Seconds that a test waits for what happens within a few, on a busy machine."""


@pytest.fixture
async def directory(scratch: Path) -> AsyncIterator[Path]:
    """Of a PostgreSQL that a test may stop, with a register."""
    found = scratch / f"lost-{uuid.uuid4().hex[:6]}"
    server = await embedded.start(found)
    await migrate.migrate(server.dsn(embedded.OWNER), embedded.RUNTIME)
    yield found
    await embedded.stop(found)


@asynccontextmanager
async def two(directory: Path, data: Path) -> AsyncIterator[Served]:
    server = embedded.running(directory)
    assert isinstance(server, embedded.Server)
    runtime, behind = server.dsn(embedded.RUNTIME), server.dsn(embedded.SUPERUSER)
    async with serving(runtime, behind, data, "--processes", "2") as served:
        await served.record("events", REGISTERED)
        await until(lambda: len(logged(served, "process.register_opened")) == 2, served)
        yield served


def workers(served: Served) -> list[int]:
    lines = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children(served.process.pid)}
    return [pid for pid, line in lines.items() if line and b"resource_tracker" not in line]


def logged(served: Served, event: str) -> list[dict[str, Any]]:
    return [each for each in served.log if each["event"] == event]


async def until(met: Callable[[], bool], served: Served) -> None:
    end = monotonic() + LONGEST
    while not met():
        assert monotonic() < end, served.errors
        await asyncio.sleep(0.05)


async def answers(served: Served, address: str) -> int:
    """The status of a call on a separate connection."""
    async with httpx.AsyncClient(
        base_url=served.client.base_url, headers=served.client.headers, trust_env=False
    ) as client:
        return (await client.get(address, timeout=LONGEST)).status_code


async def test_a_process_that_cannot_start_is_tried_again_while_another_serves(
    directory: Path, tmp_path: Path
) -> None:
    """Its database is away: the other answers 503, and both serve once it is back. A line a try says why, without a
    traceback."""
    async with two(directory, tmp_path / "data") as served:
        await embedded.stop(directory)
        first, second = workers(served)
        os.kill(first, signal.SIGKILL)
        await until(lambda: len(logged(served, "process.ended")) >= 3, served)
        assert await answers(served, "/health/live") == 200
        assert await answers(served, "/health/ready") == 503
        await embedded.start(directory)
        await until(lambda: len(logged(served, "process.register_opened")) == 3, served)
        ended = logged(served, "process.ended")
        assert second in workers(served)
        assert await answers(served, "/health/ready") == 200
        assert [each["pause_seconds"] for each in ended] == [0, 1, 2, 4, 8, 16][: len(ended)]
        assert len(logged(served, "process.register_not_opened")) == len(ended) - 1
        assert "Traceback" not in served.errors
        assert await served.stopped() == 0


async def test_when_none_can_start_it_ends_as_a_failure(directory: Path, tmp_path: Path) -> None:
    """For systemd to start it again: exit code 3, as of a command without a database."""
    async with two(directory, tmp_path / "data") as served:
        await embedded.stop(directory)
        for pid in workers(served):
            os.kill(pid, signal.SIGKILL)
        assert await asyncio.to_thread(served.process.wait, LONGEST) == 3
        last = (served.data / "stderr").read_text("utf-8").splitlines()[-1]
        assert last == "没有一个服务进程能打开台账（原因见上面的日志），已停止服务。"


async def test_processes_end_with_their_supervisor(directory: Path, tmp_path: Path) -> None:
    """After kill -9 they get no signal; they kept the port and were not replaced."""
    async with two(directory, tmp_path / "data") as served:
        left = workers(served)
        served.process.kill()
        await until(lambda: not any(Path(f"/proc/{pid}/cwd").exists() for pid in left), served)
        with pytest.raises(httpx.ConnectError):
            await answers(served, "/health/live")


async def test_data_that_are_gone_are_not_replaced_by_an_empty_register(
    scratch: Path, tmp_path: Path
) -> None:
    """As if a disk is no longer mounted: 503, and the register works again once they are back."""
    data = scratch / f"gone-{uuid.uuid4().hex[:6]}"
    data.mkdir()
    async with serving("", "", data, "--processes", "2") as served:
        await served.record("events", REGISTERED)
        # A process that is still in its first start may create the data: that is what a first start does.
        await until(lambda: len(logged(served, "process.register_opened")) == 2, served)
        await embedded.stop(data / "postgresql")
        away = data / "away"
        (data / "postgresql").rename(away)
        await until(lambda: len(logged(served, "database.not_started")) >= 2, served)
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
