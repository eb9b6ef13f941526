"""The end of a term: experience, compensatory leave once; and the bar that a determination brings (Art. 9, 12, 16)."""

from datetime import date
from typing import Any

import pytest

from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from contracts.personnel import (
    CommendationLevel,
    CompensatoryLeaveGranted,
    CompensatoryLeaveTaken,
    EndingCause,
    GrassrootsExperienceCredited,
    MemberSource,
    PostingEnded,
    PromotionBarStarted,
    TermCompleted,
    WithdrawalWish,
)
from contracts.refusals import Code, Refusal
from services.personnel import commands as cmd
from services.personnel.state import evolve
from services.personnel.term.state import LastPosting
from services.runtime.decisions import RULESET, Recorded
from services.runtime.duties import CLOCK
from tests.personnel.registry import (
    COUNTY,
    OTHER_TEAM,
    OTHER_VILLAGE,
    PAPERS,
    TEAM,
    TOWNSHIP_OFFICE,
    UNIT,
    VILLAGE,
    Registry,
    code_of,
    member,
    members,
    names_of,
    person,
)

EVENT = "5f0c1c1e-7a3d-5b0e-9c43-2d8a6f1b7e90"
CITY_ORGANISATION = Actor(person="P000905", role=Role.CITY_ORGANISATION)


def posted(first: date, today: date) -> Registry:
    """A team that has been there since `first`."""
    registry = Registry(today)
    registry.village()
    assert isinstance(registry.form(1, 2, 3, 4, 5, 6, formed_on=first), list)
    return registry


def credited(facts: list[Fact] | Refusal) -> list[tuple[date, date, bool]]:
    assert isinstance(facts, list)
    found = [fact for fact in facts if isinstance(fact, GrassrootsExperienceCredited)]
    return [(fact.starts_on, fact.last_day, fact.forced) for fact in found]


def test_w46_half_a_year_is_credited_and_a_day_less_is_not() -> None:
    first, enough, short = date(2016, 5, 1), date(2016, 10, 31), date(2016, 10, 30)
    assert credited(posted(first, enough).end(2, enough)) == [(first, enough, False)]
    assert credited(posted(first, enough).end(2, short)) == []


def test_a_move_between_teams_does_not_interrupt_the_service() -> None:
    registry = posted(date(2016, 5, 1), date(2017, 1, 31))
    registry.village(OTHER_VILLAGE)
    assert isinstance(
        registry.form(
            team=OTHER_TEAM,
            village=OTHER_VILLAGE,
            formed_on=date(2016, 5, 1),
            members=(
                member(7, MemberSource.FIRST_SECRETARY),
                *members(8, 9, 10, 11, 12),
            ),
            leader=person(7),
        ),
        list,
    )
    moved = cmd.MoveMember(
        person=person(2),
        team=TEAM,
        to_team=OTHER_TEAM,
        last_day=date(2016, 8, 31),
        source=MemberSource.OTHER,
        because=PAPERS,
    )
    facts = registry.when(moved, TOWNSHIP_OFFICE)
    assert names_of(facts) == [
        "PostingEnded",
        "TeamMemberAssigned",
        "TeamRosterChanged",
        "TeamUnderstrengthDetected",
        "TeamRosterChanged",
    ]
    ended = cmd.EndPosting(
        person=person(2), team=OTHER_TEAM, cause=EndingCause.TERM, last_day=date(2016, 12, 31), because=PAPERS
    )
    facts = registry.when(ended, TOWNSHIP_OFFICE)
    assert credited(facts) == [(date(2016, 5, 1), date(2016, 12, 31), False)]
    assert isinstance(facts, list)
    completed = [fact for fact in facts if isinstance(fact, TermCompleted)]
    assert [(fact.starts_on, fact.last_day) for fact in completed] == [(date(2016, 5, 1), date(2016, 12, 31))]


def test_a53_a_forced_replacement_is_credited_with_a_flag() -> None:
    registry = posted(date(2016, 5, 1), date(2017, 3, 1))
    registry.misconduct()
    registry.educate()
    registry.not_corrected()
    registry.request()
    registry.escalate()
    assert credited(registry.force()) == [(date(2016, 5, 1), date(2017, 3, 1), True)]


def leave(registry: Registry, number: int = 2, case: str = "B1", unit: str = "O0001") -> list[Fact] | Refusal:
    return registry.when(cmd.GrantCompensatoryLeave(person=person(number), unit=unit, leave=case), UNIT)


def after_the_term() -> Registry:
    registry = posted(date(2016, 5, 1), date(2017, 5, 1))
    registry.end(2, date(2017, 4, 30))
    return registry


