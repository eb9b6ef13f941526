"""Whether a fact that takes the word of others came with their words, as the record shows (Art. 8-10, 12-15, 23).

`authority.py` says which roles may say a fact at all; whether one of them may say it of this person now hangs on what
went before: a leader's leave is for the county office, after the township; a ruling takes both interpreters; nobody is
replaced by force but level by level. Standard library only.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from services.assessment.replay import chains_forced, chains_year
from services.assessment.replay.before import Before, Event, Told, name_of

_LEADER, _COUNTY_OFFICE, _CITY_OFFICE = "LD", "XO", "CO"
_FAR = "9999-12-31"

Check: TypeAlias = Callable[[Mapping[str, Any], Before], str | None]


def chain_broken(event: Event, before: Before) -> str | None:
    """Why a fact does not rest on the words that it takes, or None. `before`: everything recorded earlier."""
    check = CHECKS.get(name_of(event))
    return None if check is None else check(event["data"], before)


def _leave(data: Mapping[str, Any], before: Before) -> str | None:
    """The role with which leave was asked for decides who grants it, and whose word comes first (Art. 9, A38)."""
    asked = before.latest("LeaveRequested", person=data["person"], leave=data.get("leave"))
    if asked is None:
        return None
    if (asked.role == _LEADER) != (data["actor"]["role"] == _COUNTY_OFFICE):
        return "not_the_level"
    first = "LeaveApprovedByTownship" if asked.role == _LEADER else "LeaveApprovedByLeader"
    agreed = before.latest(first, since=asked.place, person=data["person"], leave=data.get("leave"))
    needed = asked.role == _LEADER or _led(data, asked, before)
    return "level_skipped" if needed and agreed is None else None


def _led(data: Mapping[str, Any], asked: Told, before: Before) -> bool:
    """Whether the team had a leader to ask: without one the township decides alone (A41)."""
    posted = before.latest("TeamMemberAssigned", person=data["person"])
    if posted is None:
        return False
    team = posted.data["team"]
    appointed = before.latest("LeaderAppointed", team=team)
    acting = before.latest("ActingLeaderDesignated", team=team)
    on = str(asked.data.get("starts_on", ""))
    stands_in = acting is not None and acting.data["starts_on"] <= on <= acting.data.get("ends_on", _FAR)
    return stands_in or (appointed is not None and _in_team(appointed, before))


def _in_team(appointed: Told, before: Before) -> bool:
    """Whether a leader has not left the team since the appointment."""
    who = {"person": appointed.data["person"], "team": appointed.data["team"]}
    left = (
        before.latest(name, since=appointed.place, **who)
        for name in ("MemberReplaced", "MemberWithdrawn", "PostingEnded")
    )
    return not any(left)


def _first_word(level: str) -> Check:
    def check(data: Mapping[str, Any], before: Before) -> str | None:
        """A member's own leader speaks first; of a leader's leave the township does."""
        asked = before.latest("LeaveRequested", person=data["person"], leave=data.get("leave"))
        if asked is None:
            return None
        return "not_the_level" if (asked.role == _LEADER) != (level == "township") else None

    return check


def _backfill(data: Mapping[str, Any], before: Before) -> str | None:
    """Presence entered late takes the person's request and the leader's own consent (A24)."""
    case = {"person": data["person"], "record": data.get("record")}
    asked = before.latest("CheckInBackfillRequested", **case)
    if asked is None:
        return "not_asked"
    consent = before.latest("CheckInBackfillConsented", since=asked.place, **case)
    said = data.get("leader_consent")
    if said is None:
        return None
    if consent is None or consent.data["actor"]["person"] != said:
        return "level_skipped"
    return "not_joint" if said == data["actor"]["person"] else None


def _travel(data: Mapping[str, Any], before: Before) -> str | None:
    """A leader's trip is for the township (A95)."""
    asked = before.latest("OfficialTravelRequested", person=data["person"], travel=data.get("travel"))
    of_leader = asked is not None and asked.role == _LEADER
    return "not_the_level" if of_leader and data["actor"]["role"] == _LEADER else None


def _ruling(data: Mapping[str, Any], before: Before) -> str | None:
    """Two bodies, and two people (A92)."""
    asked = before.latest("InterpretationProposed", ruling=data.get("ruling"))
    if asked is None:
        return "not_joint"
    one, other = data["actor"], asked.data["actor"]
    return None if one["person"] != other["person"] and one["role"] != other["role"] else "not_joint"


def _own_county(data: Mapping[str, Any], _before: Before) -> str | None:
    """A county adopts measures for itself (Art. 23)."""
    return None if str(data["place"]).startswith(str(data.get("county", data["place"]))) else "not_the_level"


def _asked_back(data: Mapping[str, Any], before: Before) -> str | None:
    """Only what a unit asked for is decided on (Art. 8)."""
    asked = before.latest("WithdrawalRequested", person=data["person"], request=data.get("request"))
    return "not_asked" if asked is None else None


def _withdrawal(data: Mapping[str, Any], before: Before) -> str | None:
    """Only the city office lets a unit have its person back (Art. 8)."""
    approved = before.latest("WithdrawalApproved", person=data["person"], approval=data.get("approval"))
    return None if approved is not None and approved.role == _CITY_OFFICE else "not_approved"


def _replacement(data: Mapping[str, Any], before: Before) -> str | None:
    """By force as decided level by level; otherwise as the city office approved (Art. 8, 10)."""
    if data.get("kind") == "forced":
        return chains_forced.carried_out(data, before)
    wish = "rotation" if data.get("kind") == "rotation" else "replacement"
    approved = before.all("WithdrawalApproved", person=data["person"], team=data.get("team"), wish=wish)
    return None if any(one.role == _CITY_OFFICE for one in approved) else "not_approved"


CHECKS: Mapping[str, Check] = {
    "LeaveApprovedByLeader": _first_word("leader"),
    "LeaveApprovedByTownship": _first_word("township"),
    "LeaveGranted": _leave,
    "LeaveExtended": _leave,
    "CheckInBackfilled": _backfill,
    "OfficialTravelApproved": _travel,
    "InterpretationIssued": _ruling,
    "CountyMeasureAdopted": _own_county,
    "WithdrawalCountyOpinionGiven": _asked_back,
    "WithdrawalApproved": _asked_back,
    "WithdrawalRefused": _asked_back,
    "MemberWithdrawn": _withdrawal,
    "MemberReplaced": _replacement,
    **chains_forced.CHECKS,
    **chains_year.CHECKS,
}
