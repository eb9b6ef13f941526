"""A team's money over HTTP on real servers: roles from personnel's facts, books, statements, open work, refusals."""

from datetime import date
from typing import Any

import pytest
import pytest_asyncio

from contracts.personnel import TeamDissolved
from tests.finance.desk import (
    APPROVER,
    AT,
    AUDITOR,
    CASHIER,
    CITY_FINANCE,
    COUNTY_FINANCE,
    LEADER,
    MEMBER,
    OTHER_CASHIER,
    OTHER_CLERK,
    OTHER_UNIT,
    UNIT,
    UNIT_CLERK,
    Desk,
    offices,
)
from tests.finance.treasury import COUNTY, TEAM, TOWNSHIP, VILLAGE, fen
from tests.runtime.conftest import World, said

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(world: World) -> Desk:
    return await offices(world)


async def test_special_subsidy_goes_from_the_city_into_the_teams_book(desk: Desk) -> None:
    given: dict[str, Any] = {
        "appropriation": "A1",
        "kind": "special",
        "source": "city",
        "year": 2017,
        "amount": fen("100000"),
    }
    assert await desk.refused(COUNTY_FINANCE, "appropriate", **given, recipient=TOWNSHIP) == "AUTH"
    await desk.done(CITY_FINANCE, "appropriate", **given, recipient=TOWNSHIP)
    received: dict[str, Any] = {"appropriation": "A1", "amount": fen("100000"), "received_on": "2017-03-01"}
    assert await desk.refused(OTHER_CASHIER, "receive", **received) == "AUTH"
    await desk.done(CASHIER, "receive", **received)
    allotted: dict[str, Any] = {"appropriation": "A1", "allotment": "L1", "team": TEAM, "amount": fen("30000")}
    assert await desk.refused(COUNTY_FINANCE, "allot", **{**allotted, "team": "T9999"}) == "UNKNOWN_TEAM"
    await desk.done(COUNTY_FINANCE, "allot", **allotted)
    shown = (await desk.get(COUNTY_FINANCE, f"balances?place={COUNTY}")).json()
    assert [(book["team"], book["kind"], book["available"]) for book in shown["books"]] == [
        (TEAM, "special", fen("30000"))
    ]
    assert [(one["received"], one["allotted"]) for one in shown["appropriations"]] == [(fen("100000"), fen("30000"))]


async def test_a_payment_passes_through_three_hands_and_its_open_work_follows_it(desk: Desk) -> None:
    asked: dict[str, Any] = {"payment": "Y1", "team": TEAM, "kind": "special"}
    wanted: dict[str, Any] = {**asked, "use": "industry", "amount": fen("30000"), "purpose": "购买羊羔"}
    assert await desk.refused(MEMBER, "request-spending", **wanted) == "AUTH"
    await desk.done(LEADER, "request-spending", **wanted)
    waiting = (await desk.get(APPROVER, "work")).json()
    assert [(item["command"], item["fields"]) for item in waiting] == [("approve-spending", asked)]
    assert (await desk.get(CASHIER, "work")).json() == []
    assert await desk.refused(OTHER_CASHIER, "approve-spending", **asked) == "AUTH"
    await desk.done(APPROVER, "approve-spending", **asked)
    assert (await desk.get(APPROVER, "work")).json() == []
    assert [item["command"] for item in (await desk.get(CASHIER, "work")).json()] == ["disburse"]
    assert await desk.refused(OTHER_CASHIER, "disburse", **asked, paid_on="2017-03-01") == "AUTH"
    assert await desk.refused(CASHIER, "disburse", **asked, paid_on="2017-03-02") == "FUTURE_DATE"
    await desk.done(CASHIER, "disburse", **asked, paid_on="2017-03-01")
    assert (await desk.get(CASHIER, "work")).json() == []
    await desk.done(LEADER, "request-spending", **{**wanted, "payment": "Y2", "amount": 1})
    assert await desk.refused(APPROVER, "approve-spending", **{**asked, "payment": "Y2"}) == "OVERSPEND"


async def test_a_unit_gives_work_fund_for_its_own_people_and_sees_what_it_still_owes(desk: Desk) -> None:
    given: dict[str, Any] = {
        "contribution": "C1",
        "unit": UNIT,
        "team": TEAM,
        "year": 2017,
        "persons": 6,
        "amount": fen("55000"),
    }
    assert await desk.refused(OTHER_CLERK, "contribute-work-fund", **given, from_kind="work") == "AUTH"
    others: dict[str, Any] = {**given, "unit": OTHER_UNIT, "from_kind": "work"}
    assert await desk.refused(OTHER_CLERK, "contribute-work-fund", **others) == "NOT_POSTED"
    assert await desk.refused(UNIT_CLERK, "contribute-work-fund", **given, from_kind="assistance") == "SUBSTITUTION"
    await desk.done(UNIT_CLERK, "contribute-work-fund", **given, from_kind="work")
    shown = (await desk.get(UNIT_CLERK, f"statement/{TEAM}/work?year=2017")).json()
    assert [line["type"] for line in shown["lines"]] == ["WorkFundContributed"]
    assert [(line["posts"], line["minimum"], line["shortfall"]) for line in shown["work_fund"]] == [
        (6, fen("60000"), fen("5000"))
    ]
    assert shown["opening"] == {"balance": 0, "reserved": 0}


