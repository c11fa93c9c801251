"""The blind index: which requests are of the same applicant, without anybody's name in it.

A token is a keyed digest of an id number or a contact, made under a key of the authority's own. Equal numbers give
equal tokens; without the vault's key a token tells nothing, and it goes when the personal data goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Literal, NamedTuple

import msgspec

from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL
from adapters.vault.keyring import Keyring, VaultRow
from domain.request.parties import Applicant, Person
from domain.values import Reference, legible

Match = Literal["id_number", "contacts", "agent"]
"""In what two requests are the same: a number or contact of an applicant's, first or joint, or one of an agent's."""

LISTED = 100
"""Requests that are named; all are counted."""

_BATCH = 100


class SameRequest(msgspec.Struct, frozen=True):
    """Another request of the applicant. matched: in what they are the same."""

    reference: str
    received_on: date
    closed_on: date | None
    matched: tuple[Match, ...]

    @property
    def of_applicant(self) -> bool:
        """Whether an applicant is the same, not an agent alone, who has other clients."""
        return self.matched != ("agent",)


class SameApplicant(msgspec.Struct, frozen=True):
    """Other requests that bear the same id number or contact: a hint for who handles, who compares them.

    count: of all others. in_month: this one and the others of an applicant's received in its calendar month, by which
    the tiers of 国办函〔2020〕109号 count; an agent's other clients are not among them. requests: the latest of the others, at most LISTED.
    """

    count: int
    in_month: int
    requests: tuple[SameRequest, ...]


class Identity(NamedTuple):
    """An applicant told in clear, on its way into the index."""

    reference: Reference
    position: int
    sealed_id: str
    applicant: Applicant


def told_of(applicant: Applicant) -> list[tuple[Match, str]]:
    """What identifies an applicant, those who apply with them and their agents, in the form in which it is compared."""
    of_applicants = [each for person in (applicant, *applicant.joint) for each in _told_of(person)]
    of_agents: list[tuple[Match, str]] = [
        ("agent", text) for agent in applicant.agents for _, text in _told_of(agent)
    ]
    return list(dict.fromkeys(of_applicants + of_agents))


def _told_of(person: Person) -> list[tuple[Match, str]]:
    found: list[tuple[Match, str]] = []
    if person.id_number and (number := _plain(person.id_number)):
        found.append(("id_number", number))
    if person.contacts:
        found += [("contacts", each) for each in sorted(_contacts(person.contacts))]
    return found


def _plain(text: str) -> str:
    """Full and half width, case, blanks, hyphens and what prints nothing make no difference."""
    return re.sub(r"[\s\-‐‑–—·.]", "", legible(text)).upper()


def _contacts(text: str) -> set[str]:
    """Each telephone number and mail address in the text; the text itself where there is none."""
    plain = re.sub(r"[‐‑–—]", "-", legible(text)).lower()
    mail = re.compile(r"[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}")
    found = set(mail.findall(plain))
    for number in re.findall(r"\+?[0-9(][0-9()\- ]{5,}[0-9]", mail.sub(" ", plain)):
        digits = re.sub(r"[^0-9]", "", number)
        found.add(re.sub(r"^(00)?86(?=1[0-9]{10}$)", "", digits))
    bare = _plain(text)
    return found or ({bare} if bare else set())


def tokens(
    keyring: Keyring, authority_id: int, applicant: Applicant, key_id: str | None = None
) -> list[tuple[Match, bytes]]:
    """key_id: else the current key."""
    return [(kind, keyring.token(authority_id, kind, text, key_id)) for kind, text in told_of(applicant)]


def everywhere(keyring: Keyring, authority_id: int, applicant: Applicant) -> list[bytes]:
    """The tokens under each key there is: between a new key and the last row resealed both are in the index."""
    return [token for key_id in keyring.ids for _, token in tokens(keyring, authority_id, applicant, key_id)]


def rows_of(keyring: Keyring, authority_id: int, told: Iterable[Identity]) -> list[dict[str, object]]:
    """The index's rows under the current key."""
    return [
        {
            "year": each.reference.year,
            "number": each.reference.number,
            "token": token,
            "kind": kind,
            "key_id": keyring.current,
            "sealed_id": each.sealed_id,
            "position": each.position,
        }
        for each in told
        for kind, token in tokens(keyring, authority_id, each.applicant)
    ]


async def add(connection: Connection, keyring: Keyring, authority_id: int, told: Identity) -> None:
    if rows := rows_of(keyring, authority_id, [told]):
        await connection.execute(
            SQL["add_applicant_tokens"], authority_id, msgspec.json.encode(rows).decode()
        )


async def same(
    connection: Connection,
    keyring: Keyring,
    authority_id: int,
    applicant: Applicant,
    reference: Reference,
    received_on: date,
) -> SameApplicant:
    """Other requests than this one that bear the applicant's id number or a contact of theirs."""
    wanted = everywhere(keyring, authority_id, applicant)
    rows = await connection.fetch(SQL["same_applicant"], authority_id, wanted, *reference)
    month = (received_on.year, received_on.month)
    found = [
        SameRequest(
            str(Reference(row["year"], row["number"])),
            row["received_on"],
            row["closed_on"],
            tuple(row["matched"]),
        )
        for row in rows
    ]
    in_month = sum(
        each.of_applicant and (each.received_on.year, each.received_on.month) == month for each in found
    )
    return SameApplicant(count=len(found), in_month=1 + in_month, requests=tuple(found[:LISTED]))


async def reseal(connection: Connection, keyring: Keyring, authority_id: int) -> int:
    """Make a batch of digests anew under the current key, from the vault. Returns how many applicants; 0: none is left."""
    rows = await connection.fetch(SQL["tokens_under_other_keys"], authority_id, keyring.current, _BATCH)
    ids = [row["sealed_id"] for row in rows]
    sealed = {row["id"]: VaultRow(*row) for row in await connection.fetch(SQL["sealed"], authority_id, ids)}
    for row in rows:
        await connection.execute(SQL["forget_applicant"], authority_id, row["year"], row["number"])
        if (found := sealed.get(row["sealed_id"])) is None:
            continue
        reference = Reference(row["year"], row["number"])
        applicant = msgspec.json.decode(keyring.plaintext(authority_id, found), type=Applicant)
        identity = Identity(reference, row["position"], row["sealed_id"], applicant)
        await add(connection, keyring, authority_id, identity)
        await connection.execute(SQL["restrict_applicant"], authority_id, *reference, row["restricted"])
    return len(rows)
