"""Audit bundles: what goes in, that they check anywhere, and a corpus of tampered ones made from a genuine one.

Both verifiers look at every bundle: the program's and the single file that goes into it. They share no code for
leaves, trees, notes and signatures, and must find the same.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adapters import suites
from adapters.accounts.access_log import BEGINNING, AccessFilter, Origin
from adapters.postgres import embedded
from adapters.proof import bundle, bundle_check, bundle_files, checkpoints, merkle, receipt_check
from adapters.proof.bundle_files import BundleFault
from adapters.proof.checkpoints import Checkpoint, Verifier
from adapters.proof.handover import verify as standalone
from adapters.proof.log_check import Pin
from adapters.proof.provable import ACCESS_LOG, LOGS
from adapters.proof.signing_key_files import FileSigner, SigningKeys
from adapters.refusals import BundleTooLarge, NothingRecorded, NotSealedYet
from adapters.register.operations.proofs import Taken
from adapters.register.register import Register
from api.today import today
from domain.values import Reference
from tests import builders
from tests.adapters.recordings import CLEAR, CODE, PDF, connected, file, line, opened, record
from tests.device import Device, begin_with

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

ORIGIN = "taizhang/huadu"
RECEIVED = builders.received("2020-03-02")

ONE = Reference(2020, 1)

Files = dict[str, bytes]


@pytest.fixture
async def office(register: Register) -> Register:
    """Three requests sealed in checkpoints of 1, 4 and 9."""
    return await of_three_requests(register)


async def of_three_requests(register: Register) -> Register:
    await opened(register)
    await register.proofs.sign_checkpoint(CODE)
    await record(register, *(line(f"r{nth}", RECEIVED) for nth in (1, 2, 3)))
    await register.proofs.sign_checkpoint(CODE)
    await record(
        register, *(line(f"a{nth}", builders.answered("2020-03-20"), f"#r{nth}") for nth in (1, 2, 3))
    )
    await record(register, *(line(f"s{nth}", builders.served("2020-03-20"), f"#r{nth}") for nth in (1, 2)))
    await register.proofs.sign_checkpoint(CODE)
    return register


@pytest.fixture
async def genuine(office: Register, tmp_path: Path) -> Path:
    await office.proofs.export(CODE, tmp_path / "genuine.zip", with_sealed=True)
    return tmp_path / "genuine.zip"


def contents(path: Path) -> Files:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(files: Files, path: Path, *, listed: bool = True) -> Path:
    """A bundle of these files; listed: with a list that fits them, as a forger would make it."""
    files = dict(files)
    if listed and "bundle.json" in files:
        manifest = json.loads(files["bundle.json"])
        manifest["files"] = {
            name: suites.SUITES.get(manifest["suite"], suites.STD).hash(data).hexdigest()
            for name, data in files.items()
            if name != "bundle.json"
        }
        files["bundle.json"] = json.dumps(manifest).encode()
    bundle.write(path, files)
    return path


def both(path: Path, **how: Any) -> tuple[set[str], set[str]]:
    """Codes that the program finds and that the single file finds."""
    verifiers = how.get("verifiers", ())
    note = how["pin"].checkpoint if "pin" in how else None
    keys = [each.vkey for each in verifiers] or list(how["pin"].keys if "pin" in how else ())
    ours = bundle_check.verify(path, verifiers=verifiers, pin=lambda _: how.get("pin"))
    theirs, _ = standalone.verify(str(path), keys, standalone.read_note(note) if note else None)
    return set(ours.counts), {code for code, _, _ in theirs.found}


def unproved(path: Path) -> list[bool]:
    """Whether the program and the single file say of something that it could not be checked."""
    return [bool(bundle_check.verify(path).unchecked), bool(standalone.verify(str(path))[0].unchecked)]


# --- what goes in ---


async def test_a_bundle_holds_the_log_and_checks(office: Register, genuine: Path, tmp_path: Path) -> None:
    """Every entry as it lies in the log; both verifiers find nothing; unpacked it checks as well."""
    found = bundle_check.verify(genuine)
    manifest = bundle_files.Bundle(genuine).manifest

    assert (found.counts, found.entries, found.requests, found.checkpoints) == ({}, 9, 3, 3)
    assert (manifest.first, manifest.last, manifest.size, manifest.origin) == (1, 9, 9, ORIGIN)
    assert both(genuine) == (set(), set())
    with zipfile.ZipFile(genuine) as archive:
        archive.extractall(tmp_path / "unpacked")
    assert both(tmp_path / "unpacked") == (set(), set())
    assert bundle_check.verify(genuine).checkpoint == await office.proofs.checkpoint(CODE)


async def test_the_same_log_gives_the_same_bytes(office: Register, genuine: Path, tmp_path: Path) -> None:
    """Whenever and wherever it is exported; with other wishes it is another bundle."""
    os.utime(genuine, (0, 0))
    await office.proofs.export(CODE, tmp_path / "again.zip", with_sealed=True)
    await office.proofs.export(CODE, tmp_path / "plain.zip")

    assert (tmp_path / "again.zip").read_bytes() == genuine.read_bytes()
    assert (tmp_path / "plain.zip").read_bytes() != genuine.read_bytes()
    assert sorted(set(contents(genuine)) - set(contents(tmp_path / "plain.zip"))) == ["sealed.jsonl"]


async def test_a_letter_in_hand_is_held_against_the_bundle(office: Register, tmp_path: Path) -> None:
    """By both verifiers: the file that was filed, one with a byte changed, and a bundle without what is needed."""
    letter, changed = tmp_path / "答复书.pdf", tmp_path / "changed.pdf"
    letter.write_bytes(PDF)
    changed.write_bytes(PDF[:-1] + b"y")
    reply = await file(office)
    await office.proofs.sign_checkpoint(CODE)
    sealed, plain = tmp_path / "sealed.zip", tmp_path / "plain.zip"
    await office.proofs.export(CODE, sealed, with_sealed=True)
    await office.proofs.export(CODE, plain)
    for path, document, codes in (
        (sealed, letter, []), (sealed, changed, ["document_unknown"]), (plain, letter, []),
    ):  # fmt: skip
        found = bundle_check.verify(path, documents=[document])
        check, _ = standalone.verify(str(path), documents=[(document.name, document.read_bytes())])
        assert [each.code for each in found.findings] == codes
        assert [code for code, *_ in check.found] == codes
        assert [bool(found.unchecked), bool(check.unchecked)] == [path is plain] * 2
        named = [f"日志位置{reply.position}" in each for each in (*found.matched, *check.matched)]
        assert sum(named) == (0 if codes or path is plain else 2)


async def test_personal_data_is_in_it_only_if_asked(office: Register, genuine: Path, tmp_path: Path) -> None:
    """Neither in the entries nor on the page; if requested, in one file, in a bundle that only its owner can read."""
    await office.proofs.export(CODE, tmp_path / "plain.zip")
    name = CLEAR["applicant"]["name"].encode()

    assert [each for each, data in contents(tmp_path / "plain.zip").items() if name in data] == []
    assert [each for each, data in contents(genuine).items() if name in data] == ["sealed.jsonl"]
    assert genuine.stat().st_mode & 0o777 == 0o600


async def test_a_period_holds_its_entries_and_what_came_before_them(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """By day of recording: all entries of those days, the whole of their requests, and hashes of the rest."""
    async with connected(server.server.dsn(embedded.SUPERUSER, database)) as connection:
        await connection.execute(
            "SET session_replication_role = replica; DELETE FROM checkpoints;"
            "UPDATE events SET recorded_at = recorded_at - interval '10 days' WHERE position <= 4"
        )
    await record(office, line("z", builders.archived("2020-04-20"), "#r1"))
    async with connected(server.server.dsn(embedded.SUPERUSER, database)) as connection:
        await connection.execute(
            "SET session_replication_role = replica;"
            "UPDATE events SET recorded_at = recorded_at - interval '5 days' WHERE position BETWEEN 5 AND 9"
        )
    await office.proofs.sign_checkpoint(CODE)

    await office.proofs.export(CODE, tmp_path / "today.zip", since=today(), until=today())
    await office.proofs.export(CODE, tmp_path / "before.zip", until=today() - timedelta(8))

    recently, before = (
        bundle_files.Bundle(tmp_path / "today.zip"),
        bundle_files.Bundle(tmp_path / "before.zip"),
    )
    assert (recently.manifest.first, recently.manifest.last) == (10, 10)
    assert [row["position"] for row in recently.rows] == [1, 2, 5, 8, 10]
    assert [row["position"] for row in before.rows] == [1, 2, 3, 4]
    assert before.manifest.size == 10
    assert both(tmp_path / "today.zip") == both(tmp_path / "before.zip") == (set(), set())
    for path, positions in ((tmp_path / "today.zip", [9]), (tmp_path / "before.zip", [5])):
        lines = contents(path)["bounds.jsonl"].splitlines()
        assert [json.loads(each)["position"] for each in lines] == positions
        assert unproved(path) == [False, False]
        without = contents(path)
        del without["bounds.jsonl"]  # as earlier releases made them
        assert both(packed(without, tmp_path / "without.zip")) == (set(), set())
        assert unproved(tmp_path / "without.zip") == [True, True]
    narrowed = contents(tmp_path / "before.zip")
    narrowed["entries.jsonl"] = b"".join(narrowed["entries.jsonl"].splitlines(keepends=True)[:3])
    listed = json.loads(narrowed["bundle.json"])
    narrowed["bundle.json"] = json.dumps({**listed, "last": 3, "entries": 3}).encode()
    lines = contents(tmp_path / "before.zip")["entries.jsonl"].splitlines()
    fourth = json.loads(lines[3])
    narrowed["bounds.jsonl"] = leaf_text(fourth) + b"\n"
    ours, theirs = both(packed(narrowed, tmp_path / "narrowed.zip"))
    assert ours >= {"entry_missing"} <= theirs
    fourth["recorded_at"] = fourth["recorded_at"].replace("20", "21", 1)
    narrowed["bounds.jsonl"] = leaf_text(fourth) + b"\n"
    ours, theirs = both(packed(narrowed, tmp_path / "narrowed.zip"))
    assert ours >= {"entry_changed"} <= theirs
    with pytest.raises(NothingRecorded):
        await office.proofs.export(
            CODE, tmp_path / "none.zip", since=date(2001, 1, 1), until=date(2001, 12, 31)
        )
    assert not (tmp_path / "none.zip").exists()


async def test_what_is_not_sealed_is_not_handed_over(office: Register, tmp_path: Path) -> None:
    await record(office, line("z", builders.archived("2020-04-20"), "#r1"))

    with pytest.raises(NotSealedYet):
        await office.proofs.export(CODE, tmp_path / "early.zip")


async def test_it_checks_on_a_bare_python(genuine: Path, tmp_path: Path) -> None:
    """Another folder, no Taizhang, no site packages, no network, no other program: one file, signatures and all."""
    with zipfile.ZipFile(genuine) as archive:
        archive.extractall(tmp_path / "elsewhere")

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "-S", str(tmp_path / "elsewhere/verify.py"), *arguments],
            capture_output=True, text=True, check=False, cwd="/", env={"PATH": os.environ["PATH"], **environment},
        )  # fmt: skip

    key = SigningKeys.load(tmp_path / "keys").verifiers(ORIGIN)[0].vkey
    other = Verifier(ORIGIN, FileSigner(bytes(32)).public).vkey
    unpacked, zipped, named = run(), run(str(genuine)), run("--key", key, PATH="/nonexistent")
    assert (unpacked.returncode, zipped.returncode, named.returncode) == (0, 0, 0)
    assert unpacked.stdout == zipped.stdout
    assert unpacked.stdout.endswith("✓ 未发现缺失或改动。\n")
    wrong = run("--key", other, PATH="/nonexistent")
    assert (wrong.returncode, "✓" in wrong.stdout, "signature_unknown" in wrong.stdout) == (1, False, True)
    assert run("/nonexistent").returncode == 2
    assert run("--key", "nonsense").returncode == 2


# --- the corpus ---


def edit(name: str, was: bytes, now: bytes) -> Callable[[Files], None]:
    def tamper(files: Files) -> None:
        assert was in files[name]
        files[name] = files[name].replace(was, now, 1)

    return tamper


def line_out(name: str, number: int) -> Callable[[Files], None]:
    def tamper(files: Files) -> None:
        lines = files[name].splitlines(keepends=True)
        files[name] = b"".join(lines[: number - 1] + lines[number:])

    return tamper


def line_twice(name: str, number: int) -> Callable[[Files], None]:
    def tamper(files: Files) -> None:
        lines = files[name].splitlines(keepends=True)
        files[name] = b"".join([*lines[:number], lines[number - 1], *lines[number:]])

    return tamper


def leaf_changed(files: Files) -> None:
    lines = files["leaves.txt"].splitlines()
    files["leaves.txt"] = (
        b"\n".join([lines[0], hashlib.sha256(b"other").hexdigest().encode(), *lines[2:]]) + b"\n"
    )


def entry_and_leaf_changed(files: Files) -> None:
    """The forger keeps the entry and its leaf alike, but cannot sign the root."""
    lines = files["entries.jsonl"].splitlines()
    entry = json.loads(lines[4])
    entry["actor"] = "somebody else"
    lines[4] = json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    files["entries.jsonl"] = b"\n".join(lines) + b"\n"
    leaves = files["leaves.txt"].splitlines()
    leaves[4] = leaf_by_hand(entry).hex().encode()
    files["leaves.txt"] = b"\n".join(leaves) + b"\n"


def leaf_by_hand(entry: dict[str, Any]) -> bytes:
    return hashlib.sha256(b"\x00" + leaf_text(entry)).digest()


def leaf_text(entry: dict[str, Any]) -> bytes:
    fields = {name: value for name, value in entry.items() if name != "payload"}
    fields |= {"authority": CODE, "payload_sha256": hashlib.sha256(entry["payload"].encode()).hexdigest()}
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def listed_otherwise(**fields: Any) -> Callable[[Files], None]:
    """The bundle's own list differs."""

    def tamper(files: Files) -> None:
        files["bundle.json"] = json.dumps(json.loads(files["bundle.json"]) | fields).encode()

    return tamper


