"""A submission of one caller, and its result."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import msgspec

from adapters.register.recording.outside import NOTHING, FromOutside
from adapters.register.recording.rebuild import MovedTerm
from adapters.register.recording.recording import Recording, Reply
from domain.authority.powers import WHOLE, Permissions
from domain.entry import Recorded
from domain.law.irregularities import Irregularity
from domain.law.refusals import Refusal
from domain.values import Sealed


class RefusedLine(msgspec.Struct, frozen=True):
    """The refusal of the recording at this index, from 0."""

    index: int
    id: str | None
    refusal: Refusal


class Refused(Exception):
    """Nothing was stored. problems: all of them, in the order of the recordings."""

    def __init__(self, problems: Sequence[RefusedLine]) -> None:
        self.problems = problems
        first = problems[0]
        super().__init__(f"{len(problems)}项登记有问题，未予登记，第一项（{first.id}）：{first.refusal}")


@dataclass(frozen=True, kw_only=True, eq=False)
class Submission:
    """One recording, or a file of them: all are stored, or none.

    expected_version: number of the request's entries as the caller saw it; VersionConflict if it differs. permissions:
    of the caller, within the actor's powers. outside: data of other registers. acknowledge_all: treat every
    irregularity as acknowledged. filed: id and commitment of the document that the recording files. unreadable: lines
    that the caller could not read: the rest is judged, but nothing stored. on_progress: called with the number judged
    so far.
    """

    recordings: Sequence[Recording]
    actor: str
    expected_version: int | None = None
    permissions: Permissions = WHOLE
    outside: FromOutside = NOTHING
    acknowledge_all: bool = False
    filed: Sealed | None = None
    unreadable: Sequence[RefusedLine] = ()
    on_progress: Callable[[int], None] = lambda _: None

    @cached_property
    def size(self) -> int:
        """Bytes of its events, which limit batches and the queue."""
        return sum(len(msgspec.json.encode(each.event)) for each in self.recordings)


class Judged(NamedTuple):
    """The result of a submission: the replies to all recordings, the new entries, and their irregularities.

    moved: due dates that a new day off or policy moved.
    """

    replies: list[Reply]
    entries: list[Recorded]
    irregularities: list[Irregularity]
    moved: Sequence[MovedTerm] = ()


@contextmanager
def own_refusal() -> Iterator[None]:
    """For a single recording: raise its own refusal instead of Refused."""
    try:
        yield
    except Refused as refused:
        raise refused.problems[0].refusal from None
