"""Decoding the query of a request."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, ClassVar, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from msgspec import Meta

from adapters.register.recording.decoding import explained, literals
from adapters.views import Until
from api.today import today
from api.web.request import ApiRequest
from domain.law.refusals import Malformed
from domain.values import FIRST_YEAR, LAST_YEAR, Label, Period, is_label


def _wire_name(name: str) -> str:
    return name.removesuffix("_")


class Query(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=_wire_name):
    """Base of all queries; a field `from_` is the parameter `from`. texts: parameters that may have several lines, read by
    a parser of their own; all others are single-line labels, or lists of them.
    """

    texts: ClassVar[frozenset[str]] = frozenset()


RecordedUntil = Annotated[
    str | None,
    Meta(description="只看此时已登记的：日期（当日结束）、带时区的时刻或日志位置；缺省为现在"),
]


class AsOfQuery(Query, frozen=True, kw_only=True):
    """The log as it was at a position or time."""

    recorded_until: RecordedUntil = None

    @property
    def until(self) -> Until | None:
        return until_of(self.recorded_until)


Year = Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR - 1)]


class PeriodQuery(Query, frozen=True, kw_only=True):
    """A period: a year, or two days with both ends included; by default this year."""

    year: Annotated[Year | None, Meta(description="统计年度；缺省为本年")] = None
    from_: Annotated[date | None, Meta(description="统计期限的首日（含），与to同用")] = None
    to: Annotated[date | None, Meta(description="统计期限的末日（含）")] = None

    @property
    def period(self) -> Period:
        """Raises Malformed."""
        if self.from_ is None and self.to is None:
            return Period.year(self.year or today().year)
        if self.year is not None or self.from_ is None or self.to is None:
            raise Malformed(field="year：", problem="请给出year，或同时给出from和to")
        first, last = check_day("from", self.from_), check_day("to", self.to)
        if last < first:
            raise Malformed(field="to：", problem="早于from")
        return Period(first, last)


class PeriodAsOfQuery(PeriodQuery, frozen=True, kw_only=True):
    """A period, and the log as it was at a position or time."""

    recorded_until: RecordedUntil = None

    @property
    def until(self) -> Until | None:
        return until_of(self.recorded_until)


class RecordQuery(Query, frozen=True, kw_only=True):
    """Options of a recording."""

    preview: Annotated[bool, Meta(description="只判断并列出将有的变化，不保存")] = False
    acknowledged: Annotated[
        str,
        Meta(description="所确认的与规定不符之处的代码，以逗号分隔，恰为此项登记所增加的各项"),
    ] = ""
    on_behalf_of: Annotated[Label | None, Meta(description="代谁登记")] = None

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code in self.acknowledged.split(",") if code)


class ReceiveQuery(RecordQuery, frozen=True, kw_only=True):
    """Options of a receipt's recording."""

    reference: Annotated[str | None, Meta(description="自带的登记号，如2020-0017；缺省由台账顺序给出")] = None


def check_day(name: str, day: date) -> date:
    """A day. Raises Malformed."""
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise Malformed(field=f"{name}：", problem=f"日期须在{FIRST_YEAR}年至{LAST_YEAR - 1}年之间")
    return day


def moment(name: str, text: str) -> Until:
    """A time with its zone; an unescaped +, which arrives as a blank, is accepted. Raises Malformed."""
    try:
        return Until.parse(re.sub(r"(T[0-9:.]+) ([0-9]{2}:?[0-9]{2})\Z", r"\1+\2", text))
    except ValueError as wrong:
        raise Malformed(field=f"{name}：", problem=str(wrong)) from None


def until_of(recorded_until: str | None) -> Until | None:
    """Raises Malformed."""
    return None if recorded_until is None else moment("recorded_until", recorded_until)


@lru_cache(256)
def hints(handler: Callable[..., Any]) -> dict[str, Any]:
    """The type hints of a handler, without the framework's own annotations.

    Those within type arguments are kept: in Received[Applicant, Text] they are part of the type.
    """
    payload = get_type_hints(handler, include_extras=True)
    return {
        name: get_args(each)[0] if get_origin(each) is Annotated else each for name, each in payload.items()
    }


async def parse_query(request: ApiRequest) -> Any:
    """Raises Malformed for a parameter that is unknown, missing, given twice, or not of its type."""
    kind = hints(request.route_handler.fn).get("params")
    return None if kind is None else _decode_query(request.scope["query_string"], kind)


@lru_cache(128)  # most calls have no parameters
def _decode_query(query: bytes, kind: type[Query]) -> Any:
    given: dict[str, str] = {}
    for name, value in _pairs(query):
        shown = f"{name}：" if re.fullmatch(r"[a-z_]{1,40}", name) else ""
        if name not in kind.__struct_encode_fields__:
            allowed = "、".join(kind.__struct_encode_fields__)
            raise Malformed(field=shown, problem=f"没有这一参数；可用：{allowed}")
        if name in given:
            raise Malformed(field=shown, problem="同一参数写了两次")
        if not value and _is_blank_by_default(kind, name):
            continue  # generated clients send empty parameters
        if name in getattr(kind, "texts", ()):  # not every struct is a Query
            if any("\ud800" <= letter <= "\udfff" for letter in value):
                raise Malformed(field=shown, problem="不是UTF-8文字")
        elif not all(map(is_label, value.split(","))):
            raise Malformed(field=shown, problem="应为200字以内的文字，不含控制字符")
        given[name] = value
    try:
        found = msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as wrong:
        raise _of_parameter(str(wrong), kind) from None
    for field, name in zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True):
        if name in given and type(value := getattr(found, field)) is int and str(value) != given[name]:
            raise Malformed(field=f"{name}：", problem="应为整数")  # 1e2 is 100 to a lenient reader
    return found


def _is_blank_by_default(kind: type[Query], name: str) -> bool:
    fields = msgspec.structs.fields(kind)
    return any(each.encode_name == name and each.default == "" for each in fields)


def _pairs(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="surrogateescape")
    except ValueError:
        raise Malformed(field="", problem="查询参数不是UTF-8文字") from None


def refuse_unknown_parameters(request: Request[Any, Any, Any]) -> None:
    """Refuse every parameter of a route without `params`. Raises Malformed."""
    if request.scope["query_string"] and "params" not in hints(request.route_handler.fn):
        raise Malformed(field="", problem="这一地址没有查询参数")


def _of_parameter(message: str, kind: type[Query]) -> Malformed:
    """msgspec's error as a Malformed that names the parameter."""
    if missing := re.search(r"missing required field `(\w+)`", message):
        return Malformed(field=f"{missing[1]}：", problem="缺少这一项")
    text, _, path = message.rpartition(" - at `$.")
    name = path.rstrip("`")
    field = kind.__struct_fields__[kind.__struct_encode_fields__.index(name)]
    choices = "、".join(literals(hints(kind)[field]))
    if choices:
        return Malformed(field=f"{name}：", problem=f"可用：{choices}")
    return Malformed(field=f"{name}：", problem=explained(text).facts["problem"])
