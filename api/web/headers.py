"""The headers of a call, by their names in lower case."""

from __future__ import annotations

from typing import Any


def header(scope: Any, name: str) -> str | None:
    """The first of the name that the call came with; None where it has none."""
    if (headers := scope.get("taizhang.headers")) is None:
        headers = scope["taizhang.headers"] = dict(reversed(scope["headers"]))
    value: bytes | None = headers.get(name.encode())
    return None if value is None else value.decode("latin-1")
