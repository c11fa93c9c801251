"""Refusals over HTTP: RFC 9457, a stable code and status each, in Chinese, without any value that was sent.

STATUS is typed by hand: integrators program against it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable
from typing import Any

import httpx
import pytest
from structlog.testing import capture_logs

from api.web.application import Application
from domain.authority.events import OfficerAppointed, Reorganised, SeparationWaived, SuperiorSet
from domain.authority.supervision_events import ReturnPrepared, SupervisionAnswered
from domain.entry import Event
from domain.law.refusals import Refusal
from domain.request.events import Part
from tests.adapters.recordings import body_of, fetch
from tests.api.conftest import REGISTERED, TOKEN, Door
from tests.builders import (
    amended,
    answer_drafted,
    answered,
    appeal_decided,
    appealed,
    archived,
    assigned,
    consultation_closed,
    consultation_opened,
    correction_analysed,
    draft_approved,
    draft_reviewed,
    erasure_requested,
    explained,
    extended,
    fee_charged,
    fee_paid,
    handed_over,
    lapsed,
    personal_data_erased,
    received,
    reopened,
    restriction_lifted,
    served,
    supplement_required,
    supplemented,
    withdrawn,
)

R = received("2020-03-02")
CANARY = "卡那利Canary7741"
"""A value that may be in no reply and no log."""

STATUS = {
    "calendar_unknown": 404,
    "mail_address_missing": 404,
    "mail_address_refused": 422,
    "mail_not_sent": 422,
    "too_many_calendars": 409,
    "edition_unknown": 404,
    "not_printable": 409,
    "approved_by_itself": 409,
    "changed_since_submission": 409,
    "identities_failed": 409,
    "report_already_published": 409,
    "report_already_submitted": 409,
    "report_not_approved": 409,
    "report_not_compiled": 409,
    "report_not_published": 409,
    "report_not_submitted": 409,
    "waiver_unknown": 409,
    "work_unknown": 409,
    "document_listed": 409,
    "document_not_listed": 409,
    "document_over": 409,
    "not_proactive": 422,
    "too_many_documents": 409,
    "figure_unknown": 422,
    "not_a_figure": 422,
    "recorded_alone": 422,
    "work_of_other_year": 422,
    "year_not_over": 422,
    "malformed": 400,
    "login_failed": 401,
    "session_ended": 401,
    "unauthorized": 401,
    "account_disabled": 403,
    "csrf_missing": 403,
    "machine_only": 401,
    "no_power": 403,
    "password_must_change": 403,
    "second_factor_required": 403,
    "code_wrong": 403,
    "provider_off": 404,
    "provider_unavailable": 503,
    "identity_refused": 401,
    "subject_not_bound": 403,
    "subject_ambiguous": 403,
    "local_login_closed": 403,
    "subject_exists": 409,
    "subject_missing": 409,
    "passkey_wrong": 403,
    "passkey_copied": 403,
    "passkey_not_added": 422,
    "passkey_unknown": 404,
    "passkeys_off": 409,
    "too_many_passkeys": 409,
    "last_second_factor": 409,
    "proof_stale": 403,
    "reset_needs_second_person": 403,
    "reset_unknown": 409,
    "restoration_needs_second_person": 403,
    "restoration_unknown": 409,
    "recovery_code_exists": 409,
    "recovery_code_wrong": 409,
    "second_factor_exists": 409,
    "second_factor_missing": 409,
    "separation_of_administrators": 403,
    "approval_missing": 403,
    "grant_needs_second_person": 403,
    "not_an_officer": 403,
    "not_the_superior": 403,
    "service_unknown": 404,
    "webhook_unknown": 404,
    "webhook_address_refused": 422,
    "too_many_webhooks": 409,
    "person_decides": 403,
    "handed_in_only": 403,
    "same_person": 403,
    "session_required": 403,
    "token_closed": 403,
    "authority_not_registered": 404,
    "authority_unknown": 404,
    "entry_unknown": 404,
    "key_unknown": 404,
    "no_such_address": 404,
    "request_unknown": 404,
    "session_unknown": 404,
    "access_unknown": 404,
    "credential_unknown": 404,
    "accesses_kept": 409,
    "nothing_handed_over": 409,
    "method_not_allowed": 405,
    "not_http": 400,
    "bad_host": 400,
    "head_too_large": 431,
    "too_slow": 408,
    "account_exists": 409,
    "account_unknown": 409,
    "acknowledged_without_cause": 409,
    "document_unknown": 404,
    "document_exists": 409,
    "document_erased": 410,
    "content_erased": 410,
    "document_too_large": 413,
    "case_file_too_large": 422,
    "bundle_too_large": 422,
    "too_many_texts": 422,
    "document_not_accepted": 415,
    "not_bytes": 415,
    "not_lines": 415,
    "file_too_large": 413,
    "lines_refused": 422,
    "personal_data_is_restricted": 451,
    "still_open": 409,
    "under_appeal": 409,
    "erasure_not_requested": 409,
    "erased_by_same_person": 409,
    "erased_stays_erased": 409,
    "erasure_is_final": 409,
    "not_restricted": 409,
    "other_document": 409,
    "already_answered": 409,
    "already_archived": 409,
    "already_handed_over": 409,
    "not_archived": 409,
    "already_closed": 409,
    "already_received": 409,
    "amendment_of_amendment": 409,
    "amendment_of_other_type": 409,
    "amendment_unknown": 409,
    "appeal_exists": 409,
    "appeal_not_named": 409,
    "appeal_unknown": 409,
    "authority_exists": 409,
    "code_is_final": 409,
    "not_amendable": 409,
    "registration_stays": 409,
    "awaiting_payment": 409,
    "awaiting_supplement": 409,
    "consultation_exists": 409,
    "consultation_unknown": 409,
    "draft_changed": 409,
    "draft_differs": 409,
    "draft_exists": 409,
    "draft_not_approved": 409,
    "draft_not_pending": 409,
    "draft_unknown": 409,
    "explanation_not_required": 409,
    "first_officers_exist": 409,
    "first_officers_missing": 409,
    "grant_unknown": 409,
    "last_administrator": 409,
    "no_fee_charged": 409,
    "no_supplement_required": 409,
    "not_acknowledged": 409,
    "not_closed": 409,
    "not_decided": 409,
    "not_ordered_to_perform": 409,
    "not_received": 409,
    "nothing_to_appeal": 409,
    "nothing_to_serve": 409,
    "numbers_exhausted": 409,
    "request_full": 409,
    "officer_exists": 409,
    "officer_unknown": 409,
    "power_not_held": 409,
    "superior_of_itself": 409,
    "order_unknown": 409,
    "passed_on": 409,
    "successor_of_itself": 409,
    "return_unknown": 409,
    "return_exists": 409,
    "assessment_exists": 409,
    "assessment_unknown": 404,
    "assessment_not_whole": 409,
    "not_assessed": 409,
    "unit_not_below": 409,
    "nothing_scored": 409,
    "reason_missing": 422,
    "return_step": 409,
    "period_not_over": 422,
    "register_not_complete": 422,
    "prepared_by_oneself": 403,
    "scored_by_oneself": 403,
    "reference_taken": 409,
    "receipt_not_imported": 409,
    "no_such_import": 409,
    "import_unknown": 409,
    "import_changed_since": 409,
    "not_the_form": 409,
    "published_here": 409,
    "not_taken_over": 409,
    "file_not_read": 422,
    "request_annulled": 409,
    "retention_not_over": 409,
    "parts_differ": 409,
    "case_exists": 409,
    "draft_not_reviewed": 409,
    "earlier_reference_unknown": 409,
    "split_from_itself": 409,
    "split_parent_unknown": 409,
    "term_not_over": 409,
    "version_conflict": 412,
    "too_large": 413,
    "other_media_type": 415,
    "before_receipt": 422,
    "beyond_the_log": 422,
    "log_replaced": 422,
    "command_reused": 422,
    "dates_reversed": 422,
    "fee_of_nothing": 422,
    "in_the_future": 422,
    "no_checkpoint": 422,
    "suite_changed": 422,
    "not_complete": 422,
    "not_sealed_yet": 422,
    "unsealed_too_long": 503,
    "nothing_recorded": 422,
    "not_yet_opened": 422,
    "not_all_letters": 409,
    "too_many_letters": 422,
    "letter_kind_unknown": 404,
    "no_such_letter": 409,
    "other_letter": 409,
    "letter_details_missing": 409,
    "letter_incomplete": 409,
    "addressee_missing": 409,
    "filed_otherwise": 409,
    "letter_values_erased": 410,
    "wording_refused": 422,
    "paragraph_unknown": 422,
    "nothing_reworded": 409,
    "reference_of_other_year": 422,
    "reference_too_far": 422,
    "unknown_code": 422,
    "wrong_stream": 422,
    "key_beyond_powers": 422,
    "password_reused": 422,
    "password_unfit": 422,
    "purpose_required": 422,
    "too_many_failures": 429,
    "fault": 500,
    "unavailable": 503,
    "older_program": 503,
    "keys_missing": 503,
    "read_only": 503,
}
NOT_BY_HTTP = {
    "already_received": "a receipt always opens a request of its own",
    "not_received": "a request without receipt is unknown",
    "wrong_stream": "each address takes its own types",
    "request_full": "of a long history: tests/domain/request/test_bounds",
    "numbers_exhausted": "no number brought along is so high",
    "nothing_recorded": "a bundle is made on the command line",
    "too_many_documents": "of a long stream: tests/domain/report/test_documents",
    "suite_changed": "this server's log is of one suite; met in tests/adapters/proof/test_suites_of_logs.py",
    "unsealed_too_long": "off in this server; met in tests/adapters/proof/test_uncheckpointed.py",
    **dict.fromkeys(
        (
            "mail_address_missing",
            "mail_address_refused",
            "mail_not_sent",
            "calendar_unknown",
            "too_many_calendars",
        ),
        "of mails and calendars: test_mail_command, test_calendars",
    ),
    **dict.fromkeys(
        (
            "document_unknown",
            "document_exists",
            "document_erased",
            "content_erased",
            "document_too_large",
            "case_file_too_large",
            "bundle_too_large",
            "too_many_texts",
            "document_not_accepted",
            "personal_data_is_restricted",
            "erased_by_same_person",
        ),
        "of documents and personal data: test_documents",
    ),
    **dict.fromkeys(
        (
            "letter_kind_unknown",
            "no_such_letter",
            "other_letter",
            "letter_details_missing",
            "letter_incomplete",
            "addressee_missing",
            "filed_otherwise",
            "not_all_letters",
            "too_many_letters",
            "letter_values_erased",
            "wording_refused",
            "paragraph_unknown",
            "nothing_reworded",
        ),
        "of letters: test_letters",
    ),
    **dict.fromkeys(
        ("file_not_read", "receipt_not_imported", "no_such_import", "import_unknown", "import_changed_since"),
        "of imports: test_imports_over_http, test_import_command, tests/adapters/register/test_imports",
    ),
    "not_taken_over": "of a reform: tests/adapters/register/test_succession",
    **dict.fromkeys(
        ("not_the_form", "published_here"),
        "of a report published earlier: test_import_command, tests/domain/report/test_annual_report",
    ),
    "draft_not_reviewed": "of a policy: tests/domain/request/test_draft",
    "erased_stays_erased": "the same: tests/domain, tests/adapters/register/test_erasure",
    "erasure_is_final": "one token is one person, who may not carry out the erasure they requested: tests/domain",
    "other_document": "of documents: tests/domain",
    "recorded_alone": "a call records one event",
    "report_already_published": "one token is one person, and publishing needs two",
    "changed_since_submission": "the same",
    "authority_not_registered": "an authority is in the directory once it has registered",
    "account_unknown": "accounts are kept on the command line",
    "account_exists": "accounts are kept on the command line",
    "recovery_code_exists": "a code is typed at the machine",
    "recovery_code_wrong": "a code is typed at the machine",
    "accesses_kept": "the access log goes to the archive from the command line",
    "nothing_handed_over": "the access log goes to the archive from the command line",
}
OF_OFFICERS = {
    "login_failed", "too_many_failures", "account_disabled", "password_unfit", "password_reused", "session_unknown",
    "access_unknown", "credential_unknown", "key_unknown", "key_beyond_powers", "purpose_required", "no_power", "separation_of_administrators",
    "not_an_officer", "same_person", "approval_missing", "grant_needs_second_person", "first_officers_exist",
    "last_administrator", "officer_exists", "not_amendable", "officer_unknown", "grant_unknown", "power_not_held", "token_closed",
    "service_unknown", "person_decides", "handed_in_only", "webhook_unknown", "webhook_address_refused",
    "too_many_webhooks",
    "code_wrong", "second_factor_exists", "second_factor_missing", "reset_unknown", "reset_needs_second_person",
    "restoration_unknown", "restoration_needs_second_person",
    "proof_stale", "passkey_wrong", "passkey_copied", "passkey_not_added", "passkey_unknown", "passkeys_off",
    "too_many_passkeys", "last_second_factor", "provider_off", "provider_unavailable", "identity_refused",
    "subject_not_bound", "subject_ambiguous", "local_login_closed", "subject_exists", "subject_missing",
    "return_exists", "return_step", "period_not_over", "register_not_complete", "prepared_by_oneself",
    "passed_on", "assessment_exists", "assessment_unknown", "assessment_not_whole", "not_assessed", "unit_not_below", "scored_by_oneself",
    "nothing_scored", "reason_missing",
}  # fmt: skip
"""Tested elsewhere. Of logins: tests/api/login/test_login, test_sessions, test_credentials, test_keys, test_access_log, test_services, test_webhooks and
test_powers_matrix;
of recordings: tests/api/cli/test_officers and tests/adapters/register/test_officers; of what a superior asks and assesses: tests/api/test_district,
tests/adapters/register/test_assessments and tests/domain/authority."""

ANSWERED = (R, answered("2020-03-20"))
DRAFTED = (R, answer_drafted("2020-03-09"))
APPROVED = (*DRAFTED, draft_approved("2020-03-10"))
WAITING = (R, supplement_required("2020-03-05", "2020-03-20"))
CHARGED = (R, fee_charged("2020-03-05", "2020-04-02"))

CASES: dict[str, tuple[tuple[Event, ...], Event]] = {
    # code: history, and the event that it refuses
    "unknown_code": ((R,), answered("2020-03-20", "granted.somehow")),
    "in_the_future": ((R,), assigned("2099-03-02")),
    "before_receipt": ((R,), assigned("2020-03-01")),
    "dates_reversed": ((R,), supplement_required("2020-03-05", "2020-03-04")),
    "already_answered": (ANSWERED, answered("2020-03-23")),
    "already_closed": ((R, withdrawn("2020-03-05")), answered("2020-03-23")),
    "already_archived": ((*ANSWERED, served("2020-03-20"), archived("2020-04-20")), assigned("2020-04-21")),
    "not_closed": ((R,), archived("2020-03-20")),
    "not_archived": ((*ANSWERED, served("2020-03-20")), handed_over("2020-03-21")),
    "already_handed_over": (
        (*ANSWERED, served("2020-03-20"), archived("2020-04-20"), handed_over("2020-04-21")),
        handed_over("2020-04-22"),
    ),
    "awaiting_supplement": (WAITING, fee_charged("2020-03-06", "2020-04-03")),
    "awaiting_payment": (CHARGED, supplement_required("2020-03-06", "2020-03-20")),
    "no_supplement_required": ((R,), supplemented("2020-03-06")),
    "no_fee_charged": ((R,), fee_paid("2020-03-06")),
    "term_not_over": (WAITING, lapsed("2020-03-20")),
    "fee_of_nothing": ((R,), fee_charged("2020-03-05", "2020-04-02", "0.00")),
    "consultation_unknown": ((R,), consultation_closed("2020-03-06")),
    "consultation_exists": (
        (R, consultation_opened("2020-03-05", "2020-03-20")), consultation_opened("2020-03-06", "2020-03-20"),
    ),
    "explanation_not_required": ((R,), explained("2020-03-06")),
    "nothing_to_serve": ((R,), served("2020-03-06")),
    "appeal_exists": ((*ANSWERED, appealed("2020-04-01")), appealed("2020-04-02")),
    "appeal_unknown": ((R,), appeal_decided("2020-04-02")),
    "nothing_to_appeal": ((R,), appealed("2020-03-06")),
    "not_decided": ((*ANSWERED, appealed("2020-04-01")), correction_analysed("2020-04-02")),
    "appeal_not_named": (ANSWERED, body_of(reopened("2020-04-02", "2020-04-30")) | {"cause": "appeal"}),
    "not_ordered_to_perform": ((R,), reopened("2020-03-06", "2020-04-30")),
    "amendment_unknown": ((R,), amended("2020-03-06", 7)),
    "amendment_of_amendment": ((R, amended("2020-03-06", 1, R)), amended("2020-03-06", 2)),
    "amendment_of_other_type": ((R,), amended("2020-03-06", 1, assigned("2020-03-06"))),
    "request_annulled": ((R, amended("2020-03-06", 1)), assigned("2020-03-06")),
    "not_acknowledged": ((R,), answered("2020-03-31")),
    "retention_not_over": (
        (*ANSWERED, served("2020-03-20"), archived("2020-04-20")), erasure_requested("2020-04-21"),
    ),
    "parts_differ": ((R,), answered("2020-03-20", "granted", parts=(Part("refused.deliberative", "第十六条"),))),
    "case_exists": ((*ANSWERED, appealed("2020-04-01")), appealed("2020-04-02", "另一件", case_no="〔2020〕复议一号")),
    "earlier_reference_unknown": ((R,), answered("2020-03-20", "not_processed.repeated", earlier_reference="2019-9999")),
    "still_open": ((R,), erasure_requested("2020-03-05")),
    "under_appeal": ((*ANSWERED, appealed("2020-04-01")), erasure_requested("2020-04-02")),
    "erasure_not_requested": (ANSWERED, personal_data_erased("2020-03-23", 2)),
    "not_restricted": ((R,), restriction_lifted("2020-03-05")),
    "draft_exists": (DRAFTED, answer_drafted("2020-03-10")),
    "draft_unknown": ((R,), draft_reviewed("2020-03-10")),
    "draft_not_pending": (APPROVED, draft_reviewed("2020-03-11")),
    "draft_not_approved": (DRAFTED, answered("2020-03-20", draft="稿一")),
    "draft_differs": (APPROVED, answered("2020-03-20", "granted", draft="稿一")),
    "draft_changed": (APPROVED, amended("2020-03-20", 2, answer_drafted("2020-03-09", outcome="granted"))),
}  # fmt: skip


def assert_problem(reply: httpx.Response, code: str) -> dict[str, Any]:
    """Assert RFC 9457 with the code, its status, and Chinese text; returns the problem."""
    assert reply.headers["content-type"] == "application/problem+json", (code, reply.text)
    problem: dict[str, Any] = reply.json()
    assert problem["code"] == code, problem
    assert reply.status_code == problem["status"] == STATUS[code]
    assert problem["type"] == f"/api/v1/problems#{code}"
    for words in ("title", "detail", "rule"):
        assert re.search("[\u4e00-\u9fff]", problem[words]), (words, problem)
    assert "{" not in problem["detail"]
    assert "None" not in problem["detail"]
    assert set(problem) <= {
        "type", "title", "status", "code", "rule", "detail", "article", "field", "version", "irregularities",
        "request_id",
    }  # fmt: skip
    return problem


# --- every rule of the domain ---


async def test_every_rule_has_its_code_and_status(door: Door) -> None:
    """Each refusal possible over HTTP occurs, with its status and article; nothing is stored."""
    met = set()

    async def refused(code: str, reply: Awaitable[httpx.Response]) -> None:
        before = await door.stored()
        problem = assert_problem(await reply, code)
        article = {each.code: each.article for each in rules()}[code]
        if article:
            assert (problem["article"], article in problem["detail"]) == (article, True)
        assert await door.stored() == before, code
        met.add(code)

    for code, (history, event) in CASES.items():
        reference = await door.given(*history)
        await refused(code, door.post(f"requests/{reference}/events", event))

    reference = await door.given(*ANSWERED, key="known")
    later = f"requests/{reference}/events"
    await refused(
        "acknowledged_without_cause", door.post(later, served("2020-03-20"), acknowledged="late_answer")
    )
    await refused("version_conflict", door.post(later, served("2020-03-20"), seen='"1"'))
    await refused("command_reused", door.post(later, served("2020-03-20"), "known"))
    await refused("request_unknown", door.post("requests/2020-7777/events", served("2020-03-20")))
    await refused("authority_unknown", door.post("/api/v1/authorities/panyu/requests", R))
    await refused("authority_exists", door.post("events", door.registered))
    own = {"type": "own_entry_amended", "on": "2020-03-02", "version": 1, "reason": "有误"}
    await refused("registration_stays", door.post("events", own))
    other = {**own, "replacement": {**door.registered, "code": "panyu"}}
    await refused("code_is_final", door.post("events", other))
    await refused("malformed", door.post("events", {**REGISTERED, "code": "panyu"}))
    await refused("reference_taken", door.post("requests", R, reference=reference))
    await refused("reference_of_other_year", door.post("requests", R, reference="2021-0001"))
    itself = received("2020-03-02", split_from="2020-7777")
    await refused("split_from_itself", door.post("requests", itself, reference="2020-7777"))
    await refused("split_parent_unknown", door.post("requests", itself))
    await refused("not_complete", door.get("tables", year=2019))
    await refused("not_yet_opened", door.get("tables", year=2020, recorded_until="2019-12-31"))
    await refused("beyond_the_log", door.get("tables", year=2020, recorded_until="999999"))
    await refused("log_replaced", door.get("events", after=1, leaf="0" * 64))
    await refused("entry_unknown", door.get(f"requests/{reference}/replay", version=3))
    await refused("not_sealed_yet", door.get("proofs/inclusion", position=999_999))
    await refused("no_checkpoint", door.get("proofs/consistency", first=999_999))
    await refused("reference_too_far", door.post("requests", R, reference="2020-999999999"))

    await refused("first_officers_missing", door.post("events", OfficerAppointed(R.on, "li")))
    await refused("not_the_superior", door.post("events", SeparationWaived(R.on, "review", R.on, "1号")))
    await refused("order_unknown", door.post("events", SupervisionAnswered(R.on, 1, "done", "1号")))
    await refused("return_unknown", door.post("events", ReturnPrepared(R.on, 1)))
    taken_over = Reorganised(R.on, "merged", door.code, R.on, "1号")
    await refused("successor_of_itself", door.post("events", taken_over))
    itself_above = SuperiorSet(R.on, door.code, "department", R.on)
    await refused("superior_of_itself", door.post("events", itself_above))
    await _refused_of_reports(refused, door)

    assert met == {each.code for each in rules()} - set(NOT_BY_HTTP) - OF_OFFICERS


def _of(body: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: body[name] for name in names}


async def _refused_of_reports(refused: Any, door: Door) -> None:
    def report(type_: str, on: str = "2021-01-04", **fields: Any) -> Awaitable[httpx.Response]:
        return door.post("reports/2020/events", {"type": type_, "on": on, **fields})

    figure = {"row": "fees", "column": "本年增/减", "source": "财务科"}
    await refused("year_not_over", report("report_compiled", "2020-12-31"))
    await refused("work_of_other_year", report("work_recorded", kind="training", number=1))
    await refused("work_unknown", report("work_annulled", version=1, reason="误记"))
    made = {
        "document_no": "1号",
        "name": "办法",
        "kind": "normative",
        "disclosure": "on_request",
        "basis": "第二十条",
    }
    await refused(
        "document_not_listed",
        report("disclosure_set", "2020-06-01", **_of(made, "document_no", "disclosure", "basis")),
    )
    await refused("not_proactive", report("document_made", "2020-06-01", **made, public_on="2020-06-02"))
    assert (await report("document_made", "2020-06-01", **made)).status_code == 201
    await refused("document_listed", report("document_made", "2020-07-01", **made))
    ended = {"document_no": "1号", "cause": "abolished", "basis": "2号"}
    assert (await report("document_ended", "2020-08-03", **ended)).status_code == 201
    await refused("document_over", report("document_ended", "2020-08-04", **ended))
    await refused("waiver_unknown", report("waiver_withdrawn", warning="blank"))
    await refused("figure_unknown", report("figure_entered", **{**figure, "row": "permits"}))
    await refused("not_a_figure", report("figure_entered", **figure, value="若干"))
    await refused("report_not_compiled", report("report_approved"))
    await refused("edition_unknown", door.get("reports/2020/restatement"))
    rare = report("narrative_written", section="other", text="𪚥字不在字体中")
    assert (await rare).status_code == 201
    await refused("not_printable", door.get("reports/2020/document", as_="pdf"))
    assert (await report("report_compiled")).status_code == 201
    await refused("report_not_submitted", report("report_approved"))
    await refused("report_not_published", report("report_restated", reason="有误"))
    assert (await report("narrative_written", section="other", text="{requests.nothing}")).status_code == 201
    await refused("identities_failed", report("report_submitted"))
    assert (await report("narrative_written", section="other", text="无")).status_code == 201
    assert (await report("report_submitted")).status_code == 201
    await refused("report_already_submitted", report("report_submitted"))
    await refused("report_not_approved", report("report_published"))
    await refused("approved_by_itself", report("report_approved"))


def rules() -> list[type[Refusal]]:
    """Every rule of the domain."""
    found, waiting = [], [Refusal]
    while waiting:
        below = waiting.pop().__subclasses__()
        found += below
        waiting += below
    return found


async def test_the_list_of_problems_is_complete(door: Door) -> None:
    """Every code with its status, rule and article; `type` in a reply links to it."""
    listed = await door.json("/api/v1/problems")
    assert {each["code"]: each["status"] for each in listed} == STATUS
    assert len(listed) == len(STATUS)
    articles = {each.code: (each.rule, each.article) for each in rules()}
    for each in listed:
        assert each["rule"]
        assert (each["rule"], each["article"]) == articles.get(each["code"], (each["rule"], ""))


# --- the path of the part at fault ---

RECEIPT = body_of(R)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"on": None}, "on"), ({"on": "2020-02-30"}, "on"), ({"on": "1999-12-31"}, "on"), ({"on": "2101-01-01"}, "on"),
        ({"on": 20200302}, "on"), ({"channel": "pigeon"}, "channel"), ({"channel": []}, "channel"),
        ({"applicant": {}}, "applicant.name"), ({"applicant": {"name": ""}}, "applicant.name"),
        ({"applicant": {"name": "甲" * 201}}, "applicant.name"),
        ({"applicant": {"name": "甲", "id_kind": "x"}}, "applicant.id_kind"),
        ({"applicant": {"name": "甲", "shoe_size": 43}}, "applicant.shoe_size"),
        ({"applicant": None}, "applicant"), ({"applicant": "甲"}, "applicant"), ({"description": ""}, "description"),
        ({"description": "甲" * 20_001}, "description"), ({"delivery": 1}, "delivery"), ({"colour": "red"}, "colour"),
        ({"submitted_on": "yesterday"}, "submitted_on"), ({"split_from": "甲" * 201}, "split_from"),
        ({"type": "assigned"}, ""),
    ],
)  # fmt: skip
async def test_the_path_of_the_part_at_fault(door: Door, change: dict[str, Any], field: str) -> None:
    """An ill-formed receipt is refused with the path of the part; an unknown field is named only if its name is harmless."""
    refused = await door.post("requests", RECEIPT | change)
    problem = assert_problem(refused, "malformed")
    assert problem.get("field", "") == field or (field == "" and problem.get("field", "") in ("", "type"))


async def test_the_path_within_parts_and_replacements(door: Door) -> None:
    """In lists and replacements too; a missing field is named; for money, numbers and flags the expected form is stated."""
    address = f"requests/{await door.given(R)}/events"
    answer = body_of(answered("2020-03-20"))
    charge = body_of(fee_charged("2020-03-05", "2020-04-02"))
    for event, path in (
        ({**answer, "parts": [{"outcome": "granted"}]}, "parts[0].legal_basis"),
        ({**answer, "parts": [{"outcome": "granted", "legal_basis": ""}]}, "parts[0].legal_basis"),
        ({name: value for name, value in answer.items() if name != "outcome"}, "outcome"),
        ({**charge, "amount_yuan": "1.005"}, "amount_yuan"),
        ({**charge, "amount_yuan": 100}, "amount_yuan"),
        ({**charge, "amount_yuan": "１００"}, "amount_yuan"),
        ({**charge, "quantity": 0}, "quantity"),
        ({**charge, "quantity": 10**9}, "quantity"),
        ({**charge, "quantity": True}, "quantity"),
        ({**charge, "quantity": 1.5}, "quantity"),
        ({"type": "explained", "on": "2020-03-06", "accepted": "true"}, "accepted"),
        ({**body_of(correction_analysed("2020-03-06")), "causes": []}, "causes"),
        ({**body_of(correction_analysed("2020-03-06")), "causes": ["luck"]}, "causes"),
        ({**body_of(amended("2020-03-06", 1, R)), "version": 0}, "version"),
        ({**body_of(amended("2020-03-06", 1)), "replacement": {**RECEIPT, "on": "x"}}, "replacement.on"),
        (
            {**body_of(amended("2020-03-06", 1)), "replacement": {**RECEIPT, "applicant": {}}},
            "replacement.applicant.name",
        ),
    ):
        problem = assert_problem(await door.post(address, event), "malformed")
        assert problem["field"].replace("[...]", "[0]").removesuffix("[0]") == path.removesuffix("[0]"), event


async def test_an_event_type_of_another_route_is_refused_with_those_of_this_one(door: Door) -> None:
    """A receipt sent to a request, an answer to the authority, an unknown type, no type."""
    reference = await door.given(R)
    for address, event in (
        (f"requests/{reference}/events", RECEIPT),
        (f"requests/{reference}/events", REGISTERED),
        (f"requests/{reference}/events", {"type": CANARY, "on": "2020-03-03"}),
        (f"requests/{reference}/events", {"on": "2020-03-03"}),
        ("requests", body_of(assigned("2020-03-03"))),
        ("events", RECEIPT),
        ("events", body_of(assigned("2020-03-03"))),
    ):
        problem = assert_problem(await door.post(address, event), "malformed")
        assert CANARY not in str(problem)
    assert (
        "answered"
        in assert_problem(
            await door.post(f"requests/{reference}/events", {"type": "x", "on": "2020-03-03"}), "malformed"
        )["detail"]
    )


async def test_bodies_that_are_not_events(door: Door) -> None:
    """Empty, truncated, with trailing data, of another JSON type: 400, in Chinese."""
    whole = json.dumps(RECEIPT).encode()
    before = await door.stored()
    for body in (b"", b" ", b"null", b"[]", b"1", b'"x"', b"true", b"{}", whole[:-1], whole + b"x", whole + whole,
                 b"{'type': 'received'}", b"[" + whole + b"]", b"\xef\xbb\xbf" + whole):  # fmt: skip
        refused = await door.call(
            "POST",
            "requests",
            content=body,
            headers={"Content-Type": "application/json", "Idempotency-Key": "k"},
        )
        assert_problem(refused, "malformed")
    assert await door.stored() == before


# --- who may call ---

OPEN = {
    "/health/live",
    "/health/ready",
    "/api/v1/problems",
    "/api/v1/login",
    "/api/v1/openapi.json",
    "/api",
    "/api/page/{name}",
}
"""Routes without a token, typed by hand. All others need one."""

WRONG: list[dict[bytes, bytes]] = [
    {},
    {b"authorization": b""},
    {b"authorization": b"Bearer"},
    {b"authorization": b"Bearer "},
    {b"authorization": b"Bearer wrong"},
    {b"authorization": b"Bearer " + TOKEN[:-1].encode()},
    {b"authorization": b"Bearer " + TOKEN.encode() + b"x"},
    {b"authorization": b"Bearer " + TOKEN.upper().encode()},
    {b"authorization": b"Basic " + TOKEN.encode()},
    {b"authorization": TOKEN.encode()},
    {b"authorization": "Bearer 令牌".encode()},
    {b"authorization": b"Bearer \xff\xfe\x00"},
    {b"cookie": b"token=" + TOKEN.encode()},
    {b"x-api-key": TOKEN.encode()},
]


def addresses(application: Application, code: str) -> list[tuple[str, str, str]]:
    """Method, template and an invented address of every route that is no page."""
    found = []
    for route in application.litestar.routes:
        if any("page" in handler.opt for handler in getattr(route, "route_handlers", ())):
            continue
        template = re.sub(r":str\b", "", route.path_format)
        filled = (
            template.replace("{code}", code)
            .replace("{reference}", "2020-0001")
            .replace("{name}", "page.js")
            .replace("{id}", "x")
        )
        found += [(method, template, filled) for method in route.methods - {"OPTIONS"}]
    return sorted(found)


async def test_every_route_but_the_open_ones_needs_the_token(door: Door, application: Application) -> None:
    """Otherwise 401 with WWW-Authenticate and one text for all; nothing is read or stored."""
    await door.given(R)
    before = await door.stored()
    every = addresses(application, door.code)
    assert {template for _, template, _ in every} >= OPEN
    assert len(every) >= 24
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://t") as anyone:
        texts = set()
        for method, template, address in every:
            for headers in WRONG if method == "POST" or address.endswith("/requests") else WRONG[:6]:
                reply = await anyone.request(
                    method, address, headers=headers, json=RECEIPT if method == "POST" else None
                )
                if template == "/api/v1/login":
                    assert_problem(reply, "malformed")  # the body of this route is no login
                elif template == "/calendar/{name}":
                    assert_problem(reply, "calendar_unknown")  # its address is its secret
                elif template in OPEN:
                    assert reply.status_code == 200, address
                else:
                    assert_problem(reply, "unauthorized")
                    assert reply.headers["www-authenticate"] == "Bearer"
                    texts.add(reply.content)
        assert len(texts) == 1
        refused = await anyone.get(f"{door.home}/requests", params={"token": TOKEN, "access_token": TOKEN})
        assert refused.status_code == 401
        for scheme in (b"bearer ", b"BEARER "):
            reply = await anyone.get(
                f"{door.home}/requests", headers={b"authorization": scheme + TOKEN.encode()}
            )
            assert reply.status_code == 200
    assert await door.stored() == before


# --- addresses and methods ---


async def test_an_unknown_address_is_404(door: Door) -> None:
    """Also below a known one; the framework's own documentation is not served."""
    await door.given(R)
    for address in (
        "/nope", "/api/v1", "/api/v1/nope", "/api/v2/authorities", "/schema", "/schema/openapi.json", "/docs",
        "/openapi.json", "/favicon.ico", "/robots.txt", "/.git/config", "/health", "/api/page", "/api/page/nope.js",
        "nope", "requests/2020-0001/nope", "requests/2020-0001/events/1", "tables/cell/x", f"/api/v1/{CANARY}",
    ):  # fmt: skip
        problem = assert_problem(await door.get(address), "no_such_address")
        assert CANARY not in str(problem)


