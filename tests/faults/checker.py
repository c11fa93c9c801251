"""The checker: compares the database with a client's journal, and its tables with its log.

It reads with plain SQL and decrypts the vault itself, without the Register class. Findings are values.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from adapters.log import mapper
from domain.authority.events import AUTHORITY_STREAM, DayOffSet, PolicySet
from domain.authority.replay import replay_authority
from domain.entry import Recorded
from domain.law.calendar import national_notices
from domain.law.refusals import Refusal
from domain.law.terms import Law
from domain.request.judging import replay
from projections.register import appeal_spells, request_row
from tests import random_histories
from tests.faults.journal import Account
from tests.reference_model import second_opinion

LOST = "acknowledged, but not in the log"
TWICE = "in the log more than once"
MOVED = "acknowledged as a different entry"
CHANGED = "stored differently than sent"
NEVER_SENT = "in the log, but never sent"
OTHER_REPLY = "different replies to one id"
GAP = "a gap in the log"
TIME = "recorded before its predecessor"
HEAD = "the head is not the last entry"
NUMBER = "reference numbers with a gap"
UNREADABLE = "an entry that cannot be read"
SEALED = "a sealed value that cannot be read"
REGISTER = "the register differs from a replay of the log"
OPINION = "the register differs from the reference model"

CHANGES = ("repeated", "due_on", "provisional")
"""Fields in which a repeated reply may differ: whether it is repeated, and the due date if days off changed since."""


class Finding(NamedTuple):
    fault: str
    where: str


class Held(NamedTuple):
    """All rows of one authority in the database."""

    authority_id: int
    head: Mapping[str, Any]
    log: Sequence[Mapping[str, Any]]
    rows: Sequence[Mapping[str, Any]]
    spells: Sequence[Mapping[str, Any]]
    vault: Mapping[str, Mapping[str, Any]]
    numbers: Mapping[int, int]


async def read(dsn: str, code: str) -> Held:
    """Read in one snapshot."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await read_from(connection, code)
    finally:
        await connection.close()


async def read_from(connection: Any, code: str) -> Held:
    """Read in the connection's transaction."""
    key = await connection.fetchval("SELECT authority_id FROM authorities WHERE code = $1", code)
    await connection.execute(f"SET LOCAL taizhang.authority = '{key}'")

    async def rows(table: str, order: str) -> list[Any]:
        query = f"SELECT * FROM {table} WHERE authority_id = $1 ORDER BY {order}"
        return await connection.fetch(query, key)

    return Held(
        key,
        head := (await rows("heads", "position"))[0],
        await rows("events", "position"),
        await rows("requests", "year, number"),
        await rows("appeal_spells", "year, number, appeal, from_on"),
        {row["id"]: row for row in await rows("vault", "id")},
        {int(year): last for year, last in json.loads(head["numbers"]).items()},
    )


async def check(dsn: str, code: str, account: Account, keys: Path) -> list[Finding]:
    """All faults found; an empty list if there is none."""
    return findings(await read(dsn, code), account, keys)


def findings(held: Held, account: Account, keys: Path) -> list[Finding]:
    found = [*_against_the_journal(held, account), *_order(held), *_sealed(held, account, keys)]
    try:
        own, streams = _histories(held)
    except mapper.EntryUnreadable as wrong:
        return [*found, Finding(UNREADABLE, str(wrong))]
    return [*found, *_register(held, own, streams), *_second_opinion(held, own, streams)]


# --- the journal ---


def _against_the_journal(held: Held, account: Account) -> Iterator[Finding]:
    stored: dict[str, list[Mapping[str, Any]]] = {}
    for row in held.log:
        stored.setdefault(row["command_id"], []).append(row)
    for id_, rows in stored.items():
        if len(rows) > 1:
            yield Finding(TWICE, id_)
        if id_ not in account.sent:
            yield Finding(NEVER_SENT, str(id_))
    for id_, answers in account.answers.items():
        first = [{**answer, **dict.fromkeys(CHANGES)} for answer in answers]
        if any(answer != first[0] for answer in first):
            yield Finding(OTHER_REPLY, id_)
        if id_ not in stored:
            yield Finding(LOST, id_)
            continue
        row, answer = stored[id_][0], answers[0]
        reference = row["stream"].removeprefix("request/") if row["stream"] != AUTHORITY_STREAM else None
        is_, was = (reference, row["version"], row["position"]), tuple(answer[name] for name in _ENTRY)
        if is_ != was or list(row["acknowledged"]) != answer["irregularities"]:
            yield Finding(MOVED, f"{id_}: answered {was}, is {is_}")


