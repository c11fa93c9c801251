"""Correcting one entry by its wrong fields, and reading all recorded values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api.conftest import Taizhang

RECEIVED = {
    "type": "received", "on": "2020-03-02", "channel": "post", "receipt_basis": "signed_for",
    "applicant_kind": "natural_person", "applicant": {"name": "示例人"}, "description": "示例内容", "delivery": "paper",
}  # fmt: skip
ANSWERED = {"type": "answered", "on": "2020-03-20", "outcome": "granted.provided", "legal_basis": "第三十六条第二项",
            "document_no": "1号"}  # fmt: skip
SERVED = {"type": "served", "on": "2020-03-20", "method": "china_post", "tracking_no": "XA1"}


@pytest.fixture
def register(office: Taizhang) -> Taizhang:
    """A request, answered and served."""
    recordings = [
        {"id": "r", "event": RECEIVED},
        *({"id": each["type"], "reference": "#r", "event": each} for each in (ANSWERED, SERVED)),
    ]
    assert office("record", "-", stdin="\n".join(map(json.dumps, recordings))).code == 0
    return office


def event_of(register: Taizhang, version: int) -> dict[str, object]:
    entries = register("history", "2020-0001", "--json").json()
    found: dict[str, object] = entries[version - 1]["event"]
    return found


def test_one_field_is_changed_and_the_rest_stays(register: Taizhang) -> None:
    """Old value beside new, due date and cells; confirmed before it is recorded."""
    done = register("amend", "2020-0001", "2", "--on", "2020-03-19", "--outcome", "部分公开",
                    "--legal-basis", "第三十七条", "--reason", "日期录入有误", stdin="是\n")  # fmt: skip
    assert done.code == 0, done.err
    for words in (
        "2020-03-20",
        "2020-03-19",
        "予以公开",
        "部分公开",
        "期限：2020-03-30（不变）",
        "（自然人）1 → 0",
        "登记这项更正吗？",
    ):
        assert words in done.out
    assert event_of(register, 4)["replacement"] == ANSWERED | {
        "on": "2020-03-19", "outcome": "granted_in_part", "legal_basis": "第三十七条",
    }  # fmt: skip
    assert register("list", "--json").json()[0]["closed_on"] == "2020-03-19"


@pytest.mark.parametrize("answer", ["否\n", "\n", "n\n", ""])
def test_nothing_is_recorded_without_confirmation(register: Taizhang, answer: str) -> None:
    done = register("amend", "2020-0001", "2", "--on", "2020-03-19", "--reason", "有误", stdin=answer)
    assert done.code in (1, 2)
    assert len(register("history", "2020-0001", "--json").json()) == 3


def test_an_entry_is_annulled_and_restored(register: Taizhang) -> None:
    """An annulled entry is marked as such, and is restored with its values."""
    assert register("amend", "2020-0001", "3", "--annul", "--reason", "重复", "--yes").code == 0
    remarks = register("history", "2020-0001").out
    assert "已由第4条撤销" in remarks
    assert "已由第4条更正" not in remarks
    assert register("amend", "2020-0001", "3", "--reason", "恢复", "--yes").code == 0
    assert "已由第4、5条更正" in register("history", "2020-0001").out
    assert event_of(register, 5)["replacement"] == SERVED


def test_sealed_values_are_kept_or_sent_again(register: Taizhang) -> None:
    """The receipt's date changes and its applicant stays; a new description is given as JSON and is not printed."""
    assert register("amend", "2020-0001", "1", "--delivery", "电子", "--reason", "有误", "--yes").code == 0
    assert "示例人" in register("history", "2020-0001", "--sealed").out
    done = register(
        "amend",
        "2020-0001",
        "1",
        "--reason",
        "有误",
        "--yes",
        "--json",
        "-",
        stdin='{"description": "另一内容"}',
    )
    assert (done.code, "另一内容" in done.out, "（封存，已改）" in done.out) == (0, False, True)
    assert "另一内容" in register("history", "2020-0001", "--sealed").out


def test_an_optional_field_is_cleared(register: Taizhang) -> None:
    assert (
        register("amend", "2020-0001", "3", "--clear", "tracking-no", "--reason", "误写", "--yes").code == 0
    )
    assert event_of(register, 4)["replacement"] == {
        name: value for name, value in SERVED.items() if name != "tracking_no"
    }
    refused = register("amend", "2020-0001", "3", "--clear", "method", "--reason", "误写", "--yes")
    assert (refused.code, "tracking-no" in refused.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("2", "--on", "2020-03-19"), 2, "缺少更正的理由（--reason）"),
        (("2", "--reason", "x", "--yes"), 2, "没有写明要改的各项"),
        (("2", "--nonsense", "1", "--reason", "x"), 2, "没有选项--nonsense"),
        (("2", "--outcome", "鸽子", "--reason", "x"), 2, "可用"),
        (("9", "--annul", "--reason", "x"), 1, "没有第9条"),
        (("2", "--on", "2020-06-19", "--reason", "x", "--yes"), 1, "第3条登记将不能成立"),
    ],
)  # fmt: skip
def test_refused_amendments(register: Taizhang, arguments: tuple[str, ...], code: int, says: str) -> None:
    refused = register("amend", "2020-0001", *arguments)
    assert (refused.code, says in refused.err) == (code, True), refused.err
    assert len(register("history", "2020-0001", "--json").json()) == 3


