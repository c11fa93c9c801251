"""HTTP/1.1 as it comes off the wire: everything that is no body has a bound in bytes and in time."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, cast

import httptools
import msgspec
import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from api.web import problems
from api.web.body import BODY_LIMIT
from api.web.call_refusals import BadHost, CallRefusal, HeadTooLarge, NotHttp, TooSlow
from api.web.headers import new_request_id, secured

log = structlog.get_logger("taizhang.web")

SLOWEST_HEAD = 10.0
"""Seconds in which a request's head must have come."""
LARGEST_HEAD = 65_536
"""Bytes of a head, with its blank line; one that follows another request in the same read may have that read more.
As many may the framing of a body have beyond twice the body itself."""
KEEP_ALIVE = 30.0
"""Seconds after a reply in which the next request must begin. Blank lines begin none."""
LINGER = 2.0
"""Seconds in which a caller that is cut off may read why, and one that was answered early may send its rest."""
LAST_CALL = 1.0
"""Seconds after a stop began in which the call of a connection that was just opened must begin."""
SLOWEST_READ = 30.0
"""Seconds in which a caller must take something of what is ready for it."""
_DISCARDED = 16_777_216
"""Bytes that a caller who is cut off may send meanwhile."""
_HOST = re.compile(rb"[A-Za-z0-9._~%!$&'()*+;=:\[\]-]{1,300}")
_PIPELINE = 64
"""Requests of a connection that may wait for the replies to those before them."""


class Watched:
    """A transport that is cut where nothing of what waits to be sent is taken for SLOWEST_READ."""

    def __init__(self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport) -> None:
        self._loop = loop
        self._transport = transport
        self._sent = 0
        self._watched = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        self._transport.write(data)
        self._sent += len(data)
        if not self._watched and self._transport.get_write_buffer_size():
            self._watch()

    def _watch(self) -> None:
        self._watched = True
        taken = self._sent - self._transport.get_write_buffer_size()
        self._loop.call_later(SLOWEST_READ, self._look, taken)

    def _look(self, before: int) -> None:
        """At what is not taken yet, also of a connection that is to be closed after it."""
        left = self._transport.get_write_buffer_size()
        self._watched = False
        if left and self._sent - left == before:
            self._transport.abort()
        elif left:
            self._watch()


class _Refused(Exception):
    """Raised in a callback of the parser, which stops at it."""

    def __init__(self, refusal: type[CallRefusal] | None) -> None:
        self.refusal = refusal


