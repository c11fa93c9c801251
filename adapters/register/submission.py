"""What one caller hands in to be recorded, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import msgspec

from adapters.register.outside import NOTHING, FromOutside
from adapters.register.rebuild import MovedTerm
from adapters.register.recording import Recording, Reply
from domain.authority.powers import WHOLE, Permissions
from domain.entry import Recorded
from domain.law.irregularities import Irregularity
from domain.law.refusals import Refusal
from domain.values import Sealed


class RefusedLine(msgspec.Struct, frozen=True):
    """Why the recording at this index (from 0) cannot be stored."""

    index: int
    id: str | None
    refusal: Refusal


class Refused(Exception):
    """Nothing was stored. problems: all that were found, in the order of the recordings."""

    def __init__(self, problems: Sequence[RefusedLine]) -> None:
        self.problems = problems
        first = problems[0]
        super().__init__(f"{len(problems)}项登记有问题，未予登记，第一项（{first.id}）：{first.refusal}")


@dataclass(frozen=True, kw_only=True, eq=False)
class Submission:
    """One recording, or a file of them: all are stored, or none.

    expected_version: entries of the request as last seen; VersionConflict if there are more. permissions:
    what the door leaves of the actor's powers. outside: what of other registers it needs. acknowledge_all: take every irregularity as acknowledged.
    filed: the sealed content of the document that the recording files. unreadable: lines that the caller could not
    read; the rest is judged all the same, nothing stored. on_progress: gets the number judged so far.
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
        """Bytes of its events, by which a batch and a queue are bounded."""
        return sum(len(msgspec.json.encode(each.event)) for each in self.recordings)


class Judged(NamedTuple):
    """What a submission adds: the replies to all, the entries that were not stored before, and their irregularities.

    moved: the due dates that a new day off or policy moved.
    """

    replies: list[Reply]
    entries: list[Recorded]
    irregularities: list[Irregularity]
    moved: Sequence[MovedTerm] = ()


@contextmanager
def own_refusal() -> Iterator[None]:
    """Of one recording: the refusal itself, not a file's list of them."""
    try:
        yield
    except Refused as refused:
        raise refused.problems[0].refusal from None
