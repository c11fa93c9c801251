"""The API description is valid, complete and in Chinese, and agrees with the program, as tested by schemathesis."""

from __future__ import annotations

import asyncio
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from adapters.postgres import embedded
from adapters.register.register import Register
from tests.api.conftest import Door, Served
from tests.api.officers import ORIGIN, PASSWORD, appoint, appoint_first, open_account
from tests.builders import answered, received, served, supplement_required
from tests.faults.extent import FULL, in_full, times

RECORDING = {"200", "201", "400", "401", "403", "404", "408", "409", "412", "413", "415", "422", "500", "503"}
READING = {"200", "400", "401", "403", "404", "422", "500", "503"}
OWN = {"200", "400", "401", "403", "500", "503"}
HOME = "/api/v1/authorities/{code}"
STATUSES: dict[str, set[str]] = {
    f"post {HOME}/requests": RECORDING,
    f"post {HOME}/requests/{{reference}}/events": RECORDING,
    f"post {HOME}/events": RECORDING,
    **{
        f"get {HOME}{rest}": READING
        for rest in (
            "", "/requests", "/requests/{reference}", "/requests/{reference}/days", "/requests/{reference}/cells",
            "/requests/{reference}/sealed", "/work-list", "/questions", "/tables", "/tables/cell", "/compliance", "/carry-over", "/diff",
            "/history", "/events", "/requests/{reference}/events", "/requests/{reference}/replay", "/requests/{reference}/receipt", "/checkpoint",
            "/proofs/inclusion", "/proofs/consistency", "/access-log", "/credentials", "/access-log/receipt", "/access-log/review",
            "/services", "/imports", "/requests/{reference}/stage", "/webhooks", "/district/tables", "/district/tables/cell", "/district/standing", "/district/corrections", "/district/matters", "/district/work-list", "/district/assessments", "/district/assessment", "/assessments", "/documents",
        )
    },
    f"post {HOME}/services/{{service}}/keys": (OWN - {"200"}) | {"201", "404", "408", "413", "415", "422"},
    f"delete {HOME}/services/{{service}}/keys/{{id}}": OWN | {"404"},
    f"delete {HOME}/credentials/{{id}}": OWN | {"404"},
    f"post {HOME}/recordings": RECORDING - {"409", "412"},
    f"post {HOME}/webhooks": (OWN - {"200"}) | {"201", "404", "408", "409", "413", "415", "422"},
    f"delete {HOME}/webhooks/{{id}}": OWN | {"404"},
    f"post {HOME}/webhooks/{{id}}/resume": OWN | {"404", "408", "413", "415", "422"},
    f"post {HOME}/requests/{{reference}}/documents": RECORDING - {"200"},
    f"get {HOME}/requests/{{reference}}/documents": READING,
    f"post {HOME}/imports": READING | {"408", "409", "413", "415"},
    f"post {HOME}/imports/{{number}}/annulment": READING | {"409"},
    f"get {HOME}/requests/{{reference}}/documents/{{version}}": READING | {"410", "451"},
    f"get {HOME}/find": READING,
    f"get {HOME}/retention": READING,
    f"post {HOME}/find/people": READING | {"408", "410", "413", "415", "451"},
    f"post {HOME}/find/words": READING | {"408", "410", "413", "415", "451"},
    f"get {HOME}/requests/{{reference}}/case-file": READING | {"409", "410", "451"},
    f"get {HOME}/requests/{{reference}}/letters": READING,
    f"get {HOME}/requests/{{reference}}/letters/{{kind}}": READING | {"409", "410", "451"},
    f"post {HOME}/requests/{{reference}}/letters/{{kind}}": READING - {"200"} | {"201", "409"},
    f"get {HOME}/letters": READING | {"409", "410", "451"},
    f"get {HOME}/document-numbers": READING,
    f"post {HOME}/document-checks": READING | {"408", "413", "415"},
    f"get {HOME}/requests/{{reference}}/same-applicant": READING,
    f"post {HOME}/reports/{{year}}/events": RECORDING,
    **{
        f"get {HOME}/reports/{{year}}{rest}": READING | {"409"}
        for rest in ("", "/checks", "/figures", "/restatement", "/document")
    },
    "post /api/v1/login": {"200", "400", "401", "403", "408", "413", "415", "422", "429", "500", "503"},
    "post /api/v1/password": {"200", "400", "401", "403", "408", "413", "415", "422", "429", "500", "503"},
    "post /api/v1/logout": OWN,
    "post /api/v1/second-factor": OWN | {"408", "409", "413", "415", "422", "429"},
    "post /api/v1/second-factor/enrolment": (OWN - {"200"}) | {"201", "409", "429"},
    "post /api/v1/second-factor/recovery-codes": OWN | {"409"},
    "post /api/v1/second-factor/enrolment/code": OWN | {"408", "409", "413", "415", "422", "429"},
    "post /api/v1/second-factor/passkey/challenge": OWN | {"404", "409"},
    "post /api/v1/second-factor/passkey": OWN | {"408", "409", "413", "415", "422", "429"},
    "post /api/v1/passkeys/challenge": OWN | {"404", "409"},
    "post /api/v1/passkeys": (OWN - {"200"}) | {"201", "408", "409", "413", "415", "422"},
    "get /api/v1/passkeys": OWN,
    "delete /api/v1/passkeys/{id}": OWN | {"404", "409"},
    "get /api/v1/session": OWN,
    "get /api/v1/sessions": OWN,
    "delete /api/v1/sessions/{id}": OWN | {"404"},
    "get /api/v1/keys": OWN,
    "post /api/v1/keys": (OWN - {"200"}) | {"201", "408", "409", "413", "415", "422"},
    "delete /api/v1/keys/{id}": OWN | {"404"},
    "get /api/v1/reports/due": {"200", "400", "401", "403", "500", "503"},
    "get /api/v1/authorities": {"200", "400", "401", "403", "500", "503"},
    "post /api/v1/reconcile": {"200", "400", "401", "403", "408", "413", "415", "500"},
    "post /api/v1/checks": {"200", "400", "401", "403", "408", "413", "415", "500"},
    "get /metrics": {"200", "400", "401", "403", "500"},
    "get /health/live": {"200", "400"},
    "get /health/ready": {"200", "400", "503"},
    "get /api/v1/problems": {"200", "400"},
    "get /api/v1/openapi.json": {"200", "400"},
}  # fmt: skip
"""The statuses of each operation, typed by hand; the document may have more only if every operation has them."""

