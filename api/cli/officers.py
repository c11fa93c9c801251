"""Commands for officers: appointing, granting, listing, and the table of powers."""

from __future__ import annotations

import getpass
import sys
from datetime import date
from typing import Any
from uuid import uuid4

import click
import msgspec

from adapters.register.recording.decoding import convert
from adapters.register.recording.recording import Recording
from adapters.register.register import Refused, Register, Reply
from api import settings
from api.cli.choice import Choice
from api.cli.console import (
    Output,
    TypedDay,
    actor_of,
    actor_option,
    authority_option,
    chosen,
    output_options,
    present,
    sign_checkpoint,
    with_register,
)
from api.cli.help import Command, Group
from api.today import today
from domain.authority import authorization, founding
from domain.authority.authority import Authority
from domain.authority.events import (
    GrantConfirmed,
    OfficerAppointed,
    OfficerDismissed,
    PowerGranted,
    PowerWithdrawn,
    SubjectBound,
    SubjectUnbound,
)
from domain.authority.powers import ACTS, POWERS, ROLES, Role
from domain.entry import Event, type_of
from domain.values import is_label
from projections import officers

_roles = Choice({str(role): title for role, title in ROLES.items()})
_on = click.option("--on", type=TypedDay(), help="自何日起；缺省为今天。")


@click.group("officer", cls=Group)
def officer() -> None:
    """人员与职权：设立首任管理员、任用、授权、确认、收回、离任。"""


@officer.command("create-first", cls=Command)
@click.option("--system-administrator", "system", required=True, metavar="代号", help="系统管理员。")
@click.option(
    "--security-administrator", "security", required=True, metavar="代号", help="安全管理员，须为另一人。"
)
@click.option("--system-person", metavar="工号", help="系统管理员的自然人代号；缺省与代号相同。")
@click.option("--security-person", metavar="工号", help="安全管理员的自然人代号；缺省与代号相同。")
@_on
@authority_option
def create_first(
    system: str,
    security: str,
    system_person: str | None,
    security_person: str | None,
    on: date | None,
    code: str | None,
) -> int:
    """设立首任系统管理员和安全管理员，只有一次。此后一切登记都按登记人的职权判断。"""

    async def act(register: Register) -> tuple[str, str]:
        authority = await chosen(register, code)
        async with register.view(authority) as view:
            after = view.authority.version
        events = founding.first_officers(
            system, security, on or today(), after=after, persons=(system_person, security_person)
        )
        recordings = [_recording(event) for event in events]
        try:
            await register.record_all(authority, recordings, actor=authorization.PROGRAM)
        except Refused as refused:
            raise refused.problems[0].refusal from None
        paper = await register.recovery.seal_code(authority, on or today())
        await sign_checkpoint(register, authority)
        return authority, paper

    authority, paper = with_register(act)
    click.echo(f"{authority}：已设立系统管理员{system}、安全管理员{security}。")
    click.echo("今后每项登记须由在任人员在其职权之内办理；命令行以--actor写明登记人。")
    _show_paper(paper)
    click.echo(f"接下来任用人员、授予职权：taizhang officer appoint 代号 --actor {system}")
    return 0


def _show_paper(paper: str) -> None:
    click.echo(f"恢复码（只显示这一次，请抄在纸上、密封存放，不要存入电脑）：{paper}")
    click.echo("两名管理员都不能登录时，凭它重设：taizhang officer restore --help")


