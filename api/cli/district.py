"""Commands for a superior authority: its register, those of its units, and reports from files."""

from __future__ import annotations

import typing
from collections.abc import Awaitable, Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from adapters.register.reading.district import District
from adapters.register.register import Register
from adapters.render import terminal
from api.cli.checks import files_in, parsed_input, read_all
from api.cli.console import (
    InFile,
    Output,
    TypedDay,
    authority_option,
    chosen,
    output_options,
    period_of,
    period_options,
    present,
    say,
    show,
    with_register,
)
from api.cli.help import Command, Group
from api.cli.tables import cell_of, format_option, tables_in
from api.cli.targets import check_target, force_option, write
from api.rendering import FileKind, rendered
from api.today import today
from domain.report.official_form import ReportFormat
from domain.values import Period
from projections import annual_tables
from projections.district import corrections as correcting
from projections.district import matters as matter_lines
from projections.district import standing as standings
from projections.district import tables as adding_up
from projections.district import work_list as to_watch
from projections.district.corrections import Corrections
from projections.district.matters import HandedIn
from projections.district.standing import SOON
from projections.district.tables import DistrictTables
from projections.district.units import listed_in
from projections.report import citations

T = TypeVar("T")

units_on_option = click.option(
    "--units-on", type=TypedDay(), metavar="日期", help="按哪一天的下级单位；缺省为期限的末日，未到的为今天。"
)


@click.group(cls=Group)
def district() -> None:
    """全区（全市）：以本机关为上级机关的各单位，连同本机关。"""


def with_district(code: str | None, ask: Callable[[District], Awaitable[T]]) -> tuple[T, str]:
    """The result of a query on an authority's district, and the authority's present name."""

    async def act(register: Register) -> tuple[T, str]:
        named = await chosen(register, code)
        name = (await register.authority(named)).name_on(today())
        return await ask(register.district(named)), name

    return with_register(act)


def map_day(units_on: date | None, period: Period) -> date:
    return units_on or min(period.last, today())


@district.command(cls=Command)
@click.argument("paths", metavar="[文件夹或文件…]", nargs=-1, type=click.Path(path_type=Path))
@period_options
@format_option
@units_on_option
@click.option(
    "--units",
    metavar="文件",
    type=InFile(),
    help="应报送单位的名单，CSV：单位,计入。第二列写数字已计入哪个单位，没有的空着。",
)
@click.option("--parent", metavar="文件", type=InFile(), help="已编制的汇总，逐格核对是否等于各单位之和。")
@click.option("--cell", metavar="行:列", help="列出一格在各单位各是多少，如 予以公开:总计，代码亦可。")
@authority_option
@output_options
def table(
    paths: tuple[Path, ...],
    year: int | None,
    first: date | None,
    last: date | None,
    format_name: str | None,
    units_on: date | None,
    units: typing.BinaryIO | None,
    parent: typing.BinaryIO | None,
    cell: str | None,
    code: str | None,
    output: Output,
) -> int:
    """汇总申请表和复议诉讼表：本台账各单位的登记，连同文件夹中其他单位的年度报告。

    全部单位都已计入、勾稽全部相符，退出码为0；有没有计入、没有报送或不符的，为1。
    """
    period = period_of(year, first, last)
    form = annual_tables.form_of(period, format_name)
    on = map_day(units_on, period)
    listed = parsed_input(units, listed_in) if units else ()
    sources = read_all(files_in(paths)) if paths else []
    made_elsewhere = tables_in(parent) if parent is not None else None

    registers, name = with_district(code, lambda units: units.tables(period, form, on))
    whole = adding_up.add_up(
        registers, sources, listed, made_elsewhere, district=name, period=period, form=form, units_on=on
    )
    if cell is not None:
        return _cell(cell, whole, form, output)
    _present(output, whole, whole, period, form)
    return 0 if whole.is_whole else 1


@district.command(cls=Command)
@period_options
@click.option("--on", "day", type=TypedDay(), metavar="日期", help="哪一天的在办、将到期、逾期；缺省为今天。")
@click.option(
    "--within",
    type=click.IntRange(0, 60),
    default=SOON,
    show_default=True,
    help="将到期：余几个工作日以内。",
)
@authority_option
@output_options
def standing(
    year: int | None,
    first: date | None,
    last: date | None,
    day: date | None,
    within: int,
    code: str | None,
    output: Output,
) -> int:
    """各单位办理监督：在办、将到期、逾期，期限内的办结、纠错、迟登、未归档，最近登记，上年年报。

    满30件才列出比率。有逾期的，退出码为1。
    """
    period, on = period_of(year, first, last), day or today()

    reads, name = with_district(code, lambda units: units.standing(period, on))
    whole = standings.together(reads, on, *period, within)
    present(output, whole, f"{name}　{on}　办结等为{period}", standings.HEADINGS, standings.lines(whole))
    return 1 if whole.overdue else 0


