"""Who may act: grants, revocations, postings, leaders and acting leaders, on their dates, in their place."""

from datetime import date
from typing import Any

import pytest

from contracts.identifiers import Role
from contracts.personnel import (
    ActingLeaderDesignated,
    LeaderAppointed,
    MemberReplaced,
    MemberSource,
    ReplacementKind,
    RoleGranted,
    RoleRevoked,
    TeamMemberAssigned,
    UnitLevel,
)
from contracts.refusals import Code, Refusal
from services.runtime.authority import Authorities
from tests.runtime.conftest import World, said

pytestmark = pytest.mark.asyncio(loop_scope="module")

VILLAGE = "530113101201"
OTHER_VILLAGE = "530113101202"
TEAM = "T0007"
TOWNSHIP = "530113101"
UNIT = "O0042"


async def capacity(
    world: World, person: str, on: str, *roles: Role, place: str = VILLAGE, organisation: str | None = None
) -> Role | None:
    """The role in which the person may act, as both services see it; None when refused."""
    seen: set[Role | None] = set()
    for service in ("personnel", "finance"):
        resolve = Authorities(world.application.hosted[service].node.views)
        found = await resolve(person, date.fromisoformat(on), roles, place, organisation, "8.1")
        if isinstance(found, Refusal):
            assert (found.code, found.article) == (Code.AUTH, "8.1")
            seen.add(None)
        else:
            assert found.person == person
            seen.add(found.role)
    assert len(seen) == 1
    return seen.pop()


def assigned(
    person: str, team: str = TEAM, village: str = VILLAGE, starts_on: str = "2017-01-10"
) -> TeamMemberAssigned:
    return TeamMemberAssigned(
        **said(village),
        person=person,
        team=team,
        village=village,
        unit=UNIT,
        unit_level=UnitLevel.COUNTY,
        source=MemberSource.ASSIGNED_UNIT_CADRE,
        starts_on=date.fromisoformat(starts_on),
    )


def appointed(person: str, starts_on: str) -> LeaderAppointed:
    return LeaderAppointed(**said(VILLAGE), team=TEAM, person=person, starts_on=date.fromisoformat(starts_on))


def replaced(person: str, last_day: str) -> MemberReplaced:
    return MemberReplaced(
        **said(VILLAGE),
        person=person,
        team=TEAM,
        kind=ReplacementKind.ORDINARY,
        decided_on=date.fromisoformat(last_day),
        last_day=date.fromisoformat(last_day),
    )


def granted(grant: str, person: str, role: Role, area: str, until: str | None = None, **more: Any) -> RoleGranted:
    return RoleGranted(
        **said(area),
        grant=grant,
        person=person,
        role=role,
        area=area,
        starts_on=date(2017, 3, 1),
        ends_on=date.fromisoformat(until) if until else None,
        **more,
    )


async def in_both(world: World, stream: str, *facts: Any) -> None:
    """The facts recorded and seen by both services."""
    store = world.application.hosted["personnel"].node.store
    await world.tell(stream, *facts)
    version = (await store.heads([stream]))[stream].version
    await world.seen({"stream": stream, "version": version}, "finance")


async def test_a_grant_holds_from_its_first_to_its_last_day_inside_its_area(world: World) -> None:
    person = "P530113701"
    await in_both(world, f"role/{person}", granted("g1", person, Role.TOWNSHIP, TOWNSHIP, "2017-06-30"))
    assert await capacity(world, person, "2017-02-28", Role.TOWNSHIP) is None
    assert await capacity(world, person, "2017-03-01", Role.TOWNSHIP) is Role.TOWNSHIP
    assert await capacity(world, person, "2017-06-30", Role.TOWNSHIP) is Role.TOWNSHIP
    assert await capacity(world, person, "2017-07-01", Role.TOWNSHIP) is None
    assert await capacity(world, person, "2017-04-01", Role.TOWNSHIP, place=TOWNSHIP) is Role.TOWNSHIP
    assert await capacity(world, person, "2017-04-01", Role.TOWNSHIP, place="530113102201") is None
    assert await capacity(world, person, "2017-04-01", Role.TOWNSHIP, place="530113") is None
    assert await capacity(world, person, "2017-04-01", Role.COUNTY_OFFICE) is None


