"""Effects of a recording on vault and blind index: an applicant is indexed, an erasure deletes what it names.

They are in the transaction of the recording, so that log, vault and index are always consistent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL
from adapters.vault import blind_index
from adapters.vault.blind_index import Identity
from adapters.vault.keyring import Keyring
from domain.entry import Event, Recorded
from domain.request import events
from domain.request.file_events import PersonalDataErased, PersonalDataRestricted, RestrictionLifted
from domain.request.parties import Applicant
from domain.request.personal_data import erased_by, sealed_in
from domain.request.state import DisclosureRequest
from domain.values import Reference, reference_in

FINAL = "封存内容已从台账中销毁；含有它的备份到期销毁后，销毁才最终完成。"
"""The note on every erasure."""

_OF_RESTRICTION: tuple[type[Event], ...] = (
    PersonalDataRestricted,
    RestrictionLifted,
    events.EntryAmended,
)


def indexed(
    keyring: Keyring, authority_id: int, entries: Sequence[Recorded], applicants: Mapping[int, Applicant]
) -> list[dict[str, object]]:
    """The index rows of the receipts among these entries. applicants: in clear, by position."""
    received = [
        _identity(entry, entry.position, applicants[entry.position])
        for entry in entries
        if isinstance(entry.event, events.Received)
    ]
    return blind_index.rows_of(keyring, authority_id, received)


async def follow(
    connection: Connection,
    keyring: Keyring,
    authority_id: int,
    entries: Sequence[Recorded],
    applicants: Mapping[int, Applicant],
    changed: Sequence[tuple[DisclosureRequest, Sequence[Recorded]]],
) -> None:
    """Call after the entries are written. applicants: in clear, by position. changed: the requests of the entries."""
    histories = {history[0].originator_id: history for _, history in changed}
    for entry in entries:
        event = entry.event
        if isinstance(event, PersonalDataErased):
            history = histories[entry.originator_id]
            ids = [each.id for each in erased_by(history, entry)]
            reference = Reference.parse(reference_in(entry.originator_id))
            await connection.execute(SQL["erase_values"], authority_id, ids, *reference)
        elif (
            isinstance(event, events.EntryAmended)
            and (applicant := applicants.get(entry.position)) is not None
        ):
            identity = _identity(entry, histories[entry.originator_id][0].position, applicant)
            await connection.execute(SQL["forget_applicant"], authority_id, *identity.reference)
            await blind_index.add(connection, keyring, authority_id, identity)
    touched = {entry.originator_id for entry in entries if isinstance(entry.event, _OF_RESTRICTION)}
    for request, history in changed:
        if history[0].originator_id in touched and any(
            isinstance(entry.event, PersonalDataRestricted) for entry in history
        ):
            reference = Reference.parse(request.reference)
            await connection.execute(SQL["restrict_applicant"], authority_id, *reference, request.restricted)


def _identity(entry: Recorded, received: int, applicant: Applicant) -> Identity:
    sealed_id = next(value.id for field, value in sealed_in(entry.event) if field == "applicant")
    reference = Reference.parse(reference_in(entry.originator_id))
    return Identity(reference, received, sealed_id, applicant)
