"""Answers of views, kept for as long as the views stand where they stood.

A command asks what changes a few times a year (who is posted where, who may do what) thousands of times a day. How far
the views have come is looked at instead, for all of them at once and at most every tenth of a second: by the marks that
are written in the transactions that change the views, so that it does not matter which process changed them.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

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


class Topic(NamedTuple):
    """A view; or, of a view, what depends on the logs of some services alone."""

    view: str
    services: tuple[str, ...]
    """Empty: on all logs that the view reads."""


@dataclass(slots=True)
class _Shelf:
    """Answers about one topic by question, and the marks at the last look before they were asked for."""

    marks: tuple[Mark, ...]
    answers: dict[Any, Rows] = field(default_factory=dict)


class Kept:
    """Answers of the views of one service. `read_marks` reads the marks of all of them."""

    def __init__(
        self, read_marks: Callable[[], Awaitable[Iterable[Mark]]], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read_marks = read_marks
        self._clock = clock
        self._looked = float("-inf")
        self._moved = 0
        self._looking = asyncio.Lock()
        self._marks: Mapping[str, tuple[Mark, ...]] = {}
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
            shelf = self._shelves[topic] = _Shelf(self._marks_of(topic))
        return shelf.answers

    async def _look(self) -> None:
        async with self._looking:
            began, moved = self._clock(), self._moved
            if began - self._looked <= LOOK_SECONDS:
                return
            found: dict[str, list[Mark]] = {}
            for mark in await self._read_marks():
                found.setdefault(mark.view, []).append(mark)
            self._marks = {view: tuple(sorted(marks)) for view, marks in found.items()}
            for topic, shelf in self._shelves.items():
                marks = self._marks_of(topic)
                if marks != shelf.marks:
                    # Another shelf, not this one emptied: who asked before the view moved still puts his answer here.
                    self._shelves[topic] = _Shelf(marks)
            if moved == self._moved:
                self._looked = began

    def _marks_of(self, topic: Topic) -> tuple[Mark, ...]:
        marks = self._marks.get(topic.view, ())
        return tuple(mark for mark in marks if not topic.services or _service_of(mark) in topic.services)


def _service_of(mark: Mark) -> str:
    """The last part of an origin."""
    return mark.origin.rpartition("/")[2]
