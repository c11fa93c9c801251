"""Officers' passkeys: registered, used, listed and removed by the officer in their session."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from adapters.accounts import accounts, passkeys, second_factors, sessions
from adapters.accounts.access_log import Origin, log_access
from adapters.accounts.passkeys import (
    MOST,
    CountWentBack,
    Created,
    Kept,
    Passkey,
    RelyingParty,
    SignatureWrong,
    Signed,
)
from adapters.accounts.refusals import (
    LastSecondFactor,
    PasskeyCopied,
    PasskeyNotAdded,
    PasskeyUnknown,
    PasskeyWrong,
    SecondFactorMissing,
    SessionUnknown,
    TooManyPasskeys,
)
from adapters.accounts.sessions import SessionToken
from adapters.postgres.database import Connection, Database
from adapters.register.authorities import Authorities
from adapters.register.login.login import Principal
from adapters.register.login.second_factors import came_into_force, check_may_change, tried
from domain.authority import second_factor


class Passkeys:
    """Passkeys as a second factor, besides or instead of one-time codes."""

    def __init__(self, database: Database, authorities: Authorities) -> None:
        self._database = database
        self._authorities = authorities

    async def listed(self, who: Principal) -> Sequence[Passkey]:
        """The officer's passkeys, the oldest first."""
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id) as connection:
            return [each.passkey for each in await passkeys.of_officer(connection, authority_id, who.officer)]

    async def begin(self, who: Principal, token: SessionToken, party: RelyingParty) -> dict[str, Any]:
        """Options for creating a passkey: see `add`. Raises ProofStale, TooManyPasskeys or SessionUnknown."""
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id) as connection:
            await check_may_change(connection, authority_id, who, token)
            held = await passkeys.of_officer(connection, authority_id, who.officer)
            if len(held) >= MOST:
                raise TooManyPasskeys(limit=MOST)
            challenge = await passkeys.challenge(connection, authority_id, token, "enrolment")
            verified = await self._verified(connection, authority_id, who)
        if challenge is None:
            raise SessionUnknown
        account = f"{who.officer}@{who.code}"
        return passkeys.creation_options(party, account, challenge, held, verified=verified)

    async def add(
        self,
        who: Principal,
        token: SessionToken,
        name: str,
        created: Created,
        party: RelyingParty,
        origin: Origin,
    ) -> Sequence[str]:
        """Add a passkey; ends the officer's other sessions. Returns recovery codes, shown only now, if it is the
        officer's first second factor.

        Raises PasskeyNotAdded, TooManyPasskeys or ProofStale.
        """
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id) as connection:
            challenge = await passkeys.take_challenge(connection, authority_id, token, "enrolment")
        if challenge is None:
            raise PasskeyNotAdded
        async with self._database.transaction(authority_id) as connection:
            had_one = await check_may_change(connection, authority_id, who, token)
            if len(await passkeys.of_officer(connection, authority_id, who.officer)) >= MOST:
                raise TooManyPasskeys(limit=MOST)
            verified = await self._verified(connection, authority_id, who)
            try:
                credential, count = passkeys.verify_new(party, created, challenge, verified=verified)
            except SignatureWrong:
                raise PasskeyNotAdded from None
            id_ = await passkeys.add(connection, authority_id, who.officer, name, credential, count)
            if id_ is None:
                raise PasskeyNotAdded
            codes = await came_into_force(connection, authority_id, who, token, had_one=had_one)
            await log_access(
                connection, authority_id, "passkey_added", actor=who.officer, origin=origin, reference=id_
            )
        return codes

    async def ask(self, who: Principal, token: SessionToken, party: RelyingParty) -> dict[str, Any]:
        """A challenge for the officer's passkeys: see `prove`. Raises SecondFactorMissing or SessionUnknown."""
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id) as connection:
            held = await passkeys.of_officer(connection, authority_id, who.officer)
            if not held:
                raise SecondFactorMissing(officer=who.officer)
            challenge = await passkeys.challenge(connection, authority_id, token, "proof")
            verified = await self._verified(connection, authority_id, who)
        if challenge is None:
            raise SessionUnknown
        return passkeys.request_options(party, challenge, held, verified=verified)

    async def prove(
        self, who: Principal, token: SessionToken, signed: Signed, party: RelyingParty, origin: Origin
    ) -> None:
        """Verify a signed challenge for this session. Raises PasskeyWrong, PasskeyCopied, TooManyFailures or
        SecondFactorMissing."""
        authority_id = await self._authorities.id_of(who.code)
        async with self._database.transaction(authority_id) as connection:
            held = await passkeys.of_officer(connection, authority_id, who.officer)
            if not held:
                raise SecondFactorMissing(officer=who.officer)
            wrong = PasskeyWrong(attempts=accounts.ATTEMPTS, minutes=accounts.LOCKED_FOR.seconds // 60)
            refused = await tried(
                connection, authority_id, who, origin, "passkey_used",
                partial(self._fits, connection, authority_id, who, token, signed, party, held), wrong,
            )  # fmt: skip
            if refused is None:
                await sessions.prove(connection, authority_id, token)
        if refused is not None:
            raise refused

    async def remove(self, who: Principal, token: SessionToken, id_: str, origin: Origin) -> None:
        """Remove a passkey, unless it is the officer's only second factor. Raises PasskeyUnknown, LastSecondFactor or
        ProofStale.
        """
        authority_id = await self._authorities.id_of(who.code)
        if not sessions.is_id(id_):
            raise PasskeyUnknown
        async with self._database.transaction(authority_id) as connection:
            await check_may_change(connection, authority_id, who, token)
            await passkeys.of_officer(
                connection, authority_id, who.officer
            )  # lock: of two concurrent removals one waits
            if not await passkeys.remove(connection, authority_id, who.officer, id_):
                raise PasskeyUnknown
            if not await second_factors.is_in_force(connection, authority_id, who.officer):
                raise LastSecondFactor
            await log_access(
                connection, authority_id, "passkey_removed", actor=who.officer, origin=origin, reference=id_
            )

    # -- inside --

    async def _fits(
        self,
        connection: Connection,
        authority_id: int,
        who: Principal,
        token: SessionToken,
        signed: Signed,
        party: RelyingParty,
        held: Sequence[Kept],
    ) -> bool:
        """Whether one of the officer's passkeys signed this session's challenge, which is then used up. Raises
        PasskeyCopied."""
        challenge = await passkeys.take_challenge(connection, authority_id, token, "proof")
        if challenge is None:
            return False
        verified = await self._verified(connection, authority_id, who)
        try:
            kept, count = passkeys.verify(party, signed, challenge, held, verified=verified)
        except CountWentBack:
            raise PasskeyCopied from None
        except SignatureWrong:
            return False
        await passkeys.used(connection, authority_id, kept, count)
        return True

    async def _verified(self, connection: Connection, authority_id: int, who: Principal) -> bool:
        """Whether today's policy requires user verification."""
        authority, day = await self._authorities.today(connection, authority_id)
        return second_factor.is_user_verified(authority, authority.roles_of(who.officer, day), day)
