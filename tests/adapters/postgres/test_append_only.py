"""What was recorded stays as it was recorded: by grants for the running program, by a trigger for the owner."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest

from adapters.postgres import embedded
from adapters.postgres.migrate import SchemaFault
from adapters.register.register import Register
from tests import builders
from tests.adapters.recordings import CODE, connected, contents, fetch, file, line, opened, record

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

EVENTS = [
    "UPDATE events SET payload = payload",
    "UPDATE events SET actor = 'somebody' WHERE false",
    "DELETE FROM events",
    "DELETE FROM events WHERE false",
    "TRUNCATE events",
    "TRUNCATE events, vault CASCADE",
    "INSERT INTO events SELECT * FROM events ON CONFLICT (authority_id, position) DO UPDATE SET actor = 'me'",
    "MERGE INTO events USING heads ON events.authority_id = heads.authority_id WHEN MATCHED THEN DELETE",
    "SET session_replication_role = replica",
]
"""Ways to change the log that only a superuser has."""

OF_THE_OWNER = [
    "ALTER TABLE events DISABLE TRIGGER events_append_only",
    "ALTER TABLE events DISABLE TRIGGER ALL",
    "DROP TRIGGER events_append_only ON events",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "DROP FUNCTION refuse_change CASCADE",
    "DROP FUNCTION append",
    "CREATE TRIGGER mine BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE RULE mine AS ON INSERT TO events DO INSTEAD NOTHING",
    "CREATE INDEX mine ON events (topic)",
    "CREATE TABLE mine (authority_id integer)",
    "CREATE TABLE public.mine AS SELECT * FROM events",
    "CREATE VIEW mine AS SELECT 1",
    "CREATE SCHEMA mine",
    "ALTER TABLE events OWNER TO taizhang",
    "ALTER SCHEMA public OWNER TO taizhang",
    "REASSIGN OWNED BY taizhang_owner TO taizhang",
    "SET ROLE taizhang_owner",
    "SET SESSION AUTHORIZATION taizhang_owner",
    "SET SESSION AUTHORIZATION {superuser}",
    "GRANT taizhang_owner TO taizhang",
    "ALTER ROLE taizhang SUPERUSER",
    "ALTER ROLE taizhang BYPASSRLS",
    "CREATE ROLE mine",
    "CREATE DATABASE mine",
    "BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE",
    "SELECT 1 FROM events FOR UPDATE",
    "COPY events TO PROGRAM 'cat'",
    "SELECT pg_read_file('postgresql.conf')",
    "INSERT INTO migrations (number, name, checksum) VALUES (99, 'mine', '')",
    "DELETE FROM migrations",
]
"""What the running program may not do beside."""

BESIDE_THE_LOG = [
    "UPDATE vault SET salt = salt",
    "UPDATE vault SET id = id",
    "UPDATE vault SET field = field",
    "TRUNCATE vault",
    "UPDATE documents SET salt = salt",
    "UPDATE document_pieces SET nth = nth",
    "TRUNCATE documents",
    "TRUNCATE document_pieces",
    "TRUNCATE applicant_tokens",
    "UPDATE vault_keys SET fingerprint = ''",
    "DELETE FROM vault_keys",
    "TRUNCATE vault_keys",
    "UPDATE authorities SET code = 'mine'",
    "DELETE FROM authorities",
    "DELETE FROM heads",
    "TRUNCATE heads",
    "UPDATE checkpoints SET note = note",
    "DELETE FROM checkpoints",
    "TRUNCATE checkpoints",
    "DELETE FROM sealers",
    "TRUNCATE sealers",
    "TRUNCATE requests",
    "TRUNCATE appeal_spells",
    "DELETE FROM accounts",
    "UPDATE former_passwords SET password_hash = ''",
    "DELETE FROM former_passwords",
    "DELETE FROM api_keys",
    "DELETE FROM service_keys",
    "TRUNCATE webhooks",
    "DELETE FROM calendar_keys",
    "TRUNCATE calendar_keys",
    "TRUNCATE mail_addresses",
    "TRUNCATE digests",
    "TRUNCATE sessions",
    "UPDATE access_log SET actor = 'somebody'",
    "DELETE FROM access_log",
    "UPDATE signing_keys SET public = ''",
    "DELETE FROM signing_keys",
    "TRUNCATE access_log",
]

OF_THE_ENTRANCE = """
INSERT INTO accounts (authority_id, officer, display_name, password_hash, changed_at, must_change, active_at)
    VALUES (1, 'li', '示例人', 'hash', now(), false, now());
