"""Commands for maintenance: schema, rebuild, the embedded database, serving the API."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable

import click

from adapters.postgres import embedded
from adapters.register.register import MovedTerm, Register
from adapters.render import terminal
from api import app, settings
from api.cli.console import (
    authority_option,
    chosen,
    json_option,
    say,
    show,
    show_json,
    with_register,
)
from api.cli.failures import NO_DATABASE
from api.cli.help import Command
from api.settings import Settings

PORT = 8711


@click.command(cls=Command)
def migrate() -> None:
    """建立或更新数据库结构，并给运行角色授权；内置数据库自动进行。

    使用自备的数据库时，DATABASE_OWNER_URL为其属主，DATABASE_URL为运行角色；换用另一运行角色后须再运行一次。
    先说明各文件将锁定哪些表、约多久，再执行；可重复运行，同时只有一个在进行。
    """
    applied, role = asyncio.run(app.migrated(settings.from_environment(), on_progress=say))
    click.echo(f"已执行：{'、'.join(applied)}" if applied else "数据库结构已是最新。")
    say(f"运行角色{role}已有所需的权限。")


@click.command(cls=Command)
@authority_option
@json_option
def rebuild(code: str | None, as_json: bool) -> None:
    """由日志重新推算整个台账，列出变动的期限。"""

    async def act(register: Register) -> list[MovedTerm]:
        return await register.rebuild(await chosen(register, code, rebuilding=True))

    moved = with_register(act)
    if as_json:
        show_json(moved)
    elif moved:
        show(
            terminal.listing(
                f"{len(moved)}件申请的期限有变",
                ("登记号", "原为", "现为"),
                ((each.reference, each.was, each.now) for each in moved),
            )
        )
    else:
        click.echo("台账已重新推算，期限没有变动。")


@click.command(cls=Command)
def stop() -> None:
    """停止内置数据库（下次使用时自动启动）。"""
    stopped = asyncio.run(
        embedded.stop(
            settings.from_environment().postgresql, on_wait=lambda: say("数据库正在恢复或关闭，等它完成……")
        )
    )
    click.echo("已停止。" if stopped else "内置数据库没有在运行。")


@click.command("serve", cls=Command)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, help=f"端口；缺省{PORT}，0为任一空闲端口。"
)
@click.option("--processes", type=click.IntRange(1, 64), default=1, help="进程数；缺省1。")
def serve(port: int, processes: int) -> None:
    """提供HTTP接口，只应答本机；按Ctrl-C停止。"""
    own = settings.from_environment()
    os.environ.setdefault("TAIZHANG_LOG", "info")
    with_register(_rebuild_stale)
    serve_on(own, port, processes)


async def _rebuild_stale(register: Register) -> None:
    """Rebuild registers that were computed with other holiday notices, before serving."""
    replica = await register.is_replica()
    for code in await register.authorities():
        if await register.is_stale(code):
            if replica:
                say(f"{code}：期限仍按从前的放假安排，待主服务器以现行版本重新启动。")
                continue
            moved = await register.rebuild(code)
            say(f"{code}：台账已按现行放假安排重新推算，{len(moved)}件申请的期限有变。")


def serve_on(own: Settings, port: int, processes: int, *, also: Callable[[str], str] = lambda _: "") -> None:
    from api.web import auth, server  # noqa: PLC0415 - the web is half a second that no other command pays

    auth.token_of(own.data)

    def started(bound: int) -> None:
        address = f"http://{server.HOST}:{bound}"
        click.echo(
            f"台账在 {address}/ ，接口在 {address}/api ，令牌在 {own.data / 'token'} ，按Ctrl-C停止。{also(address)}"
        )
        sys.stdout.flush()

    try:
        server.serve(port, processes, proxies=own.proxies, started=started)
    except OSError:
        raise click.UsageError(f"端口{port}不能使用，请以--port另选") from None
    except server.NotServing:
        say("没有一个服务进程能打开台账（原因见上面的日志），已停止服务。")
        raise click.exceptions.Exit(NO_DATABASE) from None


COMMANDS = (migrate, rebuild, serve, stop)
