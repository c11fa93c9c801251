"""Reads an uploaded list, from a spreadsheet or a text file, as rows of cells."""

from __future__ import annotations

import csv
import io

from api.console import forms
from api.web.imports import read_list
from api.web.request import ApiRequest
from domain.law.refusals import Malformed

LARGEST = 1_000_000
"""Maximum bytes of a list."""
_BOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""The first bytes of xlsx and ods, and of xls."""


async def sent_as_csv(request: ApiRequest, field: str) -> bytes:
    """The file of a field of the form as CSV; of a spreadsheet the first sheet that is not empty. Empty if no file was chosen.

    Raises FileNotRead, Malformed, Unavailable.
    """
    sent = [each for each in forms.files(request).get(field, []) if each.filename]
    if not sent:
        return b""
    data = await sent[0].read()
    if len(data) > LARGEST:
        raise Malformed(field="", problem="清单的文件至多1 MB")
    if not data.startswith(_BOOKS):
        return data
    book = await read_list(request, data)
    rows = next((sheet.rows for sheet in book.sheets if any(map(any, sheet.rows))), ())
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