async def test_a_book_is_read_by_those_who_supervise_lead_or_pay_into_it(desk: Desk) -> None:
    for reader in (COUNTY_FINANCE, CASHIER, LEADER, UNIT_CLERK):
        assert (await desk.get(reader, f"statement/{TEAM}/special")).status_code == 200
    for stranger in (OTHER_CLERK, OTHER_CASHIER, MEMBER):
        assert (await desk.get(stranger, f"statement/{TEAM}/special")).status_code == 403
    assert (await desk.get(LEADER, f"balances?place={COUNTY}")).status_code == 403
    assert (await desk.get(COUNTY_FINANCE, "statement/T9999/special")).json()["code"] == "UNKNOWN_TEAM"
    assert (await desk.get(COUNTY_FINANCE, f"statement/{TEAM}/gold")).status_code == 422


async def test_a_move_between_kinds_is_refused_and_kept(desk: Desk) -> None:
    move: dict[str, Any] = {"team": TEAM, "from_kind": "special", "to_kind": "work", "amount": fen("5000")}
    assert await desk.refused(CASHIER, "move", **move) == "CROSS_KIND"
    stream = f"refusal/{CASHIER}/2017"
    heads = await desk.world.application.hosted["finance"].node.store.heads([stream])
    await desk.world.seen({"stream": stream, "version": heads[stream].version}, "finance")
    kept = (await desk.get(AUDITOR, f"refusals?place={COUNTY}&person={CASHIER}")).json()["refusals"]
    assert (kept[0]["command"], kept[0]["code"]) == ("move", "CROSS_KIND")
    tried = (await desk.get(COUNTY_FINANCE, f"attempts?place={COUNTY}")).json()["attempts"]
    assert [(one["command"], one["code"]) for one in tried] == [
        ("move", "CROSS_KIND"),
        ("contribute-work-fund", "SUBSTITUTION"),
    ]
    assert (await desk.get(CASHIER, f"attempts?place={COUNTY}")).status_code == 403


async def test_a_repeated_payment_is_made_once(desk: Desk) -> None:
    headers = desk.world.bearer(UNIT_CLERK, **{"Zhucun-Simulated-Time": AT, "Idempotency-Key": "twice"})
    body: dict[str, Any] = {"contribution": "C2", "unit": UNIT, "team": TEAM, "year": 2017, "persons": 1, "amount": 100}
    answers = [
        await desk.world.client.post(
            "/finance/commands/contribute-work-fund", json={**body, "from_kind": "work"}, headers=headers
        )
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize("amount", ["100", 100.0, 1.5, 0, -1])
async def test_an_amount_that_is_not_whole_fen_is_malformed(desk: Desk, amount: Any) -> None:
    body: dict[str, Any] = {"appropriation": "A1", "received_on": "2017-03-01", "amount": amount}
    assert await desk.refused(CASHIER, "receive", **body) == "MALFORMED"


async def test_a79_a_dissolved_teams_books_are_frozen(desk: Desk) -> None:
    dissolved = TeamDissolved(**said(VILLAGE), team=TEAM, on=date(2017, 3, 1))
    store = desk.world.application.hosted["personnel"].node.store
    await desk.world.tell(f"team/{TEAM}", dissolved)
    heads = await store.heads([f"team/{TEAM}"])
    await desk.world.seen({"stream": f"team/{TEAM}", "version": heads[f"team/{TEAM}"].version}, "finance")
    asked: dict[str, Any] = {"team": TEAM, "kind": "work", "payment": "Y9", "use": "office", "amount": 1}
    assert await desk.refused(LEADER, "request-spending", **asked, purpose="办公") == "PERIOD_CLOSED"
    handed = {"handover": "H1", "team": TEAM, "kind": "work", "to_team": TEAM, "amount": 1}
    assert await desk.refused(CASHIER, "hand-over", **handed) == "AUTH"
    assert await desk.refused(COUNTY_FINANCE, "hand-over", **handed) == "PERIOD_CLOSED"
    assert await desk.refused(COUNTY_FINANCE, "hand-over", **{**handed, "to_team": "T9999"}) == "UNKNOWN_TEAM"
