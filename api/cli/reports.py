"""Commands of the annual report: from figures and texts to the published document, and background work."""

from __future__ import annotations

import asyncio
import hashlib
import io
import typing
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import click

from adapters.register.reading.reports import Reports
from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from adapters.render import terminal
from api import settings
from api.background import report_compilation
from api.cli.checks import typed_report
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
    show,
    sign_checkpoint,
    with_register,
)
from api.cli.document_register import documents
from api.cli.entries import draw_history
from api.cli.event_options import EventGroup
from api.cli.help import Command, Group
from api.cli.record_event import ACKNOWLEDGE, event_command, if_acknowledged, record_one, recorded
from api.cli.targets import check_target, force_option, write
from api.rendering import MEDIA_TYPES, FileKind, rendered
from api.today import today
from domain.report import annual_report, official_form
from domain.report.events import (
    REPORT_EVENTS,
    SECTIONS,
    WORK,
    ReportApproved,
    ReportCompiled,
    ReportPublished,
    ReportSubmitted,
)
from domain.values import FIRST_YEAR, LAST_YEAR
from projections import history
from projections.report import checks, restatement, summary
from projections.report.checks import ReportFinding
from projections.report.content import content_of
from projections.report.document import AnnualDocument
from projections.report.restatement import Restated
from projections.report.summary import ReportDue, ReportShown

FINDINGS = ("级别", "名称", "内容", "左边", "右边", "差额", "说明")
_GRADES = {"error": "差错", "warning": "提示"}

_year_option = click.option(
    "--year", type=click.IntRange(FIRST_YEAR, LAST_YEAR - 1), metavar="年", help="年度；缺省为上一年。"
)


@click.group(cls=Group)
def report() -> None:
    """年度报告：填报、编制、核对、送审、批准、公布、更正。"""


@report.group("event", cls=EventGroup)
@click.argument("year", metavar="年度", type=click.IntRange(FIRST_YEAR, LAST_YEAR - 1))
def event(year: int) -> None:
    """登记一年的年度报告的一个事项。

    \b
    taizhang report event 2020 填报主动公开数据 --on 2021-01-04 --row 行政许可 --column 本年处理决定数量 --value 12 --source 审批科
    taizhang report event 2020 figure_entered --help      一个事项的各项和例子
    """


for _kind in REPORT_EVENTS:
    event.add_command(event_command(_kind, of="report"))


def _step(kind: type[Any], name: str, text: str, *options: click.Option) -> None:
    """A command that records one step of the report, by default today."""

    def act(year: int | None, on: date | None, **options: Any) -> int:
        fields: dict[str, Any] = dict.fromkeys(
            ("sealed", "command_id", "code_of", "actor", "on_behalf_of", "preview", "reply_json")
        )
        fields |= {"acknowledge": (), "on": on or today(), **options}
        return record_one(kind, None, fields, annual_report.stream_of(year or today().year - 1))

    params: list[click.Parameter] = [
        click.Option(["--year"], type=click.IntRange(FIRST_YEAR, LAST_YEAR - 1), metavar="年", help="年度；缺省为上一年。"),
        click.Option(["--on"], type=TypedDay(), help="日期；缺省为今天。"),
        *options,
        click.Option(["--id", "command_id"], metavar="编号", help="本项登记的编号；重复提交时用同一编号。"),
        click.Option(["--authority", "code_of"], metavar="代码", help="机关代码；只有一个机关时可省略。"),
        click.Option(["--actor"], metavar="经办人", help="登记人；批准的与编制、送审的不为同一人。"),
        click.Option(["--acknowledge"], **ACKNOWLEDGE),
        click.Option(["--preview"], is_flag=True, help="只核对，不登记。"),
    ]  # fmt: skip
    report.add_command(Command(name, params=params, callback=act, help=text))


_step(
    ReportCompiled,
    "compile",
    "编制：年度已结束，开始编制（也会在1月1日自行编制）。",
    click.Option(["--format"], type=click.Choice(official_form.NAMES), help="年报格式；缺省为该年度的格式。"),
)
_step(ReportSubmitted, "submit", "送审：固定此时的表格和文字；有差错的不能送审。")
_step(ReportApproved, "approve", "批准：由编制、送审以外的另一人。")
_step(
    ReportPublished,
    "publish",
    "公布：所公布的与所批准的一致。",
    click.Option(["--document-no"], metavar="文号", help="文号。"),
)


