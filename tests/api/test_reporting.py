"""The annual report at the command line, over HTTP and compiled automatically."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import structlog
from openpyxl import load_workbook

from adapters.register.register import Register
from api.background import report_compilation
from api.background.report_compilation import Compiler
from api.today import today
from domain.report.annual_report import PROGRAM
from tests.adapters.recordings import CODE, opened
from tests.api.cli.test_command_line import RECEIVED, answered, lines
from tests.api.conftest import PROJECT, Door, Taizhang
from tests.conftest import DatabaseServer

PUBLISHED = Path(__file__).parent.parent / "published"
SERVED = {"type": "served", "on": "2020-03-20", "method": "in_person"}


def with_requests(office: Taizhang) -> Taizhang:
    """Two requests of 2020, one answered in time."""
    stdin = lines(
        {"id": "r1", "event": RECEIVED},
        {"id": "a1", "reference": "#r1", "event": answered("2020-03-20")},
        {"id": "d1", "reference": "#r1", "event": SERVED},
        {"id": "r2", "event": RECEIVED | {"on": "2020-12-28"}},
    )
    assert office("record", "-", stdin=stdin).code == 0
    return office


def report(office: Taizhang, *arguments: str, stdin: str = "") -> Any:
    result = office("report", *arguments, stdin=stdin)
    assert result.code == 0, result.err
    return result


def publish(office: Taizhang) -> None:
    report(office, "compile", "--year", "2020", "--on", "2021-01-04", "--actor", "甲")
    report(office, "submit", "--year", "2020", "--on", "2021-01-11", "--actor", "甲")
    report(office, "approve", "--year", "2020", "--on", "2021-01-12", "--actor", "乙")
    report(
        office, "publish", "--year", "2020", "--on", "2021-01-20", "--document-no", "公告1号", "--actor", "甲"
    )


# --- the command line ---


def test_from_an_empty_year_to_a_published_file(office: Taizhang, tmp_path: Path) -> None:
    """The steps of README.zh.md: figures, work, texts, check, compile, submit, approve, publish, render."""
    with_requests(office)
    flat = ("--on", "2021-01-04", "--row", "normative_documents", "--column", "对外公开总数量")
    report(
        office, "event", "2020", "figure_entered", *flat, "--value", "43（含部门8件）", "--source", "法制科"
    )
    report(
        office, "event", "2020", "work_recorded", "--on", "2020-06-01", "--kind", "training", "--number", "2"
    )
    text = {
        "section": "problems",
        "text": "全年收到{requests.new.total}件，培训{work.training}次，仍有不足。",
    }
    report(
        office,
        "event",
        "2020",
        "narrative_written",
        "--on",
        "2021-01-04",
        "--json",
        "-",
        stdin=json.dumps(text),
    )

    listed = office("report", "check", "--year", "2020", "--json")
    assert listed.code == 1
    found = {each["name"]: each["grade"] for each in listed.json()}  # type: ignore[attr-defined]
    assert found["section_empty:other"] == "warning"
    assert "blank:fees:本年增/减" in found
    waived = {"warning": "blank", "reason": "无此项业务"}
    report(
        office,
        "event",
        "2020",
        "warning_waived",
        "--on",
        "2021-01-04",
        "--json",
        "-",
        stdin=json.dumps(waived),
    )

    same = office("report", "compile", "--year", "2020", "--on", "2021-01-04", "--actor", "甲")
    assert same.out.splitlines()[0] == "2020年度报告：编制年度报告已登记为第5条。"
    assert same.out.splitlines()[1].startswith("下一步：")
    report(office, "submit", "--year", "2020", "--on", "2021-01-11", "--actor", "甲")
    alone = office("report", "approve", "--year", "2020", "--on", "2021-01-12", "--actor", "甲")
    assert (alone.code, "另一人批准" in alone.err, "approved_by_itself" in alone.err) == (1, True, True)
    report(office, "approve", "--year", "2020", "--on", "2021-01-12", "--actor", "乙")
    report(office, "publish", "--year", "2020", "--on", "2021-01-20", "--actor", "甲")

    shown = report(office, "show", "--year", "2020", "--json").json()
    assert shown["stage"] == "published"
    assert shown["content"]["texts"]["problems"] == "全年收到2件，培训2次，仍有不足。"
    assert shown["content"]["proactive_table"]["normative_documents"][2] == "43（含部门8件）"
    assert [each["edition"] for each in shown["editions"]] == [1]
    for kind, magic in (("pdf", b"%PDF"), ("docx", b"PK"), ("xlsx", b"PK"), ("html", b"<!DOCTYPE")):
        first, second = (tmp_path / f"{name}.{kind}" for name in ("first", "second"))
        for out in (first, second):
            report(office, "render", "--year", "2020", "--format", kind, "--out", str(out))
        assert first.read_bytes().startswith(magic)
        assert first.read_bytes() == second.read_bytes()
    judged = office("check", str(tmp_path / "first.docx"), "--json").json()
    assert {each["check"] for each in judged} <= {"blank", "section_empty"}  # type: ignore[attr-defined]


def test_a_late_answer_of_a_published_year_is_acknowledged_and_listed(office: Taizhang) -> None:
    """Table, row, column, published and present value, and the entry that changed it; a corrected edition clears the list."""
    with_requests(office)
    publish(office)
    answer = ("event", "2020-0002", "answered", "--on", "2020-12-31", "--outcome", "granted.provided")
    answer += ("--legal-basis", "第三十六条", "--document-no", "2号")  # type: ignore[assignment]
    refused = office(*answer)
    assert (refused.code, "--acknowledge 登记到已公布的年度" in refused.err) == (1, True)
    assert office(*answer, "--acknowledge", "published_period").code == 0

    listed = office("report", "restatement", "--year", "2020", "--json")
    assert listed.code == 1
    drawn = office("report", "restatement", "--year", "2020", "--csv").out
    assert "申请,（一）予以公开,自然人,1,2," in drawn
    assert "granted" not in drawn
    found = {(each["row"], each["column"]): each for each in listed.json()}  # type: ignore[attr-defined]
    # Counted by hand: the second request moves from carried out to granted, in its column and the sums.
    assert {place: (each["published"], each["now"]) for place, each in found.items()} == {
        (row, column): moved
        for row, moved in (("granted", ("1", "2")), ("total", ("1", "2")), ("carried_out", ("1", "0")))
        for column in ("natural_person", "total")
    }
    for each in found.values():
        assert [(cause["reference"], cause["line"]["version"]) for cause in each["causes"]] == [
            ("2020-0002", 2)
        ]

    reason = json.dumps({"reason": "漏登一件答复"})
    report(
        office,
        "event",
        "2020",
        "report_restated",
        "--on",
        "2021-03-01",
        "--actor",
        "甲",
        "--json",
        "-",
        stdin=reason,
    )
    for step, on, actor in (
        ("submit", "2021-03-02", "甲"),
        ("approve", "2021-03-03", "乙"),
        ("publish", "2021-03-04", "甲"),
    ):
        report(office, step, "--year", "2020", "--on", on, "--actor", actor)
    assert office("report", "restatement", "--year", "2020").code == 0
    assert office("verify").code == 0


def test_the_due_report_and_its_missing_parts(office: Taizhang) -> None:
    """Art. 49: a department by 31 January; on the 15th sixteen days are left."""
    (due,) = report(office, "due", "--on", "2021-01-15", "--json").json()
    assert (due["year"], due["due_on"], due["days_left"], due["stage"]) == (2020, "2021-01-31", 16, "open")
    assert {each["check"] for each in due["problems"]} == {"blank", "section_empty"}
    assert report(office, "due", "--on", "2020-06-01", "--json").json() == []
    publish(office)
    assert report(office, "due", "--on", "2021-01-25", "--json").json() == []


def test_a_report_of_an_earlier_year_is_due_until_it_is_published(office: Taizhang) -> None:
    """2020's is overdue after 2021-01-31 while only compiled; its corrected edition has no last day."""

    def due() -> list[tuple[int, str | None, str, bool]]:
        found = report(office, "due", "--on", "2023-06-01", "--json").json()
        return [(each["year"], each["due_on"], each["stage"], each["corrects"]) for each in found]

    last_year = (2022, "2023-01-31", "open", False)
    assert due() == [last_year]
    report(office, "compile", "--year", "2020", "--on", "2021-01-04", "--actor", "甲")
    assert due() == [(2020, "2021-01-31", "compiled", False), last_year]
    publish(office)
    assert due() == [last_year]
    reason = json.dumps({"reason": "更正"})
    report(office, "event", "2020", "report_restated", "--on", "2023-05-01", "--json", "-", stdin=reason)
    assert due() == [last_year, (2020, None, "compiled", True)]
    assert "重新编报，编制中" in report(office, "due", "--on", "2023-06-01").out


