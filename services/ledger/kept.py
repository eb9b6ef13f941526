"""Answers of views, kept for as long as nothing has happened on which they depend.

A command asks what changes a few times a year (who is posted where, who may do what) thousands of times a day. How far
the views have come is looked at instead, for all of them at once and at most every tenth of a second: by the marks that
are written in the transactions that change the views, so that it does not matter which process changed them.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol, TypeAlias

LOOK_SECONDS = 0.1
"""How old a look may be: a view is behind its log by about as much anyway."""
ANSWERS = 20_000
"""Kept at most about one topic."""

Rows: TypeAlias = list[Any]
"""Rows as they were read. They are handed to everybody who asks the same: nobody changes them."""


class Mark(NamedTuple):
    """How far the current generation of a view has come in one log."""

    view: str
    generation: int
    origin: str
    next: int


class Span(NamedTuple):
    """The events [start, end) of a log."""

    origin: str
    start: int
    end: int


class Topic(NamedTuple):
    """A view, or what of it depends on events of some types alone."""

    view: str
    types: frozenset[str]
    """Empty: on everything that the view reads."""


class Log(Protocol):
    """What views are looked at by."""

    async def marks(self) -> Iterable[Mark]:
        """Of all views."""
        ...

    async def types(self, span: Span) -> frozenset[str] | None:
        """Types of the events of a span; None: not to be said in short."""
        ...


@dataclass(slots=True)
class _Shelf:
    """Answers about one topic by question, and the marks at the last look before they were asked for, by log."""

    marks: Mapping[str, Mark]
    answers: dict[Any, Rows] = field(default_factory=dict)


class Kept:
    """Answers of the views of one service."""

    def __init__(self, log: Log, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._clock = clock
        self._looked = float("-inf")
        self._moved = 0
        self._looking = asyncio.Lock()
        self._marks: Mapping[str, Mapping[str, Mark]] = {}
        self._shelves: dict[Topic, _Shelf] = {}

    def look_again(self) -> None:
        """Somebody has seen a view move: it is looked again before the next answer."""
        self._looked = float("-inf")
        self._moved += 1

    async def about(self, topic: Topic) -> dict[Any, Rows]:
        """The answers that hold, by question. What is asked after this returned may be put there."""
        if self._clock() - self._looked > LOOK_SECONDS:
            await self._look()
        shelf = self._shelves.get(topic)
        if shelf is None or len(shelf.answers) >= ANSWERS:
            shelf = self._shelves[topic] = _Shelf(self._marks.get(topic.view, {}))
        return shelf.answers

    async def _look(self) -> None:
        async with self._looking:
            began, moved = self._clock(), self._moved
            if began - self._looked <= LOOK_SECONDS:
                return
            found: dict[str, dict[str, Mark]] = {}
            for mark in await self._log.marks():
                found.setdefault(mark.view, {})[mark.origin] = mark
            types: dict[Span, frozenset[str] | None] = {}
            for topic, shelf in list(self._shelves.items()):
                marks = found.get(topic.view, {})
                if await self._concerns(topic, shelf.marks, marks, types):
                    # Another shelf, not this one emptied: who asked before the view moved still puts his answer here.
                    self._shelves[topic] = _Shelf(marks)
                else:
                    shelf.marks = marks
            self._marks = found
            if moved == self._moved:
                self._looked = began

    async def _concerns(
        self,
        topic: Topic,
        before: Mapping[str, Mark],
        now: Mapping[str, Mark],
        known: dict[Span, frozenset[str] | None],
    ) -> bool:
        """Whether something on which the topic depends has happened between the marks."""
        services = {kind.split(".")[1] for kind in topic.types}
        for origin, mark in now.items():
            was = before.get(origin)
            if mark == was:
                continue
            if not topic.types or was is None or was.generation != mark.generation:
                return True
            if origin.rpartition("/")[2] not in services:
                continue
            span = Span(origin, was.next, mark.next)
            if span not in known:
                known[span] = await self._log.types(span)
            happened = known[span]
            if happened is None or happened & topic.types:
                return True
        return False
