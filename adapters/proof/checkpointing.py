"""Signing checkpoints as the log grows, and making proofs against them.

Of several processes one signs for an authority at a time. The row it locks is not the one that recordings lock, so none
waits for a signature. A checkpoint is signed only after its consistency with the previous one has been proved, and
there are never two roots of one suite for one size.

The suite of a log is that of the signing key. When that changes, one checkpoint has the roots of the same leaves in the
old and in the new suite, and is signed by a key of each. Later checkpoints are of the new suite.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from adapters.postgres.database import Connection, Database
from adapters.postgres.queries import SQL
from adapters.proof import checkpoints, leaf, merkle, signing_keys
from adapters.proof.checkpoints import Checkpoint, NoteFault, Root, Verifier
from adapters.proof.merkle import Growing
from adapters.proof.provable import ACCESS_LOG, EVENT_LOG, ProvableLog
from adapters.proof.signing_key_files import SigningKeys
from adapters.refusals import AccessUnknown, EntryUnknown, NoCheckpoint, NotSealedYet, SuiteChanged
from adapters.suites import STD, Suite
from domain.request.refusals import RequestUnknown
from domain.values import Reference

MOST_AT_ONCE = 50_000
"""Lines of the access log that are numbered in one transaction; after a long time without checkpoints it takes
several."""

_PROOF = "c2sp.org/tlog-proof@v1"


class CheckpointFault(Exception):
    """The log is not consistent with its last checkpoint, so nothing was signed. Run `taizhang verify`."""


class CheckpointLag(NamedTuple):
    """entries: number not covered by a checkpoint yet. seconds: age of the oldest of them; 0 if there are none."""

    entries: int
    seconds: float


class Inclusion(msgspec.Struct, frozen=True):
    """Proof that an entry is in the log of the checkpoint. Hashes in base64, as in a tlog-proof.

    index: from 0, the position less one. leaf: hex, as in the reply to the recording. The nodes are hashes of the
    checkpoint's suite.
    """

    position: int
    index: int
    leaf: str
    size: int
    proof: tuple[str, ...]
    checkpoint: str


class Consistency(msgspec.Struct, frozen=True):
    """Proof that the log of the first checkpoint is the beginning of the second's. The nodes are hashes of the second's
    suite."""

    first: int
    second: int
    proof: tuple[str, ...]
    first_checkpoint: str
    second_checkpoint: str


class Receipt(NamedTuple):
    """One entry and its proof, verifiable without the register. text: a C2SP tlog-proof.

    leaf: hex. checkpoint: the one that covers it. The `extra` line of the text has the leaf's text and the payload: the
    proof authenticates the leaf, and the leaf the payload.
    """

    reference: str
    version: int
    position: int
    leaf: str
    checkpoint: str
    text: str


async def sign(
    database: Database, authority_id: int, code: str, keys: Path, log: ProvableLog = EVENT_LOG
) -> Checkpoint | None:
    """Sign a checkpoint if the log has grown since the last one or its suite is to change; None if neither.

    keys: the directory of the key files; a first key is created if nothing was ever signed. Raises CheckpointFault if
    the log is not consistent with the last checkpoint, SigningKeyFault if this machine has no key to sign with.
    """
    ring = SigningKeys.load(keys)
    # Before the lock and only without a key, since it queries every authority.
    first = ring.signer is None and await signing_keys.is_nothing_signed(database)
    async with database.transaction(authority_id) as connection:
        await connection.execute(SQL["add_sealer"], authority_id)
        leaf_format = await connection.fetchval(SQL["hold_sealer"], authority_id)
        row = await connection.fetchrow(SQL["last_checkpoint"], authority_id, log.key)
        suite = _suite_of(row, ring) if log.number else leaf.FORMATS[leaf_format]
        if log.number is not None:
            await connection.execute(log.number, authority_id, MOST_AT_ONCE, leaf.format_of(suite))
        size = await connection.fetchval(log.last, authority_id) or 0
        if size == (row["size"] if row else 0) and (
            ring.suite is suite or not await signing_keys.is_current(connection, ring)
        ):
            return None
        ring = await signing_keys.to_sign_with(connection, keys, first=first)
        last = (
            _last(row, code, ring, log)
            if row
            else Checkpoint(log.origin(code), 0, merkle.empty(suite), suite)
        )
        if last.following.suite is not suite:
            raise CheckpointFault(f"{code}的{log.words}最后一个存证点不是{suite.name}的，未签名")
        onward = None
        if ring.suite is not suite:
            onward = await _tree_of(ring.suite, connection, authority_id, code, last, log)
            if log is EVENT_LOG:  # locked only now: recordings do not wait while the tree is hashed again
                size = await connection.fetchval(SQL["hold_head"], authority_id)
                await connection.execute(SQL["set_leaf_format"], authority_id, leaf.format_of(ring.suite))
        tree = Growing(last.size, row["peaks"] if row else b"", suite)
        new = await _new_leaves(connection, authority_id, code, last.size, size, log, suite)
        proof = tree.consistency_with(new)
        tree.extend(new)
        if not merkle.extends(last.size, last.following.root, size, tree.root, proof, suite):
            raise CheckpointFault(f"{code}的{log.words}与第{last.size}条处的存证点不相接，未签名")
        checkpoint = Checkpoint(last.origin, size, tree.root, suite)
        if onward is not None:
            onward.extend(new)
            tree, checkpoint = onward, checkpoint._replace(onward=Root(onward.suite, onward.root))
        note = await _signed(checkpoint, ring)
        nth = row["nth"] + 1 if row and row["size"] == size else 0
        await connection.execute(
            SQL["add_checkpoint"], authority_id, log.key, size, nth, note, b"".join(new), tree.packed
        )
    return checkpoint


async def _tree_of(
    suite: Suite, connection: Connection, authority_id: int, code: str, last: Checkpoint, log: ProvableLog
) -> Growing:
    """The tree of the last checkpoint's leaves in another suite. Raises CheckpointFault if they are not those
    leaves."""
    hashes = await leaves(connection, authority_id, log)
    if await asyncio.to_thread(merkle.root, hashes, last.following.suite) != last.following.root:
        raise CheckpointFault(f"{code}的{log.words}的叶值与最后一个存证点不符，未签名")
    tree = Growing(suite=suite)
    await asyncio.to_thread(tree.extend, hashes)
    return tree


def _suite_of(row: Mapping[str, Any] | None, ring: SigningKeys) -> Suite:
    """The suite after the last checkpoint, or the key's if there is none. A malformed checkpoint is refused by
    `_last`."""
    if row is None:
        return ring.suite
    try:
        return checkpoints.read(row["note"])[0].following.suite
    except NoteFault:
        return STD


async def _signed(checkpoint: Checkpoint, ring: SigningKeys) -> str:
    """The note, signed by a key of each of the checkpoint's suites. Raises SigningKeyFault."""
    signers = [ring.signer_of(each.suite) for each in checkpoint.roots]
    signatures = {
        Verifier(checkpoint.origin, each.public): await each.sign(checkpoint.text) for each in signers
    }
    note = checkpoints.note(checkpoint, signatures)
    checkpoints.opened(note, signatures)  # verify what an external signing program returned
    return note


