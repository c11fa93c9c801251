"""Every page of the console, in the order of the navigation."""

from __future__ import annotations

from typing import Any

from api.console import (
    amending,
    annulled,
    approvals,
    audit,
    case_files,
    cases,
    checking,
    documents,
    duties,
    entry,
    event_pages,
    imports,
    letters,
    numbers,
    own,
    passkeys,
    people,
    reports,
    requests,
    search,
    second_factor,
    statistics,
    streams,
    units,
)

HANDLERS: tuple[Any, ...] = (
    *duties.HANDLERS,
    *requests.HANDLERS,
    *annulled.HANDLERS,
    *cases.HANDLERS,
    *documents.HANDLERS,
    *case_files.HANDLERS,
    *amending.HANDLERS,
    *imports.HANDLERS,
    *letters.HANDLERS,
    *numbers.HANDLERS,
    *event_pages.HANDLERS,
    *approvals.HANDLERS,
    *search.HANDLERS,
    *statistics.HANDLERS,
    *reports.HANDLERS,
    *people.HANDLERS,
    *streams.HANDLERS,
    *audit.HANDLERS,
    *units.HANDLERS,
    *checking.HANDLERS,
    *own.HANDLERS,
    *entry.HANDLERS,
    *second_factor.HANDLERS,
    *passkeys.HANDLERS,
)
