"""The list of requests at the command line: as a table, as CSV and as JSON, with every condition.

The register is that of `tests/api/cli/test_views.py`, twelve requests recorded line by line; days are counted there.
"""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import json as msgspec_json
from rich.cells import cell_len

from projections.listing import HEADINGS, Filter
from tests.adapters.recordings import body_of
from tests.api.cli.test_command_line import lines
from tests.api.cli.test_views import (
    LAST,
    LATER,
    NO_MOMENTS,
    REGISTER,
    R,
    cells,
    is_chinese,
    json,
    numbers,
    record,
)
from tests.api.conftest import OFFICE, Taizhang
from tests.builders import assigned, received

CHINESE_HEADINGS = [
    "登记号", "申请事项", "阶段", "收到日期", "答复期限", "办结日期", "办理结果", "时限", "申请人类别", "承办单位",
    "与规定不符",
]  # fmt: skip
ALL = " ".join(map(str, range(1, 13)))


@pytest.fixture
def register(office: Taizhang) -> Taizhang:
    record(office, REGISTER)
    return office


def listed(office: Taizhang, *arguments: str) -> list[Any]:
    found = json(office("list", *arguments, "--json"))
    assert isinstance(found, list)
    return found


def found(office: Taizhang, *arguments: str) -> str:
    """The numbers of the requests listed, in order."""
    return numbers([row["reference"] for row in listed(office, *arguments)])


# --- conditions ---

SHOWN: list[tuple[str, str]] = [
    ("", ALL),
    ("--changed-since 0", ALL),
    (f"--changed-since {LAST - 1}", "12"),
    (f"--changed-since {LAST}", ""),
    ("--stage in_hand", "4 8 10"),
    ("--stage awaiting_supplement", "5"),
    ("--stage awaiting_payment", ""),
    ("--stage closed", "1 2 3 6 7 9 11 12"),
    ("--stage archived", ""),
    # Due 03-23 is 10, 03-30 are 1, 3, 7 and the first answer of 8; 5 waits for a supplement, 9 lapsed while waiting for one.
    ("--due-before 2020-03-23", ""),
    ("--due-before 2020-03-24", "10"),
    ("--due-before 2020-03-30", "10"),
    ("--due-before 2020-03-31", "1 3 7 8 10"),
    # 04-01 is 11, two days suspended; 04-03 is 12, restarted on 03-06; 04-09 is 4, seven days suspended.
    ("--due-before 2020-04-02", "1 3 7 8 10 11"),
    ("--due-before 2020-04-09", "1 3 7 8 10 11 12"),
    ("--due-before 2020-04-10", "1 3 4 7 8 10 11 12"),
    ("--due-before 2099-12-31", "1 2 3 4 6 7 8 10 11 12"),
    # 3 was answered on 03-31, a day late: at the end of that day it was closed.
    ("--overdue-on 2020-03-23", ""),
    ("--overdue-on 2020-03-24", "10"),
    ("--overdue-on 2020-03-31", "10"),
    ("--overdue-on 2020-04-09", "10"),
    ("--overdue-on 2020-04-10", "4 10"),
    ("--received-from 2020-03-16", "5 6"),
    ("--received-from 2020-03-17", "6"),
    ("--received-from 2020-03-18", ""),
    ("--received-to 2020-02-09", ""),
    ("--received-to 2020-02-10", "9"),
    ("--received-from 2020-02-24 --received-to 2020-03-01", "10"),
    ("--closed-from 2020-03-31", "2 3"),
    ("--closed-to 2020-03-05", "8 9"),
    ("--closed-from 2020-03-24 --closed-to 2020-03-24", "6"),
    ("--closed-from 2000-01-01", "1 2 3 6 7 8 9 11 12"),
    ("--outcome granted", "1 2 3 7 8 11 12"),
    ("--outcome granted.provided", "1 2 3 7 8 11 12"),
    ("--outcome other", "6 9"),
    ("--outcome other.unspecified", "6"),
    ("--outcome other.supplement_lapsed", "9"),
    # Withdrawn and lapsed ones compare the day itself.
    ("--timeliness on_time", "1 2 6 8 9 11 12"),
    ("--timeliness late", "3"),
    ("--timeliness service_unproven", "7"),
    ("--timeliness provisional", ""),
    ("--timeliness late --closed-to 2020-03-30", ""),
    ("--applicant-kind commercial_enterprise", "4"),
    ("--applicant-kind other_organisation", ""),
    ("--unit 信息科", "1"),
    ("--unit 法制科", "10"),
    ("--unit 信息", ""),
    ("--officer li.m", "1"),
    ("--officer 陈工", "10"),
    ("--split-from 2020-0001", ""),
    ("--irregularity late_answer", "3"),
    ("--irregularity second_extension", ""),
    ("--reference 0012", "12"),
    ("--reference 001", "1 10 11 12"),
    ("--reference 20-00", ALL),
    ("--reference 2021", ""),
    ("--stage in_hand --unit 法制科", "10"),
    ("--stage closed --unit 法制科", ""),
    ("--outcome other --closed-from 2020-03-01", "6"),
    ("--applicant-kind natural_person --overdue-on 2020-04-10 --received-to 2020-03-02", "10"),
]


