"""Random histories of requests: mostly plausible, sometimes impossible, for hypothesis and for plain random seeds.

One generator serves both; it takes its choices from a `Chooser`, so that hypothesis can shrink a history and a printed
seed repeats it. A history is generated in the order of law, then recorded with some entries late, then amended.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from typing import Any, Protocol

from hypothesis import strategies as st
from msgspec import structs

from domain.entry import Event, Recorded, type_of
from domain.law import outcomes
from domain.law.calendar import Calendar, DayOff, national_notices
from domain.law.refusals import Refusal
from domain.law.terms import Law, Policy
from domain.request import events
from domain.request.appeal_events import ROUTES
from domain.request.events import APPLICANT_KINDS
from domain.request.file_events import OF_PERSONAL_DATA, DocumentFiled, HandedOver
from domain.request.judging import replay
from domain.values import SHANGHAI, Period
from tests import builders
from tests.reference_model import second_opinion

FIRST_RECEIPT, LAST_RECEIPT = date(2018, 1, 2), date(2026, 6, 30)
OUTCOMES = tuple(outcomes.OUTCOMES)
DISPOSITIONS = tuple(outcomes.DISPOSITIONS)
NOT_SHOWN = (
    "on",
    "applicant",
    "description",
    "matters",
    "reason",
    "measures",
    "delivery",
    "approved_by",
    "tribunal",
    "case_no",
    "document_no",
)
"""Fields that are the same in all histories here, or need not be shown."""
_BESIDE = (events.EntryAmended, DocumentFiled, HandedOver, *OF_PERSONAL_DATA)
"""No steps of the course: amendments are generated separately; files and personal data have their own tests."""
DRAFTING = ("answer_drafted", "extension_drafted", "draft_reviewed", "draft_approved")
"""Generated only on request, so that seeds older than drafts still give the same history."""
ANY = tuple(type_of(kind) for kind in events.EVENTS if kind not in _BESIDE and type_of(kind) not in DRAFTING)
ON_HAND = ("in_hand", "awaiting_supplement", "awaiting_payment")
PLANS = (
    ("answered", "appealed", "appeal_decided", "correction_analysed", "reopened", "answered"),
    ("answered", "appealed", "appeal_decided", "appeal_decided", "reopened", "answered", "served"),
    (
        "consultation_opened",
        "answered",
        "reopened",
        "supplement_required",
        "supplemented",
        "consultation_closed",
    ),
    ("supplement_required", "appealed", "appeal_decided", "reopened", "supplemented", "answered"),
    ("fee_charged", "appealed", "appeal_decided", "reopened", "fee_paid", "answered"),
)
"""Courses too rare to arise by chance."""
DATES = (
    "notified_on",
    "delivered_on",
    "signed_for_on",
    "effective_on",
    "respond_by",
    "pay_by",
    "redo_by",
    "until",
)


class Chooser(Protocol):
    """Source of choices. The first choice is the simplest, and `chance` is simplest when False."""

    def integer(self, low: int, high: int) -> int: ...
    def pick(self, options: Sequence[Any]) -> Any: ...
    def chance(self, percent: int) -> bool: ...


class BySeed:
    """Choices from a seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def integer(self, low: int, high: int) -> int:
        return self.random.randint(low, high)

    def pick(self, options: Sequence[Any]) -> Any:
        return options[int(self.random.random() * len(options))]

    def chance(self, percent: int) -> bool:
        return self.random.random() * 100 < percent


