"""The way to reconsideration and to court, and back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Generic, Literal, TypeVar

from msgspec import Meta

from domain.entry import Event
from domain.request.parties import Provenance
from domain.values import Code, Label

T = TypeVar("T")

Route = Literal["reconsideration", "litigation_direct", "litigation_after_reconsideration"]
ROUTES: tuple[Route, ...] = Route.__args__  # type: ignore[attr-defined]


class Appealed(Event, frozen=True, tag="appealed"):
    """行政复议 or 行政诉讼 (Art. 51). appeal: a name unique in the request; follows: an earlier one."""

    title = "行政救济"
    article = "第五十一条"
    appeal: Label
    route: Route
    ground: Literal["answer", "no_answer", "other"]
    tribunal: Label
    case_no: Label
    follows: Label | None = None
    provenance: Provenance | None = None


class AppealDecided(Event, frozen=True, tag="appeal_decided"):
    """复议决定 or 裁判. effective_on: day it took effect; without it the appeal is still pending."""

    title = "救济结果"
    article = "第五十一条"
    appeal: Label
    instance: Literal["first", "second", "retrial"]
    disposition: Code
    effective_on: date | None = None
    provenance: Provenance | None = None


class CorrectionAnalysed(Event, Generic[T], frozen=True, tag="correction_analysed"):
    """纠错分析: why a decision corrected the authority, and what is done about it."""

    title = "纠错分析"
    article = "第五十一条"
    sealed = ("measures",)
    appeal: Label
    causes: Annotated[
        tuple[Literal["receipt", "facts", "law", "reasoning", "procedure", "new_evidence", "other"], ...],
        Meta(min_length=1, max_length=7),
    ]
    measures: T


class Reopened(Event, frozen=True, tag="reopened"):
    """重新处理, by order or of one's own accord. redo_by: last day to answer again, set by the decision."""

    title = "重新处理"
    article = "第五十一条"
    cause: Literal["appeal", "own_correction"]
    redo_by: date
    appeal: Label | None = None
