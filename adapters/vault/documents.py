"""Documents: scans, letters, evidence. Encrypted and decrypted in pieces, as streams.

A piece is encrypted before it is written to an unnamed temporary file: memory holds one piece, and an interrupted
upload leaves nothing behind. Its number, and whether it is the last, are authenticated with it, so no piece can be
omitted, moved or added. The event has a salted commitment to the whole.
"""

from __future__ import annotations

import hashlib
import io
import secrets
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any, Self

import msgspec

from adapters import suites
from adapters.postgres.database import Connection, Database
from adapters.postgres.queries import SQL
from adapters.refusals import DocumentErased, DocumentTooLarge
from adapters.suites import SuiteUnknown
from adapters.vault.keyring import Keyring, PieceOf, VaultKeyFault, is_of
from adapters.vault.media_types import EXTENSIONS, Recognised
from domain.law.refusals import Malformed
from domain.request.file_events import LARGEST_DOCUMENT, DocumentFiled
from domain.values import Sealed

PIECE = 262_144
"""Bytes of a piece; the last may be shorter."""


class Upload:
    """An upload: call `feed` for each chunk, then `finish`, then `close`."""

    def __init__(self, keyring: Keyring, authority_id: int) -> None:
        self._keyring = keyring
        self._authority_id = authority_id
        self._id = uuid.uuid4().hex
        self._salt = secrets.token_bytes(32)
        self._suite = keyring.suite
        self._commitment, self._digest = self._suite.hash(self._salt), hashlib.sha256()
        self._recognised = Recognised()
        self._piece = bytearray()
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the upload
        self._written: list[tuple[bytes, int]] = []
        self.size = 0
        self.media_type = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def feed(self, data: bytes) -> None:
        """Raises DocumentTooLarge."""
        self.size += len(data)
        if self.size > LARGEST_DOCUMENT:
            raise DocumentTooLarge()
        self._commitment.update(data)
        self._digest.update(data)
        self._recognised.feed(data)
        self._piece += data
        while len(self._piece) > PIECE:  # the last piece is written by `finish`, which marks it
            self._write(bytes(self._piece[:PIECE]), last=False)
            del self._piece[:PIECE]

    def finish(self) -> None:
        """End the upload. Raises Malformed if it is empty, DocumentNotAccepted for a media type that is not
        accepted."""
        if not self.size:
            raise Malformed(field="", problem="没有内容")
        self._write(bytes(self._piece), last=True)
        self._piece.clear()
        self.media_type = self._recognised.media_type(
            io.BufferedReader(_Content(self._read, self.size), PIECE)
        )

    def _read(self, nth: int) -> bytes:
        """The decrypted piece."""
        nonce, length = self._written[nth]
        self._file.seek(sum(length for _, length in self._written[:nth]))
        where = PieceOf(self._authority_id, self._id, nth, nth == len(self._written) - 1)
        return self._keyring.open_piece(where, self._keyring.current, nonce, self._file.read(length))

    def _write(self, piece: bytes, *, last: bool) -> None:
        where = PieceOf(self._authority_id, self._id, len(self._written), last)
        nonce, ciphertext = self._keyring.seal_piece(where, piece)
        self._file.write(ciphertext)
        self._written.append((nonce, len(ciphertext)))

    @property
    def sealed(self) -> Sealed:
        """The id and commitment for the event."""
        return Sealed(self._id, self._suite.prefix + self._commitment.hexdigest())

    @property
    def digest(self) -> str:
        """A keyed digest of the content, which identifies a repeated upload."""
        return self._digest.hexdigest()

    async def register(self, connection: Connection) -> None:
        """Write the pieces to the database, in the transaction of the recording."""
        self._file.seek(0)
        for nth, (nonce, length) in enumerate(self._written):
            ciphertext = self._file.read(length)
            await connection.execute(
                SQL["add_piece"], self._authority_id, self._id, nth, self._keyring.current, nonce, ciphertext
            )
        await connection.execute(
            SQL["add_document"], self._authority_id, self._id, self._salt, self.size, len(self._written)
        )


