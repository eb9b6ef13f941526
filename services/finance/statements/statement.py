"""The statement of a book for one year: its opening, what came in, what went out by use, what is left (Art. 19).

Pure: made from the movements of double entry, never from balances kept beside them. Fen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from services.finance.books.accounts import AVAILABLE, RESERVED

_CAME_IN = (
    "FundAllotted",
    "WorkFundContributed",
    "AssistanceFundReceived",
    "FundTakenOver",
    "FundHandedOut",
    "FundReturned",
)
_OWN = (AVAILABLE, RESERVED)


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source of the book over the year."""

    source: str
    giver: str | None
    project: str | None
    opening: int
    received: int
    spent: int
    closing: int
    reserved: int


@dataclass(frozen=True, slots=True)
class UseLine:
    """One use over the year; `returned` is what refunds and reversals put back."""

    use: str
    paid: int
    returned: int

    @property
    def net(self) -> int:
        return self.paid - self.returned


@dataclass(frozen=True, slots=True)
class Statement:
    """`opening + received - spent = closing`; `reserved` is the part of `closing` that is committed."""

    team: str
    kind: str
    year: int
    opening: int
    opening_reserved: int
    received: int
    spent: int
    closing: int
    reserved: int
    sources: tuple[SourceLine, ...]
    uses: tuple[UseLine, ...]

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "team": self.team,
            "kind": self.kind,
            "year": self.year,
            "opening": {"balance": self.opening, "reserved": self.opening_reserved},
            "received": self.received,
            "spent": self.spent,
            "closing": {
                "balance": self.closing,
                "reserved": self.reserved,
                "available": self.closing - self.reserved,
            },
            "sources": [asdict(line) for line in self.sources],
            "uses": [{**asdict(line), "net": line.net} for line in self.uses],
        }


def statement_of(team: str, kind: str, year: int, flows: Sequence[Mapping[str, Any]]) -> Statement:
    """The statement of one book from its movements up to the year's end."""
    sources = tuple(_sources(flows))
    uses = tuple(_uses(flows))
    return Statement(
        team=team,
        kind=kind,
        year=year,
        opening=_sum(flow for flow in flows if flow["before"] and flow["state"] in _OWN),
        opening_reserved=_sum(flow for flow in flows if flow["before"] and flow["state"] == RESERVED),
        received=sum(line.received for line in sources),
        spent=sum(line.net for line in uses),
        closing=_sum(flow for flow in flows if flow["state"] in _OWN),
        reserved=_sum(flow for flow in flows if flow["state"] == RESERVED),
        sources=sources,
        uses=uses,
    )


def statements_of(year: int, flows: Sequence[Mapping[str, Any]]) -> list[Statement]:
    """One statement for each book that the movements speak of, in their order."""
    books = list(dict.fromkeys((flow["team"], flow["kind"]) for flow in flows))
    return [
        statement_of(team, kind, year, [flow for flow in flows if (flow["team"], flow["kind"]) == (team, kind)])
        for team, kind in books
    ]


def _sources(flows: Sequence[Mapping[str, Any]]) -> Iterable[SourceLine]:
    for source, giver, project in dict.fromkeys((one["source"], one["giver"], one["project"]) for one in flows):
        own = [one for one in flows if (one["source"], one["giver"], one["project"]) == (source, giver, project)]
        within = [one for one in own if not one["before"]]
        yield SourceLine(
            source=source,
            giver=giver,
            project=project,
            opening=_sum(one for one in own if one["before"] and one["state"] in _OWN),
            received=_sum(one for one in within if one["type"] in _CAME_IN),
            spent=_sum(one for one in within if one["state"] not in _OWN),
            closing=_sum(one for one in own if one["state"] in _OWN),
            reserved=_sum(one for one in own if one["state"] == RESERVED),
        )


def _uses(flows: Sequence[Mapping[str, Any]]) -> Iterable[UseLine]:
    spent = [one for one in flows if not one["before"] and one["state"] not in _OWN]
    for use in sorted({one["state"] for one in spent}):
        own = [one for one in spent if one["state"] == use]
        paid = _sum(one for one in own if one["type"] == "FundDisbursed")
        yield UseLine(use, paid, paid - _sum(own))


def _sum(flows: Iterable[Mapping[str, Any]]) -> int:
    return sum(flow["amount"] for flow in flows)
