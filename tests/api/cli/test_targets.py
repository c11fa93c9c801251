"""A command writes to the given path, with a suitable file name, and never overwrites another file."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.api.conftest import Taizhang

RECEIVED = {
    "type": "received", "on": "2020-03-02", "channel": "post", "receipt_basis": "signed_for",
    "applicant_kind": "natural_person", "applicant": {"name": "示例人"}, "description": "示例内容", "delivery": "paper",
}  # fmt: skip
REPORT = b"%PDF-1.4 a published report"

# A command that writes a file, a suitable name, and an unsuitable one.
WRITERS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "export": (("export", "{}"), "a.zip", "2025.pdf"),
    "receipt": (("receipt", "2020-0001", "--output", "{}"), "a.tlog-proof", "a.txt"),
    "report": (("report", "render", "--year", "2020", "--format", "html", "--out", "{}"), "a.html", "a.docx"),
    "document": (("document", "fetch", "2020-0001", "2", "{}"), "a.pdf", "a.docx"),
    "pin": (("verify", "--pin", "{}"), "a.json", "a.pdf"),
}


@pytest.fixture
def register(office: Taizhang, tmp_path: Path) -> Taizhang:
    """A request with a document."""
    line = json.dumps({"id": "r", "event": RECEIVED})
    assert office("record", "-", stdin=line).code == 0
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.4 scan")
    filed = office("document", "file", "2020-0001", str(tmp_path / "scan.pdf"), "--document", "扫描件",
                   "--kind", "申请材料", "--on", "2020-03-03")  # fmt: skip
    assert filed.code == 0, filed.err
    return office


@pytest.mark.parametrize("name", WRITERS)
def test_it_writes_to_the_path_given(register: Taizhang, tmp_path: Path, name: str) -> None:
    """Once; a second time only with --force, where the command has it."""
    words, fits, _ = WRITERS[name]
    command = [word.format(tmp_path / fits) for word in words]
    assert register(*command).code == 0
    written = (tmp_path / fits).read_bytes()
    assert written
    if name == "pin":
        return  # the auditor's own file, updated each time

    again = register(*command)
    assert again.code == 2
    assert "已存在，没有覆盖" in again.err
    (tmp_path / fits).write_bytes(REPORT)
    assert register(*command).code == 2
    assert (tmp_path / fits).read_bytes() == REPORT
    assert register(*command, "--force").code == 0
    assert (tmp_path / fits).read_bytes()[:20] == written[:20]
    assert sorted(each.name for each in tmp_path.glob(f".{fits}*")) == []


@pytest.mark.parametrize("name", WRITERS)
def test_an_unsuitable_name_is_refused(register: Taizhang, tmp_path: Path, name: str) -> None:
    """Whether such a file exists or not; nothing is written."""
    words, fits, other = WRITERS[name]
    command = [word.format(tmp_path / other) for word in words]
    refused = register(*command)
    assert (refused.code, "没有写入" in refused.err) == (2, True)
    assert Path(fits).suffix in refused.err
    assert not (tmp_path / other).exists()
    (tmp_path / other).write_bytes(REPORT)
    assert register(*command, *(() if name == "pin" else ("--force",))).code == 2
    assert (tmp_path / other).read_bytes() == REPORT


@pytest.mark.parametrize("name", WRITERS)
def test_no_folder_is_created(register: Taizhang, tmp_path: Path, name: str) -> None:
    """A missing folder is named; a folder instead of a file is refused."""
    words, fits, _ = WRITERS[name]
    refused = register(*(word.format(tmp_path / "no" / fits) for word in words))
    assert (refused.code, "不存在" in refused.err) == (2, True)
    assert not (tmp_path / "no").exists()
    (tmp_path / fits).mkdir()
    assert register(*(word.format(tmp_path / fits) for word in words)).code == 2


def test_a_bundle_is_written_whole(register: Taizhang, tmp_path: Path) -> None:
    """--force replaces the existing file by a complete bundle."""
    (tmp_path / "a.zip").write_bytes(REPORT)
    assert register("export", str(tmp_path / "a.zip"), "--force").code == 0
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.testzip() is None
