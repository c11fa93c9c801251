"""The register of one authority, for tests that need no more than that."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.register.register import Register
from tests.adapters.recordings import opened


@pytest.fixture
async def office(register: Register) -> Register:
    return await opened(register)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Where `register` has its key files."""
    return tmp_path / "keys"
