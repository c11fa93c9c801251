"""The demonstration, a newcomer's first command, on a separate database."""

from __future__ import annotations

import asyncio
import io
import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import asyncpg
import httpx
import pypdf
import pytest

from adapters.postgres import embedded
from adapters.report_files import reader
from api import cli, settings
from projections.report import checks
from projections.report.content import content_of
from tests.api.conftest import UNHURRIED

PUBLISHED = Path(__file__).parents[2] / "published" / "2020_guangzhou_huadu_office.json"


@pytest.fixture
async def data(scratch: Path) -> Path:
    """A data directory that the server's account can reach; a server started in it is stopped afterwards."""
    directory = scratch / "newcomer"
    yield directory
    await embedded.stop(directory.with_name("newcomer-demo") / "postgresql")


def test_the_demonstration_explains_itself_and_runs_twice(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It prints the published figures, records once, does not touch the real register, and its commands can be pasted."""
    monkeypatch.setenv("TAIZHANG_DATA", str(data))
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/real")
    monkeypatch.setenv("SERVE", "0")
    monkeypatch.chdir(tmp_path)

    assert cli.run(["demo"]) == 0
    first = capsys.readouterr().out
    assert cli.run(["demo"]) == 0
    second = capsys.readouterr().out

    assert first.startswith("已登记414项，涉及95件申请。")
    assert second.startswith("已登记，重新画出。")
    assert first.split("\n", 1)[1] == second.split("\n", 1)[1]
    # 花都区政府办公室 2020, as published: 总计 of the natural persons, of the enterprises, of all.
    total = next(line for line in first.splitlines() if "（七）总计" in line)
    assert re.findall(r"\d+", total) == ["92", "2", "0", "0", "0", "0", "94"]
    assert first.count("✓ 相符") == 4
    assert not data.exists()
    # Three officers and the administrators: each tries one act that is not theirs, by the table of powers and 三员分立.
    people = "".join(first.split("不予登记", 1)[1].split("接下来", 1)[0].replace("│", "").split())
    assert re.findall(r"［(\w+)］", people) == [
        "no_power", "no_power", "no_power", "same_person", "approval_missing", "no_power", "not_an_officer",
    ]  # fmt: skip
    assert_is_the_seed_s_report(tmp_path / "out")
    assert_is_a_partial_answer((tmp_path / "out" / "shifan-2025-0001.pdf").read_bytes())

    export, *commands = [
        line.strip() for line in first.rsplit("接下来", 1)[1].splitlines()[1:] if line.strip()
    ]
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.setenv("TAIZHANG_DATA", shlex.split(export)[-1].partition("=")[2])
    assert settings.from_environment().data.name == "newcomer-demo"
    for command in commands:
        _, *arguments = shlex.split(command)
        assert cli.run(arguments) == 0, command

    asyncio.run(change_schema(data.with_name("newcomer-demo")))
    assert cli.run(["demo"]) != 0
    assert "newcomer-demo taizhang stop，删除这一目录后再演示" in capsys.readouterr().err
    asyncio.run(change_schema(data.with_name("newcomer-demo")))


async def change_schema(demonstration: Path) -> None:
    """Change the schema as another version would have it; a second call reverts it."""
    server = await embedded.start(demonstration / "postgresql")
    connection = await asyncpg.connect(server.dsn(embedded.OWNER))
    await connection.execute("UPDATE migrations SET checksum = reverse(checksum)")
    await connection.close()


def assert_is_a_partial_answer(letter: bytes) -> None:
    """With its recorded number, reason and article for each refused part, and the remedies of its day."""
    text = "".join("".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(letter)).pages)
    for words in (
        "示范公开〔2025〕1号", "示例申请人丙", "（一）予以公开的部分", "（二）不予公开的部分：施工合同中的单价分析表", "条例》第十五条",
        "（三）不予公开的部分：选址方案的两次讨论记录", "条例》第十六条第二款", "先向示例区人民政府申请行政复议", "2025年3月13日",
    ):  # fmt: skip
        assert words in text, words
    assert "草稿" not in text


def assert_is_the_seed_s_report(out: Path) -> None:
    """The three tables read back from the file are the published ones; blank cells of the original are zeros here."""
    published = json.loads(PUBLISHED.read_text("utf-8"))
    assert (out / "huadu-2020.pdf").read_bytes().startswith(b"%PDF")
    found = reader.read((out / "huadu-2020.docx").read_bytes(), "huadu-2020.docx")
    assert found.requests_table == {
        row: [cell or 0 for cell in cells] for row, cells in published["requests_table"].items()
    }
    assert found.appeals_table == published["appeals_table"]
    assert found.proactive_table == {
        row: list(map(str, cells)) for row, cells in published["proactive_table"].items()
    }
    text = "".join(section.text for section in found.sections)
    for words in (
        "申请95件",
        "期限内办结94件",
        "结转下年度1件",
        "行政复议4件",
        "行政诉讼1件",
        "规范性文件5件",
        "1690366元",
    ):
        assert words in text
    assert not any(each.is_open for each in checks.check(content_of(found)))


def assert_opens_the_console(shown: str) -> None:
    """A printed login works, and the year is shown."""
    address, password = (
        re.search(r"(http://127\.0\.0\.1:\d+)/ ，机关代码 huadu", shown),
        re.search(r"口令都是 (\S+?)（", shown),
    )
    assert address, shown
    assert password, shown
    with httpx.Client(base_url=address[1], follow_redirects=True, timeout=120, trust_env=False) as browser:
        form = {"office": "huadu", "officer": "li", "password": password[1]}
        assert "待办" in browser.post("/login", data=form).text
        assert "2020年度年报表格" in browser.get("/tables?year=2020").text
        assert "2020-03-02" in browser.get("/requests/2020-0005").text


def test_it_serves_and_its_three_calls_can_be_pasted(data: Path, tmp_path: Path) -> None:
    """A receipt, a late answer refused because not acknowledged, the table; on SIGTERM it exits with 0.

    The calls need only Python and a shell, as README states.
    """
    (tmp_path / "python3").symlink_to(sys.executable)
    shell = ["/bin/sh", "-c"]
    bare = {"PATH": str(tmp_path)}
    environment = {**os.environ, "TAIZHANG_DATA": str(data), "SERVE": ""}
    command = [sys.executable, "-c", f"{UNHURRIED}\nfrom api.cli import main; main()", "demo"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        try:
            shown = []
            for line in served.stdout:
                shown.append(line)
                if "另开一个终端" in line:
                    break
            assert_opens_the_console("".join(shown))
            defined, *pasted = [next(served.stdout) for _ in range(4)]
            receipt, answer, table = (
                json.loads(
                    subprocess.run([*shell, defined + each], env=bare, capture_output=True, check=True).stdout
                )
                for each in pasted
            )
        finally:
            served.terminate()
        assert served.wait() == 0
    assert (receipt["version"], receipt["irregularities"]) == (1, [])
    assert (answer["status"], answer["code"]) == (409, "not_acknowledged")
    assert [each["code"] for each in answer["irregularities"]] == ["late_answer"]
    # 花都区政府办公室 2020, as published; the pasted receipt is of today.
    assert table["requests_table"]["total"] == [92, 2, 0, 0, 0, 0, 94]
