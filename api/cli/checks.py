"""Reports of other authorities: checking one or many, workbooks to send back, consolidation."""

from __future__ import annotations

import os
import sys
import typing
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import msgspec

from adapters.render import csv, terminal
from api.cli.console import InFile, Output, output_options, say, show, show_json
from api.cli.help import Command
from api.cli.targets import check_target, force_option, write
from api.today import today
from domain.values import FIRST_YEAR, LAST_YEAR
from projections.report import consolidated, judged
from projections.report.judged import FINDING_HEADINGS, HEADINGS, Batch, Judged, Source

MOST_FILES = 2_000
WAIVERS = "说明.csv"
FEEDBACK = "核对反馈"
"""Prefix of the names of workbooks to send back, which are not read as reports."""
_DRAWN = ("级别", "问题", "内容", "等号左边", "等号右边", "差额", "说明")
_IGNORED = {"thumbs.db", "desktop.ini", WAIVERS}

_paths = click.argument(
    "paths", metavar="文件夹或文件…", nargs=-1, required=True, type=click.Path(path_type=Path)
)
_units_option = click.option(
    "--units", metavar="文件", type=InFile(), help="应报送单位的名单，CSV，第一列为单位。"
)


@click.command(cls=Command)
@_paths
@click.option(
    "--previous",
    metavar="文件夹或文件",
    type=click.Path(path_type=Path),
    help="上一年度的报告，按单位找到各自的。",
)
@_units_option
@click.option(
    "--waivers", metavar="文件", type=InFile(), help=f"说明：单位,名称,理由；缺省为文件夹中的{WAIVERS}。"
)
@click.option(
    "--xlsx", "feedback", metavar="文件", type=click.Path(path_type=Path), help="写一份退回各单位的工作簿。"
)
@force_option
@output_options
def check(
    paths: tuple[Path, ...],
    previous: Path | None,
    units: typing.BinaryIO | None,
    waivers: typing.BinaryIO | None,
    feedback: Path | None,
    force: bool,
    output: Output,
) -> int:
    """核对各单位的年度报告：一个或几个文件，或整个文件夹。

    可读json、xlsx、docx、文字版pdf和网页。读不出的列为“未读出”，作了推断的列为“视为”。没有问题退出码为0，有问题或读不出的为1。
    """
    if feedback is not None:
        check_target(feedback, (".xlsx",), force=force)
    files = files_in(paths, leave_out=feedback)
    is_one = len(files) == 1 and not paths[0].is_dir()
    before = read_all(files_in((previous,))) if previous is not None else []
    sources = read_all(files)
    if is_one:
        _refuse_unread(sources[0])
        if previous is not None and not previous.is_dir():
            _refuse_other(sources[0], before[0])
    batch = judged.judge(
        sources,
        before,
        units=parsed_input(units, judged.units_in) if units else (),
        waivers=_waivers(waivers, paths),
    )
    if feedback is not None:
        from adapters.render import feedback as workbook  # noqa: PLC0415 - a workbook is rarely written

        write(feedback, workbook.render(batch, today()), force=force)
        say(f"已写到{feedback}")
    _present(batch, output, is_one=is_one)
    return 0 if batch.is_clean else 1


@click.command(cls=Command)
@_paths
@click.option(
    "--into", required=True, metavar="文件", type=click.Path(path_type=Path), help="汇总写到哪里（JSON）。"
)
@click.option("--name", default="汇总", show_default=True, metavar="名称", help="汇总的单位名称。")
@click.option(
    "--year",
    type=click.IntRange(FIRST_YEAR, LAST_YEAR - 1),
    metavar="年",
    help="年度；缺省为多数报告的年度。",
)
@_units_option
@force_option
def consolidate(
    paths: tuple[Path, ...],
    into: Path,
    name: str,
    year: int | None,
    units: typing.BinaryIO | None,
    force: bool,
) -> int:
    """汇总各单位的表格：写出合计、已报送和未报送的单位、没有计入的文件。

    没有计入、没有报送的，退出码为1。有内容读不出的报告一格也不计入，改好后重新汇总。
    """
    check_target(into, (".json",), force=force)
    sources = read_all(files_in(paths, leave_out=into))
    found = consolidated.consolidate(
        sources, name=name, year=year, units=parsed_input(units, judged.units_in) if units else ()
    )
    if found is None:
        for each in sources:
            say(f"{each.file}：{each.fault or '未能识别年度或缺少表格'}")
        raise click.UsageError("没有可以汇总的报告")
    write(into, msgspec.json.format(msgspec.json.encode(found), indent=1), force=force)
    click.echo(
        f"{found.year}年度：汇总{len(found.consolidated_from)}个单位（{found.format}年格式），已写到{into}"
    )
    for part in found.other_forms:
        click.echo(
            f"另有{len(part.consolidated_from)}个单位采用{part.format}年格式，分别汇总：{'、'.join(part.consolidated_from)}"
        )
    for file, why in found.not_counted.items():
        click.echo(f"没有计入：{file}：{why}")
    for unit in found.missing:
        click.echo(f"未报送：{unit}")
    return 0 if found.is_whole else 1


def typed_report(file: typing.BinaryIO, name: str = "") -> Any:
    """A report in any format that is read. name: of the file, else its own. Raises UsageError for another file."""
    from adapters.report_files import reader  # noqa: PLC0415 - readers of other programs' files, which few commands need

    name = name or Path(getattr(file, "name", "") or "").name
    try:
        return reader.read(file.read(), name)
    except reader.ReportFileFault as wrong:
        raise click.UsageError(f"文件{name}：{wrong}") from None


