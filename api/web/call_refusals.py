"""Refusals of a request before any rule of the law is consulted: authentication, HTTP, size, format, database."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from adapters.register.recording.submission import RefusedLine

RETRY_AFTER = 1


class CallRefusal(Exception):
    """Base class. code: stable, for programs; status: of HTTP; the rest is Chinese for people."""

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


class SecondFactorRequired(CallRefusal):
    code, status, rule = "second_factor_required", 403, "登录须验证动态口令或通行密钥"
    detail = (
        "请先以POST /api/v1/second-factor验证动态口令，或以通行密钥验证，其后再办理；尚未启用的，先启用。"
    )


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


class FileTooLarge(CallRefusal):
    code, status, rule = "file_too_large", 413, "一次至多10000行、16 MiB，每行至多1 MiB"
    detail = "文件超过10000行或16 MiB，或有一行超过1 MiB，未予登记。请分成几个文件，依次提交。"
    headers: ClassVar[dict[str, str]] = {"Connection": "close"}


class LinesRefused(CallRefusal):
    """problems: by line."""

    code, status, rule = "lines_refused", 422, "各行都能登记，才登记"

    def __init__(self, problems: Sequence[tuple[int, RefusedLine]]) -> None:
        super().__init__()
        self.problems = problems


class NotLines(CallRefusal):
    code, status, rule = "not_lines", 415, "多项登记以NDJSON送来"
    detail = "内容应为application/x-ndjson（UTF-8，每行一项登记），不压缩。"


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


class OnReplica(CallRefusal):
    code, status, rule = "read_only", 503, "备用服务器只供查看"
    detail = (
        "这台服务器的数据库只供查看（备用服务器，或被设为只读），不能登记、登录，也不能查阅须记入访问日志的个人信息；"
        "没有保存任何内容，请到主服务器办理。"
    )
    headers: ClassVar[dict[str, str]] = {"Retry-After": "30"}


class OlderProgram(CallRefusal):
    code, status, rule = "older_program", 503, "程序与数据库的结构、登记的写法相合"
    detail = "数据库或登记已由更新版本的程序写过，这台机器的程序须先更新。"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "60"}


class KeysMissing(CallRefusal):
    code, status, rule = "keys_missing", 503, "各台机器的密钥齐备"
    detail = "这台机器缺少一把密钥，须由管理员将密钥文件放到这台机器，其后即可办理；没有保存任何内容。"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "60"}


CALL_REFUSALS: tuple[type[CallRefusal], ...] = (
    Unauthorized, SessionEnded, CsrfMissing, PasswordMustChange, SecondFactorRequired, SessionRequired, MachineOnly, NotHttp, BadHost, HeadTooLarge, NoSuchAddress, MethodNotAllowed, TooSlow, TooLarge, FileTooLarge, OtherMediaType, NotBytes, NotLines, LinesRefused, Fault, Unavailable, OnReplica, OlderProgram, KeysMissing,
)  # fmt: skip
