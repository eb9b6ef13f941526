"""What became known of a person's year only after it was decided: late, back-dated, corrected, and how late.

Imports the standard library only, for it travels in an evidence bundle with the fold.
"""

from collections.abc import Mapping
from typing import Any

from services.assessment.fold.civil import DAY, beijing_day, iso, last_of, ordinal
from services.assessment.fold.reading import BACKFILL, CHECK_IN, HUMAN_STEPS, OF_A_PERSON
from services.assessment.replay.lenses import PERSON_KINDS, Case, Known

LATE, BACKDATED, CORRECTION, OTHER = "late", "backdated", "correction", "other"
CORRECTIONS = frozenset(
    {
        "AbsenceJustified", "CheckInVoided", "DayStatusCorrected", "InvestigationClosed", "JustificationRejected",
        "LeaveClosed", "LeaveExtended", "LeaveShortened", "LeaveWithdrawn", "OfficialTravelClosed",
        "OfficialTravelWithdrawn",
    }
)  # fmt: skip
"""Facts that speak of another fact or of a day that was already spoken of."""
_ABOUT = ("date", "starts_on", "decided_on", "found_on", "opened_on", "returned_on", "last_day", "closed_on", "ends_on")


def became_known(case: Case, moment: int) -> list[dict[str, Any]]:
    """Facts about the year that lie above the basis, oldest index first. `moment`: of the decision, see `civil.py`."""
    found = []
    for one in sorted(case.known, key=place_in_fold):
        name = fact_name(one.event)
        if name is None or not is_after(case, one) or one.event["data"].get("person") != case.person:
            continue
        about = about_day(one.event)
        if about is not None and about > min(last_of(case.year), (moment - 1) // DAY) and name not in CORRECTIONS:
            continue
        recorded = beijing_day(one.event["recordedtime"])
        found.append(
            {
                "event": one.event["id"],
                "origin": one.event["origin"],
                "index": one.index,
                "type": name,
                "kind": _kind(one.event["type"], name, about),
                "about": None if about is None else iso(about),
                "recorded": one.event["recordedtime"],
                "lag_days": None if about is None else recorded - about,
            }
        )
    return found


def place_in_fold(one: Known) -> tuple[str, str, str, int]:
    """The order of the fold (`ledger.md` 5)."""
    event = one.event
    return event["recordedtime"], event["origin"], event["stream"], event["version"]


def is_after(case: Case, one: Known) -> bool:
    """Whether an event was not known when it was decided: its index is not below the basis."""
    return one.index >= case.basis.get(one.event["origin"], 0)


def fact_name(event: Mapping[str, Any]) -> str | None:
    """Name of a fact of a person that the fold reads; None for what officials did with it, and for everything else."""
    if event["stream"].split("/", 1)[0] not in PERSON_KINDS:
        return None
    if event["type"] in (CHECK_IN, BACKFILL):
        return str(event["type"].split(".")[2])
    name = OF_A_PERSON.get(event["type"])
    return None if name in HUMAN_STEPS else name


def about_day(event: Mapping[str, Any]) -> int | None:
    """The first civil day that an event is about, or None where it names none that is disclosed."""
    named = [event["data"][member] for member in _ABOUT if member in event["data"]]
    return ordinal(named[0]) if named else None


def _kind(event_type: str, name: str, about: int | None) -> str:
    if name in CORRECTIONS:
        return CORRECTION
    if about is None:
        return OTHER
    return LATE if event_type == CHECK_IN else BACKDATED
