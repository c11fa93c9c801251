"""Finds the heading of a register's sheet, of up to three rows, and proposes the meaning of each column."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal, NamedTuple

import msgspec
from msgspec import Meta

from domain.values import FIRST_YEAR, LAST_YEAR
from projections.importing.book import Sheet, letter
from projections.importing.headings import (
    WORD_FIELDS,
    fields,
    is_ticked,
    known_field,
    may_mean,
    near,
    synonyms,
    title,
)
from projections.importing.words import bare, codes

_LOOKED_AT = 40
"""Rows in which a heading is searched."""
_TALLEST = 3
"""Maximum rows of a heading, for example 办理结果, below it 不予公开, below that its reasons."""
_FEWEST = 3
"""Minimum recognised columns of a heading."""
_LEADING = ("number", "received", "submitted")
"""Fields that every request has; a row without them is not a request."""
_ORDINALS = frozenset({"序号", "顺序号", "no"})
"""Headings of serial numbers of rows, which in some registers number the requests."""
_YEAR = re.compile(r"(20\d{2})\s*年?")


class MappingFault(ValueError):
    """A mapping file that cannot be used, and why, in words."""


Headings = Annotated[list[Annotated[str, Meta(max_length=200)]], Meta(max_length=100)]


class ColumnMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which column holds what: proposed, saved, edited, shared.

    columns: by field the headings, or letters, of its columns; of several that are ticked the heading is the word.
    sheets: names of those to read, else all that have the heading. year: of days that name none. numbers: bring, so
    that the numbers of the register become references, or new. subjects: description, so that a request without a
    subject takes it from there, or none. defaults: codes where a cell is blank. words: an office's own, by field.
    first_row: of the requests, from 1, where columns are named by letters alone.
    """

    columns: dict[str, Headings]
    sheets: list[str] = []
    year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR)] | None = None
    first_row: Annotated[int, Meta(ge=1, le=1_000)] = 2
    numbers: Literal["bring", "new"] = "bring"
    subjects: Literal["description", "none"] = "description"
    defaults: dict[str, str] = {}
    words: dict[str, dict[str, str]] = {}


class Header(NamedTuple):
    """row: of its first row from 0. headings: of each column, all rows joined. year: that the sheet names."""

    row: int
    height: int
    headings: tuple[str, ...]
    year: int | None


class Placed(NamedTuple):
    """A sheet whose columns are known: by field their indices."""

    sheet: Sheet
    header: Header
    columns: dict[str, tuple[int, ...]]


# -- proposing --


def propose(sheets: Sequence[Sheet]) -> tuple[ColumnMapping, list[str]]:
    """The mapping of all sheets with a heading, and what was assumed for it. Raises MappingFault without any."""
    columns: dict[str, list[str]] = {}
    assumed: list[str] = []
    headers = [header for sheet in sheets if (header := find_header(sheet)) is not None]
    for header, index, heading in _by_closeness(headers):
        field = known_field(heading)
        if field is None:
            if not may_mean(heading) and (word := near(heading)) is not None:
                assumed.append(f"“{heading}”一栏没有采用：与“{word}”相近而不同")
            continue
        named = columns.setdefault(field, [])
        rivals = [] if field == "number" and is_ordinal(heading) else _rivals(field, named)
        if heading not in rivals and not is_ticked(heading, field) and _in_sheet(rivals, header):
            assumed.append(
                f"“{heading}”与“{rivals[0]}”都像是“{title(field)}”，采用“{rivals[0]}”（{letter(index)}列没有采用）"
            )
        elif heading not in named:
            named.append(heading)
    _choose(columns, headers, assumed)
    _without_ordinals(columns, assumed)
    _known_from_others(columns, headers)
    if "received" not in columns and "submitted" in columns:
        columns["received"] = columns.pop("submitted")
        assumed.append(f"没有收到日期一栏，以“{columns['received'][0]}”为收到日期")
    if "received" not in columns:
        raise MappingFault("没有找到有“收到日期”等各栏的表头；请指明各栏是什么")
    return ColumnMapping(columns=columns), list(dict.fromkeys(assumed))


