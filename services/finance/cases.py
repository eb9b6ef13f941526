"""`zhucun cases run PATH`: worked cases of the money (Art. 17-20) that an official can write.

A case is a list of steps. A step has one word and its members; `refused` says by which code it must be refused, and a
step that asks (`left`, `board_due` …) says what must come out under `is`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from services.finance.case_desk import CaseError, fen
from services.finance.case_steps import EXPECTATIONS, Steps
from services.finance.words import yuan

_KEYS = {"id", "title", "article", "money"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case; `differences` is empty when everything came out as written."""

    case: str
    title: str
    differences: tuple[str, ...]


def run_cases(paths: Iterable[Path]) -> list[Outcome]:
    """Every case of the money in the files, or in all `*.yaml` below the folders; other cases are another's matter."""
    found = []
    for path in paths:
        for file in sorted(path.rglob("*.yaml")) if path.is_dir() else [path]:
            document = yaml.safe_load(file.read_text(encoding="utf-8"))
            cases = [case for case in document or () if isinstance(case, dict) and "money" in case]
            found += [_run(case) for case in cases]
    return found


def _run(case: Mapping[str, Any]) -> Outcome:
    name, title = str(case.get("id")), str(case.get("title"))
    if set(case) != _KEYS:
        wrong = sorted(_KEYS ^ set(case))
        return Outcome(name, title, (f"案例须有且只有 {sorted(_KEYS)} / missing or unknown: {wrong}",))
    steps, differences = Steps(), []
    for number, step in enumerate(case["money"], start=1):
        difference = _step(steps, dict(step))
        if difference is not None:
            differences.append(f"第{number}步 / step {number}: {difference}")
            break
    return Outcome(name, title, tuple(differences))


def _step(steps: Steps, step: dict[str, Any]) -> str | None:
    """What differs from what the step says, or None."""
    if set(step) == {"today"}:
        steps.today = _day(step["today"])
        return None
    word, wanted, refused = step.pop("step", None), step.pop("is", None), step.pop("refused", None)
    method = vars(Steps).get(str(word), None)
    if method is None or str(word).startswith("_"):
        return f"没有这个步骤 / there is no step {word!r}"
    steps.refusal = None
    try:
        answer = method(steps, **step)
    except (CaseError, TypeError, ValueError, KeyError, LookupError) as error:
        return f"{word}：{type(error).__name__}: {error}"
    if word in EXPECTATIONS:
        return _compared(word, answer, wanted)
    got = None if steps.refusal is None else steps.refusal.code.value
    if got == refused:
        return None
    why = f"：{steps.refusal.zh}" if steps.refusal is not None else ""
    zh = f"{word} 应为 {refused or '办理'}，实为 {got or '办理'}{why}"
    return f"{zh} / expected {refused or 'done'}, got {got or 'done'}"


def _compared(word: str, answer: Any, wanted: Any) -> str | None:
    if isinstance(answer, list):
        return None if answer == wanted else f"{word} 应为 {wanted}，实为 {answer} / expected {wanted}, got {answer}"
    if answer == fen(wanted):
        return None
    return f"{word} 应为 {wanted} 元，实为 {yuan(answer)} 元 / expected {wanted} yuan, got {yuan(answer)}"


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))
