"""Decodes recordings from JSON, and describes errors in Chinese."""

from __future__ import annotations

import json
import re
import typing
from collections.abc import Sequence
from typing import Any, Literal, TypeVar

import msgspec

from adapters.register.recording.recording import Recording
from adapters.register.recording.words import in_codes, is_in_codes
from domain.authority.events import AUTHORITY_EVENTS
from domain.entry import type_of
from domain.law.refusals import Malformed
from domain.report.events import REPORT_EVENTS, PublishedTables
from domain.request import events
from domain.request.parties import Agent, Applicant, Person, Provenance
from domain.values import Reference, Value
from projections.choice_labels import CHOICES
from projections.form_labels import label

T = TypeVar("T")


MARK = b"\xef\xbb\xbf"
"""The byte order mark that Windows editors write at the beginning of UTF-8."""
SAVE_AS_UTF_8 = "请在编辑器中“另存为”，编码选UTF-8"

_recording = msgspec.json.Decoder(Recording)
_any = msgspec.json.Decoder()


def decode(line: bytes | str) -> Recording:
    """Raises errors.Malformed, in Chinese and without any value sent, unless it is one recording.

    Codes may be given as their Chinese words.
    """
    try:
        found = decode_with(_recording, line)
    except Malformed as wrong:
        read = _parsed(line)
        if read is None or (meant := in_codes(read)) == read:
            raise wrong from None
        return _converted(meant)
    return found if is_in_codes(found) else convert(_parsed(line))


def _parsed(line: bytes | str) -> Any:
    """The parsed JSON object; None if it is malformed or has a duplicate name."""
    try:
        return decode_with(_any, line)
    except Malformed:
        return None


def convert(mapping: Any) -> Recording:
    """The same for a mapping already parsed."""
    return _converted(in_codes(mapping))


def _converted(mapping: Any) -> Recording:
    try:
        return msgspec.convert(mapping, Recording)
    except msgspec.ValidationError as wrong:
        raise explained(str(wrong)) from None


def of_document(id_: str, reference: str, on_behalf_of: str | None, **fields: Any) -> Recording:
    """The recording of an uploaded document. Raises Malformed."""
    try:
        event: Any = msgspec.convert(fields, events.SentDocument)
    except msgspec.ValidationError as wrong:
        raise explained(str(wrong)) from None
    return Recording(id=id_, reference=reference, on_behalf_of=on_behalf_of, event=event)


def decode_with(decoder: msgspec.json.Decoder[T], text: bytes | str, types: Sequence[str] = ()) -> T:
    """The decoded JSON. Raises Malformed, with a Chinese text that repeats no value sent.

    types: the types of events that are possible here; none: all.
    """
    try:
        found = decoder.decode(text)
        _names.decode(text if isinstance(text, str) else text.decode())
    except msgspec.ValidationError as wrong:
        raise explained(str(wrong), types) from None
    except UnicodeError:
        raise Malformed(field="", problem="不是UTF-8文字") from None
    except RecursionError:
        raise Malformed(field="", problem="嵌套过深") from None
    except (msgspec.DecodeError, ValueError):
        raise Malformed(field="", problem=_broken(text)) from None
    return found


def _broken(text: bytes | str) -> str:
    try:
        return broken_json(text if isinstance(text, str) else text.decode())
    except UnicodeDecodeError:
        return "不是UTF-8文字"


def check_utf8(text: bytes) -> None:
    """Raises Malformed if the text is not UTF-8, and names the encoding that it seems to have."""
    try:
        text.decode()
    except UnicodeDecodeError:
        raise Malformed(field="", problem=_encoding(text)) from None


def _encoding(text: bytes) -> str:
    try:
        text.decode("gb18030")
    except UnicodeDecodeError:
        return f"不是UTF-8文字；{SAVE_AS_UTF_8}"
    return f"是GBK编码（记事本的“ANSI”），不是UTF-8；{SAVE_AS_UTF_8}"


def reference_of(text: str, *, field: str = "") -> Reference:
    """Parse a reference. Raises Malformed with the name of the field."""
    try:
        return Reference.parse(text)
    except ValueError as wrong:
        raise Malformed(field=field, problem=str(wrong)) from None


