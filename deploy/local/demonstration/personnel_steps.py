"""The commands of personnel: registration, roles, teams, training, replacement, and what is refused on the way."""

from collections.abc import Mapping, Sequence
from datetime import date

from contracts.identifiers import Role
from contracts.personnel import OrganisationKind, TrainingLevel, UnitLevel
from contracts.refusals import Code
from deploy.local.demonstration.cast import TRAININGS, Cast
from deploy.local.demonstration.characters import FORMED
from deploy.local.demonstration.clockwork import instant, later
from deploy.local.demonstration.lives import Life, Parting, Stay
from deploy.local.demonstration.population import CITY, COUNTY, KEEPER, SEATS, TEAMS, Population, Team, Township
from deploy.local.demonstration.steps import Phase, Script, paper

REGISTERED = date(2016, 4, 28)
"""The day after the measures were issued."""
PERSONNEL = "personnel"


def registry(script: Script, cast: Cast) -> None:
    """Organisations, villages, roles and names, as the registry keeper imports them: a sheet of each, in any order."""
    population = cast.population
    officers = [
        {
            "grant": f"G{number:04d}",
            "person": officer.person,
            "role": officer.role.value,
            "organisation": officer.organisation,
            "area": officer.area,
            "starts_on": REGISTERED,
        }
        for number, officer in enumerate(population.officers(), start=1)
    ]
    people = [*cast.lives, *(population.officer(role).person for role in population.offices)]
    _sheet(script, "organisations", _organisations(population))
    _sheet(script, "villages", [{"village": team.village} for team in population.teams])
    _sheet(script, "roles", officers)
    _sheet(script, "people", [{"person": one, "area": COUNTY, "name": cast.name_of(one)} for one in people])


def _sheet(script: Script, name: str, lines: Sequence[Mapping[str, object]]) -> None:
    at = instant(REGISTERED, "09:00")
    script.add(Phase.REGISTRY, at, PERSONNEL, name, KEEPER, {}, lane=name, sheet=lines)


def _organisations(population: Population) -> list[dict[str, object]]:
    found = []
    for role, organisation in population.offices.items():
        area = population.officer(role).area
        joint = role in (Role.CITY_OFFICE, Role.COUNTY_OFFICE)
        kind = OrganisationKind.JOINT_OFFICE if joint else OrganisationKind.PARTY_OR_STATE_ORGAN
        found.append(_organisation(organisation, kind, UnitLevel.CITY if area == CITY else UnitLevel.COUNTY, area))
    for township in population.townships:
        committee = population.body_of(township)
        found.append(_organisation(committee, OrganisationKind.TOWNSHIP, UnitLevel.TOWNSHIP, township.code))
    found += [_organisation(unit.organisation, unit.kind, unit.level, unit.area) for unit in population.units]
    return found


def _organisation(organisation: str, kind: OrganisationKind, level: UnitLevel, area: str) -> dict[str, object]:
    return {"organisation": organisation, "kind": kind.value, "level": level.value, "area": area}


def teams(script: Script, cast: Cast) -> None:
    """Thirty teams of six. The last township first tries with five people and with another leader."""
    for number in range(1, TEAMS + 1):
        team = cast.team(number)
        first = [life for life in cast.lives.values() if life.stays[0].team == number and life.stays[0].seat <= SEATS]
        members = [cast.member_body(life, life.stays[0]) for life in first]
        body = {
            "team": team.team,
            "village": team.village,
            "formed_on": FORMED[number],
            "members": members,
            "leader": cast.leader_of(number),
        }
        if number == TEAMS:
            short = {**body, "members": members[:-1]}
            other = {**body, "leader": members[1]["person"]}
            _by_township(script, cast, team.township, FORMED[number], "08:30", "form-team", short, Code.SIZE)
            _by_township(script, cast, team.township, FORMED[number], "08:40", "form-team", other, Code.LEADER_NOT_FS)
        _by_township(script, cast, team.township, FORMED[number], "09:00", "form-team", body, phase=Phase.TEAMS)


def _by_township(
    script: Script,
    cast: Cast,
    township: Township,
    day: date,
    clock: str,
    command: str,
    body: Mapping[str, object],
    refusal: Code | None = None,
    *,
    phase: Phase = Phase.TEAMS,
    after: tuple[str | None, ...] = (),
) -> str:
    caller = cast.officer(Role.TOWNSHIP, township)
    return script.add(
        phase,
        instant(day, clock),
        PERSONNEL,
        command,
        caller,
        body,
        lane=township.code,
        refusal=refusal,
        after=after,
    )


