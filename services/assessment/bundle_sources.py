"""What a bundle needs, read from the logs: the person's events with their proofs, checkpoints, and disclosures."""

import json
import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

from contracts import canonical, disclosure
from contracts.assessment import AssessmentFinalised
from services.assessment.bundle import Gathered, LogFiles
from services.assessment.fold.civil import Cut
from services.assessment.fold.fold import Rules
from services.assessment.fold.outcome import EXCELLENT, NO_GRADE
from services.assessment.fold.reading import Reader
from services.assessment.log_sources import LogSource
from services.assessment.releases import Archive, ReleasedProgram, rule_files
from services.assessment.replay.lenses import PERSON_KINDS
from services.assessment.replay.opening import OPENED
from services.assessment.rules import rules
from services.assessment.year.kept import PATIENCE
from services.ledger import checkpoints
from services.ledger.connections import Pool
from services.ledger.material import Basis, Material, Piece
from services.ledger.proving import Prover

COMMON_KINDS = ("county", "parameters", "rules", "village")
_ACTING = ("actor", "joint_with", "on_behalf_of")
_PERSON = re.compile(r"P[0-9]{6,}")


Bases: TypeAlias = Mapping[str, Basis]
Cosign: TypeAlias = Callable[[str, LogSource], Awaitable[str]]
"""A checkpoint with what witnesses add to it, and its log."""


async def unwitnessed(note: str, _log: LogSource) -> str:
    """For a bundle that no witness is asked about."""
    return note


class BundleError(Exception):
    """No bundle can be made; one sentence says why."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What opens the digests that the fold looks behind, and what does no more."""

    texts: Sequence[str]
    erased: Sequence[str]
    records: Sequence[Piece]
    """The events that record what was erased."""


@dataclass(frozen=True, slots=True)
class Logs:
    """All logs that a determination may rest on, by origin; `own` is that of assessment, `pool` its database."""

    by_origin: Mapping[str, LogSource]
    own: str
    pool: Pool


async def gather(logs: Logs, person: str, year: int, number: int | None, cosign: Cosign = unwitnessed) -> Gathered:
    """Everything for the bundle of one determination (None: the latest); raises BundleError or NotSealedError."""
    material = Material(logs.pool, own=logs.own)
    foreign = sorted(logs.by_origin.keys() - {logs.own})
    bases = await material.bases(PERSON_KINDS, [person], foreign, PATIENCE)
    pieces = await material.read(PERSON_KINDS, [person], bases)
    # That one of their values was erased is waited for too: until it is sealed it would merely be not disclosed.
    closed = [piece.id for piece in pieces if json.loads(piece.body)["type"] in OPENED]
    bases = await material.bases((*PERSON_KINDS, "erasure"), [person, *closed], foreign, PATIENCE)
    pieces = await material.read(PERSON_KINDS, [person], bases)
    decision = _determination(pieces, person, year, number)
    said = json.loads(decision.body)["data"]
    common = [said["county"], said["parameters_digest"], rules.DEFAULT, *_villages(pieces)]
    pieces += [piece for piece in await material.read(COMMON_KINDS, common, bases) if _wanted(piece, said)]
    opened = await _disclosures(logs, material, pieces, bases)
    pieces += opened.records
    release, rule_files = _as_decided(said)
    then = _rules_then(pieces, said)
    hidden = frozenset() if in_question(pieces, person, year) else county_list_of_others(pieces, person)
    files = [
        await _log(logs, decision, entry, bases[entry["origin"]], pieces, hidden, cosign) for entry in said["basis"]
    ]
    return Gathered(
        person=person,
        year=year,
        determination=said["determination"],
        origin=decision.origin,
        index=decision.index,
        decision_proof=str(await Prover(logs.pool).event(decision.index, bases[logs.own].size)),
        logs=files,
        disclosures=opened.texts,
        erased=opened.erased,
        then=then,
        now=_rules_now(pieces, said, then, release),
        rule_files=rule_files,
        release=release,
    )


def _determination(pieces: Sequence[Piece], person: str, year: int, number: int | None) -> Piece:
    found: dict[int, Piece] = {}
    for piece in pieces:
        if piece.stream == f"assessment/{person}/{year}":
            event = json.loads(piece.body)
            if event["type"] == AssessmentFinalised.type():
                found[event["data"]["determination"]] = piece
    if not found:
        raise BundleError(f"{person} 的 {year} 年度尚无认定 / there is no determination of {person} for {year}")
    wanted = max(found) if number is None else number
    if wanted not in found:
        known = ", ".join(map(str, sorted(found)))
        raise BundleError(f"没有第 {wanted} 次认定，只有 {known} / there is no version {wanted}, only {known}")
    return found[wanted]


def _villages(pieces: Sequence[Piece]) -> list[str]:
    found = {json.loads(piece.body)["data"].get("village") for piece in pieces if piece.stream.startswith("posting/")}
    return sorted(village for village in found if village is not None)


def _digests(piece: Piece) -> Sequence[str]:
    found: Sequence[str] = json.loads(piece.body)["data"].get(disclosure.SD, ())
    return found


def in_question(pieces: Sequence[Piece], person: str, year: int) -> bool:
    """Whether 优秀 was ever proposed for the person, or the person waits for a ruling: then the outcome hangs on the
    county's list, and all of it belongs into the bundle."""
    for piece in pieces:
        if piece.stream == f"assessment/{person}/{year}":
            data = json.loads(piece.body)["data"]
            if EXCELLENT in (data.get("grade"), data.get("outcome")) or data.get("outcome") == NO_GRADE:
                return True
    return False