@officer.command("restore", cls=Command)
@click.option("--system-administrator", "system", required=True, metavar="代号", help="系统管理员。")
@click.option("--security-administrator", "security", required=True, metavar="代号", help="安全管理员。")
@click.option("--system-person", metavar="工号", help="系统管理员的工号，新任用的填写。")
@click.option("--security-person", metavar="工号", help="安全管理员的工号，新任用的填写。")
@_on
@authority_option
def restore(
    system: str,
    security: str,
    system_person: str | None,
    security_person: str | None,
    on: date | None,
    code: str | None,
) -> int:
    """凭封存的恢复码重设两名管理员，原有的系统管理员、安全管理员职权即行收回。恢复码在终端输入，或由标准输入给出一行。

    有上级机关的，也可以由上级机关的两名管理员办理：restoration_requested、restoration_confirmed（见taizhang authority --help）。
    """
    paper = getpass.getpass("恢复码：") if sys.stdin.isatty() else sys.stdin.readline().strip()
    if not is_label(paper):
        raise click.UsageError("没有读到恢复码：请在终端输入，或由标准输入给出一行")

    async def act(register: Register) -> str:
        authority = await chosen(register, code)
        reply = await register.recovery.restore(
            authority, paper, system, security, on or today(), persons=(system_person, security_person)
        )
        await sign_checkpoint(register, authority)
        return reply

    next_paper = with_register(act)
    click.echo(
        f"已重设：系统管理员{system}、安全管理员{security}；原有的职权已收回，人人下次登录时都会看到。"
    )
    click.echo("账号和口令由系统管理员在本机开立或重置：taizhang account --help")
    _show_paper(next_paper)
    return 0


@officer.command(cls=Command)
@click.argument("name", metavar="代号")
@click.option("--person", metavar="工号", help="自然人代号；同一人有几个代号的须相同。缺省与代号相同。")
@click.option("--unit", metavar="单位", help="所在单位。")
@_on
@actor_option
@authority_option
def appoint(
    name: str, person: str | None, unit: str | None, on: date | None, actor: str | None, code: str | None
) -> int:
    """任用人员（由系统管理员）。代号用小写字母、数字，离任后也不另用。"""
    fields = {"officer": name, "person": person, "unit": unit}
    record_own(OfficerAppointed, on, actor, code, fields)
    click.echo(
        f"已任用{name}；尚无职权，由安全管理员授予：taizhang officer grant {name} 角色 --actor 安全管理员"
    )
    return 0


@officer.command(cls=Command)
@click.argument("name", metavar="代号")
@_on
@actor_option
@authority_option
def dismiss(name: str, on: date | None, actor: str | None, code: str | None) -> int:
    """人员离任（由系统管理员）：自该日起没有职权。"""
    record_own(OfficerDismissed, on, actor, code, {"officer": name})
    click.echo(f"{name}已离任。")
    return 0


@officer.command(cls=Command)
@click.argument("name", metavar="代号")
@click.argument("role", metavar="角色", type=_roles)
@click.option("--until", type=TypedDay(), help="末日（含）；缺省为长期。")
@_on
@actor_option
@authority_option
def grant(
    name: str, role: Role, until: date | None, on: date | None, actor: str | None, code: str | None
) -> int:
    """授予职权（由安全管理员），由另一名管理员确认后生效。

    角色：经办人、审核人、负责人、审计员、统计员、系统管理员、安全管理员；各可做何事见 taizhang officer powers。
    """
    reply = record_own(PowerGranted, on, actor, code, {"officer": name, "role": role, "until": until})
    click.echo(
        f"已授予{name}“{ROLES[role]}”职权，待另一名管理员确认：taizhang officer confirm {reply.version}"
    )
    return 0


@officer.command(cls=Command)
@click.argument("version", metavar="授权条数", type=click.IntRange(1, 1_000_000))
@_on
@actor_option
@authority_option
def confirm(version: int, on: date | None, actor: str | None, code: str | None) -> int:
    """确认第几条授权（由授权人、被授权人以外的管理员）。"""
    record_own(GrantConfirmed, on, actor, code, {"version": version})
    click.echo(f"第{version}条授权已确认，即时生效。")
    return 0


@officer.command(cls=Command)
@click.argument("name", metavar="代号")
@click.argument("role", metavar="角色", type=_roles)
@_on
@actor_option
@authority_option
def withdraw(name: str, role: Role, on: date | None, actor: str | None, code: str | None) -> int:
    """收回职权（由安全管理员），自该日起。"""
    record_own(PowerWithdrawn, on, actor, code, {"officer": name, "role": role})
    click.echo(f"已收回{name}的“{ROLES[role]}”职权。")
    return 0


