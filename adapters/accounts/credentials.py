"""All valid credentials of an authority: sessions, API keys, calendar addresses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from adapters.accounts.sessions import ABSOLUTE, IDLE
from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL

Kind = Literal["session", "key", "service_key", "calendar"]

KINDS: dict[Kind, str] = {
    "session": "会话",
    "key": "密钥",
    "service_key": "服务账号的密钥",
    "calendar": "日历地址",
}


class Credential(msgspec.Struct, frozen=True):
    """What lets its holder in: an officer, or a service account. name: of an officer's key, where it is used.

    source: from where the session was begun, or the key last used; not kept of a calendar. expires_at: of a session at
    the latest; None of a calendar's address, which is good until it is revoked.
    """

    kind: Kind
    id: str
    holder: str
    name: str
    source: str | None
    created_at: datetime
    used_at: datetime | None
    expires_at: datetime | None


_KEPT: tuple[Kind, ...] = ("key", "calendar")
"""What a reset of a password or a second factor leaves: programs go on with it."""


def kept_in_words(found: Sequence[Credential], officer: str, where: str) -> str:
    """Which of an officer's credentials stay valid after a reset, as a Chinese sentence; empty if none.

    Somebody else who had the account may have created them. where: in Chinese, where they can be ended.
    """
    counts = {
        KINDS[kind]: sum((each.kind, each.holder) == (kind, officer) for each in found) for kind in _KEPT
    }
    kept = "、".join(f"{words}{count}个" for words, count in counts.items() if count)
    return kept and f"其{kept}不随重置失效；账号如可能曾被他人使用，须由安全管理员{where}逐一结束。"


async def in_force(connection: Connection, authority_id: int) -> Sequence[Credential]:
    rows = await connection.fetch(SQL["credentials"], authority_id, IDLE, ABSOLUTE, None)
    return [Credential(**row) for row in rows]


async def end(connection: Connection, authority_id: int, id_: str) -> Credential | None:
    """End a credential. Returns it; None if no valid one has this id."""
    row = await connection.fetchrow(SQL["credentials"], authority_id, IDLE, ABSOLUTE, id_)
    if row is None:
        return None
    found = Credential(**row)
    match found.kind:
        case "session":
            await connection.execute(SQL["end_session_named"], authority_id, found.holder, id_)
        case "key":
            await connection.execute(SQL["revoke_key"], authority_id, id_, found.holder)
        case "service_key":
            await connection.execute(SQL["revoke_service_key"], authority_id, found.holder, id_)
        case "calendar":
            await connection.execute(SQL["revoke_calendar_key"], authority_id, id_, found.holder)
    return found
