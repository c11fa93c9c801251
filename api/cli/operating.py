"""Commands for operators: copying a register to another server, diagnosis."""

from __future__ import annotations

import asyncio
import os
import shutil
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

import click

from adapters.postgres import embedded
from adapters.register.operations.copying import Copied
from adapters.register.operations.diagnosis import Level
from adapters.render import terminal
from api import app, settings
from api.cli.console import json_option, say, show, show_json
from api.cli.help import Command
from api.settings import Settings


@click.command("copy", cls=Command)
@click.option(
    "--to",
    "target",
    metavar="地址|目录",
    required=True,
    help="目标数据库属主的连接（postgresql://…），或另一数据目录（用内置数据库，连同密钥）。",
)
@click.option("--role", metavar="角色", default=embedded.RUNTIME, help="目标数据库的运行角色；缺省taizhang。")
@click.option("--leave-open", is_flag=True, help="只是试迁：完成后原台账仍可登记。")
@json_option
def copy(target: str, role: str, leave_open: bool, as_json: bool) -> None:
    """将整个台账复制到另一数据库，并逐表、逐日志证明两边相同。

    用于从内置数据库迁到自备的数据库，或迁到另一大版本的PostgreSQL。复制期间可以查看，不能登记；目标须是空的；
    中断后目标仍是空的，再运行即可。完成后原台账只能查看（taizhang migrate可重新开放）。

    来源为自备的数据库时，DATABASE_OWNER_URL为其属主。口令请放在PGPASSFILE所指的文件中，不要写在地址里。
    """
    own = settings.from_environment()
    found = asyncio.run(_copy(own, target, role, close_source=not leave_open))
    if as_json:
        show_json(found)
        return
    rows = [(each.name, each.rows, each.digest[:16]) for each in found.tables]
    show(terminal.listing("两边相同的表", ("表", "行", "摘要"), rows))
    logs = [(each.authority, each.entries, each.root[:16]) for each in found.logs]
    show(terminal.listing("两边相同的日志", ("机关", "登记", "树根"), logs))
    click.echo("已复制，两边相同。" if found.filled else "目标已有同样的内容，两边相同。")
    if found.closed:
        click.echo("原台账从此只能查看；请改用新的数据库。要重新开放原台账，在原处运行 taizhang migrate。")


async def _copy(own: Settings, target: str, role: str, *, close_source: bool) -> Copied:
    if urlsplit(target).scheme in ("postgresql", "postgres"):
        return await app.copied(own, target, role, close_source=close_source, on_progress=say)
    place = Settings(data=Path(target).expanduser().absolute())
    if place.data == own.data:
        raise click.UsageError("--to所指的就是现在的数据目录")
    if not own.database_url:
        await embedded.start(own.postgresql)
    # Copied by name, since the source may be of an older major version; the target gets the newest.
    named = os.environ.pop("TAIZHANG_POSTGRES_BIN", None)
    try:
        server = await embedded.start(place.postgresql)
    finally:
        if named is not None:
            os.environ["TAIZHANG_POSTGRES_BIN"] = named
    found = await app.copied(
        own, server.dsn(embedded.OWNER), embedded.RUNTIME, close_source=close_source, on_progress=say
    )
    _copy_keys(own.keys, place.keys)
    return found


def _copy_keys(source: Path, target: Path) -> None:
    """Copy key files; an existing one is never overwritten."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        beside = target / path.name
        if not beside.exists():
            shutil.copy2(path, beside)
        elif beside.read_bytes() != path.read_bytes():
            raise click.UsageError(f"{beside}是另一密钥，没有覆盖")


_MARKS: dict[Level, str] = {"ok": "✓", "warning": "!", "wrong": "✗", "unchecked": "?"}


@click.command("doctor", cls=Command)
@json_option
def doctor(as_json: bool) -> int:
    """检查安装：数据库、角色和授权、结构、密钥、时钟、磁盘、备份、存证，列出不妥之处和应当怎样做；不作任何更改。

    数据库不能用时也可运行。返回值：0没有不妥（可能有提醒），1有不妥，4没有不妥但有的未能检查。
    """
    found = asyncio.run(app.diagnosed(settings.from_environment()))
    levels = {each.level for each in found}
    if as_json:
        show_json([each._asdict() for each in found])
    else:
        rows = [(_MARKS[each.level], each.about, each.said, each.advice) for each in found]
        show(terminal.listing(f"台账 {metadata.version('taizhang')}", ("", "何事", "情况", "怎样做"), rows))
        wrong = sum(each.level == "wrong" for each in found)
        click.echo(f"有{wrong}处不妥。" if wrong else "没有发现不妥。")
    return 1 if "wrong" in levels else 4 if "unchecked" in levels else 0


COMMANDS = (copy, doctor)
