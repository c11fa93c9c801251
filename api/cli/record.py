"""Commands that record: a file of recordings, one event, the authority's own events."""

from __future__ import annotations

import sys
import typing
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Literal, TypeVar
from uuid import uuid4

import click
import msgspec
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from adapters.register.recording.decoding import convert
from adapters.register.recording.lines import Lines
from adapters.register.recording.questions import of_recorded
from adapters.register.recording.recording import Recording
from adapters.register.register import Judged, MovedTerm, Previewed, Refused, RefusedLine, Register, Reply
from adapters.render import terminal
from adapters.vault.blind_index import SameApplicant
from api.cli.changes import say_beside, say_moved, say_questions, show_change
from api.cli.choice import Choice
from api.cli.console import (
    InFile,
    actor_of,
    actor_option,
    authority_option,
    chosen,
    in_words,
    json_option,
    say,
    show_json,
    sign_checkpoint,
    with_register,
)
from api.cli.event_options import NEW, EventCommand, EventGroup, RequestEventGroup, flag, is_option
from api.cli.help import Command
from api.cli.json_input import json_object, lines_of
from api.cli.next_steps import NEXT_OF_REGISTER, say_next, say_next_of_report
from api.today import today
from domain.authority.events import AUTHORITY_EVENTS, AUTHORITY_STREAM, Registered
from domain.entry import Event, type_of
from domain.law import outcomes
from domain.law.irregularities import RULES, Irregularity, NotAcknowledged
from domain.law.legal_basis import offered
from domain.law.questions import QUESTIONS, Question
from domain.law.refusals import Malformed
from domain.report import annual_report
from domain.request import events
from domain.request.file_events import DocumentFiled
from domain.values import Reference
from projections.event_forms import event_form, filled, missing
from projections.questions import ListedQuestion

T = TypeVar("T")

_BAD_FILE = 2
_SHOWN = 50

acknowledge_all_option = click.option(
    "--acknowledge-all", is_flag=True, help="确认全部与规定不符之处；登记前先列出。"
)
"""For a file of recordings; see `list_irregularities`."""


@click.command(cls=Command)
@click.argument("file", metavar="文件", type=InFile())
@authority_option
@actor_option
@click.option("--preview", is_flag=True, help="只核对，不登记。")
@acknowledge_all_option
@json_option
def record(
    file: typing.BinaryIO,
    code: str | None,
    actor: str | None,
    preview: bool,
    acknowledge_all: bool,
    as_json: bool,
) -> int:
    """登记文件中的全部事项（每行一项JSON，“-”为标准输入）。

    先逐行核对，有一行不能登记则全部不登记。
    """
    lines = _read(file)
    named = code or _registered_code(lines.recordings)

    new: list[int] = []
    moved: list[MovedTerm] = []
    questions: list[ListedQuestion] = []

    def judged(found: Judged) -> None:
        new.append(len(found.entries))
        moved.extend(found.moved)
        if acknowledge_all:
            list_irregularities(found.irregularities)

    async def act(register: Register) -> tuple[str, list[Reply]]:
        chosen_code = await chosen(register, named)
        with _progress(len(lines.recordings)) as advance:
            replies = await register.record_all(
                chosen_code,
                lines.recordings,
                actor=actor_of(actor),
                preview=preview,
                acknowledge_all=acknowledge_all,
                unreadable=lines.unreadable,
                on_judged=judged,
                on_progress=advance,
            )
        if not preview:
            await sign_checkpoint(register, chosen_code)
            async with register.view(chosen_code) as view:
                questions.extend(await of_recorded(view, replies))
        return chosen_code, replies

    try:
        chosen_code, replies = with_register(act)
    except Refused as refused:
        _say_problems(lines.problems(refused))
        return _BAD_FILE if lines.unreadable else 1
    if as_json:
        for reply in replies:
            click.echo(msgspec.json.encode(reply).decode())
    else:
        done = "可以登记（未保存）" if preview else "已登记"
        references = {reply.reference for reply in replies if reply.reference}
        again = len(replies) - sum(new)
        known = f"（其中{again}项此前已登记）" if again else ""
        click.echo(f"{chosen_code}：{done}{len(replies)}项{known}，涉及{len(references)}件申请。")
        say_moved(moved)
        say_questions(
            _of_replies(replies)
            if preview
            else [(each.reference, each.version, each.text) for each in questions]
        )
    return 0


def _of_replies(replies: list[Reply]) -> list[tuple[str, int, str]]:
    """Irregularities of recordings that were not stored: by title, since sentences need the history."""
    return [
        (reply.reference or "", reply.version, f"{QUESTIONS[code].title}（{QUESTIONS[code].article}）")
        for reply in replies
        for code in reply.questions or ()
    ]


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


