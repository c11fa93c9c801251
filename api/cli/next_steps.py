"""Output after a recording: stage, due date and possible next steps."""

from __future__ import annotations

import click
from msgspec import UNSET

from adapters.refusals import NotComplete
from adapters.register.recording.recording import Reply
from adapters.register.register import Register
from api.cli.console import with_register
from projections.event_forms import form_of
from projections.listing import STAGE_WORDS
from projections.provisional import PROVISIONAL


def say_next(reply: Reply) -> None:
    """The state of a request, from the reply."""
    if reply.stage in (UNSET, "none"):
        click.echo("整件申请已撤销。")
        return
    term = (
        f"答复期限{reply.due_on}{f'（{PROVISIONAL}）' if reply.provisional is True else ''}"
        if reply.due_on
        else "不计期限"
    )
    is_open = reply.stage not in ("closed", "archived")
    click.echo(f"阶段：{STAGE_WORDS[reply.stage]}{f'；{term}' if is_open else ''}。")
    titles = [form_of(type_).title for type_ in reply.possible or ()]
    click.echo(f"接下来可以登记：{'、'.join(titles) or '没有您可以登记的事项'}。")
    if titles:
        click.echo(f"写法：taizhang event {reply.reference} 事项 --help")


NEXT_OF_REGISTER = """接下来可以：
  taizhang officer create-first --help    设立人员，各办其事；不设立的，谁都可以登记
  taizhang event received --help          登记收到的申请"""


def say_next_of_report(authority: str, year: int) -> None:
    """The next steps of a report; none for a year that the register does not cover whole."""

    async def act(register: Register) -> str | None:
        async with register.reports(authority) as reports:
            try:
                return (await reports.shown(year)).next
            except NotComplete:
                return None

    if (following := with_register(act)) is not None:
        click.echo(f"下一步：{following}")