def ended_early(files: Files) -> None:
    """The last entries left out, as if they had not been requested."""
    line_out("entries.jsonl", 9)(files)
    line_out("entries.jsonl", 8)(files)
    listed_otherwise(last=7, entries=7)(files)


def without_the_last(files: Files) -> None:
    line_out("entries.jsonl", 9)(files)
    listed_otherwise(last=8, entries=8)(files)


def without_the_first(files: Files) -> None:
    line_out("entries.jsonl", 1)(files)
    listed_otherwise(first=2, entries=8)(files)


def begun_late(files: Files) -> None:
    """The same of a whole request, from the first entries."""
    lines = files["entries.jsonl"].splitlines(keepends=True)
    files["entries.jsonl"] = b"".join(each for each in lines if b"request/2020-0001" not in each)
    listed_otherwise(first=9, last=9, entries=6)(files)


def relabelled(files: Files) -> None:
    """A sealed text is attributed to another field."""
    files["sealed.jsonl"] = files["sealed.jsonl"].replace(b'"field":"description"', b'"field":"opinion"', 1)


def deep(name: str) -> Callable[[Files], None]:
    def tamper(files: Files) -> None:
        files[name] += b"[" * 100_000 + b"]" * 100_000 + b"\n"

    return tamper


def spoilt(name: str, field: str, value: Any) -> Callable[[Files], None]:
    """A field of the second line is of another kind."""

    def tamper(files: Files) -> None:
        lines = [json.loads(each) for each in files[name].splitlines()]
        lines[1][field] = value
        files[name] = b"".join(json.dumps(each).encode() + b"\n" for each in lines)

    return tamper


