"""What a form for each event asks, read from the event itself: one description for pages and the command line.

A new event has a form without a line here: its fields, their kinds and choices come from the struct, its words from
`field_labels`. LABELS and HINTS say it shorter, or say what an officer must know before typing.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, Literal, get_args, get_origin

import msgspec

from domain.authority.events import AUTHORITY_EVENTS
from domain.entry import Event, type_of
from domain.field_labels import FIELDS
from domain.report import events as report_events
from domain.request import events
from domain.values import Code, Count, Label, Money, Text
from projections.choice_labels import choices
from projections.timeline import ARTICLES

Kind = Literal["date", "label", "text", "number", "money", "yes_no", "choice", "choices", "group", "groups"]


class Choice(typing.NamedTuple):
    """A value as it is recorded, and its words."""

    value: str
    words: str


class Field(msgspec.Struct, frozen=True):
    """One thing to fill in. sealed: kept closed, opened with a purpose. names: what of the request the field names,
    as `draft` or `appeal`; those there are, are its choices. fields: of a group, or of each line of groups.
    """

    name: str
    label: str
    kind: Kind
    required: bool
    hint: str = ""
    sealed: bool = False
    choices: tuple[Choice, ...] = ()
    longest: int | None = None
    names: str = ""
    fields: tuple[Field, ...] = ()


class EventForm(msgspec.Struct, frozen=True):
    """type: as on the wire. article: of the Regulations unless it says otherwise. hint: what to know before."""

    type: str
    title: str
    article: str
    hint: str
    fields: tuple[Field, ...]


_NAMES = {
    ("answer_drafted", "draft"): "draft_to_redraft",
    ("extension_drafted", "draft"): "draft_to_redraft",
    ("consultation_opened", "consultation"): "",
    ("appealed", "appeal"): "",
    ("document_filed", "document"): "",
    ("consultation_closed", "consultation"): "open_consultation",
    ("draft_reviewed", "draft"): "draft_to_review",
    ("draft_approved", "draft"): "draft_to_approve",
    ("answered", "draft"): "approved_answer",
    ("extended", "draft"): "approved_extension",
    ("appealed", "follows"): "appeal",
    ("appeal_decided", "appeal"): "appeal",
    ("correction_analysed", "appeal"): "decided_appeal",
    ("reopened", "appeal"): "decided_appeal",
    ("personal_data_erased", "requested"): "erasure",
    ("grant_confirmed", "version"): "pending_grant",
}
"""What of the history a field names; the choices of a form are those there are."""

LABELS: dict[str, str] = {
    "on": "日期",
    "received.on": "收到日期",
    "receipt_basis": "收到日期的依据",
    "submitted_on": "提交日期",
    "applicant": "申请人",
    "description": "申请内容",
    "supplemented.description": "补正后的内容",
    "delivery": "提供方式",
    "split_from": "由哪件拆分",
    "officer": "经办人",
    "respond_by": "答复期限至",
    "supplement_required.respond_by": "补正期限至",
    "consultation_opened.respond_by": "回复期限至",
    "explanation_required.respond_by": "说明期限至",
    "matters": "需补正的事项",
    "workdays": "延长工作日数",
    "approved_by": "同意延期的负责人",
    "notified_on": "告知申请人的日期",
    "reason": "理由",
    "withdrawn.reason": "撤回的情形",
    "consultation": "征求意见的名称",
    "consultee": "征求谁的意见",
    "delivered_on": "征求意见函送达日期",
    "reply": "对方的意见",
    "accepted": "理由是否认可",
    "until": "至（含当日）",
    "deferred.until": "延迟至（含当日）",
    "fee_charged.basis": "计收方式",
    "quantity": "第几件或页数",
    "basis": "依据",
    "amount_yuan": "金额（元）",
    "pay_by": "缴费期限至",
    "outcome": "办理结果",
    "legal_basis": "依据条款",
    "parts": "各部分的结果",
    "draft": "文稿",
    "passed": "是否通过",
    "opinion": "意见",
    "earlier_reference": "此前已答复的登记号",
    "text": "正文",
    "method": "送达方式",
    "tracking_no": "邮件单号",
    "lapsed.cause": "原因",
    "reopened.cause": "原因",
    "appeal": "复议或诉讼的名称",
    "route": "复议或诉讼",
    "ground": "提起的理由",
    "tribunal": "复议机关或法院",
    "follows": "所接的复议或诉讼",
    "disposition": "结果",
    "effective_on": "生效日期",
    "measures": "整改措施",
    "redo_by": "重新答复期限至",
    "document": "材料名称",
    "document_filed.kind": "材料类别",
    "erasure_requested.scope": "销毁的范围",
    "requested": "所执行的提请",
    "version": "第几条登记",
    "replacement": "更正后的事项",
    "person": "工号",
    "registered.name": "机关名称",
    "renamed.name": "机关名称",
    "day_off_set.day": "哪一天",
    "officer_appointed.unit": "所在单位",
    "officer_appointed.officer": "人员代号",
    "officer_dismissed.officer": "人员代号",
    "power_granted.officer": "人员代号",
    "power_withdrawn.officer": "人员代号",
    "power_granted.until": "有效至（含当日）",
    "grant_confirmed.version": "所确认的授权",
    "superior": "上级机关代码",
    "row": "行",
    "column": "列",
    "source": "数据来源",
    "figure_entered.value": "数值",
    "work_recorded.kind": "公开工作",
    "section": "部分",
    "warning": "提示的名称",
    "separation_waived.scope": "范围",
    "working": "是否办公",
}
"""Short labels, by field or by event and field; without one the field's own words up to the first comma."""

