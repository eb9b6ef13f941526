"""The commands of assessment: rules and calendars, cases, and January's way from proposals to a final year."""

from datetime import date

from contracts.identifiers import Role
from contracts.refusals import Code
from deploy.local.demonstration.cast import Cast
from deploy.local.demonstration.clockwork import YEAR, instant
from deploy.local.demonstration.lives import Case, Life
from deploy.local.demonstration.population import COUNTY, Township
from deploy.local.demonstration.steps import Phase, Reading, Script, paper

ASSESSMENT = "assessment"
CHOSEN = "乐同分"
REFUSED_COMPETENT = "余差一"
REVIEWED = ("卓病假", "乔抽调", "柴产假")
"""Whose shortfall came from sick leave, secondment and maternity leave (A17, A26)."""
READINGS = {
    "absence.basis": "duty",
    "absence.cross_year": "crossing_day",
    "absence.cumulative_window": "calendar",
    "absence.rest_in_run": "bridge",
    "assess.min_half_year": True,
    "conflict.leave_checkin": "conflict",
    "d1.year_by": "decision",
    "forced.year_by": "decision",
    "fs.assess": "measures",
    "leave.resets_run": True,
    "longleave.no_grade": True,
    "move.grade_owner": "most_days",
    "onpost.count_rest_days": True,
    "onpost.training_counts": True,
    "onpost.travel_counts": True,
    "overstay.counts": True,
    "partial_year.mode": "prorate",
    "quota.round": "floor",
    "quota.scope": "county",
    "quota.tie": "manual",
    "secondment.day": "neutral",
    "spotcheck.wins": True,
}
"""What the two interpreters ruled on the readings that somebody's outcome hangs on."""
OPENED = date(2017, 12, 26)
"""The units have ten days from then for their opinions."""
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
    city, poverty = cast.officer(Role.CITY_ORGANISATION), cast.officer(Role.CITY_POVERTY)
    settings = [{"parameter": name, "value": value} for name, value in READINGS.items()]
    ruling: dict[str, object] = {"ruling": "JS-2017-1", "settings": settings, "valid_from": date(2016, 4, 27)}
    at, agreed = instant(date(2017, 11, 6), "09:00"), instant(date(2017, 11, 13), "09:00")
    asked = {**ruling, "reasons": "各县提请，现就办法若干条款的读法作出解释"}
    script.add(Phase.YEAR, at, ASSESSMENT, "propose-interpretation", city, asked, lane="rulings")
    alone = {"ruling": ruling["ruling"]}
    script.add(Phase.YEAR, agreed, ASSESSMENT, "issue-interpretation", city, alone, lane="rulings", refusal=Code.AUTH)
    script.add(Phase.YEAR, agreed, ASSESSMENT, "issue-interpretation", poverty, alone, lane="rulings")


def cases(script: Script, cast: Cast) -> None:
    """A sanction and an investigation come from discipline inspection, a finding from the county office on
    what a township asked for (Art. 15)."""
    for life in cast.lives.values():
        match life.case:
            case Case.SANCTION:
                day = date(2017, 6, 1)
                body = {"case": "JW2017-001", "body": "party", "sanction": "党内警告", "decided_on": day}
                _case(script, cast, life, day, "record-sanction", Role.TOWNSHIP, body, Code.AUTH)
                _case(script, cast, life, day, "record-sanction", Role.DISCIPLINE, body)
            case Case.SEVERE_IMPACT:
                seen, day = date(2017, 9, 5), date(2017, 9, 12)
                asked = {"case": "YX2017-001", "observed_on": seen, "finding": "不服从管理，引发群众集体上访"}
                _case(script, cast, life, seen, "propose-severe-impact", Role.TOWNSHIP, asked)
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

    opened = instant(OPENED, "09:00")
    script.add(Phase.OPENING, opened, ASSESSMENT, "open-year", county, year, lane="county")
    _opinions(script, cast)
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
    by_county(Phase.FINAL, 20, "09:30", "finalise-year", Code.WRONG_STATE)
    seen = Reading(f"assessment/sensitive/{COUNTY}/{YEAR}", ("digest",))
    at = instant(date(2018, 1, 20), "09:40")
    script.add(Phase.FINAL, at, ASSESSMENT, "acknowledge-sensitive", county, year, lane="county", reads=seen)
    by_county(Phase.FINAL, 20, "10:00", "finalise-year")


def _opinions(script: Script, cast: Cast) -> None:
    """Some units say what they think of their people; of the others silence is no objection (Art. 12, A63)."""
    for life in cast.named.values():
        if life.grade is None:
            continue
        unit = cast.member(life.stays[-1]).unit
        body = {"person": life.person, "county": COUNTY, "year": YEAR, "agrees": True, "opinion": "表现属实，无异议"}
        at = instant(date(2018, 1, 3), "10:00")
        lane = unit.organisation
        script.add(Phase.PROPOSALS, at, ASSESSMENT, "give-unit-opinion", unit.officer, body, lane=lane)


