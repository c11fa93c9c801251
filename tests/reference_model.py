"""A reference model of the law, to compare the domain with: written from the contract, slow and simple.

It shares nothing with `domain` but the events. Days are walked one at a time and either count or do not; a table cell is
counted by four questions to every request. Where the contract leaves a choice open, the one made here is marked `read:`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from domain.entry import Event, type_of
from domain.request import events
from domain.request.appeal_events import AppealDecided, Appealed, CorrectionAnalysed, Reopened

Entry = tuple[int, Event, date]
"""Version, event, and the day it was recorded."""
Working = Callable[[date], bool]

NEW_LAW = date(2019, 5, 15)
LAST_NOTICE = 2026
ONE_DAY = timedelta(1)

I, S, P, C, A = "in_hand", "awaiting_supplement", "awaiting_payment", "closed", "archived"  # noqa: E741
POSSIBLE_IN = {
    "received": ("none",),
    "assigned": (I, S, P, C),
    "supplement_required": (I, S),
    "supplemented": (S,),
    **dict.fromkeys(("answer_drafted", "extension_drafted", "draft_reviewed", "draft_approved"), (I, S, P)),
    "extended": (I, S, P),
    "consultation_opened": (I, S, P),
    "consultation_closed": (I, S, P, C, A),
    "explanation_required": (I, S),
    "explained": (I, S),
    "deferred": (I,),
    "fee_charged": (I,),
    "fee_paid": (P,),
    "answered": (I, S, P),
    "withdrawn": (I, S, P),
    "lapsed": (S, P),
    "served": (I, S, P, C, A),
    "archived": (C,),
    "appealed": (I, S, P, C, A),
    "appeal_decided": (I, S, P, C, A),
    "correction_analysed": (I, S, P, C, A),
    "reopened": (I, S, P, C, A),
}
COLUMN_OF = {
    **dict.fromkeys(("upheld", "claim_dismissed"), "upheld"),
    "corrected": "corrected",
    "other": "other",
    **dict.fromkeys(("revoked", "revoked_in_part", "varied", "unlawful", "invalid"), "corrected"),
    **dict.fromkeys(("ordered_to_perform", "disclosure_prohibited"), "corrected"),
    **dict.fromkeys(("inadmissible", "dismissed", "withdrawn"), "other"),
    **dict.fromkeys(("terminated", "mediated", "transferred"), "other"),
}
FACTS = ("on", "submitted_on", "notified_on", "delivered_on", "signed_for_on", "effective_on")
# read: a term ends no earlier than it begins, a later fact is no earlier than the one it follows.
NOT_BEFORE_ON = ("respond_by", "pay_by", "until", "delivered_on", "signed_for_on", "effective_on")


class Impossible(Exception):
    """The entry of this version is impossible."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


@dataclass
class Appeal:
    appealed: Appealed
    decisions: list[AppealDecided] = field(default_factory=list)
    causes: tuple[str, ...] = ()

    def in_effect(self, day: date) -> str | None:
        """The disposition that took effect last, among those in effect by the end of the day."""
        last: Any = None
        for decided in self.decisions:
            if decided.effective_on is None or decided.effective_on > day:
                continue
            if last is None or (last.effective_on, last.on) <= (decided.effective_on, decided.on):
                last = decided
        return last.disposition if last else None


@dataclass
class Opinion:
    """A request by the reference model; `impossible` names the first version that is impossible.

    objected: versions recorded before a rule existed that would refuse them today.
    """

    impossible: int | None = None
    objected: list[int] = field(default_factory=list)
    annulled: bool = False
    stage: str = "none"
    received: Any = None
    started_on: date | None = None
    due_on: date | None = None
    original_due_on: date | None = None
    closed_on: date | None = None
    outcome: str | None = None
    judged_by: date | None = None
    suspended: int = 0
    taken: int | None = None
    served_on: date | None = None
    timeliness: str | None = None
    original_timeliness: str | None = None
    irregularities: list[tuple[str, int]] = field(default_factory=list)
    appeals: list[Appeal] = field(default_factory=list)


