"""What is refused, as RFC 9457 problem details with a stable code: one table says which status each code has."""

from __future__ import annotations

import re
from typing import Any, ClassVar

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import (
    HTTPException,
    MethodNotAllowedException,
    NotFoundException,
)
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE

from adapters.log.mapper import EntryOfNewerProgram, EntryUnreadable
from adapters.postgres.database import DatabaseUnavailable, SchemaChanged
from adapters.postgres.migrate import SchemaFault
from adapters.proof.checkpoints import SealKeyFault
from adapters.refusals import VersionConflict
from adapters.vault.keyring import VaultKeyFault, VaultKeyMissing
from api.web.headers import allow
from api.web.statuses import status_of
from domain.law.irregularities import NotAcknowledged
from domain.law.refusals import Malformed, Refusal
from projections.case import Irregular

log = structlog.get_logger("taizhang.web")

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 1
_LATER = 900


class ProblemDetails(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """RFC 9457. code: stable. rule: what holds for all; detail: what is so here, and what to do instead.

    field: path of the part at fault. version: entries of the request now. irregularities: to be acknowledged.
    """

    type: str
    title: str
    status: int
    code: str
    rule: str
    detail: str
    article: str = ""
    field: str = ""
    version: int | None = None
    irregularities: tuple[Irregular, ...] = ()
    request_id: str = ""


class CallRefusal(Exception):
    """A call that is refused for how, or by whom, it is made."""

    code: ClassVar[str]
    status: ClassVar[int]
    rule: ClassVar[str]
    detail: ClassVar[str] = ""
    headers: ClassVar[dict[str, str]] = {}


class Unauthorized(CallRefusal):
    code, status, rule = "unauthorized", 401, "以令牌表明身份"
    detail = "请先登录，或在Authorization中以Bearer给出密钥；尚未任用人员的机关用本机的令牌。"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class SessionEnded(CallRefusal):
    code, status, rule = "session_ended", 401, "会话有期限"
    detail = "会话已结束（15分钟未用、满8小时、已退出、口令或职权有变、账号停用），请重新登录。"


class CsrfMissing(CallRefusal):
    code, status, rule = "csrf_missing", 403, "以会话改动须附X-CSRF-Token"
    detail = "请在X-CSRF-Token中给出登录时答复的csrf；它也可从/api/v1/session取得。"


class PasswordMustChange(CallRefusal):
    code, status, rule = "password_must_change", 403, "首次登录、口令到期须先修改口令"
    detail = "请先以POST /api/v1/password修改口令，其后再办理。"


class SessionRequired(CallRefusal):
    code, status, rule = "session_required", 403, "本人的事项以本人的会话办理"
    detail = "此事项须登录后办理，不能以密钥或本机令牌办理。"


class MachineOnly(CallRefusal):
    code, status, rule = "machine_only", 401, "运行指标以本机令牌查看"
    detail = "运行指标属这台机器，不属某一机关，请以本机令牌查看。"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class NoSuchAddress(CallRefusal):
    code, status, rule = "no_such_address", 404, "地址应为接口所列"
    detail = "没有这一地址，请查看接口说明。"


class MethodNotAllowed(CallRefusal):
    code, status, rule = "method_not_allowed", 405, "方法应为接口所列"
    detail = "这一地址不接受此方法，可用的方法见Allow。"


class NotHttp(CallRefusal):
    code, status, rule = "not_http", 400, "以HTTP/1.1往来"
    detail = "所发的不是完整、合规的HTTP/1.1请求，未予处理。"
    headers: ClassVar[dict[str, str]] = {"Connection": "close"}


class BadHost(CallRefusal):
    code, status, rule = "bad_host", 400, "请求写明所问的主机"
    detail = "请求应恰有一个Host，写主机名与端口，未予处理。"
    headers: ClassVar[dict[str, str]] = {"Connection": "close"}


class HeadTooLarge(CallRefusal):
    code, status, rule = "head_too_large", 431, "地址与标头合计不超过64 KiB"
    detail = "地址与标头合计超过64 KiB，或分块传送的内容过于零碎，未予处理。"
    headers: ClassVar[dict[str, str]] = {"Connection": "close"}


class TooSlow(CallRefusal):
    code, status, rule = "too_slow", 408, "请求应及时送达"
    detail = "请求的标头或内容迟迟没有送达，未予处理。"
    headers: ClassVar[dict[str, str]] = {"Connection": "close"}


class TooLarge(CallRefusal):
    code, status, rule = "too_large", 413, "内容不超过1 MiB"
    detail = "内容超过1 MiB，未予处理。"
    headers: ClassVar[dict[str, str]] = {"Connection": "close"}


class OtherMediaType(CallRefusal):
    code, status, rule = "other_media_type", 415, "内容为JSON"
    detail = "内容应为application/json（UTF-8），不压缩。"


class NotBytes(CallRefusal):
    code, status, rule = "not_bytes", 415, "材料以原样的字节送来"
    detail = "入卷材料的内容应为application/octet-stream，不压缩，不用表单；名称等写在查询参数中。"


class Fault(CallRefusal):
    code, status, rule = "fault", 500, "程序不应出错"
    detail = "程序内部出错，请将request_id告知管理员；登记是否已保存请以同一编号再次提交确认。"


class Unavailable(CallRefusal):
    code, status, rule = "unavailable", 503, "数据库可用时办理"
    detail = "暂时不能办理；登记是否已保存请以同一编号再次提交确认，不会重复。"
    headers: ClassVar[dict[str, str]] = {"Retry-After": str(RETRY_AFTER)}


class OlderProgram(CallRefusal):
    code, status, rule = "older_program", 503, "程序与数据库的结构、登记的写法相合"
    detail = "数据库或登记已由更新版本的程序写过，这台机器的程序须先更新。"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "60"}