class _Content(io.RawIOBase):
    """The content as a seekable file; decrypts a piece at a time."""

    def __init__(self, piece: Callable[[int], bytes], size: int) -> None:
        self._piece, self._size, self._at = piece, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size:
            return 0
        nth, start = divmod(self._at, PIECE)
        found = self._piece(nth)[start : start + len(buffer)]
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)


class Filed(msgspec.Struct, frozen=True):
    """A document of a request, for lists. version: of the entry that filed it."""

    version: int
    on: str
    document: str
    kind: str
    media_type: str
    size_bytes: int
    note: str | None = None

    @classmethod
    def of(cls, version: int, event: DocumentFiled[Any], note: str | None = None) -> Self:
        return cls(
            version, str(event.on), event.document, event.kind, event.media_type, event.size_bytes, note
        )


class Held(msgspec.Struct, frozen=True):
    """Where a given file is filed, byte for byte. position: of the entry in the log. corrected_by: the later entry that
    replaced it with a corrected paper.
    """

    reference: str
    version: int
    position: int
    on: str
    document: str
    kind: str
    corrected_by: int | None = None


async def held(connection: Connection, keyring: Keyring, authority_id: int, sealed: Sealed) -> bytes | None:
    """A whole document in memory; None if it was erased. Raises VaultKeyFault."""
    row = await connection.fetchrow(SQL["document"], authority_id, sealed.id)
    if row is None:
        return None
    salt, _, count = row
    content = bytearray()
    for nth in range(count):
        piece = await connection.fetchrow(SQL["piece"], authority_id, sealed.id, nth)
        if piece is None:
            raise VaultKeyFault("材料已不完整")
        content += keyring.open_piece(PieceOf(authority_id, sealed.id, nth, nth == count - 1), *piece)
    if not is_of(sealed.commitment, salt, bytes(content)):
        raise VaultKeyFault("材料与其登记不符")
    return bytes(content)


class Download:
    """A download of one document. filename: suggested name."""

    def __init__(
        self, database: Database, keyring: Keyring, authority_id: int, sealed: Sealed, filed: Filed
    ) -> None:
        self._database = database
        self._keyring = keyring
        self._authority_id = authority_id
        self._sealed = sealed
        self.filed = filed
        self.size = 0
        self._pieces = 0
        self._salt = b""

    @property
    def filename(self) -> str:
        ending = EXTENSIONS.get(self.filed.media_type, "bin")
        name = self.filed.document
        return name if name.lower().endswith(f".{ending}") else f"{name}.{ending}"

    async def open(self, reference: object) -> None:
        """Raises DocumentErased."""
        async with self._database.transaction(self._authority_id, reading=True) as connection:
            row = await connection.fetchrow(SQL["document"], self._authority_id, self._sealed.id)
        if row is None:
            raise DocumentErased(reference=reference, asked=self.filed.version)
        self._salt, self.size, self._pieces = row

    async def pieces(self) -> AsyncIterator[bytes]:
        """The content in pieces. No database connection is held while the caller uses a piece.

        Raises VaultKeyFault before the last piece if the content does not match its commitment.
        """
        try:
            suite = suites.of_digest(self._sealed.commitment)
        except SuiteUnknown as wrong:
            raise VaultKeyFault(str(wrong)) from None
        whole = suite.hash(self._salt)
        for nth in range(self._pieces):
            async with self._database.transaction(self._authority_id, reading=True) as connection:
                row = await connection.fetchrow(SQL["piece"], self._authority_id, self._sealed.id, nth)
            if row is None:
                raise VaultKeyFault("材料已不完整")
            last = nth == self._pieces - 1
            piece = self._keyring.open_piece(PieceOf(self._authority_id, self._sealed.id, nth, last), *row)
            whole.update(piece)
            if last and suite.prefix + whole.hexdigest() != self._sealed.commitment:
                raise VaultKeyFault("材料与其登记不符")
            yield piece
