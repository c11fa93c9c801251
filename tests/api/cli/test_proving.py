"""Proofs at the command line: sealing, bundles, verification, replays; exit codes 0, 1, 2, 3."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters.postgres import embedded
from adapters.proof.handover import verify as standalone
from adapters.proof.signing_key_files import SigningKeys
from tests.adapters.recordings import connected
from tests.api.conftest import OFFICE, Taizhang

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer
    from tests.device import Device

OF_ED25519 = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----
"""
"""The example of RFC 8410."""

LINES = "\n".join(
    json.dumps(each)
    for each in (
        {"id": "r", "event": {"type": "received", "on": "2020-03-02", "channel": "post", "receipt_basis": "signed_for",
                              "applicant_kind": "natural_person", "applicant": {"name": "张三"},
                              "description": "某项目批复", "delivery": "paper"}},
        {"id": "a", "reference": "#r", "event": {"type": "answered", "on": "2020-03-20", "outcome": "granted.provided",
                                                 "legal_basis": "第三十六条第二项", "document_no": "1号"}},
    )
)  # fmt: skip


@pytest.fixture
def register(office: Taizhang) -> Taizhang:
    """One request, answered; each command sealed its recordings."""
    assert office("record", "-", stdin=LINES).code == 0
    return office


@pytest.fixture
def superuser(server: DatabaseServer, database: str) -> str:
    return server.server.dsn(embedded.SUPERUSER, database)


def change(superuser: str, *statements: str) -> list[tuple[object, ...]]:
    """Run as a superuser whom no trigger stops; the rows of the last statement."""

    async def act() -> list[tuple[object, ...]]:
        rows = []
        async with connected(superuser) as connection:
            await connection.execute("SET session_replication_role = replica")
            for statement in statements:
                rows = await connection.fetch(statement)
        return [tuple(row) for row in rows]

    return asyncio.run(act())


def test_a_recording_is_sealed_with_its_command(register: Taizhang, superuser: str) -> None:
    """Of a file and of a single event; a preview seals nothing."""
    register("event", "2020-0001", "served", "--on", "2020-03-20", "--method", "china_post", "--preview")
    sizes = "SELECT size FROM checkpoints ORDER BY size"
    assert change(superuser, sizes) == [(1,), (3,)]
    register("event", "2020-0001", "served", "--on", "2020-03-20", "--method", "china_post")
    assert change(superuser, sizes) == [(1,), (3,), (4,)]

    shown = register("seal")
    assert (shown.code, shown.out.splitlines()[1:3]) == (0, ["taizhang/huadu", "4"])
    assert register("seal", "--json", "--all").json()[0]["sealed"] is False


def test_recording_works_without_the_signing_key(register: Taizhang, tmp_path: Path) -> None:
    """The key is missing: recording succeeds with a warning; only sealing fails, with the code of a missing key."""
    (tmp_path / "keys/0001.seal-key").unlink()

    served = register("event", "2020-0001", "served", "--on", "2020-03-20", "--method", "china_post")

    assert (served.code, served.out.splitlines()[0]) == (0, "2020-0001：送达已登记为第3条。")
    assert served.err.startswith("注意：登记已保存，但没有存证：缺少签名密钥")
    assert register("seal").code == 3
    assert register("keys").out == "还没有签名密钥：首次存证时建立。\n"


def test_a_register_is_of_suite_gm_from_the_first_entry(
    taizhang: Taizhang, device: Device, superuser: str
) -> None:
    """Two commands before the first authority is registered; doctor shows the suites."""
    assert taizhang("vault", "rotate", "--suite", "gm").code == 0
    begun = taizhang("keys", "--rotate", "--program", device.command, "--public", str(device.public_file))
    assert (begun.code, "自第一条起用算法套件gm（SM3、" in begun.out) == (0, True), begun.err
    assert taizhang(*OFFICE).code == 0
    assert taizhang("record", "-", stdin=LINES).code == 0

    assert change(superuser, "SELECT DISTINCT leaf_format FROM events") == [(2,)]
    assert "\nsuite gm\n" in taizhang("seal", "--all").out
    assert taizhang("verify").code == 0
    assert "封存用gm（SM4-GCM），存证用gm（SM3、SM2）" in taizhang("doctor").out


