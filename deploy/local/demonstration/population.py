"""Who and what exists in the demonstration: townships, villages, units, seats, officials. All of it is invented.

The townships are the real ones of 东川区 (`contracts/divisions`). Village codes are made up: the township's code and a
running number from 201. People's names are picked from lists; no living person is meant.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from contracts.identifiers import Role
from contracts.personnel import MemberSource, OrganisationKind, UnitLevel
from contracts.places import divisions_in

CITY = "5301"
COUNTY = "530113"
COUNTY_NAME = "东川区"
TEAMS = 30
SEATS = 6
LAST_SEAT = 8
"""Seats 7 and 8 are for successors and for people who join later."""
HILL_TOWNSHIPS = ("因民镇", "阿旺镇", "乌龙镇", "红土地镇", "拖布卡镇", "舍块乡")
"""The six of the eight townships in which the demonstration's thirty villages lie, five in each."""
FISCAL_TEAM, GIVEN_TEAM = 2, 8
"""Teams with a project on fiscal poverty money, and with one on a unit's money."""
CITY_UNITS = 10
COUNTY_UNITS = 20

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱许何吕张孔曹严华金魏陶姜谢邹章云苏潘葛范彭鲁韦马方任袁柳鲍史唐薛"
_GIVEN = "山水禾田谷林泉溪石松竹梅兰菊桐柏青岚云霞晨曦春夏秋冬安宁康平明亮朗清远志诚信义勤勉恒毅立德本源实朴"


@dataclass(frozen=True, slots=True)
class Township:
    number: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Unit:
    """A dispatching unit; its body in the log has no name, people see this one."""

    organisation: str
    level: UnitLevel
    kind: OrganisationKind
    area: str
    officer: str
    name: str


@dataclass(frozen=True, slots=True)
class Team:
    number: int
    team: str
    village: str
    village_name: str
    township: Township


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who sits in a team at some time: seat 1 is the leader, 7 and 8 come later."""

    person: str
    seat: int
    unit: Unit
    source: MemberSource


@dataclass(frozen=True, slots=True)
class Officer:
    """A role holder."""

    person: str
    role: Role
    area: str
    organisation: str | None = None


class Population:
    """Everybody, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        divisions = [found for found in divisions_in(COUNTY, date(2017, 1, 1)) if found.name in HILL_TOWNSHIPS]
        self.townships = tuple(Township(at, found.code, found.name) for at, found in enumerate(divisions, start=1))
        self.units = tuple(_units())
        self.teams = tuple(_teams(self.townships))
        self._names = self._invent_names(random.Random(f"{seed} names"))  # noqa: S311  reproducible, no secret

    @cached_property
    def offices(self) -> Mapping[Role, str]:
        """Bodies at city and county level: role -> organisation."""
        return {role: f"O10{number:02d}" for number, role in enumerate((*_CITY_ROLES, *_COUNTY_ROLES), start=1)}

    def body_of(self, township: Township) -> str:
        """The organisation of a township's party committee."""
        return f"O20{township.number:02d}"

    def member(self, team: Team, seat: int) -> Member:
        """The member in a seat; leaders and two more come from city units, the others from county units."""
        from_city = seat in (1, 2, 5)
        if from_city:
            unit = self.units[(team.number - 1) % CITY_UNITS]
        else:
            unit = self.units[CITY_UNITS + (team.number * 2 + seat) % COUNTY_UNITS]
        source = MemberSource.ASSIGNED_UNIT_CADRE
        if seat == 1:
            source = MemberSource.FIRST_SECRETARY
        elif seat == SEATS:
            source = MemberSource.COLLEGE_VILLAGE_OFFICIAL
        return Member(member_id(team.number, seat), seat, unit, source)

    def officer(self, role: Role, township: Township | None = None) -> Officer:
        """The holder of a role at city or county level, or in a township."""
        if township is not None:
            code = _TOWNSHIP_ROLES[role]
            body = None if role is Role.KIOSK else self.body_of(township)
            return Officer(f"P91{township.number:02d}{code:02d}", role, township.code, body)
        if role is Role.REGISTRY_KEEPER:
            return Officer(KEEPER, role, CITY)
        number = (*_CITY_ROLES, *_COUNTY_ROLES).index(role) + 1
        area = CITY if role in _CITY_ROLES else COUNTY
        return Officer(f"P9000{number:02d}", role, area, self.offices[role])

    def village_officer(self, team: Team, role: Role) -> Officer:
        """Who holds a role in a team's village."""
        number = (*_VILLAGE_ROLES, *_PROJECT_ROLES).index(role) + 1
        return Officer(f"P93{team.number:02d}{number:02d}", role, team.village)

    def officers(self) -> list[Officer]:
        """Every role holder but the registry keeper, who grants all these roles."""
        found = [self.officer(role) for role in (*_CITY_ROLES, *_COUNTY_ROLES)]
        found += [self.officer(role, township) for township in self.townships for role in _TOWNSHIP_ROLES]
        found += [self.village_officer(team, role) for team in self.teams for role in _VILLAGE_ROLES]
        with_projects = [self.teams[number - 1] for number in (FISCAL_TEAM, GIVEN_TEAM)]
        found += [self.village_officer(team, role) for team in with_projects for role in _PROJECT_ROLES]
        found += [Officer(u.officer, Role.DISPATCHING_UNIT, u.area, u.organisation) for u in self.units]
        return found

    def name_of(self, person: str) -> str:
        """An invented name, of its own for everybody. Named characters are named in `characters.py`."""
        return self._names[person]

    def _invent_names(self, choice: random.Random) -> Mapping[str, str]:
        members = [member_id(team.number, seat) for team in self.teams for seat in range(1, LAST_SEAT + 1)]
        people = [*members, KEEPER, *(officer.person for officer in self.officers())]
        names: dict[str, str] = {}
        for person in people:
            while person not in names:
                name = choice.choice(_SURNAMES) + choice.choice(_GIVEN) + choice.choice(_GIVEN)
                if name not in names.values():
                    names[person] = name
        return names


