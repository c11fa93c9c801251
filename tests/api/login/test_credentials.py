"""Credentials of an office, listed and ended by the security administrator; logins from new places."""

from __future__ import annotations

import httpx
import pytest

from api.today import today
from domain.authority.events import SecondFactorResetRequested
from tests.api.conftest import Taizhang, in_process
from tests.api.login.test_second_factor import enrolled
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
from tests.api.test_calendars import open_calendar, read


@pytest.fixture
async def security(zhang: Caller) -> Caller:
    """The security administrator of the same office, logged in."""
    await open_account(register_of(zhang.running), zhang.running.dsn, zhang.code, SECURITY)
    found = Caller(zhang.running, zhang.code, SECURITY, "192.0.2.9")
    await found.login()
    return found


async def test_all_sessions_and_keys_are_listed_and_ended(zhang: Caller, security: Caller) -> None:
    """Each with owner, place and age; ended at once, only once, with a line in the access log."""
    made = (await zhang.post("/api/v1/keys", {"name": "程序", "acts": ["read"], "days": 1})).json()
    async with in_process(zhang.running.application, Authorization=f"Bearer {made['key']}") as program:
        assert (await program.get(f"/api/v1/authorities/{zhang.code}/requests")).status_code == 200
        listed = (await security.get("credentials")).json()
        assert [(each["holder"], each["kind"], each["name"]) for each in listed] == [
            (SECURITY, "session", ""), ("zhang", "key", "程序"), ("zhang", "session", ""),
        ]  # fmt: skip
        own, key, session = listed
        assert (own["source"], session["source"]) == ("192.0.2.9", "192.0.2.7")
        assert key["source"] is not None
        assert key["used_at"] is not None
        assert session["created_at"] < session["expires_at"]

        for each in (key, session):
            assert (await security.call("DELETE", f"credentials/{each['id']}")).json() == {
                "ended": each["id"]
            }
            refused(await security.call("DELETE", f"credentials/{each['id']}"), 404, "credential_unknown")
        refused(await program.get(f"/api/v1/authorities/{zhang.code}/requests"), 401, "unauthorized")
    refused(await zhang.get(""), 401, "session_ended")
    assert [each["kind"] for each in (await security.get("credentials")).json()] == ["session"]
    done = await zhang.accessed("act", "actor", "reference")
    assert done[-2:] == [("key_revoked", SECURITY, key["id"]), ("session_ended", SECURITY, session["id"])]
    for wrong in ("x", "0" * 32):
        refused(await security.call("DELETE", f"credentials/{wrong}"), 404, "credential_unknown")


async def test_a_calendar_address_is_listed_and_ended_too(zhang: Caller, security: Caller) -> None:
    """It lets a program read an officer's due dates until it is revoked."""
    path = await open_calendar(zhang)
    assert (await read(zhang.running, path)).status_code == 200
    found = next(each for each in (await security.get("credentials")).json() if each["kind"] == "calendar")
    assert (found["holder"], found["source"], found["expires_at"]) == ("zhang", None, None)
    assert found["used_at"] is not None
    shown = await page(security, "/people/credentials")
    assert ("日历地址" in shown, "吊销为止" in shown) == (True, True)
    assert (await security.call("DELETE", f"credentials/{found['id']}")).status_code == 200
    refused(await security.call("DELETE", f"credentials/{found['id']}"), 404, "credential_unknown")
    assert (await read(zhang.running, path)).status_code == 404
    assert (await zhang.accessed("act", "actor"))[-1] == ("calendar_closed", SECURITY)


async def test_a_reset_lists_what_stays_valid(zhang: Caller, security: Caller) -> None:
    """Of a password or a second factor: keys and calendars may have been created by an intruder."""
    register = register_of(zhang.running)
    await zhang.post("/api/v1/keys", {"name": "程序", "acts": ["read"], "days": 1})
    await open_calendar(zhang)
    await enrolled(zhang)
    await open_account(register, zhang.running.dsn, zhang.code, ADMINISTRATOR)
    system = Caller(zhang.running, zhang.code, ADMINISTRATOR)
    await system.login()
    requested = SecondFactorResetRequested(today(), "zhang", "手机遗失")
    (version,) = await record(register, zhang.code, SECURITY, requested)
    kept = (
        "其密钥1个、日历地址1个不随重置失效；账号如可能曾被他人使用，须由安全管理员在“会话和密钥”中逐一结束。"
    )
    assert kept in await page(system, "/people")
    assert f"zhang某：{kept}" in await page(system, f"/people/second_factor_reset?version={version}")
    for each in (await security.get("credentials")).json():
        if each["kind"] in ("key", "calendar"):
            await security.call("DELETE", f"credentials/{each['id']}")
    assert "不随重置失效" not in await page(system, "/people")


