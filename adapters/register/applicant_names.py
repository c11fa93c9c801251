"""Names in the blind index of requests that were recorded when it had none of them."""

from __future__ import annotations

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
from domain.values import Reference

_BATCH = 100


async def index(
    connection: Connection, keyring: Keyring, authority_id: int, law: Law, after: Reference
) -> tuple[int, Reference | None]:
    """A batch of the requests after a reference, under the held head. Returns how many were put in and the last; None: all are done.

    One whose applicant was erased stays out of the index. Raises VaultKeyFault at a value that does not open.
    """
    rows = await connection.fetch(SQL["without_names"], authority_id, *after, _BATCH)
    references = [Reference(row["year"], row["number"]) for row in rows]
    histories: dict[str, list[Recorded]] = {}
    streams = [reference.stream for reference in references]
    for row in await connection.fetch(SQL["select_streams"], authority_id, streams, None):
        histories.setdefault(row["stream"], []).append(mapper.recorded(row))
    done = 0
    for reference in references:
        history = histories[reference.stream]
        request = replay(history, law)
        if request.received is None:
            continue
        sealed = await connection.fetch(SQL["sealed"], authority_id, [request.received.applicant.id])
        if not sealed:
            continue
        text = keyring.open(authority_id, request.received.applicant, VaultRow(*sealed[0]))
        applicant = msgspec.json.decode(text, type=Applicant)
        identity = Identity(reference, history[0].position, request.received.applicant.id, applicant)
        await blind_index.put(connection, keyring, authority_id, identity, restricted=request.restricted)
        done += 1
    return done, references[-1] if references else None
