"""A mail server in the test's own process: it stores received mails, and replies as the test configures it."""

from __future__ import annotations

import asyncio
import email
import ssl
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage
from email.policy import default
from typing import Any, NamedTuple

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

TAKEN = "250 2.0.0 Ok"
Answer = str | Callable[[SMTP], Awaitable[str]]


class Mail(NamedTuple):
    to: str
    sender: str
    raw: bytes
    over_tls: bool

    @property
    def message(self) -> EmailMessage:
        found = email.message_from_bytes(self.raw, policy=default)
        assert isinstance(found, EmailMessage)
        return found

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        return str(self.message.get_content())


async def hang(_: SMTP) -> str:
    await asyncio.Event().wait()
    return TAKEN


async def die(server: SMTP) -> str:
    """The mail is stored, but the sender never gets a reply."""
    server.transport.abort()  # type: ignore[union-attr]
    return TAKEN


class Mailbox:
    """recipients, contents: replies to a recipient and after a mail's content; one for each in turn, the last repeated.

    password: of the user `taizhang`, if login is required.
    """

    def __init__(self) -> None:
        self.recipients: list[Answer] = [TAKEN]
        self.contents: list[Answer] = [TAKEN]
        self.got: list[Mail] = []
        self.came = asyncio.Event()
        self.logins: list[bool] = []
        self.password = ""
        self.port = 0

    def of(self, address: str) -> list[Mail]:
        return [each for each in self.got if each.to == address]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, _: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = await _next(self.recipients, server)
        if answer == TAKEN:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        sender = str(envelope.mail_from)
        self.got += [Mail(to, sender, envelope.content, session.ssl is not None) for to in envelope.rcpt_tos]
        self.came.set()
        return await _next(self.contents, server)

    def authenticate(self, *arguments: Any) -> AuthResult:
        found = arguments[-1]
        right = isinstance(found, LoginPassword) and found.password.decode() == self.password
        self.logins.append(right)
        return AuthResult(success=right, handled=False)


async def _next(answers: list[Answer], server: SMTP) -> str:
    answer = answers.pop(0) if len(answers) > 1 else answers[0]
    return answer if isinstance(answer, str) else await answer(server)


@asynccontextmanager
async def mailbox(
    context: ssl.SSLContext | None, *, at_once: bool = False, password: str = ""
) -> AsyncIterator[Mailbox]:
    """context: without it TLS is not offered. at_once: TLS from the first byte instead of STARTTLS."""
    found = Mailbox()
    found.password = password
    loop = asyncio.get_running_loop()
    protocols: list[SMTP] = []

    def protocol() -> SMTP:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library does not detect TLS from the first byte
            made = SMTP(
                found,
                hostname="mail.test",
                loop=loop,
                tls_context=None if at_once else context,
                require_starttls=context is not None and not at_once,
                auth_required=bool(password),
                auth_require_tls=False,
                authenticator=found.authenticate if password else None,
            )
        protocols.append(made)
        return made

    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=context if at_once else None)
    found.port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        for each in protocols:
            if each.transport is not None:
                each.transport.abort()
            if each._handler_coroutine is not None:
                each._handler_coroutine.cancel()
                with suppress(asyncio.CancelledError, ConnectionError):
                    await each._handler_coroutine
