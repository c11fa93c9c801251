"""Import of an earlier register at the command line: preview, correct, import, revert."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from api.today import today
from domain.report import official_form
from tests.api.conftest import Taizhang
from tests.untidy_registers import untidy

HEAD = "登记号,收到日期,申请人,申请人类别,申请方式,申请内容,答复日期,办理结果\n"
GOOD = "2020-0001,2020.3.2,张三,个人,邮寄,预算,2020.3.20,予以公开\n"
BAD = "2020-0002,5/3,李四,个人,邮寄,决算,,\n"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "台账.csv"
    path.write_text(HEAD + GOOD + BAD, "utf-8")
    return path


def count(office: Taizhang) -> int:
    found = office("list", "--json").out
    return found.count('"reference"')


def test_it_is_previewed_and_stored_only_on_commit(office: Taizhang, sheet: Path) -> None:
    """All rows or none, unless recording of the valid rows is requested."""
    looked = office("import", str(sheet))
    assert looked.code == 1
    assert "收到日期" in looked.out
    assert "两种读法" in looked.out
    assert "加--commit登记" in looked.out
    assert "登记什么" in looked.out
    whole = office("import", str(sheet), "--commit")
    assert (whole.code, count(office)) == (1, 0)
    assert "全部未登记" in whole.out
    part = office("import", str(sheet), "--commit", "--partial")
    assert (part.code, count(office)) == (0, 1)
    assert "第1批已导入：1行，登记2项" in part.out
    assert "原台账所载之日" in office("history", "2020-0001").out


def test_the_sheet_is_returned_with_remarks(office: Taizhang, sheet: Path, tmp_path: Path) -> None:
    """Texts stay texts, and no file is overwritten."""
    sheet.write_text(HEAD + GOOD.replace("预算", "=1+1") + BAD, "utf-8")
    out = tmp_path / "说明.xlsx"
    office("import", str(sheet), "--out", str(out))
    rows = list(openpyxl.load_workbook(out).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert rows[0][-1] == "导入说明"
    assert rows[1][5] == "'=1+1"
    assert str(rows[2][-1]).startswith("问题：收到日期")
    again = office("import", str(sheet), "--out", str(out))
    assert again.code == 2
    assert "没有覆盖" in again.err


def test_a_mapping_is_saved_and_used(office: Taizhang, sheet: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "对应.toml"
    office("import", str(sheet), "--save-mapping", str(mapping))
    sheet.write_text((HEAD + GOOD).replace("收到日期", "到手那天"), "utf-8")
    assert office("import", str(sheet)).code == 2
    mapping.write_text(mapping.read_text("utf-8").replace("收到日期", "到手那天"), "utf-8")
    assert office("import", str(sheet), "--mapping", str(mapping), "--commit").code == 0
    assert count(office) == 1


def test_a_batch_is_listed_and_reverted(office: Taizhang, sheet: Path) -> None:
    office("import", str(sheet), "--commit", "--partial")
    assert office("import", "annul", "1").code == 0
    assert count(office) == 0
    (batch,) = json.loads(office("import", "list", "--json").out)
    assert (batch["number"], batch["row_count"]) == (1, 1)
    assert batch["annulled_on"]
    assert office("import", "annul", "1").code == 1
    assert office("import", "annul", "7").code == 1
    assert office("verify").code in (0, 4)


def test_intermediate_steps_are_imported_and_reverted(office: Taizhang, tmp_path: Path) -> None:
    """Supplement and payment restart the term: from 2022-02-10 twenty working days end on 03-10.

    A second file that has these steps adds them to the requests of the first, and reverting its batch removes them.
    """
    head = (
        HEAD.strip()
        + ",补正告知日期,收到补正日期,征求第三方意见日期,第三方答复日期,第三方意见,收费通知日期,收费页数,收费金额,缴费日期"
    )
    done = "2022-0001,2022.1.5,张三,个人,邮寄,征地批复,2022.3.9,予以公开"
    steps = "2022.1.10,2022.1.14,2022.1.17,2022.1.28,同意,2022.2.7,119,1080元,2022.2.10"
    path = tmp_path / "台账.csv"
    path.write_text(f"{head}\n{done},,,,,,,,,\n", "utf-8")
    assert "加--commit登记" in office("import", str(path)).out
    assert office("import", str(path), "--commit").code == 0
    path.write_text(f"{head}\n{done},{steps}\n", "utf-8")
    assert "有变动1行" in office("import", str(path), "--commit").out
    assert "没有变动1行" in office("import", str(path), "--commit").out

    history = str(office("history", "2022-0001", "--json").json())
    for step in (
        "supplement_required",
        "supplemented",
        "consultation_opened",
        "consultation_closed",
        "fee_charged",
        "fee_paid",
    ):
        assert step in history
    term = office("deadline", "2022-0001", "--json").json()
    assert (term["started_on"], term["due_on"]) == ("2022-02-10", "2022-03-10")
    assert office("import", "annul", "2").code == 0
    assert office("deadline", "2022-0001", "--json").json()["started_on"] == "2022-01-05"
    assert office("verify").code in (0, 4)


def test_the_reason_for_refusing_a_row_has_a_code(office: Taizhang, sheet: Path) -> None:
    looked = office("import", str(sheet), "--json").json()
    assert [each["codes"] for each in looked["rows"]] == [[], ["date_unreadable"]]
    assert "［date_unreadable］" in " ".join(office("import", str(sheet)).out.split())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"nonsense",
        "甲,乙\n1,2\n".encode(),
        b"\xff\xfe\x00",
        b"<html><table></table></html>",
    ],
)
def test_a_file_that_is_no_register_is_refused_in_one_sentence(
    office: Taizhang, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(content)
    found = office("import", str(path), "--commit")
    assert found.code == 2
    assert found.err.count("\n") == 1
    assert not found.err[0].isascii()


def test_a_commit_that_is_killed_leaves_all_or_nothing(office: Taizhang, tmp_path: Path) -> None:
    """At any time; afterwards the same file records the missing rows, once."""
    path = tmp_path / "台账.xlsx"
    path.write_bytes(untidy(1_000, 3, years=(2020,), slips=0).content)
    command = [str(Path(sys.executable).parent / "taizhang"), "import", str(path), "--commit"]
    for wait in (1.5, 2.5, 3.5):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(wait)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert count(office) in (0, 1_000)
    assert office("import", str(path), "--commit").code == 0
    assert count(office) == 1_000
    assert office("verify").code in (0, 4)


def report_of(year: int, new: int, granted: int, out: int) -> dict[str, object]:
    """A published report by hand: natural persons only, all granted."""
    form = official_form.load("2019")
    cells = {row.code: [0] * 7 for row in form.requests.rows}
    for row, count in (("new", new), ("granted", granted), ("total", granted), ("carried_out", out)):
        cells[row] = [count, 0, 0, 0, 0, 0, count]
    results = dict.fromkeys(("upheld", "corrected", "other", "pending", "total"), 0)
    return {
        "year": year, "format": "2019", "columns": [column.code for column in form.requests.columns],
        "requests_table": cells, "appeals_table": {route.code: results for route in form.appeals.routes},
    }  # fmt: skip


def test_the_year_is_compared_with_the_published_report(
    office: Taizhang, sheet: Path, tmp_path: Path
) -> None:
    """Cell by cell, before anything is stored."""
    sheet.write_text(HEAD + GOOD + GOOD.replace("0001", "0002").replace("3.20", "3.24"), "utf-8")
    same, other = tmp_path / "same.json", tmp_path / "other.json"
    same.write_text(json.dumps(report_of(2020, 2, 2, 0)), "utf-8")
    other.write_text(json.dumps(report_of(2020, 3, 2, 1)), "utf-8")

    assert "逐格相同" in office("import", str(sheet), "--against", str(same)).out
    found = office("import", str(sheet), "--against", str(other), "--json")
    assert found.code == 1
    (against,) = json.loads(found.out)["against"]
    assert {(each["row"], each["published"], each["now"]) for each in against["differing"]} == {
        ("new", "3", "2"), ("carried_out", "1", "0"),
    }  # fmt: skip
    assert count(office) == 0


def test_a_report_published_before_the_register_was_opened_is_entered(
    office: Taizhang, tmp_path: Path
) -> None:
    """The next year's carried-in requests are checked against it, and it is compared with the register."""
    for year, new, granted, out in ((2019, 5, 2, 3), (2020, 7, 6, 1)):
        path = tmp_path / f"{year}.json"
        path.write_text(json.dumps(report_of(year, new, granted, out)), "utf-8")
        on = f"{year + 1}-01-20"
        entered = office("report", "enter", str(path), "--on", on, "--source", "https://example.invalid/年报")
        assert (entered.code, entered.err) == (0, "")

    assert "录入此前公布的年度报告" in office("report", "history", "--year", "2019").out
    assert (
        office(
            "report", "render", "--year", "2019", "--format", "html", "--out", str(tmp_path / "2019.html")
        ).code
        == 0
    )
    restated = json.loads(office("report", "restatement", "--year", "2020", "--json").out)
    assert ("new", "7", "0") in {(each["row"], each["published"], each["now"]) for each in restated}
    due = json.loads(office("report", "due", "--on", "2021-06-01", "--json").out)
    assert due == []  # a figure that the register never had is no change
    findings = json.loads(office("report", "check", "--year", "2020", "--json").out)
    carried = [each for each in findings if each["check"] == "carry"]
    assert carried
    assert {(each["left"], each["right"]) for each in carried} == {("0", "3")} or carried[0]["text"]
    again = office("report", "enter", str(tmp_path / "2019.json"), "--on", "2020-01-20", "--source", "x")
    assert again.code == 1
    assert "已于2020-01-20公布" in again.err
    assert office("verify").code in (0, 4)


