#!/usr/bin/env python3
"""核验台账审计包：只用Python 3（3.8以上）标准库，不联网，不需要台账程序。

用法：python3 verify.py [审计包.zip或其解压后的目录] [--key 公钥] [--checkpoint 存证点文件]

逐项核对：包内文件与清单、登记与叶值、叶值与存证点的树根、存证点的签名、所属期间的登记是否齐全、封存内容与
承诺值。--key是另行取得的公钥；--checkpoint是先前留存的存证点（例如印在年报上的）。
返回值：0相符，1有问题，2用法或文件有误，4没有发现问题，但有要求的核验未能进行。
"""

# An implementation of its own, from the specifications alone: RFC 6962 and 9162, RFC 8032, C2SP signed-note and
# tlog-checkpoint, and the leaf of Taizhang's format 1. Taizhang's tests hold both to the same answers.

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, Tuple

LEAF_FIELDS = (
    "acknowledged", "actor", "authority", "body_mac", "command_id", "leaf_format", "on_behalf_of",
    "payload_sha256", "position", "recorded_at", "schema_version", "stream", "topic", "version",
)  # fmt: skip
FROM_OUTSIDE = (
    "separation_waived",
    "supervision_ordered",
    "return_requested",
    "return_sent_back",
    "return_accepted",
)
RULES = {
    "file_missing": "审计包内应有的文件齐全",
    "file_changed": "审计包内各文件与包内清单一致",
    "file_malformed": "审计包内各文件合于格式",
    "entry_changed": "登记的每一列与存证时的叶值一致",
    "act_from_outside": "其他机关的人员，除由上级机关准许从简审批外，不在本机关登记",
    "entry_missing": "所属期间的登记和有关申请的登记齐全",
    "version_gap": "每一流的条次从1起连续",
    "root_mismatch": "由叶值算出的树根与存证点所签的一致",
    "checkpoint_malformed": "存证点合于C2SP格式，属于本日志",
    "signature_unknown": "存证点由可信的密钥签名",
    "signature_wrong": "签名与存证点的内容相符",
    "pin_inconsistent": "日志由先前所见的存证点延续而来",
    "pin_ahead": "日志不短于先前所见的存证点",
    "commitment_mismatch": "封存内容与登记中的承诺值一致",
}


