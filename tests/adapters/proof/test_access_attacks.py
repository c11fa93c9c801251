"""A superuser against the access log: who looked at what can be neither removed nor made up without being found.

As tests/adapters/proof/test_attacks.py has it of the log of events, by the same examination and from a bundle.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import asyncpg
import pytest

from adapters.accounts.access_log import BEGINNING, AccessFilter, Origin
from adapters.postgres import embedded
from adapters.proof import bundle_check, bundle_files, checkpointing, checkpoints
from adapters.proof.checkpoints import NoteOfUnknownSuite
from adapters.proof.handover import verify as standalone
from adapters.proof.log_check import Pin
from adapters.proof.provable import ACCESS_LOG, LOGS
from adapters.proof.signing_key_files import SigningKeys
from adapters.proof.verification import Verification
from adapters.register.register import Register
from tests.adapters.recordings import CODE, connected, contents, fetch, opened
from tests.device import Device, begin_with

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

ORIGIN = "taizhang/accesses/huadu"
HERE = Origin("192.0.2.7", "GET /requests/{reference}/sealed")


class Scene(NamedTuple):
    """Ten sealed lines in checkpoints of 4 and 10, two that wait, and the pin of the tenth."""

    register: Register
    superuser: str
    pin: Pin

    async def verify(self, *, pinned: bool = False, **options: Any) -> Verification:
        kept = {ORIGIN: self.pin} if pinned else {}
        return await self.register.proofs.verify(CODE, pin=kept.get, **options)

    async def sql(self, *statements: str) -> None:
        """As a superuser whom no trigger stops. Raises unless a row was changed."""
        before = await contents(self.superuser)
        async with connected(self.superuser) as connection:
            await connection.execute("SET session_replication_role = replica")
            for statement in statements:
                await connection.execute(statement)
        assert await contents(self.superuser) != before, "no-op attack"

    async def read(self, number: int, first: int = 1) -> None:
        for nth in range(first, first + number):
            await self.register.access_log.add(
                CODE, "personal_data_read", actor="zhang", origin=HERE, purpose="核对邮寄地址", reference=f"2020-{nth:04d}"
            )  # fmt: skip


@pytest.fixture
async def scene(register: Register, server: DatabaseServer, database: str) -> Scene:
    return await of_lines(register, server, database)


@pytest.fixture
async def national(
    register: Register, server: DatabaseServer, database: str, tmp_path: Path, device: Device
) -> Scene:
    """The same of suite gm from the first line on."""
    await begin_with(device, register, tmp_path / "keys")
    return await of_lines(register, server, database)


async def of_lines(register: Register, server: DatabaseServer, database: str) -> Scene:
    await opened(register)
    await register.proofs.sign_checkpoint(CODE)
    made = Scene(register, server.server.dsn(embedded.SUPERUSER, database), Pin((), ""))
    for first, number in ((1, 4), (5, 6)):
        await made.read(number, first)
        await register.proofs.sign_checkpoint(CODE, ACCESS_LOG)
    await made.read(2, 11)
    found = (await made.verify()).access_log
    assert found is not None
    assert (found.origin, found.entries, found.waiting, found.sealed, found.checkpoints) == (
        ORIGIN,
        10,
        2,
        10,
        2,
    )
    return made._replace(pin=Pin(found.keys, found.checkpoint or ""))


async def test_the_untouched_log_holds(scene: Scene) -> None:
    """With and without a pin; a line that waits is sealed by the next seal, in the order of time."""
    for pinned in (False, True):
        assert (await scene.verify(pinned=pinned)).passed
    await scene.register.proofs.sign_checkpoint(CODE, ACCESS_LOG)
    found = await scene.verify(pinned=True)
    assert (found.counts, found.access_log and found.access_log.waiting) == ({}, 0)
    positions = await fetch(scene.superuser, "SELECT position, reference FROM access_log ORDER BY at")
    assert [tuple(row) for row in positions] == [(nth, f"2020-{nth:04d}") for nth in range(1, 13)]


async def test_the_leaf_is_the_row(scene: Scene) -> None:
    """Root and leaves made by the database and json alone, every column of the table among them."""
    rows = await fetch(
        scene.superuser,
        """SELECT act, actor, id, leaf_format, position, purpose, reference, result, route, source, code AS authority,
                  to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at
           FROM access_log JOIN authorities USING (authority_id) WHERE position <= 4 ORDER BY position""",
    )
    texts = [json.dumps(dict(row), sort_keys=True, separators=(",", ":"), ensure_ascii=False) for row in rows]
    one, two, three, four = (hashlib.sha256(b"\x00" + text.encode()).digest() for text in texts)

    def node(left: bytes, right: bytes) -> bytes:
        return hashlib.sha256(b"\x01" + left + right).digest()

    (note,) = await fetch(scene.superuser, "SELECT note FROM checkpoints WHERE log = 'accesses' AND size = 4")
    assert checkpoints.read(note["note"])[0].root == node(node(one, two), node(three, four))
    columns = await fetch(
        scene.superuser,
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'access_log' AND table_schema = 'public'",
    )
    assert {row[0] for row in columns} - {"authority_id"} == set(rows[0].keys()) - {"authority"}


FOUND: dict[str, tuple[tuple[str, ...], str]] = {
    "remove a reading": (("DELETE FROM access_log WHERE position = 6",), "position_gap"),
    "remove one and renumber": (
        (
            "DELETE FROM access_log WHERE position = 6",
            "UPDATE access_log SET position = -position WHERE position > 6",
            "UPDATE access_log SET position = -position - 1 WHERE position < 0",
        ),
        "entry_changed",
    ),
    "remove the sealed end": (("DELETE FROM access_log WHERE position > 8",), "checkpoint_beyond_log"),
    "remove everything": (("DELETE FROM access_log",), "checkpoint_beyond_log"),
    "truncate": (("TRUNCATE access_log",), "checkpoint_beyond_log"),
    "another reader": (("UPDATE access_log SET actor = 'li' WHERE position = 6",), "entry_changed"),
    "another purpose": (("UPDATE access_log SET purpose = '统计' WHERE position = 6",), "entry_changed"),
    "another request": (("UPDATE access_log SET reference = '2020-0009' WHERE position = 6",), "entry_changed"),
    "another time": (("UPDATE access_log SET at = at - interval '1 second' WHERE position = 6",), "entry_changed"),
    "another authority": (("UPDATE access_log SET authority_id = 2 WHERE position = 6",), "position_gap"),
    "swap two": (
        (
            "UPDATE access_log SET position = -1 WHERE position = 3",
            "UPDATE access_log SET position = 3 WHERE position = 7",
            "UPDATE access_log SET position = 7 WHERE position = -1",
        ),
        "entry_changed",
    ),
    "put one between": (
        (
            "UPDATE access_log SET position = -position WHERE position > 6",
            "UPDATE access_log SET position = 1 - position WHERE position < 0",
            """INSERT INTO access_log (authority_id, at, id, actor, act, result, source, route, position)
               SELECT authority_id, at, 'forged', 'li', act, result, source, route, 7 FROM access_log WHERE position = 6""",
        ),
        "entry_changed",
    ),
    "take a line's position": (("UPDATE access_log SET position = NULL WHERE position = 6",), "position_gap"),
    "change a line and its leaf": (
        (
            "UPDATE access_log SET actor = 'li' WHERE position = 1",
            "UPDATE checkpoints SET leaves = sha256('forged') || substr(leaves, 33) WHERE log = 'accesses' AND size = 4",
        ),
        "root_mismatch",
    ),
    "take a checkpoint away": (("DELETE FROM checkpoints WHERE log = 'accesses' AND size = 4",), "root_mismatch"),
    "put the other log's checkpoint": (
        ("UPDATE checkpoints SET note = replace(note, '/accesses', '') WHERE log = 'accesses' AND size = 4",),
        "signature_unknown",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
async def test_it_is_found_by_its_check(scene: Scene, name: str) -> None:
    """From the database alone, with a pin, and after the sealer has gone over it."""
    statements, code = FOUND[name]
    await scene.sql(*statements)

    for pinned in (False, True):
        found = await scene.verify(pinned=pinned)
        assert code in found.counts, found.counts
        assert {each.log for each in found.findings} == {"accesses"}


@pytest.mark.parametrize(
    "name",
    ["remove one and renumber", "another reader", "change a line and its leaf"],
)
async def test_in_suite_gm_it_is_found_as_well(national: Scene, name: str) -> None:
    assert (await national.verify(pinned=True)).passed
    formats = await fetch(
        national.superuser, "SELECT DISTINCT leaf_format FROM access_log WHERE position > 0"
    )
    assert [row[0] for row in formats] == [2]
    statements, code = FOUND[name]
    await national.sql(*statements)

    for pinned in (False, True):
        assert code in (await national.verify(pinned=pinned)).counts


async def test_the_place_is_named(scene: Scene) -> None:
    await scene.sql("UPDATE access_log SET actor = 'li' WHERE position = 6")
    finding = (await scene.verify()).findings[0]
    assert (finding.code, finding.position) == ("entry_changed", 6)
    assert finding.where.startswith("访问日志位置6（20")


async def test_a_line_made_up_for_a_day_gone_by(scene: Scene, tmp_path: Path) -> None:
    """Once the sealer has taken it, it lies far before the lines before it: in the database and in a bundle."""
    await scene.sql(
        """INSERT INTO access_log (authority_id, at, id, actor, act, result, source, route)
           SELECT authority_id, at - interval '1 day', 'forged', 'li', act, result, source, route
           FROM access_log WHERE position = 6"""
    )
    await scene.register.proofs.sign_checkpoint(CODE, ACCESS_LOG)
    assert (await scene.verify()).counts == {"time_reversed": 1}
    path = await exported(scene, tmp_path / "bundle.zip")
    assert both(path, scene, pinned=False) == ({"time_reversed"}, set())


async def test_rolled_back_with_its_checkpoints(scene: Scene) -> None:
    """Not found from the database alone, as of any log; found with the checkpoint kept outside."""
    await scene.sql(
        "DELETE FROM access_log WHERE position > 4 OR position IS NULL",
        "DELETE FROM checkpoints WHERE log = 'accesses' AND size > 4",
    )
    assert (await scene.verify()).counts == {}
    assert (await scene.verify(pinned=True)).counts == {"pin_ahead": 1}


async def test_all_its_checkpoints_dropped(scene: Scene) -> None:
    await scene.sql("DELETE FROM checkpoints WHERE log = 'accesses'")
    assert (await scene.verify(alarm_seconds=0)).counts == {"seal_overdue": 1}
    assert set((await scene.verify(pinned=True)).counts) == {"pin_ahead"}


async def test_after_an_end_was_removed_the_rest_is_sealed_all_the_same(scene: Scene) -> None:
    """What comes later gets positions after those that were signed, so the hole stays one for ever."""
    await scene.sql("DELETE FROM access_log WHERE position > 8 OR position IS NULL")
    await scene.read(1, 20)
    checkpoint = await scene.register.proofs.sign_checkpoint(CODE, ACCESS_LOG)
    assert checkpoint is not None
    assert checkpoint.size == 11
    assert (await scene.verify()).counts == {"position_gap": 1}


async def test_years_that_no_checkpoint_covered_are_sealed_in_several(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An earlier release sealed none of it: so many lines at once, until nothing waits, each after the one before."""
    monkeypatch.setattr(checkpointing, "MOST_AT_ONCE", 3)
    await scene.read(6, 13)
    await scene.register.proofs.sign_checkpoint(CODE, ACCESS_LOG)
    sizes = await fetch(scene.superuser, "SELECT size FROM checkpoints WHERE log = 'accesses' ORDER BY size")
    assert [row["size"] for row in sizes] == [4, 10, 13, 16, 18]
    assert (await scene.verify(pinned=True)).passed


