"""The log is sealed as it grows: what is signed, what is refused, and the proofs that follow."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from adapters.postgres import embedded
from adapters.proof import checkpoints, merkle
from adapters.proof.checkpointing import CheckpointFault
from adapters.proof.checkpoints import Checkpoint
from adapters.proof.provable import EVENT_LOG
from adapters.proof.signing_key_files import SigningKeys
from adapters.proof.signing_program import SigningKeyFault
from adapters.refusals import EntryUnknown, NoCheckpoint, NotSealedYet
from adapters.register.register import Register
from domain.request.refusals import RequestUnknown
from domain.values import Reference
from tests import builders
from tests.adapters.recordings import CODE, connected, fetch, line, record

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

RECEIVED = builders.received("2020-03-02")
ANSWERED = builders.answered("2020-03-20")


async def leaves_by_hand(dsn: str) -> list[bytes]:
    """Leaf hashes made by the database and json alone, from the rule as written in adapters/proof/leaf.py."""
    rows = await fetch(
        dsn,
        """SELECT stream, version, position, topic, schema_version, actor, on_behalf_of, command_id, acknowledged,
                  leaf_format, encode(body_mac, 'hex') AS body_mac, encode(sha256(payload), 'hex') AS payload_sha256,
                  to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS recorded_at,
                  code AS authority
           FROM events JOIN authorities USING (authority_id) WHERE authority_id = 1 ORDER BY position""",
    )
    texts = (json.dumps(dict(row), sort_keys=True, separators=(",", ":"), ensure_ascii=False) for row in rows)
    return [hashlib.sha256(b"\x00" + text.encode()).digest() for text in texts]


async def test_a_reply_carries_the_leaf_of_its_row(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """Returned at once, and the same again for the same id, from the stored entry."""
    first = await record(office, line("a", RECEIVED), line("b", ANSWERED, "#a"))
    again = await record(office, line("a", RECEIVED), line("b", ANSWERED, "#a"))

    leaves = await leaves_by_hand(server.behind(database))
    assert [reply.leaf for reply in first] == [each.hex() for each in leaves[1:]]
    assert all(reply.repeated for reply in again)
    assert [replace(reply, repeated=False) for reply in again] == first
    assert (await record(office, line("c", RECEIVED), preview=True))[0].leaf is None


async def test_a_checkpoint_signs_what_was_recorded(
    office: Register, server: DatabaseServer, database: str, keys: Path
) -> None:
    """Sealed when grown, and only then; each is the root of all leaves so far, under the log's name."""
    first = await office.proofs.sign_checkpoint(CODE)
    assert await office.proofs.sign_checkpoint(CODE) is None
    await record(office, line("a", RECEIVED), line("b", ANSWERED, "#a"))
    assert (await office.proofs.checkpoint_lag(CODE)).entries == 2
    second = await office.proofs.sign_checkpoint(CODE)

    leaves = await leaves_by_hand(server.behind(database))
    assert [first, second] == [
        Checkpoint("taizhang/huadu", 1, merkle.root(leaves[:1])),
        Checkpoint("taizhang/huadu", 3, merkle.root(leaves)),
    ]
    trusted = SigningKeys.load(keys).verifiers("taizhang/huadu")
    notes = [
        row["note"]
        for row in await fetch(server.behind(database), "SELECT note FROM checkpoints ORDER BY size")
    ]
    assert [checkpoints.opened(note, trusted) for note in notes] == [first, second]
    assert await office.proofs.checkpoint(CODE) == notes[-1]
    assert await office.proofs.checkpoint_lag(CODE) == (0, 0.0)


async def test_an_empty_log_is_not_sealed(office: Register, server: DatabaseServer, database: str) -> None:
    """Nor is there anything to wait for."""
    await fetch(
        server.behind(database),
        "WITH added AS (INSERT INTO authorities (code) VALUES ('empty') RETURNING authority_id)"
        " INSERT INTO heads (authority_id) SELECT authority_id FROM added",
    )

    assert await office.proofs.sign_checkpoint("empty") is None
    assert await office.proofs.checkpoint_lag("empty") == (0, 0)
    assert await office.proofs.checkpoint("empty") is None


