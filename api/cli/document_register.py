"""The command that searches the register of documents, and exports it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import get_args

import click

from adapters.register.register import Register
from api.cli.choice import Choice
from api.cli.console import Output, TypedDay, authority_option, chosen, output_options, present, with_register
from api.cli.help import Command
from api.cli.targets import check_target, force_option, write
from api.today import today
from domain.report.document_events import Disclosure, DocumentKind
from projections import documents as listing
from projections.choice_labels import CHOICES
from projections.documents import DocumentFilter, DocumentShown

_KINDS, _DISCLOSURES = CHOICES["document_made.kind"], CHOICES["disclosure"]


@click.command("documents", cls=Command)
@click.argument("words", metavar="[文号、标题的一部分]", default="")
@click.option(
    "--kind", type=Choice({each: _KINDS[each] for each in get_args(DocumentKind)}), help="文件的类别。"
)
@click.option(
    "--disclosure",
    type=Choice({each: _DISCLOSURES[each] for each in get_args(Disclosure)}),
    help="公开属性。",
)
@click.option("--in-force/--no-longer", "in_force", default=None, help="现行有效的，或已废止、失效的。")
@click.option("--on", "day", type=TypedDay(), metavar="日期", help="哪一天；缺省为今天。")
@click.option(
    "--xlsx", "target", metavar="文件.xlsx", type=click.Path(path_type=Path), help="写成工作簿，可对外公布。"
)
@force_option
@authority_option
@output_options
def documents(
    words: str,
    kind: str | None,
    disclosure: str | None,
    in_force: bool | None,
    day: date | None,
    target: Path | None,
    force: bool,
    code: str | None,
    output: Output,
) -> None:
    """文件目录：本机关的文件及其公开属性、修订、废止，新的在前。

    \b
    登记用 taizhang report event 年度 登记文件、变更文件公开属性、修订文件、废止文件
    """
    on = day or today()
    if target is not None:
        check_target(target, (".xlsx",), force=force)
    wanted = DocumentFilter(words=words, kind=kind, disclosure=disclosure, in_force=in_force)

    async def act(register: Register) -> tuple[list[DocumentShown], str]:
        named = await chosen(register, code)
        async with register.reports(named, checked=False) as reports:
            found = await reports.documents(on.year)
            return listing.listed(found, wanted, on), reports.view.authority.name_on(on)

    found, name = with_register(act)
    lines, title = listing.lines(found), f"{name}　文件目录　{on}　{len(found)}件"
    if target is None:
        present(output, found, title, listing.HEADINGS, lines)
        return
    from adapters.render import sheet  # noqa: PLC0415 - a workbook is rarely written

    write(target, sheet.render("文件目录", listing.HEADINGS, lines, printed=title), force=force)
    click.echo(f"{len(found)}件已写到{target}")
