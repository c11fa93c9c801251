"""The register's rows are what the log adds up to: live, rebuilt, or folded by hand."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import UNSET, structs

from adapters.log.mapper import EntryMapper
from adapters.refusals import AuthorityUnknown, ReferenceOfOtherYear, ReferenceTaken
from adapters.register.register import MovedTerm, Recording, Refused, Register
from domain.authority.events import AUTHORITY_STREAM
from domain.entry import Recorded
from domain.law.irregularities import NotAcknowledged
from domain.law.refusals import AcknowledgedWithoutCause, Malformed, Refusal
from domain.report import official_form
from domain.request.judging import replay
from domain.request.refusals import (
    EarlierReferenceUnknown,
    ReferenceTooFar,
    RequestAnnulled,
    SplitFromItself,
    SplitParentUnknown,
)
from domain.values import Period
from projections.compliance import Handled, handled
from projections.register import AppealSpell, RequestRow, appeal_spells, order, request_row
from projections.report.charts import days
from projections.tally import groups, places, routes, tally
from tests import builders, random_histories
from tests.adapters import recordings
from tests.adapters.recordings import (
    CODE,
    at_first,
    connected,
    contents,
    day_off_set,
    entries,
    fetch,
    history,
    line,
    opened,
    plain,
    policy_set,
    record,
    renamed,
    row,
    rows_and_spells,
    tables,
)

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

RECEIVED = builders.received("2020-03-02")
SATURDAY = builders.received("2020-03-07", channel="email")
ANSWERED = builders.answered("2020-03-20")
EVER = Period(date(2018, 1, 1), date(2100, 12, 31))


async def registers(dsn: str) -> dict[str, list[tuple[Any, ...]]]:
    """Rows and spells as they lie in the tables."""
    async with connected(dsn) as connection:
        return {
            table: [
                tuple(found)
                for found in await connection.fetch(f"SELECT * FROM {table} AS whole ORDER BY whole::text")
            ]
            for table in ("requests", "appeal_spells", "document_numbers")
        }


# --- random registers ---


def refused_at(history: list[Recorded]) -> int | None:
    """The first entry that could not be recorded now after those before it."""
    now = datetime.now(UTC)
    entries = [structs.replace(each, recorded_at=now) for each in history]
    for version in range(1, len(entries) + 1):
        try:
            request = replay(entries[:version], builders.LAW)
        except Refusal:
            return version
        if request.objections:
            return version
    return None


def possible(seed: int) -> list[Recording]:
    """The recordings of one random request, without what cannot be."""
    lines = random_histories.log(random_histories.BySeed(seed))
    while (version := refused_at(random_histories.recorded(lines))) is not None:
        lines = random_histories.without(lines, lines[version - 1])
    return [
        line(f"{seed}-{each.originator_version}", each.event, f"#{seed}-1" if nth else None)
        for nth, each in enumerate(random_histories.recorded(lines))
    ]


def shuffled(requests: Sequence[list[Recording]], seed: int) -> list[Recording]:
    """The lines of all, interleaved, those of each in their order."""
    turns = [nth for nth, lines in enumerate(requests) for _ in lines]
    random.Random(seed).shuffle(turns)
    waiting = [iter(lines) for lines in requests]
    return [next(waiting[nth]) for nth in turns]


async def fill(register: Register, seeds: range) -> None:
    """Random requests, recorded in five files and some one by one, with rules changed in between."""
    lines = shuffled([possible(seed) for seed in seeds], seeds.start)
    size = len(lines) // 6 + 1
    for nth, start in enumerate(range(0, len(lines), size)):
        if nth == 2:
            await record(register, line("rolls", policy_set("2020-01-01", "on", "2019-01-01")))
        if nth == 4:
            await record(register, line("typhoon", day_off_set("2020-08-04", "2020-08-04")))
        files = [lines[start : start + size]] if nth else [[each] for each in lines[:size]]
        for file in files:
            await record(register, *file, acknowledge_all=True)


async def folded(register: Register, dsn: str) -> tuple[list[RequestRow], list[AppealSpell]]:
    """Rows and spells straight from the log, without the register's tables."""
    async with register.view(CODE) as view:
        law = view.law
    requests: dict[str, list[Recorded]] = {}
    for entry in await entries(dsn):
        if entry.originator_id != AUTHORITY_STREAM:
            requests.setdefault(str(entry.originator_id), []).append(EntryMapper().to_domain_event(entry))
    rows: list[RequestRow] = []
    spells: list[AppealSpell] = []
    for own in requests.values():
        request = replay(own, law)
        one = request_row(request, position=own[-1].position, law_digest=law.digest)
        rows += [one] if one else []
        spells += appeal_spells(request)
    rows.sort(key=lambda each: order(each.reference))
    spells.sort(key=lambda each: (order(each.reference), each.appeal, each.from_on))
    return rows, spells


