"""Recognises the table of reconsiderations and suits in a file: a header of routes over results, and one row of figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from domain.report import numerals, official_form
from domain.report.official_form import TOTAL
from projections.annual_tables import Appeals
from projections.report.recognition import labels
from projections.report.recognition.labels import Match, Wanted
from projections.report.recognition.laid import Notes, Place, Row, Table, has_digits, is_figure, texts_of

NAME = "复议诉讼表"
_FORM = official_form.load(official_form.NAMES[-1]).appeals

_RESULT_WORDS = {
    "upheld": ("维持",),
    "corrected": ("纠正", "撤销纠正"),
    "other": ("其他",),
    "pending": ("未审结", "未结", "审理中", "正在审理", "未审理完结"),
    TOTAL: ("合计", "共计", "小计", "总数"),
}
_ROUTE_WORDS = {
    "reconsideration": ("复议",),
    "litigation_direct": ("直接起诉", "未经复议起诉", "未经复议", "直接提起行政诉讼"),
    "litigation_after_reconsideration": ("经复议后起诉", "经复议起诉", "复议后诉讼", "复议后提起行政诉讼"),
}
RESULTS = [Wanted(each.code, each.label, _RESULT_WORDS[each.code]) for each in _FORM.columns]
ROUTES = [Wanted(each.code, each.levels[-1], _ROUTE_WORDS[each.code]) for each in _FORM.routes]
_ORDER = [each.code for each in RESULTS]
_END: Row = (Place("", -1),)
"""Added after the last row of each table."""
_GROUPS = ("行政诉讼", "诉讼", "项目")


class _Head(NamedTuple):
    """The header of the table. groups: results under each route. beside: texts of other columns, such as 年度, by index."""

    groups: tuple[_Group, ...]
    beside: Mapping[int, str]

    @property
    def places(self) -> list[int]:
        return [at for group in self.groups for _, at in group.columns]


class _Group(NamedTuple):
    """Results under one route. columns: their labels as typed, and column indexes. route: its labels, nearest first."""

    columns: tuple[tuple[str, int], ...]
    route: tuple[str, ...]


def is_header(row: Row) -> bool:
    """Whether a row names results of appeals."""
    return len({match.code for match in _results(texts_of(row)) if match} - {TOTAL}) >= 2


def begins(row: Row) -> bool:
    """Whether the table may begin at this row of a sheet that also has another table."""
    return _is_over(row) or is_header(row)


def read(tables: Sequence[Table], notes: Notes) -> Appeals:
    """Counts by route and result; empty if there is no such table. Unknown cells are None, and noted if not blank."""
    found: Appeals = {}
    rows = [row for table in tables for row in (*table, _END)]
    index = 0
    while index < len(rows):
        if not is_header(rows[index]):
            index += 1
            continue
        first = index
        while (last := _still_header(rows, index)) > index:
            index = last
        above = _above(rows, first)
        head = _head([*above, *rows[first : index + 1]], len(above))
        index = _figures(head, rows, index + 1, found, notes)
    if found:
        _gaps(found, notes)
    return found


def _above(rows: Sequence[Row], first: int) -> list[Row]:
    """Up to three rows above the results. Rows of the table before only if it is as wide, so may have the same columns."""
    found: list[Row] = []
    for index in range(first - 1, max(first - 4, -1), -1):
        if rows[index] is _END and (not index or len(rows[index - 1]) != len(rows[first])):
            break
        found.insert(0, rows[index])
    return found


def _still_header(rows: Sequence[Row], index: int) -> int:
    """Index of the next row that belongs to the header, perhaps after an empty one; else `index`.

    It may be in the next table only if that is as wide.
    """
    for ahead in (index + 1, index + 2):
        if ahead < len(rows) and rows[ahead - 1] is _END and len(rows[ahead]) != len(rows[index]):
            break
        if ahead < len(rows) and (is_header(rows[ahead]) or _names_routes(rows[ahead])):
            return ahead
        if ahead >= len(rows) or any(place.text.strip() for place in rows[ahead]):
            break
    return index


def _results(texts: Sequence[str]) -> list[Match | None]:
    """Match each text alone, since the labels repeat for every route."""
    return [_result(text) for text in texts[:60]]


@lru_cache(maxsize=4_096)
def _result(text: str) -> Match | None:
    is_short = 2 <= len(labels.bare(text)) <= 10
    return labels.align([text], RESULTS, by_place=False)[0] if is_short else None


def _names_routes(row: Row) -> bool:
    texts = [text for text in texts_of(row) if text.strip()]
    return (
        bool(texts)
        and not any(map(has_digits, texts))
        and any(labels.align(texts, ROUTES, _GROUPS, by_place=False))
    )


def _head(block: Sequence[Row], first: int) -> _Head:
    """first: index of the first row with results; rows above it count only if they name routes."""
    rows = [row for nth, row in enumerate(block) if nth >= first or (_names_routes(row) or _is_over(row))]
    groups, is_split = _groups(rows, by_route=True)
    if is_split:
        # The three routes are single cells over fifteen results: assign them in order.
        typed = [text for row in rows for text in texts_of(row)]
        found = [match.code for match in (labels.align([text], ROUTES, by_place=False)[0] for text in typed) if match]  # fmt: skip
        own, _ = _groups(rows, by_route=False)
        groups = own if found == [each.code for each in ROUTES] else [_Group(each.columns, ()) for each in groups]  # fmt: skip
    named = [any(_results([text for text, _ in each.columns])) for each in groups]
    return _Head(
        tuple(group for group, is_named in zip(groups, named, strict=True) if is_named),
        {
            at: text
            for group, is_named in zip(groups, named, strict=True)
            if not is_named
            for text, at in group.columns
        },
    )


def _groups(rows: Sequence[Row], *, by_route: bool) -> tuple[list[_Group], bool]:
    """Groups of columns up to the first repeated result, and whether a route begins inside a group.

    by_route: also begin a group at each new route.
    """
    groups: list[_Group] = []
    columns: list[tuple[str, int]] = []
    codes: list[str] = []
    route: tuple[str, ...] = ()
    cell: int | None = None
    is_split = False
    for at in range(max(map(len, rows))):
        places = [row[at] for row in reversed(rows) if at < len(row)]
        place = next((each for each in places if _is_result(each.text)), None)
        if place is None or (columns and cell == place.cell):
            continue
        match = _result(place.text)
        own = tuple(text for row in reversed(rows) if by_route and (text := _over(row, at)))
        is_next = (match is not None and match.code in codes) or len(columns) == len(_ORDER)
        is_split = is_split or (bool(codes) and own != route and not is_next)
        if columns and (is_next or own != route):
            groups.append(_Group(tuple(columns), route))
            columns, codes = [], []
        route = own
        columns.append((place.text, at))
        codes += [match.code] if match else []
        cell = place.cell
    return groups + ([_Group(tuple(columns), route)] if columns else []), is_split


def _is_over(row: Row) -> bool:
    if any(map(has_digits, texts_of(row))):
        return False
    texts = {labels.bare(text) for text in texts_of(row)} - {""}
    return bool(texts) and texts <= {"行政诉讼", "诉讼", "行政复议", "复议"}


def _is_result(text: str) -> bool:
    return bool(labels.bare(text)) and not any(labels.align([text], ROUTES, by_place=False)) and labels.bare(text) not in _GROUPS  # fmt: skip


def _over(row: Row, at: int) -> str | None:
    """The route above a column: its own text, or the nearest to the left, since cells may not be merged."""
    for place in reversed(row[: at + 1]):
        if labels.bare(place.text) and any(labels.align([place.text], ROUTES, by_place=False)):
            return place.text
        if labels.bare(place.text) in _GROUPS or (place.text.strip() and _result(place.text)):
            return None
    return None


def _figures(head: _Head, rows: Sequence[Row], start: int, found: Appeals, notes: Notes) -> int:
    """Read the row of figures below the header, or one per route. Returns the index of the next row.

    Of several rows it is not known which is this year's, so only equal figures are taken.
    """
    groups = head.groups
    lines: list[Row] = []
    empty: Row | None = None
    taken = False
    index = start
    while index < len(rows):
        row = rows[index]
        texts = texts_of(row)
        if not any(text.strip() for text in texts):
            # The figures may be in the next table.
            if row is _END and (lines or taken or empty):
                break
            empty = row if empty is None and row is not _END else empty
        elif is_header(row) or begins(row) or not any(map(_is_cell, texts)):
            break
        elif len(groups) == 1 and (match := _route_of(texts)):
            _take_all(head, [match.code], row, found, notes)
            taken = True
        elif taken or (lines and sum(map(is_figure, texts)) < len(groups[0].columns)):
            break
        else:
            lines.append(row)
        index += 1
    lines = lines or ([empty] if empty and not taken else [])
    routes = _routes(groups, notes) if lines else []
    for row in lines:
        _take_all(head, routes, row, found, notes)
    if not lines and not taken:
        notes.add_unread(f"{NAME}的栏目下没有数字")
    return max(index, start)


def _is_cell(text: str) -> bool:
    return has_digits(text) or (bool(text.strip()) and numerals.is_blank(text)) or is_figure(text)


def _route_of(texts: Sequence[str]) -> Match | None:
    return next((match for match in labels.align(texts[:3], ROUTES, _GROUPS, by_place=False) if match), None)


def _routes(groups: Sequence[_Group], notes: Notes) -> list[str | None]:
    """The route of each group: by the labels above it, else by its position if there are three; None if unknown."""
    found: list[str | None] = []
    for group in groups:
        match = next(
            (
                match
                for text in group.route
                for match in labels.align([text], ROUTES, by_place=False)
                if match
            ),
            None,
        )
        if match is not None and match.code not in found:
            notes.assume(NAME, group.route[0], match)
        found.append(match.code if match and match.code not in found else None)
    missing = [each.code for each in ROUTES if each.code not in found]
    if len(groups) == len(ROUTES) and found.count(None) == len(missing) > 0:
        for index, code in enumerate(found):
            if code is None and missing[0] == ROUTES[index].code:
                found[index] = missing.pop(0)
                notes.assumed.append(f"{NAME}：第{index + 1}组栏目按所在位置视为“{ROUTES[index].label}”")
    return found


def _take_all(head: _Head, routes: Sequence[str | None], row: Row, found: Appeals, notes: Notes) -> None:
    groups: Sequence[_Group] = head.groups
    places = head.places
    for at, text in head.beside.items():
        if at < len(row) and is_figure(row[at].text):
            notes.add_unread(f"{NAME}的“{labels.shown(text)}”栏不属于年报格式")
    figures = [
        at
        for at, place in enumerate(row)
        if _is_cell(place.text) and (at == 0 or row[at - 1].cell != place.cell) and at not in head.beside
    ]
    if max(places) >= len(row) and len(figures) < len(places):
        for named in filter(None, routes):
            found.setdefault(named, dict.fromkeys(_ORDER))
            for code in _ORDER:
                notes.add_unread(f"{NAME}有一行的单元格比栏目少，不知道少的是哪一格", "appeals", named, code)
        return
    # Shift the header only if all figures are off by the same distance: if some are, part of the header is missing.
    if len({one - other for one, other in zip(figures, places, strict=False)}) == 1 and len(figures) == len(places):  # fmt: skip
        moved = dict(zip(places, figures, strict=True))
        groups = [
            _Group(tuple((text, moved[at]) for text, at in each.columns), each.route) for each in groups
        ]
    elif set(figures) - set(places):
        strange = "、".join(row[at].text.strip() for at in figures if at not in places)
        notes.add_unread(f"{NAME}的{labels.shown(strange)}与栏目对不上")
        return  # with an unnamed column the limits of the groups are not known
    for group, route in zip(groups, routes, strict=True):
        if route is None:
            typed = "、".join(row[at].text.strip() for _, at in group.columns if at < len(row))
            notes.add_unread(f"{NAME}有一组栏目没有名称，其数字为{typed}")
        else:
            _take(group, route, row, found, notes)


def _take(group: _Group, route: str, row: Row, found: Appeals, notes: Notes) -> None:
    """Add the counts of a route; a count that differs from one already found becomes None."""
    before, cells = found.get(route, {}), dict[str, int | None]()
    matches = labels.align([text for text, _ in group.columns], RESULTS)
    seen: set[int] = set()
    for (text, at), match in zip(group.columns, matches, strict=True):
        typed = row[at].text if at < len(row) else ""
        if match is None:
            if has_digits(typed):
                notes.add_unread(f"{NAME}的“{labels.shown(text)}”栏不属于年报格式")
            continue
        notes.assume(NAME, text, match)
        place = f"“{_named(ROUTES, route)}”的“{match.label}”"
        name = f"{NAME}{place}"
        cell = ("appeals", route, match.code)
        if typed.strip() and row[at].cell in seen:
            notes.add_unread(f"{name}：“{labels.shown(typed)}”所在的单元格占了几栏", *cell)
            cells[match.code] = None
        else:
            cells[match.code] = notes.figure(numerals.count, typed, name, *cell)
        if match.code in before and before[match.code] != cells[match.code]:
            notes.add_difference(NAME, place, *cell)
            cells[match.code] = None
        if at < len(row):
            seen.add(row[at].cell)
    found[route] = before | cells


def _gaps(found: Appeals, notes: Notes) -> None:
    for route in ROUTES:
        cells = found.get(route.code)
        if cells is None:
            notes.add_unread(f"{NAME}没有找到“{route.label}”")
            continue
        for result in RESULTS:
            if result.code not in cells:
                notes.add_unread(
                    f"{NAME}“{route.label}”没有找到“{result.label}”", "appeals", route.code, result.code
                )
                cells[result.code] = None
    for code in [route.code for route in ROUTES if route.code in found]:
        found[code] = {each: found[code][each] for each in _ORDER}
    ordered = {route.code: found[route.code] for route in ROUTES if route.code in found}
    found.clear()
    found.update(ordered)


def _named(lines: Sequence[Wanted], code: str) -> str:
    return next(each.label for each in lines if each.code == code)