def _choose(columns: dict[str, list[str]], headers: Sequence[Header], assumed: list[str]) -> None:
    """Of headings that may mean either: the one where every sheet has another column for the other."""
    for heading in dict.fromkeys(text for header in headers for text in header.headings):
        if not (either := may_mean(heading)) or known_field(heading) is not None:
            continue
        with_it = [header for header in headers if heading in header.headings]
        left = [
            field
            for field in either
            if not all(_in_sheet(columns.get(field, ()), header) for header in with_it)
        ]
        if "received" in left and not columns.get("received"):
            columns["received"] = [heading]
            assumed.append(f"没有收到日期一栏，以“{heading}”为收到日期")
        elif len(left) == 1:
            columns.setdefault(left[0], []).append(heading)
            (other,) = set(either) - set(left)
            assumed.append(f"“{heading}”视为“{title(left[0])}”，另一栏是“{title(other)}”")
        else:
            choice = "”还是“".join(map(title, either))
            assumed.append(f"“{heading}”一栏没有采用：不能看出是“{choice}”，请指明")


def _by_closeness(headers: Sequence[Header]) -> list[tuple[Header, int, str]]:
    """All headings, first what says best what a column holds: 收到日期 before 登记日期, wherever it is."""
    known = list(synonyms())
    ranks = {word: rank for rank, word in enumerate(known)}
    every = [(header, index, text) for header in headers for index, text in enumerate(header.headings)]
    return sorted(every, key=lambda each: ranks.get(bare(each[2]), len(known)))


def is_ordinal(heading: str) -> bool:
    return bare(heading.rpartition("/")[2]) in _ORDINALS


def _rivals(field: str, named: Sequence[str]) -> list[str]:
    """Of the headings taken for the field those that a further one competes with."""
    return [each for each in named if field != "number" or not is_ordinal(each)]


def _without_ordinals(columns: dict[str, list[str]], assumed: list[str]) -> None:
    """A register with numbers of its own is not known by the count of its rows."""
    numbers = columns.get("number", [])
    own = _rivals("number", numbers)
    if own and len(own) < len(numbers):
        counted = next(each for each in numbers if each not in own)
        columns["number"] = own
        assumed.append(f"登记号取“{own[0]}”一栏；“{counted}”只是表中的顺序，没有采用")


def _known_from_others(columns: dict[str, list[str]], headers: Sequence[Header]) -> None:
    """A heading of one row means what it does below another on a further sheet: 性质 as in 申请人/性质."""
    below: dict[str, set[str]] = {}
    for field, named in columns.items():
        for heading in named:
            if "/" in heading and not is_ticked(heading, field):
                below.setdefault(bare(heading.rpartition("/")[2]), set()).add(field)
    for header in headers:
        for heading in header.headings:
            fields_meant = below.get(bare(heading), set())
            if "/" in heading or len(fields_meant) != 1 or known_field(heading) is not None:
                continue
            (field,) = fields_meant
            if not _in_sheet(columns[field], header) and heading not in columns[field]:
                columns[field].append(heading)


def find_header(sheet: Sheet) -> Header | None:
    """The row, or rows, with the most columns that are known; of equals the fewer and the upper ones."""
    found: list[tuple[int, int, int]] = []
    for row, height in _lines_looked_at(sheet):
        known = {known_field(heading) for heading in _headings(sheet, row, height)} - {None}
        score = 2 * (len(known) + bool(known & {"received", "submitted"}))
        score += sum(_is_lower(sheet, row, below) for below in range(1, height))
        if len(known) >= _FEWEST:
            found.append((score, -height, -row))
    if not found:
        return None
    _, height, row = max(found)  # of equals one row, so that a title above is none of it, and the upper
    return _header(sheet, -row, -height)


