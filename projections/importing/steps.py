"""The events of a row, by step of the request."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, NamedTuple

import msgspec

from domain.law import outcomes
from domain.request.parties import UNSTATED, Applicant
from domain.request.subject import is_personal, subject_of
from projections.choice_labels import CHOICES
from projections.importing.waits import Waits

_KINDS_BY_NAME = (
    (re.compile("律师事务所$|法律服务所$|司法鉴定"), "legal_service_institution"),
    (re.compile("大学$|学院$|研究院|研究所|研究中心|科学院"), "research_institution"),
    (re.compile("基金会|协会$|学会$|商会$|联合会$|促进会$|慈善|志愿"), "public_interest_organisation"),
    (re.compile("公司|企业|厂$|集团|合作社$|事务所$|银行|商行$|经营部$"), "commercial_enterprise"),
    (
        re.compile("委员会$|委会$|.{3}村$|社区$|小区$|局$|政府|法院|中心$|医院$|学校$|小学$|中学$"),
        "other_organisation",
    ),
    (
        re.compile(r"^[\u4e00-\u9fff]{2,4}$|^[\u4e00-\u9fff]{1,12}[·•．][\u4e00-\u9fff·•．]{1,20}$"),
        "natural_person",
    ),
    # Hidden and foreign names, and several people.
    (
        re.compile(
            r"^[\u4e00-\u9fff][*＊×xX某○〇]{1,3}[\u4e00-\u9fff]?$|^[A-Za-z][A-Za-z .·-]{1,40}$|等.{0,3}人$"
        ),
        "natural_person",
    ),
)


_BETWEEN_NAMES = re.compile(r"[、,，;；/\s]+")
_NAME = re.compile("[\u4e00-\u9fff]{2,4}")


class Receipt(NamedTuple):
    """What a row says of the receipt; None or empty: nothing, or nothing that can be read. applicant: texts by field."""

    on: date
    submitted_on: date | None
    channel: str | None
    applicant_kind: str | None
    applicant: dict[str, str | None]
    agent: str | None
    subject: str | None
    description: str
    delivery: str | None


class Steps(Waits):
    """Makes the events of a row, from the receipt to the appeals."""

    def receive(self, receipt: Receipt, *, offers_subject: bool) -> None:
        """offers_subject: without a subject it takes one from its description."""
        name, joint = self._applicants(receipt.applicant["name"])
        if not receipt.description:
            self._noted.append("没有申请内容，登记为“原台账未载”")
        kind = receipt.applicant_kind
        if not kind and not self._has_problem("申请人类别"):
            kind = self._kind_by_name(name or "")
        if not receipt.channel and not self._has_problem("申请方式"):
            self._refuse("channel_missing", "没有申请方式")
        if not receipt.delivery:
            self._noted.append("没有提供方式，登记为“其他”")
        submitted_on = receipt.submitted_on
        if submitted_on is not None and submitted_on > receipt.on:
            self._noted.append(f"提交日期{submitted_on}晚于收到日期{receipt.on}，未登记")
            submitted_on = None
        people: dict[str, Any] = {key: value for key, value in receipt.applicant.items() if value}
        people["name"] = name or UNSTATED
        if joint:
            people["joint"] = [{"name": each} for each in joint]
        if receipt.agent is not None:
            self._noted.append("代理人的授权证明未载")
            people["agents"] = [{"name": receipt.agent, "authorization": UNSTATED}]
        subject = receipt.subject
        if subject is None and offers_subject:
            subject = self._offered(receipt.description, people, kind or "")
        self._add(
            "received",
            type="received",
            on=receipt.on,
            channel=receipt.channel,
            receipt_basis="imported",
            applicant_kind=kind,
            applicant=people,
            subject=subject,
            description=receipt.description or UNSTATED,
            delivery=receipt.delivery or "other",
            submitted_on=submitted_on,
        )

    def _applicants(self, name: str | None) -> tuple[str | None, list[str]]:
        """The applicant, and those who ask together with them, where the cell names several people."""
        if name is None:
            self._noted.append("没有申请人，登记为“原台账未载”")
            return None, []
        names = [part for part in _BETWEEN_NAMES.split(name) if part]
        if len(names) < 2 or not all(_NAME.fullmatch(part) for part in names):
            return name, []
        self._assumed.append(f"申请人栏有{len(names)}人，首位为申请人，其余为共同申请人")
        return names[0], names[1:]

    def _kind_by_name(self, name: str) -> str | None:
        kind = next((kind for rule, kind in _KINDS_BY_NAME if rule.search(name)), None)
        if kind is None:
            self._refuse("kind_missing", "没有申请人类别，也不能从申请人的名称看出")
        else:
            self._assumed.append(f"申请人类别按名称视为“{CHOICES['applicant_kind'][kind]}”")
        return kind

    def _offered(self, description: str, people: dict[str, Any], kind: str) -> str | None:
        """The subject: the first sentence, unless it identifies the applicant."""
        offered = subject_of(description)
        if offered is None or is_personal(offered, msgspec.convert(people, Applicant), kind):
            return None
        self.subject_offered = True
        self._assumed.append("申请事项取自申请内容的首句，请核对其中没有他人的姓名")
        return offered

    def assign(self, on: date, unit: str | None) -> None:
        if unit:
            self._noted.append("交办日期未载，按收到之日登记")
            self._add("assigned", type="assigned", on=on, unit=unit)

    def extend(self, on: date | None, days: str | None) -> None:
        if on is None and days is None:
            return
        match = re.fullmatch(r"\D*(\d{1,3})(?:\.0)?\s*(?:个)?(?:工作)?[日天]?", days or "")
        if on is None or match is None or not int(match[1]):
            self._noted.append("延期的日期或天数未载或不能读，延期未登记")
            return
        self._add(
            "extended",
            type="extended",
            on=on,
            workdays=int(match[1]),
            approved_by=UNSTATED,
            reason=UNSTATED,
            notified_on=on,
        )

    def close(
        self, on: date | None, outcome: str | None, *, legal_basis: str | None, document_no: str | None
    ) -> None:
        """An answer or a withdrawal; neither where both day and outcome are absent."""
        if outcome == "" and on is not None:
            self._refuse("outcome_open", f"有答复日期（{on}），办理结果却为未办结")
        elif on is None and outcome and not self._has_problem("答复日期"):
            self._refuse("date_missing", "有办理结果而没有答复日期")
        elif on is not None and outcome is None and not self._has_problem("办理结果"):
            self._refuse("outcome_missing", "有答复日期而没有办理结果")
        if on is None or not outcome:
            return
        self._check_after_receipt("答复日期", on)
        if outcome == outcomes.WITHDRAWN:
            self._add("closed", type="withdrawn", on=on, reason="by_applicant")
            return
        if document_no is None:
            self._noted.append("没有答复文号，登记为“原台账未载”")
        self._add(
            "closed",
            type="answered",
            on=on,
            outcome=outcome,
            legal_basis=legal_basis or UNSTATED,
            document_no=document_no or UNSTATED,
        )

    def serve(
        self, on: date | None, method: str | None, *, tracking_no: str | None, signed_for_on: date | None
    ) -> None:
        closed = self.events.get("closed")
        if on is None:
            if method or tracking_no or signed_for_on:
                self._noted.append("没有送达日期，送达未登记")
            return
        if closed is None or closed["type"] != "answered":
            self._noted.append("没有答复，送达未登记")
            return
        if self._is_reversed("送达日期", on, "答复日期", date.fromisoformat(closed["on"])):
            return
        if signed_for_on is not None and signed_for_on < on:
            self._noted.append(f"签收日期{signed_for_on}早于送达日期{on}，未登记")
            signed_for_on = None
        if not method:
            self._noted.append("没有送达方式，登记为“其他方式”，不据以认定送达")
        self._add(
            "served",
            type="served",
            on=on,
            method=method or "other",
            signed_for_on=signed_for_on,
            tracking_no=tracking_no,
        )

    def appeal(
        self,
        route: str,
        on: date | None,
        *,
        tribunal: str | None,
        case_no: str | None,
        disposition: str | None,
        decided_on: date | None,
    ) -> None:
        step, words = route, "行政复议" if route == "reconsideration" else "行政诉讼"
        if on is None:
            if tribunal or case_no or disposition is not None or decided_on:
                self._refuse("date_missing", f"{words}没有申请或起诉的日期")
            return
        self._check_after_receipt(f"{words}日期", on)
        closed = self.events.get("closed")
        answered = closed is not None and closed["type"] == "answered" and closed["on"] <= str(on)
        if route == "litigation":
            after = "reconsideration" in self.events
            route = "litigation_after_reconsideration" if after else "litigation_direct"
            self._assumed.append(f"行政诉讼视为{'复议后起诉' if after else '未经复议直接起诉'}")
        self._add(
            step,
            type="appealed",
            on=on,
            appeal=words,
            route=route,
            ground="answer" if answered else "no_answer",
            tribunal=tribunal or UNSTATED,
            case_no=case_no or f"{UNSTATED}（{words}）",
        )
        if not disposition:
            if decided_on is not None:
                self._refuse("outcome_missing", f"{words}有决定日期而没有结果")
            return
        if decided_on is None:
            self._refuse("date_missing", f"{words}有结果而没有决定日期")
            return
        if self._is_reversed(f"{words}的决定日期", decided_on, "其申请日期", on):
            return
        self._noted.append(f"{words}决定的生效日期未载，按决定日期登记")
        self._add(
            f"{step}.decided",
            type="appeal_decided",
            on=decided_on,
            appeal=words,
            instance="first",
            disposition=disposition,
            effective_on=decided_on,
        )