@district.command(name="corrections", cls=Command)
@period_options
@units_on_option
@click.option(
    "--out",
    metavar="文件",
    type=click.Path(path_type=Path),
    help="写成纠错案件分析：按文件名的后缀，docx、pdf或html。",
)
@force_option
@authority_option
@output_options
def corrections_command(
    year: int | None,
    first: date | None,
    last: date | None,
    units_on: date | None,
    out: Path | None,
    force: bool,
    code: str | None,
    output: Output,
) -> int:
    """纠错案件：复议、诉讼结果纠正的各件，按原因、依据条款、原办理结果、单位、年度，占审结的比例。

    还有尚未登记纠错分析（correction_analysed）的，退出码为1。
    """
    period = period_of(year, first, last)
    if out is not None:
        check_target(out, tuple(f".{kind}" for kind in _DOCUMENTS), force=force)

    found, name = with_district(code, lambda units: units.corrections(period, map_day(units_on, period)))
    if out is not None:
        kind = _DOCUMENTS[out.suffix.lower().removeprefix(".")]
        document = correcting.analysis(found, district=name, period=period)
        write(out, rendered(document, kind), force=force)
        click.echo(f"已写到{out}")
    else:
        lines = map(correcting.cells, found.cases)
        title = f"{name}　{period}　审结{found.ended}件，纠正{len(found.cases)}件"
        present(output, found, title, correcting.HEADINGS, lines)
        if output == "drawn":
            _draw_counts(found)
    return 1 if found.unanalysed else 0


_DOCUMENTS: dict[str, FileKind] = {"docx": "docx", "pdf": "pdf", "html": "html"}


def _draw_counts(found: Corrections) -> None:
    for words, counts in (
        ("原因", found.by_cause),
        ("依据条款", found.by_article),
        ("原办理结果", found.by_outcome),
        ("单位", found.by_unit),
        ("年度", found.by_year),
    ):
        if counts:
            click.echo(f"按{words}：{'，'.join(f'{name}{count}' for name, count in counts.items())}")
    if found.unanalysed:
        click.echo(f"尚未分析：{'、'.join(f'{each.unit}{each.reference}' for each in found.unanalysed)}")


@district.command(name="matters", cls=Command)
@click.option("--open", "only_open", is_flag=True, help="只列尚未办完的。")
@authority_option
@output_options
def matters_command(only_open: bool, code: str | None, output: Output) -> int:
    """督办和报送：上级机关对本机关的，本机关对下级单位的，现在到哪一步，由谁办理。

    有已过期限而单位尚未办理的，退出码为1。
    """

    found, name = with_district(code, lambda units: units.matters(today()))
    shown = [each for each in found if each.is_open or not only_open]
    present(output, shown, f"{name}　督办和报送", matter_lines.HEADINGS, matter_lines.lines(shown))
    return 1 if any(each.workdays_left is not None and each.workdays_left < 0 for each in found) else 0


@district.command(name="work-list", cls=Command)
@click.option("--on", "day", type=TypedDay(), metavar="日期", help="哪一天；缺省为今天。")
@click.option(
    "--within",
    type=click.IntRange(0, 60),
    default=SOON,
    show_default=True,
    help="将到期：余几个工作日以内。",
)
@authority_option
@output_options
def work_list_command(day: date | None, within: int, code: str | None, output: Output) -> None:
    """对下级单位的待办：逾期、将到期的申请，逾期未答复的督办、未报送的报送，待本机关审查的报送。"""
    on = day or today()
    found, name = with_district(code, lambda units: units.work_list(on, within))
    present(output, found, f"{name}　{on}　{len(found)}项", to_watch.HEADINGS, to_watch.lines(found))


