"""Personnel over HTTP on real servers: a member is replaced by force, and open work follows each level."""

from typing import Any

import httpx
import pytest

from contracts.identifiers import Role
from tests.personnel.registry import COUNTY, TEAM, TOWNSHIP, VILLAGE
from tests.runtime.conftest import KEEPER, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

TOWNSHIP_OFFICE, COUNTY_OFFICE, LEADER, MEMBER = "P000201", "P000202", "P000001", "P000002"
ORGANISATION = "P000203"
AT = "2017-03-01T10:00:00+08:00"
CASE = {"person": MEMBER, "team": TEAM}


async def give(world: World, caller: str, command: str, **body: Any) -> httpx.Response:
    answer = await world.give(caller, command, body, **{"Zhucun-Simulated-Time": AT})
    for event in answer.json().get("events", []):
        await world.seen(event)
    return answer


async def get(world: World, caller: str, path: str) -> Any:
    headers = world.bearer(caller, **{"Zhucun-Simulated-Time": AT})
    return (await world.client.get(f"/personnel/{path}", headers=headers)).json()


async def waiting(world: World, caller: str) -> list[str]:
    """Commands that wait for the caller; what he is only told of is left out."""
    return [item["command"] for item in await get(world, caller, "work") if item["kind"] == "approval"]


async def test_a_forced_replacement_passes_every_level_and_leaves_the_team_weak(world: World) -> None:
    await world.grant(TOWNSHIP_OFFICE, Role.TOWNSHIP, TOWNSHIP)
    await world.grant(COUNTY_OFFICE, Role.COUNTY_OFFICE, COUNTY)
    await world.grant(ORGANISATION, Role.COUNTY_ORGANISATION, COUNTY)
    await give(world, KEEPER, "register-village", village=VILLAGE)
    unit = {"organisation": "O0001", "kind": "organ", "level": "county", "area": COUNTY}
    await give(world, KEEPER, "register-organisation", **unit)
    members = [
        {
            "person": f"P00000{number}",
            "unit": "O0001",
            "unit_level": "county",
            "source": "first_secretary" if number == 1 else "other",
        }
        for number in range(1, 7)
    ]
    formed = {"village": VILLAGE, "formed_on": "2017-01-01", "members": members, "leader": LEADER}
    assert (await give(world, LEADER, "form-team", team=TEAM, **formed)).json()["code"] == "AUTH"
    assert (await give(world, TOWNSHIP_OFFICE, "form-team", team=TEAM, **formed)).status_code == 201
    found = {"on": "2017-02-01", "ground": "not_resident", "description": "不驻村"}
    for command, fields in (
        ("record-misconduct", found),
        ("give-education", {"on": "2017-02-05", "content": "谈话"}),
        ("record-non-correction", {"on": "2017-02-20", "evidence": ["0" * 64]}),
        ("request-replacement", {}),
    ):
        assert (await give(world, LEADER, command, **CASE, **fields)).status_code == 201
    assert await waiting(world, TOWNSHIP_OFFICE) == ["escalate-replacement"]
    assert await waiting(world, COUNTY_OFFICE) == ["confirm-team"]
    early = await give(world, COUNTY_OFFICE, "decide-replacement", **CASE, last_day="2017-03-01")
    assert early.json()["code"] == "WRONG_STATE"
    assert f"{TEAM} {MEMBER}: replacement requested" in [
        item["title_en"] for item in await get(world, ORGANISATION, "work")
    ]
    opinion = {"team": TEAM, "matter": "replacement", "person": MEMBER, "opinion": "Y1", "supports": True}
    assert (await give(world, ORGANISATION, "give-joint-opinion", **opinion, text="同意")).status_code == 201
    (shown,) = (await get(world, COUNTY_OFFICE, f"opinions?team={TEAM}"))["opinions"]
    assert (shown["matter"], shown["person"], shown["role"], shown["supports"]) == ("replacement", MEMBER, "XZ", True)
    assert (await get(world, "P000003", f"opinions?team={TEAM}"))["code"] == "AUTH"
    assert (await give(world, TOWNSHIP_OFFICE, "escalate-replacement", **CASE)).status_code == 201
    assert await waiting(world, COUNTY_OFFICE) == ["confirm-team", "decide-replacement"]
    decided = await give(world, COUNTY_OFFICE, "decide-replacement", **CASE, last_day="2017-03-01")
    assert decided.status_code == 201
    titles = {item["title_en"] for item in await get(world, TOWNSHIP_OFFICE, "work")}
    assert titles == {f"{TEAM} has 5 people, fewer than the measures ask for", f"{TEAM} {MEMBER}: was replaced"}
    told = {item["title_en"] for item in await get(world, MEMBER, "work")}
    heard = ("was posted (recorded late)", "replacement requested", "was educated", "was replaced")
    assert told == {*(f"{TEAM} {MEMBER}: {what}" for what in heard), f"{TEAM} {LEADER}: was appointed leader"}
    weak = (await get(world, COUNTY_OFFICE, f"strength?place={COUNTY}&weak=true"))["teams"]
    assert [(team["team"], team["strength"]) for team in weak] == [(TEAM, 5)]
    assert (await get(world, TOWNSHIP_OFFICE, f"postings/{MEMBER}"))["postings"][0]["last_day"] == "2017-03-01"
    assert (await get(world, "P000003", f"postings/{MEMBER}"))["code"] == "AUTH"
