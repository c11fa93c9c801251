"""The events of a row that suspend or restart the term to answer: a supplement, a consultation, a fee."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from unicodedata import normalize

from domain.request.parties import UNSTATED
from projections.importing.problems import coded

_THIRD_PARTY = "第三方"
_YES_OR_NO = frozenset("是否有无√×")
_NO_FEE = frozenset(("免费", "免收", "不收费", "未收费", "否"))
_SUM = re.compile(r"[¥￥]?([0-9]{1,9}(?:\.[0-9]{1,2})?)(?:元整?|页|件)?")


class Waits:
    """events: by name `received`, `assigned`, `supplemented`, `closed`, `served`, `reconsideration`, … each as an event is sent.

    What keeps the row from being recorded goes to problems, what was taken for what to assumed, the rest to noted.
    """

    def __init__(self, problems: list[str], assumed: list[str], noted: list[str]) -> None:
        self.events: dict[str, dict[str, Any]] = {}
        self.subject_offered = False
        self._problems = problems
        self._assumed = assumed
        self._noted = noted

    def supplement(self, on: date | None, *, respond_by: date | None, received_on: date | None) -> None:
        """The notice and the supplement; few registers have a column for the term that was set."""
        if on is None:
            if respond_by or received_on:
                self._noted.append("没有补正告知日期，补正未登记")
            return
        if self._is_reversed("收到补正日期", received_on, "补正告知日期", on):
            return
        if (term := self._term("补正", respond_by, received_on)) is None:
            return
        self._check_after_receipt("补正告知日期", on)
        self._add("supplement_required", type="supplement_required", on=on, respond_by=term, matters=UNSTATED)
        if received_on is not None:
            self._add("supplemented", type="supplemented", on=received_on, description=UNSTATED)

    def consult(
        self,
        on: date | None,
        *,
        addressee: str | None,
        respond_by: date | None,
        reply: str | None,
        closed_on: date | None,
    ) -> None:
        """The consultation of a third party; registers have no usual columns for one of another authority."""
        if addressee in _YES_OR_NO:
            addressee = None
        if on is None:
            if addressee or respond_by or reply or closed_on:
                self._noted.append("没有征求第三方意见日期，征求意见未登记")
            return
        if self._is_reversed("第三方答复日期", closed_on, "征求第三方意见日期", on):
            return
        if closed_on is None and reply:
            self._noted.append("没有第三方答复日期，第三方意见未登记")
        if closed_on is not None and not reply and not self._has_problem("第三方意见"):
            self._refuse("outcome_missing", "有第三方答复日期而没有第三方意见")
            return
        if (term := self._term("第三方答复", respond_by, closed_on)) is None:
            return
        self._check_after_receipt("征求第三方意见日期", on)
        self._add(
            "consulted",
            type="consultation_opened",
            on=on,
            consultation=_THIRD_PARTY,
            consultee="third_party",
            respond_by=term,
            addressee=addressee,
        )
        if closed_on is not None and reply:
            self._add(
                "consulted.closed",
                type="consultation_closed",
                on=closed_on,
                consultation=_THIRD_PARTY,
                reply=reply,
            )

    def charge(
        self,
        on: date | None,
        *,
        amount: str | None,
        pages: str | None,
        items: str | None,
        pay_by: date | None,
        paid_on: date | None,
        paid: str | None,
    ) -> None:
        """A fee by pages or by the applicant's requests of the month; a sum alone does not show by which."""
        if amount in _NO_FEE:
            amount = None
        sums = {name: self._number(name, text) for name, text in (("收费金额", amount), ("实缴金额", paid))}
        count = {name: self._number(name, text) for name, text in (("收费页数", pages), ("收费件次", items))}
        if not any((on, pay_by, paid_on, *sums.values(), *count.values())):
            return
        charged, quantity = sums["收费金额"], count["收费页数"] or count["收费件次"]
        if on is None or not charged or not quantity or "." in quantity:
            self._noted.append("收费通知日期、收费金额、收费页数（或者件次）未载全，收费和缴费未登记")
            return
        if self._is_reversed("缴费日期", paid_on, "收费通知日期", on):
            return
        if (term := self._term("缴费", pay_by, paid_on)) is None:
            return
        self._check_after_receipt("收费通知日期", on)
        basis = "pages" if count["收费页数"] else "items"
        self._add(
            "charged",
            type="fee_charged",
            on=on,
            basis=basis,
            quantity=int(quantity),
            amount_yuan=charged,
            pay_by=term,
        )
        if paid_on is not None:
            if not sums["实缴金额"]:
                self._assumed.append("实缴金额未载，视为缴清")
            self._add("paid", type="fee_paid", on=paid_on, amount_yuan=sums["实缴金额"] or charged)

    def _term(self, what: str, respond_by: date | None, done_on: date | None) -> date | None:
        """The last day of the term; if the register has none, the day on which the applicant or third party acted."""
        if respond_by is None and done_on is None:
            self._noted.append(f"没有{what}期限，也没有{what}日期，{what}未登记")
        elif respond_by is None:
            self._assumed.append(f"{what}期限未载，以{what}日期为期限的末日")
        return respond_by or done_on

    def _number(self, what: str, text: str | None) -> str | None:
        """A count or a sum in yuan, in figures; None if it is blank, unreadable or 0."""
        if not text:
            return None
        found = _SUM.fullmatch(normalize("NFKC", text).replace(",", "").replace(" ", ""))
        if found is None:
            self._refuse("amount_unreadable", f"{what}“{text[:30]}”不能读")
            return None
        number = found[1].removesuffix(".00").removesuffix(".0")
        return number if float(number) else None

    def _check_after_receipt(self, what: str, on: date) -> None:
        if "received" in self.events:
            self._is_reversed(what, on, "收到日期", date.fromisoformat(self.events["received"]["on"]))

    def _is_reversed(self, what: str, on: date | None, earlier: str, earlier_on: date) -> bool:
        """Whether a step is dated before the one that it follows; if so the row is refused."""
        if on is None or on >= earlier_on:
            return False
        self._refuse("date_reversed", f"{what}{on}早于{earlier}{earlier_on}")
        return True

    def _refuse(self, code: str, text: str) -> None:
        self._problems.append(coded(code, text))

    def _has_problem(self, what: str) -> bool:
        """Whether a problem mentions it already."""
        return any(what in problem for problem in self._problems)

    def _add(self, name: str, **event: Any) -> None:
        self.events[name] = {
            key: str(value) if isinstance(value, date) else value
            for key, value in event.items()
            if value is not None
        }