async def test_an_unknown_authority_or_request_is_404(door: Door) -> None:
    """At every address of it, without repeating the value unless it is a reference."""
    for rest in ("", "/requests", "/tables", "/events", "/history", "/work-list", "/compliance", "/carry-over",
                 "/diff?before=1", "/requests/2020-0001", "/requests/2020-0001/sealed", "/requests/2020-0001/days"):  # fmt: skip
        assert_problem(await door.call("GET", f"/api/v1/authorities/canary-7741{rest}"), "authority_unknown")
    for rest in ("", "/days", "/cells", "/sealed"):
        problem = assert_problem(await door.get(f"requests/2020-7777{rest}"), "request_unknown")
        assert "2020-7777" in problem["detail"]
    for odd in ("17", "2020-17", "2020-00001", "2020-0000", "1999-0001", "2101-0001", "2020-0001x", "2020–0001",
                "２０２０-0001", CANARY, "2020-9999999999"):  # fmt: skip
        for rest in ("", "/days", "/cells", "/sealed"):
            problem = assert_problem(await door.get(f"requests/{odd}{rest}"), "malformed")
            assert problem["field"] == "reference"
            assert CANARY not in str(problem)
        assert_problem(await door.post(f"requests/{odd}/events", assigned("2020-03-03")), "malformed")


