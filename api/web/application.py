"""The web application: its routes and dependencies, and what is done for every call."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
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
from adapters.postgres.database import DatabaseUnavailable
from adapters.register.register import Register
from adapters.vault.keyring import VaultKeyFault
from adapters.webhooks.addresses import NOWHERE, AllowedAddresses
from api.background.checkpointing import Checkpointer
from api.background.growth import Growth
from api.background.report_compilation import Compiler
from api.background.running import running
from api.background.senders import Sender
from api.console import failures
from api.console.handlers import HANDLERS as CONSOLE
from api.console.login import admission
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
    timeouts,
)
from api.web import request as params
from api.web import webhooks as hooks
from api.web.body import BODY_LIMIT, parse_body
from api.web.call_refusals import CallRefusal, TooSlow, Unavailable
from api.web.headers import allow, header, is_known, new_request_id, secured
from api.web.metrics import Metrics
from api.web.query import parse_query, refuse_unknown_parameters
from api.web.responses import Exports, ResponseCache
from api.web.timeouts import LONG_TIMEOUT, TIMEOUT, Timeout
from api.web.workload import Workload

if TYPE_CHECKING:
    from adapters.sign_on.provider import Provider

log = structlog.get_logger("taizhang.web")

_OF_A_BODY = frozenset({b"content-length", b"content-type", b"transfer-encoding"})

Opens = Callable[[], AbstractAsyncContextManager[Register]]


class Application:
    """An ASGI application over one register, opened at startup and closed after the last call.

    Every call gets a request id, security headers, a time limit, a line in the program's log and its share of the
    metrics. The log has no body, no query and only the path's template: nothing in it comes from an applicant.
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
        """opens: opens the register. token: of this machine; actor: its name in the log. party: the relying party of
        passkeys, None: no passkeys. provider: identity provider that officers may log in with. compiler, senders: compile
        last year's reports, deliver webhooks and mail digests in the background, if this process is to do so. webhooks:
        addresses they may be sent to. mail: the server that sends mail.
        """
        self.metrics = Metrics()
        self.log = log.bind()  # once: binding costs as much as writing a line
        given = {
            "token": token,
            "actor": actor,
            "passwords": passwords,
            "party": party,
            "provider": provider,
            "webhooks": webhooks,
            "mail": mail,
            "metrics": self.metrics,
        }
        self.litestar = _litestar(opens, given, provider, compiler, senders)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            self.loop = asyncio.get_running_loop()
            await self.litestar(scope, receive, self._lifespan_sender(send))
            return
        await _Call(self, scope, receive, send).answer()

    def _lifespan_sender(self, send: Any) -> Any:
        """Leave out litestar's traceback of a failure whose reason was logged."""

        async def send_message(message: Any) -> None:
            logged = self.litestar.state.get("reason_logged", False)
            await send({"type": message["type"]} if logged else message)

        return send_message


