"""The access log: who logged in, exported and read what, for which purpose; append-only; readable by the auditor."""

from __future__ import annotations

import base64
import csv
import io
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from adapters.accounts.access_log import ACCESS_ACTS
from adapters.postgres import embedded
from adapters.proof import receipt_check
from adapters.proof.checkpoints import Verifier
from adapters.proof.provable import ACCESS_LOG
from api.today import today
from domain.authority.events import SuperiorSet
from tests import builders
from tests.adapters.recordings import body_of, connected, line
from tests.api.conftest import Door, Running, in_process
from tests.api.officers import (
    ADMINISTRATOR,
    Caller,
    appoint,
    fresh,
    open_account,
    record,
    refused,
    register_of,
)
from tests.builders import received
from tests.conftest import DatabaseServer


@pytest.fixture
async def zhang(zhang: Caller) -> Caller:
    """An officer who handles requests, logged in, with a request received."""
    await zhang.post("requests", body_of(received("2020-03-02")), headers={"Idempotency-Key": "one"})
    return zhang


@pytest.fixture
async def auditor(zhang: Caller) -> Caller:
    """The auditor of the same office, logged in."""
    register = register_of(zhang.running)
    await appoint(register, zhang.code, "zhao", "auditor")
    await open_account(register, zhang.running.dsn, zhang.code, "zhao")
    found = Caller(zhang.running, zhang.code, "zhao")
    await found.login()
    return found


async def test_personal_data_are_read_for_a_purpose(zhang: Caller, auditor: Caller) -> None:
    """Without a purpose nothing is shown or logged; with one the reading is logged with request and purpose."""
    refused(await zhang.get("requests/2020-0001/sealed"), 422, "purpose_required")
    assert "personal_data_read" not in await zhang.accessed("act")
    shown = await zhang.get("requests/2020-0001/sealed", params={"purpose": "核对邮寄地址"})
    assert [each["field"] for each in shown.json()] == ["applicant", "description"]
    (entry,) = (await auditor.get("access-log", params={"act": "personal_data_read"})).json()["lines"]
    assert {name: entry[name] for name in ("actor", "act", "result", "source", "purpose", "reference", "route")} == {
        "actor": "zhang", "act": "personal_data_read", "result": "done", "source": "192.0.2.7", "purpose": "核对邮寄地址",
        "reference": "2020-0001", "route": "GET /api/v1/authorities/{code}/requests/{reference}/sealed",
    }  # fmt: skip
    assert "张三" not in str(await zhang.accessed("access_log::text"))


async def test_before_officers_a_purpose_may_be_given(door: Door) -> None:
    """Without officers the machine's token needs no purpose; the reading is logged all the same."""
    reference = await door.receive(received("2020-03-02"))
    assert (await door.get(f"requests/{reference}/sealed")).status_code == 200
    assert (await door.get(f"requests/{reference}/sealed", purpose="复核")).status_code == 200
    listed = await door.json("access-log")
    assert [(each["actor"], each["purpose"]) for each in listed["lines"]] == [
        ("tests", None),
        ("tests", "复核"),
    ]


async def test_a_reading_of_an_unknown_request_is_not_logged(zhang: Caller) -> None:
    refused(await zhang.get("requests/2020-0002/sealed", params={"purpose": "x"}), 404, "request_unknown")
    assert "personal_data_read" not in await zhang.accessed("act")


