"""A registry without servers: commands are decided and folded by the real code; people and places have names."""

from collections.abc import Collection
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from contracts.fact import Actor, Fact
from contracts.identifiers import Role
from contracts.personnel import EndingCause, MemberSource, MisconductGround, UnitLevel, WithdrawalWish
from contracts.refusals import Code, Refusal
from services.personnel import commands as cmd
from services.personnel.api import COMMANDS
from services.personnel.domain import decide
from services.personnel.held import held
from services.personnel.registry.state import Organisation
from services.personnel.state import State, evolve, initial
from services.personnel.teams.joining import Joining
from services.personnel.teams.state import Career, Team
from services.runtime.decisions import Act, Emit, Recorded
from services.runtime.parameters import Parameters

PARAMETERS = Parameters.load(Path("services/personnel/parameters.yaml"))
SPECS = {spec.command: spec for spec in COMMANDS}
COUNTY, TOWNSHIP = "530113", "530113100"
TEAM, VILLAGE = "T0001", "530113100201"
OTHER_TEAM, OTHER_VILLAGE = "T0002", "530113101201"
TODAY = date(2017, 3, 1)
FORMED = date(2017, 1, 1)

KEEPER = Actor(person="P000900", role=Role.REGISTRY_KEEPER)
TOWNSHIP_OFFICE = Actor(person="P000901", role=Role.TOWNSHIP)
COUNTY_OFFICE = Actor(person="P000902", role=Role.COUNTY_OFFICE)
CITY_OFFICE = Actor(person="P000903", role=Role.CITY_OFFICE)
PAPERS = cmd.Because(reason="接到文件较迟", evidence=("0" * 64,))
"""Why something is recorded late or ends early: what the tests of other matters give without saying so."""
UNIT = Actor(person="P000904", role=Role.DISPATCHING_UNIT, organisation="O0001")


def person(number: int) -> str:
    return f"P{number:06}"


LEADER = person(1)
LEADER_ACTS = Actor(person=LEADER, role=Role.TEAM_LEADER)


def member(number: int, source: MemberSource | None = None) -> cmd.NewMember:
    """Person 1 is the first secretary, the others are cadres of the assigned unit."""
    usual = MemberSource.FIRST_SECRETARY if number == 1 else MemberSource.ASSIGNED_UNIT_CADRE
    return cmd.NewMember(person=person(number), unit="O0001", unit_level=UnitLevel.COUNTY, source=source or usual)


def members(*numbers: int) -> tuple[cmd.NewMember, ...]:
    return tuple(member(number) for number in numbers)


