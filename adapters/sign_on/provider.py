"""HTTP client of the authority's identity provider, whose issuer the administrator has configured.

No URL comes from a caller. URLs from the provider must have its own origin or one that the administrator listed.
Redirects are not followed, and sizes and times are limited.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import cache, partial
from typing import Any, TypeVar
from urllib.parse import quote_plus, urlencode

import httpx
import msgspec

from adapters.sign_on.attempt import Attempt
from adapters.sign_on.identity import Identity
from adapters.sign_on.settings import ProviderSettings, origin_of
from adapters.sign_on.tokens import Key, KeyUnknown, TokenRefused, identity_of

T = TypeVar("T")

TIMEOUT = 2.5
"""Timeout of a request in seconds, from resolving the name to the last byte."""
_LARGEST = 262_144
_CACHED_FOR = 3600.0
"""Seconds for which its metadata and keys are cached."""
KEYS_COOLDOWN = 30.0
"""Minimum seconds between two reads of its keys: a forged token with an unknown key must not cause more."""
_DOWN_FOR = 5.0
"""Seconds for which a provider that did not answer is not called again, so that callers do not queue up."""
_MAX_CONCURRENT = 20
_MOST_KEYS = 50


class ProviderDown(Exception):
    """The provider does not answer, or not correctly; the text is a code such as timeout."""


class _Metadata(msgspec.Struct, frozen=True):
    """The fields of OpenID Connect Discovery 1.0 that are used."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class _Keys(msgspec.Struct, frozen=True):
    keys: list[dict[str, Any]]


class _Tokens(msgspec.Struct, frozen=True):
    id_token: str


