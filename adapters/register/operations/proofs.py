"""For auditors: checkpoints, proofs, receipts, verification, bundles."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import structlog

from adapters.accounts import sessions
from adapters.accounts.access_log import Origin, log_access
from adapters.postgres.database import Database
from adapters.postgres.queries import SQL
from adapters.proof import bundle, checkpointing, leaf, signing_keys, verification
from adapters.proof.bundle import Exported
from adapters.proof.bundle_format import digest_of_list
from adapters.proof.checkpointing import CheckpointLag, Consistency, Inclusion, Receipt
from adapters.proof.checkpoints import Checkpoint, Verifier
from adapters.proof.log_check import Pin
from adapters.proof.provable import EVENT_LOG, LOGS, ProvableLog
from adapters.proof.signing_key_files import SigningKeys
from adapters.proof.verification import Progress, Verification
from adapters.refusals import AccessUnknown
from adapters.vault import documents
from adapters.vault.key_store import VaultKeys
from domain.values import Reference

log = structlog.get_logger("taizhang.proofs")


class Taken(NamedTuple):
    """Who exports a bundle, and from where. what: its description in the access log."""

    actor: str
    origin: Origin
    what: str = "bundle"


class Proofs:
    """Every method raises AuthorityUnknown. keys: the directory of the key files."""

    def __init__(
        self, database: Database, id_of: Callable[[str], Awaitable[int]], keys: Path, vault: VaultKeys
    ) -> None:
        self._database = database
        self._id_of = id_of
        self._keys = keys
        self._vault = vault

    async def sign_checkpoint(self, code: str, of: ProvableLog = EVENT_LOG) -> Checkpoint | None:
        """Sign the log as it is, if it has grown or changes its suite; for background work and after a commit. See
        `checkpointing.sign`."""
        authority_id = await self._id_of(code)
        last = None
        while checkpoint := await checkpointing.sign(self._database, authority_id, code, self._keys, of):
            log.info("log.sealed", authority=code, log=of.key, size=checkpoint.size)
            last = checkpoint
            if of.number is None:
                break
        return last

    async def change_over(self) -> None:
        """Make the register know the key that signs now, and bring every log over to its suite, with a key of the one
        before.

        Of the keys before it the public halves stay. Raises SigningKeyFault and CheckpointFault, and can be run again.
        """
        first = await signing_keys.is_nothing_signed(self._database)
        async with self._database.session() as connection:
            await signing_keys.to_sign_with(connection, self._keys, first=first)
            codes = [row["code"] for row in await connection.fetch(SQL["authorities"])]
        for code in codes:
            for of in LOGS:
                await self.sign_checkpoint(code, of)
        SigningKeys.retire(self._keys)

    async def checkpoint_lag(self, code: str, of: ProvableLog = EVENT_LOG) -> CheckpointLag:
        """Entries that no checkpoint covers yet, and for how long."""
        authority_id = await self._id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await checkpointing.lag(connection, authority_id, of)

    async def inclusion(self, code: str, position: int) -> Inclusion:
        """Raises NotSealedYet."""
        authority_id = await self._id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await checkpointing.inclusion(connection, authority_id, position)

    async def consistency(self, code: str, first: int, second: int | None = None) -> Consistency:
        """Raises NoCheckpoint."""
        authority_id = await self._id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await checkpointing.consistency(connection, authority_id, first, second)

    async def leaf_at(self, code: str, position: int) -> str | None:
        """The hash of the entry at a position, as when it was recorded; None where there is none."""
        authority_id = await self._id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            async for row in EVENT_LOG.between(connection, authority_id, position, position):
                return leaf.named(row, leaf.leaf(code, row))
        return None

    async def receipt(self, code: str, reference: Reference, version: int | None = None) -> Receipt:
        """Raises RequestUnknown, EntryUnknown, NotSealedYet or CheckpointFault."""
        authority_id = await self._id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await checkpointing.receipt(connection, authority_id, code, reference, version)

    async def receipts(self, code: str, reference: Reference) -> list[Receipt]:
        """The receipts of all entries that a checkpoint covers, in order. Raises RequestUnknown or CheckpointFault."""
        authority_id = await self._id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await checkpointing.receipts(connection, authority_id, code, reference)

    async def access_receipt(self, code: str, id_: str) -> str:
        """The receipt of one line of the access log, by its id. Raises AccessUnknown, NotSealedYet or
        CheckpointFault."""
        authority_id = await self._id_of(code)
        if not sessions.is_id(id_):
            raise AccessUnknown
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await checkpointing.access_receipt(connection, authority_id, code, id_)

    async def verify(
        self,
        code: str,
        *,
        verifiers: Sequence[Verifier] = (),
        pin: Callable[[str], Pin | None] = lambda _: None,
        alarm_seconds: float | None = None,
        on_progress: Progress = lambda *_: None,
    ) -> Verification:
        """Verify both logs, their checkpoints and the register. See `verification.verify`."""
        authority_id = await self._id_of(code)
        ring = SigningKeys.load(self._keys)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await verification.verify(
                connection,
                authority_id,
                code,
                keys=ring.verifiers,
                verifiers=verifiers,
                pin=pin,
                alarm_seconds=alarm_seconds,
                on_progress=on_progress,
            )

    async def export(
        self,
        code: str,
        target: Path,
        *,
        since: date | None = None,
        until: date | None = None,
        with_sealed: bool = False,
        with_documents: bool = False,
        with_accesses: bool = True,
        taken: Taken | None = None,
    ) -> Exported:
        """Write an audit bundle. with_sealed, with_documents: with decrypted texts and filed documents, which are
        personal data. taken: who exports it; None if it stays on the machine. See `bundle.gather`.
        """
        await self._vault.take_new()
        authority_id = await self._id_of(code)
        ring = SigningKeys.load(self._keys)
        async with self._database.transaction(authority_id, reading=True) as connection:
            exported, contents = await bundle.gather(
                connection,
                authority_id,
                code,
                keys=ring.verifiers,
                since=since,
                until=until,
                open_sealed=partial(self._vault.opened_with_salt, connection, authority_id)
                if with_sealed
                else None,
                open_document=partial(documents.held, connection, self._vault.ring, authority_id)
                if with_documents
                else None,
                with_accesses=with_accesses,
            )
        if taken is not None:
            # The access log then proves all files of the bundle, also the page, the notices and the forms.
            digest = digest_of_list(exported.manifest, contents)
            async with self._database.transaction(authority_id) as connection:
                await log_access(
                    connection, authority_id, "exported", actor=taken.actor, origin=taken.origin,
                    reference=f"{taken.what}:{digest}",
                )  # fmt: skip
        bundle.write(target, contents, private=with_sealed or with_documents)
        return exported

    async def checkpoint(self, code: str, of: ProvableLog = EVENT_LOG) -> str | None:
        """The newest checkpoint's note, to be kept outside the authority's reach; None if there is none."""
        authority_id = await self._id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            row = await connection.fetchrow(SQL["last_checkpoint"], authority_id, of.key)
        return row["note"] if row else None
