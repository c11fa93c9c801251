"""Recordings of the events of `builders`, as a client sends them: as JSON, sealed values in clear.

Also the queries with which tests look into the database directly.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg
import msgspec

from adapters.log.mapper import StoredEntry
from adapters.postgres import embedded
from adapters.register.recording.decoding import convert, of_document
from adapters.register.register import Recording, Register, Reply
from domain.authority.events import AUTHORITY_EVENTS, DayOffSet, PolicySet, Registered, Renamed
from domain.entry import Event, Recorded
from domain.report import official_form
from domain.values import Period, Reference, Sealed
from projections.annual_tables import AnnualTables
from projections.register import AppealSpell, RequestRow
from tests.adapters.log.library_recorder import entry
from tests.builders import event

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

CODE = "huadu"
CLEAR: dict[str, Any] = {
    "applicant": {"name": "张三", "id_kind": "resident_id", "id_number": "110101199001010000"},
    "description": "请求公开某项目批复",
    "matters": "请写明文件名称",
    "addressee": "某测绘公司",
    "reason": "工作需要",
    "text": "现答复如下",
    "measures": "重新培训",
    "opinion": "请写明第二项的依据",
    "content": "0" * 64,
    "sub": "7f3c9a52",
}
"""The clear values sent in place of sealed dummies unless a test gives others."""


def body_of(happened: Event, **clear: Any) -> dict[str, Any]:
    """The event as the JSON body of a call. Sealed values are taken from `clear`, else from CLEAR; null keeps the earlier one."""
    words: dict[str, Any] = msgspec.to_builtins(happened)
    for field in happened.sealed:
        if words.get(field) is not None or field in clear:
            words[field] = clear.get(field, CLEAR[field])
    replacement: Event | None = getattr(happened, "replacement", None)
    if replacement is not None:
        within = {field: clear[field] for field in replacement.sealed if field in clear}
        words["replacement"] = body_of(replacement, **within)
    return words


def line(
    id_: str,
    happened: Event | dict[str, Any],
    reference: str | None = None,
    *acknowledged: str,
    **clear: Any,
) -> Recording:
    """One recording. Sealed values: see `body_of`."""
    words = happened if isinstance(happened, dict) else body_of(happened, **clear)
    meant: dict[str, Any] = {"reference": reference} if reference else {}
    if isinstance(happened, AUTHORITY_EVENTS):
        meant["stream"] = "authority"
    return convert({"id": id_, "event": words, "acknowledged": acknowledged, **meant})


def registered(code: str = CODE, complete_since: str = "2018-01-01") -> Event:
    first = day("2018-01-01")
    return Registered(first, code, "某区人民政府办公室", "department", day(complete_since))


def renamed(on: str, name: str) -> Event:
    return event(Renamed, on, name=name, in_force_from=on)


def day_off_set(on: str, day: str) -> Event:
    return event(DayOffSet, on, day=day, working=False, document_no="〔2020〕1号")


def policy_set(on: str, value: str, in_force_from: str = "2000-01-01") -> Event:
    return event(PolicySet, on, policy="roll_receipt", value=value, in_force_from=in_force_from)


async def opened(register: Register, code: str = CODE) -> Register:
    """The store with the register of one authority opened."""
    await register.record(code, line("office", registered(code)), actor="tests")
    return register


async def record(register: Register, *lines: Recording, **options: Any) -> list[Reply]:
    return await register.record_all(CODE, lines, actor="tests", **options)


PDF = b"%PDF-1.7\n" + b"x" * 100


async def file(
    register: Register,
    content: bytes = PDF,
    reference: str = "2020-0001",
    *,
    id_: str | None = None,
    on: str = "2020-03-03",
    document: str = "申请表",
    kind: str = "application",
    actor: str = "tests",
    code: str = CODE,
) -> Reply:
    """A document filed, its bytes coming in three parts."""
    third = len(content) // 3 + 1
    with await register.documents.upload(code, Reference.parse(reference)) as upload:
        for start in range(0, len(content), third):
            upload.feed(content[start : start + third])
        upload.finish()
        one = of_document(
            id_ or str(uuid4()),
            reference,
            None,
            on=day(on),
            document=document,
            kind=kind,
            media_type=upload.media_type,
            size_bytes=upload.size,
            content=upload.digest,
        )
        return await register.documents.file(code, one, upload, actor=actor)


async def fetched(register: Register, version: int, reference: str = "2020-0001") -> bytes:
    found = await register.documents.open(CODE, Reference.parse(reference), version)
    return b"".join([piece async for piece in found.pieces()])


def plain(reply: Reply) -> Reply:
    """Without the leaf hash, which no test knows beforehand: time and sealed values are in it; nor how the request stands."""
    assert re.fullmatch("[0-9a-f]{64}", reply.leaf or "")
    return Reply(reply.id, reply.reference, reply.version, reply.position, reply.irregularities)


def at_first(reply: Reply) -> Reply:
    """What was answered when it was recorded, whether this is that answer or a later one."""
    return msgspec.structs.replace(reply, repeated=False)


# --- what the register says ---


async def history(register: Register, reference: str = "2020-0001") -> list[Recorded]:
    async with register.view(CODE) as view:
        return await view.history(Reference.parse(reference))


async def row(register: Register, reference: str = "2020-0001") -> RequestRow | None:
    async with register.view(CODE) as view:
        return await view.row(Reference.parse(reference))


async def rows_and_spells(register: Register, period: Period) -> tuple[list[RequestRow], list[AppealSpell]]:
    async with register.view(CODE) as view:
        return await view.rows(period), await view.spells(period)


async def tables(register: Register, period: Period) -> AnnualTables:
    async with register.view(CODE) as view:
        return await view.tables(period, official_form.load("2019"))


# --- behind the store's back ---


@asynccontextmanager
async def connected(dsn: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(dsn)
    try:
        yield connection
    finally:
        await connection.close()


@asynccontextmanager
async def another_database(server: DatabaseServer, template: str = "template1") -> AsyncIterator[str]:
    """The name of one more database, empty or a copy."""
    name = f"another_{uuid4().hex[:8]}"
    async with connected(server.owner(embedded.DATABASE)) as connection:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield name
    # As superuser: a vacuum under way is one too, and nobody else may end it.
    async with connected(server.behind(embedded.DATABASE)) as connection:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def fetch(dsn: str, statement: str, *arguments: Any) -> list[Any]:
    async with connected(dsn) as connection:
        return list(await connection.fetch(statement, *arguments))


async def table_names(connection: Any) -> list[str]:
    query = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1"
    return [row["relname"] for row in await connection.fetch(query)]


SEALING = ("checkpoints", "sealers", "signing_keys")
"""Tables that are written in the background, about what was recorded before."""


async def contents(dsn: str, *, but: Iterable[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, with its place and the transaction that wrote it."""
    async with connected(dsn) as connection:
        return {
            name: [
                tuple(row)
                for row in await connection.fetch(
                    f"SELECT ctid, xmin, whole::text FROM {name} AS whole ORDER BY ctid"
                )
            ]
            for name in await table_names(connection)
            if name not in but
        }


async def entries(dsn: str) -> list[StoredEntry]:
    """The log of the first authority by position."""
    query = "SELECT * FROM events WHERE authority_id = 1 ORDER BY position"
    return [entry(found) for found in await fetch(dsn, query)]


def sealed_in(value: Any) -> Iterator[tuple[str, Sealed]]:
    """Field and value of everything sealed in a stored event, in replacements too."""
    for field in value.__struct_fields__:
        found = getattr(value, field)
        if isinstance(found, Sealed):
            yield field, found
        elif isinstance(found, Event):
            yield from sealed_in(found)


def day(text: str) -> date:
    return date.fromisoformat(text)
