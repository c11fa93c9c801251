"""Matches the row labels of the requests table to the form that fits most of them."""

from __future__ import annotations

from collections.abc import Sequence

from domain.report import official_form
from domain.report.official_form import TOTAL, ReportFormat
from projections.report.recognition import labels
from projections.report.recognition.labels import Match, Wanted

FORMS = [official_form.load(name) for name in reversed(official_form.NAMES)]

_ROW_WORDS = {
    "new": ("本年新收", "新收政府信息公开申请", "本年收到政府信息公开申请数量"),
    "carried_in": ("上年结转", "上年度结转政府信息公开申请数量"),
    "carried_out": ("结转下年", "结转下年度", "结转下一年度继续办理", "结转下年继续办理"),
    "granted_in_part": ("部分予以公开", "部分公开区分处理的"),
    "unable.must_be_created": ("没有现成信息需另行制作", "信息需要另行制作"),
    "other.unspecified": ("其他情形",),
    TOTAL: ("合计", "共计", "小计", "总数", "办结总计", "本年度办理结果总计"),
}


def rows_of(form: ReportFormat) -> list[Wanted]:
    return [Wanted(row.code, row.levels[-1], _ROW_WORDS.get(row.code, ())) for row in form.requests.rows]


def groups_of(form: ReportFormat) -> set[str]:
    """Labels of groups of rows, which have no figures themselves."""
    leaves = {row.levels[-1] for row in form.requests.rows}
    return {level for row in form.requests.rows for level in row.levels[:-1]} - leaves


ALL_ROWS = [row for form in FORMS for row in rows_of(form)]
ALL_GROUPS = {labels.bare(each) for form in FORMS for each in groups_of(form)}


def matched(lines: Sequence[tuple[str, int]]) -> tuple[list[Match | None], set[str]]:
    """For each line its row in the best fitting form, or a row of the other form, or None; and that form's group labels.

    lines: each label with the number of its table. A label that repeats one of an earlier table is matched as that one:
    the table was cut, and this part has its other columns.
    """
    first = _first(lines)
    typed = [lines[index][0] for index in sorted(set(first))]
    best: list[Match | None] = []
    groups: set[str] = set()
    weight = (-1, 0, 0, 0)
    for form in FORMS:
        matches = labels.align(typed, rows_of(form), groups_of(form))
        sure = [match.sure for match in matches if match and match.sure >= 80]
        exact = sum(match.how in ("same", "known") for match in matches if match)
        own = (exact, len(sure), -_missing(form, matches), sum(sure))
        if own > weight:
            best, groups, weight = matches, {labels.bare(each) for each in groups_of(form)}, own
    taken = {match.code for match in best if match}
    others = {row.code: row for row in ALL_ROWS if row.code not in taken}
    strange = [index for index, match in enumerate(best) if match is None]
    again = labels.align([typed[index] for index in strange], list(others.values()), groups, by_place=False)
    for index, match in zip(strange, again, strict=True):
        best[index] = match if match and match.how == "same" else _repeated(typed[index], best, typed)
    of = dict(zip(sorted(set(first)), best, strict=True))
    return [of[index] for index in first], groups


def _first(lines: Sequence[tuple[str, int]]) -> list[int]:
    """For each line the index of the first line in an earlier table with the same label, else its own."""
    found: dict[str, int] = {}
    first = []
    for index, (label, table) in enumerate(lines):
        at = found.setdefault(labels.bare(label), index)
        first.append(at if lines[at][1] != table else index)
    return first


def _missing(form: ReportFormat, matches: Sequence[Match | None]) -> int:
    return len({row.code for row in form.requests.rows} - {match.code for match in matches if match})


def _repeated(label: str, matches: Sequence[Match | None], typed: Sequence[str]) -> Match | None:
    """The match of an equal label: a row may occur twice, with other columns or repeated."""
    return next(
        (
            match
            for match, each in zip(matches, typed, strict=True)
            if match and labels.bare(each) == labels.bare(label)
        ),
        None,
    )
