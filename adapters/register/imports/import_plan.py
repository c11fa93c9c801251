"""The recordings of each row of an import: all steps of a new request, only the changes of one imported before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal
from uuid import uuid4

import msgspec

from adapters.log import mapper, recorder
from adapters.postgres.database import Connection
from adapters.register.recording.decoding import convert
from adapters.register.recording.recording import Recording
from adapters.vault.key_store import VaultKeys
from domain.authority.import_events import Imported
from domain.entry import Event, Recorded, type_of
from domain.field_labels import short
from domain.law.refusals import Malformed
from domain.request.events import EntryAmended
from domain.values import Sealed, reference_in
from projections.annual_tables import AnnualTables
from projections.history import sentence
from projections.importing.problems import coded, of_refusal
from projections.importing.row import Row

_IDENTIFYING = ("on", "applicant", "description")
"""Fields that identify a request. If one of them differs the row was corrected; if two differ it is another request."""

State = Literal["new", "changed", "same", "refused", "left_out"]


class RowPlan(msgspec.Struct):
    """The plan of a row. reference: of the request, if it is in the register or has a number already.

    says: what would be recorded, in Chinese sentences. recordings: in order.
    """

    row: Row
    state: State
    reference: str | None = None
    says: list[str] = []
    recordings: list[Recording] = []

    def refuse(self, problem: str) -> None:
        if problem not in self.row.problems:
            self.row.problems.append(problem)
        self.state = "refused"


class Plan(msgspec.Struct):
    """The plan of an import. digest: of the file. tables: of the given periods, as they would be afterwards."""

    digest: str
    rows: list[RowPlan]
    tables: list[AnnualTables] = []

    @property
    def refused(self) -> list[RowPlan]:
        return [each for each in self.rows if each.state == "refused"]

    def recordings(self, today: date) -> list[Recording]:
        """All recordings: the import itself, then its entries. Rows with numbers come before those to be numbered."""
        chosen = [each for each in self.rows if each.state in ("new", "changed")]
        chosen.sort(key=lambda each: each.reference is None)
        entries = [recording for each in chosen for recording in each.recordings]
        if not entries:
            return []
        batch = Imported(today, self.digest, len(chosen), len(entries))
        return [Recording(id=f"import/{uuid4()}", event=batch), *entries]  # type: ignore[arg-type]


class Earlier:
    """The requests of earlier imports, by the keys of their rows."""

    def __init__(self, connection: Connection, authority_id: int, vault: VaultKeys) -> None:
        self._connection = connection
        self._authority_id = authority_id
        self._vault = vault
        self._histories: dict[str, list[Recorded]] = {}
        self._opened: dict[str, bytes] = {}

    async def find(self, rows: Sequence[Row]) -> None:
        """Read them all in one query."""
        seen: dict[str, int] = {}
        for row in rows:
            if row.steps and not row.key:
                self._give_key(row, seen)
        ids = [_step_id(row.key, "received", 1) for row in rows if row.key]
        found = await recorder.read_for_recording(self._connection, self._authority_id, [], ids)
        streams = mapper.by_stream(found)
        self._histories = {str(history[0].command_id): history for history in streams.values()}
        self._opened = await self._vault.opened_texts(self._connection, self._authority_id, streams.values())

    def _give_key(self, row: Row, seen: dict[str, int]) -> None:
        """Set the key of a row without a number: a keyed digest of its receipt, which cannot be guessed without the
        vault's key."""
        left_out = ("provenance", "subject") if row.subject_offered else ("provenance",)
        fields = {name: value for name, value in row.steps["received"].items() if name not in left_out}
        ring = self._vault.ring
        text = msgspec.json.encode(fields, order="sorted").decode()
        key = ring.token(self._authority_id, "import", text, ring.ids[0]).hex()[:30]
        seen[key] = seen.get(key, 0) + 1
        row.key = f"{key}{seen[key]:02d}"

    def planned(self, row: Row, today: date) -> RowPlan:
        """The plan of the row, given what was imported of its request before."""
        if row.kind == "left_out":
            return RowPlan(row, "left_out")
        plan = RowPlan(row, "new", row.reference)
        if row.problems or not row.key:
            plan.state = "refused"
            return plan
        history = self._histories.get(_step_id(row.key, "received", 1))
        try:
            if history is not None:
                self._compare(plan, history, today)
            else:
                self._add(plan)
        except Malformed as wrong:
            plan.refuse(of_refusal(wrong))
        return plan

    def _add(self, plan: RowPlan) -> None:
        row = plan.row
        receipt = _step_id(row.key, "received", 1)
        for name, fields in row.steps.items():
            reference = row.reference if name == "received" else f"#{receipt}"
            self._record(plan, _step_id(row.key, name, 1), reference, fields)

    def _compare(self, plan: RowPlan, history: list[Recorded], today: date) -> None:
        """Plan the differences from the last import of the row; corrections that officers made since are kept."""
        row = plan.row
        plan.reference, plan.state = reference_in(history[0].originator_id), "same"

        def amend(entry: Recorded, replacement: Mapping[str, Any] | None, why: str) -> None:
            if not _is_of_import(_last_entry(history, entry.originator_version)):
                problem = f"“{entry.event.title}”导入后已由经办人更正，与原台账不同，未改（{why}）"
                plan.refuse(coded("corrected_since", problem))
                return
            fields: dict[str, Any] = {
                "type": "entry_amended",
                "on": str(today),
                "version": entry.originator_version,
                "reason": f"{row.place}再次导入，{why}",
            }
            if replacement is not None:
                fields["replacement"] = replacement
            id_ = _step_id(row.key, "amended", len(history) + len(plan.recordings) + 1)
            self._record(plan, id_, plan.reference, fields)

        def withdraw(entries: Sequence[Recorded], why: str) -> None:
            for entry in entries:
                if _last_imported(history, entry) is not None:
                    amend(entry, None, why)

        receipt = self._decrypted(_last_imported(history, history[0])) or {}
        other = [
            name for name in _IDENTIFYING if receipt.get(name) not in (None, row.steps["received"].get(name))
        ]
        if len(other) > 1:
            words = "和".join(short(name) for name in other)
            problem = f"编号与已导入的{plan.reference}相同，{words}却都不同，请核对是否为另一件"
            plan.refuse(coded("number_of_another", problem))
            return
        for name, read in row.steps.items():
            entries = _entries_of(history, row.key, name)
            same = [entry for entry in entries if type_of(entry.event) == read["type"]]
            withdraw([entry for entry in entries if entry not in same], "原事项撤销")
            if not same:
                self._record(plan, _step_id(row.key, name, len(entries) + 1), plan.reference, read)
                continue
            was = self._decrypted(_last_imported(history, same[-1]))
            before = was or self._decrypted(same[-1].event) or {}
            # An erased value is not restored from the file: null keeps it erased.
            erased = {each for each in same[-1].event.sealed if before.get(each, "") is None}
            fields = {each: None if each in erased else value for each, value in read.items()}
            if was is None:
                amend(same[-1], fields, "恢复登记")
            elif differing := _differing(was, fields):
                amend(same[-1], fields, f"{'、'.join(differing)}有变动")
        gone = {_step_of(entry) for entry in history if _is_of_import(entry)} - {"amended", "", *row.steps}
        for name in sorted(gone):
            withdraw(_entries_of(history, row.key, name), "原台账不再载明")

    def _record(self, plan: RowPlan, id_: str, reference: str | None, fields: Mapping[str, Any]) -> None:
        """Raises Malformed."""
        line: dict[str, Any] = {"id": id_, "event": fields}
        if reference is not None:
            line["reference"] = reference
        recording = convert(line)
        plan.recordings.append(recording)
        plan.says.append(_sentence(recording.event))
        if plan.state == "same":
            plan.state = "changed"

    def _decrypted(self, event: Event | None) -> dict[str, Any] | None:
        """A stored event with its sealed values decrypted, erased ones as null."""
        return None if event is None else recorded_fields(event, self._opened)


