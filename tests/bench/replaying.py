"""Row `replay`: one disputed person-year whole, from event bytes to what would have changed the outcome."""

import gc
import time
from collections.abc import Sequence
from datetime import date
from functools import partial

from contracts.assessment import Grade
from services.assessment.replay.exported import known_in
from services.assessment.replay.replay import replay
from tests.assessment.kept import Kept
from tests.assessment.office import YEAR
from tests.bench.ground import Ground
from tests.bench.measuring import ROUNDS, Figure, Promise, Spread, interleaved

PROMISE = Promise(100.0, of_ratio=False, at_least=False)
PEOPLE = 40
ALL_YEAR = "2017-01-01..2017-12-31"
GUARANTEE = (
    "the event bytes of the person, the county's year and the rules are parsed, the determination is worked out again"
    " and compared byte for byte, facts and rules then and now are folded, differences, late facts and authority named,"
    " and every fact and every pair of them is tried for another outcome"
)


async def measure(ground: Ground) -> list[Figure]:
    """The slowest one in a hundred of a county's people, by round."""
    people, rounds = (5, 2) if ground.small else (PEOPLE, ROUNDS)
    names = [f"P{number:06}" for number in range(1, people + 1)]
    kept = _final_year(names)
    lines = {name: _lines(kept, name) for name in names}
    gc.collect()
    gc.freeze()  # the histories of all these people are the bench's: whoever replays one holds none of them
    try:
        found = await interleaved(rounds, {"replay": partial(_replays, kept, lines)})
    finally:
        gc.unfreeze()
    return [
        Figure(
            row="replay",
            what=f"one person-year of {len(lines[names[0]])} events, lenses and smallest sets, p99 of {people} people",
            unit="ms",
            ours=Spread.of(found["replay"]),
            guarantee=GUARANTEE,
            promise=PROMISE,
        )
    ]


def _final_year(names: Sequence[str]) -> Kept:
    """A county's year as its people, its township and its county office made it: real decisions, real bytes."""
    kept = Kept()
    for name in names:
        kept.given(name=name, posted=ALL_YEAR, present=f"{ALL_YEAR} duty", travel={"days": "2017-03-06..2017-03-10"})
    office = kept.office.opened()
    kept.record(office.facts)
    for number, name in enumerate(names):
        kept.record(office.propose(kept.shown(), name, Grade.COMPETENT if number else Grade.EXCELLENT))
    kept.record(office.review(kept.shown(), *names))
    office.today = date(2018, 1, 20)
    kept.record(office.finalise(kept.shown()))
    return kept


def _lines(kept: Kept, name: str) -> list[bytes]:
    """What concerns one person; the index of each event stays that of its log."""
    return [piece.body for piece in kept.pieces if piece.stream.split("/")[1] == name or "P0" not in piece.stream]


async def _replays(kept: Kept, lines: dict[str, list[bytes]], _round: int) -> float:
    """Milliseconds below which 99 in 100 replays stayed."""
    indexes = {piece.id: piece.index for piece in kept.pieces}
    taken = []
    for name, own in lines.items():
        began = time.perf_counter()
        known = list(known_in(own, {name}, kept.texts))
        placed = [type(one)(one.event, indexes[one.event["id"]], one.leaf) for one in known]
        found = replay(placed, name, YEAR, now="2018-06-01")
        taken.append((time.perf_counter() - began) * 1_000)
        assert found["reproduced"], f"{name} does not come out again"
        assert not found["flips"]["pairs"]["left_out"], "every pair was searched"
    return sorted(taken)[max(0, -(-len(taken) * 99 // 100) - 1)]
