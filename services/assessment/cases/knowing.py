"""What a command of a worked case has to know before it is decided: the same values as over HTTP, from the history."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from contracts.refusals import Refusal
from services.assessment import refusals as no
from services.assessment.cases.history import History, States
from services.assessment.cases.script import BEIJING
from services.assessment.fold.outcome import EXCELLENT
from services.assessment.rules import gathering as rules_gathering
from services.assessment.rules.rules import fold_rules
from services.assessment.state import PersonFile
from services.assessment.year import gathering
from services.assessment.year.known import Concerned, Ended, Opening, Persons
from services.assessment.year.showing import digests_of

_YEAR = {
    "propose-grade", "propose-grades", "review-grades", "return-grades", "give-tie-opinion", "resolve-tie",
    "review-shortfall",
}  # fmt: skip
_WITH_READINGS = {"acknowledge-sensitive", "finalise-year"}
_CONCERNED = {
    "give-unit-opinion", "attach-evidence", "file-result", "raise-dispute", "order-reassessment",
    "propose-commendation", "review-dispute", "give-dispute-opinion",
}  # fmt: skip
_CASES = {
    "record-sanction", "propose-severe-impact", "record-severe-impact", "open-investigation", "close-investigation",
}  # fmt: skip


def known_of(name: str, command: Any, caller: str, history: History, states: States, now: datetime) -> Any:
    """What `gather` of the command would find, or the Refusal that it would give."""
    county, year = getattr(command, "county", ""), getattr(command, "year", 0)
    if name in _YEAR | _WITH_READINGS:
        return history.year(county, year, now, sensitive=name in _WITH_READINGS)
    if name in _CONCERNED:
        return _concerned(command, caller, history, now)
    if name in _CASES:
        return any(village.startswith(county) for _, _, village, _ in history.postings(command.person))
    found: Mapping[str, Callable[[], Any]] = {
        "adopt-rules": lambda: digests_of(fold_rules(now.year), now.year),
        "publish-calendar": lambda: gathering.calendar(command),
        "open-year": lambda: Opening(
            digests_of(fold_rules(year), year), tuple(one.person for one in history.year(county, year, now).listed)
        ),
        "decide-dispute": lambda: _again(command, history, now),
        "feed-back": lambda: Persons(tuple(_determined(history, states, county, year))),
        "file-lists": lambda: Persons(tuple(_determined(history, states, county, year))),
        "circulate-excellent": lambda: _excellent(command, history, states),
        "withdraw-circular": lambda: _excellent(command, history, states),
        "record-term-assessment": lambda: _ended(command, history),
        "propose-interpretation": lambda: rules_gathering.ruling(command),
        "adopt-county-measure": lambda: rules_gathering.county_measure(command),
    }
    return found[name]() if name in found else None


def known_elsewhere(command: Any, history: History) -> Any:
    """For a service that keeps its own: where the person is posted and whose he or she is."""
    person = getattr(command, "person", None)
    rows = list(history.postings(person)) if person else []
    return SimpleNamespace(village=rows[-1][2], unit=rows[-1][3]) if rows else None


def _concerned(command: Any, caller: str, history: History, now: datetime) -> Concerned | Refusal:
    rows = list(history.postings(command.person))
    here = [row for row in rows if row[2].startswith(command.county)]
    if not here:
        return no.NOT_POSTED_HERE if rows else no.UNKNOWN_PERSON
    today = now.astimezone(BEIJING).date()
    posted = [village for first, last, village, _ in rows if first <= today and (last is None or last >= today)]
    _, last_day, village, unit = here[-1]
    return Concerned(caller, village, unit, posted[-1] if posted else None, last_day)


def _excellent(command: Any, history: History, states: States) -> Persons:
    outcomes = _determined(history, states, command.area, command.year)
    return Persons(tuple(person for person, outcome in outcomes.items() if outcome == EXCELLENT))


def _again(command: Any, history: History, now: datetime) -> Any:
    try:
        return history.again(command.person, command.county, command.year, now)
    except LookupError:
        return no.NOT_FINAL


def _ended(command: Any, history: History) -> Ended | Refusal:
    for first, last, village, _ in history.postings(command.person):
        if last is not None and last.year == command.year and village.startswith(command.county):
            return Ended(first, last, village)
    return no.NO_POSTING_ENDED


def _determined(history: History, states: States, area: str, year: int) -> dict[str, str]:
    """Person -> outcome of the latest determination of the year in the area, by person."""
    persons = {event["data"]["person"] for event in history.events if "person" in event["data"]}
    found: dict[str, str] = {}
    for person in sorted(persons):
        file: PersonFile = states[f"assessment/{person}/*"]
        result = file.determination(year)
        if result is not None and result.county.startswith(area):
            found[person] = result.outcome
    return found
