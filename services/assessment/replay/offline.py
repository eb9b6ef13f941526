"""`zhucun assess`: the same fold on a file of event lines. No server, no database, no network, no clock.

    assess(Path("events.jsonl"), 2017, settings=["absence.basis=calendar"])  ->  JSON-ready dict

Errors are FoldError and RulesError with one clear sentence; the command line turns them into exit code 2.
"""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from contracts import disclosure
from contracts.places import load_divisions
from services.assessment.fold.civil import Cut, cut_at
from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import Rules, canonical_bytes, fold_read
from services.assessment.fold.one_by_one import OneByOne
from services.assessment.fold.reading import Reader
from services.assessment.replay.collection import no_collection
from services.assessment.replay.lines import LineError, read_pages
from services.assessment.rules import rules
from services.assessment.rules.explain import explain_person

EXIT_MALFORMED = 2
_PAGE_BYTES = 1 << 18
_MEASURE = "CountyMeasureAdopted"


def assess(
    events: Path,
    year: int,
    *,
    county: str | None = None,
    as_of: str | None = None,
    settings: Sequence[str] = (),
    disclosures: Path | None = None,
    full_evidence: bool = False,
) -> dict[str, Any]:
    """Fold the events in a file (`-`: standard input) for one year.

    as_of: instant, or date meaning the end of that Beijing day; without it the year counts as over.
    settings: `parameter=value` texts.  disclosures: see :func:`read_disclosures`; without one a finding that needs a
    hidden value is undetermined. `rules.own` in the result names the rules of counties that have measures of their own.
    Raises FoldError (LineError with the line number) or RulesError.
    """
    _check_county(county)
    overrides = rules.load().parse_set(settings)
    texts, erased = read_disclosures(disclosures) if disclosures is not None else ({}, frozenset[str]())
    cut = cut_at(as_of, erased=erased)
    reader = Reader(cut)
    with _opened(events) as file, no_collection():
        count = read_pages(_pages_of(file), reader, texts)
        used = rules.fold_rules(year, overrides, reader.common, county)
        own = [] if county is not None else sorted({f.data["county"] for f in reader.common if f.name == _MEASURE})
        by = {county: used} | {code: rules.fold_rules(year, overrides, reader.common, code) for code in own}
        found = _one_by_one(reader, by, year, cut, full_evidence=full_evidence)
    basis = None if cut.basis is None else dict(cut.basis)
    applied = describe(used)
    if own:
        applied["own"] = {code: describe(by[code]) for code in own}
    return {"year": year, "as_of": cut.recorded, "basis": basis, **found, "lines": count, "rules": applied}


def _check_county(county: str | None) -> None:
    """Raises FoldError for what is no code: people of a county that is spelt otherwise would be nobody."""
    if county is None or re.fullmatch(r"[0-9]{6}", county):
        return
    codes = sorted({one.code for one in load_divisions() if one.name == county})
    hint = f"，{county}为 {'、'.join(codes)}" if codes else "，如 530113"
    raise FoldError(f"县写六位代码{hint} / a county is written as its six-digit code, not {county!r}")


def _one_by_one(
    reader: Reader, by: Mapping[str | None, Rules], year: int, cut: Cut, *, full_evidence: bool
) -> dict[str, Any]:
    """Everybody folded and let go, one person after the other: what was read is gone as results come.

    `by`: county -> its rules; None, which comes first, for everybody. The people of a county that has measures of its
    own (Art. 23) are those that it has by its own.
    """
    folds = {
        code: OneByOne(used, reader.common, year=year, cut=cut, full_evidence=full_evidence)
        for code, used in by.items()
    }
    persons: dict[str | None, dict[str, Any]] = {code: {} for code in folds}
    for name in sorted(reader.people):
        person = reader.people.pop(name)
        for code, fold in folds.items():
            shown = fold.add(name, person)
            if shown is not None and code in (None, shown["county"]):
                persons[code][name] = shown
    counties: dict[str, Any] = {}
    for code, fold in folds.items():
        late = ((name, shown) for name, shown, _ in fold.rest())
        persons[code] |= {name: shown for name, shown in late if code in (None, shown["county"])}
        counties |= {name: value for name, value in fold.counties.items() if code in (None, name)}
    everybody = {name: shown for of_code in persons.values() for name, shown in of_code.items()}
    return {"persons": dict(sorted(everybody.items())), "counties": counties}


def pieces(result: Mapping[str, Any]) -> Iterator[bytes]:
    """The canonical bytes of :func:`assess`, person by person: those of a city at once are as large as its results."""
    for number, key in enumerate(sorted(result)):
        yield (b"," if number else b"{") + canonical_bytes(key) + b":"
        if key != "persons":
            yield canonical_bytes(result[key])
            continue
        for place, name in enumerate(sorted(result[key])):
            yield (b"," if place else b"{") + canonical_bytes(name) + b":" + canonical_bytes(result[key][name])
        yield b"}" if result[key] else b"{}"
    yield b"}"


