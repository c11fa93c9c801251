"""Recognises the table of proactive disclosure in a file: blocks for items of Art. 20, each with its own header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from domain.report import numerals, official_form
from domain.report.official_form import ProactiveBlock
from projections.report.grid import CONTENT
from projections.report.recognition import appeals_table, labels, requests_columns
from projections.report.recognition.labels import Match, Wanted
from projections.report.recognition.laid import Notes, Row, Table, has_digits, is_figure, texts_of

NAME = "主动公开表"
_FORMS = [official_form.load(name) for name in reversed(official_form.NAMES)]
ALL_ROWS = [row for form in _FORMS for block in form.proactive for row in block.rows]
_COLUMNS = {labels.bare(column) for form in _FORMS for block in form.proactive for column in block.columns}
_BLOCK = re.compile(
    r"[(]?(?:《条例》|条例)?第?(?:二十|20)条第?[(]?([一二三四五六七八九十]|[1-9])[)]?[项款][)]?"
)
_ROW_WORDS = {
    "normative_documents": ("规范性文件", "行政规范性文件"),
    "fees": ("行政事业收费", "行政事业性收费项目"),
    "licensing": ("行政许可事项", "许可"),
    "penalties": ("处罚",),
    "coercion": ("强制", "行政强制措施"),
}
_NO_NUMBER = ("元：", "万元：")
"""Prefixes that `_in_unit` puts on a cell that counts in another unit, so that it is not a number."""
_NTH = {letter: str(nth) for nth, letter in enumerate("一二三四五六七八九", 1)}


class _Section(NamedTuple):
    """Rows of one item of Art. 20. item: its number; None if it is not known. header: empty if there is none."""

    item: str | None
    header: Row
    rows: list[Row]


Proactive = dict[str, list[str | None]]


def is_header(row: Row) -> bool:
    """Whether a row has the column headings of a block."""
    texts = [labels.bare(text) for text in texts_of(row) if text.strip()]
    return CONTENT in texts and any(text in _COLUMNS for text in texts)


def read(tables: Sequence[Table], notes: Notes) -> tuple[Proactive, str | None]:
    """Cells as printed by row code, and the form whose headers the table has; ({}, None) if there is no such table."""
    sections = list(_sections([row for table in tables for row in table]))
    if not sections:
        return {}, None
    headers = [
        labels.bare(text) for each in sections for text in texts_of(each.header)[1:] if labels.bare(text)
    ]
    form = max(_FORMS, key=lambda form: _likeness(headers, form.proactive, sections))
    found: Proactive = {}
    for section in sections:
        _read_section(section, form.proactive, found, notes)
    return found, form.name


def _likeness(
    headers: Sequence[str], blocks: Sequence[ProactiveBlock], sections: Sequence[_Section]
) -> float:
    """How similar the headers are to a form's; between equal forms the rows decide."""
    own = {labels.bare(column) for block in blocks for column in block.columns}
    rows = {labels.bare(row.label) for block in blocks for row in block.rows}
    typed = [labels.bare(text) for each in sections for row in each.rows for text in texts_of(row)[:1]]
    near = labels.align(headers, [Wanted(each, each) for each in sorted(own)], by_place=False)
    return (
        sum(each in own for each in headers)
        + 0.5 * sum(map(bool, near))
        + 0.1 * sum(each in rows for each in typed)
    )


def _sections(rows: Sequence[Row]) -> Iterator[_Section]:
    item: str | None = None
    inside = False
    section: _Section | None = None
    for whole in rows:
        row = whole
        texts = [text for text in texts_of(row) if text.strip()]
        if requests_columns.is_header(row) or appeals_table.is_header(row):
            inside = False
            continue
        mark = next((match[1] for text in texts if (match := _BLOCK.fullmatch(numerals.plain(text)))), None)
        if mark is not None:
            nth = _NTH.get(mark, mark)
            inside = True
            row = tuple(place for place in whole if not _BLOCK.fullmatch(numerals.plain(place.text)))
            texts = [text for text in texts_of(row) if text.strip()] if row else []
            if nth != item or section is None:
                item, section = nth, None
            if not texts:
                continue
        if not texts or not (inside or labels.bare(texts[0]) == CONTENT):
            continue
        if _names_columns(texts):
            inside = True
            section = _Section(item, row, [])
            yield section
        elif section is not None:
            section.rows.append(row)
        elif inside:
            section = _Section(item, (), [row])
            yield section


