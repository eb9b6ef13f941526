"""What a command of assessment has to know before it is decided: rosters from the directory, dossiers from the fold."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx

from contracts.calendar import DutyCalendar, NoCalendar, load_calendar
from contracts.identifiers import Role
from contracts.refusals import Refusal
from services.assessment import commands as cmd
from services.assessment import refusals as no
from services.assessment.dossier import Dossiers, Roster, digests_of
from services.assessment.known import CalendarRevision, Digests, YearShown
from services.assessment.rules import fold_rules
from services.assessment.state import CountyYear, PersonFile, State
from services.ledger.material import NotSealedError
from services.runtime.commands import Refused
from services.runtime.context import Context
from services.runtime.directory import PostingRow, postings_of
from services.runtime.feed_client import FeedError

SETTLES = 3
"""How often a county is folded again because its roster grew meanwhile."""

_ROSTER = """
    with that_year as (
        select person, village from posting
        where starts_on <= make_date(%(year)s, 12, 31) and (last_day is null or last_day >= make_date(%(year)s, 1, 1))
    )
    select person, village from that_year
    where person in (select person from that_year where starts_with(village, %(county)s))
"""


async def rules_in_force(context: Context, _command: cmd.AdoptRules) -> Digests:
    """Digests of the rules that this service applies today."""
    return digests_of(fold_rules(context.request.today.year))


async def rules_of_year(_context: Context, command: cmd.OpenYear) -> Digests | Refusal:
    """Digests of the rules for that year; a year without duty calendar cannot be assessed."""
    try:
        load_calendar(command.year)
    except NoCalendar:
        return no.NO_CALENDAR
    return digests_of(fold_rules(command.year))


async def calendar(_context: Context, command: cmd.PublishCalendar) -> tuple[CalendarRevision, ...] | Refusal:
    """The calendar as it stood after each notice."""
    try:
        whole = load_calendar(command.year)
    except NoCalendar:
        return no.NO_CALENDAR
    return tuple(
        CalendarRevision(
            number,
            revision.notice or revision.title,
            DutyCalendar(command.year, whole.revisions[:number]).digest(),
        )
        for number, revision in enumerate(whole.revisions, 1)
    )


async def posted_in_county(context: Context, command: Any) -> bool | Refusal:
    """Whether the person was ever posted in the county; UNKNOWN_PERSON for somebody never posted anywhere."""
    known = await postings(context, command.person)
    if not known:
        return no.UNKNOWN_PERSON
    return any(posting.village.startswith(command.county) for posting in known)


async def person_year(context: Context, command: cmd.ProposeGrade | cmd.ReviewShortfall) -> YearShown | Refusal:
    """The person's year. Without the others of the county: it says nothing of the quota."""
    if not await postings(context, command.person):
        return no.UNKNOWN_PERSON
    shown = await folded(context, command.county, command.year, await roster_of(context, command.person))
    if isinstance(shown, YearShown) and command.person not in shown.persons:
        return no.NOT_AN_OBJECT
    return shown


async def county_year(context: Context, command: cmd.ResolveTie | cmd.FinaliseYear) -> YearShown | Refusal:
    """The whole county's year."""
    return await whole_county(context, command.county, command.year)


async def whole_county(context: Context, county: str, year: int) -> YearShown | Refusal:
    """The year of everybody on the county's roster, which is the same before and after its facts were read."""
    roster = await county_roster(context, county, year)
    for _ in range(SETTLES):
        shown = await folded(context, county, year, roster)
        again = await county_roster(context, county, year)
        if isinstance(shown, Refusal) or roster == again:
            return shown
        roster = again
    return no.NOT_SEALED


async def persons_named(context: Context, command: cmd.ReviewGrades) -> YearShown | Refusal:
    """The years of the people named."""
    return await folded(context, command.county, command.year, await roster_of(context, *command.persons))


async def folded(context: Context, county: str, year: int, roster: Roster) -> YearShown | Refusal:
    """The fold below a sealed basis, or why it cannot be had just now."""
    dossiers: Dossiers = context.service.extras["dossiers"]
    try:
        return await dossiers.year(county, year, roster, context.request.now)
    except NotSealedError:
        return no.NOT_SEALED
    except (FeedError, httpx.HTTPError):
        return no.SOURCE_SILENT


async def postings(context: Context, person: str) -> list[PostingRow]:
    """All postings of a person, earliest first."""
    async with context.service.views.reading("directory") as cursor:
        return (await postings_of(cursor, [person]))[person]


async def roster_of(context: Context, *persons: str) -> Roster:
    """Those persons with every village they were ever posted to."""
    async with context.service.views.reading("directory") as cursor:
        found = await postings_of(cursor, persons)
    villages = {posting.village for rows in found.values() for posting in rows}
    return Roster(tuple(sorted(found)), tuple(sorted(villages)))


async def county_roster(context: Context, county: str, year: int) -> Roster:
    """Everybody with a posting in the county that touches the year."""
    async with context.service.views.reading("directory") as cursor:
        await cursor.execute(_ROSTER, {"county": county, "year": year})
        rows = await cursor.fetchall()
    return Roster(tuple(sorted({row[0] for row in rows})), tuple(sorted({row[1] for row in rows})))


def for_those_who_may(
    gather: Callable[[Context, Any], Awaitable[YearShown | Refusal]], roles: tuple[Role, ...], article: str
) -> Callable[[Context, Any], Awaitable[YearShown | Refusal | None]]:
    """Folds a county only for a caller who may give the command; to anybody else it is not worth the work.

    Nothing is decided here: the caller is refused, and the refusal recorded, where every command is authorised.
    """

    async def gathered(context: Context, command: Any) -> YearShown | Refusal | None:
        if isinstance(await context.authority(roles, command.county, None, article), Refusal):
            return None
        return await gather(context, command)

    return gathered


def assert_present(known: Any, states: Mapping[str, State]) -> None:
    """Raises Refused NOT_SEALED when the own log has moved on since it was folded: the caller comes again.

    The fold was read before the states were loaded. A sanction recorded in between would stand in the stream before
    the determination and yet not behind it. It must not be returned as a refusal: those stay under their key for ever.
    """
    if not isinstance(known, YearShown):
        return
    files = [state for state in states.values() if isinstance(state, PersonFile | CountyYear)]
    if any(known.folded.get(stream, 0) < version for file in files for stream, version in file.versions):
        raise Refused(no.NOT_SEALED)
