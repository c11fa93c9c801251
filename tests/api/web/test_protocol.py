"""HTTP on the wire: what an unauthenticated caller may send is bounded in bytes, seconds and processor time."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack, suppress
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.adapters.recordings import body_of
from tests.api.conftest import Served, serving_fresh
from tests.builders import received

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

PRELUDE = """
from api.web import protocol
assert (protocol.HEAD_TIMEOUT, protocol.KEEP_ALIVE_TIMEOUT, protocol.WRITE_TIMEOUT) == (10.0, 30.0, 30.0)
protocol.HEAD_TIMEOUT = protocol.KEEP_ALIVE_TIMEOUT = protocol.WRITE_TIMEOUT = 1.0
"""
"""The same limits, shorter, so that tests need not wait half a minute."""
LIVE = b"GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n"
LAST = LIVE[:-2] + b"connection: close\r\n\r\n"
BODY = json.dumps(body_of(received("2020-03-02"))).encode()


@pytest.fixture(scope="module")
async def brisk_server(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    async with serving_fresh(server, template, tmp_path_factory.mktemp("brisk"), prelude=PRELUDE) as found:
        found.client.headers["connection"] = "close"  # a kept connection may be closed during the next call
        yield found


@pytest.fixture
async def brisk(brisk_server: Served) -> Served:
    """A server that waits a second for a head, begun or not. Tests of sizes alone use `served`."""
    return await brisk_server.with_authority()


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


def replies(text: bytes) -> list[Reply]:
    """The replies received on a connection, each with a length."""
    found = []
    while text:
        head, _, text = text.partition(b"\r\n\r\n")
        line, *lines = head.decode().split("\r\n")
        headers = dict(re.split(": ", each.lower(), maxsplit=1) for each in lines)
        length = int(headers.get("content-length", 0))
        found.append(Reply(int(line.split(" ")[1]), headers, text[:length]))
        text = text[length:]
    return found


async def exchange(served: Served, *pieces: bytes) -> list[Reply]:
    """Send these bytes and nothing more; the bytes received until the server closes the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    try:
        for piece in pieces:
            writer.write(piece)
        async with asyncio.timeout(60):
            return replies(await until_closed(reader))
    finally:
        writer.transport.abort()


async def until_closed(reader: asyncio.StreamReader) -> bytes:
    """The bytes received until the server closes the connection; a reset by bytes still in transit is ignored."""
    found = bytearray()
    with suppress(ConnectionError):
        while piece := await reader.read(65_536):
            found += piece
    return bytes(found)


def assert_problem(reply: Reply, status: int, code: str) -> None:
    """As any refusal: with a code, in Chinese, with the headers of every reply."""
    assert (reply.status, reply.headers["content-type"]) == (status, "application/problem+json")
    problem = json.loads(reply.body)
    assert (problem["status"], problem["code"]) == (status, code)
    assert re.search("[\u4e00-\u9fff]", problem["detail"])
    assert reply.headers["connection"] == "close"
    for name, value in {
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
        "cache-control": "no-store",
    }.items():
        assert reply.headers[name] == value.lower()
    assert re.fullmatch("[0-9a-f]{32}", reply.headers["x-request-id"])


# --- bytes ---

CHUNKED = b"POST /api/v1/reconcile HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
ENDLESS = {
    "a header's value": (b"GET / HTTP/1.1\r\nhost: x\r\nx: ", b"y" * 65_536),
    "a header's name": (b"GET / HTTP/1.1\r\nhost: x\r\n", b"y" * 65_536),
    "many headers": (b"GET / HTTP/1.1\r\nhost: x\r\n", b"a:\r\n" * 16_384),
    "an address": (b"GET /", b"y" * 65_536),
    "a method": (b"", b"G" * 65_536),
    "a query": (b"GET /?", b"a&" * 32_768),
    "blank lines": (b"", b"\r\n" * 32_768),
    "blank lines after a reply": (LIVE, b"\r\n" * 32_768),
    "a chunk's extension": (CHUNKED + b"5;", b"y" * 65_536),
    "extensions of many chunks": (CHUNKED, b"1;yyyyyyyyyyyy=yyyyyyyyyyyyyy\r\n \r\n" * 2_000),
    "chunks of a byte": (CHUNKED, b"1\r\n \r\n" * 10_000),
    "digits of a length": (CHUNKED, b"0" * 65_536),
    "a trailer's value": (CHUNKED + b"0\r\nx: ", b"y" * 65_536),
    "a trailer's name": (CHUNKED + b"0\r\n", b"y" * 65_536),
    "many trailers": (CHUNKED + b"0\r\n", b"a: b\r\n" * 10_000),
    "a body that nobody reads": (
        b"POST /api/v1/reconcile HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n",
        b"y" * 65_536,
    ),
    "a chunked body that nobody reads": (CHUNKED, b"1000\r\n" + b"y" * 4096 + b"\r\n"),
    "a chunk that nobody reads": (CHUNKED + b"fffffffffff\r\n", b"y" * 65_536),
    "requests that nobody waits for": (b"", LIVE * 1_000),
    "what follows a request to upgrade": (
        b"GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n",
        b"y" * 65_536,
    ),
}


