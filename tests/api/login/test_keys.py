"""Keys of officers for programs: limited to some acts and to a time, shown once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.today import today
from domain.authority.events import PowerWithdrawn
from tests.adapters.recordings import body_of
from tests.api.officers import (
    ACTOR_OF_ONE,
    ADMINISTRATOR,
    ORIGIN,
    SECURITY,
    Caller,
    open_account,
    record,
    refused,
    register_of,
)
from tests.builders import received


async def key_of(zhang: Caller, *acts: str, days: int = 30) -> dict[str, Any]:
    reply = await zhang.post("/api/v1/keys", {"name": "收文系统", "acts": acts, "days": days})
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


def program(zhang: Caller, key: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(zhang.running.application),
        base_url=f"http://taizhang.test/api/v1/authorities/{zhang.code}",
        headers={"Authorization": f"Bearer {key}", "Idempotency-Key": "one"},
    )


async def test_a_key_does_only_its_acts(zhang: Caller) -> None:
    """It records as the officer, without cookie or CSRF token; other acts of the officer are refused."""
    key = await key_of(zhang, "handle", "count")
    assert key["key"].startswith(f"tzk_{zhang.code}.")
    async with program(zhang, key["key"]) as machine:
        assert (await machine.post("/requests", json=body_of(received("2020-03-02")))).status_code == 201
        assert (await machine.get("/tables")).status_code == 200
        refused(await machine.get("/requests"), 403, "no_power")
        refused(await machine.get("/requests/2020-0001/sealed"), 403, "no_power")
        for own in ("session", "sessions", "keys"):
            refused(await machine.get(f"http://taizhang.test/api/v1/{own}"), 403, "session_required")
    ((actor,),) = await zhang.behind(ACTOR_OF_ONE)
    assert actor == "zhang"


async def test_only_its_digest_is_stored_and_it_is_shown_once(zhang: Caller) -> None:
    key = await key_of(zhang, "read")
    secret = key["key"].split(".")[1]
    rows = str(await zhang.behind("SELECT k::text FROM api_keys AS k")) + str(
        await zhang.accessed("access_log::text")
    )
    assert secret not in rows
    assert key["id"] in rows
    (listed,) = (await zhang.get("/api/v1/keys")).json()
    assert secret not in str(listed)
    assert (listed["officer"], listed["name"], listed["acts"], listed["valid"]) == (
        "zhang",
        "收文系统",
        ["read"],
        True,
    )
    until = datetime.fromisoformat(listed["expires_at"])
    assert timedelta(days=29, hours=23) < until - datetime.now(UTC) <= timedelta(days=30)


async def test_it_expires_by_the_databases_clock(zhang: Caller) -> None:
    key = await key_of(zhang, "read", days=1)
    async with program(zhang, key["key"]) as machine:
        await zhang.behind("UPDATE api_keys SET expires_at = expires_at - interval '23 hours 59 minutes'")
        assert (await machine.get("/requests")).status_code == 200
        await zhang.behind("UPDATE api_keys SET expires_at = expires_at - interval '61 seconds'")
        refused(await machine.get("/requests"), 401, "unauthorized")


async def test_it_is_revoked_at_once(zhang: Caller) -> None:
    """By its officer; a second revocation is refused."""
    key = await key_of(zhang, "read")
    async with program(zhang, key["key"]) as machine:
        assert (await machine.get("/requests")).status_code == 200
        assert (await zhang.call("DELETE", f"/api/v1/keys/{key['id']}")).status_code == 200
        refused(await machine.get("/requests"), 401, "unauthorized")
    refused(await zhang.call("DELETE", f"/api/v1/keys/{key['id']}"), 404, "key_unknown")
    assert [each for each in await zhang.accessed("act", "actor", "reference") if each[0].startswith("key")] == [
        ("key_created", "zhang", key["id"]), ("key_revoked", "zhang", key["id"]),
    ]  # fmt: skip


async def test_it_may_no_more_than_its_officer(zhang: Caller) -> None:
    """Neither at creation nor later: when the officer loses a power, the key loses the act at once."""
    refused(
        await zhang.post("/api/v1/keys", {"name": "x", "acts": ["handle", "approve"], "days": 1}),
        422,
        "key_beyond_powers",
    )
    refused(await zhang.post("/api/v1/keys", {"name": "x", "acts": ["fly"], "days": 1}), 400, "malformed")
    refused(await zhang.post("/api/v1/keys", {"name": "x", "acts": [], "days": 1}), 400, "malformed")
    refused(await zhang.post("/api/v1/keys", {"name": "x", "acts": ["read"], "days": 367}), 400, "malformed")
    key = await key_of(zhang, "read")
    async with program(zhang, key["key"]) as machine:
        assert (await machine.get("/requests")).status_code == 200
        await record(
            register_of(zhang.running), zhang.code, SECURITY, PowerWithdrawn(today(), "zhang", "handler")
        )
        refused(await machine.get("/requests"), 403, "no_power")


async def test_the_administrator_sees_and_revokes_all(zhang: Caller) -> None:
    """But may not create one for another officer, which would allow acting as them."""
    key = await key_of(zhang, "read")
    await open_account(register_of(zhang.running), zhang.running.dsn, zhang.code, ADMINISTRATOR)
    administrator = Caller(zhang.running, zhang.code, ADMINISTRATOR)
    await administrator.login()
    own = await key_of(administrator, "administer")
    assert {each["id"] for each in (await administrator.get("/api/v1/keys")).json()} == {key["id"], own["id"]}
    assert {each["id"] for each in (await zhang.get("/api/v1/keys")).json()} == {key["id"]}
    refused(await zhang.call("DELETE", f"/api/v1/keys/{own['id']}"), 404, "key_unknown")
    assert (await administrator.call("DELETE", f"/api/v1/keys/{key['id']}")).status_code == 200
    async with program(zhang, key["key"]) as machine:
        refused(await machine.get("/requests"), 401, "unauthorized")


async def test_it_ends_with_the_account(zhang: Caller) -> None:
    """The keys of a disabled account are refused."""
    key = await key_of(zhang, "read")
    await register_of(zhang.running).accounts.disable(zhang.code, "zhang", actor="local", origin=ORIGIN)
    async with program(zhang, key["key"]) as machine:
        refused(await machine.get("/requests"), 401, "unauthorized")
    refused(await zhang.get(""), 401, "session_ended")


@pytest.mark.parametrize(
    "key", ["tzk_", "tzk_.", "tzk_x", "tzk_{code}.", "tzk_{code}.x", "tzk_{code}.{wrong}", "密钥"]
)
async def test_an_unknown_key_is_refused(zhang: Caller, key: str) -> None:
    text = key.format(code=zhang.code, wrong="A" * 43)
    reply = await zhang.client.get(
        f"/api/v1/authorities/{zhang.code}", headers={"Authorization": f"Bearer {text}".encode()}
    )
    refused(reply, 401, "unauthorized")


@pytest.mark.parametrize("name", ["a\x00b", "某\n系统", "a\u202eb"])
async def test_a_name_of_control_characters_is_malformed(zhang: Caller, name: str) -> None:
    """Of a key or a passkey, as on the page: the database takes no NUL."""
    made = await zhang.post("/api/v1/keys", {"name": name, "acts": ["read"], "days": 1})
    refused(made, 400, "malformed")
    passkey = {"name": name, "id": "a", "client_data": "a", "attestation": "a"}
    refused(await zhang.post("/api/v1/passkeys", passkey), 400, "malformed")
    assert (await zhang.get("/api/v1/keys")).json() == []


@pytest.mark.parametrize("days", ["0", "367", "0009099", "00001" + "9" * 40, "٣٠", "", "30.5"])
async def test_the_page_limits_the_days_of_a_key(zhang: Caller, days: str) -> None:
    """Whatever number of days is typed; leading zeros do not bypass the limit."""
    given = {"csrf": zhang.csrf, "name": "收文系统", "acts": "handle", "days": days}
    shown = await zhang.client.post("/me/keys", data=given)
    assert (shown.status_code, "有效的天数应为1至366" in shown.text) == (422, True)
    assert (await zhang.get("/api/v1/keys")).json() == []
