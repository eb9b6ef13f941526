"""What was judged of people alone, remembered until something more is read of them.

What is read of a person only grows (`fold/reading.py`), so two lengths say whether anything has come. What everybody is
judged by is named by :func:`sight`: rules, calendars and the moment, as far as the moment makes a difference.
"""

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any, TypeVar

from services.assessment.fold import determination
from services.assessment.fold.outcome import Judged
from services.assessment.fold.reading import Person
from services.assessment.replay.lenses import Judge
from services.assessment.rules import rules

T = TypeVar("T")


class Judgements:
    """What was worked out of each person of a reader, for the latest sight alone. One user at a time."""

    def __init__(self) -> None:
        self._seen: Hashable = None
        self._kept: dict[Hashable, tuple[tuple[int, int], Any]] = {}

    def of(self, seen: Hashable, what: tuple[Hashable, ...], person: Person, work: Callable[[], T]) -> T:
        """What `work` gives, or gave when no more was known of the person. Whoever gets it must not change it.

        `what`: the person's name, and what is asked besides.
        """
        if seen != self._seen:
            self._seen, self._kept = seen, {}
        read = len(person.ids), len(person.facts)
        known = self._kept.get(what)
        if known is None or known[0] != read:
            known = self._kept[what] = read, work()
        found: T = known[1]
        return found


def sight(judge: Judge) -> Hashable:
    """Equal for judges who find the same in the same facts.

    Once a year and its horizon are over, the moment says nothing more than which revisions of calendars there are.
    """
    year, cut = judge.frame.year, judge.cut
    return (
        judge.frame,
        judge.by_reference,
        rules.parameters_digest(judge.rules.parameters),
        determination.calendars_digest(judge.rules.calendars, year, cut),
        () if judge.frame.over else cut.hours,
        cut.erased,
    )


def copy_of(judged: Judged) -> Judged:
    """One that places can be settled on."""
    return replace(judged, findings=list(judged.findings), flags=set(judged.flags))
