"""What events are made of: dates of law, short labels, money, references, sealed values, periods."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta, timezone
from functools import lru_cache
from typing import Annotated, ClassVar, NamedTuple, Self

import msgspec
from msgspec import Meta

FIRST_YEAR, LAST_YEAR = 2000, 2100
LAST_NUMBER = 999_999_999
LAST_POSITION = 2**63 - 1
"""After every position that a log can reach."""

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""The zone in which an instant becomes a day of law: UTC+8 without summer time since 1992."""

# C0 and C1 controls, DEL, lone surrogates, bidi embeddings, overrides and isolates.
# Line breaks and tabs are tolerated in sealed texts alone, where applicants paste letters.
_FORBIDDEN_IN_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]"
)
_FORBIDDEN_IN_LABEL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\u202a-\u202e\u2066-\u2069]")

Label = Annotated[str, Meta(min_length=1, max_length=200)]
"""A short official label (unit, tribunal, document number); names no applicant."""

AUTHORITY_CODE_PATTERN = r"^[a-z0-9-]{2,40}\Z"
AuthorityCode = Annotated[str, Meta(pattern=AUTHORITY_CODE_PATTERN)]

Code = Annotated[str, Meta(min_length=1, max_length=100)]
"""A word of a vocabulary in `outcomes`; checked when an event is admitted, never when it is decoded."""

Text = Annotated[str, Meta(min_length=1, max_length=20_000)]
"""Free text, sent in clear and stored sealed."""

Money = Annotated[str, Meta(pattern=r"^[0-9]{1,9}(\.[0-9]{1,2})?\Z")]
"""Yuan as text, at most two decimals."""

Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
"""Hex SHA-256 of a file."""

DigestOfSuite = Annotated[str, Meta(pattern=r"^([a-z][a-z0-9-]{0,15}:)?[0-9a-f]{64}\Z")]
"""A digest in hex, after the name of its suite of algorithms and a colon where that is not SHA-256."""

Count = Annotated[int, Meta(ge=1, le=1_000_000)]

OFFICER_PATTERN = r"^[a-z0-9][a-z0-9._-]{1,39}\Z"
OfficerId = Annotated[str, Meta(pattern=OFFICER_PATTERN)]
"""An officer in events and envelopes; names are kept with the account, never in the log."""

EntryVersion = Annotated[int, Meta(ge=1, le=1_000_000)]
"""Of an entry in its stream."""


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of everything that is sent: dates lie in 2000–2100 and text holds no control characters.

    Raises ValueError naming the field; msgspec turns it into a ValidationError when decoding.
    """

    sealed: ClassVar[tuple[str, ...]] = ()
    """Fields that are sent in clear and stored as `Sealed`."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            kind = type(value)
            if kind is date:
                if not FIRST_YEAR <= value.year <= LAST_YEAR:
                    raise ValueError(f"{name}：日期须在{FIRST_YEAR}年至{LAST_YEAR}年之间")
            elif kind is str and not value.isprintable():  # nothing that prints is forbidden anywhere
                forbidden = _FORBIDDEN_IN_TEXT if name in self.sealed else _FORBIDDEN_IN_LABEL
                if forbidden.search(value):
                    raise ValueError(f"{name}：含有控制字符、换行或不成对的代理字符，不能登记")


