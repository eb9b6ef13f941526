"""The authority matrix of personnel (`domain.md` 3.1), both ways: who may give a command may, and nobody else."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest

from contracts.identifiers import Role
from contracts.personnel import SelectionLevel
from services.personnel.api import COMMANDS
from services.personnel.selection.state import Round
from services.personnel.teams.joining import Joining
from services.personnel.teams.routes import Consulted
from services.personnel.term.state import LastPosting
from services.personnel.work.routes import Reporting
from tests.personnel.registry import COUNTY, OTHER_TEAM, OTHER_VILLAGE, TEAM, TOWNSHIP, VILLAGE
from tests.personnel.test_subscriptions import key_of, scope_key_of
from tests.runtime.conftest import KEEPER, World

CO, CZ, CP = Role.CITY_OFFICE, Role.CITY_ORGANISATION, Role.CITY_POVERTY
XO, XZ, XP, XN = Role.COUNTY_OFFICE, Role.COUNTY_ORGANISATION, Role.COUNTY_POVERTY, Role.COUNTY_AGRICULTURE
TP, TM, VD = Role.TOWNSHIP, Role.TOWNSHIP_HEAD, Role.VILLAGE_DIRECTOR
LD, MB, DU, AU, RK = Role.TEAM_LEADER, Role.MEMBER, Role.DISPATCHING_UNIT, Role.ASSIGNED_UNIT, Role.REGISTRY_KEEPER

LEADER, MEMBER, OTHER = "P000001", "P000002", "P000003"
CASE = {"person": OTHER, "team": TEAM}
DAY = "2017-03-01"
DIGEST = "0" * 64
NEW = {"person": "P000077", "unit": "O0001", "unit_level": "city", "source": "other"}
ROUND = {"round": "X1"}
KEYS = {"key": key_of(1), "scope_key": scope_key_of("bureau")}
SUPPORT = {"village": VILLAGE, "on": DAY}

MATRIX: dict[str, tuple[set[Role], dict[str, Any]]] = {
    # Registry
    "register-organisation": ({RK}, {"organisation": "O0009", "kind": "organ", "level": "city", "area": "5301"}),
    "register-village": ({RK}, {"village": VILLAGE}),
    "change-village-status": (
        {RK},
        {
            "village": VILLAGE,
            "registered_poor": True,
            "rule_mode": "mandatory",
            "valid_from": DAY,
            "document": "云贫开发〔2017〕8号",
        },
    ),
    "link-unit": ({RK}, {"village": VILLAGE, "unit": "O0001", "relation": "assigned", "starts_on": DAY}),
    "unlink-unit": ({RK}, {"village": VILLAGE, "unit": "O0009", "relation": "investing", "last_day": DAY}),
    "grant-role": ({RK}, {"grant": "GX", "person": "P000078", "role": "TP", "area": TOWNSHIP, "starts_on": DAY}),
    "revoke-role": ({RK}, {"grant": "GY", "person": "P000078", "area": TOWNSHIP, "last_day": DAY}),
    # Other agencies' subscriptions (3.4)
    "grant-subscription": ({RK}, {"agency": "bureau", "role": "XF", "places": [COUNTY], **KEYS}),
    "change-subscription-scope": ({RK}, {"agency": "bureau", "places": [TOWNSHIP]}),
    "rekey-subscription": ({RK}, {"agency": "bureau", **KEYS}),
    "revoke-subscription": ({RK}, {"agency": "bureau"}),
    # Selection (Art. 3, 4)
    "open-selection-round": ({CO}, {**ROUND, "level": "city", "area": "5301", "closes_on": DAY, "wanted": 1}),
    "give-selection-opinion": ({CZ, CP, XZ, XP, XN}, {**ROUND, "body": "poverty", "opinion": "同意"}),
    "nominate-candidate": ({DU}, {**ROUND, "person": "P000079", "unit": "O0001", "unit_level": "city"}),
    "attest-candidate": (
        {DU},
        {
            **ROUND,
            "person": "P000079",
            "unit": "O0001",
            "politics": True,
            "ability": True,
            "attestation": "符合",
        },
    ),
    "screen-candidate": ({CZ}, {**ROUND, "person": "P000079", "preferences": [], "reasons": "审查"}),
    "confirm-dispatch": ({CZ}, {**ROUND, "person": "P000079", "village": VILLAGE}),
    "close-selection-round": ({CO}, ROUND),
    "appoint-chief-captain": (
        {CZ},
        {"person": "P000080", "county": COUNTY, "rank": "chief", "post": "区委副书记", "starts_on": DAY},
    ),
    "propose-chief-captain": (
        {DU},
        {"person": "P000082", "county": COUNTY, "rank": "deputy", "unit": "O0001", "reason": "熟悉农村工作"},
    ),
    "end-chief-captain": ({CZ}, {"person": "P000081", "county": COUNTY, "last_day": DAY}),
    # Teams (Art. 5)
    "form-team": (
        {TP},
        {"team": "T0009", "village": VILLAGE, "formed_on": DAY, "members": [NEW], "leader": "P000077"},
    ),
    "confirm-team": ({XO}, {"team": TEAM}),
    "dissolve-team": ({XO}, {"team": TEAM, "on": DAY}),
    "assign-member": ({TP}, {"team": TEAM, "member": {**NEW, "person": MEMBER}, "starts_on": DAY}),
    "appoint-leader": ({TP}, {"team": TEAM, "person": OTHER, "starts_on": DAY}),
    "designate-acting-leader": ({TP}, {"team": TEAM, "person": LEADER, "starts_on": DAY, "ends_on": DAY}),
    "move-member": (
        {TP, XO, CO},
        {"person": "P000099", "team": TEAM, "to_team": OTHER_TEAM, "last_day": DAY, "source": "other"},
    ),
    "end-posting": ({TP}, {"person": "P000099", "team": TEAM, "cause": "term", "last_day": DAY}),
    # Secondment (Art. 9): whoever asks is told that nobody may allow it.
    "second-member": ({DU, CO, CZ, XO, TP, LD, AU}, {**CASE, "to_unit": "O0002"}),
    "record-secondment": ({TP, XO}, {**CASE, "unit": "O0001", "starts_on": "2016-01-01"}),
    "end-secondment": ({TP, XO}, {**CASE, "unit": "O0001", "last_day": DAY}),
    # Bodies that are heard: the other matters are in test_opinions.
    "give-joint-opinion": (
        {XZ, XP, DU, AU},
        {"team": TEAM, "matter": "formation", "opinion": "Y1", "supports": True, "text": "同意"},
    ),
    # Withdrawal (Art. 8)
    "request-withdrawal": (
        {DU},
        {
            **CASE,
            "unit": "O0001",
            "request": "R1",
            "wish": "replacement",
            "reason_class": "work",
            "reason": "工作需要",
        },
    ),
    "give-county-opinion": ({XO}, {**CASE, "request": "R1", "supports": True, "opinion": "同意"}),
    "approve-withdrawal": ({CO}, {**CASE, "request": "R1", "approval": "S1", "reason": "属实"}),
    "refuse-withdrawal": ({CO}, {**CASE, "request": "R1", "reason": "不属实"}),
    "withdraw-member": ({TP, XO}, {**CASE, "approval": "S1", "last_day": DAY}),
    "replace-member": ({TP, XO}, {**CASE, "approval": "S1", "last_day": DAY}),
    "propose-successor": ({DU}, {**CASE, "unit": "O0001", "successor": NEW}),
    # Forced replacement (Art. 10)
    "record-misconduct": (
        {LD, TP},
        {**CASE, "on": "2016-01-01", "ground": "not_resident", "description": "不驻村"},
    ),
    "give-education": ({LD, TP}, {**CASE, "on": "2016-01-01", "content": "谈话"}),
    "record-non-correction": ({LD, TP}, {**CASE, "on": "2016-01-01", "evidence": []}),
    "request-replacement": ({LD, TP}, CASE),
    "escalate-replacement": ({TP, XO}, CASE),
    "reject-replacement": ({TP, XO, CO}, {**CASE, "reason": "已改正"}),
    "decide-replacement": ({XO, CO}, {**CASE, "last_day": DAY}),
    # Plans, log, reports (Art. 6, 7)
    "adopt-annual-plan": ({LD}, {"team": TEAM, "year": 2017, "document": DIGEST, "summary": "计划"}),
    "review-annual-plan": ({TP}, {"team": TEAM, "year": 2017, "accepted": True, "opinion": "同意"}),
    "log-work": (
        {LD, MB},
        {"team": TEAM, "entry": "E1", "activity": "policy", "on": "2016-01-01", "text": "宣讲"},
    ),
    "submit-report": (
        {LD},
        {
            "team": TEAM,
            "month": "2019-01",
            "document": DIGEST,
            "progress": "进展",
            "problems": "问题",
            "experience": "经验",
        },
    ),
    "deliver-report": ({LD}, {"team": TEAM, "month": "2019-01"}),
    "acknowledge-report": ({TP}, {"team": TEAM, "month": "2019-01", "recipient": "township"}),
    # Meetings, support, conditions, publicity (Art. 17, 21, 22)
    "hold-meeting": ({CO, XO}, {"meeting": "M1", "area": COUNTY, "on": "2030-01-01", "agenda": "例会"}),
    "carry-out-decision": ({CO, XO}, {"meeting": "M1", "area": COUNTY, "decision": "D1", "on": DAY}),
    "record-head-visit": ({TM}, {**SUPPORT, "findings": "调研"}),
    "record-unit-support": ({AU}, {**SUPPORT, "unit": "O0001", "kind": "money", "description": "资金"}),
    "provide-condition": ({TP}, {**SUPPORT, "need": "lodging"}),
    "report-missing-condition": ({LD, VD}, {**SUPPORT, "need": "lodging", "description": "缺住房"}),
    "request-support": (
        {LD},
        {"village": VILLAGE, "request": "Q1", "department": "O0009", "reason": "饮水"},
    ),
    "record-support": ({LD}, {**SUPPORT, "request": "Q9"}),
    "record-publicity": (
        {CO, XO, TP, LD},
        {"item": "I1", "area": VILLAGE, "on": "2030-01-01", "medium": "云南日报", "digest": DIGEST},
    ),
    # Training (Art. 11)
    "record-training": (
        {TP},
        {
            "training": "X1",
            "area": TOWNSHIP,
            "organiser": "township",
            "starts_on": DAY,
            "ends_on": "2016-01-01",
            "persons": [OTHER],
        },
    ),
    "record-trainer-support": (
        {XZ, XP, XN, CO, CZ, CP},
        {"training": "X9", "area": COUNTY, "body": "市委农办", "trainers": 1},
    ),
    # Term and bar (Art. 9, 12, 16)
    "grant-compensatory-leave": ({DU}, {"person": OTHER, "unit": "O0001", "leave": "B1"}),
    "take-compensatory-leave": ({DU}, {"person": OTHER, "unit": "O0001", "leave": "B1", "starts_on": DAY}),
    "credit-experience": ({XZ, XO}, {"person": OTHER}),
    "check-promotion": ({CZ, XZ, CO, XO, DU}, {"person": OTHER}),
    "record-promotion-priority": (
        {CZ, XZ, CO, XO},
        {
            "person": OTHER,
            "commendation": "昆联发〔2018〕3号",
            "level": "county",
            "tasks_done_well": True,
            "clear_results": True,
            "reasons": "成效明显",
        },
    ),
    "publish-unit-basis": ({XO, CO}, {"unit": "O0001", "year": 2030, "area": COUNTY}),
}

BY_POSTING: dict[Role, str] = {LD: LEADER, MB: MEMBER}
ROLES: list[Role] = [role for role in Role if role not in (Role.NONE, Role.CLOCK)]
PERSON_OF: dict[Role, str] = {role: BY_POSTING.get(role, f"P0005{number:02}") for number, role in enumerate(ROLES)}
HERE = [name for name in MATRIX if name != "publish-unit-basis"]
"""What needs no view of assessment's facts, which the hosted services here do not follow."""
SPECS = {spec.name: spec for spec in COMMANDS}
OPEN = Round(SelectionLevel.CITY, "5301", date(2017, 3, 1), date(2017, 3, 1))
GATHERED: dict[str, Any] = {
    **dict.fromkeys(
        (
            "give-selection-opinion",
            "close-selection-round",
            "nominate-candidate",
            "attest-candidate",
            "screen-candidate",
        ),
        OPEN,
    ),
    **dict.fromkeys(("log-work", "submit-report", "deliver-report"), Reporting(VILLAGE, frozenset(), LEADER)),
    "confirm-dispatch": CZ,
    "give-joint-opinion": Consulted(VILLAGE, frozenset()),
    **dict.fromkeys(("form-team", "assign-member"), Joining(VILLAGE)),
    **dict.fromkeys(("check-promotion", "record-promotion-priority"), LastPosting(VILLAGE, "O0001")),
}
"""What is looked up before the authority is known; for all others it is the village."""


