"""`taizhang doctor` reports each fault of an installation with advice, changes nothing, and runs despite any of them."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.adapters.recordings import connected, contents
from tests.api.conftest import OFFICE, Taizhang, taizhang

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

__all__ = ["taizhang"]


@pytest.fixture
def office(taizhang: Taizhang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Taizhang:
    """A sound installation, except that the tests' server has neither fsync nor a stream."""
    done = taizhang(*OFFICE)
    assert done.code == 0, done.err
    assert taizhang("seal").code == 0
    backup = tmp_path / "backup"
    (backup / "base" / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")).mkdir(parents=True)
    monkeypatch.setenv("TAIZHANG_BACKUP", str(backup))
    return taizhang


BESIDE = {("数据库", "fsync为off"), ("备份", "没有连续备份（复制槽taizhang_backup）")}


def found(taizhang: Taizhang) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and findings, without those that every test has."""
    done = taizhang("doctor", "--json")
    assert done.err == ""
    rows = json.loads(done.out)
    return done.code, [
        row for row in rows if row["level"] != "ok" and (row["about"], row["said"]) not in BESIDE
    ]


def test_a_sound_installation(office: Taizhang, server: DatabaseServer, database: str) -> None:
    """No finding but those of the tests' server, and nothing is changed."""
    before = asyncio.run(contents(server.behind(database)))
    assert found(office) == (1, [])  # fsync
    assert asyncio.run(contents(server.behind(database))) == before
    drawn = office("doctor")
    assert "怎样做" in drawn.out
    assert "有1处不妥" in drawn.out


FAULTS: dict[str, tuple[str, str, str]] = {
    "a standby": (
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); END $$",
        "只读", "不能登记",
    ),
    "a newer schema": ("INSERT INTO migrations VALUES (999, 'later.sql', '')", "结构和角色", "结构比本程序新"),
    "an older schema": ("DELETE FROM migrations WHERE number > 1", "结构和角色", "运行 taizhang migrate"),
    "a changed migration": ("UPDATE migrations SET checksum = '' WHERE number = 1", "结构和角色", "0001_register.sql"),
    "a role with too much": ("ALTER TABLE vault NO FORCE ROW LEVEL SECURITY", "结构和角色", "表vault没有强制"),
    "a right that was taken": ("REVOKE INSERT ON access_log FROM taizhang", "授权", "access_log"),
    "a vault key that is not here": (
        "INSERT INTO vault_keys VALUES ('0007', '\\x00')", "密钥", "保险库密钥0007不在本机",
    ),
    "a signing key that is not here": (
        "INSERT INTO signing_keys VALUES ('0007', '\\x00')", "密钥", "签名密钥0007不在本机",
    ),
    "entries without a checkpoint": (
        "SET session_replication_role = replica; DELETE FROM checkpoints; UPDATE events SET recorded_at = now() - interval '1 hour'",
        "存证", "有登记久未存证：huadu（1条",
    ),
}  # fmt: skip


async def broken(dsn: str, statements: str) -> None:
    async with connected(dsn) as connection:
        await connection.execute(statements)


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_database(office: Taizhang, server: DatabaseServer, database: str, name: str) -> None:
    """Named precisely, with advice."""
    statements, about, message = FAULTS[name]
    asyncio.run(broken(server.behind(database), statements))
    code, rows = found(office)
    assert code == 1
    (row,) = [each for each in rows if each["about"] == about]
    assert row["level"] == "wrong"
    assert message in row["said"]
    assert row["advice"]


