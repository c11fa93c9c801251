"""Parts of the OpenAPI document that many operations share: parameters, headers, security schemes, tags."""

from __future__ import annotations

from typing import Any

from api.web import auth
from domain.letters.wording import KINDS
from domain.values import AUTHORITY_CODE_PATTERN

Schema = dict[str, Any]

PATH_PARAMETERS: dict[str, Schema] = {
    "code": {"description": "机关代码", "schema": {"type": "string", "pattern": AUTHORITY_CODE_PATTERN, "example": "huadu"}},
    "id": {"description": "编号", "schema": {"type": "string", "maxLength": 100}},
    "service": {"description": "服务账号的代号", "schema": {"type": "string", "maxLength": 40, "example": "portal"}},
    "year": {"description": "年度", "schema": {"type": "string", "pattern": r"^20[0-9]{2}$", "example": "2020"}},
    "reference": {
        "description": "登记号",
        "schema": {"type": "string", "pattern": r"^20[0-9]{2}-[0-9]{4,9}$", "example": "2020-0001"},
    },
    "kind": {"description": "文书的种类", "schema": {"type": "string", "enum": list(KINDS), "example": "receipt"}},
    "version": {
        "description": "入卷的那一条登记是第几条",
        "schema": {"type": "string", "pattern": "^[0-9]{1,7}$", "example": "2"},
    },
    "number": {
        "description": "第几批导入",
        "schema": {"type": "string", "pattern": "^[0-9]{1,7}$", "example": "1"},
    },
}  # fmt: skip
SCHEMES: dict[str, Schema] = {
    "session": {
        "type": "apiKey", "in": "cookie", "name": auth.cookie_name("http"),
        "description": f"登录所得的会话；经https时Cookie名为{auth.cookie_name('https')}",
    },
    "csrf": {
        "type": "apiKey", "in": "header", "name": "X-CSRF-Token", "description": "登录时答复的csrf；以会话改动须附",
    },
    "key": {"type": "http", "scheme": "bearer", "description": "发给程序的密钥，人员的以tzk_开头，服务账号的以tzs_开头"},
    "token": {
        "type": "http", "scheme": "bearer", "description": "数据目录中token文件的内容；只用于尚未任用人员的机关",
    },
}  # fmt: skip
BINARY: Schema = {"type": "string", "format": "binary"}
KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "这项登记的编号，在机关内永不重复，最好用UUID；同一编号再次提交，答复相同，不重复登记",
    "schema": {"type": "string", "pattern": "^[!-~]{1,100}$"},
}
LOG_POSITION = {
    "description": "所答的内容依据机关日志到此位置为止的登记；由日志得出的答复都有。问的是本机关及下级单位的，指本机关的日志",
    "schema": {"type": "integer", "minimum": 0},
}
SERVED_BY = {
    "description": "由备用服务器答复的，为replica：内容可能落后于主服务器，以Log-Position为准",
    "schema": {"type": "string", "enum": ["replica"]},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "查看时所得的ETag；其后已有新的登记的，答复412",
    "schema": {"type": "string", "pattern": r'^(\*|"[0-9]{1,9}")$'},
}


TAGS = {
    "login": "登录",
    "requests": "申请",
    "reports": "年度报告",
    "statistics": "统计",
    "authorities": "机关与日志",
    "operations": "运行",
}