def test_w45_after_a_normal_term_there_are_fifteen_days_once() -> None:
    registry = after_the_term()
    granted = leave(registry)
    assert isinstance(granted, list)
    assert isinstance(granted[0], CompensatoryLeaveGranted)
    assert (granted[0].days, granted[0].term_ended_on) == (15, date(2017, 4, 30))
    assert code_of(leave(registry)) is Code.DUPLICATE
    assert code_of(leave(registry, case="B2")) is Code.DUPLICATE


def ask(registry: Registry, number: int = 2, by: int | None = None) -> list[Fact] | Refusal:
    caller = Actor(person=person(by or number), role=Role.MEMBER)
    command = cmd.RequestCompensatoryLeave(person=person(number))
    return registry.when(command, caller, keys=[f"posting/{person(number)}/*"])


def test_a_person_asks_for_his_own_leave_once_per_term() -> None:
    registry = after_the_term()
    assert code_of(ask(registry, by=3)) is Code.AUTH
    assert names_of(ask(registry)) == ["CompensatoryLeaveRequested"]
    assert code_of(ask(registry)) is Code.DUPLICATE
    assert names_of(leave(registry)) == ["CompensatoryLeaveGranted"]
    assert code_of(ask(registry)) is Code.DUPLICATE
    assert code_of(ask(registry, 3)) is Code.WRONG_STATE
    assert code_of(ask(registry, 99)) is Code.UNKNOWN_PERSON


def test_w45_after_a_forced_replacement_there_are_none() -> None:
    registry = posted(date(2017, 1, 1), date(2017, 3, 1))
    registry.misconduct()
    registry.educate()
    registry.not_corrected()
    registry.request()
    registry.escalate()
    registry.force()
    registry.today = date(2017, 3, 2)
    assert code_of(leave(registry)) is Code.WRONG_STATE


def test_a50_an_approved_rotation_gives_them_and_an_ordinary_replacement_does_not() -> None:
    for wish, given in ((WithdrawalWish.ROTATION, True), (WithdrawalWish.REPLACEMENT, False)):
        registry = posted(date(2016, 5, 1), date(2017, 3, 1))
        registry.agreed(wish=wish)
        registry.replace()
        registry.today = date(2017, 3, 2)
        result = leave(registry)
        assert isinstance(result, list) is given, result


def test_the_leave_is_the_units_to_give_when_the_term_is_over() -> None:
    registry = after_the_term()
    assert code_of(leave(registry, unit="O0002")) is Code.AUTH
    assert code_of(leave(registry, 3)) is Code.WRONG_STATE
    assert code_of(leave(registry, 99)) is Code.UNKNOWN_PERSON
    registry.end(4, date(2017, 4, 30), EndingCause.RETIREMENT)
    assert code_of(leave(registry, 4)) is Code.WRONG_STATE


def test_the_leave_is_taken_in_one_piece_after_the_term_and_once() -> None:
    registry = after_the_term()

    def take(starts_on: date, case: str = "B1") -> list[Fact] | Refusal:
        command = cmd.TakeCompensatoryLeave(person=person(2), unit="O0001", leave=case, starts_on=starts_on)
        return registry.when(command, UNIT)

    assert code_of(take(date(2017, 5, 8))) is Code.UNKNOWN_CASE
    leave(registry)
    assert code_of(take(date(2017, 4, 30))) is Code.WRONG_INTERVAL
    taken = take(date(2017, 5, 8))
    assert isinstance(taken, list)
    assert isinstance(taken[0], CompensatoryLeaveTaken)
    assert (taken[0].starts_on, taken[0].ends_on) == (date(2017, 5, 8), date(2017, 5, 22))
    assert code_of(take(date(2017, 6, 1))) is Code.DUPLICATE


def test_experience_that_the_end_of_the_service_did_not_credit_is_credited_on_request_and_once() -> None:
    registry = posted(date(2016, 5, 1), date(2017, 5, 1))
    header = {"actor": TOWNSHIP_OFFICE, "article": "5", "ruleset": RULESET, "place": VILLAGE, "person": person(2)}
    ended = PostingEnded(**header, team=TEAM, cause=EndingCause.TERM, last_day=date(2017, 4, 30))
    key = f"posting/{person(2)}/*"
    registry.states[key] = evolve(registry.state(key), Recorded("-", f"posting/{person(2)}/2017", 0, ended))
    ask = cmd.CreditExperience(person=person(2))
    by = Actor(person="P000906", role=Role.COUNTY_ORGANISATION)
    assert credited(registry.when(ask, by)) == [(date(2016, 5, 1), date(2017, 4, 30), False)]
    assert code_of(registry.when(ask, by)) is Code.DUPLICATE
    assert code_of(registry.when(cmd.CreditExperience(person=person(3)), by)) is Code.WRONG_STATE


