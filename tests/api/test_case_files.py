"""The file of a case at every interface: its content, order and page numbers, and what is left out."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import docx
import pypdf
import pytest
from PIL import Image

from tests.api.conftest import Door, Taizhang
from tests.api.test_letters import ANSWER, DETAILS, RECEIVED, WHOLE, approved, drafted, lines, text_of


def picture(kind: str, *sizes: tuple[int, int]) -> bytes:
    first, *others = [Image.new("RGB", size, "white") for size in sizes]
    out = io.BytesIO()
    more: dict[str, Any] = {"save_all": True, "append_images": others} if others else {}
    first.save(out, kind, **more)
    return out.getvalue()


def word() -> bytes:
    out = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("说明")
    document.save(out)
    return out.getvalue()


@pytest.fixture
def closed(office: Taizhang, tmp_path: Path) -> Taizhang:
    """A case answered and served, with a scan of three pages, a photograph, a Word file and a damaged PDF."""
    steps = [
        ("d", None, DETAILS),
        ("r", None, RECEIVED | {"subject": "某路工程施工合同"}),
        ("a", "2025-0001", drafted(WHOLE)),
        ("b", "2025-0001", approved()),
        ("c", "2025-0001", {"type": "answered", "on": "2025-03-12", "draft": "稿一", **ANSWER}),
        (
            "e",
            "2025-0001",
            {"type": "served", "on": "2025-03-12", "method": "china_post", "tracking_no": "EMS1"},
        ),
    ]
    assert office("record", "-", stdin=lines(*steps)).code == 0
    for name, kind, data, on in (
        ("签收单.png", "service", picture("PNG", (300, 200)), "2025-03-14"),
        ("申请表.pdf", "application", picture("PDF", *[(300, 400)] * 3), "2025-03-03"),
        ("补充说明.docx", "other", word(), "2025-03-04"),
        ("损坏.pdf", "other", b"%PDF-1.7\n" + b"x" * 100, "2025-03-05"),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        words = ("--document", Path(name).stem, "--kind", kind, "--on", on)
        assert office("document", "file", "2025-0001", str(path), *words).code == 0
    assert office("letter", "2025-0001", "answer", "--file").code == 0
    return office


def test_bound_as_pdf(closed: Taizhang, tmp_path: Path) -> None:
    """Cover, list, documents in the order of law with numbered pages, closing note; the same bytes on repetition."""
    out, again = tmp_path / "a.pdf", tmp_path / "b.pdf"
    done = closed("case-file", "2025-0001", "--out", str(out), "--purpose", "归档")
    assert done.code == 0, done.err
    assert out.stat().st_mode & 0o777 == 0o600
    assert "补充说明没有编页" in done.err
    pages = [each.extract_text() for each in pypdf.PdfReader(out).pages]
    cover = "".join(pages[0].split())
    for words in (
        "关于某路工程施工合同的政府信息公开申请卷宗",
        "张三",
        "公开〔2025〕3号",
        "尚未归档",
        "部分公开",
    ):
        assert words in cover
    listed = json.loads(
        closed("case-file", "2025-0001", "--out", str(again), "--purpose", "归档", "--json").out
    )
    assert [(each["name"], each["pages"]) for each in listed] == [
        ("申请人、申请内容和各条文字", 1), ("登记回执", 1), ("申请表", 3), ("补充说明", None), ("损坏", None), ("答复书（第4条登记）", 2), ("签收单", 1),
        ("办理经过", 1), ("期限推算", 2), ("存证清单", 1),
    ]  # fmt: skip
    contents = "".join(pages[1].split())
    assert "3申请表申请材料2025-03-0333" in contents  # the third paper begins on page 3 and has 3 pages
    assert "未入卷，据登记制作" in contents  # the receipt letter was never filed
    assert again.read_bytes() == out.read_bytes()
    counted = sum(each["pages"] or 0 for each in listed)
    assert len(pages) == counted + 3  # cover, list and closing note have no number
    assert [re.findall(r"^\d+$", page, re.M)[-1:] for page in pages[4:7]] == [["3"], ["4"], ["5"]]
    assert {tuple(round(float(side)) for side in page.mediabox[2:]) for page in pypdf.PdfReader(out).pages} == {
        (595, 842), (842, 595),
    }  # fmt: skip
    whole = "".join("".join(each.split()) for each in pages)
    assert "EMS1" in whole
    assert "起草、审核、批准的各条登记（2条）属内部流程" in whole
    assert "稿一" not in whole
    log = json.loads(closed("access-log", "--json").out)
    assert [
        (each["act"], each["reference"], each["purpose"])
        for each in log
        if each["act"] == "personal_data_read"
    ][-2:] == [("personal_data_read", "2025-0001", "归档")] * 2


def test_an_archive_of_the_originals(closed: Taizhang, tmp_path: Path) -> None:
    """Each document as filed, under its number; each entry's receipt verifies; internal steps on request."""
    out, again, inner = (tmp_path / name for name in ("a.zip", "b.zip", "c.zip"))
    assert closed("case-file", "2025-0001", "--out", str(out), "--purpose", "归档").code == 0
    # Recordings of other requests change nothing.
    assert closed("record", "-", stdin=lines(("z", None, RECEIVED))).code == 0
    assert closed("case-file", "2025-0001", "--out", str(again), "--purpose", "归档").code == 0
    assert again.read_bytes() == out.read_bytes()
    with zipfile.ZipFile(out) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert "003 申请表.pdf" in names
        assert "004 补充说明.docx" in names
        assert archive.read("004 补充说明.docx")[:2] == b"PK"
        assert archive.read("005 损坏.pdf") == b"%PDF-1.7\n" + b"x" * 100
        papers = json.loads(archive.read("卷内目录.json"))["papers"]
        assert [each["number"] for each in papers] == list(range(1, 11))
        receipts = [name for name in names if name.endswith(".tlog-proof")]
        assert receipts == [f"存证/2025-0001-{version}.tlog-proof" for version in (1, 4, 5, 6, 7, 8, 9, 10)]
        proof = tmp_path / "r.tlog-proof"
        proof.write_bytes(archive.read(receipts[1]))
    key = closed("keys").out.split()[-1]
    assert closed("verify", str(proof), "--key", key).code == 0
    assert closed("case-file", "2025-0001", "--out", str(inner), "--purpose", "归档", "--internal").code == 0
    with zipfile.ZipFile(inner) as archive:
        assert "存证/2025-0001-2.tlog-proof" in archive.namelist()
        first = next(name for name in archive.namelist() if name.startswith("001"))
        assert "答复正文" in text_of(archive.read(first)) or "合同首页" in text_of(archive.read(first))


