"""The rows that logins leave in a release's register: an account's passwords and factors, sessions, keys, subscriptions."""

from __future__ import annotations

import base64
from contextlib import suppress
from time import time
from typing import TypedDict

from adapters.accounts.access_log import AT_THE_MACHINE, Origin
from adapters.accounts.passkeys import Created, RelyingParty
from adapters.accounts.password_policy import POLICIES
from adapters.accounts.refusals import LoginFailed
from adapters.accounts.sessions import SessionToken
from adapters.mail.relay import Relay
from adapters.register.login.login import Principal
from adapters.register.register import Register
from adapters.webhooks.addresses import AllowedAddresses
from api.demo import people
from api.today import today
from domain.authority.events import DayOffSet, GrantConfirmed, ServiceGranted
from tests.adapters.recordings import line
from tests.api.login.authenticator import ORIGIN, Authenticator
from tests.api.login.test_second_factor import code_at

CODE, PERSON, SERVICE = people.AUTHORITY, people.HANDLER, "portal"
FIRST, SECOND = "Yanshi-2020-abcdef", "Yanshi-2021-abcdef"
HERE = Origin(AT_THE_MACHINE, "release")
PARTY = RelyingParty(ORIGIN)


class _By(TypedDict):
    actor: str
    origin: Origin


BY_SYSTEM = _By(actor=people.SYSTEM, origin=HERE)


async def come_in(register: Register) -> None:
    """A row of every kind that belongs to logins."""
    policy = POLICIES["mlps3"]
    await register.accounts.create(CODE, PERSON, name="李某", password=FIRST, policy=policy, **BY_SYSTEM)
    with suppress(LoginFailed):
        await register.logins.login(CODE, PERSON, SECOND, policy=policy, origin=HERE)
    entered = await register.logins.login(CODE, PERSON, FIRST, policy=policy, origin=HERE)
    who = await register.logins.of_session(entered.secret)
    assert who is not None
    entered = await register.logins.change_password(who, FIRST, SECOND, policy=policy, origin=HERE)
    who = await register.logins.of_session(entered.secret)
    assert who is not None
    await _prove(register, who, entered.secret)
    await register.keys.create(CODE, PERSON, name="某系统", acts=("read",), days=90, **BY_SYSTEM)
    await register.calendars.create(CODE, PERSON, actor=PERSON, origin=HERE)
    await _serve(register)
    await _write_to(register)


async def _prove(register: Register, who: Principal, token: SessionToken) -> None:
    """A device of one-time codes, with recovery codes, and a passkey."""
    secret = (await register.second_factors.enrol(who, token)).secret
    code = code_at(base64.b32decode(secret.replace(" ", "")), time())
    await register.second_factors.confirm(who, token, code, HERE)
    challenge = await register.passkeys.begin(who, token, PARTY)
    made = Authenticator().created(challenge)
    created = Created(made["id"], made["client_data"], made["attestation"])
    await register.passkeys.add(who, token, made["name"], created, PARTY, HERE)


async def _serve(register: Register) -> None:
    """A service account with a key, and a webhook of it."""
    granted = ServiceGranted(today(), SERVICE, "某门户", ("hand_in",))
    replies = await register.record_all(CODE, [line("service", granted)], actor=people.SECURITY)
    confirmed = GrantConfirmed(today(), replies[0].version)
    await register.record_all(CODE, [line("service-confirmed", confirmed)], actor=people.SYSTEM)
    await register.service_keys.create(CODE, SERVICE, days=90, **BY_SYSTEM)
    allowed = AllowedAddresses.parse("https://portal.example.gov.cn", "")
    await register.webhooks.add(
        CODE, SERVICE, "https://portal.example.gov.cn/hook", allowed=allowed, **BY_SYSTEM
    )


async def _write_to(register: Register) -> None:
    """An address for digests, and the digest of today, which is a working day of the office."""
    working = DayOffSet(today(), today(), working=True, document_no="〔2020〕1号")
    await register.record_all(CODE, [line("working", working)], actor=people.SYSTEM)
    relay = Relay.parse("smtps://mail.example.gov.cn", sender="taizhang@example.gov.cn", hours="00:00-24:00")
    await register.mail_addresses.set(CODE, PERSON, "li@example.gov.cn", relay, **BY_SYSTEM)
    await register.digest_mails.claim(CODE, relay)
