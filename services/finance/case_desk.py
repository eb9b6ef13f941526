"""A county treasury for worked cases: real commands, decided and folded by the real code, with no server behind it.

One team of one village, an officer for each role; what a service would look up is what the case says.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from contracts.fact import Actor, Fact
from contracts.finance import FundKind
from contracts.identifiers import Role
from contracts.refusals import Code, Refusal
from services.finance.books.routes import MONEY
from services.finance.domain import decide
from services.finance.known import Known
from services.finance.projects.routes import PROJECTS
from services.finance.saying import said
from services.finance.state import Account, Project, State, evolve, held, initial
from services.finance.streams import fund_stream, project_stream
from services.runtime.decisions import Act, Recorded
from services.runtime.parameters import Parameters

TEAM, VILLAGE, TOWNSHIP, CITY = "T0001", "530113100201", "530113100", "5301"
PROJECT, UNIT, DONOR = "X1", "O0001", "O0777"
SPECS = {spec.command: spec for spec in (*MONEY, *PROJECTS)}
_BODIES = {Role.DISPATCHING_UNIT: UNIT, Role.ASSIGNED_UNIT: UNIT, Role.INVESTOR: DONOR}
_RULES = Parameters.load(Path(__file__).with_name("parameters.yaml"))


class CaseError(ValueError):
    """A case says something that is no interval, or not a sum of money."""


def fen(yuan: Any) -> int:
    """Yuan as people write them, exactly; raises CaseError for what is not whole fen."""
    amount = Decimal(str(yuan)) * 100
    if amount != int(amount):
        raise CaseError(f"{yuan} 元不是整分 / is not whole fen")
    return int(amount)


def in_yuan(amount: int) -> Decimal:
    """An amount as people write it."""
    return Decimal(amount) / 100


def officer(role: Role) -> Actor:
    """The person who holds the role in a case; the number follows the role's place in the list of roles."""
    return Actor(person=f"P{list(Role).index(role) + 1:06d}", role=role, organisation=_BODIES.get(role))


class Desk:
    """Gives commands on a day and remembers what was recorded."""

    def __init__(self) -> None:
        self.today = date(2017, 3, 1)
        self.states: dict[str, State] = {}
        self.facts: list[Fact] = []
        self.refusal: Refusal | None = None

    @property
    def rules(self) -> Mapping[str, Any]:
        """Parameters in force on the day."""
        return _RULES.at(self.today)

    def give(self, command: Any, role: Role, known: Known) -> None:
        """The command is decided; its facts are folded in, or its refusal is kept."""
        spec, by = SPECS[type(command)], officer(role)
        needed = spec.authority(command, known)
        if role not in needed.roles or needed.organisation not in (None, by.organisation):
            self.refusal = Refusal(Code.AUTH, "无权办理", "holds no role for this act", "", "", spec.article)
            return
        states = {key: self.state(key) for key in spec.keys(command, known)}
        now = datetime(self.today.year, self.today.month, self.today.day, 2, tzinfo=UTC)
        decision = decide(Act(command, by, now, self.today, self.rules, known), states)
        if isinstance(decision, Refusal):
            self.refusal = decision
            return
        for emit in decision.emits:
            self.record(emit.stream, emit.fact)

    def record(self, stream: str, recorded: Fact) -> None:
        """Folds one fact in."""
        self.states[stream] = evolve(self.state(stream), Recorded("-", stream, 0, recorded))
        self.facts.append(recorded)

    def header(self, role: Role) -> dict[str, Any]:
        """What a fact says of the act behind it, for facts that a case states."""
        now = datetime(self.today.year, self.today.month, self.today.day, tzinfo=UTC)
        return said(Act(None, officer(role), now, self.today, self.rules, Known(VILLAGE)), "18")

    def state(self, key: str) -> State:
        return self.states.get(key, initial(key))

    def book(self, kind: str) -> Account:
        key = fund_stream(TEAM, FundKind(kind))
        return held({key: self.state(key)}, key, Account)

    @property
    def project(self) -> Project:
        key = project_stream(PROJECT)
        return held({key: self.state(key)}, key, Project)

    def of_project(self) -> Known:
        """What is known of the case's project."""
        one = self.project
        return Known(
            VILLAGE,
            kind=one.kind,
            caller_team=TEAM,
            team=TEAM,
            source=one.source,
            giver=one.giver,
            registered_poor=True,
        )

    def of_payment(self, kind: str, payment: str) -> Known:
        """What is known of one payment."""
        asked = self.book(kind).payments.get(payment)
        project, meals = (None, ()) if asked is None else (asked.project, asked.meals)
        return Known(VILLAGE, caller_team=TEAM, project=project, units=frozenset({UNIT}), meals=meals)