def afterwards(script: Script, cast: Cast) -> None:
    """What becomes of the results: lists, feedback, files, praise, and a dispute that changes nothing (Art. 12, 13).

    Units, the circular and the awards do not wait for each other.
    """
    results = _Results(script, cast)
    results.lists()
    best, short = cast.by_name("齐居首"), cast.by_name(REFUSED_COMPETENT)
    units = {cast.member(stay).unit for life in cast.lives.values() if life.grade for stay in life.stays[-1:]}
    for unit in sorted(units, key=lambda one: one.organisation):
        body = {**results.year, "unit": unit.organisation}
        results.give(date(2018, 1, 23), "feed-back", results.county, body, lane=unit.organisation)
    for life in (best, short):
        unit = cast.member(life.stays[-1]).unit
        body = {**results.year, "person": life.person}
        results.give(date(2018, 1, 29), "file-result", unit.officer, body, lane=unit.organisation)
    results.praise(best, short)
    results.dispute(short)


class _Results:
    """The steps after the year is final."""

    def __init__(self, script: Script, cast: Cast) -> None:
        self.script = script
        self.cast = cast
        self.county, self.city = cast.officer(Role.COUNTY_OFFICE), cast.officer(Role.CITY_OFFICE)
        self.year = {"county": COUNTY, "year": YEAR}

    def give(
        self,
        day: date,
        command: str,
        caller: str,
        body: dict[str, object],
        refusal: Code | None = None,
        *,
        lane: str,
        clock: str = "10:00",
        reads: Reading | None = None,
    ) -> None:
        """One step of this phase."""
        at = instant(day, clock)
        self.script.add(Phase.RESULTS, at, ASSESSMENT, command, caller, body, lane=lane, refusal=refusal, reads=reads)

    def lists(self) -> None:
        """Both lists to both recipients."""
        lists = Reading(f"assessment/lists/{COUNTY}/{YEAR}", ("objects_digest", "excellent_digest"))
        for recipient in ("CO", "CZ"):
            body = {**self.year, "recipient": recipient}
            day = date(2018, 1, 22)
            self.give(day, "file-lists", self.county, body, lane="lists", clock="09:00", reads=lists)

    def praise(self, best: Life, short: Life) -> None:
        """Circulars of county and city; the best of the county becomes an advanced worker of the city."""
        for area, caller in ((COUNTY, self.county), (COUNTY[:4], self.city)):
            body: dict[str, object] = {"area": area, "year": YEAR}
            self.give(date(2018, 1, 30), "circulate-excellent", caller, body, lane="circulars")

        def award(command: str, caller: str, body: dict[str, object], refusal: Code | None = None) -> None:
            self.give(date(2018, 1, 31), command, caller, body, refusal, lane="awards")

        award("select-advanced", self.city, {"person": short.person, "year": YEAR}, Code.WRONG_STATE)
        forward = {**self.year, "person": best.person, "reasons": "考核优秀，群众满意度高"}
        award("nominate-advanced", self.county, forward)
        heard = {"person": best.person, "year": YEAR, "agrees": True, "opinion": "同意推荐"}
        for office in (Role.CITY_ORGANISATION, Role.CITY_POVERTY):
            award("give-award-opinion", self.cast.officer(office), heard)
        award("select-advanced", self.city, {"person": best.person, "year": YEAR})
        award("propose-commendation", self.cast.officer(Role.TOWNSHIP, _grading(self.cast, best)), forward)
        award("award-commendation", self.county, {**self.year, "person": best.person})

    def dispute(self, short: Life) -> None:
        """Raised by the person after the unit was told, decided by the county."""
        lane = self.cast.member(short.stays[-1]).unit.organisation
        case: dict[str, object] = {**self.year, "person": short.person, "case": "YY2018-001"}
        claim = {"claim": "年内另有一日在村，未签到", "evidence": [paper("证明", short.person)]}
        self.give(date(2018, 2, 1), "raise-dispute", short.person, {**case, **claim}, lane=lane)
        decided = {**case, "upheld": True, "reasons": "所附材料不能证明当日在岗"}
        self.give(date(2018, 2, 1), "decide-dispute", self.county, decided, lane=lane)


def _tie(cast: Cast) -> int:
    return next(life.score for life in cast.named.values() if life.name == CHOSEN)


def _grading(cast: Cast, life: Life) -> Township:
    """The township of somebody's last team of the year: it proposes the grade."""
    return cast.team(life.stays[-1].team).township


def _proposals(script: Script, cast: Cast) -> None:
    """Each township proposes for all of its people at once; one of them tried a grade that Art. 15 rules out."""
    year = {"county": COUNTY, "year": YEAR}
    reasons = "综合日常考勤、工作实绩，会同派出单位提出"
    lines: dict[Township, list[dict[str, object]]] = {}
    for life in cast.lives.values():
        if life.grade is None:
            continue
        line = {"person": life.person, "grade": life.grade, "score": life.score, "reasons": reasons}
        lines.setdefault(_grading(cast, life), []).append(line)
        if life.name == REFUSED_COMPETENT:
            alone = {**year, **line, "grade": "称职"}
            _propose(script, cast, _grading(cast, life), "09:00", "propose-grade", alone, Code.DISQUALIFIED)
    for township, proposals in lines.items():
        body = {**year, "township": township.code, "proposals": proposals}
        _propose(script, cast, township, "10:00", "propose-grades", body)


def _propose(
    script: Script,
    cast: Cast,
    township: Township,
    clock: str,
    command: str,
    body: dict[str, object],
    refusal: Code | None = None,
) -> None:
    at, caller = instant(date(2018, 1, 10), clock), cast.officer(Role.TOWNSHIP, township)
    script.add(Phase.PROPOSALS, at, ASSESSMENT, command, caller, body, lane=township.code, refusal=refusal)
