"""Row policies: whatever condition a statement lacks, it reads and writes only rows of its own authority."""

from __future__ import annotations

import functools
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from adapters.accounts.access_log import Origin
from adapters.postgres import queries
from adapters.postgres.database import Database, DatabaseUnavailable, OutOfSight
from adapters.postgres.queries import SQL
from adapters.proof.provable import LOGS
from adapters.register.recording.questions import of_period
from adapters.register.register import Register
from adapters.views import Until
from domain.report import official_form
from domain.request.events import Answered
from domain.values import Period, Reference
from projections.listing import Filter
from tests import builders
from tests.adapters.log.library_recorder import Recorder
from tests.adapters.recordings import (
    connected,
    contents,
    day_off_set,
    fetch,
    line,
    opened,
    renamed,
    sealed_in,
)

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

A, B = "huadu", "conghua"
YEAR = Period.year(2020)
ALWAYS = "$1::integer IS NOT NULL"
OWN_CONDITION = r"(\w+\.)?authority_id = \$1"
OUTSIDE = {"authorities", "heads"}
"""Tables of which a statement outside any authority sees rows."""

POLLED = "poll"
"""The one statement on a single authority sent without a row policy: only its condition limits it."""

KEYED = """
SELECT relname FROM pg_class AS c JOIN pg_attribute ON attrelid = c.oid
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attname = 'authority_id' ORDER BY 1"""


async def populate(register: Register, code: str) -> None:
    """Record the same numbers, ids and streams in every authority, with different contents, so that a mix-up would show."""
    of_a = code == A
    lines = [
        line("r1", builders.received("2020-03-02"), applicant={"name": f"申请人{code}"}),
        line("unit", builders.assigned("2020-03-03", unit=f"{code}科"), "#r1"),
        line("done", builders.answered("2020-03-20", document_no=f"{code}1号"), "#r1"),
        line("court", builders.appealed("2020-04-01"), "#r1"),
    ]
    lines += [
        line(f"r{nth}", builders.received(f"2020-03-{10 + nth}")) for nth in range(2, 5 if of_a else 12)
    ]
    lines.append(line("off", day_off_set("2020-06-01", "2020-06-10" if of_a else "2020-03-16")))
    await register.record_all(code, lines, actor=code, acknowledge_all=True)
    await register.proofs.sign_checkpoint(code)
    await register.record_all(code, [line("later", builders.received("2020-07-01"))], actor=code)
    await register.access_log.add(code, "exported", actor=code, origin=Origin("192.0.2.7", "tests"))
    for log in LOGS:
        await register.proofs.sign_checkpoint(code, log)


@pytest.fixture
async def two(register: Register, server: DatabaseServer, database: str) -> Register:
    for code in (A, B):
        await opened(register, code)
        await populate(register, code)
    await fill(server.behind(database))
    return register


@pytest.fixture
async def numbers(two: Register, server: DatabaseServer, database: str) -> tuple[int, int]:
    rows = await fetch(server.behind(database), "SELECT code, authority_id FROM authorities")
    found = {row["code"]: row["authority_id"] for row in rows}
    return found[A], found[B]


async def tables(server: DatabaseServer, database: str) -> list[str]:
    return [row["relname"] for row in await fetch(server.behind(database), KEYED)]


LIKE_ANY: dict[str, Any] = {
    "integer": 1, "bigint": 1, "smallint": 1, "text": "x", "bytea": b"x", "boolean": False, "text[]": ["x"],
    "date": date(2020, 3, 2), "timestamp with time zone": datetime(2020, 3, 2, tzinfo=UTC),
    "interval": timedelta(1), "double precision": 1.0, "json": "[]", "numeric": Decimal(1),
}  # fmt: skip
"""A value of each type, for rows that no recording makes and for parameters that find them."""


async def fill(dsn: str) -> None:
    """A row of each authority in every table that has none yet."""
    columns = """SELECT attname, format_type(atttypid, atttypmod) AS type FROM pg_attribute
                 WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped"""
    async with connected(dsn) as connection:
        for name in [row[0] for row in await connection.fetch(KEYED)]:
            if await connection.fetchval(f"SELECT count(*) FROM {name}"):
                continue
            types = {row["attname"]: row["type"] for row in await connection.fetch(columns, name)}
            del types["authority_id"]
            values = ", ".join(f"${nth}::{each}" for nth, each in enumerate(types.values(), start=1))
            await connection.execute(
                f"INSERT INTO {name} (authority_id, {', '.join(types)})"
                f" SELECT authority_id, {values} FROM authorities",
                *(LIKE_ANY[each] for each in types.values()),
            )