async def test_a_method_that_a_route_does_not_have(door: Door, application: Application) -> None:
    """405 with Allow on every route, for every other method."""
    every = addresses(application, door.code)
    takes: dict[str, set[str]] = {}
    for method, _, address in every:
        takes.setdefault(address, set()).add(method)
    before = await door.stored()
    for address, methods in takes.items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            reply = await door.call(method, address)
            assert_problem(reply, "method_not_allowed")
            allowed = {each.strip() for each in reply.headers["allow"].split(",")}
            assert allowed - {"OPTIONS", "HEAD"} == methods, address
    assert await door.stored() == before


async def test_options_reveals_nothing(door: Door, application: Application) -> None:
    """With a query, a body or none: no server error, nothing of the register, nothing stored."""
    await door.given(R)
    before = await door.stored()
    for _, _, address in addresses(application, door.code):
        for query in ("", "?year=2020", "?x=%ff"):
            reply = await door.call(
                "OPTIONS", f"{address}{query}", json=RECEIPT, headers={"Idempotency-Key": "options"}
            )
            assert reply.status_code in (204, 400, 405), (address, query, reply.text)
            assert "2020-0001" not in reply.text
    assert await door.stored() == before


# --- the query ---

ILL: list[tuple[str, str, str]] = [
    # address, query, the parameter named
    ("requests", "limit=0", "limit"), ("requests", "limit=501", "limit"), ("requests", "limit=-1", "limit"),
    ("requests", "limit=1e2", "limit"), ("requests", "limit=ten", "limit"), ("requests", "limit=", "limit"),
    ("requests", "limit=18446744073709551616", "limit"), ("requests", "limit=１０", "limit"),
    ("requests", "after=17", "reference"), ("requests", "after=2020-00001", "reference"),
    ("requests", "stage=asleep", "stage"), ("requests", "stage=Closed", "stage"), ("requests", "stage=", "stage"),
    ("requests", "due_before=2020-02-30", "due_before"), ("requests", "due_before=20200302", "due_before"),
    ("requests", "due_before=today", "due_before"), ("requests", "overdue_on=2020-03", "overdue_on"),
    ("requests", "received_from=2020-3-2", "received_from"), ("requests", "closed_to=x", "closed_to"),
    ("requests", "timeliness=overdue", "timeliness"),
    ("requests", "applicant_kind=person", "applicant_kind"), ("requests", "unit=", "unit"),
    ("requests", f"unit={'a' * 201}", "unit"), ("requests", "reference=%25", "reference"),
    ("requests", "reference=abc", "reference"), ("requests", "reference=2020-00010000000", "reference"),
    ("requests", "stage=closed&stage=closed", "stage"), ("requests", "limit=1&limit=2", "limit"),
    ("requests", "recorded_until=yesterday", "recorded_until"), ("requests", "recorded_until=-1", "recorded_until"),
    ("requests", "recorded_until=2020-01-01T00:00:00", "recorded_until"), ("requests", "recorded_until=", "recorded_until"),
    ("requests", "colour=red", "colour"), ("requests", "Stage=closed", ""), ("requests", "%E5%8D%A1=1", ""),
    ("requests", "stage%00=closed", ""), ("requests", "unit=%00", "unit"), ("requests", "unit=%E2%80%AE", "unit"),
    ("requests", "unit=a%0Ab", "unit"), ("requests", "unit=%ED%A0%80", "unit"),
    ("tables", "year=2020.5", "year"), ("tables", "year=1999", "year"), ("tables", "year=2100", "year"),
    ("tables", "year=NaN", "year"), ("tables", "year=-2020", "year"), ("tables", "year=0x7e4", "year"),
    ("tables", "year=99999999999999999999", "year"), ("tables", "year=2020&from=2020-01-01", "year"),
    ("tables", "from=2020-01-01", "year"), ("tables", "to=2020-01-01", "year"),
    ("tables", "from=2020-02-01&to=2020-01-31", "to"), ("tables", "from=1999-12-31&to=2020-01-31", "from"),
    ("tables", "from=2020-01-01&to=2100-01-01", "to"), ("tables", "from=x&to=2020-01-01", "from"),
    ("tables", "from_=2020-01-01&to=2020-01-31", "from_"), ("tables", "format=2020", "format"),
    ("tables/cell", "year=2020&row=nope&column=total", "row"), ("tables/cell", "year=2020&row=new&column=nope", "column"),
    ("tables/cell", "year=2020&row=new", "column"), ("tables/cell", "year=2020&column=total", "row"),
    ("tables/cell", "year=2020&row=reconsideration&column=natural_person", "column"),
    ("carry-over", "by=week", "by"), ("carry-over", "from=2000-01-01&to=2099-12-31&by=month", "by"),
    ("work-list", "on=2020-02-30", "on"), ("work-list", "on=1999-12-31", "on"), ("work-list", "on=2100-01-01", "on"),
    ("work-list", "within=251", "within"), ("work-list", "within=-1", "within"),
    ("diff", "year=2020", "before"), ("diff", "before=x", "before"), ("diff", "before=1&after=x", "after"),
    ("events", "after=-1", "after"), ("events", "limit=1001", "limit"), ("events", "after=99999999999999999999", "after"),
    ("history", "year=2020", "year"), ("compliance", "format=2021", "format"),
    ("requests/2020-0001", "recorded_until=x", "recorded_until"), ("requests/2020-0001/cells", "year=x", "year"),
    ("requests/2020-0001/sealed", "recorded_until=1", "recorded_until"), ("requests/2020-0001/days", "x=1", "x"),
    ("", "x=1", ""), ("/api/v1/authorities", "x=1", ""), ("/api/v1/problems", "x=1", ""), ("/health/ready", "x=1", ""),
    ("/health/live", "x=1", ""), ("/metrics", "name=x", ""), ("/api/v1/openapi.json", "x=1", ""),
]  # fmt: skip


