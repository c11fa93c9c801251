"""Letters over HTTP: which can be made of a case, one as a file, all of a day in one file, filing with the case."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation
from msgspec import Meta

from adapters.refusals import NotAllLetters
from adapters.register.papers.letters import Offered
from adapters.register.recording.document_numbers import SeriesListed
from api.rendering import MEDIA_TYPES, LetterFileKind, letter_as, letters_as_pdf
from api.today import today
from api.web.query import Query, check_day
from api.web.request import ApiRequest, reference_of
from api.web.requests import SealedValuesQuery, note_reading
from api.web.responses import attachment, json
from domain.authority.number_events import LAST_SERIAL
from domain.values import FIRST_YEAR, LAST_YEAR, Label

Entry = Annotated[
    Annotated[int, Meta(ge=1, le=1_000_000)] | None,
    Meta(description="据第几条登记制作；缺省为可据以制作的最后一条"),
]


class LetterQuery(SealedValuesQuery, frozen=True, kw_only=True):
    """Format and parts of the letter, and purpose of the access."""

    as_: Annotated[LetterFileKind, Meta(description="文件的格式；入卷的文书pdf为入卷的原件")]
    version: Entry = None


class LetterFiledHow(Query, frozen=True, kw_only=True):
    """The entry that the letter is made from."""

    version: Entry = None
    corrected: Annotated[bool, Meta(description="已入卷的有误：另制一份，写明替代前一份")] = False


class LettersQuery(SealedValuesQuery, frozen=True, kw_only=True):
    """Day of the letters, and purpose of the access."""

    on: Annotated[date, Meta(description="哪一天的文书")]
    partial: Annotated[bool, Meta(description="不能制作的不计，其余照印")] = False


class FiledLetter(msgspec.Struct, frozen=True):
    """version: the request's, after the entry that filed the letter."""

    reference: str
    kind: str
    version: int


@get(
    "/requests/{reference:str}/letters",
    operation_id="listLetters",
    summary="列出可以制作的文书",
    opt={"act": "read", "statuses": (409,)},
)
async def letters_of(
    request: ApiRequest, code: FromPath[str], reference: FromPath[str]
) -> Response[list[Offered]]:
    """各件据第几条登记、是否已入卷。机关未设定文书事项（letter_details_set）的，没有可以制作的文书。"""
    return json(await request.register.letters.offered(code, reference_of(reference)))


@get(
    "/requests/{reference:str}/letters/{kind:str}",
    operation_id="fetchLetter",
    summary="取出一件文书",
    opt={
        "act": "read_personal",
        "files": (MEDIA_TYPES["pdf"], MEDIA_TYPES["docx"]),
        "statuses": (409,),
    },
)
async def fetch_letter(
    request: ApiRequest,
    code: FromPath[str],
    reference: FromPath[str],
    kind: FromPath[str],
    params: NamedDependency[SkipValidation[LetterQuery]],
) -> Response[bytes]:
    """依登记和当日适用的文字制作，未入卷的标明草稿和尚缺的各项；含个人信息，查阅及其目的记入访问日志。总是作为附件下载。"""
    named, letters = reference_of(reference), request.register.letters
    await note_reading(request, code, named, params.purpose)
    if params.as_ == "pdf":
        data, _ = await letters.pdf(code, named, kind, params.version)
    else:
        data = letter_as(await letters.compose(code, named, kind, params.version), "docx")
    return letter_file(data, params.as_, f"{named}-{kind}")


@post(
    "/requests/{reference:str}/letters/{kind:str}",
    status_code=201,
    operation_id="fileLetter",
    summary="制作文书并入卷",
    opt={"act": "handle", "statuses": (409,)},
)
async def file_letter(
    request: ApiRequest,
    code: FromPath[str],
    reference: FromPath[str],
    kind: FromPath[str],
    params: NamedDependency[SkipValidation[LetterFiledHow]],
) -> Response[FiledLetter]:
    """制成PDF加密入卷，摘要记入日志，此后即为定稿。已入卷的再次提交，答复相同；法律要求而尚缺的，不入卷。"""
    named = reference_of(reference)
    with request.metrics.recording("document_filed", preview=False):
        filed = await request.register.letters.file(
            code,
            named,
            kind,
            params.version,
            on=today(),
            actor=request.actor,
            permissions=request.caller.permissions,
            corrected=params.corrected,
        )
    request.checkpointer.grown(code)
    headers = {
        "ETag": f'"{filed.version}"',
        "Location": f"/api/v1/authorities/{code}/requests/{named}/documents/{filed.version}",
    }
    return json(FiledLetter(str(named), kind, filed.version), status=201, headers=headers)


@get(
    "/letters",
    operation_id="fetchLettersOfDay",
    summary="一天的全部文书",
    opt={"act": "read_personal", "files": (MEDIA_TYPES["pdf"],), "statuses": (409,)},
)
async def fetch_letters(
    request: ApiRequest, code: FromPath[str], params: NamedDependency[SkipValidation[LettersQuery]]
) -> Response[bytes]:
    """合印为一个PDF，各件自第1页起，当日邮寄的附清单。有不能制作的，逐件列出原因，不给文件，除非partial。"""
    on = check_day("on", params.on)
    await note_reading(request, code, f"letters {on}", params.purpose)
    found = await request.register.letters.of_day(code, on)
    if not found.letters or (found.refused and not params.partial):
        reasons = "；".join(f"{each.reference}：{each.reason}" for each in found.refused[:20])
        raise NotAllLetters(on=on, found=reasons or "当日没有文书")
    data = await asyncio.to_thread(letters_as_pdf, found.letters, on)
    return letter_file(data, "pdf", f"{code}-{on}")


class NumbersQuery(Query, frozen=True, kw_only=True):
    """Year and series of the numbers."""

    year: Annotated[int, Meta(ge=FIRST_YEAR, le=LAST_YEAR, description="文号的年份")]
    series: Annotated[Label | None, Meta(description="只列这一系列；缺省为各系列")] = None
    after: Annotated[int, Meta(ge=0, le=LAST_SERIAL, description="从这一序号之后列起，即上一页的after")] = 0


@get(
    "/document-numbers",
    operation_id="listDocumentNumbers",
    summary="文号和缺号",
    opt={"act": "read"},
)
async def document_numbers(
    request: ApiRequest, code: FromPath[str], params: NamedDependency[SkipValidation[NumbersQuery]]
) -> Response[list[SeriesListed]]:
    """各系列当年的下一个文号、已用的文号和缺号；缺号由number_gap_explained说明。登记时不写文号的，在登记的同时顺编。"""
    return json(await request.register.letters.numbers(code, params.year, params.series, params.after))


def letter_file(data: bytes, kind: LetterFileKind, name: str) -> Response[Any]:
    """A reply that the browser saves as a file."""
    return Response(data, media_type=MEDIA_TYPES[kind], headers=attachment(f"{name}.{kind}"))


HANDLERS = (letters_of, fetch_letter, file_letter, fetch_letters, document_numbers)