async def test_only_the_security_administrator_may(zhang: Caller, security: Caller) -> None:
    """Not the system administrator, nor a key of the security administrator, nor another office's."""
    await open_account(register_of(zhang.running), zhang.running.dsn, zhang.code, ADMINISTRATOR)
    system = Caller(zhang.running, zhang.code, ADMINISTRATOR)
    await system.login()
    own = (await security.get("/api/v1/sessions")).json()[0]["id"]
    for caller in (zhang, system):
        refused(await caller.get("credentials"), 403, "no_power")
        refused(await caller.call("DELETE", f"credentials/{own}"), 403, "no_power")
    made = (await security.post("/api/v1/keys", {"name": "程序", "acts": ["grant"], "days": 1})).json()
    async with in_process(zhang.running.application, Authorization=f"Bearer {made['key']}") as program:
        ended = await program.delete(f"/api/v1/authorities/{zhang.code}/credentials/{own}")
        refused(ended, 403, "session_required")
    other = await fresh(zhang.running, "li", "security_administrator")
    await other.login()
    refused(await other.call("DELETE", f"credentials/{own}"), 404, "credential_unknown")
    assert (await security.get("credentials")).status_code == 200


async def places(caller: Caller) -> list[str]:
    return [each["source"] for each in (await caller.get("/api/v1/session")).json()["news"]["places"]]


async def came(zhang: Caller, source: str) -> Caller:
    caller = Caller(zhang.running, zhang.code, "zhang", source)
    assert (await caller.login()).status_code == 200
    return caller


async def test_a_login_from_a_new_place_is_shown_at_the_next_login(zhang: Caller) -> None:
    """Throughout the next session, then no more; the very first place is not reported."""
    assert await places(zhang) == []
    elsewhere = await came(zhang, "198.51.100.4")
    assert await places(elsewhere) == []
    assert await places(zhang) == ["198.51.100.4"], "an open session shows it too"
    assert await places(zhang) == ["198.51.100.4"]
    again = await came(zhang, "192.0.2.7")
    assert await places(again) == []
    await came(zhang, "198.51.100.4")
    assert await places(again) == []


async def test_an_intruder_cannot_dismiss_the_notice(zhang: Caller) -> None:
    """However many logins from new places follow, the officer sees each of them at a known place."""
    for source in ("198.51.100.4", "198.51.100.5", "198.51.100.4"):
        await places(await came(zhang, source))
    known = await came(zhang, "192.0.2.7")
    assert "198.51.100.5" in await places(known)
    unreported = await zhang.behind("SELECT source FROM login_places WHERE told_in IS NULL")
    assert unreported == []


async def test_a_wrong_password_adds_no_place(zhang: Caller) -> None:
    stranger = Caller(zhang.running, zhang.code, "zhang", "203.0.113.9")
    refused(await stranger.login("not the password"), 401, "login_failed")
    assert await zhang.behind("SELECT source FROM login_places WHERE source = '203.0.113.9'") == []


async def page(caller: Caller, address: str) -> str:
    reply: httpx.Response = await caller.client.get(address)
    assert reply.status_code == 200, reply.text
    return reply.text


async def test_the_pages_show_both(zhang: Caller, security: Caller) -> None:
    """The list with a button for each, and the notice on the first page of the next session."""
    shown = await page(security, "/people/credentials")
    session = (await zhang.get("/api/v1/sessions")).json()[0]["id"]
    assert f"/people/credentials/{session}/end" in shown
    assert "192.0.2.7" in shown
    await came(zhang, "198.51.100.4")
    assert "从未曾用过的地方登录：198.51.100.4" in await page(zhang, "/")
    ended = await security.client.post(f"/people/credentials/{session}/end", data={"csrf": security.csrf})
    assert ended.status_code == 303, ended.text
    refused(await zhang.get(""), 401, "session_ended")


def test_credentials_at_the_command_line(taizhang: Taizhang) -> None:
    """An office without officers has none; ending an unknown one is refused."""
    taizhang("authority", "registered", "--code", "huadu", "--name", "某局", "--kind", "department",
             "--complete-since", "2018-01-01", "--on", "2018-01-01")  # fmt: skip
    assert taizhang("credential", "list", "--json").json() == []
    refused_ = taizhang("credential", "end", "0" * 32)
    assert (refused_.code, "没有这一会话或密钥" in refused_.err) == (1, True)
