"""The templates of the pages, and how days, moments and codes are written in them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from api.console import handbook
from domain.authority.powers import ACT_OF, ACTS, ROLES
from domain.law import outcomes
from domain.law.irregularities import RULES
from domain.letters import facts
from domain.values import SHANGHAI
from projections import choice_labels
from projections.event_forms import EVENT_TYPES
from projections.likeness import LIKENESS_WORDS
from projections.listing import LISTED_STAGES, LISTED_TIMELINESS, STAGE_WORDS, TIMELINESS_WORDS

STATIC = {
    "console.css": "text/css",
    "console.js": "text/javascript",
    "passkey.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}


def render(template: str, **context: Any) -> str:
    """A page as text."""
    return _environment().get_template(template).render(context)


def compile_all() -> None:
    """Compile every template, which else its first page waits for: half a second for all of them."""
    for name in _environment().list_templates():
        _environment().get_template(name)


@cache
def static(name: str) -> bytes:
    """One of STATIC."""
    return resources.files("api.console").joinpath("static", name).read_bytes()


@cache
def static_address(name: str) -> str:
    """The address of a static file with its digest, so that browsers may cache it until it changes."""
    return f"/static/{name}?v={hashlib.sha256(static(name)).hexdigest()[:12]}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters |= {
        "day": _day,
        "weekday": weekday,
        "printed_day": facts.day,
        "moment": _moment,
        "cell": _cell,
        "outcome": outcomes.label,
        "choice": _choice,
    }
    environment.globals |= {
        "static": static_address,
        "help_address": handbook.address_of,
        "provision": handbook.anchor,
        "STAGES": STAGE_WORDS,
        "LISTED_STAGES": LISTED_STAGES,
        "LIKENESS_WORDS": LIKENESS_WORDS,
        "TIMELINESS": TIMELINESS_WORDS,
        "LISTED_TIMELINESS": LISTED_TIMELINESS,
        "RULES": RULES,
        "ROLES": ROLES,
        "ACTS": ACTS,
        "act_of": ACT_OF,
        "titles": {type_: kind.title for type_, kind in EVENT_TYPES.items()},
        "acts_for": lambda me, type_: me.may(ACT_OF[type_]),
    }
    return environment


def weekday(day: date) -> str:
    return f"周{'一二三四五六日'[day.weekday()]}"


def _day(day: date | str | None, empty: str = "—") -> Markup:
    """A day with its weekday beside it."""
    if not day:
        return escape(empty)
    if isinstance(day, str):
        day = date.fromisoformat(day)
    # Marked as safe, since it has no outside data: escaping the hundreds on a page would take most of its time.
    return Markup(f'<time datetime="{day}">{day}<span class="weekday"> {weekday(day)}</span></time>')  # noqa: S704


def _cell(value: object) -> object:
    """A cell of a table with mixed values: a date with its weekday, an empty text for None."""
    return _day(value) if isinstance(value, date) else "" if value is None else value


def _moment(at: datetime | None, empty: str = "—") -> Markup:
    """A moment to the minute, in Shanghai time."""
    if at is None:
        return escape(empty)
    local = at.astimezone(SHANGHAI)
    return Markup('<time datetime="{}">{}</time>').format(local.isoformat(), local.strftime("%Y-%m-%d %H:%M"))


def _choice(value: str | None, field: str) -> str:
    """The words of a choice; the value itself if it is in no vocabulary."""
    words: Mapping[str, str] = choice_labels.CHOICES.get(field, {})
    return words.get(value or "", value or "")