def test_keys_are_listed_and_rotated(register: Taizhang, tmp_path: Path) -> None:
    """The first remains listed, and its signatures verify."""
    first = register("keys").out
    both = register("keys", "--rotate").out

    assert first.startswith("taizhang/huadu+")
    assert both.startswith(first)
    assert len(both.splitlines()) == 2
    register("event", "2020-0001", "served", "--on", "2020-03-20", "--method", "china_post")
    assert register("verify").code == 0
    assert register("keys", "--json").json()["keys"] == both.split()
    assert len(SigningKeys.load(tmp_path / "keys").publics) == 2


def test_an_external_program_signs(
    register: Taizhang, device: Device, superuser: str, tmp_path: Path
) -> None:
    """With SM2, after the log has changed its suite; a wrong public key or program is named and keeps the present key."""
    first = register("keys").out
    keys = tmp_path / "keys"
    usual = tmp_path / "usual.pub"
    usual.write_text(OF_ED25519)
    for program, public, message in (
        (device.command, usual, "不是SM2公钥"),
        ("false", device.public_file, "没有给出此公钥的SM2签名"),
        ("/nowhere/sign", device.public_file, "不能运行"),
    ):
        wrong = register("keys", "--rotate", "--program", program, "--public", str(public))
        assert (wrong.code != 0, message in wrong.err, "Traceback" in wrong.err) == (True, True, False), (
            wrong.err
        )
    for lacking in (
        ("--rotate", "--program", device.command),
        ("--program", device.command, "--public", str(device.public_file)),
    ):
        assert register("keys", *lacking).code == 2
    assert register("keys").out == first

    both = register("keys", "--rotate", "--program", device.command, "--public", str(device.public_file))

    assert (both.code, both.out.splitlines()[0] + "\n", len(both.out.splitlines())) == (0, first, 2), both.err
    assert register("event", "2020-0001", "served", "--on", "2020-03-20", "--method", "china_post").code == 0
    assert register("verify").code == 0
    assert register("export", str(tmp_path / "bundle.zip")).code == 0
    national = both.out.splitlines()[1]
    assert change(superuser, "SELECT size, nth FROM checkpoints WHERE log = 'events' ORDER BY size, nth") == [
        (1, 0),
        (3, 0),
        (3, 1),
        (4, 0),
    ]
    assert [path.name for path in sorted(keys.glob("*.seal-*"))] == ["0001.seal-pub", "0002.seal-program"]
    alone = subprocess.run(
        [sys.executable, "-I", "-S", standalone.__file__, tmp_path / "bundle.zip", "--key", first.strip(), "--key", national],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert alone.returncode == 0, alone.stdout
    assert sorted(path.suffix for path in keys.glob("*.seal-*")) == [".seal-program", ".seal-pub"]

    silent = register("keys", "--rotate")
    assert (silent.code, "--suite std" in silent.err, register("keys").out) == (2, True, both.out)
    assert register("keys", "--suite", "std").code == 2
    back = register("keys", "--rotate", "--suite", "std")
    assert (back.code, len(back.out.splitlines())) == (0, 3), back.err
    assert register("keys", "--rotate").code == 0
    assert register("verify").code == 0


def test_a_register_is_verified_and_pinned(register: Taizhang, tmp_path: Path) -> None:
    """It prints what was verified and how fast; the pin is written to the auditor's file."""
    pin = tmp_path / "auditor.json"
    plain, pinned = register("verify"), register("verify", "--pin", str(pin))

    assert plain.code == pinned.code == 0
    assert plain.out.splitlines()[0] == "huadu：日志3条登记，2个存证点覆盖前3条；1件申请依当日法律重新判断。"
    assert "每秒" in plain.out
    assert plain.out.splitlines()[-1].endswith("请用--pin留存。")
    assert list(json.loads(pin.read_text())) == ["taizhang/huadu"]
    assert register("verify", "--pin", str(pin), "--json", "--all").json()[0]["holds"] is True
    assert register("verify", "--key", register("keys").out.strip()).code == 0


def test_an_incomplete_verification_does_not_pass(register: Taizhang, superuser: str, tmp_path: Path) -> None:
    """Due dates computed with other notices, or no public key: no ✓, another exit code, advice, and no pin."""
    pin = tmp_path / "auditor.json"
    change(superuser, "UPDATE heads SET law_digest = 'other'")
    stale = register("verify", "--pin", str(pin))
    assert (stale.code, "✓" in stale.out, pin.exists()) == (4, False, False)
    assert "请先运行 taizhang rebuild" in stale.out
    result = register("verify", "--json")
    assert (result.code, result.json()[0]["holds"], result.json()[0]["passed"]) == (4, True, False)
    register("rebuild")
    for key in (tmp_path / "keys").glob("*.seal*"):
        key.rename(tmp_path / key.name)

    blind = register("verify", "--pin", str(pin))

    assert (blind.code, "✓" in blind.out, pin.exists()) == (1, False, False)
    assert "存证点的签名未核验：请以--key给出" in blind.out


def test_a_changed_entry_is_named(register: Taizhang, superuser: str, tmp_path: Path) -> None:
    """By kind, place and rule; exit code 1; the pin is not moved."""
    pin = tmp_path / "auditor.json"
    register("verify", "--pin", str(pin))
    seen = pin.read_bytes()
    change(superuser, "UPDATE events SET actor = 'other' WHERE position = 3")

    drawn, found = register("verify", "--pin", str(pin)), register("verify", "--json")

    assert drawn.code == found.code == 1
    assert "✗ 发现1处问题" in drawn.out
    (finding,) = found.json()[0]["findings"]
    assert (finding["code"], finding["where"]) == ("entry_changed", "日志位置3（2020-0001第2条）")
    assert finding["rule"] == "登记的每一列与存证时的叶值一致"
    assert pin.read_bytes() == seen
    receipt = register("receipt", "2020-0001")
    assert receipt.code == 1
    assert receipt.err == "2020-0001第2条登记与存证时不同，不出具回执。请运行 taizhang verify 查明。\n"


def test_a_truncated_register_is_found_by_the_pin(register: Taizhang, superuser: str, tmp_path: Path) -> None:
    """It is consistent in itself, but the auditor's pin is later."""
    pin = str(tmp_path / "auditor.json")
    register("verify", "--pin", pin)
    change(superuser, "DELETE FROM events WHERE position > 1")
    change(superuser, "DELETE FROM checkpoints WHERE size > 1")
    change(superuser, "UPDATE heads SET position = 1")
    register("rebuild")

    assert register("verify").code == 0
    assert register("verify", "--pin", pin).code == 1


def test_a_bundle_is_handed_over_verified_and_replayed(
    register: Taizhang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it is verified there is neither database nor key."""
    bundle = tmp_path / "审计包.zip"
    made = register("export", str(bundle), "--sealed")
    register("export", str(tmp_path / "b.zip"), "--json")
    assert (made.code, made.out.splitlines()[0]) == (
        0,
        f"已写入{bundle}：登记3条，申请1件，存证点覆盖前3条。",
    )
    vkey = register("keys").out.strip()
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("TAIZHANG_DATA", str(tmp_path / "elsewhere"))

    verified = register("verify", str(bundle), "--pin", str(tmp_path / "pin.json"), "--key", vkey)
    first = register("replay", "2020-0001", "--version", "1", "--bundle", str(bundle), "--json")

    assert verified.code == first.code == 0
    assert "公钥取自包内" not in verified.out
    assert "公钥取自包内" in register("verify", str(bundle)).out
    assert [each["field"] for each in first.json()["differences"]] == [
        "version", "stage", "closed_on", "outcome", "timeliness", "taken",
    ]  # fmt: skip
    data = bundle.read_bytes()
    at = data.rindex(b'"actor":"cli"', 0, data.index(b"request/2020-0001"))
    bundle.write_bytes(data[: at + 9] + b"X" + data[at + 10 :])
    changed = register("verify", str(bundle))
    assert changed.code == 1
    assert "日志位置2（2020-0001第1条）" in changed.out
    refused = register("replay", "2020-0001", "--bundle", str(bundle))
    assert (refused.code, refused.err.startswith("审计包核验不符，不予复盘")) == (2, True)


def test_a_receipt_is_written_and_verified(
    register: Taizhang, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One entry, offline, with the office's key. Without the key the signer is unknown: that does not pass."""
    path = tmp_path / "r.tlog-proof"
    assert register("receipt", "2020-0001", "--version", "1", "--output", str(path)).code == 0
    vkey = register("keys").out.strip()
    monkeypatch.setenv("TAIZHANG_DATA", str(tmp_path / "elsewhere"))

    blind, seeing = register("verify", str(path)), register("verify", str(path), "--key", vkey)

    assert (blind.code, seeing.code) == (4, 0)
    assert blind.out.startswith("2020-0001第1条，")
    assert ("签名未核验：请以--key或--pin给出公钥" in blind.out, "✓" in blind.out) == (True, False)
    assert ("未核验" in seeing.out, "✓" in seeing.out) == (False, True)
    assert "张三" not in seeing.out
    unsigned = register("verify", str(path), "--json")
    assert (unsigned.code, unsigned.json()["signed"]) == (4, False)
    path.write_text(path.read_text().replace("index 1", "index 2"))
    assert register("verify", str(path)).code == 1


def test_proofs(register: Taizhang) -> None:
    """Inclusion of a position, consistency of two checkpoints; positions without a proof are refused."""
    assert register("proof", "2").json()["size"] == 3
    assert register("proof", "1", "--consistency").json()["second"] == 3
    assert register("proof", "1", "3", "--consistency").json()["first"] == 1
    assert "not_sealed_yet" in register("proof", "9").err
    assert "no_checkpoint" in register("proof", "2", "3", "--consistency").err
    assert register("proof", "1", "3").code == 2


def test_a_replay_until_a_moment(register: Taizhang) -> None:
    """By version, by position and by time; each lists the differences to now."""
    last = register("replay", "2020-0001")
    assert (last.code, last.out.splitlines()[-1]) == (0, "与现在没有不同。")
    for option in (("--version", "1"), ("--until", "2")):
        assert register("replay", "2020-0001", *option).out.splitlines()[-1].startswith("登记条数、状态、")
    assert "第三十六条第二项" in register("replay", "2020-0001", "--csv").out
    assert register("replay", "2020-0001", "--until", "1").code == 1
    assert register("replay", "2020-0001", "--version", "3").code == 1
    assert register("replay", "2020-0001", "--version", "1", "--until", "2").code == 2


def test_bad_arguments(register: Taizhang, tmp_path: Path) -> None:
    """Invalid files, invalid keys, unwritable places: code 2 and a reason."""
    (tmp_path / "none.zip").write_bytes(b"nothing")
    (tmp_path / "pin.json").write_text("[]")
    for arguments in (
        ("verify", str(tmp_path / "none.zip")),
        ("verify", str(tmp_path / "missing.zip")),
        ("verify", "--pin", str(tmp_path / "pin.json")),
        ("verify", "--key", "nonsense"),
        ("verify", "--pin", str(tmp_path / "no/where.json")),
        ("export", str(tmp_path / "no/where.zip")),
        ("receipt", "2020-0001", "--output", str(tmp_path / "no/where")),
        ("replay", "2020-0001", "--bundle", str(tmp_path / "none.zip")),
    ):
        result = register(*arguments)
        assert (result.code, bool(result.err)) == (2, True), arguments
    assert register("export", str(tmp_path / "e.zip"), "--to", "2001-01-01").code == 1


def test_an_empty_register_is_not_sealed(taizhang: Taizhang) -> None:
    assert taizhang("seal").code == 1
    assert taizhang("verify").code == 1
