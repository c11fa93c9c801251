"""iCalendar (RFC 5545) with all-day events; the same days give the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from projections.agenda import Day

_LONGEST = 75
"""Maximum octets of a line; longer ones are folded (3.1)."""


def render(days: Sequence[tuple[Day, datetime]], code: str) -> bytes:
    """days: each with the time of its last change. code: of the authority, for unique ids."""
    return b"".join(_folded(line) for line in _lines(days, code))


def _lines(days: Sequence[tuple[Day, datetime]], code: str) -> Iterator[str]:
    yield from ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Taizhang//Taizhang//ZH", "CALSCALE:GREGORIAN")
    yield from ("NAME:台账期限", "X-WR-CALNAME:台账期限", "REFRESH-INTERVAL;VALUE=DURATION:PT1H")
    # A calendar must have at least one component (3.4).
    yield from ("BEGIN:VTIMEZONE", "TZID:Asia/Shanghai", "BEGIN:STANDARD", "DTSTART:19910915T000000")
    yield from ("TZOFFSETFROM:+0800", "TZOFFSETTO:+0800", "END:STANDARD", "END:VTIMEZONE")
    for day, changed_at in days:
        yield "BEGIN:VEVENT"
        yield f"UID:{_text(f'{day.id}@{code}.taizhang')}"
        yield f"DTSTAMP:{changed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
        yield f"DTSTART;VALUE=DATE:{day.on:%Y%m%d}"
        yield f"SUMMARY:{_text(day.words)}"
        yield from ("TRANSP:TRANSPARENT", "END:VEVENT")
    yield "END:VCALENDAR"


def _text(text: str) -> str:
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Fold a line, never within a character."""
    found, length = b"", 0
    for character in line:
        octets = character.encode()
        if length + len(octets) > _LONGEST:
            found, length = found + b"\r\n ", 1
        found, length = found + octets, length + len(octets)
    return found + b"\r\n"
