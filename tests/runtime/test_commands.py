"""The way of one command, on a real log: first answers, concurrent changes, recorded refusals."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import count
from typing import Any

import pytest

from contracts.fact import Actor
from contracts.identifiers import Role
from contracts.personnel import EducationGiven
from contracts.refusals import Code, Refusal
from services.ledger.connections import open_pool
from services.ledger.migrations import apply_schema
from services.ledger.store import Store
from services.runtime.commands import Refused, Request, Weight, Workbench, body_digest
from services.runtime.decisions import RULESET, Decided, Decision, Emit, Recorded
from tests import servers

_prefixes = count()
NAMES = "person/P000001"
REGISTRAR = Actor(person="P000009", role=Role.REGISTRY_KEEPER)


def remember(state: tuple[str, ...], recorded: Recorded) -> tuple[str, ...]:
    """The versions seen, so that a test can tell what a state was folded from."""
    return (*state, f"{recorded.stream}:{recorded.version}")


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    url = await apply_schema(servers.postgres_url(), "personnel", f"zt_commands_{next(_prefixes)}_")
    pool = await open_pool(url, name="test", max_size=8)
    yield Store(pool, service="personnel", origin="zhucun.test/personnel")
    await pool.close()


@pytest.fixture
def workbench(store: Store) -> Workbench[tuple[str, ...]]:
    return Workbench(store, initial=lambda _key: (), evolve=remember)


def request(key: str | None = None, body: bytes = b"{}") -> Request:
    return Request(
        caller="P000009",
        now=datetime(2017, 3, 1, 2, 0, tzinfo=UTC),
        today=date(2017, 3, 1),
        correlation="c-1",
        key=key,
        body_digest=body_digest("POST", "/personnel/commands/record-name", body),
    )


def named(name: str, stream: str = NAMES) -> Emit:
    """A fact with a sensitive value; which fact does not matter here."""
    fact = EducationGiven(
        actor=REGISTRAR,
        article="0",
        ruleset=RULESET,
        place="530113",
        person="P000001",
        team="T0001",
        on=date(2017, 3, 1),
        content=name,
    )
    return Emit(stream, fact)


REFUSAL = Refusal(Code.OVERSPEND, "超支", "overspent", "减少金额", "ask for less", "19")


async def test_a_repeated_command_gets_its_first_answer_and_nothing_is_recorded_twice(
    workbench: Workbench[tuple[str, ...]],
) -> None:
    first = await workbench.execute(request("k"), [NAMES], lambda _: Decided([named("张三")]))
    again = await workbench.execute(request("k"), [NAMES], lambda _: Decided([named("张三")]))
    assert (again.body, again.repeated) == (first.body, True)
    assert (await workbench.states([NAMES]))[NAMES] == ("person/P000001:1",)


async def test_a_key_used_for_another_body_is_refused(workbench: Workbench[tuple[str, ...]]) -> None:
    await workbench.execute(request("k"), [NAMES], lambda _: Decided([named("张三")]))
    with pytest.raises(Refused) as refused:
        await workbench.execute(request("k", b"other"), [NAMES], lambda _: Decided([named("李四")]))
    assert refused.value.refusal.code is Code.IDEMPOTENCY_KEY_REUSED


async def test_two_workbenches_that_race_for_one_stream_record_all_and_lose_none(store: Store) -> None:
    benches: list[Workbench[tuple[str, ...]]] = [
        Workbench(store, initial=lambda _key: (), evolve=remember) for _ in range(4)
    ]
    seen: list[int] = []

    def decide(states: Any) -> Decision:
        seen.append(len(states[NAMES]))
        return Decided([named("王五")])

    await asyncio.gather(*(bench.execute(request(), [NAMES], decide) for bench in benches for _ in range(15)))
    assert len((await benches[0].states([NAMES]))[NAMES]) == 60
    assert len(await store.read_in_order({NAMES: 0})) == 60


async def test_only_as_many_decisions_succeed_as_the_balance_allows(store: Store) -> None:
    benches: list[Workbench[tuple[str, ...]]] = [
        Workbench(store, initial=lambda _key: (), evolve=remember) for _ in range(4)
    ]

    def spend_one_of_ten(states: Any) -> Decision:
        return REFUSAL if len(states[NAMES]) >= 10 else Decided([named("赵六")])

    results = await asyncio.gather(
        *(bench.execute(request(), [NAMES], spend_one_of_ten) for bench in benches for _ in range(16)),
        return_exceptions=True,
    )
    assert sum(1 for result in results if not isinstance(result, Refused)) == 10
    assert all(isinstance(result, Refused) for result in results if isinstance(result, BaseException))


async def test_a_refusal_of_weight_is_recorded_once_and_answered_again_from_the_receipt(
    store: Store, workbench: Workbench[tuple[str, ...]]
) -> None:
    weight = Weight("disburse", NAMES, "530113", REGISTRAR)
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            await workbench.execute(request("k"), [NAMES], lambda _: REFUSAL, weight=weight)
        assert refused.value.refusal == REFUSAL
    recorded = await store.read_in_order({"refusal/P000009/2017": 0})
    assert [json.loads(event.body)["data"]["code"] for event in recorded] == ["OVERSPEND"]


async def test_a_decision_that_fails_midway_leaves_nothing(store: Store, workbench: Workbench[tuple[str, ...]]) -> None:
    with pytest.raises(LookupError):
        await workbench.execute(
            request("k"), [NAMES], lambda _: Decided([named("张三"), named("张三", "person/P000002")])
        )
    assert await store.read_in_order({NAMES: 0}) == []
    assert await store.receipt("P000009", "k") is None


async def test_a_state_covers_all_years_of_its_subject(store: Store, workbench: Workbench[tuple[str, ...]]) -> None:
    key = "posting/P000001/*"
    for stream in ("posting/P000001/2016", "posting/P000001/2017", "posting/P0000012/2016"):
        decision = Decided([named("张三", stream)])
        await workbench.execute(request(), [stream], partial(lambda decided, _states: decided, decision))
    fresh: Workbench[tuple[str, ...]] = Workbench(store, initial=lambda _key: (), evolve=remember)
    assert (await fresh.states([key]))[key] == ("posting/P000001/2016:1", "posting/P000001/2017:1")


async def test_a_year_that_another_process_began_is_met_before_a_decision_on_all_years_is_recorded(
    store: Store, workbench: Workbench[tuple[str, ...]]
) -> None:
    key, stream = "posting/P000001/*", "posting/P000001/2016"
    other: Workbench[tuple[str, ...]] = Workbench(store, initial=lambda _key: (), evolve=remember)
    seen: list[tuple[str, ...]] = []

    def decide(states: Any) -> Decision:
        seen.append(states[key])
        return Decided([named("张三", stream)])

    await workbench.execute(request(), [key], decide)
    later = Decided([named("李四", "posting/P000001/2017")])
    await other.execute(request(), ["posting/P000001/2017"], lambda _: later)
    await workbench.execute(request(), [key], decide)
    first, second = f"{stream}:1", "posting/P000001/2017:1"
    assert seen == [(), (first,), (first, second)], "the second decision was taken again, on both years"
    assert (await workbench.states([key]))[key] == (first, second, f"{stream}:2")


async def test_nothing_is_refused_on_a_state_that_another_process_has_changed(
    store: Store, workbench: Workbench[tuple[str, ...]]
) -> None:
    other: Workbench[tuple[str, ...]] = Workbench(store, initial=lambda _key: (), evolve=remember)

    def only_second(states: Any) -> Decision:
        return Decided([named("张三")]) if len(states[NAMES]) == 1 else REFUSAL

    with pytest.raises(Refused):
        await workbench.execute(request(), [NAMES], only_second)
    await other.execute(request(), [NAMES], lambda _: Decided([named("李四")]))
    await workbench.execute(request(), [NAMES], only_second)
    assert len(await store.read_in_order({NAMES: 0})) == 2


async def test_what_somebody_reads_while_it_is_recorded_is_folded_once(
    store: Store, workbench: Workbench[tuple[str, ...]]
) -> None:
    async def read() -> None:
        for _ in range(20):
            await workbench.states([NAMES])

    for _ in range(5):
        await asyncio.gather(
            read(), *(workbench.execute(request(), [NAMES], lambda _: Decided([named("张三")])) for _ in range(5))
        )
    assert (await workbench.states([NAMES]))[NAMES] == tuple(f"{NAMES}:{version}" for version in range(1, 26))


async def test_two_clocks_never_turn_a_stream_back(store: Store, workbench: Workbench[tuple[str, ...]]) -> None:
    earlier = replace(request(), now=datetime(2017, 2, 1, tzinfo=UTC))
    for asked in (request(), earlier, earlier):
        await workbench.execute(asked, [NAMES], lambda _: Decided([named("张三")]))
    recorded = [json.loads(event.body)["recordedtime"] for event in await store.read_in_order({NAMES: 0})]
    assert recorded == ["2017-03-01T02:00:00.000000Z"] * 3
