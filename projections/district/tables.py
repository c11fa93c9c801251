"""The tables of a district for any period: the sum of its units' tables, from registers or files; each cell by unit.

A unit's tables come from its register here or from a report it sent; the register counts where both are there. A unit
whose figures another's hold already is never added a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import zip_longest
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from domain.report.official_form import ReportFormat
from domain.report.state import number_in
from domain.values import Period
from projections import annual_tables
from projections.annual_tables import AnnualTables, Discrepancy, Tables
from projections.district.units import ListedUnit
from projections.report import consolidated
from projections.report.content import Proactive
from projections.report.imported import TypedReport
from projections.report.judged import Source, same_unit

REGISTER = "台账"
"""Where the figures of a unit with a register here come from."""


class RegisterTables(NamedTuple):
    """Of a unit with a register here. fault: why there are no tables of the period, in words. proactive_table: as its
    report of the year says, once that is published or handed in; None before. reported_by: the successor whose report
    covers the year, its proactive table too.
    """

    code: str
    unit: str
    tables: AnnualTables | None
    fault: str = ""
    successor: str | None = None
    proactive_table: Proactive | None = None
    reported_by: str | None = None


class UnitTables(Tables, frozen=True, kw_only=True, omit_defaults=True):
    """One unit's share. source: REGISTER or the file. position: of its log. successor: who had taken it over by the
    end. reported_by: see RegisterTables. proactive_source: the file that has the proactive table, of a register whose
    report is not published. discrepancies: within its own tables.
    """

    unit: str
    source: str
    code: str | None = None
    position: int | None = None
    successor: str | None = None
    reported_by: str | None = None
    counted_at: str | None = None
    proactive_table: Proactive | None = None
    proactive_source: str | None = None
    discrepancies: tuple[Discrepancy, ...] = ()


class NotCounted(msgspec.Struct, frozen=True):
    """A register or file whose figures are in no sum, and why."""

    unit: str
    source: str
    why: str


class DistrictTables(Tables, frozen=True, kw_only=True, omit_defaults=True, rename={"from_": "from"}):
    """units_on: the day whose map of units it is. missing: units listed that nothing came of. proactive_table: of a
    whole year, a cell blank that all leave blank; proactive_missing: units whose share is not in it.

    discrepancies: what does not tie in the sum, and where a sum made elsewhere differs from it.
    """

    district: str
    format: str
    units_on: date
    units: list[UnitTables]
    year: int | None = None
    from_: date | None = None
    to: date | None = None
    missing: tuple[str, ...] = ()
    proactive_table: Proactive | None = None
    proactive_missing: tuple[str, ...] = ()
    not_counted: tuple[NotCounted, ...] = ()
    discrepancies: tuple[Discrepancy, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Every unit is counted, and all identities hold, also within the units."""
        return not (
            self.missing
            or self.not_counted
            or self.discrepancies
            or any(unit.discrepancies for unit in self.units)
        )


def add_up(
    registers: Iterable[RegisterTables],
    sources: Iterable[Source] = (),
    listed: Sequence[ListedUnit] = (),
    parent: Tables | None = None,
    *,
    district: str,
    period: Period,
    form: ReportFormat,
    units_on: date,
) -> DistrictTables:
    """parent: a sum made elsewhere, held against this one cell by cell."""
    gathered = _Gathered(form, period, {same_unit(each.name): each for each in listed})
    for register in registers:
        gathered.add_register(register)
    for source in sources:
        gathered.add_file(source)
    units = sorted(gathered.units.values(), key=lambda unit: (unit.code is None, unit.code or "", unit.unit))
    whole = consolidated.sum_of(form, [(unit.source, _typed(unit, form)) for unit in units])
    tables = Tables(whole.columns, whole.requests_table, whole.appeals_table)
    against = annual_tables.reconcile_parent(parent, units) if parent is not None else []
    whole_year = period == Period.year(period.first.year)
    return DistrictTables(
        district=district,
        format=form.name,
        units_on=units_on,
        columns=tables.columns,
        requests_table=tables.requests_table,
        appeals_table=tables.appeals_table,
        units=units,
        year=period.first.year if whole_year else None,
        from_=None if whole_year else period.first,
        to=None if whole_year else period.last,
        missing=tuple(gathered.missing()),
        proactive_table=whole.proactive_table if whole_year else None,
        proactive_missing=tuple(
            unit.unit for unit in units if whole_year and not unit.proactive_table and not unit.reported_by
        ),
        not_counted=tuple(gathered.left_out),
        discrepancies=(*annual_tables.reconcile(tables), *against),
    )


