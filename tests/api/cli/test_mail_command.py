"""`taizhang digest` and `taizhang mail`: the content of today's digest, and its address."""

from __future__ import annotations

from typing import Any

import pytest

from tests.adapters.recordings import body_of
from tests.api.cli.test_command_line import lines
from tests.api.conftest import Taizhang, office, taizhang
from tests.builders import assigned, received

__all__ = ["office", "taizhang"]

ON = ("--on", "2020-03-23")
"""Five working days before the last of the request received on 2 March; a Monday."""


@pytest.fixture
def staffed(office: Taizhang) -> Taizhang:
    """A request, and an officer who handles it."""
    file = [
        {"id": "r", "event": body_of(received("2020-03-02", subject="某路改造方案"))},
        {"id": "a", "reference": "#r", "event": body_of(assigned("2020-03-02"))},
    ]
    assert office("record", "-", stdin=lines(*file)).code == 0
    for words in (
        ("create-first", "--system-administrator", "a-admin", "--security-administrator", "b-admin"),
        ("appoint", "li", "--on", "2020-03-02", "--actor", "a-admin"),
        ("grant", "li", "handler", "--on", "2020-03-02", "--actor", "b-admin"),
    ):
        done = office("officer", *words)
        assert done.code == 0, done.err
    officers: Any = office("officer", "list", "--json").json()
    for each in officers:
        for pending in each["pending"]:
            done = office("officer", "confirm", str(pending["version"]), "--actor", "a-admin")
            assert done.code == 0, done.err
    return office


def test_the_digest_and_its_address(staffed: Taizhang, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in the work list; an address is read from standard input, stored, never shown, and removed."""
    output = staffed("digest", "--officer", "li")
    assert output.code == 0, output.err
    assert "2020-0001　某路改造方案　已逾期，应立即答复　期限2020-03-30，已过" in output.out
    assert output.out.startswith("台账待办1项")
    found: Any = staffed("digest", "--json").json()
    assert {each["officer"]: [duty["reference"] for duty in each["duties"]] for each in found}["li"] == [
        "2020-0001"
    ]
    assert staffed("digest", "--officer", "nobody").code == 1
    assert (
        "没有设TAIZHANG_SMTP"
        in staffed("mail", "set", "li", "--actor", "a-admin", stdin="li@huadu.gov.cn\n").err
    )
    monkeypatch.setenv("TAIZHANG_SMTP", "smtp://localhost:1")
    monkeypatch.setenv("TAIZHANG_MAIL_FROM", "taizhang@huadu.gov.cn")
    for who, typed, code in (
        ("a-admin", "li@qq.com\n", 1),
        ("li", "li@huadu.gov.cn\n", 1),
        ("a-admin", "", 2),
    ):
        assert staffed("mail", "set", "li", "--actor", who, stdin=typed).code == code
    assert staffed("mail", "set", "li", "--actor", "a-admin", stdin="li@huadu.gov.cn\n").code == 0
    listed = staffed("mail", "list")
    assert "尚未发送过" in listed.out
    assert "huadu.gov.cn" not in listed.out
    tried = staffed("mail", "test", "li", "--actor", "a-admin")
    assert (tried.code, "没有发出：not_reached" in tried.err) == (1, True)
    assert staffed("mail", "remove", "li", "--actor", "a-admin").code == 0
    assert "没有填写邮件地址" in staffed("mail", "test", "li", "--actor", "a-admin").err
