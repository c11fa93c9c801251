"""One writer an authority: what waits is one batch, judged one after another and committed at once, each answered for itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from adapters.postgres.database import DatabaseUnavailable
from adapters.postgres.queries import SQL
from adapters.register.recording import writer
from adapters.register.register import Refused, Register, Reply
from domain.law.refusals import Malformed
from domain.values import SHANGHAI
from tests import builders
from tests.adapters.recordings import (
    CODE,
    at_first,
    connected,
    contents,
    day,
    entries,
    fetch,
    file,
    line,
    opened,
    plain,
    policy_set,
    record,
    row,
)
from tests.adapters.register.test_concurrency import complaints, head_held, waiting_for_the_head
from tests.api.officers import appoint, appoint_first

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

RECEIVED = builders.received("2020-03-02")
ANSWERED = builders.answered("2020-03-20")
READ, APPEND, COMMIT = "read", "append", "COMMIT"
ONE = [READ, APPEND, COMMIT]
"""What one batch sends after it has begun."""


class Process:
    """A store of its own, and what it sends."""

    def __init__(self, register: Register, behind: str) -> None:
        self.register = register
        self.behind = behind
        self._sent: list[str] = []

    async def listen(self, connections: int) -> None:
        names = {SQL["read_for_recording"]: READ, SQL["append"]: APPEND, "COMMIT": COMMIT}
        async with AsyncExitStack() as all_at_once:
            for _ in range(connections):
                connection = await all_at_once.enter_async_context(self.register._database.session())
                connection.add_query_logger(
                    lambda query: self._sent.append(names[query.query]) if query.query in names else None
                )

    async def record(
        self, id_: str, event: Any = RECEIVED, reference: str | None = None, **how: Any
    ) -> Reply:
        return await self.register.record(
            CODE, line(id_, event, reference), actor=how.pop("actor", "tests"), **how
        )

    async def sent(self) -> list[str]:
        await asyncio.sleep(0)  # the library tells of a statement in the next turn of the loop
        found, self._sent[:] = list(self._sent), []
        return found

    async def ids(self) -> list[str | None]:
        """Of the log, after the entries that opened it."""
        return [entry.command_id for entry in await entries(self.behind)][1:]


@pytest.fixture
async def here(
    register: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> AsyncIterator[Process]:
    await opened(register)
    async with process(server, database, tmp_path) as found:
        yield found


@pytest.fixture
async def there(
    here: Process, server: DatabaseServer, database: str, tmp_path: Path
) -> AsyncIterator[Process]:
    async with process(server, database, tmp_path) as found:
        yield found


@asynccontextmanager
async def process(
    server: DatabaseServer, database: str, tmp_path: Path, **how: Any
) -> AsyncIterator[Process]:
    register = await Register.open(server.runtime(database), tmp_path / "keys", size=2, **how)
    found = Process(register, server.behind(database))
    await found.listen(2)
    async with register.view(CODE):  # its law is known from here on
        pass
    await found.sent()
    yield found
    await register.close()


@asynccontextmanager
async def waiting(
    server: DatabaseServer, database: str, *calls: Any
) -> AsyncIterator[list[asyncio.Task[Any]]]:
    """The calls, all in the queue of one process while somebody else holds the head."""
    async with head_held(server.behind(database)):
        tasks = [asyncio.create_task(call) for call in calls]
        await waiting_for_the_head(server, database, tasks[0])
        yield tasks


async def together(server: DatabaseServer, database: str, *calls: Any) -> list[Any]:
    """What comes of the calls, made in one batch."""
    async with waiting(server, database, *calls) as tasks:
        pass
    return await asyncio.gather(*tasks, return_exceptions=True)


# --- one batch ---


async def test_one_recording_is_a_batch_of_one(here: Process) -> None:
    """Read, appended, committed; so is a file, and a file that names what another one received."""
    await here.record("a")
    assert await here.sent() == ONE
    await record(here.register, line("b", RECEIVED), line("c", ANSWERED, "#b"), line("d", RECEIVED))
    assert await here.sent() == ONE
    await record(here.register, line("e", builders.assigned("2020-03-03"), "#b"))
    assert await here.sent() == ONE
    await here.record("a")
    assert await here.sent() == [READ, COMMIT]


async def test_what_waits_is_recorded_at_once(here: Process, server: DatabaseServer, database: str) -> None:
    """Sixteen callers, one reading and one writing; the log lies in the order in which they came."""
    replies = await together(server, database, *(here.record(f"a{nth}") for nth in range(16)))

    assert await here.sent() == ONE
    given = [(reply.reference, reply.position, reply.version) for reply in replies]
    assert given == [(f"2020-{nth:04d}", nth + 1, 1) for nth in range(1, 17)]
    assert await here.ids() == [f"a{nth}" for nth in range(16)]
    assert (await here.register.proofs.verify(CODE)).holds


async def test_each_is_judged_on_top_of_those_before_it(
    here: Process, server: DatabaseServer, database: str
) -> None:
    """In one batch: a request and what follows, two answers of which one is accepted, one id twice, a version seen."""
    await here.record("known")

    results = await together(
        server,
        database,
        here.record("a"),
        here.record("b", builders.assigned("2020-03-03"), "#a"),
        here.record("answer", ANSWERED, "2020-0001"),
        here.record("other", builders.answered("2020-03-23"), "2020-0001"),
        here.record("a"),
        here.record("a", builders.received("2020-03-03")),
        here.record("seen", builders.served("2020-03-20"), "2020-0001", expected_version=1),
        here.record("served", builders.served("2020-03-20"), "2020-0001", expected_version=2),
    )

    kinds = [type(each).__name__ for each in results]
    assert kinds == ["Reply", "Reply", "Reply", "AlreadyAnswered", "Reply", "IdempotencyKeyReused", "VersionConflict", "Reply"]  # fmt: skip
    assert at_first(results[4]) == results[0]
    assert await here.ids() == ["known", "a", "b", "answer", "served"]
    found = await row(here.register, "2020-0001")
    assert found is not None
    assert (found.version, found.stage, found.served_on) == (3, "closed", day("2020-03-20"))


async def test_a_refused_one_leaves_nothing_in_the_batch(
    here: Process, server: DatabaseServer, database: str
) -> None:
    """A file whose last line cannot be: its number, its ids, its request and its annulment are as if never sent."""
    await record(here.register, line("r", RECEIVED), line("s", RECEIVED))
    refused = [
        line("x", RECEIVED),
        line("y", ANSWERED, "2020-0001"),
        line("z", builders.amended("2020-03-05", 1), "2020-0002"),
        line("w", builders.served("2020-03-03"), "#x"),
    ]

    results = await together(
        server,
        database,
        record(here.register, *refused),
        here.record("a"),
        here.record("b", ANSWERED, "2020-0001"),
        here.record("c", builders.assigned("2020-03-03"), "2020-0002"),
        here.record("d", builders.assigned("2020-03-03"), "#x"),
        here.record("x", builders.received("2020-03-04")),
        record(here.register, line("e", RECEIVED), line("f", ANSWERED, "#e")),
    )

    assert isinstance(results[0], Refused)
    assert [problem.id for problem in results[0].problems] == ["w"]
    assert isinstance(results[4], Malformed)
    assert (await here.sent())[-3:] == ONE
    assert [reply.reference for reply in (results[1], results[5], *results[6])] == [
        "2020-0003", "2020-0004", "2020-0005", "2020-0005",
    ]  # fmt: skip
    assert await here.ids() == ["r", "s", "a", "b", "c", "x", "e", "f"]
    assert len(await fetch(here.behind, "SELECT 1 FROM vault")) == 2 * 5
    found = await here.register.proofs.verify(CODE)
    assert (found.holds, found.requests) == (True, 5)


async def test_a_fault_of_the_program_is_its_own_caller_s(
    here: Process, server: DatabaseServer, database: str
) -> None:
    """Something breaks while one is judged, after it was judged in part: the others are recorded."""

    class Broken(Exception):
        pass

    def broken(judged: int) -> None:
        if judged == 2:
            raise Broken

    results = await together(
        server,
        database,
        here.record("a"),
        here.register.record_all(
            CODE, [line("x", RECEIVED), line("y", RECEIVED)], actor="tests", on_progress=broken
        ),
        here.record("b"),
    )

    assert isinstance(results[1], Broken)
    assert [each.reference for each in (results[0], results[2])] == ["2020-0001", "2020-0002"]
    assert await here.ids() == ["a", "b"]


async def test_powers_are_those_at_the_head(
    here: Process, there: Process, server: DatabaseServer, database: str
) -> None:
    """An officer appointed by another process records here at once; an unknown one is refused."""
    await appoint_first(there.register, CODE)
    await appoint(there.register, CODE, "zhang", "handler")

    results = await together(
        server, database, *(here.record(actor, actor=actor) for actor in ("zhang", "wang", "tests"))
    )

    assert [type(each).__name__ for each in results] == ["Reply", "NotAnOfficer", "NotAnOfficer"]


async def test_the_law_is_that_at_the_head(here: Process, there: Process) -> None:
    """A policy recorded elsewhere moves the due date of the next receipt here.

    Saturday 2020-02-29, by e-mail: 20 working days end on Friday 2020-03-27; rolled to Monday, on Monday 2020-03-30.
    """
    email = builders.received("2020-02-29", channel="email", receipt_basis="confirmed_by_both")
    before = await here.record("before", email)
    found = await row(here.register, str(before.reference))
    assert found is not None
    assert str(found.due_on) == "2020-03-27"
    await there.record("policy", policy_set("2020-01-02", "on"))

    after = await here.record("after", email)

    rows = [await row(here.register, str(each.reference)) for each in (before, after)]
    assert [each and str(each.due_on) for each in rows] == ["2020-03-30", "2020-03-30"]


# --- what it may hold ---


async def test_a_batch_is_bounded(
    here: Process, server: DatabaseServer, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By recordings and by bytes, a file counted by its lines; a file that is longer is a batch by itself."""
    monkeypatch.setattr(writer, "BATCH", 4)
    calls = [
        *(here.record(f"a{nth}") for nth in range(3)),
        record(here.register, line("b0", RECEIVED), line("b1", RECEIVED)),
        *(here.record(f"c{nth}") for nth in range(2)),
        record(here.register, *(line(f"d{nth}", RECEIVED) for nth in range(7))),
        here.record("e"),
    ]

    await together(server, database, *calls)

    assert await here.sent() == 4 * ONE
    assert await here.ids() == [
        "a0",
        "a1",
        "a2",
        "b0",
        "b1",
        "c0",
        "c1",
        *(f"d{nth}" for nth in range(7)),
        "e",
    ]
    monkeypatch.setattr(writer, "BATCH_BYTES", 1)
    await together(server, database, *(here.record(f"f{nth}") for nth in range(3)))
    assert await here.sent() == 3 * ONE


