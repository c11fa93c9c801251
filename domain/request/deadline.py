"""The statutory clock of one request.

The day of the event is day zero. A supplement or a payment restarts the clock; an extension adds; a
consultation suspends the working days after its opening up to and including its close, and overlapping
ones are united, never added; Art. 35 and a reopening set a date. A step dated after the due date then in
force moves nothing: the clock cannot be revived once it has run out.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import msgspec

from domain.law.calendar import Calendar
from domain.law.terms import Law, Terms

_STEPS = {
    "received": "{on}收到申请，次日起算{workdays}个工作日（{article}）",
    "rolled": "{on}非工作日收到，自下一工作日{start}起算（本机关办理规则）",
    "supplement_required": "{on}告知补正，等待期间不计期限（{article}）",
    "fee_charged": "{on}通知缴费，等待期间不计期限（国办函〔2020〕109号）",
    "supplemented": "{on}收到补正，重新起算{workdays}个工作日（{article}）",
    "fee_paid": "{on}缴清费用，重新起算{workdays}个工作日（国办函〔2020〕109号）",
    "extended": "{on}告知延期{workdays}个工作日（{article}）",
    "consultation_opened": "{on}征求意见“{consultation}”，自次一工作日起不计期限（{article}）",
    "consultation_closed": "{on}征求意见“{consultation}”结束，其后恢复计算",
    "deferred": "{on}确定延迟至{until}答复（第三十五条）{moved}",
    "reopened": "{on}重新处理，最迟于{until}答复{moved}",
    "closed": "{on}办结",
    "moves_nothing": "{on}{what}不改变期限",
}


_ARTICLES = {
    "supplement_required": "第三十条",
    "supplemented": "第三十条",
    "consultation_opened": "第三十三条",
}
"""Articles of the present Regulations in the sentences; an old case names those of its own law."""


class DeadlineStep(NamedTuple):
    """One step of the clock: the day, what happened, and the last day to answer after it, if one runs."""

    on: date
    kind: str
    due_on: date | None
    figures: dict[str, object]

    @property
    def text(self) -> str:
        """One Chinese sentence with the article."""
        return _STEPS[self.kind].format(on=self.on, **self.figures)


class Pause(NamedTuple):
    """A consultation as the clock reckons it: working days after `after` up to and including `until`."""

    consultation: str
    after: date
    until: date


class Deadline(msgspec.Struct, frozen=True):
    """The clock after the last entry.

    started_on: day zero of the running term. due_on: last day to answer, inclusive; None while a
    supplement or payment is awaited. original_due_on: the first term from receipt alone. provisional: rests
    on a year without notice (awaits_notice: then nothing is late yet) or on a consultation still open. suspended:
    working days not counted. taken: working days counted up to the close, or to where the wait began; None while open.
    """

    started_on: date
    due_on: date | None
    original_due_on: date
    provisional: bool
    suspended: int
    taken: int | None
    step_fields: tuple[tuple[date, str, date | None, dict[str, object]], ...]
    pauses: tuple[Pause, ...] = ()
    awaits_notice: bool = False

    @property
    def steps(self) -> tuple[DeadlineStep, ...]:
        """The steps in the order of law; built on first use, since few replays show them."""
        return tuple(DeadlineStep(*step) for step in self.step_fields)


def _opening(pause: Pause) -> date:
    return pause.after


class _Consultation:
    __slots__ = ("closed_on", "opened_on", "respond_by")

    def __init__(self, opened_on: date, respond_by: date) -> None:
        self.opened_on = opened_on
        self.respond_by = respond_by
        self.closed_on: date | None = None


class DeadlineClock:
    """Follows the steps of one request in the order of law and gives the day on which the answer is due.

    Mutable, private to a replay.
    """

    def __init__(self, law: Law, terms: Terms, received_on: date, *, rolls: bool) -> None:
        self.calendar: Calendar = law.calendar
        self.terms = terms
        self.started_on = self.calendar.next_working(received_on) if rolls else received_on
        self.original_due_on = self.calendar.after(self.started_on, terms.answer)
        self.extension = 0
        self.extended = False
        self.set_due_on: date | None = None
        self.waiting_since: date | None = None
        self.restarts = False
        self.closed_on: date | None = None
        self._consultations: dict[str, _Consultation] = {}
        self._due: date | None = self.original_due_on
        self._steps: list[tuple[date, str, date | None, dict[str, object]]] = []
        self._step(received_on, "received", workdays=terms.answer, article=terms.article)
        if self.started_on != received_on:
            self._step(received_on, "rolled", start=self.started_on)

    @property
    def due_on(self) -> date | None:
        """Last day to answer, inclusive; None while no term runs. Open consultations close on respond_by."""
        return self._due

    @property
    def awaits_notice(self) -> bool:
        """Whether the last day to answer rests on a year whose notice is not out."""
        if self._due is None or self.set_due_on is not None:
            return False
        return self.calendar.provisional(self.started_on, self._due)

    def is_past(self, on: date) -> bool:
        """Whether the term is over that day, for certain."""
        return self._due is not None and on > self._due and not self.awaits_notice

    def wait(self, on: date, kind: str, *, counts: bool = True) -> None:
        """A supplement or a payment is awaited: no term runs. counts: False for a second notice."""
        if not counts or self.is_past(on):
            self._without_effect(on, "告知")
            return
        self.waiting_since = on
        self.restarts = True
        self._moved(on, kind)

    def restart(self, on: date, kind: str) -> None:
        """The supplement or the whole payment has come: the term starts again, without the days of an extension."""
        if not self.restarts or self.is_past(on):
            self._without_effect(on, "的补正或缴费")
            return
        self.started_on = on
        self.extension = 0
        self.set_due_on = self.waiting_since = None
        self.restarts = False
        self._moved(on, kind, workdays=self.terms.answer)

    def extend(self, on: date, workdays: int) -> None:
        """on: the day the applicant was notified. The first extension in time counts, up to the law's longest."""
        first, self.extended = not self.extended, True
        if not first or self.is_past(on) or self.waiting_since is not None or self.set_due_on is not None:
            self._without_effect(on, "的延期")
            return
        self.extension = min(workdays, self.terms.extension)
        self._moved(on, "extended", workdays=self.extension, article=self.terms.article)

    def suspend(self, on: date, consultation: str, respond_by: date) -> None:
        if self.is_past(on):
            self._without_effect(on, "的征求意见")
            return
        self._consultations[consultation] = _Consultation(on, respond_by)
        self._moved(on, "consultation_opened", consultation=consultation)

    def resume(self, on: date, consultation: str) -> None:
        opened = self._consultations.get(consultation)
        if opened is None or opened.closed_on is not None:
            self._without_effect(on, "征求意见结束")
            return
        if self.is_past(on):
            opened.closed_on = self._last_day(opened)
            self._without_effect(on, "征求意见结束")
            return
        opened.closed_on = on
        self._moved(on, "consultation_closed", consultation=consultation)

    def defer(self, on: date, until: date) -> None:
        if self.is_past(on):
            self._without_effect(on, "的延迟答复")
            return
        self._set(on, "deferred", until, "民法典第二百零三条")

    def reopen(self, on: date, redo_by: date) -> None:
        self.closed_on = self.waiting_since = None
        self._set(on, "reopened", redo_by, "民事诉讼法第八十五条")

    def _set(self, on: date, kind: str, until: date, article: str) -> None:
        """A day that a decision sets ends a term like any other: on a day off, the next working day is the last."""
        self.set_due_on = last = self.calendar.next_working(until)
        moved = "" if last == until else f"；该日非工作日，顺延至{last}（{article}）"
        self._moved(on, kind, until=until, moved=moved)

    def close(self, on: date) -> None:
        """Ends open consultations: one not closed by then is reckoned to its respond_by or this day."""
        for consultation in self._consultations.values():
            if consultation.closed_on is None:
                consultation.closed_on = min(on, self._last_day(consultation))
        self.closed_on = on
        self.restarts = False
        if self._consultations:
            self._due = self._reckon()
        self._step(on, "closed")

    def days(self) -> tuple[int, int]:
        """Working days counted and not counted, up to the wait, the close or the last day to answer."""
        until = self.waiting_since or self.closed_on or self._due or self.started_on
        suspended = self._suspended(until)
        return self.calendar.between(self.started_on, until) - suspended, suspended

    def deadline(self) -> Deadline:
        counted, suspended = self.days()
        return Deadline(
            started_on=self.started_on,
            due_on=self._due,
            original_due_on=self.original_due_on,
            provisional=self._provisional(),
            suspended=suspended,
            taken=counted if self.closed_on is not None else None,
            step_fields=tuple(self._steps),
            pauses=tuple(self._pauses()),
            awaits_notice=self.awaits_notice,
        )

    def _provisional(self) -> bool:
        if self._due is None or self.set_due_on is not None:
            return False
        return self.awaits_notice or any(
            consultation.closed_on is None and self._last_day(consultation) > self.started_on
            for consultation in self._consultations.values()
        )

    def _reckon(self) -> date | None:
        if self.waiting_since is not None:
            return None
        if self.set_due_on is not None:
            return self.set_due_on
        workdays = self.terms.answer + self.extension
        due = self.calendar.after(self.started_on, workdays)
        suspended, covered = 0, self.started_on
        for pause in self._pauses():
            # A pause that begins within the term prolongs it; one that begins later has no effect.
            after = max(pause.after, covered)
            if pause.until > after and after < due:
                suspended += self.calendar.between(after, pause.until)
                covered = pause.until
                due = self.calendar.after(self.started_on, workdays + suspended)
        return due

    def _suspended(self, until: date) -> int:
        """Working days after day zero up to `until` on which at least one consultation was open."""
        days, covered = 0, self.started_on
        for pause in self._pauses():
            last = min(pause.until, until)
            if last > covered:
                days += self.calendar.between(max(pause.after, covered), last)
                covered = last
        return days

    def _last_day(self, consultation: _Consultation) -> date:
        """A term set for a consultee that ends on a day off ends on the next working day (民法典 Art. 203)."""
        return self.calendar.next_working(consultation.respond_by)

    def _pauses(self) -> list[Pause]:
        """The consultations as reckoned, by their opening."""
        if not self._consultations:
            return []
        return sorted(
            (
                Pause(
                    name, each.opened_on, self._last_day(each) if each.closed_on is None else each.closed_on
                )
                for name, each in self._consultations.items()
            ),
            key=_opening,
        )

    def _moved(self, on: date, kind: str, **figures: object) -> None:
        if kind in _ARTICLES:
            figures["article"] = self.terms.article_for(_ARTICLES[kind])
        self._due = self._reckon()
        self._step(on, kind, **figures)

    def _without_effect(self, on: date, what: str) -> None:
        self._step(on, "moves_nothing", what=what)

    def _step(self, on: date, kind: str, **figures: object) -> None:
        self._steps.append((on, kind, self._due, figures))
