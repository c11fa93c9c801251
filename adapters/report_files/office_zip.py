"""A zipped office file from outside, opened with care: bounded parts, no macros, no entities, nothing followed."""

from __future__ import annotations

import io
from xml.etree.ElementTree import Element, ParseError
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

MOST_PARTS = 2_000
MOST_PART_BYTES = 20_000_000
MOST_UNPACKED_BYTES = 60_000_000

_ENCRYPTED = 0x1

_STRICT = {
    f"http://purl.oclc.org/ooxml/{strict}".encode(): f"http://schemas.openxmlformats.org/{usual}".encode()
    for strict, usual in (
        ("wordprocessingml/main", "wordprocessingml/2006/main"),
        ("spreadsheetml/main", "spreadsheetml/2006/main"),
        ("officeDocument/relationships", "officeDocument/2006/relationships"),
    )
}
"""Names of the strict variety of the format, and those of the usual one: it says the same in other names."""


class ReportFileFault(ValueError):
    """A file that is not read. code: too_large, unknown_kind, old_or_encrypted, macros, damaged, forbidden_xml,
    scanned, no_tables."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(text)


class Parts:
    """The parts of a zipped office file. Sizes that its directory claims are not believed."""

    def __init__(self, data: bytes, needed: str) -> None:
        """needed: the part that such a file cannot lack. Raises ReportFileFault for any other file."""
        try:
            self._zip = ZipFile(io.BytesIO(data))
        except (BadZipFile, ValueError, NotImplementedError, OSError):
            raise ReportFileFault("damaged", "文件已损坏，或不是它的后缀所示的格式") from None
        entries = self._zip.infolist()
        if len(entries) > MOST_PARTS:
            raise ReportFileFault("too_large", f"文件由{len(entries)}个部件组成，过多")
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise ReportFileFault("old_or_encrypted", "加了密码的文件不能读取")
        self._names = {entry.filename for entry in entries}
        if len(self._names) != len(entries):
            raise ReportFileFault("damaged", "文件中有同名的部件")
        if any(name.lower().endswith("vbaproject.bin") for name in self._names):
            raise ReportFileFault("macros", "含宏的文件不予读取，请另存为不含宏的文件")
        if needed not in self._names:
            raise ReportFileFault("unknown_kind", "文件的内容不是它的后缀所示的格式")
        self._left = MOST_UNPACKED_BYTES

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def xml(self, name: str) -> Element:
        """A part as XML. Raises ReportFileFault where it is missing, damaged, too large or declares entities."""
        if name not in self._names:
            raise ReportFileFault("damaged", f"文件缺少部件“{name}”")
        most = min(MOST_PART_BYTES, self._left)
        try:
            with self._zip.open(name) as part:
                data = part.read(most + 1)
        except (BadZipFile, ZlibError, EOFError, RuntimeError, NotImplementedError, OSError, ValueError):
            raise ReportFileFault("damaged", f"部件“{name}”已损坏") from None
        if len(data) > most:
            raise ReportFileFault("too_large", f"部件“{name}”展开后过大")
        self._left -= len(data)
        if b"purl.oclc.org/ooxml" in data:
            for strict, usual in _STRICT.items():
                data = data.replace(strict, usual)
        try:
            return fromstring(data, forbid_dtd=True)
        except DefusedXmlException:
            raise ReportFileFault("forbidden_xml", f"部件“{name}”含有不允许的声明") from None
        except (ParseError, ValueError, LookupError):
            raise ReportFileFault("damaged", f"部件“{name}”不是合格的XML") from None
