"""Recognises the table of requests in a file: applicants across, the course of the requests down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from domain.report import numerals, official_form
from domain.report.official_form import TOTAL, ReportFormat
from projections.annual_tables import Cells
from projections.report import appeals_table, labels
from projections.report.labels import Match, Wanted
from projections.report.laid import Notes, Row, Table, has_digits, is_figure, texts_of

NAME = "申请表"
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
    for column in FORMS[0].requests.columns
]
_ORGANISATIONS = {"commercial_enterprise", "research_institution", "public_interest_organisation", "legal_service_institution"}  # fmt: skip
_OVER_COLUMNS = (
    "申请人情况",
    "法人或其他组织",
    "法人及其他组织",
    FORMS[0].requests.corner,
    "项目",
    "指标",
    "序号",
)


def rows_of(form: ReportFormat) -> list[Wanted]:
    return [Wanted(row.code, row.levels[-1], _ROW_WORDS.get(row.code, ())) for row in form.requests.rows]


def groups_of(form: ReportFormat) -> set[str]:
    """Labels over several rows, which are none themselves."""
    leaves = {row.levels[-1] for row in form.requests.rows}
    return {level for row in form.requests.rows for level in row.levels[:-1]} - leaves


ALL_ROWS = [row for form in FORMS for row in rows_of(form)]


class _Column(NamedTuple):
    """Where a column's cells stand, from the first to before the end; its label is one cell."""

    code: str
    first: int
    end: int


class _Header(NamedTuple):
    row: int
    columns: tuple[_Column, ...]
    width: int

    @property
    def left(self) -> int:
        return self.columns[0].first

    def moved(self, by: int) -> _Header:
        return _Header(
            self.row,
            tuple(_Column(each.code, each.first + by, each.end + by) for each in self.columns),
            self.width,
        )


class _Line(NamedTuple):
    """A row of figures with its label."""

    label: str
    row: Row
    columns: tuple[_Column, ...]
    table: int


def read(tables: Sequence[Table], notes: Notes) -> tuple[list[str], Cells]:
    """The columns of the form and the rows that were found; no rows where there is no such table."""
    lines: list[_Line] = []
    header: _Header | None = None
    for number, table in enumerate(tables):
        found = _header(table, notes)
        if found is not None:
            header = found
        elif header is None or not _goes_on(table):
            if header is not None or lines or not _is_bare(table):
                continue
            header = _without_labels(table, notes)
        lines += _lines(number, table, header._replace(row=-1) if found is None else header, notes)
    matches, groups = _matched(lines)
    table_of: dict[str, dict[str, int | None]] = {}
    used: set[tuple[int, int]] = set()
    for line, match in zip(lines, matches, strict=True):
        if match is None:
            _unknown(line, groups, notes)
        else:
            _take(table_of.setdefault(match.code, {}), line, match, used, notes)
    columns = [column.code for column in COLUMNS]
    if table_of:
        known = {code for cells in table_of.values() for code in cells}
        for column in COLUMNS:
            if column.code not in known:
                notes.lose(f"{NAME}没有找到“{column.label}”列")
        for row, cells in table_of.items():
            notes.cells += [("requests", row, code) for code in columns if code not in cells]
    return (columns if table_of else []), {
        row: [cells.get(code) for code in columns] for row, cells in table_of.items()
    }


def is_header(row: Row) -> bool:
    """Whether a row names kinds of organisations."""
    return len(_organisations(texts_of(row))) >= 2


def _organisations(texts: Sequence[str]) -> set[str]:
    wanted = [column for column in COLUMNS if column.code in _ORGANISATIONS]
    short = [text for text in texts[:40] if 2 <= len(labels.bare(text)) <= 10]
    return {match.code for match in labels.align(short, wanted, _OVER_COLUMNS, by_place=False) if match}


def _header(table: Table, notes: Notes) -> _Header | None:
    """The columns by the labels nearest above the figures: on the line of the organisations or one beside it."""
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
    matches = labels.align(typed, COLUMNS, _OVER_COLUMNS)
    columns = [_Column(match.code, *span) for match, span in zip(matches, spans, strict=True) if match]
    if len(columns) < 3:
        return None
    for text, match in zip(typed, matches, strict=True):
        if match:
            notes.assume(f"{NAME}栏目", text, match)
    left = min(column.first for column in columns)
    for text, match, (first, end) in zip(typed, matches, spans, strict=True):
        values = {row[at].text for row in table[last + 1 :] for at in range(first, min(end, len(row)))}
        if match is None and first > left and any(map(has_digits, values)):
            notes.lose(f"{NAME}的“{labels.shown(text)}”列不属于年报格式")
    return _Header(last, tuple(sorted(columns, key=lambda each: each.first)), width)


