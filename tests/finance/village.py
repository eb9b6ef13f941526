"""A village with projects, without servers: the steps of Art. 20 as tests say them."""

from datetime import date, timedelta
from typing import Any

from contracts.fact import Actor, Fact
from contracts.finance import FundKind, FundSource, Use
from contracts.identifiers import Role
from contracts.projects import NoticePhase
from contracts.refusals import Refusal
from services.finance import commands as cmd
from services.finance.known import Known
from services.finance.projects import commands as pcmd
from tests.finance.treasury import (
    CASHIER,
    CITY_FINANCE,
    COUNTY_FINANCE,
    LEADER,
    NEIGHBOUR,
    TEAM,
    TODAY,
    TOWNSHIP,
    UNIT,
    UNIT_CLERK,
    VILLAGE,
    Treasury,
    somebody,
)

COMMITTEES = somebody(11, Role.VILLAGE_COMMITTEES)
REPRESENTATIVE = somebody(12, Role.VILLAGE_REPRESENTATIVES)
TOWNSHIP_OFFICE = somebody(13, Role.TOWNSHIP)
LEADING_GROUP = somebody(14, Role.COUNTY_LEADING_GROUP)
DONOR = somebody(15, Role.INVESTOR)
DIGEST = "0" * 64
PROJECT = "X1"


