"""An OpenID provider over real HTTP with real keys: conforms to the standard, except in the fields that a test overrides."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import time
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

CLIENT, SECRET = "taizhang", "a secret: of +the tests"
ORIGIN = "https://taizhang.test"

Claims = dict[str, Any]


class IdentityProvider:
    """Serves until the context ends. requested: the requested paths, in order. The officer who logs in is `subject`.

    claims, header, keys, discovery: overrides by a test. answers: by path a status and a body, or None: it never replies.
    """

    def __init__(self) -> None:
        self.key: Key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"})
        self.published: list[Key] = [self.key]
        self.requested: list[str] = []
        self.subject = "7f3c9a52"
        self.claims: Claims = {}
        self.header: dict[str, Any] = {}
        self.discovery: dict[str, Any] = {}
        self.answers: dict[str, tuple[int, bytes] | None] = {}
        self.forge: Callable[[dict[str, Any], Claims], str] | None = None
        self.port = 0
        self._codes: dict[str, dict[str, str]] = {}

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def rotate(self, *, keep: bool = False) -> None:
        """Sign with a new key from now on."""
        self.key = ECKey.generate_key("P-256", {"kid": secrets.token_hex(4), "use": "sig"})
        self.published = [*self.published, self.key] if keep else [self.key]

    def authorize(self, address: str) -> dict[str, str]:
        """The officer logs in at the provider; the parameters with which the browser returns."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert "openid" in query["scope"].split()
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self._codes[code] = query
        return {"code": code, "state": query["state"], "iss": self.issuer}

    def token(self, query: dict[str, str]) -> str:
        now = int(time())
        claims: Claims = {
            "iss": self.issuer, "sub": self.subject, "aud": CLIENT, "nonce": query["nonce"],
            "iat": now, "exp": now + 300, "auth_time": now, **self.claims,
        }  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not ...}
        algorithm = "RS256" if isinstance(self.key, RSAKey) else "ES256"
        header = {"alg": algorithm, "kid": self.key.as_dict(private=False)["kid"], **self.header}
        header = {name: value for name, value in header.items() if value is not ...}
        if self.forge is not None:
            return self.forge(header, claims)
        return jwt.encode(header, claims, self.key, algorithms=[header["alg"]])

    # -- over HTTP --

    def _answer(self, method: str, target: str, head: dict[str, str], body: bytes) -> tuple[int, bytes, str]:
        path = urlsplit(target).path
        self.requested.append(path)
        if path in self.answers:
            answer = self.answers[path]
            assert answer is not None
            return (*answer, "/elsewhere" if answer[0] // 100 == 3 else "")
        if path == "/.well-known/openid-configuration":
            return 200, json.dumps(self._described()).encode(), ""
        if path == "/jwks":
            keys = [each.as_dict(private=False) for each in self.published]
            return 200, json.dumps({"keys": keys}).encode(), ""
        if path == "/authorize":
            redirect = parse_qs(urlsplit(target).query)["redirect_uri"][0]
            return 302, b"", f"{redirect}?{urlencode(self.authorize(target))}"
        if path == "/token" and method == "POST":
            return (*self._redeem(head, body), "")
        if path == "/logout":
            back = parse_qs(urlsplit(target).query)["post_logout_redirect_uri"][0]
            return 302, b"", back
        return 404, b"", ""

    def _described(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/logout",
            "authorization_response_iss_parameter_supported": True,
            **self.discovery,
        }

    def _redeem(self, head: dict[str, str], body: bytes) -> tuple[int, bytes]:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        known = base64.b64encode(b"taizhang:a+secret%3A+of+%2Bthe+tests").decode()
        query = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            query is None
            or head.get("authorization") != f"Basic {known}"
            or challenge != query["code_challenge"]
            or form["redirect_uri"] != query["redirect_uri"]
        ):
            return 400, b'{"error": "invalid_grant"}'
        return 200, json.dumps({"access_token": "x", "id_token": self.token(query)}).encode()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = (await reader.readline()).decode().split()
            if len(line) < 2:
                return
            head: dict[str, str] = {}
            while (each := (await reader.readline()).decode().strip()) != "":
                name, _, value = each.partition(":")
                head[name.lower()] = value.strip()
            body = await reader.readexactly(int(head.get("content-length", 0)))
            if self.answers.get(urlsplit(line[1]).path, ()) is None:
                self.requested.append(urlsplit(line[1]).path)
                await reader.read()  # until the caller times out
                return
            status, content, location = self._answer(line[0], line[1], head, body)
            headers = f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\nConnection: close\r\n"
            headers += f"Location: {location}\r\n" if location else ""
            writer.write(headers.encode() + b"\r\n" + content)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def identity_provider() -> AsyncIterator[IdentityProvider]:
    found = IdentityProvider()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
