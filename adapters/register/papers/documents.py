"""Documents of requests: uploading, listing, downloading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from adapters.postgres.database import Database
from adapters.postgres.queries import SQL
from adapters.refusals import DocumentUnknown
from adapters.register.authorities import Authorities
from adapters.register.reading.personal_data import ERASED
from adapters.register.recording.record import Recordings
from adapters.register.recording.recording import Recording, Reply
from adapters.register.recording.submission import Submission, own_refusal
from adapters.vault.documents import Download, Filed, Held, Upload
from adapters.vault.key_store import VaultKeys
from adapters.vault.keyring import is_of
from adapters.views import OpenView, View
from domain.authority.powers import WHOLE, Permissions
from domain.entry import Recorded
from domain.request.amendment import latest_content
from domain.request.file_events import DocumentFiled
from domain.request.judging import replay
from domain.request.state import check_shown
from domain.values import Reference, Sealed, reference_in


async def filed(view: View, history: Sequence[Recorded]) -> list[Filed]:
    """The documents of a request's history in the order filed, including erased ones."""
    filings = {
        entry.originator_version: filing
        for entry in history
        if isinstance(filing := latest_content(history, entry.originator_version), DocumentFiled)
    }
    if not filings:
        return []
    ids = [event.content.id for event in filings.values()]
    kept = {row["id"] for row in await view.fetch(SQL["documents_kept"], ids)}
    return [
        Filed.of(version, event, None if event.content.id in kept else ERASED)
        for version, event in filings.items()
    ]


class Documents:
    """view: opens one moment of the register, as it is now."""

    def __init__(
        self,
        database: Database,
        vault: VaultKeys,
        authorities: Authorities,
        view: OpenView,
        recordings: Recordings,
    ) -> None:
        self._database = database
        self._vault = vault
        self._authorities = authorities
        self._view = view
        self._recordings = recordings

    async def upload(self, code: str, reference: Reference) -> Upload:
        """Begin an upload for the request; close it. Raises RequestUnknown."""
        async with self._view(code) as view:
            await view.history(reference)
        await self._vault.take_new()
        return Upload(self._vault.ring, await self._authorities.id_of(code))

    async def file(
        self,
        code: str,
        recording: Recording,
        upload: Upload,
        *,
        actor: str,
        expected_version: int | None = None,
        permissions: Permissions = WHOLE,
    ) -> Reply:
        """Record a finished upload. Raises a Refusal if it cannot be recorded.

        permissions: as in `record`; checked again, since officers may have been appointed during the upload.
        """
        submission = Submission(
            recordings=[recording],
            actor=actor,
            expected_version=expected_version,
            permissions=permissions,
            filed=upload.sealed,
        )
        with own_refusal():
            return (await self._recordings.record(code, submission, upload)).replies[0]

    async def of(self, code: str, reference: Reference) -> list[Filed]:
        """The documents of a request in the order filed, including erased ones. Raises RequestUnknown."""
        async with self._view(code) as view:
            return await filed(view, await view.history(reference))

    async def whole(self, code: str, reference: Reference, version: int) -> bytes:
        """A whole document. Raises as `open` does."""
        found = await self.open(code, reference, version)
        return b"".join([piece async for piece in found.pieces()])

    async def held(self, code: str, data: bytes) -> list[Held]:
        """The entries that filed exactly these bytes, in the order of the log; none if the file was changed or
        erased."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            kept = await connection.fetch(SQL["documents_of_size"], authority_id, len(data))
            rows = [
                (row["salt"], await connection.fetchrow(SQL["filed_as"], authority_id, row["id"]))
                for row in kept
            ]
        found = []
        for salt, row in rows:
            async with self._view(code) as view:
                history = await view.history(Reference.parse(reference_in(row["stream"])))
            event = latest_content(history, row["version"])
            if isinstance(event, DocumentFiled) and is_of(event.content.commitment, salt, data):
                found.append(_held(history, row, event))
        return sorted(found, key=lambda each: each.position)

    async def open(self, code: str, reference: Reference, version: int) -> Download:
        """The document that the entry filed. Raises RequestUnknown, PersonalDataIsRestricted, DocumentUnknown,
        DocumentErased."""
        async with self._view(code) as view:
            history = await view.history(reference)
            check_shown(replay(history, view.law))
        event = latest_content(history, version)
        if not isinstance(event, DocumentFiled) or version > len(history):
            raise DocumentUnknown(reference=reference, asked=version)
        filed = Filed.of(version, event)
        await self._vault.take_new()
        authority_id = await self._authorities.id_of(code)
        found = Download(self._database, self._vault.ring, authority_id, event.content, filed)
        await found.open(reference)
        return found


def _held(history: Sequence[Recorded], row: Any, event: DocumentFiled[Sealed]) -> Held:
    later = [
        each.originator_version
        for each in history
        if isinstance(each.event, DocumentFiled)
        and each.originator_version > row["version"]
        and each.event.document.startswith(re.sub(r"(更正\d+)?\Z", "更正", event.document, count=1))
    ]
    return Held(
        reference=reference_in(row["stream"]),
        version=row["version"],
        position=row["position"],
        on=str(event.on),
        document=event.document,
        kind=event.kind,
        corrected_by=later[0] if later else None,
    )