def _names_columns(texts: Sequence[str]) -> bool:
    """Whether a row is the header of a section; instead of 信息内容 it may have 项目 or nothing."""
    words = [labels.bare(text) for text in texts]
    return not any(map(is_figure, texts)) and (words[0] == CONTENT or any(word in _COLUMNS for word in words))


def _read_section(
    section: _Section, blocks: Sequence[ProactiveBlock], found: Proactive, notes: Notes
) -> None:
    named = [each for each in blocks if section.item and _BLOCK.fullmatch(numerals.plain(each.block))[1] == _HANZI.get(section.item)]  # type: ignore[index] # fmt: skip
    lines = [row for block in named or blocks for row in block.rows]
    wanted = [Wanted(row.code, row.label, _ROW_WORDS.get(row.code, ())) for row in lines]
    typed = [_label(row) for row in section.rows]
    everywhere = [Wanted(row.code, row.label) for row in ALL_ROWS]
    matches = labels.align(typed, wanted, (CONTENT,))
    for index, match in enumerate(matches):
        if match is None:
            other = labels.align([typed[index]], everywhere, by_place=False)[0]
            matches[index] = other if other and other.how == "same" else None
    for row, label, match in zip(section.rows, typed, matches, strict=True):
        if match is None:
            _unknown(row, label, notes)
            if not _is_of_section(section, row):
                break
            continue
        notes.assume(NAME, label, match)
        block = next(
            block
            for form in _FORMS
            for block in form.proactive
            if any(line.code == match.code for line in block.rows)
        )
        own = next((each for each in blocks if any(line.code == match.code for line in each.rows)), block)
        cells = _cells(section, row, own, match, notes)
        found[match.code] = _once(found.get(match.code), cells, match, notes)


def _once(
    before: list[str | None] | None, cells: list[str | None], match: Match, notes: Notes
) -> list[str | None]:
    """The cells of a row that may occur twice; where the two differ both texts are kept, which is not a number."""
    if before is None or before == cells:
        return cells
    notes.add_difference(NAME, f"“{match.label}”行")
    if len(before) != len(cells):
        return ["；".join(filter(None, (*before, *cells)))] * len(before)
    return [
        one if one == other else f"{one or '空白'}；{other or '空白'}"
        for one, other in zip(before, cells, strict=True)
    ]


_HANZI = {str(nth): letter for nth, letter in enumerate("一二三四五六七八九", 1)}


def _label(row: Row) -> str:
    texts = [text for text in texts_of(row) if labels.bare(text)]
    named = [text for text in texts if not is_figure(text)]
    return named[0] if named else (texts[0] if texts else "")


def _is_of_section(section: _Section, row: Row) -> bool:
    """Whether an unknown row has as many cells as the header; else another table has begun."""
    return len(texts_of(row)) == len(texts_of(section.header))


def _unknown(row: Row, label: str, notes: Notes) -> None:
    texts = texts_of(row)[1:]
    if any(map(is_figure, texts)) and len(texts) <= 4:
        notes.add_unread(f"{NAME}的“{labels.shown(label)}”行不属于年报格式")


