"""Import of an earlier register over HTTP and on the page: previewed first, then recorded, without blocking others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Locator, expect

from api.web.imports import MOST_ROWS
from tests.api.conftest import Door
from tests.api.console.browser import Office, office_in_a_browser
from tests.conftest import DatabaseServer
from tests.untidy_registers import untidy


@pytest.fixture(scope="module")
async def office(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Office]:
    async with office_in_a_browser(server, template, tmp_path_factory.mktemp("imports")) as found:
        yield found


OCTETS = {"Content-Type": "application/octet-stream"}
HEAD = "登记号,收到日期,申请人,申请人类别,申请方式,申请内容,答复日期,办理结果\n"
GOOD = "2020-0001,2020.3.2,张三,个人,邮寄,预算,2020.3.20,予以公开\n"
BAD = "2020-0002,5/3,李四,个人,邮寄,决算,,\n"


async def sent(door: Door, text: str | bytes, **query: str) -> tuple[int, dict[str, object]]:
    content = text.encode() if isinstance(text, str) else text
    found = await door.client.post(f"{door.home}/imports", params=query, content=content, headers=OCTETS)
    return found.status_code, found.json()


async def test_it_is_previewed_and_stored_only_on_commit(bare_door: Door) -> None:
    door = bare_door
    await door.post("events", door.registered)
    status, looked = await sent(door, HEAD + GOOD + BAD)
    assert (status, looked["counts"], looked.get("batch")) == (200, {"new": 1, "refused": 1}, None)
    assert await door.positions() == [1]
    assert [each["codes"] for each in looked["rows"]] == [[], ["date_unreadable"]]  # type: ignore[attr-defined]

    _, whole = await sent(door, HEAD + GOOD + BAD, commit="true")
    assert (whole.get("batch"), await door.positions()) == (None, [1])
    _, part = await sent(door, HEAD + GOOD + BAD, commit="true", partial="true")
    assert part["batch"]["entry_count"] == 2  # type: ignore[index]
    assert await door.positions() == [1, 2, 3, 4]

    _, again = await sent(door, HEAD + GOOD + BAD, commit="true", partial="true")
    assert again["counts"] == {"same": 1, "refused": 1}
    (batch,) = await door.json("imports")
    assert (batch["number"], batch["row_count"]) == (1, 1)


@pytest.mark.parametrize(
    "content",
    [
        b"nonsense", b"PK\x03\x04", "甲,乙\n1,2\n".encode(), b"<html></html>",
        (HEAD + GOOD * (MOST_ROWS + 1)).encode(),
    ],
)  # fmt: skip
async def test_a_file_that_is_no_register_is_refused_with_a_code(door: Door, content: bytes) -> None:
    status, problem = await sent(door, content, commit="true")
    assert (status, problem["code"]) == (422, "file_not_read")


async def test_only_raw_bytes_are_accepted(door: Door) -> None:
    for headers in ({"Content-Type": "application/json"}, OCTETS | {"Content-Encoding": "gzip"}):
        found = await door.client.post(f"{door.home}/imports", content=b"x", headers=headers)
        assert found.status_code == 415
    status, _ = await sent(door, HEAD + GOOD, nonsense="1")
    assert status == 400


async def test_the_returned_mapping_can_be_edited_and_sent(bare_door: Door) -> None:
    """As with the command line's file; an invalid mapping is refused and stores nothing."""
    door = bare_door
    await door.post("events", door.registered)
    odd = HEAD.replace("收到日期", "到手那天") + GOOD
    status, problem = await sent(door, odd)
    assert (status, problem["code"]) == (422, "file_not_read")
    _, known = await sent(door, HEAD + GOOD)
    mapping = str(known["mapping"]).replace("收到日期", "到手那天")
    status, found = await sent(door, odd, mapping=mapping, commit="true")
    assert (status, found["counts"], found["batch"]["row_count"]) == (200, {"new": 1}, 1)  # type: ignore[index]
    assert (await sent(door, odd, mapping="#" * 6_001))[0] == 400
    raw = await door.client.post(f"{door.home}/imports?mapping=%80", content=odd.encode(), headers=OCTETS)
    assert raw.status_code == 400
    for wrong in ("[columns", "\x00", "[columns]\nshoe = ['甲']"):
        status, problem = await sent(door, odd, mapping=wrong, commit="true")
        assert (status, problem["code"]) == (422, "file_not_read")


async def test_a_batch_is_reverted_as_a_whole(bare_door: Door) -> None:
    """Once; an unknown batch is refused; one whose requests have further entries is kept."""
    door = bare_door
    await door.post("events", door.registered)
    await sent(door, HEAD + GOOD, commit="true")
    taken = await door.client.post(f"{door.home}/imports/1/annulment")
    assert (taken.status_code, taken.json()) == (200, {"number": 1, "amendment_count": 1})
    (batch,) = await door.json("imports")
    assert batch["annulled_on"] is not None
    assert (await door.json("requests"))["requests"] == []
    for number, status in (("1", 409), ("7", 409), ("x", 400), ("9" * 30, 400)):
        again = await door.client.post(f"{door.home}/imports/{number}/annulment")
        assert again.status_code == status, again.text


