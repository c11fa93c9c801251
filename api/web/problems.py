"""Refusals and faults as RFC 9457 problem details, each with a stable code. `statuses.py` has the HTTP status of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
)
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE
from msgspec import Meta

from adapters.log.mapper import EntryOfNewerProgram, EntryUnreadable
from adapters.postgres.database import DatabaseUnavailable, ReadOnly, SchemaChanged
from adapters.postgres.migrate import SchemaFault
from adapters.proof.signing_program import SigningKeyFault
from adapters.refusals import VersionConflict
from adapters.register.recording.submission import RefusedLine
from adapters.vault.keyring import VaultKeyFault, VaultKeyMissing
from api.web.call_refusals import (
    CALL_REFUSALS,
    CallRefusal,
    Fault,
    KeysMissing,
    LinesRefused,
    MethodNotAllowed,
    NoSuchAddress,
    OlderProgram,
    OnReplica,
    TooLarge,
    Unavailable,
)
from api.web.english import english
from api.web.headers import allow, prefers_english
from api.web.statuses import status_of
from domain.law.irregularities import NotAcknowledged
from domain.law.refusals import Malformed, Refusal
from projections.case import Irregular

log = structlog.get_logger("taizhang.web")

MEDIA_TYPE = "application/problem+json"
_LINES = 100
"""At most so many faulty lines of a file are listed."""
_LATER = 900


class LineProblem(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What is wrong with one line of a file. line: from 1. The rest as in ProblemDetails."""

    line: Annotated[int, Meta(description="第几行，从1起")]
    id: str = ""
    code: str
    detail: str
    detail_zh: str = ""
    article: str = ""
    field: str = ""
    irregularities: tuple[Irregular, ...] = ()


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """RFC 9457. code: stable. rule: in general terms; detail: what is wrong in this call, and what to do instead. In
    English title and detail state the rule only, and detail_zh is the Chinese detail of this call.

    field: path of the faulty part. version: number of entries of the request. irregularities: to be acknowledged.
    lines: the first faulty lines of a file.
    """

    type: str
    title: str
    status: int
    code: str
    rule: str
    detail: str
    detail_zh: str = ""
    article: str = ""
    field: str = ""
    version: int | None = None
    lines: tuple[LineProblem, ...] = ()
    irregularities: tuple[Irregular, ...] = ()
    request_id: str = ""


TITLES = {
    400: "所写有误",
    401: "未表明身份",
    403: "没有职权",
    404: "没有找到",
    405: "方法不对",
    408: "超时",
    409: "不能登记",
    410: "已销毁",
    412: "已有新的登记",
    413: "内容过大",
    415: "内容类型不对",
    422: "不能办理",
    429: "尝试过多",
    431: "标头过大",
    451: "限制处理",
    500: "程序出错",
    503: "暂时不能办理",
}


def of_refusal(refusal: Refusal) -> ProblemDetails:
    status = status_of(type(refusal))
    return ProblemDetails(
        type=address_of(refusal.code),
        title=TITLES[status],
        status=status,
        code=refusal.code,
        rule=refusal.rule,
        article=refusal.article,
        detail=str(refusal),
        field=str(refusal.facts.get("field", "")).rstrip("："),
        version=refusal.facts["present"] if isinstance(refusal, VersionConflict) else None,
        irregularities=tuple(map(Irregular.of, refusal.irregularities))
        if isinstance(refusal, NotAcknowledged)
        else (),
    )


def of_call(
    refusal: CallRefusal | type[CallRefusal], detail: str = "", request_id: str = ""
) -> ProblemDetails:
    lines = refusal.problems if isinstance(refusal, LinesRefused) else ()
    if lines:
        detail = f"共{len(lines)}行不能登记，全部未登记。" + (
            f"列出前{_LINES}行。" if len(lines) > _LINES else ""
        )
    return ProblemDetails(
        type=address_of(refusal.code),
        title=TITLES[refusal.status],
        status=refusal.status,
        code=refusal.code,
        rule=refusal.rule,
        detail=detail or refusal.detail,
        request_id=request_id,
        lines=tuple(_of_line(number, each) for number, each in lines[:_LINES]),
    )


def _of_line(number: int, line: RefusedLine) -> LineProblem:
    found = of_refusal(line.refusal)
    return LineProblem(
        line=number,
        id=line.id or "",
        code=found.code,
        detail=found.detail,
        article=found.article,
        field=found.field,
        irregularities=found.irregularities,
    )


def address_of(code: str) -> str:
    """The problem's URI: an anchor in this server's list of problems."""
    return f"/api/v1/problems#{code}"


