#!/usr/bin/env python3
"""核验台账审计包：只用Python 3（3.8以上）标准库，不联网，不需要台账程序。

用法：python3 verify.py [审计包.zip或其解压后的目录] [--key 公钥] [--checkpoint 存证点文件] [--document 文件]

逐项核对：包内文件与清单、登记与叶值、叶值与存证点的树根、存证点的签名、所属期间的登记是否齐全、封存内容与
承诺值；访问日志亦同。--key是另行取得的公钥；--checkpoint是先前留存的存证点（例如印在年报上的），日志的和访问日志的
可以各给一个。
--document是手中的一份文书或材料（可写多次）：核对它是否就是当时入卷的那一份，一字节未变；审计包须附有封存内容。
返回值：0相符，1有问题，2用法或文件有误，4没有发现问题，但有要求的核验未能进行。
"""

# An implementation of its own, from the specifications alone: RFC 6962 and 9162, RFC 8032, C2SP signed-note and
# tlog-checkpoint, GB/T 32905 (SM3), GB/T 32918 (SM2), and the leaf of Taizhang's formats 1 and 2. Taizhang's tests hold both to the
# same answers. What names no suite of algorithms is of `std`: SHA-256 and Ed25519. One that is not known here is never passed.

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import sys
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple, Tuple

LEAF_FIELDS = (
    "acknowledged", "actor", "authority", "body_mac", "command_id", "leaf_format", "on_behalf_of",
    "payload_sha256", "position", "recorded_at", "schema_version", "stream", "topic", "version",
)  # fmt: skip
ACCESS_FIELDS = (
    "act", "actor", "at", "authority", "id", "leaf_format", "position", "purpose", "reference", "result", "route",
    "source",
)  # fmt: skip
LEAF_FORMATS = {1: "std", 2: "gm"}
"""Rules by which leaves are made, and the suite of each."""
FROM_OUTSIDE = (
    "separation_waived",
    "supervision_ordered",
    "return_requested",
    "return_sent_back",
    "return_accepted",
    "restoration_requested",
    "restoration_confirmed",
)
RULES = {
    "file_missing": "审计包内应有的文件齐全",
    "file_changed": "审计包内各文件与包内清单一致",
    "file_unlisted": "审计包内没有清单之外的文件",
    "file_malformed": "审计包内各文件合于格式",
    "entry_changed": "登记的每一列与存证时的叶值一致",
    "leaf_format_unknown": "叶值的算法是本程序所知的",
    "suite_switched": "算法套件只在由两种密钥签名的存证点处换用，此前此后的登记、存证点各用其一",
    "suite_unknown": "摘要、签名和密文所用的算法套件是本程序所知的",
    "act_from_outside": "其他机关的人员，除由上级机关准许从简审批外，不在本机关登记",
    "entry_missing": "所属期间的登记、访问记录和有关申请的登记齐全",
    "time_reversed": "访问日志的时间不早于前面的10分钟以上",
    "version_gap": "每一流的条次从1起连续",
    "root_mismatch": "由叶值算出的树根与存证点所签的一致",
    "checkpoint_malformed": "存证点合于C2SP格式，属于本日志",
    "signature_unknown": "存证点由可信的密钥签名",
    "signature_wrong": "签名与存证点的内容相符",
    "pin_inconsistent": "日志由先前所见的存证点延续而来",
    "pin_ahead": "日志不短于先前所见的存证点",
    "commitment_mismatch": "封存内容与登记中的承诺值一致",
    "document_unknown": "所给的文件是入卷的材料之一，未被改动",
}


WHOLE = "本包清单的摘要为%s：访问日志的“导出”一行所涉为bundle:（移交档案馆的为access-archive:）和这一摘要的，包内各件即当时导出的原样"


class Check:
    """Findings so far: (code, where, what). unchecked: what was asked for and could not be checked, and what to do.

    fields: by id which field of its entry is sealed; filed: by id of its content which entry filed a document;
    matched: files that were shown, and what filed each.
    """

    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []
        self.unchecked: list[str] = []
        self.notes: list[str] = []
        self.fields: dict[str, str] = {}
        self.filed: dict[str, str] = {}
        self.matched: list[str] = []

    def add(self, code: str, where: str, what: str) -> None:
        self.found.append((code, where, what))

    def add_unknown(self, suite: str, where: str) -> None:
        self.add("suite_unknown", where, unknown(suite))


def unknown(suite: str) -> str:
    return "算法套件“%s”为本程序所不知，不能核验：请用更新的程序" % suite[:40]


# --- files ---


def files_of(path: str, check: Check) -> dict[str, bytes]:
    """Name to bytes. A file damaged inside a zip is read all the same, so that its fault can be reported."""
    if os.path.isdir(path):
        found = {}
        for folder, _, names in os.walk(path):
            for name in names:
                whole = os.path.join(folder, name)
                with open(whole, "rb") as file:
                    found[os.path.relpath(whole, path).replace(os.sep, "/")] = file.read()
        return found
    with open(path, "rb") as file:
        data = file.read()
    found = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                if info.is_dir():
                    continue
                if info.filename in found:
                    check.add("file_changed", info.filename, "压缩包内有同名的两个文件，打开的未必是所核验的")
                try:
                    found[info.filename] = archive.read(info)
                except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError):
                    check.add("file_changed", info.filename, "与压缩包自带的校验值不符")
                    header = data[info.header_offset : info.header_offset + 30]
                    start = info.header_offset + 30 + int.from_bytes(header[26:28], "little")
                    start += int.from_bytes(header[28:30], "little")
                    found[info.filename] = data[start : start + info.compress_size]
    except (zipfile.BadZipFile, ValueError, OSError) as wrong:
        check.add("file_malformed", path, "不是完整的压缩包（%s）" % wrong)
    return found


