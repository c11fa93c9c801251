"""The pages of the annual report: missing parts and next steps, figures, texts, files."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple
from uuid import NAMESPACE_OID, uuid4, uuid5

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from adapters.refusals import NotComplete
from adapters.register.reading import reports_due
from adapters.register.reading.reports import Report
from adapters.register.recording.decoding import convert
from adapters.register.recording.submission import Refused
from api.console import forms
from api.console.forms import Given, last, query_of
from api.console.frame import Me, at, code_of, me, office_named, page, to
from api.console.reports import statistics
from api.console.resuming import resumes
from api.rendering import MEDIA_TYPES, rendered
from api.today import today
from api.web.reports import READERS, year_of
from api.web.request import ApiRequest
from domain.authority import powers
from domain.law.refusals import Malformed, Refusal
from domain.report import annual_report
from domain.report.events import REQUIRED, SECTIONS, WORK
from domain.values import Period
from projections import annual_tables
from projections.event_forms import form_of
from projections.report import restatement, summary
from projections.report.restatement import Restated


class Step(NamedTuple):
    """A step to publication. state: done, now or later. event: what is recorded then; may: by who is at the page."""

    words: str
    state: Literal["done", "now", "later"]
    event: str
    title: str
    may: bool
    who: str


_STEPS = (
    ("年度终了后编制", "report_compiled"),
    ("改正差错，送审", "report_submitted"),
    ("由另一人批准", "report_approved"),
    ("公布", "report_published"),
)
_ORDER = ("open", "compiled", "submitted", "approved", "published")


@get("/reports", **at(*READERS))
async def listed(request: ApiRequest) -> Response[Any]:
    """年度报告。"""
    found = []
    async with request.register.reports(code_of(request), checked=False) as reports:
        office, changed = reports.view.authority, await reports_due.to_correct(reports)
        for year in range(today().year - 1, office.complete_since.year - 1, -1):
            state = await reports.state(year)
            stage = summary.CHANGED if year in changed else annual_report.STAGES[state.stage]
            found.append((year, stage, annual_report.due_on(year, office.kind), state))
    return await page(request, "reports.html", years=found, changed=changed)


@get("/reports/{year:str}", **at(*READERS))
async def look(request: ApiRequest, year: FromPath[str]) -> Response[Any]:
    """一个年度的报告。"""
    return await _shown(request, year_of(year))


async def _shown(
    request: ApiRequest, year: int, problem: str = "", given: Given | None = None
) -> Response[Any]:
    sits = await me(request)
    async with request.register.reports(code_of(request)) as reports:
        office = reports.view.authority
        try:
            found = await reports.report(year)
        except NotComplete as obstacle:
            return await page(request, "report_missing.html", year=year, obstacle=str(obstacle))
        has_changed = year in await reports_due.to_correct(reports)
    state, content = found.state, found.content
    query = statistics.PeriodQuery(year=year, format=state.format)  # type: ignore[arg-type]
    form = annual_tables.form_of(Period.year(year), state.format)
    changed: list[Restated] = []
    if has_changed:
        changed = await request.register.comparisons.restatement(code_of(request), year)
    errors = [each for each in found.findings if each.grade == "error"]
    warnings = [each for each in found.findings if each.grade != "error"]
    done = request.query_params.get("done", "")
    return await page(
        request,
        "report.html",
        status=422 if problem else 200,
        year=year,
        state=state,
        stage=annual_report.STAGES[state.stage],
        due_on=annual_report.due_on(year, office.kind),
        steps=list(_steps(state.stage, sits)),
        unfilled=_unfilled(found),
        unwritten=sum(not content.texts.get(name) for name in REQUIRED),
        errors=errors,
        warnings=warnings,
        proactive=_sheet(found, given),
        tables=statistics.draw_statutory(form, content.requests_table, content.appeals_table, query),
        sections=[
            (name, words, content.texts.get(name, ""), name in REQUIRED) for name, words in SECTIONS.items()
        ],
        work=[(each, *WORK[each.kind]) for each in state.work],
        kinds=tuple(MEDIA_TYPES),
        problem=problem,
        source=last(given or {}, "source"),
        key=str(uuid4()),
        may_write=sits.may("report"),
        changed=[(*restatement.cell(each), each.causes) for each in changed],
        changed_headings=restatement.HEADINGS,
        may_edit=sits.may("report") and state.stage != "published",
        taken_over=[
            (each, await office_named(request, each), figures) for each, figures in state.taken_over.items()
        ],
        lacking=[
            (code, await office_named(request, code))
            for check, _, code in (each.name.partition(":") for each in found.findings)
            if check == "not_taken_over"
        ],
        done=done if done.isdecimal() else "",
    )


def _steps(stage: str, sits: Me) -> Iterator[Step]:
    here = _ORDER.index(stage)
    for number, (words, event) in enumerate(_STEPS):
        act = powers.ACT_OF[event]
        state: Literal["done", "now", "later"] = (
            "done" if number < here else "now" if number == here else "later"
        )
        yield Step(words, state, event, form_of(event).title, sits.may(act), sits.who_may(act))


def _unfilled(found: Report) -> int:
    """Cells of the proactive table with nothing in them."""
    table = found.own.proactive_table
    return sum(
        all(cell is None for cell in table.get(row.code, ())[number : number + 1])
        for block in found.content.form.proactive
        for row in block.rows
        for number in range(len(block.columns))
    )


class SheetCell(NamedTuple):
    """was: what the register says now; value: that, or what somebody typed in its place."""

    name: str
    label: str
    value: str
    was: str
    source: str


def _sheet(found: Report, given: Given | None) -> list[dict[str, Any]]:
    """The proactive table as blocks of rows of cells to be typed."""
    blocks = []
    for block in found.content.form.proactive:
        rows = []
        for row in block.rows:
            cells = []
            for number, column in enumerate(block.columns):
                name = f"{row.code}|{column}"
                figure = found.state.figures.get(row.code, {}).get(column)
                printed = found.own.proactive_table.get(row.code, ())
                was = (printed[number] if number < len(printed) else None) or ""
                cells.append(
                    SheetCell(
                        name,
                        f"{row.label} {column}",
                        _typed(given or {}, name, was),
                        was,
                        figure.source if figure else "",
                    )
                )
            rows.append((row.label, cells))
        blocks.append({"caption": block.block, "columns": block.columns, "rows": rows})
    return blocks


_SEEN = "was."
"""Prefix of a cell's name for its value when the page was made, so that only cells changed on the page count as changed."""


