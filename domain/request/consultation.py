"""A consultation: whom was asked, until when, and what was replied."""

from __future__ import annotations

from datetime import date

import msgspec


class Consultation(msgspec.Struct, frozen=True):
    """Opened and, if it has ended, closed: Art. 32–34."""

    consultation: str
    consultee: str
    opened_on: date
    respond_by: date
    delivered_on: date | None
    closed_on: date | None = None
    reply: str | None = None
