"""The chain of a year's assessment as recorded (Art. 12-15): proposed, reviewed, acknowledged, final, told, disputed.

A final result without the words that it takes was made by whoever made it alone. Standard library only.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from services.assessment.replay.before import Before

Data: TypeAlias = Mapping[str, Any]

_INCOMPETENT, _EXCELLENT = "不称职", "优秀"
_RANK = {_EXCELLENT: 0, "称职": 1, "基本称职": 2, _INCOMPETENT: 3}
_CITY = 4
"""How many digits the code of the city has; a county's is longer."""


def _year(data: Data) -> dict[str, Any]:
    return {"person": data["person"], "county": data.get("county"), "year": data.get("year")}


def _reviewed(data: Data, before: Before) -> str | None:
    """The county office reviews what a township proposed, and puts no grade of its own in its place (Art. 12)."""
    proposed = before.latest("GradeProposed", **_year(data))
    if proposed is None:
        return "not_proposed"
    return None if proposed.data.get("grade") == data.get("grade") else "not_proposed"


def _final(data: Data, before: Before) -> str | None:
    """On a grade proposed and reviewed, the list of readings acknowledged; a ground stands whatever was proposed."""
    earlier = before.latest("AssessmentFinalised", **_year(data))
    since = -1 if earlier is None else earlier.place
    again = data.get("determination", 1) > 1
    if again and before.latest("AssessmentReissued", since=since, **_year(data)) is None:
        return "not_raised"
    if again and earlier is not None and _says(earlier.data) == _says(data):
        return "nothing_changed"
    of_county: dict[str, Any] = {"county": data.get("county"), "year": data.get("year")}
    if not again and before.latest("SensitiveListAcknowledged", **of_county) is None:
        return "not_acknowledged"
    outcome = data.get("outcome")
    grounds = before.latest("DisqualificationDetermined", since=since, **_year(data))
    if grounds is not None:
        return None if outcome == _INCOMPETENT else "ground_set_aside"
    return _graded(data, before) if outcome in _RANK else None


def _says(data: Data) -> tuple[Any, ...]:
    """What a determination says of the person, whichever logs it was read from."""
    return tuple(data.get(name) for name in ("outcome", "score", "findings", "inputs"))


def _graded(data: Data, before: Before) -> str | None:
    """No better grade than was proposed and reviewed; a lower one where the places of 优秀 were taken."""
    reviewed = before.latest("GradeReviewed", **_year(data))
    if reviewed is None or not reviewed.data.get("upheld"):
        return "not_reviewed"
    proposed = before.latest("GradeProposed", **_year(data))
    if proposed is None or proposed.place > reviewed.place:
        return "not_reviewed"
    grade = reviewed.data.get("grade")
    lowered = grade == _EXCELLENT and data["outcome"] == "称职"
    return None if lowered or data["outcome"] == grade else "not_reviewed"


def _tie(data: Data, _before: Before) -> str | None:
    """Nobody breaks a tie that he is in."""
    tied = {*data.get("tied", ()), *data.get("chosen", ())}
    return "own_case" if data["actor"]["person"] in tied else None


def _told(data: Data, before: Before) -> str | None:
    """Only what is final is told."""
    final = before.latest("AssessmentFinalised", determination=data.get("determination"), **_year(data))
    return None if final is not None else "not_final"


def _put_on_file(data: Data, before: Before) -> str | None:
    """A unit files what the county office told it (Art. 12)."""
    told = before.latest("ResultFedBack", determination=data.get("determination"), **_year(data))
    return None if told is not None and told.data.get("unit") == data.get("unit") else "not_told"


def _raised(data: Data, before: Before) -> str | None:
    return None if before.latest("ResultFedBack", **_year(data)) is not None else "not_told"


def _on_a_case(data: Data, before: Before) -> str | None:
    """A result is looked at again where somebody raised it, or the county office ordered it (A57, A66)."""
    if not before.record.holds_year_of(data["person"]):
        return None
    case = {**_year(data), "case": data.get("case")}
    opened = (before.latest(name, **case) for name in ("DisputeRaised", "ReassessmentOrdered"))
    return None if any(opened) else "not_raised"


def _impact_found(data: Data, before: Before) -> str | None:
    """The township asks for it, or discipline inspection reports it; the county office finds (A58)."""
    asked = before.latest("SevereImpactProposed", person=data["person"], case=data.get("case"))
    return None if asked is not None else "not_asked"


def _investigated(data: Data, before: Before) -> str | None:
    opened = before.latest("InvestigationOpened", person=data["person"], case=data.get("case"))
    return None if opened is not None else "not_raised"


def _of_its_level(data: Data, _before: Before) -> str | None:
    """The city's praise is the city office's, a county's the county office's (Art. 13)."""
    due = "CO" if len(str(data.get("area", ""))) == _CITY else "XO"
    return None if data["actor"]["role"] == due or "area" not in data else "not_the_level"


def _praised(data: Data, before: Before) -> str | None:
    """From those graded 优秀 that year alone (Art. 13)."""
    if not before.record.holds_year_of(data["person"]):
        return None
    final = before.latest("AssessmentFinalised", person=data["person"], year=data.get("year"))
    return None if final is not None and final.data.get("outcome") == _EXCELLENT else "not_excellent"


CHECKS: Mapping[str, Callable[[Data, Before], str | None]] = {
    "GradeReviewed": _reviewed,
    "TieResolved": _tie,
    "AssessmentFinalised": _final,
    "ResultFedBack": _told,
    "ResultFiledInPersonalFile": _put_on_file,
    "DisputeRaised": _raised,
    "DisputeOpinionGiven": _on_a_case,
    "DisputeDecided": _on_a_case,
    "AssessmentReissued": _on_a_case,
    "SevereImpactFindingMade": _impact_found,
    "InvestigationClosed": _investigated,
    "ExcellentCirculated": _of_its_level,
    "ExcellentCircularWithdrawn": _of_its_level,
    "AwardWithdrawn": _of_its_level,
    "AdvancedWorkerNominated": _praised,
    "AdvancedWorkerSelected": _praised,
    "CommendationProposed": _praised,
    "CountyCommendationAwarded": _praised,
}
