"""State of finance: what the log says of one appropriation and of one team's account of one kind of money.

MUST: allotted + contributed - disbursed - reserved >= 0 after every fact, and an account holds facts of its own team
and kind only. Asserted on every read: a log that says otherwise is broken, and nothing is decided on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias, TypeVar

from contracts import finance as fact
from contracts.fact import Actor
from contracts.identifiers import township_of
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class Appropriation:
    """Money on its way from a finance body to the teams; received and allotted are kept by township, in fen."""

    kind: fact.FundKind | None = None
    source: fact.FundSource | None = None
    recipient: str = ""
    year: int = 0
    amount: int = 0
    received: Mapping[str, int] = field(default_factory=dict)
    allotted: Mapping[str, int] = field(default_factory=dict)
    allotments: frozenset[str] = frozenset()

    @property
    def outstanding(self) -> int:
        """Appropriated and not yet received by any township."""
        return self.amount - sum(self.received.values())

    def at_hand(self, township: str) -> int:
        """Received by that township and not yet allotted to a team."""
        return self.received.get(township, 0) - self.allotted.get(township, 0)


class PaymentState(StrEnum):
    REQUESTED = "requested"
    RESERVED = "reserved"
    DISBURSED = "disbursed"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Payment:
    """One spending on its way; whoever asked for it may not approve it, and neither of the two may pay it."""

    use: fact.Use
    amount: int
    requested_by: Actor
    state: PaymentState = PaymentState.REQUESTED
    approved_by: Actor | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """The separate book of one team and one kind of money (Art. 19). It is never closed by a year's end: what is left
    stays with the same team and kind."""

    team: str
    kind: fact.FundKind
    allotted: int = 0
    contributed: int = 0
    reserved: int = 0
    disbursed: int = 0
    payments: Mapping[str, Payment] = field(default_factory=dict)
    contributions: frozenset[str] = frozenset()

    @property
    def available(self) -> int:
        """What may still be committed (A81)."""
        return self.allotted + self.contributed - self.disbursed - self.reserved


State: TypeAlias = Appropriation | Account


class BrokenBooks(Exception):
    """The log says what `decide` can never have decided."""


def initial(key: str) -> State:
    """The state of a stream that holds nothing yet; raises ValueError for a stream that is not finance's."""
    match key.split("/"):
        case ["appropriation", _]:
            return Appropriation()
        case ["fund", team, kind]:
            return Account(team, fact.FundKind(kind))
    raise ValueError(f"{key} is no stream of finance")


def evolve(state: State, recorded: Recorded) -> State:
    """The state after one more fact; raises BrokenBooks when the books would no longer add up."""
    match state:
        case Appropriation():
            after = _appropriation(state, recorded)
            _assert_appropriation(after, recorded)
            return after
        case Account():
            account = _account(state, recorded)
            _assert_account(account, recorded)
            return account


def _appropriation(state: Appropriation, recorded: Recorded) -> Appropriation:
    match recorded.fact:
        case fact.FundAppropriated() as given:
            return Appropriation(given.kind, given.source, given.recipient, given.year, given.amount)
        case fact.FundReceivedByTownship(place=place, amount=amount):
            return replace(state, received=_plus(state.received, _township(place), amount))
        case fact.FundAllottedOut(place=place, amount=amount, allotment=allotment):
            return replace(
                state,
                allotted=_plus(state.allotted, _township(place), amount),
                allotments=state.allotments | {allotment},
            )
    return state


def _account(state: Account, recorded: Recorded) -> Account:
    match recorded.fact:
        case fact.FundAllotted(amount=amount):
            return replace(state, allotted=state.allotted + amount)
        case fact.WorkFundContributed(amount=amount, contribution=contribution):
            contributions = state.contributions | {contribution}
            return replace(state, contributed=state.contributed + amount, contributions=contributions)
        case fact.SpendingRequested(payment=payment, use=use, amount=amount, actor=actor):
            return _with(state, payment, Payment(use, amount, requested_by=actor))
        case fact.FundReserved(payment=payment, amount=amount, actor=actor):
            held = replace(state.payments[payment], state=PaymentState.RESERVED, approved_by=actor)
            return replace(_with(state, payment, held), reserved=state.reserved + amount)
        case fact.FundReleased(payment=payment, amount=amount):
            freed = replace(state.payments[payment], state=PaymentState.RELEASED)
            return replace(_with(state, payment, freed), reserved=state.reserved - amount)
        case fact.FundDisbursed(payment=payment, amount=amount):
            paid = replace(state.payments[payment], state=PaymentState.DISBURSED)
            after = replace(_with(state, payment, paid), reserved=state.reserved - amount)
            return replace(after, disbursed=state.disbursed + amount)
    return state


def _assert_appropriation(state: Appropriation, recorded: Recorded) -> None:
    over_allotted = any(state.at_hand(township) < 0 for township in state.allotted)
    if state.outstanding < 0 or over_allotted:
        raise BrokenBooks(f"{recorded.stream}, version {recorded.version}: more went out than came in")


def _assert_account(state: Account, recorded: Recorded) -> None:
    where = f"{recorded.stream}, version {recorded.version}"
    if state.available < 0 or state.reserved < 0:
        raise BrokenBooks(f"{where}: available {state.available}, reserved {state.reserved} fen")
    team, kind = getattr(recorded.fact, "team", None), getattr(recorded.fact, "kind", None)
    if (team, kind) != (state.team, state.kind):
        raise BrokenBooks(f"{where}: a fact of {team}/{kind} in the book of {state.team}/{state.kind}")


def _with(state: Account, payment: str, held: Payment) -> Account:
    return replace(state, payments={**state.payments, payment: held})


def _plus(sums: Mapping[str, int], township: str, amount: int) -> dict[str, int]:
    return {**sums, township: sums.get(township, 0) + amount}


def _township(place: str) -> str:
    township = township_of(place)
    if township is None:
        raise BrokenBooks(f"money was received above township level, at {place}")
    return township


T = TypeVar("T", Appropriation, Account)


def held(states: Mapping[str, State], key: str, kind: type[T]) -> T:
    """The state under `key`, which must be of `kind`; anything else is a broken assumption."""
    state = states[key]
    if not isinstance(state, kind):
        raise TypeError(f"{key} holds {type(state).__name__}, not {kind.__name__}")
    return state
