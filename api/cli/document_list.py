"""The command that imports a list of documents into the register of documents: previewed, then recorded as a whole."""

from __future__ import annotations

import typing
from typing import NamedTuple

import click

from adapters.register.recording.decoding import convert
from adapters.register.recording.recording import Recording
from adapters.register.register import Judged, Refused, Register
from adapters.render import terminal
from adapters.report_files.bounded import BookReaders
from adapters.report_files.office_zip import ReportFileFault
from adapters.report_files.spreadsheet import MOST_BYTES
from api.cli.console import (
    InFile,
    actor_of,
    actor_option,
    authority_option,
    chosen,
    in_words,
    show,
    sign_checkpoint,
    with_register,
)
from api.cli.help import Command
from api.cli.record import acknowledge_all_option, list_irregularities
from domain.law.refusals import Refusal
from projections import history
from projections.importing.columns import MappingFault
from projections.importing.document_list import DocumentList, DocumentRow, read_list

_SHOWN = 50


@click.command("documents", cls=Command)
@click.argument("file", metavar="文件", type=InFile())
@click.option(
    "--column",
    "own",
    multiple=True,
    metavar="表头=项目",
    help="本单位的表头是什么，如 发文编号=文号；可写多次。",
)
@click.option("--commit", is_flag=True, help="登记；没有此项只看不存。")
@acknowledge_all_option
@authority_option
@actor_option
def documents(
    file: typing.BinaryIO,
    own: tuple[str, ...],
    commit: bool,
    acknowledge_all: bool,
    code: str | None,
    actor: str | None,
) -> int:
    """导入文件目录：xlsx、xls、ods或csv，每行一个文件，先看后存；有一行不能登记则全部不登记。

    各栏为文号、文件名称、类别、公开属性、依据、制发日期，可有公开日期、有效期至、承办单位、废止日期、废止依据。
    登记的编号含文件的摘要和行号，同一文件再次导入不重复登记。
    """
    found = _read(file, own)
    lines, problems = _lines(found)
    recordings = [recording for _, recording in lines]

    def judged(judgement: Judged) -> None:
        if acknowledge_all:
            list_irregularities(judgement.irregularities)

    async def act(register: Register) -> int:
        named, who = await chosen(register, code), actor_of(actor)
        replies = await register.record_all(
            named,
            recordings,
            actor=who,
            preview=not commit or bool(problems),
            acknowledge_all=acknowledge_all,
            on_judged=judged,
        )
        if commit and not problems:
            await sign_checkpoint(register, named)
        return sum(not each.repeated for each in replies)

    new = 0
    try:
        new = with_register(act) if recordings else 0
    except Refused as refused:
        problems += [_problem(lines[each.index][0], in_words(each.refusal)) for each in refused.problems]
    _draw(found, lines, problems)
    if problems:
        click.echo(f"{len(found.rows)}行，{len(problems)}处不能登记，没有登记；改好后再导入。")
        return 1
    known = len(recordings) - new
    counts = f"{len(found.rows)}行，登记{new}项" + (f"，{known}项已登记过" if known else "")
    click.echo(f"{counts}。" if commit else f"{counts}。没有登记；加--commit登记。")
    return 0


class _Problem(NamedTuple):
    sheet_no: int
    row_no: int
    text: str


def _problem(row: DocumentRow, text: str) -> _Problem:
    return _Problem(row.sheet_no, row.row_no, text)


def _lines(found: DocumentList) -> tuple[list[tuple[DocumentRow, Recording]], list[_Problem]]:
    """Each recording with its row, and what is wrong with the rows."""
    problems = [_problem(row, "；".join(row.problems)) for row in found.rows if row.problems]
    lines = []
    for row in found.rows:
        for line in row.lines:
            try:
                lines.append((row, convert(line)))
            except Refusal as refusal:
                problems.append(_problem(row, in_words(refusal)))
    return lines, problems


def _read(file: typing.BinaryIO, own: tuple[str, ...]) -> DocumentList:
    """Raises UsageError."""
    pairs = [each.partition("=") for each in own]
    if wrong := [heading for heading, equals, meant in pairs if not (heading and equals and meant)]:
        raise click.UsageError(f"--column应写作“表头=项目”：{wrong[0]}")
    try:
        with BookReaders() as readers:
            book = readers.read(file.read(MOST_BYTES + 1), getattr(file, "name", ""))
        return read_list(book, {heading: meant for heading, _, meant in pairs})
    except (ReportFileFault, MappingFault) as fault:
        raise click.UsageError(str(fault)) from None


def _draw(found: DocumentList, lines: list[tuple[DocumentRow, Recording]], problems: list[_Problem]) -> None:
    show(terminal.listing("各栏是什么", ("工作表", "列", "表头", "作为"), found.columns))
    wrong = sorted(problems)[:_SHOWN]
    listed = [(row.row_no, each.event.on, history.phrase(each.event)) for row, each in lines]
    if listed:
        show(terminal.listing("登记什么", ("行", "日期", "内容"), listed[:_SHOWN]))
    if len(listed) > _SHOWN:
        click.echo(f"……另有{len(listed) - _SHOWN}项。")
    if wrong:
        show(terminal.listing("不能登记的行", ("工作表", "行", "问题"), wrong))
    if len(problems) > _SHOWN:
        click.echo(f"……另有{len(problems) - _SHOWN}处。")
