"""Documents: typed by their content, sealed piece by piece, returned as attachments, gone when erased."""

from __future__ import annotations

import asyncio
import io
import json
import os
import random
import warnings
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import pytest

from adapters.refusals import DocumentNotAccepted
from adapters.vault.media_types import Recognised
from tests.adapters.recordings import PDF, fetch, line
from tests.api.conftest import Door, Running, Served, Taizhang, assert_repeats, serving_fresh
from tests.api.officers import appoint_first, register_of
from tests.builders import (
    amended,
    answered,
    document_filed,
    erasure_requested,
    personal_data_erased,
    personal_data_restricted,
    received,
    restriction_lifted,
)

if TYPE_CHECKING:
    from tests.conftest import DatabaseServer

R = received("2020-03-02")
MIB = 1_048_576
OCTETS = {"Content-Type": "application/octet-stream"}
FIELDS = {"on": "2020-03-03", "document": "申请表（扫描件）", "kind": "application"}


def archive(*names: str, types: bytes | str = "", stored: bytes = b"x" * 500) -> bytes:
    """types: of the parts, as the list of content types names them."""
    listed = (
        types
        or '<?xml version="1.0"?><Types><Default Extension="xml" ContentType="application/xml"/></Types>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as written, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name that occurs twice
        for name in names:
            content = listed if name.lower() == "[content_types].xml" else stored
            written.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def encrypted(packed: bytes) -> bytes:
    """The same archive, each part marked as encrypted."""
    marked = bytearray(packed)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = marked.find(signature)
        while at >= 0:
            marked[at + flags] |= 1
            at = marked.find(signature, at + 4)
    return bytes(marked)


OFFICE = ("[Content_Types].xml", "_rels/.rels")
MACRO_SHEET = '<Types><Override PartName="/xl/sheet1.xml" ContentType="application/vnd.ms-excel.{}macrosheet+xml"/></Types>'


DOCX = archive(*OFFICE, "word/document.xml")
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def file(
    door: Door,
    reference: str,
    content: Any = PDF,
    key: str | None = None,
    *,
    headers: dict[str, str] | None = None,
    **fields: str,
) -> httpx.Response:
    named = {"Idempotency-Key": key or str(uuid4()), **OCTETS, **(headers or {})}
    return await door.call(
        "POST", f"requests/{reference}/documents", content=content, params=FIELDS | fields, headers=named
    )


# --- what the content is ---


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(20), "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg"),
        (b"II*\x00" + bytes(20), "image/tiff"),
        (b"MM\x00*" + bytes(20), "image/tiff"),
        (DOCX, WORD),
        (archive("[Content_Types].xml", "xl/workbook.xml"), SHEET),
        (archive("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
        ("情况说明\r\n一、𠮷田".encode(), "text/plain"),
        ("情况说明".encode("gb18030"), "text/plain"),
        (b"<script>alert(1)</script>", "text/plain"),
        (b"a", "text/plain"),
        (b"\x7fELF" + bytes(50), None),
        (b"MZ\x90\x00" + bytes(50), None),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(50), None),
        (archive("a.txt"), None),
        *(
            (archive(*OFFICE, "word/document.xml", f"word/{name}"), None)
            for name in (
                "vbaProject.bin",
                "VBAPROJECT.BIN",
                "vbaproject.Bin",
                "x/vbaProject1.bin",
                "vbaData.xml",
            )
        ),
        (archive(*OFFICE, "word/document.xml", "word\\VbaProject.bin"), None),
        (archive(*OFFICE, "xl/workbook.xml", "xl/macrosheets/sheet1.xml"), None),
        (archive(*OFFICE, "xl/workbook.xml", "XL/MacroSheets/sheet1.xml"), None),
        (archive(*OFFICE, "xl/workbook.xml", "xl/sheet1.xml", types=MACRO_SHEET.format("")), None),
        (archive(*OFFICE, "xl/workbook.xml", "xl/sheet1.xml", types=MACRO_SHEET.format("intl")), None),
        (
            archive(*OFFICE, "xl/workbook.xml", types=MACRO_SHEET.format("").replace("macro", "&#109;acro")),
            None,
        ),
        (archive(*OFFICE, "xl/workbook.xml", types=MACRO_SHEET.format("").encode("utf-16")), None),
        (
            archive(
                *OFFICE,
                "word/document.xml",
                types='<Types><Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
            ),
            None,
        ),
        (
            archive(
                *OFFICE,
                "word/document.xml",
                types='<Types><Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>',
            ),
            None,
        ),
        (archive(*OFFICE, "word/document.xml", types='<!DOCTYPE x [<!ENTITY y "z">]><Types/>'), None),
        (archive(*OFFICE, "word/document.xml", types="no list"), None),
        (archive(*OFFICE, "word/document.xml", "Word/Document.xml"), None),
        (archive(*OFFICE, "word/document.xml", "word/document.xml"), None),
        (archive("word/document.xml"), None),
        (archive("word/document.xml", "xl/workbook.xml"), None),
        (archive(*OFFICE, "word/document.xml", "xl/workbook.xml"), None),
        (archive("a.txt", "about word/document.xml"), None),
        (archive("a.exe", stored=b"word/document.xml"), None),
        (archive("a.zip", stored=DOCX), None),
        (encrypted(DOCX), None),
        (DOCX[:-30], None),
        (DOCX[:60], None),
        (archive(*OFFICE, "word/document.xml", *(f"word/{n}" for n in range(6_000))), None),
        (archive(*OFFICE, "word/document.xml", types="<Types>" + " " * 2 * MIB + "</Types>"), None),
        (DOCX + b"%PDF-1.7", WORD),
        (b"text\x00text", None),
        (b"\x1b[2Jtext", None),
        ("情况".encode()[:-1], None),
    ],
)
def test_the_media_type_follows_from_the_content_alone(content: bytes, media_type: str | None) -> None:
    """Magic numbers, parts of an archive, text without control characters, in pieces of any size. Programs are refused."""
    for size in (1, 7, len(content)):
        recognised = Recognised()
        for start in range(0, len(content), size):
            recognised.feed(content[start : start + size])
        if media_type is None:
            with pytest.raises(DocumentNotAccepted):
                recognised.media_type(io.BytesIO(content))
        else:
            assert recognised.media_type(io.BytesIO(content)) == media_type


