"""64 clients over HTTP race for one balance: never more than is there, and nobody refused who still fitted (A81)."""

import asyncio
import json
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.finance.state import Account, evolve, initial
from services.runtime.commands import Workbench
from tests.finance.desk import (
    APPROVER,
    CASHIER,
    COMMITTEES,
    LEADER,
    REPRESENTATIVE,
    UNIT,
    UNIT_CLERK,
    Desk,
    offices,
)
from tests.finance.treasury import TEAM, fen
from tests.runtime.conftest import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

RACERS = 64
BOOK = f"fund/{TEAM}/work"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(world: World) -> Desk:
    return await offices(world)


async def book(desk: Desk) -> Account:
    """The book as the log alone has it."""
    store = desk.world.application.hosted["finance"].node.store
    bench: Workbench[Any] = Workbench(store, initial=initial, evolve=evolve)
    found = (await bench.states([BOOK]))[BOOK]
    assert isinstance(found, Account)
    return found


def named(prefix: str, number: int) -> dict[str, Any]:
    return {"team": TEAM, "kind": "work", "payment": f"{prefix}{number}"}


async def approved_at_once(desk: Desk, prefix: str, amounts: list[int]) -> list[httpx.Response]:
    """Asks for every amount one after the other, then has all approved at the same time, each by its own client."""
    for number, amount in enumerate(amounts):
        await desk.done(
            LEADER, "request-spending", **named(prefix, number), use="office", amount=amount, purpose="办公"
        )
    return await asyncio.gather(
        *(desk.give(APPROVER, "approve-spending", **named(prefix, number)) for number in range(len(amounts)))
    )


async def contributed(desk: Desk, name: str, amount: int) -> None:
    given: dict[str, Any] = {"contribution": name, "unit": UNIT, "team": TEAM, "year": 2017, "persons": 6}
    await desk.done(UNIT_CLERK, "contribute-work-fund", **given, amount=amount, from_kind="work")


async def test_64_clients_never_take_more_than_is_there_and_nobody_who_fits_is_turned_away(desk: Desk) -> None:
    balance, amounts = fen("30000"), [fen("500") + 700 * number for number in range(RACERS)]
    await contributed(desk, "C1", balance)
    answers = await approved_at_once(desk, "Y", amounts)
    assert {answer.status_code for answer in answers} == {201, 409}
    taken = [amounts[number] for number, answer in enumerate(answers) if answer.status_code == 201]
    left = (await book(desk)).available
    assert sum(taken) + left == balance
    assert left >= 0
    for number, answer in enumerate(answers):
        if answer.status_code != 201:
            assert answer.json()["code"] == "OVERSPEND"
            # Only approvals run, so what is available only falls: whoever fitted then would still fit now.
            assert amounts[number] > left
    paid = await asyncio.gather(
        *(
            desk.give(CASHIER, "disburse", **named("Y", number), paid_on="2017-03-01")
            for number, answer in enumerate(answers)
            if answer.status_code == 201
        )
    )
    assert {answer.status_code for answer in paid} == {201}
    assert (await book(desk)).disbursed == sum(taken)


async def test_64_clients_whose_amounts_fit_exactly_all_get_theirs(desk: Desk) -> None:
    left = (await book(desk)).available
    await contributed(desk, "C2", RACERS * fen("100") - left if left < RACERS * fen("100") else 1)
    available = (await book(desk)).available
    answers = await approved_at_once(desk, "Z", [available // RACERS] * RACERS)
    assert {answer.status_code for answer in answers} == {201}
    assert (await book(desk)).available == available % RACERS


async def test_one_payment_paid_by_64_clients_at_once_is_paid_once(desk: Desk) -> None:
    before = (await book(desk)).disbursed
    answers = await asyncio.gather(
        *(desk.give(CASHIER, "disburse", **named("Z", 0), paid_on="2017-03-01") for _ in range(RACERS))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (RACERS - 1)
    assert (await book(desk)).disbursed - before == (await book(desk)).payments["Z0"].amount


async def test_an_objection_raised_among_payments_holds_every_one_that_comes_after_it(desk: Desk) -> None:
    await project_ready(desk)
    say, asked = {"project": "X1"}, {"team": TEAM, "kind": "assistance"}
    for number in range(16):
        more: dict[str, Any] = {"payment": f"P{number}", "use": "project", "amount": 100, "purpose": "材料"}
        await desk.done(LEADER, "request-spending", **asked, **say, **more)
    objection = {"notice": "N1", "objection": "B1", "content": "不符"}
    approvals = [desk.give(APPROVER, "approve-spending", **asked, payment=f"P{number}") for number in range(16)]
    raised, *answers = await asyncio.gather(
        desk.give(REPRESENTATIVE, "raise-objection", **say, **objection), *approvals
    )
    assert raised.status_code == 201
    codes = [answer.json().get("code", "recorded") for answer in answers]
    assert set(codes) <= {"recorded", "NO_NOTICE"}
    store = desk.world.application.hosted["finance"].node.store
    events = await store.read_in_order({"project/X1": 0, f"fund/{TEAM}/assistance": 0})
    types = [json.loads(event.body)["type"].split(".")[2] for event in events]
    assert types.count("FundReserved") == codes.count("recorded")
    # Everything that is asked for from now on waits, and nothing was committed that the log does not show.
    late = await asyncio.gather(
        *(desk.give(APPROVER, "approve-spending", **asked, payment=f"P{number}") for number in range(16))
    )
    assert {answer.json()["code"] for answer in late} <= {"NO_NOTICE", "WRONG_STATE"}
    assert [answer.json()["code"] for answer in late].count("WRONG_STATE") == codes.count("recorded")


async def project_ready(desk: Desk) -> None:
    """A unit's project with its money in the book and its plan posted."""
    say = {"project": "X1"}
    proposed: dict[str, Any] = {"team": TEAM, "kind": "assistance", "source": "unit", "giver": UNIT, "amount": 10_000}
    met: dict[str, Any] = {"representatives": 3, "present": 3, "in_favour": 3, "held_on": "2017-03-01"}
    met |= {"team_present": True, "committees_present": True, "minutes": "0" * 64}
    await desk.done(COMMITTEES, "propose-project", **say, **proposed, title="水窖", site="一组")
    await desk.done(COMMITTEES, "hold-meeting", **say, **met)
    await desk.done(COMMITTEES, "determine-project", **say)
    await desk.done(UNIT_CLERK, "give-consent", **say, consent="0" * 64, consented_on="2017-03-01")
    given: dict[str, Any] = {**proposed, "receipt": "R1", "received_on": "2017-03-01"}
    await desk.done(CASHIER, "receive-assistance", **say, **given)
    posted: dict[str, Any] = {"notice": "N1", "phase": "plan", "starts_on": "2017-03-01", "ends_on": "2017-03-10"}
    await desk.done(LEADER, "publicise", **say, **posted, photo="0" * 64)