def request_removed(files: Files) -> None:
    lines = files["entries.jsonl"].splitlines(keepends=True)
    files["entries.jsonl"] = b"".join(each for each in lines if b"request/2020-0002" not in each)


def notes_swapped(files: Files) -> None:
    lines = [json.loads(each) for each in files["checkpoints.jsonl"].splitlines()]
    lines[0]["note"], lines[1]["note"] = lines[1]["note"], lines[0]["note"]
    files["checkpoints.jsonl"] = b"".join(json.dumps(each).encode() + b"\n" for each in lines)


def sealed_of_another(files: Files) -> None:
    first, second, *rest = [json.loads(each) for each in files["sealed.jsonl"].splitlines()]
    first["text"], second["text"] = second["text"], first["text"]
    first["salt"], second["salt"] = second["salt"], first["salt"]
    files["sealed.jsonl"] = b"".join(json.dumps(each).encode() + b"\n" for each in (first, second, *rest))


TAMPERED: dict[str, tuple[Callable[[Files], None], str]] = {
    "an officer's name": (edit("entries.jsonl", b'"actor":"tests"', b'"actor":"tester"'), "entry_changed"),
    "a date in a payload": (edit("entries.jsonl", b"2020-03-20", b"2020-03-19"), "entry_changed"),
    "a time of recording": (edit("entries.jsonl", b'"recorded_at":"20', b'"recorded_at":"19'), "entry_changed"),
    "an acknowledgement": (edit("entries.jsonl", b'"acknowledged":[]', b'"acknowledged":["late_answer"]'), "entry_changed"),
    "another authority": (edit("bundle.json", b'"authority": "huadu"', b'"authority": "conghua"'), "entry_changed"),
    "an entry and its leaf": (entry_and_leaf_changed, "root_mismatch"),
    "an entry out": (line_out("entries.jsonl", 5), "entry_missing"),
    "the last entry out": (line_out("entries.jsonl", 9), "entry_missing"),
    "a request out": (request_removed, "entry_missing"),
    "an entry twice": (line_twice("entries.jsonl", 5), "version_gap"),
    "an entry cut": (edit("entries.jsonl", b'"version":1}', b'"version":1'), "file_malformed"),
    "an entry with a field missing": (edit("entries.jsonl", b'"topic":"answered",', b""), "file_malformed"),
    "a leaf": (leaf_changed, "root_mismatch"),
    "a leaf out": (line_out("leaves.txt", 2), "file_malformed"),
    "a leaf that is none": (edit("leaves.txt", b"\n", b"x\n"), "file_malformed"),
    "a checkpoint's size": (edit("checkpoints.jsonl", b"\\n4\\n", b"\\n5\\n"), "signature_wrong"),
    "a checkpoint's size and place": (edit("checkpoints.jsonl", b'{"size":4,"note":"taizhang/huadu\\n4\\n', b'{"size":5,"note":"taizhang/huadu\\n5\\n'), "signature_wrong"),
    "checkpoints swapped": (notes_swapped, "checkpoint_malformed"),
    "the last checkpoint out": (line_out("checkpoints.jsonl", 3), "file_malformed"),
    "another log's checkpoint": (edit("checkpoints.jsonl", b"taizhang", b"other"), "signature_wrong"),
    "a key that did not sign": (lambda files: files.update({"keys.txt": Verifier(ORIGIN, FileSigner(bytes(32)).public).vkey.encode()}), "signature_unknown"),
    "no key": (lambda files: files.update({"keys.txt": b""}), "signature_unknown"),
    "a key cut": (edit("keys.txt", b"taizhang/huadu+", b"taizhang/huadu"), "file_malformed"),
    "a leaf's rule": (edit("entries.jsonl", b'"leaf_format":1', b'"leaf_format":9'), "leaf_format_unknown"),
    "the suite of the list": (edit("bundle.json", b'"suite": "std"', b'"suite": "quantum"'), "suite_unknown"),
    "no suite of the list": (edit("bundle.json", b'"suite": "std"', b'"suite": ""'), "suite_unknown"),
    "a checkpoint's suite": (edit("checkpoints.jsonl", b"\\n\\n", b"\\nsuite quantum\\n\\n"), "suite_unknown"),
    "a commitment's suite": (edit("entries.jsonl", b'commitment\\":\\"', b'commitment\\":\\"quantum:'), "suite_unknown"),
    "a key of another algorithm": (lambda files: files.update({"keys.txt": b"a+00000000+//8="}), "suite_unknown"),
    "a sealed text": (edit("sealed.jsonl", CLEAR["description"].encode(), "请求公开另一批复".encode()), "commitment_mismatch"),
    "sealed texts swapped": (sealed_of_another, "commitment_mismatch"),
    "a sealed text's field": (relabelled, "commitment_mismatch"),
    "ended early": (ended_early, "entry_missing"),
    "begun late": (begun_late, "entry_missing"),
    "ended before the last": (without_the_last, "entry_missing"),
    "begun after the first": (without_the_first, "entry_missing"),
    "an endless nesting": (deep("entries.jsonl"), "file_malformed"),
    "an endless nesting of a checkpoint": (deep("checkpoints.jsonl"), "file_malformed"),
    "the checkpoint to keep": (edit("checkpoint.txt", b"\n9\n", b"\n8\n"), "file_malformed"),
    "no checkpoint to keep": (lambda files: files.pop("checkpoint.txt"), "file_malformed"),
    "an actor given twice": (edit("entries.jsonl", b'"actor":"tests"', b'"actor":"tester","actor":"tests"'), "file_malformed"),
    "a sealed text given twice": (edit("sealed.jsonl", b'"text":', b'"text":"x","text":'), "file_malformed"),
    "another's name": (edit("bundle.json", "某区人民政府办公室".encode(), "另一机关".encode()), "file_malformed"),
    "more entries, it says": (listed_otherwise(entries=10), "file_malformed"),
    "a later layout": (listed_otherwise(bundle=2), "file_malformed"),
    "a position that is none": (spoilt("entries.jsonl", "position", 1.5), "file_malformed"),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERED)
