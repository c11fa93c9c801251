"""R00: tests of the checker itself: each register broken on purpose must give the stated finding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import asyncpg

from adapters.register.register import Register, Reply
from tests.faults import checker
from tests.faults.checker import check
from tests.faults.extent import Outcome, chance, report
from tests.faults.journal import Client
from tests.faults.office import Office
from tests.faults.requests import random_request, receipt


async def fill(office: Office, register: Register, requests: int = 12) -> None:
    with office.client(register) as client:
        for seed in range(requests):
            for recording in random_request(seed):
                assert await client.record(recording)


async def test_a_sound_register_has_no_findings(office: Office, record_property: Callable[..., None]) -> None:
    """No findings, also after everything was sent a second time."""
    register = await office.register()
    await fill(office, register)
    await register.close()

    found = await office.findings()

    account = office.account
    done = "a sound register, everything sent twice"
    report(record_property, Outcome("R00", done, len(account.sent), account.acknowledged, len(found)), found)


class Forgetful(Register):
    """Acknowledges one recording in a hundred without storing it."""

    chance = chance("forgetful")

    async def record_all(self, *args: Any, **options: Any) -> list[Reply]:
        return await super().record_all(*args, **options, preview=self.chance.random() < 0.01)


async def test_a_store_that_drops_one_acknowledgement_in_a_hundred_is_found(office: Office) -> None:
    register = await Forgetful.open(office.dsn, office.keys)
    with Client(register, office.code, office.journal) as client:
        for nth in range(300):
            await client.record(receipt(f"r{nth}"))
    await register.close()

    found = await check(office.dsn, office.code, office.account, office.keys)

    assert checker.LOST in {finding.fault for finding in found}


SWAP = """
UPDATE events AS e SET {column} = other.{column} FROM events AS other
WHERE (e.position, other.position) IN ((3, 4), (4, 3))
"""
COPY = """
INSERT INTO events SELECT authority_id, stream, version + 100, position + 100, topic, schema_version, payload,
    actor, on_behalf_of, recorded_at, command_id, body_mac, acknowledged, leaf_format FROM events WHERE position = 3
"""
BROKEN = {
    "two events swapped": (
        [
            "UPDATE events SET position = -position WHERE position IN (3, 4)",
            "UPDATE events SET position = 7 + position WHERE position IN (-3, -4)",
        ],
        checker.MOVED,
    ),
    "the bodies of two events swapped": ([SWAP.format(column="payload")], checker.CHANGED),
    "an event lost": (["DELETE FROM events WHERE position = 3"], checker.LOST),
    "the last event lost, and the head put back": (
        [
            "DELETE FROM events WHERE position = (SELECT position FROM heads)",
            "UPDATE heads SET position = position - 1",
        ],
        checker.LOST,
    ),
    "an event in a gap": (["UPDATE events SET position = 999 WHERE position = 3"], checker.GAP),
    "an event twice": (
        [
            "ALTER TABLE events DROP CONSTRAINT events_authority_id_command_id_key",
            COPY,
        ],
        checker.TWICE,
    ),
    "an event of nobody's": (["UPDATE events SET command_id = 'x' WHERE position = 3"], checker.NEVER_SENT),
    "time running back": (
        ["UPDATE events SET recorded_at = recorded_at - interval '1 day' WHERE position = 3"],
        checker.TIME,
    ),
    "the head behind": (["UPDATE heads SET position = position - 1"], checker.HEAD),
    "a number given to nothing": (
        [
            "UPDATE heads SET numbers = (SELECT json_object_agg(key, value::integer + 1) FROM json_each_text(numbers::json))"
        ],
        checker.NUMBER,
    ),
    "a vault row lost": (["DELETE FROM vault WHERE id = (SELECT min(id) FROM vault)"], checker.SEALED),
    "a vault row moved to another value": (
        ["UPDATE vault SET field = 'description' WHERE field = 'applicant'"],
        checker.SEALED,
    ),
    "a due date off by one": (["UPDATE requests SET due_on = due_on + 1"], checker.REGISTER),
    "a due date off by one, by the second opinion": (
        ["UPDATE requests SET due_on = due_on + 1"],
        checker.OPINION,
    ),
    "a version off by one": (["UPDATE requests SET version = version + 1"], checker.REGISTER),
    "a row lost": (["DELETE FROM requests WHERE number = 1"], checker.REGISTER),
    "an appeal lost": (["DELETE FROM appeal_spells"], checker.REGISTER),
}


async def test_each_broken_register_is_found(office: Office, record_property: Callable[..., None]) -> None:
    """Each is damaged as only a superuser can, bypassing grants and triggers, and rolled back afterwards."""
    register = await office.register()
    await fill(office, register, 6)
    await register.close()
    account = office.account
    connection = await asyncpg.connect(office.superuser)
    await connection.execute("SET session_replication_role = replica")
    for how, (statements, fault) in BROKEN.items():
        damage = connection.transaction()
        await damage.start()
        for statement in statements:
            assert not (await connection.execute(statement)).endswith(" 0"), how
        held = await checker.read_from(connection, office.code)
        await damage.rollback()

        found = checker.findings(held, account, office.keys)
        assert fault in {finding.fault for finding in found}, how
    await connection.close()

    sound = await check(office.dsn, office.code, account, office.keys)
    done = "registers broken on purpose, each found and by the stated finding"
    report(record_property, Outcome("R00", done, len(BROKEN), account.acknowledged, len(sound)), sound)


async def test_a_reply_that_differs_from_the_first_is_found(office: Office) -> None:
    register = await office.register()
    await fill(office, register, 1)
    await register.close()
    account = office.account
    account.answers["0-1"].append(account.answers["0-1"][0] | {"version": 2})

    found = checker.findings(await checker.read(office.dsn, office.code), account, office.keys)

    assert [finding.fault for finding in found] == [checker.OTHER_REPLY]