@pytest.mark.parametrize("what", ENDLESS)
async def test_an_endless_request_is_cut_at_little_cost(served: Served, what: str) -> None:
    """Of 80 MB from an unauthenticated caller hardly any is read, and little processor time is used."""
    head, more = ENDLESS[what]
    before = served.processor_seconds
    for _ in range(100):
        await served.get("/health/live")
    a_hundred_calls = served.processor_seconds - before
    before, began = served.processor_seconds, monotonic()
    with socket.create_connection(("127.0.0.1", served.port)) as sending:
        sending.setblocking(False)
        loop = asyncio.get_running_loop()
        cut = False
        try:
            await loop.sock_sendall(sending, head)
            while not cut and monotonic() - began < 60:
                await loop.sock_sendall(sending, more)
        except ConnectionError:
            cut = True
    assert cut
    assert served.processor_seconds - before < 5 * a_hundred_calls
    assert (await served.get("/health/ready")).status_code == 200


async def test_a_head_at_its_limit_is_read_and_a_byte_more_is_not(served: Served) -> None:
    """All its bytes count: address, names, values and separators."""
    before, after = b"GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx: ", b"\r\n\r\n"
    room = 65_536 - len(before) - len(after)
    (reply,) = await exchange(served, before + b"y" * room + after)
    assert reply.status == 200
    (reply,) = await exchange(served, before + b"y" * (room + 1) + after)
    assert_problem(reply, 431, "head_too_large")
    # in pieces, after an earlier reply
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(LIVE)
    await asyncio.wait_for(reader.readuntil(b"}"), 60)
    for piece in split(before + b"y" * (room + 1) + after, 1_000):
        writer.write(piece)
    (reply,) = replies(await asyncio.wait_for(reader.read(), 60))
    assert_problem(reply, 431, "head_too_large")
    writer.close()


async def test_a_body_in_small_chunks_is_read(served: Served) -> None:
    """The bound on the bytes between chunks grows with their number; extensions of moderate length are skipped."""
    chunks = b"".join(
        b"%x;n=%d\r\n%s\r\n" % (len(part), nth, part) for nth, part in enumerate(split(BODY, 20))
    )
    (reply,) = await exchange(
        served, posting(served, b"transfer-encoding: chunked\r\nconnection: close"), chunks, b"0\r\n\r\n"
    )
    assert reply.status == 201
    blanks = b"14\r\n" + b" " * 20 + b"\r\n"
    (reply,) = await exchange(
        served,
        posting(served, b"transfer-encoding: chunked\r\nconnection: close", key=b"long"),
        blanks * 20_000,
        chunks,
        b"0\r\n\r\n",
    )
    assert reply.status == 201


def split(text: bytes, size: int) -> list[bytes]:
    return [text[start : start + size] for start in range(0, len(text), size)]


def posting(served: Served, *headers: bytes, key: bytes = b"wire", token: bool = True) -> bytes:
    """The head of a post of a receipt."""
    bearer = f"authorization: {served.client.headers['authorization']}\r\n".encode() if token else b""
    lines = b"".join(header + b"\r\n" for header in headers)
    return (
        f"POST {served.home}/requests HTTP/1.1\r\n".encode() + b"host: x\r\ncontent-type: application/json\r\n"
        + b"idempotency-key: " + key + b"\r\n" + bearer + lines + b"\r\n"
    )  # fmt: skip


# --- seconds ---


async def test_blank_lines_do_not_keep_a_connection_open(brisk: Served) -> None:
    """Neither before a request nor after a reply; a request in time does."""
    for first in (b"", LIVE):
        reader, writer = await asyncio.open_connection("127.0.0.1", brisk.port)
        writer.write(first)
        reading = asyncio.create_task(until_closed(reader))
        async with asyncio.timeout(60):
            while not reading.done():
                writer.write(b"\r\n")
                await asyncio.wait({reading}, timeout=0.2)
        assert len(replies(reading.result())) == bool(first)
        writer.transport.abort()
    reader, writer = await asyncio.open_connection("127.0.0.1", brisk.port)
    for _ in range(8):
        writer.write(LIVE)
        assert (await asyncio.wait_for(reader.readuntil(b"}"), 60)).startswith(b"HTTP/1.1 200")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.3)
    writer.close()


