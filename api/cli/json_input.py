"""Reads JSON from files and standard input; for other formats says what to do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import msgspec

from adapters.register.recording.decoding import MARK, SAVE_AS_UTF_8, broken_json, check_utf8
from domain.law.refusals import Malformed

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "是Excel或Word文件（.xlsx、.docx）或压缩包，不是JSON文字；请把内容另存为文本"),
    (b"\xd0\xcf\x11\xe0", "是旧版Excel或Word文件（.xls、.doc），不是JSON文字；请把内容另存为文本"),
    (b"%PDF", "是PDF文件，不是JSON文字"),
)


def without_mark(text: bytes) -> bytes:
    """The bytes without the byte order mark that Windows editors write."""
    return text.removeprefix(MARK)


def check_kind(start: bytes) -> None:
    """Of a whole file or of its first line. Raises Malformed for a file of another kind or in UTF-16."""
    for magic, problem in _OTHERS:
        if start.startswith(magic):
            raise Malformed(field="文件：", problem=problem)
    if start.startswith(_UTF_16) or b"\x00" in start[:64]:
        raise Malformed(field="文件：", problem=f"是UTF-16编码（记事本的“Unicode”）；{SAVE_AS_UTF_8}")


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """Raises Malformed for a file of another kind."""
    for number, line in enumerate(file):
        if not number:
            check_kind(line)
        yield line


def json_object(file: BinaryIO, field: str) -> dict[str, Any]:
    """Raises Malformed."""
    text = file.read()
    check_kind(text)
    check_utf8(text)
    try:
        found = msgspec.json.decode(without_mark(text))
    except (msgspec.DecodeError, RecursionError):
        raise Malformed(field=f"{field}：", problem=broken_json(without_mark(text).decode())) from None
    if not isinstance(found, dict):
        raise Malformed(field=f"{field}：", problem="应为一个JSON对象，写在{}之内")
    return found
