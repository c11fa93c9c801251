"""Titles and sections in pages and documents."""

from __future__ import annotations

import pytest

from projections.report.recognition import texts
from projections.report.recognition.laid import Laid

REST = ("一、总体情况", "收到申请3件。")


@pytest.mark.parametrize(
    "lines",
    [
        ("沭阳县水务局2022年", "政府信息公开工作年度报告"),
        ("沭阳县水务局", "2022年政府信息公开工作年度报告"),
        ("沭阳县水务局", "2022年度政府信息公开工作", "年度报告"),
        ("信息公开年报", "2019年政府信息公开工作年度报告", "沭阳县水务局2022年政府信息公开工作年度报告", "发布日期：2023-01-12"),
        ("2022年沭阳县水务局政府信息公开工作年度报告",),
        ("沭阳县水务局政府信息公开工作年度报告（2022年度）",),
        ("二〇二二年沭阳县水务局政府信息公开年度报告",),
        ("沭阳县水务局2022政府信息公开工作年度报告",),
        ("沭阳县水务局关于2022年度政府信息公开工作的报告",),
        ("沭阳县水务局2022年度政府信息公开年报",),
        ("沭阳县水务局政府信息公开工作2022年度报告",),
        ("【年报】沭阳县水务局2022年政府信息公开工作年度报告",),
        ("关于沭阳县水务局2022年政府信息公开工作年度报告的公示",),
        ("沭阳县水务局2022年政府信息公开工作年度报告", "根据2021年政府信息公开工作年度报告格式的要求，编制本报告。"),
    ],
)  # fmt: skip
def test_year_and_unit_come_from_the_article(lines: tuple[str, ...]) -> None:
    assert texts.title(Laid((*lines, *REST))) == (2022, "沭阳县水务局")


def test_a_government_keeps_its_name_before_the_words_of_the_title() -> None:
    lines = ("沭阳县人民政府信息公开工作2022年度报告", *REST)
    assert texts.title(Laid(lines)) == (2022, "沭阳县人民政府")


def test_the_file_name_is_used_if_there_is_no_title() -> None:
    assert texts.title(Laid(REST), "沭阳县水务局2022年政府信息公开工作年度报告.docx") == (
        2022,
        "沭阳县水务局",
    )
    assert texts.title(Laid(REST), "年报.docx") == (None, None)


@pytest.mark.parametrize(
    "headings",
    [
        (
            "一、总体情况",
            "二、主动公开政府信息情况",
            "五、存在的主要问题及改进情况",
            "六、其他需要报告的事项",
        ),
        ("一 总体情况", "二 主动公开政府信息情况", "五 存在的主要问题及改进情况", "六 其他需要报告的事项"),
        (
            "一、总 体 情 况",
            "二、主动公开政府信息 情况",
            "五、存在的　主要问题及改进情况",
            "六、其 他 需 要 报 告 的 事 项",
        ),
        ("总体情况", "主动公开政府信息情况", "存在的主要问题及改进情况", "其他需要报告的事项"),
        (
            "（一）总体情况",
            "（二）主动公开政府信息情况",
            "（五）存在的主要问题及改进情况",
            "（六）其他需要报告的事项",
        ),
        ("1.总体情况", "2.主动公开政府信息情况", "5.存在的主要问题及改进情况", "6.其他需要报告的事项"),
        (
            "第一部分 总体情况",
            "第二部分 主动公开政府信息情况",
            "第五部分 存在的主要问题及改进情况",
            "第六部分 其他需要报告的事项",
        ),
    ],
)
def test_sections_are_found_with_any_numbering(headings: tuple[str, ...]) -> None:
    first, second, fifth, sixth = headings
    lines = (
        first,
        "（一）主动公开。",
        second,
        fifth,
        "一是公开不够。",
        "二是申请答复不规范。",
        sixth,
        "无。",
    )
    found = texts.sections(Laid(lines))
    assert [(each.heading[0], each.paragraphs) for each in found] == [
        ("一", ("（一）主动公开。",)), ("二", ()), ("五", ("一是公开不够。", "二是申请答复不规范。")), ("六", ("无。",)),
    ]  # fmt: skip


def test_a_table_of_contents_is_no_section_and_a_heading_may_be_followed_by_text() -> None:
    lines = (
        "一、总体情况",
        "六、其他需要报告的事项",
        "一、总体情况：全年收到申请3件，均已办结。",
        "六、其他需要报告的事项",
        "无。",
    )
    assert [(each.heading, each.paragraphs) for each in texts.sections(Laid(lines))] == [
        ("一、总体情况", ("全年收到申请3件，均已办结。",)), ("六、其他需要报告的事项", ("无。",)),
    ]  # fmt: skip
