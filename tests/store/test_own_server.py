"""A PostgreSQL of one's own: deploy/roles.sql and `taizhang migrate` are all it needs."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import pytest

from adapters import embedded
from tests.conftest import DatabaseServer
from tests.doors.conftest import OFFICE, taizhang

ROLES = Path(__file__).parents[2] / "deploy" / "roles.sql"

__all__ = ["taizhang"]


async def test_roles_and_migrate_are_enough(server: DatabaseServer) -> None:
    """The roles that the file makes own the database and nothing else, and neither is above the grants."""
    lines = [line for line in ROLES.read_text("utf-8").splitlines() if not line.startswith("--")]
    text = "\n".join(lines).replace("taizhang_owner", "own_owner").replace("taizhang", "own_program")
    superuser = await asyncpg.connect(server.server.dsn(embedded.SUPERUSER, "postgres"))
    try:
        for statement in text.split(";")[:-1]:
            await superuser.execute(statement)
        row = await superuser.fetchrow(
            "SELECT pg_get_userbyid(datdba) AS owner FROM pg_database WHERE datname = 'own_program'"
        )
        above = await superuser.fetch(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'own%' AND (rolsuper OR rolbypassrls OR rolcreaterole)"
        )
    finally:
        await superuser.execute("DROP DATABASE IF EXISTS own_program")
        await superuser.execute("DROP ROLE IF EXISTS own_owner, own_program")
        await superuser.close()

    assert row["owner"] == "own_owner"
    assert above == []


def test_migrate_says_what_it_did(taizhang, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    """On a migrated database there is nothing to do; without the owner's address it says what is missing."""
    assert taizhang("migrate").out == "数据库结构已是最新。\n"
    assert taizhang(*OFFICE).code == 0

    monkeypatch.delenv("DATABASE_OWNER_URL")
    refused = taizhang("migrate")

    assert refused.code == 3
    assert "DATABASE_OWNER_URL" in refused.err
