"""Logins by an identity provider, as browsers make them: who is let in, as whom, and what works if the provider is down."""

from __future__ import annotations

import asyncio
import html
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx
import pytest

from adapters.sign_on.provider import Provider
from adapters.sign_on.settings import ProviderSettings
from api.settings import from_environment
from api.today import today
from domain.authority.events import PolicySet, SubjectBound, SubjectUnbound
from domain.law.refusals import Malformed
from domain.law.terms import PolicyName
from tests.adapters.recordings import line
from tests.api.conftest import Running
from tests.api.login.identity_provider import CLIENT, ORIGIN, SECRET, IdentityProvider, identity_provider
from tests.api.login.test_second_factor import enrolled, prove
from tests.api.officers import (
    ADMINISTRATOR,
    Caller,
    appoint,
    fresh,
    open_account,
    record,
    refused,
    register_of,
)
from tests.builders import SEALED

SUBJECT = "7f3c9a52"
CALLBACK = "/login/provider/callback"


@pytest.fixture
async def there(running: Running) -> AsyncIterator[IdentityProvider]:
    """The provider configured in the application."""
    state = running.application.litestar.state
    async with identity_provider() as found:
        state.provider = provider_of(found)
        yield found
        await state.provider.close()
        state.provider = None


def provider_of(there: IdentityProvider, timeout: float = 30) -> Provider:
    return Provider(ProviderSettings(there.issuer, CLIENT, SECRET, ORIGIN, acr=("urn:two",)), timeout)


@pytest.fixture
async def zhang(running: Running, there: IdentityProvider) -> AsyncIterator[Caller]:
    """Bound to SUBJECT, not logged in."""
    caller = await fresh(running)
    await bind(caller, there.issuer, "zhang")
    yield caller
    await caller.client.aclose()


async def bind(caller: Caller, issuer: str, officer: str) -> None:
    """Bind an officer to SUBJECT."""
    event = SubjectBound(today(), officer, issuer, SEALED)
    recording = line(f"{officer} at {issuer}", event, sub=SUBJECT)
    await register_of(caller.running).record(caller.code, recording, actor=ADMINISTRATOR)


async def set_policy(caller: Caller, policy: PolicyName, value: str) -> None:
    event = PolicySet(today(), policy, value, today())
    await record(register_of(caller.running), caller.code, ADMINISTRATOR, event)


def carry(caller: Caller, value: str) -> None:
    """Set the browser's cookie of a login that it began."""
    caller.client.cookies.set("taizhang-login", value, domain="taizhang.test", path="/")


async def begun(caller: Caller, **query: str) -> str:
    """The address to which the browser is sent."""
    reply = await caller.client.post("/login/provider", data={"office": caller.code, **query})
    assert reply.status_code == 200, reply.text
    return onward(reply)


def onward(reply: httpx.Response) -> str:
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]*)"', reply.text)
    assert found, reply.text
    return html.unescape(found[1])


async def back(caller: Caller, answer: dict[str, str]) -> httpx.Response:
    reply = await caller.client.get(CALLBACK, params=answer)
    if reply.status_code == 200:
        session = await caller.client.get("/api/v1/session")
        caller.csrf = session.json()["csrf"]
    return reply


async def come_in(caller: Caller, there: IdentityProvider, **query: str) -> httpx.Response:
    return await back(caller, there.authorize(await begun(caller, **query)))


async def awaited(caller: Caller) -> str:
    found: str = (await caller.get("/api/v1/session")).json()["awaits"]
    return found


async def test_a_bound_officer_logs_in_and_out(zhang: Caller, there: IdentityProvider) -> None:
    reply = await come_in(zhang, there, then="/requests?q=1")
    assert (reply.status_code, onward(reply)) == (200, "/requests?q=1")
    assert (await zhang.get("")).status_code == 200
    assert (await zhang.accessed("act", "actor", "result"))[-1] == ("provider_login", "zhang", "done")
    assert "taizhang-login" not in zhang.client.cookies
    reply = await zhang.client.post("/logout", data={"csrf": zhang.csrf})
    assert onward(reply).startswith(
        f"{there.issuer}/logout?client_id={CLIENT}&post_logout_redirect_uri=https"
    )
    refused(await zhang.get(""), 401, "unauthorized")