def test_each_condition_shows_its_requests(register: Taizhang) -> None:
    """By hand for every option, on both sides of each day; several conditions must all hold."""
    assert {arguments: found(register, *arguments.split()) for arguments, _ in SHOWN} == dict(SHOWN)


def test_timeliness_may_be_given_in_chinese(register: Taizhang) -> None:
    """Only at the command line; over HTTP conditions are codes."""
    assert found(register, "--timeliness", "逾期") == "3"


def test_an_unknown_code_is_refused(register: Taizhang) -> None:
    """An empty list would wrongly mean that no request has it."""
    for arguments in (("--outcome", "grant"), ("--irregularity", "too_late"), ("--officer", "zhang")):
        refused = register("list", *arguments)
        assert (refused.code, refused.out) == (1, "")
        assert "［unknown_code］" in refused.err


def test_an_officer_is_given_by_name_or_code(register: Taizhang) -> None:
    """An unknown name is refused with the list of known ones."""
    first = (
        "officer",
        "create-first",
        "--system-administrator",
        "li.m",
        "--security-administrator",
        "b-admin",
    )
    account = ("account", "create", "li.m", "--name", "李明", "--actor", "li.m")
    for words, typed in ((first, ""), (account, "Zhangsan-2026-kaimen\n")):
        assert register(*words, stdin=typed).code == 0

    assert [found(register, "--officer", each) for each in ("李明", "li.m", "陈工", "b-admin")] == [
        "1",
        "1",
        "10",
        "",
    ]
    refused = register("list", "--officer", "李")
    assert (refused.code, refused.out) == (1, "")
    assert "可用：b-admin、李明（li.m）、陈工" in refused.err


def test_text_invalid_in_a_label_is_refused(register: Taizhang) -> None:
    """A byte that is no UTF-8, a control character: refused in Chinese, before the database is queried."""
    for arguments in (
        ("--unit", "\udcff"),
        ("--unit", "a\x00b"),
        ("--outcome", "\udcff"),
        ("--irregularity", "\x00"),
    ):
        refused = register("list", *arguments)
        assert (refused.code, refused.out) == (2, "")
        assert "不含控制字符" in refused.err


def test_every_condition_has_an_option_and_is_tested() -> None:
    """A new condition of the query gets its option automatically; it must be in the table above too."""
    tried = {word for arguments, _ in SHOWN for word in arguments.split() if word.startswith("--")}
    assert tried == {f"--{name.replace('_', '-')}" for name in Filter.__struct_fields__}


def test_the_options_are_explained_in_chinese(office: Taizhang) -> None:
    """Each briefly, with its choices."""
    help_ = office("list", "--help")

    assert (help_.code, help_.err) == (0, "")
    for words in (
        "办理结果的代码",
        "答复期限早于这一天",
        "到这一天未办结，而期限（按现在的登记）已过",
        "登记号的一部分",
        "不限件数",
    ):
        assert words in help_.out.replace("\n", "")
    plain = "".join(help_.out.split())
    assert "阶段：在办（in_hand）、等待补正（awaiting_supplement）、等待缴费（awaiting_payment）、" in plain
    assert "已办结（closed）、已归档（archived）" in plain


