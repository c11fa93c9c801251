"""How a call is answered: JSON, or CSV where the caller accepts it; long lists as they are read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Any, TypeVar

import msgspec
from litestar import Response
from litestar.response import Stream

from adapters.render import csv
from api.web.asked import Call
from api.web.problems import Unavailable

JSON, CSV = "application/json", "text/csv"
T = TypeVar("T")

_PIECE = 16_384
_EXPORTS = 2
"""Lists streamed at once by a process; each holds a connection until its reader has all of it."""


class Csv(Response[bytes]):
    """Marks, in a handler's annotation, that it can also answer in CSV."""


def wants_csv(request: Call) -> bool:
    return CSV in request.headers.get("accept", "")


def json(value: T, *, status: int = 200, headers: dict[str, str] | None = None) -> Response[T]:
    """The value as msgspec writes it, once."""
    encoded: Any = msgspec.json.encode(value)
    return Response(encoded, status_code=status, media_type=JSON, headers=headers)


def json_or_csv(
    request: Call, value: T, headings: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Response[T]:
    """A list or table that is at hand."""
    if not wants_csv(request):
        return json(value)
    text: Any = (csv.head(headings) + "".join(map(csv.line, rows))).encode()
    return Response(text, media_type=f"{CSV}; charset=utf-8")


class Exports:
    """Streams lists that may be long, few at once."""

    def __init__(self) -> None:
        self._slots = asyncio.Semaphore(_EXPORTS)

    def stream(self, headings: Sequence[str], rows: AsyncIterator[Sequence[Any]]) -> Stream:
        """Raises Unavailable if as many as may are being read already."""
        if self._slots.locked():
            raise Unavailable
        return Stream(self._pieces(headings, rows), media_type=f"{CSV}; charset=utf-8")

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
