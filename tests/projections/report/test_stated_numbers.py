"""Numbers in the words of real reports. The figures are round, so that what each word means is plain."""

from __future__ import annotations

import pytest

from projections.report import stated_numbers

FIGURES = {
    "year": "2022",
    "requests.new.total": "1095",
    "requests.new.natural_person": "1000",
    "requests.carried_in.total": "3",
    "requests.carried_in.natural_person": "2",
    "requests.granted.total": "966",
    "requests.granted_in_part.total": "50",
    "requests.refused.total": "20",
    "requests.total.total": "1090",
    "requests.carried_out.total": "8",
    "appeals.reconsideration.total": "4",
    "appeals.litigation_direct.total": "0",
    "appeals.litigation_after_reconsideration.total": "1",
    "appeals.litigation.total": "1",
}


@pytest.mark.parametrize(
    "text",
    [
        "予以公开答复966件", "部分予以公开50件", "予以公开或部分公开1016件", "予以公开（含部分公开）1016件",
        "未经复议直接起诉0件，复议后起诉1件", "行政复议4件", "行政复议维持3件", "被行政复议机关纠错1件", "已审结3件，尚未审结1件",
        "收到申请1,095件，比上年的收到申请900件增加195件", "2021年收到申请900件，办结880件；2022年收到申请1095件",
        "2021年全年收到900件，2022年收到1,095件", "去年收到申请900件", "收到申请1095件（上年为900件）", "收到１０９５件",
        "办结一千零九十件", "收到网上申请20件", "予以公开、部分公开分别为966件、50件", "收到申请1098件", "自然人申请1002件",
        "结转下一年8件", "上年结转3件", "复议、诉讼共5件",
    ],
)  # fmt: skip
def test_what_is_right_or_of_something_else_is_not_questioned(text: str) -> None:
    assert list(stated_numbers.figures_in(text, FIGURES)) == []


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("部分予以公开51件", 51, 50), ("予以公开或部分公开59件", 59, 1016), ("依法不予公开21件", 21, 20),
        ("按时答复1090件，予以公开965件", 965, 966), ("行政复议案件5件", 5, 4), ("复议后起诉2件", 2, 1), ("提起行政诉讼2件", 2, 1),
        ("上一年度收到申请900件，本年度收到申请1096件", 1096, 1095), ("收到申请九百九十九件", 999, 1095),
        ("2021年收到900件，2022年收到1,096件", 1096, 1095), ("结转下一年13件", 13, 8), ("上年结转4件", 4, 3),
    ],
)  # fmt: skip
def test_what_no_figure_says_is_questioned_once(text: str, typed: int, expected: int) -> None:
    found = [(each.typed, each.expected[0]) for each in stated_numbers.figures_in(text, FIGURES)]
    assert found == [(typed, expected)]


def test_a_figure_that_could_not_be_read_questions_nothing() -> None:
    assert list(stated_numbers.figures_in("办结7件", {"year": "2022"})) == []
