"""The filter of the list of requests. All conditions that are set must hold."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from domain.law import outcomes
from domain.law.irregularities import RULES, titles
from domain.law.refusals import UnknownCode
from domain.request.answer import Timeliness
from domain.request.findings import named
from domain.request.parties import ApplicantKind
from domain.request.stages import Stage
from domain.values import Code, Label
from projections.choice_labels import CHOICES
from projections.provisional import PROVISIONAL
from projections.register import RequestRow, order

LogPosition = Annotated[int, Meta(ge=0, le=2**53)]
WholeReference = Annotated[str, Meta(pattern=r"^[0-9]{4}-[0-9]{4,9}\Z")]
PartOfReference = Annotated[str, Meta(pattern=r"^[0-9-]{1,14}\Z")]


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Days are inside. The order of the fields is that of the register's own query."""

    stage: Annotated[Stage | None, Meta(description="处于哪一阶段")] = None
    due_before: Annotated[date | None, Meta(description="答复期限早于这一天")] = None
    overdue_on: Annotated[
        date | None, Meta(description="到这一天未办结，而期限（按现在的登记）已过；期限暂定的不算逾期")
    ] = None
    received_from: Annotated[date | None, Meta(description="收到日期不早于")] = None
    received_to: Annotated[date | None, Meta(description="收到日期不晚于")] = None
    closed_from: Annotated[date | None, Meta(description="办结日期不早于")] = None
    closed_to: Annotated[date | None, Meta(description="办结日期不晚于")] = None
    outcome: Annotated[Code | None, Meta(description="办理结果的代码，或其点号之前的部分，如unable")] = None
    timeliness: Annotated[Timeliness | None, Meta(description="办结是否在期限内")] = None
    applicant_kind: Annotated[ApplicantKind | None, Meta(description="申请人类别")] = None
    unit: Annotated[Label | None, Meta(description="承办单位")] = None
    officer: Annotated[Label | None, Meta(description="承办人：人员代号，或原台账所写")] = None
    irregularity: Annotated[Code | None, Meta(description="有这一与规定不符之处，如late_answer")] = None
    reference: Annotated[PartOfReference | None, Meta(description="登记号的一部分，如0095")] = None
    split_from: Annotated[WholeReference | None, Meta(description="由这一登记号拆分出的")] = None
    changed_since: Annotated[LogPosition | None, Meta(description="在日志的这一位置之后又有登记")] = None


class Order(msgspec.Struct, frozen=True):
    """By what a list is sorted; what has no such day comes last, equal ones by reference."""

    by: Literal["reference", "received_on", "due_on", "closed_on"] = "reference"
    descending: bool = True

    def sort(self, rows: Iterable[RequestRow]) -> list[RequestRow]:
        found = sorted(rows, key=lambda row: order(row.reference), reverse=self.descending)
        if self.by == "reference":
            return found
        dated = [row for row in found if getattr(row, self.by) is not None]
        dated.sort(key=lambda row: getattr(row, self.by), reverse=self.descending)
        return [*dated, *(row for row in found if getattr(row, self.by) is None)]


STAGE_WORDS: dict[Stage, str] = {
    "none": "已作废",
    "in_hand": "在办",
    "awaiting_supplement": "等待补正",
    "awaiting_payment": "等待缴费",
    "closed": "已办结",
    "archived": "已归档",
}
LISTED_STAGES: dict[str, str] = {stage: words for stage, words in STAGE_WORDS.items() if stage != "none"}
"""Stages that can be filtered by; annulled requests are in no list."""
TIMELINESS_WORDS: dict[str | None, str] = {
    "on_time": "期限内",
    "late": "逾期",
    "service_unproven": "尚未登记送达",
    "provisional": PROVISIONAL,
    None: "",
}
LISTED_TIMELINESS: dict[str, str] = {each: words for each, words in TIMELINESS_WORDS.items() if each}
"""Of closed requests, which alone can be filtered by it."""
REGISTER = "政府信息公开申请台账"
"""The printed title of the list."""
HEADINGS = (
    "登记号", "申请事项", "阶段", "收到日期", "答复期限", "办结日期", "办理结果", "时限", "申请人类别", "承办单位",
    "与规定不符",
)  # fmt: skip


