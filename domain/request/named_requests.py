"""Other requests that an event names: the one it is split from, the earlier one that it repeats.

Judged when recorded and never in a later replay, which reads one request alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from domain.entry import Event
from domain.request import events
from domain.request.refusals import EarlierReferenceUnknown, SplitParentUnknown
from domain.values import Reference

if TYPE_CHECKING:
    from domain.request.state import DisclosureRequest

Find = Callable[[Reference], "DisclosureRequest | None"]
"""The request of this reference, None if the register has none."""


def check_named(event: Event, reference: Reference, find: Find) -> None:
    """Raises SplitParentUnknown or EarlierReferenceUnknown. reference: of the request that the event is of.

    A parent was received the same day and is not annulled; an earlier request is another one, not annulled,
    and received no later than the day of the answer that names it.
    """
    content = events.resulting(event)
    if isinstance(content, events.Received) and content.split_from is not None:
        parent = find(Reference.parse(content.split_from))
        if parent is None or parent.received is None or parent.received.on != content.on:
            raise SplitParentUnknown(split_from=content.split_from, on=content.on)
    elif isinstance(content, events.Answered) and content.earlier_reference is not None:
        named = Reference.parse(content.earlier_reference)
        earlier = find(named) if named != reference else None
        if earlier is None or earlier.received is None or earlier.received.on > content.on:
            raise EarlierReferenceUnknown(earlier_reference=named)
