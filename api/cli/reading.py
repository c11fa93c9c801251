"""Commands that read: the statutory tables, what stands behind a cell, and tables typed elsewhere."""

from __future__ import annotations

import typing
from datetime import date

import click
import msgspec

from adapters.render import terminal
from adapters.store import Store
from api.cli.speaking import (
    Command,
    InFile,
    authority_option,
    chosen,
    json_option,
    period_of,
    period_options,
    show,
    show_json,
    with_store,
)
from domain import errors, outcomes, report_format
from domain.report_format import ReportFormat
from domain.values import Period
from projections import annual_tables
from projections.annual_tables import Discrepancy, Tables, TablesFault
from projections.register import AppealSpell, Row

format_option = click.option(
    "--format", "format_name", type=click.Choice(report_format.NAMES), help="年报格式；缺省为期限末年的格式。"
)


@click.command(cls=Command)
@period_options
@format_option
@click.option("--cell", metavar="行:列", help="列出一格所计的申请，如 granted:natural_person。")
@authority_option
@json_option
def table(
    year: int | None,
    first: date | None,
    last: date | None,
    format_name: str | None,
    cell: str | None,
    code: str | None,
    as_json: bool,
) -> int:
    """年报的申请表和复议诉讼表，任意期限，附勾稽。"""
    period = period_of(year, first, last)
    form = annual_tables.form_of(period, format_name)
    if cell is not None:
        return _cell(cell, period, form, code, as_json=as_json)

    async def act(store: Store) -> annual_tables.AnnualTables:
        return await store.tables(await chosen(store, code), period, form)

    tables = with_store(act)
    if as_json:
        show_json(tables)
    else:
        draw(tables, period, form)
    return 1 if tables.discrepancies else 0


def draw(tables: annual_tables.AnnualTables, period: Period, form: ReportFormat) -> None:
    """Both tables and their reconciliation, in the terminal."""
    click.echo(f"{tables.authority}　{period}　{form.name}年格式（{form.notice}）")
    show(
        terminal.requests_table(tables, form),
        terminal.appeals_table(tables, form),
        *terminal.reconciliation(tables, form),
    )
    if tables.discrepancies:
        show(terminal.discrepancies(tables.discrepancies, form))


def _cell(cell: str, period: Period, form: ReportFormat, code: str | None, *, as_json: bool) -> int:
    row, _, column = cell.partition(":")

    async def act(store: Store) -> tuple[list[Row], list[AppealSpell]]:
        return await store.rows(await chosen(store, code), period)

    rows, spells = with_store(act)
    try:
        if row in {route.code for route in form.appeals.routes}:
            found: list[Row] | list[AppealSpell] = annual_tables.appeals_in_cell(
                spells, row, column, period, form
            )
        else:
            found = annual_tables.requests_in_cell(rows, row, column, period, form)
    except KeyError as unknown:
        raise click.UsageError(
            f"{form.name}年格式没有“{unknown.args[0]}”；格的写法如granted:natural_person"
        ) from None
    if as_json:
        show_json(found)
        return 0
    headings: tuple[str, ...] = ("登记号", "收到日期", "办结日期", "结果")
    lines = [
        (each.reference, each.received_on, each.closed_on, outcomes.label(each.outcome or ""))
        if isinstance(each, Row)
        else (each.reference, each.begun_on, each.decided_on, each.appeal)
        for each in found
    ]
    if found and isinstance(found[0], AppealSpell):
        headings = ("登记号", "提起日期", "生效日期", "复议或诉讼")
    show(terminal.listing(f"{cell}　{len(found)}件", headings, lines))
    return 0


@click.command(cls=Command)
@click.argument("file", metavar="文件", type=InFile())
@click.option("--previous", metavar="文件", type=InFile(), help="上一年度的报告，核对结转。")
@json_option
def reconcile(file: typing.BinaryIO, previous: typing.BinaryIO | None, as_json: bool) -> int:
    """核对任一机关已编制的报告表格（JSON），列出勾稽不符之处和空白格。"""
    tables = _tables(file)
    found = annual_tables.reconcile(tables)
    if previous is not None:
        found += annual_tables.reconcile_years(_tables(previous), tables)
    empty = annual_tables.blanks(tables)
    if as_json:
        show_json({"discrepancies": found, "blanks": empty})
    else:
        _draw_found(found, empty)
    return 1 if found else 0


def _draw_found(found: list[Discrepancy], empty: list[str]) -> None:
    if found:
        show(terminal.discrepancies(found, report_format.load(report_format.NAMES[-1])))
    else:
        click.echo("✓ 勾稽全部相符")
    if empty:
        click.echo(f"空白{len(empty)}格（计算时按0）：{'、'.join(empty)}")


class _Typed(msgspec.Struct):
    """A report typed elsewhere; its other keys are not read."""

    columns: list[str]
    requests_table: dict[str, list[int | None]]
    appeals_table: dict[str, dict[str, int | None]]


def _tables(file: typing.BinaryIO) -> Tables:
    try:
        typed = msgspec.json.decode(file.read(), type=_Typed)
        tables = Tables(typed.columns, typed.requests_table, typed.appeals_table)
        annual_tables.check_shape(tables)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise errors.Malformed(
            field=f"{getattr(file, 'name', '')}：",
            problem="不是含columns、requests_table、appeals_table的JSON，或有一格不是整数",
        ) from None
    except TablesFault as wrong:
        raise errors.Malformed(field="", problem=str(wrong)) from None
    return tables


COMMANDS = (table, reconcile)
