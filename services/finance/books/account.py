"""State of the money itself: appropriations on their way to teams, and the separate book of each team and kind.

MUST: no account of a book is ever below zero, and a book holds facts of its own team and kind only. Asserted on every
read: a log that says otherwise is broken, and nothing is decided on it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from contracts import finance as fact
from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.money import MealClaim
from services.finance.books.accounts import AVAILABLE, RESERVED, BrokenBooks, Pot, booked_on, entries
from services.runtime.decisions import Recorded


@dataclass(frozen=True, slots=True)
class Appropriation:
    """Money on its way from a finance body to the teams; received and allotted are kept by township, in fen."""

    kind: fact.FundKind | None = None
    source: fact.FundSource | None = None
    recipient: str = ""
    year: int = 0
    amount: int = 0
    project: str | None = None
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
    REFUSED = "refused"
    RESERVED = "reserved"
    DISBURSED = "disbursed"
    RELEASED = "released"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True)
class Payment:
    """One spending on its way; whoever asked for it may not approve it, and neither of the two may pay it."""

    use: fact.Use
    amount: int
    requested_by: Actor
    project: str | None = None
    state: PaymentState = PaymentState.REQUESTED
    meals: tuple[MealClaim, ...] = ()
    """For whom and which days it holds a meal allowance (A78)."""
    consents: Mapping[Role, Actor] = field(default_factory=dict)
    approved_by: Actor | None = None
    approved_on: date | None = None
    paid_on: date | None = None
    parts: tuple[fact.Part, ...] = ()
    """What is still borne by each source, refunds taken off."""
    refunds: frozenset[str] = frozenset()

    @property
    def borne(self) -> int:
        """What the book still bears of it, committed or paid."""
        committed = self.state in (PaymentState.RESERVED, PaymentState.DISBURSED)
        return sum(part.amount for part in self.parts) if committed else 0


@dataclass(frozen=True, slots=True)
class Account:
    """The separate book of one team and one kind of money (Art. 19). No year's end takes anything out of it."""

    team: str
    kind: fact.FundKind
    by_year: Mapping[int, Mapping[str, int]] = field(default_factory=dict)
    """Civil year -> account -> what that year added to it; a closed year never changes again."""
    pots: Mapping[str, Pot] = field(default_factory=dict)
    """Sources of this book by their names in its accounts, in the order in which their money first came."""
    payments: Mapping[str, Payment] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    """Numbers of contributions and receipts, each used once."""
    closed_through: int = 0

    def holding(self, account: str, through: int | None = None) -> int:
        """Fen on one account at the end of the year `through`, or by all that is recorded."""
        return sum(year.get(account, 0) for at, year in self.by_year.items() if through is None or at <= through)

    def held(self, pot: Pot, state: str, through: int | None = None) -> int:
        """Fen of one source that are available or reserved."""
        return self.holding(f"book/{self.team}/{self.kind.value}/{pot}/{state}", through)

    def total(self, state: str, through: int | None = None) -> int:
        """Fen of all sources that are available or reserved."""
        return sum(self.held(pot, state, through) for pot in self.pots.values())

    @property
    def available(self) -> int:
        """What may still be committed (A81)."""
        return self.total(AVAILABLE)

    @property
    def reserved(self) -> int:
        return self.total(RESERVED)

    @property
    def disbursed(self) -> int:
        """Paid, net of what came back."""
        return sum(self.spent_in(year) for year in self.by_year)

    def spent_in(self, year: int) -> int:
        """Paid in the civil year, net of what came back in it."""
        return sum(amount for account, amount in self.by_year.get(year, {}).items() if account.startswith("spent/"))

    def draw(self, amount: int, order: list[str], allowed: Callable[[Pot], bool]) -> tuple[fact.Part, ...]:
        """What each allowed source bears of the amount, in that order of sources, the oldest first among equals.

        Together less than the amount where they do not hold it.
        """
        parts: list[fact.Part] = []
        for pot in sorted(filter(allowed, self.pots.values()), key=lambda pot: order.index(pot.source.value)):
            share = min(amount, self.held(pot, AVAILABLE))
            if share > 0:
                parts.append(part_of(pot, share))
                amount -= share
        return tuple(parts)

    def borne_by_project(self, project: str) -> int:
        """Committed or paid for the project, in fen."""
        return sum(payment.borne for payment in self.payments.values() if payment.project == project)


def part_of(pot: Pot, amount: int) -> fact.Part:
    """A part of an amount that this pot bears."""
    return fact.Part(source=pot.source, giver=pot.giver, project=pot.project, amount=amount)


