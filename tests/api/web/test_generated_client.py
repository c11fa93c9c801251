"""A client generated from the API description alone records and reads, against a real server."""

from __future__ import annotations

import asyncio
import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests import builders
from tests.adapters.recordings import body_of
from tests.api.conftest import Served

CONFIG = """content_type_overrides:
  application/x-ndjson: application/octet-stream
  application/pdf: application/octet-stream
"""
"""The generator's configuration: files of lines and documents are sent as raw bytes."""


class Client(NamedTuple):
    """The generated package, and one of its clients."""

    package: Any
    client: Any

    def operation(self, tag: str, name: str) -> Any:
        return importlib.import_module(f"{self.package.__name__}.api.{tag}.{name}")

    def model(self, name: str) -> Any:
        return getattr(self.package.models, name)


@pytest.fixture
async def generated(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Generated as README describes; a warning of the generator fails here."""
    document, config = tmp_path / "openapi.json", tmp_path / "config.yml"
    document.write_bytes((await served.get("/api/v1/openapi.json")).content)
    config.write_text(CONFIG)
    programs = Path(sys.executable).parent
    process = await asyncio.to_thread(
        subprocess.run,
        [
            programs / "openapi-python-client", "generate", "--path", document, "--config", config,
            "--output-path", tmp_path / "generated_taizhang", "--meta", "none", "--fail-on-warning",
        ],
        cwd=tmp_path, env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stdout + process.stderr
    assert "arning" not in process.stdout + process.stderr
    monkeypatch.syspath_prepend(tmp_path)
    package = importlib.import_module("generated_taizhang")
    importlib.import_module("generated_taizhang.models")
    token = served.client.headers["authorization"].removeprefix("Bearer ")
    base = str(served.client.base_url)
    return Client(package, package.AuthenticatedClient(base_url=base, token=token))


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """Remove the generated package, so that each test generates its own."""
    yield
    for name in [each for each in sys.modules if each.startswith("generated_taizhang")]:
        del sys.modules[name]


async def test_a_generated_client_records_and_reads(served: Served, generated: Client) -> None:
    async with generated.client as client:
        await record_and_read(served.code, generated, client)


async def record_and_read(code: str, generated: Client, client: Any) -> None:
    async def ask(tag: str, name: str, *where: str, **how: Any) -> Any:
        return await generated.operation(tag, name).asyncio(code, *where, client=client, **how)

    receipt = generated.model("Received").from_dict(body_of(builders.received("2020-03-02")))
    reply = await ask("requests", "receive_request", body=receipt, idempotency_key="r1")
    assert (reply.reference, reply.stage, reply.due_on, reply.repeated) == (
        "2020-0001", "in_hand", date(2020, 3, 30), False,
    )  # fmt: skip
    assert "answered" in reply.possible
    again = await ask("requests", "receive_request", body=receipt, idempotency_key="r1")
    assert (again.reference, again.repeated) == ("2020-0001", True)

    answer = generated.model("Answered").from_dict(body_of(builders.answered("2020-04-20")))
    refused = await ask("requests", "record_event", "2020-0001", body=answer, idempotency_key="a1")
    assert (refused.status, refused.code) == (409, "not_acknowledged")
    assert [each.code for each in refused.irregularities] == ["late_answer"]
    reply = await ask(
        "requests", "record_event", "2020-0001", body=answer, idempotency_key="a1", acknowledged="late_answer"
    )
    assert (reply.version, reply.stage) == (2, "closed")

    page = await ask("requests", "list_requests", stage=generated.model("ListRequestsStage")("closed"))
    assert [each.reference for each in page.requests] == ["2020-0001"]
    assert page.total == 1
    case = await ask("requests", "get_request", "2020-0001")
    assert (case.stage, case.closing.outcome) == ("closed", "granted.provided")
    feed = await ask("authorities", "list_events", after=1)
    assert [each.type_ for each in feed.entries] == ["received", "answered"]
    tables = await ask("statistics", "get_tables", year=2020)
    assert tables.discrepancies == []