async def test_a_refused_attempt_is_logged_with_its_reason(zhang: Caller, running: Running) -> None:
    """Logged with actor and reason: without the power, by a key without the act, of restricted data, by a superior's officer
    (in the superior's own log).
    """
    register, code = register_of(running), zhang.code
    sealed, document = "requests/2020-0001/sealed", "requests/2020-0001/documents/1"
    query = {"params": {"purpose": "核对"}}
    await appoint(register, code, "sun", "statistician")
    await open_account(register, running.dsn, code, "sun")
    sun = Caller(running, code, "sun")
    await sun.login()
    for address in (sealed, document):
        refused(await sun.get(address, **query), 403, "no_power")
    made = await zhang.post("/api/v1/keys", {"name": "程序", "acts": ["handle"], "days": 1})
    async with in_process(running.application, Authorization=f"Bearer {made.json()['key']}") as program:
        refused(await program.get(f"/api/v1/authorities/{code}/{sealed}", **query), 403, "no_power")
    county = await fresh(running, "wang", "approver")
    above = SuperiorSet(today(), county.code, "disclosure_supervisor", today())
    await record(register, code, ADMINISTRATOR, above)
    await county.login()
    refused(await county.get(f"/api/v1/authorities/{code}/{sealed}", **query), 404, "authority_unknown")
    restricted = builders.personal_data_restricted("2020-03-05")
    await register.record(code, line(uuid4().hex, restricted, "2020-0001"), actor="zhang")
    refused(await zhang.get(sealed, **query), 451, "personal_data_is_restricted")

    found = await zhang.accessed("act", "actor", "result", "reference")
    assert [each[1:] for each in found if each[0] == "personal_data_read"] == [
        ("sun", "no_power", "2020-0001"),
        ("sun", "no_power", "2020-0001"),
        ("zhang", "no_power", "2020-0001"),
        ("zhang", "personal_data_is_restricted", "2020-0001"),
    ]
    above_ = await county.accessed("act", "actor", "result", "reference")
    assert ("personal_data_read", "wang", "authority_unknown", f"{code}/2020-0001") in above_
    for caller in (sun, county):
        await caller.client.aclose()


async def test_a_refused_attempt_at_no_authority_keeps_nothing_of_the_address(zhang: Caller) -> None:
    """Which may hold anything: a control character, which the database refuses, or a name."""
    for typed in ("%00", "王小明", "x" * 500, "a%0ab"):
        for rest in ("letters?on=2020-03-02&purpose=x", "requests/2020-0001/sealed?purpose=x"):
            address = f"/api/v1/authorities/{typed}/{rest}"
            refused(await zhang.client.get(address), 404, "authority_unknown")
    found = await zhang.accessed("result", "reference")
    assert [each for each in found if each[0] == "authority_unknown"] == [
        ("authority_unknown", "?/letters"), ("authority_unknown", "?/2020-0001"),
    ] * 4  # fmt: skip


async def test_exports_are_logged(zhang: Caller, auditor: Caller) -> None:
    """A CSV download of a list is logged, that of the access log too; a list on screen is not."""
    await zhang.get("requests")
    await zhang.get("requests", headers={"Accept": "text/csv"})
    taken = await auditor.get("access-log", headers={"Accept": "text/csv"})
    rows = list(csv.reader(io.StringIO(taken.text.removeprefix("\ufeff"))))
    assert rows[0] == ["时间", "人员", "事项", "代码", "结果", "来源", "目的", "所涉", "途径"]
    exported = [(row[1], row[2], row[7]) for row in rows[1:] if row[3] == "exported"]
    assert exported == [("zhang", "导出", "requests"), ("zhao", "导出", "access-log")]


async def test_pages_are_whole_and_in_order(zhang: Caller, auditor: Caller) -> None:
    """Pages of one line give the same lines as one page, in order of time; days and actors filter."""
    for _ in range(3):
        await zhang.login()
    whole = (await auditor.get("access-log")).json()
    assert whole["next"] is None
    paged, after = [], None
    while True:
        params = {"limit": "1", **({"after": after} if after else {})}
        page = (await auditor.get("access-log", params=params)).json()
        paged += page["lines"]
        if (after := page["next"]) is None:
            break
    assert paged == whole["lines"]
    assert [each["at"] for each in paged] == sorted(each["at"] for each in paged)
    for params, count in (
        ({"actor": "zhang", "act": "login"}, 4), ({"from": str(today())}, len(paged)), ({"to": str(today())}, len(paged)),
        ({"to": "2020-01-01"}, 0), ({"actor": "nobody"}, 0), ({"from": "2099-01-01"}, 0),
        ({"purpose": "核"}, 0), ({"reference": "2020-0001"}, 0),
    ):  # fmt: skip
        assert len((await auditor.get("access-log", params=params)).json()["lines"]) == count, params
    for params in ({"after": "x"}, {"after": "~"}, {"act": "x"}, {"limit": "0"}, {"from": "1999-01-01"}):
        refused(await auditor.get("access-log", params=params), 400, "malformed")


