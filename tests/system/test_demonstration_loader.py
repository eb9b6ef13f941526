"""The loader against a small HTTP server on a real socket: order, waiting, repeating, giving up."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.refusals import Code
from deploy.local.demonstration.client import Connection, Disconnected
from deploy.local.demonstration.loader import ENOUGH, FOLLOWS, Loader, LoadStopped
from deploy.local.demonstration.steps import Phase, Step

MORNING = datetime(2017, 3, 1, 1, 0, tzinfo=UTC)


@dataclass
class Asked:
    """One request as the server saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


Reply = tuple[int, dict[str, str], dict[str, Any]]


@dataclass
class Server:
    """Answers by a function of (number of the request for this key, request); None breaks the connection."""

    answer: Callable[[int, Asked], Reply | None]
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            except asyncio.IncompleteReadError:
                break
            method, path, _ = head[0].split(" ")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            body = await reader.readexactly(int(headers["content-length"]))
            request = Asked(method, path, headers, json.loads(body) if body else None)
            before = sum(one.headers.get("idempotency-key") == headers.get("idempotency-key") for one in self.asked)
            self.asked.append(request)
            reply = self.answer(before, request)
            if reply is None:
                break
            status, more, document = reply
            data = json.dumps(document).encode()
            lines = [f"HTTP/1.1 {status} X", f"content-length: {len(data)}", *(f"{k}: {v}" for k, v in more.items())]
            writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + data)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def server(answer: Callable[[int, Asked], Reply | None]) -> AsyncIterator[Server]:
    found = Server(answer)
    listening = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    found.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield found
    finally:
        listening.close()


def recorded(_before: int, request: Asked) -> Reply:
    key = request.headers.get("idempotency-key", "query")
    return 201, {}, {"events": [{"id": "x", "stream": f"stream/{key}", "version": 1}]}


def step(name: str, minute: int, lane: str, **more: Any) -> Step:
    made = Step(
        name, Phase.YEAR, MORNING + timedelta(minutes=minute), "attendance", "check-in", "P100001", {"day": name}, lane
    )
    return replace(made, **more)


async def load(url: str, steps: list[Step], in_flight: int = 4) -> Loader:
    loader = Loader(dict.fromkeys(FOLLOWS, url), lambda person: f"token of {person}", lambda *_: None, in_flight)
    await loader.run(steps)
    return loader


async def test_a_lane_keeps_its_order_and_every_request_says_who_when_and_under_which_key() -> None:
    steps = [step(f"s{number}", number, f"lane {number % 2}") for number in range(10)]
    async with server(recorded) as found:
        loader = await load(found.url, steps)
    sent = [one for one in found.asked if one.method == "POST"]
    for lane in (0, 1):
        keys = [one.headers["idempotency-key"] for one in sent if int(one.headers["idempotency-key"][1:]) % 2 == lane]
        assert keys == [f"s{number}" for number in range(10) if number % 2 == lane]
    assert {one.headers["authorization"] for one in sent} == {"Bearer token of P100001"}
    assert sent[0].headers["zhucun-simulated-time"] == "2017-03-01T01:00:00+00:00"
    assert (loader.loaded.steps, loader.loaded.events) == (10, 10)


async def test_no_lane_runs_far_ahead_of_the_others() -> None:
    days = 24 * 60
    slow = [step(f"slow{number}", number * 10 * days, "slow") for number in range(6)]
    quick = [step(f"quick{number}", number * 10 * days + 1, "quick") for number in range(6)]
    async with server(recorded) as found:
        await load(found.url, sorted([*slow, *quick], key=lambda one: one.at), in_flight=2)
    sent = [one.headers["idempotency-key"] for one in found.asked if one.method == "POST"]
    for number in range(2, 6):
        assert sent.index(f"quick{number}") > sent.index(f"slow{number - 2}")
        assert sent.index(f"slow{number}") > sent.index(f"quick{number - 2}")


async def test_a_lost_connection_is_repeated_under_the_same_key() -> None:
    async with server(lambda before, request: None if before == 0 else recorded(before, request)) as found:
        loader = await load(found.url, [step("s1", 1, "lane")])
    keys = [one.headers["idempotency-key"] for one in found.asked if one.method == "POST"]
    assert keys == ["s1", "s1"]
    assert loader.loaded.disagreements == []
    assert loader.loaded.retries >= 1


