"""Commands for letters: one of a case, all of a day, and their wording."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from rich.progress import Progress

from adapters.register.papers.letters import Day, Offered
from adapters.register.recording.decoding import reference_of
from adapters.register.recording.document_numbers import SeriesListed
from adapters.register.register import Register
from adapters.render import terminal
from api.cli.choice import Choice, named
from api.cli.console import (
    Output,
    TypedDay,
    actor_of,
    actor_option,
    authority_option,
    chosen,
    origin,
    output_options,
    present,
    purpose_option,
    read_personal,
    say,
    sign_checkpoint,
    with_register,
)
from api.cli.help import Command
from api.cli.targets import check_target, force_option, write
from api.rendering import letter_as, letters_as_pdf
from api.today import today
from domain.authority.number_events import LAST_SERIAL
from domain.letters import wording
from domain.letters.placeholders import PART, PLACEHOLDERS
from domain.values import FIRST_YEAR, LAST_YEAR
from projections.choice_labels import CHOICES, choices

_KINDS = choices("letter_wording_set", "letter")
_ENDINGS = (".docx", ".pdf")


@click.command("letter", cls=Command)
@click.argument("reference", metavar="登记号")
@click.argument("kind", metavar="[文书]", type=Choice(_KINDS), required=False)
@click.option(
    "--entry",
    "version",
    type=click.IntRange(1, 1_000_000),
    metavar="第几条",
    help="据哪一条登记；缺省为最后一条。",
)
@click.option("--out", type=click.Path(path_type=Path), metavar="文件", help="写到哪里，.docx或.pdf。")
@click.option("--file", "files", is_flag=True, help="制作并入卷；入卷后即为定稿，不再变动。")
@click.option("--corrected", is_flag=True, help="已入卷的有误：另制一份，写明替代前一份，与--file同用。")
@force_option
@authority_option
@actor_option
@purpose_option
@output_options
def letter(
    reference: str,
    kind: str | None,
    version: int | None,
    out: Path | None,
    files: bool,
    corrected: bool,
    force: bool,
    code: str | None,
    actor: str | None,
    purpose: str | None,
    output: Output,
) -> int:
    """一件申请的文书：不写明哪一种的，列出可以制作的各种。"""
    named, where = reference_of(reference), origin()
    if kind is None:
        return _offer(reference, code, output)
    if corrected and not files:
        raise click.UsageError("--corrected应与--file同用")
    if out is None and not files:
        raise click.UsageError("请以--out写明文件，或以--file入卷")
    if out is not None:
        check_target(out, _ENDINGS, force=force)

    async def act(register: Register) -> tuple[bytes | None, str]:
        authority, who = await chosen(register, code), actor_of(actor)
        await read_personal(register, authority, who, purpose, where, reference=reference)
        message = ""
        if files:
            filed = await register.letters.file(
                authority, named, kind, version, on=today(), actor=who, corrected=corrected
            )
            await sign_checkpoint(register, authority)
            message = f"{named}第{filed.version}条：{_KINDS[kind]}已入卷。"
        if out is None:
            return None, message
        if out.suffix.lower() == ".pdf":
            data, missing = await register.letters.pdf(authority, named, kind, version)
        else:
            composed = await register.letters.compose(authority, named, kind, version)
            data, missing = letter_as(composed, "docx"), composed.missing
        for each in missing:
            say(f"提示：尚缺{each}。")
        return data, message

    data, message = with_register(act)
    if data is not None and out is not None:
        write(out, data, force=force)
        click.echo(f"已写到{out}")
    if message:
        click.echo(message)
    return 0


def _offer(reference: str, code: str | None, output: Output) -> int:
    async def act(register: Register) -> list[Offered]:
        return await register.letters.offered(await chosen(register, code), reference_of(reference))

    found = with_register(act)
    rows = [(each.kind, each.name, each.version, each.on, each.filed or "") for each in found]
    title = (
        f"{reference}可以制作的文书{len(found)}种"
        if found
        else f"{reference}尚无可以制作的文书，或未设定文书事项（taizhang authority letter_details_set）"
    )
    present(output, found, title, ("文书", "名称", "据第几条登记", "日期", "已入卷（第几条）"), rows)
    return 0


@click.command("letters", cls=Command)
@click.option("--on", required=True, type=TypedDay(), help="哪一天的文书。")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, metavar="文件", help="写到哪里，.pdf。"
)
@force_option
@authority_option
@actor_option
@purpose_option
def letters(
    on: date, out: Path, force: bool, code: str | None, actor: str | None, purpose: str | None
) -> int:
    """一天的全部文书合印为一个PDF，各件自第1页起；当日邮寄的附清单。不能制作的列出原因，退出码为1。"""
    check_target(out, (".pdf",), force=force)
    where = origin()

    async def act(register: Register) -> Day:
        authority = await chosen(register, code)
        await read_personal(register, authority, actor_of(actor), purpose, where, reference=f"letters {on}")
        with Progress(console=terminal.console(stderr=True), transient=True) as progress:
            task = progress.add_task("制作文书", total=None)
            return await register.letters.of_day(
                authority, on, lambda done, all_: progress.update(task, completed=done, total=all_)
            )

    found = with_register(act)
    for each in found.refused:
        say(f"{each.reference}：{each.reason}")
    if not found.letters:
        say(f"{on}没有可以制作的文书。")
        return 1
    write(out, letters_as_pdf(found.letters, on), force=force)
    click.echo(f"{len(found.letters)}件文书已写到{out}")
    return 1 if found.refused else 0


@click.command("letter-wording", cls=Command)
@click.argument("kind", metavar="文书", type=Choice(_KINDS))
@click.option("--on", type=TypedDay(), help="哪一天适用的；缺省为今天。")
@output_options
def show_wording(kind: str, on: date | None, output: Output) -> None:
    """一种文书的各段文字及其可填之项；替换一段用 taizhang authority letter_wording_set。"""
    version = wording.load(kind).on(on or today())
    known = PLACEHOLDERS | PART
    rows = []
    for each in version.paragraphs:
        names = dict.fromkeys(wording.names_in(each.text))
        filled = "；".join(f"{{{name}}}{known[name].words}" for name in names)
        rows.append(
            (named(each.name, wording.PARAGRAPHS[each.name]), each.text, filled, "、".join(each.says))
        )
    title = f"{_KINDS[kind]}　自{version.in_force_from}起　{version.source}"
    present(output, version, title, ("段落", "文字", "应保留的各项", "应保留的文字"), rows)


@click.command("document-numbers", cls=Command)
@click.option("--year", type=click.IntRange(FIRST_YEAR, LAST_YEAR), help="文号的年份；缺省为今年。")
@click.option("--series", metavar="系列", help="只列这一系列；缺省为各系列。")
@click.option("--after", type=click.IntRange(0, LAST_SERIAL), default=0, help="从这一序号之后列起。")
@authority_option
@output_options
def numbers(year: int | None, series: str | None, after: int, code: str | None, output: Output) -> None:
    """文号：各系列的下一个、已用的和缺号。设定用 taizhang authority number_series_set，说明缺号用 number_gap_explained。"""
    of_year = year or today().year

    async def act(register: Register) -> list[SeriesListed]:
        authority = await chosen(register, code)
        return await register.letters.numbers(authority, of_year, series, after)

    found = with_register(act)
    rows: list[tuple[object, ...]] = []
    for each in found:
        rows += [
            (
                each.series,
                one.document_no,
                one.reference,
                _KINDS[one.letter],
                one.on,
                CHOICES["number_state"][one.number_state],
            )
            for one in each.numbers
        ]
        for gap in each.gaps:
            which = (
                f"缺{gap.first_serial}号"
                if gap.first_serial == gap.last_serial
                else f"缺{gap.first_serial}至{gap.last_serial}号"
            )
            rows.append((each.series, which, "", "", "", "；".join(gap.reasons) or "未说明"))
        more = f"其后还有，以--after {each.next}续列" if each.next else ""
        rows.append((each.series, f"下一个：{each.next_document_no}", "", "", "", more))
    title = f"{of_year}年文号" if found else "本机关没有设定文号（taizhang authority number_series_set）"
    present(output, found, title, ("系列", "文号", "登记号", "文书", "日期", "说明"), rows)


COMMANDS = (letter, letters, show_wording, numbers)
