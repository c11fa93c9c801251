"""The command that records a file of recordings."""

from __future__ import annotations

import sys
import typing
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import click
import msgspec
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from adapters.register.recording.lines import Lines
from adapters.register.recording.questions import of_recorded
from adapters.register.register import Judged, MovedTerm, Refused, RefusedLine, Register, Reply
from adapters.render import terminal
from api.cli.changes import say_moved, say_questions
from api.cli.console import (
    InFile,
    actor_of,
    actor_option,
    authority_option,
    chosen,
    in_words,
    json_option,
    say,
    sign_checkpoint,
    with_register,
)
from api.cli.help import Command
from api.cli.json_input import lines_of
from api.cli.record_event import registered_code
from domain.law.irregularities import RULES, Irregularity
from domain.law.questions import QUESTIONS

_BAD_FILE = 2
_SHOWN = 50

acknowledge_all_option = click.option(
    "--acknowledge-all", is_flag=True, help="确认全部与规定不符之处；登记前先列出。"
)
"""For a file of recordings; see `list_irregularities`."""


class _Recorded(NamedTuple):
    """The result of a file. new: the number of recordings that were not recorded before."""

    code: str
    replies: list[Reply]
    new: int
    moved: list[MovedTerm]
    questions: Sequence[tuple[str, int, str]]


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

    async def act(register: Register) -> _Recorded:
        named = await chosen(register, code or registered_code(lines.recordings))
        return await _record(
            register, named, lines, actor=actor_of(actor), preview=preview, acknowledge_all=acknowledge_all
        )

    try:
        done = with_register(act)
    except Refused as refused:
        _say_problems(lines.problems(refused))
        return _BAD_FILE if lines.unreadable else 1
    if as_json:
        for reply in done.replies:
            click.echo(msgspec.json.encode(reply).decode())
    else:
        _say_recorded(done, preview=preview)
    return 0


async def _record(
    register: Register, code: str, lines: Lines, *, actor: str, preview: bool, acknowledge_all: bool
) -> _Recorded:
    """All lines or none. Raises Refused."""
    new, moved = 0, list[MovedTerm]()

    def judged(found: Judged) -> None:
        nonlocal new
        new += len(found.entries)
        moved.extend(found.moved)
        if acknowledge_all:
            list_irregularities(found.irregularities)

    with _progress(len(lines.recordings)) as advance:
        replies = await register.record_all(
            code,
            lines.recordings,
            actor=actor,
            preview=preview,
            acknowledge_all=acknowledge_all,
            unreadable=lines.unreadable,
            on_judged=judged,
            on_progress=advance,
        )
    if preview:
        return _Recorded(code, replies, new, moved, _of_replies(replies))
    await sign_checkpoint(register, code)
    async with register.view(code) as view:
        questions = await of_recorded(view, replies)
    return _Recorded(
        code, replies, new, moved, [(each.reference, each.version, each.text) for each in questions]
    )


def _say_recorded(done: _Recorded, *, preview: bool) -> None:
    what = "可以登记（未保存）" if preview else "已登记"
    references = {reply.reference for reply in done.replies if reply.reference}
    again = len(done.replies) - done.new
    known = f"（其中{again}项此前已登记）" if again else ""
    click.echo(f"{done.code}：{what}{len(done.replies)}项{known}，涉及{len(references)}件申请。")
    say_moved(done.moved)
    say_questions(done.questions)


def _of_replies(replies: list[Reply]) -> list[tuple[str, int, str]]:
    """Questions about recordings that were not stored: by title, since sentences need the history."""
    return [
        (reply.reference or "", reply.version, f"{QUESTIONS[code].title}（{QUESTIONS[code].article}）")
        for reply in replies
        for code in reply.questions or ()
    ]


def _read(file: typing.BinaryIO) -> Lines:
    found = Lines()
    for line in lines_of(file):
        found.read([line])
    return found


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


COMMANDS = (record,)
