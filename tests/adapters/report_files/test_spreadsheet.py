"""Registers in real files: workbooks as Excel writes them, CSV in every encoding, and malicious files."""

from __future__ import annotations

import codecs
import io
import shutil
import subprocess
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from xlsxwriter import Workbook

from adapters.report_files import spreadsheet
from adapters.report_files.bounded import BookReaders
from adapters.report_files.office_zip import ReportFileFault
from adapters.report_files.spreadsheet import read

TEXT = "登记号,收到日期,申请内容\n2020-0001,2020.3.2,㛃琪案卷\n"
CELLS = (("登记号", "收到日期", "申请内容"), ("2020-0001", "2020.3.2", "㛃琪案卷"))


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def with_part(content: bytes, name: str, part: bytes = b"x") -> bytes:
    file = io.BytesIO(content)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr(name, part)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(), codecs.BOM_UTF8 + TEXT.encode(), TEXT.encode("gb18030"), TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"), TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace("2020-0001,2020.3.2", '="2020-0001",="2020.3.2"').encode(), TEXT.replace(",", ";").encode(), TEXT.replace("\n", "\r\n").encode("gb18030"),
    ],
)  # fmt: skip
def test_csv_in_every_encoding(content: bytes) -> None:
    """With a rare character of GB18030; commas, tabs or semicolons."""
    assert read(content, "台账.csv").sheets[0].rows == CELLS


def test_days_numbers_and_merged_cells_of_a_workbook() -> None:
    """Dates in ISO 8601, serial numbers as numbers, whole numbers without a point; merged text in every cell."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["甲", None, date(2020, 3, 5), datetime(2020, 3, 5, 9, 30), 43895, 17.0, 0.1, True, "乙\n丙"])
    page.append([None, None, "x"])
    page.merge_cells("A1:B2")
    file = io.BytesIO()
    book.save(file)
    (sheet,) = read(file.getvalue(), "").sheets
    assert sheet.rows[0] == (
        "甲",
        "甲",
        "2020-03-05",
        "2020-03-05 09:30:00",
        "43895",
        "17",
        "0.1",
        "是",
        "乙\n丙",
    )
    assert sheet.rows[1][:2] == ("甲", "甲")


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_the_other_kinds_are_read_the_same(kind: str, tmp_path: Path) -> None:
    """As LibreOffice writes them."""
    if not shutil.which("soffice"):
        pytest.skip("without LibreOffice no such file can be made")
    (tmp_path / "one.xlsx").write_bytes(
        workbook(["登记号", "收到日期"], ["2020-0001", date(2020, 3, 5)], ["17", 43895])
    )
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        kind,
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(tmp_path / "one.xlsx")], check=True, capture_output=True
    )
    (sheet,) = read((tmp_path / f"one.{kind}").read_bytes(), "").sheets
    assert sheet.rows == (("登记号", "收到日期"), ("2020-0001", "2020-03-05"), ("17", "43895"))


def test_formulas_are_read_as_their_stored_values_and_reported() -> None:
    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True})
    page = book.add_worksheet()
    page.write_formula(0, 0, '=HYPERLINK("http://example.invalid","x")', None, "2020-0001")
    page.write_formula(0, 1, "=1+1", None, 2)
    book.close()
    found = read(file.getvalue(), "")
    assert found.sheets[0].rows == (("2020-0001", "2"),)
    assert any("2个单元格是公式" in remark for remark in found.remarks)


def test_cells_without_a_value_and_hidden_rows_are_named() -> None:
    """A formula that was never calculated, an error; a hidden row is read, and a remark says so."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["甲", "=1+1", "=A1"])
    page["D1"].value, page["D1"].data_type = "#N/A", "e"
    page.append(["乙"])
    page.row_dimensions[2].hidden = True
    file = io.BytesIO()
    book.save(file)
    found = read(file.getvalue(), "")
    assert found.sheets[0].rows[1][0] == "乙"
    assert any(
        each.startswith("2个单元格的公式没有算出的值") and "（B1、C1）" in each for each in found.remarks
    )
    assert any(each.startswith("1个单元格是错误值") and "（D1）" in each for each in found.remarks)
    assert "1行是隐藏的，也读了" in found.remarks


def test_a_workbook_that_counts_its_days_from_1904() -> None:
    """Dates are right; a serial number in a plain cell counts from the same day zero."""
    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True, "date_1904": True})
    page = book.add_worksheet()
    page.write_datetime(0, 0, datetime(2020, 3, 5), book.add_format({"num_format": "yyyy-mm-dd"}))
    page.write(0, 1, 42_433)
    book.close()
    found = read(file.getvalue(), "")
    assert found.sheets[0].rows == (("2020-03-05", "42433"),)
    assert found.day_zero == date(1904, 1, 1)


def test_external_links_are_not_followed_and_hidden_sheets_not_read() -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["甲"])
    book.create_sheet("旧").sheet_state = "hidden"
    file = io.BytesIO()
    book.save(file)
    found = read(with_part(file.getvalue(), "xl/externalLinks/externalLink1.xml"), "")
    assert len(found.sheets) == 1
    assert any("引用了别的文件" in remark for remark in found.remarks)
    assert any("隐藏的工作表" in remark for remark in found.remarks)


def far_cell() -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.cell(1_048_576, 16_384, "x")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def bomb() -> bytes:
    return with_part(workbook(["甲"]), "xl/media/x.bin", b"\0" * (spreadsheet._MOST_UNPACKED + 1))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "damaged"), (b"PK\x03\x04nonsense", "damaged"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "damaged"),
        (bytes(range(256)) * 40, "damaged"), (b"<html><table><tr><td>1</td></tr></table></html>", "unknown_kind"),
        (b"x" * (spreadsheet.MOST_BYTES + 1), "too_large"), (b"\n" * (spreadsheet.MOST_ROWS + 2), "too_large"),
        (b"," * (spreadsheet.MOST_COLUMNS + 1), "too_large"), (b'"' + b"x" * 200_000 + b'"', "damaged"),
    ],
    ids=range(9),
)  # fmt: skip
def test_a_file_that_is_no_register_is_refused_with_its_code(content: bytes, code: str) -> None:
    with pytest.raises(ReportFileFault) as refused:
        read(content, "台账.xlsx")
    assert refused.value.code == code


def test_macros_are_refused() -> None:
    for name in ("xl/vbaProject.bin", "Basic/Standard/Module1.xml"):
        with pytest.raises(ReportFileFault, match="宏"):
            read(with_part(workbook(["甲"]), name), "")


@pytest.mark.parametrize("made", [far_cell, bomb])
def test_what_unpacks_to_too_much_is_refused_in_time(made: object) -> None:
    """In the limited process that the command line, the API and the console all use."""
    with BookReaders(seconds=20) as readers, pytest.raises(ReportFileFault) as refused:
        readers.read(made(), "台账.xlsx")  # type: ignore[operator]
    assert refused.value.code == "too_large"


def test_a_bounded_reader_reads_the_same_and_ends_what_takes_too_long() -> None:
    with BookReaders() as readers:
        assert readers.read(TEXT.encode(), "台账.csv") == read(TEXT.encode(), "")
    with BookReaders(seconds=0) as readers, pytest.raises(ReportFileFault) as refused:
        readers.read(TEXT.encode(), "台账.csv")
    assert refused.value.code == "too_slow"