async def lag(connection: Connection, authority_id: int, log: ProvableLog = EVENT_LOG) -> CheckpointLag:
    entries, seconds = await connection.fetchrow(log.lag, authority_id)
    if entries and log.since is not None:  # entries older than the feature are not late
        begun = await connection.fetchval(log.since)
        seconds = seconds if begun is None else min(seconds, begun)
    return CheckpointLag(entries, max(0.0, seconds or 0.0))


def _last(row: Mapping[str, Any], code: str, ring: SigningKeys, log: ProvableLog) -> Checkpoint:
    """The last checkpoint. Raises CheckpointFault unless this register's key signed it and its peaks give its root."""
    try:
        claimed, _ = checkpoints.read(row["note"])
        last = checkpoints.opened(row["note"], ring.verifiers(claimed.origin))
    except NoteFault as wrong:
        raise CheckpointFault(f"{code}的{log.words}最后一个存证点不可信（{wrong}），未签名") from None
    suite, root = last.following
    if last.size != row["size"] or Growing(last.size, row["peaks"], suite).root != root:
        raise CheckpointFault(f"{code}的{log.words}最后一个存证点与其签名内容不符，未签名")
    return last


async def _new_leaves(
    connection: Connection,
    authority_id: int,
    code: str,
    sealed: int,
    size: int,
    log: ProvableLog,
    suite: Suite,
) -> list[bytes]:
    found: list[bytes] = []
    leaf_format = leaf.format_of(suite)
    async for row in log.between(connection, authority_id, sealed + 1, size):
        found.append(log.leaf_hash(code, row))
        if row["position"] != sealed + len(found):
            break
        if row["leaf_format"] != leaf_format:
            raise CheckpointFault(f"{code}的{log.words}位置{row['position']}不是{suite.name}的叶值，未签名")
    if len(found) != size - sealed or size < sealed:
        raise CheckpointFault(f"{code}的{log.words}在第{sealed}条之后有缺，未签名")
    return found


