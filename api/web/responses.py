"""How a call is answered: JSON, or CSV where the caller accepts it; long lists as they are read."""

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
"""Replies remembered by a process, and the largest of them in bytes."""
_PIECE = 16_384
_WORTH_PACKING = 1024
_EXPORTS = 2
"""Lists streamed at once by a process; each holds a connection until its reader has all of it."""


class BytesResponse(Response[T]):
    """A reply whose body is at hand, sent in the two steps that ASGI asks for: the framework's own take far more."""

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
    """The header of a file to keep, never shown in a browser."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}


def wants_csv(request: Request[Any, Any, Any]) -> bool:
    return preferred(request.scope, (JSON, CSV)) == CSV


def json(value: T, *, status: int = 200, headers: dict[str, str] | None = None) -> Response[T]:
    """The value as msgspec writes it, once."""
    return BytesResponse(msgspec.json.encode(value), status, JSON, headers or {})


def packed(request: Request[Any, Any, Any], response: Response[T]) -> Response[T]:
    """The reply of a list, compressed if it is long and the caller takes that.

    Never of sealed values, nor of a session's secrets: their length would tell of them beside what a caller chose.
    """
    body: bytes = response.content  # type: ignore[assignment]
    headers = {"Vary": "Accept-Encoding"}
    if len(body) >= _WORTH_PACKING and takes_gzip(request.scope):
        body, headers = gzip.compress(body, 1, mtime=0), headers | {"Content-Encoding": "gzip"}
    return BytesResponse(body, response.status_code or 200, JSON, headers)


def json_or_csv(
    request: Request[Any, Any, Any], value: T, headings: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Response[T]:
    """A list or table that is at hand."""
    if not wants_csv(request):
        return json(value)
    text: Any = (csv.head(headings) + "".join(map(csv.line, rows))).encode()
    return Response(text, media_type=CSV)


class ResponseCache:
    """Replies given before. The log only grows, so what was answered at a position is the answer there for ever.

    It is kept by authority, position, day and question, the oldest forgotten first. Replies with sealed values
    are never kept.
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
        """The reply to this question where the log stands, made from a view if it was not asked there before."""
        register: Register = request.app.state.register
        caller = request.scope["taizhang.caller"]  # type: ignore[typeddict-item]
        seen: int | None = caller.position
        key = _key(request, code, await register.position(code) if seen is None else seen)
        if (known := self._kept.get(key)) is not None:
            shown.note(code, known[1])
            return known[0]
        async with register.view(code, until, caller.sight) as view:
            made = await make(view)
        # Where the log stands in the reply, which may be elsewhere by now: of several standbys one is behind another.
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
    """Streams lists that may be long, few at once."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_EXPORTS)

    def stream(self, headings: Sequence[str], rows: AsyncIterator[Sequence[Any]]) -> Stream:
        """Raises Unavailable if as many as may are being read already."""
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
