"""Annulling an import: the amendments that annul or restore each of its entries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from adapters.log import mapper, recorder
from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL
from adapters.refusals import ImportChangedSince
from adapters.register.imports.import_plan import (
    amendments_of,
    annulment_id,
    is_of_annulment,
    recorded_fields,
)
from adapters.register.recording.decoding import convert
from adapters.register.recording.recording import Recording
from adapters.vault.key_store import VaultKeys
from domain.authority.imports import Import
from domain.entry import Event, Recorded
from domain.request.amendment import amended
from domain.request.events import EntryAmended
from domain.values import is_request, reference_in


class Annulment:
    """Computes the amendments that annul an import."""

    def __init__(
        self,
        connection: Connection,
        authority_id: int,
        vault: VaultKeys,
        batch: Import,
        imports: Sequence[Import],
    ) -> None:
        self._connection = connection
        self._authority_id = authority_id
        self._vault = vault
        self._batch = batch
        self._imports = imports

    @property
    def _last(self) -> int:
        return self._batch.position + self._batch.entry_count

    def _is_annulled(self, entry: Recorded) -> bool:
        """Whether the entry belongs to a later import that was annulled, or to such an annulment."""
        return is_of_annulment(entry) or any(
            each.annulled_on and each.position < entry.position <= each.position + each.entry_count
            for each in self._imports
        )

    async def recordings(self, today: date) -> list[Recording]:
        """Raises ImportChangedSince if something else has been recorded of its requests since."""
        first, last = self._batch.position + 1, self._last
        rows = await self._connection.fetch(SQL["streams_between"], self._authority_id, first, last)
        streams = [row["stream"] for row in rows]
        found = await recorder.read_for_recording(
            self._connection, self._authority_id, list(filter(is_request, streams)), []
        )
        histories = mapper.by_stream(found)
        if since := [
            reference_in(stream)
            for stream, history in histories.items()
            if any(entry.position > last and not self._is_annulled(entry) for entry in history)
            and amended(history) is not None
        ]:
            raise ImportChangedSince(
                number=self._batch.number, count=len(since), references="、".join(since[:20])
            )
        opened = await self._vault.opened_texts(self._connection, self._authority_id, histories.values())
        return [
            convert(line)
            for stream, history in histories.items()
            if amended(history) is not None
            for line in self._lines(stream, history, first, today, opened)
        ]

    def _lines(
        self, stream: str, history: Sequence[Recorded], first: int, today: date, opened: Mapping[str, bytes]
    ) -> list[dict[str, Any]]:
        """If the import received the request, annul the receipt and with it the request; else restore each entry."""
        reference = reference_in(stream)
        mine = [entry for entry in history if first <= entry.position <= self._last]
        before = history[: mine[0].originator_version - 1]
        was = {_target(entry): _before(before, _target(entry)) for entry in reversed(mine)}
        if 1 in was and was[1] is None:
            was = {1: None}
        lines = []
        for number, (version, replacement) in enumerate(was.items(), 1):
            event: dict[str, Any] = {
                "type": "entry_amended",
                "on": str(today),
                "version": version,
                "reason": f"撤销第{self._batch.number}批导入",
            }
            if replacement is not None:
                event["replacement"] = recorded_fields(replacement, opened)
            id_ = annulment_id(self._batch.version, reference, number)
            lines.append({"id": id_, "reference": reference, "event": event})
        return lines


def _target(entry: Recorded) -> int:
    """The version that the entry is about: its own, or that of the one it amends."""
    return entry.event.version if isinstance(entry.event, EntryAmended) else entry.originator_version


def _before(before: Sequence[Recorded], version: int) -> Event | None:
    """The event in force before the import; None if there was none."""
    event = before[version - 1].event if version <= len(before) else None
    for each in amendments_of(before, version):
        event = each.event.replacement if isinstance(each.event, EntryAmended) else event
    return event