@report.command("show")
@_year_option
@authority_option
@output_options
def show_report(year: int | None, code: str | None, output: Output) -> None:
    """一年的年度报告：状态、填报的数据、公开工作、文字、已公布的各版。"""

    async def ask(reports: Reports) -> ReportShown:
        return await reports.shown(_year(year))

    found = _with_reports(code, ask)
    blocks = official_form.load(found.content.format).proactive
    labels = {row.code: row.label for block in blocks for row in block.rows}
    lines = [
        (f"{labels.get(each.row, '')}（{each.row}）", each.column, each.value, each.source, each.actor)
        for each in found.figures
    ]
    title = f"{found.content.authority}{found.year}年度报告　{found.stage_text}　应于{found.due_on}前公布"
    present(output, found, title, ("行", "列", "数据", "来源", "填报人"), lines)
    if output != "drawn":
        return
    work = [
        (each.version, each.on, WORK[each.kind][0], each.number, each.note, each.actor) for each in found.work
    ]
    texts = [(SECTIONS[name], text) for name, text in found.content.texts.items()]
    editions = [
        (each.edition, each.on, each.document_no, each.position, (each.digest or "")[:16], each.actor)
        for each in found.editions
    ]
    show(
        terminal.listing("公开工作", ("条", "日期", "类别", "数量", "备注", "登记人"), work),
        terminal.listing("文字", ("部分", "内容"), texts),
        terminal.listing("公布", ("版次", "日期", "文号", "日志位置", "摘要", "登记人"), editions),
    )
    click.echo(f"下一步：{found.next}")


@report.command("figures")
@_year_option
@authority_option
@output_options
def figures(year: int | None, code: str | None, output: Output) -> None:
    """文字可以引用的全部数据：写作{名称}；{名称%}为其占办结的百分比。"""

    async def ask(reports: Reports) -> dict[str, str]:
        return (await reports.report(_year(year))).figures

    found = _with_reports(code, ask)
    present(output, found, "可以引用的数据", ("名称", "数据"), list(found.items()))


@report.command("check")
@_year_option
@click.option(
    "--previous", metavar="文件", type=InFile(), help="上一年度的报告，未在本台账公布的；核对结转等。"
)
@authority_option
@output_options
def check_report(year: int | None, previous: typing.BinaryIO | None, code: str | None, output: Output) -> int:
    """公布前的核对：差错须改正，提示可以说明（event … warning_waived）。"""
    before = content_of(typed_report(previous)) if previous else None

    async def ask(reports: Reports) -> list[ReportFinding]:
        return (await reports.report(_year(year), before)).findings

    return _present_findings(_with_reports(code, ask), output)


@report.command("history")
@_year_option
@authority_option
@output_options
def show_history(year: int | None, code: str | None, output: Output) -> None:
    """年度报告的全部登记，每条一句话。"""

    async def ask(reports: Reports) -> list[history.HistoryLine]:
        return history.lines(await reports.history(_year(year)))

    draw_history(f"{_year(year)}年度报告", _with_reports(code, ask), output)


@report.command("restatement")
@_year_option
@authority_option
@output_options
def restate(year: int | None, code: str | None, output: Output) -> int:
    """已公布的与现在不同的格，由哪些登记引起。"""

    async def act(register: Register) -> list[Restated]:
        return await register.comparisons.restatement(await chosen(register, code), _year(year))

    found = with_register(act)
    present(output, found, f"{len(found)}格与公布的不同", restatement.HEADINGS, map(restatement.cells, found))
    return 1 if found else 0


