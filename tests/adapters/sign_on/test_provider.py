"""What is accepted from an identity provider: over real HTTP, with real keys, and tokens forged in every field."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import AsyncIterator
from itertools import cycle
from time import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from adapters.sign_on.attempt import Attempt
from adapters.sign_on.identity import Identity
from adapters.sign_on.provider import Provider, ProviderDown
from adapters.sign_on.settings import ProviderSettings, origin_of
from adapters.sign_on.tokens import TokenRefused
from tests.api.login.identity_provider import CLIENT, ORIGIN, SECRET, IdentityProvider, identity_provider


@pytest.fixture
async def there() -> AsyncIterator[IdentityProvider]:
    async with identity_provider() as found:
        yield found


@pytest.fixture
async def provider(there: IdentityProvider) -> AsyncIterator[Provider]:
    found = provider_of(there)
    yield found
    await found.close()


def provider_of(there: IdentityProvider, timeout: float = 30, **settings: Any) -> Provider:
    return Provider(ProviderSettings(there.issuer, CLIENT, SECRET, ORIGIN, **settings), timeout)


ATTEMPT = Attempt.new("huadu", "/")


async def logged_in(provider: Provider, there: IdentityProvider, attempt: Attempt = ATTEMPT) -> Identity:
    back = there.authorize(await provider.login_address(attempt))
    assert back["state"] == attempt.state
    return await provider.identity(attempt, back["code"], back["iss"])


async def refused(provider: Provider, there: IdentityProvider) -> str:
    with pytest.raises(TokenRefused) as found:
        await logged_in(provider, there)
    return str(found.value)


async def down(provider: Provider) -> str:
    with pytest.raises(ProviderDown) as found:
        await provider.login_address(ATTEMPT)
    return str(found.value)


async def test_the_token_determines_the_officer(provider: Provider, there: IdentityProvider) -> None:
    there.claims = {
        "amr": ["pwd", "mfa"],
        "acr": "urn:two",
        "sid": "s-1",
        "name": "张三",
        "auth_time": 1700000000,
    }
    assert await logged_in(provider, there) == Identity(
        there.issuer, "7f3c9a52", 1700000000, ("pwd", "mfa"), "urn:two", "s-1"
    )


async def test_login_parameters_are_new_each_time_and_bound_to_the_browser(
    provider: Provider, there: IdentityProvider
) -> None:
    other = Attempt.new("huadu", "/")
    first, second = [
        parse_qs(urlsplit(await provider.login_address(each)).query) for each in (ATTEMPT, other)
    ]
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
    assert first["redirect_uri"] == [f"{ORIGIN}/login/provider/callback"]
    assert Attempt.parse(str(other)) == other
    assert ATTEMPT.secret not in json.dumps(first)
    for text in (
        "",
        "x",
        "e30",
        str(other)[:-4],
        "÷",
        base64.b64encode(b'{"secret": "x"}').decode(),
        _NESTED,
    ):
        assert Attempt.parse(text) is None


def _signed_with_the_public_key(there: IdentityProvider, known: bytes) -> Any:
    """HS256 with the public key as the secret."""
    head = {"alg": "HS256", "kid": "first"}

    def forge(_: dict[str, Any], claims: dict[str, Any]) -> str:
        signed = f"{_part(head)}.{_part(claims)}"
        digest = hmac.digest(known, signed.encode(), "sha256")
        return f"{signed}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"

    return forge


def _modulus(there: IdentityProvider) -> bytes:
    return base64.urlsafe_b64decode(there.key.as_dict(private=False)["n"] + "==")


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    return f"{_part({**header, 'alg': 'none'})}.{_part(claims)}."


_NESTED = base64.urlsafe_b64encode(b'{"x":' + b"[" * 2000 + b"]" * 2000 + b"}").decode().rstrip("=")


def _signature_cut(there: IdentityProvider) -> Any:
    def forge(header: dict[str, Any], claims: dict[str, Any]) -> str:
        return jwt.encode(header, claims, there.key).rpartition(".")[0] + "."

    return forge


def _claims_swapped(there: IdentityProvider) -> Any:
    def forge(header: dict[str, Any], claims: dict[str, Any]) -> str:
        first, _, last = jwt.encode(header, claims, there.key).split(".")
        return f"{first}.{_part({**claims, 'sub': 'another'})}.{last}"

    return forge


def _by_another(there: IdentityProvider, **header: Any) -> Any:
    other = RSAKey.generate_key(2048, {"kid": "first"})
    public = other.as_dict(private=False)

    def forge(own: dict[str, Any], claims: dict[str, Any]) -> str:
        forged = {name: public if value == "its own key" else value for name, value in header.items()}
        return jwt.encode({**own, **forged}, claims, other)

    return forge


def _headed(there: IdentityProvider, otherwise: dict[str, Any]) -> Any:
    def forge(header: dict[str, Any], claims: dict[str, Any]) -> str:
        _, _, rest = jwt.encode(header, claims, there.key).partition(".")
        return f"{_part({**header, **otherwise})}.{rest}"

    return forge


FORGED = {
    "unsigned": (lambda _: _unsigned, "algorithm"),
    "HS256 by the PEM": (
        lambda there: _signed_with_the_public_key(there, there.key.as_pem(private=False)),
        "algorithm",
    ),
    "HS256 by the modulus": (lambda there: _signed_with_the_public_key(there, _modulus(there)), "algorithm"),
    "no signature": (_signature_cut, "signature"),
    "other claims": (_claims_swapped, "signature"),
    "another key of that name": (_by_another, "signature"),
    "another key, brought along": (lambda there: _by_another(there, jwk="its own key"), "signature"),
    "not a token": (lambda _: lambda *_: "abc", "not_a_token"),
    "five parts": (lambda _: lambda *_: "a.b.c.d.e", "not_a_token"),
    "no JSON": (lambda _: lambda *_: "AAAA.AAAA.AAAA", "not_a_token"),
    "nested without end": (lambda _: lambda *_: f"{_NESTED}.e30.AAAA", "not_a_token"),
    "endless": (lambda _: lambda *_: "a" * 40_000 + ".b.c", "not_a_token"),
}


class Ago(int):
    """Seconds before a token is issued, computed then and not when the tests are collected."""


CLAIMED: dict[str, tuple[dict[str, Any], str]] = {
    "another issuer": ({"iss": "https://evil.example"}, "issuer"),
    "an issuer with a slash": ({"iss": "http://127.0.0.1/"}, "issuer"),
    "no issuer": ({"iss": ...}, "issuer"),
    "for another": ({"aud": "another"}, "audience"),
    "for nobody": ({"aud": ...}, "audience"),
    "for a part of the name": ({"aud": "taizhang2"}, "audience"),
    "for several": ({"aud": [CLIENT, "another"]}, "authorized_party"),
    "by another party": ({"aud": [CLIENT, "another"], "azp": "another"}, "authorized_party"),
    "of another party": ({"azp": "another"}, "authorized_party"),
    "another nonce": ({"nonce": "x"}, "nonce"),
    "no nonce": ({"nonce": ...}, "nonce"),
    "a nonce that is none": ({"nonce": ["x"]}, "nonce"),
    "expired": ({"exp": Ago(61)}, "expired"),
    "without end": ({"exp": ...}, "expired"),
    "an end that is none": ({"exp": True}, "expired"),
    "an end beyond all numbers": ({"exp": 10**400}, "expired"),
    "made long ago": ({"iat": Ago(700)}, "issued"),
    "made tomorrow": ({"iat": Ago(-90)}, "issued"),
    "made at no time": ({"iat": ...}, "issued"),
    "not good yet": ({"nbf": Ago(-90)}, "not_yet"),
    "nobody": ({"sub": ...}, "subject"),
    "an empty name": ({"sub": ""}, "subject"),
    "a number": ({"sub": 7}, "subject"),
    "a list": ({"sub": ["7f3c9a52"]}, "subject"),
    "a line end": ({"sub": "7f3c9a52\n"}, "subject"),
    "too long": ({"sub": "x" * 256}, "subject"),
    "what nobody sees": ({"sub": "7f3c9a52\u200b"}, "subject"),
    "logged in tomorrow": ({"auth_time": Ago(-90)}, "auth_time"),
}

HEADED: dict[str, tuple[dict[str, Any], str]] = {
    "another kind of token": ({"typ": "at+jwt"}, "header"),
    "several kinds": ({"typ": ["JWT"]}, "header"),
    "a logout": ({"typ": "logout+jwt"}, "header"),
    "a key that is not there": ({"kid": "second"}, "key"),
    "a key that is a path": ({"kid": "../../etc/passwd"}, "key"),
    "a key of another kind": ({"kid": 7}, "header"),
    "what must be understood": ({"crit": ["b64"], "b64": False}, "header"),
    "an unknown algorithm": ({"alg": "RS1"}, "algorithm"),
}


async def test_a_forged_token_is_refused(there: IdentityProvider, provider: Provider) -> None:
    for attack, (forge, why) in FORGED.items():
        there.forge = forge(there)
        assert await refused(provider, there) == why, attack
    there.forge = None
    for attack, (claims, why) in CLAIMED.items():
        there.claims = {
            name: time() - value if isinstance(value, Ago) else value for name, value in claims.items()
        }
        assert await refused(provider, there) == why, attack
    there.claims = {}
    for attack, (header, why) in HEADED.items():
        there.forge = _headed(there, header)
        assert await refused(provider, there) == why, attack
    there.forge = None
    assert (await logged_in(provider, there)).subject == "7f3c9a52"


async def test_clocks_may_be_a_minute_apart(there: IdentityProvider, provider: Provider) -> None:
    there.claims = {"iat": time() + 50, "nbf": time() + 50, "exp": time() - 50}
    assert (await logged_in(provider, there)).subject == "7f3c9a52"


async def test_keys_are_read_again_once_for_a_new_key(there: IdentityProvider, provider: Provider) -> None:
    """Keys are read again at most every half minute, however many tokens have an unknown key."""
    eager = Provider(provider.settings, 30, keys_cooldown=0)
    await logged_in(eager, there)
    there.rotate()
    assert (await logged_in(eager, there)).subject == "7f3c9a52"
    assert there.requested.count("/jwks") == 2
    await eager.close()
    there.header = {"kid": "third"}
    for _ in range(3):
        assert await refused(provider, there) == "key"
    assert there.requested.count("/jwks") == 3
    there.header = {"kid": ...}
    assert (await logged_in(provider, there)).subject == "7f3c9a52"  # the only key


async def test_a_key_not_published_for_signing_is_refused(there: IdentityProvider) -> None:
    """Two keys with one id, a weak key, and a key for another algorithm are not used either."""
    fine, public = there.key.as_dict(private=True), there.key.as_dict(private=False)
    for keys in (
        [{**public, "use": "enc"}],
        [{**public, "alg": "PS256"}],
        [public, {**RSAKey.generate_key(2048).as_dict(private=False), "kid": "first"}],
        [{**public, "kty": "EC"}],
        [fine],  # with its private part, published by mistake
        [{**public, "n": public["n"][:171]}],
        [],
    ):
        there.answers["/jwks"] = 200, json.dumps({"keys": keys}).encode()
        provider = provider_of(there)
        assert await refused(provider, there) == "key"
        await provider.close()


async def test_a_code_is_valid_once_and_in_one_browser(there: IdentityProvider, provider: Provider) -> None:
    back = there.authorize(await provider.login_address(ATTEMPT))
    other = Attempt.new("huadu", "/")
    with pytest.raises(TokenRefused, match="code_refused"):
        await provider.identity(other, back["code"], back["iss"])
    back = there.authorize(await provider.login_address(ATTEMPT))
    await provider.identity(ATTEMPT, back["code"], back["iss"])
    with pytest.raises(TokenRefused, match="code_refused"):
        await provider.identity(ATTEMPT, back["code"], back["iss"])
    for iss in ("https://evil.example", f"{there.issuer}/", None):
        back = there.authorize(await provider.login_address(ATTEMPT))
        with pytest.raises(TokenRefused, match="issuer_of_answer"):
            await provider.identity(ATTEMPT, back["code"], iss)


DOWN: dict[str, tuple[tuple[int, bytes] | None, str]] = {
    "an error": ((500, b""), "status_500"),
    "a redirect": ((302, b""), "status_302"),
    "no JSON": ((200, b"<html>"), "not_a_provider"),
    "nested without end": ((200, b'{"x":' + b"[" * 2000 + b"]" * 2000 + b"}"), "not_a_provider"),
    "too much": ((200, b" " * 300_000), "too_large"),
    "nothing": (None, "timeout"),
}


async def test_a_provider_that_is_down_or_faulty_fails_fast(there: IdentityProvider) -> None:
    """It is called once, and then not again for a few seconds; no redirect is followed."""
    for name, (answer, why) in DOWN.items():
        there.answers["/.well-known/openid-configuration"] = answer
        provider, before = provider_of(there, 0.2 if answer is None else 30), len(there.requested)
        assert await down(provider) == why, name
        assert await down(provider) == why, name
        assert len(there.requested) == before + 1, name
        assert await provider.logout_address() is None
        await provider.close()
    nobody = Provider(ProviderSettings("http://127.0.0.1:9", CLIENT, None, ORIGIN))
    assert await down(nobody) == "not_reached"
    await nobody.close()


INSIDE = (
    "http://169.254.169.254/latest/meta-data",
    "http://127.0.0.1:5432/",
    "file:///etc/passwd",
    "//evil.example/",
    "http://127.0.0.1@evil.example/",
    "https://id.example.gov.cn.evil.example/",
    "javascript:alert(1)",
    "",
)


async def test_discovery_cannot_point_to_other_origins(there: IdentityProvider) -> None:
    """Its URLs have its own origin or one that the administrator listed, and its issuer is the configured one."""
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri", "end_session_endpoint")
    for name, address in zip(cycle(names), INSIDE, strict=False):
        there.discovery = {name: address}
        provider = provider_of(there)
        assert await down(provider) == "address_refused", (name, address)
        await provider.close()
    there.discovery = {"issuer": "https://evil.example"}
    provider = provider_of(there)
    assert await down(provider) == "other_issuer"
    await provider.close()
    there.discovery = {"token_endpoint": "https://tokens.example.gov.cn/token"}
    provider = provider_of(there, origins=frozenset({"https://tokens.example.gov.cn"}))
    assert (await provider.login_address(ATTEMPT)).startswith(f"{there.issuer}/authorize?")
    await provider.close()


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        ("https://id.example.gov.cn", "https://id.example.gov.cn"),
        ("https://id.example.gov.cn:443/realms/a?b=c", "https://id.example.gov.cn"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://ID.example.gov.cn", ""),
        ("https://id.example.gov.cn#x", ""),
        ("https://id.example.gov.cn\\@evil.example", ""),
        ("https://a:b@id.example.gov.cn", ""),
        ("https://例.中国", ""),
        ("ftp://id.example.gov.cn", ""),
    ],
)
def test_an_address_is_canonical_or_refused(address: str, origin: str) -> None:
    assert origin_of(address) == origin
