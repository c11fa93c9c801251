"""Checking and adding up many reports. The figures are small enough to add in the head."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from domain.report import official_form
from projections.report import consolidated, copied, judged
from projections.report.content import content_of
from projections.report.imported import TypedReport, TypedSection
from projections.report.judged import Source, Waiver

FORM = official_form.load("2021")
COLUMNS = [column.code for column in FORM.requests.columns]
WORDS = "一是部分科室对政府信息公开工作重视不够，公开的主动性和时效性有待提高；二是业务人员更换频繁，培训没有跟上，答复文书质量参差不齐。"  # fmt: skip


def report(unit: str, year: int = 2022, number: int = 1, **changes: Any) -> TypedReport:
    """A report with `number` requests of natural persons, all granted, in tables that tie."""
    row = [number, 0, 0, 0, 0, 0, number]
    table = {line.code: [0] * 7 for line in FORM.requests.rows} | {"new": row, "granted": row, "total": row}
    made = TypedReport(
        columns=COLUMNS,
        requests_table=table,
        appeals_table={route.code: dict.fromkeys(("upheld", "corrected", "other", "pending", "total"), 0) for route in FORM.appeals.routes},
        proactive_table={line.code: ["1.5"] * len(block.columns) for block in FORM.proactive for line in block.rows},
        layouts={"requests": "2021", "proactive": "2021"},
        format="2021",
        authority=unit,
        year=year,
    )  # fmt: skip
    return replace(made, **changes)


def sources(*reports: TypedReport) -> list[Source]:
    return [Source(f"{number}.docx", each) for number, each in enumerate(reports)]


def test_last_year_s_report_is_found_by_its_unit_and_year() -> None:
    """甲局 carried two out and carries none in; 乙局 has no report of the year before."""
    before = report("示例市 甲局", 2021)
    before.requests_table["carried_out"] = [2, 0, 0, 0, 0, 0, 2]
    other = report("示例市丙局", 2021)
    batch = judged.judge(sources(report("示例市甲局"), report("示例市乙局")), sources(other, before))
    assert [each.previous for each in batch.reports] == ["1.docx", None]
    assert [(each.check, each.column) for each in batch.reports[0].findings] == [
        ("carry", "natural_person"),
        ("carry", "total"),
    ]
    assert batch.reports[1].is_clean


@pytest.mark.parametrize(
    ("unit", "year", "why"),
    [("示例市甲局", 2021, None), ("示例市乙局", 2021, "乙局"), ("示例市甲局", 2020, "2020年度"), ("示例市甲局", 2022, "2022年度")],
)  # fmt: skip
def test_another_unit_s_or_year_s_report_is_not_last_year_s(unit: str, year: int, why: str | None) -> None:
    message = judged.other_unit(report("示例市甲局"), report(unit, year))
    assert (message is None) if why is None else (message is not None and why in message)


def test_a_list_of_units_shows_missing_and_unlisted_units() -> None:
    names = judged.units_in("单位,联系人\n示例市甲局,张\n,王\n示例市丁局,李\n".encode("gb18030"))
    batch = judged.judge(
        sources(report("示例市甲局"), report("示例市甲局"), report("示例市乙局")), units=names
    )
    assert (batch.missing, batch.unlisted, batch.twice) == (
        ("示例市丁局",), ("2.docx",), (("0.docx", "1.docx"),),
    )  # fmt: skip
    assert not batch.is_clean
    faulty = report("示例市乙局", requests_table=report("").requests_table | {"new": [2, 0, 0, 0, 0, 0, 2]})
    assert not judged.judge(sources(report("示例市甲局"), faulty)).is_clean
    assert judged.judge(sources(report("示例市甲局"), report("示例市乙局"))).is_clean


def test_a_warning_is_waived_by_name_for_one_unit_with_a_reason() -> None:
    """By the Chinese name of its check or its own name; errors are not waived."""
    blank = {line.code: [0, None, 0, 0, 0, 0, 0] for line in FORM.requests.rows}
    one, other = report("示例市甲局", requests_table=blank), report("示例市乙局", requests_table=blank)
    waivers = judged.waivers_in("单位,名称,理由\n示例市甲局,空白,本局不受理企业申请\n".encode())
    batch = judged.judge(sources(one, other), waivers=waivers)
    assert [each.waived for each in batch.reports[0].findings] == ["本局不受理企业申请"]
    assert [each.waived for each in batch.reports[1].findings] == [None]
    assert judged.judge(
        sources(other), waivers=[Waiver("", "blank:*:commercial_enterprise", "惯例")]
    ).is_clean


def test_findings_are_listed_with_the_labels_of_their_own_table() -> None:
    """`other` and `total` are codes of two tables; the sum of a group has the label above it."""
    made = report(
        "示例市甲局", sections=(TypedSection("一、总体情况", ("不予公开9件，行政诉讼8件。",)), TypedSection("二、主动公开情况", ("无",)))
    )  # fmt: skip
    made.requests_table["refused.state_secret"] = [3, 0, 0, 0, 0, 0, 0]
    made.appeals_table["reconsideration"] |= {"other": None, "total": 5}  # type: ignore[dict-item]
    (judged_,) = judged.judge(sources(made)).reports
    found = {tuple(map(str, line[5:9])) for line in judged.lines(judged_)}
    assert {
        ("申请人合计不符", "申请表", "1.属于国家秘密", ""),
        ("空白", "复议诉讼表", "行政复议", "其他结果"),
        ("文字与表格不符", "申请表", "（三）不予公开", "总计"),
        ("文字与表格不符", "复议诉讼表", "行政诉讼", "总计"),
    } <= found, found


@pytest.mark.parametrize(
    ("line", "why"),
    [("甲局,收支不平,惯例", "不能说明"), ("甲局,空白,", "三栏"), ("甲局,不存在,惯例", "不能说明")],
)
def test_an_incomplete_waiver_is_refused(line: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        judged.waivers_in(f"单位,名称,理由\n{line}\n".encode())


def test_a_list_from_an_old_program_or_of_no_cells_is_read_or_refused_in_words() -> None:
    """Lines may end with CR only; a cell too large for CSV is refused with its line number."""
    assert judged.units_in("单位\r示例市甲局\r示例市乙局\r".encode()) == ["示例市甲局", "示例市乙局"]
    for read in (judged.units_in, judged.waivers_in):
        with pytest.raises(ValueError, match="第1行不能分栏"):
            read(b"x" * 200_000)


def test_copied_paragraphs_are_found_with_both_places() -> None:
    """Numbers and the unit's own name may differ; a single shared sentence is not a copy."""
    one = report(
        "示例市甲局",
        sections=(
            TypedSection("五、存在的主要问题及改进情况", ("引言。", f"示例市甲局2022年办理3件。{WORDS}")),
        ),
    )
    other = report(
        "示例市乙局",
        sections=(TypedSection("五、存在的主要问题及改进情况", (f"示例市乙局2022年办理12件。{WORDS}",)),),
    )
    third = report("示例市丙局", sections=(TypedSection("五、存在的主要问题及改进情况", ("本局网站改版以后，公开栏目的链接有失效的情况，已经组织专人逐条核查并在十二月底以前全部改正完毕。",)),))  # fmt: skip
    batch = judged.judge(sources(one, other, third))
    assert [(each.one.authority, each.one.paragraph, each.other.authority, each.other.paragraph) for each in batch.copies] == [
        ("示例市甲局", 2, "示例市乙局", 1)
    ]  # fmt: skip
    found = [
        [each.check for each in judged_.findings if each.check == "copied_text"] for judged_ in batch.reports
    ]
    assert found == [["copied_text"], ["copied_text"], []]