def test_the_first_year_is_compared_with_a_file(office: Taizhang) -> None:
    """Last year's report is older than the register: 上海 2019 carried out 72 requests."""
    previous = str(PUBLISHED / "2019_shanghai_general_office.json")
    carried_out = json.loads(Path(previous).read_text("utf-8"))["requests_table"]["carried_out"][-1]
    alone = office("report", "check", "--year", "2020", "--json").json()
    held = office("report", "check", "--year", "2020", "--previous", previous, "--json").json()
    assert "carry" not in {each["check"] for each in alone}  # type: ignore[attr-defined]
    found = [each for each in held if each["check"] == "carry" and each["column"] == "total"]  # type: ignore[attr-defined]
    assert [(each["left"], each["right"]) for each in found] == [("0", str(carried_out))]


def test_any_authority_s_report_is_checked(taizhang: Taizhang, tmp_path: Path) -> None:
    """宿迁 2024 against 2023: two sentences have other numbers of appeals than the table (its notes)."""
    suqian, before = (str(PUBLISHED / f"{year}_suqian_city.json") for year in (2024, 2023))
    result = taizhang("check", suqian, "--previous", before, "--json")
    assert result.code == 1
    assert [(each["check"], each["left"], each["right"]) for each in result.json()] == [  # type: ignore[attr-defined]
        ("text_figure", "134", "170"), ("text_figure", "57", "77"),
    ]  # fmt: skip
    broken = tmp_path / "报告.docx"
    broken.write_bytes(b"PK\x03\x04nothing")
    refused = taizhang("check", str(broken))
    assert (refused.code, refused.out) == (2, "")