def _typed(given: Given, name: str, now: str) -> str:
    """The value typed into a cell; its present value if it was not changed on the page."""
    typed = last(given, name, now).strip()
    return now if typed == last(given, f"{_SEEN}{name}", now) else typed


@post("/reports/{year:str}/figures", status_code=200, **at("report"))
async def write_figures(request: ApiRequest, year: FromPath[str]) -> Response[Any]:
    """The cells that were changed, all or none."""
    named, given = year_of(year), await forms.read(request)
    source = last(given, "source").strip()
    async with request.register.reports(code_of(request)) as reports:
        found = await reports.report(named)
    cells = [
        cell
        for block in _sheet(found, given)
        for _, row in block["rows"]
        for cell in row
        if cell.name in given
    ]
    changed = [(cell.name, cell.value) for cell in cells if cell.value != cell.was]
    if not changed:
        if any(last(given, each.name).strip() != last(given, f"{_SEEN}{each.name}") for each in cells):
            return to(f"/reports/{named}?done=1#proactive")  # sent twice
        return await _shown(request, named, "没有改动的数据。", given)
    meanwhile = [
        f"“{cell.label}”现为{cell.was or '空白'}"
        for cell in cells
        if cell.value != cell.was and last(given, f"{_SEEN}{cell.name}", cell.was) != cell.was
    ]
    if meanwhile:
        why = f"填写期间另有登记：{'，'.join(meanwhile)}。没有保存；所填的仍在，核对后再保存。"
        return await _shown(request, named, why, given)
    try:
        if not source:
            raise Malformed(field="", problem="请写明数据来源，如“政务公开科台账”")
        key = last(given, "key") or str(uuid4())
        lines = [
            convert(
                {
                    "id": str(uuid5(NAMESPACE_OID, f"{key} {name} {value}")),
                    "stream": annual_report.stream_of(named),
                    "event": {
                        "type": "figure_entered",
                        "on": today().isoformat(),
                        "row": name.partition("|")[0],
                        "column": name.partition("|")[2],
                        "source": source,
                        **({"value": value} if value else {}),
                    },
                }
            )
            for name, value in changed
        ]
        await request.register.record_all(
            code_of(request), lines, actor=request.actor, permissions=request.caller.permissions
        )
    except Refused as refused:
        return await _shown(request, named, str(refused.problems[0].refusal), given)
    except Refusal as refusal:
        return await _shown(request, named, str(refusal), given)
    request.checkpointer.grown(code_of(request))
    return to(f"/reports/{named}?done={len(changed)}#proactive")


@resumes(r"/reports/(?P<year>\d{4})/figures")
async def _resume_figures(request: ApiRequest, given: Given, year: str) -> Response[Any]:
    return await _shown(request, year_of(year), given=given)


class FileQuery(msgspec.Struct, frozen=True):
    kind: Literal["docx", "pdf", "html", "xlsx"] = "docx"
    edition: int | None = None
    draft: Literal["0", "1"] = "0"


@get("/reports/{year:str}/document", **at(*READERS))
async def download(request: ApiRequest, year: FromPath[str]) -> Response[bytes]:
    """The report as a file."""
    query, named = query_of(request, FileQuery), year_of(year)
    async with request.register.reports(code_of(request)) as reports:
        document = await reports.document(named, query.edition, draft=query.draft == "1")
    data = await asyncio.to_thread(rendered, document, query.kind)
    name = f"{code_of(request)}-{named}.{query.kind}"
    return Response(
        data,
        media_type=MEDIA_TYPES[query.kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


HANDLERS = (listed, look, write_figures, download)