class ByHypothesis:
    """Choices from hypothesis, which shrinks them."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw

    def integer(self, low: int, high: int) -> int:
        return self.draw(st.integers(low, high))

    def pick(self, options: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(options))

    def chance(self, percent: int) -> bool:
        return self.draw(st.integers(0, 99)) >= 100 - percent


@dataclass(eq=False)
class Line:
    """One line of a log. An amendment names the line it amends; event is then the replacement, or None."""

    event: Event | None
    amends: Line | None = None
    hasty: bool = False
    """Recorded before the day it happened, which is refused."""


@dataclass
class RequestGenerator:
    """Generates the events of one request in the order of law, and tracks its approximate stage."""

    choose: Chooser
    day: date
    stage: str = "in_hand"
    respond_by: date = date.min
    pay_by: date = date.min
    owed: int = 0
    opened: int = 0
    open: list[str] = field(default_factory=list)
    supplement_asked: bool = False
    appeals: dict[str, str | None] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    day_zero: date = date.min
    plan: list[str] = field(default_factory=list)
    drafting: bool = False
    drafts: dict[str, Event] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.day_zero = self.day

    def days(self, most: int) -> timedelta:
        return timedelta(self.choose.integer(0, most))

    def receipt(self) -> Event:
        return builders.received(
            self.day,
            channel=self.choose.pick(("post", "in_person", "online", "fax", "email")),
            receipt_basis=self.choose.pick(("signed_for", "system_confirmed", "confirmed_by_both")),
            applicant_kind=self.choose.pick(APPLICANT_KINDS),
        )

    def likely(self) -> str:
        """A plausible next event in this stage."""
        options = {
            "in_hand": ["answered"] * 4
            + ["supplement_required", "extended", "fee_charged", "assigned", "withdrawn", "appealed"]
            + ["consultation_opened"] * 4
            + ["explanation_required", "deferred"],
            "awaiting_supplement": ["supplemented"] * 5
            + ["lapsed"] * 2
            + ["supplement_required", "extended", "consultation_opened", "answered", "withdrawn", "appealed"],
            "awaiting_payment": ["fee_paid"] * 6
            + ["lapsed"] * 2
            + ["extended", "consultation_opened", "answered", "withdrawn"],
            "closed": ["served"] * 5 + ["appealed"] * 4 + ["archived"] * 2 + ["reopened", "assigned"],
            "archived": ["appealed", "reopened", "served"],
        }[self.stage]
        if self.open:
            options += ["consultation_closed"] * 4
        if self.supplement_asked:
            options += ["explained"] * 3
        if self.appeals:
            options += ["appeal_decided"] * 5 + ["correction_analysed"] * 2 + ["reopened"] * 3
        return self.choose.pick(options)

    def next(self) -> Event:
        """One more event, a few days later; one in thirty regardless of what is possible."""
        if self.drafting and not self.plan and self.choose.chance(50):
            return self.draft()
        if not self.plan and self.choose.chance(6):
            self.plan = list(self.choose.pick(PLANS))
        if self.choose.chance(3):
            kind = self.choose.pick(ANY)
        else:
            kind = self.plan.pop(0) if self.plan else self.likely()
        self.day += self.days(60 if self.choose.chance(8) else 9)
        if kind == "lapsed":
            term = self.respond_by if self.stage == "awaiting_supplement" else self.pay_by
            self.day = max(self.day, term + timedelta(0 if self.choose.chance(8) else 1))
        if kind in ("answered", "extended", "withdrawn") and self.choose.chance(15):
            self.day = max(self.day, self.day_zero + timedelta(self.choose.integer(25, 35)))
        return self.event(kind)

    def draft(self) -> Event:
        """One more step of a draft, mostly of an existing one, or the event that carries it out."""
        choose = self.choose
        self.day += self.days(3)
        name = choose.pick(("稿一", "稿一", "稿二"))
        known = self.drafts.get(name)
        if known is None or choose.chance(15):
            if choose.chance(25):
                event = builders.extension_drafted(self.day, name, choose.pick((5, 10)))
            else:
                event = builders.answer_drafted(
                    self.day, name, choose.pick(("granted", "refused.deliberative"))
                )
            self.drafts[name] = event
            return event
        if choose.chance(30):
            if isinstance(known, events.ExtensionDrafted):
                return builders.extended(self.day, known.workdays, self.day, draft=name)
            self.stage = "closed" if self.stage in ON_HAND else self.stage
            outcome = known.outcome if choose.chance(85) else "granted_in_part"  # type: ignore[attr-defined]
            return builders.answered(self.day, outcome, draft=name)
        if choose.chance(50):
            return builders.draft_reviewed(self.day, name, passed=choose.chance(75))
        return builders.draft_approved(self.day, name, passed=choose.chance(75))

    def event(self, kind: str) -> Event:
        choose, day = self.choose, self.day
        match kind:
            case "received":
                return self.receipt()
            case "assigned":
                officer = (None, "li.m", "zhang")[day.day % 3]
                return builders.assigned(day, choose.pick(("办公室", "法规科")), officer)
            case "supplement_required":
                if self.stage in ("in_hand", "awaiting_supplement"):
                    self.stage, self.respond_by = "awaiting_supplement", day + self.days(25)
                return builders.supplement_required(day, max(self.respond_by, day))
            case "supplemented":
                if self.stage == "awaiting_supplement":
                    self.stage, self.day_zero = "in_hand", day
                return builders.supplemented(day)
            case "extended":
                notified = choose.pick((day, day, day, day + self.days(15), None))
                return builders.extended(day, choose.pick((20, 20, 10, 15, 5, 30)), notified)
            case "consultation_opened":
                if choose.chance(97) or not self.open:
                    self.opened += 1
                    self.open.append(f"征求{self.opened}")
                delivered = choose.pick((None, day, day + self.days(5)))
                consultee = choose.pick(("third_party", "other_authority", "co_maker"))
                return builders.consultation_opened(
                    day, day + self.days(40), self.open[-1], consultee, delivered
                )
            case "consultation_closed":
                name = choose.pick(self.open or ["无"])
                self.open = [each for each in self.open if each != name]
                return builders.consultation_closed(day, name)
            case "explanation_required":
                self.supplement_asked = True
                return builders.explanation_required(day, day + self.days(15))
            case "explained":
                return builders.explained(day, choose.chance(70))
            case "deferred":
                return builders.deferred(day, day + self.days(60))
            case "fee_charged":
                if self.stage == "in_hand":
                    self.stage, self.owed, self.pay_by = "awaiting_payment", 100, day + self.days(40)
                return builders.fee_charged(day, max(self.pay_by, day))
            case "fee_paid":
                paid = choose.pick((100, 100, 40, 60))
                self.owed -= paid
                if self.stage == "awaiting_payment" and self.owed <= 0:
                    self.stage = "in_hand"
                return builders.fee_paid(day, str(paid))
            case "answered":
                if self.stage in ON_HAND:
                    self.stage = "closed"
                outcome = choose.pick(OUTCOMES)
                if self.answers and choose.chance(60):
                    outcome = self.answers[-1]
                self.answers.append(outcome)
                return builders.answered(
                    day, outcome, legal_basis=choose.pick(("第一条", "第一条", "第一条", "第二条"))
                )
            case "served":
                method = choose.pick(
                    ("china_post", "electronic", "in_person", "courier", "public_notice", "other")
                )
                return builders.served(day, method, choose.pick((None, day, day + self.days(20))))
            case "withdrawn":
                self.stage = "closed"
                return builders.withdrawn(day)
            case "lapsed":
                cause = "fee" if self.stage == "awaiting_payment" else "supplement"
                self.stage = "closed"
                return builders.lapsed(day, cause)
            case "appealed":
                name = f"救济{len(self.appeals) + 1}"
                follows = choose.pick((None, *self.appeals))
                ground = choose.pick(("answer", "other")) if self.answers else "no_answer"
                self.appeals[name] = None
                return builders.appealed(day, name, route=choose.pick(ROUTES), ground=ground, follows=follows)
            case "appeal_decided":
                name = choose.pick(list(self.appeals) or ["无"])
                disposition = choose.pick(
                    ("revoked", "ordered_to_perform") if choose.chance(50) else DISPOSITIONS
                )
                instance = choose.pick(("first", "second", "retrial"))
                effective = choose.pick((day, day, day, None, day + self.days(40)))
                self.appeals[name] = disposition
                return builders.appeal_decided(day, disposition, name, effective, instance)
            case "correction_analysed":
                causes = choose.pick((("procedure",), ("facts",), ("procedure", "law")))
                return builders.correction_analysed(
                    day, *causes, appeal=choose.pick(list(self.appeals) or ["无"])
                )
            case "reopened":
                decided = [each for each, found in self.appeals.items() if found is not None]
                if self.stage in ON_HAND:
                    ordered = [each for each in decided if self.appeals[each] == "ordered_to_perform"]
                    return builders.reopened(day, day + self.days(60), choose.pick(ordered or [None]))
                self.stage = "in_hand"
                name = choose.pick((*decided, *decided, None))
                return builders.reopened(day, day + self.days(60), name)
            case "archived":
                self.stage = "archived" if self.stage == "closed" else self.stage
                return builders.archived(day)
        raise AssertionError(kind)


def amendment(choose: Chooser, event: Event) -> Event:
    """The event with its day or one other field changed."""
    changes: dict[str, Sequence[Any]] = {
        "applicant_kind": APPLICANT_KINDS,
        "channel": ("email", "post"),
        "outcome": OUTCOMES,
        "workdays": (20, 10, 30),
        "method": ("china_post", "courier", "in_person"),
        "disposition": DISPOSITIONS,
        "accepted": (True, False),
        "amount_yuan": ("100", "40"),
        "consultee": ("third_party", "other_authority"),
    }
    fields = [name for name in event.__struct_fields__ if name in changes]
    fields += [name for name in DATES if getattr(event, name, None)]
    name = choose.pick(["on", *fields])
    if name in changes:
        return structs.replace(event, **{name: choose.pick(changes[name])})
    shifted = getattr(event, name) + timedelta(choose.integer(-12, 12))
    changed = structs.replace(event, **{name: shifted})
    if choose.chance(90):  # a term does not end before it begins
        late = {
            each: changed.on for each in DATES if (getattr(changed, each, None) or changed.on) < changed.on
        }
        changed = structs.replace(changed, **late)
    return changed


def log(
    choose: Chooser, *, most: int = 14, amendments: bool = True, late: bool = True, drafting: bool = False
) -> list[Line]:
    """The lines of one request's log in the order recorded."""
    days = (LAST_RECEIPT - FIRST_RECEIPT).days
    generator = RequestGenerator(
        choose, FIRST_RECEIPT + timedelta(choose.integer(0, days)), drafting=drafting
    )
    lines = [Line(generator.receipt())]
    lines += [Line(generator.next()) for _ in range(choose.integer(0, most))]
    if late:
        for line in lines[1:]:
            if choose.chance(12):
                at = lines.index(line)
                lines.remove(line)
                lines.insert(at + choose.integer(1, 5), line)
    if amendments:
        for _ in range(choose.pick((0, 0, 0, 1, 1, 2, 3))):
            amend(choose, lines)
    for line in lines:
        line.hasty = choose.chance(1) and line is not lines[0]
    return lines


