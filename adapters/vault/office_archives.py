"""Which office document a zip archive is, by its directory and its list of content types; programs are not taken."""

from __future__ import annotations

import struct
from typing import IO
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFD = "application/ofd"

_MAIN = {WORD: "word/document.xml", SHEET: "xl/workbook.xml", OFD: "ofd.xml"}
_TYPES = "[content_types].xml"
_PROGRAMS = ("vbaproject", "macroenabled", "macrosheet", "dialogsheet", "vbadata")
"""In the name of a part or of its content type, where the document carries a program."""
_MOST_ENTRIES, _MOST_DIRECTORY, _MOST_TYPES = 5_000, 1_048_576, 1_048_576
_END, _LONGEST_END = b"PK\x05\x06", 65_557
_ENCRYPTED = 0x1


class NotTaken(ValueError):
    """Why, in Chinese, after 此文件."""


def kind_of(archive: IO[bytes]) -> str:
    """The media type. archive: the whole file, seekable. Raises NotTaken."""
    _check_end(archive)
    try:
        with ZipFile(archive) as opened:
            entries = opened.infolist()
            names = [entry.filename.replace("\\", "/").lstrip("/").casefold() for entry in entries]
            if len(set(names)) != len(names):
                raise NotTaken("是含有同名部件的压缩文件")
            if any(entry.flag_bits & _ENCRYPTED for entry in entries):
                raise NotTaken("是加了密码的压缩文件")
            if any(word in name for name in names for word in _PROGRAMS):
                raise NotTaken("含有宏程序")
            kinds = [kind for kind, main in _MAIN.items() if main in names]
            if len(kinds) != 1:
                raise NotTaken("是不能识别的压缩文件")
            if kinds != [OFD]:
                if _TYPES not in names:
                    raise NotTaken("是不能识别的压缩文件")
                with opened.open(entries[names.index(_TYPES)]) as part:
                    _check_types(part.read(_MOST_TYPES + 1))
            return kinds[0]
    except (BadZipFile, ZlibError, EOFError, RuntimeError, NotImplementedError, OSError, ValueError) as wrong:
        raise wrong if isinstance(wrong, NotTaken) else NotTaken("是已损坏的压缩文件") from None


def _check_end(archive: IO[bytes]) -> None:
    """Before the directory is read: a small file may claim any number of entries."""
    length = archive.seek(0, 2)
    archive.seek(max(0, length - _LONGEST_END))
    tail = archive.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < 22:
        raise NotTaken("是已损坏的压缩文件")
    entries, size = struct.unpack_from("<HL", tail, at + 10)
    if entries > _MOST_ENTRIES or size > _MOST_DIRECTORY:
        raise NotTaken("是部件过多的压缩文件")


def _check_types(xml: bytes) -> None:
    if len(xml) > _MOST_TYPES:
        raise NotTaken("是部件过多的压缩文件")
    try:
        listed = fromstring(xml, forbid_dtd=True)
    except (DefusedXmlException, ParseError, ValueError, LookupError):
        raise NotTaken("是不能识别的压缩文件") from None
    for each in listed:
        said = "".join(each.attrib.values()).casefold()
        if any(word in said for word in _PROGRAMS):
            raise NotTaken("含有宏程序")
