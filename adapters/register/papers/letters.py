"""Letters of cases: composed from recorded and sealed data; once filed with the case they never change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec

from adapters.postgres.queries import SQL
from adapters.refusals import TooManyLetters
from adapters.register.papers.documents import Documents
from adapters.register.recording import document_numbers
from adapters.register.recording.decoding import of_document
from adapters.register.recording.document_numbers import SeriesListed
from adapters.register.recording.draft_approval import decoded, of_draft, sealed_of
from adapters.register.recording.recording import Reply
from adapters.render import letter_pdf
from adapters.vault.documents import Filed
from adapters.views import OpenView, View
from domain.authority.authority import Authority
from domain.authority.powers import WHOLE, Permissions
from domain.entry import Recorded
from domain.law.refusals import Refusal
from domain.letters import letter, posting
from domain.letters.facts import Earlier, Matter
from domain.letters.letter import Letter, Missing
from domain.letters.refusals import FiledOtherwise, LetterDetailsMissing, OtherLetter
from domain.request.amendment import amended
from domain.request.file_events import DocumentFiled
from domain.request.judging import replay
from domain.request.refusals import RequestAnnulled
from domain.request.state import DisclosureRequest, check_shown
from domain.values import Reference, Sealed, reference_in

MOST = 500
"""Maximum letters in one file."""

_FILED_AS = {
    "answer": "answer", "correction": "answer", "consultation": "consultation", "disclosure_notice": "consultation",
    "proof_of_service": "service", "envelope": "service",
}  # fmt: skip

Unseal = Callable[[str, Sequence[Sealed]], Awaitable[dict[str, bytes]]]


class Offered(msgspec.Struct, frozen=True):
    """A letter that can be made. version: of the entry it is of; filed: of the entry that filed it, if it was."""

    kind: str
    name: str
    version: int
    on: date
    filed: int | None = None


class Refused(NamedTuple):
    """A letter of the day that cannot be made, and why."""

    reference: str
    kind: str
    reason: str


class Day(NamedTuple):
    """The letters that are sent on a day."""

    letters: list[Letter]
    refused: list[Refused]


def offered(authority: Authority, history: Sequence[Recorded], request: DisclosureRequest) -> list[Offered]:
    """The letters that can be made of a case, in the prescribed order."""
    entries = amended(history) or []
    found = []
    for entry in entries:
        details = authority.letter_details_on(entry.event.on)
        if details is None or request.received is None or isinstance(entry.event, letter.DRAFTS):
            continue
        matter = Matter(authority, request, entries, entry, {}, entry.event.on, details)
        for kind in letter.kinds_of(matter):
            name = letter.wording_of(kind).name
            filed = _filed(entries, kind, entry.originator_version)
            version = filed[-1].originator_version if filed else None
            found.append(Offered(kind, name, entry.originator_version, entry.event.on, version))
    return found


class Letters:
    """view: one moment of the register, as it is now. unseal: personal data, see `PersonalData.unsealed`."""

    def __init__(self, view: OpenView, unseal: Unseal, documents: Documents) -> None:
        self._view = view
        self._unseal = unseal
        self._documents = documents

    async def offered(self, code: str, reference: Reference) -> list[Offered]:
        """The letters that can be made of a case, in the prescribed order; decrypts nothing. Raises RequestUnknown."""
        async with self._view(code) as view:
            history = await view.history(reference)
            return offered(view.authority, history, replay(history, view.law))

    async def compose(
        self,
        code: str,
        reference: Reference,
        kind: str,
        version: int | None = None,
        *,
        corrected: bool = False,
    ) -> Letter:
        """The letter of an entry, of the last that leads to it if none is named; what it lacks is in `missing`. A
        draft, unless it is filed.

        corrected: as a new paper that names the one filed before. Personal data: log the reading.
        Raises RequestUnknown, PersonalDataIsRestricted, LetterDetailsMissing and what `letter.compose` does.
        """
        letter.wording_of(kind)
        async with self._view(code) as view:
            history = await view.history(reference)
            entries = entries_of(history, view)
            entry = letter.entry_of(kind, entries, str(reference), version)
            matter = matter_of(view, history, entry, await _earlier(view, entry))
        opened = await self._unseal(code, sealed_of(matter.history))
        matter = msgspec.structs.replace(matter, opened=decoded(opened))
        return self._composed(
            kind, matter, _filed(entries, kind, entry.originator_version), corrected=corrected
        )

    @staticmethod
    def _composed(kind: str, matter: Matter, filed: Sequence[Recorded], *, corrected: bool = False) -> Letter:
        """filed: entries that filed it before. A new one names the last of these; one that is filed, the one before
        it."""
        replaced: Any = None
        if filed and (corrected or len(filed) > 1):
            replaced = filed[-1 if corrected else -2].event
        composed = letter.compose(kind, matter, replaced)
        return msgspec.structs.replace(composed, draft=not filed or corrected)

    async def numbers(
        self, code: str, year: int, series: str | None = None, after: int = 0
    ) -> list[SeriesListed]:
        """The document numbers of the year, of each series or of one: see `document_numbers.listed`. Raises
        UnknownCode."""
        async with self._view(code) as view:
            named = (
                [series] if series else dict.fromkeys(each.series for each in view.authority.number_series)
            )
            return [await document_numbers.listed(view, each, year, after) for each in named]

    async def of_draft(self, code: str, reference: Reference, draft: str) -> Letter | None:
        """A pending answer or extension as it will print, for who reviews or approves it; None where the office has not
        set what its letters say. Personal data: log the reading.
        """
        async with self._view(code) as view:
            history = await view.history(reference)
            entries_of(history, view)
            request, authority = replay(history, view.law), view.authority
        opened = decoded(await self._unseal(code, sealed_of(history)))
        return of_draft(authority, request, history, draft, opened)

    async def of_day(
        self, code: str, on: date, on_progress: Callable[[int, int], object] = lambda _, __: None
    ) -> Day:
        """The letters of a day that are sent, by reference, and the list of what was posted.

        on_progress: called with the entries done and their total. Personal data: write to the access log.
        Raises TooManyLetters, LetterDetailsMissing.
        """
        matters: list[Matter] = []
        async with self._view(code) as view:
            for history in await _happened(view, on):
                if replay(history, view.law).restricted:
                    continue
                for entry in amended(history) or ():
                    if entry.event.on == on and not isinstance(entry.event, letter.DRAFTS):
                        matters += [matter_of(view, history, entry, await _earlier(view, entry))]
        sealed = {each.id: each for matter in matters for each in sealed_of(matter.history)}
        opened = decoded(await self._unseal(code, list(sealed.values())))
        matters = [msgspec.structs.replace(each, opened=opened) for each in matters]
        papers: list[Letter] = []
        refused: list[Refused] = []
        for number, matter in enumerate(matters, 1):
            for kind in letter.kinds_of(matter):
                if letter.goes_out(kind, on):
                    try:
                        papers += [await self._of_day(code, kind, matter)]
                    except Refusal as refusal:
                        refused += [Refused(matter.request.reference, kind, str(refusal))]
            if len(papers) > MOST:
                raise TooManyLetters(on=on, most=MOST)
            on_progress(number, len(matters))
        posted = posting.posting_list(matters, on)
        return Day([*papers, *([posted] if posted else [])], refused)

    async def _of_day(self, code: str, kind: str, matter: Matter) -> Letter:
        """The letter of a matter; if filed, exactly the filed one. Raises FiledOtherwise if it cannot be reproduced."""
        filed = _filed(matter.history, kind, matter.entry.originator_version)
        composed = self._composed(kind, matter, filed)
        if filed:
            version, reference = filed[-1].originator_version, Reference.parse(matter.request.reference)
            if await self._documents.whole(code, reference, version) != letter_pdf.render(composed):
                raise FiledOtherwise(reference=reference, letter=composed.name, filed=version)
        return composed

    async def of_requests(self, code: str, references: Sequence[Reference], kind: str) -> Day:
        """The letter of this kind of each request, as `compose` makes it. Personal data: log the reading.

        Raises LetterKindUnknown, TooManyLetters.
        """
        letter.wording_of(kind)
        if len(references) > MOST:
            raise TooManyLetters(on="所列", most=MOST)
        found = Day([], [])
        for each in dict.fromkeys(references):
            try:
                found.letters.append(await self.compose(code, each, kind))
            except Refusal as refusal:
                found.refused.append(Refused(str(each), kind, str(refusal)))
        return found

    async def file(
        self,
        code: str,
        reference: Reference,
        kind: str,
        version: int | None,
        *,
        on: date,
        actor: str,
        permissions: Permissions = WHOLE,
        corrected: bool = False,
    ) -> Reply | Filed:
        """Make the letter and file it with the case: sealed, with its digest in the log. After that it does not change.

        on: the day of filing. corrected: file a corrected letter that refers to the previous one. Raises
        LetterIncomplete, and what `compose` and recording raise.
        """
        async with self._view(code) as view:
            entries = entries_of(await view.history(reference), view)
            entry = letter.entry_of(kind, entries, str(reference), version)
        if isinstance(entry.event, letter.DRAFTS):
            raise OtherLetter(reference=reference, asked=version, letter=letter.wording_of(kind).name)
        filed = _filed(entries, kind, entry.originator_version)
        if filed and not corrected:
            event: Any = filed[-1].event
            return Filed.of(filed[-1].originator_version, event)
        composed = await self.compose(code, reference, kind, entry.originator_version, corrected=corrected)
        composed.check()
        composed = msgspec.structs.replace(composed, draft=False)
        name = _name(composed.name, entry.originator_version, len(filed))
        with await self._documents.upload(code, reference) as upload:
            upload.feed(letter_pdf.render(composed))
            upload.finish()
            one = of_document(
                f"letter {reference} {kind} {entry.originator_version} {len(filed)}",
                str(reference),
                None,
                on=on,
                document=name,
                kind=_FILED_AS.get(kind, "other"),
                media_type=upload.media_type,
                size_bytes=upload.size,
                content=upload.digest,
            )
            return await self._documents.file(code, one, upload, actor=actor, permissions=permissions)

    async def pdf(
        self, code: str, reference: Reference, kind: str, version: int | None
    ) -> tuple[bytes, tuple[Missing, ...]]:
        """The filed letter, or a draft and what it lacks."""
        async with self._view(code) as view:
            entries = entries_of(await view.history(reference), view)
            entry = letter.entry_of(kind, entries, str(reference), version)
        if filed := _filed(entries, kind, entry.originator_version):
            return await self._documents.whole(code, reference, filed[-1].originator_version), ()
        composed = await self.compose(code, reference, kind, entry.originator_version)
        return letter_pdf.render(composed), composed.missing


async def _happened(view: View, on: date) -> list[list[Recorded]]:
    """Histories of the requests with an entry about the day, by reference."""
    rows = await view.fetch(SQL["streams_of_day"], str(on), view.position)
    return list((await view.streams([row["stream"] for row in rows])).values())


def entries_of(history: Sequence[Recorded], view: View) -> list[Recorded]:
    """The history after amendments. Raises RequestAnnulled, PersonalDataIsRestricted."""
    check_shown(replay(history, view.law))
    entries = amended(history)
    if entries is None:
        raise RequestAnnulled(reference=reference_in(history[0].originator_id), event="文书")
    return entries


def matter_of(view: View, history: Sequence[Recorded], entry: Recorded, earlier: Earlier | None) -> Matter:
    """The facts of the letter, not decrypted yet. Raises LetterDetailsMissing."""
    on = entry.event.on
    details = view.authority.letter_details_on(on)
    if details is None:
        raise LetterDetailsMissing(on=on)
    request = replay(history, view.law, until=on)
    return Matter(view.authority, request, amended(history) or [], entry, {}, on, details, earlier)


async def _earlier(view: View, entry: Recorded) -> Earlier | None:
    named = getattr(entry.event, "earlier_reference", None)
    if named is None:
        return None
    answers = (await view.request(Reference.parse(named))).answers
    return Earlier(answers[-1].on, answers[-1].document_no) if answers else None


def _name(name: str, version: int, before: int) -> str:
    return f"{name}（第{version}条登记）" + (f"更正{before}" if before else "")


def _filed(entries: Sequence[Recorded], kind: str, version: int) -> list[Recorded]:
    """Entries that filed this letter, in order; the last one is in force."""
    first = _name(letter.wording_of(kind).name, version, 0)
    return [
        each
        for each in entries
        if isinstance(each.event, DocumentFiled)
        and each.event.document.startswith(first)
        and (each.command_id or "").startswith("letter ")
    ]