def test_confirming_acknowledges_irregularities(register: Taizhang) -> None:
    """Shown and confirmed in one question; with --yes they must be named."""
    register("amend", "2020-0001", "3", "--annul", "--reason", "x", "--yes")
    late = ("amend", "2020-0001", "2", "--on", "2020-06-19", "--reason", "有误")
    refused = register(*late, "--yes")
    assert (refused.code, "--acknowledge 逾期答复" in refused.err) == (1, True)
    done = register(*late, stdin="y\n")
    assert (done.code, "须确认：答复于2020-06-19作出" in done.out) == (0, True)


def test_everything_recorded_is_read_back(register: Taizhang) -> None:
    """By field name, in words and as JSON; sealed values are named."""
    shown = register("history", "2020-0001", "--fields").out
    for words in ("提供方式", "纸质", "邮件单号", "XA1", "签收之日", "申请内容", "（封存）"):
        assert words in shown
    assert "示例" not in shown
    assert event_of(register, 1) == RECEIVED | {"applicant": None, "description": None}
    assert event_of(register, 3) == SERVED


def test_a_recording_prints_the_next_steps(office: Taizhang) -> None:
    """Stage, due date, possible events; none of these for an authority's own event."""
    sealed = json.dumps({name: RECEIVED[name] for name in ("applicant", "description")})
    flat = (
        "--on",
        "2020-03-02",
        "--channel",
        "邮寄",
        "--receipt-basis",
        "签收之日",
        "--applicant-kind",
        "自然人",
        "--delivery",
        "纸质",
    )
    received = office("event", "new", "received", *flat, "--json", "-", stdin=sealed)
    assert "阶段：在办；答复期限2020-03-30。" in received.out
    assert "接下来可以登记：交办、补正告知、" in received.out
    waiting = office("event", "2020-0001", "补正告知", "--on", "2020-03-05", "--respond-by", "2020-03-20", "--json", "-",
                     stdin='{"matters": "请写明"}')  # fmt: skip
    assert "阶段：等待补正；不计期限。" in waiting.out
    assert "收到补正" in waiting.out


KINDS: list[tuple[bytes, str]] = [
    ("{\"id\": \"示例\"}".encode("gbk"), "GBK编码（记事本的“ANSI”）"),
    ('{"id": "示例"}'.encode("utf-16"), "UTF-16编码"),
    (b"PK\x03\x04 a workbook", "Excel或Word文件（.xlsx、.docx）"),
    (b"\xd0\xcf\x11\xe0 an old workbook", "旧版Excel或Word文件"),
    ('{"id"：1}'.encode(), "第6列，此处是中文冒号"),
    ("{“id”: 1}".encode(), "第2列，此处是中文引号“"),
    (b'{"id": "1", "event": }', "第22列"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "says"), KINDS, ids=[says for _, says in KINDS])
@pytest.mark.parametrize(
    "command",
    [("record",), ("event", "2020-0001", "assigned", "--json"), ("reconcile",)],
    ids=["record", "json", "reconcile"],
)
def test_invalid_json_is_named(
    office: Taizhang, tmp_path: Path, command: tuple[str, ...], content: bytes, says: str
) -> None:
    """With advice, or the place of the error; nothing is recorded and no value repeated."""
    (tmp_path / "sent").write_bytes(content)
    refused = office(*command, str(tmp_path / "sent"))
    assert refused.code == 2
    assert says in refused.err
    assert "示例" not in refused.err


# --- the authority's own ---

CLOSED = ("authority", "day_off_set", "--on", "2020-03-23", "--day", "2020-03-23", "--working", "停止办公",
          "--document-no", "通知1号")  # fmt: skip


