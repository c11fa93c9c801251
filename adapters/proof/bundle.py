"""The audit bundle: entries, leaf hashes, checkpoints, keys and the law's data, with all that is needed to check them.

`taizhang export` writes it; the same log, period and options give the same bytes. `adapters.proof.bundle_check`
verifies it, and so does `handover/verify.py`, a copy of which is inside and needs only Python.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from adapters.log import mapper
from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL
from adapters.proof import access_check, checkpoints, leaf, merkle, trust
from adapters.proof.bundle_format import (
    DOCUMENTS,
    FORMAT,
    LIST,
    NOTICES,
    PAGE,
    VERIFIER,
    AccessesHeld,
    Manifest,
    access_line,
    days_between,
    entry_line,
    forms,
    verifier,
)
from adapters.proof.checkpoints import Verifier
from adapters.proof.handover import page
from adapters.proof.log_check import Published
from adapters.proof.provable import ACCESS_LOG, EVENT_LOG
from adapters.refusals import BundleTooLarge, NothingRecorded, NotSealedYet
from adapters.vault.media_types import EXTENSIONS
from domain.authority.events import AUTHORITY_STREAM
from domain.authority.replay import replay_authority
from domain.entry import Recorded
from domain.request.file_events import DocumentFiled
from domain.request.personal_data import sealed_in, texts_in
from domain.values import SHANGHAI, Sealed, is_request


class Exported(NamedTuple):
    """erased: number of sealed values that were asked for and have been erased."""

    manifest: Manifest
    requests: int
    sealed: int
    erased: int


OpenSealed = Callable[[Sequence[Sealed]], Any]
"""Async: salt and plaintext of sealed values by id."""

OpenDocument = Callable[[Sealed], Awaitable[bytes | None]]
"""The content of a document; None if it was erased."""

MOST_DOCUMENTS = 500 * 1_048_576
"""Bytes. A bundle is made and verified in memory."""


async def gather(
    connection: Connection,
    authority_id: int,
    code: str,
    *,
    keys: Callable[[str], Sequence[Verifier]],
    since: date | None = None,
    until: date | None = None,
    open_sealed: OpenSealed | None = None,
    open_document: OpenDocument | None = None,
    with_accesses: bool = True,
) -> tuple[Exported, dict[str, bytes]]:
    """A bundle's manifest and files, for `write`: the entries recorded from since to until, both included; None: no
    bound.

    open_sealed, open_document: given, the sealed texts and the filed documents are put in, which are personal data.
    with_accesses: the access log too, as far as a checkpoint covers it. Raises NothingRecorded, NotSealedYet,
    BundleTooLarge.
    """
    span = await _span(connection, authority_id, since, until)
    rows = await connection.fetch(SQL["entries_of_bundle"], authority_id, span.first, span.last)
    histories = _histories(rows)
    origin = trust.origin_of(span.published, code)
    vkeys = keys(origin)
    sealed = await _sealed(histories, open_sealed) if open_sealed else {}
    salts = await _salts(connection, authority_id, histories) if open_sealed or open_document else {}
    contents: dict[str, bytes] = {
        "entries.jsonl": b"".join(entry_line(row) for row in rows),
        **_tree("", span.published),
        "keys.txt": "".join(f"{each.vkey}\n" for each in vkeys).encode(),
        NOTICES: files("domain.law").joinpath("holidays.toml").read_bytes(),
        **forms(),
        VERIFIER: verifier(),
    }
    if bounds := await _bounds(connection, authority_id, code, span):
        contents["bounds.jsonl"] = bounds
    accesses = None
    if with_accesses:
        accesses, lines = await _accesses(connection, authority_id, code, *days_between(since, until))
        contents |= lines
    if open_document:
        contents |= await _documents(histories, open_document)
    if sealed or salts:
        contents["sealed.jsonl"] = b"".join(line for _, line in sorted({**sealed, **salts}.items()))
    authority = replay_authority(histories[AUTHORITY_STREAM])
    manifest = Manifest(
        bundle=FORMAT,
        authority=code,
        name=authority.name_on(rows[-1]["recorded_at"].astimezone(SHANGHAI).date()),
        origin=origin,
        size=span.size,
        first=span.first,
        last=span.last,
        entries=len(rows),
        since=since,
        until=until,
        files={},
        accesses=accesses,
    )
    manifest = _complete(contents, manifest, span.published[-1].note, vkeys, histories)
    given = sum(bool(line) for line in sealed.values())
    return Exported(manifest, sum(map(is_request, histories)), given, len(sealed) - given), contents


class _Span(NamedTuple):
    """The entries of a period, by position. published: the checkpoints up to the first one that covers them."""

    first: int
    last: int
    published: list[Published]

    @property
    def size(self) -> int:
        return self.published[-1].size


async def _span(connection: Connection, authority_id: int, since: date | None, until: date | None) -> _Span:
    """Raises NothingRecorded, NotSealedYet."""
    found = await connection.fetchrow(SQL["positions_between"], authority_id, *days_between(since, until))
    first, last = found["first"], found["last"]
    if first is None:
        raise NothingRecorded(since=since or "", until=until or "")
    published = await access_check.published_of(connection, authority_id, EVENT_LOG)
    size = next((each.size for each in published if each.size >= last), None)
    if size is None:
        raise NotSealedYet(position=last, size=published[-1].size if published else 0)
    return _Span(first, last, [each for each in published if each.size <= size])


def _complete(
    contents: dict[str, bytes],
    manifest: Manifest,
    note: str,
    keys: Sequence[Verifier],
    histories: Mapping[str, Sequence[Recorded]],
) -> Manifest:
    """Adds the page, then the list with the digests of all other files. note: of the newest checkpoint inside."""
    requests = {stream: history for stream, history in histories.items() if stream != AUTHORITY_STREAM}
    contents[PAGE] = page.page(manifest, note, keys, histories[AUTHORITY_STREAM], requests).encode()
    suite = checkpoints.read(note)[0].following.suite
    digests = {name: suite.hash(data).hexdigest() for name, data in sorted(contents.items())}
    manifest = msgspec.structs.replace(manifest, suite=suite.name, files=digests)
    contents[LIST] = msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
    return manifest


async def _bounds(connection: Connection, authority_id: int, code: str, span: _Span) -> bytes:
    """The leaf texts of the entries before and after the period: they prove when each was recorded, without its
    content."""
    return b"".join(
        [
            leaf.leaf(code, row) + b"\n"
            for at in (span.first - 1, span.last + 1)
            if 0 < at <= span.size
            async for row in EVENT_LOG.between(connection, authority_id, at, at)
        ]
    )


def _tree(prefix: str, published: Sequence[Published]) -> dict[str, bytes]:
    """The files with the leaves and checkpoints of a log; prefix: of their names."""
    return {
        f"{prefix}leaves.txt": b"".join(
            f"{each.hex()}\n".encode() for each in merkle.split(b"".join(each.leaves for each in published))
        ),
        f"{prefix}checkpoints.jsonl": b"".join(
            msgspec.json.encode({"size": each.size, "note": each.note}) + b"\n" for each in published
        ),
        f"{prefix}checkpoint.txt": published[-1].note.encode(),
    }


async def _accesses(
    connection: Connection, authority_id: int, code: str, begin: datetime | None, end: datetime | None
) -> tuple[AccessesHeld | None, dict[str, bytes]]:
    """The lines of a period, with one before and one after it; None if there is no checkpoint."""
    published = await access_check.published_of(connection, authority_id, ACCESS_LOG)
    if not published:
        return None, {}
    span = await connection.fetchrow(SQL["access_positions"], authority_id, begin, end, published[-1].size)
    if span["first"] is None:
        return None, {}
    first, last = span["first"], span["last"]
    size = next(each.size for each in published if each.size >= last)
    lines = [access_line(row) async for row in ACCESS_LOG.between(connection, authority_id, first, last)]
    held = AccessesHeld(
        origin=trust.origin_of(published, code, ACCESS_LOG), size=size, first=first, last=last
    )
    return held, {
        "accesses.jsonl": b"".join(lines),
        **_tree("access-", [each for each in published if each.size <= size]),
    }


def write(target: Path, contents: Mapping[str, bytes], *, private: bool = False) -> None:
    """Write a zip of these files: uncompressed, sorted by name, dated 1980, so that equal contents give equal bytes.

    private: only its owner may read it. Raises OSError.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600 if private else 0o644)
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for name in sorted(contents):
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.create_system, info.external_attr = 3, 0o644 << 16
                archive.writestr(info, contents[name])
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _histories(rows: Sequence[Any]) -> dict[str, list[Recorded]]:
    return {AUTHORITY_STREAM: [], **mapper.by_stream(rows)}


