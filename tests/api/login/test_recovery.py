"""An office that lost both administrators is recovered by the printed code, or by two administrators of its superior."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest

from adapters.register.register import Refused
from api.today import today
from domain.authority.events import SuperiorSet
from domain.authority.recovery_events import RestorationConfirmed, RestorationRequested
from tests.api.conftest import OFFICE, Running, Taizhang
from tests.api.officers import (
    ADMINISTRATOR,
    SECURITY,
    Caller,
    fresh,
    open_account,
    record,
    refused,
    register_of,
)

FIRST = (
    "officer",
    "create-first",
    "--system-administrator",
    "a-admin",
    "--security-administrator",
    "b-admin",
)
RESTORE = ("officer", "restore", "--system-administrator", "c-admin", "--security-administrator", "d-admin")
PAPER = re.compile(r"：((?:[A-Z2-7]{4}-){7}[A-Z2-7]{4})")


def test_recovery_by_the_printed_code(taizhang: Taizhang) -> None:
    """The code is shown once; a wrong one changes nothing; the right one, in any spelling, works once and is replaced."""
    assert taizhang(*OFFICE).code == 0
    made = taizhang(*FIRST)
    (paper,) = PAPER.findall(made.out)
    assert paper not in taizhang("history", "authority").out

    wrong = taizhang(*RESTORE, stdin=f"{paper[:-1]}{'A' if paper[-1] != 'A' else 'B'}\n")
    assert (wrong.code, "恢复码与封存的不符" in wrong.err) == (1, True)
    assert taizhang(*RESTORE, stdin="\n").code == 2
    assert taizhang("officer", "appoint", "li", "--actor", "a-admin").code == 0

    done = taizhang(*RESTORE, stdin=f"{paper.lower().replace('-', ' ')}\n")
    assert done.code == 0, done.err
    (following,) = PAPER.findall(done.out)
    assert following != paper
    assert taizhang("officer", "appoint", "sun", "--actor", "a-admin").code == 1
    assert taizhang("officer", "appoint", "sun", "--actor", "c-admin").code == 0
    assert taizhang(*RESTORE, stdin=f"{paper}\n").code == 1
    assert taizhang(*RESTORE, stdin=f"{following}\n").code == 0
    assert taizhang("verify").code == 0
    assert "凭恢复码重设管理员：系统管理员c-admin" in taizhang("history", "authority").out


@pytest.fixture
async def town(running: Running) -> AsyncIterator[Caller]:
    """The system administrator of an office with a superior, logged in."""
    caller = await fresh(running)
    register = register_of(running)
    county = await fresh(running, "wang", "approver")
    above = SuperiorSet(today(), county.code, "disclosure_supervisor", today())
    await record(register, caller.code, ADMINISTRATOR, above)
    for officer in (ADMINISTRATOR, SECURITY):
        for code in (caller.code, county.code):
            await open_account(register, running.dsn, code, officer)
    caller.officer, county.officer = ADMINISTRATOR, ADMINISTRATOR
    assert (await caller.login()).status_code == 200
    caller.superior = county  # type: ignore[attr-defined]
    yield caller
    await caller.client.aclose()


async def test_recovery_by_two_administrators_of_the_superior(town: Caller, running: Running) -> None:
    """Over HTTP one requests, another confirms; the old administrators lose access at once, and all officers are notified."""
    county: Caller = town.superior  # type: ignore[attr-defined]
    assert (await county.login()).status_code == 200
    event = {
        "type": "restoration_requested", "on": str(today()), "system": "c-new", "security": "d-new", "document_no": "〔2026〕1号",
    }  # fmt: skip
    address = f"/api/v1/authorities/{town.code}/events"
    reply = await county.post(address, event, headers={"Idempotency-Key": "requested"})
    assert reply.status_code == 201, reply.text
    confirmed = {"type": "restoration_confirmed", "on": str(today()), "version": reply.json()["version"]}
    again = await county.post(address, confirmed, headers={"Idempotency-Key": "same"})
    refused(again, 403, "restoration_needs_second_person")
    assert (await town.get("/api/v1/session")).status_code == 200

    other = Caller(running, county.code, SECURITY)
    await other.login()
    done = await other.post(address, confirmed, headers={"Idempotency-Key": "done"})
    assert done.status_code == 201, done.text
    refused(await town.get(""), 401, "session_ended")

    zhang = Caller(running, town.code, "zhang")
    await zhang.login()
    restored = (await zhang.get("/api/v1/session")).json()["news"]["restored"]
    assert [(each["system"], each["security"]) for each in restored] == [("c-new", "d-new")]
    assert "管理员已于" in (await zhang.client.get("/")).text
    await zhang.login()
    assert (await zhang.get("/api/v1/session")).json()["news"]["restored"] == []


async def test_the_two_must_be_different_persons(town: Caller, running: Running) -> None:
    """Not one person with two ids; and the restored administrators start without their old second factor."""
    register, county = register_of(running), town.superior.code  # type: ignore[attr-defined]
    event = RestorationRequested(today(), ADMINISTRATOR, SECURITY, "〔2026〕1号")
    (version,) = await record(register, town.code, f"{county}/{SECURITY}", event)
    with pytest.raises(Refused, match="须由上级机关的另一名管理员确认"):
        await record(register, town.code, f"{county}/{SECURITY}", RestorationConfirmed(today(), version))
    await town.behind(
        "INSERT INTO second_factors VALUES ((SELECT authority_id FROM authorities WHERE code = $1), $2, 'x', 0, now(), now())",
        town.code, ADMINISTRATOR,
    )  # fmt: skip
    await record(register, town.code, f"{county}/{ADMINISTRATOR}", RestorationConfirmed(today(), version))
    assert await town.behind("SELECT officer FROM second_factors") == []
    authority = await register.authority(town.code)
    assert authority.roles_of(ADMINISTRATOR, today()) == {"system_administrator"}