def _lines_looked_at(sheet: Sheet) -> Iterator[tuple[int, int]]:
    """Row and height of all that might be a heading, from above; one row before two."""
    for row in range(min(_LOOKED_AT, len(sheet.rows))):
        for height in range(1, min(_TALLEST, len(sheet.rows) - row) + 1):
            yield row, height


def _is_lower(sheet: Sheet, row: int, below: int) -> bool:
    """Whether a row below a heading's first is part of it: as where the cells of both are merged, and none is a day."""
    first, above, lower = (sheet.rows[each] for each in (row, row + below - 1, row + below))
    new = {text for text, over in zip(lower, above, strict=False) if text and text != over}
    leading = [
        not text or text == over
        for over, text in zip(first, lower, strict=False)
        if known_field(over) in _LEADING
    ]
    return bool(new and leading) and all(leading) and not any(re.search(r"\d", text) for text in new)


def _header(sheet: Sheet, row: int, height: int) -> Header:
    above = [text for line in sheet.rows[:row] for text in dict.fromkeys(line) if text]
    years = {int(found) for text in (sheet.name, *above) for found in _YEAR.findall(text)}
    return Header(row, height, tuple(_headings(sheet, row, height)), years.pop() if len(years) == 1 else None)


def _headings(sheet: Sheet, row: int, height: int) -> Iterator[str]:
    lines = list(sheet.rows[row : row + height])
    for nth in range(height - 1):
        lines[nth] = _spread(*lines[nth : nth + 2])
    for column in range(max(map(len, lines), default=0)):
        parts = [" ".join(line[column].split()) for line in lines if column < len(line)]
        yield "/".join(dict.fromkeys(filter(None, parts)))


