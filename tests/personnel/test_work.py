"""Plans and monthly reports to four recipient roles, the work log by duty, meetings, support (Art. 6, 7, 17, 21)."""

from datetime import date
from typing import Any

import pytest

from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from contracts.personnel import (
    Activity,
    AnnualPlanAdopted,
    LivingNeed,
    MonthlyReportDelivered,
    MonthlyReportOverdue,
    OrganisationKind,
    ReportRecipient,
    SupportKind,
    UnitLevel,
    UnitRelation,
    WorkLogRecorded,
)
from contracts.refusals import Code, Refusal
from services.personnel import commands as cmd
from services.personnel.work.activities import DUTY_OF
from services.personnel.work.reports import due_on
from services.personnel.work.routes import Reporting
from services.runtime.duties import CLOCK
from tests.personnel.registry import (
    COUNTY,
    COUNTY_OFFICE,
    KEEPER,
    LEADER,
    LEADER_ACTS,
    PAPERS,
    SPECS,
    TEAM,
    TOWNSHIP_OFFICE,
    VILLAGE,
    Registry,
    code_of,
    member,
    names_of,
    person,
    six_strong,
)

DIGEST = "0" * 64
ASSIGNED = Actor(person="P000910", role=Role.ASSIGNED_UNIT, organisation="O0007")
MEMBER = Actor(person=person(2), role=Role.MEMBER)
HEAD = Actor(person="P000911", role=Role.TOWNSHIP_HEAD)
R = ReportRecipient


def with_assigned_unit(registry: Registry) -> Registry:
    organisation = cmd.RegisterOrganisation(
        organisation="O0007", kind=OrganisationKind.ENTERPRISE, level=UnitLevel.CITY, area=COUNTY
    )
    registry.when(organisation, KEEPER)
    link = cmd.LinkUnit(village=VILLAGE, unit="O0007", relation=UnitRelation.ASSIGNED, starts_on=date(2017, 1, 1))
    assert names_of(registry.when(link, KEEPER)) == ["UnitLinked"]
    return registry


def report(registry: Registry, month: str = "2017-02", deliver: bool = False) -> list[Fact] | Refusal:
    known = Reporting(VILLAGE, registry.team().members, LEADER)
    if deliver:
        return registry.when(cmd.DeliverReport(team=TEAM, month=month), LEADER_ACTS, known)
    said = {"progress": "完成入户走访", "problems": "管网老化", "experience": "党员联户"}
    return registry.when(cmd.SubmitReport(team=TEAM, month=month, document=DIGEST, **said), LEADER_ACTS, known)


def to(facts: list[Fact] | Refusal) -> list[tuple[ReportRecipient, str | None, bool]]:
    assert isinstance(facts, list), facts
    found = [fact for fact in facts if isinstance(fact, MonthlyReportDelivered)]
    return [(fact.recipient, fact.organisation, fact.late) for fact in found]


def test_a31_every_distinct_unit_the_assigned_unit_the_township_and_the_county_office_get_the_report() -> None:
    registry = with_assigned_unit(six_strong())
    other = member(7).model_copy(update={"unit": "O0002"})
    registry.when(
        cmd.AssignMember(team=TEAM, member=other, starts_on=date(2017, 2, 1), because=PAPERS), TOWNSHIP_OFFICE
    )
    assert to(report(registry, "2017-03")) == [
        (R.DISPATCHING_UNIT, "O0001", False),
        (R.DISPATCHING_UNIT, "O0002", False),
        (R.ASSIGNED_UNIT, "O0007", False),
        (R.TOWNSHIP, None, False),
        (R.COUNTY_OFFICE, None, False),
    ]