def test_a_later_report_cannot_be_entered(office: Taizhang, tmp_path: Path) -> None:
    """Only a report published before the register was opened is entered, by its day of publication."""
    path = tmp_path / "2020.json"
    path.write_text(json.dumps(report_of(2020, 1, 1, 0)), "utf-8")
    found = office(
        "report",
        "enter",
        str(path),
        "--on",
        today().isoformat(),
        "--source",
        "x",
        "--acknowledge",
        "late_publication",
    )
    assert found.code == 1
    assert "published_here" in found.err


LIST_HEAD = "序号,文号,文件名称,类别,公开属性,依据,成文日期,公开日期,有效期至,废止日期,废止依据\n"
RULES = (
    "1,某府规〔2020〕1号,办理办法,规范性文件,主动公开,第二十条第一项,2020.5.12,2020年5月14日,2025-05-11,,\n"
)
NOTES = (
    "2,某府办〔2020〕7号,会议安排,其他文件,不予公开,第十六条第一款,2020-06-01,,,2020-11-02,某府〔2020〕21号\n"
)


def test_a_list_of_documents_is_previewed_and_recorded_once(office: Taizhang, tmp_path: Path) -> None:
    """Two documents, one abolished later: three entries; repeated, none; table two has the count by hand."""
    path = tmp_path / "目录.csv"
    path.write_text("某局文件目录\n" + LIST_HEAD + RULES + NOTES, "utf-8")
    looked = office("import", "documents", str(path))
    assert (looked.code, "登记3项。没有登记" in looked.out) == (0, True), looked.out + looked.err
    assert "某府规〔2020〕1号" not in office("report", "documents", "--on", "2020-12-31").out
    assert "登记3项。" in office("import", "documents", str(path), "--commit").out
    again = office("import", "documents", str(path), "--commit")
    assert (again.code, "登记0项，3项已登记过" in again.out) == (0, True), again.out + again.err
    listed = office("report", "documents", "--on", "2020-12-31", "--json").json()
    assert sorted(each["document_no"] for each in listed) == ["某府办〔2020〕7号", "某府规〔2020〕1号"]  # type: ignore[index]