def check_files(files: dict[str, bytes], check: Check) -> dict[str, Any] | None:
    """The bundle's own list, or None."""
    try:
        manifest: dict[str, Any] = read_object(files["bundle.json"])
        listed = manifest["files"]
        accesses = manifest.get("accesses")
        for part in (manifest, manifest if accesses is None else accesses):
            part["origin"] + "", whole(part["size"]), whole(part["first"]), whole(part["last"])
        for day in (manifest.get("since"), manifest.get("until")):
            day_of(day, 0), day_of(day, 1)
        listed.items(), manifest["authority"] + "", whole(manifest["entries"])
        laid_out = whole(manifest["bundle"])
    except KeyError:
        check.add("file_missing", "bundle.json", "缺少清单，或清单缺项")
        return None
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        check.add("file_malformed", "bundle.json", "不是清单")
        return None
    if laid_out != 1:
        what = "审计包的格式%d为本程序所不知，不能核验：请用更新的程序" % laid_out
        check.add("file_malformed", "bundle.json", what)
    suite = manifest.get("suite", "std")
    if suite not in ("std", "gm"):
        check.add_unknown(str(suite), "bundle.json")
        return manifest
    for name in sorted(listed):
        if name not in files:
            check.add("file_missing", name, "清单中有，包内没有")
        elif digest_of(suite, files[name]).hex() != listed[name] and not _damaged(check, name):
            check.add("file_changed", name, "与清单中的摘要不符")
    for name in sorted(files.keys() - {"bundle.json", *listed}):
        check.add("file_unlisted", name, "清单中没有，不是导出时所载")
    return manifest


def whole(value: object) -> int:
    """Raises TypeError of what is no whole number."""
    if type(value) is not int:
        raise TypeError
    return value


def _damaged(check: Check, name: str) -> bool:
    return ("file_changed", name, "与压缩包自带的校验值不符") in check.found


def read_object(data: bytes) -> dict[str, Any]:
    """A JSON object that says each thing once: of two values under one name readers see different ones. Raises ValueError."""
    value = json.loads(data.decode("utf-8"), object_pairs_hook=_said_once)
    if not isinstance(value, dict):
        raise ValueError
    return value


