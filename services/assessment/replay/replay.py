"""Replay of one determination: what was known and in force then, what is now, and what made the difference.

    replay(known, "P101703", 2017, now="2018-06-01")  ->  JSON-ready dict;  `services/assessment/README.md` has its form

Pure: `known` is everything that the logs hold of the person, the county's year, the rules and the roles of those who
acted; `now` is an instant, never a clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from services.assessment.fold import determination
from services.assessment.fold.civil import Cut, cut_at, iso
from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import Rules
from services.assessment.fold.outcome import EXCELLENT, Judged
from services.assessment.releases import Archive
from services.assessment.replay.collection import no_collection
from services.assessment.replay.contested import disputes
from services.assessment.replay.deciders import Decider, by_release, changes, decider_of
from services.assessment.replay.flips import flips
from services.assessment.replay.flips_common import Common
from services.assessment.replay.later import became_known
from services.assessment.replay.lenses import (
    FINALISED,
    PERSON_KINDS,
    Case,
    Facts,
    Known,
    as_json,
    compared,
    differences,
    facts_now,
    facts_then,
    judged_four,
    standing,
    unclear,
    worked_out,
)
from services.assessment.replay.offline import describe
from services.assessment.replay.violations import violations
from services.assessment.rules import rules
from services.assessment.year.sensitive import sensitive_alone

MOST_SINGLES, MOST_PAIRS = 1_000, 3_000
PARAMETERS_RECORDED = "zhucun.assessment.ParametersRecorded.v1"


class NoDetermination(FoldError):
    """There is none of that person, year and version."""


def case_of(known: Sequence[Known], person: str, year: int, version: int | None = None) -> Case:
    """The case of one determination, by default the latest; raises NoDetermination."""
    mine = [
        one
        for one in known
        if one.event["type"] == FINALISED
        and one.event["data"]["person"] == person
        and one.event["data"]["year"] == year
    ]
    found = [one for one in mine if version in (None, one.event["data"]["determination"])]
    if not found:
        number = "" if version is None else f" 第{version}次 / version {version}"
        raise NoDetermination(f"{person} {year} 没有认定{number} / there is no determination of {person} for {year}")
    return Case(person, year, known, max(found, key=lambda one: one.event["data"]["determination"]))


@no_collection()
def replay(
    known: Sequence[Known],
    person: str,
    year: int,
    *,
    now: str,
    version: int | None = None,
    settings: Sequence[str] = (),
    erased: frozenset[str] = frozenset(),
    search: bool = True,
    archive: Archive | None = None,
) -> dict[str, Any]:
    """The whole replay of one determination. `settings`: `parameter=value` for the rules of now; `search`: look for
    the smallest sets of facts that change the outcome. Raises NoDetermination, FoldError, RulesError.

    The rules of then are applied by the program that decided, out of the archive of releases if it is not this one;
    `code` says which that was and what today's program would say otherwise of the same facts and rules.
    """
    case = case_of(known, person, year, version)
    cut_then = replace(cut_at(case.data["moment"], case.basis, erased), recorded=None)
    cut_now = replace(cut_at(now, erased=erased), recorded=None)
    then, today = facts_then(case, cut_then), facts_now(case, cut_now)
    rules_then, rules_now = _rules_then(then), _rules_now(today, cut_now, settings)
    judged = judged_four(then, today, rules_then, rules_now, supposed=bool(settings))
    lenses = {lens: as_json(one) for lens, one in judged.items()}
    decider = decider_of(case.data, archive)
    again = worked_out(case, lenses["then-then"], rules_then, cut_then, decider.digests)
    code = decider.told()
    if decider.release is not None:
        by_today = determination.content(lenses["then-then"])
        earlier, again = by_release(decider, case, now, rules_then, erased)
        lenses |= earlier
        code["changes"] = changes(again, by_today)
    elif not decider.kept:
        code["changes"] = changes(case.data, again)
    code |= _added(rules_then, decider)
    differs = compared(case.data, again)
    found: dict[str, Any] = {
        **{name: case.data[name] for name in ("person", "year", "county", "determination")},
        "event": case.recorded.event["id"],
        "decided": {name: case.data[name] for name in ("moment", "outcome", "basis")},
        "now": now,
        "reproduced": not differs,
        "differs": differs,
        "undetermined": unclear(case.data, again),
        "code": code,
        "lenses": {lens: {"standing": standing(shown, case), "result": shown} for lens, shown in lenses.items()},
        "rules": {"then": describe(rules_then), "now": describe(rules_now)},
        "differences": _attributed(differences(lenses), code, rules_then == rules_now),
        "became_known": became_known(case, int(cut_then.moment or 0)),
        "disputes": disputes(case, erased),
        "quota": _quota(then, today, rules_then, judged),
        "not_varied": _not_varied(rules_then, rules_now),
        "violations": violations(known, [one for one in known if _concerns(case, one)]),
    }
    if search:
        shared = _common(then, today, rules_then, cut_then)
        found["flips"] = flips(then, today, rules_then, most_singles=MOST_SINGLES, most_pairs=MOST_PAIRS, common=shared)
    return found


def _common(then: Facts, today: Facts, used: Rules, cut: Cut) -> Common | None:
    """What the county has in common, to be tried too; None where the rules of then do not follow from the record."""
    case = then.case
    if isinstance(used.parameters, rules.Recorded) or then.line is None:
        return None
    hanging = sensitive_alone(case.person, then.reader, used, case.year, cut, then.line)
    return Common(
        then,
        today,
        used,
        lambda facts: rules.fold_rules(case.year, None, facts, case.data["county"]),
        frozenset(reading.parameter for one in hanging for reading in one.readings),
    )


def _added(rules_then: Rules, decider: Decider) -> dict[str, list[str]]:
    """Parameters that there were not yet and that today's program took as committed."""
    asked = rules_then.parameters
    return {"parameters_added": asked.added()} if isinstance(asked, rules.Recorded) and not decider.is_this else {}