def test_documents_of_a_published_year_need_acknowledging(office: Taizhang, tmp_path: Path) -> None:
    """Each would change published figures: named, and recorded once all irregularities are acknowledged."""
    published, path = tmp_path / "2020.json", tmp_path / "目录.csv"
    published.write_text(json.dumps(report_of(2020, 1, 1, 0)), "utf-8")
    entered = office("report", "enter", str(published), "--on", "2021-01-20", "--source", "x")
    assert entered.code == 0, entered.err
    path.write_text(LIST_HEAD + RULES, "utf-8")
    refused = office("import", "documents", str(path), "--commit")
    assert (refused.code, "published_period" in refused.out + refused.err) == (1, True)
    taken = office("import", "documents", str(path), "--commit", "--acknowledge-all")
    assert (taken.code, "登记1项。" in taken.out, "published_period" in taken.err) == (0, True, True)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (RULES.replace("规范性文件", "红头文件"), "类别“红头文件”"),
        (RULES.replace("2020.5.12", "5/12"), "制发日期：日期“5/12”"),
        (RULES.replace("第二十条第一项", ""), "没有依据"),
        (RULES + RULES.replace("1,", "2,", 1), "document_listed"),
        (RULES.replace("主动公开", "不予公开"), "not_proactive"),
        (NOTES.replace("某府〔2020〕21号", ""), "有废止日期而没有废止依据"),
        (RULES.replace("办理办法", "办" * 201), "200"),
    ],
)
def test_a_list_with_an_invalid_row_is_not_recorded(
    office: Taizhang, tmp_path: Path, lines: str, message: str
) -> None:
    path = tmp_path / "目录.csv"
    good = RULES.replace("1号", "9号").replace("1,", "0,", 1)
    path.write_text(LIST_HEAD + good + lines, "utf-8")
    found = office("import", "documents", str(path), "--commit")
    assert (found.code, message in "".join(found.out.split())) == (1, True), found.out + found.err
    assert "9号" not in office("report", "documents", "--on", "2020-12-31").out


