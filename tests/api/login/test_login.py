"""Logins: passwords, locking, and replies that do not reveal whether an account exists.

Expected figures: five failures, fifteen minutes and ninety days are those of GB/T 22239-2019, 8.1.4.1 and 8.1.4.2, as in
adapters/accounts/accounts.py and adapters/accounts/password_policy.py; they are typed here independently.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from time import process_time
from uuid import uuid4

import httpx
import pytest
from structlog.testing import capture_logs

from adapters.accounts import password_hashing, password_policy
from adapters.accounts.password_policy import POLICIES
from api.settings import from_environment
from api.today import today
from domain.authority.events import OfficerDismissed
from domain.law.refusals import Malformed
from tests.api.conftest import Running
from tests.api.officers import (
    ADMINISTRATOR,
    ORIGIN,
    OTHER_PASSWORD,
    PASSWORD,
    Caller,
    fresh,
    record,
    refused,
    register_of,
)

WRONG = "Zhangsan-2026-guanmen"
ATTEMPTS, MINUTES, FROM_ONE_ADDRESS = 5, 15, 20


@pytest.fixture
async def zhang(running: Running) -> AsyncIterator[Caller]:
    caller = await fresh(running)
    yield caller
    await caller.client.aclose()


# --- the password ---


async def test_the_right_password_opens_a_session(zhang: Caller) -> None:
    """The cookie is not readable by scripts nor sent by other sites; the reply has the officer and their powers."""
    reply = await zhang.login()
    assert reply.status_code == 200, reply.text
    body = reply.json()
    assert body == {
        "authority": zhang.code, "officer": "zhang", "roles": ["handler"], "must_change": False, "csrf": zhang.csrf,
        "awaits": "", "news": None,
    }  # fmt: skip
    assert len(zhang.csrf) == 64
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith(f"taizhang={zhang.code}.")
    assert set(cookie.split("; ")[1:]) == {"Path=/", "Max-Age=28800", "HttpOnly", "SameSite=Strict"}
    assert (await zhang.get("")).status_code == 200
    assert zhang.csrf not in zhang.cookie


async def test_over_tls_the_cookie_is_for_this_host_alone(zhang: Caller) -> None:
    """Named `__Host-` and Secure; the plain name is not accepted there."""
    transport = httpx.ASGITransport(zhang.running.application, client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="https://taizhang.test") as client:
        body = {"authority": zhang.code, "officer": "zhang", "password": PASSWORD}
        reply = await client.post("/api/v1/login", json=body)
        assert reply.headers["set-cookie"].startswith("__Host-taizhang=")
        assert "; Secure" in reply.headers["set-cookie"]
        assert (await client.get("/api/v1/session")).status_code == 200
        value = client.cookies["__Host-taizhang"]
        client.cookies.clear()
        found = await client.get("/api/v1/session", headers={"Cookie": f"taizhang={value}"})
        refused(found, 401, "unauthorized")


@pytest.mark.usefixtures("passwords_at_their_cost")
async def test_only_an_argon2id_hash_is_stored(zhang: Caller) -> None:
    """And the SHA-256 of the session: a reader of the tables cannot log in with either."""
    await zhang.login()
    (hash_,) = (await zhang.behind("SELECT password_hash FROM accounts WHERE officer = 'zhang'"))[0]
    assert hash_.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    secret = zhang.cookie.split(".")[1]
    rows = str(await zhang.behind("SELECT s::text FROM sessions AS s"))
    rows += str(await zhang.behind("SELECT a::text FROM accounts AS a")) + str(
        await zhang.accessed("access_log::text")
    )
    assert secret not in rows
    assert secret.encode().hex() not in rows
    assert PASSWORD not in rows
    assert zhang.csrf not in rows


async def test_every_failure_has_the_same_reply(zhang: Caller) -> None:
    """Wrong password, unknown account, unknown authority, locked account with the right password: 401 with the same bytes."""
    texts = {
        (await zhang.login(WRONG)).content,
        (await zhang.login(officer="nobody")).content,
        (await zhang.login(officer="没有这样的人")).content,
        (await zhang.login(authority="no-such-office")).content,
        (await zhang.login(authority="不是代码")).content,
    }
    for _ in range(ATTEMPTS):
        refused(await zhang.login(WRONG), 401, "login_failed")
    texts.add((await zhang.login()).content)
    assert len(texts) == 1
    assert b"zhang" not in texts.pop()


@pytest.mark.usefixtures("passwords_at_their_cost")
async def test_every_failure_takes_the_same_time(running: Running) -> None:
    """Timing does not reveal whether the account exists: one hash each, measured in processor time."""
    times: dict[str, list[float]] = {"zhang": [], "nobody": [], "locked": []}
    zhang = await fresh(running)
    await zhang.behind(
        "UPDATE accounts SET locked_until = now() + interval '1 hour' WHERE officer = 'a-admin'"
    )
    for _ in range(4):
        for kind, changes in (
            ("zhang", {"officer": "zhang"}),
            ("nobody", {"officer": "nobody"}),
            ("locked", {"officer": "a-admin"}),
        ):
            begun = process_time()
            refused(await zhang.login(WRONG, **changes), 401, "login_failed")
            times[kind].append(process_time() - begun)
    shortest = [min(each) for each in times.values()]
    assert min(shortest) > 0.5 * max(shortest), shortest


async def test_five_failures_lock_for_a_quarter_of_an_hour(zhang: Caller) -> None:
    """After the fifth the right password is refused too, until the database's clock has passed fifteen minutes."""
    for _ in range(ATTEMPTS - 1):
        refused(await zhang.login(WRONG), 401, "login_failed")
    assert (await zhang.login()).status_code == 200  # in time: the count starts again
    for _ in range(ATTEMPTS):
        refused(await zhang.login(WRONG), 401, "login_failed")
    refused(await zhang.login(), 401, "login_failed")
    await zhang.behind("UPDATE accounts SET locked_until = locked_until - interval '14 minutes 50 seconds'")
    refused(await zhang.login(), 401, "login_failed")
    await zhang.behind("UPDATE accounts SET locked_until = locked_until - interval '11 seconds'")
    assert (await zhang.login()).status_code == 200
    acts = await zhang.accessed("act", "result", "actor", "source")
    assert acts.count(("lockout", "done", "zhang", "192.0.2.7")) == 1
    assert acts.count(("login", "login_failed", "zhang", "192.0.2.7")) == 4 + 5 + 2
    assert acts.count(("login", "done", "zhang", "192.0.2.7")) == 2


