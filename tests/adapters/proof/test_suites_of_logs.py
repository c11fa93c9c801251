"""A log of suite gm, and one that goes from one suite to the other at a checkpoint that keys of both sign."""

from __future__ import annotations

import asyncio
import json
import shlex
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adapters.accounts.access_log import Origin
from adapters.postgres.database import Database
from adapters.proof import bundle_check, checkpointing, checkpoints, leaf, merkle, receipt_check
from adapters.proof.checkpoints import Checkpoint, Root, Verifier
from adapters.proof.handover import verify as standalone
from adapters.proof.log_check import Pin
from adapters.proof.provable import LOGS
from adapters.proof.signing_key_files import FileSigner, SigningKeys
from adapters.proof.signing_program import ProgramSigner, SigningKeyFault
from adapters.refusals import SuiteChanged
from adapters.register.register import Register
from adapters.suites import GM, STD, Suite
from domain.values import Reference
from tests import builders
from tests.adapters.proof.test_bundles import Files, both, contents, packed
from tests.adapters.recordings import CODE, connected, fetch, line, opened, record
from tests.device import Device, begin_with

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

ORIGIN = "taizhang/huadu"
RECEIVED = builders.received("2020-03-02")
ONE = Reference(2020, 1)
HERE = Origin("192.0.2.7", "test")


def keys_of(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "keys").iterdir() if "seal" in path.name)


async def read(register: Register) -> None:
    """One more line of the access log."""
    await register.access_log.add(CODE, "exported", actor="zhang", origin=HERE, reference="bundle")


async def sealed(register: Register) -> None:
    for log in LOGS:
        await register.proofs.sign_checkpoint(CODE, log)


async def to_gm(register: Register, device: Device, tmp_path: Path) -> None:
    await SigningKeys.rotate_to(tmp_path / "keys", device.public, device.command)
    await register.proofs.change_over()


async def to_std(register: Register, tmp_path: Path) -> None:
    SigningKeys.rotate(tmp_path / "keys")
    await register.proofs.change_over()


async def notes(dsn: str, log: str = "events") -> list[Checkpoint]:
    rows = await fetch(dsn, f"SELECT note FROM checkpoints WHERE log = '{log}' ORDER BY size, nth")
    return [checkpoints.read(row["note"])[0] for row in rows]


# --- from the first entry on ---


@pytest.fixture
async def national(register: Register, device: Device, tmp_path: Path) -> Register:
    await begin_with(device, register, tmp_path / "keys")
    await opened(register)
    await record(register, line("r1", RECEIVED), line("r2", RECEIVED))
    await read(register)
    await sealed(register)
    await record(register, line("a1", builders.answered("2020-03-20"), "#r1"))
    await read(register)
    await sealed(register)
    return register