def files_in(paths: Sequence[Path], leave_out: Path | None = None) -> list[Path]:
    """The given files, and the reports in given folders. Raises UsageError."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += [
                each for each in sorted(path.rglob("*")) if each.is_file() and not _is_ignored(each, path)
            ]
        elif path.is_file():
            found.append(path)
        else:
            raise click.UsageError(f"没有文件{path}")
    kept = [each for each in dict.fromkeys(found) if leave_out is None or not _is_same(each, leave_out)]
    if not kept:
        raise click.UsageError("文件夹中没有文件")
    if len(kept) > MOST_FILES:
        raise click.UsageError(f"文件有{len(kept)}个，超过{MOST_FILES}个")
    return kept


def _is_same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()


def _is_ignored(path: Path, folder: Path) -> bool:
    """Whether to skip a file silently: hidden and temporary ones, the program's own, and lists."""
    parts = path.relative_to(folder).parts
    name = path.name.lower()
    if any(each.startswith((".", "~$", "__MACOSX")) for each in parts) or name in _IGNORED:
        return True
    if name.startswith(FEEDBACK) or name.endswith(".csv"):
        return True
    if name.endswith(".json"):
        with path.open("rb") as file:
            return b'"consolidated_from"' in file.read(200_000)
    return False


def read_all(files: Sequence[Path]) -> list[Source]:
    from adapters.report_files.bounded import Readers, ReadFile  # noqa: PLC0415

    with (
        Readers(min(len(files), 8) if len(files) < 2 else None) as readers,
        click.progressbar(
            length=len(files), label="读取", file=sys.stderr, hidden=len(files) < 2 or not sys.stderr.isatty()
        ) as bar,
    ):

        def done(_: ReadFile) -> None:
            bar.update(1)

        shared = os.path.commonpath([file.parent for file in files])
        return [
            Source(os.path.relpath(each.name, shared), each.report, str(each.fault) if each.fault else None)
            for each in readers.read_all(files, done)
        ]


def _refuse_unread(source: Source) -> None:
    if source.report is None:
        raise click.UsageError(f"文件{Path(source.file).name}：{source.fault}")


def _refuse_other(source: Source, previous: Source) -> None:
    _refuse_unread(previous)
    if source.report is not None and previous.report is not None:
        why = judged.other_unit(source.report, previous.report)
        if why is not None:
            raise click.UsageError(f"文件{Path(previous.file).name}：{why}")


def _waivers(file: typing.BinaryIO | None, paths: Sequence[Path]) -> list[judged.Waiver]:
    if file is not None:
        return list(parsed_input(file, judged.waivers_in))
    found: list[judged.Waiver] = []
    for path in paths:
        own = (path if path.is_dir() else path.parent) / WAIVERS
        if own.is_file():
            with own.open("rb") as beside:
                found += parsed_input(beside, judged.waivers_in)
    return found


def parsed_input(file: typing.BinaryIO, read: Any) -> Any:
    try:
        return read(file.read(5_000_000))
    except ValueError as wrong:
        raise click.UsageError(f"文件{getattr(file, 'name', '')}：{wrong}") from None


def _present(batch: Batch, output: Output, *, is_one: bool) -> None:
    if output == "json":
        show_json(_findings(batch.reports[0]) if is_one else msgspec.to_builtins(batch))
    elif output == "csv":
        csv.write(
            sys.stdout, FINDING_HEADINGS, (line for each in batch.reports for line in judged.lines(each))
        )
    else:
        _draw(batch, is_one=is_one)


def _findings(report: Judged) -> list[dict[str, Any]]:
    """One row for each unread part and each finding of a file."""
    own = {"file": report.file, "authority": report.authority, "year": report.year, "format": report.format}
    unread = [
        {"check": "unread", "name": "unread", "grade": "unread", "text": text} for text in report.unread
    ]
    return [own | each for each in (*unread, *(msgspec.to_builtins(each) for each in report.findings))]


def _draw(batch: Batch, *, is_one: bool) -> None:
    for report in batch.reports if is_one else ():
        for text in report.assumed:
            say(f"视为：{text}")
    if is_one:
        report = batch.reports[0]
        # 级别 and 问题, the sentence, both sides, the difference and the reason; table, row and column are in the sentence.
        lines = [[*line[4:6], line[12], *line[9:12], line[13]] for line in judged.lines(report)]
        title = f"{report.authority or '未识别单位'}　{report.year or '未识别年度'}　{report.format}年格式　{_counted(report)}"
        show(terminal.listing(title, _DRAWN, lines))
        return
    totals = [sum(each.counts[key] for each in batch.reports) for key in ("errors", "blanks", "others")]
    unread = sum(bool(each.fault or each.unread) for each in batch.reports)
    title = f"{len(batch.reports)}个文件：差错{totals[0]}处，空白{totals[1]}处，其他提示{totals[2]}处，{unread}个文件有未读出的"
    show(terminal.listing(title, HEADINGS, map(judged.summary, batch.reports)))
    for unit in batch.missing:
        click.echo(f"未报送：{unit}")
    for file in batch.unlisted:
        click.echo(f"名单以外：{file}")
    for files in batch.twice:
        click.echo(f"同一单位同一年度有几个文件：{'、'.join(files)}")
    if batch.copies:
        click.echo(f"文字雷同{len(batch.copies)}处")
    click.echo("逐条问题：加--csv、--json，或用--xlsx写成退回各单位的工作簿")


def _counted(report: Judged) -> str:
    counts = report.counts
    tips = counts["blanks"] + counts["others"]
    return f"差错{counts['errors']}处，提示{tips}处，已说明{counts['waived']}处" + (
        f"，未读出{counts['unread']}处" if counts["unread"] else ""
    )


COMMANDS = (check, consolidate)