class Check:
    """Findings so far: (code, where, what). unchecked: what was asked for and could not be checked, and what to do."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str, str]] = []
        self.unchecked: list[str] = []
        self.notes: list[str] = []

    def add(self, code: str, where: str, what: str) -> None:
        self.found.append((code, where, what))


# --- files ---


def files_of(path: str, check: Check) -> dict[str, bytes]:
    """Name to bytes. A file damaged inside a zip is read all the same, so that its fault can be told."""
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
        manifest: dict[str, Any] = json.loads(files["bundle.json"].decode("utf-8"))
        listed = manifest["files"]
        str(manifest["origin"]), manifest["size"] + 0, manifest["first"] + 0, manifest["last"] + 0
    except KeyError:
        check.add("file_missing", "bundle.json", "缺少清单，或清单缺项")
        return None
    except (ValueError, TypeError):
        check.add("file_malformed", "bundle.json", "不是清单")
        return None
    for name in sorted(listed):
        if name not in files:
            check.add("file_missing", name, "清单中有，包内没有")
        elif hashlib.sha256(files[name]).hexdigest() != listed[name] and not _damaged(check, name):
            check.add("file_changed", name, "与清单中的摘要不符")
    return manifest


def _damaged(check: Check, name: str) -> bool:
    return ("file_changed", name, "与压缩包自带的校验值不符") in check.found


def lines_of(files: dict[str, bytes], name: str, check: Check) -> Iterator[tuple[int, dict[str, Any]]]:
    """(number, object) of each line of a JSON file."""
    for number, line in enumerate(files.get(name, b"").split(b"\n"), 1):
        if not line:
            continue
        try:
            value = json.loads(line.decode("utf-8"))
            if not isinstance(value, dict):
                raise ValueError
        except ValueError:
            check.add("file_malformed", "%s第%d行" % (name, number), "不是完整的JSON对象")
            continue
        yield number, value


# --- the tree: RFC 6962, 2.1 ---


def leaf_hash(text: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + text).digest()


def grow(stack: list[bytes], size: int, leaf: bytes) -> None:
    """Appends to the roots of the perfect subtrees; size: with this leaf."""
    while size % 2 == 0:
        leaf = hashlib.sha256(b"\x01" + stack.pop() + leaf).digest()
        size //= 2
    stack.append(leaf)


def root_of(stack: list[bytes]) -> bytes:
    if not stack:
        return hashlib.sha256(b"").digest()
    root = stack[-1]
    for peak in reversed(stack[:-1]):
        root = hashlib.sha256(b"\x01" + peak + root).digest()
    return root


# --- checkpoints: C2SP ---


class Note(NamedTuple):
    """signatures: by key name and key id."""

    origin: str
    size: int
    root: bytes
    text: bytes
    signatures: dict[tuple[str, bytes], bytes]


class Key(NamedTuple):
    name: str
    key_id: bytes
    public: bytes


def read_note(note: str) -> Note:
    """Raises ValueError."""
    text, blank, tail = note.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise ValueError
    lines = text.split("\n")
    if len(lines) != 3 or not re.fullmatch("0|[1-9][0-9]{0,17}", lines[1]):
        raise ValueError
    root = base64.b64decode(lines[2], validate=True)
    if len(root) != 32 or base64.b64encode(root).decode() != lines[2]:
        raise ValueError
    signatures = {}
    for line in tail[:-1].split("\n"):
        match = re.fullmatch("— ([^\\s+]+) ([A-Za-z0-9+/=]+)", line)
        if not match:
            raise ValueError
        raw = base64.b64decode(match.group(2), validate=True)
        signatures[match.group(1), raw[:4]] = raw[4:]
    return Note(lines[0], int(lines[1]), root, (text + "\n").encode("utf-8"), signatures)


def read_vkey(vkey: str) -> Key:
    """Raises ValueError."""
    match = re.fullmatch("([^\\s+]+)\\+([0-9a-f]{8})\\+([A-Za-z0-9+/=]+)", vkey)
    key = base64.b64decode(match.group(3), validate=True) if match else b""
    if match is None or len(key) != 33 or key[0] != 1:
        raise ValueError
    key_id = hashlib.sha256(match.group(1).encode("utf-8") + b"\n" + key).digest()[:4]
    if key_id.hex() != match.group(2):
        raise ValueError
    return Key(match.group(1), key_id, key[1:])


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


# --- the bundle ---


def check_log(
    files: dict[str, bytes], manifest: dict[str, Any], keys: Sequence[Key], pinned: Note | None, check: Check
) -> list[bytes]:
    """Leaves, roots, signatures. Returns the leaf hashes."""
    leaves = []
    for number, line in enumerate(files.get("leaves.txt", b"").split(b"\n"), 1):
        if line:
            if not re.fullmatch(b"[0-9a-f]{64}", line):
                check.add("file_malformed", "leaves.txt第%d行" % number, "不是64位十六进制数")
            leaves.append(bytes.fromhex(line.decode()) if re.fullmatch(b"[0-9a-f]{64}", line) else bytes(32))
    if len(leaves) != manifest["size"]:
        check.add("file_malformed", "leaves.txt", "应有%d行，实有%d行" % (manifest["size"], len(leaves)))
    marks: dict[int, bytes] = {}
    for number, value in lines_of(files, "checkpoints.jsonl", check):
        where = "checkpoints.jsonl第%d行" % number
        try:
            note = read_note(value["note"])
        except (ValueError, KeyError, TypeError):
            check.add("checkpoint_malformed", where, "不是存证点")
            continue
        check_signature(keys, note, "第%d条处的存证点" % note.size, check)
        if note.origin != manifest["origin"] or note.size != value.get("size"):
            check.add("checkpoint_malformed", where, "不属于本日志，或条数不符")
        else:
            marks[note.size] = note.root
    if manifest["size"] not in marks:
        check.add("file_malformed", "checkpoints.jsonl", "缺少第%d条处的存证点" % manifest["size"])
    if pinned is not None:
        where = "第%d条处的存证点" % pinned.size
        if pinned.origin != manifest["origin"]:
            check.add("pin_inconsistent", where, "留存的存证点属于另一日志")
        elif pinned.size > len(leaves) and manifest.get("until"):
            check.unchecked.append(
                "留存的存证点在第%d条，本包的期间只到第%d条，不能比对：请索取至第%d条的审计包，或另给较早的存证点"
                % (pinned.size, len(leaves), pinned.size)
            )
        elif pinned.size > len(leaves):
            check.add("pin_ahead", where, "包内的日志只到第%d条" % len(leaves))
    stack: list[bytes] = []
    for size, leaf in enumerate(leaves, 1):
        grow(stack, size, leaf)
        if size in marks and root_of(stack) != marks[size]:
            check.add("root_mismatch", "第%d条处的存证点" % size, "由叶值算出的树根与其所签的不同")
        if pinned is not None and size == pinned.size and root_of(stack) != pinned.root:
            check.add("pin_inconsistent", "第%d条处的存证点" % size, "与先前留存的存证点不一致：历史被改写")
    return leaves


def check_signature(keys: Sequence[Key], note: Note, where: str, check: Check) -> None:
    known = [(key, note.signatures.get((key.name, key.key_id))) for key in keys]
    known = [(key, signature) for key, signature in known if signature is not None]
    if not known:
        check.add("signature_unknown", where, "没有可信公钥的签名")
    for key, signature in known:
        if not is_signed(key.public, note.text, signature or b""):
            check.add("signature_wrong", where, "签名与内容不符")


def check_entries(
    files: dict[str, bytes], manifest: dict[str, Any], leaves: Sequence[bytes], check: Check
) -> dict[str, str]:
    """Each entry against its leaf; what should be there against what is. Returns commitments by id."""
    versions: dict[str, int] = {}
    seen: set[int] = set()
    commitments: dict[str, str] = {}
    unread = False
    for number, value in lines_of(files, "entries.jsonl", check):
        try:
            payload = value["payload"].encode("utf-8")
            leaf = {name: value[name] for name in LEAF_FIELDS if name not in ("payload_sha256", "authority")}
            leaf["authority"] = manifest["authority"]
            leaf["payload_sha256"] = hashlib.sha256(payload).hexdigest()
            text = json.dumps(leaf, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
            position, stream, version = value["position"] + 0, value["stream"] + "", value["version"] + 0
        except (KeyError, TypeError, AttributeError, ValueError):
            check.add("file_malformed", "entries.jsonl第%d行" % number, "登记缺项")
            unread = True
            continue
        where = "日志位置%d（%s第%d条）" % (position, stream.replace("request/", ""), version)
        if not 0 < position <= len(leaves) or leaf_hash(text) != leaves[position - 1]:
            check.add("entry_changed", where, "与存证时的叶值不符：内容或登记信息被改动")
        hands = [each for each in (value["actor"], value["on_behalf_of"]) if isinstance(each, str)]
        if value["topic"] not in FROM_OUTSIDE and any(re.match("[a-z0-9-]{2,40}/", each) for each in hands):
            check.add("act_from_outside", where, "由其他机关的人员（%s）登记" % "、".join(hands))
        if version != versions.get(stream, 0) + 1:
            check.add("version_gap", where, "前一条为第%d条" % versions.get(stream, 0))
        versions[stream] = version
        seen.add(position)
        commitments.update(
            re.findall('"id":"([0-9a-f]{32})","commitment":"([0-9a-f]{64})"', value["payload"])
        )
    missing = [at for at in range(manifest["first"], manifest["last"] + 1) if at not in seen]
    if missing and not unread:
        check.add(
            "entry_missing", "日志位置%s" % "、".join(map(str, missing[:20])), "缺%d条登记" % len(missing)
        )
    return commitments


def check_sealed(files: dict[str, bytes], commitments: dict[str, str], check: Check) -> None:
    """Texts in clear, where the bundle has any, against what the entries committed to."""
    for number, value in lines_of(files, "sealed.jsonl", check):
        try:
            digest = hashlib.sha256(bytes.fromhex(value["salt"]) + value["text"].encode("utf-8")).hexdigest()
            promised = commitments.get(value["id"])
        except (KeyError, ValueError, TypeError, AttributeError):
            check.add("file_malformed", "sealed.jsonl第%d行" % number, "缺项")
            continue
        if digest != promised:
            check.add("commitment_mismatch", "sealed.jsonl第%d行" % number, "封存内容与登记中的承诺值不符")


def verify(
    path: str, told_keys: Sequence[str] = (), pinned: Note | None = None
) -> tuple[Check, dict[str, Any] | None]:
    """Check a bundle. Returns what was found and noted."""
    check = Check()
    files = files_of(path, check)
    manifest = check_files(files, check)
    if manifest is None:
        return check, None
    keys = []
    for vkey in list(told_keys) or files.get("keys.txt", b"").decode("utf-8", "replace").split():
        try:
            keys.append(read_vkey(vkey))
        except ValueError:
            check.add("file_malformed", "keys.txt", "不是公钥：" + vkey[:80])
    if not told_keys:
        check.notes.append("公钥取自包内：请以另一途径向机关核实，再以--key给出")
    leaves = check_log(files, manifest, keys, pinned, check)
    commitments = check_entries(files, manifest, leaves, check)
    check_sealed(files, commitments, check)
    return check, manifest


def main(arguments: Sequence[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    paths, keys, pinned = [], [], None
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
            elif word == "--checkpoint":
                with open(rest.pop(0), encoding="utf-8") as file:
                    pinned = read_note(file.read())
            else:
                paths.append(word)
        except (IndexError, ValueError, OSError):
            print("%s之后应为公钥或存证点文件" % word, file=sys.stderr)
            return 2
    path = paths[0] if paths else os.path.dirname(os.path.abspath(__file__))
    if len(paths) > 1 or not os.path.exists(path):
        print(__doc__, file=sys.stderr)
        return 2
    check, manifest = verify(path, keys, pinned)
    if manifest is not None:
        print(
            "%s（%s）：日志前%d条，登记%d条。"
            % (manifest.get("name"), manifest["origin"], manifest["size"], manifest.get("entries", 0))
        )
    for note in check.notes:
        print("注意：%s。" % note)
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
