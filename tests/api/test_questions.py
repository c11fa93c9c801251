"""提示 (hints) at every interface: after recording, in a preview, in the list, over HTTP; also between requests."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api.conftest import Door, Taizhang
from tests.api.test_amending import ANSWERED, RECEIVED

PERSON = {
    **RECEIVED,
    "applicant": {"name": "示例人", "id_number": "110101199001010000"},
    "subject": "道路改造项目批复",
}
ODD = {
    **ANSWERED,
    "outcome": "refused.state_secret",
    "legal_basis": "第十六条",
    "document_no": "公开〔2020〕1号",
}
ANSWER = (
    "answered", "--on", "2020-03-20", "--outcome", "予以公开", "--legal-basis", "第三十六条第二项", "--document-no",
)  # fmt: skip


@pytest.fixture
def register(office: Taizhang) -> Taizhang:
    """Two requests; the first is answered with an unusual basis."""
    recordings = [
        {"id": "r1", "event": PERSON}, {"id": "a1", "reference": "#r1", "event": ODD},
        {"id": "r2", "event": {**RECEIVED, "on": "2020-03-03"}},
    ]  # fmt: skip
    done = office("record", "-", stdin="\n".join(map(json.dumps, recordings)))
    assert done.code == 0
    assert "提示：2020-0001第2条：“不予公开：属于国家秘密”的依据写作“第十六条”，通常为第十四条" in done.out
    return office


def test_a_document_number_used_twice_gives_a_hint(register: Taizhang) -> None:
    """In preview and reply, whatever its brackets; not for another year's number; correcting the other entry removes it."""
    message = "提示：文号公开[2020]1号在当年也用于2020-0001"
    for how in (["--preview"], []):
        done = register("event", "2020-0002", *ANSWER, "公开[2020]1号", *how)
        assert (done.code, message in done.out) == (0, True), done.out
    assert "document_no_twice" in {
        each["code"] for each in register("questions", "--year", "2020", "--json").json()
    }

    corrected = register("amend", "2020-0001", "2", "--document-no", "公开〔2020〕2号", "--legal-basis", "第十四条",
                         "--reason", "文号有误", "--yes")  # fmt: skip
    assert (corrected.code, "提示" in corrected.out) == (0, False), corrected.out
    assert register("questions", "--year", "2020", "--json").json() == []


def test_a_possible_duplicate_request_gives_a_hint(register: Taizhang, tmp_path: Path) -> None:
    """Of the same applicant on the same day, or about the same subject; not otherwise."""
    sealed = tmp_path / "a.json"
    sealed.write_text(json.dumps({"applicant": PERSON["applicant"], "description": "示例内容"}), "utf-8")

    def receive(on: str, *how: str) -> str:
        return register(
            "event", "new", "收到申请", "--on", on, "--channel", "邮寄", "--receipt-basis", "签收之日",
            "--applicant-kind", "自然人", "--delivery", "纸质", "--json", str(sealed), *how,
        ).out  # fmt: skip

    assert "与2020-0001的申请人相同，同日收到，请核对是否同一件申请" in receive("2020-03-02", "--preview")
    assert "可能" not in receive("2020-04-02", "--preview")
    assert "同一件申请" not in receive("2020-04-02", "--preview")
    again = receive("2020-04-02", "--subject", "道路改造项目批复")
    assert "与2020-0001的申请人相同，申请事项相同" in again
    listed = register("questions", "--year", "2020", "--json").json()
    assert {each["reference"] for each in listed if each["code"] == "possible_duplicate"} == {
        "2020-0001",
        "2020-0003",
    }


def test_many_requests_of_one_day_give_one_hint(register: Taizhang) -> None:
    """第三十五条: an applicant with a hundred requests a day does not fill the list with ten thousand lines."""
    one = {"type": "received", "on": "2020-05-06", "channel": "post", "receipt_basis": "signed_for", "delivery": "paper",
           "applicant_kind": "natural_person", "applicant": PERSON["applicant"]}  # fmt: skip
    recordings = [{"id": f"m{nth}", "event": {**one, "description": f"第{nth}项"}} for nth in range(1, 6)]
    done = register("record", "-", stdin="\n".join(json.dumps(each) for each in recordings))
    assert done.code == 0, done.err
    listed = [
        each
        for each in register("questions", "--year", "2020", "--json").json()
        if each["code"] == "possible_duplicate"
    ]
    assert len(listed) == 5
    assert "等4件的申请人相同，同日收到" in listed[0]["text"]


def test_a_repeated_request_must_name_an_answered_one(register: Taizhang) -> None:
    """Art. 36(6): only an answered request can be repeated; hinted in preview, after recording and in the list."""
    repeated = ("answered", "--outcome", "重复申请", "--legal-basis", "第三十六条第六项", "--document-no", "7号",
                "--earlier-reference", "2020-0001")  # fmt: skip
    for on, questioned in (("2020-03-19", True), ("2020-03-20", False)):
        done = register("event", "2020-0002", *repeated, "--on", on, "--preview")
        assert (done.code, "2020-0001，至2020-03-19尚无答复" in done.out) == (0, questioned), (
            done.out + done.err
        )
    assert "尚无答复" in register("event", "2020-0002", *repeated, "--on", "2020-03-19").out
    listed = register("questions", "--year", "2020", "--json").json()
    assert "earlier_not_answered" in {each["code"] for each in listed}


def test_codes_lists_hints_and_a_preview_of_a_file_has_them(register: Taizhang) -> None:
    assert "依据与办理结果不合" in register("codes", "questions").out
    recording = {"id": "x", "reference": "2020-0002", "event": {**ODD, "document_no": "9号"}}
    assert (
        "提示：2020-0002第2条：依据与办理结果不合"
        in register("record", "-", "--preview", stdin=json.dumps(recording)).out
    )


def test_the_usual_basis_is_suggested_if_missing(register: Taizhang) -> None:
    done = register("event", "2020-0002", "answered", "--on", "2020-03-20", "--outcome", "属于国家秘密")
    assert (done.code, "“不予公开：属于国家秘密”的依据通常为第十四条" in done.err) == (2, True), done.err
    listed = "".join(register("event", "answered", "--help").out.split())
    assert "不予公开：属于国家秘密（第十四条）" in listed


async def test_hints_are_listed_over_http(door: Door) -> None:
    """As JSON and as CSV, by period; an empty list without hints."""
    received = (await door.post("requests", RECEIVED)).json()["reference"]
    assert await door.json("questions", year=2020) == []
    reply = await door.post(f"requests/{received}/events", ODD)
    assert reply.json()["questions"] == ["basis_of_other_outcome"]
    (found,) = await door.json("questions", year=2020)
    assert (found["reference"], found["version"], found["code"]) == (received, 2, "basis_of_other_outcome")
    assert await door.json("questions", year=2021) == []