def _only_labels(row: Row) -> bool:
    """自然人 and 总计 on a line of their own below the organisations."""
    texts = [text for text in texts_of(row) if text.strip()]
    found = labels.align(texts, COLUMNS, by_place=False)
    return bool(texts) and len(texts) <= 7 and all(found) and not any(map(has_digits, texts))


def _labels_over(table: Table, block: Sequence[int], width: int) -> tuple[list[str], list[tuple[int, int]]]:
    """Of each run of places under one label: the label, and where it stands. A column without one has its number."""
    none = {labels.bare(each) for each in _OVER_COLUMNS}
    typed: list[str] = []
    spans: list[tuple[int, int]] = []
    cells: list[int | None] = []
    for at in range(width):
        places = [table[row][at] for row in block if at < len(table[row])]
        place = next((each for each in places if labels.bare(each.text) not in none | {""}), None)
        if place is not None and spans and cells[-1] == place.cell:
            spans[-1] = (spans[-1][0], at + 1)
            continue
        has_values = any(at < len(row) and is_figure(row[at].text) for row in table[block[0] + 1 :])
        if place is not None or has_values:
            typed.append(place.text if place else f"第{at + 1}列")
            spans.append((at, at + 1))
            cells.append(place.cell if place else None)
    return typed, spans


def _is_bare(table: Table) -> bool:
    """A table of requests whose header is missing: its first and last rows are there, with seven figures each."""
    found = set()
    for row in table[: labels.MOST]:
        texts = texts_of(row)
        if sum(map(is_figure, texts)) >= len(COLUMNS):
            match = labels.align([_label(texts)], ALL_ROWS, by_place=False)[0]
            found.add(match.code if match else None)
    return {"new", "carried_out"} <= found


def _without_labels(table: Table, notes: Notes) -> _Header:
    width = max(map(len, table))
    notes.assumed.append(f"{NAME}没有栏目名称，按年报格式的次序读")
    first = width - len(COLUMNS)
    return _Header(
        -1, tuple(_Column(each.code, first + i, first + i + 1) for i, each in enumerate(COLUMNS)), width
    )


def _goes_on(table: Table) -> bool:
    """Whether a table without a header has rows of the form."""
    for row in table[: labels.MOST]:
        texts = texts_of(row)
        if appeals_table.is_header(row):
            return False
        if len(texts) > 3 and any(labels.align([_label(texts)], ALL_ROWS, by_place=False)):
            return True
    return False


def _label(texts: Sequence[str]) -> str:
    """The deepest label before the figures; a column of serial numbers is none."""
    found = ""
    for text in texts:
        if labels.bare(text) and not is_figure(text):
            found = text
        elif found and text.strip():
            break
    return found


def _lines(number: int, table: Table, header: _Header, notes: Notes) -> Iterator[_Line]:
    for row in table[header.row + 1 :]:
        texts = [text for text in texts_of(row) if text.strip()]
        if appeals_table.begins(row):
            return
        if not texts or is_header(row) or _is_other(texts):
            continue
        place = next((moved for moved in _moves(row, header) if _fits(row, moved)), None)
        if place is None:
            if sum(map(is_figure, texts)) >= 2:
                notes.lose(f"{NAME}的“{labels.shown(_label(texts) or texts[0])}”行的数字与栏目对不上")
            continue
        label = _deepest(row, place.left)
        if not label and any(has_digits(row[at].text) for at in range(place.left, len(row))):
            notes.lose(f"{NAME}有一行数字没有名称：{'、'.join(texts[:8])}")
        elif label:
            yield _Line(label, row, place.columns, number)


def _is_other(texts: Sequence[str]) -> bool:
    """申请人情况 repeated on the next page, or a line of notes."""
    return not any(map(has_digits, texts)) and all(labels.bare(text) in _NO_ROWS for text in texts)


_NO_ROWS = {labels.bare(each) for each in _OVER_COLUMNS} | {"自然人", "总计"}


def _moves(row: Row, header: _Header) -> Iterator[_Header]:
    """As the header stands, in another table from the right: its labels may be merged otherwise, its figures are not."""
    by = len(row) - header.width
    first = (by, 0) if header.row < 0 else (0, by)
    for each in dict.fromkeys((*first, -1, 1, -2, 2)):
        if header.left + each >= 0:
            yield header.moved(each)