TYPES = {
    f"{HOME}/requests": {"received"},
    f"{HOME}/events": {
        "registered", "renamed", "reorganised", "day_off_set", "holiday_notice_recorded", "policy_set",
        "letter_details_set", "letter_wording_set", "number_series_set", "number_gap_explained", "officer_appointed", "officer_dismissed",
        "power_granted", "grant_confirmed", "power_withdrawn", "service_granted", "service_ended",
        "second_factor_reset_requested", "second_factor_reset", "subject_bound", "subject_unbound", "superior_set", "separation_waived", "restoration_requested", "restoration_confirmed", "own_entry_amended", "supervision_ordered", "supervision_answered", "return_requested", "return_prepared", "return_handed_in", "return_sent_back", "return_accepted",
        "assessment_announced", "score_entered", "score_contested", "contest_decided", "assessment_concluded",
    },
    f"{HOME}/reports/{{year}}/events": {
        "figure_entered", "work_recorded", "work_annulled", "document_made", "disclosure_set", "document_amended",
        "document_ended", "narrative_written", "warning_waived", "waiver_withdrawn", "figures_taken_over",
        "report_compiled", "report_submitted", "report_returned", "report_approved", "report_published",
        "report_entered", "report_restated",
    },
    f"{HOME}/requests/{{reference}}/events": {
        "assigned", "supplement_required", "supplemented", "extended", "consultation_opened", "consultation_closed",
        "extension_drafted", "answer_drafted", "draft_reviewed", "draft_approved",
        "explanation_required", "explained", "deferred", "fee_charged", "fee_paid", "answered", "served", "withdrawn",
        "lapsed", "appealed", "appeal_decided", "correction_analysed", "reopened", "archived", "handed_over", "entry_amended",
        "erasure_requested", "personal_data_erased", "personal_data_restricted", "restriction_lifted",
    },
}  # fmt: skip

