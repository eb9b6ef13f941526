"""Whether what a case expects is understood, and whether it expects anything at all."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from services.assessment.cases.sentences import STATUSES
from services.assessment.cases.unread import known, needless, no_such, something
from services.assessment.cases.written import place
from services.assessment.fold.findings import MET, NEEDS_DETERMINATION, NOT_APPLICABLE, NOT_MET, OPEN_OUTCOMES
from services.assessment.fold.outcome import COMPETENT, EXCELLENT, INCOMPETENT, NO_GRADE
from services.assessment.rules.explain import FLAGS, RESULTS
from services.assessment.rules.rules import clauses

OF_A_PERSON = (
    "outcome", "grounds", "posted_days", "on_post_days", "leave_days", "absences", "longest_run", "runs",
    "crossing_date", "carry_in_run", "carry_out_run", "half_year", "listed", "county", "days", "counts", "flags",
    "no_flags", "findings", "values",
)  # fmt: skip
_OF_A_COUNTY = ("objects", "undetermined", "quota")
_OF_A_QUOTA = ("objects", "maximum", "excellent", "waiting_tie")
_LISTS = ("grounds", "runs", "flags", "no_flags")
_ONE_BY_ONE = ("flags", "no_flags", "findings", "values", "days", "counts")
"""What is compared one by one: of none of them, nothing is compared."""
_FOUND = (MET, NOT_MET, NEEDS_DETERMINATION, NOT_APPLICABLE, *OPEN_OUTCOMES)
_OUTCOMES = (EXCELLENT, COMPETENT, "基本称职", INCOMPETENT, NO_GRADE, *RESULTS)
_GROUNDS = ("D1", "D2", "D3", "D4", "D5")


def expected(expect: Any, people: Mapping[str, Any]) -> Iterator[str]:
    """What is not understood under `expect` of a case or a reading, a sentence each."""
    yield from something("expect", expect)
    if not isinstance(expect, Mapping):
        return
    wanted = {name: value for name, value in expect.items() if name != "refused"}
    if "refused" in expect:
        why = "应当拒绝的，没有结果可比 / what is to be refused has no result"
        yield from needless("expect", expect, set(wanted), why)
    elif "" in people:
        yield from of_a_person("expect", expect)
    else:
        yield from _of_several(expect, people)


def _of_several(expect: Mapping[str, Any], people: Mapping[str, Any]) -> Iterator[str]:
    yield from known("expect", expect, ("people", "counties"))
    for name in ("people", "counties"):
        if name in expect:
            yield from something(f"expect {name}", expect[name])
    for label, one in _tables("people", expect):
        if label in people:
            yield from of_a_person(f"expect {label}", one)
        else:
            yield no_such("expect people", label, people) + place(expect["people"], label)
    for code, one in _tables("counties", expect):
        yield from (*something(f"counties {code}", one), *known(f"counties {code}", one, _OF_A_COUNTY))
        if isinstance(one, Mapping) and "quota" in one:
            name = f"counties {code} quota"
            yield from (*something(name, one["quota"]), *known(name, one["quota"], _OF_A_QUOTA))


def of_a_person(where: str, one: Any) -> Iterator[str]:
    """What is not understood of what is expected of one person."""
    yield from something(where, one)
    if not isinstance(one, Mapping):
        return
    yield from known(where, one, OF_A_PERSON)
    for key in _ONE_BY_ONE:
        if key in one and one[key] in ([], {}, None):
            yield f"{where}: {key} 没有写要比较什么 / {key} says nothing to compare{place(one, key)}"
    skipped = [key for key in _LISTS if key in one and not isinstance(one[key], list)]
    yield from (f"{where}: {key} 应写作 [{one[key]}] / is written as a list{place(one, key)}" for key in skipped)
    for key in ("findings", "values"):
        bare = [name for name in one.get(key) or () if isinstance(name, float)]
        yield from (f'{where}: {key}: 条款应加引号，如 "{name}" / in quotation marks{place(one, key)}' for name in bare)
        skipped += [key] if bare else []
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
        if key in skipped:
            continue
        yield from (
            f"{where}: {no_such(key, word, possible)}{place(one, key)}" for word in said if word not in possible
        )


def _tables(name: str, wanted: Mapping[str, Any]) -> Iterator[tuple[Any, Any]]:
    found = wanted.get(name)
    yield from found.items() if isinstance(found, Mapping) else ()