async def _sealed(histories: Mapping[str, Sequence[Recorded]], open_sealed: OpenSealed) -> dict[str, bytes]:
    """One line a sealed text, sorted by id; without text if it was erased."""
    values = {
        each.id: (field, each)
        for entries in histories.values()
        for entry in entries
        for field, each in texts_in(entry.event)
    }
    opened = await open_sealed([each for _, each in values.values()])
    return {
        sealed_id: msgspec.json.encode(
            {
                "id": sealed_id,
                "field": field,
                "salt": opened[sealed_id][0].hex(),
                "text": opened[sealed_id][1].decode(),
            }
        )
        + b"\n"
        if sealed_id in opened
        else b""
        for sealed_id, (field, _) in sorted(values.items())
    }


async def _documents(
    histories: Mapping[str, Sequence[Recorded]], open_document: OpenDocument
) -> dict[str, bytes]:
    """The documents that are not erased, each in a file named by its id."""
    contents: dict[str, bytes] = {}
    size = 0
    for entries in histories.values():
        for entry in entries:
            if isinstance(event := entry.event, DocumentFiled):
                size += event.size_bytes
                if size > MOST_DOCUMENTS:
                    raise BundleTooLarge
                if (content := await open_document(event.content)) is not None:
                    contents[f"{DOCUMENTS}{event.content.id}.{EXTENSIONS.get(event.media_type, 'bin')}"] = (
                        content
                    )
    return contents


async def _salts(
    connection: Connection, authority_id: int, histories: Mapping[str, Sequence[Recorded]]
) -> dict[str, bytes]:
    """The same for documents: only their salts, by which a document handed over separately can be verified."""
    ids = sorted(
        each.id
        for entries in histories.values()
        for entry in entries
        for field, each in sealed_in(entry.event)
        if field == "content"
    )
    rows = await connection.fetch(SQL["document_salts"], authority_id, ids)
    lines = {row["id"]: {"id": row["id"], "field": "content", "salt": row["salt"].hex()} for row in rows}
    return {each: msgspec.json.encode(lines[each]) + b"\n" if each in lines else b"" for each in ids}
