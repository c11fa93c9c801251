"""Passkeys over HTTP, from a software authenticator with real keys, and with every field forged."""

from __future__ import annotations

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from api.today import today
from domain.authority.events import PolicySet, SecondFactorReset, SecondFactorResetRequested
from tests.api.conftest import Running
from tests.api.login.authenticator import ATTESTED, PRESENT, VERIFIED, Authenticator, text
from tests.api.login.test_second_factor import Device, enrolled, forget_used_codes, prove
from tests.api.officers import ADMINISTRATOR, SECURITY, Caller, fresh, record, refused, register_of

NEW, GIVEN = "/api/v1/passkeys", "/api/v1/second-factor/passkey"


async def options(caller: Caller, address: str) -> dict[str, Any]:
    reply = await caller.post(f"{address}/challenge", {})
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()["public_key"]
    return found


async def added(caller: Caller, key: Authenticator) -> list[str]:
    """Add a passkey; its recovery codes."""
    reply = await caller.post(NEW, key.created(await options(caller, NEW)))
    assert reply.status_code == 201, reply.text
    codes: list[str] = reply.json()["recovery_codes"]
    return codes


async def given(caller: Caller, key: Authenticator, **otherwise: Any) -> str:
    """Give a passkey; an empty reply if it was accepted."""
    reply = await caller.post(GIVEN, key.signed(await options(caller, GIVEN), **otherwise))
    return "" if reply.status_code == 200 else str(reply.json()["code"])


async def require_factor_again(caller: Caller) -> None:
    """Require the second factor again, as at the next login, without hashing a password."""
    await caller.behind("UPDATE sessions SET awaits = 'code', proven_at = NULL")


async def forget_failures(caller: Caller) -> None:
    await caller.behind("UPDATE accounts SET failures = 0")
    await caller.behind("DELETE FROM login_sources")


async def test_it_is_required_at_the_next_login(zhang: Caller) -> None:
    """Like a code; the options name this register and only the officer's own passkeys."""
    key = Authenticator()
    assert len(await added(zhang, key)) == 10
    assert (await zhang.get("")).status_code == 200
    assert (await zhang.login()).json()["awaits"] == "code"
    refused(await zhang.get(""), 403, "second_factor_required")
    refused(await zhang.get(NEW), 403, "second_factor_required")
    challenge = await options(zhang, GIVEN)
    assert challenge["rpId"] == "taizhang.test"
    assert [each["id"] for each in challenge["allowCredentials"]] == [text(key.id)]
    assert await given(zhang, key) == ""
    assert (await zhang.get("")).status_code == 200
    (listed,) = (await zhang.get(NEW)).json()
    assert (listed["name"], listed["used_at"] is not None) == ("某安全密钥", True)
    acts = await zhang.accessed("act", "result")
    assert [acts[-3], acts[-1]] == [("passkey_added", "done"), ("passkey_used", "done")]


SIGNED_OTHERWISE: dict[str, dict[str, Any]] = {
    "a host below another": {"origin": "https://taizhang.test.evil.example"},
    "without TLS": {"origin": "http://taizhang.test"},
    "in a page of another site": {"framed": True},
    "another port": {"origin": "https://taizhang.test:444"},
    "another challenge": {"challenge": text(bytes(32))},
    "another type": {"type": "webauthn.create"},
    "another relying party": {"rp": "evil.example"},
    "nobody there": {"flags": 0},
    "nobody there, but verified": {"flags": VERIFIED},
    "another key": {"signing": ec.generate_private_key(ec.SECP256R1())},
    "another id": {"id": bytes(32)},
}


async def test_a_signature_over_other_data_is_refused(zhang: Caller) -> None:
    key = Authenticator()
    await added(zhang, key)
    await require_factor_again(zhang)
    for name, otherwise in SIGNED_OTHERWISE.items():
        assert await given(zhang, key, **otherwise) == "passkey_wrong", name
        await forget_failures(zhang)
    refused(await zhang.get(""), 403, "second_factor_required")
    assert await given(zhang, key) == ""


MADE_OTHERWISE: dict[str, dict[str, Any]] = {
    "another origin": {"origin": "https://evil.example"},
    "another challenge": {"challenge": text(bytes(32))},
    "another type": {"type": "webauthn.get"},
    "another relying party": {"rp": "evil.example"},
    "in a page of another site": {"framed": True},
    "nobody there": {"flags": ATTESTED},
    "no key": {"flags": PRESENT},
    "RS1": {"alg": -65535},
    "RS512": {"alg": -259},
}


async def test_a_credential_made_from_other_data_is_refused(zhang: Caller) -> None:
    """And the challenge cannot be used a second time."""
    key = Authenticator()
    for otherwise in MADE_OTHERWISE.values():
        challenge = await options(zhang, NEW)
        refused(await zhang.post(NEW, key.created(challenge, **otherwise)), 422, "passkey_not_added")
        refused(await zhang.post(NEW, key.created(challenge)), 422, "passkey_not_added")
    assert await zhang.behind("SELECT FROM passkeys") == []


