"""Calls that share connections, cancelled, failed and cut off among them: none leaves its authority to the next."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from adapters.postgres import embedded
from adapters.postgres.database import Database, DatabaseUnavailable
from adapters.postgres.single_flight import SingleFlight
from adapters.register.register import Register
from adapters.vault.key_store import VaultKeys
from tests import builders
from tests.adapters.postgres.test_wall import OUTSIDE, numbers, tables, two
from tests.adapters.recordings import connected, fetch, line, opened

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

__all__ = ["numbers", "two"]

CALLS, CONNECTIONS = 800, 6
CODES = ("huadu", "conghua", "baiyun", "nansha")


class Crash(Exception):
    """What goes wrong in a handler."""


class Hammer:
    """Calls of every kind over one pool; what each saw of an authority that was not its own."""

    def __init__(self, database: Database, register: Register, ids: dict[str, int], names: list[str]) -> None:
        self.database, self.register, self.ids, self.names = database, register, ids, names
        self.leaks: list[str] = []
        self.ended: Counter[str] = Counter()
        self._superuser: Any = None
        self._turn = asyncio.Lock()

    async def look_outside(self, connection: Any) -> None:
        """No authority is set, no transaction open, and no row of any is seen."""
        setting = await connection.fetchval("SELECT current_setting('taizhang.authority', true)")
        if setting or connection.is_in_transaction():
            self.leaks.append(f"a connection still for {setting}")
        for name in self.names:
            if await connection.fetchval(f"SELECT count(*) FROM {name}"):
                self.leaks.append(f"rows of {name} outside an authority")

    async def look_within(self, connection: Any, code: str) -> None:
        for name in ("events", "vault", "requests", "heads"):
            rows = await connection.fetch(f"SELECT DISTINCT authority_id FROM {name}")
            if {row[0] for row in rows} != {self.ids[code]}:
                self.leaks.append(f"{name} for {code}: {rows}")

    async def terminate(self, connection: Any) -> None:
        async with self._turn:
            await self._superuser.execute(f"SELECT pg_terminate_backend({connection.get_server_pid()})")

    async def call(self, kind: str, code: str, nth: int) -> None:
        """One of the kinds; ends as a handler would."""
        authority_id = self.ids[code]
        match kind:
            case "outside":
                async with self.database.session() as connection:
                    await self.look_outside(connection)
            case "record":
                await self.register.record(
                    code, line(f"n{nth}", builders.received("2020-03-02")), actor="tests"
                )
            case "preview":
                await self.register.preview(
                    code, line(f"n{nth}", builders.received("2020-03-02")), actor="tests"
                )
            case _:
                how: dict[str, bool] = random.Random(nth).choice(({}, {"reading": True}, {"locking": True}))
                async with self.database.transaction(authority_id, **how) as connection:
                    await self.look_within(connection, code)
                    if kind == "crash":
                        raise Crash
                    if kind == "broken":
                        await connection.execute("SELECT 1/0")
                    if kind == "cut":
                        await self.terminate(connection)
                    await self.look_within(connection, code)

    async def run(self, superuser: Any) -> None:
        """Side by side, in an order and with cancellations that a seed gives."""
        self._superuser = superuser
        choose = random.Random("pool")
        kinds = ("outside", "record", "preview", "read", "crash", "broken", "cut")
        calls = [
            (choose.choices(kinds, (4, 4, 2, 6, 3, 2, 1))[0], choose.choice(CODES), choose.random() < 0.3)
            for _ in range(CALLS)
        ]

        async def one(nth: int) -> None:
            kind, code, cancels = calls[nth]
            task = asyncio.create_task(self.call(kind, code, nth))
            if cancels:
                for _ in range(random.Random(nth).randrange(60)):
                    await asyncio.sleep(0)
                task.cancel()
            try:
                await task
                self.ended["done"] += 1
            except asyncio.CancelledError:
                self.ended["cancelled"] += 1
            except Crash:
                self.ended["crashed"] += 1
            except DatabaseUnavailable:
                self.ended["cut"] += 1
            except Exception as wrong:
                if type(wrong).__name__ != "DivisionByZeroError":
                    raise
                self.ended["broken"] += 1

        waiting = iter(range(CALLS))

        async def worker() -> None:
            for nth in waiting:
                await one(nth)

        await asyncio.gather(*(worker() for _ in range(4 * CONNECTIONS)))


@pytest.fixture
async def names(server: DatabaseServer, database: str) -> list[str]:
    return [name for name in await tables(server, database) if name not in OUTSIDE]


async def test_nothing_leaks_through_the_pool(
    server: DatabaseServer, database: str, names: list[str], tmp_path: Path
) -> None:
    """800 calls over 6 connections, of all ends: nobody sees another's rows, each connection goes back without an authority."""
    pool = await Database.connect(server.runtime(database), size=CONNECTIONS)
    register = Register(pool, await VaultKeys.load(pool, tmp_path / "keys"), tmp_path / "keys")
    for code in CODES:
        await opened(register, code)
        await register.record(code, line("first", builders.received("2020-03-02")), actor="tests")
    rows = await fetch(server.behind(database), "SELECT code, authority_id FROM authorities")
    hammer = Hammer(pool, register, {row["code"]: row["authority_id"] for row in rows}, names)

    async with connected(server.behind(database)) as superuser:
        await hammer.run(superuser)
    async with AsyncExitStack() as all_at_once:
        for _ in range(CONNECTIONS):
            await hammer.look_outside(await all_at_once.enter_async_context(pool.session()))

    assert hammer.leaks == []
    assert sum(hammer.ended.values()) == CALLS
    assert all(hammer.ended[how] >= 15 for how in ("done", "cancelled", "crashed", "cut", "broken")), (
        hammer.ended
    )
    for code in CODES:
        assert (await register.proofs.verify(code)).holds
    await register.close()


