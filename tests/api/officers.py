"""Offices with officers appointed and granted their powers by the rules, with accounts and sessions.

A is the system administrator, B the security administrator; they appoint, grant and confirm the others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx

from adapters.accounts.access_log import AT_THE_MACHINE, Origin
from adapters.accounts.password_policy import POLICIES
from adapters.postgres import embedded
from adapters.register.register import Register
from api.today import today
from domain.authority.events import (
    GrantConfirmed,
    OfficerAppointed,
    PowerGranted,
    Registered,
    ServiceGranted,
    SuperiorSet,
)
from domain.authority.powers import ROLES, Role, ServiceAct
from domain.entry import Event
from tests.adapters.recordings import connected, day, line

if TYPE_CHECKING:
    from tests.api.conftest import Running

PASSWORD, OTHER_PASSWORD = "Zhangsan-2026-kaimen", "Lisi-2027-guanmen"
ORIGIN = Origin(AT_THE_MACHINE, "tests")
ADMINISTRATOR, SECURITY = "a-admin", "b-admin"
OFFICERS: dict[Role, str] = {
    "handler": "zhang",
    "reviewer": "li",
    "approver": "wang",
    "auditor": "zhao",
    "statistician": "qian",
    "system_administrator": ADMINISTRATOR,
    "security_administrator": SECURITY,
}
"""One officer of each role."""
ACTOR_OF_ONE = """SELECT actor FROM events
WHERE command_id = 'one' AND authority_id = current_setting('taizhang.authority')::integer"""


def register_of(running: Running) -> Register:
    register: Register = running.application.litestar.state.register
    return register


async def behind(dsn: str, code: str, statement: str, *arguments: Any) -> list[Any]:
    """Execute a statement as the owner of the tables, who like anyone sees only the rows of the authority that is set."""
    async with connected(dsn) as connection:
        found = await connection.fetchval("SELECT authority_id FROM authorities WHERE code = $1", code)
        await connection.execute(f"SET ROLE {embedded.OWNER}; SET taizhang.authority = '{found or 0:d}'")
        return list(await connection.fetch(statement, *arguments))


async def record(register: Register, code: str, actor: str, *events: Event) -> list[int]:
    """Record events of the authority's own; their versions."""
    position = await register.position(code) if code in await register.authorities() else 0
    lines = [line(f"{actor}-{position}-{nth}", each) for nth, each in enumerate(events)]
    replies = await register.record_all(code, lines, actor=actor)
    return [reply.version for reply in replies]


async def open_register(register: Register, code: str) -> None:
    event = Registered(day("2020-01-01"), code, "某区人民政府办公室", "department", day("2020-01-01"))
    await register.record(code, line("office", event), actor="tests")


async def appoint_first(register: Register, code: str) -> None:
    """The two first administrators, as `taizhang officer create-first` does it."""
    first = today()
    _, _, one, two = await record(
        register, code, "taizhang",
        OfficerAppointed(first, ADMINISTRATOR), OfficerAppointed(first, SECURITY),
        PowerGranted(first, ADMINISTRATOR, "system_administrator"),
        PowerGranted(first, SECURITY, "security_administrator"),
    )  # fmt: skip
    await record(register, code, "taizhang", GrantConfirmed(first, one), GrantConfirmed(first, two))


async def grant(register: Register, code: str, officer: str, *roles: Role) -> None:
    """B grants, A confirms."""
    granted = await record(
        register, code, SECURITY, *(PowerGranted(today(), officer, role) for role in roles)
    )
    await record(register, code, ADMINISTRATOR, *(GrantConfirmed(today(), version) for version in granted))


async def appoint(register: Register, code: str, officer: str, *roles: Role) -> None:
    """A appoints; see `grant`."""
    await record(register, code, ADMINISTRATOR, OfficerAppointed(today(), officer))
    await grant(register, code, officer, *roles)


async def grant_service(register: Register, code: str, service: str, *acts: ServiceAct) -> str:
    """A service account granted by B and confirmed by A; a key of it."""
    event = ServiceGranted(today(), service, "某程序", acts)
    (version,) = await record(register, code, SECURITY, event)
    await record(register, code, ADMINISTRATOR, GrantConfirmed(today(), version))
    secret, _, _ = await register.service_keys.create(
        code, service, days=1, actor=ADMINISTRATOR, origin=ORIGIN
    )
    return secret.as_service_key


