"""Sends one mail to one recipient, over TLS, with a timeout."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress

import aiosmtplib
from aiosmtplib import SMTPDataError, SMTPRecipientRefused, SMTPRecipientsRefused, SMTPResponseException

from adapters.mail.relay import MailFault, Problem, Relay

LONGEST = 30.0
"""Seconds for a mail, from resolving the server's name to its last reply."""


async def deliver(
    relay: Relay, to: str, mail: bytes, taken: Callable[[], Awaitable[object]], longest: float = LONGEST
) -> Problem | None:
    """Send a mail. Returns None once the server has accepted it, else the problem. taken: awaited at once after
    acceptance, before QUIT."""

    async def send(client: aiosmtplib.SMTP) -> None:
        await client.sendmail(relay.sender, [to], mail)

    return await _meet(relay, send, taken, longest)


async def greet(relay: Relay, longest: float = LONGEST) -> Problem | None:
    """Check that the server can be reached, has a valid certificate and accepts the login; sends no mail."""

    async def nothing(*_: object) -> None:
        return None

    return await _meet(relay, nothing, nothing, longest)


async def _meet(
    relay: Relay,
    act: Callable[[aiosmtplib.SMTP], Awaitable[object]],
    then: Callable[[], Awaitable[object]],
    longest: float,
) -> Problem | None:
    client = _client(relay, longest)
    try:
        try:
            async with asyncio.timeout(longest):
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
        await _leave(client)


def _client(relay: Relay, longest: float) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=relay.host,
        port=relay.port,
        use_tls=relay.tls,
        start_tls=not relay.tls,
        tls_context=ssl.create_default_context(),
        local_hostname=relay.domain,
        timeout=longest,
    )


async def _leave(client: aiosmtplib.SMTP) -> None:
    """QUIT; an error no longer matters."""
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
            return Problem(f"recipient_{code}", for_good=500 <= code < 600)
        case SMTPRecipientRefused() | SMTPDataError():
            return Problem(f"status_{wrong.code}", for_good=500 <= wrong.code < 600)
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
