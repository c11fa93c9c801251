"""Commands for the statutory tables: the tables, requests behind a cell, differences, reconciliation."""

from __future__ import annotations

import typing
from collections.abc import Sequence
from datetime import date

import click
import msgspec

from adapters.register.recording.decoding import broken_json, check_utf8
from adapters.register.register import Register
from adapters.render import terminal
from adapters.views import Until, View
from api.cli.checks import typed_report
from api.cli.console import (
    InFile,
    Moment,
    Output,
    authority_option,
    chosen,
    json_option,
    output_options,
    period_of,
    period_options,
    present,
    show,
    show_json,
    until_option,
    with_register,
    with_view,
)
from api.cli.help import Command
from api.cli.json_input import check_kind, without_mark
from domain.law import outcomes
from domain.law.refusals import Malformed
from domain.report import official_form
from domain.report.official_form import FormLine, ReportFormat
from domain.values import Period, bare
from projections import annual_tables
from projections.annual_tables import AnnualTables, Discrepancy, Tables, TablesFault
from projections.choice_labels import code_named
from projections.diff import Differences
from projections.register import AppealSpell, RequestRow

format_option = click.option(
    "--format",
    "format_name",
    type=click.Choice(official_form.NAMES),
    help="年报格式；缺省为期限末年的格式。",
)


@click.command(cls=Command)
@period_options
@format_option
@click.option("--cell", metavar="行:列", help="列出一格所计的申请，如 予以公开:自然人，代码亦可。")
@until_option
@authority_option
@output_options
def table(
    year: int | None,
    first: date | None,
    last: date | None,
    format_name: str | None,
    cell: str | None,
    until: Until | None,
    code: str | None,
    output: Output,
) -> int:
    """年报的申请表和复议诉讼表，任意期限，附勾稽。"""
    period = period_of(year, first, last)
    form = annual_tables.form_of(period, format_name)
    if cell is not None:
        return _cell(cell, period, form, until, code, output)
    tables = with_view(code, until, lambda view: view.tables(period, form))
    if output == "drawn":
        draw(tables, period, form)
    else:
        present(output, tables, "", annual_tables.headings(form), annual_tables.lines(tables, form))
    return 1 if tables.discrepancies else 0


def draw(tables: AnnualTables, period: Period, form: ReportFormat) -> None:
    """Draw both tables and their reconciliation."""
    click.echo(f"{tables.authority}　{period}　{form.name}年格式（{form.notice}）")
    show(
        terminal.requests_table(tables, form),
        terminal.appeals_table(tables, form),
        *terminal.reconciliation(tables, form),
    )
    if tables.discrepancies:
        show(terminal.discrepancies(tables.discrepancies, form))


def _lines(*parts: Sequence[FormLine]) -> dict[str, str]:
    """Codes of rows or columns, by their words without number and brackets."""
    return {line.code: bare(line.levels[-1]).partition("（")[0] for part in parts for line in part}


def cell_of(cell: str, form: ReportFormat) -> tuple[str, str]:
    """Codes of row and column from 行:列, as words or codes; unknown ones are returned unchanged."""
    row, _, column = cell.replace("：", ":").partition(":")
    return (
        code_named(_lines(form.requests.rows, form.appeals.routes), row) or row,
        code_named(_lines(form.requests.columns, form.appeals.columns), column) or column,
    )


def _cell(
    cell: str, period: Period, form: ReportFormat, until: Until | None, code: str | None, output: Output
) -> int:
    row, column = cell_of(cell, form)
    of_appeals = row in {route.code for route in form.appeals.routes}

    async def ask(view: View) -> list[RequestRow] | list[AppealSpell]:
        if of_appeals:
            return annual_tables.appeals_in_cell(await view.spells(period), row, column, period, form)
        return annual_tables.requests_in_cell(await view.rows(period), row, column, period, form)

    try:
        found = with_view(code, until, ask)
    except KeyError as unknown:
        name = unknown.args[0]
        raise click.UsageError(f"“{name}”不是{form.name}年格式的行或列；格的写法如 予以公开:自然人") from None
    headings = (
        ("登记号", "提起日期", "生效日期", "复议或诉讼")
        if of_appeals
        else ("登记号", "收到日期", "办结日期", "结果")
    )
    lines = [
        (each.reference, each.received_on, each.closed_on, outcomes.label(each.outcome or ""))
        if isinstance(each, RequestRow)
        else (each.reference, each.begun_on, each.decided_on, each.appeal)
        for each in found
    ]
    present(output, found, f"{cell}　{len(found)}件", headings, lines)
    return 0


