"""The server process: loopback only, slow and oversized clients cut, a stop that finishes what was begun."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import tempfile
from collections.abc import Callable
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.supervisors import Multiprocess

from adapters import logs
from api import app, settings
from api.compiling import Compiler
from api.web import metrics
from api.web.application import PATIENCE, Application
from api.web.auth import token_of
from domain.passwords import POLICIES

HOST = "127.0.0.1"
"""Until accounts come, nothing but this machine is answered."""

SLOWEST_HEAD = 10.0
"""Seconds in which a request's head must have come."""
LARGEST_HEAD = 65_536
"""Bytes of address and headers together."""
LAST_WORDS = 20
"""Seconds that calls under way are given at a stop."""
CONNECTIONS = 16
"""To the database, of each process: PostgreSQL allows a hundred unless told otherwise."""
_COLLECTED = (20_000, 20, 50)
"""Objects more than freed before the youngest are looked through; and so on for the older ones."""


class Joined:
    """A transport that sends what is written in one turn of the loop at once, at its end.

    Head and body of a reply go together, and whoever they are for is not woken while others are answered yet: that
    alone is a tenth of the time of a recording.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport) -> None:
        self._loop = loop
        self._transport = transport
        self._written: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        if not self._written:
            self._loop.call_soon(self._send)
        self._written.append(data)

    def close(self) -> None:
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._written and not self._transport.is_closing():
            self._transport.write(b"".join(self._written))
        self._written.clear()


class Protocol(HttpToolsProtocol):
    """The server's HTTP with a bound on the time and the size of a request's head."""

    _cut: asyncio.TimerHandle | None = None
    _head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(cast("asyncio.Transport", Joined(self.loop, transport)))
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_has_come()
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()
        if self._cut is None:
            self._expect_head()

    def on_url(self, url: bytes) -> None:
        self._grow(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        self._grow(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._head_has_come()
        super().on_headers_complete()

    def _expect_head(self) -> None:
        self._cut = self.loop.call_later(SLOWEST_HEAD, self._close)

    def _head_has_come(self) -> None:
        if self._cut is not None:
            self._cut.cancel()
            self._cut = None

    def _grow(self, size: int) -> None:
        self._head += size
        if self._head > LARGEST_HEAD:
            self.transport.write(
                b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            )
            self._close()
            raise ValueError("head too large")

    def _close(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


def create() -> Application:
    """What each server process runs, from the environment's settings."""
    gc.collect()
    gc.freeze()  # what was imported stays: to look through it again and again for garbage costs a twelfth of the time
    gc.set_threshold(*_COLLECTED)
    own = settings.from_environment()
    logs.configure(own.log)
    return Application(
        lambda: app.opened(own, size=CONNECTIONS, patience=PATIENCE),
        token=token_of(own.data),
        actor=own.actor or "api",
        passwords=POLICIES[own.passwords],
        compiler=Compiler() if own.worker else None,
    )


def serve(
    port: int, processes: int, *, proxies: str = "", started: Callable[[int], None] = lambda _: None
) -> None:
    """Serve until told to stop. port: 0 for any free one. started is called with the port once it is bound.
    proxies: see `Settings`.

    Raises OSError if the port is taken.
    """
    config = uvicorn.Config(
        "api.web.serving:create",
        factory=True,
        host=HOST,
        port=port,
        workers=processes,
        http=Protocol,
        loop="uvloop",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=LAST_WORDS,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
    )
    with tempfile.TemporaryDirectory(prefix="taizhang-metrics-") as directory:
        bound = _bound(port)
        # At its end the server raises the signal anew that stopped it; a stop that was asked for is no failure.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        started(bound.getsockname()[1])
        try:
            if processes > 1:
                os.environ[metrics.SEVERAL_PROCESSES] = directory
                Multiprocess(config, sockets=[bound]).run()
            else:
                uvicorn.Server(config).run(sockets=[bound])
        except KeyboardInterrupt:
            pass
        finally:
            bound.close()


def _bound(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((HOST, port))
        bound.listen(2048)
    except BaseException:
        bound.close()
        raise
    bound.set_inheritable(True)
    return bound
