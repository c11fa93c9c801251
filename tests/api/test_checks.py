"""Reports of other authorities checked at the command line and over HTTP: singly, by folder, returned, added up."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from adapters.render import docx as render_docx
from adapters.render import html as render_html
from adapters.render import pdf as render_pdf
from adapters.render import xlsx as render_xlsx
from adapters.report_files.bounded import Readers
from adapters.report_files.office_zip import ReportFileFault
from tests.adapters.render.reports import SEED, SUQIAN, document
from tests.api.conftest import Door, Taizhang
from tests.published.test_rebuilding import FOLDER as PUBLISHED

UNITS = ("甲局", "乙局", "丙局", "丁局")
RENDERERS = {"docx": render_docx, "html": render_html, "pdf": render_pdf, "xlsx": render_xlsx}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four units' reports in four formats, an unreadable file, and a file that is no report."""
    made = tmp_path / "年报"
    made.mkdir()
    for unit, ending in zip(UNITS, RENDERERS, strict=True):
        title = f"示例市{unit}2024年政府信息公开工作年度报告"
        file = made / f"{unit}.{ending}"
        file.write_bytes(RENDERERS[ending].render(document(SUQIAN, title=title, authority=f"示例市{unit}")))
    (made / "旧.wps").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (made / ".hidden").write_bytes(b"x")
    (made / "Thumbs.db").write_bytes(b"x")
    return made


def test_a_folder_is_checked_and_returned(taizhang: Taizhang, folder: Path, tmp_path: Path) -> None:
    """One command: a summary, a workbook with a page for each unit in Chinese, exit 1 for an unreadable file."""
    (folder / "名单.csv").write_text("单位\n示例市甲局\n示例市戊局\n", "utf-8")
    book = tmp_path / "核对反馈.xlsx"
    result = taizhang(
        "check", str(folder), "--units", str(folder / "名单.csv"), "--xlsx", str(book), "--json"
    )
    assert result.code == 1
    body = result.json()
    assert [(each["file"], each.get("authority"), each.get("year"), each.get("format")) for each in body["reports"]] == [
        ("丁局.xlsx", "示例市丁局", 2024, "2021"), ("丙局.pdf", "示例市丙局", 2024, "2021"), ("乙局.html", "示例市乙局", 2024, "2021"),
        ("旧.wps", None, None, None), ("甲局.docx", "示例市甲局", 2024, "2021"),
    ]  # fmt: skip
    assert "另存为docx" in body["reports"][3]["fault"]
    assert body["missing"] == ["示例市戊局"]
    assert len(body["unlisted"]) == 3
    read = openpyxl.load_workbook(book)
    assert read.sheetnames[:2] == ["汇总", "问题清单"]
    assert {f"示例市{unit}" for unit in UNITS} < set(read.sheetnames)
    page = read["示例市甲局"]
    assert page.page_setup.paperSize == 9
    assert page["A1"].value == "示例市甲局2024年政府信息公开工作年度报告核对意见"
    again = taizhang("check", str(folder), "--xlsx", str(book))
    assert (again.code, "--force" in again.err) == (2, True)


def test_a_folder_as_csv_has_unit_year_and_form(taizhang: Taizhang, folder: Path) -> None:
    result = taizhang("check", str(folder), "--csv")
    lines = result.out.lstrip("\ufeff").splitlines()
    assert lines[0].startswith("文件,单位,年度,格式,级别,问题,")
    assert any(line.startswith("旧.wps,,,,未读出,") for line in lines)
    assert any(line.startswith("甲局.docx,示例市甲局,2024,2021,提示,") for line in lines)


def test_a_folder_is_added_up_consistently(taizhang: Taizhang, folder: Path, tmp_path: Path) -> None:
    """Four times 宿迁: 3545 received in 2024 (its table) is 14180; the sum is checked against its parts, in their formats."""
    (folder / "旧.wps").unlink()
    into = tmp_path / "district.json"
    done = taizhang("consolidate", str(folder), "--into", str(into), "--name", "示例市")
    assert done.code == 0, done.out + done.err
    made = json.loads(into.read_text("utf-8"))
    single = json.loads((PUBLISHED / f"{SUQIAN}.json").read_text("utf-8"))["requests_table"]["new"][-1]
    assert made["requests_table"]["new"][-1] == 4 * single
    assert made["consolidated_from"] == sorted(f"示例市{unit}" for unit in UNITS)
    children = [part for unit, ending in zip(UNITS, RENDERERS, strict=True) for part in ("--child", str(folder / f"{unit}.{ending}"))]  # fmt: skip
    assert taizhang("reconcile", str(into), *children).code == 0
    assert taizhang("reconcile", str(into), *children[:6]).code == 1
    assert taizhang("consolidate", str(folder), "--into", str(into)).code == 2