@click.command(cls=Command)
@period_options
@format_option
@click.option(
    "--before", type=Moment(), required=True, help="前一时刻：日期（当日结束）、带时区的时刻或日志位置。"
)
@click.option("--after", type=Moment(), help="后一时刻；缺省为现在。")
@authority_option
@output_options
def diff(
    year: int | None,
    first: date | None,
    last: date | None,
    format_name: str | None,
    before: Until,
    after: Until | None,
    code: str | None,
    output: Output,
) -> None:
    """两个时刻所见的表格有哪些格不同，由哪些登记引起。"""
    period = period_of(year, first, last)
    form = annual_tables.form_of(period, format_name)

    async def act(register: Register) -> Differences:
        return await register.comparisons.differences(
            await chosen(register, code), before, after, period, form
        )

    found = with_register(act)
    labels = terminal.labels(form)
    lines = [
        (
            labels[each.row], labels[each.column], each.was, each.now,
            "、".join([*(f"−{reference}" for reference in each.left), *(f"+{reference}" for reference in each.entered)]),
        )
        for each in found.cells
    ]  # fmt: skip
    present(output, found, f"{len(found.cells)}格不同", ("行", "列", "原为", "现为", "申请"), lines)
    if output == "drawn" and found.entries:
        moved = [
            (reference, line.position, line.recorded_on, line.sentence)
            for reference, lines_of in found.entries.items()
            for line in lines_of
        ]
        show(terminal.listing("其间的登记", ("登记号", "位置", "登记日期", "内容"), moved))


@click.command(cls=Command)
@click.argument("file", metavar="文件", type=InFile())
@click.option("--previous", metavar="文件", type=InFile(), help="上一年度的报告，核对结转。")
@click.option(
    "--child",
    "children",
    metavar="文件",
    type=InFile(),
    multiple=True,
    help="下级（及本级）的报告，核对汇总；可重复。",
)
@json_option
def reconcile(
    file: typing.BinaryIO,
    previous: typing.BinaryIO | None,
    children: tuple[typing.BinaryIO, ...],
    as_json: bool,
) -> int:
    """核对任一机关已编制的报告表格（JSON，或check可读的任何文件），列出勾稽不符之处和空白格。"""
    tables = tables_in(file)
    found = annual_tables.reconcile(tables)
    if previous is not None:
        found += annual_tables.reconcile_years(tables_in(previous), tables)
    if children:
        found += annual_tables.reconcile_parent(tables, [tables_in(child) for child in children])
    empty = annual_tables.blanks(tables)
    if as_json:
        show_json({"discrepancies": found, "blanks": empty})
    else:
        _draw_found(found, empty)
    return 1 if found else 0


def _draw_found(found: list[Discrepancy], empty: list[str]) -> None:
    if found:
        show(terminal.discrepancies(found, official_form.load(official_form.NAMES[-1])))
    else:
        click.echo("✓ 勾稽全部相符")
    if empty:
        click.echo(f"空白{len(empty)}格（计算时按0）：{'、'.join(empty)}")


def tables_in(file: typing.BinaryIO) -> Tables:
    """Tables from JSON, or from a report in any readable format. Raises UsageError if a part cannot be read."""
    name = str(getattr(file, "name", ""))
    try:
        if not name.lower().endswith(".json") and "." in name.rpartition("/")[2]:
            report = typed_report(file)
            if report.unread:
                raise click.UsageError(f"文件{name}：有未能读出的内容：{report.unread[0]}")
            tables: Tables = report
        else:
            text = file.read()
            check_kind(text)
            check_utf8(text)
            tables = msgspec.json.decode(without_mark(text), type=Tables)
        annual_tables.check_shape(tables)
    except (msgspec.ValidationError, RecursionError):
        raise Malformed(
            field=f"{name}：",
            problem="不是含columns、requests_table、appeals_table的JSON，或有一格不是整数",
        ) from None
    except msgspec.DecodeError:
        raise Malformed(field="", problem=broken_json(without_mark(text).decode())) from None
    except TablesFault as wrong:
        raise Malformed(field="", problem=str(wrong)) from None
    return tables


COMMANDS = (table, diff, reconcile)
