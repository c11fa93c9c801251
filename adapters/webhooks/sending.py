"""Sends one delivery: signed, without retries, to the IP address that was checked, with a timeout."""

from __future__ import annotations

import asyncio
import ssl
import time
from typing import Self

import httpx

from adapters.webhooks.addresses import Address, AddressRefused, AllowedAddresses
from adapters.webhooks.signing import signature

TIMEOUT = 10.0
"""Timeout of a delivery in seconds, from resolving the name to the status."""


class Courier:
    """Sends deliveries. Ignores redirects, proxy settings of the environment, cookies, and the body of the reply."""

    def __init__(self, allowed: AllowedAddresses, timeout: float = TIMEOUT) -> None:
        self.allowed = allowed
        self._timeout = timeout
        # No keep-alive: connections to one IP address must not be shared between two host names.
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
        """Send a delivery once. Returns an empty text after a status of 2xx, else an error code such as timeout or status_500."""
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
        # The certificate is checked against the name, although the connection goes to the IP address.
        how = {"sni_hostname": address.host}
        async with self._client.stream(
            "POST", where, content=body, headers=headers, extensions=how
        ) as answer:
            return answer.status_code


def _root(wrong: BaseException) -> BaseException:
    while (inner := wrong.__cause__ or wrong.__context__) is not None:
        wrong = inner
    return wrong