async def test_an_invalid_query_names_its_parameter(door: Door) -> None:
    """Unknown, repeated, ill-typed, out of range or hostile: 400 with its name, never ignored."""
    await door.given(R)
    wrong = []
    for address, query, name in ILL:
        where = address or door.home
        reply = await door.call("GET", f"{where}?{query}")
        if reply.status_code != 400:
            wrong.append((address, query, reply.status_code))
            continue
        problem = assert_problem(reply, "malformed")
        if problem.get("field", "") != name:
            wrong.append((address, query, problem.get("field", "")))
    assert wrong == []


async def test_a_query_of_a_post_is_as_strict(door: Door) -> None:
    """A mistyped preview must not record; an unknown code of an irregularity is refused."""
    reference = await door.given(R)
    before = await door.stored()
    for query, name in (
        ("preview=maybe", "preview"), ("preview=", "preview"), ("preveiw=true", "preveiw"), ("preview=true&preview=true", "preview"),
        ("preview=true&preview=false", "preview"), ("on_behalf_of=", "on_behalf_of"), ("on_behalf_of=%00", "on_behalf_of"),
        ("reference=2020-0009", "reference"), (f"acknowledged={'a' * 201}", "acknowledged"), ("acknowledged=%00", "acknowledged"),
    ):  # fmt: skip
        reply = await door.call(
            "POST", f"requests/{reference}/events?{query}", json=body_of(assigned("2020-03-03")),
            headers={"Idempotency-Key": query[:90]},
        )  # fmt: skip
        assert assert_problem(reply, "malformed").get("field", "") == name, query
    reply = await door.post("/api/v1/reconcile", {"tables": {}}, preview="true")
    assert_problem(reply, "malformed")
    assert await door.stored() == before