def _said_once(pairs: list[Tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def lines_of(files: dict[str, bytes], name: str, check: Check) -> Iterator[tuple[int, dict[str, Any]]]:
    """(number, object) of each line of a JSON file."""
    for number, line in enumerate(files.get(name, b"").split(b"\n"), 1):
        if not line:
            continue
        try:
            value = read_object(line)
        except (ValueError, RecursionError):
            check.add("file_malformed", "%s第%d行" % (name, number), "不是完整的JSON对象")
            continue
        yield number, value


# --- digests: SHA-256 of suite std; SM3 of suite gm, GB/T 32905 ---


def digest_of(suite: str, data: bytes) -> bytes:
    return bytes.fromhex(sm3(data)) if suite == "gm" else hashlib.sha256(data).digest()


def sm3(data: bytes) -> str:
    """In hex: by the system's library, a thousand times as fast, where it has it."""
    try:
        return hashlib.new("sm3", data).hexdigest()
    except ValueError:
        return plain_sm3(data)


def turned(word: int, by: int) -> int:
    return (word << by | word >> (32 - by)) & 0xFFFFFFFF


def plain_sm3(data: bytes) -> str:
    """In hex."""
    state = [
        int("7380166f4914b2b9172442d7da8a0600a96f30bc163138aae38dee4db0fb0e4e"[at : at + 8], 16)
        for at in range(0, 64, 8)
    ]
    padded = data + b"\x80" + bytes((55 - len(data)) % 64) + (8 * len(data)).to_bytes(8, "big")
    for start in range(0, len(padded), 64):
        words = [int.from_bytes(padded[at : at + 4], "big") for at in range(start, start + 64, 4)]
        for at in range(16, 68):
            word = words[at - 16] ^ words[at - 9] ^ turned(words[at - 3], 15)
            word ^= turned(word, 15) ^ turned(word, 23)
            words.append(word ^ turned(words[at - 13], 7) ^ words[at - 6])
        a, b, c, d, e, f, g, h = state
        for at in range(64):
            first = turned(a, 12)
            constant = turned(0x79CC4519 if at < 16 else 0x7A879D8A, at % 32)
            second = turned((first + e + constant) & 0xFFFFFFFF, 7)
            one = a ^ b ^ c if at < 16 else a & b | a & c | b & c
            other = e ^ f ^ g if at < 16 else e & f | ~e & g
            one += d + (second ^ first) + (words[at] ^ words[at + 4])
            other = (other + h + second + words[at]) & 0xFFFFFFFF
            a, b, c, d = one & 0xFFFFFFFF, a, turned(b, 9), c
            e, f, g, h = other ^ turned(other, 9) ^ turned(other, 17), e, turned(f, 19), g
        state = [was ^ now for was, now in zip(state, (a, b, c, d, e, f, g, h))]
    return "".join("%08x" % word for word in state)


# --- the tree: RFC 6962, 2.1 ---


def leaf_hash(suite: str, text: bytes) -> bytes:
    return digest_of(suite, b"\x00" + text)


class Tree:
    """Of hashes of leaves, with nodes of one suite: the roots of its perfect subtrees."""

    def __init__(self, suite: str) -> None:
        self.suite = suite
        self.size = 0
        self.stack: list[bytes] = []

    def extend(self, leaves: Sequence[bytes]) -> None:
        for leaf in leaves:
            self.size += 1
            node, size = leaf, self.size
            while size % 2 == 0:
                node = digest_of(self.suite, b"\x01" + self.stack.pop() + node)
                size //= 2
            self.stack.append(node)

    def root(self) -> bytes:
        if not self.stack:
            return digest_of(self.suite, b"")
        root = self.stack[-1]
        for peak in reversed(self.stack[:-1]):
            root = digest_of(self.suite, b"\x01" + peak + root)
        return root


# --- checkpoints: C2SP ---


class SuiteUnknown(ValueError):
    """Made with algorithms that are not known here: which, in words."""


class Note(NamedTuple):
    """roots: by suite; two where the log changes its suite, that of what went before first. signatures: by key name and key id."""

    origin: str
    size: int
    roots: dict[str, bytes]
    text: bytes
    signatures: dict[tuple[str, bytes], bytes]


class Key(NamedTuple):
    name: str
    key_id: bytes
    public: bytes


def read_note(note: str) -> Note:
    """Raises ValueError, and SuiteUnknown of its kinds."""
    text, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise ValueError
    lines = text.split("\n")
    suite, onward = "std", None
    named = re.fullmatch("suite ([a-z][a-z0-9-]{0,15})", lines[3]) if len(lines) > 3 else None
    if named:
        suite = named.group(1)
        if suite != "gm":
            raise SuiteUnknown(unknown(suite))
        del lines[3]
    changed = re.fullmatch("onward ([a-z][a-z0-9-]{0,15}) (.+)", lines[3]) if len(lines) > 3 else None
    if changed:
        onward = changed.group(1)
        if onward not in ("std", "gm"):
            raise SuiteUnknown(unknown(onward))
        del lines[3]
    if len(lines) != 3 or not re.fullmatch("0|[1-9][0-9]{0,17}", lines[1]) or onward == suite:
        raise ValueError
    roots = {suite: read_root(lines[2])}
    if changed and onward:
        roots[onward] = read_root(changed.group(2))
    signatures = {}
    for line in tail[:-1].split("\n"):
        match = re.fullmatch("— ([^\\s+]+) ([A-Za-z0-9+/=]+)", line)
        if not match:
            raise ValueError
        raw = base64.b64decode(match.group(2), validate=True)
        signatures[match.group(1), raw[:4]] = raw[4:]
    return Note(lines[0], int(lines[1]), roots, (text + "\n").encode("utf-8"), signatures)


def read_root(encoded: str) -> bytes:
    """Raises ValueError."""
    root = base64.b64decode(encoded, validate=True)
    if len(root) != 32 or base64.b64encode(root).decode() != encoded:
        raise ValueError
    return root


def read_vkey(vkey: str) -> Key:
    """Raises ValueError."""
    match = re.fullmatch("([^\\s+]+)\\+([0-9a-f]{8})\\+([A-Za-z0-9+/=]+)", vkey)
    key = base64.b64decode(match.group(3), validate=True) if match else b""
    type_ = SM2 if key.startswith(SM2) else key[:1]
    if key and type_ not in (b"\x01", SM2):
        raise SuiteUnknown("公钥的签名算法（类型%02x）为本程序所不知：请用更新的程序核验" % key[0])
    public = key[len(type_) :]
    if match is None or type_of(public) != type_:
        raise ValueError
    found = named_key(match.group(1), public)
    if found.key_id.hex() != match.group(2):
        raise ValueError
    return found


def named_key(name: str, public: bytes) -> Key:
    """The key under a log's name."""
    named = name.encode("utf-8") + b"\n" + type_of(public) + public
    return Key(name, hashlib.sha256(named).digest()[:4], public)


SM2 = b"\xffSM2"
SIGNATURES = {"std": "Ed25519", "gm": "SM2"}


def type_of(public: bytes) -> bytes:
    """Of Ed25519, or of SM2; nothing of what is neither."""
    return {32: b"\x01", 65: SM2}.get(len(public), b"")


# --- signatures: Ed25519, RFC 8032, 5.1 ---

PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)

Point = Tuple[int, int, int, int]
"""x/z, y/z, z and xy/z."""


def point_of(encoded: bytes) -> Point | None:
    sign, y = divmod(int.from_bytes(encoded, "little"), 2**255)
    square = (y * y - 1) * pow(CURVE * y * y + 1, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if y >= PRIME or (x * x - square) % PRIME or (x == 0 and sign):
        return None
    x = x if x % 2 == sign else PRIME - x
    return x, y, 1, x * y % PRIME


def plus(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0])
    b = (one[1] + one[0]) * (other[1] + other[0])
    c = 2 * one[3] * other[3] * CURVE
    d = 2 * one[2] * other[2]
    e, f, g, h = (b - a) % PRIME, (d - c) % PRIME, (d + c) % PRIME, (b + a) % PRIME
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def times(number: int, point: Point) -> Point:
    total = (0, 1, 1, 0)
    while number:
        if number % 2:
            total = plus(total, point)
        point, number = plus(point, point), number // 2
    return total


BASE = point_of(bytes.fromhex("58" + "66" * 31)) or (0, 1, 1, 0)


def is_signed(public: bytes, text: bytes, signature: bytes) -> bool:
    """Whether the signature is the key's own of the text."""
    key, number = point_of(public), int.from_bytes(signature[32:], "little")
    if key is None or len(signature) != 64 or number >= ORDER:
        return False
    digest = int.from_bytes(hashlib.sha512(signature[:32] + public + text).digest(), "little") % ORDER
    x, y, z, _ = plus(times(number, BASE), times(digest, (PRIME - key[0], key[1], 1, PRIME - key[3])))
    x, y = (each * pow(z, PRIME - 2, PRIME) % PRIME for each in (x, y))
    return (y + x % 2 * 2**255).to_bytes(32, "little") == signature[:32]


# --- signatures of suite gm: SM2 with SM3, GB/T 32918.2 and .5 ---

SM2_PRIME = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
SM2_ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
SM2_A = SM2_PRIME - 3
SM2_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
SM2_BASE = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
    1,
)
SIGNER = b"1234567812345678"
"""Whom a signature names where nobody agreed on anything else."""

