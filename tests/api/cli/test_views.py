"""The queries of officers and auditors at the command line.

The quarter of REGISTER is recorded in the order of its lines; the registration is entry 1, so that entry n+1 is
line n. Days are counted as in `tests/domain/request/test_deadline.py`: from Monday 2020-03-02 the 20th working day is
03-30, the 40th 04-27; from Monday 02-24 the 20th is 03-23.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len

from adapters.register.register import Register
from adapters.views import Until
from api.cli import requests
from domain.entry import Event
from domain.law.calendar import Calendar, national_notices
from domain.law.irregularities import RULES
from domain.law.terms import Law
from domain.values import SHANGHAI, Period, Reference
from tests.adapters.recordings import CODE, body_of, fetch, line, opened
from tests.api.cli.test_command_line import lines
from tests.api.conftest import OFFICE, Result, Taizhang
from tests.builders import (
    amended,
    answered,
    appealed,
    assigned,
    consultation_closed,
    consultation_opened,
    erasure_requested,
    extended,
    fee_charged,
    lapsed,
    received,
    reopened,
    served,
    supplement_required,
    supplemented,
    withdrawn,
)

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

R = received("2020-03-02")
COMPANY = received("2020-03-02", applicant_kind="commercial_enterprise")
Q1 = ("--from", "2020-01-01", "--to", "2020-03-31")

REGISTER: dict[str, Sequence[Event]] = {
    "1": (R, assigned("2020-03-03", "信息科", "li.m"), answered("2020-03-20"), served("2020-03-20")),
    "2": (R, extended("2020-03-26"), answered("2020-03-31"), served("2020-03-31")),
    "3": (R, answered("2020-03-31"), served("2020-03-31")),
    "4": (COMPANY, consultation_opened("2020-03-04", "2020-03-20"), consultation_closed("2020-03-13")),
    "5": (received("2020-03-16"), supplement_required("2020-03-18", "2020-04-01")),
    "6": (received("2020-03-17"), withdrawn("2020-03-24")),
    "7": (R, answered("2020-03-27"), appealed("2020-03-30")),
    "8": (R, answered("2020-03-05"), served("2020-03-05"), reopened("2020-03-17", "2020-03-30")),
    "9": (received("2020-02-10"), supplement_required("2020-02-12", "2020-02-26"), lapsed("2020-02-27")),
    "10": (received("2020-02-24"), assigned("2020-02-25", "法制科", "陈工")),
    "11": (
        R, consultation_opened("2020-03-04", "2020-03-20"), consultation_closed("2020-03-06"),
        answered("2020-03-27"), served("2020-03-27"),
    ),
    "12": (
        R, supplement_required("2020-03-04", "2020-03-20"), supplemented("2020-03-06"), answered("2020-03-27"),
        served("2020-03-27"),
    ),
}  # fmt: skip
LATER: dict[str, Sequence[Event]] = {
    "3": (amended("2020-04-02", 1, received("2020-03-03")),),  # due 03-31: no longer late
    "4": (answered("2020-04-02"),),
    "5": (
        amended("2020-04-02", 2, supplement_required("2020-03-18", "2020-03-30")),
    ),  # closed, no longer awaited
    "6": (amended("2020-04-02", 1),),
    "10": (assigned("2020-04-02", "信息科"),),
}
LAST = sum(map(len, REGISTER.values())) + 1
"""The position of the last entry of REGISTER."""


def record(office: Taizhang, quarter: dict[str, Sequence[Event]], *options: str) -> None:
    """Each request is the line `r<number>` and the lines after it; it gets its number when it is received."""
    file = []
    for name, happened in quarter.items():
        for nth, each in enumerate(happened):
            new = type(each) is type(R)
            line: dict[str, Any] = {
                "id": f"r{name}" if new else f"{name}-{nth}-{len(quarter)}",
                "event": body_of(each),
            }
            file.append(line if new else line | {"reference": f"#r{name}"})
    result = office("record", "-", "--acknowledge-all", *options, stdin=lines(*file))
    assert result.code == 0, result.err


@pytest.fixture
def quarter(office: Taizhang) -> Taizhang:
    record(office, REGISTER)
    return office


def json(result: Result) -> Any:
    assert (result.code, result.err) == (0, "")
    return result.json()


def numbers(references: Sequence[str]) -> str:
    return " ".join(str(int(reference[5:])) for reference in references)


def is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


# --- compliance ---

MEASURED = {
    "closed": "1 2 3 6 7 8 9 11 12",
    "on_time": "1 2 6 8 9 11 12",
    "late": "3",
    "service_unproven": "7",
    "provisional": "",
    "original_on_time": "1 6 8 9 11 12",
    "original_late": "2 3",
    "answered": "1 2 3 7 8 11 12",
    "withdrawn": "6",
    "lapsed": "9",
    "extended": "2",
    "suspended": "11",
    "supplemented": "12",
    "open": "4 5 10",
    "overdue": "10",
    "redo_due": "8",
}


def test_compliance_of_a_quarter(quarter: Taizhang) -> None:
    """Seven of nine on time; the answered took 3, 14, 15, 17, 19, 21 and 21 working days: median 17, 90th percentile 21."""
    found = json(quarter("compliance", *Q1, "--json"))

    assert {measure: numbers(found[measure]) for measure in MEASURED} == MEASURED
    assert found["rate"] == pytest.approx(7 / 9)
    assert found["original_rate"] == pytest.approx(6 / 9)
    assert found["taken"] == [17, 21]
    assert found["irregularities"] == {"late_answer": ["2020-0003"]}
    assert [(unit["unit"], numbers(unit["closed"]), numbers(unit["open"])) for unit in found["units"]] == [
        ("", "2 3 6 7 8 9 11 12", "4 5"), ("信息科", "1", ""), ("法制科", "", "10"),
    ]  # fmt: skip


def test_every_count_lists_its_requests(quarter: Taizhang) -> None:
    """For each measure, and each code of an irregularity even without any; the heading has the number."""
    assert set(MEASURED) == set(requests.MEASURES)
    for measure, expected in {**MEASURED, "late_answer": "3", "second_extension": ""}.items():
        assert numbers(json(quarter("compliance", *Q1, "--list", measure, "--json"))) == expected, measure
    drawn = quarter("compliance", *Q1, "--list", "open").out
    assert "期末在办" in drawn
    assert "3件" in drawn


def test_rates_and_an_empty_period(quarter: Taizhang) -> None:
    """7 of 9 are 77.78 %; in a week without closing the rate is a dash and there are no percentiles."""
    drawn = quarter("compliance", *Q1).out
    assert "占办结77.78%" in drawn
    assert "所用工作日：中位数17，九成在21以内" in drawn
    assert "（未交办）" in drawn

    empty = quarter("compliance", "--from", "2020-01-01", "--to", "2020-01-07").out
    assert "占办结–" in empty
    assert "中位数" not in empty


# --- carry-over ---


def test_carry_over_by_month(quarter: Taizhang) -> None:
    """February: 9 and 10 new, 9 closed; March: ten new, eight closed, of kind company one new and none closed."""
    found = json(quarter("carry-over", *Q1, "--by", "month", "--json"))

    assert [(each["period"], *(each[place]["total"] for place in ("opening", "new", "closed", "closing")))
            for each in found] == [("2020年1月", 0, 0, 0, 0), ("2020年2月", 0, 2, 1, 1), ("2020年3月", 1, 10, 8, 3)]  # fmt: skip
    assert found[2]["new"]["commercial_enterprise"] == found[2]["closing"]["commercial_enterprise"] == 1

    drawn = quarter("carry-over", *Q1, "--by", "month").out.splitlines()
    assert drawn[-3:] == ["2020年1月  0", f"2020年2月 {'█' * 13} 1", f"2020年3月 {'█' * 40} 3"]
    rows = cells(quarter("carry-over", *Q1, "--by", "month", "--kind", "commercial_enterprise", "--csv"))
    assert rows[3] == ["2020年3月", "0", "1", "0", "1"]


# --- work list ---


def test_the_work_list_of_a_day(quarter: Taizhang) -> None:
    """On 03-31: 10 is six days past 03-23, 8 a day past its redo date, 5 waits until 04-01, 7 is unserved and appealed."""
    found = json(quarter("work-list", "--on", "2020-03-31", "--json"))

    assert [(int(each["reference"][5:]), each["duty"], each["due_on"], each["workdays_left"]) for each in found] == [
        (10, "overdue", "2020-03-23", -6),
        (8, "redo_overdue", "2020-03-30", -1),
        (5, "awaiting_supplement", "2020-04-01", 1),
        (7, "unserved", "2020-03-30", -1),
        (7, "appeal_pending", None, None),
    ]  # fmt: skip
    assert (found[0]["unit"], found[0]["article"], found[0]["text"]) == (
        "法制科",
        "第三十三条",
        "已逾期，应立即答复",
    )
    assert found[2]["note"] == "不计期限"


def test_the_work_list_of_an_earlier_day(quarter: Taizhang) -> None:
    """On 03-19 request 2 was not yet extended and due within seven working days; the consultation of 4 had ended on 03-13."""
    listed = quarter("work-list", "--on", "2020-03-19", "--within", "7", "--json")
    assert {int(each["reference"][5:]): each["duty"] for each in json(listed)} == {
        **dict.fromkeys((1, 2, 3, 7), "due_soon"), 5: "awaiting_supplement", 8: "redo", 10: "due_soon",
    }  # fmt: skip
    assert json(quarter("work-list", "--on", "2020-01-31", "--json")) == []


# --- one request ---


def test_why_a_request_was_late(quarter: Taizhang) -> None:
    """Received 03-02, due 03-30, answered 03-31: the steps, the conclusion and the violated rule."""
    found = json(quarter("deadline", "2020-0003", "--json"))
    assert (found["due_on"], found["timeliness"], found["taken"]) == ("2020-03-30", "late", 21)
    assert [step["on"] for step in found["steps"]] == ["2020-03-02", "2020-03-31"]

    drawn = quarter("deadline", "2020-0003").out
    assert "2020-03-31办结，期限2020-03-30，所用21个工作日：逾期办结。" in drawn
    assert "与规定不符：答复于2020-03-31作出，期限为2020-03-30（第三十三条）。" in drawn
    extended = quarter("deadline", "2020-0002").out
    assert "期限2020-04-27，所用21个工作日：期限内办结。" in extended
    assert "按最初期限2020-03-30：逾期办结。" in extended


def test_a_deadline_on_a_day_is_the_one_in_force_then(quarter: Taizhang) -> None:
    """Before its extension of 03-26 request 2 was due 03-30; while 12 awaited a supplement no term ran."""
    on = ("--on", "2020-03-05", "--json")
    assert json(quarter("deadline", "2020-0002", *on))["due_on"] == "2020-03-30"
    assert json(quarter("deadline", "2020-0012", *on))["due_on"] is None
    assert "正等待申请人补正（至2020-03-20），不计期限" in quarter("deadline", "2020-0012", *on[:2]).out

    before = quarter("deadline", "2020-0002", "--on", "2020-03-01")
    assert (before.code, before.out) == (2, "")
    assert "--on早于2020-0002的收到日期2020-03-02" in before.err


def test_a_late_notice_does_not_stop_the_term(office: Taizhang) -> None:
    """A fee charged a day after 03-30 leaves the due date: the conclusion has both days."""
    record(office, {"1": (R, fee_charged("2020-03-31", "2020-04-30"))})

    drawn = office("deadline", "2020-0001").out

    assert "正等待申请人缴费（至2020-04-30）；告知未停止期限，仍须最迟于2020-03-30答复。" in drawn


def test_a_reopened_request_is_due_by_the_current_term(quarter: Taizhang) -> None:
    """By the decision on 03-30, and after a restart on 03-23, 20 working days later on 04-21."""
    assert "重新处理中，最迟于2020-03-30答复。" in quarter("deadline", "2020-0008").out
    record(quarter, {"8": (supplement_required("2020-03-18", "2020-03-31"), supplemented("2020-03-23"))})
    assert "重新处理中，最迟于2020-04-21答复。" in quarter("deadline", "2020-0008").out


def test_every_day_of_a_term(office: Taizhang) -> None:
    """Over the Spring Festival of 2020 (deadline_cases.json): 37 days after 01-20, the last of them 02-25 as the 20th."""
    record(office, {"1": (received("2020-01-20"),)})

    found = json(office("deadline", "2020-0001", "--days", "--json"))

    assert [found[0]["day"], found[-1]["day"], len(found)] == ["2020-01-20", "2020-02-25", 37]
    assert found[12] == {"day": "2020-02-01", "counted": None, "reason": "春节", "notice": "2020b"}
    assert found[-1] == {"day": "2020-02-25", "counted": 20, "reason": "工作日", "notice": None}
    rows = cells(office("deadline", "2020-0001", "--days", "--csv"))
    assert rows[0] == ["日期", "星期", "第几日", "原因", "放假通知"]
    assert rows[2] == ["2020-01-21", "二", "1", "工作日", ""]


def test_an_annulled_request_has_history_and_no_deadline(quarter: Taizhang) -> None:
    """Stated in words, as JSON and as an empty list; its history can still be read."""
    record(quarter, LATER)

    assert quarter("deadline", "2020-0006").out == "2020-0006已作废，没有期限。\n"
    assert json(quarter("deadline", "2020-0006", "--json")) == {"reference": "2020-0006", "annulled": True}
    assert json(quarter("deadline", "2020-0006", "--days", "--json")) == []
    assert len(cells(quarter("deadline", "2020-0006", "--csv"))) == 1
    assert quarter("deadline", "2020-0006", "--on", "2020-03-20").code == 0
    sentences = [line["sentence"] for line in json(quarter("history", "2020-0006", "--json"))]
    assert sentences[2].startswith("2020-04-02撤销第1条登记“2020-03-17收到")


def test_the_history_in_sentences(quarter: Taizhang) -> None:
    """One line per entry with the day of the event, the day of recording and the actor; names only with --sealed."""
    record(quarter, LATER, "--actor", "王五")

    found = json(quarter("history", "2020-0003", "--json"))

    assert [(line["version"], line["actor"], line["on"]) for line in found] == [
        (1, "cli", "2020-03-02"), (2, "cli", "2020-03-31"), (3, "cli", "2020-03-31"), (4, "王五", "2020-04-02"),
    ]  # fmt: skip
    assert found[0]["amended_by"] == [4]
    assert found[1]["acknowledged"] == ["late_answer"]
    assert "原为“2020-03-02收到" in found[3]["sentence"]
    assert "现为“2020-03-03收到" in found[3]["sentence"]
    for output in ((), ("--json",), ("--csv",)):
        assert "张三" not in quarter("history", "2020-0003", *output).out
    assert "补登" in quarter("history", "2020-0003").out


def test_sealed_values_are_shown_on_request(quarter: Taizhang, server: DatabaseServer, database: str) -> None:
    """The applicant by entry and field; once erased from the vault this is stated and the history remains."""
    found = json(quarter("history", "2020-0003", "--sealed", "--json"))
    assert [(each["version"], each["field"]) for each in found] == [(1, "applicant"), (1, "description")]
    assert "张三" in found[0]["text"]
    assert "张三" in quarter("history", "2020-0003", "--sealed").out

    behind_the_back(server, database, "DELETE FROM vault")

    found = json(quarter("history", "2020-0003", "--sealed", "--json"))
    assert {each["text"] for each in found} == {"（已销毁）"}
    assert len(json(quarter("history", "2020-0003", "--json"))) == 3


# --- as known then ---

QUERIES = (
    ("table", *Q1),
    ("table", *Q1, "--cell", "total:total"),
    ("compliance", *Q1),
    ("compliance", *Q1, "--list", "late"),
    ("carry-over", *Q1, "--by", "month"),
    ("work-list", "--on", "2020-03-31"),
    ("deadline", "2020-0003"),
    ("deadline", "2020-0003", "--days"),
    ("history", "2020-0003"),
    ("history", "2020-0003", "--sealed"),
)


def behind_the_back(server: DatabaseServer, database: str, *statements: str) -> None:
    """As the owner of the database, whom no grant and no trigger stops."""
    for statement in ("ALTER TABLE events DISABLE TRIGGER ALL", *statements):
        asyncio.run(fetch(server.behind(database), statement))


def answers(quarter: Taizhang, *until: str) -> list[Any]:
    """The output without law_digest, which identifies the notices known then."""
    found = [json(quarter(*arguments, *until, "--json")) for arguments in QUERIES]
    for row in found[1]:
        del row["law_digest"]
    return found


def test_every_query_at_an_earlier_moment(quarter: Taizhang, server: DatabaseServer, database: str) -> None:
    """By position, day and time each reply equals the one given then; later entries changed every one.

    A day means its end in Shanghai, so an entry half a second before midnight is included; 00:00 there is 16:00 UTC of the
    day before.
    """
    then = answers(quarter)
    record(quarter, LATER)
    now = answers(quarter)
    assert [was != is_ for was, is_ in zip(then, now, strict=True)] == [True] * 10
    behind_the_back(
        server, database,
        f"UPDATE events SET recorded_at = '2020-04-02 00:00+08' WHERE position > {LAST}",
        f"UPDATE events SET recorded_at = '2020-04-01 23:59:59.5+08' WHERE position <= {LAST}",
        "UPDATE events SET recorded_at = '2020-01-01 09:00+08' WHERE position = 1",
    )  # fmt: skip
    then[8] = [line | {"recorded_on": "2020-04-01"} for line in then[8]]
    now[8] = answers(quarter)[8]

    for moment in (str(LAST), "2020-04-01", "2020-04-01T15:59:59.500000Z", "2020-04-01T23:59:59.9+08:00"):
        assert answers(quarter, "--recorded-until", moment) == then, moment
    for moment in (str(LAST + 5), "2020-04-02", "2020-04-01T16:00:00+00:00", "2099-12-31"):
        assert answers(quarter, "--recorded-until", moment) == now, moment


def test_the_difference_between_two_moments(quarter: Taizhang) -> None:
    """4 was answered on 04-02, 6 annulled: in 2020 four cells of companies and three of natural persons, and why."""
    record(quarter, LATER)

    found = json(quarter("diff", "--year", "2020", "--before", str(LAST), "--json"))

    assert {f"{cell['row']}:{cell['column']}": (cell["was"], cell["now"], cell["left"], cell["entered"])
            for cell in found["cells"]} == {
        "new:natural_person": (11, 10, ["2020-0006"], []),
        "other:natural_person": (2, 1, ["2020-0006"], []),
        "total:natural_person": (9, 8, ["2020-0006"], []),
        "granted:commercial_enterprise": (0, 1, [], ["2020-0004"]),
        "total:commercial_enterprise": (0, 1, [], ["2020-0004"]),
        "carried_out:commercial_enterprise": (1, 0, ["2020-0004"], []),
    }  # fmt: skip
    assert {
        reference: [line["sentence"][:14] for line in entries]
        for reference, entries in found["entries"].items()
    } == {
        "2020-0004": ["2020-04-02答复：予"],
        "2020-0006": ["2020-04-02撤销第1"],
    }
    assert "6格不同" in quarter("diff", "--year", "2020", "--before", str(LAST)).out
    same = json(quarter("diff", *Q1, "--before", str(LAST), "--after", str(LAST), "--json"))
    assert same == {"cells": [], "entries": {}}


NO_MOMENTS = (
    "2020-04-01T09:00:00",  # without an offset it is no time
    "2020-04-01T09:00",
    "2020-02-30",
    "20200401",  # a day without hyphens, not position 20,200,401
    "yesterday",
    "-1",
    "9999-12-31",
    "0001-01-01T00:00:00+08:00",
    "9999-12-31T23:59:59-12:00",
    "",
)


def test_an_invalid_moment_is_refused(office: Taizhang) -> None:
    """By every command, in Chinese, with the valid forms, with exit code 2."""
    for moment in NO_MOMENTS:
        for arguments in (*QUERIES, ("diff", "--year", "2020")):
            option = "--before" if arguments[0] == "diff" else "--recorded-until"
            result = office(*arguments, option, moment)
            assert (result.code, result.out) == (2, ""), (arguments, moment)
            assert "带时区的时刻（如2021-01-20T09:00:00+08:00）" in result.err


def test_a_moment_before_the_register_was_opened(quarter: Taizhang) -> None:
    """Refused instead of an empty table."""
    for moment in ("0", "2019-12-31", "2001-01-01T00:00:00+08:00"):
        for arguments in (*QUERIES, ("diff", "--year", "2020")):
            option = "--before" if arguments[0] == "diff" else "--recorded-until"
            result = quarter(*arguments, option, moment)
            assert (result.code, result.out) == (1, "")
            assert "尚未设立台账" in result.err


def test_a_position_beyond_the_log_is_refused(quarter: Taizhang) -> None:
    """The message has the last position of the log."""
    result = quarter("table", "--year", "2020", "--recorded-until", str(LAST + 1))

    assert (result.code, result.out) == (1, "")
    assert f"日志只到位置{LAST}" in result.err


def test_a_later_request_is_unknown_at_an_earlier_moment(quarter: Taizhang) -> None:
    """At entry 5 only request 1 existed."""
    for arguments in (("deadline", "2020-0002"), ("history", "2020-0002")):
        result = quarter(*arguments, "--recorded-until", "5")
        assert (result.code, result.err) == (1, "本机关台账中没有2020-0002。［request_unknown］\n")
    table = json(quarter("table", "--year", "2020", "--recorded-until", "5", "--json"))
    assert (table["requests_table"]["new"][-1], table["position"]) == (1, 5)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("recorded_on", "due_on"), [("2020-01-21", "2020-02-21"), ("2020-02-10", "2020-02-25")]
)
async def test_the_due_date_is_by_the_notices_known_then(
    register: Register, server: DatabaseServer, database: str, recorded_on: str, due_on: str
) -> None:
    """Received 01-20: until the notice of 01-27 the 20th working day was 02-21, after it 02-25 (deadline_cases.json)."""
    await opened(register)
    await register.record(CODE, line("a", received("2020-01-20")), actor="tests")
    for statement in (
        "ALTER TABLE events DISABLE TRIGGER ALL",
        "UPDATE events SET recorded_at = '2020-01-02 09:00+08' WHERE position = 1",
        f"UPDATE events SET recorded_at = '{recorded_on} 09:00+08' WHERE position = 2",
    ):
        await fetch(server.behind(database), statement)
    known_on = date.fromisoformat(recorded_on)
    notices = [notice for notice in national_notices() if notice.published_on <= known_on]
    reference = Reference(2020, 1)

    for moment in (recorded_on, f"{recorded_on}T09:00:00+08:00", "2"):
        async with register.view(CODE, Until.parse(moment)) as view:
            (row,), request = await view.rows(Period.year(2020)), await view.request(reference)
            assert await view.row(reference) == row

        assert str(row.due_on) == due_on
        assert request.deadline is not None
        assert str(request.deadline.due_on) == due_on
        assert row.law_digest == Law(Calendar(notices)).digest


def test_the_due_date_by_the_notices_known_then_from_the_command_line(
    office: Taizhang, server: DatabaseServer, database: str
) -> None:
    """Recorded on 01-21: up to 01-26 it was due 02-21, from the day of the second notice on 02-25."""
    record(office, {"1": (received("2020-01-20"),)})
    behind_the_back(
        server, database,
        "UPDATE events SET recorded_at = '2020-01-02 09:00+08' WHERE position = 1",
        "UPDATE events SET recorded_at = '2020-01-21 09:00+08' WHERE position = 2",
    )  # fmt: skip

    def due(*until: str) -> str:
        return str(json(office("deadline", "2020-0001", *until, "--json"))["due_on"])

    for moment in ("2", "2020-01-21", "2020-01-26", "2020-01-26T23:59:59+08:00", "2020-01-26T15:59:59Z"):
        assert due("--recorded-until", moment) == "2020-02-21"
    for moment in ("2020-01-27", "2020-01-26T16:00:00Z", "2020-12-31"):
        assert due("--recorded-until", moment) == "2020-02-25"
    assert due() == "2020-02-25"
    days = json(office("deadline", "2020-0001", "--days", "--recorded-until", "2020-01-26", "--json"))
    assert (len(days), days[-1]["day"], days[-1]["counted"]) == (33, "2020-02-21", 20)
    on = ("work-list", "--on", "2020-02-24", "--json")
    assert [each["duty"] for each in json(office(*on))] == ["due_soon"]
    assert [each["duty"] for each in json(office(*on, "--recorded-until", "2020-01-26"))] == ["overdue"]


def test_forms_of_a_moment() -> None:
    """A position; the last microsecond of a day in Shanghai; a time with any offset."""
    assert Until.parse("17") == Until(position=17)
    assert Until.parse("2021-01-20") == Until(moment=at("2021-01-20T23:59:59.999999"))
    assert Until.parse("2021-01-20T09:00:00+08:00") == Until(moment=at("2021-01-20T09:00:00"))
    assert Until.parse("2021-01-20T01:00:00Z") == Until.parse("2021-01-20T09:00:00+08:00")


# --- JSON and CSV ---

HOSTILE = {
    "1": (
        R,
        assigned("2020-03-03", "=1+1"),
        consultation_opened("2020-03-04", "2020-03-20", "-2+3"),
    ),
    "2": (
        R,
        assigned("2020-03-03", "＝HYPERLINK(1)"),
        answered("2020-03-20", document_no="+cmd|' /C calc'!A0"),
        appealed("2020-03-23", "@SUM(A1)", tribunal="=2", case_no="=3"),
    ),
    "3": (R, assigned("2020-03-03", "甲" * 200), answered("2020-03-20", document_no="一" * 200)),
}
LISTED = (
    ("table", "--year", "2020"),
    ("table", "--year", "2020", "--cell", "total:total"),
    ("table", "--year", "2020", "--cell", "reconsideration:total"),
    ("compliance", "--year", "2020"),
    ("compliance", "--year", "2020", "--list", "closed"),
    ("carry-over", "--year", "2020"),
    ("work-list", "--on", "2020-04-20"),
    ("deadline", "2020-0001"),
    ("deadline", "2020-0001", "--days"),
    ("history", "2020-0002"),
    ("history", "2020-0002", "--sealed"),
    ("diff", "--year", "2020", "--before", "2"),
)
ACTIVE = tuple("=+-@\t\r\n＝＋－＠")


def cells(result: Result) -> list[list[str]]:
    """The rows of a CSV after its byte order mark."""
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("\ufeff")
    return list(csv.reader(io.StringIO(result.out[1:], newline=""), strict=True))


def is_number(cell: str) -> bool:
    return cell.removeprefix("-").isdigit()


def test_csv_opens_as_text_and_json_is_valid(office: Taizhang) -> None:
    """For every command: a byte order mark, rows of one width, and no cell that a spreadsheet would evaluate."""
    record(office, HOSTILE, "--actor", "@SUM(B1)")
    seen = set()

    for arguments in LISTED:
        json(office(*arguments, "--json"))
        rows = cells(office(*arguments, "--csv"))
        assert len(rows) > 1, arguments
        assert len({len(row) for row in rows}) == (2 if arguments == LISTED[0] else 1), arguments
        for cell in (cell for row in rows for cell in row):
            assert not cell.startswith(ACTIVE) or is_number(cell), (arguments, cell)
            seen.add(cell)

    # The hostile labels are included, as text.
    assert {"'=1+1", "'-2+3", "'＝HYPERLINK(1)", "'+cmd|' /C calc'!A0", "'@SUM(A1)", "'@SUM(B1)"} <= seen


def test_the_output_fits_the_terminal(office: Taizhang) -> None:
    """No line is wider than 100 columns, a hanzi counting as two, for any label."""
    record(office, HOSTILE)

    for arguments in LISTED:
        drawn = office(*arguments)
        assert drawn.code == 0
        assert max(cell_len(line) for line in drawn.out.splitlines()) <= 100, arguments


# --- what is not there ---


UNKNOWN: list[tuple[tuple[str, ...], int, str]] = [
    (("deadline", "2020-0099"), 1, "本机关台账中没有2020-0099"),
    (("history", "2020-0099"), 1, "本机关台账中没有2020-0099"),
    (("history", "2020-0099", "--sealed"), 1, "本机关台账中没有2020-0099"),
    (("deadline", "17"), 2, "登记号应为年份加至少四位序号"),
    (("history", "2020-１２３４"), 2, "登记号应为年份加至少四位序号"),
    (("compliance", *Q1, "--list", "in_time"), 2, "没有项目“in_time”；可用：办结（closed）"),
    (("compliance", *Q1, "--list", "first"), 2, "没有项目“first”"),
    (("carry-over", *Q1, "--kind", "nobody"), 2, "没有申请人类别“nobody”；可用：自然人（natural_person）"),
    (("carry-over", *Q1, "--by", "week"), 2, "--by"),
    (("work-list", "--within", "-1"), 2, "--within"),
    (("work-list", "--on", "2020-02-30"), 2, "应为日期"),
    (("compliance", *Q1, "--authority", "nobody"), 1, "机关"),
    (("work-list", "--authority", "nobody"), 1, "机关"),
    (("deadline", "2020-0001", "--authority", "nobody"), 1, "机关"),
    (("history", "2020-0001", "--authority", "nobody"), 1, "机关"),
    (("diff", "--year", "2020", "--before", "1", "--authority", "nobody"), 1, "机关"),
    (("diff", "--year", "2020"), 2, "before"),
    (("diff", "--year", "2020", "--before", "2020-01-01T00:00"), 2, "带时区的时刻"),
    (("compliance", "--year", "2019"), 1, "台账自2020-01-01起完整"),
    (("carry-over", "--year", "2019"), 1, "台账自2020-01-01起完整"),
    (("diff", "--year", "2019", "--before", "1"), 1, "台账自2020-01-01起完整"),
    (("compliance", "--from", "2020-01-01"), 2, "请给出--year，或同时给出--from和--to"),
    (("deadline",), 2, "缺少登记号"),
]


def test_an_unknown_name_is_refused_in_chinese(office: Taizhang) -> None:
    """Nothing is printed as a result; the message suggests similar names or lists the existing ones."""
    for arguments, code, says in UNKNOWN:
        result = office(*arguments)

        assert (result.code, result.out) == (code, ""), arguments
        assert says in result.err, arguments
        assert is_chinese(result.err), arguments


def test_every_code_of_an_irregularity_can_be_listed(office: Taizhang) -> None:
    """A code without requests gives an empty list, not an error."""
    for code in RULES:
        assert json(office("compliance", *Q1, "--list", code, "--json")) == []


def test_without_an_authority_a_query_is_refused(taizhang: Taizhang) -> None:
    """An empty database has no register, which is stated; with two the authority must be named."""
    for arguments in LISTED:
        result = taizhang(*arguments)
        assert (result.code, result.out) == (1, "")
        assert "尚未设立台账" in result.err

    assert taizhang(*OFFICE).code == 0
    assert taizhang(*("hongze" if word == "huadu" else word for word in OFFICE)).code == 0
    result = taizhang("work-list")
    assert result.code == 2
    assert "hongze、huadu" in result.err


# --- erasures ---

ERASURES: dict[str, Sequence[Event]] = {
    "requested": (R, answered("2020-03-09"), served("2020-03-09"), erasure_requested("2020-06-01")),
    "carried out": (R, answered("2020-03-09"), served("2020-03-09"), erasure_requested("2020-06-01")),
    "of an annulled one": (R, amended("2020-03-09", 1), erasure_requested("2020-06-01")),
    "none": (R, answered("2020-03-09"), served("2020-03-09")),
}


def test_an_open_erasure_is_on_the_work_list(office: Taizhang) -> None:
    """Also for a request with no other duty, and for an annulled one, which is in no figure."""
    record(office, ERASURES)
    done = office(
        "event",
        "2020-0002",
        "personal_data_erased",
        "--on",
        "2020-06-02",
        "--requested",
        "4",
        "--actor",
        "zhao",
    )
    assert done.code == 0, done.err
    all_three, but_2 = [1, 2, 3], [1, 3]
    for on, until, expected in (
        ("2020-05-31", (), []), ("2020-06-01", (), all_three), ("2020-06-02", (), but_2),
        ("2020-06-01", ("--recorded-until", "15"), all_three), ("2020-06-02", ("--recorded-until", "15"), all_three),
        ("2020-06-02", ("--recorded-until", "16"), but_2),
    ):  # fmt: skip
        found = json(office("work-list", "--on", on, "--json", *until))
        assert [(each["reference"], each["duty"], each["due_on"], each["note"]) for each in found] == [
            (f"2020-000{number}", "erasure_requested", None, "鉴定〔2031〕1号") for number in expected
        ], (on, until)
    year = json(office("compliance", "--from", "2020-01-01", "--to", "2020-12-31", "--json"))
    assert not year["open"]