async def test_live_rebuilt_and_folded_registers_are_the_same(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """Rows kept up entry by entry, rows derived again, rows folded in Python: no difference in any column."""
    await fill(office, range(100, 140))
    live = await registers(server.behind(database))

    assert await office.rebuild(CODE) == []

    assert await registers(server.behind(database)) == live
    rows, spells = await folded(office, server.behind(database))
    assert len(rows) > 30
    assert len(spells) > 10
    assert await rows_and_spells(office, EVER) == (rows, spells)


def alike(groups: Sequence[Handled]) -> set[tuple[Any, ...]]:
    """Without the order of requests in a group, which no reading depends on."""
    return {
        (*each[:6], tuple(each.irregularities), each.unit, frozenset(zip(each.references, each.taken, strict=True)))
        for each in groups
    }  # fmt: skip


async def test_tables_from_sql_are_those_of_folded_rows(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """For any period both ways count the same, and the sums tie."""
    await fill(office, range(200, 240))
    rows, spells = await folded(office, server.behind(database))
    choose = random.Random(7)
    first = date(2018, 1, 1)
    periods = [Period.year(year) for year in range(2018, 2027)]
    for _ in range(40):
        start = first + timedelta(choose.randrange(3100))
        periods.append(Period(start, start + timedelta(choose.randrange(700))))

    async with office.view(CODE) as view:
        for period in periods:
            counted = await view.tally(period)
            assert counted == tally(groups(rows, period), routes(spells, period)), period
            made = await view.tables(period, official_form.load("2019"))
            assert made.discrepancies == []
            of_period = [row for row in rows if places(row.received_on, row.closed_on, period)]
            assert set(await view.days(period)) == set(days(of_period, period)), period
            assert alike(await view.handled(period)) == alike(handled(of_period, period)), period


CHANGED = [
    "DELETE FROM requests WHERE number = 1",
    "UPDATE requests SET due_on = NULL, stage = 'closed', closed_on = received_on",
    "DELETE FROM appeal_spells",
    "UPDATE appeal_spells SET to_on = from_on + 1, result = 'other'",
    "DELETE FROM document_numbers",
    "UPDATE document_numbers SET serial = serial + 1, state = 'withdrawn'",
]
STRANGE = [
    """INSERT INTO appeal_spells SELECT authority_id, year, number, 'x', received_on, NULL, 'reconsideration',
    received_on, NULL, 'pending' FROM requests""",
    "UPDATE requests SET number = number + 1000",
]


@pytest.mark.parametrize("damages", [CHANGED, STRANGE], ids=["lost or changed", "of no request"])
async def test_a_rebuild_sets_right_what_the_tables_hold(
    office: Register, server: DatabaseServer, database: str, damages: list[str]
) -> None:
    """The register is derived from the log and nothing else: a rebuild leaves no row that the log does not give."""
    await fill(office, range(300, 310))
    await record(
        office, line("x", RECEIVED), line("y", builders.appealed("2020-04-01", ground="no_answer"), "#x")
    )
    truth = await registers(server.behind(database))

    for damage in damages:
        await fetch(server.behind(database), damage)
        await office.rebuild(CODE)
        assert await registers(server.behind(database)) == truth, damage


# --- annulling and restoring ---


async def test_annulling_a_receipt_removes_the_row_and_restoring_brings_it_back(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """An annulled request leaves register and tables with its appeals; restored, all is as it was."""
    decided = builders.appeal_decided("2020-06-01", "revoked")
    await record(
        office,
        line("a", RECEIVED),
        line("b", ANSWERED, "#a"),
        line("c", builders.appealed("2020-04-01"), "#a"),
        line("d", decided, "#a"),
        line("other", RECEIVED),
    )
    before = await registers(server.behind(database))
    counted = await tables(office, Period.year(2020))

    await record(office, line("e", builders.amended("2020-06-05", 1), "#a"))

    assert await row(office) is None
    assert [each.reference for each in (await rows_and_spells(office, EVER))[0]] == ["2020-0002"]
    assert (await rows_and_spells(office, EVER))[1] == []
    annulled = await tables(office, Period.year(2020))
    assert annulled.requests_table["new"][-1] == 1
    assert annulled.appeals_table["reconsideration"]["total"] == 0
    assert len(await history(office)) == 5
    with pytest.raises(RequestAnnulled):
        await record_one(office, line("f", builders.served("2020-03-20"), "#a"))

    kept = {"applicant": None, "description": None}
    await record(office, line("g", builders.amended("2020-06-06", 1, RECEIVED), "#a", **kept))

    after = await registers(server.behind(database))
    assert after["appeal_spells"] == before["appeal_spells"]
    assert [each[5:] for each in after["requests"]] == [each[5:] for each in before["requests"]]
    restored = await tables(office, Period.year(2020))
    assert restored.requests_table == counted.requests_table
    assert restored.appeals_table == counted.appeals_table
    found = await row(office)
    assert found is not None
    assert (found.version, found.position) == (6, 8)


async def record_one(register: Register, recording: Recording, **options: Any) -> Any:
    """One recording; raises its refusal."""
    return await register.record(CODE, recording, actor="tests", **options)


async def spells_of(register: Register) -> list[tuple[str, str, str | None]]:
    _, spells = await rows_and_spells(register, EVER)
    return [(each.result, str(each.from_on), each.to_on and str(each.to_on)) for each in spells]


async def test_spells_are_rewritten_when_a_decision_is_amended(office: Register) -> None:
    """Result and days of an appeal follow its decisions as amended; of an annulled one nothing stays."""
    await record(
        office,
        line("a", RECEIVED),
        line("b", ANSWERED, "#a"),
        line("c", builders.appealed("2020-04-01"), "#a"),
    )
    assert await spells_of(office) == [("pending", "2020-04-01", None)]
    await record(office, line("d", builders.appeal_decided("2020-06-01", "upheld"), "#a"))
    assert await spells_of(office) == [
        ("pending", "2020-04-01", "2020-06-01"),
        ("upheld", "2020-06-01", None),
    ]
    corrected = builders.appeal_decided("2020-06-01", "revoked", effective_on="2020-06-20")
    await record(office, line("e", builders.amended("2020-06-21", 4, corrected), "#a"))
    assert await spells_of(office) == [
        ("pending", "2020-04-01", "2020-06-20"),
        ("corrected", "2020-06-20", None),
    ]
    second = builders.appeal_decided("2020-09-01", "inadmissible", instance="second")
    await record(office, line("f", second, "#a"))
    assert await spells_of(office) == [
        ("pending", "2020-04-01", "2020-06-20"),
        ("corrected", "2020-06-20", "2020-09-01"),
        ("other", "2020-09-01", None),
    ]
    await record(office, line("g", builders.amended("2020-09-02", 6), "#a"))
    await record(office, line("h", builders.amended("2020-09-02", 4), "#a"))
    assert await spells_of(office) == [("pending", "2020-04-01", None)]
    await record(office, line("i", builders.amended("2020-09-02", 3), "#a"))
    assert await spells_of(office) == []


# --- the law changes ---


async def test_a_policy_recomputes_the_rows_in_its_own_transaction(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """Rows, log and head are changed by one transaction: no reader sees a date of the old rule beside a new one."""
    await record(office, line("a", SATURDAY), line("b", RECEIVED))
    before = await contents(server.behind(database))
    recording = line("rolls", policy_set("2020-03-09", "on"))

    await record(office, recording, preview=True)
    assert await contents(server.behind(database)) == before

    await record(office, recording)
    rows, _ = await rows_and_spells(office, EVER)
    assert [(each.reference, str(each.started_on), str(each.due_on)) for each in rows] == [
        ("2020-0001", "2020-03-09", "2020-04-07"),
        ("2020-0002", "2020-03-02", "2020-03-30"),
    ]
    wrote = "SELECT xmin FROM requests UNION SELECT xmin FROM events WHERE topic = 'policy_set' UNION SELECT xmin FROM heads"
    assert len(await fetch(server.behind(database), wrote)) == 1
    assert not await office.is_stale(CODE)

    await record(office, line("rolls no more", policy_set("2020-03-10", "off")))
    moved = await row(office, "2020-0001")
    assert moved is not None
    assert (str(moved.started_on), str(moved.due_on)) == ("2020-03-07", "2020-04-03")


async def test_a_day_off_recomputes_the_rows(office: Register) -> None:
    """A typhoon recorded later moves every open due date of that authority by a day."""
    await record(office, line("a", RECEIVED), line("b", RECEIVED), line("c", ANSWERED, "#b"))

    await record(office, line("typhoon", day_off_set("2020-03-10", "2020-03-10")))

    rows, _ = await rows_and_spells(office, EVER)
    assert [(str(each.due_on), each.taken) for each in rows] == [("2020-03-31", None), ("2020-03-31", 13)]


async def test_a_policy_in_a_file_holds_for_the_lines_beside_it(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """A file may open with receipts and set the rule later: all rows come out by the law after the file."""
    await record(
        office,
        line("a", SATURDAY),
        line("rolls", policy_set("2020-03-09", "on")),
        line("b", SATURDAY),
        line("c", ANSWERED, "#a"),
    )

    live = await registers(server.behind(database))
    rows, _ = await rows_and_spells(office, EVER)
    assert {str(each.started_on) for each in rows} == {"2020-03-09"}
    assert await office.rebuild(CODE) == []
    assert await registers(server.behind(database)) == live


async def test_a_new_name_recomputes_nothing(office: Register, server: DatabaseServer, database: str) -> None:
    """What moves no date leaves the rows alone."""
    await record(office, line("a", RECEIVED))
    before = await registers(server.behind(database))
    await fetch(server.behind(database), "UPDATE requests SET unit = 'untouched'")

    await record(office, line("name", renamed("2020-05-01", "某区政务公开办公室")))

    found = await row(office)
    assert found is not None
    assert found.unit == "untouched"
    assert (await tables(office, Period.year(2020))).authority == "某区政务公开办公室"
    await office.rebuild(CODE)
    assert await registers(server.behind(database)) == before


async def test_rows_of_another_law_are_noticed_and_rebuilt(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """A program with other notices reports outdated due dates; the rebuild lists those that moved."""
    await record(office, line("a", RECEIVED), line("b", RECEIVED), line("c", ANSWERED, "#b"))
    assert not await office.is_stale(CODE)
    await fetch(server.behind(database), "UPDATE heads SET law_digest = 'of another year'")
    await fetch(server.behind(database), "UPDATE requests SET due_on = '2020-03-27' WHERE number = 1")

    assert await office.is_stale(CODE)
    await record(office, line("d", RECEIVED))
    assert await office.is_stale(CODE)
    assert await office.rebuild(CODE) == [
        MovedTerm("2020-0001", date(2020, 3, 27), date(2020, 3, 30), closed=False, days=3)
    ]

    assert not await office.is_stale(CODE)
    assert await office.rebuild(CODE) == []


# --- reference numbers ---


async def receive(register: Register, id_: str, on: str = "2020-03-02", reference: str | None = None) -> str:
    reply = await record_one(register, line(id_, builders.received(on), reference))
    return str(reply.reference)


async def test_a_reference_brought_along_moves_the_counter(office: Register) -> None:
    """An imported register continues its numbering; a lower number given later does not move it back."""
    assert await receive(office, "a") == "2020-0001"
    assert await receive(office, "b", reference="2020-0095") == "2020-0095"
    assert await receive(office, "c") == "2020-0096"
    assert await receive(office, "d", reference="2020-0007") == "2020-0007"
    assert await receive(office, "e") == "2020-0097"
    assert await receive(office, "f", reference="#f") == "2020-0098"
    assert await receive(office, "g", reference="2020-9999") == "2020-9999"
    assert await receive(office, "h") == "2020-10000"
    assert await receive(office, "i", on="2021-03-02") == "2021-0001"
    rows, _ = await rows_and_spells(office, EVER)
    assert [each.reference for each in rows][-3:] == ["2020-9999", "2020-10000", "2021-0001"]


async def test_the_same_counter_within_a_file(office: Register) -> None:
    """In a file a number brought along counts for the lines after it, and a refused file moves nothing."""
    lines = [
        line("a", RECEIVED),
        line("b", RECEIVED, "2020-0050"),
        line("c", RECEIVED),
        line("d", builders.received("2021-03-02")),
    ]
    with pytest.raises(Refused):
        await record(office, *lines, line("e", ANSWERED, "2020-0051"), line("f", ANSWERED, "2020-0051"))

    replies = await record(office, *lines)

    assert [each.reference for each in replies] == ["2020-0001", "2020-0050", "2020-0051", "2021-0001"]


async def test_a_reference_that_cannot_be_brought_along_is_refused(office: Register) -> None:
    """Taken, of another year, ill-formed, or the id of another recording; the counter stays."""
    await receive(office, "a")
    rules = {
        "2020-0001": ReferenceTaken,
        "2021-0002": ReferenceOfOtherYear,
        "2020-1": Malformed,
        "2020-00002": Malformed,
        "2020-0000": Malformed,
        "２０２０-0002": Malformed,
        "2020-1000000000": Malformed,
        "#a": Malformed,
        "#": Malformed,
        "authority": Malformed,
    }

    for reference, rule in rules.items():
        with pytest.raises(rule):
            await receive(office, "b", reference=reference)
    assert await receive(office, "b") == "2020-0002"


@pytest.mark.parametrize("reference", ["2020-999999999", "2020-1000001"])
async def test_a_number_beyond_any_register_is_refused(office: Register, reference: str) -> None:
    """A digit too many does not use up the year: nothing is stored, and the next receipt gets the next number."""
    assert await receive(office, "a") == "2020-0001"
    with pytest.raises(ReferenceTooFar):
        await receive(office, "b", reference=reference)
    assert await receive(office, "c") == "2020-0002"


async def test_a_number_far_from_the_last_is_acknowledged(office: Register) -> None:
    """20,000 from the last one is near, one more is far: reported, stored, and found again by verify."""
    assert await receive(office, "a") == "2020-0001"
    assert await receive(office, "near", reference="2020-20001") == "2020-20001"
    far = line("far", RECEIVED, "2020-40002")
    with pytest.raises(NotAcknowledged) as refused:
        await record_one(office, far)
    assert [each.code for each in refused.value.irregularities] == ["reference_jump"]
    assert "20000" in str(refused.value)
    recording = line("far", RECEIVED, "2020-40002", "reference_jump")
    assert (await record_one(office, recording)).irregularities == ("reference_jump",)
    kept = await row(office, "2020-40002")
    assert kept is not None
    assert kept.irregularities == ("reference_jump",)
    assert await office.rebuild(CODE) == []
    assert (await office.proofs.verify(CODE)).findings == ()
    assert await receive(office, "next") == "2020-40003"
    with pytest.raises(AcknowledgedWithoutCause):
        await record_one(office, line("z", RECEIVED, "2020-40005", "reference_jump"))


async def test_a_far_number_that_is_annulled_blocks_nothing(office: Register) -> None:
    """It is not reused, and later receipts get the numbers after the earlier ones."""
    assert await receive(office, "a") == "2020-0001"
    await record_one(office, line("far", RECEIVED, "2020-900000", "reference_jump"))
    assert await receive(office, "b") == "2020-900001"
    await record(office, line("c", builders.amended("2020-03-03", 1), "2020-900000"))
    assert await receive(office, "d") == "2020-900002"  # 900001 was used and remains
    with pytest.raises(ReferenceTaken):
        await receive(office, "f", reference="2020-900000")
    assert (await office.proofs.verify(CODE)).findings == ()


async def test_numbers_go_on_below_a_jump_that_was_annulled(office: Register) -> None:
    """Two jumps, each annulled; in one file too. What they held stays taken when the numbers come to it."""
    assert await receive(office, "a") == "2020-0001"
    await record_one(office, line("far", RECEIVED, "2020-20003", "reference_jump"))
    await record(office, line("c", builders.amended("2020-03-03", 1), "2020-20003"))
    assert await receive(office, "b") == "2020-0002"
    replies = await record(
        office,
        line("farther", RECEIVED, "2020-30000", "reference_jump"),
        line("d", builders.amended("2020-03-03", 1), "2020-30000"),
        line("e", RECEIVED),
    )
    assert replies[2].reference == "2020-0003"
    assert (await office.proofs.verify(CODE)).findings == ()
    other = builders.received("2021-03-02")
    assert (await record_one(office, line("next", other))).reference == "2021-0001"


async def test_a_number_held_by_an_annulled_jump_is_passed_over(office: Register) -> None:
    assert await receive(office, "a") == "2020-0001"
    await record_one(office, line("far", RECEIVED, "2020-20002", "reference_jump"))
    await record(office, line("c", builders.amended("2020-03-03", 1), "2020-20002"))
    assert await receive(office, "near", reference="2020-20001") == "2020-20001"
    assert await receive(office, "next") == "2020-20003"
    assert await receive(office, "last") == "2020-20004"


async def test_a_jump_that_is_restored_counts_again(office: Register) -> None:
    await record_one(office, line("far", RECEIVED, "2020-30000", "reference_jump"))
    await record(office, line("c", builders.amended("2020-03-03", 1), "2020-30000"))
    assert await receive(office, "b") == "2020-0001"
    restored = builders.amended("2020-03-03", 1, builders.received("2020-03-02"))
    (reply,) = await office.record_all(
        CODE, [line("r", restored, "2020-30000")], actor="tests", acknowledge_all=True
    )
    assert reply.stage == "in_hand"
    assert await receive(office, "d") == "2020-30001"


async def test_numbers_of_annulled_receipts_are_not_given_again(office: Register) -> None:
    """A number once given names one request for ever, brought along or not."""
    await receive(office, "a")
    await receive(office, "b")
    await record(office, line("c", builders.amended("2020-03-03", 1), "2020-0002"))

    assert await receive(office, "d") == "2020-0003"
    with pytest.raises(ReferenceTaken):
        await receive(office, "e", reference="2020-0002")


async def test_a_receipt_amended_into_another_year_keeps_its_reference(office: Register) -> None:
    """The number was given out; the tables count by the day of receipt."""
    await receive(office, "a", on="2021-01-04")
    december = builders.received("2020-12-31")
    await record(office, line("b", builders.amended("2021-01-05", 1, december), "2021-0001"))

    found = await row(office, "2021-0001")
    assert found is not None
    assert found.received_on == date(2020, 12, 31)
    assert (await tables(office, Period.year(2020))).requests_table["new"][-1] == 1
    assert await receive(office, "c", on="2020-12-31") == "2020-0001"


async def test_a_file_longer_than_one_statement_is_one_file(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """Entries are written in chunks; numbers, positions, vault and rows come out as if there were none."""
    lines = [line(f"a{nth}", RECEIVED) for nth in range(2100)]
    lines += [line(f"b{nth}", ANSWERED, f"#a{nth}") for nth in range(2100)]

    replies = await record(office, *lines)

    assert [reply.position for reply in replies] == list(range(2, 4202))
    assert [reply.reference for reply in replies[:2100]] == [f"2020-{nth:04d}" for nth in range(1, 2101)]
    assert (await tables(office, Period.year(2020))).requests_table["granted"][-1] == 2100
    assert len(await fetch(server.behind(database), "SELECT 1 FROM vault")) == 4200
    live = await registers(server.behind(database))
    assert await office.rebuild(CODE) == []
    assert await registers(server.behind(database)) == live
    assert [at_first(each) for each in await record(office, *lines)] == replies


# --- one request split from another ---


def part(parent: str, on: str = "2020-03-02") -> Any:
    return builders.received(on, split_from=parent)


async def test_a_part_is_split_from_a_request_of_the_same_day(office: Register) -> None:
    """By reference or by #id, of this file or an earlier one; what is stored is the reference."""
    replies = await record(office, line("a", RECEIVED), line("b", part("#a")), line("c", part("2020-0001")))
    later = await record_one(office, line("d", part("#a")))

    assert [each.reference for each in (*replies, later)] == [f"2020-000{n}" for n in (1, 2, 3, 4)]
    for reference in ("2020-0002", "2020-0003", "2020-0004"):
        (entry,) = await history(office, reference)
        assert entry.event.split_from == "2020-0001"  # type: ignore[attr-defined]


async def test_a_part_of_nothing_is_refused(office: Register) -> None:
    """Not in the register, received another day, annulled, ill-formed, unknown, or itself."""
    await record(office, line("a", RECEIVED), line("b", RECEIVED))
    await record(office, line("c", builders.amended("2020-03-03", 1), "#b"))
    rules = [
        (part("2020-0099"), SplitParentUnknown),
        (part("2020-0001", "2020-03-03"), SplitParentUnknown),
        (part("2020-0002"), SplitParentUnknown),
        (part("2020-1"), Malformed),
        (part("#nobody"), Malformed),
        (part("#s"), Malformed),
        (part("#office"), Malformed),
        (part("2020-0003"), SplitFromItself),
    ]

    for body, rule in rules:
        with pytest.raises(rule):
            await record_one(office, line("s", body))


async def test_a_part_may_be_made_one_by_amendment(office: Register) -> None:
    """The parent is looked for in a replacement too, by #id as well."""
    await record(office, line("a", RECEIVED), line("b", RECEIVED))
    with pytest.raises(SplitParentUnknown):
        await record_one(office, line("c", builders.amended("2020-03-03", 1, part("2020-0099")), "#b"))

    await record_one(office, line("c", builders.amended("2020-03-03", 1, part("#a")), "#b"))

    assert (await history(office, "2020-0002"))[-1].event.replacement.split_from == "2020-0001"  # type: ignore[attr-defined]


async def test_a_repeated_request_names_an_earlier_one(office: Register) -> None:
    """Art. 36(6): another request of this register that is not annulled nor received after the answer, in a replacement too."""

    def repeats(earlier: str) -> Any:
        return builders.answered("2020-03-20", "not_processed.repeated", earlier_reference=earlier)

    await record(office, line("a", RECEIVED), line("b", RECEIVED), line("c", RECEIVED))
    await record(office, line("d", builders.amended("2020-03-03", 1), "#b"))
    await record(office, line("later", builders.received("2020-03-23")))
    for earlier in ("2019-9999", "2020-0002", "2020-0003", "#c", "2020-0004"):
        with pytest.raises(EarlierReferenceUnknown):
            await record_one(office, line("x", repeats(earlier), "#c"))

    await record_one(office, line("x", repeats("2020-0001"), "#c"))
    with pytest.raises(EarlierReferenceUnknown):
        await record_one(office, line("y", builders.amended("2020-03-21", 2, repeats("2019-9999")), "#c"))


async def test_a_blank_text_is_refused_before_it_is_sealed(office: Register) -> None:
    """A name of zero-width characters, a description or document number of blanks; nothing is stored."""
    await record(office, line("a", RECEIVED))
    for words, reference in (
        ({**recordings.body_of(RECEIVED), "applicant": {"name": "\u200b"}}, None),
        ({**recordings.body_of(RECEIVED), "description": "\u3000"}, None),
        (builders.answered("2020-03-20", document_no=" "), "#a"),
        (builders.answered("2020-03-20", legal_basis="\ue000"), "#a"),
        (renamed("2020-03-02", "\u3000"), None),
    ):
        with pytest.raises(Malformed, match="空白"):
            await record_one(office, line("x", words, reference))
    assert len(await history(office)) == 1


async def test_a_reply_says_what_is_odd_and_says_it_again(office: Register) -> None:
    """No acknowledgement is needed; the same id gets the same reply, and the next entry has no hint."""
    odd = builders.answered("2020-03-20", "refused.state_secret", legal_basis="第三十六条第一项")
    (first, answer) = await record(office, line("a", RECEIVED), line("b", odd, "#a"))
    assert (first.questions, answer.questions) == (UNSET, ("basis_of_other_outcome",))
    assert (await record_one(office, line("b", odd, "#a"))).questions == answer.questions
    later = await record_one(office, line("c", builders.served("2020-03-20"), "#a"))
    assert later.questions == UNSET


# --- #id ---


async def test_an_id_names_a_request_of_this_file_or_an_earlier_one(office: Register) -> None:
    """At every place of a reference: of the recording, inside an event, inside a replacement."""
    repeated = builders.answered("2020-03-20", "not_processed.repeated", earlier_reference="#a")
    await record(office, line("a", RECEIVED), line("b", RECEIVED), line("c", ANSWERED, "#a"))

    await record(
        office,
        line("d", builders.served("2020-03-20"), "#a"),
        line("e", repeated, "#b"),
        line("f", RECEIVED),
        line("g", builders.answered("2020-03-20", "not_processed.repeated", earlier_reference="#b"), "#f"),
        line("h", builders.amended("2020-03-21", 2, repeated), "#f"),
    )

    assert [each.command_id for each in await history(office)] == ["a", "c", "d"]
    second, third = await history(office, "2020-0002"), await history(office, "2020-0003")
    assert second[1].event.earlier_reference == "2020-0001"  # type: ignore[attr-defined]
    assert third[1].event.earlier_reference == "2020-0002"  # type: ignore[attr-defined]
    assert third[2].event.replacement.earlier_reference == "2020-0001"  # type: ignore[attr-defined]


async def test_an_id_that_names_no_request_is_refused(office: Register) -> None:
    """Unknown, of a later line, empty, its own, or a stream's name."""
    await record(office, line("a", RECEIVED))

    for named in ("#nobody", "#later", "#", "#x", "authority", "request/2020-0001"):
        with pytest.raises(Refused) as refused:
            await record(office, line("x", builders.assigned("2020-03-03"), named), line("later", RECEIVED))
        assert [type(problem.refusal) for problem in refused.value.problems] == [Malformed], named


async def test_an_id_of_the_authority_names_no_request(office: Register) -> None:
    """The authority's own recordings received nothing: their ids are refused in words wherever a request is meant."""
    with pytest.raises(Refusal):
        await record_one(office, line("x", builders.assigned("2020-03-03"), "#office"))


async def test_a_line_that_names_a_refused_line_says_so(office: Register) -> None:
    """Each line has its own problem; the last one's is that the line it refers to has one."""
    with pytest.raises(Refused) as refused:
        await record(office, line("a", part("2020-0099")), line("b", builders.assigned("2020-03-03"), "#a"))

    first, second = (str(problem.refusal) for problem in refused.value.problems)
    assert (
        first
        == "拆分所出的申请2020-0099不在本机关台账中，或收到日期不是2020-03-02（国办函〔2020〕109号第四条）。"
    )
    assert "#a所指的登记有问题" in second


async def test_an_id_is_of_one_authority(office: Register) -> None:
    """The same id and the same number in another authority are another request."""
    await opened(office, "jiangbei")
    first = await record_one(office, line("a", RECEIVED))
    second = await office.record("jiangbei", line("a", RECEIVED, description="另一件"), actor="tests")
    with pytest.raises(Malformed):
        await office.record("jiangbei", line("b", builders.assigned("2020-03-03"), "#z"), actor="tests")

    assert plain(first) == plain(second)


async def test_a_code_that_no_authority_can_have_is_unknown(office: Register) -> None:
    """A code from outside, whatever is in it, is answered in words."""
    for code in ("", "nobody", "Huadu", "hua du", "x" * 10_000, "hua\x00du", "\ud800", "政府"):
        with pytest.raises(AuthorityUnknown):
            await office.record(code, line("a", RECEIVED), actor="tests")
        with pytest.raises(AuthorityUnknown):
            await office.is_stale(code)
