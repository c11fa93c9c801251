"""The application in a separate process that can be killed."""

from __future__ import annotations

import asyncio
import functools
import multiprocessing
import os
import signal
from collections.abc import Callable, Coroutine, Sequence
from multiprocessing.process import BaseProcess
from typing import Any, ClassVar, TypeVar

import asyncpg

from adapters import logs
from adapters.postgres.queries import SQL
from tests.faults.office import Office

T = TypeVar("T")
STEPS = (
    "before BEGIN",
    "after the lock",
    "before the read",
    "after the read",
    "before the append",
    "while the append is under way",
    "after the append",
    "before COMMIT",
    "while COMMIT is under way",
    "after COMMIT, before the reply",
)
"""The steps of recording a batch."""
RequestRecordings = Sequence[dict[str, Any]]

_processes = multiprocessing.get_context("forkserver")  # a fork of a process without a loop or a thread
_processes.set_forkserver_preload([__name__])


def start(work: Callable[..., None], *arguments: Any) -> BaseProcess:
    process = _processes.Process(target=work, args=arguments, daemon=True)
    process.start()
    return process


async def end(process: BaseProcess) -> int | None:
    """Its exit code, once it has ended: 0, or the signal that killed it, negative."""
    await asyncio.to_thread(process.join)
    return process.exitcode


def record(
    office: Office,
    requests: Sequence[RequestRecordings],
    step: str | None = None,
    nth: int = 0,
    *,
    again: bool = False,
) -> None:
    """Record the requests concurrently, omitting answered recordings unless `again`. Dies at the step of the nth batch."""
    if step is not None:
        Mortal.step, Mortal.left = step, nth
        asyncpg.create_pool = functools.partial(asyncpg.create_pool, connection_class=Mortal)
    logs.configure("error")
    asyncio.run(_record(office, requests, again=again))


async def _record(office: Office, requests: Sequence[RequestRecordings], *, again: bool) -> None:
    answered = {} if again else office.account.answers
    register = await office.register()
    with office.client(register) as client:

        async def record_one(request: RequestRecordings) -> None:
            for recording in request:
                if recording["id"] not in answered:
                    assert await client.record(recording)

        await asyncio.gather(*map(record_one, requests))
    await register.close()


def rebuild(office: Office) -> None:
    logs.configure("error")
    asyncio.run(_rebuild(office))


async def _rebuild(office: Office) -> None:
    register = await office.register(size=1)
    await register.rebuild(office.code)
    await register.close()


class Mortal(asyncpg.Connection):  # type: ignore[type-arg]
    """A connection that kills its process at one step of one batch."""

    step: ClassVar[str]
    left: ClassVar[int]

    @classmethod
    def reach(cls, step: str) -> None:
        if step == cls.step:
            cls.left -= 1
            if not cls.left:
                os.kill(os.getpid(), signal.SIGKILL)

    async def sent(self, statement: Coroutine[Any, Any, T], step: str) -> T:
        """Its result; the step is when it has been written to the socket."""
        sending = asyncio.ensure_future(statement)
        await asyncio.sleep(0)  # one turn of the loop
        self.reach(step)
        return await sending

    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        if query.startswith("BEGIN"):
            self.reach("before BEGIN")
            done = await super().execute(query, *args, **options)
            self.reach("after the lock")
        elif query == "COMMIT":
            self.reach("before COMMIT")
            done = await self.sent(super().execute(query, *args, **options), "while COMMIT is under way")
            self.reach("after COMMIT, before the reply")
        else:
            done = await super().execute(query, *args, **options)
        return done

    async def fetch(self, query: str, *args: Any, **options: Any) -> list[Any]:
        if query != SQL["read_for_recording"]:
            return await super().fetch(query, *args, **options)
        self.reach("before the read")
        rows = await super().fetch(query, *args, **options)
        self.reach("after the read")
        return rows

    async def fetchval(self, query: str, *args: Any, **options: Any) -> Any:
        if query != SQL["append"]:
            return await super().fetchval(query, *args, **options)
        self.reach("before the append")
        written = await self.sent(super().fetchval(query, *args, **options), "while the append is under way")
        self.reach("after the append")
        return written
