"""The day it is: only the doors ask, nothing below them."""

from __future__ import annotations

from datetime import date, datetime

from domain.values import SHANGHAI


def today() -> date:
    """The day in Shanghai."""
    return datetime.now(SHANGHAI).date()