# --- over HTTP ---


async def test_a_report_over_http(door: Door) -> None:
    """Entered, previewed, checked, refused in Chinese, downloaded as an attachment and never shown inline."""
    figure = {"type": "figure_entered", "on": "2021-01-04", "row": "fees", "column": "本年增/减", "source": "财务科", "value": "-1"}  # fmt: skip
    reply = await door.post("reports/2020/events", figure, key="f1")
    assert (reply.status_code, reply.json()["version"], reply.headers["etag"]) == (201, 1, '"1"')
    again = (await door.post("reports/2020/events", figure, key="f1")).json()
    assert again == reply.json() | {"repeated": True}
    previewed = await door.post(
        "reports/2020/events", {"type": "report_compiled", "on": "2021-01-04"}, key="c1", preview="true"
    )
    assert previewed.status_code == 200, previewed.text
    refused = await door.post(
        "reports/2020/events", {"type": "report_submitted", "on": "2021-01-04"}, key="s1"
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "report_not_compiled")
    forged = await door.post(
        "reports/2020/events", {"type": "report_submitted", "on": "2021-01-04", "pinned": {}}, key="s1"
    )
    assert (forged.status_code, forged.json()["code"], forged.json()["field"]) == (400, "malformed", "pinned")

    shown = await door.json("reports/2020")
    assert (shown["stage"], shown["figures"][0]["value"], shown["due_on"]) == ("open", "-1", "2021-01-31")
    assert {each["grade"] for each in await door.json("reports/2020/checks")} == {"warning"}
    assert (await door.json("reports/2020/figures"))["requests.new.total"] == "0"
    for kind in ("docx", "pdf", "html", "xlsx"):
        answer = await door.client.get(f"{door.home}/reports/2020/document", params={"as": kind})
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-disposition"] == f'attachment; filename="{door.code}-2020.{kind}"'
        assert len(answer.content) > 1000
    for rest, status, code in (
        ("reports/2020/restatement", 404, "edition_unknown"),
        ("reports/2020/document?as=pdf&edition=1", 404, "edition_unknown"),
        ("reports/2020/document?as=doc", 400, "malformed"),
        ("reports/20x0", 400, "malformed"),
        ("reports/2019", 422, "not_complete"),
    ):
        answer = await door.client.get(f"{door.home}/{rest}")
        assert (answer.status_code, answer.json()["code"]) == (status, code), rest
    due = await door.json("/api/v1/reports/due", on="2021-01-15")
    assert [each["days_left"] for each in due if each["authority_code"] == door.code] == [16]


# --- by itself ---


