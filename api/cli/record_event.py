"""Commands that record one event of a request or of the authority, with options for its fields."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal, NamedTuple, TypeVar
from uuid import uuid4

import click
import msgspec

from adapters.register.recording.decoding import convert
from adapters.register.recording.recording import Recording
from adapters.register.register import MovedTerm, Previewed, Register, Reply
from adapters.vault.blind_index import SameApplicant
from api.cli.changes import say_beside, say_moved, show_change
from api.cli.choice import Choice
from api.cli.console import (
    InFile,
    actor_of,
    chosen,
    say,
    show_json,
    sign_checkpoint,
    with_register,
)
from api.cli.event_options import NEW, EventCommand, EventGroup, RequestEventGroup, flag, is_option
from api.cli.help import Command
from api.cli.json_input import json_object
from api.cli.next_steps import NEXT_OF_REGISTER, say_next, say_next_of_report
from api.today import today
from domain.authority.events import AUTHORITY_EVENTS, AUTHORITY_STREAM, Registered
from domain.entry import Event, type_of
from domain.law import outcomes
from domain.law.irregularities import RULES, NotAcknowledged
from domain.law.legal_basis import offered
from domain.law.questions import Question
from domain.law.refusals import Malformed
from domain.report import annual_report
from domain.request import events
from domain.request.file_events import DocumentFiled
from domain.values import Reference
from projections.event_forms import event_form, filled, missing

T = TypeVar("T")


@click.group(cls=RequestEventGroup)
@click.argument("reference", metavar="登记号")
def event(reference: str) -> None:
    """登记一件申请的一个事项。

    \b
    taizhang event 2020-0017 served --on 2020-03-26 --method 邮政企业寄送
    taizhang event 2020-0017 送达 --on 2020-03-26 --method china_post      事项、代码都可以写中文
    taizhang event served --help                                           一个事项的各项和例子

    收到新的申请时，登记号写new，或写自带的登记号。
    """


@click.group("authority", cls=EventGroup)
def own() -> None:
    """登记本机关自己的事项：设立台账、更名、停止办公日、办理规则。

    \b
    taizhang authority registered --help      一个事项的各项和例子
    """


def event_command(kind: type[Event], *, of: Literal["request", "authority", "report"]) -> Command:
    """The command of an event: options for its flat fields; the rest comes from --json."""
    form = event_form(kind)
    further = [
        click.Option(["--json", "sealed"], type=InFile(), metavar="文件", help="封存的和成组的各项（一个JSON对象，“-”为标准输入）。"),
        click.Option(["--id", "command_id"], metavar="编号", help="本项登记的编号；重复提交时用同一编号。"),
        click.Option(["--authority", "code_of"], metavar="代码", help="机关代码；只有一个机关时可省略。"),
        click.Option(["--actor"], metavar="经办人", help="登记人。"),
        click.Option(["--on-behalf-of"], metavar="某人", help="代谁登记。"),
        click.Option(["--acknowledge"], **{**ACKNOWLEDGE, "help": "确认一项与规定不符之处；可写多次，代码见 taizhang codes。"}),
        click.Option(["--preview"], is_flag=True, help="只核对，不登记。"),
        click.Option(["--reply-json"], is_flag=True, help="以JSON输出。"),
    ]  # fmt: skip

    def act(**options: Any) -> int:
        context = click.get_current_context().parent
        named = context.params if context else {}
        match of:
            case "request":
                return record_one(kind, named.get("reference"), options)
            case "authority":
                return record_one(kind, None, options)
            case "report":
                return record_one(kind, None, options, annual_report.stream_of(named["year"]))

    where = {"request": "event 2020-0001", "authority": "authority", "report": "report event 2020"}[of]
    return EventCommand(form, "event new" if form.type == "received" else where, further, callback=act)


irregularity = Choice({code: rule.title for code, rule in RULES.items()}, see="taizhang codes")
ACKNOWLEDGE: dict[str, Any] = {
    "multiple": True,
    "type": irregularity,
    "metavar": "代码或名称",
    "help": "确认一项与规定不符之处；可写多次。",
}
"""The option --acknowledge of all commands."""


class Recorded(NamedTuple):
    """What was recorded, and what is printed with it. same_applicant: of a receipt, one or none."""

    authority: str
    reply: Reply
    moved: Sequence[MovedTerm] = ()
    questions: Sequence[Question] = ()
    same_applicant: Sequence[SameApplicant] = ()


async def recorded(
    register: Register,
    code: str | None,
    one: Recording,
    *,
    actor: str,
    seen: int | None = None,
    about: int | None = None,
) -> Recorded:
    """Record, and sign a checkpoint. seen: the number of entries that the stream must have. about: the entry whose
    questions are given, if not the new one. Raises NotAcknowledged.
    """
    authority, moved = await chosen(register, code), list[MovedTerm]()
    reply = await register.record(authority, one, actor=actor, expected_version=seen, on_moved=moved.extend)
    await sign_checkpoint(register, authority)
    if not reply.reference:
        return Recorded(authority, reply, moved)
    request = Reference.parse(reply.reference)
    questions = await register.questions.of_entry(authority, request, about or reply.version)
    received = isinstance(one.event, events.Received)
    same = [await register.personal_data.same_applicant(authority, request)] if received else []
    return Recorded(authority, reply, moved, questions, same)


def record_one(
    kind: type[Event], reference: str | None, options: dict[str, Any], stream: str = AUTHORITY_STREAM
) -> int:
    """Record one event given by options. reference: of a request, or `new`; else the stream. Returns the exit code."""
    one = _recording(kind, reference, options, stream)
    actor, code = actor_of(options["actor"]), options["code_of"] or registered_code([one])
    if options["preview"]:
        return _preview(code, one, actor, as_json=options["reply_json"])
    done = if_acknowledged(lambda register: recorded(register, code, one, actor=actor))
    if done is None:
        return 1
    if options["reply_json"]:
        show_json(done.reply)
    else:
        _say_recorded(one, done)
    return 0


def _recording(kind: type[Event], reference: str | None, options: dict[str, Any], stream: str) -> Recording:
    """Raises Malformed of a field that is given twice, UsageError of one that is missing."""
    event = {name: options[name] for name in kind.__struct_fields__ if options.get(name) not in (None, ())}
    if options["sealed"]:
        more = json_object(options["sealed"], "--json")
        if clash := sorted(event.keys() & more.keys()):
            raise Malformed(field=f"{clash[0]}：", problem="在选项和--json中各写了一次")
        event |= more
    line: dict[str, Any] = {
        "id": options["command_id"] or str(uuid4()),
        "event": {"type": type_of(kind), **event},
        "acknowledged": list(options["acknowledge"]),
    }
    if reference is None:
        line["stream"] = stream
    elif reference != NEW:
        line["reference"] = reference
    if options["on_behalf_of"]:
        line["on_behalf_of"] = options["on_behalf_of"]
    _check_missing(kind, event)
    return convert(line)


def _say_recorded(one: Recording, done: Recorded) -> None:
    """Print that it was recorded, its consequences, and the usual next step."""
    reply = done.reply
    number = f"，文号{reply.document_no}" if reply.document_no else ""
    click.echo(f"{reply.reference or _whose(one)}：{one.event.title}已登记为第{reply.version}条{number}。")
    say_beside(reply, done.questions, done.same_applicant)
    say_moved(done.moved)
    if reply.reference:
        say_next(reply)
    elif isinstance(one.event, Registered):
        click.echo(NEXT_OF_REGISTER)
    elif (year := annual_report.year_in(one.stream or "")) is not None:
        say_next_of_report(done.authority, year)


def if_acknowledged(act: Callable[[Register], Awaitable[T]]) -> T | None:
    """Record. None, after printing what must be acknowledged, if that is missing."""
    try:
        return with_register(act)
    except NotAcknowledged as unlawful:
        say(str(unlawful))
        codes = sorted({each.code for each in unlawful.irregularities})
        needed = " ".join(f"--acknowledge {RULES[code].title}" for code in codes)
        say(f"确属事实的，请加上：{needed}")
        return None


def _check_missing(kind: type[Event], event: dict[str, Any]) -> None:
    """Raises UsageError with every missing required field, and how to give it."""
    form = event_form(kind)
    by_name = {field.name: field for field in form.fields}
    lacking = missing(form, filled(form, msgspec.to_builtins(event)))
    flat = [f"{each.label}（{flag(each)}）" for each in lacking if each.name in by_name and is_option(each)]
    inner = [
        f"{each.label}（{each.name}）" for each in lacking if each.name not in by_name or not is_option(each)
    ]
    problems = [f"缺少{'、'.join(flat)}"] * bool(flat) + [f"--json中缺少{'、'.join(inner)}"] * bool(inner)
    if any(each.name == "legal_basis" for each in lacking):
        problems += _usual_basis(event)
    if problems:
        raise click.UsageError("；".join(problems))


def _usual_basis(event: dict[str, Any]) -> list[str]:
    """The usual article of the outcome by today's law."""
    outcome = outcomes.OUTCOMES.get(str(event.get("outcome")))
    basis = offered(outcome.code, today()) if outcome is not None else None
    return [f"“{outcome.label}”的依据通常为{basis}"] if outcome is not None and basis else []