@district.command(name="return", cls=Command)
@click.argument("name", metavar="报送的名称")
@click.option(
    "--reports",
    "folder",
    metavar="文件夹",
    type=click.Path(path_type=Path, file_okay=False),
    help="连同报送的年度报告，写成各单位一份docx。",
)
@force_option
@authority_option
@output_options
def return_command(name: str, folder: Path | None, force: bool, code: str | None, output: Output) -> int:
    """汇总各单位报送的数字：以各自报送时的台账为准，列出没有报送的、报送后有变动的。

    全部已报送、没有变动、勾稽全部相符，退出码为0，否则为1。
    """

    found, district_name = with_district(code, lambda units: units.handed_in(name, today()))
    period = matter_lines.period_of(found)
    if period is None:
        raise click.UsageError(f"下级单位中没有名为“{name}”的报送，或各单位的统计期限不同")
    if folder is not None:
        _write_reports(folder, found, force=force)
    form = annual_tables.form_of(period)
    whole = adding_up.add_up(
        matter_lines.to_add_up(found), district=district_name, period=period, form=form, units_on=today()
    )
    _present(output, {"figures": whole, "returns": found}, whole, period, form)
    if output == "drawn":
        for each in found:
            if each.restated:
                click.echo(f"{each.unit}：报送后台账有{len(each.restated)}格变动：{'、'.join(each.restated)}")
    return 0 if whole.is_whole and not any(each.restated for each in found) else 1


def _write_reports(folder: Path, found: Iterable[HandedIn], *, force: bool) -> None:
    """Write the reports that were handed in with a return, one file for each unit."""
    targets = {folder / f"{each.unit}.docx": each.report for each in found if each.report is not None}
    folder.mkdir(parents=True, exist_ok=True)
    for target in targets:
        check_target(target, (".docx",), force=force)
    for target, report in targets.items():
        if report is not None:
            write(target, rendered(citations.document(report), "docx"), force=force)
            say(f"已写到{target}")


def _proactive_lines(whole: DistrictTables, form: ReportFormat) -> list[tuple[object, ...]]:
    table = whole.proactive_table or {}
    return [
        (row.label, column, value)
        for block in form.proactive
        for row in block.rows
        for column, value in zip(block.columns, table.get(row.code, ()), strict=False)
    ]


def _cell(cell: str, whole: DistrictTables, form: ReportFormat, output: Output) -> int:
    row, column = cell_of(cell, form)
    try:
        found = adding_up.by_unit(whole, row, column)
    except KeyError as unknown:
        name = unknown.args[0]
        raise click.UsageError(f"“{name}”不是{form.name}年格式的行或列；格的写法如 予以公开:总计") from None
    total = sum(each.count or 0 for each in found)
    lines = map(msgspec.structs.astuple, found)
    present(output, found, f"{cell}　{total}件", adding_up.CELL_HEADINGS, lines)
    return 0


def _present(output: Output, value: Any, whole: DistrictTables, period: Period, form: ReportFormat) -> None:
    """value: for JSON."""
    if output == "drawn":
        _draw(whole, period, form)
    else:
        present(output, value, "", adding_up.headings(form), adding_up.lines(whole, form))


def _draw(whole: DistrictTables, period: Period, form: ReportFormat) -> None:
    count = len(whole.units)
    click.echo(
        f"{whole.district}　{period}　汇总{count}个单位（{whole.units_on}）　{form.name}年格式（{form.notice}）"
    )
    show(
        terminal.requests_table(whole, form),
        terminal.appeals_table(whole, form),
        *terminal.reconciliation(whole, form),
    )
    if lines := [line for line in _proactive_lines(whole, form) if line[-1] is not None]:
        show(terminal.listing("主动公开政府信息情况", ("行", "列", "合计"), lines))
    if whole.proactive_missing:
        click.echo(f"主动公开表未计入（年度报告尚未公布）：{'、'.join(whole.proactive_missing)}")
    if whole.discrepancies:
        show(terminal.discrepancies(whole.discrepancies, form))
    names = {each.code: each.unit for each in whole.units}
    for unit in whole.units:
        if unit.discrepancies:
            click.echo(f"{unit.unit}（{unit.source}）：勾稽{len(unit.discrepancies)}处不符")
        if unit.successor:
            click.echo(
                f"{unit.unit}：已由{names.get(unit.successor, unit.successor)}承接，其台账中的申请仍计入"
            )
        if unit.reported_by:
            click.echo(f"{unit.unit}：年度报告由{names.get(unit.reported_by, unit.reported_by)}一并报告")
        if unit.proactive_source:
            click.echo(f"{unit.unit}：年度报告尚未公布，主动公开情况取自{unit.proactive_source}")
        if unit.counted_at:
            click.echo(f"{unit.unit}：数字计入{unit.counted_at}")
    for each in whole.not_counted:
        click.echo(f"没有计入：{each.unit}（{each.source}）：{each.why}")
    for name in whole.missing:
        click.echo(f"未报送：{name}")


COMMANDS = (district,)
