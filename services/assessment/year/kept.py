"""Facts that were read for a fold, kept and brought forward by what was sealed since.

A log takes nothing back, so what was read below one basis stands below every later one. What can be taken back are the
sensitive values: they are asked for anew at each use, and where one was erased everything is read again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol
from weakref import WeakValueDictionary

from pydantic_core import from_json

from services.assessment.fold.determination import Head
from services.assessment.fold.fold import EVERYTHING
from services.assessment.fold.reading import CHECK_IN, Reader
from services.assessment.replay.lines import read_lines
from services.assessment.replay.opening import OPENED, open_event
from services.assessment.year.judgements import Judgements
from services.ledger.material import Basis, Material, Piece

PATIENCE = 2.0
"""Seconds that a decision waits for its inputs to be sealed (`ledger.md` 5)."""
MOST_SINCE = 50_000
"""So many events of all logs, whomever they are about, and reading the subjects anew is quicker."""
MOST_EVENTS = 400_000
"""Events behind everything that is kept: about half a kilobyte of memory each, and as much for what was judged."""
_CHECKED_IN = f'"type":"{CHECK_IN}"'.encode()
"""In canonical bytes this cannot stand inside a string, where the quotes would be escaped."""


class Disclosures(Protocol):
    """Opens sensitive members: digest -> disclosure text for the events of one log; what is erased is missing."""

    async def __call__(self, origin: str, events: Collection[str]) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class News:
    """What brings facts forward. `further`: what was read before still holds; otherwise this is everything."""

    further: bool
    bases: Mapping[str, Basis]
    pieces: Sequence[Piece]
    check_ins: Sequence[bytes]
    events: Sequence[Mapping[str, Any]]
    """All others, opened."""
    closed: Mapping[str, list[str]]
    texts: Mapping[str, str]


@dataclass(slots=True)
class Facts:
    """What was read of some subjects. Held by one user at a time."""

    reader: Reader = field(default_factory=lambda: Reader(EVERYTHING))
    bases: Mapping[str, Basis] = field(default_factory=dict)
    """Origin -> below which checkpoint everything of the subjects was read."""
    heads: dict[tuple[str, str], Head] = field(default_factory=dict)
    closed: Mapping[str, list[str]] = field(default_factory=dict)
    """Origin -> events with a value that the fold opens."""
    texts: Mapping[str, str] = field(default_factory=dict)
    events: int = 0
    judgements: Judgements = field(default_factory=Judgements)
    """What was worked out of these facts (`showing.show_read`)."""

    def take(self, news: News) -> None:
        """Take what was read since, in the order of each log."""
        self.reader.read(news.events)
        read_lines(news.check_ins, self.reader, {})
        self.events += len(news.pieces)
        last = {(piece.origin, piece.stream): piece for piece in news.pieces}
        self.heads |= {key: Head(*key, piece.version, piece.leaf.hex()) for key, piece in last.items()}
        self.bases, self.closed, self.texts = news.bases, news.closed, news.texts


class KeptFacts:
    """Facts by the subjects that they are about. For decisions that are cut by the basis alone."""

    def __init__(self, material: Material, foreign: Sequence[str], disclosures: Disclosures) -> None:
        self._material = material
        self._foreign = foreign
        self._disclosures = disclosures
        self._kept: OrderedDict[tuple[str, ...], Facts] = OrderedDict()
        self._turns: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, kinds: Collection[str], subjects: Collection[str]) -> AsyncIterator[Facts]:
        """All that is sealed now of the subjects, for this user alone as long as it is held.

        Raises NotSealedError when something recorded is not sealed in time.
        """
        key = (*sorted(set(kinds)), "", *sorted(set(subjects)))
        turn = self._turns.setdefault(key, asyncio.Lock())
        async with turn:
            facts = self._kept.pop(key, None) or Facts()
            try:
                news = await self._news(facts, kinds, subjects)
            except Exception:
                self._keep(key, facts)
                raise
            if not news.further:
                facts = Facts()
            # Out of reach meanwhile: when the user goes away, a thread may still be at work on it.
            await asyncio.to_thread(facts.take, news)
            yield facts
            self._keep(key, facts)

    async def _news(self, facts: Facts, kinds: Collection[str], subjects: Collection[str]) -> News:
        """What was sealed since the facts were read, or everything anew where that is not enough."""
        bases = await self._material.bases(kinds, subjects, self._foreign, PATIENCE)
        since = sum(basis.size for basis in bases.values()) - sum(basis.size for basis in facts.bases.values())
        further = bool(facts.bases) and since <= MOST_SINCE
        if further:
            pieces = await self._material.read_since(kinds, subjects, facts.bases, bases)
        else:
            facts, pieces = Facts(), await self._material.read(kinds, subjects, bases)
        check_ins = [piece.body for piece in pieces if _CHECKED_IN in piece.body]
        events = await asyncio.to_thread(parsed, [piece for piece in pieces if _CHECKED_IN not in piece.body])
        closed, texts = await asked(self._disclosures, events, facts.closed)
        if not facts.texts.keys() <= texts.keys():
            return await self._news(Facts(), kinds, subjects)
        opened = [open_event(event, texts) for event in events]
        return News(further, bases, pieces, check_ins, opened, closed, texts)

    def _keep(self, key: tuple[str, ...], facts: Facts) -> None:
        self._kept[key] = facts
        while len(self._kept) > 1 and sum(kept.events for kept in self._kept.values()) > MOST_EVENTS:
            self._kept.popitem(last=False)


async def asked(
    disclosures: Disclosures, events: Sequence[Mapping[str, Any]], before: Mapping[str, Sequence[str]]
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Origin -> events with a value that the fold opens, those of `before` included, and what opens them now."""
    closed = {origin: [*ids] for origin, ids in before.items()}
    for event in events:
        if event["type"] in OPENED:
            closed.setdefault(event["origin"], []).append(event["id"])
    texts: dict[str, str] = {}
    for origin, ids in closed.items():
        texts |= await disclosures(origin, ids)
    return closed, texts


def parsed(pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    """The members of each event."""
    return [from_json(piece.body) for piece in pieces]