class _Gathered:
    """What came of each unit, by its name as names are compared."""

    def __init__(self, form: ReportFormat, period: Period, listed: dict[str, ListedUnit]) -> None:
        self.units: dict[tuple[str, str], UnitTables] = {}
        self.left_out: list[NotCounted] = []
        self._came: set[str] = set()
        self._registers: dict[str, list[str]] = {}
        self._disputed: set[str] = set()
        self._form = form
        self._period = period
        self._listed = listed

    def add_register(self, register: RegisterTables) -> None:
        self._came.add(same_unit(register.unit))
        if register.tables is None:
            self.left_out.append(NotCounted(register.unit, REGISTER, register.fault))
            return
        self._count(
            UnitTables(
                unit=register.unit,
                source=REGISTER,
                code=register.code,
                position=register.tables.position,
                successor=register.successor,
                reported_by=register.reported_by,
                proactive_table=register.proactive_table,
                columns=register.tables.columns,
                requests_table=register.tables.requests_table,
                appeals_table=register.tables.appeals_table,
                discrepancies=tuple(register.tables.discrepancies),
            )
        )

    def add_file(self, source: Source) -> None:
        report = source.report
        unit = (report.authority if report else None) or source.file
        why = source.fault or "不能读取" if report is None else self._why_not(report)
        if report is not None and report.year == self._period.first.year:
            self._came.add(same_unit(unit))
        if report is None or why is not None:
            self.left_out.append(NotCounted(unit, source.file, why or ""))
            return
        part = consolidated.sum_of(self._form, [(source.file, report)])
        self._count(
            UnitTables(
                unit=unit,
                source=source.file,
                columns=part.columns,
                requests_table=part.requests_table,
                appeals_table=part.appeals_table,
                proactive_table=part.proactive_table if report.proactive_table else None,
            )
        )

    def missing(self) -> list[str]:
        """Listed units without figures, except those that are included in another's."""
        return [
            each.name
            for key, each in self._listed.items()
            if each.counted_at is None and key not in self._came
        ]

    def _why_not(self, report: TypedReport) -> str | None:
        if self._period != Period.year(self._period.first.year):
            return "年度报告的数字只能计入一个年度，不能计入其他期限"
        why = consolidated.why_not(report, self._period.first.year)
        layout = report.layouts.get("requests", self._form.name)
        if why is None and layout != self._form.name:
            return f"采用{layout}年格式，与汇总的{self._form.name}年格式不同"
        return why

    def _count(self, unit: UnitTables) -> None:
        key = same_unit(unit.unit)
        listed = self._listed.get(key)
        if listed is not None and listed.counted_at is not None:
            if figures := sum(count != 0 for count in self._cells(unit)):
                why = f"其数字计入“{listed.counted_at}”，本身应为零，而有{figures}格不为零"
                self.left_out.append(NotCounted(unit.unit, unit.source, why))
                return
            unit = replace(unit, counted_at=listed.counted_at)
        if unit.code is not None:  # names may be equal, codes are unique
            self._registers.setdefault(key, []).append(unit.code)
            self.units[REGISTER, unit.code] = unit
            return
        if codes := self._registers.get(key):
            self._compare(unit, codes)
            return
        if key in self._disputed:
            self._leave_out(unit, "同一单位的其他文件数字不同，都没有计入")
            return
        before = self.units.get(("", key))
        if before is None:
            self.units["", key] = replace(unit, discrepancies=tuple(annual_tables.reconcile(unit)))
        elif differ := self._differ(before, unit):
            del self.units["", key]
            self._disputed.add(key)
            self._leave_out(before, f"与“{unit.source}”同为一个单位而有{differ}格不同，两个都没有计入")
            self._leave_out(unit, f"与“{before.source}”同为一个单位而有{differ}格不同，两个都没有计入")

    def _compare(self, unit: UnitTables, codes: Sequence[str]) -> None:
        """A file of a unit with a register, which counts. It has a proactive table once its report is published: before
        that the file's is used instead.
        """
        register = self.units[REGISTER, codes[0]]
        if len(codes) > 1:
            self._leave_out(unit, f"有{len(codes)}个单位的台账同名，不能确定是哪一个的")
            return
        lacks = register.proactive_table is None or register.proactive_source is not None
        other = replace(unit, proactive_table=register.proactive_table) if lacks else unit
        if differ := self._differ(register, other):
            self._leave_out(unit, f"按该单位的台账计，文件中有{differ}格与台账不同")
        elif lacks and unit.proactive_table:
            self._take_proactive(codes[0], unit)

    def _take_proactive(self, code: str, unit: UnitTables) -> None:
        """Of two files that differ neither. code: of the unit's register."""
        register = self.units[REGISTER, code]
        if register.reported_by is not None:
            self._leave_out(unit, "主动公开情况由承接机关的报告反映，文件中的没有计入")
        elif same_unit(unit.unit) in self._disputed:
            self._leave_out(unit, "该单位其他文件的主动公开情况不同，都没有计入")
        elif register.proactive_source is None:
            taken = replace(register, proactive_table=unit.proactive_table, proactive_source=unit.source)
            self.units[REGISTER, code] = taken
        elif differ := self._differ(register, unit):
            self._disputed.add(same_unit(unit.unit))
            self.units[REGISTER, code] = replace(register, proactive_table=None, proactive_source=None)
            for one, another in (
                (register.proactive_source, unit.source),
                (unit.source, register.proactive_source),
            ):
                why = f"与“{another}”同为一个单位而主动公开情况有{differ}格不同，两个都没有计入"
                self.left_out.append(NotCounted(unit.unit, one, why))

    def _differ(self, one: UnitTables, other: UnitTables) -> int:
        """The number of differing cells."""
        return sum(mine != its for mine, its in zip(self._cells(one), self._cells(other), strict=True))

    def _cells(self, unit: UnitTables) -> Iterator[int | Decimal]:
        """The cells of all tables; a blank counts as zero."""
        for cells in unit.requests_table.values():
            yield from (cell or 0 for cell in cells)
        for results in unit.appeals_table.values():
            yield from (count or 0 for count in results.values())
        for block in self._form.proactive:
            for row in block.rows:
                printed = (unit.proactive_table or {}).get(row.code, [])
                yield from (number_in(cell) or 0 for cell, _ in zip_longest(printed, block.columns))

    def _leave_out(self, unit: UnitTables, why: str) -> None:
        self.left_out.append(NotCounted(unit.unit, unit.source, why))


