"""What finance looks up before it decides: places, postings, and the project that an act is about."""

from collections.abc import Sequence
from dataclasses import replace

from contracts.finance import FundKind
from contracts.money import MealClaim
from contracts.refusals import Refusal
from services.finance import commands as cmd
from services.finance import queries
from services.finance import refusals as no
from services.finance.books import refusals as entry_no
from services.finance.books.entering import receiving_township
from services.finance.books.work_fund import UnitPosting, posts_filled
from services.finance.known import Known
from services.finance.oversight.board import days_in, posted_days
from services.finance.projects import commands as pcmd
from services.finance.projects import refusals as chain_no
from services.finance.projects.state import Stage
from services.finance.state import Account, Appropriation, Project, held
from services.finance.streams import appropriation_stream, fund_stream, project_stream
from services.runtime.context import Context
from services.runtime.directory import posted_on, postings_of, team_of

CITY_DIGITS = 4


async def recipients(context: Context, command: cmd.NameRecipients) -> Known | Refusal:
    """The city whose list it is: that of the first place named."""
    return Known((*command.counties, *command.townships, "5301")[0][:CITY_DIGITS])


async def recipient(_context: Context, command: cmd.Appropriate) -> Known | Refusal:
    return Known(command.recipient, project=command.project)


async def township(context: Context, command: cmd.Receive) -> Known | Refusal:
    """The township whose finance department has the money."""
    appropriation = await _appropriation(context, command.appropriation)
    if appropriation.kind is None:
        return entry_no.APPROPRIATION_UNKNOWN
    found = receiving_township(appropriation.recipient, command.township)
    return found if isinstance(found, Refusal) else Known(found)


async def allotment(context: Context, command: cmd.Allot) -> Known | Refusal:
    """Kind and project of the appropriation: neither ever changes."""
    appropriation = await _appropriation(context, command.appropriation)
    if appropriation.kind is None:
        return entry_no.APPROPRIATION_UNKNOWN
    village = await village_of(context, command.team)
    if isinstance(village, Refusal):
        return village
    gone = await _dissolved(context, command.team)
    return Known(village, kind=appropriation.kind, project=appropriation.project, dissolved=gone)


async def contribution(context: Context, command: cmd.ContributeWorkFund) -> Known | Refusal:
    """The posts that the unit fills in the team that year."""
    village = await village_of(context, command.team)
    if isinstance(village, Refusal):
        return village
    own = [posting for posting in await unit_postings(context, command.team) if posting.unit == command.unit]
    gone = await _dissolved(context, command.team)
    return Known(village, posts=posts_filled(own, command.year), dissolved=gone)


async def assistance(context: Context, command: cmd.ReceiveAssistance) -> Known | Refusal:
    village = await village_of(context, command.team)
    if isinstance(village, Refusal):
        return village
    return Known(village, project=command.project, dissolved=await _dissolved(context, command.team))


async def request(context: Context, command: cmd.RequestSpending) -> Known | Refusal:
    """The caller's own team, because a leader asks for his team only."""
    village = await village_of(context, command.team)
    if isinstance(village, Refusal):
        return village
    claims = command.meals or ()
    return Known(
        village,
        caller_team=await _team_of_caller(context),
        project=command.project,
        dissolved=await _dissolved(context, command.team),
        meals=claims,
        strangers=await _strangers(context, command.team, claims),
    )


async def payment(context: Context, command: cmd.Step | cmd.FlagMisuse) -> Known | Refusal:
    """The project that the payment was asked for, and the units with people in the team."""
    village = await village_of(context, command.team)
    if isinstance(village, Refusal):
        return village
    key = fund_stream(command.team, command.kind)
    asked = held(await context.states([key]), key, Account).payments.get(command.payment)
    units = frozenset(posting.unit for posting in await unit_postings(context, command.team))
    gone = await _dissolved(context, command.team)
    if asked is None:
        return Known(village, units=units, dissolved=gone)
    return Known(village, project=asked.project, units=units, dissolved=gone, meals=asked.meals)


async def handover(context: Context, command: cmd.HandOver) -> Known | Refusal:
    """Whether the one team is dissolved, and where the other one sits."""
    village = await village_of(context, command.team)
    if isinstance(village, Refusal):
        return village
    to_village = await village_of(context, command.to_team)
    if isinstance(to_village, Refusal):
        return to_village
    other_gone = await _dissolved(context, command.to_team)
    gone = await _dissolved(context, command.team)
    return Known(village, dissolved=gone, to_village=None if other_gone else to_village)


