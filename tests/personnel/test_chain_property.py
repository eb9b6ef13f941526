"""Whoever tries what in whatever order: nobody is forced out unless every step of Article 10 came before, in order."""

from datetime import date, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from contracts import personnel as fact
from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from contracts.personnel import ReplacementLevel, UnitLevel
from tests.personnel.registry import (
    CITY_OFFICE,
    COUNTY_OFFICE,
    LEADER,
    LEADER_ACTS,
    TOWNSHIP_OFFICE,
    Registry,
    member,
    members,
    person,
)

CITYS, COUNTYS = 2, 3
"""Person 2 was sent by a city unit, person 3 by a county unit; person 1 leads."""
PEOPLE = st.sampled_from([1, CITYS, COUNTYS])
OFFICES = st.sampled_from([TOWNSHIP_OFFICE, COUNTY_OFFICE, CITY_OFFICE])
OBSERVERS = st.sampled_from([LEADER_ACTS, TOWNSHIP_OFFICE])
BACK = st.integers(0, 12)


class Chains(RuleBasedStateMachine):
    """Anybody may try any step about any of three people at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.registry = Registry(date(2017, 6, 1))
        self.registry.village()
        sent = member(CITYS).model_copy(update={"unit": "O0003", "unit_level": UnitLevel.CITY})
        formed = self.registry.form(members=(member(1), sent, *members(COUNTYS, 4, 5, 6)))
        assert isinstance(formed, list), formed

    @rule(days=st.integers(1, 5))
    def time_passes(self, days: int) -> None:
        self.registry.today += timedelta(days=days)

    def _day(self, back: int) -> date:
        return self.registry.today - timedelta(days=back)

    @rule(number=PEOPLE, by=OBSERVERS, back=BACK)
    def misconduct(self, number: int, by: Actor, back: int) -> None:
        self.registry.misconduct(number, self._day(back), by)

    @rule(number=PEOPLE, by=OBSERVERS, back=BACK)
    def education(self, number: int, by: Actor, back: int) -> None:
        self.registry.educate(number, self._day(back), by)

    @rule(number=PEOPLE, by=OBSERVERS, back=BACK)
    def no_correction(self, number: int, by: Actor, back: int) -> None:
        self.registry.not_corrected(number, self._day(back), by=by)

    @rule(number=PEOPLE, by=OBSERVERS)
    def request(self, number: int, by: Actor) -> None:
        self.registry.request(number, by)

    @rule(number=PEOPLE, by=OFFICES)
    def escalate(self, number: int, by: Actor) -> None:
        self.registry.escalate(number, by)

    @rule(number=PEOPLE, by=OFFICES)
    def reject(self, number: int, by: Actor) -> None:
        self.registry.reject(number, by)

    @rule(number=PEOPLE, by=OFFICES)
    def decide(self, number: int, by: Actor) -> None:
        self.registry.force(number, self.registry.today, by=by)

    @invariant()
    def every_forced_replacement_has_its_whole_chain(self) -> None:
        for number in (1, CITYS, COUNTYS):
            facts = [e.fact for e in self.registry.emits if getattr(e.fact, "person", None) == person(number)]
            for place, decided in enumerate(facts):
                if isinstance(decided, fact.ReplacementDecided):
                    assert isinstance(facts[place + 1], fact.MemberReplaced)
                    _assert_whole(facts[:place], decided, number)


def _assert_whole(before: list[Fact], decided: fact.ReplacementDecided, number: int) -> None:
    asked = max(n for n, one in enumerate(before) if isinstance(one, fact.ReplacementRequested))
    request, steps, grounds = before[asked], before[asked:], before[:asked]
    passed = [one.level for one in steps if isinstance(one, fact.ReplacementEscalated)]
    by_city = decided.actor.role is Role.CITY_OFFICE
    assert passed == [ReplacementLevel.TOWNSHIP, *([ReplacementLevel.COUNTY] if by_city else [])]
    assert by_city or number != CITYS
    assert not [one for one in steps if isinstance(one, fact.ReplacementRejected)]
    misconduct = min(one.on for one in grounds if isinstance(one, fact.MisconductRecorded))
    education = min(one.on for one in grounds if isinstance(one, fact.EducationGiven))
    failure = max(one.on for one in grounds if isinstance(one, fact.NonCorrectionRecorded))
    assert misconduct <= education < failure
    assert request.actor.role is (Role.TOWNSHIP if number == 1 else Role.TEAM_LEADER) or _leaderless(before)
    assert person(number) != LEADER or request.actor.person != LEADER


def _leaderless(before: list[Fact]) -> bool:
    """The township may ask about anybody once the leader is gone; whether he was is said elsewhere."""
    return any(one.actor.role is Role.TOWNSHIP for one in before if isinstance(one, fact.ReplacementRequested))


TestChains = Chains.TestCase
TestChains.settings = settings(max_examples=80, stateful_step_count=60, deadline=None)