async def test_of_many_sealers_one_seals(
    office: Register, server: DatabaseServer, database: str, keys: Path
) -> None:
    """Processes at once never sign two roots for one size, while others record; no recording is refused."""
    second = await Register.open(server.runtime(database), keys)

    async def seal(register: Register) -> list[Any]:
        return [await register.proofs.sign_checkpoint(CODE) for _ in range(10)]

    async def write() -> None:
        for nth in range(20):
            await record(office, line(f"r{nth}", RECEIVED))

    *sealed, _ = await asyncio.gather(seal(office), seal(second), seal(office), write())
    await office.proofs.sign_checkpoint(CODE)
    await second.close()

    sizes = [each.size for found in sealed for each in found if each is not None]
    assert len(sizes) == len(set(sizes))
    leaves = await leaves_by_hand(server.behind(database))
    rows = await fetch(server.behind(database), "SELECT size, note, leaves FROM checkpoints ORDER BY size")
    assert b"".join(row["leaves"] for row in rows) == b"".join(leaves)
    for row in rows:
        assert checkpoints.read(row["note"])[0].root == merkle.root(leaves[: row["size"]])


async def test_a_rotated_key_goes_on(office: Register, keys: Path) -> None:
    """The earlier checkpoint is still trusted, the next one signed by the new key."""
    await office.proofs.sign_checkpoint(CODE)
    ring = SigningKeys.rotate(keys)
    await record(office, line("a", RECEIVED))

    await office.proofs.sign_checkpoint(CODE)

    note = await office.proofs.checkpoint(CODE)
    assert checkpoints.opened(note, ring.verifiers("taizhang/huadu")[1:]).size == 2


async def test_without_its_key_nothing_is_signed(office: Register, keys: Path) -> None:
    """A lost key is never replaced silently: a log under another key would look forged. Recording continues."""
    await office.proofs.sign_checkpoint(CODE)
    (keys / "0001.seal-key").rename(keys / "elsewhere")
    await record(office, line("a", RECEIVED))

    with pytest.raises(SigningKeyFault, match="缺少签名密钥"):
        await office.proofs.sign_checkpoint(CODE)
    SigningKeys.create(keys)
    with pytest.raises(SigningKeyFault, match="或与日志所用的不同"):
        await office.proofs.sign_checkpoint(CODE)
    (keys / "elsewhere").rename(keys / "0001.seal-key")
    assert await office.proofs.sign_checkpoint(CODE) is not None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("DELETE FROM events WHERE position = 3", "有缺"),
        ("DELETE FROM events WHERE position >= 2", "有缺"),
        ("UPDATE checkpoints SET peaks = sha256('other')", "与其签名内容不符"),
        ("UPDATE checkpoints SET note = 'other'", "不可信"),
        ("UPDATE checkpoints SET note = replace(note, E'\\n2\\n', E'\\n1\\n')", "不可信"),
    ],
)
async def test_what_does_not_continue_is_not_signed(
    office: Register, server: DatabaseServer, database: str, change: str, message: str
) -> None:
    """The sealer never covers up: it signs on top of what it signed before, or not at all."""
    await record(office, line("a", RECEIVED))
    await office.proofs.sign_checkpoint(CODE)
    await record(office, line("b", ANSWERED, "#a"), line("c", builders.served("2020-03-20"), "#a"))
    async with connected(server.server.dsn(embedded.SUPERUSER, database)) as connection:
        await connection.execute(f"SET session_replication_role = replica; {change}")

    with pytest.raises(CheckpointFault, match=message):
        await office.proofs.sign_checkpoint(CODE)
    assert len(await fetch(server.behind(database), "SELECT 1 FROM checkpoints")) == 1


