"""The fold: a pure function of (events, rule set). No clock, no environment, no order of arrival.

    fold(events, rules, year=2017, cut=cut_at("2018-01-20"))  ->  {"persons": {...}, "counties": {...}}

Imports the standard library only, like every module it uses, so that it can travel in an evidence bundle.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from services.assessment.fold.calendars import Calendars
from services.assessment.fold.civil import FAR, Cut, iso, year_of
from services.assessment.fold.days import NAMES, record_of
from services.assessment.fold.findings import Parameters
from services.assessment.fold.measures import Frame, Measures, frame_of, measures_of, status_names
from services.assessment.fold.outcome import NOT_POSTED, Judged, judge
from services.assessment.fold.person_year import PersonYear
from services.assessment.fold.postings import main_place
from services.assessment.fold.quota import settle
from services.assessment.fold.reading import HUMAN_STEPS, Fact, Person, Reader

COUNTY_DIGITS = 6
EVERYTHING = Cut()
"""The cut that knows every event and takes every year as over."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the fold is told of the rules: canonical JSON, digested by whoever made it.

    parameters: name -> value.  calendars: year as text -> canonical form of its duty calendar.
    """

    parameters: Parameters
    calendars: Mapping[str, Mapping[str, Any]]


def fold(
    events: Iterable[Mapping[str, Any]],
    rules: Rules,
    *,
    year: int,
    cut: Cut = EVERYTHING,
    county: str | None = None,
    indexes: Mapping[str, int] | None = None,
) -> dict[str, Any]:
    """Fold parsed events into the year's findings and outcomes.

    `county` limits what is shown, not what is read. `indexes` (event id -> log index) is needed for a cut by basis.
    Raises FoldError for events or rules that cannot be folded. The result is JSON (see `services/assessment/README`).
    """
    reader = Reader(cut, indexes)
    reader.read(events)
    return fold_read(reader, rules, year=year, cut=cut, county=county)


def fold_read(
    reader: Reader,
    rules: Rules,
    *,
    year: int,
    cut: Cut,
    county: str | None = None,
    full_evidence: bool = False,
    deferred: AbstractSet[str] = frozenset(),
) -> dict[str, Any]:
    """Fold what a reader has taken; the reader may be folded again with other rules or for another year.

    `full_evidence` names the events behind a fulfilled duty too, not only those behind a ground. `deferred`: who waits
    for a ruling and gets no grade before it.
    """
    people, counties = judge_all(reader, rules, year=year, cut=cut, full_evidence=full_evidence, deferred=deferred)
    frame = frame_of(year, rules.parameters, cut)
    labels = [iso(day) for day in range(frame.first, frame.last + 1)]
    shown = [judged for judged in people if county is None or judged.county == county]
    return {
        "year": year,
        "as_of": cut.recorded,
        "basis": None if cut.basis is None else dict(cut.basis),
        "persons": {judged.year.person: person_json(judged, labels) for judged in shown},
        "counties": {code: value for code, value in counties.items() if county in (None, code)},
    }


def judge_all(
    reader: Reader,
    rules: Rules,
    *,
    year: int,
    cut: Cut,
    full_evidence: bool = False,
    deferred: AbstractSet[str] = frozenset(),
) -> tuple[list[Judged], dict[str, dict[str, Any]]]:
    """Every person judged, ordered by identifier, and the counties' lists and quotas."""
    frame = frame_of(year, rules.parameters, cut)
    calendars = Calendars(rules.calendars, cut)
    common = sorted(reader.common)
    by_reference = reference_villages(common)
    people = [
        judge_person(name, reader.people[name], frame, calendars, rules.parameters, cut, by_reference, full_evidence)
        for name in sorted(reader.people)
    ]
    ties = [fact for fact in common if fact.name == "TieResolved"]
    return people, settle(people, ties, year, rules.parameters, deferred)


def reference_villages(common: Iterable[Fact]) -> frozenset[str]:
    """Villages that are not registered as poor: the measures apply by reference (Art. 2)."""
    return frozenset(
        fact.data["village"]
        for fact in common
        if fact.name == "VillageRegistered" and fact.data["rule_mode"] == "reference"
    )


