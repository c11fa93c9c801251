"""The second factor on pages, in a real browser: enrolled, required at the login and before sensitive acts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from api.today import today
from tests.api.console.browser import Office, Seat, office_in_a_browser
from tests.api.login.test_second_factor import Device
from tests.api.officers import OFFICERS, PASSWORD
from tests.conftest import DatabaseServer


@pytest.fixture
async def office(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    async with office_in_a_browser(server, template, tmp_path_factory.mktemp("console")) as found:
        yield found


async def enrol(seat: Seat) -> Device:
    """From the officer's own page; the recovery codes are shown once."""
    await seat.page.goto("/me")
    await seat.page.get_by_role("link", name="启用动态口令").click()
    await expect(seat.page.locator(".qr svg")).to_be_visible()
    device = Device(await seat.page.locator("dd code").inner_text())
    await seat.page.get_by_label("程序显示的六位数字").fill("000000")
    await seat.press("启用")
    await seat.says("动态口令或恢复码不符")
    assert Device(await seat.page.locator("dd code").inner_text()).secret == device.secret
    await seat.page.get_by_label("程序显示的六位数字").fill(device.code())
    await seat.press("启用")
    await seat.says("恢复码")
    assert await seat.page.locator("main li code").count() == 10
    return device


@pytest.mark.parametrize("scripts", [True, False])
async def test_a_code_is_required_at_the_login(office: Office, scripts: bool) -> None:
    async with office.seat("handler", scripts=scripts) as seat:
        device = await enrol(seat)
        recovery = await seat.page.locator("main li code").first.inner_text()
        await seat.page.goto("/login?then=/requests")
        await seat.sign("handler")
        await seat.page.get_by_label("动态口令").fill("000000")
        await seat.press("验证")
        await seat.says("动态口令或恢复码不符")
        await seat.page.goto("/requests")
        assert "/second-factor?then=" in seat.page.url
        await seat.page.get_by_label("动态口令").fill(device.code(1))
        await seat.press("验证")
        assert seat.page.url.endswith("/requests")
        await seat.page.goto("/login?then=/requests")
        await seat.sign("handler")
        assert await seat.page.get_by_label("动态口令").get_attribute("inputmode") == "numeric"
        await seat.page.get_by_text("设备不在身边").click()
        letters = seat.page.get_by_label("恢复码", exact=True)
        assert (
            await letters.get_attribute("inputmode") is None
        )  # a phone shows a keyboard with letters for them
        await letters.fill(recovery)
        await seat.press("用恢复码验证")
        assert seat.page.url.endswith("/requests")
        assert seat.complaints == []


@pytest.mark.parametrize("scripts", [True, False])
async def test_recovery_codes_are_renewed_before_they_run_out(office: Office, scripts: bool) -> None:
    """The officer's page shows how many are left, with a warning at two; nothing without a second factor."""
    async with office.seat("handler", scripts=scripts) as seat:
        await seat.page.goto("/me")
        assert "恢复码" not in await seat.page.locator("main").inner_text()
        await enrol(seat)
        first = await seat.page.locator("main li code").first.inner_text()
        await seat.page.goto("/me")
        await seat.says("还有10个没有用过")
        await office.leave_two_recovery_codes()
        await seat.page.goto("/me")
        await seat.says("只剩2个")
        await seat.press("更换恢复码")
        await seat.says("恢复码已更换")
        codes = await seat.page.locator("main li code").all_inner_texts()
        assert (len(codes), first in codes) == (10, False)
        await seat.page.goto("/me")
        await seat.says("还有10个没有用过")
        assert seat.complaints == []


async def test_typed_values_are_kept_while_a_code_is_required(office: Office) -> None:
    """A grant after a code half an hour old: the filled form is shown again after the new code."""
    async with office.seat("security_administrator") as seat:
        device = await enrol(seat)
        await seat.page.goto("/people/power_granted")
        await seat.choose(officer="zhang某", role="统计员")
        await office.age_proofs()
        await seat.press("下一步：核对")
        await seat.says("刚才填写的内容没有提交，也没有丢失")
        await seat.page.get_by_label("动态口令").fill(device.code(1))
        await seat.press("验证")
        await expect(
            seat.page.locator('fieldset[id="f-role"] input:checked, select[id="f-role"]')
        ).to_have_count(1)
        await seat.record()
        granted = await office.register.authority(office.code)
        assert any(
            grant.role == "statistician" and grant.is_pending(today())
            for grant in granted.officer(OFFICERS["handler"]).grants  # type: ignore[union-attr]
        )


async def test_a_lost_device_is_reset_by_two_administrators(office: Office) -> None:
    async with (
        office.seat("handler") as lost,
        office.seat("security_administrator") as asks,
        office.seat("system_administrator") as confirms,
    ):
        await enrol(lost)
        await asks.page.goto("/people/second_factor_reset_requested")
        assert await asks.page.locator("#f-officer option, #f-officer label").all_inner_texts() == ["zhang某"]
        await asks.choose(officer="zhang某")
        await asks.fill(reason="手机遗失")
        await asks.record()
        await asks.page.goto("/people")
        await asks.says("的动态口令和通行密钥待重置。由另一名管理员确认")
        await confirms.page.goto("/people")
        await confirms.says("动态口令或通行密钥已启用")
        await confirms.page.goto("/")
        await confirms.says("重置动态口令和通行密钥")
        await confirms.page.get_by_role("link", name="核对并确认").click()
        await confirms.record()
        await lost.page.goto("/login")
        await lost.sign("handler", PASSWORD)
        assert lost.page.url.rstrip("/") == office.address
