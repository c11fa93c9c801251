"""The queue before one authority's log in this process: what waits is recorded as one batch, batch after batch."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from adapters.postgres.database import TOO_LONG, DatabaseUnavailable
from adapters.register.submission import Judged, Submission

BATCH, BATCH_BYTES = 100, 1_048_576
"""Recordings of a batch and bytes of their events, so that nobody holds the head for long; one larger file is its own."""

QUEUE, QUEUE_BYTES = 1_000, 16_777_216
"""Submissions that may wait, and bytes of their events."""

Outcome = Judged | Exception
Write = Callable[[Callable[[], Sequence[Submission]]], Awaitable[Sequence[Outcome]]]
"""Calls what it is given for the batch once it holds the head, and returns when that is committed."""


class _Place:
    """One submission in the queue, or in the batch that is being recorded."""

    def __init__(self, submission: Submission, answer: asyncio.Future[Judged]) -> None:
        self.submission = submission
        self.answer = answer
        self.timer: asyncio.TimerHandle | None = None

    @property
    def is_left(self) -> bool:
        """Nobody waits here any more."""
        return self.answer.done()

    def settle(self, outcome: Outcome) -> None:
        if self.is_left:
            return
        if isinstance(outcome, Exception):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class Writer:
    """One batch at a time; whoever comes meanwhile is in the next. One task and one connection, however many wait.

    timeout: seconds to wait until one's batch begins. From then on the submission may be recorded though its caller
    leaves, which the same id tells; a batch that nobody waits for any more is broken off, so that a session which
    went silent holds up nobody for longer than its own callers waited.
    """

    def __init__(self, write: Write, timeout: float) -> None:
        self._write = write
        self._timeout = timeout
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[_Place, None] = {}
        self._bytes = 0
        self._batch: list[_Place] = []
        self._task: asyncio.Task[None] | None = None

    async def record(self, submission: Submission) -> Judged:
        """Raises what it was refused by, or DatabaseUnavailable: nothing of it is stored, unless that says otherwise."""
        crowded = len(self._waiting) >= QUEUE or self._bytes + submission.size > QUEUE_BYTES
        if self._waiting and crowded:
            raise DatabaseUnavailable("等候登记的过多，没有保存；请稍后再试")
        place = _Place(submission, self._loop.create_future())
        place.timer = self._loop.call_later(self._timeout, self._expire, place)
        self._waiting[place] = None
        self._bytes += submission.size
        if self._task is None:
            self._begin()
        try:
            return await place.answer
        finally:
            self._leave(place)

    async def close(self) -> None:
        """Waits for all that were handed in."""
        while self._task is not None:
            await asyncio.wait([self._task])

    # -- the queue --

    def _expire(self, place: _Place) -> None:
        place.settle(DatabaseUnavailable(TOO_LONG))
        self._leave(place)

    def _leave(self, place: _Place) -> None:
        self._dequeue(place)
        abandoned = not self._waiting and all(each.is_left for each in self._batch)
        if abandoned and self._task is not None:
            self._task.cancel()

    def _dequeue(self, place: _Place) -> None:
        if place.timer is not None:
            place.timer.cancel()
            place.timer = None
        if place in self._waiting:
            del self._waiting[place]
            self._bytes -= place.submission.size

    def _take(self) -> list[Submission]:
        """The next batch, in the order they came: at least one submission, and as many as a batch may hold."""
        many = size = 0
        for place in list(self._waiting):
            many, size = many + len(place.submission.recordings), size + place.submission.size
            if self._batch and (many > BATCH or size > BATCH_BYTES):
                break
            self._dequeue(place)
            self._batch.append(place)
        return [place.submission for place in self._batch]

    # -- batches --

    def _begin(self) -> None:
        self._task = self._loop.create_task(self._record_batch())
        self._task.add_done_callback(self._ended)

    def _ended(self, _: asyncio.Task[None]) -> None:
        for place in self._batch:
            place.answer.cancel()  # nothing to one that was answered
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
        for place, outcome in zip(self._batch, outcomes, strict=True):
            place.settle(outcome)

    async def _settle_failed(self, places: Sequence[_Place], wrong: Exception) -> None:
        """What one of several may have brought about is that one's alone: each is recorded by itself."""
        if isinstance(wrong, DatabaseUnavailable) or len(places) == 1:
            for place in places:
                place.settle(wrong)
            return
        for place in places:
            if place.is_left:
                continue
            try:
                (outcome,) = await self._write(partial(list[Submission], [place.submission]))
            except Exception as its_own:
                outcome = its_own
            place.settle(outcome)
