"""Builders of the history of an annual report, of the year 2020 by default, each step by an officer.

`made(compiled(), submitted(actor="甲"), approved(actor="乙"))` folds them; a step's day is given or follows from its kind.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, NamedTuple

from domain.entry import Event, Recorded
from domain.report import events as report
from domain.report.annual_report import replay, stream_of
from domain.report.state import AnnualReport
from domain.values import SHANGHAI
from tests.builders import SEALED, event

YEAR = 2020
PINNED = report.Pinned("2019", 7, ["total"], {"new": [95]}, {}, {}, "a" * 64)


class Step(NamedTuple):
    event: Event
    actor: str = "甲"
    on_behalf_of: str | None = None


def figure(row: str, column: str, value: str | None, source: str = "统计台账") -> Step:
    return Step(event(report.FigureEntered, "2020-12-31", row=row, column=column, value=value, source=source))


def worked(kind: str, number: int, on: str = "2020-06-01", **fields: Any) -> Step:
    return Step(report.WorkRecorded(date.fromisoformat(on), kind, number, **fields))  # type: ignore[arg-type]


def annulled(version: int) -> Step:
    return Step(event(report.WorkAnnulled, "2021-01-05", version=version, reason=SEALED))


def written(section: str) -> Step:
    return Step(event(report.NarrativeWritten, "2021-01-05", section=section, text=SEALED))


def waived(warning: str) -> Step:
    return Step(event(report.WarningWaived, "2021-01-05", warning=warning, reason=SEALED))


def withdrawn(warning: str) -> Step:
    return Step(event(report.WaiverWithdrawn, "2021-01-05", warning=warning))


def compiled(on: str = "2021-01-04", actor: str = "甲", **fields: Any) -> Step:
    return Step(event(report.ReportCompiled, on, **fields), actor)


def submitted(
    on: str = "2021-01-11", actor: str = "甲", pinned: report.Pinned | None = PINNED, **envelope: Any
) -> Step:
    return Step(event(report.ReportSubmitted, on, pinned=pinned), actor, **envelope)


def returned(on: str = "2021-01-12") -> Step:
    return Step(event(report.ReportReturned, on, reason=SEALED), "乙")


def approved(on: str = "2021-01-13", actor: str = "乙", **envelope: Any) -> Step:
    return Step(event(report.ReportApproved, on), actor, **envelope)


def published(on: str = "2021-01-20", pinned: report.Pinned | None = PINNED) -> Step:
    return Step(event(report.ReportPublished, on, pinned=pinned))


def restated(on: str = "2021-03-01") -> Step:
    return Step(event(report.ReportRestated, on, reason=SEALED))


def history(*steps: Step, today: str = "2099-12-31", year: int = YEAR) -> list[Recorded]:
    """The steps in order, the first at position 11."""
    noon = datetime.combine(date.fromisoformat(today), time(12), SHANGHAI)
    return [
        Recorded(
            stream_of(year),
            version,
            step.event,
            noon,
            position=10 + version,
            actor=step.actor,
            on_behalf_of=step.on_behalf_of,
        )
        for version, step in enumerate(steps, 1)
    ]


def made(*steps: Step, kind: str = "department") -> AnnualReport:
    return replay(history(*steps), YEAR, kind)
