"""The demonstration's plan before anything is loaded: the same every time, lawful, and complete."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.calendar import CIVIL_TIME
from contracts.refusals import Code
from deploy.local.demonstration.cast import SEED
from deploy.local.demonstration.expectations import Table, expected_table
from deploy.local.demonstration.plan import Plan, make_plan
from deploy.local.demonstration.population import SEATS, TEAMS
from deploy.local.demonstration.steps import Phase, Step
from tests.system.plan_reading import Diary, diaries

HORIZON = timedelta(hours=72)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return make_plan()


@pytest.fixture(scope="module")
def table() -> Table:
    return expected_table()


@pytest.fixture(scope="module")
def days(plan: Plan) -> dict[str, Diary]:
    return diaries(plan.steps)


def batches(plan: Plan) -> list[Step]:
    return [step for step in plan.steps if step.command == "check-in-batch" and step.repeats is None]


def test_the_same_seed_gives_the_same_plan_in_another_process_with_another_hash_seed(plan: Plan) -> None:
    program = "from deploy.local.demonstration.plan import make_plan; print(make_plan().digest())"
    environment = {**os.environ, "PYTHONHASHSEED": "4711", "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == plan.digest()


def test_another_seed_gives_another_year_but_the_same_named_people(plan: Plan) -> None:
    other = make_plan(SEED + 1)
    assert other.digest() != plan.digest()
    assert other.cast.named == plan.cast.named


def test_there_are_thirty_teams_of_six_and_a_few_who_come_later(plan: Plan) -> None:
    formed = [step for step in plan.steps if step.command == "form-team" and step.refusal is None]
    assert len(formed) == TEAMS
    assert {len(step.body["members"]) for step in formed} == {SEATS}
    assert len(plan.cast.lives) == TEAMS * SEATS + 7
    assert len({step.body["village"] for step in formed}) == TEAMS
    assert len({step.body["village"][:9] for step in formed}) == 6


def test_the_plan_has_the_size_it_is_meant_to_have(plan: Plan) -> None:
    records = sum(len(step.body["records"]) for step in batches(plan))
    assert 50_000 <= records + len(plan.steps) <= 60_000


def test_everybody_in_the_table_is_a_character_and_every_character_is_in_the_table(plan: Plan, table: Table) -> None:
    assert {person: row.name for person, row in table.people.items()} == {
        person: life.name for person, life in plan.cast.named.items()
    }


def test_the_planned_days_of_the_named_people_are_those_worked_out_by_hand(
    table: Table, days: dict[str, Diary]
) -> None:
    names = {"posted": "posted", "on_post": "onpost", "leave": "leave", "absent": "absent"}
    for person, row in table.people.items():
        count = days[person].count(table.year)
        found = {field: count[status] for field, status in names.items()} | {"longest_run": count["longest_run"]}
        assert found == {field: getattr(row, field) for field in found}, f"{person} {row.name}"


def test_the_grounds_worked_out_by_hand_follow_from_the_planned_days(table: Table, days: dict[str, Diary]) -> None:
    for person, row in table.people.items():
        count = days[person].count(table.year)
        half_year = count["posted"] >= 183
        short = half_year and count["onpost"] * 365 < 200 * count["posted"]
        assert short == ("D3" in row.grounds), f"{person} {row.name}"
        if person != "P100103":  # his sixteenth day lies in the year before
            exceeds = count["longest_run"] > 15 or count["absent"] > 30
            assert exceeds == ("D4" in row.grounds), f"{person} {row.name}"


def test_no_ordinary_person_is_near_a_threshold(plan: Plan, days: dict[str, Diary]) -> None:
    for person, life in plan.cast.lives.items():
        if person not in plan.cast.named:
            count = days[person].count(2017)
            assert 203 <= count["onpost"] <= 262, life.name
            assert count["longest_run"] <= 3
            assert count["absent"] <= 3


def test_the_list_and_the_places_worked_out_by_hand_fit_the_proposals(plan: Plan, table: Table) -> None:
    off_list = [row for row in table.people.values() if row.outcome in ("OFF_LIST", "NOT_ASSESSED_HERE")]
    assert table.objects == len(plan.cast.lives) - len(off_list)
    assert table.maximum == table.objects // 5
    assert sum(table.outcomes.values()) == table.objects
    scores = sorted((life.score for life in plan.cast.lives.values() if life.grade == "优秀"), reverse=True)
    assert scores[table.maximum - 2] > scores[table.maximum - 1] == scores[table.maximum] > scores[table.maximum + 1]


def test_the_townships_propose_what_the_table_leads_to(plan: Plan, table: Table) -> None:
    for person, row in table.people.items():
        proposed = plan.cast.named[person].grade
        if row.outcome in ("OFF_LIST", "NOT_ASSESSED_HERE", "未定等次"):
            assert proposed is None, row.name
        elif "beyond_quota" in row.flags:
            assert (proposed, row.outcome) == ("优秀", "称职"), row.name
        else:
            assert proposed == row.outcome, row.name


def test_every_outcome_and_ground_occurs_among_the_named_people(table: Table) -> None:
    rows = table.people.values()
    assert len(table.people) >= 25
    assert {ground for row in rows for ground in row.grounds} == {"D1", "D2", "D3", "D4", "D5"}
    assert {row.outcome for row in rows} == {
        "优秀", "称职", "基本称职", "不称职", "未定等次", "NOT_ASSESSED_HERE", "OFF_LIST",
    }  # fmt: skip
    assert {199, 200, 201} <= {row.on_post for row in rows}
    assert {15, 16} <= {row.longest_run for row in rows}
    assert {30, 31} <= {row.absent for row in rows}


def test_every_refusal_that_the_demonstration_shows_is_in_the_plan(plan: Plan) -> None:
    refused = {step.refusal for step in plan.steps}
    assert refused >= {
        Code.AUTH, Code.SELF, Code.SIZE, Code.LEADER_NOT_FS, Code.NO_CITY_APPROVAL, Code.SECONDMENT_FORBIDDEN,
        Code.NOT_EDUCATED, Code.NO_NONCORRECTION, Code.NO_EVIDENCE, Code.FUTURE_DATE, Code.OVERSPEND, Code.CROSS_KIND,
        Code.USE_NOT_ALLOWED, Code.SUBSTITUTION, Code.DISQUALIFIED, Code.QUOTA, Code.TIE_UNRESOLVED,
        Code.IDEMPOTENCY_KEY_REUSED,
    }  # fmt: skip
    assert any(step.records == {"refused": 1} for step in plan.steps)
    assert any("repeated" in step.records for step in plan.steps)


def test_every_upload_is_inside_the_horizon_and_never_ahead_of_its_day(plan: Plan) -> None:
    for step in batches(plan):
        for record in step.body["records"]:
            day = date.fromisoformat(record["date"])
            over = datetime(day.year, day.month, day.day, tzinfo=CIVIL_TIME) + timedelta(days=1)
            in_time = step.at <= over + HORIZON
            assert in_time == ("refused" not in step.records)
            written = datetime.fromisoformat(record["device_time"])
            assert written <= step.at
            assert written.astimezone(CIVIL_TIME).date() == day


def test_the_late_upload_comes_forty_hours_after_the_day_was_over(plan: Plan) -> None:
    late = [
        step
        for step in batches(plan)
        if [(record["person"], record["date"]) for record in step.body["records"]] == [("P102602", "2017-08-16")]
    ]
    assert [step.at for step in late] == [datetime(2017, 8, 18, 8, 0, tzinfo=UTC)]


def test_the_check_in_after_midnight_is_of_another_day_in_utc(plan: Plan) -> None:
    (step,) = [one for one in plan.steps if one.command == "check-in" and one.refusal is None]
    assert step.at == datetime(2017, 8, 8, 16, 30, tzinfo=UTC)
    assert step.body["date"] == "2017-08-09"


def test_names_and_keys_are_unique_and_every_step_waits_only_for_earlier_ones(plan: Plan) -> None:
    names = [step.name for step in plan.steps]
    assert len(set(names)) == len(names)
    place = {step.name: (step.phase, at) for at, step in enumerate(plan.steps)}
    for step in plan.steps:
        for other in (*step.after, *((step.repeats,) if step.repeats else ())):
            assert place[other] < place[step.name]


def test_instants_never_go_back_within_a_lane(plan: Plan) -> None:
    latest: dict[str, datetime] = {}
    for step in plan.steps:
        assert step.at >= latest.get(step.lane, step.at)
        latest[step.lane] = step.at


def test_the_year_is_finalised_before_its_results_go_anywhere(plan: Plan) -> None:
    assert [step for step in plan.steps if step.phase is Phase.FINAL][-1].command == "finalise-year"
    assert plan.steps[-1].phase is Phase.RESULTS
