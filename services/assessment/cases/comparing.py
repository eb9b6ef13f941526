"""What a case expects of a person's year or of a county's list, compared with what the fold shows."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.assessment.cases.sentences import sentences

NO_VALUE = "没有这个数值 no such value"
"""Stands for a value that a finding does not have: what is expected to be nothing has to be there."""


def compare(wanted: Mapping[str, Any], shown: Mapping[str, Any]) -> list[str]:
    """Differences, a sentence each. Only what the case names is compared; see `tests/cases/README.md`."""
    found: list[str] = []
    for key, value in wanted.items():
        actual = _actual(key, value, shown)
        if actual != value:
            found += sentences(key, value, actual)
    return found


def _actual(key: str, value: Any, shown: Mapping[str, Any]) -> Any:
    match key:
        case "runs":
            return [run["length"] for run in shown["runs"]]
        case "crossing_date":
            crossings = [run["crossing_date"] for run in shown["runs"] if run["crossing_date"]]
            return crossings[0] if crossings else None
        case "flags":
            return [flag for flag in value if flag in shown["flags"]]
        case "no_flags":
            return [flag for flag in value if flag not in shown["flags"]]
        case "days":
            return {day: shown["days"].get(day) for day in value}
        case "findings":
            return {
                finding["article"]: finding["outcome"] for finding in shown["findings"] if finding["article"] in value
            }
        case "values":
            found = {finding["article"]: finding["values"] for finding in shown["findings"]}
            return {
                article: {name: found.get(article, {}).get(name, NO_VALUE) for name in value[article]}
                for article in value
            }
        case "counts":
            statuses = list(shown["days"].values())
            return {status: statuses.count(status) for status in value}
        case "quota":
            return {name: shown["quota"].get(name) for name in value}
        case _:
            return shown.get(key)


def plain(value: Any) -> Any:
    """Dates as `YYYY-MM-DD`: YAML reads them as dates, the fold writes them as text."""
    if isinstance(value, dict):
        return {plain(key): plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [plain(member) for member in value]
    return value.isoformat() if isinstance(value, date) else value
