"""The command line as a user has it: its own process state, a real database, what it prints and its exit code."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
import structlog

from api import cli
from tests.conftest import DatabaseServer


class Result(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> object:
        return msgspec.json.decode(self.out)


Taizhang = Callable[..., Result]

OFFICE = (
    *("authority", "registered", "--on", "2020-01-01", "--code", "huadu", "--name", "某区人民政府办公室"),
    *("--kind", "department", "--complete-since", "2020-01-01"),
)


@pytest.fixture
def taizhang(
    server: DatabaseServer,
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Taizhang]:
    """Run one command against a fresh database; stdin as text."""
    monkeypatch.setenv("DATABASE_URL", server.runtime(database))
    monkeypatch.setenv("DATABASE_OWNER_URL", server.owner(database))
    monkeypatch.setenv("TAIZHANG_DATA", str(tmp_path))

    def run(*arguments: str, stdin: str = "") -> Result:
        monkeypatch.setattr(
            sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode("utf-8", "surrogatepass")))
        )
        code = cli.run(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Result(code, out, err)

    yield run
    structlog.reset_defaults()  # a command sets up the log of its process


@pytest.fixture
def office(taizhang: Taizhang) -> Taizhang:
    """The command line of an authority whose register is open since 2020."""
    assert taizhang(*OFFICE).code == 0
    return taizhang
