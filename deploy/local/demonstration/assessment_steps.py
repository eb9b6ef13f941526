"""The commands of assessment: rules and calendars, cases, and January's way from proposals to a final year."""

from datetime import date

from contracts.identifiers import Role
from contracts.refusals import Code
from deploy.local.demonstration.cast import Cast
from deploy.local.demonstration.clockwork import YEAR, instant
from deploy.local.demonstration.lives import Case, Life
from deploy.local.demonstration.population import COUNTY, Township
from deploy.local.demonstration.steps import Phase, Script

ASSESSMENT = "assessment"
CHOSEN = "乐同分"
REFUSED_COMPETENT = "余差一"
REVIEWED = ("卓病假", "乔抽调", "柴产假")
"""Whose shortfall came from sick leave, secondment and maternity leave (A17, A26)."""
CALENDARS = ((2016, date(2016, 5, 3)), (2017, date(2016, 12, 5)), (2018, date(2017, 12, 1)))
"""Year of the calendar and the day on which it was put on record, after the State Council's notice."""


def rules(script: Script, cast: Cast) -> None:
    """The measures and the duty calendars are put on record."""
    interpreter = cast.officer(Role.CITY_ORGANISATION)
    at = instant(date(2016, 5, 3), "09:00")
    body = {"ruleset": "kunming-2016-1"}
    script.add(Phase.TEAMS, at, ASSESSMENT, "adopt-rules", interpreter, body, lane="rules")
    for year, day in CALENDARS:
        at = instant(day, "09:30")
        script.add(Phase.TEAMS, at, ASSESSMENT, "publish-calendar", interpreter, {"year": year}, lane="rules")


def cases(script: Script, cast: Cast) -> None:
    """A sanction and an investigation come from discipline inspection, a finding from the county office (Art. 15)."""
    for life in cast.lives.values():
        match life.case:
            case Case.SANCTION:
                day = date(2017, 6, 1)
                body = {"case": "JW2017-001", "body": "party", "sanction": "党内警告", "decided_on": day}
                _case(script, cast, life, day, "record-sanction", Role.TOWNSHIP, body, Code.AUTH)
                _case(script, cast, life, day, "record-sanction", Role.DISCIPLINE, body)
            case Case.SEVERE_IMPACT:
                day = date(2017, 9, 12)
                body = {
                    "case": "YX2017-001",
                    "found_on": day,
                    "finding": "不服从管理，引发群众集体上访，造成严重不良影响",
                }
                _case(script, cast, life, day, "record-severe-impact", Role.COUNTY_OFFICE, body)
            case Case.INVESTIGATION:
                day = date(2017, 11, 20)
                body = {"case": "JW2017-002", "opened_on": day}
                _case(script, cast, life, day, "open-investigation", Role.DISCIPLINE, body)
            case None:
                continue


def _case(
    script: Script,
    cast: Cast,
    life: Life,
    day: date,
    command: str,
    role: Role,
    body: dict[str, object],
    refusal: Code | None = None,
) -> None:
    township = cast.team(life.stays[0].team).township
    caller = cast.officer(role, township if role is Role.TOWNSHIP else None)
    full = {"person": life.person, "county": COUNTY, **body}
    clock = "10:00" if refusal else "11:00"
    script.add(Phase.YEAR, instant(day, clock), ASSESSMENT, command, caller, full, lane="cases", refusal=refusal)


def january(script: Script, cast: Cast) -> None:
    """The county opens the year, townships propose, the tie is resolved, the county finalises (Art. 12)."""
    county = cast.officer(Role.COUNTY_OFFICE)
    year = {"county": COUNTY, "year": YEAR}

    def by_county(
        phase: Phase, day: int, clock: str, command: str, refusal: Code | None = None, **more: object
    ) -> None:
        at = instant(date(2018, 1, day), clock)
        script.add(phase, at, ASSESSMENT, command, county, {**year, **more}, lane="county", refusal=refusal)

    by_county(Phase.OPENING, 8, "09:00", "open-year")
    _proposals(script, cast)
    for life in cast.lives.values():
        if life.name in REVIEWED:
            by_county(
                Phase.PROPOSALS,
                12,
                "10:00",
                "review-shortfall",
                person=life.person,
                outcome="upheld",
                reasons="情况属实，按条文认定",
            )
    proposed = [life.person for life in cast.lives.values() if life.grade]
    by_county(Phase.REVIEW, 16, "10:00", "review-grades", persons=proposed)
    by_county(Phase.TIE, 18, "09:00", "finalise-year", Code.TIE_UNRESOLVED)
    tied = sorted(life.person for life in cast.named.values() if life.grade == "优秀" and life.score == _tie(cast))
    chosen = [life.person for life in cast.named.values() if life.name == CHOSEN]
    by_county(Phase.TIE, 18, "14:00", "resolve-tie", Code.QUOTA, chosen=tied, reasons="二人均突出")
    by_county(Phase.TIE, 18, "15:00", "resolve-tie", chosen=chosen, reasons="同分，按在岗天数与群众评议择优")
    township = cast.officer(Role.TOWNSHIP, cast.population.townships[0])
    script.add(
        Phase.FINAL,
        instant(date(2018, 1, 20), "09:00"),
        ASSESSMENT,
        "finalise-year",
        township,
        year,
        lane="county",
        refusal=Code.AUTH,
    )
    by_county(Phase.FINAL, 20, "10:00", "finalise-year")


def _tie(cast: Cast) -> int:
    return next(life.score for life in cast.named.values() if life.name == CHOSEN)


def _grading(cast: Cast, life: Life) -> Township:
    """The township of somebody's last team of the year: it proposes the grade."""
    return cast.team(life.stays[-1].team).township


def _proposals(script: Script, cast: Cast) -> None:
    for life in cast.lives.values():
        if life.grade is None:
            continue
        township = _grading(cast, life)
        caller = cast.officer(Role.TOWNSHIP, township)
        body = {
            "person": life.person,
            "county": COUNTY,
            "year": YEAR,
            "grade": life.grade,
            "score": life.score,
            "reasons": "综合日常考勤、工作实绩，会同派出单位提出",
        }
        at = instant(date(2018, 1, 10), "10:00")
        if life.name == REFUSED_COMPETENT:
            script.add(
                Phase.PROPOSALS,
                instant(date(2018, 1, 10), "09:00"),
                ASSESSMENT,
                "propose-grade",
                caller,
                {**body, "grade": "称职"},
                lane=township.code,
                refusal=Code.DISQUALIFIED,
            )
        script.add(Phase.PROPOSALS, at, ASSESSMENT, "propose-grade", caller, body, lane=township.code)