async def test_on_1_january_the_past_year_is_compiled_once(register: Register) -> None:
    """For every office that existed all year; a report already begun or compiled by hand is not touched."""
    await opened(register)
    compiler = Compiler(lambda: date(2020, 1, 1))
    assert await compiler.look(register) == [CODE]
    assert await compiler.look(register) == await Compiler(lambda: date(2020, 1, 2)).look(register) == []
    async with register.reports(CODE) as reports:
        state, history = await reports.state(2019), await reports.history(2019)
    assert (state.stage, [(entry.actor, str(entry.event.on)) for entry in history]) == (
        "compiled", [(PROGRAM, "2020-01-01")],
    )  # fmt: skip
    assert await Compiler(lambda: date(2018, 6, 1)).look(register) == []  # its register did not exist in 2017


async def test_parallel_processes_compile_once(register: Register) -> None:
    """The lock of the head row serialises them, and the recording's id makes the others repetitions."""
    await opened(register)
    done = await asyncio.gather(
        *(report_compilation.compile_due(register, CODE, date(2021, 1, 1)) for _ in range(8))
    )
    assert True in done
    async with register.reports(CODE) as reports:
        assert len(await reports.history(2020)) == 1


async def test_a_worker_that_is_killed_is_replaced(
    server: DatabaseServer, database: str, register: Register, tmp_path: Path
) -> None:
    """Of two processes the killed one holds no lock: the other compiles reports of offices opened afterwards."""
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith(("TAIZHANG", "DATABASE"))
    }
    environ |= {
        "TAIZHANG_DATA": str(tmp_path),
        "DATABASE_URL": server.runtime(database),
        "TAIZHANG_LOG": "error",
    }

    def worker() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", "from api.cli import main; main()", "worker"]
        return subprocess.Popen(command, cwd=PROJECT, env=environ, stdout=subprocess.PIPE, text=True)

    with worker() as first, worker() as second:
        try:
            for each in (first, second):
                assert each.stdout is not None
                assert "后台已启动" in await asyncio.to_thread(each.stdout.readline)
            first.send_signal(signal.SIGKILL)
            await asyncio.to_thread(first.wait)
            await opened(register)
            year = today().year - 1
            async with asyncio.timeout(120):
                while True:
                    async with register.reports(CODE) as reports:
                        history = await reports.history(year)
                    if history:
                        break
                    await asyncio.sleep(0.2)
            assert [entry.actor for entry in history] == [PROGRAM]
        finally:
            second.terminate()
            await asyncio.to_thread(second.wait)
    structlog.reset_defaults()


def test_documents_are_counted_in_the_proactive_table(office: Taizhang, tmp_path: Path) -> None:
    """Of 2020: one made and one of 2016 abolished; a different figure typed by hand is kept; the list is written as a workbook."""
    with_requests(office)

    def record(year: int, type_: str, *fields: str) -> None:
        report(office, "event", str(year), type_, *fields)

    made = ("--kind", "行政规范性文件", "--disclosure", "主动公开", "--basis", "第二十条")
    record(
        2016,
        "document_made",
        *("--on", "2016-03-01", "--document-no", "老1号", "--name", "老办法", "--public-on", "2016-03-02"),
        *made,
    )
    record(
        2020,
        "登记文件",
        *("--on", "2020-05-12", "--document-no", "新1号", "--name", "新办法", "--public-on", "2020-05-14"),
        *made,
    )
    gone = ("--on", "2020-05-12", "--document-no", "老1号", "--cause", "replaced", "--basis", "新1号")
    record(2020, "废止文件", *gone)
    twice = office("report", "event", "2020", "废止文件", *gone)
    assert (twice.code, "document_over" in twice.err) == (1, True)
    row = "proactive.normative_documents"
    figures: Any = report(office, "figures", "--year", "2020", "--json").json()
    assert [
        figures[f"{row}.{column}"] for column in ("本年新制作数量", "本年新公开数量", "对外公开总数量")
    ] == ["1", "1", "1"]
    cell = ("--on", "2021-01-04", "--row", "normative_documents", "--column", "对外公开总数量")
    report(office, "event", "2020", "figure_entered", *cell, "--value", "2", "--source", "法制科")
    checked: Any = office("report", "check", "--year", "2020", "--json").json()
    (found,) = [each for each in checked if each["check"] == "documents"]
    assert (found["left"], found["right"], found["grade"]) == ("2", "1", "warning")
    listed: Any = report(office, "documents", "办法", "--json").json()
    assert [(each["document_no"], each["in_force"]) for each in listed] == [("新1号", True), ("老1号", False)]
    book = tmp_path / "目录.xlsx"
    report(office, "documents", "--in-force", "--xlsx", str(book))
    (_, only) = load_workbook(book)["文件目录"].values
    assert only[:2] == ("新1号", "新办法")
