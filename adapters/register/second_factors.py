"""Second factors of officers: enrolled and proved by themselves, in the session they came with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from adapters.accounts import access_log as access
from adapters.accounts import accounts, second_factors, sessions
from adapters.accounts.access_log import AccessAct, Origin, log_access
from adapters.accounts.sessions import SessionToken
from adapters.postgres.database import Connection, Database
from adapters.refusals import CodeWrong, SecondFactorExists, SecondFactorMissing, TooManyFailures
from adapters.register.authorities import Authorities
from adapters.register.login import Principal
from adapters.vault.key_store import VaultKeys
from domain.authority.authority import Authority
from domain.authority.events import SecondFactorReset
from domain.entry import Recorded
from domain.law.refusals import Refusal

ISSUER = "台账"


class Enrolment(NamedTuple):
    """What the officer's device needs, shown until the first code comes. secret: to be typed; address: as a QR code."""

    secret: str
    address: str


class SecondFactors:
    """One-time codes, begun and confirmed by the officer, reset by two administrators."""

    def __init__(self, database: Database, authorities: Authorities, vault: VaultKeys) -> None:
        self._database = database
        self._authorities = authorities
        self._vault = vault

    async def is_in_force(self, who: Principal) -> bool:
        """Whether the officer has one."""
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await second_factors.is_in_force(connection, authority_id, who.officer)

    async def officers_with_one(self, code: str) -> frozenset[str]:
        """Of an authority those whose second factor is in force."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await second_factors.officers_with_one(connection, authority_id)

    async def enrol(self, who: Principal) -> Enrolment:
        """A new secret, which a first code puts in force: see `confirm`. Raises SecondFactorExists."""
        await self._vault.take_new()
        authority_id = await self._authorities.id_of(who.code)
        secret = second_factors.new_secret()
        async with self._database.transaction(authority_id) as connection:
            if not await second_factors.enrol(
                connection, self._vault.ring, authority_id, who.officer, secret
            ):
                raise SecondFactorExists(officer=who.officer)
        return _shown(who, secret)

    async def pending(self, who: Principal) -> Enrolment | None:
        """The secret that is not in force yet, to be shown again; None if there is none."""
        await self._vault.take_new()
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id) as connection:
            found = await second_factors.read(connection, self._vault.ring, authority_id, who.officer)
        return None if found is None or found.in_force else _shown(who, found.secret)

    async def confirm(self, who: Principal, token: SessionToken, code: str, origin: Origin) -> Sequence[str]:
        """The first code puts it in force and ends the officer's other sessions. Returns the recovery codes, shown once.

        Raises CodeWrong, TooManyFailures, SecondFactorMissing or SecondFactorExists.
        """
        authority_id = await self._authorities.id_of(who.code)
        codes: Sequence[str] = ()
        async with self._database.transaction(authority_id) as connection:
            refused = await self._judge(connection, authority_id, who, code, origin, "enrolled")
            if refused is None:
                codes = await second_factors.new_recovery_codes(connection, authority_id, who.officer)
                await sessions.prove(connection, authority_id, token)
                await sessions.end_others(connection, authority_id, who.officer, token)
        if refused is not None:
            raise refused
        return codes

    async def prove(self, who: Principal, token: SessionToken, code: str, origin: Origin) -> None:
        """A code, or a recovery code, in the session it is to open. Raises as `confirm`."""
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id) as connection:
            refused = await self._judge(connection, authority_id, who, code, origin, "code_given")
            if refused is None:
                await sessions.prove(connection, authority_id, token)
        if refused is not None:
            raise refused

    async def _judge(
        self,
        connection: Connection,
        authority_id: int,
        who: Principal,
        code: str,
        origin: Origin,
        act: Literal["enrolled", "code_given"],
    ) -> Refusal | None:
        """Why the code is not taken; what was counted of it is to be committed all the same."""
        refused = await self._fault(connection, authority_id, who.officer, code, origin, act)
        if refused is None:
            await accounts.succeeded(connection, authority_id, who.officer)
        await log_access(
            connection, authority_id, act, actor=who.officer, origin=origin,
            result=access.DONE if refused is None else refused.code,
        )  # fmt: skip
        return refused

    async def _fault(
        self,
        connection: Connection,
        authority_id: int,
        officer: str,
        code: str,
        origin: Origin,
        act: AccessAct,
    ) -> Refusal | None:
        minutes = accounts.LOCKED_FOR.seconds // 60
        if await accounts.is_barred(connection, authority_id, origin.source):
            return TooManyFailures(attempts=accounts.SOURCE_ATTEMPTS, minutes=minutes)
        found = await second_factors.read(connection, self._vault.ring, authority_id, officer)
        if found is None or (act == "code_given" and not found.in_force):
            return SecondFactorMissing(officer=officer)
        if act == "enrolled" and found.in_force:
            return SecondFactorExists(officer=officer)
        wrong = CodeWrong(attempts=accounts.ATTEMPTS, minutes=minutes)
        if (await accounts.attempt(connection, authority_id, officer)).password_hash is None:
            return wrong  # the account is locked: not even a right code opens it
        step = second_factors.step_of(found.secret, code, found.now)
        if step is not None and step > found.last_step:
            await second_factors.take(connection, authority_id, officer, step)
            return None
        if found.in_force and await second_factors.take_recovery_code(
            connection, authority_id, officer, code
        ):
            return None
        await accounts.failed_from(connection, authority_id, origin.source)
        return wrong


async def follow(
    connection: Connection, authority_id: int, authority: Authority, entries: Sequence[Recorded]
) -> None:
    """After these entries were written: a reset removes the factor and ends the officer's sessions. authority: after them."""
    for entry in entries:
        if isinstance(entry.event, SecondFactorReset):
            reset = authority.factor_reset(entry.event.version)
            assert reset is not None  # noqa: S101 - it was judged
            await second_factors.remove(connection, authority_id, reset.officer)
            await sessions.end_all(connection, authority_id, reset.officer)


def _shown(who: Principal, secret: bytes) -> Enrolment:
    account = f"{who.officer}@{who.code}"
    return Enrolment(second_factors.as_text(secret), second_factors.address(secret, ISSUER, account))
