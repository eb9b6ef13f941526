"""What is known of a person or a county below a sealed basis, folded: the knowledge that decisions are made on.

Reads this service's inbox and own log; asks the source's feed for the few sensitive values the fold needs. What it is
not given stays undetermined.
"""

import asyncio
import base64
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from contracts import canonical, disclosure
from contracts.assessment import FindingRecorded, LogBasis, StreamManifest
from contracts.identifiers import format_instant
from services.assessment import rules
from services.assessment.civil import Cut, cut_at
from services.assessment.fold import Rules, fold_read
from services.assessment.known import Digests, GroundShown, PersonShown, YearShown
from services.assessment.reading import Reader
from services.ledger.material import Basis, Material, Piece

PERSON_KINDS = ("assessment", "attendance", "posting")
"""Kinds of streams that follow a person and that the fold reads."""

COMMON_KINDS = ("county", "rules", "village")
PATIENCE = 2.0
"""Seconds that a decision waits for its inputs to be sealed (`ledger.md` 5)."""


class Disclosures(Protocol):
    """Opens sensitive members: digest -> disclosure text for the events of one log; what is erased is missing."""

    async def __call__(self, origin: str, events: Collection[str]) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Dossiers:
    """Folds what this service knows. `foreign`: origins of the logs it follows."""

    material: Material
    foreign: tuple[str, ...]
    disclosures: Disclosures

    async def year(
        self, county: str, year: int, persons: Collection[str], now: datetime, *, places: Collection[str] = ()
    ) -> YearShown:
        """The county's year as far as `persons` go; raises NotSealedError when their events are not all sealed yet.

        `places`: further subjects of common streams to read (villages), beside the county and the rule set.
        """
        subjects = [*persons, county, rules.DEFAULT, *places]
        kinds = (*PERSON_KINDS, *COMMON_KINDS)
        bases = await self.material.bases(kinds, subjects, self.foreign, PATIENCE)
        pieces = await self.material.read(kinds, subjects, bases)
        events = await self._open(pieces)
        return await asyncio.to_thread(show, county, year, pieces, events, bases, cut_at(format_instant(now)))

    async def events(self, persons: Collection[str], county: str | None = None) -> list[dict[str, Any]]:
        """Parsed and opened events of the persons below the present bases, for explanations."""
        subjects = [*persons, *([county] if county else []), rules.DEFAULT]
        kinds = (*PERSON_KINDS, *COMMON_KINDS)
        bases = await self.material.bases(kinds, subjects, self.foreign, PATIENCE)
        return await self._open(await self.material.read(kinds, subjects, bases))

    async def _open(self, pieces: Sequence[Piece]) -> list[dict[str, Any]]:
        """Events with every sensitive member opened whose disclosure is to be had; digests of the others stay."""
        events: list[dict[str, Any]] = [json.loads(piece.body) for piece in pieces]
        closed: dict[str, list[str]] = {}
        for event in events:
            if disclosure.SD in event["data"]:
                closed.setdefault(event["origin"], []).append(event["id"])
        texts: dict[str, str] = {}
        for origin, ids in closed.items():
            texts |= await self.disclosures(origin, ids)
        return [open_event(event, texts) for event in events]


def open_event(event: dict[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """The event with what `texts` open in its data; the digests of what stays closed remain in `_sd`."""
    digests = event["data"].get(disclosure.SD)
    if not digests:
        return event
    opened = disclosure.reveal(event["data"], texts)
    remaining = [digest for digest in digests if digest not in texts]
    if remaining:
        opened[disclosure.SD] = remaining
    return {**event, "data": opened}


def show(
    county: str,
    year: int,
    pieces: Sequence[Piece],
    events: Sequence[Mapping[str, Any]],
    bases: Mapping[str, Basis],
    cut: Cut,
) -> YearShown:
    """Fold the events and put the result in the form that decisions take. Pure, and slow for a large county."""
    reader = Reader(cut)
    reader.read(events)
    folding = rules.fold_rules(year, common=reader.common)
    folded = fold_read(reader, folding, year=year, cut=cut, county=county)
    shown = folded["counties"].get(county, {"quota": {}})
    quota = shown["quota"]
    manifests = _manifests(pieces)
    persons = {
        person: _person(person, value, manifests.get(person, ())) for person, value in folded["persons"].items()
    }
    return YearShown(
        over=cut.year_is_over(year, folding.parameters["absence.sync_horizon_h"]),
        persons=persons,
        objects=quota.get("objects", 0),
        maximum=quota.get("maximum", 0),
        excellent=tuple(quota.get("excellent", ())),
        waiting_tie=tuple(quota.get("waiting_tie", ())),
        cohort=_cohort(persons),
        basis=tuple(_log_basis(bases[origin]) for origin in sorted(bases)),
        digests=digests_of(folding),
    )


def digests_of(folding: Rules) -> Digests:
    """The exact rules of a fold."""
    return Digests(
        text=rules.text_digest(),
        rules=rules.rules_digest(),
        parameters=rules.parameters_digest(folding.parameters),
        fold=rules.fold_digest(),
    )


def _person(person: str, value: Mapping[str, Any], manifest: Sequence[StreamManifest]) -> PersonShown:
    grounds = [
        GroundShown(finding["ground"], finding["article"], tuple(dict.fromkeys(finding["evidence"])))
        for finding in value["findings"]
        if finding.get("ground") in value["grounds"] and finding["outcome"] == "met"
    ]
    findings = [
        FindingRecorded(article=finding["article"], outcome=finding["outcome"], values=finding["values"])
        for finding in value["findings"]
    ]
    return PersonShown(
        person=person,
        village=value["postings"][-1]["village"] if value["postings"] else None,
        listed=value["listed"],
        outcome=value["outcome"],
        grounds=tuple(grounds),
        findings=tuple(findings),
        flags=tuple(value["flags"]),
        inputs=value["inputs"],
        manifest=tuple(manifest),
    )


def _manifests(pieces: Sequence[Piece]) -> dict[str, list[StreamManifest]]:
    """Person -> every stream of the person that was folded, with its last version and the leaf of that version."""
    last: dict[tuple[str, str], Piece] = {}
    for piece in pieces:
        if piece.stream.split("/", 1)[0] in PERSON_KINDS:
            key = (piece.origin, piece.stream)
            if key not in last or last[key].version < piece.version:
                last[key] = piece
    found: dict[str, list[StreamManifest]] = {}
    for (origin, stream), piece in sorted(last.items()):
        entry = StreamManifest(origin=origin, stream=stream, version=piece.version, head=piece.leaf.hex())
        found.setdefault(stream.split("/")[1], []).append(entry)
    return found


def _cohort(persons: Mapping[str, PersonShown]) -> str:
    listed: list[Any] = [
        [person, persons[person].outcome, list(ground.ground for ground in persons[person].grounds)]
        for person in sorted(persons)
        if persons[person].listed
    ]
    return canonical.digest(listed)


def _log_basis(basis: Basis) -> LogBasis:
    return LogBasis(origin=basis.origin, size=basis.size, root=base64.b64encode(basis.root).decode("ascii"))
