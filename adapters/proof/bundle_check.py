"""Verification of an audit bundle without the database: from its bytes, checkpoints and public keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from adapters import suites
from adapters.proof import leaf, merkle, rejudging, trust
from adapters.proof.access_check import AccessesExamined
from adapters.proof.bundle_files import Bundle
from adapters.proof.bundle_format import (
    DOCUMENTS,
    PAGE,
    VERIFIER,
    AccessesHeld,
    Manifest,
    days_between,
    digest_of_list,
    forms,
    verifier,
)
from adapters.proof.checkpoints import Verifier
from adapters.proof.findings import Findings, LogFinding
from adapters.proof.handover import page
from adapters.proof.handover import verify as handover
from adapters.proof.log_check import Examination, Pin, Published
from adapters.proof.provable import ACCESS_LOG, EVENT_LOG, ProvableLog, log_of
from adapters.proof.verification import Progress, Verification
from adapters.suites import STD, SuiteUnknown
from domain.authority.events import AUTHORITY_STREAM
from domain.entry import Recorded
from domain.report import annual_report
from domain.request.file_events import DocumentFiled
from domain.request.personal_data import sealed_in
from domain.values import is_request, reference_in
from projections.rejudgement import LawBook


def verify(
    path: Path,
    *,
    verifiers: Sequence[Verifier] = (),
    pin: Callable[[str], Pin | None] = lambda _: None,
    on_progress: Progress = lambda *_: None,
    documents: Sequence[Path] = (),
) -> Verification:
    """Verify a bundle: its files, log, checkpoints and texts, and every act by the law. Raises BundleFault, OSError.

    documents: files, each of which should be one that was filed. verifiers, pin: keys and checkpoints that the auditor
    has from elsewhere; without them only the bundle's consistency with itself can be verified.
    """
    start = perf_counter()
    bundle = Bundle(path)
    findings, manifest = bundle.findings, bundle.manifest
    kept = pin(manifest.origin)
    trusted = trust.trusted_keys(kept, verifiers, bundle.keys)
    notes = [] if kept or verifiers else ["公钥取自包内，未另行核实（可用--key或--pin给出）"]
    published = bundle.published(manifest.size)
    examination, later = _examined(bundle, published, trusted, kept, bundle.rows, manifest, EVENT_LOG)
    unchecked = [later] if later else []
    bundle.check_claims()
    unchecked += bundle.check_notices()
    _check_bounds(bundle, published, unchecked)
    access_log = _accesses(bundle, trusted, pin, unchecked)
    if access_log is None:
        notes.append("本包不含访问日志")
    between = perf_counter()
    histories = _judge(bundle, findings, on_progress)
    _check_sealed(bundle, histories, findings)
    _check_enclosed(bundle, histories, findings)
    notes += _of_whole(bundle, published[-1].note, histories)
    matched: list[str] = []
    if documents and not bundle.salts():
        unchecked.append("所给的文件：包内没有可据以核对的入卷材料，请索取以--sealed导出的审计包")
    elif documents:
        matched = _check_documents(bundle, histories, documents, findings)
    return Verification(
        authority=manifest.authority,
        origin=manifest.origin,
        entries=len(bundle.rows),
        sealed=manifest.size,
        checkpoints=len(published),
        requests=sum(map(is_request, histories)),
        findings=tuple(findings.kept),
        counts=dict(findings.counts),
        notes=tuple(notes),
        matched=tuple(matched),
        unchecked=tuple(unchecked),
        keys=tuple(each.vkey for each in trusted),
        checkpoint=examination.newest.note if examination.newest and not later else None,
        log_seconds=between - start,
        judging_seconds=perf_counter() - between,
        access_log=access_log,
    )


def _examined(
    bundle: Bundle,
    published: Sequence[Published],
    trusted: Sequence[Verifier],
    kept: Pin | None,
    rows: Sequence[Mapping[str, Any]],
    held: Manifest | AccessesHeld,
    log: ProvableLog,
) -> tuple[Examination, str]:
    """The examination of one log, and if the pin could not be compared, why."""
    findings, later = bundle.findings, ""
    examination = Examination(bundle.manifest.authority, findings, whole=False, log=log)
    pinned = trust.pinned(kept, trusted)
    if pinned is not None and bundle.manifest.until is not None and pinned.size > held.size:
        # A bundle of a past period may be shorter than the pin; then the pin is not compared, and stays as it is.
        which = "" if log is EVENT_LOG else log.words
        later = (
            f"留存的{which}存证点在第{pinned.size}条，本包的期间只到第{held.size}条，不能比对："
            f"请索取至第{pinned.size}条的审计包"
        )
    examination.checkpoints(published, held.origin, trusted, None if later else pinned)
    seen = set()
    for row in rows:
        examination.entry(row)
        seen.add(row["position"])
        if row["position"] > held.size:
            where = f"{log.words}位置{row['position']}"
            findings.add(LogFinding("entry_missing", where, "在存证点之外", log=log.key))
    missing = [at for at in range(held.first, held.last + 1) if at not in seen]
    if missing:
        named = "、".join(map(str, missing[:20])) + ("等" if len(missing) > 20 else "")
        what = f"缺{len(missing)}条登记"
        findings.add(
            LogFinding("entry_missing", f"{log.words}位置{named}", what, position=missing[0], log=log.key)
        )
    return examination, later


def _of_whole(bundle: Bundle, note: str, histories: Mapping[str, Sequence[Recorded]]) -> list[str]:
    """By what its parts that no entry says are proved; and those that this program would make otherwise."""
    notes = []
    with suppress(SuiteUnknown):
        notes.append(handover.WHOLE % digest_of_list(bundle.manifest, bundle.files))
    if bundle.findings.kept:
        return notes  # it is no genuine one anyway
    requests = {stream: history for stream, history in histories.items() if stream != AUTHORITY_STREAM}
    own = histories.get(AUTHORITY_STREAM, [])
    made = {PAGE: page.page(bundle.manifest, note, bundle.keys, own, requests).encode(), VERIFIER: verifier()}
    others = [name for name, data in {**made, **forms()}.items() if bundle.files.get(name, data) != data]
    if others:
        notes.append(
            f"{'、'.join(others)}与本程序所作的不同（由另一版本的程序导出，或被改过）：以entries.jsonl所载为准，请勿凭包内的程序核验"
        )
    return notes


def _check_bounds(bundle: Bundle, published: Sequence[Published], unchecked: list[str]) -> None:
    """Check that the bundle has all entries of the period: the entries before and after it were recorded outside it.

    Bundles of earlier releases lack these two, so this cannot be checked for a period that begins or ends within the
    log.
    """
    manifest, findings = bundle.manifest, bundle.findings
    hashes = merkle.split(b"".join(each.leaves for each in published))
    moments = {}
    for text, bound in bundle.bounds():
        hashed = merkle.leaf_hash(text, leaf.FORMATS.get(bound.leaf_format, STD))
        if 0 < bound.position <= len(hashes) and hashed == hashes[bound.position - 1]:
            moments[bound.position] = bound.recorded_at
        else:
            where, what = f"日志位置{bound.position}", "与存证时的叶值不符：登记信息被改动"
            findings.add(LogFinding("entry_changed", where, what, position=bound.position))
    begin, end = days_between(manifest.since, manifest.until)
    for position, side, day in ((manifest.first - 1, "之前", begin), (manifest.last + 1, "之后", end)):
        at = moments.get(position)
        if not 0 < position <= manifest.size or (
            day is not None and at is not None and (at < day if side == "之前" else at >= day)
        ):
            continue
        if day is not None and at is None:
            unchecked.append(
                f"期间{side}的界限没有证明（缺日志位置{position}的登记时间），所属期间的登记可能不全：请索取新导出的审计包"
            )
        else:
            what = "属于所称的期间，而不在包内"
            findings.add(LogFinding("entry_missing", f"日志位置{position}", what, position=position))


def _accesses(
    bundle: Bundle, trusted: Sequence[Verifier], pin: Callable[[str], Pin | None], unchecked: list[str]
) -> AccessesExamined | None:
    """trusted: keys of the log of events, which the same signs."""
    held = bundle.manifest.accesses
    if held is None:
        if trust.pin_of(pin, ACCESS_LOG.origin(bundle.manifest.authority)):
            unchecked.append("留有访问日志的存证点，而本包不含访问日志，不能比对：请索取附有访问日志的审计包")
        return None
    if log_of(held.origin) is not ACCESS_LOG:
        what = f"内容为“{held.origin}”的，不是访问日志"
        bundle.findings.add(LogFinding("checkpoint_malformed", "访问日志", what, log=ACCESS_LOG.key))
    kept = trust.pin_of(pin, held.origin)
    keys = trust.trusted_keys(kept, trust.named(trusted, held.origin), ())
    published, rows = bundle.published(held.size, "access-"), bundle.accesses()
    examination, later = _examined(bundle, published, keys, kept, rows, held, ACCESS_LOG)
    own = rejudging.readable(bundle.histories().get(AUTHORITY_STREAM, []), Findings())
    events = rejudging.handed_over_in(own)
    examination.handed_over(events)
    _check_period(
        bundle.manifest,
        held,
        {row["position"]: row["at"] for row in rows},
        {each.through for each in events},
        bundle.findings,
    )
    if later:
        unchecked.append(later)
    return AccessesExamined(
        origin=held.origin,
        entries=len(rows),
        waiting=0,
        sealed=held.size,
        checkpoints=len(published),
        keys=tuple(each.vkey for each in keys),
        checkpoint=examination.newest.note if examination.newest and not later else None,
    )


def _check_period(
    manifest: Manifest,
    held: AccessesHeld,
    moments: Mapping[int, datetime],
    handed_over: set[int],
    findings: Findings,
) -> None:
    """Check that the bundle has all lines of the period: the first and last are outside it, or at an end of the log, or
    what came before is in the archive.
    """
    begin, end = days_between(manifest.since, manifest.until)
    before, after = moments.get(held.first), moments.get(held.last)
    if held.first - 1 not in {0, *handed_over} and (begin is None or before is None or before >= begin):
        _missing_of_period(held.first - 1, "之前", findings)
    if held.last < held.size and (end is None or after is None or after < end):
        _missing_of_period(held.last + 1, "之后", findings)


def _missing_of_period(position: int, side: str, findings: Findings) -> None:
    where, what = f"访问日志位置{position}", f"期间{side}的界限没有证明：所属期间的记录可能不全"
    findings.add(LogFinding("entry_missing", where, what, position=position, log=ACCESS_LOG.key))


def _judge(bundle: Bundle, findings: Findings, on_progress: Progress) -> dict[str, list[Recorded]]:
    """Judge every act again with the calendar of the bundle. Returns the histories that can be read."""
    found: dict[str, list[Recorded]] = {}
    for stream, rows in bundle.histories().items():
        for history in rejudging.readable(rows, findings):
            found[stream] = history
    own = found.get(AUTHORITY_STREAM, [])
    law = rejudging.judge_office(own, findings)
    if law is None:
        return found
    reports = [history for stream, history in found.items() if annual_report.year_in(stream)]
    published = annual_report.published_in(entry for history in reports for entry in history)
    book = LawBook(own, bundle.notices(), published)
    rejudging.judge_reports(reports, book, findings)
    for done, (stream, history) in enumerate(found.items()):
        if is_request(stream):
            rejudging.judge_request(history, book, findings)
        on_progress("判断", done, len(found))
    return found


def _is_of(commitment: str, salt: bytes, data: bytes) -> bool | None:
    """The digest; None for an unknown algorithm, which is reported as a finding of the entry."""
    try:
        return suites.is_digest(commitment, salt, data)
    except SuiteUnknown:
        return None


def _check_sealed(bundle: Bundle, histories: Mapping[str, Sequence[Recorded]], findings: Findings) -> None:
    promised = {
        each.id: (each.commitment, field)
        for history in histories.values()
        for entry in history
        for field, each in sealed_in(entry.event)
    }
    for each in bundle.sealed():
        if each.text is None:
            if each.id not in promised or each.field != "content":
                findings.add(LogFinding("commitment_mismatch", f"封存内容{each.id}", "登记中没有"))
            continue
        commitment, field = promised.get(each.id, ("", ""))
        try:
            held = _is_of(commitment, bytes.fromhex(each.salt), each.text.encode())
        except ValueError:
            held = False
        if held is False or field != each.field:
            findings.add(
                LogFinding("commitment_mismatch", f"封存内容{each.id}", "与登记中的承诺值不符，或登记中没有")
            )


def _check_enclosed(bundle: Bundle, histories: Mapping[str, Sequence[Recorded]], findings: Findings) -> None:
    """Check each document in the bundle against the commitment in its entry."""
    promised = {
        each.id: each.commitment
        for history in histories.values()
        for entry in history
        for field, each in sealed_in(entry.event)
        if field == "content"
    }
    salts = bundle.salts()
    for name, data in bundle.files.items():
        if name.startswith(DOCUMENTS):
            filed = name.removeprefix(DOCUMENTS).partition(".")[0]
            if _is_of(promised.get(filed, ""), salts.get(filed, b""), data) is False:
                findings.add(LogFinding("commitment_mismatch", name, "与登记中的承诺值不符，或登记中没有"))


def _check_documents(
    bundle: Bundle, histories: Mapping[str, Sequence[Recorded]], documents: Sequence[Path], findings: Findings
) -> list[str]:
    """Check that each given file was filed. Returns for each, in words, the entry that filed it."""
    salts = bundle.salts()
    filed = [
        (entry, entry.event, salts[entry.event.content.id])
        for history in histories.values()
        for entry in history
        if isinstance(entry.event, DocumentFiled) and entry.event.content.id in salts
    ]
    matched = []
    for path in documents:
        data = path.read_bytes()
        known = [
            (entry, event)
            for entry, event, salt in filed
            if event.size_bytes == len(data) and _is_of(event.content.commitment, salt, data)
        ]
        for entry, event in known:
            where = f"{reference_in(entry.originator_id)}第{entry.originator_version}条（日志位置{entry.position}）"
            matched.append(f"{path.name}即{where}入卷的“{event.document}”，一字节未变")
        if not known:
            findings.add(LogFinding("document_unknown", path.name, "与包内入卷的各件都不同"))
    return matched