_ENTRY = ("reference", "version", "position")


# --- the log ---


def _order(held: Held) -> Iterator[Finding]:
    positions = [row["position"] for row in held.log]
    if positions != list(range(1, len(positions) + 1)):
        yield Finding(GAP, f"positions {_first_gap(positions)}")
    streams: dict[str, list[int]] = {}
    for row in held.log:
        streams.setdefault(row["stream"], []).append(row["version"])
    for stream, versions in streams.items():
        if versions != list(range(1, len(versions) + 1)):
            yield Finding(GAP, f"{stream}: versions {versions}")
    for before, after in pairwise(held.log):
        if after["recorded_at"] < before["recorded_at"]:
            yield Finding(TIME, f"position {after['position']}")
    last = held.log[-1]
    if (held.head["position"], held.head["recorded_at"]) != (last["position"], last["recorded_at"]):
        yield Finding(HEAD, f"head {held.head['position']}, log {last['position']}")
    given: dict[int, list[int]] = {}
    for stream in streams.keys() - {AUTHORITY_STREAM}:
        year, number = stream.removeprefix("request/").split("-")
        given.setdefault(int(year), []).append(int(number))
    for year, numbers in given.items():
        if sorted(numbers) != list(range(1, held.numbers.get(year, 0) + 1)):
            yield Finding(NUMBER, f"{year}: {len(numbers)} given, the last {held.numbers.get(year)}")


def _first_gap(positions: Sequence[int]) -> str:
    return next(f"{found} in place of {nth}" for nth, found in enumerate(positions, 1) if found != nth)


# --- the vault ---


def _sealed(held: Held, account: Account, keys: Path) -> Iterator[Finding]:
    """Each value sent is the value stored, and each sealed one decrypts to what was sent."""
    ring = {
        path.name.removesuffix(".vault-key"): bytes.fromhex(path.read_text())
        for path in keys.glob("*.vault-key")
    }
    for row in held.log:
        sent = account.sent.get(row["command_id"])
        if sent is not None:
            where = f"position {row['position']}"
            yield from _same(held, ring, sent["event"], msgspec.json.decode(row["payload"]), where)


def _same(held: Held, ring: Mapping[str, bytes], sent: Any, stored: Any, where: str) -> Iterator[Finding]:
    if isinstance(stored, dict) and stored.keys() == {"id", "commitment"}:
        opened = _open(held, ring, stored)
        if opened is None:
            yield Finding(SEALED, where)
        elif sent is not None and _without_defaults(opened) != _without_defaults(sent):
            yield Finding(CHANGED, where)
    elif isinstance(sent, dict) and isinstance(stored, dict):
        for name in sent.keys() | stored.keys():
            yield from _same(held, ring, sent.get(name), stored.get(name), f"{where}, {name}")
    elif sent != stored:
        yield Finding(CHANGED, where)


def _open(held: Held, ring: Mapping[str, bytes], sealed: Mapping[str, str]) -> Any:
    row = held.vault.get(sealed["id"])
    if row is None or row["key_id"] not in ring:
        return None
    bound = f'[{held.authority_id},"{row["id"]}","{row["field"]}"]'.encode()
    try:
        plain = AESGCM(ring[row["key_id"]]).decrypt(row["nonce"], row["ciphertext"], bound)
    except InvalidTag:
        return None
    if hashlib.sha256(row["salt"] + plain).hexdigest() != sealed["commitment"]:
        return None
    return msgspec.json.decode(plain)


def _without_defaults(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_defaults(inner) for name, inner in value.items() if inner not in (None, [])}
    return value


# --- the register ---


Histories = Mapping[str, Sequence[Recorded]]


def _histories(held: Held) -> tuple[Sequence[Recorded], Histories]:
    """The authority's own entries, and those of each stream."""
    streams: dict[str, list[Recorded]] = {}
    for row in held.log:
        streams.setdefault(row["stream"], []).append(mapper.recorded(row))
    return streams.pop(AUTHORITY_STREAM), streams


