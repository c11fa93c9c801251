"""How long a call may take, and a timer for it that can be extended and paused."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from math import inf

from api.web.audit import LONGEST_WAIT
from api.web.body import BODY_TIMEOUT

TIMEOUT = 1.8
"""Seconds that a call may wait for the database, or for a connection to it, before it is answered 503."""
LONG_TIMEOUT = 30.0
"""Seconds for a call that reads much or writes a document, and for the caller to read each piece of a stream."""
IMPORT_TIMEOUT = 120.0
"""Seconds for the import of an earlier register: thousands of rows are read, judged and recorded."""
HASHING_TIMEOUT = 10.0
"""Seconds for a call that hashes a password (few at once) or asks the identity provider."""
_LONG = re.compile(
    # the API
    r"GET .*/(tables|tables/cell|letters|case-file|compliance|carry-over|diff|work-list|cells|metrics|requests|documents)$"
    r"|GET .*/district/[a-z/-]+$"
    r"|GET .*/reports/[^/]+(/(checks|figures|restatement|document))?$"
    r"|POST .*/(documents|recordings|find/words)$"
    r"|POST /api/v1/(checks|reconcile)$"
    # the console
    r"|GET /((search|approvals|requests/(list\.xlsx|print|retention))?|reports|reports/documents(\.xlsx)?)$"
    r"|GET /(calendar/[^/]+|audit/.*|units.*|district/.*)$"
    r"|POST /(audit/(verify|bundle)|search/words|requests/[^/]+/case-file|requests/bulk(/letters)?|check(/workbook)?)$"
    r"|POST /(district|reports)/.*$"
)
_HASHING = re.compile(r".* (/api/v1/login|/api/v1/password|/login|/password)$|.* /login/provider.*$")
_IMPORT = re.compile(r"POST .*/imports$")
_FILES = (
    *("/documents", "/recordings", "/imports", "/api/v1/checks", "/check"),
    *("/district/tables", "/district/assessment/files"),
)
"""Ends of the paths whose handlers read files, and limit the time for that themselves."""


def of_call(method: str, path: str, query: bytes) -> float:
    """Seconds that a call may take, without the time in which its body arrives."""
    call = f"{method} {path}"
    if _IMPORT.match(call):
        return IMPORT_TIMEOUT
    waiting = LONGEST_WAIT if path.endswith("/events") and b"wait=" in query else 0
    return waiting + (
        LONG_TIMEOUT if _LONG.match(call) else HASHING_TIMEOUT if _HASHING.match(call) else TIMEOUT
    )


def of_body(path: str) -> float:
    """Seconds within which the body of a call must arrive."""
    return inf if path.endswith(_FILES) else BODY_TIMEOUT


class Timeout:
    """Calls `expired` once, when its time is over.

    Extending it does not touch the loop's timer: when that fires too early it is set again.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, expired: Callable[[], object]) -> None:
        self._loop = loop
        self._expired = expired
        self._ends = inf
        self._left = 0.0
        self._timer: asyncio.TimerHandle | None = None

    def start(self, seconds: float) -> None:
        """Expire so many seconds from now, whatever was left; never if infinite."""
        self._ends = self._loop.time() + seconds
        self._set()

    def suspend(self, seconds: float) -> None:
        """Run with another limit for a while; what was left of this one is kept for `resume`."""
        self._left = self._ends - self._loop.time()
        self.start(seconds)

    def resume(self) -> float:
        """Go on with what was left. Returns the seconds that were left of the limit given to `suspend`."""
        unused = self._ends - self._loop.time()
        self.start(max(self._left, 0.0))
        return unused

    def cancel(self) -> None:
        """Do not expire, unless started again."""
        self._ends = inf
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _set(self) -> None:
        if self._timer is not None and self._timer.when() <= self._ends:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._ends, self._fire) if self._ends < inf else None

    def _fire(self) -> None:
        self._timer = None
        if self._ends <= self._loop.time():
            self.cancel()
            self._expired()
        else:
            self._set()