def test_one_body_in_two_roles_gets_one_document_and_two_deliveries() -> None:
    registry = with_assigned_unit(six_strong())
    registry.when(
        cmd.AssignMember(
            team=TEAM,
            member=member(7).model_copy(update={"unit": "O0007", "unit_level": UnitLevel.CITY}),
            starts_on=date(2017, 2, 1),
            because=PAPERS,
        ),
        TOWNSHIP_OFFICE,
    )
    delivered = to(report(registry, "2017-03"))
    assert [role for role, body, _ in delivered if body == "O0007"] == [R.DISPATCHING_UNIT, R.ASSIGNED_UNIT]


def test_a_recipient_who_comes_later_is_served_later() -> None:
    registry = six_strong()
    assert R.ASSIGNED_UNIT not in [role for role, _, _ in to(report(registry, "2017-03"))]
    assert code_of(report(registry, "2017-03", deliver=True)) is Code.DUPLICATE
    with_assigned_unit(registry)
    assert to(report(registry, "2017-03", deliver=True)) == [(R.ASSIGNED_UNIT, "O0007", False)]
    assert code_of(report(registry, "2017-01", deliver=True)) is Code.UNKNOWN_CASE


@pytest.mark.parametrize(
    ("month", "last"),
    [
        ("2017-01", date(2017, 1, 30)),
        ("2017-02", date(2017, 2, 28)),
        ("2016-02", date(2016, 2, 29)),
        ("2017-04", date(2017, 4, 30)),
        ("2017-12", date(2017, 12, 30)),
    ],
)
def test_a30_a_report_is_due_on_the_30th_in_february_on_the_last_day(month: str, last: date) -> None:
    assert due_on(month, 30) == last


def test_the_due_day_is_in_time_and_the_next_is_late() -> None:
    registry = six_strong()
    for today, late in ((date(2017, 3, 30), False), (date(2017, 3, 31), True)):
        registry.today = today
        assert {one[2] for one in to(report(registry, "2017-03"))} == {late}


def test_no_report_for_a_month_that_has_not_begun_or_in_which_there_was_no_team() -> None:
    registry = six_strong()
    assert code_of(report(registry, "2017-04")) is Code.FUTURE_DATE
    assert code_of(report(registry, "2016-12")) is Code.WRONG_INTERVAL
    assert names_of(report(registry, "2017-01"))[0] == "MonthlyReportSubmitted"


def test_each_recipient_gives_a_receipt_once_for_what_was_delivered() -> None:
    registry = six_strong()

    def receipt(recipient: ReportRecipient, organisation: str | None = None) -> list[Fact] | Refusal:
        command = cmd.AcknowledgeReport(team=TEAM, month="2017-02", recipient=recipient, organisation=organisation)
        return registry.when(command, TOWNSHIP_OFFICE)

    assert code_of(receipt(R.TOWNSHIP)) is Code.UNKNOWN_CASE
    report(registry)
    assert names_of(receipt(R.TOWNSHIP)) == ["MonthlyReportReceived"]
    assert code_of(receipt(R.TOWNSHIP)) is Code.DUPLICATE
    assert code_of(receipt(R.DISPATCHING_UNIT, "O0009")) is Code.UNKNOWN_CASE
    assert names_of(receipt(R.DISPATCHING_UNIT, "O0001")) == ["MonthlyReportReceived"]
    report(registry)
    assert names_of(receipt(R.TOWNSHIP)) == ["MonthlyReportReceived"]


def test_the_clock_says_once_who_has_nothing_after_the_due_day() -> None:
    registry = six_strong()

    def overdue(today: date, recipient: ReportRecipient = R.ASSIGNED_UNIT) -> list[Fact] | Refusal:
        registry.today = today
        command = cmd.SayReportOverdue(team=TEAM, month="2017-03", recipient=recipient)
        return registry.when(command, CLOCK, keys=[f"report/{TEAM}/*", f"team/{TEAM}"])

    assert code_of(overdue(date(2017, 3, 30))) is Code.WRONG_STATE
    said = overdue(date(2017, 3, 31))
    assert isinstance(said, list)
    assert isinstance(said[0], MonthlyReportOverdue)
    assert said[0].due_on == date(2017, 3, 30)
    assert code_of(overdue(date(2017, 4, 1))) is Code.WRONG_STATE
    report(registry, "2017-03")
    assert code_of(overdue(date(2017, 4, 2), R.TOWNSHIP)) is Code.WRONG_STATE


