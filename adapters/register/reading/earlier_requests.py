"""The applicant's earlier requests, shown at intake: how similar their content is, and how they ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import msgspec
from msgspec.structs import replace

from adapters.vault.blind_index import SameApplicant
from adapters.views import View
from domain.request.judging import replay
from domain.values import Reference, Sealed
from projections.likeness import likeness

Opened = Callable[[Sequence[Sealed]], Awaitable[dict[str, bytes]]]


async def compared(view: View, opened: Opened, same: SameApplicant, description: str) -> SameApplicant:
    """Add to each listed request its similarity; the decrypted texts are only compared, not shown.

    description: the content of the request at intake.
    """
    named = [Reference.parse(each.reference) for each in same.requests if each.of_applicant]
    asked: dict[str, Sealed] = {}
    for history in await view.histories(named):
        request = replay(history, view.law)
        if request.received is not None:
            asked[request.reference] = request.received.description
    texts = await opened(list(asked.values()))

    def marked(reference: str) -> str:
        text = texts.get(asked[reference].id) if reference in asked else None
        return msgspec.json.decode(text, type=str) if text else ""

    return replace(
        same,
        requests=tuple(
            replace(each, likeness=likeness(description, marked(each.reference))) for each in same.requests
        ),
    )