async def test_it_is_searched_by_purpose_and_request(zhang: Caller, auditor: Caller) -> None:
    """A purpose is found by a substring, in which % and _ are no patterns; a request by its whole number."""
    for purpose in ("核对邮寄地址", "统计%", "复核"):
        await zhang.get("requests/2020-0001/sealed", params={"purpose": purpose})
    for params, count in (
        ({"purpose": "核"}, 2), ({"purpose": "%"}, 1), ({"purpose": "_"}, 0), ({"reference": "2020-0001"}, 3),
        ({"reference": "2020-000"}, 0), ({"reference": "2020-0001", "purpose": "邮寄", "actor": "zhang"}, 1),
    ):  # fmt: skip
        assert len((await auditor.get("access-log", params=params)).json()["lines"]) == count, params


async def test_a_year_is_reviewed_by_person_act_and_purpose(zhang: Caller, auditor: Caller) -> None:
    """Counted by person, act and purpose; refused attempts separately; lists on screen and other years are not counted."""
    await zhang.post("requests", body_of(received("2020-03-03")), headers={"Idempotency-Key": "two"})
    for reference in ("2020-0001", "2020-0001", "2020-0002"):
        await zhang.get(f"requests/{reference}/sealed", params={"purpose": "核对邮寄地址"})
    await zhang.get("requests/2020-0001/sealed", params={"purpose": "复核"})
    await zhang.get("requests", headers={"Accept": "text/csv"})
    await appoint(register_of(zhang.running), zhang.code, "sun", "statistician")
    await open_account(register_of(zhang.running), zhang.running.dsn, zhang.code, "sun")
    sun = Caller(zhang.running, zhang.code, "sun")
    await sun.login()
    refused(await sun.get("requests/2020-0001/sealed", params={"purpose": "统计"}), 403, "no_power")

    year = {"year": str(today().year)}
    rows = (await auditor.get("access-log/review", params=year)).json()
    assert [
        (each["actor"], each["act"], each["purpose"], each["times"], each["refused"], each["requests"]) for each in rows
    ] == [
        ("sun", "personal_data_read", None, 1, 1, 1),
        ("zhang", "exported", None, 1, 0, 0),
        ("zhang", "personal_data_read", "核对邮寄地址", 3, 0, 2),
        ("zhang", "personal_data_read", "复核", 1, 0, 1),
    ]  # fmt: skip
    table = await auditor.get("access-log/review", params=year, headers={"Accept": "text/csv"})
    assert [row[:6] for row in csv.reader(io.StringIO(table.text.removeprefix("\ufeff")))][3] == [
        "zhang", "查阅个人信息", "核对邮寄地址", "3", "0", "2",
    ]  # fmt: skip
    assert (await auditor.get("access-log/review", params={"year": "2020"})).json() == []
    refused(await zhang.get("access-log/review", params=year), 403, "no_power")


