"""Old parts of the access log go to the archive with their proof and are dropped; nothing else of it ever is."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest

from adapters.accounts.access_log import Origin
from adapters.postgres import embedded
from adapters.postgres.database import DROP_ACCESSES
from adapters.proof import bundle_check, bundle_files
from adapters.proof.handover import verify as standalone
from adapters.proof.log_check import Pin
from adapters.proof.provable import ACCESS_LOG, LOGS
from adapters.proof.signing_key_files import SigningKeys
from adapters.refusals import AccessesKept, NothingHandedOver
from adapters.register.operations.access_archive import kept
from adapters.register.register import Register
from api.today import today
from domain.authority.authority import Authority
from domain.authority.events import PolicySet
from domain.authority.refusals import NoPower
from domain.law.terms import Policy
from tests.adapters.recordings import CODE, connected, fetch, line, opened, record
from tests.api.officers import ADMINISTRATOR, appoint_first
from tests.device import Device

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

HERE = Origin("192.0.2.7", "GET /requests/{reference}/sealed")
OLD = date(2023, 3, 31)
AS_OWNER = "BEGIN; SET LOCAL taizhang.authority = '1'; SET LOCAL taizhang.dropping = 'accesses'"


@pytest.fixture
async def office(register: Register, server: DatabaseServer, database: str) -> Register:
    """Four lines of the first days of March 2023 and three of today, sealed."""
    return await with_accesses(register, server, database, 7)


async def with_accesses(register: Register, server: DatabaseServer, database: str, count: int) -> Register:
    """An authority with so many lines in its access log, sealed: four of the first days of March 2023, the rest of today."""
    await opened(register)
    for nth in range(1, count + 1):
        await register.access_log.add(
            CODE,
            "personal_data_read",
            actor="zhang",
            origin=HERE,
            purpose="核对",
            reference=f"2023-{nth:04d}",
        )
    async with connected(server.server.dsn(embedded.SUPERUSER, database)) as connection:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(
            "UPDATE access_log SET at = '2023-03-01 12:00+08'::timestamptz"
            " + split_part(reference, '-', 2)::integer * interval '1 day' WHERE reference < '2023-0005'"
        )
    for log in LOGS:
        await register.proofs.sign_checkpoint(CODE, log)
    return register


async def hand_over(register: Register, path: Path, until: date = OLD) -> int:
    event = await register.access_archive.hand_over(
        CODE, until, "2026-永久-0001", path, today=today(), actor="tests", origin=HERE
    )
    return event.through


async def references(server: DatabaseServer, database: str) -> list[str]:
    rows = await fetch(server.behind(database), "SELECT reference FROM access_log ORDER BY position")
    return [row[0] for row in rows]


def checked(path: Path) -> set[str]:
    """What both verifiers find, the same."""
    found = bundle_check.verify(path)
    assert found.access_log is not None
    assert {code for code, _, _ in standalone.verify(str(path))[0].found} == set(found.counts)
    return set(found.counts)


async def test_it_goes_with_its_proof_and_the_rest_still_proves(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """What was dropped verifies in the archive; what is left in the register, with the pin, and in later bundles."""
    before = (await office.proofs.verify(CODE)).access_log
    assert before is not None
    pin, path = Pin(before.keys, before.checkpoint or ""), tmp_path / "archive.zip"

    assert await hand_over(office, path) == 4
    assert checked(path) == set()
    held = bundle_files.Bundle(path).accesses()
    assert [each["reference"] for each in held][:4] == [f"2023-{nth:04d}" for nth in range(1, 5)]
    assert await office.access_archive.drop(CODE, server.owner(database), actor="tests", origin=HERE) == 4

    left = await references(server, database)
    assert [each.partition(":")[0] for each in left] == [
        "2023-0005", "2023-0006", "2023-0007", "access-archive", "4",
    ]  # fmt: skip
    kind, _, digest = left[3].partition(":")
    for notes in (bundle_check.verify(path).notes, standalone.verify(str(path))[0].notes):
        assert any(f"{kind}:" in each and digest in each for each in notes)
    found = await office.proofs.verify(CODE, pin={before.origin: pin}.get)
    assert (found.counts, found.access_log and found.access_log.entries) == ({}, 5)
    await office.proofs.sign_checkpoint(CODE)
    await office.proofs.export(CODE, tmp_path / "later.zip")
    assert checked(tmp_path / "later.zip") == set()
    with pytest.raises(NothingHandedOver):
        await hand_over(office, tmp_path / "again.zip")


async def test_all_that_is_sealed_can_be_handed_over(
    register: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """The archive ends where the last checkpoint does."""
    await with_accesses(register, server, database, 4)
    assert await hand_over(register, tmp_path / "archive.zip") == 4
    found = await register.proofs.verify(CODE)
    assert (found.counts, found.access_log and found.access_log.sealed) == ({}, 4)


async def test_what_was_handed_over_is_proved_by_the_suite_of_its_day(
    office: Register, device: Device, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """The root that the entry names stays that of its suite, after the log has changed its own; a changed line is found."""
    assert await hand_over(office, tmp_path / "first.zip", date(2023, 3, 3)) == 2
    await SigningKeys.rotate_to(tmp_path / "keys", device.public, device.command)
    await office.proofs.change_over()
    assert await hand_over(office, tmp_path / "second.zip") == 4

    roots = [each.root[:3] == "gm:" for each in (await office.authority(CODE)).handed_over]
    assert roots == [False, True]
    assert (await office.proofs.verify(CODE)).passed
    await office.proofs.sign_checkpoint(CODE)
    await office.proofs.export(CODE, tmp_path / "later.zip")
    assert checked(tmp_path / "second.zip") == checked(tmp_path / "later.zip") == set()
    async with connected(server.server.dsn(embedded.SUPERUSER, database)) as connection:
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(
            "UPDATE checkpoints SET leaves = sha256('forged') || substr(leaves, 33) WHERE log = 'accesses' AND size = 7"
        )
    found = await office.proofs.verify(CODE)
    assert found.counts["handed_over_differs"] == 2


async def test_what_is_to_be_kept_stays(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """Nothing is written or recorded; what is not handed over is not dropped, by the function of the database either."""
    position = await office.position(CODE)
    for until in (today(), today().replace(year=today().year - 1)):
        with pytest.raises(AccessesKept, match="应保存12个月"):
            await hand_over(office, tmp_path / "archive.zip", until)
    assert not (tmp_path / "archive.zip").exists()
    assert await office.position(CODE) == position
    with pytest.raises(NothingHandedOver):
        await office.access_archive.drop(CODE, server.owner(database), actor="tests", origin=HERE)

    await hand_over(office, tmp_path / "archive.zip")
    before = await references(server, database)
    async with connected(server.owner(database)) as connection:
        for through in (5, 99):
            await connection.execute(AS_OWNER)
            assert await connection.execute(DROP_ACCESSES, 1, through) == "DELETE 0"
            await connection.execute("COMMIT")
    for role in (server.owner, server.runtime):
        async with connected(role(database)) as connection:
            await connection.execute(
                AS_OWNER if role is server.runtime else "BEGIN; SET taizhang.authority = '1'"
            )
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(DROP_ACCESSES, 1, 4)
    assert await references(server, database) == before


async def test_not_even_what_is_recorded_as_handed_over_is_dropped_within_half_a_year(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """By an entry that the program would not have made: the database looks at the lines' own age."""
    async with connected(server.behind(database)) as connection:
        await connection.execute(
            """INSERT INTO events (authority_id, stream, version, position, topic, schema_version, payload, recorded_at,
                                   leaf_format)
               VALUES (1, 'authority', 9, 9, 'accesses_handed_over', 1, '{"through":7}', now(), 1)"""
        )
    async with connected(server.owner(database)) as connection:
        await connection.execute(AS_OWNER)
        assert await connection.execute(DROP_ACCESSES, 1, 4) == "DELETE 4"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(DROP_ACCESSES, 1, 7)