async def test_a_password_session_is_not_ended_at_the_provider(
    zhang: Caller, there: IdentityProvider
) -> None:
    await zhang.login()
    assert (await zhang.client.post("/logout", data={"csrf": zhang.csrf})).headers["location"] == "/login"


async def test_only_the_binding_identifies_an_officer(zhang: Caller, there: IdentityProvider) -> None:
    """Not a name, an address or a similar subject; no binding is created by a login, and only its owner sees the subject."""
    there.claims = {"preferred_username": "zhang", "email": "zhang@example.gov.cn", "name": "zhang某"}
    for subject in ("zhang", f"{SUBJECT} ".strip().upper(), f"x{SUBJECT}", "zhang某"):
        there.subject = subject
        reply = await come_in(zhang, there)
        assert reply.status_code == 401
        assert "没有绑定" in reply.text
        assert subject in reply.text
    assert await zhang.behind("SELECT FROM sessions") == []
    assert {row["officer"] for row in await zhang.behind("SELECT officer FROM accounts")} == {"zhang"}
    logged = await zhang.accessed("act", "actor", "result", "reference")
    assert logged[-1] == ("provider_login", "", "subject_not_bound", None)


async def test_the_subject_is_sealed(zhang: Caller, there: IdentityProvider) -> None:
    """It may be an identity number: it is in the vault, and in no event."""
    rows = await zhang.behind("SELECT convert_from(payload, 'UTF8') AS said FROM events")
    assert not any(SUBJECT in row["said"] for row in rows)
    assert len(await zhang.behind("SELECT FROM vault WHERE field = 'sub'")) == 1


async def test_a_subject_of_another_issuer_is_different(running: Running, there: IdentityProvider) -> None:
    li = await fresh(running, "li")
    await bind(li, "https://other.example.gov.cn", "li")
    assert "没有绑定" in (await come_in(li, there)).text
    await li.client.aclose()


async def test_a_subject_bound_to_two_officers_identifies_none(
    zhang: Caller, there: IdentityProvider
) -> None:
    register = register_of(zhang.running)
    await appoint(register, zhang.code, "qian", "statistician")
    await open_account(register, zhang.running.dsn, zhang.code, "qian")
    await bind(zhang, there.issuer, "qian")
    assert "绑定了几名人员（zhang、qian）" in (await come_in(zhang, there)).text
    unbound = SubjectUnbound(today(), "qian", there.issuer)
    await record(register, zhang.code, ADMINISTRATOR, unbound)
    assert (await come_in(zhang, there)).status_code == 200


async def test_unbinding_ends_access(zhang: Caller, there: IdentityProvider) -> None:
    await come_in(zhang, there)
    unbound = SubjectUnbound(today(), "zhang", there.issuer)
    await record(register_of(zhang.running), zhang.code, ADMINISTRATOR, unbound)
    refused(await zhang.get(""), 401, "session_ended")
    assert (await come_in(zhang, there)).status_code == 401


async def test_a_disabled_account_is_refused(zhang: Caller, there: IdentityProvider) -> None:
    await zhang.behind("UPDATE accounts SET disabled_at = now()")
    assert "不能登录" in (await come_in(zhang, there)).text


