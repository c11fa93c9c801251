"""Problems as pages for people, with a link to continue; programs get problem details."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from litestar import Response

from api.console.frame import Me, by_name, shown
from api.web import problems
from api.web.call_refusals import CallRefusal
from api.web.headers import preferred
from api.web.problems import ProblemDetails
from api.web.request import ApiRequest
from domain.law.refusals import Refusal

_OF_PROGRAMS = ("/api", "/health", "/metrics")

_OF_DETAILS = frozenset({"content-type", "content-language", "vary"})
"""Headers of problem details that a page does not have."""

_WORDS = {
    "no_such_address": "没有这一页。地址可能写错，或者所指的内容不在。",
    "method_not_allowed": "这一页不能这样打开，请从页面上的按钮办理。",
    "too_large": "所传的内容过大，未予处理。",
    "too_slow": "内容迟迟没有传完，未予处理，请再试一次。",
    "other_media_type": "表单的内容不能读出，未予处理。",
    "unavailable": "暂时不能办理，请稍候再试。刚才提交的登记是否已保存，可以用同一表单再次提交确认，不会重复登记。",
    "read_only": "这台服务器只供程序查看，不能登录，也不能办理；没有保存任何内容，请到主服务器的网址办理。",
    "keys_missing": "这台机器缺少一把密钥，请告知管理员；刚才的办理没有完成，也没有保存。",
    "older_program": "这台机器的程序须先更新，请告知管理员；刚才的办理没有完成。",
    "fault": "程序出错，刚才的办理没有完成。请将下面的编号告知管理员。",
}
"""Texts for people instead of those of call refusals."""

Handler = Callable[[Any, Any], Response[Any]]


def is_page(request: ApiRequest) -> bool:
    """Whether the request comes from a browser's page rather than a program."""
    handler = request.scope.get("route_handler")
    if handler is not None and "page" in handler.opt:
        return True
    path = request.scope["path"]
    of_programs = any(path == each or path.startswith(f"{each}/") for each in _OF_PROGRAMS)
    return not of_programs and preferred(request.scope, (problems.MEDIA_TYPE, "text/html")) == "text/html"


def page_of(request: ApiRequest, problem: ProblemDetails, headers: dict[str, str]) -> Response[str]:
    """The page of a problem."""
    me: Me | None = request.scope.get("taizhang.me")  # type: ignore[assignment]
    if me is None and (caller := request.scope.get("taizhang.caller")) and caller.who:  # type: ignore[attr-defined]
        me = Me(caller.who, "", {}, caller.secret.csrf if caller.secret else "")  # type: ignore[attr-defined]
    detail = _WORDS.get(problem.code, problem.detail)
    return shown(
        request,
        "problem.html",
        status=problem.status,
        headers=headers,
        me=me,
        problem=problem,
        detail=detail,
    )


def _in_chinese(problem: ProblemDetails) -> ProblemDetails:
    """Pages are always Chinese, whatever the browser's language."""
    return msgspec.structs.replace(
        problem, title=problems.TITLES[problem.status], detail=problem.detail_zh or problem.detail
    )


def _for_pages_too(handler: Handler) -> Handler:
    def handle(request: Any, wrong: Any) -> Response[Any]:
        call = ApiRequest(request.scope)
        if isinstance(wrong, Refusal) and is_page(call):
            wrong = by_name(call, wrong)
        response = handler(request, wrong)
        if not is_page(call) or response.media_type != problems.MEDIA_TYPE:
            return response
        problem = _in_chinese(msgspec.json.decode(response.content, type=ProblemDetails))
        kept = {name: value for name, value in response.headers.items() if name.lower() not in _OF_DETAILS}
        return page_of(call, problem, kept)

    return handle


HANDLERS: dict[Any, Any] = {kind: _for_pages_too(handler) for kind, handler in problems.HANDLERS.items()}


def of_call(request: ApiRequest, refusal: type[CallRefusal]) -> Response[Any]:
    """The reply to a call that was cancelled at its time limit."""
    problem = problems.of_call(refusal)
    if is_page(request):
        return page_of(request, problem, dict(refusal.headers))
    return problems.response(request, problem, refusal.headers)
