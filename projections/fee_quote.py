"""The fee of a request by the tariff of a day, and its computation."""

from __future__ import annotations

from datetime import date

import msgspec

from domain.law.tariff import Basis, FeeLine, tariff_on


class FeeQuote(msgspec.Struct, frozen=True):
    """quantity: pages, or which of the applicant's requests of the calendar month it is. lines: of items, those up to
    this one; the request itself costs what the last one does. amount_yuan: 0, it is free.
    """

    reference: str
    basis: Basis
    quantity: int
    amount_yuan: str
    source: str
    lines: tuple[FeeLine, ...]


def fee_quote(reference: str, basis: Basis, quantity: int, on: date) -> FeeQuote | None:
    """None of a day before there was a tariff."""
    tariff = tariff_on(on)
    if tariff is None:
        return None
    return FeeQuote(
        reference=reference,
        basis=basis,
        quantity=quantity,
        amount_yuan=str(tariff.fee(basis, quantity)),
        source=tariff.source,
        lines=tuple(tariff.lines(basis, quantity)),
    )
