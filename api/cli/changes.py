"""Printing the preview of a recording."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import click

from adapters.register.recording.recording import Reply
from adapters.register.register import MovedTerm, Previewed
from adapters.render import terminal
from adapters.vault.blind_index import SameApplicant, SameRequest
from domain.law import outcomes
from domain.law.questions import Question
from domain.report.official_form import TOTAL
from domain.values import Period
from projections import annual_tables
from projections.likeness import LIKENESS_WORDS
from projections.listing import STAGE_WORDS

_SHOWN = 50


def show_change(found: Previewed, *, always: bool = False) -> None:
    """Irregularities, dates, outcome and cells; always: print unchanged dates too."""
    for irregularity in found.irregularities:
        click.echo(f"须确认：{irregularity.text}［{irregularity.code}］")
    for question in found.questions:
        click.echo(f"提示：{question.text}")
    changes = found.change
    results = tuple(outcomes.label(code) if code else None for code in changes.outcome)
    for name, (was, now) in (("期限", changes.due_on), ("办结日期", changes.closed_on), ("结果", results)):
        if was != now:
            click.echo(f"{name}：{was or '无'} → {now or '无'}")
        elif always and now:
            click.echo(f"{name}：{now}（不变）")
    for year, cells in itertools.groupby(found.cells, key=lambda cell: cell.year):
        labels = terminal.labels(annual_tables.form_of(Period.year(year)))
        moves = [
            f"{labels[cell.row]}（{labels[cell.column]}）{cell.was} → {cell.now}"
            for cell in cells
            if cell.column != TOTAL
        ]
        click.echo(f"{year}年度表格：{'；'.join(moves)}")
    if always and not found.cells:
        click.echo("年度表格：不变")
    say_beside(found.reply, [], [found.same_applicant] if found.same_applicant else [])
    say_moved(found.moved)


def say_beside(reply: Reply, questions: Iterable[Question], before: Iterable[SameApplicant]) -> None:
    """Print remarks: when an erasure is final, questions, the applicant's other requests."""
    if reply.note:
        click.echo(reply.note)
    for question in questions:
        click.echo(f"提示：{question.text}，请再核对；无误的不必处理。")
    for found in before:
        if not found.count:
            continue
        named = "、".join(each.reference for each in found.requests[:10])
        more = "等" if found.count > 10 else ""
        click.echo(
            f"证件号码或联系方式相同的其他申请{found.count}件（{named}{more}），收到之月共{found.in_month}件（含本件）。"
        )
        for each in found.requests:
            if each.likeness:
                click.echo(f"{LIKENESS_WORDS[each.likeness]}：{each.reference}（{ended(each)}）。")


def say_questions(questions: Sequence[tuple[str, int, str]]) -> None:
    """Print questions about several recordings: reference, entry and sentence."""
    for reference, version, text in questions[:_SHOWN]:
        click.echo(f"提示：{reference}第{version}条：{text}，请再核对；无误的不必处理。")
    if len(questions) > _SHOWN:
        click.echo(f"……提示共{len(questions)}处，用 taizhang questions 列出。")


def ended(each: SameRequest) -> str:
    """The outcome or stage of an earlier request."""
    if each.outcome is None:
        return STAGE_WORDS[each.stage]
    return f"{each.closed_on}办结，{outcomes.label(each.outcome)}"


def say_moved(moved: Sequence[MovedTerm]) -> None:
    """Print the due dates that a new day off or policy moved."""
    for each in moved[:_SHOWN]:
        closed = "（已办结）" if each.closed else ""
        click.echo(f"{each.reference}期限：{each.was or '无'} → {each.now or '无'}，{each.in_words}{closed}")
    if moved:
        open_ones = sum(not each.closed for each in moved)
        more = "……" if len(moved) > _SHOWN else ""
        click.echo(f"{more}共{len(moved)}件申请的期限有变，其中未办结{open_ones}件。")