@report.command("enter")
@click.argument("file", metavar="文件", type=InFile())
@click.option(
    "--year", type=click.IntRange(FIRST_YEAR, LAST_YEAR - 1), metavar="年", help="年度；缺省由文件看出。"
)
@click.option("--on", type=TypedDay(), required=True, help="公布的日期。")
@click.option("--source", required=True, metavar="出处", help="在何处公布，如网址。")
@click.option("--document-no", metavar="文号", help="文号。")
@click.option("--id", "command_id", metavar="编号", help="本项登记的编号；重复提交时用同一编号。")
@click.option("--acknowledge", **ACKNOWLEDGE)
@authority_option
@actor_option
def enter(
    file: typing.BinaryIO,
    year: int | None,
    on: date,
    source: str,
    document_no: str | None,
    command_id: str | None,
    acknowledge: tuple[str, ...],
    code: str | None,
    actor: str | None,
) -> int:
    """录入设立台账以前公布的年度报告（docx、xlsx、pdf、html、json）：其表格作为第一版。

    下一年度的上年结转、重新编报时的前后对照都以它为准；与台账逐格比较用 taizhang report restatement。
    """
    content = file.read()
    typed = typed_report(io.BytesIO(content), Path(file.name).name)
    if (year := year or typed.year) is None:
        raise click.UsageError("看不出是哪一年度的报告，请以--year写明")
    if typed.unread:
        raise click.UsageError(f"文件有没读出的：{'；'.join(typed.unread[:5])}")
    recording: dict[str, Any] = {
        "id": command_id or str(uuid4()),
        "stream": annual_report.stream_of(year),
        "acknowledged": list(acknowledge),
        "event": {
            "type": "report_entered",
            "on": str(on),
            "source": source,
            "tables": {
                "format": typed.layouts.get("requests", typed.format),
                "columns": typed.columns,
                "requests_table": typed.requests_table,
                "appeals_table": typed.appeals_table,
                "proactive_table": typed.proactive_table,
                "digest": hashlib.sha256(content).hexdigest(),
            },
        },
    }
    if document_no:
        recording["event"]["document_no"] = document_no
    one, who = convert(recording), actor_of(actor)
    done = if_acknowledged(lambda register: recorded(register, code, one, actor=who))
    if done is None:
        return 1
    click.echo(f"{year}年度报告：录入此前公布的年度报告已登记为第{done.reply.version}条。")
    return 0


@report.command("render")
@_year_option
@click.option("--format", "kind", type=click.Choice(tuple(MEDIA_TYPES)), required=True, help="文件的格式。")
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="文件", help="写到哪里。")
@click.option(
    "--edition", type=click.IntRange(1), metavar="版次", help="公布的哪一版；缺省为最后一版，未公布的为草稿。"
)
@click.option("--draft", is_flag=True, help="已公布的也按现在的数据和文字。")
@force_option
@authority_option
def render(
    year: int | None,
    kind: FileKind,
    out: Path,
    edition: int | None,
    draft: bool,
    force: bool,
    code: str | None,
) -> None:
    """把年度报告写成文件：三张表格、六个部分和图。"""
    check_target(out, (f".{kind}",), force=force)

    async def ask(reports: Reports) -> AnnualDocument:
        return await reports.document(_year(year), edition, draft=draft)

    write(out, rendered(_with_reports(code, ask), kind), force=force)
    click.echo(f"已写到{out}")


@report.command("due")
@click.option("--on", type=TypedDay(), help="哪一天；缺省为今天。")
@output_options
def due(on: date | None, output: Output) -> int:
    """各机关应公布的年度报告（上一年度的、以前年度尚未公布的、重新编报的、公布后数据有变的）：期限、状态、下一步和未决的问题。"""
    day = on or today()

    async def act(register: Register) -> list[ReportDue]:
        return await report_compilation.due(register, day)

    found = with_register(act)
    present(output, found, f"年度报告　{day}　{len(found)}份应公布", summary.DUE_HEADINGS, map(summary.due_cells, found))  # fmt: skip
    return 0


def _present_findings(found: list[ReportFinding], output: Output) -> int:
    """Returns 1 if anything is open."""
    lines = [
        (_GRADES[each.grade], each.name, each.text, each.left, each.right, each.difference, each.waived)
        for each in found
    ]
    open_ = [each for each in found if each.is_open]
    wrong = len(checks.errors_in(open_))
    title = f"差错{wrong}处，提示{len(open_) - wrong}处，已说明{len(found) - len(open_)}处"
    present(output, found, title, FINDINGS, lines)
    return 1 if open_ else 0


def _year(year: int | None) -> int:
    return year or today().year - 1


def _with_reports(code: str | None, ask: Any) -> Any:
    async def act(register: Register) -> Any:
        async with register.reports(await chosen(register, code)) as reports:
            return await ask(reports)

    return with_register(act)


@click.command(cls=Command)
def worker() -> None:
    """后台：编制年度报告、推送、发送每日待办；按Ctrl-C停止。serve也做同样的事。"""
    from api.background.senders import senders  # noqa: PLC0415 - nothing else here sends
    from api.background.standing_by import while_it_records  # noqa: PLC0415 - as above

    sending = senders(settings.from_environment())

    async def act(register: Register) -> None:
        click.echo("后台已启动，按Ctrl-C停止。")
        compiler = report_compilation.Compiler()
        works = [partial(compiler.run, register, lambda code: sign_checkpoint(register, code))]
        works += [partial(each.run, register) for each in sending]
        await asyncio.gather(*(while_it_records(register, work) for work in works))

    try:
        with_register(act, watched=True)
    except KeyboardInterrupt:
        click.echo("已停止。")


report.add_command(documents)

COMMANDS = (report, worker)
