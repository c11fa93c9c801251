"""Structured logs: one JSON object a line, on standard error, without personal data.

The content of requests is never logged, only codes, references, counts and positions.
"""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from typing import Any

import msgspec
import structlog

LEVELS = ("debug", "info", "warning", "error")


def configure(level: str) -> None:
    """level: one of LEVELS; anything else means warning."""
    threshold = getattr(logging, level.upper()) if level in LEVELS else logging.WARNING
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            _line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    if not any(isinstance(handler, _Json) for handler in root.handlers):
        root.addHandler(_Json(logging.WARNING))


class _Json(logging.Handler):
    """Formats the log records of libraries in the same way."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger(record.name)
        log.log(record.levelno, record.getMessage(), exc_info=record.exc_info)


def _line(_: Any, __: str, event: structlog.typing.EventDict) -> str:
    return msgspec.json.encode({**event, "timestamp": datetime.now(UTC)}, enc_hook=str).decode()
