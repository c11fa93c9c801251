"""The superior's pages: figures open as far as the superior may see; orders and replies on both sides."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date
from html import unescape
from io import BytesIO
from typing import NamedTuple
from uuid import uuid4

import httpx
import pytest
from openpyxl import Workbook, load_workbook

from adapters.register.recording.decoding import convert
from api.today import today
from domain.authority.events import OfficerAppointed, PowerGranted, Reorganised, SuperiorSet
from tests.adapters.recordings import day, line
from tests.api.conftest import Running
from tests.api.officers import ADMINISTRATOR, OFFICERS, Caller, office_of, record, register_of
from tests.builders import SEALED, answer_drafted, answered, appeal_decided, appealed, received, served

HANDLER, STATISTICIAN = OFFICERS["handler"], OFFICERS["statistician"]


class District(NamedTuple):
    """Logged-in handlers of a county and a town; codes of the town, of a former unit, and of a village below the town."""

    county: Caller
    town: Caller
    former: str
    village: str


@pytest.fixture(scope="module")
async def district(running: Running) -> AsyncIterator[District]:
    """One request of the town is answered, one is overdue with a draft in progress."""
    county, town, former, village = (
        f"{each}-{uuid4().hex[:6]}" for each in ("county", "town", "former", "village")
    )
    await office_of(running, county)
    await office_of(running, town, superior=county)
    await office_of(running, former, superior=f"{county}-x", accounts=False)
    await office_of(running, village, superior=town, accounts=False)
    register = register_of(running)
    for code in (town, former, village):
        for number in (1, 2):
            await register.record(code, line(f"r{number}", received("2020-03-02")), actor=HANDLER)
    await register.record_all(
        town, [line("a", answered("2020-03-20"), "2020-0001")], actor=HANDLER, acknowledge_all=True
    )
    draft = answer_drafted("2020-03-09", "标记稿", document_no="标记〔2020〕2号", text=SEALED)
    await register.record(town, line("d", draft, "2020-0002", text="标记正文"), actor=HANDLER)
    callers = Caller(running, county), Caller(running, town)
    for caller in callers:
        assert (await caller.login()).status_code == 200
    yield District(*callers, former, village)
    for caller in callers:
        await caller.client.aclose()


async def shown(caller: Caller, address: str, status: int = 200) -> str:
    reply = await caller.client.get(address)
    assert reply.status_code == status, reply.text
    return reply.text


async def sent(caller: Caller, address: str, **given: str) -> httpx.Response:
    return await caller.client.post(address, data={"csrf": caller.csrf, **given})


async def recorded(caller: Caller, address: str, **given: str) -> None:
    """Submit the form, then its confirmation with all hidden fields of the page."""
    page = await shown(caller, address)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page))
    seen = await caller.client.post(f"{address.partition('?')[0]}/preview", data={**hidden, **given})
    assert "核对后登记" in seen.text, seen.text
    done = await caller.client.post(address.partition("?")[0], data={**hidden, **given})
    assert (done.status_code, "done=" in done.headers.get("location", "")) == (303, True), done.text


async def test_each_figure_opens_as_far_as_a_superior_may_see(district: District) -> None:
    """State and tables link to the unit's requests, and those to the course without drafts."""
    county, town = district.county, district.town.code
    standing = await shown(county, "/units?year=2020&on=2020-12-31")
    address = f"/units/{town}?of=overdue&amp;year=2020&amp;on=2020-12-31"
    assert f'href="{address}"' in standing
    late = await shown(county, address.replace("&amp;", "&"))
    assert "2020-0002" in late
    assert "2020-0001" not in late
    cell = await shown(county, "/district/tables/cell?year=2020&row=granted&column=total")
    assert f"/units/{town}/cell?year=2020&amp;row=granted&amp;column=total" in cell
    assert "2020-0001" in await shown(county, f"/units/{town}/cell?year=2020&row=granted&column=total")
    for address in (
        standing, late, await shown(county, f"/units/{town}/requests/2020-0002"),
        *[await shown(county, f"/units/{town}?of={of}&year=2020") for of in ("open", "closed", "unfiled", "late_entries", "all")],
        await shown(county, "/district/corrections?year=2020"), await shown(county, "/district/matters"),
    ):  # fmt: skip
        assert "标记" not in address
        assert district.former not in address
        assert district.village not in address


