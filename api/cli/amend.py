"""The command that corrects fields of one entry; other fields keep their values."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any, BinaryIO
from uuid import uuid4

import click

from adapters.register.recording.decoding import convert, reference_of
from adapters.register.recording.recording import Recording
from adapters.register.register import Previewed, Register
from adapters.render import terminal
from api.cli.changes import say_beside, say_moved, show_change
from api.cli.console import (
    InFile,
    TypedDay,
    actor_of,
    actor_option,
    authority_option,
    chosen,
    show,
    with_register,
    with_view,
)
from api.cli.event_options import flag, options
from api.cli.help import Command
from api.cli.json_input import json_object
from api.cli.next_steps import say_next
from api.cli.record_event import ACKNOWLEDGE, if_acknowledged, recorded
from api.today import today
from domain.authority.amendment import WHOSE
from domain.authority.events import AMENDABLE, AUTHORITY_STREAM
from domain.authority.refusals import NotAmendable
from domain.entry import Event, type_of
from domain.request.amendment import latest_content
from domain.request.refusals import AmendmentUnknown
from projections import event_fields, history
from projections.event_forms import form_of


@click.command("amend", cls=Command, context_settings={"ignore_unknown_options": True})
@click.argument("reference", metavar="登记号")
@click.argument("version", metavar="第几条", type=click.IntRange(1, 1_000_000))
@click.argument("changes", metavar="[要改的各项]…", nargs=-1, type=click.UNPROCESSED)
@click.option("--reason", metavar="文字", help="更正的理由，必填；封存，不写个人信息。")
@click.option("--clear", metavar="项", multiple=True, help="不再写明的一项，如notified-on；可写多次。")
@click.option(
    "--json",
    "sealed",
    type=InFile(),
    metavar="文件",
    help="要改的封存的和成组的各项（一个JSON对象，“-”为标准输入）。",
)
@click.option("--annul", is_flag=True, help="撤销这一条；撤销第1条即撤销整件申请。")
@click.option("--amended-on", "on", type=TypedDay(), help="更正的日期；缺省为今天。")
@click.option("--acknowledge", **ACKNOWLEDGE)
@click.option("--yes", is_flag=True, help="不询问，直接登记。")
@actor_option
@authority_option
def amend(
    reference: str,
    version: int,
    changes: tuple[str, ...],
    reason: str | None,
    clear: tuple[str, ...],
    sealed: BinaryIO | None,
    annul: bool,
    on: date | None,
    acknowledge: tuple[str, ...],
    yes: bool,
    actor: str | None,
    code: str | None,
) -> int:
    """更正一条登记：只写要改的各项，列出原来和现在，经确认后登记；原来的登记仍在。

    \b
    taizhang amend 2026-0001 3 --on 2026-03-19 --reason 日期录入有误
    taizhang amend 2026-0001 4 --annul --reason 重复登记

    登记号写authority，更正本机关自己的登记（名称、规则、停止办公日等）。第几条见 taizhang history；各项的写法同登记时，见 taizhang event 事项 --help。撤销过的一条，不写要改的各项即恢复。
    """
    if not reason:
        raise click.UsageError("缺少更正的理由（--reason）")
    named, who = None if reference == AUTHORITY_STREAM else reference_of(reference), actor_of(actor)
    whose = reference if named else WHOSE
    entries = with_view(code, None, lambda view: view.history(named) if named else view.authority_history())
    was = latest_content(entries, version)
    if was is None:
        raise AmendmentUnknown(None, reference=whose, target=version)
    if named is None and not annul and not isinstance(was, AMENDABLE):
        raise NotAmendable(None, target=version, event=was.title)
    event: dict[str, Any] = {
        "type": "entry_amended" if named else "own_entry_amended",
        "on": on or today(),
        "version": version,
        "reason": reason,
    }
    if not annul:
        is_annulled = any(line.annulled for line in history.lines(entries) if line.version == version)
        event["replacement"] = _changed(was, changes, clear, sealed, restored=is_annulled)
    where = {"reference": reference} if named else {"stream": AUTHORITY_STREAM}
    line = {"id": str(uuid4()), **where, "acknowledged": list(acknowledge), "event": event}
    one = convert(line)

    async def preview(register: Register) -> Previewed:
        authority = await chosen(register, code)
        return await register.preview(authority, one, actor=who, expected_version=len(entries))

    found = with_register(preview)
    _show_amendment(whose, version, was, one)
    show_change(found, always=named is not None)
    if not yes:
        if not _confirmed(found):
            click.echo("没有更正。")
            return 1
        one = convert({**line, "acknowledged": sorted({each.code for each in found.irregularities})})
    return _record(one, whose, version, who, code, len(entries))


def _record(one: Recording, whose: str, target: int, who: str, code: str | None, seen: int) -> int:
    """Record, unless something was recorded since the preview. target: the entry that is amended."""
    done = if_acknowledged(lambda register: recorded(register, code, one, actor=who, seen=seen, about=target))
    if done is None:
        return 1
    click.echo(f"{whose}：{one.event.title}已登记为第{done.reply.version}条。")
    say_beside(done.reply, done.questions, [])
    say_moved(done.moved)
    if done.reply.reference:
        say_next(done.reply)
    return 0


def _changed(
    was: Event, arguments: tuple[str, ...], clear: tuple[str, ...], sealed: BinaryIO | None, *, restored: bool
) -> dict[str, Any]:
    """The complete replacement of the entry; sealed values are null, which keeps them."""
    form = form_of(type_of(was))
    parser = Command(form.type, params=list(options(form)))
    given = parser.make_context(form.type, list(arguments)).params
    changes: dict[str, Any] = {name: value for name, value in given.items() if value not in (None, ())}
    if sealed is not None:
        changes |= json_object(sealed, "--json")
    for name in clear:
        field = next((each for each in form.fields if name.replace("-", "_") == each.name), None)
        if field is None or field.required:
            raise click.UsageError(
                f"--clear：可用{'、'.join(flag(each)[2:] for each in form.fields if not each.required)}"
            )
        changes[field.name] = None
    if not changes and not restored:
        raise click.UsageError("没有写明要改的各项；撤销的写--annul")
    whole = event_fields.in_clear(was) | changes
    return {name: value for name, value in whole.items() if value is not None or name in was.sealed}


def _show_amendment(reference: str, version: int, was: Event, one: Recording) -> None:
    replacement = getattr(one.event, "replacement", None)
    if replacement is None:
        click.echo(f"{reference}第{version}条将予撤销：{history.sentence(was)}")
        return
    old, new = event_fields.in_clear(was), event_fields.in_clear(replacement)
    rows: list[tuple[str, ...]] = []
    for field in form_of(type_of(was)).fields:
        if field.sealed:
            if getattr(replacement, field.name) is not None:
                rows.append((field.label, event_fields.SEALED, "（封存，已改）"))
        elif old.get(field.name) != new.get(field.name):
            rows.append(
                (field.label, *(event_fields.text_of(field, each.get(field.name)) for each in (old, new)))
            )
    click.echo(f"{reference}第{version}条将予{'更正' if rows else '恢复'}：{history.sentence(was)}")
    if rows:
        show(terminal.listing("更正的各项", ("项目", "原为", "现为"), rows))


def _confirmed(found: Previewed) -> bool:
    """Ask for confirmation, also of the irregularities shown."""
    also = "，并确认上列与规定不符之处" if found.irregularities else ""
    click.echo(f"登记这项更正{also}吗？（是/否）", nl=False)
    sys.stdout.flush()
    answer = sys.stdin.readline()
    if not answer:
        click.echo()
        raise click.UsageError("没有读到回答，没有更正；不询问而登记的，加上--yes")
    return answer.strip().lower() in ("是", "y", "yes")


COMMANDS = (amend,)