async def test_lines_from_before_there_were_checkpoints_are_not_late(scene: Scene) -> None:
    """A register that comes from an earlier release has had these checkpoints only since it was migrated."""
    await scene.sql("UPDATE access_log SET at = at - interval '1 year' WHERE position IS NULL")
    lag = await scene.register.proofs.checkpoint_lag(CODE, ACCESS_LOG)
    assert lag.entries > 0
    assert lag.seconds < 3600


async def test_nobody_waits_for_a_reading_and_no_reading_for_a_seal(
    scene: Scene, server: DatabaseServer, database: str
) -> None:
    """A reading of which the transaction is open holds up neither the next one nor the sealer, which takes it later."""
    insert = """INSERT INTO access_log (authority_id, id, actor, act, result, source, route)
                VALUES (1, 'slow', 'li', 'login', 'done', '192.0.2.7', 'POST /api/v1/login')"""
    async with connected(server.runtime(database)) as slow:
        await slow.execute("BEGIN; SET LOCAL taizhang.authority = '1'")
        await slow.execute(insert)
        await scene.read(1, 13)
        checkpoint = await scene.register.proofs.sign_checkpoint(CODE, ACCESS_LOG)
        assert checkpoint is not None
        assert checkpoint.size == 13
        await slow.execute("COMMIT")
    checkpoint = await scene.register.proofs.sign_checkpoint(CODE, ACCESS_LOG)
    assert checkpoint is not None
    assert checkpoint.size == 14
    assert (await scene.verify(pinned=True)).passed