async def test_other_offices_look_nonexistent(district: District) -> None:
    """A former unit, a unit of a unit, and the office itself as a unit; nothing can be recorded there."""
    county = district.county
    for code in (district.former, district.village):
        for address in (
            "",
            "/requests/2020-0001",
            "/cell?year=2020&row=new&column=total",
            "/return_requested",
        ):
            await shown(county, f"/units/{code}{address}", 404)
        for step in ("", "/form", "/preview"):
            assert (await sent(county, f"/units/{code}/supervision_ordered{step}")).status_code == 404
    assert (await sent(county, f"/units/{county.code}/supervision_ordered")).status_code == 404
    forged = await sent(county, "/district/return", unit=district.former, name="数字", key="k")
    assert (forged.status_code, "请选择要求报送的单位" in forged.text) == (422, True)


async def test_a_matter_is_ordered_and_answered_on_pages(district: District) -> None:
    """The superior orders it for an overdue request; the unit finds it among its duties and replies; both sides show it done."""
    county, town = district.county, district.town
    on = today().isoformat()
    order = {"on": on, "matter": "overdue", "respond_by": on, "document_no": "1号", "reference": "2020-0002"}
    await recorded(county, f"/units/{town.code}/supervision_ordered?reference=2020-0002", **order)
    waiting = await shown(town, "/district/matters")
    version = re.findall(r"/district/matters/supervision_answered\?version=(\d+)", waiting)[0]
    answer = {"on": on, "version": version, "result": "done", "document_no": "2号"}
    await recorded(town, f"/district/matters/supervision_answered?version={version}", **answer)
    for caller in (county, town):
        assert "已办结" in await shown(caller, "/district/matters")


async def test_a_return_is_requested_of_all_units_at_once_and_accepted(
    district: District, running: Running
) -> None:
    """A second return of the same name is refused for the named unit; prepared and approved by two officers, it is accepted."""
    county, town, on = district.county, district.town.code, today().isoformat()
    quarter = {
        "on": on,
        "name": "一季度",
        "first_on": "2020-01-01",
        "last_on": "2020-03-31",
        "respond_by": on,
    }
    reply = await sent(county, "/district/return", unit=town, key=uuid4().hex, **quarter)
    assert reply.headers["location"].startswith("/district/matters?done=1"), reply.text
    twice = await sent(county, "/district/return", unit=town, key=uuid4().hex, **quarter)
    assert (twice.status_code, "一季度" in twice.text) == (422, True)
    assert "待报送" in await shown(county, "/district/return?name=一季度")
    for officer, step in (("qian", "return_prepared"), ("wang", "return_handed_in")):
        caller = Caller(running, town, officer)
        await caller.login()
        page = await shown(caller, "/district/matters")
        (version,) = re.findall(rf"/district/matters/{step}\?version=(\d+)", page)
        await recorded(caller, f"/district/matters/{step}?version={version}", on=on, version=version)
        await caller.client.aclose()
    (version,) = re.findall(
        rf"/units/{town}/return_accepted\?version=(\d+)", await shown(county, "/district/matters")
    )
    await recorded(county, f"/units/{town}/return_accepted?version={version}", on=on, version=version)
    assert "已接收" in await shown(county, "/district/return?name=一季度")