def judge_person(
    name: str,
    person: Person,
    frame: Frame,
    calendars: Calendars,
    p: Parameters,
    cut: Cut,
    reference_villages: frozenset[str] = frozenset(),
    full_evidence: bool = False,
    evidence: bool = True,
) -> Judged:
    """One person's year; the quota of the county is not yet applied. Without `evidence`, `determined_json` is whole."""
    record = record_of(person, p, cut)
    measures = measures_of(record, frame, calendars, p, cut)
    county = main_place(measures.postings, *measures.window, COUNTY_DIGITS, p)
    return judge(PersonYear(name, record, measures, p, cut, full_evidence, evidence), county, reference_villages)


def person_json(judged: Judged, labels: Sequence[str]) -> dict[str, Any]:
    """One person's year as JSON. `labels`: all dates of the year."""
    said = determined_json(judged)
    m, limit = judged.year.measures, judged.year.parameters["absence.run_limit"]
    runs = []
    for run in m.runs:
        crossing = run.crossing(limit)
        runs.append(
            {
                "start": iso(run.days[0]),
                "end": iso(run.days[-1]),
                "length": len(run.days),
                "in_year": run.within(*m.window),
                "crossing_date": None if crossing is None else iso(crossing),
                "open": run.open,
            }
        )
    return {
        "county": said["county"],
        "postings": said["postings"],
        "posted_days": m.posted_days,
        "half_year": m.half_year,
        "on_post_days": m.on_post,
        "leave_days": m.leave_days,
        "absences": m.absences,
        "longest_run": max((len(run.days) for run in m.runs), default=0),
        "runs": runs,
        "carry_in_run": m.carry_in,
        "carry_out_run": m.carry_out,
        "days": status_names(m, NAMES, labels),
        **said,
        "findings": [finding.as_json() for finding in judged.findings],
    }


def determined_json(judged: Judged) -> dict[str, Any]:
    """The part of :func:`person_json` that a determination is made of: no counts, no days, no evidence."""
    return {
        "county": judged.county,
        "postings": _postings(judged.year.measures),
        "grounds": judged.grounds,
        "findings": [finding.determined_json() for finding in judged.findings],
        "listed": judged.listed,
        "outcome": judged.outcome,
        "flags": sorted(judged.flags),
        "inputs": inputs_digest(judged.year, judged.year.measures.frame.year),
    }


def _postings(m: Measures) -> list[dict[str, Any]]:
    return [
        {
            "team": posting.team,
            "village": posting.village,
            "start": iso(posting.start),
            "end": None if posting.end == FAR else iso(posting.end),
        }
        for posting in m.postings
        if posting.start <= m.window.end and posting.end >= m.window.start
    ]


_DATES = ("date", "starts_on", "decided_on", "last_day", "found_on", "opened_on")


def inputs_digest(year: PersonYear, of: int) -> str:
    """SHA-256 over the sorted ids of the facts that can bear on the year; the officials' own steps are not in it.

    Facts about later days only are left out, so that a new year's check-ins do not unsettle last year's proposal. The
    closing of an investigation always counts, whenever it came.
    """
    last, record = year.measures.frame.last, year.record
    if record.latest <= last:
        ids = [*record.person.ids]
    else:
        ids = [event for day, event, _, _ in record.person.check_ins() if day <= last]
    last_day = f"{of}-12-31"
    ids += [fact.id for fact in year.facts if fact.name not in HUMAN_STEPS and _bears_on(fact, last_day)]
    return hashlib.sha256("\n".join(sorted(ids)).encode("ascii")).hexdigest()


def _bears_on(fact: Fact, last_day: str) -> bool:
    if fact.name == "InvestigationClosed":
        return True
    data, dated = fact.data, False
    for name in _DATES:
        if name in data:
            if str(data[name]) <= last_day:
                return True
            dated = True
    return not dated and int(fact.stream.rpartition("/")[2]) <= int(last_day[:4])


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False)


def canonical_bytes(value: Any) -> bytes:
    """The result as canonical bytes: sorted keys, no white space, UTF-8. The same on every machine."""
    return _CANONICAL.encode(value).encode("utf-8")


__all__ = ["NOT_POSTED", "Rules", "canonical_bytes", "fold", "fold_read", "judge_all", "judge_person", "year_of"]