async def test_a_late_head_gets_408(brisk: Served) -> None:
    """A connection on which nothing was sent is closed without a reply."""
    for pieces in ((b"GET /health/live HTTP/1.1\r\nhost: x\r\n",), (b"G",)):
        (reply,) = await exchange(brisk, *pieces)
        assert_problem(reply, 408, "too_slow")
    first, second = await exchange(brisk, LIVE, b"GET /hea")
    assert first.status == 200
    assert_problem(second, 408, "too_slow")
    assert await exchange(brisk) == []


async def test_a_client_that_never_reads_is_disconnected(brisk: Served) -> None:
    """Unread replies are dropped with their connection, whether it was to be kept or not."""
    directory = Path(f"/proc/{brisk.process.pid}/fd")
    before = len(list(directory.iterdir()))
    asking = b"GET /api/v1/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n"
    with ExitStack() as wires:
        for requests in (asking * 30, asking * 30 + asking[:-2] + b"connection: close\r\n\r\n") * 4:
            wire = wires.enter_context(socket.socket())
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            wire.connect(("127.0.0.1", brisk.port))
            wire.sendall(requests)
            wire.settimeout(60)
            begun = await asyncio.to_thread(
                wire.recv, 12, socket.MSG_PEEK
            )  # the reply is there, but not read
            assert begun == b"HTTP/1.1 200"
        async with asyncio.timeout(60):
            while len(list(directory.iterdir())) > before + 1:
                await brisk.get("/health/live")
    assert [each for each in brisk.log if each["level"] == "error" or each.get("status", 0) >= 500] == []


async def test_a_client_that_reads_slowly_gets_the_whole_reply(brisk: Served) -> None:
    """A reply that takes longer than a caller may pause, read in pieces with pauses, and closed by the server."""
    whole = (await brisk.get("/api/v1/openapi.json")).content
    asking = b"GET /api/v1/openapi.json HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    with socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        wire.connect(("127.0.0.1", brisk.port))
        wire.sendall(asking)
        found = bytearray()
        wire.settimeout(10)
        began = monotonic()
        while piece := await asyncio.to_thread(wire.recv, len(whole) // 10):
            found += piece
            await asyncio.sleep(len(piece) / len(whole) * 4)
    assert monotonic() - began > 3
    assert found.endswith(whole)


# --- what is refused before the application ---


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100, "not_http"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "not_http"),
        (b"GET / HTTP/2.0\r\nhost: x\r\n\r\n", "not_http"),
        (b"GET /health/live\r\n\r\n", "not_http"),
        (b"GET / HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n", "not_http"),
        (b"GET / HTTP/1.1\r\nhost: x\r\n folded\r\n\r\n", "not_http"),
        (b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n", "not_http"),
        (
            b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n",
            "not_http",
        ),
        (b"GET http:// HTTP/1.1\r\nhost: x\r\n\r\n", "not_http"),
        (b"GET /health/live HTTP/1.1\r\n\r\n", "bad_host"),
        (b"GET /health/live HTTP/1.1\r\nhost:\r\n\r\n", "bad_host"),
        (b"GET /health/live HTTP/1.1\r\nhost: x\r\nHost: x\r\n\r\n", "bad_host"),
        (b"GET /health/live HTTP/1.1\r\nhost: x\r\nhost: y\r\n\r\n", "bad_host"),
        (b"GET /health/live HTTP/1.0\r\nhost: x\r\nhost: y\r\n\r\n", "bad_host"),
        (b"GET /health/live HTTP/1.1\r\nhost: x, y\r\n\r\n", "bad_host"),
        (b"GET /health/live HTTP/1.1\r\nhost: x/y\r\n\r\n", "bad_host"),
        (b"GET /health/live HTTP/1.1\r\nhost: a@b\r\n\r\n", "bad_host"),
    ],
)
async def test_a_malformed_request_is_a_problem_too(served: Served, text: bytes, code: str) -> None:
    (reply,) = await exchange(served, text)
    assert_problem(reply, 400, code)
    first, second = await exchange(served, LIVE + text)
    assert first.status == 200
    assert_problem(second, 400, code)


async def test_valid_host_headers(served: Served) -> None:
    for version, host in (
        (b"1.1", b"host: x\r\n"),
        (b"1.1", b"Host: [::1]:8000\r\n"),
        (b"1.1", b"host: a-b.example:80\r\n"),
        (b"1.0", b""),
        (b"1.0", b"host: x\r\n"),
    ):
        (reply,) = await exchange(
            served, b"GET /health/live HTTP/" + version + b"\r\n" + host + b"connection: close\r\n\r\n"
        )
        assert reply.status == 200, host


