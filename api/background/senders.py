"""What is sent in the background: webhooks to programs, digests to officers."""

from __future__ import annotations

from typing import Protocol

from adapters.register.register import Register
from api.background.digest_sending import DigestSender
from api.background.webhook_delivery import WebhookSender
from api.settings import Settings


class Sender(Protocol):
    """`run` runs until cancelled."""

    async def run(self, register: Register) -> None: ...


def senders(own: Settings) -> list[Sender]:
    """The senders that the settings enable."""
    found: list[Sender] = [WebhookSender(own.webhooks)]
    if own.mail is not None:
        found.append(DigestSender(own.mail))
    return found