# --- proofs ---


async def leaves(connection: Connection, authority_id: int, log: ProvableLog = EVENT_LOG) -> list[bytes]:
    """The leaf hashes stored with the checkpoints, in order."""
    return _leaves_in(await connection.fetch(SQL["checkpoints"], authority_id, log.key, None))


async def root(connection: Connection, authority_id: int, size: int, log: ProvableLog = EVENT_LOG) -> Root:
    """The tree of the first so many leaves, all covered by checkpoints, in the log's present suite."""
    rows = await connection.fetch(SQL["checkpoints"], authority_id, log.key, None)
    suite = _read(rows[-1]).following.suite
    return Root(suite, merkle.root(_leaves_in(rows)[:size], suite))


def _leaves_in(rows: Sequence[Mapping[str, Any]]) -> list[bytes]:
    return merkle.split(b"".join(row["leaves"] for row in rows))


def _suite_signed(row: Mapping[str, Any]) -> Suite:
    """The suite of a checkpoint's first root."""
    return _read(row).suite


def _suite_at(rows: Sequence[Mapping[str, Any]], position: int) -> Suite:
    """The suite by which the leaf at a position was hashed: that of the checkpoint which first covered it."""
    suite = _suite_signed(rows[0])
    for changed in (row for row in rows if checkpoints.is_onward(row["note"]) and row["size"] < position):
        suite = _read(changed).following.suite
    return suite


def _read(row: Mapping[str, Any]) -> Checkpoint:
    """Raises CheckpointFault."""
    try:
        return checkpoints.read(row["note"])[0]
    except NoteFault as wrong:
        raise CheckpointFault(f"第{row['size']}条处的存证点不合格式：{wrong}") from None


async def inclusion(
    connection: Connection, authority_id: int, position: int, log: ProvableLog = EVENT_LOG
) -> Inclusion:
    """The inclusion proof of an entry in the newest checkpoint. Raises NotSealedYet."""
    last = await connection.fetchrow(SQL["last_checkpoint"], authority_id, log.key)
    if last is None or not 0 < position <= last["size"]:
        raise NotSealedYet(position=position, size=last["size"] if last else 0)
    rows = await connection.fetch(SQL["checkpoints"], authority_id, log.key, None)
    found = _leaves_in(rows)
    index = position - 1
    proof = merkle.inclusion_proof(index, found, _suite_signed(last))
    named = _suite_at(rows, position).named(found[index])
    return Inclusion(position, index, named, last["size"], _encoded(proof), last["note"])


async def consistency(
    connection: Connection, authority_id: int, first: int, second: int | None, log: ProvableLog = EVENT_LOG
) -> Consistency:
    """The consistency proof between the checkpoints of two sizes; second: None is the newest. Raises NoCheckpoint,
    SuiteChanged."""
    found = await connection.fetch(SQL["checkpoints"], authority_id, log.key, second)
    sizes = {row["size"] for row in found}
    second = max(sizes, default=0) if second is None else second
    for size in (second, first):
        if size not in sizes or first > second:
            raise NoCheckpoint(size=size)
    fitting = [
        (was, now)
        for was in (row for row in found if row["size"] == first)
        for now in (row for row in found if row["size"] == second)
        if _suite_signed(now) in [each.suite for each in _read(was).roots]
    ]
    if not fitting:
        changed = (row for row in found if row["size"] > first and checkpoints.is_onward(row["note"]))
        raise SuiteChanged(first=first, second=second, size=next(changed)["size"])
    was, now = fitting[-1]
    proof = merkle.consistency_proof(first, _leaves_in(found), _suite_signed(now))
    return Consistency(first, second, _encoded(proof), was["note"], now["note"])


