"""Accounts, keys and the access log at the command line, and what a superior may read of its subordinates."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api.today import today
from domain.authority.events import SuperiorSet
from domain.request.events import AnswerDrafted, Assigned, DraftReviewed
from domain.values import Sealed
from tests.adapters.recordings import body_of, day
from tests.api.conftest import Running, Taizhang
from tests.api.officers import (
    ADMINISTRATOR,
    OTHER_PASSWORD,
    PASSWORD,
    Caller,
    appoint,
    fresh,
    open_account,
    record,
    refused,
    register_of,
)
from tests.builders import event, received

SECRET = f"{PASSWORD}\n"


@pytest.fixture
def staffed(office: Taizhang) -> Iterator[Taizhang]:
    """The command line of an authority with its first two administrators."""
    first = office(
        "officer", "create-first", "--system-administrator", "a-admin", "--security-administrator", "b-admin"
    )
    assert first.code == 0, first.err
    return office


def administer(taizhang: Taizhang, *words: str, stdin: str = "") -> str:
    """Run a command as the system administrator; its output."""
    done = taizhang(*words, "--actor", "a-admin", stdin=stdin)
    assert done.code == 0, done.err
    assert PASSWORD not in done.out + done.err
    return done.out


def test_an_account_is_managed_at_the_command_line(staffed: Taizhang) -> None:
    """Opened, listed, reset, disabled and unlocked; each act is in the access log with actor and place."""
    assert "首次登录须修改口令" in administer(
        staffed, "account", "create", "a-admin", "--name", "甲某", stdin=SECRET
    )
    for words in (
        ("account", "password", "a-admin"), ("account", "disable", "a-admin"), ("account", "unlock", "a-admin"),
    ):  # fmt: skip
        administer(staffed, *words, stdin=f"{OTHER_PASSWORD}\n")
    (listed,) = staffed("account", "list", "--json").json()  # type: ignore[misc]
    assert (listed["officer"], listed["display_name"], listed["must_change"], listed["disabled_at"]) == (
        "a-admin", "甲某", True, None,
    )  # fmt: skip


def test_commands_that_cannot_be_carried_out_are_refused(staffed: Taizhang) -> None:
    """A weak password, a second account, an unknown officer, a reset to the same password, an actor without the power."""
    create = ("account", "create", "a-admin", "--name", "甲某", "--actor", "a-admin")
    for words, stdin, code in (
        (create, "short\n", "password_unfit"),
        (("account", "create", "nobody", "--name", "乙", "--actor", "a-admin"), SECRET, "officer_unknown"),
        (("account", "password", "a-admin", "--actor", "a-admin"), SECRET, "account_unknown"),
        (("account", "unlock", "a-admin", "--actor", "a-admin"), "", "account_unknown"),
        ((*create[:-1], "b-admin"), SECRET, "no_power"),
        (create[:-2], SECRET, "no_power"),
    ):
        done = staffed(*words, stdin=stdin)
        assert (done.code, code in done.err) == (1, True), (words, done.err)
        assert ("请以--actor" in done.err) == ("--actor" not in words), done.err
    assert staffed(*create, stdin=SECRET).code == 0
    again = staffed(*create, stdin=SECRET)
    assert (again.code, "account_exists" in again.err) == (1, True)
    same = staffed("account", "password", "a-admin", "--actor", "a-admin", stdin=SECRET)
    assert (same.code, "password_reused" in same.err) == (1, True)


def test_a_password_is_never_an_argument(staffed: Taizhang) -> None:
    """Other users of the machine see arguments: there is no option for the password, and empty input is refused."""
    assert staffed("account", "create", "a-admin", "--name", "甲", "--password", PASSWORD).code == 2
    empty = staffed("account", "create", "a-admin", "--name", "甲", "--actor", "a-admin")
    assert (empty.code, "没有读到口令" in empty.err) == (2, True)


def test_a_key_is_given_listed_and_revoked(staffed: Taizhang) -> None:
    """The key is printed alone, to be put into a file; afterwards only its id is shown."""
    administer(staffed, "account", "create", "a-admin", "--name", "甲某", stdin=SECRET)
    words = ("key", "create", "a-admin", "--name", "同步程序", "--act", "administer", "--days", "30")
    printed = administer(staffed, *words).strip()
    assert printed.startswith("tzk_huadu.")
    reset = administer(staffed, "account", "password", "a-admin", stdin=f"{OTHER_PASSWORD}\n")
    assert "其密钥1个不随重置失效" in reset
    assert reset.rstrip().endswith("须由安全管理员用taizhang credential list、end逐一结束。")
    (listed,) = staffed("key", "list", "--json").json()  # type: ignore[misc]
    assert printed.split(".")[1] not in str(listed)
    beyond = staffed("key", "create", "a-admin", "--name", "x", "--act", "approve", "--actor", "a-admin")
    assert (beyond.code, "key_beyond_powers" in beyond.err) == (1, True)
    assert listed["id"] in administer(staffed, "key", "revoke", listed["id"])
    assert [each["valid"] for each in staffed("key", "list", "--json").json()] == [False]  # type: ignore[union-attr]
    twice = staffed("key", "revoke", listed["id"], "--actor", "a-admin")
    assert (twice.code, "key_unknown" in twice.err) == (1, True)


def test_only_the_auditor_lists_the_access_log(staffed: Taizhang) -> None:
    """As a table, as CSV and as JSON; administrators are refused."""
    administer(staffed, "account", "create", "a-admin", "--name", "甲某", stdin=SECRET)
    refused_ = staffed("access-log", "--actor", "a-admin")
    assert (refused_.code, "审计员" in refused_.err) == (1, True)
    for words in (
        ("officer", "appoint", "zhao", "--actor", "a-admin"), ("officer", "grant", "zhao", "auditor", "--actor", "b-admin"),
    ):  # fmt: skip
        done = staffed(*words)
        assert done.code == 0, done.err
    (pending,) = [
        each["pending"][0]["version"]
        for each in staffed("officer", "list", "--json").json()  # type: ignore[union-attr]
        if each["pending"]
    ]
    assert staffed("officer", "confirm", str(pending), "--actor", "a-admin").code == 0
    (line,) = staffed("access-log", "--actor", "zhao", "--act", "account_created", "--json").json()  # type: ignore[misc]
    assert (line["actor"], line["reference"], line["source"], line["route"]) == (
        "a-admin", "a-admin", "local", "taizhang account create",
    )  # fmt: skip
    taken = staffed("access-log", "--actor", "zhao", "--csv").out
    assert "导出" in taken
    assert staffed("access-log", "--actor", "zhao", "--to", "2020-01-01", "--json").json() == []


def test_personal_data_are_read_for_a_purpose(staffed: Taizhang, tmp_path: object) -> None:
    """history --sealed and export --sealed require actor and purpose."""
    for words in (("history", "authority", "--sealed"), ("export", f"{tmp_path}/bundle.zip", "--sealed")):
        done = staffed(*words, "--actor", "a-admin")
        assert (done.code, "no_power" in done.err) == (1, True), done.err


# --- a superior's eyes ---


async def test_a_superior_sees_progress_and_no_drafts(running: Running) -> None:
    """No draft or review appears in case, history, replay, feed or work list for the superior; all do for the office."""
    zhang = await fresh(running)
    register = register_of(running)
    await appoint(register, zhang.code, "li", "reviewer")
    county = await fresh(running, "wang", "approver")
    await record(register, zhang.code, ADMINISTRATOR,
               SuperiorSet(today(), county.code, "disclosure_supervisor", day("2020-01-01")))  # fmt: skip
    await zhang.login()
    await county.login()
    address = "requests/2020-0001/events"
    dummy = Sealed("0" * 32, "0" * 64)
    drafted = event(AnswerDrafted, "2020-03-10", draft="答复稿", outcome="granted.provided", legal_basis="第三十六条",
                    document_no="示例〔2020〕1号", text=dummy)  # fmt: skip
    for words, where in (
        (received("2020-03-02"), "requests"),
        (event(Assigned, "2020-03-03", unit="法制科", officer=None), address),
        (drafted, address),
    ):
        reply = await zhang.post(where, body_of(words), headers={"Idempotency-Key": str(words.on)})
        assert reply.status_code == 201, reply.text
    reviewed = event(DraftReviewed, "2020-03-11", draft="答复稿", passed=True, opinion=None)
    li = Caller(running, zhang.code, "li")
    await open_account(register, running.dsn, zhang.code, "li")
    await li.login()
    reply = await li.post(address, body_of(reviewed), headers={"Idempotency-Key": "review"})
    assert reply.status_code == 201, reply.text
    home = f"/api/v1/authorities/{zhang.code}"
    for path in ("requests/2020-0001", "requests/2020-0001/replay", "events", "work-list", "requests"):
        own, seen = await zhang.get(f"{home}/{path}"), await county.get(f"{home}/{path}")
        assert (own.status_code, seen.status_code) == (200, 200), (path, seen.text)
        if path not in ("requests",):
            assert "答复稿" in own.text, path
        for word in ("答复稿", "示例〔2020〕1号", "draft_reviewed", "answer_drafted"):
            assert word not in seen.text, (path, word)
    assert (await county.get(f"{home}/requests/2020-0001")).json()["drafts"] == []
    assert [
        line["version"] for line in (await county.get(f"{home}/requests/2020-0001")).json()["history"]
    ] == [1, 2]
    refused(
        await county.get(f"{home}/requests/2020-0001/sealed", params={"purpose": "x"}),
        404,
        "authority_unknown",
    )
    assert {each["code"] for each in (await county.get("/api/v1/authorities")).json()} == {
        zhang.code,
        county.code,
    }


async def test_the_superiors_approver_waives_a_finding_over_http(running: Running) -> None:
    """It is recorded in the subordinate's log, with the superior's officer as actor."""
    zhang, county = await fresh(running), await fresh(running, "wang", "approver")
    await record(register_of(running), zhang.code, ADMINISTRATOR,
               SuperiorSet(today(), county.code, "disclosure_supervisor", day("2020-01-01")))  # fmt: skip
    await county.login()
    waiver = {"type": "separation_waived", "on": str(today()), "scope": "same_person", "until": "2027-12-31",
              "document_no": "示例〔2026〕1号"}  # fmt: skip
    reply = await county.post(
        f"/api/v1/authorities/{zhang.code}/events", waiver, headers={"Idempotency-Key": "w"}
    )
    assert reply.status_code == 201, reply.text
    rows = await zhang.behind("""SELECT actor FROM events
        WHERE command_id = 'w' AND authority_id = current_setting('taizhang.authority')::integer""")
    assert [row[0] for row in rows] == [f"{county.code}/wang"]