async def test_the_alarm_counts_from_the_oldest_unsealed(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """Sixty seconds without a checkpoint are too many."""
    async with connected(server.server.dsn(embedded.SUPERUSER, database)) as connection:
        await connection.execute(
            "SET session_replication_role = replica; UPDATE events SET recorded_at = recorded_at - interval '61 s'"
        )

    lag = await office.proofs.checkpoint_lag(CODE)

    assert lag.entries == 1
    assert 61 <= lag.seconds < 120
    await office.proofs.sign_checkpoint(CODE)
    assert await office.proofs.checkpoint_lag(CODE) == (0, 0)


# --- proofs ---


@pytest.fixture
async def sealed(office: Register) -> Register:
    """Sealed at 1, 3 and 4; a fifth entry is not."""
    await office.proofs.sign_checkpoint(CODE)
    await record(office, line("a", RECEIVED), line("b", ANSWERED, "#a"))
    await office.proofs.sign_checkpoint(CODE)
    await record(office, line("c", builders.served("2020-03-20"), "#a"))
    await office.proofs.sign_checkpoint(CODE)
    await record(office, line("d", RECEIVED))
    return office


def hashes(texts: tuple[str, ...]) -> list[bytes]:
    return [base64.b64decode(text) for text in texts]


async def test_inclusion_is_proved_against_the_newest_checkpoint(
    sealed: Register, server: DatabaseServer, database: str
) -> None:
    """Of every sealed entry; the others are reported as unsealed."""
    leaves = await leaves_by_hand(server.behind(database))
    for position in range(1, 5):
        found = await sealed.proofs.inclusion(CODE, position)
        root = checkpoints.read(found.checkpoint)[0].root
        assert (found.leaf, found.size) == (leaves[position - 1].hex(), 4)
        assert merkle.includes(leaves[position - 1], position - 1, 4, hashes(found.proof), root)
    for position in (-1, 0, 5, 99):
        with pytest.raises(NotSealedYet):
            await sealed.proofs.inclusion(CODE, position)


async def test_consistency_is_proved_between_checkpoints(sealed: Register) -> None:
    """Any earlier one with any later one; a size without a checkpoint has none."""
    for first, second in ((1, 3), (1, 4), (3, 4), (4, 4)):
        found = await sealed.proofs.consistency(CODE, first, second)
        was, now = checkpoints.read(found.first_checkpoint)[0], checkpoints.read(found.second_checkpoint)[0]
        assert merkle.extends(was.size, was.root, now.size, now.root, hashes(found.proof))
    assert (await sealed.proofs.consistency(CODE, 1)).second == 4
    for first, second in ((2, 4), (1, 2), (4, 3), (0, 4)):
        with pytest.raises(NoCheckpoint):
            await sealed.proofs.consistency(CODE, first, second)


async def test_a_receipt_proves_one_entry_offline(sealed: Register, keys: Path) -> None:
    """A C2SP tlog-proof, checked here with nothing but its text and a public key."""
    receipt = await sealed.proofs.receipt(CODE, Reference(2020, 1), 2)
    head, extra, index, *rest = receipt.text.split("\n")
    blank = rest.index("")
    text, payload = json.loads(base64.b64decode(extra.removeprefix("extra ")))
    checkpoint = checkpoints.opened(
        "\n".join(rest[blank + 1 :]), SigningKeys.load(keys).verifiers("taizhang/huadu")
    )

    assert head == "c2sp.org/tlog-proof@v1"
    assert index == "index 2"
    assert (receipt.reference, receipt.version, receipt.position) == ("2020-0001", 2, 3)
    leaf = hashlib.sha256(b"\x00" + text.encode()).digest()
    assert merkle.includes(leaf, 2, checkpoint.size, hashes(tuple(rest[:blank])), checkpoint.root)
    assert json.loads(text)["payload_sha256"] == hashlib.sha256(payload.encode()).hexdigest()
    assert json.loads(payload)["type"] == "answered"


async def test_no_receipt_for_what_is_not_there(
    sealed: Register, server: DatabaseServer, database: str
) -> None:
    """Neither for an unsealed entry, nor for one that was changed since it was sealed."""
    with pytest.raises(RequestUnknown):
        await sealed.proofs.receipt(CODE, Reference(2020, 9))
    with pytest.raises(EntryUnknown, match="只有3条登记，没有第4条"):
        await sealed.proofs.receipt(CODE, Reference(2020, 1), 4)
    with pytest.raises(NotSealedYet):
        await sealed.proofs.receipt(CODE, Reference(2020, 2))
    async with connected(server.server.dsn(embedded.SUPERUSER, database)) as connection:
        await connection.execute("SET session_replication_role = replica; UPDATE events SET actor = 'other'")
    with pytest.raises(CheckpointFault, match="与存证时不同"):
        await sealed.proofs.receipt(CODE, Reference(2020, 1))


def test_the_name_of_a_log() -> None:
    assert EVENT_LOG.origin(CODE) == "taizhang/huadu"