INSERT INTO former_passwords VALUES (1, 'li', now(), 'hash');
INSERT INTO sessions VALUES (1, 'digest', 'id', 'li', 'powers', false, '127.0.0.1', now(), now());
INSERT INTO login_sources VALUES (1, '127.0.0.1', 1, now());
INSERT INTO login_places VALUES (1, 'li', '127.0.0.1', now(), now());
INSERT INTO api_keys VALUES (1, 'digest', 'id', 'li', '示例', '{count}', now(), now());
INSERT INTO service_keys VALUES (1, 'digest', 'id', 'portal', now(), now());
INSERT INTO second_factors VALUES (1, 'li', 'id', 0, now());
INSERT INTO passkeys VALUES (1, 'id', 'li', '', '', '', 0, now());
INSERT INTO recovery_codes VALUES (1, 'li', 'digest');
INSERT INTO webhooks (authority_id, id, service, url, secret_id, position) VALUES (1, 'id', 'portal', 'https://a.cn/', 'id', 1);
INSERT INTO calendar_keys VALUES (1, 'digest', 'id', 'li');
INSERT INTO mail_addresses VALUES (1, 'li', 'id');
INSERT INTO digests (authority_id, officer, day, id, state, subject, text) VALUES (1, 'li', '2020-03-02', 'id', 'waiting', '', '');
INSERT INTO access_log (authority_id, id, actor, act, result, source, route)
    VALUES (1, 'id', 'li', 'login', 'done', '127.0.0.1', 'POST /api/v1/login')
"""
"""Rows of logins, which have separate tests."""


@pytest.fixture
async def full(server: DatabaseServer, database: str, register: Register) -> str:
    """A database with a row in every table."""
    await opened(register)
    await record(
        register,
        line("a", builders.received("2020-03-02")),
        line("b", builders.answered("2020-03-20"), "#a"),
        line("c", builders.appealed("2020-04-01"), "#a"),
    )
    await file(register)
    await register.proofs.sign_checkpoint(CODE)
    async with connected(server.behind(database)) as connection:
        await connection.execute(OF_THE_ENTRANCE)
    assert all((await contents(server.behind(database))).values())
    return database


async def outcome(dsn: str, statement: str) -> str:
    """How the database takes the statement: the error's name, or `done`."""
    async with connected(dsn) as connection:
        try:
            await connection.execute(statement)
        except asyncpg.PostgresError as refused:
            return type(refused).__name__
    return "done"


async def test_the_running_program_can_change_nothing_recorded(server: DatabaseServer, full: str) -> None:
    """Each way to change, remove or take over what is stored is refused by privilege, and every row stays."""
    before = await contents(server.behind(full))
    tables = sorted(before)
    tried = [
        *EVENTS,
        *OF_THE_OWNER,
        *BESIDE_THE_LOG,
        *(f"ALTER TABLE {table} ADD COLUMN mine text" for table in tables),
        *(f"DROP TABLE {table} CASCADE" for table in tables),
    ]

    taken = {
        statement: await outcome(server.runtime(full), statement.replace("{superuser}", server.superuser))
        for statement in tried
    }

    assert set(taken.values()) == {"InsufficientPrivilegeError"}, taken
    assert await contents(server.behind(full)) == before


async def test_the_owner_is_refused_by_the_trigger(server: DatabaseServer, full: str) -> None:
    """The owner of the log would have to drop the trigger first: any change is refused, even of no row."""
    before = await contents(server.behind(full))

    taken = {statement: await outcome(server.owner(full), statement) for statement in EVENTS}

    assert set(taken.values()) == {"InsufficientPrivilegeError"}, taken
    assert await contents(server.behind(full)) == before
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only: DELETE refused"):
        await fetch(server.owner(full), "DELETE FROM events")


