"""From findings to the outcome of one person's year (`domain.md` 2.0 and 2.0.1, "Outcome")."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.assessment.articles import chapter_4, chapter_5
from services.assessment.fold.civil import ordinal
from services.assessment.fold.findings import ERASED, MET, NEEDS_DETERMINATION, NOT_MET, UNDETERMINED, Finding
from services.assessment.fold.person_year import PersonYear

EXCELLENT = "优秀"
COMPETENT = "称职"
INCOMPETENT = "不称职"
NO_GRADE = "未定等次"
NOT_ASSESSED_HERE = "NOT_ASSESSED_HERE"
NOT_POSTED = "NOT_POSTED"
YEAR_OPEN = "YEAR_OPEN"
OFF_LIST = "OFF_LIST"
AWAITING_GRADE = "AWAITING_GRADE"
UNCLEAR = "undetermined"

DAYS_SHORT = "D3"


@dataclass(slots=True)
class Judged:
    """One person's year with its findings. `outcome` of an excellent proposal is settled by the county's quota."""

    year: PersonYear
    county: str | None
    findings: list[Finding]
    grounds: list[str]
    outcome: str
    listed: bool
    """On the county's list of assessment objects (考核对象人员名单)."""
    flags: set[str] = field(default_factory=set)
    score: int | None = None

    def finding(self, article: str) -> Finding:
        """The finding of a clause; every clause that was applied has exactly one."""
        for finding in self.findings:
            if finding.article == article:
                return finding
        raise LookupError(f"clause {article} was not applied")


def judge(year: PersonYear, county: str | None, reference_villages: frozenset[str]) -> Judged:
    """Apply every clause, collect all findings, and draw the outcome from them."""
    on_post = chapter_4.days_on_post(year)
    grounds = [
        chapter_5.sanctioned(year),
        chapter_5.severe_impact(year),
        chapter_5.days_short(year, on_post),
        chapter_5.absent_too_long(year),
        chapter_5.forced_out(year),
    ]
    if not year.measures.posted_days:
        return Judged(year, None, [], [], NOT_POSTED, listed=False)
    met = [str(finding.ground) for finding in grounds if finding.outcome == MET]
    grade = chapter_5.grade(year, county, ground_stands=bool(met))
    findings = [
        chapter_4.presence_checked(year),
        on_post,
        chapter_4.leave_closed_in_time(year),
        chapter_4.not_seconded(year),
        grade,
        chapter_5.experience(year),
        chapter_5.any_ground(grounds),
        *grounds,
    ]
    judged = Judged(year, county, findings, met, "", listed=False)
    judged.flags = flags_of(judged, reference_villages)
    judged.outcome = _outcome(judged, grounds, grade)
    judged.listed = _listed(judged)
    return judged


def _outcome(judged: Judged, grounds: Sequence[Finding], grade: Finding) -> str:
    """First match wins. A ground stands as soon as it is there, also in an open year; D3 only when the year is over."""
    m, flags = judged.year.measures, judged.flags
    if "died" in flags:
        return OFF_LIST
    excused = judged.grounds == [DAYS_SHORT] and "long_leave" in flags
    if judged.grounds and not excused:
        return INCOMPETENT
    if any(finding.outcome in (UNDETERMINED, ERASED) for finding in grounds):
        return UNCLEAR
    if excused:
        return NO_GRADE
    if not m.frame.over:
        return YEAR_OPEN
    if "investigation_pending" in flags:
        return NO_GRADE
    if not _assessed_here(judged):
        return NOT_ASSESSED_HERE
    if "long_leave" in flags:
        return NO_GRADE
    return AWAITING_GRADE if grade.outcome == NEEDS_DETERMINATION else str(grade.values["grade"])


def _assessed_here(judged: Judged) -> bool:
    p = judged.year.parameters
    elsewhere = p["fs.assess"] == "home_unit" and "first_secretary" in judged.flags
    return (judged.year.measures.half_year or not p["assess.min_half_year"]) and not elsewhere


def _listed(judged: Judged) -> bool:
    """Objects of assessment: half a year or more, or with a ground or a pending investigation; never the dead."""
    if judged.outcome in (OFF_LIST, NOT_ASSESSED_HERE):
        return False
    if _assessed_here(judged) or judged.grounds:
        return True
    return "investigation_pending" in judged.flags or judged.outcome == UNCLEAR


def flags_of(judged: Judged, reference_villages: frozenset[str]) -> set[str]:
    """Everything an official should see beside the outcome; `explain.FLAGS` says each in words."""
    y = judged.year
    m, p, frame = y.measures, y.parameters, y.measures.frame
    inside = [posting for posting in m.postings if posting.start <= frame.last and posting.end >= m.window.start]
    ends = [posting.ended_by for posting in inside if posting.ended_by is not None]
    deaths = [ordinal(fact.data["last_day"]) for fact in ends if fact.data.get("cause") == "death"]
    review = judged.finding("15.3").values.get("shortfall_review")
    closing = judged.finding("9.12").values
    conditions: Mapping[str, object] = {
        "died": any(frame.first <= day <= frame.last for day in deaths),
        "long_leave": p["longleave.no_grade"] and m.leave_days > p["longleave.days"],
        "investigation_pending": _pending(y),
        "under_half_year": not m.half_year,
        f"shortfall_review_{review}": review is not None,
        "run_broken_by_rest_day": m.broken_on_rest_day,
        "leave_checkin_conflict": m.days.conflicts and m.days.conflicts[-1] >= m.window.start,
        "two_villages_in_one_day": p["checkin.multi_village"] == "flag"
        and not m.days.once
        and y.record.in_two_villages(*m.window),
        "leave_overstayed": closing["overstayed"],
        "leave_closed_late": closing["closed_late"],
        "seconded": judged.finding("9.14").outcome == NOT_MET,
        "found_absent_by_spot_check": judged.finding("8.4").outcome == MET,
        "first_secretary": "first_secretary" in [posting.source for posting in inside],
        "reference_village": not reference_villages.isdisjoint([posting.village for posting in inside]),
        "review_of_grade_pending": judged.finding("12.4").values.get("waits_for") == "XO",
    }
    return {name for name, holds in conditions.items() if holds}


def _pending(y: PersonYear) -> bool:
    """An investigation opened by 31 December of the year whose closing is not known at the cut (A57)."""
    closed = {fact.data["case"] for fact in y.named("InvestigationClosed")}
    return any(
        fact.data["case"] not in closed and ordinal(fact.data["opened_on"]) <= y.measures.frame.last
        for fact in y.named("InvestigationOpened")
    )