def describe(used: Rules) -> dict[str, Any]:
    """Which rules were applied: rule set, digests, and every parameter that differs from the default."""
    ruleset = rules.load()
    default = {name: parameter.values[-1][1] for name, parameter in ruleset.parameters.items()}
    return {
        "ruleset": ruleset.ruleset,
        "legal_basis": list(ruleset.legal_basis),
        "rules_digest": rules.rules_digest(),
        "parameters_digest": rules.parameters_digest(used.parameters),
        "fold_digest": rules.fold_digest(),
        "changed": {name: value for name, value in used.parameters.items() if value != default[name]},
    }


def explain(events: Path, person: str, year: int, **options: Any) -> str:
    """What `zhucun explain` prints, from a file of events. Options as in :func:`assess`."""
    result = assess(events, year, full_evidence=True, **options)
    found = result["persons"].get(person)
    if found is None:
        raise FoldError(f"没有 {person} 的记录 / the events say nothing of {person}")
    applied = result["rules"].get("own", {}).get(found["county"], result["rules"])
    parameters = {**rules.fold_rules(year).parameters, **applied["changed"]}
    return explain_person(person, year, found, parameters)


def explain_events(
    events: Iterable[Mapping[str, Any]],
    *,
    person: str,
    year: int,
    as_of: datetime | str | None = None,
    settings: Sequence[str] = (),
) -> dict[str, Any]:
    """One person's year from parsed and opened events: the fold's JSON of that person, with `text` for people."""
    overrides = rules.load().parse_set(settings)
    cut = cut_at(as_of.isoformat() if isinstance(as_of, datetime) else as_of)
    reader = Reader(cut)
    reader.read(events)
    used = rules.fold_rules(year, overrides, reader.common)
    result = fold_read(reader, used, year=year, cut=cut, full_evidence=True)
    found = result["persons"].get(person)
    own = used if found is None else rules.fold_rules(year, overrides, reader.common, found["county"])
    if own != used:
        used = own
        found = fold_read(reader, used, year=year, cut=cut, full_evidence=True)["persons"].get(person)
    if found is None:
        raise FoldError(f"没有 {person} 的记录 / the events say nothing of {person}")
    text = explain_person(person, year, found, used.parameters)
    return {
        "person": person,
        "year": year,
        "as_of": cut.recorded,
        "text": text,
        "result": found,
        "rules": describe(used),
    }


def read_disclosures(path: Path) -> tuple[dict[str, str], frozenset[str]]:
    """Digest -> disclosure text, and the digests that were erased.

    One per line: the disclosure text itself, or JSON `{"text": …}`, or `{"digest": …, "text": null}` for an erased one.
    """
    texts: dict[str, str] = {}
    erased: set[str] = set()
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line:
            continue
        try:
            entry: Any = json.loads(line) if line[0] in '{"' else line
            text = entry.get("text") if isinstance(entry, dict) else entry
            if text is None:
                erased.add(str(entry["digest"]))
                continue
            disclosure.read(text)
            texts[disclosure.digest_of(text)] = text
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LineError(number, f"{path.name}: not a disclosure") from error
    return texts, frozenset(erased)


def _pages_of(file: BinaryIO) -> Iterator[bytes]:
    """Whole lines, about a page of them at a time."""
    while block := file.read(_PAGE_BYTES):
        yield block + file.readline()


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    try:
        file: BinaryIO = path.open("rb")
    except OSError as error:
        raise FoldError(f"{path}: {error.strerror}") from error
    with file:
        yield file


def summary(result: Mapping[str, Any]) -> str:
    """One line per person, for a reader without `--json`."""
    head = f"{'人员':<12}{'县':<8}{'在岗':>5}{'离岗':>5}{'最长':>5}  {'情形':<10}结果"
    rows = [
        f"{name:<14}{person['county'] or '-':<9}{person['on_post_days']:>5}{person['absences']:>7}"
        f"{person['longest_run']:>7}  {' '.join(person['grounds']) or '-':<12}{person['outcome']}"
        for name, person in result["persons"].items()
    ]
    places = [
        f"{code}: 考核总数 {county['quota']['objects']}，优秀至多 {county['quota']['maximum']}，"
        f"现 {len(county['quota']['excellent'])}，待定同分 {len(county['quota']['waiting_tie'])}"
        for code, county in result["counties"].items()
    ]
    return "\n".join([f"{result['year']} 年度", head, *(rows or ["没有人员 / nobody"]), *places])
