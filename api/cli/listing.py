"""The command that lists or exports requests."""

from __future__ import annotations

import os
import sys
import typing
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
import msgspec
from msgspec import Meta

from adapters.register.register import Register
from adapters.render import csv, terminal
from adapters.views import Until, View
from api.cli.choice import Choice
from api.cli.console import (
    Output,
    TypedDay,
    authority_option,
    chosen,
    output_options,
    present,
    show,
    until_option,
    with_register,
    with_view,
)
from api.cli.help import Command
from api.cli.record_event import irregularity
from api.cli.targets import check_target, force_option, write
from api.today import today
from domain.law.refusals import Malformed
from domain.values import is_label
from projections.annulled import HEADINGS as ANNULLED
from projections.annulled import Annulled
from projections.annulled import cells as cells_of_annulled
from projections.choice_labels import CHOICES, code_named
from projections.listing import (
    HEADINGS,
    LISTED_STAGES,
    LISTED_TIMELINESS,
    REGISTER,
    Filter,
    cells,
    outcome_words,
)
from projections.register import RequestRow

_WORDS: dict[str, Mapping[str, str]] = {
    "stage": LISTED_STAGES,
    "timeliness": LISTED_TIMELINESS,
    "applicant_kind": CHOICES["applicant_kind"],
}


def _filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """An option for each condition of a Filter."""
    hints = typing.get_type_hints(Filter, include_extras=True)
    for name in reversed(Filter.__struct_fields__):
        wanted, *metas = typing.get_args(hints[name])
        words = next(meta.description for meta in metas if isinstance(meta, Meta))
        choices = [value for inner in typing.get_args(wanted) for value in typing.get_args(inner)]
        choices = [choice for choice in choices if isinstance(choice, str)]
        kind: Any = (
            TypedDay() if date in typing.get_args(wanted) else Choice(_WORDS[name]) if choices else str
        )
        if any(typing.get_args(each)[:1] == (int,) for each in typing.get_args(wanted)):
            kind = int
        metavar = "文字" if kind is str else "位置" if kind is int else None
        if choices:
            words = f"{words}：{Choice(_WORDS[name]).listed()}"
        command = click.option(
            f"--{name.replace('_', '-')}", name, type=kind, metavar=metavar, help=f"{words}。"
        )(command)
    return command


@click.command("list", cls=Command)
@_filter_options
@click.option("--annulled", is_flag=True, help="列出已撤销（作废）的申请：不在台账和统计中，登记仍在。")
@click.option(
    "--xlsx",
    "target",
    type=click.Path(path_type=Path),
    metavar="文件.xlsx",
    help="写成可打印的Excel台账（A4横向，每页有表头和页码）。",
)
@force_option
@until_option
@authority_option
@output_options
def listed(
    target: Path | None,
    until: Until | None,
    code: str | None,
    output: Output,
    *,
    force: bool,
    annulled: bool,
    **conditions: Any,
) -> None:
    """列出申请，可按阶段、期限、收到或办结日期、结果等筛选；不限件数。

    打印一段时间的台账：--received-from 2020-01-01 --received-to 2020-03-31 --xlsx 台账.xlsx
    """
    if target is not None:
        if annulled or output != "drawn":
            raise click.UsageError("--xlsx不与--annulled、--csv、--json同用")
        check_target(target, (".xlsx",), force=force)
    if annulled:
        _list_annulled(until, code, output, **conditions)
        return
    wanted = _filter(conditions)

    async def act(register: Register) -> None:
        named = await chosen(register, code)
        names = await register.accounts.names(named) if wanted.officer is not None else {}
        called = [each for each, name in names.items() if name == wanted.officer]
        by_code = msgspec.structs.replace(wanted, officer=called[0]) if len(called) == 1 else wanted
        async with register.view(named, until) as view:
            await view.check(by_code, names)
            rows = view.listed(by_code)
            if target is None:
                await _print(rows, output)
                return
            _write_sheet(target, view.authority.name_on(today()), [row async for row in rows], force=force)

    with_register(act)


def _filter(conditions: dict[str, Any]) -> Filter:
    """Raises Malformed."""
    for name, words in (("outcome", outcome_words()), ("irregularity", irregularity.words)):
        if conditions[name]:
            conditions[name] = code_named(words, conditions[name]) or conditions[name]
    wrong = Malformed(
        field="筛选条件", problem="不合要求：登记号只含数字和-，其余为200字以内的文字，不含控制字符"
    )
    if not all(is_label(each) for each in conditions.values() if isinstance(each, str)):
        raise wrong
    try:
        return msgspec.convert(conditions, Filter)
    except msgspec.ValidationError:
        raise wrong from None


async def _print(rows: AsyncIterator[RequestRow], output: Output) -> None:
    """Row by row as they are read, but for a drawn table, whose widths depend on all of them."""
    match output:
        case "csv":
            _write(csv.head(HEADINGS))
            async for row in rows:
                _write(csv.line(cells(row)))
        case "json":
            before = "["
            async for row in rows:
                _write(before + msgspec.json.encode(row).decode())
                before = ",\n "
            _write("]\n" if before != "[" else "[]\n")
        case "drawn":
            found = [cells(row) async for row in rows]
            show(terminal.listing(f"{len(found)}件申请", HEADINGS, found))


def _write_sheet(target: Path, authority: str, rows: Sequence[RequestRow], *, force: bool) -> None:
    from adapters.render import sheet  # noqa: PLC0415 - loaded only when it is needed

    if len(rows) > sheet.MOST:
        raise click.UsageError(
            f"共{len(rows)}件，一个文件至多{sheet.MOST}件，没有写入；请缩小范围，或改用--csv"
        )
    printed = f"{authority}　{REGISTER}"
    write(target, sheet.render("台账", HEADINGS, map(cells, rows), printed=printed), force=force)
    click.echo(f"{target}：{len(rows)}件申请。")


def _list_annulled(until: Until | None, code: str | None, output: Output, **conditions: Any) -> None:
    if any(value is not None for value in conditions.values()):
        raise click.UsageError("--annulled不与其他筛选条件同用")

    async def act(view: View) -> list[Annulled]:
        return await view.annulled()

    found = with_view(code, until, act)
    present(output, found, f"{len(found)}件已撤销的申请", ANNULLED, map(cells_of_annulled, found))


def _write(text: str) -> None:
    """Exit quietly when a pipe is closed, since that OSError is not a database fault."""
    try:
        sys.stdout.write(text)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit from None


COMMANDS = (listed,)