def test_a_plan_has_editions_and_each_year_its_own() -> None:
    registry = six_strong()

    def plan(year: int) -> int:
        facts = registry.when(cmd.AdoptAnnualPlan(team=TEAM, year=year, document=DIGEST, summary="种药材"), LEADER_ACTS)
        assert isinstance(facts, list)
        assert isinstance(facts[0], AnnualPlanAdopted)
        return facts[0].edition

    assert [plan(2017), plan(2017), plan(2018)] == [1, 2, 1]


def log(registry: Registry, by: Actor = MEMBER, **changed: Any) -> list[Fact] | Refusal:
    fields = {"entry": "E1", "activity": Activity.POLICY, "on": date(2017, 2, 1), "text": "入户宣讲"} | changed
    known = Reporting(VILLAGE, registry.team().members, by.person)
    return registry.when(cmd.LogWork(team=TEAM, **fields), by, known)


def test_a_member_writes_his_own_log_under_the_duty_that_the_work_serves() -> None:
    registry = six_strong()
    facts = log(registry, activity=Activity.DISPUTE_MEDIATION)
    assert isinstance(facts, list)
    assert isinstance(facts[0], WorkLogRecorded)
    assert (facts[0].person, facts[0].duty, facts[0].article) == (person(2), "6.6", "6.6")
    assert code_of(log(registry)) is Code.DUPLICATE
    assert code_of(log(registry, entry="E2", on=date(2017, 3, 2))) is Code.FUTURE_DATE
    assert code_of(log(registry, entry="E2", on=date(2016, 12, 31))) is Code.NOT_POSTED


@pytest.mark.parametrize("activity", list(Activity))
def test_the_duties_of_article_7_are_the_leaders_alone(activity: Activity) -> None:
    by_member = log(six_strong(), activity=activity, project="X1")
    assert isinstance(by_member, list) is DUTY_OF[activity].startswith("6."), by_member
    assert isinstance(log(six_strong(), LEADER_ACTS, activity=activity, project="X1"), list)


def test_every_duty_of_articles_6_and_7_that_is_work_can_be_logged() -> None:
    """7.1 and 7.2 are the plan and the report."""
    assert set(DUTY_OF.values()) == {*(f"6.{n}" for n in range(1, 7)), *(f"7.{n}" for n in range(3, 7))}


def test_taking_part_in_a_project_names_the_project() -> None:
    assert code_of(log(six_strong(), activity=Activity.PROJECT_ACCEPTANCE)) is Code.MALFORMED


def test_decisions_of_a_meeting_stay_open_until_carried_out() -> None:
    registry = Registry()
    held = cmd.HoldMeeting(
        meeting="M1", area=COUNTY, on=date(2017, 2, 1), agenda="听取汇报", decisions=("D1", "D2", "D1")
    )
    assert names_of(registry.when(held, COUNTY_OFFICE)) == ["MeetingHeld"]
    assert code_of(registry.when(held, COUNTY_OFFICE)) is Code.DUPLICATE

    def carry_out(decision: str, area: str = COUNTY) -> list[Fact] | Refusal:
        command = cmd.CarryOutDecision(meeting="M1", area=area, decision=decision, on=date(2017, 2, 20))
        return registry.when(command, COUNTY_OFFICE)

    assert names_of(carry_out("D1")) == ["MeetingDecisionCarriedOut"]
    for decision, area in (("D1", COUNTY), ("D9", COUNTY), ("D2", "530128")):
        assert code_of(carry_out(decision, area)) is Code.UNKNOWN_CASE
    assert SPECS[cmd.HoldMeeting].authority(held, None).roles == (Role.CITY_OFFICE, Role.COUNTY_OFFICE)


