"""Tables of a district: registers and files added up, each cell by unit. Expected figures are added by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.report import official_form
from domain.values import Period
from projections.annual_tables import AnnualTables
from projections.district.tables import (
    CellOfUnit,
    DistrictTables,
    NotCounted,
    RegisterTables,
    add_up,
    by_unit,
)
from projections.district.units import ListedUnit, listed_in
from projections.report.imported import TypedReport
from projections.report.judged import Source
from tests.projections.report.test_judged import COLUMNS, report

FORM = official_form.load("2021")
YEAR = Period.year(2022)


def register(unit: str, number: int, **changes: Any) -> RegisterTables:
    """`number` requests of natural persons, all granted."""
    typed = report(unit, number=number, **changes)
    tables = AnnualTables(
        typed.columns,
        typed.requests_table,
        typed.appeals_table,
        authority=unit,
        authority_code=f"code-{unit}",
        format="2021",
        position=number,
        discrepancies=[],
        year=2022,
    )
    return RegisterTables(f"code-{unit}", unit, tables)


def added(*parts: RegisterTables | Source, listed: tuple[ListedUnit, ...] = (), **how: Any) -> DistrictTables:
    arguments = {"district": "示例区", "period": YEAR, "form": FORM, "units_on": date(2022, 12, 31)} | how
    registers = [each for each in parts if isinstance(each, RegisterTables)]
    sources = [each for each in parts if isinstance(each, Source)]
    return add_up(registers, sources, listed, arguments.pop("parent", None), **arguments)


def test_a_unit_reported_by_its_successor_misses_no_proactive_table() -> None:
    blank: dict[str, list[str | None]] = {"fees": ["1", "0"]}
    old = register("甲中心", 1)._replace(successor="code-乙局", reported_by="code-乙局")
    found = added(old, register("乙局", 2)._replace(proactive_table=blank), register("丙局", 0))
    assert found.proactive_missing == ("丙局",)
    assert [unit.reported_by for unit in found.units if unit.unit == "甲中心"] == ["code-乙局"]


def test_registers_and_files_are_added_cell_by_cell_and_each_cell_opens_by_unit() -> None:
    """3 in the register of 甲局, 4 in the file of 乙局: 7, of which each unit has its own."""
    found = added(register("甲局", 3), Source("乙局.docx", report("乙局", number=4)))
    assert found.requests_table["new"] == [7, 0, 0, 0, 0, 0, 7]
    assert by_unit(found, "granted", "total") == [
        CellOfUnit("甲局", "台账", 3),
        CellOfUnit("乙局", "乙局.docx", 4),
    ]
    assert [each.count for each in by_unit(found, "reconsideration", "total")] == [0, 0]
    assert found.is_whole
    for wrong in (("grants", "total"), ("granted", "totals"), ("reconsideration", "granted")):
        with pytest.raises(KeyError):
            by_unit(found, *wrong)


def test_a_sum_from_elsewhere_is_compared_column_by_column() -> None:
    """8 new natural persons instead of 7, and an enterprise instead of none: both columns are named."""
    parent = report("示例区", number=7)
    parent.requests_table["new"] = [8, -1, 0, 0, 0, 0, 7]
    found = added(register("甲局", 3), Source("乙局.docx", report("乙局", number=4)), parent=parent)
    assert [
        (each.identity, each.row, each.column, each.left, each.right) for each in found.discrepancies
    ] == [
        ("parent", "new", COLUMNS[0], 8, 7),
        ("parent", "new", COLUMNS[1], -1, 0),
    ]


def test_units_counted_by_the_parent_are_not_added_twice() -> None:
    """分局's three are included in 甲局's; it is shown with zeros, and never missing."""
    listed = (ListedUnit("甲局"), ListedUnit("分局", "甲局"), ListedUnit("丙局"))
    twice = added(register("甲局", 5), register("分局", 3), listed=listed)
    assert twice.requests_table["new"][0] == 5
    why = "其数字计入“甲局”，本身应为零，而有6格不为零"  # new, granted and total, each with its sum
    assert twice.not_counted == (NotCounted("分局", "台账", why),)
    assert twice.missing == ("丙局",)
    once = added(register("甲局", 5), register("分局", 0), listed=listed)
    assert [(unit.unit, unit.counted_at) for unit in once.units] == [("分局", "甲局"), ("甲局", None)]
    assert (once.not_counted, once.missing) == ((), ("丙局",))
    assert added(register("甲局", 5), listed=listed).missing == ("丙局",)


def test_a_register_takes_precedence_over_a_file_of_the_same_unit() -> None:
    same = added(register("甲局", 3), Source("甲.docx", report("甲局", number=3)))
    assert (same.requests_table["new"][0], same.not_counted) == (3, ())
    other = added(register("甲局", 3), Source("甲.docx", report("甲局", number=4)))
    assert other.requests_table["new"][0] == 3
    assert other.not_counted == (NotCounted("甲局", "甲.docx", "按该单位的台账计，文件中有6格与台账不同"),)


def test_registers_of_one_name_are_two_units() -> None:
    """They are distinguished by their codes."""
    one, two = register("甲局", 3), register("甲局", 4)._replace(code="other")
    found = added(one, two)
    assert (found.requests_table["new"][0], len(found.units), found.not_counted) == (7, 2, ())


def test_contradicting_files_do_not_count() -> None:
    """Nor does a third one that equals the first."""
    files = [Source(f"{n}.docx", report("甲局", number=number)) for n, number in enumerate((3, 4, 3))]
    found = added(*files, listed=(ListedUnit("甲局"),))
    assert [each.source for each in found.not_counted] == ["0.docx", "1.docx", "2.docx"]
    assert (found.units, found.missing, found.requests_table["new"][0]) == ([], (), None)


@pytest.mark.parametrize(
    ("source", "how", "why"),
    [
        (Source("a.pdf", None, "PDF是扫描件"), {}, "PDF是扫描件"),
        (Source("a.pdf", report("甲局", year=2021)), {}, "不是2022年度的报告"),
        (Source("a.pdf", report("甲局", layouts={"requests": "2019"})), {}, "采用2019年格式，与汇总的2021年格式不同"),
        (
            Source("a.pdf", report("甲局")),
            {"period": Period(date(2022, 1, 1), date(2022, 3, 31))},
            "年度报告的数字只能计入一个年度，不能计入其他期限",
        ),
    ],
)  # fmt: skip
def test_uncounted_units_are_named_with_a_reason(source: Source, how: dict[str, Any], why: str) -> None:
    found = added(register("乙局", 2), source, **how)
    assert [each.why for each in found.not_counted] == [why]
    assert found.requests_table["new"][0] == 2
    assert not found.is_whole


def test_a_register_that_is_not_complete_is_named() -> None:
    found = added(register("甲局", 2), RegisterTables("x", "乙局", None, "台账自2022-06-01起完整"))
    assert found.not_counted == (NotCounted("乙局", "台账", "台账自2022-06-01起完整"),)


def test_a_unit_with_an_inconsistent_table_is_named() -> None:
    broken = report("甲局", number=3)
    broken.requests_table["granted"] = [2, 0, 0, 0, 0, 0, 2]
    found = added(Source("甲.docx", broken))
    assert {each.identity for each in found.units[0].discrepancies} == {"outcomes_sum"}
    assert not found.is_whole


def test_the_list_of_units_determines_where_a_unit_counts() -> None:
    text = "单位,计入\n甲局\n分局,甲局\n\n丙局,\n"
    expected = [ListedUnit("甲局"), ListedUnit("分局", "甲局"), ListedUnit("丙局")]
    assert listed_in(text.encode()) == listed_in(text.encode("gb18030")) == expected
    with pytest.raises(ValueError, match="UTF-8"):
        listed_in(b"\xff\xfe\x00\x01")


def test_a_heading_below_a_blank_line_is_no_unit() -> None:
    assert listed_in("\n单位,计入\n甲局\n".encode()) == [ListedUnit("甲局")]


def with_documents(unit: str, documents: str, number: int = 0) -> TypedReport:
    """A register whose only proactive figure is the number of documents."""
    sent = report(unit, number=number)
    for row, cells in sent.proactive_table.items():
        sent.proactive_table[row] = [None] * len(cells)
    sent.proactive_table["normative_documents"] = [documents, "0", None]
    return sent


def test_files_that_differ_only_in_the_proactive_table_contradict_each_other() -> None:
    """Compared by value: 22 with a remark is 22, and 23 differs."""
    one = Source("0.docx", with_documents("甲局", "22（其中修订16件）", 3))
    same = added(one, Source("1.docx", with_documents("甲局", "22", 3)))
    assert (len(same.units), same.not_counted) == (1, ())
    differ = added(one, Source("1.docx", with_documents("甲局", "23", 3)))
    assert [(each.source, "有1格不同" in each.why) for each in differ.not_counted] == [
        ("0.docx", True), ("1.docx", True),
    ]  # fmt: skip
    assert differ.units == []


def test_units_counted_by_the_parent_are_not_added_twice_in_the_proactive_table() -> None:
    """分局's 7 documents are among the 22 of 甲局, though it had no request."""
    listed = (ListedUnit("甲局"), ListedUnit("分局", "甲局"))
    sources = (
        Source("甲.docx", with_documents("甲局", "22", 3)),
        Source("分.docx", with_documents("分局", "7")),
    )
    found = added(*sources, listed=listed)
    assert found.proactive_table is not None
    assert found.proactive_table["normative_documents"][0] == "22"
    assert [each.why for each in found.not_counted] == ["其数字计入“甲局”，本身应为零，而有1格不为零"]


