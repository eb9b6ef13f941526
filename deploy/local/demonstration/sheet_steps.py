"""The monthly sheets of all teams: who draws up, signs, submits, reviews, files and feeds back when.

Townships review, file and feed back all their teams' sheets of a month at once, as they do on paper. Three go another
way: one is submitted late, one is returned because a proof came in between, one is corrected after it was filed.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from contracts.identifiers import Role
from deploy.local.demonstration.attendance_steps import ATTENDANCE, Uploads
from deploy.local.demonstration.clockwork import YEAR, instant, later
from deploy.local.demonstration.lives import Way
from deploy.local.demonstration.population import TEAMS, Team, Township
from deploy.local.demonstration.steps import Phase, Script

LATE = (17, 4)
"""Team and month whose sheet comes two days late."""


def sheets(uploads: Uploads) -> None:
    """Every team's sheet of every month, and the three that go another way."""
    returned, corrected = _returned(uploads), _corrected(uploads)
    for month in range(1, 13):
        for number in range(1, TEAMS + 1):
            team = uploads.cast.team(number)
            _drawn_up(uploads, team, month, 1, _next(month, 5), late=(number, month) == LATE)
        for township in uploads.cast.population.townships:
            apart = {LATE, *returned}
            numbers = [t.number for t in uploads.cast.population.teams if t.township == township]
            ordinary = [number for number in numbers if (number, month) not in apart]
            _judged(uploads, township, month, ordinary, _next(month, 9))
    _judged(uploads, uploads.cast.team(LATE[0]).township, LATE[1], [LATE[0]], _next(LATE[1], 19))
    for number, month in returned:
        _sent_back(uploads, uploads.cast.team(number), month)
    for number, month in corrected:
        _again(uploads, uploads.cast.team(number), month, date(YEAR + 1, 1, 6))


def _next(month: int, day: int) -> date:
    """That day of the following month."""
    return date(YEAR + month // 12, month % 12 + 1, day)


def _name(month: int) -> str:
    return f"{YEAR}-{month:02d}"


def _returned(uploads: Uploads) -> list[tuple[int, int]]:
    """Team and month in which somebody's proof is accepted after the sheet was submitted."""
    lives = (life for life in uploads.cast.lives.values() if life.proven is not None)
    return [(life.stays[0].team, life.proven[0].month) for life in lives if life.proven is not None]


def _corrected(uploads: Uploads) -> list[tuple[int, int]]:
    """Team and month of a day that is corrected in January, long after the sheet was filed."""
    return [
        (life.stays[0].team, day.month)
        for life in uploads.cast.lives.values()
        for day, way in life.ways.items()
        if way is Way.CORRECTED
    ]


def _add(
    uploads: Uploads, day: date, clock: str, command: str, caller: str, body: dict[str, Any], township: Township
) -> None:
    uploads.script.add(
        Phase.YEAR,
        instant(day, clock),
        ATTENDANCE,
        command,
        caller,
        body,
        lane=township.code,
        after=_told_before(uploads.script, township, day),
    )


def _told_before(script: Script, township: Township, day: date) -> Sequence[str]:
    """What personnel has said in the township by then: postings, trainings, secondments stand on the sheet too."""
    latest = instant(day, "00:00")
    told = script.in_lane(f"personnel/{township.code}")
    return [step.name for step in told if step.phase is Phase.YEAR and step.refusal is None and step.at <= latest]


def _drawn_up(uploads: Uploads, team: Team, month: int, version: int, first: date, *, late: bool = False) -> None:
    """Drawn up and signed on one day, submitted the next. Secretary and director take turns."""
    leader = uploads.cast.leader_of(team.number)
    signer = Role.VILLAGE_SECRETARY if (team.number + month) % 2 else Role.VILLAGE_DIRECTOR
    village = uploads.cast.population.village_officer(team, signer).person
    sheet = {"team": team.team, "month": _name(month)}
    _add(uploads, first, "09:00", "draft-sheet", leader, sheet, team.township)
    _add(uploads, first, "15:00", "sign-sheet", village, {**sheet, "version": version}, team.township)
    submitted = later(first, 12) if late else later(first, 1)
    _add(uploads, submitted, "10:00", "submit-sheet", leader, sheet, team.township)


def _judged(uploads: Uploads, township: Township, month: int, numbers: Sequence[int], day: date) -> None:
    """Reviewed by the leader in charge; the committee files the day after with both departments and tells the units."""
    if not numbers:
        return
    cast = uploads.cast
    body = {"month": _name(month), "teams": [cast.team(number).team for number in numbers]}
    committee = cast.officer(Role.TOWNSHIP, township)
    _add(uploads, day, "10:00", "review-sheets", cast.officer(Role.TOWNSHIP_LEADER, township), body, township)
    _add(uploads, later(day, 1), "10:00", "file-sheets", committee, body, township)
    _add(uploads, later(day, 1), "11:00", "feed-back-sheets", committee, body, township)


def _sent_back(uploads: Uploads, team: Team, month: int) -> None:
    """The proof came on the 20th: the sheet no longer says what the register says, so it goes back (A37)."""
    caller = uploads.cast.officer(Role.TOWNSHIP_LEADER, team.township)
    body = {"team": team.team, "month": _name(month), "reasons": "有三日离岗已认定有正当理由，请重新编制"}
    _add(uploads, _next(month, 21), "09:00", "return-sheet", caller, body, team.township)
    _again(uploads, team, month, _next(month, 21))


def _again(uploads: Uploads, team: Team, month: int, day: date) -> None:
    """The second version takes the same way as the first."""
    _drawn_up(uploads, team, month, 2, later(day, 1))
    _judged(uploads, team.township, month, [team.number], later(day, 3))
