"""An officer's deadlines as an iCalendar feed. Its secret address is the only credential."""

from __future__ import annotations

import hashlib

from litestar import Response, get
from litestar.params import FromPath

from adapters.accounts.refusals import CalendarUnknown
from adapters.accounts.sessions import SessionToken
from api.web.auth import OPEN
from api.web.request import ApiRequest

MEDIA_TYPE = "text/calendar"


@get("/calendar/{name:str}", include_in_schema=False, opt={"act": OPEN})
async def calendar(request: ApiRequest, name: FromPath[str]) -> Response[bytes]:
    """本人在“我的账号”开通的地址，供日历程序订阅（iCalendar，RFC 5545）：只有登记号和日期。ETag为内容的摘要。"""
    secret = SessionToken.parse(name.removesuffix(".ics"))
    if secret is None:
        raise CalendarUnknown
    found = await request.register.calendars.read(secret)
    return Response(
        found,
        media_type=MEDIA_TYPE,
        headers={"ETag": f'"{hashlib.sha256(found).hexdigest()[:32]}"', "Cache-Control": "private, no-cache"},
    )


def address_of(request: ApiRequest, secret: SessionToken) -> str:
    """A new feed address; it cannot be shown again."""
    base = request.base_url
    return f"{base.scheme}://{base.netloc}/calendar/{secret}.ics"


HANDLERS = (calendar,)