BEFORE: dict[str, tuple[str, ...]] = {
    "supplemented": ("supplement_required",),
    "consultation_closed": ("consultation_opened",),
    "explained": ("explanation_required",),
    "deferred": ("explanation_required", "explained"),
    "fee_paid": ("fee_charged",),
    "draft_reviewed": ("answer_drafted",),
    "draft_approved": ("answer_drafted", "draft_reviewed"),
    "served": ("answered",),
    "lapsed": ("supplement_required",),
    "appealed": ("answered",),
    "appeal_decided": ("answered", "appealed"),
    "correction_analysed": ("answered", "appealed", "appeal_decided"),
    "reopened": ("answered", "appealed", "appeal_decided"),
    "archived": ("answered", "served"),
    "handed_over": ("answered", "served", "archived"),
    "entry_amended": ("answered",),
    "erasure_requested": ("answered",),
    "personal_data_erased": ("answered", "erasure_requested"),
    "restriction_lifted": ("personal_data_restricted",),
}
"""For each example, the types of the examples recorded before it, after the receipt."""


@pytest.fixture
async def document(door: Door) -> dict[str, Any]:
    found: dict[str, Any] = await door.json("/api/v1/openapi.json")
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


def is_chinese(text: str) -> bool:
    return re.search("[\u4e00-\u9fff]", text) is not None


def request_body(document: dict[str, Any], path: str) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    return found


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref")
    return document["components"]["schemas"][reference.rsplit("/", 1)[1]] if reference else schema


