"""The schema as the catalogue has it: ready to be spread over machines by authority (Citus).

The rules are those of notes/reliability.md 5.2. What cannot be distributed is found here, on plain PostgreSQL.
"""

from __future__ import annotations

import ast
import re
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from adapters.postgres import embedded, migrate
from adapters.postgres.queries import SQL
from tests.adapters.recordings import connected, fetch

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

REFERENCE = {"authorities", "vault_keys", "migrations", "machines", "signing_keys"}
"""Directory and reference tables: small, the same for all authorities, readable without one set."""

DISTRIBUTED = {
    "access_log", "accounts", "api_keys", "appeal_spells", "applicant_tokens", "calendar_keys",
    "checkpoints", "digests", "document_numbers", "document_pieces", "documents", "events",
    "former_passwords", "heads", "login_places", "login_sources", "mail_addresses", "passkeys",
    "recovery_codes", "requests", "sealers", "second_factors", "service_keys", "sessions", "vault",
    "webhooks",
}  # fmt: skip
"""Everything of an authority: on a cluster spread by authority_id, the rows of one on the same node."""

TYPES = {
    "integer", "bigint", "smallint", "text", "text[]", "bytea", "boolean", "date", "timestamp with time zone",
}  # fmt: skip
"""Neither jsonb (it reorders), nor serial, money, timestamp without zone, varchar, domain or enum."""

IN_PUBLIC = "relnamespace = 'public'::regnamespace"

COLUMNS = f"""
SELECT relname AS table, attname AS column, format_type(atttypid, atttypmod) AS type, attnotnull AS required,
       attidentity <> '' OR pg_get_expr(adbin, adrelid) LIKE '%nextval(%' AS numbered
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE {IN_PUBLIC} AND relkind IN ('r', 'p') AND attnum > 0 AND NOT attisdropped
ORDER BY 1, attnum"""

# Primary keys, UNIQUE and unique indexes alike: column one, NULL of an expression.
UNIQUE = f"""
SELECT relname AS table, i.indexrelid::regclass::text AS name, attname AS first
FROM pg_index i JOIN pg_class c ON c.oid = indrelid
LEFT JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0] AND attnum > 0
WHERE {IN_PUBLIC} AND indisunique
ORDER BY 1, 2"""

CONSTRAINTS = f"""
SELECT relname AS table, conname AS name, contype::text AS kind, confrelid::regclass::text AS target
FROM pg_constraint JOIN pg_class c ON c.oid = conrelid
WHERE {IN_PUBLIC} AND contype IN ('f', 'x')
ORDER BY 1, 2"""

POLICIES = """
SELECT polrelid::regclass::text AS table, polname AS name FROM pg_policy
WHERE concat(polqual::text, polwithcheck::text) LIKE '%{SUBLINK%' ORDER BY 1, 2"""


# A row policy must name the setting; without a policy the table shows no row.
WALLS = f"""
SELECT relname AS table, relrowsecurity AND relforcerowsecurity AS forced,
       EXISTS (SELECT FROM pg_policy WHERE polrelid = c.oid) AS any,
       ARRAY(SELECT polname FROM pg_policy, unnest(ARRAY[pg_get_expr(polqual, polrelid),
                                                         pg_get_expr(polwithcheck, polrelid)]) AS said
             WHERE polrelid = c.oid AND said NOT LIKE '%current_setting(''taizhang.authority''%') AS loose
FROM pg_class c JOIN pg_attribute ON attrelid = c.oid
WHERE {IN_PUBLIC} AND relkind IN ('r', 'p') AND attname = 'authority_id' AND NOT attisdropped
ORDER BY 1"""

OTHERS = f"""
SELECT CASE relkind WHEN 'S' THEN 'sequence ' ELSE 'no plain table: ' END || relname FROM pg_class
WHERE {IN_PUBLIC} AND relkind IN ('S', 'm', 'f') AND relname <> 'authorities_authority_id_seq'
UNION ALL SELECT 'extension ' || extname FROM pg_extension WHERE extname <> 'plpgsql'
ORDER BY 1"""


