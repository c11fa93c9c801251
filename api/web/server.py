"""The server process: loopback only, slow and oversized clients cut, a stop that finishes what was begun."""

from __future__ import annotations

import gc
import os
import signal
import socket
import tempfile
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.supervisors import Multiprocess

from adapters import logs
from adapters.accounts.passkeys import RelyingParty
from adapters.accounts.password_policy import POLICIES
from api import app, settings
from api.background.report_compilation import Compiler
from api.background.senders import senders
from api.console import templates
from api.web import metrics
from api.web.application import TIMEOUT, Application
from api.web.auth import token_of
from api.web.protocol import Protocol

if TYPE_CHECKING:
    from adapters.sign_on.provider import Provider

HOST = "127.0.0.1"
"""Only this machine is answered: whoever serves others puts a proxy with TLS before it, see deploy/README.md."""

LAST_WORDS = 20
"""Seconds that calls under way are given at a stop."""
CONNECTIONS = 16
"""To the database, of each process: PostgreSQL allows a hundred by default."""
_COLLECTED = (20_000, 20, 50)
"""Objects more than freed before the youngest are looked through; and so on for the older ones."""


def collect_rarely() -> None:
    """What was imported stays: to look through it again and again for garbage costs a twelfth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED)


def create() -> Application:
    """What each server process runs, from the environment's settings."""
    templates.compile_all()
    collect_rarely()
    own = settings.from_environment()
    logs.configure(own.log)
    application = Application(
        lambda: app.opened(
            own, size=CONNECTIONS, timeout=TIMEOUT, restarted=application.metrics.database_restarted
        ),
        token=token_of(own.data),
        actor=own.actor or "api",
        passwords=POLICIES[own.passwords],
        party=RelyingParty(own.origin) if own.origin else None,
        provider=_provider(own),
        compiler=Compiler() if own.worker else None,
        webhooks=own.webhooks,
        mail=own.mail,
        senders=senders(own) if own.worker else (),
    )
    return application


def _provider(own: settings.Settings) -> Provider | None:
    if own.provider is None:
        return None
    from adapters.sign_on.provider import Provider  # noqa: PLC0415 - an HTTP client, which most offices need not

    return Provider(own.provider)


def serve(
    port: int, processes: int, *, proxies: str = "", started: Callable[[int], None] = lambda _: None
) -> None:
    """Serve until asked to stop. port: 0 for any free one. started is called with the port once it is bound.
    proxies: see `Settings`.

    Raises OSError if the port is taken.
    """
    config = uvicorn.Config(
        "api.web.server:create",
        factory=True,
        host=HOST,
        port=port,
        workers=processes,
        http=Protocol,
        loop="uvloop",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=LAST_WORDS,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
    )
    with tempfile.TemporaryDirectory(prefix="taizhang-metrics-") as directory:
        bound = _bound(port)
        # At its end the server raises again the signal that stopped it; a stop that was asked for is no failure.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        started(bound.getsockname()[1])
        try:
            if processes > 1:
                os.environ[metrics.SEVERAL_PROCESSES] = directory
                Multiprocess(config, sockets=[bound]).run()
            else:
                uvicorn.Server(config).run(sockets=[bound])
        except KeyboardInterrupt:
            pass
        finally:
            bound.close()


def _bound(port: int) -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((HOST, port))
        bound.listen(2048)
    except BaseException:
        bound.close()
        raise
    bound.set_inheritable(True)
    return bound
