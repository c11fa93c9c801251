"""The queue of one authority's recordings in this process: everything that waits is recorded as one batch."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from adapters.postgres.database import TOO_LONG, DatabaseUnavailable
from adapters.register.recording.submission import Judged, Submission

BATCH, BATCH_BYTES = 100, 1_048_576
"""Limits of a batch: recordings, and bytes of their events, so that the head is not locked for long. A larger file is a
batch of its own."""

QUEUE, QUEUE_BYTES = 1_000, 16_777_216
"""Limits of the queue: submissions, and bytes of their events."""

Outcome = Judged | Exception
Write = Callable[[Callable[[], Sequence[Submission]]], Awaitable[Sequence[Outcome]]]
"""Records a batch: calls its argument for the submissions once it has locked the head, and returns after the commit."""


class _Pending:
    """A submission in the queue or in the current batch, with the future that its caller awaits."""

    def __init__(self, submission: Submission, answer: asyncio.Future[Judged]) -> None:
        self.submission = submission
        self.answer = answer
        self.timer: asyncio.TimerHandle | None = None

    @property
    def is_done(self) -> bool:
        """Answered, or its caller was cancelled."""
        return self.answer.done()

    def settle(self, outcome: Outcome) -> None:
        if self.is_done:
            return
        if isinstance(outcome, Exception):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class Writer:
    """Records one batch at a time; submissions that arrive meanwhile are in the next. Uses one task and one connection.

    timeout: seconds that a submission may wait for its batch to begin. After that it may be recorded even if its caller
    is cancelled: repeating the idempotency key shows whether it was recorded. A batch whose callers have all been
    cancelled is cancelled too, so that a database session which stopped answering does not block later ones.
    """

    def __init__(self, write: Write, timeout: float) -> None:
        self._write = write
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[_Pending, None] = {}
        self._bytes = 0
        self._batch: list[_Pending] = []
        self._task: asyncio.Task[None] | None = None

    async def record(self, submission: Submission) -> Judged:
        """Record a submission. Raises its refusal or DatabaseUnavailable: nothing is stored, unless the latter says
        otherwise."""
        crowded = len(self._waiting) >= QUEUE or self._bytes + submission.size > QUEUE_BYTES
        if self._waiting and crowded:
            raise DatabaseUnavailable("等候登记的过多，没有保存；请稍后再试")
        pending = _Pending(submission, self._loop.create_future())
        pending.timer = self._loop.call_later(self._timeout, self._expire, pending)
        self._waiting[pending] = None
        self._bytes += submission.size
        if self._task is None:
            self._begin()
        try:
            return await pending.answer
        finally:
            self._remove(pending)

    async def close(self) -> None:
        """Wait for all submissions."""
        while self._task is not None:
            await asyncio.wait([self._task])

    # -- the queue --

    def _expire(self, pending: _Pending) -> None:
        pending.settle(DatabaseUnavailable(TOO_LONG))
        self._remove(pending)

    def _remove(self, pending: _Pending) -> None:
        self._dequeue(pending)
        abandoned = not self._waiting and all(each.is_done for each in self._batch)
        if abandoned and self._task is not None:
            self._task.cancel()

    def _dequeue(self, pending: _Pending) -> None:
        if pending.timer is not None:
            pending.timer.cancel()
            pending.timer = None
        if pending in self._waiting:
            del self._waiting[pending]
            self._bytes -= pending.submission.size

    def _take(self) -> list[Submission]:
        """The next batch, in the order of arrival: at least one submission, and no more than fit."""
        many = size = 0
        for pending in list(self._waiting):
            many, size = many + len(pending.submission.recordings), size + pending.submission.size
            if self._batch and (many > BATCH or size > BATCH_BYTES):
                break
            self._dequeue(pending)
            self._batch.append(pending)
        return [pending.submission for pending in self._batch]

    # -- batches --

    def _begin(self) -> None:
        self._task = self._loop.create_task(self._record_batch())
        self._task.add_done_callback(self._ended)

    def _ended(self, _: asyncio.Task[None]) -> None:
        for pending in self._batch:
            pending.answer.cancel()  # no effect if it was answered
        self._batch, self._task = [], None
        if self._waiting:
            self._begin()

    async def _record_batch(self) -> None:
        waiting = list(self._waiting)
        try:
            outcomes = await self._write(self._take)
        except Exception as wrong:
            await self._settle_failed(self._batch or waiting, wrong)
            return
        for pending, outcome in zip(self._batch, outcomes, strict=True):
            pending.settle(outcome)

    async def _settle_failed(self, batch: Sequence[_Pending], wrong: Exception) -> None:
        """After an unexpected exception record each submission by itself, so that only the one at fault gets it."""
        if isinstance(wrong, DatabaseUnavailable) or len(batch) == 1:
            for pending in batch:
                pending.settle(wrong)
            return
        for pending in batch:
            if pending.is_done:
                continue
            try:
                (outcome,) = await self._write(partial(list[Submission], [pending.submission]))
            except Exception as its_own:
                outcome = its_own
            pending.settle(outcome)
