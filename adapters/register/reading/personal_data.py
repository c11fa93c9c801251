"""Sealed values: decrypting, comparing, searching, key rotation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial

import msgspec
from msgspec.structs import replace

from adapters.postgres.database import Database
from adapters.postgres.queries import SQL
from adapters.register.authorities import Authorities
from adapters.register.reading import applicant_names
from adapters.register.reading.earlier_requests import compared
from adapters.suites import Suite
from adapters.vault import blind_index, rotation
from adapters.vault.blind_index import By, SameApplicant
from adapters.vault.key_store import VaultKeys
from adapters.vault.rotation import Resealed
from adapters.views import OpenView
from domain.law.refusals import Malformed
from domain.request.parties import Applicant
from domain.values import Reference, Sealed
from projections.register import RequestRow

ERASED = "已销毁"
"""Shown instead of an erased value."""


class PersonalData:
    """view: opens one moment of the register, as it is now."""

    def __init__(
        self, database: Database, vault: VaultKeys, authorities: Authorities, view: OpenView
    ) -> None:
        self._database = database
        self._vault = vault
        self._authorities = authorities
        self._view = view

    async def same_applicant(self, code: str, reference: Reference) -> SameApplicant:
        """Other requests whose applicant has the same id number or contact. Raises RequestUnknown.

        Empty if the request is restricted, erased or annulled.
        """
        async with self._view(code) as view:
            received = (await view.request(reference)).received
        if received is None:
            return SameApplicant(0, 0, ())
        await self._vault.take_new()
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            texts = await self._vault.opened(connection, authority_id, [received.applicant])
            if (text := texts.get(received.applicant.id)) is None:
                return SameApplicant(0, 1, ())  # the applicant is erased
            applicant = msgspec.json.decode(text, type=Applicant)
            same = await blind_index.same(
                connection, self._vault.ring, authority_id, applicant, reference, received.on
            )
        descriptions = await self.unsealed(code, [received.description])
        description = msgspec.json.decode(descriptions.get(received.description.id, b'""'), type=str)
        async with self._view(code) as view:
            return await compared(view, partial(self.unsealed, code), same, description)

    async def asked_by(self, code: str, text: str, by: Collection[By]) -> tuple[list[RequestRow], int]:
        """Requests with an applicant or agent of this name, id number, telephone number or address.

        The latest, at most LISTED, and their total. Personal data: see `unsealed`. Raises Malformed if the text has no
        usable value.
        """
        if not (identities := blind_index.asked_for(text, by)):
            raise Malformed(field="", problem="请填写要查找的姓名、证件号码、电话或电子邮箱")
        await self._vault.take_new()
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            found = await blind_index.bearing(connection, self._vault.ring, authority_id, identities)
        async with self._view(code) as view:
            return await view.named(found[: blind_index.LISTED]), len(found)

    async def lacks_names(self, code: str) -> bool:
        """Whether some requests are not indexed by name: recorded before names were indexed, and not resealed since."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return bool(await connection.fetchval(SQL["lacks_names"], authority_id))

    async def rotate_vault_key(self, suite: Suite | None = None) -> str:
        """Create a new key, which seals once every machine has it; the old ones are kept for opening. Returns its id.

        suite: that of the current key unless given.
        """
        return await self._vault.rotate(suite)

    def suite_of(self, key_id: str) -> Suite:
        """The suite of the key with which this machine seals."""
        return self._vault.ring.suite_of[key_id]

    def machines_without(self, key_id: str) -> list[str]:
        """Those for which a new key is not in use yet, as last seen."""
        return self._vault.waits_for.get(key_id, [])

    async def reseal_vault(
        self, code: str, on_progress: Callable[[int], object] = lambda _: None
    ) -> Resealed:
        """Encrypt everything with the current key, and index missing names. See `rotation.reseal`."""
        await self._vault.take_new()
        ring, authority_id = self._vault.ring, await self._authorities.id_of(code)
        async with self._view(code) as view:
            law = view.law
        named = 0
        after: str | None = ""
        while after is not None:
            async with self._database.transaction(authority_id, locking=True) as connection:
                done, after = await applicant_names.index(connection, ring, authority_id, law, after)
            named += done
            if done:
                on_progress(done)
        found = await rotation.reseal(self._database, ring, authority_id, on_progress)
        return replace(found, applicants=found.applicants + named)

    async def unsealed(self, code: str, sealed: Sequence[Sealed]) -> dict[str, bytes]:
        """The decrypted JSON values by id, without erased ones.

        Personal data: write to the access log, and never to the program's log. Raises VaultKeyFault if a row does not
        match its commitment.
        """
        await self._vault.take_new()
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await self._vault.opened(connection, authority_id, sealed)
