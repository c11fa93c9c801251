"""The statutory form of the annual report, as dated data: rows, exact labels, columns, identities, notice.

A form only maps codes to rows. When a form changes, no event changes: what was recorded once prints in
either. The form of a period is that of its last year unless another is asked for.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

import msgspec

from domain.law import outcomes
from domain.values import Period

NEW, CARRIED_IN, TOTAL, CARRIED_OUT = "new", "carried_in", "total", "carried_out"
"""Codes of the rows that are no outcome; TOTAL also names the last column of both tables."""

FormatName = Literal["2019", "2021"]
NAMES: tuple[FormatName, ...] = get_args(FormatName)
"""The forms, each by the first year it is for; in their order."""


class FormatFault(ValueError):
    """A form that puts an outcome code in two rows, or in none."""


class FormLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row or a column. label: to the letter, its levels parted by a slash."""

    code: str
    label: str

    @property
    def levels(self) -> tuple[str, ...]:
        return tuple(self.label.split("/"))


class RequestsForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    corner: str
    header: str
    columns: tuple[FormLine, ...]
    rows: tuple[FormLine, ...]


class AppealsForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    routes: tuple[FormLine, ...]
    columns: tuple[FormLine, ...]


class ProactiveBlock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    block: str
    columns: tuple[str, ...]
    rows: tuple[FormLine, ...]


class ReportFormat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One form with the notice it comes from, in force until the next one's first_year."""

    name: str
    notice: str
    title: str
    first_year: int
    headings: tuple[str, ...]
    requests: RequestsForm
    appeals: AppealsForm
    identities: dict[str, str]
    proactive: tuple[ProactiveBlock, ...]

    @property
    def outcome_rows(self) -> tuple[str, ...]:
        """Codes of the rows that outcomes fall in, in order."""
        return tuple(
            row.code for row in self.requests.rows if row.code not in (NEW, CARRIED_IN, TOTAL, CARRIED_OUT)
        )

    def row_of(self, outcome: str) -> str:
        """The row an outcome code counts in. Raises FormatFault for a code in no row."""
        return _row_of(self.name, outcome)


@cache
def _row_of(form: str, outcome: str) -> str:
    for row in load(form).outcome_rows:
        if outcome == row or outcome.startswith(row + "."):
            return row
    raise FormatFault(f"{form}年格式没有“{outcome}”所属的行")


def parse(text: str) -> ReportFormat:
    """Read a form from TOML. Raises FormatFault unless every outcome code falls in exactly one row."""
    form = msgspec.convert(tomllib.loads(text), ReportFormat)
    for code in outcomes.OUTCOMES:
        rows = [row for row in form.outcome_rows if code == row or code.startswith(row + ".")]
        if len(rows) != 1:
            where = "、".join(rows) or "无"
            raise FormatFault(f"{form.name}年格式中“{code}”应恰好属于一行，实为：{where}")
    return form


@cache
def load(name: str) -> ReportFormat:
    """A form by its name. Raises KeyError for another."""
    if name not in NAMES:
        raise KeyError(name)
    return parse(files("domain.report").joinpath("forms", f"{name}.toml").read_text("utf-8"))


def in_force(period: Period) -> ReportFormat:
    """The form of the period's last year; of a year before the first form, the first."""
    year = period.last.year
    forms = [load(name) for name in NAMES]
    return next((form for form in reversed(forms) if form.first_year <= year), forms[0])


def words_of_cell(row: str, column: str) -> str | None:
    """What the row of a proactive cell is called in the latest form that has it; None where none has.

    Of all forms, since a report may be made up in another than its year's.
    """
    return next(
        (
            line.levels[-1]
            for name in reversed(NAMES)
            for block in load(name).proactive
            if column in block.columns
            for line in block.rows
            if line.code == row
        ),
        None,
    )
