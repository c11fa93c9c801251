"""The dates of an event against the day of its recording and the day of receipt."""

from __future__ import annotations

from datetime import date

from domain.law.refusals import BeforeReceipt, DatesReversed, InTheFuture
from domain.request import events
from domain.request.events import Fact

# Dates beside `on` that are checked: facts, which have happened by the day of recording, and terms set for
# somebody. redo_by is not among them: a decision may arrive after it. Nor is submitted_on, which lies before receipt.
_FURTHER_DATES = {
    kind: tuple(
        field
        for field in kind.__struct_fields__
        if field
        in ("delivered_on", "notified_on", "signed_for_on", "effective_on", "respond_by", "pay_by", "until")
    )
    for kind in events.EVENTS
}


def check_dates(version: int, event: Fact, today: date, received_on: date | None) -> None:
    """Facts lie between receipt and the day of recording; terms do not end before they begin.

    received_on: None for the receipt itself. Raises InTheFuture, BeforeReceipt or DatesReversed.
    """
    _check_fact(version, "on", event.on, today, received_on)
    for field in _FURTHER_DATES[type(event)]:
        day = getattr(event, field)
        if day is None:
            continue
        if field.endswith("_on"):
            _check_fact(version, field, day, today, received_on)
        if field != "notified_on" and day < event.on:
            than = "该事项之日" if field.endswith("_on") else "告知之日"
            raise DatesReversed(version, field=field, day=day, than=than, limit=event.on)


def _check_fact(version: int, field: str, day: date, today: date, received_on: date | None) -> None:
    if day > today:
        raise InTheFuture(version, field=field, day=day, today=today)
    if received_on is not None and day < received_on:
        raise BeforeReceipt(version, field=field, day=day, received_on=received_on)
