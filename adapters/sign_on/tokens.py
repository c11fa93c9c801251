"""Validation of ID tokens: the signature by one of the provider's keys, and that it was issued for this login.

Nothing in a token is trusted before that, neither its algorithm nor its key nor its issuer.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry

from adapters.sign_on.identity import Identity

SKEW = 60
"""Tolerated difference of the provider's clock, in seconds."""
OLDEST = 600
"""Maximum age of a token, in seconds."""
_LONGEST, _LONGEST_SUBJECT = 32_768, 255
_FAMILY = {
    "RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "PS256": "RSA", "PS384": "RSA", "PS512": "RSA",
    "ES256": "EC", "ES384": "EC", "ES512": "EC",
}  # fmt: skip
"""Accepted algorithms, all asymmetric, with the type of key of each."""
_SMALLEST_RSA = 2048

Key = Mapping[str, Any]


class TokenRefused(Exception):
    """The token is invalid; the text is a code for the log, such as signature."""


class KeyUnknown(TokenRefused):
    """Signed by a key that is not among the provider's known keys."""


def identity_of(
    token: str, keys: Sequence[Key], *, issuer: str, client_id: str, nonce: str, now: float
) -> Identity:
    """The identity in a valid token. keys: published by the provider. Raises TokenRefused, KeyUnknown."""
    claims = _signed(token, keys)
    _check(claims, issuer, client_id, nonce, now)
    return Identity(
        issuer,
        claims["sub"],
        _moment(claims.get("auth_time")),
        tuple(each for each in _list(claims.get("amr")) if isinstance(each, str)),
        acr if isinstance(acr := claims.get("acr"), str) else "",
        claims["sid"] if _is_name(claims.get("sid")) else "",
    )


def _signed(token: str, keys: Sequence[Key]) -> dict[str, Any]:
    """The claims of a token, after verifying its signature."""
    if len(token) > _LONGEST or not token.isascii() or token.count(".") != 2:
        raise TokenRefused("not_a_token")
    header = _header(token)
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in _FAMILY:
        raise TokenRefused("algorithm")
    if header.get("typ", "JWT") != "JWT" or not isinstance(kid, str | None) or "crit" in header:
        raise TokenRefused("header")
    key = _key(keys, algorithm, kid)
    try:
        return dict(jwt.decode(token, JWKRegistry.import_key(dict(key)), algorithms=[algorithm]).claims)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise TokenRefused("signature") from None


def _header(token: str) -> dict[str, Any]:
    part = token.partition(".")[0]
    try:
        return msgspec.json.decode(
            base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)), type=dict[str, Any]
        )
    except (ValueError, RecursionError):
        raise TokenRefused("not_a_token") from None


def _key(keys: Sequence[Key], algorithm: str, kid: str | None) -> Key:
    """The key with the token's key id; without an id, the only key there is."""
    fitting = [each for each in keys if _fits(each, algorithm) and kid in (None, each.get("kid"))]
    if len(fitting) != 1:
        raise KeyUnknown("key")
    return fitting[0]


def _fits(key: Key, algorithm: str) -> bool:
    """Whether the key is published for this algorithm, and is strong enough."""
    if key.get("kty") != _FAMILY[algorithm] or key.get("use", "sig") != "sig":
        return False
    if key.get("alg", algorithm) != algorithm or "d" in key:
        return False
    modulus = key.get("n")
    return key["kty"] != "RSA" or (isinstance(modulus, str) and len(modulus) * 6 >= _SMALLEST_RSA)


def _check(claims: dict[str, Any], issuer: str, client_id: str, nonce: str, now: float) -> None:
    """Validate the claims by OpenID Connect Core 1.0, 3.1.3.7."""
    if claims.get("iss") != issuer:
        raise TokenRefused("issuer")
    audience = _list(claims.get("aud"))
    if client_id not in audience:
        raise TokenRefused("audience")
    party = claims.get("azp")
    if (len(audience) > 1 or party is not None) and party != client_id:
        raise TokenRefused("authorized_party")
    issued, expires = _moment(claims.get("iat")), _moment(claims.get("exp"))
    if expires is None or expires <= now - SKEW:
        raise TokenRefused("expired")
    if issued is None or not now - OLDEST - SKEW <= issued <= now + SKEW:
        raise TokenRefused("issued")
    if "nbf" in claims and ((since := _moment(claims["nbf"])) is None or since > now + SKEW):
        raise TokenRefused("not_yet")
    stated = claims.get("nonce")
    if not isinstance(stated, str) or not hmac.compare_digest(
        stated.encode("utf-8", "replace"), nonce.encode()
    ):
        raise TokenRefused("nonce")
    if not _is_name(claims.get("sub")):
        raise TokenRefused("subject")
    if (since := _moment(claims.get("auth_time"))) is not None and since > now + SKEW:
        raise TokenRefused("auth_time")  # a login in the future would always count as recent


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_SUBJECT and value.isprintable()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _moment(value: Any) -> int | None:
    """Unix seconds; None if the value is no such number."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and 0 <= value < 1e11 else None
