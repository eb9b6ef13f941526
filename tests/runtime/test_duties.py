"""Clock duties on a real log: each fact once for ever, whoever asks how often and whatever was stopped in between."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.personnel import PersonDetailsErased
from contracts.refusals import Code, Refusal
from services.ledger.status import State
from services.runtime.commands import Workbench
from services.runtime.context import Context, HostedService
from services.runtime.decisions import RULESET, Decided, Decision, Emit
from services.runtime.duties import CLOCK, Due, Duties, Duty
from tests.runtime.conftest import KEEPER, STRANGER, World

pytestmark = pytest.mark.asyncio(loop_scope="module")


def at(year: int, month: int = 6) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


def yearly(person: str, *, forgets: bool = True) -> Duty:
    """A duty that records a name each year; one that `forgets` names every year since 2016 again at each round."""

    async def due(context: Context) -> Sequence[Due]:
        first = 2016 if forgets else context.request.today.year
        years = range(first, context.request.today.year + 1)
        return [Due(person, str(year), f"name of {year}", [f"person/{person}"]) for year in years]

    def decide(act: Any, _states: Any) -> Decision:
        if act.command == "name of 2018":
            return Refusal(Code.WRONG_STATE, "已不需要", "not due any more", "无", "nothing")
        fact = PersonDetailsErased(
            actor=act.by,
            article="0",
            ruleset=RULESET,
            place="5301",
            person=person,
            details=("name",),
            reason=act.command,
        )
        return Decided([Emit(f"person/{person}", fact)])

    return Duty("yearly-name", "0", due, decide)


def service(world: World) -> HostedService:
    """The running personnel service with a workbench of its own, as another process would have it."""
    node = world.application.hosted["personnel"].node
    page = world.application._pages["personnel"]
    running: HostedService = page.state.service
    definition = world.application.hosted["personnel"].definition
    fresh: Workbench[Any] = Workbench(node.store, initial=definition.initial, evolve=definition.evolve)
    return replace(running, workbench=fresh)


async def recorded(world: World, person: str) -> list[str]:
    store = world.application.hosted["personnel"].node.store
    return [event.id for event in await store.read_in_order({f"person/{person}": 0})]


async def test_each_period_is_said_once_however_often_the_clock_is_asked(world: World) -> None:
    duties = Duties(service(world), [yearly("P100001")])
    assert await duties.round(at(2017)) == {"yearly-name": 2}
    assert await duties.round(at(2017, 7)) == {"yearly-name": 0}
    after_a_restart = Duties(service(world), [yearly("P100001")])
    assert await after_a_restart.round(at(2017, 8)) == {"yearly-name": 0}
    assert len(await recorded(world, "P100001")) == 2


async def test_what_is_not_due_any_more_is_passed_over_and_not_recorded(world: World) -> None:
    duties = Duties(service(world), [yearly("P100002")])
    assert await duties.round(at(2019)) == {"yearly-name": 3}
    assert len(await recorded(world, "P100002")) == 3


async def test_processes_that_ask_at_the_same_moment_say_it_once_between_them(world: World) -> None:
    clocks = [Duties(service(world), [yearly("P100003")]) for _ in range(6)]
    said = await asyncio.gather(*(duties.round(at(2017)) for duties in clocks))
    assert sum(counts["yearly-name"] for counts in said) == 2
    ids = await recorded(world, "P100003")
    assert len(set(ids)) == len(ids) == 2


async def test_the_ids_follow_from_what_is_said(world: World) -> None:
    await Duties(service(world), [yearly("P100004")]).round(at(2016))
    await Duties(service(world), [yearly("P100005")]).round(at(2016))
    (first,), (second,) = await recorded(world, "P100004"), await recorded(world, "P100005")
    assert first != second
    assert first[14] == second[14] == "5", "an id derived from a name (RFC 9562)"


async def test_the_clock_is_the_author(world: World) -> None:
    assert CLOCK.person not in {KEEPER, STRANGER}
    await Duties(service(world), [yearly("P100006")]).round(at(2016))
    store = world.application.hosted["personnel"].node.store
    (event,) = await store.read_in_order({"person/P100006": 0})
    assert b'"actor":{"person":"P000000","role":"CK"}' in event.body


async def test_a_duty_that_fails_stands_still_visibly_and_goes_on_when_mended(world: World) -> None:
    broken = True

    async def due(_context: Context) -> Sequence[Due]:
        if broken:
            raise RuntimeError("the view is gone")
        return []

    duties = Duties(service(world), [Duty("broken", "0", due, lambda _act, _states: Decided([]))])
    stop = asyncio.Event()
    running = asyncio.create_task(duties.run(lambda: at(2017), stop))
    try:
        while duties.status.state is not State.STOPPED:
            await asyncio.sleep(0.01)
        assert duties.status.stop is not None
        assert "the view is gone" in duties.status.stop.reason
        broken = False
        await duties.round(at(2017))
        assert duties.status.ready()
    finally:
        stop.set()
        await running


async def test_one_that_cannot_be_said_silences_no_other_and_rests_only_when_all_went_well(world: World) -> None:
    """One case of the first duty fails: both say everything else, and what went well is not looked for again."""
    odd, looked = True, []

    def watched(duty: Duty, *, fails: bool) -> Duty:
        async def due(context: Context) -> Sequence[Due]:
            looked.append(duty.name)
            wrong = [Due("P1/2017", "2017", None, [])] if odd and fails else []
            return [*wrong, *await duty.due(context)]

        return replace(duty, due=due, every=timedelta(hours=1))

    first = watched(yearly("P100007"), fails=True)
    second = watched(replace(yearly("P100008"), name="other-name"), fails=False)
    duties = Duties(service(world), [first, second])
    with pytest.raises(ValueError, match="plain words"):
        await duties.round(at(2017))
    assert [len(await recorded(world, person)) for person in ("P100007", "P100008")] == [2, 2]
    odd = False
    assert await duties.round(at(2017) + timedelta(minutes=1)) == {"yearly-name": 0, "other-name": 0}
    assert looked == ["yearly-name", "other-name", "yearly-name"]
    await duties.round(at(2017) + timedelta(minutes=62))
    assert looked[3:] == ["yearly-name", "other-name"]


async def test_only_the_registry_keeper_may_have_the_clock_asked(world: World) -> None:
    headers = {"Zhucun-Simulated-Time": "2017-06-01T00:00:00+08:00"}
    answer = await world.client.post("/personnel/duties/run", headers=world.bearer(STRANGER, **headers))
    assert (answer.status_code, answer.json()["code"]) == (403, "AUTH")
    answer = await world.client.post("/personnel/duties/run", headers=world.bearer(KEEPER, **headers))
    assert answer.status_code == 200, answer.text
    assert answer.json()["at"] == "2017-05-31T16:00:00Z"


async def test_a_subject_that_could_be_taken_for_another_is_refused(world: World) -> None:
    async def due(_context: Context) -> Sequence[Due]:
        return [Due("P1/2017", "2017", None, [])]

    duties = Duties(service(world), [Duty("odd", "0", due, lambda _act, _states: Decided([]))])
    with pytest.raises(ValueError, match="plain words"):
        await duties.round(at(2017))
