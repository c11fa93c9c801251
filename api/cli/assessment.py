"""Commands for the assessment of units: announcing, entering scores from files, printing sheets."""

from __future__ import annotations

import typing
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from uuid import uuid4

import click
import msgspec

from adapters.register.recording.decoding import convert
from adapters.register.recording.recording import Recording
from adapters.register.register import Refused, Register, Reply
from api.cli.checks import files_in, read_all
from api.cli.console import (
    InFile,
    Output,
    TypedDay,
    actor_of,
    actor_option,
    authority_option,
    chosen,
    output_options,
    present,
    say,
    sign_checkpoint,
    with_register,
)
from api.cli.help import Command, Group
from api.cli.targets import check_target, force_option, write
from api.today import today
from domain.authority.assessment import Assessment, named
from domain.authority.assessment_events import AssessmentAnnounced
from domain.authority.events import AUTHORITY_STREAM
from domain.entry import Event
from domain.values import FIRST_YEAR, LAST_YEAR
from projections.district import assessment as assessing
from projections.district import indicators, scores
from projections.district.assessment import AssessmentSheet
from projections.district.indicators import BUILT_IN, IndicatorFault, IndicatorSet
from projections.district.scores import EnteredFault
from projections.report import judged

LARGEST = 1_000_000

on_option = click.option("--on", type=TypedDay(), metavar="日期", help="登记事项的日期；缺省为今天。")


@click.group(cls=Group)
def assessment() -> None:
    """考核：印发指标，评分，下级单位申辩，裁定，评定结果。

    \b
    taizhang assessment announce --help          印发考核指标
    taizhang assessment enter --help             由文件评分
    taizhang authority score_entered --help      评一项的分
    taizhang authority score_contested --help    下级单位申辩
    taizhang authority contest_decided --help    裁定申辩
    taizhang assessment sheet --help             评分表
    taizhang authority assessment_concluded --help    评定结果
    """


@assessment.command(cls=Command)
@click.argument("name", metavar="考核的名称")
@click.option(
    "--set",
    "indicator_set",
    required=True,
    metavar="名称或文件",
    help=f"指标：TOML文件，或程序所附的{'、'.join(BUILT_IN)}。",
)
@click.option("--year", required=True, type=click.IntRange(FIRST_YEAR, LAST_YEAR - 1), metavar="年")
@click.option(
    "--contest-by", required=True, type=TypedDay(), metavar="日期", help="下级单位提出申辩的末日（含）。"
)
@on_option
@authority_option
@actor_option
def announce(
    name: str,
    indicator_set: str,
    year: int,
    contest_by: date,
    on: date | None,
    code: str | None,
    actor: str | None,
) -> None:
    """印发考核指标：哪一年度，按哪些指标考核哪几类单位。"""
    chosen_set = _chosen(indicator_set)
    event = AssessmentAnnounced(
        on or today(), name, year, chosen_set.source, chosen_set.classes, chosen_set.indicator, contest_by
    )
    _record([event], code, actor)
    click.echo(f"已印发“{name}”的考核指标{len(chosen_set.indicator)}项，申辩期限至{contest_by}。")


@assessment.command(cls=Command)
@click.argument("name", metavar="考核的名称")
@click.option(
    "--entered",
    metavar="文件",
    type=InFile(),
    help="填写的评分，CSV：单位,指标,值,依据,事由。代替台账自动计的次数。",
)
@click.option(
    "--reports",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="各单位报来的年度报告：核对出的差错、雷同按件数评分。",
)
@click.option(
    "--previous", metavar="文件夹", type=click.Path(path_type=Path), help="上一年度的报告，比对雷同。"
)
@on_option
@authority_option
@actor_option
def enter(
    name: str,
    entered: typing.BinaryIO | None,
    reports: Path | None,
    previous: Path | None,
    on: date | None,
    code: str | None,
    actor: str | None,
) -> None:
    """由文件评分：填写的一览，或各单位报来的年度报告。每一格登记一条，同一格以最后一条为准。"""
    if entered is None and reports is None:
        raise click.UsageError("请给出--entered或--reports")
    lines = _lines(entered) if entered is not None else []
    sent = read_all(files_in((reports,))) if reports is not None else []
    before = read_all(files_in((previous,))) if previous is not None else []

    async def read(register: Register) -> tuple[str, Assessment, dict[str, str]]:
        office = await chosen(register, code)
        found = named(await register.assessments.announced(office), name)
        return office, found, await register.assessments.units(office, on or today())

    office, found, units = with_register(read)
    batch = judged.judge(sent, before) if sent else None
    try:
        events = scores.from_files(lines, batch, found, units, on or today())
    except EnteredFault as wrong:
        raise click.UsageError(str(wrong)) from None
    if not events:
        raise click.UsageError("文件中没有可以评的分")
    count = len(_record(events, office, actor))
    click.echo(f"已登记评分{count}项，涉及{len({each.unit for each in events})}个单位。")


