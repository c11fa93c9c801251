"""Recording under powers, on a real database, singly and in bulk: without the power nothing is stored."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from adapters.postgres import embedded
from adapters.register.recording.decoding import convert
from adapters.register.register import Recording, Refused, Register, Reply
from domain.authority import authorization, founding
from domain.authority.events import (
    GrantConfirmed,
    OfficerAppointed,
    PowerGranted,
    PowerWithdrawn,
    Renamed,
    SeparationWaived,
    SuperiorSet,
)
from domain.authority.powers import Role
from domain.authority.refusals import (
    ApprovalMissing,
    FirstOfficersExist,
    FirstOfficersMissing,
    GrantNeedsSecondPerson,
    NoPower,
    NotAnOfficer,
    NotTheSuperior,
    SamePerson,
)
from domain.entry import Event
from domain.law.irregularities import NotAcknowledged
from domain.law.refusals import Refusal
from domain.request.refusals import DraftNotApproved
from domain.values import Period, Reference
from tests import builders
from tests.adapters.recordings import CODE, connected, line, opened, registered, row

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

SINCE = date(2020, 1, 2)
PEOPLE: dict[str, Role] = {"li": "handler", "wang": "reviewer", "zhao": "approver", "tong": "statistician"}
REFERENCE = "2020-0001"


async def record(
    register: Register,
    actor: str,
    event: Event,
    reference: str | None = None,
    *codes: str,
    code: str = CODE,
    **more: Any,
) -> Reply:
    one = line(uuid4().hex, event, reference, *codes)
    return await register.record(code, one, actor=actor, **more)


async def staff(register: Register, code: str = CODE, people: dict[str, Role] = PEOPLE) -> None:
    async with register.view(code) as view:
        after = view.authority.version
    first = founding.first_officers("sys", "sec", SINCE, after=after)
    await register.record_all(code, [line(uuid4().hex, each) for each in first], actor=authorization.PROGRAM)
    for officer, role in people.items():
        await record(register, "sys", OfficerAppointed(SINCE, officer), code=code)
        granted = await record(register, "sec", PowerGranted(SINCE, officer, role), code=code)
        await record(register, "sys", GrantConfirmed(SINCE, granted.version), code=code)


@pytest.fixture
async def office(register: Register) -> Register:
    """Staffed since 2020-01-02; one request was received before."""
    await opened(register)
    await record(register, "tests", builders.received("2020-03-02"))
    await staff(register)
    return register


async def refused(rule: type[Refusal], register: Register, *steps: Any, **more: Any) -> str:
    """It is refused by the rule, and the log is as long as before."""
    before = await register.position(CODE)
    with pytest.raises(rule) as found:
        await record(register, *steps, **more)
    assert await register.position(CODE) == before
    return str(found.value)


async def test_the_first_officer_switches_the_regime(register: Register) -> None:
    """Before, any label may record; from then on only officers, and the program appoints no more."""
    await opened(register)
    await record(register, "谁都行", builders.received("2020-03-02"))
    await refused(FirstOfficersMissing, register, "谁都行", OfficerAppointed(SINCE, "li"))
    await staff(register, people={})
    for actor in ("谁都行", "tests", "taizhang"):
        await refused(NotAnOfficer, register, actor, builders.assigned("2020-03-03"), REFERENCE)
    await refused(NoPower, register, "sys", builders.assigned("2020-03-03"), REFERENCE)
    await refused(FirstOfficersExist, register, "taizhang", OfficerAppointed(SINCE, "li"))


async def test_three_persons_take_a_request_from_receipt_to_archive(office: Register) -> None:
    """Received, drafted, reviewed, approved, answered, served, archived: and each forbidden step refused, unstored."""
    draft = builders.answer_drafted("2020-03-09", outcome="refused.deliberative")
    answer = builders.answered("2020-03-16", "refused.deliberative", draft="稿一")
    received = (await record(office, "li", builders.received("2020-03-03"))).reference
    await refused(NoPower, office, "wang", builders.received("2020-03-03"))
    await refused(NoPower, office, "zhao", draft, received)
    await record(office, "li", draft, received)
    await refused(NoPower, office, "li", builders.draft_reviewed("2020-03-10"), received)
    await refused(NoPower, office, "zhao", builders.draft_reviewed("2020-03-10"), received)
    await record(office, "wang", builders.draft_reviewed("2020-03-10"), received)
    await refused(NoPower, office, "wang", builders.draft_approved("2020-03-11"), received)
    await refused(DraftNotApproved, office, "li", answer, received)
    unapproved = builders.answered("2020-03-16", "refused.deliberative")
    message = await refused(ApprovalMissing, office, "li", unapproved, received, "unapproved_answer")
    assert "负责人" in message
    await refused(NotAcknowledged, office, "zhao", unapproved, received)
    await record(office, "zhao", builders.draft_approved("2020-03-11"), received)
    await refused(NoPower, office, "zhao", answer, received)
    await record(office, "li", answer, received)
    await record(office, "li", builders.served("2020-03-16"), received)
    await record(office, "li", builders.archived("2020-03-17"), received)

    found = await row(office, str(received))
    assert found is not None
    assert (found.stage, found.irregularities, found.timeliness) == ("archived", (), "on_time")
    assert (await office.proofs.verify(CODE)).findings == ()


async def test_a_preview_asks_for_the_power_too(office: Register) -> None:
    """What recording would refuse is not shown as possible."""
    one = line("p", builders.assigned("2020-03-03"), REFERENCE)
    with pytest.raises(NoPower):
        await office.preview(CODE, one, actor="tong")
    assert (await office.preview(CODE, one, actor="li")).irregularities == ()


async def test_a_file_is_judged_line_by_line_as_single_recordings_are(office: Register) -> None:
    """All or nothing: the lines that its actor may not record are named, whatever is acknowledged wholesale."""
    lines: list[Recording] = [
        line("a", builders.received("2020-03-04")),
        line("b", builders.answer_drafted("2020-03-09"), "#a"),
        line("c", builders.draft_approved("2020-03-10"), "#a"),
        line("d", builders.answered("2020-03-11", "refused.deliberative"), "#a"),
        line("e", builders.extended("2020-03-12"), REFERENCE),
        line("f", Renamed(SINCE, "新名", SINCE)),
    ]
    before = await office.position(CODE)
    with pytest.raises(Refused) as found:
        await office.record_all(CODE, lines, actor="li", acknowledge_all=True)
    assert [(each.id, type(each.refusal)) for each in found.value.problems] == [
        ("c", NoPower),
        ("d", ApprovalMissing),
        ("e", ApprovalMissing),
        ("f", NoPower),
    ]
    assert await office.position(CODE) == before
    assert len(await office.record_all(CODE, lines[:2], actor="li")) == 2


async def test_a_power_ends_for_the_next_recording(office: Register) -> None:
    """A power withdrawn today is refused today; granted again and confirmed, it holds again."""
    today = await _today(office)
    await record(office, "li", builders.assigned("2020-03-03"), REFERENCE)
    await record(office, "sec", PowerWithdrawn(today, "li", "handler"))
    await refused(NoPower, office, "li", builders.assigned("2020-03-04"), REFERENCE)
    granted = await record(office, "sec", PowerGranted(today, "li", "handler"))
    await refused(NoPower, office, "li", builders.assigned("2020-03-04"), REFERENCE)
    await refused(GrantNeedsSecondPerson, office, "sec", GrantConfirmed(today, granted.version))
    await record(office, "sys", GrantConfirmed(today, granted.version))
    await record(office, "li", builders.assigned("2020-03-04"), REFERENCE)


async def _today(register: Register) -> date:
    async with register.view(CODE) as view:
        return (await view.authority_history())[-1].recorded_on


async def test_the_superior_lets_one_person_do_both_and_it_is_counted(office: Register) -> None:
    """A township of two: its own head cannot say so, the county's can; compliance counts and lists the request."""
    await office.record("county", line("c", registered("county")), actor="tests")
    await staff(office, "county", {"qian": "approver", "sun": "handler"})
    waiver = builders.event(
        SeparationWaived,
        "2020-02-03",
        scope="same_person",
        until="2020-12-31",
        document_no="县〔2020〕3号",
    )
    granted = await record(office, "sec", PowerGranted(SINCE, "li", "approver"))
    await record(office, "sys", GrantConfirmed(SINCE, granted.version))
    await record(office, "li", builders.answer_drafted("2020-03-09"), REFERENCE)
    approval = builders.draft_approved("2020-03-10")
    message = await refused(SamePerson, office, "li", approval, REFERENCE)
    assert "从简审批" in message

    for actor in ("zhao", "county/qian", "county/sun", "nowhere/qian", "COUNTY/qian"):
        await refused(NotTheSuperior, office, actor, waiver)
    superior = SuperiorSet(SINCE, "county", "lower_government", SINCE)
    await record(office, "sys", superior)
    for actor in ("zhao", "county/sun", "county/nobody", "nowhere/qian"):
        await refused(NotTheSuperior, office, actor, waiver)
    await record(office, "county/qian", waiver)

    await refused(NotAcknowledged, office, "li", approval, REFERENCE)
    await record(office, "li", approval, REFERENCE, "separation_waived")
    await record(office, "li", builders.answered("2020-03-11", draft="稿一"), REFERENCE)
    async with office.view(CODE) as view:
        found = await view.compliance(Period.year(2020))
    assert found.irregularities == {"separation_waived": (REFERENCE,)}
    assert (await office.proofs.verify(CODE)).findings == ()