class KeysMissing(CallRefusal):
    code, status, rule = "keys_missing", 503, "各台机器的密钥齐备"
    detail = "这台机器缺少一把密钥，须由管理员将密钥文件放到这台机器，其后即可办理；没有保存任何内容。"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "60"}


CALL_REFUSALS: tuple[type[CallRefusal], ...] = (
    Unauthorized, SessionEnded, CsrfMissing, PasswordMustChange, SessionRequired, MachineOnly, NotHttp, BadHost, HeadTooLarge, NoSuchAddress, MethodNotAllowed, TooSlow, TooLarge, OtherMediaType, NotBytes, Fault, Unavailable, OlderProgram, KeysMissing,
)  # fmt: skip

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
    return ProblemDetails(
        type=address_of(refusal.code),
        title=TITLES[refusal.status],
        status=refusal.status,
        code=refusal.code,
        rule=refusal.rule,
        detail=detail or refusal.detail,
        request_id=request_id,
    )


def address_of(code: str) -> str:
    """Where the problem is explained: a place in this server's own list."""
    return f"/api/v1/problems#{code}"


def response(problem: ProblemDetails, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(
        msgspec.json.encode(problem),
        status_code=problem.status,
        media_type=MEDIA_TYPE,
        headers={**(headers or {})},
    )


# --- handlers ---


def _refused(request: Request[Any, Any, Any], refusal: Refusal) -> Response[bytes]:
    request.scope["taizhang.code"] = refusal.code  # type: ignore[typeddict-unknown-key]
    problem = of_refusal(refusal)
    headers = {"ETag": f'"{problem.version}"'} if problem.version is not None else {}
    if problem.status == TooLarge.status:
        headers |= TooLarge.headers
    if problem.status == 429:
        headers["Retry-After"] = str(_LATER)
    return response(problem, headers)


def _call_refused(request: Request[Any, Any, Any], refusal: CallRefusal) -> Response[bytes]:
    request.scope["taizhang.code"] = refusal.code  # type: ignore[typeddict-unknown-key]
    return response(of_call(refusal), refusal.headers)


def _unavailable(request: Request[Any, Any, Any], wrong: Exception) -> Response[bytes]:
    log.warning("database.unavailable", reason=str(wrong), cause=type(wrong.__cause__).__name__)
    request.scope["taizhang.code"] = Unavailable.code  # type: ignore[typeddict-unknown-key]
    return response(of_call(Unavailable), Unavailable.headers)


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
            return response(of_call(MethodNotAllowed), {"Allow": allow(re.findall(r"[A-Z]+", named))})
        case HTTPException(status_code=status) if status == HTTP_413_REQUEST_ENTITY_TOO_LARGE:
            return _call_refused(request, TooLarge())
        case HTTPException(status_code=status) if 400 <= status < 500:
            return _refused(request, Malformed(field="", problem="调用不合要求"))
        case _:
            return fault(request, wrong)


def fault(request: Request[Any, Any, Any], wrong: Exception) -> Response[bytes]:
    """A defect of ours: reported by its id alone, and logged with the place where it happened."""
    request.scope["taizhang.code"] = Fault.code  # type: ignore[typeddict-unknown-key]
    log.error("fault", exc_info=wrong)
    request_id = str(structlog.contextvars.get_contextvars().get("request_id", ""))
    return response(of_call(Fault, request_id=request_id))


HANDLERS: dict[Any, Any] = {
    Refusal: _refused,
    CallRefusal: _call_refused,
    DatabaseUnavailable: _unavailable,
    SchemaFault: _older_program,
    SchemaChanged: _older_program,
    EntryOfNewerProgram: _older_program,
    VaultKeyMissing: _keys_missing,
    SealKeyFault: _keys_missing,
    VaultKeyFault: fault,
    EntryUnreadable: fault,
    HTTPException: _by_framework,
    Exception: fault,
}
