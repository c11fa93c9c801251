"""Reading a register's sheet: headings of one row or two, ticks, several numbers in a cell, carried-over rows and notes."""

from __future__ import annotations

import pytest

from projections.importing.book import Book, Sheet
from projections.importing.columns import MappingFault, read_mapping, write_mapping
from projections.importing.reading import Reading, read_book
from projections.importing.row import Row
from tests.untidy_registers import untidy

PLAIN = ["登记号", "收到日期", "申请人", "申请人类别", "申请方式", "申请内容", "答复日期", "办理结果"]
GOOD = ["2020-0001", "2020-03-02", "张三", "个人", "邮寄", "预算", "2020-03-20", "予以公开"]


def sheet(*rows: list[str], name: str = "2020年", number: int = 1) -> Sheet:
    return Sheet(number, name, tuple(map(tuple, rows)))


def read(*rows: list[str], **how: str) -> Reading:
    return read_book(Book("ab" * 32, (sheet(*rows, **how),)))  # type: ignore[arg-type]


def one(*rows: list[str]) -> Row:
    found = [row for row in read(*rows).rows if row.kind == "request"]
    assert len(found) == 1
    return found[0]


def test_a_plain_row() -> None:
    row = one(PLAIN, GOOD)
    assert (row.problems, row.reference, row.row_no) == ([], "2020-0001", 2)
    assert list(row.steps) == ["received", "closed"]
    assert row.steps["closed"]["outcome"] == "granted"


def test_a_row_without_a_number_is_one_request() -> None:
    """No other row can have its document number."""
    row = one([*PLAIN[1:], "文号"], [*GOOD[1:], "某公开〔2020〕3号"])
    assert row.steps["closed"]["document_no"] == "某公开〔2020〕3号"
    assert not [each for each in row.assumed if "文号" in each]


def test_a_heading_of_two_rows_below_a_title() -> None:
    row = one(
        ["某局2020年台账"] * 8,
        ["登记号", "收到日期", "申请人信息", "申请人信息", "申请方式", "申请内容", "办理情况", "办理情况"],
        ["登记号", "收到日期", "姓名", "类别", "申请方式", "申请内容", "答复日期", "结果"],
        GOOD,
    )
    assert row.problems == []
    assert row.steps["closed"]["outcome"] == "granted"


def test_a_heading_of_two_rows_without_merged_cells() -> None:
    """As in CSV and ODS: a heading of several columns is in the first one; a saved mapping may have it so."""
    upper = ["登记号", "收件", "", "申请人", "", "申请内容", "办理", ""]
    lower = ["", "收件日期", "渠道", "姓名/单位名称", "性质", "", "答复日期", "结果"]
    cells = [*GOOD[:2], "邮寄", "某协会", "公司", *GOOD[5:]]
    found = read(upper, lower, cells)
    assert found.mapping.columns["applicant_kind"] == ["申请人/性质"]
    assert found.rows[0].steps["received"]["applicant_kind"] == "commercial_enterprise"
    before = write_mapping(found.mapping).replace("申请人/性质", "性质").replace("收件/渠道", "渠道")
    again = read_book(Book("ab" * 32, (sheet(upper, lower, cells),)), read_mapping(before))
    assert again.rows[0].steps == found.rows[0].steps


def test_a_heading_over_the_first_columns_is_the_heading_of_each() -> None:
    upper = ["申请人", "", "收到日期", "申请方式", "申请内容"]
    lower = ["姓名", "类别", "", "", ""]
    found = read(upper, lower, ["某协会", "公司", *GOOD[1:2], "邮寄", "预算"])
    assert found.mapping.columns["applicant"] == ["申请人/姓名"]
    assert found.mapping.columns["applicant_kind"] == ["申请人/类别"]


def test_a_title_is_no_part_of_the_heading() -> None:
    """Merged over all columns it names the year of days that have none."""
    found = read(["某局2019年台账"] * 8, PLAIN, ["1", "3月2日", *GOOD[2:6], "3月20日", "予以公开"], name="表")
    assert found.mapping.columns["received"] == ["收到日期"]
    assert found.rows[0].steps["received"]["on"] == "2019-03-02"


