"""Webhooks: new entries are sent to service accounts, in order, at least once, as far as they may read them.

A delivery covers a range of positions. A process sends it under a lease. The end of the range is stored before sending,
so that a process that takes over after a crash sends the same delivery with the same id.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

import msgspec

from adapters.accounts import sessions
from adapters.accounts.access_log import Origin, log_access
from adapters.postgres.database import Database
from adapters.postgres.queries import SQL
from adapters.present import PresentView
from adapters.register.authorities import Authorities, day_in_shanghai, head_of
from adapters.vault.key_store import VaultKeys, texts_of
from adapters.webhooks.addresses import AddressRefused, AllowedAddresses
from adapters.webhooks.refusals import TooManyWebhooks, WebhookAddressRefused, WebhookUnknown
from adapters.webhooks.signing import new_secret
from domain.authority.grants import ServiceAccount
from projections.feed import Entry, entry_of
from projections.handed_in import sight_of
from projections.superior_view import Sight

LIMIT = 20
"""Maximum webhooks of an authority."""
RUN = 100
"""Maximum positions of the log in one delivery."""
LEASE = timedelta(seconds=30)
"""Duration of a lease: longer than a delivery may take."""
PAUSED_AFTER = timedelta(days=3)
"""A webhook that fails for so long is paused until an administrator resumes it."""
_LONGEST_WAIT = 3600
_FIELD = "webhook_secret"


class Webhook(msgspec.Struct, frozen=True):
    """A webhook without its secret. position: of the last entry delivered. problem: of the last delivery, if it
    failed."""

    id: str
    service: str
    url: str
    position: int
    created_at: datetime
    delivered_at: datetime | None
    failures: int
    failing_since: datetime | None
    problem: str
    paused_at: datetime | None


class Delivery(msgspec.Struct, frozen=True):
    """The body of a delivery: the entries in a range that the account may see. next: the end of the range, included."""

    authority: str
    webhook: str
    after: int
    next: int
    entries: list[Entry]


class Claimed(NamedTuple):
    """A delivery that this process may send until its lease is over. body: empty if the range has nothing for the
    account; None if the account may not see anything any more."""

    authority_id: int
    webhook: str
    holder: str
    url: str
    secret: str
    failures: int
    after: int
    next: int
    body: bytes | None

    @property
    def id(self) -> str:
        """The id, the same for every attempt."""
        return f"{self.webhook}-{self.after}-{self.next}"


class Webhooks:
    """Webhooks of all authorities."""

    def __init__(self, database: Database, vault: VaultKeys, authorities: Authorities) -> None:
        self._database = database
        self._vault = vault
        self._authorities = authorities

    # -- subscriptions --

    async def add(
        self,
        code: str,
        service: str,
        url: str,
        *,
        allowed: AllowedAddresses,
        after: int | None = None,
        actor: str,
        origin: Origin,
    ) -> tuple[str, str]:
        """Create a webhook. Returns its id and the signing secret, shown only now. after: position to begin after,
        default the present one.

        Raises WebhookAddressRefused, ServiceUnknown or TooManyWebhooks.
        """
        try:
            allowed.check(url)
        except AddressRefused as wrong:
            raise WebhookAddressRefused(problem=str(wrong)) from None
        await self._vault.take_new()
        authority_id = await self._authorities.id_of(code)
        id_, secret = uuid4().hex, new_secret()
        async with self._database.transaction(authority_id, locking=True) as connection:
            await self._authorities.check_service(connection, authority_id, service)
            if len(await connection.fetch(SQL["webhooks"], authority_id)) >= LIMIT:
                raise TooManyWebhooks(limit=LIMIT)
            head = await head_of(connection, authority_id)
            _, row = self._vault.ring.seal(authority_id, _FIELD, secret)
            await connection.execute(SQL["add_to_vault"], authority_id, *row)
            position = head.position if after is None else min(after, head.position)
            await connection.execute(SQL["add_webhook"], authority_id, id_, service, url, row.id, position)
            await log_access(
                connection, authority_id, "webhook_added", actor=actor, origin=origin, reference=id_
            )
        return id_, secret

    async def listed(self, code: str) -> Sequence[Webhook]:
        """The oldest first."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return [Webhook(**row) for row in await connection.fetch(SQL["webhooks"], authority_id)]

    async def remove(self, code: str, id_: str, *, actor: str, origin: Origin) -> None:
        """Remove the webhook and its secret. Raises WebhookUnknown."""
        authority_id = await self._authorities.id_of(code)
        if not sessions.is_id(id_):
            raise WebhookUnknown
        async with self._database.transaction(authority_id) as connection:
            secret = await connection.fetchval(SQL["remove_webhook"], authority_id, id_)
            if secret is None:
                raise WebhookUnknown
            await connection.execute(SQL["remove_from_vault"], authority_id, secret)
            await log_access(
                connection, authority_id, "webhook_removed", actor=actor, origin=origin, reference=id_
            )

    async def resume(
        self,
        code: str,
        id_: str,
        *,
        after: int | None = None,
        service: str | None = None,
        actor: str,
        origin: Origin,
    ) -> None:
        """Resume a paused or failing webhook at once. after: deliver again everything after this position. service:
        only if it is this account's. Raises WebhookUnknown.
        """
        authority_id = await self._authorities.id_of(code)
        if not sessions.is_id(id_):
            raise WebhookUnknown
        async with self._database.transaction(authority_id) as connection:
            if await connection.fetchval(SQL["resume_webhook"], authority_id, id_, service, after) is None:
                raise WebhookUnknown
            await log_access(
                connection, authority_id, "webhook_resumed", actor=actor, origin=origin, reference=id_
            )

    # -- deliveries --

    async def claim(self, code: str, lease: timedelta = LEASE) -> tuple[list[Claimed], bool]:
        """Claim deliveries that are due and not leased. Also returns whether there are webhooks at all."""
        await self._vault.take_new()
        authority_id, holder = await self._authorities.id_of(code), uuid4().hex
        async with self._database.transaction(authority_id) as connection:
            rows = await connection.fetch(SQL["claim_webhooks"], authority_id, holder, lease, RUN)
            if not rows:
                return [], bool(await connection.fetchval(SQL["has_webhooks"], authority_id))
            head, authority, law = await self._authorities.as_it_stands(connection, authority_id)
            day = day_in_shanghai(rows[0]["now"])
            secrets = await texts_of(
                connection, self._vault.ring, authority_id, [row["secret_id"] for row in rows]
            )
            found = []
            for row in rows:
                sight = _sight(authority.service(row["service"]), day)
                after, upto = row["position"], row["sending"]
                body: bytes | None = None
                if sight is not None:
                    view = PresentView(connection, authority_id, authority, law, head.position, sight)
                    entries = [entry_of(each, sight) for each in await view.entries(after, upto - after)]
                    delivery = Delivery(code, row["id"], after, upto, entries)
                    body = msgspec.json.encode(delivery) if entries else b""
                found.append(
                    Claimed(
                        authority_id, row["id"], holder, row["url"], secrets[row["secret_id"]], row["failures"],
                        after, upto, body,
                    )
                )  # fmt: skip
        return found, True

    async def delivered(self, claimed: Claimed) -> None:
        """Store that a delivery was accepted, or had nothing to send."""
        async with self._database.transaction(claimed.authority_id) as connection:
            await connection.execute(
                SQL["webhook_delivered"],
                claimed.authority_id, claimed.webhook, claimed.holder, bool(claimed.body),
            )  # fmt: skip

    async def failed(self, claimed: Claimed, problem: str, paused_after: timedelta = PAUSED_AFTER) -> bool:
        """Store that a delivery failed: it is tried again with exponential backoff, and paused after paused_after.
        Returns whether it was paused now."""
        wait = timedelta(seconds=min(2.0 ** min(claimed.failures, 12), _LONGEST_WAIT))
        async with self._database.transaction(claimed.authority_id) as connection:
            paused = await connection.fetchval(
                SQL["webhook_failed"],
                claimed.authority_id, claimed.webhook, claimed.holder, wait, problem, paused_after,
            )  # fmt: skip
        return bool(paused)


def _sight(service: ServiceAccount | None, day: date) -> Sight | None:
    """What the account may see of the log today; None if nothing."""
    acts = service.acts_on(day) if service is not None else frozenset()
    if service is None or not acts & {"read", "hand_in"}:
        return None
    return sight_of(service, acts)
