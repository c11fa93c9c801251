"""What a call asks and tells: query, headers and body. Whatever is amiss is told in Chinese by its name.

A handler's signature is the truth: `asked` is decoded from the query as the struct it is annotated with, `told`
from the body; a parameter that the struct has not is refused, as is any where there is no `asked`.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import lru_cache
from types import UnionType
from typing import Annotated, Any, Union, cast, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

import msgspec
from litestar import Request
from litestar.di import NamedDependency
from msgspec import Meta

from adapters import recording
from adapters.recording import Recording
from adapters.store import Store
from adapters.views import Until
from api.today import today
from api.web.answering import JSON, Exports, Remembered
from api.web.auth import Caller
from api.web.headers import header
from api.web.metrics import Metrics
from api.web.problems import OtherMediaType, TooLarge, TooSlow
from api.web.sealing import Sealer
from domain import errors
from domain.events import Event, type_of
from domain.values import FIRST_YEAR, LAST_YEAR, Label, Period, Reference, is_label


class Call(Request[Any, Any, Any]):
    """A call with what every handler may need; as dependencies each would cost more than most answers do."""

    def header(self, name: str) -> str | None:
        """The first of the name, in lower case; None where the call has none."""
        return header(self.scope, name)

    @property
    def store(self) -> Store:
        store: Store = self.app.state.store
        return store

    @property
    def metrics(self) -> Metrics:
        metrics: Metrics = self.app.state.metrics
        return metrics

    @property
    def exports(self) -> Exports:
        exports: Exports = self.app.state.exports
        return exports

    @property
    def remembered(self) -> Remembered:
        remembered: Remembered = self.app.state.remembered
        return remembered

    @property
    def sealer(self) -> Sealer:
        sealer: Sealer = self.app.state.sealer
        return sealer

    @property
    def caller(self) -> Caller:
        """Who calls; there is nobody on an open route."""
        caller: Caller = self.scope["taizhang.caller"]  # type: ignore[typeddict-item]
        return caller

    @property
    def actor(self) -> str:
        return self.caller.actor


BODY_LIMIT = 1_048_576
SLOWEST_BODY = 10.0
"""Seconds for which the body is waited for, in all."""
_DRAIN_SECONDS, _DRAIN_BYTES = 2.0, 16_777_216


def _wire_name(name: str) -> str:
    return name.removesuffix("_")


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename=_wire_name):
    """Root of what can be asked in a query; `from_` is `from` there."""


RecordedUntil = Annotated[
    str | None,
    Meta(description="只看此时已登记的：日期（当日结束）、带时区的时刻或日志位置；缺省为现在"),
]


class AsRecorded(Asked, frozen=True, kw_only=True):
    """At which moment of the log."""

    recorded_until: RecordedUntil = None

    @property
    def until(self) -> Until | None:
        return until_of(self.recorded_until)


Year = Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR - 1)]


class OverPeriod(Asked, frozen=True, kw_only=True):
    """Over which period: a year, or two days, both inside; this year where none is given."""

    year: Annotated[Year | None, Meta(description="统计年度；缺省为本年")] = None
    from_: Annotated[date | None, Meta(description="统计期限的首日（含），与to同用")] = None
    to: Annotated[date | None, Meta(description="统计期限的末日（含）")] = None

    @property
    def period(self) -> Period:
        """Raises Malformed."""
        if self.from_ is None and self.to is None:
            return Period.year(self.year or today().year)
        if self.year is not None or self.from_ is None or self.to is None:
            raise errors.Malformed(field="year：", problem="请给出year，或同时给出from和to")
        first, last = check_day("from", self.from_), check_day("to", self.to)
        if last < first:
            raise errors.Malformed(field="to：", problem="早于from")
        return Period(first, last)


class PeriodAsRecorded(OverPeriod, frozen=True, kw_only=True):
    """Over which period, at which moment of the log."""

    recorded_until: RecordedUntil = None

    @property
    def until(self) -> Until | None:
        return until_of(self.recorded_until)


class Recorded(Asked, frozen=True, kw_only=True):
    """How an event is recorded."""

    preview: Annotated[bool, Meta(description="只判断并列出将有的变化，不保存")] = False
    acknowledged: Annotated[
        str,
        Meta(description="所确认的与规定不符之处的代码，以逗号分隔，恰为此项登记所增加的各项"),
    ] = ""
    on_behalf_of: Annotated[Label | None, Meta(description="代谁登记")] = None

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code in self.acknowledged.split(",") if code)


class Received(Recorded, frozen=True, kw_only=True):
    """How a receipt is recorded."""

    reference: Annotated[str | None, Meta(description="自带的登记号，如2020-0017；缺省由台账顺序给出")] = None


def check_day(name: str, day: date) -> date:
    """A day of law. Raises Malformed."""
    if not FIRST_YEAR <= day.year < LAST_YEAR:
        raise errors.Malformed(field=f"{name}：", problem=f"日期须在{FIRST_YEAR}年至{LAST_YEAR - 1}年之间")
    return day


def moment(name: str, text: str) -> Until:
    """Raises Malformed."""
    try:
        return Until.parse(text)
    except ValueError as wrong:
        raise errors.Malformed(field=f"{name}：", problem=str(wrong)) from None


def until_of(recorded_until: str | None) -> Until | None:
    """Raises Malformed."""
    return None if recorded_until is None else moment("recorded_until", recorded_until)


def reference_of(text: str) -> Reference:
    """The reference in the address. Raises Malformed."""
    return recording.reference_of(text, field="reference：")


# --- the dependencies of a handler ---


@lru_cache(256)
def hints(handler: Callable[..., Any]) -> dict[str, Any]:
    """The annotations of a handler, without what they are annotated with for the framework.

    Bounds within them are kept: in Received[Applicant, Text] they are part of the type.
    """
    told = get_type_hints(handler, include_extras=True)
    return {name: get_args(each)[0] if get_origin(each) is Annotated else each for name, each in told.items()}


async def provide_asked(request: Call) -> Any:
    """Raises Malformed for a parameter that is unknown, missing, given twice, or not of its type."""
    kind = hints(request.route_handler.fn).get("asked")
    return None if kind is None else _asked(request.scope["query_string"], kind)


@lru_cache(128)  # most ask nothing
def _asked(query: bytes, kind: type[Asked]) -> Any:
    given: dict[str, str] = {}
    for name, value in _pairs(query):
        shown = f"{name}：" if re.fullmatch(r"[a-z_]{1,40}", name) else ""
        if name not in kind.__struct_encode_fields__:
            allowed = "、".join(kind.__struct_encode_fields__)
            raise errors.Malformed(field=shown, problem=f"没有这一参数；可用：{allowed}")
        if name in given:
            raise errors.Malformed(field=shown, problem="同一参数写了两次")
        if not all(map(is_label, value.split(","))):
            raise errors.Malformed(field=shown, problem="应为200字以内的文字，不含控制字符")
        given[name] = value
    try:
        found = msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as wrong:
        raise _of_parameter(str(wrong), kind) from None
    for field, name in zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True):
        if name in given and type(value := getattr(found, field)) is int and str(value) != given[name]:
            raise errors.Malformed(field=f"{name}：", problem="应为整数")  # 1e2 is 100 to a lenient reader
    return found


def _pairs(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query.decode("ascii"), keep_blank_values=True, errors="surrogateescape")
    except ValueError:
        raise errors.Malformed(field="", problem="查询参数不是UTF-8文字") from None


_JSON_UTF_8 = rf'{JSON}(\s*;\s*charset="?utf-8"?)?'


async def provide_told(request: Call, asked: NamedDependency[Any]) -> Any:  # noqa: ARG001
    """Raises OtherMediaType, TooLarge, TooSlow, or Malformed. After `asked`: side by side they would cost a task each."""
    media_type = (request.header("content-type") or "").strip()
    if media_type != JSON and not re.fullmatch(_JSON_UTF_8, media_type, re.I):
        raise OtherMediaType
    if (request.header("content-encoding") or "identity") != "identity":
        raise OtherMediaType
    kind = hints(request.route_handler.fn)["told"]
    return recording.told(_decoder(kind), await _body(request), types_of(kind))


async def _body(request: Call) -> bytes:
    """All of it. Raises TooLarge once it is more than BODY_LIMIT, TooSlow if the caller leaves in the middle."""
    announced = request.header("content-length") or ""
    if announced.isdecimal() and int(announced) > BODY_LIMIT:
        await drain(request)
        raise TooLarge
    body = bytearray()
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise TooSlow
        body += cast("bytes", message.get("body", b""))
        more = message.get("more_body")
        if len(body) > BODY_LIMIT:
            if more:
                await drain(request)
            raise TooLarge
        if not more:
            return bytes(body)


async def drain(request: Call, seconds: float = _DRAIN_SECONDS, most: int = _DRAIN_BYTES) -> None:
    """Take what is on its way, within bounds: a caller who is cut off while sending never reads why."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            drained = 0
            while drained < most:
                message = await request.receive()
                drained += len(cast("bytes", message.get("body", b"")))
                if not message.get("more_body"):
                    return