async def test_a_leak_would_be_seen(
    server: DatabaseServer, database: str, names: list[str], tmp_path: Path, register: Register
) -> None:
    """The look is not blind: a setting that outlives its transaction is named, with the rows that it shows."""
    await opened(register)
    pool = await Database.connect(server.runtime(database), size=1)
    hammer = Hammer(pool, register, {"huadu": 1}, names)
    async with pool.transaction(1) as connection:
        await connection.execute("SET taizhang.authority = '1'")  # not LOCAL

    async with pool.session() as connection:
        await hammer.look_outside(connection)

    assert hammer.leaks == ["a connection still for 1", "rows of events outside an authority"]
    await pool.close()


async def test_a_call_cut_off_between_preparing_and_running_leaves_nothing_begun(
    two: Register, numbers: tuple[int, int], server: DatabaseServer, database: str
) -> None:
    """What is prepared and not run has begun a transaction; the next user of the connection begins their own."""
    pool = await Database.connect(server.runtime(database), size=1)
    prepared, never = asyncio.Event(), asyncio.Event()

    async def cut_off() -> None:
        async with pool.session() as connection:
            await connection.prepare("SELECT count(*) FROM heads")
            prepared.set()
            await never.wait()

    task = asyncio.create_task(cut_off())
    await prepared.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with pool.transaction(numbers[0], reading=True) as connection:
        assert await connection.fetchval("SELECT count(*) FROM events") > 0
    await pool.close()


async def test_who_is_cancelled_while_a_failure_is_rolled_back_is_cancelled(
    two: Register, numbers: tuple[int, int], server: DatabaseServer, database: str
) -> None:
    """At whatever moment: one that raised its failure instead could catch it and go on, and a stop would wait for ever."""
    pool = await Database.connect(server.runtime(database), size=1)
    rolls_back = asyncio.Event()

    async def fail() -> None:
        async with pool.transaction(numbers[0]):
            rolls_back.set()
            raise Crash

    turns, was_cancelled = 0, True
    while was_cancelled:
        rolls_back.clear()
        task = asyncio.create_task(fail())
        await rolls_back.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        was_cancelled = task.cancel()
        (left,) = await asyncio.gather(task, return_exceptions=True)
        assert isinstance(left, asyncio.CancelledError if was_cancelled else Crash), turns
        turns += 1
    assert turns > 2
    await pool.close()


# --- one question for all who wait ---


class Question:
    """A query that completes when the test lets it, and returns how often it was run before."""

    def __init__(self) -> None:
        self.times = 0
        self.let = asyncio.Event()

    async def __call__(self) -> int:
        self.times += 1
        times = self.times
        await self.let.wait()
        return times


async def turns(many: int = 10) -> None:
    """What is ready to run runs."""
    for _ in range(many):
        await asyncio.sleep(0)


async def test_nobody_gets_an_answer_older_than_their_question() -> None:
    """Callers that arrive while it runs wait for the next run, all for the same one."""
    question = Question()
    answer = SingleFlight(question, 10)
    first = asyncio.create_task(answer.get())
    await turns()
    later = [asyncio.create_task(answer.get()) for _ in range(5)]
    await turns()
    assert question.times == 1

    question.let.set()

    assert await asyncio.gather(first, *later) == [1, 2, 2, 2, 2, 2]
    assert await answer.get() == 3


