"""The same step for many requests: planned line by line, then recorded, all of them or those that are possible."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal

import msgspec

from adapters.register.recording.decoding import convert
from adapters.register.recording.recording import Recording, Reply
from adapters.register.recording.submission import Refused
from adapters.views import OpenView
from domain.authority.powers import WHOLE, Permissions
from domain.entry import Recorded
from domain.law.refusals import Malformed, Refusal
from domain.request.amendment import amended
from domain.values import Reference
from projections.bulk import BulkAct, Line, check_reference, event_of
from projections.form_labels import fields_in_words
from projections.history import sentence

RecordAll = Callable[..., Awaitable[list[Reply]]]

BulkState = Literal["new", "same", "refused"]
STATE_WORDS: dict[str, str] = {"new": "可登记", "same": "已登记过", "refused": "不能登记"}


class BulkRow(msgspec.Struct, frozen=True):
    """The result of a line. says: what would be recorded. problem, code: why it cannot be."""

    row: int
    reference: str
    state: BulkState
    subject: str | None = None
    says: str = ""
    problem: str = ""
    code: str = ""


class BulkPlan(msgspec.Struct, frozen=True):
    """rows: of every line, in order. recordings: of those that are possible."""

    rows: list[BulkRow]
    recordings: list[Recording]

    @property
    def refused(self) -> list[BulkRow]:
        return [each for each in self.rows if each.state == "refused"]


class Bulk:
    """record_all: see `Register.record_all`. view: opens one moment of the register, as it is now."""

    def __init__(self, record_all: RecordAll, view: OpenView) -> None:
        self._record_all = record_all
        self._view = view

    async def plan(
        self,
        code: str,
        act: BulkAct,
        lines: Sequence[Line],
        common: Mapping[str, str],
        key: str,
        *,
        actor: str,
        permissions: Permissions = WHOLE,
    ) -> BulkPlan:
        """Plan the step; stores nothing. An irregular line is refused: it must be acknowledged and recorded singly.

        common: fields for every line. key: prefix of the idempotency keys, so that repeating the step records nothing
        twice.
        """
        wrong: dict[int, Refusal] = {}
        planned: dict[int, Recording] = {}
        for place, line in enumerate(lines):
            try:
                reference = str(check_reference(line.reference))
                event = event_of(act, line, common)
                planned[place] = convert({"id": f"{key}/{line.row}", "reference": reference, "event": event})
            except Malformed as malformed:
                wrong[place] = malformed
        known, subjects = await self._known(code, [each.reference or "" for each in planned.values()])
        same = {
            place for place, each in planned.items() if _is_there(known.get(each.reference or "", []), each)
        }
        left = [place for place in planned if place not in same]
        while left:
            try:
                recordings = [planned[place] for place in left]
                await self._record_all(code, recordings, actor=actor, permissions=permissions, preview=True)
                break
            except Refused as refused:
                # Without the refused lines another line of the same request may become possible or impossible: plan
                # again.
                found = {left[each.index]: each.refusal for each in refused.problems}
                wrong |= found
                left = [place for place in left if place not in found]
        rows = [
            _row(line, planned.get(place), subjects, wrong.get(place), is_same=place in same)
            for place, line in enumerate(lines)
        ]
        return BulkPlan(rows, [planned[place] for place in left])

    async def commit(
        self, code: str, plan: BulkPlan, *, actor: str, permissions: Permissions = WHOLE
    ) -> list[Reply]:
        """Record the plan, all or nothing. Raises Refused if something recorded in the meantime makes a line
        impossible."""
        return await self._record_all(code, plan.recordings, actor=actor, permissions=permissions)

    async def _known(
        self, code: str, references: Sequence[str]
    ) -> tuple[dict[str, list[Recorded]], dict[str, str | None]]:
        """The entries in force and the subjects of these requests."""
        named = list(dict.fromkeys(references))
        async with self._view(code) as view:
            histories = await view.histories([Reference.parse(each) for each in named])
            rows = await view.named(named)
        entries = {each[0].originator_id.removeprefix("request/"): amended(each) or [] for each in histories}
        return entries, {row.reference: row.subject for row in rows}


def _is_there(entries: Sequence[Recorded], recording: Recording) -> bool:
    return any(each.event == recording.event for each in entries)


def _row(
    line: Line,
    recording: Recording | None,
    subjects: Mapping[str, str | None],
    refusal: Refusal | None,
    *,
    is_same: bool,
) -> BulkRow:
    reference = (recording.reference if recording else None) or line.reference
    return BulkRow(
        row=line.row,
        reference=reference,
        state="refused" if refusal else "same" if is_same else "new",
        subject=subjects.get(reference),
        says=sentence(recording.event) if recording else "",
        problem=fields_in_words(refusal) if refusal else "",
        code=refusal.code if refusal else "",
    )
