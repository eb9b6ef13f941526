"""Whether a worked case says only what is understood: a word that nothing reads would make a case that cannot fail.

problems({"id": "X", "title": "t", "year": 2017, "given": {...}, "expect": {"outcom": "称职"}})  ->  one sentence
"""

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from services.assessment.cases.sentences import STATUSES
from services.assessment.cases.steps import FIELDS
from services.assessment.fold.findings import MET, NEEDS_DETERMINATION, NOT_APPLICABLE, NOT_MET, OPEN_OUTCOMES
from services.assessment.fold.outcome import COMPETENT, EXCELLENT, INCOMPETENT, NO_GRADE
from services.assessment.rules.explain import FLAGS, RESULTS
from services.assessment.rules.rules import clauses

MOST_NAMED = 40
"""Possible words that a sentence names; of clauses there are more."""
_DAYS = "days recorded"
GIVEN: Mapping[str, tuple[str, ...]] = {
    name: tuple(words.split())
    for name, words in {
        "posted": "days village team source ended_by decided recorded end_recorded",
        "present": "days recorded times village record backfilled",
        "no_record": "",
        "check_in_voided": _DAYS, "found_absent": _DAYS, "found_present": _DAYS, "found_excused": _DAYS,
        "travel": "days recorded last_day", "training": _DAYS, "seconded": _DAYS,
        "leave": "days kind recorded extended_to extended_on shortened_to shortened_on returned closed_on withdrawn_on"
                 " overstay_noticed approved_only_by granted_by visibility",
        "absence_recorded": _DAYS, "justified": _DAYS, "justification_rejected": _DAYS,
        "corrected": "days status recorded", "rest_day_recorded": "",
        "sanction": "decided recorded visibility", "severe_impact": "found recorded",
        "investigation": "opened closed result", "replacement_decided": "kind decided recorded",
        "grade": "year grade score county proposed reviewed", "shortfall_reviewed": "year outcome",
    }.items()
}  # fmt: skip
"""Everything that a case may give about a person, and what each entry may say."""
COMMON = {
    "ties_resolved": ("year", "chosen", "county", "recorded"),
    "villages": ("village", "mode"),
    "rulings": ("parameter", "value", "valid_from", "recorded"),
}
READING = ("why", "parameters", "as_of", "year", "expect")
OF_A_PERSON = (
    "outcome", "grounds", "posted_days", "on_post_days", "leave_days", "absences", "longest_run", "runs",
    "crossing_date", "carry_in_run", "carry_out_run", "half_year", "listed", "county", "days", "counts", "flags",
    "no_flags", "findings", "values",
)  # fmt: skip
OF_A_COUNTY = ("objects", "undetermined", "quota")
_OF_A_QUOTA = ("objects", "maximum", "excellent", "waiting_tie")
_FOUND = (MET, NOT_MET, NEEDS_DETERMINATION, NOT_APPLICABLE, *OPEN_OUTCOMES)
_OUTCOMES = (EXCELLENT, COMPETENT, "基本称职", INCOMPETENT, NO_GRADE, *RESULTS)
_GROUNDS = ("D1", "D2", "D3", "D4", "D5")


def problems(case: Mapping[str, Any]) -> list[str]:
    """Everything in a case that is not understood, a sentence each; what the days and numbers say is read later."""
    found = [*_whole("year", case["year"])]
    article = str(case.get("article", "15"))
    if article not in clauses() and not any(name.startswith(f"{article}.") for name in clauses()):
        found.append(_no_such("article", article, clauses()))
    for name in COMMON:
        for entry in case[name] if isinstance(case.get(name), list) else [case.get(name)]:
            found += [] if entry is None else _known(name, entry, COMMON[name])
    people: Any = {"": case["given"]} if "given" in case else case.get("people", {})
    if case.keys() & {"given", "people"}:
        found += _given(people)
    if found:
        return found
    for number, reading in enumerate([case, *_list("readings", case, found)]):
        where = f"readings {number}: " if number else ""
        if number:
            found += [where + line for line in (*_known("", reading, READING), *_whole("year", reading.get("year", 1)))]
        if isinstance(reading, Mapping) and "expect" in reading and not (reading is case and _asks_elsewhere(case)):
            found += [where + line for line in _expect(reading["expect"], people)]
    for number, step in enumerate(_list("steps", case, found), start=1):
        found += [f"第{number}步 / step {number}: {line}" for line in _known("", step, FIELDS)]
    return found