Jacobian = Tuple[int, int, int]
"""x/z², y/z³; z is 0 at infinity."""


def sm2_point(public: bytes) -> Jacobian | None:
    """Of 04, x and y."""
    x, y = int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")
    if len(public) != 65 or public[0] != 4 or x >= SM2_PRIME or y >= SM2_PRIME:
        return None
    return None if (y * y - x * x * x - SM2_A * x - SM2_B) % SM2_PRIME else (x, y, 1)


def is_point(public: bytes) -> bool:
    return sm2_point(public) is not None


def sm2_twice(point: Jacobian) -> Jacobian:
    x, y, z = point
    square = y * y % SM2_PRIME
    middle = 4 * x * square % SM2_PRIME
    slope = 3 * (x - z * z) * (x + z * z) % SM2_PRIME
    across = (slope * slope - 2 * middle) % SM2_PRIME
    return across, (slope * (middle - across) - 8 * square * square) % SM2_PRIME, 2 * y * z % SM2_PRIME


def sm2_plus(one: Jacobian, other: Jacobian) -> Jacobian:
    if not one[2] or not other[2]:
        return other if not one[2] else one
    first, second = one[2] * one[2] % SM2_PRIME, other[2] * other[2] % SM2_PRIME
    u, v = one[0] * second % SM2_PRIME, one[1] * second * other[2] % SM2_PRIME
    run = (other[0] * first - u) % SM2_PRIME
    rise = (other[1] * first * one[2] - v) % SM2_PRIME
    if not run:
        return (1, 1, 0) if rise else sm2_twice(one)
    square = run * run % SM2_PRIME
    cube, middle = square * run % SM2_PRIME, u * square % SM2_PRIME
    x = (rise * rise - cube - 2 * middle) % SM2_PRIME
    return x, (rise * (middle - x) - v * cube) % SM2_PRIME, one[2] * other[2] * run % SM2_PRIME


def sm2_sum(number: int, point: Jacobian, other_number: int, other: Jacobian) -> Jacobian:
    """Each point so many times, and both together."""
    of_bits = ((1, 1, 0), point, other, sm2_plus(point, other))
    total = of_bits[0]
    for at in range(255, -1, -1):
        total = sm2_twice(total)
        bits = (number >> at & 1) + 2 * (other_number >> at & 1)
        if bits:
            total = sm2_plus(total, of_bits[bits])
    return total


def is_signed_by_sm2(public: bytes, text: bytes, signature: bytes) -> bool:
    """Whether the signature, r and s, is the key's own of the text."""
    key = sm2_point(public)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    both = (r + s) % SM2_ORDER
    if key is None or len(signature) != 64 or not (0 < r < SM2_ORDER and 0 < s < SM2_ORDER and both):
        return False
    signer = (8 * len(SIGNER)).to_bytes(2, "big") + SIGNER
    for number in (SM2_A, SM2_B, *SM2_BASE[:2]):
        signer += number.to_bytes(32, "big")
    digest = int(sm3(bytes.fromhex(sm3(signer + public[1:])) + text), 16)
    x, _, z = sm2_sum(s, SM2_BASE, both, key)
    x = x * pow(z, SM2_PRIME - 3, SM2_PRIME) % SM2_PRIME
    return bool(z) and (digest + x - r) % SM2_ORDER == 0


def sm2_signature(text: bytes) -> bytes:
    """r and s of a signature as they are or in DER; nothing if it is neither."""
    if len(text) == 64:
        return text
    numbers, rest = [], text[2:]
    if text[:1] != b"\x30" or len(text) < 2 or text[1] != len(rest):
        return b""
    while rest:
        length = rest[1] if len(rest) > 1 else 0
        number = int.from_bytes(rest[2 : 2 + length], "big")
        if rest[0] != 2 or not 0 < length <= 33 or len(rest) < 2 + length or number >= 2**256:
            return b""
        numbers.append(number.to_bytes(32, "big"))
        rest = rest[2 + length :]
    return b"".join(numbers) if len(numbers) == 2 else b""


# --- the bundle ---


class Kept(NamedTuple):
    """A log in the bundle: what its files' names begin with, what findings call it, and its part of the list."""

    prefix: str
    words: str
    listed: dict[str, Any]
    keys: Sequence[Key]
    pinned: Note | None