# Characters that word processors substitute for JSON's punctuation.
_SIGNS = {
    "“": '此处是中文引号“，应为英文引号"',
    "”": '此处是中文引号”，应为英文引号"',
    "‘": '此处是中文引号‘，应为英文引号"',
    "’": '此处是中文引号’，应为英文引号"',
    "＂": '此处是全角引号，应为英文引号"',
    "'": '此处是单引号，应为双引号"',
    "：": "此处是中文冒号，应为英文冒号:",
    "，": "此处是中文逗号，应为英文逗号,",
    "、": "此处是顿号，应为英文逗号,",
    "｛": "此处是全角括号，应为英文括号{",
    "｝": "此处是全角括号，应为英文括号}",
    "［": "此处是全角括号，应为英文括号[",
    "］": "此处是全角括号，应为英文括号]",
    **dict.fromkeys("–—―－‒‑‐−", "此处不是英文减号-"),
    **dict.fromkeys("\u00a0\u3000\u200b\ufeff", "此处是特殊的空格，应为英文空格"),
}


def broken_json(text: str) -> str:
    """Describes a JSON syntax error: its place, and a hint if it is a known slip. Does not quote the text."""
    try:
        json.loads(text)
    except json.JSONDecodeError as wrong:
        where = f"第{wrong.lineno}行第{wrong.colno}列" if "\n" in text.strip() else f"第{wrong.colno}列"
        sign = _SIGNS.get(text[wrong.pos : wrong.pos + 1], "")
        if not sign and wrong.msg.startswith("Unterminated string"):
            sign = "此处的引号没有闭合" + ('，其后的”应为英文引号"' if "”" in text[wrong.pos :] else "")
        return f"不是完整的JSON：{where}{'，' if sign else ''}{sign}"
    except (ValueError, RecursionError):
        pass
    return "不是完整的JSON"


def _no_name_twice(pairs: list[tuple[str, Any]]) -> None:
    """Refuse duplicate names: decoders would silently use the last value."""
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise Malformed(field=f"{name}：" if name in _FIELDS else "", problem="同一项写了两次")
        seen.add(name)


_names = json.JSONDecoder(object_pairs_hook=_no_name_twice)


# msgspec's messages and their Chinese equivalents. A value that was sent is never repeated: it may be personal data in
# the wrong field.
_NO_SUCH_FIELD = "没有这一项，请检查拼写"
_PROBLEMS: tuple[tuple[str, str], ...] = (
    (r"Object missing required field `(?P<field>\w+)`", "缺少这一项"),
    (r"Object contains unknown field(?: `(?P<field>[a-z_]{1,40})`)?", _NO_SUCH_FIELD),
    (r"Invalid RFC3339 encoded date", "应为日期，如2020-03-02"),
    (r"Invalid enum value", "不在可选的值之中"),
    (r"Invalid value ", "没有这种事项"),
    (r"Expected `str` of length <= (\d+)", r"超过\1个字"),
    (r"Expected `str` of length >= \d+", "不能为空"),
    (r"Expected `array` of length >= \d+", "不能为空"),
    (r"Expected `array` of length <= (\d+)", r"不能超过\1项"),
    (r"Expected `int` <= (\d+)", r"不能大于\1"),
    (r"Expected `int` >= (\d+)", r"不能小于\1"),
    (r"Expected `str` matching regex .*0-9\]\{1,9\}", "应为金额（元），至多两位小数，如100.50"),
    (r"Expected `str` matching regex .*authority", "应为authority，或report/年度，如report/2020"),
    (r"Expected `str` matching regex .*\._-\]\{1,39\}", "应为2至40个小写字母、数字、点、横线，如zhang"),
    (r"Expected `str` matching regex .*\[a-z0-9-\]\{2,40\}", "应为2至40个小写字母、数字、横线，如huadu"),
    (r"Expected `str` matching regex", "不合格式"),
    (r"Expected `null`", "由程序填写，不能登记"),
    (r"Expected `date", "应为日期，如2020-03-02"),
    (r"Expected `bool", "应为true或false"),
    (r"Expected `int", "应为整数"),
    (r"Expected `array", "应为列表"),
    (r"Expected `object", "应为对象"),
    (r"Expected `str", "应为文字"),
)


