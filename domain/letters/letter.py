"""A letter, composed: what it says, as data, and what the law asks of it and it lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from domain.authority.events import LetterWordingSet
from domain.entry import Event, Recorded, type_of
from domain.law.terms import in_force
from domain.letters import facts, remedies, wording
from domain.letters.facts import Matter, Part
from domain.letters.refusals import (
    LetterIncomplete,
    LetterKindUnknown,
    NoSuchLetter,
    NothingReworded,
    OtherLetter,
    ParagraphUnknown,
    WordingRefused,
)
from domain.letters.wording import KINDS, Element, Paragraph, Row, Version, Wording, WordingFault, filled
from domain.request.events import AnswerDrafted, ExtensionDrafted
from domain.request.file_events import DocumentFiled
from domain.values import Sealed

KINDS_UNNUMBERED = ("consultation_notice",)
"""Letters beside the one that bears the document number of their entry."""

DRAFTS = (AnswerDrafted, ExtensionDrafted)
"""What leads to a letter only once it is approved and sent."""


class PrintedParagraph(msgspec.Struct, frozen=True):
    """A paragraph as it prints. elements: what of the law it says."""

    name: str
    text: str
    elements: tuple[Element, ...] = ()


class FormRow(msgspec.Struct, frozen=True):
    """label: printed. text: filled in; lines: of space, at least."""

    label: str
    text: str
    lines: int = 1


class Form(msgspec.Struct, frozen=True):
    """A table to be filled in or read. title: above it."""

    title: str
    rows: tuple[FormRow, ...]


class Table(msgspec.Struct, frozen=True):
    """A list with a heading over each column. widths: shares of the page."""

    headings: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]


class Missing(msgspec.Struct, frozen=True):
    """What the law asks a letter to say and this one does not. article: that asks for it."""

    element: Element
    words: str
    article: str

    def __str__(self) -> str:
        return f"{self.words}（{self.article}）"


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """One paper of a case. on: its date. head: in red above it, if the office has one. number: of the document.

    form, table: of a paper that is nothing else; slip: on a page of its own. version: of the entry that it is of. draft: it
    is not filed, and says so on every page.
    """

    kind: str
    name: str
    reference: str
    version: int
    on: date
    authority: str
    title: str
    number: str
    head: str | None = None
    addressee: str | None = None
    paragraphs: tuple[PrintedParagraph, ...] = ()
    form: Form | None = None
    slip: Form | None = None
    table: Table | None = None
    missing: tuple[Missing, ...] = ()
    draft: bool = False

    @property
    def warning(self) -> str | None:
        """What a draft says above all else: that it is one, and what the law asks for and it lacks."""
        if not self.draft:
            return None
        lacking = f"；尚缺：{'；'.join(map(str, self.missing))}" if self.missing else ""
        return f"草稿，未入卷，不得送达{lacking}"

    def check(self) -> None:
        """Raises LetterIncomplete if the law asks for what it does not say."""
        if self.missing:
            article = "、".join(dict.fromkeys(each.article for each in self.missing))
            refusal = LetterIncomplete(letter=self.name, found="；".join(each.words for each in self.missing))
            refusal.article = article
            raise refusal


def wording_of(kind: str) -> Wording:
    """Raises LetterKindUnknown."""
    try:
        return wording.load(kind)
    except KeyError:
        allowed = "、".join(KINDS)
        raise LetterKindUnknown(kind=kind[:100], allowed=allowed) from None


def entry_of(kind: str, history: Sequence[Recorded], reference: str, version: int | None) -> Recorded:
    """The entry from which the letter is made, the last such if none is named; a draft only if it is named.

    history: as amended, in the order of law. Raises LetterKindUnknown, NoSuchLetter, OtherLetter.
    """
    words = wording_of(kind)
    found = [each for each in history if type_of(each.event) in words.events]
    if version is None:
        sent = [each for each in found if not isinstance(each.event, DRAFTS)]
        if not sent:
            events = "、".join(words.events)
            raise NoSuchLetter(reference=reference, letter=words.name, events=events)
        return sent[-1]
    for each in found:
        if each.originator_version == version:
            return each
    raise OtherLetter(reference=reference, asked=version, letter=words.name)


def kinds_of(matter: Matter) -> list[str]:
    """The letters that the entry leads to; nothing sealed is opened."""
    held, type_ = facts.recorded_conditions(matter), type_of(matter.event)
    loaded = {kind: wording.load(kind) for kind in KINDS}
    return [
        kind
        for kind, words in loaded.items()
        if type_ in words.events and wording.Fitting(when=words.when).fits(held, None)
    ]


def goes_out(kind: str, on: date) -> bool:
    """Whether it is a letter to somebody, not a form of the office's own."""
    return wording.load(kind).on(on).to != "nobody"


