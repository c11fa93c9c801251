"""Audit bundles and receipts as an auditor has them: no database, only bytes, checkpoints and public keys."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import msgspec

from adapters.proof import checkpoints, merkle, verification
from adapters.proof.bundle import Entry, Manifest, entry_line
from adapters.proof.checkpoints import NoteFault, Verifier
from adapters.proof.findings import Findings, LogFinding
from adapters.proof.handover import verify as handover
from adapters.proof.log_check import Examination, Pin, Published
from adapters.proof.verification import Progress, Verification
from domain.authority.events import AUTHORITY_STREAM
from domain.entry import Recorded
from domain.law.calendar import Notice, national_notices
from domain.report import annual_report
from domain.request.personal_data import sealed_in
from domain.values import is_request, reference_in
from projections.rejudgement import LawBook


class BundleFault(ValueError):
    """Not an audit bundle that could be examined; the text says why, in Chinese."""


class _Filed(msgspec.Struct, frozen=True):
    size: int
    note: str


class _SealedText(msgspec.Struct, frozen=True):
    id: str
    field: str
    salt: str
    text: str


class Bundle:
    """The files of a bundle, a zip or the folder it was unpacked to, as far as they can be read.

    findings: what reading showed, files that differ from the bundle's own list among it.
    """

    def __init__(self, path: Path) -> None:
        """Raises BundleFault if there is no list to go by, OSError."""
        self.findings = Findings()
        check = handover.Check()
        self.files = handover.files_of(str(path), check)
        listed = handover.check_files(self.files, check)
        for code, where, what in check.found:
            self.findings.add(LogFinding(code, where, what))
        try:
            self.manifest = msgspec.convert(listed, Manifest)
        except msgspec.ValidationError:
            said = "；".join(f"{where}：{what}" for _, where, what in check.found) or "清单缺项"
            raise BundleFault(f"不是审计包，或已损坏得无法核验（{said}）") from None
        self.rows = sorted(self._rows(), key=itemgetter("position"))

    def _rows(self) -> Iterator[dict[str, Any]]:
        lines = dict.fromkeys(self.files.get("entries.jsonl", b"").split(b"\n"))
        for entry in self._lines("entries.jsonl", Entry):
            row = entry.row()
            # One entry has one text: another that means the same would hide in what readers overlook.
            if entry_line(row)[:-1] not in lines:
                self._malformed("entries.jsonl", f"日志位置{entry.position}不是规范的写法")
            yield row

    def _lines(self, name: str, kind: type[Any]) -> Iterator[Any]:
        for number, line in enumerate(self.files.get(name, b"").split(b"\n"), 1):
            if not line:
                continue
            try:
                yield msgspec.json.decode(line, type=kind)
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                self._malformed(f"{name}第{number}行", "不是完整的一条")

    def _malformed(self, where: str, what: str) -> None:
        self.findings.add(LogFinding("file_malformed", where, what))

    @property
    def keys(self) -> list[Verifier]:
        """The public keys that came with it: they prove no more than that it is one whole."""
        found = []
        for vkey in self.files.get("keys.txt", b"").decode("utf-8", "replace").split():
            try:
                found.append(Verifier.parse(vkey))
            except NoteFault as wrong:
                self._malformed("keys.txt", str(wrong))
        return found

    def published(self) -> list[Published]:
        """The checkpoints, each with the leaves since the one before."""
        lines = self.files.get("leaves.txt", b"").split()
        for number, line in enumerate(lines, 1):
            if not re.fullmatch(rb"[0-9a-f]{64}", line):
                self._malformed(f"leaves.txt第{number}行", "不是64位十六进制数")
                lines[number - 1] = b"0" * 64
        if len(lines) != self.manifest.size:
            self._malformed("leaves.txt", f"应有{self.manifest.size}行，实有{len(lines)}行")
        leaves = b"".join(bytes.fromhex(line.decode()) for line in lines)
        found, start = [], 0
        for each in sorted(self._lines("checkpoints.jsonl", _Filed), key=lambda each: each.size):
            found.append(Published(each.size, each.note, leaves[32 * start : 32 * each.size]))
            start = each.size
        if start < self.manifest.size:
            self._malformed("checkpoints.jsonl", f"缺少第{self.manifest.size}条处的存证点")
            found.append(Published(self.manifest.size, "", leaves[32 * start :]))
        return found

    def notices(self) -> list[Notice]:
        """The calendar that came with it."""
        try:
            data = tomllib.loads(self.files["workdays.toml"].decode())
            return msgspec.convert(data["notice"], list[Notice])
        except (KeyError, ValueError):
            return list(national_notices())

    def histories(self) -> dict[str, list[Any]]:
        """Rows by stream, in the order of the log."""
        found: dict[str, list[Any]] = {}
        for row in self.rows:
            found.setdefault(row["stream"], []).append(row)
        return found

    def sealed(self) -> list[_SealedText]:
        return list(self._lines("sealed.jsonl", _SealedText))


def verify(
    path: Path,
    *,
    told: Sequence[Verifier] = (),
    pin: Callable[[str], Pin | None] = lambda _: None,
    on_progress: Progress = lambda *_: None,
) -> Verification:
    """Examine a bundle: its files, log, checkpoints and texts, and every act by the law. Raises BundleFault, OSError.

    told, pin: keys and checkpoints from elsewhere, without which a bundle shows only that it is one whole.
    """
    start = perf_counter()
    bundle = Bundle(path)
    findings, manifest = bundle.findings, bundle.manifest
    kept = pin(manifest.origin)
    trusted = verification.trusted_keys(kept, told, bundle.keys)
    notes = () if kept or told else ("公钥取自包内，未另行核实（可用--key或--pin给出）",)
    unchecked: tuple[str, ...] = ()
    published = bundle.published()
    examination = Examination(manifest.authority, findings, whole=False)
    pinned = verification.pinned(kept, trusted)
    if later := pinned is not None and manifest.until is not None and pinned.size > manifest.size:
        # A bundle of days gone by is rightly shorter; it claims no more, and no pin may go back to it.
        size = pinned.size if pinned else 0
        unchecked = (
            f"留存的存证点在第{size}条，本包的期间只到第{manifest.size}条，不能比对：请索取至第{size}条的审计包",
        )
    examination.checkpoints(published, manifest.origin, trusted, None if later else pinned)
    seen = set()
    for row in bundle.rows:
        examination.entry(row)
        seen.add(row["position"])
        if row["position"] > manifest.size:
            findings.add(LogFinding("entry_missing", f"日志位置{row['position']}", "在存证点之外"))
    _check_window(manifest, seen, findings)
    between = perf_counter()
    histories = _judge(bundle, findings, on_progress)
    _check_sealed(bundle, histories, findings)
    return Verification(
        authority=manifest.authority,
        origin=manifest.origin,
        entries=len(bundle.rows),
        sealed=manifest.size,
        checkpoints=len(published),
        requests=sum(map(is_request, histories)),
        findings=tuple(findings.kept),
        counts=dict(findings.counts),
        notes=notes,
        unchecked=unchecked,
        keys=tuple(each.vkey for each in trusted),
        checkpoint=examination.newest.note if examination.newest and not later else None,
        log_seconds=between - start,
        judging_seconds=perf_counter() - between,
    )


def _check_window(manifest: Manifest, seen: set[int], findings: Findings) -> None:
    missing = [at for at in range(manifest.first, manifest.last + 1) if at not in seen]
    if missing:
        named = "、".join(map(str, missing[:20])) + ("等" if len(missing) > 20 else "")
        findings.add(
            LogFinding("entry_missing", f"日志位置{named}", f"缺{len(missing)}条登记", position=missing[0])
        )


def _judge(bundle: Bundle, findings: Findings, on_progress: Progress) -> dict[str, list[Recorded]]:
    """Every act judged again, under the calendar of the bundle. Returns the histories that can be read."""
    found: dict[str, list[Recorded]] = {}
    for stream, rows in bundle.histories().items():
        for history in verification.readable(rows, findings):
            found[stream] = history
    own = found.get(AUTHORITY_STREAM, [])
    law = verification.judge_office(own, findings)
    if law is None:
        return found
    reports = [history for stream, history in found.items() if annual_report.year_in(stream)]
    published = annual_report.published_in(entry for history in reports for entry in history)
    book = LawBook(own, bundle.notices(), published)
    verification.judge_reports(reports, book, findings)
    for done, (stream, history) in enumerate(found.items()):
        if is_request(stream):
            verification.judge_request(history, book, findings)
        on_progress("判断", done, len(found))
    return found


def _check_sealed(bundle: Bundle, histories: Mapping[str, Sequence[Recorded]], findings: Findings) -> None:
    promised = {
        each.id: (each.commitment, field)
        for history in histories.values()
        for entry in history
        for field, each in sealed_in(entry.event)
    }
    for each in bundle.sealed():
        try:
            digest = hashlib.sha256(bytes.fromhex(each.salt) + each.text.encode()).hexdigest()
        except ValueError:
            digest = ""
        if promised.get(each.id) != (digest, each.field):
            findings.add(
                LogFinding("commitment_mismatch", f"封存内容{each.id}", "与登记中的承诺值不符，或登记中没有")
            )


# --- receipts ---


class ReceiptCheck(NamedTuple):
    """What a receipt says, and what is wrong with it. signed: False where no public key was at hand."""

    origin: str
    size: int
    leaf: dict[str, Any]
    payload: dict[str, Any]
    signed: bool
    findings: tuple[LogFinding, ...]


def is_receipt(path: Path) -> bool:
    """Whether the file begins as a receipt does. Raises OSError."""
    with path.open("rb") as file:
        return file.read(21) == b"c2sp.org/tlog-proof@v"


def check_receipt(
    path: Path,
    *,
    told: Sequence[Verifier] = (),
    known: Callable[[str], Sequence[Verifier]] = lambda _: (),
    pin: Callable[[str], Pin | None] = lambda _: None,
) -> ReceiptCheck:
    """Check a receipt offline. Raises BundleFault for a file that is none, OSError."""
    try:
        head, extra, index, *rest = path.read_text("utf-8").split("\n")
        blank = rest.index("")
        note = "\n".join(rest[blank + 1 :])
        if head != "c2sp.org/tlog-proof@v1" or not re.fullmatch("index (0|[1-9][0-9]{0,17})", index):
            raise ValueError
        text, payload = msgspec.json.decode(
            base64.b64decode(extra.removeprefix("extra "), validate=True), type=tuple[str, str]
        )
        leaf, content = msgspec.json.decode(text), msgspec.json.decode(payload)
        proof = [base64.b64decode(line, validate=True) for line in rest[:blank]]
        claimed, _ = checkpoints.read(note)
    except (ValueError, binascii.Error, msgspec.DecodeError) as wrong:
        raise BundleFault(f"不是完整的回执（{type(wrong).__name__}）") from None
    where = (
        f"日志位置{leaf.get('position')}（{reference_in(str(leaf.get('stream')))}第{leaf.get('version')}条）"
    )
    findings = []
    position = int(index.removeprefix("index "))
    if not merkle.includes(merkle.leaf_hash(text.encode()), position, claimed.size, proof, claimed.root):
        findings.append(LogFinding("inclusion_wrong", where, "证明路径不通到树根：登记或路径被改动"))
    if leaf.get("payload_sha256") != hashlib.sha256(payload.encode()).hexdigest():
        findings.append(LogFinding("payload_changed", where, "内容与叶值中的摘要不符"))
    if leaf.get("position") != position + 1 or claimed.origin.rpartition("/")[2] != leaf.get("authority"):
        findings.append(LogFinding("inclusion_wrong", where, "位置或机关与证明不符"))
    kept = pin(claimed.origin)
    trusted = verification.trusted_keys(kept, told, known(claimed.origin))
    pinned = verification.pinned(kept, trusted)
    if pinned is not None and pinned.size == claimed.size and pinned.root != claimed.root:
        said = "与先前所见的存证点不一致：历史被改写"
        findings.append(LogFinding("pin_inconsistent", f"第{claimed.size}条处的存证点", said))
    if trusted:
        try:
            checkpoints.opened(note, trusted)
        except NoteFault as wrong:
            code = {
                checkpoints.SignatureUnknown: "signature_unknown",
                checkpoints.SignatureWrong: "signature_wrong",
            }.get(type(wrong), "checkpoint_malformed")
            findings.append(LogFinding(code, f"第{claimed.size}条处的存证点", str(wrong)))
    return ReceiptCheck(claimed.origin, claimed.size, leaf, content, bool(trusted), tuple(findings))
