"""State of a team, and of a person's postings with what is under way about them."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import assert_never

from contracts import personnel as fact
from services.personnel.leaving.state import ReplacementChain, Withdrawal, chain_after, withdrawals_after
from services.personnel.term.state import Term, term_after
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class Team:
    village: str | None = None
    leader: str | None = None
    led_since: date | None = None
    formed_on: date | None = None
    members: frozenset[str] = frozenset()
    understrength: bool = False
    confirmed: bool = False
    dissolved: bool = False

    @property
    def formed(self) -> bool:
        return self.village is not None


@dataclass(frozen=True, slots=True)
class Posting:
    team: str
    village: str
    unit: str
    unit_level: fact.UnitLevel
    source: fact.MemberSource
    starts_on: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Secondment:
    """A forbidden 抽调 that was found out; `last_day` is None while it goes on."""

    unit: str
    starts_on: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Career:
    """Postings of one person, in order, and what is under way about them."""

    postings: tuple[Posting, ...] = ()
    withdrawals: dict[str, Withdrawal] = field(default_factory=dict)
    """Requests of the unit about the present posting, by their number."""
    chain: ReplacementChain = field(default_factory=ReplacementChain)
    secondments: tuple[Secondment, ...] = ()
    trainings: frozenset[str] = frozenset()
    term: Term = field(default_factory=Term)

    def active(self, team: str | None = None) -> Posting | None:
        """The posting without an end, of that team if one is named."""
        for posting in reversed(self.postings):
            if posting.last_day is None and team in (None, posting.team):
                return posting
        return None

    def on(self, day: date) -> Posting | None:
        """The posting to which the day belongs."""
        for posting in reversed(self.postings):
            if posting.starts_on <= day and (posting.last_day is None or day <= posting.last_day):
                return posting
        return None

    def posted_until(self) -> date | None:
        """The last day of the latest ended posting."""
        return max((posting.last_day for posting in self.postings if posting.last_day), default=None)

    def unbroken_since(self, posting: Posting) -> date:
        """The first day of the service that reaches this posting without a gap: a move does not interrupt it."""
        first = posting.starts_on
        for earlier in reversed(self.postings):
            if earlier.last_day is not None and earlier.last_day + timedelta(days=1) == first:
                first = earlier.starts_on
        return first

    def seconded(self, unit: str) -> Secondment | None:
        """The secondment to that unit that goes on."""
        for secondment in self.secondments:
            if (secondment.unit, secondment.last_day) == (unit, None):
                return secondment
        return None


@dataclass(frozen=True, slots=True)
class ChiefCaptaincy:
    """Whether somebody is chief captain or deputy of a county: then he is no team member (Art. 4, A71)."""

    county: str | None = None
    starts_on: date | None = None
    proposed: str | None = None
    """The county for which a unit named the person, while nobody has decided."""


@dataclass(frozen=True, slots=True)
class Opinions:
    """Numbers of the opinions given about one team."""

    names: frozenset[str] = frozenset()


TeamState = Team | Career | ChiefCaptaincy | Opinions

INITIAL: dict[str, TeamState] = {
    "team": Team(),
    "posting": Career(),
    "chief-captain": ChiefCaptaincy(),
    "opinion": Opinions(),
}


def evolve(state: TeamState, recorded: Recorded) -> TeamState:
    """The state after one more fact. Total: a fact that changes nothing here leaves the state as it is."""
    match state:
        case Team():
            return _team(state, recorded)
        case Career():
            return _career(state, recorded)
        case ChiefCaptaincy():
            return _captaincy(state, recorded)
        case Opinions():
            return _opinions(state, recorded)
    assert_never(state)


def _team(state: Team, recorded: Recorded) -> Team:
    match recorded.fact:
        case fact.TeamFormed(village=village, members=members, formed_on=formed_on):
            return Team(village=village, members=frozenset(members), formed_on=formed_on)
        case fact.TeamFormationConfirmed():
            return replace(state, confirmed=True)
        case fact.TeamDissolved():
            return replace(state, dissolved=True)
        case fact.LeaderAppointed(person=person, starts_on=starts_on):
            return replace(state, leader=person, led_since=starts_on)
        case fact.TeamRosterChanged(joined=joined, left=left):
            present = (state.members | set(joined)) - set(left)
            if state.leader in left:
                return replace(state, members=present, leader=None, led_since=None)
            return replace(state, members=present)
        case fact.TeamUnderstrengthDetected():
            return replace(state, understrength=True)
        case fact.TeamStrengthRestored():
            return replace(state, understrength=False)
    return state


def _career(state: Career, recorded: Recorded) -> Career:
    match recorded.fact:
        case fact.TeamMemberAssigned(team=team, village=village, starts_on=starts_on) as arrived:
            posting = Posting(team, village, arrived.unit, arrived.unit_level, arrived.source, starts_on)
            return replace(state, postings=(*state.postings, posting))
        case (
            fact.MemberReplaced(team=team, last_day=last_day)
            | fact.MemberWithdrawn(team=team, last_day=last_day)
            | fact.PostingEnded(team=team, last_day=last_day)
        ):
            # Approvals and the chain were about this posting: none of it reaches into the next one.
            state = replace(state, postings=_ended(state.postings, team, last_day))
            return replace(state, withdrawals={}, chain=ReplacementChain(), term=term_after(state.term, recorded))
        case fact.SecondmentDetected(unit=unit, starts_on=starts_on):
            return replace(state, secondments=(*state.secondments, Secondment(unit, starts_on)))
        case fact.SecondmentEnded(unit=unit, last_day=last_day):
            over = tuple(
                replace(s, last_day=last_day) if (s.unit, s.last_day) == (unit, None) else s for s in state.secondments
            )
            return replace(state, secondments=over)
        case fact.TrainingAttended(training=training):
            return replace(state, trainings=state.trainings | {training})
    return replace(
        state,
        chain=chain_after(state.chain, recorded),
        withdrawals=withdrawals_after(state.withdrawals, recorded),
        term=term_after(state.term, recorded),
    )


def _ended(postings: tuple[Posting, ...], team: str, last_day: date) -> tuple[Posting, ...]:
    return tuple(
        replace(posting, last_day=last_day) if posting.team == team and posting.last_day is None else posting
        for posting in postings
    )


def _opinions(state: Opinions, recorded: Recorded) -> Opinions:
    match recorded.fact:
        case fact.JointOpinionGiven(opinion=name):
            return Opinions(state.names | {name})
    return state


def _captaincy(state: ChiefCaptaincy, recorded: Recorded) -> ChiefCaptaincy:
    match recorded.fact:
        case fact.ChiefCaptainProposed(county=county):
            return replace(state, proposed=county)
        case fact.ChiefCaptainAppointed(county=county, starts_on=starts_on):
            return ChiefCaptaincy(county, starts_on)
        case fact.ChiefCaptainEnded():
            return ChiefCaptaincy()
    return state