def _attributed(found: list[dict[str, Any]], code: Mapping[str, Any], same_rules: bool) -> list[dict[str, Any]]:
    """What the lenses put down to the rules is the program's doing where the rules themselves are the same."""
    by_code = {one["article"] for one in code.get("changes", ())}
    for one in found:
        if same_rules and one["because"] == "rules" and one["article"] in by_code:
            one["because"] = "code"
    return found


def _concerns(case: Case, one: Known) -> bool:
    """Whether an event is one that the determination hangs on or that follows from it: of the person, the county's
    year, the rules; praise of that year that names the person, and what bars or prefers in promotion."""
    kind, subject, *rest = one.event["stream"].split("/")
    match kind:
        case "rules":
            return True
        case "county":
            return bool(one.event["stream"] == f"county/{case.data['county']}/{case.year}")
        case "calendar":
            return bool(subject == str(case.year))
        case "award" | "circular":
            data = one.event["data"]
            named = case.person in (data.get("person"), *data.get("persons", ()))
            return bool(named and rest == [str(case.year)])
        case _:
            return kind in (*PERSON_KINDS, "bar") and bool(subject == case.person)


def _rules_then(then: Facts) -> Rules:
    """The rules in force then: worked out from what was on record; if they are not those of the determination, the
    parameters that were recorded under its digest, if the log has them.
    """
    case, wanted = then.case, then.case.data["parameters_digest"]
    found = rules.fold_rules(case.year, None, then.reader.common, case.data["county"])
    if rules.parameters_digest(found.parameters) == wanted:
        return found
    recorded = [
        one.event["data"]["parameters"]
        for one in case.known
        if one.event["type"] == PARAMETERS_RECORDED and one.event["data"]["digest"] == wanted
    ]
    return Rules(rules.Recorded(recorded[0], found.parameters), found.calendars) if recorded else found


def _rules_now(today: Facts, cut: Cut, settings: Sequence[str]) -> Rules:
    """The rules in force on the day of the question, with what was set for it."""
    overrides = rules.load().parse_set(settings)
    on = date.fromisoformat(iso(cut.last_day(date.max.toordinal())))
    return rules.fold_rules(today.case.year, overrides, today.reader.common, today.case.data["county"], on)


def _not_varied(rules_then: Rules, rules_now: Rules) -> list[str]:
    """Parameters that differ now and that one person's replay cannot apply: another scope of the quota needs the files
    of everybody in it, and the frozen line has those of one scope alone. The lenses keep to the line as it was drawn.
    """
    return [name for name in ("quota.scope",) if rules_then.parameters[name] != rules_now.parameters[name]]


def _quota(then: Facts, today: Facts, used: Rules, judged: Mapping[str, Judged]) -> dict[str, Any]:
    """The line of the quota then, and what the case does to it now; nobody else's result moves (A62)."""
    p, person = used.parameters, then.case.person
    judged_then, judged_now = judged["then-then"], judged["now-then"]
    assert then.line is not None and today.line is not None, (
        "what is replayed from the logs has the county's whole year"
    )
    line, line_now = then.line.of(judged_then), today.line.of(judged_now)
    given = set(line.first(judged_then, p).excellent) if then.first else line.holders(p)
    maximum = line.frozen(judged_then, p).maximum
    scores = {candidate.person: candidate.score for candidate in line.candidates}
    holders = line_now.holders(p)
    return {
        "objects": line.objects,
        "maximum": maximum,
        "excellent": len(given),
        "lowest_score": min((scores[one] for one in given if one in scores), default=None),
        "own_score": judged_then.score,
        "own_place": judged_then.outcome == EXCELLENT,
        "now": {
            "holders": len(holders),
            "head_room": max(maximum - len(line_now.taken(p, person)), 0),
            "would_hold": judged_now.outcome == EXCELLENT,
            "listed": judged_now.listed,
        },
    }
