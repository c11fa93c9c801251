"""What a superior orders of a unit and asks it to hand in, and what the unit answers (督办, 报送)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from domain.entry import Event
from domain.values import FIRST_YEAR, LAST_YEAR, EntryVersion, Label, Period


class SupervisionOrdered(Event, frozen=True, tag="supervision_ordered"):
    """督办 by the superior: something is to be dealt with, and answered by respond_by. reference: the request it is about."""

    title = "督办"
    article = "第四十七条"
    matter: Literal["overdue", "due_soon", "correction", "registration", "report", "other"]
    respond_by: date
    document_no: Label
    reference: Label | None = None


class SupervisionAnswered(Event, frozen=True, tag="supervision_answered"):
    """答复督办. version: of the order's entry in the authority's own log."""

    title = "答复督办"
    version: EntryVersion
    result: Literal["done", "under_way", "unfounded"]
    document_no: Label


class ReturnRequested(Event, frozen=True, tag="return_requested"):
    """要求报送 by the superior: the figures of a period, by respond_by. name: unique among the authority's returns.

    report_year: the annual report of this year too, its texts and the proactive table as they are at the hand-in.
    """

    title = "要求报送"
    article = "第四十七条"
    name: Label
    first_on: date
    last_on: date
    respond_by: date
    report_year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR - 1)] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.report_year is not None and (self.first_on, self.last_on) != Period.year(self.report_year):
            raise ValueError("report_year：年度报告随该年度全年的数字报送，统计期限应为1月1日至12月31日")


class ReturnPrepared(Event, frozen=True, tag="return_prepared"):
    """编制报送 from the register, to be approved by another person. version: of the request's entry."""

    title = "编制报送"
    version: EntryVersion


class ReturnHandedIn(Event, frozen=True, tag="return_handed_in"):
    """批准报送: the figures are those of the register at this entry. version: of the request's entry."""

    title = "批准报送"
    version: EntryVersion


class ReturnSentBack(Event, frozen=True, tag="return_sent_back"):
    """退回报送 by the superior, with the reason. version: of the request's entry."""

    title = "退回报送"
    version: EntryVersion
    reason: Label


class ReturnAccepted(Event, frozen=True, tag="return_accepted"):
    """接收报送 by the superior: what was handed in is accepted as it is. version: of the request's entry."""

    title = "接收报送"
    version: EntryVersion
