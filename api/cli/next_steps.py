"""What is said after a recording: how the request is now, until when, and what can come next."""

from __future__ import annotations

import click

from adapters.register.register import Register
from api.cli.console import with_register
from domain.request.judging import possible_next
from domain.request.state import DisclosureRequest
from domain.values import Reference
from projections.event_forms import form_of
from projections.listing import STAGE_WORDS

_AWAITS = {"review": "待审核", "approval": "待批准", "redrafting": "退回待改"}


def say_next(authority: str, reference: str) -> None:
    """Of a request by its reference."""

    async def act(register: Register) -> DisclosureRequest:
        async with register.view(authority) as view:
            return await view.request(Reference.parse(reference))

    for line in lines(with_register(act)):
        click.echo(line)


def say_next_of_report(authority: str, year: int) -> None:
    async def act(register: Register) -> str:
        async with register.reports(authority) as reports:
            return (await reports.shown(year)).next

    click.echo(f"下一步：{with_register(act)}")


def lines(request: DisclosureRequest) -> list[str]:
    if request.annulled:
        return ["整件申请已撤销。"]
    deadline = request.deadline
    due_on = deadline.due_on if deadline else None
    provisional = "（暂定）" if deadline and deadline.provisional else ""
    term = f"答复期限{due_on}{provisional}" if due_on else "不计期限"
    closing = request.closing
    stage = STAGE_WORDS[request.stage]
    said = [f"阶段：{stage}；{term}。" if closing is None else f"阶段：{stage}；{closing.on}办结。"]
    said += [
        f"文稿“{draft.draft}”{_AWAITS[draft.awaits]}。"
        for draft in request.drafts
        if draft.awaits is not None
    ]
    titles = [form_of(type_).title for type_ in possible_next(request)]
    return [*said, f"接下来可以登记：{'、'.join(titles)}。"]
