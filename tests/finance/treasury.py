"""A treasury without servers: commands are decided and folded by the real code; people and places have names."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from contracts.fact import Actor, Fact
from contracts.finance import FundKind, FundSource, Use
from contracts.identifiers import Role
from contracts.refusals import Code, Refusal
from services.finance import commands as cmd
from services.finance.domain import appropriation_stream, decide, fund_stream
from services.finance.known import Known
from services.finance.state import Account, Appropriation, State, evolve, held, initial
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
        match command:
            case cmd.Appropriate() | cmd.Receive():
                return [appropriation_stream(command.appropriation)]
            case cmd.Allot():
                assert known.kind is not None
                return [appropriation_stream(command.appropriation), fund_stream(command.team, known.kind)]
            case cmd.ContributeWorkFund():
                return [fund_stream(command.team, FundKind.WORK)]
            case cmd.Move():
                return [fund_stream(command.team, command.from_kind)]
        return [fund_stream(command.team, command.kind)]

    def book(self, team: str = TEAM, kind: FundKind = FundKind.SPECIAL) -> Account:
        key = fund_stream(team, kind)
        return held({key: self.states.get(key, initial(key))}, key, Account)

    def appropriation(self, name: str = "A1") -> Appropriation:
        key = appropriation_stream(name)
        return held({key: self.states.get(key, initial(key))}, key, Appropriation)

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

    def request(
        self,
        amount: int,
        payment: str = "Y1",
        kind: FundKind = FundKind.SPECIAL,
        use: Use = Use.INDUSTRY,
        by: Actor = LEADER,
        caller_team: str = TEAM,
    ) -> list[Fact] | Refusal:
        command = cmd.RequestSpending(payment=payment, team=TEAM, kind=kind, use=use, amount=amount, purpose="购置")
        return self.when(command, by, Known(VILLAGE, caller_team=caller_team))

    def approve(
        self, payment: str = "Y1", kind: FundKind = FundKind.SPECIAL, by: Actor = APPROVER
    ) -> list[Fact] | Refusal:
        return self.when(cmd.ApproveSpending(payment=payment, team=TEAM, kind=kind), by, Known(VILLAGE))

    def pay(
        self, payment: str = "Y1", kind: FundKind = FundKind.SPECIAL, by: Actor = CASHIER, on: date | None = None
    ) -> list[Fact] | Refusal:
        command = cmd.Disburse(payment=payment, team=TEAM, kind=kind, paid_on=on or self.today)
        return self.when(command, by, Known(VILLAGE))

    def release(self, payment: str = "Y1", kind: FundKind = FundKind.SPECIAL) -> list[Fact] | Refusal:
        return self.when(cmd.Release(payment=payment, team=TEAM, kind=kind), APPROVER, Known(VILLAGE))


def code_of(result: list[Fact] | Refusal) -> Code:
    assert isinstance(result, Refusal), result
    return result.code


def names_of(result: list[Fact] | Refusal) -> list[str]:
    assert isinstance(result, list), result
    return [type(fact).NAME for fact in result]
