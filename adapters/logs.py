"""Structured logs: one JSON object a line, on standard error, without personal data.

What is told is never logged, only codes, references, counts and positions.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import get_ident
from typing import Any, TextIO, cast

import msgspec
import structlog

LEVELS = ("debug", "info", "warning", "error")


def configure(level: str) -> None:
    """level: one of LEVELS; anything else is taken as warning."""
    threshold = getattr(logging, level.upper()) if level in LEVELS else logging.WARNING
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            _line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=lambda *_: structlog.WriteLogger(cast("TextIO", _lines)),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    if not any(isinstance(handler, _Json) for handler in root.handlers):
        root.addHandler(_Json(logging.WARNING))


@contextmanager
def gathered() -> Iterator[None]:
    """Within it, what the running loop's tasks say in one turn of it is written at the turn's end, at once.

    Each writing is a call of the system, and two lines a call would cost as much as judging it.
    """
    _lines.gather(asyncio.get_running_loop())
    try:
        yield
    finally:
        _lines.gather(None)


class _Lines:
    """Standard error, whatever it is when something is said."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0
        self._said: list[str] = []

    def gather(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self._loop, self._thread = loop, get_ident()
        self._write_out()

    def write(self, line: str) -> None:
        if self._loop is None or get_ident() != self._thread:
            sys.stderr.write(line)
            sys.stderr.flush()
            return
        if not self._said:
            self._loop.call_soon(self._write_out)
        self._said.append(line)

    def flush(self) -> None:
        """Asked for after each line, which `write` has seen to."""

    def _write_out(self) -> None:
        if self._said:
            sys.stderr.write("".join(self._said))
            sys.stderr.flush()
            self._said.clear()


_lines = _Lines()


class _Json(logging.Handler):
    """What the libraries say, in the same clothes and as sparsely."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger(record.name)
        log.log(record.levelno, record.getMessage(), exc_info=record.exc_info)


def _line(_: Any, __: str, event: structlog.typing.EventDict) -> str:
    return msgspec.json.encode({**event, "timestamp": datetime.now(UTC)}, enc_hook=str).decode()
