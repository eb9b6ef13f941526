"""The simulated clock belongs to demonstrations only."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts.refusals import Code
from services.runtime.clock import Clock, apart, says_demo
from services.runtime.commands import Refused


@pytest.mark.parametrize("origin", ["zhucun.demo/attendance", "demo", "kunming/demo/finance", "demo.kunming.gov.cn/x"])
def test_a_label_demo_says_demo(origin: str) -> None:
    assert says_demo(origin)


@pytest.mark.parametrize("origin", ["zhucun.kunming/attendance", "demography/x", "x.demo2/y", "zhucun-demo/attendance"])
def test_a_word_that_only_contains_demo_does_not(origin: str) -> None:
    assert not says_demo(origin)


def test_a_demonstration_takes_the_simulated_instant() -> None:
    moment = Clock("zhucun.demo/attendance").at("2017-03-01T08:00:00+08:00")
    assert moment == datetime(2017, 3, 1, 0, 0, tzinfo=UTC)


def test_a_real_log_refuses_the_simulated_instant() -> None:
    with pytest.raises(Refused) as caught:
        Clock("zhucun.kunming/attendance").at("2017-03-01T08:00:00+08:00")
    assert caught.value.refusal.code is Code.SIMULATED_CLOCK_FORBIDDEN


@pytest.mark.parametrize("text", ["yesterday", "2017-03-01", "2017-03-01T08:00:00", ""])
def test_an_instant_without_offset_is_malformed(text: str) -> None:
    with pytest.raises(Refused) as caught:
        Clock("zhucun.demo/attendance").at(text)
    assert caught.value.refusal.code is Code.MALFORMED


def test_without_the_header_it_is_now() -> None:
    clock = Clock("zhucun.kunming/attendance")
    before = datetime.now(UTC)
    assert before <= clock.at(None) <= datetime.now(UTC)


def test_two_clocks_are_apart_only_by_what_the_time_of_asking_does_not_explain() -> None:
    before = datetime(2017, 3, 1, tzinfo=UTC)
    after = before + timedelta(seconds=2)
    assert apart(before, before + timedelta(seconds=1), after) == 0
    assert apart(before, before - timedelta(seconds=7), after) == 7
    assert apart(before, after + timedelta(minutes=1), after) == 60