def trainings(script: Script, cast: Cast) -> None:
    """Who took part in which training, recorded on its last day, one command for each township."""
    for training in TRAININGS:
        for township in cast.population.townships:
            persons = [
                life.person
                for life in cast.lives.values()
                if life.attends(training.span) and _township(cast, life, training.span[0]) == township
            ]
            county = training.organiser is TrainingLevel.COUNTY
            caller = cast.officer(Role.COUNTY_POVERTY) if county else cast.officer(Role.TOWNSHIP, township)
            body = {
                "training": f"PX2017-{training.name}-{township.number}",
                "area": township.code,
                "organiser": training.organiser.value,
                "starts_on": training.span[0],
                "ends_on": training.span[1],
                "persons": persons,
            }
            at = instant(training.span[1], "18:00")
            script.add(Phase.YEAR, at, PERSONNEL, "record-training", caller, body, lane=township.code)


def _township(cast: Cast, life: Life, day: date) -> Township | None:
    stay = life.stay_on(day)
    return cast.team(stay.team).township if stay else None


def arrivals_and_departures(script: Script, cast: Cast) -> dict[str, str]:
    """Postings that begin or end in the year; person -> the step after which the new posting stands."""
    settled: dict[str, str] = {}
    for life in cast.lives.values():
        for stay in life.stays:
            match stay.parting:
                case Parting.ORDINARY:
                    settled[_successor(cast, stay).person] = _ordinary(script, cast, life, stay)
                case Parting.FORCED:
                    settled[_successor(cast, stay).person] = _forced(script, cast, life, stay)
                case Parting.MOVE:
                    settled[life.person] = _moved(script, cast, life, stay)
                case Parting.DEATH:
                    _ended(script, cast, life, stay)
                case None:
                    continue
    successors = set(settled)
    for life in cast.lives.values():
        joined = [stay for stay in life.stays if stay.seat > SEATS]
        if joined and life.person not in successors:
            settled[life.person] = _joined(script, cast, life, joined[0])
    return settled


def _successor(cast: Cast, stay: Stay) -> Life:
    found = [
        life for life in cast.lives.values() if life.stays[0].team == stay.team and life.stays[0].seat == stay.successor
    ]
    return found[0]


def _replacement(cast: Cast, life: Life, stay: Stay) -> dict[str, object]:
    successor = _successor(cast, stay)
    member = cast.member_body(successor, successor.stays[0])
    return {"person": life.person, "team": cast.team(stay.team).team, "last_day": stay.last, "successor": member}


def _ordinary(script: Script, cast: Cast, life: Life, stay: Stay) -> str:
    """At the unit's wish: refused for its own work, refused without the city's approval, then approved (Art. 8)."""
    team, unit = cast.team(stay.team), cast.member(stay).unit
    approval, request = f"SL2017-{team.number:02d}", f"SQ2017-{team.number:02d}"
    base = {"person": life.person, "team": team.team, "request": request}
    asked = {**base, "unit": unit.organisation, "wish": "replacement"}
    city, township = cast.officer(Role.CITY_OFFICE), cast.officer(Role.TOWNSHIP, team.township)
    county = cast.officer(Role.COUNTY_OFFICE)
    replaced = {**_replacement(cast, life, stay), "approval": approval}

    def add(day: date, command: str, caller: str, body: Mapping[str, object], refusal: Code | None = None) -> str:
        return _in_lane(script, team, day, command, caller, body, refusal)

    work = {**asked, "reason_class": "work", "reason": "本单位工作需要"}
    add(date(2017, 8, 15), "request-withdrawal", unit.officer, work, Code.NO_CITY_APPROVAL)
    proof = [paper("诊断证明", life.person)]
    special = {**asked, "reason_class": "special", "reason": "本人患病需回城长期治疗", "evidence": proof}
    add(date(2017, 8, 16), "request-withdrawal", unit.officer, special)
    add(date(2017, 8, 17), "give-county-opinion", county, {**base, "supports": True, "opinion": "情况属实，同意"})
    add(date(2017, 8, 18), "replace-member", township, replaced, Code.NO_CITY_APPROVAL)
    add(date(2017, 8, 21), "approve-withdrawal", city, {**base, "approval": approval, "reason": "确需长期治疗"})
    return add(date(2017, 8, 30), "replace-member", township, replaced)


