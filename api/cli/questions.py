"""The command that lists questions: possible mistakes that need no acknowledgement."""

from __future__ import annotations

from datetime import date

import click

from adapters.register.recording.questions import of_period
from adapters.views import Until, View
from api.cli.console import (
    Output,
    authority_option,
    output_options,
    period_of,
    period_options,
    present,
    until_option,
    with_view,
)
from api.cli.help import Command
from projections.questions import HEADINGS, ListedQuestion, cells


@click.command("questions", cls=Command)
@period_options
@until_option
@authority_option
@output_options
def list_questions(
    year: int | None,
    first: date | None,
    last: date | None,
    until: Until | None,
    code: str | None,
    output: Output,
) -> None:
    """列出不常见、请再核对之处（提示），不须确认：统计期限内收到、办结或在办的申请。"""
    period = period_of(year, first, last)

    async def act(view: View) -> list[ListedQuestion]:
        return await of_period(view, period)

    found = with_view(code, until, act)
    present(output, found, f"提示　{period}　{len(found)}处", HEADINGS, map(cells, found))


COMMANDS = (list_questions,)