async def test_the_document_is_valid(document: dict[str, Any]) -> None:
    """OpenAPI 3.1, by the validator; every reference resolves and every component is used."""
    assert document["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
    text = json.dumps(document)
    for name in document["components"]["schemas"]:
        assert f'#/components/schemas/{name}"' in text, name
    for reference in re.findall(r'"#/components/schemas/([^"]+)"', text):
        assert reference in document["components"]["schemas"]


async def test_every_operation_lists_its_statuses(document: dict[str, Any]) -> None:
    """Each path and method with its possible statuses; problems as problem+json, CSV where it is offered."""
    found = {f"{method} {path}": operation for method, path, operation in operations(document)}
    assert set(found) == set(STATUSES)
    for name, statuses in STATUSES.items():
        responses = found[name]["responses"]
        assert set(responses) >= statuses, (name, statuses - set(responses))
        for status, response in responses.items():
            assert is_chinese(response["description"])
            if status >= "4":
                (media,) = response["content"]
                assert (media, response["content"][media]["schema"]) == (
                    "application/problem+json", {"$ref": "#/components/schemas/ProblemDetails"},
                )  # fmt: skip
        if "503" in responses:
            assert "Retry-After" in responses["503"]["headers"]
    for rest in (
        "/requests",
        "/tables",
        "/tables/cell",
        "/work-list",
        "/carry-over",
        "/requests/{reference}/days",
    ):
        assert "text/csv" in found[f"get {HOME}{rest}"]["responses"]["200"]["content"]
    for name in (f"post {HOME}/requests", f"post {HOME}/requests/{{reference}}/events"):
        created = found[name]["responses"]["201"]
        assert set(created["headers"]) >= {"ETag", "Location"}
        assert created["links"]
        assert {each["name"]: each["required"] for each in found[name]["parameters"] if each["in"] == "header"} == {
            "Idempotency-Key": True, "If-Match": False,
        }  # fmt: skip
    open_ = {name for name, operation in found.items() if operation.get("security") == []}
    assert open_ == {
        "get /health/live",
        "get /health/ready",
        "get /api/v1/problems",
        "get /api/v1/openapi.json",
        "post /api/v1/login",
    }
    assert document["security"] == [{"session": []}, {"key": []}, {"token": []}]
    with_session = {"session": [], "csrf": []}
    assert found[f"post {HOME}/requests"]["security"] == [with_session, {"key": []}, {"token": []}]
    assert (
        found["post /api/v1/logout"]["security"]
        == found["delete /api/v1/keys/{id}"]["security"]
        == [with_session]
    )
    assert found["get /api/v1/session"]["security"] == [{"session": []}]
    assert found["get /metrics"]["security"] == [{"token": []}]


async def test_every_type_of_event_has_its_own_schema(document: dict[str, Any]) -> None:
    """A discriminator maps each type to its schema, which is closed and requires the tag."""
    for path, types in TYPES.items():
        schema = request_body(document, path)["schema"]
        if len(types) == 1:
            mapping = dict.fromkeys(types, schema["$ref"])
        else:
            assert schema["discriminator"]["propertyName"] == "type"
            mapping = schema["discriminator"]["mapping"]
        assert set(mapping) == types
        alternatives = {each["$ref"] for each in schema.get("anyOf", schema.get("oneOf", [schema]))}
        assert set(mapping.values()) == alternatives
        for type_, reference in mapping.items():
            event = resolved(document, {"$ref": reference})
            assert event["additionalProperties"] is False, type_
            tag = event["properties"]["type"]
            assert tag.get("enum", [tag.get("const")]) == [type_]
            assert {"type", "on"} <= set(event["required"])
            assert is_chinese(event["description"])
    amended = document["components"]["schemas"]["EntryAmended"]["properties"]["replacement"]
    inner = (
        next(each for each in amended["anyOf"] if each != {"type": "null"})
        if "discriminator" not in amended
        else amended
    )
    assert set(inner["discriminator"]["mapping"]) == TYPES[f"{HOME}/requests/{{reference}}/events"] - {
        "entry_amended"
    } | {"received", "document_filed"}
    for name in ("Applicant", "Part", "ReceivedReplacement", "ReconcileBody"):
        assert document["components"]["schemas"][name]["additionalProperties"] is False, name


async def test_bounds_are_those_of_the_contract(document: dict[str, Any]) -> None:
    """Lengths, patterns and limits of the fields of events."""
    schemas = document["components"]["schemas"]
    received_ = schemas["Received"]["properties"]
    assert (received_["description"]["minLength"], received_["description"]["maxLength"]) == (1, 20_000)
    name = schemas["Applicant"]["properties"]["name"]
    assert (name["minLength"], name["maxLength"]) == (1, 200)
    assert schemas["FeeCharged"]["properties"]["amount_yuan"]["pattern"].startswith("^[0-9]{1,9}")
    quantity = schemas["FeeCharged"]["properties"]["quantity"]
    assert (quantity["minimum"], quantity["maximum"]) == (1, 1_000_000)
    assert set(received_["channel"]["enum"]) == {"in_person", "post", "online", "fax", "email"}
    # JSON Schema uses ECMA patterns, which do not know Python's \Z.
    assert re.findall(r'"pattern": "[^"]*Z"', json.dumps(document)) == []
    for method, path, operation in operations(document):
        for parameter in operation["parameters"]:
            assert "description" in parameter, (method, path, parameter["name"])


async def test_the_longest_address_fits_into_the_head(document: dict[str, Any]) -> None:
    """Each query text at its bound, in characters of four bytes written as %XX, beside 8 KiB of path and other headers."""
    for method, path, operation in operations(document):
        length = sum(
            len(each["name"]) + 2 + 12 * each["schema"].get("maxLength", 100)
            for each in operation.get("parameters", ())
            if each["in"] == "query"
        )
        assert length + 8_192 <= 65_536, (method, path)


async def test_every_field_and_operation_has_chinese_words(document: dict[str, Any]) -> None:
    """Summaries, parameters, and each property of each schema."""
    silent = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, described in schema.get("properties", {}).items()
        if not is_chinese(described.get("description", ""))
        and not is_chinese(resolved(document, described).get("description", ""))
    ]
    for method, path, operation in operations(document):
        assert is_chinese(operation["summary"]), (method, path)
        assert operation["description"], (method, path)
        silent += [
            f"{method} {path} {parameter['name']}"
            for parameter in operation["parameters"]
            if not is_chinese(parameter["description"])
        ]
    assert silent == []
    names = {operation["operationId"] for _, _, operation in operations(document)}
    assert len(names) == len(STATUSES)
    assert {
        "listRequests",
        "getRequest",
        "receiveRequest",
        "recordEvent",
        "listRequestEvents",
        "getTables",
    } <= names
    assert all(re.fullmatch("[a-z]+([A-Z][a-z]+)*", name) for name in names)
    titles = {tag["name"]: tag["description"] for tag in document["tags"]}
    assert titles == {
        "login": "登录", "requests": "申请", "reports": "年度报告", "statistics": "统计",
        "authorities": "机关与日志", "operations": "运行",
    }  # fmt: skip
    assert {tag for _, _, operation in operations(document) for tag in operation["tags"]} == set(titles)
    links = [link["operationId"] for _, _, operation in operations(document) for reply in operation["responses"].values()
             for link in reply.get("links", {}).values()]  # fmt: skip
    assert links
    assert set(links) <= names


