"""The portal printed in README, run as printed: it submits requests, follows them by webhook, and receives no names."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO
from uuid import uuid4

import httpx
import pytest

from adapters.register.register import Register
from adapters.webhooks.addresses import AllowedAddresses
from adapters.webhooks.signing import signature
from api.today import today
from tests.adapters.recordings import another_database, line
from tests.api.conftest import PROJECT, serving
from tests.api.officers import ADMINISTRATOR, ORIGIN, appoint, appoint_first, grant_service, open_register
from tests.builders import answered, received
from tests.conftest import DatabaseServer, port_kept

NAME, WORDS = "王小明", "请公开某路改造的预算"
SOON = 120.0


def printed() -> str:
    found = re.findall(
        r"```python\n(# portal\.py\n.*?)```", (PROJECT / "README.md").read_text("utf-8"), re.DOTALL
    )
    assert len(found) == 1
    assert len(found[0].splitlines()) <= 60
    return str(found[0])


async def line_of(output: IO[str]) -> str:
    return await asyncio.wait_for(asyncio.to_thread(output.readline), SOON)


async def listening(port: int) -> None:
    async with asyncio.timeout(SOON):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return


@pytest.fixture
def kept_port() -> Iterator[int]:
    with port_kept() as port:
        yield port


async def test_the_portal_of_readme(
    server: DatabaseServer, template: str, tmp_path: Path, kept_port: int
) -> None:
    """From an applicant's text to the answer; it refuses forged and stale deliveries."""
    port, origin = kept_port, f"http://127.0.0.1:{kept_port}"
    environment = {
        "TAIZHANG_WORKER": "1", "TAIZHANG_WEBHOOKS": origin, "TAIZHANG_WEBHOOK_NETWORKS": "127.0.0.0/8",
    }  # fmt: skip
    async with another_database(server, template) as database:
        dsn, data = server.runtime(database), tmp_path / "data"
        async with serving(dsn, server.behind(database), data, **environment) as served:
            register = await Register.open(dsn, data / "keys")
            await open_register(register, "huadu")
            await appoint_first(register, "huadu")
            await appoint(register, "huadu", "li", "handler")
            key = await grant_service(register, "huadu", "portal", "hand_in")
            _, secret = await register.webhooks.add(
                "huadu", "portal", f"{origin}/hook", allowed=AllowedAddresses.parse(origin, ""),
                actor=ADMINISTRATOR, origin=ORIGIN,
            )  # fmt: skip
            (tmp_path / "portal.py").write_text(printed(), "utf-8")
            office = f"http://127.0.0.1:{served.port}/api/v1/authorities/huadu"
            errors = (tmp_path / "errors").open("w")
            process = subprocess.Popen(
                [sys.executable, "-X", "utf8", str(tmp_path / "portal.py"), str(port)],
                env={**os.environ, "TZ": "Asia/Shanghai", "OFFICE": office, "KEY": key, "SECRET": secret},
                stdout=subprocess.PIPE, stderr=errors, text=True,
            )  # fmt: skip
            assert process.stdout is not None
            try:
                await listening(port)
                async with httpx.AsyncClient(base_url=origin, trust_env=False, timeout=SOON) as applicant:
                    await register.record("huadu", line("other", received(str(today()))), actor="li")
                    receipt = {"id": uuid4().hex, "name": NAME, "description": WORDS}
                    reply = await applicant.post("/apply", json=receipt)
                    assert reply.text == f"{today().year}-0002"
                    assert (await applicant.post("/apply", json=receipt)).text == reply.text
                    first = await line_of(process.stdout)
                    await register.record("huadu", line("a", answered(str(today())), reply.text), actor="li")
                    second = await line_of(process.stdout)
                    body = b'{"entries": [], "next": 99}'
                    for moment, right in ((int(time.time()), False), (int(time.time()) - 3600, True)):
                        given = signature(secret if right else f"whsec_{'A' * 44}", "x", moment, body)
                        forged = {
                            "webhook-id": "x",
                            "webhook-timestamp": str(moment),
                            "webhook-signature": given,
                        }
                        assert (
                            await applicant.post("/hook", content=body, headers=forged)
                        ).status_code == 401
            finally:
                process.kill()
                rest = await asyncio.to_thread(process.stdout.read)
                process.wait()
                process.stdout.close()
                errors.close()
                await register.close()
    assert re.fullmatch(rf"{reply.text} received in_hand \d{{4}}-\d\d-\d\d\n", first)
    assert second == f"{reply.text} answered closed None\n" or second.startswith(
        f"{reply.text} answered closed 20"
    )
    log = (tmp_path / "errors").read_text("utf-8")
    assert "Traceback" not in log, log
    for never in (NAME, WORDS, f"{today().year}-0001"):
        assert never not in first + second + rest + log
