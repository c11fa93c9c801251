"""Registers for fault injection: a database of the shared server, or a separate server with all durability guarantees."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import structlog

from adapters import logs
from tests.faults.office import Office, Site, founded

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """No log line for each of tens of thousands of recordings."""
    logs.configure("error")
    yield
    structlog.reset_defaults()


@pytest.fixture
async def office(server: DatabaseServer, database: str, tmp_path: Path) -> Office:
    """On the shared server, which must not be harmed."""
    runtime, superuser = server.runtime(database), server.behind(database)
    return await Office(runtime, superuser, tmp_path / "keys", tmp_path / "journal").open()


@pytest.fixture
def place(scratch: Path) -> Iterator[Path]:
    yield from _place(scratch)


def _place(scratch: Path) -> Iterator[Path]:
    """A separate directory that the server's account can traverse."""
    place = Path(tempfile.mkdtemp(prefix="fault-", dir=scratch))
    place.chmod(0o711)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="module")
async def site(scratch: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """With fsync on, unlike the shared server; one for all tests of a file."""
    for place in _place(scratch):
        async with founded(place / "site", tmp_path_factory.mktemp("site")) as founded_site:
            yield founded_site
