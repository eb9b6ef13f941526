"""Whether everybody who acted held the role that the record names, on the day of the record (`domain.md` 0.2, W78).

Which roles may say what is data (`authority.py`), and whose words must have come before (`chains.py`). Who held them
comes from grants and revocations, postings and the appointment of leaders, as known now: a revocation that was recorded
late is found here too. A unit speaks for its own people, an office for those posted in its area. Standard library only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.assessment.fold.civil import FAR, beijing_day, iso, ordinal
from services.assessment.replay.authority import CLOCK, LINES
from services.assessment.replay.before import Before, Record, name_of
from services.assessment.replay.chains import chain_broken
from services.assessment.replay.lenses import Known

_BY_POSTING, _BY_APPOINTMENT = "MB", "LD"
_NOBODYS = frozenset({"-"})
"""Whoever was refused."""
_PRESENCE = frozenset({"CheckedIn"})
_UNIT = "DU"
_REACH = {"TP": 9, "TM": 9, "TL": 9, "LD": 9, "XO": 6, "DI": 6}
"""Roles that act on people posted in their township or county -> digits of a place's code that name it."""
_OF_A_COURSE = frozenset({"TrainingAttended"})
"""What is said where it happened, of people who may have come from elsewhere."""
_FROM_ANYWHERE = frozenset({"DisputeRaised"})
"""What the person says of the own year from wherever he or she is posted by then, or after having left."""
_ENDINGS = frozenset({"MemberReplaced", "MemberWithdrawn", "PostingEnded"})
_ROLE_EVENTS = frozenset(
    {
        "RoleGranted", "RoleRevoked", "TeamMemberAssigned", "LeaderAppointed", "ActingLeaderDesignated", "TeamFormed",
        "TeamRosterChanged", *_ENDINGS,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Held:
    """A role held in an area over days, both included."""

    role: str
    area: str
    first: int
    last: int
    organisation: str | None = None
    """The body in whose name alone it is held."""


@dataclass(frozen=True, slots=True)
class Seats:
    """Where each person was ever posted, and whose he or she was."""

    villages: Mapping[str, frozenset[str]]
    units: Mapping[str, frozenset[str]]


def violations(known: Sequence[Known], acts: Iterable[Known]) -> list[dict[str, Any]] | None:
    """Of `acts` those whose author did not hold the role, oldest first, judged by the role events in `known`.

    None when there is no role event to judge by.
    """
    roles = _roles(known)
    if roles is None:
        return None
    found = []
    history = [one.event for one in _in_order(known) if one.event["data"].get("actor")]
    places = {event["id"]: number for number, event in enumerate(history)}
    record, seats = Record(history), _seats(history)
    for one in _in_order(acts):
        data = one.event["data"]
        actor = data.get("actor")
        if actor is None or actor["role"] in _NOBODYS:
            continue
        why = _why(one.event, actor, roles.get(actor["person"], ()))
        if why is None:
            before = Before(record, places[one.event["id"]])
            broken = _not_of_theirs(one.event, actor, seats) or chain_broken(one.event, before)
            why = None if broken is None else {"why": broken, "last_day": None}
        if why is not None:
            found.append(
                {
                    "event": one.event["id"],
                    "origin": one.event["origin"],
                    "index": one.index,
                    "type": name_of(one.event),
                    "recorded": one.event["recordedtime"],
                    "person": actor["person"],
                    "role": actor["role"],
                    "place": data["place"],
                    **why,
                }
            )
    return found


def _why(event: Mapping[str, Any], actor: Mapping[str, Any], held: Sequence[Held]) -> dict[str, Any] | None:
    name, data = name_of(event), event["data"]
    if actor["role"] == CLOCK and name in LINES and CLOCK in LINES[name].anybody:
        return None
    why = LINES[name].why_not(actor["role"], own=actor["person"] == data.get("person")) if name in LINES else None
    if why is not None:
        return {"why": why, "last_day": None}
    day, place = beijing_day(event["recordedtime"]), str(data["place"])
    named = (None, actor.get("organisation"))
    anywhere = name in _FROM_ANYWHERE and actor["person"] == data.get("person")
    same = [
        one
        for one in held
        if one.role == actor["role"] and (anywhere or place.startswith(one.area)) and one.organisation in named
    ]
    # A presence may be uploaded after the person has left: its author is whoever was there on that day.
    days = [day, ordinal(data["date"])] if name in _PRESENCE else [day]
    if any(one.first <= on and (on <= one.last or anywhere) for one in same for on in days):
        return None
    ended = [one.last for one in same if one.last < day]
    if ended:
        return {"why": "role_ended", "last_day": iso(max(ended))}
    return {"why": "role_not_held", "last_day": None}


def _not_of_theirs(event: Mapping[str, Any], actor: Mapping[str, Any], seats: Seats) -> str | None:
    """A unit speaks for people whom it sent; a team leader, a township, a county for people posted there."""
    data = event["data"]
    person, role = data.get("person"), actor["role"]
    if person is None or person == actor["person"] or name_of(event) in _OF_A_COURSE:
        return None
    units, villages = seats.units.get(person), seats.villages.get(person)
    if role == _UNIT and units:
        return None if actor.get("organisation") in units else "not_its_person"
    digits = _REACH.get(role)
    if digits is None or not villages:
        return None
    place = str(data["place"])[:digits]
    return None if any(village.startswith(place) for village in villages) else "not_posted_there"


def _seats(history: Iterable[Mapping[str, Any]]) -> Seats:
    villages: dict[str, set[str]] = {}
    units: dict[str, set[str]] = {}
    for event in history:
        if name_of(event) == "TeamMemberAssigned":
            data = event["data"]
            villages.setdefault(data["person"], set()).add(data["village"])
            if data.get("unit"):
                units.setdefault(data["person"], set()).add(data["unit"])
    return Seats({k: frozenset(v) for k, v in villages.items()}, {k: frozenset(v) for k, v in units.items()})


def _roles(known: Sequence[Known]) -> dict[str, list[Held]] | None:
    """Person -> roles held. Grants by number, postings by team, leaders by appointment until the next."""
    facts = [(name_of(one.event), one.event["data"]) for one in _in_order(known) if name_of(one.event) in _ROLE_EVENTS]
    if not any(name == "RoleGranted" for name, _ in facts):
        return None
    revoked = {(d["person"], d["grant"]): ordinal(d["last_day"]) for name, d in facts if name == "RoleRevoked"}
    found: dict[str, list[Held]] = {}
    ends: dict[tuple[str, str], list[int]] = {}
    for name, data in facts:
        if name in _ENDINGS:
            ends.setdefault((data["person"], data["team"]), []).append(ordinal(data["last_day"]))
    villages = {d["team"]: d["village"] for name, d in facts if name in ("TeamFormed", "TeamMemberAssigned")}
    for name, data in facts:
        if name == "RoleGranted":
            last = ordinal(data["ends_on"]) if "ends_on" in data else FAR
            last = min(last, revoked.get((data["person"], data["grant"]), FAR))
            held = Held(data["role"], data["area"], ordinal(data["starts_on"]), last, data.get("organisation"))
            found.setdefault(data["person"], []).append(held)
        elif name == "TeamMemberAssigned":
            first = ordinal(data["starts_on"])
            _hold(found, data["person"], _BY_POSTING, data["village"], first, _left(ends, data, first))
        elif name in ("LeaderAppointed", "ActingLeaderDesignated"):
            first = ordinal(data["starts_on"])
            last = ordinal(data["ends_on"]) if "ends_on" in data else _left(ends, data, first)
            area = villages.get(data["team"], data["place"])
            _hold(found, data["person"], _BY_APPOINTMENT, area, first, min(last, _replaced(facts, data, first)))
    return found


def _hold(found: dict[str, list[Held]], person: str, role: str, area: str, first: int, last: int) -> None:
    found.setdefault(person, []).append(Held(role, area, first, last))


def _left(ends: Mapping[tuple[str, str], Sequence[int]], data: Mapping[str, Any], first: int) -> int:
    """The last day of a posting in a team that began on `first`."""
    return min((end for end in ends.get((data["person"], data["team"]), ()) if end >= first), default=FAR)


def _replaced(facts: Sequence[tuple[str, Mapping[str, Any]]], data: Mapping[str, Any], first: int) -> int:
    """The day before another leader of the same team was appointed."""
    others = [
        ordinal(d["starts_on"])
        for name, d in facts
        if name == "LeaderAppointed" and d["team"] == data["team"] and d["person"] != data["person"]
    ]
    return min((other - 1 for other in others if other > first), default=FAR)


def _in_order(known: Iterable[Known]) -> list[Known]:
    return sorted(known, key=lambda one: (one.event["recordedtime"], one.event["origin"], one.index))
