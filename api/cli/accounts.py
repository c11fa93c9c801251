"""Commands for the system administrator at the machine: accounts, keys, and the access log for the auditor.

Anybody who can read the machine's key files may name the actor (--actor); the actor's powers are checked.
A password is typed at the terminal or read from standard input, never from an argument, which other users can see.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime

import click

from adapters.accounts.credentials import kept_in_words
from adapters.accounts.password_policy import POLICIES, PasswordPolicy
from adapters.accounts.sessions import LONGEST_KEY, Key, ServiceKey
from adapters.register.register import Register
from api import settings
from api.cli.choice import Choice
from api.cli.console import (
    Output,
    actor_of,
    actor_option,
    authority_option,
    check_power,
    chosen,
    origin,
    output_options,
    present,
    say,
    with_register,
)
from api.cli.help import Command, Group
from domain.authority.powers import ACTS
from domain.values import SHANGHAI

_officer = click.argument("officer", metavar="代号")


def _policy() -> PasswordPolicy:
    return POLICIES[settings.from_environment().passwords]


def as_administrator(
    code: str | None, actor: str | None, act: Callable[[Register, str, str], Awaitable[str]]
) -> None:
    """Run an act that the actor is allowed, and print its result."""

    async def run(register: Register) -> str:
        authority, who = await chosen(register, code), actor_of(actor)
        await check_power(register, authority, who, "administer")
        return await act(register, authority, who)

    click.echo(with_register(run))


def _password() -> str:
    """Read the password twice from the terminal, or as the first line of standard input. Raises UsageError."""
    if not sys.stdin.isatty():
        if not (typed := sys.stdin.readline().rstrip("\r\n")):
            raise click.UsageError("没有读到口令：请在终端输入，或由标准输入给出一行")
        return typed
    first = getpass.getpass("口令：")
    if getpass.getpass("再输一次：") != first:
        raise click.UsageError("两次输入的口令不同")
    return first


# --- accounts ---


@click.group("account", cls=Group)
def account() -> None:
    """账号：开立、重置口令、解锁、停用、列出（由系统管理员在本机办理）。"""


@account.command(cls=Command)
@_officer
@click.option("--name", required=True, metavar="姓名", help="姓名，只存于账号，不入日志。")
@actor_option
@authority_option
def create(officer: str, name: str, actor: str | None, code: str | None) -> None:
    """为在任人员开立账号；口令从终端或标准输入读取，首次登录须修改。"""
    password, where = _password(), origin()

    async def act(register: Register, authority: str, who: str) -> str:
        await register.accounts.create(
            authority, officer, name=name, password=password, policy=_policy(), actor=who, origin=where
        )
        return f"已为{officer}开立账号；首次登录须修改口令。"

    as_administrator(code, actor, act)


@account.command("password", cls=Command)
@_officer
@actor_option
@authority_option
def reset(officer: str, actor: str | None, code: str | None) -> None:
    """重置口令：从终端或标准输入读取；其会话随即结束，下次登录须修改。"""
    password, where = _password(), origin()

    async def act(register: Register, authority: str, who: str) -> str:
        await register.accounts.reset_password(
            authority, officer, password, policy=_policy(), actor=who, origin=where
        )
        valid = await register.credentials.listed(authority)
        kept = kept_in_words(valid, officer, "用taizhang credential list、end")
        return f"已重置{officer}的口令；下次登录须修改。{kept}"

    as_administrator(code, actor, act)


@account.command(cls=Command)
@_officer
@actor_option
@authority_option
def unlock(officer: str, actor: str | None, code: str | None) -> None:
    """解锁或重新启用账号。"""
    where = origin()

    async def act(register: Register, authority: str, who: str) -> str:
        await register.accounts.unlock(authority, officer, actor=who, origin=where)
        return f"{officer}的账号可以登录。"

    as_administrator(code, actor, act)


@account.command(cls=Command)
@_officer
@actor_option
@authority_option
def disable(officer: str, actor: str | None, code: str | None) -> None:
    """停用账号：其会话和密钥随即失效。"""
    where = origin()

    async def act(register: Register, authority: str, who: str) -> str:
        await register.accounts.disable(authority, officer, actor=who, origin=where)
        return f"已停用{officer}的账号。"

    as_administrator(code, actor, act)


@account.command("list", cls=Command)
@authority_option
@output_options
def accounts(code: str | None, output: Output) -> None:
    """列出账号。"""

    async def act(register: Register) -> None:
        found = await register.accounts.listed(await chosen(register, code))
        headings = ("代号", "姓名", "口令修改", "上次登录", "状态")
        lines = [
            (
                each.officer,
                each.display_name,
                moment(each.changed_at),
                moment(each.last_login_at),
                "已停用"
                if each.disabled_at
                else f"锁定至{moment(each.locked_until)}"
                if each.locked_until
                else "须修改口令"
                if each.must_change
                else "",
            )
            for each in found
        ]
        present(output, list(found), f"账号　{len(found)}个", headings, lines)

    with_register(act)


# --- keys ---


_ACT_WORDS = {str(act): words for act, words in ACTS.items()}


@click.group("key", cls=Group)
def key() -> None:
    """密钥：发给程序、列出、吊销（由系统管理员在本机办理）。"""


@key.command("create", cls=Command)
@_officer
@click.option("--name", required=True, metavar="用途", help="用在何处，如某系统。")
@click.option(
    "--act",
    "acts",
    required=True,
    multiple=True,
    type=Choice(_ACT_WORDS),
    help="可办的事项，可写多次。",
)
@click.option(
    "--days", type=click.IntRange(1, LONGEST_KEY), default=90, metavar="天数", help="有效的天数；缺省90。"
)
@actor_option
@authority_option
def create_key(
    officer: str, name: str, acts: tuple[str, ...], days: int, actor: str | None, code: str | None
) -> None:
    """发给程序一个密钥，属于一名人员，不超出其职权；只显示这一次。"""
    where = origin()

    async def act(register: Register, authority: str, who: str) -> str:
        secret, id_, until = await register.keys.create(
            authority, officer, name=name, acts=acts, days=days, actor=who, origin=where
        )
        say(f"密钥{id_}，有效至{moment(until)}；只显示这一次：")
        return secret.as_key

    as_administrator(code, actor, act)


@key.command("list", cls=Command)
@click.option("--officer", metavar="代号", help="只列一名人员的。")
@authority_option
@output_options
def keys(officer: str | None, code: str | None, output: Output) -> None:
    """列出密钥；密钥本身不再显示。"""

    async def act(register: Register) -> None:
        found = await register.keys.listed(await chosen(register, code), officer)
        headings = ("编号", "人员", "用途", "可办的事项", "有效至", "最近使用", "状态")
        lines = [
            (
                each.id,
                each.officer,
                each.name,
                "、".join(_ACT_WORDS.get(act, act) for act in each.acts),
                moment(each.expires_at),
                moment(each.used_at),
                key_state(each),
            )
            for each in found
        ]
        present(output, list(found), f"密钥　{len(found)}个", headings, lines)

    with_register(act)


@key.command(cls=Command)
@click.argument("key_id", metavar="编号")
@actor_option
@authority_option
def revoke(key_id: str, actor: str | None, code: str | None) -> None:
    """吊销密钥，即刻失效。"""
    where = origin()

    async def act(register: Register, authority: str, who: str) -> str:
        await register.keys.revoke(authority, key_id, actor=who, origin=where)
        return f"已吊销密钥{key_id}。"

    as_administrator(code, actor, act)


def key_state(key: Key | ServiceKey) -> str:
    return "" if key.valid else "已吊销" if key.revoked_at else "已过期"


def moment(moment: datetime | None) -> str:
    """To the minute, in Shanghai."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if moment else ""


COMMANDS = (account, key)
