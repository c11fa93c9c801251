"""Adds names to the blind index for requests that were recorded before it had names."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from adapters.log import mapper
from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL
from adapters.vault import blind_index
from adapters.vault.blind_index import Identity
from adapters.vault.keyring import Keyring, VaultRow
from domain.entry import Recorded
from domain.law.terms import Law
from domain.request.judging import replay
from domain.request.parties import Applicant
from domain.request.personal_data import sealed_in
from domain.values import Reference, Sealed, reference_in

_BATCH = 100


async def index(
    connection: Connection, keyring: Keyring, authority_id: int, law: Law, after: str
) -> tuple[int, str | None]:
    """Index a batch of requests after a stream; the head must be locked. Returns the number added and the last stream.

    None as the stream: all are done. An erased applicant is not indexed. Raises VaultKeyFault at a value that cannot be
    decrypted.
    """
    rows = await connection.fetch(SQL["without_names"], authority_id, after, _BATCH)
    streams = [row["stream"] for row in rows]
    histories = mapper.by_stream(await connection.fetch(SQL["select_streams"], authority_id, streams, None))
    requests = [replay(histories[stream], law) for stream in streams]
    applicants = [
        request.received.applicant if request.received else _last_entered(histories[stream])
        for stream, request in zip(streams, requests, strict=True)
    ]
    found = await connection.fetch(SQL["sealed"], authority_id, [each.id for each in applicants])
    sealed = {row["id"]: VaultRow(*row) for row in found}
    done = 0
    for stream, request, applicant in zip(streams, requests, applicants, strict=True):
        if (row := sealed.get(applicant.id)) is None:
            continue
        person = msgspec.json.decode(keyring.open(authority_id, applicant, row), type=Applicant)
        reference = Reference.parse(reference_in(stream))
        identity = Identity(reference, histories[stream][0].position, applicant.id, person)
        await blind_index.put(connection, keyring, authority_id, identity, restricted=request.restricted)
        done += 1
    return done, streams[-1] if streams else None


def _last_entered(history: Sequence[Recorded]) -> Sealed:
    """The applicant of an annulled request, which may be restored."""
    return next(
        value
        for entry in reversed(history)
        for field, value in sealed_in(entry.event)
        if field == "applicant"
    )