def amend(choose: Chooser, lines: list[Line]) -> None:
    """Insert an amendment of one of the lines somewhere after it, and sometimes another that reverts it."""
    about = choose.pick(lines[1:] if len(lines) > 1 and choose.chance(85) else lines)
    original = about.event if about.amends is None else None
    replacement = amendment(choose, original) if original and choose.chance(60) else None
    at = lines.index(about) + 1
    lines.insert(choose.integer(at, len(lines)), Line(replacement, about))
    if original and choose.chance(40):
        lines.append(Line(original, about))


def without(lines: Sequence[Line], dropped: Line) -> list[Line]:
    """The lines without this one and without its amendments."""
    gone = {dropped}
    for line in lines:
        if line.amends in gone:
            gone.add(line)
    return [line for line in lines if line not in gone]


def recorded(lines: Sequence[Line], reference: str = "2020-0017", first_position: int = 1) -> list[Recorded]:
    """The lines as entries, each recorded on the first day by which all its facts have happened."""
    version_of = {line: version for version, line in enumerate(lines, 1)}
    history, today = [], date.min
    for version, line in enumerate(lines, 1):
        facts = [getattr(line.event, name, None) or date.min for name in ("on", *DATES[:4])]
        if line.event is not None and not line.hasty:
            today = max(today, *facts)
        event = line.event
        if line.amends is not None:
            target = version_of[line.amends]
            event = builders.amended(max(today, FIRST_RECEIPT), target, line.event)  # type: ignore[arg-type]
        assert event is not None
        history.append(
            Recorded(
                originator_id=f"request/{reference}",
                originator_version=version,
                event=event,
                recorded_at=datetime.combine(max(today, FIRST_RECEIPT), time(12), SHANGHAI),
                position=first_position + version - 1,
            )
        )
    return history


