"""HTTP/1.1 with limits: size and time of a request's head, idle connections, pipelined requests, unread replies.

The size and time of a body are limited in `body.py`, the time of a whole call in `application.py`.
"""

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

HEAD_TIMEOUT = 10.0
"""Seconds within which all of a request's head must arrive."""
HEAD_LIMIT = 65_536
"""Bytes of a request's head with its blank line. A head that arrives in the same read as the end of another request may
be longer by that read. The chunked framing of a body may take as many bytes beyond twice the body."""
KEEP_ALIVE_TIMEOUT = 30.0
"""Seconds after a reply within which the next request must begin. Blank lines do not count as a beginning."""
LINGER_TIMEOUT = 2.0
"""Seconds that a connection stays open after a refusal, so that the caller can read it, and after a reply that was sent
before the whole request arrived, so that the caller can send the rest."""
FIRST_REQUEST_TIMEOUT = 1.0
"""Seconds from the start of a shutdown within which a new connection must begin its first request."""
WRITE_TIMEOUT = 30.0
"""Seconds within which the caller must read at least one byte of what waits to be sent."""
_DISCARD_LIMIT = 16_777_216
"""Bytes that are read and discarded after a refusal before the connection is reset."""
_HOST = re.compile(rb"[A-Za-z0-9._~%!$&'()*+;=:\[\]-]{1,300}")
_PIPELINE_LIMIT = 64
"""Pipelined requests of a connection that may wait for their turn."""


class WriteTimeoutTransport:
    """A transport that is aborted when the peer reads nothing of the write buffer for WRITE_TIMEOUT."""

    def __init__(self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport) -> None:
        self._loop = loop
        self._transport = transport
        self._sent = 0
        self._timer_is_set = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        self._transport.write(data)
        self._sent += len(data)
        if not self._timer_is_set and self._transport.get_write_buffer_size():
            self._set_timer()

    def _set_timer(self) -> None:
        self._timer_is_set = True
        flushed = self._sent - self._transport.get_write_buffer_size()
        self._loop.call_later(WRITE_TIMEOUT, self._check_progress, flushed)

    def _check_progress(self, flushed_before: int) -> None:
        """Also runs after close(), which waits for the buffer to be flushed."""
        buffered = self._transport.get_write_buffer_size()
        self._timer_is_set = False
        if buffered and self._sent - buffered == flushed_before:
            self._transport.abort()
        elif buffered:
            self._set_timer()


