"""Restoring a filled form after a login, or if it was made for another session."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response

from api.console.forms import Given, last
from api.console.frame import me, to
from api.web.request import ApiRequest

Resumes = Callable[..., Awaitable[Response[Any]]]

_PAGES = (
    (r"(/imports|/check|/search|/requests/\d{4}-\d{4,9}/(?:documents|letters)/[a-z_0-9/]+)", r"\1"),
    (r"(/requests/\d{4}-\d{4,9})/.+", r"\1"),
    ("(/me|/people|/audit|/check)/.+", r"\1"),
    ("/passkeys/.+", "/me"),
)
"""For other forms, which hold little input, the page that contains them."""

_FORMS: list[tuple[re.Pattern[str], Resumes]] = []


def resumes(pattern: str) -> Callable[[Resumes], Resumes]:
    """Registers a function that shows the form of these paths with given values."""

    def register(shows: Resumes) -> Resumes:
        _FORMS.append((re.compile(pattern), shows))
        return shows

    return register


async def resume(request: ApiRequest, path: str, given: Given) -> Response[Any]:
    """The form of the path as filled in, else the page that contains it; the first page if it was another officer's."""
    officer = request.caller.principal.officer
    if not given or last(given, "by", officer) != officer:
        return to("/")
    for pattern, shows in _FORMS:
        if found := pattern.fullmatch(path):
            await me(request)
            return await shows(request, given, **found.groupdict())
    pages = (found.expand(page) for pattern, page in _PAGES if (found := re.fullmatch(pattern, path)))
    return to(next(pages, "/"))