def entries(history: Sequence[Recorded]) -> list[tuple[int, Event, date]]:
    """A history as the reference model reads it."""
    return [(each.originator_version, each.event, each.recorded_on) for each in history]


def described(history: Sequence[Recorded]) -> str:
    """The history, one line per entry, for the message of a failed test."""
    return "\n".join(
        f"  {each.originator_version:2} {each.event.on} {type_of(each.event)} recorded {each.recorded_on}"
        + "".join(f" {name}={value}" for name, value in _shown_fields(each.event))
        for each in history
    )


def _shown_fields(event: Event) -> Iterator[tuple[str, object]]:
    for name in event.__struct_fields__:
        value = getattr(event, name)
        if name not in NOT_SHOWN and value is not None:
            inner = f"{value.on}{dict(_shown_fields(value))}" if isinstance(value, Event) else str(value)
            yield name, inner


def repaired(lines: list[Line]) -> list[Line]:
    """The lines without the impossible ones; the receipt is kept."""
    while (version := refused_at(recorded(lines))) is not None and len(lines) > 1:
        lines = without(lines, lines[max(version - 1, 1)])
    return lines


# --- calendars with surprises ---


@cache
def surprises(seed: int) -> tuple[DayOff, ...]:
    """Days off and make-up days that no notice announced; none for seed 0."""
    choose = BySeed(seed)
    first, many = date(2018, 1, 1), choose.integer(20, 400) if seed else 0
    days = [first + timedelta(choose.integer(0, 3650)) for _ in range(many)]
    return tuple(DayOff(day, choose.chance(30), "〔2020〕1号") for day in days)


