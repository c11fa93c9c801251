"""Many at once: numbers, versions and positions without gaps, one event for one id, nothing half done."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from adapters.postgres import embedded
from adapters.postgres.database import DatabaseUnavailable
from adapters.refusals import VersionConflict
from adapters.register.recording.submission import Submission
from adapters.register.register import Recording, Refused, Register, Reply
from domain.law.refusals import Malformed
from domain.request.refusals import NothingToServe, SplitParentUnknown
from tests import builders
from tests.adapters.recordings import (
    CODE,
    at_first,
    connected,
    contents,
    entries,
    fetch,
    history,
    line,
    plain,
    record,
    registered,
    row,
)

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

RECEIVED = builders.received("2020-03-02")
ANSWERED = builders.answered("2020-03-20")
SERVED = builders.served("2020-03-20")


async def at_once(register: Register, *lines: Recording, **options: Any) -> list[Reply]:
    """Each line recorded by a task of its own."""
    return await asyncio.gather(*(register.record(CODE, each, actor="tests", **options) for each in lines))


async def positions(dsn: str) -> list[int]:
    return [entry.position for entry in await entries(dsn)]


@asynccontextmanager
async def head_held(dsn: str, code: str = CODE) -> AsyncIterator[None]:
    """Another session is recording for the authority, slowly."""
    async with connected(dsn) as connection, connection.transaction():
        await connection.execute(
            "SELECT 1 FROM heads JOIN authorities USING (authority_id) WHERE code = $1 FOR UPDATE OF heads",
            code,
        )
        yield


async def waiting_for_the_head(
    server: DatabaseServer, database: str, task: asyncio.Task[Any], many: int = 1
) -> None:
    """Returns once so many statements wait for a lock, the task's among them; only a superuser sees that of another role."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with asyncio.timeout(60), connected(server.server.dsn(embedded.SUPERUSER, database)) as connection:
        while await connection.fetchval(query) < many:
            assert not task.done(), task


# --- one id, one event ---


