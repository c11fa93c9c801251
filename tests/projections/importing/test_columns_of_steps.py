"""Columns of supplements, consultations, extensions and fees: read as their events, or reported as a problem or a note."""

from __future__ import annotations

from typing import Any

import pytest

from projections.importing.problems import PROBLEMS, codes_in
from projections.importing.row import Row
from tests.projections.importing.test_reading import one, read

HEAD = ["登记号", "收到日期", "申请人", "申请人类别", "申请方式", "申请内容"]
RECEIPT = ["2022-0001", "2022.3.1", "王五", "个人", "邮寄", "征地批复"]
END = ["答复日期", "办理结果"]
DONE = ["2022.4.8", "予以公开"]


def of(columns: dict[str, str]) -> Row:
    """One row with these columns among the usual ones."""
    return one([*HEAD, *columns, *END], [*RECEIPT, *columns.values(), *DONE])


def steps(row: Row) -> dict[str, dict[str, Any]]:
    """The events between receipt and answer, without their place in the file."""
    return {
        name: {field: value for field, value in event.items() if field not in ("type", "provenance")}
        for name, event in row.steps.items()
        if name not in ("received", "closed")
    }


def test_a_supplement() -> None:
    """The term ends on the day in the register; without one on the day of the supplement, with a remark."""
    columns = {"补正告知日期": "2022.3.4", "补正期限": "2022.3.20", "收到补正日期": "3月9日"}
    notice = {"on": "2022-03-04", "respond_by": "2022-03-20", "matters": "原台账未载"}
    came = {"on": "2022-03-09", "description": "原台账未载"}
    assert steps(of(columns)) == {"supplement_required": notice, "supplemented": came}
    for term in ("", "15日"):
        row = of(columns | {"补正期限": term})
        assert steps(row) == {
            "supplement_required": notice | {"respond_by": "2022-03-09"},
            "supplemented": came,
        }
        assert "补正期限未载，以补正日期为期限的末日" in row.assumed
        assert bool(term) == ("补正期限“15日”不是日期，未采用" in row.noted)
    assert "没有补正期限，也没有补正日期，补正未登记" in of({"补正告知日期": "2022.3.4"}).noted
    assert "没有补正告知日期，补正未登记" in of({"收到补正日期": "2022.3.9"}).noted


def test_a_consultation_of_a_third_party() -> None:
    columns = {
        "征求第三方意见日期": "2022.3.3",
        "第三方名称": "甲公司",
        "第三方答复日期": "2022.3.17",
        "第三方意见": "不同意",
    }
    opened = {"on": "2022-03-03", "consultation": "第三方", "consultee": "third_party", "respond_by": "2022-03-17", "addressee": "甲公司"}  # fmt: skip
    closed = {"on": "2022-03-17", "consultation": "第三方", "reply": "objected"}
    assert steps(of(columns)) == {"consulted": opened, "consulted.closed": closed}
    assert codes_in(of(columns | {"第三方意见": ""}).problems) == ["outcome_missing"]
    assert codes_in(of(columns | {"第三方意见": "再议"}).problems) == ["word_unknown"]
    assert "没有第三方答复日期，第三方意见未登记" in of(columns | {"第三方答复日期": ""}).noted
    assert steps(of({"第三方": "是"})) == {}


@pytest.mark.parametrize(
    ("amount", "read_as"),
    [("1080", "1080"), ("￥1,080.00", "1080"), ("１０８０元", "1080"), ("1080.50元", "1080.50")],
)
def test_a_fee_by_pages(amount: str, read_as: str) -> None:
    columns = {
        "收费通知日期": "2022.3.7",
        "收费页数": "119页",
        "收费金额": amount,
        "缴费期限": "2022.4.6",
        "缴费日期": "2022.3.10",
    }
    charged = {
        "on": "2022-03-07",
        "basis": "pages",
        "quantity": 119,
        "amount_yuan": read_as,
        "pay_by": "2022-04-06",
    }
    assert steps(of(columns)) == {"charged": charged, "paid": {"on": "2022-03-10", "amount_yuan": read_as}}


def test_an_incomplete_fee_is_noted_and_not_recorded() -> None:
    """A sum does not show whether it is by pages or items; a sum in words is a problem; 免费 is no fee."""
    lacking = "收费通知日期、收费金额、收费页数（或者件次）未载全，收费和缴费未登记"
    assert lacking in of({"收费通知日期": "2022.3.7", "收费金额": "100", "缴费日期": "2022.3.10"}).noted
    assert codes_in(of({"收费通知日期": "2022.3.7", "收费金额": "一百元"}).problems) == ["amount_unreadable"]
    free = of({"收费金额": "免收"})
    assert (steps(free), lacking in free.noted) == ({}, False)


def test_columns_below_a_step_s_heading_do_not_belong_to_answer_or_receipt() -> None:
    """补正/收到日期 is no day of receipt, 征求第三方意见/答复日期 none of an answer, 行政诉讼/收到日期 no result."""
    groups = [
        "补正情况",
        "补正情况",
        "征求第三方意见",
        "征求第三方意见",
        "征求第三方意见",
        "延期情况",
        "延期情况",
        "行政诉讼",
        "行政诉讼",
    ]
    lower = ["告知日期", "收到日期", "发函日期", "答复日期", "意见", "告知日期", "天数", "收到日期", "结果"]
    cells = ["2022.3.4", "2022.3.9", "2022.3.10", "2022.3.17", "同意", "2022.4.1", "20", "2022.6.1", "审理中"]
    row = one([*HEAD, *groups, *END], [*HEAD, *lower, *END], [*RECEIPT, *cells, *DONE])
    days = {name: event["on"] for name, event in row.steps.items()}
    assert days == {
        "received": "2022-03-01", "supplement_required": "2022-03-04", "supplemented": "2022-03-09",
        "consulted": "2022-03-10", "consulted.closed": "2022-03-17", "extended": "2022-04-01", "closed": "2022-04-08",
        "litigation": "2022-06-01",
    }  # fmt: skip
    assert row.problems == []