@cache
def law(seed: int, rolls: bool = False, steps: str = "none") -> Law:
    policies = (Policy("roll_receipt", "on", date(2000, 1, 1)),) if rolls else ()
    policies += (Policy("approval_steps", steps, date(2000, 1, 1)),) if steps != "none" else ()
    return Law(Calendar(national_notices(), surprises(seed)), policies)


WORKLESS = Law(
    Calendar((), [DayOff(date(2018, 1, 1) + timedelta(day), False, "〔2020〕1号") for day in range(4000)])
)
UNKNOWN = Law(Calendar(()))
"""A calendar without any working day for eleven years, and one of weekends only."""


OFF_WITHOUT_NOTICE = (
    "2027-01-01", "2027-02-05", "2027-02-08", "2027-04-05", "2027-06-09", "2027-09-15", "2027-10-01",
    "2028-01-26", "2028-01-27", "2028-01-28", "2028-01-25", "2028-04-04", "2028-05-01", "2028-05-02", "2028-10-02",
    "2028-10-03", "2029-01-01", "2029-02-12", "2029-02-13", "2029-02-14", "2029-02-15", "2029-04-04", "2029-05-01",
    "2029-05-02", "2029-10-01", "2029-10-02", "2029-10-03",
)  # fmt: skip
"""Weekdays off by 国令795号 in years without a notice, typed from a printed calendar."""


