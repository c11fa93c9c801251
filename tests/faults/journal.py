"""A client's journal: what it sent and the replies, on disk before the next step, so that it survives the client."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Self

import msgspec

from adapters.postgres.database import DatabaseUnavailable
from adapters.register.recording.decoding import convert
from adapters.register.register import Register, Reply

ACTOR = "client"


class Account:
    """A journal as read back. sent: recordings by id in the order sent; answers: every reply by id."""

    def __init__(self, path: Path) -> None:
        self.sent: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, list[dict[str, Any]]] = {}
        for line in path.read_bytes().splitlines() if path.exists() else []:
            entry = msgspec.json.decode(line)
            if "sent" in entry:
                self.sent[entry["sent"]["id"]] = entry["sent"]
            else:
                self.answers.setdefault(entry["answer"]["id"], []).append(entry["answer"])

    @property
    def acknowledged(self) -> int:
        return len(self.answers)

    @property
    def unanswered(self) -> list[dict[str, Any]]:
        return [recording for id_, recording in self.sent.items() if id_ not in self.answers]


class Client:
    """Records into one authority's register, and journals recordings and replies.

    refusal: the last one raised because the database did not answer.
    """

    refusal: DatabaseUnavailable | None = None

    def __init__(self, register: Register, code: str, journal: Path) -> None:
        self._store, self._code = register, code
        self._file = os.open(journal, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)

    def _write(self, **entry: Any) -> None:
        os.write(self._file, msgspec.json.encode(entry) + b"\n")

    async def record(self, recording: dict[str, Any]) -> Reply | None:
        """Record. Returns the reply; None if no database answered, so that it is not known whether it was recorded."""
        self._write(sent=recording)
        try:
            replies = await self._store.record_all(
                self._code, [convert(recording)], actor=ACTOR, acknowledge_all=True
            )
        except DatabaseUnavailable as refusal:
            self.refusal = refusal
            return None
        self._write(answer=replies[0])
        return replies[0]

    async def repeat(self, account: Account) -> None:
        """Send all recordings of the account again, in order, a hundred at a time; journal the replies."""
        recordings = list(account.sent.values())
        for first in range(0, len(recordings), 100):
            lines = [convert(each) for each in recordings[first : first + 100]]
            for reply in await self._store.record_all(self._code, lines, actor=ACTOR, acknowledge_all=True):
                self._write(answer=reply)
