"""Every act judged again: by the calendar and the policies that were known when it was recorded."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec import structs

from domain.authority import founding
from domain.authority.events import (
    DayOffSet,
    GrantConfirmed,
    HolidayNoticeRecorded,
    OfficerAppointed,
    OwnEntryAmended,
    PowerGranted,
    PowerWithdrawn,
    Registered,
)
from domain.entry import Recorded
from domain.law.calendar import Notice, national_notices
from domain.request.events import Part
from domain.request.judging import admit
from domain.request.refusals import PartsDiffer
from projections.rejudgement import LawBook, Otherwise, judge_authority_again
from projections.rejudgement import judge_again as judged
from tests import builders
from tests import random_histories as histories
from tests.builders import day

OPENED = datetime(2019, 1, 2, tzinfo=UTC)
OWN = [
    Recorded(
        "authority", 1, Registered(day("2019-01-01"), "huadu", "某区", "department", day("2019-01-01")), OPENED, 1
    )
]  # fmt: skip


def entries(*history: tuple[object, str, tuple[str, ...]]) -> list[Recorded]:
    """(event, day of recording, acknowledged) by version."""
    return [
        Recorded(
            "request/2020-0001",
            nth,
            event,
            datetime.fromisoformat(f"{on}T12:00+08:00"),
            nth + 1,
            acknowledged=codes,
        )  # type: ignore[arg-type]
        for nth, (event, on, codes) in enumerate(history, 1)
    ]


def book(*notices: Notice, own: list[Recorded] = OWN) -> LawBook:
    return LawBook(own, notices or national_notices())


def judge_again(history: list[Recorded], rules: LawBook) -> list[Otherwise]:
    return list(judged(history, rules).otherwise)


RECEIVED = builders.received("2020-01-10")


def test_what_was_acknowledged_is_what_it_added() -> None:
    """A late answer is acknowledged; one on time has nothing to acknowledge."""
    late = entries(
        (RECEIVED, "2020-01-10", ()), (builders.answered("2020-03-20"), "2020-03-20", ("late_answer",))
    )
    silent = [structs.replace(each, acknowledged=()) for each in late]

    assert judge_again(late, book()) == []
    (found,) = judge_again(silent, book())
    assert (found.entry.originator_version, found.acknowledged, found.found) == (2, (), ("late_answer",))


def test_what_was_recorded_before_a_rule_is_not_held_to_it() -> None:
    """Parts that contradict the outcome: no fault in an entry of 2020, one in an entry of today."""
    parts = (Part("granted", "第三十六条"), Part("refused.deliberative", "第十六条"))
    for on, faults in (("2020-01-20", 0), ("2026-11-27", 0), ("2026-11-28", 1)):
        history = entries(
            (RECEIVED, "2020-01-10", ()), (builders.answered("2020-01-20", "granted", parts=parts), on, ())
        )
        found = judge_again(history, book())
        assert [type(each.refusal) for each in found] == [PartsDiffer] * faults


def test_an_entry_recorded_late_is_judged_by_the_day_of_recording() -> None:
    """The answer was late when it was recorded; an extension recorded later, of an earlier day, removes the irregularity."""
    extended = builders.extended("2020-02-05", 20)
    history = entries(
        (RECEIVED, "2020-01-10", ()),
        (builders.answered("2020-02-28"), "2020-02-28", ("late_answer",)),
        (extended, "2020-03-02", ()),
    )

    assert judge_again(history, book()) == []
    silent = [structs.replace(each, acknowledged=()) for each in history]
    assert [(each.entry.originator_version, each.found) for each in judge_again(silent, book())] == [
        (2, ("late_answer",))
    ]


# Spring Festival 2020: by the notice of November 2019 the twentieth working day after 10 January was 12 February,
# by the second notice, of 27 January, which closed three more days, it was 14 February. Counted by hand.
ON_13_FEBRUARY = ((RECEIVED, "2020-01-10", ()), (builders.answered("2020-02-13"), "2020-02-13", ()))


def test_the_notices_known_that_day_count() -> None:
    """On time by the second notice, late without it."""
    history = entries(*ON_13_FEBRUARY)
    first_alone = [notice for notice in national_notices() if notice.id != "2020b"]

    assert judge_again(history, book()) == []
    (found,) = judge_again(history, book(*first_alone))
    assert (found.acknowledged, found.found) == ((), ("late_answer",))


def test_a_program_older_than_the_newest_notice_is_believed() -> None:
    """Between a notice and the next update an office judges by the calendar it has."""
    late = [
        structs.replace(each, acknowledged=codes)
        for each, codes in zip(entries(*ON_13_FEBRUARY), ((), ("late_answer",)), strict=True)
    ]
    never = [structs.replace(each, acknowledged=("second_extension",)) for each in late[:1]]

    assert judge_again(late, book()) == []
    assert [each.acknowledged for each in judge_again(never, book())] == [("second_extension",)]


def test_the_authority_s_rules_of_that_moment_count() -> None:
    """A day off recorded later makes a late answer timely from then on, not when it was recorded."""
    received = builders.received("2020-03-02")  # twenty working days later is 30 March, counted by hand
    late = entries(
        (received, "2020-03-02", ()), (builders.answered("2020-03-31"), "2020-03-31", ("late_answer",))
    )
    closed = DayOffSet(day("2020-04-01"), day("2020-03-20"), False, "〔2020〕1号")
    afterwards = [*OWN, Recorded("authority", 2, closed, datetime(2020, 4, 1, 4, tzinfo=UTC), 9)]
    beforehand = [*OWN, Recorded("authority", 2, closed, datetime(2020, 4, 1, 4, tzinfo=UTC), 2)]

    assert judge_again(late, book(own=afterwards)) == []
    (found,) = judge_again(late, book(own=beforehand))
    assert (found.acknowledged, found.found) == (("late_answer",), ())


def test_a_notice_that_was_corrected_counts_as_corrected_from_then_on() -> None:
    """As many notices as before, and other days: what was judged before keeps the days of before."""
    wrong = HolidayNoticeRecorded(day("2020-03-02"), "〔2020〕9号", day("2020-03-01"), (day("2020-03-20"),))
    right = structs.replace(wrong, off=(day("2020-03-23"),))
    amended = OwnEntryAmended(day("2020-03-03"), 2, builders.SEALED, right)
    own = [
        *OWN,
        Recorded("authority", 2, wrong, datetime(2020, 3, 2, 4, tzinfo=UTC), 2),
        Recorded("authority", 3, amended, datetime(2020, 3, 3, 4, tzinfo=UTC), 3),
    ]
    rules = book(own=own)

    laws = [rules.law(rules.known(position, day("2020-03-03"))) for position in (2, 3)]
    assert [[law.calendar.is_working(day(on)) for on in ("2020-03-20", "2020-03-23")] for law in laws] == [
        [False, True],
        [True, False],
    ]


@pytest.mark.parametrize("seed", range(8))
def test_random_registers_are_judged_as_one_by_one(seed: int) -> None:
    """The short cut for plain histories finds neither more nor less than judging every prefix."""
    own = [structs.replace(OWN[0], position=0)]
    rules = book(own=own)
    for history in histories.streams(histories.register(seed)).values():
        stored: list[Recorded] = []
        for entry in history:
            law = rules.law(rules.known(entry.position, entry.recorded_on))
            added = admit(
                stored, entry.event, law, entry.recorded_on, stream=entry.originator_id
            ).irregularities
            codes = tuple(sorted({each.code for each in added}))
            stored.append(structs.replace(entry, acknowledged=codes))
        assert judge_again(stored, rules) == []
        silent = [structs.replace(each, acknowledged=()) for each in stored]
        # Codes that an older calendar would not have required are accepted; no other entry may be named.
        named = {each.entry.originator_version for each in judge_again(silent, rules)}
        assert named <= {each.originator_version for each in stored if each.acknowledged}


def test_what_cannot_be_is_named_with_its_rule() -> None:
    """An answer before the receipt, written by any means."""
    history = entries((RECEIVED, "2020-01-10", ()), (builders.answered("2019-03-20"), "2020-02-10", ()))

    (found,) = judge_again(history, book())

    assert found.refusal is not None
    assert (found.refusal.code, found.entry.originator_version) == ("before_receipt", 2)


def test_an_act_before_the_register_was_opened() -> None:
    """No law, no act."""
    history = [structs.replace(each, position=0) for each in entries((RECEIVED, "2020-01-10", ()))]

    (found,) = judge_again(history, book())

    assert found.refusal is not None
    assert found.refusal.code == "authority_not_registered"


def test_the_authority_s_own_acts() -> None:
    """Opened once; it acknowledges nothing."""
    twice = [*OWN, structs.replace(OWN[0], originator_version=2, position=2)]
    acts = [structs.replace(OWN[0], acknowledged=("late_answer",))]

    assert judge_authority_again(OWN) == []
    assert [each.refusal.code for each in judge_authority_again(twice) if each.refusal] == [
        "authority_exists"
    ]
    assert [each.acknowledged for each in judge_authority_again(acts)] == [("late_answer",)]


# --- powers of their day ---


def by(actor: str, *histories: Recorded) -> list[Recorded]:
    return [structs.replace(each, actor=actor) for each in histories]


def staffed(*, from_position: int, withdrawn: int | None = None) -> list[Recorded]:
    """An office whose first officers came at this position of the log; li handles until a withdrawal."""
    on = day("2020-01-02")
    steps = founding.first_officers("sys", "sec", on, after=1)
    steps += [
        OfficerAppointed(on, "li"),
        PowerGranted(on, "li", "handler"),
        GrantConfirmed(on, 9),
    ]
    actors = [*["taizhang"] * 6, "sys", "sec", "sys"]
    moment = datetime(2020, 1, 2, 4, tzinfo=UTC)
    # Several entries on one position: this log's numbering is only looked at for what comes before what.
    own = [
        Recorded("authority", version, event, moment, from_position, actor)
        for version, (event, actor) in enumerate(zip(steps, actors, strict=True), 2)
    ]
    if withdrawn is not None:
        gone = PowerWithdrawn(on, "li", "handler")
        own.append(Recorded("authority", 11, gone, datetime(2020, 2, 1, 4, tzinfo=UTC), withdrawn, "sec"))
    return [*OWN, *own]


PLAIN = entries(
    (RECEIVED, "2020-01-10", ()),
    (builders.assigned("2020-01-10"), "2020-01-10", ()),
    (builders.answered("2020-02-05"), "2020-02-05", ()),
)
"""At the positions 2, 3 and 4 of the log."""


@pytest.mark.parametrize(
    ("actor", "own", "refused"),
    [
        ("li", staffed(from_position=1), {}),
        ("sys", staffed(from_position=1), {1: "no_power", 2: "no_power", 3: "no_power"}),
        ("cli", staffed(from_position=1), {1: "not_an_officer", 2: "not_an_officer", 3: "not_an_officer"}),
        ("cli", staffed(from_position=4), {3: "not_an_officer"}),
        ("cli", staffed(from_position=5), {}),
        ("li", staffed(from_position=1, withdrawn=4), {3: "no_power"}),
        ("li", staffed(from_position=1, withdrawn=5), {}),
    ],
)
def test_who_recorded_it_is_judged_by_the_powers_known_then(
    actor: str, own: list[Recorded], refused: dict[int, str]
) -> None:
    """By the authority's entries before it in the log: none before the first officer, none after a withdrawal."""
    found = judge_again(by(actor, *PLAIN), book(own=own))
    assert {each.entry.originator_version: each.refusal.code for each in found if each.refusal} == refused
    late = structs.replace(PLAIN[2], event=builders.answered("2020-02-05", "granted"))
    amended = structs.replace(
        PLAIN[2], originator_version=4, position=9, event=builders.amended("2020-02-05", 2), actor="li"
    )
    # The same by judging prefix after prefix, which an amendment makes necessary.
    again = judge_again([*by(actor, *PLAIN[:2], late), amended], book(own=own))
    assert refused.items() <= {each.entry.originator_version: each.refusal.code for each in again if each.refusal}.items()  # fmt: skip


def test_the_authority_s_own_acts_are_held_to_powers_too() -> None:
    """A grant by who may not grant, and a confirmation by the same hand; the log still reads to its end."""
    own = staffed(from_position=1)
    assert judge_authority_again(own) == []
    forged = [
        structs.replace(each, actor="sys") if isinstance(each.event, PowerGranted) and each.actor == "sec" else each
        for each in own
    ]  # fmt: skip
    found = judge_authority_again(forged)
    assert [(each.entry.originator_version, each.refusal.code) for each in found if each.refusal] == [
        (9, "no_power"),
        (10, "grant_needs_second_person"),
    ]
