"""Opens zipped office files from outside safely: which kind of document, and its parts, within limits.

Sizes in the zip directory are not trusted, files with macros are refused, and external references are not followed.
"""

from __future__ import annotations

import re
import struct
from posixpath import dirname, normpath
from typing import IO, Literal
from xml.etree.ElementTree import Element, ParseError
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFD = "application/ofd"

Code = Literal["damaged", "too_large", "old_or_encrypted", "macros", "forbidden_xml", "unknown_kind"]

TYPES = "[content_types].xml"
_MAIN = {WORD: "word/document.xml", SHEET: "xl/workbook.xml", OFD: "ofd.xml"}
"""The usual path of the main part; some programs write word/document2.xml, as declared in the content types."""
_MAIN_TYPE = {
    WORD: re.compile(r"wordprocessingml\.(?:document|template)\.main\+xml"),
    SHEET: re.compile(r"spreadsheetml\.(?:sheet|template)\.main\+xml"),
}
_PROGRAMS = ("vbaproject", "macroenabled", "macrosheet", "dialogsheet", "vbadata")
"""Parts of names or content types that show that the document contains macros."""
_MOST_DIRECTORY, _MOST_TYPES = 1_048_576, 1_048_576
_END, _LONGEST_END = b"PK\x05\x06", 65_557
_ENCRYPTED = 0x1
BROKEN = (
    BadZipFile,
    ZlibError,
    EOFError,
    RuntimeError,
    NotImplementedError,
    OSError,
    ValueError,
    struct.error,
)
"""Exceptions of reading a damaged archive."""


class NotTaken(ValueError):
    """The file is refused. text: the reason in Chinese, to follow the word 文件."""

    def __init__(self, code: Code, text: str) -> None:
        self.code = code
        super().__init__(text)


class Archive:
    """The parts by name, ignoring case and the direction of slashes."""

    def __init__(self, file: IO[bytes], most_parts: int = 5_000, most_bytes: int | None = None) -> None:
        """file: seekable. most_bytes: limit of all uncompressed bytes read. Raises NotTaken."""
        _check_end(file, most_parts)
        try:
            self._zip = ZipFile(file)
        except BROKEN:
            raise NotTaken("damaged", "是已损坏的压缩文件，或内容与后缀不符") from None
        entries = self._zip.infolist()
        self._entries = {plain(entry.filename): entry for entry in entries}
        if len(self._entries) != len(entries):
            raise NotTaken("damaged", "是含有同名部件的压缩文件")
        if len(entries) > most_parts:
            raise NotTaken("too_large", "是部件过多的压缩文件")
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise NotTaken("old_or_encrypted", "加了密码，请去掉密码后另存")
        if any(word in name or name.startswith("basic/") for name in self._entries for word in _PROGRAMS):
            raise NotTaken("macros", "含有宏程序，请另存为不含宏的文件")
        self._left = most_bytes
        self.types = self._types()

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    @property
    def claimed_bytes(self) -> int:
        """The total uncompressed size that the zip directory claims."""
        return sum(entry.file_size for entry in self._entries.values())

    def __contains__(self, name: str) -> bool:
        return plain(name) in self._entries

    def main(self, kind: str) -> str | None:
        """The name of the main part of a document of that kind; None if missing."""
        wanted = _MAIN_TYPE.get(kind)
        named = [name for name, each in self.types.items() if wanted and wanted.search(each) and name in self]
        return named[0] if named else _MAIN[kind] if _MAIN[kind] in self else None

    def kind(self) -> str:
        """The media type. Raises NotTaken if it is unknown or ambiguous."""
        kinds = [kind for kind in _MAIN if self.main(kind) is not None]
        if len(kinds) != 1 or (kinds[0] in (WORD, SHEET) and TYPES not in self):
            raise NotTaken("unknown_kind", "是不能识别的压缩文件")
        return kinds[0]

    def open(self, name: str) -> IO[bytes]:
        """Open a part as a stream. Raises NotTaken."""
        entry = self._entries.get(plain(name))
        if entry is None:
            raise NotTaken("damaged", f"缺少部件“{name[:80]}”")
        # Office programs write no other methods, and others may need any amount of memory.
        if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise NotTaken("damaged", f"的部件“{name[:80]}”已损坏")
        try:
            return self._zip.open(entry)
        except BROKEN:
            raise NotTaken("damaged", f"的部件“{name[:80]}”已损坏") from None

    def read(self, name: str, most: int) -> bytes:
        """The bytes of a part. Raises NotTaken if it is missing, damaged or too large."""
        most = most if self._left is None else min(most, self._left)
        with self.open(name) as part:
            try:
                data = part.read(most + 1)
            except BROKEN:
                raise NotTaken("damaged", f"的部件“{name[:80]}”已损坏") from None
        if len(data) > most:
            raise NotTaken("too_large", f"的部件“{name[:80]}”展开后过大")
        if self._left is not None:
            self._left -= len(data)
        return data

    def _types(self) -> dict[str, str]:
        """The content type of each part by name. Raises NotTaken for macros."""
        if TYPES not in self:
            return {}
        listed = parsed(self.read(TYPES, _MOST_TYPES), "内容类型表")
        if any(word in "".join(each.attrib.values()).casefold() for each in listed for word in _PROGRAMS):
            raise NotTaken("macros", "含有宏程序，请另存为不含宏的文件")
        return {plain(each.get("PartName", "")): each.get("ContentType", "") for each in listed}


def plain(name: str) -> str:
    """A part's name, normalised."""
    return name.replace("\\", "/").lstrip("/").casefold()


def beside(part: str, target: str) -> str:
    """The name of a part that another part refers to."""
    return plain(target if target.startswith("/") else normpath(f"{dirname(part)}/{target}"))


def parsed(xml: bytes, name: str) -> Element:
    """Parse XML. Raises NotTaken if it is malformed or has a document type declaration."""
    try:
        return fromstring(xml, forbid_dtd=True)
    except DefusedXmlException:
        raise NotTaken("forbidden_xml", f"的部件“{name[:80]}”含有不允许的声明") from None
    except (ParseError, ValueError, LookupError):
        raise NotTaken("damaged", f"的部件“{name[:80]}”不是合格的XML") from None


def _check_end(archive: IO[bytes], most_parts: int) -> None:
    """Check the number of entries before the directory is read: a small file may claim any."""
    length = archive.seek(0, 2)
    archive.seek(max(0, length - _LONGEST_END))
    tail = archive.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise NotTaken("damaged", "是已损坏的压缩文件，或内容与后缀不符")
    entries, size = struct.unpack_from("<HL", tail, at + 10)
    if entries > most_parts or size > _MOST_DIRECTORY:
        raise NotTaken("too_large", "是部件过多的压缩文件")