def county_list_of_others(pieces: Sequence[Piece], person: str) -> frozenset[str]:
    """Events of the county's list that name people other than this one and whoever acted."""
    found = set()
    for piece in pieces:
        if piece.stream.startswith("county/"):
            said = {name: value for name, value in json.loads(piece.body)["data"].items() if name not in _ACTING}
            if set(_PERSON.findall(json.dumps(said))) - {person}:
                found.add(piece.id)
    return frozenset(found)


def _wanted(piece: Piece, said: Mapping[str, Any]) -> bool:
    """Of a county only the year in question."""
    return not piece.stream.startswith("county/") or piece.stream == f"county/{said['county']}/{said['year']}"


async def _log(
    logs: Logs,
    decision: Piece,
    entry: Mapping[str, Any],
    latest: Basis,
    pieces: Sequence[Piece],
    hidden: Collection[str],
    cosign: Cosign,
) -> LogFiles:
    """What the bundle holds of one log; of the events `hidden` no more than their places and leaf hashes."""
    origin, size = entry["origin"], entry["size"]
    source = logs.by_origin[origin]
    own = [piece for piece in pieces if piece.origin == origin]
    indexes = [piece.index for piece in own]
    basis = await source.note(size)
    if basis is None:
        raise BundleError(f"日志 {origin} 没有大小为 {size} 的检查点 / {origin} has no checkpoint of size {size}")
    sizes, decided = [size, latest.size], None
    if origin == decision.origin:
        covering = await checkpoints.covering(logs.pool, decision.index)
        assert covering is not None, "the determination was read below a signed checkpoint"
        sizes, decided = [size, covering[0], latest.size], covering[1]
    growth = {(old, new): await source.consistency(old, new) for old, new in pairwise(sizes) if 0 < old < new}
    return LogFiles(
        origin=origin,
        vkeys=source.vkeys,
        second=source.second,
        basis=basis,
        decision=decided,
        latest=await cosign(latest.note, source),
        growth=growth,
        events={piece.index: piece.body for piece in own if piece.id not in hidden},
        proof=await source.events(indexes, latest.size) if own else [],
        withheld=[withheld(piece) for piece in own if piece.id in hidden],
    )


def withheld(piece: Piece) -> canonical.Json:
    """An event's place in its log and its stream, and its leaf hash."""
    return {"index": piece.index, "leaf": piece.leaf.hex(), "stream": piece.stream, "version": piece.version}


async def _disclosures(logs: Logs, material: Material, pieces: Sequence[Piece], bases: Bases) -> Opened:
    """The texts of the members that the fold opens, the digests of what was destroyed, and the records of that."""
    closed: dict[str, dict[str, Piece]] = {}
    members: dict[str, str] = {}
    for piece in pieces:
        event = json.loads(piece.body)
        if event["type"] in OPENED:
            closed.setdefault(piece.origin, {})[piece.id] = piece
            members |= dict.fromkeys(event["data"].get(disclosure.SD, ()), OPENED[event["type"]])
    texts: dict[str, str] = {}
    for origin, events in closed.items():
        texts |= await logs.by_origin[origin].disclosures(list(events))
    ids = [id for events in closed.values() for id in events]
    records = await material.read(("erasure",), ids, bases)
    erased = {record.stream.partition("/")[2] for record in records}
    gone = [piece for events in closed.values() for piece in events.values() if piece.id in erased]
    return Opened(
        texts=[text for digest, text in texts.items() if disclosure.read(text)[0] == members.get(digest)],
        erased=sorted({digest for piece in gone for digest in _digests(piece) if digest not in texts}),
        records=records,
    )


def _rules_then(pieces: Sequence[Piece], said: Mapping[str, Any]) -> Rules:
    """The rules as they were applied, from the record of their parameters; raises BundleError."""
    found = [json.loads(p.body)["data"] for p in pieces if p.stream == f"parameters/{said['parameters_digest']}"]
    if not found:
        raise BundleError("认定所用参数没有登记 / the parameters of this determination are not on record")
    return Rules(found[0]["parameters"], rules.calendars())


def _as_decided(said: Mapping[str, Any]) -> tuple[ReleasedProgram | None, Mapping[str, bytes]]:
    """The release whose fold decided, None for this program's own, and the text of the rules then.

    Raises BundleError where one of them is not in the archive of releases.
    """
    archive = Archive()
    by_own_fold = said["fold_digest"] == rules.fold_digest()
    release = None if by_own_fold else archive.of_fold(said["fold_digest"])
    texts: Mapping[str, bytes] | None = rule_files()
    if said["rules_digest"] != rules.rules_digest():
        older = archive.of_rules(said["rules_digest"])
        texts = None if older is None else older.rules
    if texts is None or (release is None and not by_own_fold):
        raise BundleError(
            "认定所用规则或计算程序不属于任何已存档的版本 / "
            "this determination was made by rules or a fold that no archived release has"
        )
    return release, texts


def _rules_now(pieces: Sequence[Piece], said: Mapping[str, Any], then: Rules, release: ReleasedProgram | None) -> Rules:
    """The rules for that year as they are today, rulings included; an earlier fold also gets what it alone reads."""
    reader = Reader(Cut())
    reader.read(json.loads(piece.body) for piece in pieces if piece.stream.startswith("rules/"))
    now = rules.fold_rules(said["year"], common=reader.common, county=said["county"])
    return now if release is None else Rules({**then.parameters, **now.parameters}, now.calendars)
