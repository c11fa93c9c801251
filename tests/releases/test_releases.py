"""Registers, bundles and receipts written by earlier releases are read and verified by this program, after an upgrade."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from adapters.postgres import embedded, migrate
from adapters.proof import bundle_check, checkpoints, receipt_check
from adapters.proof.checkpoints import Verifier
from adapters.proof.handover import verify as standalone
from adapters.proof.log_check import Pin
from adapters.proof.signing_key_files import SigningKeys
from adapters.register.register import Register
from tests import builders
from tests.adapters.recordings import CODE, another_database, connected, contents, line, record
from tests.releases.__main__ import populate
from tests.releases.reading import OFFICES, READINGS, RECEIPTS

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

FOLDER = Path(__file__).parent
RELEASES = sorted(path.parent.name for path in FOLDER.glob("*/register.sql"))
BUNDLES = (*OFFICES, f"{CODE}-sealed")
OF_1_0 = frozenset(
    [
        "access_log",
        "accounts",
        "api_keys",
        "appeal_spells",
        "applicant_tokens",
        "authorities",
        "checkpoints",
        "document_pieces",
        "documents",
        "events",
        "heads",
        "migrations",
        "requests",
        "sealers",
        "vault",
        "vault_keys",
    ]
)
"""Tables of which the sample of 1.0 has rows: all of its own but `former_passwords`, `login_sources` and `sessions`."""
FIRST = "c75e7eea96f9811a8b55dd9987f81c3fa873aa3f4a93049a17e8945705719bc3"


def keys_of(release: str, folder: Path) -> Path:
    """A copy of the release's keys with the file mode that an office's keys have; git does not keep it."""
    shutil.copytree(FOLDER / release / "keys", folder)
    for path in folder.iterdir():
        path.chmod(0o600)
    return folder


def pinned(release: str, code: str) -> str:
    return (FOLDER / release / f"{code}.checkpoint").read_text("utf-8")


@pytest.fixture(params=RELEASES)
async def upgraded(
    request: pytest.FixtureRequest, server: DatabaseServer, tmp_path: Path
) -> AsyncIterator[tuple[str, Register]]:
    """The register as the release left it, restored from its dump and migrated by this program."""
    release = request.param
    async with another_database(server) as name:
        async with connected(server.owner(name)) as connection:
            await connection.execute((FOLDER / release / "register.sql").read_text("utf-8"))
        await migrate.migrate(server.owner(name), embedded.RUNTIME)
        register = await Register.open(server.runtime(name), keys_of(release, tmp_path / "keys"))
        yield release, register
        await register.close()


def test_what_the_first_sample_holds() -> None:
    """Tables added later are empty in it; later samples have rows in them."""
    dump = (FOLDER / "1.0/register.sql").read_text("utf-8")
    assert set(re.findall(r"^INSERT INTO public\.(\w+)", dump, re.MULTILINE)) == OF_1_0


async def test_the_next_sample_holds_a_row_of_every_table(
    server: DatabaseServer, database: str, register: Register
) -> None:
    await populate(register)
    assert [name for name, rows in (await contents(server.behind(database))).items() if not rows] == []


@pytest.mark.parametrize("release", RELEASES)
def test_migrations_only_go_forward(release: str) -> None:
    """Every migration of a release is in every later one, with the same number, name and text."""
    frozen = (FOLDER / release / "migrations.txt").read_text().splitlines()
    present = [f"{each.checksum.hex()}  {each.name}" for each in migrate.migrations()]

    assert present[: len(frozen)] == frozen


def test_the_first_migration_is_frozen() -> None:
    """Its hash is typed here, so that a change of the file together with its list still fails."""
    assert migrate.migrations()[0].checksum.hex() == FIRST


async def test_an_upgraded_register_reads_as_it_did(upgraded: tuple[str, Register]) -> None:
    """Tables, sealed texts, a document and proofs are the same to the byte."""
    release, register = upgraded
    for name, read in READINGS.items():
        stored = msgspec.json.decode((FOLDER / release / f"{name}.json").read_bytes())
        assert msgspec.json.decode(msgspec.json.encode(await read(register))) == stored, name


async def test_an_upgraded_register_verifies_and_goes_on(
    upgraded: tuple[str, Register], tmp_path: Path
) -> None:
    """It verifies against the checkpoint kept then; a rebuild changes nothing; new recordings continue the same log."""
    release, register = upgraded
    verifiers = SigningKeys.load(tmp_path / "keys").verifiers
    pins = {
        checkpoints.read(note)[0].origin: Pin(
            [each.vkey for each in verifiers(checkpoints.read(note)[0].origin)], note
        )
        for note in (pinned(release, code) for code in OFFICES)
    }

    async def found(code: str) -> Any:
        return await register.proofs.verify(code, pin=pins.get)

    for code in OFFICES:
        assert (await found(code)).findings == ()  # columns filled by the migration agree with the log
        assert await register.rebuild(code) == []
        assert ((await found(code)).passed, (await found(code)).findings) == (True, ())
    await record(register, line("now", builders.received("2020-04-02")), acknowledge_all=True)
    await register.proofs.sign_checkpoint(CODE)

    assert (await found(CODE)).passed
    size = checkpoints.read(pinned(release, CODE))[0].size
    assert (await register.proofs.consistency(CODE, size)).first_checkpoint == pinned(release, CODE)


async def test_an_upgraded_register_is_searched_by_name_once_resealed(
    upgraded: tuple[str, Register],
) -> None:
    """All requests of the first office are of one person: a search by name finds those found by the number."""
    release, register = upgraded
    texts = msgspec.json.decode((FOLDER / release / "texts.json").read_bytes())
    person = texts[f"{CODE} request/2018-0001 1 applicant"]
    people = register.personal_data

    by_number, count = await people.asked_by(CODE, person["id_number"], ("id_number",))
    assert count > 1
    await people.reseal_vault(CODE)

    assert await people.asked_by(CODE, person["name"], ("name",)) == (by_number, count)
    assert not await people.lacks_names(CODE)


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize("name", BUNDLES)
def test_its_bundles_verify(release: str, name: str, tmp_path: Path) -> None:
    """They verify with the program, with today's stand-alone verifier, and with the one in the bundle."""
    path, note = FOLDER / release / f"{name}.zip", pinned(release, name.removesuffix("-sealed"))
    keys = [
        each.vkey
        for each in SigningKeys.load(keys_of(release, tmp_path / "keys")).verifiers(
            checkpoints.read(note)[0].origin
        )
    ]

    found = bundle_check.verify(
        path, verifiers=[Verifier.parse(each) for each in keys], pin=lambda _: Pin(keys, note)
    )
    assert (found.passed, found.findings, found.unchecked) == (True, (), ())
    check, _ = standalone.verify(str(path), keys, standalone.read_note(note))
    assert check.found == []
    with zipfile.ZipFile(path) as archive:
        archive.extract("verify.py", tmp_path)
    done = subprocess.run(
        [sys.executable, "-I", "-S", tmp_path / "verify.py", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("release", RELEASES)
@pytest.mark.parametrize(("code", "reference", "version"), RECEIPTS)
def test_its_receipts_verify(release: str, code: str, reference: Any, version: int, tmp_path: Path) -> None:
    """They verify without a register, by the public keys and the checkpoint kept then."""
    ring = SigningKeys.load(keys_of(release, tmp_path / "keys"))
    path = FOLDER / release / f"{code}-{reference}-{version}.tlog-proof"

    found = receipt_check.check_receipt(path, known=ring.verifiers)
    assert (found.signed, found.findings) == (True, ())
