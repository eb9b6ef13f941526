"""`zhucun assess`: the same fold on a file of event lines. No server, no database, no network, no clock.

    assess(Path("events.jsonl"), 2017, settings=["absence.basis=calendar"])  ->  JSON-ready dict

Lines come in any order and twice or not; they are laid aside person by person in files without names, and so is what
comes out, so that memory grows neither with the events nor with the people.

Errors are FoldError and RulesError with one clear sentence; the command line turns them into exit code 2.
"""

import json
import marshal
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from contracts import disclosure
from contracts.places import load_divisions
from services.assessment.fold.civil import cut_at
from services.assessment.fold.findings import FoldError
from services.assessment.fold.fold import Rules, canonical_bytes, fold_read
from services.assessment.fold.one_by_one import OneByOne
from services.assessment.fold.reading import Fact, Person, Reader
from services.assessment.replay.collection import no_collection
from services.assessment.replay.filed import Filed
from services.assessment.replay.lines import LineError, whole_lines
from services.assessment.replay.shelf import Shelf
from services.assessment.rules import rules
from services.assessment.rules.explain import explain_person

EXIT_MALFORMED = 2
_PAGE_BYTES = 1 << 18
_MEASURE = "CountyMeasureAdopted"
_EVENTS_AT_ONCE, _PEOPLE_AT_ONCE = 1 << 13, 32
"""Of people with a year of check-ins each: about as much memory, some five megabytes."""


def assess(events: Path, year: int, **options: Any) -> dict[str, Any]:
    """All of :func:`assessed`, in memory."""
    with assessed(events, year, **options) as found:
        return {**found, "persons": dict(found["persons"])}


@contextmanager
def assessed(
    events: Path,
    year: int,
    *,
    county: str | None = None,
    as_of: str | None = None,
    settings: Sequence[str] = (),
    disclosures: Path | None = None,
    full_evidence: bool = False,
) -> Iterator[dict[str, Any]]:
    """Fold the events in a file (`-`: standard input) for one year.

    as_of: instant, or date meaning the end of that Beijing day; without it the year counts as over.
    settings: `parameter=value` texts.  disclosures: see :func:`read_disclosures`; without one a finding that needs a
    hidden value is undetermined. `rules.own` in the result names the rules of counties that have measures of their own.
    `persons` is a mapping in the order of names that reads each from a file when asked for it. Raises FoldError
    (LineError with the line number) or RulesError.
    """
    _check_county(county)
    overrides = rules.load().parse_set(settings)
    texts, erased = read_disclosures(disclosures) if disclosures is not None else ({}, frozenset[str]())
    cut = cut_at(as_of, erased=erased)
    with closing(_Persons()) as persons:
        with (
            no_collection(),
            Shelf(texts, at_once=_EVENTS_AT_ONCE, block=_PEOPLE_AT_ONCE, cut=cut) as shelf,
            _opened(events) as file,
        ):
            count = shelf.read(whole_lines(file, _PAGE_BYTES))
            common = [*{fact.id: fact for fact in shelf.common()}.values()]
            by = _rules_by_county(year, overrides, common, county)
            folding = partial(OneByOne, common=common, year=year, cut=cut, full_evidence=full_evidence)
            counties = _one_by_one(shelf.people(), by, folding, persons)
        applied = {code: describe(told) for code, told in by.items()}
        said = applied.pop(county)
        if applied:
            said["own"] = applied
        basis = None if cut.basis is None else dict(cut.basis)
        head = {"year": year, "as_of": cut.recorded, "basis": basis, "lines": count, "rules": said}
        yield {**head, "persons": persons, "counties": counties}


def _check_county(county: str | None) -> None:
    """Raises FoldError for what is no code: people of a county that is spelt otherwise would be nobody."""
    if county is None or re.fullmatch(r"[0-9]{6}", county):
        return
    codes = sorted({one.code for one in load_divisions() if one.name == county})
    hint = f"，{county}为 {'、'.join(codes)}" if codes else "，如 530113"
    raise FoldError(f"县写六位代码{hint} / a county is written as its six-digit code, not {county!r}")


class _Persons(Mapping[str, dict[str, Any]]):
    """Name -> somebody's year as JSON, in the order of names; each is read from a file when it is asked for."""

    def __init__(self) -> None:
        self._filed = Filed()
        self._numbers: dict[str, tuple[int, int]] = {}
        """Name -> rank and number."""

    def put(self, rank: int, name: str, shown: dict[str, Any]) -> None:
        """Of what is put of one person, that of the highest rank stands."""
        if name not in self._numbers or rank >= self._numbers[name][0]:
            self._numbers[name] = rank, len(self._filed)
            self._filed.append(marshal.dumps(shown))

    def __getitem__(self, name: str) -> dict[str, Any]:
        _, number = self._numbers[name]
        shown: dict[str, Any] = marshal.loads(self._filed[number])  # noqa: S302  written by the method above
        return shown

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._numbers))

    def __len__(self) -> int:
        return len(self._numbers)

    def close(self) -> None:
        """The file is gone."""
        self._filed.close()


def _rules_by_county(
    year: int, overrides: Mapping[str, Any], common: Sequence[Fact], county: str | None
) -> dict[str | None, Rules]:
    """County -> its rules; for everybody that of None, which comes first, before those with measures of their own."""
    own = [] if county is not None else sorted({fact.data["county"] for fact in common if fact.name == _MEASURE})
    return {code: rules.fold_rules(year, overrides, common, code) for code in (county, *own)}


def _one_by_one(
    people: Iterable[tuple[str, Person]],
    by: Mapping[str | None, Rules],
    folding: Callable[..., OneByOne],
    persons: _Persons,
) -> dict[str, Any]:
    """Puts everybody's year, one person after the other, and returns the counties.

    The people of a county that has measures of its own (Art. 23) are those that it has by its own.
    """
    with ExitStack() as files:
        packed = {code: files.enter_context(closing(Filed())) for code in by}
        folds = {code: folding(told, packed=packed[code]) for code, told in by.items()}
        for name, person in people:
            for rank, (code, fold) in enumerate(folds.items()):
                shown = _added(fold, name, person)
                if shown is not None and code in (None, shown["county"]):
                    persons.put(rank, name, shown)
        counties: dict[str, Any] = {}
        for rank, (code, fold) in enumerate(folds.items()):
            for name, shown, _ in fold.rest():
                if code in (None, shown["county"]):
                    persons.put(rank, name, shown)
            counties |= {name: value for name, value in fold.counties.items() if code in (None, name)}
    return counties


def _added(fold: OneByOne, name: str, person: Person) -> dict[str, Any] | None:
    """As `OneByOne.add`; raises FoldError too for facts that have not the form of their type."""
    try:
        return fold.add(name, person)
    except (LookupError, TypeError, AttributeError) as error:
        raise FoldError(
            f"{name}: 有事件缺少内容或格式不符 / an event has a member missing or of a wrong form ({error})"
        ) from error


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
    with assessed(events, year, full_evidence=True, **options) as result:
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
    try:
        content = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise FoldError(f"{path}: not UTF-8") from error
    for number, raw in enumerate(content.splitlines(), start=1):
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