async def test_an_archive_of_several_pieces_is_inspected(door: Door) -> None:
    """Its directory is in the last piece, its list of types in the first; it is filed unchanged."""
    reference = await door.given(R)
    noise = random.Random(1).randbytes(700_000)
    large = archive(*OFFICE, "word/document.xml", "word/media/image1.png", stored=noise)
    assert (await file(door, reference, large, "large")).status_code == 201
    assert (await door.get(f"requests/{reference}/documents/2")).content == large
    hidden = archive(
        "word/media/image1.png", *OFFICE, "word/document.xml", "word/VBAPROJECT.BIN", stored=noise
    )
    refused = await file(door, reference, hidden, document="另一件")
    assert (refused.status_code, refused.json()["code"]) == (415, "document_not_accepted")
    assert "宏" in refused.json()["detail"]


# --- filed and fetched ---


async def test_a_document_is_filed_and_fetched(door: Door) -> None:
    """201 with the entry; returned byte for byte, as an attachment that browsers neither show nor sniff."""
    reference = await door.given(R)
    reply = await file(door, reference, DOCX, "once")
    assert (reply.status_code, reply.json()["version"], reply.headers["etag"]) == (201, 2, '"2"'), reply.text

    (filed,) = await door.json(f"requests/{reference}/documents")
    assert filed == {
        "version": 2, "on": "2020-03-03", "document": "申请表（扫描件）", "kind": "application",
        "media_type": WORD, "size_bytes": len(DOCX), "note": None,
    }  # fmt: skip
    found = await door.get(f"requests/{reference}/documents/2")
    assert (found.status_code, found.content) == (200, DOCX)
    assert found.headers["content-type"] == "application/octet-stream"
    assert found.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E7%94%B3")
    assert found.headers["content-disposition"].endswith(".docx")
    assert found.headers["content-length"] == str(len(DOCX))
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["content-security-policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert found.headers["cache-control"] == "no-store"
    (*_, last) = (await door.json(f"requests/{reference}"))["history"]
    assert last["sentence"] == f"2020-03-03材料入卷：申请表（扫描件）（申请材料，DOCX，{len(DOCX)}字节）"
    assert [each["field"] for each in await door.json(f"requests/{reference}/sealed")] == [
        "applicant",
        "description",
    ]


async def test_no_byte_is_stored_in_clear(door: Door) -> None:
    """Neither content nor name of a large document is readable in its pieces; each is sealed separately."""
    reference = await door.given(R)
    content = b"%PDF-" + b"canary in the mine. " * 60_000
    assert (await file(door, reference, content)).status_code == 201
    rows = await fetch(door.dsn, """SELECT nth, nonce, ciphertext FROM document_pieces
        JOIN authorities USING (authority_id) WHERE code = $1 ORDER BY nth""", door.code)  # fmt: skip
    assert [row["nth"] for row in rows] == list(range(5))
    assert len({row["nonce"] for row in rows}) == 5
    assert sum(len(row["ciphertext"]) for row in rows) == len(content) + 5 * 16
    assert not any(b"canary" in row["ciphertext"] for row in rows)


async def test_a_repeated_upload_gets_the_same_reply(door: Door) -> None:
    """Same Idempotency-Key, content and fields: same reply, stored once; other content or fields: 422."""
    reference = await door.given(R)
    first = await file(door, reference, PDF, "key")
    again = await file(door, reference, PDF, "key")
    assert_repeats(again, first)
    for other in (file(door, reference, PDF + b"x", "key"), file(door, reference, PDF, "key", kind="other")):
        refused = await other
        assert (refused.status_code, refused.json()["code"]) == (422, "command_reused")
    count = "SELECT count(*) FROM documents JOIN authorities USING (authority_id) WHERE code = $1"
    assert (await fetch(door.dsn, count, door.code))[0][0] == 1
    assert (await file(door, reference, PDF)).json()["code"] == "document_exists"
    seen = await file(door, reference, PDF, document="另一份", headers={"If-Match": '"1"'})
    assert (seen.status_code, seen.json()["code"]) == (412, "version_conflict")


async def test_a_refused_document_leaves_nothing(door: Door) -> None:
    """Each with its code; no piece remains, and the log is unchanged."""
    reference = await door.given(R)
    before = await door.stored()
    cases: list[tuple[httpx.Response, int, str]] = [
        (await file(door, "2020-7777"), 404, "request_unknown"),
        (await file(door, reference, b""), 400, "malformed"),
        (await file(door, reference, b"MZ" + bytes(50)), 415, "document_not_accepted"),
        (await file(door, reference, headers={"Content-Type": "application/pdf"}), 415, "not_bytes"),
        (await file(door, reference, headers={"Content-Type": "multipart/form-data; boundary=x"}), 415, "not_bytes"),
        (await file(door, reference, headers={"Content-Encoding": "gzip"}), 415, "not_bytes"),
        (await file(door, reference, headers={"Idempotency-Key": "不可见"[:0]}), 400, "malformed"),
        (await file(door, reference, on="2020-03-01"), 422, "before_receipt"),
        (await file(door, reference, on="2099-03-01"), 422, "in_the_future"),
        (await file(door, reference, kind="secret"), 400, "malformed"),
        (await file(door, reference, document="一\n二"), 400, "malformed"),
        (await door.post(f"requests/{reference}/events", document_filed("2020-03-03"), clear={"content": "0" * 64}), 400, "malformed"),
    ]  # fmt: skip
    for reply, status, code in cases:
        assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text
    assert await door.stored() == before
    count = "SELECT count(*) FROM document_pieces JOIN authorities USING (authority_id) WHERE code = $1"
    assert (await fetch(door.dsn, count, door.code))[0][0] == 0


async def test_the_token_is_refused_if_officers_are_appointed_during_an_upload(
    door: Door, running: Running
) -> None:
    """The caller was allowed before the first byte; the first officer is appointed before the last."""
    reference = await door.given(R)

    async def content() -> AsyncIterator[bytes]:
        yield PDF[:10]
        await appoint_first(register_of(running), door.code)
        yield PDF[10:]

    reply = await file(door, reference, content())

    assert (reply.status_code, reply.json()["code"]) == (403, "token_closed")
    assert await fetch(door.dsn, "SELECT 1 FROM events JOIN authorities USING (authority_id) WHERE code = $1 AND topic = 'document_filed'", door.code) == []  # fmt: skip


async def test_a_missing_document_cannot_be_fetched(door: Door) -> None:
    """An entry that filed none, an unknown entry, an invalid number."""
    reference = await door.given(R)
    for version, status, code in (
        ("1", 404, "document_unknown"), ("9", 404, "document_unknown"), ("x", 400, "malformed"), ("٣", 400, "malformed"),
    ):  # fmt: skip
        found = await door.get(f"requests/{reference}/documents/{version}")
        assert (found.status_code, found.json()["code"]) == (status, code)


async def test_twenty_mebibytes_are_accepted_and_a_byte_more_is_not(door: Door) -> None:
    """With and without a length; other addresses still accept only 1 MiB."""
    reference = await door.given(R)
    largest = b"%PDF-" + os.urandom(20 * MIB - 5)

    async def pieces(content: bytes) -> AsyncIterator[bytes]:
        for start in range(0, len(content), 100_000):
            yield content[start : start + 100_000]

    for content in (largest + b"x", pieces(largest + b"x")):
        refused = await file(door, reference, content)
        assert (refused.status_code, refused.json()["code"]) == (413, "document_too_large")
    assert (await file(door, reference, pieces(largest))).status_code == 201
    assert (await door.get(f"requests/{reference}/documents/2")).content == largest
    body = {"description": "x" * (MIB + 1)}
    assert (await door.post("requests", R, clear=body)).json()["code"] == "too_large"


async def test_exchanged_or_missing_pieces_are_not_returned(door: Door) -> None:
    """Write access to the database does not allow altering a document: the transfer breaks off."""
    reference = await door.given(R)
    content = b"%PDF-" + bytes(range(256)) * 4096
    assert (await file(door, reference, content)).status_code == 201
    attacks = (
        "UPDATE document_pieces SET nth = CASE nth WHEN 0 THEN 100 WHEN 1 THEN 0 ELSE nth END",
        "UPDATE documents SET pieces = pieces - 1",
        "UPDATE documents SET salt = decode('00', 'hex') || substr(salt, 2)",
        "DELETE FROM document_pieces WHERE nth = 2",
    )
    for attack in attacks:
        async with _damaged(door.dsn, attack):
            with pytest.raises(Exception, match="after response started"):  # the transfer breaks off
                await door.get(f"requests/{reference}/documents/2")
    assert (await door.get(f"requests/{reference}/documents/2")).content == content


class _damaged:  # noqa: N801 - reads as an adjective
    """Damages the stored pieces, and restores them afterwards."""

    def __init__(self, dsn: str, attack: str) -> None:
        self.dsn, self.attack = dsn, attack

    async def __aenter__(self) -> None:
        self.tables = ("documents", "document_pieces")
        for table in self.tables:
            await fetch(self.dsn, f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
        await fetch(self.dsn, self.attack)

    async def __aexit__(self, *_: object) -> None:
        for table in self.tables:
            await fetch(self.dsn, f"DELETE FROM {table}")
            await fetch(self.dsn, f"INSERT INTO {table} SELECT * FROM kept_{table}")
            await fetch(self.dsn, f"DROP TABLE kept_{table}")


# --- restricted, erased ---


async def test_restricted_documents_and_texts_are_refused(door: Door) -> None:
    """451 with the article, until the restriction is lifted."""
    reference = await door.given(R)
    await file(door, reference)
    await door.record(f"requests/{reference}/events", personal_data_restricted("2020-03-04"))
    assert (await door.json(f"requests/{reference}"))["restricted"] is True
    for address in ("sealed", "documents/2"):
        found = await door.get(f"requests/{reference}/{address}")
        assert (found.status_code, found.json()["code"]) == (451, "personal_data_is_restricted")
    await door.record(f"requests/{reference}/events", restriction_lifted("2020-03-05"))
    assert (await door.get(f"requests/{reference}/documents/2")).content == PDF
    assert (await door.get(f"requests/{reference}/sealed")).status_code == 200


async def test_one_token_is_one_person(door: Door, application: Any) -> None:
    """The requester of an erasure over HTTP cannot carry it out; another can, and the reply has the day on which it is final."""
    reference = await door.given(R, answered("2020-03-20"))
    await file(door, reference)
    await door.record(f"requests/{reference}/events", erasure_requested("2020-03-24", "all"))
    assert "personal_data_erased" in (await door.json(f"requests/{reference}"))["possible"]
    refused = await door.post(f"requests/{reference}/events", personal_data_erased("2020-03-24", 4))
    assert (refused.status_code, refused.json()["code"]) == (409, "erased_by_same_person")
    erased = line("erase", personal_data_erased("2020-03-24", 4), reference)
    reply = await application.litestar.state.register.record(door.code, erased, actor="another")
    assert "备份" in reply.note
    sealed = await door.json(f"requests/{reference}/sealed")
    assert [(each["value"], each["note"]) for each in sealed] == [(None, "已销毁")] * 2
    gone = await door.get(f"requests/{reference}/documents/3")
    assert (gone.status_code, gone.json()["code"]) == (410, "document_erased")
    assert [each["note"] for each in await door.json(f"requests/{reference}/documents")] == ["已销毁"]


async def test_the_same_applicant_over_http(door: Door) -> None:
    """Before a receipt is recorded, and at a separate address; the reply to the recording does not depend on it."""
    clear = {"applicant": {"name": "张三", "contacts": "13800138000"}}
    first = await door.record("requests", R, clear=clear)
    assert await door.json(f"requests/{first['reference']}/same-applicant") == {
        "count": 0,
        "in_month": 1,
        "requests": [],
    }
    preview = await door.post("requests", R, clear=clear, preview="true")
    second = await door.record("requests", R, clear=clear)
    expected = [
        {
            "reference": first["reference"],
            "received_on": "2020-03-02",
            "closed_on": None,
            "matched": ["contacts"],
            "stage": "in_hand",
            "outcome": None,
            "subject": None,
            "likeness": "repeated",
        }
    ]
    assert preview.json()["same_applicant"] == {"count": 1, "in_month": 2, "requests": expected}
    assert "same_applicant" not in second
    found = await door.json(f"requests/{second['reference']}/same-applicant")
    assert found == {"count": 1, "in_month": 2, "requests": expected}


# --- over a socket ---

PRELUDE = """
from api.web import documents
assert (documents.GRACE, documents.SLOWEST) == (30.0, 32768)
documents.GRACE = 1.0
"""


@pytest.fixture(scope="module")
async def hasty_server(
    server: DatabaseServer, template: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    async with serving_fresh(
        server, template, tmp_path_factory.mktemp("documents"), prelude=PRELUDE
    ) as found:
        yield found


@pytest.fixture
async def hasty(hasty_server: Served) -> Served:
    """A server that gives an upload one second plus time in proportion to its bytes."""
    return await hasty_server.with_authority()


async def test_a_slow_upload_completes_and_a_slow_attack_is_cut(hasty: Served) -> None:
    """Half a MiB in twelve steps, longer than any other call may take, is accepted; byte by byte gets 408."""
    reference = await hasty.given(R)

    async def steady() -> AsyncIterator[bytes]:
        yield b"%PDF-"
        for _ in range(12):
            await asyncio.sleep(0.2)
            yield bytes(43_690)

    assert (await file(hasty, reference, steady())).status_code == 201

    async def trickling() -> AsyncIterator[bytes]:
        for _ in range(100):
            await asyncio.sleep(0.1)
            yield b"%"

    try:
        cut = await file(hasty, reference, trickling(), document="另一份")
        assert (cut.status_code, cut.json()["code"]) == (408, "too_slow")
    except httpx.TransportError:
        pass  # closed before the client had sent everything
    assert len(await hasty.json(f"requests/{reference}/documents")) == 1


async def test_an_interrupted_upload_leaves_nothing(served: Served) -> None:
    """Disconnected in the middle, several at once: no piece, no entry, no server error, no file."""
    reference = await served.given(R)
    before = await served.stored()
    head = (
        f"POST {served.home}/requests/{reference}/documents?on=2020-03-03&document=x&kind=other HTTP/1.1\r\nhost: x\r\n"
        f"authorization: {served.client.headers['authorization']}\r\ncontent-type: application/octet-stream\r\n"
        f"idempotency-key: gone\r\ncontent-length: {4 * MIB}\r\n\r\n"
    )  # fmt: skip
    writers = []
    for _ in range(4):
        _, writer = await asyncio.open_connection("127.0.0.1", served.port)
        writer.write(head.encode() + b"%PDF-" + bytes(MIB))
        await writer.drain()
        writers.append(writer)
    for writer in writers:
        writer.transport.abort()
    until = monotonic() + 60
    while (
        sum(each.get("route", "").endswith("/documents") for each in served.log) < 4 and monotonic() < until
    ):
        assert (await served.get("/health/live")).status_code == 200
    assert await served.stored() == before
    assert (await fetch(served.dsn, "SELECT count(*) FROM document_pieces AS p JOIN authorities USING (authority_id) WHERE code = $1", served.code))[0][0] == 0  # fmt: skip
    assert [each for each in served.log if each["level"] in ("error", "critical")] == []
    open_files = [
        os.readlink(each) for each in Path(f"/proc/{served.process.pid}/fd").iterdir() if each.is_symlink()
    ]
    assert [each for each in open_files if "(deleted)" in each and each.startswith("/tmp")] == []


async def test_memory_stays_bounded_by_a_piece(served: Served) -> None:
    """Six documents of 20 MiB in and out: the process grows by less than 50 MB."""

    def resident() -> int:
        text = Path(f"/proc/{served.process.pid}/status").read_text()
        return int(text.split("VmRSS:")[1].split()[0]) // 1024

    reference = await served.given(R)
    await file(served, reference)
    before = resident()
    content = b"%PDF-" + bytes(20 * MIB - 5)
    replies = await asyncio.gather(*(file(served, reference, content, document=f"{nth}") for nth in range(6)))
    assert [reply.status_code for reply in replies] == [201] * 6, [reply.text for reply in replies]
    for version in range(3, 9):
        assert len((await served.get(f"requests/{reference}/documents/{version}")).content) == 20 * MIB
    too_large = await file(served, reference, content + b"x" * (4 * MIB), document="x")
    assert too_large.status_code == 413
    assert resident() - before < 50


# --- the command line ---


def test_documents_on_the_command_line(office: Taizhang, tmp_path: Path) -> None:
    """Filed from a file, listed, fetched into a new file that must not exist; erased by two persons."""
    sealed = json.dumps(
        {"applicant": {"name": "张三", "id_number": "110101199001010000"}, "description": "一份文件"}
    )
    receipt = (
        "--on", "2020-03-02", "--channel", "post", "--receipt-basis", "signed_for",
        "--applicant-kind", "natural_person", "--delivery", "paper", "--json", "-",
    )  # fmt: skip
    assert office("event", "new", "received", *receipt, stdin=sealed).code == 0
    second = office("event", "new", "received", *receipt, stdin=sealed)
    assert "其他申请1件（2020-0001），收到之月共2件（含本件）" in second.out
    found = office("same-applicant", "2020-0002", "--json").json()
    assert isinstance(found, dict)
    assert (found["count"], found["in_month"]) == (1, 2)

    by_page = office("fee", "2020-0001", "--pages", "119", "--on", "2021-03-01", "--json").json()
    assert isinstance(by_page, dict)
    assert (by_page["amount_yuan"], by_page["lines"]) == ("1080", [[31, 100, 10], [101, 119, 20]])
    by_item = office("fee", "2020-0002", "--on", "2021-03-01")
    assert "按件计收，当月第2件）：应收0元（国办函〔2020〕109号）" in by_item.out
    before = office("fee", "2020-0001", "--pages", "40", "--on", "2020-12-31")
    assert (before.code, "自2021-01-01起施行" in before.err) == (2, True)

    source, target = tmp_path / "scan.pdf", tmp_path / "out.pdf"
    source.write_bytes(PDF)
    filing = ("--document", "申请表", "--kind", "application", "--on", "2020-03-03")
    filed = office("document", "file", "2020-0001", str(source), *filing)
    assert (filed.code, "2020-0001第2条" in filed.out) == (0, True), filed.err
    assert "申请表" in office("document", "list", "2020-0001").out
    assert office("document", "fetch", "2020-0001", "2", str(target)).code == 0
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (PDF, 0o600)
    assert office("document", "fetch", "2020-0001", "2", str(target)).code == 2
    read = office("access-log", "--act", "personal_data_read", "--json").json()
    assert [each["reference"] for each in read] == ["2020-0001", "2020-0001"], (
        "the second was read, not written"
    )
    source.write_bytes(b"MZ" + bytes(100))
    refused = office("document", "file", "2020-0001", str(source), "--document", "x", *filing[2:])
    assert (refused.code, "document_not_accepted" in refused.err) == (1, True)

    assert (
        office("event", "2020-0001", "withdrawn", "--on", "2020-03-04", "--reason", "by_applicant").code == 0
    )
    asking = ("--on", "2020-03-05", "--scope", "all", "--basis", "保管期限届满", "--appraisal-no", "1号")
    assert office("event", "2020-0001", "erasure_requested", *asking, "--actor", "li").code == 0
    erasing = (
        "event",
        "2020-0001",
        "personal_data_erased",
        "--on",
        "2020-03-05",
        "--requested",
        "4",
        "--actor",
    )
    same = office(*erasing, "li")
    assert (same.code, "erased_by_same_person" in same.err) == (1, True)
    erased = office(*erasing, "wang")
    assert (erased.code, "备份到期" in erased.out) == (0, True)
    assert "已销毁" in office("history", "2020-0001", "--sealed").out
    assert office("document", "fetch", "2020-0001", "2", str(tmp_path / "again.pdf")).code == 1
    assert not (tmp_path / "again.pdf").exists()


def test_restriction_and_rotation_on_the_command_line(office: Taizhang, tmp_path: Path) -> None:
    """Restricted values are not shown as of an earlier moment either; all values are resealed with a new key."""
    sealed = json.dumps({"applicant": {"name": "张三"}, "description": "一份文件"})
    receipt = (
        "--on", "2020-03-02", "--channel", "post", "--receipt-basis", "signed_for",
        "--applicant-kind", "natural_person", "--delivery", "paper", "--json", "-",
    )  # fmt: skip
    assert office("event", "new", "received", *receipt, stdin=sealed).code == 0
    restricting = (
        "event",
        "2020-0001",
        "personal_data_restricted",
        "--on",
        "2020-03-04",
        "--basis",
        "申请人要求删除",
    )
    assert office(*restricting).code == 0
    for until in ((), ("--recorded-until", "2")):
        shown = office("history", "2020-0001", "--sealed", *until)
        assert (shown.code, "张三" in shown.out) == (1, False)
    assert (
        office("event", "2020-0001", "restriction_lifted", "--on", "2020-03-05", "--basis", "诉讼").code == 0
    )

    rotated = office("vault", "rotate")
    assert (rotated.code, "0002" in rotated.out) == (0, True), rotated.err
    resealed = office("vault", "reseal")
    assert (resealed.code, "内容2项" in resealed.out, "旧密钥" in resealed.out) == (0, True, True), (
        resealed.err
    )
    assert "张三" in office("history", "2020-0001", "--sealed").out
    national = office("vault", "rotate", "--suite", "gm")
    assert (national.code, "0003" in national.out, "gm（SM3、HMAC-SM3、SM4-GCM）" in national.out) == (
        0,
        True,
        True,
    )
    assert office("vault", "reseal").code == 0
    assert "张三" in office("history", "2020-0001", "--sealed").out
    assert "gm" in office("vault", "rotate", "--suite", "sm9").err


async def test_a_renamed_document_keeps_its_content(door: Door) -> None:
    """A replacement keeps the content, given as null."""
    reference = await door.given(R)
    await file(door, reference)
    renamed = amended("2020-03-04", 2, document_filed("2020-03-03", "另一名称", size_bytes=len(PDF)))
    await door.record(f"requests/{reference}/events", renamed, clear={"content": None})
    (filed,) = await door.json(f"requests/{reference}/documents")
    assert filed["document"] == "另一名称"
    assert (await door.get(f"requests/{reference}/documents/2")).content == PDF