def test_a_copy_inside_a_longer_paragraph_is_one() -> None:
    """The share is that of the shorter."""
    own = (
        "本局网站改版以后，公开栏目的链接有失效的情况，已经组织专人逐条核查并在十二月底以前全部改正完毕。" * 2
    )
    short, long = (
        report(unit, sections=(TypedSection("五、问题", (text,)),))
        for unit, text in (("示例市甲局", WORDS), ("示例市乙局", WORDS + own))
    )
    (found,) = copied.find([("a.docx", content_of(short)), ("b.docx", content_of(long))])
    assert found.share == 100


def test_two_files_of_one_report_are_no_copies() -> None:
    made = report("示例市甲局", sections=(TypedSection("五、问题", (WORDS,)),))
    content = content_of(made)
    assert list(copied.find([("a.docx", content), ("a.pdf", content)])) == []
    assert (
        len(
            list(
                copied.find(
                    [("b.docx", content_of(replace(made, authority="示例市乙局")))], [("a.docx", content)]
                )
            )
        )
        == 1
    )


def test_units_are_added_up_cell_by_cell() -> None:
    """3 and 4 requests are 7; 1.5 and 1.5 are 3.0; missing units are listed."""
    found = consolidated.consolidate(
        sources(report("甲局", number=3), report("乙局", number=4)),
        name="示例区",
        units=("甲局", "乙局", "丙局"),
    )
    assert found is not None
    assert found.requests_table["new"] == [7, 0, 0, 0, 0, 0, 7]
    assert found.proactive_table["fees"] == ["3.0"]
    assert (found.authority, found.year, found.consolidated_from, found.missing) == (
        "示例区",
        2022,
        ["乙局", "甲局"],
        ["丙局"],
    )
    assert not found.is_whole