def test_a_tampered_bundle_is_found(genuine: Path, tmp_path: Path, name: str) -> None:
    """Even where the forger mends the bundle's own list: both verifiers name the rule."""
    tamper, code = TAMPERED[name]
    files = contents(genuine)
    before = dict(files)
    tamper(files)
    assert files != before, "no-op"

    ours, theirs = both(packed(files, tmp_path / "tampered.zip"))

    assert code in ours
    assert code in theirs


async def test_a_tampered_bundle_in_suite_gm_is_found(
    register: Register, device: Device, tmp_path: Path
) -> None:
    """With the list of the same suite; an entry, leaf or checkpoint under the other's name is found too."""
    await begin_with(device, register, tmp_path / "keys")
    await of_three_requests(register)
    await register.proofs.export(CODE, tmp_path / "genuine.zip", with_sealed=True)
    genuine = contents(tmp_path / "genuine.zip")
    assert both(packed(genuine, tmp_path / "same.zip")) == (set(), set())
    relabelled = {
        "an entry": (edit("entries.jsonl", b'"leaf_format":2', b'"leaf_format":1'), "suite_switched"),
        "a checkpoint": (edit("checkpoints.jsonl", b"\\nsuite gm\\n", b"\\n"), "signature_wrong"),
        "another tree": (
            edit("checkpoints.jsonl", b"\\nsuite gm\\n", b"\\nonward gm "),
            "checkpoint_malformed",
        ),
    }
    names = (
        "an officer's name", "a date in a payload", "an entry and its leaf", "an entry out", "a leaf", "a checkpoint's size",
        "checkpoints swapped", "the last checkpoint out", "a sealed text",
    )  # fmt: skip
    for name, (tamper, code) in (relabelled | {name: TAMPERED[name] for name in names}).items():
        files = dict(genuine)
        tamper(files)
        assert files != genuine, name
        ours, theirs = both(packed(files, tmp_path / "tampered.zip"))
        assert code in ours & theirs, (name, ours, theirs)


