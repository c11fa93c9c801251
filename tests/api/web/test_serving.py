"""Timeouts of calls, and consecutive replies on one connection."""

from __future__ import annotations

import asyncio
from math import inf
from typing import TYPE_CHECKING

import pytest

from api.web.timeouts import Timeout
from tests.adapters.recordings import connected
from tests.api.conftest import Served, serving_fresh

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer


async def test_replies_without_a_body_are_sent_at_once(served: Served) -> None:
    """To HEAD and OPTIONS, one after the other on one connection."""
    for method, status in (("OPTIONS", 204), ("HEAD", 200), ("OPTIONS", 204), ("GET", 200)):
        reply = await served.client.request(method, "/health/live", timeout=5)
        assert reply.status_code == status, method


async def test_a_timeout_expires_once_and_when_it_should() -> None:
    """A restart sets the new time, longer or shorter; after a suspension the remaining time continues."""
    loop = asyncio.get_running_loop()
    over: asyncio.Queue[tuple[str, float]] = asyncio.Queue()
    began = loop.time()

    def timeout(name: str) -> Timeout:
        return Timeout(loop, lambda: over.put_nowait((name, loop.time() - began)))

    later, sooner, suspended, endless, cancelled = map(
        timeout, ("later", "sooner", "suspended", "endless", "cancelled")
    )
    later.start(0.01)
    later.start(0.4)
    sooner.start(10)
    sooner.start(0.1)
    suspended.start(0.25)
    suspended.suspend(10)
    suspended.resume()
    endless.start(0.05)
    endless.suspend(inf)
    cancelled.start(0.05)
    cancelled.cancel()

    found = [await over.get() for _ in range(3)]

    assert [name for name, _ in found] == ["sooner", "suspended", "later"]
    assert all(at > least for (_, at), least in zip(found, (0.09, 0.24, 0.39), strict=True))
    assert over.empty()


async def test_a_suspended_timeout_is_bounded_too() -> None:
    """The remaining time is not added to that of the suspension."""
    expired = asyncio.Event()
    timeout = Timeout(asyncio.get_running_loop(), expired.set)
    timeout.start(60)
    timeout.suspend(0.05)
    async with asyncio.timeout(60):
        await expired.wait()


async def test_a_timeout_started_again_after_it_expired_expires_again() -> None:
    times: asyncio.Queue[None] = asyncio.Queue()
    timeout = Timeout(asyncio.get_running_loop(), lambda: times.put_nowait(None))
    async with asyncio.timeout(60):
        timeout.start(-1)
        await times.get()
        timeout.start(0.01)
        await times.get()


async def test_a_stream_is_not_subject_to_the_timeout_of_a_body(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A stream's wait for a disconnect is not a body: a first piece that takes longer than a body may is sent complete."""
    prelude = "from api.web import body; body.BODY_TIMEOUT = 0.2"
    async with serving_fresh(server, template, tmp_path_factory.mktemp("brief"), prelude=prelude) as found:
        found_ = await found.with_authority()
        head = f"GET {found_.home}/requests HTTP/1.1\r\nhost: x\r\naccept: text/csv\r\nconnection: close\r\nauthorization: "
        reader, writer = await asyncio.open_connection("127.0.0.1", found_.port)
        async with connected(found_.dsn) as behind, behind.transaction():
            await behind.execute("LOCK TABLE requests IN ACCESS EXCLUSIVE MODE")
            writer.write(head.encode() + found_.client.headers["authorization"].encode() + b"\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.6)
        rest = await reader.read()
        writer.close()
    assert "登记号" in rest.decode()
    assert rest.endswith(b"0\r\n\r\n")
