"""How far apart the rounds of a loop are: close on a quiet machine, rarer on a busy one, never for long."""

import pytest

from services.ledger.pause import MOST_SECONDS, ROUNDS_APART, period

LEAST = 0.05


@pytest.mark.parametrize("took", [0.0, LEAST / ROUNDS_APART])
def test_quick_rounds_follow_each_other_as_closely_as_they_may(took: float) -> None:
    assert period(took, LEAST) == LEAST


def test_slow_rounds_take_one_part_in_so_many_of_the_time() -> None:
    took = 2 * LEAST / ROUNDS_APART
    assert period(took, LEAST) == pytest.approx(ROUNDS_APART * took)


@pytest.mark.parametrize("took", [MOST_SECONDS, 60.0])
def test_nobody_waits_long_for_a_round_however_slow(took: float) -> None:
    assert period(took, LEAST) == MOST_SECONDS
