"""What a recording reads before it is judged, and what it does not: in one round trip, in two, under the held head."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adapters.log import recorder
from adapters.log.recorder import Head, HeadMoved
from adapters.postgres.queries import SQL
from adapters.refusals import IdempotencyKeyReused
from adapters.register.register import Register, Reply
from domain.authority.refusals import NotAnOfficer
from domain.values import SHANGHAI
from tests import builders
from tests.adapters.recordings import (
    CODE,
    connected,
    contents,
    entries,
    fetch,
    line,
    opened,
    policy_set,
    record,
    row,
)
from tests.adapters.test_concurrency import head_held, waiting_for_the_head
from tests.api.officers import appoint, appoint_first

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

RECEIVED = builders.received("2020-03-02")
READ, APPEND = "read", "append"
ONE, TWO, REREAD = [APPEND], [READ, APPEND], [APPEND, READ, APPEND]
"""The statements of one recording: without reading, after reading, and after an attempt without."""


class Process:
    """A store of its own, and what it sends."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self._sent: list[str] = []

    async def listen(self, connections: int) -> None:
        names = {SQL["read_for_recording"]: READ, SQL["append"]: APPEND}
        async with AsyncExitStack() as all_at_once:
            for _ in range(connections):
                connection = await all_at_once.enter_async_context(self.register._database.session())
                connection.add_query_logger(
                    lambda query: self._sent.append(names.get(query.query, query.query))
                )

    async def tell(self, id_: str, event: Any = RECEIVED, reference: str | None = None, **how: Any) -> Reply:
        actor = how.pop("actor", "tests")
        try:
            return await self.register.record(CODE, line(id_, event, reference, **how), actor=actor)
        finally:
            await asyncio.sleep(0)  # the library tells of a statement in the next turn of the loop

    def sent(self) -> list[str]:
        found, self._sent[:] = list(self._sent), []
        return found


