"""A county of two villages and twelve people, hosted in one process on real servers, with its year of check-ins."""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import httpx

from contracts.calendar import load_calendar
from contracts.identifiers import Role
from services.registry import definitions
from services.runtime import administration
from services.runtime.app import Application, built_in_issuer
from services.runtime.serving import listening, served
from services.runtime.settings import Settings, read_settings

BEIJING = timezone(timedelta(hours=8))
COUNTY, TOWNSHIP, YEAR = "530113", "530113100", 2017
KEEPER = "P530000001"
OFFICERS = {
    Role.TOWNSHIP: ("P530000002", TOWNSHIP),
    Role.COUNTY_OFFICE: ("P530000003", COUNTY),
    Role.DISCIPLINE: ("P530000004", COUNTY),
    Role.CITY_ORGANISATION: ("P530000005", "5301"),
    Role.AUDIT: ("P530000006", "5301"),
    Role.KIOSK: ("P530000007", TOWNSHIP),
    Role.CITY_OFFICE: ("P530000008", "5301"),
    Role.CITY_POVERTY: ("P530000010", "5301"),
    Role.DISPATCHING_UNIT: ("P530000011", "5301"),
    Role.VILLAGE_SECRETARY: ("P530000012", TOWNSHIP),
    Role.TOWNSHIP_LEADER: ("P530000013", TOWNSHIP),
}
UNIT = "O0001"
STRANGER = "P530000009"
PEOPLE = [f"P{number:06}" for number in range(1, 13)]
PER_TEAM = 6
UPLOAD_EVERY = 3
"""Days; 72 hours after a day's end its check-ins are too late."""


def team_of(person: str) -> tuple[str, str]:
    """Team and village."""
    second = PEOPLE.index(person) >= PER_TEAM
    return ("T0002", f"{TOWNSHIP}202") if second else ("T0001", f"{TOWNSHIP}201")


