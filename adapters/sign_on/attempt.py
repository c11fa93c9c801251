"""One login at the provider, from the redirect there to the callback in the same browser."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Annotated

import msgspec
from msgspec import Meta

LASTS = 600
"""Seconds within which the callback must arrive."""


class Attempt(msgspec.Struct, frozen=True):
    """Stored only in a cookie of the browser; state, nonce and PKCE verifier are derived from its secret. office: code
    of the authority. then: page to go to afterwards.
    """

    secret: Annotated[str, Meta(min_length=43, max_length=43)]
    office: Annotated[str, Meta(max_length=40)]
    then: Annotated[str, Meta(max_length=2000)] = "/"

    @classmethod
    def new(cls, office: str, then: str) -> Attempt:
        return cls(secrets.token_urlsafe(32), office, then)

    @classmethod
    def parse(cls, text: str) -> Attempt | None:
        """Parse a cookie; None if it is malformed."""
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
        """Returned with the code: proves that this browser started the login."""
        return self._derived("state")

    @property
    def nonce(self) -> str:
        """Returned in the token: proves that it was issued for this login."""
        return self._derived("nonce")

    @property
    def verifier(self) -> str:
        """PKCE code verifier (RFC 7636): an intercepted code cannot be redeemed without it."""
        return self._derived("verifier")

    @property
    def challenge(self) -> str:
        return _text(hashlib.sha256(self.verifier.encode()).digest())

    def _derived(self, purpose: str) -> str:
        return _text(hashlib.sha256(f"{purpose}.{self.secret}".encode()).digest())


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
