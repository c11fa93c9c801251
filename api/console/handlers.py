"""Every page of the console, in the order of the navigation."""

from __future__ import annotations

from typing import Any

from api.console import cases, duties, entry, event_pages, requests

HANDLERS: tuple[Any, ...] = (
    *duties.HANDLERS,
    *requests.HANDLERS,
    *cases.HANDLERS,
    *event_pages.HANDLERS,
    *entry.HANDLERS,
)
