"""The chain of a forced replacement as recorded (Art. 10, 15.5): educated in vain, asked for, passed on, decided.

Who may ask: the leader, of a leader the township (A46). Who decides: the county office, of whom a unit above the
county sent, or whose successor such another unit sends, the city office after it (A47). Standard library only.
"""

from collections.abc import Callable, Mapping
from typing import Any

from services.assessment.replay.before import Before, Told

_LEVEL = {"TP": "township", "XO": "county", "CO": "city"}
_BELOW = {"township": [], "county": ["township"], "city": ["township", "county"]}
"""Who must have passed a request on, in this order, before a level acts on it."""
_OF_THE_COUNTY = "county"


def _case(data: Mapping[str, Any]) -> dict[str, Any]:
    return {"person": data["person"], "team": data.get("team")}


def _educated(data: Mapping[str, Any], before: Before) -> str | None:
    """Education answers what somebody did."""
    return None if before.latest("MisconductRecorded", **_case(data)) else "step_missing"


def _not_corrected(data: Mapping[str, Any], before: Before) -> str | None:
    """经教育帮助仍不改正: the education comes first."""
    return None if before.latest("EducationGiven", **_case(data)) else "step_missing"


def _requested(data: Mapping[str, Any], before: Before) -> str | None:
    asks = "TP" if _leads(data, before) else "LD"
    if data["actor"]["role"] != asks and not (asks == "LD" and _no_leader(data, before)):
        return "not_the_level"
    rejected = before.latest("ReplacementRejected", **_case(data))
    since = -1 if rejected is None else rejected.place
    educated = before.latest("EducationGiven", **_case(data))
    failed = before.latest("NonCorrectionRecorded", since=since, **_case(data))
    return "step_missing" if educated is None or failed is None else None


def _passed_on(data: Mapping[str, Any], before: Before) -> str | None:
    """Passed on or rejected by a level whose turn it is, and by nobody in the name of another."""
    level = data.get("level")
    if _LEVEL.get(data["actor"]["role"]) != level:
        return "not_the_level"
    return None if _passed(data, before) == _BELOW.get(str(level)) else "level_skipped"


def _decided(data: Mapping[str, Any], before: Before) -> str | None:
    if data.get("kind") != "forced":
        return None
    level = _LEVEL[data["actor"]["role"]]
    if _passed(data, before) != _BELOW[level]:
        return "level_skipped"
    return "not_the_level" if level == _OF_THE_COUNTY and _is_the_citys(data, before) else None


def carried_out(data: Mapping[str, Any], before: Before) -> str | None:
    """Somebody leaves by force: as it was decided, and by whom."""
    decided = before.latest("ReplacementDecided", kind="forced", **_case(data))
    if decided is None:
        return "not_decided"
    level = _LEVEL.get(data["actor"]["role"])
    across = level == _OF_THE_COUNTY and _successor_across(data, before)
    return "not_the_level" if across else None


def _passed(data: Mapping[str, Any], before: Before) -> list[str] | None:
    """The levels that passed the pending request on, in order; None where none is pending."""
    asked = before.latest("ReplacementRequested", **_case(data))
    if asked is None or before.latest("ReplacementRejected", since=asked.place, **_case(data)):
        return None
    told = list(before.all("ReplacementEscalated", since=asked.place, **_case(data)))
    return [str(one.data["level"]) for one in reversed(told)]


def _is_the_citys(data: Mapping[str, Any], before: Before) -> bool:
    posted = before.latest("TeamMemberAssigned", **_case(data))
    return posted is not None and posted.data.get("unit_level", _OF_THE_COUNTY) != _OF_THE_COUNTY


def _successor_across(data: Mapping[str, Any], before: Before) -> bool:
    """Whether a unit of another level sends who comes instead; that posting stands on record from the same moment."""
    posted = before.latest("TeamMemberAssigned", **_case(data))
    comes = [one for one in before.record.named("TeamMemberAssigned") if one.data["person"] == data.get("successor")]
    levels = [one.data.get("unit_level") for one in comes if one.data["team"] == data.get("team")]
    return posted is not None and bool(levels) and levels[-1] != posted.data.get("unit_level")


def _leader(data: Mapping[str, Any], before: Before) -> Told | None:
    """The last who was appointed leader of the team and has not left it."""
    appointed = before.latest("LeaderAppointed", team=data.get("team"))
    if appointed is None:
        return None
    who = {"person": appointed.data["person"], "team": data.get("team")}
    for name in ("MemberReplaced", "MemberWithdrawn", "PostingEnded"):
        if before.latest(name, since=appointed.place, **who):
            return None
    return appointed


def _leads(data: Mapping[str, Any], before: Before) -> bool:
    leader = _leader(data, before)
    return leader is not None and leader.data["person"] == data["person"]


def _no_leader(data: Mapping[str, Any], before: Before) -> bool:
    return _leader(data, before) is None


CHECKS: Mapping[str, Callable[[Mapping[str, Any], Before], str | None]] = {
    "EducationGiven": _educated,
    "NonCorrectionRecorded": _not_corrected,
    "ReplacementRequested": _requested,
    "ReplacementEscalated": _passed_on,
    "ReplacementRejected": _passed_on,
    "ReplacementDecided": _decided,
}