class Registry:
    """Gives commands on a date and remembers what was recorded."""

    def __init__(self, today: date = TODAY) -> None:
        self.today = today
        self.states: dict[str, State] = {}
        self.emits: list[Emit] = []
        self.unregistered: set[str] = set()

    def when(
        self, command: Any, by: Actor, known: Any = None, keys: Collection[str] | None = None
    ) -> list[Fact] | Refusal:
        """The facts that the command led to, already folded in, or its refusal.

        `known` is what was gathered (the team's village, if nothing is said), `keys` those of a command of the clock.
        """
        if known is None:
            known = VILLAGE if getattr(command, "team", TEAM) == TEAM else OTHER_VILLAGE
            if isinstance(command, cmd.FormTeam | cmd.AssignMember):
                known = Joining(known)
        if keys is None:
            keys = SPECS[type(command)].keys(command, known)
        self._register_units_of(command)
        states = {key: self.state(key) for key in keys}
        now = datetime(self.today.year, self.today.month, self.today.day, 2, tzinfo=UTC)
        decision = decide(Act(command, by, now, self.today, PARAMETERS.at(self.today), known), states)
        if isinstance(decision, Refusal):
            return decision
        for emit in decision.emits:
            covering = [
                key for key in keys if emit.stream == key or (key.endswith("/*") and emit.stream.startswith(key[:-1]))
            ]
            assert len(covering) == 1, f"{emit.stream} is not loaded exactly once"
            states[covering[0]] = evolve(states[covering[0]], Recorded("-", emit.stream, 0, emit.fact))
        self.states |= states
        self.emits += decision.emits
        return [emit.fact for emit in decision.emits]

    def state(self, key: str) -> State:
        return self.states.get(key, initial(key))

    def team(self, team: str = TEAM) -> Team:
        key = f"team/{team}"
        return held({key: self.state(key)}, key, Team)

    def career(self, number: int) -> Career:
        key = f"posting/{person(number)}/*"
        return held({key: self.state(key)}, key, Career)

    # What the tests say, with the parts that do not matter filled in.

    def village(self, village: str = VILLAGE, **changed: Any) -> None:
        self.when(cmd.RegisterVillage(village=village, **changed), KEEPER)

    def _register_units_of(self, command: Any) -> None:
        """People of these tests come from registered units, but for those that a test calls unregistered."""
        named = (
            *getattr(command, "members", ()),
            getattr(command, "member", None),
            getattr(command, "successor", None),
        )
        for one in named:
            if one is not None and one.unit is not None and one.unit not in self.unregistered:
                self.states.setdefault(f"organisation/{one.unit}", Organisation(True, one.unit_level))

    def form(self, *numbers: int, leader: str = LEADER, **changed: Any) -> list[Fact] | Refusal:
        fields = {"team": TEAM, "village": VILLAGE, "formed_on": FORMED, "members": members(*numbers)} | changed
        return self.when(cmd.FormTeam(leader=leader, **fields), TOWNSHIP_OFFICE)

    def assign(self, number: int, on: date = TODAY, team: str = TEAM) -> list[Fact] | Refusal:
        command = cmd.AssignMember(team=team, member=member(number), starts_on=on, because=PAPERS)
        return self.when(command, TOWNSHIP_OFFICE)

    def end(
        self,
        number: int,
        last_day: date = TODAY,
        cause: EndingCause = EndingCause.TERM,
        because: cmd.Because | None = PAPERS,
    ) -> list[Fact] | Refusal:
        command = cmd.EndPosting(person=person(number), team=TEAM, cause=cause, last_day=last_day, because=because)
        return self.when(command, TOWNSHIP_OFFICE)

    def ask_withdrawal(
        self,
        number: int = 2,
        request: str = "R1",
        wish: WithdrawalWish = WithdrawalWish.REPLACEMENT,
        by: Actor = UNIT,
        **changed: Any,
    ) -> list[Fact] | Refusal:
        said = {"unit": "O0001", "reason_class": "special", "reason": "患病", "evidence": ("0" * 64,)} | changed
        command = cmd.RequestWithdrawal(person=person(number), team=TEAM, request=request, wish=wish, **said)
        return self.when(command, by)

    def approve_withdrawal(
        self, number: int = 2, approval: str = "S1", request: str = "R1", by: Actor = CITY_OFFICE
    ) -> list[Fact] | Refusal:
        command = cmd.ApproveWithdrawal(
            person=person(number), team=TEAM, request=request, approval=approval, reason="情况属实"
        )
        return self.when(command, by)

    def agreed(self, number: int = 2, wish: WithdrawalWish = WithdrawalWish.REPLACEMENT, case: str = "1") -> None:
        """The unit asked and the city office approved."""
        self.ask_withdrawal(number, f"R{case}", wish)
        self.approve_withdrawal(number, f"S{case}", f"R{case}")

    def withdraw(
        self, number: int = 2, approval: str = "S1", last_day: date = TODAY, because: cmd.Because | None = PAPERS
    ) -> list[Fact] | Refusal:
        command = cmd.WithdrawMember(
            person=person(number), team=TEAM, approval=approval, last_day=last_day, because=because
        )
        return self.when(command, TOWNSHIP_OFFICE)

    def replace(
        self, number: int = 2, approval: str = "S1", successor: int | None = 7, last_day: date = TODAY
    ) -> list[Fact] | Refusal:
        command = cmd.ReplaceMember(
            person=person(number),
            team=TEAM,
            approval=approval,
            last_day=last_day,
            successor=None if successor is None else member(successor),
            because=PAPERS,
        )
        return self.when(command, TOWNSHIP_OFFICE)

    def misconduct(self, number: int = 2, on: date = date(2017, 2, 1), by: Actor = LEADER_ACTS) -> list[Fact] | Refusal:
        ground = MisconductGround.NOT_RESIDENT
        command = cmd.RecordMisconduct(person=person(number), team=TEAM, on=on, ground=ground, description="不驻村")
        return self.when(command, by)

    def educate(self, number: int = 2, on: date = date(2017, 2, 5), by: Actor = LEADER_ACTS) -> list[Fact] | Refusal:
        command = cmd.GiveEducation(person=person(number), team=TEAM, on=on, content="谈话")
        return self.when(command, by)

    def not_corrected(
        self,
        number: int = 2,
        on: date = date(2017, 2, 20),
        evidence: tuple[str, ...] = ("0" * 64,),
        by: Actor = LEADER_ACTS,
    ) -> list[Fact] | Refusal:
        command = cmd.RecordNonCorrection(person=person(number), team=TEAM, on=on, evidence=evidence)
        return self.when(command, by)

    def request(self, number: int = 2, by: Actor = LEADER_ACTS) -> list[Fact] | Refusal:
        return self.when(cmd.RequestReplacement(person=person(number), team=TEAM), by)

    def escalate(self, number: int = 2, by: Actor = TOWNSHIP_OFFICE) -> list[Fact] | Refusal:
        return self.when(cmd.EscalateReplacement(person=person(number), team=TEAM), by)

    def reject(self, number: int = 2, by: Actor = COUNTY_OFFICE) -> list[Fact] | Refusal:
        return self.when(cmd.RejectReplacement(person=person(number), team=TEAM, reason="已有改进"), by)

    def force(
        self, number: int = 2, last_day: date = TODAY, successor: int | None = None, by: Actor = COUNTY_OFFICE
    ) -> list[Fact] | Refusal:
        command = cmd.DecideReplacement(
            person=person(number),
            team=TEAM,
            last_day=last_day,
            successor=None if successor is None else member(successor),
        )
        return self.when(command, by)


def six_strong() -> Registry:
    """A registered village with a team of exactly six, person 1 its leader."""
    registry = Registry()
    registry.village()
    formed = registry.form(1, 2, 3, 4, 5, 6)
    assert isinstance(formed, list), formed
    return registry


def code_of(result: list[Fact] | Refusal) -> Code:
    assert isinstance(result, Refusal), result
    return result.code


def names_of(result: list[Fact] | Refusal) -> list[str]:
    assert isinstance(result, list), result
    return [type(fact).NAME for fact in result]
