"""What a call asks and sends: query, headers and body. Whatever is wrong is named in Chinese.

A handler's signature is the truth: `params` is decoded from the query as the struct it is annotated with, `payload`
from the body; a parameter that the struct has not is refused, as is any where there is no `params`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

from litestar import Request

from adapters.register import decoding
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
    """A call with what every handler may need; as dependencies each would cost more than most answers do."""

    def header(self, name: str) -> str | None:
        """The first of the name, in lower case; None where the call has none."""
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
    def remembered(self) -> ResponseCache:
        remembered: ResponseCache = self.app.state.remembered
        return remembered

    @property
    def checkpointer(self) -> Checkpointer:
        checkpointer: Checkpointer = self.app.state.checkpointer
        return checkpointer

    @property
    def case_files(self) -> Workload:
        """Whose turn it is to have a file gathered, which is held in memory."""
        turns: Workload = self.app.state.case_files
        return turns

    @property
    def word_searches(self) -> Workload:
        """Whose turn it is to have many texts opened."""
        turns: Workload = self.app.state.word_searches
        return turns

    @property
    def growth(self) -> Growth:
        growth: Growth = self.app.state.growth
        return growth

    @property
    def is_hurried(self) -> bool:
        """Whether the server stops, or the caller has left: nothing is waited for any more."""
        return "taizhang.hurried" in self.scope

    def on_hurry(self, hurry: Callable[[], object]) -> None:
        """What to do then."""
        self.scope["taizhang.hurry"] = hurry  # type: ignore[typeddict-unknown-key]

    @property
    def caller(self) -> Caller:
        """Who calls; there is nobody on an open route."""
        caller: Caller = self.scope["taizhang.caller"]  # type: ignore[typeddict-item]
        return caller

    @property
    def actor(self) -> str:
        return self.caller.actor


def reference_of(text: str) -> Reference:
    """The reference in the address. Raises Malformed."""
    return decoding.reference_of(text, field="reference：")