def _register(held: Held, own: Sequence[Recorded], streams: Histories) -> Iterator[Finding]:
    """Every column of every row, and every spell, compared with a replay of the log; nothing is written."""
    law: Law = replay_authority(own).law(national_notices())
    rows: dict[str, dict[str, Any]] = {}
    spells: list[dict[str, Any]] = []
    for stream, history in streams.items():
        try:
            request = replay(history, law)
        except Refusal as wrong:
            yield Finding(REGISTER, f"{stream} cannot be replayed: {wrong}")
            continue
        row = request_row(request, position=history[-1].position, law_digest=law.digest)
        if row is not None:
            rows[row.reference] = msgspec.structs.asdict(row)
            spells += [msgspec.structs.asdict(spell) for spell in appeal_spells(request)]
    yield from _differences(rows, {found["reference"]: found for found in map(_plain, held.rows)})
    names = ("reference", "appeal", "from_on")
    yield from _differences(
        {str([spell[name] for name in names]): spell for spell in spells},
        {str([spell[name] for name in names]): spell for spell in map(_plain, held.spells)},
    )


def _differences(
    replayed: Mapping[str, Mapping[str, Any]], held: Mapping[str, Mapping[str, Any]]
) -> Iterator[Finding]:
    for key in sorted(replayed.keys() | held.keys()):
        if key not in replayed or key not in held:
            yield Finding(REGISTER, f"{key} is {'only' if key in held else 'not'} in the register")
            continue
        for name in replayed[key].keys() | held[key].keys():
            if replayed[key].get(name) != held[key].get(name):
                yield Finding(
                    REGISTER, f"{key}, {name}: {held[key].get(name)}, replayed {replayed[key].get(name)}"
                )


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a table with the field names of the register; arrays as tuples."""
    found = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    found.pop("authority_id")
    return found | {"reference": f"{found.pop('year')}-{found.pop('number'):04d}"}


def _second_opinion(held: Held, own: Sequence[Recorded], streams: Histories) -> Iterator[Finding]:
    """Each row compared with the reference model, which shares no code with the register."""
    days, rolls = calendar(own), rolling(own)
    rows = {found["reference"]: found for found in map(_plain, held.rows)}
    for stream, history in streams.items():
        reference = stream.removeprefix("request/")
        read = second_opinion(random_histories.entries(history), days, rolls=rolls(history[0].event.on))
        row = rows.get(reference)
        if read.annulled or row is None:
            if not (read.annulled and row is None):
                yield Finding(OPINION, f"{reference} is annulled in only one of both")
            continue
        closed = read.closed_on is not None
        says = {
            "stage": read.stage,
            "received_on": read.received and read.received.on,
            "started_on": read.started_on,
            "due_on": read.judged_by if closed else read.due_on,
            "original_due_on": read.original_due_on,
            "closed_on": read.closed_on,
            "outcome": read.outcome,
            "suspended": read.suspended,
            "taken": read.taken,
            "served_on": read.served_on,
            "timeliness": read.timeliness,
            "original_timeliness": read.original_timeliness,
            "irregularities": tuple(sorted({code for code, _ in read.irregularities})),
        }
        for name, value in says.items():
            if row[name] != value:
                yield Finding(OPINION, f"{reference}, {name}: {row[name]}, reference model {value}")


def calendar(own: Sequence[Recorded]) -> Callable[[date], bool]:
    """Whether the authority works on a day: its own days off override the notices; of two entries the later counts."""
    national = random_histories.working_days(0)
    days = {entry.event.day: entry.event.working for entry in own if isinstance(entry.event, DayOffSet)}
    return lambda day: days[day] if day in days else national(day)


def rolling(own: Sequence[Recorded]) -> Callable[[date], bool]:
    """Whether the policy roll_receipt is on for a request received on that day."""
    policies = [entry.event for entry in own if isinstance(entry.event, PolicySet)]

    def on(received_on: date) -> bool:
        value, since = "off", date.min
        for policy in policies:
            if since <= policy.in_force_from <= received_on:
                value, since = policy.value, policy.in_force_from
        return value == "on"

    return on
