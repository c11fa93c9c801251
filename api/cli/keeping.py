"""Commands that keep the register: schema, rebuild, the embedded server, the demonstration."""

from __future__ import annotations

import asyncio
import shlex
import sys
from datetime import date
from pathlib import Path

import click
import msgspec

from adapters import embedded, recording
from adapters.render import terminal
from adapters.store import Moved, Store
from adapters.views import View
from api import app, demo, settings
from api.cli import handling, reading
from api.cli.speaking import (
    Command,
    authority_option,
    chosen,
    json_option,
    seal,
    show,
    show_json,
    with_store,
)
from domain import report_format
from domain.report_format import ReportFormat
from domain.values import Period, Reference
from projections import carry_over, history


@click.command(cls=Command)
def migrate() -> None:
    """建立或更新数据库结构（使用DATABASE_OWNER_URL；内置数据库自动进行）。"""
    applied = asyncio.run(app.migrated(settings.from_environment()))
    click.echo(f"已执行：{'、'.join(applied)}" if applied else "数据库结构已是最新。")


@click.command(cls=Command)
@authority_option
@json_option
def rebuild(code: str | None, as_json: bool) -> None:
    """由日志重新推算整个台账，列出变动的期限。"""

    async def act(store: Store) -> list[Moved]:
        return await store.rebuild(await chosen(store, code, rebuilding=True))

    moved = with_store(act)
    if as_json:
        show_json([each._asdict() for each in moved])
    elif moved:
        show(terminal.listing(f"{len(moved)}件申请的期限有变", ("登记号", "原为", "现为"), moved))
    else:
        click.echo("台账已重新推算，期限没有变动。")


@click.command(cls=Command)
def stop() -> None:
    """停止内置数据库（下次使用时自动启动）。"""
    stopped = asyncio.run(embedded.stop(settings.from_environment().postgresql))
    click.echo("已停止。" if stopped else "内置数据库没有在运行。")


@click.command("demo", cls=Command)
def demonstrate() -> None:
    """演示：登记广州市花都区政府办公室2020年的95件申请，画出年报表格。

    用独立的数据目录，不触及真正的台账；申请人和经过均为虚构，合计与公布的年报一致。
    """
    own = settings.from_environment()
    data = own.data if own.data.name.endswith("-demo") else own.data.with_name(f"{own.data.name}-demo")
    demo_settings = msgspec.structs.replace(own, data=data, database_url=None)
    figures = demo.seed()
    form, period = report_format.load("2019"), Period.year(figures.year)

    async def act() -> None:
        async with app.opened(demo_settings) as store:
            if demo.AUTHORITY in await store.authorities():
                click.echo("已登记，重新画出。")
            else:
                lines = [demo.registration(figures, demo.AUTHORITY), *demo.tell(figures)[0]]
                told = [recording.convert(msgspec.to_builtins(line)) for line in lines]
                replies = await store.record_all(demo.AUTHORITY, told, actor=demo.ACTOR)
                references = {reply.reference for reply in replies if reply.reference}
                click.echo(f"已登记{len(replies)}项，涉及{len(references)}件申请。")
            await seal(store, demo.AUTHORITY)
            async with store.view(demo.AUTHORITY) as view:
                await _draw_year(view, period, form)

    asyncio.run(act())
    click.echo(_next_steps(data))


async def _draw_year(view: View, period: Period, form: ReportFormat) -> None:
    """The year as the office, an auditor and an officer look at it."""
    reading.draw(await view.tables(period, form), period, form)
    click.echo()
    handling.draw_compliance(await handling.ask_compliance(view, period), period)
    click.echo()
    carried = [
        carry_over.carried(each, await view.tally(each)) for each in carry_over.periods(period, "quarter")
    ]
    handling.draw_carried(carried, period)
    click.echo()
    handling.draw_work_list(await handling.duties(view, _WORK_LIST_DAY, 15), _WORK_LIST_DAY)
    click.echo()
    handling.draw_history(str(_ONE), history.lines(await view.history(_ONE)))
    handling.draw_deadline(await view.request(_ONE), view.law.calendar)


_WORK_LIST_DAY = date(2020, 12, 15)
_ONE = Reference(2020, 5)


def _next_steps(data: Path) -> str:
    program = Path(sys.argv[0])
    command = program if program.name == "taizhang" else Path("taizhang")
    command_text = f".venv/bin/{command.name}" if ".venv" in program.parts else str(command)
    return f"""
接下来可以试试（整行复制即可）：
  unset DATABASE_URL; export TAIZHANG_DATA={shlex.quote(str(data))}
  {command_text} table --year 2020 --format 2021
  {command_text} table --year 2020 --cell unable.not_held:natural_person
  {command_text} compliance --from 2020-04-01 --to 2020-06-30
  {command_text} work-list --on 2020-03-20 --within 10
  {command_text} deadline {_ONE} --days
  {command_text} diff --year 2020 --before 300
  {command_text} verify
  {command_text} replay {_ONE} --version 2
  {command_text} event 2020-0095 answered --on 2021-01-20 --outcome granted.provided --legal-basis 第三十六条第二项 --document-no 示例公开〔2021〕1号 --preview
  {command_text} stop"""


COMMANDS = (migrate, rebuild, stop, demonstrate)
