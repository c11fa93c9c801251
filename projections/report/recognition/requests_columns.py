"""Recognises the columns of the requests table: kinds of applicants, by the nearest labels above the figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from domain.report import official_form
from domain.report.official_form import TOTAL
from projections.report.recognition import labels
from projections.report.recognition.labels import Match, Wanted
from projections.report.recognition.laid import Notes, Row, Table, has_digits, is_figure, texts_of

NAME = "申请表"
_FORM = official_form.load(official_form.NAMES[-1])

_COLUMN_WORDS = {
    "natural_person": ("公民", "个人"),
    "commercial_enterprise": ("企业", "工商企业"),
    "research_institution": ("科研单位", "科研院所"),
    "public_interest_organisation": ("公益组织", "社会组织", "社会公益机构"),
    "legal_service_institution": ("法律机构", "法律服务组织"),
    "other_organisation": ("其他组织", "其他机构"),
    TOTAL: ("合计", "共计", "小计", "总数"),
}
COLUMNS = [
    Wanted(column.code, column.levels[-1], _COLUMN_WORDS.get(column.code, ()))
    for column in _FORM.requests.columns
]
_ORGANISATIONS = {"commercial_enterprise", "research_institution", "public_interest_organisation", "legal_service_institution"}  # fmt: skip
_OVER_COLUMNS = (
    "申请人情况",
    "法人或其他组织",
    "法人及其他组织",
    _FORM.requests.corner,
    "项目",
    "指标",
    "序号",
)

_OVER = {"", *map(labels.bare, _OVER_COLUMNS)}
_CORNER = Wanted("corner", _FORM.requests.corner)
_BESIDE = {"natural_person", TOTAL}
"""Columns whose label spans the rows of 法人或其他组织 and its kinds."""


class Column(NamedTuple):
    """The places of one column: from first to end, exclusive."""

    code: str
    first: int
    end: int


class Header(NamedTuple):
    """The header of the table. row: index of its last row; -1 if it is in another table. width: in places."""

    row: int
    columns: tuple[Column, ...]
    width: int

    @property
    def left(self) -> int:
        return self.columns[0].first

    def moved(self, by: int) -> Header:
        return Header(
            self.row,
            tuple(Column(each.code, each.first + by, each.end + by) for each in self.columns),
            self.width,
        )


@lru_cache(1_000)
def is_over(text: str) -> bool:
    """Whether a text is a heading of several columns or the corner above the row labels. Also true for an empty text."""
    if labels.bare(text) in _OVER or "勾稽" in text or "钩稽" in text:
        return True
    return len(text) > 20 and labels.align([text], [_CORNER], by_place=False)[0] is not None


def belongs_to_header(row: Row) -> bool:
    """Whether a row has only texts that may be above or beside the kinds of organisations."""
    texts = [text for text in texts_of(row) if not is_over(text)]
    beside = [column for column in COLUMNS if column.code in _BESIDE]
    return not any(map(has_digits, texts_of(row))) and all(
        labels.align([text], beside, by_place=False)[0] and not text.strip().startswith(("（", "("))
        for text in texts
    )


def is_header(row: Row) -> bool:
    """Whether a row names several kinds of organisations, or one and otherwise only kinds of applicants."""
    texts = [text for text in texts_of(row) if text.strip()]
    found = _organisations(texts)
    return len(found) >= 2 or (len(found) == 1 < len(texts) and _only_labels(row))


def _organisations(texts: Sequence[str]) -> set[str]:
    wanted = [column for column in COLUMNS if column.code in _ORGANISATIONS]
    short = [text for text in texts[:40] if 2 <= len(labels.bare(text)) <= 10]
    return {match.code for match in labels.align(short, wanted, _OVER_COLUMNS, by_place=False) if match}


def header_of(table: Table, notes: Notes) -> Header | None:
    """The header: columns by the nearest labels above the figures. None if the table has none."""
    last = next((index for index, row in enumerate(table) if is_header(row)), None)
    if last is None:
        return None
    while last + 1 < len(table) and is_header(table[last + 1]):
        last += 1
    block = [
        last,
        *(
            row
            for row in range(last - 1, max(last - 4, -1), -1)
            if not any(map(is_figure, texts_of(table[row])))
        ),
    ]
    if last + 1 < len(table) and _only_labels(table[last + 1]):
        last += 1
        block.insert(0, last)
    width = max(len(table[row]) for row in block)
    typed, spans = _labels_over(table, block, width)
    matches = _of_one_each(typed, labels.align(typed, COLUMNS, _OVER_COLUMNS))
    columns = [Column(match.code, *span) for match, span in zip(matches, spans, strict=True) if match]
    if len(columns) < 2:
        return None
    for text, match in zip(typed, matches, strict=True):
        if match:
            notes.assume(f"{NAME}栏目", text, match)
    left = min(column.first for column in columns)
    if left == 0 and sum(end - first for _, first, end in columns) < max(end for *_, end in columns):
        # There is no room for labels on the left, and there are unknown columns between.
        notes.add_unread(f"{NAME}的栏目与表格错位")
        return None
    columns.sort(key=lambda each: each.first)
    at = next((nth for nth, each in enumerate(columns) if each.code == TOTAL), 0)
    if 0 < at < len(columns) - 1:  # the cell above the organisations may be too narrow
        notes.add_unread(f"{NAME}的“总计”列在各类申请人之间，不知道它和其后的数字属于哪一列")
        del columns[at:]
    for text, match, (first, end) in zip(typed, matches, spans, strict=True):
        values = {row[at].text for row in table[last + 1 :] for at in range(first, min(end, len(row)))}
        if match is None and first > left and any(map(has_digits, values)):
            notes.add_unread(f"{NAME}的“{labels.shown(text)}”列不属于年报格式")
    return Header(last, tuple(columns), width)


def _of_one_each(typed: Sequence[str], matches: Sequence[Match | None]) -> list[Match | None]:
    """The matches, without those of a label that occurs twice: it is not known which column is meant."""
    again = {each for each, count in Counter(map(labels.bare, typed)).items() if count > 1}
    return [None if labels.bare(text) in again else match for text, match in zip(typed, matches, strict=True)]


def _only_labels(row: Row) -> bool:
    """Whether a row has only kinds of applicants: 自然人 and 总计 may be on a row below the organisations."""
    texts = [text for text in texts_of(row) if not is_over(text)]
    found = labels.align(texts, COLUMNS, by_place=False)
    return bool(texts) and len(texts) <= 7 and all(found) and not any(map(has_digits, texts_of(row)))


def _labels_over(table: Table, block: Sequence[int], width: int) -> tuple[list[str], list[tuple[int, int]]]:
    """Labels and their spans (first, end exclusive). A column of figures without a label is called 第n列.

    block: indexes of the header's rows, nearest to the figures first.
    """
    typed: list[str] = []
    spans: list[tuple[int, int]] = []
    cells: list[int | None] = []
    for at in range(width):
        places = [table[row][at] for row in block if at < len(table[row])]
        place = next((each for each in places if not is_over(each.text)), None)
        if place is not None and spans and cells[-1] == place.cell:
            spans[-1] = (spans[-1][0], at + 1)
            continue
        has_values = any(at < len(row) and is_figure(row[at].text) for row in table[block[0] + 1 :])
        if place is not None or has_values:
            typed.append(place.text if place else f"第{at + 1}列")
            spans.append((at, at + 1))
            cells.append(place.cell if place else None)
    return typed, spans