def _asks_elsewhere(case: Mapping[str, Any]) -> bool:
    """Whether a case that itself expects nothing says in its readings or its steps what must come out."""
    return case["expect"] == {} and bool(case.keys() & {"readings", "steps"})


def _given(people: Any) -> Iterator[str]:
    if not isinstance(people, Mapping) or not people:
        yield _table("people", people)
        return
    for label, given in people.items():
        name = f"given {label}" if label else "given"
        if not isinstance(given, Mapping):
            yield _table(name, given)
            continue
        for key in given:
            if key not in GIVEN:
                yield f"{name}: {_no_such('given', key, GIVEN)}"
            elif GIVEN[key]:
                for entry in given[key] if isinstance(given[key], list) else [given[key]]:
                    if isinstance(entry, Mapping):
                        yield from (f"{name}: {key}: {line}" for line in _known("", entry, GIVEN[key]))


def _expect(expect: Any, people: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(expect, Mapping) or not expect:
        yield _table("expect", expect)
        return
    wanted = {name: value for name, value in expect.items() if name != "refused"}
    if "" in people:
        yield from _of_a_person("", wanted)
        return
    yield from _known("expect", wanted, ("people", "counties"))
    for label, one in _tables("people", wanted):
        if label not in people:
            yield _no_such("expect people", label, people)
        else:
            yield from _of_a_person(label, one)
    for code, one in _tables("counties", wanted):
        yield from _known(f"counties {code}", one, OF_A_COUNTY)
        if isinstance(one, Mapping) and "quota" in one:
            yield from _known(f"counties {code} quota", one["quota"], _OF_A_QUOTA)


def _of_a_person(label: str, one: Any) -> Iterator[str]:
    where = f"expect {label}".rstrip()
    yield from _known(where, one, OF_A_PERSON)
    if not isinstance(one, Mapping):
        return
    named: tuple[tuple[str, Collection[Any], Collection[str]], ...] = (
        ("outcome", [one["outcome"]] if "outcome" in one else (), _OUTCOMES),
        ("grounds", one.get("grounds") or (), _GROUNDS),
        ("flags", one.get("flags") or (), FLAGS),
        ("no_flags", one.get("no_flags") or (), FLAGS),
        ("counts", one.get("counts") or (), STATUSES),
        ("days", [day for day in (one.get("days") or {}).values() if day is not None], STATUSES),
        ("findings", one.get("findings") or (), clauses()),
        ("findings", (one.get("findings") or {}).values(), _FOUND),
        ("values", one.get("values") or (), clauses()),
    )
    for key, said, possible in named:
        yield from (f"{where}: {_no_such(key, word, possible)}" for word in said if word not in possible)


def _tables(name: str, wanted: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    found = wanted.get(name)
    yield from found.items() if isinstance(found, Mapping) else ()


def _list(name: str, case: Mapping[str, Any], found: list[str]) -> list[Any]:
    value = case.get(name) or []
    if isinstance(value, list):
        return value
    found.append(f"{name} 应写作若干条 / is written as a list, not {value!r}")
    return []


def _known(name: str, value: Any, possible: Collection[str]) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield _table(name or "此条 this", value)
        return
    before = f"{name}: " if name else ""
    yield from (before + _no_such("", key, possible) for key in value if key not in possible)


def _whole(name: str, value: Any) -> Iterator[str]:
    if type(value) is not int:
        yield f"{name} 应写作数字 / is a number without quotation marks, not {value!r}"


def _table(name: str, value: Any) -> str:
    return f"{name} 应写作“项: 值” / must say something, as a table of names and values; it is {value!r}"


def _no_such(name: str, word: Any, possible: Collection[str]) -> str:
    before = f"{name}: " if name else ""
    near = difflib.get_close_matches(str(word), possible, n=2, cutoff=0.5)
    hint = f"；是否指 / did you mean {' / '.join(near)}?" if near else f"；有 / there are {'、'.join(possible)}"
    return f"{before}没有“{word}” / there is no {word!r}{hint if near or len(possible) < MOST_NAMED else ''}"
