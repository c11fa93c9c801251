"""The file of a case (卷宗): its papers in order with cover and list, as one PDF or as a zip of the originals.

The same log gives the same bytes. Erased or restricted papers are listed but not included.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import closing
from datetime import date
from typing import IO, NamedTuple, cast

import msgspec
from msgspec.structs import replace

from adapters.proof.checkpointing import Receipt
from adapters.refusals import CaseFileTooLarge
from adapters.register.papers.documents import Documents
from adapters.register.papers.letters import Letters, Offered
from adapters.register.reading.personal_data import ERASED
from adapters.render import bound_pdf, case_file_pdf, letter_pdf
from adapters.report_files.bounded import PaperReaders
from adapters.report_files.office_zip import ReportFileFault
from adapters.vault.documents import Filed
from adapters.vault.media_types import EXTENSIONS
from adapters.views import OpenView
from domain.authority.authority import Authority
from domain.entry import Recorded
from domain.law.calendar import Calendar
from domain.law.refusals import Refusal
from domain.letters import letter
from domain.request.judging import replay
from domain.request.parties import Applicant
from domain.request.personal_data import texts_in
from domain.request.state import DisclosureRequest
from domain.values import Reference, Sealed
from projections import case, case_file, event_fields, history
from projections.case_file import Block, Paper, Sheet
from projections.choice_labels import CHOICES
from projections.superior_view import within_office

MOST = 100 * 1_048_576
"""Maximum bytes of the documents in one PDF."""

RESTRICTED = "限制处理，未附"

Unseal = Callable[[str, Sequence[Sealed]], Awaitable[dict[str, bytes]]]
Receipts = Callable[[str, Reference], Awaitable[list[Receipt]]]


class _Bound(NamedTuple):
    """A paper of the file. made: by this program; filed: the entry that filed it; laid: its pages, for a PDF."""

    paper: Paper
    made: bytes | None = None
    filed: Filed | None = None
    laid: bytes | None = None

    def name(self, number: int) -> str:
        """The name of the file in the zip."""
        ending = "pdf" if self.filed is None else EXTENSIONS.get(self.filed.media_type, "bin")
        plain = re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]', "_", self.paper.name).strip(" .")
        return f"{number:03} {plain[:80]}.{ending}"

    @property
    def is_there(self) -> bool:
        return self.made is not None or bool(self.paper.sha256)


class _Recorded(NamedTuple):
    """A case at one moment. shown: versions of the entries that belong in the file."""

    reference: Reference
    entries: list[Recorded]
    request: DisclosureRequest
    authority: Authority
    calendar: Calendar
    shown: frozenset[int]

    @property
    def on(self) -> date:
        """The day of its last recording, which dates the made papers."""
        return max(entry.recorded_on for entry in self.entries)


class CaseFile:
    """An assembled file, not yet written. It has personal data: write to the access log before giving it out."""

    def __init__(
        self,
        code: str,
        recorded: _Recorded,
        bound: Sequence[_Bound],
        front: tuple[bytes, bytes],
        receipts: Sequence[Receipt],
        documents: Documents,
    ) -> None:
        self.code = code
        self.reference = recorded.reference
        self._recorded = recorded
        self._bound = bound
        self._front, self._back = front
        self._receipts = receipts
        self._documents = documents

    @property
    def papers(self) -> list[Paper]:
        return [each.paper for each in self._bound]

    async def pdf(self) -> AsyncIterator[bytes]:
        """One PDF: cover, list, all papers that have pages, numbered consecutively, and the closing note."""
        parts = [bound_pdf.Paper(self._front, numbered=False)]
        parts += [bound_pdf.Paper(each.laid) for each in self._bound if each.laid is not None]
        parts += [bound_pdf.Paper(self._back, numbered=False)]
        yield await asyncio.to_thread(bound_pdf.bind, parts, self._recorded.on)

    async def zip(self) -> AsyncIterator[bytes]:
        """A zip of the originals as a stream: uncompressed and dated 1980, so that the same file gives the same
        bytes."""
        out = _Pieces()
        with zipfile.ZipFile(cast("IO[bytes]", out), "w", zipfile.ZIP_STORED) as archive:
            for name, data in (("000 封面、卷内目录.pdf", self._front), ("卷内目录.json", self._list())):
                archive.writestr(_dated(name), data)
            for number, each in enumerate(self._bound, 1):
                if not each.is_there:
                    continue
                with archive.open(_dated(each.name(number)), "w") as file:
                    async for piece in self._content(each):
                        file.write(piece)
                        yield out.take()
            for receipt in self._receipts:
                name = f"存证/{receipt.reference}-{receipt.version}.tlog-proof"
                archive.writestr(_dated(name), receipt.text.encode())
            archive.writestr(_dated("备考表.pdf"), self._back)
        yield out.take()

    async def _content(self, each: _Bound) -> AsyncIterator[bytes]:
        if each.made is not None:
            yield each.made
        elif each.filed is not None:
            found = await self._documents.open(self.code, self.reference, each.filed.version)
            async for piece in found.pieces():
                yield piece

    def _list(self) -> bytes:
        lines = [
            {"number": number, "file": each.name(number) if each.is_there else None}
            | msgspec.to_builtins(each.paper)
            for number, each in enumerate(self._bound, 1)
        ]
        return msgspec.json.format(
            msgspec.json.encode({"reference": str(self.reference), "papers": lines}), indent=1
        )


class _Pieces:
    """The output of a zip writer, taken away in chunks."""

    def __init__(self) -> None:
        self._written = bytearray()

    def write(self, data: bytes) -> int:
        self._written += data
        return len(data)

    def flush(self) -> None:
        return

    def take(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken


def _dated(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.create_system, info.external_attr = 3, 0o600 << 16
    return info


class CaseFiles:
    """view: one moment of the register, as it is now. unseal: see `PersonalData.unsealed`; receipts: see `Proofs`."""

    def __init__(
        self, view: OpenView, unseal: Unseal, receipts: Receipts, letters: Letters, documents: Documents
    ) -> None:
        self._view = view
        self._unseal = unseal
        self._receipts = receipts
        self._letters = letters
        self._documents = documents

    async def gather(
        self, code: str, reference: Reference, *, internal: bool = False, bound: bool = False
    ) -> CaseFile:
        """internal: with drafts and comments (副卷). bound: as one PDF.

        Raises RequestUnknown, CaseFileTooLarge, NotPrintable.
        """
        async with self._view(code) as view:
            entries = await view.history(reference)
            request = replay(entries, view.law)
            hidden = frozenset() if internal else within_office(entries)
            shown = frozenset(each.originator_version for each in entries) - hidden
            recorded = _Recorded(reference, entries, request, view.authority, view.law.calendar, shown)
        opened = await self._opened(code, recorded)
        remarks: list[str] = []
        papers = await self._papers(code, recorded, remarks, bound=bound)
        receipts = [each for each in await self._receipts(code, reference) if each.version in recorded.shown]
        title = f"{reference}卷宗"
        author = recorded.authority.name_on(recorded.on)
        if hidden:
            remarks.append(f"起草、审核、批准的各条登记（{len(hidden)}条）属内部流程，归副卷，不在本卷。")
        if unsealed := sorted(recorded.shown - {each.version for each in receipts}):
            remarks.append(f"第{'、'.join(map(str, unsealed))}条登记尚未存证，没有回执。")

        def written(cover: case_file.Cover | None, sheets: Sequence[Sheet]) -> bytes:
            return case_file_pdf.render(cover, sheets, title, author, recorded.on)

        def compose() -> tuple[list[_Bound], tuple[bytes, bytes]]:
            made = [_made(each, written(None, [each])) for each in _sheets(recorded, receipts)]
            first = [_made(opened.sheet, written(None, [opened.sheet]))] if opened.sheet else []
            whole = [*first, *papers, *made]
            listed = [each.paper for each in whole]
            cover = case_file.cover(author, request, entries, opened.applicant, listed, internal=internal)
            front = written(cover, [case_file.contents(listed)])
            return whole, (front, written(None, [case_file.closing_note(listed, remarks)]))

        whole, front = await asyncio.to_thread(compose)
        return CaseFile(code, recorded, whole, front, receipts, self._documents)

    async def _opened(self, code: str, recorded: _Recorded) -> _Opened:
        """The decrypted values, unless restricted."""
        received = recorded.request.received
        if recorded.request.restricted:
            return _Opened("限制处理，不显示", None)
        shown = [each for each in recorded.entries if each.originator_version in recorded.shown]
        sealed = [(entry, field, each) for entry in shown for field, each in texts_in(entry.event)]
        texts = await self._unseal(code, [each for _, _, each in sealed])
        blocks = [_block(entry, field, texts.get(each.id)) for entry, field, each in sealed]
        name = texts.get(received.applicant.id) if received else None
        applicant = _names(msgspec.json.decode(name, type=Applicant)) if name else ERASED if received else "—"
        return _Opened(applicant, case_file.sealed_sheet(blocks) if blocks else None)

    async def _papers(
        self, code: str, recorded: _Recorded, remarks: list[str], *, bound: bool
    ) -> list[_Bound]:
        """Documents and letters in the prescribed order. remarks: on missing ones are appended."""
        reference, restricted = recorded.reference, recorded.request.restricted
        found: list[_Bound] = []
        size = 0
        offered = [] if recorded.request.received is None else await self._letters.offered(code, reference)
        letters = {each.filed: each.on for each in offered if each.filed}
        with closing(PaperReaders()) as readers:
            for filed in await self._documents.of(code, reference):
                paper = Paper(
                    name=filed.document,
                    kind=CHOICES["document_filed.kind"][filed.kind],
                    on=letters.get(filed.version) or date.fromisoformat(filed.on),
                    version=filed.version,
                    remark=filed.note or (RESTRICTED if restricted else ""),
                )
                if paper.remark:
                    found.append(_Bound(paper, filed=filed))
                    continue
                size += filed.size_bytes
                if bound and size > MOST:
                    raise CaseFileTooLarge(reference=reference)
                found.append(await self._laid(code, reference, paper, filed, readers, bound=bound))
        for each in offered if not restricted else ():
            if each.filed is None and letter.goes_out(each.kind, each.on):
                found += await self._letter(code, reference, each, remarks)
        return sorted(found, key=lambda one: (one.paper.on or recorded.on, one.paper.version or 0))

    async def _laid(
        self,
        code: str,
        reference: Reference,
        paper: Paper,
        filed: Filed,
        readers: PaperReaders,
        *,
        bound: bool,
    ) -> _Bound:
        document = await self._documents.open(code, reference, filed.version)
        data = b"".join([piece async for piece in document.pieces()])
        paper = replace(paper, sha256=hashlib.sha256(data).hexdigest())
        try:
            laid = await asyncio.to_thread(readers.read, data, filed.media_type)
        except ReportFileFault as fault:
            return _Bound(replace(paper, remark=f"{fault}，见压缩包"), filed=filed)
        return _Bound(replace(paper, pages=laid.count), filed=filed, laid=laid.pdf if bound else None)

    async def _letter(
        self, code: str, reference: Reference, offered: Offered, remarks: list[str]
    ) -> list[_Bound]:
        """A letter that was sent but not filed: made again from the recorded data, and marked as such."""
        try:
            composed = await self._letters.compose(code, reference, offered.kind, offered.version)
            data = await asyncio.to_thread(letter_pdf.render, composed)
        except Refusal as refusal:
            remarks.append(
                f"{offered.name}（据第{offered.version}条登记）未入卷，也不能据登记制作：{refusal}"
            )
            return []
        paper = Paper(
            name=offered.name,
            kind="文书",
            on=offered.on,
            version=offered.version,
            pages=bound_pdf.pages(data),
            remark="未入卷，据登记制作",
            sha256=hashlib.sha256(data).hexdigest(),
        )
        return [_Bound(paper, made=data, laid=data)]


class _Opened(NamedTuple):
    """The decrypted values. applicant: the names, or why there are none."""

    applicant: str
    sheet: Sheet | None


def _block(entry: Recorded, field: str, text: bytes | None) -> Block:
    number = f"第{entry.originator_version}条"
    if text is None:
        return Block(f"{number}　{event_fields.sealed_label(entry.event, field)}", (ERASED,))
    found = event_fields.opened(entry.event, field, text)
    heading = f"{number}　{found.label}"
    if len(found.lines) == 1 and not found.lines[0][0]:
        return Block(heading, tuple(found.lines[0][1].splitlines()))
    return Block(heading, pairs=tuple(found.lines))


def _names(applicant: Applicant) -> str:
    names = "、".join(each.name for each in (applicant, *applicant.joint)[:5])
    more = f"等{1 + len(applicant.joint)}人" if len(applicant.joint) > 4 else ""
    agents = "、".join(each.name for each in applicant.agents)
    return names + more + (f"（代理人：{agents}）" if agents else "")


def _sheets(recorded: _Recorded, receipts: Sequence[Receipt]) -> list[Sheet]:
    """The papers that are made from the register itself."""
    made = [case_file.steps(history.lines(recorded.entries), recorded.shown)]
    term = case_file.term(recorded.request, case.conclusion(recorded.request), recorded.calendar)
    made += [term] if term else []
    if receipts:
        sealed = [(each.version, each.position, each.leaf) for each in receipts]
        made.append(case_file.proofs(sealed, receipts[0].checkpoint))
    return made


def _made(sheet: Sheet, data: bytes) -> _Bound:
    digest = hashlib.sha256(data).hexdigest()
    paper = Paper(name=sheet.title, kind="登记", pages=bound_pdf.pages(data), sha256=digest)
    return _Bound(paper, made=data, laid=data)
