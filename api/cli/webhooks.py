"""Commands for webhooks of service accounts."""

from __future__ import annotations

import click

from adapters.register.notices.webhooks import Webhook
from adapters.register.register import Register
from api import settings
from api.cli.accounts import as_administrator, moment
from api.cli.console import (
    Output,
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
from domain.values import LAST_POSITION

_id = click.argument("webhook_id", metavar="编号")
_position = click.IntRange(0, LAST_POSITION)


@click.group("webhook", cls=Group)
def webhook() -> None:
    """推送：把服务账号可见的登记推送到它的地址（由系统管理员在本机办理）。"""


@webhook.command(cls=Command)
@click.argument("service", metavar="服务账号")
@click.argument("url", metavar="地址")
@click.option("--after", type=_position, metavar="位置", help="从这一日志位置之后推送起；缺省为此后的登记。")
@actor_option
@authority_option
def add(service: str, url: str, after: int | None, actor: str | None, code: str | None) -> None:
    """增设推送；核对签名的密钥只显示这一次。地址须在TAIZHANG_WEBHOOKS所列之中。"""
    where, allowed = origin(), settings.from_environment().webhooks

    async def act(register: Register, authority: str, who: str) -> str:
        id_, secret = await register.webhooks.add(
            authority, service, url, allowed=allowed, after=after, actor=who, origin=where
        )
        say(f"推送{id_}；核对签名的密钥，只显示这一次：")
        return secret

    as_administrator(code, actor, act)


@webhook.command(cls=Command)
@_id
@actor_option
@authority_option
def remove(webhook_id: str, actor: str | None, code: str | None) -> None:
    """撤销推送。"""
    where = origin()

    async def act(register: Register, authority: str, who: str) -> str:
        await register.webhooks.remove(authority, webhook_id, actor=who, origin=where)
        return f"已撤销推送{webhook_id}。"

    as_administrator(code, actor, act)


@webhook.command(cls=Command)
@_id
@click.option("--after", type=_position, metavar="位置", help="从这一位置之后重新推送；缺省为接着推送。")
@actor_option
@authority_option
def resume(webhook_id: str, after: int | None, actor: str | None, code: str | None) -> None:
    """恢复暂停的推送，或从某一位置重新推送。"""
    where = origin()

    async def act(register: Register, authority: str, who: str) -> str:
        await register.webhooks.resume(authority, webhook_id, after=after, actor=who, origin=where)
        return f"已恢复推送{webhook_id}。"

    as_administrator(code, actor, act)


@webhook.command("list", cls=Command)
@authority_option
@output_options
def listed(code: str | None, output: Output) -> None:
    """列出推送：到哪一位置，是否失败或暂停。"""

    async def act(register: Register) -> None:
        found = list(await register.webhooks.listed(await chosen(register, code)))
        headings = ("编号", "服务账号", "地址", "已推送至", "最近送达", "状态")
        lines = [
            (each.id, each.service, each.url, each.position, moment(each.delivered_at), _state(each))
            for each in found
        ]
        present(output, found, f"推送　{len(found)}个", headings, lines)

    with_register(act)


def _state(each: Webhook) -> str:
    if each.paused_at is not None:
        return f"已暂停：自{moment(each.failing_since)}起失败（{each.problem}）"
    return f"失败{each.failures}次（{each.problem}），将再试" if each.failures else ""


COMMANDS = (webhook,)