async def test_everything_is_of_suite_gm_from_the_first_entry(
    national: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """No digest of SHA-256 and no signature of Ed25519 is in the logs; the tree is made here by the single file's SM3."""
    behind = server.behind(database)
    for table in ("events", "access_log"):
        assert [row[0] for row in await fetch(behind, f"SELECT DISTINCT leaf_format FROM {table}")] == [2]
    assert keys_of(tmp_path) == ["0001.seal-program"]
    for log in LOGS:
        signed = await notes(behind, log.key)
        assert [each.suite for each in signed] == [GM, GM]
        rows = await fetch(behind, f"SELECT leaves FROM checkpoints WHERE log = '{log.key}' ORDER BY size")
        tree = standalone.Tree("gm")
        tree.extend(merkle.split(b"".join(row["leaves"] for row in rows)))
        assert tree.root() == signed[-1].root

    path = tmp_path / "bundle.zip"
    await national.proofs.export(CODE, path, with_sealed=True)
    assert both(path) == (set(), set())
    files = contents(path)
    listed = json.loads(files["bundle.json"])
    assert (listed["suite"], listed["files"]["leaves.txt"]) == ("gm", standalone.sm3(files["leaves.txt"]))
    for each in files["entries.jsonl"].splitlines():
        entry = json.loads(each)
        fields = {name: value for name, value in entry.items() if name != "payload"}
        fields |= {"authority": CODE, "payload_sm3": standalone.plain_sm3(entry["payload"].encode())}
        text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        hashed = standalone.plain_sm3(b"\x00" + text).encode()
        assert files["leaves.txt"].splitlines()[entry["position"] - 1] == hashed
    assert files["entries.jsonl"].count(b'commitment\\":\\"gm:') == files["entries.jsonl"].count(
        b'commitment\\":'
    )


async def test_the_reply_gives_the_leaf_that_is_sealed(national: Register, tmp_path: Path) -> None:
    """With its suite's name, and the same again to the same recording; the receipt checks offline."""
    reply = (await record(national, line("s1", builders.served("2020-03-20"), "#r1")))[0]
    again = (await record(national, line("s1", builders.served("2020-03-20"), "#r1")))[0]
    await sealed(national)

    found = await national.proofs.inclusion(CODE, reply.position)

    assert reply.leaf is not None
    assert reply.leaf.startswith("gm:")
    assert (found.leaf, again.leaf) == (reply.leaf, reply.leaf)
    path = tmp_path / "2020-0001-3.tlog-proof"
    path.write_text((await national.proofs.receipt(CODE, ONE)).text)
    known = SigningKeys.load(tmp_path / "keys").verifiers
    assert receipt_check.check_receipt(path, known=known).findings == ()
    proof = await national.proofs.consistency(CODE, 3)
    checkpoint = checkpoints.read(proof.first_checkpoint)[0], checkpoints.read(proof.second_checkpoint)[0]
    assert merkle.extends(3, checkpoint[0].root, 5, checkpoint[1].root, decoded(proof.proof), GM)


def decoded(proof: tuple[str, ...]) -> list[bytes]:
    return [checkpoints._unbase64(each) for each in proof]


async def test_another_authority_begins_in_the_suite_of_the_last_key(
    national: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    await opened(national, "conghua")
    await to_std(national, tmp_path)
    await opened(national, "nansha")
    rows = await fetch(
        server.behind(database),
        "SELECT code, heads.leaf_format, events.leaf_format FROM heads JOIN authorities USING (authority_id) "
        "JOIN events USING (authority_id) WHERE events.position = 1 ORDER BY code",
    )
    assert [tuple(row) for row in rows] == [("conghua", 1, 2), ("huadu", 1, 2), ("nansha", 1, 1)]


# --- the change-over ---


@pytest.fixture
async def office(register: Register, device: Device, tmp_path: Path) -> Register:
    """std up to 3 entries and 1 line, the change-over, gm up to 5 entries and 2 lines; receipts and bundle of before kept."""
    await opened(register)
    await register.proofs.sign_checkpoint(CODE)
    await record(register, line("r1", RECEIVED), line("r2", RECEIVED))
    await read(register)
    await sealed(register)
    (tmp_path / "before.tlog-proof").write_text((await register.proofs.receipt(CODE, ONE)).text)
    await register.proofs.export(CODE, tmp_path / "before.zip")
    await to_gm(register, device, tmp_path)
    await record(register, line("a1", builders.answered("2020-03-20"), "#r1"))
    await record(register, line("s1", builders.served("2020-03-20"), "#r1"))
    await read(register)
    await sealed(register)
    return register


async def test_both_sides_are_in_one_checkpoint_that_both_keys_sign(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """Leaves before keep their hash. The log need not have grown. The earlier key's secret half is gone."""
    behind = server.behind(database)
    rows = await fetch(
        behind, "SELECT size, nth, leaves FROM checkpoints WHERE log = 'events' ORDER BY size, nth"
    )
    assert [(row["size"], row["nth"], len(row["leaves"]) // 32) for row in rows] == [
        (1, 0, 1), (3, 0, 2), (3, 1, 0), (5, 0, 2),
    ]  # fmt: skip
    leaves = merkle.split(b"".join(row["leaves"] for row in rows))
    _, last, changed, after = await notes(behind)
    assert (last.suite, last.onward, after.suite, after.onward) == (STD, None, GM, None)
    assert changed.roots == (
        Root(STD, last.root),
        Root(GM, merkle.root(leaves[:3], GM)),
    )
    assert after.root == merkle.root(leaves, GM)
    rows = await fetch(behind, "SELECT leaf_format FROM events ORDER BY position")
    assert [row[0] for row in rows] == [1, 1, 1, 2, 2]
    rows = await fetch(behind, "SELECT leaf_format FROM access_log WHERE position > 0 ORDER BY position")
    assert [row[0] for row in rows] == [1, 2]
    assert keys_of(tmp_path) == ["0001.seal-pub", "0002.seal-program"]
    assert (await office.proofs.verify(CODE)).passed


async def test_what_was_given_out_before_holds_and_so_does_what_is_given_out_after(
    office: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Receipts of both sides, old entries against the new tree among them; bundles of both, on a Python without SM3 too."""
    known = SigningKeys.load(tmp_path / "keys").verifiers
    for version in (1, 2, 3):
        path = tmp_path / f"{version}.tlog-proof"
        path.write_text((await office.proofs.receipt(CODE, ONE, version)).text)
    for name in ("before", "1", "2", "3"):
        assert receipt_check.check_receipt(tmp_path / f"{name}.tlog-proof", known=known).findings == ()
    for given in await office.proofs.receipts(CODE, ONE):
        (tmp_path / "given.tlog-proof").write_text(given.text)
        assert receipt_check.check_receipt(tmp_path / "given.tlog-proof", known=known).findings == ()
    assert both(tmp_path / "before.zip") == (set(), set())
    await office.proofs.export(CODE, tmp_path / "after.zip", with_sealed=True)
    assert both(tmp_path / "after.zip") == (set(), set())

    def without(name: str, *_: Any) -> None:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(standalone.hashlib, "new", without)
    assert both(tmp_path / "after.zip") == (set(), set())


async def test_a_reader_who_trusts_only_the_earlier_key_learns_to_ask_for_the_later(
    office: Register, tmp_path: Path
) -> None:
    """All before the change-over is proved to them; nothing after it passes, and both verifiers say what to do."""
    await office.proofs.export(CODE, tmp_path / "after.zip")
    earlier, later = SigningKeys.load(tmp_path / "keys").verifiers(ORIGIN)
    for trusted, size in ((earlier, 5), (later, 1)):
        ours = bundle_check.verify(tmp_path / "after.zip", verifiers=[trusted]).findings
        theirs = standalone.verify(str(tmp_path / "after.zip"), [trusted.vkey])[0].found
        assert {each.code for each in ours} == {code for code, *_ in theirs} == {"signature_unknown"}
        assert size in {each.size for each in ours}
        for texts in ([each.text for each in ours], [text for *_, text in theirs]):
            assert sum("请核实其公钥，与已有的一并以--key给出" in each for each in texts) == len(LOGS)
    whole = bundle_check.verify(tmp_path / "after.zip", verifiers=[earlier, later])
    assert whole.passed


async def test_a_checkpoint_kept_before_is_held_against_what_came_after(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """The whole history made again and signed with both keys: checkpoints kept from before, at and after the change show it."""
    rows = await fetch(
        server.behind(database), "SELECT note FROM checkpoints WHERE log = 'events' ORDER BY size, nth"
    )
    vkeys = tuple(each.vkey for each in SigningKeys.load(tmp_path / "keys").verifiers(ORIGIN))
    pins = [Pin(vkeys, row["note"]) for row in rows]
    await office.proofs.export(CODE, tmp_path / "after.zip")
    for pin in pins:
        assert (await office.proofs.verify(CODE, pin=lambda _, kept=pin: kept)).passed  # type: ignore[misc]
        assert both(tmp_path / "after.zip", pin=pin) == (set(), set())

    files = contents(tmp_path / "after.zip")
    lines = files["leaves.txt"].splitlines()
    files["leaves.txt"] = b"\n".join([b"0" * 64, *lines[1:]]) + b"\n"
    for pin in pins:
        found = both(packed(files, tmp_path / "rewritten.zip"), pin=pin)
        assert "pin_inconsistent" in found[0] & found[1]


async def test_a_proof_of_consistency_ends_at_the_change(office: Register) -> None:
    """One is of one suite: to the change and from it on, each by its own tree."""
    for first, second, suite in ((1, 3, STD), (3, 5, GM)):
        found = await office.proofs.consistency(CODE, first, second)
        was, now = (checkpoints.read(each)[0] for each in (found.first_checkpoint, found.second_checkpoint))
        roots = [{each.suite: each.root for each in checkpoint.roots}[suite] for checkpoint in (was, now)]
        assert merkle.extends(first, roots[0], second, roots[1], decoded(found.proof), suite)
    with pytest.raises(SuiteChanged, match="先到第3条"):
        await office.proofs.consistency(CODE, 1, 5)
    assert (await office.proofs.consistency(CODE, 3, 3)).proof == ()


async def test_a_log_goes_back_and_forth(
    office: Register, device: Device, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """Twice without having grown between, and with an entry that was not sealed yet."""
    await to_std(office, tmp_path)
    await record(office, line("r3", RECEIVED))
    await to_gm(office, device, tmp_path)
    await to_std(office, tmp_path)
    await record(office, line("r4", RECEIVED))
    await sealed(office)

    signed = await notes(server.behind(database))
    assert [(each.size, [root.suite.name for root in each.roots]) for each in signed[3:]] == [
        (5, ["gm"]),
        (5, ["gm", "std"]),
        (6, ["std", "gm"]),
        (6, ["gm", "std"]),
        (7, ["std"]),
    ]
    assert (await office.proofs.verify(CODE)).passed
    await office.proofs.export(CODE, tmp_path / "bundle.zip")
    assert both(tmp_path / "bundle.zip") == (set(), set())


async def test_without_the_earlier_key_nothing_goes_over(
    register: Register, device: Device, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """Recording goes on as before; with the key back the log goes over."""
    await opened(register)
    await sealed(register)
    keys = tmp_path / "keys"
    secret = (keys / "0001.seal-key").read_bytes()
    await SigningKeys.rotate_to(keys, device.public, device.command)
    (keys / "0001.seal-key").rename(tmp_path / "away")
    (keys / "0001.seal-pub").write_text(FileSigner(bytes.fromhex(secret.decode())).public.hex() + "\n")

    with pytest.raises(SigningKeyFault, match=r"Ed25519.*keys --rotate --suite std"):
        await register.proofs.change_over()
    await record(register, line("r1", RECEIVED))
    assert [row[0] for row in await fetch(server.behind(database), "SELECT leaf_format FROM events")] == [
        1,
        1,
    ]

    (keys / "0001.seal-pub").unlink()
    (tmp_path / "away").rename(keys / "0001.seal-key")
    await register.proofs.change_over()
    assert keys_of(tmp_path) == ["0001.seal-pub", "0002.seal-program"]
    assert (await register.proofs.verify(CODE)).passed


async def test_whose_earlier_key_is_lost_changes_back_and_once_more(
    office: Register, device: Device, tmp_path: Path
) -> None:
    """As the refusal says, whichever way it was going: the log ends in no state that nothing leads out of."""
    keys = tmp_path / "keys"
    SigningKeys.rotate(keys)
    (keys / "0002.seal-program").rename(keys / "0002.seal-pub")
    text = (keys / "0002.seal-pub").read_text().splitlines()[0]
    (keys / "0002.seal-pub").write_text(text)
    with pytest.raises(SigningKeyFault, match=r"SM2.*keys --rotate --program"):
        await office.proofs.change_over()

    await to_gm(office, device, tmp_path)
    await to_std(office, tmp_path)
    await record(office, line("r3", RECEIVED))
    await sealed(office)

    assert (await office.proofs.verify(CODE)).passed
    assert keys_of(tmp_path)[-1] == "0005.seal-key"


async def test_what_is_recorded_meanwhile_waits_and_is_of_the_new_suite(
    register: Register, device: Device, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """Two recordings at once with the change-over: each is of the suite of its place, and all are sealed."""
    await opened(register)
    await sealed(register)
    await SigningKeys.rotate_to(tmp_path / "keys", device.public, device.command)

    await asyncio.gather(
        record(register, line("r1", RECEIVED)),
        register.proofs.change_over(),
        record(register, line("r2", RECEIVED)),
    )

    await sealed(register)
    assert (await register.proofs.verify(CODE)).passed
    changed = next(each for each in await notes(server.behind(database)) if each.onward)
    rows = await fetch(server.behind(database), "SELECT position, leaf_format FROM events ORDER BY position")
    assert [row["leaf_format"] for row in rows] == [
        1 if row["position"] <= changed.size else 2 for row in rows
    ]


async def test_an_earlier_program_records_nothing_more(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """It knows one rule of leaves alone: the database takes no entry of that rule where the log is of the other."""
    entry = json.dumps([{"nth": 1, "leaf_format": 1}])
    async with connected(server.behind(database)) as connection:
        written = await connection.fetchval(
            "SELECT append(1, 5, now(), 1, NULL, NULL, $1, '[]', '[]', '[]')", entry
        )
    assert written is False


async def test_a_machine_that_lacks_the_new_key_waits_quietly(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """It has nothing to say where nothing came; where an entry did, it names the key that it lacks."""
    other = tmp_path / "other"
    SigningKeys.create(other)
    connected_there = await Database.connect(server.runtime(database))
    try:
        assert await checkpointing.sign(connected_there, 1, CODE, other) is None
        await record(office, line("r3", RECEIVED))
        with pytest.raises(SigningKeyFault, match="0002"):
            await checkpointing.sign(connected_there, 1, CODE, other)
    finally:
        await connected_there.close()


# --- a forged change-over ---


async def signed(checkpoint: Checkpoint, *signers: Any) -> str:
    named = {Verifier(checkpoint.origin, each.public): await each.sign(checkpoint.text) for each in signers}
    return checkpoints.note(checkpoint, named)


def edited(files: Files, change: Callable[[list[dict[str, Any]]], None]) -> None:
    lines = [json.loads(each) for each in files["checkpoints.jsonl"].splitlines()]
    change(lines)
    files["checkpoints.jsonl"] = b"".join(json.dumps(each).encode() + b"\n" for each in lines)


def without_signature(note: str, which: int) -> str:
    text, _, tail = note.rpartition("\n\n")
    lines = tail.splitlines()
    del lines[which]
    return text + "\n\n" + "".join(f"{line}\n" for line in lines)


def removed(lines: list[dict[str, Any]]) -> None:
    del lines[2]


def signed_by_the_new_alone(lines: list[dict[str, Any]]) -> None:
    lines[2]["note"] = without_signature(lines[2]["note"], 0)


def signed_by_the_old_alone(lines: list[dict[str, Any]]) -> None:
    lines[2]["note"] = without_signature(lines[2]["note"], 1)


def said_to_be_elsewhere(lines: list[dict[str, Any]]) -> None:
    lines[2]["note"] = lines[2]["note"].replace("\n3\n", "\n4\n")
    lines[2]["size"] = 4


def before_its_time(lines: list[dict[str, Any]]) -> None:
    lines[1], lines[2] = lines[2], lines[1]


def without_its_line(lines: list[dict[str, Any]]) -> None:
    text = lines[2]["note"]
    start = text.index("onward ")
    lines[2]["note"] = text[:start] + text[text.index("\n", start) + 1 :]


def of_a_suite_to_come(lines: list[dict[str, Any]]) -> None:
    lines[2]["note"] = lines[2]["note"].replace("onward gm", "onward quantum")


FORGED = [
    (removed, "suite_switched"),
    (signed_by_the_new_alone, "signature_unknown"),
    (signed_by_the_old_alone, "signature_unknown"),
    (said_to_be_elsewhere, "signature_wrong"),
    (before_its_time, "suite_switched"),
    (without_its_line, "signature_wrong"),
    (of_a_suite_to_come, "suite_unknown"),
]


@pytest.fixture
async def after(office: Register, tmp_path: Path) -> Files:
    await office.proofs.export(CODE, tmp_path / "after.zip")
    return contents(tmp_path / "after.zip")


async def test_a_forged_change_over_is_found_by_both_verifiers(after: Files, tmp_path: Path) -> None:
    for change, code in FORGED:
        files = dict(after)
        edited(files, change)
        ours, theirs = both(packed(files, tmp_path / "forged.zip"))
        assert code in ours, (change, ours)
        assert code in theirs, (change, theirs)


async def rewrite(
    files: Files,
    formats: list[int],
    places: list[tuple[int, list[Suite]]],
    signers: dict[Suite, Any],
    wrong: Suite | None = None,
) -> None:
    """Another history, whole and signed with all keys that it needs: only the rules of the change itself are against it.

    wrong: the suite whose root is a false one where there are two.
    """
    entries = [json.loads(each) for each in files["entries.jsonl"].splitlines()]
    hashes = []
    for entry, leaf_format in zip(entries, formats, strict=True):
        entry["leaf_format"] = leaf_format
        row = {**entry, "payload": entry["payload"].encode(), "body_mac": bytes.fromhex(entry["body_mac"])}
        row["recorded_at"] = datetime.fromisoformat(entry["recorded_at"])
        hashes.append(leaf.leaf_hash(CODE, row))
    lines = []
    for size, of in places:
        roots = [
            Root(each, bytes(32) if len(of) == 2 and each is wrong else merkle.root(hashes[:size], each))
            for each in of
        ]
        onward = roots[1] if len(roots) == 2 else None
        checkpoint = Checkpoint(ORIGIN, size, roots[0].root, roots[0].suite, onward)
        note = await signed(checkpoint, *(signers[each.suite] for each in checkpoint.roots))
        lines.append(json.dumps({"size": size, "note": note}).encode() + b"\n")
    files["entries.jsonl"] = b"".join(
        json.dumps(each, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        for each in entries
    )
    files["leaves.txt"] = b"".join(each.hex().encode() + b"\n" for each in hashes)
    files["checkpoints.jsonl"] = b"".join(lines)
    files["checkpoint.txt"] = note.encode()
    files["keys.txt"] = "\n".join(Verifier(ORIGIN, each.public).vkey for each in signers.values()).encode()


REWRITTEN = {
    "as it is": ([1, 1, 1, 2, 2], [(3, [STD]), (3, [STD, GM]), (5, [GM])], set()),
    "later than its entries": ([1, 1, 1, 2, 2], [(4, [STD, GM]), (5, [GM])], {"suite_switched"}),
    "earlier than its entries": ([1, 1, 1, 2, 2], [(2, [STD, GM]), (5, [GM])], {"suite_switched"}),
    "no change-over": ([1, 1, 1, 2, 2], [(3, [STD]), (5, [GM])], {"suite_switched"}),
    "an old leaf after it": ([1, 1, 1, 2, 1], [(3, [STD, GM]), (5, [GM])], {"suite_switched"}),
    "gm from the first, it says": ([1, 1, 1, 2, 2], [(3, [GM]), (5, [GM])], {"suite_switched"}),
    "the old key goes on": (
        [1, 1, 1, 2, 2],
        [(3, [STD, GM]), (4, [STD]), (5, [GM])],
        {"suite_switched"},
    ),
}  # fmt: skip


async def test_even_a_holder_of_all_keys_cannot_place_it_elsewhere(
    after: Files, device: Device, tmp_path: Path
) -> None:
    """Both verifiers hold entries and checkpoints to the one place where the suite changes."""
    signers = all_keys(device)
    for name, (formats, places, codes) in REWRITTEN.items():
        files = without_accesses(after)
        await rewrite(files, formats, places, signers)
        assert both(packed(files, tmp_path / "rewritten.zip")) == (codes, codes), name


@pytest.mark.parametrize("wrong", [STD, GM], ids=["old", "new"])
async def test_both_roots_of_a_change_over_are_those_of_its_entries(
    after: Files, device: Device, tmp_path: Path, wrong: Suite
) -> None:
    """One that is right does not make up for the other, even with valid signatures."""
    files = without_accesses(after)
    formats, places, _ = REWRITTEN["as it is"]
    await rewrite(files, formats, places[1:], all_keys(device), wrong)
    ours, theirs = both(packed(files, tmp_path / "rewritten.zip"))
    assert ours == theirs == {"root_mismatch"}


def all_keys(device: Device) -> dict[Suite, Any]:
    return {STD: FileSigner(bytes(32)), GM: ProgramSigner(device.public, shlex.split(device.command))}


def without_accesses(files: Files) -> Files:
    kept = {key: data for key, data in files.items() if not key.startswith("access")}
    listed = json.loads(kept["bundle.json"])
    del listed["accesses"]
    kept["bundle.json"] = json.dumps(listed).encode()
    return kept
