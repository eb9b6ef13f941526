"""Problem documents say what is wrong, by which article, and what to do."""

import json

from contracts.refusals import Code, Refusal
from services.runtime import problems

OVERSPEND = Refusal(Code.OVERSPEND, "余额不足", "the balance does not cover it", "减少金额", "lower the amount", "19.1")


def test_a_refusal_becomes_a_problem_document_chinese_first() -> None:
    status, body = problems.problem(OVERSPEND, instance="/finance/commands/disburse", correlation="c-1")
    assert status == 409
    assert json.loads(body) == {
        "type": "urn:zhucun:problem:OVERSPEND",
        "title": "与已记录的事实或办法不符",
        "status": 409,
        "detail": "余额不足",
        "detail_en": "the balance does not cover it",
        "instance": "/finance/commands/disburse",
        "code": "OVERSPEND",
        "article": "19.1",
        "remedy": "减少金额",
        "remedy_en": "lower the amount",
        "correlation": "c-1",
    }


def test_a_code_that_a_urn_may_not_hold_is_percent_encoded() -> None:
    assert problems.problem_type(Code.SIZE) == "urn:zhucun:problem:SIZE%3C6"


def test_every_code_has_a_status_and_a_title() -> None:
    assert all(problems.status_of(code) in problems.TITLES for code in Code)


def test_what_the_caller_sent_is_not_repeated_in_the_field_errors() -> None:
    errors = [{"loc": ("body", "person"), "type": "string_pattern", "msg": "no match", "input": "张三 530113..."}]
    assert problems.field_errors(errors) == [{"field": "person", "reason": "string_pattern", "message": "no match"}]
