"""The command that lists what is odd and perhaps right."""

from __future__ import annotations

from datetime import date

import click

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
from domain.entry import Recorded
from domain.values import Reference
from projections.questions import Asked, questions

_BATCH = 500


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

    async def act(view: View) -> list[Asked]:
        references = [Reference.parse(row.reference) for row in await view.rows(period)]
        histories: list[list[Recorded]] = []
        for start in range(0, len(references), _BATCH):
            histories += await view.histories(references[start : start + _BATCH])
        return questions(histories, view.law)

    found = with_view(code, until, act)
    rows = [(each.reference, each.version, each.title, each.text) for each in found]
    present(output, found, f"提示　{period}　{len(found)}处", ("登记号", "条次", "名称", "说明"), rows)


COMMANDS = (list_questions,)