async def faults(connection: Any) -> list[str]:
    """What in the database could not be distributed by authority, in words."""
    columns = await connection.fetch(COLUMNS)
    unique = await connection.fetch(UNIQUE)
    walls = await connection.fetch(WALLS)
    constraints = await connection.fetch(CONSTRAINTS)
    tables = {row["table"] for row in columns}
    keyed = {row["table"] for row in columns if row["column"] == "authority_id"} - REFERENCE
    return [
        *(f"{table}: no authority_id" for table in sorted(tables - keyed - REFERENCE)),
        *(f"{table}: no key" for table in sorted(tables - {row["table"] for row in unique})),
        *(
            f"{row['table']}.authority_id: not integer NOT NULL"
            for row in columns
            if row["column"] == "authority_id" and (row["type"], row["required"]) != ("integer", True)
        ),
        *(
            f"{row['table']}.{row['column']}: type {row['type']}"
            for row in columns
            if row["type"] not in TYPES
        ),
        *(
            f"{row['table']}.{row['column']}: a sequence as order"
            for row in columns
            if row["numbered"] and (row["table"], row["column"]) != ("authorities", "authority_id")
        ),
        *(
            f"{row['table']}: {row['name']} does not begin with authority_id"
            for row in unique
            if row["table"] in keyed and row["first"] != "authority_id"
        ),
        *(
            f"{row['table']}: constraint {row['name']}"
            for row in constraints
            if row["kind"] == "x" or row["target"] not in REFERENCE
        ),
        *(
            f"{row['table']}: policy {row['name']} has a sub-SELECT"
            for row in await connection.fetch(POLICIES)
        ),
        *(f"{row['table']}: row policies not forced" for row in walls if not row["forced"]),
        *(f"{row['table']}: no row policy" for row in walls if not row["any"]),
        *(f"{row['table']}: policy {name} for any authority" for row in walls for name in row["loose"]),
        *(row[0] for row in await connection.fetch(OTHERS)),
    ]


async def test_the_schema_can_be_distributed_by_authority(server: DatabaseServer, database: str) -> None:
    """No table, key, constraint, column, policy or extension prevents it; each table has its row policy."""
    async with connected(server.owner(database)) as connection:
        assert await faults(connection) == []


async def test_every_table_is_keyed_or_listed(server: DatabaseServer, database: str) -> None:
    """The tables are these; a new one is put into one of the two lists with thought."""
    rows = await fetch(server.owner(database), COLUMNS)
    keyed = {row["table"] for row in rows if row["column"] == "authority_id"}

    assert keyed - REFERENCE == DISTRIBUTED
    assert {row["table"] for row in rows} - keyed == {"vault_keys", "migrations", "machines", "signing_keys"}


PLANTED = {
    "CREATE TABLE mine (id integer PRIMARY KEY)": "mine: no authority_id",
    "CREATE TABLE mine (id integer, authority_id integer, PRIMARY KEY (id, authority_id))": (
        "mine: mine_pkey does not begin with authority_id"
    ),
    "ALTER TABLE events ADD UNIQUE (command_id)": (
        "events: events_command_id_key does not begin with authority_id"
    ),
    "CREATE UNIQUE INDEX mine ON events (position)": "events: mine does not begin with authority_id",
    "CREATE UNIQUE INDEX mine ON events ((authority_id + 1), position)": (
        "events: mine does not begin with authority_id"
    ),
    "CREATE TABLE mine (authority_id integer NOT NULL)": "mine: no key",
    "CREATE TABLE mine (authority_id bigint PRIMARY KEY)": "mine.authority_id: not integer NOT NULL",
    "CREATE TABLE mine (authority_id integer, UNIQUE (authority_id))": (
        "mine.authority_id: not integer NOT NULL"
    ),
    "CREATE DOMAIN office AS integer; CREATE TABLE mine (authority_id office PRIMARY KEY)": (
        "mine.authority_id: not integer NOT NULL"
    ),
    "ALTER TABLE events ADD FOREIGN KEY (authority_id) REFERENCES heads": (
        "events: constraint events_authority_id_fkey"
    ),
    "ALTER TABLE events ADD EXCLUDE USING btree (position WITH =)": "events: constraint events_position_excl",
    "ALTER TABLE events ADD COLUMN mine bigserial": "events.mine: a sequence as order",
    "ALTER TABLE events ADD COLUMN mine bigint GENERATED ALWAYS AS IDENTITY": (
        "events.mine: a sequence as order"
    ),
    "CREATE SEQUENCE mine": "sequence mine",
    "ALTER TABLE events ADD COLUMN mine jsonb": "events.mine: type jsonb",
    "ALTER TABLE events ADD COLUMN mine timestamp": "events.mine: type timestamp without time zone",
    "CREATE TYPE mood AS ENUM ('a'); ALTER TABLE vault ADD COLUMN mine mood": "vault.mine: type mood",
    "CREATE POLICY mine ON events USING (authority_id = (SELECT max(authority_id) FROM heads))": (
        "events: policy mine has a sub-SELECT"
    ),
    "CREATE POLICY mine ON vault FOR INSERT WITH CHECK (EXISTS (SELECT 1 FROM heads))": (
        "vault: policy mine has a sub-SELECT"
    ),
    "CREATE TABLE mine (authority_id integer PRIMARY KEY)": "mine: row policies not forced",
    "CREATE TABLE mine (authority_id integer NOT NULL PRIMARY KEY); ALTER TABLE mine ENABLE ROW LEVEL SECURITY": (
        "mine: no row policy"
    ),
    "ALTER TABLE authorities NO FORCE ROW LEVEL SECURITY": "authorities: row policies not forced",
    "ALTER TABLE vault DISABLE ROW LEVEL SECURITY": "vault: row policies not forced",
    "DROP POLICY own ON requests": "requests: no row policy",
    "CREATE POLICY mine ON events FOR SELECT USING (true)": "events: policy mine for any authority",
    "ALTER POLICY own ON requests WITH CHECK (true)": "requests: policy own for any authority",
    "CREATE POLICY mine ON vault USING (current_setting('another.setting') = '')": (
        "vault: policy mine for any authority"
    ),
    "CREATE MATERIALIZED VIEW mine AS SELECT count(*) FROM events": "no plain table: mine",
    "CREATE EXTENSION hstore": "extension hstore",
}


