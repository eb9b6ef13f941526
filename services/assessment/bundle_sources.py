"""What a bundle needs, read from the logs: the person's events with their proofs, checkpoints, and disclosures."""

import json
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from contracts import disclosure
from contracts.assessment import AssessmentFinalised
from services.assessment.bundle import Gathered, LogFiles
from services.assessment.fold.civil import Cut
from services.assessment.fold.fold import Rules
from services.assessment.fold.reading import Reader
from services.assessment.replay.lenses import PERSON_KINDS
from services.assessment.replay.opening import OPENED
from services.assessment.rules import rules
from services.ledger import checkpoints
from services.ledger.connections import Pool
from services.ledger.material import Basis, Material, Piece
from services.ledger.proving import Prover

COMMON_KINDS = ("county", "parameters", "rules", "village")
PATIENCE = 2.0

_DISCLOSURES = "select digest, text from ledger.disclosure where event = any(%s::uuid[])"


Cosign = Callable[[str, Prover], Awaitable[str]]
"""A checkpoint with what witnesses add to it; the prover is that of its log."""


async def unwitnessed(note: str, _prover: Prover) -> str:
    """For a bundle that no witness is asked about."""
    return note


class BundleError(Exception):
    """No bundle can be made; one sentence says why."""


@dataclass(frozen=True, slots=True)
class LogAccess:
    """One log: its database as its own service sees it, and the keys that it has signed with."""

    pool: Pool
    vkeys: Sequence[str]


@dataclass(frozen=True, slots=True)
class Logs:
    """All logs that a determination may rest on, by origin; `own` is that of assessment."""

    by_origin: Mapping[str, LogAccess]
    own: str


async def gather(logs: Logs, person: str, year: int, number: int | None, cosign: Cosign = unwitnessed) -> Gathered:
    """Everything for the bundle of one determination (None: the latest); raises BundleError or NotSealedError."""
    material = Material(logs.by_origin[logs.own].pool, own=logs.own)
    foreign = sorted(logs.by_origin.keys() - {logs.own})
    bases = await material.bases(PERSON_KINDS, [person], foreign, PATIENCE)
    pieces = await material.read(PERSON_KINDS, [person], bases)
    decision = _determination(pieces, person, year, number)
    said = json.loads(decision.body)["data"]
    common = [said["county"], said["parameters_digest"], rules.DEFAULT, *_villages(pieces)]
    pieces += [piece for piece in await material.read(COMMON_KINDS, common, bases) if _wanted(piece, said)]
    texts, erased = await _disclosures(logs, pieces)
    files = [await _log(logs, decision, entry, bases[entry["origin"]], pieces, cosign) for entry in said["basis"]]
    return Gathered(
        person=person,
        year=year,
        determination=said["determination"],
        origin=decision.origin,
        index=decision.index,
        decision_proof=str(await Prover(logs.by_origin[logs.own].pool).event(decision.index, bases[logs.own].size)),
        logs=files,
        disclosures=texts,
        erased=erased,
        then=_rules_then(pieces, said),
        now=_rules_now(pieces, said),
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


def _wanted(piece: Piece, said: Mapping[str, Any]) -> bool:
    """Of a county only the year in question."""
    return not piece.stream.startswith("county/") or piece.stream == f"county/{said['county']}/{said['year']}"


async def _log(
    logs: Logs, decision: Piece, entry: Mapping[str, Any], latest: Basis, pieces: Sequence[Piece], cosign: Cosign
) -> LogFiles:
    origin, size = entry["origin"], entry["size"]
    access = logs.by_origin[origin]
    events = {piece.index: piece.body for piece in pieces if piece.origin == origin}
    prover = Prover(access.pool)
    basis = await checkpoints.at(access.pool, size)
    if basis is None:
        raise BundleError(f"日志 {origin} 没有大小为 {size} 的检查点 / {origin} has no checkpoint of size {size}")
    sizes, decided = [size, latest.size], None
    if origin == decision.origin:
        covering = await checkpoints.covering(access.pool, decision.index)
        assert covering is not None, "the determination was read below a signed checkpoint"
        sizes, decided = [size, covering[0], latest.size], covering[1]
    growth = {(old, new): await prover.consistency(old, new) for old, new in pairwise(sizes) if 0 < old < new}
    return LogFiles(
        origin=origin,
        vkeys=access.vkeys,
        basis=basis,
        decision=decided,
        latest=await cosign(latest.note, prover),
        growth=growth,
        events=events,
        proof=await prover.events(events.keys(), latest.size) if events else [],
    )


async def _disclosures(logs: Logs, pieces: Sequence[Piece]) -> tuple[list[str], list[str]]:
    """The texts of the members that the fold opens, and the digests of those events' values that were destroyed."""
    closed: dict[str, list[str]] = {}
    members: dict[str, str] = {}
    for piece in pieces:
        event = json.loads(piece.body)
        if event["type"] in OPENED:
            closed.setdefault(piece.origin, []).append(piece.id)
            members |= dict.fromkeys(event["data"].get(disclosure.SD, ()), OPENED[event["type"]])
    texts, erased = [], []
    for origin, ids in closed.items():
        for digest, text in await _opened(logs.by_origin[origin].pool, ids):
            if text is None:
                erased.append(digest)
            elif disclosure.read(text)[0] == members.get(digest):
                texts.append(text)
    return texts, erased


async def _opened(pool: Pool, events: Collection[str]) -> list[tuple[str, str | None]]:
    async with pool.connection() as connection:
        cursor = await connection.execute(_DISCLOSURES, (list(events),), prepare=False)
        return [(row[0], row[1]) for row in await cursor.fetchall()]


def _rules_then(pieces: Sequence[Piece], said: Mapping[str, Any]) -> Rules:
    """The rules as they were applied, from the record of their parameters; raises BundleError."""
    found = [json.loads(p.body)["data"] for p in pieces if p.stream == f"parameters/{said['parameters_digest']}"]
    if not found:
        raise BundleError("认定所用参数没有登记 / the parameters of this determination are not on record")
    if (rules.rules_digest(), rules.fold_digest()) != (said["rules_digest"], said["fold_digest"]):
        raise BundleError(
            "认定所用规则或计算程序与本程序的版本不同，请用当时的版本 / "
            "this determination was made by another release, which has to make its bundle too"
        )
    return Rules(found[0]["parameters"], rules.calendars())


def _rules_now(pieces: Sequence[Piece], said: Mapping[str, Any]) -> Rules:
    """The rules for that year as they are today, rulings included."""
    reader = Reader(Cut())
    reader.read(json.loads(piece.body) for piece in pieces if piece.stream.startswith("rules/"))
    return rules.fold_rules(said["year"], common=reader.common, county=said["county"])
