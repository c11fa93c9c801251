"""Logins beside password and code, in a real browser: a passkey of a virtual authenticator, created, used at the login and
before sensitive acts, and removed; and the office's identity provider, login and logout.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import expect

from tests.api.console.browser import Office, Seat, office_in_a_browser
from tests.api.login.identity_provider import CLIENT, SECRET, IdentityProvider, identity_provider
from tests.conftest import DatabaseServer, port_kept


@pytest.fixture(scope="module")
async def there() -> AsyncIterator[IdentityProvider]:
    async with identity_provider() as found:
        yield found


@pytest.fixture(scope="module")
async def office(
    server: DatabaseServer,
    template: str,
    tmp_path_factory: pytest.TempPathFactory,
    there: IdentityProvider,
) -> AsyncIterator[Office]:
    """Under a host name, since browsers allow no passkeys for an IP address."""
    data = tmp_path_factory.mktemp("console")
    secret = data / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    with port_kept() as port:
        origin = f"http://localhost:{port}"
        async with office_in_a_browser(
            server, template, data, "--port", str(port), TAIZHANG_ORIGIN=origin, TAIZHANG_OIDC_ISSUER=there.issuer,
            TAIZHANG_OIDC_CLIENT_ID=CLIENT, TAIZHANG_OIDC_SECRET_FILE=str(secret),
        ) as found:  # fmt: skip
            yield found._replace(address=origin)


async def authenticator(seat: Seat, *, verifies: bool = True) -> tuple[Any, str]:
    """Connected to the browser, and touched whenever requested."""
    session = await seat.context.new_cdp_session(seat.page)
    await session.send("WebAuthn.enable")
    made = await session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "usb",
                "hasUserVerification": True,
                "isUserVerified": verifies,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, made["authenticatorId"]


async def test_a_passkey_is_accepted_like_a_code(office: Office) -> None:
    async with office.seat("security_administrator") as seat:
        await authenticator(seat)
        await seat.page.goto("/me")
        await seat.page.get_by_role("link", name="登记通行密钥").click()
        await seat.page.get_by_label("名称").fill("办公室的安全密钥")
        await seat.press("登记")
        await expect(seat.page.locator("main li code")).to_have_count(10)
        await seat.page.goto("/me")
        await seat.says("办公室的安全密钥")

        await seat.page.goto("/passkeys/new")  # the same device a second time: the browser itself reports it
        await seat.page.get_by_label("名称").fill("又一个")
        await seat.press("登记")
        await expect(seat.page.get_by_role("alert")).to_have_text("这一设备已经登记过通行密钥。")

        await seat.page.goto("/login?then=/people")
        await seat.sign("security_administrator")
        await seat.press("用通行密钥验证")
        await seat.page.wait_for_url("**/people")

        await seat.page.goto("/people/power_granted")
        await seat.choose(officer="zhang某", role="统计员")
        await office.age_proofs()
        await seat.press("下一步：核对")
        await seat.says("刚才填写的内容没有提交，也没有丢失")
        await seat.press("用通行密钥验证")
        await expect(
            seat.page.locator('fieldset[id="f-role"] input:checked, select[id="f-role"]')
        ).to_have_count(1)
        await seat.record()

        await seat.page.goto("/me")
        await seat.page.locator("main").get_by_role("button", name="移除").click()
        await expect(seat.page.locator("main")).to_contain_text("唯一的登录验证方式，不能自行移除")
        assert seat.complaints == []


async def test_a_device_without_user_verification_has_a_message(office: Office) -> None:
    """Without such a device the page leads on to codes; without scripts it states why there are no passkeys."""
    async with office.seat("auditor") as seat:
        session, device = await authenticator(seat, verifies=False)
        await seat.page.goto("/passkeys/new")
        await seat.page.get_by_label("名称").fill("某安全密钥")
        await seat.press("登记")
        await expect(seat.page.get_by_role("alert")).to_contain_text("没有完成")
        await session.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
        await seat.press("登记")
        await expect(seat.page.locator("main li code")).to_have_count(10)
    async with office.seat("handler", scripts=False) as seat:
        await seat.page.goto("/passkeys/new")
        await seat.says("此浏览器没有启用脚本")
        await seat.page.get_by_label("名称").fill("某安全密钥")
        await seat.press("登记")
        await expect(seat.page.locator("main")).to_contain_text("浏览器没有给出通行密钥")


async def test_login_and_logout_by_the_provider(office: Office, there: IdentityProvider) -> None:
    """Bound on pages by the system administrator; then logged in without a password, with scripts or not, and logged out there."""
    async with office.seat("system_administrator") as seat:
        await seat.page.goto("/people")
        await seat.page.get_by_role("link", name="绑定统一身份认证").click()
        assert await seat.page.locator('[id="f-issuer"]').input_value() == there.issuer
        await seat.choose(officer="qian某")
        await seat.fill(sub=there.subject)
        await seat.record()
        await seat.page.goto("/people")
        await seat.says(f"qian某（qian）：{there.issuer}")
        assert there.subject not in await seat.page.content()
    for scripts in (True, False):
        async with office.seat(scripts=scripts) as seat:
            await seat.page.goto("/login?then=/tables")
            await seat.page.get_by_label("机关代码").fill(office.code)
            await seat.press("由统一身份认证登录")
            await seat.page.wait_for_url("**/tables")
            await seat.page.goto("/me")
            await seat.says("统计员")
            await seat.page.get_by_role("button", name="退出", exact=True).click()
            await seat.page.wait_for_url("**/login")
            assert there.requested[-1] == "/logout"
            await seat.page.goto("/me")
            assert "/login" in seat.page.url
            assert seat.complaints == []
    async with office.seat("system_administrator") as seat:
        await seat.page.goto("/people")
        await seat.page.get_by_role("link", name="解除绑定").click()
        await seat.record()