async def of_authority(dsn: str, names: list[str], authority_id: int) -> dict[str, list[str]]:
    """Every row of an authority, as text."""
    async with connected(dsn) as connection:
        return {
            name: [
                row[0]
                for row in await connection.fetch(
                    f"SELECT whole::text FROM {name} AS whole WHERE authority_id = $1 ORDER BY 1",
                    authority_id,
                )
            ]
            for name in names
        }


# --- the database alone ---


@pytest.mark.parametrize("role", ["runtime", "owner"])
async def test_outside_an_authority_nothing_is_seen_but_the_directory(
    numbers: tuple[int, int], server: DatabaseServer, database: str, role: str
) -> None:
    """Not by the program and not by the owner; of codes and heads both rows, as the directory is read."""
    names = await tables(server, database)
    async with connected(getattr(server, role)(database)) as connection:
        counts = {name: await connection.fetchval(f"SELECT count(*) FROM {name}") for name in names}
        await connection.execute("BEGIN; SET LOCAL taizhang.authority = '7'; COMMIT")  # it is '' from now on
        again = {name: await connection.fetchval(f"SELECT count(*) FROM {name}") for name in names}

    assert counts == again == {name: 2 if name in OUTSIDE else 0 for name in names}
    assert len(names) >= 9


async def test_within_an_authority_the_other_is_not_there(
    numbers: tuple[int, int], server: DatabaseServer, database: str
) -> None:
    """Queried by its key, no table nor the directory has a row of another authority; each has rows of the own one."""
    a, b = numbers
    async with connected(server.runtime(database)) as connection:
        await connection.execute(f"BEGIN; SET LOCAL taizhang.authority = '{a}'")
        for name in await tables(server, database):
            query = f"SELECT count(*) FROM {name} WHERE authority_id = $1"
            assert (await connection.fetchval(query, b), await connection.fetchval(query, a) > 0) == (
                0,
                True,
            ), name


async def test_nothing_is_written_into_another(
    numbers: tuple[int, int], server: DatabaseServer, database: str
) -> None:
    """A row under the other's key is refused by each table, a change of its rows finds none, all of them stay."""
    a, b = numbers
    names = await tables(server, database)
    before = await contents(server.behind(database))
    async with connected(server.runtime(database)) as connection:

        async def taken(statement: str) -> str:
            """How the database takes it within A."""
            await connection.execute(f"BEGIN; SET LOCAL taizhang.authority = '{a}'")
            try:
                return str(await connection.execute(statement))
            except asyncpg.PostgresError as wrong:
                return str(wrong)
            finally:
                await connection.execute("ROLLBACK")

        for name in names:
            row = f"json_populate_record(t, '{{\"authority_id\": {b}}}')"
            if name == "authorities":
                error = await taken("INSERT INTO authorities (code) VALUES ('third')")
            else:
                error = await taken(f"INSERT INTO {name} SELECT ({row}).* FROM {name} AS t")
            assert error == f'new row violates row-level security policy for table "{name}"'
        for name, change in (
            ("heads", "UPDATE heads SET position = 99"),
            ("requests", "UPDATE requests SET unit = ''"),
            ("requests", "DELETE FROM requests"),
            ("appeal_spells", "DELETE FROM appeal_spells"),
        ):
            assert (await taken(f"{change} WHERE authority_id = {b}")).endswith(" 0"), name
        assert "violates row-level security" in await taken(f"UPDATE heads SET authority_id = {b}")

    assert await contents(server.behind(database)) == before


