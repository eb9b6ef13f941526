"""A team's month as people live it: drafted, signed, submitted, reviewed, filed, fed back, corrected, printed."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.attendance.conftest import CREW, County
from tests.attendance.office import OTHER_UNIT, TEAM, TOWNSHIP, UNIT, VILLAGE, days

pytestmark = pytest.mark.asyncio(loop_scope="module")

MEMBER, LEADER = CREW[:2]
KIOSK, TL, TP, XO = "P000030", "P000010", "P000011", "P000020"
VS, VD, V2, DU, OTHER_DU = "P000040", "P000041", "P000042", "P000060", "P000061"
FEBRUARY = "2017-02"
SHEET: dict[str, Any] = {"team": TEAM, "month": FEBRUARY}
SHEETS: dict[str, Any] = {"teams": [TEAM], "month": FEBRUARY}
PATH = f"sheets/{TEAM}/{FEBRUARY}"


async def present_in_february(county: County) -> None:
    """Everybody on post on every day, but the first member on 14 February."""
    for start in range(1, 29, 3):
        first = date(2017, 2, start)
        span = days(first, min(first + timedelta(days=2), date(2017, 2, 28)))
        county.clock = f"{span[-1]}T20:00:00+08:00"
        records = [
            {
                "person": person,
                "team": TEAM,
                "village": VILLAGE,
                "date": day.isoformat(),
                "method": "kiosk",
                "record": f"k-{person}-{day}",
            }
            for person in CREW
            for day in span
            if not (person == MEMBER and day == date(2017, 2, 14))
        ]
        await county.ok(KIOSK, "check-in-batch", records=records)


async def step(county: County) -> str:
    (team,) = (await county.shown(XO, "sheets", place=TOWNSHIP, month=FEBRUARY))["teams"]
    return str(team["step"])


async def test_the_whole_way_of_a_sheet(county: County) -> None:
    await present_in_february(county)
    county.clock = "2017-03-01T09:00:00+08:00"
    assert await step(county) == "none"
    drafted = await county.ok(LEADER, "draft-sheet", **SHEET)
    assert (await county.ask(MEMBER, PATH)).status_code == 200
    assert await waiting(county, VS) == await waiting(county, VD) == ["sign-sheet"]
    refused = await county.give(LEADER, "sign-sheet", **SHEET, version=1)
    assert (refused.status_code, refused.json()["code"]) == (409, "SIG_NOT_ALLOWED")
    early = await county.give(LEADER, "submit-sheet", **SHEET)
    assert (early.status_code, early.json()["code"]) == (409, "SIG_MISSING")
    await county.ok(VD, "sign-sheet", **SHEET, version=1, digest=drafted["detail"]["digest"])
    assert (await waiting(county, VS), await waiting(county, LEADER)) == ([], ["submit-sheet"])
    await county.ok(LEADER, "submit-sheet", **SHEET)
    assert (await waiting(county, LEADER), await waiting(county, TL)) == ([], ["review-sheets"])
    assert await step(county) == "submitted"
    assert (await county.give(TP, "review-sheets", **SHEETS)).status_code == 403
    await county.ok(TL, "review-sheets", **SHEETS)
    await county.ok(TP, "file-sheets", **SHEETS, recipients=["XZ"])
    (team,) = (await county.shown(XO, "sheets", place=TOWNSHIP, month=FEBRUARY))["teams"]
    assert (team["missing"], team["complete"]) == (["XP", UNIT, OTHER_UNIT], False)
    await county.ok(TP, "file-sheets", **SHEETS)
    assert (await county.ask(OTHER_DU, PATH)).status_code == 403
    assert await waiting(county, TP) == ["feed-back-sheets"]
    assert len((await county.ok(TP, "feed-back-sheets", **SHEETS))["events"]) == 2
    assert (await waiting(county, TP), await waiting(county, TL)) == ([], [])
    (notice,) = [item for item in (await county.ask(DU, "work")).json() if item["article"] == "9.8"]
    assert TEAM in notice["title"] and FEBRUARY in notice["title"]
    shown = await county.shown(XO, PATH)
    assert (shown["step"], shown["complete"], shown["filed"]) == ("reviewed", True, ["XP", "XZ"])
    assert {len(row["days"]) for row in shown["rows"]} == {28}


async def test_a_unit_reads_the_rows_of_its_own_people_and_no_others(county: County) -> None:
    own = await county.shown(OTHER_DU, PATH)
    assert [row["person"] for row in own["rows"]] == [CREW[5]]
    assert {row["person"] for row in (await county.shown(DU, PATH))["rows"]} == set(CREW[:5])
    printed = await county.ask(OTHER_DU, f"{PATH}/print")
    assert CREW[5] in printed.text and MEMBER not in printed.text
    assert (await county.ask("P000999", PATH)).status_code == 403


async def test_a_signed_month_takes_no_late_upload(county: County) -> None:
    late = {
        "person": MEMBER,
        "team": TEAM,
        "village": VILLAGE,
        "date": "2017-02-14",
        "method": "kiosk",
        "record": "too-late",
    }
    county.clock = "2017-03-01T10:00:00+08:00"
    answer = await county.give(KIOSK, "check-in", **late)
    assert (answer.status_code, answer.json()["code"]) == (409, "PERIOD_CLOSED")
    backfill: dict[str, Any] = {key: late[key] for key in ("person", "team", "village", "date", "record")}
    answer = await county.give(MEMBER, "request-backfill", **backfill, evidence=["a" * 64])
    assert (answer.status_code, answer.json()["code"]) == (409, "PERIOD_CLOSED")


async def test_w30_a_correction_makes_a_second_version_and_the_first_stays_readable(county: County) -> None:
    county.clock = "2017-03-10T09:00:00+08:00"
    correction = {"person": MEMBER, "date": "2017-02-14", "status": "TRAVEL", "reason": "当日参加区里会议"}
    refused = await county.give(TP, "correct-day", **correction)
    assert (refused.status_code, refused.json()["code"]) == (403, "AUTH")
    await county.ok(TP, "request-correction", **correction)
    assert "correct-day" in await waiting(county, TL)
    await county.ok(TL, "correct-day", **correction)
    assert "correct-day" not in await waiting(county, TL)
    assert await waiting(county, LEADER) == ["draft-sheet"]
    (team,) = (await county.shown(XO, "sheets", place=TOWNSHIP, month=FEBRUARY))["teams"]
    assert (team["register_changed"], team["complete"]) == (True, True), "the first version is in force meanwhile"
    await county.ok(LEADER, "draft-sheet", **SHEET)
    assert (await county.shown(XO, PATH))["version"] == 1, "in force until the second is reviewed"
    await county.ok(VS, "sign-sheet", **SHEET, version=2)
    await county.ok(LEADER, "submit-sheet", **SHEET)
    await county.ok(TL, "review-sheets", **SHEETS)
    await county.ok(TP, "file-sheets", **SHEETS)
    await county.ok(TP, "feed-back-sheets", **SHEETS)
    second = await county.shown(XO, PATH)
    first = await county.shown(XO, PATH, version=1)
    assert (second["version"], second["complete"], first["step"]) == (2, True, "reviewed")
    letters = [next(row["days"][13] for row in shown["rows"] if row["person"] == MEMBER) for shown in (first, second)]
    assert letters == ["A", "T"]
    then = await county.shown(XO, PATH, as_of="2017-03-05")
    assert (then["version"], then["rows"]) == (1, first["rows"])
    assert (await county.ask(XO, PATH, as_of="2017-02-27")).status_code == 404
    assert (await county.ask(XO, PATH, as_of="gestern")).status_code == 422


async def test_a_calendar_gives_reasons_and_knows_what_was_known(county: County) -> None:
    now = await county.shown(MEMBER, f"calendar/{MEMBER}", year=2017)
    then = await county.shown(MEMBER, f"calendar/{MEMBER}", year=2017, as_of="2017-03-05")
    by_date = [{day["date"]: day for day in shown["days"]} for shown in (now, then)]
    assert [days["2017-02-14"]["status"] for days in by_date] == ["TRAVEL", "ABSENT"]
    assert [days["2017-02-14"]["ground"] for days in by_date] == ["corrected", "no_record"]
    assert by_date[0]["2017-02-13"]["ground"] == "check_in"
    assert "2017-03-06" in by_date[0] and "2017-03-06" not in by_date[1]
    register = await county.shown(MEMBER, f"register/{MEMBER}", year=2017)
    assert {day["date"]: day["status"] for day in register["days"]} == {
        day["date"]: day["status"] for day in now["days"]
    }
    assert (await county.ask(CREW[2], f"calendar/{MEMBER}", year=2017)).status_code == 403
    before_anything = await county.ask(MEMBER, f"calendar/{MEMBER}", year=2017, as_of="2016-12-31")
    assert before_anything.status_code == 404


async def test_a_teams_month_and_who_is_on_post_today(county: County) -> None:
    month = await county.shown(LEADER, f"team-month/{TEAM}/{FEBRUARY}")
    assert {row["person"]: len(row["days"]) for row in month["persons"]} == dict.fromkeys(CREW, 28)
    today = await county.shown(XO, "on-post", place=TOWNSHIP[:6], day="2017-02-13")
    assert (today["posted"], today["by_status"]) == (6, {"ONPOST": 6})
    nobody = await county.shown(XO, "on-post", place=TOWNSHIP[:6])
    assert nobody["by_status"] == {"PENDING": 6}
    assert (await county.ask(XO, "on-post", place=TOWNSHIP, day="2017-03-11")).status_code == 422
    assert (await county.ask(MEMBER, "on-post", place=TOWNSHIP)).status_code == 403


async def test_the_printed_sheet_is_one_table_with_every_row_and_sum(county: County) -> None:
    page = await county.ask(VS, f"{PATH}/print")
    assert page.headers["content-type"].startswith("text/html")
    assert "驻村扶贫工作队2017年2月考勤表" in page.text
    assert page.text.count("<tr>") == 2 + len(CREW)
    assert all(person in page.text for person in CREW)
    assert "<script" not in page.text and "http" not in page.text
    names = {"people": {MEMBER: "赵山水", VD: "钱<禾>"}, "village": "上村"}
    answer = await county.client.post(f"/attendance/{PATH}/print?version=1", json=names, headers=county.headers(VS))
    assert "赵山水" in answer.text and "上村（" in answer.text
    assert "钱&lt;禾&gt;" in answer.text and "<禾>" not in answer.text, "the signer's name, escaped"
    old = await county.ask(VS, f"{PATH}/print", version=1)
    assert "已被更正版取代" in old.text


async def test_what_is_overdue_is_listed_for_the_place(county: County) -> None:
    county.clock = (date(2017, 4, 16)).isoformat() + "T09:00:00+08:00"
    found = await county.shown(XO, "overdue", place=TOWNSHIP)
    assert [(row["month"], row["step"], row["due_on"]) for row in found["sheets"]] == [
        ("2017-01", "none", "2017-02-15"),
        ("2017-03", "none", "2017-04-15"),
    ]
    assert found["unfiled"] == [] and found["leaves"] == []
    assert [(row["team"], row["visited"]) for row in found["unchecked"]] == [(TEAM, None)]
    visit = {"check": "C1", "team": TEAM, "date": "2017-04-16"}
    await county.ok(XO, "record-spot-check", **visit, findings=[{"person": MEMBER, "finding": "absent"}])
    assert (await county.shown(XO, "overdue", place=TOWNSHIP))["unchecked"] == []
    (check,) = (await county.shown(XO, "spot-checks", place=TOWNSHIP, year=2017))["checks"]
    assert (check["check_id"], check["visits"], check["persons"], check["absent"]) == ("C1", 1, 1, 1)
    county.clock = (date(2017, 4, 16) - timedelta(days=1)).isoformat() + "T09:00:00+08:00"
    assert [row["month"] for row in (await county.shown(XO, "overdue", place=TOWNSHIP))["sheets"]] == ["2017-01"]


async def test_a_lot_can_be_drawn_again_by_whoever_reads_it(county: County) -> None:
    county.clock = "2017-04-17T09:00:00+08:00"
    days = {"starts_on": "2017-04-17", "ends_on": "2017-04-28"}
    drawn = await county.ok(XO, "plan-spot-check", check="SJ1", area=TOWNSHIP[:6], kind="random", count=1, **days)
    assert drawn["detail"] == {"teams": [TEAM]}
    found = await county.shown(XO, "spot-checks/SJ1")
    assert (found["plan"]["draw_holds"], found["plan"]["candidates"]) == (True, [TEAM])
    assert (found["plan"]["not_visited"], found["visits"], len(found["plan"]["seed"])) == ([TEAM], [], 64)
    visit = {"check": "SJ1", "team": TEAM, "date": "2017-04-17"}
    await county.ok(XO, "record-spot-check", **visit, findings=[{"person": LEADER, "finding": "present"}])
    assert (await county.shown(TL, "spot-checks/C1"))["plan"] is None
    assert (await county.shown(XO, "spot-checks/SJ1"))["plan"]["not_visited"] == []
    assert (await county.ask(MEMBER, "spot-checks/SJ1")).status_code == 403
    assert (await county.ask(XO, "spot-checks/none")).status_code == 404


async def waiting(county: County, person: str) -> list[Any]:
    return [item["command"] for item in (await county.ask(person, "work")).json() if item["kind"] == "approval"]
