"""Every page of the console, in the order of the navigation."""

from __future__ import annotations

from typing import Any

from api.console import help_pages
from api.console.authority import audit, matters, numbers, people, streams
from api.console.cases import (
    amending,
    annulled,
    approvals,
    bulk,
    case_files,
    cases,
    document_register,
    documents,
    duties,
    event_pages,
    imports,
    letters,
    requests,
    retention,
    search,
    wordings,
)
from api.console.district import assessing, assessment_files, district, units
from api.console.login import entry, own, passkeys, second_factor, sign_on
from api.console.reports import checking, reports, statistics

HANDLERS: tuple[Any, ...] = (
    *duties.HANDLERS,
    *requests.HANDLERS,
    *annulled.HANDLERS,
    *bulk.HANDLERS,
    *retention.HANDLERS,
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
    *document_register.HANDLERS,
    *reports.HANDLERS,
    *people.HANDLERS,
    *streams.HANDLERS,
    *wordings.HANDLERS,
    *audit.HANDLERS,
    *units.HANDLERS,
    *district.HANDLERS,
    *matters.HANDLERS,
    *assessing.HANDLERS,
    *assessment_files.HANDLERS,
    *checking.HANDLERS,
    *help_pages.HANDLERS,
    *own.HANDLERS,
    *entry.HANDLERS,
    *second_factor.HANDLERS,
    *passkeys.HANDLERS,
    *sign_on.HANDLERS,
)