async def test_a_recording_s_functions_keep_within_the_authority_they_are_called_in(
    numbers: tuple[int, int], server: DatabaseServer, database: str
) -> None:
    """Called within A for B, or outside any, they see and write nothing; entering ends with the transaction."""
    a, b = numbers
    entry = (
        '[{"nth": 1, "stream": "request/2099-0001", "version": 1, "topic": "received", "schema_version": 1, "payload": "",'
        ' "actor": "li", "command_id": "wall", "body_mac": "", "acknowledged": [], "leaf_format": 1}]'
    )
    write = f"SELECT append($1, $2, '2030-01-01Z', 1, NULL, $3, '{entry}', '[]', '[]', '[]')"
    given = '{"2099":1}'
    before = await contents(server.behind(database))
    async with connected(server.runtime(database)) as connection:
        await connection.execute(f"BEGIN; SELECT enter({a})")
        within = [await connection.fetchval(write, b, position, given) for position in (10, 17)]
        await connection.execute("COMMIT")
        left = await connection.fetchval("SELECT current_setting('taizhang.authority', true)")
        outside = [await connection.fetchval(write, b, position, given) for position in (10, 17)]
    assert (within, left, outside) == ([False, False], "", [False, False])
    assert await contents(server.behind(database)) == before

    async with connected(server.runtime(database)) as connection:
        await connection.execute(f"BEGIN; SELECT enter({a})")
        assert await connection.fetchval(write, a, 9, given) is False  # its head is at 10
        assert await connection.fetchval(write, a, 10, given) is True
        await connection.execute("COMMIT")
    numbers_given = await fetch(
        server.behind(database), "SELECT authority_id FROM heads WHERE numbers = $1", given
    )
    assert [row["authority_id"] for row in numbers_given] == [a]


# --- the register with its own conditions removed ---


def mutants() -> dict[str, str]:
    """The statements with each condition on the authority replaced by one that is always true."""
    found = {name: re.sub(OWN_CONDITION, ALWAYS, text) for name, text in SQL.items()}
    return {name: text for name, text in found.items() if text != SQL[name] and name != POLLED}


async def all_reads(register: Register, dsn: str, authority_id: int, code: str, path: Path) -> dict[str, Any]:
    """What the register, the log and the proofs answer of one authority, every way there is to ask."""
    one = Reference(2020, 1)
    form = official_form.load("2019")
    answers: dict[str, Any] = {}
    for name, until in (("now", None), ("then", Until(position=7))):
        async with register.view(code, until) as view:
            history = await view.history(one)
            answers[name] = [
                view.position,
                view.authority.name_on(YEAR.last),
                view.law.digest,
                history,
                await view.authority_history(),
                await view.entries(0, 100),
                await view.row(one),
                [row async for row in view.listed(Filter())],
                [row async for row in view.listed(Filter(), limit=500)],
                await view.rows(YEAR),
                await view.spells(YEAR),
                await view.tally(YEAR),
                await view.tables(YEAR, form),
                await view.compliance(YEAR),
                await view.work_list(date(2020, 4, 10), 5),
                await view.standing(date(2020, 4, 10)),
                await view.annulled(),
                await of_period(view, YEAR),
            ]
    async with register.view(code, Until.parse("2099-01-01")) as view:
        answers["by moment"] = [view.position, await view.rows(YEAR)]
    sealed = [value for entry in history for _, value in sealed_in(entry.event)]
    answers["in clear"] = await register.personal_data.unsealed(code, sealed)
    answers["differences"] = await register.comparisons.differences(code, Until(position=3), None, YEAR, form)
    answers["position"] = await register.position(code)
    answers["stale"] = await register.is_stale(code)
    answers["proofs"] = [
        await register.proofs.inclusion(code, 3),
        await register.proofs.consistency(code, 9 if code == A else 16),
        await register.proofs.receipt(code, one),
        await register.proofs.checkpoint(code),
        (await register.proofs.checkpoint_lag(code)).entries,
    ]
    found = await register.proofs.verify(code)
    assert found.holds, found.findings
    answers["verified"] = [found.entries, found.sealed, found.requests, found.checkpoints, found.checkpoint]
    answers["exported"] = (await register.proofs.export(code, path, with_sealed=True)).manifest
    numbered = [each.originator_version for each in history if isinstance(each.event, Answered)]
    answers["questions"] = [
        await register.questions.of_entry(code, one, version) for version in (1, *numbered)
    ]
    answers["as repeated"] = await register.record(
        code, line("done", builders.answered("2020-03-20", document_no=f"{code}1号"), "#r1"), actor=code
    )
    answers["judged"] = await register.record_all(
        code, [line("new", builders.received("2020-07-02"))], actor=code, preview=True
    )
    answers["change"] = (
        await register.preview(code, line("w", builders.withdrawn("2020-07-02"), "2020-0002"), actor=code)
    ).change
    database = await Database.connect(dsn, size=1)
    recorder = Recorder(database, authority_id)
    answers["recorder"] = [
        await recorder.max_notification_id(),
        await recorder.select_notifications(None, 100),
        await recorder.select_events("request/2020-0001"),
        await recorder.select_events("request/2020-0001", desc=True),
    ]
    await database.close()
    return answers


