"""Calendar feeds of officers: anyone with the address reads references and due dates, until it is revoked."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest
from icalendar import Calendar

from adapters.accounts.refusals import AccountUnknown, CalendarUnknown, TooManyCalendars
from adapters.accounts.sessions import SessionToken
from adapters.register.notices.calendars import LIMIT
from api.today import today
from domain.authority.events import OfficerDismissed
from domain.entry import Event
from domain.request import events
from tests.adapters.recordings import line
from tests.api.conftest import Running
from tests.api.officers import (
    ADMINISTRATOR,
    ORIGIN,
    SECURITY,
    Caller,
    behind,
    fresh,
    open_account,
    record,
    register_of,
)
from tests.builders import event, received, supplement_required

HOW: dict[str, Any] = {"actor": SECURITY, "origin": ORIGIN}


async def receive(caller: Caller, *happened: Event) -> str:
    register, reference = register_of(caller.running), ""
    for each in (received("2020-03-02", subject="某路改造方案"), *happened):
        reply = await register.record(
            caller.code, line(uuid4().hex, each, reference or None), actor=caller.officer
        )
        reference = str(reply.reference)
    return reference


async def open_calendar(caller: Caller) -> str:
    """Its path, from the page."""
    shown = await caller.client.post("/me/calendars", data={"csrf": caller.csrf})
    found = re.search(
        r'<pre class="letter" id="calendar">http://taizhang\.test(/calendar/[^<]+\.ics)</pre>', shown.text
    )
    assert found is not None, shown.text
    return found[1]


async def read(running: Running, path: str, **headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(running.application)
    async with httpx.AsyncClient(transport=transport, base_url="http://taizhang.test") as anybody:
        return await anybody.get(path, headers=headers)


async def test_the_feed_has_references_and_due_dates(running: Running) -> None:
    """Neither subject nor name; the same bytes and ETag on repetition, and others after a recording."""
    zhang = await fresh(running)
    await zhang.login()
    first = await receive(zhang)
    second = await receive(zhang, supplement_required("2020-03-04", "2020-03-20"))
    path = await open_calendar(zhang)
    assert "2020" not in path.removeprefix(f"/calendar/{zhang.code}")
    reply = await read(running, path)
    assert (reply.status_code, reply.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    assert reply.headers["cache-control"] == "private, no-cache"
    found = {
        str(each["UID"]): (str(each["DTSTART"].dt), str(each["SUMMARY"]))
        for each in Calendar.from_ical(reply.content).walk("VEVENT")
    }
    assert found == {
        f"{first}.answer@{zhang.code}.taizhang": ("2020-03-30", f"{first} 答复期限"),
        f"{second}.supplement@{zhang.code}.taizhang": ("2020-03-20", f"{second} 补正期限"),
    }
    for never in ("某路", "zhang某", "示例"):
        assert never not in reply.text
    again = await read(running, path)
    assert (again.content, again.headers["etag"]) == (reply.content, reply.headers["etag"])
    known = await read(running, path, **{"If-None-Match": reply.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    await receive(zhang)
    assert (await read(running, path)).headers["etag"] != reply.headers["etag"]


async def test_the_address_is_a_secret_that_is_not_stored(running: Running) -> None:
    """Neither in a table nor on the page again; the number in force is limited."""
    zhang = await fresh(running)
    await zhang.login()
    path = await open_calendar(zhang)
    secret = path.removesuffix(".ics").rpartition(".")[2]
    assert secret not in (await zhang.client.get("/me")).text
    for table in ("calendar_keys", "access_log"):
        rows = await zhang.behind(f"SELECT t::text FROM {table} AS t")
        assert not [row for row in rows if secret in row[0]]
    register = register_of(running)
    for _ in range(LIMIT - 1):
        await register.calendars.create(zhang.code, "zhang", **HOW)
    with pytest.raises(TooManyCalendars):
        await register.calendars.create(zhang.code, "zhang", **HOW)
    with pytest.raises(AccountUnknown):
        await register.calendars.create(zhang.code, ADMINISTRATOR, **HOW)


async def test_it_ends_when_it_is_revoked_by_its_officer_or_an_administrator(running: Running) -> None:
    """A revoked address gives the same 404 as an unknown one."""
    zhang = await fresh(running)
    await zhang.login()
    register = register_of(running)
    own, others = await open_calendar(zhang), await open_calendar(zhang)
    (later, earlier) = await register.calendars.listed(zhang.code)
    shown = await zhang.client.post(
        f"/me/calendars/{earlier.id}/end", data={"csrf": zhang.csrf}, follow_redirects=True
    )
    assert "日历地址已停用" in shown.text
    assert (await read(running, own)).status_code == 404
    assert (await read(running, others)).status_code == 200
    await open_account(register, running.dsn, zhang.code, SECURITY)
    security = Caller(running, zhang.code, SECURITY)
    await security.login()
    assert "期限日历的地址" in (await security.client.get("/people")).text
    await security.client.post(f"/people/calendars/{later.id}/revoke", data={"csrf": security.csrf})
    gone = await read(running, others)
    assert (gone.status_code, gone.json()["code"]) == (404, "calendar_unknown")
    other = await fresh(running)
    with pytest.raises(CalendarUnknown):
        await register.calendars.revoke(other.code, later.id, **HOW)
    for wrong in (
        "x",
        "x.ics",
        f"{zhang.code}.x.ics",
        "nobody.secret.ics",
        "%00.%00.ics",
        f"{other.code}.{own}",
    ):
        assert (await read(running, f"/calendar/{wrong}")).status_code == 404
    acts = await zhang.accessed("act", "actor")
    assert [each for each in acts if "calendar" in each[0]] == [
        ("calendar_opened", "zhang"), ("calendar_opened", "zhang"), ("calendar_closed", "zhang"),
        ("calendar_closed", SECURITY),
    ]  # fmt: skip


async def test_it_ends_with_the_office_and_with_the_account(running: Running) -> None:
    zhang = await fresh(running)
    register = register_of(running)
    secret = await register.calendars.create(zhang.code, "zhang", **HOW)
    assert await register.calendars.read(secret)
    await register.accounts.disable(zhang.code, "zhang", **HOW)
    with pytest.raises(CalendarUnknown):
        await register.calendars.read(secret)
    await register.accounts.unlock(zhang.code, "zhang", **HOW)
    assert await register.calendars.read(secret)
    await record(register, zhang.code, ADMINISTRATOR, OfficerDismissed(today(), "zhang"))
    with pytest.raises(CalendarUnknown):
        await register.calendars.read(secret)
    with pytest.raises(CalendarUnknown):
        await register.calendars.read(SessionToken("nobody", secret.secret))
    rows = await behind(running.dsn, zhang.code, "SELECT used_at IS NOT NULL FROM calendar_keys")
    assert [row[0] for row in rows] == [True]


async def test_it_has_only_the_officer_s_own_requests(running: Running) -> None:
    """Another officer's request is only in that officer's calendar."""
    zhang = await fresh(running)
    register = register_of(running)
    await receive(zhang, event(events.Assigned, "2020-03-02", unit="办公室", officer="zhang"))
    for officer, count in (("zhang", 1), (SECURITY, 0)):
        if officer != "zhang":
            await open_account(register, running.dsn, zhang.code, officer)
        secret = await register.calendars.create(zhang.code, officer, **HOW)
        found = Calendar.from_ical(await register.calendars.read(secret))
        assert len(found.walk("VEVENT")) == count