async def receipt(
    connection: Connection, authority_id: int, code: str, reference: Reference, version: int | None
) -> Receipt:
    """The receipt of one entry of a request, by default the last. Raises RequestUnknown, EntryUnknown, NotSealedYet,
    CheckpointFault."""
    rows = await _entries(connection, authority_id, reference)
    row = next((each for each in rows if each["version"] == (version or len(rows))), None)
    if row is None:
        raise EntryUnknown(reference=reference, asked=version, last=len(rows))
    return _receipt(code, reference, row, await inclusion(connection, authority_id, row["position"]))


async def receipts(
    connection: Connection, authority_id: int, code: str, reference: Reference
) -> list[Receipt]:
    """The receipts of all entries of a request that a checkpoint covers, against the first one that covers them all.

    So they do not change when other requests are recorded. Raises RequestUnknown, CheckpointFault.
    """
    rows = await _entries(connection, authority_id, reference)
    published = await connection.fetch(SQL["checkpoints"], authority_id, EVENT_LOG.key, None)
    last = published[-1]["size"] if published else 0
    rows = [row for row in rows if row["position"] <= last]
    if not rows:
        return []
    place = next(place for place, each in enumerate(published) if each["size"] >= rows[-1]["position"])
    covering, hashes = published[place], _leaves_in(published[: place + 1])
    indexes = [row["position"] - 1 for row in rows]
    proofs = await asyncio.to_thread(merkle.inclusion_proofs, indexes, hashes, _suite_signed(covering))
    return [
        _receipt(
            code,
            reference,
            row,
            Inclusion(
                index + 1,
                index,
                leaf.suite_of(row).named(hashes[index]),
                len(hashes),
                _encoded(proof),
                covering["note"],
            ),
        )
        for row, index, proof in zip(rows, indexes, proofs, strict=True)
    ]


async def _entries(connection: Connection, authority_id: int, reference: Reference) -> list[Any]:
    """The rows of a request in order. Raises RequestUnknown."""
    rows: list[Any] = await connection.fetch(SQL["select_streams"], authority_id, [reference.stream], None)
    if not rows:
        raise RequestUnknown(reference=reference)
    return rows


def _receipt(code: str, reference: Reference, row: Any, found: Inclusion) -> Receipt:
    text = leaf.leaf(code, row)
    if leaf.named(row, text) != found.leaf:
        raise CheckpointFault(f"{reference}第{row['version']}条登记与存证时不同，不出具回执")
    proof = _tlog_proof(found, [text.decode(), row["payload"].decode()])
    return Receipt(str(reference), row["version"], row["position"], found.leaf, found.checkpoint, proof)


async def access_receipt(connection: Connection, authority_id: int, code: str, id_: str) -> str:
    """The receipt of one line of the access log. Raises AccessUnknown, NotSealedYet, CheckpointFault."""
    row = await connection.fetchrow(SQL["access_line"], authority_id, id_)
    if row is None:
        raise AccessUnknown
    found = await inclusion(connection, authority_id, row["position"] or 0, ACCESS_LOG)
    text = leaf.access_leaf(code, row)
    if leaf.named(row, text) != found.leaf:
        raise CheckpointFault(f"访问日志位置{row['position']}与存证时不同，不出具回执")
    return _tlog_proof(found, [text.decode()])


def _tlog_proof(found: Inclusion, texts: list[str]) -> str:
    extra = base64.b64encode(msgspec.json.encode(texts)).decode()
    return "\n".join((_PROOF, f"extra {extra}", f"index {found.index}", *found.proof, "", found.checkpoint))


def _encoded(proof: Sequence[bytes]) -> tuple[str, ...]:
    return tuple(base64.b64encode(each).decode() for each in proof)
