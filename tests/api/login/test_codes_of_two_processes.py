"""A code of the second factor given to two server processes at once, each with sessions of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.adapters.recordings import another_database
from tests.api.conftest import Running, Served, application_over, lifespan, serving
from tests.api.login.test_second_factor import enrolled
from tests.api.officers import PASSWORD, Caller, fresh

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

SESSIONS = 5
"""At once: of one right and four wrong ones the account is not locked yet."""


@pytest.fixture
async def two(
    server: DatabaseServer, template: str, tmp_path: Path
) -> AsyncIterator[tuple[Running, Sequence[Served]]]:
    """Two servers over one database and one directory of keys, and an application by which officers are appointed."""
    async with another_database(server, template) as database, AsyncExitStack() as stack:
        runtime, behind = server.runtime(database), server.behind(database)
        first = await stack.enter_async_context(serving(runtime, behind, tmp_path))
        second = await stack.enter_async_context(serving(runtime, behind, tmp_path))
        application = application_over(runtime, tmp_path / "keys")
        await stack.enter_async_context(lifespan(application))
        yield Running(application, behind), (first, second)


@asynccontextmanager
async def awaiting_a_code(zhang: Caller, servers: Sequence[Served]) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Sessions by the password alone, at each server in turn."""
    async with AsyncExitStack() as stack:
        sessions = []
        for nth in range(SESSIONS):
            base = servers[nth % len(servers)].client.base_url
            client = httpx.AsyncClient(base_url=base, trust_env=False, timeout=60)
            sessions.append(await stack.enter_async_context(client))
            body = {"authority": zhang.code, "officer": zhang.officer, "password": PASSWORD}
            reply = (await client.post("/api/v1/login", json=body)).json()
            assert reply["awaits"] == "code"
            client.headers["X-CSRF-Token"] = reply["csrf"]
        yield sessions


async def test_a_code_and_a_recovery_code_prove_one_session(
    two: tuple[Running, Sequence[Served]],
) -> None:
    """All give it at the same moment: one is let in, the others got nothing and count as wrong ones."""
    running, servers = two
    zhang = await fresh(running)
    await zhang.login()
    device, recovery = await enrolled(zhang)
    for code in (device.code(1), recovery[0], recovery[1]):
        async with awaiting_a_code(zhang, servers) as sessions:
            replies = await asyncio.gather(
                *(each.post("/api/v1/second-factor", json={"code": code}) for each in sessions)
            )
            assert sorted(reply.status_code for reply in replies) == [200] + [403] * (SESSIONS - 1)
            home = f"/api/v1/authorities/{zhang.code}/requests"
            for each, reply in zip(sessions, replies, strict=True):
                assert (await each.get(home)).status_code == reply.status_code
        assert [each["failures"] for each in await zhang.behind("SELECT failures FROM accounts")] == [
            SESSIONS - 1
        ]
        await zhang.behind("UPDATE accounts SET failures = 0")
        await zhang.behind("DELETE FROM login_sources")
    await zhang.client.aclose()
