"""Letters at every interface: a partial answer drafted, blocked, approved as printed, sent, filed, proved; and over HTTP."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest

from tests.api.conftest import Door, Taizhang

DETAILS: dict[str, Any] = {
    "type": "letter_details_set", "on": "2020-01-02", "in_force_from": "2020-01-01", "review_authority": "某市人民政府",
    "court": "某区人民法院", "address": "某区办公路2号", "phone": "020-12345678", "postcode": "510800", "red_head": "某区人民政府办公室",
}  # fmt: skip
RECEIVED: dict[str, Any] = {
    "type": "received", "on": "2025-03-03", "channel": "post", "receipt_basis": "signed_for", "applicant_kind": "natural_person",
    "applicant": {"name": "张三", "address": "某市某路1号", "id_number": "440100199001010011"}, "description": "某路工程施工合同", "delivery": "paper",
}  # fmt: skip
PARTS = [
    {"outcome": "granted.provided", "legal_basis": "第三十六条第二项"},
    {"outcome": "refused.deliberative", "legal_basis": "第十六条第二款"},
    {"outcome": "refused.third_party_rights", "legal_basis": "第十五条"},
]
ANSWER: dict[str, Any] = {
    "outcome": "granted_in_part",
    "legal_basis": "第三十七条",
    "document_no": "公开〔2025〕3号",
    "parts": PARTS,
}
SHORT, WHOLE = "合同首页。\n谈判记录尚在磋商。", "合同首页。\n谈判记录尚在磋商。\n第三条含第三方报价。"


def lines(*recordings: tuple[str, str | None, dict[str, Any]]) -> str:
    found = [
        {"id": id_, "event": event} | ({"reference": ref} if ref else {}) for id_, ref, event in recordings
    ]
    return "\n".join(json.dumps(each, ensure_ascii=False) for each in found)


def drafted(text: str, on: str = "2025-03-10") -> dict[str, Any]:
    return {"type": "answer_drafted", "on": on, "draft": "稿一", "text": text, **ANSWER}


def approved(passed: bool = True, on: str = "2025-03-11") -> dict[str, Any]:
    return {"type": "draft_approved", "on": on, "draft": "稿一", "passed": passed}


def text_of(data: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(data)).pages)


@pytest.fixture
def letters(office: Taizhang) -> Taizhang:
    """An office with the details of its letters set."""
    result = office("record", "-", stdin=lines(("d", None, DETAILS), ("r", None, RECEIVED)))
    assert result.code == 0, result.err
    return office


def test_a_partial_answer_from_draft_to_file(letters: Taizhang, tmp_path: Path) -> None:
    """Missing parts block the approval with their article; the letter that was filed does not change."""
    record = lambda *recordings: letters("record", "-", stdin=lines(*recordings))  # noqa: E731
    assert record(("a", "2025-0001", drafted(SHORT))).code == 0
    assert "other_letter" in letters("letter", "2025-0001", "answer", "--entry", "2", "--file").err
    stopped = record(("b", "2025-0001", approved()))
    assert stopped.code == 1
    assert "letter_incomplete" in stopped.err
    assert "第三部分：这一部分不予公开的理由" in stopped.err
    assert "第三十六条第三项" in stopped.err
    steps = [
        approved(passed=False),
        drafted(WHOLE, "2025-03-11"),
        approved(),
        {"type": "answered", "on": "2025-03-12", "draft": "稿一", **ANSWER},
    ]
    result = record(*((f"c{number}", "2025-0001", each) for number, each in enumerate(steps)))
    assert result.code == 0, result.err

    offered = letters("letter", "2025-0001", "--json").json()
    assert isinstance(offered, list)
    assert {"receipt", "answer", "proof_of_service", "envelope"} == {each["kind"] for each in offered}
    out = tmp_path / "a.pdf"
    assert letters("letter", "2025-0001", "answer", "--out", str(out)).code == 0
    draft = out.read_bytes()
    assert "草稿（未入卷）" in text_of(draft)
    assert "第三条含第三方报价" in text_of(draft)
    assert "先向某市人民政府申请行政复议" in text_of(draft)
    word = tmp_path / "a.docx"
    assert letters("letter", "2025-0001", "答复书", "--out", str(word)).code == 0
    assert any("公开〔2025〕3号" in each.text for each in docx.Document(str(word)).paragraphs)
    assert "已存在" in letters("letter", "2025-0001", "answer", "--out", str(out)).err

    filed = letters("letter", "2025-0001", "answer", "--file")
    assert filed.code == 0, filed.err
    (document,) = letters("document", "list", "2025-0001", "--json").json()  # type: ignore[misc]
    assert (document["document"], document["kind"]) == ("答复书（第6条登记）", "answer")
    assert letters("letter", "2025-0001", "answer", "--file").code == 0  # repeated: nothing new
    assert len(letters("document", "list", "2025-0001", "--json").json()) == 1  # type: ignore[arg-type]

    assert letters("document", "check", str(out)).code == 1
    assert letters("letter", "2025-0001", "answer", "--out", str(out), "--force").code == 0
    draft = out.read_bytes()
    assert "草稿" not in text_of(draft)

    # Years later the register, and anyone with a bundle, can verify that this letter was filed.
    (held,) = letters("document", "check", str(out), "--json").json()
    assert (held["reference"], held["version"], held["document"]) == ("2025-0001", 7, "答复书（第6条登记）")
    changed = tmp_path / "changed.pdf"
    changed.write_bytes(draft[:-1] + bytes([draft[-1] ^ 1]))
    assert letters("document", "check", str(changed)).code == 1
    bundle = tmp_path / "bundle.zip"
    assert letters("export", str(bundle), "--sealed").code == 0
    verified = letters("verify", str(bundle), "--document", str(out))
    assert verified.code == 0, verified.out
    assert "2025-0001第7条" in verified.out
    assert letters("verify", str(bundle), "--document", str(changed)).code == 1

    (tmp_path / "filed.pdf").write_bytes(draft)

    # The settings change, the filed letter does not; a corrected one is a new letter that names the old one.
    assert record(("e", None, DETAILS | {"review_authority": "另一政府"})).code == 0
    assert letters("letter", "2025-0001", "answer", "--out", str(out), "--force").code == 0
    assert out.read_bytes() == draft
    stopped = letters("letters", "--on", "2025-03-12", "--out", str(tmp_path / "stopped.pdf"))
    assert stopped.code == 1
    assert "答复书已入卷为第7条，按现在的设定另制的与之不同" in stopped.err
    assert (
        letters("letter", "2025-0001", "answer", "--file", "--corrected", "--out", str(out), "--force").code
        == 0
    )
    (held,) = letters("document", "check", str(tmp_path / "filed.pdf"), "--json").json()
    assert held["corrected_by"] == 8
    text = text_of(out.read_bytes())
    assert "另一政府" in text
    assert "本文书更正并替代本机关此前作出的政府信息公开申请答复书" in text
    assert "“答复书（第6条登记）”" in text

    served = {"type": "served", "on": "2025-03-12", "method": "china_post", "tracking_no": "EMS1"}
    assert record(("s", "2025-0001", served)).code == 0
    assert record(("s1", "2025-0001", served | {"tracking_no": "EMS2", "paper": 1})).code == 0
    day = tmp_path / "day.pdf"
    assert letters("letters", "--on", "2025-03-12", "--out", str(day)).code == 0
    text = text_of(day.read_bytes())
    assert "公开〔2025〕3号" in text
    assert "邮寄清单" in text
    assert "EMS1" in text
    assert text.index("登记回执", text.index("邮寄清单")) < text.index("EMS2")
    assert letters("verify").code in (0, 4)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("2025-0001", "answer", "--out", "x.pdf"), 1, "no_such_letter"),
        (("2025-0009", "receipt", "--out", "x.pdf"), 1, "2025-0009"),
        (("2025-0001", "poem", "--out", "x.pdf"), 2, "登记回执（receipt）"),
        (("2025-0001", "receipt", "--out", "x.txt"), 2, ".pdf"),
        (("2025-0001", "receipt"), 2, "--out"),
        (("2025-0001", "receipt", "--entry", "7", "--out", "x.pdf"), 1, "other_letter"),
    ],
)
def test_an_impossible_letter_is_refused(
    letters: Taizhang, tmp_path: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    found = letters(
        "letter", *(str(tmp_path / each) if each.startswith("x.") else each for each in arguments)
    )
    assert found.code == code
    assert message in found.err
    assert list(tmp_path.glob("x.*")) == []


def test_an_authority_without_details_can_approve_and_sees_what_to_set(
    office: Taizhang, tmp_path: Path
) -> None:
    result = office(
        "record",
        "-",
        stdin=lines(("r", None, RECEIVED), ("a", "#r", drafted(SHORT)), ("b", "#r", approved())),
    )
    assert result.code == 0, result.err
    found = office("letter", "2025-0001", "receipt", "--out", str(tmp_path / "r.pdf"))
    assert "letter_details_missing" in found.err


def test_draft_and_approval_in_one_file_are_judged_together(letters: Taizhang) -> None:
    """The approval reads values sealed in the same batch."""
    result = letters(
        "record", "-", stdin=lines(("a", "2025-0001", drafted(SHORT)), ("b", "2025-0001", approved()))
    )
    assert result.code == 1
    assert "letter_incomplete" in result.err
    result = letters(
        "record", "-", stdin=lines(("a", "2025-0001", drafted(WHOLE)), ("b", "2025-0001", approved()))
    )
    assert result.code == 0, result.err


def test_an_office_s_own_wording(letters: Taizhang, tmp_path: Path) -> None:
    own = {
        "type": "letter_wording_set",
        "on": "2025-01-02",
        "letter": "receipt",
        "paragraph": "contact",
        "in_force_from": "2025-01-02",
    }
    refused = letters("record", "-", stdin=lines(("w", None, own | {"wording": "没有电话{reason}"})))
    assert refused.code == 1
    assert "wording_refused" in refused.err
    assert (
        letters(
            "record",
            "-",
            stdin=lines(("w", None, own | {"wording": "打{office_phone}，到{office_address}。"})),
        ).code
        == 0
    )
    out = tmp_path / "r.pdf"
    assert letters("letter", "2025-0001", "receipt", "--out", str(out)).code == 0
    assert "打020-12345678，到某区办公路2号。" in text_of(out.read_bytes())
    shown = letters("letter-wording", "receipt", "--json").json()
    assert isinstance(shown, dict)
    assert "contact" in [each["name"] for each in shown["paragraphs"]]


# --- HTTP ---


@pytest.fixture
async def door(bare_door: Door) -> Door:
    assert (await bare_door.post("events", bare_door.registered)).status_code == 201
    assert (await bare_door.post("events", DETAILS)).status_code == 201
    assert (await bare_door.post("requests", RECEIVED)).status_code == 201
    return bare_door


async def test_letters_over_http(door: Door) -> None:
    """Listed, downloaded, filed once, all letters of a day; unknown kinds give 404."""
    offered = (await door.get("requests/2025-0001/letters")).json()
    assert [each["kind"] for each in offered] == ["receipt", "proof_of_service", "envelope"]
    found = await door.get("requests/2025-0001/letters/receipt", as_="pdf")
    assert found.status_code == 200, found.text
    assert found.headers["content-type"] == "application/pdf"
    assert "attachment" in found.headers["content-disposition"]
    assert "即不迟于2025年3月31日" in text_of(found.content)
    word = await door.get("requests/2025-0001/letters/receipt", as_="docx")
    assert [each.text for each in docx.Document(io.BytesIO(word.content)).paragraphs[:2]] == [
        "草稿，未入卷，不得送达。", "某区人民政府办公室",
    ]  # fmt: skip
    for _ in range(2):
        filed = await door.call("POST", "requests/2025-0001/letters/receipt")
        assert (filed.status_code, filed.json()["version"]) == (201, 2), filed.text
    letter = (await door.get("requests/2025-0001/letters/receipt", as_="pdf")).content
    octets = {"Content-Type": "application/octet-stream"}
    for data, where in ((letter, [("2025-0001", 2)]), (letter + b" ", []), (b"x", [])):
        held = await door.call("POST", "document-checks", content=data, headers=octets)
        assert held.status_code == 200, held.text
        assert [(each["reference"], each["version"]) for each in held.json()] == where
    assert await door.json("document-numbers", year=2025) == []
    day = await door.get("letters", on="2025-03-03")
    assert day.status_code == 200, day.text
    assert "登记回执" in text_of(day.content)
    for path, query, status, code in (
        ("requests/2025-0001/letters/poem", {"as_": "pdf"}, 404, "letter_kind_unknown"),
        ("requests/2025-0001/letters/answer", {"as_": "pdf"}, 409, "no_such_letter"),
        ("requests/2025-0001/letters/receipt", {"as_": "pdf", "version": "9"}, 409, "other_letter"),
        ("requests/2025-0001/letters/receipt", {"as_": "exe"}, 400, "malformed"),
        ("letters", {"on": "2025-03-04"}, 409, "not_all_letters"),
        ("letters", {}, 400, "malformed"),
    ):
        refused = await door.get(path, **query)
        assert (refused.status_code, refused.json()["code"]) == (status, code), path
