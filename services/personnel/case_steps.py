"""The steps of a worked case of teams: each is a word of the field, `tests/cases/README.md` describes them.

A registered village with six people of one unit, numbered; the first is its first secretary. Real commands, decided and
folded by the real code, with no server behind it.
"""

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
from services.personnel.teams.state import Team
from services.runtime.decisions import Act, Recorded
from services.runtime.parameters import Parameters

TEAM, VILLAGE, UNIT = "T0001", "530113100201", "O0001"
PAPER = "0" * 64
SPECS = {spec.command: spec for spec in COMMANDS}
_RULES = Parameters.load(Path(__file__).with_name("parameters.yaml"))


def person(number: int) -> str:
    """Somebody of the team, by number."""
    return f"P{number:06}"


def officer(role: Role) -> Actor:
    """Who acts in that role: the first of the team as its leader, else an official."""
    who = person(1) if role is Role.TEAM_LEADER else f"P0009{list(Role).index(role):02d}"
    return Actor(person=who, role=role, organisation=UNIT if role is Role.DISPATCHING_UNIT else None)


class Steps:
    """Every method is a step; its parameters are the members of the step in the case. `who`: a number of the team."""

    def __init__(self) -> None:
        self.today = date(2017, 3, 1)
        self.refusal: Refusal | None = None
        self.facts: list[Fact] = []
        self._states: dict[str, State] = {f"organisation/{UNIT}": Organisation(True, UnitLevel.COUNTY)}
        self._give(cmd.RegisterVillage(village=VILLAGE), Role.REGISTRY_KEEPER)

    # A team is formed, and people leave it.

    def forms_team(self, people: list[int], leader: int = 1) -> None:
        members = tuple(_member(number) for number in people)
        command = cmd.FormTeam(team=TEAM, village=VILLAGE, formed_on=self.today, members=members, leader=person(leader))
        self._give(command, Role.TOWNSHIP, Joining(VILLAGE))

    def ends(self, who: int, cause: str) -> None:
        """A posting ends today for a reason that nobody decides: `death`, `term` and so on."""
        command = cmd.EndPosting(person=person(who), team=TEAM, cause=EndingCause(cause), last_day=self.today)
        self._give(command, Role.TOWNSHIP)

    def asks_back(self, who: int, reason: str = "special", wish: str = "withdrawal", case: str = "R1") -> None:
        """The unit wants its person back, or replaced; `reason`: `special` or `work`."""
        fields: dict[str, Any] = {"reason_class": reason, "reason": "见书面材料", "evidence": (PAPER,)}
        command = cmd.RequestWithdrawal(
            person=person(who), team=TEAM, request=case, wish=WithdrawalWish(wish), unit=UNIT, **fields
        )
        self._give(command, Role.DISPATCHING_UNIT)

    def supports(self, who: int, case: str = "R1") -> None:
        """The county office is in favour; that is no approval."""
        command = cmd.GiveCountyOpinion(person=person(who), team=TEAM, request=case, supports=True, opinion="同意")
        self._give(command, Role.COUNTY_OFFICE)

    def approves(self, who: int, case: str = "R1", by: str = "CO") -> None:
        command = cmd.ApproveWithdrawal(
            person=person(who), team=TEAM, request=case, approval=f"S-{case}", reason="情况属实"
        )
        self._give(command, Role(by))

    def withdraws(self, who: int, case: str = "R1") -> None:
        """The township lets the person go today."""
        command = cmd.WithdrawMember(person=person(who), team=TEAM, approval=f"S-{case}", last_day=self.today)
        self._give(command, Role.TOWNSHIP)

    def seconds(self, who: int, by: str = "DU") -> None:
        """Somebody is to work elsewhere for a time."""
        self._give(cmd.SecondMember(person=person(who), team=TEAM, to_unit="O0002"), Role(by))

    # Replaced by force, level by level.

    def misbehaves(self, who: int) -> None:
        fields: dict[str, Any] = {"ground": MisconductGround.NOT_RESIDENT, "description": "不驻村"}
        self._give(cmd.RecordMisconduct(person=person(who), team=TEAM, on=self.today, **fields), Role.TEAM_LEADER)

    def educates(self, who: int) -> None:
        self._give(cmd.GiveEducation(person=person(who), team=TEAM, on=self.today, content="谈话"), Role.TEAM_LEADER)

    def stays_uncorrected(self, who: int) -> None:
        command = cmd.RecordNonCorrection(person=person(who), team=TEAM, on=self.today, evidence=(PAPER,))
        self._give(command, Role.TEAM_LEADER)

    def asks_replacement(self, who: int) -> None:
        self._give(cmd.RequestReplacement(person=person(who), team=TEAM), Role.TEAM_LEADER)

    def escalates(self, who: int) -> None:
        self._give(cmd.EscalateReplacement(person=person(who), team=TEAM), Role.TOWNSHIP)

    def forces_out(self, who: int, by: str = "XO") -> None:
        """The county office decides; the person leaves today, without a successor."""
        command = cmd.DecideReplacement(person=person(who), team=TEAM, last_day=self.today, successor=None)
        self._give(command, Role(by))

    # What a case may expect.

    def strength(self) -> Any:
        """How many people the team has, the leader among them."""
        key = f"team/{TEAM}"
        return len(held({key: self._states.get(key, initial(key))}, key, Team).members)

    def _give(self, command: Any, role: Role, known: Any = VILLAGE) -> None:
        """The command is decided; its facts are folded in, or its refusal is kept."""
        spec, by = SPECS[type(command)], officer(role)
        needed = spec.authority(command, known)
        if role not in needed.roles or needed.organisation not in (None, by.organisation):
            self.refusal = Refusal(Code.AUTH, "无权办理", "holds no role for this act", "", "", spec.article)
            return
        keys = spec.keys(command, known)
        states = {key: self._states.get(key, initial(key)) for key in keys}
        now = datetime(self.today.year, self.today.month, self.today.day, 2, tzinfo=UTC)
        decision = decide(Act(command, by, now, self.today, _RULES.at(self.today), known), states)
        if isinstance(decision, Refusal):
            self.refusal = decision
            return
        for emit in decision.emits:
            key = next(key for key in keys if emit.stream == key or emit.stream.startswith(key.removesuffix("*")))
            states[key] = evolve(states[key], Recorded("-", emit.stream, 0, emit.fact))
            self.facts.append(emit.fact)
        self._states |= states


def _member(number: int) -> cmd.NewMember:
    source = MemberSource.FIRST_SECRETARY if number == 1 else MemberSource.ASSIGNED_UNIT_CADRE
    return cmd.NewMember(person=person(number), unit=UNIT, unit_level=UnitLevel.COUNTY, source=source)
