"""Parameters on a day: as committed, as ruled, as a county adopted, and what they were before (Art. 23, A89)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from services.assessment.fold.reading import Fact
from services.runtime.in_force import weaker

if TYPE_CHECKING:
    from services.assessment.rules.rules import RuleSet

EARLIER = "rules.earlier_values"
"""The parameter that says what others were before: worked out, never set by anybody."""


def parameters_of(
    rules: "RuleSet",
    day: date,
    facts: Sequence[Fact],
    county: str | None = None,
    overrides: Mapping[str, Any] | None = None,
    year: int | None = None,
) -> dict[str, Any]:
    """Every parameter on `day`, and what those that concern a single day were before.

    `facts`: may hold rulings and county measures; a county's hold for its own people alone. What is set for a question
    (`overrides`) is asked for every day, and so is what was changed after `year` (that of `day` without it): rules of a
    later day are asked for the year as if it had ended under them. Raises RulesError.
    """
    ended = day if year is None else min(day, date(year, 12, 31))
    changed = dict(overrides or {})
    if EARLIER in rules.parameters:  # an earlier release's rule set may not have it
        changed = {EARLIER: _earlier(rules, ended, facts, county, changed), **changed}
    return rules.parameters_at(day, changed, _changes(rules, day, facts, county))


def _changes(rules: "RuleSet", day: date, facts: Sequence[Fact], county: str | None) -> dict[str, Any]:
    """What rulings and the county's own measures have made of parameters by `day`."""
    ruled = rules.rulings_at(day, facts)
    return {**ruled, **_measures(rules, day, facts, county, ruled)}


def _measures(
    rules: "RuleSet", day: date, common: Iterable[Fact], county: str | None, ruled: Mapping[str, Any]
) -> dict[str, Any]:
    """What a county's own measures have changed by `day` (Art. 23): the latest in force for each parameter.

    One that is less strict than a ruling in force does not count (A88): `ruled` is name -> value of those.
    """
    adopted = [f for f in common if f.name == "CountyMeasureAdopted" and f.data["county"] == county]
    in_force = [fact for fact in adopted if date.fromisoformat(fact.data["valid_from"]) <= day]
    found: dict[str, Any] = {}
    for fact in sorted(in_force, key=lambda fact: (fact.data["valid_from"], fact[:5])):
        parameter = rules.parameter(fact.data["parameter"])
        found[parameter.name] = parameter.check(fact.data["value"])
    return {
        name: value
        for name, value in found.items()
        if not weaker(value, ruled.get(name, rules.parameter(name).at(day)), rules.parameter(name).stricter)
    }


def _earlier(
    rules: "RuleSet", day: date, facts: Sequence[Fact], county: str | None, overrides: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Parameter, last day and value of what held before what held on `day`, oldest first."""
    names = [name for name, one in rules.parameters.items() if one.by_day and name not in overrides]
    turns = {start for name in names for start, _ in rules.parameters[name].values[1:]} | {
        date.fromisoformat(fact.data["valid_from"]) for fact in facts if fact.data.get("parameter") in names
    }
    found = []
    for turn in sorted(turn for turn in turns if turn <= day):
        last = turn - timedelta(days=1)
        before, after = (rules.parameters_at(on, None, _changes(rules, on, facts, county)) for on in (last, turn))
        found += [
            {"parameter": name, "until": last.isoformat(), "value": before[name]}
            for name in names
            if before[name] != after[name]
        ]
    return found
