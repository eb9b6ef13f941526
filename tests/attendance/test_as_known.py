"""Asked later what was known at an instant, the service gives the very answers that it gave then (Art. 9)."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from tests.attendance.conftest import CREW, KEEPER, County
from tests.attendance.office import TEAM, TOWNSHIP, VILLAGE, days

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEMBER, LEADER, DEPUTY, LEAVING = CREW[0], CREW[1], CREW[2], CREW[3]
KIOSK, TL, TP, XO, VS, CITY = "P000030", "P000010", "P000011", "P000020", "P000040", "P000070"
FEBRUARY = {"team": TEAM, "month": "2017-02"}
PAPERS = ["a" * 64]
QUESTIONS: dict[str, dict[str, Any]] = {
    "summary": {"place": TOWNSHIP, "year": 2017},
    "on-post": {"place": TOWNSHIP[:6]},
    "overdue": {"place": TOWNSHIP[:6]},
    f"team-month/{TEAM}/2017-02": {},
    f"calendar/{MEMBER}": {"year": 2017},
    f"calendar/{LEADER}": {"year": 2017},
    f"calendar/{DEPUTY}": {"year": 2017},
}


@dataclass
class Story:
    """A county that is asked everything at every turn, and what it answered."""

    county: County
    told: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def at(self, moment: str) -> None:
        """The clock moves on; what is known until then is asked for."""
        self.county.clock = moment
        self.told[moment] = {path: await self._answer(path) for path in QUESTIONS}
        self.county.clock = moment.replace(":00+08:00", ":01+08:00")

    async def again(self, moment: str) -> dict[str, Any]:
        return {path: await self._answer(path, as_of=moment) for path in QUESTIONS}

    async def _answer(self, path: str, **as_of: str) -> dict[str, Any]:
        shown = await self.county.shown(XO, path, **QUESTIONS[path], **as_of)
        return {name: value for name, value in shown.items() if name != "as_of"}


async def present(county: County, first: date, last: date, *but: tuple[str, int]) -> None:
    for start in range(0, (last - first).days + 1, 3):
        span = days(first + timedelta(days=start), min(first + timedelta(days=start + 2), last))
        county.clock = f"{span[-1]}T20:00:00+08:00"
        records = [
            {"person": person, "team": TEAM, "village": VILLAGE, "date": day.isoformat(), "method": "kiosk"}
            | {"record": f"k-{person}-{day}", "overnight": day.day % 2 == 0}
            for person in CREW
            for day in span
            if (person, day.day) not in but
        ]
        await county.ok(KIOSK, "check-in-batch", records=records)


async def test_what_was_told_then_is_told_again(county: County) -> None:
    story = Story(county)
    grant = {"grant": "G-CO", "person": CITY, "role": "CO", "area": "5301", "starts_on": "2016-05-01"}
    assert (await county.give(KEEPER, "grant-role", to="personnel", **grant)).is_success
    await present(county, date(2017, 2, 1), date(2017, 2, 21), (MEMBER, 14), (MEMBER, 15), (DEPUTY, 20), (DEPUTY, 21))
    leave = {"person": DEPUTY, "leave": "L1"}
    county.clock = "2017-02-17T09:00:00+08:00"
    trip = {"person": DEPUTY, "travel": "X1", "starts_on": "2017-02-20", "ends_on": "2017-02-21"}
    await county.ok(DEPUTY, "request-travel", **trip, purpose="开会", evidence=PAPERS)
    await story.at("2017-02-22T09:00:00+08:00")
    await county.ok(LEADER, "approve-travel", person=DEPUTY, travel="X1")
    asked = {"kind": "family", "starts_on": "2017-02-22", "ends_on": "2017-02-23", "reason": "家事"}
    await county.ok(DEPUTY, "request-leave", **leave, **asked, evidence=PAPERS)
    await county.ok(LEADER, "approve-leave", **leave)
    acting = {"team": TEAM, "person": DEPUTY, "starts_on": "2017-02-22", "ends_on": "2017-02-28"}
    assert (await county.give(TP, "designate-acting-leader", to="personnel", **acting)).status_code == 201
    await story.at("2017-02-22T12:00:00+08:00")
    await county.ok(TL, "approve-leave", **leave)
    await present(county, date(2017, 2, 22), date(2017, 2, 28), (DEPUTY, 22), (DEPUTY, 23), (MEMBER, 24))
    await story.at("2017-03-01T09:00:00+08:00")
    visit = {"check": "C1", "team": TEAM, "date": "2017-02-28"}
    await county.ok(CITY, "record-spot-check", **visit, findings=[{"person": MEMBER, "finding": "absent"}])
    gone: dict[str, Any] = {"person": LEAVING, "team": TEAM, "cause": "illness", "last_day": "2017-02-27"}
    gone |= {"because": {"reason": "住院", "evidence": PAPERS}}
    left = await county.give(TP, "end-posting", to="personnel", **gone)
    assert left.status_code == 201, left.text
    await story.at("2017-03-06T09:00:00+08:00")
    await county.ok(LEADER, "draft-sheet", **FEBRUARY)
    await county.ok(VS, "sign-sheet", **FEBRUARY, version=1)
    await story.at("2017-03-14T09:00:00+08:00")
    await county.ok(LEADER, "submit-sheet", **FEBRUARY)
    await county.ok(TL, "review-sheets", month="2017-02", teams=[TEAM])
    await county.ok(TP, "file-sheets", month="2017-02", teams=[TEAM], recipients=["XZ"])
    await story.at("2017-04-18T09:00:00+08:00")
    await county.ok(TP, "file-sheets", month="2017-02", teams=[TEAM])
    await county.ok(TP, "feed-back-sheets", month="2017-02", teams=[TEAM])
    correction = {"person": MEMBER, "date": "2017-02-14", "status": "TRAVEL", "reason": "会议签到表为证"}
    await county.ok(TL, "correct-day", **correction)
    await county.ok(DEPUTY, "close-leave", **leave, returned_on="2017-02-24")
    await story.at("2017-11-01T09:00:00+08:00")
    for moment, told in story.told.items():
        again = await story.again(moment)
        for path in QUESTIONS:
            assert again[path] == told[path], (moment, path)
    _is_a_story(list(story.told.values()))


async def test_what_personnel_tells_later_shows_on_the_signed_sheet(county: County) -> None:
    """A training of February that is entered in November: nobody's correction, and still seen by whoever reads."""
    path = f"sheets/{TEAM}/2017-02"
    county.clock = "2017-11-02T09:00:00+08:00"
    assert (await county.shown(XO, path))["register_changed"] is True, "14 February was corrected after the signature"
    await county.ok(LEADER, "draft-sheet", **FEBRUARY)
    await county.ok(VS, "sign-sheet", **FEBRUARY, version=2)
    await county.ok(LEADER, "submit-sheet", **FEBRUARY)
    await county.ok(TL, "review-sheets", month="2017-02", teams=[TEAM])
    assert (await county.shown(XO, path))["register_changed"] is False
    training = {"training": "K1", "organiser": "township", "area": TOWNSHIP, "starts_on": "2017-02-15"}
    taught = {"ends_on": "2017-02-15", "persons": [MEMBER], "topic": "建档立卡"}
    told = await county.give(TP, "record-training", to="personnel", **training, **taught)
    assert told.status_code == 201, told.text
    assert (await county.shown(XO, path))["register_changed"] is True
    assert (await county.shown(XO, path, version=1))["register_changed"] is None