@pytest.mark.parametrize(("bound", "most"), [("QUEUE", 3), ("QUEUE_BYTES", 1_000)])
async def test_the_queue_is_bounded(
    here: Process,
    server: DatabaseServer,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    bound: str,
    most: int,
) -> None:
    """A caller that finds it full is refused at once, with nothing saved; one that leaves makes room."""
    monkeypatch.setattr(writer, bound, most)
    async with waiting(server, database, *(here.record(f"a{nth}") for nth in range(3))) as tasks:
        with pytest.raises(DatabaseUnavailable, match="等候登记的过多，没有保存"):
            await here.record("b")
        tasks[1].cancel()
        await asyncio.wait([tasks[1]])
        tasks.append(asyncio.create_task(here.record("c")))
        await asyncio.sleep(0)

    await asyncio.gather(*tasks, return_exceptions=True)

    assert await here.ids() == ["a0", "a2", "c"]


# --- callers that leave, and time ---


async def test_a_caller_that_leaves_takes_nothing_from_the_others(
    here: Process, server: DatabaseServer, database: str
) -> None:
    """The first, for whom the batch was begun, and one in the middle: they are not recorded, the others are."""
    with complaints() as complained:
        async with waiting(server, database, *(here.record(f"a{nth}") for nth in range(4))) as tasks:
            for left in (tasks[0], tasks[2]):
                left.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(each).__name__ for each in results] == ["CancelledError", "Reply", "CancelledError", "Reply"]
    assert await here.ids() == ["a1", "a3"]
    assert complained == []