_BLANK_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols by their category that print nothing: fillers of Hangul, the empty Braille cell."""


def is_blank(text: str) -> bool:
    """Whether nothing in the text can be read: blanks, invisible, private-use or combining characters alone."""
    return not any(unicodedata.category(each)[0] in "LNPS" and each not in _BLANK_LETTERS for each in text)


def legible(text: str) -> str:
    """The text without what prints nothing, every digit one of 0 to 9 and every width the half: as it is read."""
    shown = (
        each
        for each in unicodedata.normalize("NFKC", text)
        if unicodedata.category(each) not in ("Cf", "Cc", "Co", "Cn", "Mn", "Me")
        and each not in _BLANK_LETTERS
    )
    return "".join(str(unicodedata.decimal(each, each)) for each in shown)


def check_words(value: object, path: str) -> None:
    """Raises ValueError naming the field, from `path` on, if a text of the event, however deep, is blank.

    Checked when an event is recorded, never when one is read: an old log may have such a text.
    """
    if isinstance(value, str):
        if is_blank(value):
            raise ValueError(f"{path}：不能为空白，也不能只有看不见的字符或自造字")
    elif isinstance(value, tuple):
        for each in value:
            check_words(each, path)
    elif isinstance(value, Value):
        for name in value.__struct_fields__:
            if (inner := getattr(value, name)) is not None:
                check_words(inner, f"{path}.{name}")


_BRACKETS = str.maketrans("〔〕【】[]", "()()()")


@lru_cache(4096)
def plain(label: str) -> str:
    """A label for comparing: width, case, blanks and the shape of brackets make no difference."""
    return "".join(unicodedata.normalize("NFKC", label).translate(_BRACKETS).split()).casefold()


def is_label(text: str) -> bool:
    """Whether a text from outside an event may be used as a label: 1–200 characters, no controls."""
    return 0 < len(text) <= 200 and not _FORBIDDEN_IN_LABEL.search(text)


class Sealed(Value, frozen=True):
    """Takes the place in an event of a value that lies encrypted in the vault.

    id: uuid4 in hex. commitment: digest over 32 random bytes of salt and the value's own JSON.
    """

    id: Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
    commitment: DigestOfSuite


_REQUEST = "request/"


class Reference(NamedTuple):
    """登记号 `YYYY-NNNN`: the year of receipt and a number gapless per authority and year.

    Ordered as two integers, so 2020-10000 follows 2020-9999.
    """

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError unless text is a year 2000–2100, a hyphen and at least four ASCII digits."""
        return cls(*_year_and_number(text))

    @property
    def stream(self) -> str:
        return f"{_REQUEST}{self}"

    def __str__(self) -> str:
        return f"{self.year}-{self.number:04d}"


@lru_cache(1024)
def _year_and_number(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"([0-9]{4})-([0-9]{4,9})", text)
    if match and FIRST_YEAR <= int(match[1]) <= LAST_YEAR and int(match[2]):
        year, number = int(match[1]), int(match[2])
        if text == f"{year}-{number:04d}":
            return year, number
    raise ValueError("登记号应为年份加至少四位序号，如2020-0017")


def is_request(stream: str) -> bool:
    """Whether the stream is a request's; the others are the authority's own and its annual reports'."""
    return stream.startswith(_REQUEST)


def reference_in(stream: str) -> str:
    """The reference that a request's stream is named by; another stream's name as it is."""
    return stream.removeprefix(_REQUEST)


class Period(NamedTuple):
    """统计期限: both ends are inside."""

    first: date
    last: date

    @classmethod
    def year(cls, year: int) -> Self:
        return cls(date(year, 1, 1), date(year, 12, 31))

    def __str__(self) -> str:
        """In words where it is a whole month, quarter, half or year of the calendar, else its two days."""
        year, month = self.first.year, self.first.month
        months = self.last.month - month + 1
        whole = self.first.day == 1 and (self.last + timedelta(days=1)).day == 1 and self.last.year == year
        match months if whole and (month - 1) % months == 0 else 0:
            case 1:
                return f"{year}年{month}月"
            case 3:
                return f"{year}年第{month // 3 + 1}季度"
            case 6:
                return f"{year}年{'上' if month == 1 else '下'}半年"
            case 12:
                return f"{year}年度"
            case _:
                return f"{self.first}至{self.last}"


def bare(label: str) -> str:
    """The label without its numbering: 1.属于国家秘密 → 属于国家秘密."""
    return re.sub(r"^(（.{1,2}）|\d+\.|[一二三四五六七]、)", "", label)
