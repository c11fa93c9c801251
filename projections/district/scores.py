"""Scores of an assessment from files: a filled-in list, and findings in the reports that units sent."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from domain.authority.assessment import Assessment, is_value, values_of
from domain.authority.assessment_events import MEASURES, Indicator, Measure, ScoreEntered
from projections.report.judged import Batch, lines_in, same_unit

HEADINGS = ("单位", "指标", "值", "依据", "事由")
_LONGEST = 200


class Line(NamedTuple):
    """As filled in. value: a number of events, 是 or 否, or a grade. measure: by its words, of an indicator with several."""

    unit: str
    indicator: str
    value: str
    evidence: str
    measure: str = ""


class EnteredFault(ValueError):
    """A line that was entered and fits nothing; the text, in Chinese, says which."""


def lines_of(data: bytes) -> list[Line]:
    """CSV under HEADINGS. Raises EnteredFault."""
    found = []
    try:
        lines = list(lines_in(data))
    except ValueError as wrong:
        raise EnteredFault(str(wrong)) from None
    for number, cells in lines:
        if cells[:2] == ["单位", "指标"]:
            continue
        if len(cells) < 4 or not all(cells[:4]):
            raise EnteredFault(f"第{number}行：应有单位、指标、值、依据四栏，都须填写")
        if any(len(cell) > _LONGEST for cell in cells):
            raise EnteredFault(f"第{number}行：每栏至多{_LONGEST}字")
        found.append(Line(*[*cells, ""][:5]))
    return found


def as_csv(events: Sequence[ScoreEntered]) -> str:
    """As `lines_of` and `filled_in` read them."""
    text = io.StringIO()
    lines = csv.writer(text)
    for each in events:
        lines.writerow((each.unit, each.indicator, each.value, each.evidence, each.measure or ""))
    return text.getvalue()


def filled_in(
    lines: Sequence[Line], assessment: Assessment, units: Mapping[str, str], on: date
) -> list[ScoreEntered]:
    """units: names by code of those that keep a register here; any other is one that keeps none. Raises
    EnteredFault."""
    codes = _Codes(units)
    indicators = {
        key: each for each in assessment.indicators for key in (each.code, each.name)
    }  # codes and names cannot collide: codes are Latin
    found: dict[tuple[str, str, str | None], ScoreEntered] = {}
    for line in lines:
        where = f"“{line.unit}，{line.indicator}”"
        if (indicator := indicators.get(line.indicator)) is None:
            raise EnteredFault(f"{where}：没有这一指标")
        measure = _measure(line, indicator, where)
        if not is_value(indicator, line.value):
            raise EnteredFault(f"{where}：值应为{values_of(indicator)}")
        unit = line.unit if line.unit in units else codes.of(line.unit)
        key = (same_unit(unit), indicator.code, measure)
        if key in found:
            raise EnteredFault(f"{where}：填写了两次")
        found[key] = ScoreEntered(
            on, assessment.name, unit, indicator.code, line.evidence, line.value, measure
        )
    return list(found.values())


class _Codes:
    """Of the units that keep a register here, by their names."""

    def __init__(self, units: Mapping[str, str]) -> None:
        self._by_name: dict[str, list[str]] = {}
        for code, name in units.items():
            self._by_name.setdefault(same_unit(name), []).append(code)

    def of(self, name: str) -> str:
        """The code; the name itself of a unit that keeps none. Raises EnteredFault where several units have the name."""
        codes = self._by_name.get(same_unit(name), [name])
        if len(codes) > 1:
            raise EnteredFault(f"“{name}”：有{len(codes)}个单位同名（{'、'.join(codes)}），请写代码")
        return codes[0]


def _measure(line: Line, indicator: Indicator, where: str) -> str | None:
    """None of a graded indicator."""
    measures: list[Measure] = [rule.measure for rule in indicator.rules]
    if not measures:
        return None
    words: dict[str, Measure] = {MEASURES[each]: each for each in measures}
    words |= {each: each for each in measures} | {rule.called: rule.measure for rule in indicator.rules}
    if line.measure in words:
        return words[line.measure]
    if not line.measure and (len(measures) == 1 or "entered" in measures):
        return measures[0] if len(measures) == 1 else "entered"
    raise EnteredFault(f"{where}：请写明事由，可用：{'、'.join(rule.called for rule in indicator.rules)}")


def of_reports(
    batch: Batch, assessment: Assessment, units: Mapping[str, str], on: date
) -> list[ScoreEntered]:
    """Of each unit that sent a report: its errors, and its texts that are another's or last year's. Raises EnteredFault."""
    codes, came = _Codes(units), set()
    found = []
    for report in batch.reports:
        if report.authority is None:
            continue
        unit = codes.of(report.authority)
        if same_unit(unit) in came:
            raise EnteredFault(f"“{report.authority}”报来了几份报告，不能确定以哪一份评分：请只留一份")
        came.add(same_unit(unit))
        by_measure: dict[Measure, list[str]] = {"report_errors": [], "report_copied": []}
        for finding in report.open:
            if finding.check == "copied_text":
                by_measure["report_copied"].append(finding.text)
            elif finding.grade == "error":
                by_measure["report_errors"].append(finding.text)
        for indicator in assessment.indicators:
            for rule in indicator.rules:
                if (findings := by_measure.get(rule.measure)) is not None:
                    evidence = "；".join(findings) or "核对报来的年度报告，没有发现"
                    found.append(
                        ScoreEntered(
                            on, assessment.name, unit, indicator.code, _short(evidence), str(len(findings)), rule.measure
                        )
                    )  # fmt: skip
    return found


def from_files(
    lines: Sequence[Line], batch: Batch | None, assessment: Assessment, units: Mapping[str, str], on: date
) -> list[ScoreEntered]:
    """What was filled in, and of the reports that came the rest: who fills in a place has read the report. Raises
    EnteredFault."""
    events = filled_in(lines, assessment, units, on)
    entered = {(each.unit, each.indicator, each.measure) for each in events}
    found = of_reports(batch, assessment, units, on) if batch is not None else []
    return events + [each for each in found if (each.unit, each.indicator, each.measure) not in entered]


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
