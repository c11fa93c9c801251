"""Verification of a receipt without the database: from its bytes, a checkpoint and public keys."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from adapters.proof import checkpoints, merkle, trust
from adapters.proof.bundle_files import BundleFault
from adapters.proof.checkpoints import NoteFault, NoteOfUnknownSuite, Verifier
from adapters.proof.findings import LogFinding
from adapters.proof.leaf import FORMATS, PAYLOAD
from adapters.proof.log_check import Pin
from adapters.proof.provable import ACCESS_LOG, EVENT_LOG, log_of
from adapters.suites import STD
from domain.values import reference_in


class ReceiptCheck(NamedTuple):
    """The content of a receipt, and what is wrong with it. signed: False if there was no public key to verify it
    with."""

    origin: str
    size: int
    leaf: dict[str, Any]
    payload: dict[str, Any]
    signed: bool
    findings: tuple[LogFinding, ...]


def is_receipt(path: Path) -> bool:
    """Whether the file is a receipt, by its first bytes. Raises OSError."""
    with path.open("rb") as file:
        return file.read(21) == b"c2sp.org/tlog-proof@v"


def check_receipt(
    path: Path,
    *,
    verifiers: Sequence[Verifier] = (),
    known: Callable[[str], Sequence[Verifier]] = lambda _: (),
    pin: Callable[[str], Pin | None] = lambda _: None,
) -> ReceiptCheck:
    """Verify a receipt offline. Raises BundleFault if the file is not a receipt, OSError."""
    try:
        head, extra, index, *rest = path.read_text("utf-8").split("\n")
        blank = rest.index("")
        note = "\n".join(rest[blank + 1 :])
        if head != "c2sp.org/tlog-proof@v1" or not re.fullmatch("index (0|[1-9][0-9]{0,17})", index):
            raise ValueError
        claimed, _ = checkpoints.read(note)
        log = log_of(claimed.origin)
        text, payload = msgspec.json.decode(
            base64.b64decode(extra.removeprefix("extra "), validate=True),
            type=tuple[str, str] if log is EVENT_LOG else tuple[str],
        ) + (("{}",) if log is ACCESS_LOG else ())
        leaf, content = (msgspec.json.decode(each, type=dict[str, Any]) for each in (text, payload))
        proof = [base64.b64decode(line, validate=True) for line in rest[:blank]]
    except NoteOfUnknownSuite as wrong:
        raise BundleFault(str(wrong)) from None
    except (ValueError, binascii.Error, msgspec.DecodeError, RecursionError) as wrong:
        raise BundleFault(f"不是完整的回执（{type(wrong).__name__}）") from None
    where = f"{log.words}位置{leaf.get('position')}"
    if log is EVENT_LOG:
        where += f"（{reference_in(str(leaf.get('stream')))}第{leaf.get('version')}条）"
    findings = []
    format_ = leaf.get("leaf_format")
    suite = FORMATS.get(format_) if isinstance(format_, int) else None
    if suite is None:
        suite = STD
        said = f"叶值算法{leaf.get('leaf_format')}为本程序所不知"
        findings.append(LogFinding("leaf_format_unknown", where, said))
    position = int(index.removeprefix("index "))
    hashed = merkle.leaf_hash(text.encode(), suite)
    if not merkle.includes(hashed, position, claimed.size, proof, claimed.root, claimed.suite):
        findings.append(LogFinding("inclusion_wrong", where, "证明路径不通到树根：登记或路径被改动"))
    if log is EVENT_LOG and leaf.get(PAYLOAD[suite]) != suite.hash(payload.encode()).hexdigest():
        findings.append(LogFinding("payload_changed", where, "内容与叶值中的摘要不符"))
    if leaf.get("position") != position + 1 or claimed.origin.rpartition("/")[2] != leaf.get("authority"):
        findings.append(LogFinding("inclusion_wrong", where, "位置或机关与证明不符"))
    kept = pin(claimed.origin)
    named = verifiers if log is EVENT_LOG else trust.named(verifiers, claimed.origin)
    trusted = trust.trusted_keys(kept, named, known(claimed.origin))
    pinned = trust.pinned(kept, trusted)
    if pinned is not None and pinned.size == claimed.size and not set(pinned.roots) & set(claimed.roots):
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