class _Refused(Exception):
    """Raised in a callback of the parser to stop it. refusal: see `Protocol._refuse`."""

    def __init__(self, refusal: type[CallRefusal] | None) -> None:
        self.refusal = refusal


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol with limits on what a caller can use up before authentication.

    A refused request ends its connection: the replies to earlier requests are sent first, then the refusal; further
    input is discarded.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._overhead = 0
        """Bytes read in the current message that are not body: its head, or the framing of its chunks."""
        self._in_head = True
        """Between messages or in a head, not in a body."""
        self._in_message = False
        """A request has begun to arrive and is not complete."""
        self._expects_head = True
        """Before the end of the first head, and within any later one."""
        self._unanswered: deque[RequestResponseCycle] = deque()
        """Requests in order, from their complete head to the end of their reply."""
        self._surplus_body = 0
        """Bytes of a body that arrived after its request was answered."""
        self._discarding = self._stopping = False
        self._refusal: type[CallRefusal] | None = None
        self._discard_left = _DISCARD_LIMIT
        self._deadline: asyncio.TimerHandle | None = None
        super().connection_made(cast("asyncio.Transport", WriteTimeoutTransport(self.loop, transport)))
        self._set_deadline(HEAD_TIMEOUT, self._on_head_timeout)

    def connection_lost(self, exc: Exception | None) -> None:
        self._discarding = True
        self._cancel_deadline()
        for cycle in self._unanswered:  # the parent class does this for the latest only
            cycle.disconnected = True
            cycle.message_event.set()
            _cancel_wait(cycle)
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Close the connection after the reply to a request in progress. One without its first request is given
        FIRST_REQUEST_TIMEOUT: a proxy that has just opened it cannot know of the shutdown."""
        self._stopping = True
        for cycle in self._unanswered:
            _cancel_wait(cycle)
        if self._discarding or not self._expects_head:
            super().shutdown()
        elif not self._in_message:
            self._set_deadline(FIRST_REQUEST_TIMEOUT, self._close)

    def data_received(self, data: bytes) -> None:
        while data and not self._discarding:
            room = HEAD_LIMIT - self._overhead if self._in_head else len(data)
            piece, data = data[:room], data[room:]
            self._overhead += len(piece)
            self._parse(piece)
            if self._overhead >= HEAD_LIMIT and not self._discarding:
                self._refuse(HeadTooLarge)
        if self._discarding:
            self._discard_left -= len(data)
            if self._discard_left < 0:
                self.transport.abort()

    def _parse(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # No upgrade is offered, and the parser cannot read on: what follows is either the other protocol or a body.
            self._refuse(None)
        except httptools.HttpParserError as error:
            cause = error.__context__
            self._refuse(cause.refusal if isinstance(cause, _Refused) else NotHttp)

    # --- the parser's callbacks ---

    def on_message_begin(self) -> None:
        self._in_message = self._expects_head = True
        self._set_deadline(HEAD_TIMEOUT, self._on_head_timeout)
        super().on_message_begin()
        self.scope["taizhang.abort"] = self._abort  # type: ignore[typeddict-unknown-key]

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # ignore trailers: the request was dispatched with the headers of its head
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._cancel_deadline()
        if len(self._unanswered) > _PIPELINE_LIMIT:
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
        self._in_head = self._expects_head = False
        self._overhead = self._surplus_body = 0
        self._unanswered.append(self.cycle)

    def on_body(self, body: bytes) -> None:
        self._overhead = max(
            0, self._overhead - 3 * len(body)
        )  # the body's own bytes, which were counted, and twice as many
        if self.cycle.response_complete:
            self._surplus_body += len(body)
            if self._surplus_body > BODY_LIMIT:
                raise _Refused(None)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_head, self._in_message = True, False
        self._overhead = 0
        super().on_message_complete()
        if not self._unanswered:
            self._set_deadline(KEEP_ALIVE_TIMEOUT, self._close)

    def on_response_complete(self) -> None:
        self._unanswered.popleft()
        super().on_response_complete()
        self._unset_keepalive_if_required()  # KEEP_ALIVE_TIMEOUT instead: bytes that begin no request do not reset it
        if self._unanswered or self.transport.is_closing():
            return
        if self._discarding:
            self._close_lingering()
        elif not self._in_message:
            self._set_deadline(KEEP_ALIVE_TIMEOUT, self._close)
        elif not self._in_head:  # answered before the whole body arrived
            self._set_deadline(LINGER_TIMEOUT, self._close_lingering)

    # --- timeouts and closing ---

    def _set_deadline(self, seconds: float, callback: Callable[[], object]) -> None:
        self._cancel_deadline()
        self._deadline = self.loop.call_later(seconds, callback)

    def _cancel_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _on_head_timeout(self) -> None:
        if self.flow.read_paused:  # earlier requests are not answered yet: not the caller's delay
            self._set_deadline(HEAD_TIMEOUT, self._on_head_timeout)
        elif self._in_message:
            self._refuse(TooSlow)
        else:
            self._close()

    def _refuse(self, refusal: type[CallRefusal] | None) -> None:
        """Stop parsing, and close after the replies to earlier requests. None: close without a reply."""
        self._discarding, self._refusal = True, refusal
        self._cancel_deadline()
        if self._in_message and not self._in_head and not self.cycle.response_complete:
            self._drop_incomplete_request()
        if not self._unanswered:
            self._close_lingering()

    def _drop_incomplete_request(self) -> None:
        """Drop the request whose body cannot arrive any more: its handler sees a disconnect, or never starts."""
        self.cycle.disconnected = True
        self.cycle.message_event.set()
        self._unanswered.pop()
        if self.pipeline and self.pipeline[0][0] is self.cycle:
            self.pipeline.popleft()
        elif self.cycle.response_started:
            self._refusal = None  # half a reply has been sent: another would be read as its rest

    def _close_lingering(self) -> None:
        """Send the refusal, close the sending side, and discard input until the caller closes or LINGER_TIMEOUT is over.

        Closing at once would reset the connection of a caller that is still sending, and it could not read the reply.
        """
        self._discarding = True
        if self.transport.is_closing():
            return
        self._set_deadline(LINGER_TIMEOUT, self.transport.abort)
        if self._refusal is not None:
            log.info("refused", code=self._refusal.code, status=self._refusal.status)
            if (metrics := getattr(_innermost(self.app), "metrics", None)) is not None:
                metrics.refused(self._refusal.code, self._refusal.status)
            self.transport.write(self._problem_response(self._refusal))
        self.transport.write_eof()
        self.flow.resume_reading()

    def _abort(self) -> None:
        """Reset the connection. Called by the application when a reply that has begun cannot be completed."""
        for cycle in self._unanswered:
            cycle.disconnected = True
        self.transport.abort()

    def _close(self) -> None:
        self._discarding = True
        if not self.transport.is_closing():
            self.transport.close()

    def _problem_response(self, refusal: type[CallRefusal]) -> bytes:
        body = msgspec.json.encode(problems.of_call(refusal))
        headers = [
            *self.server_state.default_headers,
            (b"content-type", problems.MEDIA_TYPE.encode()),
            (b"content-language", b"zh-CN"),
            (b"content-length", b"%d" % len(body)),
            (b"connection", b"close"),
        ]
        lines = [b"%s: %s\r\n" % header for header in secured(headers, new_request_id())]
        status = HTTPStatus(refusal.status)
        return b"HTTP/1.1 %d %s\r\n" % (status, status.phrase.encode()) + b"".join(lines) + b"\r\n" + body


def _cancel_wait(cycle: RequestResponseCycle) -> None:
    """End the long polling of a request, see `ApiRequest.on_wait_cancelled`."""
    scope: Any = cycle.scope
    scope["taizhang.wait_cancelled"] = True
    if (callback := scope.get("taizhang.on_wait_cancelled")) is not None:
        callback()


def _innermost(application: Any) -> Any:
    """The application itself: uvicorn wraps it in a middleware when proxy headers are trusted."""
    return getattr(application, "app", application)
