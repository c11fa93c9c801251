"""The unit of work: one authority's log with the entries of a batch, in memory, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec

from adapters.log import mapper, recorder
from adapters.log.mapper import EntryMapper, StoredEntry
from adapters.log.recorder import Head
from adapters.postgres.database import Connection
from adapters.proof import leaf
from adapters.register.recording.document_numbers import DocumentNumbers
from adapters.register.recording.numbers import Numbers
from adapters.register.recording.recording import Recording, ids_named, streams_named
from adapters.register.time_slice import TimeSlice
from adapters.vault.keyring import Keyring, VaultRow
from domain.authority.authority import Authority
from domain.authority.number_events import NumberSeriesSet
from domain.entry import Event, Recorded
from domain.law.irregularities import Irregularity
from domain.law.refusals import AuthorityNotRegistered, Refusal
from domain.law.terms import Law
from domain.letters import document_numbers
from domain.report.events import Pinned
from domain.request import numbering
from domain.request.events import EntryAmended, Received, resulting
from domain.request.judging import replay
from domain.request.parties import Applicant
from domain.request.state import DisclosureRequest
from domain.values import SHANGHAI, Reference, Sealed, is_request, reference_in

Changed = tuple[DisclosureRequest, Sequence[Recorded]]
"""A request after the unit of work, and its history."""


class _State(NamedTuple):
    """The state derived from the entries so far, except the requests."""

    authority: Authority | None
    law: Law | None
    law_changed: bool
    last_numbers: Mapping[int, int]
    published: Mapping[int, int]


class Savepoint(NamedTuple):
    """A point to roll back to."""

    entries: int
    vault: int
    irregularities: int
    state: _State


class UnitOfWork:
    """Judging adds entries here, each after the previous ones; refused ones are rolled back.

    now: the time of judging and recording, never before the last entry; today: its day in Shanghai, which no recorded
    day may be after. To be written, in order: entries, stored (the same as rows), vault, irregularities; applicants in
    clear by position. pins: by stream the figures that a submission or publication of its report pins, or the refusal.
    opened: decrypted values by id, if a letter is checked.
    """

    head: Head
    now: datetime
    today: date
    _before: _State
    _state: _State
    _mapper: EntryMapper

    def __init__(self, authority_id: int, code: str, keyring: Keyring) -> None:
        self.authority_id = authority_id
        self.code = code
        self.keyring = keyring
        self._histories: dict[str, list[Recorded]] = {}
        self._requests: dict[str, DisclosureRequest] = {}
        self._by_id: dict[str, Recorded] = {}
        self._leaves: dict[str, str] = {}
        self.numbers = Numbers(authority_id)
        self._document_numbers = DocumentNumbers(authority_id)
        self.pins: dict[str, Pinned | Refusal] = {}
        self.opened: dict[str, Any] = {}
        self.entries: list[Recorded] = []
        self.stored: list[StoredEntry] = []
        self.vault: list[VaultRow] = []
        self.irregularities: list[Irregularity] = []
        self.applicants: dict[int, Applicant] = {}

    async def read(self, connection: Connection, recordings: Sequence[Recording]) -> None:
        """Read everything that judging needs, except the law, in one statement."""
        streams = {stream for recording in recordings for stream in streams_named(recording)}
        ids = {id_ for recording in recordings for id_ in ids_named(recording)}
        rows = await recorder.read_for_recording(connection, self.authority_id, list(streams), list(ids))
        time_slice = TimeSlice()
        for row in rows:
            await time_slice.pause()
            if row["stream"] is None:
                continue
            recorded, id_ = mapper.recorded(row), row["command_id"]
            self._histories.setdefault(recorded.originator_id, []).append(recorded)
            if id_ in ids:
                self._by_id[id_] = recorded
                self._leaves[id_] = leaf.named(row, leaf.leaf(self.code, row))
        self.head, self.now = recorder.head_of(rows[0]), recorder.moment_of(rows[0])
        self.today = self.now.astimezone(SHANGHAI).date()
        self._mapper = EntryMapper(self.head.leaf_format)
        self._before = self._state = _State(
            None, None, False, self.head.last_numbers, self.head.published_reports
        )
        await self._read_numbers(connection, recordings)

    async def _read_numbers(self, connection: Connection, recordings: Sequence[Recording]) -> None:
        years, jumped = [], []
        for recording in recordings:
            event = recording.event
            if isinstance(event, Received):
                years.append(event.on.year)
            elif isinstance(event, EntryAmended) and event.version == 1:
                streams = [*streams_named(recording), *map(self._stream_of, ids_named(recording))]
                jumped += [
                    each for each in streams if self.has(each) and numbering.jumped(self.history(each))
                ]
        named = [Reference.parse(reference_in(each)) for each in jumped]
        await self.numbers.read(connection, self.head.last_numbers, years, named)

    def _stream_of(self, id_: str) -> str:
        entry = self.known(id_)
        return entry.originator_id if entry else ""

    async def read_document_numbers(self, connection: Connection, recordings: Sequence[Recording]) -> None:
        """Read what assigning document numbers needs; the authority must be known."""
        entered = self.registered[0].number_series
        await self._document_numbers.read(connection, entered, recordings, self._histories.items())

    def set_law(self, authority: Authority, law: Law) -> None:
        """Set the authority and its law at the head that was read."""
        self._state = self._state._replace(authority=authority, law=law)

    # -- the current state --

    @property
    def authority(self) -> Authority | None:
        """The authority; None before it is registered."""
        return self._state.authority

    @property
    def registered(self) -> tuple[Authority, Law]:
        """The authority and its law. Raises AuthorityNotRegistered."""
        if self._state.authority is None or self._state.law is None:
            raise AuthorityNotRegistered()
        return self._state.authority, self._state.law

    @property
    def last_numbers(self) -> Mapping[int, int]:
        """The last reference number by year of receipt."""
        return self._state.last_numbers

    @property
    def published(self) -> Mapping[int, int]:
        """The position of each year's first publication of the report."""
        return self._state.published

    def has(self, stream: str) -> bool:
        """Whether a stream that was read has an entry."""
        return stream in self._histories

    def history(self, stream: str) -> Sequence[Recorded]:
        """The history of a stream that was read."""
        return self._histories.get(stream, ())

    def known(self, id_: str) -> Recorded | None:
        """The entry with this idempotency key."""
        return self._by_id.get(id_)

    def leaf_of(self, id_: str) -> str | None:
        """The leaf hash of an entry, as `suite:hex`."""
        return self._leaves.get(id_)

    def request(self, stream: str) -> DisclosureRequest:
        """The last entry of a stream that has one."""
        if stream not in self._requests:
            self._requests[stream] = replay(self._histories[stream], self.registered[1])
        return self._requests[stream]

    def judged_before(self, stream: str) -> DisclosureRequest | None:
        """The request, if it is cached."""
        return self._requests.get(stream)

    def entry(self, recording: Recording, stream: str, event: Event, actor: str) -> Recorded:
        """The entry of the event at the end of the stream."""
        return Recorded(
            originator_id=stream,
            originator_version=len(self.history(stream)) + 1,
            event=event,
            recorded_at=self.now,
            position=self.head.position + len(self.entries) + 1,
            actor=actor,
            on_behalf_of=recording.on_behalf_of,
        )

    def clear(self, sealed: Sequence[Sealed]) -> dict[str, Any]:
        """The decrypted values of these by id: those read, and those sealed in this unit of work."""
        found = {each.id: self.opened[each.id] for each in sealed if each.id in self.opened}
        wanted = {each.id: each for each in sealed if each.id not in found}
        for row in reversed(self.vault):  # the wanted rows are mostly recent
            if not wanted:
                break
            if (value := wanted.pop(row.id, None)) is not None:
                found[row.id] = msgspec.json.decode(self.keyring.open(self.authority_id, value, row))
        return found

    def next_document_no(self, rule: NumberSeriesSet, year: int, stream: str) -> str:
        """The next document number of the series. Raises Malformed if the year has no more."""
        entered = self.registered[0].number_series
        of_series = document_numbers.forms(entered, rule.series)
        of_case = document_numbers.shared(rule, of_series, year, self.history(stream))
        return of_case or self._document_numbers.next(rule, entered, year, self._histories.values())

    # -- adding to it --

    def append(
        self,
        recording: Recording,
        entry: Recorded,
        irregularities: Sequence[Irregularity] = (),
        vault: Sequence[VaultRow] = (),
    ) -> Recorded:
        """Append a judged entry. Returns it as stored."""
        codes = tuple(sorted({irregularity.code for irregularity in irregularities}))
        body_mac = self.keyring.body_mac(recording.event)
        entry = msgspec.structs.replace(entry, command_id=recording.id, body_mac=body_mac, acknowledged=codes)
        stored = self._mapper.to_stored_event(entry)
        leaf_hash = leaf.named_of(self.code, stored, self.now)
        if (applicant := _applicant_in(recording.event)) is not None:
            self.applicants[entry.position] = applicant
        self._histories.setdefault(entry.originator_id, []).append(entry)
        self.entries.append(entry)
        self._document_numbers.follow(entry.event)
        self.stored.append(stored)
        self.irregularities += irregularities
        self.vault += vault
        self._by_id[recording.id], self._leaves[recording.id] = entry, leaf_hash
        return entry

    def set_request(self, stream: str, request: DisclosureRequest) -> None:
        """Set the request after the entry that is appended next."""
        self._requests[stream] = request

    def use_number(self, reference: Reference) -> None:
        last = max(self.last_numbers.get(reference.year, 0), reference.number)
        self._state = self._state._replace(last_numbers={**self.last_numbers, reference.year: last})

    def give_up_number(self, annulled: Reference) -> None:
        """After annulling a receipt with a number far ahead, continue the numbers where they were before it."""
        if not numbering.jumped(self.history(annulled.stream)):
            return
        since = [
            Reference.parse(reference_in(entry.originator_id))
            for entry in self.entries
            if entry.originator_version == 1 and is_request(entry.originator_id)
        ]
        last = self.numbers.without(self.last_numbers, annulled, since)
        self._state = self._state._replace(last_numbers=last)

    def publish(self, year: int, position: int) -> None:
        if year not in self.published:
            self._state = self._state._replace(published={**self.published, year: position})

    def change_authority(self, authority: Authority, law: Law) -> None:
        changed = self._state.law is None or self._state.law.digest != law.digest
        self._state = self._state._replace(
            authority=authority, law=law, law_changed=self._state.law_changed or changed
        )
        self._requests.clear()

    # -- rolling back --

    def savepoint(self) -> Savepoint:
        return Savepoint(len(self.entries), len(self.vault), len(self.irregularities), self._state)

    def roll_back(self, to: Savepoint) -> None:
        for entry in reversed(self.entries[to.entries :]):
            history = self._histories[entry.originator_id]
            history.pop()
            if not history:
                del self._histories[entry.originator_id]
            del self._by_id[str(entry.command_id)]
            self.applicants.pop(entry.position, None)
        self._requests.clear()  # replayed again when needed
        self._document_numbers.forget()
        del self.entries[to.entries :], self.stored[to.entries :]
        del self.vault[to.vault :], self.irregularities[to.irregularities :]
        self._state = to.state

    # -- what to write --

    @property
    def law_changed(self) -> bool:
        """Whether due dates may have changed."""
        return self._state.law_changed

    @property
    def changed_numbers(self) -> Mapping[int, int] | None:
        """The last numbers, if they have changed."""
        return None if self.last_numbers is self._before.last_numbers else self.last_numbers

    @property
    def changed_publications(self) -> Mapping[int, int] | None:
        """The published years, if there are new ones."""
        return None if self.published is self._before.published else self.published

    @property
    def streams_renumbered(self) -> list[str]:
        """The requests with a new entry that has a document number, or amends one."""
        found = (entry.originator_id for entry in self.entries if document_numbers.is_numbered(entry.event))
        return list(dict.fromkeys(found))

    async def changed_requests(self) -> list[Changed]:
        """Each request with a new entry, after it, and its history."""
        time_slice, found = TimeSlice(), []
        for stream in dict.fromkeys(entry.originator_id for entry in self.entries):
            if is_request(stream):
                found.append((self.request(stream), self.history(stream)))
                await time_slice.pause()
        return found


def _applicant_in(event: Event) -> Applicant | None:
    """The applicant in clear, from a receipt or the amendment of one."""
    received = resulting(event)
    return received.applicant if isinstance(received, Received) else None
