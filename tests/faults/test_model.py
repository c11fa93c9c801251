"""R13: random histories of a register, recorded event by event in the real register and in the reference model.

Before each recording the reference model says whether it is possible and which irregularities it adds; afterwards rows,
log and every cell of the tables must agree with it. The domain is not used for this.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from msgspec import structs

from adapters.refusals import IdempotencyKeyReused, VersionConflict
from adapters.register.recording.decoding import convert
from adapters.register.register import Recording, Refused, Register, Reply
from domain.authority.events import AUTHORITY_STREAM, DayOffSet, PolicySet
from domain.entry import Event, Recorded, type_of
from domain.law.irregularities import NotAcknowledged
from domain.law.refusals import Refusal
from domain.report import official_form
from domain.request.events import EntryAmended, Received
from domain.values import Period
from tests import builders, random_histories
from tests.adapters.recordings import line, registered
from tests.faults import checker
from tests.faults.extent import SEED, Outcome, report, times
from tests.faults.journal import Account
from tests.faults.office import Office
from tests.faults.requests import as_sent
from tests.reference_model import Opinion, appeals_counts, requests_counts, second_opinion

SHANGHAI = ZoneInfo("Asia/Shanghai")
FORMS = tuple(official_form.load(name) for name in ("2019", "2021"))
numbers = itertools.count(1)


class Model:
    """The register in the reference model: events by request, and the authority's own rules."""

    def __init__(self) -> None:
        self.requests: dict[str, list[Recorded]] = {}
        self.own: list[Recorded] = []
        self.given: dict[int, int] = {}
        self.position = 0

    def opinion(self, history: list[Recorded]) -> Opinion:
        rolls = checker.rolling(self.own)(history[0].event.on)
        return second_opinion(random_histories.entries(history), checker.calendar(self.own), rolls=rolls)

    def adds_objection(self, before: list[Recorded], event: Event, after: Opinion) -> bool:
        """Whether the event adds an entry that a younger rule refuses, or amends one and it is still refused."""
        known = self.opinion(before).objected if before else []
        amended = event.version if isinstance(event, EntryAmended) else None
        return any(version not in known or version == amended for version in after.objected)

    def entry(self, stream: str, event: Event) -> Recorded:
        """The entry that the event would become."""
        history = self.own if stream == AUTHORITY_STREAM else self.requests.get(stream, [])
        now = datetime.now(UTC)
        return Recorded(stream, len(history) + 1, event, now, self.position + 1)

    def keep(self, entry: Recorded) -> None:
        self.position = entry.position
        if entry.originator_id == AUTHORITY_STREAM:
            self.own.append(entry)
        else:
            self.requests.setdefault(entry.originator_id, []).append(entry)

    def next_reference(self, year: int) -> str:
        return f"{year}-{self.given.get(year, 0) + 1:04d}"

    def opinions(self) -> list[Opinion]:
        return [self.opinion(history) for history in self.requests.values()]


