"""Many approvals race for one balance on a real PostgreSQL: never more than is there, and nobody refused who fitted."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.fact import Actor
from contracts.finance import FundKind, FundSource, Use
from contracts.identifiers import Role
from contracts.refusals import Code
from services.finance import commands as cmd
from services.finance.domain import decide
from services.finance.known import Known
from services.finance.state import Account, Appropriation, State, evolve, held, initial
from services.finance.streams import appropriation_stream, fund_stream
from services.ledger.connections import open_pool
from services.ledger.migrations import apply_schema
from services.ledger.store import Store
from services.runtime.commands import Answer, Refused, Request, Weight, Workbench
from services.runtime.decisions import Act, Decision
from tests.finance.treasury import (
    APPROVER,
    CASHIER,
    CITY_FINANCE,
    COUNTY_FINANCE,
    LEADER,
    NEIGHBOUR,
    PARAMETERS,
    TEAM,
    TODAY,
    TOWNSHIP,
    UNIT,
    UNIT_CLERK,
    VILLAGE,
    VILLAGES,
    fen,
)

RACERS = 64
PROCESSES = 4
BOOK = fund_stream(TEAM, FundKind.WORK)
NOW = datetime(2017, 3, 1, 2, tzinfo=UTC)


@pytest.fixture
async def store(postgres_url: str, database_prefix: str) -> AsyncIterator[Store]:
    pool = await open_pool(await apply_schema(postgres_url, "finance", database_prefix), name="test", max_size=16)
    yield Store(pool, service="finance", origin="zhucun.test/finance")
    await pool.close()


class Desk:
    """One process that serves the book: a workbench with its own cache and locks over the common log."""

    def __init__(self, store: Store) -> None:
        self.bench: Workbench[State] = Workbench(store, initial=initial, evolve=evolve)
        self.decided_on: dict[str, int] = {}
        """Payment -> what was available in the state on which its approval was last decided."""

    async def give(self, command: Any, by: Actor, *keys: str, known: Known | None = None) -> Answer:
        act = Act(command, by, NOW, TODAY, PARAMETERS.at(TODAY), known or Known(VILLAGE))

        def decided(states: Any) -> Decision:
            if isinstance(command, cmd.ApproveSpending):
                self.decided_on[command.payment] = held(states, keys[0], Account).available
            return decide(act, states)

        request = Request(by.person, NOW, TODAY, "race", None, b"")
        weight = Weight("test", keys[0], act.known.place, by)
        return await self.bench.execute(request, keys, decided, weight=weight)

    async def available(self, key: str) -> int:
        return held(await self.bench.states([key]), key, Account).available


async def work_fund(desk: Desk, team: str, amount: int, name: str) -> None:
    await desk.give(
        cmd.ContributeWorkFund(
            contribution=name, unit=UNIT, team=team, year=2017, persons=1, amount=amount, from_kind=FundKind.WORK
        ),
        UNIT_CLERK,
        fund_stream(team, FundKind.WORK),
        known=Known(VILLAGES[team], posts=1),
    )


async def requested(desk: Desk, team: str, amounts: list[int]) -> None:
    for number, amount in enumerate(amounts):
        await desk.give(
            cmd.RequestSpending(
                payment=f"Y{number}", team=team, kind=FundKind.WORK, use=Use.OFFICE, amount=amount, purpose="办公"
            ),
            LEADER,
            fund_stream(team, FundKind.WORK),
            known=Known(VILLAGES[team], caller_team=team),
        )


def approval(team: str, number: int) -> cmd.ApproveSpending:
    return cmd.ApproveSpending(payment=f"Y{number}", team=team, kind=FundKind.WORK)


async def test_64_approvals_race_for_one_balance(store: Store) -> None:
    desks = [Desk(store) for _ in range(PROCESSES)]
    balance, amounts = fen("30000"), [fen("500") + 100 * number for number in range(RACERS)]
    await work_fund(desks[0], TEAM, balance, "C1")
    await requested(desks[0], TEAM, amounts)
    results = await asyncio.gather(
        *(desks[number % PROCESSES].give(approval(TEAM, number), APPROVER, BOOK) for number in range(RACERS)),
        return_exceptions=True,
    )
    taken = [amounts[number] for number, result in enumerate(results) if isinstance(result, Answer)]
    refused = {number: result for number, result in enumerate(results) if not isinstance(result, Answer)}
    left = await desks[0].available(BOOK)
    assert sum(taken) + left == balance
    assert left >= 0
    assert refused, "the race is about more than there is"
    for number, refusal in refused.items():
        assert isinstance(refusal, Refused), refusal
        assert refusal.refusal.code is Code.OVERSPEND
        # Only approvals run here, so what is available only falls: whoever did not fit then does not fit now.
        assert amounts[number] > left
        assert amounts[number] > desks[number % PROCESSES].decided_on[f"Y{number}"]


async def test_everybody_gets_his_money_when_all_of_it_fits_exactly(store: Store) -> None:
    desks = [Desk(store) for _ in range(PROCESSES)]
    key = fund_stream(NEIGHBOUR, FundKind.WORK)
    await work_fund(desks[0], NEIGHBOUR, RACERS * fen("100"), "C1")
    await requested(desks[0], NEIGHBOUR, [fen("100")] * RACERS)
    known = Known(VILLAGES[NEIGHBOUR])
    await asyncio.gather(
        *(
            desks[number % PROCESSES].give(approval(NEIGHBOUR, number), APPROVER, key, known=known)
            for number in range(RACERS)
        )
    )
    assert await desks[1].available(key) == 0


async def test_allotments_race_for_one_appropriation(store: Store) -> None:
    desks = [Desk(store) for _ in range(PROCESSES)]
    source, kind = appropriation_stream("A1"), FundKind.SPECIAL
    given = cmd.Appropriate(
        appropriation="A1", kind=kind, source=FundSource.CITY, recipient=TOWNSHIP, year=2017, amount=fen("100000")
    )
    await desks[0].give(given, CITY_FINANCE, source, known=Known(TOWNSHIP))
    received = cmd.Receive(appropriation="A1", amount=fen("100000"), received_on=TODAY)
    await desks[0].give(received, CASHIER, source, known=Known(TOWNSHIP))

    async def allot(number: int) -> Answer:
        team = (TEAM, NEIGHBOUR)[number % 2]
        command = cmd.Allot(appropriation="A1", allotment=f"L{number}", team=team, amount=fen("3000"))
        known = Known(VILLAGES[team], kind=kind)
        desk = desks[number % PROCESSES]
        return await desk.give(command, COUNTY_FINANCE, source, fund_stream(team, kind), known=known)

    results = await asyncio.gather(*(allot(number) for number in range(RACERS)), return_exceptions=True)
    assert sum(isinstance(result, Answer) for result in results) == 33
    assert all(isinstance(result, Answer | Refused) for result in results)
    in_books = [await desks[3].available(fund_stream(team, kind)) for team in (TEAM, NEIGHBOUR)]
    left = held(await desks[3].bench.states([source]), source, Appropriation).at_hand(TOWNSHIP)
    assert sum(in_books) + left == fen("100000")


async def test_every_refused_attempt_is_kept_for_the_auditor(store: Store) -> None:
    desk = Desk(store)
    move = cmd.Move(team=TEAM, from_kind=FundKind.SPECIAL, to_kind=FundKind.WORK, amount=fen("5000"))
    caller = Actor(person="P000077", role=Role.TOWNSHIP_FINANCE)
    with pytest.raises(Refused):
        await desk.give(move, caller, fund_stream(TEAM, FundKind.SPECIAL))
    (kept,) = await store.read_in_order({"refusal/P000077/2017": 0})
    assert json.loads(kept.body)["data"]["code"] == "CROSS_KIND"