def _cells(
    section: _Section, row: Row, block: ProactiveBlock, match: Match, notes: Notes
) -> list[str | None]:
    """The cells of a row in the form's order: by order if it has as many cells as the header, else by their columns."""
    start = next(
        (at for at, place in enumerate(row) if labels.bare(place.text) and not is_figure(place.text)), 0
    )
    own = _runs(row, start)
    heads = _joined(run for run in _runs(section.header, _start(section.header)) if labels.bare(run[0]))
    if not heads:
        notes.assumed.append(f"{NAME}“{match.label}”行没有栏目名称，按年报格式的次序读")
        values = [text for text, _, _ in own[: len(block.columns)]]
        return _printed([*values, *[""] * (len(block.columns) - len(values))], match, notes)
    if len(own) == len(heads):
        values = [text for text, _, _ in own]
    elif heads[-1][1] >= len(row) and len(own) < len(heads):
        notes.add_unread(f"{NAME}“{match.label}”行的单元格比栏目少，不知道少的是哪一格")
        return [f"缺格：{'、'.join(text for text, _, _ in own)}"] * len(block.columns)
    else:
        values = []
        for _, first, end in heads:
            typed = list(
                dict.fromkeys(
                    row[at].text.strip() for at in range(first, min(end, len(row))) if row[at].text.strip()
                )
            )
            if len(typed) > 1:
                notes.add_unread(f"{NAME}“{match.label}”行：一栏有{'、'.join(typed)}")
            values.append(typed[0] if len(typed) == 1 else "")
        lost = [
            text
            for text, first, end in own
            if text.strip() and not any(f < end and first < e for _, f, e in heads)
        ]
        if lost:
            notes.add_unread(f"{NAME}“{match.label}”行的{'、'.join(lost)}与栏目对不上")
    return _printed(_in_form([text for text, _, _ in heads], values, block, match, notes), match, notes)


def _joined(runs: Iterable[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    """Merge adjacent header cells with the same text: they are one column. runs: see `_runs`."""
    found: list[tuple[str, int, int]] = []
    for text, first, end in runs:
        if found and labels.bare(found[-1][0]) == labels.bare(text) and found[-1][2] == first:
            found[-1] = (text, found[-1][1], end)
        else:
            found.append((text, first, end))
    return found


def _start(row: Row) -> int:
    return next((at for at, place in enumerate(row) if labels.bare(place.text) == CONTENT), 0)


def _runs(row: Row, start: int) -> list[tuple[str, int, int]]:
    """For each cell after the label: its text, first column, and end column (exclusive). start: column of the label."""
    found: list[tuple[str, int, int]] = []
    label = row[start].cell if row else -1
    before: int | None = None
    for at, place in enumerate(row[start:], start):
        if place.cell == label:
            continue
        if found and place.cell == before:
            found[-1] = (found[-1][0], found[-1][1], at + 1)
        else:
            found.append((place.text, at, at + 1))
        before = place.cell
    return found


def _in_form(
    heads: Sequence[str], values: Sequence[str], block: ProactiveBlock, match: Match, notes: Notes
) -> list[str]:
    """The values in the order of the form's columns; unchanged if no header is known."""
    wanted = [Wanted(column, column) for column in block.columns]
    columns = labels.align(list(heads), wanted)
    found: list[str | None] = [None] * len(block.columns)
    strange = [text for text, column in zip(values, columns, strict=True) if column is None]
    if len(strange) == len(values):
        return list(values)
    for head, text, column in zip(heads, values, columns, strict=True):
        if column is not None:
            notes.assume(f"{NAME}栏目", head, column)
            found[block.columns.index(column.code)] = _in_unit(text, head, column.code, match, notes)
        elif has_digits(text):
            notes.add_unread(f"{NAME}“{match.label}”行的“{labels.shown(head)}”栏不属于年报格式")
    for column_, text_ in zip(block.columns, found, strict=True):
        if text_ is None:
            notes.add_unread(f"{NAME}“{match.label}”行没有找到“{column_}”")
    return [text or "" for text in found]


_UNIT = re.compile(r"万?元")


def _in_unit(text: str, head: str, column: str, match: Match, notes: Notes) -> str:
    """The text of a cell, with a prefix that makes it no number if it is in another unit than the form's column."""
    cell, above = numerals.plain(text), numerals.plain(head)
    unit, typed = _UNIT.search(column), _UNIT.search(cell) or _UNIT.search(above)
    if typed is None or typed[0] == (unit[0] if unit else None) or not has_digits(text):
        return text
    of_form = f"年报格式的单位是{unit[0]}，请换算" if unit else "年报格式的这一栏不是金额"
    notes.add_unread(f"{NAME}“{match.label}”行：“{labels.shown(text)}”以{typed[0]}计，{of_form}")
    return f"{typed[0]}：{text}"


def _printed(values: Sequence[str], match: Match, notes: Notes) -> list[str | None]:
    for text in values:
        if not text.startswith(_NO_NUMBER):
            notes.figure(numerals.number, text, f"{NAME}“{match.label}”行")
    return [None if numerals.is_blank(text) else " ".join(text.split()) for text in values]
