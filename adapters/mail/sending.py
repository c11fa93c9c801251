"""Sends one mail to one recipient, over TLS, with a timeout."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress

import aiosmtplib
from aiosmtplib import SMTPDataError, SMTPRecipientRefused, SMTPRecipientsRefused, SMTPResponseException

from adapters.mail.relay import MailFault, Problem, Relay

TIMEOUT = 30.0
"""Timeout of a mail in seconds, from resolving the server's name to its last reply."""


async def deliver(
    relay: Relay, to: str, mail: bytes, accepted: Callable[[], Awaitable[object]], timeout: float = TIMEOUT
) -> Problem | None:
    """Send a mail. Returns None once the server has accepted it, else the problem. accepted: awaited right after
    acceptance, before QUIT."""

    async def send(client: aiosmtplib.SMTP) -> None:
        await client.sendmail(relay.sender, [to], mail)

    return await _session(relay, send, accepted, timeout)


async def greet(relay: Relay, timeout: float = TIMEOUT) -> Problem | None:
    """Check that the server can be reached, has a valid certificate and accepts the login; sends no mail."""

    async def nothing(*_: object) -> None:
        return None

    return await _session(relay, nothing, nothing, timeout)


async def _session(
    relay: Relay,
    act: Callable[[aiosmtplib.SMTP], Awaitable[object]],
    then: Callable[[], Awaitable[object]],
    timeout: float,
) -> Problem | None:
    client = _client(relay, timeout)
    try:
        try:
            async with asyncio.timeout(timeout):
                await client.connect()
                if relay.user:
                    await client.login(relay.user, relay.password())
                await act(client)
        except Exception as wrong:
            if (problem := _problem(wrong)) is None:
                raise
            return problem
        await then()
        return None
    finally:
        await _quit(client)


def _client(relay: Relay, timeout: float) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=relay.host,
        port=relay.port,
        use_tls=relay.tls,
        start_tls=not relay.tls,
        tls_context=ssl.create_default_context(),
        local_hostname=relay.domain,
        timeout=timeout,
    )


async def _quit(client: aiosmtplib.SMTP) -> None:
    """Send QUIT. Errors are ignored, since the mail has been accepted or refused."""
    with suppress(Exception):
        async with asyncio.timeout(2):
            if client.is_connected:
                await client.quit()
    client.close()


def _problem(wrong: Exception) -> Problem | None:
    """The problem, without the server's text, which may repeat the address."""
    match wrong:
        case MailFault():
            return Problem("settings")
        case SMTPRecipientsRefused():
            code = wrong.recipients[0].code
            return Problem(f"recipient_{code}", permanent=500 <= code < 600)
        case SMTPRecipientRefused() | SMTPDataError():
            return Problem(f"status_{wrong.code}", permanent=500 <= wrong.code < 600)
        case aiosmtplib.SMTPAuthenticationError():
            return Problem("login_refused")
        case SMTPResponseException():
            return Problem(f"status_{wrong.code}" if wrong.code > 0 else "not_smtp")
        case TimeoutError():
            return Problem("timeout")
        case ssl.SSLError() | aiosmtplib.SMTPNotSupported():
            return Problem("no_tls")
        case aiosmtplib.SMTPServerDisconnected():
            return Problem("disconnected")
        case OSError():
            return Problem("no_tls" if isinstance(wrong.__cause__, ssl.SSLError) else "not_reached")
        case aiosmtplib.SMTPException():
            return Problem("no_tls" if "TLS" in str(wrong) else "not_smtp")
    return None