def test_columns_that_are_ticked() -> None:
    """The heading of the ticked column is the value."""
    row = one(
        ["序号", "收到日期", "申请人", "申请人类别", "申请人类别", "申请方式", "申请内容"],
        ["序号", "收到日期", "申请人", "自然人", "商业企业", "申请方式", "申请内容"],
        ["1", "2020-03-02", "某公司", "", "√", "邮寄", "预算"],
    )
    assert row.problems == []
    assert row.steps["received"]["applicant_kind"] == "commercial_enterprise"


def test_a_heading_of_three_rows_that_is_ticked() -> None:
    """As in the form's header and rows: kinds below 法人或其他组织, reasons below 不予公开. Two ticks are ambiguous."""
    fixed = ["序号", "收到日期", "申请方式"]
    top = [*fixed, *["申请人类别"] * 3, *["办理结果"] * 3, "答复日期"]
    middle = [*fixed, "自然人", *["法人或其他组织"] * 2, "予以公开", *["不予公开"] * 2, "答复日期"]
    low = [*fixed, "自然人", "商业企业", "其他", "予以公开", "国家秘密", "其他", "答复日期"]
    cells = [
        [str(number), f"2020-03-0{number}", "邮寄", *ticks, "2020-03-20"]
        for number, ticks in enumerate(
            (["√", "", "", "1", "", ""], ["", "√", "", "", "√", ""], ["", "", "√", "0", "1", "0"], ["√", "", "", "√", "√", ""], ["√", "", "", "", "", "√"]), 1,
        )
    ]  # fmt: skip
    rows = read(["某局2020年台账"] * 10, top, middle, low, *cells).rows
    ticked = [(row.steps["received"]["applicant_kind"], row.steps["closed"]["outcome"]) for row in rows[:3]]
    assert ticked == [
        ("natural_person", "granted"), ("commercial_enterprise", "refused.state_secret"), ("other_organisation", "refused.state_secret"),
    ]  # fmt: skip
    assert "不止一种" in rows[3].problems[0]
    assert "没有写明" in rows[4].problems[0]


@pytest.mark.parametrize(
    "heading", ["应答复日期", "拟答复日期", "批复日期", "收费日期", "送审日期", "结案人", "是否延期", "是否延期答复", "转办单位"]
)  # fmt: skip
def test_a_merely_similar_heading_is_not_read(heading: str) -> None:
    """A last day to answer is no day of answering; an extension is no delay: reported as not read."""
    found = read([*PLAIN[:6], heading, *PLAIN[6:]], [*GOOD[:6], "2020-03-30", *GOOD[6:]])
    assert found.columns()[6][2:] == (heading, "")
    assert list(found.rows[0].steps) == ["received", "closed"]
    assert found.rows[0].steps["closed"]["on"] == "2020-03-20"
    assert "stated_timeliness" not in found.rows[0].steps["closed"]["provenance"]


def test_a_misspelt_heading_is_reported_with_the_one_it_resembles() -> None:
    assert "“送审日期”一栏没有采用：与“送达日期”相近而不同" in read([*PLAIN, "送审日期"], [*GOOD, ""]).assumed


def test_the_day_of_receipt_takes_precedence_over_that_of_registering() -> None:
    """Art. 31: the term runs from receipt, in any order of columns; a blank one is replaced by the other, with a remark."""
    head = [PLAIN[0], "登记日期", *PLAIN[1:]]
    rows = read(head, [GOOD[0], "2020-03-04", *GOOD[1:]]).rows
    assert rows[0].steps["received"]["on"] == "2020-03-02"
    later = [GOOD[0], "2020-03-04", "", *GOOD[2:]]
    alone = sheet([PLAIN[0], "登记日期", *PLAIN[2:]], GOOD, number=2, name="2021年")
    book = Book("ab" * 32, (sheet(head, ["2020-0002", *later[1:]]), alone))
    found = read_book(book).rows
    assert found[0].steps["received"]["on"] == "2020-03-04"
    assert "“收到日期”取B列“2020-03-04”，C列空白" in found[0].assumed