async def test_a_filter_by_an_unknown_code(door: Door) -> None:
    """It is refused instead of returning an empty list."""
    for query in ("outcome=granted.somehow", "irregularity=laziness"):
        reply = await door.call("GET", f"requests?{query}")
        assert_problem(reply, "unknown_code")


# --- no sent value is repeated ---


async def test_no_error_contains_a_value_that_was_sent(door: Door) -> None:
    """A canary in every field, name, parameter, header and address is in no reply and no log line."""
    reference = await door.given(R)
    address = f"requests/{reference}/events"
    sealed = dict.fromkeys(("applicant", "description", "reason", "matters", "text", "measures"), CANARY)
    bodies: list[tuple[str, dict[str, Any]]] = []
    for field in RECEIPT:
        values: tuple[Any, ...] = (CANARY, [CANARY], {CANARY: CANARY}, f"\x00{CANARY}")
        bodies += [("requests", RECEIPT | {field: value}) for value in values[field == "description" :]]
    bodies += [
        ("requests", RECEIPT | {CANARY: 1}),
        ("requests", RECEIPT | {"applicant": {"name": CANARY, CANARY: CANARY}}),
        ("requests", RECEIPT | {"applicant": {"name": CANARY, "id_kind": CANARY}}),
        ("requests", RECEIPT | {"applicant": {"name": CANARY}, "on": "2099-01-01"}),
        ("requests", RECEIPT | {"applicant": {"name": CANARY * 30}}),
        (address, body_of(answered("2020-03-31"), text=CANARY) | {"text": CANARY}),
        (address, body_of(answered("2020-03-20", CANARY))),
        (address, body_of(extended("2020-03-26")) | {"reason": CANARY, "workdays": CANARY}),
        (address, body_of(extended("2099-03-26")) | {"reason": CANARY}),
        (address, body_of(supplement_required("2020-03-05", "2020-03-04")) | {"matters": CANARY}),
        (address, body_of(amended("2020-03-06", 9, R), **sealed) | {"reason": CANARY}),
        (address, {"type": "entry_amended", "on": "2020-03-06", "version": 1, "reason": CANARY, "replacement": {
            "type": CANARY, CANARY: CANARY}}),
        ("/api/v1/reconcile", {"tables": {"columns": [CANARY], "requests_table": {CANARY: [1]}, "appeals_table": {}}}),
        ("/api/v1/reconcile", {"tables": {"columns": ["a", "total"], "requests_table": {CANARY: [CANARY]},
                               "appeals_table": {CANARY: {CANARY: CANARY}}}}),
        ("/api/v1/reconcile", {CANARY: CANARY}),
    ]  # fmt: skip
    wrong: list[str] = []
    with capture_logs() as logged:
        for where, body in bodies:
            reply = await door.post(where, body)
            if (
                reply.status_code < 400
                or CANARY in reply.text
                or CANARY.encode("unicode_escape") in reply.content
            ):
                wrong.append(f"{where} {body} {reply.status_code} {reply.text}")
        for where in ("requests", "tables", "work-list", "diff", "events", f"requests/{CANARY}", CANARY):
            for query in (
                {CANARY: "1"},
                {"limit": CANARY},
                {"unit": f"{CANARY}\x00"},
                {"year": CANARY},
                {"after": CANARY},
            ):
                reply = await door.get(where, **query)
                if reply.status_code < 400 or CANARY in reply.text:
                    wrong.append(f"{where} {query} {reply.status_code} {reply.text}")
        for name in ("Idempotency-Key", "If-Match", "Content-Type", "Authorization", "Content-Encoding"):
            reply = await door.call(
                "POST",
                "requests",
                json=RECEIPT,
                headers={b"idempotency-key": b"k", name.lower().encode(): CANARY.encode()},
            )
            if reply.status_code < 400 or CANARY in reply.text:
                wrong.append(f"{name} {reply.status_code} {reply.text}")
    assert wrong == []
    assert CANARY not in str(logged)
    assert await door.positions() == [1, 2]


