"""The district views of a superior, at the command line and over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import msgspec
import pytest
from openpyxl import load_workbook

from api.today import today
from domain.authority.events import Registered, Reorganised, SuperiorSet
from domain.authority.refusals import PassedOn
from domain.authority.supervision_events import ReturnHandedIn, ReturnPrepared
from domain.entry import Event
from tests.adapters.recordings import body_of, day, line
from tests.api.conftest import Door, Running, Taizhang, in_process
from tests.api.officers import Caller, office_of, record, refused, register_of
from tests.builders import amended, answered, appeal_decided, appealed, correction_analysed, received
from tests.projections.report.test_judged import report

SINCE = day("2020-01-01")


class Offices(NamedTuple):
    """Codes: of a county, two towns below it, and a town that was below it until 2021."""

    running: Running
    county: str
    towns: tuple[str, str]
    former: str


async def opened(running: Running, code: str, name: str, *superiors: tuple[str, str]) -> None:
    events: list[Event] = [Registered(SINCE, code, name, "other", SINCE)]
    events += [SuperiorSet(SINCE, above, "lower_government", day(since)) for above, since in superiors]
    await register_of(running).record(code, line("office", events[0]), actor="tests")
    await record(register_of(running), code, "tests", *events[1:])


async def given(
    running: Running, code: str, *histories: tuple[Event, ...], first: int = 1, year: int = 2020
) -> None:
    for number, history in enumerate(histories, first):
        for event in history:
            reference = None if event is history[0] else f"{year}-{number:04d}"
            await register_of(running).record_all(
                code, [line(uuid4().hex, event, reference)], actor="tests", acknowledge_all=True
            )


async def given_more(running: Running, code: str, reference: str, event: Event, actor: str = "tests") -> None:
    lines = [line(uuid4().hex, event, reference)]
    await register_of(running).record_all(code, lines, actor=actor, acknowledge_all=True)


@pytest.fixture(scope="module")
async def offices(running: Running) -> Offices:
    """One request of the county itself, two of one town, one of them answered, none of the other; three of the former town."""
    county, one, two, former = (f"{name}-{uuid4().hex[:6]}" for name in ("county", "one", "two", "former"))
    await opened(running, county, "示例县")
    await opened(running, one, "甲镇", (county, "2020-01-01"))
    await opened(running, two, "乙镇", (county, "2020-01-01"))
    await opened(running, former, "丙镇", (county, "2020-01-01"), (f"{county}-x", "2021-01-01"))
    await given(running, county, (received("2020-03-02"),))
    await given(running, one, (received("2020-03-02"), answered("2020-03-20")), (received("2020-04-02"),))
    await given(running, former, *[(received("2020-05-06"),)] * 3)
    return Offices(running, county, (one, two), former)


@pytest.fixture
async def county(offices: Offices) -> AsyncIterator[Door]:
    async with in_process(offices.running.application) as client:
        yield Door(client, offices.running.dsn, offices.county)


async def test_the_tables_of_a_district_follow_its_units_of_the_day(county: Door, offices: Offices) -> None:
    """In 2020 the former town counts, six in all; at the end of 2021 it does not, and three are carried in."""
    found = await county.json("district/tables", year=2020)
    assert found["requests_table"]["new"] == [6, 0, 0, 0, 0, 0, 6]
    assert found["requests_table"]["granted"][-1] == 1
    assert {unit["code"]: unit["requests_table"]["new"][-1] for unit in found["units"]} == {
        offices.county: 1,
        offices.towns[0]: 2,
        offices.towns[1]: 0,
        offices.former: 3,
    }
    assert found["units_on"] == "2020-12-31"
    later = await county.json("district/tables", year=2021)
    assert later["requests_table"]["carried_in"][-1] == 2
    quarter = await county.json("district/tables", from_="2020-01-01", to="2020-03-31")
    assert quarter["requests_table"]["new"][-1] == 2


async def test_a_cell_opens_by_unit(county: Door) -> None:
    cell = {"year": 2020, "row": "new", "column": "total"}
    found = await county.json("district/tables/cell", **cell)
    assert sorted((each["unit"], each["count"]) for each in found) == [
        ("丙镇", 3),
        ("乙镇", 0),
        ("甲镇", 2),
        ("示例县", 1),
    ]
    assert "丙镇,台账,3" in await county.csv("district/tables/cell", **cell)
    wrong = await county.get("district/tables/cell", **cell | {"row": "nothing"})
    assert (wrong.status_code, wrong.json()["code"]) == (400, "malformed")


async def test_the_state_of_each_unit_on_a_day(county: Door, offices: Offices) -> None:
    """At the end of 2020 five of six are open and overdue; all were recorded years later; the answer was never served."""
    found = await county.json("district/standing", year=2020, on="2020-12-31")
    assert [found[name] for name in ("open", "overdue", "closed", "on_time", "late_entries", "rate")] == [
        *(5, 5, 1, 0, 6, None)
    ]
    units = {unit["code"]: unit for unit in found["units"]}
    assert (units[offices.towns[0]]["overdue"], units[offices.towns[0]]["median"]) == (["2020-0002"], 14)
    assert len(units[offices.former]["late_entries"]) == 3
    assert units[offices.towns[1]]["report"] == "open"
    today = await county.json("district/standing", year=2020)
    assert offices.former not in {unit["code"] for unit in today["units"]}
    assert "乙镇,0,0,0,0," in await county.csv("district/standing", year=2020)


async def test_corrected_cases_are_listed_with_their_causes(running: Running) -> None:
    """Of two decisions one corrects; first without an analysis, then with one."""
    county, town = f"county-{uuid4().hex[:6]}", f"town-{uuid4().hex[:6]}"
    await opened(running, county, "示例县")
    await opened(running, town, "甲镇", (county, "2020-01-01"))
    answered_ = (received("2020-03-02"), answered("2020-03-20"), appealed("2020-05-06"))
    await given(
        running,
        town,
        (*answered_, appeal_decided("2020-07-01", "revoked")),
        (*answered_, appeal_decided("2020-07-01", "upheld")),
    )
    async with in_process(running.application) as client:
        door = Door(client, running.dsn, county)
        before = await door.json("district/corrections", year=2020)
        await given_more(running, town, "2020-0001", correction_analysed("2020-07-10", "law"))
        after = await door.json("district/corrections", year=2020)
        assert "甲镇,2020-0001" in await door.csv("district/corrections", year=2020)
        assert (await door.json("district/corrections", year=2021))["cases"] == []
        assert {
            each["duty"] for each in await Door(client, running.dsn, town).json("work-list", on="2020-07-05")
        } >= {"unanalysed"}
    assert (before["ended"], [each["causes"] for each in before["cases"]]) == (2, [None])
    assert (after["by_cause"], after["by_unit"]) == ({"法律适用": 1}, {"甲镇": 1})


async def test_a_superior_requests_and_the_unit_replies_from_its_register(running: Running) -> None:
    """One request is reported; it is answered later in the same quarter, so the register then differs from the report."""
    register = register_of(running)
    county, town = f"county-{uuid4().hex[:6]}", f"town-{uuid4().hex[:6]}"
    await office_of(running, county)
    await office_of(running, town, superior=county)
    await register.record(town, line("r", received("2020-03-02")), actor="zhang")
    above, below = Caller(running, county, "qian"), Caller(running, town, "zhang")
    await above.login()
    await below.login()
    home = f"/api/v1/authorities/{town}"

    async def record_(who: Caller, **event: Any) -> httpx.Response:
        return await who.post(f"{home}/events", event, headers={"Idempotency-Key": uuid4().hex})

    on = today().isoformat()
    order = {
        "type": "supervision_ordered",
        "on": on,
        "matter": "overdue",
        "respond_by": "2098-12-31",
        "document_no": "1号",
    }
    quarter = {"type": "return_requested", "on": on, "name": "一季度", "first_on": "2020-01-01", "last_on": "2020-03-31",
               "respond_by": "2098-12-31"}  # fmt: skip
    refused(await record_(below, **order), 403, "not_the_superior")
    for event in (order, quarter):
        reply = await record_(above, **event)
        assert reply.status_code == 201, reply.text
    version = reply.json()["version"]
    answer = {
        "type": "supervision_answered",
        "on": on,
        "version": version - 1,
        "result": "done",
        "document_no": "2号",
    }
    assert (await record_(below, **answer)).status_code == 201
    await register.record(town, line("p", ReturnPrepared(today(), version)), actor="qian")
    await register.record(town, line("h", ReturnHandedIn(today(), version)), actor="wang")
    for code, caller in ((county, above), (town, below)):
        found = (await caller.get(f"/api/v1/authorities/{code}/district/matters")).json()
        assert [(each["name"], each["stage"], each["waits_for"]) for each in found] == [
            ("一季度", "已报送，待审查", "superior"),
            ("逾期未答复", "已办结", None),
        ]
    identities_of = {
        officer: [each.warning for each in found.units]
        for officer, found in (await register.digests.on(county, today())).items()
        if found.units
    }
    assert identities_of["qian"] == ["return_to_review", "overdue"]
    assert identities_of == dict.fromkeys(identities_of, identities_of["qian"])
    accepted = {"type": "return_accepted", "on": on, "version": version}
    assert (await record_(above, **accepted)).status_code == 201
    (before,) = await register.district(county).handed_in("一季度", today())
    await given_more(running, town, "2020-0001", answered("2020-03-20"), actor="zhang")
    (after,) = await register.district(county).handed_in("一季度", today())
    assert before.tables == after.tables
    assert before.tables is not None
    assert (before.tables.requests_table["carried_out"][-1], before.restated) == (1, ())
    assert set(after.restated) >= {"granted:natural_person", "carried_out:natural_person"}
    assert (await register.proofs.verify(town)).findings == ()


async def test_a_merged_unit_keeps_its_requests(running: Running) -> None:
    """Merged from 2021-01-01: its open request is answered in its own register, which receives nothing more; in the district
    the carried-out figure of 2020 is the carried-in one of 2021, and nothing is counted twice.
    """
    county, old, new = (f"{name}-{uuid4().hex[:6]}" for name in ("county", "old", "new"))
    await opened(running, county, "示例县")
    await opened(running, old, "甲镇", (county, "2020-01-01"))
    await opened(running, new, "乙镇", (county, "2020-01-01"))
    await given(running, old, (received("2020-12-31"),), (received("2020-11-02"), answered("2020-11-20")))
    merged = Reorganised(day("2020-12-20"), "merged", new, day("2021-01-01"), "县编〔2020〕9号")
    await record(register_of(running), old, "tests", merged)
    for on in ("2021-01-01", "2021-03-01"):
        with pytest.raises(PassedOn, match=new):
            await register_of(running).record(old, line(uuid4().hex, received(on)), actor="tests")
    moved = amended("2021-01-05", 1, received("2021-01-04"))
    with pytest.raises(PassedOn):
        await register_of(running).record(old, line(uuid4().hex, moved, "2020-0001"), actor="tests")
    await given(running, old, (received("2020-12-30"),), first=3)
    await given_more(running, old, "2020-0001", answered("2021-01-11"))
    await given(running, new, (received("2021-01-04"),), year=2021)
    async with in_process(running.application) as client:
        door = Door(client, running.dsn, county)
        before, after = [await door.json("district/tables", year=year) for year in (2020, 2021)]
        standing = await door.json("district/standing", year=2021, on="2021-12-31")
    assert (
        before["requests_table"]["carried_out"]
        == after["requests_table"]["carried_in"]
        == [2, 0, 0, 0, 0, 0, 2]
    )
    assert (after["requests_table"]["new"][-1], after["requests_table"]["granted"][-1]) == (1, 1)
    assert {unit["code"]: unit.get("successor") for unit in after["units"]} == {
        county: None,
        old: new,
        new: None,
    }
    assert {unit["code"]: unit.get("successor") for unit in before["units"]} == dict.fromkeys(
        (county, old, new)
    )
    found = {unit["code"]: unit for unit in standing["units"]}
    assert (found[old]["open"], found[old]["successor"], found[old]["report_late"]) == (1, new, False)


async def test_the_machine_s_token_adds_up_no_unit_that_has_officers(running: Running) -> None:
    """The county has no officers yet; of its town, which has, the token shows nothing."""
    county, town = f"county-{uuid4().hex[:6]}", f"town-{uuid4().hex[:6]}"
    await opened(running, county, "示例县")
    await office_of(running, town, superior=county, accounts=False)
    async with in_process(running.application) as client:
        reply = await Door(client, running.dsn, county).get("district/tables", year=2020)
    assert (reply.status_code, reply.json()["code"]) == (403, "token_closed")


TOWN = ("--kind", "other", "--complete-since", "2020-01-01", "--on", "2020-01-01")


def test_registers_and_files_are_added_up_at_the_command_line(taizhang: Taizhang, tmp_path: Path) -> None:
    """Of 2022: one in the register of a town, two in a file; a listed unit sent nothing, so the exit code is 1."""
    assert taizhang("authority", "registered", "--code", "county", "--name", "示例县", *TOWN).code == 0
    assert taizhang("authority", "registered", "--code", "town", "--name", "甲镇", *TOWN).code == 0
    above = ("--superior", "county", "--relation", "lower_government", "--in-force-from", "2020-01-01")
    assert (
        taizhang("authority", "superior_set", *above, "--on", "2020-01-01", "--authority", "town").code == 0
    )
    one: dict[str, Any] = {"id": "a", "event": body_of(received("2022-03-02"))}
    recorded = taizhang("record", "-", "--authority", "town", stdin=msgspec.json.encode(one).decode())
    assert recorded.code == 0, recorded.err
    folder = tmp_path / "年报"
    folder.mkdir()
    (folder / "乙局.json").write_bytes(msgspec.json.encode(report("乙局", number=2)))
    units = tmp_path / "名单.csv"
    units.write_text("单位,计入\n甲镇\n乙局\n丙局\n")
    whole = ("district", "table", "--authority", "county", "--year", "2022", "--units", str(units))
    found = taizhang(*whole, str(folder))
    assert (found.code, "未报送：丙局" in found.out, "汇总3个单位" in found.out) == (1, True, True), found.err
    assert taizhang(*whole, str(folder), "--cell", "new:总计", "--json").json() == [
        {"unit": "示例县", "source": "台账", "count": 0},
        {"unit": "甲镇", "source": "台账", "count": 1},
        {"unit": "乙局", "source": "乙局.json", "count": 2},
    ]
    standing = taizhang("district", "standing", "--authority", "county", "--year", "2022", "--csv")
    assert (standing.code, "甲镇,1,0,1,0," in standing.out) == (1, True), standing.out + standing.err
    book = tmp_path / "考核.xlsx"
    announce = (
        "assessment",
        "announce",
        "考核",
        "--year",
        "2022",
        "--contest-by",
        "2098-12-31",
        "--authority",
        "county",
    )
    assert taizhang(*announce, "--set", "none").code == 2
    assert taizhang(*announce, "--set", "yuhuan-2018").code == 0
    again = taizhang(*announce, "--set", "yuhuan-2018")
    assert (again.code, "请另起名称" in again.err) == (1, True)
    sheet = ("assessment", "sheet", "考核", "--authority", "county")
    assert taizhang(*sheet, "--xlsx", str(book)).code == 1  # its mechanisms have not been graded
    read = load_workbook(book)
    assert read.sheetnames == ["得分", "逐项"]
    assert "示例县　考核" in str(read["逐项"].oddHeader.center.text)
    assert [cell.value for cell in read["得分"][2]] == ["甲镇", 4, 8, "机制健全"]
    graded = tmp_path / "评分.csv"
    graded.write_text("单位,指标,值,依据,事由\n甲镇,机制健全,健全,见附件\n")
    enter = ("assessment", "enter", "考核", "--authority", "county")
    assert taizhang(*enter).code == 2
    entered = taizhang(*enter, "--entered", str(graded))
    assert (entered.code, "评分1项" in entered.out) == (0, True), entered.err
    contested = taizhang(
        "authority", "score_contested", "--assessment", "考核", "--indicator", "mechanism", "--reason", "应为较健全",
        "--on", str(today()), "--authority", "town",
    )  # fmt: skip
    assert contested.code == 0, contested.err
    waiting = taizhang(*sheet)
    assert (waiting.code, "甲镇的申辩尚未裁定" in waiting.out) == (1, True)
    assert (
        taizhang("assessment", "own", "--authority", "town", "--json").json()[0]["contests"][0]["result"]
        is None
    )  # type: ignore[index]
    decided = taizhang(
        "authority", "contest_decided", "--assessment", "考核", "--unit", "town", "--indicator", "mechanism",
        "--result", "不成立", "--reason", "材料齐全", "--contest", "3", "--on", str(today()), "--authority", "county",
    )  # fmt: skip
    assert decided.code == 0, decided.err
    concluded = taizhang(
        "authority",
        "assessment_concluded",
        "--assessment",
        "考核",
        "--on",
        str(today()),
        "--authority",
        "county",
    )
    assert concluded.code == 0, concluded.err
    whole_sheet = taizhang(*sheet, "--json")
    assert whole_sheet.code == 0, whole_sheet.err
    assert [(each["unit"], each["total"]) for each in whole_sheet.json()["units"]] == [("甲镇", "24")]  # type: ignore[attr-defined, index, call-overload]
    assert "甲镇" in taizhang("assessment", "own", "--authority", "town").out
    assert "考核" in taizhang("assessment", "sheet", "--authority", "county").out
    units.write_text("单位\n甲镇\n乙局\n")
    assert taizhang(*whole, str(folder)).code == 0
    typed = tmp_path / "汇总.json"
    typed.write_bytes(msgspec.json.encode(report("示例县", number=3)))
    against = taizhang(*whole, str(folder), "--parent", str(typed), "--json")
    assert against.code == 1
    assert {each["row"] for each in against.json()["discrepancies"]} == {"carried_out", "granted", "total"}  # type: ignore[index, call-overload]
