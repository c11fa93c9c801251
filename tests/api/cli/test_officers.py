"""Officers and powers at the command line, as the first administrators and three officers use it."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from domain.authority.powers import POWERS, ROLES
from tests.api.conftest import Taizhang

FIRST = (
    "officer",
    "create-first",
    "--system-administrator",
    "sys",
    "--security-administrator",
    "sec",
    "--on",
    "2026-01-05",
)
RECEIVED = json.dumps({"applicant": {"name": "示例人"}, "description": "示例内容"})
TODAY_FIELDS = ("--channel", "post", "--receipt-basis", "signed_for", "--applicant-kind", "natural_person")


def empowered(office: Taizhang, officer: str, role: str) -> None:
    assert office("officer", "appoint", officer, "--actor", "sys").code == 0
    granted = office("officer", "grant", officer, role, "--actor", "sec")
    assert granted.code == 0
    version = granted.out.rsplit(" ", 1)[1].strip()
    assert office("officer", "confirm", version, "--actor", "sys").code == 0


@pytest.fixture
def staffed(office: Taizhang) -> Taizhang:
    assert office(*FIRST).code == 0
    for officer, role in (("li", "handler"), ("wang", "reviewer"), ("zhao", "approver")):
        empowered(office, officer, role)
    return office


def test_the_first_administrators_are_created_once(office: Taizhang) -> None:
    """Two persons together; a second time, or both in one person, is refused and nothing is stored."""
    same = office(*FIRST, "--system-person", "1001", "--security-person", "1001")
    assert (same.code, "separation_of_administrators" in same.err) == (1, True)
    assert office("officer", "list", "--json").json() == []
    alone = office("officer", "appoint", "li", "--actor", "li")
    assert (alone.code, "create-first" in alone.err) == (1, True)

    done = office(*FIRST)
    assert (done.code, "sys" in done.out, "sec" in done.out) == (0, True, True)
    again = office(
        "officer", "create-first", "--system-administrator", "eve", "--security-administrator", "mal"
    )
    assert (again.code, "first_officers_exist" in again.err) == (1, True)
    found: Any = office("officer", "list", "--json").json()
    assert [(each["officer"], each["roles"]) for each in found] == [
        ("sys", ["system_administrator"]),
        ("sec", ["security_administrator"]),
    ]


def test_people_and_their_powers_are_listed(staffed: Taizhang) -> None:
    """As of a day, with grants that wait for confirmation; dismissed officers with their last day."""
    assert (
        staffed("officer", "appoint", "shen", "--person", "1008", "--unit", "审计科", "--actor", "sys").code
        == 0
    )
    assert staffed("officer", "grant", "shen", "auditor", "--until", "2099-12-31", "--actor", "sec").code == 0
    assert staffed("officer", "withdraw", "wang", "reviewer", "--actor", "sec").code == 0
    assert staffed("officer", "dismiss", "zhao", "--actor", "sys").code == 0
    found: Any = staffed("officer", "list", "--json").json()
    by_id = {each["officer"]: each for each in found}
    assert [name for name, each in by_id.items() if each["roles"]] == ["sys", "sec", "li"]
    assert by_id["shen"]["person"] == "1008"
    assert [(each["role"], each["until"]) for each in by_id["shen"]["pending"]] == [("auditor", "2099-12-31")]
    assert by_id["zhao"]["dismissed_on"] is not None
    earlier: Any = staffed("officer", "list", "--on", "2020-01-01", "--json").json()
    assert [each["roles"] for each in earlier] == [[]] * 6
    drawn = staffed("officer", "list").out
    assert "经办人" in drawn
    assert "审计员" in drawn


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("appoint", "li", "--actor", "sys"), "officer_exists"),
        (("appoint", "new", "--actor", "li"), "no_power"),
        (("appoint", "new"), "not_an_officer"),
        (("grant", "li", "auditor", "--actor", "sec"), "separation_of_administrators"),
        (("grant", "nobody", "handler", "--actor", "sec"), "officer_unknown"),
        (("grant", "li", "reviewer", "--actor", "sys"), "no_power"),
        (("confirm", "1", "--actor", "sys"), "grant_unknown"),
        (("withdraw", "li", "approver", "--actor", "sec"), "power_not_held"),
        (("dismiss", "sec", "--actor", "sys"), "last_administrator"),
    ],
)
def test_refusals_are_in_chinese(staffed: Taizhang, arguments: tuple[str, ...], code: str) -> None:
    """Exit code 1, a sentence and the rule's code."""
    refused = staffed("officer", *arguments)
    assert (refused.code, refused.out) == (1, "")
    assert f"［{code}］" in refused.err


def test_an_invalid_officer_id_is_refused(staffed: Taizhang) -> None:
    """代号 consists of small letters and digits."""
    assert staffed("officer", "appoint", "李明", "--actor", "sys").code == 2
    assert staffed("officer", "grant", "li", "king", "--actor", "sec").code == 2


def test_the_table_of_powers_is_printed(taizhang: Taizhang) -> None:
    """As a table, as CSV and as JSON; no register is needed."""
    assert taizhang("officer", "powers", "--json").json() == POWERS
    drawn = taizhang("officer", "powers").out
    assert all(mark in drawn for mark in "●○–")
    rows = list(csv.reader(io.StringIO(taizhang("officer", "powers", "--csv").out.lstrip("\ufeff"))))
    assert rows[0] == ["事项", *ROLES.values()]
    assert len(rows) == len(POWERS) + 1


