"""The second factor over HTTP: enrolment, login, confirmation before sensitive acts, and reset by two administrators.

Expected codes are computed here from RFC 6238; the test vectors are those of its appendix B.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from time import time
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.accounts import second_factors
from api.today import today
from domain.authority.events import PolicySet, SecondFactorReset, SecondFactorResetRequested
from tests.api.conftest import Running
from tests.api.officers import (
    ADMINISTRATOR,
    OTHER_PASSWORD,
    PASSWORD,
    SECURITY,
    Caller,
    fresh,
    record,
    refused,
    register_of,
)

ATTEMPTS = 5
RENEWAL = "/api/v1/second-factor/recovery-codes"


def code_at(secret: bytes, moment: float, digits: int = 6) -> str:
    """RFC 6238: HMAC-SHA-1 over the step of thirty seconds, dynamically truncated."""
    digest = hmac.digest(secret, int(moment // 30).to_bytes(8, "big"), hashlib.sha1)
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}d}"


class Device:
    """The officer's device. Each code it gives is of a later step than the one before."""

    def __init__(self, secret: str) -> None:
        self.secret = base64.b32decode(secret.replace(" ", ""))

    def code(self, steps: int = 0) -> str:
        return code_at(self.secret, time() + 30 * steps)


async def enrolled(caller: Caller) -> tuple[Device, list[str]]:
    """Enrol; the device and the recovery codes."""
    reply = await caller.post("/api/v1/second-factor/enrolment", {})
    assert reply.status_code == 201, reply.text
    device = Device(reply.json()["secret"])
    confirmed = await caller.post("/api/v1/second-factor/enrolment/code", {"code": device.code()})
    assert confirmed.status_code == 200, confirmed.text
    return device, confirmed.json()["recovery_codes"]


async def prove(caller: Caller, code: str) -> object:
    reply = await caller.post("/api/v1/second-factor", {"code": code})
    return reply if reply.status_code == 200 else reply.json()["code"]


async def forget_used_codes(caller: Caller) -> None:
    """As if the used steps had passed, so that tests need not wait."""
    await caller.behind("UPDATE second_factors SET last_step = 0")


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "94287082"), (1111111109, "07081804"), (1234567890, "89005924"), (20000000000, "65353130")],
)
def test_the_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    """The vectors of RFC 6238, appendix B; devices show the last six of the eight digits."""
    secret = b"12345678901234567890"
    assert code_at(secret, seconds, 8) == code
    moment = datetime.fromtimestamp(seconds, UTC)
    assert second_factors.step_of(secret, code[2:], moment) == seconds // 30
    assert second_factors.step_of(secret, "000000", moment) is None
    assert second_factors.step_of(secret, code, moment) is None
    assert second_factors.step_of(secret, "１２３４５６", moment) is None
    for typed in (f"{code[2:5]} {code[5:]}", wide(code[2:])):
        assert second_factors.step_of(secret, typed, moment) == seconds // 30