async def test_every_example_is_accepted_in_a_fitting_stage(bare_door: Door) -> None:
    """One Chinese example of each type; sent after the examples before it, it is stored unchanged."""
    document = await bare_door.json("/api/v1/openapi.json")
    examples = {
        path: {name: each["value"] for name, each in request_body(document, path)["examples"].items()}
        for path in TYPES
    }
    for path, types in TYPES.items():
        assert {name for name, example in examples[path].items() if example["type"] == name} == types
        for example in examples[path].values():
            assert is_chinese(json.dumps(example, ensure_ascii=False)) or example["type"] in _WITHOUT_WORDS
    for type_, example in examples[f"{HOME}/events"].items():
        reply = await bare_door.post("events", example)
        if type_ in _OF_OFFICERS:
            code = _REFUSED.get(type_, "first_officers_missing")
            assert reply.json()["code"] == code, (type_, reply.text)
        else:
            assert reply.status_code == 201, (type_, reply.text)
    # An approval by the one actor of the API is another person's only after the program compiled and submitted:
    # tests/api/test_reporting tests the way to publication; here each is only decoded and judged.
    for type_, example in examples[f"{HOME}/reports/{{year}}/events"].items():
        year = 2019 if type_ == "report_entered" else 2020  # a report published before the register existed
        reply = await bare_door.post(f"reports/{year}/events", example)
        refused = type_ in (
            "figures_taken_over",
            "report_returned",
            "report_approved",
            "report_published",
            "report_entered",
            "report_restated",
        )
        assert reply.status_code in ((201, 409) if refused else (201,)), (type_, reply.text)
    receipt = examples[f"{HOME}/requests"]["received"]
    later = examples[f"{HOME}/requests/{{reference}}/events"]
    for type_, example in later.items():
        reply = await bare_door.post("requests", receipt)
        assert reply.status_code == 201, reply.text
        reference = reply.json()["reference"]
        for each in (*(later[before] for before in BEFORE.get(type_, ())), example):
            # The examples are of 2020, that of a fee of 2021, when the tariff came.
            known = "fee_notice_late" if each["type"] == "fee_charged" else ""
            reply = await bare_door.post(f"requests/{reference}/events", each, acknowledged=known)
            if (
                each["type"] == "personal_data_erased"
            ):  # one token is one person, who may not carry out the erasure they requested
                assert reply.json()["code"] == "erased_by_same_person"
                continue
            assert reply.status_code == 201, (type_, each["type"], reply.text)


_OF_OFFICERS = {
    "officer_appointed", "officer_dismissed", "power_granted", "grant_confirmed", "power_withdrawn", "service_granted",
    "service_ended", "separation_waived", "restoration_requested", "restoration_confirmed", "second_factor_reset_requested", "second_factor_reset", "subject_bound", "subject_unbound", "supervision_ordered", "supervision_answered", "return_requested", "return_prepared", "return_handed_in", "return_sent_back", "return_accepted",
    "score_entered", "score_contested", "contest_decided", "assessment_concluded",
}  # fmt: skip
"""Events of an authority with its first administrators; tested in tests/adapters/register/test_officers."""

_REFUSED = {
    **dict.fromkeys(
        (
            "separation_waived",
            "restoration_requested",
            "restoration_confirmed",
            "supervision_ordered",
            "return_requested",
            "return_sent_back",
            "return_accepted",
        ),
        "not_the_superior",
    ),
    "supervision_answered": "order_unknown",
    "return_prepared": "return_unknown",
    "return_handed_in": "return_unknown",
    "score_contested": "not_assessed",
    "contest_decided": "unit_not_below",
    "score_entered": "unit_not_below",
    "assessment_concluded": "assessment_not_whole",
}
"""Events of the superior, and replies to them where nothing was requested."""