# Messages from a struct's __post_init__, which are complete and quote nothing but a day or a code. msgspec's own begin
# with a capital letter.
_OWN_WORDS = r"(?P<field>[a-z_]+)：(?P<of_field>.+)|(?P<of_all>[\u4e00-\u9fff].*)"


def explained(message: str, types: Sequence[str] = ()) -> Malformed:
    """msgspec's English as a refusal in Chinese that names the field by its path."""
    text, _, path = message.rpartition(" - at `$")
    text, path = (text, path.rstrip("`").lstrip(".")) if text else (message, "")
    if not all(word in _FIELDS for word in re.findall(r"[^.\[\]]+", re.sub(r"\[(\d+|\.\.\.)\]", "", path))):
        path = ""  # not a field of ours, but a name that was sent
    if own := re.fullmatch(_OWN_WORDS, text):
        field = _join(path, own["field"] or "")
        return Malformed(field=f"{field}：" if field else "", problem=own["of_field"] or own["of_all"])
    for pattern, problem in _PROBLEMS:
        if match := re.match(pattern, message):
            field = _join(path, match.groupdict().get("field") or "")
            words = match.expand(problem) if "\\" in problem else problem
            if words == "不在可选的值之中" and (allowed := _allowed(field)):
                words += f"：{'、'.join(allowed)}"
            if words == _NO_SUCH_FIELD and (known := _fields_within(path)):
                words += f"；可用：{'、'.join(f'{label(name)}（{name}）' for name in known)}"
            if words == "没有这种事项":
                words += f"：可用{'、'.join(map(_titled, types or EVENT_TYPES))}"
            return Malformed(field=f"{field}：" if field else "", problem=words)
    return Malformed(field=f"{path}：" if path else "", problem="不合要求")


def _join(path: str, field: str) -> str:
    return ".".join(part for part in (path, field) if part)


def _fields_within(path: str) -> tuple[str, ...]:
    """The fields of the struct at this path; those of an event depend on its type."""
    field = re.sub(r"\[.*?\]", "", path).rsplit(".", 1)[-1]
    return _GROUPS[field].__struct_fields__ if field in _GROUPS else ()


def literals(annotation: Any) -> tuple[str, ...]:
    if typing.get_origin(annotation) is Literal:
        return typing.get_args(annotation)
    return tuple(found for inner in typing.get_args(annotation) for found in literals(inner))


def _allowed(path: str) -> tuple[str, ...]:
    """The values of the enumeration at this path, if all structs with such a field have the same."""
    field = re.sub(r"\[.*?\]", "", path).rsplit(".", 1)[-1]
    found = {values for kind, name, values in _ENUMERATIONS if name == field}
    if len(found) != 1:
        return ()
    words = next((words for name, words in CHOICES.items() if name.rpartition(".")[2] == field), {})
    return tuple(f"{words[code]}（{code}）" if code in words else code for code in found.pop())


def _titled(type_: str) -> str:
    return f"{_TITLES[type_]}（{type_}）"


_SPOKEN: tuple[type[Value], ...] = (
    *events.EVENTS,
    *AUTHORITY_EVENTS,
    *REPORT_EVENTS,
    Applicant,
    Agent,
    events.Part,
    Provenance,
    PublishedTables,
    Recording,
)


_GROUPS: dict[str, type[Value]] = {
    "applicant": Applicant,
    "joint": Person,
    "agents": Agent,
    "parts": events.Part,
    "provenance": Provenance,
}
"""The struct of each nested group, by the field's name."""


_TITLES = {type_of(kind): kind.title for kind in (*events.EVENTS, *AUTHORITY_EVENTS, *REPORT_EVENTS)}


EVENT_TYPES = tuple(type_of(kind) for kind in (*events.EVENTS, *AUTHORITY_EVENTS, *REPORT_EVENTS))


_FIELDS = {"type", *(name for kind in _SPOKEN for name in kind.__struct_fields__)}


_ENUMERATIONS = [
    (kind, name, literals(annotation))
    for kind in _SPOKEN
    for name, annotation in typing.get_type_hints(kind, include_extras=True).items()
    if literals(annotation)
]
