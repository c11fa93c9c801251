"""The server process: it listens on loopback only, and a shutdown finishes the calls in progress."""

from __future__ import annotations

import gc
import os
import signal
import socket
import tempfile
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

from adapters import logs
from adapters.accounts.passkeys import RelyingParty
from adapters.accounts.password_policy import POLICIES
from api import app, settings
from api.background.report_compilation import Compiler
from api.background.senders import senders
from api.console import templates
from api.web import metrics
from api.web.application import Application
from api.web.auth import token_of
from api.web.processes import Supervisor, end_with_supervisor
from api.web.protocol import Protocol
from api.web.timeouts import TIMEOUT

if TYPE_CHECKING:
    from adapters.sign_on.provider import Provider

HOST = "127.0.0.1"
"""Loopback only: to serve other machines, put a proxy with TLS in front, see deploy/README.md."""

SHUTDOWN_TIMEOUT = 20
"""Seconds that a shutdown waits for calls in progress."""
WORKER_TIMEOUT = 60
"""Seconds within which one of several processes must answer its supervisor, which it can only once it has started; else
it is killed and replaced. With uvicorn's own five seconds none would ever start on a busy machine."""
CONNECTIONS = 16
"""Database connections of each process: PostgreSQL allows a hundred in all by default."""
_GC_THRESHOLDS = (20_000, 20, 50)
"""For `gc.set_threshold`, far above Python's own: collecting often costs time and finds little."""


class NotServing(Exception):
    """No server process could start; the log says why."""


def collect_rarely() -> None:
    """Exempt imported modules from garbage collection, which otherwise takes a twelfth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)


def create() -> Application:
    """The application of one server process, from the environment's settings."""
    end_with_supervisor()
    templates.compile_all()
    collect_rarely()
    own = settings.from_environment()
    logs.configure(own.log)
    application = Application(
        lambda: app.opened(
            own,
            size=CONNECTIONS,
            timeout=TIMEOUT,
            create=False,
            restarted=application.metrics.database_restarted,
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
    """Serve until SIGINT or SIGTERM. port: 0 for any free one. processes: how many share the port. proxies: see
    `Settings`. started: called with the port once it is bound.

    Raises OSError if the port is taken, and NotServing.
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
        timeout_graceful_shutdown=SHUTDOWN_TIMEOUT,
        timeout_worker_healthcheck=WORKER_TIMEOUT,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=proxies,
    )
    with tempfile.TemporaryDirectory(prefix="taizhang-metrics-") as directory:
        bound = _bound(port)
        # uvicorn raises the signal again after its shutdown: SIGTERM must not end the process as a failure.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        started(bound.getsockname()[1])
        try:
            if processes > 1:
                os.environ[metrics.SEVERAL_PROCESSES] = directory
                supervisor = Supervisor(config, [bound])
                supervisor.run()
                if supervisor.none_left:
                    raise NotServing
            else:
                uvicorn.Server(config).run(sockets=[bound])
        except SystemExit:  # uvicorn's, of a start that failed
            raise NotServing from None
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