def test_support_comes_from_the_units_assigned_to_the_village_and_only_money_has_an_amount() -> None:
    registry = six_strong()

    def give(**changed: Any) -> list[Fact] | Refusal:
        fields = {"unit": "O0007", "kind": SupportKind.GOODS, "on": date(2017, 2, 1), "description": "电脑两台"}
        return registry.when(cmd.RecordUnitSupport(village=VILLAGE, **(fields | changed)), ASSIGNED)

    assert code_of(give()) is Code.AUTH
    with_assigned_unit(registry)
    assert names_of(give()) == ["AssignedUnitSupportRecorded"]
    assert code_of(give(amount=100)) is Code.MALFORMED
    assert code_of(give(kind=SupportKind.MONEY)) is Code.MALFORMED
    assert names_of(give(kind=SupportKind.MONEY, amount=100)) == ["AssignedUnitSupportRecorded"]


def test_what_is_missing_is_reported_once_until_it_is_provided() -> None:
    registry = six_strong()
    missing = cmd.ReportMissingCondition(
        village=VILLAGE, need=LivingNeed.LODGING, on=date(2017, 2, 1), description="无住房"
    )
    provided = cmd.ProvideCondition(village=VILLAGE, need=LivingNeed.LODGING, on=date(2017, 2, 20))
    assert names_of(registry.when(missing, LEADER_ACTS)) == ["LivingConditionMissing"]
    assert code_of(registry.when(missing, LEADER_ACTS)) is Code.DUPLICATE
    assert names_of(registry.when(provided, TOWNSHIP_OFFICE)) == ["LivingConditionProvided"]
    assert names_of(registry.when(missing, LEADER_ACTS)) == ["LivingConditionMissing"]


def test_a_request_for_support_is_open_until_it_is_provided() -> None:
    registry = six_strong()
    asked = cmd.RequestSupport(village=VILLAGE, request="Q1", department="O0009", reason="饮水管网")
    got = cmd.RecordSupport(village=VILLAGE, request="Q1", on=date(2017, 2, 20))
    assert code_of(registry.when(got, LEADER_ACTS)) is Code.UNKNOWN_CASE
    assert names_of(registry.when(asked, LEADER_ACTS)) == ["SupportRequested"]
    assert code_of(registry.when(asked, LEADER_ACTS)) is Code.DUPLICATE
    assert names_of(registry.when(got, LEADER_ACTS)) == ["SupportProvided"]
    assert code_of(registry.when(got, LEADER_ACTS)) is Code.UNKNOWN_CASE
    assert code_of(registry.when(asked, LEADER_ACTS)) is Code.DUPLICATE


def test_the_head_of_the_township_visits_in_person_a_registered_village() -> None:
    visit = cmd.RecordHeadVisit(village=VILLAGE, on=date(2017, 2, 1), findings="住房已安排")
    assert code_of(Registry().when(visit, HEAD)) is Code.UNKNOWN_PLACE
    assert names_of(six_strong().when(visit, HEAD)) == ["TownshipHeadVisitRecorded"]
    assert SPECS[cmd.RecordHeadVisit].authority(visit, None).roles == (Role.TOWNSHIP_HEAD,)


def test_released_material_is_recorded_once() -> None:
    registry = Registry()
    shown = cmd.RecordPublicity(item="I1", area=COUNTY, on=date(2017, 2, 1), medium="云南日报", digest=DIGEST)
    assert names_of(registry.when(shown, COUNTY_OFFICE)) == ["PublicityRecorded"]
    assert code_of(registry.when(shown, COUNTY_OFFICE)) is Code.DUPLICATE
    later = shown.model_copy(update={"item": "I2", "on": date(2017, 3, 2)})
    assert code_of(registry.when(later, COUNTY_OFFICE)) is Code.FUTURE_DATE
