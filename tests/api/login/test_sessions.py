"""Sessions: opaque, rotated, expiring by the database's clock, bound to one officer of one office.

Expected figures: fifteen minutes without a call and eight hours in all are those of GB/T 22239-2019, 8.1.4.1 b, as in
adapters/accounts/sessions.py.
"""

from __future__ import annotations

import asyncio

import httpx

from adapters.accounts.sessions import SessionToken
from adapters.register.register import Register
from api.background.session_cleanup import sweep
from api.today import today
from domain.authority.events import PowerWithdrawn
from tests.adapters.recordings import body_of, renamed
from tests.api.conftest import TOKEN, Door, Running
from tests.api.officers import (
    ACTOR_OF_ONE,
    SECURITY,
    Caller,
    appoint_first,
    behind,
    fresh,
    grant,
    record,
    refused,
    register_of,
)
from tests.builders import appealed, assigned, received


async def moved(zhang: Caller, column: str, by: str) -> None:
    """Move the session's times back: the database's clock decides, not this process's."""
    await zhang.behind(f"UPDATE sessions SET {column} = {column} - $1::text::interval", by)


async def test_it_ends_after_fifteen_minutes_without_a_call(zhang: Caller) -> None:
    """A call within the fifteen minutes extends it."""
    await moved(zhang, "seen_at", "14 minutes 50 seconds")
    assert (await zhang.get("")).status_code == 200
    await moved(zhang, "seen_at", "14 minutes 50 seconds")
    assert (await zhang.get("")).status_code == 200
    await moved(zhang, "seen_at", "15 minutes 1 second")
    refused(await zhang.get(""), 401, "session_ended")


async def test_it_ends_after_eight_hours_of_use(zhang: Caller) -> None:
    await moved(zhang, "created_at", "7 hours 59 minutes 50 seconds")
    assert (await zhang.get("")).status_code == 200
    await moved(zhang, "created_at", "11 seconds")
    refused(await zhang.get(""), 401, "session_ended")


async def test_a_login_starts_a_new_session(running: Running) -> None:
    """No session fixation: an existing session is ended, and an invented one is never adopted."""
    zhang = await fresh(running)
    planted = f"{zhang.code}.{'a' * 43}"
    zhang.client.cookies.set("taizhang", planted, domain="taizhang.test")
    await zhang.login()
    first = zhang.cookie
    assert first != planted
    assert len(zhang.client.cookies.jar) == 1
    await zhang.login()
    assert zhang.cookie != first
    held = httpx.AsyncClient(
        transport=httpx.ASGITransport(running.application), base_url="http://t", cookies={"taizhang": first}
    )
    refused(await held.get("/api/v1/session"), 401, "session_ended")
    assert len(await zhang.behind("SELECT id FROM sessions")) == 1


async def test_a_change_of_powers_ends_it(zhang: Caller) -> None:
    """Granting or withdrawing a power ends the officer's sessions at the next call."""
    register = register_of(zhang.running)
    await grant(register, zhang.code, "zhang", "statistician")
    refused(await zhang.get(""), 401, "session_ended")
    assert (await zhang.login()).json()["roles"] == ["handler", "statistician"]
    await record(register, zhang.code, SECURITY, PowerWithdrawn(today(), "zhang", "handler"))
    refused(await zhang.get(""), 401, "session_ended")
    assert (await zhang.login()).json()["roles"] == ["statistician"]
    refused(await zhang.get("requests"), 403, "no_power")


async def test_an_officer_lists_and_ends_own_sessions(zhang: Caller) -> None:
    """With two browsers each session is listed with place and time of login, and can be ended from the other."""
    other = Caller(zhang.running, zhang.code)
    await other.login()
    listed = (await zhang.get("/api/v1/sessions")).json()
    assert [each["here"] for each in listed] == [False, True]
    assert {each["source"] for each in listed} == {"192.0.2.7"}
    assert (await zhang.call("DELETE", f"/api/v1/sessions/{listed[0]['id']}")).json() == {
        "ended": listed[0]["id"]
    }
    refused(await other.get(""), 401, "session_ended")
    refused(await zhang.call("DELETE", f"/api/v1/sessions/{listed[0]['id']}"), 404, "session_unknown")
    assert (await zhang.get("")).status_code == 200
    left = await zhang.post("/api/v1/logout", None)
    assert left.status_code == 200
    assert left.headers["set-cookie"].startswith("taizhang=; Path=/; Max-Age=0")
    refused(await zhang.get(""), 401, "unauthorized")
    assert [act for act in await zhang.accessed("act") if act != "account_created"] == [
        "login", "login", "session_ended", "logout",
    ]  # fmt: skip


async def test_others_cannot_end_a_session(zhang: Caller, running: Running) -> None:
    """Neither an officer of the same office nor one of another office with the same id."""
    (mine,) = (await zhang.get("/api/v1/sessions")).json()
    namesake = await fresh(running)
    await namesake.login()
    refused(await namesake.call("DELETE", f"/api/v1/sessions/{mine['id']}"), 404, "session_unknown")
    assert (await zhang.get("/api/v1/session")).status_code == 200