def test_every_command_stands_in_the_matrix() -> None:
    assert SPECS.keys() == MATRIX.keys()


@pytest.mark.parametrize("name", MATRIX)
def test_the_roles_that_may_give_a_command_are_those_of_the_matrix(name: str) -> None:
    roles, body = MATRIX[name]
    spec = SPECS[name]
    needed = spec.authority(spec.command.model_validate(body), GATHERED.get(name, VILLAGE))
    assert set(needed.roles) == roles


async def give(world: World, caller: str, command: str, **body: Any) -> httpx.Response:
    return await world.give(caller, command, body, **{"Zhucun-Simulated-Time": f"{DAY}T10:00:00+08:00"})


async def settle(world: World) -> None:
    """Two villages, one team in each, a holder of each role, a round with a nominated candidate."""
    for role, person in PERSON_OF.items():
        if role not in BY_POSTING:
            grant = {"grant": f"M-{role.value}", "person": person, "role": role.value, "area": "5301"}
            body = {**grant, "starts_on": "2016-05-01", "organisation": "O0001"}
            assert (await give(world, KEEPER, "grant-role", **body)).status_code == 201
    unit = {"organisation": "O0001", "kind": "organ", "level": "city", "area": "5301"}
    await give(world, KEEPER, "register-organisation", **unit)
    for number, (team, village) in enumerate(((TEAM, VILLAGE), (OTHER_TEAM, OTHER_VILLAGE))):
        await world.seen((await give(world, KEEPER, "register-village", village=village)).json()["events"][-1])
        people = [f"P0000{number}{seat}" for seat in range(1, 7)]
        members = [
            {**NEW, "person": person, "source": "first_secretary" if seat == 0 else "other"}
            for seat, person in enumerate(people)
        ]
        formed = {"team": team, "village": village, "formed_on": "2017-01-01", "members": members}
        answer = await give(world, PERSON_OF[TP], "form-team", **formed, leader=people[0])
        assert answer.status_code == 201, answer.text
        await world.seen(answer.json()["events"][-1])
    opened = MATRIX["open-selection-round"][1]
    assert (await give(world, PERSON_OF[CO], "open-selection-round", **opened)).status_code == 201
    named = MATRIX["nominate-candidate"][1]
    assert (await give(world, PERSON_OF[DU], "nominate-candidate", **named)).status_code == 201


