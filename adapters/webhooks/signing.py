"""Signatures by Standard Webhooks: `webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over id,
timestamp and body.

https://www.standardwebhooks.com
"""

from __future__ import annotations

import base64
import hmac
import secrets

_PREFIX = "whsec_"


def new_secret() -> str:
    """A random secret in the format for the receiver: whsec_ and base64 of 32 bytes."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, id_: str, timestamp: int, body: bytes) -> str:
    """The value of `webhook-signature`. secret: as made by `new_secret`. timestamp: Unix seconds."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    digest = hmac.digest(key, b"%s.%d.%s" % (id_.encode(), timestamp, body), "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"