@dataclass(slots=True)
class County:
    """The running services, and commands on the days on which people gave them."""

    settings: Settings
    application: Application
    client: httpx.AsyncClient

    def _headers(self, caller: Role | str, day: date, **more: str) -> dict[str, str]:
        person = OFFICERS[caller][0] if isinstance(caller, Role) else caller
        at = datetime.combine(day, time(20, 30), BEIJING).isoformat()
        bearer = f"Bearer {built_in_issuer(self.settings).token(person)}"
        return {"Authorization": bearer, "Zhucun-Simulated-Time": at, **more}

    async def give(
        self, day: date, caller: Role | str, command: str, body: Mapping[str, Any], **headers: str
    ) -> httpx.Response:
        """One command: `personnel/form-team`."""
        service, name = command.split("/")
        sent = self._headers(caller, day, **headers)
        return await self.client.post(f"/{service}/commands/{name}", json=body, headers=sent)

    async def must(self, day: date, caller: Role | str, command: str, body: Mapping[str, Any]) -> Any:
        """One command that is recorded; its answer."""
        answer = await self.give(day, caller, command, body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def ask(self, day: date, caller: Role | str, path: str, **parameters: str) -> httpx.Response:
        """One query: `assessment/work`."""
        return await self.client.get(f"/{path}", params=parameters, headers=self._headers(caller, day))

    async def post(self, day: date, caller: Role | str, path: str, body: Mapping[str, Any]) -> httpx.Response:
        """What is neither a command nor a query: `assessment/evidence/P000012/2017`."""
        return await self.client.post(f"/{path}", json=body, headers=self._headers(caller, day))

    async def seen(self, *services: str) -> None:
        """Returns when those services hold everything that was recorded so far."""
        origin = self.settings.origin_of
        sizes = {name: (await hosted.node.counts()).accepted for name, hosted in self.application.hosted.items()}
        for service in services:
            hosted = self.application.hosted[service]
            followed = {origin(name): sizes[name] - 1 for name in hosted.origins if sizes[name]}
            await hosted.visibility.wait_for(followed, 60)

    async def settle(self) -> None:
        """Registers, grants, forms the teams, puts the rules on record."""
        first = date(2016, 12, 1)
        for role, (person, area) in OFFICERS.items():
            grant = {"grant": f"G-{role}", "person": person, "role": role, "area": area, "starts_on": first.isoformat()}
            if role is Role.DISPATCHING_UNIT:
                grant["organisation"] = UNIT
            await self.must(first, KEEPER, "personnel/grant-role", grant)
        unit = {"organisation": UNIT, "kind": "organ", "level": "city", "area": "5301"}
        await self.must(first, KEEPER, "personnel/register-organisation", unit)
        await self.seen("personnel", "attendance", "assessment")
        for people in (PEOPLE[:PER_TEAM], PEOPLE[PER_TEAM:]):
            team, village = team_of(people[0])
            await self.must(first, KEEPER, "personnel/register-village", {"village": village})
            sources = ["first_secretary"] + ["assigned_unit_cadre"] * (PER_TEAM - 1)
            members = [
                {"person": person, "unit": UNIT, "unit_level": "city", "source": source}
                for person, source in zip(people, sources, strict=True)
            ]
            body = {"team": team, "village": village, "formed_on": f"{YEAR}-01-01", "members": members}
            new_year = date(YEAR, 1, 1)
            await self.must(new_year, Role.TOWNSHIP, "personnel/form-team", {**body, "leader": people[0]})
        interpreter = Role.CITY_ORGANISATION
        await self.must(first, interpreter, "assessment/adopt-rules", {"ruleset": "kunming-2016-1"})
        await self.must(first, interpreter, "assessment/publish-calendar", {"year": YEAR})
        await self.seen("personnel", "attendance", "assessment")

    async def work_through_the_year(self, away: Mapping[str, tuple[date, date]] | None = None) -> None:
        """Everybody checks in on every duty day, but not while `away`; the kiosk carries it every third day.

        Each month's sheets come through their review early in the month after.
        """
        calendar = load_calendar(YEAR)
        waiting: list[dict[str, Any]] = []
        day = date(YEAR, 1, 1)
        while day.year == YEAR:
            if calendar.is_duty_day(day):
                gone = {person for person, (first, last) in (away or {}).items() if first <= day <= last}
                waiting += [record for record in self._check_ins(day) if record["person"] not in gone]
            if waiting and (day.toordinal() % UPLOAD_EVERY == 0 or day == date(YEAR, 12, 31)):
                answer = await self.must(day, Role.KIOSK, "attendance/check-in-batch", {"records": waiting})
                assert {record["status"] for record in answer["detail"]["records"]} == {"recorded"}
                waiting = []
            day += timedelta(days=1)
        await self.sign_off_the_year()

    async def sign_off_the_year(self) -> None:
        """Every month's sheets, whatever is on them: without them no year becomes final."""
        await self.seen("attendance")
        for number in range(1, 13):
            await self.sign_off(date(YEAR, number, 1))

    async def sign_off(self, month: date) -> None:
        """The month's sheets of both teams: drawn up, signed, submitted, reviewed, early in the month after."""
        day = (month.replace(day=28) + timedelta(days=4)).replace(day=5)
        name = f"{month:%Y-%m}"
        for leader in (PEOPLE[0], PEOPLE[PER_TEAM]):
            sheet = {"team": team_of(leader)[0], "month": name}
            drafted = await self.must(day, leader, "attendance/draft-sheet", sheet)
            signed = {**sheet, "version": drafted["detail"]["version"]}
            await self.must(day, Role.VILLAGE_SECRETARY, "attendance/sign-sheet", signed)
            await self.must(day, leader, "attendance/submit-sheet", sheet)
        teams = [team_of(leader)[0] for leader in (PEOPLE[0], PEOPLE[PER_TEAM])]
        await self.must(day, Role.TOWNSHIP_LEADER, "attendance/review-sheets", {"month": name, "teams": teams})

    def _check_ins(self, day: date) -> Iterable[dict[str, Any]]:
        for person in PEOPLE:
            team, village = team_of(person)
            record = f"{person}-{day:%m%d}"
            said = {"person": person, "team": team, "village": village, "record": record, "method": "kiosk"}
            yield {**said, "date": day.isoformat()}


@asynccontextmanager
async def running_county(postgres_url: str, nats_url: str, prefix: str, var: Path) -> AsyncIterator[County]:
    """The four services in this process, databases and bus applied, the first keeper there, nothing else."""
    bound = listening("127.0.0.1", None)
    given = {"postgres_url": postgres_url, "nats_url": nats_url, "mode": "embedded", "var": var, "host": "127.0.0.1"}
    settings = read_settings({}, **given, database_prefix=prefix, port=bound.getsockname()[1], origin="zhucun.demo")
    services = definitions()
    await administration.apply_databases(settings, services)
    await administration.apply_bus(settings, services)
    administration.make_keys(settings, services)
    application = Application(services, settings)
    async with (
        served(application, bound),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", timeout=60) as client,
    ):
        county = County(settings, application, client)
        await administration.bootstrap(settings, KEEPER, "5301", at="2016-11-30T09:00:00+08:00")
        await county.seen("personnel")
        yield county
