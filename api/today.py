"""Today's date. Only api/ reads the clock; everything below is given the day."""

from __future__ import annotations

from datetime import date, datetime

from domain.values import SHANGHAI


def today() -> date:
    """Today in Shanghai."""
    return datetime.now(SHANGHAI).date()
