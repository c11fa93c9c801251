"""Archived files whose retention period ends in a year."""

from __future__ import annotations

from datetime import date

from adapters.postgres.queries import SQL
from adapters.views import View
from domain.request.judging import replay
from projections import retention
from projections.retention import Expired, Level

_BATCH = 500


async def in_year(view: View, year: int, level: Level, today: date) -> list[Expired]:
    """The earliest first; see `retention.expired`."""
    latest = date(year - retention.SHORTEST, 12, 31)
    rows = await view.fetch(SQL["streams_of_files"], latest, view.position, year)
    streams = [row["stream"] for row in rows]
    found = []
    for start in range(0, len(streams), _BATCH):
        for history in (await view.streams(streams[start : start + _BATCH])).values():
            one = retention.expired(replay(history, view.law), history, year, level, today)
            found += [one] if one else []
    return sorted(found, key=lambda each: (each.since, each.reference))
