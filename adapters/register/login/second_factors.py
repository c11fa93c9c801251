"""Officers' second factors: enrolled and verified by the officer in their session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from adapters.accounts import access_log as access
from adapters.accounts import accounts, passkeys, second_factors, sessions
from adapters.accounts.access_log import AccessAct, Origin, log_access
from adapters.accounts.refusals import CodeWrong, SecondFactorExists, SecondFactorMissing, TooManyFailures
from adapters.accounts.second_factors import SecondFactor
from adapters.accounts.sessions import SessionToken
from adapters.postgres.database import Connection, Database
from adapters.register.authorities import Authorities
from adapters.register.login.login import PROOF_LASTS, Principal
from adapters.vault.key_store import VaultKeys
from domain.authority.authority import Authority
from domain.authority.events import SecondFactorReset
from domain.authority.recovery_events import AdministratorsRestored, RestorationConfirmed
from domain.authority.refusals import ProofStale
from domain.entry import Recorded
from domain.law.refusals import Refusal

ISSUER = "台账"


class Enrolment(NamedTuple):
    """Data for the officer's device, shown until the first code is verified. secret: to be typed; address: for a QR
    code."""

    secret: str
    address: str


class SecondFactors:
    """One-time codes (TOTP): enrolled and confirmed by the officer, reset by two administrators."""

    def __init__(self, database: Database, authorities: Authorities, vault: VaultKeys) -> None:
        self._database = database
        self._authorities = authorities
        self._vault = vault

    async def is_in_force(self, who: Principal) -> bool:
        """Whether the officer has a second factor of any kind."""
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await second_factors.is_in_force(connection, authority_id, who.officer)

    async def has_codes(self, who: Principal) -> bool:
        """Whether the officer has TOTP."""
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await second_factors.has_codes(connection, authority_id, who.officer)

    async def recovery_codes_left(self, who: Principal) -> int | None:
        """How many of theirs were not used; None where they have no second factor."""
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await second_factors.recovery_codes_left(connection, authority_id, who.officer)

    async def renew_recovery_codes(
        self, who: Principal, token: SessionToken, origin: Origin
    ) -> Sequence[str]:
        """New ones, shown once, in place of all they had. Raises SecondFactorMissing or ProofStale."""
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id) as connection:
            if not await check_may_change(connection, authority_id, who, token):
                raise SecondFactorMissing(officer=who.officer)
            codes = await second_factors.new_recovery_codes(connection, authority_id, who.officer)
            await log_access(
                connection, authority_id, "recovery_codes_renewed", actor=who.officer, origin=origin
            )
        return codes

    async def officers_with_one(self, code: str) -> frozenset[str]:
        """The officers of an authority with a second factor in force."""
        authority_id = await self._authorities.id_of(code)
        async with self._database.transaction(authority_id, reading=True) as connection:
            return await second_factors.officers_with_one(connection, authority_id)

    async def enrol(self, who: Principal, token: SessionToken) -> Enrolment:
        """A new secret, activated by its first code: see `confirm`. Raises SecondFactorExists or ProofStale."""
        await self._vault.take_new()
        authority_id = await self._authorities.id_of(who.code)
        secret = second_factors.new_secret()
        async with self._database.transaction(authority_id) as connection:
            await check_may_change(connection, authority_id, who, token)
            if not await second_factors.enrol(
                connection, self._vault.ring, authority_id, who.officer, secret
            ):
                raise SecondFactorExists(officer=who.officer)
        return _shown(who, secret)

    async def pending(self, who: Principal, token: SessionToken) -> Enrolment | None:
        """The secret that is not activated yet, to be shown again; None if there is none. Raises ProofStale."""
        await self._vault.take_new()
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id) as connection:
            await check_may_change(connection, authority_id, who, token)
            found = await second_factors.read(connection, self._vault.ring, authority_id, who.officer)
        return None if found is None or found.in_force else _shown(who, found.secret)

    async def confirm(self, who: Principal, token: SessionToken, code: str, origin: Origin) -> Sequence[str]:
        """Activate the secret with its first code; ends the officer's other sessions. Returns the recovery codes, shown
        only now; none if the officer has some already.

        Raises CodeWrong, TooManyFailures, SecondFactorMissing, SecondFactorExists or ProofStale.
        """
        authority_id = await self._authorities.id_of(who.code)
        codes: Sequence[str] = ()
        async with self._database.transaction(authority_id) as connection:
            had_one = await check_may_change(connection, authority_id, who, token)
            found = await second_factors.read(connection, self._vault.ring, authority_id, who.officer)
            if found is None:
                raise SecondFactorMissing(officer=who.officer)
            if found.in_force:
                raise SecondFactorExists(officer=who.officer)
            refused = await tried(
                connection, authority_id, who, origin, "enrolled",
                partial(_fits, connection, authority_id, who.officer, found, code), _wrong_code(),
            )  # fmt: skip
            if refused is None:
                codes = await came_into_force(connection, authority_id, who, token, had_one=had_one)
        if refused is not None:
            raise refused
        return codes

    async def prove(self, who: Principal, token: SessionToken, code: str, origin: Origin) -> None:
        """Verify a code or a recovery code for this session. Raises CodeWrong, TooManyFailures or
        SecondFactorMissing.
        """
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id) as connection:
            if not await second_factors.is_in_force(connection, authority_id, who.officer):
                raise SecondFactorMissing(officer=who.officer)
            found = await second_factors.read(connection, self._vault.ring, authority_id, who.officer)
            refused = await tried(
                connection, authority_id, who, origin, "code_given",
                partial(_fits_or_recovers, connection, authority_id, who.officer, found, code), _wrong_code(),
            )  # fmt: skip
            if refused is None:
                await sessions.prove(connection, authority_id, token)
        if refused is not None:
            raise refused


async def _fits(
    connection: Connection, authority_id: int, officer: str, found: SecondFactor, code: str
) -> bool:
    """Whether the code is valid and unused; marks it as used."""
    step = second_factors.step_of(found.secret, code, found.now)
    if step is None or step <= found.last_step:
        return False
    await second_factors.take(connection, authority_id, officer, step)
    return True


async def _fits_or_recovers(
    connection: Connection, authority_id: int, officer: str, found: SecondFactor | None, code: str
) -> bool:
    if found is not None and found.in_force and await _fits(connection, authority_id, officer, found, code):
        return True
    return await second_factors.take_recovery_code(connection, authority_id, officer, code)


def _wrong_code() -> CodeWrong:
    return CodeWrong(attempts=accounts.ATTEMPTS, minutes=accounts.LOCKED_FOR.seconds // 60)


async def tried(
    connection: Connection,
    authority_id: int,
    who: Principal,
    origin: Origin,
    act: AccessAct,
    fits: Callable[[], Awaitable[bool]],
    wrong: Refusal,
) -> Refusal | None:
    """One attempt at a second factor: counted like a password's before it is verified, and written to the access log.
    Returns the refusal, if any; the transaction must be committed also then. fits: verifies; may raise a Refusal.
    """
    refused: Refusal | None = None
    if await accounts.is_barred(connection, authority_id, origin.source):
        minutes = accounts.LOCKED_FOR.seconds // 60
        refused = TooManyFailures(attempts=accounts.SOURCE_ATTEMPTS, minutes=minutes)
    elif (await accounts.attempt(connection, authority_id, who.officer)).password_hash is None:
        refused = wrong  # the account is locked: refuse even a right code
    else:
        try:
            refused = None if await fits() else wrong
        except Refusal as another:
            refused = another
        if refused is None:
            await accounts.succeeded(connection, authority_id, who.officer)
        else:
            await accounts.failed_from(connection, authority_id, origin.source)
    await log_access(
        connection, authority_id, act, actor=who.officer, origin=origin,
        result=access.DONE if refused is None else refused.code,
    )  # fmt: skip
    return refused


async def check_may_change(
    connection: Connection, authority_id: int, who: Principal, token: SessionToken
) -> bool:
    """Whether the officer has a second factor in force: then only a session in which it was just given adds or removes
    one, else the password alone would make its holder another; likewise where one was given at the identity provider.

    Raises ProofStale.
    """
    in_force = await second_factors.is_in_force(connection, authority_id, who.officer)
    proof = await sessions.proof_of(connection, authority_id, token, PROOF_LASTS)
    if proof == "stale" or (in_force and proof == "none"):
        raise ProofStale(act="增减登录验证方式")
    return in_force


async def came_into_force(
    connection: Connection, authority_id: int, who: Principal, token: SessionToken, *, had_one: bool
) -> Sequence[str]:
    """Mark the session as verified and end the officer's others. Returns recovery codes, if it is the first second
    factor."""
    codes = () if had_one else await second_factors.new_recovery_codes(connection, authority_id, who.officer)
    await sessions.prove(connection, authority_id, token)
    await sessions.end_others(connection, authority_id, who.officer, token)
    return codes


async def follow(
    connection: Connection, authority_id: int, authority: Authority, entries: Sequence[Recorded]
) -> None:
    """Call after writing entries: a reset deletes the officer's second factors and sessions. authority: after the
    entries."""
    for entry in entries:
        for officer in _officers_reset(authority, entry):
            await _reset(connection, authority_id, officer)


def _officers_reset(authority: Authority, entry: Recorded) -> Iterator[str]:
    match entry.event:
        case SecondFactorReset(version=version):
            reset = authority.factor_reset(version)
            assert reset is not None  # noqa: S101 - it was judged
            yield reset.officer
        case AdministratorsRestored() | RestorationConfirmed():
            for restoration in authority.restorations:
                if restoration.done_at is not None and restoration.done_at.position == entry.position:
                    yield from restoration.officers
        case _:
            pass


async def _reset(connection: Connection, authority_id: int, officer: str) -> None:
    await second_factors.remove(connection, authority_id, officer)
    await passkeys.remove_all(connection, authority_id, officer)
    await sessions.end_all(connection, authority_id, officer)


def _shown(who: Principal, secret: bytes) -> Enrolment:
    account = f"{who.officer}@{who.code}"
    return Enrolment(second_factors.as_text(secret), second_factors.address(secret, ISSUER, account))