def test_restricted_erased_annulled_and_empty_cases(office: Taizhang, tmp_path: Path) -> None:
    """Restricted content is named and left out; a case without documents has its own sheets."""
    result = office("record", "-", stdin=lines(("r", None, RECEIVED)))
    assert result.code == 0
    path, out = tmp_path / "申请表.png", tmp_path / "a.pdf"

    def bound() -> str:
        done = office("case-file", "2025-0001", "--out", str(out), "--purpose", "复议", "--force")
        assert done.code == 0, done.err
        return text_of(out.read_bytes())

    text = bound()
    assert "张三" in text
    assert "共4件" in text  # sealed values, the course, the term, the proofs
    path.write_bytes(picture("PNG", (300, 400)))
    words = ("--document", "申请表", "--kind", "application", "--on", "2025-03-03")
    assert office("document", "file", "2025-0001", str(path), *words).code == 0

    assert (
        office("event", "2025-0001", "personal_data_restricted", "--on", "2025-03-04", "--basis", "申诉").code
        == 0
    )
    text = bound()
    assert "张三" not in text
    assert "440100199001010011" not in text
    assert "限制处理，未附" in text
    assert (
        office("event", "2025-0001", "restriction_lifted", "--on", "2025-03-05", "--basis", "申诉办结").code
        == 0
    )

    steps = [
        {"type": "withdrawn", "on": "2025-03-06", "reason": "by_applicant"},
        {"type": "archived", "on": "2025-03-07", "archive_no": "2025-1", "retention": "10y"},
        {
            "type": "erasure_requested",
            "on": "2025-03-08",
            "scope": "all",
            "basis": "ordered",
            "appraisal_no": "鉴1",
        },
    ]
    for number, each in enumerate(steps):
        line = json.dumps({"id": f"s{number}", "reference": "2025-0001", "event": each})
        assert office("record", "-", "--acknowledge-all", stdin=line).code == 0
    erased = {"type": "personal_data_erased", "on": "2025-03-09", "requested": 7}
    line = json.dumps({"id": "x", "reference": "2025-0001", "event": erased})
    done = office("record", "-", "--acknowledge-all", "--actor", "other", stdin=line)
    assert done.code == 0, done.err
    text = bound()
    assert "张三" not in text
    assert "已销毁" in text
    assert "2025-1" in text

    assert office("record", "-", stdin=lines(("q", None, RECEIVED))).code == 0
    annul = {
        "type": "entry_amended",
        "on": "2025-03-10",
        "version": 1,
        "reason": "重复登记",
        "replacement": None,
    }
    assert office("record", "-", stdin=lines(("y", "2025-0002", annul))).code == 0
    done = office("case-file", "2025-0002", "--out", str(out), "--purpose", "归档", "--force")
    assert done.code == 0, done.err
    assert "登记已撤销" in text_of(out.read_bytes())


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("2025-0009", "--out", "x.pdf"), 1, "2025-0009"),
        (("2025-0001", "--out", "x.txt"), 2, ".zip或.pdf"),
        (("2025-0001",), 2, "--out"),
    ],
)
def test_a_case_file_that_cannot_be_made_is_refused(
    office: Taizhang, tmp_path: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    assert office("record", "-", stdin=lines(("r", None, RECEIVED))).code == 0
    found = office(
        "case-file", *(str(tmp_path / each) if each.startswith("x.") else each for each in arguments)
    )
    assert found.code == code
    assert message in found.err


def test_the_pdf_has_a_maximum_size(
    closed: Taizhang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused beyond it; the archive, which is streamed, can still be made."""
    monkeypatch.setattr("adapters.register.papers.case_files.MOST", 1000)
    refused = closed("case-file", "2025-0001", "--out", str(tmp_path / "a.pdf"), "--purpose", "归档")
    assert (refused.code, "case_file_too_large" in refused.err) == (1, True)
    assert closed("case-file", "2025-0001", "--out", str(tmp_path / "a.zip"), "--purpose", "归档").code == 0


async def test_case_files_over_http(door: Door) -> None:
    """The same content, for a purpose; the archive is streamed."""
    await door.post("events", door.registered)
    assert (await door.post("requests", RECEIVED)).status_code == 201
    address = "requests/2025-0001/case-file"
    bound = await door.get(address, as_="pdf", purpose="办理复议")
    assert bound.status_code == 200, bound.text
    assert bound.headers["content-type"] == "application/pdf"
    assert bound.headers["content-disposition"].startswith("attachment")
    assert "张三" in text_of(bound.content)
    packed = await door.get(address, as_="zip", purpose="办理复议")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert archive.testzip() is None
        assert "卷内目录.json" in archive.namelist()
    assert (await door.get(address, as_="doc")).status_code == 400
    assert (await door.get("requests/2025-0009/case-file", as_="pdf")).status_code == 404
