"""Officers of the demonstration's console and their logins.

Their password is random and stored in the demonstration's data directory; it is valid only there.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import msgspec

from adapters.accounts.access_log import AT_THE_MACHINE, Origin
from adapters.accounts.password_policy import POLICIES
from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from api.demo import letters, year
from domain.authority import authorization, founding
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
"""Name and role by officer id; the names are invented."""

Line = dict[str, object]


async def appoint(register: Register, data: Path) -> None:
    """Create the officers, their accounts and a key for programs, unless they exist. data: directory for the password."""
    if (await register.standing(year.AUTHORITY)).has_officers:
        return
    await staff(register, year.AUTHORITY, PEOPLE, appointed_on=APPOINTED, units={HANDLER: "政务公开科"})
    for line in letters.settings("广州市花都区人民政府办公室", "示例公开", date(year.seed().year + 1, 1, 1)):
        await register.record(year.AUTHORITY, convert(msgspec.to_builtins(line)), actor=SYSTEM)
    password = f"Yanshi-2020-{secrets.token_hex(3)}"
    await open_accounts(register, year.AUTHORITY, PEOPLE, password)
    key, _, _ = await register.keys.create(
        year.AUTHORITY, HANDLER,
        name="演示", acts=("handle", "read", "count"), days=365, actor=AT_THE_MACHINE, origin=_ORIGIN,
    )  # fmt: skip
    _write_private(_password(data, year.AUTHORITY), password)
    _write_private(data / "demo-key", key.as_key)


async def open_district(register: Register, data: Path, office: str, unit: str, people: People) -> None:
    """Create accounts of the office and of one unit with one password, unless they exist."""
    if not await register.accounts.listed(office):
        password = f"Yanshi-2020-{secrets.token_hex(3)}"
        for code in (office, unit):
            await open_accounts(register, code, people, password)
        _write_private(_password(data, office), password)


def _password(data: Path, office: str) -> Path:
    """The file with the password of an office's officers."""
    return data / ("demo-password" if office == year.AUTHORITY else f"demo-password-{office}")


_ORIGIN = Origin(AT_THE_MACHINE, "demo")

People = Mapping[str, tuple[str, Role]]


async def staff(
    register: Register,
    code: str,
    people: People,
    *,
    appointed_on: date,
    units: Mapping[str, str] | None = None,
) -> int:
    """Appoint the administrators and, through them, the other officers. Returns the number of entries recorded.

    units: unit by officer; others have none.
    """
    async with register.view(code) as view:
        after = len(await view.authority_history())
    first = founding.first_officers(SYSTEM, SECURITY, appointed_on, after=after)
    lines = [
        convert({"id": f"console-first-{nth}", "stream": "authority", "event": _encoded(event)})
        for nth, event in enumerate(first)
    ]
    await register.record_all(code, lines, actor=authorization.PROGRAM)
    count = len(first)
    for actor, line in _appointments(after + count, people, appointed_on, units or {}):
        await register.record(code, convert(line), actor=actor)
        count += 1
    return count


async def open_accounts(register: Register, code: str, people: People, password: str) -> None:
    for officer, (name, _) in people.items():
        await register.accounts.create(
            code, officer,
            name=name, password=password, policy=POLICIES["mlps3"], actor=AT_THE_MACHINE, origin=_ORIGIN, must_change=False,
        )  # fmt: skip


def _encoded(event: Event) -> Line:
    return {"type": type_of(event), **msgspec.to_builtins(event)}


def _appointments(
    version: int, people: People, on: date, units: Mapping[str, str]
) -> Iterator[tuple[str, Line]]:
    for officer, (_, role) in people.items():
        if officer in (SYSTEM, SECURITY):
            continue
        unit = {"unit": units[officer]} if officer in units else {}
        yield SYSTEM, _own(f"appointed-{officer}", "officer_appointed", on, officer=officer, **unit)
        yield SECURITY, _own(f"granted-{officer}", "power_granted", on, officer=officer, role=role)
        version += 2
        yield SYSTEM, _own(f"confirmed-{officer}", "grant_confirmed", on, version=version)
        version += 1


def _own(name: str, type_: str, on: date, **fields: object) -> Line:
    event = {"type": type_, "on": on.isoformat(), **fields}
    return {"id": f"console-{name}", "stream": "authority", "event": event}


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")


def logins(address: str, data: Path, office: str, people: People, also: str) -> str:
    """The Chinese text with the console's address and the logins. also: further lines."""
    password = _password(data, office).read_text().strip()
    listed = "\n".join(f"  {officer:<5} {name}（{ROLES[role]}）" for officer, (name, role) in people.items())
    return f"""
用浏览器打开 {address}/ ，机关代码 {office} ，以下面任一账号登录，口令都是 {password}（只在演示中有效）：
{listed}
{also}
"""