async def test_of_several_returns_the_figures_of_the_chosen_one_are_shown(
    district: District, running: Running
) -> None:
    """The one that the address names; where none is chosen yet, each has links to its figures."""
    county, town, on = district.county, district.town.code, today().isoformat()
    for name, first, last in (("上半年", "2020-01-01", "2020-06-30"), ("下半年", "2020-07-01", "2020-12-31")):
        half = {"on": on, "name": name, "first_on": first, "last_on": last, "respond_by": on}
        await sent(county, "/district/return", unit=town, key=uuid4().hex, **half)
    caller = Caller(running, town, "qian")
    await caller.login()
    listed = await shown(caller, "/district/matters")
    versions = re.findall(r"/district/matters/return_prepared\?version=(\d+)", listed)
    found = {}
    for version in versions:
        form = await shown(caller, f"/district/matters/return_prepared?version={version}")
        (name,) = re.findall("“(.*?)”报送的数字", form)
        (new,) = set(re.findall(r"row=new&amp;column=total\">(\d+)<", form)) or {"0"}
        found[name] = new
    assert (sorted(found), found["下半年"]) == (["上半年", "下半年"], "0")
    assert int(found["上半年"]) >= 2, "two of the fixture; another test may have recorded more"
    unchosen = await shown(caller, "/district/matters/return_prepared")
    assert ("报送的数字" in unchosen, unchosen.count(">年报表格<")) == (False, 2)
    await caller.client.aclose()


