"""State of personnel: what the log says of an organisation, a village, a team, a person's postings and roles."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from contracts import personnel as fact
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class Organisation:
    registered: bool = False


@dataclass(frozen=True, slots=True)
class Village:
    registered: bool = False
    registered_poor: bool = False


@dataclass(frozen=True, slots=True)
class Grants:
    """Role grants of one person: grant -> the area it covers."""

    grants: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Team:
    village: str | None = None
    leader: str | None = None
    members: frozenset[str] = frozenset()
    understrength: bool = False

    @property
    def formed(self) -> bool:
        return self.village is not None


@dataclass(frozen=True, slots=True)
class Posting:
    team: str
    village: str
    unit_level: fact.UnitLevel
    starts_on: date
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class ReplacementChain:
    """How far a forced replacement has come (Art. 10): misconduct, education, non-correction, request, escalation.

    Misconduct and education are the first of their kind, the others the latest.
    """

    misconduct_on: date | None = None
    educated_on: date | None = None
    education_count: int = 0
    not_corrected_on: date | None = None
    requested_on: date | None = None
    escalated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Career:
    """Postings of one person, in order, and what is under way about them."""

    postings: tuple[Posting, ...] = ()
    approvals: frozenset[str] = frozenset()
    chain: ReplacementChain = ReplacementChain()
    trainings: frozenset[str] = frozenset()

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


@dataclass(frozen=True, slots=True)
class Named:
    """A person's file of names; nothing is decided from it."""


State = Organisation | Village | Grants | Team | Career | Named

_INITIAL: dict[str, State] = {
    "organisation": Organisation(),
    "village": Village(),
    "role": Grants(),
    "team": Team(),
    "posting": Career(),
    "person": Named(),
}


def initial(key: str) -> State:
    """The state of a stream that holds nothing yet."""
    return _INITIAL[key.split("/", 1)[0]]


def evolve(state: State, recorded: Recorded) -> State:
    """The state after one more fact. Total: a fact that changes nothing here leaves the state as it is."""
    match state:
        case Organisation():
            return Organisation(registered=True)
        case Village():
            return _village(state, recorded)
        case Grants():
            return _grants(state, recorded)
        case Team():
            return _team(state, recorded)
        case Career():
            return _career(state, recorded)
        case Named():
            return state


def _village(state: Village, recorded: Recorded) -> Village:
    match recorded.fact:
        case fact.VillageRegistered(registered_poor=poor):
            return Village(registered=True, registered_poor=poor)
    return state


def _grants(state: Grants, recorded: Recorded) -> Grants:
    match recorded.fact:
        case fact.RoleGranted(grant=grant, area=area):
            return Grants({**state.grants, grant: area})
    return state


def _team(state: Team, recorded: Recorded) -> Team:
    match recorded.fact:
        case fact.TeamFormed(village=village, members=members, leader=leader):
            return Team(village=village, leader=leader, members=frozenset(members))
        case fact.LeaderAppointed(person=person):
            return replace(state, leader=person)
        case fact.TeamRosterChanged(joined=joined, left=left):
            present = (state.members | set(joined)) - set(left)
            return replace(state, members=present, leader=None if state.leader in left else state.leader)
        case fact.TeamUnderstrengthDetected():
            return replace(state, understrength=True)
        case fact.TeamStrengthRestored():
            return replace(state, understrength=False)
    return state


def _career(state: Career, recorded: Recorded) -> Career:
    match recorded.fact:
        case fact.TeamMemberAssigned(team=team, village=village, unit_level=level, starts_on=starts_on):
            return replace(state, postings=(*state.postings, Posting(team, village, level, starts_on)))
        case (
            fact.MemberReplaced(team=team, last_day=last_day)
            | fact.MemberWithdrawn(team=team, last_day=last_day)
            | fact.PostingEnded(team=team, last_day=last_day)
        ):
            # Approvals and the chain were about this posting: none of it reaches into the next one.
            ended = _ended(state.postings, team, last_day)
            return replace(state, postings=ended, approvals=frozenset(), chain=ReplacementChain())
        case fact.WithdrawalApproved(approval=approval):
            return replace(state, approvals=state.approvals | {approval})
        case fact.TrainingAttended(training=training):
            return replace(state, trainings=state.trainings | {training})
    return replace(state, chain=_chain(state.chain, recorded))


def _chain(chain: ReplacementChain, recorded: Recorded) -> ReplacementChain:
    match recorded.fact:
        case fact.MisconductRecorded(on=on):
            return replace(chain, misconduct_on=min(chain.misconduct_on or on, on))
        case fact.EducationGiven(on=on):
            first = min(chain.educated_on or on, on)
            return replace(chain, educated_on=first, education_count=chain.education_count + 1)
        case fact.NonCorrectionRecorded(on=on):
            return replace(chain, not_corrected_on=on)
        case fact.ReplacementRequested(on=on):
            return replace(chain, requested_on=on)
        case fact.ReplacementEscalated(on=on):
            return replace(chain, escalated_on=on)
    return chain


def _ended(postings: tuple[Posting, ...], team: str, last_day: date) -> tuple[Posting, ...]:
    return tuple(
        replace(posting, last_day=last_day) if posting.team == team and posting.last_day is None else posting
        for posting in postings
    )


T = TypeVar("T", bound=State)


def held(states: Mapping[str, State], key: str, kind: type[T]) -> T:
    """The state under `key`, which must be of `kind`; anything else is a broken assumption."""
    state = states[key]
    if not isinstance(state, kind):
        raise TypeError(f"{key} holds {type(state).__name__}, not {kind.__name__}")
    return state
