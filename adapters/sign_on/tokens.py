"""Tokens of the provider: who it says has logged in, believed only as signed by one of its keys and made for this login.

A token's own word is taken for nothing before that: not its algorithm, not its key, not its issuer.
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
"""Seconds that the provider's clock may be off."""
OLDEST = 600
"""Seconds that a token may be old when it comes."""
_LONGEST, _LONGEST_SUBJECT = 32_768, 255
_FAMILY = {
    "RS256": "RSA", "RS384": "RSA", "RS512": "RSA", "PS256": "RSA", "PS384": "RSA", "PS512": "RSA",
    "ES256": "EC", "ES384": "EC", "ES512": "EC",
}  # fmt: skip
"""Algorithms that are believed, with the kind of key each takes. None of them signs with what is public."""
_SMALLEST_RSA = 2048

Key = Mapping[str, Any]


class TokenRefused(Exception):
    """A token that is not believed; why, in a word for the log."""


class KeyUnknown(TokenRefused):
    """Signed by a key that is not among the provider's, as far as they are known here."""


def identity_of(
    token: str, keys: Sequence[Key], *, issuer: str, client_id: str, nonce: str, now: float
) -> Identity:
    """keys: the provider's, as it publishes them. Raises TokenRefused, KeyUnknown."""
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
    """The claims of a token that one of the keys signed."""
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
    """The one key that it must be signed by: of that name; of a token that names none the only one there is."""
    fitting = [each for each in keys if _fits(each, algorithm) and kid in (None, each.get("kid"))]
    if len(fitting) != 1:
        raise KeyUnknown("key")
    return fitting[0]


def _fits(key: Key, algorithm: str) -> bool:
    """Whether the provider publishes it for signing so. A weak key signs nothing."""
    if key.get("kty") != _FAMILY[algorithm] or key.get("use", "sig") != "sig":
        return False
    if key.get("alg", algorithm) != algorithm or "d" in key:
        return False
    modulus = key.get("n")
    return key["kty"] != "RSA" or (isinstance(modulus, str) and len(modulus) * 6 >= _SMALLEST_RSA)


def _check(claims: dict[str, Any], issuer: str, client_id: str, nonce: str, now: float) -> None:
    """OpenID Connect Core 1.0, 3.1.3.7."""
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
        raise TokenRefused("auth_time")  # it would be fresh for ever


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _LONGEST_SUBJECT and value.isprintable()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _moment(value: Any) -> int | None:
    """Seconds since 1970; None where it is no such number."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return int(value) if is_number and 0 <= value < 1e11 else None
