"""Registers to be hurt: a database of the common server, or a server of one's own with all its guarantees."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from adapters import embedded
from tests.faults.office import Office, Site, founded

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer


@pytest.fixture
async def office(server: DatabaseServer, database: str, tmp_path: Path) -> Office:
    """On the common server, which no fault may touch."""
    superuser = server.server.dsn(embedded.SUPERUSER, database)
    runtime, owner = server.runtime(database), server.owner(database)
    return await Office(runtime, owner, superuser, tmp_path / "keys", tmp_path / "journal").open()


@pytest.fixture
def place(scratch: Path) -> Iterator[Path]:
    """A directory of one's own that the server's account can pass through."""
    place = Path(tempfile.mkdtemp(prefix="fault-", dir=scratch))
    place.chmod(0o711)
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
async def site(place: Path, tmp_path: Path) -> AsyncIterator[Site]:
    """With fsync on, unlike the common server."""
    directory = place / "site"
    yield await founded(directory, tmp_path)
    await embedded.stop(directory)
