"""Decoding of rows of the register and its appeals."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

import msgspec

from domain.letters.document_numbers import Use
from domain.values import Reference
from projections.register import AppealSpell, RequestRow

_FIELDS = RequestRow.__struct_fields__[1:]
_AFTER_REFERENCE, _IRREGULARITIES = itemgetter(*_FIELDS), _FIELDS.index("irregularities")


def row_of(row: Any) -> RequestRow:
    """From a row of `requests`. Not validated: only this program writes it, and tens of thousands are read."""
    fields = list(_AFTER_REFERENCE(row))
    fields[_IRREGULARITIES] = tuple(fields[_IRREGULARITIES])
    return RequestRow(str(Reference(row["year"], row["number"])), *fields)


def use_of(row: Any) -> Use:
    """A row of `document_numbers`."""
    fields = dict(row)
    fields["on"] = fields.pop("on_date")
    del fields["authority_id"]
    return Use(**fields)


def spell_of(row: Any) -> AppealSpell:
    """A row of `appeal_spells`."""
    fields = dict(row)
    del fields["authority_id"]
    reference = str(Reference(fields.pop("year"), fields.pop("number")))
    return msgspec.convert(fields | {"reference": reference}, AppealSpell)
