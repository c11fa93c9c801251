"""Several server processes on one port, and the one that starts and replaces them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import threading
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from time import monotonic
from weakref import WeakKeyDictionary

import structlog
from uvicorn import Config
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from adapters.backoff import Backoff

log = structlog.get_logger("taizhang.processes")


@dataclass
class _Run:
    """What is known of one process. backoff: shared with those it replaced. pinged_at: None once the ping is answered.
    served: whether it has answered any. replace_at: None while it runs.
    """

    backoff: Backoff = field(default_factory=Backoff)
    pinged_at: float | None = None
    served: bool = False
    replace_at: float | None = None


class Supervisor(Multiprocess):
    """Replaces a process that ends: the first time at once, then after pauses that double, see `Backoff`.

    uvicorn's own ends all processes, without an error, when one cannot open the register, which may be unavailable for a
    moment only. One that fails earlier it starts again for ever, without a pause. While it waits for the answer of one
    that has ended or hangs, it ignores signals.
    """

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self.none_left = False
        """Whether it ends because a process could not start, and no other was running."""
        self._runs: WeakKeyDictionary[Process, _Run] = WeakKeyDictionary()

    def keep_subprocess_alive(self) -> None:
        for place, process in enumerate(self.processes):
            run = self._runs.setdefault(process, _Run())
            if run.replace_at is None:
                if not self._runs_on(process, run):
                    self._note_end(process, run)
            elif monotonic() >= run.replace_at:
                self.processes[place] = successor = Process(self.config, self.sockets)
                successor.start()
                run.backoff.restarted()
                self._runs[successor] = _Run(run.backoff)
            if self.should_exit.is_set():
                return

    def _runs_on(self, process: Process, run: _Run) -> bool:
        """Whether it runs and does not hang. Does not wait: the answer to a ping is read in a later round."""
        if not process.process.is_alive():
            return False
        try:
            if run.pinged_at is None:
                process.parent_conn.send(b"ping")
                run.pinged_at = monotonic()
            if process.parent_conn.poll():
                run.served, run.pinged_at = process.parent_conn.recv(), None
        except (OSError, EOFError):
            return False
        waited = 0.0 if run.pinged_at is None else monotonic() - run.pinged_at
        return waited < self.config.timeout_worker_healthcheck

    def _note_end(self, process: Process, run: _Run) -> None:
        process.kill()  # it may hang
        process.join()
        if not run.served and not any(other.process.is_alive() for other in self.processes):
            self.none_left = True
            self.should_exit.set()
            return
        pause = run.backoff.ended()
        run.replace_at = monotonic() + pause
        log.warning(
            "process.ended",
            pid=process.pid,
            exit_code=process.exitcode,
            served=run.served,
            pause_seconds=pause,
        )


def end_with_supervisor() -> None:
    """In one of several processes: shut down when their supervisor ends, even if it is killed. They would keep the port."""
    if (supervisor := multiprocessing.parent_process()) is None:
        return

    def watch() -> None:
        wait([supervisor.sentinel])
        log.error("process.supervisor_lost", pid=os.getpid())
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="supervisor", daemon=True).start()
