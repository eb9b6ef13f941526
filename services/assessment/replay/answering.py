"""The fold of this release, asked by a later one: `python -m … JOB` prints what it makes of a job, as plain JSON.

    {"do": "county", "year", "county", "moment", "erased", "deferred", "parameters", "calendars", "texts", "events"}
        ->  {"objects": n, "persons": {person: {"content", "shown"}}}
    {"do": "person", "person", "year", "recorded", "now", "erased", "parameters", "calendars", "digests", "known"}
        ->  {"lenses": {"then-then", "now-then"}, "again"}

`events`: path of event lines below the basis; `known`: path of lines `[index, leaf, event]`, opened. The form is
frozen: every release is asked in it. Imports the standard library only, for it travels with the fold.
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from services.assessment.fold import determination
from services.assessment.fold.civil import cut_at
from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import Rules, fold_read
from services.assessment.fold.reading import Reader
from services.assessment.replay.lenses import Case, Known, as_json, facts_now, facts_then, worked_out
from services.assessment.replay.opening import open_event


def answer(job: Mapping[str, Any]) -> dict[str, Any]:
    """What the fold makes of a job; raises FoldError, LookupError, ValueError."""
    used = Rules(job["parameters"], job["calendars"])
    erased = frozenset(job["erased"])
    return _county(job, used, erased) if job["do"] == "county" else _person(job, used, erased)


def _county(job: Mapping[str, Any], used: Rules, erased: frozenset[str]) -> dict[str, Any]:
    cut = replace(cut_at(job["moment"], erased=erased), recorded=None)
    reader = Reader(cut)
    reader.read(open_event(event, job["texts"]) for event in _lines(job["events"]))
    shown = fold_read(
        reader, used, year=job["year"], cut=cut, county=job["county"], deferred=frozenset(job["deferred"])
    )
    persons = {
        name: {"content": determination.content(person), "shown": person} for name, person in shown["persons"].items()
    }
    return {"objects": sum(person["listed"] for person in shown["persons"].values()), "persons": persons}


def _person(job: Mapping[str, Any], used: Rules, erased: frozenset[str]) -> dict[str, Any]:
    known = [Known(event, index, leaf) for index, leaf, event in _lines(job["known"])]
    recorded = next(one for one in known if one.event["id"] == job["recorded"])
    case = Case(job["person"], job["year"], known, recorded)
    cut = replace(cut_at(case.data["moment"], case.basis, erased), recorded=None)
    now = replace(cut_at(job["now"], erased=erased), recorded=None)
    then, today = facts_then(case, cut), facts_now(case, now)
    seen = {"then-then": then, "now-then": today}
    lenses = {lens: as_json(facts.settled(facts.judge(used), waits=then.waits)) for lens, facts in seen.items()}
    return {"lenses": lenses, "again": worked_out(case, lenses["then-then"], used, cut, job["digests"])}


def _lines(path: str) -> Iterator[Any]:
    with Path(path).open("rb") as file:
        for line in file:
            if not line.isspace():
                yield json.loads(line)


def main(arguments: Sequence[str]) -> int:
    """Print the answer to the job in a file; code 2 and a sentence when it cannot be answered."""
    try:
        print(json.dumps(answer(json.loads(Path(arguments[0]).read_bytes())), ensure_ascii=True))
    except (FoldError, LookupError, TypeError, ValueError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
