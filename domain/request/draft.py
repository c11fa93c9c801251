"""Drafts of answers and extensions: drafted, reviewed, approved, sent out, and by whom.

Which steps are needed is policy. Once the authority has officers, the law asks for approval of extensions and of
answers that refuse anything. A step left out is an irregularity, and so is one that the superior waived. Duties are kept apart
by natural person: an act on another's behalf is the act of both, and an amended step is also the act of the person who amended it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec
from msgspec.structs import replace

from domain.entry import Recorded
from domain.law.terms import Duties, Law, WaiverScope
from domain.request import events
from domain.request.events import Part
from domain.request.findings import Findings
from domain.request.refusals import (
    DraftChanged,
    DraftDiffers,
    DraftExists,
    DraftNotApproved,
    DraftNotPending,
    DraftNotReviewed,
    DraftUnknown,
)
from domain.values import Sealed

DraftStage = Literal["drafted", "reviewed", "approved", "returned", "used", "dropped"]
_PENDING: tuple[DraftStage, ...] = ("drafted", "reviewed")


class DraftStep(msgspec.Struct, frozen=True):
    """One step of a draft, its entry and who recorded it, on whose behalf. passed: None of the drafting itself."""

    step: Literal["drafted", "reviewed", "approved"]
    version: int
    on: date
    actor: str
    on_behalf_of: str | None = None
    passed: bool | None = None


class Draft(msgspec.Struct, frozen=True):
    """A draft as it was last drafted. needs_review: by the policy for the request.

    drafted_at: log position of the entry that drafted it.
    steps: of all rounds, those before the draft was returned included. stage dropped: the request was closed without it.
    """

    draft: str
    kind: Literal["answer", "extension"]
    stage: DraftStage
    steps: tuple[DraftStep, ...]
    drafted_at: int
    needs_review: bool = False
    outcome: str | None = None
    legal_basis: str | None = None
    document_no: str | None = None
    parts: tuple[Part, ...] | None = None
    workdays: int | None = None

    @property
    def awaits(self) -> Literal["review", "approval", "redrafting"] | None:
        """What must happen to it next."""
        if self.stage == "returned":
            return "redrafting"
        if self.stage == "drafted" and self.needs_review:
            return "review"
        return "approval" if self.stage in _PENDING else None

    @property
    def reviewed(self) -> bool:
        """Whether the draft has passed a review since it was last drafted."""
        since = max(index for index, each in enumerate(self.steps) if each.step == "drafted")
        return any(each.step == "reviewed" and each.passed for each in self.steps[since:])


class Drafts:
    """The drafts of one request. Mutable, private to a replay.

    history: all entries in the order recorded.
    """

    def __init__(self, history: Sequence[Recorded], law: Law, findings: Findings) -> None:
        self.by_name: dict[str, Draft] = {}
        self._reference = findings.reference
        self._history = history
        self._duties = law.duties
        self._law = law
        self._findings = findings
        self._persons: dict[int, set[str]] | None = None

    def drafted(self, entry: Recorded, received_on: date) -> None:
        version, event = entry.originator_version, entry.event
        assert isinstance(event, events.AnswerDrafted | events.ExtensionDrafted)  # noqa: S101 - for the types
        before = self.by_name.get(event.draft)
        if before is not None and before.stage not in ("returned", "dropped"):
            raise DraftExists(version, reference=self._reference, draft=event.draft)
        step = DraftStep("drafted", version, event.on, entry.actor, entry.on_behalf_of)
        steps = (*(before.steps if before else ()), step)
        if isinstance(event, events.ExtensionDrafted):
            draft = Draft(
                event.draft, "extension", "drafted", steps, _position(entry), workdays=event.workdays
            )
        else:
            draft = Draft(
                draft=event.draft,
                kind="answer",
                stage="drafted",
                steps=steps,
                drafted_at=_position(entry),
                needs_review=self._law.policy("approval_steps", received_on) == "review_and_approval",
                outcome=event.outcome,
                legal_basis=event.legal_basis,
                document_no=event.document_no,
                parts=event.parts,
            )
        self.by_name[event.draft] = draft

    def reviewed(self, entry: Recorded) -> None:
        event = entry.event
        assert isinstance(event, events.DraftReviewed)  # noqa: S101 - for the types
        self._passed(entry, event.draft, event.passed, "reviewed", ("drafted",))

    def approved(self, entry: Recorded) -> None:
        event = entry.event
        assert isinstance(event, events.DraftApproved)  # noqa: S101 - for the types
        if event.passed and (draft := self.by_name.get(event.draft)) is not None:
            self._check_reviewed(entry, draft)
        self._passed(entry, event.draft, event.passed, "approved", _PENDING)

    def _check_reviewed(self, entry: Recorded, draft: Draft) -> None:
        """A draft approved without its review could only go out against the policy."""
        waived = self._duties is not None and self._duties.waiver("review", entry.event.on) is not None
        if draft.awaits == "review" and not waived:
            self._findings.object_to(
                DraftNotReviewed, entry.originator_version, entry.event, draft=draft.draft
            )

    def _passed(
        self,
        entry: Recorded,
        name: str,
        passed: bool,
        step: Literal["reviewed", "approved"],
        possible: tuple[DraftStage, ...],
    ) -> None:
        version, draft = entry.originator_version, self.by_name.get(name)
        if draft is None:
            raise DraftUnknown(version, reference=self._reference, draft=name)
        if draft.stage not in possible:
            raise DraftNotPending(version, reference=self._reference, draft=name, event=entry.event.title)
        if _position(entry) < draft.drafted_at:
            raise DraftChanged(version, reference=self._reference, draft=name)
        done = DraftStep(step, version, entry.event.on, entry.actor, entry.on_behalf_of, passed)
        self._check_persons(entry, draft, step)
        stage: DraftStage = step if passed else "returned"
        self.by_name[name] = replace(draft, stage=stage, steps=(*draft.steps, done))

    def _check_persons(self, entry: Recorded, draft: Draft, step: Literal["reviewed", "approved"]) -> None:
        """Who reviews has not drafted, who approves has done neither, in any round of this draft."""
        earlier = ("drafted",) if step == "reviewed" else ("drafted", "reviewed")
        mine = self._persons_of(entry.originator_version)
        if mine and any(
            mine & self._persons_of(each.version) for each in draft.steps if each.step in earlier
        ):
            words = "审核" if step == "reviewed" else "批准"
            self._missing("same_person", "same_person", entry, draft=draft.draft, step=words)

    # -- sending out --

    def answered(self, entry: Recorded, event: events.Answered[Sealed], received_on: date) -> None:
        """The draft that it names is approved and says the same; steps that are needed were taken.

        The steps of an imported answer from before the first officer are not known here; a later one is checked like any other.
        """
        if event.provenance is not None and not self._is_bound(entry):
            return
        draft = self._named(entry, event.draft, "answer")
        if draft is not None:
            self._compare(entry, draft, "outcome", draft.outcome, event.outcome)
            self._compare(entry, draft, "legal_basis", draft.legal_basis, event.legal_basis)
            self._compare(entry, draft, "parts", draft.parts, event.parts)
            if draft.document_no is not None:
                self._compare(entry, draft, "document_no", draft.document_no, event.document_no)
        steps = self._law.policy("approval_steps", received_on)
        if steps == "review_and_approval" and not (draft and draft.reviewed):
            self._missing("unreviewed_answer", "review", entry, step="审核")
        if draft is None and (steps != "none" or (self._is_bound(entry) and _is_refusal(event))):
            self._missing("unapproved_answer", "approval", entry, step="批准")
        self._use(draft)

    def extended(self, entry: Recorded, event: events.Extended[Sealed]) -> None:
        if event.provenance is not None and not self._is_bound(entry):
            return
        draft = self._named(entry, event.draft, "extension")
        if draft is not None:
            self._compare(entry, draft, "workdays", draft.workdays, event.workdays)
        elif self._is_bound(entry):
            self._missing("unapproved_extension", "approval", entry, step="批准")
        self._use(draft)

    def close(self) -> None:
        """The request is closed: drafts that were not sent out are dropped."""
        for name, draft in self.by_name.items():
            if draft.stage != "used":
                self.by_name[name] = replace(draft, stage="dropped")

    def _use(self, draft: Draft | None) -> None:
        if draft is not None:
            self.by_name[draft.draft] = replace(draft, stage="used")

    def _named(self, entry: Recorded, name: str | None, kind: Literal["answer", "extension"]) -> Draft | None:
        if name is None:
            return None
        draft, version = self.by_name.get(name), entry.originator_version
        if draft is None or draft.kind != kind:
            if draft is None and not self._is_judged(entry):
                return None  # a free label, as it was before drafts were kept here
            raise DraftUnknown(version, reference=self._reference, draft=name)
        if draft.stage != "approved":
            raise DraftNotApproved(version, reference=self._reference, draft=name, on=entry.event.on)
        return draft

    def _compare(self, entry: Recorded, draft: Draft, field: str, was: object, now: object) -> None:
        if was != now:
            version = entry.originator_version
            raise DraftDiffers(version, reference=self._reference, draft=draft.draft, field=field)

    # -- who, and from when on --

    def _is_judged(self, entry: Recorded) -> bool:
        return self._duties is not None and self._duties.judges(entry.position)

    def _is_bound(self, entry: Recorded) -> bool:
        """Whether the law asked for an approval on the day of the entry."""
        return self._duties is not None and self._is_judged(entry) and entry.event.on >= self._duties.since

    def _missing(self, code: str, scope: WaiverScope, entry: Recorded, **figures: str) -> None:
        """A step is missing, or the superior waived it."""
        version, on = entry.originator_version, entry.event.on
        waiver = self._duties.waiver(scope, on) if self._duties else None
        if waiver is None:
            self._findings.find(code, version, on=on, **figures)
        else:
            what = ("由同一人" if scope == "same_person" else "未经") + figures["step"]
            self._findings.find(
                "separation_waived", version, on=on, what=what, document_no=waiver.document_no
            )

    def _persons_of(self, version: int) -> set[str]:
        """The natural persons who recorded or amended the entry, and those on whose behalf they did."""
        if self._persons is None:
            self._persons = _persons(self._history, self._duties) if self._duties else {}
        return self._persons.get(version, set())


def _persons(history: Sequence[Recorded], duties: Duties) -> dict[int, set[str]]:
    persons: dict[int, set[str]] = {}
    for entry in history:
        if not duties.judges(entry.position):
            continue
        event = entry.event
        version = event.version if isinstance(event, events.EntryAmended) else entry.originator_version
        people = persons.setdefault(version, set())
        people |= set(map(duties.person, entry.recorded_by))
    return persons


def _position(entry: Recorded) -> int:
    """Its position in the log; an entry that is not stored yet comes after all others."""
    return entry.position or 2**62


def _is_refusal(event: events.Answered[Sealed]) -> bool:
    """Whether anything asked for is refused: wholly or in part."""
    codes = (event.outcome, *(part.outcome for part in event.parts or ()))
    return any(code.partition(".")[0] in ("refused", "granted_in_part") for code in codes)
