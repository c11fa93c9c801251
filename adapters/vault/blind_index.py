"""The blind index: which requests are of the same applicant, without anybody's name in it.

A token is a keyed digest of a name, an id number or a contact, made under a key of the authority's own. Equal ones give
equal tokens; without the vault's key a token tells nothing, and it goes when the personal data goes. A name alone makes
nobody the same applicant: it is there to be looked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from adapters.postgres.database import Connection
from adapters.postgres.queries import SQL
from adapters.vault.keyring import Keyring, VaultRow
from domain.request.parties import Applicant, Person
from domain.request.stages import Stage
from domain.values import Reference, legible
from projections.likeness import Likeness

Match = Literal["id_number", "contacts", "agent"]
"""In what two requests are the same: a number or contact of an applicant's, first or joint, or one of an agent's."""

By = Literal["name", "id_number", "contacts"]
"""By what a person is looked for, an applicant or an agent."""

LISTED = 100
"""Requests that are named; all are counted."""

_BATCH = 100
_NONE = Reference(0, 0)


class SameRequest(msgspec.Struct, frozen=True):
    """Another request of the applicant. matched: in what they are the same. outcome: of the first closing, if it is closed.

    likeness: of what is asked for, compared by the program; None where it differs, or was not compared.
    """

    reference: str
    received_on: date
    closed_on: date | None
    matched: tuple[Match, ...]
    stage: Stage
    outcome: str | None = None
    subject: str | None = None
    likeness: Annotated[
        Likeness | None, Meta(description="申请内容与本件：repeated相同，similar相近；不同或未比对的为空")
    ] = None

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
    """An applicant sent in clear, on its way into the index."""

    reference: Reference
    position: int
    sealed_id: str
    applicant: Applicant


def identities_of(applicant: Applicant) -> list[tuple[Match, str]]:
    """What identifies an applicant, those who apply with them and their agents, in the form in which it is compared."""
    of_applicants = [each for person in (applicant, *applicant.joint) for each in _identities_of(person)]
    of_agents: list[tuple[Match, str]] = [
        ("agent", text) for agent in applicant.agents for _, text in _identities_of(agent)
    ]
    return list(dict.fromkeys(of_applicants + of_agents))


def _identities_of(person: Person) -> list[tuple[Match, str]]:
    found: list[tuple[Match, str]] = []
    if person.id_number and (number := _plain(person.id_number)):
        found.append(("id_number", number))
    if person.contacts:
        found += [("contacts", each) for each in sorted(_contacts(person.contacts))]
    return found


def asked_for(text: str, by: Collection[By]) -> list[tuple[str, str]]:
    """What is looked for, in the form in which it is in the index; none where nothing of the text can be read."""
    person = Person(
        text, id_number=text if "id_number" in by else None, contacts=text if "contacts" in by else None
    )
    names = [("name", name) for name in [_name(text)] if name and "name" in by]
    identities = _identities_of(person)
    return [*names, *identities, *(("agent", one) for _, one in identities)]


def _name(text: str) -> str:
    """Width, case, blanks and the dots between the parts of a name make no difference."""
    return re.sub(r"[•・‧∙⋅●᛫⸱]", "", _plain(text))


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


def tokens(keyring: Keyring, authority_id: int, applicant: Applicant) -> list[tuple[str, bytes]]:
    """Of all that is in the index of an applicant, under the current key."""
    names = {name for person in applicant.people if (name := _name(person.name))}
    identities = [*identities_of(applicant), *(("name", name) for name in sorted(names))]
    return [(kind, keyring.token(authority_id, kind, text)) for kind, text in identities]


def everywhere(keyring: Keyring, authority_id: int, identities: Iterable[tuple[str, str]]) -> list[bytes]:
    """The tokens under each key there is: between a new key and the last row resealed both are in the index."""
    identities = list(identities)
    return [
        keyring.token(authority_id, kind, text, key_id) for key_id in keyring.ids for kind, text in identities
    ]


def rows_of(keyring: Keyring, authority_id: int, identities: Iterable[Identity]) -> list[dict[str, object]]:
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
        for each in identities
        for kind, token in tokens(keyring, authority_id, each.applicant)
    ]


async def add(connection: Connection, keyring: Keyring, authority_id: int, identity: Identity) -> None:
    if rows := rows_of(keyring, authority_id, [identity]):
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
    wanted = everywhere(keyring, authority_id, identities_of(applicant))
    rows = await connection.fetch(SQL["same_applicant"], authority_id, wanted, *reference)
    month = (received_on.year, received_on.month)
    found = [
        SameRequest(
            str(Reference(row["year"], row["number"])),
            row["received_on"],
            row["closed_on"],
            tuple(row["matched"]),
            row["stage"],
            row["outcome"],
            row["subject"],
        )
        for row in rows
    ]
    in_month = sum(
        each.of_applicant and (each.received_on.year, each.received_on.month) == month for each in found
    )
    return SameApplicant(count=len(found), in_month=1 + in_month, requests=tuple(found[:LISTED]))


async def bearing(
    connection: Connection, keyring: Keyring, authority_id: int, identities: Iterable[tuple[str, str]]
) -> list[str]:
    """References of the requests that bear one of these, the latest first. identities: see `asked_for`."""
    wanted = everywhere(keyring, authority_id, identities)
    rows = await connection.fetch(SQL["same_applicant"], authority_id, wanted, *_NONE)
    return [str(Reference(row["year"], row["number"])) for row in rows]


async def put(
    connection: Connection, keyring: Keyring, authority_id: int, identity: Identity, *, restricted: bool
) -> None:
    """Into the place of what the index has of the request. restricted: nobody finds it."""
    await connection.execute(SQL["forget_applicant"], authority_id, *identity.reference)
    await add(connection, keyring, authority_id, identity)
    await connection.execute(SQL["restrict_applicant"], authority_id, *identity.reference, restricted)


async def reseal(connection: Connection, keyring: Keyring, authority_id: int) -> int:
    """Make a batch of digests anew under the current key, from the vault. Returns how many applicants; 0: none is left."""
    rows = await connection.fetch(SQL["tokens_under_other_keys"], authority_id, keyring.current, _BATCH)
    ids = [row["sealed_id"] for row in rows]
    sealed = {row["id"]: VaultRow(*row) for row in await connection.fetch(SQL["sealed"], authority_id, ids)}
    for row in rows:
        reference = Reference(row["year"], row["number"])
        if (found := sealed.get(row["sealed_id"])) is None:
            await connection.execute(SQL["forget_applicant"], authority_id, *reference)
            continue
        applicant = msgspec.json.decode(keyring.plaintext(authority_id, found), type=Applicant)
        identity = Identity(reference, row["position"], row["sealed_id"], applicant)
        await put(connection, keyring, authority_id, identity, restricted=row["restricted"])
    return len(rows)