async def test_fifty_at_once_with_one_id_store_one_event(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """A caller that repeats for want of a reply gets the one reply, however often and from wherever."""
    replies = await at_once(office, *[line("a", RECEIVED)] * 50)

    assert [plain(each) for each in replies] == [Reply("a", "2020-0001", 1, 2, ())] * 50
    assert len({each.leaf for each in replies}) == 1
    assert await positions(server.behind(database)) == [1, 2]
    assert len(await fetch(server.behind(database), "SELECT 1 FROM vault")) == 2


async def test_one_id_in_several_processes_stores_one_event(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """The id is unique in the authority, not in a process: stores of their own agree."""
    others = [await Register.open(server.runtime(database), tmp_path / "keys", size=2) for _ in range(4)]
    try:
        recordings = [line("a", RECEIVED), line("b", ANSWERED, "#a"), line("c", SERVED, "#a")]
        replies = await asyncio.gather(*(record(each, *recordings) for each in (office, *others)))
    finally:
        for each in others:
            await each.close()

    answers = [[at_first(each) for each in told_once] for told_once in replies]
    assert answers == [answers[0]] * 5
    assert await positions(server.behind(database)) == [1, 2, 3, 4]


async def test_one_id_with_two_bodies_stores_one_of_them(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """Of different recordings under one id the first is stored, every other refused."""
    bodies = [line("a", RECEIVED, description=f"第{nth}件") for nth in range(10)]

    replies = await asyncio.gather(
        *(office.record(CODE, each, actor="tests") for each in bodies), return_exceptions=True
    )

    assert sorted(type(reply).__name__ for reply in replies) == ["IdempotencyKeyReused"] * 9 + ["Reply"]
    assert await positions(server.behind(database)) == [1, 2]


# --- two processes ---


@pytest.fixture
async def beside(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> AsyncIterator[Register]:
    """Another process that records for the same authority. Both know its law."""
    other = await Register.open(server.runtime(database), tmp_path / "keys", size=2)
    for nth, register in enumerate((office, other)):
        await register.record(CODE, line(f"known{nth}", RECEIVED), actor="tests")
    yield other
    await other.close()


async def both_waiting(
    stores: tuple[Register, Register],
    lines: tuple[Recording, Recording],
    server: DatabaseServer,
    database: str,
) -> list[Reply | BaseException]:
    """Each store records its line, and none begins before both wait for the head."""
    async with head_held(server.behind(database)):
        tasks = [
            asyncio.create_task(register.record(CODE, each, actor="tests"))
            for register, each in zip(stores, lines, strict=True)
        ]
        await waiting_for_the_head(server, database, tasks[0], many=2)
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_who_waited_for_another_is_judged_by_what_that_one_recorded(
    office: Register, beside: Register, server: DatabaseServer, database: str
) -> None:
    """Both answer the request; the one that comes second is refused."""
    first = line("a", builders.answered("2020-03-20"), "2020-0001")
    second = line("b", builders.answered("2020-03-23"), "2020-0001")

    results = await both_waiting((office, beside), (first, second), server, database)

    assert sorted(type(each).__name__ for each in results) == ["AlreadyAnswered", "Reply"]
    assert await positions(server.behind(database)) == [1, 2, 3, 4]


async def test_who_waited_for_another_gets_the_next_number(
    office: Register, beside: Register, server: DatabaseServer, database: str
) -> None:
    """Two numbers are given; one of them gets 3 and the other 4."""
    lines = (line("a", RECEIVED), line("b", RECEIVED))

    results = await both_waiting((office, beside), lines, server, database)

    given = sorted((each.reference, each.position) for each in results if isinstance(each, Reply))
    assert given == [("2020-0003", 4), ("2020-0004", 5)]


async def test_one_id_that_waits_in_two_processes_is_stored_once(
    office: Register, beside: Register, server: DatabaseServer, database: str
) -> None:
    """Neither was there when they came; both get the one reply."""
    lines = (line("a", RECEIVED), line("a", RECEIVED))

    results = await both_waiting((office, beside), lines, server, database)

    assert isinstance(results[0], Reply)
    assert at_first(results[0]) == at_first(results[1])
    assert await positions(server.behind(database)) == [1, 2, 3, 4]


async def test_who_waits_for_the_batch_takes_no_connection(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """Ten officers record at once while somebody else holds the head: with two connections others still read."""
    narrow = await Register.open(server.runtime(database), tmp_path / "keys", size=2)
    await narrow.record(CODE, line("first", RECEIVED), actor="tests")
    try:
        async with head_held(server.behind(database)):
            tasks = [
                asyncio.create_task(narrow.record(CODE, line(f"a{nth}", RECEIVED), actor="tests"))
                for nth in range(10)
            ]
            await waiting_for_the_head(server, database, tasks[0])
            async with asyncio.timeout(60):
                assert len(await history(narrow)) == 1
        replies = await asyncio.gather(*tasks)
    finally:
        await narrow.close()

    assert sorted(reply.position for reply in replies) == list(range(3, 13))


# --- numbers ---


async def test_thirty_two_writers_on_one_request_leave_no_gap(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """Versions and positions follow one another, in the order of recording."""
    await record(office, line("a", RECEIVED), line("b", ANSWERED, "#a"))

    replies = await at_once(office, *(line(f"s{nth}", SERVED, "2020-0001") for nth in range(32)))

    assert sorted(reply.version for reply in replies) == list(range(3, 35))
    assert sorted(reply.position for reply in replies) == list(range(4, 36))
    assert {reply.position - reply.version for reply in replies} == {1}
    assert await positions(server.behind(database)) == list(range(1, 36))
    assert [each.originator_version for each in await history(office)] == list(range(1, 35))
    found = await row(office)
    assert found is not None
    assert (found.version, found.position) == (34, 35)


async def test_receipts_at_once_get_gapless_numbers(office: Register) -> None:
    """Numbers are given without gap or double, by year, though half of the tasks are refused."""
    recordings = [line(f"a{nth}", builders.received(f"{2020 + nth % 2}-03-02")) for nth in range(40)]
    refused = [line(f"r{nth}", builders.received("2020-03-02", split_from="2020-9999")) for nth in range(40)]
    mixed = [each for pair in zip(recordings, refused, strict=True) for each in pair]

    replies = await asyncio.gather(
        *(office.record(CODE, each, actor="tests") for each in mixed), return_exceptions=True
    )

    given = sorted(reply.reference for reply in replies if isinstance(reply, Reply))
    assert given == [f"{year}-{nth:04d}" for year in (2020, 2021) for nth in range(1, 21)]
    assert sum(isinstance(reply, SplitParentUnknown) for reply in replies) == 40
    assert sorted(reply.position for reply in replies if isinstance(reply, Reply)) == list(range(2, 42))


async def test_files_at_once_are_each_all_or_nothing(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """The lines of a file lie together in the log, and of a refused file lies nothing."""
    good = [[line(f"{n}-{k}", RECEIVED) for k in range(5)] for n in range(10)]
    bad = [[line(f"bad{n}", RECEIVED), line(f"bad{n}s", SERVED, f"#bad{n}")] for n in range(10)]

    results = await asyncio.gather(*(record(office, *each) for each in good + bad), return_exceptions=True)

    assert [type(each) for each in results] == [list] * 10 + [Refused] * 10
    ids = [entry.command_id for entry in await entries(server.behind(database))]
    assert sorted(tuple(ids[start : start + 5]) for start in range(1, 51, 5)) == sorted(
        tuple(each.id for each in lines) for lines in good
    )


# --- authorities ---


async def test_two_authorities_do_not_wait_for_each_other(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """While one authority's head is held another records; both count from 1."""
    await office.record("jiangbei", line("office", registered("jiangbei")), actor="tests")

    async with head_held(server.behind(database)):
        reply = await office.record("jiangbei", line("a", RECEIVED), actor="tests")
    both = await asyncio.gather(
        *(
            office.record(code, line(f"b{nth}", RECEIVED), actor="tests")
            for nth in range(10)
            for code in (CODE, "jiangbei")
        )
    )

    assert plain(reply) == Reply("a", "2020-0001", 1, 2, ())
    assert sorted(each.position for each in both[::2]) == list(range(2, 12))
    assert sorted(each.position for each in both[1::2]) == list(range(3, 13))
    per_authority = await fetch(
        server.behind(database),
        "SELECT count(*), max(position), count(DISTINCT position) FROM events GROUP BY authority_id",
    )
    assert sorted(tuple(row) for row in per_authority) == [(11, 11, 11), (12, 12, 12)]


async def test_an_authority_opened_by_many_at_once_is_opened_once(
    register: Register, server: DatabaseServer, database: str
) -> None:
    """Instances that start together with the same first recording all get its reply."""
    replies = await asyncio.gather(
        *(register.record(CODE, line("office", registered()), actor="tests") for _ in range(10)),
        return_exceptions=True,
    )

    assert [plain(each) for each in replies] == [Reply("office", None, 1, 1, ())] * 10
    assert len(await fetch(server.behind(database), "SELECT 1 FROM authorities")) == 1
    assert len(await fetch(server.behind(database), "SELECT 1 FROM heads")) == 1


# --- time ---


async def test_the_time_recorded_never_falls_with_position(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """A recording that waited longer is not placed before those that got the lock first."""
    await at_once(office, *(line(f"a{nth}", RECEIVED) for nth in range(40)))

    times = [entry.recorded_at for entry in await entries(server.behind(database))]
    assert times == sorted(times)


async def test_a_clock_put_back_does_not_turn_the_log_back(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """If the server's clock falls behind the last entry, the recorded time does not advance until it has caught up."""
    await fetch(
        server.behind(database), "UPDATE heads SET recorded_at = clock_timestamp() + interval '3 hours'"
    )
    before = (await fetch(server.behind(database), "SELECT recorded_at FROM heads"))[0][0]

    await record(office, line("a", RECEIVED))
    await record(office, line("b", RECEIVED))

    assert [each.recorded_at for each in (await entries(server.behind(database)))[1:]] == [before] * 2


# --- the version seen ---


async def test_of_two_callers_with_the_same_version_one_records(office: Register) -> None:
    """The second gets a conflict with the present version; a repeated id is answered all the same."""
    await record(office, line("a", RECEIVED), line("b", ANSWERED, "#a"))
    recordings = [line(f"s{nth}", SERVED, "2020-0001") for nth in range(8)]

    results = await asyncio.gather(
        *(office.record(CODE, each, actor="tests", expected_version=2) for each in recordings),
        return_exceptions=True,
    )

    (reply,) = (each for each in results if isinstance(each, Reply))
    conflicts = [each for each in results if isinstance(each, VersionConflict)]
    assert len(conflicts) == 7
    assert str(conflicts[0]) == "2020-0001已有新的登记（现为第3条，所见为第2条），请重新查看后再登记。"
    again = next(each for each in recordings if each.id == reply.id)
    assert at_first(await office.record(CODE, again, actor="tests", expected_version=2)) == reply
    later = line("t", SERVED, "2020-0001")
    assert (await office.record(CODE, later, actor="tests", expected_version=3)).version == 4


# --- previews ---


async def test_a_preview_stores_nothing_and_takes_no_number(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """It answers as a recording would, and leaves every row as it was."""
    await record(office, line("a", RECEIVED))
    before = await contents(server.behind(database))

    shown = await record(office, line("b", RECEIVED), line("c", ANSWERED, "#b"), preview=True)
    one = await office.preview(CODE, line("b", RECEIVED), actor="tests")
    with pytest.raises(Refused):
        await record(office, line("d", SERVED, "2020-0001"), preview=True)
    with pytest.raises(NothingToServe):
        await office.preview(CODE, line("d", SERVED, "2020-0001"), actor="tests")

    assert [(each.reference, each.version, each.position) for each in shown] == [
        ("2020-0002", 1, 3),
        ("2020-0002", 2, 4),
    ]
    assert one.reply == shown[0]
    assert await contents(server.behind(database)) == before
    replies = await record(office, line("b", RECEIVED), line("c", ANSWERED, "#b"))
    assert [msgspec.structs.replace(each, leaf=None) for each in replies] == shown


async def test_a_preview_is_in_nobodys_way(office: Register, server: DatabaseServer, database: str) -> None:
    """While somebody records, a preview judges by what is stored, and no recording waits for a preview."""
    await record(office, line("a", RECEIVED))
    answer = line("b", ANSWERED, "2020-0001")

    async with asyncio.timeout(60), head_held(server.behind(database)):
        assert (await office.preview(CODE, answer, actor="tests")).reply.version == 2
        assert [each.version for each in await record(office, answer, preview=True)] == [2]
    submission = Submission(recordings=[answer], actor="tests")
    async with office._previews._transaction(CODE, submission, holding=False):
        reply = await asyncio.wait_for(office.record(CODE, answer, actor="tests"), 60)

    assert reply.version == 2


async def test_a_preview_of_an_authority_opens_none(
    register: Register, server: DatabaseServer, database: str
) -> None:
    """Judging the first recording of an authority makes no authority."""
    before = await contents(server.behind(database))

    await register.record_all(CODE, [line("office", registered())], actor="tests", preview=True)
    await register.preview(CODE, line("office", registered()), actor="tests")

    assert await contents(server.behind(database)) == before
    assert await register.authorities() == []


async def test_a_refused_registration_opens_no_authority(
    register: Register, server: DatabaseServer, database: str
) -> None:
    """A code mistyped on the command line leaves no empty authority in the directory for ever."""
    before = await contents(server.behind(database))

    with pytest.raises(Malformed, match="与机关代码huado不同"):
        await register.record("huado", line("office", registered(CODE)), actor="tests")

    assert await contents(server.behind(database)) == before
    assert await register.authorities() == []


# --- cancelling ---


@contextmanager
def complaints() -> Iterator[list[str]]:
    """What the loop would log as an error."""
    found: list[str] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: found.append(str(context["message"])))
    try:
        yield found
    finally:
        loop.set_exception_handler(None)


async def test_a_recording_cancelled_while_it_waits_leaves_all_usable(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """A client that hangs up while another records: nothing stored, and the one connection there is works on."""
    narrow = await Register.open(server.runtime(database), tmp_path / "keys", size=1)
    try:
        before = await contents(server.behind(database), but=["heads"])
        with complaints() as complained:
            async with head_held(server.behind(database)):
                task = asyncio.create_task(narrow.record(CODE, line("a", RECEIVED), actor="tests"))
                await waiting_for_the_head(server, database, task)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
        assert await contents(server.behind(database), but=["heads"]) == before
        reply = await narrow.record(CODE, line("a", RECEIVED), actor="tests")
    finally:
        await narrow.close()

    assert plain(reply) == Reply("a", "2020-0001", 1, 2, ())
    assert complained == []


async def test_recordings_cancelled_anywhere_are_whole_or_not_there(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """Cancelled ever later until it is done before, a recording is stored whole or not at all, without complaint.

    A connection given back with its transaction open would be complained of by the driver.
    """
    narrow = await Register.open(server.runtime(database), tmp_path / "keys", size=1)
    sent: list[Recording] = []
    done = 0
    try:
        with complaints() as complained:
            while done < 3:
                task = asyncio.create_task(
                    narrow.record(CODE, line(f"a{len(sent)}", RECEIVED), actor="tests")
                )
                for _ in range(10 * len(sent)):
                    await asyncio.sleep(0)  # one turn of the loop
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
                    done += 1
                sent.append(line(f"a{len(sent)}", RECEIVED))
        stored = [entry.command_id for entry in await entries(server.behind(database))][1:]
        assert 3 <= len(stored) < len(sent)
        assert len(await fetch(server.behind(database), "SELECT 1 FROM vault")) == 2 * len(stored)
        assert len(await fetch(server.behind(database), "SELECT 1 FROM requests")) == len(stored)
        replies = await record(narrow, *sent)
    finally:
        await narrow.close()

    numbers = range(1, len(sent) + 1)
    assert sorted(str(reply.reference) for reply in replies) == [f"2020-{nth:04d}" for nth in numbers]
    assert await positions(server.behind(database)) == [1, *(nth + 1 for nth in numbers)]
    assert complained == []


async def test_a_recording_cancelled_again_while_it_rolls_back_leaves_all_usable(
    office: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """A program that shuts down cancels twice: no connection goes back half rolled back, and nothing is complained of."""
    narrow = await Register.open(server.runtime(database), tmp_path / "keys", size=1)
    try:
        with complaints() as complained:
            for turns in range(0, 60, 4):
                async with head_held(server.behind(database)):
                    task = asyncio.create_task(narrow.record(CODE, line("a", RECEIVED), actor="tests"))
                    await waiting_for_the_head(server, database, task)
                    task.cancel()
                    for _ in range(turns):
                        await asyncio.sleep(0)
                    task.cancel()
                    with pytest.raises(asyncio.CancelledError):
                        await task
            reply = await narrow.record(CODE, line("a", RECEIVED), actor="tests")
            gc.collect()  # a task with an unretrieved exception warns when it is collected
            await asyncio.sleep(0)
    finally:
        await narrow.close()

    assert plain(reply) == Reply("a", "2020-0001", 1, 2, ())
    assert complained == []


async def test_a_session_killed_in_the_middle_is_reported_and_replaced(
    office: Register, server: DatabaseServer, database: str
) -> None:
    """A database that restarts: the recording in progress is refused as not saved, the next one works."""
    async with head_held(server.behind(database)):
        task = asyncio.create_task(office.record(CODE, line("a", RECEIVED), actor="tests"))
        await waiting_for_the_head(server, database, task)
        kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename = 'taizhang'"
        await fetch(server.server.dsn(embedded.SUPERUSER, database), kill)
        with pytest.raises(DatabaseUnavailable, match="不会重复"):
            await task

    replies = await record(office, line("a", RECEIVED))
    assert [plain(each) for each in replies] == [Reply("a", "2020-0001", 1, 2, ())]