async def test_the_callback_is_bound_to_the_browser_that_began(
    zhang: Caller, there: IdentityProvider
) -> None:
    """A login begun by another browser or led here by a link is refused, and so is a used code."""
    mallory = Caller(zhang.running, zhang.code)
    answer = there.authorize(await begun(mallory))
    reply = await back(zhang, answer)  # without having begun a login
    assert (reply.status_code, "没有通过验证" in reply.text) == (401, True)
    await begun(zhang)
    assert (await back(zhang, answer)).status_code == 401  # with the state of the other browser's login
    assert there.requested.count("/token") == 0
    own = there.authorize(await begun(zhang))
    kept = zhang.client.cookies["taizhang-login"]
    for otherwise in ({"state": ""}, {"state": "é"}, {"code": ""}, {"error": "access_denied"}):
        carry(zhang, kept)
        assert (await back(zhang, {**own, **otherwise})).status_code == 401, otherwise
    for iss in ("https://evil.example", ""):
        own = there.authorize(await begun(zhang))
        assert (await back(zhang, {**own, "iss": iss})).status_code == 401, iss
    own = there.authorize(await begun(zhang))
    kept = zhang.client.cookies["taizhang-login"]
    assert (await back(zhang, own)).status_code == 200
    carry(zhang, kept)
    assert (await back(zhang, own)).status_code == 401
    for wrong in ("", "x", "e30", kept[:-5], kept.swapcase(), "A" * 5000):
        carry(zhang, wrong)
        assert (await back(zhang, own)).status_code == 401, wrong
    await mallory.client.aclose()


