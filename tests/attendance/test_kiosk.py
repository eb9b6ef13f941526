"""A kiosk that was offline for two days uploads sixty records of ten people on a bad line, and repeats it (Art. 9)."""

import asyncio
import json
from collections import Counter
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from tests.attendance.conftest import CREW, KEEPER, County
from tests.attendance.office import TEAM, UNIT, VILLAGE

pytestmark = pytest.mark.asyncio(loop_scope="module")

KIOSK, TP = "P000030", "P000011"
TEN = (*CREW, "P000007", "P000008", "P000009", "P000019")
MONDAY = date(2017, 2, 20)
ROUNDS = ("07:50", "12:20", "19:40")
"""Three records a day of each person: at breakfast, at noon, in the evening (the night spent in the village)."""


def sixty() -> list[dict[str, Any]]:
    return [
        {
            "person": person,
            "team": TEAM,
            "village": VILLAGE,
            "date": day.isoformat(),
            "method": "kiosk",
            "record": f"kiosk7-{day:%m%d}-{number}-{person}",
            "device_time": f"{day}T0{number}:30:00.000000Z",
            "overnight": number == len(ROUNDS) - 1,
        }
        for day in (MONDAY, MONDAY + timedelta(days=1))
        for number in range(len(ROUNDS))
        for person in TEN
    ]


async def upload(county: County, records: list[dict[str, Any]], key: str, timeout: float = 60) -> httpx.Response:
    return await county.client.post(
        "/attendance/commands/check-in-batch",
        content=json.dumps({"records": records}),
        headers={**county.headers(KIOSK), "Content-Type": "application/json", "Idempotency-Key": key},
        timeout=timeout,
    )


async def stored(county: County) -> Counter[tuple[str, str]]:
    """How many check-ins of each person and day stand in the log."""
    store = county.application.hosted["attendance"].node.store
    events = await store.read_in_order({f"attendance/{person}/2017": 0 for person in TEN})
    found = [json.loads(event.body)["data"] for event in events]
    assert all(data["actor"]["person"] == data["person"] and data["actor"]["via"] == KIOSK for data in found)
    return Counter((data["person"], data["date"]) for data in found)


async def ten_people(county: County) -> None:
    county.clock = "2017-02-19T09:00:00+08:00"
    for person in TEN[len(CREW) :]:
        member = {"person": person, "unit": UNIT, "unit_level": "county", "source": "other"}
        answer = await county.give(
            TP, "assign-member", to="personnel", team=TEAM, member=member, starts_on="2017-02-19"
        )
        assert answer.status_code == 201, answer.text


async def test_sixty_records_of_ten_people_and_again_after_a_timeout(county: County) -> None:
    await ten_people(county)
    county.clock = "2017-02-22T08:00:00+08:00"
    records = sixty()
    assert len(records) == 60
    with pytest.raises(httpx.TimeoutException):
        await upload(county, records, "upload-1", timeout=0.004)
    answers = [await upload(county, records, "upload-1") for _ in range(2)]
    assert [answer.status_code for answer in answers] in ([201, 200], [200, 200])
    assert answers[0].json() == answers[1].json()
    told = answers[0].json()["detail"]["records"]
    assert [(one["record"], one["person"]) for one in told] == [(one["record"], one["person"]) for one in records]
    # The first record makes the day, the last one says that the night was spent there; the one between says nothing.
    assert Counter(one["status"] for one in told) == {"recorded": 40, "repeated": 20}
    found = await stored(county)
    assert found == {(person, day.isoformat()): 2 for person in TEN for day in (MONDAY, MONDAY + timedelta(days=1))}


async def test_the_same_records_under_another_key_are_all_repeated(county: County) -> None:
    before = await stored(county)
    answer = await upload(county, sixty(), "upload-2")
    assert answer.status_code == 200, answer.text
    assert {one["status"] for one in answer.json()["detail"]["records"]} == {"repeated"}
    assert await stored(county) == before


async def test_a_few_kiosks_that_send_the_same_at_once_record_it_once(county: County) -> None:
    county.clock = "2017-02-23T21:00:00+08:00"
    day = MONDAY + timedelta(days=3)
    records = [{**one, "date": day.isoformat(), "record": f"k-{one['person']}"} for one in sixty()[:10]]
    answers = await asyncio.gather(*(upload(county, records, f"at-once-{number}") for number in range(5)))
    statuses = Counter(one["status"] for answer in answers for one in answer.json()["detail"]["records"])
    assert statuses == {"recorded": 10, "repeated": 40}
    assert {count for (_, on), count in (await stored(county)).items() if on == day.isoformat()} == {1}


async def test_a_bad_record_is_answered_by_itself_a_foreign_one_refuses_all(county: County) -> None:
    day = MONDAY + timedelta(days=3)
    good = {**sixty()[0], "date": day.isoformat(), "record": "good", "overnight": True}
    future = {**good, "date": "2017-03-01", "record": "future"}
    old = {**good, "date": "2017-02-19", "record": "old"}
    answer = await upload(county, [future, good, old], "mixed")
    told = [(one["status"], one.get("problem", {}).get("code")) for one in answer.json()["detail"]["records"]]
    assert told == [("refused", "FUTURE_DATE"), ("recorded", None), ("refused", "HORIZON_PASSED")]
    before = await stored(county)
    elsewhere = {**good, "village": "530114100201", "record": "elsewhere"}
    answer = await upload(county, [{**good, "record": "good-2"}, elsewhere], "foreign")
    assert (answer.status_code, answer.json()["code"]) == (403, "AUTH")
    assert await stored(county) == before
    malformed = await upload(county, [{**good, "date": "2017-02-30"}], "malformed")
    assert malformed.status_code == 422
    assert KEEPER not in {person for person, _ in before}