async def test_a_connection_that_the_server_closed_meanwhile_is_opened_again_before_anything_is_sent() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(once, "127.0.0.1", 0)
    connection = Connection(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
    for _ in range(3):
        assert (await connection.request("GET", "/", {})).status == 200
        await asyncio.sleep(0.02)
    await connection.close()
    listening.close()


async def test_what_is_not_yet_visible_is_asked_again_until_it_is() -> None:
    def answer(before: int, request: Asked) -> Reply:
        return (504, {}, {"code": "NOT_YET_VISIBLE"}) if before < 3 else recorded(before, request)

    async with server(answer) as found:
        loader = await load(found.url, [step("s1", 1, "lane")])
    assert loader.loaded.disagreements == []


async def test_a_step_that_waits_for_another_service_names_what_it_has_to_see() -> None:
    steps = [
        step("s1", 1, "personnel", service="personnel", command="assign-member"),
        step("s2", 0, "attendance", after=("s1",)),
        step("s3", 2, "attendance", after=("s1",)),
    ]
    async with server(recorded) as found:
        await load(found.url, steps)
    sent = [one for one in found.asked if one.method == "POST"]
    assert [one.headers["idempotency-key"] for one in sent] == ["s1", "s2", "s3"]
    assert [one.headers.get("zhucun-at-least") for one in sent] == [None, "stream/s1:1", None]


async def test_after_a_phase_every_service_is_asked_to_have_seen_it() -> None:
    async with server(recorded) as found:
        await load(found.url, [step("s1", 1, "lane")])
    queries = {one.path: one.headers["zhucun-at-least"] for one in found.asked if one.method == "GET"}
    assert queries == {"/attendance/me": "stream/s1:1", "/assessment/me": "stream/s1:1"}


async def test_between_two_phases_only_those_are_waited_for_that_are_asked_next() -> None:
    steps = [step("s1", 1, "lane"), step("s2", 2, "lane", phase=Phase.OPENING, service="assessment")]
    async with server(recorded) as found:
        await load(found.url, steps)
    order = [one.headers.get("idempotency-key", one.path) for one in found.asked]
    assert order[:3] == ["s1", "/assessment/me", "s2"]
    assert sorted(order[3:]) == ["/assessment/me", "/attendance/me", "/personnel/me"]


async def test_an_unexpected_refusal_and_a_missing_one_are_disagreements() -> None:
    def answer(before: int, request: Asked) -> Reply:
        if request.headers.get("idempotency-key") in ("s1", "s3"):
            return 409, {}, {"code": "OVERSPEND"}
        return recorded(before, request)

    steps = [
        step("s1", 1, "lane"),
        step("s2", 2, "lane", refusal=Code.AUTH),
        step("s3", 3, "lane", refusal=Code.OVERSPEND),
    ]
    async with server(answer) as found:
        loader = await load(found.url, steps)
    assert [sentence.split(" ")[0] for sentence in loader.loaded.disagreements] == ["s1", "s2"]
    assert "expected recorded, got OVERSPEND" in loader.loaded.disagreements[0]
    assert "expected AUTH, got recorded" in loader.loaded.disagreements[1]


async def test_a_repeated_batch_must_get_its_first_answer_and_each_record_its_own() -> None:
    def answer(before: int, request: Asked) -> Reply:
        status, _, body = recorded(before, request)
        again = {"Idempotent-Replay": "true"} if before else {}
        return status, again, {**body, "detail": {"records": [{"status": "recorded"}, {"status": "refused"}]}}

    batch = {"records": [1, 2]}
    steps = [
        step("s1", 1, "lane", body=batch, records={"recorded": 1, "refused": 1}),
        step("s2", 2, "lane", body=batch, repeats="s1", records={"recorded": 1, "refused": 1}),
        step("s3", 3, "lane", body=batch, records={"recorded": 2}),
    ]
    async with server(answer) as found:
        loader = await load(found.url, steps)
    assert [sentence.split(" ")[0] for sentence in loader.loaded.disagreements] == ["s3"]
    assert loader.loaded.repeated == 1


async def test_too_many_disagreements_stop_the_load() -> None:
    steps = [step(f"s{number:02d}", number, "lane") for number in range(ENOUGH + 20)]
    async with server(lambda *_: (403, {}, {"code": "AUTH"})) as found:
        with pytest.raises(LoadStopped, match="too much disagrees"):
            await load(found.url, steps)
    assert len(found.asked) < ENOUGH + 5


async def test_a_service_that_keeps_failing_is_not_asked_for_ever() -> None:
    async with server(lambda *_: (500, {}, {"title": "系统故障"})) as found:
        loader = await load(found.url, [step("s1", 1, "lane")])
    assert len(loader.loaded.disagreements) == 1


async def test_half_an_answer_is_a_lost_connection_and_never_the_next_answer() -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(half, "127.0.0.1", 0)
    connection = Connection(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
    with pytest.raises(Disconnected):
        await connection.request("GET", "/", {})
    listening.close()