async def test_a_revoked_grant_still_holds_on_its_last_day(world: World) -> None:
    person = "P530113702"
    revoked = RoleRevoked(**said("530113"), grant="g2", person=person, last_day=date(2017, 5, 15))
    other = granted("g3", person, Role.COUNTY_POVERTY, "530113")
    await in_both(world, f"role/{person}", granted("g2", person, Role.COUNTY_OFFICE, "530113"), other, revoked)
    assert await capacity(world, person, "2017-05-15", Role.COUNTY_OFFICE) is Role.COUNTY_OFFICE
    assert await capacity(world, person, "2017-05-16", Role.COUNTY_OFFICE) is None
    assert await capacity(world, person, "2017-05-16", Role.COUNTY_OFFICE, Role.COUNTY_POVERTY) is Role.COUNTY_POVERTY


async def test_the_first_role_named_wins_and_a_body_must_be_the_right_one(world: World) -> None:
    person = "P530113703"
    mine = granted("g4", person, Role.DISPATCHING_UNIT, "5301", organisation=UNIT)
    await in_both(world, f"role/{person}", mine, granted("g5", person, Role.AUDIT, "5301"))
    assert await capacity(world, person, "2017-04-01", Role.AUDIT, Role.DISPATCHING_UNIT) is Role.AUDIT
    assert await capacity(world, person, "2017-04-01", Role.DISPATCHING_UNIT, Role.AUDIT) is Role.DISPATCHING_UNIT
    asked = Role.DISPATCHING_UNIT
    assert await capacity(world, person, "2017-04-01", asked, organisation=UNIT) is asked
    assert await capacity(world, person, "2017-04-01", asked, organisation="O0099") is None


async def test_members_and_leaders_hold_their_roles_by_posting_alone(world: World) -> None:
    first, second, acting = "P530113711", "P530113712", "P530113713"
    for person in (first, second, acting):
        await in_both(world, f"posting/{person}/2017", assigned(person))
    await in_both(world, f"team/{TEAM}", appointed(first, "2017-01-10"))
    assert await capacity(world, first, "2017-01-09", Role.MEMBER) is None
    assert await capacity(world, first, "2017-01-10", Role.TEAM_LEADER) is Role.TEAM_LEADER
    assert await capacity(world, second, "2017-01-10", Role.TEAM_LEADER) is None
    assert await capacity(world, second, "2017-01-10", Role.MEMBER) is Role.MEMBER
    assert await capacity(world, second, "2017-01-10", Role.MEMBER, place=OTHER_VILLAGE) is None
    assert await capacity(world, second, "2017-01-10", Role.MEMBER, organisation=UNIT) is Role.MEMBER

    designated = ActingLeaderDesignated(
        **said(VILLAGE), team=TEAM, person=acting, starts_on=date(2017, 2, 1), ends_on=date(2017, 2, 20)
    )
    await in_both(world, f"team/{TEAM}", designated)
    assert await capacity(world, acting, "2017-01-31", Role.TEAM_LEADER) is None
    assert await capacity(world, acting, "2017-02-20", Role.TEAM_LEADER) is Role.TEAM_LEADER
    assert await capacity(world, acting, "2017-02-21", Role.TEAM_LEADER) is None

    await in_both(world, f"team/{TEAM}", appointed(second, "2017-03-01"))
    assert await capacity(world, first, "2017-02-28", Role.TEAM_LEADER) is Role.TEAM_LEADER
    assert await capacity(world, first, "2017-03-01", Role.TEAM_LEADER) is None
    assert await capacity(world, first, "2017-03-01", Role.MEMBER) is Role.MEMBER
    assert await capacity(world, second, "2017-03-01", Role.TEAM_LEADER) is Role.TEAM_LEADER

    await in_both(world, f"posting/{second}/2017", replaced(second, "2017-04-10"))
    assert await capacity(world, second, "2017-04-10", Role.TEAM_LEADER) is Role.TEAM_LEADER
    assert await capacity(world, second, "2017-04-11", Role.TEAM_LEADER, Role.MEMBER) is None


async def test_whoever_comes_back_holds_the_role_again_from_that_day(world: World) -> None:
    person = "P530113721"
    away = [assigned(person), replaced(person, "2017-02-10"), assigned(person, "T0008", OTHER_VILLAGE, "2017-05-01")]
    await in_both(world, f"posting/{person}/2017", *away)
    assert await capacity(world, person, "2017-03-01", Role.MEMBER) is None
    assert await capacity(world, person, "2017-05-01", Role.MEMBER, place=OTHER_VILLAGE) is Role.MEMBER
    assert await capacity(world, person, "2017-05-01", Role.MEMBER) is None
