"""The media type of a document by its bytes, whatever its name and the sender say."""

from __future__ import annotations

import codecs
import re
from typing import IO

from adapters import office_archives
from adapters.refusals import DocumentNotAccepted
from projections.history_of_request import MEDIA_TYPES

EXTENSIONS: dict[str, str] = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/tiff": "tif",
    office_archives.WORD: "docx",
    office_archives.SHEET: "xlsx",
    office_archives.OFD: "ofd",
    "text/plain": "txt",
}
"""The accepted media types, and the file extension of each."""

WORDS = "、".join(MEDIA_TYPES[each] for each in EXTENSIONS)


_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_ZIP = b"PK\x03\x04"

_TO_BE_SAVED_ANEW: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (
        re.compile(rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        "是旧版Word、Excel、WPS的文件，请另存为DOCX、XLSX或PDF",
    ),
    (re.compile(rb".{4}ftyp(?:hei[cfx]|mif1|avif)", re.DOTALL), "是手机的HEIC照片，请转存为JPEG"),
)
"""First bytes of formats that are not accepted but often uploaded, with advice what to do."""

_LONGEST_HEAD = 12

# Control characters other than tab, line feed, form feed and carriage return: a text has none.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")


class Recognised:
    """Recognises the media type of content fed in chunks; stores only a few bytes."""

    def __init__(self) -> None:
        self._magic: str | None = None
        self._begun = False
        self._is_zip = False
        self._texts = {name: codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")}
        self._head = b""

    def feed(self, data: bytes) -> None:
        if not self._begun:
            self._head += data
            if len(self._head) < _LONGEST_HEAD:
                return
            self._begin()
            data = self._head
        self._look(data)

    def _begin(self) -> None:
        self._begun = True
        self._magic = next((kind for magic, kind in _MAGIC if self._head.startswith(magic)), None)
        self._is_zip = self._head.startswith(_ZIP)
        if self._magic or self._is_zip:
            self._texts.clear()

    def _look(self, data: bytes) -> None:
        for name, decoder in list(self._texts.items()):
            try:
                if _CONTROLS.search(decoder.decode(data)):
                    self._texts.clear()
                    return
            except UnicodeDecodeError:
                del self._texts[name]

    def media_type(self, content: IO[bytes]) -> str:
        """The media type of what was fed. content: the same content, seekable; read if it is an archive. Raises
        DocumentNotAccepted."""
        if not self._begun:
            self._begin()
            self._look(self._head)
        if self._magic:
            return self._magic
        if self._is_zip:
            try:
                return office_archives.Archive(content).kind()
            except office_archives.NotTaken as wrong:
                raise DocumentNotAccepted(problem=str(wrong), allowed=WORDS) from None
        for decoder in self._texts.values():
            try:
                decoder.decode(b"", final=True)
            except UnicodeDecodeError:
                continue
            return "text/plain"
        known = (why for begins, why in _TO_BE_SAVED_ANEW if begins.match(self._head))
        raise DocumentNotAccepted(problem=next(known, "的类型不能识别"), allowed=WORDS)
