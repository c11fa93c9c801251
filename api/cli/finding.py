"""The command that finds a request by what stands on a paper."""

from __future__ import annotations

import click

from adapters.register import finding
from adapters.views import Until
from api.cli.console import Output, authority_option, output_options, present, until_option, with_view
from api.cli.help import Command
from domain.law import outcomes
from domain.law.refusals import Malformed
from domain.values import is_label
from projections.listing import STAGE_WORDS
from projections.register import RequestRow

MOST = 50
_HEADINGS = ("登记号", "申请事项", "阶段", "答复期限", "办理结果")


@click.command("find", cls=Command)
@click.argument("text", metavar="文字")
@until_option
@authority_option
@output_options
def find(text: str, until: Until | None, code: str | None, output: Output) -> None:
    """查找申请：登记号、事项、文号、案号、档号、邮件单号，填一部分即可；新的在前，至多50件。"""
    if not is_label(text) or not text.strip():
        raise Malformed(field="文字", problem="应为200字以内的文字，不含控制字符")
    found = with_view(code, until, lambda view: finding.by_label(view, text, MOST))
    draw(f"“{text.strip()}”：找到{len(found)}件", found, output)


def draw(title: str, rows: list[RequestRow], output: Output) -> None:
    present(output, rows, title, _HEADINGS, map(_cells, rows))


def _cells(row: RequestRow) -> tuple[object, ...]:
    return (
        row.reference,
        row.subject or "",
        STAGE_WORDS[row.stage],
        row.due_on or "",
        outcomes.label(row.outcome) if row.outcome else "",
    )


COMMANDS = (find,)
