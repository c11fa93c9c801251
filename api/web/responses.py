"""Replies: JSON, or CSV where the caller prefers it; long lists are streamed; cached replies."""

from __future__ import annotations

import asyncio
import gzip
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.response import Stream

from adapters import shown
from adapters.register.register import Register
from adapters.render import csv
from adapters.views import Until, View
from api.today import today
from api.web.call_refusals import Unavailable
from api.web.headers import preferred, takes_gzip

JSON, CSV = "application/json", "text/csv"
T = TypeVar("T")

_KEPT, _LARGEST = 1024, 65_536
"""Replies cached by a process, and the largest of them in bytes."""
_PIECE = 16_384
_WORTH_PACKING = 1024
_EXPORTS = 2
"""Lists streamed at once by a process; each holds a database connection until its caller has read all of it."""


class BytesResponse(Response[T]):
    """A reply with a complete body, sent as two ASGI messages: the framework's own responses cost far more."""

    def __init__(self, body: bytes, status: int, media_type: str, headers: dict[str, str]) -> None:
        content: Any = body
        super().__init__(content, status_code=status, media_type=media_type, headers=headers)
        payload = {"content-type": media_type, "content-length": str(len(body)), **headers}
        start = [(name.lower().encode(), value.encode("latin-1")) for name, value in payload.items()]
        self._start = {"type": "http.response.start", "status": status, "headers": start}
        self._body = {"type": "http.response.body", "body": body, "more_body": False}

    def to_asgi_response(self, *_: Any, **__: Any) -> Any:
        return self._send

    async def _send(self, _scope: Any, _receive: Any, send: Any) -> None:
        await send({**self._start})
        await send(self._body)


def attachment(name: str) -> dict[str, str]:
    """The header that makes a browser save the reply as a file of this name, never display it."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


def wants_csv(request: Request[Any, Any, Any]) -> bool:
    return preferred(request.scope, (JSON, CSV)) == CSV


def json(value: T, *, status: int = 200, headers: dict[str, str] | None = None) -> Response[T]:
    """A reply with the value as JSON."""
    return BytesResponse(msgspec.json.encode(value), status, JSON, headers or {})


def packed(request: Request[Any, Any, Any], response: Response[T]) -> Response[T]:
    """The JSON reply of a list, compressed if it is long and the caller accepts gzip.

    Never for decrypted values or session secrets: the compressed length would reveal them to a caller who can choose
    other parts of the reply (as in the BREACH attack).
    """
    body: bytes = response.content  # type: ignore[assignment]
    headers = {"Vary": "Accept-Encoding"}
    if len(body) >= _WORTH_PACKING and takes_gzip(request.scope):
        body, headers = gzip.compress(body, 1, mtime=0), headers | {"Content-Encoding": "gzip"}
    return BytesResponse(body, response.status_code or 200, JSON, headers)


def json_or_csv(
    request: Request[Any, Any, Any], value: T, headings: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Response[T]:
    """A list or table, all of it in memory."""
    if not wants_csv(request):
        return json(value)
    text: Any = (csv.head(headings) + "".join(map(csv.line, rows))).encode()
    return Response(text, media_type=CSV)


class ResponseCache:
    """Cached replies. The log is append-only, so a reply made at a log position stays right for that position.

    The key is authority, position, day, the caller's sight, and the request; the oldest are evicted first. Replies with
    decrypted values are never cached.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, tuple[Response[Any], int]] = OrderedDict()

    async def answer(
        self,
        request: Request[Any, Any, Any],
        code: str,
        until: Until | None,
        make: Callable[[View], Awaitable[Response[T]]],
    ) -> Response[T]:
        """The cached reply at the current log position; `make` makes it from a view if there is none."""
        register: Register = request.app.state.register
        caller = request.scope["taizhang.caller"]  # type: ignore[typeddict-item]
        seen: int | None = caller.position
        key = _key(request, code, await register.position(code) if seen is None else seen)
        if (known := self._kept.get(key)) is not None:
            shown.note(code, known[1])
            return known[0]
        async with register.view(code, until, caller.sight) as view:
            made = await make(view)
        # The position that the view saw, which may differ from the key's: one standby may be behind another.
        reached = shown.noted(code)
        if reached is not None and len(made.content) <= _LARGEST:  # type: ignore[arg-type]
            self._kept[_key(request, code, reached)] = made, reached
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made


def _key(request: Request[Any, Any, Any], code: str, position: int) -> Hashable:
    scope = request.scope
    sight = scope["taizhang.caller"].sight  # type: ignore[typeddict-item]
    return code, position, sight, today(), scope["path"], scope["query_string"], wants_csv(request)


class Exports:
    """Streams long lists as CSV, few at once."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_EXPORTS)

    def stream(self, headings: Sequence[str], rows: AsyncIterator[Sequence[Any]]) -> Stream:
        """Raises Unavailable if _EXPORTS lists are being streamed already."""
        if self._slots.locked():
            raise Unavailable
        return Stream(self._pieces(headings, rows), media_type=CSV)

    async def _pieces(
        self, headings: Sequence[str], rows: AsyncIterator[Sequence[Any]]
    ) -> AsyncIterator[bytes]:
        async with self._slots:
            piece = csv.head(headings)
            async for row in rows:
                piece += csv.line(row)
                if len(piece) > _PIECE:
                    yield piece.encode()
                    piece = ""
            yield piece.encode()