async def test_a_waiver_recorded_late_shows_in_the_register(office: Register) -> None:
    """It holds from its own day: what the head had let pass is then by leave, in the rows too, and a rebuild agrees."""
    await office.record("county", line("c", registered("county")), actor="tests")
    await staff(office, "county", {"qian": "approver"})
    await record(office, "sys", SuperiorSet(SINCE, "county", "lower_government", SINCE))
    refusal = builders.answered("2020-03-11", "refused.deliberative")
    await record(office, "zhao", refusal, REFERENCE, "unapproved_answer")
    waiver = builders.event(
        SeparationWaived,
        "2020-02-03",
        scope="approval",
        until="2020-12-31",
        document_no="县〔2020〕3号",
    )
    await record(office, "county/qian", waiver)
    found = await row(office, REFERENCE)
    assert found is not None
    assert found.irregularities == ("separation_waived",)
    assert (await office.proofs.verify(CODE)).findings == ()


@pytest.mark.parametrize(
    ("position", "change", "code"),
    [
        ("draft_approved", "actor = 'tong'", "no_power"),
        ("draft_approved", "actor = 'li'", "no_power"),
        ("draft_approved", "actor = 'nobody'", "not_an_officer"),
        ("draft_approved", "on_behalf_of = 'li'", "same_person"),
        ("answered", "actor = 'wang'", "no_power"),
        ("power_granted", "actor = 'sys'", "no_power"),
        ("grant_confirmed", "actor = 'sec'", "grant_needs_second_person"),
    ],
)
async def test_an_act_without_the_power_of_its_day_is_found_by_verify(
    office: Register, server: DatabaseServer, database: str, position: str, change: str, code: str
) -> None:
    """An entry written straight into the database: the audit names the rule and the entry."""
    await record(office, "li", builders.answer_drafted("2020-03-09"), REFERENCE)
    await record(office, "zhao", builders.draft_approved("2020-03-10"), REFERENCE)
    await record(office, "li", builders.answered("2020-03-11", draft="稿一"), REFERENCE)
    assert (await office.proofs.verify(CODE)).findings == ()
    async with connected(server.server.dsn(embedded.SUPERUSER, database)) as connection:
        await connection.execute("SET session_replication_role = replica")
        last = await connection.fetchval(
            "SELECT max(position) FROM events WHERE authority_id = 1 AND topic = $1", position
        )
        await connection.execute(f"UPDATE events SET {change} WHERE authority_id = 1 AND position = $1", last)
    found = (await office.proofs.verify(CODE)).findings
    assert [(each.code, each.position) for each in found if each.code.startswith("act_")][:1] in (
        [("act_impossible", last)],
        [("act_judged_otherwise", last)],
    )
    assert any(code in each.text for each in found)
    async with office.view(CODE) as view:
        assert await view.history(Reference.parse(REFERENCE))  # it still reads


async def test_the_annual_report_is_held_to_powers_too(office: Register) -> None:
    """The statistician enters figures; the handler does not; who wrote past the judge is found."""
    figure = {
        "type": "work_recorded", "on": "2020-06-01", "kind": "training", "number": 1,
    }  # fmt: skip
    one = {"id": "w1", "stream": "report/2020", "event": figure}
    before = await office.position(CODE)
    with pytest.raises(NoPower):
        await office.record(CODE, convert(one), actor="li")
    assert await office.position(CODE) == before
    await office.record(CODE, convert(one), actor="tong")
    assert (await office.proofs.verify(CODE)).findings == ()
