"""The web application, put together: handlers, what they are given, and what stands around every call."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from math import inf
from time import perf_counter
from typing import TYPE_CHECKING, Any

import structlog
from litestar import Litestar, Request, Response, Router
from litestar.datastructures import State
from litestar.di import Provide

from adapters import shown
from adapters.accounts.passkeys import RelyingParty
from adapters.accounts.password_policy import POLICIES, PasswordPolicy
from adapters.mail.relay import Relay
from adapters.register.register import Register
from adapters.webhooks.addresses import NOWHERE, AllowedAddresses
from api.background.checkpointing import Checkpointer
from api.background.growth import Growth
from api.background.report_compilation import Compiler
from api.background.running import running
from api.background.senders import Sender
from api.console import admission, failures
from api.console.handlers import HANDLERS as CONSOLE
from api.web import (
    access_log,
    audit,
    auth,
    calendars,
    case_files,
    checks,
    credentials,
    district,
    documents,
    finding,
    imports,
    letters,
    login,
    operations,
    passkeys,
    recordings,
    reports,
    requests,
    retention,
    second_factor,
    services,
    tables,
)
from api.web import request as params
from api.web import webhooks as hooks
from api.web.audit import LONGEST_WAIT
from api.web.body import BODY_LIMIT, SLOWEST_BODY, parse_body
from api.web.call_refusals import CallRefusal, TooSlow, Unavailable
from api.web.headers import allow, header, is_known, new_request_id, secured
from api.web.metrics import Metrics
from api.web.query import parse_query, refuse_unknown_parameters
from api.web.responses import Exports, ResponseCache
from api.web.timeouts import Timeout
from api.web.workload import Workload

if TYPE_CHECKING:
    from adapters.sign_on.provider import Provider

log = structlog.get_logger("taizhang.web")

TIMEOUT = 1.8
"""Seconds that a call may wait for the database, or for a connection to it, before it is answered 503."""
LONG_TIMEOUT = 30.0
"""The same where much is read or a document is written, and for each piece of a stream to be taken."""
IMPORT_TIMEOUT = 120.0
"""The same where an earlier register is read, judged and recorded: thousands of rows, on a busy machine too."""
HASHING_TIMEOUT = 10.0
"""The same where passwords are hashed, few at once, or the identity provider is asked."""
_LONG = re.compile(
    r"GET .*/(tables|letters|case-file|tables/cell|compliance|carry-over|diff|work-list|cells|metrics|requests"
    r"|documents|district/[a-z/-]+|reports/[^/]+|reports/[^/]+/(checks|figures|restatement|document))$|POST .*/(documents|recordings|find/words)$|POST /api/v1/checks$"
    r"|GET /(calendar/[^/]+|(search|approvals|requests/(list\.xlsx|print|retention))?|reports|reports/documents(\.xlsx)?|audit/.*|units.*|district/.*)$|POST /(district/.*|audit/(verify|bundle)|search/words|requests/[^/]+/case-file|requests/bulk(/letters)?|reports/.*|check(/workbook)?)$"
)

_HASHING = frozenset({"/api/v1/login", "/api/v1/password", "/login", "/password"})
_OF_A_BODY = frozenset({b"content-length", b"content-type", b"transfer-encoding"})

Opens = Callable[[], AbstractAsyncContextManager[Register]]


class Application:
    """An ASGI application over one store, which is opened at start and closed after the last call.

    Around every call: a request id, security headers, a bound on waiting, the access log and the metrics.
    The log has no body, no query and no address but the route's: nothing in it comes from an applicant.
    """

    def __init__(
        self,
        opens: Opens,
        *,
        token: str,
        actor: str,
        passwords: PasswordPolicy = POLICIES["mlps3"],
        party: RelyingParty | None = None,
        provider: Provider | None = None,
        compiler: Compiler | None = None,
        webhooks: AllowedAddresses = NOWHERE,
        mail: Relay | None = None,
        senders: Sequence[Sender] = (),
    ) -> None:
        """party: for whom passkeys sign, if there are any. provider: by which officers come in too. compiler, senders: to compile last year's reports, to deliver
        webhooks and to mail digests in the background, if this process is to do it. webhooks: where they may go. mail: by
        which server mail goes.
        """
        self.metrics = Metrics()
        self.log = log.bind()  # once: to build it for each call costs as much as what it does
        self.litestar = _litestar(
            opens, self.metrics, token, actor, passwords, party, provider, compiler, webhooks, mail, senders
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            self.loop = asyncio.get_running_loop()
            await self.litestar(scope, receive, send)
            return
        await _Call(self, scope, receive, send).answer()


class _Call:
    """One call on its way. Whatever it waits for, who asked is answered in time.

    A call that is given up is cancelled and winds down by itself; what it then still says is not sent.
    """

    def __init__(self, application: Application, scope: Any, receive: Any, send: Any) -> None:
        self._application = application
        self._method = scope["method"]
        self._without_body = self._method == "HEAD"
        # What GET would answer, without its body.
        self._scope: Any = {**scope, "method": "GET"} if self._without_body else scope
        self._receive, self._send = receive, send
        self._status = 0
        self._request_id = _request_id(scope)
        self._positions: dict[str, int] = {}
        much = _LONG.match(f"{self._scope['method']} {scope['path']}")
        waits_outside = scope["path"] in _HASHING or scope["path"].startswith("/login/provider")
        self._allowed = LONG_TIMEOUT if much else HASHING_TIMEOUT if waits_outside else TIMEOUT
        if self._method == "POST" and scope["path"].endswith("/imports"):
            self._allowed = IMPORT_TIMEOUT
        if scope["path"].endswith("/events") and b"wait=" in scope["query_string"]:
            self._allowed += LONGEST_WAIT
        self._timeout = Timeout(application.loop, self._give_up)
        # The loop is passed in: asking which one runs is a system call.
        self._task: asyncio.Task[None] | None = asyncio.current_task(application.loop)
        self._apology: asyncio.Task[None] | None = None
        self._given_up = False
        # A document says by itself how fast it must come.
        self._for_body = (
            inf
            if scope["path"].endswith(
                (
                    *("/documents", "/recordings", "/imports", "/api/v1/checks", "/check"),
                    *("/district/tables", "/district/assessment/files"),
                )
            )
            else SLOWEST_BODY
        )
        self._fault: type[CallRefusal] = Unavailable

    async def answer(self) -> None:
        start = perf_counter()
        structlog.contextvars.bind_contextvars(request_id=self._request_id)
        self._timeout.start(self._allowed)
        try:
            with shown.noting() as self._positions:
                await self._application.litestar(self._scope, self._receive_all, self._from_task)
        except asyncio.CancelledError:
            if not self._given_up or self._task is None or self._task.uncancel() > 0:
                raise
            if self._apology is None:
                self._cut()
        finally:
            self._timeout.cancel()
            if self._apology is not None and not (await asyncio.wait([self._apology], timeout=TIMEOUT))[0]:
                self._apology.cancel()
                self._cut()
            self._log(perf_counter() - start)
            structlog.contextvars.unbind_contextvars("request_id")

    def _give_up(self) -> None:
        """At the deadline: the answer goes out at once, however long the call then takes to end."""
        if self._task is None:
            return
        self._given_up = True
        if not self._status:
            self._apology = asyncio.create_task(self._apologise(self._fault))
        self._task.cancel()

    def _cut(self) -> None:
        """The caller sees that the connection is cut: what is begun is not ended, or nothing is taken any more."""
        if (cut := self._scope.get("taizhang.cut")) is None:
            raise TimeoutError
        cut()

    async def _apologise(self, fault: type[CallRefusal]) -> None:
        self._scope["taizhang.code"] = fault.code
        response = failures.of_call(params.ApiRequest(self._scope), fault)
        await response.to_asgi_response(app=None, request=params.ApiRequest(self._scope))(
            self._scope, self._receive, self._answered
        )

    async def _receive_all(self) -> Any:
        """While a body comes the sender is waited for, not the database: what was waited for that before still counts."""
        if self._status:  # a stream, that listens for its caller to leave
            self._timeout.start(LONG_TIMEOUT)
            return await self._receive()
        self._fault = TooSlow
        self._timeout.suspend(self._for_body)
        message = await self._receive()
        if not self._given_up:
            self._fault = Unavailable
            self._for_body = self._timeout.resume()
        return message

    async def _from_task(self, message: Any) -> None:
        if not self._given_up:
            await self._answered(message)

    async def _answered(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            if message["status"] == 200 and is_known(self._scope, message["headers"]):
                kept = [each for each in message["headers"] if each[0].lower() not in _OF_A_BODY]
                message = {**message, "status": 304, "headers": kept}
                self._without_body = True
            self._status = message["status"]
            message["headers"] = [*secured(message["headers"], self._request_id), *self._shown()]
        elif self._without_body:
            message = {**message, "body": b""}
        if message.get("more_body"):
            self._timeout.start(LONG_TIMEOUT)
        await self._send(message)

    def _shown(self) -> Iterator[tuple[bytes, bytes]]:
        """What a reading rests on: how far the log reached, and whether in a standby, which may be behind."""
        if self._method in auth.SAFE:
            code = self._scope.get("path_params", {}).get("code", "")
            if (position := self._positions.get(code)) is not None:
                yield b"log-position", b"%d" % position
            if getattr(self._scope.get("taizhang.caller"), "replica", False):
                yield b"served-by", b"replica"

    def _log(self, seconds: float) -> None:
        scope = self._scope
        route = re.sub(r":str\b", "", scope.get("path_template") or "")
        code = scope.get("path_params", {}).get("code", "")
        self._application.metrics.answered(self._method, route, self._status, seconds)
        self._application.log.info(
            "call",
            method=self._method if self._method.isalpha() else "",
            route=route,
            status=self._status,
            duration_ms=round(1000 * seconds, 1),
            authority=code if re.fullmatch(r"[a-z0-9-]{2,40}", str(code)) else None,
            actor=getattr(scope.get("taizhang.caller"), "actor", None),
            code=scope.get("taizhang.code"),
        )


def _request_id(scope: Any) -> str:
    """The caller's own if it is one, so that both logs can be laid side by side."""
    payload = header(scope, "x-request-id")
    return (
        payload if payload is not None and re.fullmatch(r"[A-Za-z0-9-]{8,64}", payload) else new_request_id()
    )