async def test_even_a_superuser_meets_the_trigger(server: DatabaseServer, full: str) -> None:
    """The trigger applies to every role."""
    superuser = server.server.dsn(embedded.SUPERUSER, full)

    for statement in EVENTS[:8]:
        assert await outcome(superuser, statement) == "InsufficientPrivilegeError", statement


async def test_the_running_program_has_exactly_these_rights(server: DatabaseServer, full: str) -> None:
    """It appends to the log, erases from the vault, keeps the register, and can pass none of it on."""
    query = """
        SELECT table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type) AS rights
        FROM information_schema.table_privileges
        WHERE grantee IN ('taizhang', 'PUBLIC') AND table_schema = 'public' GROUP BY table_name"""
    rights = {row["table_name"]: row["rights"] for row in await fetch(server.owner(full), query)}

    assert rights == {
        "access_log": "INSERT SELECT",
        "accounts": "INSERT SELECT UPDATE",
        "api_keys": "INSERT SELECT UPDATE",
        "service_keys": "INSERT SELECT UPDATE",
        "webhooks": "DELETE INSERT SELECT UPDATE",
        "mail_addresses": "DELETE INSERT SELECT UPDATE",
        "calendar_keys": "INSERT SELECT UPDATE",
        "digests": "DELETE INSERT SELECT UPDATE",
        "former_passwords": "INSERT SELECT",
        "login_places": "DELETE INSERT SELECT UPDATE",
        "login_sources": "DELETE INSERT SELECT UPDATE",
        "second_factors": "DELETE INSERT SELECT UPDATE",
        "passkeys": "DELETE INSERT SELECT UPDATE",
        "sessions": "DELETE INSERT SELECT UPDATE",
        "appeal_spells": "DELETE INSERT SELECT",
        "applicant_tokens": "DELETE INSERT SELECT UPDATE",
        "authorities": "INSERT SELECT",
        "checkpoints": "INSERT SELECT",
        "document_pieces": "DELETE INSERT SELECT",
        "document_numbers": "DELETE INSERT SELECT UPDATE",
        "documents": "DELETE INSERT SELECT",
        "events": "INSERT SELECT",
        "heads": "INSERT SELECT UPDATE",
        "machines": "DELETE INSERT SELECT UPDATE",
        "migrations": "SELECT",
        "recovery_codes": "DELETE INSERT SELECT",
        "requests": "DELETE INSERT SELECT UPDATE",
        "sealers": "INSERT SELECT UPDATE",
        "signing_keys": "INSERT SELECT",
        "vault": "DELETE INSERT SELECT",
        "vault_keys": "INSERT SELECT",
    }
    passed_on = "SELECT count(*) FROM information_schema.table_privileges WHERE is_grantable = 'YES'"
    assert (await fetch(server.runtime(full), passed_on))[0][0] == 0
    await fetch(server.runtime(full), "GRANT UPDATE, DELETE ON events TO PUBLIC")  # PostgreSQL only warns
    assert rights == {row["table_name"]: row["rights"] for row in await fetch(server.owner(full), query)}


async def test_the_running_program_is_above_no_rule_and_owns_nothing(
    server: DatabaseServer, full: str
) -> None:
    """Not superuser, not above row policies, in no other role, owner of no object."""
    role = await fetch(
        server.runtime(full),
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles"
        " WHERE rolname = current_user",
    )
    owned = await fetch(
        server.runtime(full),
        "SELECT classid::regclass, objid FROM pg_shdepend"
        " WHERE deptype = 'o' AND refobjid = (SELECT oid FROM pg_roles WHERE rolname = current_user)",
    )
    memberships = await fetch(
        server.runtime(full),
        "SELECT roleid::regrole FROM pg_auth_members WHERE member = current_user::regrole",
    )

    assert tuple(role[0]) == (False,) * 5
    assert owned == []
    assert memberships == []


async def test_the_owner_is_refused_as_the_running_role(
    server: DatabaseServer, database: str, tmp_path: Path
) -> None:
    """Who owns the log could drop its trigger: the register does not open under such a role."""
    for dsn in (server.owner(database), server.server.dsn(embedded.SUPERUSER, database)):
        with pytest.raises(SchemaFault, match="不得是属主或超级用户"):
            await Register.open(dsn, tmp_path / "keys")