def check_log(files: dict[str, bytes], log: Kept, until: str | None, check: Check) -> Leaves:
    """Leaves, roots, suites, signatures."""
    leaves_file, checkpoints_file = log.prefix + "leaves.txt", log.prefix + "checkpoints.jsonl"
    last_file, texts = log.prefix + "checkpoint.txt", {}
    size, pinned = log.listed["size"], log.pinned
    leaves = []
    notes: list[Note] = []
    for number, line in enumerate(files.get(leaves_file, b"").split(b"\n"), 1):
        if line:
            if not re.fullmatch(b"[0-9a-f]{64}", line):
                check.add("file_malformed", "%s第%d行" % (leaves_file, number), "不是64位十六进制数")
            leaves.append(bytes.fromhex(line.decode()) if re.fullmatch(b"[0-9a-f]{64}", line) else bytes(32))
    if len(leaves) != size:
        check.add("file_malformed", leaves_file, "应有%d行，实有%d行" % (size, len(leaves)))
    for number, value in lines_of(files, checkpoints_file, check):
        where = "%s第%d行" % (checkpoints_file, number)
        try:
            note, filed = read_note(value["note"] + ""), whole(value["size"])
        except SuiteUnknown as wrong:
            check.add("suite_unknown", where, str(wrong))
            continue
        except (ValueError, KeyError, TypeError):
            check.add("checkpoint_malformed", where, "不是存证点")
            continue
        check_signature(log.keys, note, at_size(log, note.size), check)
        if note.origin != log.listed["origin"] or note.size != filed:
            check.add("checkpoint_malformed", where, "不属于本日志，或条数不符")
        else:
            notes.append(note)
            texts[note.size] = value["note"].encode("utf-8", "replace")
    notes.sort(key=lambda note: note.size)
    if size not in [note.size for note in notes]:
        check.add("file_malformed", checkpoints_file, "缺少第%d条处的存证点" % size)
    elif files.get(last_file) != texts[size]:
        check.add("file_malformed", last_file, "不是%s中第%d条处的存证点" % (checkpoints_file, size))
    if pinned is not None:
        if pinned.origin != log.listed["origin"]:
            check.add("pin_inconsistent", at_size(log, pinned.size), "留存的存证点属于另一日志")
        elif pinned.size > len(leaves) and until:
            check.unchecked.append(
                "留存的存证点在%s第%d条，本包的期间只到第%d条，不能比对：请索取至第%d条的审计包，或另给较早的存证点"
                % (log.words, pinned.size, len(leaves), pinned.size)
            )
        elif pinned.size > len(leaves):
            check.add("pin_ahead", at_size(log, pinned.size), "包内的日志只到第%d条" % len(leaves))
    for note in wrong_roots(leaves, notes):
        check.add("root_mismatch", at_size(log, note.size), "由叶值算出的树根与其所签的不同")
    for note in wrong_roots(leaves, [pinned] if pinned is not None else []):
        check.add("pin_inconsistent", at_size(log, note.size), "与先前留存的存证点不一致：历史被改写")
    return Leaves(leaves, suites_of(notes, log, check))


class Leaves(NamedTuple):
    """Hashes in order, and from above which size on the entries are of which suite, the last first."""

    hashes: Sequence[bytes]
    suites: Sequence[Tuple[int, str]]

    def suite_at(self, position: int) -> str | None:
        return next((suite for above, suite in self.suites if position > above), None)

    def has(self, position: int, leaf_format: object, text: bytes) -> bool:
        """Whether the text is the leaf at this position."""
        suite = LEAF_FORMATS.get(leaf_format, "std") if isinstance(leaf_format, int) else "std"
        return 0 < position <= len(self.hashes) and leaf_hash(suite, text) == self.hashes[position - 1]

    def check_format(self, position: int, leaf_format: object, where: str, check: Check) -> None:
        """That a leaf is made by a rule that is known, of the suite in force there."""
        suite = LEAF_FORMATS.get(leaf_format) if isinstance(leaf_format, int) else None
        if suite is None:
            check.add("leaf_format_unknown", where, "叶值算法%s为本程序所不知" % leaf_format)
        elif suite != self.suite_at(position):
            check.add(
                "suite_switched", where, "叶值用%s，此处的存证点用%s" % (suite, self.suite_at(position))
            )


def wrong_roots(leaves: Sequence[bytes], notes: Sequence[Note]) -> list[Note]:
    """Of these, in order of size, those that have another root than the leaves up to their size."""
    trees: dict[str, Tree] = {}
    wrong = []
    for note in notes:
        for suite, root in note.roots.items():
            tree = trees.setdefault(suite, Tree(suite))
            tree.extend(leaves[tree.size : note.size])
            if note.size <= len(leaves) and tree.root() != root and note not in wrong:
                wrong.append(note)
    return wrong


def suites_of(notes: Sequence[Note], log: Kept, check: Check) -> list[tuple[int, str]]:
    """Which suite is in force above which size, the last first; a checkpoint of another than went before is found."""
    found: list[tuple[int, str]] = []
    for note in notes:
        suites = list(note.roots)
        before, after = suites[0], suites[-1]
        if not found:
            found.append((0, before))
        elif found[0][1] != before:
            what = "此前用%s，此处用%s，没有由两种密钥签名的换用" % (found[0][1], before)
            check.add("suite_switched", at_size(log, note.size), what)
        if found[0][1] != after:
            found.insert(0, (note.size, after))
    return found


def at_size(log: Kept, size: int) -> str:
    return "%s第%d条处的存证点" % (log.words if log.prefix else "", size)


def check_signature(keys: Sequence[Key], note: Note, where: str, check: Check) -> None:
    known = [(key, note.signatures.get((key.name, key.key_id))) for key in keys]
    known = [(key, signature) for key, signature in known if signature is not None]
    for suite in note.roots:
        if suite not in ["gm" if len(key.public) == 65 else "std" for key, _ in known]:
            what = "没有可信公钥的签名：缺%s的" % SIGNATURES[suite]
            if known and len(note.roots) == 2:
                what += "，由另一种密钥签名的换用处：请核实其公钥，与已有的一并以--key给出"
            check.add("signature_unknown", where, what)
    for key, signature in known:
        signed = is_signed_by_sm2 if len(key.public) == 65 else is_signed
        if not signed(key.public, note.text, signature or b""):
            check.add("signature_wrong", where, "签名与内容不符")


