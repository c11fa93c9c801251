"""Recognises the kind of a file by its content; by its name only if the content is ambiguous."""

from __future__ import annotations

import re
from pathlib import PurePath

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED, OFFICE_XML, EMPTY = "encrypted", "office xml", "empty"
_OLD_NAMES = (".doc", ".xls", ".wps", ".et", ".dot", ".xlt", ".wpt", ".ett")
_BEGINNINGS = {
    b"{\\rtf": ".rtf",
    b"\x89PNG": ".png",
    b"\xff\xd8\xff": ".jpg",
    b"GIF8": ".gif",
    b"II*\0": ".tif",
    b"MM\0*": ".tif",
    b"Rar!": ".rar",
    b"7z\xbc\xaf": ".7z",
    b"\x1f\x8b": ".gz",
}
_PARTS = {
    b"xl/workbook.bin": ".xlsb",
    b"xl/workbook": ".xlsx",
    b"word/document": ".docx",
    b"opendocument.spreadsheet": ".ods",
    b"opendocument.": ".odt",
    b"ofd.xml": ".ofd",
}
"""Kind of a zip file by bytes that it contains; in lower case. The first match counts."""
_STREAMS = {"WordDocument".encode("utf-16-le"): ".doc", "Workbook".encode("utf-16-le"): ".xls"}
"""Kind of an old Office file by the name of a stream that it contains."""
_ZIPPED = (".docx", ".xlsx", ".ofd", ".ods", ".odt", ".xlsb", *_OLD_NAMES)
_PAGE = re.compile(rb"<(!doctype html|html|head|body|table|meta)")


def kind_of(data: bytes, name: str) -> str:
    """A file extension such as .docx, or ENCRYPTED, OFFICE_XML or EMPTY. For unknown content that of the name, which may
    be empty."""
    ending = PurePath(name.strip()).suffix.lower()
    head = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"").lower()
    if not data.strip():
        return EMPTY if ending else ""
    if data.startswith(OLD_OFFICE):
        return _old(data, ending)
    if data.startswith(b"PK"):
        return _zipped(data, ending)
    if b"%pdf-" in head[:1024]:
        return ".pdf"
    if b"mime-version:" in head[:2_000] and b"content-type:" in head:
        return ".mhtml"
    if head.startswith(b"<?xml") and b"mso-application" in head:
        return OFFICE_XML
    if ending != ".json" and _PAGE.search(head):
        return ".html"
    return next((kind for beginning, kind in _BEGINNINGS.items() if data.startswith(beginning)), ending)


def _old(data: bytes, ending: str) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return ENCRYPTED
    if ending in _OLD_NAMES:
        return ending
    return next((kind for part, kind in _STREAMS.items() if part in data), ENCRYPTED)


def _zipped(data: bytes, ending: str) -> str:
    names = data.lower()
    found = next((kind for part, kind in _PARTS.items() if part in names), None)
    if found is not None:
        return found
    return ending if ending in _ZIPPED else ".zip"
