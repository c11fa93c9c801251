"""Results worked out from a register, kept in this process for as long as its log stands where it stood."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")

_KEPT = 256
"""Results; that of a year with 10,000 requests takes about a megabyte."""


class _Entry:
    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.moment: Hashable = None
        self.value: Any = None


class DerivedResults:
    """By authority and question, the least recently used forgotten first; safe for many tasks.

    The log only grows, so a result is right for as long as the log has not moved. Values are shared: never change one.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, _Entry] = OrderedDict()

    async def get(
        self, authority_id: int, moment: Hashable, question: Hashable, make: Callable[[], Awaitable[T]]
    ) -> T:
        """The result at this moment of the log; of many who ask at once one works it out. Raises what `make` raises."""
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
        """The result as last worked out, at whatever moment that was; None of none. For `make`, to go on from."""
        entry = self._kept.get((authority_id, question))
        return entry.value if entry is not None else None