KEEPER = "P900000"
"""The registry keeper: the first account, from whom all other roles come."""

_CITY_ROLES = (Role.CITY_OFFICE, Role.CITY_ORGANISATION, Role.CITY_POVERTY, Role.CITY_FINANCE)
_COUNTY_ROLES = (
    Role.COUNTY_OFFICE,
    Role.COUNTY_ORGANISATION,
    Role.COUNTY_POVERTY,
    Role.COUNTY_AGRICULTURE,
    Role.COUNTY_FINANCE,
    Role.DISCIPLINE,
    Role.AUDIT,
    Role.COUNTY_LEADING_GROUP,
)
_TOWNSHIP_ROLES = {Role.TOWNSHIP: 1, Role.TOWNSHIP_LEADER: 2, Role.TOWNSHIP_FINANCE: 3, Role.KIOSK: 4}
_VILLAGE_ROLES = (Role.VILLAGE_SECRETARY, Role.VILLAGE_DIRECTOR)
_PROJECT_ROLES = (Role.VILLAGE_COMMITTEES, Role.VILLAGE_REPRESENTATIVES)
"""Who determines a project and may object to a notice, in the villages that have one."""


def member_id(team: int, seat: int) -> str:
    """The person id of a seat: team number and seat number, no meaning beyond that."""
    return f"P10{team:02d}{seat:02d}"


def _units() -> list[Unit]:
    units = []
    for number in range(1, CITY_UNITS + COUNTY_UNITS + 1):
        city = number <= CITY_UNITS
        kind = OrganisationKind.ENTERPRISE if number % 5 == 0 else OrganisationKind.PARTY_OR_STATE_ORGAN
        units.append(
            Unit(
                organisation=f"O30{number:02d}",
                level=UnitLevel.CITY if city else UnitLevel.COUNTY,
                kind=kind,
                area=CITY if city else COUNTY,
                officer=f"P94{number:02d}01",
                name=f"示例市级单位{number:02d}" if city else f"示例区级单位{number - CITY_UNITS:02d}",
            )
        )
    return units


def _teams(townships: tuple[Township, ...]) -> list[Team]:
    teams = []
    for number in range(1, TEAMS + 1):
        township = townships[(number - 1) % len(townships)]
        running = (number - 1) // len(townships) + 1
        teams.append(
            Team(
                number=number,
                team=f"T{COUNTY}{number:02d}",
                village=f"{township.code}{200 + running}",
                village_name=f"{township.name}示范{running}村",
                township=township,
            )
        )
    return teams
