"""The XML parts of a report in DOCX or XLSX, and the reasons why a file is not read."""

from __future__ import annotations

import io
from xml.etree.ElementTree import Element

from adapters import office_archives
from adapters.office_archives import Archive, NotTaken

MOST_PARTS = 2_000
MOST_PART_BYTES = 20_000_000
MOST_UNPACKED_BYTES = 60_000_000

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_STRICT = {
    f"http://purl.oclc.org/ooxml/{strict}".encode(): f"http://schemas.openxmlformats.org/{usual}".encode()
    for strict, usual in (
        ("wordprocessingml/main", "wordprocessingml/2006/main"),
        ("spreadsheetml/main", "spreadsheetml/2006/main"),
        ("officeDocument/relationships", "officeDocument/2006/relationships"),
    )
}
"""Namespaces of strict OOXML, and their transitional equivalents."""


class ReportFileFault(ValueError):
    """A file that cannot be read. code: too_large, unknown_kind, old_or_encrypted, macros, damaged, forbidden_xml,
    scanned, no_tables, too_slow, not_a_report."""

    def __init__(self, code: str, text: str) -> None:
        self.code = code
        super().__init__(text)


def opened(data: bytes, most_parts: int, most_bytes: int) -> Archive:
    """Raises ReportFileFault."""
    try:
        return Archive(io.BytesIO(data), most_parts, most_bytes)
    except NotTaken as why:
        raise fault_of(why) from None


def fault_of(why: NotTaken) -> ReportFileFault:
    return ReportFileFault(why.code, f"文件{why}")


class Parts:
    """The main part of an office file, and the parts that it refers to."""

    def __init__(self, data: bytes, kind: str) -> None:
        """kind: the media type that the file must have. Raises ReportFileFault."""
        self._archive = opened(data, MOST_PARTS, MOST_UNPACKED_BYTES)
        main = self._archive.main(kind)
        if main is None:
            raise ReportFileFault("unknown_kind", "文件的内容不是它的后缀所示的格式")
        self.main = main
        self._relations = self._relations_of(main)

    def __contains__(self, name: str) -> bool:
        return name in self._archive

    @property
    def has_pictures(self) -> bool:
        return any("/media/" in name for name in self._archive.names)

    def targets(self) -> dict[str, str]:
        """Names of the parts that the main part refers to, by relationship id."""
        return {
            each.get("Id", ""): office_archives.beside(self.main, each.get("Target", ""))
            for each in self._relations
        }

    def targets_of(self, name: str) -> dict[str, tuple[str, str]]:
        """Type and name of the parts that a part refers to, by relationship id."""
        return {
            each.get("Id", ""): (each.get("Type", ""), office_archives.beside(name, each.get("Target", "")))
            for each in self._relations_of(name)
        }

    def head(self, name: str, most: int) -> bytes:
        """The first bytes of a part, up to `most`; empty if it cannot be read."""
        try:
            with self._archive.open(name) as part:
                return part.read(most)
        except (NotTaken, *office_archives.BROKEN):
            return b""

    def related(self, what: str) -> Element | None:
        """The part of this type (styles, numbering, sharedStrings) that the main part refers to; None if missing."""
        folder = self.main.rpartition("/")[0]
        name = next(
            (
                office_archives.beside(self.main, each.get("Target", ""))
                for each in self._relations
                if each.get("Type", "").endswith(f"/{what}")
            ),
            f"{folder}/{what}.xml",
        )
        return self.xml(name) if name in self._archive else None

    def xml(self, name: str) -> Element:
        """The root of a part. Raises ReportFileFault if it is missing, damaged, too large or declares entities."""
        try:
            data = self._archive.read(name, MOST_PART_BYTES)
            if b"purl.oclc.org/ooxml" in data:
                for strict, usual in _STRICT.items():
                    data = data.replace(strict, usual)
            return office_archives.parsed(data, name)
        except NotTaken as why:
            raise fault_of(why) from None

    def _relations_of(self, part: str) -> list[Element]:
        folder, _, name = part.rpartition("/")
        relations = f"{folder}/_rels/{name}.rels"
        return list(self.xml(relations).iter(_RELATION)) if relations in self._archive else []