def refuse_unasked(request: Request[Any, Any, Any]) -> None:
    """Before a handler without `asked`: a parameter that nothing reads was meant for something."""
    if request.scope["query_string"] and "asked" not in hints(request.route_handler.fn):
        raise errors.Malformed(field="", problem="这一地址没有查询参数")


@lru_cache(32)
def _decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


@lru_cache(32)
def types_of(kind: Any) -> tuple[str, ...]:
    """The types of the events in a union; none of another struct."""
    alternatives = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    structs = [get_origin(each) or each for each in alternatives]
    return tuple(type_of(struct) for struct in structs if issubclass(struct, Event))


def _of_parameter(message: str, kind: type[Asked]) -> errors.Malformed:
    """msgspec's words about a query, by the parameter's name."""
    if missing := re.search(r"missing required field `(\w+)`", message):
        return errors.Malformed(field=f"{missing[1]}：", problem="缺少这一项")
    said, _, path = message.rpartition(" - at `$.")
    name = path.rstrip("`")
    field = kind.__struct_fields__[kind.__struct_encode_fields__.index(name)]
    choices = "、".join(recording.literals(hints(kind)[field]))
    if choices:
        return errors.Malformed(field=f"{name}：", problem=f"可用：{choices}")
    return errors.Malformed(field=f"{name}：", problem=recording.explained(said).facts["problem"])


# --- recordings ---


def recording_of(
    request: Call, event: Any, asked: Recorded, reference: str | None, stream: str | None = None
) -> Recording:
    """The recording that a call tells, under its Idempotency-Key. Raises Malformed where it has none."""
    return Recording(
        id=key_of(request),
        reference=reference,
        stream=stream,
        on_behalf_of=asked.on_behalf_of,
        acknowledged=asked.codes,
        event=event,
    )


def key_of(request: Call) -> str:
    """The call's Idempotency-Key. Raises Malformed."""
    key = request.header("idempotency-key") or ""
    if not re.fullmatch(r"[!-~]{1,100}", key):
        raise errors.Malformed(field="Idempotency-Key：", problem="应为1至100个可见的ASCII字符，如一个UUID")
    return key


def expected_version(request: Call) -> int | None:
    """The version seen, from If-Match; None where it is absent or any will do. Raises Malformed."""
    seen = request.header("if-match")
    if seen is None or seen.strip() == "*":
        return None
    if not (found := re.fullmatch(r'"([0-9]{1,9})"', seen.strip())):
        raise errors.Malformed(field="If-Match：", problem='应为查看时的ETag，如"3"')
    return int(found[1])