# --- as recorded until a moment ---


def test_a_list_as_recorded_until_a_moment(register: Taizhang) -> None:
    """After LATER 3 is on time, 4 answered, 6 annulled and 10 in another unit; before it, the list is as it was."""
    arguments = ((), ("--stage", "in_hand"), ("--irregularity", "late_answer"), ("--outcome", "other"))
    then = [listed(register, *each) for each in arguments]

    record(register, LATER)

    assert [found(register, *each) for each in arguments] == ["1 2 3 4 5 7 8 9 10 11 12", "8 10", "", "9"]
    assert [listed(register, *each, "--recorded-until", str(LAST)) for each in arguments] == then
    assert found(register, "--unit", "信息科") == "1 10"
    assert found(register, "--unit", "信息科", "--recorded-until", str(LAST)) == "1"
    # Entry 1 is the office, 2 to 5 are request 1.
    assert found(register, "--recorded-until", "1") == ""
    assert found(register, "--recorded-until", "5") == "1"
    assert found(register, "--recorded-until", "5", "--stage", "in_hand") == ""
    assert found(register, "--recorded-until", "3", "--stage", "in_hand") == "1"
    assert found(register, "--recorded-until", "2099-12-31") == found(register)


def test_a_list_at_an_invalid_moment(register: Taizhang) -> None:
    """No moment, before the register was opened, or beyond the log: refused in Chinese, with nothing listed."""
    for output in ((), ("--csv",), ("--json",)):
        for moment in NO_MOMENTS:
            result = register("list", "--recorded-until", moment, *output)
            assert (result.code, result.out) == (2, ""), moment
            assert "带时区的时刻（如2021-01-20T09:00:00+08:00）" in result.err
        before = register("list", "--recorded-until", "2019-12-31", *output)
        assert (before.code, before.out) == (1, "")
        assert "尚未设立台账" in before.err
        beyond = register("list", "--recorded-until", str(LAST + 1), *output)
        assert (beyond.code, beyond.out) == (1, "")
        assert f"日志只到位置{LAST}" in beyond.err


# --- drawn ---


def test_the_list_has_a_heading_with_its_number(register: Taizhang) -> None:
    """Each line has the words of the register; the only codes are those of irregularities."""
    drawn = register("list", "--irregularity", "late_answer")

    assert (drawn.code, drawn.err) == (0, "")
    title, *_ = drawn.out.splitlines()
    assert title == "1件申请"
    together = drawn.out.replace("│", "").replace("\n", "").replace(" ", "")
    for words in ("登记号", "2020-0003", "已办结", "予以公开", "逾期", "自然人"):
        assert words in together
    assert register("list").out.splitlines()[0] == "12件申请"


def test_an_empty_list(office: Taizhang) -> None:
    """The headings with the number 0; as CSV only the headings."""
    drawn = office("list")

    assert drawn.code == 0
    assert drawn.out.splitlines()[0] == "0件申请"
    assert [heading for heading in CHINESE_HEADINGS if heading not in drawn.out] == []
    assert cells(office("list", "--csv")) == [CHINESE_HEADINGS]


# --- CSV and JSON ---


def test_csv_has_a_line_for_each_request(register: Taizhang) -> None:
    """A byte order mark, the headings, then a line each with the words of the table; unknown values are empty."""
    rows = cells(register("list", "--csv"))

    assert rows[0] == CHINESE_HEADINGS == list(HEADINGS)
    assert len(rows) == 13
    assert rows[1] == [
        "2020-0001", "", "已办结", "2020-03-02", "2020-03-30", "2020-03-20", "予以公开", "期限内", "自然人", "信息科", "",
    ]  # fmt: skip
    assert rows[3][5:8] + rows[3][10:] == ["2020-03-31", "予以公开", "逾期", "逾期答复"]
    assert rows[4] == ["2020-0004", "", "在办", "2020-03-02", "2020-04-09", "", "", "", "商业企业", "", ""]
    assert rows[5] == ["2020-0005", "", "等待补正", "2020-03-16", "", "", "", "", "自然人", "", ""]
    assert rows[6][6] == "其他处理：申请人撤回申请"
    assert rows[7][7] == "尚未登记送达"
    assert [row[0] for row in cells(register("list", "--csv", "--unit", "法制科"))] == ["登记号", "2020-0010"]