def test_two_different_columns_with_one_heading_are_reported() -> None:
    """As with two registers side by side: the second is not ignored silently."""
    row = read([*PLAIN, *PLAIN], ["1", *GOOD[1:], "2", "2020-03-03", "李四", *GOOD[3:]]).rows[0]
    assert [each.split("：")[0] for each in row.problems] == [
        "“登记号”的几栏不同", "“收到日期”的几栏不同", "“申请人”的几栏不同",
    ]  # fmt: skip
    both = one([*PLAIN, "电话", "电话"], [*GOOD, "66", "139"])
    assert both.problems == []
    assert any("“联系方式”的几栏不同" in each for each in both.assumed)


@pytest.mark.parametrize(
    ("number", "reference"), [("21012", None), ("2020—0012", "2020-0012"), ("9012", "2020-9012")]
)
def test_a_number_without_a_year_has_at_most_four_digits(number: str, reference: str | None) -> None:
    """21012 is the twelfth of 2021; read as 21012 the office's numbers would continue at 21013."""
    assert one(PLAIN, [number, *GOOD[1:]]).reference == reference


def test_a_remark_beside_an_open_request_is_reported() -> None:
    """A withdrawal is often written there alone."""
    row = one([*PLAIN, "备注"], [*GOOD[:6], "", "", "3月10日撤回"])
    assert "按未办结登记，备注写有“3月10日撤回”，请核对" in row.noted


@pytest.mark.parametrize(
    ("name", "kind"),
    [("某大学学生张三", None), ("某某大学", "research_institution"), ("某镇某某村", "other_organisation")],
)
def test_a_kind_is_recognised_by_the_end_of_a_name(name: str, kind: str | None) -> None:
    row = one(PLAIN, [*GOOD[:2], name, "", *GOOD[4:]])
    assert row.steps["received"].get("applicant_kind") == kind


def test_ditto_marks_repeat_the_cell_above() -> None:
    rows = read(PLAIN, GOOD, ["2020-0002", "同上", "〃", "同上", '"', "决算", "同上", "同上"]).rows
    assert rows[1].problems == []
    assert {**rows[1].steps["received"], "description": "预算", "subject": "预算", "provenance": 0} == {
        **rows[0].steps["received"], "provenance": 0,
    }  # fmt: skip
    assert "写“同上”的，取上一行所写" in rows[1].assumed


def test_a_long_number_rounded_by_the_spreadsheet_is_refused() -> None:
    """A spreadsheet keeps fifteen digits, an identity card has eighteen."""
    row = one([*PLAIN, "身份证号"], [*GOOD, "1.10101199001011e+17"])
    assert "id_number" not in row.steps["received"]["applicant"]
    assert any("失去末几位" in each for each in row.noted)
    assert "失去末几位" in one(PLAIN, ["2.0200001E+11", *GOOD[1:]]).problems[0]


def test_cells_below_no_heading_are_reported() -> None:
    assert "I、J列没有表头，其中的内容未登记" in one(PLAIN, [*GOOD, "多出", "来的"]).noted


def test_a_number_of_another_year_is_not_kept_and_the_reason_is_stated() -> None:
    row = one(PLAIN, ["2021-0007", *GOOD[1:]])
    assert row.reference is None
    assert "原编号“2021-0007”的年份不是收到之年（收到日期2020-03-02），另编" in row.assumed


def test_all_faults_of_a_row_are_reported_together() -> None:
    row = one(PLAIN, [GOOD[0], "5/3", "张三", "法人", "网络/邮寄", "预算", "2020-03-20", "不予公开"])
    assert len(row.problems) == 4


def test_several_numbers_in_a_cell_are_several_requests() -> None:
    """Each with its own part of the description, if the numbers of both agree."""
    cells = [
        ["2020-0001、2020-0002", *GOOD[1:5], "1.预算；2.决算", *GOOD[6:]],
        ["2020-0003至0005", *GOOD[1:]],
    ]
    rows = read(PLAIN, *cells).rows
    assert [row.reference for row in rows] == [
        "2020-0001",
        "2020-0002",
        "2020-0003",
        "2020-0004",
        "2020-0005",
    ]
    assert [row.steps["received"]["description"] for row in rows][:3] == ["预算", "决算", "预算"]
    assert all("件登记" in row.assumed[0] for row in rows)


