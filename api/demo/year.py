"""Generates events for a published year: plausible steps and invented applicants whose counts are the report's.

The demonstration records the year 2020 of 花都区政府办公室 through the same path that officers use. The tests rebuild all
published reports of tests/published in this way, so no step may have an irregularity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import msgspec

from domain.law.calendar import Calendar, national_calendar
from domain.law.outcomes import OUTCOMES
from domain.report.official_form import CARRIED_IN, CARRIED_OUT, NEW, TOTAL

AUTHORITY = "huadu"
ACTOR = "li"
"""The officer who keeps the register; named in `console.PEOPLE`."""

Line = dict[str, Any]


class Figures(msgspec.Struct, frozen=True):
    """The figures of a published report; other keys of the file are ignored."""

    authority: str
    year: int
    columns: list[str]
    requests_table: dict[str, list[int | None]]
    appeals_table: dict[str, dict[str, int | None]]


@dataclass
class DemoRequest:
    """A request being generated. id: empty until it is received."""

    id: str
    kind: str
    received_on: date
    answered_on: date | None = None
    outcome: str = ""


@dataclass
class Opening:
    """What a year carries over to the next: open requests by applicant kind, pending appeals by route."""

    requests: dict[str, list[DemoRequest]] = field(default_factory=dict)
    appeals: dict[str, list[tuple[DemoRequest, str]]] = field(default_factory=dict)


def seed() -> Figures:
    """The year that the demonstration records."""
    return msgspec.json.decode(files("api.demo").joinpath("huadu_2020.json").read_bytes(), type=Figures)


def registration(figures: Figures, code: str) -> Line:
    """The recording that opens the register, on the first day of the year."""
    first = date(figures.year, 1, 1)
    return {
        "id": f"{code}-registered",
        "stream": "authority",
        "event": {
            "type": "registered",
            "on": first,
            "code": code,
            "name": figures.authority,
            "kind": "department",
            "complete_since": first,
        },
    }


def recordings(figures: Figures, opening: Opening | None = None) -> tuple[list[Line], Opening]:
    """Recordings in chronological order whose tables are the figures, and what the year carries over.

    opening: from the year before, recorded for the same authority; without it carried in requests are received in the
    December before. Raises ValueError if a column of the figures does not balance.
    """
    year = _Year(figures, opening or Opening())
    year.requests()
    year.appeals()
    return year.in_order(), year.left


class _Year:
    """Collects the recordings of a year in `lines`: day, number and recording."""

    def __init__(self, figures: Figures, opening: Opening) -> None:
        self.figures = figures
        self.opening = opening
        self.left = Opening()
        self.calendar: Calendar = national_calendar()
        self.last = date(figures.year, 12, 31)
        self.workdays = [
            day
            for day in (date(figures.year, 1, 1) + timedelta(days=n) for n in range(366))
            if day.year == figures.year and self.calendar.is_working(day)
        ]
        self.lines: list[tuple[date, int, Line]] = []
        self.answered: list[DemoRequest] = []
        self.documents = 0
        self.reconsidered: dict[str, str] = {}

    def in_order(self) -> list[Line]:
        return [line for _, _, line in sorted(self.lines, key=lambda line: line[:2])]

    # -- requests --

    def requests(self) -> None:
        todo: list[tuple[DemoRequest, str | None]] = []
        for column, kind in enumerate(self.figures.columns[:-1]):
            todo += self._of_kind(column, kind)
        for nth, (request, row) in enumerate(sorted(todo, key=lambda each: each[0].received_on)):
            if not request.id:
                request.id = f"{self.figures.year}-申请{nth + 1}"
                self._receive(request, nth)
            if row is None:
                self.left.requests.setdefault(request.kind, []).append(request)
            else:
                self._close(request, row, nth)

    def _of_kind(self, column: int, kind: str) -> Iterator[tuple[DemoRequest, str | None]]:
        table = self.figures.requests_table
        counts = {row: cells[column] or 0 for row, cells in table.items()}
        rows: list[str | None] = [
            row
            for row, count in counts.items()
            if row not in (NEW, CARRIED_IN, TOTAL, CARRIED_OUT)
            for _ in range(count)
        ]
        closed, carried_out = len(rows), counts[CARRIED_OUT]
        if counts[NEW] + counts[CARRIED_IN] != closed + carried_out:
            raise ValueError(f"{kind}: the column does not balance")
        opened = self.opening.requests.get(kind, [])
        if opened and len(opened) != counts[CARRIED_IN]:
            raise ValueError(f"{kind}: carried in is not what the year before left")
        before = opened or [
            DemoRequest("", kind, self._december(self.figures.year - 1, nth, counts[CARRIED_IN]))
            for nth in range(counts[CARRIED_IN])
        ]
        # The last of them are answered just before the end of the year; the open ones are received after that.
        room, fresh = self.workdays[:-18], closed - len(before)
        spread = [room[(nth * len(room)) // max(fresh, 1)] for nth in range(fresh)]
        mixed = _mixed(rows)
        drawn = self._in_time(spread, mixed[len(before) :])
        late = [self._december(self.figures.year, nth, carried_out) for nth in range(carried_out)]
        yield from zip(before, mixed[: len(before)], strict=True)
        yield from ((DemoRequest("", kind, on), row) for on, row in zip(spread, drawn, strict=True))
        yield from ((DemoRequest("", kind, on), None) for on in late)

    def _in_time(self, spread: list[date], rows: list[Any]) -> list[Any]:
        """The rows, with slow outcomes (such as after a supplement or a fee) moved to days with 32 working days left."""
        early = [nth for nth, on in enumerate(spread) if on <= self.workdays[-32] and rows[nth] not in _SLOW]
        drawn = list(rows)
        for nth, on in enumerate(spread):
            if on > self.workdays[-32] and drawn[nth] in _SLOW:
                other = early.pop()
                drawn[nth], drawn[other] = drawn[other], drawn[nth]
        return drawn

    def _december(self, year: int, nth: int, count: int) -> date:
        """One of the last four working days of the year, so that the request is still open at its end."""
        days = [date(year, 12, day) for day in range(20, 32) if self.calendar.is_working(date(year, 12, day))]
        return days[-1 - ((count - 1 - nth) * 4) // max(count, 1)]

    def _receive(self, request: DemoRequest, nth: int) -> None:
        channel, basis = (("post", "signed_for"), ("online", "system_confirmed"), ("in_person", "handed_in"))[
            nth % 3
        ]
        person = request.kind == "natural_person"
        name = f"{'赵钱孙李周吴郑王冯陈'[nth % 10]}示例{nth + 1}" if person else f"示例单位{nth + 1}"
        self._add(
            request,
            request.received_on,
            "received",
            channel=channel,
            receipt_basis=basis,
            applicant_kind=request.kind,
            applicant={
                "name": name,
                "id_kind": "resident_id" if person else "credit_code",
                "id_number": f"示例证件{nth + 1:06d}",
                "contacts": f"示例电话{nth + 1:06d}",
            },
            description=f"申请公开示例事项{nth + 1}的有关信息（虚构）",
            delivery=("paper", "electronic")[nth % 2],
            subject=f"示例事项{nth + 1}",
        )
        self._add(request, request.received_on, "assigned", unit=("综合科", "政务公开科", "法制科")[nth % 3])

    def _close(self, request: DemoRequest, row: str, nth: int) -> None:
        """Add the steps to an outcome, all on time."""
        start, request.outcome = request.received_on, _specific_code(row, nth)
        ahead = 8 + nth % 6
        match row:
            case "other" | "other.unspecified":
                self._add(request, self._after(start, 5), "withdrawn", reason="by_applicant")
                return
            case "other.supplement_lapsed":
                notice, respond_by = self._after(start, 3), self._after(start, 13)
                self._add(
                    request, notice, "supplement_required", respond_by=respond_by, matters="请补正信息名称"
                )
                self._add(request, self._after(respond_by, 1), "lapsed", cause="supplement")
                return
            case "other.fee_unpaid":
                notice = self._after(start, 4)
                pay_by = self._after(notice, 20)
                fee = {"basis": "items", "quantity": 12, "amount_yuan": "200", "pay_by": pay_by}
                self._add(request, notice, "fee_charged", **fee)
                self._add(request, self._after(pay_by, 1), "lapsed", cause="fee")
                return
            case "unable.still_unclear":
                notice, respond_by = self._after(start, 3), self._after(start, 13)
                self._add(
                    request, notice, "supplement_required", respond_by=respond_by, matters="请补正信息名称"
                )
                start = self._after(notice, 5)
                self._add(request, start, "supplemented", description="补正后的示例描述（虚构）")
            case "not_processed.excessive":
                second_day = self._after(start, 2)
                self._add(request, second_day, "explanation_required", respond_by=self._after(second_day, 5))
                self._add(request, self._after(second_day, 4), "explained", accepted=False)
            case "refused.third_party_rights":
                second_day = self._after(start, 2)
                respond_by = self._after(second_day, 15)
                consultation = {
                    "consultation": "第三方",
                    "consultee": "third_party",
                    "respond_by": respond_by,
                }
                self._add(request, second_day, "consultation_opened", **consultation, delivered_on=second_day)
                closed = {"consultation": "第三方", "reply": "objected"}
                self._add(request, self._after(second_day, 4), "consultation_closed", **closed)
            case _ if nth % 9 == 4 and start <= self.workdays[-32]:
                extended = self._after(start, 14)
                extension = {
                    "workdays": 10,
                    "approved_by": "政府信息公开工作机构负责人",
                    "notified_on": extended,
                }
                self._add(request, extended, "extended", **extension, reason="需向多个单位查找")
                ahead = 24
        self._answer(request, self._after(start, ahead), request.outcome, nth)

    def _answer(self, request: DemoRequest, on: date, outcome: str, nth: int, **fields: Any) -> None:
        self.documents += 1
        earlier = next(
            (e for e in reversed(self.answered) if e.answered_on and e.answered_on < request.received_on),
            None,
        )
        if outcome == "not_processed.repeated" and earlier:
            fields["earlier_reference"] = f"#{earlier.id}"
        self._add(
            request,
            on,
            "answered",
            outcome=outcome,
            legal_basis=f"政府信息公开条例{OUTCOMES[outcome].article}",
            document_no=f"示例公开〔{on.year}〕{self.documents}号",
            **fields,
        )
        electronic = nth % 2 == 1
        tracking = {} if electronic else {"tracking_no": f"示例{self.documents:06d}"}
        sent = on if electronic else self._after(on, 1)
        self._add(request, sent, "served", method="electronic" if electronic else "china_post", **tracking)
        if request.answered_on is None:
            request.answered_on = on
            self.answered.append(request)

    # -- appeals --

    def appeals(self) -> None:
        # Answered early enough for a reconsideration, a suit and a new answer within the year.
        spring = [each for each in self.answered if each.answered_on and each.answered_on.month <= 4]
        for route, results in self.figures.appeals_table.items():
            results_drawn = [
                result for result, count in results.items() if result != TOTAL for _ in range(count or 0)
            ]
            pending = self.opening.appeals.get(route, [])
            for nth, result in enumerate(results_drawn):
                if nth < len(pending):
                    request, appeal = pending[nth]
                    begun = date(self.figures.year, 1, 4)
                else:
                    pool = spring or self.answered
                    request, appeal = (
                        pool[-1 - nth % len(pool)],
                        f"{_ROUTE_NAMES[route]}{self.figures.year}-{nth + 1}",
                    )
                    begun = self._begin(request, appeal, route, nth, late=result == "pending")
                if result == "pending":
                    self.left.appeals.setdefault(route, []).append((request, appeal))
                else:
                    self._decide(request, appeal, route, result, self._after(begun, 25))

    def _begin(self, request: DemoRequest, appeal: str, route: str, nth: int, *, late: bool) -> date:
        assert request.answered_on is not None  # noqa: S101 - only answered requests are appealed here
        begun = self._after(request.answered_on, 5)
        fields: Line = {}
        if route == "litigation_after_reconsideration":
            # A suit follows the reconsideration of the same request, if there was one.
            follows = self.reconsidered.get(request.id)
            if follows:
                fields["follows"] = follows
            begun = self._after(begun, 30)
        if late:
            begun = self.workdays[-5 - nth % 10]
        reconsideration = route == "reconsideration"
        self._add(
            request,
            begun,
            "appealed",
            appeal=appeal,
            route=route,
            ground="answer",
            tribunal="示例市人民政府" if reconsideration else "示例区人民法院",
            case_no=f"示例〔{begun.year}〕{appeal}",
            **fields,
        )
        if reconsideration:
            self.reconsidered.setdefault(request.id, appeal)
        return begun

    def _decide(self, request: DemoRequest, appeal: str, route: str, result: str, on: date) -> None:
        litigation = route != "reconsideration"
        disposition = {
            "upheld": "claim_dismissed" if litigation else "upheld",
            "corrected": "revoked",
            "other": "withdrawn" if litigation else "terminated",
        }[result]
        instance = {"instance": "first", "disposition": disposition, "effective_on": on}
        self._add(request, on, "appeal_decided", appeal=appeal, **instance)
        if result == "corrected":
            causes = {"causes": ["new_evidence"], "measures": "收集新证据后重新处理（虚构）"}
            self._add(request, on, "correction_analysed", appeal=appeal, **causes)
            redo = {"cause": "appeal", "appeal": appeal, "redo_by": self._after(on, 15)}
            self._add(request, on, "reopened", **redo)
            outcome = "granted_in_part" if request.outcome == "granted.provided" else "granted.provided"
            request.outcome = outcome
            self._answer(request, self._after(on, 8), outcome, self.documents)

    # -- adding lines --

    def _after(self, day: date, workdays: int) -> date:
        return self.calendar.after(day, workdays)

    def _add(self, request: DemoRequest, on: date, kind: str, **fields: Any) -> None:
        number = len(self.lines)
        line: Line = {"id": request.id if kind == "received" else f"{request.id}-{kind}-{number}"}
        if kind != "received":
            line["reference"] = f"#{request.id}"
        line["event"] = {"type": kind, "on": on, **fields}
        self.lines.append((on, number, line))


_SLOW = ("other.supplement_lapsed", "other.fee_unpaid", "unable.still_unclear", "refused.third_party_rights")
_ROUTE_NAMES = {
    "reconsideration": "复议",
    "litigation_direct": "诉讼",
    "litigation_after_reconsideration": "复议后诉讼",
}


def _mixed(rows: Iterable[str | None]) -> list[Any]:
    """The same rows, mixed: every seventh one, then every seventh from the next one, and so on."""
    listed = list(rows)
    return [row for start in range(7) for row in listed[start::7]]


def _specific_code(row: str, nth: int) -> str:
    """One of the most specific codes of the row, in turn."""
    finer = [code for code in OUTCOMES if code.startswith(row + ".") and "withdrawn" not in code]
    return finer[nth % len(finer)] if finer else row