class Office(Registry):
    """Hears determinations and is asked about promotions."""

    def hears(self, incompetent: bool, determination: int = 1, on: date = date(2018, 1, 20), **more: Any) -> list[Fact]:
        fields = {"person": person(2), "county": COUNTY, "year": 2017} | more
        result = self.when(
            cmd.HearDetermination(
                **fields,
                incompetent=incompetent,
                determination=determination,
                assessment=EVENT,
                determined_on=on,
            ),
            CLOCK,
            keys=[f"bar/{person(2)}"],
        )
        assert isinstance(result, list)
        return result

    def asked(self, on: date, by: Actor = CITY_ORGANISATION) -> list[Fact] | Refusal:
        self.today = on
        return self.when(cmd.CheckPromotion(person=person(2)), by, LastPosting(VILLAGE, "O0001"))


def test_w54_the_bar_lasts_a_year_and_its_last_day_is_the_same_day_of_the_next_year() -> None:
    office = Office()
    (started,) = office.hears(True)
    assert isinstance(started, PromotionBarStarted)
    assert (started.determined_on, started.last_day) == (date(2018, 1, 20), date(2019, 1, 20))
    assert code_of(office.asked(date(2019, 1, 20))) is Code.BARRED
    assert names_of(office.asked(date(2019, 1, 21))) == ["PromotionChecked"]


def test_a_bar_from_29_february_ends_on_the_28th() -> None:
    (started,) = Office().hears(True, on=date(2020, 2, 29), year=2019)
    assert isinstance(started, PromotionBarStarted)
    assert started.last_day == date(2021, 2, 28)


def test_a_later_determination_lifts_the_bar_and_another_may_start_one() -> None:
    office = Office()
    office.hears(True)
    assert names_of(office.hears(False, 2, date(2018, 2, 20))) == ["PromotionBarLifted"]
    assert names_of(office.asked(date(2018, 3, 1))) == ["PromotionChecked"]
    assert names_of(office.hears(True, 3, date(2018, 4, 1))) == ["PromotionBarStarted"]
    assert code_of(office.asked(date(2018, 4, 2))) is Code.BARRED


def test_what_changes_nothing_is_not_recorded() -> None:
    office = Office()
    assert office.hears(False) == []
    assert len(office.hears(True, 2)) == 1
    assert office.hears(True, 3) == []
    assert office.hears(False, 2) == []
    assert code_of(office.asked(date(2018, 6, 1))) is Code.BARRED


def test_the_bar_of_one_year_is_not_lifted_by_the_determination_of_another() -> None:
    office = Office()
    office.hears(True)
    assert office.hears(False, 1, date(2018, 6, 1), year=2018) == []
    assert code_of(office.asked(date(2018, 6, 2))) is Code.BARRED


def preferred(office: Registry, **changed: Any) -> list[Fact] | Refusal:
    fields = {"commendation": "昆联发〔2018〕3号", "level": CommendationLevel.CITY, "tasks_done_well": True}
    return office.when(
        cmd.RecordPromotionPriority(person=person(2), **({**fields, "clear_results": True, "reasons": "好"} | changed)),
        CITY_ORGANISATION,
        LastPosting(VILLAGE, "O0001"),
    )


def test_a_unit_asks_about_its_own_people_only() -> None:
    office = Office()
    assert names_of(office.asked(date(2018, 3, 1), UNIT)) == ["PromotionChecked"]
    other = UNIT.model_copy(update={"organisation": "O0002"})
    assert code_of(office.asked(date(2018, 3, 1), other)) is Code.AUTH


def test_priority_takes_a_commendation_of_the_city_or_above_and_both_merits_and_no_bar() -> None:
    office = Office(date(2018, 3, 1))
    assert code_of(preferred(office, level=CommendationLevel.COUNTY)) is Code.WRONG_STATE
    for merit in ("tasks_done_well", "clear_results"):
        assert code_of(preferred(office, **{merit: False})) is Code.WRONG_STATE
    assert names_of(preferred(office)) == ["PromotionPriorityRecorded"]
    assert code_of(preferred(office)) is Code.DUPLICATE
    assert names_of(preferred(office, commendation="云发〔2018〕1号", level=CommendationLevel.PROVINCE)) == [
        "PromotionPriorityRecorded"
    ]
    office.hears(True)
    assert code_of(preferred(office, commendation="昆联发〔2018〕9号")) is Code.BARRED


@pytest.mark.parametrize("cause", [EndingCause.DEATH, EndingCause.ILLNESS, EndingCause.RETIREMENT])
def test_a52_a_posting_that_ends_by_fate_completes_no_term(cause: EndingCause) -> None:
    registry = posted(date(2016, 5, 1), date(2017, 5, 1))
    assert "TermCompleted" not in names_of(registry.end(2, date(2017, 4, 30), cause))
