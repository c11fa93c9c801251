"""A mail as its bytes: plain text, the same bytes however often they are made."""

from __future__ import annotations

from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage

from domain.values import SHANGHAI


def message(*, id_: str, made_at: datetime, sender: str, to: str, subject: str, text: str) -> bytes:
    """id_: the left side of its Message-ID, by which a second copy is known for one."""
    found = EmailMessage(policy.SMTP)
    found["Message-ID"] = f"<{id_}@{sender.rpartition('@')[2]}>"
    found["Date"] = made_at.astimezone(SHANGHAI)
    found["From"] = Address("台账", addr_spec=sender)
    found["To"] = Address(addr_spec=to)
    found["Subject"] = subject
    found["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody is away from a program's mail
    found.set_content(text, cte="base64")
    return bytes(found)
