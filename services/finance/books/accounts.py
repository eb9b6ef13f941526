"""Double entry: which accounts a fact moves money between, in fen. A positive amount is money that came to be there.

MUST: the entries of every fact add up to zero, so all accounts together do. A book keeps each kind and each source of
its money on accounts of its own, and none of them is the township's (Art. 18, 19).

    giver/{source}  appropriated/{case}  township/{township}/{case}  passing/{case}/{allotment}
    book/{team}/{kind}/{source}/available  book/…/reserved  spent/{team}/{kind}/{source}/{use}
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contracts import finance as fact
from contracts.fact import Fact
from contracts.identifiers import township_of

AVAILABLE, RESERVED = "available", "reserved"


class BrokenBooks(Exception):
    """The log says what `decide` can never have decided."""


@dataclass(frozen=True, slots=True)
class Pot:
    """Where the money of a book came from, and the only project it is for, if there is one."""

    source: fact.FundSource
    giver: str | None = None
    project: str | None = None

    def __str__(self) -> str:
        giver = f".{self.giver}" if self.giver else ""
        return f"{self.source.value}{giver}" + (f"@{self.project}" if self.project else "")

    @property
    def origin(self) -> str:
        """The account of whoever gave it."""
        return f"giver/{Pot(self.source, self.giver)}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of double entry."""

    account: str
    amount: int
    pot: Pot | None = None
    """Set for the accounts of a team's book."""


def pot_of(part: fact.Part) -> Pot:
    """The pot that a part of an amount is borne by."""
    return Pot(part.source, part.giver, part.project)


def entries(recorded: Fact) -> tuple[Entry, ...]:
    """What the fact does to the accounts; nothing for a fact that moves no money.

    Raises BrokenBooks when the parts of an amount are not the amount.
    """
    match recorded:
        case fact.FundAppropriated(source=source, appropriation=name, amount=amount):
            return _moved(Entry(f"appropriated/{name}", amount), Pot(source).origin)
        case fact.FundReceivedByTownship(appropriation=name, place=place, amount=amount):
            return _moved(Entry(_township(place, name), amount), f"appropriated/{name}")
        case fact.FundAllottedOut(appropriation=name, allotment=allotment, place=place, amount=amount):
            return _moved(Entry(f"passing/{name}/{allotment}", amount), _township(place, name))
        case fact.FundAllotted() as came:
            pot = Pot(came.source, project=came.project)
            return _moved(_held(came, pot, AVAILABLE, came.amount), f"passing/{came.appropriation}/{came.allotment}")
        case fact.WorkFundContributed() as came:
            pot = Pot(fact.FundSource.UNIT, came.unit)
            return _moved(_held(came, pot, AVAILABLE, came.amount), pot.origin)
        case fact.AssistanceFundReceived() as came:
            pot = Pot(came.source, came.giver, came.project)
            return _moved(_held(came, pot, AVAILABLE, came.amount), pot.origin)
        case fact.FundHandedOut() as handed:
            passing = f"passing/{handed.team}/{handed.kind.value}/{handed.handover}"
            return _passed(handed, handed.parts, passing, -1)
        case fact.FundTakenOver() as taken:
            passing = f"passing/{taken.from_team}/{taken.kind.value}/{taken.handover}"
            return _passed(taken, taken.parts, passing, 1)
        case fact.FundReturned() as back:
            own = _parted(f"return {back.returning}", back, back.parts, -1)
            return (*own, *(Entry(pot_of(part).origin, part.amount) for part in back.parts))
        case fact.FundReserved() as step:
            return _between(step, step.parts, step.amount, AVAILABLE, RESERVED)
        case fact.FundReleased() as step:
            return _between(step, step.parts, step.amount, RESERVED, AVAILABLE)
        case fact.FundDisbursed() as step:
            return _between(step, step.parts, step.amount, RESERVED, step.use.value)
        case fact.RefundReceived() | fact.DisbursementReversed() as step:
            return _between(step, step.parts, step.amount, step.use.value, AVAILABLE)
    return ()


def booked_on(recorded: Fact) -> date | None:
    """The civil date under which the fact stands in a book; None for a fact of no book."""
    match recorded:
        case fact.FundAllotted(allotted_on=on) | fact.WorkFundContributed(contributed_on=on):
            return on
        case fact.AssistanceFundReceived(received_on=on) | fact.RefundReceived(received_on=on):
            return on
        case fact.FundReserved(reserved_on=on) | fact.FundReleased(released_on=on):
            return on
        case fact.FundHandedOut(handed_on=on) | fact.FundTakenOver(taken_on=on):
            return on
        case fact.FundReturned(returned_on=on):
            return on
        case fact.FundDisbursed(paid_on=on) | fact.DisbursementReversed(reversed_on=on):
            return on
    return None


def _moved(to: Entry, origin: str) -> tuple[Entry, ...]:
    return (Entry(origin, -to.amount), to)


def _between(
    step: fact.PaymentFact, parts: Sequence[fact.Part], amount: int, origin: str, destination: str
) -> tuple[Entry, ...]:
    if sum(part.amount for part in parts) != amount:
        raise BrokenBooks(f"payment {step.payment} of {step.team}/{step.kind}: its parts are not {amount} fen")
    found: list[Entry] = []
    for part in parts:
        pot = pot_of(part)
        found += [_held(step, pot, origin, -part.amount), _held(step, pot, destination, part.amount)]
    return tuple(found)


def _passed(
    of: fact.FundHandedOut | fact.FundTakenOver, parts: Sequence[fact.Part], passing: str, sign: int
) -> tuple[Entry, ...]:
    """Between a book and the account on which money stands while it passes from one team to another."""
    return (*_parted(f"handover {of.handover}", of, parts, sign), Entry(passing, -sign * of.amount))


def _parted(
    what: str,
    of: fact.FundHandedOut | fact.FundTakenOver | fact.FundReturned,
    parts: Sequence[fact.Part],
    sign: int,
) -> tuple[Entry, ...]:
    """What the parts add to what is available in the book, or take from it."""
    if sum(part.amount for part in parts) != of.amount:
        raise BrokenBooks(f"{what} of {of.team}/{of.kind}: its parts are not {of.amount} fen")
    return tuple(_held(of, pot_of(part), AVAILABLE, sign * part.amount) for part in parts)


def _held(of: fact.BookFact, pot: Pot, state: str, amount: int) -> Entry:
    kept = "book" if state in (AVAILABLE, RESERVED) else "spent"
    return Entry(f"{kept}/{of.team}/{of.kind.value}/{pot}/{state}", amount, pot)


def _township(place: str, appropriation: str) -> str:
    township = township_of(place)
    if township is None:
        raise BrokenBooks(f"money was received above township level, at {place}")
    return f"township/{township}/{appropriation}"
