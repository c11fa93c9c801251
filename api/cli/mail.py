"""Commands for the daily digest: showing it, mail addresses, testing the mail server."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import uuid4

import click

from adapters.mail.refusals import MailAddressMissing, MailAddressRefused, MailNotSent
from adapters.mail.relay import MailFault, Problem, Relay
from adapters.register.register import Register
from adapters.render import digest as words
from api import settings
from api.cli.accounts import as_administrator, moment
from api.cli.console import (
    Output,
    TypedDay,
    actor_option,
    authority_option,
    chosen,
    origin,
    output_options,
    present,
    say,
    with_register,
)
from api.cli.help import Command, Group
from api.today import today
from domain.authority.authority import Authority
from domain.authority.refusals import OfficerUnknown
from domain.law.calendar import national_notices
from projections.digest import Digest

_officer = click.argument("officer", metavar="代号")
_HEADINGS = ("人员", "为何", "登记号", "事项", "待办", "期限", "余工作日")


@click.command(cls=Command)
@click.option("--officer", metavar="代号", help="只看一名人员的，照邮件的原样。")
@click.option("--on", type=TypedDay(), help="哪一天的；缺省为今天。")
@authority_option
@output_options
def digest(officer: str | None, on: date | None, code: str | None, output: Output) -> None:
    """每日待办：每名人员今天会收到的邮件里写着什么。

    分为本人承办的、期限将至或已过而报告上来的、到期的报告和报送、对下级单位的。与 taizhang work-list、taizhang district work-list 出自同一处。何时报告审核人、
    负责人，是办理规则escalation（taizhang authority policy_set）。
    """
    day = on or today()

    async def act(register: Register) -> tuple[Authority, dict[str, Digest]]:
        authority = await chosen(register, code)
        return await register.authority(authority), await register.digests.on(authority, day)

    authority, found = with_register(act)
    if officer is not None:
        if officer not in found:
            raise OfficerUnknown(on=day, officer=officer)
        found = {officer: found[officer]}
    if not authority.calendar(national_notices()).is_working(day):
        say(f"{day}不是工作日，当日不发送。")
    if officer is not None and output == "drawn":
        click.echo(
            words.subject(found[officer]) + "\n\n" + words.text(found[officer], authority.name_on(day))
        )
        return
    lines = [line for each in found.values() for line in _lines(each)]
    present(output, list(found.values()), f"每日待办　{day}　{len(lines)}项", _HEADINGS, lines)


def _lines(digest: Digest) -> Iterator[tuple[object, ...]]:
    for why, duties in (("承办", digest.duties), ("报告", digest.escalated)):
        for each in duties:
            yield (
                digest.officer,
                why,
                each.reference,
                each.subject,
                each.text,
                each.due_on,
                each.workdays_left,
            )
    for warning in digest.units:
        reference = f"{warning.code}/{warning.reference}" if warning.reference else None
        yield (
            digest.officer,
            "下级单位",
            reference,
            warning.name or warning.unit,
            warning.text,
            warning.due_on,
            warning.workdays_left,
        )
    for report in digest.reports:
        name = f"{report.year}年度报告"
        yield digest.officer, "机关", None, name, report.stage, report.due_on, report.workdays_left


@click.group("mail", cls=Group)
def mail() -> None:
    """邮件：每日待办发到何处、发送情况、试发（由系统管理员在本机办理）。"""


@mail.command("set", cls=Command)
@_officer
@actor_option
@authority_option
def set_address(officer: str, actor: str | None, code: str | None) -> None:
    """填写一名在任人员的邮件地址，从终端或标准输入读取；加密保存，此后按工作日发送每日待办。"""
    relay, address, where = _relay(), _address(), origin()

    async def act(register: Register, authority: str, who: str) -> str:
        await register.mail_addresses.set(authority, officer, address, relay, actor=who, origin=where)
        return f"已填写{officer}的邮件地址；试发：taizhang mail test {officer}"

    as_administrator(code, actor, act)


@mail.command(cls=Command)
@_officer
@actor_option
@authority_option
def remove(officer: str, actor: str | None, code: str | None) -> None:
    """停发，并删除所存的邮件地址。"""
    where = origin()

    async def act(register: Register, authority: str, who: str) -> str:
        await register.mail_addresses.remove(authority, officer, actor=who, origin=where)
        return f"不再向{officer}发送邮件。"

    as_administrator(code, actor, act)


@mail.command("list", cls=Command)
@authority_option
@output_options
def listed(code: str | None, output: Output) -> None:
    """列出收邮件的人员和最近一次发送的情况；地址本身不显示。"""

    async def act(register: Register) -> None:
        found = list(await register.mail_addresses.listed(await chosen(register, code)))
        lines = [(each.officer, moment(each.set_at), each.day, each.last_digest) for each in found]
        present(output, found, f"收邮件的人员　{len(found)}名", ("人员", "填写", "最近一次", "情况"), lines)

    with_register(act)


@mail.command(cls=Command)
@_officer
@actor_option
@authority_option
def test(officer: str, actor: str | None, code: str | None) -> None:
    """向一名人员试发一封邮件，看服务器收不收；不算当日的每日待办。"""
    relay = _relay()

    async def act(register: Register, authority: str, _: str) -> str:
        to = await register.mail_addresses.of(authority, officer)
        if to is None:
            raise MailAddressMissing(officer=officer)
        if (problem := await _sent(relay, to)) is not None:
            raise MailNotSent(problem=problem.code)
        return f"服务器已收下发给{officer}的试发邮件。"

    as_administrator(code, actor, act)


async def _sent(relay: Relay, to: str) -> Problem | None:
    from adapters.mail.message import message  # noqa: PLC0415 - nothing else here sends
    from adapters.mail.sending import deliver  # noqa: PLC0415

    async def taken() -> None:
        return None

    try:
        relay.check(to)
    except MailFault as wrong:
        raise MailAddressRefused(problem=str(wrong)) from None
    made = message(
        id_=f"test.{uuid4().hex}",
        made_at=datetime.now(UTC),
        sender=relay.sender,
        to=to,
        subject="台账试发邮件",
        text="这是台账的试发邮件。收到即说明发信的设置无误。\n",
    )
    return await deliver(relay, to, made, taken)


def _relay() -> Relay:
    """Raises UsageError."""
    if (relay := settings.from_environment().mail) is None:
        raise click.UsageError("没有设TAIZHANG_SMTP，不能发信；见deploy/README.md")
    return relay


def _address() -> str:
    """Read the address from the terminal or standard input, since it is personal data. Raises UsageError."""
    if sys.stdin.isatty():
        return getpass.getpass("邮件地址（不显示）：").strip()
    if not (typed := sys.stdin.readline().strip()):
        raise click.UsageError("没有读到地址：请在终端输入，或由标准输入给出一行")
    return typed


COMMANDS = (digest, mail)
