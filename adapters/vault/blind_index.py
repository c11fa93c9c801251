"""The blind index: finds requests of the same applicant without storing names.

A token is a keyed digest of a name, an id number or a contact, with a key of the authority's own. Equal values give
equal tokens; without the vault's key a token reveals nothing, and it is deleted with the personal data. An equal name
alone does not make the same applicant; names are indexed for searching.
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
"""What two requests share: an id number or contact of an applicant (first or joint), or one of an agent."""

By = Literal["name", "id_number", "contacts"]
"""What a person, applicant or agent, is searched by."""

LISTED = 100
"""Requests that are listed; all are counted."""

_BATCH = 100
_NONE = Reference(0, 0)


class SameRequest(msgspec.Struct, frozen=True):
    """Another request of the applicant. matched: what they share. outcome: of the first closing, if closed.

    likeness: of the content requested, compared by the program; None if it differs or was not compared.
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
        """Whether an applicant is the same, not only an agent, who may have other clients."""
        return self.matched != ("agent",)


class SameApplicant(msgspec.Struct, frozen=True):
    """Other requests with the same id number or contact: a hint for the handler, who must compare them.

    count: of all others. in_month: this one and the applicant's others received in the same calendar month, by which the
    fee tiers of 国办函〔2020〕109号 count, without an agent's other clients. requests: the latest others, at most LISTED.
    """

    count: int
    in_month: int
    requests: tuple[SameRequest, ...]


class Identity(NamedTuple):
    """The normalised values of an applicant, to be indexed."""

    reference: Reference
    position: int
    sealed_id: str
    applicant: Applicant


def identities_of(applicant: Applicant) -> list[tuple[Match, str]]:
    """The values that identify an applicant, joint applicants and agents, normalised for comparison."""
    of_applicants = [each for person in (applicant, *applicant.joint) for each in _identities_of(person)]
    of_agents: list[tuple[Match, str]] = [
        ("agent", text) for agent in applicant.agents for _, text in _identities_of(agent)
    ]
    return list(dict.fromkeys(of_applicants + of_agents))


def _identities_of(person: Person) -> list[tuple[Match, str]]:
    found: list[tuple[Match, str]] = []
    if person.id_number and (number := _CHECK_LETTER.sub("X", _plain(person.id_number))):
        found.append(("id_number", number))
    if person.contacts:
        found += [("contacts", each) for each in sorted(_contacts(person.contacts))]
    return found


_CHECK_LETTER = re.compile(r"(?<=^[0-9]{17})[×ХΧ]$")
"""What is typed for the last letter of an id number: the sign of multiplication, or the letter of another alphabet."""


def asked_for(text: str, by: Collection[By]) -> list[tuple[str, str]]:
    """The search term normalised as in the index; empty if the text has no usable value."""
    person = Person(
        text, id_number=text if "id_number" in by else None, contacts=text if "contacts" in by else None
    )
    names = [("name", name) for name in [_name(text)] if name and "name" in by]
    identities = _identities_of(person)
    return [*names, *identities, *(("agent", one) for _, one in identities)]


def _name(text: str) -> str:
    """Ignores width, case, blanks, and the dots between the parts of a name."""
    return re.sub(r"[•・‧∙⋅●᛫⸱◦ꞏᆞ᠂。]", "", _plain(text))


def _plain(text: str) -> str:
    """Ignores width, case, blanks, hyphens and invisible characters."""
    return re.sub(r"[\s\-‐‑–—·.]", "", legible(text)).upper()


def _contacts(text: str) -> set[str]:
    """The telephone numbers and mail addresses in the text; if there are none, the text itself."""
    plain = re.sub(r"[‐‑–—]", "-", legible(text)).lower()
    mail = re.compile(r"[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}")
    found = set(mail.findall(plain))
    for written in re.findall(r"\+?[0-9(][0-9()\- ]{5,}[0-9]", mail.sub(" ", plain)):
        several = [each for each in written.split() if sum(map(str.isdigit, each)) >= _SHORTEST_NUMBER]
        for number in several if len(several) > 1 else [written]:
            found |= _telephone(number)
    bare = _plain(text)
    return found or ({bare} if bare else set())


_SHORTEST_NUMBER = 7
_OF_CHINA = re.compile(r"^(?:\+|00)86|^86(?=1[0-9]{10}$)")
_EXTENSION = re.compile(r"(\(?0[0-9]{2,3}\)?[- ]?[0-9]{7,8})[- ][0-9]{1,6}")


def _telephone(number: str) -> set[str]:
    """Without the country's code; with an extension also the number before it."""
    tight = re.sub(r"[- ]", "", _OF_CHINA.sub("", re.sub(r"^(\+|00)? *86[- ]", r"\g<1>86", number).strip()))
    digits = re.sub(r"[^0-9]", "", tight)
    abroad = number.startswith(("+86", "0086")) and not re.fullmatch(r"0[0-9]+|1[0-9]{10}", digits)
    found = {f"0{digits}" if abroad else digits}
    if with_extension := _EXTENSION.fullmatch(number):
        found.add(re.sub(r"[^0-9]", "", with_extension[1]))
    return found


def tokens(keyring: Keyring, authority_id: int, applicant: Applicant) -> list[tuple[str, bytes]]:
    """The applicant's tokens under the current key."""
    names = {name for person in applicant.people if (name := _name(person.name))}
    identities = [*identities_of(applicant), *(("name", name) for name in sorted(names))]
    return [(kind, keyring.token(authority_id, kind, text)) for kind, text in identities]


def everywhere(keyring: Keyring, authority_id: int, identities: Iterable[tuple[str, str]]) -> list[bytes]:
    """The tokens under every key: during a rotation the index has tokens of both keys."""
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
    """The other requests with the applicant's id number or one of their contacts."""
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
    """References of the requests with one of these identities, the latest first. identities: see `asked_for`."""
    wanted = everywhere(keyring, authority_id, identities)
    rows = await connection.fetch(SQL["same_applicant"], authority_id, wanted, *_NONE)
    return [str(Reference(row["year"], row["number"])) for row in rows]


async def put(
    connection: Connection, keyring: Keyring, authority_id: int, identity: Identity, *, restricted: bool
) -> None:
    """Replace the request's tokens. restricted: it is not to be found by searches."""
    await connection.execute(SQL["forget_applicant"], authority_id, *identity.reference)
    await add(connection, keyring, authority_id, identity)
    await connection.execute(SQL["restrict_applicant"], authority_id, *identity.reference, restricted)


async def reseal(connection: Connection, keyring: Keyring, authority_id: int) -> int:
    """Recompute a batch of tokens under the current key, from the vault. Returns the number of applicants; 0: none
    left."""
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
