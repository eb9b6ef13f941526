"""第五章 考核和奖惩 (Art. 12-16), as far as the fold applies it."""

from collections.abc import Callable, Sequence
from typing import Any

from services.assessment.articles.chapter_4 import owed, reaches
from services.assessment.fold.civil import FAR, beijing_day, iso
from services.assessment.fold.findings import (
    ERASED,
    MET,
    NEEDS_DETERMINATION,
    NOT_APPLICABLE,
    NOT_MET,
    PER_CENT,
    UNDETERMINED,
    Finding,
    Value,
)
from services.assessment.fold.leaves import KNOWN
from services.assessment.fold.measures import exceeds
from services.assessment.fold.person_year import Decision, PersonYear, finding_of_decisions, required_member
from services.assessment.fold.postings import Span, lasts_months, union
from services.assessment.fold.reading import Fact


def grade(y: PersonYear, county: str | None, *, ground_stands: bool) -> Finding:
    """考核结果分为优秀、称职、基本称职、不称职四个等次。

    Four grades. The township proposes, the county office reviews. Met: a reviewed grade of the grading county is
    known; needs determination: who has to speak next stands in `waits_for`. What was proposed because a ground left
    nothing else says nothing once no ground stands: the township proposes again.
    """
    proposals = [f for f in y.facts if f.name in ("GradeProposed", "GradeReviewed") and f.data["county"] == county]
    steps = [fact for fact in proposals if fact.data["year"] == y.measures.frame.year]
    proposed = next((fact for fact in reversed(steps) if fact.name == "GradeProposed"), None)
    if proposed is None:
        return Finding("12.4", NEEDS_DETERMINATION, {"grade": None, "score": None, "waits_for": "TP"})
    values: dict[str, Value] = {"grade": proposed.data["grade"], "score": proposed.data["score"]}
    if steps[-1].name == "GradeProposed":
        return Finding("12.4", NEEDS_DETERMINATION, {**values, "waits_for": "XO"}, (proposed.id,))
    forced = bool(proposed.data.get("grounds")) and not ground_stands
    if forced or not steps[-1].data["upheld"]:
        return Finding("12.4", NEEDS_DETERMINATION, {**values, "waits_for": "TP"}, (proposed.id, steps[-1].id))
    return Finding("12.4", MET, {**values, "grade": steps[-1].data["grade"]}, (proposed.id, steps[-1].id))