async def test_a_session_is_valid_in_its_own_office_only(zhang: Caller, running: Running) -> None:
    """With another office's code before the secret, or with none, it is refused."""
    other = await fresh(running)
    secret = zhang.cookie.split(".")[1]
    for value in (
        f"{other.code}.{secret}",
        f"no-such-office.{secret}",
        secret,
        f".{secret}",
        f"{zhang.code}.",
        "。.x",
    ):
        client = httpx.AsyncClient(transport=httpx.ASGITransport(running.application), base_url="http://t")
        reply = await client.get("/api/v1/session", headers={"Cookie": f"taizhang={value}".encode()})
        assert reply.status_code == 401, value


async def test_changes_need_the_csrf_token(zhang: Caller) -> None:
    """Without it, with another session's or an invented one: 403, and nothing is stored. Reading needs none."""
    event = body_of(received("2020-03-02"))
    for csrf in ("", "x", "0" * 64, SessionToken("a", "b").csrf, "令牌".encode()):
        headers: dict[str, str | bytes] = {"X-CSRF-Token": csrf, "Idempotency-Key": "one"}
        reply = await zhang.client.post(
            f"/api/v1/authorities/{zhang.code}/requests",
            json=event,
            headers=headers,  # type: ignore[arg-type]
        )
        refused(reply, 403, "csrf_missing")
    for method, address in (
        ("POST", "/api/v1/logout"),
        ("POST", "/api/v1/keys"),
        ("DELETE", "/api/v1/keys/x"),
    ):
        refused(await zhang.client.request(method, address), 403, "csrf_missing")
    assert (await zhang.client.get("/api/v1/session")).json()["csrf"] == zhang.csrf
    reply = await zhang.post("requests", event, headers={"Idempotency-Key": "one"})
    assert reply.status_code == 201, reply.text


async def test_the_officer_is_the_actor(zhang: Caller) -> None:
    """The entry's actor is the logged-in officer, not the configured label."""
    await zhang.post("requests", body_of(received("2020-03-02")), headers={"Idempotency-Key": "one"})
    ((actor,),) = await zhang.behind(ACTOR_OF_ONE)
    assert actor == "zhang"


async def test_the_machines_token_ends_with_the_first_officer(running: Running) -> None:
    """Before the first appointment it may do everything, afterwards nothing; personal routes never."""
    zhang = await fresh(running)
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    for address in ("", "requests", "tables", "access-log"):
        refused(await zhang.get(address, headers=bearer), 403, "token_closed")
    for address in ("/api/v1/session", "/api/v1/sessions", "/api/v1/keys"):
        refused(await zhang.get(address, headers=bearer), 403, "session_required")
    assert (await zhang.get("/metrics", headers=bearer)).status_code == 200
    listed = (await zhang.get("/api/v1/authorities", headers=bearer)).json()
    assert zhang.code not in {each["code"] for each in listed}


async def test_the_machines_token_records_nothing_after_the_first_appointment(
    door: Door, running: Running
) -> None:
    """Even if another process appointed and this one had cached the state: no recording, repetition or preview."""
    reference = await door.receive(received("2020-03-02"), key="one")
    register = register_of(running)
    other = await Register.open(register._database.dsn, register.proofs._keys, size=1)
    await appoint_first(other, door.code)
    await other.close()

    before = await behind(door.dsn, door.code, "SELECT count(*) FROM events")
    for reply in (
        await door.post("requests", received("2020-03-02"), key="one"),
        await door.post("requests", received("2020-03-02"), key="two"),
        await door.post("requests", received("2020-03-02"), preview="true"),
        await door.post(f"requests/{reference}/events", assigned("2020-03-03")),
        await door.post(f"requests/{reference}/events", appealed("2020-03-03")),
        await door.post("events", renamed("2020-05-01", "某局")),
        await door.post(
            "reports/2020/events", {"type": "report_compiled", "on": "2021-01-05", "format": "2019"}
        ),
    ):
        refused(reply, 403, "token_closed")
    assert await behind(door.dsn, door.code, "SELECT count(*) FROM events") == before


async def test_the_directory_shows_only_the_own_office(zhang: Caller) -> None:
    assert [each["code"] for each in (await zhang.get("/api/v1/authorities")).json()] == [zhang.code]


async def test_ended_sessions_are_removed_in_the_background(zhang: Caller) -> None:
    """Expired ones of every office; those in force remain."""
    await zhang.login()
    other = Caller(zhang.running, zhang.code)
    await other.login()
    await zhang.behind("UPDATE sessions SET seen_at = now() - interval '16 minutes' WHERE digest = $1",
                       SessionToken(zhang.code, zhang.cookie.split(".")[1]).digest)  # fmt: skip
    sweeping = asyncio.create_task(sweep(register_of(zhang.running), every=0))
    async with asyncio.timeout(60):
        while len(await zhang.behind("SELECT id FROM sessions")) > 1:
            await asyncio.sleep(0)
    sweeping.cancel()
    assert (await other.get("")).status_code == 200
