"""Whose outcome hangs on a reading of the measures: one parameter is varied at a time (`domain.md` 2.0, "Safety net").

Only listed values are tried. A line over the whole city is drawn from the other counties as far as they have come.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from services.assessment.fold.civil import Cut
from services.assessment.fold.days import ABSENT
from services.assessment.fold.fold import Rules
from services.assessment.fold.frozen_line import Line, settle_alone
from services.assessment.fold.outcome import EXCELLENT, NOT_ASSESSED_HERE, Judged
from services.assessment.fold.quota import area_of, candidate_of, give, settle, settle_one, ties_of
from services.assessment.fold.reading import Fact, Person, Reader
from services.assessment.replay.lenses import Judge, judge_of
from services.assessment.rules import rules
from services.assessment.said import CITY
from services.assessment.year.judgements import Judgements, copy_of, sight
from services.assessment.year.known import Elsewhere, Reading, Sensitive

CITY_WIDE = ("quota.scope", "city")
"""The one reading for which a county's own people are not enough."""
_NO_OUTCOME = frozenset({"checkin.multi_village", "shortfall.review"})
"""Parameters that only change what is flagged or reviewed."""
_ONLY_THE_LIST = "quota."
REFERRED = "shortfall_review_referred"


def sensitive_people(
    reader: Reader, judge: Judge, judgements: Judgements, county: str, elsewhere: Elsewhere
) -> tuple[Sensitive, ...]:
    """Everybody of the county whose outcome differs under another listed value, by person; pure, and slow at first."""
    year, p, seen = judge.frame.year, judge.rules.parameters, sight(judge)
    people = [(name, reader.people[name]) for name in sorted(reader.people)]
    alone = [judgements.of(seen, (who,), person, partial(judge, who, person)) for who, person in people]
    ties = [fact for fact in sorted(reader.common) if fact.name == "TieResolved"]

    def outcomes(people: list[Judged], p: Mapping[str, Any]) -> dict[str, str]:
        copies = [copy_of(one) for one in people]
        if p["quota.scope"] == "city":
            _settle_in_city([one for one in copies if one.county == county], elsewhere, ties, year, p)
        else:
            settle(copies, ties, year, p)
        return {one.year.person: one.outcome if one.county == county else NOT_ASSESSED_HERE for one in copies}

    base = outcomes(alone, p)
    ours = {one.year.person for one in alone if one.county == county}
    settled = rulings_in_force(reader, year)
    found: dict[str, list[Reading]] = {}
    for name, value in alternatives(p):
        changed = Rules({**p, name: value}, judge.rules.calendars)
        other = partial(_otherwise, name, judge_of(reader, changed, year, judge.cut), p["quota.scope"])
        read = [
            judgements.of(seen, (who, name, str(value)), person, partial(other, before, who, person))
            for before, (who, person) in zip(alone, people, strict=True)
        ]
        if not name.startswith(_ONLY_THE_LIST) and not any(read):
            continue
        again = [differing or before for before, differing in zip(alone, read, strict=True)]
        for person, outcome in outcomes(again, changed.parameters).items():
            if person in ours and outcome != base[person]:
                found.setdefault(person, []).append(Reading(name, value, outcome, settled.get(name)))
    return tuple(Sensitive(person, base[person], tuple(found[person])) for person in sorted(found))


def _otherwise(parameter: str, judge: Judge, scope: str, before: Judged, name: str, person: Person) -> Judged | None:
    """The person judged by another value of a parameter; None where that makes no difference to the outcomes."""
    if not _may_matter(before, parameter):
        return None
    judged = judge(name, person)
    return None if _standing(judged, scope) == _standing(before, scope) else judged


def _standing(judged: Judged, scope: str) -> tuple[Any, ...]:
    """All that the outcomes of a county are settled by, as far as it lies with one person."""
    candidate = candidate_of(judged) if judged.outcome == EXCELLENT else None
    area = area_of(judged, scope) if judged.listed and judged.county is not None else None
    return judged.listed, judged.county, judged.outcome, candidate, area