def test_a_blank_cell_adds_nothing_and_stays_blank_where_all_are() -> None:
    rows = [report("").requests_table | {"new": [number, None, 0, 0, 0, 0, 3]} for number in (3, None)]
    found = consolidated.consolidate(
        sources(*(report(unit, requests_table=table) for unit, table in zip(("甲局", "乙局"), rows, strict=True))), name="示例区"
    )  # fmt: skip
    assert found is not None
    assert found.requests_table["new"] == [3, None, 0, 0, 0, 0, 6]


def test_reports_that_cannot_be_counted_are_in_no_sum() -> None:
    """Unread cells, another year, several files with different figures, no file: each with its reason."""
    unread = report("丁局", unread=("申请表的“x”行不属于年报格式",))
    rules = {row: ["9"] * len(cells) for row, cells in report("戊局").proactive_table.items()}
    found = consolidated.consolidate(
        [
            *sources(report("甲局", number=3), report("乙局", 2021), report("丙局"), report("丙局", number=2), unread, report("丙局", number=2), report("戊局"), report("戊局", proactive_table=rules)),
            Source("坏.pdf", None, "PDF是扫描件"),
        ],
        name="示例区",
    )  # fmt: skip
    assert found is not None
    assert (found.requests_table["new"][0], found.consolidated_from) == (3, ["甲局"])
    assert set(found.not_counted) == {*(f"{number}.docx" for number in range(1, 8)), "坏.pdf"}
    assert found.not_counted["2.docx"] == "与“3.docx”、“5.docx”同为“丙局”的报告而数字不同，几个都没有计入"
    assert found.not_counted["6.docx"] == "与“7.docx”同为“戊局”的报告而数字不同，两个都没有计入"


def test_reports_in_another_form_are_summed_separately() -> None:
    """The rows of 2019 are not those of 2021."""
    rows = {row.code: [0] * 7 for row in official_form.load("2019").requests.rows}
    old = report("乙局", requests_table=rows, layouts={"requests": "2019"})
    found = consolidated.consolidate(sources(report("甲局"), old), name="示例区", year=2022)
    assert found is not None
    assert (found.format, found.consolidated_from) == ("2021", ["甲局"])
    assert [(part.format, part.consolidated_from) for part in found.other_forms] == [("2019", ["乙局"])]


def test_without_countable_reports_there_is_no_sum() -> None:
    assert consolidated.consolidate([Source("a.pdf", None, "PDF是扫描件")], name="x") is None