@pytest.mark.parametrize("role", ["owner", "runtime"])
async def test_a_position_is_given_once(
    scene: Scene, server: DatabaseServer, database: str, role: str
) -> None:
    """Neither the program nor the owner gives another, unless a trigger is taken away."""
    async with connected(getattr(server, role)(database)) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await connection.execute(
                "BEGIN; SET LOCAL taizhang.authority = '1'; UPDATE access_log SET position = 99 WHERE position = 6"
            )


# --- from a bundle ---


def both(path: Path, scene: Scene, *, pinned: bool = False) -> tuple[set[str], set[str]]:
    """Codes that the program finds and that the single file finds."""
    kept = {ORIGIN: scene.pin} if pinned else {}
    ours = bundle_check.verify(path, pin=kept.get)
    note = standalone.read_note(scene.pin.checkpoint) if pinned else None
    theirs, _ = standalone.verify(str(path), pinned_accesses=note)
    found = {code for code, _, _ in theirs.found}
    # Where a checkpoint is at fault itself, one of them may name a consequence that the other leaves out.
    of_checkpoints = {"checkpoint_malformed", "file_malformed", "root_mismatch"}
    assert found == set(ours.counts) or (found and found ^ set(ours.counts) <= of_checkpoints)
    return set(ours.counts), set(ours.unchecked)


