"""The console in a real browser: from receipt to archive by three officers, without lost or duplicate recordings."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace
from openpyxl import load_workbook
from playwright.async_api import expect

from adapters.accounts.password_policy import POLICIES
from adapters.proof.bundle_check import verify
from adapters.register.recording.decoding import convert
from api.today import today
from domain.authority.powers import Role
from domain.values import Reference
from tests.adapters.recordings import CLEAR, body_of
from tests.api.conftest import _fresh_code
from tests.api.console.browser import Office, Seat, office_in_a_browser
from tests.api.officers import OFFICERS, ORIGIN, OTHER_PASSWORD, PASSWORD, behind, office_of
from tests.builders import answer_drafted, answered, draft_approved, received
from tests.conftest import DatabaseServer


@pytest.fixture(scope="module")
async def office(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    async with office_in_a_browser(server, template, tmp_path_factory.mktemp("console")) as found:
        yield found


async def given_request(office: Office, key: str) -> str:
    """A request received today, recorded over HTTP."""
    line = {"id": key, "event": body_of(received(today().isoformat()))}
    reply = await office.register.record(office.code, convert(line), actor=OFFICERS["handler"])
    assert reply.reference
    return reply.reference


async def entries(office: Office, reference: str) -> list[str]:
    """Event types of the entries of a request."""
    async with office.register.view(office.code) as view:
        history = await view.history(Reference.parse(reference))
    return [entry.event.__struct_config__.tag for entry in history]


async def receipt_filled(seat: Seat) -> None:
    await seat.page.goto("/requests/new")
    await seat.fill(applicant__name="张三", applicant__contacts="13800000000", description="2019年的预算")
    await seat.choose(channel="邮寄", receipt_basis="签收之日", applicant_kind="自然人", delivery="纸质")


@pytest.mark.parametrize("scripts", [True, False])
async def test_three_people_take_a_request_from_receipt_to_archive(office: Office, scripts: bool) -> None:
    """With scripts and without; steps without the power are not offered, and refused if tried."""
    async with (
        office.seat("handler", scripts=scripts) as handler,
        office.seat("reviewer", scripts=scripts) as reviewer,
        office.seat("approver", scripts=scripts) as approver,
    ):
        await receipt_filled(handler)
        await handler.press("下一步：核对")
        await handler.says("答复期限")
        await handler.press("确认登记")
        reference = handler.page.url.split("/requests/")[1].split("?")[0]
        await handler.says("在办")
        await handler.says("已登记为第1条")

        await handler.page.get_by_role("link", name="交办", exact=True).click()
        await handler.fill(unit="政务公开科")
        await handler.record()

        await handler.page.get_by_role("link", name="起草答复", exact=True).click()
        await handler.choose(outcome="不予公开：属于四类过程性信息")
        await handler.fill(
            document_no=f"某办公开〔{today().year}〕8号", text="答复书正文：不予公开。", legal_basis=""
        )
        await handler.press("下一步：核对")
        await handler.says("第十六条第二款")  # filled in from the result
        await handler.press("确认登记")

        # The drafter is not offered the review; trying it names the officers who may.
        assert await handler.page.get_by_role("link", name="审核文稿").count() == 0
        await handler.page.goto(f"/requests/{reference}/draft_reviewed")
        await handler.says("没有职权")
        await handler.says("审核人")

        await reviewer.page.goto("/approvals")
        await approver.page.goto("/approvals")
        await approver.page.get_by_role("row", name=reference).get_by_role("link", name="批准").click()
        await approver.says("答复书正文：不予公开。")
        await approver.choose(passed="通过")
        await approver.record()

        await handler.page.goto(f"/requests/{reference}/answered")
        await handler.press("下一步：核对")
        await handler.says("已办结")
        await handler.press("确认登记")
        await handler.page.get_by_role("link", name="送达", exact=True).click()
        await handler.record()
        case = handler.page.url
        await handler.page.goto("/?tab=archive")  # by the day of service, singly or in bulk
        await handler.page.get_by_role("columnheader", name="送达").wait_for()
        await handler.page.get_by_role("link", name="批量归档").click()
        await handler.says("归档")
        await handler.page.goto(case)
        await handler.page.get_by_role("link", name="归档", exact=True).click()
        await handler.fill(archive_no="示例-1-1")
        await handler.choose(retention="10年")
        await handler.record()
        await handler.says("已归档")

        found = await entries(office, reference)
        assert found == [
            "received", "assigned", "answer_drafted", "draft_approved", "answered", "served", "archived",
        ]  # fmt: skip
        for seat in (handler, reviewer, approver):
            assert seat.complaints == []
            assert len(seat.hosts) == 1


async def test_a_reviewer_cannot_be_the_drafter_and_a_statistician_opens_no_request(office: Office) -> None:
    reference = await given_request(office, "refusals")
    async with office.seat("statistician") as seat:
        await seat.page.goto(f"/requests/{reference}")
        await seat.says("没有职权")
        assert await seat.page.get_by_role("link", name="申请", exact=True).count() == 0
        await seat.page.get_by_role("link", name="待办", exact=True).click()
        await seat.says("没有待办的督办、报送和考核")  # for her own powers; grants are not mentioned
    async with office.seat("reviewer") as seat:
        await seat.page.goto(f"/requests/{reference}")
        await seat.says("由他人办理的")
        assert await seat.page.get_by_role("link", name="交办").count() == 0


async def test_a_page_is_in_chinese_in_a_browser_set_up_in_english(office: Office) -> None:
    async with office.seat("statistician", locale="en-US") as seat:
        refused = await seat.page.goto("/requests/2020-0001")
        await seat.says("没有职权")
        await seat.says("此事由经办人、审核人、负责人、审计员办理")
        assert refused is not None
        assert "content-language" not in await refused.all_headers()
        await seat.page.goto("/nix")
        await seat.says("没有这一页")
        await seat.page.get_by_role("link", name="回到首页").click()  # still logged in: no login page
        await seat.says("待办")
    async with office.seat("security_administrator") as seat:
        await seat.page.goto("/people/power_granted")
        assert "人员代号" not in await seat.page.locator("main").inner_text()


async def test_a_statistician_sees_the_list_without_links_to_cases(office: Office) -> None:
    reference = await given_request(office, "counted")
    address = f"/tables/cell?year={today().year}&row=new&column=total"
    for role, links in (("statistician", 0), ("handler", 1)):
        async with office.seat(role) as seat:
            await seat.page.goto(address)
            assert await seat.page.locator(".reference", has_text=reference).count() == 1
            assert await seat.page.get_by_role("link", name=reference).count() == links


async def test_a_double_click_records_once(office: Office) -> None:
    async with office.seat("handler") as seat:
        await receipt_filled(seat)
        await seat.press("下一步：核对")
        before = await office.register.position(office.code)
        sent: list[str] = []
        seat.page.on(
            "request", lambda each: sent.append(each.post_data or "") if each.method == "POST" else None
        )
        await seat.page.get_by_role("button", name="确认登记").dblclick(no_wait_after=True)
        await expect(seat.page).to_have_url(re.compile(r"/requests/[0-9-]+\?done=1$"))
        assert await office.register.position(office.code) == before + 1
        # The reply was lost and the same form is sent again: the same request, no second one.
        again = await seat.context.request.post(
            "/requests/new", data=sent[-1], headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
        assert again.url == seat.page.url
        assert await office.register.position(office.code) == before + 1
        # With another text under the same key: reported, and nothing is recorded until a new form is opened.
        other = await seat.context.request.post(
            "/requests/new",
            data=sent[-1].replace("channel=post", "channel=fax"),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        assert (other.status, "这张表单已登记过" in await other.text()) == (409, True)
        assert await office.register.position(office.code) == before + 1


async def test_back_keeps_the_typed_values(office: Office) -> None:
    async with office.seat("handler", scripts=False) as seat:
        await receipt_filled(seat)
        await seat.fill(applicant__id_number="11010519491231002x")
        await seat.choose(applicant__id_kind="居民身份证")
        await seat.press("下一步：核对")
        await seat.press("返回修改")
        assert await seat.page.locator('[id="f-applicant.name"]').input_value() == "张三"
        assert await seat.page.locator('[id="f-applicant.id_number"]').input_value() == "11010519491231002X"
        assert await seat.page.locator("#f-description").input_value() == "2019年的预算"
        await seat.press("下一步：核对")
        assert "校验位" not in await seat.page.locator("main").inner_text()


async def test_the_browsers_back_button_never_resends_a_form(office: Office) -> None:
    """The result replaces its confirmation in the history, and going back leads to the form."""
    reference = await given_request(office, "back")
    async with office.seat("handler") as seat:
        await seat.page.goto(f"/requests/{reference}")
        await seat.page.get_by_role("link", name="交办", exact=True).click()
        await seat.fill(unit="综合科")
        await seat.press("下一步：核对")
        await seat.press("确认登记")
        seen = []
        for _ in range(2):
            await seat.page.go_back()
            seen.append(seat.page.url.removeprefix(office.address))
        assert seen == [f"/requests/{reference}/assigned", f"/requests/{reference}"]
        await seat.press("查阅")
        await seat.page.locator("main nav").get_by_role("link", name="申请").click()
        await seat.page.go_back()
        assert seat.page.url == f"{office.address}/requests/{reference}"
        assert await entries(office, reference) == ["received", "assigned"]


async def test_a_lost_connection_keeps_the_confirmation_page(office: Office) -> None:
    reference = await given_request(office, "offline")
    async with office.seat("handler") as seat:
        await seat.page.goto(f"/requests/{reference}/assigned")
        await seat.fill(unit="综合科")
        await seat.press("下一步：核对")
        await seat.context.set_offline(True)
        confirm = seat.page.get_by_role("button", name="确认登记")
        await confirm.click()
        await expect(seat.page.locator("#lost")).to_be_focused()
        assert await entries(office, reference) == ["received"]
        await seat.context.set_offline(False)
        await seat.press("确认登记")
        assert seat.page.url.endswith("?done=2")
        assert await entries(office, reference) == ["received", "assigned"]


async def test_a_second_tab_sees_what_the_first_recorded(office: Office) -> None:
    reference = await given_request(office, "two-tabs")
    async with office.seat("handler") as seat:
        other = Seat(office, seat.context, await seat.context.new_page())
        for tab, unit in ((seat, "综合科"), (other, "法制科")):
            await tab.page.goto(f"/requests/{reference}/assigned")
            await tab.fill(unit=unit)
            await tab.press("下一步：核对")
        await seat.press("确认登记")
        await other.press("确认登记")
        await other.says("填写期间已有新的登记")
        await other.says("交综合科办理")
        assert await other.page.locator("#f-unit").input_value() == "法制科"
        assert await entries(office, reference) == ["received", "assigned"]
        await other.press("下一步：核对")
        await other.press("确认登记")
        assert await entries(office, reference) == ["received", "assigned", "assigned"]


async def test_a_new_login_leads_back_to_the_filled_form(office: Office) -> None:
    reference = await given_request(office, "expired")
    async with office.seat("handler", scripts=False) as seat:
        await seat.page.goto(f"/requests/{reference}/assigned")
        await seat.fill(unit="政策法规科")
        await behind(
            office.running.dsn, office.code,
            "UPDATE sessions SET seen_at = seen_at - interval '1 hour', created_at = created_at - interval '1 hour'",
        )  # fmt: skip
        await seat.press("下一步：核对")
        await seat.says("没有丢失")
        await seat.sign("handler")
        assert await seat.page.locator("#f-unit").input_value() == "政策法规科"
        assert await entries(office, reference) == ["received"]
        await seat.record()
        assert await entries(office, reference) == ["received", "assigned"]
        # Another officer who logs in there does not see the typed values.
        await seat.page.goto(f"/requests/{reference}/assigned")
        await seat.fill(unit="别人看不到")
        await behind(office.running.dsn, office.code, "DELETE FROM sessions")
        await seat.press("下一步：核对")
        await seat.sign("reviewer")
        assert "别人看不到" not in await seat.page.content()


async def test_one_field_is_corrected_and_the_rest_stays(office: Office) -> None:
    """Chosen with its present value, typed again, shown beside the old one, confirmed; also without scripts."""
    line = {"id": "amended", "event": body_of(received((today() - timedelta(days=3)).isoformat()))}
    reply = await office.register.record(office.code, convert(line), actor=OFFICERS["handler"])
    reference, before = str(reply.reference), line["event"]["on"]
    async with office.seat("handler", scripts=False) as seat:
        await seat.page.goto(f"/requests/{reference}")
        await seat.page.get_by_role("link", name="更正").first.click()
        await seat.page.get_by_label("收到日期", exact=True).check()
        await seat.press("更正所选的各项")
        assert await seat.page.locator("#f-on").input_value() == before
        assert await seat.page.locator("[name=channel]").count() == 0
        await seat.fill(on=(today() - timedelta(days=1)).strftime("%Y.%m.%d"), amend__reason="核对邮戳")
        await seat.press("下一步：核对")
        await seat.says("答复期限")
        assert before in await seat.page.locator("#will ~ dl del").inner_text()
        await seat.press("确认登记")
        assert await entries(office, reference) == ["received", "entry_amended"]
        assert await seat.page.locator(".timeline del").count() == 1
    async with office.register.view(office.code) as view:
        history = await view.history(Reference.parse(reference))
        request = await view.request(Reference.parse(reference))
    assert request.received is not None
    assert request.received == replace(history[0].event, on=today() - timedelta(days=1))


async def test_several_fields_are_corrected_and_an_entry_is_annulled(office: Office) -> None:
    reference = await given_request(office, "amended-twice")
    async with office.seat("handler") as seat:
        await seat.page.goto(f"/requests/{reference}/amend/1")
        await seat.page.get_by_label("申请人类别", exact=True).check()
        await seat.page.get_by_label("提出申请的方式", exact=True).check()
        await seat.press("更正所选的各项")
        await seat.choose(applicant_kind="商业企业", channel="传真")
        await seat.fill(amend__reason="填错")
        await seat.press("下一步：核对")
        await seat.press("返回修改")
        assert await seat.page.locator("[name=channel][value=fax]").is_checked()
        await seat.record()
        async with office.register.view(office.code) as view:
            found = await view.request(Reference.parse(reference))
        assert found.received is not None
        assert (found.received.applicant_kind, found.received.channel) == ("commercial_enterprise", "fax")
        await seat.page.goto(f"/requests/{reference}/amend/1")
        await seat.page.get_by_role("link", name="整条撤销").click()
        await seat.fill(amend__reason="误登")
        await seat.press("下一步：核对")
        await seat.says("在办 → 已作废")
        await seat.press("确认登记")
        await seat.says("已作废")


async def test_sealed_values_are_shown_for_a_logged_purpose(office: Office) -> None:
    reference = await given_request(office, "sealed")
    async with office.seat("handler") as seat:
        await seat.page.goto(f"/requests/{reference}")
        closed = await seat.page.content()
        await seat.page.get_by_label("用途", exact=True).select_option("送达")
        await seat.press("查阅")
        await seat.says("已记入访问日志")
        assert CLEAR["applicant"]["name"] not in closed
        await seat.says(CLEAR["applicant"]["name"])
    rows = await behind(
        office.running.dsn, office.code,
        "SELECT purpose FROM access_log WHERE act = 'personal_data_read' AND reference = $1", reference,
    )  # fmt: skip
    assert [row["purpose"] for row in rows] == ["送达"]


async def test_a_number_on_a_document_finds_its_request(office: Office) -> None:
    reference = await given_request(office, "found")
    line = {
        "id": "found-appealed", "reference": reference,
        "event": {"type": "appealed", "on": today().isoformat(), "appeal": "复议1", "route": "reconsideration",
                  "ground": "no_answer", "tribunal": "某市人民政府", "case_no": "某府复〔2026〕77号"},
    }  # fmt: skip
    await office.register.record(office.code, convert(line), actor=OFFICERS["handler"])
    async with office.seat("handler") as seat:
        for text in (reference, "府复〔2026〕77"):
            await seat.page.get_by_label("查找申请").fill(text)
            await seat.page.get_by_role("button", name="查找", exact=True).first.click()
            assert seat.page.url.endswith(f"/requests/{reference}"), text
        await seat.page.get_by_label("查找申请").fill("没有这样的号")
        await seat.page.get_by_role("button", name="查找", exact=True).first.click()
        await seat.says("没有找到")


async def test_a_document_is_filed_and_downloaded(office: Office) -> None:
    reference = await given_request(office, "document")
    content = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
    async with office.seat("handler") as seat:
        await seat.page.goto(f"/requests/{reference}/documents")
        await seat.press("入卷")
        await seat.says("请选择要入卷的文件")
        await seat.fill(document="申请表")
        await seat.choose(kind="申请材料")
        await seat.page.get_by_label("文件", exact=True).set_input_files(
            {"name": "a.pdf", "mimeType": "application/pdf", "buffer": content}
        )
        await seat.press("入卷")
        await seat.says("材料入卷")
        await seat.page.get_by_role("link", name="取出", exact=True).click()
        async with seat.page.expect_download() as download:
            await seat.press("取出")
        path = await (await download.value).path()
        assert path.read_bytes() == content


async def test_the_year_is_published_and_an_auditor_downloads_a_bundle(
    office: Office, tmp_path: Path
) -> None:
    """From figures to publication by statistician and approver; the compiler is not offered the approval; the bundle verifies."""
    year = today().year - 1
    async with (
        office.seat("statistician", scripts=False) as statistician,
        office.seat("approver", scripts=False) as approver,
        office.seat("auditor", scripts=False) as auditor,
    ):
        await statistician.page.goto(f"/reports/{year}")
        cells = statistician.page.locator("#proactive ~ form input.short")
        for number in range(await cells.count()):
            await cells.nth(number).fill("3")
        await statistician.press("保存所改的数据")
        await statistician.says("数据来源")  # refused without one, and no typed value is lost
        assert await cells.first.input_value() == "3"
        await statistician.page.get_by_label("所改数据的来源").fill("政务公开科台账")
        await statistician.press("保存所改的数据")
        await statistician.says("已登记")

        await statistician.page.goto(f"/reports/{year}/narrative_written?section=problems")
        figures = await statistician.page.locator("details tbody th").all_text_contents()
        assert "一、本年新收政府信息公开申请数量（总计）" in figures
        assert [
            each for each in figures if re.search("[a-z_]", each)
        ] == []  # each in words, none by its code
        await statistician.fill(text="收到申请{requests.nothing}件。")
        await statistician.record()
        wrong = statistician.page.locator("li", has_text="差错")
        assert await wrong.locator("code").all_inner_texts() == ["{requests.nothing}"]
        await wrong.get_by_role("link", name="改正").click()
        await statistician.fill(text="收到申请{requests.new.total}件，下一步加强培训。")
        await statistician.record()
        await statistician.says("收到申请0件")

        for seat, title in (
            (statistician, "编制年度报告"), (statistician, "送审年度报告"), (approver, "退回修改"),
        ):  # fmt: skip
            await seat.page.goto(f"/reports/{year}")
            await seat.page.get_by_role("link", name=title, exact=True).click()
            if seat is approver:
                await seat.says("收到申请0件，下一步加强培训。")  # the text, its figures put in
                assert await seat.page.locator("table.statutory").count() == 2
                await seat.fill(reason="请写明培训的次数")
            await seat.record()
        await statistician.page.goto(f"/reports/{year}/narrative_written?section=problems")
        await statistician.fill(text="收到申请{requests.new.total}件，下一步培训四次。")
        await statistician.record()
        await cells.first.fill("4")
        await statistician.page.get_by_label("所改数据的来源").fill("政务公开科台账")
        await statistician.press("保存所改的数据")
        for seat, title in (
            (statistician, "送审年度报告"), (approver, "批准年度报告"), (statistician, "公布年度报告"),
        ):  # fmt: skip
            await seat.page.goto(f"/reports/{year}")
            await seat.page.get_by_role("link", name=title, exact=True).click()
            if seat is approver:
                changed = seat.page.locator("section", has_text="退回之后改动的").first
                await expect(changed).to_contain_text("请写明培训的次数")
                await expect(changed).to_contain_text("原为3，现为4")
                await seat.says("收到申请0件，下一步培训四次。")
                await seat.page.get_by_text("退回时的", exact=False).last.click()
                await seat.says("收到申请0件，下一步加强培训。")
            await seat.record()
        await statistician.says("第1版")
        assert await cells.count() == await statistician.page.get_by_role("link", name="撰写").count() == 0
        async with statistician.page.expect_download() as download:
            await statistician.page.get_by_role("link", name="Word", exact=True).click()
        assert (await (await download.value).path()).read_bytes().startswith(b"PK")

        await auditor.page.goto("/audit")
        await office.register.proofs.sign_checkpoint(office.code)
        await auditor.press("开始核验")
        await auditor.says("读过")
        assert "核验发现问题" not in await auditor.page.locator("main").inner_text()
        async with auditor.page.expect_download() as download:
            await auditor.press("导出")
        bundle = tmp_path / "bundle.zip"
        await (await download.value).save_as(bundle)
        assert verify(bundle).holds
        await auditor.page.goto("/audit/access?act=exported")
        listed = hashlib.sha256(zipfile.Path(bundle, "bundle.json").read_bytes()).hexdigest()
        await auditor.says(f"审计包，清单摘要{listed}")


async def test_a_superior_sees_only_its_units(office: Office) -> None:
    unit, stranger = _fresh_code(), _fresh_code()
    await office_of(office.running, unit, superior=office.code, accounts=False)
    await office_of(office.running, stranger, accounts=False)
    line = {"id": "of-the-unit", "event": body_of(received((today() - timedelta(days=90)).isoformat()))}
    await office.register.record(unit, convert(line), actor=OFFICERS["handler"])
    async with office.seat("approver") as seat:
        await seat.page.goto("/units")
        assert stranger not in await seat.page.content()
        row = seat.page.locator("tbody tr").filter(has=seat.page.locator(f"a[href*='/units/{unit}']"))
        assert await row.count() == 1
        assert "■ 1" in await row.inner_text()
        await row.get_by_role("link").first.click()
        await seat.page.locator("a.reference").click()
        await seat.says("登记的经过")
        await seat.says("收到日期")
        for address in (f"/units/{stranger}", f"/units/{stranger}/requests/2020-0001"):
            await seat.page.goto(address)
            await seat.says("没有找到")


async def test_a_superior_sees_a_case_without_its_drafts(office: Office) -> None:
    unit, day = _fresh_code(), today()
    await office_of(office.running, unit, superior=office.code, accounts=False)
    steps = (
        received(day), answer_drafted(day, "内部稿"), draft_approved(day, "内部稿"),
        answered(day, draft="内部稿", document_no="某局〔2026〕5号"),
    )  # fmt: skip
    reference = ""
    for nth, event in enumerate(steps):
        line = {"id": f"s{nth}", "event": body_of(event), **({"reference": reference} if reference else {})}
        role: Role = "approver" if nth == 2 else "handler"
        (reply,) = await office.register.record_all(
            unit, [convert(line)], actor=OFFICERS[role], acknowledge_all=True
        )
        reference = str(reply.reference)
    async with office.seat("handler") as seat:
        await seat.page.goto(f"/units/{unit}/requests/{reference}")
        await seat.says("某局〔2026〕5号")
        text = await seat.page.content()
        assert "内部稿" not in text
        assert "起草答复" not in text


async def test_an_officer_creates_uses_and_revokes_a_key(office: Office) -> None:
    async with office.seat("handler", scripts=False) as seat:
        await seat.page.goto("/me")
        await seat.page.get_by_text("发给自己一个密钥").click()
        await seat.page.get_by_label("用在何处").fill("某系统")
        await seat.press("发给密钥")
        await seat.says("请选择")
        assert await seat.page.get_by_label("用在何处").input_value() == "某系统"
        await seat.page.get_by_label("查看申请的办理情况", exact=True).check()
        await seat.press("发给密钥")
        key = (await seat.page.locator("#key").inner_text()).strip()
        home = f"/api/v1/authorities/{office.code}"
        bearer = {"Authorization": f"Bearer {key}"}
        async with httpx.AsyncClient(
            base_url=office.address, headers=bearer, timeout=120, trust_env=False
        ) as program:
            assert (await program.get(f"{home}/requests")).status_code == 200
            await seat.page.goto("/me")
            assert key not in await seat.page.content()
            await seat.page.get_by_role("button", name="吊销").click()
            await seat.says("密钥已吊销")
            assert (await program.get(f"{home}/requests")).status_code == 401


async def test_a_changed_password_ends_the_other_sessions(office: Office) -> None:
    async with office.seat("reviewer") as seat, office.seat("reviewer") as elsewhere:
        await seat.page.goto("/password")
        for name, text in (("old", PASSWORD), ("new", OTHER_PASSWORD), ("again", PASSWORD)):
            await seat.page.locator(f"[name={name}]").fill(text)
        await seat.press("修改口令")
        await seat.says("两次须相同")
        for name, text in (("old", PASSWORD), ("new", OTHER_PASSWORD), ("again", OTHER_PASSWORD)):
            await seat.page.locator(f"[name={name}]").fill(text)
        await seat.press("修改口令")
        await seat.says("口令已修改")
        await elsewhere.page.goto("/me")
        await elsewhere.says("登录")
        await elsewhere.sign("reviewer", OTHER_PASSWORD)
        await elsewhere.says("我的会话")
    # The password that the other tests of this office use.
    await office.register.accounts.reset_password(
        office.code, OFFICERS["reviewer"], f"{PASSWORD}-3", policy=POLICIES["mlps3"], actor="local", origin=ORIGIN
    )  # fmt: skip


async def test_several_reports_are_checked_at_once_and_returned_as_a_workbook(office: Office) -> None:
    folder = Path(__file__).parents[2] / "published"
    files = sorted(folder.glob("202?_*.json"))
    async with office.seat("statistician", scripts=False) as seat:
        await seat.page.goto("/check")
        await seat.page.get_by_label("要核对的报告").set_input_files(files)
        await seat.press("核对")
        for each in files:
            await seat.says(each.name)
        async with seat.page.expect_download() as download:
            await seat.press("下载退回各单位的工作簿")
        book = load_workbook(BytesIO((await (await download.value).path()).read_bytes()))
        assert book.sheetnames[:2] == ["汇总", "问题清单"]
        assert {row[0].value for row in book["汇总"].iter_rows(min_row=2, max_row=1 + len(files))} == {
            each.name for each in files
        }


async def test_another_offices_report_is_checked_and_not_stored(office: Office) -> None:
    file = Path(__file__).parents[2] / "published" / "2020_guangzhou_huadu_office.json"
    async with office.seat("statistician", scripts=False) as seat:
        await seat.page.goto("/check")
        await seat.press("核对")
        await seat.says("请选择文件")
        await seat.page.get_by_label("要核对的报告").set_input_files(file)
        await seat.press("核对")
        await seat.says("没有差错")
        await seat.page.get_by_label("要核对的报告").set_input_files(
            {"name": "a.docm", "mimeType": "application/octet-stream", "buffer": b"PK"}
        )
        await seat.press("核对")
        await seat.says("含宏的文件不予读取")


async def test_joint_applicants_an_agent_and_a_subject_are_entered_shown_and_found(office: Office) -> None:
    """The first applicant decides the column; the others and the agent are sealed; the subject is in lists."""
    async with office.seat("handler") as handler:
        await receipt_filled(handler)
        for name in ("applicant.joint", "applicant.agents"):
            await handler.page.locator(f'details[id="f-{name}"] > summary').click()
        await handler.fill(subject="道路改造项目批复")
        await handler.fill(applicant__joint__0__name="李四", applicant__joint__0__contacts="13711112222")
        await handler.fill(applicant__agents__0__name="赵律师", applicant__agents__0__contacts="13722223333")
        await handler.press("下一步：核对")
        await handler.says("授权委托的证明")
        await handler.fill(applicant__agents__0__authorization="授权委托书")
        await handler.press("下一步：核对")
        for words in ("事项：道路改造项目批复", "共同申请人第1人·姓名或名称", "代理人第1人·授权委托的证明"):
            await handler.says(words)
        await handler.press("确认登记")
        await handler.says("道路改造项目批复")
        reference = await handler.page.locator("h1.reference").inner_text()

        await handler.press("查阅")
        for words in ("共同申请人第1人·姓名或名称", "李四", "代理人第1人·联系方式", "13722223333"):
            await handler.says(words)
        await handler.page.goto("/requests")
        await expect(handler.page.get_by_role("row").filter(has_text=reference)).to_contain_text("道路改造")
        await handler.page.goto("/search?q=%E9%81%93%E8%B7%AF%E6%94%B9%E9%80%A0")
        assert handler.page.url.endswith(f"/requests/{reference}")

        await handler.page.goto("/search")
        await handler.page.get_by_label("姓名、证件号码").fill("赵 律师")
        await handler.page.locator('form[method="post"][action="/search"] button').click()
        await handler.says("相同的申请1件")
        await expect(handler.page.get_by_role("link", name=reference)).to_be_visible()
        assert handler.complaints == []


async def test_the_authority_s_own_entries_are_corrected_on_a_page(office: Office) -> None:
    """By the system administrator, from the present values; powers are ended instead of corrected."""
    async with office.seat("system_administrator") as seat:
        await seat.page.goto("/people/day_off_set")
        await seat.fill(day="2020-05-22", document_no="通知1号")
        await seat.choose(working="停止办公")
        await seat.press("下一步：核对")
        await seat.press("确认登记")
        entry = seat.page.locator("ol.timeline li").filter(has_text="设定2020-05-22停止办公").first
        await entry.get_by_role("link", name="更正").click()
        await seat.choose(**{"amend.what": "改为下面所填的"})
        await seat.fill(day="2020-05-25", amend__reason="日期录入有误")
        await seat.press("下一步：核对")
        await seat.says("更正第")
        await seat.press("确认登记")
        await seat.says("设定2020-05-25停止办公")
        appointed = seat.page.locator("ol.timeline li").filter(has_text="任用").first
        assert await appointed.get_by_role("link", name="更正").count() == 0
        assert seat.complaints == []


async def test_the_details_of_letters_are_set_on_the_page_of_the_office(office: Office) -> None:
    """They are always given as a whole, so the form begins with the present values."""
    details = {
        "review_authority": "某区人民政府",
        "court": "某区人民法院",
        "address": "某路1号",
        "phone": "12345",
        "postcode": "510000",
    }
    async with office.seat("system_administrator") as seat:
        for given in ({**details, "in_force_from": "2026-01-01"}, {"phone": "12346"}):
            await seat.page.goto("/people")
            await seat.page.get_by_role("link", name="设定文书事项").click()
            await seat.fill(**given)
            await seat.press("下一步：核对")
            await seat.press("确认登记")
        shown = seat.page.locator("[aria-labelledby=letters]")
        await expect(shown).to_contain_text("某区人民法院")
        await expect(shown).to_contain_text("12346")
        await expect(shown.get_by_role("link", name="设定文号")).to_be_visible()
        assert seat.complaints == []


async def test_a_returned_draft_is_edited_from_its_text(office: Office) -> None:
    """The form has its text and the reason of the return; the reading is in the access log."""
    reference = await given_request(office, "returned-draft")
    async with office.seat("handler") as handler, office.seat("approver") as approver:
        for form, field, words in (
            ("answer_drafted", "text", "答复书正文"),
            ("extension_drafted", "reason", "需要检索"),
        ):
            await handler.page.goto(f"/requests/{reference}/{form}")
            if form == "answer_drafted":
                await handler.choose(outcome="予以公开")
            await handler.fill(**{field: words})
            await handler.press("下一步：核对")
            await handler.press("确认登记")
            await approver.page.goto(f"/requests/{reference}/draft_approved")
            await approver.choose(passed="退回")
            await approver.fill(opinion=f"{words}须写明依据")
            await approver.press("下一步：核对")
            await approver.press("确认登记")
            await handler.page.goto(f"/requests/{reference}/{form}")
            await handler.says(f"{words}须写明依据")
            await expect(handler.page.locator(f"[name={field}]")).to_have_value(words)
        assert [handler.complaints, approver.complaints] == [[], []]
