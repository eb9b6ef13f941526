"""State of personnel: which kind of stream has which state, and the state after one more fact."""

from typing import assert_never

from services.personnel.people import state as people
from services.personnel.people.state import File
from services.personnel.registry import state as registry
from services.personnel.registry.state import CreditCodeHolder, Grants, Organisation, Village
from services.personnel.selection import state as selection
from services.personnel.selection.state import Candidate, Round
from services.personnel.subscriptions import state as subscriptions
from services.personnel.subscriptions.state import Subscription
from services.personnel.teams import state as teams
from services.personnel.teams.state import Career, ChiefCaptaincy, Opinions, Team
from services.personnel.term import state as term
from services.personnel.term.state import Bars, Basis
from services.personnel.training import state as training
from services.personnel.training.state import Training, TrainingYear
from services.personnel.work import state as work
from services.personnel.work.state import Meeting, Publicity, Reports, Support, WorkLog
from services.runtime.decisions import Recorded

State = (
    Organisation
    | CreditCodeHolder
    | Village
    | Grants
    | Subscription
    | File
    | Team
    | Career
    | ChiefCaptaincy
    | Opinions
    | Bars
    | Basis
    | Round
    | Candidate
    | Reports
    | WorkLog
    | Meeting
    | Support
    | Publicity
    | Training
    | TrainingYear
)

_INITIAL: dict[str, State] = {
    **registry.INITIAL,
    **subscriptions.INITIAL,
    **people.INITIAL,
    **teams.INITIAL,
    **term.INITIAL,
    **training.INITIAL,
    **selection.INITIAL,
    **work.INITIAL,
}


def initial(key: str) -> State:
    """The state of a stream that holds nothing yet."""
    return _INITIAL[key.split("/", 1)[0]]


def evolve(state: State, recorded: Recorded) -> State:
    """The state after one more fact. Total: a fact that changes nothing here leaves the state as it is."""
    match state:
        case Organisation() | CreditCodeHolder() | Village() | Grants():
            return registry.evolve(state, recorded)
        case Subscription():
            return subscriptions.evolve(state, recorded)
        case Team() | Career() | ChiefCaptaincy() | Opinions():
            return teams.evolve(state, recorded)
        case Training() | TrainingYear():
            return training.evolve(state, recorded)
        case Bars() | Basis():
            return term.evolve(state, recorded)
        case Round() | Candidate():
            return selection.evolve(state, recorded)
        case Reports() | WorkLog() | Meeting() | Support() | Publicity():
            return work.evolve(state, recorded)
        case File():
            return people.evolve(state, recorded)
    assert_never(state)