def cells(row: RequestRow) -> tuple[object, ...]:
    """One line of a list, under HEADINGS."""
    return (
        row.reference,
        row.subject,
        STAGE_WORDS[row.stage],
        row.received_on,
        row.answer_by,
        row.closed_on,
        outcomes.label(row.outcome) if row.outcome else None,
        TIMELINESS_WORDS[row.timeliness],
        CHOICES["applicant_kind"][row.applicant_kind],
        row.unit,
        titles(row.irregularities),
    )


def outcome_words() -> dict[str, str]:
    """What may be asked for: each outcome by its word, rows and groups before the finer ones that share theirs."""
    found: dict[str, str] = {}
    for code, outcome in outcomes.OUTCOMES.items():
        group = code.partition(".")[0]
        found.setdefault(group, outcome.label.partition("：")[0])
        if outcome.label not in found.values():
            found[code] = outcome.label
    return found


def check(wanted: Filter, officers: Mapping[str, str]) -> None:
    """Raises UnknownCode for a code that no request can have: an empty list would say that none has it.

    officers: those in whose charge a request can be, with their names where these are known.
    """
    rows = {code.rsplit(".", depth)[0] for code in outcomes.OUTCOMES for depth in range(code.count(".") + 1)}
    if wanted.outcome is not None and wanted.outcome not in rows:
        raise UnknownCode(field="outcome", allowed=named(outcomes.OUTCOMES))
    if wanted.irregularity is not None and wanted.irregularity not in RULES:
        raise UnknownCode(
            field="irregularity", allowed="、".join(f"{rule.title}（{code}）" for code, rule in RULES.items())
        )
    if wanted.officer is not None and wanted.officer not in officers:
        known = [f"{name}（{code}）" if name else code for code, name in sorted(officers.items())]
        raise UnknownCode(field="officer", allowed="、".join(known) or "无")


def matches(row: RequestRow, wanted: Filter, covered: Container[int]) -> bool:
    """Whether a folded row is shown; the register's own query says the same. covered: years with a holiday notice."""
    return (
        wanted.stage in (None, row.stage)
        and _within(row.received_on, wanted.received_from, wanted.received_to)
        and (wanted.due_before is None or (row.due_on is not None and row.due_on < wanted.due_before))
        and (wanted.overdue_on is None or _is_overdue(row, wanted.overdue_on, covered))
        and (
            (wanted.closed_from is None and wanted.closed_to is None)
            or (row.closed_on is not None and _within(row.closed_on, wanted.closed_from, wanted.closed_to))
        )
        and (wanted.outcome is None or f"{row.outcome or ''}.".startswith(f"{wanted.outcome}."))
        and wanted.timeliness in (None, row.timeliness)
        and wanted.applicant_kind in (None, row.applicant_kind)
        and wanted.unit in (None, row.unit)
        and wanted.officer in (None, row.officer)
        and (wanted.irregularity is None or wanted.irregularity in row.irregularities)
        and (wanted.reference is None or wanted.reference in row.reference)
        and wanted.split_from in (None, row.split_from)
        and (wanted.changed_since is None or row.position > wanted.changed_since)
    )


def _within(day: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= day) and (last is None or day <= last)


def _is_overdue(row: RequestRow, on: date, covered: Container[int]) -> bool:
    """By the present term: what a later order to perform set in its place is not looked up again."""
    is_open = row.received_on <= on and (row.closed_on is None or row.closed_on > on)
    return is_open and row.due_on is not None and row.due_on < on and not row.awaits_notice(covered)