def test_the_authority_s_own_entries_are_corrected_too(register: Taizhang) -> None:
    """By their wrong fields, with the moved due dates; the history has both values, and the register is judged again."""
    assert "2020-0001期限：2020-03-30 → 2020-03-31" in register(*CLOSED).out
    late = {**ANSWERED, "on": "2020-03-31", "document_no": "2号"}
    recordings = [{"id": "l", "event": RECEIVED}, {"id": "m", "reference": "#l", "event": late}]
    assert register("record", "-", stdin="\n".join(map(json.dumps, recordings))).code == 0

    done = register("amend", "authority", "2", "--annul", "--reason", "当日照常办公", stdin="是\n")

    assert done.code == 0, done.err
    assert "本机关第2条将予撤销：2020-03-23设定2020-03-23停止办公（通知1号）" in done.out
    assert "2020-0002期限：2020-03-31 → 2020-03-30" in done.out
    assert "本机关：更正本机关的登记已登记为第3条" in done.out
    assert "已由第3条撤销" in register("history", "authority").out
    assert register("list", "--json").json()[1]["irregularities"] == ["late_answer"]


def test_kind_name_and_first_complete_day_are_corrected(office: Taizhang) -> None:
    done = office("amend", "authority", "1", "--kind", "政府", "--complete-since", "2021-01-01", "--name", "某区人民政府",
                  "--reason", "类别录入有误", "--yes")  # fmt: skip
    assert done.code == 0, done.err
    for words in ("部门", "政府", "2020-01-01", "2021-01-01"):
        assert words in done.out
    assert (
        "2021-01-01" in office("table", "--year", "2020").err
    )  # there is no table before the register is complete
    assert "某区人民政府" in office("table", "--year", "2021").out


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (("1", "--annul"), "第1条登记设立台账，不能撤销"),
        (("1", "--code", "other"), "机关代码huadu是台账的名称，不能更改"),
        (("9", "--annul"), "本机关没有第9条登记可以更正"),
    ],
)
def test_refused_corrections_of_its_own_entries(
    office: Taizhang, changes: tuple[str, ...], message: str
) -> None:
    done = office("amend", "authority", *changes, "--reason", "有误", "--yes")
    assert (done.code, message in done.err) == (1, True), done.err


def test_annulled_requests_have_a_list(register: Taizhang) -> None:
    """With officer and time. A restored request leaves the list; a filtered list states that annulled ones are left out."""
    assert register("amend", "2020-0001", "1", "--annul", "--reason", "误登", "--yes").code == 0
    assert register("list", "--json").json() == []
    (found,) = register("list", "--annulled", "--json").json()
    assert (found["reference"], found["received_on"], found["version"]) == ("2020-0001", "2020-03-02", 4)
    assert "1件已撤销的申请" in register("list", "--annulled").out
    assert register("list", "--annulled", "--stage", "在办").code == 2
    assert register("amend", "2020-0001", "1", "--reason", "恢复", "--yes").code == 0
    assert register("list", "--annulled", "--json").json() == []


def test_chinese_words_are_accepted_inside_files_too(office: Taizhang) -> None:
    """Event, choices, outcomes, booleans, nested values, acknowledgements; codes are stored."""
    recordings = [
        {"id": "r", "event": {
            "type": "收到申请", "on": "2020-03-02", "channel": "邮寄", "receipt_basis": "签收之日", "applicant_kind": "自然人",
            "applicant": {"name": "示例人", "id_kind": "居民身份证", "joint": [{"name": "另一人", "id_kind": "护照"}]},
            "description": "示例内容", "delivery": "纸质"}},
        {"id": "a", "reference": "#r", "acknowledged": ["逾期答复"], "event": {
            **ANSWERED, "on": "2020-04-20", "outcome": "部分公开", "legal_basis": "第三十七条", "parts": [
                {"outcome": "予以公开", "legal_basis": "第三十六条第二项"},
                {"outcome": "属于国家秘密", "legal_basis": "第十四条"}]}},
        {"id": "s", "reference": "#r", "event": {"type": "送达", "on": "2020-04-20", "method": "邮政企业寄送"}},
        {"id": "c", "reference": "#r", "event": {
            "type": "更正登记", "on": "2020-04-21", "version": 3, "reason": "有误",
            "replacement": {"type": "送达", "on": "2020-04-20", "method": "当面送交"}}},
    ]  # fmt: skip
    done = office("record", "-", stdin="\n".join(map(json.dumps, recordings)))
    assert done.code == 0, done.err
    events = [each["event"] for each in office("history", "2020-0001", "--json").json()]
    assert [each["type"] for each in events] == ["received", "answered", "served", "entry_amended"]
    assert (events[0]["channel"], events[1]["outcome"]) == ("post", "granted_in_part")
    assert [part["outcome"] for part in events[1]["parts"]] == ["granted.provided", "refused.state_secret"]
    assert events[3]["replacement"]["method"] == "in_person"
    wrong = office(
        "record",
        "-",
        stdin=json.dumps(
            {**recordings[0], "id": "w", "event": {**recordings[0]["event"], "channel": "飞鸽"}}
        ),
    )
    assert "当面（in_person）、邮寄（post）" in wrong.err