def test_carried_over_rows_take_the_year_before() -> None:
    rows = read(
        PLAIN,
        ["一、上年结转"] * 8,
        ["", "12月25日", *GOOD[2:6], "1月10日", "予以公开"],
        ["二、本年新收"] * 8,
        ["", "1月5日", *GOOD[2:6], "1月10日", "予以公开"],
    ).rows
    days = [(row.steps["received"]["on"], row.steps["closed"]["on"]) for row in rows if row.kind == "request"]
    assert days == [("2019-12-25", "2020-01-10"), ("2020-01-05", "2020-01-10")]


COUNTED = ["序号", *PLAIN[1:]]


def months(*days: str) -> Reading:
    """One sheet per month, whose rows are numbered from 1."""
    rows = [[str(number), "", *GOOD[2:6], "", ""] for number in (1, 2)]
    sheets = [
        sheet(COUNTED, *([row[0], f"{day}{row[0]}日", *row[2:]] for row in rows), name=day, number=number)
        for number, day in enumerate(days, 1)
    ]
    return read_book(Book("ab" * 32, tuple(sheets)))


def test_equal_row_numbers_on_two_sheets_are_two_requests() -> None:
    found = months("2020年1月", "2020年2月", "2020年3月")
    assert [row.kind for row in found.rows] == ["request"] * 6
    assert not any(row.problems or row.reference or row.key for row in found.rows)
    assert "number" not in found.mapping.columns
    assert any("“序号”不止一次从头编起" in each for each in found.assumed)


def test_a_count_continued_across_sheets_is_the_register_s_number() -> None:
    """Carried on in the next sheet with the same day of receipt."""
    rows = [[str(number), f"2020.3.{number}", *GOOD[2:6]] for number in range(1, 5)]
    then = [[*row, "2020.3.20", "予以公开"] for row in rows]
    book = Book("ab" * 32, (sheet(COUNTED, *rows), sheet(COUNTED, *then, number=2, name="补")))
    found = read_book(book).rows
    assert [row.kind for row in found] == ["request"] * 4 + ["left_out"] * 4
    assert [row.reference for row in found][:4] == [f"2020-000{number}" for number in range(1, 5)]


@pytest.mark.parametrize("head", [["序号", "登记编号"], ["登记编号", "序号"]])
def test_the_register_s_number_takes_precedence_over_a_row_count(head: list[str]) -> None:
    number = ["7", "2020-0041"] if head[0] == "序号" else ["2020-0041", "7"]
    found = read([*head, *PLAIN[1:]], [*number, *GOOD[1:]])
    assert found.rows[0].reference == "2020-0041"
    assert "登记号取“登记编号”一栏；“序号”只是表中的顺序，没有采用" in found.assumed


def test_an_ambiguous_heading_is_read_as_in_another_sheet() -> None:
    """性质 alone is ambiguous; in another sheet of the book it is below 申请人. Similar sheets are shown as one."""
    upper = ["登记号", "收到日期", "申请人", "申请人", *PLAIN[4:]]
    lower = ["登记号", "收到日期", "姓名", "性质", *PLAIN[4:]]
    two = [sheet(upper, lower, [f"2020-000{number}", *GOOD[1:]], number=number) for number in (1, 2)]
    one_ = sheet(lower, ["2020-0003", *GOOD[1:3], "公司", *GOOD[4:]], number=3, name="2021年")
    found = read_book(Book("ab" * 32, (*two, one_)))
    assert found.mapping.columns["applicant_kind"] == ["申请人/性质", "性质"]
    assert found.rows[2].steps["received"]["applicant_kind"] == "commercial_enterprise"
    assert [row[:3] for row in found.columns() if row[3] == "申请人类别"] == [
        ("2020年等2个", "D", "申请人/性质"),
        ("2021年", "D", "性质"),
    ]


