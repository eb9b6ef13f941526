"""Continuous proof: closed years folded again from the stored bytes and compared with what was decided.

    refold(Path("events.jsonl"), 2017)  ->  [CountyRefold(...), ...];  any difference is an alarm

The file is an export: per log in order from index 0. It is read twice, line by line; each county folds only what lies
below the basis of its own determinations. Raises FoldError for a file that is no export.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from contracts.proofs import leaf_hash
from services.assessment.fold import determination
from services.assessment.fold.civil import Cut, cut_at
from services.assessment.fold.determination import Head
from services.assessment.fold.fold import Rules, fold_read
from services.assessment.fold.reading import Reader
from services.assessment.releases import Archive
from services.assessment.replay.deciders import decider_of
from services.assessment.replay.earlier import COMMON_KINDS, Closed, by_release, changed, code_sentences, compare_all
from services.assessment.replay.exported import known_in, place_of
from services.assessment.replay.lenses import FINALISED, PERSON_KINDS, QUOTA_COMPUTED
from services.assessment.replay.lines import LineError, read_lines
from services.assessment.replay.offline import read_disclosures
from services.assessment.replay.replay import PARAMETERS_RECORDED, replay
from services.assessment.rules import rules

_ASSIGNED = "zhucun.personnel.TeamMemberAssigned.v1"
_WANTED = tuple(f'"type":"{name}"'.encode() for name in (FINALISED, QUOTA_COMPUTED, PARAMETERS_RECORDED, _ASSIGNED))
COUNTY_DIGITS = 6


@dataclass(slots=True)
class CountyRefold:
    """One county's closed year. `differences`: person (or None for the county), determination, and what differs.

    `undetermined`: people of whom a value was erased or is not disclosed, so that nothing can be said.
    """

    county: str
    year: int
    determinations: int = 0
    differences: list[dict[str, Any]] = field(default_factory=list)
    undetermined: list[str] = field(default_factory=list)
    code: dict[str, Any] = field(default_factory=dict)
    """Which program decided (`deciders.told`), and under `changes`, by person, what today's says otherwise."""

    @property
    def proven(self) -> bool:
        """Whether everything that could be said agrees with the record."""
        return not self.differences


@dataclass(slots=True)
class _County:
    """What is gathered of one county on the way through the file."""

    quota: Mapping[str, Any]
    finals: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)
    limits: Mapping[str, int] = field(default_factory=dict)
    reader: Reader | None = None
    heads: dict[tuple[str, str], tuple[int, bytes]] = field(default_factory=dict)

    def first(self) -> Mapping[str, Any]:
        """Any first determination: all of them were made at one moment on one basis."""
        return next(data for finals in self.finals.values() for data in finals if data["determination"] == 1)


def refold(
    events: Path,
    year: int,
    *,
    county: str | None = None,
    disclosures: Path | None = None,
    archive: Archive | None = None,
) -> list[CountyRefold]:
    """Every county whose year is closed, or one; in order of their codes. Each by the program that decided."""
    texts, erased = read_disclosures(disclosures) if disclosures is not None else ({}, frozenset[str]())
    counties, parameters = _gathered(events, year, county)
    cuts: dict[str, Cut] = {}
    for code, one in counties.items():
        data = one.first()
        cuts[code] = replace(cut_at(data["moment"], erased=erased), recorded=None)
        one.limits = {entry["origin"]: entry["size"] for entry in data["basis"]}
        one.reader = Reader(cuts[code])
    _read(events, counties, texts)
    asked = _Asked(events, year, texts, erased, archive)
    found = [_compare(code, one, cuts[code], parameters, asked) for code, one in sorted(counties.items())]
    _later_versions(asked, counties, {result.county: result for result in found})
    return found


def closed_years(events: Path) -> list[int]:
    """Every year that some county has closed."""
    mark = f'"type":"{QUOTA_COMPUTED}"'.encode()
    return sorted({int(json.loads(line)["data"]["year"]) for line in _lines(events) if mark in line})


