"""The other people: plausible years drawn from a seed. All of them pass the 200 days, none is absent for long."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from contracts.attendance import LeaveKind
from deploy.local.demonstration.characters import FORMED
from deploy.local.demonstration.clockwork import (
    FIRST_DAY,
    LAST_DAY,
    Span,
    days,
    duty_days,
    in_spans,
    is_duty_day,
    later,
    next_duty_day,
)
from deploy.local.demonstration.lives import Leave, Life, Stay
from deploy.local.demonstration.population import SEATS, TEAMS, Population, member_id

MOST_LEAVE = 43
"""Duty days of leave and absence that still leave everybody 206 days on post."""
SHORTEST_LEAVE, LONGEST_LEAVE = 3, 26
EXCELLENT = 34
"""Ordinary people whom the townships propose as 优秀, all with more points than the named tie."""
KINDS = (LeaveKind.PERSONAL, LeaveKind.PERSONAL, LeaveKind.FAMILY, LeaveKind.SICK, LeaveKind.OTHER)


def ordinary(seed: int, population: Population, taken: Iterable[str]) -> list[Life]:
    """A life for every seat of the thirty teams that no character holds, by person id."""
    held = set(taken)
    seats = [(team, seat) for team in range(1, TEAMS + 1) for seat in range(1, SEATS + 1)]
    free = [(team, seat) for team, seat in seats if member_id(team, seat) not in held]
    choice = random.Random(f"{seed} lives")  # noqa: S311  reproducible, no secret
    excellent = set(choice.sample(free, EXCELLENT))
    basic = set(choice.sample([seat for seat in free if seat not in excellent], 3))
    scores = choice.sample(range(9_250, 9_880), EXCELLENT)
    lives = []
    for team, seat in free:
        life = _life(choice, team, seat, population.name_of(member_id(team, seat)))
        if (team, seat) in excellent:
            life = _graded(life, "优秀", scores.pop())
        elif (team, seat) in basic:
            life = _graded(life, "基本称职", choice.randrange(6_000, 6_900))
        else:
            life = _graded(life, "称职", choice.randrange(7_500, 9_100))
        lives.append(life)
    return lives


def _graded(life: Life, grade: str, score: int) -> Life:
    return replace(life, grade=grade, score=score)


def _life(choice: random.Random, team: int, seat: int, name: str) -> Life:
    budget = choice.randrange(MOST_LEAVE)
    used: list[Span] = []
    absences: list[Span] = []
    for _ in range(choice.choice((0, 0, 0, 1, 2, 3))):
        day = _free_duty_day(choice, used)
        absences.append((day, day))
        used.append((day, day))
    leaves: list[Leave] = []
    budget -= len(absences)
    for length in _lengths(choice, budget):
        leave = _leave(choice, length, used)
        leaves.append(leave)
        used.append(leave.span)
    trips = [_trip(choice, used) for _ in range(choice.choice((0, 0, 1, 1)))]
    weekends = [day for day in days(FIRST_DAY, LAST_DAY) if not is_duty_day(day) and not in_spans(day, [*used, *trips])]
    extra = sorted(choice.sample(weekends, choice.randrange(0, 14)))
    return Life(
        person=member_id(team, seat),
        name=name,
        stays=(Stay(team, seat, FORMED[team]),),
        leaves=tuple(leaves),
        trips=tuple(trips),
        absences=tuple(absences),
        extra=tuple(extra),
    )


def _lengths(choice: random.Random, budget: int) -> list[int]:
    """Duty days of each leave: none, one, or two where there is much of it."""
    if budget < SHORTEST_LEAVE:
        return []
    if budget <= LONGEST_LEAVE:
        return [budget]
    first = choice.randrange(SHORTEST_LEAVE, LONGEST_LEAVE)
    return [first, budget - first]


def _free_duty_day(choice: random.Random, used: list[Span]) -> date:
    while True:
        day = choice.choice(duty_days(later(FIRST_DAY, 14), later(LAST_DAY, -14)))
        if not in_spans(day, used):
            return day


def _leave(choice: random.Random, length: int, used: list[Span]) -> Leave:
    """A leave of that many duty days, from one of them to another, apart from everything in `used`."""
    while True:
        first = _free_duty_day(choice, used)
        following = duty_days(first, later(first, 45))[:length]
        last = following[-1]
        if last < later(LAST_DAY, -7) and not _meets((later(first, -4), later(last, 4)), used):
            return Leave(first, last, returned=next_duty_day(last), kind=choice.choice(KINDS))


def _trip(choice: random.Random, used: list[Span]) -> Span:
    """Two to four days of official travel within one week."""
    while True:
        first = _free_duty_day(choice, used)
        last = later(first, choice.randrange(1, 4))
        if all(is_duty_day(day) for day in days(first, last)) and not _meets((later(first, -3), later(last, 1)), used):
            used.append((first, last))
            return (first, last)


def _meets(span: Span, used: Iterable[Span]) -> bool:
    return any(span[0] <= last and first <= span[1] for first, last in used)
