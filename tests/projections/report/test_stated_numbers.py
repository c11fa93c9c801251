"""Numbers in sentences of real reports. The figures are round, so that the meaning of each word is clear."""

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
        "新收和上年结转共计1098件", "2022年政府信息公开申请共1095件", "政府信息公开申请总数1098件", "未收到法人提出的政府信息公开申请", "2021年未收到政府信息公开申请",
        "未收到政府信息公开申请方面的投诉", "无行政复议、行政诉讼败诉案件", "无未经复议直接起诉案件", "未收到申请", "截至上半年未收到政府信息公开申请",
        "未发生行政复议、行政诉讼被纠错案件", "未发生行政复议维持以外的情况", "未收到申请公开的建议", "未发生因信息公开引发的投诉", "2021年未发生行政复议",
        "结转下一年8件", "上年结转3件", "复议、诉讼共5件", "收到申请约1100件", "收到申请近1100件", "办结超过1000件",
    ],
)  # fmt: skip
def test_a_right_number_or_one_of_something_else_is_not_reported(text: str) -> None:
    assert list(stated_numbers.figures_in(text, FIGURES)) == []


@pytest.mark.parametrize(
    ("text", "typed", "expected"),
    [
        ("部分予以公开51件", 51, 50), ("予以公开或部分公开59件", 59, 1016), ("依法不予公开21件", 21, 20),
        ("按时答复1090件，予以公开965件", 965, 966), ("行政复议案件5件", 5, 4), ("复议后起诉2件", 2, 1), ("提起行政诉讼2件", 2, 1),
        ("上一年度收到申请900件，本年度收到申请1096件", 1096, 1095), ("收到申请九百九十九件", 999, 1095),
        ("2021年收到900件，2022年收到1,096件", 1096, 1095), ("结转下一年13件", 13, 8), ("上年结转4件", 4, 3),
        ("新收及上年结转1097件", 1097, 1098), ("2022年，政府信息公开申请共999件", 999, 1095), ("本年度政府信息公开申请数量999件", 999, 1095),
        ("2022年，本机关未收到政府信息公开申请", 0, 1095), ("2021年收到申请3件，2022年未收到依申请公开申请", 0, 1095), ("我局无政府信息公开申请", 0, 1095), ("我所无政府信息公开申请", 0, 1095),
        ("全年没有收到公民、法人或者其他组织提出的信息公开申请", 0, 1095), ("没有因政府信息公开引起的行政复议", 0, 4), ("无行政诉讼案件", 0, 1),
        ("我局未发生因政府信息公开工作引发的行政复议", 0, 4), ("未产生行政诉讼情况", 0, 1), ("未收到行政复议申请", 0, 4),
        ("2022年我局未收到申请公开事项", 0, 1095), ("全年未收到依申请公开件", 0, 1095),
    ],
)  # fmt: skip
def test_a_number_that_no_figure_has_is_reported_once(text: str, typed: int, expected: int) -> None:
    found = [(each.typed, each.expected[0]) for each in stated_numbers.figures_in(text, FIGURES)]
    assert found == [(typed, expected)]


@pytest.mark.parametrize(
    "text",
    [
        "收到申请数由900件上升到1095件", "收到申请10 95件", "收到行政复议申请4件，已审结3件", "收到建议5条，答复5条",
        "收到人大建议12件、政协提案9件，全部按时答复", "办结人大代表建议12件", "受理群众信访件35件，办结35件",
        "全年受理行政许可申请2300件，办结2280件", "收到“互动交流”留言120条，办结120条", "12345热线受理诉求5000件，办结4998件",
        "各级行政机关共收到政府信息公开申请5000件", "自条例施行以来收到申请6000件", "截至2022年底，累计收到申请6000件",
        "其中延期答复3件", "月均收到申请8件", "一季度收到申请20件，下半年收到申请50件", "1至6月收到申请50件", "政务服务热线受理500件，办结500件",
        "水务局下属的河道管理处收到申请15件", "与市教育局联合受理2件", "7个工作日内答复的20件", "收到有效申请99件",
        "2021年结转至2022年3件", "区政府办公室收到申请30件，教育局收到申请20件，办结18件", "其中，市政府办公室受理申请33件",
    ],
)  # fmt: skip
def test_requests_of_others_and_other_things_are_not_reported(text: str) -> None:
    assert list(stated_numbers.figures_in(text, FIGURES, "示例市住房和城乡建设局")) == []


@pytest.mark.parametrize(
    "text",
    [
        "市住建局全年共收到申请999件", "我局收到政府信息公开申请999件", "示例市住房和城乡建设局2022年受理申请999件", "受理999件",
        "收到公民提出的政府信息公开申请999件", "办结信访件35件。收到申请999件", "办理信访35件，收到信息公开申请999件",
    ],
)  # fmt: skip
def test_requests_of_the_unit_are_checked_by_any_of_its_names(text: str) -> None:
    found = [each.typed for each in stated_numbers.figures_in(text, FIGURES, "示例市住房和城乡建设局")]
    assert found == [999]


@pytest.mark.parametrize(
    "text",
    [
        "本年度无行政复议、行政诉讼。", "2022年度，我办收到政府信息公开申请1095件，已按程序办理，未发生行政复议、行政诉讼案件或出现申诉情况。",
        "全年没有发生过因政府信息公开而引起的行政复议、提起行政诉讼案件。",
    ],
)  # fmt: skip
def test_reconsiderations_and_suits_denied_together_are_each_reported(text: str) -> None:
    found = stated_numbers.figures_in(text, FIGURES)
    assert [(each.words, each.typed, each.expected) for each in found] == [
        ("行政复议总计", 0, (4,)),
        ("行政诉讼总计", 0, (1,)),
    ]


LAST = FIGURES | {"year": "2021", "requests.new.total": "900", "requests.carried_in.total": "0", "requests.total.total": "897"}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("收到申请1095件，比上年增长21.7%", None), ("收到申请1,095件，同比增长21.66%", None), ("收到申请1095件，较2021年增加195件", None),
        ("收到申请1098件（同比增长22%）", None), ("收到申请1095件，较2020年增加19%", None), ("其中网上申请20件，同比增长2%", None),
        ("收到申请1095件，同比增长约25%", None), ("收到申请1096件，同比增长25%", None), ("复议后起诉1件，同比下降50%", "下降50%"),
        ("收到申请1095件，同比增长25%", "增长25%"), ("收到申请1095件，比上年减少195件", "减少195件"), ("按时办结1090件，与去年相比，上升2.1%", "上升2.1%"),
    ],
)  # fmt: skip
def test_a_stated_change_is_compared_with_both_years(text: str, change: str | None) -> None:
    """1095 of 900 are 21.67 % more, 1090 of 897 21.5 %. A count that is not this year's figure, or is approximate, is not checked."""
    assert [each.change for each in stated_numbers.changes_in(text, FIGURES, LAST)] == (
        [change] if change else []
    )


@pytest.mark.parametrize(
    ("text", "is_true"),
    [("收到申请900件，比上年减少195件", True), ("收到申请900件，同比下降17.8%", True), ("收到申请900件，同比下降21.7%", False)],
)  # fmt: skip
def test_a_stated_decrease_is_a_share_of_last_year_s(text: str, is_true: bool) -> None:
    """195 of 1095 are 17.81 %."""
    this, last = LAST | {"year": "2023"}, FIGURES
    assert (list(stated_numbers.changes_in(text, this, last)) == []) == is_true


def test_an_unread_figure_is_not_checked() -> None:
    assert list(stated_numbers.figures_in("办结7件", {"year": "2022"})) == []