@pytest.fixture
async def here(
    register: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> AsyncIterator[Process]:
    async with process(server, database, tmp_path) as found:
        await opened(found.register)
        await found.tell("law")  # the law is read, under the held head
        found.sent()
        yield found


@pytest.fixture
async def there(
    here: Process, server: DatabaseServer, database: str, tmp_path: Path
) -> AsyncIterator[Process]:
    async with process(server, database, tmp_path) as found:
        await found.tell("law there")
        found.sent()
        yield found


@asynccontextmanager
async def process(server: DatabaseServer, database: str, tmp_path: Path) -> AsyncIterator[Process]:
    register = await Register.open(server.runtime(database), tmp_path / "keys", size=2)
    found = Process(register)
    await found.listen(2)
    yield found
    await register.close()


async def test_a_receipt_after_ones_own_reads_nothing(here: Process) -> None:
    """The first reads; from then on the process knows where the log ends, and which number comes next."""
    first = await here.tell("a")
    assert here.sent() == TWO

    second, third = await here.tell("b"), await here.tell("c", builders.received("2021-01-04"))

    assert here.sent() == ONE + ONE
    given = [(each.reference, each.position, each.version) for each in (first, second, third)]
    assert given == [("2020-0002", 3, 1), ("2020-0003", 4, 1), ("2021-0001", 5, 1)]


async def test_what_names_a_request_reads_it(here: Process) -> None:
    """Later events, receipts that bring a number or come of another: of those the log is read."""
    await here.tell("a")
    here.sent()

    await here.tell("b", builders.assigned("2020-03-03"), "2020-0001")
    await here.tell("c", RECEIVED, "2020-0017")
    await here.tell("d", builders.received("2020-03-02", split_from="2020-0001"))
    assert here.sent() == TWO + TWO + TWO

    assert (await here.tell("e")).reference == "2020-0019"
    assert here.sent() == ONE


async def test_after_another_process_recorded_it_reads_again(here: Process, there: Process) -> None:
    """Its number and its position are the next ones; and it goes on reading until it was alone for once."""
    await here.tell("a")
    await here.tell("b")
    here.sent()
    await there.tell("c")

    replies = [await here.tell("d"), await here.tell("e"), await here.tell("f")]

    assert here.sent() == REREAD + TWO + ONE
    assert [(each.reference, each.position) for each in replies] == [
        ("2020-0006", 7), ("2020-0007", 8), ("2020-0008", 9),
    ]  # fmt: skip


async def test_processes_in_turns_do_not_try_in_vain(here: Process, there: Process) -> None:
    """Where two record by turns neither is ever alone: each reads, and appends at once."""
    await here.tell("a")
    await there.tell("b")
    here.sent(), there.sent()

    for nth in range(3):
        await here.tell(f"here {nth}")
        await there.tell(f"there {nth}")

    assert here.sent()[-4:] == TWO + TWO
    assert there.sent()[-4:] == TWO + TWO


async def test_a_known_id_gets_the_stored_reply(here: Process, server: DatabaseServer, database: str) -> None:
    """An id that was never looked up is found by the statement that would have written it a second time."""
    first = await here.tell("a")
    await here.tell("b")
    before = await contents(server.behind(database))
    here.sent()

    assert await here.tell("a") == first
    with pytest.raises(IdempotencyKeyReused):
        await here.tell("a", builders.received("2020-03-03"))

    assert here.sent() == [APPEND, READ, READ] * 2  # the id, then the stream that it lies in
    assert await contents(server.behind(database)) == before


async def test_nobody_is_refused_by_what_was_overtaken(
    register: Register, server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """An officer appointed elsewhere meanwhile may record here at once; one who was nobody then is still refused."""
    await opened(register)
    await appoint_first(register, CODE)
    await appoint(register, CODE, "zhang", "handler")
    async with process(server, database, tmp_path) as here:
        for nth in range(3):
            await here.tell(f"a{nth}", actor="zhang")
        here.sent()
        with pytest.raises(NotAnOfficer):
            await here.tell("b", actor="wang")
        assert here.sent() == [READ]

        await appoint(register, CODE, "wang", "handler")

        assert (await here.tell("b", actor="wang")).reference == "2020-0004"


async def test_what_is_judged_by_an_old_law_is_not_stored(here: Process, there: Process) -> None:
    """A policy told elsewhere moves the due date of what is received here next.

    Saturday 2020-02-29, by e-mail: 20 working days end on Friday 2020-03-27; rolled to Monday, on Monday 2020-03-30.
    """
    email = builders.received("2020-02-29", channel="email", receipt_basis="confirmed_by_both")
    before = await here.tell("before", email)
    await here.tell("alone", email)
    here.sent()
    await there.tell("policy", policy_set("2020-01-02", "on"))

    after = await here.tell("after", email)

    assert here.sent()[0] == APPEND
    found = [await row(here.register, str(each.reference)) for each in (before, after)]
    assert [each and str(each.due_on) for each in found] == ["2020-03-30", "2020-03-30"]
    assert [each.position for each in (before, after)] == [4, 7]


async def test_nothing_is_written_on_another_day_or_after_another_end(
    here: Process, server: DatabaseServer, database: str
) -> None:
    """The statement itself refuses: another position, another moment there, another day than it was judged on."""
    behind = server.behind(database)
    found = (await fetch(behind, "SELECT authority_id, position, recorded_at FROM heads"))[0]
    head = Head(found["position"], found["recorded_at"], 1, "")
    today = datetime.now(UTC).astimezone(SHANGHAI).date()
    before = await contents(behind)
    async with connected(server.runtime(database)) as connection:

        async def written(head: Head, **how: Any) -> Head:
            stored = (await entries(behind))[-1]
            again = type(stored)(
                "request/2020-0099",
                1,
                stored.topic,
                stored.state,
                head.position + 1,
                None,
                "tests",
                command_id="x",
            )
            return await recorder.append(
                connection, found["authority_id"], head, [again], authority_version=1, **how
            )

        for other, how in (
            (head._replace(position=head.position - 1), {}),
            (head._replace(recorded_at=head.recorded_at - timedelta(microseconds=1)), {}),
            (head, {"judged_on": today - timedelta(days=1)}),
            (head, {"judged_on": today + timedelta(days=1)}),
            (head, {"unread": "law"}),
        ):
            with pytest.raises(HeadMoved):
                await written(other, **how)
            assert await contents(behind) == before, how

        after = await written(head, judged_on=today, unread="x")
    assert (after.position, after.recorded_at > found["recorded_at"]) == (head.position + 1, True)


async def test_the_moment_recorded_is_that_of_writing(
    here: Process, server: DatabaseServer, database: str
) -> None:
    """Who waits for the head has not recorded yet: whoever looks at the log meanwhile lacks nothing of it afterwards."""
    await here.tell("a")
    for id_, told in (("b", RECEIVED), ("c", builders.assigned("2020-03-03"))):
        reference = None if told is RECEIVED else "2020-0001"
        async with head_held(server.behind(database)):
            task = asyncio.create_task(here.tell(id_, told, reference))
            await waiting_for_the_head(server, database, task)
            looked = (await fetch(server.behind(database), "SELECT clock_timestamp()"))[0][0]
        reply = await task

        entry = (await entries(server.behind(database)))[-1]
        assert (entry.position, entry.recorded_at > looked) == (reply.position, True)
        assert (await here.register.proofs.verify(CODE)).holds


async def test_the_leaf_of_a_reply_is_that_of_the_row(
    here: Process, server: DatabaseServer, database: str
) -> None:
    """However it was recorded: unread, read, in a file. A receipt by it proves the entry."""
    replies = [await here.tell("a"), await here.tell("b")]
    replies += await record(
        here.register, line("c", RECEIVED), line("d", builders.assigned("2020-03-03"), "#c")
    )
    again = [await here.tell("a"), await here.tell("b")]

    assert [each.leaf for each in replies[:2]] == [each.leaf for each in again]
    assert len({each.leaf for each in replies}) == 4
    await here.register.proofs.seal(CODE)
    kept = b"".join(
        row["leaves"]
        for row in await fetch(server.behind(database), "SELECT leaves FROM checkpoints ORDER BY size")
    )
    for reply in replies:
        assert kept[32 * (reply.position - 1) : 32 * reply.position].hex() == reply.leaf
