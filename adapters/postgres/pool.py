"""The connections of a process: those used of late go from hand to hand, the pool makes them and closes idle ones."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import asyncpg

from adapters.postgres.queue import Turns

Connection = Any
"""asyncpg's connection or its pool proxy; the stubs tell them apart, we do not need to."""

_AT_HAND = 1.0  # seconds after which connections at hand go back to the pool, busy times or not
PARTING = 1.0
"""Seconds to wait for a session that is to be left in order."""


class Connections:
    """At most size at once, to those who wait in the order they came.

    To take a connection from the pool and to give it back costs as much as most of what is done with it in between.
    """

    def __init__(self, pool: asyncpg.Pool[Any], size: int) -> None:
        self._pool = pool
        self._turns = Turns(size)
        self._loop = asyncio.get_running_loop()
        self._at_hand: list[Connection] = []
        self._returning: asyncio.TimerHandle | asyncio.Task[None] | None = None
        self._closing = False

    @property
    def counts(self) -> tuple[int, int]:
        """In use, and idle."""
        idle = self._pool.get_idle_size() + len(self._at_hand)
        return self._pool.get_size() - idle, idle

    async def take(self, patience: float) -> Connection:
        """Waits so many seconds until one is free, and as many, if need be, until it is made.

        Raises TimeoutError, and what the pool raises.
        """
        await self._turns.take(patience)
        try:
            while self._at_hand:
                if is_open(connection := self._at_hand.pop()):
                    return connection
                await self._release(connection)
            async with asyncio.timeout(patience):  # the pool's own would cost a task
                return await self._pool.acquire()
        except BaseException:
            self._turns.pass_on()
            raise

    async def give_back(self, connection: Connection, *, in_order: bool) -> None:
        """in_order: whether it may go to the next as it is; else the pool looks after it. Raises what the pool raises."""
        try:
            if in_order and not self._closing and is_open(connection):
                self._keep(connection)
            else:
                await self._release(connection)
        finally:
            self._turns.pass_on()

    async def close(self) -> None:
        """Waits for all that are in use."""
        self._closing = True
        if self._returning is not None:
            self._returning.cancel()
        await self._return()
        await self._pool.close()

    def terminate(self) -> None:
        self._pool.terminate()

    def _keep(self, connection: Connection) -> None:
        self._at_hand.append(connection)
        if self._returning is None:
            self._returning = self._loop.call_later(_AT_HAND, self._begin_to_return)

    def _begin_to_return(self) -> None:
        self._returning = self._loop.create_task(self._return())

    async def _return(self) -> None:
        try:
            while self._at_hand:
                with suppress(
                    OSError, asyncpg.PostgresError, asyncpg.InterfaceError
                ):  # gone, to nobody's harm
                    await self._release(self._at_hand.pop())
        finally:
            self._returning = None

    async def _release(self, connection: Connection) -> None:
        with suppress(TimeoutError):  # the session answers no more, and is not kept
            await self._pool.release(connection, timeout=PARTING)


def is_open(connection: Connection) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:  # it died, and the pool has taken it back already
        return False