_WITHOUT_WORDS = {
    "return_prepared", "return_handed_in", "return_accepted", "restoration_confirmed",
    "officer_dismissed", "power_granted", "grant_confirmed", "power_withdrawn", "service_ended", "superior_set",
    "second_factor_reset_requested", "second_factor_reset",
    "subject_bound", "subject_unbound",
    "explanation_required", "explained", "fee_charged", "fee_paid", "figures_taken_over", "withdrawn", "lapsed", "policy_set", "served",
    "personal_data_erased",
    "waiver_withdrawn", "report_compiled", "report_submitted", "report_approved",
}  # fmt: skip
"""Types that can be sent with dates, codes and numbers only."""

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance", "ignored_auth", "unsupported_method", "allow_header_conformance",
    "missing_required_header",
)  # fmt: skip

SCHEMATHESIS = """
[parameters]
"path.code" = "{code}"
"path.reference" = "2020-0001"

[phases.stateful]
inference.algorithms = []
"""


@pytest.mark.parametrize(
    "who", ["handler", *(pytest.param(each, marks=in_full) for each in ("token", "auditor", "key"))]
)
async def test_schemathesis_finds_nothing_undocumented(served: Served, tmp_path: Path, who: str) -> None:
    """R15: examples, edge cases, random calls and links between calls; no 5xx and nothing undocumented.

    With the machine's token, with sessions of two officers with different powers, and with a key.
    """
    await served.given(received("2020-03-02"), answered("2020-03-20"), SERVED)
    await served.given(received("2020-03-02"), supplement_required("2020-03-05", "2020-03-20"))
    headers = {"Authorization": served.client.headers["authorization"]}
    if who != "token":
        headers = await logged_in(served, who)
    config = tmp_path / "schemathesis.toml"
    config.write_text(SCHEMATHESIS.format(code=served.code))
    report = tmp_path / "report.json"
    document = tmp_path / "openapi.json"
    document.write_text(json.dumps(as_read_by(who, await served.json("/api/v1/openapi.json"))))
    process = await asyncio.to_thread(
        subprocess.run,
        [
            str(Path(sys.executable).with_name("st")), "--config-file", str(config), "run",
            str(document), "--url", str(served.client.base_url),
            *(word for name, value in headers.items() for word in ("-H", f"{name}: {value}")),
            "--exclude-path", "/api/v1/logout",  # after logging out no further call is possible
            "--exclude-operation-id", "recordFile",  # it generates no lines; tests/api/web/test_http_files.py does
            "--checks", ",".join(CHECKS), "--seed", "5", "--generation-deterministic", "--max-examples", str(times(3, 6)),
            "--phases", "examples,coverage,fuzzing,stateful" if FULL else "examples,fuzzing,stateful", "--continue-on-failure", "--suppress-health-check", "all",
            "--report", "json", "--report-json-path", str(report), "--no-color",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stdout[-6000:] + process.stderr[-2000:]
    assert [each for each in served.log if each["level"] == "error" or each.get("status", 0) >= 500] == []


def as_read_by(who: str, document: dict[str, Any]) -> dict[str, Any]:
    """The document with only this caller's security scheme; operations closed to it keep the other schemes.

    Otherwise schemathesis sends a wrong cookie beside the right token and expects a refusal.
    """
    way = who if who in ("token", "key") else "session"
    for place in (document, *(operation for _, _, operation in operations(document))):
        if mine := [each for each in place.get("security", ()) if way in each]:
            place["security"] = mine
    return document


async def logged_in(served: Served, who: str) -> dict[str, str]:
    """An officer of the office, or a key of one, and the headers of their credentials."""
    runtime = re.sub("//[^@]*@", f"//{embedded.RUNTIME}@", served.dsn)
    register = await Register.open(runtime, served.data / "keys")
    try:
        await appoint_first(register, served.code)
        await appoint(register, served.code, "zhang", "auditor" if who == "auditor" else "handler")
        await open_account(register, served.dsn, served.code, "zhang")
        if who == "key":
            acts = ["handle", "read", "count"]
            made = await register.keys.create(
                served.code, "zhang", name="schemathesis", acts=acts, days=1, actor="tests", origin=ORIGIN
            )
            return {"Authorization": f"Bearer {made[0].as_key}"}
    finally:
        await register.close()
    body = {"authority": served.code, "officer": "zhang", "password": PASSWORD}
    reply = await served.client.post("/api/v1/login", json=body)
    assert reply.status_code == 200, reply.text
    cookie = served.client.cookies["taizhang"]
    served.client.cookies.clear()
    return {"Cookie": f"taizhang={cookie}", "X-CSRF-Token": reply.json()["csrf"]}


SERVED = served("2020-03-20")
