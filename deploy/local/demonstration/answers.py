"""What an answer says, compared with what the plan expects of it."""

from collections import Counter
from typing import Any

from deploy.local.demonstration.client import Answer
from deploy.local.demonstration.steps import Step

COME_BACK = frozenset({500, 502, 503, 504})
"""Not final: not yet visible, not yet sealed, not available, or unknown; the same key gives the truth later."""
RECORDED = frozenset({200, 201, 202})


def references(answer: Answer) -> list[str]:
    """`stream:version` of every event that an accepted command recorded, in order."""
    if answer.status not in RECORDED:
        return []
    events: list[dict[str, Any]] = answer.json()["events"]
    return [f"{event['stream']}:{event['version']}" for event in events]


def disagreement(step: Step, answer: Answer) -> str | None:
    """What is not as planned, in one line; None when all is."""
    found = _code(answer)
    wanted = step.refusal.value if step.refusal else None
    where = f"{step.name} {step.service} {step.command} by {step.caller} at {step.at.isoformat()}"
    if found != wanted:
        expected, got = wanted or "recorded", found or "recorded"
        return f"{where}: expected {expected}, got {got}: {answer.body.decode(errors='replace')[:600]}"
    if wanted is not None:
        return None
    if step.repeats is not None and answer.headers.get("idempotent-replay") != "true":
        return f"{where}: a repeated command was not given its first answer"
    if step.records:
        tally = Counter(record["status"] for record in answer.json()["detail"]["records"])
        if tally != Counter(step.records):
            return f"{where}: expected {dict(step.records)}, got {dict(tally)}: {_first_problem(answer)}"
    return None


def _code(answer: Answer) -> str | None:
    """The refusal's code, None for a recorded command; anything else shows its status."""
    if answer.status in RECORDED:
        return None
    try:
        return str(answer.json().get("code", answer.status))
    except ValueError:
        return f"HTTP {answer.status}"


def _first_problem(answer: Answer) -> str:
    problems = [record for record in answer.json()["detail"]["records"] if record["status"] == "refused"]
    return str(problems[0]) if problems else ""
