"""What became of a determination: disputed or looked at again, by whom, and whether what was decided bears (A66).

A result that was upheld is looked at again on what its decision says it was decided on: the same facts, and the same
grounds of Art. 15 as in the determination.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.assessment.fold.civil import cut_at
from services.assessment.fold.determination import content
from services.assessment.fold.findings import MET
from services.assessment.replay.before import name_of
from services.assessment.replay.later import place_in_fold
from services.assessment.replay.lenses import Case, as_json, judge_of
from services.assessment.rules import rules

_OPENINGS = ("DisputeRaised", "ReassessmentOrdered")
_ANY_GROUND = "15.0"


def disputes(case: Case, erased: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """Every dispute and re-assessment of this determination, the oldest first."""
    mine = [
        one.event
        for one in sorted(case.known, key=place_in_fold)
        if one.event["data"].get("person") == case.person and one.event["data"].get("year") == case.year
    ]
    decided = {event["data"]["case"]: event for event in mine if name_of(event) == "DisputeDecided"}
    return [
        {
            "case": event["data"]["case"],
            "cause": event["data"].get("cause", "dispute"),
            "opened": event["recordedtime"],
            "by": _by(event),
            "late": event["data"].get("late", False),
            "again": event["data"].get("again", False),
            "heard": [_opinion(one) for one in mine if _is_opinion(one, event["data"]["case"])],
            "decided": _decision(case, decided.get(event["data"]["case"]), erased),
        }
        for event in mine
        if name_of(event) in _OPENINGS and event["data"]["determination"] == case.data["determination"]
    ]


def _decision(case: Case, event: Mapping[str, Any] | None, erased: frozenset[str]) -> dict[str, Any] | None:
    if event is None:
        return None
    data = event["data"]
    told = {
        "event": event["id"],
        "recorded": event["recordedtime"],
        "by": _by(event),
        "upheld": data["upheld"],
        "determination": data["determination"],
        "same_facts": data["inputs"] == case.data["inputs"],
    }
    return {**told, **_looked_at_again(case, event, erased)} if data["upheld"] else told


def _looked_at_again(case: Case, event: Mapping[str, Any], erased: frozenset[str]) -> dict[str, Any]:
    """`reproduced`: the facts are those that the decision names; `grounds`: clauses of Art. 15 met on them."""
    basis = {entry["origin"]: entry["size"] for entry in event["data"]["basis"]}
    cut = replace(cut_at(event["recordedtime"], basis, erased), recorded=None)
    reader = case.reader(cut)
    folding = rules.fold_rules(case.year, None, reader.common, case.data["county"])
    judged = judge_of(reader, folding, case.year, cut)(case.person, reader.people[case.person])
    shown = content(as_json(judged))
    grounds = _grounds(shown["findings"])
    return {
        "reproduced": shown["inputs"] == event["data"]["inputs"],
        "grounds": grounds,
        "bears": grounds == _grounds(case.data["findings"]),
    }


def _grounds(findings: Iterable[Mapping[str, Any]]) -> list[str]:
    clauses = (one["article"] for one in findings if one["article"].startswith("15.") and one["outcome"] == MET)
    return sorted(set(clauses) - {_ANY_GROUND})


def _is_opinion(event: Mapping[str, Any], case: str) -> bool:
    return name_of(event) == "DisputeOpinionGiven" and event["data"]["case"] == case


def _opinion(event: Mapping[str, Any]) -> dict[str, Any]:
    return {"role": event["data"]["actor"]["role"], "upheld": event["data"]["upheld"]}


def _by(event: Mapping[str, Any]) -> dict[str, Any]:
    actor = event["data"]["actor"]
    return {"person": actor["person"], "role": actor["role"]}


CAUSES = {
    "dispute": "提出异议 disputed",
    "investigation_closed": "结案后复核 looked at again, the investigation is closed",
    "ruling_issued": "解释后复核 looked at again after a ruling",
    "decisive_evidence": "有新的决定性证据，复核 looked at again on decisive evidence",
}


def dispute_lines(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Disputes of a replay as people read them; nothing where there was none."""
    lines = []
    for one in found:
        late = "，期限后以新的决定性证据 late, on decisive evidence" if one["late"] else ""
        late += "，再次 again" if one["again"] else ""
        by = one["by"]
        lines.append(
            f"异议与复核 {one['case']}: {CAUSES[one['cause']]} {by['person']} {by['role']} {one['opened']}{late}"
        )
        decided = one["decided"]
        if decided is None:
            lines.append("  未决 not decided")
            continue
        result = "维持 upheld" if decided["upheld"] else f"另行认定 issued anew: {decided['determination']}"
        facts = "事实与认定时相同 the same facts" if decided["same_facts"] else "事实与认定时不同 other facts"
        by = decided["by"]
        lines.append(f"  {result}  {by['person']} {by['role']} {decided['recorded']}，{facts}  {decided['event']}")
        if not decided.get("reproduced", True):
            lines.append("  决定所依的事实不能复现 the facts that it names do not come out again")
        elif not decided.get("bears", True):
            lines.append("  决定所依的事实不支持原认定 those facts do not bear the result")
    return [*lines, ""] if lines else []
