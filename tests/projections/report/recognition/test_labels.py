"""Labels as offices retype them, matched to the form of 2021."""

from __future__ import annotations

import pytest

from domain.report import official_form
from projections.report.recognition import appeals_table, labels, requests_columns, requests_rows
from projections.report.recognition.labels import Match

FORM = official_form.load("2021")
ROWS = requests_rows.rows_of(FORM)
GROUPS = requests_rows.groups_of(FORM)


def alone(text: str) -> str | None:
    match = labels.align([text], ROWS, GROUPS, by_place=False)[0]
    return match.code if match else None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("四、结转下年度", "carried_out"), ("四、结转下一年度继续办理", "carried_out"), ("二、上年度结转", "carried_in"),
        ("予以公开的", "granted"), ("（一）予以公开（含部分）", "granted"), ("（二）部分公开", "granted_in_part"),
        ("（2）重复申请", "not_processed.repeated"), ("②重复申请", "not_processed.repeated"), ("2、重复申请", "not_processed.repeated"),
        ("重复申请（同一申请人）", "not_processed.repeated"), ("3.其它", "other.unspecified"), ("（七）合计", "total"), ("小计", "total"),
        ("2.其他法律行政止公开", "refused.prohibited_by_law"), ("本机关 不掌握\n相关政府信息", "unable.not_held"),
        ("没有现成信息需另行制作", "unable.must_be_created"), ("㈠予以公开", "granted"), ("1．属于国家秘密", "refused.state_secret"),
    ],
)  # fmt: skip
def test_a_label_with_a_small_slip_still_names_its_row(text: str, code: str) -> None:
    assert alone(text) == code


@pytest.mark.parametrize(
    "text",
    ["（三）不予公开", "三、本年度办理结果", "其他自设事项", "备注", "", "申请人情况", "公开", "不予受理"],
)
def test_a_label_of_a_group_or_of_no_line_is_no_row(text: str) -> None:
    """不予公开 differs from 予以公开 in two characters and is a group."""
    assert alone(text) is None


@pytest.mark.parametrize("text", ["一二十、予以公开", "（一二十）予以公开"])
def test_an_ill_formed_number_is_no_numbering(text: str) -> None:
    """A misspelt number in words does not raise."""
    assert labels.bare(text).endswith("予以公开")


def test_an_assumption_is_reported_with_its_certainty() -> None:
    match = labels.align(["四、结转下年度", "一、本年新收政府信息公开申请数量"], ROWS)
    assumed = [
        each.assumption(text) for each, text in zip(match, ("四、结转下年度", "x"), strict=True) if each
    ]
    assert assumed == ["“四、结转下年度”视为“四、结转下年度继续办理”（通行写法，把握96%）", None]


def test_an_unknown_label_is_the_only_row_missing_at_its_place() -> None:
    """Between 4 and 6 of the refusals only 5 is missing; two unknown rows for one missing row match nothing."""
    typed = [row.label for row in ROWS]
    at = [row.code for row in ROWS].index("refused.internal_affairs")
    typed[at] = "内部管理类"
    assert labels.align(typed, ROWS)[at] == Match(
        "refused.internal_affairs", "5.属于三类内部事务信息", "order", 50
    )
    typed.insert(at, "另一类")
    assert labels.align(typed, ROWS)[at : at + 2] == [None, None]


@pytest.mark.parametrize(("text", "code"), [("（六）其他处理", "other"), ("（六）其他处理结果", None)])
def test_a_row_of_the_other_form_is_taken_by_its_own_label_alone(text: str, code: str | None) -> None:
    """其他处理 is a row of 2019, and the heading of three rows in 2021."""
    typed = [(row.levels[-1], 0) for row in FORM.requests.rows]
    typed.insert(-2, (text, 0))
    found, _ = requests_rows.matched(typed)
    assert [match.code if match else None for match in found][-4:] == [
        "other.unspecified", code, "total", "carried_out",
    ]  # fmt: skip


def test_rows_in_another_order_are_matched_by_label() -> None:
    typed = [row.label for row in ROWS]
    typed[3], typed[8] = typed[8], typed[3]
    found = labels.align(typed, ROWS)
    assert [match.code for match in found if match][3] == ROWS[8].code
    assert [match.code for match in found if match][8] == ROWS[3].code


@pytest.mark.parametrize(
    ("text", "code"),
    [("维持", "upheld"), ("纠正", "corrected"), ("其它结果", "other"), ("其他", "other"), ("未审结", "pending"), ("合计", "total"), ("结果", None)],
)  # fmt: skip
def test_results_of_appeals(text: str, code: str | None) -> None:
    match = labels.align([text], appeals_table.RESULTS, by_place=False)[0]
    assert (match.code if match else None) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("公益组织", "public_interest_organisation"), ("法律机构", "legal_service_institution"), ("其它", "other_organisation"),
     ("商业 企业", "commercial_enterprise"), ("小计", "total"), ("机构", None)],
)  # fmt: skip
def test_kinds_of_applicants(text: str, code: str | None) -> None:
    match = labels.align([text], requests_columns.COLUMNS, by_place=False)[0]
    assert (match.code if match else None) == code