def test_the_proactive_table_is_added_up_from_reports_that_are_published() -> None:
    """22 with a remark and 3 are 25; a unit with an unpublished report is named; a period other than a year has no such table."""
    rows = {row.code: [None] * len(block.columns) for block in FORM.proactive for row in block.rows}
    one = register("甲局", 3)._replace(
        proactive_table=rows | {"normative_documents": ["22（其中修订16件）", "0", None]}
    )
    sent = report("乙局", number=4)
    sent.proactive_table["normative_documents"] = ["3", "1", None]
    found = added(one, Source("乙局.docx", sent), register("丙局", 1))
    assert found.proactive_table is not None
    assert found.proactive_table["normative_documents"] == ["25", "1", None]
    assert found.proactive_missing == ("丙局",)
    quarter = added(one, period=Period(date(2022, 1, 1), date(2022, 3, 31)))
    assert (quarter.proactive_table, quarter.proactive_missing) == (None, ())


FEES: dict[str, list[str | None]] = {"fees": ["12.5"]}


def test_without_a_report_of_the_register_the_file_s_proactive_table_counts() -> None:
    """Otherwise its figure would be missing silently."""
    file = Source("甲.docx", report("甲局", number=3, proactive_table=FEES))
    found = added(register("甲局", 3), file)
    assert (found.proactive_table or {})["fees"] == ["12.5"]
    (unit,) = found.units
    assert (unit.source, unit.proactive_source) == ("台账", "甲.docx")
    assert (found.proactive_missing, found.not_counted) == ((), ())
    assert added(register("甲局", 3), file, file).not_counted == ()
    published = register("甲局", 3)._replace(proactive_table={"fees": ["13"]})
    why = NotCounted("甲局", "甲.docx", "按该单位的台账计，文件中有1格与台账不同")
    assert added(published, file).not_counted == (why,)


