"""The command that lists archived files to be handed over or erased."""

from __future__ import annotations

import click

from adapters.register.reading import expired_files
from adapters.views import Until, View
from api.cli.choice import Choice
from api.cli.console import Output, authority_option, output_options, present, until_option, with_view
from api.cli.help import Command
from api.today import today
from domain.values import FIRST_YEAR, LAST_YEAR
from projections.retention import HEADINGS, LEVEL_WORDS, Expired, Level, cells


@click.command("retention", cls=Command)
@click.option(
    "--year", type=click.IntRange(FIRST_YEAR, LAST_YEAR - 1), metavar="年", help="到哪一年年底；缺省为今年。"
)
@click.option(
    "--level",
    type=Choice(LEVEL_WORDS),
    default="county",
    help="接收档案的档案馆：县级满10年移交，设区的市级以上满20年。",
)
@until_option
@authority_option
@output_options
def list_expired(
    year: int | None, level: Level, until: Until | None, code: str | None, output: Output
) -> None:
    """到年底可以移交档案馆、或保管期限届满可以鉴定销毁的案卷；是否移交、销毁由档案人员决定。"""
    of = year or today().year

    async def act(view: View) -> list[Expired]:
        return await expired_files.in_year(view, of, level, today())

    found = with_view(code, until, act)
    present(output, found, f"{of}年可移交、可销毁的案卷{len(found)}件", HEADINGS, map(cells, found))


COMMANDS = (list_expired,)
