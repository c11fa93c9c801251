"""Every page of the console, in the order of the navigation."""

from __future__ import annotations

from typing import Any

from api.console import approvals, cases, documents, duties, entry, event_pages, requests, search

HANDLERS: tuple[Any, ...] = (
    *duties.HANDLERS,
    *requests.HANDLERS,
    *cases.HANDLERS,
    *documents.HANDLERS,
    *event_pages.HANDLERS,
    *approvals.HANDLERS,
    *search.HANDLERS,
    *entry.HANDLERS,
)