def quota(objects: int, percent: int, rounding: str) -> int:
    """其中优秀等次名额不超过考核总数的20%，

    Places for the highest grade: at most that share of the object list, rounded down by default (A60).
    """
    share = objects * percent
    match rounding:
        case "floor":
            return share // PER_CENT
        case "ceil":
            return -(-share // PER_CENT)
        case _:
            whole, rest = divmod(share, PER_CENT)
            return whole + (rest >= PER_CENT - rest)


def experience(y: PersonYear) -> Finding:
    """驻村扶贫工作队工作经历（半年以上）作为个人基层工作经历。

    Half a year or more in a team is credited as grass-roots experience: one posting of that many calendar months
    (1 May to 30 October is not). Met: one such posting is complete by the end of the year or the cut.
    """
    end = y.cut.last_day(y.measures.frame.last)
    spans = union((Span(posting.start, posting.end) for posting in y.measures.postings), 1, min(end, FAR))
    long_enough = [span for span in spans if lasts_months(span, y.parameters["half_year.rule"]["months"])]
    since = iso(long_enough[0].start) if long_enough else None
    return Finding("12.11", MET if long_enough else NOT_MET, {"since": since})


def any_ground(grounds: Sequence[Finding]) -> Finding:
    """有下列情况之一的，当年考核为不合格：

    Any one ground disqualifies for the year; nobody may grade round it (A56). 不合格 is the grade 不称职 (A55).
    """
    met = [finding for finding in grounds if finding.outcome == MET]
    unclear = [finding for finding in grounds if finding.outcome in (UNDETERMINED, ERASED)]
    outcome = MET if met else UNDETERMINED if unclear else NOT_MET
    return Finding("15.0", outcome, {"grounds": " ".join(str(finding.ground) for finding in met)})


def sanctioned(y: PersonYear) -> Finding:
    """1.违法违纪违规，受党纪政纪处分的；

    D1. Any party or administrative sanction, in the year of its decision (A57).
    """
    name = "DisciplinarySanctionRecorded"
    if y.parameters["d1.year_by"] == "recorded":
        return finding_of_decisions("15.1", "D1", y.decisions(name, lambda f: (KNOWN, iso(beijing_day(f.recorded)))))
    return finding_of_decisions("15.1", "D1", y.decisions(name, y.sensitive_date("decided_on")))


def severe_impact(y: PersonYear) -> Finding:
    """2.不服从管理，不认真履行职责，造成严重不良影响的；

    D2. Only on a written finding of the county office, in the year of the finding (A58).
    """
    found = y.decisions("SevereImpactFindingMade", lambda fact: (KNOWN, required_member(fact, "found_on")))
    return finding_of_decisions("15.2", "D2", found)


def days_short(y: PersonYear, days: Finding) -> Finding:
    """3.驻村时间不足200天的；

    D3. Measured as the duty of Art. 9 is (A02); a county's stricter duty does not move this ground. Where medical leave
    or a forbidden secondment made the shortfall, the county office has to review it before anything is final (A17);
    the ground stands meanwhile.
    """
    threshold = y.parameters["shortfall.threshold"]
    values = {**days.values, **owed(y, threshold)}
    if days.outcome == NOT_APPLICABLE:
        return Finding("15.3", NOT_APPLICABLE, values, (), "D3")
    short = not reaches(y, y.measures.on_post, threshold)
    evidence = (days.evidence or y.on_post_events()) if short or y.full_evidence else ()
    if short and y.parameters["shortfall.review"]:
        state, review = shortfall_review(y)
        values["shortfall_review"] = state
        evidence = (*evidence, review.id) if review else evidence
    return Finding("15.3", MET if short else NOT_MET, values, evidence, "D3")


def shortfall_review(y: PersonYear) -> tuple[str | None, Fact | None]:
    """Whether a review is required, what came of it, or that it cannot be said without the kinds of leave."""
    m = y.measures
    excused = m.on_post + m.medical_days + (m.seconded_days if y.parameters["secondment.day"] == "neutral" else 0)
    threshold = y.parameters["shortfall.threshold"]
    if not reaches(y, excused, threshold):
        return ("undetermined" if reaches(y, excused + m.medical_undisclosed, threshold) else None), None
    review = y.latest("ShortfallReviewed")
    return ("required" if review is None else str(review.data["outcome"])), review


def absent_too_long(y: PersonYear) -> Finding:
    """4.无正当理由离岗连续超过15天或一年内累计超过30天的；

    D4. Strictly more than the limit in one run, or in the year (A13). A run over 31 December belongs to the year of
    the day on which it exceeds, and to a year whose own part exceeds (A15).
    """
    m, p = y.measures, y.parameters
    rolling = p["absence.cumulative_window"] == "rolling"
    total = m.most_in_twelve_months if rolling else m.absences
    too_long = any(exceeds(run, m.window, p) for run in m.runs)
    met = too_long or total > p["absence.year_limit"]
    values: dict[str, Value] = {"total": total, "longest_run": max((len(run.days) for run in m.runs), default=0)}
    values |= {"run_limit": p["absence.run_limit"], "year_limit": p["absence.year_limit"], "basis": p["absence.basis"]}
    values["run_broken_by_rest_day"] = m.broken_on_rest_day
    return Finding("15.4", MET if met else NOT_MET, values, y.absence_events() if m.absences else (), "D4")


def forced_out(y: PersonYear) -> Finding:
    """5.由于履职或工作完成情况不好，被强行调整更换的。

    D5. Only a forced replacement; the kind is decided, never inferred (A49). In the year of the decision.
    """
    by_decision = y.parameters["forced.year_by"] == "decision"
    names = ("ReplacementDecided", "MemberReplaced") if by_decision else ("MemberReplaced",)
    member = "decided_on" if by_decision else "last_day"
    forced = {fact.id for fact in y.facts if fact.name in names and fact.data["kind"] == "forced"}
    decided: list[Decision] = []
    for name in names:
        decided += y.decisions(name, lambda fact: (KNOWN, required_member(fact, member)))
    return finding_of_decisions("15.5", "D5", [decision for decision in decided if decision.event in forced])


CLAUSES: dict[str, Callable[..., Any]] = {
    "12.4": grade, "12.6": quota, "12.11": experience, "15.0": any_ground, "15.1": sanctioned, "15.2": severe_impact,
    "15.3": days_short, "15.4": absent_too_long, "15.5": forced_out,
}  # fmt: skip
