"""Values that changed: what concerns one day goes by what held on that day (A89). Standard library only.

`rules.earlier_values` lists, oldest first, what a parameter was up to and including a day; `p[name]` is what it has
been since. By the other reading (`rules.assess_at=year_end`) the last value holds for every day.
"""

from typing import Any

from services.assessment.fold.civil import ordinal
from services.assessment.fold.findings import Parameters


def earlier(p: Parameters, name: str) -> list[tuple[int, Any]]:
    """(last day, value) of every earlier value, oldest first; nothing where one value holds for every day."""
    if p["rules.assess_at"] != "event_date":
        return []
    return [(ordinal(one["until"]), one["value"]) for one in p["rules.earlier_values"] if one["parameter"] == name]


def on_day(p: Parameters, name: str, day: int) -> Any:
    """The value of a parameter for one day."""
    return next((value for until, value in earlier(p, name) if day <= until), p[name])