def _forced(script: Script, cast: Cast, life: Life, stay: Stay) -> str:
    """Level by level: misconduct, education, no correction, request, escalation, decision (Art. 10)."""
    team = cast.team(stay.team)
    who: dict[str, object] = {"person": life.person, "team": team.team}
    leader, township = cast.leader_of(team.number), cast.officer(Role.TOWNSHIP, team.township)
    county = cast.officer(Role.COUNTY_OFFICE)

    def add(month: int, day: int, command: str, caller: str, refusal: Code | None = None, **more: object) -> str:
        return _in_lane(script, team, date(2017, month, day), command, caller, {**who, **more}, refusal)

    seen = date(2017, 6, 1)
    add(6, 1, "record-misconduct", leader, on=seen, ground="not_resident", description="多次无故不在村住宿")
    add(6, 2, "request-replacement", leader, Code.NOT_EDUCATED)
    add(6, 5, "give-education", leader, on=date(2017, 6, 5), content="谈话提醒，限期改正")
    add(6, 6, "request-replacement", leader, Code.NO_NONCORRECTION)
    proof = [paper("查岗照片", life.person)]
    add(7, 10, "record-non-correction", leader, on=date(2017, 7, 10), evidence=proof)
    add(7, 12, "request-replacement", leader)
    add(7, 14, "escalate-replacement", township)
    decides = county
    if cast.member(stay).unit.level is not UnitLevel.COUNTY:  # the city decides on those whom its units sent (A47)
        add(8, 21, "escalate-replacement", county)
        decides = cast.officer(Role.CITY_OFFICE)
    return _in_lane(
        script, team, date(2017, 8, 30), "decide-replacement", decides, _replacement(cast, life, stay), None
    )


def _in_lane(
    script: Script, team: Team, day: date, command: str, caller: str, body: Mapping[str, object], refusal: Code | None
) -> str:
    lane = team.township.code
    return script.add(Phase.YEAR, instant(day, "15:00"), PERSONNEL, command, caller, body, lane=lane, refusal=refusal)


def _moved(script: Script, cast: Cast, life: Life, stay: Stay) -> str:
    """A move within the county, which the county office sees to for both townships: needs nobody's approval (A44)."""
    team, after = cast.team(stay.team), life.stays[1]
    body: dict[str, object] = {"person": life.person, "team": team.team, "to_team": cast.team(after.team).team}
    body |= {"last_day": stay.last, "source": cast.member(after).source.value}
    return script.add(
        Phase.YEAR,
        instant(after.first, "08:30"),
        PERSONNEL,
        "move-member",
        cast.officer(Role.COUNTY_OFFICE),
        body,
        lane=team.township.code,
    )


def _ended(script: Script, cast: Cast, life: Life, stay: Stay) -> str:
    """A death: needs nobody's approval (A44)."""
    team = cast.team(stay.team)
    if stay.last is None or stay.parting is None:
        raise ValueError(f"{life.person}: this posting does not end")
    body = {"person": life.person, "team": team.team, "cause": stay.parting.value, "last_day": stay.last}
    on = later(stay.last, 1)
    return _by_township(script, cast, team.township, on, "17:00", "end-posting", body, phase=Phase.YEAR)


def _joined(script: Script, cast: Cast, life: Life, stay: Stay) -> str:
    team = cast.team(stay.team)
    body = {"team": team.team, "member": cast.member_body(life, stay), "starts_on": stay.first}
    return _by_township(script, cast, team.township, stay.first, "08:30", "assign-member", body, phase=Phase.YEAR)


def secondments(script: Script, cast: Cast) -> None:
    """The unit asks and is refused, takes the person away all the same, and is found out (Art. 9)."""
    for life in cast.lives.values():
        if life.seconded is None:
            continue
        stay = life.stays[0]
        team, unit = cast.team(stay.team), cast.member(stay).unit
        first, last = life.seconded
        asked = {"person": life.person, "team": team.team, "to_unit": unit.organisation}
        _in_lane(script, team, later(first, -7), "second-member", unit.officer, asked, Code.SECONDMENT_FORBIDDEN)
        found = {"person": life.person, "team": team.team, "unit": unit.organisation, "starts_on": first}
        township = cast.officer(Role.TOWNSHIP, team.township)
        _in_lane(script, team, later(last, 1), "record-secondment", township, {**found, "last_day": last}, None)