async def test_an_assessment_goes_from_its_announcement_to_its_conclusion(
    district: District, running: Running
) -> None:
    """One answer of the town in 2020 is still overdue: six of six points lost, with its reference; one bureau sends only files."""
    county, town, name, on = district.county, district.town, f"考核{uuid4().hex[:4]}", today().isoformat()
    head = Caller(running, county.code, OFFICERS["approver"])
    assert (await head.login()).status_code == 200
    home, given = "/district/assessment", {"assessment": name, "on": on}
    announced = {"name": name, "year": "2020", "contest_by": "2098-12-31", "on": on}
    for wrong, message in (({"set": ""}, "请选择指标"), ({"text": "name=1"}, "不合要求")):
        reply = await sent(
            county, f"{home}/assessment_announced/preview", key=uuid4().hex, **announced, **wrong
        )
        assert (reply.status_code, message in reply.text) == (422, True)
    await recorded(county, f"{home}/assessment_announced", **announced, set="licheng-2020")
    assert name in await shown(county, home)
    sheet = f"{home}/sheet?name={name}"
    assert f'href="/units/{town.code}/requests/2020-0002"' in await shown(county, sheet)
    assert 'href="/requests/2020-0002"' in await shown(town, home)
    rows = [
        f"某区人民政府办公室,{one}\n乙局,{one}"
        for one in (
            "保密审查,落实,抽查", "on_request,0,抽查,不配合区公开办的次数", "annual_report,0,抽查,报来的年度报告有差错",
            "annual_report,0,抽查,报来的年度报告与上年或其他单位雷同", "annual_report,0,抽查,年度报告逾期公布",
            "annual_report,0,抽查,逾期报送的数字", "on_request,1,抽查,逾期答复、逾期未办结的申请",
        )
    ]  # fmt: skip
    for content in (b"a,b\n", b"", "某区人民政府办公室,没有的,1,抽查\n".encode()):
        wrong_file = await county.client.post(
            f"{home}/files",
            data={"csrf": county.csrf, "name": name, "key": uuid4().hex},
            files={"entered": ("x.csv", content)},
        )
        assert wrong_file.status_code == 422
    book = Workbook()
    for cells in ["单位,指标,值,依据,事由", *"\n".join(rows).split("\n")]:
        book.active.append(cells.split(","))
    book.save(data := BytesIO())
    looked = await county.client.post(
        f"{home}/files",
        data={"csrf": county.csrf, "name": name, "key": uuid4().hex},
        files={"entered": ("评分.xlsx", data.getvalue())},
    )
    assert "核对后登记：评分14项" in looked.text
    assert "尚未评定" in await shown(county, home)
    assert "还没有评的" in await shown(county, sheet)  # nothing is recorded before it is confirmed
    hidden = {
        key: unescape(value)
        for key, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', looked.text)
    }
    for _ in ("once", "twice"):
        entered = await county.client.post(f"{home}/files/record", data=hidden)
        assert entered.headers["location"].endswith("&recorded=14"), entered.text
    assert "已登记14项" in await shown(county, entered.headers["location"])
    form = await shown(county, f"{home}/score_entered?assessment={name}")
    assert f'<option value="{town.code}">某区人民政府办公室</option>' in form.replace(" selected", "")
    elsewhere = await shown(county, f"{home}/score_entered?assessment={name}&unit=乙局")
    assert re.search('name="other_unit"[^>]*value="乙局"', elsewhere)
    score = given | {
        "indicator": "secrecy",
        "evidence": "复查",
        "value": "落实",
        "unit": town.code,
        "other_unit": "",
    }

    async def preview(**typed: str) -> str:
        return (await sent(county, f"{home}/score_entered/preview", key=uuid4().hex, **typed)).text

    for other, unit in (("", "某区人民政府办公室"), ("丙局", "丙局")):
        text = await preview(**score | {"other_unit": other})
        assert f"“{name}”{unit}的保密审查" in text
        assert "登记之后" not in text  # nothing of a request moves
    assert "请选择单位" in await preview(**score | {"unit": ""})
    graded = await shown(county, f"{home}/score_entered?assessment={name}&indicator=secrecy")
    assert '<option value="部分落实">' in graded
    reasons = await shown(county, f"{home}/score_entered?assessment={name}&indicator=on_request")
    assert ("不配合区公开办的次数" in reasons, "年度报告逾期公布" in reasons) == (True, False)
    text = await preview(**score | {"indicator": "annual_report", "value": "1"})
    assert re.search("事由</a>：请选择|事由：请选择", text), text
    text = await preview(**score | {"value": "", "unit": "", "other_unit": "丙局"})
    assert "丙局的“保密审查”还没有评定，没有可以收回的；评分的须填写评定" in text
    assert "secrecy</" not in await shown(county, sheet)
    assert name in await shown(town, "/?tab=asked&of=all")
    await recorded(town, f"{home}/score_contested", **given, indicator="secrecy", reason="应再核实")
    assert "应再核实" in await shown(town, home)
    page = await shown(county, sheet)
    deciding = await shown(
        head, f"{home}/contest_decided?assessment={name}&unit={town.code}&indicator=secrecy"
    )
    assert f"{on}对“保密审查”提出：应再核实" in deciding
    half = await sent(
        head, f"{home}/contest_decided/preview", **given, unit=town.code, indicator="secrecy", result="upheld", reason="经核实",
        key=uuid4().hex,
    )  # fmt: skip
    assert "申辩成立的写明改计的值，不成立的不写" in half.text
    (decide,) = re.findall(r"contest=(\d+)", (await shown(head, sheet)))
    assert "裁定考核申辩（负责人）" in page
    assert "对考核提出申辩" in await shown(county, "/?tab=units")
    await recorded(
        head, f"{home}/contest_decided", **given, unit=town.code, indicator="secrecy", result="upheld", reason="经核实",
        contest=decide, value="部分落实",
    )  # fmt: skip
    concluding = await sent(head, f"{home}/assessment_concluded/preview", key=uuid4().hex, **given)
    assert f"评定“{name}”的结果<" in concluding.text  # and not that it belongs to no unit
    await recorded(head, f"{home}/assessment_concluded", **given)
    administrator = OFFICERS["system_administrator"]
    for code, sentence in (
        (county.code, f"裁定某区人民政府办公室对“{name}”的保密审查的第{decide}条申辩成立，改计为部分落实"),
        (county.code, f"“{name}”乙局的按期答复，配合区公开办（不配合区公开办的次数）评为0"),
        (town.code, f"对“{name}”的保密审查提出申辩：应再核实"),
    ):
        caller = Caller(running, code, administrator)
        await caller.login()
        assert sentence in await shown(caller, "/people")
        await caller.client.aclose()
    book = await county.client.get(f"{home}/workbook?name={name}")
    rows_ = {row[0]: row[1:3] for row in load_workbook(BytesIO(book.content))["得分"].values}
    assert (rows_["某区人民政府办公室"], rows_["乙局"]) == ((13, 22), (16, 22))
    assert "尚未评定" not in await shown(town, home)
    api = f"/api/v1/authorities/{town.code}/assessments"
    assert [
        each["units"][0]["total"] for each in (await town.client.get(api)).json() if each["name"] == name
    ] == ["13"]
    of_county = f"/api/v1/authorities/{county.code}/district"
    listed = (await county.client.get(f"{of_county}/assessments")).json()
    assert [each["concluded_on"] for each in listed if each["name"] == name] == [on]
    found = (await county.client.get(f"{of_county}/assessment", params={"name": name})).json()
    assert [each["result"] for each in found["contests"]] == ["upheld"]
    missing = await county.client.get(f"{of_county}/assessment", params={"name": "没有的"})
    assert (missing.status_code, missing.json()["code"]) == (404, "assessment_unknown")
    await head.client.aclose()