async def test_a_receipt_proves_one_line(zhang: Caller, auditor: Caller, tmp_path: Path) -> None:
    """Once sealed it is verified offline; a changed byte fails, and so does another office's line."""
    await zhang.get("requests/2020-0001/sealed", params={"purpose": "核对邮寄地址"})
    (line,) = (await auditor.get("access-log", params={"act": "personal_data_read"})).json()["lines"]
    query = {"params": {"id": line["id"]}}
    refused(await auditor.get("access-log/receipt", **query), 422, "not_sealed_yet")
    await register_of(zhang.running).proofs.sign_checkpoint(zhang.code, ACCESS_LOG)
    path = tmp_path / "line.tlog-proof"
    path.write_text((await auditor.get("access-log/receipt", **query)).text, "utf-8")

    note = await register_of(zhang.running).proofs.checkpoint(zhang.code, ACCESS_LOG) or ""
    keys = [
        Verifier.parse(each) for each in (await register_of(zhang.running).proofs.verify(zhang.code)).keys
    ]
    found = receipt_check.check_receipt(path, verifiers=keys)
    assert (found.signed, found.findings, found.leaf["purpose"]) == (True, (), "核对邮寄地址")
    assert found.origin == f"taizhang/accesses/{zhang.code}"
    assert note.startswith(f"{found.origin}\n{found.size}\n")
    extra = path.read_text("utf-8").split("\n")[1].removeprefix("extra ")
    forged = base64.b64encode(
        base64.b64decode(extra).replace("核对邮寄地址".encode(), "统计分析全年".encode())
    )
    path.write_text(path.read_text("utf-8").replace(extra, forged.decode()), "utf-8")
    assert [each.code for each in receipt_check.check_receipt(path, verifiers=keys).findings] == [
        "inclusion_wrong"
    ]

    for wrong in ("x", "0" * 32, "%"):
        refused(await auditor.get("access-log/receipt", params={"id": wrong}), 404, "access_unknown")


async def test_only_the_auditor_reads_it(zhang: Caller) -> None:
    refused(await zhang.get("access-log"), 403, "no_power")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_log SET actor = 'another'", "DELETE FROM access_log", "TRUNCATE access_log",
        "UPDATE access_log SET at = now() WHERE false",
    ],
)  # fmt: skip
async def test_no_line_can_be_changed(server: DatabaseServer, zhang: Caller, statement: str) -> None:
    """Neither by the runtime role, which lacks the grant, nor by the owner, whom the trigger stops."""
    database = zhang.running.dsn.rsplit("/", 1)[1].split("?")[0]
    assert await zhang.accessed("act")
    for dsn in (server.runtime(database), server.owner(database)):
        async with connected(dsn) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)


async def test_an_office_sees_only_its_own_lines(
    server: DatabaseServer, zhang: Caller, running: Running
) -> None:
    """Row policies: as the runtime role, without WHERE or without an authority set, for every table of accounts."""
    other = await fresh(running)
    await other.login()
    database = running.dsn.rsplit("/", 1)[1].split("?")[0]
    async with connected(server.runtime(database)) as connection:
        own = await connection.fetchval("SELECT authority_id FROM authorities WHERE code = $1", zhang.code)
        for table in ("accounts", "sessions", "login_sources", "api_keys", "access_log", "former_passwords"):
            assert await connection.fetch(f"SELECT * FROM {table}") == [], table
            await connection.execute(f"BEGIN; SET LOCAL taizhang.authority = '{own:d}'")
            found = await connection.fetch(f"SELECT DISTINCT authority_id FROM {table}")
            await connection.execute("ROLLBACK")
            assert {row[0] for row in found} <= {own}, table
        await connection.execute(f"BEGIN; SET LOCAL taizhang.authority = '{own:d}'")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(
                "INSERT INTO access_log (authority_id, id, actor, act, result, source, route)"
                f" VALUES ({own + 1:d}, 'x', 'x', 'login', 'done', 'x', 'x')"
            )
        await connection.execute("ROLLBACK")
    assert embedded.RUNTIME != embedded.OWNER


def test_every_act_has_a_chinese_label() -> None:
    assert all(ACCESS_ACTS.values())
    assert len(set(ACCESS_ACTS.values())) == len(ACCESS_ACTS)
