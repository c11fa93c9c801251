"""Repeated idempotency keys: only the recorder gets the stored reply, for the same recording in every part; others are refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest

from api.today import today
from domain.authority.events import Renamed
from domain.entry import Event
from tests import builders
from tests.adapters.recordings import PDF, body_of
from tests.api.conftest import TOKEN, Door, Running, in_process
from tests.api.officers import (
    ADMINISTRATOR,
    Caller,
    appoint,
    appoint_first,
    open_account,
    open_register,
    refused,
    register_of,
)

OFFICERS = {
    "zhang": ("handler", "approver"),
    "li": ("handler",),
    "qian": ("statistician",),
    ADMINISTRATOR: (),
}


class Office(NamedTuple):
    code: str
    officers: dict[str, Caller]


@pytest.fixture(scope="module")
async def office(running: Running) -> AsyncIterator[Office]:
    register, code = register_of(running), f"office-{uuid4().hex[:8]}"
    await open_register(register, code)
    await appoint_first(register, code)
    officers = {}
    for officer, roles in OFFICERS.items():
        if roles:
            await appoint(register, code, officer, *roles)  # type: ignore[arg-type]
        await open_account(register, running.dsn, code, officer)
        officers[officer] = Caller(running, code, officer)
        assert (await officers[officer].login()).status_code == 200
    yield Office(code, officers)
    for caller in officers.values():
        await caller.client.aclose()


async def record(
    caller: Caller,
    address: str,
    event: Event | dict[str, Any],
    key: str,
    *,
    seen: int | None = None,
    **query: str,
) -> httpx.Response:
    headers = {"Idempotency-Key": key} | ({} if seen is None else {"If-Match": f'"{seen}"'})
    words = event if isinstance(event, dict) else body_of(event)
    return await caller.post(address, words, headers=headers, params=query)


async def test_only_the_officer_who_recorded_gets_the_reply_again(office: Office, running: Running) -> None:
    """Repeated unchanged, the reply is the same to the byte; by another officer, on another's behalf, with other codes: refused."""
    zhang, li, qian = (office.officers[each] for each in ("zhang", "li", "qian"))
    key, receipt = uuid4().hex, builders.received("2020-03-02")
    first = await record(zhang, "requests", receipt, key, on_behalf_of="li")
    assert first.status_code == 201
    before = await register_of(running).position(office.code)

    again = await record(zhang, "requests", receipt, key, on_behalf_of="li")
    assert (again.status_code, again.json()) == (201, first.json() | {"repeated": True})
    refused(await record(zhang, "requests", receipt, key), 422, "command_reused")
    refused(await record(zhang, "requests", receipt, key, on_behalf_of="qian"), 422, "command_reused")
    refused(
        await record(zhang, "requests", receipt, key, on_behalf_of="li", acknowledged="late_answer"),
        422,
        "command_reused",
    )
    reply = await record(li, "requests", receipt, key, on_behalf_of="li")
    refused(reply, 422, "command_reused")
    assert first.json()["reference"] not in reply.text
    refused(await record(qian, "requests", receipt, key, on_behalf_of="li"), 403, "no_power")
    async with in_process(running.application) as client:
        door = Door(client, running.dsn, office.code)
        assert client.headers["authorization"] == f"Bearer {TOKEN}"
        refused(await door.post("requests", receipt, key, on_behalf_of="li"), 403, "token_closed")
    assert await register_of(running).position(office.code) == before


async def test_acknowledged_codes_are_part_of_the_recording(office: Office) -> None:
    """The same codes in any order are the same recording."""
    zhang = office.officers["zhang"]
    first = await record(zhang, "requests", builders.received("2020-03-02"), uuid4().hex)
    address, key = f"requests/{first.json()['reference']}/events", uuid4().hex
    extended = builders.extended("2020-03-26", 30, notified_on=None)
    missing = await record(zhang, address, extended, key)
    refused(missing, 409, "not_acknowledged")
    codes = sorted({each["code"] for each in missing.json()["irregularities"]})
    assert len(codes) > 1
    stored = await record(zhang, address, extended, key, acknowledged=",".join(codes))
    assert stored.status_code == 201
    again = await record(zhang, address, extended, key, acknowledged=",".join(reversed(codes)))
    assert (again.status_code, again.json()) == (201, stored.json() | {"repeated": True})
    refused(await record(zhang, address, extended, key, acknowledged=codes[0]), 422, "command_reused")
    refused(await record(zhang, address, extended, key), 422, "command_reused")


@pytest.mark.parametrize("where", ["a request", "a document", "the authority"])
async def test_a_repetition_with_a_stale_version_is_refused(office: Office, where: str) -> None:
    """Accepted with the version seen when recording, or none; refused with another. Also for the authority's own events."""
    zhang = office.officers["zhang"]
    reference = (await record(zhang, "requests", builders.received("2020-03-02"), uuid4().hex)).json()[
        "reference"
    ]

    async def repeat(key: str, seen: int | None) -> httpx.Response:
        if where == "a request":
            return await record(
                zhang, f"requests/{reference}/events", builders.assigned("2020-03-02"), key, seen=seen
            )
        if where == "the authority":
            event = Renamed(today(), "某局", today())
            return await record(office.officers[ADMINISTRATOR], "events", event, key, seen=seen)
        headers = {"Content-Type": "application/octet-stream", "Idempotency-Key": key}
        return await zhang.call(
            "POST",
            f"requests/{reference}/documents",
            content=PDF,
            params={"on": "2020-03-02", "document": "申请表", "kind": "application"},
            headers=headers | ({} if seen is None else {"If-Match": f'"{seen}"'}),
        )

    refused(await repeat(uuid4().hex, 99), 412, "version_conflict")
    refused(await repeat(uuid4().hex, 0), 412, "version_conflict")
    key = uuid4().hex
    at = 1 if where != "the authority" else await _own_entries(zhang)
    first = await repeat(key, at)
    assert first.status_code == 201, first.text
    for seen in (None, at):
        again = await repeat(key, seen)
        assert (again.status_code, again.json()) == (201, first.json() | {"repeated": True})
    refused(await repeat(key, 0), 412, "version_conflict")
    refused(await repeat(key, at + 1), 422, "command_reused")


async def _own_entries(caller: Caller) -> int:
    return len((await caller.get("history")).json())