async def exported(scene: Scene, path: Path, **wishes: Any) -> Path:
    await scene.register.proofs.export(CODE, path, **wishes)
    return path


async def test_a_bundle_proves_that_no_reading_was_removed(scene: Scene, tmp_path: Path) -> None:
    """Both verifiers, with the pin; the single file alone as an auditor runs it, with the checkpoint in a file."""
    path = await exported(scene, tmp_path / "bundle.zip")
    assert both(path, scene, pinned=True) == (set(), set())
    found = bundle_check.verify(path, pin={ORIGIN: scene.pin}.get).access_log
    assert found is not None
    assert (found.entries, found.sealed, found.checkpoint) == (10, 10, scene.pin.checkpoint)
    with zipfile.ZipFile(path) as archive:
        archive.extract("verify.py", tmp_path)
    (tmp_path / "kept.txt").write_text(scene.pin.checkpoint, "utf-8")
    command = [
        sys.executable,
        "-I",
        "-S",
        tmp_path / "verify.py",
        path,
        "--checkpoint",
        tmp_path / "kept.txt",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, "访问日志前10条，第1至10条在包内。" in done.stdout) == (0, True), done.stdout


@pytest.mark.parametrize("name", [name for name in FOUND if name not in ("remove everything", "truncate")])
async def test_a_bundle_of_a_log_that_was_attacked_shows_it(scene: Scene, tmp_path: Path, name: str) -> None:
    """By the same rule or another: what is missing from the database is missing from the bundle."""
    await scene.sql(*FOUND[name][0])
    path = await exported(scene, tmp_path / "bundle.zip")
    for pinned in (False, True):
        found, _ = both(path, scene, pinned=pinned)
        assert found, name