async def test_each_planted_fault_is_reported(server: DatabaseServer, database: str) -> None:
    """The check is not blind: every kind of fault it looks for is found when it is there."""
    async with connected(server.server.dsn(embedded.SUPERUSER, database)) as connection:
        for statement, fault in PLANTED.items():
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute(statement)
            found = await faults(connection)
            await transaction.rollback()
            assert fault in found, statement
        assert await faults(connection) == []


async def test_what_may_be_is_not_reported(server: DatabaseServer, database: str) -> None:
    """A key to a reference table and a policy that reads the setting are no faults."""
    async with connected(server.owner(database)) as connection:
        await connection.execute(
            "ALTER TABLE events ADD FOREIGN KEY (authority_id) REFERENCES authorities;"
            "CREATE POLICY mine ON events"
            " USING (authority_id = nullif(current_setting('taizhang.authority', true), '')::integer)"
        )
        assert await faults(connection) == []


# --- the statements ---


async def test_the_running_program_can_prepare_every_statement(server: DatabaseServer, database: str) -> None:
    """Every statement fits the schema, and the role may run it."""
    unfit = {}
    async with connected(server.runtime(database)) as connection:
        for name, statement in SQL.items():
            try:
                await connection.prepare(statement)
            except asyncpg.PostgresError as wrong:
                unfit[name] = str(wrong)

    assert unfit == {}


async def test_functions_run_as_the_running_program_and_for_nobody_else(
    server: DatabaseServer, database: str
) -> None:
    """None with its owner's rights, none that everybody may call; the running program may call each."""
    query = """SELECT proname, prosecdef, has_function_privilege('public', oid, 'EXECUTE'), has_function_privilege($1, oid, 'EXECUTE')
               FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype <> 'trigger'::regtype ORDER BY 1"""
    async with connected(server.behind(database)) as connection:
        found = [tuple(row) for row in await connection.fetch(query, embedded.RUNTIME)]

    assert found == [
        (name, False, False, True) for name in ("append", "enter", "index_applicants", "write_rows")
    ]


async def test_every_statement_is_explained() -> None:
    """A statement has a unique name and a comment with its purpose."""
    text = files("adapters.postgres").joinpath("queries.sql").read_text("utf-8")

    assert text.count("-- name: ") == len(SQL)
    assert [name for name, statement in SQL.items() if not statement.startswith("-- ")] == []


async def test_every_statement_is_used() -> None:
    """Every statement is used, and every used statement exists."""
    named = "".join(
        inside
        for path in Path(embedded.__file__).parents[1].rglob("*.py")
        for inside in re.findall(r"SQL\[([^\]]+)\]", path.read_text("utf-8"))
    )
    used = set(re.findall(r'"(\w+)"', named))

    assert sorted(set(SQL) - used) == []
    assert sorted(used - set(SQL)) == []


REFUSED_BY_CITUS = (
    r"ROLLUP|GROUPING SETS|CUBE|RECURSIVE|pg_notify|advisory|set_config|pg_snapshot|SKIP LOCKED"
)


