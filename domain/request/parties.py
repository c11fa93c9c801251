"""Who asks for information: one or more applicants, and agents; and where an entry of an earlier register was read."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from domain.values import Digest, Label, Value

ApplicantKind = Literal[
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_interest_organisation",
    "legal_service_institution",
    "other_organisation",
]

MOST_JOINT, MOST_AGENTS = 100, 2
"""Applicants beside the first, and agents, of one request."""


class Person(Value, frozen=True):
    """Somebody as the request names them. Art. 29 asks for name, proof of identity and contact."""

    name: Label
    id_kind: Literal["resident_id", "passport", "credit_code", "other"] | None = None
    id_number: Label | None = None
    contacts: Label | None = None
    address: Label | None = None


class Agent(Person, frozen=True, kw_only=True):
    """代理人. authorization: by what they are authorised, as a power of attorney and its day."""

    authorization: Label


class Applicant(Person, frozen=True):
    """申请人: whose kind decides the column of the tables. joint: who applies with them. agents: who acts for them all.

    One value to seal, so that none of them is read, restricted, found or erased without the others.
    """

    joint: Annotated[tuple[Person, ...], Meta(max_length=MOST_JOINT)] = ()
    agents: Annotated[tuple[Agent, ...], Meta(max_length=MOST_AGENTS)] = ()

    @property
    def people(self) -> tuple[Person, ...]:
        """The applicant, those who apply with them, the agents."""
        return (self, *self.joint, *self.agents)


class Provenance(Value, frozen=True):
    """Where an imported entry was read: in an earlier register, kept elsewhere. The envelope says who imported it.

    file_digest: SHA-256 in hex. sheet_no, row_no: from 1, as a spreadsheet counts them. original_no: of the request in
    that register. stated_timeliness: of a closing, as stated there; the program does not know better.
    """

    file_digest: Digest
    sheet_no: Annotated[int, Meta(ge=1, le=1_000)]
    row_no: Annotated[int, Meta(ge=1, le=2_000_000)]
    original_no: Label | None = None
    stated_timeliness: Literal["on_time", "late"] | None = None


UNSTATED = "原台账未载"
"""Written where an event has a text that an earlier register does not have."""