def recorded_fields(event: Event, opened: Mapping[str, bytes]) -> dict[str, Any]:
    """A stored event with its sealed values decrypted. opened: those by id; erased ones become null."""
    fields: dict[str, Any] = msgspec.to_builtins(event)
    for name in event.sealed:
        value = getattr(event, name)
        if isinstance(value, Sealed):
            fields[name] = msgspec.json.decode(opened[value.id]) if value.id in opened else None
    return fields


def _sentence(event: Event) -> str:
    if isinstance(event, EntryAmended):
        if event.replacement is None:
            return f"{event.on}撤销第{event.version}条登记（{event.reason}）"
        return f"{event.on}更正第{event.version}条登记，现为“{sentence(event.replacement)}”（{event.reason}）"
    return sentence(event)


def _differing(was: Mapping[str, Any], fields: Mapping[str, Any]) -> list[str]:
    """The Chinese names of the fields that differ, ignoring the row number."""
    names = [name for name in {**was, **fields} if name != "provenance" and was.get(name) != fields.get(name)]
    stated = [(each.get("provenance") or {}).get("stated_timeliness") for each in (was, fields)]
    names += ["stated_timeliness"] * (stated[0] != stated[1])
    return [short(name) for name in names]


# -- idempotency keys and entries --

_IMPORT, _ANNULMENT = "import/", "import-annulled/"


def _step_id(key: str, name: str, number: int) -> str:
    """The idempotency key of a step, which identifies row and step in the log."""
    return f"{_IMPORT}{key}/{name}/{number}"


def annulment_id(batch: int, reference: str, number: int) -> str:
    """The idempotency key of an annulling amendment."""
    return f"{_ANNULMENT}{batch}/{reference}/{number}"


def _is_of_import(entry: Recorded) -> bool:
    return (entry.command_id or "").startswith((_IMPORT, _ANNULMENT))


def is_of_annulment(entry: Recorded) -> bool:
    return (entry.command_id or "").startswith(_ANNULMENT)


def _step_of(entry: Recorded) -> str:
    return "" if is_of_annulment(entry) else (entry.command_id or "").split("/")[2]


def _entries_of(history: Sequence[Recorded], key: str, name: str) -> list[Recorded]:
    start = f"{_IMPORT}{key}/{name}/"
    return [entry for entry in history if (entry.command_id or "").startswith(start)]


def amendments_of(history: Sequence[Recorded], version: int) -> list[Recorded]:
    """The entries in order."""
    return [
        entry for entry in history if isinstance(entry.event, EntryAmended) and entry.event.version == version
    ]


def _last_entry(history: Sequence[Recorded], version: int) -> Recorded:
    """The entry that is in force for this one: itself, or its last amendment."""
    return (amendments_of(history, version) or [history[version - 1]])[-1]


def _last_imported(history: Sequence[Recorded], entry: Recorded) -> Event | None:
    """The event as last imported, ignoring officers' corrections; None if an import withdrew it."""
    event: Event | None = entry.event
    for each in amendments_of(history, entry.originator_version):
        if _is_of_import(each) and isinstance(each.event, EntryAmended):
            event = each.event.replacement
    return event
