"""Reading and decoding the body of a request, within limits of size and time."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from functools import lru_cache
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin

import msgspec
from litestar.di import NamedDependency

from adapters.register.recording import decoding
from api.web.call_refusals import OtherMediaType, TooLarge, TooSlow
from api.web.query import hints
from api.web.request import ApiRequest
from api.web.responses import JSON
from domain.entry import Event, type_of

BODY_LIMIT = 1_048_576

BODY_TIMEOUT = 10.0
"""Seconds within which the whole body must arrive."""

_READ_AT_ONCE = 131_072
"""Bytes: a longer body is decoded in a thread, so that it does not block the event loop."""

_DRAIN_SECONDS, _DRAIN_BYTES = 2.0, 16_777_216

_JSON_UTF_8 = rf'{JSON}(\s*;\s*charset="?utf-8"?)?'


async def parse_body(request: ApiRequest, params: NamedDependency[Any]) -> Any:  # noqa: ARG001
    """The decoded body. Raises OtherMediaType, TooLarge, TooSlow, or Malformed.

    params: not used, but resolved first: the framework would otherwise start a task for each of the two.
    """
    media_type = (request.header("content-type") or "").strip()
    if is_packed(request) or (media_type != JSON and not re.fullmatch(_JSON_UTF_8, media_type, re.I)):
        raise OtherMediaType
    kind = hints(request.route_handler.fn)["payload"]
    body = await _body(request)
    if len(body) <= _READ_AT_ONCE:
        return decoding.decode_with(_decoder(kind), body, types_of(kind))
    return await asyncio.to_thread(decoding.decode_with, _decoder(kind), body, types_of(kind))


def is_packed(request: ApiRequest) -> bool:
    """Whether the body comes compressed, which no route takes."""
    return (request.header("content-encoding") or "identity") != "identity"


async def _body(request: ApiRequest) -> bytes:
    """The whole body. Raises TooLarge beyond BODY_LIMIT, TooSlow if the caller disconnects before its end."""
    announced = request.header("content-length") or ""
    if announced.isdecimal() and int(announced) > BODY_LIMIT:
        await drain(request)
        raise TooLarge
    body = bytearray()
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise TooSlow
        body += cast("bytes", message.get("body", b""))
        more = message.get("more_body")
        if len(body) > BODY_LIMIT:
            if more:
                await drain(request)
            raise TooLarge
        if not more:
            return bytes(body)


async def drain(request: ApiRequest, seconds: float = _DRAIN_SECONDS, most: int = _DRAIN_BYTES) -> None:
    """Read and discard the rest of the body, for so many seconds and bytes at most: a caller whose connection is reset
    while it sends cannot read the refusal."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            drained = 0
            while drained < most:
                message = await request.receive()
                drained += len(cast("bytes", message.get("body", b"")))
                if not message.get("more_body"):
                    return


@lru_cache(32)
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


@lru_cache(32)
def types_of(kind: Any) -> tuple[str, ...]:
    """The types of the events in a union; none of another struct."""
    alternatives = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    structs = [get_origin(each) or each for each in alternatives]
    return tuple(type_of(struct) for struct in structs if issubclass(struct, Event))
