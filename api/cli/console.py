"""Shared parts of commands: parameter types, output, opening the register, authority and actor."""

from __future__ import annotations

import asyncio
import sys
import typing
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any, Literal, TypeVar

import click
import msgspec
from rich.console import Console, RenderableType

from adapters.accounts.access_log import AT_THE_MACHINE, Origin
from adapters.postgres.database import DatabaseUnavailable
from adapters.proof.checkpointing import CheckpointFault
from adapters.proof.provable import ACCESS_LOG
from adapters.proof.signing_program import SigningKeyFault
from adapters.refusals import AuthorityUnknown, PurposeRequired
from adapters.register.register import Register
from adapters.render import csv, terminal
from adapters.views import Until, View
from api import app, settings
from api.today import today
from domain.authority import powers
from domain.authority.authorization import PROGRAM, no_power
from domain.authority.powers import Act
from domain.law.refusals import AuthorityNotRegistered, Refusal
from domain.values import FIRST_YEAR, LAST_YEAR, Period, is_label
from projections.form_labels import fields_in_words
from projections.typed_days import iso_day

T = TypeVar("T")
Output = Literal["drawn", "csv", "json"]

_LOGS, _AUTHORITY = "taizhang.logs", "taizhang.authority"
"""Keys in click's context: whether the command writes to the access log, and its authority."""


class TypedDay(click.ParamType[date]):
    """A day: 2020-03-02, 2020.3.2, 2020年3月2日."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            day = value if isinstance(value, date) else date.fromisoformat(iso_day(value))
        except ValueError:
            self.fail("应为日期，如2020-03-02、2020.3.2、2020年3月2日", param, ctx)
        if not FIRST_YEAR <= day.year < LAST_YEAR:
            self.fail(f"日期须在{FIRST_YEAR}年至{LAST_YEAR - 1}年之间", param, ctx)
        return day


class InFile(click.File):
    """A binary file to read, or - for standard input."""

    def __init__(self) -> None:
        super().__init__("rb")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> typing.IO[Any]:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"文件{value}打不开", param, ctx)


class Moment(click.ParamType[Until]):
    """A moment of the log: a day, a time or a position. Digits alone are a position."""

    name = "时刻"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Until:
        try:
            if isinstance(value, Until):
                return value
            return Until.parse(value if value.isdecimal() else iso_day(value))
        except ValueError as wrong:
            self.fail(str(wrong), param, ctx)


def say(text: str) -> None:
    """Print to standard error."""
    click.echo(text, err=True)


def show(*drawn: RenderableType) -> None:
    """Draw on standard output."""
    console: Console = terminal.console()
    for each in drawn:
        console.print(each)


def show_json(value: Any) -> None:
    click.echo(msgspec.json.format(msgspec.json.encode(value), indent=1).decode())


def present(
    output: Output, value: Any, title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Print a result in the chosen format: a drawn table, the same as CSV, or the value as JSON."""
    match output:
        case "json":
            show_json(value)
        case "csv":
            csv.write(sys.stdout, headings, rows)
        case "drawn":
            show(terminal.listing(title, headings, rows))


def with_view(code: str | None, until: Until | None, ask: Callable[[View], Awaitable[T]]) -> T:
    """Run a query on a view of the register at a moment."""

    async def act(register: Register) -> T:
        named = await chosen(register, code)
        async with register.view(named, until) as view:
            return await ask(view)

    return with_register(act)


def with_register(act: Callable[[Register], Awaitable[T]], *, watched: bool = False) -> T:
    """Run an act on the register. watched: for long ones, restart the embedded server if it is lost."""

    async def run() -> T:
        restarted = (lambda _: None) if watched else None
        async with app.opened(settings.from_environment(), restarted=restarted) as register:
            if await register.is_replica():
                say("数据库是备用服务器：只供查看，内容可能落后于主服务器；登记和查阅个人信息请到主服务器。")
            try:
                return await act(register)
            finally:
                await _seal_accesses(register)

    return asyncio.run(run())


async def _seal_accesses(register: Register) -> None:
    """Sign a checkpoint of the access log after a command; on failure a process with the key does so later."""
    meta = click.get_current_context().meta
    if _LOGS in meta and (code := meta.get(_AUTHORITY)):
        with suppress(CheckpointFault, SigningKeyFault, DatabaseUnavailable, AuthorityUnknown):
            await register.proofs.sign_checkpoint(code, ACCESS_LOG)