async def write(register: Register, code: str, round_: str) -> None:
    """Each way there is to write: receipts, an appeal, an annulment, a new day off (rebuilds), rebuild, seal."""
    lines = [
        line(f"{round_}", builders.received("2020-08-03")),
        line(f"{round_}-a", builders.answered("2020-08-10"), f"#{round_}"),
        line(f"{round_}-b", builders.appealed("2020-08-20"), f"#{round_}"),
        line(f"{round_}-x", builders.received("2020-08-04")),
        line(f"{round_}-y", builders.amended("2020-08-05", 1), f"#{round_}-x"),
    ]
    await register.record_all(code, lines, actor=code, acknowledge_all=True)
    await register.record(code, line(f"{round_}-name", renamed("2020-09-01", f"{code}新名")), actor=code)
    await register.record(code, line(f"{round_}-off", day_off_set("2020-09-02", "2020-03-17")), actor=code)
    await register.rebuild(code)
    await register.proofs.sign_checkpoint(code)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every statement that any connection made from now on sends."""
    statements: set[str] = set()

    async def listen(connection: Any) -> None:
        connection.add_query_logger(lambda query: statements.add(query.query))

    monkeypatch.setattr(asyncpg, "create_pool", functools.partial(asyncpg.create_pool, init=listen))
    return statements


Mutate = Callable[[], Awaitable[None]]

OWN_FUNCTIONS = """
SELECT proname, pg_get_functiondef(oid) AS text FROM pg_proc
WHERE pronamespace = 'public'::regnamespace ORDER BY proname"""


@pytest.fixture
def mutate(monkeypatch: pytest.MonkeyPatch, server: DatabaseServer, database: str) -> Mutate:
    """Take the conditions away, from here on, in the functions that statements call as well."""

    async def act() -> None:
        for name, text in mutants().items():
            monkeypatch.setitem(SQL, name, text)
        async with connected(server.behind(database)) as connection:
            texts = {row["proname"]: row["text"] for row in await connection.fetch(OWN_FUNCTIONS)}
            changed = {name: re.sub(OWN_CONDITION, ALWAYS, text) for name, text in texts.items()}
            assert [name for name in texts if changed[name] != texts[name]] == [
                "append",
                "index_applicants",
                "write_rows",
            ]
            for text in changed.values():
                await connection.execute(text)

    return act


async def test_nothing_shows_where_every_condition_is_missing(
    two: Register, numbers: tuple[int, int], server: DatabaseServer, database: str, tmp_path: Path, mutate: Mutate,
    sent: set[str],
) -> None:  # fmt: skip
    """With no condition on the authority left in any statement each office answers as before, and writes its own rows."""
    a, b = numbers
    dsn, behind, names = server.runtime(database), server.behind(database), await tables(server, database)
    whole = {
        code: await all_reads(two, dsn, key, code, tmp_path / f"{code}.zip") for code, key in ((A, a), (B, b))
    }
    assert whole[A]["now"] != whole[B]["now"]

    await mutate()
    register = await Register.open(dsn, tmp_path / "keys", size=2)
    for code, key in ((A, a), (B, b)):
        assert await all_reads(register, dsn, key, code, tmp_path / f"{code}2.zip") == whole[code]
        assert (tmp_path / f"{code}2.zip").read_bytes() == (tmp_path / f"{code}.zip").read_bytes()

    before = await of_authority(behind, names, b)
    await write(register, A, "first")
    assert await of_authority(behind, names, b) == before
    await write(register, B, "second")
    third = "baiyun"
    await opened(register, third)
    await populate(register, third)
    for code in (A, B, third):
        found = await register.proofs.verify(code)
        assert (found.holds, await register.rebuild(code)) == (True, []), found.findings
    await register.close()

    unheard = {name for name, text in SQL.items() if ALWAYS in text and text not in sent}
    assert "select_log" in unheard  # read by a cursor, which no listener hears: by verify and rebuild
    await alone(unheard, server, database, a, b)


async def alone(names: set[str], server: DatabaseServer, database: str, a: int, b: int) -> None:
    """Statements that the register has no part in, each within A: they answer as with their condition, and B stays."""
    whole = queries._load()  # with the conditions
    keyed = await tables(server, database)
    before = await of_authority(server.behind(database), keyed, b)

    async def taken(connection: Any, statement: str) -> Any:
        await connection.execute(f"BEGIN; SET LOCAL taizhang.authority = '{a}'")
        try:
            still = re.sub(r"\b(\w+_timestamp|now)\(\)", "timestamptz '2020-03-02 00:00+08'", statement)
            prepared = await connection.prepare(still)
            _, *others = prepared.get_parameters()
            rows = await prepared.fetch(a, *(_like(each.name) for each in others))
            return [tuple(row) for row in rows]
        except asyncpg.IntegrityConstraintViolationError as wrong:
            return wrong.sqlstate
        finally:
            await connection.execute("ROLLBACK" if statement == whole[name] else "COMMIT")

    async with connected(server.runtime(database)) as connection:
        for name in sorted(names):
            expected = await taken(connection, whole[name])
            assert await taken(connection, SQL[name]) == expected, name
            assert await of_authority(server.behind(database), keyed, b) == before, name


def _like(name: str) -> Any:
    """A value for a parameter of this type, as the driver names it."""
    if name.endswith("[]"):
        return [_like(name[:-2])]
    short = {
        "int4": "integer",
        "int8": "bigint",
        "int2": "smallint",
        "bool": "boolean",
        "float8": "double precision",
    }
    return LIKE_ANY[short.get(name, {"timestamptz": "timestamp with time zone"}.get(name, name))]


async def test_without_the_wall_it_would_show(
    two: Register, numbers: tuple[int, int], server: DatabaseServer, database: str, mutate: Mutate
) -> None:
    """The trial is not blind: where a superuser takes the policies away, the same statements mix the offices."""
    a, b = numbers
    async with two.view(A) as view:
        alone = [row async for row in view.listed(Filter())]
    names = await tables(server, database)
    async with connected(server.behind(database)) as connection:
        for name in names:
            await connection.execute(f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY")

    await mutate()
    async with two.view(A) as view:
        mixed = [row async for row in view.listed(Filter())]
    before = await of_authority(server.behind(database), names, b)
    async with connected(server.runtime(database)) as connection:
        await connection.execute(f"BEGIN; SET LOCAL taizhang.authority = '{a}'")
        await connection.execute(SQL["clear_rows"], a)
        await connection.execute("COMMIT")

    assert (len(alone), len(mixed)) == (5, 17)
    assert await of_authority(server.behind(database), names, b) != before


# --- what is hidden is not absent ---


async def test_a_hidden_authority_is_no_empty_one(
    two: Register, numbers: tuple[int, int], server: DatabaseServer, database: str
) -> None:
    """Where the policy shows nothing no count is 0 and nothing counts as sealed: each way of opening a transaction fails."""
    await fetch(server.behind(database), "ALTER POLICY own ON heads USING (authority_id = 0)")
    database_ = await Database.connect(server.runtime(database), size=1)
    for how in ({}, {"reading": True}, {"locking": True}):
        with pytest.raises(OutOfSight, match=f"内部编号{numbers[0]}"):
            async with database_.transaction(numbers[0], **how):
                pytest.fail("opened")
    await database_.close()
    for act in (
        two.proofs.sign_checkpoint,
        two.proofs.checkpoint_lag,
        two.is_stale,
        two.rebuild,
        two.proofs.checkpoint,
    ):
        with pytest.raises(DatabaseUnavailable, match="行级安全策略"):
            await act(A)


def test_one_module_opens_and_ends_transactions() -> None:
    """BEGIN, COMMIT, ROLLBACK, savepoints and the setting are in adapters/postgres/database.py; the owner's migrations and copies have their own."""
    statements = r"\b(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)(?! PUBLIC|:)\b|SET (LOCAL|SESSION) |\.transaction\(\)|set_config"
    found = {
        str(path.relative_to(PROJECT))
        for folder in ("adapters", "api")
        for path in (PROJECT / folder).rglob("*.py")
        if re.search(statements, path.read_text("utf-8"))
    }
    assert found == {
        "adapters/postgres/database.py",
        "adapters/postgres/migrate.py",
        "adapters/register/operations/copying.py",
    }
    assert not re.search(statements, (PROJECT / "adapters/postgres/queries.sql").read_text("utf-8"))


PROJECT = Path(__file__).parents[3]