@pytest.mark.parametrize(
    "name", ["entries.jsonl", "leaves.txt", "workdays.toml", "README.html", "verify.py", "formats/2019.toml"]
)
def test_a_file_that_is_not_the_listed_one(genuine: Path, tmp_path: Path, name: str) -> None:
    """A calendar or a page changed, or missing, against the bundle's list."""
    files = contents(genuine)

    changed = packed({**files, name: files[name] + b" "}, tmp_path / "changed.zip", listed=False)
    missing = packed(
        {each: data for each, data in files.items() if each != name}, tmp_path / "missing.zip", listed=False
    )

    assert all("file_changed" in found for found in both(changed))
    assert all("file_missing" in found for found in both(missing))


def test_a_file_that_is_not_listed(genuine: Path, tmp_path: Path) -> None:
    """Put beside the others it looks like a part of what was handed over; in a folder too. A folder's own entry is none."""
    files = contents(genuine)
    added = packed({**files, "formats/2023.toml": b"", "说明.pdf": PDF}, tmp_path / "added.zip", listed=False)
    assert both(added) == ({"file_unlisted"}, {"file_unlisted"})
    assert {where for _, where, _ in standalone.verify(str(added))[0].found} == {
        "formats/2023.toml",
        "说明.pdf",
    }
    with zipfile.ZipFile(added) as archive:
        archive.extractall(tmp_path / "folder")
    assert both(tmp_path / "folder") == ({"file_unlisted"}, {"file_unlisted"})
    packed_again = tmp_path / "again.zip"
    with zipfile.ZipFile(packed_again, "w") as archive:
        archive.mkdir("formats")
        for name, data in files.items():
            archive.writestr(name, data)
    assert both(packed_again) == (set(), set())


def notice_changed(files: Files) -> None:
    """国庆节 of 2020 to 9 October, which was a working day."""
    edit("workdays.toml", b"2020-10-08", b"2020-10-09")(files)


@pytest.mark.parametrize(
    ("data", "code"), [(None, "file_changed"), (b"notice = 1", "file_malformed"), (b"\xff", "file_malformed")]
)
def test_a_notice_that_is_not_the_one_known_here(
    genuine: Path, tmp_path: Path, data: bytes | None, code: str
) -> None:
    """The notices of a bundle are everybody's: a forger who mends the list is found by the program's own."""
    files = contents(genuine)
    if data is None:
        notice_changed(files)
    else:
        files["workdays.toml"] = data
    ours, _ = both(packed(files, tmp_path / "otherwise.zip"))
    assert ours == {code}


def test_a_notice_of_a_later_release_cannot_be_checked(genuine: Path, tmp_path: Path) -> None:
    """It may be genuine, so it is no finding, and no proof either."""
    files = contents(genuine)
    later = """
[[notice]]
id = "国办发明电〔2099〕1号"
year = 2099
published_on = 2098-11-01
published_on_from = "某处"
url = "https://example.org/"
off = { "元旦" = [2099-01-01] }
"""
    files["workdays.toml"] += later.encode()
    found = bundle_check.verify(packed(files, tmp_path / "later.zip"))
    assert (found.counts, found.passed) == ({}, False)
    assert "国办发明电〔2099〕1号" in "".join(found.unchecked)


def test_a_page_a_form_and_a_verifier_that_are_not_the_programs_own(genuine: Path, tmp_path: Path) -> None:
    """A forger who corrects the list has replaced them: reported as different, since another release makes others."""
    assert not [each for each in bundle_check.verify(genuine).notes if "不同" in each]
    files = contents(genuine)
    files |= {
        "README.html": "<h1>一切属实</h1>".encode(),
        "verify.py": b"print('ok')",
        "formats/2021.toml": b"x",
    }
    found = bundle_check.verify(packed(files, tmp_path / "otherwise.zip"))
    (note,) = [each for each in found.notes if "不同" in each]
    assert note.partition("与")[0] == "README.html、verify.py、formats/2021.toml"


async def test_the_access_log_proves_the_whole_bundle(office: Register, tmp_path: Path) -> None:
    """Including the parts that are in no entry: the line of the export has the digest of the list, which both verifiers name."""
    path = tmp_path / "taken.zip"
    await office.proofs.export(CODE, path, taken=Taken("zhao", Origin("192.0.2.7", "tests")))
    await office.proofs.sign_checkpoint(CODE, ACCESS_LOG)
    lines = await office.access_log.page(CODE, BEGINNING, AccessFilter(act="exported"), 10)
    (line,) = [each for each in lines if each.actor == "zhao"]
    receipt = tmp_path / "export.tlog-proof"
    receipt.write_text(await office.proofs.access_receipt(CODE, line.id))
    leaf = receipt_check.check_receipt(receipt, known=SigningKeys.load(tmp_path / "keys").verifiers).leaf

    digest = hashlib.sha256(contents(path)["bundle.json"]).hexdigest()
    assert leaf["reference"] == f"bundle:{digest}"
    for notes in (bundle_check.verify(path).notes, standalone.verify(str(path))[0].notes):
        assert any(digest in each for each in notes)
    files = contents(path)
    changed = packed({**files, "README.html": "又一页".encode()}, tmp_path / "changed.zip")
    assert not any(digest in each for each in bundle_check.verify(changed).notes)


