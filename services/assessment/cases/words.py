"""Steps that a service has words of its own for (`finance/asks`): acts and questions of its field, taken at a desk.

A service offers them as one class: each public method is a word, its parameters are what a step says under `with`.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from inspect import signature
from typing import Any, Protocol

from contracts.identifiers import Role
from contracts.refusals import Refusal


class Desk(Protocol):
    """Where the acts of a case are taken, in order. `refusal`: of the last act; `facts`: recorded so far."""

    today: date
    refusal: Refusal | None
    facts: list[Any]


def has_word(desk: type[Any] | None, name: str) -> bool:
    """Whether a step of that name (`pays-board`) is one of the service's own words."""
    method = name.replace("-", "_")
    return desk is not None and not method.startswith("_") and callable(vars(desk).get(method))


def take(desk: Desk, name: str, step: Mapping[str, Any], role: Role | None) -> list[str]:
    """Take one step at the desk; what came out otherwise than written, a sentence each."""
    method = getattr(desk, name.replace("-", "_"))
    members = dict(step.get("with") or {})
    if role is not None:
        if "by" not in signature(method).parameters:
            return [f"{name} 不由人选择办理机构 / this step says itself who takes it, not {role.value}"]
        members["by"] = role.value
    desk.refusal, before = None, len(desk.facts)
    try:
        answer = method(**members)
    except (TypeError, ValueError, LookupError) as error:
        return [f"{type(error).__name__}: {error}"]
    if "expect" in step:
        return _answered(step["expect"], answer)
    if answer is not None:
        return [f"{name} 是提问，应写 expect / is a question: write what to expect; it is {answer}"]
    return _acted(step, desk, [type(fact).NAME for fact in desk.facts[before:]])


def _answered(wanted: Any, answer: Any) -> list[str]:
    if answer is None:
        return ["不是提问，没有可比的结果 / is no question: nothing to expect of it"]
    same = Decimal(str(wanted)) == answer if isinstance(answer, Decimal) else wanted == answer
    return [] if same else [f"应为 {wanted}，实为 {answer} / expected {wanted}, got {answer}"]


def _acted(step: Mapping[str, Any], desk: Desk, recorded: list[str]) -> list[str]:
    refused = step.get("refused")
    if desk.refusal is not None:
        shown = f"{desk.refusal.code.value} {desk.refusal.zh} / {desk.refusal.en}"
        if refused is None:
            return [f"应当记录，却被拒绝：{shown}"]
        if refused != desk.refusal.code.value and str(refused) not in desk.refusal.zh:
            return [f"应以 {refused} 拒绝，实为 / expected the refusal {refused}, got {shown}"]
        article = str(step.get("article", desk.refusal.article))
        if article != desk.refusal.article:
            return [f"拒绝应依据第 {article} 条，实为 / expected article {article}, got {desk.refusal.article}"]
        return []
    if refused is not None:
        return [f"应当拒绝（{refused}），却记录了 / expected a refusal ({refused}); it was recorded"]
    if "recorded" in step and recorded != step["recorded"]:
        return [f"应记录 {step['recorded']}，实记录 {recorded} / expected these facts: {step['recorded']}"]
    return []
