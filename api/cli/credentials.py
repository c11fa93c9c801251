"""Commands to list and end sessions, API keys and calendar addresses, for the security administrator."""

from __future__ import annotations

from collections.abc import Sequence

import click

from adapters.accounts.credentials import KINDS, Credential
from adapters.register.register import Register
from api.cli.accounts import moment
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
    with_register,
)
from api.cli.help import Command, Group


@click.group(cls=Group)
def credential() -> None:
    """会话、密钥和日历地址：每名人员、每个服务账号在用的，列出、结束（由安全管理员，--actor写明）。"""


@credential.command("list", cls=Command)
@actor_option
@authority_option
@output_options
def listed(actor: str | None, code: str | None, output: Output) -> None:
    """列出在用的会话、密钥和日历地址：何人、从何处、自何时。"""

    async def run(register: Register) -> Sequence[Credential]:
        authority, who = await chosen(register, code), actor_of(actor)
        await check_power(register, authority, who, "grant")
        return await register.credentials.listed(authority)

    found = with_register(run)
    headings = ("编号", "人员或服务账号", "种类", "用途", "从何处", "开始", "最近使用", "有效至")
    lines = [
        (
            each.id,
            each.holder,
            KINDS[each.kind],
            each.name,
            each.source or "",
            moment(each.created_at),
            moment(each.used_at),
            moment(each.expires_at) if each.expires_at else "吊销为止",
        )
        for each in found
    ]
    present(output, list(found), f"在用的会话、密钥和日历地址　{len(found)}个", headings, lines)


@credential.command("end", cls=Command)
@click.argument("id_", metavar="编号")
@actor_option
@authority_option
def end(id_: str, actor: str | None, code: str | None) -> None:
    """结束一个会话，或吊销一个密钥、一个日历地址，即刻失效，记入访问日志。"""
    where = origin()

    async def run(register: Register) -> Credential:
        authority, who = await chosen(register, code), actor_of(actor)
        await check_power(register, authority, who, "grant")
        return await register.credentials.end(authority, id_, actor=who, origin=where)

    found = with_register(run)
    click.echo(f"已结束{found.holder}的{KINDS[found.kind]}。")


COMMANDS = (credential,)
