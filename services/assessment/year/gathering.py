"""What a command of assessment has to know before it is decided: rosters from the directory, dossiers from the fold."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from operator import attrgetter
from typing import Any

import httpx

from contracts.calendar import DutyCalendar, NoCalendar, load_calendar
from contracts.identifiers import Role, format_instant
from contracts.refusals import Refusal
from services.assessment import commands as cmd
from services.assessment import queries
from services.assessment import refusals as no
from services.assessment.fold.outcome import EXCELLENT
from services.assessment.replay.replay import NoDetermination, replay
from services.assessment.rules.rules import RulesError, fold_rules, load
from services.assessment.state import CountyYear, PersonFile, State
from services.assessment.year.dossier import Dossiers, Roster
from services.assessment.year.known import (
    ALONE,
    CalendarRevision,
    Concerned,
    Digests,
    Elsewhere,
    Ended,
    Opening,
    Persons,
    YearShown,
)
from services.assessment.year.showing import digests_of
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
    return digests_of(fold_rules(context.request.today.year), context.request.today.year)


async def opening(context: Context, command: cmd.OpenYear) -> Opening | Refusal:
    """Digests of the rules for that year, and the county's list as it stands; a year needs its duty calendar.

    Who has no say in it sees no list folded, as in `for_those_who_may`.
    """
    try:
        load_calendar(command.year)
    except NoCalendar:
        return no.NO_CALENDAR
    digests = digests_of(fold_rules(command.year), command.year)
    authority = await context.authority((Role.COUNTY_OFFICE,), command.county, None, "12.1")
    if isinstance(authority, Refusal) or command.year > context.request.today.year:
        return Opening(digests, ())
    shown = await whole_county(context, command.county, command.year)
    return shown if isinstance(shown, Refusal) else Opening(digests, tuple(one.person for one in shown.listed))


def calendar(command: cmd.PublishCalendar) -> tuple[CalendarRevision, ...] | Refusal:
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


async def posted_there(context: Context, command: Any) -> str | bool | Refusal:
    """The person's last village in the county, or False; UNKNOWN_PERSON for somebody never posted anywhere."""
    known = await postings(context, command.person)
    if not known:
        return no.UNKNOWN_PERSON
    return next((one.village for one in reversed(known) if one.village.startswith(command.county)), False)


async def person_year(context: Context, command: cmd.ProposeGrade | cmd.ReviewShortfall) -> YearShown | Refusal:
    """The person's year. Without the others of the county: it says nothing of the quota."""
    if not await postings(context, command.person):
        return no.UNKNOWN_PERSON
    shown = await folded(context, command.county, command.year, await roster_of(context, command.person))
    if isinstance(shown, YearShown) and command.person not in shown.persons:
        return no.NOT_AN_OBJECT
    return shown


async def county_year(context: Context, command: cmd.ResolveTie) -> YearShown | Refusal:
    """The whole county's year."""
    return await whole_county(context, command.county, command.year)


async def county_readings(
    context: Context, command: cmd.FinaliseYear | cmd.AcknowledgeSensitive
) -> YearShown | Refusal:
    """The whole county's year, with everybody whose outcome hangs on a reading, and the sheets not reviewed yet."""
    shown = await whole_county(context, command.county, command.year, sensitive=True)
    if isinstance(shown, Refusal):
        return shown
    return replace(shown, open_sheets=await queries.open_sheets(context.service.views, command.county, command.year))


async def whole_county(context: Context, county: str, year: int, *, sensitive: bool = False) -> YearShown | Refusal:
    """The year of everybody on the county's roster, which is the same before and after its facts were read."""
    roster = await county_roster(context, county, year)
    elsewhere = await queries.elsewhere(context.service.views, county, year) if sensitive else ALONE
    for _ in range(SETTLES):
        shown = await folded(context, county, year, roster, sensitive=sensitive, elsewhere=elsewhere)
        again = await county_roster(context, county, year)
        if isinstance(shown, Refusal) or roster == again:
            return shown
        roster = again
    return no.NOT_SEALED


async def persons_named(
    context: Context, command: cmd.ReviewGrades | cmd.ReturnGrades | cmd.ProposeGrades
) -> YearShown | Refusal:
    """The whole county's year, the people named among the others: it is read once for all such commands."""
    return await whole_county(context, command.county, command.year)


async def person_again(context: Context, command: cmd.DecideDispute) -> YearShown | Refusal:
    """One person's final year on the facts of now, everybody else frozen."""
    dossiers: Dossiers = context.service.extras["dossiers"]
    roster = await roster_of(context, command.person)
    if not roster.villages:
        return no.UNKNOWN_PERSON
    again = dossiers.again(command.person, command.county, command.year, roster, context.request.now)
    try:
        return await _sealed(again)
    except LookupError:
        return no.NOT_FINAL


async def folded(
    context: Context,
    county: str,
    year: int,
    roster: Roster,
    *,
    sensitive: bool = False,
    elsewhere: Elsewhere = ALONE,
) -> YearShown | Refusal:
    """The fold below a sealed basis, or why it cannot be had just now."""
    dossiers: Dossiers = context.service.extras["dossiers"]
    now = context.request.now
    return await _sealed(dossiers.year(county, year, roster, now, sensitive=sensitive, elsewhere=elsewhere))


