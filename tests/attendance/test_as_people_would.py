"""What arrives from a village on a bad line and from offices in a hurry: a clear refusal for each, never a failure."""

import json
from typing import Any

import pytest

from tests.attendance.conftest import CREW, County
from tests.attendance.office import TEAM, TOWNSHIP, VILLAGE

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEMBER, LEADER, COLLEAGUE = CREW[:3]
KIOSK, TL, TP, XO, VS, DU, OTHER_DU = "P000030", "P000010", "P000011", "P000020", "P000040", "P000060", "P000061"
PAPERS = ["a" * 64]
CHECK_IN: dict[str, Any] = {
    "person": MEMBER,
    "team": TEAM,
    "village": VILLAGE,
    "date": "2017-02-20",
    "method": "gps",
    "record": "r1",
}
WHOLE = json.dumps(CHECK_IN).encode()
LEAVE = json.dumps(
    {"person": MEMBER, "leave": "A", "kind": "sick", "starts_on": "2017-02-21", "ends_on": "2017-02-21", "reason": "病"}
    | {"evidence": PAPERS},
    ensure_ascii=False,
)


@pytest.mark.parametrize(
    ("command", "content", "status"),
    [
        ("check-in", WHOLE[:-5], 400),
        ("check-in", b"", 422),
        ("check-in", b"[]", 422),
        ("check-in", b"null", 422),
        ("check-in", b"[" * 100_000, 400),
        ("check-in-batch", b'{"records":["' + b"x" * 3_000_000 + b'"]}', 413),
        ("check-in-batch", b'{"records":[]}', 422),
        ("check-in-batch", json.dumps({"records": [CHECK_IN] * 1001}).encode(), 422),
        ("request-leave", LEAVE.encode("gbk"), 400),
        ("request-leave", LEAVE.replace("病", "\\ud800").encode(), 422),
    ],
)
async def test_what_a_bad_line_makes_of_a_request(county: County, command: str, content: bytes, status: int) -> None:
    headers = {**county.headers(MEMBER), "Content-Type": "application/json"}
    answer = await county.client.post(f"/attendance/commands/{command}", content=content, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.json()["remedy"] and answer.headers["content-type"].startswith("application/problem+json")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2016-12-31", "2018-01-01"])
async def test_days_of_other_ages_are_refused_by_every_command(county: County, day: str) -> None:
    papers = {"reason": "事由", "evidence": PAPERS}
    span = {"person": COLLEAGUE, "starts_on": day, "ends_on": day}
    one = {"person": COLLEAGUE, "date": day}
    place = {"team": TEAM, "village": VILLAGE}
    asked: list[tuple[str, str, dict[str, Any]]] = [
        (COLLEAGUE, "check-in", {**one, **place, "method": "gps", "record": "r2"}),
        (COLLEAGUE, "request-backfill", {**one, **place, "record": "r3", "evidence": PAPERS}),
        (COLLEAGUE, "record-lodging", {**span, "village": VILLAGE}),
        (COLLEAGUE, "record-rest-day", one),
        (LEADER, "record-absence", one),
        (TP, "justify-absence", {**span, **papers}),
        (TL, "correct-day", {**one, "status": "REST", "reason": "更正"}),
        (TP, "request-correction", {**one, "status": "REST", "reason": "更正"}),
        (XO, "record-spot-check", {"check": "C9", "team": TEAM, "date": day, "findings": [_absent(COLLEAGUE)]}),
    ]
    if day != "2018-01-01":  # leave and trips may lie in the next year
        asked.append((COLLEAGUE, "request-leave", {**span, **papers, "leave": "A9", "kind": "sick"}))
        asked.append((COLLEAGUE, "request-travel", {**span, "travel": "A9", "purpose": "开会", "evidence": PAPERS}))
    for caller, command, body in asked:
        answer = await county.give(caller, command, **body)
        assert answer.status_code in (404, 409, 422), (command, answer.text)
        assert answer.json()["code"] in ("NOT_POSTED", "FUTURE_DATE", "WRONG_INTERVAL", "WRONG_STATE"), answer.text


@pytest.mark.parametrize(
    ("as_of", "code"),
    [
        ("gestern", "MALFORMED"),
        ("", "MALFORMED"),
        ("2017-02-30", "MALFORMED"),
        ("2017-02-20T10:00:00", "MALFORMED"),
        ("0001-01-01", "MALFORMED"),
        ("9999-12-31", "MALFORMED"),
        ("2017-02-21", "FUTURE_DATE"),
        ("2017-02-20T23:59:59+08:00", None),
        ("2017-02-20", None),
    ],
)
async def test_an_instant_is_one_that_has_been(county: County, as_of: str, code: str | None) -> None:
    for path, query in (
        ("summary", {"place": TOWNSHIP, "year": 2017}),
        ("on-post", {"place": TOWNSHIP}),
        ("overdue", {"place": TOWNSHIP}),
        (f"team-month/{TEAM}/2017-02", {}),
        (f"calendar/{MEMBER}", {"year": 2017}),
    ):
        answer = await county.ask(XO, path, **query, as_of=as_of)
        assert answer.json().get("code") == code, (path, answer.text)


@pytest.mark.parametrize(
    "path",
    [
        "register/%00?year=2017",
        "calendar/x?year=2017",
        "spot-checks/a%00b",
        "sheets/T%00/2017-01",
        "team-month/x/2017-01",
    ],
)
async def test_names_that_cannot_be_are_refused_before_anything_is_looked_up(county: County, path: str) -> None:
    answer = await county.client.get(f"/attendance/{path}", headers=county.headers(XO))
    assert (answer.status_code, answer.json()["code"]) == (422, "MALFORMED")


async def test_who_is_told_what_about_one_person(county: County) -> None:
    """A spot check's absence, a ruling and a correction reach the person, his unit and whom the matrix names (3.1)."""
    county.clock = "2017-02-20T15:00:00+08:00"
    visit = {"check": "C1", "team": TEAM, "date": "2017-02-20"}
    await county.ok(XO, "record-spot-check", **visit, findings=[_absent(COLLEAGUE)])
    ruling = {"person": COLLEAGUE, "starts_on": "2017-02-13", "ends_on": "2017-02-14"}
    await county.ok(TP, "justify-absence", **ruling, reason="住院", evidence=PAPERS)
    correction = {"person": COLLEAGUE, "date": "2017-02-15", "status": "TRAVEL", "reason": "会议签到表为证"}
    await county.ok(TL, "correct-day", **correction)
    told = {
        caller: [item["title"].removeprefix(f"{COLLEAGUE} ") for item in (await county.ask(caller, "work")).json()]
        for caller in (COLLEAGUE, DU, OTHER_DU, LEADER, VS, XO, TL, MEMBER)
    }
    checked, ruled, corrected = "抽查不在岗", "离岗2天认定有正当理由", "2017-02-15 考勤已更正"
    assert {who: set(titles) & {checked, ruled, corrected} for who, titles in told.items()} == {
        COLLEAGUE: {checked, ruled, corrected},
        DU: {checked, ruled, corrected},
        OTHER_DU: set(),
        LEADER: {checked, corrected},
        VS: {checked},
        XO: {checked, corrected},
        TL: {checked},
        MEMBER: set(),
    }


def _absent(person: str) -> dict[str, str]:
    return {"person": person, "finding": "absent"}
