"""Whom one can be at the demonstration's console: officers of the office whose year it shows, and their logins.

Their password is drawn when they are made and lies in the demonstration's own data directory: it opens nothing else.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from adapters.accounts.access_log import AT_THE_MACHINE, Origin
from adapters.accounts.password_policy import POLICIES
from adapters.register.decoding import convert
from adapters.register.register import Register
from api.demo import year
from domain.authority import authorization
from domain.authority.powers import ROLES, Role
from domain.entry import Event, type_of

APPOINTED = date(2020, 1, 2)
SYSTEM, SECURITY, HANDLER = "zhou", "wu", "li"
PEOPLE: dict[str, tuple[str, Role]] = {
    HANDLER: ("李明", "handler"),
    "wang": ("王静", "reviewer"),
    "zhao": ("赵刚", "approver"),
    "sun": ("孙丽", "statistician"),
    "qian": ("钱伟", "auditor"),
    SYSTEM: ("周强", "system_administrator"),
    SECURITY: ("吴敏", "security_administrator"),
}
"""Name and role by the officer's id; the names are made up."""

Line = dict[str, object]


async def appoint(register: Register, data: Path) -> None:
    """The officers with their accounts, and a key for programs; nothing where they are there already."""
    if await register.has_officers(year.AUTHORITY):
        return
    async with register.view(year.AUTHORITY) as view:
        after = len(await view.authority_history())
    first = authorization.first_officers(SYSTEM, SECURITY, APPOINTED, after=after)
    lines = [
        convert({"id": f"console-first-{nth}", "stream": "authority", "event": _told(event)})
        for nth, event in enumerate(first)
    ]
    await register.record_all(year.AUTHORITY, lines, actor=authorization.PROGRAM)
    for actor, line in _appointments(after + len(first)):
        await register.record(year.AUTHORITY, convert(line), actor=actor)
    password = f"Yanshi-2020-{secrets.token_hex(3)}"
    origin = Origin(AT_THE_MACHINE, "demo")
    for officer, (name, _) in PEOPLE.items():
        await register.accounts.create(
            year.AUTHORITY, officer,
            name=name, password=password, policy=POLICIES["mlps3"], actor=year.ACTOR, origin=origin, must_change=False,
        )  # fmt: skip
    key, _, _ = await register.keys.create(
        year.AUTHORITY, HANDLER,
        name="演示", acts=("handle", "read", "count"), days=365, actor=year.ACTOR, origin=origin,
    )  # fmt: skip
    _keep(data / "demo-password", password)
    _keep(data / "demo-key", key.as_key)


def _told(event: Event) -> Line:
    return {"type": type_of(event), **msgspec.to_builtins(event)}


def _appointments(version: int) -> Iterator[tuple[str, Line]]:
    for officer, (_, role) in PEOPLE.items():
        if officer in (SYSTEM, SECURITY):
            continue
        unit = {"unit": "政务公开科"} if officer == HANDLER else {}
        yield SYSTEM, _own(f"appointed-{officer}", "officer_appointed", officer=officer, **unit)
        yield SECURITY, _own(f"granted-{officer}", "power_granted", officer=officer, role=role)
        version += 2
        yield SYSTEM, _own(f"confirmed-{officer}", "grant_confirmed", version=version)
        version += 1


def _own(name: str, type_: str, **fields: object) -> Line:
    event = {"type": type_, "on": APPOINTED.isoformat(), **fields}
    return {"id": f"console-{name}", "stream": "authority", "event": event}


def _keep(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")


def logins(address: str, data: Path) -> str:
    """Where the console is, and as whom one can come in."""
    password = (data / "demo-password").read_text().strip()
    people = "\n".join(f"  {officer:<5} {name}（{ROLES[role]}）" for officer, (name, role) in PEOPLE.items())
    return f"""
用浏览器打开 {address}/ ，机关代码 {year.AUTHORITY} ，以下面任一账号登录，口令都是 {password}（只在演示中有效）：
{people}
2020年的年报表格在 {address}/tables?year=2020 ，点任一数字可看所计的申请；2020-0005的期限为何是2020-03-02，见 {address}/requests/2020-0005
"""
