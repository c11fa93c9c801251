"""The OpenAPI 3.1 document, generated from the handlers: their signatures, docstrings and examples."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
from litestar import Response
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

from api.examples import examples
from api.web import auth
from api.web.body import types_of
from api.web.openapi_parameters import (
    BINARY,
    IF_MATCH,
    KEY,
    LOG_POSITION,
    PATH_PARAMETERS,
    SCHEMES,
    SERVED_BY,
    TAGS,
    Schema,
)
from api.web.problems import MEDIA_TYPE, TITLES, ProblemDetails
from api.web.query import hints
from api.web.recordings import NDJSON, Replies
from api.web.responses import CSV, JSON
from domain.authority.events import AUTHORITY_EVENTS
from domain.authority.powers import ACTS
from domain.entry import type_of
from domain.field_labels import FIELDS
from domain.report.events import REPORT_EVENTS
from domain.request import events
from projections.reply_labels import REPLY_FIELDS

_REF = "#/components/schemas/"
_LABELS = FIELDS | REPLY_FIELDS


def document(routes: Iterable[Any], version: str) -> Schema:
    """The whole document. routes: the application's."""
    handlers = list(_handlers(routes))
    kinds = {kind for _, handler in handlers for kind in (*_replies(handler), *_body_types(handler))}
    ordered = sorted(kinds, key=str)
    schemas, components = msgspec.json.schema_components(
        [*ordered, ProblemDetails], ref_template=_REF + "{name}"
    )
    schema_of = dict(zip(ordered, schemas, strict=False))
    found: Schema = {
        "openapi": "3.1.0",
        "info": {
            "title": "台账",
            "version": version,
            "description": "政府信息公开申请的登记、期限与年报表格。差错一律为application/problem+json，code不变。",
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": TAGS[name]} for name in dict.fromkeys(_tag(path) for path, _ in handlers)],
        "paths": {},
        "components": {
            "schemas": components,
            "securitySchemes": SCHEMES,
        },
        "security": [{"session": []}, {"key": []}, {"token": []}],
    }  # fmt: skip
    body_examples = examples()
    for path, handler in handlers:
        for method in handler.http_methods:
            found["paths"].setdefault(path, {})[method.lower()] = _operation(
                path, handler, schema_of, body_examples
            )
    return _with_words(_with_plain_tuples(_renamed(found)))


def _handlers(routes: Iterable[Any]) -> Iterator[tuple[str, HTTPRouteHandler]]:
    for route in routes:
        if isinstance(route, HTTPRoute):
            path = route.path_format.replace(":str", "")
            for handler in route.route_handlers:
                if handler.include_in_schema is not False and handler.http_methods != {"OPTIONS"}:
                    yield path, handler


"""Names of the schemas in generated clients, with their titles."""


def _tag(path: str) -> str:
    parts = path.split("/")
    if parts[:3] == ["", "api", "v1"] and parts[3] in (
        "login",
        "logout",
        "password",
        "session",
        "sessions",
        "keys",
        "second-factor",
        "passkeys",
    ):
        return "login"
    if {"requests", "recordings", "imports", "letters", "work-list", "find", "retention"}.intersection(parts):
        return "requests"
    if "reports" in parts or "checks" in parts:
        return "reports"
    if any(part in parts for part in ("tables", "compliance", "carry-over", "diff", "reconcile", "district")):
        return "statistics"
    return "authorities" if "authorities" in parts else "operations"


def _operation(
    path: str, handler: HTTPRouteHandler, schema_of: Mapping[Any, Schema], body_examples: Mapping[str, Schema]
) -> Schema:
    annotations = hints(handler.fn)
    records = "conflicts" in handler.opt
    parameters = [
        {"name": name, "in": "path", "required": True, **described}
        for name, described in PATH_PARAMETERS.items()
        if f"{{{name}}}" in path
    ]
    if "params" in annotations:
        parameters += _query(annotations["params"])
    if records:
        parameters += [KEY, IF_MATCH]
    operation: Schema = {
        "operationId": handler.operation_id,
        "summary": handler.summary,
        "description": (handler.fn.__doc__ or "").strip(),
        "tags": [_tag(path)],
        "parameters": parameters,
        "responses": _responses(path, handler, schema_of),
    }
    operation |= _security(handler)
    if needed := [act for act in auth.acts_of(handler) if act in ACTS]:
        operation["description"] += f"所需职权：{'；'.join(ACTS[act] for act in needed)}。"
    if "payload" in annotations:
        types = set(types_of(annotations["payload"]))
        content: Schema = {"schema": schema_of[annotations["payload"]]}
        shown = {
            name: {"summary": _title(name), "value": payload}
            for name, payload in body_examples.items()
            if name in types
        }
        if shown:
            content["examples"] = shown
        operation["requestBody"] = {"required": True, "content": {JSON: content}}
    if media_type := handler.opt.get("upload"):
        body: Schema = {"schema": {"type": "string", "format": "binary", "minLength": 1}}
        if media_type == NDJSON:
            body["example"] = "".join(
                json.dumps({"id": f"r{nth}", "event": event}, ensure_ascii=False) + "\n"
                for nth, event in enumerate([body_examples["received"]] * 2, 1)
            )
        operation["requestBody"] = {"required": True, "content": {media_type: body}}
        if parts := handler.opt.get("parts"):
            file: Schema = {"type": "string", "format": "binary"}
            form: Schema = {
                "type": "object",
                "properties": dict.fromkeys(parts, file),
                "required": list(parts[:1]),
            }
            operation["requestBody"]["content"]["multipart/form-data"] = {"schema": form}
    return operation


def _security(handler: HTTPRouteHandler) -> Schema:
    """The security requirements of an operation: a session (with its CSRF token for unsafe methods) or a bearer
    token."""
    act = auth.acts_of(handler)
    if act == (auth.OPEN,):
        return {"security": []}
    session: Schema = {"session": []}
    if not handler.http_methods <= auth.SAFE:
        session["csrf"] = []
    if act == (auth.OWN,):
        return {"security": [session]}
    if act == (auth.MACHINE,):
        return {"security": [{"token": []}]}
    return {"security": [session, {"key": []}, {"token": []}]} if "csrf" in session else {}


def _query(kind: Any) -> list[Schema]:
    (_,), components = msgspec.json.schema_components([kind], ref_template=_REF + "{name}")
    schema = components[kind.__name__]
    parameters = []
    for name, payload in schema["properties"].items():
        described = dict(payload)
        description = described.pop("description", _LABELS.get(name, ""))
        options = [each for each in described.pop("anyOf", []) if each != {"type": "null"}]
        if described.get("default", "") is None:
            del described["default"]
        if len(options) == 1:
            described |= options[0]
        parameters.append(
            {
                "name": name,
                "in": "query",
                "required": name in schema["required"],
                "description": description,
                "schema": described,
            }
        )
    return parameters


def _responses(path: str, handler: HTTPRouteHandler, schema_of: Mapping[Any, Schema]) -> Schema:
    kinds = _replies(handler)
    records = "conflicts" in handler.opt
    responses: Schema = {}
    for kind in kinds:
        created = (records and kind.__name__ == "Reply") or (not records and handler.status_code == 201)
        status = 201 if created else 200
        content: Schema = {handler.opt.get("media_type", JSON): {"schema": schema_of[kind]}}
        if handler.opt.get("csv"):
            content[CSV] = {"schema": {"type": "string"}}
        responses[str(status)] = {
            "description": "已登记" if status == 201 else "所问的内容",
            "content": content,
        }
        if handler.fn.__name__ in ("login", "change_password", "logout"):
            responses["200"]["headers"] = {
                "Set-Cookie": {"description": "会话", "schema": {"type": "string"}}
            }
        if kind is Replies:
            responses["200"] = {"description": "只判断的结果", "content": content}
        if records and status == 201:
            etag = {"ETag": {"description": "登记后的版本", "schema": {"type": "string"}}}
            if "requests" in path:
                etag["Location"] = {"description": "申请的地址", "schema": {"type": "string"}}
            responses["201"]["headers"] = etag
            if "{reference}" in path or path.endswith("/requests"):
                responses["201"]["links"] = _LINKS
        elif handler.fn.__name__ in ("look", "show"):
            responses["200"]["headers"] = {
                "ETag": {"description": "登记的版本", "schema": {"type": "string"}}
            }
    if files := handler.opt.get("files"):
        responses["200"] = {"description": "文件", "content": {each: {"schema": BINARY} for each in files}}
    elif not kinds:
        responses["200"] = {"description": "所问的内容", "content": {handler.opt.get("media_type", JSON): {}}}
    if "GET" in handler.http_methods and auth.acts_of(handler) != (auth.OPEN,):
        of_log = {"Log-Position": LOG_POSITION} if "{code}" in path else {}
        responses["200"].setdefault("headers", {}).update({**of_log, "Served-By": SERVED_BY})
    for status in sorted(_statuses(path, handler)):
        responses[str(status)] = {
            "description": TITLES[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": _REF + "ProblemDetails"}}},
        }
        if status in (429, 503):
            responses[str(status)]["headers"] = {
                "Retry-After": {"description": "几秒后再试", "schema": {"type": "integer"}}
            }
    return responses


_LINKS = {
    "look": {
        "operationId": "getRequest",
        "parameters": {"code": "$request.path.code", "reference": "$response.body#/reference"},
    },
    "record": {
        "operationId": "recordEvent",
        "parameters": {"code": "$request.path.code", "reference": "$response.body#/reference"},
    },
}


def _statuses(path: str, handler: HTTPRouteHandler) -> set[int]:
    """The error statuses of an operation: those that follow from its path and `opt`, and its own `statuses`."""
    found = {400, 500, *handler.opt.get("statuses", ())}
    if auth.acts_of(handler) != (auth.OPEN,):
        found |= {401, 403, 503}
    if "{id}" in path:
        found.add(404)
    if "{year}" in path:
        found.add(409)
    if "{code}" in path:
        found |= {404, 422}
    if "payload" in hints(handler.fn) or "upload" in handler.opt:
        found |= {408, 413, 415, 422}
    if handler.opt.get("act") == "read_personal":
        found |= {410, 451}
    if "conflicts" in handler.opt:
        found |= {409, 412}
    return found


def _replies(handler: HTTPRouteHandler) -> list[Any]:
    """The type within Response[…] of the annotation, a union split into its members."""
    annotation = hints(handler.fn).get("return")
    inner = get_args(annotation)[0] if get_origin(annotation) is Response else None
    if inner in (None, bytes, str):
        return []
    return list(get_args(inner)) if get_origin(inner) in (Union, UnionType) else [inner]


def _body_types(handler: HTTPRouteHandler) -> list[Any]:
    annotations = hints(handler.fn)
    return [annotations["payload"]] if "payload" in annotations else []


_KINDS = {kind.__name__: kind for kind in (*events.EVENTS, *AUTHORITY_EVENTS, *REPORT_EVENTS)}
_OF_REPORT = {kind.__name__ for kind in REPORT_EVENTS}


def _title(type_: str) -> str:
    return next(kind.title for kind in _KINDS.values() if type_of(kind) == type_)


def _renamed(found: Schema) -> Schema:
    """Generic structs under short names: Received as sent, ReceivedReplacement within an amendment."""
    names = {}
    for name in found["components"]["schemas"]:
        short, _, rest = name.partition("_")
        of_replacement = ("None" in rest or "Optional" in rest) and short not in {"EntryAmended", *_OF_REPORT}
        names[name] = f"{short}Replacement" if of_replacement else short
    text = json.dumps(found, ensure_ascii=False)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(f'"{name}"', f'"{names[name]}"').replace(
            f'{_REF}{name}"', f'{_REF}{names[name]}"'
        )
    text = text.replace(
        '\\\\Z"', '$"'
    )  # end of the text: in Python's regular expressions, and in JSON Schema's
    renamed: Schema = json.loads(text)
    return renamed


def _with_plain_tuples(part: Any) -> Any:
    """Give a list of fixed length one schema for all its items; client generators do not support `items: false`."""
    if isinstance(part, list):
        return [_with_plain_tuples(each) for each in part]
    if not isinstance(part, dict):
        return part
    found = {name: _with_plain_tuples(each) for name, each in part.items()}
    if found.get("items") is False:
        parts = found.pop("prefixItems")
        kinds = [each for nth, each in enumerate(parts) if each not in parts[:nth]]
        found["items"] = kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
    return found


def _with_words(found: Schema) -> Schema:
    """Set Chinese titles of fields and events, and remove the descriptions that come from docstrings."""
    for name, schema in found["components"]["schemas"].items():
        kind = _KINDS.get(name.removesuffix("Replacement"))
        schema.pop("description", None)
        schema.pop("title", None)  # generated clients would take it for the name of the class
        if kind:
            schema["description"] = kind.title
        for field, payload in schema.get("properties", {}).items():
            if field in _LABELS:
                payload.setdefault("description", _LABELS[field])
    return found