# --- a defect of ours ---


async def test_a_server_error_reveals_only_its_id(door: Door) -> None:
    """A missing table gives a 500 problem with the request id; neither reply nor log has a value that was sent."""
    await fetch(door.dsn, "ALTER TABLE vault RENAME TO elsewhere")
    with capture_logs() as logged:
        reply = await door.post("requests", R, clear={"applicant": {"name": CANARY}, "description": CANARY})
    problem = assert_problem(reply, "fault")
    assert problem["request_id"] == reply.headers["x-request-id"]
    assert "Traceback" not in reply.text
    assert "elsewhere" not in reply.text
    assert "vault" not in reply.text
    assert CANARY not in reply.text + str(logged)
    (fault,) = [each for each in logged if each["log_level"] == "error"]
    assert fault["event"] == "fault"
    assert await door.positions() == [1]
    await fetch(door.dsn, "ALTER TABLE elsewhere RENAME TO vault")
    assert (await door.post("requests", R)).status_code == 201


def test_cases_are_listed_under_codes_of_rules() -> None:
    """The codes under which cases are listed are those of rules, or not_acknowledged."""
    assert set(CASES) <= {each.code for each in rules()} | {"not_acknowledged"}
    assert set(NOT_BY_HTTP) <= {each.code for each in rules()}
