"""Judging the acts of a log again by the law of their day, for entries from the database or from a bundle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from adapters import suites
from adapters.log import mapper
from adapters.log.mapper import EntryUnreadable
from adapters.proof.findings import Findings, LogFinding
from adapters.proof.log_check import at_entry
from adapters.suites import SuiteUnknown
from domain.authority import authorization
from domain.authority.access_events import AccessesHandedOver
from domain.authority.authority import Authority
from domain.authority.refusals import NotAnOfficer, NotTheSuperior
from domain.authority.replay import replay_authority
from domain.entry import Recorded
from domain.law.calendar import national_notices
from domain.law.refusals import Refusal
from domain.law.terms import Law
from domain.request.personal_data import sealed_in
from domain.values import reference_in
from projections.rejudgement import (
    LawBook,
    Otherwise,
    Rejudged,
    judge_again,
    judge_authority_again,
    judge_report_again,
)

_OUTSIDE = (NotAnOfficer, NotTheSuperior)


def readable(rows: Sequence[Any], findings: Findings) -> Iterator[list[Recorded]]:
    """The rows of one stream as its history; if they cannot be read, a finding and None."""
    if not rows:
        return
    try:
        history = [mapper.recorded(row) for row in rows]
    except EntryUnreadable as wrong:
        findings.add(LogFinding("entry_unreadable", reference_in(rows[0]["stream"]), str(wrong)))
        return
    for entry in history:
        for _, sealed in sealed_in(entry.event):
            try:
                suites.of_digest(sealed.commitment)
            except SuiteUnknown as wrong:
                reference = reference_in(entry.originator_id)
                findings.add(
                    at_entry("suite_unknown", reference, entry.originator_version, entry.position, str(wrong))
                )
    yield history


def handed_over_in(histories: Iterable[Sequence[Recorded]]) -> list[AccessesHandedOver]:
    """The authority's entries that handed parts of the access log over to the archive."""
    events = [entry.event for history in histories for entry in history]
    return [event for event in events if isinstance(event, AccessesHandedOver)]


def judge_office(own: Sequence[Recorded], findings: Findings) -> tuple[Authority, Law] | None:
    """Judge the authority's own acts again. Returns its present law, or None if its history cannot be folded."""
    for each in judge_authority_again(own):
        findings.add(_finding(each))
    try:
        authority = replay_authority(own)
    except Refusal:
        return None
    return authority, authority.law(national_notices())


def judge_request(history: Sequence[Recorded], book: LawBook, findings: Findings) -> Rejudged:
    """Judge the acts of one request again."""
    again = judge_again(history, book)
    for each in again.otherwise:
        findings.add(_finding(each))
    return again


def judge_reports(reports: Sequence[Sequence[Recorded]], book: LawBook, findings: Findings) -> None:
    """Judge the acts of the annual reports again."""
    for history in reports:
        for each in judge_report_again(history, book):
            findings.add(_finding(each))


def _finding(otherwise: Otherwise) -> LogFinding:
    entry = otherwise.entry
    if otherwise.refusal is not None:
        outside = isinstance(otherwise.refusal, _OUTSIDE) and authorization.is_from_outside(entry)
        code = "act_from_outside" if outside else "act_impossible"
        what = f"{otherwise.refusal}［{otherwise.refusal.code}］"
    else:
        code = "act_judged_otherwise"
        was, now = (("、".join(codes) or "无") for codes in (otherwise.acknowledged, otherwise.found))
        what = f"登记时确认的是：{was}；重新判断的是：{now}"
    return at_entry(code, reference_in(entry.originator_id), entry.originator_version, entry.position, what)