def _typed(unit: UnitTables, form: ReportFormat) -> TypedReport:
    return TypedReport(
        columns=unit.columns,
        requests_table=unit.requests_table,
        appeals_table=unit.appeals_table,
        proactive_table=unit.proactive_table or {},
        format=form.name,
        authority=unit.unit,
    )


class CellOfUnit(msgspec.Struct, frozen=True):
    """What one unit adds to a cell."""

    unit: str
    source: str
    count: int | None


def by_unit(found: DistrictTables, row: str, column: str) -> list[CellOfUnit]:
    """Unit, source and count of one cell; of all units, those with nothing too. Raises KeyError as a table does."""
    if row in found.appeals_table:
        if column not in found.appeals_table[row]:
            raise KeyError(column)
        return [CellOfUnit(unit.unit, unit.source, unit.appeals_table[row][column]) for unit in found.units]
    if row not in found.requests_table:
        raise KeyError(row)
    if column not in found.columns:
        raise KeyError(column)
    nth = found.columns.index(column)
    return [CellOfUnit(unit.unit, unit.source, unit.requests_table[row][nth]) for unit in found.units]


CELL_HEADINGS = ("单位", "来源", "件数")


def headings(form: ReportFormat) -> list[str]:
    """Over the lines of all units."""
    return ["单位", "来源", *annual_tables.headings(form)]


def lines(found: DistrictTables, form: ReportFormat) -> Iterator[list[object]]:
    """Both tables of the district, then those of each unit, under `headings`."""
    for unit, source, tables in (
        (found.district, "合计", found),
        *((each.unit, each.source, each) for each in found.units),
    ):
        for row in form.requests.rows:
            yield [unit, source, "申请", row.label, *tables.requests_table[row.code]]
        yield [unit, source, "表", "类别", *(column.label for column in form.appeals.columns)]
        for route in form.appeals.routes:
            results = tables.appeals_table[route.code]
            yield [
                unit,
                source,
                "复议诉讼",
                route.label,
                *(results[each.code] for each in form.appeals.columns),
            ]
