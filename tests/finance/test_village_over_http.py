"""A fiscal project from proposal to acceptance over HTTP, what its village reads, and what the clock says of a year."""

import csv
import io
import re
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.finance.desk import (
    APPROVER,
    AUDITOR,
    CASHIER,
    CITY_FINANCE,
    COMMITTEES,
    COUNTY_FINANCE,
    COUNTY_OFFICE,
    LEADER,
    LEADING_GROUP,
    MEMBER,
    OTHER_CASHIER,
    OTHER_CLERK,
    REPRESENTATIVE,
    TOWNSHIP_OFFICE,
    UNIT,
    UNIT_CLERK,
    Desk,
    offices,
)
from tests.finance.treasury import COUNTY, TEAM, TOWNSHIP, VILLAGE, fen
from tests.runtime.conftest import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

DIGEST = "0" * 64
SAYS = {"project": "X1"}
PAYMENT: dict[str, Any] = {"team": TEAM, "kind": "fiscal_poverty", "payment": "Y1"}
MEETING: dict[str, Any] = {
    "representatives": 30,
    "present": 24,
    "in_favour": 20,
    "team_present": True,
    "committees_present": True,
    "minutes": DIGEST,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(world: World) -> Desk:
    return await offices(world)


async def waiting(desk: Desk, person: str) -> list[str | None]:
    return [item["command"] for item in (await desk.get(person, "work")).json()]


async def test_w69_a_fiscal_project_goes_through_every_hand_before_it_is_paid(desk: Desk) -> None:
    proposed: dict[str, Any] = {
        "team": TEAM,
        "kind": "fiscal_poverty",
        "source": "county",
        "title": "人畜饮水工程",
        "site": "一组水源点至三组",
        "amount": fen("50000"),
    }
    asked: dict[str, Any] = {**PAYMENT, **SAYS, "use": "project", "amount": fen("20000"), "purpose": "水管"}
    await desk.done(COMMITTEES, "propose-project", **SAYS, **proposed)
    assert await desk.refused(LEADER, "request-spending", **asked) == "NO_VR_MEETING"
    await desk.done(COMMITTEES, "hold-meeting", **SAYS, **MEETING, held_on="2017-03-01")
    await desk.done(LEADER, "determine-project", **SAYS)
    assert await waiting(desk, TOWNSHIP_OFFICE) == ["review-project"]
    await desk.done(TOWNSHIP_OFFICE, "review-project", **SAYS)
    assert await desk.refused(LEADER, "request-spending", **asked) == "NO_TWP_DOC"
    await desk.done(TOWNSHIP_OFFICE, "issue-township-document", **SAYS, document="铜党发〔2017〕12号")
    assert await desk.refused(LEADER, "request-spending", **asked) == "NO_PROJECT_APPROVAL"
    approval: dict[str, Any] = {**SAYS, "approve": True, "document": "东扶领〔2017〕3号"}
    assert await desk.refused(COUNTY_OFFICE, "decide-project", **approval) == "AUTH"
    assert await waiting(desk, LEADING_GROUP) == ["decide-project"]
    await desk.done(LEADING_GROUP, "decide-project", **approval)
    money: dict[str, Any] = {"appropriation": "F1", "kind": "fiscal_poverty", "source": "county", "year": 2017}
    await desk.done(COUNTY_FINANCE, "appropriate", **money, **SAYS, recipient=TOWNSHIP, amount=fen("50000"))
    await desk.done(CASHIER, "receive", appropriation="F1", amount=fen("50000"), received_on="2017-03-01")
    await desk.done(COUNTY_FINANCE, "allot", appropriation="F1", allotment="F1", team=TEAM, amount=fen("50000"))
    await desk.done(LEADER, "start-project", **SAYS, started_on="2017-03-01")
    await desk.done(LEADER, "request-spending", **asked)


async def test_w71_the_plan_is_posted_first_and_an_objection_holds_the_next_payment(desk: Desk) -> None:
    assert await desk.refused(APPROVER, "approve-spending", **PAYMENT) == "NO_NOTICE"
    posted = {"notice": "N1", "phase": "plan", "starts_on": "2017-03-01", "ends_on": "2017-03-10", "photo": DIGEST}
    await desk.done(LEADER, "publicise", **SAYS, **posted)
    later = desk.on("2017-03-11")
    said = await later.clock()
    assert (said["notice-completed"], said["board-overdue"]) == (1, 12)
    assert (await later.clock())["notice-completed"] == 0
    await _seen_completed(later)
    await later.done(APPROVER, "approve-spending", **PAYMENT)
    objection = {**SAYS, "notice": "N1", "objection": "B1", "content": "管径与公示不符"}
    await later.done(REPRESENTATIVE, "raise-objection", **objection)
    assert await waiting(later, TOWNSHIP_OFFICE) == ["resolve-objection"]
    assert await later.refused(CASHIER, "disburse", **PAYMENT, paid_on="2017-03-11") == "NO_NOTICE"
    assert "1项异议尚未答复" in (await board(later)).text
    await later.done(TOWNSHIP_OFFICE, "resolve-objection", **SAYS, objection="B1", upheld=False, reasons="已现场核对")
    await later.done(CASHIER, "disburse", **PAYMENT, paid_on="2017-03-11")


async def _seen_completed(desk: Desk) -> None:
    store = desk.world.application.hosted["finance"].node.store
    heads = await store.heads(["project/X1"])
    await desk.world.seen({"stream": "project/X1", "version": heads["project/X1"].version}, "finance")


async def board(desk: Desk) -> httpx.Response:
    """The village's notice board, read by somebody who has not logged in."""
    headers = {"Zhucun-Simulated-Time": desk.at}
    return await desk.world.client.get(f"/finance/notices/{VILLAGE}", headers=headers)


async def test_w71_a_use_that_was_not_posted_is_called_out_until_it_is(desk: Desk) -> None:
    later = desk.on("2017-03-12")
    shown = (await later.get(COUNTY_FINANCE, f"projects?place={COUNTY}")).json()
    assert [(one["project"], one["payment"]) for one in shown["unposted_uses"]] == [("X1", "Y1")]
    for person in (LEADER, COMMITTEES, COUNTY_FINANCE):
        notices = [item for item in (await later.get(person, "work")).json() if item["kind"] == "notice"]
        assert [item["fields"] for item in notices] == [{"project": "X1", "payment": "Y1"}]
    assert shown["fiscal"] == {"total": fen("50000"), "in_poor_villages": fen("50000")}
    assert await later.refused(TOWNSHIP_OFFICE, "accept-project", **SAYS, accepted_on="2017-03-12") == "NO_NOTICE"
    used: dict[str, Any] = {
        "phase": "use",
        "payments": ["Y1"],
        "starts_on": "2017-03-12",
        "ends_on": "2017-03-21",
        "photo": DIGEST,
    }
    await later.done(LEADER, "publicise", **SAYS, **used, notice="N2")
    shown = (await later.get(COUNTY_FINANCE, f"projects?place={COUNTY}")).json()
    assert shown["unposted_uses"] == []
    assert (await later.get(COUNTY_FINANCE, "work")).json() == []
    over = desk.on("2017-03-22")
    await over.done(COMMITTEES, "complete-notice", **SAYS, notice="N2")
    await over.done(TOWNSHIP_OFFICE, "accept-project", **SAYS, accepted_on="2017-03-22")


async def test_the_notice_board_is_public_and_names_nobody(desk: Desk) -> None:
    page = await board(desk.on("2017-03-22"))
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for shown in (
        "人畜饮水工程",
        "一组水源点至三组",
        "50000.00",
        "20000.00",
        "东扶领〔2017〕3号",
        "已验收",
        "公示期满",
    ):
        assert shown in page.text
    assert re.search(r"P[0-9]{6}", page.text) is None
    assert "管径" not in page.text
    assert "<script" not in page.text
    headers = {"Zhucun-Simulated-Time": desk.at}
    elsewhere = await desk.world.client.get("/finance/notices/530113100999", headers=headers)
    assert "目前没有公示的项目" in elsewhere.text
    assert (await desk.world.client.get("/finance/notices/5301", headers=headers)).status_code == 422


async def test_projects_are_read_by_those_whom_they_concern(desk: Desk) -> None:
    for reader in (LEADING_GROUP, TOWNSHIP_OFFICE, AUDITOR):
        assert (await desk.get(reader, f"projects?place={TOWNSHIP}")).status_code == 200
    for stranger in (OTHER_CASHIER, MEMBER):
        assert (await desk.get(stranger, f"projects?place={TOWNSHIP}")).status_code == 403
    assert (await desk.get(LEADER, f"projects?place={VILLAGE}")).status_code == 200


async def test_a_statement_comes_as_a_sheet_that_adds_up_to_the_fen(desk: Desk) -> None:
    path = f"statement/{TEAM}/fiscal_poverty"
    sheet = await desk.get(COUNTY_FINANCE, f"{path}/sheet.csv?year=2017")
    assert sheet.headers["content-type"] == "text/csv; charset=utf-8"
    assert sheet.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig"), newline="")))
    assert [(row["事项"], row["结余（元）"]) for row in rows] == [
        ("年初结余", "0.00"),
        ("分配到账", "50000.00"),
        ("申请支出", "50000.00"),
        ("审批并预留", "50000.00"),
        ("付款", "30000.00"),
        ("本年合计（收入、净支出、年末预留、年末结余）", "30000.00"),
    ]
    assert [row["支出（元）"] for row in rows][4:] == ["20000.00", "20000.00"]
    shown = (await desk.get(UNIT_CLERK, f"{path}?year=2017")).json()
    assert shown["closing"] == {"balance": fen("30000"), "reserved": 0, "available": fen("30000")}
    assert shown["uses"] == [{"use": "project", "paid": fen("20000"), "returned": 0, "net": fen("20000")}]
    page = await desk.get(LEADER, f"{path}/page.html?year=2017")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "2017年财政专项扶贫资金单独核算账" in page.text
    assert "30000.00" in page.text
    for stranger in (OTHER_CLERK, MEMBER):
        for form in ("", "/sheet.csv", "/page.html"):
            assert (await desk.get(stranger, f"{path}{form}?year=2017")).status_code == 403


async def test_each_supervisor_has_all_books_of_its_own(desk: Desk) -> None:
    county = (await desk.get(COUNTY_FINANCE, f"statements?place={COUNTY}&year=2017")).json()["books"]
    unit = (await desk.get(UNIT_CLERK, f"statements?place={COUNTY}&unit={UNIT}&year=2017")).json()["books"]
    assert county == unit
    assert [(book["team"], book["kind"], book["closing"]["balance"]) for book in county] == [
        (TEAM, "fiscal_poverty", fen("30000"))
    ]
    sheet = await desk.get(UNIT_CLERK, f"statements/sheet.csv?place={COUNTY}&unit={UNIT}&year=2017")
    assert "财政专项扶贫资金" in sheet.content.decode("utf-8-sig")
    assert (await desk.get(UNIT_CLERK, f"statements?place={COUNTY}&year=2017")).status_code == 403
    assert (await desk.get(OTHER_CLERK, f"statements?place={COUNTY}&unit={UNIT}&year=2017")).status_code == 403


async def test_supervisors_opinions_and_flags_reach_those_who_must_know(desk: Desk) -> None:
    said = {"opinion": "S1", "team": TEAM, "kind": "fiscal_poverty", "text": "票据齐全", "unit": UNIT}
    await desk.done(UNIT_CLERK, "give-opinion", **said)
    flag = {**PAYMENT, "flag": "M1", "amount": fen("100"), "description": "购买烟酒"}
    await desk.done(AUDITOR, "flag-misuse", **flag)
    for person in (COUNTY_FINANCE, UNIT_CLERK, AUDITOR):
        items = (await desk.get(person, "work")).json()
        assert [item["fields"]["flag"] for item in items if item["kind"] == "notice"] == ["M1"], person
    remarks = (await desk.get(COUNTY_FINANCE, f"supervision?place={COUNTY}")).json()["remarks"]
    assert [(one["sort"], one["name"], one["unit"]) for one in remarks] == [
        ("opinion", "S1", UNIT),
        ("misuse", "M1", None),
    ]
    assert "票据齐全" not in str(remarks)


async def test_w72_board_is_paid_by_the_unit_and_what_is_left_is_listed(desk: Desk) -> None:
    later = desk.on("2017-04-05")
    paid: dict[str, Any] = {"person": MEMBER, "unit": UNIT, "month": "2017-02", "amount": fen("900")}
    assert await later.refused(CASHIER, "pay-board", **paid, paid_on="2017-04-05") == "AUTH"
    refused = await later.refused(UNIT_CLERK, "pay-board", **paid, paid_on="2017-04-05", from_kind="work")
    assert refused == "USE_NOT_ALLOWED"
    await later.done(UNIT_CLERK, "pay-board", **paid, paid_on="2017-04-05")
    shown = (await later.get(UNIT_CLERK, f"board?place={COUNTY}&year=2017&unit={UNIT}")).json()["months"]
    own = {one["month"]: (one["days"], one["left"]) for one in shown if one["person"] == MEMBER}
    assert own == {
        "2017-01": (31, fen("900")),
        "2017-02": (28, 0),
        "2017-03": (31, fen("900")),
        "2017-04": (30, fen("900")),
    }
    assert (await later.get(OTHER_CLERK, f"board?place={COUNTY}&year=2017&unit={UNIT}")).status_code == 403


async def test_the_clock_says_once_what_a_month_and_a_year_lack(desk: Desk) -> None:
    april = desk.on("2017-04-05")
    # Six people's March; their January and February were said on 11 March.
    assert (await april.clock())["board-overdue"] == 6
    assert (await april.clock())["board-overdue"] == 0
    new_year = desk.on("2018-01-02")
    counties = ["530113", "530124", "530128", "530129"]
    townships = [f"530113{number}" for number in range(100, 118)]
    await new_year.done(CITY_FINANCE, "name-recipients", year=2017, counties=counties, townships=townships)
    said = await new_year.clock()
    # 22 recipients, the county's match, the team's allotment, the unit's work fund.
    assert said["funding-shortfall"] == 25
    assert (await new_year.clock())["funding-shortfall"] == 0
    shown = (await new_year.get(COUNTY_FINANCE, f"shortfalls?place={COUNTY}&year=2017")).json()
    assert {one["duty"] for one in shown["shortfalls"]} == {"city_special", "county_match", "allotment", "work_fund"}
    (owed,) = [one for one in shown["shortfalls"] if one["duty"] == "work_fund"]
    assert (owed["unit"], owed["shortfall"]) == (UNIT, fen("60000"))
    plan = {(one["source"], one["kind"], one["recipient"]): one for one in shown["plan"]}
    assert plan["city", "special", "530113100"]["owed"] == fen("100000")
    fiscal = plan["county", "fiscal_poverty", TOWNSHIP]
    assert (fiscal["appropriated"], fiscal["received"], fiscal["allotted"]) == (fen("50000"),) * 3
    own = (await new_year.get(UNIT_CLERK, f"shortfalls?place={COUNTY}&year=2017&unit={UNIT}")).json()["shortfalls"]
    assert own == [owed]


async def test_the_accounts_of_the_whole_log_add_up_to_zero(desk: Desk) -> None:
    shown = (await desk.get(AUDITOR, "trial-balance")).json()
    assert shown["total"] == 0
    assert {row["sort"] for row in shown["sorts"]} >= {"giver", "book", "spent"}
    assert (await desk.get(COUNTY_FINANCE, "trial-balance")).status_code == 403


async def test_a_year_is_closed_and_its_balance_carried_over(desk: Desk) -> None:
    book = {"team": TEAM, "kind": "fiscal_poverty"}
    new_year = desk.on("2018-01-02")
    await new_year.done(CASHIER, "close-books", **book, year=2017)
    assert await new_year.refused(CASHIER, "close-books", **book, year=2017) == "DUPLICATE"
    shown = (await new_year.get(CASHIER, f"statement/{TEAM}/fiscal_poverty?year=2018")).json()
    assert shown["opening"]["balance"] == fen("30000")
    before = (await new_year.get(CASHIER, f"statement/{TEAM}/fiscal_poverty?year=2017")).json()
    assert (before["closed"], shown["closed"]) == (True, False)
