"""The statutory forms: labels to the letter, every outcome in one row, the form of a period.

`table_schema.json` is a copy of the labels collected from the notices and published reports. It names 三、 only
on the first of its rows, and writes （三）不予公开 and the like on each.
"""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from domain.law import outcomes
from domain.report import official_form
from domain.report.official_form import FormatFault, ReportFormat
from domain.values import Period

SCHEMA = json.loads(Path(__file__).with_name("table_schema.json").read_text("utf-8"))
RESULTS = "三、本年度办理结果"
FORMS = official_form.NAMES


@pytest.fixture(params=FORMS)
def form(request: pytest.FixtureRequest) -> ReportFormat:
    return official_form.load(request.param)


def lines(rows: tuple[official_form.FormLine, ...]) -> list[list[str]]:
    return [[line.code, line.label] for line in rows]


def test_the_labels_are_those_of_the_notice(form: ReportFormat) -> None:
    """国办公开办函〔2019〕60号 and 〔2021〕30号: headings, corner, header, columns, rows in order, blocks."""
    schema, appeals = SCHEMA["requests_table"], SCHEMA["appeals_table"]
    assert list(form.headings) == SCHEMA["headings"]
    assert (form.requests.corner, form.requests.header) == (schema["corner"], schema["header"])
    assert lines(form.requests.columns) == schema["columns"]
    assert [(row.code, row.levels) for row in form.requests.rows] == [
        (code, tuple(label.split("/")) if label[0] in "一二四三" else (RESULTS, *label.split("/")))
        for code, label in schema[f"rows_{form.name}"]
    ]
    assert (lines(form.appeals.routes), lines(form.appeals.columns)) == (
        appeals["groups"],
        appeals["columns"],
    )
    blocks = [
        {"block": each.block, "columns": list(each.columns), "rows": lines(each.rows)}
        for each in form.proactive
    ]
    assert blocks == SCHEMA["proactive_table"][form.name]


@pytest.mark.parametrize(("name", "rows", "results"), [("2019", 23, 20), ("2021", 25, 22)])
def test_the_form_has_its_number_of_rows(name: str, rows: int, results: int) -> None:
    """notes/law.md section 2: 23 rows, 20 of them under 三; 25 and 22 since 2021; seven columns of numbers."""
    form = official_form.load(name)
    assert (len(form.requests.rows), len(form.requests.columns)) == (rows, 7)
    assert sum(row.levels[0] == RESULTS for row in form.requests.rows) == results
    assert len(form.outcome_rows) == results - 1  # without （七）总计


def test_every_outcome_falls_in_exactly_one_row(form: ReportFormat) -> None:
    """A row has every code that begins with its own, up to a dot; a code without a row is never counted silently."""
    for code in outcomes.OUTCOMES:
        assert [row for row in form.outcome_rows if f"{code}.".startswith(f"{row}.")] == [form.row_of(code)]
    with pytest.raises(FormatFault, match="postponed"):
        form.row_of("postponed")


@pytest.mark.parametrize(
    ("code", "in_2019", "in_2021"),
    [
        ("granted.already_public", "granted", "granted"),
        ("granted_in_part", "granted_in_part", "granted_in_part"),  # not of the row `granted`
        ("unable.not_held.nonexistent", "unable.not_held", "unable.not_held"),  # Art. 36(4)
        ("unable.not_held.not_ours", "unable.not_held", "unable.not_held"),  # Art. 36(5)
        ("other.supplement_lapsed", "other", "other.supplement_lapsed"),
        ("other.fee_unpaid", "other", "other.fee_unpaid"),
        ("other.unspecified.withdrawn", "other", "other.unspecified"),  # 宿迁: 含申请人主动撤回
    ],
)
def test_an_outcome_counts_in_its_row(code: str, in_2019: str, in_2021: str) -> None:
    """notes/law.md section 1, answers and rows; （六）其他处理 is one row of 2019, three of 2021."""
    assert [official_form.load(name).row_of(code) for name in FORMS] == [in_2019, in_2021]


PART = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
ROW = f'    {{ code = "granted_in_part", label = "{RESULTS}/{PART}" }},\n'


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ("", "granted_in_part.*无"),
        (ROW + ROW, "granted_in_part.*granted_in_part、granted_in_part"),
        (
            ROW + '    { code = "granted.provided", label = "x" },\n',
            "granted.provided.*granted、granted.provided",
        ),
    ],
    ids=["in_none", "twice", "in_two"],
)
def test_a_form_with_a_code_in_two_rows_or_none_is_refused(name: str, planted: str, fault: str) -> None:
    """The loader proves that each code falls in exactly one row."""
    text = files("domain.report").joinpath("forms", f"{name}.toml").read_text("utf-8")
    assert text.count(ROW) == 1
    assert official_form.parse(text).name == name
    with pytest.raises(FormatFault, match=fault):
        official_form.parse(text.replace(ROW, planted))


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("2019-01-01", "2019-12-31", "2019"),
        ("2020-01-01", "2020-12-31", "2019"),
        ("2021-01-01", "2021-12-31", "2021"),
        ("2020-12-31", "2021-01-01", "2021"),
        ("2026-01-01", "2026-11-30", "2021"),  # no newer form was found
        ("2017-01-01", "2017-12-31", "2019"),
    ],
)
def test_the_form_of_a_period_is_that_of_its_last_year(first: str, last: str, name: str) -> None:
    """60号 for the reports of 2019 and 2020, 30号 from that of 2021 on."""
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert official_form.in_force(period).name == name


RESULT_OF = {
    "upheld": "upheld claim_dismissed",
    "corrected": "revoked revoked_in_part varied unlawful invalid ordered_to_perform disclosure_prohibited corrected",
    "other": "inadmissible dismissed withdrawn terminated mediated transferred other",
}


def test_every_disposition_counts_in_the_column_of_the_contract() -> None:
    """Contract, "Values": the fifteen dispositions and their results, and for old records the results themselves; pending is the fourth."""
    expected = {code: result for result, codes in RESULT_OF.items() for code in codes.split()}
    assert {d.code: d.result for d in outcomes.DISPOSITIONS.values()} == expected
    assert (*RESULT_OF, "pending") == outcomes.RESULTS
