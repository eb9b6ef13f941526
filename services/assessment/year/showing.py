"""The fold's outcome in the form that decisions take. Pure."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from contracts.assessment import FindingRecorded, StreamManifest
from services.assessment.fold import determination
from services.assessment.fold.civil import Cut
from services.assessment.fold.determination import Head
from services.assessment.fold.fold import EVERYTHING, Rules
from services.assessment.fold.frozen_line import settle_alone
from services.assessment.fold.outcome import Judged
from services.assessment.fold.quota import area_of, settle
from services.assessment.fold.reading import Person, Reader
from services.assessment.replay.lenses import as_json, judge_of, line_of_county
from services.assessment.rules import rules
from services.assessment.year.judgements import Judgements, copy_of, sight
from services.assessment.year.known import (
    ALONE,
    Attendance,
    Digests,
    Elsewhere,
    GroundShown,
    PersonShown,
    YearShown,
)
from services.assessment.year.sensitive import referred, sensitive_alone, sensitive_people
from services.ledger.material import Piece

QUOTA = "12.6"


def show(
    county: str,
    year: int,
    pieces: Sequence[Piece],
    events: Sequence[Mapping[str, Any]],
    cut: Cut,
    *,
    sensitive: bool = False,
    elsewhere: Elsewhere = ALONE,
) -> YearShown:
    """The year of these events; see :func:`show_read`. Pure."""
    reader = Reader(cut)
    reader.read(events)
    return show_read(county, year, reader, heads_of(pieces), cut, sensitive=sensitive, elsewhere=elsewhere)


def show_read(
    county: str,
    year: int,
    reader: Reader,
    heads: Iterable[Head],
    cut: Cut,
    *,
    sensitive: bool = False,
    elsewhere: Elsewhere = ALONE,
    judgements: Judgements | None = None,
) -> YearShown:
    """Fold what was read and put the result in the form that decisions take. Slow for a large county at first.

    With `sensitive` people whose outcome hangs on a reading are looked for; those who wait for a ruling are deferred.
    `elsewhere`: the other counties, for the reading of a line over the whole city. `judgements` holds what was found
    in these facts before, and takes what is found now.
    """
    folding = rules.fold_rules(year, common=reader.common, county=county)
    judge, judgements = judge_of(reader, folding, year, cut), judgements or Judgements()
    hanging = sensitive_people(reader, judge, judgements, county, elsewhere) if sensitive else ()
    waiting = referred(reader, judge) if sensitive else ()
    deferred = frozenset(one.person for one in hanging if one.waits) | frozenset(waiting)
    seen = sight(judge)
    people = [
        copy_of(judgements.of(seen, (who,), person, partial(judge, who, person)))
        for who, person in sorted(reader.people.items())
    ]
    ties = [fact for fact in sorted(reader.common) if fact.name == "TieResolved"]
    of_county = settle(people, ties, year, folding.parameters, deferred).get(county, {"quota": {}})
    quota = of_county["quota"]
    by_subject: dict[str, list[Head]] = {}
    for head in heads:
        by_subject.setdefault(head.stream.split("/")[1], []).append(head)
    show_one = _Shown(reader, judgements, seen, county, year, by_subject)
    return YearShown(
        over=judge.frame.over,
        persons={judged.year.person: show_one(judged) for judged in people if judged.county == county},
        objects=quota.get("objects", 0),
        maximum=quota.get("maximum", 0),
        excellent=tuple(quota.get("excellent", ())),
        waiting_tie=tuple(quota.get("waiting_tie", ())),
        basis=(),
        digests=digests_of(folding, year, cut),
        parameters=folding.parameters,
        sensitive=hanging,
        referred=waiting,
        elsewhere=elsewhere,
        groups=tuple((g["area"], g["objects"], tuple(g["candidates"])) for g in of_county.get("groups", ())),
    )


@dataclass(frozen=True, slots=True)
class _Shown:
    """Shows people after the places are settled; worked out again where settling or the facts give something else."""

    reader: Reader
    judgements: Judgements
    seen: Hashable
    county: str
    year: int
    heads: Mapping[str, Sequence[Head]]

    def __call__(self, judged: Judged) -> PersonShown:
        person = judged.year.person
        places = tuple(str(finding.as_json()) for finding in judged.findings if finding.article == QUOTA)
        settled = judged.outcome, judged.score, frozenset(judged.flags), places
        work = partial(self._worked_out, judged)
        value, shown = self.judgements.of(self.seen, (person, self.county, settled), self.reader.people[person], work)
        heads = heads_for(person, value, self.county, self.heads)
        return replace(shown, manifest=_manifest(heads, person, value, self.county, self.year))

    def _worked_out(self, judged: Judged) -> tuple[dict[str, Any], PersonShown]:
        value = as_json(judged)
        return {"postings": value["postings"]}, shown_person(judged.year.person, self.county, self.year, value, ())


def show_again(
    person: str, county: str, year: int, pieces: Sequence[Piece], events: Sequence[Mapping[str, Any]], cut: Cut
) -> YearShown:
    """One person's final year judged again on the facts of now, everybody else's place frozen (A62). Pure.

    Raises LookupError when the county's year was never closed.
    """
    reader = Reader(cut)
    reader.read(events)
    folding = rules.fold_rules(year, common=reader.common, county=county)
    line = line_of_county(events, reader, county, year)
    judge = judge_of(reader, folding, year, cut)
    judged = judge(person, reader.people.get(person, Person()))
    settle_alone(judged, line, folding.parameters, first=False)
    heads = heads_of(pieces)
    return YearShown(
        over=cut.year_is_over(year, folding.parameters["absence.sync_horizon_h"]),
        persons={person: shown_person(person, county, year, as_json(judged), heads)},
        objects=line.objects,
        maximum=line.of(judged).frozen(judged, folding.parameters).maximum,
        excellent=tuple(sorted(line.holders(folding.parameters))),
        waiting_tie=(),
        basis=(),
        digests=digests_of(folding, year, cut),
        parameters=folding.parameters,
        sensitive=sensitive_alone(person, reader, folding, year, cut, line),
        referred=referred(reader, judge),
        areas={person: area_of(judged, line.scope)} if line.groups and judged.listed else {},
    )


def digests_of(folding: Rules, year: int, cut: Cut = EVERYTHING) -> Digests:
    """The exact rules of a fold of that year."""
    return Digests(
        text=rules.text_digest(),
        rules=rules.rules_digest(),
        parameters=rules.parameters_digest(folding.parameters),
        calendars=determination.calendars_digest(folding.calendars, year, cut),
        fold=rules.fold_digest(),
    )


def shown_person(person: str, county: str, year: int, value: Mapping[str, Any], heads: Iterable[Head]) -> PersonShown:
    """One person of the fold's output in the form that decisions take."""
    met = [finding for finding in value["findings"] if finding["outcome"] == "met"]
    said = determination.content(value)
    villages = [posting["village"] for posting in value["postings"] if posting["village"].startswith(county)]
    return PersonShown(
        person=person,
        village=villages[-1] if villages else None,
        listed=value["listed"],
        outcome=said["outcome"],
        score=said.get("score"),
        candidate=any(finding["article"] == QUOTA for finding in value["findings"]),
        attendance=Attendance(
            on_post=value["on_post_days"],
            leave_days=value["leave_days"],
            absences=value["absences"],
            days=determination.digest(value["days"]),
        ),
        grounds=tuple(
            GroundShown(finding["ground"], finding["article"], tuple(dict.fromkeys(finding["evidence"])))
            for finding in met
            if finding.get("ground") in value["grounds"]
        ),
        findings=tuple(FindingRecorded(**finding) for finding in said["findings"]),
        flags=tuple(value["flags"]),
        inputs=said["inputs"],
        manifest=_manifest(heads, person, value, county, year),
    )


def _manifest(
    heads: Iterable[Head], person: str, value: Mapping[str, Any], county: str, year: int
) -> tuple[StreamManifest, ...]:
    return tuple(
        StreamManifest(origin=head.origin, stream=head.stream, version=head.version, head=head.leaf)
        for head in determination.manifest(heads, person, value, county, year)
    )


def heads_of(pieces: Sequence[Piece]) -> list[Head]:
    """Every stream that was folded, with its last version and the leaf of that."""
    last: dict[tuple[str, str], Piece] = {}
    for piece in pieces:
        key = (piece.origin, piece.stream)
        if key not in last or last[key].version < piece.version:
            last[key] = piece
    return [Head(origin, stream, piece.version, piece.leaf.hex()) for (origin, stream), piece in sorted(last.items())]


def heads_for(
    person: str, value: Mapping[str, Any], county: str, heads: Mapping[str, Sequence[Head]]
) -> Iterable[Head]:
    """The streams that may bear on one person, out of those of a whole county."""
    for subject in {person, county, rules.DEFAULT, *(posting["village"] for posting in value["postings"])}:
        yield from heads.get(subject, ())
