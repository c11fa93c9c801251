"""Programs that follow the log: their calls wait until an entry is recorded, without blocking others."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from api.background import growth
from tests.adapters.recordings import another_database
from tests.api.conftest import Door, serving, serving_fresh
from tests.builders import answered, assigned, received

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

R = received("2020-03-02")


async def waiting(door: Door, count: int = 1, **query: Any) -> list[asyncio.Task[Any]]:
    tasks = [
        asyncio.create_task(door.json("events", **{"after": 1, "wait": 30, **query})) for _ in range(count)
    ]
    await asyncio.sleep(
        0.3
    )  # until they wait: an earlier entry would be returned at once, which is correct too
    return tasks


async def test_existing_entries_are_returned_at_once_and_none_after_the_wait(door: Door) -> None:
    async with asyncio.timeout(25):  # before the wait ends
        assert (await door.json("events", after=0, wait=30))["next"] == 1
    start = time.monotonic()
    found = await door.json("events", after=1, wait=1)
    assert (found["entries"], found["next"], found["position"]) == ([], 1, 1)
    assert time.monotonic() - start >= 1


async def test_an_entry_wakes_all_waiting_calls(door: Door) -> None:
    """Recorded in this process; waiting calls hold no connection, though they are more than the pool has."""
    tasks = await waiting(door, 40)
    async with asyncio.timeout(25):  # before their wait of 30 seconds ends
        await door.receive(R)
        found = await asyncio.gather(*tasks)
    assert {(each["next"], len(each["entries"])) for each in found} == {(2, 1)}


async def test_an_entry_of_another_process_is_found(
    server: DatabaseServer, template: str, tmp_path: Path
) -> None:
    """Two servers with one register: one records, and a call waiting at the other is answered."""
    async with another_database(server, template) as database:
        runtime, behind = server.runtime(database), server.behind(database)
        async with (
            serving(runtime, behind, tmp_path) as records,
            serving(runtime, behind, tmp_path) as waits,
        ):
            await records.record("events", records.registered, key="office")
            (task,) = await waiting(waits)
            async with asyncio.timeout(25):  # before its wait ends
                await records.receive(R)
                assert len((await task)["entries"]) == 1


async def test_entries_outside_the_filter_are_skipped(door: Door) -> None:
    (task,) = await waiting(door, type="answered")
    reference = await door.receive(R)
    await door.record(f"requests/{reference}/events", assigned("2020-03-03", "信息科"))
    await asyncio.sleep(0.3)
    assert not task.done()
    await door.record(f"requests/{reference}/events", answered("2020-03-20"))
    assert [each["type"] for each in (await task)["entries"]] == ["answered"]


async def test_the_number_of_waiting_calls_is_limited(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of four calls at once three wait, and one is refused at once."""
    monkeypatch.setattr(growth, "MAX_WAITING", 3)
    tasks = [asyncio.create_task(door.get("events", after=1, wait=30)) for _ in range(4)]
    (first,), others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    reply = await first
    assert (reply.status_code, reply.json()["code"]) == (503, "unavailable")
    assert reply.headers["retry-after"] == "1"
    await door.receive(R)
    assert {each.status_code for each in await asyncio.gather(*others)} == {200}
    assert (await door.json("events", after=2, wait=1))["entries"] == []


@pytest.mark.parametrize("wait", ["31", "-1", "x", "1.5"])
async def test_the_wait_is_bounded(door: Door, wait: str) -> None:
    reply = await door.get("events", wait=wait)
    assert (reply.status_code, reply.json()["code"]) == (400, "malformed")


async def test_waiting_takes_no_processor_time_and_a_stop_answers_it(
    server: DatabaseServer, template: str, tmp_path: Path
) -> None:
    async with serving_fresh(server, template, tmp_path) as served:
        await served.record("events", served.registered, key="office")
        before = served.processor_seconds
        for _ in range(100):
            await served.get("events", after=1)
        a_hundred_calls = served.processor_seconds - before
        tasks = await waiting(served, 50)
        before = served.processor_seconds
        await asyncio.sleep(3)
        assert served.processor_seconds - before < a_hundred_calls
        served.stop()
        async with asyncio.timeout(20):  # before their wait ends
            assert {each["next"] for each in await asyncio.gather(*tasks)} == {1}
            assert await served.stopped() == 0


async def test_lists_are_compressed_for_clients_that_accept_it(door: Door) -> None:
    for _ in range(12):
        await door.receive(R)
    for address in ("events", "requests"):
        plain = await door.call("GET", address, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert plain.headers["vary"] == "Accept-Encoding"
        for accepted in ("gzip", "br, *;q=0.5", "gzip;q=0.1"):
            packed = await door.call("GET", address, headers={"Accept-Encoding": accepted})
            assert packed.headers["content-encoding"] == "gzip"
            assert packed.json() == plain.json()
            assert int(packed.headers["content-length"]) < len(plain.content) / 3
        for accepted in ("gzip;q=0", "deflate", "*;q=0", "identity"):
            assert (
                "content-encoding"
                not in (await door.call("GET", address, headers={"Accept-Encoding": accepted})).headers
            )


async def test_sealed_values_are_never_compressed(door: Door) -> None:
    """The compressed length would reveal something about them."""
    reference = await door.receive(R, clear={"description": "同一内容" * 500})
    reply = await door.call("GET", f"requests/{reference}/sealed", headers={"Accept-Encoding": "gzip"})
    assert reply.status_code == 200
    assert len(reply.content) > 1024
    assert "content-encoding" not in reply.headers
