"""One step of many requests at the command line: every line is checked, refusals are listed by line, the rest recorded on request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.adapters.recordings import body_of
from tests.api.cli.test_command_line import lines
from tests.api.conftest import Taizhang
from tests.api.test_letters import DETAILS, RECEIVED, text_of
from tests.builders import answered, received


@pytest.fixture
def register(office: Taizhang) -> Taizhang:
    """Four requests, the first three answered."""
    file: list[dict[str, Any]] = [
        {"id": f"r{nth}", "event": body_of(received("2020-03-02", subject=f"第{nth}项"))}
        for nth in range(1, 5)
    ]
    file += [
        {
            "id": f"a{nth}",
            "reference": f"2020-000{nth}",
            "event": body_of(answered("2020-03-05", document_no=f"{nth}号")),
        }
        for nth in range(1, 4)
    ]
    assert office("record", "-", stdin=lines(*file)).code == 0
    return office


def taken(office: Taizhang, *how: str) -> tuple[int, list[tuple[int, str, str, str]], int]:
    """Exit code, the result of each line, and the number recorded."""
    done = office("bulk", *how, "--json")
    found: Any = done.json()
    rows = [(each["row"], each["reference"], each["state"], each["code"]) for each in found["rows"]]
    return done.code, rows, found["recorded"]


def test_the_post_office_s_list_is_previewed_and_then_recorded(register: Taizhang, tmp_path: Path) -> None:
    """Lines that cannot be served are listed; nothing is stored without --commit; a second time all are recorded already."""
    listed = tmp_path / "邮件.csv"
    listed.write_text(
        "某区邮局交寄清单\n序号,登记号,邮件号码,寄出日期,签收日期\n"
        "1,2020-0001,EMS1,2020.3.6,2020-03-09\n2,2020-0002,EMS2,,\n3,2020-0004,EMS4,,\n4,2020-0009,EMS9,,\n"
        "5,甲,EMS5,,\n6,2020-0003,EMS3,5/3,\n"
    )
    how = ("serve", str(listed), "--on", "2020-03-06")
    assert "日期（on）为2099-01-01" in register("bulk", "serve", "2020-0001", "--on", "2099-01-01").out
    expected = [
        (3, "2020-0001", "new", ""), (4, "2020-0002", "new", ""), (5, "2020-0004", "refused", "nothing_to_serve"),
        (6, "2020-0009", "refused", "request_unknown"), (7, "甲", "refused", "malformed"), (8, "2020-0003", "refused", "malformed"),
    ]  # fmt: skip
    assert taken(register, *how) == (1, expected, 0)
    assert taken(register, *how, "--commit") == (1, expected, 0)
    assert taken(register, *how, "--commit", "--partial") == (0, expected, 2)
    again = [
        (row, reference, "same" if state == "new" else state, code)
        for row, reference, state, code in expected
    ]
    assert taken(register, *how, "--commit", "--partial") == (0, again, 0)
    shown: Any = register("find", "EMS1", "--json").json()
    assert [each["served_on"] for each in shown] == ["2020-03-06"]


def test_assign_and_archive(register: Taizhang, tmp_path: Path) -> None:
    """By references, or by a list; irregular lines are refused, to be recorded singly."""
    code, rows, recorded = taken(
        register, "assign", "2020-0001", "２０２０-0004", "--unit", "法规科", "--on", "2020-03-06", "--commit"
    )
    assert (code, [row[2] for row in rows], recorded) == (0, ["new", "new"], 2)
    listed = tmp_path / "归档.csv"
    listed.write_text("登记号,档号,保管期限\n2020-0001,2020-1,30年\n2020-0002,2020-2,\n2020-0003,,\n")
    code, rows, recorded = taken(
        register, "archive", str(listed), "--retention", "10y", "--on", "2020-06-01", "--commit", "--partial"
    )
    assert (code, recorded) == (0, 0)
    assert [row[3] for row in rows] == ["not_acknowledged", "not_acknowledged", "malformed"]  # not yet served
    served = tmp_path / "邮件.csv"
    served.write_text("登记号,单号\n2020-0001,EMS1\n2020-0002,EMS2\n")
    assert taken(register, "serve", str(served), "--on", "2020-03-06", "--commit")[2] == 2
    code, rows, recorded = taken(
        register, "archive", str(listed), "--retention", "10y", "--on", "2020-06-01", "--commit", "--partial"
    )
    assert (code, [row[2] for row in rows], recorded) == (0, ["new", "new", "refused"], 2)
    assert "30年" in register("history", "2020-0001").out
    assert "10年" in register("history", "2020-0002").out


@pytest.mark.parametrize(
    ("how", "code", "message"),
    [
        (("serve", "没有.csv"), 2, "不能打开"),
        (("assign",), 2, "登记号"),
        (("assign", "2020-0001", "--on", "5/3"), 2, "on"),
        (("archive", "2020-0001", "--retention", "7y"), 2, "retention"),
    ],
)
def test_an_invalid_list_is_refused(
    register: Taizhang, how: tuple[str, ...], code: int, message: str
) -> None:
    refused = register("bulk", *how)
    assert refused.code == code
    assert message in refused.err


def test_the_day_of_posting_takes_precedence(register: Taizhang, tmp_path: Path) -> None:
    """235号: the day it was handed to the post, not the day of the list or of delivery."""
    listed = tmp_path / "清单.csv"
    listed.write_text(
        "编号,登记号,收寄日期,投递日期,日期,单号\n7,2020-0001,2020.3.6,2020.3.9,2020.3.31,EMS1\n"
    )
    assert "2020-03-06以邮政企业寄送送达" in register("bulk", "serve", str(listed), "--commit").out
    assert '"served_on":"2020-03-06"' in register("list", "--json").out.replace(": ", ":")


def test_a_list_without_numbers_is_refused(register: Taizhang, tmp_path: Path) -> None:
    for text in ("姓名,单号\n张三,EMS1\n", "登记号,单号\n", "登记号\n" + "2020-0001\n" * 2001):
        listed = tmp_path / "清单.csv"
        listed.write_text(text)
        refused = register("bulk", "serve", str(listed))
        assert (refused.code, refused.out) == (2, ""), text[:20]


def test_letters_of_many_requests_in_one_file(office: Taizhang, tmp_path: Path) -> None:
    """Letters that cannot be made are listed, the rest printed."""
    file = [{"id": "d", "event": DETAILS}, {"id": "r", "event": RECEIVED}, {"id": "s", "event": RECEIVED}]
    assert office("record", "-", stdin=lines(*file)).code == 0
    out = tmp_path / "回执.pdf"
    made = office(
        "bulk",
        "print",
        "receipt",
        "2025-0001",
        "2025-0002",
        "2025-0009",
        "--out",
        str(out),
        "--purpose",
        "送达",
    )
    assert made.code == 1
    assert "2025-0009" in made.err
    assert text_of(out.read_bytes()).count("登记回执") == 2
