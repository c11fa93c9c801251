"""An audit bundle as an eventsourcing Application on SQLite: any request at any version, without the register's
database.

The library's table has stream, version, topic and state; the state is the line of the bundle, from which the mapper
takes envelope and payload. Nothing is encoded again: the bytes are those that were hashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import msgspec
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import Mapper, StoredEvent

from adapters.log import mapper
from adapters.log.mapper import EntryMapper
from adapters.proof.bundle_files import Bundle
from adapters.proof.bundle_format import Entry, entry_line
from domain.authority.events import AUTHORITY_STREAM
from domain.entry import Recorded
from domain.report import annual_report
from domain.request.judging import replay
from domain.request.refusals import RequestUnknown
from domain.request.state import DisclosureRequest
from domain.values import Reference
from projections.rejudgement import LawBook

_entry = msgspec.json.Decoder(Entry)


class BundleMapper(EntryMapper):
    """The mapper of entries whose envelope is in the state."""

    def to_domain_event(self, stored_event: StoredEvent) -> Recorded:
        return mapper.recorded(_entry.decode(stored_event.state).row())


class BundleApplication(Application[str]):
    """For a bundle that has been verified. Close it after use, or use it in a with statement."""

    def __init__(self, bundle: Bundle, database: str = ":memory:") -> None:
        """database: a file name, to read it with the library's own tools later."""
        super().__init__(
            {
                "PERSISTENCE_MODULE": "eventsourcing.sqlite",
                "SQLITE_DBNAME": database,
                "ORIGINATOR_ID_TYPE": "text",
            }
        )
        stored = [
            StoredEvent(row["stream"], row["version"], row["topic"], entry_line(row)) for row in bundle.rows
        ]
        self.recorder.insert_events(stored)
        reports = (entry for stream in annual_report.STREAMS for entry in self.stream(stream))
        self.book = LawBook(
            self.stream(AUTHORITY_STREAM), bundle.notices(), annual_report.published_in(reports)
        )

    def construct_mapper(self) -> Mapper[str]:
        return BundleMapper()

    def stream(self, stream: str, version: int | None = None) -> list[Recorded]:
        """The entries of a stream up to a version, in order."""
        return cast("list[Recorded]", list(self.events.get(stream, lte=version)))

    def history(self, reference: Reference) -> list[Recorded]:
        """Raises RequestUnknown."""
        found = self.stream(reference.stream)
        if not found:
            raise RequestUnknown(reference=reference)
        return found

    def request(self, reference: Reference, version: int | None = None) -> DisclosureRequest:
        """The request after so many entries, by the law known when the last of them was recorded.

        Raises RequestUnknown.
        """
        try:
            found: DisclosureRequest = self.repository.get(
                reference.stream, version=version, projector_func=cast("Any", self._project)
            )
        except AggregateNotFoundError:
            raise RequestUnknown(reference=reference) from None
        return found

    def _project(self, _: DisclosureRequest | None, entries: Iterable[Recorded]) -> DisclosureRequest | None:
        history: Sequence[Recorded] = list(entries)
        if not history:
            return None
        last = history[-1]
        return replay(history, self.book.law(self.book.known(last.position, last.recorded_on)))