async def _before_all(request: Request[Any, Any, Any]) -> Response[Any] | None:
    """Before anything of the call is read. Not a guard: those are given a copy of every request."""
    if request.method == "OPTIONS":
        # The framework's own answer forgets methods where an address has several handlers.
        template = request.scope["path_template"]
        methods = {
            method
            for route in request.app.routes
            if route.path_format == template
            for method in route.methods
        }
        return Response(None, status_code=204, headers={"Allow": allow(methods)})
    if "page" in request.route_handler.opt:
        return await admission.admit(params.ApiRequest(request.scope, request.receive))
    await auth.check(request)
    refuse_unknown_parameters(request)
    return None


def _litestar(
    opens: Opens,
    metrics: Metrics,
    token: str,
    actor: str,
    passwords: PasswordPolicy,
    party: RelyingParty | None,
    provider: Provider | None,
    compiler: Compiler | None,
    webhooks: AllowedAddresses,
    mail: Relay | None,
    senders: Sequence[Sender],
) -> Litestar:
    growth = Growth()
    checkpointer = Checkpointer(growth.grown)

    readers, import_readers = checks.FileReaders(), imports.ImportReaders()

    @asynccontextmanager
    async def open_store(app: Litestar) -> AsyncIterator[None]:
        async with opens() as register:
            app.state.register = register
            try:
                async with running(register, checkpointer, growth, compiler, senders):
                    yield
            finally:
                if provider is not None:
                    await provider.close()
                readers.close()
                import_readers.close()

    def of_authority() -> Router:
        handlers = [
            *requests.HANDLERS,
            *finding.HANDLERS,
            *documents.HANDLERS,
            *recordings.HANDLERS,
            *imports.HANDLERS,
            *case_files.HANDLERS,
            *letters.HANDLERS,
            *retention.HANDLERS,
            *tables.OF_AUTHORITY,
            *district.OF_AUTHORITY,
            *reports.OF_AUTHORITY,
            *audit.OF_AUTHORITY,
            *services.HANDLERS,
            *credentials.HANDLERS,
            *hooks.HANDLERS,
            access_log.accesses,
            access_log.receipt,
            access_log.reviewed,
        ]
        return Router("/api/v1/authorities/{code:str}", route_handlers=handlers)

    application = Litestar(
        [
            of_authority(),
            audit.authorities,
            reports.due,
            tables.reconcile,
            checks.check_file,
            *login.HANDLERS,
            *second_factor.HANDLERS,
            *passkeys.HANDLERS,
            *operations.HANDLERS,
            *calendars.HANDLERS,
            *CONSOLE,
        ],
        lifespan=[open_store],
        request_class=params.ApiRequest,
        state=State(
            {
                "token": token,
                "actor": actor,
                "passwords": passwords,
                "party": party,
                "provider": provider,
                "webhooks": webhooks,
                "mail": mail,
                "metrics": metrics,
                "exports": Exports(),
                "recordings_at_once": Workload(recordings.AT_ONCE),
                "remembered": ResponseCache(),
                "checkpointer": checkpointer,
                "growth": growth,
                "readers": readers,
                "import_readers": import_readers,
                "case_files": Workload(1, 3),
                "word_searches": Workload(1, 3),
            }
        ),
        dependencies={"params": Provide(parse_query), "payload": Provide(parse_body)},
        before_request=_before_all,
        exception_handlers=failures.HANDLERS,
        after_exception=[access_log.note_refused],
        request_max_body_size=BODY_LIMIT,
        openapi_config=None,
        logging_config=None,
        debug=False,
        pdb_on_exception=False,
    )
    auth.check_routes(application.routes)
    return application