async def test_a_caller_that_leaves_at_any_moment_can_ask_by_its_id(here: Process) -> None:
    """Ever later, until it is answered: the other in the batch always gets its reply, and the id has one event."""
    recorded_though_left = turns = 0
    while True:
        both = [asyncio.create_task(here.record(f"{name}{turns}")) for name in ("stays", "leaves")]
        for _ in range(turns):
            await asyncio.sleep(0)  # one turn of the loop
        both[1].cancel()
        stayed, left = await asyncio.gather(*both, return_exceptions=True)
        assert isinstance(stayed, Reply)
        before = await here.ids()
        again = await here.record(f"leaves{turns}")
        if f"leaves{turns}" in before:
            assert await here.ids() == before
            recorded_though_left += 1
        if isinstance(left, Reply):
            assert at_first(again) == at_first(left)
            break
        turns += 1 + turns // 25  # how many it takes is the database's pace, which is not ours to say
    assert recorded_though_left > 1
    found = await here.ids()
    assert len(found) == len(set(found))


async def test_a_batch_that_nobody_waits_for_is_broken_off(
    here: Process, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """All have left while the head is held elsewhere: the session is free again before the head is, or its own wait over."""
    async with (
        process(server, database, tmp_path, timeout=600) as lasting,
        waiting(server, database, lasting.record("a"), lasting.record("b")) as tasks,
    ):
        for each in tasks:
            each.cancel()
        async with asyncio.timeout(60):
            while lasting.register.connections[0]:
                await asyncio.sleep(0)
    assert await here.ids() == []
    assert (await here.record("a")).reference == "2020-0001"


async def test_a_caller_that_waits_too_long_gets_an_error_and_is_not_recorded_afterwards(
    here: Process, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """From the moment of coming to that of the batch, whatever is waited for; those who come later have their own time."""
    async with process(server, database, tmp_path, timeout=2) as hasty:
        async with waiting(server, database, *(hasty.record(f"a{nth}") for nth in range(3))) as tasks:
            results = await asyncio.gather(*tasks, return_exceptions=True)
            late = asyncio.create_task(hasty.record("late"))
            await waiting_for_the_head(server, database, late)
        assert (await late).reference == "2020-0001"

    assert [str(each) for each in results] == ["数据库不可用：等待过久，没有保存；请稍后再试"] * 3
    assert await here.ids() == ["late"]


# --- faults of the database ---


async def break_at(behind: str, table: str, what: str) -> None:
    """From now on writing to the table does `what`, where it is of the row `new`."""
    await fetch(
        behind,
        f"CREATE OR REPLACE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {what}; RETURN new; END $$",
    )
    await fetch(
        behind, f"CREATE TRIGGER broken BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION broken()"
    )


async def mend(behind: str) -> None:
    await fetch(behind, "DROP FUNCTION broken CASCADE")


@pytest.mark.parametrize("table", ["events", "vault", "requests"])
async def test_a_database_that_fails_in_the_middle_is_reported_to_every_caller(
    here: Process, server: DatabaseServer, database: str, table: str
) -> None:
    """The session ends while it appends: nothing of the batch is stored, all get the same refusal, and may repeat."""
    await fetch(here.behind, "GRANT pg_signal_backend TO taizhang")
    await break_at(here.behind, table, "PERFORM pg_terminate_backend(pg_backend_pid())")
    before = await contents(here.behind, but=["heads"])

    results = await together(server, database, *(here.record(f"a{nth}") for nth in range(3)))
    await fetch(here.behind, "REVOKE pg_signal_backend FROM taizhang")

    assert [type(each) for each in results] == [DatabaseUnavailable] * 3
    assert all("以同一编号再次提交确认，不会重复" in str(each) for each in results)
    assert await contents(here.behind, but=["heads"]) == before
    await mend(here.behind)
    assert [(await here.record(f"a{nth}")).reference for nth in range(3)] == [
        "2020-0001", "2020-0002", "2020-0003",
    ]  # fmt: skip


async def test_what_the_database_refuses_of_one_is_that_one_s_alone(
    here: Process, server: DatabaseServer, database: str
) -> None:
    """A statement fails for what one of them brought: each is then recorded by itself, and all but that one are."""
    await break_at(here.behind, "events", "IF new.command_id = 'bad' THEN RAISE 'bad'; END IF")

    results = await together(server, database, here.record("a"), here.record("bad"), here.record("b"))

    assert [type(each).__name__ for each in results] == ["Reply", "RaiseError", "Reply"]
    assert isinstance(results[1], asyncpg.PostgresError)
    assert await here.ids() == ["a", "b"]
    assert [each.reference for each in (results[0], results[2])] == ["2020-0001", "2020-0002"]


# --- several processes ---


async def test_two_processes_are_fair(
    here: Process, there: Process, server: DatabaseServer, database: str
) -> None:
    """Eight callers in each, one after another without a pause: neither process gets less than half of the other."""
    done = {"here": 0, "there": 0}
    enough = 200

    async def caller(name: str, process: Process, nth: int) -> None:
        refusals = 0
        while max(done.values()) < enough:
            await process.record(f"{name}-{nth}-{refusals}")
            done[name] += 1
            refusals += 1

    both = (("here", here), ("there", there))
    await asyncio.gather(*(caller(*each, nth) for each in both for nth in range(8)))

    assert min(done.values()) > enough // 2, done
    positions = [entry.position for entry in await entries(here.behind)]
    assert positions == list(range(1, sum(done.values()) + 2))


# --- the moment ---


async def test_it_is_judged_on_the_day_on_which_it_is_recorded(
    here: Process, server: DatabaseServer, database: str
) -> None:
    """It waits past midnight: an event of the new day can be recorded, a later one cannot.

    The last entry lies on the next day already, so the day of recording is that one, whatever the clock says.
    """
    (now,) = (await fetch(here.behind, "SELECT clock_timestamp()"))[0]
    midnight = datetime.combine(
        now.astimezone(SHANGHAI).date() + timedelta(days=1), datetime.min.time(), SHANGHAI
    )
    new = midnight.date()
    lines = [builders.received(str(each)) for each in (new, new + timedelta(days=1))]
    async with connected(here.behind) as holder, holder.transaction():
        await holder.execute("UPDATE heads SET recorded_at = $1", midnight)
        tasks = [asyncio.create_task(here.record(f"a{nth}", each)) for nth, each in enumerate(lines)]
        await waiting_for_the_head(server, database, tasks[0])
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(each).__name__ for each in results] == ["Reply", "InTheFuture"]
    assert [entry.recorded_at for entry in (await entries(here.behind))[1:]] == [midnight]


async def test_the_moment_recorded_is_after_the_wait(
    here: Process, server: DatabaseServer, database: str
) -> None:
    """A caller that waits for the head has not recorded yet, so a reader of the log in the meantime misses nothing afterwards."""
    async with waiting(server, database, here.record("a"), here.record("b")) as tasks:
        (looked,) = (await fetch(here.behind, "SELECT clock_timestamp()"))[0]
    await asyncio.gather(*tasks)

    first, second = (await entries(here.behind))[1:]
    assert first.recorded_at is not None
    assert looked < first.recorded_at == second.recorded_at
    await here.record("c")
    assert (await entries(here.behind))[-1].recorded_at > first.recorded_at
    assert (await here.register.proofs.verify(CODE)).holds


async def test_the_leaf_of_a_reply_is_that_of_the_row(
    here: Process, server: DatabaseServer, database: str
) -> None:
    """However it was recorded: alone, in a batch, in a file, with a document. A receipt by it proves the entry."""
    replies = [await here.record("a"), *await together(server, database, here.record("b"), here.record("b2"))]
    replies += await record(
        here.register, line("c", RECEIVED), line("d", builders.assigned("2020-03-03"), "#c")
    )
    replies.append(await file(here.register))
    again = [await here.record("a"), await here.record("b")]

    assert [each.leaf for each in replies[:2]] == [each.leaf for each in again]
    assert len({each.leaf for each in replies}) == 6
    await here.register.proofs.sign_checkpoint(CODE)
    kept = b"".join(
        row["leaves"]
        for row in await fetch(server.behind(database), "SELECT leaves FROM checkpoints ORDER BY size")
    )
    for reply in replies:
        assert kept[32 * (reply.position - 1) : 32 * reply.position].hex() == reply.leaf


async def test_a_document_is_held_up_by_nobody_and_recorded_like_the_rest(
    here: Process, server: DatabaseServer, database: str
) -> None:
    """Its pieces are written before the head is free; repeated, none of them is stored twice."""
    await here.record("a")
    async with waiting(server, database, file(here.register, id_="doc")) as (task,):
        assert await here.ids() == ["a"]
    reply = await task
    again = await file(here.register, id_="doc")

    assert (plain(reply), plain(again)) == (plain(again), Reply("doc", "2020-0001", 2, 3, ()))
    assert len(await fetch(here.behind, "SELECT 1 FROM documents")) == 1