def _settle_in_city(
    people: list[Judged], elsewhere: Elsewhere, ties: list[Fact], year: int, p: Mapping[str, Any]
) -> None:
    """The county's people on one line with everybody else of the city (A59)."""
    listed = [judged for judged in people if judged.listed]
    own = [candidate_of(judged) for judged in listed if judged.outcome == EXCELLENT]
    objects = len(listed) + elsewhere.objects
    places = give([*own, *elsewhere.candidates], objects, ties_of(ties, year, CITY), p)
    for judged in listed:
        settle_one(judged, places, objects)


def sensitive_alone(
    person: str, reader: Reader, folding: Rules, year: int, cut: Cut, line: Line
) -> tuple[Sensitive, ...]:
    """The same for one person whose county's year is closed: everybody else is frozen, so the quota is no reading."""
    facts = reader.people.get(person, Person())

    def judged(used: Rules) -> Judged:
        found = judge_of(reader, used, year, cut)(person, facts)
        settle_alone(found, line, used.parameters, first=False)
        return found

    base = judged(folding)
    settled = rulings_in_force(reader, year)
    found = []
    for name, value in alternatives(folding.parameters):
        if not name.startswith(_ONLY_THE_LIST) and _may_matter(base, name):
            outcome = judged(Rules({**folding.parameters, name: value}, folding.calendars)).outcome
            if outcome != base.outcome:
                found.append(Reading(name, value, outcome, settled.get(name)))
    return (Sensitive(person, base.outcome, tuple(found)),) if found else ()


def referred(reader: Reader, judge: Judge) -> tuple[str, ...]:
    """People whose shortfall was referred to the interpreters and not reviewed again since (A17)."""
    asked = [name for name, one in reader.people.items() if any(f.name == "ShortfallReviewed" for f in one.facts)]
    return tuple(name for name in sorted(asked) if REFERRED in judge(name, reader.people[name]).flags)


def alternatives(current: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every other listed value of every parameter that is open to interpretation and that the fold reads."""
    for name, parameter in rules.load().parameters.items():
        if not parameter.fold or parameter.by == "t" or name in _NO_OUTCOME:
            continue
        for option in parameter.listed():
            if option != current[name]:
                yield name, option


def rulings_in_force(reader: Reader, year: int) -> dict[str, str]:
    """Parameter -> the ruling that settles it for the year."""
    issued = [fact for fact in sorted(reader.common) if fact.name == "InterpretationIssued"]
    last_day = date(year, 12, 31)
    in_force = [fact for fact in issued if date.fromisoformat(fact.data["valid_from"]) <= last_day]
    return {_whole(str(fact.data["parameter"])): str(fact.data["ruling"]) for fact in in_force}


def _whole(name: str) -> str:
    """The parameter of which `name` is a member (`half_year.rule.days`), or which it is."""
    return name if name in rules.load().parameters else name.rpartition(".")[0]


def _may_matter(judged: Judged, name: str) -> bool:
    """Whether a parameter can change anything for this person; where nothing is said here, it can."""
    if name.startswith(_ONLY_THE_LIST):
        return False
    y, m = judged.year, judged.year.measures
    record, facts = y.record, {fact.name for fact in y.facts}
    corrected = bool(record.corrected)  # a day may have been corrected to any status
    matters = {
        "rules.assess_at": bool(y.parameters["rules.earlier_values"]),
        "transition.2016": m.frame.transition,
        "transition.2016_grounds": m.frame.transition,
        "half_year.rule": m.posted_days < m.window.end - m.window.start + 1,
        "partial_year.mode": m.posted_days < m.window.end - m.window.start + 1,
        "assess.min_half_year": not m.half_year,
        "onpost.travel_counts": corrected or bool(record.travel),
        "onpost.training_counts": corrected or bool(record.training),
        "spotcheck.wins": bool(record.spot_absent),
        "secondment.day": corrected or bool(record.secondments),
        "move.grade_owner": len(m.postings) > 1,
        "leave.resets_run": (corrected or bool(record.leaves)) and ABSENT in m.days.codes,
        "conflict.leave_checkin": bool(record.leaves),
        "longleave.no_grade": corrected or bool(record.leaves),
        "forced.year_by": bool(facts & {"ReplacementDecided", "MemberReplaced"}),
        "d1.year_by": "DisciplinarySanctionRecorded" in facts,
        "fs.assess": "first_secretary" in judged.flags,
    }
    if name.startswith(("absence.", "overstay.")):
        return ABSENT in m.days.codes
    return matters.get(name, True)