UNITS = (
    *("=1+1", "+1", "-2+3", "@SUM(A1)", "＝HYPERLINK(1)", "＋1", "－1", "＠A1"),
    *('a,"b"', "'单位", "甲" * 200, "[red]科[/red]", "%"),
)


@pytest.fixture
def hostile(office: Taizhang) -> Taizhang:
    """One request for each of UNITS."""
    record(office, {str(nth): (R, assigned("2020-03-03", unit)) for nth, unit in enumerate(UNITS)})
    return office


def test_csv_opens_as_text(hostile: Taizhang) -> None:
    """A unit that a spreadsheet would evaluate gets a mark before it; quotes and commas are preserved."""
    active = tuple(unit for unit in UNITS if unit[0] in "=+-@＝＋－＠")
    assert len(active) == 8

    units = [row[9] for row in cells(hostile("list", "--csv"))[1:]]

    assert units == [f"'{unit}" if unit in active else unit for unit in UNITS]


def test_a_unit_is_matched_exactly_as_recorded(hostile: Taizhang) -> None:
    """No character is a pattern; a name that begins with a hyphen needs the equals sign."""
    for nth, unit in enumerate(UNITS, 1):
        assert found(hostile, f"--unit={unit}") == str(nth), unit
        assert [row["unit"] for row in listed(hostile, f"--unit={unit}")] == [unit]
    assert found(hostile, "--unit", "' OR true --") == ""


def test_the_table_fits_the_terminal(hostile: Taizhang) -> None:
    """No line is wider than 100 columns, a hanzi counting as two, for any unit name; none is read as markup."""
    drawn = hostile("list")

    assert drawn.code == 0
    assert max(cell_len(line) for line in drawn.out.splitlines()) <= 100
    assert drawn.out.count("甲") == 200
    assert "[red]" in drawn.out


def test_json_is_one_array(register: Taizhang) -> None:
    """Of the register's rows; empty without rows, without a comma for one row."""
    (late,) = listed(register, "--irregularity", "late_answer")
    expected = {
        "reference": "2020-0003",
        "version": 3,
        "position": 12,
        "stage": "closed",
        "received_on": "2020-03-02",
        "due_on": "2020-03-30",
        "closed_on": "2020-03-31",
        "closed_by": "answered",
        "outcome": "granted.provided",
        "timeliness": "late",
        "taken": 21,
        "served_on": "2020-03-31",
        "unit": None,
        "irregularities": ["late_answer"],
    }
    assert {name: late[name] for name in expected} == expected

    assert len(listed(register)) == 12
    assert register("list", "--stage", "archived", "--json").out == "[]\n"
    assert register("list", "--json", "--recorded-until", "1").out == "[]\n"
    assert "张三" not in register("list", "--json").out


def test_a_long_list_is_complete_in_every_output(office: Taizhang) -> None:
    """1,100 receipts: as many lines of CSV, objects in one array and lines of the table, by number."""
    record(office, {str(nth): (R,) for nth in range(1, 1101)})
    expected = [f"2020-{number:04d}" for number in range(1, 1101)]

    result = office("list", "--json")
    assert result.out.startswith("[{")
    assert result.out.endswith("}]\n")
    assert [row["reference"] for row in msgspec_json.decode(result.out)] == expected
    assert [row[0] for row in cells(office("list", "--csv"))[1:]] == expected
    assert office("list").out.splitlines()[0] == "1100件申请"
    assert found(office, "--recorded-until", "1101") == numbers(expected)


