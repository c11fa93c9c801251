"""Settings from the environment: nothing else is read from it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec


class Settings(msgspec.Struct, frozen=True):
    """data: directory of the embedded database and of the key files. database_url: of the runtime role; without
    it the embedded PostgreSQL is used. database_owner_url: for migrate alone. worker: whether `serve` compiles
    reports in the background too.
    """

    data: Path
    database_url: str | None = None
    database_owner_url: str | None = None
    actor: str | None = None
    log: str = "warning"
    worker: bool = True

    @property
    def keys(self) -> Path:
        return self.data / "keys"

    @property
    def postgresql(self) -> Path:
        return self.data / "postgresql"


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """TAIZHANG_DATA, DATABASE_URL, DATABASE_OWNER_URL, TAIZHANG_ACTOR, TAIZHANG_LOG, TAIZHANG_WORKER (0: not in serve); empty: unset."""
    return Settings(
        data=Path(environ.get("TAIZHANG_DATA") or default_data(environ)).expanduser().absolute(),
        database_url=environ.get("DATABASE_URL") or None,
        database_owner_url=environ.get("DATABASE_OWNER_URL") or None,
        actor=environ.get("TAIZHANG_ACTOR") or None,
        log=environ.get("TAIZHANG_LOG") or "warning",
        worker=environ.get("TAIZHANG_WORKER") != "0",
    )


def default_data(environ: Mapping[str, str] = os.environ) -> Path:
    """Root keeps data under /var/lib, since the server's own account must reach it; others in their home."""
    if os.geteuid() == 0:
        return Path("/var/lib/taizhang/data")
    home = environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(home).expanduser() / "taizhang"
