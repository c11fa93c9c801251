"""The stages of a request, and which event is possible in which.

Stage is one dimension. Open consultations, appeals, an explanation asked for and a reopening are marks
beside it, checked with the event.
"""

from __future__ import annotations

from typing import Literal

Stage = Literal["none", "in_hand", "awaiting_supplement", "awaiting_payment", "closed", "archived"]
STAGES: tuple[Stage, ...] = Stage.__args__  # type: ignore[attr-defined]

_I, _S, _P, _C, _A = STAGES[1:]

# The stage an event leads to: × impossible, = the stage stays. fee_paid leads back only once the sum is
# reached; reopened in hand or while waiting needs an order to perform.
POSSIBLE: dict[str, tuple[str, ...]] = {
    # event                  none  in hand  supplement  payment  closed  archived
    "received":             (_I,   "×",     "×",        "×",     "×",    "×"),
    "assigned":             ("×",  "=",     "=",        "=",     "=",    "×"),
    "supplement_required":  ("×",  _S,      "=",        "×",     "×",    "×"),
    "supplemented":         ("×",  "×",     _I,         "×",     "×",    "×"),
    "extended":             ("×",  "=",     "=",        "=",     "×",    "×"),
    "consultation_opened":  ("×",  "=",     "=",        "=",     "×",    "×"),
    "consultation_closed":  ("×",  "=",     "=",        "=",     "=",    "="),
    "explanation_required": ("×",  "=",     "=",        "×",     "×",    "×"),
    "explained":            ("×",  "=",     "=",        "×",     "×",    "×"),
    "deferred":             ("×",  "=",     "×",        "×",     "×",    "×"),
    "fee_charged":          ("×",  _P,      "×",        "×",     "×",    "×"),
    "fee_paid":             ("×",  "×",     "×",        _I,      "×",    "×"),
    "extension_drafted":    ("×",  "=",     "=",        "=",     "×",    "×"),
    "answer_drafted":       ("×",  "=",     "=",        "=",     "×",    "×"),
    "draft_reviewed":       ("×",  "=",     "=",        "=",     "×",    "×"),
    "draft_approved":       ("×",  "=",     "=",        "=",     "×",    "×"),
    "answered":             ("×",  _C,      _C,         _C,      "×",    "×"),
    "withdrawn":            ("×",  _C,      _C,         _C,      "×",    "×"),
    "lapsed":               ("×",  "×",     _C,         _C,      "×",    "×"),
    "served":               ("×",  "=",     "=",        "=",     "=",    "="),
    "archived":             ("×",  "×",     "×",        "×",     _A,     "×"),
    "handed_over":          ("×",  "×",     "×",        "×",     "×",    "="),
    "appealed":             ("×",  "=",     "=",        "=",     "=",    "="),
    "appeal_decided":       ("×",  "=",     "=",        "=",     "=",    "="),
    "correction_analysed":  ("×",  "=",     "=",        "=",     "=",    "="),
    "reopened":             ("×",  "=",     "=",        "=",     _I,     _I),
    "document_filed":       ("×",  "=",     "=",        "=",     "=",    "="),
    "personal_data_restricted": ("×", "=",  "=",        "=",     "=",    "="),
    "restriction_lifted":   ("×",  "=",     "=",        "=",     "=",    "="),
    # Possible in every stage in a replay; `admit` allows them for closed requests only. An erasure cannot be taken
    # back, so a step entered late must not be refused because of one.
    "erasure_requested":    ("×",  "=",     "=",        "=",     "=",    "="),
    "personal_data_erased": ("×",  "=",     "=",        "=",     "=",    "="),
}  # fmt: skip


def leads_to(stage: Stage, event: str) -> Stage | None:
    """The stage after the event, by its tag; None if it is impossible in this stage. KeyError for another tag."""
    return _NEXT[event][stage]


def _next(stage: Stage, cell: str) -> Stage | None:
    return stage if cell == "=" else None if cell == "×" else cell  # type: ignore[return-value]


def possible_in(stage: Stage) -> tuple[str, ...]:
    """Tags of the events that are possible in this stage, as far as the stage decides."""
    return _POSSIBLE_IN[stage]


_NEXT = {
    event: {stage: _next(stage, cell) for stage, cell in zip(STAGES, cells, strict=True)}
    for event, cells in POSSIBLE.items()
}
_POSSIBLE_IN = {
    stage: tuple(event for event, next_ in _NEXT.items() if next_[stage] is not None) for stage in STAGES
}
