"""Reads an annual report in the official layout, whoever made it: tables by their labels, texts by their headings.

Labels are matched whatever their spaces, brackets and numbering, and with a slip of the pen; cells are taken
as they stand. Nothing is put right: what a file leaves blank stays blank, what belongs to no form is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from unicodedata import normalize

import msgspec

from domain import report_format
from domain.report_format import TOTAL, ReportFormat
from domain.values import Period
from projections.annual_tables import Appeals, Cells
from projections.report_grid import CONTENT
from projections.typed_report import TypedReport, TypedSection


class Place(msgspec.Struct, frozen=True):
    """One place of a table with the text of the cell that covers it. Places of one cell share its number."""

    text: str
    cell: int


Row = Sequence[Place]


class Laid(msgspec.Struct, frozen=True):
    """A file's texts and tables in the order they stand in; a table is its rows, merged cells repeated."""

    items: tuple[str | tuple[tuple[Place, ...], ...], ...]

    @property
    def texts(self) -> list[str]:
        return [item for item in self.items if isinstance(item, str)]

    @property
    def rows(self) -> list[Row]:
        return [row for item in self.items if not isinstance(item, str) for row in item]


class NoTables(ValueError):
    """A file in which no statutory table was found."""


_FORMS = [report_format.load(name) for name in report_format.NAMES]
_NUMBERING = re.compile(r"^(\([一二三四五六七八九十]+\)|[0-9]+[.、]|[一二三四五六]、)")
_MARKS = re.compile(r"[\s“”\"'‘’「」,，、.。:：;；·*]")
_BLANK = re.compile(r"[/\\\-—–－−_]*")
_NUMBER = re.compile(r"([+\-−－]?)([0-9][0-9,]{0,14})(?![0-9.,])(.*)", re.S)
_BLOCK = re.compile(r"第二十条第\(?[一二三四五六七八九]\)?项")
_HEADING = re.compile(r"^([一二三四五六])[、.．]\s*(.{2,40})$")
_ANNEX = re.compile(r"附件?[:：]")
_DAY = re.compile(r"20[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日")
_TITLE = (
    re.compile(r"(?P<authority>.*?)(?P<year>20\d\d)年度?(政府信息公开)?(工作)?年?度?报告"),
    re.compile(r"(?P<year>20\d\d)年度?(?P<authority>.*?)政府信息公开(工作)?(年度)?报告"),
)
_TOPICS = {"一": "总体", "二": "公开", "三": "申请", "四": "复议", "五": "问题", "六": "其他"}


def read(laid: Laid) -> TypedReport:
    """Raises NoTables unless the requests table or the appeals table is there."""
    rows = laid.rows
    unread: list[str] = []
    columns, requests = _requests(rows, unread)
    appeals = _appeals(rows, unread)
    proactive, proactive_form = _proactive(rows, unread)
    if not requests and not appeals:
        raise NoTables("没有找到年度报告的法定表格")
    for found, caption in ((proactive, 1), (requests, 2), (appeals, 3)):
        if not found:
            unread.append(f"没有找到“{_FORMS[-1].headings[caption]}”的表格")
    layouts = {"proactive": proactive_form} if proactive_form else {}
    if requests:
        layouts["requests"] = layout_of(requests)
    year, authority = _title(laid.texts)
    return TypedReport(
        columns=columns,
        requests_table=requests,
        appeals_table=appeals,
        proactive_table=proactive,
        layouts=layouts,
        format=format_of(year, layouts),
        authority=authority,
        year=year,
        sections=_sections(laid),
        unread=tuple(unread),
    )


def format_of(year: int | None, layouts: Mapping[str, str]) -> str:
    """The form of the year; where no year is told, the one that the tables are laid out in."""
    if year is not None:
        return report_format.in_force(Period.year(year)).name
    return layouts.get("requests") or layouts.get("proactive") or _FORMS[-1].name