def test_differing_files_beside_a_register_do_not_count() -> None:
    """Nor does a third one that equals the first."""
    other = report("甲局", number=3, proactive_table={"fees": ["13"]})
    one = report("甲局", number=3, proactive_table=FEES)
    found = added(
        register("甲局", 3), *(Source(f"{n}.docx", each) for n, each in enumerate((one, other, one)))
    )
    assert (found.proactive_table or {})["fees"] == [None]
    assert [(each.source, each.why) for each in found.not_counted] == [
        ("0.docx", "与“1.docx”同为一个单位而主动公开情况有1格不同，两个都没有计入"),
        ("1.docx", "与“0.docx”同为一个单位而主动公开情况有1格不同，两个都没有计入"),
        ("2.docx", "该单位其他文件的主动公开情况不同，都没有计入"),
    ]
    assert found.proactive_missing == ("甲局",)


def test_a_file_of_a_unit_reported_by_another_adds_no_proactive_table() -> None:
    """The successor's report includes it."""
    old = register("甲中心", 1)._replace(successor="code-乙局", reported_by="code-乙局")
    new = register("乙局", 2)._replace(proactive_table={"fees": ["20"]})
    found = added(old, new, Source("甲.docx", report("甲中心", number=1, proactive_table=FEES)))
    assert (found.proactive_table or {})["fees"] == ["20"]
    why = "主动公开情况由承接机关的报告反映，文件中的没有计入"
    assert found.not_counted == (NotCounted("甲中心", "甲.docx", why),)


def test_a_file_with_the_name_of_two_registers_belongs_to_neither() -> None:
    one, two = register("甲局", 3), register("甲局", 4)._replace(code="other")
    found = added(one, two, Source("甲.docx", report("甲局", number=3)))
    why = "有2个单位的台账同名，不能确定是哪一个的"
    assert found.not_counted == (NotCounted("甲局", "甲.docx", why),)
