"""The demonstration inside `zhucun run`: load when the logs are empty, check that everything agrees, print the year."""

from enum import Enum
from typing import Any

from contracts.catalogue import SERVICES
from contracts.identifiers import Role
from deploy.local.demonstration import report
from deploy.local.demonstration.cast import Cast
from deploy.local.demonstration.client import Connection, Disconnected
from deploy.local.demonstration.clockwork import YEAR, instant
from deploy.local.demonstration.expectations import expected_table
from deploy.local.demonstration.loader import Loaded, LoadStopped
from deploy.local.demonstration.loading import load_elsewhere
from deploy.local.demonstration.personnel_steps import REGISTERED
from deploy.local.demonstration.population import CITY, COUNTY, KEEPER
from deploy.local.demonstration.verify import AFTERWARDS, CannotVerify, Sources, verify
from deploy.local.running import Running
from services.runtime import administration
from services.runtime.clock import says_demo


class Found(Enum):
    """What the logs hold when we come."""

    NOTHING = "nothing"
    PART = "a load that was interrupted"
    ALL = "the whole year"
    OTHER = "somebody else's data"


async def run_demonstration(running: Running) -> int:
    """Load if need be, verify, print; 0 only if everything agreed. A log with other people's data is left alone."""
    console, settings = running.console, running.settings
    if not says_demo(settings.origin):
        console.print(
            f"{settings.origin} 不是演示日志，不装载 is no demonstration log: nothing is loaded", soft_wrap=True
        )
        return 0
    cast, table = Cast(), expected_table()
    try:
        found = await _found(running, cast)
        if found is Found.OTHER:
            console.print(
                "日志中已有其他数据，不装载演示数据 the logs hold other data: nothing is loaded", soft_wrap=True
            )
            return 0
        loaded = None if found is Found.ALL else await _load(running, cast, found)
        sources = Sources(running.url, running.token, running.counts, settings.origin_of)
        verified = await verify(sources, cast, table)
    except (LoadStopped, CannotVerify, Disconnected, administration.AdministrationError) as error:
        console.print(f"zhucun: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    verified.disagreements += loaded.disagreements if loaded else []
    report.print_year(console, verified, cast, table.year)
    report.print_agreement(console, verified, loaded)
    report.print_next(console, running.url)
    return 1 if verified.disagreements else 0


async def _found(running: Running, cast: Cast) -> Found:
    """What the logs hold, asked as a client would."""
    counts = await running.counts()
    if not any(count.accepted for count in counts.values()):
        return Found.NOTHING
    me = await _ask(running, KEEPER, "/personnel/me")
    if not any(role["role"] == Role.REGISTRY_KEEPER for role in (me or {}).get("roles", ())):
        return Found.OTHER
    year = await _ask(running, cast.officer(Role.COUNTY_OFFICE), f"/assessment/year/{COUNTY}/{YEAR}")
    return Found.ALL if year and year["state"] and year["state"]["final"] else Found.PART


async def _ask(running: Running, person: str, path: str) -> dict[str, Any] | None:
    """The answer of a query, None where the person may not ask it."""
    connection = Connection(running.url)
    headers = {"Authorization": f"Bearer {running.token(person)}", "Zhucun-Simulated-Time": AFTERWARDS}
    try:
        answer = await connection.request("GET", path, headers)
    finally:
        await connection.close()
    if answer.status != 200:
        return None
    found: dict[str, Any] = answer.json()
    return found


async def _load(running: Running, cast: Cast, found: Found) -> Loaded:
    """Bootstrap the registry keeper where there is none, then load; what is there already gives its first answers."""
    if found is Found.NOTHING:
        at = instant(REGISTERED, "08:00").isoformat()
        await administration.bootstrap(running.settings, KEEPER, CITY, at=at)
    people = [*cast.lives, *(officer.person for officer in cast.population.officers()), KEEPER]
    tokens = {person: running.token(person) for person in people}
    return await load_elsewhere(dict.fromkeys(SERVICES, running.url), tokens)