def test_one_byte_is_found_wherever_it_lies(genuine: Path, tmp_path: Path) -> None:
    """Bytes of every file flipped in turn, in the zip as it lies: something is found, or it is no bundle any more."""
    data, path = genuine.read_bytes(), tmp_path / "flipped.zip"
    silent = []
    for name, content in contents(genuine).items():
        start = data.index(content)
        for at in range(start, start + len(content), max(1, len(content) // 12)):
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            try:
                if not all(both(path)):
                    silent.append((name, at - start))
            except BundleFault:
                continue
    assert silent == []


def test_a_time_without_its_zone_is_found(genuine: Path, tmp_path: Path) -> None:
    """By the program as a line that is none, by the single file as another text than was sealed."""
    for name in ("entries.jsonl", "accesses.jsonl"):
        files = contents(genuine)
        if name in files:
            edit(name, b'Z"', b'"')(files)
            assert all(both(packed(files, tmp_path / "zoneless.zip"))), name


def test_two_files_of_one_name_are_found(genuine: Path, tmp_path: Path) -> None:
    """Which of them a program opens is chance; both verifiers read the last, which is genuine here."""
    files = contents(genuine)
    path = packed({**files, "README.html": "又一页".encode()}, tmp_path / "twice.zip", listed=False)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("README.html", files["README.html"])

    assert both(path) == ({"file_changed"}, {"file_changed"})


@pytest.mark.parametrize(
    "fields",
    [
        {"since": 1},
        {"until": {}},
        {"accesses": []},
        {"accesses": True},
        {"origin": None},
        {"files": []},
        {"size": 1e400},
        {"entries": "\ud800"},
    ],
)
def test_a_list_of_other_kinds_is_no_list(genuine: Path, tmp_path: Path, fields: dict[str, Any]) -> None:
    files = contents(genuine)
    listed_otherwise(**fields)(files)
    path = packed(files, tmp_path / "other.zip", listed=False)
    with pytest.raises(BundleFault, match="不是审计包"):
        bundle_check.verify(path)
    check, manifest = standalone.verify(str(path))
    assert (manifest, [code for code, *_ in check.found]) == (None, ["file_malformed"])


def test_a_checkpoint_that_is_no_text(genuine: Path, tmp_path: Path) -> None:
    for value in (None, 7, [], {}):
        files = contents(genuine)
        spoilt("checkpoints.jsonl", "note", value)(files)
        ours, theirs = both(packed(files, tmp_path / "other.zip"))
        assert ours
        assert theirs >= {"checkpoint_malformed"}


def test_files_that_are_no_bundle(genuine: Path, tmp_path: Path) -> None:
    """Said so, with the reason; no traceback."""
    files = contents(genuine)
    without_list = packed(
        {name: data for name, data in files.items() if name != "bundle.json"}, tmp_path / "a.zip"
    )
    (tmp_path / "b.zip").write_bytes(genuine.read_bytes()[:5000])
    (tmp_path / "c.zip").write_bytes(b"")
    for path in (without_list, tmp_path / "b.zip", tmp_path / "c.zip", tmp_path):
        with pytest.raises(BundleFault, match="不是审计包"):
            bundle_check.verify(path)
        check, manifest = standalone.verify(str(path))
        assert manifest is None
        assert {code for code, _, _ in check.found} <= {"file_missing", "file_malformed"}
        assert check.found


# --- what only something kept elsewhere shows ---


async def forged(files: Files, signer: FileSigner) -> None:
    """Another history, whole and well signed: an entry changed, leaves, checkpoints and keys made again."""
    lines = [json.loads(each) for each in files["entries.jsonl"].splitlines()]
    lines[4]["actor"] = "somebody else"
    leaves = [leaf_by_hand(each) for each in lines]
    files["entries.jsonl"] = b"".join(
        json.dumps(each, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
        for each in lines
    )
    files["leaves.txt"] = b"".join(each.hex().encode() + b"\n" for each in leaves)
    notes = []
    for size in (1, 4, 9):
        checkpoint = Checkpoint(ORIGIN, size, merkle.root(leaves[:size]))
        note = checkpoints.note(
            checkpoint, {Verifier(ORIGIN, signer.public): await signer.sign(checkpoint.text)}
        )
        notes.append(json.dumps({"size": size, "note": note}).encode() + b"\n")
    files["checkpoints.jsonl"] = b"".join(notes)
    files["checkpoint.txt"] = note.encode()
    files["keys.txt"] = Verifier(ORIGIN, signer.public).vkey.encode()


async def test_a_whole_forgery_needs_a_key_from_elsewhere(genuine: Path, tmp_path: Path) -> None:
    """It is consistent in itself. The key published by the office shows it."""
    files = contents(genuine)
    await forged(files, FileSigner(bytes(32)))
    path = packed(files, tmp_path / "forged.zip")
    published = SigningKeys.load(tmp_path / "keys").verifiers(ORIGIN)

    assert both(path) == (set(), set())
    assert both(path, verifiers=published) == ({"signature_unknown"}, {"signature_unknown"})


async def test_a_forgery_with_the_stolen_key_needs_a_checkpoint_from_elsewhere(
    genuine: Path, tmp_path: Path
) -> None:
    """Not even the published key shows it; an earlier checkpoint does."""
    published = SigningKeys.load(tmp_path / "keys")
    pin = Pin((published.verifiers(ORIGIN)[0].vkey,), contents(genuine)["checkpoint.txt"].decode())
    files = contents(genuine)
    await forged(files, published.signer)
    path = packed(files, tmp_path / "forged.zip")

    assert both(genuine, pin=pin) == (set(), set())
    assert both(path, verifiers=published.verifiers(ORIGIN)) == (set(), set())
    assert both(path, pin=pin) == ({"pin_inconsistent"}, {"pin_inconsistent"})


async def test_an_older_bundle_lies_behind_the_pin(office: Register, genuine: Path, tmp_path: Path) -> None:
    """Genuine once, and no longer the whole log."""
    await record(office, line("z", builders.archived("2020-04-20"), "#r1"))
    await office.proofs.sign_checkpoint(CODE)
    found = await office.proofs.verify(CODE)
    pin = Pin(found.keys, found.checkpoint or "")

    assert both(genuine, pin=pin) == ({"pin_ahead"}, {"pin_ahead"})


async def test_a_bundle_of_days_gone_by_may_be_shorter_than_the_pin(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """Reported as not compared: neither verifier passes it, and it never becomes the pin."""
    async with connected(server.server.dsn(embedded.SUPERUSER, database)) as connection:
        await connection.execute(
            "SET session_replication_role = replica; DELETE FROM checkpoints;"
            "UPDATE events SET recorded_at = recorded_at - interval '10 days'"
        )
    await office.proofs.sign_checkpoint(CODE)
    await record(office, line("z", builders.archived("2020-04-20"), "#r1"))
    await office.proofs.sign_checkpoint(CODE)
    found = await office.proofs.verify(CODE)
    pin = Pin(found.keys, found.checkpoint or "")
    await office.proofs.export(CODE, tmp_path / "before.zip", until=today() - timedelta(8))

    before = bundle_check.verify(tmp_path / "before.zip", pin=lambda _: pin)

    assert both(tmp_path / "before.zip", pin=pin) == (set(), set())
    assert (before.checkpoint, before.holds, before.passed) == (None, True, False)
    assert "请索取至第10条的审计包" in before.unchecked[0]
    (tmp_path / "kept").write_text(pin.checkpoint)
    done = subprocess.run(
        [sys.executable, "-I", "-S", standalone.__file__, str(tmp_path / "before.zip"), "--checkpoint", str(tmp_path / "kept")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, "✓" in done.stdout) == (4, False)
    assert "请索取至第10条的审计包" in done.stdout


async def test_a_bundle_of_days_gone_by_names_the_log_whose_pin_is_ahead(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """The access log went on after the bundle's last day: its checkpoint seen elsewhere is not compared, which is reported."""
    here = Origin("192.0.2.7", "GET /requests/{reference}/sealed")
    read = {"actor": "zhang", "origin": here, "purpose": "核对", "reference": "2020-0001"}
    await office.access_log.add(CODE, "personal_data_read", **read)
    async with connected(server.server.dsn(embedded.SUPERUSER, database)) as connection:
        await connection.execute(
            "SET session_replication_role = replica; DELETE FROM checkpoints;"
            "UPDATE events SET recorded_at = recorded_at - interval '10 days';"
            "UPDATE access_log SET at = at - interval '10 days'"
        )
    for log in LOGS:
        await office.proofs.sign_checkpoint(CODE, log)
    for _ in range(2):  # the bundle holds one line after its last day, too
        await office.access_log.add(CODE, "personal_data_read", **read)
        await office.proofs.sign_checkpoint(CODE, ACCESS_LOG)
    newest = (await office.proofs.verify(CODE)).access_log
    assert newest is not None
    pin = Pin(newest.keys, newest.checkpoint or "")
    await office.proofs.export(CODE, tmp_path / "before.zip", until=today() - timedelta(8))

    before = bundle_check.verify(tmp_path / "before.zip", pin={newest.origin: pin}.get)

    assert (before.counts, before.passed) == ({}, False)
    assert "留存的访问日志存证点在第3条，本包的期间只到第2条，不能比对" in before.unchecked[0]


# --- receipts ---


async def test_a_receipt_checks_offline(office: Register, tmp_path: Path) -> None:
    """With the office's public key; without it the signature is reported as unchecked."""
    path = tmp_path / "2020-0001-2.tlog-proof"
    path.write_text((await office.proofs.receipt(CODE, ONE, 2)).text)
    ring = SigningKeys.load(tmp_path / "keys")

    found = receipt_check.check_receipt(path, known=ring.verifiers)

    assert receipt_check.is_receipt(path)
    assert (found.findings, found.signed, found.origin, found.size) == ((), True, ORIGIN, 9)
    assert (found.leaf["position"], found.payload["type"]) == (5, "answered")
    assert not receipt_check.check_receipt(path).signed


RECEIPTS: dict[str, tuple[Callable[[str], str], str]] = {
    "payload": (lambda text: with_extra(text, 1, "2020-03-20", "2020-03-19"), "payload_changed"),
    "leaf": (lambda text: with_extra(text, 0, '"actor":"tests"', '"actor":"other"'), "inclusion_wrong"),
    "index": (lambda text: text.replace("index 4", "index 3"), "inclusion_wrong"),
    "path": (lambda text: "\n".join(each if nth != 3 else base64.b64encode(bytes(32)).decode() for nth, each in enumerate(text.split("\n"))), "inclusion_wrong"),
    "size": (lambda text: text.replace("\n9\n", "\n8\n"), "signature_wrong"),
    "leaf's rule": (lambda text: with_extra(text, 0, '"leaf_format":1', '"leaf_format":9'), "leaf_format_unknown"),
    "name": (lambda text: text.replace("taizhang/huadu\n", "taizhang/conghua\n", 1), "signature_wrong"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("part", "text"), [(0, "[]"), (1, "7"), (0, "[" * 2000 + "]" * 2000), (1, "[" * 2000 + "]" * 2000)]
)
async def test_a_receipt_of_something_else_is_refused(
    office: Register, tmp_path: Path, part: int, text: str
) -> None:
    path = tmp_path / "other.tlog-proof"
    lines = (await office.proofs.receipt(CODE, ONE, 2)).text.split("\n")
    parts = json.loads(base64.b64decode(lines[1].removeprefix("extra ")))
    parts[part] = text
    lines[1] = "extra " + base64.b64encode(json.dumps(parts).encode()).decode()
    path.write_text("\n".join(lines))
    with pytest.raises(BundleFault, match="不是完整的回执"):
        receipt_check.check_receipt(path)


def with_extra(text: str, part: int, was: str, now: str) -> str:
    lines = text.split("\n")
    parts = json.loads(base64.b64decode(lines[1].removeprefix("extra ")))
    assert was in parts[part]
    parts[part] = parts[part].replace(was, now)
    lines[1] = "extra " + base64.b64encode(json.dumps(parts).encode()).decode()
    return "\n".join(lines)


@pytest.mark.parametrize("name", RECEIPTS)
async def test_a_tampered_receipt(office: Register, tmp_path: Path, name: str) -> None:
    tamper, code = RECEIPTS[name]
    text = (await office.proofs.receipt(CODE, ONE, 2)).text
    path = tmp_path / "tampered.tlog-proof"
    path.write_text(tamper(text))
    assert path.read_text() != text, "no-op"

    trusted = SigningKeys.load(tmp_path / "keys").verifiers(ORIGIN)
    found = receipt_check.check_receipt(path, verifiers=trusted)

    assert code in {each.code for each in found.findings}


@pytest.mark.parametrize(
    ("field", "value", "codes"),
    [
        ("position", 1, []),
        ("position", 2, ["inclusion_wrong"]),
        ("authority", "conghua", ["inclusion_wrong"]),
    ],
)
async def test_a_receipt_is_of_the_position_and_the_authority_that_its_checkpoint_says(
    office: Register, tmp_path: Path, field: str, value: object, codes: list[str]
) -> None:
    """A log of one entry, made by hand: its leaf is well hashed and its checkpoint well signed, whatever the leaf says."""
    lines = (await office.proofs.receipt(CODE, ONE, 2)).text.split("\n")
    text, payload = json.loads(base64.b64decode(lines[1].removeprefix("extra ")))
    leaf = json.dumps({**json.loads(text), "position": 1, field: value})
    checkpoint = Checkpoint(ORIGIN, 1, hashlib.sha256(b"\0" + leaf.encode()).digest())
    ring = SigningKeys.load(tmp_path / "keys")
    (verifier,) = ring.verifiers(ORIGIN)
    note = checkpoints.note(checkpoint, {verifier: await ring.signer.sign(checkpoint.text)})
    extra = base64.b64encode(json.dumps([leaf, payload]).encode()).decode()
    path = tmp_path / "one.tlog-proof"
    path.write_text("\n".join([lines[0], f"extra {extra}", "index 0", "", note]))

    found = receipt_check.check_receipt(path, verifiers=[verifier])

    assert ([each.code for each in found.findings], found.signed) == (codes, True)


async def test_a_receipt_of_another_history_lies_beside_the_pin(
    office: Register, genuine: Path, tmp_path: Path
) -> None:
    """Two checkpoints of one size under the office's own key: the auditor has seen the other one."""
    ring = SigningKeys.load(tmp_path / "keys")
    pin = Pin((ring.verifiers(ORIGIN)[0].vkey,), contents(genuine)["checkpoint.txt"].decode())
    path = tmp_path / "2020-0001-2.tlog-proof"
    path.write_text((await office.proofs.receipt(CODE, ONE, 2)).text)
    assert receipt_check.check_receipt(path, pin=lambda _: pin).findings == ()

    other = Checkpoint(ORIGIN, 9, bytes(32))
    signed = checkpoints.note(other, {ring.verifiers(ORIGIN)[0]: await ring.signer.sign(other.text)})
    found = receipt_check.check_receipt(path, pin=lambda _: Pin(pin.keys, signed))

    assert [each.code for each in found.findings] == ["pin_inconsistent"]


async def test_a_receipt_of_a_suite_that_is_not_known(office: Register, tmp_path: Path) -> None:
    path = tmp_path / "2020-0001-2.tlog-proof"
    head, _, signature = (await office.proofs.receipt(CODE, ONE, 2)).text.rpartition("\n\n")
    path.write_text(f"{head}\nsuite quantum\n\n{signature}")

    with pytest.raises(BundleFault, match="“quantum”为本程序所不知"):
        receipt_check.check_receipt(path)


@pytest.mark.parametrize("text", ["", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v2\nindex 0\n\n"])
def test_files_that_are_no_receipt(tmp_path: Path, text: str) -> None:
    path = tmp_path / "none.tlog-proof"
    path.write_text(text)

    with pytest.raises(BundleFault, match="回执"):
        receipt_check.check_receipt(path)


async def test_documents_are_part_of_a_bundle_on_request(office: Register, tmp_path: Path) -> None:
    """Each as filed, compared with its entry by both verifiers; only on request."""
    await file(office)
    await office.proofs.sign_checkpoint(CODE)
    await office.proofs.export(CODE, tmp_path / "plain.zip", with_sealed=True)
    await office.proofs.export(CODE, tmp_path / "whole.zip", with_documents=True)

    assert [name for name in contents(tmp_path / "plain.zip") if name.startswith("documents")] == []
    files = contents(tmp_path / "whole.zip")
    (name,) = [name for name in files if name.startswith("documents/")]
    assert (name.endswith(".pdf"), files[name]) == (True, PDF)
    assert (tmp_path / "whole.zip").stat().st_mode & 0o777 == 0o600
    assert both(tmp_path / "whole.zip") == (set(), set())
    for wrong in ({name: PDF[:-1] + b"y"}, {"documents/" + "0" * 32 + ".pdf": PDF}):
        other = packed({**files, **wrong}, tmp_path / "other.zip")
        assert both(other) == ({"commitment_mismatch"}, {"commitment_mismatch"})


async def test_a_bundle_holds_so_many_documents_at_most(
    office: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await file(office)
    await office.proofs.sign_checkpoint(CODE)
    monkeypatch.setattr(bundle, "MOST_DOCUMENTS", 100)
    with pytest.raises(BundleTooLarge):
        await office.proofs.export(CODE, tmp_path / "whole.zip", with_documents=True)
    assert not (tmp_path / "whole.zip").exists()