def check_entries(
    files: dict[str, bytes], manifest: dict[str, Any], leaves: Leaves, check: Check
) -> dict[str, str]:
    """Each entry against its leaf; what should be there against what is. Returns commitments by id."""
    versions: dict[str, int] = {}
    seen: set[int] = set()
    commitments: dict[str, str] = {}
    unread = False
    entries, names = 0, set()
    for number, value in lines_of(files, "entries.jsonl", check):
        entries += 1
        try:
            text = leaf_text(value, manifest["authority"])
            position, stream, version = (
                whole(value["position"]),
                value["stream"] + "",
                whole(value["version"]),
            )
        except (KeyError, TypeError, AttributeError, ValueError):
            check.add("file_malformed", "entries.jsonl第%d行" % number, "登记缺项")
            unread = True
            continue
        where = "日志位置%d（%s第%d条）" % (position, stream.replace("request/", ""), version)
        if not leaves.has(position, value["leaf_format"], text):
            check.add("entry_changed", where, "与存证时的叶值不符：内容或登记信息被改动")
        leaves.check_format(position, value["leaf_format"], where, check)
        hands = [each for each in (value["actor"], value["on_behalf_of"]) if isinstance(each, str)]
        if value["topic"] not in FROM_OUTSIDE and any(re.match("[a-z0-9-]{2,40}/", each) for each in hands):
            check.add("act_from_outside", where, "由其他机关的人员（%s）登记" % "、".join(hands))
        if version != versions.get(stream, 0) + 1:
            check.add("version_gap", where, "前一条为第%d条" % versions.get(stream, 0))
        if value["topic"] == "document_filed":
            try:
                event = json.loads(value["payload"])
                check.filed[event["content"]["id"]] = "%s入卷的“%s”" % (where, event["document"])
            except (ValueError, KeyError, TypeError):
                pass  # changed since, which was found above
        if stream == "authority":
            names |= names_in(value["payload"])
        versions[stream] = version
        seen.add(position)
        for field, each, commitment in re.findall(
            '"([a-z_]+)":{"id":"([0-9a-f]{32})","commitment":"((?:[a-z][a-z0-9-]{0,15}:)?[0-9a-f]{64})"',
            value["payload"],
        ):
            commitments[each], check.fields[each] = commitment, field
            if not commitment.startswith("gm:") and ":" in commitment:
                check.add_unknown(commitment.partition(":")[0], where)
    check_claims(manifest, entries, names, check)
    missing = [at for at in range(manifest["first"], manifest["last"] + 1) if at not in seen]
    if missing and not unread:
        check.add(
            "entry_missing", "日志位置%s" % "、".join(map(str, missing[:20])), "缺%d条登记" % len(missing)
        )
    return commitments


def leaf_text(value: dict[str, Any], authority: str) -> bytes:
    """What was hashed as the leaf of an entry: its fields with the digest of its payload instead of the payload."""
    payload = value["payload"].encode("utf-8")
    leaf = {name: value[name] for name in LEAF_FIELDS if name not in ("payload_sha256", "authority")}
    leaf["authority"] = authority
    if value["leaf_format"] == 2:
        leaf["payload_sm3"] = sm3(payload)
    else:
        leaf["payload_sha256"] = hashlib.sha256(payload).hexdigest()
    return json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def check_claims(manifest: dict[str, Any], entries: int, names: set[str], check: Check) -> None:
    """What the list claims of the bundle besides its files: how many entries, and whose."""
    if manifest["entries"] != entries:
        what = "清单所称的登记为%d条，实有%d条" % (manifest["entries"], entries)
        check.add("file_malformed", "bundle.json", what)
    if manifest.get("name") not in names:
        what = "清单所称的机关“%s”不是登记所载的名称" % str(manifest.get("name"))[:80]
        check.add("file_malformed", "bundle.json", what)


def names_in(payload: str) -> set[str]:
    """What the authority is called by one of its own entries, as it is or as a correction puts it."""
    try:
        event = json.loads(payload)
        both = (event, event.get("replacement"))
        return {each["name"] for each in both if isinstance(each, dict) and isinstance(each.get("name"), str)}
    except (ValueError, AttributeError, RecursionError):
        return set()  # changed since, which was found above


def check_accesses(
    files: dict[str, bytes], manifest: dict[str, Any], log: Kept, leaves: Leaves, check: Check
) -> None:
    """Each line of the access log against its leaf; what should be there against what is."""
    moments: dict[int, datetime] = {}
    latest = None
    for number, value in lines_of(files, "accesses.jsonl", check):
        try:
            line = {name: value[name] for name in ACCESS_FIELDS if name != "authority"}
            line["authority"] = manifest["authority"]
            text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
            position, at = whole(value["position"]), moment_of(value["at"])
        except (KeyError, TypeError, AttributeError, ValueError):
            check.add("file_malformed", "accesses.jsonl第%d行" % number, "记录缺项")
            continue
        where = "访问日志位置%d（%s %s）" % (position, value["at"], value["actor"])
        if not leaves.has(position, value["leaf_format"], text):
            check.add("entry_changed", where, "与存证时的叶值不符：内容被改动")
        leaves.check_format(position, value["leaf_format"], where, check)
        if latest is not None and latest - at > timedelta(minutes=10):
            check.add("time_reversed", where, "时间远早于前面的记录：事后补入")
        latest = at if latest is None else max(latest, at)
        moments[position] = at
    first, last = log.listed["first"], log.listed["last"]
    missing = [at for at in range(first, last + 1) if at not in moments]
    if missing:
        named = "、".join(map(str, missing[:20]))
        check.add("entry_missing", "访问日志位置%s" % named, "缺%d条记录" % len(missing))
    # One line on each side of the period shows that nothing of it is left out.
    begin, end = day_of(manifest.get("since"), 0), day_of(manifest.get("until"), 1)
    if first - 1 not in {0, *handed_over(files, check)} and (
        begin is None or moments.get(first, begin) >= begin
    ):
        check.add(
            "entry_missing", "访问日志位置%d" % (first - 1), "期间之前的界限没有证明：所属期间的记录可能不全"
        )
    if last < log.listed["size"] and (end is None or (last not in moments or moments[last] < end)):
        check.add(
            "entry_missing", "访问日志位置%d" % (last + 1), "期间之后的界限没有证明：所属期间的记录可能不全"
        )