def second_opinion(
    history: Sequence[Entry], is_working: Working, *, rolls: bool = False, steps: str = "none"
) -> Opinion:
    """Read a history in the order recorded; `rolls` is the policy roll_receipt, `steps` approval_steps.

    Notices are known up to LAST_NOTICE; nothing is overdue by a day in a later year.
    """
    try:
        entries = as_amended(history)
        if entries is None:
            return Opinion(annulled=True)
        reader = Reader(is_working, rolls, steps)
        for number, (_, event, _) in enumerate(history, 1):
            amended = event.version if isinstance(event, events.EntryAmended) else number
            reader.latest_content[amended] = number
        for version, event, today in entries:
            reader.read(version, event, today)
        return reader.conclude()
    except Impossible as impossible:
        return Opinion(impossible=impossible.version)


def as_amended(history: Sequence[Entry]) -> list[Entry] | None:
    """The entries in the order of law, each by its last amendment; None if the receipt is annulled."""
    in_force: dict[int, Event] = {}
    standing: dict[int, tuple[Event | None, date]] = {}
    for version, event, today in history:
        annulled = 1 in standing and standing[1][0] is None
        restores = isinstance(event, events.EntryAmended) and event.version == 1 and event.replacement
        if annulled and not restores:
            raise Impossible(version)
        in_force[version] = event
        if not isinstance(event, events.EntryAmended):
            standing[version] = event, today
            continue
        target = in_force.get(event.version)
        if target is None or isinstance(target, events.EntryAmended):
            raise Impossible(version)
        if event.on > today or (event.replacement and type(event.replacement) is not type(target)):
            raise Impossible(version)
        standing[event.version] = event.replacement, today
    if 1 in standing and standing[1][0] is None:
        return None
    lasting = [(version, event, today) for version, (event, today) in standing.items() if event]
    return sorted(lasting, key=lambda entry: (entry[1].on, entry[0]))


