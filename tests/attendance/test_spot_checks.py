"""Spot checks are planned or drawn by a lot that anybody can draw again, and find people one by one (Art. 8, 9)."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.attendance import PersonSpotChecked, SpotCheckFinding
from contracts.refusals import Code
from contracts.sheets import SpotCheckConducted, SpotCheckKind, SpotCheckPlanned, draw
from services.attendance import commands as cmd
from services.attendance.said import months_before
from tests.attendance.office import (
    BY_CITY,
    BY_COUNTY,
    COLLEAGUE,
    MEMBER,
    NEIGHBOUR,
    TEAM,
    TOWNSHIP,
    VILLAGE,
    Office,
    at,
    code_of,
    names_of,
    only,
    somebody,
)

DAY = date(2017, 3, 1)
TEAMS = (TEAM, "T0002", "T0003", "T0004")
SEED = "5" * 64


def plan(**changed: Any) -> cmd.PlanSpotCheck:
    fields = {
        "check": "C1",
        "area": TOWNSHIP[:6],
        "kind": SpotCheckKind.RANDOM,
        "starts_on": DAY,
        "ends_on": DAY + timedelta(days=10),
        "count": 2,
    }
    return cmd.PlanSpotCheck.model_validate({**fields, **changed})


def office() -> Office:
    found = Office(at(DAY))
    found.known = replace(found.known, teams=TEAMS, seed=SEED, villages=dict.fromkeys(TEAMS, VILLAGE))
    return found


def visit(team: str = TEAM, day: date = DAY, *persons: str, check: str = "C1") -> cmd.RecordSpotCheck:
    found = tuple(cmd.Finding(person=person, finding=SpotCheckFinding.PRESENT) for person in persons or (MEMBER,))
    return cmd.RecordSpotCheck(check=check, team=team, date=day, findings=found, work="台账齐全")


def test_a_random_check_says_seed_and_candidates_so_that_the_draw_can_be_made_again() -> None:
    desk = office()
    planned = only(desk.when(plan(), BY_COUNTY), SpotCheckPlanned)
    assert (planned.seed, planned.candidates) == (SEED, TEAMS)
    assert planned.candidates is not None
    assert planned.teams == draw(SEED, planned.candidates, 2)
    assert desk.detail == {"teams": list(planned.teams)}
    assert code_of(desk.when(plan(), BY_COUNTY)) is Code.DUPLICATE


@given(st.lists(st.from_regex(r"T[0-9]{4}", fullmatch=True), min_size=3, max_size=40, unique=True), st.integers(1, 3))
def test_a_draw_depends_on_the_seed_alone(teams: list[str], count: int) -> None:
    drawn = draw(SEED, teams, count)
    assert drawn == draw(SEED, sorted(teams, reverse=True), count)
    assert len(set(drawn)) == count and set(drawn) <= set(teams)
    assert drawn[:1] == draw(SEED, teams, 1)


def test_different_seeds_draw_every_team_sooner_or_later() -> None:
    assert {draw(f"{number:064x}", TEAMS, 1)[0] for number in range(40)} == set(TEAMS)


def test_a_periodic_check_names_its_teams() -> None:
    periodic = {"kind": SpotCheckKind.PERIODIC, "count": None}
    planned = only(office().when(plan(**periodic, teams=(TEAM,)), BY_CITY), SpotCheckPlanned)
    assert (planned.teams, planned.seed, planned.candidates) == ((TEAM,), None, None)
    assert code_of(office().when(plan(**periodic, teams=("T0009",)), BY_CITY)) is Code.UNKNOWN_TEAM
    for wrong in ({"count": None}, {"teams": (TEAM,)}, {"kind": SpotCheckKind.PERIODIC}):
        assert code_of(office().when(plan(**wrong), BY_CITY)) is Code.MALFORMED


def test_a_plan_is_for_days_to_come() -> None:
    past = {"starts_on": DAY - timedelta(days=9), "ends_on": DAY - timedelta(days=1)}
    assert code_of(office().when(plan(**past), BY_COUNTY)) is Code.WRONG_INTERVAL
    assert code_of(office().when(plan(ends_on=DAY - timedelta(days=3)), BY_COUNTY)) is Code.WRONG_INTERVAL


def test_a_visit_keeps_to_the_plan_and_a_check_without_one_goes_anywhere() -> None:
    desk = office()
    planned = only(
        desk.when(plan(kind=SpotCheckKind.PERIODIC, count=None, teams=("T0002",)), BY_COUNTY), SpotCheckPlanned
    )
    assert planned.teams == ("T0002",)
    assert code_of(desk.when(visit(), BY_COUNTY)) is Code.WRONG_STATE
    desk.now = at(DAY + timedelta(days=20))
    assert code_of(desk.when(visit("T0002", DAY + timedelta(days=20)), BY_COUNTY)) is Code.WRONG_STATE
    assert names_of(desk.when(visit(check="C2"), BY_COUNTY)) == ["SpotCheckConducted", "PersonSpotChecked"]
    desk.known = replace(desk.known, villages={TEAM: "530114100201"})
    assert code_of(desk.when(visit(check="C1"), BY_COUNTY)) is Code.UNKNOWN_TEAM


def test_what_was_found_stands_with_each_person_and_the_occasion_beside_it() -> None:
    desk = office()
    facts = desk.when(visit(TEAM, DAY, MEMBER, COLLEAGUE), BY_COUNTY)
    assert names_of(facts) == ["SpotCheckConducted", "PersonSpotChecked", "PersonSpotChecked"]
    streams = [recorded.stream for recorded in desk.recorded]
    assert streams == ["check/C1", f"attendance/{MEMBER}/2017", f"attendance/{COLLEAGUE}/2017"]
    occasion = desk.recorded[0].fact
    assert isinstance(occasion, SpotCheckConducted)
    assert (occasion.team, occasion.persons, occasion.finding) == (TEAM, 2, "台账齐全")
    assert isinstance(desk.recorded[1].fact, PersonSpotChecked)
    assert desk.recorded[1].fact.place == VILLAGE != NEIGHBOUR


def test_nobody_checks_himself() -> None:
    assert code_of(office().when(visit(), somebody(MEMBER, BY_COUNTY.role))) is Code.SELF


@pytest.mark.parametrize("day", [DAY + timedelta(days=1)])
def test_no_visit_in_the_future(day: date) -> None:
    assert code_of(office().when(visit(TEAM, day), BY_COUNTY)) is Code.FUTURE_DATE


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2017, 5, 31), 3, date(2017, 2, 28)),
        (date(2017, 1, 15), 3, date(2016, 10, 15)),
        (date(2017, 3, 1), 12, date(2016, 3, 1)),
    ],
)
def test_so_many_months_before_is_the_same_day_or_the_last_of_a_shorter_month(
    day: date, months: int, before: date
) -> None:
    assert months_before(day, months) == before
