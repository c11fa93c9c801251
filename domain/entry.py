"""An entry of the log: an event and its envelope."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import ClassVar

import msgspec

from domain.values import SHANGHAI, Value


class Event(Value, frozen=True, tag_field="type"):
    """on: the day it happened in law; not before receipt, not after the day of recording.

    article: on which it rests; empty where on none, or where only the event itself decides it: a correction rests on
    that of what it corrects.
    """

    title: ClassVar[str]
    article: ClassVar[str] = ""
    on: date


_OFFSET = timedelta(hours=8)


def type_of(event: Event | type[Event]) -> str:
    """The tag: topic in the store and `type` on the wire."""
    return event.__struct_config__.tag  # type: ignore[return-value]


class Recorded(msgspec.Struct, frozen=True):
    """The envelope: who recorded the event, when, and where it lies in the log.

    Satisfies eventsourcing's DomainEventProtocol. originator_id: the stream, `request/2020-0095`.
    position: gapless from 1 per authority. recorded_at: the database's clock in UTC, never falling
    with position. acknowledged: codes of the irregularities that this event added.
    """

    originator_id: str
    originator_version: int
    event: Event
    recorded_at: datetime
    position: int = 0
    actor: str = ""
    on_behalf_of: str | None = None
    command_id: str | None = None
    body_mac: bytes | None = None
    acknowledged: tuple[str, ...] = ()

    @property
    def recorded_by(self) -> tuple[str, ...]:
        """Its actor, and on whose behalf it was recorded, if anybody's."""
        return tuple(each for each in (self.actor, self.on_behalf_of) if each)

    @property
    def recorded_on(self) -> date:
        """The day in Asia/Shanghai on which it was recorded: the last day its facts may bear."""
        at = self.recorded_at
        # The database's clock comes in UTC; adding the offset is the same and several times faster.
        return (at + _OFFSET).date() if at.tzinfo is UTC else at.astimezone(SHANGHAI).date()