async def test_trailers_are_no_headers(served: Served) -> None:
    """Fields after the body neither authenticate nor change anything, in this call or the next."""
    bearer = f"Authorization: {served.client.headers['authorization']}\r\n".encode()
    chunked = posting(served, b"transfer-encoding: chunked", token=False)
    body = b"%x\r\n%s\r\n0\r\n" % (len(BODY), BODY)
    home = f"GET {served.home}/requests HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode()
    for trailer in (
        bearer,
        b"X-Forwarded-For: 10.0.0.1\r\n" + bearer,
        b"x:\r\n" + bearer,
        bearer + b"x:\r\n",
    ):
        for pieces in (
            (chunked + body + trailer + b"\r\n" + home,),
            (chunked + body, trailer, b"\r\n", home),
        ):
            found = await exchange(served, *pieces)
            assert [reply.status for reply in found] == [401, 401], trailer
    with_token = posting(served, b"transfer-encoding: chunked", b"connection: close")
    (reply,) = await exchange(
        served, with_token + body + b'If-Match: "7"\r\nContent-Type: text/plain\r\nHost: y\r\n\r\n'
    )
    assert reply.status == 201
    assert await served.positions() == [1, 2]


async def test_a_body_that_breaks_off_is_refused_and_nothing_is_stored(served: Served) -> None:
    """A malformed chunk after a valid one, also in a second call: refused in its turn."""
    broken = posting(served, b"transfer-encoding: chunked") + b"%x\r\n%s\r\nno length\r\n" % (len(BODY), BODY)
    (reply,) = await exchange(served, broken)
    assert_problem(reply, 400, "not_http")
    first, second = await exchange(served, LIVE + broken)
    assert first.status == 200
    assert_problem(second, 400, "not_http")
    endless = posting(served, b"transfer-encoding: chunked") + b"5;" + b"y" * 400_000
    (reply,) = await exchange(served, endless)
    assert_problem(reply, 431, "head_too_large")
    assert await served.positions() == [1]
    assert [each for each in served.log if each["level"] == "error"] == []


async def test_garbage_does_not_affect_the_call_before_it(served: Served) -> None:
    """A recording in progress when garbage follows is answered as stored, then the garbage is refused."""
    first, second = await exchange(
        served, posting(served, b"content-length: %d" % len(BODY)) + BODY + b"\x00 garbage \r\n\r\n"
    )
    assert first.status == 201
    assert_problem(second, 400, "not_http")
    assert await served.positions() == [1, 2]


async def test_a_request_to_upgrade_is_answered_once(served: Served) -> None:
    """No upgrade is supported; bytes after it, in one piece or later, are no further request."""
    upgrade = b"connection: upgrade\r\nupgrade: h2c"
    for pieces in (
        (LIVE[:-2] + upgrade + b"\r\n\r\n" + LIVE,),
        (LIVE[:-2] + upgrade + b"\r\n\r\n", LIVE),
    ):
        (reply,) = await exchange(served, *pieces)
        assert reply.status == 200
    (reply,) = await exchange(served, posting(served, upgrade, b"content-length: %d" % len(LIVE)), LIVE)
    assert reply.status == 400


async def test_after_an_early_reply_the_connection_is_reusable(served: Served) -> None:
    """401 before the body has arrived: the connection continues once all of it was sent, and is closed otherwise."""
    head = posting(served, b"content-length: 300000", token=False)
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
    writer.write(head + b" " * 1_000)
    early = await asyncio.wait_for(reader.readuntil(b"}"), 60)
    assert early.startswith(b"HTTP/1.1 401")
    writer.write(b" " * 299_000 + LAST)
    (reply,) = replies(await asyncio.wait_for(reader.read(), 60))
    assert reply.status == 200
    writer.close()
    (reply,) = await exchange(served, head + b" " * 1_000)
    assert reply.status == 401


async def test_many_requests_at_once_are_answered_in_turn(served: Served) -> None:
    found = await exchange(served, LIVE * 39 + LAST)
    assert [reply.status for reply in found] == [200] * 40
    found = await exchange(served, LIVE * 5_000)
    assert 0 < len(found) < 5_000
    assert {reply.status for reply in found} == {200}


async def test_refusals_before_routing_are_counted(served: Served) -> None:
    """The metrics show requests that are refused before they reach a route."""

    async def counted(code: str) -> float:
        text = (await served.get("/metrics")).text
        found = re.search(rf'taizhang_http_refused_total{{code="{code}",status="\d+"}} ([0-9.]+)', text)
        return float(found[1]) if found else 0

    before = await counted("not_http"), await counted("bad_host")
    await exchange(served, b"nonsense\r\n\r\n")
    await exchange(served, b"GET / HTTP/1.1\r\n\r\n")
    assert (await counted("not_http"), await counted("bad_host")) == (before[0] + 1, before[1] + 1)