class Protocol(HttpToolsProtocol):
    """The server's HTTP with bounds on what a caller can make grow without being known.

    A refusal is sent after the replies to what came before it on the connection, and nothing is read after it.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._framing = 0
        """Bytes since the last message, or the last head, that are no body of one."""
        self._in_head = True
        self._begun = False
        self._head_comes = True
        """Nothing was asked on the connection yet, or the head of a request has begun."""
        self._unanswered: deque[RequestResponseCycle] = deque()
        self._unwanted = 0
        self._deaf = self._stopping = False
        self._refusal: type[CallRefusal] | None = None
        self._discards = _DISCARDED
        self._deadline: asyncio.TimerHandle | None = None
        super().connection_made(cast("asyncio.Transport", Watched(self.loop, transport)))
        self._expect(SLOWEST_HEAD, self._head_is_late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._deaf = True
        self._expect_nothing()
        for cycle in self._unanswered:  # not of the last alone
            cycle.disconnected = True
            cycle.message_event.set()
            _hurry(cycle)
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """A call that is on its way is answered, as the last: a proxy that has opened a connection for it cannot know of the stop."""
        self._stopping = True
        for cycle in self._unanswered:
            _hurry(cycle)
        if self._deaf or not self._head_comes:
            super().shutdown()
        elif not self._begun:
            self._expect(LAST_CALL, self._close)

    def data_received(self, data: bytes) -> None:
        while data and not self._deaf:
            room = LARGEST_HEAD - self._framing if self._in_head else len(data)
            piece, data = data[:room], data[room:]
            self._framing += len(piece)
            self._parse(piece)
            if self._framing >= LARGEST_HEAD and not self._deaf:
                self._refuse(HeadTooLarge)
        if self._deaf:
            self._discards -= len(data)
            if self._discards < 0:
                self.transport.abort()

    def _parse(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # There is nothing to upgrade to. What follows the head is of the other protocol, or a body not parsed as one.
            self._refuse(None)
        except httptools.HttpParserError as wrong:
            known = wrong.__context__
            self._refuse(known.refusal if isinstance(known, _Refused) else NotHttp)

    # --- the parser's callbacks ---

    def on_message_begin(self) -> None:
        self._begun = self._head_comes = True
        self._expect(SLOWEST_HEAD, self._head_is_late)
        super().on_message_begin()
        self.scope["taizhang.cut"] = self._cut  # type: ignore[typeddict-unknown-key]

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # never a trailer: the call has been judged by its head
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._expect_nothing()
        if len(self._unanswered) > _PIPELINE:
            raise _Refused(None)
        version = self.parser.get_http_version()
        if version not in ("1.0", "1.1"):
            raise _Refused(NotHttp)
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) > 1 or (not hosts and version == "1.1") or not all(map(_HOST.fullmatch, hosts)):
            raise _Refused(BadHost)
        super().on_headers_complete()
        if self._stopping:
            self.cycle.keep_alive = False
        self._in_head = self._head_comes = False
        self._framing = self._unwanted = 0
        self._unanswered.append(self.cycle)

    def on_body(self, body: bytes) -> None:
        self._framing = max(0, self._framing - 3 * len(body))  # itself, which was counted, and twice as much
        if self.cycle.response_complete:
            self._unwanted += len(body)
            if self._unwanted > BODY_LIMIT:
                raise _Refused(None)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_head, self._begun = True, False
        self._framing = 0
        super().on_message_complete()
        if not self._unanswered:
            self._expect(KEEP_ALIVE, self._close)

    def on_response_complete(self) -> None:
        self._unanswered.popleft()
        super().on_response_complete()
        self._unset_keepalive_if_required()  # the deadline here runs on whatever comes that is no request
        if self._unanswered or self.transport.is_closing():
            return
        if self._deaf:
            self._end()
        elif not self._begun:
            self._expect(KEEP_ALIVE, self._close)
        elif not self._in_head:  # answered before all of it has come
            self._expect(LINGER, self._end)

    # --- deadlines and ends ---

    def _expect(self, seconds: float, late: Callable[[], object]) -> None:
        self._expect_nothing()
        self._deadline = self.loop.call_later(seconds, late)

    def _expect_nothing(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _head_is_late(self) -> None:
        if self.flow.read_paused:  # by the calls before it
            self._expect(SLOWEST_HEAD, self._head_is_late)
        elif self._begun:
            self._refuse(TooSlow)
        else:
            self._close()

    def _refuse(self, refusal: type[CallRefusal] | None) -> None:
        """Read no more. None: without a word."""
        self._deaf, self._refusal = True, refusal
        self._expect_nothing()
        if self._begun and not self._in_head and not self.cycle.response_complete:
            self._drop_half_read()
        if not self._unanswered:
            self._end()

    def _drop_half_read(self) -> None:
        """The call whose body can no longer come: it sees its caller gone, or never begins."""
        self.cycle.disconnected = True
        self.cycle.message_event.set()
        self._unanswered.pop()
        if self.pipeline and self.pipeline[0][0] is self.cycle:
            self.pipeline.popleft()
        elif self.cycle.response_started:
            self._refusal = None

    def _end(self) -> None:
        """Say the last word, and wait for the caller to close: one that is reset while sending never reads it."""
        self._deaf = True
        if self.transport.is_closing():
            return
        self._expect(LINGER, self.transport.abort)
        if self._refusal is not None:
            log.info("refused", code=self._refusal.code, status=self._refusal.status)
            if (metrics := getattr(_innermost(self.app), "metrics", None)) is not None:
                metrics.refused(self._refusal.code, self._refusal.status)
            self.transport.write(self._reply(self._refusal))
        self.transport.write_eof()
        self.flow.resume_reading()

    def _cut(self) -> None:
        """For the application: a reply that was begun cannot be ended, or is not taken."""
        for cycle in self._unanswered:
            cycle.disconnected = True
        self.transport.abort()

    def _close(self) -> None:
        self._deaf = True
        if not self.transport.is_closing():
            self.transport.close()

    def _reply(self, refusal: type[CallRefusal]) -> bytes:
        body = msgspec.json.encode(problems.of_call(refusal))
        own = [
            *self.server_state.default_headers,
            (b"content-type", problems.MEDIA_TYPE.encode()),
            (b"content-language", b"zh-CN"),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        lines = [b"%s: %s\r\n" % header for header in secured(own, new_request_id())]
        status = HTTPStatus(refusal.status)
        return b"HTTP/1.1 %d %s\r\n" % (status, status.phrase.encode()) + b"".join(lines) + b"\r\n" + body


def _hurry(cycle: RequestResponseCycle) -> None:
    """Whatever its call waits for that may never come, it waits no more."""
    scope: Any = cycle.scope
    scope["taizhang.hurried"] = True
    if (hurry := scope.get("taizhang.hurry")) is not None:
        hurry()


def _innermost(application: Any) -> Any:
    """The application within what the server puts around it where proxies are believed."""
    return getattr(application, "app", application)
