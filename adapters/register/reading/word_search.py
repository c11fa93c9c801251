"""Finds requests by words in sealed texts: descriptions and texts of letters, of requests received in a period.

There is no index, so the texts are decrypted and searched: up to a limit, in batches, and in a thread so that the event
loop is not blocked.
"""

from __future__ import annotations

import asyncio
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, get_origin

import msgspec

from adapters.log import mapper
from adapters.postgres.database import Database
from adapters.postgres.queries import SQL
from adapters.refusals import TooManyTexts
from adapters.register.authorities import Authorities
from adapters.vault.key_store import VaultKeys
from adapters.vault.keyring import Keyring, VaultRow
from adapters.views import OpenView
from domain.entry import Event, Recorded, type_of
from domain.law.refusals import Malformed
from domain.request import events
from domain.request.amendment import amended
from domain.request.judging import replay
from domain.request.personal_data import texts_in
from domain.values import Period, Reference, is_label, reference_in
from projections.register import RequestRow

MOST = 20_000
"""Maximum texts that one search decrypts."""
LISTED = 100
"""Maximum requests in the result."""
MOST_WORDS = 10
_AT_A_TIME, _JUDGED = 500, 25
"""Texts decrypted, and histories folded, between pauses for other tasks."""

_FIELDS = frozenset({"description", "matters", "reason", "text"})
"""Fields searched: what the applicant asked and the answers to them, but no names and no internal opinions."""
TOPICS = tuple(
    type_of(get_origin(kind) or kind)
    for kind in events.EVENTS
    if _FIELDS & set((get_origin(kind) or kind).sealed)
)
"""Types of the events that have such fields."""


def words_of(text: str) -> list[str]:
    """Raises Malformed."""
    words = text.split()
    if not words or len(words) > MOST_WORDS or not is_label(text.strip()):
        raise Malformed(field="", problem=f"请填写要查找的文字，200字以内，至多{MOST_WORDS}个词")
    return words


class WordSearchResult(NamedTuple):
    """requests: the latest first. more: there may be others. texts: number searched."""

    requests: list[RequestRow]
    more: bool
    texts: int


class WordSearch:
    """view: opens one moment of the register, as it is now."""

    def __init__(
        self, database: Database, vault: VaultKeys, authorities: Authorities, view: OpenView
    ) -> None:
        self._database = database
        self._vault = vault
        self._authorities = authorities
        self._view = view

    async def search(self, code: str, words: Sequence[str], received: Period) -> WordSearchResult:
        """Requests received in the period with a text, after amendments, that contains all the words.

        Without restricted and erased ones. Personal data: write to the access log before. Raises TooManyTexts.
        """
        await self._vault.take_new()
        authority_id = await self._authorities.id_of(code)
        wanted = [_pattern(word) for word in words]
        hits: dict[tuple[date, Reference], set[str]] = {}
        texts = 0
        async with self._database.transaction(authority_id, reading=True) as connection:
            cursor = await connection.cursor(
                SQL["entries_of_period"], authority_id, received.first, received.last, list(TOPICS)
            )
            while rows := await cursor.fetch(_AT_A_TIME):
                sealed = await asyncio.to_thread(_sealed_in, rows)
                texts += len(sealed)
                if texts > MOST:
                    raise TooManyTexts(most=MOST)
                kept = await connection.fetch(SQL["sealed"], authority_id, list(sealed))
                for id_ in await asyncio.to_thread(_matching, self._vault.ring, authority_id, kept, wanted):
                    hits.setdefault(sealed[id_], set()).add(id_)
        found, more = await self._standing(code, hits)
        return WordSearchResult(found, more, texts)

    async def _standing(
        self, code: str, hits: Mapping[tuple[date, Reference], set[str]]
    ) -> tuple[list[RequestRow], bool]:
        """The requests whose text in force has the words and may be shown, the latest first."""
        found: list[str] = []
        left = sorted(hits, reverse=True)
        async with self._view(code) as view:
            while left and len(found) <= LISTED:
                some, left = left[:_JUDGED], left[_JUDGED:]
                histories = await view.streams([reference.stream for _, reference in some])
                for each in some:
                    history = histories[each[1].stream]
                    says = hits[each] & _texts_of(amended(history) or ())
                    if says and not replay(history, view.law).restricted:
                        found.append(str(each[1]))
            rows = await view.named(found[:LISTED])
        return rows, len(found) > LISTED


def _texts_of(entries: Sequence[Recorded]) -> set[str]:
    """Ids of the sealed texts of these entries."""
    return {each.id for entry in entries for field, each in texts_in(entry.event) if field in _FIELDS}


def _sealed_in(rows: Sequence[Any]) -> dict[str, tuple[date, Reference]]:
    """The date of receipt and reference of the request of each sealed text, by its id."""
    found: dict[str, tuple[date, Reference]] = {}
    for row in rows:
        event: Event | None = events.resulting(mapper.event_of(row))
        for field, each in texts_in(event) if event is not None else ():
            if field in _FIELDS:
                found[each.id] = row["received_on"], Reference.parse(reference_in(row["stream"]))
    return found


def _matching(
    ring: Keyring, authority_id: int, kept: Sequence[Any], wanted: Sequence[re.Pattern[str]]
) -> list[str]:
    """Ids of the texts that contain all the words. Checks the ciphertext's associated data, but not the commitment."""
    found = []
    for row in kept:
        text = msgspec.json.decode(ring.plaintext(authority_id, VaultRow(*row)), type=str)
        if all(each.search(text) for each in wanted):
            found.append(row["id"])
    return found


def _pattern(word: str) -> re.Pattern[str]:
    """A pattern that ignores width and case, which is faster than normalising each text."""
    return re.compile("".join(map(_written, unicodedata.normalize("NFKC", word))))


def _written(letter: str) -> str:
    """A pattern for a character in all its forms."""
    ways = {letter, letter.lower(), letter.upper()}
    ways |= {chr(ord(each) + 0xFEE0) for each in ways if len(each) == 1 and "!" <= each <= "~"}
    return f"(?:{'|'.join(re.escape(each) for each in sorted(ways))})" if len(ways) > 1 else re.escape(letter)