_issuer = click.option("--issuer", metavar="网址", help="统一身份认证的issuer；缺省为TAIZHANG_OIDC_ISSUER。")


@officer.command(cls=Command)
@click.argument("name", metavar="代号")
@_issuer
@_on
@actor_option
@authority_option
def bind(name: str, issuer: str | None, on: date | None, actor: str | None, code: str | None) -> int:
    """绑定统一身份认证（由系统管理员）：此后该身份登录的就是这名人员。标识（sub）从标准输入读一行，不写在命令里。"""
    if sys.stdin.isatty():
        click.echo("统一身份认证中该人员的标识（sub）：", err=True, nl=False)
    sub = sys.stdin.readline().strip()
    if not sub:
        raise click.UsageError("没有给出标识")
    fields = {"officer": name, "issuer": _issuer_or_own(issuer), "sub": sub}
    record_own(SubjectBound, on, actor, code, fields)
    click.echo(f"已绑定{name}，即可由统一身份认证登录。解除：taizhang officer unbind {name}")
    return 0


@officer.command(cls=Command)
@click.argument("name", metavar="代号")
@_issuer
@_on
@actor_option
@authority_option
def unbind(name: str, issuer: str | None, on: date | None, actor: str | None, code: str | None) -> int:
    """解除绑定统一身份认证（由系统管理员）：不能再由它登录，会话随即结束。"""
    record_own(SubjectUnbound, on, actor, code, {"officer": name, "issuer": _issuer_or_own(issuer)})
    click.echo(f"已解除{name}的绑定。")
    return 0


def _issuer_or_own(issuer: str | None) -> str:
    provider = settings.from_environment().provider
    if issuer is None and provider is None:
        raise click.UsageError("请以--issuer写明统一身份认证的issuer，或设定TAIZHANG_OIDC_ISSUER")
    return issuer or (provider.issuer if provider is not None else "")


@officer.command("list", cls=Command)
@click.option("--on", type=TypedDay(), help="看哪一日的职权；缺省为今天。")
@authority_option
@output_options
def listed(on: date | None, code: str | None, output: Output) -> None:
    """列出人员、其职权和待确认的授权。"""

    async def act(register: Register) -> tuple[Authority, dict[str, str]]:
        authority = await chosen(register, code)
        return await register.authority(authority), await register.accounts.names(authority)

    authority, names = with_register(act)
    members = officers.members(authority, on or today())
    rows = [(names.get(each.officer), *officers.cells(each)) for each in members]
    present(output, members, f"{len(members)}名人员", ("姓名", *officers.HEADINGS), rows)


@officer.command(cls=Command)
@output_options
def powers(output: Output) -> None:
    """职权表：哪一角色可做何事。●可以；○不是办理前一步的同一人才可以；–不可以。"""
    rows = [(ACTS[act], *cells.values()) for act, cells in POWERS.items()]
    present(output, POWERS, "职权表", ("事项", *ROLES.values()), rows)


def record_own(
    kind: type[Event], on: date | None, actor: str | None, code: str | None, fields: dict[str, Any]
) -> Reply:
    values = {name: value for name, value in fields.items() if value is not None}
    one = _recording({"type": type_of(kind), "on": on or today(), **values})

    async def act(register: Register) -> Reply:
        authority = await chosen(register, code)
        by = actor_of(actor)
        reply = await register.record(authority, one, actor=by)
        await sign_checkpoint(register, authority)
        return reply

    return with_register(act)


def _recording(event: Event | dict[str, Any]) -> Recording:
    """Raises Malformed for an id that is none."""
    fields = msgspec.to_builtins(event)
    return convert({"id": str(uuid4()), "stream": "authority", "event": fields})


COMMANDS = (officer,)
