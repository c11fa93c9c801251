"""The replay command for auditors: a request step by step, then and now side by side."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from adapters.proof import bundle_check
from adapters.proof.bundle_application import BundleApplication
from adapters.proof.bundle_files import Bundle, BundleFault
from adapters.refusals import EntryUnknown
from adapters.register.recording.decoding import reference_of
from adapters.register.register import Register
from adapters.render import terminal
from adapters.views import Until
from api.cli.console import (
    Moment,
    Output,
    authority_option,
    chosen,
    output_options,
    present,
    show,
    with_register,
)
from api.cli.help import Command
from domain.entry import Recorded
from domain.law.calendar import national_notices
from domain.request.judging import replay as fold
from domain.request.refusals import RequestUnknown
from domain.values import Reference
from projections import timeline
from projections.rejudgement import LawBook
from projections.timeline import NAMES, Replayed


@click.command(cls=Command)
@click.argument("reference", metavar="登记号")
@click.option("--version", "number", type=click.IntRange(1, 1_000_000), help="看到第几条登记为止。")
@click.option("--until", type=Moment(), help="看到何时为止：日期（当日结束）、带时区的时刻或日志位置。")
@click.option(
    "--bundle",
    "path",
    type=click.Path(exists=True, path_type=Path),
    metavar="审计包",
    help="从审计包（zip或解压后的目录）中看，不用台账。",
)
@authority_option
@output_options
def replay(
    reference: str,
    number: int | None,
    until: Until | None,
    path: Path | None,
    code: str | None,
    output: Output,
) -> int:
    """复盘一件申请：逐条列出何人何时依何条登记了什么、其后的状态和期限，并与现在并列，指出不同之处。

    每一步按登记当时所知的法律和放假安排判断。
    """
    if number is not None and until is not None:
        raise click.UsageError("--version和--until只能用一个")
    named = reference_of(reference)
    if path is None:
        history, book = _from_register(named, code)
    else:
        history, book = _from_bundle(path, named)
    known = _until(history, named, number, until)
    _draw(timeline.replayed(fold(history, book.present), known, book), len(history), output)
    return 0


def _from_register(reference: Reference, code: str | None) -> tuple[list[Recorded], LawBook]:
    async def act(register: Register) -> tuple[list[Recorded], LawBook]:
        async with register.view(await chosen(register, code)) as view:
            own = await view.authority_history()
            return await view.history(reference), LawBook(own, national_notices(), view.law.published)

    return with_register(act)


def _from_bundle(path: Path, reference: Reference) -> tuple[list[Recorded], LawBook]:
    """Open a bundle only if it verifies, since a replay of altered entries would look genuine."""
    try:
        found = bundle_check.verify(path)
        if not found.holds:
            raise click.UsageError(f"审计包核验不符，不予复盘：请先运行 taizhang verify {path}")
        with BundleApplication(Bundle(path)) as application:
            return application.history(reference), application.book
    except (BundleFault, OSError) as wrong:
        raise click.UsageError(
            f"文件{path}：{wrong if isinstance(wrong, BundleFault) else '打不开'}"
        ) from None


def _until(
    history: Sequence[Recorded], reference: Reference, number: int | None, until: Until | None
) -> Sequence[Recorded]:
    """The entries known then. Raises EntryUnknown, RequestUnknown if there were none."""
    if number is not None:
        if number > len(history):
            raise EntryUnknown(reference=reference, asked=number, last=len(history))
        return history[:number]
    if until is None:
        return history
    known = [
        entry
        for entry in history
        if (until.position is None or entry.position <= until.position)
        and (until.moment is None or entry.recorded_at <= until.moment)
    ]
    if not known:
        raise RequestUnknown(reference=reference)
    return known


def _draw(found: Replayed, entries: int, output: Output) -> None:
    steps, then, now = found.steps, found.then, found.now
    rows = [
        (
            step.line.version, step.line.sentence, step.article, step.line.actor, step.line.recorded_on,
            step.stood.word("stage"), step.stood.word("due_on"), "；".join(step.added),
        )
        for step in steps
    ]  # fmt: skip
    headings = ("条", "内容", "条款", "登记人", "登记日期", "其后状态", "其后期限", "新出现的与规定不符之处")
    present(output, found, f"{found.reference}的复盘：第1至{len(steps)}条（共{entries}条）", headings, rows)
    if output != "drawn":
        return
    side = [(name, then.word(field), now.word(field), "≠" if getattr(then, field) != getattr(now, field) else "")
            for field, name in NAMES.items()]  # fmt: skip
    show(terminal.listing(f"第{len(steps)}条登记之后与现在", ("项目", "当时", "现在", ""), side))
    click.echo(
        "、".join(each.name for each in found.differences) + "与现在不同。"
        if found.differences
        else "与现在没有不同。"
    )


COMMANDS = (replay,)