def _fits(row: Row, header: _Header) -> bool:
    """Whether labels are left of the figures, and figures alone under the columns."""
    if header.left and header.left < len(row) and row[header.left].cell == row[header.left - 1].cell:
        return False
    before = [text for text in texts_of(row[: header.left]) if text.strip()]
    if before and is_figure(before[-1]) and len(before) > 1:
        return False
    beyond = [place.text for place in row[header.columns[-1].end :]]
    under = [row[at].text for each in header.columns for at in range(each.first, min(each.end, len(row)))]
    if any(map(is_figure, beyond)) and (len(row) > header.width or not is_figure(under[-1] if under else "")):
        return False
    return bool(before) or not any(_is_label(text) for text in under)


def _is_label(text: str) -> bool:
    return len(labels.bare(text)) >= 2 and not has_digits(text)


def _deepest(row: Row, left: int) -> str:
    found = [text for text in texts_of(row[:left]) if labels.bare(text)]
    return found[-1] if found else ""


def _matched(lines: Sequence[_Line]) -> tuple[list[Match | None], set[str]]:
    """In the form that explains most; a row of the other form counts as well."""
    typed = [line.label for line in lines]
    best: list[Match | None] = []
    groups: set[str] = set()
    weight = (-1, 0)
    for form in FORMS:
        matches = labels.align(typed, rows_of(form), groups_of(form))
        sure = (sum(match.sure for match in matches if match and match.sure >= 80), -_missing(form, matches))
        if sure > weight:
            best, groups, weight = matches, {labels.bare(each) for each in groups_of(form)}, sure
    taken = {match.code for match in best if match}
    others = {row.code: row for row in ALL_ROWS if row.code not in taken}
    strange = [index for index, match in enumerate(best) if match is None]
    again = labels.align([typed[index] for index in strange], list(others.values()), groups, by_place=False)
    for index, match in zip(strange, again, strict=True):
        best[index] = match if match and match.how == "same" else _repeated(typed[index], best, typed)
    return best, groups


def _missing(form: ReportFormat, matches: Sequence[Match | None]) -> int:
    return len({row.code for row in form.requests.rows} - {match.code for match in matches if match})


def _repeated(label: str, matches: Sequence[Match | None], typed: Sequence[str]) -> Match | None:
    """A row that stands twice: its other columns beside it, or the same once more."""
    return next(
        (
            match
            for match, each in zip(matches, typed, strict=True)
            if match and labels.bare(each) == labels.bare(label)
        ),
        None,
    )


def _unknown(line: _Line, groups: set[str], notes: Notes) -> None:
    values = [
        line.row[at].text for each in line.columns for at in range(each.first, min(each.end, len(line.row)))
    ]
    if not any(map(has_digits, values)):
        return
    name = labels.shown(line.label)
    if labels.bare(line.label) in groups:
        notes.assumed.append(f"{NAME}：“{name}”行视为小计，不计入")
    else:
        notes.lose(f"{NAME}的“{name}”行不属于年报格式")


def _take(
    cells: dict[str, int | None], line: _Line, match: Match, used: set[tuple[int, int]], notes: Notes
) -> None:
    """used: cells of the file that gave a figure; one that reaches over two columns or rows gives none."""
    notes.assume(NAME, line.label, match)
    name = f"{NAME}“{labels.shown(line.label)}”行"
    under = [{place.cell for place in line.row[first:end]} for _, first, end in line.columns]
    for (code, first, end), own in zip(line.columns, under, strict=True):
        told = {place.cell: place.text.strip() for place in line.row[first:end] if place.text.strip()}
        cell = ("requests", match.code, code)
        value = None
        if len(told) > 1:
            notes.lose(f"{name}：一栏有{'、'.join(told.values())}", *cell)
        elif any(each in told for other in under if other is not own for each in other) or any(
            (line.table, each) in used for each in told
        ):
            notes.lose(
                f"{name}：“{labels.shown(next(iter(told.values())))}”所在的单元格占了几栏或几行", *cell
            )
        else:
            value = notes.figure(numerals.count, next(iter(told.values()), ""), name, *cell)
        if value is not None and cells.get(code) not in (None, value):
            notes.lose(f"{name}出现两次，数字不同", *cell)
        elif cells.get(code) is None:
            cells[code] = value
    used |= {(line.table, each) for own in under for each in own}
