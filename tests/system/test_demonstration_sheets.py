"""The demonstration's monthly sheets as planned: every team and month, signed by somebody of the village, in time."""

from collections import Counter
from datetime import date, timedelta

import pytest

from contracts.calendar import CIVIL_TIME
from contracts.identifiers import Role
from deploy.local.demonstration.plan import Plan, make_plan
from deploy.local.demonstration.population import TEAMS
from deploy.local.demonstration.sheet_steps import LATE
from deploy.local.demonstration.steps import Step


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan()


def steps(plan: Plan, command: str) -> list[Step]:
    return [step for step in plan.steps if step.command == command]


def day_of(step: Step) -> date:
    return step.at.astimezone(CIVIL_TIME).date()


def due_of(month: str) -> date:
    first = date.fromisoformat(f"{month}-01")
    return (first + timedelta(days=31)).replace(day=15)


def versions(plan: Plan, command: str) -> Counter[tuple[str, str]]:
    """How often a step was taken for each team and month."""
    found: Counter[tuple[str, str]] = Counter()
    for step in steps(plan, command):
        teams = step.body.get("teams") or (step.body["team"],)
        found.update((team, step.body["month"]) for team in teams)
    return found


def test_every_team_has_every_month_and_two_months_have_a_second_version(plan: Plan) -> None:
    drafted = versions(plan, "draft-sheet")
    assert len(drafted) == TEAMS * 12
    assert Counter(drafted.values()) == {1: TEAMS * 12 - 2, 2: 2}
    for command in ("sign-sheet", "submit-sheet"):
        assert versions(plan, command) == drafted
    (returned,) = versions(plan, "return-sheet").items()
    for command in ("review-sheets", "file-sheets", "feed-back-sheets"):
        assert versions(plan, command) == drafted - Counter(dict([returned])), "a returned version is not reviewed"


def test_it_is_signed_by_secretary_or_director_of_that_village(plan: Plan) -> None:
    villages = {team.team: team for team in plan.cast.population.teams}
    for step in steps(plan, "sign-sheet"):
        team = villages[step.body["team"]]
        signers = {
            plan.cast.population.village_officer(team, role).person
            for role in (Role.VILLAGE_SECRETARY, Role.VILLAGE_DIRECTOR)
        }
        assert step.caller in signers


def test_it_is_submitted_by_the_15th_but_one(plan: Plan) -> None:
    late = {
        (step.body["team"], step.body["month"])
        for step in steps(plan, "submit-sheet")
        if day_of(step) > due_of(step.body["month"])
    }
    first_time = {key for key in late if versions(plan, "draft-sheet")[key] == 1}
    assert first_time == {(plan.cast.team(LATE[0]).team, f"2017-{LATE[1]:02d}")}


def test_every_visit_of_a_round_is_in_its_plan(plan: Plan) -> None:
    planned = {step.body["check"]: step for step in steps(plan, "plan-spot-check")}
    assert {step.body["kind"] for step in planned.values()} == {"periodic", "random"}
    visits = [step for step in steps(plan, "record-spot-check") if step.body["check"] in planned]
    assert len(visits) == 2 * TEAMS
    for visit in visits:
        of = planned[visit.body["check"]]
        assert visit.body["team"] in of.body["teams"]
        assert of.body["starts_on"] <= visit.body["date"] <= of.body["ends_on"]
        assert of.name in visit.after