async def test_a_policy_says_how_long(office: Register, tmp_path: Path) -> None:
    """By months of the calendar, six at least; no other value is a policy."""

    def under(value: str | None) -> Authority:
        policies = (Policy("access_log_kept", value, date(2020, 1, 1)),) if value else ()
        return Authority("a", "department", date(2020, 1, 1), (), policies=policies)

    assert [kept(under(value), date(2025, 8, 31), date(2026, 11, 29)) for value in (None, "6_months", "60_months")] == [
        (12, date(2026, 8, 31)), (6, date(2026, 2, 28)), (60, date(2030, 8, 31)),
    ]  # fmt: skip
    assert kept(under("6_months"), date(2025, 6, 30), date(2026, 1, 1))[1] == date(2025, 12, 30)
    await record(office, line("p", PolicySet(today(), "access_log_kept", "60_months", today())))
    with pytest.raises(AccessesKept, match="应保存60个月"):
        await hand_over(office, tmp_path / "archive.zip")


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DELETE FROM access_log WHERE position = 5", "position_gap"),
        ("DELETE FROM access_log WHERE position <= 5", "position_gap"),
        ("DELETE FROM access_log WHERE position = 2", "position_gap"),
        ("DELETE FROM access_log", "checkpoint_beyond_log"),
        (
            "UPDATE checkpoints SET leaves = sha256('forged') || substr(leaves, 33) WHERE log = 'accesses' AND size = 7",
            "handed_over_differs",
        ),
    ],
)
async def test_more_than_was_handed_over_is_missed(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path, statement: str, code: str
) -> None:
    """Before the drop each of them is there, after it each that follows."""
    await hand_over(office, tmp_path / "archive.zip")
    await office.proofs.sign_checkpoint(CODE, ACCESS_LOG)
    async with connected(server.server.dsn(embedded.SUPERUSER, database)) as connection:
        await connection.execute("SET session_replication_role = replica")
        assert not (await connection.execute(statement)).endswith(" 0")
    assert code in (await office.proofs.verify(CODE)).counts


async def test_it_is_the_auditors(office: Register, tmp_path: Path) -> None:
    """Judged where it is recorded, like every act."""
    await appoint_first(office, CODE)
    with pytest.raises(NoPower, match="审计员"):
        await office.access_archive.hand_over(
            CODE, OLD, "2026-永久-0001", tmp_path / "a.zip", today=today(), actor=ADMINISTRATOR, origin=HERE
        )
