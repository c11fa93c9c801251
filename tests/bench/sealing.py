"""Cost of the national algorithms compared with the usual ones."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import process_time

from adapters.postgres import embedded
from adapters.proof import leaf
from adapters.proof.checkpoints import Verifier
from adapters.proof.merkle import Growing
from adapters.proof.signing_key_files import FileSigner
from adapters.suites import GM, STD, Suite
from adapters.vault.documents import PIECE
from adapters.vault.keyring import Keyring, PieceOf
from tests.adapters.proof.test_leaf import ROW
from tests.adapters.proof.test_sm2 import PUBLIC as SM2_PUBLIC
from tests.adapters.proof.test_sm2 import SIGNATURE as SM2_SIGNATURE
from tests.bench.measuring import median, report

TEXT = "请求公开花都区某道路改造项目的批复、投资概算和验收报告，并说明征收补偿的依据。" * 2


async def suites(_: embedded.Server, __: Path) -> None:
    """Sealing and opening a text with its commitment, a piece of a document, and an entry of the log, in each suite.

    Processor time of both, in the same run; the peer is the suite `std`.
    """
    for what, act, times, limit in (
        ("a text", _text, 2000, 6.0),
        ("a piece of a document", _piece, 20, 40.0),
    ):
        gm, std = await median(5, _timed(GM, act, times), _timed(STD, act, times))
        detail = f"{gm * 1e6:.0f} µs with {GM}, {std * 1e6:.0f} µs with {STD}"
        report(f"sealing and opening {what} by gm", gm / std, limit, most=True, detail=detail)

    gm, std = await median(5, _grown(GM), _grown(STD))
    detail = f"{gm * 1e6:.0f} µs with {GM.digest}, {std * 1e6:.0f} µs with {STD.digest}"
    report("a leaf of the log and its nodes by gm", gm / std, 8.0, most=True, detail=detail)
    await _signatures()


async def _signatures() -> None:
    """Signing a checkpoint: SM2 in plain Python, as the library does not have it, against Ed25519 of the library."""
    usual = FileSigner(bytes(32))
    text = b"taizhang/bench\n1\n"
    signature = await usual.sign(text)

    async def national() -> float:
        return _checked(Verifier("bench", SM2_PUBLIC), b"message digest", SM2_SIGNATURE, 20)

    async def ours() -> float:
        return _checked(Verifier("bench", usual.public), text, signature, 200)

    gm, std = await median(5, national, ours)
    detail = f"{gm * 1e6:.0f} µs with SM2, {std * 1e6:.0f} µs with Ed25519"
    report("checking a signature of SM2", gm / std, 100.0, most=True, detail=detail)


def _checked(verifier: Verifier, text: bytes, signature: bytes, times: int) -> float:
    start = process_time()
    for _ in range(times):
        assert verifier.signed(text, signature)
    return (process_time() - start) / times


def _grown(suite: Suite) -> Callable[[], Awaitable[float]]:
    """Sealing and verifying an entry: the payload's digest, the leaf's and those of the nodes above."""
    rows = [ROW | {"leaf_format": leaf.format_of(suite), "position": nth} for nth in range(1, 2001)]

    async def timed() -> float:
        start = process_time()
        tree = Growing(suite=suite)
        tree.extend(leaf.leaf_hash("bench", row) for row in rows)
        assert tree.root
        return (process_time() - start) / len(rows)

    return timed


def _timed(suite: Suite, act: Callable[[Keyring], None], times: int) -> Callable[[], Awaitable[float]]:
    ring = Keyring({"0001": secrets.token_bytes(suite.key_bytes)}, {"0001": suite})

    async def timed() -> float:
        start = process_time()
        for _ in range(times):
            act(ring)
        return (process_time() - start) / times

    return timed


def _text(ring: Keyring) -> None:
    sealed, row = ring.seal(1, "description", TEXT)
    ring.open(1, sealed, row)


_CONTENT = secrets.token_bytes(PIECE)


def _piece(ring: Keyring) -> None:
    where = PieceOf(1, "0" * 32, 0, last=True)
    nonce, ciphertext = ring.seal_piece(where, _CONTENT)
    ring.open_piece(where, ring.current, nonce, ciphertext)
    ring.suite.hex_of(_CONTENT)
