"""Commands to list and revoke addresses of officers' calendars."""

from __future__ import annotations

import click

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


@click.group("calendar", cls=Group)
def calendar() -> None:
    """期限日历：列出、停用人员在“我的账号”开通的日历地址（由安全管理员在本机办理）。"""


@calendar.command("list", cls=Command)
@authority_option
@output_options
def listed(code: str | None, output: Output) -> None:
    """列出在用的日历地址；地址本身不再显示。"""

    async def act(register: Register) -> None:
        found = list(await register.calendars.listed(await chosen(register, code)))
        lines = [
            (each.id, each.officer, moment(each.created_at), moment(each.used_at) or "未读取过")
            for each in found
        ]
        present(output, found, f"日历地址　{len(found)}个", ("编号", "人员", "开通", "最近读取"), lines)

    with_register(act)


@calendar.command(cls=Command)
@click.argument("calendar_id", metavar="编号")
@actor_option
@authority_option
def revoke(calendar_id: str, actor: str | None, code: str | None) -> None:
    """停用一个日历地址，即刻失效。"""
    where = origin()

    async def act(register: Register) -> str:
        authority, who = await chosen(register, code), actor_of(actor)
        await check_power(register, authority, who, "grant")
        await register.calendars.revoke(authority, calendar_id, actor=who, origin=where)
        return f"已停用日历地址{calendar_id}。"

    click.echo(with_register(act))


COMMANDS = (calendar,)
