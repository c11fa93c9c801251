"""The request class of every handler.

A handler's signature says what it takes: `params` is the query, decoded as the struct it is annotated with; `payload`
likewise is the body. A query parameter that the struct does not have is refused; without `params` every one is.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from litestar import Request

from adapters.register.recording import decoding
from adapters.register.register import Register
from adapters.views import Until, View
from api.background.checkpointing import Checkpointer
from api.background.growth import Growth
from api.web.auth import Caller
from api.web.headers import header
from api.web.metrics import Metrics
from api.web.responses import Exports, ResponseCache
from api.web.workload import Workload
from domain.values import Reference


class ApiRequest(Request[Any, Any, Any]):
    """A request with what handlers need. Properties rather than dependencies: resolving one of those costs more than
    most replies do."""

    def header(self, name: str) -> str | None:
        """The value of the header, several values joined as one list; None if the request has none. name: in lower case."""
        return header(self.scope, name)

    @property
    def register(self) -> Register:
        register: Register = self.app.state.register
        return register

    def view(self, code: str, until: Until | None = None) -> AbstractAsyncContextManager[View]:
        """The register as the caller sees it."""
        return self.register.view(code, until, self.caller.sight)

    @property
    def metrics(self) -> Metrics:
        metrics: Metrics = self.app.state.metrics
        return metrics

    @property
    def exports(self) -> Exports:
        exports: Exports = self.app.state.exports
        return exports

    @property
    def response_cache(self) -> ResponseCache:
        response_cache: ResponseCache = self.app.state.response_cache
        return response_cache

    @property
    def checkpointer(self) -> Checkpointer:
        checkpointer: Checkpointer = self.app.state.checkpointer
        return checkpointer

    @property
    def case_files(self) -> Workload:
        """Limits the case files assembled at once, since each is held in memory."""
        limit: Workload = self.app.state.case_files
        return limit

    @property
    def word_searches(self) -> Workload:
        """Limits the word searches at once, since each decrypts many texts."""
        limit: Workload = self.app.state.word_searches
        return limit

    @property
    def growth(self) -> Growth:
        growth: Growth = self.app.state.growth
        return growth

    @property
    def wait_is_cancelled(self) -> bool:
        """Whether the server shuts down or the caller has disconnected: the handler should reply without waiting."""
        return "taizhang.wait_cancelled" in self.scope

    def on_wait_cancelled(self, callback: Callable[[], object]) -> None:
        """Call this when the server shuts down or the caller disconnects. One callback a request."""
        self.scope["taizhang.on_wait_cancelled"] = callback  # type: ignore[typeddict-unknown-key]

    @property
    def caller(self) -> Caller:
        """Who calls. Not set on a route that is open to all."""
        caller: Caller = self.scope["taizhang.caller"]  # type: ignore[typeddict-item]
        return caller

    @property
    def actor(self) -> str:
        return self.caller.actor


def reference_of(text: str) -> Reference:
    """The reference number of a request, from the path. Raises Malformed."""
    return decoding.reference_of(text, field="reference：")