HINTS: dict[str, str] = {
    "received.on": "当面提交之日；邮寄的为签收之日；网络、传真、电子邮件的为双方确认之日",
    "submitted_on": "与收到日期不同的填写",
    "received.description": "原文照录，存放在保密库，查阅须写明用途",
    "split_from": "一事一申请：填原申请的登记号",
    "assigned.officer": "人员代号，可不填",
    "supplement_required.respond_by": "合理期限，一般10个工作日左右；逾期不补正的不再处理",
    "matters": "一次写全需补正的事项，补正只能告知一次",
    "workdays": "至多20个工作日，只能延长一次",
    "notified_on": "须在期限届满前告知；不填的登记为未告知",
    "consultation_opened.consultation": "区分几次征求意见，如“某公司”；不要写个人姓名",
    "consultation_opened.respond_by": "自送达之日起15个工作日",
    "appeal": "区分几件复议或诉讼，如“复议1”",
    "tribunal": "全称",
    "effective_on": "未生效的不填，仍算尚未审结",
    "earlier_reference": "重复申请的填写",
    "document_no": "如花府办公开〔2020〕12号",
    "answer_drafted.document_no": "尚未编号的不填",
    "answer_drafted.draft": "退回后重拟的用原名",
    "parts": "各部分结果不同的，逐部分填写",
    "passed": "不通过即退回起草人",
    "redo_by": "决定书所定；未定的按条例期限",
    "tracking_no": "便于查证寄送日期",
    "signed_for_on": "当面送交的为签收之日",
    "archive_no": "全宗号—目录号—案卷号",
    "appraisal_no": "鉴定意见的文号",
    "deferred.until": "须告知申请人",
    "amount_yuan": "至多两位小数，如100.50",
    "quantity": "按件的填申请人当月的第几件，按量的填页数",
    "pay_by": "不少于20个工作日",
    "person": "同一人的几个代号填同一个工号；不填即为其代号",
    "officer_appointed.officer": "小写字母和数字，如zhang；不写姓名，姓名在账号里",
    "figure_entered.value": "照印制的填写；空白即不填",
}

_FORM_HINTS: dict[str, str] = {
    "received": "登记后自收到次日起计20个工作日。",
    "supplement_required": "收到申请7个工作日内告知，只告知一次；补正期间不计期限，补正后期限重新起算。",
    "supplemented": "期限自收到补正之日起重新计算。",
    "extended": "须经政府信息公开工作机构负责人同意并告知申请人。",
    "extension_drafted": "由负责人批准后，再登记延长答复期限。",
    "consultation_opened": "自次日起至征求意见结束，不计入答复期限。",
    "consultation_closed": "第三方逾期未答复，不视为同意；共同制作机关逾期未答复，视为同意。",
    "explanation_required": "申请数量、频次明显超过合理范围的，可以要求说明理由。",
    "deferred": "理由合理、不能按期答复的，确定延迟答复的合理期限并告知。",
    "fee_charged": "自申请人缴费之日起，期限重新计算；不缴费的不再处理。",
    "answer_drafted": "起草后送审核、批准；批准的文稿才能据以答复。",
    "answered": "据批准的文稿答复，内容须与文稿一致。",
    "served": "邮政企业寄送的以交寄之日、当面送交的以签收之日为送达。",
    "reopened": "决定或判决责令重新处理，或者自行纠正。",
    "archived": "送达后归档；归档后不再登记办理事项。",
    "erasure_requested": "经鉴定不再保存的个人信息，由另一人执行销毁。",
    "personal_data_erased": "执行后内容不能恢复；登记和统计不变。",
    "personal_data_restricted": "内容保留，但任何人都不能查阅，直至解除限制。",
}

