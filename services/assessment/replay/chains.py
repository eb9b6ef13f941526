"""Whether a fact that takes the word of two came with both words (Art. 8, 9, 23), as the record of the others shows.

`authority.py` says which roles may say a fact at all; which of them may say it of this person hangs on what went
before: a leader's leave is for the county office, after the township; a ruling takes both interpreters. Standard
library only.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

Event: TypeAlias = Mapping[str, Any]

_LEADER, _COUNTY_OFFICE, _CITY_OFFICE = "LD", "XO", "CO"


def chain_broken(event: Event, before: Sequence[Event]) -> str | None:
    """Why a fact does not rest on the words that it takes, or None. `before`: everything recorded earlier."""
    check = _CHECKS.get(_name(event))
    return None if check is None else check(event["data"], before)


def _leave(data: Mapping[str, Any], before: Sequence[Event]) -> str | None:
    """The role with which leave was asked for decides who grants it (A38)."""
    asked = _latest(before, "LeaveRequested", data, "leave")
    if asked is None:
        return None
    of_leader = asked["actor"]["role"] == _LEADER
    if of_leader != (data["actor"]["role"] == _COUNTY_OFFICE):
        return "not_the_level"
    return "level_skipped" if of_leader and _latest(before, "LeaveApprovedByTownship", data, "leave") is None else None


def _travel(data: Mapping[str, Any], before: Sequence[Event]) -> str | None:
    """A leader's trip is for the township (A95)."""
    asked = _latest(before, "OfficialTravelRequested", data, "travel")
    of_leader = asked is not None and asked["actor"]["role"] == _LEADER
    return "not_the_level" if of_leader and data["actor"]["role"] == _LEADER else None


def _ruling(data: Mapping[str, Any], before: Sequence[Event]) -> str | None:
    """Two bodies, and two people (A92)."""
    asked = _latest(before, "InterpretationProposed", data, "ruling", of_person=False)
    if asked is None:
        return "not_joint"
    one, other = data["actor"], asked["actor"]
    return None if one["person"] != other["person"] and one["role"] != other["role"] else "not_joint"


def _withdrawal(data: Mapping[str, Any], before: Sequence[Event]) -> str | None:
    """Only the city office lets a unit have its person back (Art. 8)."""
    approved = _latest(before, "WithdrawalApproved", data, "approval")
    return None if approved is not None and approved["actor"]["role"] == _CITY_OFFICE else "not_approved"


_CHECKS: Mapping[str, Callable[[Mapping[str, Any], Sequence[Event]], str | None]] = {
    "LeaveGranted": _leave,
    "LeaveExtended": _leave,
    "OfficialTravelApproved": _travel,
    "InterpretationIssued": _ruling,
    "MemberWithdrawn": _withdrawal,
}


def _latest(
    before: Sequence[Event], name: str, data: Mapping[str, Any], case: str, *, of_person: bool = True
) -> Mapping[str, Any] | None:
    """The last fact of that name about the same case, of the same person."""
    for event in reversed(before):
        found: Mapping[str, Any] = event["data"]
        same = _name(event) == name and found.get(case) == data.get(case)
        if same and (not of_person or found["person"] == data["person"]):
            return found
    return None


def _name(event: Event) -> str:
    return str(event["type"].split(".")[2])
