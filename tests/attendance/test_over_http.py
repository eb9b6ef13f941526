"""The service as people meet it: hosted, on real servers, behind its routes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.attendance.gathering import personnel, presence
from services.runtime.commands import Request
from services.runtime.context import Context, HostedService
from tests.attendance.conftest import CREW, County
from tests.attendance.office import TEAM, TOWNSHIP, VILLAGE

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEMBER, LEADER, COLLEAGUE = CREW[:3]
MONDAY = date(2017, 2, 20)
KIOSK = "P000030"


def record(day: date, person: str = MEMBER) -> dict[str, Any]:
    return {
        "person": person,
        "team": TEAM,
        "village": VILLAGE,
        "date": day.isoformat(),
        "method": "kiosk",
        "record": f"k-{person}-{day.isoformat()}",
        "overnight": True,
    }


async def test_a_kiosk_uploads_a_batch_and_the_summary_counts_the_days(county: County) -> None:
    records = [record(MONDAY - timedelta(days=back), person) for back in (2, 1, 0) for person in (MEMBER, LEADER)]
    answer = await county.give(KIOSK, "check-in-batch", records=records)
    assert answer.status_code == 201, answer.text
    assert [one["status"] for one in answer.json()["detail"]["records"]] == ["recorded"] * 6
    again = await county.give(KIOSK, "check-in-batch", records=records[:1])
    assert (again.status_code, again.json()["detail"]["records"][0]["status"]) == (200, "repeated")
    shown = await county.ask("P000020", "summary", place=TOWNSHIP, year=2017)
    assert shown.status_code == 200, shown.text
    sums = {row["person"]: row for row in shown.json()["persons"]}
    assert len(sums) == len(CREW)
    assert (sums[MEMBER]["on_post_days"], sums[MEMBER]["nights"], sums[MEMBER]["team"]) == (3, 3, TEAM)
    assert sums[COLLEAGUE]["on_post_days"] == 0
    assert sums[COLLEAGUE]["absences"] > 0


async def test_a_person_checks_in_for_himself_and_for_nobody_else(county: County) -> None:
    own = await county.give(COLLEAGUE, "check-in", **record(MONDAY, COLLEAGUE))
    assert own.status_code == 201, own.text
    other = await county.give(LEADER, "check-in", **record(MONDAY, "P000004"))
    assert (other.status_code, other.json()["code"], other.json()["article"]) == (403, "AUTH", "9.3")
    unknown = await county.give(KIOSK, "check-in", **record(MONDAY, "P999999"))
    assert (unknown.status_code, unknown.json()["code"]) == (404, "UNKNOWN_PERSON")


async def test_leave_takes_both_levels_and_stands_in_everybodys_open_work(county: County) -> None:
    asked = await county.give(
        MEMBER,
        "request-leave",
        person=MEMBER,
        leave="QJ1",
        kind="sick",
        starts_on="2017-02-22",
        ends_on="2017-02-24",
        reason="住院治疗",
        evidence=["a" * 64],
    )
    assert asked.status_code == 201, asked.text
    assert await _waiting(county, LEADER) == ["approve-leave"]
    assert await _waiting(county, "P000010") == []
    approve = {"person": MEMBER, "leave": "QJ1"}
    early = await county.give("P000010", "approve-leave", **approve)
    assert (early.status_code, early.json()["code"]) == (409, "WRONG_STATE")
    own = await county.give(MEMBER, "approve-leave", **approve)
    assert (own.status_code, own.json()["code"]) == (403, "AUTH")
    assert (await county.give(LEADER, "approve-leave", **approve)).status_code == 201
    assert await _waiting(county, LEADER) == []
    assert await _waiting(county, "P000010") == ["approve-leave"]
    granted = await county.give("P000010", "approve-leave", **approve)
    assert granted.status_code == 201, granted.text
    notices = (await county.ask("P000040", "work")).json()
    assert [(item["kind"], item["place"]) for item in notices] == [("notice", VILLAGE)]
    county.clock = "2017-02-27T09:00:00+08:00"
    shown = (await county.ask(MEMBER, f"register/{MEMBER}", year=2017)).json()
    days = {row["date"]: row["status"] for row in shown["days"]}
    assert [days[f"2017-02-{day}"] for day in (20, 22, 24, 25, 27)] == ["ONPOST", "LEAVE", "LEAVE", "REST", "PENDING"]
    assert [leave["step"] for leave in shown["leaves"]] == ["granted"]


async def test_strangers_read_no_register(county: County) -> None:
    assert (await county.ask(COLLEAGUE, f"register/{MEMBER}", year=2017)).status_code == 403
    assert (await county.ask(LEADER, f"register/{MEMBER}", year=2017)).status_code == 200
    assert (await county.ask(MEMBER, "summary", place=TOWNSHIP, year=2017)).status_code == 403
    missing = await county.ask("P000020", "summary", place=TOWNSHIP, year=2099)
    assert (missing.status_code, missing.json()["code"]) == (422, "NO_CALENDAR")


async def _waiting(county: County, person: str) -> list[str]:
    answer = await county.ask(person, "work")
    assert answer.status_code == 200, answer.text
    return [item["command"] for item in answer.json() if item["kind"] == "approval"]


async def test_the_two_ways_of_looking_up_who_is_posted_where_agree(county: County) -> None:
    service: HostedService = county.application._pages["attendance"].state.service
    request = Request("P000020", datetime(2017, 2, 20, tzinfo=UTC), MONDAY, "c", None, b"")
    context = Context(service, request)
    in_one, in_two = await presence(context, [*CREW, "P999999"], [TEAM]), await personnel(context, [*CREW, "P999999"])
    assert (in_one.posts, in_one.leaders) == (in_two.posts, in_two.leaders)
    assert set(in_one.posts) == set(CREW) and in_one.leads(LEADER, TEAM, MONDAY)