@assessment.command(cls=Command)
@click.argument("name", metavar="[考核的名称]", required=False)
@click.option("--xlsx", "out", metavar="文件", type=click.Path(path_type=Path), help="写成评分表。")
@force_option
@authority_option
@output_options
def sheet(name: str | None, out: Path | None, force: bool, code: str | None, output: Output) -> int:
    """评分表：各单位的得分，每一分都列出所据的申请、督办、报送或评分的依据；不写名称的列出各次考核。

    还有未评的指标、未裁定的申辩，或评定之后得分有变动的，退出码为1。
    """
    if out is not None:
        check_target(out, (".xlsx",), force=force)

    async def read(register: Register) -> tuple[str, tuple[Assessment, ...], AssessmentSheet | None]:
        office = await chosen(register, code)
        title = (await register.authority(office)).name_on(today())
        announced = await register.assessments.announced(office)
        found = await register.assessments.sheet(office, name, today()) if name is not None else None
        return title, announced, found

    office, announced, found = with_register(read)
    if found is None:
        lines = list(map(assessing.listed, announced))
        present(output, lines, f"{office}　考核", assessing.LISTED, map(msgspec.structs.astuple, lines))
        return 0
    title = f"{office}　{found.name}　满分{found.points}"
    if out is not None:
        from adapters.render import assessment_sheet  # noqa: PLC0415 - a workbook is rarely written

        write(out, assessment_sheet.render(found, title), force=force)
        click.echo(f"已写到{out}")
    else:
        _show(found, title, output)
    return 1 if found.open or found.restated else 0


@assessment.command(cls=Command)
@authority_option
@output_options
def own(code: str | None, output: Output) -> None:
    """上级机关对本机关的考核：本机关的得分，每一分所据，提出的申辩和裁定。"""

    async def read(register: Register) -> list[AssessmentSheet]:
        return await register.assessments.of_unit(await chosen(register, code), today())

    found = with_register(read)
    if output != "drawn":
        units = [each for one in found for each in one.units]
        present(output, found, "", assessing.DETAILS, assessing.details(units))
        return
    for each in found:
        _show(each, f"{each.name}　满分{each.points}　申辩期限至{each.contest_by}", output, whole=True)
    if not found:
        click.echo("上级机关没有对本机关的考核。")


def _show(found: AssessmentSheet, title: str, output: Output, *, whole: bool = False) -> None:
    """whole: also every score of the units."""
    if output != "drawn":
        present(output, found, "", assessing.DETAILS, assessing.details(found.units))
        return
    present(output, found, title, assessing.TOTALS, assessing.totals(found.units))
    if whole:
        present(output, found, "逐项", assessing.DETAILS[1:], [line[1:] for line in assessing.details(found.units)])  # fmt: skip
    if found.contests:
        present(output, found, "考核申辩", assessing.CONTESTS, assessing.contests(found.contests))
    if found.restated:
        present(output, found, "评定之后的变动", assessing.RESTATED, assessing.restated(found))
    if found.concluded_on:
        click.echo(f"已于{found.concluded_on}评定{f'（{found.document_no}）' if found.document_no else ''}。")
    elif found.open and not whole:
        click.echo(f"尚未评定：{found.open}。")
    if not whole:
        click.echo("逐项及所据的各件：加--csv、--json或--xlsx")


def _record(events: Sequence[Event], code: str | None, actor: str | None) -> list[Reply]:
    """All of them or none. Raises UsageError with every problem found."""
    lines: list[Recording] = [
        convert({"id": uuid4().hex, "stream": AUTHORITY_STREAM, "event": msgspec.to_builtins(each)})
        for each in events
    ]

    async def act(register: Register) -> list[Reply]:
        office = await chosen(register, code)
        replies = await register.record_all(office, lines, actor=actor_of(actor))
        await sign_checkpoint(register, office)
        return replies

    try:
        return with_register(act)
    except Refused as refused:
        for problem in refused.problems[1:]:
            say(str(problem.refusal))
        raise refused.problems[0].refusal from None


def _chosen(name: str) -> IndicatorSet:
    """Raises UsageError."""
    if name in BUILT_IN:
        return indicators.load(name)
    path = Path(name)
    if not path.is_file():
        raise click.UsageError(f"没有文件{name}，也不是{'、'.join(BUILT_IN)}之一")
    try:
        with path.open("rb") as file:
            return indicators.parse(file.read(LARGEST).decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise click.UsageError(f"文件{name}不是UTF-8的文字") from None
    except IndicatorFault as wrong:
        raise click.UsageError(f"文件{name}：{wrong}") from None


def _lines(file: typing.BinaryIO) -> list[scores.Line]:
    try:
        return scores.lines_of(file.read(LARGEST))
    except EnteredFault as wrong:
        raise click.UsageError(f"文件{getattr(file, 'name', '')}：{wrong}") from None


COMMANDS = (assessment,)
