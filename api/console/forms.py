"""What a form or a query of a page brought along, and whether it is of this session."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from litestar.datastructures import UploadFile
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from adapters.refusals import PurposeRequired
from adapters.register.decoding import explained
from api.web.call_refusals import OtherMediaType, TooLarge
from api.web.request import ApiRequest
from domain.law.refusals import Malformed
from domain.values import is_label

T = TypeVar("T")

URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
MOST_FIELDS = 2000

Given = dict[str, list[str]]
"""Every value by its field's name, in the order sent."""


def first(given: Mapping[str, list[str]], name: str, default: str = "") -> str:
    values = given.get(name)
    return values[0] if values else default


def last(given: Mapping[str, list[str]], name: str, default: str = "") -> str:
    """Of a field that a button sends again, the button's."""
    values = given.get(name)
    return values[-1] if values else default


def whole_number(text: str, least: int, most: int) -> int | None:
    """The number that is typed; None where it is none, or outside."""
    digits = text.strip()
    found = int(digits) if re.fullmatch("[0-9]{1,9}", digits) else None
    return found if found is not None and least <= found <= most else None


def purpose(given: Given) -> str:
    """What personal data are read for, chosen or typed. Raises PurposeRequired."""
    found = last(given, "other").strip() or last(given, "purpose")
    if not is_label(found):
        raise PurposeRequired
    return found


async def read(request: ApiRequest) -> Given:
    """The fields of the body, once for a request. Raises OtherMediaType, TooLarge or Malformed."""
    known: Given | None = request.scope.get("taizhang.form")  # type: ignore[assignment]
    if known is None:
        known = await _read(request)
        request.scope["taizhang.form"] = known  # type: ignore[typeddict-unknown-key]
    return known


def files(request: ApiRequest) -> dict[str, list[UploadFile]]:
    """What was uploaded, by the field's name; after `read`."""
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
    """Whether the form was made for the session it came with."""
    secret = request.caller.secret
    wanted = secret.csrf if secret is not None else ""
    return secrets.compare_digest(
        last(given, "csrf").encode("utf-8", "surrogateescape"), wanted.encode() or b"-"
    )


def is_from_elsewhere(request: ApiRequest) -> bool:
    """Whether the browser says that another site sent it."""
    return (request.header("sec-fetch-site") or "same-origin") not in ("same-origin", "none")


def query_of(request: ApiRequest, kind: type[T]) -> T:
    """The query as the struct, empty fields left out: a form in a page sends them all. Raises Malformed."""
    try:
        pairs = parse_qsl(request.scope["query_string"].decode("ascii"), errors="strict", max_num_fields=100)
    except ValueError:
        raise Malformed(field="", problem="地址中的参数不能读出") from None
    names = kind.__struct_encode_fields__  # type: ignore[attr-defined]
    found: dict[str, Any] = {name: value.strip() for name, value in pairs if name in names and value.strip()}
    try:
        return msgspec.convert(found, kind, strict=False)
    except msgspec.ValidationError as wrong:
        raise explained(str(wrong)) from None