_ARTICLES = {
    **ARTICLES,
    "day_off_set": "第三十三条",
    "superior_set": "第四条",
    "separation_waived": "第四十五条",
    "figure_entered": "第二十条、第五十条",
    "report_compiled": "第五十条",
    "report_submitted": "第五十条",
    "report_published": "第四十九条",
}

_FOUND = frozenset({("document_filed", "media_type"), ("document_filed", "size_bytes")})
"""What the program finds out by itself."""

_LONGEST = {Label: 200, Code: 100, Text: 20_000}


@cache
def event_form(kind: type[Event]) -> EventForm:
    """The form of one event, of a request, of the authority's own or of the annual report."""
    type_ = type_of(kind)
    return EventForm(
        type=type_,
        title=kind.title,
        article=_ARTICLES.get(type_, ""),
        hint=_FORM_HINTS.get(type_, ""),
        fields=tuple(_fields(kind, type_)),
    )


EVENT_TYPES: dict[str, type[Event]] = {
    type_of(kind): kind for kind in (*events.EVENTS, *AUTHORITY_EVENTS, *report_events.REPORT_EVENTS)
}


def form_of(type_: str) -> EventForm:
    """By the event's tag. KeyError for another."""
    return event_form(EVENT_TYPES[type_])


# --- what was typed, as an event ---


