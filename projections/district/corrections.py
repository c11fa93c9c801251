"""纠错案件: every appeal that ended in a correction, by cause, article, outcome, unit and year, with its share of those ended.

A case is counted in the period in which the appeal's result is counted by the annual report's table. Measures are sealed
with their office and stay there; what is here names no applicant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date

import msgspec

from domain.law import outcomes
from domain.law.outcomes import DISPOSITIONS
from domain.request.answer import Answer
from domain.request.appeal import Appeal
from domain.request.state import DisclosureRequest
from domain.values import Period
from projections.choice_labels import CHOICES
from projections.district.standing import share
from projections.report.document import AnnualDocument, Cell, Grid, Kind, Paragraph, Section, Table

UNANSWERED = "未答复"


class CorrectedCase(msgspec.Struct, frozen=True, kw_only=True):
    """One appeal with result corrected. causes: None where nobody has analysed it. article, outcome: of the last answer
    before it was brought; None where there was none.
    """

    code: str
    unit: str
    reference: str
    appeal: str
    route: str
    tribunal: str
    case_no: str
    disposition: str
    decided_on: date
    outcome: str | None
    article: str | None
    department: str | None
    causes: tuple[str, ...] | None


class Corrections(msgspec.Struct, frozen=True, kw_only=True):
    """The cases of a period, and how many appeals ended in it. rate: as `share` writes it. by_…: words and numbers;
    a case with two causes counts under each.
    """

    first: date
    last: date
    cases: list[CorrectedCase]
    ended: int
    rate: float | None
    by_cause: dict[str, int]
    by_article: dict[str, int]
    by_outcome: dict[str, int]
    by_unit: dict[str, int]
    by_year: dict[str, int]

    @property
    def unanalysed(self) -> list[CorrectedCase]:
        return [each for each in self.cases if each.causes is None]


def cases_of(
    requests: Iterable[DisclosureRequest], period: Period, *, code: str, unit: str
) -> list[CorrectedCase]:
    """Of one register, in the order of the requests: the appeals that the period counts as corrected."""
    return [
        _case(request, appeal, period.last, code, unit)
        for request in requests
        for appeal in request.appeals
        if appeal.is_corrected(period.last) and not _ended_before(appeal, period.first)
    ]


def _ended_before(appeal: Appeal, first: date) -> bool:
    """Whether its first decision took effect before the period: then the table of that time has counted it."""
    days = [each.effective_on for each in appeal.effective() if each.effective_on is not None]
    return min(days) < first


def _case(request: DisclosureRequest, appeal: Appeal, last: date, code: str, unit: str) -> CorrectedCase:
    decided = [each for each in appeal.effective() if each.effective_on and each.effective_on <= last][-1]
    answer = _answer_before(request.answers, appeal)
    return CorrectedCase(
        code=code,
        unit=unit,
        reference=request.reference,
        appeal=appeal.appeal,
        route=appeal.route,
        tribunal=appeal.tribunal,
        case_no=appeal.case_no,
        disposition=decided.disposition,
        decided_on=decided.effective_on or decided.on,
        outcome=answer.outcome if answer else None,
        article=answer.legal_basis if answer else None,
        department=request.unit,
        causes=appeal.causes,
    )


def _answer_before(answers: Sequence[Answer], appeal: Appeal) -> Answer | None:
    before = [each for each in answers if each.on <= appeal.on]
    return before[-1] if before and appeal.ground != "no_answer" else None


def corrections(cases: Sequence[CorrectedCase], ended: int, period: Period) -> Corrections:
    """ended: appeals of the same registers that ended in the period, whatever their result."""
    causes = [cause for case in cases for cause in case.causes or ()]
    return Corrections(
        first=period.first,
        last=period.last,
        cases=list(cases),
        ended=ended,
        rate=share(len(cases), ended),
        by_cause=_ranked(CHOICES["causes"][cause] for cause in causes),
        by_article=_ranked(case.article or UNANSWERED for case in cases),
        by_outcome=_ranked(_outcome(case) for case in cases),
        by_unit=_ranked(case.unit for case in cases),
        by_year=dict(sorted(Counter(str(case.decided_on.year) for case in cases).items())),
    )


def _ranked(words: Iterable[str]) -> dict[str, int]:
    counts = Counter(words)
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _outcome(case: CorrectedCase) -> str:
    return outcomes.label(case.outcome) if case.outcome else UNANSWERED


def _causes(case: CorrectedCase) -> str:
    words = CHOICES["causes"]
    return "尚未分析" if case.causes is None else "、".join(words[each] for each in case.causes)


HEADINGS = (
    "单位",
    "登记号",
    "案号",
    "复议机关或法院",
    "结果",
    "生效",
    "原办理结果",
    "依据条款",
    "承办",
    "原因",
)


def cells(case: CorrectedCase) -> list[object]:
    """One line, under HEADINGS."""
    known = DISPOSITIONS.get(case.disposition)
    return [
        case.unit, case.reference, case.case_no, case.tribunal, known.label if known else case.disposition,
        case.decided_on, _outcome(case), case.article or "", case.department or "", _causes(case),
    ]  # fmt: skip


# --- the yearly analysis ---

_PARTS: tuple[tuple[str, str, Callable[[Corrections], dict[str, int]]], ...] = (
    ("二、按原因", "原因", lambda found: found.by_cause),
    ("三、按依据条款", "依据条款", lambda found: found.by_article),
    ("四、按原办理结果", "原办理结果", lambda found: found.by_outcome),
    ("五、按单位", "单位", lambda found: found.by_unit),
    ("六、按年度", "生效年度", lambda found: found.by_year),
)
_LISTED = ("单位", "登记号", "案号", "结果", "原办理结果", "原因")
_WIDTHS = (0.16, 0.14, 0.22, 0.12, 0.18, 0.18)


def analysis(found: Corrections, *, district: str, period: Period) -> AnnualDocument:
    """As a document for the head: what was corrected and why, the cases, and those that still lack an analysis."""
    share_of = "" if found.rate is None else f"，占{found.rate:.1%}"
    whole = f"{period}，行政复议、行政诉讼审结{found.ended}件，其中结果纠正{len(found.cases)}件{share_of}。"
    lacking = len(found.unanalysed)
    analysed = f"已登记纠错分析{len(found.cases) - lacking}件，尚未登记{lacking}件。"
    sections = [Section("一、总体情况", (Paragraph(whole), Paragraph(analysed)))]
    for heading, label, counts in _PARTS:
        rows: list[Sequence[object]] = list(counts(found).items())
        sections.append(Section(heading, (_table(heading, (label, "件数"), (0.75, 0.25), rows),)))
    shown = [HEADINGS.index(each) for each in _LISTED]
    listed = [[line[column] for column in shown] for line in map(cells, found.cases)]
    sections.append(Section("七、纠错案件", (_table("纠错案件", _LISTED, _WIDTHS, listed),)))
    return AnnualDocument(
        title=f"{district}{period}行政复议、行政诉讼纠错案件分析",
        authority=district,
        year=period.last.year,
        format="",
        sections=tuple(sections),
        issued_on=period.last,
    )


def _table(
    name: str, headings: Sequence[str], widths: tuple[float, ...], rows: Sequence[Sequence[object]]
) -> Paragraph | Table:
    if not rows:
        return Paragraph("无。")

    def cell(row: int, column: int, value: object) -> Cell:
        kind: Kind = "header" if row == 0 else "number" if isinstance(value, int) else "label"
        return Cell(row, column, str(value), kind)

    lines = [headings, *rows]
    return Table(
        Grid(
            name=name,
            caption=name.partition("、")[2] or name,
            rows=len(lines),
            columns=len(headings),
            header_rows=1,
            header_columns=0,
            widths=widths,
            cells=tuple(
                cell(row, column, value)
                for row, line in enumerate(lines)
                for column, value in enumerate(line)
            ),
        )
    )
