"""Officers, accounts and settings of the office, on the administrator's pages."""

from __future__ import annotations

import re
from uuid import uuid4

from adapters.accounts.access_log import Origin
from adapters.proof.provable import ACCESS_LOG, EVENT_LOG
from api.today import today
from domain.authority.events import OfficerAppointed, PolicySet
from tests.adapters.recordings import day
from tests.api.conftest import Running, _fresh_code
from tests.api.console.test_console_district import sent, shown
from tests.api.officers import OFFICERS, Caller, office_of, record, register_of

ADMINISTRATOR = OFFICERS["system_administrator"]


async def test_a_refused_account_keeps_the_typed_values(running: Running) -> None:
    """The name is kept, the reason is beside the password, whose rule was shown before; a disabled account is enabled again."""
    code = _fresh_code()
    await office_of(running, code)
    await record(register_of(running), code, ADMINISTRATOR, OfficerAppointed(today(), "chen"))
    caller = Caller(running, code, ADMINISTRATOR)
    await caller.login()
    assert "12至128个字符，大写字母、小写字母、数字、其他字符四类中至少3类" in await shown(caller, "/people")
    refused = await sent(caller, "/people/accounts/chen/open", name="陈丽", password="abc")
    assert refused.status_code == 422
    assert re.search(r'<details open><summary>开立.*?value="陈丽".*?新口令不足12个字符', refused.text, re.S)
    await sent(caller, "/people/accounts/chen/open", name="陈丽", password="Chen-2026-anquan")
    origin = Origin("127.0.0.1", "t")
    await register_of(running).accounts.disable(code, "chen", actor=ADMINISTRATOR, origin=origin)
    page = await shown(caller, "/people")
    (cell,) = re.findall(r"<details><summary>重置口令、恢复.*?</details>", page, re.S)
    assert ("恢复账号" in cell, "停用账号" in cell, "解除锁定" in cell) == (True, False, False)
    taken = await sent(
        caller, "/people/officer_appointed/preview", key=uuid4().hex, on=str(today()), officer="chen"
    )
    assert "人员代号chen已经用过" in taken.text
    assert "写明相同的工号" in taken.text
    await caller.client.aclose()


async def test_the_settings_of_the_office_and_its_superior_are_shown(running: Running) -> None:
    code, above = _fresh_code(), _fresh_code()
    await office_of(running, above, accounts=False)
    await office_of(running, code, superior=above)
    ahead = PolicySet(today(), "second_factor", "all", day("2090-01-01"))
    now = PolicySet(today(), "approval_steps", "approval", day("2020-01-01"))
    await record(register_of(running), code, ADMINISTRATOR, now, ahead)
    caller = Caller(running, code, ADMINISTRATOR)
    await caller.login()
    page = re.sub(r"<[^>]+>", "", await shown(caller, "/people"))
    assert "答复的审批环节须经批准（自2020-01-01 周三起）" in page
    assert "登录的动态口令或通行密钥自愿启用（程序原有的）；自2090-01-01 周日起：人人必须启用" in page
    assert f"上级机关某区人民政府办公室（{above}）" in page
    assert "上级机关为某区人民政府办公室（" in page  # in the history too
    choices = await shown(caller, "/people/policy_set")
    assert "答复的审批环节：须经批准" in choices
    await caller.client.aclose()


async def test_a_letter_is_reworded_from_its_present_text(running: Running) -> None:
    """Only reworded letters can be restored; the table shows the law that requires fixed parts."""
    code = _fresh_code()
    await office_of(running, code)
    caller = Caller(running, code, ADMINISTRATOR)
    await caller.login()
    page = await shown(caller, "/people/wordings?letter=receipt")
    assert "{office_phone}：" in page
    form = await shown(caller, "/people/letter_wording_set?letter=receipt&paragraph=contact")
    assert re.search(r"<textarea[^>]*>\s*查询办理情况", form)
    typed = {"on": str(today()), "letter": "receipt", "paragraph": "contact", "in_force_from": str(today())}
    nothing = await sent(caller, "/people/letter_wording_set/preview", key=uuid4().hex, wording="", **typed)
    assert "用的就是程序的文字，没有可以恢复的" in nothing.text
    own = "请致电{office_phone}，地址{office_address}。"
    done = await sent(caller, "/people/letter_wording_set", key=uuid4().hex, wording=own, **typed)
    assert done.status_code == 303, done.text
    page = await shown(caller, "/people/wordings?letter=receipt")
    assert re.search(r"请致电\{office_phone\}.*?本机关的.*?程序的文字：查询办理情况", page)
    restored = await sent(caller, "/people/letter_wording_set", key=uuid4().hex, wording="", **typed)
    assert restored.status_code == 303, restored.text
    await caller.client.aclose()


async def test_the_access_log_is_searched_by_name_and_typed_days(running: Running) -> None:
    """The log shows names, so a search by name must find its lines; a code finds the same."""
    code = _fresh_code()
    await office_of(running, code)
    caller, handler = Caller(running, code, OFFICERS["auditor"]), OFFICERS["handler"]
    await Caller(running, code, handler).login()
    await caller.login()
    on = today()
    for actor in (handler, f"{handler}某"):
        address = f"/audit/access?actor={actor}&act=login&from={on.year}年{on.month}月{on.day}日&to={on.year}.{on.month}.{on.day}"
        page = await shown(caller, address)
        assert page.count(f'<td data-name="人员">{handler}某</td>') == 1
    assert "没有符合条件的记录" in await shown(caller, "/audit/access?actor=没有的人")
    for address, words in (
        ("/audit/access?from=昨天", "自：“昨天”不是日期"),
        ("/tables?year=今年", "年度：应为整数"),
    ):
        assert words in await shown(caller, address, 400)
    for log in (EVENT_LOG, ACCESS_LOG):
        await register_of(running).proofs.sign_checkpoint(code, log)
    exported = await sent(caller, "/audit/bundle", **{"from": f"{on.year}年{on.month}月{on.day}日", "to": ""})
    assert exported.headers["content-type"] == "application/zip"
    await caller.client.aclose()