async def test_a_large_file_does_not_block_other_calls(bare_door: Door) -> None:
    """Another call is answered while thousands of rows are read, judged and recorded."""
    door = bare_door
    await door.post("events", door.registered)
    content = untidy(1_000, 4, years=(2020,), slips=0).content
    under_way = asyncio.create_task(sent(door, content, commit="true"))
    answered_meanwhile = 0
    while not under_way.done():
        await asyncio.wait({under_way}, timeout=0.02)
        assert (await door.client.get("/health/live")).status_code == 200
        answered_meanwhile += not under_way.done()
    status, found = await under_way
    assert (status, found["batch"]["row_count"]) == (200, 1_000)  # type: ignore[index]
    assert answered_meanwhile > 20


async def test_the_page_records_exactly_the_previewed_file(office: Office) -> None:
    """Another file, or other columns, are previewed again first; also without scripts."""
    async with office.seat("handler", scripts=False) as seat:
        await seat.page.goto("/imports")
        await seat.press("看看登记什么")
        await seat.says("请选择文件")
        one = {
            "name": "台账.csv",
            "mimeType": "text/csv",
            "buffer": (HEAD + GOOD.replace("0001", "9001")).encode(),
        }
        other = {**one, "buffer": (HEAD + GOOD.replace("0001", "9002") + BAD).encode()}
        await seat.page.get_by_label("原台账", exact=True).set_input_files(one)
        await seat.press("看看登记什么")
        await seat.says("新登记1行")
        await seat.page.get_by_label("原台账", exact=True).set_input_files(other)
        await seat.press("登记")
        await seat.says("与刚才看过的不同，没有登记")
        await seat.says("两种读法")
        await seat.page.get_by_label("原台账", exact=True).set_input_files(one)
        await seat.press("看看登记什么")
        await seat.page.get_by_label("原台账", exact=True).set_input_files(one)
        await seat.press("登记")
        await seat.says("批已导入")
        odd = {
            **one,
            "buffer": (HEAD + GOOD.replace("0001", "9003")).replace("收到日期", "到手那天").encode(),
        }
        await seat.page.get_by_label("原台账", exact=True).set_input_files(odd)
        await seat.press("看看登记什么")
        await seat.says("请指明各栏是什么")
        await seat.page.get_by_label("到手那天").select_option(label="收到日期")
        await seat.page.get_by_label("原台账", exact=True).set_input_files(odd)
        await seat.press("看看登记什么")
        await seat.says("新登记1行")
        await seat.page.get_by_label("原台账", exact=True).set_input_files(odd)
        await seat.press("登记")
        await seat.says("批已导入")
        await seat.page.goto("/requests/2020-9001")
        await seat.says("原台账所载之日")


async def chosen(chooser: Locator) -> list[str]:
    """Names of the selected files."""
    found: list[str] = await chooser.evaluate("each => [...each.files].map(file => file.name)")
    return found


async def test_the_page_asks_for_missing_values(office: Office) -> None:
    """The code of an unknown word, a value common to all requests, and that its numbers are not kept: no code is typed, and
    the browser keeps the file selected from step to step until it is recorded.
    """
    head = "登记号,收到日期,申请人,申请人类别,方式,申请内容,答复日期,办理结果\n"
    rows = "2020-8001,2020.3.2,张三,个人,,预算,2020.3.20,给你看了\n2020-8002,2020.3.3,李四,个人,,决算,2020.3.20,给你看了\n"
    file = {"name": "台账.csv", "mimeType": "text/csv", "buffer": (head + rows).encode()}
    async with office.seat("handler") as seat:
        chooser = seat.page.get_by_label("原台账", exact=True)
        await seat.page.goto("/imports")
        await chooser.set_input_files(file)
        await seat.press("看看登记什么")
        main = seat.page.locator("main")
        await expect(main).to_contain_text("不能登记2行")
        assert await chosen(chooser) == ["台账.csv"]
        assert await seat.page.get_by_role("button", name="登记", exact=True).count() == 0
        await seat.page.get_by_label("“给你看了”的意思").select_option(value="granted.provided")
        await seat.page.get_by_label("申请方式空着").select_option(label="邮寄")
        await seat.page.get_by_label("原台账的编号").select_option(label="不沿用，另编登记号")
        await seat.press("看看登记什么")
        await expect(main).to_contain_text("新登记2行")
        await seat.says("不能登记0行")
        assert await chosen(chooser) == ["台账.csv"]
        await seat.context.set_offline(True)
        await seat.press("登记")
        await expect(main).to_contain_text("没有送到")
        await seat.context.set_offline(False)
        await seat.press("登记")
        await expect(main).to_contain_text("批已导入")
        assert await chosen(chooser) == []
        await chooser.set_input_files(file)
        await seat.context.clear_cookies()
        await seat.press("看看登记什么")
        await expect(seat.page.get_by_label("口令")).to_be_visible()
        await seat.sign("handler")
        await expect(seat.page.get_by_label("原台账", exact=True)).to_be_visible()
        await seat.page.goto("/requests?received_from=2020-03-02&received_to=2020-03-03")
        assert "2020-8001" not in await seat.page.locator("main").inner_text()