async def test_files_of_units_without_a_register_are_added_up(district: District) -> None:
    """A list names a unit that sent nothing; a file that is no report is named and not counted."""
    reply = await district.county.client.post(
        "/district/tables?year=2020",
        data={"csrf": district.county.csrf},
        files={"file": ("乙局.docx", b"no report"), "units": ("名单.csv", "单位\n丙局\n".encode())},
    )
    assert reply.status_code == 200
    assert "丙局：未报送" in reply.text
    assert "<li>乙局.docx：" in reply.text  # only once: the unit is known by name only


async def test_a_former_superior_sees_nothing_more(running: Running) -> None:
    """From the day of the change: no figures or requests, and it may record nothing there."""
    county, town = f"county-{uuid4().hex[:6]}", f"town-{uuid4().hex[:6]}"
    await office_of(running, county)
    await office_of(running, town, superior=county, accounts=False)
    caller = Caller(running, county)
    await caller.login()
    way = '<a href="/units">下级单位</a>'
    form = await shown(caller, f"/units/{town}/supervision_ordered")
    assert way in await shown(caller, "/requests")
    moved = SuperiorSet(today(), f"{county}-x", "lower_government", day("2020-06-01"))
    await record(register_of(running), town, OFFICERS["system_administrator"], moved)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    order = {
        "on": today().isoformat(),
        "matter": "other",
        "respond_by": today().isoformat(),
        "document_no": "1号",
    }
    position = await register_of(running).position(town)
    reply = await caller.client.post(f"/units/{town}/supervision_ordered", data={**hidden, **order})
    assert reply.status_code == 404
    assert await register_of(running).position(town) == position
    for address in ("/units", "/district/tables?year=2021", "/district/matters", "/district/units"):
        assert town not in await shown(caller, address)
    assert way not in await shown(caller, "/requests")
    # Tables of an earlier period still include it.
    assert "2个单位" in await shown(caller, "/district/tables?from=2020-01-01&to=2020-03-31")
    await caller.client.aclose()


async def test_an_earlier_entry_is_chosen_by_its_version(running: Running) -> None:
    """A grant is confirmed on its page after a later entry; the chosen version differs from the version seen."""
    code, register = f"office-{uuid4().hex[:6]}", register_of(running)
    await office_of(running, code)
    await record(register, code, OFFICERS["system_administrator"], OfficerAppointed(today(), "chen"))
    granted = PowerGranted(today(), "chen", "handler")
    (version,) = await record(register, code, OFFICERS["security_administrator"], granted)
    await record(register, code, OFFICERS["system_administrator"], OfficerAppointed(today(), "later"))
    caller = Caller(running, code, OFFICERS["system_administrator"])
    await caller.login()
    await recorded(
        caller, f"/people/grant_confirmed?version={version}", on=today().isoformat(), version=str(version)
    )
    assert (await register.authority(code)).roles_of("chen", today()) == {"handler"}
    await caller.client.aclose()