def forged(path: Path, change: Any) -> Path:
    """The bundle with its files changed and a list that fits them."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(files.pop("bundle.json"))
    change(files, manifest)
    manifest["files"] = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**files, "bundle.json": json.dumps(manifest).encode()}.items():
            archive.writestr(name, data)
    return path


def without(line: bytes) -> Any:
    def change(files: dict[str, bytes], _: Any) -> None:
        lines = files["accesses.jsonl"].splitlines(keepends=True)
        files["accesses.jsonl"] = b"".join(each for each in lines if line not in each)

    return change


def shortened(files: dict[str, bytes], manifest: Any) -> None:
    """The first lines left out, and the list states that they were not requested."""
    without(b'"2020-0001"')(files, manifest)
    manifest["accesses"]["first"] = 2


def ended_early(files: dict[str, bytes], manifest: Any) -> None:
    without(b'"2020-0010"')(files, manifest)
    manifest["accesses"]["last"] = 9


def reworded(files: dict[str, bytes], _: Any) -> None:
    files["accesses.jsonl"] = files["accesses.jsonl"].replace(b'"actor":"zhang"', b'"actor":"wang"', 1)


def taken_out(files: dict[str, bytes], manifest: Any) -> None:
    """As if it had never been part of the bundle."""
    for name in [name for name in files if name.startswith("access")]:
        del files[name]
    manifest["accesses"] = None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (without(b'"2020-0006"'), "entry_missing"),
        (shortened, "entry_missing"),
        (ended_early, "entry_missing"),
        (reworded, "entry_changed"),
    ],
)
async def test_a_bundle_that_was_changed_shows_it(
    scene: Scene, tmp_path: Path, change: Any, code: str
) -> None:
    path = forged(await exported(scene, tmp_path / "bundle.zip"), change)
    assert both(path, scene)[0] == {code}


def of_another_rule(files: dict[str, bytes], _: Any) -> None:
    files["accesses.jsonl"] = files["accesses.jsonl"].replace(b'"leaf_format":1', b'"leaf_format":9', 1)


def of_another_suite(files: dict[str, bytes], _: Any) -> None:
    name = "access-checkpoints.jsonl"
    files[name] = files[name].replace(b"\\n\\n", b"\\nsuite quantum\\n\\n", 1)


async def test_algorithms_that_are_not_known_are_named(scene: Scene, tmp_path: Path) -> None:
    """In the lines, in the checkpoints and in what the auditor keeps: to pass over that would be a pass."""
    path = await exported(scene, tmp_path / "bundle.zip")
    pin = Pin(scene.pin.keys, scene.pin.checkpoint.replace("\n\n", "\nsuite quantum\n\n"))
    with pytest.raises(NoteOfUnknownSuite, match="“quantum”"):
        bundle_check.verify(path, pin={ORIGIN: pin}.get)

    assert "leaf_format_unknown" in both(forged(path, of_another_rule), scene)[0]
    assert "suite_unknown" in both(forged(path, of_another_suite), scene)[0]


async def test_a_bundle_without_it_says_so(scene: Scene, tmp_path: Path) -> None:
    """Whether the bundle leaves it out or somebody removed it: a reader with a checkpoint of it is advised to request it."""
    wished = await exported(scene, tmp_path / "wished.zip", with_accesses=False)
    cut = forged(await exported(scene, tmp_path / "bundle.zip"), taken_out)
    for path in (wished, cut):
        assert both(path, scene) == (set(), set())
        assert "本包不含访问日志" in bundle_check.verify(path).notes
        assert "本包不含访问日志" in standalone.verify(str(path))[0].notes
        found, unchecked = both(path, scene, pinned=True)
        assert (found, len(unchecked)) == (set(), 1)
        note = standalone.read_note(scene.pin.checkpoint)
        assert len(standalone.verify(str(path), pinned_accesses=note)[0].unchecked) == 1


async def test_a_period_is_shown_to_be_whole(scene: Scene, tmp_path: Path) -> None:
    """One line on each side of it, by which both verifiers see where it begins and ends."""
    async with connected(scene.superuser) as connection:
        await connection.execute("SET session_replication_role = replica; DELETE FROM checkpoints")
        await connection.execute("UPDATE access_log SET position = NULL")
        await connection.execute(
            "UPDATE access_log SET at = '2020-03-02 12:00+08'::timestamptz"
            " + split_part(reference, '-', 2)::integer * interval '1 day'"
        )
        await connection.execute("UPDATE events SET recorded_at = '2020-03-08 12:00+08'")
    for log in LOGS:
        await scene.register.proofs.sign_checkpoint(CODE, log)
    day = (await scene.register.access_log.page(CODE, BEGINNING, AccessFilter(), 500))[5].at.date()
    assert str(day) == "2020-03-08"

    path = await exported(scene, tmp_path / "day.zip", since=day, until=day)
    held = bundle_files.Bundle(path).manifest.accesses
    assert held is not None
    assert (held.first, held.last, held.size) == (5, 7, 12)
    assert both(path, scene)[0] == set()

    def narrower(files: dict[str, bytes], manifest: Any) -> None:
        without(b'"2020-0005"')(files, manifest)
        manifest["accesses"]["first"] = 6

    assert both(forged(path, narrower), scene)[0] == {"entry_missing"}


def test_keys_of_the_office_hold_for_both_logs(tmp_path: Path) -> None:
    """The standalone's name and id of a key under the other log are the program's."""
    ring = SigningKeys.create(tmp_path)
    (verifier,) = ring.verifiers(ORIGIN)
    named = standalone.named_key(ORIGIN, verifier.public)
    assert (named.name, named.key_id, named) == (
        verifier.name,
        verifier.key_id,
        standalone.read_vkey(verifier.vkey),
    )
