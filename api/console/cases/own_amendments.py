"""The form to amend an entry of the authority itself: the entry's own form, with kind and reason of the amendment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from api.console import forms
from api.console.forms import Given
from api.today import today
from domain.entry import Event, type_of
from projections.event_forms import Choice, EventForm, Field, filled, form_of, typed

REASON = Field(
    "amend.reason", "更正的理由", "text", True, "写明依据，如“核对邮戳，实为3月2日签收”", True, (), 20_000
)
_WHAT = Field(
    "amend.what",
    "如何更正",
    "choice",
    True,
    choices=(Choice("replace", "改为下面所填的"), Choice("annul", "撤销这条登记")),
)


def form_to_amend(was: Event) -> EventForm:
    """The form of what is amended: sealed values need not be entered again."""
    form = form_of(type_of(was))
    fields = [
        msgspec.structs.replace(each, required=False, hint="不填即不变") if each.sealed else each
        for each in form.fields
    ]
    return msgspec.structs.replace(form, hint="", fields=(_WHAT, *fields, REASON))


def to_begin_with(was: Event) -> Given:
    """The initial values of the form: the entry as last amended, without sealed values."""
    clear = {name: value for name, value in msgspec.to_builtins(was).items() if name not in was.sealed}
    return {**filled(form_to_amend(was), clear), "amend.what": ["replace"]}


def amendment(type_: str, version: int, given: Given, replacement: dict[str, Any] | None) -> dict[str, Any]:
    """The amendment of an entry, with the typed reason. replacement: None to annul the entry."""
    event: dict[str, Any] = {
        "type": type_,
        "on": today().isoformat(),
        "version": version,
        "reason": forms.last(given, REASON.name),
    }
    return event if replacement is None else {**event, "replacement": replacement}


def own_amendment(version: int, was: Event, given: Given) -> dict[str, Any]:
    """The amendment from the form. version: of the entry, whose content is `was`."""
    if forms.last(given, _WHAT.name) == "annul":
        return amendment("own_entry_amended", version, given, None)
    sealed: Sequence[str] = was.sealed
    replacement = {**dict.fromkeys(sealed), **typed(form_of(type_of(was)), given)}
    return amendment("own_entry_amended", version, given, replacement)
