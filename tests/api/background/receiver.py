"""A receiver of webhooks in the test's own process: it stores deliveries, and replies as the test configures it."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, NamedTuple

from adapters.register.register import Register
from adapters.webhooks.addresses import AllowedAddresses
from api.background.webhook_delivery import WebhookSender

SOON = 120.0
Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Received(NamedTuple):
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.raw)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def positions(self) -> list[int]:
        return [each["position"] for each in self.body["entries"]]

    def is_signed(self, secret: str) -> bool:
        """Checked as a receiver does, by the published description."""
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.raw
        digest = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, "sha256").digest()
        return self.headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()


def status(code: int, *headers: str) -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        lines = (f"HTTP/1.1 {code} X", "Content-Length: 0", *headers, "", "")
        writer.write("\r\n".join(lines).encode())
        await writer.drain()

    return answer


async def hang(_: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def drip(writer: asyncio.StreamWriter) -> None:
    """A status line that never ends, although bytes keep coming."""
    writer.write(b"HTTP/1.1 200 ")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0.05)


async def endless(writer: asyncio.StreamWriter) -> None:
    """An endless body after a status of success."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    with suppress(ConnectionError):
        while True:
            writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            await writer.drain()


async def endless_head(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    with suppress(ConnectionError):
        while True:
            writer.write(b"X-A: " + b"x" * 65536 + b"\r\n")
            await writer.drain()


async def nonsense(writer: asyncio.StreamWriter) -> None:
    writer.write(b"\x16\x03\x01 not HTTP at all\r\n\r\n")
    await writer.drain()


class Receiver:
    """answers: one for each delivery in turn, the last repeated."""

    def __init__(self) -> None:
        self.answers: list[Answer] = [status(204)]
        self.got: asyncio.Queue[Received] = asyncio.Queue()
        self.connections = 0
        self.port = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    async def next(self) -> Received:
        return await asyncio.wait_for(self.got.get(), SOON)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {
                name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)
            }
            raw = await reader.readexactly(int(headers["content-length"]))
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
            self.got.put_nowait(Received(head[0].split(" ")[1], headers, raw))
            await answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()

    def stop(self) -> None:
        for task in self._tasks:
            task.cancel()


@asynccontextmanager
async def receiving(context: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.handle, "127.0.0.1", 0, ssl=context)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()
        receiver.stop()


def allowing(*receivers: Receiver, host: str = "127.0.0.1") -> AllowedAddresses:
    origins = ",".join(f"http://{host}:{each.port}" for each in receivers)
    return AllowedAddresses.parse(origins, "127.0.0.0/8")


@asynccontextmanager
async def sending(
    register: Register,
    allowed: AllowedAddresses,
    *,
    timeout: float = 5.0,
    lease: float = 30.0,
    paused_after: float = 3600.0,
) -> AsyncIterator[WebhookSender]:
    sender = WebhookSender(
        allowed,
        timeout=timeout,
        lease=timedelta(seconds=lease),
        paused_after=timedelta(seconds=paused_after),
    )
    task = asyncio.create_task(sender.run(register))
    try:
        yield sender
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
