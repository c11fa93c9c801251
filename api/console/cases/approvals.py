"""Drafts waiting for the officer: the proposal, the text, and earlier opinions side by side."""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec
from litestar import Response, get

from api.console.frame import Me, at, code_of, me, page
from api.console.standing import SOON, Standing, of_term
from api.today import today
from api.web.request import ApiRequest
from api.web.requests import note_reading
from domain.authority.authority import Authority
from domain.entry import Recorded
from domain.letters.letter import Letter
from domain.request.amendment import latest_content
from domain.request.draft import Draft, DraftStage
from domain.request.judging import replay
from domain.request.state import DisclosureRequest
from domain.values import Reference, Sealed
from projections.register import order

_STEP = {"review": ("draft_reviewed", "审核"), "approval": ("draft_approved", "批准")}


class Waiting(NamedTuple):
    """A draft, its next step, and why the officer may not take it; empty if they may."""

    request: DisclosureRequest
    draft: Draft
    type: str
    words: str
    standing: Standing | None
    hindrance: str


@get("/approvals", **at("review", "approve"))
async def approvals(request: ApiRequest) -> Response[Any]:
    """审批。"""
    sits, on = await me(request), today()
    office = await request.register.authority(code_of(request))
    async with request.register.view(code_of(request)) as view:
        drafts = {
            each.reference
            for each in await view.work_list(on, SOON)
            if each.duty in ("to_review", "to_approve")
        }
        histories = await view.histories(sorted(map(order, drafts)))
        found = [replay(history, view.law) for history in histories]
        calendar = view.law.calendar
    waiting = []
    for each in found:
        due_on = each.deadline.due_on if each.deadline else None
        awaits = each.deadline is not None and each.deadline.awaits_notice
        standing = of_term(due_on, on, calendar, provisional=awaits) if due_on else None
        for draft in each.drafts:
            if draft.awaits in _STEP:
                type_, words = _STEP[draft.awaits]
                waiting.append(
                    Waiting(each, draft, type_, words, standing, _hindrance(sits, office, draft, type_))
                )
    waiting.sort(key=lambda each: (bool(each.hindrance), each.standing.left if each.standing else 10**6))
    return await page(request, "approvals.html", waiting=waiting)


def _hindrance(sits: Me, office: Authority, draft: Draft, type_: str) -> str:
    """Why the officer may not take the step: their role, or an earlier step of theirs; empty if they may."""
    if not sits.may("review" if type_ == "draft_reviewed" else "approve"):
        return f"由{sits.who_may('review' if type_ == 'draft_reviewed' else 'approve')}办理"
    earlier = ("drafted",) if type_ == "draft_reviewed" else ("drafted", "reviewed")
    hands = {
        office.person_of(who)
        for step in draft.steps
        if step.step in earlier
        for who in (step.actor, step.on_behalf_of)
        if who
    }
    return "本人起草或审核过，由他人办理" if office.person_of(sits.officer) in hands else ""


_TEXT_OF = {"drafted": "text", "reviewed": "opinion", "approved": "opinion"}
"""The field with the text of a step; for a drafted extension its reason."""


class DraftText(NamedTuple):
    """A draft's text and the opinions on it, with labels. letter: as it will be printed, if letters are made here."""

    draft: Draft
    text: str
    opinions: list[tuple[str, str]]
    letter: Letter | None = None


PENDING: frozenset[DraftStage] = frozenset({"drafted", "reviewed"})


async def texts(
    request: ApiRequest,
    reference: Reference,
    entries: list[Recorded],
    found: DisclosureRequest,
    purpose: str,
    stages: frozenset[DraftStage] = PENDING,
) -> list[DraftText]:
    """The decrypted drafts at these stages, for the next person; writes to the access log."""
    pending = [draft for draft in found.drafts if draft.stage in stages]
    if not pending or found.restricted:
        return []
    sealed: dict[int, Sealed] = {}
    for draft in pending:
        for step in draft.steps:
            content: Any = latest_content(entries, step.version)
            value = getattr(content, _TEXT_OF.get(step.step, ""), None) or getattr(content, "reason", None)
            if isinstance(value, Sealed):
                sealed[step.version] = value
    code = code_of(request)
    await note_reading(request, code, reference, purpose)
    opened = await request.register.personal_data.unsealed(code, list(sealed.values()))

    letters = {
        draft.draft: await request.register.letters.of_draft(code, reference, draft.draft)
        for draft in pending
    }

    def clear(version: int) -> str:
        value = sealed.get(version)
        return msgspec.json.decode(opened[value.id], type=str) if value and value.id in opened else ""

    return [
        DraftText(
            draft,
            clear(max(step.version for step in draft.steps if step.step == "drafted")),
            [
                (
                    f"{step.on} {'审核' if step.step == 'reviewed' else '批准'}{'通过' if step.passed else '退回'}",
                    clear(step.version),
                )
                for step in draft.steps
                if step.step != "drafted"
            ],
            letters[draft.draft],
        )
        for draft in pending
    ]


def is_of_approval(type_: str) -> bool:
    return type_ in ("draft_reviewed", "draft_approved")


HANDLERS = (approvals,)
