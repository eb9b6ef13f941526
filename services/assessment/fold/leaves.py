"""Leave, official travel, training and secondment of one person as spans of days (`domain.md` 2.0, 2.0.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.assessment.fold.civil import FAR, Cut, ordinal
from services.assessment.fold.findings import ERASED, UNDETERMINED, FoldError
from services.assessment.fold.postings import Span, pair
from services.assessment.fold.reading import OF_A_PERSON, Fact

KNOWN = "known"
LEAVES, TRAVELS, JUSTIFICATION = "Leave", "OfficialTravel", "Justification"
TOGETHER = {
    **{name: kind for kind in (LEAVES, TRAVELS) for name in OF_A_PERSON.values() if name.startswith(kind)},
    **dict.fromkeys(("AbsenceJustified", "JustificationRejected"), JUSTIFICATION),
}
"""Name of a fact -> under which name it is kept with others, because their order counts."""


@dataclass(slots=True)
class Leave:
    """One granted leave. `end` is its last granted day, `returned` the day of actual return once it is closed."""

    case: str
    start: int
    end: int
    kind: str | None
    kind_state: str
    granted: Fact
    returned: int | None = None
    closed_on: int | None = None
    cancelled: bool = False
    covered: Span | None = None
    """Worked out once nothing more is to come: it is asked for many times."""

    def span(self) -> Span | None:
        """Days it covers: up to the day before an early return; None when nothing is left."""
        return self.covered


def leaves_of(named: Mapping[str, Sequence[Fact]], cut: Cut) -> list[Leave]:
    """Every granted leave with its extensions, shortenings, closing and withdrawal, in the order of the fold.

    `named`: as in `Record`, here and below. A late grant or extension covers back over its whole interval: only what
    was known at the cut matters.
    """
    found: dict[tuple[str, str], Leave] = {}
    for fact in named.get(LEAVES, ()):
        if fact.name == "LeaveGranted":
            data, (state, kind) = fact.data, disclosed(fact, "kind", cut)
            start, end = ordinal(data["starts_on"]), ordinal(data["ends_on"])
            found[fact.stream, data["leave"]] = Leave(data["leave"], start, end, kind, state, fact)
        else:
            leave = found.get((fact.stream, fact.data["leave"])) or _elsewhere(found, fact)
            if leave is not None:
                _apply(leave, fact)
    for leave in found.values():
        end = leave.end if leave.returned is None else min(leave.end, leave.returned - 1)
        if leave.start <= end and not leave.cancelled:
            leave.covered = Span(leave.start, end)
    return list(found.values())


def _apply(leave: Leave, fact: Fact) -> None:
    match fact.name:
        case "LeaveClosed":
            leave.returned = ordinal(fact.data["returned_on"])
            leave.closed_on = ordinal(fact.data["closed_on"])
        case "LeaveExtended" | "LeaveShortened":
            leave.end = ordinal(fact.data["ends_on"])
        case "LeaveWithdrawn":
            leave.cancelled = True
        case "LeaveOverstayed":
            pass
        case other:
            raise FoldError(f"event {fact.id}: the fold does not know what {other} does to a leave")


def _elsewhere(found: dict[tuple[str, str], Leave], fact: Fact) -> Leave | None:
    """A leave over New Year may be closed in the stream of the next year: the latest earlier one of that name."""
    candidates = [stream for stream, case in found if case == fact.data["leave"] and stream < fact.stream]
    return found[max(candidates), fact.data["leave"]] if candidates else None


def disclosed(fact: Fact, member: str, cut: Cut) -> tuple[str, str | None]:
    """State and value of a sensitive member: known, undetermined (not disclosed) or erased.

    Raises FoldError when it is neither there nor behind a digest.
    """
    value = fact.data.get(member)
    if value is not None:
        return KNOWN, str(value)
    digests = fact.data.get("_sd") or ()
    if not digests:
        raise FoldError(f"event {fact.id}: {fact.name} lacks {member}")
    return (ERASED if all(digest in cut.erased for digest in digests) else UNDETERMINED), None


def travel_of(named: Mapping[str, Sequence[Fact]]) -> dict[str, Span]:
    """Event id of the approval -> days of the trip; closing early ends it on its last day, withdrawn it never was."""
    approved: dict[tuple[str, str], tuple[str, Span]] = {}
    for fact in named.get(TRAVELS, ()):
        data = fact.data
        key = fact.stream, data["travel"]
        if fact.name == "OfficialTravelApproved":
            approved[key] = fact.id, Span(ordinal(data["starts_on"]), ordinal(data["ends_on"]))
            continue
        if key not in approved:  # a trip over New Year may be closed in the stream of the next year
            earlier = [other for other in approved if other[1] == key[1] and other[0] < key[0]]
            if not earlier:
                continue
            key = max(earlier)
        if fact.name == "OfficialTravelWithdrawn":
            del approved[key]
        else:
            event, span = approved[key]
            approved[key] = event, Span(span.start, min(span.end, ordinal(data["last_day"])))
    return {event: span for event, span in approved.values() if span.start <= span.end}


def training_of(named: Mapping[str, Sequence[Fact]]) -> dict[str, Span]:
    """Event id -> days of training attended."""
    return {
        fact.id: Span(ordinal(fact.data["starts_on"]), ordinal(fact.data["ends_on"]))
        for fact in named.get("TrainingAttended", ())
    }


def secondments_of(named: Mapping[str, Sequence[Fact]]) -> dict[str, Span]:
    """Event id of the detection -> days taken away by a unit (抽调), open until its end is recorded."""
    found: dict[str, Span] = {}
    detected, ended = named.get("SecondmentDetected", ()), named.get("SecondmentEnded", ())
    for unit in sorted({fact.data["unit"] for fact in detected}):
        opened = [fact for fact in detected if fact.data["unit"] == unit]
        closed = [fact for fact in ended if fact.data["unit"] == unit]
        for start, end in pair(opened, closed):
            last = FAR if end is None else ordinal(end.data["last_day"])
            found[start.id] = Span(ordinal(start.data["starts_on"]), last)
    return found