def _is_a_story(told: list[dict[str, Any]]) -> None:
    """The answers did change from turn to turn, so that the comparison says something."""
    deputy = [next(row for row in one["summary"]["persons"] if row["person"] == DEPUTY) for one in told]
    assert [row["travel_days"] for row in deputy[:2]] == [0, 2], "asked for, then approved"
    assert (deputy[2]["travel_days"], deputy[2]["leave_days"]) == (2, 2)
    assert [one["on-post"]["posted"] for one in told] == [6, 6, 6, 5, 5, 5, 5]
    heads = [[row["acting"] for row in one[f"calendar/{DEPUTY}"]["led"]] for one in told]
    assert heads[:2] == [[], [True]]
    assert [row["head"] for row in told[1][f"team-month/{TEAM}/2017-02"]["persons"]][1:3] == ["leader", "acting"]
    assert [len(one["overdue"]["leaves"]) for one in told] == [0, 0, 1, 1, 1, 1, 0]
    assert [[row["month"] for row in one["overdue"]["sheets"]] for one in told[-2:]] == [
        ["2017-01", "2017-03"],
        ["2017-01", *(f"2017-{month:02d}" for month in range(3, 10))],
    ]
    assert [bool(one["overdue"]["unfiled"]) for one in told] == [False] * 5 + [True, False]
    checked = [[row["county"] for row in one["overdue"]["unchecked_by_city"]] for one in told]
    assert checked == [[], [], [], [], [], [], [TOWNSHIP[:6]]], "half a year after the city's visit"


async def test_a_look_back_at_a_whole_city_is_refused_with_a_way_out(
    county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.attendance.register.then.PERSONS", 5)
    answer = await county.ask(XO, "summary", place=TOWNSHIP, year=2017, as_of="2017-03-01")
    assert (answer.status_code, answer.json()["code"]) == (413, "TOO_LARGE")
    assert (await county.ask(XO, "summary", place=TOWNSHIP, year=2017)).status_code == 200
