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

log = structlog.get_logger("taizhang.processes")

SHORTEST, LONGEST = 1.0, 60.0
"""Seconds of the shortest and the longest pause before a process is replaced. One that ran for longer is replaced at once."""


@dataclass
class _Run:
    """What is known of one process. pause: seconds before it is replaced, once it ends. asked: since when it has not answered
    the supervisor. replace_at: None while it runs.
    """

    pause: float = 0.0
    started: float = field(default_factory=monotonic)
    asked: float | None = None
    served: bool = False
    replace_at: float | None = None


class Supervisor(Multiprocess):
    """Replaces a process that ends: the first time at once, then after pauses that double.

    uvicorn's own ends all of them, as if asked to, when one cannot open the register, which may be away for a moment only;
    one that fails earlier it starts again for ever, without a pause; and while it waits for the answer of one that has
    ended or hangs, it heeds no signal.
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
                self._runs[successor] = _Run(min(LONGEST, max(SHORTEST, 2 * run.pause)))
            if self.should_exit.is_set():
                return

    def _runs_on(self, process: Process, run: _Run) -> bool:
        """Whether it runs and does not hang. Waits for nothing: the answer is looked for in the next round."""
        if not process.process.is_alive():
            return False
        try:
            if run.asked is None:
                process.parent_conn.send(b"ping")
                run.asked = monotonic()
            if process.parent_conn.poll():
                run.served, run.asked = process.parent_conn.recv(), None
        except (OSError, EOFError):
            return False
        return run.asked is None or monotonic() - run.asked < self.config.timeout_worker_healthcheck

    def _note_end(self, process: Process, run: _Run) -> None:
        process.kill()  # it may hang
        process.join()
        if not run.served and not any(other.process.is_alive() for other in self.processes):
            self.none_left = True
            self.should_exit.set()
            return
        if monotonic() - run.started > LONGEST:
            run.pause = 0.0
        run.replace_at = monotonic() + run.pause
        log.warning(
            "process.ended",
            pid=process.pid,
            exit_code=process.exitcode,
            served=run.served,
            pause_seconds=run.pause,
        )


def end_with_supervisor() -> None:
    """In one of several processes: shut down when their supervisor ends, however it does. Killed, it tells nobody, and they
    would keep the port.
    """
    if (supervisor := multiprocessing.parent_process()) is None:
        return

    def watch() -> None:
        wait([supervisor.sentinel])
        log.error("process.supervisor_lost", pid=os.getpid())
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="supervisor", daemon=True).start()