ELSEWHERE_TRIED = (
    "form-team",
    "confirm-team",
    "end-posting",
    "request-withdrawal",
    "decide-replacement",
    "submit-report",
)


def without_role(answer: httpx.Response) -> bool:
    """Whether the caller was refused for holding no role, not for what he asked."""
    return answer.status_code == 403 and "you hold no role" in str(answer.json().get("detail_en"))


@pytest.mark.asyncio(loop_scope="module")
async def test_whoever_may_give_a_command_may_and_others_may_not(world: World) -> None:
    """Over HTTP: every role of a command, and three others in turn, so that each role is turned away somewhere."""
    await settle(world)
    turn = 0
    wrong = []
    for command in sorted(HERE, key=lambda name: name == "close-selection-round"):
        roles, body = MATRIX[command]
        others = [role for role in ROLES if role not in roles]
        tried = [*sorted(roles), *(others[(turn + step) % len(others)] for step in range(3))]
        turn += 3
        answers = await asyncio.gather(*(give(world, PERSON_OF[role], command, **body) for role in tried))
        for role, answer in zip(tried, answers, strict=True):
            assert answer.status_code < 500, answer.text
            if without_role(answer) is (role in roles):
                wrong.append((command, role.value, answer.status_code, answer.text[:200]))
    assert wrong == []


@pytest.mark.asyncio(loop_scope="module")
async def test_a_role_of_another_place_or_another_body_is_none_here(world: World) -> None:
    elsewhere = {TP: "530128100", XO: "530128", LD: None, DU: None}
    for role, area in elsewhere.items():
        if area is not None:
            person = f"P0006{list(elsewhere).index(role):02}"
            await world.grant(person, role, area)
        elif role is LD:
            person = "P000011"  # leads the other team
        else:
            person = "P000690"
            grant = {"grant": "M-DU-other", "person": person, "role": "DU", "area": "5301", "organisation": "O0002"}
            answer = await give(world, KEEPER, "grant-role", **grant, starts_on="2016-05-01")
            await world.seen(answer.json()["events"][-1])
        for command, (roles, body) in MATRIX.items():
            if role in roles and command in ELSEWHERE_TRIED:
                assert without_role(await give(world, person, command, **body)), (role, command)