def test_a_unit_that_cannot_be_added_is_named(taizhang: Taizhang, folder: Path, tmp_path: Path) -> None:
    done = taizhang("consolidate", str(folder), "--into", str(tmp_path / "sum.json"))
    assert (done.code, "没有计入：旧.wps" in done.out) == (1, True)


def test_another_unit_s_report_of_the_year_before_is_refused(taizhang: Taizhang, folder: Path) -> None:
    result = taizhang("check", str(folder / "甲局.docx"), "--previous", str(folder / "乙局.html"))
    assert (result.code, "上一年度的报告是“示例市乙局”的" in result.err) == (2, True)


def test_a_reason_in_the_folder_waives_a_finding(taizhang: Taizhang, folder: Path) -> None:
    """说明.csv in the folder names the kind of the finding in Chinese."""
    shutil.copy(folder / "甲局.docx", folder / "只此.docx")
    before = taizhang("check", str(folder / "甲局.docx"), "--json").json()
    kinds = {each["check"] for each in before}
    assert kinds in ({"fees_untold", "section_empty"}, {"fees_untold"})
    (folder / "说明.csv").write_text(
        "单位,名称,理由\n,未报告收费,费用由财政局统一报告\n,部分没有内容,见附件\n", "utf-8"
    )
    after = taizhang("check", str(folder / "甲局.docx"), "--json")
    assert after.code == 0
    assert {each["waived"] for each in after.json()} <= {"费用由财政局统一报告", "见附件"}


def test_a_file_that_hangs_is_ended_and_the_next_is_read() -> None:
    """With a time limit of zero every file exceeds it; the reader is ended and replaced by another."""
    with Readers(1, seconds=0.0) as readers:
        for _ in range(2):
            with pytest.raises(ReportFileFault) as refused:
                readers.read(render_docx.render(document(SUQIAN)), "a.docx")
            assert refused.value.code == "too_slow"
    with Readers(1) as readers:
        assert readers.read(render_docx.render(document(SUQIAN)), "a.docx").year == 2024


def test_a_file_that_takes_too_much_memory_is_named() -> None:
    with Readers(1, memory=120_000_000) as readers, pytest.raises(ReportFileFault) as refused:
        readers.read(b"<table>" + b"<tr><td>1</td></tr>" * 900_000, "a.html")
    assert refused.value.code == "too_large"


MIXED = {
    "html": "html",
    "docx": "docx",
    "xlsx": "xlsx",
    "pdf": "pdf",
    "xls": "html",
    "doc": "html",
    "shtml": "html",
}
"""File extensions of forty units, and the content of each: old programs export HTML with office extensions."""


def write_report(folder: Path, number: int, name: str, year: int) -> str:
    unit = f"示例市第{number:02}局"
    ending, kind = list(MIXED.items())[number % len(MIXED)]
    made = document(name, title=f"{unit}{year}年政府信息公开工作年度报告", authority=unit, year=year)
    (folder / f"{number:02}.{ending}").write_bytes(RENDERERS[kind].render(made))
    return unit


def test_forty_mixed_files_are_checked_returned_and_added_up(taizhang: Taizhang, tmp_path: Path) -> None:
    """With the handbook's three commands: seven kinds of files, two forms, two years, a scan, a unit missing.

    32 times 宿迁's 3525 received (its table) are 112800; the seven in the form of 2019 have a sum of their own.
    """
    now, before, back, into = (
        tmp_path / name for name in ("年报2024", "年报2023", "核对反馈.xlsx", "全区.json")
    )
    now.mkdir()
    before.mkdir()
    units = [write_report(now, number, SEED if number % 5 == 4 else SUQIAN, 2024) for number in range(39)]
    older = [write_report(before, number, SUQIAN, 2023) for number in range(4)]
    (now / "扫描.pdf").write_bytes(b"%PDF-1.7 x")
    (tmp_path / "名单.csv").write_text("单位\n" + "\n".join([*units, "示例市迟到局"]), "utf-8")
    listed = ("--units", str(tmp_path / "名单.csv"))
    checked = taizhang("check", str(now), "--previous", str(before), *listed, "--xlsx", str(back), "--json")
    body = checked.json()
    assert (checked.code, body["missing"]) == (1, ["示例市迟到局"])
    assert [each["authority"] for each in body["reports"] if not each["fault"]] == units
    assert {each["authority"] for each in body["reports"] if each.get("previous")} == set(older)
    assert [each["file"] for each in body["reports"] if each.get("fault") or each.get("unread")] == [
        "扫描.pdf"
    ]
    assert set(units) < set(openpyxl.load_workbook(back, read_only=True).sheetnames)
    summed = taizhang("consolidate", str(now), *listed, "--name", "示例区", "--into", str(into))
    made = json.loads(into.read_text("utf-8"))
    counted = [unit for number, unit in enumerate(units) if number % 5 != 4]
    assert (summed.code, made["consolidated_from"], made["missing"]) == (1, counted, ["示例市迟到局"])
    assert made["requests_table"]["new"][-1] == 112_800
    assert [(part["format"], len(part["consolidated_from"])) for part in made["other_forms"]] == [("2019", 7)]
    assert list(made["not_counted"]) == ["扫描.pdf"]
    children = [
        part
        for number in range(39)
        if number % 5 != 4
        for part in ("--child", str(next(now.glob(f"{number:02}.*"))))
    ]
    assert taizhang("reconcile", str(into), *children).code == 0


