"""Corrected cases by example, and their analysis."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import Any
from zipfile import ZipFile

import pytest

from adapters.render import docx
from domain.entry import Event
from domain.values import Period
from projections.district.corrections import CorrectedCase, analysis, cases_of, corrections
from projections.report.document import AnnualDocument
from tests.builders import answered, appeal_decided, appealed, correction_analysed, given, received

Y2020, Y2021 = Period.year(2020), Period.year(2021)


def appeal(name: str = "复议1", on: str = "2020-05-06", **fields: Any) -> Event:
    return appealed(on, name, **fields)


def cases(*histories: list[Event], period: Period = Y2020, unit: str = "甲局") -> list[CorrectedCase]:
    requests = [given(*each, reference=f"2020-{n:04d}").request for n, each in enumerate(histories, 1)]
    return cases_of(requests, period, code="jia", unit=unit)


CORRECTED = [
    received("2020-03-02"),
    answered("2020-03-20", "refused.deliberative", legal_basis="第十六条第二款"),
    appeal(),
    appeal_decided("2020-07-01", "revoked", "复议1"),
]


def test_a_case_has_the_answer_that_was_corrected_and_its_causes() -> None:
    """Not the second answer, given after the decision."""
    analysed = correction_analysed("2020-07-10", "law", "reasoning", appeal="复议1")
    (case,) = cases([*CORRECTED, analysed])
    assert (case.reference, case.disposition, case.decided_on, case.outcome, case.article, case.causes) == (
        "2020-0001",
        "revoked",
        date(2020, 7, 1),
        "refused.deliberative",
        "第十六条第二款",
        ("law", "reasoning"),
    )


@pytest.mark.parametrize(
    ("disposition", "effective_on", "years"),
    [
        ("upheld", "2020-07-01", []),
        ("withdrawn", "2020-07-01", []),
        ("revoked", None, []),
        ("revoked", "2020-07-01", [2020]),
        ("unlawful", "2021-01-04", [2021]),
    ],
)
def test_a_case_belongs_to_the_year_that_counts_its_result(
    disposition: str, effective_on: str | None, years: list[int]
) -> None:
    decided = appeal_decided("2020-07-01", disposition, "复议1", effective_on)
    history = [*CORRECTED[:-1], decided]
    assert [year for year in (2020, 2021, 2022) if cases(history, period=Period.year(year))] == years


def test_an_appeal_against_silence_has_no_answer() -> None:
    """Although a late one was given before the appeal was decided."""
    (case,) = cases(
        [received("2020-03-02"), answered("2020-05-05"), appeal(ground="no_answer"), CORRECTED[-1]]
    )
    assert (case.outcome, case.article) == (None, None)


def test_cases_are_counted_by_each_of_their_causes() -> None:
    """Two units; a case with two causes counts under both, a case without an analysis is named."""
    analysed = correction_analysed("2020-07-10", "law", "facts", appeal="复议1")
    one, two = cases([*CORRECTED, analysed]), cases(CORRECTED, unit="乙局")
    found = corrections([*one, *two], 40, Y2020)
    assert found.by_cause == {"事实认定": 1, "法律适用": 1}
    assert found.by_article == {"第十六条第二款": 2}
    assert (found.by_unit, found.by_year, found.rate) == ({"乙局": 1, "甲局": 1}, {"2020": 2}, 0.05)
    assert [each.unit for each in found.unanalysed] == ["乙局"]
    assert corrections(one, 29, Y2020).rate is None


def test_the_analysis_is_a_document_with_every_case() -> None:
    found = corrections([*cases(CORRECTED), *cases(CORRECTED, unit="乙局")], 40, Y2020)
    document = analysis(found, district="示例区", period=Y2020)
    for grid in document.grids():
        grid.check()
    text = docx_text(document)
    for words in (
        "示例区2020年度行政复议、行政诉讼纠错案件分析",
        "审结40件，其中结果纠正2件，占5.0%",
        "尚未登记2件",
        "第十六条第二款",
        "乙局",
        "2020-0001",
    ):
        assert words in text, words
    assert "无。" in docx_text(analysis(corrections([], 0, Y2021), district="示例区", period=Y2021))


def docx_text(document: AnnualDocument) -> str:
    """The text of the file."""
    with ZipFile(io.BytesIO(docx.render(document))) as archive:
        return re.sub(r"<[^>]+>", "", archive.read("word/document.xml").decode())