def _whose(one: Recording) -> str:
    """Words for the stream, if not of a request."""
    year = annual_report.year_in(one.stream or "")
    return "本机关" if year is None else f"{year}年度报告"


def _preview(code: str | None, one: Recording, actor: str, *, as_json: bool) -> int:
    """Print the preview of the event."""

    async def act(register: Register) -> Previewed:
        return await register.preview(await chosen(register, code), one, actor=actor)

    found = with_register(act)
    if as_json:
        show_json(found)
        return 0
    whose = found.reply.reference or _whose(one)
    number = f"，文号将为{found.reply.document_no}" if found.reply.document_no else ""
    click.echo(f"{whose}：{one.event.title}可以登记（未保存）{number}。")
    show_change(found)
    return 0


def registered_code(recordings: Sequence[Recording]) -> str | None:
    """Code of the authority that the first recording registers; None if it is another event."""
    first = recordings[0].event if recordings else None
    return first.code if isinstance(first, Registered) else None


for _kind in events.EVENTS:
    if _kind is DocumentFiled:
        continue  # has a command of its own: taizhang document file
    event.add_command(event_command(_kind, of="request"))
for _kind in AUTHORITY_EVENTS:
    own.add_command(event_command(_kind, of="authority"))

COMMANDS = (event, own)
