"""Starts the background work of a server before its first call, and stops it after the last."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial

from adapters.log.mapper import EntryUnreadable
from adapters.postgres.database import DatabaseUnavailable
from adapters.register.register import Register
from api.background.checkpointing import Checkpointer
from api.background.growth import Growth
from api.background.report_compilation import Compiler
from api.background.senders import Sender
from api.background.session_cleanup import sweep
from api.background.standing_by import while_it_records
from api.today import today


@asynccontextmanager
async def running(
    register: Register,
    checkpointer: Checkpointer,
    growth: Growth,
    compiler: Compiler | None,
    senders: Sequence[Sender],
) -> AsyncIterator[None]:
    """compiler, senders: see `Application`."""
    # Fill the cache of authorities: it takes a second for a thousand and would delay the first page. A fault is seen
    # by the callers.
    with suppress(DatabaseUnavailable, EntryUnreadable):
        await register.units_of("", today())
    writing = [partial(checkpointer.run, register), partial(sweep, register)]
    if compiler is not None:
        writing.append(partial(compiler.run, register, checkpointer.grown))
    writing += [partial(each.run, register) for each in senders]
    background = [asyncio.create_task(growth.run(register))]
    background += [asyncio.create_task(while_it_records(register, work)) for work in writing]
    try:
        yield
    finally:
        for each in background:
            each.cancel()
            with suppress(asyncio.CancelledError):
                await each
        await checkpointer.finish(register)