class Village(Treasury):
    """Gives the commands of one project `X1`; what does not matter is filled in."""

    def __init__(self, today: date = TODAY) -> None:
        super().__init__(today)
        self.poor = True

    def step(self, command: Any, by: Actor, caller_team: str = TEAM) -> list[Fact] | Refusal:
        """A command about the project as it now stands."""
        project = self.project(command.project)
        known = Known(
            VILLAGE,
            kind=project.kind,
            caller_team=caller_team,
            team=project.team or TEAM,
            source=project.source,
            giver=project.giver,
            registered_poor=self.poor,
        )
        return self.when(command, by, known)

    def propose(self, amount: int, by: Actor = COMMITTEES, **changed: Any) -> list[Fact] | Refusal:
        fields: dict[str, Any] = {
            "project": PROJECT,
            "team": TEAM,
            "kind": FundKind.FISCAL_POVERTY,
            "source": FundSource.COUNTY,
            "title": "人畜饮水工程",
            "site": "一组水源点",
        } | changed
        return self.step(pcmd.ProposeProject(amount=amount, **fields), by)

    def propose_other(self, amount: int, **changed: Any) -> list[Fact] | Refusal:
        """A well given by somebody."""
        fields = {"kind": FundKind.OTHER, "source": FundSource.INVESTOR, "giver": DONOR.person} | changed
        return self.propose(amount, **fields)

    def meet(self, **changed: Any) -> list[Fact] | Refusal:
        fields: dict[str, Any] = {
            "held_on": self.today,
            "representatives": 30,
            "present": 20,
            "in_favour": 11,
            "team_present": True,
            "committees_present": True,
            "minutes": DIGEST,
        } | changed
        return self.step(pcmd.HoldMeeting(project=PROJECT, **fields), COMMITTEES)

    def determine(self, by: Actor = COMMITTEES) -> list[Fact] | Refusal:
        return self.step(pcmd.DetermineProject(project=PROJECT), by)

    def review(self) -> list[Fact] | Refusal:
        return self.step(pcmd.ReviewProject(project=PROJECT), TOWNSHIP_OFFICE)

    def document(self) -> list[Fact] | Refusal:
        return self.step(pcmd.IssueTownshipDocument(project=PROJECT, document="铜党发〔2017〕12号"), TOWNSHIP_OFFICE)

    def decide(self, *, approve: bool = True, **papers: Any) -> list[Fact] | Refusal:
        given = papers or ({"document": "东扶领〔2017〕3号"} if approve else {"reason": "重复建设"})
        return self.step(pcmd.DecideProject(project=PROJECT, approve=approve, **given), LEADING_GROUP)

    def give_consent(self, by: Actor = DONOR, on: date | None = None) -> list[Fact] | Refusal:
        command = pcmd.GiveConsent(project=PROJECT, consent=DIGEST, consented_on=on or self.today)
        return self.step(command, by)

    def start(self, on: date | None = None) -> list[Fact] | Refusal:
        return self.step(pcmd.StartProject(project=PROJECT, started_on=on or self.today), LEADER)

    def change(self, amount: int, site: str = "一组水源点") -> list[Fact] | Refusal:
        return self.step(pcmd.ChangeProject(project=PROJECT, amount=amount, site=site, reason="设计变更"), LEADER)

    def post(
        self, notice: str = "N1", phase: NoticePhase = NoticePhase.PLAN, *payments: str, days: int = 10
    ) -> list[Fact] | Refusal:
        command = pcmd.Publicise(
            project=PROJECT,
            notice=notice,
            phase=phase,
            payments=payments,
            starts_on=self.today,
            ends_on=self.today + timedelta(days=days - 1),
            photo=DIGEST,
        )
        return self.step(command, LEADER)

    def complete(self, notice: str = "N1") -> list[Fact] | Refusal:
        return self.step(pcmd.CompleteNotice(project=PROJECT, notice=notice), LEADER)

    def object(self, objection: str = "B1", notice: str = "N1") -> list[Fact] | Refusal:
        command = pcmd.RaiseObjection(project=PROJECT, notice=notice, objection=objection, content="金额不符")
        return self.step(command, REPRESENTATIVE)

    def resolve(self, objection: str = "B1", *, upheld: bool = False) -> list[Fact] | Refusal:
        command = pcmd.ResolveObjection(project=PROJECT, objection=objection, upheld=upheld, reasons="已核对")
        return self.step(command, TOWNSHIP_OFFICE)

    def hand_over_project(self, to_team: str = NEIGHBOUR, **known: Any) -> list[Fact] | Refusal:
        """County finance gives the project of the dissolved team to the village's next one."""
        project = self.project()
        found: dict[str, Any] = {"dissolved": True, "to_village": VILLAGE} | known
        command = pcmd.HandOverProject(project=PROJECT, handover=f"H{len(self.facts)}", to_team=to_team)
        return self.when(command, COUNTY_FINANCE, Known(VILLAGE, kind=project.kind, team=project.team, **found))

    def accept(self) -> list[Fact] | Refusal:
        return self.step(pcmd.AcceptProject(project=PROJECT, accepted_on=self.today), TOWNSHIP_OFFICE)

    # Longer stretches of the way.

    def approved(self, amount: int) -> None:
        """A fiscal project with its whole chain."""
        for done in (
            self.propose(amount),
            self.meet(),
            self.determine(),
            self.review(),
            self.document(),
            self.decide(),
        ):
            assert isinstance(done, list), done

    def posted(self, notice: str = "N1", phase: NoticePhase = NoticePhase.PLAN, *payments: str) -> None:
        """A notice that stood its ten days."""
        assert isinstance(self.post(notice, phase, *payments), list)
        self.today += timedelta(days=10)
        assert isinstance(self.complete(notice), list)

    def fund_project(self, amount: int, name: str = "AX") -> None:
        """The county's fiscal money for the project, all the way into the team's book."""
        given = cmd.Appropriate(
            appropriation=name,
            kind=FundKind.FISCAL_POVERTY,
            source=FundSource.COUNTY,
            recipient=TOWNSHIP,
            year=2017,
            amount=amount,
            project=PROJECT,
        )
        received = cmd.Receive(appropriation=name, amount=amount, received_on=self.today)
        allotted = cmd.Allot(appropriation=name, allotment=name, team=TEAM, amount=amount)
        known = Known(VILLAGE, kind=FundKind.FISCAL_POVERTY, project=PROJECT)
        for done in (
            self.when(given, COUNTY_FINANCE, Known(TOWNSHIP, project=PROJECT)),
            self.when(received, CASHIER, Known(TOWNSHIP)),
            self.when(allotted, COUNTY_FINANCE, known),
        ):
            assert isinstance(done, list), done

    def ask(self, amount: int, payment: str = "Y1", kind: FundKind = FundKind.FISCAL_POVERTY) -> list[Fact] | Refusal:
        return self.request(amount, payment, kind, Use.PROJECT, project=PROJECT)


GIVERS = {
    (FundKind.ASSISTANCE, FundSource.UNIT, UNIT): UNIT_CLERK,
    (FundKind.OTHER, FundSource.INVESTOR, DONOR.person): DONOR,
    (FundKind.SPECIAL, FundSource.CITY, None): CITY_FINANCE,
    (FundKind.SPECIAL, FundSource.COUNTY, None): COUNTY_FINANCE,
}
"""Kind, source and giver of a project that needs consent, and who gives it."""
