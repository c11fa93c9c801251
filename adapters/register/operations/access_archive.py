"""Handing old parts of the access log over to the archive, with their proof, and deleting them here."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import uuid4

from adapters.accounts import access_log
from adapters.accounts.access_log import Origin
from adapters.postgres.database import Database, drop_accesses
from adapters.postgres.queries import SQL
from adapters.proof import checkpointing
from adapters.proof.provable import ACCESS_LOG, LOGS
from adapters.refusals import AccessesKept, NothingHandedOver, NothingRecorded
from adapters.register.authorities import Authorities
from adapters.register.operations.proofs import Proofs, Taken
from adapters.register.recording.record import Recordings
from adapters.register.recording.recording import Recording
from adapters.register.recording.submission import Submission, own_refusal
from domain.authority.access_events import AccessesHandedOver
from domain.authority.authority import Authority
from domain.law import terms
from domain.values import SHANGHAI


class AccessArchive:
    """Every method raises AuthorityUnknown."""

    def __init__(
        self, database: Database, authorities: Authorities, recordings: Recordings, proofs: Proofs
    ) -> None:
        self._database = database
        self._authorities = authorities
        self._recordings = recordings
        self._proofs = proofs

    async def hand_over(
        self,
        code: str,
        until: date,
        archive_no: str,
        target: Path,
        *,
        today: date,
        actor: str,
        origin: Origin,
    ) -> AccessesHandedOver:
        """Write an audit bundle with all lines up to the end of a day, and record that the archive has them.

        Raises AccessesKept within the retention period, NothingHandedOver if there are no such lines, NoPower, and what
        the export of a bundle raises.
        """
        authority_id = await self._authorities.id_of(code)
        months, kept_until = kept(await self._authorities.authority(code), until, today)
        if today <= kept_until:
            raise AccessesKept(until=until, months=months, day=kept_until)
        for log in LOGS:
            await self._proofs.sign_checkpoint(code, log)
        end = datetime.combine(until + timedelta(days=1), time(), SHANGHAI)
        async with self._database.transaction(authority_id, reading=True) as connection:
            through, first, since = await connection.fetchrow(SQL["last_access_before"], authority_id, end)
            if through is None or through < first:
                raise NothingHandedOver(until=until)
            root = await checkpointing.root(connection, authority_id, through, ACCESS_LOG)
        begin = since.astimezone(SHANGHAI).date()
        taken = Taken(actor, origin, "access-archive")
        try:
            await self._proofs.export(code, target, since=begin, until=until, taken=taken)
        except NothingRecorded:  # no events in the period: a bundle of the whole log
            await self._proofs.export(code, target, taken=taken)
        event = AccessesHandedOver(
            until=until, through=through, root=root.suite.named(root.root), archive_no=archive_no, on=today
        )
        recording = Recording(id=f"accesses/{uuid4()}", event=event)  # type: ignore[arg-type]
        with own_refusal():
            await self._recordings.record(code, Submission(recordings=[recording], actor=actor))
        return event

    async def drop(self, code: str, owner_dsn: str, *, actor: str, origin: Origin) -> int:
        """Delete the lines that were handed over, as the database owner: the runtime role may not.

        Returns their number. Raises NothingHandedOver.
        """
        authority_id = await self._authorities.id_of(code)
        handed_over = (await self._authorities.authority(code)).handed_over
        if not handed_over:
            raise NothingHandedOver(until="此前")
        through = max(each.through for each in handed_over)
        async with self._database.transaction(authority_id) as connection:
            await access_log.log_access(
                connection,
                authority_id,
                "accesses_dropped",
                actor=actor,
                origin=origin,
                reference=str(through),
            )
        # Sign before deleting, so that the log never ends before its last checkpoint.
        await self._proofs.sign_checkpoint(code, ACCESS_LOG)
        dropped = await drop_accesses(owner_dsn, authority_id, through)
        if dropped is None:
            raise NothingHandedOver(until="半年以前")
        return dropped


def kept(authority: Authority, until: date, on: date) -> tuple[int, date]:
    """The months for which the access log is kept by the policy of the day, and the last day for which a line of
    `until` is."""
    months = int(terms.policy_on(authority.policies, "access_log_kept", on).split("_")[0])
    year, month = divmod(until.year * 12 + until.month - 1 + months, 12)
    days = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return months, date(year, month + 1, min(until.day, days))