async def project_handover(context: Context, command: pcmd.HandOverProject) -> Known | Refusal:
    """Whose project it is, whether that team is dissolved, and where the team sits that is to take it."""
    found = await project(context, command)
    if isinstance(found, Refusal):
        return found
    to_village = await village_of(context, command.to_team)
    if isinstance(to_village, Refusal):
        return to_village
    gone, other_gone = await _dissolved(context, found.team or ""), await _dissolved(context, command.to_team)
    return replace(found, dissolved=gone, to_village=None if other_gone else to_village)


async def returning(context: Context, command: cmd.ReturnFunds) -> Known | Refusal:
    """Whether the team is dissolved whose book holds the project's money."""
    village = await village_of(context, command.team)
    if isinstance(village, Refusal):
        return village
    return Known(village, project=command.project, dissolved=await _dissolved(context, command.team))


async def book(context: Context, command: cmd.Move | cmd.CloseBooks | cmd.GiveOpinion) -> Known | Refusal:
    village = await village_of(context, command.team)
    if isinstance(village, Refusal):
        return village
    units = frozenset(posting.unit for posting in await unit_postings(context, command.team))
    return Known(village, units=units)


async def board(context: Context, command: cmd.PayBoard) -> Known | Refusal:
    """The days of the month on which the unit had the person posted; the place is where the last of them were."""
    postings = (await postings_of(context.service.views, [command.person]))[command.person]
    first, last = days_in(command.month)
    own = [
        one
        for one in postings
        if one.unit == command.unit and one.starts_on <= last and (one.last_day is None or one.last_day >= first)
    ]
    if not own:
        return no.NOT_POSTED_BY_UNIT
    return Known(own[-1].village, team=own[-1].team, board_days=posted_days(own, command.month))


async def proposal(context: Context, command: pcmd.ProposeProject) -> Known | Refusal:
    """The team's village and whether it is registered as poor."""
    village = await village_of(context, command.team)
    if isinstance(village, Refusal):
        return village
    async with context.service.views.reading("villages") as cursor:
        poor = await queries.registered_poor(cursor, village, context.request.today)
    return Known(village, caller_team=await _team_of_caller(context), registered_poor=poor)


async def project(context: Context, command: pcmd.ProjectStep | pcmd.HoldMeeting) -> Known | Refusal:
    """Where the project lies, whose money it is, and the caller's own team."""
    key = project_stream(command.project)
    found = held(await context.states([key]), key, Project)
    if found.stage is Stage.UNKNOWN:
        return chain_no.PROJECT_UNKNOWN
    return Known(
        found.village,
        kind=found.kind,
        caller_team=await _team_of_caller(context),
        team=found.team,
        source=found.source,
        giver=found.giver,
    )


async def village_of(context: Context, team: str) -> str | Refusal:
    """The village of a team, or the refusal that nobody knows it."""
    found = await team_of(context.service.views, team)
    return no.TEAM_UNKNOWN if found is None else found.village


async def unit_postings(context: Context, team: str) -> Sequence[UnitPosting]:
    """All postings in the team, past and present."""
    return await queries.unit_postings(context.service.views, team)


def project_keys(project_name: str | None, *others: str) -> list[str]:
    """Those streams, and the project's where one is named."""
    return [*others, *([project_stream(project_name)] if project_name is not None else [])]


def book_of(known: Known) -> str:
    """The book that pays the project."""
    if known.team is None or known.kind is None:
        raise LookupError("a project knows its team and its kind of money")
    return fund_stream(known.team, known.kind)


def both_sides(command: cmd.Allot, known: Known) -> list[str]:
    """The appropriation, the book that the money enters, and the project it may be bound to."""
    kind: FundKind | None = known.kind
    if kind is None:
        raise LookupError("an allotment knows the kind of its appropriation")
    return project_keys(known.project, appropriation_stream(command.appropriation), fund_stream(command.team, kind))


async def _dissolved(context: Context, team: str) -> bool:
    return await queries.dissolved(context.service.views, team)


async def _strangers(context: Context, team: str, claims: Sequence[MealClaim]) -> frozenset[str]:
    """Who of those people is not posted in the team on one of the days claimed."""
    if not claims:
        return frozenset()
    postings = await postings_of(context.service.views, [claim.person for claim in claims])
    own = {person: [one for one in rows if one.team == team] for person, rows in postings.items()}
    return frozenset(
        claim.person for claim in claims if any(posted_on(own.get(claim.person, []), day) is None for day in claim.days)
    )


async def _team_of_caller(context: Context) -> str | None:
    caller = context.request.caller
    posting = posted_on((await postings_of(context.service.views, [caller]))[caller], context.request.today)
    return posting.team if posting else None


async def _appropriation(context: Context, appropriation: str) -> Appropriation:
    key = appropriation_stream(appropriation)
    return held(await context.states([key]), key, Appropriation)
