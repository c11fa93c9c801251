"""One recording over HTTP, from the request to the reply."""

from __future__ import annotations

from typing import Any

from litestar import Response

from adapters.register.recording.recording import Recording
from api.web.headers import expected_version, idempotency_key
from api.web.query import RecordQuery
from api.web.request import ApiRequest
from api.web.responses import json
from domain.entry import type_of


async def record_event(
    request: ApiRequest,
    code: str,
    params: RecordQuery,
    event: Any,
    reference: str | None,
    stream: str | None = None,
) -> Response[Any]:
    """Record or preview an event, and reply. stream: of an annual report, instead of a request's reference."""
    recording = recording_of(request, event, params, reference, stream)
    seen = expected_version(request.scope)
    with request.metrics.recording(type_of(event), preview=params.preview):
        if params.preview:
            request.caller.check_preview()
            previewed = await request.register.preview(
                code,
                recording,
                actor=request.actor,
                expected_version=seen,
                permissions=request.caller.permissions,
            )
            return json(previewed)
        reply = await request.register.record(
            code,
            recording,
            actor=request.actor,
            expected_version=seen,
            permissions=request.caller.permissions,
        )
    request.checkpointer.grown(code)
    headers = {"ETag": f'"{reply.version}"'}
    if reply.reference:
        headers["Location"] = f"/api/v1/authorities/{code}/requests/{reply.reference}"
    return json(reply, status=201, headers=headers)


def recording_of(
    request: ApiRequest, event: Any, params: RecordQuery, reference: str | None, stream: str | None = None
) -> Recording:
    """The recording, with the request's Idempotency-Key. Raises Malformed without one."""
    return Recording(
        id=idempotency_key(request.scope),
        reference=reference,
        stream=stream,
        on_behalf_of=params.on_behalf_of,
        acknowledged=params.codes,
        event=event,
    )
