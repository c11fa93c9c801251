"""Commands for the same step of many requests: assign, serve by the post office's list, archive, print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

from adapters.register.papers.letters import Day
from adapters.register.recording.bulk import STATE_WORDS, BulkPlan
from adapters.register.recording.decoding import reference_of
from adapters.register.register import Refused, Register
from adapters.render import terminal
from adapters.report_files.bounded import BookReaders
from adapters.report_files.office_zip import ReportFileFault
from api.cli.choice import Choice
from api.cli.console import (
    TypedDay,
    actor_of,
    actor_option,
    authority_option,
    chosen,
    in_words,
    json_option,
    origin,
    purpose_option,
    read_personal,
    say,
    show,
    show_json,
    sign_checkpoint,
    with_register,
)
from api.cli.help import Command, Group
from api.cli.targets import check_target, force_option, write
from api.rendering import letters_as_pdf
from api.today import today
from projections.bulk import BULK_WORDS, BulkAct, Line, of_book, of_text
from projections.choice_labels import CHOICES, choices

_LISTS = (".csv", ".txt", ".xlsx", ".xls", ".ods")
_SHOWN = 200


@click.group("bulk", cls=Group)
def bulk() -> None:
    """批量办理：交办、送达、归档、印制。先看后存，不加--commit不登记；须确认的逐件登记。"""


def _step(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every step."""
    for option in (
        click.argument("listed", metavar="登记号…|清单文件", nargs=-1, required=True),
        click.option("--on", type=TypedDay(), help="日期；清单中写明的，依清单；缺省为今天。"),
        click.option("--commit", is_flag=True, help="登记；缺省只看不存。"),
        click.option("--partial", is_flag=True, help="不能登记的略过，其余照登；缺省全部不登记。"),
        json_option,
        actor_option,
        authority_option,
    ):
        command = option(command)
    return command


@bulk.command("assign", cls=Command)
@_step
@click.option("--unit", metavar="单位", help="承办单位。")
@click.option("--officer", metavar="代号", help="承办人。")
def assign(unit: str | None, officer: str | None, **how: Any) -> int:
    """交办。清单可有“承办单位”“承办人”各栏。"""
    return _take("assigned", {"unit": unit, "officer": officer}, **how)


@bulk.command("serve", cls=Command)
@_step
@click.option(
    "--method", type=Choice(CHOICES["method"]), default="china_post", help="送达方式；缺省为邮政寄送。"
)
def serve(method: str, **how: Any) -> int:
    """送达，依邮局的清单：登记号、邮件号码，及寄出、签收日期（如有）。

    \b
      taizhang bulk serve 邮件清单.xlsx --on 2020-03-20
      taizhang bulk serve 邮件清单.xlsx --on 2020-03-20 --commit --partial --actor li
    """
    return _take("served", {"method": method}, **how)


@bulk.command("archive", cls=Command)
@_step
@click.option("--retention", type=Choice(CHOICES["retention"]), help="保管期限。")
def archive(retention: str | None, **how: Any) -> int:
    """归档，依清单：登记号、档号，及保管期限（如有）。"""
    return _take("archived", {"retention": retention}, **how)


def _take(
    act: BulkAct,
    common: dict[str, str | None],
    *,
    listed: tuple[str, ...],
    on: date | None,
    commit: bool,
    partial: bool,
    as_json: bool,
    actor: str | None,
    code: str | None,
) -> int:
    lines = _lines(listed, act)
    fields = {field: text for field, text in {**common, "on": str(on or today())}.items() if text}

    async def take(register: Register) -> tuple[BulkPlan, int]:
        authority, who = await chosen(register, code), actor_of(actor)
        plan = await register.bulk.plan(authority, act, lines, fields, f"bulk/{uuid4()}", actor=who)
        if not commit or (plan.refused and not partial):
            return plan, 0
        replies = await register.bulk.commit(authority, plan, actor=who)
        await sign_checkpoint(register, authority)
        return plan, len(replies)

    try:
        plan, recorded = with_register(take)
    except Refused as refused:
        say(in_words(refused.problems[0].refusal))
        return 1
    if as_json:
        show_json({"rows": plan.rows, "recorded": recorded})
    else:
        _draw(BULK_WORDS[act], plan, recorded, commit=commit)
    return 1 if plan.refused and not (commit and partial) else 0


def _lines(listed: tuple[str, ...], act: BulkAct) -> list[Line]:
    """The lines of the file, if given, else of the references. Raises Malformed, UsageError."""
    path = Path(listed[0])
    if len(listed) > 1 or path.suffix.lower() not in _LISTS:
        return of_text("\n".join(listed), act)
    try:
        with BookReaders() as readers:
            return of_book(readers.read(path.read_bytes(), path.name))
    except OSError:
        raise click.UsageError(f"文件{path}不能打开") from None
    except ReportFileFault as fault:
        raise click.UsageError(f"文件{path}：{fault}") from None


def _draw(words: str, plan: BulkPlan, recorded: int, *, commit: bool) -> None:
    rows = [
        (each.row, each.reference, each.subject or "", STATE_WORDS[each.state], each.problem or each.says)
        for each in plan.rows[:_SHOWN]
    ]
    show(terminal.listing(f"{words}{len(plan.rows)}件", ("行", "登记号", "申请事项", "", "内容或原因"), rows))
    if len(plan.rows) > _SHOWN:
        click.echo(f"……共{len(plan.rows)}件，加--json看全部。")
    counts = Counter[str](each.state for each in plan.rows)
    summary = "，".join(f"{STATE_WORDS[state]}{counts[state]}件" for state in STATE_WORDS if counts[state])
    if recorded:
        click.echo(f"{summary}。已登记{recorded}件。")
    elif commit and plan.refused:
        click.echo(f"{summary}。有不能登记的，全部未登记；改好后再办，或加--partial略过它们。")
    elif commit:
        click.echo(f"{summary}。没有要登记的。")
    else:
        click.echo(f"{summary}。没有登记；加--commit登记。")


@bulk.command("print", cls=Command)
@click.argument("kind", metavar="文书", type=Choice(choices("letter_wording_set", "letter")))
@click.argument("references", metavar="登记号…", nargs=-1, required=True)
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="文件", help="写到哪里，.pdf。"
)
@force_option
@authority_option
@actor_option
@purpose_option
def print_letters(
    kind: str,
    references: tuple[str, ...],
    out: Path,
    force: bool,
    code: str | None,
    actor: str | None,
    purpose: str | None,
) -> int:
    """各件的同一种文书合印为一个PDF，各件自第1页起。不能制作的列出原因，其余照印，退出码为1。"""
    check_target(out, (".pdf",), force=force)
    named, where = [reference_of(each) for each in references], origin()

    async def act(register: Register) -> Day:
        authority = await chosen(register, code)
        await read_personal(register, authority, actor_of(actor), purpose, where, reference=f"letters {kind}")
        return await register.letters.of_requests(authority, named, kind)

    found = with_register(act)
    for each in found.refused:
        say(f"{each.reference}：{each.reason}")
    if found.letters:
        write(out, letters_as_pdf(found.letters, max(each.on for each in found.letters)), force=force)
        click.echo(f"{len(found.letters)}件文书已写到{out}")
    return 1 if found.refused else 0


COMMANDS = (bulk,)
