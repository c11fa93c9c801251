"""One delivery: signed, sent once, to the address that was looked at, within seconds."""

from __future__ import annotations

import asyncio
import ssl
import time
from typing import Self

import httpx

from adapters.webhooks.addresses import Address, AddressRefused, AllowedAddresses
from adapters.webhooks.signing import signature

TIMEOUT = 10.0
"""Seconds for a delivery, from the name to the status."""


class Courier:
    """Takes no redirect, no proxy of the environment and no cookie, and reads nothing of an answer but its status."""

    def __init__(self, allowed: AllowedAddresses, timeout: float = TIMEOUT) -> None:
        self.allowed = allowed
        self._timeout = timeout
        # A connection is used once: those to two names at one address must not be taken for each other.
        self._client = httpx.AsyncClient(
            verify=ssl.create_default_context(),
            trust_env=False,
            follow_redirects=False,
            timeout=timeout,
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def deliver(self, url: str, secret: str, id_: str, body: bytes) -> str:
        """Empty if it was taken (a status of 2xx), else what went wrong, in a word or two."""
        try:
            address = self.allowed.check(url)
            async with asyncio.timeout(self._timeout):
                ip = await self.allowed.resolve(address)
                status = await self._post(address, address.at(ip), secret, id_, body)
        except AddressRefused:
            return "address_refused"
        except (TimeoutError, httpx.TimeoutException):
            return "timeout"
        except OSError:
            return "name_unknown"
        except httpx.NetworkError as wrong:
            return "tls_failed" if isinstance(_root(wrong), ssl.SSLError) else "not_reached"
        except (httpx.HTTPError, httpx.InvalidURL):
            return "not_http"
        return "" if 200 <= status < 300 else f"status_{status}"

    async def _post(self, address: Address, where: str, secret: str, id_: str, body: bytes) -> int:
        now = int(time.time())
        headers = {
            "Host": address.netloc,
            "Content-Type": "application/json",
            "User-Agent": "taizhang",
            "webhook-id": id_,
            "webhook-timestamp": str(now),
            "webhook-signature": signature(secret, id_, now, body),
        }
        # The certificate is the name's, though the connection goes to the address.
        how = {"sni_hostname": address.host}
        async with self._client.stream(
            "POST", where, content=body, headers=headers, extensions=how
        ) as answer:
            return answer.status_code


def _root(wrong: BaseException) -> BaseException:
    while (inner := wrong.__cause__ or wrong.__context__) is not None:
        wrong = inner
    return wrong
