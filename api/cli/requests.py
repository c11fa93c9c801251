"""Commands about requests: compliance, carry-over, work list, one request's deadline and history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import click
import msgspec
from rich.cells import cell_len
from rich.text import Text

from adapters.register.reading.personal_data import ERASED
from adapters.register.recording.decoding import reference_of
from adapters.register.register import Register
from adapters.render import terminal
from adapters.views import Until, View
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
    period_of,
    period_options,
    present,
    purpose_option,
    read_personal,
    show,
    show_json,
    until_option,
    with_register,
    with_view,
)
from api.cli.entries import draw_fields, draw_history
from api.cli.help import Command
from api.today import today
from domain.authority.events import AUTHORITY_STREAM
from domain.entry import Event, Recorded
from domain.law.calendar import Calendar
from domain.law.irregularities import RULES
from domain.report.official_form import TOTAL
from domain.request.personal_data import texts_in
from domain.request.state import DisclosureRequest, check_shown
from domain.values import Period
from projections import carry_over, case, deadline_days, event_fields, history, work_list
from projections.choice_labels import CHOICES, code_named
from projections.compliance import Compliance
from projections.provisional import AWAITS_NOTICE, PROVISIONAL

MEASURES = {
    "closed": "办结",
    "on_time": "期限内办结",
    "late": "逾期办结",
    "service_unproven": "尚未登记送达",
    "provisional": f"{PROVISIONAL}（{AWAITS_NOTICE}）",
    "original_on_time": "按最初期限，期限内办结",
    "original_late": "按最初期限，逾期办结",
    "answered": "答复",
    "withdrawn": "撤回",
    "lapsed": "不再处理",
    "extended": "延长答复期限",
    "suspended": "征求意见不计期限",
    "supplemented": "补正",
    "open": "期末在办",
    "overdue": "期末逾期未办结",
    "redo_due": "期末重新处理逾期",
}


@click.command("compliance", cls=Command)
@period_options
@click.option(
    "--list", "measure", metavar="项目", help="列出一项所计的申请，如late，或与规定不符之处的代码。"
)
@until_option
@authority_option
@output_options
def comply(
    year: int | None,
    first: date | None,
    last: date | None,
    measure: str | None,
    until: Until | None,
    code: str | None,
    output: Output,
) -> None:
    """办理情况：期限内办结率、所用工作日、逾期、与规定不符之处，任意期限。"""
    period = period_of(year, first, last)
    found = with_view(code, until, lambda view: view.compliance(period))
    if measure is not None:
        words = MEASURES | {code: rule.title for code, rule in RULES.items()}
        if (known := code_named(words, measure)) is None:
            raise click.UsageError(
                f"没有项目“{measure}”；可用：{'、'.join(named(*each) for each in words.items())}"
            )
        measure = known
        references = getattr(found, measure) if measure in MEASURES else found.irregularities.get(measure, ())
        name = MEASURES.get(measure, measure)
        present(
            output, references, f"{name}　{len(references)}件", ("登记号",), ([each] for each in references)
        )
        return
    draw_compliance(found, period, output)


def _measures(found: Compliance) -> list[tuple[Any, ...]]:
    notes = {
        "on_time": f"占办结{_percent(found.rate)}",
        "original_on_time": f"占办结{_percent(found.original_rate)}",
        "answered": f"所用工作日：中位数{found.taken[0]}，九成在{found.taken[1]}以内" if found.taken else "",
    }
    lines: list[tuple[Any, ...]] = [
        (name, code, len(getattr(found, code)), notes.get(code, "")) for code, name in MEASURES.items()
    ]
    for code, references in found.irregularities.items():
        lines.append(("与规定不符", code, len(references), RULES[code].article))
    return lines


def draw_compliance(found: Compliance, period: Period, output: Output = "drawn") -> None:
    present(output, found, f"办理情况　{period}", ("项目", "代码", "件数", "说明"), _measures(found))
    if output == "drawn":
        _draw_units(found)


def _draw_units(found: Compliance) -> None:
    """The table by unit, if any unit is known."""
    rows = [
        (unit.unit or "（未交办）", len(unit.closed), len(unit.on_time), len(unit.late),
         len(unit.service_unproven), len(unit.open))
        for unit in found.units
    ]  # fmt: skip
    if rows:
        headings = ("承办单位", "办结", "期限内", "逾期", "未登记送达", "期末在办")
        show(terminal.listing("按承办单位", headings, rows))


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{100 * rate:.2f}%"


@click.command("carry-over", cls=Command)
@period_options
@click.option(
    "--by",
    type=Choice({"month": "月", "quarter": "季", "half": "半年", "year": "年"}),
    default="quarter",
    help="按月、季、半年或年；缺省按季。",
)
@click.option(
    "--kind", default="total", metavar="申请人类别", help="只看一类申请人，如natural_person；缺省为总计。"
)
@until_option
@authority_option
@output_options
def carry(
    year: int | None,
    first: date | None,
    last: date | None,
    by: carry_over.Step,
    kind: str,
    until: Until | None,
    code: str | None,
    output: Output,
) -> None:
    """结转：期初在办加新收，等于办结加期末在办；每期的期末即下期的期初。"""
    period = period_of(year, first, last)

    async def ask(view: View) -> list[carry_over.Carried]:
        return [carry_over.carried(each, await view.tally(each)) for each in carry_over.periods(period, by)]

    found = with_view(code, until, ask)
    kinds = {**CHOICES["applicant_kind"], TOTAL: "总计"}
    if (known := code_named(kinds, kind)) is None:
        raise click.UsageError(
            f"没有申请人类别“{kind}”；可用：{'、'.join(named(*each) for each in kinds.items())}"
        )
    draw_carried(found, period, output, kind=known)


def draw_carried(
    found: Sequence[carry_over.Carried], period: Period, output: Output = "drawn", *, kind: str = TOTAL
) -> None:
    lines = [carry_over.cells(each, kind) for each in found]
    present(output, found, f"结转　{period}", carry_over.HEADINGS, lines)
    if output == "drawn":
        show(*bars([(line[0], line[4]) for line in lines]))


def bars(counts: Sequence[tuple[str, int]]) -> list[Text]:
    """A small chart of what was open at the end of each period; the longest bar takes forty cells."""
    most = max((count for _, count in counts), default=0) or 1
    width = max((cell_len(name) for name, _ in counts), default=0)
    return [Text("期末在办"), *(
        Text(f"{name}{' ' * (width - cell_len(name))} {'█' * round(40 * count / most)} {count}")
        for name, count in counts
    )]  # fmt: skip


@click.command("work-list", cls=Command)
@click.option("--on", type=TypedDay(), help="哪一天的待办；缺省为今天。")
@click.option(
    "--within",
    type=click.IntRange(0, 250),
    default=5,
    metavar="工作日数",
    help="几个工作日内到期算将至；缺省5。",
)
@until_option
@authority_option
@output_options
def todo(on: date | None, within: int, until: Until | None, code: str | None, output: Output) -> None:
    """待办：将到期、逾期、期限已过、未送达、复议诉讼未审结等，最急的在前。"""
    day = on or today()

    async def read(register: Register) -> list[work_list.Duty]:
        office = await chosen(register, code)
        async with register.view(office, until) as view:
            of_requests = await view.work_list(day, within)
        if until is not None:
            return of_requests
        return [*await register.assessments.duties(view.authority, day), *of_requests]

    found = with_register(read)
    draw_work_list(found, day, output)


def draw_work_list(found: Sequence[work_list.Duty], day: date, output: Output = "drawn") -> None:
    value = list(map(work_list.DutyShown.of, found))
    present(output, value, f"待办　{day}　{len(found)}项", work_list.HEADINGS, map(work_list.cells, found))


@click.command(cls=Command)
@click.argument("reference", metavar="登记号")
@click.option("--on", type=TypedDay(), help="到哪一天为止的经过；缺省为全部。")
@click.option("--days", "by_day", is_flag=True, help="逐日列出是否计入及原因。")
@until_option
@authority_option
@output_options
def deadline(
    reference: str, on: date | None, by_day: bool, until: Until | None, code: str | None, output: Output
) -> None:
    """一件申请的答复期限：怎样算出来的，每一步的依据。"""
    named = reference_of(reference)

    async def ask(view: View) -> tuple[DisclosureRequest, Calendar]:
        request = await view.request(named)
        if on is not None and request.received is not None:
            if on < request.received.on:
                raise click.UsageError(f"--on早于{named}的收到日期{request.received.on}")
            request = await view.request(named, until=on)
        return request, view.law.calendar

    request, calendar = with_view(code, until, ask)
    draw_deadline(request, calendar, output, by_day=by_day)


def draw_deadline(
    request: DisclosureRequest, calendar: Calendar, output: Output = "drawn", *, by_day: bool = False
) -> None:
    """Print the steps of the deadline, and on demand each day."""
    term = case.term(request)
    if term is None and output == "drawn":
        click.echo(case.conclusion(request))
        return
    if by_day:
        trace = list(deadline_days.trace(request, calendar))
        present(
            output, trace, f"{request.reference}逐日", deadline_days.HEADINGS, map(deadline_days.cells, trace)
        )
        return
    steps = [(step.on, step.text, step.due_on) for step in term.steps] if term else []
    value = {"reference": request.reference, "annulled": True} if term is None else {
        "reference": request.reference, **msgspec.structs.asdict(term),
        "timeliness": request.closing.timeliness if request.closing else None,
        "stage": request.stage, "closing": request.closing, "conclusion": case.conclusion(request),
        "irregularities": [case.Irregular.of(each) for each in request.irregularities],
    }  # fmt: skip
    present(output, value, f"{request.reference}的答复期限", ("日期", "经过", "其后期限"), steps)
    if output == "drawn":
        click.echo(case.conclusion(request))


@click.command("history", cls=Command)
@click.argument("reference", metavar="登记号")
@click.option(
    "--sealed", "with_sealed", is_flag=True, help="连同申请人信息等封存内容一并列出（属个人信息，注意保密）。"
)
@click.option("--fields", "with_fields", is_flag=True, help="列出每一条所登记的全部各项，如提供方式。")
@purpose_option
@actor_option
@until_option
@authority_option
@output_options
def show_history(
    reference: str,
    with_sealed: bool,
    with_fields: bool,
    purpose: str | None,
    actor: str | None,
    until: Until | None,
    code: str | None,
    output: Output,
) -> None:
    """一件申请的全部登记，每条一句话，更正并列前后内容；登记号写authority为机关自己的登记。"""
    named = None if reference == AUTHORITY_STREAM else reference_of(reference)
    where = origin()

    async def act(register: Register) -> tuple[list[Recorded], dict[str, bytes], dict[str, str]]:
        authority = await chosen(register, code)
        async with register.view(authority, until) as view:
            entries = await (view.history(named) if named else view.authority_history())
        if named and with_sealed:
            # What is restricted now must not be shown in a past view either.
            async with register.view(authority) as now:
                check_shown(await now.request(named))
        if with_sealed:
            await read_personal(register, authority, actor_of(actor), purpose, where, reference=reference)
        sealed = [each for entry in entries for _, each in texts_in(entry.event)] if with_sealed else []
        texts = await register.personal_data.unsealed(authority, sealed)
        return entries, texts, await register.accounts.names(authority)

    entries, texts, names = with_register(act)
    if with_fields:
        draw_fields(reference, entries, output)
    elif with_sealed:
        _present_sealed(reference, entries, texts, output)
    elif output == "json":
        show_json(
            [
                msgspec.to_builtins(line) | {"event": event_fields.in_clear(entry.event)}
                for line, entry in zip(history.lines(entries), entries, strict=True)
            ]
        )
    else:
        draw_history("本机关" if named is None else reference, history.lines(entries), output, names)


def _present_sealed(
    reference: str, entries: Sequence[Recorded], texts: Mapping[str, bytes], output: Output
) -> None:
    """texts: of sealed values by id; one that is missing was erased."""
    held = [
        (line, entry.event, field, texts.get(each.id, b""))
        for line, entry in zip(history.lines(entries), entries, strict=True)
        for field, each in texts_in(entry.event)
    ]
    value = [
        {"version": line.version, "field": field, "text": text.decode() or f"（{ERASED}）"}
        for line, _, field, text in held
    ]
    rows = [
        (line.version, line.sentence, event_fields.sealed_label(event, field), _in_words(event, field, text))
        for line, event, field, text in held
    ]
    present(output, value, f"{reference}的封存内容", ("条", "内容", "项目", "封存内容"), rows)


def _in_words(event: Event, field: str, text: bytes) -> str:
    """A decrypted value as text."""
    if not text:
        return f"（{ERASED}）"
    lines = event_fields.opened(event, field, text).lines
    return "\n".join(f"{label}：{words}" if label else words for label, words in lines)


COMMANDS = (comply, carry, todo, deadline, show_history)