def record_one(
    kind: type[Event], reference: str | None, options: dict[str, Any], stream: str = AUTHORITY_STREAM
) -> int:
    """Record one event given by options. reference: of a request, or `new`; else the stream. Returns the exit code."""
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
    check_missing(kind, event)
    one = convert(line)
    actor = actor_of(options["actor"])

    named = options["code_of"] or _registered_code([one])
    if options["preview"]:
        return _preview(named, one, actor, as_json=options["reply_json"])

    moved: list[MovedTerm] = []
    before: list[SameApplicant] = []
    questions: list[Question] = []

    async def act(register: Register) -> tuple[str, Reply]:
        authority = await chosen(register, named)
        reply = await register.record(authority, one, actor=actor, on_moved=moved.extend)
        await sign_checkpoint(register, authority)
        if reply.reference:
            request = Reference.parse(reply.reference)
            questions.extend(await register.questions.of_entry(authority, request, reply.version))
            if kind is events.Received:
                before.append(await register.personal_data.same_applicant(authority, request))
        return authority, reply

    done = acknowledged_or_said(act)
    if done is None:
        return 1
    authority, reply = done
    if options["reply_json"]:
        show_json(reply)
        return 0
    number = f"，文号{reply.document_no}" if reply.document_no else ""
    click.echo(f"{reply.reference or _whose(one)}：{kind.title}已登记为第{reply.version}条{number}。")
    say_beside(reply, questions, before)
    say_moved(moved)
    if reply.reference:
        say_next(reply)
    elif kind is Registered:
        click.echo(NEXT_OF_REGISTER)
    elif (year := annual_report.year_in(one.stream or "")) is not None:
        say_next_of_report(authority, year)
    return 0


def acknowledged_or_said(act: Callable[[Register], Awaitable[T]]) -> T | None:
    """Record; None if something must be acknowledged first, which has been printed."""
    try:
        return with_register(act)
    except NotAcknowledged as unlawful:
        say(str(unlawful))
        codes = sorted({each.code for each in unlawful.irregularities})
        needed = " ".join(f"--acknowledge {RULES[code].title}" for code in codes)
        say(f"确属事实的，请加上：{needed}")
        return None


def check_missing(kind: type[Event], event: dict[str, Any]) -> None:
    """Raises UsageError with every missing required field, and how to give it."""
    form = event_form(kind)
    by_name = {field.name: field for field in form.fields}
    lacking = missing(form, filled(form, msgspec.to_builtins(event)))
    flat = [f"{each.label}（{flag(each)}）" for each in lacking if each.name in by_name and is_option(each)]
    inner = [
        f"{each.label}（{each.name}）" for each in lacking if each.name not in by_name or not is_option(each)
    ]
    said = [f"缺少{'、'.join(flat)}"] * bool(flat) + [f"--json中缺少{'、'.join(inner)}"] * bool(inner)
    if any(each.name == "legal_basis" for each in lacking):
        said += _usual_basis(event)
    if said:
        raise click.UsageError("；".join(said))


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


def _read(file: typing.BinaryIO) -> Lines:
    found = Lines()
    for line in lines_of(file):
        found.read([line])
    return found


def _registered_code(recordings: Sequence[Recording]) -> str | None:
    """The authority that a file registers, if it begins so."""
    first = recordings[0].event if recordings else None
    return first.code if isinstance(first, Registered) else None


def _say_problems(problems: Sequence[tuple[int, RefusedLine]]) -> None:
    for line, problem in problems[:_SHOWN]:
        name = f"（{problem.id}）" if problem.id else ""
        say(f"第{line}行{name}：{in_words(problem.refusal)}")
    if len(problems) > _SHOWN:
        say(f"……另有{len(problems) - _SHOWN}行有问题。")
    say(f"共{len(problems)}行不能登记，全部未登记。")


def list_irregularities(found: list[Irregularity]) -> None:
    if not found:
        return
    counts = sorted(Counter(each.code for each in found).items())
    rows = [(RULES[code].title, code, RULES[code].article, count) for code, count in counts]
    terminal.console(stderr=True).print(
        terminal.listing("确认的与规定不符之处", ("名称", "代码", "条款", "件次"), rows)
    )


class _progress:  # noqa: N801 - reads as a verb where it is used
    """A progress bar on standard error, only on a terminal."""

    def __init__(self, total: int) -> None:
        self._bar = Progress(
            TextColumn("核对"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=terminal.console(stderr=True),
            disable=not sys.stderr.isatty() or total < 200,
            transient=True,
        )
        self._task = self._bar.add_task("", total=total)

    def __enter__(self) -> Callable[[int], None]:
        self._bar.start()
        return lambda done: self._bar.update(self._task, completed=done)

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


for _kind in events.EVENTS:
    if _kind is DocumentFiled:
        continue  # has a command of its own: taizhang document file
    event.add_command(event_command(_kind, of="request"))
for _kind in AUTHORITY_EVENTS:
    own.add_command(event_command(_kind, of="authority"))

COMMANDS = (record, event, own)
