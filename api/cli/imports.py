"""Commands that import an earlier register from a spreadsheet, and annul imports."""

from __future__ import annotations

import typing
from collections import Counter
from pathlib import Path
from typing import Any

import click
import msgspec

from adapters.register.imports.import_plan import Plan, State
from adapters.register.register import Refused, Register
from adapters.render import remarked, terminal
from adapters.report_files.bounded import BookReaders
from adapters.report_files.office_zip import ReportFileFault
from adapters.report_files.spreadsheet import MOST_BYTES
from api.cli.checks import typed_report
from api.cli.console import (
    InFile,
    actor_of,
    actor_option,
    authority_option,
    chosen,
    in_words,
    json_option,
    say,
    show,
    show_json,
    sign_checkpoint,
    with_register,
)
from api.cli.document_list import documents
from api.cli.help import Command, Group
from api.today import today
from domain.authority.imports import Import
from domain.report import official_form
from domain.values import Period
from projections.importing.columns import MappingFault, read_mapping, write_mapping
from projections.importing.problems import codes_in
from projections.importing.reading import Reading, read_book
from projections.importing.remarks import remarks_of
from projections.report.imported import TypedReport
from projections.report.restatement import Restated, compared

_SHOWN = 50
_WORDS: dict[State, str] = {
    "new": "新登记",
    "changed": "有变动",
    "same": "没有变动",
    "refused": "不能登记",
    "left_out": "略去",
}


