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
        "结转下一年8件", "上年结转3件", "复议、诉讼共5件", "收到申请约1100件", "收到申请近1100件", "办结超过1000件",
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
def test_what_others_received_and_what_is_no_request_is_not_questioned(text: str) -> None:
    assert list(stated_numbers.figures_in(text, FIGURES, "示例市住房和城乡建设局")) == []


@pytest.mark.parametrize(
    "text",
    [
        "市住建局全年共收到申请999件", "我局收到政府信息公开申请999件", "示例市住房和城乡建设局2022年受理申请999件", "受理999件",
        "收到公民提出的政府信息公开申请999件", "办结信访件35件。收到申请999件", "办理信访35件，收到信息公开申请999件",
    ],
)  # fmt: skip
def test_what_the_unit_itself_received_is_questioned_however_it_is_named(text: str) -> None:
    found = [each.typed for each in stated_numbers.figures_in(text, FIGURES, "示例市住房和城乡建设局")]
    assert found == [999]


def test_a_figure_that_could_not_be_read_questions_nothing() -> None:
    assert list(stated_numbers.figures_in("办结7件", {"year": "2022"})) == []
