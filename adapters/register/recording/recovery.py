"""Recovery: replacing the administrators with a code on paper, when nobody can log in any more."""

from __future__ import annotations

import base64
import secrets
from datetime import date
from uuid import uuid4

from adapters.register.authorities import Authorities
from adapters.register.recording.record import Recordings
from adapters.register.recording.recording import Recording
from adapters.register.recording.submission import Submission, own_refusal
from domain.authority.authorization import PROGRAM
from domain.authority.recovery import digest_of
from domain.authority.recovery_events import AdministratorsRestored, RecoveryCodeSealed
from domain.entry import Event

_LETTERS = 32  # 160 bits in base32


class Recovery:
    """Every method raises AuthorityUnknown."""

    def __init__(self, authorities: Authorities, recordings: Recordings) -> None:
        self._authorities = authorities
        self._recordings = recordings

    async def seal_code(self, code: str, on: date) -> str:
        """Create a recovery code; the log has only its digest. Raises RecoveryCodeExists."""
        paper = _new_code()
        await self._record(code, RecoveryCodeSealed(on, digest_of(paper)))
        return paper

    async def restore(
        self,
        code: str,
        paper: str,
        system: str,
        security: str,
        on: date,
        *,
        persons: tuple[str | None, str | None],
    ) -> str:
        """Appoint these two as administrators, by the code. Returns the next code.

        Raises RecoveryCodeWrong, OfficerUnknown or SeparationOfAdministrators.
        """
        next_paper = _new_code()
        restored = AdministratorsRestored(on, paper, system, security, *persons)
        await self._record(code, restored, RecoveryCodeSealed(on, digest_of(next_paper)))
        return next_paper

    async def _record(self, code: str, *events: Event) -> None:
        recordings = [Recording(id=f"recovery/{uuid4()}", event=event) for event in events]  # type: ignore[arg-type]
        await self._authorities.id_of(code)
        with own_refusal():
            await self._recordings.record(code, Submission(recordings=recordings, actor=PROGRAM))


def _new_code() -> str:
    letters = base64.b32encode(secrets.token_bytes(20)).decode()
    return "-".join(letters[start : start + 4] for start in range(0, _LETTERS, 4))
