"""Metrics for Prometheus: recordings, latency, database connections, and the state of each authority's register."""

from __future__ import annotations

import asyncio
import os
from collections import Counter as Counted
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from adapters.postgres.database import DatabaseUnavailable, OutOfSight
from adapters.register.register import Register
from api.today import today
from api.web.call_refusals import CallRefusal
from domain.law.refusals import Refusal

MEDIA_TYPE = "text/plain; version=0.0.4"
SEVERAL_PROCESSES = "PROMETHEUS_MULTIPROC_DIR"
"""Environment variable, set by `taizhang serve` for several processes: the directory in which they share their counts."""

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10)


class Metrics:
    """The metrics of one process; a scrape adds up those of all that share the directory of SEVERAL_PROCESSES."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._recordings = Counter(
            "taizhang_recordings",
            "Recordings by type of event and result: recorded, previewed or the code by which it was refused",
            ("type", "result"),
            registry=self._registry,
        )
        self._latency = Histogram(
            "taizhang_http_request_seconds",
            "Time to answer by route and status",
            ("method", "route", "status"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._latency_of = lru_cache(1024)(self._latency.labels)
        self._connections = Gauge(
            "taizhang_database_connections",
            "Connections to the database by state",
            ("state",),
            multiprocess_mode="livesum",
            registry=self._registry,
        )

        self._refused = Counter(
            "taizhang_http_refused",
            "What was refused before it was a call, by code and status: no HTTP, too large a head, too slow",
            ("code", "status"),
            registry=self._registry,
        )
        self._restarts = Counter(
            "taizhang_database_restarts",
            "Attempts to start the embedded PostgreSQL again after it was lost: started or failed",
            ("result",),
            registry=self._registry,
        )

    def database_restarted(self, worked: bool) -> None:
        self._restarts.labels("started" if worked else "failed").inc()

    @contextmanager
    def recording(self, *types: str, preview: bool) -> Iterator[None]:
        """Count recordings of these types by their result. In a file a refusal of one is the result of all."""
        result = "previewed" if preview else "recorded"
        try:
            yield
        except (Refusal, CallRefusal) as refusal:
            result = refusal.code
            raise
        except (DatabaseUnavailable, asyncio.CancelledError):  # the latter: cancelled at the time limit
            result = "unavailable"
            raise
        except BaseException:
            result = "fault"
            raise
        finally:
            for type_, times in Counted(types).items():
                self._recordings.labels(type_, result).inc(times)

    def refused(self, code: str, status: int) -> None:
        """Count a request that was refused by `protocol.py`."""
        self._refused.labels(code, str(status)).inc()

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        self._latency_of(method, route, str(status)).observe(seconds)

    async def scrape(self, register: Register) -> bytes:
        """In Prometheus' text format. Registers are counted now; if the database is unavailable their lines are absent."""
        in_use, idle = register.connections
        self._connections.labels("in_use").set(in_use)
        self._connections.labels("idle").set(idle)
        counted = CollectorRegistry()
        if SEVERAL_PROCESSES in os.environ:
            MultiProcessCollector(counted)  # type: ignore[no-untyped-call]
        standing = CollectorRegistry()
        names = (
            "readable", "open", "overdue", "position", "uncheckpointed_seconds", "webhooks_failing", "digests_failing",
        )  # fmt: skip
        gauges = [
            Gauge(f"taizhang_register_{name}", _HELP[name], ("authority",), registry=standing)
            for name in names
        ]
        try:
            for code in await register.authorities():
                for gauge, value in zip(gauges, await _standing(register, code), strict=False):
                    gauge.labels(code).set(value)
        except DatabaseUnavailable:
            pass
        own = counted if SEVERAL_PROCESSES in os.environ else self._registry
        return generate_latest(own) + generate_latest(standing)


async def _standing(register: Register, code: str) -> tuple[float, ...]:
    """The gauges of one authority; only the first one, with 0, if the database role cannot read its rows."""
    try:
        async with register.view(code) as view:
            counts = await view.standing(today())
        lag = await register.proofs.checkpoint_lag(code)
        failing = sum(bool(each.failures) for each in await register.webhooks.listed(code))
        unsent = sum(bool(each.problem) for each in await register.mail_addresses.listed(code))
        return 1, *counts, view.position, lag.seconds, failing, unsent
    except OutOfSight:
        return (0,)


_HELP = {
    "readable": "1 if the authority's rows are seen; 0, and no other line of it, if its row policies hide them",
    "open": "Requests received and not closed",
    "overdue": "Of these, past their last day to answer",
    "position": "Position of the last entry",
    "uncheckpointed_seconds": "Age of the oldest entry that no checkpoint covers; alarm above 60",
    "webhooks_failing": "Webhooks whose last delivery failed, the paused ones among them",
    "digests_failing": "Officers whose last digest was not taken, or not yet",
}
