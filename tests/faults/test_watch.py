"""The embedded server is killed while `serve` runs: it is started again, unless an operator stopped it."""

from __future__ import annotations

import signal
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

from adapters.postgres import embedded
from tests.adapters.recordings import body_of
from tests.api.conftest import Served, serving
from tests.builders import received
from tests.faults.office import Site

RECEIPT = body_of(received("2020-03-02"))
PRELUDE = "from adapters.postgres import embedded, watch; embedded._TIMEOUT = 1.0"
"""A start that cannot succeed times out sooner; the pauses between attempts are unchanged."""


def killing(data: Path) -> Callable[[], None]:
    site: Any = Site
    return site(data / "postgresql", None).kill  # type: ignore[no-any-return]


async def ready(served: Served, starts: int) -> None:
    """Request the readiness until it is given, after this many starts of the database."""
    end = monotonic() + 60
    while (
        len(served.logged("database.started")) < starts
        or (await served.get("/health/ready")).status_code != 200
    ):
        assert monotonic() < end, served.errors


async def test_a_killed_server_is_started_again(place: Path) -> None:
    """After each of two kills answered requests are there, recording works, and log and metrics show the restart."""
    data = place / "register"
    async with serving("", "", data) as served:
        await served.record("events", served.registered, key="office")
        for nth in range(1, 3):
            killing(data)()
            await ready(served, nth)
            await served.record("requests", RECEIPT, key=f"after-{nth}")
            assert (await served.json("requests"))["requests"][-1]["reference"] == f"2020-{nth:04}"
        assert len(served.logged("database.lost")) == len(served.logged("database.started")) == 2
        metrics = (await served.get("/metrics")).text
        assert 'taizhang_database_restarts_total{result="started"} 2.0' in metrics
        assert await served.stopped(signal.SIGTERM) == 0
    await embedded.stop(data / "postgresql")


async def test_a_server_that_was_stopped_on_purpose_stays_down(place: Path) -> None:
    """It stays down until it is started by hand; from then on it is watched again."""
    data = place / "register"
    async with serving("", "", data) as served:
        await served.record("events", served.registered, key="office")
        assert await embedded.stop(data / "postgresql")
        end = monotonic() + 4
        while monotonic() < end:
            assert (await served.get("/health/ready")).status_code == 503
        assert served.logged("database.lost") == []
        await embedded.start(data / "postgresql")
        await ready(served, 0)
        killing(data)()
        await ready(served, 1)
        assert len(served.logged("database.started")) == 1
    await embedded.stop(data / "postgresql")


async def test_pauses_grow_between_failed_starts(place: Path) -> None:
    """A configuration that no server starts with: each attempt is logged, the pauses grow, and a corrected one is started."""
    data = place / "register"
    async with serving("", "", data, prelude=PRELUDE) as served:
        await served.record("events", served.registered, key="office")
        settings = data / "postgresql/data/postgresql.conf"
        sound = settings.read_bytes()
        settings.write_bytes(b"no such setting at all\n")
        killing(data)()
        end = monotonic() + 60
        while len(served.logged("database.not_started")) < 2:
            assert (await served.get("requests")).status_code == 503
            assert monotonic() < end
        settings.write_bytes(sound)
        await ready(served, 0)  # by an attempt that succeeds, or by one that timed out too early
        pauses = [each["pause_seconds"] for each in served.logged("database.lost")]
        assert len(pauses) >= 2
        assert pauses == [0, 1, 2, 4, 8, 16, 32][: len(pauses)]
        assert 'taizhang_database_restarts_total{result="failed"}' in (await served.get("/metrics")).text
        await served.record("requests", RECEIPT)
    await embedded.stop(data / "postgresql")