def check_bounds(files: dict[str, bytes], manifest: dict[str, Any], leaves: Leaves, check: Check) -> None:
    """That no entry of the period lies before the first or after the last: their neighbours were recorded outside it."""
    moments: dict[int, datetime] = {}
    lines = files.get("bounds.jsonl", b"").split(b"\n")
    for number, value in lines_of(files, "bounds.jsonl", check):
        try:
            position, at = whole(value["position"]), moment_of(value["recorded_at"])
        except (KeyError, TypeError, ValueError):
            check.add("file_malformed", "bounds.jsonl第%d行" % number, "登记缺项")
            continue
        if leaves.has(position, value.get("leaf_format"), lines[number - 1]):
            moments[position] = at
        else:
            check.add("entry_changed", "日志位置%d" % position, "与存证时的叶值不符：登记信息被改动")
    begin, end = day_of(manifest.get("since"), 0), day_of(manifest.get("until"), 1)
    first, last = manifest["first"], manifest["last"]
    if first > 1:
        check_bound(first - 1, "之前", begin, moments, lambda at, day: at < day, check)
    if last < manifest["size"]:
        check_bound(last + 1, "之后", end, moments, lambda at, day: at >= day, check)


def check_bound(
    position: int,
    side: str,
    day: datetime | None,
    moments: dict[int, datetime],
    is_outside: Callable[[datetime, datetime], bool],
    check: Check,
) -> None:
    """day: where the period begins or ends; None if it does not, and then nothing may lie there."""
    at = moments.get(position)
    if day is not None and at is None:
        check.unchecked.append(
            "期间%s的界限没有证明（缺日志位置%d的登记时间），所属期间的登记可能不全：请索取新导出的审计包"
            % (side, position)
        )
    elif day is None or at is None or not is_outside(at, day):
        check.add("entry_missing", "日志位置%d" % position, "属于所称的期间，而不在包内")


def handed_over(files: dict[str, bytes], check: Check) -> set[int]:
    """Up to which lines the access log went to the archive, by the authority's own entries."""
    found = set()
    for _, value in lines_of(files, "entries.jsonl", Check()):
        if value.get("stream") == "authority" and value.get("topic") == "accesses_handed_over":
            try:
                found.add(json.loads(value["payload"])["through"])
            except (KeyError, ValueError, TypeError):
                check.add("file_malformed", "entries.jsonl", "移交访问日志的登记缺项")
    return found


def day_of(day: str | None, later: int) -> datetime | None:
    """The beginning of a day in Shanghai, so many days later, in UTC."""
    if day is None:
        return None
    return moment_of(day + "T00:00:00.000000Z") + timedelta(days=later, hours=-8)


