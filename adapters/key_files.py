"""Secrets in files of mode 0600, outside the database."""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from pathlib import Path


def create(path: Path, text: str) -> None:
    """Write a file atomically and durably; an existing one is kept. Raises OSError."""
    directory = path.parent
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = directory / f".{uuid.uuid4().hex}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()
    # Sync the directory too: the key must survive a power cut like the data encrypted with it.
    folder = os.open(directory, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def is_private(path: Path) -> bool:
    """Whether only its owner can read the file."""
    return not path.stat().st_mode & 0o077
