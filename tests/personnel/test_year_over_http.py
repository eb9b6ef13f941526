"""A year of a county over HTTP, all services on real servers: what personnel shows, asks, and says by the clock."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio

from contracts.assessment import AssessmentFinalised, FindingOutcome, FindingRecorded
from contracts.envelope import decode
from contracts.example import example_fact
from contracts.identifiers import Role
from contracts.results import AdvancedWorkerSelected
from services.ledger.projection import delivered
from services.ledger.store import Draft
from services.personnel.term.clock import BAR_ENDED, TERM_DUE
from services.personnel.term.hearing import hears_determinations
from services.personnel.training.compliance import TRAINING_SHORTFALL
from services.runtime.duties import Duties
from tests.system.county import COUNTY, KEEPER, PEOPLE, STRANGER, TOWNSHIP, County, running_county, team_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

CITY = "5301"
OFFICIALS = {
    "P530000101": (Role.CITY_OFFICE, CITY, None),
    "P530000102": (Role.DISPATCHING_UNIT, CITY, "O0001"),
    "P530000103": (Role.ASSIGNED_UNIT, TOWNSHIP, "O0002"),
    "P530000104": (Role.COUNTY_ORGANISATION, COUNTY, None),
    "P530000105": (Role.COUNTY_POVERTY, COUNTY, None),
    "P530000106": (Role.TOWNSHIP_HEAD, TOWNSHIP, None),
}
CITY_OFFICE, UNIT, ASSIGNED, ORGANISATION, POVERTY, HEAD = OFFICIALS
LEADER, MEMBER = PEOPLE[0], PEOPLE[1]
TEAM, VILLAGE = team_of(LEADER)
MARCH = date(2017, 3, 1)
DIGEST = "0" * 64


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def county(
    postgres_url: str, empty_bus: str, database_prefix: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[County]:
    async with running_county(postgres_url, empty_bus, database_prefix, tmp_path_factory.mktemp("var")) as county:
        await county.settle()
        first = date(2016, 12, 1)
        body = {"organisation": "O0002", "kind": "enterprise", "level": "city", "area": CITY}
        await county.must(first, KEEPER, "personnel/register-organisation", body)
        for number, (person, (role, area, organisation)) in enumerate(OFFICIALS.items()):
            grant = {"grant": f"E{number}", "person": person, "role": role, "area": area, "starts_on": "2016-12-01"}
            await county.must(
                first, KEEPER, "personnel/grant-role", grant | ({"organisation": organisation} if organisation else {})
            )
        link = {"village": VILLAGE, "unit": "O0002", "relation": "assigned", "starts_on": "2017-01-01"}
        await county.must(date(2017, 1, 1), KEEPER, "personnel/link-unit", link)
        await county.seen("personnel")
        yield county


async def do(county: County, day: date, caller: Role | str, command: str, **body: Any) -> Any:
    answer = await county.must(day, caller, f"personnel/{command}", body)
    await county.seen("personnel")
    return answer


async def refused(county: County, day: date, caller: Role | str, command: str, **body: Any) -> str:
    answer = await county.give(day, caller, f"personnel/{command}", body)
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["code"])


async def ask(county: County, day: date, caller: Role | str, path: str, **parameters: str) -> Any:
    answer = await county.ask(day, caller, f"personnel/{path}", **parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def commands_waiting(county: County, day: date, caller: Role | str) -> list[str | None]:
    return [item["command"] for item in await ask(county, day, caller, "work")]


async def run_clock(county: County, day: date) -> dict[str, int]:
    answer = await county.client.post("/personnel/duties/run", headers=county._headers(KEEPER, day))
    assert answer.status_code == 200, answer.text
    await county.seen("personnel")
    said: dict[str, int] = answer.json()["said"]
    return said


async def say_what_is_due(county: County, day: date) -> dict[str, int]:
    """The duties that look at years alone, without each month's reports: the same rounds, on the same servers."""
    service = county.application._pages["personnel"].state.service
    duties = Duties(service, (TRAINING_SHORTFALL, TERM_DUE, BAR_ENDED))
    said = await duties.round(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    await county.seen("personnel")
    return said


async def test_the_report_reaches_four_recipient_roles_and_the_clock_names_who_has_nothing_once(county: County) -> None:
    report = {"team": TEAM, "month": "2017-01", "document": DIGEST}
    said = {"progress": "入户", "problems": "管网", "experience": "联户"}
    assert await refused(county, date(2017, 1, 20), MEMBER, "submit-report", **report, **said) == "AUTH"
    await do(county, date(2017, 1, 20), LEADER, "submit-report", **report, **said)
    shown = await ask(county, date(2017, 1, 20), Role.COUNTY_OFFICE, "reports", place=COUNTY, month="2017-01")
    mine, other = shown["teams"]
    assert (mine["team"], mine["complete"], other["complete"]) == (TEAM, True, False)
    assert [(row["recipient"], row["organisation"]) for row in mine["delivered"]] == [
        ("assigned_unit", "O0002"),
        ("county_office", None),
        ("dispatching_unit", "O0001"),
        ("township", None),
    ]
    for caller, role, body in (
        (ASSIGNED, "assigned_unit", {"organisation": "O0002"}),
        (UNIT, "dispatching_unit", {"organisation": "O0001"}),
        (Role.TOWNSHIP, "township", {}),
    ):
        assert "acknowledge-report" in await commands_waiting(county, date(2017, 1, 21), caller)
        receipt = {"team": TEAM, "month": "2017-01", "recipient": role} | body
        assert await refused(county, date(2017, 1, 21), MEMBER, "acknowledge-report", **receipt) == "AUTH"
        await do(county, date(2017, 1, 21), caller, "acknowledge-report", **receipt)
        assert "acknowledge-report" not in await commands_waiting(county, date(2017, 1, 21), caller)
    assert (await run_clock(county, date(2017, 1, 30)))["report-overdue"] == 0
    assert (await run_clock(county, date(2017, 1, 31)))["report-overdue"] == 3, "no unit is assigned to that village"
    assert (await run_clock(county, date(2017, 2, 1)))["report-overdue"] == 0
    shown = await ask(county, date(2017, 2, 1), Role.COUNTY_OFFICE, "reports", place=COUNTY, month="2017-01")
    owed = [
        {"recipient": "county_office", "organisation": None},
        {"recipient": "dispatching_unit", "organisation": "O0001"},
        {"recipient": "township", "organisation": None},
    ]
    assert [team["overdue"] for team in shown["teams"]] == [[], owed]
    assert [team["missing"] for team in shown["teams"]] == [[], owed]
    assert [team["by_reference"] for team in shown["teams"]] == [False, False]
    told = [item["title"] for item in await ask(county, date(2017, 2, 1), UNIT, "work")]
    assert f"{team_of(PEOPLE[6])[0]} O0001 2017-01 月报逾期未送达" in told
    read = await ask(county, date(2017, 2, 1), ASSIGNED, f"reports/{TEAM}", month="2017-01")
    assert (read["progress"], read["edition"], read["erased"]) == ("入户", 1, False)
    for caller in (STRANGER, UNIT):
        answer = await county.ask(date(2017, 2, 1), caller, f"personnel/reports/{TEAM}", month="2017-01")
        assert (answer.status_code == 200) is (caller == UNIT)
    answer = await county.ask(date(2017, 2, 1), ASSIGNED, f"personnel/reports/{TEAM}", month="2017-02")
    assert answer.json()["code"] == "UNKNOWN_CASE"


async def test_of_several_units_the_clock_names_the_one_that_lacks_the_report(county: County) -> None:
    """A member of another unit joins after the report went out: that unit alone has nothing when it is due."""
    day = date(2017, 2, 26)
    report = {"team": TEAM, "month": "2017-02", "document": DIGEST}
    said = {"progress": "入户", "problems": "管网", "experience": "联户"}
    await do(county, day, LEADER, "submit-report", **report, **said)
    registered = {"organisation": "O0003", "kind": "organ", "level": "city", "area": CITY}
    await do(county, day, KEEPER, "register-organisation", **registered)
    other = {"person": "P000033", "unit": "O0003", "unit_level": "city", "source": "assigned_unit_cadre"}
    await do(county, date(2017, 2, 27), Role.TOWNSHIP, "assign-member", team=TEAM, member=other, starts_on="2017-02-27")
    shown = await ask(county, date(2017, 2, 27), Role.COUNTY_OFFICE, "reports", place=VILLAGE, month="2017-02")
    lacking = [{"recipient": "dispatching_unit", "organisation": "O0003"}]
    assert (shown["teams"][0]["missing"], shown["teams"][0]["complete"]) == (lacking, False)
    assert (await run_clock(county, MARCH))["report-overdue"] == 4, "and three of the team that reported nothing"
    shown = await ask(county, MARCH, Role.COUNTY_OFFICE, "reports", place=VILLAGE, month="2017-02")
    assert shown["teams"][0]["overdue"] == lacking
    keeper = await ask(county, MARCH, KEEPER, "work")
    assert [item["fields"] for item in keeper if item["command"] == "grant-role"] == [
        {"role": "DU", "organisation": "O0003"}
    ], "nobody may act for that unit"
    away = {"person": "P000033", "team": TEAM, "cause": "retirement", "last_day": "2017-03-01"}
    await do(county, MARCH, Role.TOWNSHIP, "end-posting", **away)
    await do(county, MARCH, LEADER, "deliver-report", team=TEAM, month="2017-02")
    shown = await ask(county, MARCH, Role.COUNTY_OFFICE, "reports", place=VILLAGE, month="2017-02")
    assert (shown["teams"][0]["missing"], shown["teams"][0]["complete"]) == ([], True), "owed to a unit that has left"


async def test_a_withdrawal_goes_from_the_unit_by_way_of_the_county_to_the_city(county: County) -> None:
    case = {"person": PEOPLE[2], "team": TEAM}
    asked = {**case, "unit": "O0001", "request": "R1", "wish": "replacement", "reason": "患病", "evidence": [DIGEST]}
    assert await refused(county, MARCH, UNIT, "request-withdrawal", **asked, reason_class="work") == "NO_CITY_APPROVAL"
    assert await refused(county, MARCH, ASSIGNED, "request-withdrawal", **asked, reason_class="special") == "AUTH"
    await do(county, MARCH, UNIT, "request-withdrawal", **asked, reason_class="special")
    assert "give-county-opinion" in await commands_waiting(county, MARCH, Role.COUNTY_OFFICE)
    assert "approve-withdrawal" in await commands_waiting(county, MARCH, CITY_OFFICE)
    opinion = {**case, "request": "R1", "supports": True, "opinion": "同意"}
    await do(county, MARCH, Role.COUNTY_OFFICE, "give-county-opinion", **opinion)
    asked_for = await ask(county, MARCH, CITY_OFFICE, "movements", place=VILLAGE, year="2017", person=PEOPLE[2])
    assert [(row["step"], row.get("reason") or row.get("opinion")) for row in asked_for["steps"]][1:] == [
        ("WithdrawalRequested", "患病"),
        ("WithdrawalCountyOpinionGiven", "同意"),
    ], "whoever decides reads why it was asked for"
    assert "give-county-opinion" not in await commands_waiting(county, MARCH, Role.COUNTY_OFFICE)
    approval = {**case, "request": "R1", "approval": "S1", "reason": "属实"}
    assert await refused(county, MARCH, Role.COUNTY_OFFICE, "approve-withdrawal", **approval) == "AUTH"
    await do(county, MARCH, CITY_OFFICE, "approve-withdrawal", **approval)
    assert "replace-member" in await commands_waiting(county, MARCH, Role.TOWNSHIP)
    successor = {"person": "P000031", "unit": "O0001", "unit_level": "city", "source": "other"}
    assert "propose-successor" in await commands_waiting(county, MARCH, UNIT)
    await do(county, MARCH, UNIT, "propose-successor", **case, unit="O0001", successor=successor)
    assert "propose-successor" not in await commands_waiting(county, MARCH, UNIT)
    done = {**case, "approval": "S1", "last_day": "2017-03-01", "successor": successor}
    await do(county, MARCH, Role.TOWNSHIP, "replace-member", **done)
    assert "replace-member" not in await commands_waiting(county, MARCH, Role.TOWNSHIP)
    metrics = (await ask(county, MARCH, UNIT, "units/O0001/scorecard", year="2017"))["metrics"]
    assert (metrics["withdrawal_attempts"], metrics["postings"]) == (1, 13)
    assert (await county.ask(MARCH, STRANGER, "personnel/units/O0001/scorecard", year="2017")).status_code == 403


async def test_a_unit_is_told_of_its_own_people_and_of_nobody_elses(county: County) -> None:
    other = {"grant": "E20", "person": "P530000120", "role": "DU", "area": CITY, "organisation": "O0002"}
    await county.must(MARCH, KEEPER, "personnel/grant-role", other | {"starts_on": "2016-12-01"})
    await county.seen("personnel")
    told = [item["title_en"] for item in await ask(county, MARCH, UNIT, "work") if item["kind"] == "notice"]
    assert f"{TEAM} {PEOPLE[2]}: was replaced" in told
    assert not [item for item in await ask(county, MARCH, "P530000120", "work") if item["kind"] == "notice"]
    assert (await ask(county, MARCH, UNIT, f"postings/{PEOPLE[2]}"))["postings"]
    refused_to_other = await county.ask(MARCH, "P530000120", f"personnel/postings/{PEOPLE[2]}")
    assert refused_to_other.json()["code"] == "AUTH"


async def test_the_city_decides_on_its_cadre_and_a_move_needs_both_teams(county: County) -> None:
    person, (team, _) = PEOPLE[8], team_of(PEOPLE[8])
    leader, case = PEOPLE[6], {"person": person, "team": team}
    seen = {"on": "2017-02-01", "ground": "not_diligent", "description": "不尽心尽力"}
    await do(county, date(2017, 2, 1), leader, "record-misconduct", **case, **seen)
    await do(county, date(2017, 2, 2), leader, "give-education", **case, on="2017-02-02", content="谈话")
    await do(county, date(2017, 2, 20), leader, "record-non-correction", **case, on="2017-02-20", evidence=[DIGEST])
    day = date(2017, 2, 21)
    await do(county, day, leader, "request-replacement", **case)
    moved = {**case, "to_team": TEAM, "last_day": "2017-02-20", "source": "other"}
    assert await refused(county, day, Role.TOWNSHIP, "move-member", **moved) == "WRONG_STATE"
    await do(county, day, Role.TOWNSHIP, "escalate-replacement", **case)
    decision = {**case, "last_day": "2017-02-28"}
    assert await refused(county, day, Role.COUNTY_OFFICE, "decide-replacement", **decision) == "WRONG_STATE"
    await do(county, day, Role.COUNTY_OFFICE, "escalate-replacement", **case)
    assert "decide-replacement" in await commands_waiting(county, day, CITY_OFFICE)
    await do(county, day, CITY_OFFICE, "decide-replacement", **decision)
    assert "decide-replacement" not in await commands_waiting(county, day, CITY_OFFICE)
    moved = {**moved, "person": PEOPLE[7]}
    assert await refused(county, day, HEAD, "move-member", **moved) == "AUTH"
    await do(county, day, Role.TOWNSHIP, "move-member", **moved)
    shown = await ask(county, day, Role.COUNTY_OFFICE, "teams", place=TOWNSHIP)
    assert {row["team"]: PEOPLE[7] in row["members"] for row in shown["teams"]} == {TEAM: True, team: False}
    register = await ask(county, day, Role.COUNTY_OFFICE, "education", place=TOWNSHIP, year="2017", person=person)
    assert [(row["step"], row.get("description") or row.get("content")) for row in register["steps"]][:2] == [
        ("MisconductRecorded", "不尽心尽力"),
        ("EducationGiven", "谈话"),
    ]
    assert [row["step"] for row in register["steps"]][-1] == "ReplacementDecided"
    assert (await ask(county, day, person, "education", place=TOWNSHIP, year="2017", person=person)) == register
    of_all = {"place": TOWNSHIP, "year": "2017"}
    assert (await county.ask(day, MEMBER, "personnel/education", **of_all)).json()["code"] == "AUTH"
    weak = await ask(county, day, Role.COUNTY_OFFICE, "strength", place=TOWNSHIP, weak="true")
    assert [(row["team"], row["strength"]) for row in weak["teams"]] == [(team, 4)]
    assert weak["teams"][0]["refill_by"] == "2017-03-23"


async def test_a_leader_who_leaves_is_succeeded_and_authority_follows(county: County) -> None:
    team, village = team_of(PEOPLE[6])
    plan = {"team": team, "year": 2017, "document": DIGEST, "summary": "种药材"}
    ended: dict[str, Any] = {"person": PEOPLE[6], "team": team, "cause": "illness", "last_day": "2017-03-01"}
    assert await refused(county, MARCH, Role.TOWNSHIP, "end-posting", **ended) == "NO_EVIDENCE"
    ended["because"] = {"reason": "住院", "evidence": [DIGEST]}
    await do(county, MARCH, Role.TOWNSHIP, "end-posting", **ended)
    assert "appoint-leader" in await commands_waiting(county, MARCH, Role.TOWNSHIP)
    day = date(2017, 3, 2)
    acting = {"team": team, "person": PEOPLE[9], "starts_on": "2017-03-02", "ends_on": "2017-03-31"}
    await do(county, day, Role.TOWNSHIP, "designate-acting-leader", **acting)
    assert await refused(county, day, PEOPLE[6], "adopt-annual-plan", **plan) == "AUTH"
    await do(county, day, PEOPLE[9], "adopt-annual-plan", **plan)
    secretary = {"person": "P000032", "unit": "O0001", "unit_level": "city", "source": "first_secretary"}
    day = date(2017, 3, 10)
    await do(county, day, Role.TOWNSHIP, "assign-member", team=team, member=secretary, starts_on="2017-03-10")
    await do(county, day, Role.TOWNSHIP, "appoint-leader", team=team, person="P000032", starts_on="2017-03-10")
    assert "appoint-leader" not in await commands_waiting(county, day, Role.TOWNSHIP)
    assert await refused(county, day, PEOPLE[9], "adopt-annual-plan", **plan) == "AUTH"
    await do(county, day, "P000032", "adopt-annual-plan", **plan)
    missing = await ask(county, day, Role.TOWNSHIP, "plans/missing", place=TOWNSHIP, year="2017")
    assert [row["team"] for row in missing["teams"]] == [TEAM]
    kept = (await ask(county, day, Role.TOWNSHIP, "plans", place=TOWNSHIP, year="2017"))["plans"]
    assert [(row["team"], row["edition"]) for row in kept] == [(team, 2)]
    shown = await ask(county, day, Role.COUNTY_OFFICE, "teams", place=village)
    assert shown["teams"][0]["leader"] == "P000032"
    assert [item["title_en"] for item in await ask(county, day, PEOPLE[9], "work")].count(
        f"{team} P000032: was appointed leader"
    ) == 1, "a member hears who leads him"


async def test_the_township_reviews_each_edition_of_a_plan(county: County) -> None:
    (team, village), day = team_of(PEOPLE[6]), date(2017, 3, 11)
    review = {"team": team, "year": 2017, "accepted": False, "opinion": "任务未分解到人"}
    assert "review-annual-plan" in await commands_waiting(county, day, Role.TOWNSHIP)
    assert await refused(county, day, "P000032", "review-annual-plan", **review) == "AUTH"
    assert await refused(county, day, Role.TOWNSHIP, "review-annual-plan", **review | {"year": 2019}) == "UNKNOWN_CASE"
    await do(county, day, Role.TOWNSHIP, "review-annual-plan", **review)
    assert await refused(county, day, Role.TOWNSHIP, "review-annual-plan", **review) == "DUPLICATE"
    assert "review-annual-plan" not in await commands_waiting(county, day, Role.TOWNSHIP)
    (kept,) = (await ask(county, day, "P000032", "plans", place=village, year="2017"))["plans"]
    assert (kept["summary"], kept["accepted"], kept["opinion"]) == ("种药材", False, "任务未分解到人")
    plan = {"team": team, "year": 2017, "document": DIGEST, "summary": "种药材，分解到人"}
    await do(county, day, "P000032", "adopt-annual-plan", **plan)
    await do(county, day, Role.TOWNSHIP, "review-annual-plan", **review | {"accepted": True, "opinion": "同意"})
    (kept,) = (await ask(county, day, "P000032", "plans", place=village, year="2017"))["plans"]
    assert (kept["edition"], kept["accepted"], kept["opinion"]) == (3, True, "同意")


async def test_w47_sessions_count_per_organiser_and_days_per_person(county: County) -> None:
    people = PEOPLE[3:6]

    async def hold(number: int, caller: Role | str, organiser: str, first: int, last: int) -> None:
        area = TOWNSHIP if organiser == "township" else COUNTY
        days = {"starts_on": f"2017-04-{first:02}", "ends_on": f"2017-04-{last:02}"}
        body = {"training": f"X{number}", "area": area, "organiser": organiser, "persons": people, **days}
        await do(county, date(2017, 4, 30), caller, "record-training", **body)

    async def year() -> Any:
        return await ask(county, date(2017, 5, 1), Role.COUNTY_OFFICE, "training", place=COUNTY, year="2017")

    await hold(1, POVERTY, "county", 3, 4)
    await hold(2, Role.TOWNSHIP, "township", 10, 10)
    assert [row["met"] for row in (await year())["township"]] == [False]
    await hold(3, Role.TOWNSHIP, "township", 11, 11)
    shown = await year()
    missed = {"met": True, "people_below_days": len(shown["below_days"])}
    assert shown["county"] == [{"area": COUNTY, "held": 1, "asked": 1, **missed}]
    assert shown["township"] == [{"area": TOWNSHIP, "held": 2, "asked": 2, **missed}], "counts met, five days not"
    below = {row["person"]: row["days"] for row in shown["below_days"]}
    assert [below[person] for person in people] == [4, 4, 4]
    await hold(4, Role.TOWNSHIP, "township", 12, 12)
    below = {row["person"]: row["days"] for row in (await year())["below_days"]}
    assert not below.keys() & set(people)
    assert below[PEOPLE[9]] == 0
    support = {"training": "X1", "area": COUNTY, "body": "市委农办", "trainers": 2}
    await do(county, date(2017, 5, 1), POVERTY, "record-trainer-support", **support)
    assert [(row["training"], row["trainers"]) for row in (await year())["support"]] == [("X1", 2)]


async def test_a_year_without_trainings_is_said_of_the_organisers_and_of_nobody_else(county: County) -> None:
    assert (await say_what_is_due(county, date(2018, 1, 1)))["training-shortfall"] == 2, "held, but people lack days"
    due = {"place": COUNTY, "by": "2018-12-31"}
    terms = (await ask(county, date(2018, 12, 30), Role.COUNTY_OFFICE, "terms", **due))["terms"]
    assert {(row["due_on"], row["said"]) for row in terms} == {("2018-12-31", False)}
    said = await say_what_is_due(county, date(2019, 1, 1))
    assert (said["training-shortfall"], said["term-due"]) == (2, len(terms))
    said = await say_what_is_due(county, date(2019, 1, 2))
    assert (said["training-shortfall"], said["term-due"]) == (0, 0)
    terms = (await ask(county, date(2019, 1, 2), Role.COUNTY_OFFICE, "terms", **due))["terms"]
    assert {row["said"] for row in terms} == {True}
    assert "end-posting" in await commands_waiting(county, date(2019, 1, 2), Role.TOWNSHIP)
    assert "end-posting" not in await commands_waiting(county, date(2018, 12, 30), Role.TOWNSHIP)


async def test_the_shortlist_puts_preferences_first_and_bars_nobody(county: County) -> None:
    day = date(2017, 5, 2)
    opened = {"round": "X1", "level": "city", "area": CITY, "closes_on": "2017-05-31", "wanted": 2}
    assert await refused(county, day, Role.COUNTY_OFFICE, "open-selection-round", **opened) == "AUTH"
    await do(county, day, CITY_OFFICE, "open-selection-round", **opened)
    for person, preferences in (("P000041", []), ("P000042", ["reserve_cadre", "full_party_member"])):
        named = {"round": "X1", "person": person, "unit": "O0001"}
        await do(county, day, UNIT, "nominate-candidate", **named, unit_level="city")
        attested = {"politics": True, "ability": True, "attestation": "符合条件"}
        await do(county, day, UNIT, "attest-candidate", **named, **attested)
        screened = {"round": "X1", "person": person, "preferences": preferences, "reasons": "审查意见"}
        assert await refused(county, day, ORGANISATION, "screen-candidate", **screened) == "AUTH"
        await do(county, day, Role.CITY_ORGANISATION, "screen-candidate", **screened)
    shown = await ask(county, day, CITY_OFFICE, "selection/X1")
    assert [row["person"] for row in shown["candidates"]] == ["P000042", "P000041"]
    assert [(row["reasons"], row["attestation"]) for row in shown["candidates"]] == [("审查意见", "符合条件")] * 2
    assert shown["nominating_units"] == ["O0001"]
    confirmed = {"round": "X1", "person": "P000041", "village": VILLAGE}
    assert await refused(county, day, ORGANISATION, "confirm-dispatch", **confirmed) == "AUTH"
    await do(county, day, Role.CITY_ORGANISATION, "confirm-dispatch", **confirmed)


async def test_a_unit_proposes_a_chief_captain_who_waits_for_the_department(county: County) -> None:
    day, proposed = date(2017, 5, 2), {"person": "P000049", "county": COUNTY, "rank": "deputy"}
    named = proposed | {"unit": "O0001", "reason": "熟悉农村工作"}
    await county.must(day, UNIT, "personnel/propose-chief-captain", named)
    await county.seen("personnel")
    assert "appoint-chief-captain" in await commands_waiting(county, day, Role.CITY_ORGANISATION)
    shown = await ask(county, day, CITY_OFFICE, "chief-captains", place=COUNTY)
    assert [(row["person"], row["reason"]) for row in shown["proposed"]] == [("P000049", "熟悉农村工作")]
    appointed = proposed | {"post": "区委副书记", "starts_on": "2017-05-02"}
    await county.must(day, Role.CITY_ORGANISATION, "personnel/appoint-chief-captain", appointed)
    await county.seen("personnel")
    assert (await ask(county, day, CITY_OFFICE, "chief-captains", place=COUNTY))["proposed"] == []


async def test_work_by_duty_and_what_is_open_are_shown(county: County) -> None:
    day = date(2017, 5, 3)
    entry = {"team": TEAM, "entry": "E1", "activity": "project_planning", "on": "2017-05-02", "text": "项目计划"}
    await do(county, day, MEMBER, "log-work", **entry, project="PJ1")
    election = {"activity": "election", "entry": "E2"}
    assert await refused(county, day, MEMBER, "log-work", **(entry | election)) == "AUTH"
    shown = await ask(county, day, Role.TOWNSHIP, "duties", place=VILLAGE, month="2017-05")
    assert [(row["duty"], row["entries"], row["activities"]) for row in shown["duties"]] == [
        ("6.4", 1, ["project_planning"])
    ]
    assert [(row["project"], row["stages"]) for row in shown["projects"]] == [("PJ1", ["project_planning"])]
    days = {"first": "2017-05-01", "last": "2017-05-31"}
    for asked in ({"duty": "6.4"}, {"activity": "project_planning"}, {"person": MEMBER}, {}):
        (written,) = (await ask(county, day, Role.TOWNSHIP, "worklog", place=VILLAGE, **days, **asked))["entries"]
        assert (written["entry"], written["person"], written["project"]) == ("E1", MEMBER, "PJ1")
    assert (await ask(county, day, Role.TOWNSHIP, "worklog", place=VILLAGE, **days, duty="7.6"))["entries"] == []
    await the_text_is_shown_by_role_and_place_until_it_is_erased(county, day, days)
    assert (await county.ask(day, STRANGER, "personnel/worklog", place=VILLAGE, **days)).status_code == 403
    missing = {"village": VILLAGE, "need": "lodging", "on": "2017-05-03", "description": "无住房"}
    await do(county, day, LEADER, "report-missing-condition", **missing)
    support = {"village": VILLAGE, "request": "Q1", "department": "O0009", "reason": "饮水"}
    await do(county, day, LEADER, "request-support", **support)
    meeting = {"meeting": "M1", "area": COUNTY, "on": "2017-05-03", "agenda": "听取汇报", "decisions": ["D1"]}
    await do(county, day, Role.COUNTY_OFFICE, "hold-meeting", **meeting)
    given = {"village": VILLAGE, "unit": "O0002", "kind": "money", "amount": 500_000, "on": "2017-05-03"}
    await do(county, day, ASSIGNED, "record-unit-support", **given, description="扶持资金")
    await do(county, day, HEAD, "record-head-visit", village=VILLAGE, on="2017-05-03", findings="已安排")
    opened = await ask(county, day, Role.COUNTY_OFFICE, "open", place=COUNTY)
    assert [(row["need"], row["description"]) for row in opened["conditions"]] == [("lodging", "无住房")]
    assert [(row["request"], row["reason"]) for row in opened["requests"]] == [("Q1", "饮水")]
    assert [row["decision"] for row in opened["decisions"]] == ["D1"]
    shown = await ask(county, day, Role.COUNTY_OFFICE, "support", place=COUNTY, year="2017")
    assert [(row["unit"], row["fen"]) for row in shown["units"]] == [("O0002", 500_000)]
    assert [row["visits"] for row in shown["visits"]] == [1]
    assert [(row["area"], row["held"], row["next_by"]) for row in shown["meetings"]] == [(COUNTY, 1, "2017-08-03")]


async def the_text_is_shown_by_role_and_place_until_it_is_erased(
    county: County, day: date, days: dict[str, str]
) -> None:
    async def text_for(caller: Role | str, **more: str) -> Any:
        (entry,) = (await ask(county, day, caller, "worklog", place=VILLAGE, **days, **more))["entries"]
        return entry.get("text", "not shown")

    colleague = PEOPLE[3]
    for caller in (Role.TOWNSHIP, Role.COUNTY_OFFICE, LEADER, MEMBER):
        assert await text_for(caller) == "项目计划", caller
    assert await text_for(UNIT, person=MEMBER) == "项目计划", "the unit reads of its own people"
    assert (await text_for(colleague), await text_for(KEEPER)) == ("not shown", "not shown")
    assert (await county.ask(day, UNIT, "personnel/worklog", place=VILLAGE, **days)).status_code == 403
    store = county.application.hosted["personnel"].node.store
    (entry,) = (await ask(county, day, Role.TOWNSHIP, "worklog", place=VILLAGE, **days))["entries"]
    assert entry["erased"] is False
    before = await store.read_subject(["worklog"], MEMBER)
    await store.erase(entry["event"], list(await store.disclosed_members(entry["event"])))
    (entry,) = (await ask(county, day, Role.TOWNSHIP, "worklog", place=VILLAGE, **days))["entries"]
    assert (entry["text"], entry["erased"], entry["duty"]) == (None, True, "6.4")
    assert await store.read_subject(["worklog"], MEMBER) == before, "the log and its proofs stay"


async def determine(county: County, person: str, outcome: str, number: int, at: datetime) -> str:
    """A determination in assessment's log, as its contract says it; returns the event's id."""
    hosted = county.application.hosted["assessment"]
    fact = example_fact(AssessmentFinalised.type()).model_copy(
        update={
            "person": person,
            "year": 2017,
            "outcome": outcome,
            "determination": number,
            "county": COUNTY,
            "findings": (FindingRecorded(article="9.2", outcome=FindingOutcome.MET, values={"on_post": 199 + number}),),
        }
    )
    stream, event = "award/5301/2017", str(uuid4())
    heads = await hosted.node.store.heads([stream])
    draft = Draft(stream=stream, fact=fact, id=event)
    (stored,) = await hosted.node.store.append(
        [draft], heads=heads, recorded=at, correlation=f"determined-{person}-{number}", receipt=None
    )
    position = {stored.stream: stored.version}
    await county.application.hosted["personnel"].visibility.wait_for(position, 60)
    return event


async def until_barred(county: County, person: str, expected: bool, on: str) -> Any:
    """The answer once the reaction has heard; it asks a real service until it does."""
    for _ in range(1_200):
        shown = await ask(county, date(2018, 2, 1), ORGANISATION, f"promotion-bar/{person}", on=on)
        if shown["barred"] is expected:
            return shown
        await asyncio.sleep(0.05)
    raise AssertionError(shown)


async def test_w54_a_determination_bars_promotion_for_a_year_and_a_later_one_lifts_it(county: County) -> None:
    person = PEOPLE[9]
    event = await determine(county, person, "不称职", 1, datetime(2018, 1, 19, 17, 0, tzinfo=UTC))
    shown = await until_barred(county, person, True, "2018-06-01")
    assert shown["until"] == "2019-01-20"
    assert (shown["determined_on"], shown["assessment"], shown["year"]) == ("2018-01-20", event, 2017)
    (barred,) = (await county.application.hosted["personnel"].node.store.read({f"bar/{person}": 0}))[f"bar/{person}"]
    said = decode(barred.body)
    assert (said.correlationid, said.causationid) == (f"determined-{person}-1", event)  # one trace with its cause
    assert (await ask(county, date(2018, 2, 1), ORGANISATION, f"promotion-bar/{person}", on="2019-01-21"))[
        "barred"
    ] is False
    ended = [(await say_what_is_due(county, date(2019, 1, day)))["bar-ended"] for day in (20, 21, 22)]
    assert ended == [0, 1, 0], "the day after the last barred one, once"
    promoted = {"person": person}
    assert await refused(county, date(2019, 1, 20), ORGANISATION, "check-promotion", **promoted) == "BARRED"
    await do(county, date(2019, 1, 21), ORGANISATION, "check-promotion", **promoted)
    await determine(county, person, "称职", 2, datetime(2018, 2, 20, 2, 0, tzinfo=UTC))
    await until_barred(county, person, False, "2018-06-01")
    for caller in (STRANGER, PEOPLE[8]):
        answer = await county.ask(date(2018, 2, 1), caller, f"personnel/promotion-bar/{person}")
        assert answer.json()["code"] == "AUTH"
    assert (await ask(county, date(2018, 2, 1), UNIT, f"promotion-bar/{person}"))["barred"] is False


async def test_the_commended_come_first_other_things_being_equal(county: County) -> None:
    person, day = PEOPLE[11], date(2018, 3, 1)
    selected = example_fact(AdvancedWorkerSelected.type()).model_copy(update={"person": person, "year": 2017})
    store = county.application.hosted["assessment"].node.store
    stream, event = "award/5301/2017", str(uuid4())
    (stored,) = await store.append(
        [Draft(stream=stream, fact=selected, id=event)],
        heads=await store.heads([stream]),
        recorded=datetime(2018, 2, 1, tzinfo=UTC),
        correlation="test",
        receipt=None,
    )
    await county.application.hosted["personnel"].visibility.wait_for({stored.stream: stored.version}, 60)
    merits = {"tasks_done_well": True, "clear_results": True, "reasons": "帮扶成效明显"}
    said = {"person": person, "commendation": "昆联发〔2018〕3号", "level": "city", **merits}
    assert await refused(county, day, ASSIGNED, "record-promotion-priority", **said) == "AUTH"
    await do(county, day, ORGANISATION, "record-promotion-priority", **said)
    shown = await ask(county, day, ORGANISATION, f"promotion-priority/{person}")
    assert [(row["commendation"], row["level"]) for row in shown["priorities"]] == [("昆联发〔2018〕3号", "city")]
    assert shown["advanced"] == [{"year": 2017, "event": event}]


async def test_a_determination_heard_twice_is_said_once(county: County) -> None:
    person, hosted = PEOPLE[9], county.application.hosted["personnel"]
    service = county.application._pages["personnel"].state.service
    log = await county.application.hosted["assessment"].node.store.read_subject(["assessment"], person)
    before = await hosted.node.store.read_subject(["bar"], person)
    for event in log:
        heard = delivered("zhucun.demo/assessment", 0, event.body, event.leaf)
        await hears_determinations(service).react(heard)
    assert await hosted.node.store.read_subject(["bar"], person) == before


async def test_a_person_claimed_by_two_teams_at_once_goes_to_one(county: County) -> None:
    day = date(2017, 6, 1)
    await county.seen("personnel")
    claimed = {"person": "P000055", "unit": "O0001", "unit_level": "city", "source": "other"}

    async def claim(number: int) -> int:
        team = (TEAM, team_of(PEOPLE[6])[0])[number % 2]
        body = {"team": team, "member": claimed, "starts_on": "2017-06-01"}
        return (await county.give(day, Role.TOWNSHIP, "personnel/assign-member", body)).status_code

    answers = await asyncio.gather(*(claim(number) for number in range(12)))
    assert sorted(answers) == [201, *[409] * 11]


async def test_the_end_of_a_term_gives_a_certificate_and_fifteen_days_and_the_unit_a_record(county: County) -> None:
    person, team = PEOPLE[10], team_of(PEOPLE[10])[0]
    ended: dict[str, Any] = {"person": person, "team": team, "cause": "term", "last_day": "2017-12-31"}
    day = date(2018, 1, 2)
    assert await refused(county, day, Role.TOWNSHIP, "end-posting", **ended) == "NO_EVIDENCE"
    ended["because"] = {"reason": "本批次轮换文件", "evidence": [DIGEST]}
    await do(county, day, Role.TOWNSHIP, "end-posting", **ended)
    moved = await ask(county, day, UNIT, "movements", place=VILLAGE[:9], year="2017", person=person)
    assert [(row["step"], row["reason"], row["late"]) for row in moved["steps"]] == [
        ("TeamMemberAssigned", None, False),
        ("PostingEnded", "本批次轮换文件", False),
    ]
    shown = await ask(county, day, person, f"experience/{person}")
    assert [(row["starts_on"], row["last_day"]) for row in shown["credited"]] == [("2017-01-01", "2017-12-31")]
    printed = await county.ask(day, ORGANISATION, f"personnel/experience/{person}/certificate")
    assert printed.headers["content-type"].startswith("text/html")
    for part in (
        person,
        "2017-01-01",
        "2017-12-31",
        shown["credited"][0]["event"],
        "zhucun.demo/personnel",
        "第十二条",
    ):
        assert part in printed.text
    assert not [part for part in ("<script", "http:", "https:") if part in printed.text]
    assert (await county.ask(day, STRANGER, f"personnel/experience/{person}/certificate")).status_code == 403
    assert (await county.ask(day, ORGANISATION, f"personnel/experience/{PEOPLE[9]}/certificate")).status_code == 404
    leave = {"person": person, "unit": "O0001", "leave": "B1"}
    assert await refused(county, day, PEOPLE[9], "request-compensatory-leave", person=person) == "AUTH"
    await do(county, day, person, "request-compensatory-leave", person=person)
    assert "grant-compensatory-leave" in await commands_waiting(county, day, UNIT)
    assert await refused(county, day, ASSIGNED, "grant-compensatory-leave", **leave) == "AUTH"
    await do(county, day, UNIT, "grant-compensatory-leave", **leave)
    assert await refused(county, day, UNIT, "grant-compensatory-leave", **leave) == "DUPLICATE"
    assert "grant-compensatory-leave" not in await commands_waiting(county, day, UNIT)
    due = await ask(county, day, Role.COUNTY_OFFICE, "compensatory-leave", place=COUNTY)
    assert [(row["person"], row["days"]) for row in due["outstanding"]] == [(person, 15)]
    await do(county, day, UNIT, "take-compensatory-leave", **leave, starts_on="2018-01-08")
    due = await ask(county, day, Role.COUNTY_OFFICE, "compensatory-leave", place=COUNTY)
    assert due["outstanding"] == []
    card = await ask(county, day, UNIT, "units/O0001/scorecard", year="2017")
    metrics, left_out = card["metrics"], {row["person"]: row["reason"] for row in card["left_out"]}
    assert (metrics["on_post_days"], metrics["counted_days"]) == (201, 365), "of the one who was determined, twice"
    assert metrics["left_out"] == len(left_out)
    assert PEOPLE[9] not in left_out
    assert (left_out[LEADER], left_out[PEOPLE[2]]) == ("not_determined", "under_half_year")
    basis = {"unit": "O0001", "year": 2017, "area": COUNTY}
    await do(county, day, Role.COUNTY_OFFICE, "publish-unit-basis", **basis)
    assert await refused(county, day, Role.COUNTY_OFFICE, "publish-unit-basis", **basis) == "DUPLICATE"
    published = await county.application.hosted["personnel"].node.store.read_subject(["unit"], "O0001")
    assert b'"metric":"withdrawal_attempts"' in published[0].body


@pytest.mark.parametrize(
    ("path", "parameters"),
    [
        ("training", {"place": COUNTY, "year": "0"}),
        ("plans/missing", {"place": COUNTY, "year": "99999"}),
        ("support", {"place": "", "year": "2017"}),
        ("teams", {"place": "%"}),
        ("units/O0001/scorecard", {"year": "-1"}),
        ("worklog", {"place": COUNTY, "first": "x", "last": "2017-12-31"}),
    ],
)
async def test_a_question_that_makes_no_sense_is_malformed(county: County, path: str, parameters: Any) -> None:
    answer = await county.ask(MARCH, CITY_OFFICE, f"personnel/{path}", **parameters)
    assert (answer.status_code, answer.json()["code"]) == (422, "MALFORMED")


async def test_teams_show_their_sources_and_villages_without_one_are_named(county: County) -> None:
    day = date(2018, 1, 3)
    village = f"{VILLAGE[:9]}299"
    await county.must(day, KEEPER, "personnel/register-village", {"village": village, "registered_poor": False})
    await county.seen("personnel")
    shown = await ask(county, day, Role.COUNTY_OFFICE, "villages/without-team", place=COUNTY)
    assert [(row["village"], row["rule_mode"]) for row in shown["villages"]] == [(village, "reference")]
    teams = (await ask(county, day, Role.COUNTY_OFFICE, "teams", place=COUNTY))["teams"]
    first = next(team for team in teams if team["team"] == TEAM)
    assert sum(first["sources"].values()) == len(first["members"])
    assert first["by_reference"] is False
    small = [{"person": "P000091", "unit": "O0001", "unit_level": "city", "source": "first_secretary"}]
    formed = {"team": "T0099", "village": village, "formed_on": "2018-01-03", "members": small, "leader": "P000091"}
    await do(county, day, Role.TOWNSHIP, "form-team", **formed)
    weak = (await ask(county, day, Role.COUNTY_OFFICE, "strength", place=village, weak="true"))["teams"]
    assert [(team["strength"], team["by_reference"], team["other_leader_since"]) for team in weak] == [(1, True, None)]
    second = {"person": "P000092", "unit": "O0001", "unit_level": "city", "source": "other"}
    await do(county, day, Role.TOWNSHIP, "assign-member", team="T0099", member=second, starts_on="2018-01-03")
    day = date(2018, 1, 4)
    await do(county, day, Role.TOWNSHIP, "appoint-leader", team="T0099", person="P000092", starts_on="2018-01-04")
    weak = (await ask(county, day, Role.COUNTY_OFFICE, "strength", place=village, weak="true"))["teams"]
    assert [team["other_leader_since"] for team in weak] == ["2018-01-04"], "a warning where it holds by reference"
    told = [item["title"] for item in await ask(county, day, Role.COUNTY_OFFICE, "work")]
    assert "T0099 队长不是第一书记（参照执行的村）" in told
    shown = await ask(county, day, Role.COUNTY_OFFICE, "villages/without-team", place=COUNTY)
    assert shown["villages"] == []
