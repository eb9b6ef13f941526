"""What differed in a worked case, as a sentence that an official can read: Chinese first, English second."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from services.assessment.rules.explain import FLAGS, OUTCOMES, RESULTS

WORDS = {
    "outcome": ("结果", "outcome"),
    "grounds": ("第十五条情形", "grounds of Art. 15"),
    "posted_days": ("派驻天数", "days posted"),
    "on_post_days": ("在岗天数", "days on post"),
    "leave_days": ("请假天数", "days of leave"),
    "absences": ("离岗天数", "days of absence"),
    "longest_run": ("最长连续离岗", "longest run of absence"),
    "runs": ("各段连续离岗的天数", "runs of absence"),
    "crossing_date": ("连续离岗超过限额之日", "day on which a run exceeds the limit"),
    "carry_in_run": ("上年转入的连续离岗", "run carried in from the year before"),
    "carry_out_run": ("转入下年的连续离岗", "run carried over into the next year"),
    "half_year": ("是否满半年", "half a year"),
    "listed": ("是否列入考核对象名单", "on the list"),
    "county": ("考核的县", "county that grades"),
    "objects": ("考核对象", "people on the list"),
    "quota": ("优秀名额", "places for 优秀"),
    "undetermined": ("无法判定的人员", "people undetermined"),
}
STATUSES = {
    "ONPOST": "在岗", "TRAVEL": "因公出差", "TRAINING": "培训", "SECONDED": "被抽调", "LEAVE": "请假", "REST": "休息",
    "EXCUSED": "有正当理由", "ABSENT": "离岗", "PENDING": "待定",
}  # fmt: skip


def sentences(key: str, wanted: Any, actual: Any) -> Iterator[str]:
    """One sentence for every single thing under `key` that is not as expected."""
    match key:
        case "flags":
            for flag in wanted:
                if flag not in actual:
                    yield f"应标注“{FLAGS.get(flag, flag)}”，没有标注 / the flag {flag} is missing"
        case "no_flags":
            for flag in wanted:
                if flag not in actual:
                    yield f"不应标注“{FLAGS.get(flag, flag)}”，却标注了 / the flag {flag} should not be there"
        case "days":
            for day, status in wanted.items():
                if actual.get(day) != status:
                    said = _status(status), _status(actual.get(day))
                    yield _sentence((f"{day} 的状态", f"status of {day}"), *said)
        case "counts":
            for status, count in wanted.items():
                if actual.get(status) != count:
                    words = f"{STATUSES.get(status, status)}的天数", f"days {status}"
                    yield _sentence(words, count, actual.get(status))
        case "findings":
            for article, outcome in wanted.items():
                if actual.get(article) != outcome:
                    found = actual.get(article)
                    words = f"第{article.partition('.')[0]}条（{article}）的认定", f"finding of {article}"
                    yield _sentence(words, OUTCOMES.get(outcome, outcome), OUTCOMES.get(found))
        case "values":
            for article, values in wanted.items():
                for name, value in values.items():
                    if actual[article].get(name) != value:
                        words = f"第{article.partition('.')[0]}条（{article}）的 {name} ", f"{name} of {article}"
                        yield _sentence(words, value, actual[article].get(name))
        case "quota":
            for name, value in wanted.items():
                if actual.get(name) != value:
                    yield _sentence((f"优秀名额的 {name} ", f"{name} of the quota"), value, actual.get(name))
        case _:
            yield _sentence(WORDS.get(key, (key, key)), wanted, actual)


def sentences_of(error: ValidationError) -> Iterator[str]:
    """What a fact or a command does not take, one sentence for each member."""
    for one in error.errors():
        name = ".".join(map(str, one["loc"])) or "with"
        if one["type"] == "missing":
            yield f"缺少 {name} / {name} is missing"
        else:
            yield f"{name} 不能写作 {one['input']!r} / {name}: {one['msg']}"


def _sentence(words: tuple[str, str], wanted: Any, actual: Any) -> str:
    zh, en = words
    expected, got = (_word(value, NOTHING, YES_NO) for value in (wanted, actual))
    said, found = (_word(value, "none", ("yes", "no")) for value in (wanted, actual))
    return f"{zh}应为 {expected}，实为 {got} / {en}: expected {said}, got {found}"


NOTHING, YES_NO = "没有", ("是", "否")


def _status(status: Any) -> Any:
    return None if status is None else f"{STATUSES.get(status, status)} {status}"


def _word(value: Any, nothing: str, yes_no: tuple[str, str]) -> str:
    match value:
        case None:
            return nothing
        case bool():
            return yes_no[0] if value else yes_no[1]
        case str():
            return RESULTS.get(value, value)
        case list():
            return "、".join(_word(item, nothing, yes_no) for item in value) or nothing
        case Mapping():
            return json.dumps(value, ensure_ascii=False)
        case _:
            return str(value)
