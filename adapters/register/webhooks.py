"""Webhooks: service accounts are sent what is recorded, in order, at least once, and no more than they may read.

A delivery is a run of positions: who sends it holds a lease, so that of several processes one does; up to where it goes
is kept before it is sent, so that the process that takes over after a kill sends the same again under the same id.
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
"""Webhooks of an authority."""
RUN = 100
"""Positions of the log that one delivery goes over."""
LEASE = timedelta(seconds=30)
"""How long nobody else sends: longer than a delivery may take."""
PAUSED_AFTER = timedelta(days=3)
"""Failing for so long, a webhook is paused until an administrator resumes it."""
_LONGEST_WAIT = 3600
_FIELD = "webhook_secret"


class Webhook(msgspec.Struct, frozen=True):
    """A webhook without its secret. position: all up to it was delivered. problem: of the last delivery, if it
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
    """The body of a delivery. The entries of the log after one position, up to next inside, that the account may
    see."""

    authority: str
    webhook: str
    after: int
    next: int
    entries: list[Entry]


class Claimed(NamedTuple):
    """A delivery that is this process's to send until its lease is over. body: empty where there is nothing to say;
    None where the account may see nothing any more."""

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
        """The same however often it is sent."""
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
        """Its id, and the secret that deliveries are signed with, shown this once. after: else what is recorded from
        now on.

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
        """With its secret. Raises WebhookUnknown."""
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
        """Deliver again at once, what was paused too. after: everything after this position, though it was delivered
        before. service: only if it is this one's. Raises WebhookUnknown.
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
        """Deliveries that are due and nobody sends, which are the caller's now; and whether there are webhooks at
        all."""
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
        """It was taken, or there was nothing to say."""
        async with self._database.transaction(claimed.authority_id) as connection:
            await connection.execute(
                SQL["webhook_delivered"],
                claimed.authority_id, claimed.webhook, claimed.holder, bool(claimed.body),
            )  # fmt: skip

    async def failed(self, claimed: Claimed, problem: str, paused_after: timedelta = PAUSED_AFTER) -> bool:
        """It is tried again, each time after twice as long; failing for paused_after it is paused. Whether it was
        now."""
        wait = timedelta(seconds=min(2.0 ** min(claimed.failures, 12), _LONGEST_WAIT))
        async with self._database.transaction(claimed.authority_id) as connection:
            paused = await connection.fetchval(
                SQL["webhook_failed"],
                claimed.authority_id, claimed.webhook, claimed.holder, wait, problem, paused_after,
            )  # fmt: skip
        return bool(paused)


def _sight(service: ServiceAccount | None, day: date) -> Sight | None:
    """What the account sees of the log today; None if nothing."""
    acts = service.acts_on(day) if service is not None else frozenset()
    if service is None or not acts & {"read", "hand_in"}:
        return None
    return sight_of(service, acts)