async def test_a_file_is_checked_over_http_and_not_stored(door: Door) -> None:
    """The same findings as at the command line; an unreadable file is refused with the reason, and so is other content."""
    octets = {"Content-Type": "application/octet-stream"}
    where = "/api/v1/checks"
    data = render_docx.render(document(SUQIAN))
    reply = await door.client.post(where, params={"name": "年报.docx"}, content=data, headers=octets)
    assert (reply.status_code, reply.json()["authority"], reply.json()["year"]) == (
        200,
        "宿迁市人民政府",
        2024,
    )
    fault = await door.client.post(where, params={"name": "年报.doc"}, content=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", headers=octets)  # fmt: skip
    assert (fault.status_code, "另存为docx" in fault.json()["fault"]) == (200, True)
    for how, status in (
        (
            {"params": {"name": "a.docx"}, "content": data, "headers": {"Content-Type": "application/json"}},
            415,
        ),
        ({"content": data, "headers": octets}, 400),
        ({"params": {"name": "a.docx", "x": "1"}, "content": data, "headers": octets}, 400),
    ):
        assert (await door.client.post(where, **how)).status_code == status  # type: ignore[arg-type]


async def test_a_file_is_checked_against_last_year_s_over_http(door: Door) -> None:
    """宿迁 2024 carried in 121 (its table); a report of 2023 that carried out 131 differs by ten. Another unit's is refused."""
    before = json.loads((PUBLISHED / f"{SUQIAN}.json").read_text("utf-8")) | {"year": 2023}
    before["requests_table"]["carried_out"] = [131, 0, 0, 0, 0, 0, 131]
    file = ("年报.docx", render_docx.render(document(SUQIAN)))

    async def check(**parts: tuple[str, bytes]) -> Any:
        return await door.client.post("/api/v1/checks", files=parts)

    found = (await check(file=file, previous=("上年.json", json.dumps(before).encode()))).json()
    assert found["previous"] == "上年.json"
    assert [(each["left"], each["right"]) for each in found["findings"] if each["name"] == "carry:total"] == [
        ("121", "131")
    ]
    for change, words in (({"authority": "示例市"}, "示例市"), ({"year": 2022}, "2022年度")):
        refused = await check(file=file, previous=("上年.json", json.dumps(before | change).encode()))
        assert (refused.status_code, words in refused.json()["detail"]) == (400, True)
    for parts in (
        {"previous": file},
        {"file": file, "other": file},
        {"file": file, "previous": ("a.pdf", b"x")},
    ):
        assert (await check(**parts)).status_code == 400
    torn = await door.client.post("/api/v1/checks", content=b"--x\r\nnothing", headers={"Content-Type": "multipart/form-data; boundary=x"})  # fmt: skip
    assert torn.status_code == 400
    assert (await door.client.post("/api/v1/checks", content=b"x", headers={"Content-Type": "multipart/form-data"})).status_code == 400  # fmt: skip


async def test_a_file_over_http_has_an_upper_bound(door: Door) -> None:
    octets = {"Content-Type": "application/octet-stream"}
    large = io.BytesIO(bytes(21 * 1024 * 1024)).getvalue()
    reply = await door.client.post("/api/v1/checks", params={"name": "a.html"}, content=large, headers=octets)
    assert (reply.status_code, reply.json()["code"]) == (
        422,
        "document_too_large",
    ) or reply.status_code == 413