def evolve_appropriation(state: Appropriation, recorded: Recorded) -> Appropriation:
    """The appropriation after one more fact; raises BrokenBooks when more went out than came in."""
    after = state
    match recorded.fact:
        case fact.FundAppropriated() as given:
            after = Appropriation(given.kind, given.source, given.recipient, given.year, given.amount, given.project)
        case fact.FundReceivedByTownship(place=place, amount=amount):
            after = replace(state, received=_plus(state.received, place[:9], amount))
        case fact.FundAllottedOut(place=place, amount=amount, allotment=allotment):
            allotted = _plus(state.allotted, place[:9], amount)
            after = replace(state, allotted=allotted, allotments=state.allotments | {allotment})
    if after.outstanding < 0 or any(after.at_hand(township) < 0 for township in after.allotted):
        raise BrokenBooks(f"{recorded.stream}, version {recorded.version}: more went out than came in")
    return after


def evolve_account(state: Account, recorded: Recorded) -> Account:
    """The book after one more fact; raises BrokenBooks when it would no longer add up."""
    team, kind = getattr(recorded.fact, "team", None), getattr(recorded.fact, "kind", None)
    if (team, kind) != (state.team, state.kind):
        where = f"{recorded.stream}, version {recorded.version}"
        raise BrokenBooks(f"{where}: a fact of {team}/{kind} in the book of {state.team}/{state.kind}")
    return _booked(_said(state, recorded), recorded)


def _booked(state: Account, recorded: Recorded) -> Account:
    """Double entry: what the fact adds to the accounts of this book."""
    moved, on = entries(recorded.fact), booked_on(recorded.fact)
    if not moved or on is None:
        return state
    where = f"{recorded.stream}, version {recorded.version}"
    if sum(entry.amount for entry in moved) != 0:
        raise BrokenBooks(f"{where}: the entries do not add up to zero")
    if on.year <= state.closed_through:
        raise BrokenBooks(f"{where}: dated into {on.year}, which is closed")
    year, pots = dict(state.by_year.get(on.year, {})), dict(state.pots)
    own = [entry for entry in moved if entry.pot is not None]
    for entry in own:
        year[entry.account] = year.get(entry.account, 0) + entry.amount
        pots.setdefault(str(entry.pot), entry.pot or Pot(fact.FundSource.CITY))
    after = replace(state, by_year={**state.by_year, on.year: year}, pots=pots)
    for entry in own:
        if after.holding(entry.account) < 0:
            raise BrokenBooks(f"{where}: {after.holding(entry.account)} fen on {entry.account}")
    return after


def _said(state: Account, recorded: Recorded) -> Account:
    """What the fact says besides the money."""
    match recorded.fact:
        case fact.WorkFundContributed(contribution=name) | fact.AssistanceFundReceived(receipt=name):
            return replace(state, names=state.names | {name})
        case fact.FundHandedOut(handover=name):
            return replace(state, names=state.names | {f"handover {name}"})
        case fact.FundReturned(returning=name):
            return replace(state, names=state.names | {f"return {name}"})
        case fact.SpendingRequested() as asked:
            payment = Payment(asked.use, asked.amount, asked.actor, asked.project, meals=asked.meals or ())
            return replace(state, payments={**state.payments, asked.payment: payment})
        case fact.PaymentFact() as step:
            after = _stepped(state.payments[step.payment], step)
            return replace(state, payments={**state.payments, step.payment: after})
        case fact.BooksClosed(year=year):
            return replace(state, closed_through=year)
    return state


def _stepped(payment: Payment, step: fact.PaymentFact) -> Payment:
    match step:
        case fact.SpendingRefused():
            return replace(payment, state=PaymentState.REFUSED)
        case fact.OtherUseConsented(actor=actor):
            return replace(payment, consents={**payment.consents, actor.role: actor})
        case fact.FundReserved(actor=by, parts=parts, reserved_on=on):
            return replace(payment, state=PaymentState.RESERVED, parts=parts, approved_by=by, approved_on=on)
        case fact.FundReleased():
            return replace(payment, state=PaymentState.RELEASED)
        case fact.FundDisbursed(paid_on=paid_on):
            return replace(payment, state=PaymentState.DISBURSED, paid_on=paid_on)
        case fact.RefundReceived(refund=refund, parts=parts):
            return replace(payment, parts=less(payment.parts, parts), refunds=payment.refunds | {refund})
        case fact.DisbursementReversed():
            return replace(payment, state=PaymentState.REVERSED)
    return payment


def less(parts: tuple[fact.Part, ...], taken: tuple[fact.Part, ...]) -> tuple[fact.Part, ...]:
    """The parts with those amounts taken off; what is wholly taken is left out."""
    off = {(part.source, part.giver, part.project): part.amount for part in taken}
    left = [(part, part.amount - off.get((part.source, part.giver, part.project), 0)) for part in parts]
    return tuple(part.model_copy(update={"amount": amount}) for part, amount in left if amount > 0)


def _plus(sums: Mapping[str, int], township: str, amount: int) -> dict[str, int]:
    return {**sums, township: sums.get(township, 0) + amount}