def layout_of(requests_table: Mapping[str, object]) -> str:
    """The form whose rows these are: the one that has most of them and misses fewest."""
    return min(
        _FORMS, key=lambda form: len({row.code for row in form.requests.rows} ^ set(requests_table))
    ).name


def number(text: str) -> int | None:
    """The whole number that a cell begins with, a remark after it left aside. Raises ValueError for another text."""
    told = plain(text)
    if _BLANK.fullmatch(told):
        return None
    match = _NUMBER.fullmatch(told)
    if match is None:
        raise ValueError(text)
    sign, digits, _ = match.groups()
    return int(digits.replace(",", "")) * (-1 if sign and sign != "+" else 1)


def plain(text: str) -> str:
    """Full width made half, without spaces."""
    return re.sub(r"\s", "", normalize("NFKC", text))


def _bare(text: str) -> str:
    """A label without numbering, brackets' kind, quotes and punctuation."""
    return _MARKS.sub("", _NUMBERING.sub("", plain(text)))


def _lookup(forms: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {_bare(label): code for label, code in forms}


_ROWS = _lookup((row.levels[-1], row.code) for form in _FORMS for row in form.requests.rows) | {
    "没有现成信息需另行制作": "unable.must_be_created",
    "部分公开": "granted_in_part",
    "合计": TOTAL,
}
_COLUMNS = _lookup((column.levels[-1], column.code) for column in _FORMS[-1].requests.columns) | {
    "合计": TOTAL
}
_RESULTS = _lookup((column.label, column.code) for column in _FORMS[-1].appeals.columns) | {"合计": TOTAL}
_ROUTES = _lookup((route.levels[-1], route.code) for route in _FORMS[-1].appeals.routes)
_PROACTIVE = _lookup(
    (row.label, row.code) for form in _FORMS for block in form.proactive for row in block.rows
)
_ORGANISATIONS = {"商业企业", "科研机构", "社会公益组织", "法律服务机构"}


def _code(label: str, codes: Mapping[str, str]) -> str | None:
    """Of the label itself, else of the one it comes nearest to: a letter or two may be missing."""
    bare = _bare(label)
    if bare in codes or not 6 <= len(bare) <= 60:
        return codes.get(bare)
    near = get_close_matches(bare, codes, n=1, cutoff=0.8)
    return codes[near[0]] if near else None


def _requests(rows: Sequence[Row], unread: list[str]) -> tuple[list[str], Cells]:
    """Rows by their deepest label, columns by the header above them; a page break may have repeated it."""
    at: dict[int, str] = {}
    table: Cells = {}
    for index, row in enumerate(rows):
        bare = [_bare(place.text) for place in row]
        if len(_ORGANISATIONS & set(bare)) >= 2:
            at = dict(_headed(rows, index, _COLUMNS))
            continue
        if not at or "结果维持" in bare or _is_block(row):
            at = {} if "结果维持" in bare or _is_block(row) else at
            continue
        first = min(at)
        if 0 < first < len(row) and row[first].cell == row[first - 1].cell:
            continue
        labels = _labels(row, first)
        cells = [row[place].text if place < len(row) else "" for place in at]
        if not labels:
            continue
        code = _code(labels[-1], _ROWS)
        if code is None or code in table:
            if any(re.search(r"\d", plain(cell)) for cell in cells):
                unread.append(f"申请表的“{labels[-1]}”行不属于年报格式")
            continue
        table[code] = [_count(cell, f"申请表“{labels[-1]}”行", unread) for cell in cells]
        columns = list(at.values())
    return (columns if table else []), table


def _appeals(rows: Sequence[Row], unread: list[str]) -> Appeals:
    """The line below the last one that names results."""
    header = [
        index
        for index, row in enumerate(rows)
        if sum(_bare(place.text) in _RESULTS for place in row) >= 3 and "结果维持" in map(_bare, _texts(row))
    ]
    if not header or header[-1] + 1 >= len(rows):
        return {}
    last, table = header[-1], Appeals()
    results, routes = dict(_headed(rows, last, _RESULTS)), dict(_headed(rows, last, _ROUTES))
    for place, result in results.items():
        route, row = routes.get(place), rows[last + 1]
        if route is not None:
            told = row[place].text if place < len(row) else ""
            table.setdefault(route, {})[result] = _count(told, "复议诉讼表", unread)
    return table


def _proactive(rows: Sequence[Row], unread: list[str]) -> tuple[dict[str, list[str | None]], str | None]:
    """Cells as printed, by the row's label, as many as its block's header has; and the form of those headers."""
    table: dict[str, list[str | None]] = {}
    headers: list[str] = []
    width: int | None = None
    inside = False
    for row in rows:
        texts = _texts(row)
        if _is_block(row):
            inside, width = True, None
        elif inside and texts and _bare(texts[0]) == CONTENT:
            width = len(texts) - 1
            headers += texts[1:]
        elif inside and width is not None and texts:
            code = _code(texts[0], _PROACTIVE)
            if code is None or code in table:
                inside = len(texts) == width + 1
                if inside and re.search(r"\d", plain("".join(texts[1:]))):
                    unread.append(f"主动公开表的“{texts[0].strip()}”行不属于年报格式")
                continue
            told = [None if _BLANK.fullmatch(plain(text)) else text.strip() for text in texts[1 : width + 1]]
            table[code] = [*told, *[None] * (width - len(told))]
    if not headers:
        return table, None
    named = {_bare(header) for header in headers}
    return table, max(_FORMS, key=lambda form: len(named & _headers(form))).name


def _headers(form: ReportFormat) -> set[str]:
    return {_bare(column) for block in form.proactive for column in block.columns}


def _is_block(row: Row) -> bool:
    texts = [plain(text) for text in _texts(row)]
    return bool(texts) and all(_BLOCK.fullmatch(text) or not text for text in texts) and any(texts)


def _headed(rows: Sequence[Row], last: int, codes: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """Of each place the code of the nearest label above: on the header's last line, or up to two before it."""
    for place in range(len(rows[last])):
        for row in reversed(rows[max(last - 2, 0) : last + 1]):
            code = codes.get(_bare(row[place].text)) if place < len(row) else None
            if code is not None:
                yield place, code
                break


def _texts(row: Row) -> list[str]:
    """Of each cell in the row once."""
    return [place.text for index, place in enumerate(row) if index == 0 or place.cell != row[index - 1].cell]


def _labels(row: Row, before: int) -> list[str]:
    return [text.strip() for text in _texts(row[:before]) if text.strip()]


def _count(cell: str, where: str, unread: list[str]) -> int | None:
    try:
        return number(cell)
    except ValueError:
        unread.append(f"{where}：“{cell.strip()}”不是件数")
        return None


def _title(texts: Iterable[str]) -> tuple[int | None, str | None]:
    """Year and authority from the first text that reads as the report's title."""
    for text in texts:
        line = plain(text)
        for title in _TITLE:
            match = title.match(line) if len(line) <= 80 else None
            if match:
                authority = match["authority"].removesuffix("关于").strip("《》")
                return int(match["year"]), authority or None
    return None, None


def _sections(laid: Laid) -> tuple[TypedSection, ...]:
    """From each numbered heading to the next one; before the first, below the signature and annexed is none."""
    found: list[tuple[str, list[str]]] = []
    annexed: list[str] = []
    under = annexed
    for text in laid.texts:
        line = text.strip()
        match = _HEADING.match(line)
        if match and _TOPICS[match[1]] in match[2]:
            under = []
            found.append((line, under))
        elif _ANNEX.match(line):
            under = annexed
        elif line:
            under.append(line)
    if found and len(found[-1][1]) > 1 and _DAY.fullmatch(plain(found[-1][1][-1])):
        del found[-1][1][-2:]
    return tuple(TypedSection(heading, tuple(paragraphs)) for heading, paragraphs in found)
