"""A year by the clock, in seconds: overdue sheets, unclosed leave, warnings, a lost pace, the closing of the year."""

import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from tests.attendance.conftest import CREW, KEEPER, County
from tests.attendance.office import TEAM, VILLAGE, days

pytestmark = pytest.mark.asyncio(loop_scope="module")

DILIGENT, LEADER, LATE, OVERSTAYING = CREW[0], CREW[1], CREW[2], CREW[3]
KIOSK, TL = "P000030", "P000010"
ROUNDS = [
    *(date(2017, month, day) for month in range(1, 13) for day in (6, 16, 26)),
    *(date(2018, 1, day) for day in (3, 4, 16)),
]


def records(person: str, first: date, last: date) -> list[dict[str, Any]]:
    return [
        {
            "person": person,
            "team": TEAM,
            "village": VILLAGE,
            "date": day.isoformat(),
            "method": "kiosk",
            "record": f"k-{person}-{day}",
        }
        for day in days(first, last)
    ]


async def present(county: County, person: str, first: date, last: date) -> None:
    """Presence on every day, uploaded within the horizon."""
    while first <= last:
        end = min(first + timedelta(days=2), last)
        county.clock = f"{end}T20:00:00+08:00"
        answer = await county.client.post(
            "/attendance/commands/check-in-batch",
            json={"records": records(person, first, end)},
            headers=county.headers(KIOSK),
        )
        assert answer.status_code == 201, answer.text
        first = end + timedelta(days=1)


async def leave(county: County, person: str, first: date, last: date) -> None:
    county.clock = f"{first - timedelta(days=2)}T09:00:00+08:00"
    case = {"person": person, "leave": f"QJ-{person}"}
    interval = {"starts_on": first.isoformat(), "ends_on": last.isoformat()}
    await county.ok(person, "request-leave", **case, **interval, kind="personal", reason="家事", evidence=["a" * 64])
    await county.ok(LEADER, "approve-leave", **case)
    await county.ok(TL, "approve-leave", **case)


async def ask_the_clock(county: County, day: date, clock: str = "00:10") -> dict[str, int]:
    county.clock = f"{day}T{clock}:00+08:00"
    answer = await county.client.post("/attendance/duties/run", headers=county.headers(KEEPER))
    assert answer.status_code == 200, answer.text
    said: dict[str, int] = answer.json()["said"]
    return said


async def events(county: County) -> list[dict[str, Any]]:
    """Everything that the clock said so far."""
    store = county.application.hosted["attendance"].node.store
    streams = [f"attendance/{person}/{year}" for person in CREW for year in (2017, 2018)]
    streams += [f"sheet/{TEAM}/2017-{month:02d}" for month in range(1, 13)]
    found = [json.loads(event.body) for event in await store.read_in_order(dict.fromkeys(streams, 0))]
    return [event for event in found if event["data"]["actor"]["role"] == "CK"]


def named(found: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [event["data"] for event in found if event["type"] == f"zhucun.attendance.{name}.v1"]


async def test_a_year_by_the_clock(county: County) -> None:
    await leave(county, LATE, date(2017, 3, 6), date(2017, 3, 10))
    await leave(county, OVERSTAYING, date(2017, 3, 6), date(2017, 3, 10))
    await present(county, DILIGENT, date(2017, 1, 1), date(2017, 12, 31))
    await present(county, LATE, date(2017, 3, 13), date(2017, 3, 14))
    for day in ROUNDS:
        await ask_the_clock(county, day)
    found = await events(county)
    overdue = named(found, "MonthlySheetOverdue")
    assert [(data["month"], data["due_on"]) for data in overdue] == [
        (f"2017-{month:02d}", f"{2017 + month // 12}-{month % 12 + 1:02d}-15") for month in range(1, 13)
    ]
    assert [(data["person"], data["since"]) for data in named(found, "LeaveOverstayed")] == [
        (OVERSTAYING, "2017-03-13")
    ]
    assert [(data["person"], data["due_on"]) for data in named(found, "LeaveClosingOverdue")] == [
        (LATE, "2017-03-13"),
        (OVERSTAYING, "2017-03-13"),
    ]
    warned = named(found, "AbsenceWarned")
    leaders = [(d["measure"], d["days"], d["reached_on"]) for d in warned if d["person"] == LEADER]
    assert sorted(leaders) == [
        ("run", 10, "2017-01-16"),
        ("run", 15, "2017-01-22"),
        ("year", 20, "2017-02-03"),
        ("year", 30, "2017-02-16"),
    ]
    assert not [data for data in warned if data["person"] == DILIGENT]
    lost = {data["person"]: data for data in named(found, "PaceLost")}
    assert lost.keys() == set(CREW) - {DILIGENT}
    assert (lost[LEADER]["needed"], lost[LEADER]["on_post"]) == (200, 0)
    assert lost[LEADER]["possible"] < 200
    closed = {data["person"]: data["carry_out_run"] for data in named(found, "AttendanceYearClosed")}
    assert closed.keys() == set(CREW)
    assert closed[DILIGENT] == 0
    assert closed[LEADER] == 249, "the duty days of 2017, absent from the first to the last"


async def test_what_was_said_is_not_said_again(county: County) -> None:
    before = await events(county)
    again: Counter[str] = Counter()
    for day in ROUNDS:
        again.update(await ask_the_clock(county, day, "05:00"))
    assert set(again.values()) <= {0}
    assert len(await events(county)) == len(before)


async def test_the_year_is_closed_once_its_last_day_can_no_longer_change(county: County) -> None:
    found = await events(county)
    (closing,) = {event["recordedtime"] for event in found if event["type"].endswith("AttendanceYearClosed.v1")}
    assert closing == "2018-01-03T16:10:00.000000Z", "72 hours after the Beijing day, not at the round before"


async def test_those_concerned_are_told(county: County) -> None:
    await ask_the_clock(county, date(2017, 2, 20))
    for person in (LEADER, TL, "P000020", "P000060"):
        titles = [item["title"] for item in (await county.ask(person, "work")).json() if item["kind"] == "notice"]
        assert f"{LEADER} 连续离岗已15天" in titles, person
    village = [item["title"] for item in (await county.ask("P000040", "work")).json()]
    assert f"{LEADER} 连续离岗已15天" not in village