@pytest.mark.parametrize(
    ("description", "subject"),
    [
        ("请求公开某路改造项目的批复。另请提供图纸", "某路改造项目的批复"), ("本人申请公开张三宅基地的审批表", None),
        ("联系13800000000", None), ("", None),
    ],
)  # fmt: skip
def test_a_subject_is_taken_from_the_description(description: str, subject: str | None) -> None:
    """As at the counter: the first sentence, never the applicant. A remark says so, and it can be turned off."""
    row = one(PLAIN, [*GOOD[:5], description, *GOOD[6:]])
    assert row.steps["received"].get("subject") == subject
    assert (
        row.subject_offered
        == any("申请事项取自申请内容" in each for each in row.assumed)
        == (subject is not None)
    )
    mapping = read_mapping(write_mapping(read(PLAIN, GOOD).mapping).replace('"description"', '"none"', 1))
    left = read_book(Book("ab" * 32, (sheet(PLAIN, [*GOOD[:5], description, *GOOD[6:]]),)), mapping)
    assert "subject" not in left.rows[0].steps["received"]


def test_a_column_of_subjects_takes_precedence_over_the_description() -> None:
    row = one([*PLAIN, "标题"], [*GOOD[:5], "请求公开某路批复", *GOOD[6:], "道路"])
    assert (row.steps["received"]["subject"], row.subject_offered) == ("道路", False)


def test_a_later_sheet_continues_a_request() -> None:
    """Within one sheet a repeated number is a mistake."""
    open_ = [*GOOD[:6], "", ""]
    book = Book("ab" * 32, (sheet(PLAIN, open_), sheet(PLAIN, GOOD, number=2, name="2021年")))
    rows = read_book(book).rows
    assert [row.kind for row in rows] == ["request", "left_out"]
    assert list(rows[0].steps) == ["received", "closed"]
    assert "编号与第2行相同［number_repeated］" in read(PLAIN, GOOD, GOOD).rows[1].problems


@pytest.mark.parametrize(
    "cells",
    [["合计", "12", *[""] * 6], ["注：本表每季度报送", *[""] * 7], PLAIN, ["小计", "", "", "", "", "3", "", ""], ["填表人：张某", *[""] * 7],
        ["3月小计", "", "", "", "", "2", "", ""], ["全年合计", "4", *[""] * 6], ["其中：公开", "4", *[""] * 6],
    ],
)  # fmt: skip
def test_totals_notes_and_headings_within_are_left_out(cells: list[str]) -> None:
    rows = read(PLAIN, GOOD, cells, [""] * 8).rows
    assert [row.kind for row in rows] == ["request", "left_out"]
    assert rows[1].noted


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({1: "5/3"}, "两种读法"), ({1: ""}, "没有收到日期"), ({3: "外星人"}, "不是认得的申请人类别"), ({4: ""}, "没有申请方式"),
        ({7: "不予公开"}, "不是认得的办理结果"), ({6: ""}, "没有答复日期"), ({7: ""}, "没有办理结果"), ({6: "2020-02-20"}, "早于收到日期"),
        ({7: "办理中"}, "未办结"), ({3: "法人或其他组织"}, "没有写明是其中哪一种"), ({4: "网络/邮寄"}, "不止一种申请方式"),
        ({7: "予以公开；信息不存在"}, "不止一种办理结果"), ({2: "", 3: ""}, "没有申请人类别"),
    ],
)  # fmt: skip
def test_missing_or_unusual_values_are_problems(changes: dict[int, str], problem: str) -> None:
    row = one(PLAIN, [changes.get(index, text) for index, text in enumerate(GOOD)])
    assert any(problem in each for each in row.problems), row.problems


def test_missing_values_are_not_invented() -> None:
    """They are recorded as not stated, with a remark."""
    row = one(
        ["收到日期", "申请人类别", "申请方式", "答复日期", "办理结果"],
        ["2020-03-02", "个人", "邮寄", "2020-03-20", "公开"],
    )
    assert row.steps["received"]["applicant"] == {"name": "原台账未载"}
    assert row.steps["received"]["description"] == "原台账未载"
    assert row.steps["received"]["receipt_basis"] == "imported"
    assert row.steps["closed"]["document_no"] == row.steps["closed"]["legal_basis"] == "原台账未载"
    assert "stated_timeliness" not in row.steps["closed"]["provenance"]
    assert len(row.noted) >= 4


