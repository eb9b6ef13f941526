"""Spot checks of the demonstration: two planned rounds through all teams, visits after complaints, one drawn by lot."""

from collections.abc import Mapping
from datetime import date

from contracts.identifiers import Role
from deploy.local.demonstration.attendance_steps import ATTENDANCE, Uploads
from deploy.local.demonstration.cast import Cast
from deploy.local.demonstration.clockwork import YEAR, duty_days, in_spans, instant, later
from deploy.local.demonstration.lives import Life
from deploy.local.demonstration.population import CITY, COUNTY, TEAMS
from deploy.local.demonstration.steps import Phase

CHECKED_FROM = (date(YEAR, 4, 24), date(YEAR, 10, 30))
"""First day of each half-year's round of spot checks."""
ROUND_DAYS = 25
DRAWN = 5
"""Teams that the city's random check draws; the seed of the draw stands in the log."""


def spot_checks(uploads: Uploads) -> None:
    """Two rounds through all teams, and twelve visits to somebody about whom people had complained (Art. 8)."""
    cast = uploads.cast
    for number, first in enumerate(CHECKED_FROM, start=1):
        check = f"DQ{YEAR}-{number}"
        planned = _plan(uploads, check, first)
        duty = duty_days(first, later(first, 21))
        for team in range(1, TEAMS + 1):
            day = duty[team % len(duty)]
            found = {life.person: _seen(cast, life, day) for life in cast.of_team(team, day)}
            _visit(uploads, check, team, day, found, planned)
    for life in cast.lives.values():
        for day in life.found_absent:
            team = life.stays[0].team
            _visit(uploads, f"CC{day:%Y%m%d}-{team:02d}", team, day, {life.person: "absent"}, None)
    _draw(uploads)


def _plan(uploads: Uploads, check: str, first: date) -> str:
    """The county's round names every team."""
    body = {
        "check": check,
        "area": COUNTY,
        "kind": "periodic",
        "starts_on": first,
        "ends_on": later(first, ROUND_DAYS),
        "teams": [team.team for team in uploads.cast.population.teams],
    }
    return _add_plan(uploads, later(first, -3), uploads.cast.officer(Role.COUNTY_OFFICE), body)


def _draw(uploads: Uploads) -> None:
    """The city says only how many; which teams comes out of the seed."""
    days = {"starts_on": date(YEAR, 12, 11), "ends_on": date(YEAR, 12, 22)}
    body = {"check": f"SJ{YEAR}-1", "area": CITY, "kind": "random", "count": DRAWN, **days}
    _add_plan(uploads, date(YEAR, 12, 8), uploads.cast.officer(Role.CITY_OFFICE), body)


def _add_plan(uploads: Uploads, day: date, caller: str, body: Mapping[str, object]) -> str:
    at = instant(day, "09:00")
    return uploads.script.add(Phase.YEAR, at, ATTENDANCE, "plan-spot-check", caller, body, lane="checks")


def _seen(cast: Cast, life: Life, day: date) -> str:
    if day in cast.presences[life.person] and day not in life.found_absent:
        return "present"
    return "absent" if in_spans(day, life.absences) or day in life.found_absent else "excused"


def _visit(uploads: Uploads, check: str, number: int, day: date, found: Mapping[str, str], planned: str | None) -> None:
    cast, team = uploads.cast, uploads.cast.team(number)
    body = {
        "check": check,
        "team": team.team,
        "date": day,
        "findings": [{"person": person, "finding": finding} for person, finding in found.items()],
    }
    uploads.script.add(
        Phase.YEAR,
        instant(day, "21:30"),
        ATTENDANCE,
        "record-spot-check",
        cast.officer(Role.COUNTY_OFFICE),
        body,
        lane=team.township.code,
        after=[planned, *(uploads.wait_for(person, day) for person in found)],
    )