async def open_account(register: Register, dsn: str, code: str, officer: str) -> None:
    """An account with PASSWORD, which need not be changed at the first login."""
    await register.accounts.create(
        code,
        officer,
        name=f"{officer}某",
        password=PASSWORD,
        policy=POLICIES["mlps3"],
        actor="local",
        origin=ORIGIN,
    )
    await behind(dsn, code, "UPDATE accounts SET must_change = false WHERE officer = $1", officer)


async def office_of(
    running: Running, code: str, *, superior: str | None = None, accounts: bool = True
) -> None:
    """An authority with an officer of each role, by default each with an account."""
    register = register_of(running)
    await open_register(register, code)
    await appoint_first(register, code)
    if superior is not None:
        await record(
            register,
            code,
            ADMINISTRATOR,
            SuperiorSet(today(), superior, "disclosure_supervisor", day("2020-01-01")),
        )
    for role in ROLES:
        if role not in ("system_administrator", "security_administrator"):
            await appoint(register, code, OFFICERS[role], role)
        if accounts:
            await open_account(register, running.dsn, code, OFFICERS[role])


class Caller:
    """A browser: it keeps its cookie and the CSRF token."""

    def __init__(
        self, running: Running, code: str, officer: str = "zhang", source: str = "192.0.2.7"
    ) -> None:
        transport = httpx.ASGITransport(running.application, client=(source, 123))
        self.client = httpx.AsyncClient(transport=transport, base_url="http://taizhang.test")
        self.running, self.code, self.officer = running, code, officer
        self.csrf = ""

    async def login(self, password: str = PASSWORD, **more: str) -> httpx.Response:
        body = {"authority": self.code, "officer": self.officer, "password": password, **more}
        reply = await self.client.post("/api/v1/login", json=body)
        if reply.status_code == 200:
            self.csrf = reply.json()["csrf"]
        return reply

    async def call(self, method: str, address: str, **how: Any) -> httpx.Response:
        where = (
            address if address.startswith("/") else f"/api/v1/authorities/{self.code}/{address}".rstrip("/")
        )
        how["headers"] = {"X-CSRF-Token": self.csrf, **how.get("headers", {})}
        reply = await self.client.request(method, where, **how)
        if where == "/api/v1/password" and reply.status_code == 200:
            self.csrf = reply.json()["csrf"]
        return reply

    async def get(self, address: str, **how: Any) -> httpx.Response:
        return await self.call("GET", address, **how)

    async def post(self, address: str, body: Any, **how: Any) -> httpx.Response:
        return await self.call("POST", address, json=body, **how)

    async def behind(self, statement: str, *arguments: Any) -> list[Any]:
        return await behind(self.running.dsn, self.code, statement, *arguments)

    async def accessed(self, *columns: str) -> list[Any]:
        """These columns of the access log, in order."""
        rows = await self.behind(f"SELECT {', '.join(columns)} FROM access_log ORDER BY at")
        return [tuple(row) if len(columns) > 1 else row[0] for row in rows]

    @property
    def cookie(self) -> str:
        return self.client.cookies.get("taizhang") or ""


class Seats:
    """An authority with officers of every role, in browsers without scripts."""

    def __init__(self, running: Running, code: str) -> None:
        self.running, self.code, self.register = running, code, register_of(running)

    def caller(self, role: Role) -> Caller:
        return Caller(self.running, self.code, OFFICERS[role])

    async def seat(self, role: Role) -> Caller:
        """The caller of this role, logged in."""
        caller = self.caller(role)
        assert (await caller.login()).status_code == 200
        return caller


async def fresh(running: Running, officer: str = "zhang", *roles: Role) -> Caller:
    """An officer of a new office, not logged in; a handler by default."""
    register, code = register_of(running), f"office-{uuid4().hex[:8]}"
    await open_register(register, code)
    await appoint_first(register, code)
    await appoint(register, code, officer, *(roles or ("handler",)))
    await open_account(register, running.dsn, code, officer)
    return Caller(running, code, officer)


def refused(reply: httpx.Response, status: int, code: str) -> None:
    assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text
