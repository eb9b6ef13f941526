"""Reads what a year's funding is judged by, out of three views of the service."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.finance import queries
from services.finance.books.work_fund import posts_filled
from services.finance.oversight import queries as oversight_queries
from services.finance.oversight.board import days_in
from services.finance.oversight.queries import BoardLine, Funding, Shortfall
from services.runtime.context import HostedService


async def shortfalls_of(service: HostedService, place: str, year: int, unit: str | None = None) -> list[Shortfall]:
    """Every duty of Art. 18 that is not fulfilled in the place for the year; of one unit only if named."""
    async with service.views.reading("directory") as cursor:
        teams = await queries.teams_in(cursor, place, unit)
    postings = await queries.unit_postings(service.views, *teams)
    at_work = {team for team in teams if posts_filled([one for one in postings if one.team == team], year)}
    async with service.views.reading("balances") as cursor:
        given, allotted = await oversight_queries.special(cursor, year)
        contributed = await queries.contributed(cursor, list(teams), year)
    async with service.views.reading("oversight") as cursor:
        named = await oversight_queries.recipients(cursor, year, place)
        everywhere = await oversight_queries.recipients(cursor, year, "")
    funding = Funding(
        recipients=named,
        all_named=everywhere,
        given=given,
        allotted=allotted,
        teams={team: village for team, village in teams.items() if team in at_work},
        postings=postings,
        contributed=contributed,
    )
    found = oversight_queries.shortfalls(year, funding, await service.rules.at(date(year, 12, 31), place))
    return [one for one in found if unit is None or one.unit == unit]


async def plan_of(service: HostedService, place: str, year: int) -> list[dict[str, Any]]:
    """Appropriations of the year by source and recipient beside what Art. 18 wants; recipients without any included."""
    async with service.views.reading("balances") as cursor:
        rows = await oversight_queries.plan(cursor, year, place)
    async with service.views.reading("oversight") as cursor:
        named = await oversight_queries.recipients(cursor, year, place)
    owed = (await service.rules.at(date(year, 12, 31), place))["special.amount_fen"]
    funded = {(row["source"], row["kind"], row["recipient"]): row for row in rows}
    nothing = {"appropriated": 0, "received": 0, "allotted": 0}
    for recipient in named:
        key = ("city", "special", recipient)
        funded.setdefault(key, {"source": key[0], "kind": key[1], "recipient": recipient, **nothing})
    return [
        {**row, "owed": owed if key[:2] == ("city", "special") and key[2] in named else 0}
        for key, row in sorted(funded.items())
    ]


def match_of(plan: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What each county gave of its own beside the city's special subsidy for its places, in fen and per cent (A73).

    The text names no amount: the ratio is reported and judged by nobody. None where the city gave nothing.
    """
    sums: dict[str, dict[str, int]] = {}
    for row in plan:
        if row["kind"] == "special" and row["source"] in ("city", "county"):
            own = sums.setdefault(row["recipient"][:6], {"city": 0, "county": 0})
            own[row["source"]] += row["appropriated"]
    return [
        {
            "county": county,
            "city": own["city"],
            "county_gave": own["county"],
            "per_cent": own["county"] * 100 // own["city"] if own["city"] else None,
        }
        for county, own in sorted(sums.items())
    ]


async def board_of(service: HostedService, place: str, unit: str | None, months: list[str]) -> list[BoardLine]:
    """Board of everybody posted in the place, by one unit if named, for those months in order."""
    first, last = date.fromisoformat(f"{months[0]}-01"), days_in(months[-1])[1]
    async with service.views.reading("directory") as cursor:
        postings = await oversight_queries.posted(cursor, place, unit, first, last)
    async with service.views.reading("oversight") as cursor:
        paid = await oversight_queries.board_paid(cursor, months)
        meals = await oversight_queries.meals(cursor, first, last)
    monthly = (await service.rules.at(last, place))["board_fen"]
    return oversight_queries.board_lines(postings, paid, months, monthly, meals)
