"""A superuser against the log: every attack of notes/reliability.md 2.4 on a real database, and who finds it.

Each attack says by which rules it is found, without and with a checkpoint kept outside. What cannot be found is
asserted as not found: README.md says so, and why a pin and a reply's leaf hash are kept.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from adapters.postgres import embedded
from adapters.postgres.database import Database
from adapters.proof.checkpointing import CheckpointFault, sign
from adapters.proof.log_check import Pin
from adapters.proof.signing_key_files import SigningKeys
from adapters.proof.signing_program import SigningKeyFault
from adapters.proof.verification import Verification
from adapters.register.register import Register
from tests import builders
from tests.adapters.recordings import CODE, connected, contents, line, opened, record
from tests.device import Device, begin_with

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

RECEIVED = builders.received("2020-03-02")
LOG = ("events", "checkpoints", "heads")


class Scene(NamedTuple):
    """Ten sealed entries in checkpoints of 1, 4, 7 and 10, two unsealed ones, and the pin of the tenth."""

    register: Register
    superuser: str
    runtime: str
    keys: Path
    pin: Pin

    async def verify(self, *, pinned: bool = False, **options: Any) -> Verification:
        return await self.register.proofs.verify(CODE, pin=lambda _: self.pin if pinned else None, **options)

    async def sql(self, *statements: str) -> None:
        """As a superuser whom no trigger stops."""
        async with connected(self.superuser) as connection:
            await connection.execute("SET session_replication_role = replica")
            for statement in statements:
                await connection.execute(statement)

    async def seal_again(self, keys: Path) -> None:
        """All checkpoints made again over the events as they now are, signed with the key of this directory."""
        await self.sql("DELETE FROM checkpoints WHERE authority_id = 1")
        database = await Database.connect(self.runtime)
        await sign(database, 1, CODE, keys)
        await database.close()


@pytest.fixture
async def scene(register: Register, server: DatabaseServer, database: str, tmp_path: Path) -> Scene:
    return await made(register, server, database, tmp_path)


@pytest.fixture
async def national(
    register: Register, server: DatabaseServer, database: str, tmp_path: Path, device: Device
) -> Scene:
    """The same of suite gm from the first entry on."""
    await begin_with(device, register, tmp_path / "keys")
    return await made(register, server, database, tmp_path)


async def made(register: Register, server: DatabaseServer, database: str, tmp_path: Path) -> Scene:
    await opened(register)
    await opened(register, "conghua")
    await register.proofs.sign_checkpoint(CODE)
    for nth in range(1, 4):
        await record(
            register,
            line(f"r{nth}", RECEIVED),
            line(f"b{nth}", builders.assigned("2020-03-02"), f"#r{nth}"),
            line(f"a{nth}", builders.answered("2020-03-20"), f"#r{nth}"),
        )
        await register.proofs.sign_checkpoint(CODE)
    found = await register.proofs.verify(CODE)
    assert (found.holds, found.entries, found.sealed, found.checkpoints) == (True, 10, 10, 4)
    await record(
        register,
        line("s1", builders.served("2020-03-20"), "#r1"),
        line("s2", builders.served("2020-03-20"), "#r2"),
    )
    pin = Pin(found.keys, found.checkpoint or "")
    superuser = server.server.dsn(embedded.SUPERUSER, database)
    return Scene(register, superuser, server.runtime(database), tmp_path / "keys", pin)


async def test_the_untouched_log_holds(scene: Scene) -> None:
    """With and without a pin, recent unsealed entries included; the verified range is reported."""
    for pinned in (False, True):
        found = await scene.verify(pinned=pinned)
        assert (found.counts, found.notes, found.unchecked) == ({}, (), ())
        assert (found.entries, found.sealed, found.requests) == (12, 10, 3)


# --- attacks that are one or a few statements ---

RENUMBER = (
    "UPDATE events SET position = -position WHERE authority_id = 1 AND position > 6",
    "UPDATE events SET position = -position - 1 WHERE authority_id = 1 AND position < 0",
)

FOUND: dict[str, tuple[tuple[str, ...], str]] = {
    "edit the payload": (
        ("""UPDATE events SET payload = convert_to(replace(convert_from(payload, 'UTF8'), '2020-03-20', '2020-03-19'), 'UTF8')
            WHERE authority_id = 1 AND position = 4""",),
        "entry_changed",
    ),
    "change the type": (
        ("UPDATE events SET topic = 'withdrawn' WHERE authority_id = 1 AND position = 4",),
        "entry_changed",
    ),
    "back-date": (
        ("UPDATE events SET recorded_at = recorded_at - interval '1 day' WHERE authority_id = 1 AND position = 4",),
        "entry_changed",
    ),
    "change the officer": (
        ("UPDATE events SET actor = 'somebody else' WHERE authority_id = 1 AND position = 4",),
        "entry_changed",
    ),
    "change what was acknowledged": (
        ("UPDATE events SET acknowledged = '{late_answer}' WHERE authority_id = 1 AND position = 4",),
        "entry_changed",
    ),
    "delete one in the middle": (("DELETE FROM events WHERE authority_id = 1 AND position = 6",), "position_gap"),
    "delete one and renumber": (
        ("DELETE FROM events WHERE authority_id = 1 AND position = 6", *RENUMBER, "UPDATE heads SET position = 11 WHERE authority_id = 1"),
        "entry_changed",
    ),
    "delete a whole request and renumber": (
        (
            "DELETE FROM events WHERE authority_id = 1 AND stream = 'request/2020-0003'",
            "UPDATE events SET position = position - 3 WHERE authority_id = 1 AND position > 10",
            "UPDATE heads SET position = 9 WHERE authority_id = 1",
            "DELETE FROM requests WHERE authority_id = 1 AND number = 3",
        ),
        "entry_changed",
    ),
    "swap two": (
        (
            "UPDATE events SET position = -1 WHERE authority_id = 1 AND position = 4",
            "UPDATE events SET position = 4 WHERE authority_id = 1 AND position = 7",
            "UPDATE events SET position = 7 WHERE authority_id = 1 AND position = -1",
        ),
        "entry_changed",
    ),
    "insert and renumber": (
        (
            "UPDATE events SET position = -position WHERE authority_id = 1 AND position > 6",
            "UPDATE events SET position = 1 - position WHERE authority_id = 1 AND position < 0",
            """INSERT INTO events SELECT authority_id, 'request/2020-0004', 1, 7, topic, schema_version, payload, actor,
                                         on_behalf_of, recorded_at, 'forged', body_mac, acknowledged, leaf_format
               FROM events WHERE authority_id = 1 AND position = 2""",
            "UPDATE heads SET position = 13 WHERE authority_id = 1",
        ),
        "entry_changed",
    ),
    "move to another request": (
        ("UPDATE events SET stream = 'request/2020-0002', version = 9 WHERE authority_id = 1 AND position = 4",),
        "version_gap",
    ),
    "move to another authority": (
        ("UPDATE events SET authority_id = 2, position = 2 WHERE authority_id = 1 AND position = 4",),
        "position_gap",
    ),
    "edit and recompute the leaf": (
        (
            "UPDATE events SET actor = 'somebody else' WHERE authority_id = 1 AND position = 4",
            "UPDATE checkpoints SET leaves = sha256('forged') || substr(leaves, 33) WHERE authority_id = 1 AND size = 4",
        ),
        "root_mismatch",
    ),
    "delete the sealed tail": (
        (
            "DELETE FROM events WHERE authority_id = 1 AND position > 8",
            "UPDATE heads SET position = 8 WHERE authority_id = 1",
        ),
        "checkpoint_beyond_log",
    ),
    "take a checkpoint away": (("DELETE FROM checkpoints WHERE authority_id = 1 AND size = 7",), "root_mismatch"),
    "change a checkpoint's size": (
        ("UPDATE checkpoints SET note = replace(note, E'\\n7\\n', E'\\n8\\n') WHERE authority_id = 1 AND size = 7",),
        "signature_wrong",
    ),
    "put another log's checkpoint": (
        ("UPDATE checkpoints SET note = replace(note, 'huadu', 'conghua') WHERE authority_id = 1 AND size = 7",),
        "signature_unknown",
    ),
    "swap two checkpoints": (
        (
            """UPDATE checkpoints AS c SET note = other.note FROM checkpoints AS other
               WHERE c.authority_id = 1 AND other.authority_id = 1 AND c.size IN (4, 7) AND other.size = 11 - c.size""",
        ),
        "checkpoint_malformed",
    ),
    "unsealed: delete in the middle": (("DELETE FROM events WHERE authority_id = 1 AND position = 11",), "position_gap"),
    "unsealed: delete the last": (("DELETE FROM events WHERE authority_id = 1 AND position = 12",), "head_mismatch"),
    # These are not sealed yet: only the order of times shows it.
    "unsealed: back-date": (
        ("UPDATE events SET recorded_at = recorded_at - interval '1 day' WHERE authority_id = 1 AND position = 12",),
        "time_reversed",
    ),
    "edit the register": (("UPDATE requests SET timeliness = 'late' WHERE authority_id = 1 AND number = 1",), "register_differs"),
    "take a request out of the register": (("DELETE FROM requests WHERE authority_id = 1 AND number = 1",), "register_differs"),
    "put a request into the register": (
        (
            "CREATE TEMPORARY TABLE forged AS SELECT * FROM requests WHERE authority_id = 1 AND number = 1",
            "UPDATE forged SET number = 9",
            "INSERT INTO requests SELECT * FROM forged",
        ),
        "register_differs",
    ),
}  # fmt: skip


async def changed_by(scene: Scene, attack: Callable[[], Awaitable[None]]) -> bool:
    """Whether the attack left any row of any table other than it was. One that did not proves nothing."""
    before = await contents(scene.superuser)
    await attack()
    return await contents(scene.superuser) != before


@pytest.mark.parametrize("name", FOUND)
async def test_it_is_found_by_its_check(scene: Scene, name: str) -> None:
    """From the database alone, and no less with a pin; the finding has the place."""
    statements, code = FOUND[name]
    assert await changed_by(scene, lambda: scene.sql(*statements)), "no-op attack"

    for pinned in (False, True):
        found = await scene.verify(pinned=pinned)
        assert code in found.counts, found.counts


@pytest.mark.parametrize(
    "name",
    [
        "edit the payload",
        "delete one and renumber",
        "edit and recompute the leaf",
        "delete the sealed tail",
        "change a checkpoint's size",
    ],
)
async def test_in_suite_gm_it_is_found_as_well(national: Scene, name: str) -> None:
    statements, code = FOUND[name]
    assert (await national.verify(pinned=True)).counts == {}
    assert await changed_by(national, lambda: national.sql(*statements)), "no-op attack"

    for pinned in (False, True):
        found = await national.verify(pinned=pinned)
        assert code in found.counts, found.counts


async def test_in_suite_gm_a_stolen_key_gets_no_further(national: Scene) -> None:
    """Not found from the database alone, as in the other suite; found with a pin."""
    await national.sql("UPDATE events SET actor = 'somebody else' WHERE authority_id = 1 AND position = 4")
    await national.seal_again(national.keys)

    assert (await national.verify()).counts == {}
    assert (await national.verify(pinned=True)).counts == {"pin_inconsistent": 1}


RELABELLED = {
    "an entry": "UPDATE events SET leaf_format = 1 WHERE authority_id = 1 AND position = 4",
    "a checkpoint": "UPDATE checkpoints SET note = replace(note, E'suite gm\n', '') WHERE authority_id = 1 AND size = 7",
    "the next entry": "UPDATE heads SET leaf_format = 1 WHERE authority_id = 1",
}


@pytest.mark.parametrize("name", RELABELLED)
async def test_what_bears_the_other_suite_s_name_is_found(national: Scene, name: str) -> None:
    """And nothing is sealed on top of it."""
    assert await changed_by(national, lambda: national.sql(RELABELLED[name]))
    if name == "the next entry":
        await record(national.register, line("z", builders.archived("2020-04-20"), "#r1"))
        with pytest.raises(CheckpointFault, match="不是"):
            await national.register.proofs.sign_checkpoint(CODE)

    found = set((await national.verify()).counts)

    assert found & {"entry_changed", "signature_wrong", "signature_unknown", "suite_switched"}, found


async def test_the_place_is_named(scene: Scene) -> None:
    """An auditor reads which entry of which request, by which rule."""
    await scene.sql(*FOUND["change the officer"][0])

    finding = (await scene.verify()).findings[0]

    assert (finding.code, finding.position, finding.reference, finding.version) == (
        "entry_changed",
        4,
        "2020-0001",
        3,
    )
    assert finding.where == "日志位置4（2020-0001第3条）"
    assert "经办人" in finding.text


# --- attacks that need a key or an older copy ---


async def test_all_checkpoints_dropped(scene: Scene) -> None:
    """The log then remains unsealed: an alarm after a minute, and behind any pin at once."""
    assert await changed_by(scene, lambda: scene.sql("DELETE FROM checkpoints WHERE authority_id = 1"))

    assert (await scene.verify(alarm_seconds=0)).counts == {"seal_overdue": 1}
    assert set((await scene.verify(pinned=True)).counts) == {"pin_ahead"}


async def test_recomputed_and_signed_with_another_key(scene: Scene, tmp_path: Path) -> None:
    """Without the key nobody can sign: the program refuses another key, and a signature made without it is found."""
    SigningKeys.create(tmp_path / "forger")
    await scene.sql("UPDATE events SET actor = 'somebody else' WHERE authority_id = 1 AND position = 4")
    with pytest.raises(SigningKeyFault, match="或与日志所用的不同"):
        await scene.seal_again(tmp_path / "forger")
    await scene.sql("DELETE FROM signing_keys")
    assert await changed_by(scene, lambda: scene.seal_again(tmp_path / "forger"))

    assert set((await scene.verify()).counts) == {"signature_unknown"}
    assert set((await scene.verify(pinned=True)).counts) == {"signature_unknown", "pin_inconsistent"}


async def test_recomputed_and_signed_with_the_stolen_key(scene: Scene) -> None:
    """Not found from the database alone. Found with a pin."""
    await scene.sql("UPDATE events SET actor = 'somebody else' WHERE authority_id = 1 AND position = 4")
    assert await changed_by(scene, lambda: scene.seal_again(scene.keys))

    assert (await scene.verify()).counts == {}
    assert (await scene.verify(pinned=True)).counts == {"pin_inconsistent": 1}


async def roll_back(scene: Scene, position: int) -> None:
    """Rows and checkpoints as an older copy had them, register included."""
    await scene.sql(
        f"DELETE FROM events WHERE authority_id = 1 AND position > {position}",
        f"DELETE FROM checkpoints WHERE authority_id = 1 AND size > {position}",
        f"UPDATE heads SET position = {position} WHERE authority_id = 1",
    )
    await scene.register.rebuild(CODE)


async def test_rolled_back_to_an_older_checkpoint(scene: Scene) -> None:
    """An old backup restored: not found from the database alone. Found with a pin."""
    assert await changed_by(scene, lambda: roll_back(scene, 7))

    assert (await scene.verify()).counts == {}
    assert (await scene.verify(pinned=True)).counts == {"pin_ahead": 1}


async def test_everything_truncated(scene: Scene) -> None:
    """An empty register contradicts nothing but a pin."""
    empty = (
        *(
            f"DELETE FROM {table} WHERE authority_id = 1"
            for table in ("events", "checkpoints", "requests", "vault")
        ),
        "UPDATE heads SET position = 0, recorded_at = NULL, authority_version = 0, law_digest = '' WHERE authority_id = 1",
    )
    assert await changed_by(scene, lambda: scene.sql(*empty))

    assert (await scene.verify()).counts == {}
    assert (await scene.verify(pinned=True)).counts == {"pin_ahead": 1}


async def test_the_unsealed_window(scene: Scene) -> None:
    """An entry edited before it is sealed: neither the database nor a pin shows it. The reply to its recording does."""
    reply = (await record(scene.register, line("z", builders.archived("2020-04-20"), "#r1")))[0]
    edited = (
        f"UPDATE events SET actor = 'somebody else' WHERE authority_id = 1 AND position = {reply.position}"
    )
    assert await changed_by(scene, lambda: scene.sql(edited))

    for pinned in (False, True):
        assert (await scene.verify(pinned=pinned)).counts == {}
    await scene.register.proofs.sign_checkpoint(CODE)
    assert (await scene.verify(pinned=True)).counts == {}
    assert (await scene.register.proofs.inclusion(CODE, reply.position)).leaf != reply.leaf


async def test_the_unsealed_end_removed_with_its_traces(scene: Scene) -> None:
    """The last entries deleted before they were sealed, head and register put back: only a reply shows it."""
    reply = (await record(scene.register, line("z", builders.archived("2020-04-20"), "#r1")))[0]
    assert await changed_by(scene, lambda: roll_back(scene, reply.position - 1))

    for pinned in (False, True):
        assert (await scene.verify(pinned=pinned)).counts == {}
    await record(scene.register, line("y", builders.archived("2020-04-21"), "#r1"))
    await scene.register.proofs.sign_checkpoint(CODE)
    assert (await scene.register.proofs.inclusion(CODE, reply.position)).leaf != reply.leaf


# --- acts that the program would not have stored ---


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("payload = '{\"type\":\"answered\",\"on\":\"2019-03-20\",\"outcome\":\"granted\",\"legal_basis\":\"x\",\"document_no\":\"x\"}'", "act_impossible"),
        ("acknowledged = '{late_answer}'", "act_judged_otherwise"),
        ("payload = '{\"type\":\"answered\",\"on\":\"2020-05-20\",\"outcome\":\"granted\",\"legal_basis\":\"x\",\"document_no\":\"x\"}'", "act_judged_otherwise"),
        ("payload = '{}'", "entry_unreadable"),
    ],
)  # fmt: skip
async def test_a_forged_act_is_judged_by_the_law(scene: Scene, change: str, code: str) -> None:
    """Even where the forger signs with the stolen key: the law in force determines what could be recorded."""
    await scene.sql(f"UPDATE events SET {change} WHERE authority_id = 1 AND position = 4")
    await scene.seal_again(scene.keys)

    assert code in (await scene.verify()).counts


# --- attacks that are none ---


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET actor = 'somebody else' WHERE authority_id = 1 AND position = 99",
        "DELETE FROM checkpoints WHERE authority_id = 1 AND size = 5",
    ],
)
async def test_an_attack_that_changes_nothing_is_reported_as_such(scene: Scene, statement: str) -> None:
    """Every attack above changes something: one without effect differs from one that is not found."""
    assert not await changed_by(scene, lambda: scene.sql(statement))
    assert (await scene.verify()).holds
