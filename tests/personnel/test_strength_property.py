"""Whoever comes and goes in whatever order: strength, weakness and postings agree with a count of the people."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts import personnel as fact
from contracts.refusals import Refusal
from tests.personnel.registry import FORMED, TEAM, VILLAGE, person, six_strong

PEOPLE = st.integers(1, 9)


class Roster(RuleBasedStateMachine):
    """One team of six and three people who may join; a model keeps the set of those who are there."""

    def __init__(self) -> None:
        super().__init__()
        self.registry = six_strong()
        self.model = {1, 2, 3, 4, 5, 6}

    @rule(days=st.integers(0, 40))
    def time_passes(self, days: int) -> None:
        self.registry.today += timedelta(days=days)

    @rule(number=PEOPLE, back=st.integers(0, 60))
    def joins(self, number: int, back: int) -> None:
        until = self.registry.career(number).posted_until()
        on = self.registry.today - timedelta(days=back)
        result = self.registry.assign(number, on)
        fits = number not in self.model and (until is None or until < on) and on >= FORMED
        assert isinstance(result, list) == fits, result
        if fits:
            self.model.add(number)

    @rule(number=PEOPLE, back=st.integers(0, 60))
    def leaves(self, number: int, back: int) -> None:
        last_day = self.registry.today - timedelta(days=back)
        posting = self.registry.career(number).active(TEAM)
        result = self.registry.end(number, last_day)
        fits = posting is not None and posting.starts_on <= last_day
        assert isinstance(result, list) == fits, result
        if fits:
            self.model.remove(number)

    @rule(number=PEOPLE, successor=st.none() | PEOPLE)
    def is_replaced(self, number: int, successor: int | None) -> None:
        case = str(len(self.registry.emits))
        self.registry.agreed(number, case=case)
        result = self.registry.replace(number, f"S{case}", successor, self.registry.today)
        if isinstance(result, Refusal):
            taken = successor is not None and (successor in self.model or successor == number)
            later = successor is not None and self._latest_end(successor) > self.registry.today
            began = self.registry.career(number).active(TEAM)
            early = began is not None and began.starts_on > self.registry.today
            assert number not in self.model or taken or later or early, result
            return
        self.model.remove(number)
        if successor is not None:
            self.model.add(successor)

    def _latest_end(self, number: int) -> date:
        return self.registry.career(number).posted_until() or date.min

    @invariant()
    def the_team_is_who_is_there(self) -> None:
        team = self.registry.team()
        assert team.members == {person(number) for number in self.model}
        assert team.understrength == (len(self.model) < 6)
        assert team.leader is None or team.leader in team.members

    @invariant()
    def each_person_has_at_most_one_open_posting_and_no_two_overlap(self) -> None:
        for number in range(1, 10):
            postings = self.registry.career(number).postings
            open_ones = [posting for posting in postings if posting.last_day is None]
            assert len(open_ones) == (number in self.model)
            for earlier, later in pairwise(postings):
                assert earlier.last_day is not None
                assert earlier.last_day < later.starts_on

    @invariant()
    def every_recorded_strength_is_the_count_after_the_change(self) -> None:
        present: set[str] = set()
        for emit in self.registry.emits:
            match emit.fact:
                case fact.TeamFormed(members=members):
                    present = set(members)
                case fact.TeamRosterChanged(joined=joined, left=left, strength=strength):
                    present = (present | set(joined)) - set(left)
                    assert strength == len(present)
                case fact.TeamUnderstrengthDetected(strength=strength):
                    assert strength == len(present) < 6
                case fact.TeamStrengthRestored(strength=strength):
                    assert strength == len(present) >= 6

    @invariant()
    def every_fact_lies_in_the_teams_village(self) -> None:
        assert {emit.fact.place for emit in self.registry.emits} == {VILLAGE}


TestRoster = Roster.TestCase
TestRoster.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
