"""The command that assesses the units of a district by an indicator set."""

from __future__ import annotations

import typing
from pathlib import Path

import click

from api.cli.checks import files_in, read_all
from api.cli.console import InFile, Output, authority_option, output_options, present
from api.cli.district import with_district
from api.cli.help import Command
from api.cli.targets import check_target, force_option, write
from api.today import today
from domain.values import FIRST_YEAR, LAST_YEAR
from projections.district import assessment, indicators
from projections.district.assessment import EnteredFault
from projections.district.indicators import BUILT_IN, IndicatorFault, IndicatorSet
from projections.report import judged

LARGEST = 1_000_000


@click.command(cls=Command)
@click.option(
    "--set",
    "chosen",
    required=True,
    metavar="名称或文件",
    help=f"指标：TOML文件，或程序所附的{'、'.join(BUILT_IN)}。",
)
@click.option("--year", required=True, type=click.IntRange(FIRST_YEAR, LAST_YEAR - 1), metavar="年")
@click.option(
    "--reports",
    metavar="文件夹",
    type=click.Path(path_type=Path),
    help="各单位报来的年度报告，核对其差错和雷同；不给的，这两项为未评。",
)
@click.option(
    "--previous", metavar="文件夹", type=click.Path(path_type=Path), help="上一年度的报告，比对雷同。"
)
@click.option(
    "--entered",
    metavar="文件",
    type=InFile(),
    help="填写的评定，CSV：单位,指标,值,依据,评定人,事由。申辩成立的也写在这里，代替自动计数。",
)
@click.option("--xlsx", "out", metavar="文件", type=click.Path(path_type=Path), help="写成评分表。")
@force_option
@authority_option
@output_options
def assess(
    chosen: str,
    year: int,
    reports: Path | None,
    previous: Path | None,
    entered: typing.BinaryIO | None,
    out: Path | None,
    force: bool,
    code: str | None,
    output: Output,
) -> int:
    """考核各下级单位：按指标逐项计分，每一分都列出所据的申请、督办、报送或填写的依据。

    台账知道的自动计，不知道的由评定人填写；没有评定的不给分也不扣分，列为未评，此时退出码为1。
    """
    indicator_set = _chosen(chosen)
    if out is not None:
        check_target(out, (".xlsx",), force=force)
    lines = _entered(entered) if entered is not None else []
    sent = read_all(files_in((reports,))) if reports is not None else []
    before = read_all(files_in((previous,))) if previous is not None else []

    units, name = with_district(code, lambda units: units.cases(year, today()))
    if sent:
        units = assessment.with_reports(units, judged.judge(sent, before))
    try:
        sheets = assessment.assess(units, indicator_set, lines)
    except EnteredFault as wrong:
        raise click.UsageError(str(wrong)) from None
    title = f"{name}　{year}年　{indicator_set.title}　满分{indicator_set.points}"
    if out is not None:
        from adapters.render import assessment_sheet  # noqa: PLC0415 - a workbook is rarely written

        book = assessment_sheet.render(sheets, title)
        write(out, book, force=force)
        click.echo(f"已写到{out}")
    elif output == "drawn":
        present(output, sheets, title, assessment.TOTALS, assessment.totals(sheets))
        click.echo("逐项及所据的各件：加--csv、--json或--xlsx")
    else:
        present(output, sheets, "", assessment.DETAILS, assessment.details(sheets))
    return 0 if all(each.is_whole for each in sheets) else 1


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


def _entered(file: typing.BinaryIO) -> list[assessment.Entered]:
    try:
        return assessment.entered_in(file.read(LARGEST))
    except EnteredFault as wrong:
        raise click.UsageError(f"文件{getattr(file, 'name', '')}：{wrong}") from None


COMMANDS = (assess,)
