"""The joint opinions of `domain.md` 3.1 (mark C): bodies that must be heard and decide nothing.

An opinion stands beside the act that it is about. It is no step of it: nobody waits for it, and none is overridden.
"""

from collections.abc import Mapping
from typing import Any

from contracts import personnel as fact
from contracts.identifiers import Role
from contracts.personnel import Matter
from contracts.refusals import Refusal
from services.personnel.held import fields, held, one, said
from services.personnel.registry.state import Village
from services.personnel.teams import refusals as no
from services.personnel.teams.commands import GiveJointOpinion
from services.personnel.teams.state import Career, Opinions, Team
from services.runtime.decisions import Act, Decision

HEARD: Mapping[Matter, tuple[Role, ...]] = {
    Matter.FORMATION: (
        Role.COUNTY_ORGANISATION,
        Role.COUNTY_POVERTY,
        Role.DISPATCHING_UNIT,
        Role.ASSIGNED_UNIT,
    ),
    Matter.LEADER: (Role.COUNTY_ORGANISATION,),
    Matter.PLAN: (Role.MEMBER,),
    Matter.REPORT: (Role.MEMBER,),
    Matter.WITHDRAWAL: (Role.CITY_ORGANISATION,),
    Matter.REPLACEMENT: (Role.COUNTY_ORGANISATION, Role.COUNTY_POVERTY, Role.CITY_ORGANISATION),
    Matter.SUCCESSOR: (Role.ASSIGNED_UNIT,),
}
"""Whose opinion belongs to which matter. The county office's on a withdrawal is a step of its own (Art. 8, A44)."""
ARTICLE = {
    Matter.FORMATION: "5.1",
    Matter.LEADER: "5.4",
    Matter.PLAN: "7.1",
    Matter.REPORT: "7.2",
    Matter.WITHDRAWAL: "8",
    Matter.REPLACEMENT: "10",
    Matter.SUCCESSOR: "10.3",
}
_OF_A_PERSON = (Matter.WITHDRAWAL, Matter.REPLACEMENT, Matter.SUCCESSOR)


def decide(act: Act[Any, Any], command: GiveJointOpinion, states: Mapping[str, Any]) -> Decision:
    """The opinion, or why it is not asked for."""
    key = f"opinion/{command.team}"
    team = held(states, f"team/{command.team}", Team)
    if team.dissolved:
        return no.TEAM_DISSOLVED
    if command.opinion in held(states, key, Opinions).names:
        return no.OPINION_EXISTS
    if (command.person is not None) is not (command.matter in _OF_A_PERSON):
        return no.OPINION_ABOUT_WHOM
    if (command.month is not None) is not (command.matter is Matter.REPORT):
        return no.OPINION_ON_WHICH_MONTH
    wrong = _not_this_body(act, command, team, states) or _not_asked(act, command, states)
    if wrong is not None:
        return wrong
    header = said(act, ARTICLE[command.matter], team.village or "")
    return one(key, fact.JointOpinionGiven(**header, **fields(command, "unit"), on=act.today))


def _not_this_body(
    act: Act[Any, Any], command: GiveJointOpinion, team: Team, states: Mapping[str, Any]
) -> Refusal | None:
    """A unit speaks where it has people, an assigned unit for its village, a member of his own team."""
    match act.by.role:
        case Role.DISPATCHING_UNIT:
            postings = (held(states, f"posting/{person}/*", Career).active(command.team) for person in team.members)
            own = any(posting is not None and posting.unit == act.by.organisation for posting in postings)
        case Role.ASSIGNED_UNIT:
            village = held(states, f"village/{team.village}", Village)
            own = act.by.organisation in village.linked(fact.UnitRelation.ASSIGNED, act.today)
        case Role.MEMBER:
            own = act.by.person in team.members
        case _:
            own = True
    return None if own else no.OPINION_OF_ANOTHER


def _not_asked(act: Act[Any, Any], command: GiveJointOpinion, states: Mapping[str, Any]) -> Refusal | None:
    """Something must be under way about the person; the city's organisation department speaks of the city's cadres."""
    if command.person is None:
        return None
    career = held(states, f"posting/{command.person}/*", Career)
    current = career.active(command.team)
    if current is None:
        return no.NOT_POSTED
    match command.matter:
        case Matter.WITHDRAWAL:
            under_way = any(not asked.decided for asked in career.withdrawals.values())
        case Matter.REPLACEMENT:
            citys = current.unit_level.value in act.rules["replace.city_levels"]
            under_way = career.chain.requested_on is not None
            if act.by.role is Role.CITY_ORGANISATION and not citys:
                return no.OPINION_OF_ANOTHER
        case _:
            under_way = career.chain.proposed is not None
    return None if under_way else no.NO_OPINION_ASKED
