"""Who may call: whoever holds the token of this machine, until accounts come."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from litestar import Request

from api.web.problems import Unauthorized

OPEN = {"open": True}
"""What a route says in its `opt` if it needs no token."""


def token_of(data: Path) -> str:
    """The token in the data directory, mode 0600; made at the first start.

    Of several processes that start at once one makes it. Raises OSError where the directory cannot be written.
    """
    path = data / "token"
    data.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".token-{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
        os.link(draft, path)  # complete or not at all, and never over another's
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return path.read_text().strip()


def check(request: Request[Any, Any, Any]) -> None:
    """Raises Unauthorized unless the route is open or the call bears the token."""
    if request.route_handler.opt.get("open"):
        return
    scheme, _, told = request.headers.get("authorization", "").partition(" ")
    right: str = request.app.state.token
    told_bytes = told.strip().encode("utf-8", "surrogateescape")
    if scheme.lower() != "bearer" or not secrets.compare_digest(told_bytes, right.encode()):
        raise Unauthorized