def compose(kind: str, matter: Matter, replaces: DocumentFiled[Sealed] | None = None) -> Letter:
    """The letter of this kind. replaces: the paper filed before, of which this is the corrected one.

    Raises OtherLetter where the entry leads to another, AddresseeMissing, LetterValuesErased.
    """
    words, event = wording_of(kind), matter.event
    reference, version_no = matter.request.reference, matter.entry.originator_version
    held = facts.conditions(matter)
    if type_of(event) not in words.events or not wording.Fitting(when=words.when).fits(held, None):
        raise OtherLetter(reference=reference, asked=version_no, letter=words.name)
    version = words.on(matter.on)
    number = _number(kind, event, reference)
    sent = wording.load(_paper_of(matter, kind)).on(matter.on).title
    values = facts.values(matter, sent, number)
    outcome, parts = getattr(event, "outcome", None), facts.parts(matter)
    printed = [_replaced(replaces, version.title, number)] if replaces else []
    printed += list(_printed(kind, version, matter, held, values, parts))
    if version.remedies is not None:
        printed += _remedies(version.remedies, matter, outcome, parts)
    if version.to != "nobody":
        printed.append(PrintedParagraph("closing", "特此告知。"))
    return Letter(
        kind=kind,
        name=words.name,
        reference=reference,
        version=version_no,
        on=matter.on,
        authority=matter.authority.name_on(matter.on),
        title=version.title,
        number=number,
        head=matter.details.red_head if version.to != "nobody" else None,
        addressee=_addressee(version, matter, values),
        paragraphs=tuple(printed),
        form=Form(version.title, _rows(version.rows, held, values)) if version.rows else None,
        slip=Form(version.slip.title, _rows(version.slip.rows, held, values)) if version.slip else None,
        missing=tuple(_missing(version, matter, held, outcome, parts, printed)),
    )


def _number(kind: str, event: Event, reference: str) -> str:
    """The paper's own, else the register's; of a draft it may not be given out yet. A form has that of what it goes with."""
    unnumbered = "（文号待编）" if isinstance(event, DRAFTS) else f"登记号：{reference}"
    bears = kind not in KINDS_UNNUMBERED
    return (getattr(event, "document_no", None) if bears else None) or unnumbered


def _replaced(before: DocumentFiled[Sealed], title: str, number: str) -> PrintedParagraph:
    filed = f"{facts.day(before.on)}入卷，“{before.document}”"
    return PrintedParagraph("replaces", f"本文书更正并替代本机关此前作出的{title}（{number}；{filed}）。")


def _paper_of(matter: Matter, kind: str) -> str:
    """The letter that goes with a proof of service or an envelope: the first that the entry leads to."""
    return next((each for each in kinds_of(matter) if goes_out(each, matter.on)), kind)


def _addressee(version: Version, matter: Matter, values: Mapping[str, str]) -> str | None:
    match version.to:
        case "applicant":
            return values["applicant"]
        case "consultee":
            return facts.addressed_to(matter)
        case _:
            return None


def _printed(
    kind: str,
    version: Version,
    matter: Matter,
    held: Collection[str],
    values: dict[str, str],
    parts: Sequence[Part],
) -> Iterator[PrintedParagraph]:
    """Paragraphs in order; of each group the first that fits."""
    outcome = getattr(matter.event, "outcome", None)
    groups = dict.fromkeys(each.group for each in version.paragraphs)
    for group in groups:
        among = [each for each in version.paragraphs if each.group == group]
        if among[0].each == "part":
            for part in parts:
                own, of_part = {**values, **part.values}, _of_part(held, part)
                yield from _first(kind, version, matter, among, of_part, part.outcome, own)
        elif group == "text" and parts:
            yield from _rest(among, values, len(parts))
        else:
            yield from _first(kind, version, matter, among, held, outcome, values)


