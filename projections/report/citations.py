"""The report as a document, with citations in texts replaced by figures of the tables.

{requests.new.total} in a text is the number of that cell; {requests.granted.total%} its share of the requests
closed. `figures` has everything that can be cited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from domain.report.events import SECTIONS, WORK
from domain.report.official_form import TOTAL, ReportFormat
from domain.report.state import number_in
from projections.reply_labels import REPLY_FIELDS
from projections.report import grid as report_grid
from projections.report.content import Content
from projections.report.document import (
    AnnualDocument,
    Block,
    Chart,
    Grid,
    Paragraph,
    Section,
    Subheading,
    Table,
)

CITATION = re.compile(r"\{([^{}\n]{1,80}?)(%?)\}")


class Fees(NamedTuple):
    """Processing fees of a year: requests charged, yuan charged and yuan paid."""

    requests: int = 0
    charged: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)


def figures(
    content: Content,
    work: Mapping[str, int] | None = None,
    handling: Mapping[str, int] | None = None,
    fees: Fees | None = None,
) -> dict[str, str]:
    """All citable figures by name, as printed.

    year; requests.<row>.<column>, with <row> also the first part of the codes of a group of rows, whose sum it is;
    appeals.<route>.<result>; proactive.<row>.<column>; work.<kind>, 0 without an entry; handling.<measure>;
    fees.<measure>. A blank cell counts as 0. work, handling and fees are left out if not given.
    """
    found: dict[str, str] = {} if content.year is None else {"year": str(content.year)}
    sums: dict[str, int] = {}
    for row, cells in content.requests_table.items():
        groups = [row] if "." not in row else [row, row.split(".", maxsplit=1)[0]]
        kinds = sum(cell or 0 for cell in cells[:-1])
        for column, cell in zip(content.columns, cells, strict=True):
            for group in groups:
                name = f"requests.{group}.{column}"
                # A blank total counts as the sum of its row, so that texts can still be checked.
                known = kinds if cell is None and column == TOTAL else cell or 0
                sums[name] = sums.get(name, 0) + known
    for route, results in content.appeals_table.items():
        for result, count in results.items():
            sums[f"appeals.{route}.{result}"] = count or 0
    for route in ("litigation_direct", "litigation_after_reconsideration"):
        for result, count in content.appeals_table.get(route, {}).items():
            name = f"appeals.litigation.{result}"
            sums[name] = sums.get(name, 0) + (count or 0)
    found |= {name: str(count) for name, count in sums.items()}
    form = content.form
    for block in form.proactive:
        for row_ in block.rows:
            for column, text in zip(block.columns, content.proactive_table.get(row_.code, []), strict=False):
                number = number_in(text)
                found[f"proactive.{row_.code}.{column}"] = "0" if number is None else str(number)
    if work is not None:
        found |= {f"work.{kind}": str(work.get(kind, 0)) for kind in WORK}
    if handling is not None:
        found |= {f"handling.{name}": str(count) for name, count in handling.items()}
    if fees is not None:
        found |= {
            "fees.requests": str(fees.requests),
            "fees.charged": _plain(fees.charged),
            "fees.paid": _plain(fees.paid),
        }
    return found


_FEES = {
    "requests": "收取信息处理费的申请",
    "charged": "通知收取的信息处理费（元）",
    "paid": "已缴的信息处理费（元）",
}


def words(name: str, form: ReportFormat) -> str:
    """The label of a figure as in the form; its name if the form has none."""
    table, _, rest = name.partition(".")
    row, _, column = rest.rpartition(".")
    if table == "year":
        return "年度"
    if table == "requests":
        columns = {each.code: each.levels[-1] for each in form.requests.columns}
        rows = {each.code: each.levels for each in form.requests.rows}
        of_group = next((levels[:-1] for code, levels in rows.items() if code.startswith(f"{row}.")), ())
        return f"{(rows.get(row) or of_group or (row,))[-1]}（{columns.get(column, column)}）"
    if table == "appeals":
        routes = {each.code: "".join(each.levels) for each in form.appeals.routes} | {
            "litigation": "行政诉讼"
        }
        results = {each.code: each.levels[-1] for each in form.appeals.columns}
        return f"{routes.get(row, row)}（{results.get(column, column)}）"
    if table == "proactive":
        rows = {each.code: each.levels for block in form.proactive for each in block.rows}
        return f"{rows.get(row, (row,))[-1]}（{column}）"
    if table == "work":
        kind, measure = WORK.get(rest, (rest, ""))
        return f"{kind}（{measure}）"
    return REPLY_FIELDS.get(rest, rest) if table == "handling" else _FEES.get(rest, rest)


def cited(text: str, known: Mapping[str, str]) -> str:
    """The text with every citation replaced by its figure. Unchanged are an unknown citation and a share of a figure
    that is not a whole number.
    """

    def figure(match: re.Match[str]) -> str:
        value = known.get(match[1])
        if value is None or (match[2] and not value.isdigit()):
            return match[0]
        return share(int(value), int(known[f"requests.{TOTAL}.{TOTAL}"])) if match[2] else value

    return CITATION.sub(figure, text)


def names_in(text: str) -> list[str]:
    """The names of the figures that a text cites."""
    return [match[1] for match in CITATION.finditer(text)]


def unknown_citations(text: str) -> list[str]:
    """Citations of unknown figures: those left in a text after replacement."""
    return [match[0] for match in CITATION.finditer(text)]


def share(part: int, whole: int) -> str:
    """A percentage with two decimals, rounded half up; – if whole is 0."""
    if not whole:
        return "–"
    return f"{(Decimal(100 * part) / whole).quantize(Decimal('0.01'), ROUND_HALF_UP)}%"


def is_share(printed: str, part: int, whole: int) -> bool:
    """Whether a percentage is that share, rounded or truncated to its decimals. printed: without the % sign."""
    digits = len(printed.partition(".")[2])
    return whole > 0 and abs(Decimal(100 * part) / whole - Decimal(printed)) < Decimal(1).scaleb(-digits)


def document(
    content: Content,
    *,
    issued_on: date | None = None,
    edition: int = 1,
    charts: Sequence[Chart] = (),
    notes: Iterable[str] = (),
) -> AnnualDocument:
    """The report as a document: six sections, each with its text and its table.

    issued_on: printed below the last section. edition: above 1 the title says 更正. notes: printed after the sections.
    """
    form = content.form
    grids = report_grid.grids(form, content.proactive_table, content.requests_table, content.appeals_table)
    proactive, requests, appeals = grids
    first, second, third, fourth, fifth, sixth = form.headings
    overview: list[Block] = []
    topics = [name for name in SECTIONS if name.startswith("overview.")]
    for nth, name in zip("一二三四五", topics, strict=True):
        if name in content.texts:
            overview += [Subheading(f"（{nth}）{SECTIONS[name]}"), *_paragraphs(content, name)]
    return AnnualDocument(
        title=f"{content.authority}{content.year}年政府信息公开工作年度报告"
        + ("（更正）" if edition > 1 else ""),
        authority=content.authority,
        year=content.year or 0,
        format=content.format,
        sections=(
            Section(first, tuple(overview)),
            _section(second, content, "proactive", proactive),
            _section(third, content, "requests", requests),
            _section(fourth, content, "appeals", appeals),
            Section(fifth, tuple(_paragraphs(content, "problems"))),
            Section(sixth, tuple(_paragraphs(content, "other"))),
        ),
        issued_on=issued_on,
        preface=tuple(_paragraphs(content, "preface")),
        notes=tuple(notes),
        charts=tuple(charts),
    )


def _section(heading: str, content: Content, name: str, grid: Grid) -> Section:
    return Section(heading, (*_paragraphs(content, name), Table(grid)))


def _paragraphs(content: Content, name: str) -> list[Paragraph]:
    lines = content.texts.get(name, "").split("\n")
    return [Paragraph(line.strip()) for line in lines if line.strip()]


def _plain(amount: Decimal) -> str:
    """Yuan without trailing zeros."""
    text = f"{amount:.2f}".rstrip("0").rstrip(".")
    return text or "0"