def wide(code: str) -> str:
    """In full-width characters, as typed on a Chinese keyboard."""
    return "".join(chr(ord(each) + 0xFEE0) for each in code)


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_step_off(steps: int, good: bool) -> None:
    secret = b"12345678901234567890"
    moment = datetime.fromtimestamp(1111111109, UTC)
    found = second_factors.step_of(secret, code_at(secret, 1111111109 + 30 * steps), moment)
    assert found == (1111111109 // 30 + steps if good else None)


async def test_the_qr_code_names_office_and_officer(zhang: Caller) -> None:
    body = (await zhang.post("/api/v1/second-factor/enrolment", {})).json()
    address = urlsplit(body["address"])
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    query = parse_qs(address.query)
    assert query["secret"] == [body["secret"].replace(" ", "")]
    assert query["issuer"] == ["台账"]
    assert f"zhang%40{zhang.code}" in address.path
    assert len(base64.b32decode(query["secret"][0])) == 20


async def test_it_is_required_at_the_next_login(zhang: Caller) -> None:
    """Until it is given the session is accepted only for giving it."""
    device, _ = await enrolled(zhang)
    assert (await zhang.get("")).status_code == 200  # the factor was given in this session
    reply = await zhang.login()
    assert reply.json()["awaits"] == "code"
    for method, address in (
        ("GET", ""),
        ("GET", "/api/v1/keys"),
        ("POST", "/api/v1/keys"),
        ("GET", "requests"),
    ):
        refused(await zhang.call(method, address, json={}), 403, "second_factor_required")
    body = {"old": PASSWORD, "new": OTHER_PASSWORD}
    refused(await zhang.post("/api/v1/password", body), 403, "second_factor_required")
    assert (await zhang.get("/api/v1/session")).json()["awaits"] == "code"
    await prove(zhang, device.code(1))
    assert (await zhang.get("")).status_code == 200
    assert (await zhang.get("/api/v1/session")).json()["awaits"] == ""
    acts = await zhang.accessed("act", "result")
    assert acts[-3:] == [("enrolled", "done"), ("login", "done"), ("code_given", "done")]


async def test_a_new_password_does_not_replace_it(zhang: Caller) -> None:
    """After a password change the session remains confirmed; the next login requires the factor again."""
    await enrolled(zhang)
    changed = await zhang.post("/api/v1/password", {"old": PASSWORD, "new": OTHER_PASSWORD})
    assert changed.json()["awaits"] == ""
    assert (await zhang.get("")).status_code == 200
    assert (await zhang.login(OTHER_PASSWORD)).json()["awaits"] == "code"


async def test_a_code_is_accepted_once(zhang: Caller) -> None:
    device, _ = await enrolled(zhang)
    await zhang.login()
    assert await prove(zhang, device.code()) == "code_wrong"  # the code of the enrolment
    await prove(zhang, device.code(1))
    await zhang.login()
    assert await prove(zhang, device.code(1)) == "code_wrong"
    assert await prove(zhang, device.code()) == "code_wrong"  # of an earlier step than the last used one


async def test_recovery_codes_are_renewed_only_after_a_recent_code(zhang: Caller) -> None:
    """The old ones become invalid; it is in the access log, and refused without a second factor."""
    refused(await zhang.post(RENEWAL, {}), 409, "second_factor_missing")
    _, codes = await enrolled(zhang)
    await zhang.behind("UPDATE sessions SET proven_at = proven_at - interval '31 minutes'")
    refused(await zhang.post(RENEWAL, {}), 403, "proof_stale")
    assert (await zhang.post("/api/v1/second-factor", {"code": codes[0]})).status_code == 200
    reply = await zhang.post(RENEWAL, {})
    renewed = reply.json()["recovery_codes"]
    assert (reply.status_code, len(renewed), set(renewed) & set(codes)) == (200, 10, set())
    refused(await zhang.post("/api/v1/second-factor", {"code": codes[1]}), 403, "code_wrong")
    assert (await zhang.post("/api/v1/second-factor", {"code": renewed[0]})).status_code == 200
    logged = await zhang.behind(
        "SELECT act FROM access_log WHERE act = 'recovery_codes_renewed' AND result = 'done'"
    )
    assert len(logged) == 1


async def test_a_recovery_code_is_accepted_once(zhang: Caller) -> None:
    """There are ten; dashes, case and full width do not matter."""
    _, codes = await enrolled(zhang)
    assert len(set(codes)) == 10
    await zhang.login()
    assert await prove(zhang, codes[0].upper().replace("-", " ")) != "code_wrong"
    await zhang.login()
    assert await prove(zhang, codes[0]) == "code_wrong"
    assert await prove(zhang, wide(codes[1].replace("-", ""))) != "code_wrong"
    kept = await zhang.behind("SELECT encode(digest, 'hex') AS digest FROM recovery_codes")
    assert len(kept) == 8
    assert not any(code.replace("-", "") in str(kept) for code in codes)


async def test_wrong_codes_lock_as_wrong_passwords_do(zhang: Caller) -> None:
    """A right password in between does not reset the count, which would allow unlimited guesses."""
    device, codes = await enrolled(zhang)
    await forget_used_codes(zhang)
    for _ in range(ATTEMPTS):
        assert (await zhang.login()).status_code == 200
        assert await prove(zhang, "000000") == "code_wrong"
    assert await prove(zhang, device.code()) == "code_wrong"
    assert await prove(zhang, codes[0]) == "code_wrong"
    refused(await zhang.login(), 401, "login_failed")
    await zhang.behind("UPDATE accounts SET locked_until = now()")
    await zhang.login()
    assert await prove(zhang, device.code()) != "code_wrong"


async def test_enrolling_needs_a_first_code_and_happens_once(zhang: Caller) -> None:
    """An unfinished enrolment can be restarted; a factor in force cannot be replaced, even with the password."""
    assert await prove(zhang, "123456") == "second_factor_missing"
    first = (await zhang.post("/api/v1/second-factor/enrolment", {})).json()["secret"]
    assert (await zhang.login()).json()["awaits"] == ""
    device, _ = await enrolled(zhang)
    assert Device(first).secret != device.secret
    refused(await zhang.post("/api/v1/second-factor/enrolment", {}), 409, "second_factor_exists")
    confirm = {"code": device.code(1)}
    refused(await zhang.post("/api/v1/second-factor/enrolment/code", confirm), 409, "second_factor_exists")
    secrets = await zhang.behind("SELECT ciphertext FROM vault WHERE field = 'second_factor'")
    assert len(secrets) == 1
    assert device.secret.hex().encode() not in secrets[0]["ciphertext"]


async def test_other_sessions_end_when_it_comes_into_force(running: Running, zhang: Caller) -> None:
    elsewhere = Caller(running, zhang.code)
    await elsewhere.login()
    await enrolled(zhang)
    refused(await elsewhere.get(""), 401, "session_ended")
    assert (await zhang.get("")).status_code == 200
    await elsewhere.client.aclose()


async def test_the_policy_requires_it_from_the_first_login(running: Running) -> None:
    """三员和负责人 enrol before anything else; a handler need not."""
    wang, li = await fresh(running, "wang", "approver"), await fresh(running, "li", "handler")
    for each in (wang, li):
        policy = PolicySet(today(), "second_factor", "administrators_and_approvers", today())
        await record(register_of(running), each.code, ADMINISTRATOR, policy)
        await each.login()
    assert (await li.get("")).status_code == 200
    refused(await wang.get(""), 403, "second_factor_required")
    assert (await wang.get("/api/v1/session")).json()["awaits"] == "enrolment"
    await enrolled(wang)
    assert (await wang.get("")).status_code == 200
    for each in (wang, li):
        await each.client.aclose()


async def test_sensitive_acts_require_a_recent_code(running: Running) -> None:
    """Personal data are refused half an hour after the last code, until the next; other calls work."""
    wang = await fresh(running, "wang", "approver")
    await wang.login()
    device, _ = await enrolled(wang)
    path = "requests/2026-0001/sealed?purpose=核对"
    assert (await wang.get(path)).json()["code"] == "request_unknown"
    await wang.behind("UPDATE sessions SET proven_at = proven_at - interval '30 minutes 1 second'")
    refused(await wang.get(path), 403, "proof_stale")
    assert (await wang.get("requests")).status_code == 200
    erasure = {"type": "personal_data_erased", "on": str(today()), "requested": 2}
    refused(
        await wang.post("requests/2026-0001/events", erasure, headers={"Idempotency-Key": "k"}),
        403,
        "proof_stale",
    )
    await prove(wang, device.code(1))
    assert (await wang.get(path)).json()["code"] == "request_unknown"
    await wang.client.aclose()


async def test_a_key_for_sensitive_acts_requires_a_recent_code(running: Running) -> None:
    """Otherwise an open session could create a year's access to what it may not do itself; other keys need no code."""
    wang = await fresh(running, "wang", "approver")
    await wang.login()
    device, _ = await enrolled(wang)
    await wang.behind("UPDATE sessions SET proven_at = proven_at - interval '30 minutes 1 second'")
    body = {"name": "某系统", "acts": ["read", "erase"], "days": 366}
    refused(await wang.post("/api/v1/keys", body), 403, "proof_stale")
    assert (await wang.get("/api/v1/keys")).json() == []
    assert (await wang.post("/api/v1/keys", {**body, "acts": ["read"]})).status_code == 201
    await prove(wang, device.code(1))
    assert (await wang.post("/api/v1/keys", body)).status_code == 201
    await wang.client.aclose()


async def test_two_administrators_reset_a_lost_one(running: Running, zhang: Caller) -> None:
    """One event each; the officer's sessions end, and the password alone suffices until they enrol again."""
    await enrolled(zhang)
    register = register_of(running)
    (version,) = await record(
        register, zhang.code, SECURITY, SecondFactorResetRequested(today(), "zhang", "手机遗失")
    )
    assert (await zhang.get("")).status_code == 200
    await record(register, zhang.code, ADMINISTRATOR, SecondFactorReset(today(), version))
    refused(await zhang.get(""), 401, "session_ended")
    assert (await zhang.login()).json()["awaits"] == ""
    for table in ("second_factors", "recovery_codes"):
        assert await zhang.behind(f"SELECT FROM {table}") == []
    assert await zhang.behind("SELECT FROM vault WHERE field = 'second_factor'") == []
    await enrolled(zhang)


async def test_the_secret_is_resealed_with_the_vault(running: Running, zhang: Caller) -> None:
    """It is a sealed value like others: see `taizhang vault reseal`."""
    await enrolled(zhang)
    (row,) = await zhang.behind(
        "SELECT v.key_id FROM vault v JOIN second_factors f ON f.sealed_id = v.id AND f.authority_id = v.authority_id"
    )
    assert row["key_id"] == "0001"
