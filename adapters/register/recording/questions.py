"""Questions: possible mistakes that involve several requests, such as equal document numbers or duplicate requests.

Computed from the present register when an entry is previewed or has been recorded, and for the list of a period. They
are not part of the stored reply, which depends on the entry only.
"""

from __future__ import annotations

from collections.abc import Sequence

from adapters.postgres.queries import SQL
from adapters.present import PresentView
from adapters.register.reading.personal_data import PersonalData
from adapters.register.recording.recording import Reply
from adapters.vault.blind_index import SameApplicant
from adapters.views import OpenView, View
from domain.entry import Recorded
from domain.law.questions import Question
from domain.letters import document_numbers
from domain.request.judging import replay
from domain.request.state import DisclosureRequest
from domain.values import Period, Reference, reference_in
from projections import questions
from projections.questions import Alike, ListedQuestion

_BATCH = 500
_NAMED = 3
"""Other requests that a question names; further ones are counted."""


async def of_period(view: View, period: Period) -> list[ListedQuestion]:
    """The questions about requests received, closed or open in the period; in a past view without possible
    duplicates."""
    references = [Reference.parse(row.reference) for row in await view.rows(period)]
    histories = await _histories(view, references)
    alike = await _all_alike(view, period) if isinstance(view, PresentView) else []
    shown = {
        (reference_in(history[0].originator_id), line.version)
        for history in histories
        for line in view.sight.lines(history)
    }
    found = questions.questions(histories, view.law, alike)
    return [each for each in found if (each.reference, each.version) in shown]


async def of_recorded(view: View, replies: Sequence[Reply]) -> list[ListedQuestion]:
    """The questions about these recordings, each by itself, and about document numbers that their requests share."""
    entries = {(each.reference, each.version) for each in replies if each.reference}
    references = dict.fromkeys(Reference.parse(each.reference) for each in replies if each.reference)
    histories = await _histories(view, list(references))
    found = questions.questions(histories, view.law)
    return [each for each in found if (each.reference, each.version) in entries]


async def _histories(view: View, references: Sequence[Reference]) -> list[list[Recorded]]:
    found = []
    for start in range(0, len(references), _BATCH):
        found += await view.histories(references[start : start + _BATCH])
    return found


async def _all_alike(view: View, period: Period) -> list[Alike]:
    return [
        Alike(
            str(Reference(row["year"], row["number"])),
            [str(Reference(*each)) for each in zip(row["years"], row["numbers"], strict=True)],
            row["others"],
            row["same_day"],
        )
        for row in await view.fetch(SQL["possible_duplicates"], *period)
    ]


class Questions:
    """The questions about recorded entries."""

    def __init__(self, view: OpenView, personal_data: PersonalData) -> None:
        self._view = view
        self._personal_data = personal_data

    async def of_entry(self, code: str, reference: Reference, version: int) -> list[Question]:
        """The questions about an entry, by itself and with other requests. Raises RequestUnknown."""
        same = await self._personal_data.same_applicant(code, reference) if version == 1 else None
        async with self._view(code) as view:
            history = await view.history(reference)
            request = replay(history, view.law)
            own = [each for each in request.questions if each.version == version]
            return [*own, *await between(view, request, history, version, same)]


async def between(
    view: View,
    request: DisclosureRequest,
    history: Sequence[Recorded],
    version: int,
    same: SameApplicant | None,
) -> list[Question]:
    """The questions about one entry in force. history: including it. same: for a receipt, the applicant's other
    requests."""
    found = []
    for use in document_numbers.uses(history):
        if use.version == version and use.state == "given":
            rows = await view.fetch(SQL["streams_numbered"], use.plain, use.on.year)
            others = [reference_in(row["stream"]) for row in rows]
            others = [each for each in others if each != request.reference]
            found += questions.number_twice(version, use.document_no, others)
    for answer in request.answers:
        if answer.version == version and answer.earlier_reference is not None:
            earlier = await view.request(Reference.parse(answer.earlier_reference))
            found += questions.unanswered(version, answer.on, earlier)
    if version == 1 and same is not None and request.received is not None:
        found += [questions.duplicate(each) for each in await _alike(view, request, same)]
    return found


async def _alike(view: View, request: DisclosureRequest, same: SameApplicant) -> list[Alike]:
    if (received := request.received) is None:
        return []
    rows = await view.named([each.reference for each in same.requests if each.of_applicant])
    of_day = [row.reference for row in rows if row.received_on == received.on]
    if received.split_from is not None:
        of_day = [each for each in of_day if not await _is_part(view, request, each)]
    of_subject = [
        row.reference
        for row in rows
        if row.received_on != received.on and row.subject is not None and row.subject == received.subject
    ]
    return [
        Alike(request.reference, sorted(found)[:_NAMED], len(found), same_day)
        for found, same_day in ((of_subject, False), (of_day, True))
        if found
    ]


async def _is_part(view: View, request: DisclosureRequest, reference: str) -> bool:
    return questions.are_parts(request, await view.request(Reference.parse(reference)))