def test_three_persons_take_a_request_to_the_archive(staffed: Taizhang) -> None:
    """收到 → 起草 → 审核 → 批准 → 答复 → 送达 → 归档, each by the officer with the power; others are refused with the reason."""
    on = ("--on", "2026-03-02")
    received = staffed(
        "event", "new", "received", *on, *TODAY_FIELDS, "--delivery", "paper", "--json", "-", "--actor", "li",
        stdin=RECEIVED,
    )  # fmt: skip
    assert received.code == 0
    reference = received.out.partition("：")[0]

    def step(actor: str, kind: str, *fields: str) -> tuple[int, str]:
        done = staffed("event", reference, kind, "--actor", actor, *fields)
        return done.code, done.err

    draft = ("--draft", "稿一")
    options = ("--outcome", "refused.deliberative", "--legal-basis", "第十六条第二款")
    number = ("--document-no", "公开〔2026〕1号")
    assert step("li", "answer_drafted", "--on", "2026-03-09", *draft, *options) == (0, "")
    duty: Any = staffed("work-list", "--json").json()
    assert [each["duty"] for each in duty if each["note"] == "稿一"] == ["to_approve"]
    code, why = step("li", "draft_approved", "--on", "2026-03-10", *draft, "--passed", "true")
    assert (code, "负责人" in why, "no_power" in why) == (1, True, True)
    assert step("wang", "draft_reviewed", "--on", "2026-03-10", *draft, "--passed", "true") == (0, "")
    code, why = step("li", "answered", "--on", "2026-03-12", *options, *number)
    assert (code, "approval_missing" in why, "未经负责人批准" in why) == (1, True, True)
    assert step("zhao", "draft_approved", "--on", "2026-03-11", *draft, "--passed", "true") == (0, "")
    assert step("li", "answered", "--on", "2026-03-12", *options, *number, *draft) == (0, "")
    assert step("li", "served", "--on", "2026-03-12", "--method", "china_post") == (0, "")
    assert step("li", "archived", "--on", "2026-03-13", "--archive-no", "2026-1", "--retention", "10y") == (
        0,
        "",
    )
    history = staffed("history", reference).out
    assert "批准文稿稿一" in history
    assert staffed("verify").code == 0


def test_officers_of_the_superior_waive_at_the_command_line(staffed: Taizhang) -> None:
    """As events of `authority`; the actor includes their authority."""
    flat = (
        "--scope",
        "same_person",
        "--until",
        "2099-12-31",
        "--document-no",
        "县〔2026〕3号",
        "--on",
        "2026-01-05",
    )
    superior = ("--superior", "county", "--relation", "lower_government", "--in-force-from", "2020-01-01")
    county = (
        *("authority", "registered", "--on", "2020-01-01", "--code", "county", "--name", "某县政府办"),
        *("--kind", "government", "--complete-since", "2020-01-01"),
    )
    assert staffed(*county).code == 0

    def town(*arguments: str) -> Any:
        return staffed(*arguments, "--authority", "huadu")

    def at_county(*arguments: str) -> Any:
        return staffed(*arguments, "--authority", "county")

    assert at_county(*FIRST).code == 0
    assert at_county("officer", "appoint", "qian", "--actor", "sys").code == 0
    granted = at_county("officer", "grant", "qian", "approver", "--actor", "sec").out
    assert at_county("officer", "confirm", granted.rsplit(" ", 1)[1].strip(), "--actor", "sys").code == 0
    assert town("authority", "superior_set", *superior, "--on", "2026-01-05", "--actor", "sys").code == 0
    refused = town("authority", "separation_waived", *flat, "--actor", "zhao")
    assert (refused.code, "not_the_superior" in refused.err) == (1, True)
    assert town("authority", "separation_waived", *flat, "--actor", "county/qian").code == 0


def test_the_program_s_name_is_reserved(staffed: Taizhang) -> None:
    """`taizhang` compiles reports by itself: an officer with that id could approve their own report."""
    refused = staffed("report", "compile", "--year", "2020", "--actor", "taizhang")
    assert (refused.code, "不能用作登记人" in refused.err) == (2, True)


def test_a_subject_is_bound_from_standard_input(staffed: Taizhang, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the system administrator; it is in no argument, list or sentence."""
    issuer = "https://id.example.gov.cn"
    nowhere = staffed("officer", "bind", "li", "--actor", "sys", stdin="7f3c9a52\n")
    assert (nowhere.code, "TAIZHANG_OIDC_ISSUER" in nowhere.err) == (2, True)
    monkeypatch.setenv("TAIZHANG_ORIGIN", "https://taizhang.example.gov.cn")
    monkeypatch.setenv("TAIZHANG_OIDC_ISSUER", issuer)
    monkeypatch.setenv("TAIZHANG_OIDC_CLIENT_ID", "taizhang")
    assert staffed("officer", "bind", "li", "--actor", "sys", stdin="\n").code == 2
    refused = staffed("officer", "bind", "li", "--actor", "sec", stdin="7f3c9a52\n")
    assert (refused.code, "no_power" in refused.err) == (1, True)
    done = staffed("officer", "bind", "li", "--actor", "sys", stdin="7f3c9a52\n")
    assert (done.code, "7f3c9a52" in done.out) == (0, False)
    twice = staffed("officer", "bind", "li", "--actor", "sys", stdin="7f3c9a52\n")
    assert (twice.code, "subject_exists" in twice.err) == (1, True)
    assert staffed("officer", "unbind", "li", "--issuer", issuer, "--actor", "sys").code == 0
    history = staffed("history", "authority").out
    assert "绑定li的统一身份认证" in history.replace("\n", "")
    assert "7f3c9a52" not in history