class Reader:
    """Follows one request in the order of law, counting days by walking the calendar."""

    def __init__(self, is_working: Working, rolls: bool, steps: str) -> None:
        self.is_working, self.rolls, self.steps = is_working, rolls, steps
        self.latest_content: dict[int, int] = {}  # for each entry, the entry of the log that last amended it
        self.drafts: dict[str, tuple[int, Any]] = {}  # drafts not yet carried out: entry and draft
        self.passed: dict[str, list[tuple[str, bool]]] = {}  # their reviews and approvals
        self.used: set[str] = set()
        self.book = Opinion()
        self.stage = "none"
        self.start = self.begun = date.min
        self.new_law = True
        self.term = self.limit = self.added = self.notices = self.extensions = 0
        self.due_when_closed: date | None = None
        self.late_when_closed, self.late_by = True, "late"
        self.closed_by_answer = False
        self.fixed: date | None = None  # set under Art. 35 or with a reopening
        self.waits_from: date | None = None
        self.respond_by: date = date.min
        self.fee: Any = None
        self.paid = Decimal(0)
        self.reasons_requested = self.accepted = self.restarts = self.ever_requested = False
        self.reopened_for: str | None = None
        self.names: dict[str, events.ConsultationOpened] = {}
        self.open: set[str] = set()
        self.ended: set[str] = set()  # by an answer, only for the term
        self.pauses: dict[str, tuple[date, date]] = {}  # the first day is still counted, the last is not
        self.appeals: dict[str, Appeal] = {}
        self.answers: list[tuple[int, Any, date | None, list[tuple[int, events.Served]]]] = []
        self.repeated: list[tuple[int, date, Appeal]] = []

    # --- the calendar ---

    def nth(self, after: date, workdays: int, *, paused: bool = False) -> date:
        day = after
        while workdays:
            day += ONE_DAY
            if self.is_working(day) and not (paused and self.is_paused(day)):
                workdays -= 1
        return day

    def last_day(self, day: date) -> date:
        """民法典 Art. 203: a term that ends on a day off ends on the next working day."""
        while not self.is_working(day):
            day += ONE_DAY
        return day

    def is_paused(self, day: date) -> bool:
        return any(first < day <= last for first, last in self.pauses.values())

    def count(self, until: date | None, *, paused: bool) -> int:
        counted, day = 0, self.start
        while until is not None and day < until:
            day += ONE_DAY
            counted += self.is_working(day) and self.is_paused(day) == paused
        return counted

    def due(self) -> date | None:
        if self.fixed or self.waits_from:
            return None if self.waits_from else self.fixed
        return self.nth(self.start, self.term + self.added, paused=True)

    def in_time(self, day: date) -> bool:
        due = self.due()
        return due is None or day <= due or (not self.fixed and due.year > LAST_NOTICE)

    def is_after(self, day: date, limit: date) -> bool:
        return day > limit and limit.year <= LAST_NOTICE

    def restart(self, day: date) -> None:
        """A supplement or a payment; one that was required too late or a second time starts no new term."""
        if self.restarts and self.in_time(day):
            self.start, self.added, self.fixed = day, 0, None
        self.waits_from, self.restarts = None, False

    def wait(self, day: date) -> None:
        if self.in_time(day):
            self.waits_from, self.restarts = day, True

    # --- one entry after another ---

    def read(self, version: int, event: Event, today: date) -> None:
        if self.stage not in POSSIBLE_IN[type_of(event)]:
            raise Impossible(version)

        def must(be: object) -> None:
            if not be:
                raise Impossible(version)

        def irregular(code: str, when: bool = True) -> None:
            if when:
                self.book.irregularities.append((code, version))

        on, waiting = event.on, self.stage in (S, P)
        for name in FACTS:
            must((getattr(event, name, None) or on) <= today)
            if self.book.received and name != "submitted_on":
                must((getattr(event, name, None) or on) >= self.book.received.on)
        for name in NOT_BEFORE_ON:
            must((getattr(event, name, None) or on) >= on)

        match event:
            case events.Received():
                must(version == 1)
                must((event.submitted_on or on) <= on)
                self.stage, self.book.received, self.start = I, event, on
                self.new_law = on >= NEW_LAW
                self.term = self.limit = 20 if self.new_law else 15
                if self.rolls and (event.channel == "email" or event.receipt_basis == "system_confirmed"):
                    while not self.is_working(self.start):
                        self.start += ONE_DAY
                self.begun = self.start
                self.book.original_due_on = self.due()
            case events.SupplementRequired():
                # read: a second notice is late no more, and after a reopening the 7 days run from it.
                late = self.new_law and not self.notices and self.is_after(on, self.nth(self.begun, 7))
                irregular("late_supplement_notice", late)
                irregular("second_supplement_notice", self.notices > 0)
                if not self.notices:
                    self.wait(on)
                self.notices += 1
                self.stage, self.respond_by = S, event.respond_by
            case events.Supplemented():
                irregular("supplement_after_term", self.is_after(on, self.last_day(self.respond_by)))
                self.restart(on)
                self.stage = I
            case events.AnswerDrafted() | events.ExtensionDrafted():
                must(event.draft not in self.used)
                fate = self.passed.get(event.draft)
                must(fate is None or (fate and not fate[-1][1]))
                self.drafts[event.draft], self.passed[event.draft] = (version, event), []
            case events.DraftReviewed() | events.DraftApproved():
                fate = self.passed.get(event.draft)
                must(fate is not None)
                must(all(passed for _, passed in fate))  # type: ignore[union-attr]
                done = [step for step, _ in fate]  # type: ignore[union-attr]
                must("draft_approved" not in done and type_of(event) not in done)
                # read: a step passed the draft as recorded when the step was last recorded
                must(self.latest_content[version] > self.latest_content[self.drafts[event.draft][0]])
                fate.append((type_of(event), event.passed))  # type: ignore[union-attr]
            case events.Extended():
                self.send_out(event, events.ExtensionDrafted, ("workdays",), must)
                notified = event.notified_on or on
                irregular("second_extension", self.extensions > 0)
                irregular("extension_too_long", event.workdays > self.limit)
                irregular("extension_after_due", not self.in_time(notified))
                irregular("extension_without_notice", event.notified_on is None)
                irregular("extension_while_waiting", waiting)
                if not self.extensions and self.in_time(notified):
                    self.added = min(event.workdays, self.limit)
                self.extensions += 1
            case events.ConsultationOpened():
                must(event.consultation not in self.names)
                self.names[event.consultation] = event
                self.open.add(event.consultation)
                self.long_since(event, event.respond_by, "consultation_term_long", irregular)
                if self.in_time(on):
                    self.pauses[event.consultation] = (on, self.last_day(event.respond_by))
            case events.ConsultationClosed():
                must(event.consultation in self.open)
                opened = self.names[event.consultation]
                self.long_since(opened, on, "consultation_overlong", irregular)
                self.open.discard(event.consultation)
                counts = event.consultation in self.pauses and event.consultation not in self.ended
                if counts and self.in_time(on):
                    self.pauses[event.consultation] = (opened.on, on)
            case events.ExplanationRequired():
                self.reasons_requested = self.ever_requested = True
            case events.Explained():
                must(self.reasons_requested)  # read: once for each time requested, and the last one counts
                self.reasons_requested, self.accepted = False, event.accepted
            case events.Deferred():
                irregular("deferred_without_explanation", not self.accepted)
                if self.in_time(on):  # read: also in place of the day set by a reopening
                    self.fixed = self.last_day(event.until)
            case events.FeeCharged():
                irregular("fee_notice_late", not self.in_time(on))
                twenty = self.nth(on, 20)
                irregular("fee_term_short", event.pay_by < twenty and twenty.year <= LAST_NOTICE)
                # read: all charges recorded here are 100 yuan for the eleventh item of the month, as the tariff has it
                irregular("fee_before_tariff", on < date(2021, 1, 1))
                irregular("fee_outside_tariff", on >= date(2021, 1, 1) and event.amount_yuan != "100")
                self.wait(on)
                self.stage, self.fee, self.paid = P, event, Decimal(0)
            case events.FeePaid():
                irregular("payment_after_term", self.is_after(on, self.last_day(self.fee.pay_by)))
                self.paid += Decimal(event.amount_yuan)
                if self.paid >= Decimal(self.fee.amount_yuan):
                    self.restart(on)
                    self.stage = I
            case events.Answered():
                repeated_fields = ("outcome", "legal_basis", "parts", "document_no")
                done = self.send_out(event, events.AnswerDrafted, repeated_fields, must)
                irregular(
                    "unreviewed_answer", self.steps == "review_and_approval" and "draft_reviewed" not in done
                )
                irregular("unapproved_answer", self.steps != "none" and "draft_approved" not in done)
                irregular(
                    "unclear_without_notice", event.outcome == "unable.still_unclear" and not self.notices
                )
                excessive = event.outcome == "not_processed.excessive" and self.new_law
                irregular("excessive_without_explanation", excessive and not self.ever_requested)
                for name in self.open:
                    self.long_since(self.names[name], on, "consultation_overlong", irregular)
                self.close(on, event.outcome, answered=True)
                irregular(
                    "late_answer",
                    self.late_when_closed and self.due_when_closed is not None and on > self.due_when_closed,
                )
                if self.answers and self.reopened_for:
                    before, appeal = self.answers[-1][1], self.appeals[self.reopened_for]
                    same = (before.outcome, before.legal_basis) == (event.outcome, event.legal_basis)
                    if same:
                        self.repeated.append((version, on, appeal))
                self.answers.append(
                    (version, event, self.due_when_closed if self.late_when_closed else None, [])
                )
            case events.Withdrawn():
                self.close(on, "other.unspecified.withdrawn")
            case events.Lapsed():
                must(event.cause == ("supplement" if self.stage == S else "fee"))
                term = self.respond_by if self.stage == S else self.fee.pay_by
                must(on > term)
                if on <= self.last_day(term):
                    self.book.objected.append(version)
                self.close(on, "other.supplement_lapsed" if self.stage == S else "other.fee_unpaid")
            case events.Served():
                must(self.answers)  # the last answer before it is the one served
                irregular("posted_otherwise", event.method == "courier")  # read: in every stage
                self.answers[-1][3].append((version, event))
            case events.Archived():
                # read: what was never answered has nothing to serve.
                irregular("archived_unserved", bool(self.answers) and not self.answers[-1][3])
                self.stage = A
            case Appealed():
                must(event.appeal not in self.appeals)
                must(event.follows is None or event.follows in self.appeals)
                must(event.ground != "answer" or self.answers)
                self.appeals[event.appeal] = Appeal(event)
            case AppealDecided():
                must(event.appeal in self.appeals)
                self.appeals[event.appeal].decisions.append(event)
            case CorrectionAnalysed():
                must(event.appeal in self.appeals and self.appeals[event.appeal].decisions)
                self.appeals[event.appeal].causes = event.causes
            case Reopened():
                must(event.cause != "appeal" or event.appeal)
                must(event.appeal is None or event.appeal in self.appeals)
                undecided = event.cause == "appeal" and not self.appeals[event.appeal or ""].decisions
                irregular("reopened_before_decision", undecided)
                if self.stage in (C, A):
                    self.stage, self.begun, self.restarts = I, on, False
                else:
                    must(event.appeal and self.appeals[event.appeal].in_effect(on) == "ordered_to_perform")
                self.fixed, self.waits_from, self.reopened_for = (
                    self.last_day(event.redo_by),
                    None,
                    event.appeal,
                )

    def long_since(
        self, opened: events.ConsultationOpened, day: date, code: str, irregular: Callable[[str, bool], None]
    ) -> None:
        """read: with no day of delivery recorded, 15 working days from the day of the letter."""
        if self.new_law and opened.consultee in ("third_party", "co_maker"):
            irregular(code, self.is_after(day, self.nth(opened.delivered_on or opened.on, 15)))

    def send_out(
        self, event: Any, kind: type, fields: Sequence[str], must: Callable[[object], None]
    ) -> list[str]:
        """The steps passed by the draft that the event carries out; none if it names no existing draft."""
        name = event.draft
        if name is None or (name not in self.drafts and name not in self.used):
            return []
        must(name in self.drafts)
        fate, (_, draft) = self.passed[name], self.drafts[name]
        must(isinstance(draft, kind) and fate and fate[-1] == ("draft_approved", True))
        for what in fields:
            must(
                getattr(draft, what) == getattr(event, what)
                or (what, getattr(draft, what)) == ("document_no", None)
            )
        self.used.add(name)
        del self.drafts[name], self.passed[name]
        return [step for step, _ in fate]

    def close(self, day: date, outcome: str, *, answered: bool = False) -> None:
        """Closed: consultations still open end with it for the term."""
        # read: an unsent draft is dropped, and its name is free
        for name in list(self.drafts):
            self.passed[name] = [("closed", False)]
        # read: an open one counts to its respond_by here too, unless the close comes first; and the rule for
        # answers applies to withdrawals and lapses too.
        for name in (self.open - self.ended) & self.pauses.keys():
            first, last = self.pauses[name]
            self.pauses[name] = (first, min(last, day))
        self.ended |= self.open
        self.due_when_closed = self.due()
        known = self.fixed is not None or (self.due_when_closed or day).year <= LAST_NOTICE
        self.late_when_closed = known
        if self.book.closed_on is None:
            until = self.waits_from or day
            self.book.closed_on, self.book.outcome = day, outcome
            self.book.judged_by, self.closed_by_answer = self.due_when_closed, answered
            self.late_by = "late" if known else "provisional"
            self.book.taken = self.count(until, paused=False)
            self.book.suspended = self.count(until, paused=True)
        self.stage = C

    def conclude(self) -> Opinion:
        """Results known only after everything was read: service, repeated answers, timeliness."""
        book = self.book
        book.started_on = self.start
        book.stage, book.appeals = self.stage, list(self.appeals.values())
        book.due_on = self.due_when_closed if self.stage in (C, A) else self.due()
        if book.closed_on is None:
            book.suspended = self.count(self.waits_from or book.due_on, paused=True)
        for version, on, appeal in self.repeated:
            revoked = appeal.in_effect(on) in ("revoked", "revoked_in_part")
            if revoked and set(appeal.causes) != {"procedure"}:
                book.irregularities.append(("same_answer_after_revocation", version))
        for _, answer, due, servings in self.answers:
            served = proven(servings)
            if served and due and answer.on <= due < served[0]:
                book.irregularities.append(("late_service", served[1]))
        if book.closed_on is not None:
            served = proven(self.answers[0][3]) if self.closed_by_answer else (book.closed_on, 0)
            book.served_on = served[0] if served and self.closed_by_answer else None
            book.timeliness = timeliness(book.closed_on, served, book.judged_by, self.late_by)
            first = "late" if book.original_due_on.year <= LAST_NOTICE else "provisional"  # type: ignore[union-attr]
            book.original_timeliness = timeliness(book.closed_on, served, book.original_due_on, first)
        book.irregularities.sort()
        return book


