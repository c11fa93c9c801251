"""Who has logged in at the identity provider, and how."""

from __future__ import annotations

from typing import NamedTuple


class Identity(NamedTuple):
    """Who the provider says has logged in. auth_time: when they did; amr, acr: how; sid: its own session."""

    issuer: str
    subject: str
    auth_time: int | None
    amr: tuple[str, ...]
    acr: str
    sid: str

    def gave_second_factor(self, acr: frozenset[str]) -> bool:
        """acr: the classes that mean so, as the administrator listed them. A method that is one of several tells nothing."""
        return "mfa" in self.amr or self.acr in acr
