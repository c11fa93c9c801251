"""Finding requests over HTTP: by the label on a paper, by applicant, by words in sealed texts.

Searches of sealed data take their terms in the body, since proxies log addresses.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta

from adapters.register.reading import finding
from adapters.register.reading.word_search import words_of
from adapters.vault.blind_index import By
from api.web.query import AsOfQuery, check_day
from api.web.request import ApiRequest
from api.web.requests import note_reading
from api.web.responses import json
from domain.law.refusals import Malformed
from domain.values import Label, Period, Value
from projections.register import RequestRow

MOST = 50

_BY: dict[str, By] = {"name": "name", "id_number": "id_number", "phone": "contacts"}


class LabelQuery(AsOfQuery, frozen=True, kw_only=True):
    """The text of the label on the paper."""

    text: Annotated[Label, Meta(description="登记号、申请事项、文号、案号、档号、邮件单号，或其一部分")]


class PersonSearch(Value, frozen=True, kw_only=True):
    """Applicant, and purpose of the access."""

    by: Annotated[Literal["name", "id_number", "phone"], Meta(description="phone：电话或电子邮箱")]
    text: Annotated[Label, Meta(description="申请人（含共同申请人）或代理人的姓名或名称、号码，须全部相同")]
    purpose: Annotated[Label | None, Meta(description="查阅的目的；已任用人员的机关必须写明")] = None


class WordSearch(Value, frozen=True, kw_only=True):
    """Words, the requests to search, and the purpose of the access."""

    words: Annotated[Label, Meta(description="空格分开的各词都要有，至多十个")]
    received_from: Annotated[date, Meta(description="收到日期的首日（含）")]
    received_to: Annotated[date, Meta(description="收到日期的末日（含）")]
    purpose: Annotated[Label | None, Meta(description="查阅的目的；已任用人员的机关必须写明")] = None


class Found(msgspec.Struct, frozen=True):
    """requests: the latest first. more: the list is cut. incomplete: requests recorded before applicants' names were indexed
    are not found by name.
    """

    requests: list[RequestRow]
    more: Annotated[bool, Meta(description="是否另有未列出的")]
    incomplete: Annotated[bool, Meta(description="是否有此前登记、还不能按姓名找到的")] = False


@get("/find", operation_id="findRequests", summary="查找申请", opt={"act": "read"})
async def find(
    request: ApiRequest, code: FromPath[str], params: NamedDependency[SkipValidation[LabelQuery]]
) -> Response[Found]:
    """登记号、申请事项、文号、案号、档号、邮件单号，填一部分即可；填全登记号的只列那一件。新的在前，至多五十件。"""
    async with request.view(code, params.until) as view:
        rows = await finding.by_label(view, params.text, MOST + 1)
    return json(Found(rows[:MOST], len(rows) > MOST))


@post(
    "/find/people",
    operation_id="findRequestsOfPerson",
    summary="按申请人查找",
    status_code=200,
    opt={"act": "read_personal"},
)
async def find_people(
    request: ApiRequest, code: FromPath[str], payload: NamedDependency[SkipValidation[PersonSearch]]
) -> Response[Found]:
    """按申请人或代理人的姓名、证件号码、电话或电子邮箱，全部相同的；已限制处理、已销毁的查不到。查阅及其目的记入访问日志。"""
    personal = request.register.personal_data
    await note_reading(request, code, "search", payload.purpose)
    rows, count = await personal.asked_by(code, payload.text, (_BY[payload.by],))
    incomplete = payload.by == "name" and await personal.lacks_names(code)
    return json(Found(rows, len(rows) < count, incomplete))


@post(
    "/find/words",
    operation_id="findRequestsByWords",
    summary="按封存的文字查找",
    status_code=200,
    opt={"act": "read_personal"},
)
async def find_words(
    request: ApiRequest, code: FromPath[str], payload: NamedDependency[SkipValidation[WordSearch]]
) -> Response[Found]:
    """在所问期间收到的申请中，申请内容、告知和答复的正文写有各词的；一次至多查看20,000件文字。查阅及其目的记入访问日志。"""
    first, last = (
        check_day("received_from", payload.received_from),
        check_day("received_to", payload.received_to),
    )
    if last < first:
        raise Malformed(field="received_to：", problem="早于received_from")
    words = words_of(payload.words)
    async with request.word_searches.taken():
        await note_reading(request, code, "search", payload.purpose)
        found = await request.register.word_search.search(code, words, Period(first, last))
    return json(Found(found.requests, found.more))


HANDLERS = (find, find_people, find_words)