async def test_a_login_redirects_to_no_other_site(zhang: Caller, there: IdentityProvider) -> None:
    for then in (
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "x" * 3000,
    ):
        assert onward(await come_in(zhang, there, then=then)) == "/", then
    page = await zhang.client.post(
        "/login/provider", data={"office": zhang.code}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert page.status_code == 404
    for office in ("", "../x", "nobody-here", "a" * 300):
        reply = await zhang.client.post("/login/provider", data={"office": office})
        assert reply.status_code in (200, 401)
    answer = there.authorize(
        onward(await zhang.client.post("/login/provider", data={"office": "no-such-office"}))
    )
    assert (await back(zhang, answer)).status_code == 401


async def test_invalid_callbacks_are_counted(zhang: Caller, there: IdentityProvider) -> None:
    """Like wrong passwords: after too many an address is refused, and the provider is not contacted."""
    there.claims = {"aud": "another"}
    for _ in range(20):
        assert (await come_in(zhang, there)).status_code == 401
    before = there.requested.count("/token")
    assert "请稍后再试" in (await come_in(zhang, there)).text
    assert there.requested.count("/token") == before
    assert (await zhang.accessed("act", "result"))[-1] == ("provider_login", "identity_refused")


@pytest.mark.parametrize("policy", ["not_counted", "counted"])
async def test_its_second_factor_counts_only_by_policy(
    running: Running, there: IdentityProvider, policy: str
) -> None:
    """And only if the token states the factor and its time."""
    wang = await fresh(running, "wang", "approver")
    await bind(wang, there.issuer, "wang")
    await set_policy(wang, "second_factor", "administrators_and_approvers")
    await set_policy(wang, "provider_second_factor", policy)
    cases: list[tuple[dict[str, Any], bool]] = [
        ({"amr": ["pwd", "otp", "mfa"]}, True),
        ({"acr": "urn:two"}, True),
        ({"amr": ["pwd"]}, False),
        ({"amr": ["otp"]}, False),
        ({"amr": "mfa"}, True),
        ({"acr": "urn:one"}, False),
        ({}, False),
        ({"amr": ["mfa"], "auth_time": ...}, False),
        ({"amr": [["mfa"], 7, None]}, False),
        ({"acr": ["urn:two"]}, False),
    ]
    for claims, counts in cases:
        there.claims = claims
        await come_in(wang, there)
        wanted = "" if counts and policy == "counted" else "enrolment"
        assert await awaited(wang) == wanted, claims
    await wang.client.aclose()


async def test_it_never_replaces_an_enrolled_factor(running: Running, there: IdentityProvider) -> None:
    """Otherwise an officer who binds subjects could log in as anyone."""
    wang = await fresh(running, "wang", "approver")
    await bind(wang, there.issuer, "wang")
    await set_policy(wang, "second_factor", "all")
    await set_policy(wang, "provider_second_factor", "counted")
    await wang.login()
    device, _ = await enrolled(wang)
    there.claims = {"amr": ["mfa"]}
    reply = await come_in(wang, there, then="/requests")
    assert onward(reply) == "/second-factor?then=%2Frequests"
    assert await awaited(wang) == "code"
    refused(await wang.get(""), 403, "second_factor_required")
    await prove(wang, device.code(1))
    assert (await wang.get("")).status_code == 200
    await wang.client.aclose()


async def test_a_factor_given_at_the_provider_expires_too(running: Running, there: IdentityProvider) -> None:
    """Counted from the time in the token; it is renewed at the provider, and no other is enrolled here meanwhile."""
    wang = await fresh(running, "wang", "approver")
    await bind(wang, there.issuer, "wang")
    await set_policy(wang, "second_factor", "all")
    await set_policy(wang, "provider_second_factor", "counted")
    path = "requests/2026-0001/sealed?purpose=核对"
    there.claims = {"amr": ["mfa"], "auth_time": 1_700_000_000}
    await come_in(wang, there)
    assert (await wang.get("requests")).status_code == 200
    refused(await wang.get(path), 403, "proof_stale")
    refused(await wang.post("/api/v1/second-factor/enrolment", {}), 403, "proof_stale")
    refused(await wang.post("/api/v1/passkeys/challenge", {}), 403, "proof_stale")
    page = await wang.client.get("/second-factor")
    assert "再次验证" in page.text
    there.claims = {"amr": ["mfa"]}
    address = await begun(wang, fresh="1")
    assert "max_age=0" in address
    await back(wang, there.authorize(address))
    assert (await wang.get(path)).json()["code"] == "request_unknown"
    await wang.client.aclose()


async def test_administrators_log_in_by_password_if_the_provider_is_down(
    running: Running, there: IdentityProvider
) -> None:
    """By policy only they have passwords, for emergencies; such a login is logged and pointed out."""
    zhou = await fresh(running, "zhou", "auditor")
    register = register_of(running)
    await appoint(register, zhou.code, "li", "handler")
    await open_account(register, running.dsn, zhou.code, "li")
    await open_account(register, running.dsn, zhou.code, ADMINISTRATOR)
    li, administrator = Caller(running, zhou.code, "li"), Caller(running, zhou.code, ADMINISTRATOR)
    await bind(zhou, there.issuer, "li")
    assert (await li.login()).status_code == 200
    await set_policy(zhou, "local_login", "for_administrators")
    refused(await li.login(), 403, "local_login_closed")
    refused(await li.login("a wrong one"), 401, "login_failed")
    assert (await come_in(li, there)).status_code == 200

    there.answers["/.well-known/openid-configuration"] = None
    state = running.application.litestar.state
    alive, state.provider = state.provider, provider_of(there, timeout=0.2)
    reply = await zhou.client.post("/login/provider", data={"office": zhou.code})
    assert (reply.status_code, "没有及时答复" in reply.text) == (503, True)
    assert (await zhou.login()).status_code == 200
    assert (await zhou.accessed("act", "actor", "result"))[-1] == ("emergency_login", "zhou", "done")
    await administrator.login()
    assert "次管理员以本机口令应急登录" in (await administrator.client.get("/people")).text
    await state.provider.close()
    state.provider = alive
    for each in (zhou, li, administrator):
        await each.client.aclose()


async def test_login_with_a_certified_provider(running: Running, tmp_path: Path) -> None:
    """npm's oidc-provider, certified by the OpenID Foundation, with its own pages."""
    if (node := shutil.which("node")) is None or (npm := shutil.which("npm")) is None:
        pytest.skip("no node and npm on this machine")
    for each in (Path(__file__).parent / "oidc_provider").iterdir():
        shutil.copy(each, tmp_path)
    installed = await asyncio.create_subprocess_exec(
        npm,
        "ci",
        "--silent",
        "--fetch-retries=0",
        "--fetch-timeout=20000",
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if await asyncio.wait_for(installed.wait(), 120) != 0:
        pytest.skip("npm cannot fetch oidc-provider here")
    process = await asyncio.create_subprocess_exec(
        node, "provider.mjs", ORIGIN, SECRET, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    issuer = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()
    state, zhang = running.application.litestar.state, await fresh(running)
    state.provider = Provider(ProviderSettings(issuer, CLIENT, SECRET, ORIGIN), timeout=30)
    try:
        await bind(zhang, issuer, "zhang")
        answer = await _through_its_pages(await begun(zhang), SUBJECT)
        reply = await back(zhang, answer)
        assert reply.status_code == 200, reply.text
        assert (await zhang.get("")).status_code == 200
        assert (await back(zhang, answer)).status_code == 401
        reply = await zhang.client.post("/logout", data={"csrf": zhang.csrf})
        assert onward(reply).startswith(f"{issuer}/session/end?")
        answer = await _through_its_pages(await begun(zhang), "another")
        assert "没有绑定" in (await back(zhang, answer)).text
    finally:
        process.kill()
        await process.wait()
        await state.provider.close()
        state.provider = None
        await zhang.client.aclose()


async def _through_its_pages(address: str, subject: str) -> dict[str, str]:
    """Through its login and consent pages for a first login; the parameters with which the browser returns."""
    async with httpx.AsyncClient(trust_env=False, timeout=120) as browser:
        reply = await browser.get(address)
        for form in ({"prompt": "login", "login": subject, "password": "any"}, {"prompt": "consent"}):
            page = urljoin(str(reply.url), reply.headers["location"])
            reply = await browser.post(page, data=form)
            reply = await browser.get(urljoin(page, reply.headers["location"]))
        back_at = urlsplit(reply.headers["location"])
        assert f"{back_at.scheme}://{back_at.netloc}{back_at.path}" == f"{ORIGIN}{CALLBACK}"
        return dict(parse_qsl(back_at.query))


async def test_without_a_provider_sign_on_is_not_offered(running: Running) -> None:
    caller = Caller(running, "huadu")
    for reply in (
        await caller.client.post("/login/provider", data={"office": "huadu"}),
        await caller.client.get(CALLBACK),
    ):
        assert (reply.status_code, "没有设定统一身份认证" in reply.text) == (401, True)
    assert "统一身份认证" not in (await caller.client.get("/login")).text
    await caller.client.aclose()


def test_the_provider_is_named_in_the_settings(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("s3cret\n")
    secret.chmod(0o600)
    environment = {
        "TAIZHANG_ORIGIN": "https://taizhang.example.gov.cn:443/",
        "TAIZHANG_OIDC_ISSUER": "https://id.example.gov.cn/realms/区",
        "TAIZHANG_OIDC_CLIENT_ID": "taizhang",
        "TAIZHANG_OIDC_SECRET_FILE": str(secret),
        "TAIZHANG_OIDC_ACR": "urn:two urn:three",
        "TAIZHANG_OIDC_ORIGINS": "https://tokens.example.gov.cn",
    }
    with pytest.raises(Malformed, match="TAIZHANG_OIDC_ISSUER"):
        from_environment(environment)
    environment["TAIZHANG_OIDC_ISSUER"] = "https://id.example.gov.cn/realms/a/"
    found = from_environment(environment).provider
    assert found == ProviderSettings(
        "https://id.example.gov.cn/realms/a/", "taizhang", "s3cret", "https://taizhang.example.gov.cn",
        acr=("urn:two", "urn:three"), origins=frozenset({"https://tokens.example.gov.cn"}),
    )  # fmt: skip
    assert "s3cret" not in repr(found)
    for name, wrong in (
        ("TAIZHANG_OIDC_ISSUER", "http://id.example.gov.cn"),
        ("TAIZHANG_OIDC_ISSUER", "https://id.example.gov.cn?x=1"),
        ("TAIZHANG_OIDC_CLIENT_ID", ""),
        ("TAIZHANG_OIDC_SECRET_FILE", str(tmp_path / "none")),
        ("TAIZHANG_OIDC_ORIGINS", "tokens.example.gov.cn"),
        ("TAIZHANG_ORIGIN", ""),
        ("TAIZHANG_ORIGIN", "http://taizhang.example.gov.cn"),
        ("TAIZHANG_ORIGIN", "https://taizhang.example.gov.cn/path"),
    ):
        with pytest.raises(Malformed, match=name):
            from_environment({**environment, name: wrong})
    for mode in (0o640, 0o604, 0o644):
        secret.chmod(mode)
        with pytest.raises(Malformed, match="chmod 600"):
            from_environment(environment)
