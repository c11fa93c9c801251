"""A plain text mail as bytes; the same input gives the same bytes."""

from __future__ import annotations

from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage

from domain.values import SHANGHAI


def message(*, id_: str, made_at: datetime, sender: str, to: str, subject: str, text: str) -> bytes:
    """id_: left part of the Message-ID, by which mail programs recognise duplicates. sender, to: addresses."""
    found = EmailMessage(policy.SMTP)
    found["Message-ID"] = f"<{id_}@{sender.rpartition('@')[2]}>"
    found["Date"] = made_at.astimezone(SHANGHAI)
    found["From"] = Address("台账", addr_spec=sender)
    found["To"] = Address(addr_spec=to)
    found["Subject"] = subject
    found["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies
    found.set_content(text, cte="base64")
    return bytes(found)
