"""Whether a worked case says only what is understood: a word that nothing reads would make a case that cannot fail.

problems({"id": "X", "title": "t", "year": 2017, "given": {...}, "expect": {"outcom": "称职"}})  ->  one sentence
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from contracts.identifiers import Role
from services.assessment.cases.form_expected import expected
from services.assessment.cases.form_given import given
from services.assessment.cases.form_steps import steps
from services.assessment.cases.history import Service
from services.assessment.cases.script import WHO
from services.assessment.cases.unread import known, needless, no_such, no_table, something, whole
from services.assessment.cases.written import place
from services.assessment.rules.rules import RulesError, clauses, load

CASE = (
    "id", "title", "article", "year", "given", "people", "parameters", "as_of", "expect", "readings", "ties_resolved",
    "villages", "rulings", "steps", "roles",
)  # fmt: skip
COMMON = {
    "ties_resolved": ("year", "chosen", "county", "recorded"),
    "villages": ("village", "mode"),
    "rulings": ("parameter", "value", "valid_from", "recorded"),
}
READING = ("why", "parameters", "as_of", "year", "expect")
_OF_THE_FOLD = ("parameters", "as_of")


def problems(case: Mapping[str, Any], services: Mapping[str, Service]) -> list[str]:
    """Everything in a case that is not understood, a sentence each; what the days and numbers say is read later."""
    people: Any = {"": case["given"]} if "given" in case else case.get("people", {})
    found = [*whole("year", case["year"]), *_article(case)]
    if case.keys() & {"given", "people"}:
        found += given(people)
    people = people if isinstance(people, Mapping) else {}
    found += _common(case, people)
    if "expect" in case and not _asks_elsewhere(case):
        found += expected(case["expect"], people)
    for number, reading in enumerate(_list("readings", case, found), start=1):
        found += [f"readings {number}: {line}" for line in _reading(reading, people)]
    found += _changes("", case)
    if "expect" not in case and "readings" not in case:
        why = (
            "只有 expect 读这一项，步骤按各日有效的参数办理 / only expect reads it: steps go by the values of their day"
        )
        found += needless("", case, _OF_THE_FOLD, why)
    return found + list(steps(_list("steps", case, found), people, services))


def shape(case: Mapping[str, Any]) -> list[str]:
    """What makes it no case at all: it says something of people, or consists of steps about nobody's year."""
    found = list(known("", case, CASE))
    missing = {"id", "title", "year"} - set(case) or ({"expect"} if not case.keys() & {"expect", "steps"} else set())
    both, nobody = {"given", "people"} <= set(case), not case.keys() & {"given", "people"}
    if missing or both or (nobody and ("steps" not in case or "expect" in case)):
        found.append(
            "应有 id、title、year、expect，以及 given 或 people 之一 / needs id, title, year, expect and either given "
            f"or people{f'；缺 / missing {sorted(missing)}' if missing else ''}{place(case, next(iter(case), None))}"
        )
    return found


def _asks_elsewhere(case: Mapping[str, Any]) -> bool:
    """Whether a case that itself expects nothing says in its readings or its steps what must come out."""
    return case["expect"] == {} and bool(case.keys() & {"readings", "steps"})


def _reading(reading: Any, people: Mapping[str, Any]) -> Iterator[str]:
    yield from known("", reading, READING)
    if isinstance(reading, Mapping):
        yield from (*whole("year", reading.get("year", 1)), *_changes("", reading))
        yield from expected(reading.get("expect"), people)


def _article(case: Mapping[str, Any]) -> Iterator[str]:
    said = case.get("article", "15")
    article = str(said)
    if isinstance(said, float) and f"{article}0" in clauses():
        yield f"article 应加引号：{article} 与 {article}0 分不清 / needs quotation marks{place(case, 'article')}"
    elif article not in clauses() and not any(name.startswith(f"{article}.") for name in clauses()):
        yield f'{no_such("article", article, clauses())}；写作条、款，如 "15" 或 "15.3"{place(case, "article")}'


def _changes(name: str, said: Mapping[str, Any]) -> Iterator[str]:
    """Parameters that do not exist, cannot have that value, or that the fold does not read."""
    changed = said.get("parameters")
    if changed is None:
        return
    yield from something(f"{name}parameters", changed)
    for parameter, value in changed.items() if isinstance(changed, Mapping) else ():
        yield from (f"{name}parameters: {line}{place(changed, parameter)}" for line in _change(parameter, value))


def _change(parameter: Any, value: Any) -> Iterator[str]:
    try:
        load().parameter(str(parameter)).check(value)
    except RulesError as error:
        yield str(error)
        return
    if not load().parameter(str(parameter)).fold:
        yield f"{parameter} 不影响折算 / {parameter} is read by no step of the fold"


def _common(case: Mapping[str, Any], people: Mapping[str, Any]) -> Iterator[str]:
    """What a case says beside its people."""
    for name in COMMON:
        for entry in case[name] if isinstance(case.get(name), list) else [case.get(name)]:
            if entry is not None:
                yield from known(name, entry, COMMON[name])
    for tie in _tables(case.get("ties_resolved")):
        for label in tie.get("chosen") or ():
            if label not in people:
                yield no_such("ties_resolved chosen", label, people) + place(tie, "chosen")
    for ruling in _tables(case.get("rulings")):
        if "parameter" in ruling:
            try:
                load().changed(str(ruling["parameter"]), ruling.get("value"), {})
            except RulesError as error:
                yield f"rulings: {error}{place(ruling, 'parameter')}"
    roles = case.get("roles")
    if roles is not None:
        if not isinstance(roles, Mapping):
            yield no_table("roles", roles)
        for role, last in roles.items() if isinstance(roles, Mapping) else ():
            if role not in (*WHO, *Role):
                yield no_such("roles", role, WHO) + place(roles, role)
            elif not isinstance(last, date):
                yield f"roles: {role} 应写最后一日 / the last day in that role, not {last!r}{place(roles, role)}"


def _tables(value: Any) -> Iterator[Mapping[str, Any]]:
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, Mapping):
            yield entry


def _list(name: str, case: Mapping[str, Any], found: list[str]) -> list[Any]:
    value = case.get(name)
    if isinstance(value, list) and value:
        return value
    if name in case:
        found.append(f"{name} 应写作若干条 / is written as a list, not {value!r}{place(case, name)}")
    return []
