"""One login by the provider, from the way there to the way back, in the browser that began it."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Annotated

import msgspec
from msgspec import Meta

LASTS = 600
"""Seconds for which the way back is open."""


class Attempt(msgspec.Struct, frozen=True):
    """Kept in a cookie of the browser and nowhere else: all that is asked for follows from its secret. office: into which.
    then: where to go afterwards.
    """

    secret: Annotated[str, Meta(min_length=43, max_length=43)]
    office: Annotated[str, Meta(max_length=40)]
    then: Annotated[str, Meta(max_length=2000)] = "/"

    @classmethod
    def new(cls, office: str, then: str) -> Attempt:
        return cls(secrets.token_urlsafe(32), office, then)

    @classmethod
    def parse(cls, text: str) -> Attempt | None:
        """Of a cookie's value; None where it is none."""
        try:
            padded = text.encode() + b"=" * (-len(text) % 4)
            return msgspec.json.decode(base64.b64decode(padded, b"-_", validate=True), type=cls)
        except (ValueError, RecursionError):
            return None

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(msgspec.json.encode(self)).decode().rstrip("=")

    def __repr__(self) -> str:
        return f"Attempt({self.office!r})"

    @property
    def state(self) -> str:
        """Comes back with the code: only this browser began with it."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """Comes back in the token: it was made for this login and for no other."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """Goes with the code: who took it on its way cannot use it (RFC 7636)."""
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        return _text(hashlib.sha256(self.verifier.encode()).digest())

    def _derived(self, purpose: str) -> str:
        return _text(hashlib.sha256(f"{purpose}.{self.secret}".encode()).digest())


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
