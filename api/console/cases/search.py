"""The search box: references, numbers of documents, cases, archives and parcels, or parts of them; names; words."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, get_args

import msgspec
from litestar import Response, get, post
from msgspec import Meta

from adapters.register.reading import finding
from adapters.register.reading.word_search import words_of
from adapters.vault.blind_index import By
from api.console import forms
from api.console.cases.cases import PURPOSES
from api.console.forms import last, query_of
from api.console.frame import at, code_of, page, to
from api.console.standing import of_row
from api.today import today
from api.web.request import ApiRequest
from api.web.requests import note_reading
from domain.law.refusals import Malformed
from domain.values import Period, is_label
from projections.typed_days import iso_day

MOST = 50


class SearchQuery(msgspec.Struct, frozen=True):
    q: Annotated[str, Meta(max_length=200)] = ""


@get("/search", **at("read"))
async def search(request: ApiRequest) -> Response[Any]:
    """查找。"""
    text = query_of(request, SearchQuery).q.strip()
    async with request.register.view(code_of(request)) as view:
        rows = await finding.by_label(view, text, MOST)
        calendar = view.law.calendar
    if len(rows) == 1:
        return to(f"/requests/{rows[0].reference}")
    on = today()
    found = [(row, of_row(row, on, calendar)) for row in rows]
    return await page(
        request, "search.html", searched=text, found=found, people=None, by_words=None, purposes=PURPOSES
    )


@post("/search", status_code=200, **at("read_personal"))
async def search_people(request: ApiRequest) -> Response[Any]:
    """Search by an applicant's or agent's name, id number or telephone; writes the purpose to the access log."""
    given, code = await forms.read(request), code_of(request)
    identity = last(given, "identity").strip()
    purpose = forms.purpose(given)
    if not is_label(identity):
        raise Malformed(field="", problem="请填写姓名、证件号码、电话或电子邮箱")
    await note_reading(request, code, "search", purpose)
    found = await request.register.personal_data.asked_by(code, identity, get_args(By))
    lacking = await request.register.personal_data.lacks_names(code)
    return await page(
        request,
        "search.html",
        searched="",
        found=[],
        people=found,
        lacking=lacking,
        by_words=None,
        purposes=PURPOSES,
    )


@post("/search/words", status_code=200, **at("read_personal"))
async def search_words(request: ApiRequest) -> Response[Any]:
    """Search by words in sealed texts of requests received in a period; writes the purpose to the access log."""
    given, code = await forms.read(request), code_of(request)
    words, received = words_of(last(given, "words")), _period(last(given, "from"), last(given, "to"))
    purpose = forms.purpose(given)
    async with request.word_searches.taken():
        await note_reading(request, code, "search", purpose)
        by_words = await request.register.word_search.search(code, words, received)
    return await page(
        request, "search.html", searched="", found=[], people=None, by_words=by_words, purposes=PURPOSES
    )


def _period(first: str, last_: str) -> Period:
    """Raises Malformed."""
    try:
        found = date.fromisoformat(iso_day(first)), date.fromisoformat(iso_day(last_))
    except ValueError:
        raise Malformed(field="", problem="请写明收到日期的首日和末日") from None
    if found[1] < found[0]:
        raise Malformed(field="", problem="收到日期的末日早于首日")
    return Period(*found)


HANDLERS = (search, search_people, search_words)
