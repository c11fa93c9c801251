"""What recording does to personal data beside the log: the index follows the applicant, an erasure removes what it names.

In the transaction of the recording itself, so that log, vault and index never disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from adapters import applicants
from adapters.applicants import Identity
from adapters.database import Connection
from adapters.sql import SQL
from adapters.vault import Keyring
from domain import events
from domain.events import Applicant, Recorded
from domain.personal_data import erased_by, sealed_in
from domain.request import DisclosureRequest
from domain.values import Reference, reference_in

FINAL = "封存内容已从台账中销毁；含有它的备份到期销毁后，销毁才最终完成。"
"""What is said of every erasure."""

_OF_RESTRICTION = (events.PersonalDataRestricted, events.RestrictionLifted, events.EntryAmended)


async def follow(
    connection: Connection,
    keyring: Keyring,
    authority_id: int,
    entries: Sequence[Recorded],
    told: Mapping[int, Applicant],
    changed: Sequence[tuple[DisclosureRequest, Sequence[Recorded]]],
) -> None:
    """After these entries were written, in order. told: applicants in clear by position. changed: their requests."""
    histories = {history[0].originator_id: history for _, history in changed}
    received: list[Identity] = []
    for entry in entries:
        event = entry.event
        if isinstance(event, events.PersonalDataErased):
            await applicants.add(connection, keyring, authority_id, received)
            received.clear()
            history = histories[entry.originator_id]
            ids = [each.id for each in erased_by(history, entry)]
            reference = Reference.parse(reference_in(entry.originator_id))
            await connection.execute(SQL["erase_values"], authority_id, ids, *reference)
        elif (applicant := told.get(entry.position)) is not None:
            identity = _identity(entry, histories[entry.originator_id], applicant)
            if isinstance(event, events.EntryAmended):
                await applicants.add(connection, keyring, authority_id, received)
                received.clear()
                await connection.execute(SQL["forget_applicant"], authority_id, *identity.reference)
            received.append(identity)
    await applicants.add(connection, keyring, authority_id, received)
    touched = {entry.originator_id for entry in entries if isinstance(entry.event, _OF_RESTRICTION)}
    for request, history in changed:
        if history[0].originator_id in touched and any(
            isinstance(entry.event, events.PersonalDataRestricted) for entry in history
        ):
            reference = Reference.parse(request.reference)
            await connection.execute(SQL["restrict_applicant"], authority_id, *reference, request.restricted)


def _identity(entry: Recorded, history: Sequence[Recorded], applicant: Applicant) -> Identity:
    sealed_id = next(value.id for field, value in sealed_in(entry.event) if field == "applicant")
    reference = Reference.parse(reference_in(entry.originator_id))
    return Identity(reference, history[0].position, sealed_id, applicant)
