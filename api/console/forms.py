"""Reading forms and queries of pages, and their CSRF check."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar, get_args, get_type_hints
from urllib.parse import parse_qsl

import msgspec
from litestar.datastructures import UploadFile
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from adapters.refusals import PurposeRequired
from adapters.register.recording.decoding import explained
from api.web.call_refusals import OtherMediaType, TooLarge
from api.web.query import moment
from api.web.request import ApiRequest
from domain.law.refusals import Malformed
from domain.values import is_label
from projections.typed_days import iso_day

T = TypeVar("T")

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
MOST_FIELDS = 2000

Given = dict[str, list[str]]
"""All values by field name, in the order sent."""


def first(given: Mapping[str, list[str]], name: str, default: str = "") -> str:
    values = given.get(name)
    return values[0] if values else default


def last(given: Mapping[str, list[str]], name: str, default: str = "") -> str:
    """The last value of a field, which is a button's if one sends the same field."""
    values = given.get(name)
    return values[-1] if values else default


def whole_number(text: str, least: int, most: int) -> int | None:
    """The typed number; None if it is not one, or out of range."""
    digits = text.strip()
    found = int(digits) if re.fullmatch("[0-9]{1,9}", digits) else None
    return found if found is not None and least <= found <= most else None


def purpose(given: Given) -> str:
    """The chosen or typed purpose of reading personal data. Raises PurposeRequired."""
    found = last(given, "other").strip() or last(given, "purpose")
    if not is_label(found):
        raise PurposeRequired
    return found


async def read(request: ApiRequest) -> Given:
    """Read the fields of the body, once a request. Raises OtherMediaType, TooLarge or Malformed."""
    known: Given | None = request.scope.get("taizhang.form")  # type: ignore[assignment]
    if known is None:
        known = await _read(request)
        request.scope["taizhang.form"] = known  # type: ignore[typeddict-unknown-key]
    return known


def files(request: ApiRequest) -> dict[str, list[UploadFile]]:
    """Uploaded files by field name; call after `read`."""
    found: dict[str, list[UploadFile]] = request.scope.get("taizhang.files", {})  # type: ignore[assignment]
    return found


async def _read(request: ApiRequest) -> Given:
    kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
    try:
        if kind == MULTIPART:
            return await _read_parts(request)
        if kind not in ("", URLENCODED):
            raise OtherMediaType
        body = await request.body()
    except RequestEntityTooLarge:
        raise TooLarge from None
    try:
        pairs = parse_qsl(
            body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
    except ValueError:
        raise Malformed(field="", problem="表单不能读出") from None
    return _gathered(pairs)


async def _read_parts(request: ApiRequest) -> Given:
    data = await request.form()
    uploads: dict[str, list[UploadFile]] = {}
    for name, value in data.multi_items():
        if isinstance(value, UploadFile):
            uploads.setdefault(name, []).append(value)
    request.scope["taizhang.files"] = uploads  # type: ignore[typeddict-unknown-key]
    return _gathered((name, value) for name, value in data.multi_items() if isinstance(value, str))


def _gathered(pairs: Iterable[tuple[str, str]]) -> Given:
    given: Given = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    return given


def is_of_session(request: ApiRequest, given: Given) -> bool:
    """Whether the form has the CSRF token of its session."""
    secret = request.caller.secret
    wanted = secret.csrf if secret is not None else ""
    return secrets.compare_digest(
        last(given, "csrf").encode("utf-8", "surrogateescape"), wanted.encode() or b"-"
    )


def is_from_elsewhere(request: ApiRequest) -> bool:
    """Whether the browser says that another site sent it (Sec-Fetch-Site)."""
    return (request.header("sec-fetch-site") or "same-origin") not in ("same-origin", "none")


def query_of(request: ApiRequest, kind: type[T]) -> T:
    """The query as the struct, empty fields left out: a form in a page sends them all. Days as people type them.

    Raises Malformed, which names the field as the page does.
    """
    try:
        pairs = parse_qsl(request.scope["query_string"].decode("ascii"), errors="strict", max_num_fields=100)
    except ValueError:
        raise Malformed(field="", problem="地址中的参数不能读出") from None
    days = _days_of(kind)  # type: ignore[arg-type]
    names = kind.__struct_encode_fields__  # type: ignore[attr-defined]
    found: dict[str, Any] = {name: value.strip() for name, value in pairs if name in names and value.strip()}
    for name, value in found.items():
        if name in days:
            found[name] = iso_day(value)
        elif name in _MOMENTS:
            found[name] = _moment(name, value)
    try:
        return msgspec.convert(found, kind, strict=False)
    except msgspec.ValidationError as wrong:
        at = re.search(r" - at `\$\.(\w+)`$", str(wrong))
        name = at[1] if at else ""
        problem = str(explained(str(wrong)).facts["problem"])
        if name in days:
            problem = f"“{found[name][:30]}”不是日期，应如2020-03-02、2020.3.2"
        raise Malformed(field=f"{_ASKED[name]}：" if name in _ASKED else "", problem=problem) from None


_MOMENTS = frozenset({"recorded_until", "before", "after"})

_ASKED = {
    "recorded_until": "只计截至",
    "before": "前一时刻",
    "after": "后一时刻",
    "year": "年度",
    "from": "自",
    "to": "至",
    "on": "哪一天",
    "received_from": "收到不早于",
    "received_to": "收到不晚于",
    "closed_from": "办结不早于",
    "closed_to": "办结不晚于",
    "due_before": "期限早于",
    "overdue_on": "到何日逾期未办结",
    "unit": "承办单位",
    "officer": "承办人",
    "split_from": "由哪件拆分",
    "reference": "登记号",
    "q": "查找的文字",
    "purpose": "用途",
    "page": "页",
}
"""Chinese names of the query's fields."""


@cache
def _days_of(kind: type[Any]) -> frozenset[str]:
    """Names in the query whose value is a day."""
    hints = get_type_hints(kind)
    names: tuple[str, ...] = kind.__struct_encode_fields__
    fields: tuple[str, ...] = kind.__struct_fields__
    return frozenset(
        name
        for name, field in zip(names, fields, strict=True)
        if date in (hints[field], *get_args(hints[field]))
    )


def _moment(name: str, text: str) -> str:
    """A moment of the log; a time without a zone is Beijing's. Raises Malformed."""
    asked = iso_day(text)
    if timed := re.fullmatch(r"(.+?)[ T]+(\d{1,2})[:：](\d{2})(:\d{2})?", text):
        asked = f"{iso_day(timed[1])}T{int(timed[2]):02}:{timed[3]}{timed[4] or ':00'}+08:00"
    try:
        moment(name, asked)
    except Malformed:
        problem = f"“{text[:30]}”应为日期或时刻（如2021-01-20、2021-01-20 09:00），或日志位置"
        raise Malformed(field=f"{_ASKED[name]}：", problem=problem) from None
    return asked