def test_the_list_is_by_number_not_by_text(office: Taizhang) -> None:
    """2020-10000 follows 2020-9999, and another year follows both, in whatever order they were recorded."""
    came = ("2021-0001", "2020-10000", "2020-9999", "2020-0002")
    receipts = [(reference, body_of(received(f"{reference[:4]}-03-02"))) for reference in came]
    file = lines(*({"id": each, "reference": each, "event": event} for each, event in receipts))
    assert office("record", "-", stdin=file).code == 0

    rows = listed(office)

    assert [row["reference"] for row in rows] == ["2020-0002", "2020-9999", "2020-10000", "2021-0001"]


# --- refused conditions ---

BAD: list[tuple[tuple[str, ...], str]] = [
    (
        ("--stage", "nonsense"),
        "--stage：可用：在办（in_hand）、等待补正（awaiting_supplement）",
    ),
    (("--stage", ""), "--stage：可用："),
    (("--stage", "IN_HAND"), "--stage：可用："),
    (("--due-before", "2020-13-01"), "--due-before：应为日期，如2020-03-02"),
    (("--due-before", ""), "--due-before：应为日期"),
    (("--overdue-on", "2020-02-30"), "--overdue-on：应为日期"),
    (("--received-from", "yesterday"), "--received-from：应为日期"),
    (("--received-to", "1999-12-31"), "--received-to：日期须在2000年至2099年之间"),
    (("--closed-from", "3.2"), "--closed-from：应为日期，如2020-03-02、2020.3.2、2020年3月2日"),
    (("--closed-to", "43892"), "--closed-to：应为日期"),
    (("--applicant-kind", "nobody"), "--applicant-kind：可用：自然人（natural_person）"),
    (("--reference", "x"), "登记号只含数字和-"),
    (("--reference", ""), "登记号只含数字和-"),
    (("--reference", "２０２０"), "登记号只含数字和-"),
    (("--reference", "0001\n"), "登记号只含数字和-"),
    (("--reference", "2020-9999999990"), "登记号只含数字和-"),
    (("--unit", "科" * 201), "200字以内的文字"),
    (("--unit", ""), "200字以内的文字"),
    (("--outcome", ""), "筛选条件不合要求"),
    (("--outcome", "a" * 101), "筛选条件不合要求"),
    (("--irregularity", "a" * 101), "筛选条件不合要求"),
    (("--nonsense", "1"), "没有选项--nonsense"),
    (("--unit",), "选项--unit之后没有写值"),
    (("2020-0001",), "多写了一个值"),
]


@pytest.mark.parametrize("output", [(), ("--csv",), ("--json",)], ids=["drawn", "csv", "json"])
def test_a_wrong_filter_is_refused_in_chinese(register: Taizhang, output: tuple[str, ...]) -> None:
    """Exit code 2, nothing listed, and the valid values; the typed value is not repeated."""
    for arguments, says in BAD:
        result = register("list", *output, *arguments)

        assert (result.code, result.out) == (2, ""), arguments
        assert says in result.err, arguments
        assert is_chinese(result.err)
        assert "科" * 201 not in result.err
        assert "nonsense" not in result.err.replace("--nonsense", "")


def test_the_authority_is_chosen_as_in_other_commands(taizhang: Taizhang) -> None:
    """With none it is refused, one need not be named, with two one must; another's requests are not listed."""
    for output in ((), ("--csv",), ("--json",)):
        result = taizhang("list", *output)
        assert (result.code, result.out) == (1, "")
        assert "尚未设立台账" in result.err

    assert taizhang(*OFFICE).code == 0
    record(taizhang, {"1": (R,)})
    assert found(taizhang) == "1"
    assert taizhang(*("hongze" if word == "huadu" else word for word in OFFICE)).code == 0
    both = taizhang("list", "--json")
    assert (both.code, both.out) == (2, "")
    assert "hongze、huadu" in both.err
    assert found(taizhang, "--authority", "huadu") == "1"
    assert found(taizhang, "--authority", "hongze") == ""
    assert taizhang("list", "--authority", "nobody").code == 1
