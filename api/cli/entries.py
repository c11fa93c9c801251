"""Printing the entries of a stream: as sentences, or field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from api.cli.console import (
    Output,
    present,
    who,
)
from domain.entry import Recorded
from domain.law.irregularities import titles
from projections import event_fields, history


def draw_fields(reference: str, entries: Sequence[Recorded], output: Output) -> None:
    """Print every entry field by field."""
    rows = [
        (entry.originator_version, entry.event.title, label, text)
        for entry in entries
        for label, text in event_fields.in_words(entry.event)
    ]
    value = [
        {"version": entry.originator_version, "event": event_fields.in_clear(entry.event)}
        for entry in entries
    ]
    present(output, value, f"{reference}登记的各项", ("条", "事项", "项目", "内容"), rows)


def draw_history(
    reference: str,
    lines: Sequence[history.HistoryLine],
    output: Output = "drawn",
    names: Mapping[str, str] | None = None,
) -> None:
    """Print every entry as a sentence. names: of officers, by id."""
    known = names or {}
    rows = [
        (line.version, line.sentence, who(line.actor, known), line.recorded_on, _remarks(line, known))
        for line in lines
    ]
    headings = ("条", "内容", "登记人", "登记日期", "备注")
    present(output, lines, f"{reference}的登记", headings, rows)


def _remarks(line: history.HistoryLine, names: Mapping[str, str]) -> str:
    remarks = []
    if line.recorded_on != line.on:
        remarks.append("补登")
    if line.on_behalf_of:
        remarks.append(f"代{who(line.on_behalf_of, names)}")
    if line.acknowledged:
        remarks.append(f"确认：{titles(line.acknowledged)}")
    if line.amended_by:
        done = "撤销" if line.annulled else "更正"
        remarks.append(f"已由第{'、'.join(map(str, line.amended_by))}条{done}")
    return "；".join(remarks)