async def test_who_leaves_takes_the_answer_from_nobody() -> None:
    """The caller that started it is cancelled; the others get the result of the same query."""
    question = Question()
    answer = SingleFlight(question, 10)
    tasks = [asyncio.create_task(answer.get()) for _ in range(3)]
    await turns()
    tasks[0].cancel()
    await turns()
    question.let.set()

    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert isinstance(results[0], asyncio.CancelledError)
    assert results[1:] == [1, 1]


async def test_a_failure_reaches_all_who_waited_and_nobody_after() -> None:
    """The database was away for one question; the next one asks again."""
    left = iter([DatabaseUnavailable("断开")])

    async def ask() -> str:
        for failure in left:
            raise failure
        return "again"

    answer = SingleFlight(ask, 10)

    results = await asyncio.gather(*(answer.get() for _ in range(3)), return_exceptions=True)

    assert [type(each) for each in results] == [DatabaseUnavailable] * 3
    assert await answer.get() == "again"


async def test_a_session_that_went_silent_holds_up_nobody_for_long() -> None:
    """Callers waiting for the result, and later ones, get an error within the timeout; then another session is used."""
    question = Question()
    answer = SingleFlight(question, 0.1)
    tasks = [asyncio.create_task(answer.get()) for _ in range(2)]

    with pytest.raises(DatabaseUnavailable, match="等待过久"):
        await answer.get()
    results = await asyncio.gather(*tasks, return_exceptions=True)

    assert [type(each) for each in results] == [DatabaseUnavailable] * 2
    question.let.set()
    assert await answer.get() == 2


# --- the pool ---


async def pid_of(pool: Database) -> int:
    async with pool.session() as connection:
        pid: int = connection.get_server_pid()
        return pid


async def test_a_connection_left_in_order_is_the_next_ones(server: DatabaseServer, database: str) -> None:
    """One after the other uses the same; one that was left in disorder, or has died, is not handed on."""
    pool = await Database.connect(server.runtime(database), size=3)
    first = await pid_of(pool)
    assert [await pid_of(pool) for _ in range(3)] == [first] * 3
    assert pool.connections == (0, 1)

    async def leave_in_disorder() -> None:
        async with pool.session() as connection:
            await connection.execute("BEGIN")
            raise Crash

    with pytest.raises(Crash):
        await leave_in_disorder()
    async with pool.session() as connection:
        assert not connection.is_in_transaction()
        connection.terminate()
    assert await pid_of(pool) != first
    assert pool.connections == (0, 1)
    await pool.close()


async def test_a_connection_that_died_unused_is_not_handed_on(server: DatabaseServer, database: str) -> None:
    """As after a restart of the database: the next caller gets a new connection and no refusal."""
    pool = await Database.connect(server.runtime(database), size=1)
    first = await pid_of(pool)
    async with connected(server.server.dsn(embedded.SUPERUSER, database)) as superuser:
        await superuser.execute(f"SELECT pg_terminate_backend({first})")
    async with asyncio.timeout(60):
        while pool.connections != (0, 0):
            await asyncio.sleep(0)

    assert await pid_of(pool) != first
    await pool.close()


async def test_none_is_left_open_at_the_end(server: DatabaseServer, database: str) -> None:
    """What lies unused is closed with the program."""
    pool = await Database.connect(server.runtime(database), size=3)
    async with pool.session():
        await pid_of(pool)

    await pool.close()

    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'taizhang'"
    async with asyncio.timeout(60), connected(server.behind(database)) as behind:
        while await behind.fetchval(query):
            pass


async def test_who_waits_for_a_connection_comes_in_turn(server: DatabaseServer, database: str) -> None:
    """No caller loses its turn when another one leaves, not even at that moment."""
    pool = await Database.connect(server.runtime(database), size=1)

    async def come(name: str) -> None:
        async with pool.session():
            came.append(name)

    for turns in range(40):
        came: list[str] = []
        async with pool.session():
            tasks = {name: asyncio.create_task(come(name)) for name in ("a", "leaves", "b", "c")}
            await asyncio.sleep(0)
        for _ in range(turns):
            await asyncio.sleep(0)  # one turn of the loop
        tasks["leaves"].cancel()
        await asyncio.gather(*tasks.values(), return_exceptions=True)

        assert [name for name in came if name != "leaves"] == ["a", "b", "c"], turns
        assert pool.connections == (0, 1)
    await pool.close()


async def test_who_waits_too_long_takes_nobody_s_turn(server: DatabaseServer, database: str) -> None:
    """Refused after the timeout; the connection then goes to who still waits."""
    pool = await Database.connect(server.runtime(database), size=1, timeout=0.05)
    with pytest.raises(DatabaseUnavailable, match="没有空闲的连接"):
        async with pool.session():
            await pid_of(pool)
    assert await pid_of(pool)
    await pool.close()