class _OfFile(Group):
    """`import 台账.xlsx` means `import file 台账.xlsx`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["file", *args]
        return super().parse_args(ctx, args)


@click.group("import", cls=_OfFile)
def import_() -> None:
    """导入原台账：把以前用电子表格登记的申请移入台账，先看后存。

    \b
    taizhang import 台账.xlsx                                只看：每栏是什么，每行登记什么，缺什么
    taizhang import 台账.xlsx --out 说明.xlsx                 原表加一栏说明，改好后再导入
    taizhang import 台账.xlsx --save-mapping 对应.toml        存下各栏的对应，可修改，用--mapping读入
    taizhang import 台账.xlsx --commit                       登记；有一行不能登记则全部不登记
    taizhang import file --help                             各选项：略过不能登记的行、与已公布的年度报告比较等
    taizhang import list                                    列出各批导入
    taizhang import annul 1                                 整批撤销
    taizhang import documents 目录.xlsx                      文件目录：每行一个文件，登记入文件目录
    """


@import_.command("file", cls=Command, hidden=True)
@click.argument("file", metavar="文件", type=InFile())
@click.option("--mapping", type=InFile(), metavar="文件", help="各栏的对应（TOML）；缺省由表头看出。")
@click.option(
    "--save-mapping", type=click.Path(dir_okay=False, path_type=Path), metavar="文件", help="存下各栏的对应。"
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="文件",
    help="原表加一栏说明，存为xlsx。",
)
@click.option(
    "--against",
    type=InFile(),
    multiple=True,
    metavar="文件",
    help="与已公布的年度报告（docx、xlsx、pdf、html、json）逐格比较；可写多次。",
)
@click.option("--commit", is_flag=True, help="登记；没有此项只看不存。")
@click.option("--partial", is_flag=True, help="不能登记的行略过，其余照登。")
@authority_option
@actor_option
@json_option
def of_file(
    file: typing.BinaryIO,
    mapping: typing.BinaryIO | None,
    save_mapping: Path | None,
    out: Path | None,
    against: tuple[typing.BinaryIO, ...],
    commit: bool,
    partial: bool,
    code: str | None,
    actor: str | None,
    as_json: bool,
) -> int:
    """导入一个文件：xlsx、xls、ods，或UTF-8、GBK、UTF-16的csv。"""
    _check_new(save_mapping, out)
    reading, sheets = _read(file, mapping)
    published = [_published(each) for each in against]
    periods = [(Period.year(each.year or 0), official_form.load(each.format)) for each in published]
    if save_mapping is not None:
        save_mapping.write_text(write_mapping(reading.mapping), "utf-8")

    async def act(register: Register) -> tuple[Plan, Import | None]:
        named, who = await chosen(register, code), actor_of(actor)
        plan = await register.imports.plan(
            named, reading.rows, reading.digest, today(), actor=who, against=periods
        )
        if not commit or (plan.refused and not partial):
            return plan, None
        batch = await register.imports.commit(named, plan, today(), actor=who)
        await sign_checkpoint(register, named)
        return plan, batch

    try:
        plan, batch = with_register(act)
    except Refused as refused:
        say(in_words(refused.problems[0].refusal))
        return 1
    if out is not None:
        out.write_bytes(remarked.render(sheets, remarks_of(plan.rows)))
    differing = [compared(each, tables) for each, tables in zip(published, plan.tables, strict=True)]
    if as_json:
        shown = _shown(reading, plan, batch)
        if published:
            shown["against"] = [
                {"year": each.year, "differing": cells}
                for each, cells in zip(published, differing, strict=True)
            ]
        show_json(shown)
    else:
        _draw(reading, plan, commit=commit, batch=batch)
        for report, cells in zip(published, differing, strict=True):
            _draw_differing(report, cells)
    if any(differing) and not commit:
        return 1
    return 1 if plan.refused and not (commit and partial) else 0


@import_.command("list", cls=Command)
@authority_option
@json_option
def list_(code: str | None, as_json: bool) -> int:
    """列出各批导入：何时何人由哪个文件导入多少行。"""

    async def act(register: Register) -> tuple[Import, ...]:
        return await register.imports.imports(await chosen(register, code))

    found = with_register(act)
    if as_json:
        show_json(found)
        return 0
    rows = [
        (
            each.number,
            each.on,
            each.actor,
            each.row_count,
            each.entry_count,
            each.file_digest[:12],
            f"{each.annulled_on}撤销" if each.annulled_on else "",
        )
        for each in found
    ]
    show(terminal.listing("导入的各批", ("批次", "日期", "登记人", "行", "登记", "文件", "状态"), rows))
    return 0


@import_.command("annul", cls=Command)
@click.argument("number", metavar="批次", type=click.IntRange(1, 1_000_000))
@authority_option
@actor_option
def annul(number: int, code: str | None, actor: str | None) -> int:
    """整批撤销一次导入；导入后另有登记的不撤销。"""

    async def act(register: Register) -> int:
        named = await chosen(register, code)
        judged = await register.imports.annul(named, number, today(), actor=actor_of(actor))
        await sign_checkpoint(register, named)
        return len(judged.entries) - 1

    try:
        count = with_register(act)
    except Refused as refused:
        say(in_words(refused.problems[0].refusal))
        return 1
    click.echo(f"第{number}批导入已撤销，更正登记{count}项。")
    return 0


def _check_new(*paths: Path | None) -> None:
    """Refuse to overwrite a file."""
    for path in paths:
        if path is not None and path.exists():
            raise click.UsageError(f"文件{path}已存在，没有覆盖，请换一个名称")


def _read(file: typing.BinaryIO, mapping: typing.BinaryIO | None) -> tuple[Reading, tuple[Any, ...]]:
    try:
        given = read_mapping(mapping.read(1_000_000).decode("utf-8-sig")) if mapping else None
        with BookReaders() as readers:
            book = readers.read(file.read(MOST_BYTES + 1), getattr(file, "name", ""))
        return read_book(book, given), book.sheets
    except UnicodeDecodeError:
        raise click.UsageError("对应文件不是UTF-8文字") from None
    except (ReportFileFault, MappingFault) as fault:
        raise click.UsageError(str(fault)) from None


def _published(file: typing.BinaryIO) -> TypedReport:
    report = typed_report(file)
    if report.year is None:
        raise click.UsageError(f"文件{Path(file.name).name}：看不出是哪一年度的报告")
    return report  # type: ignore[no-any-return]


def _draw_differing(report: TypedReport, cells: list[Restated]) -> None:
    if not cells:
        click.echo(f"与公布的{report.year}年度报告逐格相同。")
        return
    form = official_form.load(report.format)
    rows = {
        "requests": {row.code: row.levels[-1] for row in form.requests.rows},
        "appeals": {route.code: route.levels[-1] for route in form.appeals.routes},
    }
    columns = {
        "requests": {column.code: column.levels[-1] for column in form.requests.columns},
        "appeals": {column.code: column.levels[-1] for column in form.appeals.columns},
    }
    lines = [
        (
            rows[each.table].get(each.row, each.row),
            columns[each.table].get(each.column, each.column),
            each.published,
            each.now,
        )
        for each in cells
    ]
    title = f"与公布的{report.year}年度报告有{len(cells)}格不同"
    show(terminal.listing(title, ("行", "列", "公布", "台账"), lines))


def _shown(reading: Reading, plan: Plan, batch: Import | None) -> dict[str, Any]:
    return {
        "file_digest": reading.digest,
        "columns": reading.mapping.columns,
        "assumed": reading.assumed,
        "counts": Counter(each.state for each in plan.rows),
        "rows": [
            msgspec.to_builtins(each)
            | {"recordings": len(each.recordings), "codes": codes_in(each.row.problems)}
            for each in plan.rows
        ],
        "batch": batch,
    }


def _draw(reading: Reading, plan: Plan, *, commit: bool, batch: Import | None) -> None:
    columns = [(*place, meaning or "（不读）") for *place, meaning in reading.columns()]
    show(terminal.listing("各栏是什么", ("工作表", "列", "表头", "作为"), columns))
    for text in reading.assumed:
        click.echo(f"请核对：{text}")
    repeated = Counter(text for each in plan.rows for text in {*each.row.assumed, *each.row.noted})
    rows = [(text, count) for text, count in repeated.most_common(_SHOWN)]
    show(terminal.listing("假定和未登记的", ("说明", "行数"), rows))
    listed = [each for each in plan.rows if each.state in ("new", "changed")]
    if listed:
        lines = [
            (each.row.sheet_no, each.row.row_no, each.reference or "另编", "；".join(each.says))
            for each in listed[:_SHOWN]
        ]
        show(terminal.listing("登记什么", ("工作表", "行", "登记号", "内容"), lines))
        if len(listed) > _SHOWN:
            click.echo(f"……另有{len(listed) - _SHOWN}行，加--out写成表格看。")
    refused = plan.refused
    if refused:
        wrong = [
            (each.row.sheet_no, each.row.row_no, "；".join(each.row.problems)) for each in refused[:_SHOWN]
        ]
        show(terminal.listing("不能登记的行", ("工作表", "行", "问题"), wrong))
        if len(refused) > _SHOWN:
            click.echo(f"……另有{len(refused) - _SHOWN}行，加--out写成表格看。")
    counts = Counter(each.state for each in plan.rows)
    summary = "，".join(f"{_WORDS[state]}{counts[state]}行" for state in _WORDS if counts[state])
    if batch is not None:
        click.echo(f"{summary}。第{batch.number}批已导入：{batch.row_count}行，登记{batch.entry_count}项。")
    elif commit and refused:
        click.echo(f"{summary}。有不能登记的行，全部未登记；改好后再导入，或加--partial略过它们。")
    elif commit:
        click.echo(f"{summary}。没有要登记的。")
    else:
        click.echo(f"{summary}。没有登记；加--commit登记。")


import_.add_command(documents)

COMMANDS = (import_,)
