"""The administrator's settings of the identity provider."""

from __future__ import annotations

import re
from typing import NamedTuple

_PLAIN = re.compile(r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::([1-9][0-9]{0,4}))?(?:[/?][!-~]*)?")
_PORTS = {"https": "443", "http": "80"}


class ProviderSettings(NamedTuple):
    """issuer: exactly as in the provider's tokens. origin: of the console in browsers. name: shown at login.

    acr: authentication classes that mean a second factor. origins: allowed for the provider's URLs besides its own.
    """

    issuer: str
    client_id: str
    client_secret: str | None
    origin: str
    name: str = "统一身份认证"
    acr: tuple[str, ...] = ()
    origins: frozenset[str] = frozenset()

    @property
    def redirect_uri(self) -> str:
        return f"{self.origin}/login/provider/callback"

    def __repr__(self) -> str:
        return f"ProviderSettings({self.issuer!r})"


def origin_of(address: str) -> str:
    """Scheme, host and port of a URL in canonical form (no user, no fragment, host in lower case and not escaped);
    empty for any other.
    """
    found = _PLAIN.fullmatch(address)
    if found is None or "#" in address or "\\" in address:
        return ""
    scheme, host, port = found[1], found[2], found[3]
    return f"{scheme}://{host}" if port in (None, _PORTS[scheme]) else f"{scheme}://{host}:{port}"
