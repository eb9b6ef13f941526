"""A treasury without servers: commands are decided and folded by the real code; people and places have names."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from contracts.fact import Actor, Fact
from contracts.finance import FundKind, FundSource, Use
from contracts.identifiers import Role
from contracts.refusals import Code, Refusal
from services.finance import commands as cmd
from services.finance.books.meals import stream_keys
from services.finance.domain import decide
from services.finance.known import Known
from services.finance.projects import commands as pcmd
from services.finance.state import Account, Appropriation, Project, State, evolve, held, initial
from services.finance.streams import (
    appropriation_stream,
    board_stream,
    fund_stream,
    project_stream,
    recipients_stream,
    supervision_stream,
)
from services.runtime.decisions import Act, Recorded
from services.runtime.parameters import Parameters

PARAMETERS = Parameters.load(Path("services/finance/parameters.yaml"))
COUNTY, TOWNSHIP, OTHER_TOWNSHIP = "530113", "530113100", "530113101"
TEAM, VILLAGE = "T0001", "530113100201"
NEIGHBOUR, NEIGHBOUR_VILLAGE = "T0002", "530113100202"
FAR_TEAM, FAR_VILLAGE = "T0003", "530113101201"
VILLAGES = {TEAM: VILLAGE, NEIGHBOUR: NEIGHBOUR_VILLAGE, FAR_TEAM: FAR_VILLAGE}
UNIT = "O0001"
TODAY = date(2017, 3, 1)


def somebody(person: int, role: Role, organisation: str | None = None) -> Actor:
    return Actor(person=f"P{person:06}", role=role, organisation=organisation)


CITY_FINANCE = somebody(1, Role.CITY_FINANCE)
COUNTY_FINANCE = somebody(2, Role.COUNTY_FINANCE)
CASHIER = somebody(3, Role.TOWNSHIP_FINANCE)
LEADER = somebody(4, Role.TEAM_LEADER)
APPROVER = somebody(5, Role.TOWNSHIP_LEADER)
UNIT_CLERK = somebody(6, Role.DISPATCHING_UNIT, UNIT)


def fen(yuan: str) -> int:
    """`30000.01` as fen, without a float."""
    whole, _, part = yuan.partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


class Treasury:
    """Gives commands on a date and remembers what was recorded."""

    def __init__(self, today: date = TODAY) -> None:
        self.today = today
        self.states: dict[str, State] = {}
        self.facts: list[Fact] = []

    def when(self, command: Any, by: Actor, known: Known) -> list[Fact] | Refusal:
        """The facts that the command led to, already folded in, or its refusal."""
        keys = self._keys(command, known)
        states = {key: self.states.get(key, initial(key)) for key in keys}
        now = datetime(self.today.year, self.today.month, self.today.day, 2, tzinfo=UTC)
        decision = decide(Act(command, by, now, self.today, PARAMETERS.at(self.today), known), states)
        if isinstance(decision, Refusal):
            return decision
        for emit in decision.emits:
            recorded = Recorded("-", emit.stream, 0, emit.fact)
            states[emit.stream] = evolve(states[emit.stream], recorded)
        self.states |= states
        self.facts += [emit.fact for emit in decision.emits]
        return [emit.fact for emit in decision.emits]

    def _keys(self, command: Any, known: Known) -> list[str]:
        project = [] if known.project is None else [project_stream(known.project)]
        meals = stream_keys(known.meals)
        match command:
            case cmd.NameRecipients():
                return [recipients_stream(known.place, command.year)]
            case cmd.Appropriate() | cmd.Receive():
                return [appropriation_stream(command.appropriation), *project]
            case cmd.Allot():
                assert known.kind is not None
                return [appropriation_stream(command.appropriation), fund_stream(command.team, known.kind), *project]
            case cmd.ContributeWorkFund():
                return [fund_stream(command.team, FundKind.WORK)]
            case cmd.Move():
                return [fund_stream(command.team, command.from_kind)]
            case cmd.HandOver():
                return [fund_stream(command.team, command.kind), fund_stream(command.to_team, command.kind)]
            case cmd.PayBoard():
                return [board_stream(command.person, command.month)]
            case cmd.GiveOpinion() | cmd.FlagMisuse():
                return [supervision_stream(command.team), fund_stream(command.team, command.kind)]
            case pcmd.ProposeProject():
                return [project_stream(command.project)]
            case pcmd.HandOverProject():
                assert known.team is not None
                assert known.kind is not None
                books = [fund_stream(team, known.kind) for team in (known.team, command.to_team)]
                return [project_stream(command.project), *books]
            case pcmd.ProjectStep() | pcmd.HoldMeeting():
                assert known.team is not None
                assert known.kind is not None
                return [project_stream(command.project), fund_stream(known.team, known.kind)]
        return [fund_stream(command.team, command.kind), *project, *meals]

    def book(self, team: str = TEAM, kind: FundKind = FundKind.SPECIAL) -> Account:
        key = fund_stream(team, kind)
        return held({key: self.states.get(key, initial(key))}, key, Account)

    def appropriation(self, name: str = "A1") -> Appropriation:
        key = appropriation_stream(name)
        return held({key: self.states.get(key, initial(key))}, key, Appropriation)

    def project(self, name: str = "X1") -> Project:
        key = project_stream(name)
        return held({key: self.states.get(key, initial(key))}, key, Project)

    # What the tests say, with the parts that do not matter filled in.

    def appropriate(
        self, amount: int, name: str = "A1", recipient: str = TOWNSHIP, **changed: Any
    ) -> list[Fact] | Refusal:
        fields = {"kind": FundKind.SPECIAL, "source": FundSource.CITY, "year": self.today.year} | changed
        command = cmd.Appropriate(appropriation=name, recipient=recipient, amount=amount, **fields)
        by = CITY_FINANCE if command.source is FundSource.CITY else COUNTY_FINANCE
        return self.when(command, by, Known(recipient))

    def receive(self, amount: int, name: str = "A1", **changed: Any) -> list[Fact] | Refusal:
        fields = {"received_on": self.today} | changed
        return self.when(cmd.Receive(appropriation=name, amount=amount, **fields), CASHIER, Known(TOWNSHIP))

    def allot(
        self, amount: int, allotment: str, team: str = TEAM, name: str = "A1", **changed: Any
    ) -> list[Fact] | Refusal:
        command = cmd.Allot(appropriation=name, allotment=allotment, team=team, amount=amount, **changed)
        return self.when(command, COUNTY_FINANCE, Known(VILLAGES[team], kind=FundKind.SPECIAL))

    def fund(self, amount: int, team: str = TEAM) -> None:
        """Special subsidy all the way into the team's book."""
        name = f"A{len(self.facts)}"
        for step in (self.appropriate(amount, name), self.receive(amount, name), self.allot(amount, name, team, name)):
            assert isinstance(step, list), step

    def contribute(self, amount: int, contribution: str = "C1", posts: int = 3, **changed: Any) -> list[Fact] | Refusal:
        fields = {"from_kind": FundKind.WORK, "persons": posts or 1, "year": self.today.year} | changed
        command = cmd.ContributeWorkFund(contribution=contribution, unit=UNIT, team=TEAM, amount=amount, **fields)
        return self.when(command, UNIT_CLERK, Known(VILLAGE, posts=posts))

    def assist(self, amount: int, receipt: str = "R1", **changed: Any) -> list[Fact] | Refusal:
        """Money of a unit for the village, booked as what it is."""
        fields: dict[str, Any] = {
            "kind": FundKind.ASSISTANCE,
            "source": FundSource.UNIT,
            "giver": UNIT,
            "received_on": self.today,
        } | changed
        command = cmd.ReceiveAssistance(receipt=receipt, team=TEAM, amount=amount, **fields)
        return self.when(command, CASHIER, Known(VILLAGE, project=command.project))

    def request(
        self,
        amount: int,
        payment: str = "Y1",
        kind: FundKind = FundKind.SPECIAL,
        use: Use = Use.INDUSTRY,
        by: Actor = LEADER,
        caller_team: str = TEAM,
        **changed: Any,
    ) -> list[Fact] | Refusal:
        fields = ({"meals": ()} if use is Use.TRAVEL else {}) | changed
        command = cmd.RequestSpending(
            payment=payment, team=TEAM, kind=kind, use=use, amount=amount, purpose="购置", **fields
        )
        known = Known(VILLAGE, caller_team=caller_team, project=command.project, meals=command.meals or ())
        return self.when(command, by, known)

    def approve(
        self, payment: str = "Y1", kind: FundKind = FundKind.SPECIAL, by: Actor = APPROVER
    ) -> list[Fact] | Refusal:
        return self.when(cmd.ApproveSpending(payment=payment, team=TEAM, kind=kind), by, self.of(payment, kind))

    def refuse(self, payment: str = "Y1", by: Actor = APPROVER) -> list[Fact] | Refusal:
        command = cmd.RefuseSpending(payment=payment, team=TEAM, kind=FundKind.SPECIAL, reason="无票据")
        return self.when(command, by, self.of(payment, FundKind.SPECIAL))

    def consent(self, by: Actor, payment: str = "Y1", kind: FundKind = FundKind.SPECIAL) -> list[Fact] | Refusal:
        command = cmd.ConsentOtherUse(payment=payment, team=TEAM, kind=kind, unit=by.organisation)
        return self.when(command, by, self.of(payment, kind))

    def pay(
        self, payment: str = "Y1", kind: FundKind = FundKind.SPECIAL, by: Actor = CASHIER, on: date | None = None
    ) -> list[Fact] | Refusal:
        command = cmd.Disburse(payment=payment, team=TEAM, kind=kind, paid_on=on or self.today)
        return self.when(command, by, self.of(payment, kind))

    def release(self, payment: str = "Y1", kind: FundKind = FundKind.SPECIAL) -> list[Fact] | Refusal:
        command = cmd.Release(payment=payment, team=TEAM, kind=kind)
        return self.when(command, APPROVER, self.of(payment, kind))

    def refund(
        self, amount: int, refund: str = "F1", payment: str = "Y1", kind: FundKind = FundKind.SPECIAL, **changed: Any
    ) -> list[Fact] | Refusal:
        fields = {"received_on": self.today} | changed
        command = cmd.RecordRefund(payment=payment, team=TEAM, kind=kind, refund=refund, amount=amount, **fields)
        return self.when(command, CASHIER, self.of(payment, kind))

    def reverse(
        self, payment: str = "Y1", kind: FundKind = FundKind.SPECIAL, by: Actor = CASHIER
    ) -> list[Fact] | Refusal:
        command = cmd.ReverseDisbursement(payment=payment, team=TEAM, kind=kind, reason="列错资金种类")
        return self.when(command, by, self.of(payment, kind))

    def close(self, year: int, kind: FundKind = FundKind.SPECIAL) -> list[Fact] | Refusal:
        return self.when(cmd.CloseBooks(team=TEAM, kind=kind, year=year), CASHIER, Known(VILLAGE))

    def hand_over(
        self, amount: int, to_team: str = NEIGHBOUR, kind: FundKind = FundKind.SPECIAL, **known: Any
    ) -> list[Fact] | Refusal:
        """County finance hands money of the dissolved team to another."""
        command = cmd.HandOver(handover=f"H{len(self.facts)}", team=TEAM, kind=kind, to_team=to_team, amount=amount)
        found: dict[str, Any] = {"dissolved": True, "to_village": VILLAGES[to_team]} | known
        return self.when(command, COUNTY_FINANCE, Known(VILLAGE, **found))

    def give_back(
        self, amount: int, project: str = "X1", kind: FundKind = FundKind.FISCAL_POVERTY, **known: Any
    ) -> list[Fact] | Refusal:
        """County finance returns what the project cannot use any more."""
        name = f"Z{len(self.facts)}"
        command = cmd.ReturnFunds(returning=name, team=TEAM, kind=kind, project=project, amount=amount)
        return self.when(command, COUNTY_FINANCE, Known(VILLAGE, project=project, **known))

    def of(self, payment: str, kind: FundKind) -> Known:
        """What is known of a payment of the team."""
        asked = self.book(kind=kind).payments.get(payment)
        if asked is None:
            return Known(VILLAGE, units=frozenset({UNIT}))
        return Known(VILLAGE, project=asked.project, units=frozenset({UNIT}), meals=asked.meals)


def code_of(result: list[Fact] | Refusal) -> Code:
    assert isinstance(result, Refusal), result
    return result.code


def names_of(result: list[Fact] | Refusal) -> list[str]:
    assert isinstance(result, list), result
    return [type(fact).NAME for fact in result]