@cache
def working_days(seed: int) -> Callable[[date], bool]:
    """Whether a day is a working day, read from the notices independently: a later one overrides an earlier one."""
    named = dict.fromkeys(map(date.fromisoformat, OFF_WITHOUT_NOTICE), False)
    for notice in sorted(national_notices(), key=lambda notice: notice.published_on):
        for day in notice.withdrawn:
            named.pop(day, None)
        named.update((day, False) for days in notice.off.values() for day in days)
        named.update((day, True) for days in notice.on.values() for day in days)
    named.update((own.day, own.working) for own in surprises(seed))
    return lambda day: named.get(day, day.weekday() < 5)


# --- for hypothesis ---


@st.composite
def logs(draw: Any, **kind: Any) -> list[Line]:
    """Lines of one request's log, possible or not."""
    return log(ByHypothesis(draw), **kind)


calendars = st.integers(0, 12)
"""Seeds of calendars; the first has no surprises."""


# --- whole registers ---


def refused_at(history: Sequence[Recorded]) -> int | None:
    """The version of the entry that the domain finds impossible."""
    try:
        replay(history, law(0))
    except Refusal as refusal:
        return refusal.version
    return None


def played(lines: list[Line]) -> list[Line]:
    """The lines as a register would have stored them: each is judged in turn, and left out if refused.

    Also left out is what is refused only when recorded, and what the reference model finds impossible, so that both can
    count the rest.
    """
    stored: list[Line] = []
    for line in lines:
        if line.amends is None or line.amends in stored:
            history = recorded([*stored, line])
            second = second_opinion(entries(history), working_days(0))
            possible = refused_at(history) is None and second.impossible is None
            if possible and not replay(history, law(0)).objections:
                stored.append(line)
    return stored


@cache
def register(seed: int, requests: int = 40) -> tuple[Recorded, ...]:
    """The log of a register, in order of position; a register could have stored each of its prefixes."""
    found = []
    for number in range(1, requests + 1):
        lines = played(log(BySeed(seed * 1000 + number)))
        found += recorded(lines, f"{lines[0].event.on.year}-{number:04d}")  # type: ignore[union-attr]
    found.sort(key=lambda entry: entry.recorded_at)
    return tuple(structs.replace(entry, position=position) for position, entry in enumerate(found, 1))


def streams(log_entries: Sequence[Recorded]) -> dict[str, list[Recorded]]:
    """The histories of a log by reference."""
    found: dict[str, list[Recorded]] = {}
    for entry in log_entries:
        found.setdefault(entry.originator_id.removeprefix("request/"), []).append(entry)
    return found


@st.composite
def periods(draw: Any) -> Period:
    """Any period of the years in which requests are received: a day, a leap day, a month, across New Year, a year."""
    year = draw(st.integers(2018, 2027))
    first = draw(st.dates(date(2018, 1, 1), date(2027, 12, 31)))
    kinds = ("year", "day", "leap day", "month", "new year", "any")
    match draw(st.sampled_from(kinds)):
        case "year":
            return Period.year(year)
        case "day":
            return Period(first, first)
        case "leap day":
            return Period(date(2020, 2, 29), date(2020, 2, 29))
        case "month":
            return months(year)[draw(st.integers(0, 11))]
        case "new year":
            start, end = draw(st.integers(1, 31)), draw(st.integers(1, 31))
            return Period(date(year, 12, start), date(year + 1, 1, end))
        case _:
            return Period(first, first + timedelta(draw(st.integers(0, 900))))


def months(year: int) -> list[Period]:
    starts = [date(year, month, 1) for month in range(1, 13)] + [date(year + 1, 1, 1)]
    return [Period(first, after - timedelta(1)) for first, after in pairwise(starts)]