class _Call:
    """One call. It is answered within its time limit, whatever the handler waits for.

    At the limit the handler is cancelled and a refusal is sent; what the handler still sends is discarded.
    """

    def __init__(self, application: Application, scope: Any, receive: Any, send: Any) -> None:
        self._application = application
        self._method = scope["method"]
        self._without_body = self._method == "HEAD"
        # HEAD is handled as GET, and the body left out.
        self._scope: Any = {**scope, "method": "GET"} if self._without_body else scope
        self._receive, self._send = receive, send
        self._status = 0
        self._request_id = _request_id(scope)
        self._positions: dict[str, int] = {}
        self._timeout = Timeout(application.loop, self._expire)
        # With the loop as an argument, since looking up the running loop is a system call.
        self._task: asyncio.Task[None] | None = asyncio.current_task(application.loop)
        self._timeout_response: asyncio.Task[None] | None = None
        self._expired = False
        self._body_timeout = timeouts.of_body(scope["path"])
        self._timeout_refusal: type[CallRefusal] = Unavailable

    async def answer(self) -> None:
        start = perf_counter()
        structlog.contextvars.bind_contextvars(request_id=self._request_id)
        self._timeout.start(
            timeouts.of_call(self._scope["method"], self._scope["path"], self._scope["query_string"])
        )
        try:
            with shown.noting() as self._positions:
                await self._application.litestar(self._scope, self._receive_all, self._send_from_handler)
        except asyncio.CancelledError:
            if not self._expired or self._task is None or self._task.uncancel() > 0:
                raise
            if self._timeout_response is None:
                self._abort()
        finally:
            self._timeout.cancel()
            if (
                self._timeout_response is not None
                and not (await asyncio.wait([self._timeout_response], timeout=TIMEOUT))[0]
            ):
                self._timeout_response.cancel()
                self._abort()
            self._log(perf_counter() - start)
            structlog.contextvars.unbind_contextvars("request_id")

    def _expire(self) -> None:
        """At the time limit: send the refusal at once, however long the cancelled handler then takes to end."""
        if self._task is None:
            return
        self._expired = True
        if not self._status:
            self._timeout_response = asyncio.create_task(self._send_timeout_response(self._timeout_refusal))
        self._task.cancel()

    def _abort(self) -> None:
        """Reset the connection: part of a reply has been sent, or the caller does not read it."""
        if (abort := self._scope.get("taizhang.abort")) is None:
            raise TimeoutError
        abort()

    async def _send_timeout_response(self, refusal: type[CallRefusal]) -> None:
        self._scope["taizhang.code"] = refusal.code
        response = failures.of_call(params.ApiRequest(self._scope), refusal)
        await response.to_asgi_response(app=None, request=params.ApiRequest(self._scope))(
            self._scope, self._receive, self._send_message
        )

    async def _receive_all(self) -> Any:
        """Receive with the time limit of the body; the one of the call is paused meanwhile, not started again."""
        if self._status:  # a streaming response waits here for a disconnect
            self._timeout.start(LONG_TIMEOUT)
            return await self._receive()
        self._timeout_refusal = TooSlow
        self._timeout.suspend(self._body_timeout)
        message = await self._receive()
        if not self._expired:
            self._timeout_refusal = Unavailable
            self._body_timeout = self._timeout.resume()
        return message

    async def _send_from_handler(self, message: Any) -> None:
        if not self._expired:
            await self._send_message(message)

    async def _send_message(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            if message["status"] == 200 and is_known(self._scope, message["headers"]):
                kept = [each for each in message["headers"] if each[0].lower() not in _OF_A_BODY]
                message = {**message, "status": 304, "headers": kept}
                self._without_body = True
            self._status = message["status"]
            message["headers"] = [*secured(message["headers"], self._request_id), *self._view_headers()]
        elif self._without_body:
            message = {**message, "body": b""}
        if message.get("more_body"):
            self._timeout.start(LONG_TIMEOUT)
        await self._send(message)

    def _view_headers(self) -> Iterator[tuple[bytes, bytes]]:
        """Headers of a read: the log position it saw, and whether it saw a standby, which may be behind."""
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
    """The caller's own if well-formed, so that the logs of both sides can be compared."""
    payload = header(scope, "x-request-id")
    return (
        payload if payload is not None and re.fullmatch(r"[A-Za-z0-9-]{8,64}", payload) else new_request_id()
    )


async def _before_all(request: Request[Any, Any, Any]) -> Response[Any] | None:
    """Authenticate and authorize before anything else is read. Not a guard: the framework copies the request for those."""
    if request.method == "OPTIONS":
        # The framework's own reply names the methods of one handler only, where several share a path.
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


OF_AUTHORITY = [
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
"""The routes below an authority. One without a known act stops the application at its start."""


def _litestar(
    opens: Opens,
    given: dict[str, Any],
    provider: Provider | None,
    compiler: Compiler | None,
    senders: Sequence[Sender],
) -> Litestar:
    """given: what the handlers find in the state besides what is made here."""
    growth = Growth()
    checkpointer = Checkpointer(growth.grown)

    readers, import_readers = checks.FileReaders(), imports.ImportReaders()

    @asynccontextmanager
    async def open_register(app: Litestar) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            try:
                app.state.register = register = await stack.enter_async_context(opens())
            except (DatabaseUnavailable, VaultKeyFault) as wrong:
                log.error("process.register_not_opened", reason=str(wrong))
                app.state.reason_logged = True
                raise
            log.info("process.register_opened", pid=os.getpid())
            try:
                async with running(register, checkpointer, growth, compiler, senders):
                    yield
            finally:
                if provider is not None:
                    await provider.close()
                readers.close()
                import_readers.close()

    application = Litestar(
        [
            Router("/api/v1/authorities/{code:str}", route_handlers=OF_AUTHORITY),
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
        lifespan=[open_register],
        request_class=params.ApiRequest,
        state=State(
            {
                **given,
                "exports": Exports(),
                "recordings_at_once": Workload(recordings.AT_ONCE),
                "response_cache": ResponseCache(),
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
