"""Presences that do not come with the usual upload, and what is refused in their stead (A22, A24, A28)."""

from datetime import date

from contracts.identifiers import Role
from contracts.refusals import Code
from deploy.local.demonstration.attendance_steps import ATTENDANCE, Uploads, township_of
from deploy.local.demonstration.clockwork import instant, later
from deploy.local.demonstration.lives import Life, Way
from deploy.local.demonstration.steps import Phase, paper


def unusual(uploads: Uploads) -> None:
    """Presences that come some other way (`Way`), and what is refused in their stead."""
    for life in uploads.cast.lives.values():
        for day, way in life.ways.items():
            match way:
                case Way.LATE_UPLOAD:
                    _late_upload(uploads, life, day)
                case Way.AFTER_MIDNIGHT:
                    _after_midnight(uploads, life, day)
                case Way.BACKFILLED:
                    _backfilled(uploads, life, day)
                case Way.CORRECTED:
                    _corrected(uploads, life, day)
                case Way.TWICE:
                    continue


def _late_upload(uploads: Uploads, life: Life, day: date) -> None:
    """Forty hours after the Beijing day was over, well inside the 72 of the horizon."""
    uploads.batch(township_of(uploads, life, day), later(day, 2), "16:00", [uploads.record(life, day, 30)])


def _after_midnight(uploads: Uploads, life: Life, day: date) -> None:
    """Half past midnight in Beijing is still the day before in UTC. A colleague may not do it for him."""
    record = {**uploads.record(life, day, 0, "gps"), "device_time": None, "overnight": None}
    lane = township_of(uploads, life, day).code
    colleague = uploads.cast.leader_of(life.stays[0].team)
    uploads.script.add(
        Phase.YEAR, instant(day, "00:20"), ATTENDANCE, "check-in", colleague, record, lane=lane, refusal=Code.AUTH
    )
    uploads.script.add(Phase.YEAR, instant(day, "00:30"), ATTENDANCE, "check-in", life.person, record, lane=lane)
    ahead = {**record, "date": later(day, 1).isoformat(), "record": f"K-ahead-{life.person}"}
    uploads.script.add(
        Phase.YEAR,
        instant(day, "00:31"),
        ATTENDANCE,
        "check-in",
        life.person,
        ahead,
        lane=lane,
        refusal=Code.FUTURE_DATE,
    )


def _backfilled(uploads: Uploads, life: Life, day: date) -> None:
    """The kiosk comes too late; the person asks with evidence, leader and township consent (A24)."""
    cast, township = uploads.cast, township_of(uploads, life, day)
    record = uploads.record(life, day, 10)
    uploads.script.add(
        Phase.YEAR,
        instant(later(day, 5), "10:00"),
        ATTENDANCE,
        "check-in-batch",
        cast.officer(Role.KIOSK, township),
        {"records": [record]},
        lane=township.code,
        records={"refused": 1},
    )
    one = {"person": life.person, "record": record["record"]}
    where = {"team": record["team"], "village": record["village"], "date": day}
    asked = {**one, **where, "evidence": [paper("村民证明", life.person, day)]}
    leader, committee = cast.leader_of(life.stays[0].team), cast.officer(Role.TOWNSHIP, township)
    for after, command, caller, body in (
        (6, "request-backfill", life.person, asked),
        (7, "consent-to-backfill", leader, one),
        (8, "backfill-check-in", committee, one),
    ):
        moment = instant(later(day, after), "10:00")
        uploads.script.add(Phase.YEAR, moment, ATTENDANCE, command, caller, body, lane=township.code)


def _corrected(uploads: Uploads, life: Life, day: date) -> None:
    """A day of official travel that nobody had entered."""
    township = township_of(uploads, life, day)
    body = {"person": life.person, "date": day, "status": "TRAVEL", "reason": "当日赴区里参加会议，会议签到表为证"}
    caller = uploads.cast.officer(Role.TOWNSHIP_LEADER, township)
    uploads.script.add(
        Phase.YEAR, instant(date(2018, 1, 5), "10:00"), ATTENDANCE, "correct-day", caller, body, lane=township.code
    )