class RegisterMachine(RuleBasedStateMachine):
    """One authority's register. Set by the test: office, store, run (of coroutines), count (of recordings)."""

    office: Office
    register: Register
    run: Callable[..., Any]
    recorded: list[int]

    @initialize()
    def open(self) -> None:
        self.code = f"office-{next(numbers)}"
        self.model = Model()
        self.generators: dict[str, random_histories.RequestGenerator] = {}
        self.replies: dict[str, tuple[Recording, Reply]] = {}
        self.ids = itertools.count(1)
        opening = line("office", registered(self.code))
        self.replies["office"] = opening, self.run(self.register.record(self.code, opening, actor="model"))
        self.model.keep(self.model.entry(AUTHORITY_STREAM, opening.event))

    @property
    def today(self) -> date:
        return datetime.now(SHANGHAI).date()

    # --- recording ---

    def recording(self, event: Event, reference: str | None, codes: list[str]) -> Recording:
        body = as_sent(line(f"m{next(self.ids)}", event, reference, *codes))
        return convert(body)

    def record(self, stream: str, event: Event, reference: str | None) -> bool:
        """Record in both; they must agree on whether it is possible, on irregularities, and on the reply."""
        entry = self.model.entry(stream, event)
        before = self.model.requests.get(stream, [])
        after = self.model.opinion([*before, entry])
        if after.impossible is not None or self.model.adds_objection(before, event, after):
            with pytest.raises(Refusal):
                self.run(self.register.record(self.code, self.recording(event, reference, []), actor="model"))
            return False
        known = set(self.model.opinion(before).irregularities) if before else set()
        codes = sorted({code for code, version in after.irregularities if (code, version) not in known})
        one = self.recording(event, reference, codes)
        if codes:
            unacknowledged = structs.replace(one, acknowledged=())
            with pytest.raises(NotAcknowledged):
                self.run(self.register.record(self.code, unacknowledged, actor="model"))
        reply = self.run(self.register.record(self.code, one, actor="model", expected_version=len(before)))
        written = stream.removeprefix("request/")
        assert summary(reply) == (one.id, written, entry.originator_version, entry.position, tuple(codes))
        assert (reply.stage, reply.due_on, reply.repeated) == (after.stage, after.due_on, False)
        self.model.keep(entry)
        self.replies[one.id] = one, reply
        self.recorded.append(1)
        return True

    @rule(data=st.data())
    def receive(self, data: st.DataObject) -> None:
        choose = random_histories.ByHypothesis(data.draw)
        day = data.draw(st.dates(random_histories.FIRST_RECEIPT, random_histories.LAST_RECEIPT))
        generator = random_histories.RequestGenerator(choose, day)
        reference = self.model.next_reference(day.year)
        if self.record(f"request/{reference}", generator.receipt(), None):
            self.model.given[day.year] = int(reference[5:])
            self.generators[f"request/{reference}"] = generator

    @precondition(lambda self: self.generators)
    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        """Plausible next steps of a request; one in thirty is an arbitrary step."""
        stream = data.draw(st.sampled_from(sorted(self.generators)))
        generator = self.generators[stream]
        generator.choose = random_histories.ByHypothesis(data.draw)
        for _ in range(data.draw(st.integers(1, 6))):
            self.record(stream, generator.next(), stream.removeprefix("request/"))

    @precondition(lambda self: self.generators)
    @rule(data=st.data())
    def go_anywhere(self, data: st.DataObject) -> None:
        """An arbitrary step on any day, also before receipt and in the future."""
        stream = data.draw(st.sampled_from(sorted(self.generators)))
        first = self.model.requests[stream][0].event.on
        day = first + timedelta(data.draw(st.integers(-3, 120)))
        generator = random_histories.RequestGenerator(
            random_histories.ByHypothesis(data.draw), day, appeals=dict(self.generators[stream].appeals)
        )
        generator.open = list(self.generators[stream].open)
        event = generator.event(data.draw(st.sampled_from(random_histories.ANY)))
        reference = stream.removeprefix("request/")
        if not isinstance(event, Received):
            self.record(stream, event, reference)

    @precondition(lambda self: self.generators)
    @rule(data=st.data(), annul=st.booleans())
    def amend(self, data: st.DataObject, annul: bool) -> None:
        stream = data.draw(st.sampled_from(sorted(self.generators)))
        history = self.model.requests[stream]
        version = data.draw(st.integers(1, len(history)))
        original = history[version - 1].event
        choose = random_histories.ByHypothesis(data.draw)
        replacement = (
            None
            if annul or type_of(original) == "entry_amended"
            else random_histories.amendment(choose, original)
        )
        event = builders.amended(self.today, version, replacement)
        self.record(stream, event, stream.removeprefix("request/"))

    @rule(data=st.data(), working=st.booleans())
    def set_day(self, data: st.DataObject, working: bool) -> None:
        """The authority closes or opens on a day: every due date may move."""
        day = data.draw(st.dates(random_histories.FIRST_RECEIPT, random_histories.LAST_RECEIPT))
        event = builders.event(DayOffSet, "2020-01-01", day=day, working=working, document_no="〔2020〕1号")
        self.record_own_event(event)

    @rule(data=st.data(), value=st.sampled_from(("on", "off")))
    def set_policy(self, data: st.DataObject, value: str) -> None:
        since = data.draw(st.dates(random_histories.FIRST_RECEIPT, random_histories.LAST_RECEIPT))
        self.record_own_event(
            builders.event(PolicySet, "2020-01-01", policy="roll_receipt", value=value, in_force_from=since)
        )

    def record_own_event(self, event: Event) -> None:
        one = self.recording(event, None, [])
        entry = self.model.entry(AUTHORITY_STREAM, event)
        reply = self.run(self.register.record(self.code, one, actor="model"))
        assert summary(reply) == (one.id, None, entry.originator_version, entry.position, ())
        self.model.keep(entry)
        self.replies[one.id] = one, reply
        self.recorded.append(1)

    # --- calls that must change nothing ---

    @precondition(lambda self: self.generators)
    @rule(data=st.data())
    def record_again(self, data: st.DataObject) -> None:
        """The same id gives the same reply to the same actor; with another body or by another actor it is refused."""
        one, reply = data.draw(st.sampled_from([self.replies[id_] for id_ in sorted(self.replies)]))
        again = self.run(self.register.record(self.code, one, actor="model"))
        assert again.repeated
        of_law = {
            "due_on": reply.due_on,
            "provisional": reply.provisional,
        }  # a day off set in the meantime may have moved it
        assert structs.replace(again, repeated=False, **of_law) == reply
        with pytest.raises(IdempotencyKeyReused):
            self.run(self.register.record(self.code, one, actor="somebody else"))
        other = structs.replace(one, event=structs.replace(one.event, on=one.event.on - timedelta(1)))
        with pytest.raises(IdempotencyKeyReused):
            self.run(self.register.record(self.code, other, actor="model"))

    @precondition(lambda self: self.generators)
    @rule(data=st.data())
    def record_with_an_old_version(self, data: st.DataObject) -> None:
        stream = data.draw(st.sampled_from(sorted(self.generators)))
        version = len(self.model.requests[stream]) - 1
        one = self.recording(builders.assigned("2026-07-01"), stream.removeprefix("request/"), [])
        with pytest.raises(VersionConflict):
            self.run(self.register.record(self.code, one, actor="model", expected_version=version))

    @rule()
    def a_file_with_one_bad_line(self) -> None:
        """None of its lines is stored."""
        good = self.recording(builders.received("2020-03-02"), None, [])
        bad = self.recording(builders.assigned("2020-03-02"), "2099-0001", [])
        with pytest.raises(Refused):
            self.run(self.register.record_all(self.code, [good, bad], actor="model"))

    @rule()
    def preview(self) -> None:
        body = self.recording(builders.received("2020-03-02"), None, [])
        previewed = self.run(self.register.preview(self.code, body, actor="model"))
        assert previewed.reply.reference == self.model.next_reference(2020)

    @rule()
    def rebuild(self) -> None:
        assert self.run(self.register.rebuild(self.code)) == []

    # --- checks at the end ---

    def teardown(self) -> None:
        if not hasattr(self, "model"):
            return
        self.run(self.compare_log_and_rows())
        opinions = self.model.opinions()
        for year, form in ((2019, FORMS[0]), (2024, FORMS[1])):
            for period in (Period.year(year), Period(date(year, 3, 2), date(year, 11, 30)), EVER):
                self.run(self.compare_tables(opinions, period, form))

    async def compare_log_and_rows(self) -> None:
        held = await checker.read(self.office.dsn, self.code)
        account = Account(Path("/nonexistent"))
        for id_, (one, reply) in self.replies.items():
            account.sent[id_] = msgspec.json.decode(msgspec.json.encode(one))
            account.answers[id_] = [structs.asdict(reply) | {"irregularities": list(reply.irregularities)}]
        assert checker.findings(held, account, self.office.keys) == []
        assert len(held.log) == self.model.position == len(self.replies)

    async def compare_tables(self, opinions: list[Opinion], period: Period, form: Any) -> None:
        async with self.register.view(self.code) as view:
            tables = await view.tables(period, form)
        rows = list(tables.requests_table)
        assert tables.requests_table == requests_counts(opinions, rows, tables.columns, *period)
        assert tables.appeals_table == appeals_counts(opinions, *period)
        assert tables.discrepancies == []


def summary(reply: Reply) -> tuple[object, ...]:
    return reply.id, reply.reference, reply.version, reply.position, reply.irregularities


EVER = Period(date(2018, 1, 1), date(2100, 12, 31))


def test_random_histories_of_a_register(office: Office, record_property: Callable[..., None]) -> None:
    examples, steps = times(12, 300), times(25, 50)
    with asyncio.Runner() as runner:
        RegisterMachine.office, RegisterMachine.run, RegisterMachine.recorded = (
            office,
            staticmethod(runner.run),
            [],
        )
        RegisterMachine.register = runner.run(office.register(size=2))
        try:
            run_state_machine_as_test(
                seed(SEED)(RegisterMachine),
                settings=settings(
                    max_examples=examples,
                    stateful_step_count=steps,
                    deadline=None,
                    database=None,
                    phases=(Phase.generate, Phase.shrink),
                    suppress_health_check=list(HealthCheck),
                    print_blob=True,
                ),
            )
        finally:
            runner.run(RegisterMachine.register.close())
    done = (
        f"histories of a register of up to {steps} steps, recorded in the register and in the reference model"
    )
    report(record_property, Outcome("R13", done, examples, len(RegisterMachine.recorded), 0), [])