def proven(servings: Iterable[tuple[int, events.Served]]) -> tuple[date, int] | None:
    """The earliest day of service that is proven, with the version of its entry."""
    days = []
    for version, served in servings:
        if served.method in ("china_post", "electronic"):
            days.append((served.on, version))
        elif served.signed_for_on:
            days.append((served.signed_for_on, version))
        elif served.method == "in_person":
            days.append((served.on, version))
    return min(days, default=None)


def timeliness(closed_on: date, served: tuple[date, int] | None, due: date | None, late: str) -> str:
    if due and closed_on > due:
        return late
    if served is None:
        return "service_unproven"
    return late if due and served[0] > due else "on_time"


# --- tables: every cell asks every request ---


def counts_in(opinion: Opinion, row: str, column: str, first: date, last: date) -> bool:
    """Four questions: was it received, was it closed, when, and does it belong in this cell?"""
    if opinion.annulled or column not in ("total", opinion.received.applicant_kind):
        return False
    received_before_it_ended = opinion.received.on <= last
    received_before_it_began = opinion.received.on < first
    closed_before_it_ended = opinion.closed_on is not None and opinion.closed_on <= last
    closed_before_it_began = opinion.closed_on is not None and opinion.closed_on < first
    if row == "new":
        return received_before_it_ended and not received_before_it_began
    if row == "carried_in":
        return received_before_it_began and not closed_before_it_began
    if row == "carried_out":
        return received_before_it_ended and not closed_before_it_ended
    closed_inside = closed_before_it_ended and not closed_before_it_began
    return closed_inside and (row == "total" or f"{opinion.outcome}.".startswith(f"{row}."))


def requests_counts(
    opinions: Sequence[Opinion], rows: Sequence[str], columns: Sequence[str], first: date, last: date
) -> dict[str, list[int]]:
    return {
        row: [sum(counts_in(each, row, column, first, last) for each in opinions) for column in columns]
        for row in rows
    }


def result_in(appeal: Appeal, first: date, last: date) -> str | None:
    """The column of an appeal in the period; None if it is not of the period."""
    begun = appeal.appealed.on
    pending_the_day_before = begun < first and appeal.in_effect(first - ONE_DAY) is None
    if not (pending_the_day_before or first <= begun <= last):
        return None
    disposition = appeal.in_effect(last)
    return COLUMN_OF[disposition] if disposition else "pending"


def appeals_counts(opinions: Sequence[Opinion], first: date, last: date) -> dict[str, dict[str, int]]:
    table = {
        route: dict.fromkeys(("upheld", "corrected", "other", "pending", "total"), 0)
        for route in ("reconsideration", "litigation_direct", "litigation_after_reconsideration")
    }
    for opinion in opinions:
        for appeal in opinion.appeals:
            if result := result_in(appeal, first, last):
                table[appeal.appealed.route][result] += 1
                table[appeal.appealed.route]["total"] += 1
    return table
