"""Annulled requests: they have no row in the register and count in no table, but remain in the log."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from domain.entry import Recorded
from domain.request import events
from domain.request.amendment import amended, latest_content
from domain.values import reference_in
from projections.choice_labels import CHOICES


class Annulled(msgspec.Struct, frozen=True):
    """As it was last recorded, and when, by which entry and by whom it was annulled."""

    reference: str
    subject: str | None
    received_on: date
    applicant_kind: str
    annulled_on: date
    version: int
    actor: str


HEADINGS = ("登记号", "申请事项", "收到日期", "申请人类别", "撤销日期", "第几条撤销", "登记人")


def cells(one: Annulled) -> tuple[object, ...]:
    """One line of the list, under HEADINGS."""
    kind = CHOICES["applicant_kind"][one.applicant_kind]
    return (one.reference, one.subject, one.received_on, kind, one.annulled_on, one.version, one.actor)


def annulled(histories: Iterable[Sequence[Recorded]]) -> list[Annulled]:
    """Of these requests those that are annulled. histories: of each, in the order recorded."""
    found = []
    for history in histories:
        latest = latest_content(history, 1)
        if amended(history) is not None or not isinstance(latest, events.Received):
            continue
        by = next(
            entry
            for entry in reversed(history)
            if isinstance(entry.event, events.EntryAmended) and entry.event.version == 1
        )
        found.append(
            Annulled(
                reference_in(by.originator_id),
                latest.subject,
                latest.on,
                latest.applicant_kind,
                by.event.on,
                by.originator_version,
                by.actor,
            )
        )
    return found
