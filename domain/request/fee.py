"""The fee of a request: charged, paid, and held against the tariff."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain.entry import Recorded
from domain.law.tariff import Basis, tariff_on, tariffs
from domain.law.terms import Law
from domain.request import events
from domain.request.deadline import DeadlineClock
from domain.request.findings import Findings
from domain.request.refusals import FeeOfNothing

_BASIS: dict[Basis, str] = {"items": "按件计收，当月第{quantity}件", "pages": "按量计收，{quantity}页"}


class Fee:
    """Mutable, private to a replay. pay_by: last day to pay, as the notice says."""

    def __init__(self, law: Law, findings: Findings) -> None:
        self.pay_by = date.min
        self._law = law
        self._findings = findings
        self._owed = Decimal(0)

    @property
    def is_paid(self) -> bool:
        return self._owed <= 0

    def charge(self, entry: Recorded, event: events.FeeCharged, clock: DeadlineClock) -> None:
        version, calendar = entry.originator_version, self._law.calendar
        if not Decimal(event.amount_yuan):
            raise self._findings.refusal(FeeOfNothing, version, event)
        if clock.is_past(event.on):
            self._findings.find("fee_notice_late", version, on=event.on, limit=clock.due_on)
        workdays = clock.terms.payment
        limit = calendar.after(event.on, workdays)
        if event.pay_by < limit and not calendar.provisional(event.on, limit):
            self._findings.find(
                "fee_term_short", version, pay_by=event.pay_by, workdays=workdays, limit=limit
            )
        self._check_tariff(version, event)
        self.pay_by, self._owed = event.pay_by, Decimal(event.amount_yuan)
        clock.wait(event.on, "fee_charged")

    def pay(self, entry: Recorded, event: events.FeePaid, clock: DeadlineClock) -> None:
        limit = self._law.calendar.next_working(self.pay_by)
        if self._law.calendar.has_passed(limit, event.on, self.pay_by):
            self._findings.find("payment_after_term", entry.originator_version, on=event.on, limit=limit)
        self._owed -= Decimal(event.amount_yuan)
        if self.is_paid:
            clock.restart(event.on, "fee_paid")

    def _check_tariff(self, version: int, event: events.FeeCharged) -> None:
        tariff = tariff_on(event.on)
        if tariff is None:
            limit = tariffs()[0].in_force_from
            self._findings.find("fee_before_tariff", version, on=event.on, limit=limit)
            return
        one, all_ = tariff.fee(event.basis, event.quantity), tariff.total(event.basis, event.quantity)
        # One notice may charge all of the month's items.
        if Decimal(event.amount_yuan) not in (one, all_):
            expected = f"应为{one}元" + (f"（各件共{all_}元）" if one != all_ else "") if all_ else "不收费"
            self._findings.find(
                "fee_outside_tariff",
                version,
                amount_yuan=event.amount_yuan,
                basis=_BASIS[event.basis].format(quantity=event.quantity),
                tariff=expected,
            )
