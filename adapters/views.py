"""The register as it is, or as it was recorded until a moment: the same questions, the same answers.

Now, rows come from the register's table. As recorded until a moment or position, they are folded from the
log's prefix (`past`), so nothing recorded later can move them.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from adapters.log import mapper
from adapters.postgres.database import Connection, Database
from adapters.postgres.queries import SQL
from adapters.refusals import NotComplete
from domain.authority.authority import Authority
from domain.authority.events import AUTHORITY_STREAM
from domain.entry import Recorded, type_of
from domain.law.terms import Law
from domain.report import annual_report
from domain.report.official_form import ReportFormat
from domain.report.state import AnnualReport
from domain.request.amendment import amended
from domain.request.events import FeeCharged, FeePaid
from domain.request.judging import replay
from domain.request.refusals import RequestUnknown
from domain.request.state import DisclosureRequest
from domain.values import SHANGHAI, Period, Reference, reference_in
from projections import annual_tables, work_list
from projections.annual_tables import AnnualTables
from projections.annulled import Annulled, annulled
from projections.case import Case
from projections.compliance import Compliance, Handled, at_end, compliance
from projections.diff import DiffMoment
from projections.listing import Filter, Order, check
from projections.register import AppealSpell, RequestRow
from projections.report import charts as charting
from projections.report.charts import Days
from projections.report.citations import Fees
from projections.report.document import Chart
from projections.superior_view import OFFICE, Sight
from projections.tally import Tally
from projections.work_list import Duty

T = TypeVar("T")

FIRST = Reference(0, 0)
"""Before every reference: a list from the beginning."""

PREFETCH = 1000


class Until(NamedTuple):
    """A prefix of the log: up to a position (inside), or up to a moment (inside). Exactly one is set."""

    position: int | None = None
    moment: datetime | None = None

    @classmethod
    def parse(cls, text: str) -> Until:
        """A position, a moment with its offset, or a day, which means its end in Shanghai.

        Raises ValueError, in Chinese, for anything else.
        """
        try:
            if re.fullmatch(r"[0-9]{1,18}", text) and not re.fullmatch(r"20[0-9]{6}", text):
                return cls(position=int(text))
            if len(text) == 10:
                following = date.fromisoformat(text) + timedelta(days=1)
                return cls(moment=datetime.combine(following, time(), SHANGHAI) - timedelta(microseconds=1))
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                # By way of UTC, in which it is sent: at the edge of the calendar it may have no day there.
                return cls(moment=moment.astimezone(UTC).astimezone(SHANGHAI))
        except (ValueError, OverflowError):
            pass
        raise ValueError(
            "应为日期（指北京时间当日结束）、带时区的时刻（如2021-01-20T09:00:00+08:00）或日志位置"
        )


class View(ABC):
    """One moment of one authority's register, in the snapshot of one transaction.

    position: of the last entry it rests on. sight: for whom it is. Histories and requests are whole, to reckon with;
    what is shown of single entries comes from `entries`, `case`, `work_list` and the sight.
    """

    def __init__(
        self,
        connection: Connection,
        authority_id: int,
        authority: Authority,
        law: Law,
        position: int,
        sight: Sight = OFFICE,
    ) -> None:
        self.authority = authority
        self.sight = sight
        self.law = law
        self.position = position
        self._connection = connection
        self._authority_id = authority_id

    # -- what differs --

    @abstractmethod
    async def tally(self, period: Period) -> Tally:
        """Counts of the period. Raises NotComplete for one that begins before the register is complete."""

    @abstractmethod
    async def rows(self, period: Period) -> list[RequestRow]:
        """Rows of the requests that a table of the period counts, by reference."""

    @abstractmethod
    async def days(self, period: Period) -> list[Days]:
        """Of the same requests what charts count."""

    @abstractmethod
    async def handled(self, period: Period) -> list[Handled]:
        """Requests closed in the period by how they were handled. Raises NotComplete."""

    @abstractmethod
    async def spells(self, period: Period) -> list[AppealSpell]:
        """Spells of the appeals that a table of the period may count, by reference."""

    @abstractmethod
    async def row(self, reference: Reference) -> RequestRow | None:
        """The request's row; None if there is none or it is annulled."""

    @abstractmethod
    def listed(
        self, wanted: Filter, *, after: Reference = FIRST, limit: int | None = None
    ) -> AsyncIterator[RequestRow]:
        """Rows of the requests wanted, by reference after `after`, one by one without holding them."""

    @abstractmethod
    async def page(
        self, wanted: Filter, order: Order, *, limit: int, offset: int
    ) -> tuple[list[RequestRow], int]:
        """Rows of the requests wanted from `offset` on, at most `limit`, and how many there are in all."""

    @abstractmethod
    async def named(self, references: Sequence[str]) -> list[RequestRow]:
        """Rows of these requests, in this order; those that are not in the register are left out."""

    @abstractmethod
    async def assigned_to(self) -> set[str]:
        """Whom any request is assigned to, as recorded."""

    @abstractmethod
    async def touched(self, on: date) -> list[Reference]:
        """Requests on which something may have been left to do on the day; annulled ones of which erasure was asked for too."""

    @abstractmethod
    async def said_of_each(
        self, question: Hashable, on: date, say: Callable[[DisclosureRequest], T]
    ) -> Iterable[T]:
        """What is said of each request of `touched` as it stood at the end of the day. question: names `say`."""

    @abstractmethod
    async def unarchived(self) -> Sequence[Duty]:
        """Requests that only their archiving is left of, by reference."""

    # -- what follows --

    async def in_charge(self) -> set[str]:
        """In whose charge a request can be: the office's officers, and of an earlier register whoever stands there."""
        return {each.id for each in self.authority.officers} | await self.assigned_to()

    async def check(self, wanted: Filter, names: Mapping[str, str] = MappingProxyType({})) -> None:
        """Raises UnknownCode for a condition that no request can meet. names: of officers, by code."""
        officers = await self.in_charge() if wanted.officer is not None else ()
        check(wanted, {each: names.get(each, "") for each in officers})

    async def histories(self, references: Sequence[Reference]) -> list[list[Recorded]]:
        """Entries of each request in the order recorded; unknown ones are left out."""
        streams = [reference.stream for reference in references]
        found = await self.streams(streams)
        return [found[stream] for stream in streams if stream in found]

    async def history(self, reference: Reference) -> list[Recorded]:
        """Raises RequestUnknown."""
        found = await self.histories([reference])
        if not found:
            raise RequestUnknown(reference=reference)
        return found[0]

    async def authority_history(self) -> list[Recorded]:
        """The authority's own entries in the order recorded."""
        return await self.stream(AUTHORITY_STREAM)

    async def report_state(self, year: int) -> AnnualReport:
        """The annual report of the year as it was entered, one of which nothing was too."""

        async def make() -> AnnualReport:
            history = await self.stream(annual_report.stream_of(year))
            return annual_report.replay(history, year, self.authority.kind)

        return await self._derived(("report_state", year), make)

    async def reports_begun(self) -> list[int]:
        """Years whose report was compiled, anew too, and not published since, in order."""

        async def make() -> list[int]:
            rows = await self.fetch(SQL["reports_begun"], self.position)
            begun = [row["stream"] for row in rows if row["topic"] in ("report_compiled", "report_restated")]
            return sorted(filter(None, map(annual_report.year_in, begun)))

        return await self._derived("reports_begun", make)

    async def stream(self, name: str) -> list[Recorded]:
        """Entries of a stream of any kind in the order recorded, if there are any."""
        return (await self.streams([name])).get(name, [])

    async def streams(self, names: Sequence[str]) -> dict[str, list[Recorded]]:
        """Entries of streams of any kind, each in the order recorded; those without an entry are left out."""
        return mapper.by_stream(await self.fetch(SQL["select_streams"], list(names), self.position))

    async def fees(self, year: int) -> Fees:
        """Processing fees charged and paid in the year (Art. 42), as amended."""
        rows = await self.fetch(SQL["streams_with_topic"], type_of(FeeCharged), self.position)
        steps = [
            [entry.event for entry in amended(history) or () if entry.event.on.year == year]
            for history in (await self.streams([row["stream"] for row in rows])).values()
        ]
        charged = [[each for each in happened if isinstance(each, FeeCharged)] for happened in steps]
        paid = [each for happened in steps for each in happened if isinstance(each, FeePaid)]
        return Fees(
            sum(bool(each) for each in charged),
            sum((Decimal(fee.amount_yuan) for each in charged for fee in each), Decimal(0)),
            sum((Decimal(each.amount_yuan) for each in paid), Decimal(0)),
        )

    async def last_note_before(self, moment: datetime) -> str | None:
        """The signed note of the last checkpoint made before the moment, if there is one."""
        rows = await self.fetch(SQL["checkpoint_before"], moment)
        return rows[0]["note"] if rows else None

    async def entries(self, after: int, limit: int) -> list[Recorded]:
        """Entries of all streams by position: of the `limit` from the one after `after` those shown."""
        rows = await self.fetch(SQL["select_positions"], after + 1, self.position, limit, [])
        found = [mapper.recorded(row) for row in rows]
        names = list({each.originator_id for each in found}) if self.sight.by_stream else []
        return self.sight.entries(found, await self.streams(names) if names else {})

    async def case(self, reference: Reference) -> Case:
        """Raises RequestUnknown."""
        return self.sight.case(await self.history(reference), self.law)

    async def annulled(self) -> list[Annulled]:
        """Requests that stand annulled, in the order in which they were."""
        rows = await self.fetch(SQL["streams_annulled"], self.position)
        return annulled(await self.histories([Reference.parse(reference_in(row["stream"])) for row in rows]))

    async def request(self, reference: Reference, *, until: date | None = None) -> DisclosureRequest:
        """The request as it stands, or as it stood at the end of a day. Raises RequestUnknown."""
        return replay(await self.history(reference), self.law, until=until)

    async def requests_on(self, on: date) -> list[DisclosureRequest]:
        """The requests of `touched` as they stood at the end of the day."""
        found = await self.histories(await self.touched(on))
        return [replay(history, self.law, until=on) for history in found]

    async def _erasures_asked(self, on: date) -> dict[Reference, int]:
        """Requests with an erasure that may not have been carried out by the day, and the position of their last entry."""
        rows = await self.fetch(SQL["erasures_asked"], on, self.position)
        return {Reference.parse(reference_in(row["stream"])): row["position"] for row in rows}

    @property
    def _covered(self) -> list[int]:
        """Years with a holiday notice."""
        return sorted(self.law.calendar.covered)

    async def standing(self, on: date) -> tuple[int, int]:
        """Requests open on the day, and those of them that are overdue, by the register as it is now.

        What is 暂定 is not overdue, as in the work list.
        """
        (row,) = await self.fetch(SQL["standing"], on, self._covered)
        return row["open"], row["overdue"]

    async def work_list(self, on: date, within: int) -> list[Duty]:
        """What is to be done on the day; within: working days ahead that count as soon. What the superior asks comes first."""

        async def make() -> list[Duty]:
            calendar = self.law.calendar
            asked = work_list.asked_by_superior(self.authority.supervision, on, calendar)
            say = partial(work_list.duties_of, on=on, calendar=calendar, within=within)
            return [
                *asked,
                *work_list.by_urgency(chain(*await self.said_of_each(("duties", within), on, say))),
            ]

        return self.sight.duties(await self._derived(("work_list", on, within), make))

    async def compliance(self, period: Period) -> Compliance:
        """Raises NotComplete."""

        async def make() -> Compliance:
            say = partial(at_end, last=period.last)
            ended = await self.said_of_each("at_end", period.last, say)
            return compliance(
                period, await self.handled(period), [each for each in ended if each is not None]
            )

        return await self._derived(("compliance", period), make)

    async def in_cell(self, row: str, column: str, period: Period, form: ReportFormat) -> tuple[str, ...]:
        """References of the requests that a cell of the requests table counts. Raises NotComplete, KeyError."""

        async def make() -> tuple[str, ...]:
            rows = annual_tables.requests_in_cell(await self.rows(period), row, column, period, form)
            return tuple(each.reference for each in rows)

        return await self._derived(("in_cell", row, column, period, form.name), make)

    async def charts(self, period: Period, form: ReportFormat) -> tuple[Chart, ...]:
        """The charts of a year. Raises NotComplete."""

        async def make() -> tuple[Chart, ...]:
            found = await self.tables(period, form)
            return charting.charts(form, found.requests_table, await self.days(period))

        return await self._derived(("charts", period, form.name), make)

    async def moment(self, period: Period, form: ReportFormat) -> DiffMoment:
        """The tables with what they count. Raises NotComplete."""
        return DiffMoment(await self.tables(period, form), await self.rows(period), await self.spells(period))

    async def tables(self, period: Period, form: ReportFormat) -> AnnualTables:
        """The requests table and the appeals table of any period. Raises NotComplete."""
        return self.tables_of(await self.tally(period), period, form)

    def tables_of(self, counted: Tally, period: Period, form: ReportFormat) -> AnnualTables:
        """The same of what was counted already."""
        return annual_tables.make(
            counted,
            period,
            form,
            authority=self.authority.name_on(period.last),
            code=self.authority.code,
            position=self.position,
        )

    async def _derived(self, question: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """What `make` works out; a view may keep it for the next one who asks."""
        del question
        return await make()

    def _check_complete(self, period: Period) -> None:
        since = self.authority.complete_since
        if period.first < since:
            raise NotComplete(complete_since=since, first=period.first, last=period.last)

    async def fetch(self, statement: str, *arguments: Any) -> list[Any]:
        """Rows of a statement about this authority, which it takes first."""
        rows: list[Any] = await self._connection.fetch(statement, self._authority_id, *arguments)
        return rows

    async def fetch_planned(self, statement: str, *arguments: Any) -> list[Any]:
        """The same of a statement that is better planned with its values; so are those that follow in the transaction."""
        await Database.plan_with_values(self._connection)
        return await self.fetch(statement, *arguments)


OpenView = Callable[[str], AbstractAsyncContextManager[View]]
"""One moment of the register of the authority with this code."""
