"""The demonstration's annual report: the seed's figures of 2020 with texts of our own, by two officers.

Figures of the proactive table are entered by hand with their sources, published documents are recorded as work of the
year, and every number in a text is a citation of the tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from importlib.resources import files

import msgspec

from domain.report import annual_report, official_form
from domain.report.annual_report import format_of

WRITER, APPROVER = "sun", "zhao"
"""Two of `console.PEOPLE`."""

Line = dict[str, object]


class Proactive(msgspec.Struct, frozen=True):
    """The proactive table of a published report; other keys of the file are ignored."""

    year: int
    proactive_table: dict[str, list[int | str | None]]


SOURCES = {
    "regulations": "规章目录",
    "normative_documents": "规范性文件登记簿",
    "licensing": "行政许可台账",
    "other_services": "政务服务事项目录",
    "penalties": "行政处罚台账",
    "coercion": "行政强制台账",
    "fees": "收费项目目录",
    "procurement": "政府采购台账",
}
# Invented days on which documents were published; their number, 5, is the seed's.
DOCUMENTS = ("2020-03-16", "2020-05-12", "2020-07-21", "2020-09-08", "2020-11-17")
TEXTS = {
    "preface": (
        "根据《中华人民共和国政府信息公开条例》第四十九条、第五十条的规定，编制本报告。"
        "统计期限为{year}年1月1日至12月31日，表格数据由本机关政府信息公开申请台账汇总。"
    ),
    "overview.proactive": (
        "本机关依法公开规范性文件{work.document_published}件，年末对外公开的规范性文件共"
        "{proactive.normative_documents.对外公开总数量}件。集中采购{proactive.procurement.采购项目数量}个项目，"
        "采购金额{proactive.procurement.采购总金额（元）}元，采购信息同步向社会公布。"
    ),
    "overview.on_request": (
        "收到政府信息公开申请{requests.new.total}件，其中自然人{requests.new.natural_person}件、"
        "商业企业{requests.new.commercial_enterprise}件。期限内办结{handling.on_time}件，"
        "结转下年度{requests.carried_out.total}件，为12月31日收到的申请。\n"
        "办结的申请中，予以公开{requests.granted.total}件，部分公开{requests.granted_in_part.total}件，"
        "不予公开{requests.refused.total}件，无法提供{requests.unable.total}件，"
        "不予处理{requests.not_processed.total}件。"
    ),
    "overview.management": (
        "每件申请从收到到归档逐项登记，答复期限由台账推算，公开属性在文件起草时确定，发布前经过保密审查。"
    ),
    "overview.platforms": "政府信息公开专栏按统一目录设置，查阅点备有目录和指南，网络申请渠道全年可用。",
    "overview.supervision": "答复文书由另一人审核后发出，被纠正的案件逐件分析原因，结果通报承办科室。",
    "appeals": (
        "因政府信息公开被申请行政复议{appeals.reconsideration.total}件，全部维持；"
        "行政诉讼{appeals.litigation.total}件，因当事人提交新的证据材料被纠正，已重新处理。"
    ),
    "problems": (
        "无法提供的占办结的{requests.unable.total%}，其中多数因本机关不掌握，说明申请前的引导不够。"
        "下一步在申请页面列明各机关的职责和查询渠道，并对答复说理逐件复核。"
    ),
    "other": "本机关全年没有收取信息处理费，没有其他需要报告的事项。",
}


def lines() -> Iterator[tuple[str, Line]]:
    """Actor and recording, in order. Record each singly, since some pin the log's position."""
    seed = msgspec.json.decode(files("api.demo").joinpath("huadu_2020.json").read_bytes(), type=Proactive)
    stream = annual_report.stream_of(seed.year)
    after = date(seed.year + 1, 1, 1)

    def line(id_: str, type_: str, on: date, **fields: object) -> Line:
        return {"id": f"demo-report-{id_}", "stream": stream, "event": {"type": type_, "on": on, **fields}}

    for block in official_form.load(format_of(seed.year)).proactive:
        for row in block.rows:
            for column, value in zip(block.columns, seed.proactive_table[row.code], strict=True):
                fields = {"row": row.code, "column": column, "value": str(value), "source": SOURCES[row.code]}
                yield WRITER, line(f"{row.code}-{column}", "figure_entered", after.replace(day=5), **fields)
    for nth, day in enumerate(DOCUMENTS, 1):
        note = f"示例府办规〔{seed.year}〕{nth}号"
        yield (
            WRITER,
            line(
                f"document-{nth}",
                "work_recorded",
                date.fromisoformat(day),
                kind="document_published",
                number=1,
                note=note,
            ),
        )
    for section, text in TEXTS.items():
        yield WRITER, line(section, "narrative_written", after.replace(day=8), section=section, text=text)
    yield WRITER, line("compiled", "report_compiled", after.replace(day=8))
    yield WRITER, line("submitted", "report_submitted", after.replace(day=11))
    yield APPROVER, line("approved", "report_approved", after.replace(day=13))
    yield WRITER, line("published", "report_published", after.replace(day=20))
