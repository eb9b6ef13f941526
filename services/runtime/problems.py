"""Problem documents (RFC 9457): how a refusal reaches the caller, Chinese first."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from contracts.refusals import Code, Refusal

MEDIA_TYPE = "application/problem+json"

STATUS: Mapping[Code, int] = {
    Code.UNAUTHENTICATED: 401,
    Code.AUTH: 403,
    Code.SELF: 403,
    Code.SECONDMENT_FORBIDDEN: 403,
    Code.SIMULATED_CLOCK_FORBIDDEN: 403,
    Code.NOT_FOUND: 404,
    Code.UNKNOWN_PERSON: 404,
    Code.UNKNOWN_TEAM: 404,
    Code.UNKNOWN_PLACE: 404,
    Code.UNKNOWN_ORGANISATION: 404,
    Code.UNKNOWN_CASE: 404,
    Code.TOO_LARGE: 413,
    Code.MALFORMED: 422,
    Code.FUTURE_DATE: 422,
    Code.WRONG_INTERVAL: 422,
    Code.ROW_SUM: 422,
    Code.NO_EVIDENCE: 422,
    Code.NO_CALENDAR: 422,
    Code.NO_RULE_SET: 422,
    Code.IDEMPOTENCY_KEY_REUSED: 422,
    Code.NOT_SEALED: 503,
    Code.UNAVAILABLE: 503,
    Code.NOT_YET_VISIBLE: 504,
}
"""Everything else is a conflict with what is already recorded: 409."""

TITLES: Mapping[int, str] = {
    400: "请求格式不正确",
    401: "未登录",
    403: "无权办理",
    404: "查无此项",
    405: "不支持的方法",
    409: "与已记录的事实或办法不符",
    413: "内容过大",
    415: "不支持的内容类型",
    422: "内容不合要求",
    500: "系统故障",
    503: "暂时不可用",
    504: "尚未可见",
}


def status_of(code: Code) -> int:
    """The HTTP status of a refusal."""
    return STATUS.get(code, 409)


def problem_type(code: Code) -> str:
    """The URN of a code; characters that a URN may not hold are percent-encoded (`SIZE%3C6`)."""
    return f"urn:zhucun:problem:{quote(code.value, safe='')}"


def problem(
    refusal: Refusal,
    *,
    instance: str,
    correlation: str,
    status: int | None = None,
    extra: Mapping[str, Any] | None = None,
) -> tuple[int, bytes]:
    """Status and body of the problem document of a refusal. `instance` is the path of the request."""
    number = status or status_of(refusal.code)
    document: dict[str, Any] = {
        "type": problem_type(refusal.code),
        "title": TITLES.get(number, TITLES[409]),
        "status": number,
        "detail": refusal.zh,
        "detail_en": refusal.en,
        "instance": instance,
        "code": refusal.code.value,
        "remedy": refusal.remedy_zh,
        "remedy_en": refusal.remedy_en,
        "correlation": correlation,
    }
    if refusal.article is not None:
        document["article"] = refusal.article
    return number, json.dumps({**document, **(extra or {})}, ensure_ascii=False).encode()


def failure(*, instance: str, correlation: str) -> tuple[int, bytes]:
    """The document of a broken assumption: it says nothing of the inside, the log has the rest."""
    document = {
        "type": "about:blank",
        "title": TITLES[500],
        "status": 500,
        "detail": "系统内部错误；命令是否生效请以查询结果为准",
        "detail_en": "an internal error; ask for the record to learn whether the command took effect",
        "instance": instance,
        "remedy": "以同一幂等键重试，或将 correlation 告知管理员",
        "remedy_en": "repeat with the same idempotency key, or give the correlation id to the operator",
        "correlation": correlation,
    }
    return 500, json.dumps(document, ensure_ascii=False).encode()


def field_errors(errors: Sequence[Any]) -> list[dict[str, str]]:
    """Pydantic's findings as `{"field", "reason", "message"}`; what the caller sent is not repeated."""
    return [
        {
            "field": ".".join(str(part) for part in error["loc"] if part != "body") or "body",
            "reason": str(error["type"]),
            "message": str(error["msg"]),
        }
        for error in errors[:50]
    ]


MALFORMED = Refusal(
    Code.MALFORMED,
    "内容与命令的格式不符",
    "the content does not have the form of the command",
    "按 errors 所列字段更正后重发，格式见 openapi.json",
    "correct the fields listed under errors; the form is in openapi.json",
)
NUL = Refusal(
    Code.MALFORMED,
    "内容含有空字符（U+0000），数据库无法保存",
    "the content holds a NUL character (U+0000), which the database cannot keep",
    "删去该字符后重发",
    "take it out and send again",
)
NOT_JSON = Refusal(
    Code.MALFORMED,
    "内容不是 JSON",
    "the body is not JSON",
    "以 UTF-8 编码的 JSON 重发",
    "send JSON in UTF-8",
)
TOO_LARGE = Refusal(
    Code.TOO_LARGE,
    "内容超过允许的大小",
    "the body is larger than allowed",
    "分批发送",
    "send it in smaller batches",
)
NOT_FOUND = Refusal(
    Code.NOT_FOUND,
    "没有这个地址",
    "there is nothing at this address",
    "地址见 /<服务>/openapi.json",
    "the addresses are in /<service>/openapi.json",
)
METHOD = Refusal(
    Code.MALFORMED,
    "此地址不支持这种方法",
    "this address does not take this method",
    "方法见 /<服务>/openapi.json",
    "the methods are in /<service>/openapi.json",
)
KEY_REUSED = Refusal(
    Code.IDEMPOTENCY_KEY_REUSED,
    "同一幂等键已用于另一份内容",
    "this idempotency key was used for another body",
    "重发原内容，或换用新的幂等键",
    "repeat the first body, or use a new key",
)
TRY_LATER = Refusal(
    Code.CONCURRENT_CHANGE,
    "同一对象正被他人频繁修改",
    "the same record is being changed by others",
    "稍后以同一幂等键重试",
    "try again with the same key",
)
UNAVAILABLE = Refusal(
    Code.UNAVAILABLE,
    "数据库暂时不可用，未收到确认的命令可以安全重试",
    "the database is not available at the moment; an unconfirmed command can be repeated safely",
    "稍后以同一幂等键重试",
    "try again later with the same idempotency key",
)
UNAUTHENTICATED = Refusal(
    Code.UNAUTHENTICATED,
    "没有有效的登录凭证",
    "there is no valid bearer token",
    "登录后在 Authorization 请求头中带上凭证",
    "log in and send the token in the Authorization header",
)
NOT_YET_VISIBLE = Refusal(
    Code.NOT_YET_VISIBLE,
    "所要求的事实尚未进入视图",
    "what you asked to see first has not reached the view",
    "稍后重试，或去掉 at_least",
    "try again, or leave out at_least",
)