@pytest.mark.parametrize(
    ("heading", "cell", "stated"),
    [("是否逾期", "否", "on_time"), ("是否逾期", "是", "late"), ("是否按期答复", "是", "on_time"), ("是否按时", "否", "late"), ("是否逾期", "逾期", "late")],
)  # fmt: skip
def test_timeliness_is_as_the_register_states_it(heading: str, cell: str, stated: str) -> None:
    row = one([*PLAIN, heading], [*GOOD, cell])
    assert row.steps["closed"]["provenance"]["stated_timeliness"] == stated


def test_joint_applicants_and_an_agent() -> None:
    row = one([*PLAIN, "代理人"], [*GOOD[:2], "张三、李四", *GOOD[3:], "王律师"])
    assert row.steps["received"]["applicant"] == {
        "name": "张三", "joint": [{"name": "李四"}], "agents": [{"name": "王律师", "authorization": "原台账未载"}],
    }  # fmt: skip


def test_appeals() -> None:
    head = [*PLAIN, "复议日期", "复议机关", "复议结果", "复议决定日期", "起诉日期", "法院"]
    row = one(head, [*GOOD, "2020.4.1", "市政府", "维持", "2020.5.20", "2020.6.1", "某法院"])
    assert row.problems == []
    assert row.steps["reconsideration.decided"]["disposition"] == "upheld"
    assert row.steps["litigation"]["route"] == "litigation_after_reconsideration"
    assert "没有决定日期" in "".join(one(head, [*GOOD, "2020.4.1", "市政府", "维持", "", "", ""]).problems)


@pytest.mark.parametrize(
    ("on", "ground"), [("2020.3.19", "no_answer"), ("2020.3.20", "answer"), ("2020.3.21", "answer")]
)
def test_an_appeal_is_against_the_answer_from_the_day_of_the_answer(on: str, ground: str) -> None:
    """The answer is of 2020-03-20: before it an appeal is against silence."""
    row = one([*PLAIN, "复议日期"], [*GOOD, on])
    assert row.steps["reconsideration"]["ground"] == ground


def test_a_blank_outcome_of_an_answer_is_the_default_of_the_mapping() -> None:
    """Without a default it is a problem of the row."""
    rows = [PLAIN, [*GOOD[:7], ""]]
    assert one(*rows).problems != []
    saved = write_mapping(read(*rows).mapping)
    mapping = read_mapping(saved.replace("[defaults]", '[defaults]\noutcome = "granted.provided"', 1))
    row = read_book(Book("ab" * 32, (sheet(*rows),)), mapping).rows[0]
    assert (row.problems, row.steps["closed"]["outcome"]) == ([], "granted.provided")


def test_a_blank_cell_of_timeliness_states_nothing() -> None:
    row = one([*PLAIN, "是否逾期"], [*GOOD, ""])
    assert "stated_timeliness" not in row.steps["closed"]["provenance"]
    assert row.noted == one(PLAIN, GOOD).noted


def test_a_service_has_its_day_method_and_day_of_signature() -> None:
    """Before the answer it is a problem; without a day it is not recorded, with a note."""
    head = [*PLAIN, "送达日期", "送达方式", "邮寄单号", "签收时间"]
    row = one(head, [*GOOD, "2020.3.21", "邮政快递", "EA123456789CN", "2020.3.24"])
    served = row.steps["served"]
    assert (row.problems, served["on"], served["method"]) == ([], "2020-03-21", "china_post")
    assert (served["tracking_no"], served["signed_for_on"]) == ("EA123456789CN", "2020-03-24")
    assert "早于答复日期" in "".join(one(head, [*GOOD, "2020.3.19", "邮政快递", "", ""]).problems)
    without = one(head, [*GOOD, "", "邮政快递", "", ""])
    assert "served" not in without.steps
    assert any("没有送达日期" in each for each in without.noted)