def _gathered(events: Path, year: int, county: str | None) -> tuple[dict[str, _County], dict[str, Mapping[str, Any]]]:
    """First time through: which years were closed, who was determined how, who was ever posted where."""
    counties: dict[str, _County] = {}
    finals: list[Mapping[str, Any]] = []
    posted: dict[str, set[str]] = {}
    parameters: dict[str, Mapping[str, Any]] = {}
    for line in _lines(events):
        if not any(kind in line for kind in _WANTED):
            continue
        event = json.loads(line)
        data = event["data"]
        if event["type"] == QUOTA_COMPUTED and data["year"] == year and county in (None, data["county"]):
            counties[data["county"]] = _County(data)
        elif event["type"] == FINALISED and data["year"] == year:
            finals.append(data)
        elif event["type"] == _ASSIGNED:
            posted.setdefault(data["village"][:COUNTY_DIGITS], set()).add(data["person"])
        elif event["type"] == PARAMETERS_RECORDED:
            parameters[data["digest"]] = data["parameters"]
    for data in finals:
        if data["county"] in counties:
            counties[data["county"]].finals.setdefault(data["person"], []).append(data)
    for code, one in counties.items():
        one.people = posted.get(code, set()) | one.finals.keys()
    return counties, parameters


def _read(events: Path, counties: Mapping[str, _County], texts: Mapping[str, str]) -> None:
    """Second time through: every line below a county's basis goes to that county's reader."""
    of_person: dict[str, list[_County]] = {}
    for one in counties.values():
        for person in one.people:
            of_person.setdefault(person, []).append(one)
    sizes: dict[str, int] = {}
    for number, line in enumerate(_lines(events), start=1):
        try:
            origin, stream = place_of(line)
        except ValueError as error:
            raise LineError(number, "not an event line of an export") from error
        index = sizes[origin] = sizes.get(origin, -1) + 1
        kind, subject = stream.split("/")[:2]
        if kind in PERSON_KINDS:
            readers = of_person.get(subject, [])
        else:
            readers = list(counties.values()) if kind in COMMON_KINDS else []
        for one in readers:
            if index < one.limits.get(origin, 0) and one.reader is not None:
                read_lines([line], one.reader, texts)
                one.heads[origin, stream] = index, line


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is the same for every county of one question."""

    events: Path
    year: int
    texts: Mapping[str, str]
    erased: frozenset[str]
    archive: Archive | None


def _compare(
    code: str, one: _County, cut: Cut, parameters: Mapping[str, Mapping[str, Any]], asked: _Asked
) -> CountyRefold:
    assert one.reader is not None, "every county has read"
    first, year = one.first(), asked.year
    used = rules.fold_rules(year, None, one.reader.common, code)
    wanted = first["parameters_digest"]
    if rules.parameters_digest(used.parameters) != wanted and wanted in parameters:
        used = Rules(parameters[wanted], used.calendars)
    deferred = frozenset(one.quota["deferred"])
    shown = fold_read(one.reader, used, year=year, cut=cut, county=code, deferred=deferred)
    heads: dict[str, list[Head]] = {}
    for (origin, stream), (_, line) in one.heads.items():
        head = Head(origin, stream, int(json.loads(line)["version"]), leaf_hash(line).hex())
        heads.setdefault(stream.split("/")[1], []).append(head)
    decider = decider_of(first, asked.archive)
    digests = {
        **decider.digests,
        "parameters_digest": rules.parameters_digest(used.parameters),
        "calendars_digest": determination.calendars_digest(used.calendars, year, cut),
    }
    firsts = {p: next(f for f in finals if f["determination"] == 1) for p, finals in one.finals.items()}
    closed = Closed(code, year, firsts, one.quota["objects"], one.quota["deferred"], one.limits, one.people)
    by_today = {
        "objects": sum(person["listed"] for person in shown["persons"].values()),
        "persons": {name: {"content": determination.content(v), "shown": v} for name, v in shown["persons"].items()},
    }
    job = {"moment": first["moment"], "erased": sorted(asked.erased), "texts": dict(asked.texts)}
    job |= {"parameters": dict(used.parameters), "calendars": dict(used.calendars)}
    said = by_today if decider.release is None else by_release(closed, decider, _placed(asked.events), job)
    result = CountyRefold(code, year, len(firsts), code=decider.told())
    judged = compare_all(closed, said, lambda data, person: _rest(data, person, code, heads) | digests)
    result.differences, result.undetermined = judged
    if not decider.is_this:
        of_then = firsts if decider.release is None else {n: v["content"] for n, v in said["persons"].items()}
        result.code["changes"] = changed(of_then, by_today["persons"])
    return result


def _rest(
    data: Mapping[str, Any], shown: Mapping[str, Any] | None, county: str, heads: Mapping[str, Sequence[Head]]
) -> dict[str, Any]:
    """What a determination has besides that which the fold says of the person."""
    kept = {name: data[name] for name in ("person", "county", "year", "determination", "moment", "basis")}
    if shown is None:
        return kept
    subjects = {data["person"], county, rules.DEFAULT, *(posting["village"] for posting in shown["postings"])}
    mine = [head for subject in subjects for head in heads.get(subject, ())]
    entries = determination.manifest(mine, data["person"], shown, county, data["year"])
    manifest = [{"origin": h.origin, "stream": h.stream, "version": h.version, "head": h.leaf} for h in entries]
    return {**kept, "manifest": manifest}


def _placed(events: Path) -> Iterator[tuple[str, int, str, bytes]]:
    """Log, index, stream and bytes of every line."""
    sizes: dict[str, int] = {}
    for line in _lines(events):
        origin, stream = place_of(line)
        index = sizes[origin] = sizes.get(origin, -1) + 1
        yield origin, index, stream, line


def _later_versions(asked: _Asked, counties: Mapping[str, _County], results: Mapping[str, CountyRefold]) -> None:
    """The few results that were issued anew, each by its own basis and the program that decided it."""
    again = {
        (code, person, data["determination"])
        for code, one in counties.items()
        for person, finals in one.finals.items()
        for data in finals
        if data["determination"] > 1
    }
    if not again:
        return
    known = list(known_in(_lines(asked.events), {person for _, person, _ in again}, asked.texts))
    now = f"{asked.year + 1}-12-31"  # beside the point: only what was known and in force then is compared
    for code, person, version in sorted(again):
        found = replay(
            known, person, asked.year, now=now, version=version, erased=asked.erased, search=False,
            archive=asked.archive,
        )  # fmt: skip
        results[code].determinations += 1
        if found["undetermined"]:
            results[code].undetermined.append(person)
        elif found["differs"]:
            results[code].differences.append({"person": person, "determination": version, "differs": found["differs"]})


def _lines(events: Path) -> Iterator[bytes]:
    with events.open("rb", buffering=1 << 20) as file:
        for raw in file:
            line = raw.rstrip(b"\r\n")
            if line:
                yield line


def refold_text(results: Sequence[CountyRefold]) -> str:
    """One line per county and year, and every difference in a sentence."""
    if not results:
        return "尚无已审定的县 no county's year is closed"
    lines = []
    for one in results:
        state = "一致 agrees" if not one.differences else f"不一致 {len(one.differences)} 处 differences"
        lines.append(f"{one.county} {one.year}: 认定 determinations {one.determinations}，{state}")
        lines += code_sentences(one.code)
        if one.undetermined:
            names = "、".join(dict.fromkeys(one.undetermined))
            lines.append(f"  {names}: 内容已销毁或未披露，无法判定 undetermined: erased or not disclosed")
        for difference in one.differences:
            members = "，".join(str(member["member"]) for member in difference["differs"])
            who = difference["person"] or one.county
            lines.append(f"  {who} 第 {difference['determination'] or '-'} 次 version: {members} 与记录不同 differ")
    return "\n".join(lines)
