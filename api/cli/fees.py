"""The command that computes the fee of a request."""

from __future__ import annotations

from datetime import date

import click

from adapters.register.recording.decoding import reference_of
from adapters.register.register import Register
from adapters.vault.blind_index import SameApplicant
from api.cli.console import (
    Output,
    TypedDay,
    authority_option,
    chosen,
    output_options,
    present,
    with_register,
)
from api.cli.help import Command
from api.today import today
from domain.law.tariff import tariffs
from domain.values import Reference
from projections.fee_quote import FeeQuote, fee_quote


@click.command("fee", cls=Command)
@click.argument("reference", metavar="登记号")
@click.option("--pages", type=click.IntRange(1, 1_000_000), metavar="页数", help="按量计收；不写的按件计收。")
@click.option("--on", type=TypedDay(), help="收费通知的日期，缺省为今日；决定适用的收费标准。")
@authority_option
@output_options
def fee(reference: str, pages: int | None, on: date | None, code: str | None, output: Output) -> int:
    """按收费标准计算信息处理费：按件（同一申请人当月累计件数）或按量（页数），二者择一。"""
    named, day = reference_of(reference), on or today()

    async def act(register: Register) -> int:
        office = await chosen(register, code)
        async with register.view(office) as view:
            received = (await view.request(named)).received
        if pages is not None or received is None:
            return pages or 1
        return _place(await register.personal_data.same_applicant(office, named), named, received.on)

    quantity = with_register(act)
    found = fee_quote(str(named), "items" if pages is None else "pages", quantity, day)
    if found is None:
        raise click.UsageError(f"信息处理费的收费标准自{tariffs()[0].in_force_from}起施行，{day}尚无标准")
    measure = "页" if pages is not None else "件"
    if not found.lines and output == "drawn":
        click.echo(f"{_sentence(found)}，不收费。")
        return 0
    rows = [(_range(line.first, line.last) + measure, line.yuan, line.sum) for line in found.lines]
    present(output, found, _sentence(found), ("范围", f"元/{measure}", "合计（元）"), rows)
    return 0


def _sentence(found: FeeQuote) -> str:
    what = (
        f"按量计收，{found.quantity}页" if found.basis == "pages" else f"按件计收，当月第{found.quantity}件"
    )
    return f"{found.reference}（{what}）：应收{found.amount_yuan}元（{found.source}）"


def _place(same: SameApplicant, reference: Reference, received_on: date) -> int:
    """The ordinal of the request among the applicant's in the month, by receipt; same applicant by id number or
    contact."""
    mine = (received_on, reference)
    later = sum(
        each.of_applicant
        and (each.received_on.year, each.received_on.month) == (received_on.year, received_on.month)
        and (each.received_on, Reference.parse(each.reference)) > mine
        for each in same.requests
    )
    return same.in_month - later


def _range(first: int, last: int) -> str:
    return f"第{first}" if first == last else f"第{first}至{last}"


COMMANDS = (fee,)