def test_an_office_s_own_headings_are_mapped(office: Taizhang, tmp_path: Path) -> None:
    path = tmp_path / "目录.csv"
    path.write_text(LIST_HEAD.replace("文号,", "红头号,", 1) + RULES, "utf-8")
    assert office("import", "documents", str(path)).code == 2
    assert office("import", "documents", str(path), "--column", "红头号").code == 2
    assert office("import", "documents", str(path), "--column", "红头号=文号").code == 0


# --- three years as an office typed them ---

SHEET = ["序号", "收件日期", "申请人", "申请人类别", "申请方式", "申请事项", "答复情况", None, "备注"]
BELOW = [None, None, None, None, None, None, "答复日期", "办理结果", None]
YEARS: dict[int, list[list[object]]] = {
    2021: [
        ["一月份"],
        [1, "2021.1.8", "周甲", "自然人", "邮寄", "甲路规划", "2021年1月30日", "公开", None],
        [],
        ["二月份"],
        [2, 20210208, "周乙", "个人", "当面", "乙路规划", "2021/2/28", "政府信息不存在", "电话沟通两次"],
        ["小计", 2],
        [3, "3月9日", "周丙", "公民", "网站", "丙路规划", "4月1日", "予以公开", None],
        [
            4,
            "2021-12-20（周一）",
            "甲公司",
            "商业企业",
            "EMS",
            "丁路规划",
            "1月10日",
            "部分公开，其余第三方不同意",
            None,
        ],
        ["合计：4件"],
    ],
    2022: [
        [1, date(2022, 1, 8), "周甲", "自然人", "邮寄", "甲街预算", date(2022, 1, 30), "公开", None],
        [
            2,
            "２０２２．２．８",
            "某某律师事务所",
            None,
            "信函",
            "乙街预算",
            "2022.2.28",
            "不予公开（个人隐私）",
            None,
        ],
        [3, "2022年3月9日上午", "周丙", "自然人", "网络", "丙街预算", "2022.4.1", "申请人撤回", None],
        ["注：本表按年报送"],
    ],
    2023: [
        [1, "2023.1.8", "周甲", "自然人", "邮寄", "甲街决算", "2023.1.30", "公开", None],
        [2, "2023.12.28", "周丁", "自然人", "邮寄", "乙街决算", None, "办理中", None],
        [3, "2023.5", "周戊", "自然人", "邮寄", "丙街决算", "2023.6.1", "公开", None],
    ],
}
COUNTED = {
    # Counted by hand, of 自然人, 商业企业, 法律服务机构 and all: rows without a request are left out.
    2021: {"new": (3, 1, 0, 4), "granted": (2, 0, 0, 2), "unable.not_held": (1, 0, 0, 1), "total": (3, 0, 0, 3), "carried_out": (0, 1, 0, 1)},
    2022: {"new": (2, 0, 1, 3), "carried_in": (0, 1, 0, 1), "granted": (1, 0, 0, 1), "granted_in_part": (0, 1, 0, 1), "refused.third_party_rights": (0, 0, 1, 1), "other.unspecified": (1, 0, 0, 1), "total": (2, 1, 1, 4)},
    2023: {"new": (2, 0, 0, 2), "granted": (1, 0, 0, 1), "total": (1, 0, 0, 1), "carried_out": (1, 0, 0, 1)},
}  # fmt: skip


def test_three_years_as_an_office_typed_them_make_the_tables_counted_by_hand(
    office: Taizhang, tmp_path: Path
) -> None:
    """Two heading rows, a sheet per year, months, subtotals, notes in between, days in ten formats; 2023.5 is queried."""
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for year, rows in YEARS.items():
        sheet = book.create_sheet(f"{year}年")
        for row in ([f"某局{year}年依申请公开台账"], SHEET, BELOW, *rows):
            sheet.append(row)
        sheet.merge_cells("G2:H2")
    path = tmp_path / "台账.xlsx"
    book.save(path)
    looked = office("import", str(path), "--json").json()
    assert looked["counts"] == {"new": 9, "refused": 1, "left_out": 5}
    assert [each["codes"] for each in looked["rows"] if each["state"] == "refused"] == [["date_unreadable"]]
    assert office("import", str(path), "--commit", "--partial").code == 0
    for year, expected in COUNTED.items():
        table = office("table", "--year", str(year), "--json").json()
        columns = [
            table["columns"].index(each)
            for each in ("natural_person", "commercial_enterprise", "legal_service_institution", "total")
        ]
        found = {
            row: tuple(cells[each] for each in columns)
            for row, cells in table["requests_table"].items()
            if any(cells)
        }
        assert found == expected, year
