"""The values read from a release's register when it is made; every later program must read the same."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from adapters.register.register import Register
from api.demo import people
from domain.report import official_form
from domain.request.personal_data import sealed_in
from domain.values import Period, Reference, reference_in
from tests.adapters.recordings import CODE, fetched

OFFICES = (CODE, people.AUTHORITY)
DOCUMENT = "document"
YEARS = range(2018, 2026)
FORMS = ("2019", "2021")
POSITIONS = (1, 2, 50)
RECEIPTS = ((CODE, Reference(2020, 1), 1), (people.AUTHORITY, people.ARCHIVED, 6))
"""Entries with a stored receipt: authority, request and version."""


async def all_tables(register: Register) -> dict[str, Any]:
    """The tables of every year in both forms, by authority, form and year."""
    found: dict[str, Any] = {}
    for code in OFFICES:
        for form in FORMS:
            async with register.view(code) as view:
                for year in YEARS:
                    if year < view.authority.complete_since.year:
                        continue
                    tables = await view.tables(Period.year(year), official_form.load(form))
                    found[f"{code} {form} {year}"] = msgspec.to_builtins(tables)
    return found


async def all_texts(register: Register) -> dict[str, Any]:
    """Every sealed text that can be decrypted, by authority, stream, version and field; and a document by its digest."""
    found: dict[str, Any] = {}
    for code in OFFICES:
        async with register.view(code) as view:
            entries = await view.entries(0, 10_000)
        sealed = [(entry, *each) for entry in entries for each in sealed_in(entry.event)]
        opened = await register.personal_data.unsealed(code, [value for _, _, value in sealed])
        for entry, field, value in sealed:
            if value.id in opened:
                where = f"{code} {entry.originator_id} {entry.originator_version} {field}"
                found[where] = msgspec.json.decode(opened[value.id])
        for entry in entries:
            if entry.command_id == DOCUMENT:
                reference = str(reference_in(entry.originator_id))
                content = await fetched(register, entry.originator_version, reference)
                found[f"{code} {DOCUMENT}"] = hashlib.sha256(content).hexdigest()
    return found


async def all_proofs(register: Register) -> dict[str, Any]:
    """Inclusions in the newest checkpoint, and the consistency of the first with it."""
    found: dict[str, Any] = {}
    for position in POSITIONS:
        found[f"inclusion {position}"] = msgspec.to_builtins(await register.proofs.inclusion(CODE, position))
    return found


READINGS = {"tables": all_tables, "texts": all_texts, "proofs": all_proofs}
"""By the name of the file with the values that the release read."""


def as_json(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1) + b"\n"
