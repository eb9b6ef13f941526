"""The commands of attendance: kiosk uploads every fourth day, and official travel."""

from collections.abc import Mapping
from datetime import date

from contracts.identifiers import Role
from contracts.refusals import Code
from deploy.local.demonstration.cast import Cast
from deploy.local.demonstration.clockwork import LAST_DAY, days, instant, later
from deploy.local.demonstration.lives import Life, Way
from deploy.local.demonstration.population import Township
from deploy.local.demonstration.steps import Phase, Script, paper

ATTENDANCE = "attendance"
SIX_IN_THE_EVENING_UTC = 10
"""The hour in UTC at which it is 18:00 in Beijing, the same day."""
UPLOAD_EVERY = 4
"""Days between two uploads of a kiosk: the oldest record's day was over not quite three days before."""
APART = frozenset({Way.LATE_UPLOAD, Way.AFTER_MIDNIGHT, Way.BACKFILLED})
"""Presences that do not come with the usual upload."""


class Uploads:
    """The uploads of the kiosks, and what facts about a posting that begins in the year have to wait for."""

    def __init__(self, script: Script, cast: Cast, settled: Mapping[str, str]) -> None:
        self.script = script
        self.cast = cast
        self._settled = dict(settled)

    def wait_for(self, person: str, day: date) -> str | None:
        """The step of personnel that a fact about a posting of this year has to wait for; None for the others."""
        begun = day >= self.cast.lives[person].stays[-1].first
        return self._settled.get(person) if begun else None

    def record(self, life: Life, day: date, clock_minute: int, method: str = "kiosk") -> dict[str, object]:
        """One check-in as the device writes it."""
        stay = life.stay_on(day)
        if stay is None:
            raise ValueError(f"{life.person} is not posted on {day}")
        team = self.cast.team(stay.team)
        hour, minute = divmod(clock_minute, 60)
        return {
            "person": life.person,
            "team": team.team,
            "village": team.village,
            "date": day.isoformat(),
            "method": method,
            "record": f"K{day:%Y%m%d}-{life.person}",
            "device_time": f"{day}T{SIX_IN_THE_EVENING_UTC + hour}:{minute:02d}:00.000000Z",
            "overnight": True,
        }

    def batch(self, township: Township, day: date, clock: str, records: list[dict[str, object]]) -> str:
        """One upload of a township's kiosk; every record must be taken."""
        waits = {self.wait_for(str(record["person"]), date.fromisoformat(str(record["date"]))) for record in records}
        return self.script.add(
            Phase.YEAR,
            instant(day, clock),
            ATTENDANCE,
            "check-in-batch",
            self.cast.officer(Role.KIOSK, township),
            {"records": records},
            lane=township.code,
            after=sorted(step for step in waits if step),
            records={"recorded": len(records)},
        )


def check_ins(script: Script, cast: Cast, settled: Mapping[str, str]) -> Uploads:
    """All presences, carried by the kiosks. On a day on which somebody leaves the kiosk uploads as well."""
    uploads, present_by_day = Uploads(script, cast, settled), _by_township(cast)
    for township in cast.population.townships:
        waiting: list[dict[str, object]] = []
        by_day = present_by_day[township.code]
        leaving = {
            stay.last
            for life in cast.lives.values()
            for stay in life.stays
            if stay.last is not None and cast.team(stay.team).township == township
        }
        for day in days(min(by_day), later(LAST_DAY, UPLOAD_EVERY)):
            present = by_day.get(day, [])
            waiting += [uploads.record(life, day, _minute(life, day)) for life in present]
            due = (day.toordinal() + township.number) % UPLOAD_EVERY == 0 or day in leaving
            if due and waiting:
                name = uploads.batch(township, day, "20:30", waiting)
                _send_twice(uploads, township, day, name, waiting, present)
                waiting = []
    return uploads


def _by_township(cast: Cast) -> dict[str, dict[date, list[Life]]]:
    """Township code -> day -> who is there and comes with the usual upload."""
    found: dict[str, dict[date, list[Life]]] = {township.code: {} for township in cast.population.townships}
    for person, presences in cast.presences.items():
        life = cast.lives[person]
        for day in presences:
            stay = life.stay_on(day)
            if stay is not None and life.ways.get(day) not in APART:
                found[cast.team(stay.team).township.code].setdefault(day, []).append(life)
    return found


def _minute(life: Life, day: date) -> int:
    """Minutes after six in the evening at which somebody comes to the kiosk: anything before the upload."""
    return (day.toordinal() * 7 + int(life.person[1:]) * 13) % 140


def _send_twice(
    uploads: Uploads, township: Township, day: date, name: str, records: list[dict[str, object]], present: list[Life]
) -> None:
    """The kiosk lost the answer: it sends the same again, and next time one record under another key."""
    days_sent = {date.fromisoformat(str(record["date"])) for record in records}
    for life in present:
        if not any(life.ways.get(sent) is Way.TWICE for sent in days_sent):
            continue
        kiosk = uploads.cast.officer(Role.KIOSK, township)
        again = {"recorded": len(records)}
        uploads.script.add(
            Phase.YEAR,
            instant(day, "20:40"),
            ATTENDANCE,
            "check-in-batch",
            kiosk,
            {"records": records},
            lane=township.code,
            repeats=name,
            records=again,
        )
        own = [record for record in records if record["person"] == life.person]
        uploads.script.add(
            Phase.YEAR,
            instant(day, "20:50"),
            ATTENDANCE,
            "check-in-batch",
            kiosk,
            {"records": own},
            lane=township.code,
            records={"repeated": len(own)},
        )
        uploads.script.add(
            Phase.YEAR,
            instant(day, "20:55"),
            ATTENDANCE,
            "check-in-batch",
            kiosk,
            {"records": own},
            lane=township.code,
            repeats=name,
            refusal=Code.IDEMPOTENCY_KEY_REUSED,
        )


def township_of(uploads: Uploads, life: Life, day: date) -> Township:
    """The township in which somebody is posted on a day."""
    stay = life.stay_on(day)
    if stay is None:
        raise ValueError(f"{life.person} is not posted on {day}")
    return uploads.cast.team(stay.team).township


def travel(uploads: Uploads) -> None:
    """Official travel: asked two days before with its notice, approved by the leader, a leader's by the township."""
    cast = uploads.cast
    for life in cast.lives.values():
        for number, (first, last) in enumerate(life.trips, start=1):
            township = township_of(uploads, life, first)
            body = {
                "person": life.person,
                "travel": f"CX{number}-{first:%Y%m%d}",
                "starts_on": first,
                "ends_on": last,
                "purpose": "参加扶贫工作会议",
                "evidence": [paper("会议通知", life.person, first)],
            }
            asked = later(first, -2)
            uploads.script.add(
                Phase.YEAR,
                instant(asked, "10:00"),
                ATTENDANCE,
                "request-travel",
                life.person,
                body,
                lane=township.code,
                after=[uploads.wait_for(life.person, first)],
            )
            leader = cast.officer(Role.TOWNSHIP, township) if life.leader else cast.leader_of(life.stays[0].team)
            approved = {"person": life.person, "travel": body["travel"]}
            uploads.script.add(
                Phase.YEAR, instant(asked, "16:00"), ATTENDANCE, "approve-travel", leader, approved, lane=township.code
            )
