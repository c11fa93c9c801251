"""Decodes the bytes of a page. A declared encoding is only a hint: many declare gb2312 and are UTF-8, or vice versa."""

from __future__ import annotations

import codecs
import re

from adapters.report_files.office_zip import ReportFileFault

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]{1,20})""", re.I)
_MOST_LOST = 0.005
"""Tolerated share of undecodable characters: a few are reported, more mean another encoding."""


def decode(data: bytes, declared: str | None = None) -> tuple[str, int]:
    """The text, and how many of its characters could not be decoded. Raises ReportFileFault if the data is not text.

    declared: the encoding named by the container of the page, such as a MIME header. UTF-8 is tried first, since text
    in GB18030 is hardly ever valid UTF-8.
    """
    if data.startswith(codecs.BOM_UTF8):
        return _decoded(data[3:], ["utf-8"])
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(data, ["utf-16"])
    if data[:2_000].count(0) > len(data[:2_000]) // 4:
        return _decoded(
            data, ["utf-16-le" if data[1:2_000:2].count(0) > data[:2_000:2].count(0) else "utf-16-be"]
        )
    return _decoded(data, ["utf-8", "gb18030", *_others(data, declared)])


def _others(data: bytes, declared: str | None) -> list[str]:
    """Other declared encodings such as Big5; not single-byte ones, which decode anything."""
    match = _DECLARED.search(data[:4096])
    for name in (declared, match[1].decode() if match else None):
        try:
            found = codecs.lookup(name or "").name
        except LookupError:
            continue
        if found in ("big5", "big5hkscs", "cp950", "euc_jp", "shift_jis"):
            return [found]
    return []


def _decoded(data: bytes, charsets: list[str]) -> tuple[str, int]:
    """Decode with the first encoding that fits, else with the one that loses least."""
    read = []
    for charset in charsets:
        try:
            return data.decode(charset), 0
        except UnicodeDecodeError:
            text = data.decode(charset, "replace")
            read.append((text.count("\ufffd"), text))
    lost, text = min(read, key=lambda each: each[0])
    if lost > 1 + _MOST_LOST * len(text):
        raise ReportFileFault("damaged", "网页的文字编码不能识别")
    return text, lost