async def test_the_report_page_takes_a_predecessor_s_figures_over(
    district: District, running: Running
) -> None:
    """Missing figures give a warning with a button; once taken over the table has both, the form only the office's own."""
    county, old = Caller(running, district.county.code, STATISTICIAN), f"old-{uuid4().hex[:6]}"
    assert (await county.login()).status_code == 200
    await office_of(running, old, accounts=False)
    register = register_of(running)
    await register.record(old, line("r", received("2020-03-02")), actor=HANDLER)
    figure = {
        "type": "figure_entered",
        "on": "2021-01-04",
        "row": "fees",
        "column": "本年增/减",
        "value": "7",
        "source": "财务",
    }
    await register.record(
        old, convert({"id": "f", "stream": "report/2020", "event": figure}), actor=STATISTICIAN
    )
    merged = Reorganised(date(2020, 5, 20), "merged", county.code, date(2020, 6, 1), "1号", "successor")
    await record(register, old, ADMINISTRATOR, merged)
    page = await shown(county, "/reports/2020")
    address = f"/reports/2020/figures_taken_over?predecessor={old}"
    assert f'href="{address}"' in page
    await recorded(county, address, on="2021-01-05", predecessor=old)
    page = await shown(county, "/reports/2020")
    assert "再次并入" in page
    sheet = page[page.index('id="proactive"') : page.index('id="tables"')]
    assert 'value="7"' not in sheet
    async with register.reports(county.code) as reports:
        assert (await reports.report(2020)).content.proactive_table["fees"] == [None, "7"]
    await county.client.aclose()


async def test_counts_of_timely_closings_and_ended_appeals_open_their_requests(
    district: District,
) -> None:
    """Two appeals of one request ended in 2020; an unserved answer is not yet on time, one answered a day after the last day
    is late.
    """
    county, town = district.county, district.town.code
    history = (
        received("2020-03-02"), answered("2020-03-20"), served("2020-03-20"), appealed("2020-05-06", "复议"),
        appeal_decided("2020-07-01", "upheld", "复议"),
        appealed("2020-07-10", "诉讼", route="litigation_after_reconsideration", follows="复议"),
        appeal_decided("2020-10-12", "upheld", "诉讼"),
    )  # fmt: skip
    lines = [line(f"ended{nth}", each, "#ended0" if nth else None) for nth, each in enumerate(history)]
    replies = await register_of(county.running).record_all(town, lines, actor=HANDLER, acknowledge_all=True)
    ended = str(replies[0].reference)
    late_history = (received("2020-03-02"), answered("2020-03-31"), served("2020-03-31"))
    lines = [line(f"late{nth}", each, "#late0" if nth else None) for nth, each in enumerate(late_history)]
    replies = await register_of(county.running).record_all(town, lines, actor=HANDLER, acknowledge_all=True)
    late = str(replies[0].reference)

    standing = await shown(county, "/units?year=2020&on=2020-12-31")
    pages = {}
    for of, count, reference in (("on_time", 1, ended), ("late", 1, late), ("ended", 2, ended)):
        link = f'<a href="/units/{town}?of={of}&amp;year=2020&amp;on=2020-12-31">{count}</a>'
        assert link in standing
        opened = pages[of] = await shown(county, f"/units/{town}?of={of}&year=2020&on=2020-12-31")
        assert set(re.findall(r">(2020-\d{4})<", opened)) == {reference}
        assert (link in opened) == (of != "ended")  # the figures at the head of the unit's page
    assert "2件复议、诉讼，涉及1件申请" in pages["ended"]


async def test_a_matter_of_a_former_superior_names_it(district: District, running: Running) -> None:
    """By its name, once there is another superior."""
    code, on = f"office-{uuid4().hex[:6]}", today().isoformat()
    await office_of(running, code, superior=district.county.code)
    given = {"on": on, "name": "一季度", "first_on": "2020-01-01", "last_on": "2020-03-31", "respond_by": on}
    reply = await sent(district.county, "/district/return", unit=code, key=uuid4().hex, **given)
    assert reply.status_code == 303, reply.text
    caller = Caller(running, code, STATISTICIAN)
    await caller.login()
    assert "原上级机关" not in await shown(caller, "/district/matters")
    moved = SuperiorSet(today(), "city", "disclosure_supervisor", today())
    await record(register_of(running), code, ADMINISTRATOR, moved)
    former = f"待报送（由原上级机关某区人民政府办公室（{district.county.code}）提出）"
    assert former in await shown(caller, "/district/matters")
    await caller.client.aclose()