def test_an_extension_has_its_day_and_its_working_days() -> None:
    """The day of notice and the number of days are separate columns; without the number it is not recorded, with a note."""
    head = [*PLAIN, "延期告知日期", "延期天数"]
    row = one(head, [*GOOD, "2020.3.16", "20个工作日"])
    assert (row.problems, row.steps["extended"]["on"], row.steps["extended"]["workdays"]) == (
        [],
        "2020-03-16",
        20,
    )
    assert row.steps["extended"]["notified_on"] == "2020-03-16"
    without = one(head, [*GOOD, "2020.3.16", ""])
    assert "extended" not in without.steps
    assert any("延期未登记" in each for each in without.noted)


@pytest.mark.parametrize(
    ("description", "several"), [("预算", False), ("1.预算", False), ("1.预算；2.决算", True)]
)
def test_a_description_of_several_items_is_one_request_with_a_remark(description: str, several: bool) -> None:
    """A single numbered item is no list."""
    row = one(PLAIN, [*GOOD[:5], description, *GOOD[6:]])
    assert any("列有多项" in each for each in row.assumed) == several


def test_a_mapping_is_saved_edited_and_read() -> None:
    """With an office's own headings, words and marks for a blank."""
    saved = write_mapping(read(PLAIN, GOOD).mapping)
    assert write_mapping(read_mapping(saved)) == saved
    own = saved.replace('"收到日期"]', '"来件日"]').replace("[defaults]", '[defaults]\nchannel = "post"', 1)
    own += '[words.outcome]\n"给了" = "granted.provided"\n'
    rows = [["登记号", "来件日", *PLAIN[2:]], [*GOOD[:4], "", *GOOD[5:7], "给了"]]
    row = read_book(Book("ab" * 32, (sheet(*rows),)), read_mapping(own)).rows[0]
    assert row.problems == []
    assert (row.steps["received"]["channel"], row.steps["closed"]["outcome"]) == ("post", "granted.provided")


def test_columns_can_be_named_by_their_letters() -> None:
    mapping = '[columns]\nreceived = ["B"]\nnumber = ["A"]\nchannel = ["E"]\napplicant_kind = ["D"]\n'
    rows = [["一", "二", "三", "四", "五"], GOOD[:5]]
    row = read_book(Book("ab" * 32, (sheet(*rows),)), read_mapping(mapping)).rows[-1]
    assert (row.reference, row.steps["received"]["on"]) == ("2020-0001", "2020-03-02")


@pytest.mark.parametrize(
    "mapping",
    [
        "columns = 1", "[columns]\nnonsense = ['A']", "[columns]\nreceived = 'A'", "not toml", "[columns]\n[words.channel]\n'x' = 'nonsense'",
        "numbers = 'x'\n[columns]", "subjects = 'x'\n[columns]", "year = 1\n[columns]", "[columns]\n[defaults]\nreceived = 'post'",
    ],
)  # fmt: skip
def test_an_invalid_mapping_is_refused(mapping: str) -> None:
    with pytest.raises(MappingFault):
        read_mapping(mapping)


def test_a_sheet_without_a_heading_is_refused() -> None:
    with pytest.raises(MappingFault):
        read(["甲", "乙"], ["1", "2"])


@pytest.mark.parametrize("seed", range(3))
def test_an_untidy_register_of_two_thousand_rows(seed: int) -> None:
    """Every row is read as intended, or reported; none is lost and none is invented."""
    from adapters.report_files.spreadsheet import read as read_file  # noqa: PLC0415

    made = untidy(2_000, seed)
    found = {
        (row.sheet_no, row.row_no): row
        for row in read_book(read_file(made.content, "")).rows
        if row.kind == "request"
    }
    assert set(found) == {(each.sheet, each.row) for each in made.meant}
    for each in made.meant:
        row = found[each.sheet, each.row]
        if each.slip:
            assert row.problems
            continue
        assert row.problems == []
        received, closed = row.steps["received"], row.steps.get("closed", {})
        outcome = (
            "other.unspecified.withdrawn" if closed.get("type") == "withdrawn" else closed.get("outcome")
        )
        assert (received["on"], received["applicant_kind"], received["channel"], row.reference) == (
            str(each.received_on), each.kind, each.channel, each.number,
        )  # fmt: skip
        assert (closed.get("on"), outcome) == (each.closed_on and str(each.closed_on), each.outcome)
