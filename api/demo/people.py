"""A separate office in the demonstration: five officers, a request from receipt to archive, and refused attempts.

Its second request stays before approval: officers attempt on it what they have no power for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from domain.authority import founding
from domain.values import Reference

AUTHORITY = "shifan"
NAME = "示范街道办事处"
RECEIVED, APPOINTED = date(2020, 3, 2), date(2020, 1, 2)
ARCHIVED, PENDING = Reference(2020, 1), Reference(2020, 2)

SYSTEM, SECURITY, HANDLER, REVIEWER, HEAD = "zhou", "wu", "li", "wang", "zhao"
POWERS = ((HANDLER, "handler"), (REVIEWER, "reviewer"), (HEAD, "approver"), (HEAD, "reviewer"))
"""Roles by officer. The head may also review, but not approve what they reviewed."""

Line = dict[str, Any]


class Attempt(NamedTuple):
    """An act that the officer has no power for. words: its description in Chinese."""

    actor: str
    words: str
    line: Line


def registered() -> Line:
    fields: dict[str, object] = {
        "code": AUTHORITY,
        "name": NAME,
        "kind": "subdistrict",
        "complete_since": "2020-01-01",
    }
    return _line("registered", "registered", "2020-01-01", fields)


def first_officers(after: int) -> list[Line]:
    """Appointments of the administrators. after: number of the authority's entries so far."""
    events = founding.first_officers(SYSTEM, SECURITY, APPOINTED, after=after)
    return [
        {"id": f"people-first-{nth}", "stream": "authority", "event": event}
        for nth, event in enumerate(events)
    ]


def officers(after: int) -> Iterator[tuple[str, Line]]:
    """Actor and recording: each officer is appointed by one administrator, granted by the other, confirmed by the first."""
    version = after
    for officer in dict.fromkeys(officer for officer, _ in POWERS):
        version += 1
        yield SYSTEM, _own(f"appointed-{officer}", "officer_appointed", officer=officer)
    for officer, role in POWERS:
        version += 2
        yield SECURITY, _own(f"granted-{officer}-{role}", "power_granted", officer=officer, role=role)
        yield SYSTEM, _own(f"confirmed-{officer}-{role}", "grant_confirmed", version=version - 1)


def steps() -> Iterator[tuple[str, Line]]:
    """Actor and recording: the first request from receipt to archive by three officers, the second up to its review."""
    yield HANDLER, _received("a")
    yield HANDLER, _of(ARCHIVED, "assigned", "2020-03-03", unit="办公室")
    yield HANDLER, _of(ARCHIVED, "answer_drafted", "2020-03-10", draft="答复稿", **_ANSWER)
    yield REVIEWER, _of(ARCHIVED, "draft_reviewed", "2020-03-11", draft="答复稿", passed=True)
    yield HEAD, _of(ARCHIVED, "draft_approved", "2020-03-12", draft="答复稿", passed=True)
    yield HANDLER, _of(ARCHIVED, "answered", "2020-03-13", draft="答复稿", **_ANSWER)
    yield HANDLER, _of(ARCHIVED, "served", "2020-03-13", method="china_post")
    yield HANDLER, _of(ARCHIVED, "archived", "2020-04-01", archive_no="示例〔2020〕1号", retention="10y")
    yield HANDLER, _received("b")
    yield HANDLER, _of(PENDING, "answer_drafted", "2020-03-10", draft="答复稿", **_ANSWER)
    yield HEAD, _of(PENDING, "draft_reviewed", "2020-03-11", draft="答复稿", passed=True)


def attempts() -> tuple[Attempt, ...]:
    """Attempts that are all refused and change nothing."""
    draft = {"draft": "答复稿", "passed": True}
    return (
        Attempt(REVIEWER, "登记收到申请", _received("tried")),
        Attempt(SYSTEM, "起草答复", _of(PENDING, "answer_drafted", "2020-03-12", draft="另一稿", **_ANSWER)),
        Attempt(HANDLER, "审核自己起草的", _of(PENDING, "draft_reviewed", "2020-03-12", **draft)),
        Attempt(HEAD, "批准自己审核的", _of(PENDING, "draft_approved", "2020-03-12", **draft)),
        Attempt(HANDLER, "不经批准就答复", _of(PENDING, "answered", "2020-03-13", **_ANSWER)),
        Attempt(SYSTEM, "给自己授予职权", _own("tried", "power_granted", officer=SYSTEM, role="handler")),
        Attempt("chen", "外人登记", _of(PENDING, "assigned", "2020-03-13", unit="办公室")),
    )


_ANSWER = {
    "outcome": "refused.deliberative",
    "legal_basis": "第十六条第二款",
    "document_no": "示例公开〔2020〕1号",
}


def _received(name: str) -> Line:
    event = {
        "type": "received", "on": RECEIVED, "channel": "in_person", "receipt_basis": "handed_in", "delivery": "paper",
        "applicant_kind": "natural_person", "applicant": {"name": f"示例申请人{name}"}, "description": "示例内容",
    }  # fmt: skip
    return {"id": f"people-received-{name}", "event": event}


def _of(reference: Reference, type_: str, on: date | str, **fields: object) -> Line:
    return _line(f"{reference}-{type_}-{on}", type_, on, fields, str(reference))


def _own(name: str, type_: str, **fields: object) -> Line:
    return _line(name, type_, APPOINTED, fields)


def _line(
    nth: str, type_: str, on: date | str, fields: dict[str, object], reference: str | None = None
) -> Line:
    where = {"reference": reference} if reference else {"stream": "authority"}
    return {"id": f"people-{nth}", **where, "event": {"type": type_, "on": on, **fields}}
