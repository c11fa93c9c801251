"""Taking turns within a process: some at once, the others in the order they came, for a bounded time."""

from __future__ import annotations

import asyncio
from collections import deque


class Turns:
    """At most so many at once. Asyncio's own bound on waiting asks four times which loop runs, each a call of the system."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def take(self, patience: float) -> None:
        """To be passed on. Raises TimeoutError if none comes in so many seconds."""
        if self._free:
            self._free -= 1
            return
        loop = asyncio.get_running_loop()
        turn = loop.create_future()
        bound = loop.call_later(patience, _too_long, turn)
        self._waiting.append(turn)
        try:
            await turn
        except BaseException:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self.pass_on()  # it came as the caller was leaving
            raise
        finally:
            bound.cancel()

    def pass_on(self) -> None:
        """To who has waited longest."""
        while self._waiting:
            if not (turn := self._waiting.popleft()).done():
                turn.set_result(None)
                return
        self._free += 1


def _too_long(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_exception(TimeoutError())
