"""What the server saves calls of the system by, and must not lose by it: replies joined, lines gathered, one alarm."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from math import inf
from typing import TYPE_CHECKING

import msgspec
import pytest
import structlog

from adapters import logs
from api.web.protocol import Joined
from api.web.timeouts import Clock, Patience
from tests.adapters.recordings import connected
from tests.api.conftest import Served, serving_fresh

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer


@asynccontextmanager
async def joined() -> AsyncIterator[tuple[Joined, socket.socket]]:
    """A transport as the server has it, and the other end of its wire."""
    ours, theirs = socket.socketpair()
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_accepted_socket(asyncio.Protocol, ours)
    theirs.setblocking(False)
    try:
        yield Joined(loop, transport), theirs
    finally:
        transport.abort()
        theirs.close()


async def test_what_is_written_in_one_turn_goes_out_together() -> None:
    """Head and body are one piece for whoever reads; nothing is held back longer than the turn."""
    async with joined() as (transport, wire):
        transport.write(b"HTTP/1.1 201 Created\r\n\r\n")
        transport.write(b"{}")
        with pytest.raises(BlockingIOError):
            wire.recv(100)
        await asyncio.sleep(0)

        assert wire.recv(100) == b"HTTP/1.1 201 Created\r\n\r\n{}"
        transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await asyncio.sleep(0)
        assert wire.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"


async def test_a_reply_before_the_end_of_a_connection_goes_out() -> None:
    """Written and closed in one turn, as a refusal that cuts the caller off: all of it arrives, then the end."""
    async with joined() as (transport, wire):
        transport.write(b"HTTP/1.1 408 Request Timeout\r\n\r\n")
        transport.write(b"x" * 10)
        transport.close()
        transport.close()
        loop = asyncio.get_running_loop()
        assert await loop.sock_recv(wire, 100) == b"HTTP/1.1 408 Request Timeout\r\n\r\n" + b"x" * 10
        assert await loop.sock_recv(wire, 100) == b""


async def test_replies_without_a_body_are_not_held_back(served: Served) -> None:
    """To HEAD and OPTIONS: over one connection, one after the other, without waiting for anything."""
    for method, status in (("OPTIONS", 204), ("HEAD", 200), ("OPTIONS", 204), ("GET", 200)):
        reply = await served.client.request(method, "/health/live", timeout=5)
        assert reply.status_code == status, method


async def test_lines_of_one_turn_are_written_at_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    """In the order said; what another thread says meanwhile does not wait; afterwards each line goes out by itself."""
    configured = structlog.get_config()
    logs.configure("info")
    log = structlog.get_logger("tests").bind()

    def said() -> list[str]:
        return [msgspec.json.decode(line)["event"] for line in capsys.readouterr().err.splitlines()]

    try:
        with logs.gathered():
            log.info("first")
            log.info("second")
            assert said() == []
            await asyncio.to_thread(log.info, "of a thread")
            assert sorted(said()) == ["first", "of a thread", "second"]
            log.info("last")
        assert said() == ["last"]
        log.info("after")
        assert said() == ["after"]
    finally:
        structlog.configure(**configured)


async def test_patience_runs_out_once_and_when_it_should() -> None:
    """What is given anew takes the place of what was left, be it more or less; what is lent comes back."""
    loop = asyncio.get_running_loop()
    clock = Clock(loop)
    over: asyncio.Queue[tuple[str, float]] = asyncio.Queue()
    began = loop.time()

    def patience(name: str) -> Patience:
        return Patience(clock, lambda: over.put_nowait((name, loop.time() - began)))

    put_off, brought_forward, lent, endless, ended = map(
        patience, ("off", "forward", "lent", "endless", "ended")
    )
    put_off.give(0.01)
    put_off.give(0.4)
    brought_forward.give(10)
    brought_forward.give(0.1)
    lent.give(0.25)
    lent.lend(10)
    lent.resume()
    endless.give(0.05)
    endless.lend(inf)
    ended.give(0.05)
    ended.end()

    found = [await over.get() for _ in range(3)]

    assert [name for name, _ in found] == ["forward", "lent", "off"]
    assert all(at > least for (_, at), least in zip(found, (0.09, 0.24, 0.39), strict=True))
    assert over.empty()


async def test_patience_lent_is_bounded_too() -> None:
    """Whoever is waited for instead does not get what was left besides."""
    lost = asyncio.Event()
    patience = Patience(Clock(asyncio.get_running_loop()), lost.set)
    patience.give(60)
    patience.lend(0.05)
    async with asyncio.timeout(5):
        await lost.wait()


async def test_what_goes_wrong_in_one_is_not_the_others() -> None:
    """One whose end fails is reported to the loop; those after it run out all the same."""
    loop = asyncio.get_running_loop()
    clock, lost, reported = Clock(loop), asyncio.Event(), asyncio.Event()
    loop.set_exception_handler(lambda *_: reported.set())
    try:
        for end in (lambda: 1 / 0, lost.set):
            Patience(clock, end).give(0.01)
        async with asyncio.timeout(5):
            await asyncio.gather(lost.wait(), reported.wait())
    finally:
        loop.set_exception_handler(None)


async def test_patience_that_is_given_again_at_its_end_goes_on() -> None:
    """More that comes between the tick and the loss is not lost."""
    clock, lost = Clock(asyncio.get_running_loop()), asyncio.Event()
    patience = Patience(clock, lost.set)
    patience.give(-1)
    clock._tick()
    patience.lend(60)
    await asyncio.sleep(0)
    assert not lost.is_set()
    patience.lend(0)
    async with asyncio.timeout(5):
        await lost.wait()


async def test_a_stream_is_not_held_to_the_time_of_a_body(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It listens for its caller to leave, which is no body: a first piece that takes longer than one may comes whole."""
    prelude = "from api.web import body; body.SLOWEST_BODY = 0.2"
    async with serving_fresh(server, template, tmp_path_factory.mktemp("brief"), prelude=prelude) as found:
        told = await found.with_authority()
        head = f"GET {told.home}/requests HTTP/1.1\r\nhost: x\r\naccept: text/csv\r\nconnection: close\r\nauthorization: "
        reader, writer = await asyncio.open_connection("127.0.0.1", told.port)
        async with connected(told.dsn) as behind, behind.transaction():
            await behind.execute("LOCK TABLE requests IN ACCESS EXCLUSIVE MODE")
            writer.write(head.encode() + told.client.headers["authorization"].encode() + b"\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.6)
        rest = await reader.read()
        writer.close()
    assert "登记号" in rest.decode()
    assert rest.endswith(b"0\r\n\r\n")
