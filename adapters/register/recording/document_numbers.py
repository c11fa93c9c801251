"""Assigns document numbers (文号) within a unit of work, and lists the numbers of a series."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL
from adapters.register.recording.recording import Recording
from adapters.views import View
from domain.authority.number_events import LAST_SERIAL, NumberSeriesSet
from domain.entry import Event, Recorded
from domain.law.refusals import Malformed, UnknownCode
from domain.letters import document_numbers
from domain.letters.document_numbers import NUMBERED, Gap
from domain.request.events import EntryAmended, resulting
from domain.values import reference_in

LISTED = 500
"""Numbers on a page."""

MOST_GAPS = 200


def lacks_number(event: Event) -> bool:
    """Whether the event, or the replacement of one in an amendment, needs a document number and has none."""
    content: Any = resulting(event)
    return type(content) in NUMBERED and content.document_no is None


class _Count:
    """last: the highest number in use. taken: other numbers that must not be assigned again."""

    def __init__(self, last: int, taken: set[int]) -> None:
        self.last = last
        self.taken = taken

    @property
    def next(self) -> int:
        serial = self.last + 1
        while serial in self.taken:
            serial += 1
        return serial

    def use(self, serial: int) -> None:
        self.last = max(self.last, serial)


class DocumentNumbers:
    """Assigns from the stored numbers and from the entries of the unit of work, which may be rolled back."""

    def __init__(self, authority_id: int) -> None:
        self._authority_id = authority_id
        self._stored: dict[tuple[str, int], _Count] = {}
        self._counts: dict[tuple[frozenset[str], int], _Count] = {}

    async def read(
        self,
        connection: Connection,
        entered: Sequence[NumberSeriesSet],
        recordings: Sequence[Recording],
        histories: Iterable[tuple[str, Sequence[Recorded]]],
    ) -> None:
        """entered: the authority's series. histories: of the requests concerned, by stream. Queries the database only
        if a number must be assigned.
        """
        contents = [resulting(each.event) for each in recordings]
        entered = [*entered, *(each for each in contents if isinstance(each, NumberSeriesSet))]
        letters = {letter for each in entered for letter in each.letters}
        if not any(
            each and lacks_number(each) and document_numbers.letter_of(each) in letters for each in contents
        ):
            return
        known = dict(histories)
        entries = [each.event for history in known.values() for each in history]
        years = {each.on.year for each in (*contents, *map(resulting, entries)) if each is not None}
        forms = sorted({document_numbers.form(each) for each in entered})
        rows = await connection.fetch(
            SQL["last_document_numbers"], self._authority_id, forms, sorted(years), list(known)
        )
        for row in rows:
            self._stored[row["form"], row["year"]] = _Count(row["last"], set(row["withdrawn"]))

    def next(
        self,
        rule: NumberSeriesSet,
        entered: Sequence[NumberSeriesSet],
        year: int,
        histories: Iterable[Sequence[Recorded]],
    ) -> str:
        """The number after the highest in use; a withdrawn number is not assigned again. Raises Malformed."""
        key = document_numbers.forms(entered, rule.series), year
        count = self._counts.get(key)
        if count is None:
            count = self._counts[key] = self._counted(*key, histories)
        if (serial := count.next) > LAST_SERIAL:
            raise Malformed(
                field="event.document_no：", problem=f"{rule.series}{year}年的文号已编到{LAST_SERIAL}"
            )
        return document_numbers.written(rule, year, serial)

    def _counted(self, forms: frozenset[str], year: int, histories: Iterable[Sequence[Recorded]]) -> _Count:
        stored = [self._stored[form, year] for form in forms]
        found = _Count(
            max(each.last for each in stored), {serial for each in stored for serial in each.taken}
        )
        for history in histories:
            for use in document_numbers.uses(history):
                if use.form in forms and use.year == year and use.serial is not None:
                    found.taken.add(use.serial)
                    if use.state != "withdrawn":
                        found.use(use.serial)
        return found

    def follow(self, event: Event) -> None:
        """Add an entry of the unit of work."""
        if isinstance(event, EntryAmended):
            self.forget()
        elif self._counts and (number := getattr(event, "document_no", None)) is not None:
            where = document_numbers.place(number)
            for (forms, year), count in self._counts.items():
                if where is not None and (where.form in forms and where.year == year):
                    count.use(where.serial)

    def forget(self) -> None:
        """The histories have changed: forget what was derived from them."""
        self._counts.clear()


# -- the list --


class Numbered(msgspec.Struct, frozen=True):
    """A number on a paper, in a draft, or on an entry that has been corrected."""

    serial: int
    document_no: str
    reference: str
    version: int
    letter: str
    on: str
    number_state: str


class SeriesListed(msgspec.Struct, frozen=True):
    """A page of the numbers of a series and year. next_document_no: the next to be assigned. next: value of
    `after` to go on, where more follow. gaps: the first MOST_GAPS of the year, explained or not.
    """

    series: str
    year: int
    next_document_no: str
    numbers: tuple[Numbered, ...]
    gaps: tuple[Gap, ...]
    next: int | None = None


async def following(view: View, rule: NumberSeriesSet, year: int) -> str:
    """The number that would be assigned next."""
    forms = sorted(document_numbers.forms(view.authority.number_series, rule.series))
    rows = await view.fetch(SQL["last_document_numbers"], forms, [year], [])
    count = _Count(max(row["last"] for row in rows), {serial for row in rows for serial in row["withdrawn"]})
    return document_numbers.written(rule, year, count.next)


async def listed(view: View, series: str, year: int, after: int = 0) -> SeriesListed:
    """As they are now. Raises UnknownCode for a series that was never set."""
    authority = view.authority
    entered = [each for each in authority.number_series if each.series == series]
    if not entered:
        known = "、".join(dict.fromkeys(each.series for each in authority.number_series))
        raise UnknownCode(field="series", allowed=known or "无，先设定文号")
    forms = sorted(document_numbers.forms(entered, series))
    rows = await view.fetch(SQL["document_numbers"], forms, year, after, LISTED + 1)
    kept = rows[:LISTED]
    if len(rows) > LISTED:  # papers of one serial stay on one page: the next begins after it
        kept = [each for each in kept if each["serial"] != rows[LISTED]["serial"]] or kept
    gaps = await view.fetch(SQL["document_number_gaps"], forms, year, MOST_GAPS)
    numbers = tuple(
        Numbered(
            row["serial"],
            row["document_no"],
            reference_in(row["stream"]),
            row["version"],
            row["letter"],
            str(row["on_date"]),
            row["state"],
        )
        for row in kept
    )
    return SeriesListed(
        series=series,
        year=year,
        next_document_no=await following(view, entered[-1], year),
        numbers=numbers,
        gaps=tuple(
            document_numbers.explained(
                [(row["first"], row["last"]) for row in gaps], authority.number_gaps, series, year
            )
        ),
        next=numbers[-1].serial if len(rows) > LISTED else None,
    )
