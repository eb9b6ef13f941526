"""Over HTTP: meal allowances beside board (A78), a dissolved team's project and its money (A79), a village's status."""

from typing import Any

import pytest
import pytest_asyncio

from contracts.identifiers import Role
from tests.finance.desk import (
    APPROVER,
    CASHIER,
    COMMITTEES,
    COUNTY_FINANCE,
    COUNTY_OFFICE,
    LEADER,
    MEMBER,
    REPRESENTATIVE,
    TOWNSHIP_OFFICE,
    UNIT,
    UNIT_CLERK,
    Desk,
    offices,
)
from tests.finance.treasury import COUNTY, TEAM, VILLAGE, fen
from tests.runtime.conftest import KEEPER, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

DIGEST = "0" * 64
INVESTOR, DONOR, NEXT, NEXT_LEADER = "P000777", "O0777", "T0009", "P000011"
OTHER: dict[str, Any] = {"team": TEAM, "kind": "other"}
WORK: dict[str, Any] = {"team": TEAM, "kind": "work"}
WELL: dict[str, Any] = {
    "kind": "other",
    "source": "investor",
    "giver": DONOR,
    "title": "人畜饮水工程",
    "site": "一组",
    "amount": fen("1000"),
}
MEETING: dict[str, Any] = {
    "held_on": "2017-03-01",
    "representatives": 30,
    "present": 24,
    "in_favour": 20,
    "team_present": True,
    "committees_present": True,
    "minutes": DIGEST,
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(world: World) -> Desk:
    desk = await offices(world)
    await desk.grant(INVESTOR, Role.INVESTOR, VILLAGE, DONOR)
    given: dict[str, Any] = {"unit": UNIT, "team": TEAM, "year": 2017, "persons": 1, "from_kind": "work"}
    await desk.done(UNIT_CLERK, "contribute-work-fund", **given, contribution="C1", amount=fen("10000"))
    return desk


async def spent(desk: Desk, asked: dict[str, Any], leader: str = LEADER) -> None:
    """Through all three hands."""
    step = {name: asked[name] for name in ("team", "kind", "payment")}
    await desk.done(leader, "request-spending", **asked, purpose="开支")
    await desk.done(APPROVER, "approve-spending", **step)
    await desk.done(CASHIER, "disburse", **step, paid_on=desk.at[:10])


async def test_a78_a_travel_payment_holds_the_day_and_no_board_is_due_for_it(desk: Desk) -> None:
    trip: dict[str, Any] = {**WORK, "use": "travel", "amount": fen("200")}
    days = [{"person": MEMBER, "days": ["2017-02-27", "2017-02-28"]}]
    assert await desk.refused(LEADER, "request-spending", **trip, payment="Y1", purpose="参会") == "NO_EVIDENCE"
    stranger = [{"person": "P000099", "days": ["2017-02-27"]}]
    asked = {**trip, "payment": "Y1", "purpose": "参会"}
    assert await desk.refused(LEADER, "request-spending", **asked, meals=stranger) == "NOT_POSTED"
    before = [{"person": MEMBER, "days": ["2016-12-31"]}]
    assert await desk.refused(LEADER, "request-spending", **asked, meals=before) == "NOT_POSTED"
    await spent(desk, {**trip, "payment": "Y1", "meals": days})
    again = await desk.give(LEADER, "request-spending", **{**asked, "payment": "Y2"}, meals=days)
    assert (again.json()["code"], "2017-02-27" in again.json()["detail"]) == ("DUPLICATE", True)
    board = (await desk.get(UNIT_CLERK, f"board?place={COUNTY}&year=2017&unit={UNIT}")).json()["months"]
    (february,) = [one for one in board if (one["person"], one["month"]) == (MEMBER, "2017-02")]
    assert (february["days"], february["due"]) == (26, fen("835.71"))
    paid = {"person": MEMBER, "unit": UNIT, "month": "2017-02", "paid_on": "2017-03-01"}
    assert await desk.refused(UNIT_CLERK, "pay-board", **paid, amount=fen("835.72")) == "OVERSPEND"
    await desk.done(UNIT_CLERK, "pay-board", **paid, amount=fen("835.71"))
    other_day = [{"person": MEMBER, "days": ["2017-02-01"]}]
    assert await desk.refused(LEADER, "request-spending", **{**asked, "payment": "Y2"}, meals=other_day) == "DUPLICATE"
    await desk.done(CASHIER, "reverse-disbursement", **WORK, payment="Y1", reason="错账")
    board = (await desk.get(UNIT_CLERK, f"board?place={COUNTY}&year=2017&unit={UNIT}")).json()["months"]
    (february,) = [one for one in board if (one["person"], one["month"]) == (MEMBER, "2017-02")]
    assert (february["days"], february["left"]) == (28, fen("64.29"))


async def test_the_consent_to_another_use_waits_for_both_supervisors(desk: Desk) -> None:
    asked: dict[str, Any] = {**WORK, "payment": "Y3", "use": "other", "amount": 100, "purpose": "抢修", "reason": "灾"}
    await desk.done(LEADER, "request-spending", **asked)
    step = {**WORK, "payment": "Y3"}
    for supervisor, fields in ((COUNTY_FINANCE, step), (UNIT_CLERK, {**step, "unit": UNIT})):
        (item,) = (await desk.get(supervisor, "work")).json()
        assert (item["command"], item["fields"]) == ("consent-other-use", fields)
        await desk.done(supervisor, item["command"], **item["fields"])
        assert (await desk.get(supervisor, "work")).json() == []
    await desk.done(APPROVER, "approve-spending", **step)
    assert await desk.refused(UNIT_CLERK, "move", **{"team": TEAM, "from_kind": "work", "to_kind": "other"}, amount=1)
    stream = f"refusal/{UNIT_CLERK}/2017"
    heads = await desk.world.application.hosted["finance"].node.store.heads([stream])
    await desk.world.seen({"stream": stream, "version": heads[stream].version}, "finance")
    for reader, asking in ((COUNTY_FINANCE, ""), (UNIT_CLERK, f"&unit={UNIT}")):
        attempts = (await desk.get(reader, f"attempts?place={COUNTY}{asking}")).json()["attempts"]
        assert "CROSS_KIND" in [one["code"] for one in attempts]


async def test_r20_1_a_village_that_left_the_register_gets_fiscal_money_for_a_reason_only(desk: Desk) -> None:
    proposed: dict[str, Any] = {**WELL, "kind": "fiscal_poverty", "source": "county", "giver": None, "team": TEAM}
    await desk.done(COMMITTEES, "propose-project", **proposed, project="X1")
    changed = {"registered_poor": False, "rule_mode": "reference", "valid_from": "2017-03-02", "document": "1号"}
    await desk.done(KEEPER, "change-village-status", "personnel", village=VILLAGE, **changed)
    await desk.done(COMMITTEES, "propose-project", **proposed, project="X2")
    after = desk.on("2017-03-02")
    assert await after.refused(COMMITTEES, "propose-project", **proposed, project="X3") == "NO_EVIDENCE"
    await after.done(COMMITTEES, "propose-project", **proposed, project="X3", reason="巩固提升")
    shown = (await after.get(COUNTY_FINANCE, f"projects?place={COUNTY}")).json()["fiscal"]
    assert (shown["total"], shown["in_poor_villages"]) == (fen("3000"), fen("2000"))


async def test_an_objection_to_a_plan_that_is_no_more_waits_for_nobody(desk: Desk) -> None:
    await desk.done(COMMITTEES, "hold-meeting", project="X1", **MEETING)
    await desk.done(COMMITTEES, "determine-project", project="X1")
    posted = {"notice": "N1", "phase": "plan", "starts_on": "2017-03-01", "ends_on": "2017-03-10", "photo": DIGEST}
    await desk.done(LEADER, "publicise", project="X1", **posted)
    await desk.done(REPRESENTATIVE, "raise-objection", project="X1", notice="N1", objection="B1", content="不符")
    assert "resolve-objection" in [item["command"] for item in (await desk.get(TOWNSHIP_OFFICE, "work")).json()]
    await desk.done(COMMITTEES, "change-project", project="X1", amount=1, site="二组", reason="改址")
    assert "resolve-objection" not in [item["command"] for item in (await desk.get(TOWNSHIP_OFFICE, "work")).json()]
    await desk.done(COMMITTEES, "hold-meeting", project="X1", **MEETING)
    await desk.done(COMMITTEES, "determine-project", project="X1")
    assert await desk.refused(LEADER, "publicise", project="X1", **posted) == "DUPLICATE"
    await desk.done(LEADER, "publicise", project="X1", **{**posted, "notice": "N2"})


async def test_a79_the_next_team_of_the_village_takes_the_project_and_its_money(desk: Desk) -> None:
    await desk.done(COMMITTEES, "propose-project", **WELL, project="W1", team=TEAM)
    await desk.done(COMMITTEES, "hold-meeting", project="W1", **MEETING)
    await desk.done(COMMITTEES, "determine-project", project="W1")
    await desk.done(INVESTOR, "give-consent", project="W1", consent=DIGEST, consented_on="2017-03-01")
    given: dict[str, Any] = {**OTHER, "receipt": "R1", "source": "investor", "giver": DONOR, "project": "W1"}
    await desk.done(CASHIER, "receive-assistance", **given, amount=fen("1000"), received_on="2017-03-01")
    await desk.done(LEADER, "start-project", project="W1", started_on="2017-03-01")
    await spent(desk, {**OTHER, "payment": "Y1", "use": "project", "project": "W1", "amount": fen("400")})
    handed: dict[str, Any] = {"project": "W1", "handover": "H1", "to_team": NEXT}
    await replace_the_team(desk)
    later = desk.on("2017-03-03")
    await later.done(COUNTY_FINANCE, "hand-over-project", **handed)
    shown = (await later.get(COUNTY_FINANCE, f"balances?place={COUNTY}")).json()["books"]
    left = {one["team"]: one["available"] for one in shown if one["kind"] == "other"}
    assert left == {TEAM: 0, NEXT: fen("600")}
    step: dict[str, Any] = {"team": NEXT, "kind": "other", "use": "project", "project": "W1"}
    await later.done(NEXT_LEADER, "request-spending", **step, payment="Y1", amount=fen("600.01"), purpose="水管")
    assert await later.refused(APPROVER, "approve-spending", team=NEXT, kind="other", payment="Y1") == "OVERSPEND"
    await spent(later, {**step, "payment": "Y2", "amount": fen("500")}, NEXT_LEADER)
    await later.done(TOWNSHIP_OFFICE, "accept-project", project="W1", accepted_on="2017-03-03")


async def replace_the_team(desk: Desk) -> None:
    """Everybody of the first team leaves by law, the village gets another team the day after."""
    for number in range(1, 7):
        ended: dict[str, Any] = {"person": f"P00000{number}", "team": TEAM, "cause": "transfer_by_law"}
        ended["because"] = {"reason": "换届", "evidence": ["0" * 64]}
        await desk.done(TOWNSHIP_OFFICE, "end-posting", "personnel", **ended, last_day="2017-03-01")
    await desk.done(COUNTY_OFFICE, "dissolve-team", "personnel", team=TEAM, on="2017-03-01")
    members = [
        {
            "person": f"P0000{number}",
            "unit": UNIT,
            "unit_level": "city",
            "source": "first_secretary" if number == 11 else "assigned_unit_cadre",
        }
        for number in range(11, 17)
    ]
    formed: dict[str, Any] = {"team": NEXT, "village": VILLAGE, "members": members, "leader": NEXT_LEADER}
    await desk.on("2017-03-02").done(TOWNSHIP_OFFICE, "form-team", "personnel", **formed, formed_on="2017-03-02")


async def test_a79_what_an_accepted_project_left_goes_back_to_its_giver_and_the_books_still_add_up(desk: Desk) -> None:
    later = desk.on("2017-03-04")
    back: dict[str, Any] = {"returning": "Z1", "team": NEXT, "kind": "other", "project": "W1", "amount": fen("100")}
    assert await later.refused(CASHIER, "return-funds", **back) == "AUTH"
    await later.done(COUNTY_FINANCE, "return-funds", **back)
    assert await later.refused(COUNTY_FINANCE, "return-funds", **back) == "DUPLICATE"
    statement = (await later.get(COUNTY_FINANCE, f"statement/{NEXT}/other?year=2017")).json()
    assert (statement["received"], statement["spent"], statement["closing"]["balance"]) == (
        fen("500"),
        fen("500"),
        0,
    )
    sheet = await later.get(COUNTY_FINANCE, f"statement/{NEXT}/other/sheet.csv?year=2017")
    assert "退回投入方（项目结余）,Z1" in sheet.text
    for asking in ("", f"&unit={UNIT}"):
        reader = UNIT_CLERK if asking else COUNTY_FINANCE
        page = await later.get(reader, f"statements/page.html?place={COUNTY}&year=2017{asking}")
        assert page.status_code == 200
        assert "其他到村资金" in page.text
        assert "<script" not in page.text
    await later.grant("P000888", Role.AUDIT, "5301")
    assert (await later.get("P000888", "trial-balance")).json()["total"] == 0