def response(
    request: Request[Any, Any, Any], problem: ProblemDetails, headers: dict[str, str] | None = None
) -> Response[bytes]:
    """In the language the caller prefers, Chinese unless that is English."""
    in_english = prefers_english(request.scope)
    return Response(
        msgspec.json.encode(_in_english(problem) if in_english else problem),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={
            **(headers or {}),
            "Content-Language": "en" if in_english else "zh-CN",
            "Vary": "Accept-Language",
        },
    )


def _in_english(problem: ProblemDetails) -> ProblemDetails:
    words = english()
    lines = (
        msgspec.structs.replace(each, detail=words.codes.get(each.code, ""), detail_zh=each.detail)
        for each in problem.lines
    )
    return msgspec.structs.replace(
        problem,
        title=words.titles[problem.status],
        detail=words.codes.get(problem.code, ""),
        detail_zh=problem.detail,
        lines=tuple(lines),
    )


def every_kind() -> list[dict[str, Any]]:
    """Every code that a call can be refused with, its status and its rule."""

    def below(rule: type[Refusal]) -> Iterator[type[Refusal]]:
        for each in rule.__subclasses__():
            yield each
            yield from below(each)

    words = english().codes
    kinds = [(each.code, status_of(each), each.rule, each.article) for each in below(Refusal)]
    kinds += [(each.code, each.status, each.rule, "") for each in CALL_REFUSALS]
    found = [
        {"code": code, "status": status, "rule": rule, "article": article, "english": words.get(code, "")}
        for code, status, rule, article in kinds
    ]
    return sorted(found, key=lambda each: (each["status"], each["code"]))


# --- handlers ---


def _refused(request: Request[Any, Any, Any], refusal: Refusal) -> Response[bytes]:
    request.scope["taizhang.code"] = refusal.code  # type: ignore[typeddict-unknown-key]
    problem = of_refusal(refusal)
    headers = {"ETag": f'"{problem.version}"'} if problem.version is not None else {}
    if problem.status == TooLarge.status:
        headers |= TooLarge.headers
    if problem.status == 429:
        headers["Retry-After"] = str(_LATER)
    return response(request, problem, headers)


def _call_refused(request: Request[Any, Any, Any], refusal: CallRefusal) -> Response[bytes]:
    request.scope["taizhang.code"] = refusal.code  # type: ignore[typeddict-unknown-key]
    return response(request, of_call(refusal), refusal.headers)


def _unavailable(request: Request[Any, Any, Any], wrong: Exception) -> Response[bytes]:
    log.warning("database.unavailable", reason=str(wrong), cause=type(wrong.__cause__).__name__)
    return _call_refused(request, Unavailable())


def _read_only(request: Request[Any, Any, Any], wrong: Exception) -> Response[bytes]:
    log.info("database.read_only", cause=type(wrong.__cause__).__name__)
    return _call_refused(request, OnReplica())


def _older_program(request: Request[Any, Any, Any], wrong: Exception) -> Response[bytes]:
    log.error("program.older", reason=str(wrong))
    return _call_refused(request, OlderProgram())


def _keys_missing(request: Request[Any, Any, Any], wrong: Exception) -> Response[bytes]:
    log.error("keys.missing", reason=str(wrong))
    return _call_refused(request, KeysMissing())


def _by_framework(request: Request[Any, Any, Any], wrong: HTTPException) -> Response[bytes]:
    """What the framework itself refuses."""
    match wrong:
        case NotFoundException():
            return _call_refused(request, NoSuchAddress())
        case MethodNotAllowedException():
            named = (wrong.headers or {}).get("allow", "")
            return response(
                request, of_call(MethodNotAllowed), {"Allow": allow(re.findall(r"[A-Z]+", named))}
            )
        case HTTPException(status_code=status) if status == HTTP_413_REQUEST_ENTITY_TOO_LARGE:
            return _call_refused(request, TooLarge())
        case HTTPException(status_code=status) if 400 <= status < 500:
            return _refused(request, Malformed(field="", problem="调用不合要求"))
        case _:
            return fault(request, wrong)


def fault(request: Request[Any, Any, Any], wrong: Exception) -> Response[bytes]:
    """The reply to an unexpected exception: 500 with the request id; the traceback goes to the log only."""
    request.scope["taizhang.code"] = Fault.code  # type: ignore[typeddict-unknown-key]
    log.error("fault", exc_info=wrong)
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    return response(request, of_call(Fault, request_id=request_id))


HANDLERS: dict[Any, Any] = {
    Refusal: _refused,
    CallRefusal: _call_refused,
    DatabaseUnavailable: _unavailable,
    ReadOnly: _read_only,
    SchemaFault: _older_program,
    SchemaChanged: _older_program,
    EntryOfNewerProgram: _older_program,
    VaultKeyMissing: _keys_missing,
    SigningKeyFault: _keys_missing,
    VaultKeyFault: fault,
    EntryUnreadable: fault,
    HTTPException: _by_framework,
    Exception: fault,
}