def test_faults_of_the_machine(office: Taizhang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files readable by others, an invalid key, no recent backup, no backup at all."""
    (tmp_path / "keys/0001.vault-key").chmod(0o644)
    _, rows = found(office)
    assert next((row["said"], row["advice"]) for row in rows if row["level"] == "wrong") == (
        "0001.vault-key可被他人读取", "请改为仅本人可读写：chmod 600",
    )  # fmt: skip
    (tmp_path / "keys/0001.vault-key").chmod(0o600)
    (tmp_path / "keys/0002.seal-key").write_text("no key")
    (tmp_path / "keys/0002.seal-key").chmod(0o600)
    assert [row["said"] for row in found(office)[1]] == ["密钥文件0002.seal-key无法读取，应为64位十六进制数"]
    (tmp_path / "keys/0002.seal-key").unlink()

    base = tmp_path / "backup/base"
    (old,) = base.iterdir()
    old.rename(base / (datetime.now(UTC) - timedelta(hours=50)).strftime("%Y%m%dT%H%M%SZ"))
    assert [(row["about"], row["said"]) for row in found(office)[1]] == [("备份", "最近的基础备份在50小时前")]
    monkeypatch.delenv("TAIZHANG_BACKUP")
    assert [(row["about"], row["level"]) for row in found(office)[1]] == [("备份", "unchecked")]


def test_an_unreadable_directory_is_reported(
    office: Taizhang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a finding like any other, and all other checks run."""
    monkeypatch.setenv("TAIZHANG_BACKUP", str(tmp_path / ("长" * 100)))
    code, rows = found(office)
    assert (code, [(row["about"], row["level"]) for row in rows]) == (1, [("备份", "wrong")])
    assert rows[0]["said"].endswith("：File name too long")

    monkeypatch.setenv("TAIZHANG_DATA", str(tmp_path / ("长" * 100)))
    assert [row["about"] for row in found(office)[1]][:3] == ["磁盘", "密钥", "备份"]
    monkeypatch.delenv("DATABASE_URL")
    assert [(row["about"], row["level"]) for row in found(office)[1]][3:] == [("内置数据库", "unchecked")]


def test_folders_with_other_names_are_no_backups(office: Taizhang, tmp_path: Path) -> None:
    """Other folders beside the nightly backups are ignored."""
    (tmp_path / "backup/base/29991231T00-Z").mkdir()
    assert found(office)[1] == []


def test_it_runs_with_a_dead_database(
    office: Taizhang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Checks without a database run all the same; no traceback and no password is printed."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://taizhang:geheim@127.0.0.1:1/taizhang")
    done = office("doctor", "--json")
    assert done.code == 1
    rows = json.loads(done.out)
    assert [row["about"] for row in rows if row["level"] == "wrong"] == ["数据库"]
    assert "连接不上" in rows[-1]["said"]
    assert "geheim" not in done.out + done.err
    assert {"磁盘", "密钥", "备份"} <= {row["about"] for row in rows}


def test_the_clocks_are_compared(office: Taizhang) -> None:
    """In a program whose clock is an hour ahead of the database's."""
    faketime = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
    if not faketime.exists():
        pytest.skip("needs libfaketime")
    environ = os.environ | {
        "LD_PRELOAD": str(faketime),
        "FAKETIME": "+1h",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", "from api.cli import main; main()", "doctor", "--json"],
        cwd=Path(__file__).parents[3], env=environ, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    (clock,) = [row for row in json.loads(done.stdout) if row["about"] == "时钟"]
    assert (clock["level"], done.returncode) == ("wrong", 1)
    assert clock["said"].startswith("本机与数据库相差-3600")


def test_it_starts_no_database(taizhang: Taizhang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped embedded server is reported, and not started."""
    monkeypatch.delenv("DATABASE_URL")
    code, rows = found(taizhang)
    assert code == 4
    assert ("内置数据库", "unchecked") in [(row["about"], row["level"]) for row in rows]
    assert not (tmp_path / "postgresql").exists()


def test_the_mail_server_is_checked(
    office: Taizhang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that does not reply, and a password file readable by others; invalid settings end every command."""
    monkeypatch.setenv("TAIZHANG_SMTP", "smtp://taizhang@localhost:1")
    monkeypatch.setenv("TAIZHANG_MAIL_FROM", "taizhang@huadu.gov.cn")
    password = tmp_path / "password"
    monkeypatch.setenv("TAIZHANG_SMTP_PASSWORD_FILE", str(password))
    password.write_text("geheim")
    for mode, message in ((0o644, "可被他人读取"), (0o600, "localhost:1不能发信：not_reached")):
        password.chmod(mode)
        (row,) = [each for each in found(office)[1] if each["about"] == "邮件"]
        assert row["level"] == "wrong"
        assert message in row["said"]
        assert row["advice"]
    monkeypatch.setenv("TAIZHANG_SMTP", "smtp://localhost:587:1")
    done = office("doctor")
    assert (done.code, "TAIZHANG_SMTP" in done.err) == (2, True)


def test_an_identity_provider_that_is_down_is_reported(
    office: Taizhang, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TAIZHANG_ORIGIN", "https://taizhang.example.gov.cn")
    monkeypatch.setenv("TAIZHANG_OIDC_ISSUER", "http://127.0.0.1:9")
    monkeypatch.setenv("TAIZHANG_OIDC_CLIENT_ID", "taizhang")
    rows = json.loads(office("doctor", "--json").out)
    (row,) = [each for each in rows if each["about"] == "统一身份认证"]
    assert (row["level"], "应急登录" in row["advice"]) == ("wrong", True)
