"""Finds requests by text on a paper: reference, number of a document, case, archive or parcel, subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import normalize

from adapters.postgres.queries import SQL
from adapters.views import View
from domain.entry import Recorded
from domain.request.amendment import amended
from domain.values import Reference, is_label, reference_in
from projections import search
from projections.listing import Filter, Order
from projections.register import RequestRow

_REFERENCE = re.compile(r"(20\d{2}|2100) ?(?:[-—–]|年第?) ?0*([1-9]\d{0,8})号?")
"""Accepted spellings: 2026-0001, 2026-1, 2026年第1号."""


async def by_label(view: View, text: str, limit: int) -> list[RequestRow]:
    """Requests whose reference, subject or a number contains the text, the latest first; for a complete reference only
    that one."""
    text = text.strip()
    rows: list[RequestRow] = []
    number = normalize("NFKC", text)
    if match := _REFERENCE.fullmatch(number):
        exact = await view.row(Reference(int(match[1]), int(match[2])))
        rows = [exact] if exact is not None else []
        if exact is not None and number == exact.reference:
            return rows
    if re.fullmatch(r"[0-9-]{1,14}", number):
        found, _ = await view.page(Filter(reference=number), Order(), limit=limit, offset=0)
        rows += [row for row in found if row not in rows]
    if len(text) > 1 and is_label(text) and '"' not in text and "\\" not in text:
        known = {row.reference for row in rows}
        for typed in search.ways_of_typing(text):
            saying = await _saying(view, typed, limit)
            rows += [row for row in saying if row.reference not in known]
            if saying:
                break
    return rows[:limit]


def _in_force(view: View, history: Sequence[Recorded]) -> Sequence[Recorded]:
    """The entries after amendments that the caller may see, so that a superior finds nothing by the text of a draft."""
    return view.sight.entries(amended(history) or [], {history[0].originator_id: history})


async def _saying(view: View, text: str, limit: int) -> list[RequestRow]:
    """Requests of which an entry, after amendments, contains the text outside its sealed values."""
    topics, fields = list(search.TOPICS), list(search.FIELDS)
    part, wanted = search.longest_part(text), search.folded(text)
    rows = await view.fetch_planned(
        SQL["streams_saying"], topics, part, limit, view.position, fields, wanted, search.BRACKETS, search.AS
    )
    histories = await view.histories([Reference.parse(reference_in(row["stream"])) for row in rows])
    containing = [history for history in histories if search.says(_in_force(view, history), text)]
    return await view.named([reference_in(history[0].originator_id) for history in containing])