def _of_part(held: Collection[str], part: Part) -> frozenset[str]:
    return frozenset({*held, "part_text"} if "part_text" in part.values else held)


def _first(
    kind: str,
    version: Version,
    matter: Matter,
    among: Sequence[Paragraph],
    held: Collection[str],
    outcome: str | None,
    values: dict[str, str],
) -> Iterator[PrintedParagraph]:
    for each in among:
        if each.fits(held, outcome):
            text = filled(
                own_wording(matter.authority.letter_wordings, kind, version, each, matter.on), values
            )
            for line in facts.lines(text):
                yield PrintedParagraph(each.name, line, each.elements)
            return


def _rest(among: Sequence[Paragraph], values: Mapping[str, str], parts: int) -> Iterator[PrintedParagraph]:
    """What the text says after the paragraphs of the parts."""
    for line in facts.lines(values.get("text", ""))[parts:]:
        yield PrintedParagraph(among[0].name, line)


def _remedies(
    title: str, matter: Matter, outcome: str | None, parts: Sequence[Part]
) -> list[PrintedParagraph]:
    codes, details = [part.outcome for part in parts], matter.details
    texts = remedies.remedies(
        matter.on, outcome, codes, title, facts.phrase(details.review_authority), facts.phrase(details.court)
    )
    return [PrintedParagraph("remedy", each, ("remedy",)) for each in texts]


def _rows(rows: Sequence[Row], held: Collection[str], values: dict[str, str]) -> tuple[FormRow, ...]:
    return tuple(
        FormRow(each.label, filled(each.text, values), each.lines) for each in rows if each.fits(held, None)
    )


def _missing(
    version: Version,
    matter: Matter,
    held: Collection[str],
    outcome: str | None,
    parts: Sequence[Part],
    printed: Sequence[PrintedParagraph],
) -> Iterator[Missing]:
    elements = {element for each in printed for element in each.elements}
    for each in version.required:
        if each.each == "part":
            for part in parts:
                if each.fits(held, part.outcome) and "part_text" not in part.values:
                    words = f"第{part.values['part_no']}部分：{each.words}"
                    yield Missing(each.element, words, each.article)
        elif each.fits(held, outcome) and each.element not in elements:
            yield Missing(each.element, each.words, each.article)
    if outcome is not None and outcome.partition(".")[0] == "refused":
        basis: Any = getattr(matter.event, "legal_basis", "")
        if "条" not in basis:
            yield Missing("article", "所依据的条款", "第三十六条第三项")


# -- an office's own wording --


def own_wording(
    entered: Sequence[LetterWordingSet], kind: str, version: Version, paragraph: Paragraph, on: date
) -> str:
    """The office's own text of the paragraph that day, else the program's. One from before the version holds no longer."""
    mine = (
        each
        for each in entered
        if (each.letter, each.paragraph) == (kind, paragraph.name)
        and version.in_force_from <= each.in_force_from
    )
    latest = in_force(mine, on)
    return (latest.wording if latest else None) or paragraph.text


def check_wording(event: LetterWordingSet, entered: Sequence[LetterWordingSet] | None = None) -> None:
    """Checked when it is recorded. entered: before; None of a correction. Raises LetterKindUnknown, ParagraphUnknown,
    WordingRefused, NothingReworded.
    """
    words = wording_of(event.letter)
    version = words.on(event.in_force_from)
    paragraph = version.paragraph(event.paragraph)
    named = wording.PARAGRAPHS.get(event.paragraph, event.paragraph)
    if paragraph is None or event.in_force_from < version.in_force_from:
        allowed = "、".join(f"{wording.PARAGRAPHS[each.name]}（{each.name}）" for each in version.paragraphs)
        raise ParagraphUnknown(letter=words.name, paragraph=named, allowed=allowed)
    if event.wording is None:
        mine = [
            each for each in entered or () if (each.letter, each.paragraph) == (event.letter, event.paragraph)
        ]
        if entered is not None and (not mine or mine[-1].wording is None):
            raise NothingReworded(letter=words.name, paragraph=named, field="wording")
        return
    try:
        wording.check_text(words, version, paragraph, event.wording)
    except WordingFault as wrong:
        raise WordingRefused(letter=words.name, paragraph=named, problem=str(wrong)) from None
