"""Back in a filled form: after a login in the middle of it, or where it was made for another session."""

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
"""Of the other forms, which hold little or nothing that was typed, the page that they stand on."""

_FORMS: list[tuple[re.Pattern[str], Resumes]] = []


def resumes(pattern: str) -> Callable[[Resumes], Resumes]:
    """The function shows the form that lies at these addresses, filled with what was given."""

    def register(shows: Resumes) -> Resumes:
        _FORMS.append((re.compile(pattern), shows))
        return shows

    return register


async def resume(request: ApiRequest, path: str, given: Given) -> Response[Any]:
    """The form at the path as it was typed; else the page it stands on; the first page where it was another's."""
    officer = request.caller.principal.officer
    if not given or last(given, "by", officer) != officer:
        return to("/")
    for pattern, shows in _FORMS:
        if found := pattern.fullmatch(path):
            await me(request)
            return await shows(request, given, **found.groupdict())
    pages = (found.expand(page) for pattern, page in _PAGES if (found := re.fullmatch(pattern, path)))
    return to(next(pages, "/"))