class Provider:
    """The client, one per process. Caches the provider's metadata and keys."""

    def __init__(
        self, settings: ProviderSettings, timeout: float = TIMEOUT, keys_cooldown: float = KEYS_COOLDOWN
    ) -> None:
        self.settings = settings
        self._keys_cooldown = keys_cooldown
        self._timeout = timeout
        self._client = httpx.AsyncClient(
            verify=_tls(), trust_env=False, follow_redirects=False, timeout=timeout
        )
        self._cache_lock = asyncio.Lock()
        self._slots = asyncio.Semaphore(_MAX_CONCURRENT)
        self._metadata: tuple[float, _Metadata] | None = None
        self._keys: tuple[float, Sequence[Key]] | None = None
        self._down: tuple[float, str] | None = None

    async def close(self) -> None:
        await self._client.aclose()

    async def login_address(self, attempt: Attempt, *, fresh: bool = False) -> str:
        """The URL to redirect the browser to. fresh: require a new login even in an existing session. Raises
        ProviderDown."""
        metadata = await self._discovered()
        parameters = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self.settings.client_id,
            "redirect_uri": self.settings.redirect_uri,
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": attempt.challenge,
            "code_challenge_method": "S256",
        }
        if self.settings.acr:
            parameters["acr_values"] = " ".join(self.settings.acr)
        if fresh:
            parameters |= {"prompt": "login", "max_age": "0"}
        return _with(metadata.authorization_endpoint, parameters)

    async def identity(self, attempt: Attempt, code: str, iss: str | None) -> Identity:
        """The identity for the code of a callback. iss: the issuer in the callback, if any (RFC 9207).

        Raises TokenRefused or ProviderDown.
        """
        metadata = await self._discovered()
        if (iss is not None or metadata.authorization_response_iss_parameter_supported) and (
            iss != self.settings.issuer
        ):
            raise TokenRefused("issuer_of_answer")
        token = await self._redeem(metadata, attempt, code)
        try:
            return self._identity(token, await self._published_keys(metadata), attempt)
        except KeyUnknown:
            return self._identity(token, await self._published_keys(metadata, again=True), attempt)

    def _identity(self, token: str, keys: Sequence[Key], attempt: Attempt) -> Identity:
        return identity_of(
            token,
            keys,
            issuer=self.settings.issuer,
            client_id=self.settings.client_id,
            nonce=attempt.nonce,
            now=time.time(),
        )

    async def logout_address(self) -> str | None:
        """The URL to redirect the browser to for logging out there too; None if the provider has none, or is down."""
        try:
            metadata = await self._discovered()
        except ProviderDown:
            return None
        if metadata.end_session_endpoint is None:
            return None
        back = {
            "client_id": self.settings.client_id,
            "post_logout_redirect_uri": f"{self.settings.origin}/login",
        }
        return _with(metadata.end_session_endpoint, back)

    async def check(self) -> None:
        """Check that the provider answers and has keys. Raises ProviderDown."""
        await self._published_keys(await self._discovered(), again=True)

    # -- calls to the provider --

    async def _discovered(self) -> _Metadata:
        """Its metadata, cached. Raises ProviderDown."""
        async with self._cache_lock:
            now = time.monotonic()
            if self._metadata is not None and now - self._metadata[0] < _CACHED_FOR:
                return self._metadata[1]
            found = await self._unless_down(self._read_metadata)
            self._metadata = time.monotonic(), found
            return found

    async def _read_metadata(self) -> _Metadata:
        address = f"{self.settings.issuer.removesuffix('/')}/.well-known/openid-configuration"
        try:
            found = msgspec.json.decode(await self._request("GET", address), type=_Metadata)
        except (msgspec.DecodeError, RecursionError):
            raise ProviderDown("not_a_provider") from None
        if found.issuer != self.settings.issuer:
            raise ProviderDown("other_issuer")
        named = (
            found.authorization_endpoint,
            found.token_endpoint,
            found.jwks_uri,
            found.end_session_endpoint,
        )
        if not all(each is None or self._is_allowed(each) for each in named):
            raise ProviderDown("address_refused")
        return found

    def _is_allowed(self, address: str) -> bool:
        """Whether the URL has the provider's own origin, or one that the administrator listed."""
        return origin_of(address) in {origin_of(self.settings.issuer), *self.settings.origins} - {""}

    async def _published_keys(self, metadata: _Metadata, *, again: bool = False) -> Sequence[Key]:
        """Its keys, cached. again: read them again, unless that was just done. Raises ProviderDown."""
        async with self._cache_lock:
            now = time.monotonic()
            if self._keys is not None and now - self._keys[0] < (
                self._keys_cooldown if again else _CACHED_FOR
            ):
                return self._keys[1]
            found = await self._unless_down(partial(self._read_keys, metadata.jwks_uri))
            self._keys = time.monotonic(), found
            return found

    async def _read_keys(self, address: str) -> Sequence[Key]:
        try:
            return msgspec.json.decode(await self._request("GET", address), type=_Keys).keys[:_MOST_KEYS]
        except (msgspec.DecodeError, RecursionError):
            raise ProviderDown("no_keys") from None

    async def _unless_down(self, read: Callable[[], Awaitable[T]]) -> T:
        """The result of `read`. Raises ProviderDown, immediately if the provider was down within `_DOWN_FOR`."""
        if self._down is not None and time.monotonic() - self._down[0] < _DOWN_FOR:
            raise ProviderDown(self._down[1])
        try:
            return await read()
        except ProviderDown as down:
            self._down = time.monotonic(), str(down)
            raise

    async def _redeem(self, metadata: _Metadata, attempt: Attempt, code: str) -> str:
        """The token for the code. Raises TokenRefused, ProviderDown."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.settings.redirect_uri,
            "code_verifier": attempt.verifier,
        }
        client, secret = self.settings.client_id, self.settings.client_secret
        basic = None
        if secret is None:
            form["client_id"] = client
        elif "client_secret_basic" in metadata.token_endpoint_auth_methods_supported:
            basic = httpx.BasicAuth(quote_plus(client), quote_plus(secret))  # RFC 6749, 2.3.1
        else:
            form |= {"client_id": client, "client_secret": secret}
        answer = await self._request("POST", metadata.token_endpoint, form, basic)
        try:
            return msgspec.json.decode(answer, type=_Tokens).id_token
        except (msgspec.DecodeError, RecursionError):
            raise TokenRefused("no_token") from None

    async def _request(
        self, method: str, url: str, form: dict[str, str] | None = None, basic: httpx.BasicAuth | None = None
    ) -> bytes:
        """The body of a 200 reply. Raises TokenRefused if a code is refused, else ProviderDown."""
        if self._slots.locked():
            raise ProviderDown("busy")
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "taizhang"}
        body = bytearray()
        try:
            async with (
                self._slots,
                asyncio.timeout(self._timeout),
                self._client.stream(
                    method, url, data=form, headers=headers, auth=basic or httpx.USE_CLIENT_DEFAULT
                ) as answer,
            ):
                if method == "POST" and answer.status_code in (400, 401):
                    raise TokenRefused("code_refused")
                if answer.status_code != 200:
                    raise ProviderDown(f"status_{answer.status_code}")
                async for piece in answer.aiter_raw():
                    body += piece
                    if len(body) > _LARGEST:
                        raise ProviderDown("too_large")
        except (TimeoutError, httpx.TimeoutException):
            raise ProviderDown("timeout") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            raise ProviderDown("not_reached") from None
        return bytes(body)


@cache
def _tls() -> ssl.SSLContext:
    """TLS context with the machine's certificates, read once."""
    return ssl.create_default_context()


def _with(address: str, parameters: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(parameters)}"