async def _sealed(folding: Awaitable[YearShown]) -> YearShown | Refusal:
    try:
        return await folding
    except NotSealedError:
        return no.NOT_SEALED
    except (FeedError, httpx.HTTPError):
        return no.SOURCE_SILENT


async def replayed(
    context: Context, person: str, year: int, version: int | None, settings: Sequence[str], *, search: bool
) -> dict[str, Any]:
    """The replay of one determination from what is sealed now; raises Refused."""
    dossiers: Dossiers = context.service.extras["dossiers"]
    rows = await queries.latest(context.service.views, year, "", person)
    if not rows:
        raise Refused(no.NOT_FINAL)
    now = format_instant(context.request.now)
    try:
        load().parse_set(settings)
        known = await dossiers.everything(person, rows[0]["county"], await roster_of(context, person))
        return await asyncio.to_thread(
            replay, known, person, year, now=now, version=version, settings=settings, search=search
        )
    except NoDetermination as error:
        raise Refused(no.NOT_FINAL if version is None else no.NO_SUCH_DETERMINATION) from error
    except RulesError as error:
        raise Refused(replace(no.NO_SUCH_PARAMETER, en=str(error))) from error
    except NotSealedError as error:
        raise Refused(no.NOT_SEALED) from error
    except (FeedError, httpx.HTTPError) as error:
        raise Refused(no.SOURCE_SILENT) from error


async def concerned(context: Context, command: Any) -> Concerned | Refusal:
    """Where the person's latest posting of the year in the county is or was, and whose it is."""
    known = await postings(context, command.person)
    if not known:
        return no.UNKNOWN_PERSON
    first, last = date(command.year, 1, 1), date(command.year, 12, 31)
    of_year = [p for p in known if p.starts_on <= last and (p.last_day is None or p.last_day >= first)]
    here = [posting for posting in of_year if posting.village.startswith(command.county)]
    if not here:
        return no.NOT_POSTED_HERE
    today = context.request.today
    now = [p.village for p in known if p.starts_on <= today and (p.last_day is None or p.last_day >= today)]
    latest = here[-1]
    return Concerned(context.request.caller, latest.village, latest.unit, now[-1] if now else None, latest.last_day)


async def term_ended(context: Context, command: cmd.RecordTermAssessment) -> Ended | Refusal:
    """The posting in the county that ended in the year."""
    for posting in reversed(await postings(context, command.person)):
        if posting.last_day and posting.last_day.year == command.year and posting.village.startswith(command.county):
            return Ended(posting.starts_on, posting.last_day, posting.village)
    return no.NO_POSTING_ENDED


async def determined_in_county(context: Context, command: cmd.FileLists) -> Persons:
    """Everybody with a determination of that county's year, as far as the view has come."""
    rows = await queries.latest(context.service.views, command.year, command.county)
    return Persons(tuple(row["person"] for row in rows))


async def of_unit(context: Context, command: cmd.FeedBack) -> Persons:
    """The unit's own people among them: whose latest posting of the year in the county is the unit's."""
    rows = await queries.latest(context.service.views, command.year, command.county)
    own = await queries.people_of_unit(context.service.views, command.unit, command.year, command.county)
    return Persons(tuple(row["person"] for row in rows if row["person"] in own))


async def excellent_of(context: Context, command: cmd.CirculateExcellent) -> Persons:
    """Everybody in the area whose latest determination of the year is 优秀."""
    rows = await queries.latest(context.service.views, command.year, command.area)
    return Persons(tuple(row["person"] for row in rows if row["outcome"] == EXCELLENT))


async def postings(context: Context, person: str) -> list[PostingRow]:
    """All postings of a person, earliest first."""
    return (await postings_of(context.service.views, [person]))[person]


async def roster_of(context: Context, *persons: str) -> Roster:
    """Those persons with every village they were ever posted to."""
    found = await postings_of(context.service.views, persons)
    villages = {posting.village for rows in found.values() for posting in rows}
    return Roster(tuple(sorted(found)), tuple(sorted(villages)))


async def county_roster(context: Context, county: str, year: int) -> Roster:
    """Everybody with a posting in the county that touches the year."""
    async with context.service.views.reading("directory") as cursor:
        await cursor.execute(_ROSTER, {"county": county, "year": year})
        rows = await cursor.fetchall()
    return Roster(tuple(sorted({row[0] for row in rows})), tuple(sorted({row[1] for row in rows})))


def for_those_who_may(
    gather: Callable[[Context, Any], Awaitable[YearShown | Refusal]],
    roles: tuple[Role, ...],
    article: str,
    place: Callable[[Any], str] = attrgetter("county"),
) -> Callable[[Context, Any], Awaitable[YearShown | Refusal | None]]:
    """Folds only for a caller who may give the command at its place; for anybody else it is not worth the work.

    Nothing is decided here: the caller is refused, and the refusal recorded, where every command is authorised.
    """

    async def gathered(context: Context, command: Any) -> YearShown | Refusal | None:
        if isinstance(await context.authority(roles, place(command), None, article), Refusal):
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