def _spread(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    """The upper row, with a heading over several columns repeated in each: not every file marks merged cells."""
    found = list(upper)
    for column in range(1, min(len(upper), len(lower))):
        before = found[column - 1]
        if not found[column] and lower[column] and lower[column - 1] not in ("", before):
            found[column] = before
    return tuple(found)


def _in_sheet(named: Sequence[str], header: Header) -> bool:
    return any(each in header.headings for each in named)


def likely_headings(sheets: Sequence[Sheet]) -> list[str]:
    """For sheets without a known heading: the fullest row of short words, by sheet, for a person to map."""
    found: dict[str, None] = {}
    for sheet in sheets:
        tops = range(len(sheet.rows[:_LOOKED_AT]))
        rows = [[each for each in _headings(sheet, row, 1) if each] for row in tops]
        wordy = [(len(row), row) for row in rows if not any(re.search(r"\d|.{41}", each) for each in row)]
        found |= dict.fromkeys(max(wordy, default=(0, []))[1])
    return list(found)


# -- using --


def placed(sheet: Sheet, mapping: ColumnMapping) -> Placed | None:
    """The sheet's columns by the mapping; None where it has no such heading, or is not to be read."""
    if mapping.sheets and sheet.name not in mapping.sheets:
        return None
    wanted = {bare(heading) for headings in mapping.columns.values() for heading in headings}
    best: tuple[int, Header] | None = None
    for row, height in _lines_looked_at(sheet):
        found = len({bare(each) for each in _headings(sheet, row, height)} & wanted)
        if found and (best is None or found > best[0]):
            best = found, _header(sheet, row, height)
    by_letter = any(
        re.fullmatch("[A-Z]{1,2}", each) for headings in mapping.columns.values() for each in headings
    )
    if best is not None and best[0] >= min(_FEWEST, len(wanted)):
        header = best[1]
    elif by_letter and len(sheet.rows) >= mapping.first_row:
        header = _header(sheet, max(mapping.first_row - 2, 0), 1 if mapping.first_row > 1 else 0)
    else:
        return None
    typed = _padded(header.headings, sheet)
    columns = {field: _indices(headings, typed) for field, headings in mapping.columns.items()}
    columns = {field: indices for field, indices in columns.items() if indices}
    return Placed(sheet, header, columns) if "received" in columns else None


def _indices(named: Sequence[str], typed: Sequence[str]) -> tuple[int, ...]:
    """Columns of these headings or letters, in their order; of none, the one whose lower heading is named alone."""
    wanted = {bare(each) for each in named}
    found = [
        index
        for each in named
        for index, heading in enumerate(typed)
        if letter(index) == each or (heading and bare(heading) == bare(each))
    ]
    lower = [
        index for index, heading in enumerate(typed) if bare(heading.rpartition("/")[2]) in wanted - {""}
    ]
    return tuple(dict.fromkeys(found) if found else lower if len(lower) == 1 else ())


def _padded(headings: Sequence[str], sheet: Sheet) -> list[str]:
    """As many as the sheet has columns: one may have no heading."""
    return [*headings, *[""] * (max(map(len, sheet.rows), default=0) - len(headings))]


_SWITCHES = {
    "numbers": ("bring（沿用原编号）或new（另编登记号）", ("bring", "new")),
    "subjects": ("description（没有申请事项的，取申请内容的首句）或none（不取）", ("description", "none")),
}


def read_mapping(text: str) -> ColumnMapping:
    """From TOML. Raises MappingFault."""
    try:
        read = tomllib.loads(text)
        for name, (words, allowed) in _SWITCHES.items():
            if read.get(name, allowed[0]) not in allowed:
                raise MappingFault(f"对应文件的{name}应为{words}")
        mapping = msgspec.convert(read, ColumnMapping)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        raise MappingFault(f"对应文件不能读取：{wrong}") from None
    if unknown := sorted(set(mapping.columns) - set(fields())):
        raise MappingFault(f"对应文件的columns中没有“{unknown[0]}”这一项；可用：{'、'.join(fields())}")
    for field, named in (
        *mapping.words.items(),
        *((name, {"": code}) for name, code in mapping.defaults.items()),
    ):
        if field not in WORD_FIELDS:
            raise MappingFault(
                f"对应文件的words、defaults中没有“{field}”这一项；可用：{'、'.join(WORD_FIELDS)}"
            )
        if wrong_codes := sorted(set(named.values()) - codes(WORD_FIELDS[field])):
            known = "、".join(sorted(filter(None, codes(WORD_FIELDS[field]))))
            raise MappingFault(f"对应文件中{field}的代码“{wrong_codes[0]}”不存在；可用：{known}")
    return mapping


def write_mapping(mapping: ColumnMapping) -> str:
    """As TOML, to be edited and shared."""
    lines = ["# 哪一栏是什么：栏名照抄表头，或写列的字母；两三行的表头以“/”相连。"]
    if mapping.sheets:
        lines.append(f"sheets = {_toml(mapping.sheets)}")
    if mapping.first_row != 2:
        lines.append(f"first_row = {mapping.first_row}")
    if mapping.year:
        lines.append(f"year = {mapping.year}")
    lines += [
        f"{name} = {_toml(getattr(mapping, name))}  # {words}" for name, (words, _) in _SWITCHES.items()
    ]
    lines += ["", "[columns]"]
    lines += [f"{_toml(field)} = {_toml(headings)}" for field, headings in mapping.columns.items()]
    lines += ["", '# 空白的单元格按什么登记，如 channel = "post"', "[defaults]"]
    lines += [f"{_toml(field)} = {_toml(code)}" for field, code in mapping.defaults.items()]
    lines += ["", '# 本单位自己的写法，如 [words.channel] "市民热线" = "online"']
    for field, own in mapping.words.items():
        lines += [
            f"[words.{_toml(field)}]",
            *(f"{_toml(word)} = {_toml(code)}" for word, code in own.items()),
        ]
    return "\n".join(lines) + "\n"


def _toml(value: str | Sequence[str]) -> str:
    # A JSON text without control characters is a TOML text; headings are one line.
    return msgspec.json.encode(value).decode()


def own_words(mapping: ColumnMapping, field: str) -> Mapping[str, str]:
    return mapping.words.get(field, {})