def unqualified(text: str) -> list[str]:
    """Mentions of an authority's tables, if there are more of them than conditions on authority_id."""
    text = re.sub(r"--[^\n]*", "", text)
    tables = "|".join(DISTRIBUTED)
    read = re.findall(rf"(?:\b(?:FROM|UPDATE|JOIN|USING)|,)\s+({tables})\b(?!\s*[(,.)]|\s*=)", text)
    written = re.findall(rf"\bINTO ({tables})\b", text)
    conditions = re.findall(r"\bauthority_id = |\bUSING \(authority_id\b", text)
    literal = re.findall(
        r"\(authority_id[^)]*\)\s+(?:VALUES \(\$1|SELECT \$1,|SELECT \w+\.authority_id,)", text
    )
    return [*(read if len(read) > len(conditions) else ()), *(written if len(written) > len(literal) else ())]


@pytest.mark.parametrize("name", SQL)
async def test_no_statement_spans_two_authorities(name: str) -> None:
    """Each mention of a distributed table names its authority, and nothing is used that Citus refuses."""
    distributed = rf"\b(FROM|UPDATE|INTO|JOIN) ({'|'.join(DISTRIBUTED)})\b"
    one_authority = r"authority_id = \$1|SELECT \$1,|\(authority_id[^)]*\)\s+VALUES \(\$1"

    assert unqualified(SQL[name]) == []
    assert re.search(one_authority, SQL[name]) or not re.search(distributed, SQL[name])
    assert not re.search(REFUSED_BY_CITUS, SQL[name])


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("SELECT 1 FROM digests", ["digests"]),
        ("SELECT 1 FROM digests AS d JOIN accounts AS a USING (officer) WHERE d.authority_id = $1", ["digests", "accounts"]),
        ("SELECT 1 FROM digests WHERE authority_id = $1 AND EXISTS (SELECT FROM login_places WHERE officer = $2)",
         ["digests", "login_places"]),
        ("UPDATE document_numbers SET state = $1", ["document_numbers"]),
        ("DELETE FROM calendar_keys WHERE officer = $1", ["calendar_keys"]),
        ("INSERT INTO webhooks (authority_id, id) SELECT a, 'x' FROM unnest($1::integer[]) AS a", ["webhooks"]),
        ("INSERT INTO webhooks (id, authority_id) VALUES ($1, $2)", ["webhooks"]),
        ("SELECT 1 FROM digests AS d JOIN accounts AS a USING (authority_id, officer) WHERE d.authority_id = $1", []),
        ("INSERT INTO webhooks (authority_id, id) VALUES ($1, $2)", []),
    ],
)  # fmt: skip
def test_a_mention_without_its_authority_is_seen(statement: str, found: list[str]) -> None:
    assert unqualified(statement) == found


def test_a_setting_is_sent_by_itself() -> None:
    """Citus does not send a SET LOCAL to its workers if it is in a string of several statements."""
    several = []
    for path in Path(embedded.__file__).parents[1].rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                text = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = node.value
            else:
                continue
            if re.search(r"\bSET (LOCAL )?taizhang\.", text) and ";" in text:
                several.append(f"{path.name}: {text}")
    assert several == []


BEFORE_THE_RULE = {"0012_document_numbers"}
"""Reads no entry on a cluster: `taizhang rebuild` afterwards writes what it should have."""


def test_a_migration_sets_its_authority_by_a_literal() -> None:
    """Nor does it carry what set_config sets: rows there are neither seen nor written, without an error."""
    found = {each.name.removesuffix(".sql") for each in migrate.migrations() if "set_config" in each.text}
    assert found == BEFORE_THE_RULE


@pytest.mark.parametrize(
    ("statement", "types", "arguments", "conditions"),
    [
        (
            "read_for_recording", "integer, text[], text[]", "1, array['request/2020-0001'], array['r1']",
            ["stream = ", "command_id = "],
        ),
        ("select_streams", "integer, text[], bigint", "1, array['request/2020-0001'], NULL", ["stream = "]),
    ],
)  # fmt: skip
async def test_a_plan_of_an_empty_log_stays_good(
    server: DatabaseServer, database: str, statement: str, types: str, arguments: str, conditions: list[str]
) -> None:
    """A session keeps the first plan of a statement: one that reads the whole log would get slower with each entry."""
    async with connected(server.runtime(database)) as connection:
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        await connection.execute(f"PREPARE planned ({types}) AS {SQL[statement]}")
        plan = [line for (line,) in await connection.fetch(f"EXPLAIN EXECUTE planned ({arguments})")]
    reads = [nth for nth, line in enumerate(plan) if re.search(r"(Scan|on) .*\bevents\b", line)]
    found = [plan[nth + 1] for nth in reads]
    assert len(found) == len(conditions)
    for condition in conditions:
        assert any("Index Cond" in line and condition in line for line in found), plan
