"""The identity that the provider authenticated."""

from __future__ import annotations

from typing import NamedTuple


class Identity(NamedTuple):
    """auth_time: of the login, Unix seconds. amr, acr: its methods and class, acr empty if not given. sid: the provider's
    session, empty if not given."""

    issuer: str
    subject: str
    auth_time: int | None
    amr: tuple[str, ...]
    acr: str
    sid: str

    def gave_second_factor(self, acr: frozenset[str]) -> bool:
        """Whether a second factor was used. acr: the classes that mean so, listed by the administrator."""
        return "mfa" in self.amr or self.acr in acr
