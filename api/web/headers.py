"""The headers of a call, by their names in lower case, and those that every reply has."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import count
from typing import Any

Headers = Iterable[tuple[bytes, bytes]]

_SECURITY = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
_UNLESS_GIVEN = [
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
]


def header(scope: Any, name: str) -> str | None:
    """What the call came with under the name, several of them as one list; None where it has none."""
    if (headers := scope.get("taizhang.headers")) is None:
        headers = scope["taizhang.headers"] = dict(scope["headers"])
        if len(headers) < len(scope["headers"]):
            several: dict[bytes, list[bytes]] = {}
            for each, given in scope["headers"]:
                several.setdefault(each, []).append(given)
            headers.update((each, b", ".join(given)) for each, given in several.items())
    value: bytes | None = headers.get(name.encode())
    return None if value is None else value.decode("latin-1")


def secured(headers: Headers, request_id: str) -> list[tuple[bytes, bytes]]:
    """The headers of a reply with those that every reply has."""
    own = list(headers)
    names = {name.lower() for name, _ in own}
    added = [*_SECURITY, (b"x-request-id", request_id.encode())]
    return [*own, *added, *(each for each in _UNLESS_GIVEN if each[0] not in names)]


# Never twice, in whichever process: half of it is drawn at the start.
_request_ids = (f"{prefix}{nth:016x}" for prefix in [os.urandom(8).hex()] for nth in count())


def new_request_id() -> str:
    return next(_request_ids)