async def test_malformed_responses_are_refused_and_counted(zhang: Caller) -> None:
    key = Authenticator()
    await added(zhang, key)
    for field in ("id", "client_data", "authenticator_data", "signature"):
        for value in ("AAAA", "_", text(b"{}"), text(b"\xff" * 4096), text(b"[" * 9000)):
            reply = await zhang.post(GIVEN, key.signed(await options(zhang, GIVEN)) | {field: value})
            refused(reply, 403, "passkey_wrong")
            await forget_failures(zhang)
    for field in ("id", "client_data", "attestation"):
        for value in ("AAAA", "_", text(b"{}"), text(b"\xff" * 4096), text(b"\x81" * 9000)):
            reply = await zhang.post(NEW, Authenticator().created(await options(zhang, NEW)) | {field: value})
            refused(reply, 422, "passkey_not_added")


async def test_a_challenge_is_bound_to_its_session_and_used_once(running: Running, zhang: Caller) -> None:
    key = Authenticator()
    await added(zhang, key)
    await require_factor_again(zhang)
    elsewhere = Caller(running, zhang.code)
    await elsewhere.login()
    challenge = await options(zhang, GIVEN)
    assert (
        challenge["challenge"] == (await options(zhang, GIVEN))["challenge"]
    )  # two tabs do not interfere with each other
    signed = key.signed(challenge)
    refused(await elsewhere.post(GIVEN, signed), 403, "passkey_wrong")
    assert (await zhang.post(GIVEN, signed)).status_code == 200
    await require_factor_again(zhang)
    refused(await zhang.post(GIVEN, signed), 403, "passkey_wrong")
    await options(zhang, GIVEN)
    refused(await zhang.post(GIVEN, signed), 403, "passkey_wrong")
    challenge = await options(zhang, GIVEN)
    await zhang.behind("UPDATE sessions SET challenged_at = now() - interval '5 minutes 1 second'")
    refused(await zhang.post(GIVEN, key.signed(challenge)), 403, "passkey_wrong")
    assert await given(zhang, key) == ""
    await elsewhere.client.aclose()


async def test_a_challenge_for_creation_is_no_proof(zhang: Caller) -> None:
    key = Authenticator()
    await added(zhang, key)
    challenge = await options(zhang, NEW)
    await require_factor_again(zhang)
    signed = key.signed({"rpId": "taizhang.test", **challenge})
    refused(await zhang.post(GIVEN, signed), 403, "passkey_wrong")


async def test_a_password_alone_adds_no_second_passkey(zhang: Caller) -> None:
    """Nor recovery codes: otherwise anyone who knows the password could create a second factor."""
    await added(zhang, Authenticator())
    await require_factor_again(zhang)
    enrolment = "/api/v1/second-factor/enrolment"
    for address, body in (
        (f"{NEW}/challenge", {}),
        (enrolment, {}),
        (f"{enrolment}/code", {"code": "123456"}),
    ):
        refused(await zhang.post(address, body), 403, "proof_stale")
    created = Authenticator().created({"rp": {"id": "taizhang.test"}, "challenge": text(bytes(32))})
    refused(await zhang.post(NEW, created), 422, "passkey_not_added")
    kept = await zhang.behind("SELECT FROM passkeys")
    assert len(kept) == 1


async def test_another_needs_a_fresh_proof_and_leaves_the_recovery_codes(zhang: Caller) -> None:
    key, other = Authenticator(), Authenticator(counts=False)
    codes = await added(zhang, key)
    await zhang.behind("UPDATE sessions SET proven_at = proven_at - interval '31 minutes'")
    refused(await zhang.post(f"{NEW}/challenge", {}), 403, "proof_stale")
    assert await given(zhang, key) == ""
    assert await added(zhang, other) == []
    reply = await zhang.post("/api/v1/second-factor/enrolment", {})
    device = Device(reply.json()["secret"])
    confirmed = await zhang.post("/api/v1/second-factor/enrolment/code", {"code": device.code()})
    assert confirmed.json()["recovery_codes"] == []
    for each in (key, other):
        await require_factor_again(zhang)
        assert await given(zhang, each) == ""
    await require_factor_again(zhang)
    assert await prove(zhang, device.code(1)) != "code_wrong"
    await require_factor_again(zhang)
    assert await prove(zhang, codes[0]) != "code_wrong"


async def test_a_cloned_passkey_is_detected_by_its_counter(zhang: Caller) -> None:
    """A passkey without a counter (0) is always accepted."""
    key, silent = Authenticator(), Authenticator(counts=False)
    await added(zhang, key)
    await added(zhang, silent)
    for each in (silent, silent, key):
        assert await given(zhang, each) == ""
    await require_factor_again(zhang)
    assert await given(zhang, key, count=key.count) == "passkey_copied"
    assert await given(zhang, key, count=0) == "passkey_copied"
    refused(await zhang.get(""), 403, "second_factor_required")
    assert (await zhang.accessed("act", "result"))[-1] == ("passkey_used", "passkey_copied")