def typed(form: EventForm, given: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What stands in a filled form, as an event's mapping to be decoded. What is empty is left out.

    given: values by the field's name; of a group `applicant.name`, of the lines of groups `parts.0.outcome`.
    """
    return {"type": form.type, **_typed(form.fields, given, "")}


def filled(form: EventForm, event: Mapping[str, Any]) -> dict[str, list[str]]:
    """The reverse: what stands in the form of an event as a mapping."""
    return dict(_filled(form.fields, event, ""))


def missing(form: EventForm, given: Mapping[str, Sequence[str]]) -> list[Field]:
    """Required fields with nothing in them, named as in `given`."""
    return list(_missing(form.fields, given, ""))


def _missing(fields: Sequence[Field], given: Mapping[str, Sequence[str]], within: str) -> Iterator[Field]:
    for each in fields:
        name = within + each.name
        if each.kind == "group":
            if each.required:
                yield from _missing(each.fields, given, f"{name}.")
        elif (
            each.required and each.kind != "groups" and not any(part.strip() for part in given.get(name, ()))
        ):
            yield msgspec.structs.replace(each, name=name)


def _typed(fields: Sequence[Field], given: Mapping[str, Sequence[str]], within: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in fields:
        name = within + each.name
        values = [
            value if each.kind == "text" else value.strip() for value in given.get(name, ()) if value.strip()
        ]
        if each.kind == "group":
            if inner := _typed(each.fields, given, f"{name}."):
                found[each.name] = inner
        elif each.kind == "groups":
            lines = [_typed(each.fields, given, f"{name}.{number}.") for number in _numbers(given, name)]
            if any(lines):
                found[each.name] = [line for line in lines if line]
        elif each.kind == "choices":
            if values:
                found[each.name] = values
        elif values:
            found[each.name] = _value(each.kind, values[-1])
    return found


def _numbers(given: Mapping[str, Sequence[str]], name: str) -> list[int]:
    """Of the lines that a group has, by their order."""
    parts = (key.removeprefix(f"{name}.").split(".")[0] for key in given if key.startswith(f"{name}."))
    return sorted({int(part) for part in parts if part.isdecimal() and len(part) < 4})


def _value(kind: Kind, text: str) -> Any:
    """As the decoder expects it; what cannot be is handed on as it is, and refused there."""
    match kind:
        case "number":
            return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else text
        case "yes_no":
            return {"true": True, "false": False}.get(text, text)
        case "date":
            return iso_day(text)
        case "text":
            return text.replace("\r\n", "\n")
        case _:
            return text


def iso_day(text: str) -> str:
    """A day as officers type or paste it (2020.3.2, 2020年3月2日, 20200302) in ISO; anything else as it is."""
    parts = text.replace("年", "-").replace("月", "-").replace("日", "").replace(".", "-").replace("/", "-")
    if parts.isdecimal() and len(parts) == 8:
        parts = f"{parts[:4]}-{parts[4:6]}-{parts[6:]}"
    numbers = parts.strip().split("-")
    if len(numbers) != 3 or not all(each.isascii() and each.isdecimal() for each in numbers):
        return text
    return f"{numbers[0]}-{numbers[1]:0>2}-{numbers[2]:0>2}"


def _filled(
    fields: Sequence[Field], event: Mapping[str, Any], within: str
) -> Iterator[tuple[str, list[str]]]:
    for each in fields:
        name, value = within + each.name, event.get(each.name)
        if value is None:
            continue
        match each.kind:
            case "group":
                yield from _filled(each.fields, value, f"{name}.")
            case "groups":
                for number, line in enumerate(value):
                    yield from _filled(each.fields, line, f"{name}.{number}.")
            case "choices":
                yield name, [str(part) for part in value]
            case "yes_no":
                yield name, ["true" if value else "false"]
            case _:
                yield name, [str(value)]


# --- fields from annotations ---


def _fields(kind: type[msgspec.Struct], type_: str) -> Iterator[Field]:
    hints = typing.get_type_hints(kind, include_extras=True)
    required = {each.name for each in msgspec.structs.fields(kind) if each.required}
    for name in kind.__struct_fields__:
        if (found := _field(kind, type_, name, hints[name], name in required)) is not None:
            yield found


def _field(
    kind: type[msgspec.Struct], type_: str, name: str, annotation: Any, required: bool
) -> Field | None:
    sealed = name in getattr(kind, "sealed", ())
    wanted, inner, choosable = _kind(type_, name, annotation, sealed)
    if wanted is None:
        return None
    return Field(
        name=name,
        label=_label(type_, name),
        kind=wanted,
        required=required,
        hint=HINTS.get(f"{type_}.{name}", HINTS.get(name, "")),
        sealed=sealed,
        choices=choosable,
        longest=_LONGEST.get(_bare(annotation), 20_000 if wanted == "text" else None),
        names=_NAMES.get((type_, name), ""),
        fields=tuple(_fields(inner, type_)) if inner else (),
    )


_Read = tuple[Kind | None, type[msgspec.Struct] | None, tuple[Choice, ...]]


def _kind(type_: str, name: str, annotation: Any, sealed: bool) -> _Read:
    """Kind, struct of a group, choices. No kind: nobody types it."""
    if (type_, name) in _FOUND:
        return None, None, ()
    known = choices(type_, name)
    bare = _bare(annotation)
    if name == "applicant":
        return "group", events.Applicant, ()
    if sealed or isinstance(bare, typing.TypeVar):
        return ("text" if sealed and name != "content" else None), None, ()
    if bare is bool:
        return "yes_no", None, _choices(("true", "false"), known or {"true": "是", "false": "否"})
    if bare is date or bare in (Money, Count):
        return {date: "date", Money: "money", Count: "number"}[bare], None, ()  # type: ignore[return-value]
    inner = bare
    while get_origin(inner) is typing.Annotated:
        inner = get_args(inner)[0]
    if get_origin(inner) is tuple:
        member = get_args(inner)[0]
        if isinstance(member, type) and issubclass(member, msgspec.Struct):
            return "groups", member, ()
        return "choices", None, _choices(get_args(member), known)
    if get_origin(inner) is Literal:
        return "choice", None, _choices(get_args(inner), known)
    if inner is int:
        return "number", None, ()
    if inner is str:
        return ("choice" if known else "label"), None, _choices(tuple(known), known)
    return None, None, ()


def _bare(annotation: Any) -> Any:
    """Without `| None`."""
    if get_origin(annotation) in (types.UnionType, typing.Union):
        inner = [each for each in get_args(annotation) if each is not type(None)]
        return inner[0] if len(inner) == 1 else annotation
    return annotation


def _choices(values: Sequence[str], words: Mapping[str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value, words.get(value, value)) for value in values)


def _label(type_: str, name: str) -> str:
    said = LABELS.get(f"{type_}.{name}") or LABELS.get(name)
    return said or FIELDS.get(name, name).replace("；", "，").split("，")[0]
