"""A cache of results derived from a register, valid while its log has the same position."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

_KEPT = 256
"""Cached results; one for a year with 10,000 requests takes about a megabyte."""


class _Entry:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.moment: Hashable = None
        self.value: Any = None


class DerivedResults:
    """An LRU cache by authority and question, safe for concurrent tasks.

    The log is append-only, so a result is right while the log has the same position. Values are shared: do not mutate
    them.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, _Entry] = OrderedDict()

    async def get(
        self, authority_id: int, moment: Hashable, question: Hashable, make: Callable[[], Awaitable[T]]
    ) -> T:
        """The result at this moment of the log; concurrent callers share one `make`. Raises what `make` raises."""
        key = (authority_id, question)
        entry = self._kept.setdefault(key, _Entry())
        self._kept.move_to_end(key)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        async with entry.lock:
            if entry.moment != moment:
                entry.value = await make()
                entry.moment = moment
            value: T = entry.value
        return value

    def last(self, authority_id: int, question: Hashable) -> Any:
        """The last result, of whatever moment; None if there is none. For a `make` that continues from it."""
        entry = self._kept.get((authority_id, question))
        return entry.value if entry is not None else None