async def test_parallel_attempts_count_each(zhang: Caller) -> None:
    """Of twelve wrong passwords in parallel five are judged, and the account is locked once."""
    replies = await asyncio.gather(*(zhang.login(WRONG) for _ in range(12)))
    assert {reply.status_code for reply in replies} == {401}
    ((failures, locked),) = await zhang.behind(
        "SELECT failures, locked_until > now() FROM accounts WHERE officer = 'zhang'"
    )
    assert (failures, locked) == (ATTEMPTS, True)
    assert (await zhang.accessed("act")).count("lockout") == 1


async def test_an_address_with_too_many_failures_is_refused(zhang: Caller) -> None:
    """After twenty wrong passwords for any accounts: 429 with Retry-After, also for the right one; not for other addresses."""
    for nth in range(FROM_ONE_ADDRESS):
        refused(await zhang.login(WRONG, officer=f"nobody-{nth}"), 401, "login_failed")
    reply = await zhang.login()
    refused(reply, 429, "too_many_failures")
    assert reply.headers["retry-after"] == "900"
    transport = httpx.ASGITransport(zhang.running.application, client=("192.0.2.8", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://t") as elsewhere:
        body = {"authority": zhang.code, "officer": "zhang", "password": PASSWORD}
        assert (await elsewhere.post("/api/v1/login", json=body)).status_code == 200
    await zhang.behind("UPDATE login_sources SET failed_at = failed_at - interval '15 minutes'")
    assert (await zhang.login()).status_code == 200
    assert ("login", "too_many_failures") in await zhang.accessed("act", "result")


async def test_wrong_logins_at_an_unknown_authority_are_limited_like_those_at_a_known_one(
    zhang: Caller,
) -> None:
    """Twenty wrong passwords block logins at that authority only, whether it exists or not."""

    async def answer(code: str) -> int:
        body = {"authority": code, "officer": "nobody", "password": WRONG}
        return (await zhang.client.post("/api/v1/login", json=body)).status_code

    missing = [f"no-{uuid4().hex[:8]}" for _ in range(2)]  # others also try authorities that do not exist
    assert [await answer(missing[0]) for _ in range(FROM_ONE_ADDRESS + 1)] == [401] * FROM_ONE_ADDRESS + [429]
    assert [await answer(code) for code in (missing[1], zhang.code, missing[0])] == [401, 401, 429]


@pytest.mark.parametrize("officer", ["zh\x00ang", "\ud800", "'; --"])
async def test_an_impossible_id_fails_like_a_wrong_one(zhang: Caller, officer: str) -> None:
    """Including NUL and lone surrogates: never a 500."""
    body = json.dumps({"authority": zhang.code, "officer": officer, "password": WRONG}).encode()
    reply = await zhang.client.post(
        "/api/v1/login", content=body, headers={"Content-Type": "application/json"}
    )
    assert (reply.status_code, reply.json()["code"]) in ((401, "login_failed"), (400, "malformed")), (
        reply.text
    )


async def test_an_impossible_session_or_key_id_is_not_found(zhang: Caller) -> None:
    """NUL, lone surrogates, another alphabet, in the address of sessions and of keys."""
    await zhang.login()
    for address, code in (("sessions", "session_unknown"), ("keys", "key_unknown")):
        for id_ in ("%00", "a%00b", "%ED%A0%80", "x", "a" * 31, "%E5%BC%A0"):
            refused(await zhang.call("DELETE", f"/api/v1/{address}/{id_}"), 404, code)


async def test_an_unknown_account_name_is_not_logged(zhang: Caller) -> None:
    """It may be a password typed into the wrong field: it is neither in the tables nor in the program's log."""
    with capture_logs() as logs:
        refused(await zhang.login("x", officer=PASSWORD), 401, "login_failed")
        refused(await zhang.login(PASSWORD + "!"), 401, "login_failed")
        await zhang.login()
        refused(await zhang.post("/api/v1/password", {"old": WRONG, "new": PASSWORD}), 401, "login_failed")
    kept = str(logs) + str(await zhang.accessed("access_log::text"))
    assert PASSWORD not in kept
    assert WRONG not in kept
    assert zhang.cookie.split(".")[1] not in kept
    assert zhang.csrf not in kept
    assert await zhang.accessed("actor", "result") == [
        ("local", "done"), ("", "login_failed"), ("zhang", "login_failed"), ("zhang", "done"), ("zhang", "login_failed"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        {}, [], "x", {"authority": "huadu"}, {"authority": "huadu", "officer": "z", "password": ""},
        {"authority": "huadu", "officer": "z", "password": "x" * 1025}, {"authority": 1, "officer": 2, "password": 3},
        {"authority": "huadu", "officer": "z", "password": "x", "role": "auditor"},
        {"authority": "a" * 41, "officer": "z", "password": "x"},
    ],
)  # fmt: skip
async def test_a_malformed_login_is_refused(zhang: Caller, body: object) -> None:
    """400 with the path of the part at fault, without repeating any value."""
    reply = await zhang.client.post("/api/v1/login", json=body)
    refused(reply, 400, "malformed")
    assert "x" * 20 not in reply.text


async def test_a_login_by_html_form_is_refused(zhang: Caller) -> None:
    """Another site's page can make a browser send a form, but not JSON."""
    form = {"authority": zhang.code, "officer": "zhang", "password": PASSWORD}
    refused(await zhang.client.post("/api/v1/login", data=form), 415, "other_media_type")


# --- the right password, and no login ---


async def test_the_first_login_changes_the_password(zhang: Caller) -> None:
    """Until then the session allows only that and logging out; the initial password is no longer valid."""
    await zhang.behind("UPDATE accounts SET must_change = true WHERE officer = 'zhang'")
    assert (await zhang.login()).json()["must_change"] is True
    for address in ("", "requests", "tables", "history"):
        refused(await zhang.get(address), 403, "password_must_change")
    key = {"name": "x", "acts": ["read"], "days": 366}
    refused(
        await zhang.post("/api/v1/keys", key), 403, "password_must_change"
    )  # it would remain valid after the password
    for address in ("keys", "sessions", "passkeys"):
        refused(await zhang.get(f"/api/v1/{address}"), 403, "password_must_change")
    page = await zhang.get("/me")
    assert (page.status_code, page.headers.get("location")) == (303, "/password")
    assert (await zhang.get("/password")).status_code == 200
    assert (await zhang.get("/api/v1/session")).status_code == 200
    refused(await zhang.post("/api/v1/password", {"old": PASSWORD, "new": PASSWORD}), 422, "password_reused")
    reply = await zhang.post("/api/v1/password", {"old": PASSWORD, "new": OTHER_PASSWORD})
    assert (reply.status_code, reply.json()["must_change"]) == (200, False)
    assert (await zhang.get("requests")).status_code == 200


async def test_a_password_expires_after_ninety_days(zhang: Caller) -> None:
    """On the day before it is still accepted."""
    await zhang.behind("UPDATE accounts SET changed_at = now() - interval '89 days' WHERE officer = 'zhang'")
    assert (await zhang.login()).json()["must_change"] is False
    await zhang.behind("UPDATE accounts SET changed_at = now() - interval '91 days' WHERE officer = 'zhang'")
    assert (await zhang.login()).json()["must_change"] is True


async def test_after_ninety_idle_days_the_account_is_disabled(zhang: Caller) -> None:
    """Until the administrator enables it; its keys are refused too."""
    await zhang.behind("UPDATE accounts SET active_at = now() - interval '91 days' WHERE officer = 'zhang'")
    refused(await zhang.login(), 403, "account_disabled")
    await zhang.behind("UPDATE accounts SET active_at = now() WHERE officer = 'zhang'")
    refused(await zhang.login(), 403, "account_disabled")
    await register_of(zhang.running).accounts.unlock(zhang.code, "zhang", actor="local", origin=ORIGIN)
    assert (await zhang.login()).status_code == 200


async def test_a_dismissed_officer_cannot_log_in(zhang: Caller) -> None:
    """The account remains, but logs nobody in."""
    await zhang.login()
    await record(register_of(zhang.running), zhang.code, ADMINISTRATOR, OfficerDismissed(today(), "zhang"))
    refused(await zhang.get(""), 401, "session_ended")
    refused(await zhang.login(), 403, "account_disabled")


# --- changing it ---


async def test_the_last_five_passwords_are_refused(running: Running) -> None:
    """A password may be reused after five others; the session continues under a new id, all others end."""
    zhang, other = await fresh(running), None
    await zhang.login()
    other = Caller(running, zhang.code)
    await other.login()
    old, before = PASSWORD, zhang.cookie
    for nth in range(5):
        refused(await zhang.post("/api/v1/password", {"old": old, "new": PASSWORD}), 422, "password_reused")
        new = f"{OTHER_PASSWORD}-{nth}"
        assert (await zhang.post("/api/v1/password", {"old": old, "new": new})).status_code == 200
        old = new
    assert zhang.cookie != before
    refused(await other.get(""), 401, "session_ended")
    assert (await zhang.post("/api/v1/password", {"old": old, "new": PASSWORD})).status_code == 200
    assert len(await zhang.behind("SELECT id FROM sessions")) == 1


async def test_the_old_password_is_required_and_failures_count(zhang: Caller) -> None:
    """An open session does not allow guessing: five wrong old passwords lock the account."""
    await zhang.login()
    for _ in range(ATTEMPTS + 1):
        refused(
            await zhang.post("/api/v1/password", {"old": WRONG, "new": OTHER_PASSWORD}), 401, "login_failed"
        )
    ((locked,),) = await zhang.behind("SELECT locked_until > now() FROM accounts WHERE officer = 'zhang'")
    assert locked


@pytest.mark.parametrize(
    ("policy", "password", "fit"),
    [
        # 12 characters of three classes, as in notes/reliability.md 6.1
        ("mlps3", "Abcdefg12345", True), ("mlps3", "Abcdefg1234", False), ("mlps3", "abcdefg12345", False),
        ("mlps3", "abcdefg-2345", True), ("mlps3", "ABCDEFGHIJKL", False), ("mlps3", "口令口令口令口令口令Aa1", True),
        ("mlps3", "Aa1" + "x" * 125, True), ("mlps3", "Aa1" + "x" * 126, False),
        # any characters, up to 128, but neither common nor containing the account name
        ("asvs", "correct horse battery", True), ("asvs", "zheng que de kou ling", True), ("asvs", "short phrase", True),
        ("asvs", "elevenchars", False), ("asvs", "password1234", False), ("asvs", "Password!2345", False),
        ("asvs", "aaaaaaaaaaaaaaaa", False), ("asvs", "1234567890123456", False), ("asvs", "qwertyuiop12", False),
        ("asvs", "1qaz2wsx3edc", False), ("asvs", "kou ling zhangsan", False), ("asvs", "x" + "ab" * 64, False),
    ],
)  # fmt: skip
def test_the_two_policies(policy: password_policy.PolicyName, password: str, fit: bool) -> None:
    """Passwords accepted and refused by each policy, for an officer zhangsan."""
    fault = password_policy.fault(password, "zhangsan", POLICIES[policy])
    assert (fault is None) is fit, fault


def test_the_terms_of_the_two_policies() -> None:
    """mlps3: 90 days, five not reused, 90 idle days. asvs: no rotation, no history, no idle limit."""
    mlps3, asvs = POLICIES["mlps3"], POLICIES["asvs"]
    assert (mlps3.shortest, mlps3.classes, mlps3.days, mlps3.not_reused, mlps3.idle_days) == (
        12,
        3,
        90,
        5,
        90,
    )
    assert (asvs.shortest, asvs.longest, asvs.classes, asvs.days, asvs.idle_days) == (12, 128, 1, None, None)


def test_the_policy_is_a_setting() -> None:
    """mlps3 by default; an unknown policy is refused by name."""
    assert from_environment({}).passwords == "mlps3"
    assert from_environment({"TAIZHANG_PASSWORDS": "asvs"}).passwords == "asvs"
    with pytest.raises(Malformed, match="TAIZHANG_PASSWORDS"):
        from_environment({"TAIZHANG_PASSWORDS": "none"})


@pytest.mark.usefixtures("passwords_at_their_cost")
async def test_hashes_are_limited_to_the_threads() -> None:
    """Each takes 64 MiB: at most two run at a time."""
    assert password_hashing.AT_ONCE == 2
    assert password_hashing._THREADS._max_workers == 2
    hash_ = await password_hashing.hashed(PASSWORD)
    found = await asyncio.gather(*(password_hashing.matches(each, hash_) for each in [PASSWORD, WRONG] * 3))
    assert found == [True, False] * 3
    assert await password_hashing.matches("nobody has this password", None) is False
