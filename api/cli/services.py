"""Commands for service accounts of programs, and their API keys."""

from __future__ import annotations

from datetime import date

import click

from adapters.accounts.sessions import LONGEST_KEY
from adapters.register.login.service_keys import OVERLAP_DAYS
from adapters.register.register import Register
from adapters.views import View
from api.cli.accounts import as_administrator, key_state, moment
from api.cli.choice import Choice
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
    with_view,
)
from api.cli.help import Command, Group
from api.cli.officers import record_own
from api.today import today
from domain.authority.authority import Authority
from domain.authority.events import ServiceEnded, ServiceGranted
from domain.authority.powers import SERVICE_ACTS, ServiceAct
from projections import services

_service = click.argument("service", metavar="代号")
_on = click.option("--on", type=TypedDay(), help="自何日起；缺省为今天。")


@click.group("service", cls=Group)
def service() -> None:
    """服务账号：属于机关而不属于哪名人员的程序，如门户网站。人员离任不影响它。"""


@service.command(cls=Command)
@_service
@click.option("--name", required=True, metavar="用途", help="用在何处，如某某门户网站。")
@click.option(
    "--act",
    "acts",
    required=True,
    multiple=True,
    type=Choice({str(act): words for act, words in SERVICE_ACTS.items()}),
    help="可办的事项，可写多次；此后只办这些。",
)
@click.option("--until", type=TypedDay(), help="末日（含）；缺省为长期。")
@_on
@actor_option
@authority_option
def grant(
    service: str,
    name: str,
    acts: tuple[ServiceAct, ...],
    until: date | None,
    on: date | None,
    actor: str | None,
    code: str | None,
) -> None:
    """授予服务账号可办的事项（由安全管理员），由另一名管理员确认后生效。代号终止后不另用。"""
    fields = {"service": service, "name": name, "acts": list(acts), "until": until}
    reply = record_own(ServiceGranted, on, actor, code, fields)
    click.echo(f"已授予服务账号{service}，待另一名管理员确认：taizhang officer confirm {reply.version}")


@service.command(cls=Command)
@_service
@_on
@actor_option
@authority_option
def end(service: str, on: date | None, actor: str | None, code: str | None) -> None:
    """终止服务账号（由安全管理员）：自该日起不能再办，其密钥都失效。"""
    record_own(ServiceEnded, on, actor, code, {"service": service})
    click.echo(f"服务账号{service}已终止。")


@service.command(cls=Command)
@_service
@click.option(
    "--days", type=click.IntRange(1, LONGEST_KEY), default=90, metavar="天数", help="有效的天数；缺省90。"
)
@click.option(
    "--overlap-days",
    type=click.IntRange(0, LONGEST_KEY),
    default=OVERLAP_DAYS,
    metavar="天数",
    help=f"此前的密钥还可用几天，其间换用新的；缺省{OVERLAP_DAYS}，0为即刻失效。",
)
@actor_option
@authority_option
def key(service: str, days: int, overlap_days: int, actor: str | None, code: str | None) -> None:
    """发给服务账号一个新密钥（由系统管理员）；只显示这一次。"""
    where = origin()

    async def act(register: Register, authority: str, who: str) -> str:
        secret, id_, until = await register.service_keys.create(
            authority, service, days=days, overlap_days=overlap_days, actor=who, origin=where
        )
        say(f"密钥{id_}，有效至{moment(until)}；只显示这一次：")
        return secret.as_service_key

    as_administrator(code, actor, act)


@service.command(cls=Command)
@_service
@click.argument("key_id", metavar="编号")
@actor_option
@authority_option
def revoke(service: str, key_id: str, actor: str | None, code: str | None) -> None:
    """吊销服务账号的一个密钥（由系统管理员），即刻失效。"""
    where = origin()

    async def act(register: Register, authority: str, who: str) -> str:
        await register.service_keys.revoke(authority, service, key_id, actor=who, origin=where)
        return f"已吊销密钥{key_id}。"

    as_administrator(code, actor, act)


@service.command("list", cls=Command)
@click.option("--on", type=TypedDay(), help="看哪一日的；缺省为今天。")
@authority_option
@output_options
def listed(on: date | None, code: str | None, output: Output) -> None:
    """列出服务账号、可办的事项和待确认的授权。"""

    async def ask(view: View) -> Authority:
        return view.authority

    found = services.services(with_view(code, None, ask), on or today())
    present(output, found, f"{len(found)}个服务账号", services.HEADINGS, map(services.cells, found))


@service.command(cls=Command)
@authority_option
@output_options
def keys(code: str | None, output: Output) -> None:
    """列出服务账号的密钥；密钥本身不再显示。"""

    async def act(register: Register) -> None:
        found = list(await register.service_keys.listed(await chosen(register, code)))
        headings = ("编号", "服务账号", "有效至", "最近使用", "状态")
        lines = [
            (each.id, each.service, moment(each.expires_at), moment(each.used_at), key_state(each))
            for each in found
        ]
        present(output, found, f"密钥　{len(found)}个", headings, lines)

    with_register(act)


COMMANDS = (service,)
