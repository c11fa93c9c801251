"""No cached value is shown after a recording, in this process or by another one."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.register.recording.decoding import convert
from adapters.register.register import Register
from api.today import today
from domain.authority.powers import Role
from domain.entry import Event
from tests import builders
from tests.adapters.recordings import another_database, body_of
from tests.api.conftest import Running, _fresh_code, application_over, lifespan
from tests.api.officers import OFFICERS, Caller, office_of, register_of
from tests.conftest import DatabaseServer


@pytest.fixture(params=["this process", "another process"])
async def offices(
    request: pytest.FixtureRequest, server: DatabaseServer, template: str, tmp_path: Path
) -> AsyncIterator[tuple[Running, Register]]:
    """A server, and a register that records into the same database: the server's own, or a separate one."""
    async with another_database(server, template) as database:
        dsn = server.runtime(database)
        application = application_over(dsn, tmp_path / "keys")
        async with lifespan(application):
            running = Running(application, server.behind(database))
            if request.param == "this process":
                yield running, register_of(running)
                return
            beside = await Register.open(dsn, tmp_path / "keys")
            try:
                yield running, beside
            finally:
                await beside.close()


class Pages:
    """The figures on the pages of an office, one number each."""

    def __init__(self, handler: Caller, approver: Caller) -> None:
        self.handler, self.approver = handler, approver

    async def _number(self, address: str, pattern: str, who: Caller | None = None) -> int:
        reply = await (who or self.handler).client.get(address)
        assert reply.status_code == 200, reply.text
        found = re.search(pattern, reply.text, re.DOTALL)
        assert found, (address, pattern, reply.text)
        return int(found[1])

    async def figures(self) -> dict[str, int]:
        year = today().year

        async def tab(words: str) -> int:
            return await self._number("/?of=all", f'{words} <span class="count">([0-9]+)</span>')

        async def cell(row: str) -> int:
            return await self._number(
                f"/tables/cell?year={year}&row={row}&column=total", "共 <strong>([0-9]+)</strong>"
            )

        async def measure(words: str) -> int:
            return await self._number(
                f"/compliance?year={year}", f'{words}</th><td class="number">(?:<a [^>]*>)?([0-9]+)'
            )

        found = {tab_: await tab(tab_) for tab_ in ("待批准", "待发出", "待送达", "待归档", "救济")}
        found["申请"] = await self._number("/requests", r'class="number">([0-9]+)</strong> 件')
        found |= {"新收": await cell("new"), "予以公开": await cell("granted")}
        found |= {"办结": await measure("办结"), "期末在办": await measure("期末在办")}
        found["结转"] = await self._number(
            f"/carry-over?year={year}&by=year", r">([0-9]+)(?:</a>)?</td></tr></tbody>"
        )
        waiting = await self.approver.client.get("/approvals")
        found["审批"] = waiting.text.count('class="reference"')
        return found


async def test_each_page_shows_what_was_just_recorded(offices: tuple[Running, Register]) -> None:
    running, register = offices
    code, on = _fresh_code(), today()
    await office_of(running, code)
    handler, approver = (Caller(running, code, OFFICERS[role]) for role in ("handler", "approver"))
    assert [(await each.login()).status_code for each in (handler, approver)] == [200, 200]
    pages, reference = Pages(handler, approver), ""

    async def record(role: Role, event: Event, key: str) -> None:
        nonlocal reference
        line = {"id": key, "event": body_of(event), **({"reference": reference} if reference else {})}
        replies = await register.record_all(code, [convert(line)], actor=OFFICERS[role], acknowledge_all=True)
        reference = str(replies[0].reference)

    nothing = dict.fromkeys(
        (
            "待批准",
            "待发出",
            "待送达",
            "待归档",
            "救济",
            "申请",
            "新收",
            "予以公开",
            "办结",
            "期末在办",
            "结转",
            "审批",
        ),
        0,
    )
    assert await pages.figures() == nothing
    open_ = nothing | {"申请": 1, "新收": 1, "期末在办": 1, "结转": 1}
    closed = nothing | {"申请": 1, "新收": 1, "予以公开": 1, "办结": 1}
    answer = {"document_no": "1号", "legal_basis": "第三十六条第二项"}
    steps: list[tuple[Role, Event, dict[str, int]]] = [
        ("handler", builders.received(on), open_),
        ("handler", builders.answer_drafted(on), open_ | {"待批准": 1, "审批": 1}),
        ("approver", builders.draft_approved(on), open_ | {"待发出": 1}),
        ("handler", builders.answered(on, draft="稿一", **answer), closed | {"待送达": 1}),
        ("handler", builders.served(on), closed | {"待归档": 1}),
        ("handler", builders.archived(on), closed),
        ("handler", builders.appealed(on), closed | {"救济": 1}),
        ("handler", builders.amended(on, 1), nothing),
    ]
    for nth, (role, event, expected) in enumerate(steps):
        await record(role, event, f"step-{nth}")
        assert await pages.figures() == expected, event


async def test_annulled_requests_are_listed_separately_and_an_entry_has_its_receipt(
    offices: tuple[Running, Register],
) -> None:
    running, register = offices
    code = _fresh_code()
    await office_of(running, code)
    handler, auditor = (Caller(running, code, OFFICERS[role]) for role in ("handler", "auditor"))
    assert [(await each.login()).status_code for each in (handler, auditor)] == [200, 200]

    async def listed() -> str:
        return (await handler.client.get("/requests/annulled")).text

    assert "没有作废的登记" in await listed()
    reply = await register.record(
        code, convert({"id": "r", "event": body_of(builders.received(today()))}), actor=OFFICERS["handler"]
    )
    line = {"id": "a", "reference": reply.reference, "event": body_of(builders.amended(today(), 1))}
    await register.record_all(code, [convert(line)], actor=OFFICERS["handler"], acknowledge_all=True)
    assert f"/requests/{reply.reference}" in await listed()
    await register.proofs.sign_checkpoint(code)
    receipt = await auditor.client.get(f"/requests/{reply.reference}/receipt?version=1")
    assert (receipt.status_code, receipt.text.startswith("c2sp.org/tlog-proof@v1")) == (200, True)
    assert (await auditor.client.get(f"/requests/{reply.reference}")).text.count("/receipt?version=") == 2
