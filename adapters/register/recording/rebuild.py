"""Rebuilds the register from the log by folding every history to its rows; several processes share a long log.

Requests are independent of each other, so runs of them can be folded in parallel; rows and order are the same.
"""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from itertools import pairwise
from multiprocessing import get_context
from typing import NamedTuple

import msgspec

from adapters.log import mapper, recorder
from adapters.postgres.database import Connection, Database
from adapters.postgres.queries import SQL
from domain.entry import Recorded
from domain.law.terms import Law
from domain.letters.document_numbers import Use, uses
from domain.report import annual_report
from domain.request.judging import replay
from domain.values import Reference, is_request
from projections.register import AppealSpell, RequestRow, appeal_spells, order, request_row

LONG = 50_000
"""Entries from which starting processes pays off."""
_RUN = 20_000  # entries that one process folds at a time
_CHUNK = 2000  # requests written at a time
_ROWS = 1000  # entries fetched at a time


class Term(NamedTuple):
    """The due date in a request's row, and whether it is closed."""

    due_on: date | None
    closed: bool


class MovedTerm(msgspec.Struct, frozen=True):
    """A due date that differs after a rebuild. closed: of a request that is closed. days: by how many it is later."""

    reference: str
    was: date | None
    now: date | None
    closed: bool
    days: int | None

    @classmethod
    def of(cls, reference: str, was: date | None, now: Term) -> MovedTerm:
        days = (now.due_on - was).days if was and now.due_on else None
        return cls(reference, was, now.due_on, now.closed, days)

    @property
    def in_words(self) -> str:
        """By how much."""
        if self.days is None:
            return "不再计期限" if self.now is None else "重新计期限"
        return f"{'延后' if self.days > 0 else '提前'}{abs(self.days)}天"


class Folded(NamedTuple):
    """Folded requests: rows, spells and document numbers as JSON for the writing statements, and the term of each row."""

    rows: str
    spells: str
    numbers: str
    terms: dict[str, Term]


async def rebuild(
    connection: Connection,
    authority_id: int,
    law: Law,
    folded: AsyncIterator[Folded] | None = None,
) -> list[MovedTerm]:
    """Write the register again from the log; the head must be locked. Returns the changed due dates, of open
    requests first, by reference.

    folded: the folded log, if other processes fold it.
    """
    reports = await connection.fetch(SQL["select_streams"], authority_id, list(annual_report.STREAMS), None)
    published = annual_report.published_in(mapper.recorded(row) for row in reports)
    law = law.publishing(published)
    before = {
        str(Reference(row["year"], row["number"])): row["due_on"]
        for row in await connection.fetch(SQL["due_dates"], authority_id)
    }
    after: dict[str, Term] = {}
    await connection.execute(SQL["clear_rows"], authority_id)
    await connection.execute(SQL["clear_spells"], authority_id)
    await connection.execute(SQL["clear_document_numbers"], authority_id)
    async for each in folded or fold(connection, authority_id, law):
        await connection.execute(SQL["write_rows"], authority_id, each.rows)
        await connection.execute(SQL["write_spells"], authority_id, each.spells)
        await connection.execute(SQL["write_document_numbers"], authority_id, each.numbers)
        after |= each.terms
    await connection.execute(SQL["set_law"], authority_id, law.digest, recorder.text_of(published))
    moved = [
        MovedTerm.of(reference, was, after[reference])
        for reference, was in before.items()
        if reference in after and after[reference].due_on != was
    ]
    return sorted(moved, key=lambda each: (each.closed, order(each.reference)))


async def fold(
    connection: Connection, authority_id: int, law: Law, *, first: str = "", last: str | None = None
) -> AsyncIterator[Folded]:
    """Fold the streams after `first` up to and including `last`, by default all; read by a cursor, in chunks."""
    rows: list[RequestRow] = []
    spells: list[AppealSpell] = []
    numbers: list[Use] = []
    if last is None:
        last = await connection.fetchval(SQL["last_stream"], authority_id)
    async for history in _histories(connection, authority_id, first, last):
        request = replay(history, law)
        numbers += uses(history)
        row = request_row(request, position=history[-1].position, law_digest=law.digest)
        if row is None:
            continue
        rows.append(row)
        spells += appeal_spells(request)
        if len(rows) >= _CHUNK:
            yield _folded(rows, spells, numbers)
            rows, spells, numbers = [], [], []
    yield _folded(rows, spells, numbers)


async def fold_in_processes(
    database: Database, connection: Connection, authority_id: int, law: Law, entries: int
) -> AsyncIterator[Folded]:
    """Fold a long log in several processes, in the same order; they see only what is committed.

    Raises BrokenProcessPool if one of them is killed.
    """
    parts = -(-entries // _RUN)
    bounds = await connection.fetchval(
        SQL["bounds"], authority_id, [(nth + 1) / parts for nth in range(parts)]
    )
    runs = list(pairwise(["", *(bounds or ())]))
    loop = asyncio.get_running_loop()
    many = min(len(os.sched_getaffinity(0)), len(runs)) or 1
    # Spawned, since a fork would inherit this process' event loop and connections.
    with ProcessPoolExecutor(many, get_context("spawn"), _begin, (database.dsn, authority_id, law)) as pool:
        for folded in [loop.run_in_executor(pool, _fold_run, *run) for run in runs]:
            for each in await folded:
                yield each


class _Worker:
    """The state of a worker process."""

    runner: asyncio.Runner
    database: Database
    authority_id: int
    law: Law


def _begin(dsn: str, authority_id: int, law: Law) -> None:
    gc.disable()  # a replay creates no reference cycles, and looking for them costs a tenth
    _Worker.runner = asyncio.Runner()
    _Worker.database = _Worker.runner.run(Database.connect(dsn, size=1))
    _Worker.authority_id, _Worker.law = authority_id, law


def _fold_run(first: str, last: str) -> list[Folded]:
    async def run() -> list[Folded]:
        async with _Worker.database.transaction(_Worker.authority_id, reading=True) as connection:
            found = fold(connection, _Worker.authority_id, _Worker.law, first=first, last=last)
            return [each async for each in found]

    return _Worker.runner.run(run())


async def _histories(
    connection: Connection, authority_id: int, first: str, last: str | None
) -> AsyncIterator[list[Recorded]]:
    """The histories of all requests, one by one."""
    stream, history = "", list[Recorded]()
    cursor = await connection.cursor(SQL["select_run"], authority_id, first, last)
    while rows := await cursor.fetch(_ROWS):
        for row in rows:
            if row["stream"] != stream:
                if history:
                    yield history
                stream, history = row["stream"], []
            if is_request(stream):
                history.append(mapper.recorded(row))
    if history:
        yield history


def _folded(rows: list[RequestRow], spells: list[AppealSpell], numbers: list[Use]) -> Folded:
    terms = {row.reference: Term(row.due_on, row.closed_on is not None) for row in rows}
    return Folded(as_json(rows), as_json(spells), as_json(numbers), terms)


def as_json(rows: Iterable[RequestRow | AppealSpell | Use]) -> str:
    """The rows as parameters of the statements."""
    return msgspec.json.encode(list(rows)).decode()