async def test_wrong_ones_lock_as_wrong_passwords_do(zhang: Caller) -> None:
    key = Authenticator()
    codes = await added(zhang, key)
    await require_factor_again(zhang)
    for _ in range(5):
        assert await given(zhang, key, rp="evil.example") == "passkey_wrong"
    assert await given(zhang, key) == "passkey_wrong"
    assert await prove(zhang, codes[0]) == "code_wrong"
    refused(await zhang.login(), 401, "login_failed")


async def test_administrators_need_user_verification(running: Running) -> None:
    """By the policy everybody does from a day on; before it, user presence is enough for a handler."""
    zhou = await fresh(running, "zhou", "auditor")
    await zhou.login()
    silent = Authenticator(verifies=False)
    challenge = await options(zhou, NEW)
    assert challenge["authenticatorSelection"]["userVerification"] == "required"
    refused(await zhou.post(NEW, silent.created(challenge)), 422, "passkey_not_added")
    known = Authenticator()
    await added(zhou, known)
    assert await given(zhou, known, flags=PRESENT) == "passkey_wrong"
    assert await given(zhou, known) == ""
    li = await fresh(running, "li")
    await li.login()
    await added(li, silent)
    assert await given(li, silent) == ""
    policy = PolicySet(today(), "passkey_verification", "of_everybody", today())
    await record(register_of(running), li.code, ADMINISTRATOR, policy)
    assert await given(li, silent) == "passkey_wrong"
    for each in (zhou, li):
        await each.client.aclose()


async def test_a_passkey_is_removed_but_not_the_last(running: Running, zhang: Caller) -> None:
    key, other = Authenticator(), Authenticator()
    await added(zhang, key)
    await added(zhang, other)
    first, second = (each["id"] for each in (await zhang.get(NEW)).json())
    li = await fresh(running, "li")
    await li.login()
    refused(await li.call("DELETE", f"{NEW}/{first}"), 404, "passkey_unknown")
    await zhang.behind("UPDATE sessions SET proven_at = proven_at - interval '31 minutes'")
    refused(await zhang.call("DELETE", f"{NEW}/{first}"), 403, "proof_stale")
    assert await given(zhang, key) == ""
    assert (await zhang.call("DELETE", f"{NEW}/{first}")).status_code == 200
    assert await given(zhang, key) == "passkey_wrong"
    refused(await zhang.call("DELETE", f"{NEW}/{first}"), 404, "passkey_unknown")
    refused(await zhang.call("DELETE", f"{NEW}/{second}"), 409, "last_second_factor")
    refused(await zhang.call("DELETE", f"{NEW}/nonsense"), 404, "passkey_unknown")
    assert await given(zhang, other) == ""
    await li.client.aclose()


async def test_another_officers_passkey_is_refused(running: Running, zhang: Caller) -> None:
    """Neither added a second time nor used for another officer; and an officer has at most ten."""
    key = Authenticator()
    await added(zhang, key)
    refused(await zhang.post(NEW, key.created(await options(zhang, NEW))), 422, "passkey_not_added")
    for _ in range(9):
        await added(zhang, Authenticator())
    refused(await zhang.post(f"{NEW}/challenge", {}), 409, "too_many_passkeys")


async def test_two_administrators_reset_passkeys(running: Running, zhang: Caller) -> None:
    await added(zhang, Authenticator())
    await enrolled(zhang)
    await forget_used_codes(zhang)
    register = register_of(running)
    lost = SecondFactorResetRequested(today(), "zhang", "安全密钥遗失")
    (version,) = await record(register, zhang.code, SECURITY, lost)
    await record(register, zhang.code, ADMINISTRATOR, SecondFactorReset(today(), version))
    assert (await zhang.login()).json()["awaits"] == ""
    for table in ("second_factors", "recovery_codes", "passkeys"):
        assert await zhang.behind(f"SELECT FROM {table}") == []


async def test_the_policy_is_met_by_a_passkey(running: Running) -> None:
    wang = await fresh(running, "wang", "approver")
    policy = PolicySet(today(), "second_factor", "administrators_and_approvers", today())
    await record(register_of(running), wang.code, ADMINISTRATOR, policy)
    await wang.login()
    refused(await wang.get(""), 403, "second_factor_required")
    await added(wang, Authenticator())
    assert (await wang.get("")).status_code == 200
    await wang.client.aclose()


async def test_without_a_public_address_there_are_no_passkeys(running: Running, zhang: Caller) -> None:
    state = running.application.litestar.state
    party, state.party = state.party, None
    try:
        for address in (NEW, GIVEN):
            refused(await zhang.post(f"{address}/challenge", {}), 409, "passkeys_off")
    finally:
        state.party = party