authority_option = click.option(
    "--authority", "code", metavar="代码", help="机关代码；只有一个机关时可省略。"
)
json_option = click.option("--json", "as_json", is_flag=True, help="以JSON输出。")
until_option = click.option(
    "--recorded-until",
    "until",
    type=Moment(),
    help="只看此时已登记的：日期（当日结束）、带时区的时刻或日志位置。",
)
purpose_option = click.option(
    "--purpose", metavar="目的", help="查阅个人信息的目的，记入访问日志；已任用人员的机关必须写明。"
)
_NOBODY = "cli"
actor_option = click.option("--actor", metavar="经办人", help="登记人；缺省为TAIZHANG_ACTOR，再缺省为cli。")


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --json and --csv, as one parameter `output`; the default is a drawn table."""
    command = click.option(
        "--csv", "output", flag_value="csv", type=str, help="以CSV输出，可用电子表格打开。"
    )(command)
    command = click.option("--json", "output", flag_value="json", type=str, help="以JSON输出。")(command)
    return click.option("--drawn", "output", flag_value="drawn", type=str, default="drawn", hidden=True)(
        command
    )


def period_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --year, --from and --to."""
    for option in (
        click.option("--to", "last", type=TypedDay(), help="统计期限的末日（含）。"),
        click.option("--from", "first", type=TypedDay(), help="统计期限的首日（含）。"),
        click.option("--year", type=click.IntRange(2000, 2100), metavar="年", help="统计年度；缺省为本年。"),
    ):
        command = option(command)
    return command


def period_of(year: int | None, first: date | None, last: date | None) -> Period:
    """Raises UsageError unless it is a year, or two days in order."""
    if first is None and last is None:
        return Period.year(year or today().year)
    if year is not None or first is None or last is None:
        raise click.UsageError("请给出--year，或同时给出--from和--to")
    if last < first:
        raise click.UsageError("--to早于--from")
    return Period(first, last)


def actor_of(actor: str | None) -> str:
    """The actor: as given, else from the environment. Raises Malformed for the program's own name."""
    return settings.actor(actor or None) or settings.from_environment().actor or _NOBODY


def in_words(refusal: Refusal) -> str:
    """The text of a refusal; without an actor also the hint that --actor may be missing."""
    unnamed = refusal.facts.get("officer") == _NOBODY
    first = isinstance(refusal, AuthorityNotRegistered)
    return (
        f"{fields_in_words(refusal)}［{refusal.code}］"
        + "请以--actor或TAIZHANG_ACTOR写明经办人。" * unnamed
        + "写法：taizhang authority registered --help" * first
        + "写法：--purpose 窗口查询" * isinstance(refusal, PurposeRequired)
    )


def who(actor: str, names: Mapping[str, str]) -> str:
    """An officer's id with the name; words for the program itself, and for nobody."""
    if actor in (PROGRAM, _NOBODY):
        return "程序" if actor == PROGRAM else "未写明"
    return f"{names[actor]}（{actor}）" if actor in names else actor


def origin() -> Origin:
    """The origin for the access log: this machine, and the command."""
    context = click.get_current_context()
    context.meta[_LOGS] = True
    return Origin(AT_THE_MACHINE, context.command_path)


async def check_power(register: Register, code: str, actor: str, act: Act) -> None:
    """Raises NoPower, once the authority has officers, unless the actor has the act."""
    authority = await register.authority(code)
    if authority.has_officers and not powers.may(authority.roles_of(actor, today()), act):
        raise no_power(actor, [act])


async def read_personal(
    register: Register, code: str, actor: str, purpose: str | None, origin: Origin, *, reference: str
) -> None:
    """Write to the access log before personal data is shown, also if refused. Raises NoPower or PurposeRequired."""
    note = partial(
        register.access_log.add, code, "personal_data_read", actor=actor, origin=origin, reference=reference
    )
    try:
        await check_power(register, code, actor, "read_personal")
    except Refusal as refusal:
        await note(result=refusal.code)
        raise
    stated = (purpose or "").strip() or None
    if not is_label(stated) if stated else (await register.standing(code)).has_officers:
        raise PurposeRequired
    await note(purpose=stated)


async def sign_checkpoint(register: Register, code: str) -> None:
    """Sign a checkpoint after a command's commit; if that fails what was recorded stays recorded."""
    try:
        await register.proofs.sign_checkpoint(code)
    except (CheckpointFault, SigningKeyFault, DatabaseUnavailable) as wrong:
        say(f"注意：登记已保存，但没有存证：{wrong}。")


async def chosen(register: Register, code: str | None, *, rebuilding: bool = False) -> str:
    """The given authority, or the only one; warns if its dates were computed with other holiday notices."""
    codes = await register.authorities()
    if code is None:
        if len(codes) > 1:
            named = "、".join(codes[:20])
            raise click.UsageError(f"台账中有{len(codes)}个机关，请以--authority指明：{named}")
        if not codes:
            raise AuthorityNotRegistered()
        code = codes[0]
    click.get_current_context().meta[_AUTHORITY] = code
    if code in codes and not rebuilding and await register.is_stale(code):
        say("提示：台账中的期限是按旧的放假安排计算的，请运行 taizhang rebuild 重新推算。")
    return code