def test_columns_of_service_or_agent_do_not_belong_to_the_application() -> None:
    """送达情况/方式 is not the channel of the application, 代理人信息/姓名 no applicant; 答复情况/日期 is the answer's."""
    upper = [
        "登记号",
        "收到日期",
        "申请人",
        "代理人信息",
        "申请方式",
        "申请内容",
        *["答复情况"] * 3,
        *["送达情况"] * 3,
    ]
    lower = [
        "登记号",
        "收到日期",
        "申请人",
        "姓名",
        "申请方式",
        "申请内容",
        "日期",
        "类型",
        "文号",
        "方式",
        "日期",
        "单号",
    ]
    cells = [*RECEIPT[:3], "李律师", *RECEIPT[4:], "2022.4.8", "公开", "1号", "EMS", "2022.4.9", "EX1CN"]
    row = one(upper, lower, cells)
    assert row.problems == []
    assert row.steps["received"]["channel"] == "post"
    assert row.steps["received"]["applicant"]["agents"][0]["name"] == "李律师"
    assert (row.steps["closed"]["on"], row.steps["closed"]["document_no"]) == ("2022-04-08", "1号")
    assert {name: row.steps["served"][name] for name in ("on", "method", "tracking_no")} == {
        "on": "2022-04-09", "method": "china_post", "tracking_no": "EX1CN",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "beside", "taken_for"),
    [
        ("补正日期", None, None), ("补正日期", "补正告知日期", "收到补正日期"), ("补正日期", "收到补正日期", "补正告知日期"),
        ("寄出日期", None, None), ("寄出日期", "申请日期", "送达日期"), ("签收日期", None, "申请人签收日期"),
        ("缴费金额", "收费金额", "实缴金额"), ("收费日期", None, None),
    ],
)  # fmt: skip
def test_an_ambiguous_heading_is_left_to_the_user(
    heading: str, beside: str | None, taken_for: str | None
) -> None:
    """Unless another column is identified as one of the two; 收到日期 is beside all of them here."""
    further = [heading, *([beside] if beside else [])]
    found = read([*HEAD, *further, *END], [*RECEIPT, *["2022.3.9" for _ in further], *DONE])
    meant = {column: meaning for _, _, column, meaning in found.columns()}
    assert meant[heading] == (taken_for or "")
    assert any(heading in each for each in found.assumed)


def test_a_lone_day_of_signature_is_the_day_of_receipt() -> None:
    head = ["登记号", "签收日期", *HEAD[2:]]
    found = read([*head, *END], [*RECEIPT, *DONE])
    assert found.rows[0].steps["received"]["on"] == "2022-03-01"
    assert "没有收到日期一栏，以“签收日期”为收到日期" in found.assumed


def test_an_unread_column_of_a_step_is_noted() -> None:
    row = of({"是否补正": "是", "是否延期": "否", "延期至": "2022.4.20"})
    assert [each for each in row.noted if "未登记" in each] == [
        "“是否补正”写有“是”，未登记",
        "“延期至”写有“2022.4.20”，未登记",
    ]


@pytest.mark.parametrize("word", ["否", "无", "未申请复议", "/", ""])
def test_a_step_marked_as_not_done_is_ignored(word: str) -> None:
    row = of({"第三方意见": word, "第三方答复日期": word, "行政复议情况": word, "复议日期": word})
    assert (row.problems, steps(row)) == ([], {})
    assert not any("未登记" in each for each in row.noted)


def test_each_request_of_a_row_has_its_own_document_number() -> None:
    head = [*HEAD, *END, "文号"]
    cells = [
        "2022-0004、2022-0005",
        *RECEIPT[1:5],
        "（1）甲（2）乙",
        *DONE,
        "公开〔2022〕4号、公开〔2022〕5号",
    ]
    rows = read(head, cells).rows
    assert [row.steps["closed"]["document_no"] for row in rows] == ["公开〔2022〕4号", "公开〔2022〕5号"]
    assert [row.steps["received"]["description"] for row in rows] == ["甲", "乙"]
    (same, _) = read(head, [*cells[:-1], "公开〔2022〕4号"]).rows
    assert "各件的文号相同，请核对" in same.assumed


def test_a_problem_has_a_code_that_never_changes() -> None:
    """The codes are typed here independently."""
    assert set(PROBLEMS) == {
        "number_unreadable", "number_repeated", "number_of_another", "columns_differ", "date_unreadable", "date_missing",
        "date_reversed", "receipts_differ", "word_unknown", "amount_unreadable", "kind_missing", "channel_missing",
        "outcome_missing", "outcome_open", "corrected_since",
    }  # fmt: skip
    row = one([*HEAD, *END], ["2022-0001", "2022.13.1", "王五", "个人", "邮寄", "甲", "2022.4.8", "电话答复"])
    assert codes_in(row.problems) == ["date_unreadable", "word_unknown"]
    assert all(each.endswith("］") for each in row.problems)
