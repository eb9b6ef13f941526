"""How far apart the rounds of a loop are: close on a quiet machine, rarer on a busy one, never for long."""

import pytest

from services.ledger.pause import FULL, FULL_SECONDS, MOST_SECONDS, RARER, ROUNDS_APART, Meter, period, rest

LEAST = 0.05


class Process:
    """A process that has taken `used` of the `now` seconds that it lives."""

    def __init__(self) -> None:
        self.now = self.used = 0.0
        self.meter = Meter(lambda: self.now, lambda: self.used)

    def goes_on(self, seconds: float, share: float) -> None:
        self.now += seconds
        self.used += seconds * share


def idle() -> Meter:
    return Process().meter


@pytest.mark.parametrize("took", [0.0, LEAST / ROUNDS_APART])
def test_quick_rounds_follow_each_other_as_closely_as_they_may(took: float) -> None:
    assert period(took, LEAST, idle()) == LEAST


def test_slow_rounds_take_one_part_in_so_many_of_the_time() -> None:
    took = 2 * LEAST / ROUNDS_APART
    assert period(took, LEAST, idle()) == pytest.approx(ROUNDS_APART * took)


@pytest.mark.parametrize("took", [MOST_SECONDS, 60.0])
def test_nobody_waits_long_for_a_round_however_slow(took: float) -> None:
    assert period(took, LEAST, idle()) == MOST_SECONDS


def test_without_time_left_rounds_are_rarer_still_and_vain_looks_too() -> None:
    process = Process()
    process.goes_on(1.0, FULL)
    assert period(0.0, LEAST, process.meter) == FULL_SECONDS
    assert rest(0.2, process.meter) == RARER * 0.2
    process.goes_on(1.0, FULL - 0.01)
    assert period(0.0, LEAST, process.meter) == LEAST
    assert rest(0.2, process.meter) == 0.2


def test_the_share_is_that_of_a_while_not_of_a_moment() -> None:
    process = Process()
    process.goes_on(0.1, 1.0)
    assert not process.meter.full()
    process.goes_on(0.2, 1.0)
    assert process.meter.full()