def moment_of(text: str) -> datetime:
    """Raises ValueError."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)


def is_of(commitment: str | None, salt: bytes, data: bytes) -> bool | None:
    """Whether the data are what was committed to. None: of a suite that is not known here, a finding of the entry."""
    if commitment and commitment.startswith("gm:"):
        return "gm:" + sm3(salt + data) == commitment
    if commitment and ":" in commitment:
        return None
    return hashlib.sha256(salt + data).hexdigest() == commitment


def check_sealed(files: dict[str, bytes], commitments: dict[str, str], check: Check) -> dict[str, bytes]:
    """Texts in clear, where the bundle has any, against what the entries committed to. Returns salts of documents by id."""
    salts = {}
    for number, value in lines_of(files, "sealed.jsonl", check):
        try:
            salt, promised = bytes.fromhex(value["salt"]), commitments.get(value["id"])
            if "text" not in value:
                salts[value["id"]] = salt
                held = promised is not None and value["id"] in check.filed
            else:
                held = is_of(promised, salt, value["text"].encode("utf-8")) is not False
        except (KeyError, ValueError, TypeError, AttributeError):
            check.add("file_malformed", "sealed.jsonl第%d行" % number, "缺项")
            continue
        if not held or value.get("field") != check.fields.get(value["id"]):
            check.add("commitment_mismatch", "sealed.jsonl第%d行" % number, "封存内容与登记中的承诺值不符")
    return salts


def check_documents(
    given: Sequence[tuple[str, bytes]], salts: dict[str, bytes], commitments: dict[str, str], check: Check
) -> None:
    """Each file by its bytes against what was filed."""
    if given and not salts:
        check.unchecked.append("所给的文件：包内没有可据以核对的入卷材料，请索取以--sealed导出的审计包")
        return
    for name, data in given:
        found = [
            check.filed[each]
            for each, salt in salts.items()
            if each in check.filed and is_of(commitments.get(each), salt, data)
        ]
        check.matched += ["%s即%s，一字节未变" % (name, where) for where in found]
        if not found:
            what = (
                "与包内入卷的各件都不同"
                if salts
                else "包内没有可据以核对的入卷材料：请索取以--sealed导出的审计包"
            )
            check.add("document_unknown", name, what)


def check_enclosed(
    files: dict[str, bytes], salts: dict[str, bytes], commitments: dict[str, str], check: Check
) -> None:
    """Each document that came along against what its entry promised."""
    for name in sorted(files):
        if name.startswith("documents/"):
            filed = name[len("documents/") :].partition(".")[0]
            if is_of(commitments.get(filed), salts.get(filed, b""), files[name]) is False:
                check.add("commitment_mismatch", name, "材料与登记中的承诺值不符")


def verify(
    path: str,
    given_keys: Sequence[str] = (),
    pinned: Note | None = None,
    pinned_accesses: Note | None = None,
    documents: Sequence[tuple[str, bytes]] = (),
) -> tuple[Check, dict[str, Any] | None]:
    """Check a bundle. given_keys: public keys from --key; without them those in the bundle are used.

    Returns the findings and notes, and the manifest; None if the bundle has none.
    """
    check = Check()
    files = files_of(path, check)
    manifest = check_files(files, check)
    if manifest is None:
        return check, None
    suite = manifest.get("suite", "std")
    if suite in ("std", "gm"):
        digest = ("gm:" if suite == "gm" else "") + digest_of(suite, files["bundle.json"]).hex()
        check.notes.append(WHOLE % digest)
    keys = []
    for vkey in list(given_keys) or files.get("keys.txt", b"").decode("utf-8", "replace").split():
        try:
            keys.append(read_vkey(vkey))
        except SuiteUnknown as wrong:
            check.add("suite_unknown", "keys.txt", str(wrong))
        except ValueError:
            check.add("file_malformed", "keys.txt", "不是公钥：" + vkey[:80])
    if not given_keys:
        check.notes.append("公钥取自包内：请以另一途径向机关核实，再以--key给出")
    leaves = check_log(files, Kept("", "日志", manifest, keys, pinned), manifest.get("until"), check)
    commitments = check_entries(files, manifest, leaves, check)
    check_bounds(files, manifest, leaves, check)
    salts = check_sealed(files, commitments, check)
    check_documents(documents, salts, commitments, check)
    check_enclosed(files, salts, commitments, check)
    accesses = manifest.get("accesses")
    if accesses is not None:
        if "/accesses/" not in accesses["origin"]:
            check.add("checkpoint_malformed", "访问日志", "内容为“%s”的，不是访问日志" % accesses["origin"])
        # One key signs all logs of the authority, each under the log's own name.
        named = [named_key(accesses["origin"], key.public) for key in keys]
        log = Kept("access-", "访问日志", accesses, named, pinned_accesses)
        check_accesses(files, manifest, log, check_log(files, log, manifest.get("until"), check), check)
        return check, manifest
    check.notes.append("本包不含访问日志")
    if pinned_accesses is not None:
        check.unchecked.append(
            "留有访问日志的存证点，而本包不含访问日志，不能比对：请索取附有访问日志的审计包"
        )
    return check, manifest


def main(arguments: Sequence[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    paths, keys, documents = [], [], []
    pinned: dict[bool, Note] = {}
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word in ("-h", "--help"):
            print(__doc__)
            return 0
        try:
            if word == "--key":
                read_vkey(rest[0])
                keys.append(rest.pop(0))
            elif word == "--document":
                with open(rest[0], "rb") as document:
                    documents.append((os.path.basename(rest.pop(0)), document.read()))
            elif word == "--checkpoint":
                with open(rest.pop(0), encoding="utf-8") as file:
                    kept = read_note(file.read())
                    pinned["/accesses/" in kept.origin] = kept
            else:
                paths.append(word)
        except SuiteUnknown as wrong:
            print(wrong, file=sys.stderr)
            return 2
        except (IndexError, ValueError, OSError):
            print("%s之后应为公钥、存证点文件或所要核对的文件" % word, file=sys.stderr)
            return 2
    path = paths[0] if paths else os.path.dirname(os.path.abspath(__file__))
    if len(paths) > 1 or not os.path.exists(path):
        print(__doc__, file=sys.stderr)
        return 2
    return report(*verify(path, keys, pinned.get(False), pinned.get(True), documents))


def report(check: Check, manifest: dict[str, Any] | None) -> int:
    """Print what was found and not checked. Returns the exit code."""
    if manifest is not None:
        print(
            "%s（%s）：日志前%d条，登记%d条。"
            % (manifest.get("name"), manifest["origin"], manifest["size"], manifest.get("entries", 0))
        )
        if manifest.get("accesses"):
            held = manifest["accesses"]
            print("访问日志前%d条，第%d至%d条在包内。" % (held["size"], held["first"], held["last"]))
    for note in check.notes:
        print("注意：%s。" % note)
    for matched in check.matched:
        print("✓ %s。" % matched)
    for code, where, what in check.found:
        print("✗ %s：%s。规则：%s［%s］" % (where, what, RULES[code], code))
    for each in check.unchecked:
        print("未核验：%s。" % each)
    if check.found:
        print("共发现%d处问题。" % len(check.found))
        return 1
    if check.unchecked:
        print("没有发现缺失或改动，但所要求的核验有%d项未能进行，不能视为通过。" % len(check.unchecked))
        return 4
    print("✓ 未发现缺失或改动。")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
